/* loading.h - the inside of variants_load, shared by the files that do it: variants.c reads and stores, pilot.c finds
 * the warm-up, simulate.c runs what the store lacks, precision.c says how many replications are enough.
 *
 * Private to those. Errors: an exit code after a message on standard error.
 */
#ifndef GREENLANE_TOOLS_LOADING_H
#define GREENLANE_TOOLS_LOADING_H

#include "engine/infer/stopping.h"
#include "models/clearance/model.h"
#include "tools/progress.h"
#include "tools/variants.h"

struct job { /* a file on its way to the store */
    size_t word;
    struct scenario *scenario;
    struct model *model;
    int64_t id;    /* of the variant in the store */
    size_t wanted; /* replications */
    unsigned char *have;
    size_t simulated, reused;
    const struct network **network;
    double *cost; /* of each network */
};

struct headline {
    size_t job;
    const char *metric;
}; /* whose interval decides; the name is the model's */

struct loading {
    const struct variants_request *request;
    struct variants *out;
    struct job *job;
    size_t jobs;
    uint64_t seed;
    size_t replications;
    struct stopping_rule rule; /* relative 0: so many replications as asked for */
    struct headline *headline;
    size_t headlines;
    struct progress progress;
    enum status stored; /* what the store last answered */
};

int fault(const char *why);
int store_failed(const struct loading *load, enum status status);
int make_models(struct loading *load, bool say); /* anew; warnings only when they are to be said */

/* pilot.c: where run: warm_up is auto, runs pilots of the first variant, and lays what they say on every file. */
int settle_warm_up(struct loading *load);

/* simulate.c: every job has the replications [0, wanted) in the store afterwards. */
int simulate_to(struct loading *load, size_t wanted);
const struct network **networks_of(const struct model *model); /* a list to free; NULL: no memory */
int stopped_early(void);                                       /* the exit code after a signal */

/* precision.c */
void settle_rule(struct loading *load, const struct run_plan *plan); /* plan NULL: no file */
int settle_metrics(struct loading *load);
int simulate_until_precise(struct loading *load);

#endif
