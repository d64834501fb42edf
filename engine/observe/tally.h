/* tally.h - what is counted for each entity: number, sum, sum of squares, extremes.
 *
 * The order of additions is the order of events, so a tally has the same bits wherever a replication runs.
 * Plain values; clear in place.
 */
#ifndef GREENLANE_ENGINE_OBSERVE_TALLY_H
#define GREENLANE_ENGINE_OBSERVE_TALLY_H

#include <math.h>
#include <stdint.h>

struct tally {
    uint64_t count;
    double sum, squares, least, most; /* least and most are 0 while count is 0 */
};

static inline void tally_add(struct tally *tally, double value)
{
    tally->count++;
    tally->sum += value;
    tally->squares += value * value;
    /* A new extreme is rare; so is the first value, which is one unless it is 0. */
    if (__builtin_expect(value > tally->most, 0)) {
        tally->most = value;
        if (tally->count == 1) tally->least = value;
    }
    if (__builtin_expect(value < tally->least, 0)) {
        tally->least = value;
        if (tally->count == 1) tally->most = value;
    }
}

static inline double tally_mean(const struct tally *tally)
{
    return tally->count ? tally->sum / (double)tally->count : NAN;
}

static inline double tally_second_moment(const struct tally *tally)
{
    return tally->count ? tally->squares / (double)tally->count : NAN;
}

static inline double tally_variance(const struct tally *tally) /* of the population: divided by count */
{
    double mean = tally_mean(tally), variance = tally_second_moment(tally) - mean * mean;
    return variance < 0 ? 0 : variance;
}

#endif
