/* test_fit.c - known laws are found again from their draws, and the wrong ones are not. */
#include "engine/infer/fit.h"
#include "engine/core/variate.h"
#include "models/scenario/distribution.h"
#include "tools/fit.h"

#include <gsl/gsl_errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
enum { DRAWS = 4000 };

static double value[DRAWS];

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* A splitmix stream: tests need draws that no library's version changes. */
static double unit(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return ((double)((z ^ z >> 31) >> 11) + 0.5) * 0x1p-53;
}

/* Draws of a law in a scenario's words by inversion, sorted: DRAWS of them, in hours. */
static void draw(const char *words, uint64_t seed)
{
    struct variate v;
    char why[QUANTITY_WHY];
    if (!distribution_text(words, DISTRIBUTION_TIMES, NULL, &v, why)) fail_msg("%s: %s", words, why);
    for (size_t i = 0; i < DRAWS; i++) value[i] = variate_quantile(&v, unit(&seed));
    qsort(value, DRAWS, sizeof *value, by_value);
    variate_clear(&v);
}

static enum fit_family best_of(struct fit fit[FIT_FAMILIES])
{
    struct fit_sample sample;
    assert_int_equal(fit_sample_init(&sample, value, DRAWS), STATUS_OK);
    enum fit_family best = fit_all(&sample, fit);
    fit_sample_clear(&sample);
    return best;
}

/* Standard errors: measured over 200 samples of this size from another generator (GSL's mt19937). */
static const struct known {
    const char *words;
    enum fit_family family;
    double parameter[FIT_PARAMETERS], error[FIT_PARAMETERS];
} known[] = {
    {"exponential mean 3 h", FIT_EXPONENTIAL, {3}, {.050}},
    {"lognormal mean 8.3 h sd_log 0.6", FIT_LOGNORMAL, {8.3, .6}, {.078, .0072}},
    {"gamma shape 2.5 mean 5 h", FIT_GAMMA, {2.5, 5}, {.055, .050}},
    {"gamma shape 0.5 mean 5 h", FIT_GAMMA, {.5, 5}, {.0098, .113}},
    {"weibull shape 1.7 scale 5 h", FIT_WEIBULL, {1.7, 5}, {.021, .049}},
    {"normal mean 10 h sd 2 h", FIT_NORMAL, {10, 2}, {.031, .021}},
    {"normal mean 2 h sd 2 h", FIT_NORMAL, {2, 2}, {.061, .043}},
    {"uniform low 2 h high 5 h", FIT_UNIFORM, {2, 5}, {.0006, .0007}},
    {"triangular low 1 h mode 3 h high 9 h", FIT_TRIANGULAR, {1, 3, 9}, {.023, .059, .036}},
    {"pert low 2 h mode 4 h high 10 h", FIT_PERT, {2, 4, 10}, {.017, .040, .093}},
    {"hyperexponential p 0.7 mean 1 h mean 10 h", FIT_HYPEREXPONENTIAL, {.7, 1, 10}, {.011, .028, .38}},
};

static void a_known_law_is_chosen_and_its_parameters_lie_within_four_standard_errors(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(known); i++) {
        struct fit fit[FIT_FAMILIES];
        draw(known[i].words, 11 + i);
        enum fit_family best = best_of(fit);
        if (best != known[i].family && !(fit[known[i].family].aic < fit[best].aic + 2))
            fail_msg("%s: %s is chosen", known[i].words, best < FIT_FAMILIES ? fit_family_name(best) : "none");
        for (unsigned k = 0; k < fit[known[i].family].parameters; k++) {
            double found = fit[known[i].family].parameter[k];
            if (!(fabs(found - known[i].parameter[k]) <= 4 * known[i].error[k]))
                fail_msg("%s: parameter %u is %g", known[i].words, k, found);
        }
    }
}

static void the_shape_of_an_erlang_law_is_found_exactly(void **state)
{
    (void)state;
    struct fit fit[FIT_FAMILIES];
    draw("erlang k 4 mean 2 h", 5);
    best_of(fit);
    assert_true(fit[FIT_ERLANG].parameter[0] == 4);
    assert_true(fit[FIT_ERLANG].aic < fit[FIT_GAMMA].aic + 4);
    assert_true(fit[FIT_ERLANG].log_likelihood <= fit[FIT_GAMMA].log_likelihood);
}

static void the_distance_of_a_wrong_law_is_not_chances(void **state)
{
    (void)state;
    struct fit fit[FIT_FAMILIES];
    struct fit_sample sample;
    draw("lognormal mean 8.3 h sd_log 0.6", 21);
    best_of(fit);
    assert_int_equal(fit_sample_init(&sample, value, DRAWS), STATUS_OK);
    assert_int_equal(fit_simulate_p(&sample, 1, &fit[FIT_LOGNORMAL]), STATUS_OK);
    assert_true(fit[FIT_LOGNORMAL].simulated && fit[FIT_LOGNORMAL].p > .01);
    assert_true(fit[FIT_GAMMA].p < .001);
    assert_true(fit[FIT_EXPONENTIAL].p < .001);
    fit_sample_clear(&sample);
}

/* Over 200 samples of a law with fitted parameters the simulated p is uniform: 5 % of them lie below .05. The usual p,
 * its wrong twin, lies there hardly ever. */
static void simulated_p_values_are_honest_where_the_usual_ones_are_not(void **state)
{
    (void)state;
    enum { SAMPLES = 200, N = 60 };
    size_t below = 0, usual_below = 0;
    uint64_t chance = 77;
    for (int s = 0; s < SAMPLES; s++) {
        double small[N];
        struct fit fit;
        struct fit_sample sample;
        for (size_t i = 0; i < N; i++) small[i] = -3 * log(unit(&chance));
        qsort(small, N, sizeof *small, by_value);
        assert_int_equal(fit_sample_init(&sample, small, N), STATUS_OK);
        fit_one(&sample, FIT_EXPONENTIAL, &fit);
        fit.p = fit_distance_p(fit.distance, N);
        usual_below += fit.p < .05;
        assert_int_equal(fit_simulate_p(&sample, (uint64_t)s, &fit), STATUS_OK);
        below += fit.p < .05;
        fit_sample_clear(&sample);
    }
    double error = sqrt(SAMPLES * .05 * .95);
    assert_true(fabs((double)below - SAMPLES * .05) < 4 * error);
    assert_true((double)usual_below < SAMPLES * .05 - 2 * error);
}

static void kolmogorovs_law_has_its_printed_quantiles(void **state)
{
    (void)state;
    /* Stephens 1970: the upper 10, 5 and 1 % points of (root n + 0.12 + 0.11 / root n) D */
    static const double at[] = {1.224, 1.358, 1.628}, p[] = {.10, .05, .01};
    for (size_t i = 0; i < COUNT(at); i++) {
        double root = 10;
        assert_true(fabs(fit_distance_p(at[i] / (root + .12 + .11 / root), 100) - p[i]) < .0005);
    }
    assert_true(fit_distance_p(0, 100) == 1);
}

static void fitted_and_drawn_laws_have_the_same_distribution_function(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(known); i++) {
        struct variate v;
        char why[QUANTITY_WHY];
        struct fit fit = {.family = known[i].family};
        memcpy(fit.parameter, known[i].parameter, sizeof fit.parameter);
        assert_true(distribution_text(known[i].words, DISTRIBUTION_TIMES, NULL, &v, why));
        for (double x = 0.01; x < 40; x *= 1.3)
            if (!(fabs(fit_cdf(&fit, x) - variate_cdf(&v, x)) < 1e-9))
                fail_msg("%s at %g: %g, %g", known[i].words, x, fit_cdf(&fit, x), variate_cdf(&v, x));
        if (!(fabs(fit_mean(&fit) / variate_mean(&v) - 1) < 1e-9))
            fail_msg("%s: mean %g", known[i].words, fit_mean(&fit));
        variate_clear(&v);
    }
}

static void the_words_of_a_fit_read_back_as_that_law(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(known); i++) {
        struct fit fit = {.family = known[i].family,
            .parameters = known[i].family == FIT_EXPONENTIAL  ? 1
                          : known[i].family >= FIT_TRIANGULAR ? 3
                                                              : 2};
        struct variate v;
        char words[FIT_WORDS], why[QUANTITY_WHY];
        memcpy(fit.parameter, known[i].parameter, sizeof fit.parameter);
        fit_words(&fit, "h", 0, words);
        assert_string_equal(words, known[i].words);
        fit_words(&fit, "min", 0, words);
        if (!distribution_text(words, DISTRIBUTION_TIMES, NULL, &v, why)) fail_msg("%s: %s", words, why);
        assert_true(fabs(60 * variate_mean(&v) / fit_mean(&fit) - 1) < 1e-9);
        variate_clear(&v);
    }
    char number[FIT_NUMBER];
    assert_string_equal(fit_number(12345.6, number), "12346");
    assert_string_equal(fit_number(0.000012345, number), "0.00001234");
    assert_string_equal(fit_number(8, number), "8");
    assert_string_equal(fit_number(100, number), "100");
    assert_string_equal(fit_number(0, number), "0");
}

static void equal_values_are_a_constant_and_nothing_else(void **state)
{
    (void)state;
    struct fit fit[FIT_FAMILIES];
    for (size_t i = 0; i < DRAWS; i++) value[i] = 2.5;
    assert_int_equal(best_of(fit), FIT_CONSTANT);
    assert_true(fit[FIT_CONSTANT].parameter[0] == 2.5);
    for (enum fit_family f = FIT_EXPONENTIAL; f < FIT_FAMILIES; f++)
        assert_string_equal(fit[f].failed, "all values are equal");
}

static void a_family_that_cannot_be_says_why(void **state)
{
    (void)state;
    struct fit fit[FIT_FAMILIES];
    draw("exponential mean 3 h", 3);
    value[0] = 0;
    best_of(fit);
    assert_string_equal(fit[FIT_LOGNORMAL].failed, "some values are 0");
    assert_string_equal(fit[FIT_CONSTANT].failed, "the values differ");
    draw("uniform low 2 h high 5 h", 3);
    best_of(fit);
    assert_string_equal(fit[FIT_HYPEREXPONENTIAL].failed, "the values scatter less than exponential ones");
    assert_true(isnan(fit[FIT_HYPEREXPONENTIAL].aic));
}

static void values_that_are_no_sample_are_refused(void **state)
{
    (void)state;
    struct fit_sample sample;
    double few[9] = {1, 2, 3, 4, 5, 6, 7, 8, 9}, wrong[10] = {1, 2, 3, 4, 5, 6, 7, 8, 10, 9},
           below[10] = {-1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    assert_int_equal(fit_sample_init(&sample, few, 9), STATUS_LIMIT);
    assert_int_equal(fit_sample_init(&sample, wrong, 10), STATUS_BAD_VALUE);
    assert_int_equal(fit_sample_init(&sample, below, 10), STATUS_BAD_VALUE);
}

static void a_fit_to_a_million_times_the_values_is_a_million_times_the_fit(void **state)
{
    (void)state;
    struct fit fit[FIT_FAMILIES], scaled[FIT_FAMILIES];
    draw("weibull shape 1.7 scale 5 h", 9);
    best_of(fit);
    for (size_t i = 0; i < DRAWS; i++) value[i] *= 1e6;
    best_of(scaled);
    assert_true(fabs(scaled[FIT_WEIBULL].parameter[0] / fit[FIT_WEIBULL].parameter[0] - 1) < 1e-9);
    assert_true(fabs(scaled[FIT_LOGNORMAL].parameter[0] / fit[FIT_LOGNORMAL].parameter[0] - 1e6) < 1);
    assert_true(fabs(scaled[FIT_GAMMA].log_likelihood - fit[FIT_GAMMA].log_likelihood + DRAWS * log(1e6)) < 1e-3);
}

static int quiet_gsl(void **state)
{
    (void)state;
    gsl_set_error_handler_off();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_known_law_is_chosen_and_its_parameters_lie_within_four_standard_errors),
        cmocka_unit_test(the_shape_of_an_erlang_law_is_found_exactly),
        cmocka_unit_test(the_distance_of_a_wrong_law_is_not_chances),
        cmocka_unit_test(simulated_p_values_are_honest_where_the_usual_ones_are_not),
        cmocka_unit_test(kolmogorovs_law_has_its_printed_quantiles),
        cmocka_unit_test(fitted_and_drawn_laws_have_the_same_distribution_function),
        cmocka_unit_test(the_words_of_a_fit_read_back_as_that_law),
        cmocka_unit_test(equal_values_are_a_constant_and_nothing_else),
        cmocka_unit_test(a_family_that_cannot_be_says_why),
        cmocka_unit_test(values_that_are_no_sample_are_refused),
        cmocka_unit_test(a_fit_to_a_million_times_the_values_is_a_million_times_the_fit),
    };
    return cmocka_run_group_tests(tests, quiet_gsl, NULL);
}
