/* table.c - see table.h. Cells stand in one array, row after row; a note is a row with one cell and the mark set. */
#include "tools/table.h"
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_COLUMNS = 16 };

struct row {
    char *cell[MOST_COLUMNS];
    size_t cells;
    bool note;
};

struct table {
    char align[MOST_COLUMNS + 1];
    size_t columns;
    struct row *row;
    size_t rows, allocated;
    bool open, failed; /* open: the last row still takes cells */
};

struct table *table_create(const char *columns)
{
    struct table *table = calloc(1, sizeof *table);
    if (!table) return NULL;
    snprintf(table->align, sizeof table->align, "%s", columns);
    table->columns = strlen(table->align);
    return table;
}

void table_destroy(struct table *table)
{
    if (!table) return;
    for (size_t i = 0; i < table->rows; i++)
        for (size_t k = 0; k < table->row[i].cells; k++) free(table->row[i].cell[k]);
    free(table->row);
    free(table);
}

static struct row *open_row(struct table *table)
{
    if (!table || table->failed) return NULL;
    if (table->open) return &table->row[table->rows - 1];
    if (table->rows == table->allocated) {
        size_t room = table->allocated ? 2 * table->allocated : 16;
        struct row *grown = realloc(table->row, room * sizeof *grown);
        if (!grown) {
            table->failed = true;
            return NULL;
        }
        table->row = grown;
        table->allocated = room;
    }
    table->row[table->rows] = (struct row){0};
    table->open = true;
    return &table->row[table->rows++];
}

static void add_text(struct table *table, const char *format, va_list values)
{
    struct row *row = open_row(table);
    if (!row || row->cells == MOST_COLUMNS) return;
    char *text = NULL;
    if (vasprintf(&text, format, values) < 0) {
        table->failed = true;
        return;
    }
    row->cell[row->cells++] = text;
}

void table_cell(struct table *table, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    add_text(table, format, values);
    va_end(values);
}

void table_end_row(struct table *table)
{
    if (open_row(table)) table->open = false;
}

void table_note(struct table *table, const char *format, ...)
{
    va_list values;
    if (table) table->open = false; /* a note has a row of its own */
    va_start(values, format);
    add_text(table, format, values);
    va_end(values);
    if (!table || table->failed) return;
    table->row[table->rows - 1].note = true;
    table->open = false;
}

void table_number(struct table *table, double value, int decimals)
{
    char buffer[32];
    table_cell(table, "%s", text_number(value, decimals, buffer));
}

void table_share(struct table *table, double value, int decimals)
{
    char buffer[32];
    if (isnan(value))
        table_cell(table, "-");
    else
        table_cell(table, "%s %%", text_number(100 * value, decimals, buffer));
}

void table_interval(struct table *table, double half_width, int decimals)
{
    char buffer[32];
    /* "± 0.0" would claim certainty: two digits more at most. */
    for (int more = 0; more < 2 && half_width > 0 && half_width < 0.5 * pow(10, -decimals); more++) decimals++;
    if (isnan(half_width))
        table_cell(table, "-");
    else
        table_cell(table, "± %s", text_number(half_width, decimals, buffer));
}

/* ---- widths ---- */
static uint32_t next_rune(const unsigned char **at)
{
    const unsigned char *p = *at;
    int more = *p >= 0xF0 ? 3 : *p >= 0xE0 ? 2 : *p >= 0xC0 ? 1 : 0;
    uint32_t rune = more == 3 ? *p & 7u : more == 2 ? *p & 15u : more == 1 ? *p & 31u : *p;
    for (p++; more && (*p & 0xC0) == 0x80; p++, more--) rune = rune << 6 | (*p & 63u);
    *at = p;
    return rune;
}

static size_t rune_width(uint32_t rune)
{
    if ((rune >= 0x300 && rune <= 0x36F) || (rune >= 0x200B && rune <= 0x200F)) return 0; /* combining, no width */
    bool wide = (rune >= 0x1100 && rune <= 0x115F) || (rune >= 0x2E80 && rune <= 0xA4CF) ||
                (rune >= 0xAC00 && rune <= 0xD7A3) || (rune >= 0xF900 && rune <= 0xFAFF) ||
                (rune >= 0xFE30 && rune <= 0xFE6F) || (rune >= 0xFF00 && rune <= 0xFF60) ||
                (rune >= 0x1F300 && rune <= 0x1FAFF) || (rune >= 0x20000 && rune <= 0x3FFFD);
    return wide ? 2 : 1;
}

size_t text_width(const char *text)
{
    size_t width = 0;
    for (const unsigned char *at = (const unsigned char *)text; *at;) width += rune_width(next_rune(&at));
    return width;
}

/* The bytes of `text` that fit into `width` columns. */
static int fitting_bytes(const char *text, size_t width)
{
    const unsigned char *at = (const unsigned char *)text, *fits = at;
    for (size_t used = 0; *at; fits = at) {
        used += rune_width(next_rune(&at));
        if (used > width) break;
    }
    if (!*at && text_width(text) <= width) fits = at;
    return (int)(fits - (const unsigned char *)text);
}

static void print_blanks(FILE *out, size_t n)
{
    fprintf(out, "%*s", (int)n, "");
}

static void print_cell(FILE *out, const char *text, size_t width, bool right, bool last)
{
    size_t taken = text_width(text);
    if (taken > width) {
        fprintf(out, "%.*s…", fitting_bytes(text, width - 1), text);
        return;
    }
    if (right) print_blanks(out, width - taken);
    fputs(text, out);
    if (!right && !last) print_blanks(out, width - taken);
}

static void measure_columns(const struct table *table, size_t width[MOST_COLUMNS])
{
    memset(width, 0, MOST_COLUMNS * sizeof *width);
    for (size_t i = 0; i < table->rows; i++) {
        const struct row *row = &table->row[i];
        for (size_t k = 0; k < row->cells && !row->note; k++) {
            size_t cell = text_width(row->cell[k]);
            if (cell > width[k]) width[k] = cell;
        }
    }
}

bool table_print(const struct table *table, FILE *out)
{
    if (!table || table->failed) {
        fprintf(stderr, "greenlane: out of memory: a table is left out\n");
        return false;
    }
    size_t width[MOST_COLUMNS], total = 0, gap = 2;
    measure_columns(table, width);
    for (size_t k = 0; k < table->columns; k++) total += width[k];
    if (table->columns && total + gap * (table->columns - 1) > PAGE_WIDTH) gap = 1;
    size_t full = total + gap * (table->columns - 1);
    if (full > PAGE_WIDTH && width[0] > full - PAGE_WIDTH + 8) width[0] -= full - PAGE_WIDTH;
    for (size_t i = 0; i < table->rows; i++) {
        const struct row *row = &table->row[i];
        if (row->note) print_wrapped(out, row->cell[0]);
        size_t cells = row->cells;
        while (cells > 1 && !*row->cell[cells - 1]) cells--; /* no blanks at a line's end */
        for (size_t k = 0; k < cells && !row->note; k++) {
            if (k) print_blanks(out, gap);
            print_cell(out, row->cell[k], width[k], table->align[k] == 'r', k + 1 == cells);
        }
        if (!row->note) fputc('\n', out);
    }
    return true;
}

/* ---- text ---- */
/* From column `indent` on, where the line stands already; further lines begin there, too. */
static void wrap(FILE *out, const char *text, size_t indent)
{
    size_t used = indent;
    for (const char *at = text; *at;) {
        size_t bytes = strcspn(at, " \n");
        char word[256];
        snprintf(word, sizeof word, "%.*s", (int)bytes, at);
        size_t width = text_width(word);
        if (used > indent && used + 1 + width > PAGE_WIDTH) {
            fputc('\n', out);
            print_blanks(out, indent);
            used = indent;
        }
        if (used > indent) used += (size_t)fprintf(out, " ");
        fprintf(out, "%.*s", (int)bytes, at);
        used += width;
        at += bytes;
        if (*at == '\n') {
            fputc('\n', out);
            print_blanks(out, indent);
            used = indent;
        }
        at += *at != 0;
    }
    fputc('\n', out);
}

void print_wrapped(FILE *out, const char *text)
{
    size_t indent = strspn(text, " ");
    print_blanks(out, indent);
    wrap(out, text + indent, indent);
}

void print_beside(FILE *out, const char *left, size_t indent, const char *text)
{
    size_t width = text_width(left);
    fputs(left, out);
    if (width > indent) fputc('\n', out);
    print_blanks(out, width <= indent ? indent - width : indent);
    wrap(out, text, indent);
}

static void group_thousands(const char *digits, size_t n, char *out)
{
    for (size_t i = 0; i < n; i++) {
        if (i && (n - i) % 3 == 0) *out++ = ',';
        *out++ = digits[i];
    }
    *out = 0;
}

const char *text_count(uint64_t number, char buffer[32])
{
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
    group_thousands(digits, (size_t)n, buffer);
    return buffer;
}

const char *text_number(double value, int decimals, char buffer[32])
{
    char plain[32], whole[24];
    if (isnan(value)) return "-";
    if (isinf(value) || fabs(value) >= 1e15) {
        snprintf(buffer, 32, "%.3g", value);
        return buffer;
    }
    snprintf(plain, sizeof plain, "%.*f", decimals, fabs(value));
    bool negative = value < 0 && strspn(plain, "0.") != strlen(plain);
    size_t digits = strcspn(plain, ".");
    group_thousands(plain, digits, whole);
    snprintf(buffer, 32, "%s%.21s%.8s", negative ? "-" : "", whole, plain + digits);
    return buffer;
}
