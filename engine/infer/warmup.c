/* warmup.c - MSER-5 from the end to the beginning, in one pass and without memory of its own.
 *
 * Walking backwards, each batch joins a running mean and sum of squares (Welford's update), so every candidate is
 * judged in constant time. A tail shorter than five values is left out at the end, where it is least missed.
 */
#include "engine/infer/warmup.h"

#include <math.h>

enum { BATCH = 5, BATCHES_LEAST = 2 };

/* The mean over replications of the five values of a batch. */
static double batch_mean(const double *value, size_t replications, size_t n, size_t batch)
{
    double sum = 0;
    for (size_t r = 0; r < replications; r++)
        for (size_t i = 0; i < BATCH; i++) sum += value[r * n + batch * BATCH + i];
    return sum / (double)(replications * BATCH);
}

enum status warmup_find(const double *value, size_t replications, size_t n, struct warmup *out)
{
    size_t batches = n / BATCH;
    if (replications == 0 || batches < BATCHES_LEAST) return STATUS_LIMIT;
    for (size_t i = 0; i < replications * n; i++)
        if (!isfinite(value[i])) return STATUS_BAD_VALUE;
    struct warmup best = {.mser = INFINITY};
    double mean = 0, squares = 0;
    size_t edge = batches / 2;
    for (size_t d = batches; d-- > 0;) {
        double y = batch_mean(value, replications, n, d), kept = (double)(batches - d), step = y - mean;
        mean += step / kept;
        squares += step * (y - mean);
        double mser = squares / (kept * kept);
        if (d > edge || mser > best.mser) continue;
        best = (struct warmup){.leave_out = d * BATCH, .found = d < edge || edge == 0, .mser = mser, .mean = mean};
    }
    *out = best;
    return STATUS_OK;
}
