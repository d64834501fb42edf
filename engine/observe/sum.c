/* sum.c - sums beyond 63 bits, and terms that lower one. */
#include "engine/observe/sum.h"

void sum_set_units(struct sum *sum, __int128 units)
{
    sum->low = (int64_t)(units & INT64_MAX);
    sum->high = (int64_t)(units >> 63);
}

void sum_add_far(struct sum *sum, double units)
{
    /* So large a double has no fraction. */
    sum_set_units(sum, sum_units(sum) + (fabs(units) < 0x1p62 ? (__int128)llrint(units) : (__int128)units));
}
