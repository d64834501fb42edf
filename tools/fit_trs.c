/* fit_trs.c - `greenlane fit --trs`: a Time Release Study sample to stages, each with its distribution.
 *
 * Milestones are the columns that hold dates and times, in the order of the columns. A stage ends at a milestone and
 * begins at the last one before it that the row has, so a milestone that a row lacks is a stage it did not meet. All
 * rows are read before it is known which columns are milestones: moments are kept, and what was wrong with a cell. */
#include "tools/command.h"
#include "tools/fit.h"
#include "tools/json.h"
#include "tools/moments.h"
#include "tools/table.h"
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_COLUMNS = 200, LEAST_ROWS = 10, TOLD = 20 };
static const double poor = .01; /* p below which a stage's best family is called a poor fit */
static const uint64_t seed = 1;

struct column {
    char *name;
    double *hours; /* by row; NAN: missing or no moment */
    struct moments moments;
    size_t good, bad;
    struct {
        int line, column;
        char why[QUANTITY_WHY];
    } told[TOLD]; /* of the first bad cells */
    bool is_milestone;
};
struct trs_sample {
    struct column *column;
    size_t columns, rows, room;
    int *line;                                  /* of each row */
    size_t milestone[MOST_COLUMNS], milestones; /* which columns */
};

/* ---- reading ---- */
static bool make_room(struct trs_sample *s)
{
    if (s->rows < s->room) return true;
    size_t room = s->room ? 2 * s->room : 1024;
    int *line = realloc(s->line, room * sizeof *line);
    if (!line) return false;
    s->line = line;
    for (size_t i = 0; i < s->columns; i++) {
        double *grown = realloc(s->column[i].hours, room * sizeof *grown);
        if (!grown) return false;
        s->column[i].hours = grown;
    }
    s->room = room;
    return true;
}

static void take_cell(struct column *column, struct csv *csv, size_t i, size_t row)
{
    char why[QUANTITY_WHY];
    column->hours[row] = NAN;
    if (csv_is_missing(csv->cell[i])) return;
    if (moments_read(&column->moments, csv->cell[i], &column->hours[row], why)) {
        column->good++;
        return;
    }
    if (column->bad < TOLD) {
        struct place place = csv_place(csv, i);
        column->told[column->bad].line = place.line;
        column->told[column->bad].column = place.column;
        memcpy(column->told[column->bad].why, why, sizeof why);
    }
    column->bad++;
}

static bool take_rows(struct trs_sample *s, struct csv *csv)
{
    s->column = calloc(csv->columns, sizeof *s->column);
    if (!s->column) return false;
    s->columns = csv->columns;
    for (size_t i = 0; i < s->columns; i++)
        if (!(s->column[i].name = strdup(csv->name[i]))) return false;
    while (csv_next(csv)) {
        if (!make_room(s)) return false;
        for (size_t i = 0; i < s->columns; i++) take_cell(&s->column[i], csv, i, s->rows);
        s->line[s->rows++] = csv->line;
    }
    return true;
}

/* Columns most of whose cells are moments with times of day; what is wrong in the rest of them is told. */
static void find_milestones(struct trs_sample *s, const char *path, struct diagnostics *errors)
{
    for (size_t i = 0; i < s->columns; i++) {
        struct column *column = &s->column[i];
        column->is_milestone = column->good > column->bad && column->moments.timed && s->milestones < MOST_COLUMNS;
        if (!column->is_milestone) continue;
        s->milestone[s->milestones++] = i;
        for (size_t k = 0; k < column->bad && k < TOLD; k++)
            diagnostics_add(errors, DIAGNOSTIC_ERROR,
                (struct place){path, column->told[k].line, column->told[k].column}, "%s: %s", column->name,
                column->told[k].why);
    }
    if (s->milestones < 2)
        diagnostics_add(errors, DIAGNOSTIC_ERROR, (struct place){path, 1, 1},
            "%zu columns hold dates and times; two milestones at least are wanted, written 2022-11-14 08:30",
            s->milestones);
}

static double at(const struct trs_sample *s, size_t milestone, size_t row)
{
    return s->column[s->milestone[milestone]].hours[row];
}

/* Each milestone is no earlier than the last one before it. */
static void check_order(const struct trs_sample *s, const char *path, struct diagnostics *errors)
{
    size_t told = 0;
    for (size_t row = 0; row < s->rows && told < TOLD; row++) {
        double last = NAN;
        size_t before = 0;
        for (size_t m = 0; m < s->milestones; m++) {
            double now = at(s, m, row);
            if (isnan(now)) continue;
            if (now < last) {
                diagnostics_add(errors, DIAGNOSTIC_ERROR, (struct place){path, s->line[row], 1},
                    "%s is %.4g h before %s; correct one of the two, or order the columns as the milestones come",
                    s->column[s->milestone[m]].name, last - now, s->column[s->milestone[before]].name);
                told++;
                break;
            }
            last = now;
            before = m;
        }
    }
    if (told == TOLD)
        diagnostics_add(errors, DIAGNOSTIC_NOTE, (struct place){path, 0, 0},
            "%d rows out of order; further ones are not told", TOLD);
}

static int read_sample(struct trs_sample *s, const char *path)
{
    struct diagnostics errors;
    diagnostics_init(&errors);
    struct csv *csv = csv_open(path, &errors);
    bool fine = !csv || take_rows(s, csv);
    if (fine && csv && !errors.errors) find_milestones(s, path, &errors);
    if (fine && csv && !errors.errors) check_order(s, path, &errors);
    csv_close(csv);
    int code = fit_end_messages(&errors);
    return fine ? code : fit_no_memory();
}

static void sample_clear(struct trs_sample *s)
{
    for (size_t i = 0; s->column && i < s->columns; i++) {
        free(s->column[i].name);
        free(s->column[i].hours);
    }
    free(s->column);
    free(s->line);
}

/* ---- names ---- */
/* An identifier that no stage before it has. */
static void name_stage(struct trs *trs, size_t i)
{
    struct trs_stage *stage = &trs->stage[i];
    size_t n = 0;
    if (!isalpha((unsigned char)stage->column[0])) n = (size_t)snprintf(stage->name, sizeof stage->name, "to_");
    for (const char *c = stage->column; *c && n + 8 < sizeof stage->name; c++) {
        bool letter = isalnum((unsigned char)*c) && (unsigned char)*c < 128;
        if (letter)
            stage->name[n++] = (char)tolower((unsigned char)*c);
        else if (n && stage->name[n - 1] != '_')
            stage->name[n++] = '_';
    }
    while (n && stage->name[n - 1] == '_') n--;
    stage->name[n] = 0;
    for (size_t k = 0; k < i; k++)
        if (strcmp(trs->stage[k].name, stage->name) == 0) {
            snprintf(stage->name + n, sizeof stage->name - n, "_%zu", i + 1);
            break;
        }
}

/* Whose time a stage is, as far as its name says. */
static const char *guess_owner(const char *name)
{
    static const struct {
        const char *word, *owner;
    } known[] = {
        {"discharge", "terminal"},
        {"unload", "terminal"},
        {"gate", "terminal"},
        {"berth", "terminal"},
        {"yard", "terminal"},
        {"manifest", "carrier"},
        {"delivery_order", "carrier"},
        {"permit", "other agency"},
        {"certific", "other agency"},
        {"quarantine", "other agency"},
        {"health", "other agency"},
        {"prepar", "trader"},
        {"lodg", "trader"},
        {"declar", "trader"},
        {"submi", "trader"},
        {"registr", "trader"},
        {"pay", "trader"},
        {"paid", "trader"},
        {"pick", "trader"},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strstr(name, known[i].word)) return known[i].owner;
    return "customs";
}

/* ---- stages ---- */
static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static bool is_whole(const struct trs_sample *s, size_t row)
{
    return !isnan(at(s, 0, row)) && !isnan(at(s, s->milestones - 1, row));
}

static void cut_row(struct trs *trs, const struct trs_sample *s, size_t row)
{
    double last = at(s, 0, row);
    for (size_t m = 1; m < s->milestones; m++) {
        double now = at(s, m, row);
        if (isnan(now)) continue;
        struct trs_stage *stage = &trs->stage[m - 1];
        stage->hours[stage->n++] = now - last;
        stage->zeros += now == last;
        last = now;
    }
    trs->arrival[trs->rows] = at(s, 0, row);
    trs->total[trs->rows++] = last - at(s, 0, row);
}

/* The best family; with too few values over 0 an exponential of their mean, or nothing at all. */
static bool fit_stage(struct trs_stage *stage, size_t rows)
{
    struct fit all[FIT_FAMILIES];
    double sum = 0;
    qsort(stage->hours, stage->n, sizeof *stage->hours, by_value);
    for (size_t i = 0; i < stage->n; i++) sum += stage->hours[i];
    stage->mean = stage->n ? sum / (double)stage->n : NAN;
    stage->share = (double)stage->n / (double)rows;
    size_t over = stage->n - stage->zeros;
    enum status status = fit_sample_init(&stage->sample, stage->hours + stage->zeros, over);
    if (status == STATUS_NO_MEMORY) return false;
    if (status == STATUS_OK) {
        stage->fit = all[fit_all(&stage->sample, all)];
        fit_simulate_p(&stage->sample, seed, &stage->fit);
        stage->fits = stage->fit.p >= poor;
    } else {
        stage->fit = (struct fit){.family = over ? FIT_EXPONENTIAL : FIT_CONSTANT,
            .parameters = 1,
            .parameter = {over ? sum / (double)over : 0},
            .distance = NAN,
            .p = NAN};
    }
    fit_words(&stage->fit, "h", over ? (double)stage->zeros / (double)stage->n : 0, stage->words);
    return true;
}

static bool cut_stages(struct trs *trs, struct trs_sample *s)
{
    trs->stages = s->milestones - 1;
    trs->stage = calloc(trs->stages, sizeof *trs->stage);
    trs->arrival = calloc(s->rows + 1, sizeof *trs->arrival);
    trs->total = calloc(s->rows + 1, sizeof *trs->total);
    if (!trs->stage || !trs->arrival || !trs->total) return false;
    trs->first_column = s->column[s->milestone[0]].name;
    trs->timed = s->column[s->milestone[0]].moments.timed;
    for (size_t i = 0; i < trs->stages; i++) {
        trs->stage[i].column = s->column[s->milestone[i + 1]].name;
        name_stage(trs, i);
        trs->stage[i].owner = guess_owner(trs->stage[i].name);
        if (!(trs->stage[i].hours = calloc(s->rows + 1, sizeof(double)))) return false;
    }
    for (size_t row = 0; row < s->rows; row++) {
        if (is_whole(s, row))
            cut_row(trs, s, row);
        else
            trs->unfinished++;
    }
    if (trs->rows < LEAST_ROWS) return true;
    qsort(trs->total, trs->rows, sizeof *trs->total, by_value);
    for (size_t i = 0; i < trs->stages; i++)
        if (!fit_stage(&trs->stage[i], trs->rows)) return false;
    return true;
}

/* ---- printing ---- */
static double mean_of(const double *value, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += value[i];
    return sum / (double)n;
}

static bool print_stages(const struct trs *trs, FILE *out)
{
    struct table *table = table_create("lrrrrlrr");
    const char *const head[] = {"stage", "met", "mean h", "median", "p90", "family", "KS", "p"};
    if (!table) return false;
    for (size_t i = 0; i < 8; i++) table_cell(table, "%s", head[i]);
    table_end_row(table);
    for (size_t i = 0; i < trs->stages; i++) {
        const struct trs_stage *stage = &trs->stage[i];
        table_cell(table, "%s", stage->name);
        table_share(table, stage->share, 1);
        table_number(table, stage->mean, 2);
        table_number(table, stage->n ? fit_quantile(stage->hours, stage->n, .5) : NAN, 2);
        table_number(table, stage->n ? fit_quantile(stage->hours, stage->n, .9) : NAN, 2);
        table_cell(table, "%s%s", fit_family_name(stage->fit.family), stage->fits || isnan(stage->fit.p) ? "" : " !");
        table_number(table, stage->fit.distance, 3);
        table_number(table, stage->fit.p, 3);
        table_end_row(table);
    }
    table_cell(table, "whole");
    table_cell(table, " ");
    table_number(table, mean_of(trs->total, trs->rows), 2);
    table_number(table, fit_quantile(trs->total, trs->rows, .5), 2);
    table_number(table, fit_quantile(trs->total, trs->rows, .9), 2);
    table_end_row(table);
    bool fine = table_print(table, out);
    table_destroy(table);
    return fine;
}

static bool print_text(const struct trs *trs, FILE *out)
{
    bool marked = false;
    for (size_t i = 0; i < trs->stages; i++) marked = marked || !(trs->stage[i].fits || isnan(trs->stage[i].fit.p));
    fprintf(out, "%s: %zu declarations from %s to %s\n", fit_base_name(trs->path), trs->rows, trs->first_column,
        trs->stage[trs->stages - 1].column);
    if (trs->unfinished)
        fprintf(out,
            "%zu rows lack one of these and are left out; if they are the slow ones, the stages\nbelow are too fast\n",
            trs->unfinished);
    fputc('\n', out);
    if (!print_stages(trs, out)) return false;
    if (marked) fputs("! chance alone would hardly put this family so far off; see fit --column\n", out);
    return true;
}

static void print_json(const struct trs *trs)
{
    struct json json = {.out = stdout};
    json_map(&json, NULL);
    json_count(&json, "schema_version", 1);
    json_text(&json, "fit", "trs");
    json_text(&json, "data", trs->path);
    json_count(&json, "rows", trs->rows);
    json_count(&json, "unfinished", trs->unfinished);
    json_number(&json, "mean_h", mean_of(trs->total, trs->rows));
    json_number(&json, "p50_h", fit_quantile(trs->total, trs->rows, .5));
    json_number(&json, "p90_h", fit_quantile(trs->total, trs->rows, .9));
    json_list(&json, "stages");
    for (size_t i = 0; i < trs->stages; i++) {
        const struct trs_stage *stage = &trs->stage[i];
        json_map(&json, NULL);
        json_text(&json, "name", stage->name);
        json_text(&json, "column", stage->column);
        json_text(&json, "owner", stage->owner);
        json_number(&json, "share", stage->share);
        json_number(&json, "mean_h", stage->mean);
        json_text(&json, "family", fit_family_name(stage->fit.family));
        json_text(&json, "words", stage->words);
        json_number(&json, "ks", stage->fit.distance);
        json_number(&json, "p", stage->fit.p);
        json_end(&json);
    }
    json_end(&json);
    json_end(&json);
}

/* ---- the whole ---- */
static int report(const struct trs *trs)
{
    const struct options *o = trs->options;
    if (o->out) {
        struct fit_file file;
        int code = fit_file_begin(&file, o->out);
        if (code) return code;
        trs_write_scenario(trs, file.out);
        if ((code = fit_file_end(&file, true))) return code;
    }
    if (o->json) {
        print_json(trs);
        return 0;
    }
    /* The scenario itself is the output where no file is named; what is said about it is not part of it. */
    if (!print_text(trs, o->out ? stdout : stderr)) return fit_no_memory();
    if (o->out)
        printf("\n%s written: a starter to edit. Stages are delays, independent of each other and of load;\n"
               "where people or machines are short, make it a service with a resource.\n",
            o->out);
    else
        trs_write_scenario(trs, stdout);
    return 0;
}

int trs_read(struct trs *trs, const struct options *options, const char *path)
{
    *trs = (struct trs){.options = options, .path = path, .sample = calloc(1, sizeof *trs->sample)};
    if (!trs->sample) return fit_no_memory();
    int code = read_sample(trs->sample, path);
    if (!code && !cut_stages(trs, trs->sample)) code = fit_no_memory();
    if (code || trs->rows >= LEAST_ROWS) return code;
    fprintf(stderr, "%s: error: %zu rows have both %s and %s; at least %d are wanted\n", path, trs->rows,
        trs->first_column, trs->stage[trs->stages - 1].column, LEAST_ROWS);
    return EXIT_CONTENT;
}

void trs_clear(struct trs *trs)
{
    for (size_t i = 0; trs->stage && i < trs->stages; i++) {
        free(trs->stage[i].hours);
        fit_sample_clear(&trs->stage[i].sample);
    }
    free(trs->stage);
    free(trs->arrival);
    free(trs->total);
    if (trs->sample) sample_clear(trs->sample);
    free(trs->sample);
}

int fit_trs(const struct options *options)
{
    struct trs trs;
    int code = trs_read(&trs, options, options->trs ? options->trs : options->data);
    if (!code) code = report(&trs);
    trs_clear(&trs);
    return code;
}
