/* histogram.h - counts by size on a logarithmic scale: 128 buckets an octave, quantiles interpolated within one.
 *
 * A bucket is the exponent and the first 7 bits of the fraction of the value, so adding is a shift and an increment.
 * Exact zeros are counted apart; values below 2^-32 h count as zero's neighbours (under), above 2^32 h as over.
 * Octaves that were touched are marked, so clearing, merging and digesting cost only those.
 * Relative width of a bucket: 0.4 to 0.8 %.
 *
 * Memory: 32 KiB each. Counts are 32-bit and nothing guards them: beyond 4.3e9 in one bucket, merged ones included, they wrap.
 */
#ifndef GREENLANE_ENGINE_OBSERVE_HISTOGRAM_H
#define GREENLANE_ENGINE_OBSERVE_HISTOGRAM_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { HISTOGRAM_OCTAVES = 64, HISTOGRAM_PER_OCTAVE = 128, HISTOGRAM_FIRST_EXPONENT = -32 };

struct histogram {
    uint64_t total, zeros, under, over;
    bool touched[HISTOGRAM_OCTAVES];
    uint32_t count[HISTOGRAM_OCTAVES][HISTOGRAM_PER_OCTAVE];
};

static inline void histogram_add(struct histogram *h, double value) /* value >= 0 */
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    /* Which of all buckets, octave after octave. */
    uint64_t bucket = (bits >> 45) - (1023 + HISTOGRAM_FIRST_EXPONENT) * (uint64_t)HISTOGRAM_PER_OCTAVE;
    h->total++;
    if (bucket < HISTOGRAM_OCTAVES * HISTOGRAM_PER_OCTAVE) {
        h->touched[bucket / HISTOGRAM_PER_OCTAVE] = true;
        (&h->count[0][0])[bucket]++;
    } else if (!(value > 0)) {
        h->zeros++;
    } else if (value < 1) {
        h->under++;
    } else {
        h->over++;
    }
}

uint64_t histogram_touched(const struct histogram *h); /* a bit for each octave */
void histogram_init(struct histogram *h);  /* once, whole */
void histogram_clear(struct histogram *h); /* only what was touched */
void histogram_merge(struct histogram *into, const struct histogram *from);
double histogram_quantile(const struct histogram *h, double p); /* 0..1; NAN when empty; 0 within the zeros */
double histogram_at_most(const struct histogram *h, double x);  /* share of values <= x, interpolated in x's bucket */
/* Calls back for each occupied bucket in rising order: its upper bound and the values up to there. */
void histogram_walk(const struct histogram *h, void (*bucket)(void *context, double upper, uint64_t up_to), void *context);

#endif
