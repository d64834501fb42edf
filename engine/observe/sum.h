/* sum.h - a sum of times whose bits do not depend on the order of its terms.
 *
 * Fixed point: 128 bits, in units of 2^-64 h (2e-16 s). A term is cut to whole units by itself, so any order gives the
 * same sum, and a sum of ten million terms is as exact as one of ten. That is what lets a step that is over in times
 * to come be counted when those times are known, rather than when they are reached.
 *
 * Terms: finite, of either sign, below 2^63 in size. A zeroed struct is an empty sum.
 */
#ifndef GREENLANE_ENGINE_OBSERVE_SUM_H
#define GREENLANE_ENGINE_OBSERVE_SUM_H

#include <stdint.h>
#include <string.h>

struct sum {
    unsigned __int128 units; /* two's complement */
};

static inline void sum_add(struct sum *sum, double value)
{
    enum { HALF = 1022, LIMIT = 64 }; /* the exponent of values in [1/2, 1), whose leading bit is worth 2^63 units */
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    int shift = (int)(bits >> 52 & 0x7FF) - HALF;
    uint64_t leading = bits << 11 | 1ULL << 63;
    if (shift <= -LIMIT) return; /* below a unit, or zero */
    unsigned __int128 units = shift >= 0 ? (unsigned __int128)leading << (shift & (LIMIT - 1)) : leading >> -shift;
    sum->units += bits >> 63 ? -units : units;
}

static inline double sum_value(const struct sum *sum)
{
    return (double)(__int128)sum->units * 0x1p-64;
}

#endif
