/* sum.h - a sum of times whose bits do not depend on the order of its terms.
 *
 * Fixed point: 128 bits, in units of 2^-44 h (2e-10 s). A term is rounded to whole units by itself, so any order gives the
 * same sum, and a sum of ten million terms is as good as one of ten. That is what lets a step that is over in times
 * to come be counted when those times are known, rather than when they are reached.
 *
 * Terms: finite, of either sign, below 2^83 in size. A zeroed struct is an empty sum.
 */
#ifndef GREENLANE_ENGINE_OBSERVE_SUM_H
#define GREENLANE_ENGINE_OBSERVE_SUM_H

#include <emmintrin.h>
#include <math.h>
#include <stdint.h>

struct sum {
    int64_t low; /* not negative */
    int64_t high;
};

static inline __int128 sum_units(const struct sum *sum)
{
    return (__int128)sum->high * ((__int128)1 << 63) + sum->low;
}

void sum_set_units(struct sum *sum, __int128 units);
void sum_add_far(struct sum *sum, double units); /* what sum_add leaves: whatever does not just add to `low` */

static inline void sum_add(struct sum *sum, double value)
{
    double units = value * 0x1p44;
    /* Rounded to the nearest; what does not fit gives INT64_MIN, and so a negative `low`. */
    int64_t low = (int64_t)((uint64_t)sum->low + (uint64_t)_mm_cvtsd_si64(_mm_set_sd(units)));
    if (__builtin_expect(low < 0, 0))
        sum_add_far(sum, units);
    else
        sum->low = low;
}

static inline double sum_value(const struct sum *sum)
{
    return (double)sum_units(sum) * 0x1p-44;
}

#endif
