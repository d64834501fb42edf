/* evidence.c - the beta-binomial likelihood over a grid of priors, then by golden section around the best.
 *
 * Equal counts (and there are many of one and two rows) are computed once: lgamma is what takes the time. */
#include "engine/infer/evidence.h"
#include <math.h>
#include <stdlib.h>

static const double least = 0.1, most = 1e5; /* rows */
enum { GRID = 30, GOLDEN_STEPS = 40, FEW = 16 };

struct counts {
    const struct evidence_count *count;
    size_t n;
    double few[FEW][FEW]; /* [rows][hits]: how many categories have these */
    double base;
};

/* log of the chance of so many hits in so many rows, but for the binomial coefficient; less its value for prior = inf.
 */
static double one_gain(double hits, double rows, double prior, double base)
{
    double a = prior * base, b = prior * (1 - base);
    double law =
        lgamma(a + hits) + lgamma(b + rows - hits) - lgamma(prior + rows) + lgamma(prior) - lgamma(a) - lgamma(b);
    return law - hits * log(base) - (rows - hits) * log1p(-base);
}

static double gain_at(const struct counts *counts, double log_prior)
{
    double prior = exp(log_prior), sum = 0;
    for (int rows = 2; rows < FEW; rows++)
        for (int hits = 0; hits <= rows && hits < FEW; hits++)
            if (counts->few[rows][hits] > 0) sum += counts->few[rows][hits] * one_gain(hits, rows, prior, counts->base);
    for (size_t i = 0; i < counts->n; i++)
        if (counts->count[i].rows >= FEW)
            sum += one_gain(counts->count[i].hits, counts->count[i].rows, prior, counts->base);
    return sum;
}

struct evidence evidence_of(const struct evidence_count *count, size_t n)
{
    struct counts counts = {.count = count, .n = n};
    double hits = 0, rows = 0;
    for (size_t i = 0; i < n; i++) {
        hits += count[i].hits;
        rows += count[i].rows;
        if (count[i].rows < FEW) counts.few[count[i].rows][count[i].hits]++;
    }
    struct evidence out = {.base = rows > 0 ? hits / rows : NAN, .prior = most};
    counts.base = out.base;
    if (!(hits > 0 && hits < rows)) return out;
    double step = log(most / least) / GRID, best = log(most), value = gain_at(&counts, best);
    for (int i = 0; i < GRID; i++) {
        double now = gain_at(&counts, log(least) + i * step);
        if (now <= value) continue;
        value = now;
        best = log(least) + i * step;
    }
    const double golden = 0.6180339887498949;
    double low = fmax(best - step, log(least)), high = fmin(best + step, log(most));
    for (int i = 0; i < GOLDEN_STEPS && high - low > 1e-6; i++) {
        double left = high - golden * (high - low), right = low + golden * (high - low);
        if (gain_at(&counts, left) > gain_at(&counts, right))
            high = right;
        else
            low = left;
    }
    out.prior = exp(0.5 * (low + high));
    out.gain = gain_at(&counts, 0.5 * (low + high));
    return out;
}

double evidence_weight(const struct evidence *evidence, double hits, double rows)
{
    double p = evidence->base, q = (hits + evidence->prior * p) / (rows + evidence->prior);
    return log(q / (1 - q)) - log(p / (1 - p));
}
