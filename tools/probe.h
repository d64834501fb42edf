/* probe.h - scenarios simulated in memory, and of every replication only the numbers asked for: for searches, whose steps
 * nobody wants in a store.
 *
 * Errors: an exit code after messages on standard error. A metric that a model does not have is an error with near names.
 */
#ifndef GREENLANE_TOOLS_PROBE_H
#define GREENLANE_TOOLS_PROBE_H

#include "engine/infer/interval.h"
#include "tools/progress.h"
#include "tools/variants.h"

struct probe_request {
    const struct options *options;   /* jobs, paths */
    const struct variant_word *word; /* files */
    size_t words;
    const char *const *metric;
    size_t metrics;
    uint64_t seed;
    size_t replications;
    struct progress *progress;       /* NULL: none */
};

/* value[(word * metrics + metric) * replications + replication] */
int probe_run(const struct probe_request *request, double *value);

/* One word: the estimates of its metrics. */
int probe_estimates(const struct probe_request *request, struct estimate *out);

#endif
