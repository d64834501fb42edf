/* test_warmup.c - MSER-5 worked by hand, against the plain formula, on known transients, and its wrong twins. */
#include "engine/infer/warmup.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

static void a_step_worked_by_hand_is_left_out(void **state)
{
    (void)state;
    /* Batches of five: 10, 1, 2, 1, 2. Leaving out d of them: d = 0: mean 3.2, squares 58.8, by 25: 2.352;
     * d = 1: mean 1.5, squares 1, by 16: 0.0625; d = 2 (the edge): mean 5/3, squares 2/3, by 9: 0.0741. */
    const double batch[5] = {10, 1, 2, 1, 2};
    double value[27];
    for (int i = 0; i < 25; i++) value[i] = batch[i / 5] + (i % 5 - 2) * 0.1; /* the five average to the batch */
    value[25] = value[26] = 1000;                                             /* fill no batch */
    struct warmup w;
    assert_int_equal(warmup_find(value, 1, 27, &w), STATUS_OK);
    assert_int_equal(w.leave_out, 5);
    assert_true(w.found);
    assert_true(fabs(w.mser - 0.0625) < 1e-12);
    assert_true(fabs(w.mean - 1.5) < 1e-12);
}

/* The definition, straight: for each beginning the mean, then the squares. */
static size_t plain_mser(const double *value, size_t n)
{
    size_t batches = n / 5, best = 0;
    double least = INFINITY;
    for (size_t d = 0; d <= batches / 2; d++) {
        double mean = 0, squares = 0, kept = (double)(batches - d);
        for (size_t i = d * 5; i < batches * 5; i++) mean += value[i] / 5 / kept;
        for (size_t b = d; b < batches; b++) {
            double y = 0;
            for (int i = 0; i < 5; i++) y += value[b * 5 + (size_t)i] / 5;
            squares += (y - mean) * (y - mean);
        }
        if (squares / kept / kept < least) {
            least = squares / kept / kept;
            best = d;
        }
    }
    return best * 5;
}

/* An autoregressive process of mean 10 that begins at `start` and forgets it by 5 % a step. */
static void transient(unsigned long seed, double start, double *value, size_t n)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, seed);
    double x = start;
    for (size_t i = 0; i < n; i++) {
        x = 10 + 0.95 * (x - 10) + gsl_ran_gaussian_ziggurat(rng, 1);
        value[i] = x;
    }
    gsl_rng_free(rng);
}

static void one_pass_agrees_with_the_definition(void **state)
{
    (void)state;
    double value[1000];
    for (unsigned long seed = 1; seed <= 20; seed++) {
        transient(seed, seed % 2 ? 10 : 100, value, 1000);
        struct warmup w;
        assert_int_equal(warmup_find(value, 1, 1000, &w), STATUS_OK);
        assert_int_equal(w.leave_out, plain_mser(value, 1000));
    }
}

static void pilot_replications_are_averaged_before_the_search(void **state)
{
    (void)state;
    enum { PILOTS = 10, N = 1000 };
    static double value[PILOTS * N], mean[N];
    for (int i = 0; i < N; i++) mean[i] = 0;
    for (int r = 0; r < PILOTS; r++) {
        transient((unsigned long)r + 1, 100, value + r * N, N);
        for (int i = 0; i < N; i++) mean[i] += value[r * N + i] / PILOTS;
    }
    struct warmup together, averaged;
    assert_int_equal(warmup_find(value, PILOTS, N, &together), STATUS_OK);
    assert_int_equal(warmup_find(mean, 1, N, &averaged), STATUS_OK);
    assert_int_equal(together.leave_out, averaged.leave_out);
    assert_true(together.found);
    /* 90 x .95^t has sunk to the noise of the average, sd 1, at t = 88, and to a tenth of it at 133. */
    assert_in_range(together.leave_out, 50, 200);
    assert_true(fabs(together.mean - 10) < 4 * 20 / sqrt(PILOTS * (double)(N - together.leave_out)));
}

static void wrong_twin_without_a_warm_up_the_mean_is_off(void **state)
{
    (void)state;
    enum { N = 1000 };
    double value[N], mean = 0;
    transient(1, 100, value, N);
    for (int i = 0; i < N; i++) mean += value[i] / N;
    struct warmup w;
    assert_int_equal(warmup_find(value, 1, N, &w), STATUS_OK);
    double error = 20 / sqrt(N); /* sd of the mean of such a process: 1 / (1 - .95) / sqrt n */
    assert_true(fabs(mean - 10) > 2 * error);
    assert_true(fabs(w.mean - 10) < 2 * error);
}

static void a_series_that_never_settles_is_not_found(void **state)
{
    (void)state;
    double value[200];
    for (int i = 0; i < 200; i++) value[i] = i;
    struct warmup w;
    assert_int_equal(warmup_find(value, 1, 200, &w), STATUS_OK);
    assert_false(w.found);
    assert_int_equal(w.leave_out, 100);
}

static void a_constant_series_needs_no_warm_up(void **state)
{
    (void)state;
    double value[50];
    for (int i = 0; i < 50; i++) value[i] = 3;
    struct warmup w;
    assert_int_equal(warmup_find(value, 1, 50, &w), STATUS_OK);
    assert_true(w.leave_out == 0 && w.found && w.mser == 0 && w.mean == 3);
}

static void too_few_values_and_values_that_are_no_numbers_are_refused(void **state)
{
    (void)state;
    double value[20] = {0};
    struct warmup w;
    assert_int_equal(warmup_find(value, 1, 9, &w), STATUS_LIMIT);
    assert_int_equal(warmup_find(value, 0, 20, &w), STATUS_LIMIT);
    assert_int_equal(warmup_find(value, 2, 10, &w), STATUS_OK);
    value[19] = NAN;
    assert_int_equal(warmup_find(value, 1, 20, &w), STATUS_BAD_VALUE);
    value[19] = INFINITY;
    assert_int_equal(warmup_find(value, 1, 20, &w), STATUS_BAD_VALUE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_worked_by_hand_is_left_out),
        cmocka_unit_test(one_pass_agrees_with_the_definition),
        cmocka_unit_test(pilot_replications_are_averaged_before_the_search),
        cmocka_unit_test(wrong_twin_without_a_warm_up_the_mean_is_off),
        cmocka_unit_test(a_series_that_never_settles_is_not_found),
        cmocka_unit_test(a_constant_series_needs_no_warm_up),
        cmocka_unit_test(too_few_values_and_values_that_are_no_numbers_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
