/* suite.c - three tables read, joined by the id of a case, and checked: every exact value has a row in cases.csv. */
#include "tools/suite.h"
#include "tools/command.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int wrong(const struct datafile *data, size_t row, const char *what, const char *word)
{
    fprintf(stderr, "greenlane: %s:%zu: %s '%s'\n", data->path, row + 2, what, word);
    return EXIT_CONTENT;
}

static int out_of_memory(void)
{
    fprintf(stderr, "greenlane: out of memory\n");
    return EXIT_FAULT;
}

static int read_table(struct datafile **out, const char *folder, const char *name)
{
    char beside[PATH_MAX], why[QUANTITY_WHY];
    if (snprintf(beside, sizeof beside, "%s/%s", folder, name) >= (int)sizeof beside) return EXIT_UNREADABLE;
    *out = datafile_read(beside, name, NULL, why);
    if (*out) return 0;
    fprintf(stderr, "greenlane: %s: %s\n", beside, why);
    return EXIT_UNREADABLE;
}

static int find_columns(const struct datafile *data, const char *const *name, size_t n, size_t *column)
{
    char why[QUANTITY_WHY];
    for (size_t i = 0; i < n; i++)
        if (!datafile_column(data, name[i], &column[i], why)) {
            fprintf(stderr, "greenlane: %s\n", why);
            return EXIT_CONTENT;
        }
    return 0;
}

/* The row of a table whose cell is `word`; the number of rows when there is none. */
static size_t find_row(const struct datafile *data, size_t column, const char *word)
{
    size_t row = 0;
    while (row < data->rows && strcmp(datafile_cell(data, row, column), word) != 0) row++;
    return row;
}

/* ---- cases ---- */

enum { EXACT_ID, EXACT_MEASURE, EXACT_VALUE, EXACT_MODEL, EXACT_PARAMETERS };
static const char *const of_exact[] = {"id", "measure", "exact_value", "model", "parameters"};

static bool read_use(const char *word, enum suite_use *use)
{
    static const char *const words[] = {"", "pooled", "identity", "coverage", "not_run"};
    for (int i = 0; i < 5; i++)
        if (strcmp(word, words[i]) == 0) {
            *use = (enum suite_use)i;
            return true;
        }
    return false;
}

static int find_model(struct suite *suite, const char *folder, const char *name, size_t row, const size_t exact[5])
{
    size_t m = 0;
    while (m < suite->models && strcmp(suite->model[m].name, name) != 0) m++;
    if (m < suite->models) return (int)m;
    size_t size = strlen(folder) + strlen(name) + sizeof "/.yaml";
    struct suite_model *model = &suite->model[suite->models];
    *model = (struct suite_model){.name = name, .path = malloc(size), .seed = suite->models + 1};
    model->model = datafile_cell(suite->exact, row, exact[EXACT_MODEL]);
    model->parameters = datafile_cell(suite->exact, row, exact[EXACT_PARAMETERS]);
    if (!model->path) return -1;
    snprintf(model->path, size, "%s/%s.yaml", folder, name);
    suite->models++;
    return (int)m;
}

static int read_case(struct suite *suite, const char *folder, size_t row, const size_t column[4], const size_t exact[5])
{
    enum { ID, SCENARIO, ESTIMATE, USE };
    const struct datafile *data = suite->mapping;
    struct suite_case *item = &suite->item[suite->cases];
    char why[EXPRESSION_WHY], reason[QUANTITY_WHY];
    *item = (struct suite_case){
        .id = datafile_cell(data, row, column[ID]), .text = datafile_cell(data, row, column[ESTIMATE])};
    const char *use = datafile_cell(data, row, column[USE]);
    item->row = find_row(suite->exact, exact[EXACT_ID], item->id);
    if (!read_use(use, &item->use))
        return wrong(data, row, "the use is pooled, identity, coverage or not_run, not", use);
    if (item->row == suite->exact->rows) return wrong(data, row, "there is no exact value for", item->id);
    item->measure = datafile_cell(suite->exact, item->row, exact[EXACT_MEASURE]);
    const char *number = datafile_cell(suite->exact, item->row, exact[EXACT_VALUE]);
    if (!quantity_read(number, UNIT_NONE, &item->exact, reason)) return wrong(data, row, reason, item->id);
    if (item->use != USE_NOT_RUN) {
        item->estimate = expression_read(item->text, why);
        suite->cases++; /* from here on it owns something */
        if (!item->estimate) return wrong(data, row, why, item->text);
        int model = find_model(suite, folder, datafile_cell(data, row, column[SCENARIO]), item->row, exact);
        if (model < 0) return out_of_memory();
        item->model = (size_t)model;
        return 0;
    }
    suite->cases++;
    return 0;
}

static int check_complete(const struct suite *suite, size_t id)
{
    for (size_t row = 0; row < suite->exact->rows; row++) {
        const char *name = datafile_cell(suite->exact, row, id);
        size_t i = 0;
        while (i < suite->cases && suite->item[i].row != row) i++;
        if (i == suite->cases) return wrong(suite->exact, row, "cases.csv says nothing about", name);
    }
    return 0;
}

static int read_cases(struct suite *suite, const char *folder)
{
    static const char *const of_mapping[] = {"id", "scenario", "estimate", "use"};
    size_t exact[5], column[4];
    int code = find_columns(suite->exact, of_exact, 5, exact);
    if (!code) code = find_columns(suite->mapping, of_mapping, 4, column);
    if (code) return code;
    suite->item = calloc(suite->mapping->rows + 1, sizeof *suite->item);
    suite->model = calloc(suite->mapping->rows + 1, sizeof *suite->model);
    if (!suite->item || !suite->model) return out_of_memory();
    for (size_t row = 0; !code && row < suite->mapping->rows; row++)
        code = read_case(suite, folder, row, column, exact);
    return code ? code : check_complete(suite, exact[EXACT_ID]);
}

/* ---- twins ---- */

static int read_twins(struct suite *suite)
{
    enum { ID, SET, WHEN, WHAT };
    static const char *const name[] = {"id", "set", "when", "what"};
    const struct datafile *data = suite->wrong;
    size_t column[4];
    int code = find_columns(data, name, 4, column);
    suite->twin = calloc(data->rows + 1, sizeof *suite->twin);
    if (!suite->twin) return out_of_memory();
    for (size_t row = 0; !code && row < data->rows; row++) {
        const char *id = datafile_cell(data, row, column[ID]), *when = datafile_cell(data, row, column[WHEN]);
        struct suite_twin *twin = &suite->twin[suite->twins++];
        *twin = (struct suite_twin){.settings = datafile_cell(data, row, column[SET]),
            .what = datafile_cell(data, row, column[WHAT]),
            .quick = strcmp(when, "quick") == 0};
        while (twin->of < suite->cases && strcmp(suite->item[twin->of].id, id) != 0) twin->of++;
        if (twin->of == suite->cases || !suite->item[twin->of].estimate)
            code = wrong(data, row, "no case is run that has the id", id);
        else if (!twin->quick && strcmp(when, "full") != 0)
            code = wrong(data, row, "a twin runs when: quick or full, not", when);
    }
    return code;
}

int suite_read(struct suite *suite, const char *folder)
{
    *suite = (struct suite){0};
    int code = read_table(&suite->exact, folder, "reference_cases.csv");
    if (!code) code = read_table(&suite->mapping, folder, "cases.csv");
    if (!code) code = read_table(&suite->wrong, folder, "twins.csv");
    if (!code) code = read_cases(suite, folder);
    return code ? code : read_twins(suite);
}

void suite_clear(struct suite *suite)
{
    for (size_t i = 0; i < suite->cases; i++) expression_destroy(suite->item[i].estimate);
    for (size_t i = 0; i < suite->models; i++) free(suite->model[i].path);
    free(suite->item);
    free(suite->model);
    free(suite->twin);
    datafile_destroy(suite->exact);
    datafile_destroy(suite->mapping);
    datafile_destroy(suite->wrong);
    *suite = (struct suite){0};
}
