/* model.c - the categories of a feature stand in a dictionary by their keys; a pair's key is its halves' with an
 * unlikely character between. */
#include "models/risk/model_inside.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_number(const struct risk_feature *f)
{
    return f->kind == FEATURE_NUMBER || f->kind == FEATURE_RATIO;
}

/* ---- scoring ---- */
static double number_in(const char *cell)
{
    char why[QUANTITY_WHY];
    double value;
    return *cell && quantity_read(cell, UNIT_NONE, &value, why) ? value : NAN;
}

static size_t bin_of(const struct risk_feature *f, const char *const *cell)
{
    double value = number_in(cell[f->a]);
    if (f->kind == FEATURE_RATIO) {
        double by = number_in(cell[f->b]);
        value = by > 0 ? value / by : NAN;
    }
    if (isnan(value)) return 0;
    size_t bin = 0;
    while (bin + 1 < f->count && value >= f->edge[bin + 1]) bin++;
    return bin;
}

/* The category of one feature that is no pair, as the file names it; written to `out`. */
static void key_of(const struct risk_feature *f, const char *const *cell, char out[KEY_BYTES])
{
    if (is_number(f))
        snprintf(out, KEY_BYTES, "%s", f->edge_text[bin_of(f, cell)]);
    else if (f->kind == FEATURE_PREFIX)
        snprintf(out, KEY_BYTES, "%.*s", (int)f->prefix, cell[f->a]);
    else
        snprintf(out, KEY_BYTES, "%s", cell[f->a]);
}

static double points_of(const struct risk_model *model, const struct risk_feature *f, const char *const *cell)
{
    char key[2 * KEY_BYTES + 2], other[KEY_BYTES];
    if (is_number(f)) return f->points[bin_of(f, cell)];
    if (f->kind == FEATURE_PAIR) {
        key_of(&model->feature[f->a], cell, key);
        key_of(&model->feature[f->b], cell, other);
        strcat(strcat(key, BETWEEN), other);
    } else {
        key_of(f, cell, key);
    }
    uint32_t place = dictionary_find(&f->keys, key, strlen(key));
    return place == DICTIONARY_NONE ? 0 : f->points[place];
}

double risk_model_points(const struct risk_model *model, const char *const *cell)
{
    double sum = model->intercept;
    for (size_t i = 0; i < model->features; i++) sum += points_of(model, &model->feature[i], cell);
    return sum;
}

size_t risk_model_columns(const struct risk_model *model)
{
    return model->columns.count;
}

const char *risk_model_column(const struct risk_model *model, size_t i)
{
    return dictionary_key(&model->columns, (uint32_t)i, NULL);
}

/* ---- reading ---- */
static bool find_feature(const struct risk_model *model, const char *name, size_t *place)
{
    for (size_t i = model->features; i-- > 0;)
        if (strcmp(model->feature[i].name, name) == 0) {
            *place = i;
            return true;
        }
    return false;
}

static bool find_part(struct risk_model *model, const struct risk_feature *f, const char *name, size_t *place)
{
    if (f->kind == FEATURE_PAIR) return find_feature(model, name, place) && model->feature[*place].kind != FEATURE_PAIR;
    uint32_t number = dictionary_add(&model->columns, name, strlen(name));
    *place = number;
    return number != DICTIONARY_NONE;
}

static bool add_feature(struct risk_model *model, enum feature_kind kind, const char *const *cell, double points)
{
    struct risk_feature *grown = realloc(model->feature, (model->features + 1) * sizeof *grown);
    if (!grown) return false;
    model->feature = grown;
    struct risk_feature f = {
        .name = cell[FEATURE], .kind = kind, .prefix = points >= 1 && points <= 64 ? (size_t)points : 0};
    bool two = kind == FEATURE_PAIR || kind == FEATURE_RATIO;
    if (kind == FEATURE_PREFIX && !f.prefix) return false;
    if (!find_part(model, &f, cell[KEY], &f.a) || (two && !find_part(model, &f, cell[OTHER], &f.b))) return false;
    model->feature[model->features++] = f;
    return true;
}

static bool make_room(struct risk_feature *f)
{
    if (f->count < f->allocated) return true;
    size_t allocated = f->allocated ? 2 * f->allocated : 32;
    double *points = realloc(f->points, allocated * sizeof *points);
    if (points) f->points = points;
    double *edge = is_number(f) ? realloc(f->edge, allocated * sizeof *edge) : NULL;
    if (edge) f->edge = edge;
    const char **text = is_number(f) ? realloc(f->edge_text, allocated * sizeof *text) : NULL;
    if (text) f->edge_text = text;
    if (!points || (is_number(f) && (!edge || !text))) return false;
    f->allocated = allocated;
    return true;
}

/* Missing first, then lower ends that rise from -inf. */
static bool add_bin(struct risk_feature *f, const char *const *cell, double points)
{
    bool missing = strcmp(cell[KIND], "missing") == 0;
    double edge = missing ? -INFINITY : strtod(cell[KEY], NULL);
    if (missing != (f->count == 0) || (f->count == 1 && !(isinf(edge) && edge < 0)) ||
        (f->count > 1 && !(edge > f->edge[f->count - 1])) || !make_room(f))
        return false;
    f->edge[f->count] = edge;
    f->edge_text[f->count] = missing ? "missing" : cell[KEY];
    f->points[f->count++] = points;
    return true;
}

static bool add_category(struct risk_model *model, const char *const *cell, double points)
{
    char key[2 * KEY_BYTES];
    size_t place;
    if (!find_feature(model, cell[FEATURE], &place) || place + 1 != model->features) return false;
    struct risk_feature *f = &model->feature[place];
    bool number = strcmp(cell[KIND], "from") == 0 || strcmp(cell[KIND], "missing") == 0,
         pair = strcmp(cell[KIND], "both") == 0;
    if (number != is_number(f) || pair != (f->kind == FEATURE_PAIR)) return false;
    if (number) return add_bin(f, cell, points);
    int size = snprintf(key, sizeof key, "%s%s%s", cell[KEY], pair ? BETWEEN : "", pair ? cell[OTHER] : "");
    if (size < 0 || (size_t)size >= sizeof key || !make_room(f)) return false;
    if (dictionary_add(&f->keys, key, (size_t)size) != f->count) return false; /* twice, or no memory */
    f->points[f->count++] = points;
    return true;
}

static bool read_row(struct risk_model *model, const char *const *cell)
{
    static const char *const categories[] = {"is", "from", "missing", "both"};
    char *end;
    double points = strtod(cell[POINTS], &end);
    if (end == cell[POINTS] || *end || !isfinite(points)) return false;
    if (strcmp(cell[KIND], "intercept") == 0) {
        model->intercept = points;
        return true;
    }
    for (size_t i = 0; i < 4; i++)
        if (strcmp(cell[KIND], categories[i]) == 0) return add_category(model, cell, points);
    for (enum feature_kind kind = FEATURE_WORD; kind <= FEATURE_PAIR; kind++)
        if (strcmp(cell[KIND], feature_kind_name(kind)) == 0) return add_feature(model, kind, cell, points);
    return false;
}

static bool is_complete(const struct risk_model *model)
{
    for (size_t i = 0; i < model->features; i++)
        if (is_number(&model->feature[i]) && model->feature[i].count < 2) return false;
    return model->features > 0;
}

static bool read_rows(struct risk_model *model, char *why)
{
    static const char *const names[CELLS] = {"feature", "kind", "key", "other", "points"};
    const struct datafile *file = model->file;
    bool is_model = file->columns == CELLS;
    for (size_t i = 0; is_model && i < file->columns; i++) is_model = strcmp(file->cell[i], names[i]) == 0;
    if (!is_model)
        return quantity_refuse(why,
            "'%.120s' is no model file; its first line is feature,kind,key,other,points: write one with fit --label -o",
            file->path);
    for (size_t row = 0; row < file->rows; row++) {
        const char *cell[CELLS];
        for (size_t i = 0; i < file->columns; i++) cell[i] = datafile_cell(file, row, i);
        if (!read_row(model, cell))
            return quantity_refuse(why,
                "line %zu of '%.100s' is no line of a model file: %.40s,%.20s,%.40s; write it again with fit --label "
                "-o",
                row + 2, file->path, cell[FEATURE], cell[KIND], cell[KEY]);
    }
    if (!is_complete(model))
        return quantity_refuse(why, "'%.120s' ends too early; write it again with fit --label -o", file->path);
    return true;
}

struct risk_model *risk_model_of(struct datafile *file, char *why)
{
    struct risk_model *model = calloc(1, sizeof *model);
    if (!model) {
        quantity_refuse(why, "no memory for the model; free some");
        return NULL;
    }
    model->file = file;
    model->borrows = true;
    if (read_rows(model, why)) return model;
    risk_model_destroy(model);
    return NULL;
}

struct risk_model *risk_model_read(const char *beside, const char *file, const struct tree_options *options, char *why)
{
    struct risk_model *model = calloc(1, sizeof *model);
    if (!model) {
        quantity_refuse(why, "no memory for the model '%.100s'; free some", file);
        return NULL;
    }
    model->file = datafile_read(beside, file, options, why);
    if (model->file && read_rows(model, why)) return model;
    risk_model_destroy(model);
    return NULL;
}

void risk_model_destroy(struct risk_model *model)
{
    if (!model) return;
    for (size_t i = 0; i < model->features; i++) {
        struct risk_feature *f = &model->feature[i];
        dictionary_clear(&f->keys);
        free(f->points);
        free(f->edge);
        free(f->edge_text);
    }
    free(model->feature);
    dictionary_clear(&model->columns);
    if (!model->borrows) datafile_destroy(model->file);
    free(model);
}
