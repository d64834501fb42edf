/* trial.h - one scenario file simulated in memory, and expressions of its metrics evaluated in every replication.
 *
 * Nothing is stored: what a trial yields is reproduced by its file, its settings and its seed.
 *
 * Ownership: trial_clear releases the values. Errors: an exit code after messages on standard error.
 */
#ifndef GREENLANE_TOOLS_TRIAL_H
#define GREENLANE_TOOLS_TRIAL_H

#include "tools/expression.h"
#include "tools/options.h"
#include "tools/progress.h"

struct trial_request {
    const char *path;
    const char *settings; /* PATH=VALUE; PATH=VALUE; NULL: none */
    uint64_t seed;
    bool quick; /* a fifth of the file's replications, but no fewer than 20 while it has so many */
    const struct expression *const *estimate;
    size_t estimates;
    const struct options *options; /* jobs */
    struct progress *progress;
};
struct trial {
    double **value;      /* [estimate][replication] */
    size_t estimates, n; /* n: replications */
    double seconds, worked; /* on the clock; of its replications, on their threads */
    uint64_t entities;
};

int trial_run(const struct trial_request *request, struct trial *trial);
void trial_clear(struct trial *trial);

#endif
