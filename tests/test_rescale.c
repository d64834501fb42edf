/* test_rescale.c - what `scale` multiplies in the text of a value, and what it leaves alone. */
#include "models/scenario/rescale.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static void becomes(const char *text, double factor, const char *expected)
{
    const char *why = NULL;
    char *scaled = rescale(text, factor, &why);
    assert_non_null(scaled);
    assert_string_equal(scaled, expected);
    free(scaled);
}

static void fails(const char *text, const char *expected)
{
    const char *why = NULL;
    assert_null(rescale(text, 2, &why));
    assert_string_equal(why, expected);
}

static void a_single_number_is_multiplied_and_keeps_its_unit(void **state)
{
    (void)state;
    becomes("9", 2, "18");
    becomes("9", 0.5, "4.5");
    becomes("60 s", 0.6, "36 s");
    becomes("48h", 0.5, "24h");
    becomes("340/d", 1.1, "374/d");
    becomes("60000/h", 1.5, "90000/h");
    becomes("21 / week", 2, "42 / week");
    becomes("12 %", 0.5, "6 %");
    becomes("12%", 0.5, "6%");
    becomes("-1.5", 2, "-3");
    becomes("1e3", 2, "2000");
    becomes("5 points", 2, "10 points");
}

static void in_a_distribution_times_and_rates_are_multiplied_and_shapes_are_not(void **state)
{
    (void)state;
    becomes("lognormal mean 8.3 h sd_log 0.6", 0.5, "lognormal mean 4.15 h sd_log 0.6");
    becomes("lognormal median 6 h p90 40 h", 2, "lognormal median 12 h p90 80 h");
    becomes("triangular low 60 s mode 90 s high 5 min", 2, "triangular low 120 s mode 180 s high 10 min");
    becomes("erlang k 4 mean 2 h", 3, "erlang k 4 mean 6 h");
    becomes("gamma shape 2.5 mean 2h", 3, "gamma shape 2.5 mean 6h");
    becomes("constant 30 min", 0.1, "constant 3 min");
    becomes("exponential mean 10 d", 0.1, "exponential mean 1 d");
    becomes("hyperexponential mean 2 h cv 1.5", 2, "hyperexponential mean 4 h cv 1.5");
    becomes("exponential rate 3/h", 2, "exponential rate 6/h");
}

static void in_a_distribution_without_units_locations_and_spreads_are_multiplied(void **state)
{
    (void)state;
    becomes("lognormal median 450 p90 1200", 2, "lognormal median 900 p90 2400");
    becomes("normal mean 0.4 sd 1.2", 0.5, "normal mean 0.2 sd 0.6");
    becomes("lognormal mean 180 sd_log 0.7", 2, "lognormal mean 360 sd_log 0.7");
    becomes("weibull shape 2 scale 7", 2, "weibull shape 2 scale 14");
}

static void numbers_come_out_with_twelve_significant_digits(void **state)
{
    (void)state;
    becomes("0.1", 3, "0.3");
    becomes("1", 1.0 / 3, "0.333333333333");
    becomes("19 h", 0.7, "13.3 h");
}

static void what_is_not_an_amount_is_refused(void **state)
{
    (void)state;
    fails("arrivals", "there is no number in it to multiply");
    fails("", "there is no number in it to multiply");
    fails("empirical file durations2.csv column hours", "there is no number in it to multiply");
    fails("lane == red", "there is no number in it to multiply");
    fails("gamma shape 3", "there is no number in it to multiply");
    fails("2022-09-01", "it is not one number with a unit");
    fails("08:30", "it is not one number with a unit");
    fails("7..12", "it is not one number with a unit");
    fails("0x10", "it is not one number with a unit");
    fails("1e308", "the product is too large");
}

static void a_factor_is_a_number_or_a_percentage_and_not_negative(void **state)
{
    (void)state;
    double factor = -1;
    assert_true(rescale_factor("0.6", &factor));
    assert_true(factor == 0.6);
    assert_true(rescale_factor("60 %", &factor));
    assert_true(factor == 0.6);
    assert_true(rescale_factor("0", &factor));
    static const char *const bad[] = {"", "x", "-1", "2 h", "1e999", "nan", "inf", "%", "0x2", "1 2"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_false(rescale_factor(bad[i], &factor));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_single_number_is_multiplied_and_keeps_its_unit),
        cmocka_unit_test(in_a_distribution_times_and_rates_are_multiplied_and_shapes_are_not),
        cmocka_unit_test(in_a_distribution_without_units_locations_and_spreads_are_multiplied),
        cmocka_unit_test(numbers_come_out_with_twelve_significant_digits),
        cmocka_unit_test(what_is_not_an_amount_is_refused),
        cmocka_unit_test(a_factor_is_a_number_or_a_percentage_and_not_negative),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
