/* special.c - the series where it converges fast, Lentz's continued fraction elsewhere (DLMF 8.11.4, 8.9.2, 8.17.22).
 *
 * The border between the two is the mean of the distribution, near which both need some sqrt(a) terms.
 */
#include "engine/core/special.h"
#include "engine/core/elementary.h"
#include <math.h> /* INFINITY only */
#include <stdbool.h>

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

struct special_beta special_beta_of(double a, double b)
{
    struct special_beta beta = {a, b, elementary_lgamma(a) + elementary_lgamma(b) - elementary_lgamma(a + b)};
    return beta;
}

/* x^a (1 - x)^b / B(a, b) */
static double beta_front(const struct special_beta *beta, double x)
{
    return elementary_exp(beta->a * elementary_log(x) + beta->b * elementary_log1p(-x) - beta->log_beta);
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

static double beta_lower_of_front(const struct special_beta *beta, double x, double front)
{
    double a = beta->a, b = beta->b;
    if (x < (a + 1) / (a + b + 2)) return front * beta_fraction(a, b, x);
    return 1 - front * beta_fraction(b, a, 1 - x);
}

double special_beta_lower(const struct special_beta *beta, double x)
{
    if (!(x > 0)) return x != x ? x : 0;
    if (x >= 1) return 1;
    return beta_lower_of_front(beta, x, beta_front(beta, x));
}

/* Halley's method kept within a bracket that shrinks at every step; a step that would leave it is a bisection. The
 * error of a step is of the order of the cube of its relative size, so a step below 1e-5 is the last. */
double special_beta_quantile(const struct special_beta *beta, double p, double low, double guess, double high)
{
    double x = guess > low && guess < high ? guess : 0.5 * (low + high);
    for (int step = 0; step < STEP_LIMIT; step++) {
        double front = beta_front(beta, x);
        double miss = beta_lower_of_front(beta, x, front) - p;
        if (miss == 0) return x;
        if (miss > 0)
            high = x;
        else
            low = x;
        double newton = miss * x * (1 - x) / front;
        double bend = (beta->a - 1) / x - (beta->b - 1) / (1 - x); /* the density's logarithmic derivative */
        double next = x - newton / (1 - 0.5 * newton * bend);
        bool inside = next > low && next < high;
        if (!inside) next = 0.5 * (low + high);
        double moved = absolute(next - x), room = x < 0.5 ? x : 1 - x;
        x = next;
        if (moved <= (inside ? 1e-5 : 2 * ENOUGH) * room) return x;
    }
    return x;
}
