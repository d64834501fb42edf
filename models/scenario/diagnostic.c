/* diagnostic.c - see the header.
 *
 * Invariant: allocated > count whenever anything is allocated, so that one slot is always left for the message that
 * memory has run out; that message is static, comes last and once, also stands in `spare`, and
 * whatever would follow it is only counted.
 */
#include "models/scenario/diagnostic.h"
#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TEXT_MOST = 1500, /* bytes of a message; whoever quotes a file clips what it quotes well below this */
    WORD_MOST = 63    /* bytes of a word that gets a suggestion */
};

static const char out_of_memory[] = "there is not enough memory to say what is wrong; free some and run again";

void diagnostics_init(struct diagnostics *list)
{
    *list = (struct diagnostics){0};
}

void diagnostics_clear(struct diagnostics *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->item[i].text != out_of_memory) free((char *)list->item[i].text);
    }
    if (list->item != &list->spare) free(list->item);
    for (size_t i = 0; i < list->files; i++) free(list->file[i]);
    free(list->file);
    diagnostics_init(list);
}

/* The length in bytes of the well-formed, printable UTF-8 character at `text`; 0 when it is not one. */
static size_t printable(const unsigned char *text)
{
    if (text[0] < 0x80) return text[0] >= 0x20 && text[0] != 0x7f;
    const size_t length = text[0] >= 0xf0 ? 4 : text[0] >= 0xe0 ? 3 : 2;
    if (text[0] < 0xc2 || text[0] > 0xf4) return 0;
    uint32_t code = text[0] & (0xffu >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80) return 0;
        code = code << 6 | (text[i] & 0x3f);
    }
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (code < least[length] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return 0;
    if (code < 0xa0 || (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069)) return 0;
    return length; /* left out above: C1 controls, line separators, marks that turn the direction of writing */
}

static void make_one_line(char *text)
{
    char *to = text;
    for (const char *from = text; *from != '\0';) {
        size_t length = printable((const unsigned char *)from);
        if (length == 0) {
            *to++ = '?';
            from++;
            continue;
        }
        memmove(to, from, length);
        to += length;
        from += length;
    }
    *to = '\0';
}

/* The list's own copy of a file's name; NULL for none, or for want of memory. */
static const char *keep_file(struct diagnostics *list, const char *file)
{
    if (file == NULL) return NULL;
    for (size_t i = 0; i < list->files; i++) {
        if (strcmp(list->file[i], file) == 0) return list->file[i];
    }
    char *copy = strdup(file);
    char **grown = copy == NULL ? NULL : realloc(list->file, (list->files + 1) * sizeof *grown);
    if (grown == NULL) {
        free(copy);
        return NULL;
    }
    list->file = grown;
    list->file[list->files++] = copy;
    return copy;
}

/* Room for one more item and the spare one behind it. */
static bool reserve(struct diagnostics *list)
{
    if (list->count + 2 <= list->allocated) return true;
    const size_t allocated = list->allocated == 0 ? 8 : 2 * list->allocated;
    if (allocated > SIZE_MAX / sizeof *list->item) return false;
    struct diagnostic *grown = realloc(list->item, allocated * sizeof *grown);
    if (grown == NULL) return false;
    list->item = grown;
    list->allocated = allocated;
    return true;
}

static void add_out_of_memory(struct diagnostics *list)
{
    if (list->item == NULL) {
        list->item = &list->spare;
        list->allocated = 1;
    }
    assert(list->count < list->allocated);
    list->spare = (struct diagnostic){.level = DIAGNOSTIC_ERROR, .text = out_of_memory, .order = list->count};
    list->item[list->count++] = list->spare;
    list->errors++;
}

void diagnostics_add(struct diagnostics *list, enum diagnostic_level level, struct place place, const char *format, ...)
{
    if (list->spare.text != NULL) {
        if (level == DIAGNOSTIC_ERROR) list->errors++;
        return;
    }
    char text[TEXT_MOST + 1];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    make_one_line(text);
    char *copy = strdup(text);
    const char *file = keep_file(list, place.file);
    if (copy == NULL || (file == NULL && place.file != NULL) || !reserve(list)) {
        free(copy);
        add_out_of_memory(list);
        return;
    }
    place.file = file;
    list->item[list->count] = (struct diagnostic){.level = level, .place = place, .text = copy, .order = list->count};
    list->count++;
    if (level == DIAGNOSTIC_ERROR) list->errors++;
}

/* Files come in the order in which they were met; a message without one comes first. */
static size_t file_rank(const struct diagnostics *list, const char *file)
{
    size_t rank = 0;
    while (rank < list->files && list->file[rank] != file) rank++;
    return file == NULL ? 0 : rank + 1;
}

static int compare(const void *left, const void *right, void *list)
{
    const struct diagnostic *a = left, *b = right;
    const size_t file_a = file_rank(list, a->place.file), file_b = file_rank(list, b->place.file);
    if (file_a != file_b) return file_a < file_b ? -1 : 1;
    if (a->place.line != b->place.line) return a->place.line < b->place.line ? -1 : 1;
    if (a->place.column != b->place.column) return a->place.column < b->place.column ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

void diagnostics_sort(struct diagnostics *list)
{
    if (list->count > 1) qsort_r(list->item, list->count, sizeof *list->item, compare, list);
}

int diagnostic_line(char *out, size_t size, const struct diagnostic *diagnostic)
{
    static const char *const level[] = {"note", "warning", "error"};
    const struct place *place = &diagnostic->place;
    char where[48] = "";
    if (place->line > 0) snprintf(where, sizeof where, ":%d:%d", place->line, place->column);
    return snprintf(out, size, "%s%s%s%s: %s", place->file == NULL ? "" : place->file, where,
        place->file == NULL ? "" : ": ", level[diagnostic->level], diagnostic->text);
}

/* Damerau's distance in its restricted form: insert, delete, replace, swap two neighbours; three rows of the table. */
static size_t distance(const char *a, size_t length_a, const char *b, size_t length_b)
{
    size_t row[3][WORD_MOST + 1];
    size_t *before = row[0], *last = row[1], *now = row[2];
    for (size_t j = 0; j <= length_b; j++) last[j] = j;
    for (size_t i = 1; i <= length_a; i++) {
        now[0] = i;
        for (size_t j = 1; j <= length_b; j++) {
            size_t best = last[j - 1] + (a[i - 1] != b[j - 1]);
            if (last[j] + 1 < best) best = last[j] + 1;
            if (now[j - 1] + 1 < best) best = now[j - 1] + 1;
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped && before[j - 2] + 1 < best) best = before[j - 2] + 1;
            now[j] = best;
        }
        size_t *const free_row = before;
        before = last;
        last = now;
        now = free_row;
    }
    return last[length_b];
}

const char *diagnostic_suggest(const char *word, const char *const *candidates, size_t n)
{
    const size_t length = strlen(word);
    if (length == 0 || length > WORD_MOST) return NULL;
    const char *nearest = NULL;
    size_t limit = length < 3 ? 1 : length / 3;
    if (limit >= length) limit = length - 1;
    for (size_t i = 0; i < n; i++) {
        const size_t other = strnlen(candidates[i], WORD_MOST + 1);
        if (other > WORD_MOST) continue;
        const size_t away = distance(word, length, candidates[i], other);
        if (away > limit) continue;
        nearest = candidates[i];
        if (away == 0) break;
        limit = away - 1;
    }
    return nearest;
}
