/* variate.c - how each distribution is made.
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
 */
#include "engine/core/variate_table.h"
#include <math.h> /* sqrt, floor, isfinite: exact everywhere */
#include <stdlib.h>
#include <string.h>

static const double POISSON_LIMIT = 1e8;    /* the table has some 20 sqrt(mean) entries */
static const double GEOMETRIC_LIMIT = 1e15; /* counts stay exact in a double */
static const double NORMAL_LIMIT = 30;      /* sds that the mean may lie below 0 */
static const double SUM_TOLERANCE = 1e-9;   /* of probabilities that a person wrote */

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
    if (k < 1 || k > VARIATE_ERLANG_LIMIT || !(mean > 0)) return STATUS_BAD_VALUE;
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

/* Scaled to [0, 1] it is a beta distribution; low < high. */
static struct special_beta pert_shape(double low, double mode, double high)
{
    return special_beta_of(1 + 4 * ((mode - low) / (high - low)), 1 + 4 * ((high - mode) / (high - low)));
}

enum status variate_pert(struct variate *v, double low, double mode, double high)
{
    if (!(low >= 0) || !(mode >= low) || !(high >= mode)) return STATUS_BAD_VALUE;
    struct variate made;
    enum status status = make(&made, VARIATE_PERT, low, mode, high);
    if (status != STATUS_OK) return status;
    if (low < high) {
        struct variate_table *table = variate_table_create(VARIATE_PERT_CELLS + 1, false);
        if (table == NULL) return STATUS_NO_MEMORY;
        table->beta = pert_shape(low, mode, high);
        table->value[VARIATE_PERT_CELLS] = 1;
        for (int i = 1; i < VARIATE_PERT_CELLS; i++) {
            double below = table->value[i - 1], guess = i < 2 ? 0.5 : 2 * below - table->value[i - 2];
            table->value[i] = special_beta_quantile(&table->beta, (double)i / VARIATE_PERT_CELLS, below, guess, 1);
        }
        made.table = table;
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
    struct variate_table *table = variate_table_create(n, true);
    if (table == NULL) return STATUS_NO_MEMORY;
    memcpy(table->value, mean, n * sizeof *mean);
    memcpy(table->cumulative, p, n * sizeof *p);
    variate_table_accumulate(table);
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
    struct variate_table *table = variate_table_create(n, true);
    struct variate *parts = calloc(n, sizeof *parts);
    if (table == NULL || parts == NULL) {
        variate_table_destroy(table);
        free(parts);
        return STATUS_NO_MEMORY;
    }
    memcpy(parts, part, n * sizeof *part);
    table->part = parts;
    memcpy(table->cumulative, p, n * sizeof *p);
    variate_table_accumulate(table);
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
    struct variate_table *table = variate_table_create(n, false);
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
    struct variate_table *table = variate_table_create(kept, true);
    for (size_t i = 0; table != NULL && i < kept; i++) {
        table->value[i] = item[i].value;
        table->cumulative[i] = item[i].weight;
    }
    free(item);
    if (table == NULL) return STATUS_NO_MEMORY;
    variate_table_accumulate(table);
    return make_with_table(v, VARIATE_DISCRETE, 0, table);
}

enum status variate_geometric(struct variate *v, double mean)
{
    if (!(mean >= 1) || !(mean <= GEOMETRIC_LIMIT)) return STATUS_BAD_VALUE;
    return make(v, VARIATE_GEOMETRIC, mean, mean > 1 ? elementary_log1p(-1 / mean) : 0, 0);
}

/* c: the whole integral, in units in which the density at 1 is 1. */
enum status variate_zipf(struct variate *v, double s, double n)
{
    if (!(s >= 0 && s <= 10) || !(n >= 1 && n <= 1e9) || n != floor(n)) return STATUS_BAD_VALUE;
    double whole = s == 1 ? elementary_log(n + 1) : (elementary_pow(n + 1, 1 - s) - 1) / (1 - s);
    return make(v, VARIATE_ZIPF, s, n, whole);
}

/* The weights relative to the mode's, outward until they no longer matter to any word (2^-70 of the mode's). */
enum status variate_poisson(struct variate *v, double mean)
{
    if (!(mean >= 0) || !(mean <= POISSON_LIMIT)) return STATUS_BAD_VALUE;
    double mode = floor(mean), first = mode, last = mode;
    for (double w = 1; first > 0 && w > 0x1p-70; first--) w *= first / mean;
    for (double w = 1; w > 0x1p-70; last++) w *= mean / (last + 1);
    size_t n = (size_t)(last - first) + 1, at = (size_t)(mode - first);
    struct variate_table *table = variate_table_create(n, true);
    if (table == NULL) return STATUS_NO_MEMORY;
    for (size_t i = 0; i < n; i++) table->value[i] = first + (double)i;
    double *weight = table->cumulative;
    weight[at] = 1;
    for (size_t i = at; i > 0; i--) weight[i - 1] = weight[i] * table->value[i] / mean;
    for (size_t i = at; i + 1 < n; i++) weight[i + 1] = weight[i] * mean / table->value[i + 1];
    variate_table_accumulate(table);
    return make_with_table(v, VARIATE_POISSON, mean, table);
}

void variate_clear(struct variate *v)
{
    variate_table_destroy(v->table);
    v->table = NULL;
}

enum status variate_copy(struct variate *copy, const struct variate *v)
{
    struct variate made = *v;
    if (v->table != NULL) {
        enum status status = variate_table_copy(&made.table, v->table);
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
    case VARIATE_ZIPF:
    case VARIATE_POISSON: scaled.d *= factor; break;
    }
    if (!isfinite(scaled.a) || !isfinite(scaled.b) || !isfinite(scaled.c) || !isfinite(scaled.d))
        return STATUS_BAD_VALUE;
    *v = scaled;
    return STATUS_OK;
}
