/* suite.h - the reference cases as data: exact values, the scenarios that estimate them, and the twins that must not.
 *
 * A folder (tests/reference) holds three tables beside its scenario files:
 *   reference_cases.csv  id, model, parameters, measure, exact_value, citation
 *   cases.csv            id, scenario, estimate, use: which expression of metrics of which file estimates the value
 *   twins.csv            id, set, when, what: settings that make a case wrong; `quick` twins run in both suites
 * A model is a scenario file; models are numbered from 1 in the order in which cases.csv first names them, and that
 * number is their seed: nobody chooses it.
 *
 * Ownership: suite_clear releases everything. Errors: an exit code after messages on standard error.
 */
#ifndef GREENLANE_TOOLS_SUITE_H
#define GREENLANE_TOOLS_SUITE_H

#include "models/scenario/datafile.h"
#include "tools/expression.h"
#include <stdint.h>

enum suite_use {
    USE_ROW,      /* judged by itself */
    USE_POOLED,   /* judged by itself, and the one measure of its model that enters the pooled test */
    USE_IDENTITY, /* holds in every replication, to rounding */
    USE_COVERAGE, /* of many intervals, how many hold the exact value */
    USE_NOT_RUN   /* cannot be run; the estimate's place holds the reason */
};

struct suite_case {
    const char *id, *measure, *text; /* text: the estimate, or why there is none */
    double exact;
    struct expression *estimate; /* NULL when not run */
    enum suite_use use;
    size_t model, row; /* row: of reference_cases.csv */
};
struct suite_model {
    const char *name; /* of the file, without .yaml */
    char *path;
    const char *model, *parameters; /* of its first case */
    uint64_t seed;
};
struct suite_twin {
    size_t of;                   /* case */
    const char *settings, *what; /* settings: PATH=VALUE; PATH=VALUE */
    bool quick;
};

struct suite {
    struct datafile *exact, *mapping, *wrong;
    struct suite_case *item;
    struct suite_model *model;
    struct suite_twin *twin;
    size_t cases, models, twins;
};

int suite_read(struct suite *suite, const char *folder);
void suite_clear(struct suite *suite);

#endif
