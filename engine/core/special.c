/* special.c - the series where it converges fast, Lentz's continued fraction elsewhere (DLMF 8.11.4, 8.9.2, 8.17.22).
 *
 * The border between the two is the mean of the distribution, near which both need some sqrt(a) terms.
 */
#include "engine/core/special.h"
#include "engine/core/elementary.h"
#include <math.h> /* INFINITY only */

enum { TERM_LIMIT = 100000, STEP_LIMIT = 200 };
static const double TINY = 1e-300; /* stands in for a zero in Lentz's quotients */
static const double ENOUGH = 0x1p-53;

static double absolute(double x)
{
    return x < 0 ? -x : x;
}

/* x^a e^-x / Gamma(a) */
static double gamma_front(double a, double x)
{
    return elementary_exp(a * elementary_log(x) - x - elementary_lgamma(a));
}

static double gamma_series(double a, double x)
{
    double term = 1 / a, sum = term;
    for (int n = 1; n < TERM_LIMIT && term > sum * ENOUGH; n++) {
        term *= x / (a + n);
        sum += term;
    }
    return sum * gamma_front(a, x);
}

static double gamma_fraction(double a, double x)
{
    double b = x + 1 - a, c = 1 / TINY, d = 1 / b, value = d;
    for (int n = 1; n < TERM_LIMIT; n++) {
        double numerator = -n * (n - a);
        b += 2;
        d = numerator * d + b;
        if (absolute(d) < TINY) d = TINY;
        c = b + numerator / c;
        if (absolute(c) < TINY) c = TINY;
        d = 1 / d;
        value *= d * c;
        if (absolute(d * c - 1) <= 2 * ENOUGH) break;
    }
    return value * gamma_front(a, x);
}

double special_gamma_lower(double a, double x)
{
    if (!(x > 0)) return x != x ? x : 0;
    if (x == INFINITY) return 1;
    return x < a + 1 ? gamma_series(a, x) : 1 - gamma_fraction(a, x);
}

double special_gamma_upper(double a, double x)
{
    if (!(x > 0)) return x != x ? x : 1;
    if (x == INFINITY) return 0;
    return x < a + 1 ? 1 - gamma_series(a, x) : gamma_fraction(a, x);
}

double special_log_beta(double a, double b)
{
    return elementary_lgamma(a) + elementary_lgamma(b) - elementary_lgamma(a + b);
}

/* x^a (1 - x)^b / B(a, b) */
static double beta_front(double a, double b, double log_beta, double x)
{
    return elementary_exp(a * elementary_log(x) + b * elementary_log1p(-x) - log_beta);
}

/* I_x(a, b) over its front factor, for x below the mean or so. */
static double beta_fraction(double a, double b, double x)
{
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    d = 1 / (absolute(d) < TINY ? TINY : d);
    double value = d;
    for (int m = 1; m < TERM_LIMIT; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        d = 1 + even * d;
        d = 1 / (absolute(d) < TINY ? TINY : d);
        c = 1 + even / c;
        if (absolute(c) < TINY) c = TINY;
        value *= d * c;
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 + odd * d;
        d = 1 / (absolute(d) < TINY ? TINY : d);
        c = 1 + odd / c;
        if (absolute(c) < TINY) c = TINY;
        value *= d * c;
        if (absolute(d * c - 1) <= 2 * ENOUGH) break;
    }
    return value / a;
}

static double beta_lower_of_front(double a, double b, double x, double front)
{
    if (x < (a + 1) / (a + b + 2)) return front * beta_fraction(a, b, x);
    return 1 - front * beta_fraction(b, a, 1 - x);
}

double special_beta_lower(double a, double b, double x)
{
    if (!(x > 0)) return x != x ? x : 0;
    if (x >= 1) return 1;
    return beta_lower_of_front(a, b, x, beta_front(a, b, special_log_beta(a, b), x));
}

/* Newton's method kept within a bracket that shrinks at every step; a step that would leave it is a bisection. */
double special_beta_quantile(double a, double b, double p, double low, double high)
{
    double log_beta = special_log_beta(a, b);
    double x = 0.5 * (low + high);
    for (int step = 0; step < STEP_LIMIT; step++) {
        double front = beta_front(a, b, log_beta, x);
        double miss = beta_lower_of_front(a, b, x, front) - p;
        if (miss == 0) return x;
        if (miss > 0)
            high = x;
        else
            low = x;
        double next = x - miss * x * (1 - x) / front;
        if (!(next > low && next < high)) next = 0.5 * (low + high);
        if (absolute(next - x) <= 4 * ENOUGH * x) return next;
        x = next;
    }
    return x;
}
