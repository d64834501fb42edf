/* interval.c - means, differences and joint verdicts.
 *
 * Variances are taken in two passes: replications agree in most of their digits, and the one-pass formula would cancel
 * them. A NAN among the values makes every sum NAN, so it needs no check of its own.
 */
#include "engine/infer/interval.h"

#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <math.h>

double interval_t_quantile(double p, double degrees)
{
    assert(p > 0 && p < 1);
    return degrees > 0 ? gsl_cdf_tdist_Pinv(p, degrees) : NAN;
}

double interval_t_p_value(double t, double degrees)
{
    if (isnan(t) || !(degrees > 0)) return NAN;
    return isinf(t) ? 0.0 : 2 * gsl_cdf_tdist_Q(fabs(t), degrees);
}

/* b - a, or b alone where a is NULL: both kinds of estimate come from here. */
static double difference(const double *a, const double *b, size_t i)
{
    return a ? b[i] - a[i] : b[i];
}

static struct estimate estimate_of(const double *a, const double *b, size_t n, double level)
{
    assert(level > 0 && level < 1);
    struct estimate e = {.mean = NAN, .half_width = NAN, .sd = NAN, .n = n, .degrees = NAN};
    if (n == 0) return e;
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += difference(a, b, i);
    e.mean = sum / (double)n;
    if (n == 1 || !isfinite(e.mean)) return e;
    double squares = 0, rest = 0; /* rest: what rounding left in the mean */
    for (size_t i = 0; i < n; i++) {
        double d = difference(a, b, i) - e.mean;
        squares += d * d;
        rest += d;
    }
    squares -= rest * rest / (double)n;
    e.sd = sqrt(fmax(squares, 0) / (double)(n - 1));
    e.degrees = (double)(n - 1);
    e.half_width = interval_t_quantile(0.5 + level / 2, e.degrees) * e.sd / sqrt((double)n);
    return e;
}

struct estimate interval_mean(const double *value, size_t n, double level)
{
    return estimate_of(NULL, value, n, level);
}

struct estimate interval_paired(const double *a, const double *b, size_t n, double level)
{
    return estimate_of(a, b, n, level);
}

struct estimate interval_welch(const double *a, size_t na, const double *b, size_t nb, double level)
{
    struct estimate ea = interval_mean(a, na, level), eb = interval_mean(b, nb, level);
    struct estimate e = {
        .mean = eb.mean - ea.mean, .half_width = NAN, .sd = NAN, .n = na < nb ? na : nb, .degrees = NAN};
    if (na < 2 || nb < 2 || isnan(ea.sd) || isnan(eb.sd)) return e;
    double va = ea.sd * ea.sd / (double)na, vb = eb.sd * eb.sd / (double)nb, v = va + vb;
    e.degrees = v > 0 ? v * v / (va * va / ea.degrees + vb * vb / eb.degrees) : ea.degrees + eb.degrees;
    e.sd = sqrt(v * (double)e.n);
    e.half_width = interval_t_quantile(0.5 + level / 2, e.degrees) * sqrt(v);
    return e;
}

double interval_narrowing(const double *a, const double *b, size_t n)
{
    struct estimate paired = interval_paired(a, b, n, 0.95), welch = interval_welch(a, n, b, n, 0.95);
    return paired.half_width > 0 ? welch.half_width / paired.half_width : NAN;
}

double interval_estimate_p(const struct estimate *estimate)
{
    if (isnan(estimate->sd) || isnan(estimate->mean)) return NAN;
    if (estimate->sd == 0) return estimate->mean == 0 ? 1.0 : 0.0;
    return interval_t_p_value(estimate->mean / (estimate->sd / sqrt((double)estimate->n)), estimate->degrees);
}

/* The smallest p value among hypotheses that still stand; n when none is left. */
static size_t smallest_standing(const double *p, size_t n, const bool *clear)
{
    size_t best = n;
    for (size_t i = 0; i < n; i++) {
        if (clear[i] || isnan(p[i])) continue;
        if (best == n || p[i] < p[best]) best = i;
    }
    return best;
}

size_t interval_holm(const double *p, size_t n, double level_of_error, bool *clear)
{
    size_t part = 0;
    for (size_t i = 0; i < n; i++) {
        clear[i] = false;
        part += !isnan(p[i]);
    }
    for (size_t standing = part; standing > 0; standing--) {
        size_t i = smallest_standing(p, n, clear);
        if (p[i] > level_of_error / (double)standing) break;
        clear[i] = true;
    }
    return part;
}
