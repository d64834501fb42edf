/* feature.c - reading a feature's description and putting every row in one of its bins. */
#include "models/risk/feature.h"
#include "models/scenario/diagnostic.h"
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { NAME_BYTES = 200, FEW_NUMBERS = 50 };

const char *feature_kind_name(enum feature_kind kind)
{
    static const char *const names[] = {"word", "prefix", "number", "ratio", "pair"};
    return names[kind];
}

/* ---- putting rows in bins ---- */
static bool bin_words(struct feature *f, const struct risk_rows *rows)
{
    const struct risk_column *column = &rows->column[f->a];
    memcpy(f->bin, column->code, rows->rows * sizeof *f->bin);
    f->bins = column->texts.count;
    return true;
}

static bool bin_prefixes(struct feature *f, const struct risk_rows *rows)
{
    const struct risk_column *column = &rows->column[f->a];
    uint32_t *of_text = calloc(column->texts.count ? column->texts.count : 1, sizeof *of_text);
    bool fine = of_text != NULL;
    for (uint32_t i = 0; fine && i < column->texts.count; i++) {
        size_t size;
        const char *text = dictionary_key(&column->texts, i, &size);
        of_text[i] = dictionary_add(&f->keys, text, size < f->prefix ? size : f->prefix);
        fine = of_text[i] != DICTIONARY_NONE;
    }
    for (size_t i = 0; fine && i < rows->rows; i++) f->bin[i] = of_text[column->code[i]];
    f->bins = f->keys.count;
    free(of_text);
    return fine;
}

static double number_of(const struct feature *f, const struct risk_rows *rows, size_t row)
{
    const struct risk_column *a = &rows->column[f->a], *b = &rows->column[f->b];
    double value = a->number[a->code[row]];
    if (f->kind == FEATURE_NUMBER) return value;
    double by = b->number[b->code[row]];
    return by > 0 ? value / by : NAN;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void cut_quantiles(struct feature *f, double *value, size_t n)
{
    qsort(value, n, sizeof *value, by_value);
    for (size_t i = 1; n && i < FEATURE_BINS; i++) {
        double at = value[n * i / FEATURE_BINS];
        if (at > (f->edges ? f->edge[f->edges - 1] : value[0])) f->edge[f->edges++] = at;
    }
}

static bool bin_numbers(struct feature *f, const struct risk_rows *rows)
{
    double *value = malloc((rows->fitted + 1) * sizeof *value);
    size_t n = 0;
    if (!value) return false;
    for (size_t i = 0; i < rows->fitted; i++) {
        value[n] = number_of(f, rows, i);
        n += !isnan(value[n]);
    }
    cut_quantiles(f, value, n);
    free(value);
    for (size_t i = 0; i < rows->rows; i++) {
        double x = number_of(f, rows, i);
        f->bin[i] = isnan(x) ? 0 : 1;
        while (f->bin[i] && f->bin[i] <= f->edges && x >= f->edge[f->bin[i] - 1]) f->bin[i]++;
    }
    f->bins = f->edges + 2;
    return true;
}

static bool bin_pairs(struct feature *f, const struct features *features, const struct risk_rows *rows)
{
    const uint32_t *a = features->item[f->a].bin, *b = features->item[f->b].bin;
    for (size_t i = 0; i < rows->rows; i++) {
        uint32_t both[2] = {a[i], b[i]};
        f->bin[i] = dictionary_add(&f->keys, both, sizeof both);
        if (f->bin[i] == DICTIONARY_NONE) return false;
    }
    f->bins = f->keys.count;
    return true;
}

static bool fill(struct feature *f, const struct features *features, const struct risk_rows *rows)
{
    f->bin = malloc((rows->rows + 1) * sizeof *f->bin);
    if (!f->bin) return false;
    switch (f->kind) {
    case FEATURE_WORD: return bin_words(f, rows);
    case FEATURE_PREFIX: return bin_prefixes(f, rows);
    case FEATURE_NUMBER:
    case FEATURE_RATIO: return bin_numbers(f, rows);
    case FEATURE_PAIR: return bin_pairs(f, features, rows);
    }
    return false;
}

/* ---- the list ---- */
static void feature_clear(struct feature *f)
{
    free(f->name);
    free(f->bin);
    free(f->count);
    dictionary_clear(&f->keys);
}

void features_clear(struct features *features)
{
    for (size_t i = 0; i < features->count; i++) feature_clear(&features->item[i]);
    free(features->item);
    *features = (struct features){0};
}

/* Takes over what *f owns. */
static bool append(struct features *features, const struct risk_rows *rows, struct feature *f, size_t *place, char *why)
{
    for (size_t i = 0; f->name && i < features->count; i++) {
        if (strcmp(features->item[i].name, f->name) != 0) continue;
        *place = i;
        feature_clear(f);
        return true;
    }
    bool fine = f->name != NULL;
    if (fine && features->count == features->allocated) {
        size_t allocated = features->allocated ? 2 * features->allocated : 32;
        struct feature *grown = realloc(features->item, allocated * sizeof *grown);
        fine = grown != NULL;
        if (fine) {
            features->item = grown;
            features->allocated = allocated;
        }
    }
    if (!fine || !fill(f, features, rows)) {
        feature_clear(f);
        return quantity_refuse(why, "no memory for so many rows; free some");
    }
    *place = features->count;
    features->item[features->count++] = *f;
    return true;
}

bool features_add_pair(
    struct features *features, const struct risk_rows *rows, size_t a, size_t b, size_t *place, char *why)
{
    struct feature f = {.kind = FEATURE_PAIR, .a = a, .b = b};
    size_t size = strlen(features->item[a].name) + strlen(features->item[b].name) + 4;
    f.name = malloc(size);
    if (f.name) snprintf(f.name, size, "%s * %s", features->item[a].name, features->item[b].name);
    return append(features, rows, &f, place, why);
}

/* ---- reading a description ---- */
static bool find_column(const struct risk_rows *rows, const char *name, size_t size, size_t *place)
{
    for (size_t i = 0; i < rows->columns; i++)
        if (strlen(rows->column[i].name) == size && memcmp(rows->column[i].name, name, size) == 0) {
            *place = i;
            return true;
        }
    return false;
}

static bool no_column(const struct risk_rows *rows, const char *text, size_t size, char *why)
{
    char name[NAME_BYTES];
    const char *near = NULL;
    const char **candidate = malloc((rows->columns + 1) * sizeof *candidate);
    snprintf(name, sizeof name, "%.*s", (int)size, text);
    for (size_t i = 0; candidate && i < rows->columns; i++) candidate[i] = rows->column[i].name;
    if (candidate) near = diagnostic_suggest(name, candidate, rows->columns);
    free(candidate);
    return quantity_refuse(why, "no column is called '%s'%s%s%s", name,
        near ? "; did you mean '" : "; write NAME, NAME:2, NAME/NAME or A * B", near ? near : "", near ? "'?" : "");
}

/* Names of columns whose numbers are names: 30 is an office, not thirty of something. */
static bool names_a_code(const char *name)
{
    static const char *const words[] = {"id", "code", "no", "number", "hs", "hs2", "hs4", "hs6", "hs8", "hs10", "type",
        "office", "mode", "use", "class", "kind", "category", "indicator", "regime", "procedure", "tariff", "port",
        "country"};
    while (*name) {
        size_t size = 0;
        while (isalnum((unsigned char)name[size])) size++;
        for (size_t i = 0; size && i < sizeof words / sizeof words[0]; i++)
            if (strlen(words[i]) == size && strncasecmp(words[i], name, size) == 0) return true;
        name += size;
        if (*name) name++;
    }
    return false;
}

static enum feature_kind kind_of(const struct risk_column *column)
{
    if (!column->numeric) return FEATURE_WORD;
    if (column->fractions) return FEATURE_NUMBER;
    return column->texts.count > FEW_NUMBERS && !names_a_code(column->name) ? FEATURE_NUMBER : FEATURE_WORD;
}

static const char *trimmed(const char *text, size_t *size)
{
    while (*size && *text == ' ') text++, --*size;
    while (*size && text[*size - 1] == ' ') --*size;
    return text;
}

static bool read_after_colon(
    struct feature *f, const struct risk_rows *rows, const char *colon, size_t size, const char **suffix, char *why)
{
    const char *word = trimmed(colon, &size);
    char text[24] = "";
    snprintf(text, sizeof text, "%.*s", (int)(size < 20 ? size : 20), word);
    double prefix;
    *suffix = word;
    if (strcmp(text, "word") == 0) {
        f->kind = FEATURE_WORD;
    } else if (strcmp(text, "number") == 0) {
        f->kind = FEATURE_NUMBER;
        if (!rows->column[f->a].numeric)
            return quantity_refuse(why, "the column '%.60s' holds words; leave out ':number'", rows->column[f->a].name);
    } else if (quantity_count(text, 1, 64, &prefix, why)) {
        f->kind = FEATURE_PREFIX;
        f->prefix = (unsigned)prefix;
    } else {
        return quantity_refuse(why, "after '%.60s:' stands '%s'; write how many characters count, 'word' or 'number'",
            rows->column[f->a].name, text);
    }
    return true;
}

/* NAME, NAME:2, NAME:word or NAME/NAME. */
static bool read_single(struct feature *f, const struct risk_rows *rows, const char *text, size_t size, char *why)
{
    char name[2 * NAME_BYTES];
    text = trimmed(text, &size);
    if (size >= NAME_BYTES)
        return quantity_refuse(why, "'%.40s...' is too long for a feature; at most 199 characters", text);
    snprintf(name, sizeof name, "%.*s", (int)size, text);
    if (find_column(rows, text, size, &f->a)) {
        f->kind = kind_of(&rows->column[f->a]);
    } else {
        const char *colon = memrchr(text, ':', size), *slash = memchr(text, '/', size), *suffix;
        size_t before = (size_t)((colon ? colon : slash ? slash : text) - text), after = size - before - 1;
        const char *left = trimmed(text, &before);
        if ((!colon && !slash) || !find_column(rows, left, before, &f->a))
            return no_column(rows, text, colon || slash ? before : size, why);
        if (colon) {
            if (!read_after_colon(f, rows, colon + 1, after, &suffix, why)) return false;
            snprintf(
                name, sizeof name, "%s:%.*s", rows->column[f->a].name, (int)(size - (size_t)(suffix - text)), suffix);
        } else {
            const char *right = trimmed(slash + 1, &after);
            f->kind = FEATURE_RATIO;
            if (!find_column(rows, right, after, &f->b)) return no_column(rows, right, after, why);
            for (int i = 0; i < 2; i++)
                if (!rows->column[i ? f->b : f->a].numeric)
                    return quantity_refuse(why, "the column '%.60s' holds words; a ratio is of numbers",
                        rows->column[i ? f->b : f->a].name);
            snprintf(name, sizeof name, "%s/%s", rows->column[f->a].name, rows->column[f->b].name);
        }
    }
    f->name = strdup(name);
    return true;
}

bool features_add(struct features *features, const struct risk_rows *rows, const char *text, size_t *place, char *why)
{
    struct feature f = {0};
    size_t column, halves[2], size = strlen(text);
    const char *star = find_column(rows, text, size, &column) ? NULL : strchr(text, '*');
    if (!star) return read_single(&f, rows, text, size, why) && append(features, rows, &f, place, why);
    const char *half[2] = {text, star + 1};
    size_t sizes[2] = {(size_t)(star - text), strlen(star + 1)};
    for (int i = 0; i < 2; i++) {
        f = (struct feature){0};
        if (!read_single(&f, rows, half[i], sizes[i], why) || !append(features, rows, &f, &halves[i], why))
            return false;
    }
    return features_add_pair(features, rows, halves[0], halves[1], place, why);
}

/* ---- names of categories ---- */
void feature_halves(const struct feature *pair, uint32_t bin, uint32_t *a, uint32_t *b)
{
    uint32_t both[2];
    memcpy(both, dictionary_key(&pair->keys, bin, NULL), sizeof both);
    *a = both[0];
    *b = both[1];
}

void feature_key(
    const struct features *features, const struct risk_rows *rows, size_t place, uint32_t bin, char *out, size_t size)
{
    const struct feature *f = &features->item[place];
    uint32_t a = bin, b;
    if (f->kind == FEATURE_PAIR) {
        feature_halves(f, bin, &a, &b);
        feature_key(features, rows, f->a, a, out, size);
    } else if (f->kind == FEATURE_WORD) {
        snprintf(out, size, "%s", dictionary_key(&rows->column[f->a].texts, bin, NULL));
    } else if (f->kind == FEATURE_PREFIX) {
        snprintf(out, size, "%s", dictionary_key(&f->keys, bin, NULL));
    } else if (bin < 2) {
        snprintf(out, size, "%s", bin ? "-inf" : "missing");
    } else {
        double edge = f->edge[bin - 2];
        snprintf(out, size, "%.15g", edge);
        if (strtod(out, NULL) != edge) snprintf(out, size, "%.17g", edge);
    }
}
