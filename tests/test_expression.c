/* test_expression.c - sums and quotients of metrics, read and evaluated; what is no expression is refused. */
#include "tools/expression.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

/* The value of a text whose metrics, in the order in which they first stand there, are 2, 3, 5, 7. */
static double value_of(const char *text)
{
    static const double value[] = {2, 3, 5, 7};
    char why[EXPRESSION_WHY];
    struct expression *expression = expression_read(text, why);
    assert_non_null(expression);
    assert_true(expression_metrics(expression) <= 4);
    double result = expression_value(expression, value);
    expression_destroy(expression);
    return result;
}

static void products_bind_closer_than_sums_and_both_go_from_left_to_right(void **state)
{
    (void)state;
    assert_true(value_of("1 + 2 * 3") == 7);
    assert_true(value_of("(1 + 2) * 3") == 9);
    assert_true(value_of("10 - 4 - 3") == 3);
    assert_true(value_of("12 / 3 / 2") == 2);
    assert_true(value_of("-2 * -(1 + 2)") == 6);
    assert_true(value_of("2*3-4") == 2);
    assert_true(value_of("1.5e1") == 15);
}

static void metrics_are_found_each_once_and_in_order(void **state)
{
    (void)state;
    assert_true(value_of("a.b.mean / (c.d * a.b.mean)") == 2.0 / (3 * 2));
    assert_true(value_of("stream.x.time.mean - stream.y.time.mean") == -1);
    assert_true(value_of("a + b * c - d") == 2 + 3 * 5 - 7);
}

static void parentheses_and_brackets_of_a_metric_belong_to_its_name(void **state)
{
    (void)state;
    char why[EXPRESSION_WHY];
    struct expression *expression =
        expression_read("(station.a.number.at(12).at_most(80) + station.a.wait.mean[stream=b]) / 2", why);
    assert_non_null(expression);
    assert_int_equal(expression_metrics(expression), 2);
    assert_string_equal(expression_metric(expression, 0), "station.a.number.at(12).at_most(80)");
    assert_string_equal(expression_metric(expression, 1), "station.a.wait.mean[stream=b]");
    expression_destroy(expression);
}

static void ln_is_the_natural_logarithm_and_only_before_a_parenthesis(void **state)
{
    (void)state;
    assert_true(fabs(value_of("ln(7.38905609893065)") - 2) < 1e-14);
    assert_true(fabs(value_of("ln(a / b) * 2") - 2 * log(2.0 / 3)) < 1e-15);
    assert_true(value_of("ln.mean + 1") == 3);
}

static void a_missing_value_makes_the_expression_missing(void **state)
{
    (void)state;
    char why[EXPRESSION_WHY];
    struct expression *expression = expression_read("1 - a.b", why);
    assert_non_null(expression);
    assert_true(isnan(expression_value(expression, (double[]){NAN})));
    expression_destroy(expression);
}

static void what_is_no_expression_is_refused_with_its_place(void **state)
{
    (void)state;
    static const char *const wrong[][2] = {{"", "the end"}, {"1 +", "the end"}, {"(1", "the end"}, {"1 2", "'2'"},
        {"a.b $ 2", "'$ 2'"}, {"* 3", "'* 3'"}, {"1)", "')'"}, {"ln(", "the end"}};
    char why[EXPRESSION_WHY];
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_null(expression_read(wrong[i][0], why));
        assert_non_null(strstr(why, wrong[i][1]));
    }
}

static void an_expression_without_end_is_refused_not_overrun(void **state)
{
    (void)state;
    char text[4000], why[EXPRESSION_WHY];
    memset(text, '(', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_null(expression_read(text, why));
    for (size_t i = 0; i + 2 < sizeof text; i += 2) memcpy(text + i, "1+", 3);
    assert_null(expression_read(text, why));
    for (size_t i = 0; i + 1 < sizeof text; i++) text[i] = '-';
    assert_null(expression_read(text, why));
    text[0] = '\0';
    for (int i = 0; i < 40; i++) sprintf(text + strlen(text), "%sm%d", i ? "+" : "", i);
    assert_null(expression_read(text, why));
    memset(text, 'a', 300);
    text[300] = '\0';
    assert_null(expression_read(text, why));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_bind_closer_than_sums_and_both_go_from_left_to_right),
        cmocka_unit_test(metrics_are_found_each_once_and_in_order),
        cmocka_unit_test(parentheses_and_brackets_of_a_metric_belong_to_its_name),
        cmocka_unit_test(ln_is_the_natural_logarithm_and_only_before_a_parenthesis),
        cmocka_unit_test(a_missing_value_makes_the_expression_missing),
        cmocka_unit_test(what_is_no_expression_is_refused_with_its_place),
        cmocka_unit_test(an_expression_without_end_is_refused_not_overrun),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
