/* verify_store.c - see verify_store.h. */
#include "tools/verify_store.h"
#include "tools/command.h"
#include <math.h>
#include <stdlib.h>

static int failed(const struct options *options, enum status status, const char *why)
{
    store_complain(options->db, why, "; give another file with --db");
    return status == STATUS_IO ? EXIT_CANNOT_CREATE : status == STATUS_CORRUPT ? EXIT_CONTENT : EXIT_FAULT;
}

int verify_store_open(const struct options *options, struct store **store)
{
    char why[200] = "";
    enum status status = store_open(store, options->db, STORE_WRITE, why);
    return status == STATUS_OK ? 0 : failed(options, status, why);
}

/* A case of the coverage of intervals has no estimate of its own. */
static struct store_case row_of(const struct verify *verify, size_t index)
{
    const struct suite_case *item = &verify->suite.item[index];
    const struct verify_case *of = &verify->item[index];
    struct store_case row = {.id = item->id,
        .measure = item->measure,
        .estimate_of = item->text,
        .exact = item->exact,
        .pass = of->verdict.pass};
    if (!item->estimate) return row;
    const struct suite_model *model = &verify->suite.model[item->model];
    row.scenario = model->name;
    row.seed = model->seed;
    row.replications = verify->model[item->model].replications;
    row.run = of->run && item->use != USE_COVERAGE;
    row.estimate = of->verdict.mean;
    row.half_width = of->verdict.half_width;
    row.z = of->verdict.z;
    if (item->use == USE_COVERAGE) row.pass = verify->fixed.pass && verify->stopped.pass;
    return row;
}

int verify_store(const struct verify *verify, struct store *store, int64_t *run)
{
    struct store_case *row = malloc((verify->suite.cases + 1) * sizeof *row);
    if (!row) {
        fprintf(stderr, "greenlane: out of memory\n");
        return EXIT_FAULT;
    }
    size_t n = 0;
    for (size_t i = 0; i < verify->suite.cases; i++)
        if (verify->item[i].chosen || (verify->whole && !verify->suite.item[i].estimate)) row[n++] = row_of(verify, i);
    enum status status = store_cases_add(store, verify->options->typed, verify->worked, row, n, run);
    free(row);
    return status == STATUS_OK ? 0 : failed(verify->options, status, store_why(store));
}
