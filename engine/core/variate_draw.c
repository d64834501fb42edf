/* variate_draw.c - one value after the other: by inversion but for erlang (sums) and gamma (rejection).
 *
 * Invariant: a draw takes words from its own visit alone, so nothing that others drew can change it.
 */
#include "engine/core/variate_table.h"
#include <assert.h>
#include <math.h> /* sqrt, floor, INFINITY: exact everywhere */
#include <string.h>

enum { ERLANG_GROUP = 16 }; /* factors of at least 2^-53 whose product stays a normal number */

/* Quantiles by formula: the draws of most kinds are these at a uniform. */

static double triangular_quantile(const struct variate *v, double u)
{
    double width = v->c - v->a, left = v->b - v->a, right = v->c - v->b;
    if (width == 0) return v->a;
    if (u * width < left) return v->a + sqrt(u * width * left);
    return v->c - sqrt((1 - u) * width * right);
}

/* A first guess within the cell: the cubic through the four nodes around it; in the first and last cells, where the
 * quantiles rise like a power, that power. */
static double pert_guess(const struct variate_table *table, int cell, double u)
{
    const double *x = table->value + cell;
    if (cell == 0) return x[1] * elementary_exp(elementary_log(u * VARIATE_PERT_CELLS) / table->beta.a);
    if (cell == VARIATE_PERT_CELLS - 1)
        return 1 - (1 - x[0]) * elementary_exp(elementary_log((1 - u) * VARIATE_PERT_CELLS) / table->beta.b);
    double t = u * VARIATE_PERT_CELLS - cell, first = x[1] - x[0];
    double left = x[1] - 2 * x[0] + x[-1], right = x[2] - 2 * x[1] + x[0];
    return x[0] + t * (first + (t - 1) * (0.5 * left + (t + 1) * (right - left) / 6));
}

static double pert_quantile(const struct variate *v, double u)
{
    if (v->c == v->a) return v->a;
    const struct variate_table *table = v->table;
    int cell = (int)(u * VARIATE_PERT_CELLS);
    double x =
        special_beta_quantile(&table->beta, u, table->value[cell], pert_guess(table, cell, u), table->value[cell + 1]);
    return v->a + (v->c - v->a) * x;
}

/* From above, where the truncated mass is known without cancellation. */
static double normal_quantile(const struct variate *v, double u)
{
    double x = v->a - v->b * elementary_normal_quantile(v->c * (1 - u));
    return x > 0 ? x : 0;
}

static double empirical_quantile(const struct variate *v, double u)
{
    const double *value = v->table->value;
    double position = u * (double)(v->table->n - 1);
    size_t below = (size_t)position;
    if (below + 1 >= v->table->n) return value[v->table->n - 1];
    return value[below] + (position - (double)below) * (value[below + 1] - value[below]);
}

static double geometric_quantile(const struct variate *v, double u)
{
    return v->b == 0 ? 1 : 1 + floor(elementary_log(1 - u) / v->b);
}

static double zipf_quantile(const struct variate *v, double u)
{
    double x = v->a == 1 ? elementary_exp(u * v->c) : elementary_pow(1 + u * v->c * (1 - v->a), 1 / (1 - v->a));
    return x >= v->b ? v->b : x < 1 ? 1 : floor(x);
}

static double weibull_quantile(const struct variate *v, double u)
{
    return v->b * elementary_exp(v->c * elementary_log(-elementary_log(1 - u)));
}

/* Draws of the kinds that take more than one word */

/* The sum of `phases` exponentials of mean 1: few logarithms, of products of uniforms. */
static double erlang_draw(unsigned phases, struct draws *draws)
{
    double sum = 0;
    while (phases > 0) {
        unsigned group = phases < ERLANG_GROUP ? phases : ERLANG_GROUP;
        double product = 1;
        for (unsigned i = 0; i < group; i++) product *= 1 - draws_unit(draws);
        sum -= elementary_log(product);
        phases -= group;
    }
    return sum;
}

/* Marsaglia & Tsang 2000, with normals by inversion; a shape below 1 is raised by one and thinned by u^(1/shape). */
static double gamma_draw(double shape, struct draws *draws)
{
    if (shape <= VARIATE_ERLANG_LIMIT && shape == floor(shape)) return erlang_draw((unsigned)shape, draws);
    double thinned = 1;
    if (shape < 1) {
        thinned = elementary_exp(elementary_log(draws_unit(draws)) / shape);
        shape += 1;
    }
    double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);
    for (;;) {
        double z = elementary_normal_quantile(draws_unit(draws)), u = draws_unit(draws);
        double root = 1 + c * z, cube = root * root * root;
        if (root <= 0) continue;
        if (u < 1 - 0.0331 * (z * z) * (z * z)) return d * cube * thinned;
        if (elementary_log(u) < 0.5 * z * z + d * (1 - cube + elementary_log(cube))) return d * cube * thinned;
    }
}

double variate_draw_other(const struct variate *v, struct draws *draws)
{
    switch (v->kind) {
    case VARIATE_ERLANG: return v->b * erlang_draw((unsigned)v->a, draws);
    case VARIATE_GAMMA: return v->b * gamma_draw(v->a, draws);
    case VARIATE_WEIBULL: return weibull_quantile(v, draws_unit(draws));
    case VARIATE_UNIFORM: return v->a + (v->b - v->a) * draws_unit(draws);
    case VARIATE_TRIANGULAR: return triangular_quantile(v, draws_unit(draws));
    case VARIATE_PERT: return pert_quantile(v, draws_unit(draws));
    case VARIATE_NORMAL: return normal_quantile(v, draws_unit(draws));
    case VARIATE_NORMAL_FREE: return v->a + v->b * elementary_normal_quantile(draws_unit(draws));
    case VARIATE_HYPEREXPONENTIAL: {
        double mean = v->table->value[variate_table_find(v->table, draws_unit(draws))];
        return -v->d * mean * elementary_log(1 - draws_unit(draws));
    }
    case VARIATE_MIXTURE: {
        const struct variate *part = &v->table->part[variate_table_find(v->table, draws_unit(draws))];
        return v->d * variate_draw(part, draws);
    }
    case VARIATE_EMPIRICAL: return v->d * empirical_quantile(v, draws_unit(draws));
    case VARIATE_DISCRETE:
    case VARIATE_POISSON: return v->d * v->table->value[variate_table_find(v->table, draws_unit(draws))];
    case VARIATE_GEOMETRIC: return v->d * geometric_quantile(v, draws_unit(draws));
    case VARIATE_ZIPF: return v->d * zipf_quantile(v, draws_unit(draws));
    case VARIATE_CONSTANT:
    case VARIATE_EXPONENTIAL:
    case VARIATE_LOGNORMAL: break;
    }
    return variate_draw(v, draws);
}

/* Doubles in order as integers: the sign and magnitude of their bits. */
static int64_t order_of(double x)
{
    int64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits < 0 ? INT64_MIN - bits : bits;
}

static double double_at(int64_t order)
{
    int64_t bits = order < 0 ? INT64_MIN - order : order;
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* The smallest double whose cdf reaches p: bisection over all doubles takes at most 64 steps. */
static double quantile_by_bisection(const struct variate *v, double p)
{
    int64_t low = v->kind == VARIATE_MIXTURE ? order_of(-0x1.fffffffffffffp+1023) : 0;
    int64_t high = order_of(INFINITY);
    if (variate_cdf(v, double_at(low)) >= p) return double_at(low);
    while ((uint64_t)high - (uint64_t)low > 1) {
        int64_t middle = (low & high) + ((low ^ high) >> 1);
        if (variate_cdf(v, double_at(middle)) >= p)
            high = middle;
        else
            low = middle;
    }
    return double_at(high);
}

double variate_quantile(const struct variate *v, double p)
{
    double point;
    assert(p > 0 && p < 1);
    if (variate_is_point(v, &point)) return point;
    switch (v->kind) {
    case VARIATE_EXPONENTIAL: return -v->a * elementary_log(1 - p);
    case VARIATE_LOGNORMAL: return v->a * elementary_exp(v->b * elementary_normal_quantile(p));
    case VARIATE_WEIBULL: return weibull_quantile(v, p);
    case VARIATE_UNIFORM: return v->a + (v->b - v->a) * p;
    case VARIATE_TRIANGULAR: return triangular_quantile(v, p);
    case VARIATE_PERT: return pert_quantile(v, p);
    case VARIATE_NORMAL: return normal_quantile(v, p);
    case VARIATE_NORMAL_FREE: return v->a + v->b * elementary_normal_quantile(p);
    case VARIATE_EMPIRICAL: return v->d * empirical_quantile(v, p);
    case VARIATE_DISCRETE:
    case VARIATE_POISSON: return v->d * v->table->value[variate_table_find(v->table, p)];
    case VARIATE_GEOMETRIC: return v->d * geometric_quantile(v, p);
    case VARIATE_ZIPF: return v->d * zipf_quantile(v, p);
    default: return quantile_by_bisection(v, p);
    }
}
