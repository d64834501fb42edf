/* sum.h - a sum of times whose bits do not depend on the order of its terms.
 *
 * Fixed point: 128 bits, in units of 2^-64 h (2e-16 s). A term is cut to whole units by itself, so any order gives the
 * same sum, and a sum of ten million terms is as exact as one of ten. That is what lets a step that is over in times
 * to come be counted when those times are known, rather than when they are reached.
 *
 * Terms: finite, of either sign, below 2^62 in size. A zeroed struct is an empty sum.
 */
#ifndef GREENLANE_ENGINE_OBSERVE_SUM_H
#define GREENLANE_ENGINE_OBSERVE_SUM_H

#include <stdint.h>
#include <string.h>

struct sum {
    unsigned __int128 units; /* two's complement */
};

/* Without branches: a wait of nobody who waits is a rounding of either sign, which no processor can foresee. */
static inline void sum_add(struct sum *sum, double value)
{
    enum { TOP = 62, UNIT = 1022 }; /* the leading bit of a value in [1/2, 1), of exponent 1022, is worth 2^63 units */
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    unsigned right = TOP + UNIT - (unsigned)(bits >> 52 & 0x7FF);
    unsigned __int128 units = ((unsigned __int128)(bits << 11 | 1ULL << 63) << TOP) >> (right < 127 ? right : 127);
    unsigned __int128 sign = -(unsigned __int128)(bits >> 63);
    sum->units += (units ^ sign) - sign;
}

static inline double sum_value(const struct sum *sum)
{
    return (double)(__int128)sum->units * 0x1p-64;
}

#endif
