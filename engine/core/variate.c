/* variate.c - how each distribution is made, drawn and described.
 *
 * The meaning of the fields by kind (d is the factor of variate_scale where a table holds the values):
 *
 *   constant         a value                           hyperexponential  table: means as values; d factor
 *   exponential      a mean                            mixture           table: parts; d factor
 *   lognormal        a median, b sd of the log         empirical         table: sorted values; d factor
 *   erlang           a phases, b mean of a phase       discrete          table: sorted values; d factor
 *   gamma            a shape, b scale                  geometric         a mean, b log(1 - 1/mean); d factor
 *   weibull          a shape, b scale, c 1/shape       poisson           a mean; table: 0, 1, ... with weight; d factor
 *   uniform          a low, b high
 *   triangular       a low, b mode, c high
 *   pert             a low, b mode, c high; table: quantiles of the beta on [0, 1]
 *   normal           a mean, b sd, c = P(value >= 0) of the untruncated normal
 *   normal free      a mean, b sd
 *
 * Invariants: a table's `cumulative` rises and ends at exactly 1; guide[j] is not beyond the first i with
 * cumulative[i] >= j/n, so a search starts there and goes up only; tables never change once made.
 */
#include "engine/core/variate.h"
#include "engine/core/special.h"
#include <assert.h>
#include <stdbool.h>
#include <math.h> /* sqrt, floor, isfinite, INFINITY: exact everywhere */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    ERLANG_LIMIT = 1000, /* phases; each takes a word */
    ERLANG_GROUP = 16,   /* factors of at least 2^-53 whose product stays a normal number */
    PERT_CELLS = 64
};
static const double POISSON_LIMIT = 1e8;    /* the table has some 20 sqrt(mean) entries */
static const double GEOMETRIC_LIMIT = 1e15; /* counts stay exact in a double */
static const double NORMAL_LIMIT = 30;      /* sds that the mean may lie below 0 */
static const double SUM_TOLERANCE = 1e-9;   /* of probabilities that a person wrote */

struct variate_table {
    size_t n;
    double *value, *cumulative;
    uint32_t *guide;
    struct variate *part;
};

/* Tables */

static void table_destroy(struct variate_table *table)
{
    if (table == NULL) return;
    if (table->part != NULL)
        for (size_t i = 0; i < table->n; i++) variate_clear(&table->part[i]);
    free(table->value);
    free(table->cumulative);
    free(table->guide);
    free(table->part);
    free(table);
}

/* An n of zero bytes or beyond what calloc can give fails as no memory. */
static struct variate_table *table_create(size_t n, bool weighted)
{
    struct variate_table *table = calloc(1, sizeof *table);
    if (table == NULL) return NULL;
    table->n = n;
    table->value = calloc(n, sizeof *table->value);
    if (weighted) {
        table->cumulative = calloc(n, sizeof *table->cumulative);
        table->guide = n <= UINT32_MAX ? calloc(n, sizeof *table->guide) : NULL;
    }
    if (table->value == NULL || (weighted && (table->cumulative == NULL || table->guide == NULL))) {
        table_destroy(table);
        return NULL;
    }
    return table;
}

/* Turns the weights that stand in `cumulative` into running sums that end at 1, and fills in the guide. */
static void table_accumulate(struct variate_table *table)
{
    double sum = 0;
    for (size_t i = 0; i < table->n; i++) {
        sum += table->cumulative[i];
        table->cumulative[i] = sum;
    }
    for (size_t i = 0; i < table->n; i++) table->cumulative[i] /= sum;
    for (size_t i = table->n; i-- > 0 && table->cumulative[i] == table->cumulative[table->n - 1];)
        table->cumulative[i] = 1;
    size_t index = 0;
    for (size_t j = 0; j < table->n; j++) {
        double border =
            (double)j / (double)table->n * (1 - 0x1p-50); /* a little low: safe from rounding in the search */
        while (table->cumulative[index] < border) index++;
        table->guide[j] = (uint32_t)index;
    }
}

/* The first i with cumulative[i] >= u, 0 <= u <= 1. */
static inline size_t table_find(const struct variate_table *table, double u)
{
    size_t cell = (size_t)(u * (double)table->n);
    size_t index = table->guide[cell < table->n ? cell : table->n - 1];
    while (table->cumulative[index] < u) index++;
    return index;
}

static double table_weight(const struct variate_table *table, size_t i)
{
    return i == 0 ? table->cumulative[0] : table->cumulative[i] - table->cumulative[i - 1];
}

static enum status table_copy(struct variate_table **copy, const struct variate_table *table)
{
    struct variate_table *made = table_create(table->n, table->cumulative != NULL);
    if (made == NULL) return STATUS_NO_MEMORY;
    memcpy(made->value, table->value, table->n * sizeof *table->value);
    if (table->cumulative != NULL) {
        memcpy(made->cumulative, table->cumulative, table->n * sizeof *table->cumulative);
        memcpy(made->guide, table->guide, table->n * sizeof *table->guide);
    }
    if (table->part != NULL) {
        made->part = calloc(table->n, sizeof *made->part); /* zeros are constants: clearing them is safe */
        for (size_t i = 0; made->part != NULL && i < table->n; i++) {
            if (variate_copy(&made->part[i], &table->part[i]) == STATUS_OK) continue;
            table_destroy(made);
            return STATUS_NO_MEMORY;
        }
        if (made->part == NULL) {
            table_destroy(made);
            return STATUS_NO_MEMORY;
        }
    }
    *copy = made;
    return STATUS_OK;
}

/* Makers */

static enum status make(struct variate *v, enum variate_kind kind, double a, double b, double c)
{
    struct variate made = {.kind = kind, .a = a, .b = b, .c = c, .d = 1};
    if (!isfinite(a) || !isfinite(b) || !isfinite(c)) return STATUS_BAD_VALUE;
    *v = made;
    return STATUS_OK;
}

static enum status make_with_table(struct variate *v, enum variate_kind kind, double a, struct variate_table *table)
{
    struct variate made = {.kind = kind, .a = a, .d = 1, .table = table};
    *v = made;
    return STATUS_OK;
}

enum status variate_constant(struct variate *v, double value)
{
    if (!(value >= 0)) return STATUS_BAD_VALUE;
    return make(v, VARIATE_CONSTANT, value, 0, 0);
}

enum status variate_exponential(struct variate *v, double mean)
{
    if (!(mean > 0)) return STATUS_BAD_VALUE;
    return make(v, VARIATE_EXPONENTIAL, mean, 0, 0);
}

enum status variate_lognormal(struct variate *v, double mu_log, double sd_log)
{
    double median = elementary_exp(mu_log);
    if (!(sd_log >= 0) || !(median > 0)) return STATUS_BAD_VALUE;
    return make(v, VARIATE_LOGNORMAL, median, sd_log, 0);
}

enum status variate_lognormal_mean_sd_log(struct variate *v, double mean, double sd_log)
{
    double median = mean * elementary_exp(-0.5 * sd_log * sd_log);
    if (!(sd_log >= 0) || !(median > 0)) return STATUS_BAD_VALUE;
    return make(v, VARIATE_LOGNORMAL, median, sd_log, 0);
}

enum status variate_lognormal_mean_cv(struct variate *v, double mean, double cv)
{
    if (!(mean > 0) || !(cv >= 0)) return STATUS_BAD_VALUE;
    double factor = 1 + cv * cv; /* median = mean / sqrt(1 + cv^2) */
    return make(v, VARIATE_LOGNORMAL, mean / sqrt(factor), sqrt(elementary_log1p(cv * cv)), 0);
}

enum status variate_lognormal_median_quantile(struct variate *v, double median, double p, double quantile)
{
    if (!(median > 0) || !(p > 0.5) || !(p < 1) || !(quantile >= median)) return STATUS_BAD_VALUE;
    return make(v, VARIATE_LOGNORMAL, median, elementary_log(quantile / median) / elementary_normal_quantile(p), 0);
}

enum status variate_erlang(struct variate *v, unsigned k, double mean)
{
    if (k < 1 || k > ERLANG_LIMIT || !(mean > 0)) return STATUS_BAD_VALUE;
    return make(v, VARIATE_ERLANG, k, mean / k, 0);
}

enum status variate_gamma(struct variate *v, double shape, double mean)
{
    if (!(shape > 0) || !(mean > 0)) return STATUS_BAD_VALUE;
    return make(v, VARIATE_GAMMA, shape, mean / shape, 0);
}

enum status variate_weibull(struct variate *v, double shape, double scale)
{
    if (!(shape > 0) || !(scale > 0)) return STATUS_BAD_VALUE;
    return make(v, VARIATE_WEIBULL, shape, scale, 1 / shape);
}

enum status variate_uniform(struct variate *v, double low, double high)
{
    if (!(low >= 0) || !(high >= low)) return STATUS_BAD_VALUE;
    return make(v, VARIATE_UNIFORM, low, high, 0);
}

enum status variate_triangular(struct variate *v, double low, double mode, double high)
{
    if (!(low >= 0) || !(mode >= low) || !(high >= mode)) return STATUS_BAD_VALUE;
    return make(v, VARIATE_TRIANGULAR, low, mode, high);
}

/* The parameters of the beta on [0, 1]; their sum is 6. low < high. */
static double pert_alpha(const struct variate *v)
{
    return 1 + 4 * ((v->b - v->a) / (v->c - v->a));
}

static double pert_beta(const struct variate *v)
{
    return 1 + 4 * ((v->c - v->b) / (v->c - v->a));
}

enum status variate_pert(struct variate *v, double low, double mode, double high)
{
    if (!(low >= 0) || !(mode >= low) || !(high >= mode)) return STATUS_BAD_VALUE;
    struct variate made;
    enum status status = make(&made, VARIATE_PERT, low, mode, high);
    if (status != STATUS_OK) return status;
    if (low < high) {
        made.table = table_create(PERT_CELLS + 1, false);
        if (made.table == NULL) return STATUS_NO_MEMORY;
        double *x = made.table->value;
        x[PERT_CELLS] = 1;
        for (int i = 1; i < PERT_CELLS; i++)
            x[i] = special_beta_quantile(pert_alpha(&made), pert_beta(&made), (double)i / PERT_CELLS, x[i - 1], 1);
    }
    *v = made;
    return STATUS_OK;
}

enum status variate_normal(struct variate *v, double mean, double sd)
{
    if (!(sd >= 0) || !(mean >= -NORMAL_LIMIT * sd)) return STATUS_BAD_VALUE;
    return make(v, VARIATE_NORMAL, mean, sd, sd > 0 ? elementary_normal_cdf(mean / sd) : 1);
}

enum status variate_normal_free(struct variate *v, double mean, double sd)
{
    if (!(sd >= 0)) return STATUS_BAD_VALUE;
    return make(v, VARIATE_NORMAL_FREE, mean, sd, 0);
}

static bool are_probabilities(const double *p, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        if (!(p[i] >= 0)) return false;
        sum += p[i];
    }
    return sum >= 1 - SUM_TOLERANCE && sum <= 1 + SUM_TOLERANCE;
}

enum status variate_hyperexponential(struct variate *v, const double *p, const double *mean, size_t n)
{
    if (!are_probabilities(p, n)) return STATUS_BAD_VALUE;
    for (size_t i = 0; i < n; i++)
        if (!(mean[i] > 0) || !isfinite(mean[i])) return STATUS_BAD_VALUE;
    struct variate_table *table = table_create(n, true);
    if (table == NULL) return STATUS_NO_MEMORY;
    memcpy(table->value, mean, n * sizeof *mean);
    memcpy(table->cumulative, p, n * sizeof *p);
    table_accumulate(table);
    return make_with_table(v, VARIATE_HYPEREXPONENTIAL, 0, table);
}

enum status variate_hyperexponential_mean_cv(struct variate *v, double mean, double cv)
{
    if (!(mean > 0) || !(cv > 1) || !isfinite(cv * cv)) return STATUS_BAD_VALUE;
    double square = cv * cv; /* p_1 mean_1 = p_2 mean_2 = mean/2; the rarer branch without cancellation */
    double rare = 1 / ((square + 1) * (1 + sqrt((square - 1) / (square + 1))));
    double p[2] = {1 - rare, rare};
    double part[2] = {mean / (2 * p[0]), mean / (2 * p[1])};
    return variate_hyperexponential(v, p, part, 2);
}

enum status variate_mixture(struct variate *v, const double *p, const struct variate *part, size_t n)
{
    if (!are_probabilities(p, n)) return STATUS_BAD_VALUE;
    struct variate_table *table = table_create(n, true);
    struct variate *parts = calloc(n, sizeof *parts);
    if (table == NULL || parts == NULL) {
        table_destroy(table);
        free(parts);
        return STATUS_NO_MEMORY;
    }
    memcpy(parts, part, n * sizeof *part);
    table->part = parts;
    memcpy(table->cumulative, p, n * sizeof *p);
    table_accumulate(table);
    return make_with_table(v, VARIATE_MIXTURE, 0, table);
}

static int compare_values(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static bool are_values(const double *value, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!(value[i] >= 0) || !isfinite(value[i])) return false;
    return n > 0;
}

enum status variate_empirical(struct variate *v, const double *value, size_t n)
{
    if (!are_values(value, n)) return STATUS_BAD_VALUE;
    struct variate_table *table = table_create(n, false);
    if (table == NULL) return STATUS_NO_MEMORY;
    for (size_t i = 0; i < n; i++) table->value[i] = value[i] + 0.0; /* -0 becomes 0 */
    qsort(table->value, n, sizeof *table->value, compare_values);
    return make_with_table(v, VARIATE_EMPIRICAL, 0, table);
}

struct weighted {
    double value, weight;
};

/* Sorted by value, equal values as one, those without weight left out. */
static size_t merge_weighted(struct weighted *item, size_t n)
{
    qsort(item, n, sizeof *item, compare_values); /* the value is the first member */
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (item[i].weight == 0) continue;
        if (kept > 0 && item[kept - 1].value == item[i].value)
            item[kept - 1].weight += item[i].weight;
        else
            item[kept++] = item[i];
    }
    return kept;
}

enum status variate_discrete(struct variate *v, const double *value, const double *weight, size_t n)
{
    if (!are_values(value, n)) return STATUS_BAD_VALUE;
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        if (!(weight[i] >= 0)) return STATUS_BAD_VALUE;
        sum += weight[i];
    }
    if (!(sum > 0) || !isfinite(sum)) return STATUS_BAD_VALUE;
    struct weighted *item = calloc(n, sizeof *item);
    if (item == NULL) return STATUS_NO_MEMORY;
    for (size_t i = 0; i < n; i++) item[i] = (struct weighted){value[i] + 0.0, weight[i] / sum};
    size_t kept = merge_weighted(item, n);
    struct variate_table *table = table_create(kept, true);
    for (size_t i = 0; table != NULL && i < kept; i++) {
        table->value[i] = item[i].value;
        table->cumulative[i] = item[i].weight;
    }
    free(item);
    if (table == NULL) return STATUS_NO_MEMORY;
    table_accumulate(table);
    return make_with_table(v, VARIATE_DISCRETE, 0, table);
}

enum status variate_geometric(struct variate *v, double mean)
{
    if (!(mean >= 1) || !(mean <= GEOMETRIC_LIMIT)) return STATUS_BAD_VALUE;
    return make(v, VARIATE_GEOMETRIC, mean, mean > 1 ? elementary_log1p(-1 / mean) : 0, 0);
}

/* The weights relative to the mode's, outward until they no longer matter to any word (2^-70 of the mode's). */
enum status variate_poisson(struct variate *v, double mean)
{
    if (!(mean >= 0) || !(mean <= POISSON_LIMIT)) return STATUS_BAD_VALUE;
    double mode = floor(mean), first = mode, last = mode;
    for (double w = 1; first > 0 && w > 0x1p-70; first--) w *= first / mean;
    for (double w = 1; w > 0x1p-70; last++) w *= mean / (last + 1);
    size_t n = (size_t)(last - first) + 1, at = (size_t)(mode - first);
    struct variate_table *table = table_create(n, true);
    if (table == NULL) return STATUS_NO_MEMORY;
    for (size_t i = 0; i < n; i++) table->value[i] = first + (double)i;
    double *weight = table->cumulative;
    weight[at] = 1;
    for (size_t i = at; i > 0; i--) weight[i - 1] = weight[i] * table->value[i] / mean;
    for (size_t i = at; i + 1 < n; i++) weight[i + 1] = weight[i] * mean / table->value[i + 1];
    table_accumulate(table);
    return make_with_table(v, VARIATE_POISSON, mean, table);
}

void variate_clear(struct variate *v)
{
    table_destroy(v->table);
    v->table = NULL;
}

enum status variate_copy(struct variate *copy, const struct variate *v)
{
    struct variate made = *v;
    if (v->table != NULL) {
        enum status status = table_copy(&made.table, v->table);
        if (status != STATUS_OK) return status;
    }
    *copy = made;
    return STATUS_OK;
}

enum status variate_scale(struct variate *v, double factor)
{
    if (!(factor >= 0) || !isfinite(factor)) return STATUS_BAD_VALUE;
    struct variate scaled = *v;
    switch (v->kind) {
    case VARIATE_CONSTANT:
    case VARIATE_EXPONENTIAL:
    case VARIATE_LOGNORMAL: scaled.a *= factor; break;
    case VARIATE_ERLANG:
    case VARIATE_GAMMA:
    case VARIATE_WEIBULL: scaled.b *= factor; break;
    case VARIATE_UNIFORM:
    case VARIATE_NORMAL:
    case VARIATE_NORMAL_FREE:
        scaled.a *= factor;
        scaled.b *= factor;
        break;
    case VARIATE_TRIANGULAR:
    case VARIATE_PERT:
        scaled.a *= factor;
        scaled.b *= factor;
        scaled.c *= factor;
        break;
    case VARIATE_HYPEREXPONENTIAL:
    case VARIATE_MIXTURE:
    case VARIATE_EMPIRICAL:
    case VARIATE_DISCRETE:
    case VARIATE_GEOMETRIC:
    case VARIATE_POISSON: scaled.d *= factor; break;
    }
    if (!isfinite(scaled.a) || !isfinite(scaled.b) || !isfinite(scaled.c) || !isfinite(scaled.d))
        return STATUS_BAD_VALUE;
    *v = scaled;
    return STATUS_OK;
}

/* Quantiles by formula: the draws of most kinds are these at a uniform. */

static double triangular_quantile(const struct variate *v, double u)
{
    double width = v->c - v->a, left = v->b - v->a, right = v->c - v->b;
    if (width == 0) return v->a;
    if (u * width < left) return v->a + sqrt(u * width * left);
    return v->c - sqrt((1 - u) * width * right);
}

static double pert_quantile(const struct variate *v, double u)
{
    if (v->c == v->a) return v->a;
    const double *node = v->table->value + (int)(u * PERT_CELLS);
    double x = special_beta_quantile(pert_alpha(v), pert_beta(v), u, node[0], node[1]);
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

static double weibull_quantile(const struct variate *v, double u)
{
    return v->b * elementary_pow(-elementary_log(1 - u), v->c);
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
    if (shape <= ERLANG_LIMIT && shape == floor(shape)) return erlang_draw((unsigned)shape, draws);
    double thinned = 1;
    if (shape < 1) {
        thinned = elementary_pow(draws_unit(draws), 1 / shape);
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
        double mean = v->table->value[table_find(v->table, draws_unit(draws))];
        return -v->d * mean * elementary_log(1 - draws_unit(draws));
    }
    case VARIATE_MIXTURE: {
        const struct variate *part = &v->table->part[table_find(v->table, draws_unit(draws))];
        return v->d * variate_draw(part, draws);
    }
    case VARIATE_EMPIRICAL: return v->d * empirical_quantile(v, draws_unit(draws));
    case VARIATE_DISCRETE:
    case VARIATE_POISSON: return v->d * v->table->value[table_find(v->table, draws_unit(draws))];
    case VARIATE_GEOMETRIC: return v->d * geometric_quantile(v, draws_unit(draws));
    case VARIATE_CONSTANT:
    case VARIATE_EXPONENTIAL:
    case VARIATE_LOGNORMAL: break;
    }
    return variate_draw(v, draws);
}

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
        sum += table_weight(table, i) * value;
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
        sum += table_weight(table, i) * ((value - mean) * (value - mean) + within);
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
    case VARIATE_PERT: return width == 0 ? 0 : width * width * pert_alpha(v) * pert_beta(v) / (36 * 7);
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
        sum += table_weight(table, i) * part;
    }
    return sum;
}

static double table_cdf(const struct variate *v, double x)
{
    if (v->d == 0) return x >= 0;
    x /= v->d;
    if (v->kind == VARIATE_EMPIRICAL) return empirical_cdf(v->table, x);
    if (v->kind == VARIATE_HYPEREXPONENTIAL || v->kind == VARIATE_MIXTURE) return branches_cdf(v->table, x);
    if (v->kind == VARIATE_GEOMETRIC) return x < 1 ? 0 : v->b == 0 ? 1 : -elementary_expm1(floor(x) * v->b);
    size_t count = count_up_to(v->table, x);
    return count == 0 ? 0 : v->table->cumulative[count - 1];
}

/* Whether all mass stands at `*at`: by nature, or by a factor of 0. */
static bool is_point(const struct variate *v, double *at)
{
    *at = v->a;
    switch (v->kind) {
    case VARIATE_CONSTANT: return true;
    case VARIATE_EXPONENTIAL: return v->a == 0;
    case VARIATE_LOGNORMAL: return v->a == 0 || v->b == 0;
    case VARIATE_NORMAL:
    case VARIATE_NORMAL_FREE: return v->b == 0;
    case VARIATE_ERLANG:
    case VARIATE_GAMMA:
    case VARIATE_WEIBULL: *at = 0; return v->b == 0;
    case VARIATE_UNIFORM: return v->b == v->a;
    case VARIATE_TRIANGULAR:
    case VARIATE_PERT: return v->c == v->a;
    default: return false;
    }
}

double variate_cdf(const struct variate *v, double x)
{
    double point;
    if (is_point(v, &point)) return x >= point;
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
    case VARIATE_PERT: return special_beta_lower(pert_alpha(v), pert_beta(v), (x - v->a) / (v->c - v->a));
    case VARIATE_NORMAL: return normal_cdf(v, x);
    case VARIATE_NORMAL_FREE: return elementary_normal_cdf((x - v->a) / v->b);
    default: return table_cdf(v, x);
    }
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
    if (is_point(v, &point)) return point;
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
    case VARIATE_POISSON: return v->d * v->table->value[table_find(v->table, p)];
    case VARIATE_GEOMETRIC: return v->d * geometric_quantile(v, p);
    default: return quantile_by_bisection(v, p);
    }
}

double variate_upper(const struct variate *v)
{
    double point, upper = 0;
    if (is_point(v, &point)) return point;
    if (v->table != NULL && v->d == 0) return 0;
    switch (v->kind) {
    case VARIATE_UNIFORM: return v->b;
    case VARIATE_TRIANGULAR:
    case VARIATE_PERT: return v->c;
    case VARIATE_EMPIRICAL:
    case VARIATE_DISCRETE: return v->d * v->table->value[v->table->n - 1];
    case VARIATE_GEOMETRIC: return v->d == 0 || v->b == 0 ? v->d : INFINITY;
    case VARIATE_POISSON: return v->a == 0 ? 0 : INFINITY;
    case VARIATE_MIXTURE:
        for (size_t i = 0; i < v->table->n; i++) {
            double part = variate_upper(&v->table->part[i]);
            if (i == 0 || part > upper) upper = part;
        }
        return v->d * upper;
    default: return INFINITY;
    }
}
