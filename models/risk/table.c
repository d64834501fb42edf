/* table.c - a term for each feature: which category a shipment is in, by index, and its points.
 *
 * A side of a term tells the category from one column or, for a ratio, from two. Of a column bound to levels the
 * category is the level itself, so that nothing but a look-up is left; a pair has a row of points a category of its
 * first half.
 */
#include "models/risk/table.h"
#include "models/risk/model_inside.h"
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { PAIRS_MOST = 1 << 22 }; /* points of one pair */

struct side {
    const struct risk_feature *feature; /* while the table is made */
    enum { SIDE_MISSING, SIDE_LEVEL, SIDE_NUMBER, SIDE_RATIO } kind;
    size_t column[2];
    double *edge; /* of numbers and ratios; shared by terms: owned by the table */
    size_t categories;
};
struct term {
    struct side side[2];
    size_t sides;
    double *points;
};
struct risk_table {
    double intercept;
    struct term *term;
    size_t terms;
    double **number; /* by column: the number that each level's text is; NULL: the value is the number */
    char ***text;    /* by column: each level as the file spells it */
    size_t *levels;
    size_t columns;
};

struct making {
    const struct risk_model *model;
    const struct risk_binding *binding;
    struct risk_table *table;
    char *why;
};

/* ---- how the file spells a level ---- */

static const char *key_of_same_letters(const struct dictionary *keys, const char *text)
{
    for (uint32_t i = 0; i < keys->count; i++) {
        const char *key = dictionary_key(keys, i, NULL);
        if (strcasecmp(key, text) == 0) return key;
    }
    return NULL;
}

static char *spelled(const struct risk_model *model, size_t column, const char *text)
{
    const char *found = NULL;
    char *upper = strdup(text);
    bool known = false;
    for (char *c = upper; c && *c; c++) *c = (char)toupper((unsigned char)*c);
    for (size_t i = 0; upper && i < model->features && !found && !known; i++) {
        const struct risk_feature *f = &model->feature[i];
        if (f->a != column) continue;
        if (f->kind == FEATURE_WORD) found = key_of_same_letters(&f->keys, text);
        if (f->kind != FEATURE_PREFIX || strlen(text) < f->prefix) continue;
        known = dictionary_find(&f->keys, text, f->prefix) != DICTIONARY_NONE;
        if (!known && dictionary_find(&f->keys, upper, f->prefix) != DICTIONARY_NONE) found = upper;
    }
    char *out = upper ? strdup(found ? found : text) : NULL;
    free(upper);
    return out;
}

static double number_in(const char *text)
{
    char why[QUANTITY_WHY];
    double value;
    return *text && quantity_read(text, UNIT_NONE, &value, why) ? value : NAN;
}

static bool bind_column(struct making *m, size_t c)
{
    struct risk_table *table = m->table;
    const struct risk_binding *binding = &m->binding[c];
    if (binding->number || !binding->text) return true;
    table->levels[c] = binding->levels;
    table->text[c] = calloc(binding->levels + 1, sizeof *table->text[c]);
    table->number[c] = calloc(binding->levels + 1, sizeof *table->number[c]);
    for (size_t l = 0; table->text[c] && table->number[c] && l < binding->levels; l++) {
        table->text[c][l] = spelled(m->model, c, binding->text[l]);
        if (!table->text[c][l]) return false;
        table->number[c][l] = number_in(table->text[c][l]);
    }
    return table->text[c] && table->number[c];
}

/* ---- the sides of a term ---- */

static bool is_missing(const struct making *m, size_t column)
{
    return !m->binding[column].number && !m->binding[column].text;
}

static bool make_side(struct making *m, const struct risk_feature *f, struct side *side)
{
    bool numbers = f->kind == FEATURE_NUMBER || f->kind == FEATURE_RATIO, ratio = f->kind == FEATURE_RATIO;
    *side = (struct side){.feature = f, .column = {f->a, ratio ? f->b : f->a}, .categories = 1};
    if (is_missing(m, f->a) || (ratio && is_missing(m, f->b))) return true;
    if (!numbers && m->binding[f->a].number)
        return quantity_refuse(m->why, "the model's column '%.60s' holds words; give it a category, not a number",
            risk_model_column(m->model, f->a));
    if (!ratio && !m->binding[f->a].number) {
        side->kind = SIDE_LEVEL;
        side->categories = m->binding[f->a].levels;
        return true;
    }
    side->kind = ratio ? SIDE_RATIO : SIDE_NUMBER;
    side->categories = f->count;
    side->edge = malloc((f->count + 1) * sizeof *side->edge);
    if (side->edge) memcpy(side->edge, f->edge, f->count * sizeof *side->edge);
    return side->edge || quantity_refuse(m->why, "no memory for the model's table; free some");
}

static size_t bin_of(const double *edge, size_t bins, double value)
{
    size_t bin = 0;
    if (isnan(value)) return 0;
    while (bin + 1 < bins && value >= edge[bin + 1]) bin++;
    return bin;
}

/* The category's key in the file. */
static void side_key(const struct making *m, const struct side *side, size_t category, char out[KEY_BYTES])
{
    const struct risk_feature *f = side->feature;
    const char *text = side->kind == SIDE_LEVEL ? m->table->text[f->a][category] : "";
    if (side->kind == SIDE_NUMBER || side->kind == SIDE_RATIO)
        text = f->edge_text[category];
    else if (f->kind == FEATURE_NUMBER || f->kind == FEATURE_RATIO)
        text = f->edge_text[side->kind == SIDE_LEVEL ? bin_of(f->edge, f->count, m->table->number[f->a][category]) : 0];
    snprintf(out, KEY_BYTES, "%.*s", f->kind == FEATURE_PREFIX ? (int)f->prefix : KEY_BYTES - 1, text);
}

static double points_of_key(const struct risk_feature *f, const char *key)
{
    if (f->kind == FEATURE_NUMBER || f->kind == FEATURE_RATIO) {
        for (size_t bin = 0; bin < f->count; bin++)
            if (strcmp(f->edge_text[bin], key) == 0) return f->points[bin];
        return 0;
    }
    uint32_t place = dictionary_find(&f->keys, key, strlen(key));
    return place == DICTIONARY_NONE ? 0 : f->points[place];
}

static bool fill_points(struct making *m, const struct risk_feature *f, struct term *term)
{
    size_t rows = term->side[0].categories, columns = term->sides > 1 ? term->side[1].categories : 1;
    char key[2 * KEY_BYTES + 2], other[KEY_BYTES];
    if (rows > PAIRS_MOST / (columns ? columns : 1))
        return quantity_refuse(
            m->why, "the model's pair '%.80s' has too many categories here; fit without it", f->name);
    term->points = calloc(rows * columns + 1, sizeof *term->points);
    if (!term->points) return quantity_refuse(m->why, "no memory for the model's table; free some");
    for (size_t a = 0; a < rows; a++)
        for (size_t b = 0; b < columns; b++) {
            side_key(m, &term->side[0], a, key);
            if (term->sides > 1) {
                side_key(m, &term->side[1], b, other);
                strcat(strcat(key, BETWEEN), other);
            }
            term->points[a * columns + b] = points_of_key(f, key);
        }
    return true;
}

static bool make_term(struct making *m, const struct risk_feature *f)
{
    struct term *term = &m->table->term[m->table->terms++];
    bool pair = f->kind == FEATURE_PAIR;
    term->sides = pair ? 2 : 1;
    const struct risk_feature *half = pair ? &m->model->feature[f->a] : f;
    if (!make_side(m, half, &term->side[0])) return false;
    if (pair && !make_side(m, &m->model->feature[f->b], &term->side[1])) return false;
    return fill_points(m, f, term);
}

struct risk_table *risk_table_create(const struct risk_model *model, const struct risk_binding *binding, char *why)
{
    struct risk_table *table = calloc(1, sizeof *table);
    struct making m = {model, binding, table, why};
    size_t columns = risk_model_columns(model);
    quantity_refuse(why, "no memory for the model's table; free some");
    if (!table) return NULL;
    table->intercept = model->intercept;
    table->columns = columns;
    table->term = calloc(model->features + 1, sizeof *table->term);
    table->number = calloc(columns + 1, sizeof *table->number);
    table->text = calloc(columns + 1, sizeof *table->text);
    table->levels = calloc(columns + 1, sizeof *table->levels);
    bool fine = table->term && table->number && table->text && table->levels;
    for (size_t c = 0; fine && c < columns; c++) fine = bind_column(&m, c);
    for (size_t i = 0; fine && i < model->features; i++) fine = make_term(&m, &model->feature[i]);
    if (fine) return table;
    risk_table_destroy(table);
    return NULL;
}

void risk_table_destroy(struct risk_table *table)
{
    if (!table) return;
    for (size_t i = 0; i < table->terms; i++) {
        free(table->term[i].points);
        for (int s = 0; s < 2; s++) free(table->term[i].side[s].edge);
    }
    for (size_t c = 0; table->text && c < table->columns; c++) {
        for (size_t l = 0; table->text[c] && l < table->levels[c]; l++) free(table->text[c][l]);
        free(table->text[c]);
        if (table->number) free(table->number[c]);
    }
    free(table->term);
    free(table->number);
    free(table->text);
    free(table->levels);
    free(table);
}

/* ---- scoring ---- */

static double number_of(const struct risk_table *table, size_t column, const double *value)
{
    return table->number[column] ? table->number[column][(size_t)value[column]] : value[column];
}

static size_t category_of(const struct risk_table *table, const struct side *side, const double *value)
{
    switch (side->kind) {
    case SIDE_MISSING: return 0;
    case SIDE_LEVEL: return (size_t)value[side->column[0]];
    case SIDE_NUMBER: return bin_of(side->edge, side->categories, value[side->column[0]]);
    case SIDE_RATIO: break;
    }
    double by = number_of(table, side->column[1], value);
    return bin_of(side->edge, side->categories, by > 0 ? number_of(table, side->column[0], value) / by : NAN);
}

double risk_table_points(const struct risk_table *table, const double *value)
{
    double sum = table->intercept;
    for (size_t i = 0; i < table->terms; i++) {
        const struct term *term = &table->term[i];
        size_t at = category_of(table, &term->side[0], value);
        if (term->sides > 1) at = at * term->side[1].categories + category_of(table, &term->side[1], value);
        sum += term->points[at];
    }
    return sum;
}
