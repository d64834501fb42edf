/* test_batch_means.c - batches worked by hand, the search for their size, coverage, and the wrong twin of raw values.
 */
#include "engine/infer/batch_means.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

static void three_batches_worked_by_hand(void **state)
{
    (void)state;
    const double value[7] = {99, 1, 3, 4, 4, 5, 7}; /* 99 fills no batch; means 2, 4, 6 */
    struct batch_means b;
    assert_int_equal(batch_means_of(value, 7, 3, 0.95, &b), STATUS_OK);
    assert_true(b.estimate.mean == 4 && b.estimate.sd == 2 && b.estimate.degrees == 2);
    assert_int_equal(b.estimate.n, 3);
    assert_int_equal(b.size, 2);
    assert_true(fabs(b.estimate.half_width - 4.30265273 * 2 / sqrt(3)) < 1e-7);
    assert_true(fabs(b.lag1 - 0.5) < 1e-15); /* 1 - (4 + 4) / (2 x 8) */
    /* C / sqrt((3 - 2) / (9 - 1)) = 1.41421, normal upper tail .0786496 */
    assert_true(fabs(b.p_independent - 0.0786496) < 1e-6);
}

/* An autoregressive process of mean 5 in its steady state; correlation rho^k at lag k. */
static void process(gsl_rng *rng, double rho, double *value, size_t n)
{
    double x = gsl_ran_gaussian_ziggurat(rng, 1 / sqrt(1 - rho * rho));
    for (size_t i = 0; i < n; i++) {
        x = rho * x + gsl_ran_gaussian_ziggurat(rng, 1);
        value[i] = 5 + x;
    }
}

static void independent_values_keep_the_most_batches(void **state)
{
    (void)state;
    enum { N = 12800 };
    static double value[N];
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    int most = 0;
    for (unsigned long seed = 1; seed <= 40; seed++) {
        gsl_rng_set(rng, seed);
        process(rng, 0, value, N);
        struct batch_means b;
        assert_int_equal(batch_means_find(value, N, 0.95, &b), STATUS_OK);
        most += b.estimate.n == 640;
    }
    gsl_rng_free(rng);
    assert_in_range(most, 22, 40); /* four in five are expected; 22 lies 4 standard errors below */
}

enum { RUNS = 1000, LENGTH = 8000 };

/* How many of 1,000 runs of a correlated process have an interval that covers its mean; batches 0: found. */
static int covering(size_t batches)
{
    static double value[LENGTH];
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, 1);
    int covered = 0;
    for (int i = 0; i < RUNS; i++) {
        process(rng, 0.8, value, LENGTH);
        struct batch_means b;
        enum status st =
            batches ? batch_means_of(value, LENGTH, batches, 0.95, &b) : batch_means_find(value, LENGTH, 0.95, &b);
        covered += st == STATUS_OK && fabs(b.estimate.mean - 5) <= b.estimate.half_width;
    }
    gsl_rng_free(rng);
    return covered;
}

static void of_1000_nominal_95_percent_intervals_927_to_973_cover(void **state)
{
    (void)state;
    assert_in_range(covering(20), 927, 973);
}

static void batches_that_were_found_cover_nearly_as_well(void **state)
{
    (void)state;
    assert_in_range(covering(0), 915, 973); /* the test lets a little dependence pass: that is its price */
}

static void wrong_twin_values_taken_for_independent_cover_half_the_time(void **state)
{
    (void)state;
    int covered = covering(LENGTH);
    assert_true(covered < 700);
}

static void a_run_that_is_too_short_says_so(void **state)
{
    (void)state;
    double value[200];
    for (int i = 0; i < 200; i++) value[i] = i;
    struct batch_means b;
    assert_int_equal(batch_means_find(value, 200, 0.95, &b), STATUS_UNSTABLE);
    assert_true(b.estimate.n == 10 && b.estimate.mean == 99.5 && b.lag1 > 0.8);
    assert_int_equal(batch_means_find(value, 19, 0.95, &b), STATUS_LIMIT);
}

static void too_few_values_and_values_that_are_no_numbers_are_refused(void **state)
{
    (void)state;
    double value[10] = {0};
    struct batch_means b;
    assert_int_equal(batch_means_of(value, 10, 11, 0.95, &b), STATUS_LIMIT);
    assert_int_equal(batch_means_of(value, 10, 2, 0.95, &b), STATUS_LIMIT);
    assert_int_equal(batch_means_of(value, 10, 5, 0.95, &b), STATUS_OK);
    assert_true(b.estimate.half_width == 0 && b.lag1 == 0);
    value[3] = NAN;
    assert_int_equal(batch_means_of(value, 10, 5, 0.95, &b), STATUS_BAD_VALUE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_batches_worked_by_hand),
        cmocka_unit_test(independent_values_keep_the_most_batches),
        cmocka_unit_test(of_1000_nominal_95_percent_intervals_927_to_973_cover),
        cmocka_unit_test(batches_that_were_found_cover_nearly_as_well),
        cmocka_unit_test(wrong_twin_values_taken_for_independent_cover_half_the_time),
        cmocka_unit_test(a_run_that_is_too_short_says_so),
        cmocka_unit_test(too_few_values_and_values_that_are_no_numbers_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
