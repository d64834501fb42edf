/* experiment.h - replications of variants on all cores, finished in order.
 *
 * A job is (variant, replication, network): workers take turns from one atomic counter, within a replication the
 * networks that take longest first; each worker keeps one simulation per network it meets. What matters of a result is
 * extracted on the worker; when all networks of a replication are done, `complete` is called on the calling thread, in
 * replication order within a variant, so nothing depends on the number of threads. What it did may wait for `settle`,
 * which is called when nothing more is complete, ten times a second where there always is, and at the end.
 *
 * Memory:    workers run at most a window of max(32, 4 x jobs) replications ahead of `complete`.
 * Interrupt: when *stop becomes non-zero, running jobs are abandoned, complete replications have been handed over, and
 *            the return is STATUS_STOPPED.
 * Threads:   libuv's, `jobs` of them (the real number, not the pool's default), no more than there are jobs. extract is
 *            called on them, the rest on the calling thread.
 * Errors:    that of the first job in order to fail, whichever thread met it; all replications before it have been
 *            handed over. `why` is then a sentence that names the replication.
 */
#ifndef GREENLANE_ENGINE_EXPERIMENT_EXPERIMENT_H
#define GREENLANE_ENGINE_EXPERIMENT_EXPERIMENT_H

#include "engine/core/result.h"

struct experiment_variant {
    const struct network *const *network;
    size_t networks;
    uint64_t seed;
    uint64_t replication_from, replication_to; /* [from, to), numbered from 0 */
    const unsigned char *have;                 /* per replication from `from` on: non-zero is skipped; NULL: none */
    const void *model;
    /* On a worker: keep what matters (heap), for one network of a replication; NULL: no memory. */
    void *(*extract)(const void *model, size_t network, const struct result *result);
    /* On the calling thread, in order: merges and takes the parts over, whatever it returns; the array is borrowed.
     * seconds: what its jobs took on their threads. Not STATUS_OK ends the experiment. */
    enum status (*complete)(void *context, size_t variant, uint64_t replication, void **part, size_t parts, double seconds);
    void (*discard)(void *part); /* a part that is never handed over, after a stop or an error; NULL: free */
    const double *cost;          /* per network, to tell how far it is and which is long before it was timed; NULL: all alike */
};

struct experiment_progress { /* at most ten times a second, on the calling thread */
    uint64_t done, total;    /* jobs */
    double share;            /* of the work, by cost where costs are given */
    double seconds, left;    /* left: estimate, NAN before there is one */
};

struct experiment_options {
    unsigned jobs;           /* threads; 0: as many as cores */
    const volatile int *stop;  /* may be set by a signal handler or another thread; NULL: never */
    void *context;           /* for complete, settle and progress */
    enum status (*settle)(void *context); /* makes what complete did last; not STATUS_OK ends the experiment; may be NULL */
    void (*progress)(void *context, const struct experiment_progress *progress);
    struct simulation_options simulation;
    unsigned *threads_used;  /* out, may be NULL */
};

enum status experiment_run(const struct experiment_variant *variant, size_t variants, const struct experiment_options *options,
    char why[200]);

#endif
