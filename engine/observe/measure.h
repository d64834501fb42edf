/* measure.h - a tally with its histogram and exact counts at declared bounds: what a metric's mean, m2, var, p50, p90,
 * p95, p99 and at_most(x) are read from.
 *
 * Ownership: the measure owns its histogram; measure_init once, measure_clear between replications (cost by what was
 * touched), measure_release at the end.
 */
#ifndef GREENLANE_ENGINE_OBSERVE_MEASURE_H
#define GREENLANE_ENGINE_OBSERVE_MEASURE_H

#include "engine/observe/digest.h"
#include "engine/observe/histogram.h"
#include "engine/observe/tally.h"
#include <stdbool.h>

enum { MEASURE_BOUNDS = 8 };

struct measure {
    struct tally tally;
    struct histogram *histogram; /* NULL: means only */
    unsigned bounds;
    double bound[MEASURE_BOUNDS];      /* declared thresholds, sorted */
    uint64_t at_most[MEASURE_BOUNDS];  /* values <= bound, exactly */
};

bool measure_init(struct measure *m, bool with_histogram); /* false: no memory */
bool measure_bound(struct measure *m, double bound);       /* declare; false when there are too many */
void measure_release(struct measure *m);
void measure_clear(struct measure *m);
void measure_merge(struct measure *into, const struct measure *from); /* same bounds */
double measure_at_most(const struct measure *m, double x);            /* exact when declared, else interpolated */
double measure_quantile(const struct measure *m, double p);
void measure_digest(const struct measure *m, struct digest *digest);

static inline void measure_add(struct measure *m, double value)
{
    tally_add(&m->tally, value);
    if (m->histogram) histogram_add(m->histogram, value);
    if (__builtin_expect(m->bounds, 0))
        for (unsigned i = 0; i < m->bounds; i++) m->at_most[i] += value <= m->bound[i];
}

#endif
