/* test_special.c - the incomplete gamma and beta functions against GSL's, and the inverse against itself. */
#include "engine/core/special.h"
#include "engine/core/random.h"
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <cmocka.h>

static bool is_close(double got, double exact, double relative)
{
    return fabs(got - exact) <= relative * fabs(exact);
}

static const double shapes[] = {0.05, 0.5, 1, 1.7, 2, 5, 12.3, 40, 150, 1000};
enum { SHAPES = sizeof shapes / sizeof shapes[0] };

static void the_incomplete_gamma_functions_agree_with_gsl(void **state)
{
    (void)state;
    for (int i = 0; i < SHAPES; i++) {
        for (int k = 1; k < 200; k++) {
            double a = shapes[i], x = a * k / 50.0;
            double lower = gsl_cdf_gamma_P(x, a, 1), upper = gsl_cdf_gamma_Q(x, a, 1);
            if (lower > 1e-250 && !is_close(special_gamma_lower(a, x), lower, 2e-12)) fail_msg("P(%g, %g)", a, x);
            if (upper > 1e-250 && !is_close(special_gamma_upper(a, x), upper, 2e-12)) fail_msg("Q(%g, %g)", a, x);
        }
    }
    assert_false(is_close(special_gamma_lower(2, 1.0000001), gsl_cdf_gamma_P(1, 2, 1), 2e-12)); /* the wrong twin */
}

static void the_incomplete_gamma_functions_have_their_natural_limits(void **state)
{
    (void)state;
    assert_true(special_gamma_lower(2, 0) == 0 && special_gamma_upper(2, 0) == 1);
    assert_true(special_gamma_lower(2, -1) == 0 && special_gamma_upper(2, -1) == 1);
    assert_true(special_gamma_lower(2, INFINITY) == 1 && special_gamma_upper(2, INFINITY) == 0);
    assert_true(isnan(special_gamma_lower(2, NAN)) && isnan(special_gamma_upper(2, NAN)));
}

static void the_incomplete_beta_function_agrees_with_gsl(void **state)
{
    (void)state;
    for (int i = 0; i < SHAPES; i++) {
        for (int j = 0; j < SHAPES; j++) {
            struct special_beta beta = special_beta_of(shapes[i], shapes[j]);
            for (int k = 1; k < 40; k++) {
                double x = k / 40.0, exact = gsl_cdf_beta_P(x, beta.a, beta.b);
                if (exact < 1e-250) continue;
                if (!is_close(special_beta_lower(&beta, x), exact, 5e-12)) fail_msg("I_%g(%g, %g)", x, beta.a, beta.b);
            }
        }
    }
    struct special_beta beta = special_beta_of(2, 4);
    assert_false(
        is_close(special_beta_lower(&beta, 0.30000001), gsl_cdf_beta_P(0.3, 2, 4), 5e-12)); /* the wrong twin */
    assert_true(special_beta_lower(&beta, 0) == 0 && special_beta_lower(&beta, 1) == 1);
    assert_true(special_beta_lower(&beta, -1) == 0 && special_beta_lower(&beta, 2) == 1);
    assert_true(isnan(special_beta_lower(&beta, NAN)));
}

static void the_beta_quantile_inverts_the_beta_from_any_guess(void **state)
{
    (void)state;
    for (int k = 0; k < 3000; k++) {
        uint64_t word[2];
        random_block(5, (uint64_t)k, 0, word);
        double p = random_unit(word[0]), a = 1 + 4 * random_unit(word[1]);
        struct special_beta beta = special_beta_of(a, 6 - a);
        double x = special_beta_quantile(&beta, p, 0, k % 3 / 2.0, 1);
        assert_true(x > 0 && x < 1);
        assert_true(fabs(special_beta_lower(&beta, x) - p) <= 4e-14);
    }
    struct special_beta flat = special_beta_of(1, 1);
    assert_true(is_close(special_beta_quantile(&flat, 0.25, 0, 0.9, 1), 0.25, 1e-14));
}

int main(void)
{
    gsl_set_error_handler_off(); /* its underflows are results */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_incomplete_gamma_functions_agree_with_gsl),
        cmocka_unit_test(the_incomplete_gamma_functions_have_their_natural_limits),
        cmocka_unit_test(the_incomplete_beta_function_agrees_with_gsl),
        cmocka_unit_test(the_beta_quantile_inverts_the_beta_from_any_guess),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
