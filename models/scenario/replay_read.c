/* replay_read.c - what data files say: arrivals that are replayed, and the shipments that are inside at the start. */
#include "models/scenario/datafile.h"
#include "models/scenario/reader.h"

#include <stdlib.h>
#include <string.h>

/* ---- a data file and its columns ---- */

struct datafile *reader_data_open(struct reader *r, const struct node *map, const char *key)
{
    const struct node *file = reader_get(map, key);
    char why[QUANTITY_WHY];
    if (!file || file->kind != NODE_SCALAR) return NULL;
    r->data = datafile_read(reader_beside(r, file), file->text, r->files.options, why);
    if (r->data)
        r->files.hash = (r->files.hash ^ r->data->hash) * UINT64_C(0x100000001B3);
    else
        reader_error_at(r, map, key, "%s", why);
    return r->data;
}

void reader_data_close(struct reader *r)
{
    datafile_destroy(r->data);
    r->data = NULL;
}

static bool find_column(
    struct reader *r, const struct node *map, const char *key, const struct datafile *data, size_t *column)
{
    const struct node *named = reader_get(map, key);
    char why[QUANTITY_WHY];
    const char *name = named && named->kind == NODE_SCALAR ? named->text : key;
    if (datafile_column(data, name, column, why)) return true;
    reader_error_at(r, map, key, "%s", why);
    return false;
}

bool reader_data_attributes(
    struct reader *r, const struct node *map, const struct datafile *data, int **attribute, size_t **column, size_t *n)
{
    const struct node *names = node_get(map, "attributes");
    size_t count = names && names->kind == NODE_MAP ? names->count : 0;
    const char **known = shelf_take(r->shelf, r->scenario->attributes + 1, sizeof *known);
    char why[QUANTITY_WHY];
    *attribute = shelf_take(r->shelf, count + 1, sizeof **attribute);
    *column = shelf_take(r->shelf, count + 1, sizeof **column);
    for (size_t i = 0; i < r->scenario->attributes; i++) known[i] = r->scenario->attribute[i];
    for (*n = 0; *n < count; ++*n) {
        const struct node *key = names->key[*n], *value = names->value[*n];
        size_t mark = reader_enter(r, "attributes");
        reader_enter(r, key->text);
        int found = reader_find(r, key, "attribute", key->text, known, r->scenario->attributes);
        bool fine = found != NONE && value->kind == NODE_SCALAR;
        if (fine && !datafile_column(data, value->text, &(*column)[*n], why)) {
            reader_error(r, value, "%s", why);
            fine = false;
        }
        reader_leave(r, mark);
        if (!fine) return false;
        (*attribute)[*n] = found;
    }
    return true;
}

bool reader_cell_value(const struct attribute_info *info, const char *cell, double *out)
{
    char why[QUANTITY_WHY];
    if (info->kind == ATTRIBUTE_FLAG) {
        bool yes = strcmp(cell, "true") == 0 || strcmp(cell, "1") == 0,
             no = strcmp(cell, "false") == 0 || strcmp(cell, "0") == 0;
        *out = yes;
        return yes || no;
    }
    for (size_t i = 0; info->kind == ATTRIBUTE_CATEGORY && i < info->levels; i++)
        if (strcmp(info->level[i], cell) == 0) {
            *out = info->level_value[i];
            return true;
        }
    return (info->kind == ATTRIBUTE_NUMBER || info->numeric) && quantity_read(cell, UNIT_NONE, out, why);
}

/* The values of a row's attributes; false: reported with the line. */
static bool read_values(struct reader *r, const struct node *map, const struct datafile *data, size_t row,
    const int *attribute, const size_t *column, size_t n, double *value)
{
    for (size_t i = 0; i < n; i++) {
        const struct attribute_info *info = &r->attribute[attribute[i]];
        const char *cell = datafile_cell(data, row, column[i]);
        if (reader_cell_value(info, cell, &value[i])) continue;
        reader_error_at(r, node_get(map, "attributes"), info->name,
            "line %zu of '%s' holds '%.40s', which is no value of %s", row + 2, data->path, cell, info->name);
        return false;
    }
    return true;
}

/* Rows in an order of their own; equal ones stay in the file's. */
struct ordered_row {
    double key;
    size_t row;
};
static int by_key(const void *a, const void *b)
{
    const struct ordered_row *x = a, *y = b;
    if (x->key != y->key) return x->key > y->key ? 1 : -1;
    return (x->row > y->row) - (x->row < y->row);
}

/* ---- replay ---- */

static bool replay_time(const struct run_plan *run, const char *cell, double hours, double *out)
{
    char why[QUANTITY_WHY];
    if (hours == 0) return quantity_moment(cell, out, why);
    if (!quantity_read(cell, UNIT_NONE, out, why)) return false;
    *out = run->measure_from + *out * hours;
    return true;
}

static bool fill_replay(
    struct reader *r, struct arrivals *a, const struct datafile *data, const struct node *map, double hours)
{
    size_t n = data->rows, k, time_column, *column;
    if (!find_column(r, map, "time", data, &time_column) ||
        !reader_data_attributes(r, map, data, &a->replay_attribute, &column, &k))
        return false;
    struct ordered_row *order = shelf_take(r->shelf, n, sizeof *order);
    for (size_t i = 0; i < n; i++) {
        order[i].row = i;
        if (replay_time(&r->scenario->run, datafile_cell(data, i, time_column), hours, &order[i].key)) continue;
        reader_error_at(r, map, "time", "line %zu of '%s' holds '%.40s', which is no %s", i + 2, data->path,
            datafile_cell(data, i, time_column),
            hours == 0 ? "date; write 2022-11-11 00:00, or unit: h" : "number; write hours as 12.5");
        return false;
    }
    qsort(order, n, sizeof *order, by_key);
    a->replay_attributes = k;
    a->time = shelf_take(r->shelf, n, sizeof *a->time);
    a->replay_value = shelf_take(r->shelf, n * k + 1, sizeof *a->replay_value);
    for (size_t i = 0; i < n; i++, a->times++) {
        a->time[i] = order[i].key;
        if (!read_values(r, map, data, order[i].row, a->replay_attribute, column, k, &a->replay_value[i * k]))
            return false;
    }
    return true;
}

void read_replay(struct reader *r, struct arrivals *a, const struct node *map)
{
    static const char *const unit[] = {"dated", "s", "min", "h", "d", "week"};
    static const double hours[] = {0, 1.0 / 3600, 1.0 / 60, 1, 24, 168};
    size_t mark = reader_enter(r, "replay");
    double in_hours = hours[reader_word(map, "unit", unit, 6, 0)];
    a->kind = ARRIVAL_REPLAY;
    if (reader_scalar(map, "file") && reader_scalar(map, "time")) {
        if (in_hours == 0 && !r->scenario->run.dated)
            reader_error(r, map, "the run has no dates, so the replay needs a unit; write unit: h");
        struct datafile *data = reader_data_open(r, map, "file");
        if (data) fill_replay(r, a, data, map, in_hours);
        reader_data_close(r);
    }
    reader_leave(r, mark);
}

/* ---- start ---- */

static bool refuse_cell(struct reader *r, const struct node *map, const char *key, const struct datafile *data,
    size_t row, const char *cell, const char *what)
{
    reader_error_at(r, map, key, "line %zu of '%s' holds '%.40s', which is %s", row + 2, data->path, cell, what);
    return false;
}

static int find_stream(const struct scenario *s, const char *name)
{
    for (size_t i = 0; i < s->streams; i++)
        if (strcmp(s->stream[i].name, name) == 0) return (int)i;
    return NONE;
}

static bool is_among(const struct scenario *s, int first, int step)
{
    for (int i = first; i != NONE; i = s->step[i].next) {
        if (i == step) return true;
        for (size_t b = 0; b < s->step[i].branches; b++)
            if (s->step[i].branch[b] != NONE && is_among(s, s->step[i].branch[b], step)) return true;
    }
    return false;
}

/* On a branch, a shipment is in several places at once. */
static bool is_on_branch(const struct scenario *s, int step)
{
    for (size_t i = 0; i < s->steps; i++)
        for (size_t b = 0; s->step[i].kind == STEP_PARALLEL && b < s->step[i].branches; b++)
            if (s->step[i].branch[b] != NONE && is_among(s, s->step[i].branch[b], step)) return true;
    return false;
}

static bool find_step(struct reader *r, const struct node *map, const struct datafile *data, size_t row,
    const char *cell, struct backlog_row *out)
{
    const struct scenario *s = r->scenario;
    out->step = NONE;
    if (!cell[0]) return true;
    for (size_t i = 0; i < s->steps && out->step == NONE; i++)
        if (s->step[i].process == s->stream[out->stream].process && strcmp(s->step[i].name, cell) == 0)
            out->step = (int)i;
    if (out->step == NONE) return refuse_cell(r, map, "step", data, row, cell, "no step of its stream's process");
    if (!is_on_branch(s, out->step)) return true;
    return refuse_cell(
        r, map, "step", data, row, cell, "on a branch of a parallel step; give the parallel step itself");
}

static bool read_row(struct reader *r, const struct node *map, const struct datafile *data, size_t row,
    const size_t column[3], double hours, struct backlog_row *out)
{
    const char *stream = datafile_cell(data, row, column[0]), *age = datafile_cell(data, row, column[2]);
    char why[QUANTITY_WHY];
    out->stream = find_stream(r->scenario, stream);
    if (out->stream == NONE) return refuse_cell(r, map, "stream", data, row, stream, "no stream");
    if (r->scenario->stream[out->stream].arrivals.kind == ARRIVAL_POPULATION)
        return refuse_cell(r, map, "stream", data, row, stream, "a population; its members all begin outside");
    if (!find_step(r, map, data, row, datafile_cell(data, row, column[1]), out)) return false;
    if (!quantity_read(age, UNIT_NONE, &out->age, why) || !(out->age >= 0))
        return refuse_cell(r, map, "age", data, row, age, "no age; write a number of at least 0");
    out->age *= hours;
    return true;
}

static void fill_backlog(struct reader *r, struct backlog *backlog, const struct datafile *data, const struct node *map)
{
    static const char *const name[] = {"stream", "step", "age"}, *const unit[] = {"h", "s", "min", "d", "week"};
    static const double hours[] = {1, 1.0 / 3600, 1.0 / 60, 24, 168};
    double in_hours = hours[reader_word(map, "unit", unit, 5, 0)];
    size_t n = data->rows, column[3], *of_attribute;
    for (size_t i = 0; i < 3; i++)
        if (!find_column(r, map, name[i], data, &column[i])) return;
    if (!reader_data_attributes(r, map, data, &backlog->attribute, &of_attribute, &backlog->attributes)) return;
    struct ordered_row *order = shelf_take(r->shelf, n + 1, sizeof *order);
    struct backlog_row *row = shelf_take(r->shelf, n + 1, sizeof *row);
    for (size_t i = 0; i < n; i++) {
        if (!read_row(r, map, data, i, column, in_hours, &row[i])) return;
        order[i] = (struct ordered_row){-row[i].age, i};
    }
    qsort(order, n, sizeof *order, by_key);
    backlog->row = shelf_take(r->shelf, n + 1, sizeof *backlog->row);
    backlog->value = shelf_take(r->shelf, n * backlog->attributes + 1, sizeof *backlog->value);
    for (size_t i = 0; i < n; i++, backlog->rows++) {
        backlog->row[i] = row[order[i].row];
        if (!read_values(r, map, data, order[i].row, backlog->attribute, of_attribute, backlog->attributes,
                &backlog->value[i * backlog->attributes]))
            return;
    }
}

void read_start(struct reader *r)
{
    const struct node *map = reader_get(r->root, "start");
    if (!map || map->kind != NODE_MAP) return;
    size_t mark = reader_enter(r, "start");
    r->scenario->backlog.place = map->place;
    struct datafile *data = reader_data_open(r, map, "from");
    if (data) fill_backlog(r, &r->scenario->backlog, data, map);
    reader_data_close(r);
    if (r->scenario->run.warm_up > 0)
        reader_warning(r, map, "the backlog stands at the beginning of the warm-up; write warm_up: 0 h to measure it");
    reader_leave(r, mark);
}
