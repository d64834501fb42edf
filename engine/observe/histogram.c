/* histogram.c - clearing, merging and reading of log-bucket histograms; adding is inline. */
#include "engine/observe/histogram.h"
#include <math.h>

uint64_t histogram_touched(const struct histogram *h)
{
    uint64_t touched = 0;
    for (int i = 0; i < HISTOGRAM_OCTAVES; i++) touched |= (uint64_t)h->touched[i] << i;
    return touched;
}

void histogram_init(struct histogram *h)
{
    memset(h, 0, sizeof *h);
}

void histogram_clear(struct histogram *h)
{
    for (uint64_t touched = histogram_touched(h); touched; touched &= touched - 1) {
        int octave = __builtin_ctzll(touched);
        memset(h->count[octave], 0, sizeof h->count[octave]);
    }
    h->total = h->zeros = h->under = h->over = 0;
    memset(h->touched, 0, sizeof h->touched);
}

void histogram_merge(struct histogram *into, const struct histogram *from)
{
    for (uint64_t touched = histogram_touched(from); touched; touched &= touched - 1) {
        int octave = __builtin_ctzll(touched);
        for (int i = 0; i < HISTOGRAM_PER_OCTAVE; i++) into->count[octave][i] += from->count[octave][i];
    }
    for (int i = 0; i < HISTOGRAM_OCTAVES; i++) into->touched[i] |= from->touched[i];
    into->total += from->total;
    into->zeros += from->zeros;
    into->under += from->under;
    into->over += from->over;
}

/* The lower bound of a bucket: its bits put together again. */
static double lower_bound(int octave, int bucket)
{
    uint64_t bits = (uint64_t)(octave + 1023 + HISTOGRAM_FIRST_EXPONENT) << 52 | (uint64_t)bucket << 45;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static double upper_bound(int octave, int bucket)
{
    return bucket + 1 < HISTOGRAM_PER_OCTAVE ? lower_bound(octave, bucket + 1) : lower_bound(octave, 0) * 2;
}

double histogram_quantile(const struct histogram *h, double p)
{
    if (h->total == 0) return NAN;
    double rank = p * (double)h->total;
    double below = (double)h->zeros;
    if (rank <= below && h->zeros > 0) return 0;
    if (rank <= below + (double)h->under) return lower_bound(0, 0) * (rank - below) / (double)(h->under ? h->under : 1);
    below += (double)h->under;
    double last = 0;
    for (uint64_t touched = histogram_touched(h); touched; touched &= touched - 1) {
        int octave = __builtin_ctzll(touched);
        for (int i = 0; i < HISTOGRAM_PER_OCTAVE; i++) {
            double here = (double)h->count[octave][i];
            if (here == 0) continue;
            last = upper_bound(octave, i);
            if (rank <= below + here) {
                double low = lower_bound(octave, i);
                return low + (last - low) * (rank - below) / here;
            }
            below += here;
        }
    }
    return h->over ? lower_bound(HISTOGRAM_OCTAVES - 1, 0) * 2 : last;
}

double histogram_at_most(const struct histogram *h, double x)
{
    if (h->total == 0) return NAN;
    if (x < 0) return 0;
    double below = (double)h->zeros;
    if (x >= lower_bound(0, 0)) below += (double)h->under;
    for (uint64_t touched = histogram_touched(h); touched; touched &= touched - 1) {
        int octave = __builtin_ctzll(touched);
        if (lower_bound(octave, 0) > x) break;
        for (int i = 0; i < HISTOGRAM_PER_OCTAVE; i++) {
            double here = (double)h->count[octave][i];
            if (here == 0) continue;
            double low = lower_bound(octave, i), high = upper_bound(octave, i);
            if (high <= x)
                below += here;
            else if (low < x)
                below += here * (x - low) / (high - low);
        }
    }
    if (x >= lower_bound(HISTOGRAM_OCTAVES - 1, 0) * 2) below += (double)h->over;
    return below / (double)h->total;
}

void histogram_walk(const struct histogram *h, void (*bucket)(void *context, double upper, uint64_t up_to), void *context)
{
    uint64_t up_to = h->zeros;
    if (up_to) bucket(context, 0, up_to);
    if (h->under) {
        up_to += h->under;
        bucket(context, lower_bound(0, 0), up_to);
    }
    for (uint64_t touched = histogram_touched(h); touched; touched &= touched - 1) {
        int octave = __builtin_ctzll(touched);
        for (int i = 0; i < HISTOGRAM_PER_OCTAVE; i++) {
            if (h->count[octave][i] == 0) continue;
            up_to += h->count[octave][i];
            bucket(context, upper_bound(octave, i), up_to);
        }
    }
    if (h->over) bucket(context, INFINITY, up_to + h->over);
}
