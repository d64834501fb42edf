/* test_elementary.c - the elementary functions against libm's long doubles, at their edges, and bit for bit. */
#include "engine/core/elementary.h"
#include "engine/core/elementary_tables.h"
#include "engine/core/random.h"
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

enum { SAMPLES = 60000 };

/* How far `got` lies from `exact`, in units in the last place of the exact value's double. */
static double ulps(double got, long double exact)
{
    double rounded = (double)exact;
    if (got == rounded && isinf(rounded)) return 0;
    double unit = nextafter(fabs(rounded), INFINITY) - fabs(rounded);
    double distance = (double)(fabsl((long double)got - exact) / (long double)unit);
    return isnan(distance) ? INFINITY : distance;
}

/* One claim of the header: over [low, high] (geometrically if spread), ours is within `limit` ulp of the reference. */
struct claim {
    const char *name;
    double (*ours)(double);
    long double (*exact)(long double);
    double low, high;
    int spread;
    double limit;
};

static long double exact_normal_cdf(long double z)
{
    return 0.5L * erfcl(-z * 0.707106781186547524400844362104849039L);
}

static long double exact_erfcx(long double x)
{
    return erfcl(x) * expl(x * x);
}

static double ours_pow_fixed(double x)
{
    return elementary_pow(x, -3.7);
}

static long double exact_pow_fixed(long double x)
{
    return powl(x, -3.7);
}

static double ours_pow_large(double y)
{
    return elementary_pow(1.00037, y);
}

static long double exact_pow_large(long double y)
{
    return powl(1.00037, y);
}

static const struct claim claims[] = {
    {"log", elementary_log, logl, 0.5, 2, 0, 0.53},
    {"log near 1", elementary_log, logl, 0.99, 1.01, 0, 0.53},
    {"log of any size", elementary_log, logl, 1e-307, 1e308, 1, 0.53},
    {"log of subnormals", elementary_log, logl, 5e-324, 2e-308, 1, 1},
    {"exp", elementary_exp, expl, -700, 700, 0, 0.53},
    {"exp near 0", elementary_exp, expl, -1, 1, 0, 0.53},
    {"exp to subnormals", elementary_exp, expl, -745, -708, 0, 1},
    {"log1p", elementary_log1p, log1pl, -0.9, 5, 0, 2},
    {"log1p near 0", elementary_log1p, log1pl, 1e-20, 1, 1, 2},
    {"expm1", elementary_expm1, expm1l, -40, 40, 0, 3},
    {"expm1 near 0", elementary_expm1, expm1l, 1e-20, 1, 1, 3},
    {"x^-3.7", ours_pow_fixed, exact_pow_fixed, 1e-80, 1e80, 1, 0.55},
    {"1.00037^y", ours_pow_large, exact_pow_large, -1e6, 1e6, 0, 0.55},
    {"sin", elementary_sin, sinl, -10, 10, 0, 0.9},
    {"sin far out", elementary_sin, sinl, -0x1p20, 0x1p20, 0, 0.9},
    {"cos", elementary_cos, cosl, -10, 10, 0, 0.9},
    {"cos far out", elementary_cos, cosl, -0x1p20, 0x1p20, 0, 0.9},
    {"lgamma", elementary_lgamma, lgammal, 1e-5, 3, 0, 7},
    {"lgamma near 1", elementary_lgamma, lgammal, 0.99, 1.01, 0, 7},
    {"lgamma near 2", elementary_lgamma, lgammal, 1.99, 2.01, 0, 7},
    {"lgamma to 20", elementary_lgamma, lgammal, 3, 20, 0, 7},
    {"lgamma of any size", elementary_lgamma, lgammal, 1e-300, 1e300, 1, 7},
    {"erfc", elementary_erfc, erfcl, -6, 6, 0, 8},
    {"erfc of the tail", elementary_erfc, erfcl, 6, 26.5, 0, 8},
    {"erfcx", elementary_erfcx, exact_erfcx, 0, 20, 0, 8},
    {"normal cdf", elementary_normal_cdf, exact_normal_cdf, -8, 8, 0, 9},
    {"normal cdf of the tail", elementary_normal_cdf, exact_normal_cdf, -37, -8, 0, 9},
};

static double worst_of(const struct claim *claim, double twin)
{
    double worst = 0;
    for (int i = 0; i <= SAMPLES; i++) {
        uint64_t word[2];
        random_block(1, (uint64_t)i, 0, word);
        double u = i == 0 ? 0 : i == SAMPLES ? 1 : random_unit(word[0]);
        double x = claim->spread ? (double)expl(logl(claim->low) + u * (logl(claim->high) - logl(claim->low)))
                                 : claim->low + u * (claim->high - claim->low);
        worst = fmax(worst, ulps(claim->ours(x) * twin, claim->exact(x)));
    }
    return worst;
}

static void every_function_is_as_accurate_as_the_header_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++) {
        double worst = worst_of(&claims[i], 1), twin = worst_of(&claims[i], 1 + 16 * DBL_EPSILON);
        print_message("    %-24s %.2f ulp\n", claims[i].name, worst);
        if (!(worst <= claims[i].limit)) fail_msg("%s: %g ulp", claims[i].name, worst);
        if (!(twin > claims[i].limit)) fail_msg("%s: the wrong twin passes", claims[i].name);
    }
}

/* The exact quantile by two Newton steps in long double. */
static double quantile_error(double p, double twin)
{
    double z = elementary_normal_quantile(p) * twin;
    long double exact = z;
    for (int step = 0; step < 3; step++)
        exact -= (exact_normal_cdf(exact) - p) / (expl(-exact * exact / 2) * 0.398942280401432677939946059934L);
    return (double)(fabsl(z - exact) / fabsl(exact));
}

static void the_normal_quantile_is_right_to_2e_15(void **state)
{
    (void)state;
    double worst = 0, twin = 0;
    for (uint64_t i = 0; i < SAMPLES; i++) {
        uint64_t word[2];
        random_block(2, i, 0, word);
        double u = random_unit(word[0]), p = i % 2 ? u : exp(-600 * u);
        worst = fmax(worst, quantile_error(p, 1));
        twin = fmax(twin, quantile_error(p, 1 + 2.5e-15));
    }
    print_message("    normal quantile          %.2g relative\n", worst);
    assert_true(worst < 2e-15);
    assert_false(twin < 2e-15);
    assert_true(elementary_normal_quantile(0.5) == 0);
    assert_true(elementary_normal_quantile(0.25) == -elementary_normal_quantile(0.75));
    assert_true(elementary_normal_quantile(0) == -INFINITY && elementary_normal_quantile(1) == INFINITY);
    assert_true(isnan(elementary_normal_quantile(-0.1)) && isnan(elementary_normal_quantile(NAN)));
}

static void the_edges_have_their_natural_limits(void **state)
{
    (void)state;
    assert_true(elementary_log(1) == 0 && elementary_log(0) == -INFINITY && elementary_log(-0.0) == -INFINITY);
    assert_true(elementary_log(INFINITY) == INFINITY && isnan(elementary_log(-1)) && isnan(elementary_log(NAN)));
    assert_true(isnan(elementary_log(-INFINITY)) && isnan(elementary_log(-5e-324)));
    assert_true(elementary_log1p(0) == 0 && elementary_log1p(-1) == -INFINITY && isnan(elementary_log1p(-2)));
    assert_true(elementary_log1p(INFINITY) == INFINITY && isnan(elementary_log1p(NAN)));
    assert_true(elementary_exp(0) == 1 && elementary_exp(-0.0) == 1 && elementary_exp(-INFINITY) == 0);
    assert_true(elementary_exp(INFINITY) == INFINITY && elementary_exp(709.79) == INFINITY);
    assert_true(isfinite(elementary_exp(709.78)) && elementary_exp(-746) == 0 && elementary_exp(-745.1) == 5e-324);
    assert_true(isnan(elementary_exp(NAN)) && elementary_exp(1e300) == INFINITY && elementary_exp(-1e300) == 0);
    assert_true(elementary_expm1(0) == 0 && elementary_expm1(-INFINITY) == -1 && elementary_expm1(800) == INFINITY);
    assert_true(isnan(elementary_expm1(NAN)));
    assert_true(elementary_sin(0) == 0 && elementary_cos(0) == 1 && elementary_sin(5e-324) == 5e-324);
    assert_true(isnan(elementary_sin(INFINITY)) && isnan(elementary_cos(NAN)) && isnan(elementary_sin(1e9)));
    assert_true(elementary_lgamma(1) == 0 && elementary_lgamma(2) == 0 && elementary_lgamma(0) == INFINITY);
    assert_true(
        elementary_lgamma(INFINITY) == INFINITY && isnan(elementary_lgamma(-0.5)) && isnan(elementary_lgamma(NAN)));
    assert_true(elementary_lgamma(1e306) == INFINITY && isfinite(elementary_lgamma(1e305)));
    assert_true(elementary_erfc(0) == 1 && elementary_erfc(INFINITY) == 0 && elementary_erfc(-INFINITY) == 2);
    assert_true(isnan(elementary_erfc(NAN)) && elementary_erfc(27) > 0 && elementary_erfcx(0) == 1);
    assert_true(elementary_erfcx(INFINITY) == 0 && isnan(elementary_erfcx(NAN)) && elementary_erfcx(-30) == INFINITY);
    assert_true(elementary_normal_cdf(0) == 0.5 && elementary_normal_cdf(INFINITY) == 1);
    assert_true(elementary_normal_cdf(-INFINITY) == 0 && isnan(elementary_normal_cdf(NAN)));
}

static void powers_have_their_natural_limits(void **state)
{
    (void)state;
    assert_true(elementary_pow(2, 10) == 1024 && elementary_pow(3, 4) == 81 && elementary_pow(4, 0.5) == 2);
    assert_true(elementary_pow(0.1, 0) == 1 && elementary_pow(0, 0) == 1 && elementary_pow(1, 1e300) == 1);
    assert_true(elementary_pow(0, 2) == 0 && elementary_pow(0, -2) == INFINITY);
    assert_true(elementary_pow(INFINITY, 0.1) == INFINITY && elementary_pow(INFINITY, -1) == 0);
    assert_true(elementary_pow(2, INFINITY) == INFINITY && elementary_pow(0.5, INFINITY) == 0);
    assert_true(elementary_pow(2, -INFINITY) == 0 && elementary_pow(0.5, 1e300) == 0);
    assert_true(elementary_pow(2, 1024) == INFINITY && elementary_pow(2, -1074) == 5e-324);
    assert_true(elementary_pow(2, -1080) == 0 && elementary_pow(5e-324, 0.5) == 0x1p-537);
    assert_true(isnan(elementary_pow(-2, 2)) && isnan(elementary_pow(NAN, 1)) && isnan(elementary_pow(2, NAN)));
    assert_true(elementary_pow(3, 1e-30) == 1 && elementary_pow(1 + DBL_EPSILON, 0x1p52) > 2.718);
}

static void log_and_exp_rise_with_their_argument(void **state)
{
    (void)state;
    double x = 0.6875 - 1e-13, last_log = elementary_log(x), last_exp = elementary_exp(x);
    for (int i = 0; i < 200000; i++) { /* over the borders of the cells, in steps of a few ulp and in larger ones */
        x = i % 100 < 50 ? nextafter(x, INFINITY) : x + 0x1p-17;
        double l = elementary_log(x), e = elementary_exp(x);
        assert_true(l >= last_log && e >= last_exp);
        last_log = l;
        last_exp = e;
    }
}

static void every_row_of_the_tables_is_right(void **state)
{
    (void)state;
    for (int i = 0; i < LOG_CELLS; i++) {
        const struct log_cell *cell = &log_cells[i];
        long double error = (long double)cell->high + cell->low + logl(cell->inverse);
        assert_true(fabsl(error) < 2e-19L); /* half a unit of long double near 0.37, and a little */
        assert_true(cell->high * 0x1p42 == floor(cell->high * 0x1p42));
        assert_true(cell->inverse * 0x1p14 == floor(cell->inverse * 0x1p14));
    }
    for (int i = 0; i < EXP_CELLS; i++) {
        long double error = (long double)exp_cells[i].value * (1 + (long double)exp_cells[i].tail) - exp2l(i / 128.0L);
        assert_true(fabsl(error) < 3e-19L);
    }
}

/* FNV-1a over the bits of what each function gives along a grid. */
static uint64_t digest_of_everything(void)
{
    uint64_t digest = 0xCBF29CE484222325ULL;
    for (uint64_t i = 0; i < 20000; i++) {
        uint64_t word[2];
        random_block(3, i, 0, word);
        double u = random_unit(word[0]), w = random_unit(word[1]);
        double result[] = {elementary_log(u), elementary_log(u * 1e300), elementary_log1p(w - 0.5),
            elementary_exp(1500 * (u - 0.5)), elementary_expm1(w), elementary_pow(10 * u, 20 * (w - 0.5)),
            elementary_sin(1e5 * u), elementary_cos(1e5 * u), elementary_lgamma(20 * u),
            elementary_erfc(10 * (w - 0.5)), elementary_erfcx(30 * w), elementary_normal_cdf(16 * (u - 0.5)),
            elementary_normal_quantile(u)};
        for (size_t k = 0; k < sizeof result / sizeof result[0]; k++) {
            uint64_t bits;
            memcpy(&bits, &result[k], sizeof bits);
            digest = (digest ^ bits) * 0x100000001B3ULL;
        }
    }
    return digest;
}

/* Of any number of them, from the smallest to the largest normal double. */
static void many_logarithms_are_the_same_as_one_by_one(void **state)
{
    (void)state;
    for (size_t n = 0; n < 40; n++) {
        double x[40], one[40];
        for (size_t round = 0; round < 500; round++) {
            for (size_t i = 0; i < n; i++) {
                uint64_t word[2];
                random_block(5, n * 500 + round, i, word);
                x[i] = round % 2 ? random_unit(word[0]) : ldexp(1 + random_unit(word[0]), (int)(word[1] % 2046) - 1022);
                one[i] = elementary_log(x[i]);
            }
            elementary_log_many(x, n);
            assert_memory_equal(x, one, n * sizeof *x);
        }
    }
}

static void the_bits_are_the_same_in_every_build(void **state)
{
    (void)state;
    uint64_t digest = digest_of_everything();
    if (digest != 0x389c60a148fde320ULL) fail_msg("digest 0x%llx", (unsigned long long)digest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_function_is_as_accurate_as_the_header_says),
        cmocka_unit_test(the_normal_quantile_is_right_to_2e_15),
        cmocka_unit_test(the_edges_have_their_natural_limits),
        cmocka_unit_test(powers_have_their_natural_limits),
        cmocka_unit_test(log_and_exp_rise_with_their_argument),
        cmocka_unit_test(every_row_of_the_tables_is_right),
        cmocka_unit_test(many_logarithms_are_the_same_as_one_by_one),
        cmocka_unit_test(the_bits_are_the_same_in_every_build),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
