/* test_variate.c - what is drawn is what was asked for.
 *
 * Every kind is drawn 300,000 times at a fixed seed and compared with its exact mean, variance and distribution
 * function; the same sample compared with a twin whose parameter is 2 % off must fail.
 */
#include "engine/core/variate.h"
#include "tests/chance_checks.h"
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { DRAWS = 300000, CASES_MAX = 64 };

/* A distribution as it should be at off = 1, and its wrong twin at off = 1.02. */
typedef enum status maker(struct variate *v, double off);

#define MAKER(name, call)                                                                                              \
    static enum status name(struct variate *v, double off)                                                             \
    {                                                                                                                  \
        return call;                                                                                                   \
    }
MAKER(exponential, variate_exponential(v, 2 * off))
MAKER(lognormal, variate_lognormal(v, 0.7 * off, 0.5))
MAKER(lognormal_other_sd, variate_lognormal(v, 0.7, 0.5 * off))
MAKER(lognormal_mean_sd_log, variate_lognormal_mean_sd_log(v, 3 * off, 0.8))
MAKER(lognormal_mean_cv, variate_lognormal_mean_cv(v, 2, 1 * off))
MAKER(lognormal_median_quantile, variate_lognormal_median_quantile(v, 2, 0.9, 5 * off))
MAKER(erlang_1, variate_erlang(v, 1, 2 * off))
MAKER(erlang_3, variate_erlang(v, 3, 2 * off))
MAKER(erlang_50, variate_erlang(v, 50, 10 * off))
MAKER(gamma_small, variate_gamma(v, 0.5 * off, 2))
MAKER(gamma_middle, variate_gamma(v, 2.5 * off, 2))
MAKER(gamma_integer, variate_gamma(v, 4, 2 * off))
MAKER(gamma_large, variate_gamma(v, 150.5, 2 * off))
MAKER(weibull, variate_weibull(v, 1.5, 2 * off))
MAKER(weibull_other_shape, variate_weibull(v, 0.8 * off, 2))
MAKER(uniform, variate_uniform(v, 1, 4 * off))
MAKER(triangular, variate_triangular(v, 1, 2 * off, 5))
MAKER(triangular_left, variate_triangular(v, 1, 1, 5 * off))
MAKER(triangular_right, variate_triangular(v, 1 * off, 5, 5))
MAKER(pert, variate_pert(v, 1, 2 * off, 8))
MAKER(pert_left, variate_pert(v, 1, 1, 8 * off))
MAKER(pert_right, variate_pert(v, 0, 7.6 / off, 8))
MAKER(normal, variate_normal(v, 1 * off, 1))
MAKER(normal_far, variate_normal(v, -4 * off, 1))
MAKER(normal_sure, variate_normal(v, 20, 1 * off))
MAKER(normal_free, variate_normal_free(v, 0, 2 * off))
MAKER(hyperexponential_mean_cv, variate_hyperexponential_mean_cv(v, 2 * off, 1.5))
MAKER(geometric, variate_geometric(v, 4 * off))
MAKER(poisson_small, variate_poisson(v, 0.7 * off))
MAKER(poisson, variate_poisson(v, 6 * off))
MAKER(poisson_large, variate_poisson(v, 900 * off))
MAKER(zipf, variate_zipf(v, 1.1 * off, 1500))
MAKER(zipf_log, variate_zipf(v, 1, floor(1500 * (20 * off - 19))))

static enum status hyperexponential(struct variate *v, double off)
{
    const double p[3] = {0.2, 0.3, 0.5}, mean[3] = {3 * off, off, 2 * off};
    return variate_hyperexponential(v, p, mean, 3);
}

static enum status mixture(struct variate *v, double off)
{
    const double p[3] = {0.1, 0.6, 0.3};
    struct variate part[3];
    enum status status = variate_uniform(&part[0], 8, 9 * off);
    if (status == STATUS_OK) status = variate_erlang(&part[1], 2, 3);
    if (status == STATUS_OK) status = variate_pert(&part[2], 1, 2, 3);
    return status == STATUS_OK ? variate_mixture(v, p, part, 3) : status;
}

static enum status empirical(struct variate *v, double off)
{
    const double value[] = {4 * off, 0, 1, 1.5, 7 * off, 2};
    return variate_empirical(v, value, 6);
}

static enum status discrete(struct variate *v, double off)
{
    const double value[] = {3, 1, 7, 3, 5},
                 weight[] = {2 / off, 3 * off, 1, 1 / off, 0}; /* 2 % in one weight alone needs more draws */
    return variate_discrete(v, value, weight, 5);
}

static enum status scaled(struct variate *v, double off)
{
    enum status status = pert(v, 1);
    return status == STATUS_OK ? variate_scale(v, 1.7 * off) : status;
}

struct agreement {
    const char *name;
    maker *make;
    bool counts; /* values are integers */
};

static const struct agreement agreements[] = {
    {"exponential", exponential, false},
    {"lognormal", lognormal, false},
    {"lognormal, seen from its sd", lognormal_other_sd, false},
    {"lognormal by mean and sd_log", lognormal_mean_sd_log, false},
    {"lognormal by mean and cv", lognormal_mean_cv, false},
    {"lognormal by median and quantile", lognormal_median_quantile, false},
    {"erlang of 1 phase", erlang_1, false},
    {"erlang of 3 phases", erlang_3, false},
    {"erlang of 50 phases", erlang_50, false},
    {"gamma of shape 0.5", gamma_small, false},
    {"gamma of shape 2.5", gamma_middle, false},
    {"gamma of shape 4", gamma_integer, false},
    {"gamma of shape 150.5", gamma_large, false},
    {"weibull of shape 1.5", weibull, false},
    {"weibull of shape 0.8", weibull_other_shape, false},
    {"uniform", uniform, false},
    {"triangular", triangular, false},
    {"triangular with its mode left", triangular_left, false},
    {"triangular with its mode right", triangular_right, false},
    {"pert", pert, false},
    {"pert with its mode left", pert_left, false},
    {"pert with its mode near the right", pert_right, false},
    {"normal", normal, false},
    {"normal with mean far below 0", normal_far, false},
    {"normal far above 0", normal_sure, false},
    {"free normal", normal_free, false},
    {"hyperexponential", hyperexponential, false},
    {"hyperexponential by mean and cv", hyperexponential_mean_cv, false},
    {"mixture", mixture, false},
    {"empirical", empirical, false},
    {"scaled pert", scaled, false},
    {"discrete", discrete, true},
    {"geometric", geometric, true},
    {"poisson of 0.7", poisson_small, true},
    {"poisson of 6", poisson, true},
    {"poisson of 900", poisson_large, true},
    {"zipf of 1.1", zipf, true},
    {"zipf of 1", zipf_log, true},
};

static void sample(const struct variate *v, double *x)
{
    uint64_t key = random_key(20240611, 3), place = random_place("tests", "variate");
    for (uint64_t i = 0; i < DRAWS; i++) {
        struct draws draws;
        draws_begin(&draws, key, i, place, 0);
        x[i] = variate_draw(v, &draws);
    }
}

static bool fits_distribution(const double *x, const struct variate *v)
{
    struct uniformity seen = {0};
    for (int i = 0; i < DRAWS; i++) uniformity_add(&seen, variate_cdf(v, x[i]));
    return is_uniform(&seen);
}

static bool fits_counts(const double *x, const struct variate *v)
{
    enum { CELLS = 2000 };
    static size_t count[CELLS];
    static double probability[CELLS];
    memset(count, 0, sizeof count);
    for (int i = 0; i < DRAWS; i++) {
        if (x[i] != floor(x[i])) return false;
        count[x[i] < CELLS - 1 ? (int)x[i] : CELLS - 1]++;
    }
    for (int i = 0; i < CELLS; i++)
        probability[i] = (i == CELLS - 1 ? 1 : variate_cdf(v, i)) - (i == 0 ? 0 : variate_cdf(v, i - 1));
    return is_fit(count, probability, CELLS, DRAWS);
}

static bool fits(const double *x, const struct variate *v, bool counts)
{
    struct moments moments = {.centre = variate_mean(v)};
    for (int i = 0; i < DRAWS; i++) moments_add(&moments, x[i]);
    return are_moments(&moments, variate_mean(v), variate_variance(v)) &&
           (counts ? fits_counts(x, v) : fits_distribution(x, v));
}

static void draws_follow_mean_variance_and_cdf(void **state)
{
    const struct agreement *agreement = *state;
    double *x = malloc(DRAWS * sizeof *x);
    struct variate v, twin;
    assert_non_null(x);
    assert_int_equal(agreement->make(&v, 1), STATUS_OK);
    assert_int_equal(agreement->make(&twin, 1.02), STATUS_OK);
    sample(&v, x);
    assert_true(fits(x, &v, agreement->counts));
    assert_false(fits(x, &twin, agreement->counts));
    variate_clear(&v);
    variate_clear(&twin);
    free(x);
}

static void each_quantile_inverts_its_cdf(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof agreements / sizeof agreements[0]; i++) {
        struct variate v;
        assert_int_equal(agreements[i].make(&v, 1), STATUS_OK);
        double last = -INFINITY;
        for (int k = 1; k < 200; k++) {
            double p = k / 200.0, x = variate_quantile(&v, p), reached = variate_cdf(&v, x);
            bool right = agreements[i].counts ? reached >= p - 1e-12 && variate_cdf(&v, x - 1) < p + 1e-12
                                              : fabs(reached - p) < 1e-11;
            if (!right || !(x >= last)) fail_msg("%s at %g: %g, whose cdf is %g", agreements[i].name, p, x, reached);
            last = x;
        }
        assert_true(variate_upper(&v) >= last);
        assert_true(variate_cdf(&v, variate_upper(&v)) == 1);
        variate_clear(&v);
    }
}

static void draws_by_one_word_are_quantiles_of_its_uniform(void **state)
{
    static maker *const single[] = {exponential, lognormal, weibull, uniform, triangular, pert, normal, normal_free,
        empirical, discrete, geometric, poisson, zipf};
    (void)state;
    for (size_t i = 0; i < sizeof single / sizeof single[0]; i++) {
        struct variate v;
        assert_int_equal(single[i](&v, 1), STATUS_OK);
        for (uint64_t k = 0; k < 500; k++) {
            struct draws draws, same;
            draws_begin(&draws, random_key(1, 1), k, 2, 0);
            draws_begin(&same, random_key(1, 1), k, 2, 0);
            assert_true(variate_draw(&v, &draws) == variate_quantile(&v, draws_unit(&same)));
            assert_int_equal(draws.taken, 1);
        }
        variate_clear(&v);
    }
}

static void the_inlined_draws_are_those_of_variate_draw_other(void **state)
{
    static maker *const kinds[] = {exponential, lognormal, mixture};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct variate v;
        assert_int_equal(kinds[i](&v, 1), STATUS_OK);
        for (uint64_t k = 0; k < 200; k++) {
            struct draws draws, same;
            draws_begin(&draws, 9, k, 2, 0);
            draws_begin(&same, 9, k, 2, 0);
            assert_true(variate_draw(&v, &draws) == variate_draw_other(&v, &same));
        }
        variate_clear(&v);
    }
}

static void a_branch_is_chosen_by_the_first_word_and_drawn_by_the_next(void **state)
{
    const double p[2] = {0.3, 0.7}, mean[2] = {5, 1};
    struct variate hyper, mixed, part[2];
    (void)state;
    assert_int_equal(variate_exponential(&part[0], 5), STATUS_OK);
    assert_int_equal(variate_exponential(&part[1], 1), STATUS_OK);
    assert_int_equal(variate_mixture(&mixed, p, part, 2), STATUS_OK);
    assert_int_equal(variate_hyperexponential(&hyper, p, mean, 2), STATUS_OK);
    for (uint64_t k = 0; k < 1000; k++) {
        struct draws a, b, words;
        draws_begin(&a, 3, k, 2, 0);
        b = words = a;
        double branch = draws_unit(&words) <= 0.3 ? 5 : 1;
        double expected = -branch * elementary_log(1 - draws_unit(&words));
        assert_true(variate_draw(&hyper, &a) == expected);
        assert_true(variate_draw(&mixed, &b) == expected);
    }
    variate_clear(&hyper);
    variate_clear(&mixed);
}

static void erlang_takes_one_word_a_phase(void **state)
{
    struct variate v;
    struct draws draws;
    (void)state;
    assert_int_equal(variate_erlang(&v, 1000, 2), STATUS_OK);
    draws_begin(&draws, 3, 4, 2, 0);
    double x = variate_draw(&v, &draws), sum = 0;
    assert_int_equal(draws.taken, 1000);
    draws_begin(&draws, 3, 4, 2, 0);
    for (int i = 0; i < 1000; i++) sum -= elementary_log(1 - draws_unit(&draws)) * 2 / 1000;
    assert_true(fabs(x - sum) < 1e-13);
}

static bool is_near(double got, double exact)
{
    return fabs(got - exact) <= 1e-11 * fabs(exact);
}

static void the_reference_rows_are_met(void **state)
{
    struct variate v;
    (void)state;
    assert_int_equal(variate_exponential(&v, 2), STATUS_OK); /* VAR-01 */
    assert_true(is_near(variate_quantile(&v, 0.95), 5.99146454711));
    assert_int_equal(variate_exponential(&v, 2.04), STATUS_OK); /* the wrong twin */
    assert_false(is_near(variate_quantile(&v, 0.95), 5.99146454711));
    assert_int_equal(variate_lognormal_mean_cv(&v, 2, 1), STATUS_OK); /* VAR-03 to 05 */
    double mu_log = elementary_log(variate_quantile(&v, 0.5));
    assert_true(is_near(mu_log, 0.34657359028));
    double z = elementary_normal_quantile(0.9);
    assert_true(is_near((elementary_log(variate_quantile(&v, 0.9)) - mu_log) / z, 0.832554611158));
    assert_true(is_near(variate_quantile(&v, 0.95), 5.56225756142));
    assert_true(is_near(variate_mean(&v), 2) && is_near(variate_variance(&v), 4));
    assert_int_equal(variate_weibull(&v, 1.5, 2), STATUS_OK); /* VAR-06 */
    assert_true(is_near(variate_mean(&v), 1.8054905859));
}

static void the_lognormals_are_one_family(void **state)
{
    struct variate v;
    (void)state;
    assert_int_equal(variate_lognormal_mean_sd_log(&v, 8.3, 0.6), STATUS_OK);
    assert_true(is_near(variate_mean(&v), 8.3));
    assert_int_equal(variate_lognormal_median_quantile(&v, 2, 0.9, 5), STATUS_OK);
    assert_true(is_near(variate_quantile(&v, 0.5), 2) && is_near(variate_quantile(&v, 0.9), 5));
    assert_int_equal(variate_lognormal(&v, 1, 0.5), STATUS_OK);
    assert_true(is_near(variate_mean(&v), exp(1.125)));
    assert_true(is_near(variate_variance(&v), expm1(0.25) * exp(2.25)));
}

static void moments_and_cdfs_agree_with_formulas_of_gsl_and_libm(void **state)
{
    struct variate v;
    (void)state;
    assert_int_equal(variate_gamma(&v, 2.5, 2), STATUS_OK);
    assert_true(is_near(variate_variance(&v), 1.6) && is_near(variate_cdf(&v, 1.3), gsl_cdf_gamma_P(1.3, 2.5, 0.8)));
    assert_int_equal(variate_weibull(&v, 1.5, 2), STATUS_OK);
    assert_true(is_near(variate_variance(&v), 4 * (tgamma(1 + 2 / 1.5) - pow(tgamma(1 + 1 / 1.5), 2))));
    assert_true(is_near(variate_cdf(&v, 1.3), gsl_cdf_weibull_P(1.3, 2, 1.5)));
    assert_int_equal(variate_pert(&v, 1, 2, 8), STATUS_OK);
    assert_true(is_near(variate_mean(&v), 17.0 / 6) &&
                is_near(variate_cdf(&v, 3), gsl_cdf_beta_P(2 / 7.0, 11 / 7.0, 31 / 7.0)));
    assert_true(is_near(variate_quantile(&v, 0.9), 1 + 7 * gsl_cdf_beta_Pinv(0.9, 11 / 7.0, 31 / 7.0)));
    variate_clear(&v);
    assert_int_equal(variate_lognormal(&v, 0.4, 0.9), STATUS_OK);
    assert_true(is_near(variate_cdf(&v, 1.3), gsl_cdf_lognormal_P(1.3, 0.4, 0.9)));
    assert_int_equal(variate_poisson(&v, 900), STATUS_OK);
    assert_true(is_near(variate_cdf(&v, 870), gsl_cdf_poisson_P(870, 900)));
    variate_clear(&v);
    assert_int_equal(variate_geometric(&v, 4), STATUS_OK);
    assert_true(is_near(variate_cdf(&v, 3), gsl_cdf_geometric_P(3, 0.25)) && is_near(variate_variance(&v), 12));
    assert_int_equal(variate_hyperexponential_mean_cv(&v, 2, 3), STATUS_OK);
    assert_true(is_near(variate_mean(&v), 2) && is_near(variate_variance(&v), 36));
    variate_clear(&v);
    assert_int_equal(variate_normal(&v, 1, 1), STATUS_OK); /* truncated: mean 1 + phi(1)/Phi(1) */
    assert_true(is_near(variate_mean(&v), 1 + exp(-0.5) / sqrt(2 * M_PI) / gsl_cdf_ugaussian_P(1)));
}

static void mixtures_may_hold_points_and_each_other(void **state)
{
    const double p[2] = {0.25, 0.75};
    struct variate inner[2], outer[2], v;
    (void)state;
    assert_int_equal(variate_constant(&inner[0], 0), STATUS_OK);
    assert_int_equal(variate_exponential(&inner[1], 4), STATUS_OK);
    assert_int_equal(variate_mixture(&outer[0], p, inner, 2), STATUS_OK);
    assert_int_equal(poisson(&outer[1], 1), STATUS_OK);
    assert_int_equal(variate_mixture(&v, p, outer, 2), STATUS_OK);
    assert_true(is_near(variate_mean(&v), 0.25 * 3 + 0.75 * 6));
    assert_true(
        is_near(variate_variance(&v), 0.25 * (0.75 * 32) + 0.75 * (6 + 36) - variate_mean(&v) * variate_mean(&v)));
    assert_true(is_near(variate_cdf(&v, 0), 0.25 * 0.25 + 0.75 * exp(-6)) && variate_cdf(&v, -1) == 0);
    assert_true(variate_quantile(&v, 0.05) == 0);
    assert_true(variate_upper(&v) == INFINITY);
    variate_clear(&v);
}

static void discrete_values_come_with_their_weights_whatever_their_order(void **state)
{
    struct variate v;
    (void)state;
    assert_int_equal(discrete(&v, 1), STATUS_OK);
    assert_true(is_near(variate_mean(&v), (3 * 3 + 3 * 1 + 7) / 7.0) && variate_upper(&v) == 7);
    assert_true(
        variate_cdf(&v, 0.9) == 0 && is_near(variate_cdf(&v, 1), 3 / 7.0) && is_near(variate_cdf(&v, 5), 6 / 7.0));
    assert_true(variate_cdf(&v, 7) == 1 && variate_quantile(&v, 0.4) == 1 && variate_quantile(&v, 0.999999) == 7);
    variate_clear(&v);
    enum { MANY = 5000 };
    static double value[MANY], weight[MANY];
    for (int i = 0; i < MANY; i++) {
        value[i] = i;
        weight[i] = i % 17 == 0 ? 1e6 : 1e-6 * i;
    }
    assert_int_equal(
        variate_discrete(&v, value, weight, MANY), STATUS_OK); /* lumpy weights: the search must not overshoot */
    for (int i = 1; i < 20000; i++) {
        double u = i / 20000.0, x = variate_quantile(&v, u);
        assert_true(variate_cdf(&v, x) >= u && (x == 0 || variate_cdf(&v, x - 1) < u));
    }
    variate_clear(&v);
}

static void bad_parameters_are_refused_and_change_nothing(void **state)
{
    const double p[2] = {0.4, 0.5}, good[2] = {0.5, 0.5}, negative[2] = {1, -1}, none[2] = {0, 0}, nan[2] = {1, NAN};
    struct variate v, part[2];
    (void)state;
    assert_int_equal(variate_constant(&v, 7), STATUS_OK);
    struct variate before = v;
    part[0] = part[1] = v;
    const enum status status[] = {variate_constant(&v, -1), variate_constant(&v, NAN), variate_constant(&v, INFINITY),
        variate_exponential(&v, 0), variate_exponential(&v, NAN), variate_lognormal(&v, 1, -1),
        variate_lognormal(&v, NAN, 1), variate_lognormal(&v, 800, 1), variate_lognormal(&v, -800, 1),
        variate_lognormal_mean_sd_log(&v, -1, 1), variate_lognormal_mean_cv(&v, 0, 1),
        variate_lognormal_mean_cv(&v, 1, -1), variate_lognormal_mean_cv(&v, 1, 1e200),
        variate_lognormal_median_quantile(&v, 2, 0.5, 3), variate_lognormal_median_quantile(&v, 2, 0.9, 1),
        variate_lognormal_median_quantile(&v, 2, 1, 3), variate_erlang(&v, 0, 1), variate_erlang(&v, 1001, 1),
        variate_erlang(&v, 2, 0), variate_gamma(&v, 0, 1), variate_gamma(&v, 1, -1), variate_weibull(&v, 0, 1),
        variate_weibull(&v, 1, 0), variate_uniform(&v, -1, 2), variate_uniform(&v, 3, 2),
        variate_uniform(&v, 1, INFINITY), variate_triangular(&v, 1, 0.5, 2), variate_triangular(&v, 1, 3, 2),
        variate_pert(&v, -1, 3, 4), variate_pert(&v, 1, 3, NAN), variate_normal(&v, -31, 1), variate_normal(&v, -1, 0),
        variate_normal(&v, 1, -1), variate_normal_free(&v, 0, -1), variate_normal_free(&v, INFINITY, 1),
        variate_hyperexponential(&v, p, good, 2), variate_hyperexponential(&v, good, negative, 2),
        variate_hyperexponential(&v, good, good, 0), variate_hyperexponential_mean_cv(&v, 1, 1),
        variate_mixture(&v, p, part, 2), variate_empirical(&v, negative, 2), variate_empirical(&v, good, 0),
        variate_empirical(&v, nan, 2), variate_discrete(&v, good, negative, 2), variate_discrete(&v, good, none, 2),
        variate_discrete(&v, nan, good, 2), variate_geometric(&v, 0.9), variate_geometric(&v, NAN),
        variate_poisson(&v, -1), variate_poisson(&v, 1e9), variate_poisson(&v, NAN), variate_scale(&v, -1),
        variate_scale(&v, NAN), variate_scale(&v, INFINITY)};
    for (size_t i = 0; i < sizeof status / sizeof status[0]; i++)
        if (status[i] != STATUS_BAD_VALUE) fail_msg("line %zu of the list was taken", i);
    assert_true(v.kind == before.kind && v.a == before.a && v.table == before.table);
}

static void parameters_at_the_border_of_their_domain_give_points(void **state)
{
    struct variate point[8];
    const double one = 3;
    (void)state;
    assert_int_equal(variate_constant(&point[0], 3), STATUS_OK);
    assert_int_equal(variate_lognormal_mean_cv(&point[1], 3, 0), STATUS_OK);
    assert_int_equal(variate_uniform(&point[2], 3, 3), STATUS_OK);
    assert_int_equal(variate_triangular(&point[3], 3, 3, 3), STATUS_OK);
    assert_int_equal(variate_pert(&point[4], 3, 3, 3), STATUS_OK);
    assert_int_equal(variate_normal(&point[5], 3, 0), STATUS_OK);
    assert_int_equal(variate_empirical(&point[6], &one, 1), STATUS_OK);
    assert_int_equal(variate_discrete(&point[7], &one, &one, 1), STATUS_OK);
    for (int i = 0; i < 8; i++) {
        struct draws draws;
        draws_begin(&draws, 1, 2, 3, 0);
        assert_true(
            variate_draw(&point[i], &draws) == 3 && variate_mean(&point[i]) == 3 && variate_variance(&point[i]) == 0);
        assert_true(
            variate_cdf(&point[i], 2.99) == 0 && variate_cdf(&point[i], 3) == 1 && variate_upper(&point[i]) == 3);
        assert_true(variate_quantile(&point[i], 0.3) == 3);
        variate_clear(&point[i]);
    }
    struct variate v;
    struct draws draws;
    draws_begin(&draws, 1, 2, 3, 0);
    assert_int_equal(variate_poisson(&v, 0), STATUS_OK);
    assert_true(variate_draw(&v, &draws) == 0 && variate_upper(&v) == 0);
    variate_clear(&v);
    draws_begin(&draws, 1, 2, 3, 0);
    assert_int_equal(variate_geometric(&v, 1), STATUS_OK);
    assert_true(variate_draw(&v, &draws) == 1 && variate_cdf(&v, 1) == 1 && variate_upper(&v) == 1);
}

static void scaling_multiplies_every_value(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof agreements / sizeof agreements[0]; i++) {
        struct variate v, twice, zero;
        assert_int_equal(agreements[i].make(&v, 1), STATUS_OK);
        assert_int_equal(variate_copy(&twice, &v), STATUS_OK);
        assert_int_equal(variate_copy(&zero, &v), STATUS_OK);
        assert_true(v.table == NULL || twice.table != v.table);
        assert_int_equal(variate_scale(&twice, 2), STATUS_OK);
        assert_int_equal(variate_scale(&zero, 0), STATUS_OK);
        assert_int_equal(twice.kind, v.kind);
        for (uint64_t k = 0; k < 50; k++) {
            struct draws a, b, c;
            draws_begin(&a, 6, k, 2, 0);
            c = b = a;
            assert_true(variate_draw(&twice, &a) == 2 * variate_draw(&v, &b));
            assert_true(variate_draw(&zero, &c) == 0);
        }
        assert_true(is_near(variate_mean(&twice), 2 * variate_mean(&v)) &&
                    is_near(variate_variance(&twice), 4 * variate_variance(&v)));
        assert_true(is_near(variate_quantile(&twice, 0.4), 2 * variate_quantile(&v, 0.4)));
        assert_true(
            is_near(variate_cdf(&twice, 4), variate_cdf(&v, 2)) && variate_upper(&twice) == 2 * variate_upper(&v));
        assert_true(variate_mean(&zero) == 0 && variate_variance(&zero) == 0 && variate_upper(&zero) == 0);
        assert_true(variate_cdf(&zero, 0) == 1 && variate_quantile(&zero, 0.4) == 0);
        variate_clear(&v);
        variate_clear(&twice);
        variate_clear(&zero);
        variate_clear(&zero); /* twice does no harm */
    }
}

static void extreme_words_give_finite_values_in_range(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof agreements / sizeof agreements[0]; i++) {
        struct variate v;
        assert_int_equal(agreements[i].make(&v, 1), STATUS_OK);
        double low = variate_quantile(&v, 0x1p-53), high = variate_quantile(&v, 1 - 0x1p-53);
        assert_true(isfinite(low) && isfinite(high) && low <= high && high <= variate_upper(&v));
        assert_true(low >= 0 || v.kind == VARIATE_NORMAL_FREE);
        variate_clear(&v);
    }
}

static void the_bits_are_the_same_in_every_build(void **state)
{
    (void)state;
    uint64_t digest = 0xCBF29CE484222325ULL;
    for (size_t i = 0; i < sizeof agreements / sizeof agreements[0]; i++) {
        struct variate v;
        assert_int_equal(agreements[i].make(&v, 1), STATUS_OK);
        for (uint64_t k = 0; k < 2000; k++) {
            struct draws draws;
            draws_begin(&draws, 8, k, 2, 0);
            double x = variate_draw(&v, &draws);
            uint64_t bits;
            memcpy(&bits, &x, sizeof bits);
            digest = (digest ^ bits) * 0x100000001B3ULL;
        }
        variate_clear(&v);
    }
    if (digest != 0xb716c99a290893a1ULL) fail_msg("digest 0x%llx", (unsigned long long)digest);
}

int main(void)
{
    static char name[CASES_MAX][96];
    struct CMUnitTest cases[CASES_MAX] = {{0}};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_quantile_inverts_its_cdf),
        cmocka_unit_test(draws_by_one_word_are_quantiles_of_its_uniform),
        cmocka_unit_test(the_inlined_draws_are_those_of_variate_draw_other),
        cmocka_unit_test(a_branch_is_chosen_by_the_first_word_and_drawn_by_the_next),
        cmocka_unit_test(erlang_takes_one_word_a_phase),
        cmocka_unit_test(the_reference_rows_are_met),
        cmocka_unit_test(the_lognormals_are_one_family),
        cmocka_unit_test(moments_and_cdfs_agree_with_formulas_of_gsl_and_libm),
        cmocka_unit_test(mixtures_may_hold_points_and_each_other),
        cmocka_unit_test(discrete_values_come_with_their_weights_whatever_their_order),
        cmocka_unit_test(bad_parameters_are_refused_and_change_nothing),
        cmocka_unit_test(parameters_at_the_border_of_their_domain_give_points),
        cmocka_unit_test(scaling_multiplies_every_value),
        cmocka_unit_test(extreme_words_give_finite_values_in_range),
        cmocka_unit_test(the_bits_are_the_same_in_every_build),
    };
    size_t n = sizeof agreements / sizeof agreements[0], rest = sizeof tests / sizeof tests[0];
    if (n + rest > CASES_MAX) return 1;
    for (size_t i = 0; i < n; i++) {
        snprintf(name[i], sizeof name[i], "draws of %s follow its mean, variance and cdf", agreements[i].name);
        cases[i].name = name[i];
        cases[i].test_func = draws_follow_mean_variance_and_cdf;
        cases[i].initial_state = (void *)&agreements[i];
    }
    memcpy(cases + n, tests, sizeof tests);
    return _cmocka_run_group_tests("variate", cases, n + rest, NULL, NULL);
}
