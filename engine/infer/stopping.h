/* stopping.h - how many replications are enough for a given precision.
 *
 * Precision is looked at after 20, 30, 45, 68, … replications (half as many again each time) and after the cap, and
 * nowhere else: looking after each one would stop at lucky moments, and intervals would cover less than they say. Which
 * number is used depends on the values in order alone, hence not on the threads, nor on how many are stored already.
 *
 * Precise: for every metric, half-width <= relative x |mean|. A metric that is NAN is never precise; one without spread is.
 */
#ifndef GREENLANE_ENGINE_INFER_STOPPING_H
#define GREENLANE_ENGINE_INFER_STOPPING_H

#include <stddef.h>

enum { STOPPING_FIRST = 20 };
struct stopping_rule {
    double relative; /* 0.02: 2 % */
    double level;    /* of the intervals: 0.95 */
    size_t cap;      /* replications at most; at least 2 */
};
enum stopping_verdict {
    STOPPING_MORE,   /* simulate up to `replications` and ask again */
    STOPPING_PRECISE,
    STOPPING_CAPPED  /* not precise, and no more are allowed */
};
struct stopping {
    enum stopping_verdict verdict;
    size_t replications; /* to use (PRECISE, CAPPED), or to have before the next look (MORE) */
    size_t worst;        /* the metric that is least precise at the last look */
    double precision;    /* its half-width by its |mean|; NAN before the first look and where it has no interval */
};

/* The first checkpoint after so many replications; the cap is the last. */
size_t stopping_next(const struct stopping_rule *rule, size_t done);
/* value[m][r]: metric m in replication r < n. */
struct stopping stopping_decide(const struct stopping_rule *rule, const double *const *value, size_t metrics, size_t n);
/* About how many replications make the half-width `target`, from an estimate with fewer; 0 when it cannot be told. */
size_t stopping_needed(double sd, double level, double target);

#endif
