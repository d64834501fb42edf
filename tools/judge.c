/* judge.c - see judge.h. */
#include "tools/judge.h"
#include "engine/infer/interval.h"
#include "engine/infer/stopping.h"
#include <gsl/gsl_cdf.h>
#include <math.h>

static const double level = 0.95;

static double deviate(double t, double degrees)
{
    if (!isfinite(t)) return t;
    double p = gsl_cdf_tdist_Q(fabs(t), degrees); /* the upper tail keeps its digits */
    return copysign(p > 0 ? gsl_cdf_ugaussian_Qinv(p) : INFINITY, t);
}

struct verdict judge_case(const double *value, size_t n, double exact, bool quick)
{
    struct estimate estimate = interval_mean(value, n, level);
    double error = estimate.sd / sqrt((double)n), off = estimate.mean - exact;
    double widest = fabs(exact) < 0.05 ? 0.01 : (quick ? 0.05 : 0.02) * fabs(exact);
    struct verdict verdict = {.mean = estimate.mean, .half_width = estimate.half_width};
    verdict.z = error > 0 ? off / error : off == 0 ? 0 : copysign(INFINITY, off);
    verdict.normal = deviate(verdict.z, estimate.degrees);
    verdict.close = fabs(verdict.z) <= 4;
    verdict.narrow = estimate.half_width <= widest;
    verdict.pass = verdict.close && verdict.narrow; /* NAN is neither */
    return verdict;
}

struct verdict judge_identity(const double *value, size_t n, double exact)
{
    struct estimate estimate = interval_mean(value, n, level);
    struct verdict verdict = {.mean = estimate.mean, .half_width = 0, .z = NAN, .normal = NAN, .narrow = true};
    verdict.close = n > 0;
    for (size_t i = 0; i < n; i++) {
        double off = fabs(value[i] - exact);
        if (!(off <= 1e-9 * fabs(exact))) verdict.close = false;
        if (!(off <= verdict.half_width)) verdict.half_width = off;
    }
    verdict.pass = verdict.close;
    return verdict;
}

struct pooled judge_pooled(const double *normal, size_t n)
{
    struct pooled pooled = {.n = n};
    for (size_t i = 0; i < n; i++) pooled.sum += normal[i] * normal[i];
    if (n == 0) return pooled;
    pooled.low = gsl_cdf_chisq_Pinv(0.0005, (double)n);
    pooled.high = gsl_cdf_chisq_Qinv(0.0005, (double)n);
    pooled.pass = pooled.sum >= pooled.low && pooled.sum <= pooled.high;
    return pooled;
}

/* ---- coverage ---- */

static void count(struct coverage *coverage, const double *value, size_t n, double exact)
{
    struct estimate estimate = interval_mean(value, n, level);
    coverage->covered += fabs(estimate.mean - exact) <= estimate.half_width;
    coverage->intervals++;
    coverage->replications += (double)n;
}

static struct coverage conclude(struct coverage coverage)
{
    if (coverage.intervals == 0) return coverage;
    double n = (double)coverage.intervals, band = 3.29 * sqrt(level * (1 - level) / n);
    coverage.replications /= n;
    coverage.share = (double)coverage.covered / n;
    coverage.low = level - band;
    coverage.high = level + band;
    coverage.pass = coverage.share >= coverage.low && coverage.share <= coverage.high;
    return coverage;
}

struct coverage judge_coverage(const double *value, size_t n, double exact)
{
    struct coverage coverage = {0};
    size_t each = n / COVERAGE_INTERVALS;
    for (size_t i = 0; each >= 2 && i < COVERAGE_INTERVALS; i++) count(&coverage, value + i * each, each, exact);
    return conclude(coverage);
}

struct coverage judge_stopped_coverage(const double *value, size_t n, double exact, double precision)
{
    struct coverage coverage = {0};
    struct stopping_rule rule = {.relative = precision, .level = level, .cap = 1000};
    for (size_t at = 0; coverage.intervals < COVERAGE_INTERVALS;) {
        const double *rest = value + at;
        struct stopping stop = stopping_decide(&rule, &rest, 1, 0);
        while (stop.verdict == STOPPING_MORE && stop.replications <= n - at)
            stop = stopping_decide(&rule, &rest, 1, stop.replications);
        if (stop.verdict == STOPPING_MORE) break; /* no replications are left */
        count(&coverage, rest, stop.replications, exact);
        at += stop.replications;
    }
    return conclude(coverage);
}
