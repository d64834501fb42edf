/* variate_law.c - the exact mean, variance, distribution function and upper end of each distribution. */
#include "engine/core/variate_table.h"
#include <math.h> /* floor, INFINITY, NAN: exact everywhere */

/* Mean and variance */

/* The normal density over its distribution function at m: how far truncation at 0 moves the mean, in sds. */
static double truncation_shift(double m)
{
    static const double ROOT_HALF = 0x1.6a09e667f3bcdp-1, ROOT_TWO_OVER_PI = 0x1.9884533d43651p-1;
    return m > 30 ? 0 : ROOT_TWO_OVER_PI / elementary_erfcx(-m * ROOT_HALF);
}

static double weibull_moment(const struct variate *v, int power)
{
    return elementary_exp(elementary_lgamma(1 + power * v->c));
}

static double table_mean(const struct variate_table *table)
{
    double sum = 0;
    for (size_t i = 0; i < table->n; i++) {
        double value = table->part != NULL ? variate_mean(&table->part[i]) : table->value[i];
        sum += variate_table_weight(table, i) * value;
    }
    return sum;
}

/* Between the branches, plus within them. */
static double table_variance(const struct variate_table *table, enum variate_kind kind)
{
    double mean = table_mean(table), sum = 0;
    for (size_t i = 0; i < table->n; i++) {
        double value = table->part != NULL ? variate_mean(&table->part[i]) : table->value[i];
        double within = kind == VARIATE_MIXTURE            ? variate_variance(&table->part[i])
                        : kind == VARIATE_HYPEREXPONENTIAL ? value * value
                                                           : 0;
        sum += variate_table_weight(table, i) * ((value - mean) * (value - mean) + within);
    }
    return sum;
}

static double empirical_mean(const struct variate_table *table)
{
    if (table->n == 1) return table->value[0];
    double sum = 0;
    for (size_t i = 0; i + 1 < table->n; i++) sum += 0.5 * (table->value[i] + table->value[i + 1]);
    return sum / (double)(table->n - 1);
}

static double empirical_variance(const struct variate_table *table)
{
    if (table->n == 1) return 0;
    double mean = empirical_mean(table), sum = 0;
    for (size_t i = 0; i + 1 < table->n; i++) {
        double a = table->value[i] - mean, b = table->value[i + 1] - mean;
        sum += (a * a + a * b + b * b) / 3;
    }
    return sum / (double)(table->n - 1);
}

/* Of x^-s from a to b. */
static double power_integral(double s, double a, double b)
{
    if (s == 1) return elementary_log(b / a);
    return (elementary_pow(b, 1 - s) - elementary_pow(a, 1 - s)) / (1 - s);
}

/* The first values one by one; of the rest, whole numbers k stand for [k, k + 1): k is x - 1/2 there in the mean, and
 * its square x^2 - x + 1/3. */
static double zipf_moment(const struct variate *v, int order)
{
    double sum = 0, s = v->a, n = v->b, first = n < 1000 ? n : 1000;
    for (double k = 1; k <= first; k++) sum += (order == 1 ? k : k * k) * power_integral(s, k, k + 1);
    if (n > first && order == 1)
        sum += power_integral(s - 1, first + 1, n + 1) - power_integral(s, first + 1, n + 1) / 2;
    if (n > first && order == 2)
        sum += power_integral(s - 2, first + 1, n + 1) - power_integral(s - 1, first + 1, n + 1) +
               power_integral(s, first + 1, n + 1) / 3;
    return sum / v->c;
}

double variate_mean(const struct variate *v)
{
    switch (v->kind) {
    case VARIATE_CONSTANT:
    case VARIATE_EXPONENTIAL:
    case VARIATE_NORMAL_FREE: return v->a;
    case VARIATE_LOGNORMAL: return v->a * elementary_exp(0.5 * v->b * v->b);
    case VARIATE_ERLANG:
    case VARIATE_GAMMA: return v->a * v->b;
    case VARIATE_WEIBULL: return v->b * weibull_moment(v, 1);
    case VARIATE_UNIFORM: return 0.5 * (v->a + v->b);
    case VARIATE_TRIANGULAR: return (v->a + v->b + v->c) / 3;
    case VARIATE_PERT: return (v->a + 4 * v->b + v->c) / 6;
    case VARIATE_NORMAL: return v->b == 0 ? v->a : v->a + v->b * truncation_shift(v->a / v->b);
    case VARIATE_HYPEREXPONENTIAL:
    case VARIATE_MIXTURE:
    case VARIATE_DISCRETE: return v->d * table_mean(v->table);
    case VARIATE_EMPIRICAL: return v->d * empirical_mean(v->table);
    case VARIATE_ZIPF: return v->d * zipf_moment(v, 1);
    case VARIATE_GEOMETRIC:
    case VARIATE_POISSON: return v->d * v->a;
    }
    return NAN;
}

double variate_variance(const struct variate *v)
{
    double width = v->c - v->a;
    switch (v->kind) {
    case VARIATE_CONSTANT: return 0;
    case VARIATE_EXPONENTIAL: return v->a * v->a;
    case VARIATE_NORMAL_FREE: return v->b * v->b;
    case VARIATE_LOGNORMAL: return v->a * v->a * elementary_exp(v->b * v->b) * elementary_expm1(v->b * v->b);
    case VARIATE_ERLANG:
    case VARIATE_GAMMA: return v->a * v->b * v->b;
    case VARIATE_WEIBULL: return v->b * v->b * (weibull_moment(v, 2) - weibull_moment(v, 1) * weibull_moment(v, 1));
    case VARIATE_UNIFORM: return (v->b - v->a) * (v->b - v->a) / 12;
    case VARIATE_TRIANGULAR: return (width * width - (v->b - v->a) * (v->c - v->b)) / 18;
    case VARIATE_PERT: return width == 0 ? 0 : width * width * v->table->beta.a * v->table->beta.b / (36 * 7);
    case VARIATE_NORMAL: {
        if (v->b == 0) return 0;
        double m = v->a / v->b, shift = truncation_shift(m);
        return v->b * v->b * (1 - shift * (m + shift));
    }
    case VARIATE_HYPEREXPONENTIAL:
    case VARIATE_MIXTURE:
    case VARIATE_DISCRETE: return v->d * v->d * table_variance(v->table, v->kind);
    case VARIATE_EMPIRICAL: return v->d * v->d * empirical_variance(v->table);
    case VARIATE_GEOMETRIC: return v->d * v->d * v->a * (v->a - 1);
    case VARIATE_POISSON: return v->d * v->d * v->a;
    case VARIATE_ZIPF: return v->d * v->d * (zipf_moment(v, 2) - zipf_moment(v, 1) * zipf_moment(v, 1));
    }
    return NAN;
}

/* Distribution functions; x >= 0 but for the free normal and mixtures, and no width is 0. */

static double triangular_cdf(const struct variate *v, double x)
{
    if (x < v->b) return x <= v->a ? 0 : (x - v->a) * (x - v->a) / ((v->c - v->a) * (v->b - v->a));
    return x >= v->c ? 1 : 1 - (v->c - x) * (v->c - x) / ((v->c - v->a) * (v->c - v->b));
}

static double normal_cdf(const struct variate *v, double x)
{
    return 1 - elementary_normal_cdf((v->a - x) / v->b) / v->c;
}

/* The last i with value[i] <= x, plus 1. */
static size_t count_up_to(const struct variate_table *table, double x)
{
    size_t low = 0, high = table->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (table->value[middle] <= x)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static double empirical_cdf(const struct variate_table *table, double x)
{
    size_t count = count_up_to(table, x);
    if (count == 0) return 0;
    if (count == table->n) return 1;
    double below = table->value[count - 1], above = table->value[count];
    return ((double)(count - 1) + (x - below) / (above - below)) / (double)(table->n - 1);
}

static double branches_cdf(const struct variate_table *table, double x)
{
    double sum = 0;
    for (size_t i = 0; i < table->n; i++) {
        double part = table->part != NULL ? variate_cdf(&table->part[i], x)
                      : x > 0             ? -elementary_expm1(-x / table->value[i])
                                          : 0;
        sum += variate_table_weight(table, i) * part;
    }
    return sum;
}

static double table_cdf(const struct variate *v, double x)
{
    if (v->d == 0) return x >= 0;
    x /= v->d;
    if (v->kind == VARIATE_EMPIRICAL) return empirical_cdf(v->table, x);
    if (v->kind == VARIATE_HYPEREXPONENTIAL || v->kind == VARIATE_MIXTURE) return branches_cdf(v->table, x);
    if (v->kind == VARIATE_ZIPF) return x < 1 ? 0 : x >= v->b ? 1 : power_integral(v->a, 1, floor(x) + 1) / v->c;
    if (v->kind == VARIATE_GEOMETRIC) return x < 1 ? 0 : v->b == 0 ? 1 : -elementary_expm1(floor(x) * v->b);
    size_t count = count_up_to(v->table, x);
    return count == 0 ? 0 : v->table->cumulative[count - 1];
}

double variate_cdf(const struct variate *v, double x)
{
    double point;
    if (variate_is_point(v, &point)) return x >= point;
    bool negative = !(x >= 0);
    if (negative && v->kind != VARIATE_NORMAL_FREE && v->kind != VARIATE_MIXTURE) return x != x ? x : 0;
    switch (v->kind) {
    case VARIATE_EXPONENTIAL: return -elementary_expm1(-x / v->a);
    case VARIATE_LOGNORMAL: return elementary_normal_cdf(elementary_log(x / v->a) / v->b);
    case VARIATE_ERLANG:
    case VARIATE_GAMMA: return special_gamma_lower(v->a, x / v->b);
    case VARIATE_WEIBULL: return -elementary_expm1(-elementary_pow(x / v->b, v->a));
    case VARIATE_UNIFORM: return x <= v->a ? 0 : x >= v->b ? 1 : (x - v->a) / (v->b - v->a);
    case VARIATE_TRIANGULAR: return triangular_cdf(v, x);
    case VARIATE_PERT: return special_beta_lower(&v->table->beta, (x - v->a) / (v->c - v->a));
    case VARIATE_NORMAL: return normal_cdf(v, x);
    case VARIATE_NORMAL_FREE: return elementary_normal_cdf((x - v->a) / v->b);
    default: return table_cdf(v, x);
    }
}

double variate_upper(const struct variate *v)
{
    double point, upper = 0;
    if (variate_is_point(v, &point)) return point;
    if (v->table != NULL && v->d == 0) return 0;
    switch (v->kind) {
    case VARIATE_UNIFORM: return v->b;
    case VARIATE_TRIANGULAR:
    case VARIATE_PERT: return v->c;
    case VARIATE_EMPIRICAL:
    case VARIATE_DISCRETE: return v->d * v->table->value[v->table->n - 1];
    case VARIATE_GEOMETRIC: return v->d == 0 || v->b == 0 ? v->d : INFINITY;
    case VARIATE_POISSON: return v->a == 0 ? 0 : INFINITY;
    case VARIATE_ZIPF: return v->d * v->b;
    case VARIATE_MIXTURE:
        for (size_t i = 0; i < v->table->n; i++) {
            double part = variate_upper(&v->table->part[i]);
            if (i == 0 || part > upper) upper = part;
        }
        return v->d * upper;
    default: return INFINITY;
    }
}
