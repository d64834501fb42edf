/* test_interval.c - textbook cases of means, differences and Holm's procedure, their wrong twins, and coverage. */
#include "engine/infer/interval.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static bool near(double a, double b, double tolerance)
{
    return fabs(a - b) <= tolerance;
}

/* Student 1908, table of soporifics: hours of sleep gained by ten patients with each of two drugs. */
static const double SLEEP_A[10] = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
static const double SLEEP_B[10] = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};

static void t_quantiles_are_those_of_the_printed_table(void **state)
{
    (void)state;
    assert_true(near(interval_t_quantile(0.975, 1), 12.7062, 5e-5));
    assert_true(near(interval_t_quantile(0.975, 9), 2.2622, 5e-5));
    assert_true(near(interval_t_quantile(0.95, 9), 1.8331, 5e-5));
    assert_true(near(interval_t_quantile(0.975, 30), 2.0423, 5e-5));
    assert_true(near(interval_t_quantile(0.975, 1e9), 1.95996, 5e-5));
    assert_true(near(interval_t_p_value(2.2622, 9), 0.05, 1e-5));
    assert_true(near(interval_t_p_value(-2.2622, 9), 0.05, 1e-5));
}

static void mean_of_five_numbers_is_the_one_worked_by_hand(void **state)
{
    (void)state;
    const double v[5] = {1, 2, 3, 4, 5}; /* sd sqrt 2.5, t(.975; 4) 2.77645 */
    struct estimate e = interval_mean(v, 5, 0.95);
    assert_true(near(e.mean, 3, 1e-15));
    assert_true(near(e.sd, 1.5811388300841898, 1e-14));
    assert_true(near(e.half_width, 2.776445105 * sqrt(0.5), 1e-8));
    assert_int_equal(e.n, 5);
    assert_true(e.degrees == 4);
}

static void paired_difference_is_students_of_1908(void **state)
{
    (void)state;
    struct estimate e = interval_paired(SLEEP_A, SLEEP_B, 10, 0.95);
    assert_true(near(e.mean, 1.58, 1e-12));
    assert_true(near(e.mean - e.half_width, 0.7001142, 1e-6)); /* R: t.test(extra ~ group, paired = TRUE) */
    assert_true(near(e.mean + e.half_width, 2.4598858, 1e-6));
    assert_true(near(interval_estimate_p(&e), 0.002832890, 1e-8));
}

static void welchs_difference_of_the_same_data_is_wider_and_not_significant(void **state)
{
    (void)state;
    struct estimate e = interval_welch(SLEEP_A, 10, SLEEP_B, 10, 0.95);
    assert_true(near(e.degrees, 17.776474, 1e-5)); /* R: t.test(extra ~ group) */
    assert_true(near(e.mean - e.half_width, -0.2054832, 1e-6));
    assert_true(near(e.mean + e.half_width, 3.3654832, 1e-6));
    assert_true(near(interval_estimate_p(&e), 0.07939414, 1e-7));
    double narrowing = interval_narrowing(SLEEP_A, SLEEP_B, 10);
    assert_true(near(narrowing, 1.7854832 / 0.8798858, 1e-6));
}

static void welch_takes_samples_of_different_sizes(void **state)
{
    (void)state;
    const double a[3] = {1, 2, 3}, b[5] = {2, 4, 6, 8, 10}; /* va 1/3, vb 10/5 = 2 */
    struct estimate e = interval_welch(a, 3, b, 5, 0.95);
    double v = 1.0 / 3 + 2, degrees = v * v / (1.0 / 9 / 2 + 4.0 / 4);
    assert_true(near(e.mean, 4, 1e-12));
    assert_true(near(e.degrees, degrees, 1e-12));
    assert_true(near(e.half_width, interval_t_quantile(0.975, degrees) * sqrt(v), 1e-12));
    assert_true(near(e.mean / (e.sd / sqrt((double)e.n)), 4 / sqrt(v), 1e-12));
}

static void one_value_has_a_mean_and_no_half_width(void **state)
{
    (void)state;
    const double v[1] = {7};
    struct estimate e = interval_mean(v, 1, 0.95);
    assert_true(e.mean == 7 && isnan(e.half_width) && isnan(interval_estimate_p(&e)));
    assert_true(isnan(interval_mean(v, 0, 0.95).mean));
    assert_true(isnan(interval_welch(v, 1, SLEEP_A, 10, 0.95).half_width));
}

static void a_missing_value_makes_the_estimate_missing(void **state)
{
    (void)state;
    const double v[3] = {1, NAN, 3};
    assert_true(isnan(interval_mean(v, 3, 0.95).mean));
    assert_true(isnan(interval_paired(v, v, 3, 0.95).half_width));
    assert_true(isnan(interval_welch(v, 3, SLEEP_A, 3, 0.95).half_width));
    assert_true(isnan(interval_narrowing(v, SLEEP_A, 3)));
}

static void equal_values_have_no_spread_and_a_verdict_all_the_same(void **state)
{
    (void)state;
    const double a[4] = {0.1, 0.1, 0.1, 0.1}, b[4] = {0.3, 0.3, 0.3, 0.3};
    struct estimate same = interval_paired(a, a, 4, 0.95), other = interval_paired(a, b, 4, 0.95);
    assert_true(same.half_width == 0 && interval_estimate_p(&same) == 1);
    assert_true(other.half_width == 0 && interval_estimate_p(&other) == 0);
    assert_true(isnan(interval_narrowing(a, a, 4)));
}

static void a_large_offset_does_not_cancel_the_spread(void **state)
{
    (void)state;
    double v[5];
    for (int i = 0; i < 5; i++) v[i] = 1e9 + i;
    assert_true(near(interval_mean(v, 5, 0.95).sd, 1.5811388300841898, 1e-6));
}

static void holm_steps_down_as_in_the_textbook(void **state)
{
    (void)state;
    /* At .05 with four: .005 <= .0125, .01 <= .01667, .03 > .025, so .03 and .04 stand although .04 < .05. */
    const double p[4] = {0.01, 0.04, 0.03, 0.005};
    bool clear[4];
    assert_int_equal(interval_holm(p, 4, 0.05, clear), 4);
    assert_true(clear[0] && !clear[1] && !clear[2] && clear[3]);
}

static void holm_rejects_more_than_bonferroni_and_less_than_single_tests(void **state)
{
    (void)state;
    const double p[3] = {0.015, 0.02, 0.06}; /* Bonferroni's bound is .01667 for each, single tests' .05 */
    bool clear[3];
    interval_holm(p, 3, 0.05, clear);
    assert_true(clear[0] && clear[1] && !clear[2]);
    const double q[3] = {0.02, 0.03, 0.04}; /* each below .05, none stands out of three */
    interval_holm(q, 3, 0.05, clear);
    assert_true(!clear[0] && !clear[1] && !clear[2]);
}

static void holm_leaves_out_what_has_no_p_value(void **state)
{
    (void)state;
    const double p[3] = {NAN, 0.025, 0.04};
    bool clear[3];
    assert_int_equal(interval_holm(p, 3, 0.05, clear), 2);
    assert_true(!clear[0] && clear[1] && clear[2]);
    assert_int_equal(interval_holm(p, 0, 0.05, clear), 0);
}

enum { INTERVALS = 1000, VALUES = 10 };

/* Counts intervals at `level` over VALUES normal values of mean 5, sd 2 that cover 5. */
static int covering(unsigned long seed, double level, double shrink)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, seed);
    int covered = 0;
    for (int i = 0; i < INTERVALS; i++) {
        double v[VALUES];
        for (int k = 0; k < VALUES; k++) v[k] = 5 + gsl_ran_gaussian_ziggurat(rng, 2);
        struct estimate e = interval_mean(v, VALUES, level);
        covered += fabs(e.mean - 5) <= e.half_width * shrink;
    }
    gsl_rng_free(rng);
    return covered;
}

static void of_1000_nominal_95_percent_intervals_927_to_973_cover(void **state)
{
    (void)state;
    for (unsigned long seed = 1; seed <= 3; seed++) {
        int covered = covering(seed, 0.95, 1);
        assert_in_range(covered, 927, 973);
    }
}

static void wrong_twin_normal_quantiles_for_ten_values_do_not_cover(void **state)
{
    (void)state;
    double shrink = 1.959964 / interval_t_quantile(0.975, VALUES - 1);
    for (unsigned long seed = 1; seed <= 3; seed++) {
        int covered = covering(seed, 0.95, shrink);
        assert_true(covered < 927);
    }
}

/* Two variants that share their luck (correlation .9) and differ by nothing: intervals of the difference. */
static int covering_difference(unsigned long seed, bool paired, double *mean_half)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, seed);
    int covered = 0;
    *mean_half = 0;
    for (int i = 0; i < INTERVALS; i++) {
        double a[VALUES], b[VALUES];
        for (int k = 0; k < VALUES; k++) {
            double luck = gsl_ran_gaussian_ziggurat(rng, 3);
            a[k] = luck + gsl_ran_gaussian_ziggurat(rng, 1);
            b[k] = luck + gsl_ran_gaussian_ziggurat(rng, 1);
        }
        struct estimate e = paired ? interval_paired(a, b, VALUES, 0.95) : interval_welch(a, VALUES, b, VALUES, 0.95);
        covered += fabs(e.mean) <= e.half_width;
        *mean_half += e.half_width / INTERVALS;
    }
    gsl_rng_free(rng);
    return covered;
}

static void paired_intervals_cover_and_welchs_waste_common_luck(void **state)
{
    (void)state;
    double paired_half, welch_half;
    assert_in_range(covering_difference(1, true, &paired_half), 927, 973);
    assert_true(covering_difference(1, false, &welch_half) > 990);
    assert_true(welch_half > 2.5 * paired_half);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(t_quantiles_are_those_of_the_printed_table),
        cmocka_unit_test(mean_of_five_numbers_is_the_one_worked_by_hand),
        cmocka_unit_test(paired_difference_is_students_of_1908),
        cmocka_unit_test(welchs_difference_of_the_same_data_is_wider_and_not_significant),
        cmocka_unit_test(welch_takes_samples_of_different_sizes),
        cmocka_unit_test(one_value_has_a_mean_and_no_half_width),
        cmocka_unit_test(a_missing_value_makes_the_estimate_missing),
        cmocka_unit_test(equal_values_have_no_spread_and_a_verdict_all_the_same),
        cmocka_unit_test(a_large_offset_does_not_cancel_the_spread),
        cmocka_unit_test(holm_steps_down_as_in_the_textbook),
        cmocka_unit_test(holm_rejects_more_than_bonferroni_and_less_than_single_tests),
        cmocka_unit_test(holm_leaves_out_what_has_no_p_value),
        cmocka_unit_test(of_1000_nominal_95_percent_intervals_927_to_973_cover),
        cmocka_unit_test(wrong_twin_normal_quantiles_for_ten_values_do_not_cover),
        cmocka_unit_test(paired_intervals_cover_and_welchs_waste_common_luck),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
