/* chance_checks.h - what test_random and test_variate share: goodness of fit and moments, as yes or no.
 *
 * Each check is a plain predicate, so that a test can also show that it says no to a wrong twin.
 */
#ifndef GREENLANE_TESTS_CHANCE_CHECKS_H
#define GREENLANE_TESTS_CHANCE_CHECKS_H

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>

/* Kolmogorov-Smirnov on n values of a distribution function, which ought to be uniform on [0, 1]. The distance is
 * taken at the borders of 4096 cells (never more than the full distance, so the level of 1e-4 is kept) and sorting is
 * saved. */
struct uniformity {
    size_t n, count[4096];
};

static inline void uniformity_add(struct uniformity *seen, double u)
{
    int cell = (int)(u * 4096);
    seen->count[cell < 4096 ? cell : 4095]++;
    seen->n++;
}

static inline bool is_uniform(const struct uniformity *seen)
{
    double distance = 0;
    size_t below = 0;
    for (int i = 0; i < 4096; i++) {
        below += seen->count[i];
        distance = fmax(distance, fabs((double)below / (double)seen->n - (i + 1) / 4096.0));
    }
    return distance * sqrt((double)seen->n) < 2.225; /* P(K > 2.225) = 1e-4 */
}

/* Pearson's chi-square at level 1e-4; cells that expect fewer than 10 are pooled with the next. */
static inline bool is_fit(const size_t *count, const double *probability, size_t cells, size_t n)
{
    double statistic = 0, expected = 0, seen = 0;
    int pooled = 0;
    for (size_t i = 0; i < cells; i++) {
        expected += probability[i] * (double)n;
        seen += (double)count[i];
        if (expected < 10) continue;
        statistic += (seen - expected) * (seen - expected) / expected;
        pooled++;
        expected = seen = 0;
    }
    if (expected < 1e-9 && seen > 0) return false; /* something impossible happened */
    return pooled < 2 || statistic < gsl_cdf_chisq_Qinv(1e-4, pooled - 1);
}

/* Sums of powers about a centre near the mean. */
struct moments {
    double n, centre, sum[5];
};

static inline void moments_add(struct moments *moments, double x)
{
    double d = x - moments->centre;
    moments->n++;
    moments->sum[1] += d;
    moments->sum[2] += d * d;
    moments->sum[3] += d * d * d;
    moments->sum[4] += d * d * d * d;
}

/* Whether the sample's mean and variance lie within 4 standard errors of the exact ones, and the mean's 4 standard
 * errors are at most 2 % of it (of the sd when the mean is 0). The centre is the exact mean. */
static inline bool are_moments(const struct moments *sample, double mean, double variance)
{
    double n = sample->n, d = sample->sum[1] / n, m2 = sample->sum[2] / n, m3 = sample->sum[3] / n,
           m4 = sample->sum[4] / n;
    double spread = m2 - d * d;
    double fourth = m4 - 4 * d * m3 + 6 * d * d * m2 - 3 * d * d * d * d;
    double error_of_mean = sqrt(spread / n), error_of_variance = sqrt((fourth - spread * spread) / n);
    double scale = mean != 0 ? fabs(mean) : sqrt(variance);
    bool sharp = 4 * error_of_mean <= 0.02 * scale;
    return sharp && fabs(sample->centre + d - mean) <= 4 * error_of_mean + 1e-12 * scale &&
           fabs(spread - variance) <= 4 * error_of_variance + 1e-12 * scale * scale;
}

#endif
