/* test_stopping.c - the checkpoints, what is decided at them, coverage after stopping, and the wrong twin. */
#include "engine/infer/stopping.h"
#include "engine/infer/interval.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

static void checkpoints_are_20_30_45_68_and_half_as_many_again_up_to_the_cap(void **state)
{
    (void)state;
    const struct stopping_rule rule = {.relative = 0.02, .level = 0.95, .cap = 500};
    const size_t expected[] = {20, 30, 45, 68, 102, 153, 230, 345, 500};
    size_t done = 0;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        done = stopping_next(&rule, done);
        assert_int_equal(done, expected[i]);
    }
    assert_int_equal(stopping_next(&rule, 29), 30);
    const struct stopping_rule small = {.relative = 0.02, .level = 0.95, .cap = 5};
    assert_int_equal(stopping_next(&small, 0), 5);
}

enum { MOST = 2000 };

static void draw(unsigned long seed, double mean, double sd, double *value, size_t n)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, seed);
    for (size_t i = 0; i < n; i++) value[i] = mean + gsl_ran_gaussian_ziggurat(rng, sd);
    gsl_rng_free(rng);
}

static void fewer_than_twenty_decide_nothing_however_precise(void **state)
{
    (void)state;
    double same[20];
    for (int i = 0; i < 20; i++) same[i] = 4;
    const double *value[] = {same};
    const struct stopping_rule rule = {.relative = 0.02, .level = 0.95, .cap = 100};
    struct stopping s = stopping_decide(&rule, value, 1, 19);
    assert_true(s.verdict == STOPPING_MORE && s.replications == 20 && isnan(s.precision));
    s = stopping_decide(&rule, value, 1, 20);
    assert_true(s.verdict == STOPPING_PRECISE && s.replications == 20 && s.precision == 0);
}

static void the_number_does_not_depend_on_how_many_are_there(void **state)
{
    (void)state;
    static double v[MOST];
    draw(1, 10, 1, v, MOST);
    const double *value[] = {v};
    const struct stopping_rule rule = {.relative = 0.02, .level = 0.95, .cap = MOST};
    size_t have = 0;
    struct stopping step = {.verdict = STOPPING_MORE};
    while (step.verdict == STOPPING_MORE) {
        step = stopping_decide(&rule, value, 1, have);
        if (step.verdict == STOPPING_MORE) have = step.replications;
    }
    assert_int_equal(step.verdict, STOPPING_PRECISE);
    assert_in_range(step.replications, 68, 153); /* 1.96^2 / .2^2 = 96 would do on average */
    for (size_t n = have; n <= MOST; n += 97) {
        struct stopping at_once = stopping_decide(&rule, value, 1, n);
        assert_int_equal(at_once.verdict, STOPPING_PRECISE);
        assert_int_equal(at_once.replications, step.replications);
        assert_true(at_once.precision == step.precision);
    }
    struct estimate e = interval_mean(v, step.replications, 0.95);
    assert_true(e.half_width / e.mean == step.precision && step.precision <= 0.02);
}

static void every_metric_must_be_precise_and_the_worst_is_named(void **state)
{
    (void)state;
    static double fine[MOST], coarse[MOST];
    draw(1, 10, 0.1, fine, MOST);
    draw(2, 10, 3, coarse, MOST);
    const double *value[] = {fine, coarse, fine};
    const struct stopping_rule rule = {.relative = 0.02, .level = 0.95, .cap = 100};
    assert_int_equal(stopping_decide(&rule, value, 1, MOST).replications, 20);
    struct stopping s = stopping_decide(&rule, value, 3, MOST);
    assert_int_equal(s.verdict, STOPPING_CAPPED);
    assert_int_equal(s.replications, 100);
    assert_int_equal(s.worst, 1);
    assert_true(s.precision > 0.02);
}

static void a_metric_without_a_value_or_around_zero_runs_to_the_cap(void **state)
{
    (void)state;
    static double v[MOST];
    draw(1, 10, 0.1, v, MOST);
    v[7] = NAN;
    const double *value[] = {v};
    const struct stopping_rule rule = {.relative = 0.02, .level = 0.95, .cap = 50};
    struct stopping s = stopping_decide(&rule, value, 1, MOST);
    assert_true(s.verdict == STOPPING_CAPPED && s.replications == 50 && isnan(s.precision));
    for (int i = 0; i < MOST; i++) v[i] = i % 2 ? 1 : -1;
    assert_int_equal(stopping_decide(&rule, value, 1, MOST).verdict, STOPPING_CAPPED);
    for (int i = 0; i < MOST; i++) v[i] = 0;
    assert_int_equal(stopping_decide(&rule, value, 1, MOST).verdict, STOPPING_PRECISE);
}

/* Of 1,000 experiments that stop at `relative`, how many intervals cover; or with a look after each replication. */
static int covering(unsigned long seed, double sd, double relative, bool after_each)
{
    static double v[MOST];
    const double *value[] = {v};
    const struct stopping_rule rule = {.relative = relative, .level = 0.95, .cap = MOST};
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, seed);
    int covered = 0;
    for (int i = 0; i < 1000; i++) {
        for (int r = 0; r < 600; r++) v[r] = 10 + gsl_ran_gaussian_ziggurat(rng, sd);
        size_t n = 2;
        if (after_each)
            while (n < 600 && interval_mean(v, n, 0.95).half_width > relative * fabs(interval_mean(v, n, 0.95).mean))
                n++;
        else
            n = stopping_decide(&rule, value, 1, 600).replications;
        struct estimate e = interval_mean(v, n, 0.95);
        covered += fabs(e.mean - 10) <= e.half_width;
    }
    gsl_rng_free(rng);
    return covered;
}

static void after_stopping_927_to_973_of_1000_intervals_still_cover(void **state)
{
    (void)state;
    /* Seeds 1, 2, 3; some 20 to 30, 68 to 102 and 153 to 230 replications. */
    assert_in_range(covering(1, 0.5, 0.02, false), 927, 973);
    assert_in_range(covering(2, 1, 0.02, false), 927, 973);
    assert_in_range(covering(3, 1.5, 0.02, false), 927, 973);
}

static void wrong_twin_a_look_after_each_replication_stops_at_lucky_moments(void **state)
{
    (void)state;
    assert_true(covering(1, 0.5, 0.02, true) < 900);
}

static void what_is_needed_is_what_the_formula_says(void **state)
{
    (void)state;
    size_t n = stopping_needed(1, 0.95, 0.2); /* 1.96^2 / .04 = 96; Student's t asks for two more */
    assert_in_range(n, 97, 100);
    assert_true(interval_t_quantile(0.975, (double)n - 1) / sqrt((double)n) <= 0.2);
    assert_true(interval_t_quantile(0.975, (double)n - 2) / sqrt((double)n - 1) > 0.2);
    assert_int_equal(stopping_needed(0, 0.95, 0.2), 2);
    assert_int_equal(stopping_needed(1, 0.95, 0), 0);
    assert_int_equal(stopping_needed(NAN, 0.95, 1), 0);
    assert_int_equal(stopping_needed(1e9, 0.95, 1e-9), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checkpoints_are_20_30_45_68_and_half_as_many_again_up_to_the_cap),
        cmocka_unit_test(fewer_than_twenty_decide_nothing_however_precise),
        cmocka_unit_test(the_number_does_not_depend_on_how_many_are_there),
        cmocka_unit_test(every_metric_must_be_precise_and_the_worst_is_named),
        cmocka_unit_test(a_metric_without_a_value_or_around_zero_runs_to_the_cap),
        cmocka_unit_test(after_stopping_927_to_973_of_1000_intervals_still_cover),
        cmocka_unit_test(wrong_twin_a_look_after_each_replication_stops_at_lucky_moments),
        cmocka_unit_test(what_is_needed_is_what_the_formula_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
