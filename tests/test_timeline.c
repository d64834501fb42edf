#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "engine/core/timeline.h"
#include <math.h>
#include <stdlib.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const double WEEK = 168;

static uint64_t next_word(uint64_t *state) /* splitmix64 */
{
    uint64_t z = *state += 0x9E3779B97F4A7C15ULL;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ z >> 27) * 0x94D049BB133111EBULL;
    return z ^ z >> 31;
}

static double unit(uint64_t *state)
{
    return ((double)(next_word(state) >> 11) + 0.5) * 0x1p-53;
}

static void assert_near(double found, double expected, double tolerance)
{
    if (!(fabs(found - expected) <= tolerance)) fail_msg("found %.17g, expected %.17g", found, expected);
}

static void assert_equal(double found, double expected)
{
    if (!(found == expected)) fail_msg("found %.17g, expected %.17g", found, expected);
}

static struct timeline *made(const double *start, const double *value, size_t n, double end, double period)
{
    enum status why = STATUS_BROKEN;
    struct timeline *tl = timeline_create(start, value, n, end, period, &why);
    assert_non_null(tl);
    assert_int_equal(why, STATUS_OK);
    return tl;
}

/* Monday to Friday, 9 to 17; the week begins on Monday at 0. */
static struct timeline *office(void)
{
    const double start[] = {0, 9, 17, 33, 41, 57, 65, 81, 89, 105, 113};
    const double value[] = {0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0};
    return made(start, value, COUNT(start), WEEK, WEEK);
}

static void a_constant_is_the_same_for_ever(void **unused)
{
    (void)unused;
    for (int period = 0; period <= 2; period++) {
        struct timeline *tl = made((double[]){0, 1}, (double[]){4, 4}, 2, 2, period);
        for (double t = 0; t < 1e6; t = 2 * t + 0.25) {
            assert_equal(timeline_value(tl, t), 4);
            assert_equal(timeline_integral(tl, t), 4 * t);
            assert_equal(timeline_advance(tl, t, 8), t + 2);
            assert_equal(timeline_advance(tl, t, 0), t);
            assert_equal(timeline_next_change(tl, t), INFINITY);
        }
        assert_equal(timeline_largest(tl), 4);
        assert_equal(timeline_advance(tl, 1, INFINITY), INFINITY);
        assert_equal(timeline_integral(tl, INFINITY), INFINITY);
        timeline_destroy(tl);
    }
    timeline_destroy(NULL);
}

static void the_last_value_stays_without_a_period(void **unused)
{
    (void)unused;
    struct timeline *tl = made((double[]){0, 2, 5}, (double[]){3, 0, 2}, 3, 6, 0);
    assert_equal(timeline_value(tl, 1.5), 3);
    assert_equal(timeline_value(tl, 2), 0);
    assert_equal(timeline_value(tl, 5), 2);
    assert_equal(timeline_value(tl, 1e9), 2);
    assert_equal(timeline_next_change(tl, 0), 2);
    assert_equal(timeline_next_change(tl, 2), 5);
    assert_equal(timeline_next_change(tl, 5), INFINITY);
    assert_equal(timeline_integral(tl, 4), 6);
    assert_equal(timeline_integral(tl, 106), 208);
    assert_equal(timeline_advance(tl, 0, 6), 2); /* the end of the stretch, not the opening at 5 */
    assert_equal(timeline_advance(tl, 0, 7), 5.5);
    assert_equal(timeline_advance(tl, 3, 7), 8.5);
    assert_equal(timeline_advance(tl, 3, 200), 105);
    assert_equal(timeline_largest(tl), 3);
    timeline_destroy(tl);
}

static void what_ends_in_zero_is_never_reached(void **unused)
{
    (void)unused;
    struct timeline *tl = made((double[]){0, 2}, (double[]){3, 0}, 2, 6, 0);
    assert_equal(timeline_advance(tl, 0, 6), 2);
    assert_equal(timeline_advance(tl, 0, 6.001), INFINITY);
    assert_equal(timeline_advance(tl, 2, 0.001), INFINITY);
    assert_equal(timeline_advance(tl, 1000, 0.001), INFINITY);
    assert_equal(timeline_advance(tl, 1000, 0), 1000);
    assert_equal(timeline_integral(tl, INFINITY), 6);
    timeline_destroy(tl);
    /* A period in which nothing happens, after one in which something does. */
    tl = made((double[]){0, 2, 4}, (double[]){0, 3, 0}, 3, 6, 2);
    assert_equal(timeline_advance(tl, 0, 6), 4);
    assert_equal(timeline_advance(tl, 0, 6.001), INFINITY);
    assert_equal(timeline_next_change(tl, 4), INFINITY);
    timeline_destroy(tl);
    tl = made((double[]){0}, (double[]){0}, 1, 1, 1);
    assert_equal(timeline_advance(tl, 0, 1e-300), INFINITY);
    assert_equal(timeline_advance(tl, 0, 0), 0);
    timeline_destroy(tl);
}

static void a_working_calendar_carries_work_over_nights_and_weekends(void **unused)
{
    (void)unused;
    struct timeline *tl = office();
    for (int week = 0; week < 520; week += 13) {
        double monday = WEEK * week;
        double friday = monday + 96;
        assert_equal(timeline_advance(tl, friday + 14, 8), monday + WEEK + 14); /* Friday 14:00 to Monday 14:00 */
        assert_equal(timeline_advance(tl, friday + 14, 3), friday + 17);
        assert_equal(timeline_advance(tl, friday + 18, 1), monday + WEEK + 10); /* begun while closed */
        assert_equal(timeline_advance(tl, friday + 18, 8), monday + WEEK + 17);
        assert_equal(timeline_advance(tl, monday, 40), friday + 17);
        assert_equal(timeline_advance(tl, monday + 17, 40), monday + WEEK + 17);
        assert_equal(timeline_advance(tl, monday + 10, 400), monday + 10 + 10 * WEEK);
        assert_equal(timeline_advance(tl, monday + 9, 400), friday + 17 + 9 * WEEK);
        assert_equal(timeline_next_change(tl, friday + 17), monday + WEEK + 9); /* no change at midnight of Sunday */
        assert_equal(timeline_next_change(tl, friday + 12), friday + 17);
        assert_equal(timeline_value(tl, friday + 17), 0);
        assert_equal(timeline_value(tl, monday + 9), 1);
        assert_equal(timeline_integral(tl, monday + 24), 40.0 * week + 8);
    }
    timeline_destroy(tl);
}

static void work_that_ends_at_closing_time_but_for_rounding_ends_there(void **unused)
{
    (void)unused;
    /* 8:10 to 16:10 every day: neither is a double. */
    double open = 8 + 10 / 60.0;
    double shut = 16 + 10 / 60.0;
    struct timeline *tl = made((double[]){0, open, shut}, (double[]){0, 1, 0}, 3, 24, 24);
    for (int day = 0; day < 4000; day++) {
        double begun = day * 24 + open;
        assert_near(timeline_advance(tl, begun, 8), day * 24 + shut, 1e-10);
        assert_near(timeline_advance(tl, begun + 1 / 3.0, 8 - 1 / 3.0), day * 24 + shut, 1e-10);
        assert_near(timeline_advance(tl, begun - 3, 16), day * 24 + 24 + shut, 1e-10);
        assert_near(timeline_advance(tl, begun, 8 + 1e-6), day * 24 + 24 + open + 1e-6, 1e-10); /* the wrong twin */
    }
    timeline_destroy(tl);
}

static void a_tail_repeats_only_the_last_period(void **unused)
{
    (void)unused;
    struct timeline *tl = made((double[]){0, 10, 12, 13}, (double[]){5, 1, 2, 7}, 4, 14, 3); /* from 11: 1 2 7 1 2 7 */
    const double cycle[] = {1, 2, 7};
    for (int t = 14; t < 1000; t++) {
        assert_equal(timeline_value(tl, t), cycle[(t - 14) % 3]);
        assert_equal(timeline_value(tl, t + 0.999), cycle[(t - 14) % 3]);
        assert_equal(timeline_next_change(tl, t), t + 1);
        assert_equal(timeline_integral(tl, t + 1) - timeline_integral(tl, t), cycle[(t - 14) % 3]);
    }
    assert_equal(timeline_integral(tl, 14), 61);
    assert_equal(timeline_integral(tl, 14 + 3000), 61 + 10000);
    assert_equal(timeline_advance(tl, 0, 61 + 10000 + 2), 14 + 3000 + 1.5);
    assert_equal(timeline_largest(tl), 7);
    timeline_destroy(tl);
}

static void advance_is_the_inverse_of_the_integral(void **unused)
{
    (void)unused;
    uint64_t state = 4;
    for (int round = 0; round < 300; round++) {
        double start[40];
        double value[40];
        size_t n = 1 + next_word(&state) % 40;
        double end = 0;
        double turn = 0;
        for (size_t i = 0; i < n; i++) {
            start[i] = end;
            value[i] = next_word(&state) % 3 ? 10 * unit(&state) : 0;
            end += unit(&state) * 10;
            turn += value[i];
        }
        double period = round % 3 == 0 ? 0 : round % 3 == 1 ? end : end * unit(&state);
        if (period == 0) value[n - 1] = 1;
        if (!(turn > 0)) continue;
        struct timeline *tl = made(start, value, n, end, period);
        for (int i = 0; i < 100; i++) {
            double t = unit(&state) * 5 * end;
            double amount = unit(&state) * (i % 2 ? 1 : 500);
            double u = timeline_advance(tl, t, amount);
            if (u == INFINITY) { /* the part that repeats has no positive rate */
                assert_true(timeline_integral(tl, 1e9) - timeline_integral(tl, t) < amount + 1e-9);
                continue;
            }
            assert_true(u >= t);
            double found = timeline_integral(tl, u) - timeline_integral(tl, t);
            assert_near(found, amount, 1e-12 * (amount + timeline_integral(tl, u)) + 1e-13);
            /* No earlier time will do: a little before, there is less. */
            double before = u - 1e-9 * (1 + u);
            if (before > t) assert_true(timeline_integral(tl, before) < timeline_integral(tl, u));
            assert_near(timeline_advance(tl, t, 0), t, 0);
        }
        timeline_destroy(tl);
    }
}

static void many_advances_are_those_one_after_the_other(void **unused)
{
    (void)unused;
    struct timeline *function[] = {made((double[]){0}, (double[]){0.7}, 1, 1, 0),
        made((double[]){0, 30}, (double[]){2, 0.3}, 2, 31, 0), made((double[]){0, 30}, (double[]){2, 0}, 2, 31, 0),
        office()};
    uint64_t state = 4;
    for (size_t f = 0; f < COUNT(function); f++) {
        double at = 0.25, many[64];
        for (int round = 0; round < 20; round++) {
            size_t n = 1 + next_word(&state) % COUNT(many);
            for (size_t i = 0; i < n; i++) many[i] = i % 9 == 8 ? 0 : -log(unit(&state));
            double one[COUNT(many)], from = at;
            for (size_t i = 0; i < n; i++) one[i] = at = timeline_advance(function[f], at, many[i]);
            timeline_advance_many(function[f], from, many, n);
            assert_memory_equal(one, many, n * sizeof *one);
        }
        timeline_destroy(function[f]);
    }
}

static void changes_go_forward_and_show_the_new_value_for_years(void **unused)
{
    (void)unused;
    uint64_t state = 9;
    for (int round = 0; round < 30; round++) {
        double start[20];
        double value[20];
        double end = 0;
        for (size_t i = 0; i < 20; i++) {
            start[i] = end;
            value[i] = (double)(next_word(&state) % 3);
            end += 0.1 + unit(&state);
        }
        struct timeline *tl = made(start, value, 20, end, end * (round % 2 ? 1 : 0.7));
        double t = 0;
        for (int i = 0; i < 20000; i++) {
            double change = timeline_next_change(tl, t);
            assert_true(change > t && change < t + 30);
            assert_true(timeline_value(tl, change) != timeline_value(tl, t));
            assert_true(timeline_value(tl, t + (change - t) * 0.999) == timeline_value(tl, t));
            t = change;
        }
        timeline_destroy(tl);
    }
}

static void what_is_not_a_function_of_time_is_refused(void **unused)
{
    (void)unused;
    enum status why = STATUS_OK;
    const struct {
        double start[2], value[2], end, period;
    } bad[] = {
        {{0, 1}, {1, -1}, 2, 0},
        {{0, 1}, {NAN, 1}, 2, 0},
        {{0, 1}, {1, INFINITY}, 2, 0},
        {{1, 2}, {1, 2}, 3, 0},
        {{0, 0}, {1, 2}, 2, 0},
        {{0, NAN}, {1, 2}, 2, 0},
        {{0, 1}, {1, 2}, 1, 0},
        {{0, 1}, {1, 2}, INFINITY, 0},
        {{0, 1}, {1, 2}, 2, 3},
        {{0, 1}, {1, 2}, 2, -1},
        {{0, 1}, {1, 2}, 2, NAN},
        {{0, 1}, {1, 1e308}, 20, 0},
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_null(timeline_create(bad[i].start, bad[i].value, 2, bad[i].end, bad[i].period, &why));
        assert_int_equal(why, STATUS_BAD_VALUE);
    }
    assert_null(timeline_create(bad[0].start, bad[0].value, 0, 1, 0, &why));
    assert_int_equal(why, STATUS_BAD_VALUE);
}

static void a_sinusoid_gathers_its_mean_over_whole_periods(void **unused)
{
    (void)unused;
    const struct sinusoid s = {.mean = 3, .amplitude = 0.7, .period = 24, .phase = 5};
    for (int k = 0; k < 4000; k += 37) {
        assert_near(sinusoid_integral(&s, 24.0 * k), 72.0 * k, 1e-10 * (1 + k));
        /* The closed form, by libm: the test may, the module may not. */
        double t = 24.0 * k + 7.3;
        double w = 2 * acos(-1) / 24;
        double exact = 3 * (t + 0.7 / w * (cos(w * 5) - cos(w * (7.3 + 5))));
        assert_near(sinusoid_integral(&s, t), exact, 1e-13 * exact + 1e-13);
    }
    assert_equal(sinusoid_integral(&s, 0), 0);
}

static void advancing_a_sinusoid_inverts_its_integral(void **unused)
{
    (void)unused;
    uint64_t state = 2;
    const double amplitude[] = {0, 0.3, 0.99, 1};
    for (size_t a = 0; a < COUNT(amplitude); a++) {
        for (int i = 0; i < 3000; i++) {
            struct sinusoid s = {.mean = 0.1 + 100 * unit(&state),
                .amplitude = amplitude[a],
                .period = i % 2 ? 24 : 168,
                .phase = 24 * unit(&state)};
            double t = i % 3 ? unit(&state) * 1e4 : 0;
            double amount = i % 5 ? -log(unit(&state)) : 1e4 * unit(&state);
            double u = sinusoid_advance(&s, t, amount);
            assert_true(u >= t);
            double found = sinusoid_integral(&s, u) - sinusoid_integral(&s, t);
            assert_near(found, amount, 1e-12 * (amount + s.mean * u));
        }
    }
    const struct sinusoid s = {.mean = 2, .amplitude = 1, .period = 24, .phase = 0};
    assert_equal(sinusoid_advance(&s, 3, 0), 3);
    assert_equal(sinusoid_advance(&s, 3, INFINITY), INFINITY);
    assert_near(sinusoid_advance(&s, 0, 48), 24, 1e-9);
    assert_near(sinusoid_advance(&s, 18, 48), 42, 1e-4); /* the rate is zero at both: the inverse is steep there */
    const struct sinusoid none = {.mean = 0, .amplitude = 1, .period = 24, .phase = 0};
    assert_equal(sinusoid_advance(&none, 3, 1e-9), INFINITY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_constant_is_the_same_for_ever),
        cmocka_unit_test(the_last_value_stays_without_a_period),
        cmocka_unit_test(what_ends_in_zero_is_never_reached),
        cmocka_unit_test(a_working_calendar_carries_work_over_nights_and_weekends),
        cmocka_unit_test(work_that_ends_at_closing_time_but_for_rounding_ends_there),
        cmocka_unit_test(a_tail_repeats_only_the_last_period),
        cmocka_unit_test(advance_is_the_inverse_of_the_integral),
        cmocka_unit_test(many_advances_are_those_one_after_the_other),
        cmocka_unit_test(changes_go_forward_and_show_the_new_value_for_years),
        cmocka_unit_test(what_is_not_a_function_of_time_is_refused),
        cmocka_unit_test(a_sinusoid_gathers_its_mean_over_whole_periods),
        cmocka_unit_test(advancing_a_sinusoid_inverts_its_integral),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
