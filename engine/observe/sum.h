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

#include <math.h>
#include <stdint.h>

struct sum {
    __int128 units;
};

static inline void sum_add(struct sum *sum, double value)
{
    double units = value * 0x1p44;
    if (fabs(units) < 0x1p62)
        sum->units += llrint(units);
    else
        sum->units += (__int128)units; /* whole: so large a double has no fraction */
}

static inline double sum_value(const struct sum *sum)
{
    return (double)sum->units * 0x1p-44;
}

#endif
