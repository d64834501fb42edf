/* variate.h - distributions of times and amounts: made once, drawn often.
 *
 * A variate is a plain value that the maker fills in; only empirical, discrete and mixture own a table. Draws go by
 * inversion of the distribution function wherever that is possible (monotone in the word: common random numbers stay in
 * step); gamma with a shape that is not an integer takes rejection within its own visit's blocks.
 *
 * Units:     the caller's (the engine's times are hours). Values are never negative unless VARIATE_NORMAL_FREE.
 * Ownership: variate_clear releases tables; a copied struct shares its table, so clear one of them.
 *            variate_scale leaves tables alone, so a scaled copy shares its table too; variate_copy gives one of its
 * own. Errors:    the makers return STATUS_BAD_VALUE for parameters outside the domain stated at each,
 * STATUS_NO_MEMORY. Threads:   read-only after it is made.
 */
#ifndef GREENLANE_ENGINE_CORE_VARIATE_H
#define GREENLANE_ENGINE_CORE_VARIATE_H

#include "engine/core/elementary.h"
#include "engine/core/random.h"
#include "engine/core/status.h"
#include <stdbool.h>
#include <stddef.h>

enum variate_kind {
    VARIATE_CONSTANT,
    VARIATE_EXPONENTIAL,
    VARIATE_LOGNORMAL,
    VARIATE_ERLANG,
    VARIATE_GAMMA,
    VARIATE_WEIBULL,
    VARIATE_UNIFORM,
    VARIATE_TRIANGULAR,
    VARIATE_PERT,
    VARIATE_NORMAL,      /* truncated at 0 by inversion, not by clamping */
    VARIATE_NORMAL_FREE, /* may be negative: scores */
    VARIATE_HYPEREXPONENTIAL,
    VARIATE_MIXTURE,
    VARIATE_EMPIRICAL, /* linear between order statistics */
    VARIATE_DISCRETE,  /* value i with weight w_i */
    VARIATE_GEOMETRIC, /* 1, 2, 3, ... with the given mean */
    VARIATE_POISSON,   /* 0, 1, 2, ... */
    VARIATE_ZIPF /* 1 .. n, heavy-tailed: k with the integral of x^-s over [k, k + 1), over that over [1, n + 1) */
};

struct variate_table;

struct variate {
    enum variate_kind kind;
    double a, b, c, d; /* by kind, see variate.c; private but for the inline draws below */
    struct variate_table *table;
};

enum status variate_constant(struct variate *v, double value);                  /* value >= 0 */
enum status variate_exponential(struct variate *v, double mean);                /* mean > 0 */
enum status variate_lognormal(struct variate *v, double mu_log, double sd_log); /* sd_log >= 0 */
enum status variate_lognormal_mean_sd_log(struct variate *v, double mean, double sd_log);
enum status variate_lognormal_mean_cv(struct variate *v, double mean, double cv);
enum status variate_lognormal_median_quantile(struct variate *v, double median, double p, double quantile); /* p > .5 */
enum status variate_erlang(struct variate *v, unsigned k, double mean);     /* 1 <= k <= 1000 */
enum status variate_gamma(struct variate *v, double shape, double mean);    /* both > 0 */
enum status variate_weibull(struct variate *v, double shape, double scale); /* both > 0 */
enum status variate_uniform(struct variate *v, double low, double high);    /* 0 <= low <= high */
enum status variate_triangular(struct variate *v, double low, double mode, double high);
enum status variate_pert(
    struct variate *v, double low, double mode, double high);          /* beta with lambda 4, by inversion */
enum status variate_normal(struct variate *v, double mean, double sd); /* of the untruncated normal */
enum status variate_normal_free(struct variate *v, double mean, double sd);
enum status variate_hyperexponential(struct variate *v, const double *p, const double *mean, size_t n); /* sum p = 1 */
enum status variate_hyperexponential_mean_cv(struct variate *v, double mean, double cv); /* balanced means, cv > 1 */
enum status variate_mixture(
    struct variate *v, const double *p, const struct variate *part, size_t n);   /* takes the parts' tables over */
enum status variate_empirical(struct variate *v, const double *value, size_t n); /* any order, >= 0, copied; n >= 1 */
enum status variate_discrete(
    struct variate *v, const double *value, const double *weight, size_t n); /* weights need not sum to 1 */
enum status variate_geometric(struct variate *v, double mean);               /* mean >= 1 */
enum status variate_poisson(struct variate *v, double mean);
enum status variate_zipf(struct variate *v, double s, double n); /* 0 <= s <= 10; n whole, 1 to 1e9 */
void variate_clear(struct variate *v);

/* Multiplies every value by factor >= 0; stays of the same kind. The table is shared with the copies of *v, if any. */
enum status variate_scale(struct variate *v, double factor);

/* *copy owns tables of its own. */
enum status variate_copy(struct variate *copy, const struct variate *v);

double variate_draw_other(
    const struct variate *v, struct draws *draws); /* any kind; what variate_draw does not inline */

/* One value, rising in each word it takes (but for gamma's rejection). Most kinds take one word; erlang one a phase;
 * hyperexponential and mixture one for the branch, then those of the branch. */
static inline double variate_draw(const struct variate *v, struct draws *draws)
{
    switch (v->kind) {
    case VARIATE_CONSTANT: return v->a;
    case VARIATE_EXPONENTIAL: return -v->a * elementary_log(1 - draws_unit(draws));
    case VARIATE_LOGNORMAL: return v->a * elementary_exp(v->b * elementary_normal_quantile(draws_unit(draws)));
    default: return variate_draw_other(v, draws);
    }
}

/* Whether all mass stands at `*at`: by nature, or by a factor of 0. */
bool variate_is_point(const struct variate *v, double *at);

double variate_mean(const struct variate *v);
double variate_variance(const struct variate *v);
double variate_cdf(const struct variate *v, double x);
double variate_quantile(const struct variate *v, double p); /* 0 < p < 1; by formula or by bisection on the cdf */
double variate_upper(const struct variate *v);              /* largest possible value; INFINITY when unbounded */

#endif
