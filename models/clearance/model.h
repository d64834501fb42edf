/* model.h - a scenario made runnable: its networks, its metrics, and what is kept of each replication.
 *
 * model_create compiles a checked scenario into one network per independent group of streams (streams that share no
 * resource), finds the metrics of the format (scenarios/README.md) and those asked for, and fixes their order.
 *
 * Metrics, series and curves are listed in README.md beside this file. DIR, in their names, is import, export (all
 * streams of that direction, merged) or a stream's name.
 *
 * Ownership: the model borrows the scenario, which must outlive it. Read-only once made; replications on many threads.
 */
#ifndef GREENLANE_MODELS_CLEARANCE_MODEL_H
#define GREENLANE_MODELS_CLEARANCE_MODEL_H

#include "engine/core/result.h"
#include "models/scenario/scenario.h"

enum { MODEL_RESULT_VERSION = 3 }; /* rises when digests change on purpose */

struct model;
struct model *model_create(const struct scenario *scenario, struct diagnostics *errors); /* NULL with an error there */
void model_destroy(struct model *model);

size_t model_networks(const struct model *model);
const struct network *model_network(const struct model *model, size_t index);
/* About how much work a replication of it is, in steps an hour: by which the longest is begun first. 0: cannot be told. */
double model_network_cost(const struct model *model, size_t index);

size_t model_metrics(const struct model *model);
const char *model_metric_name(const struct model *model, size_t index);
int model_metric_find(const struct model *model, const char *name); /* -1 */

/* What is kept of one network's result (on the worker), and of a whole replication (all networks, in order). */
struct part;
struct part *model_extract(const struct model *model, size_t network, const struct result *result);
void part_destroy(struct part *part);

struct named_series {
    const char *name;
    double start_h, step_h;
    size_t n;
    double *value;
}; /* start_h: epoch hours */
struct named_curve {
    const char *name;
    size_t n;
    double *upper_h, *share;
};
struct record { /* a replication as the store takes it; texts are the model's */
    char digest[33];
    double *value; /* by model_metric_name */
    struct named_series *series;
    size_t all_series;
    struct named_curve *curve;
    size_t curves;
    uint64_t events, entities;
    double little_worst;
    uint64_t checks;             /* made after single events; debug builds only */
};
struct record *model_record(const struct model *model, struct part **part, size_t parts); /* takes the parts over */
void record_destroy(struct record *record);

/* Pilots: adds the number inside one network at the end of each of `ticks` equal steps from the beginning of the window
 * to its end to value[]; of closed networks the number at its stations. Wants run.pilot_ticks, no warm-up, some drain. */
void model_add_inside(const struct model *model, size_t network, const struct result *result, double *value, size_t ticks);

/* JSON of what reports need beside the numbers: directions with their stages in order, lanes and outcomes, resources,
 * promises, policies that are on; documented in README.md. Caller frees; NULL: no memory. */
char *model_facts(const struct model *model);

/* The resolved scenario without what its key leaves out: replications, seed, precision. Caller frees. */
char *model_variant_text(const struct model *model);

/* The variant's key: digest of (resolved scenario text, seed, MODEL_RESULT_VERSION). */
void model_variant_digest(const struct model *model, uint64_t seed, char text[33]);

#endif
