/* test_observe.c - tallies, histograms, measures and digests: what is counted is what was added, merged or not. */
#include "engine/observe/digest.h"
#include "engine/observe/measure.h"
#include "engine/observe/sum.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct histogram one, two, both; /* 32 KiB each */

static void clear_all(void)
{
    histogram_init(&one);
    histogram_init(&two);
    histogram_init(&both);
}

/* ---- sum ---- */

/* A million terms from 1e-15 to 1e9 h, some negative: three ways through them give one sum, and doubles do not. */
static void a_sum_has_the_same_bits_in_any_order(void **state)
{
    (void)state;
    enum { N = 1000003 };
    struct sum up = {0}, down = {0}, strides = {0};
    double *term = malloc(N * sizeof *term), naive_up = 0, naive_down = 0;
    uint64_t word = 1;
    assert_non_null(term);
    for (size_t i = 0; i < N; i++) {
        word = word * 6364136223846793005ULL + 1442695040888963407ULL;
        term[i] = ldexp((double)(word >> 11) * 0x1p-53, (int)(i % 80) - 50) * (i % 7 ? 1 : -1);
    }
    for (size_t i = 0; i < N; i++) {
        sum_add(&up, term[i]);
        sum_add(&down, term[N - 1 - i]);
        sum_add(&strides, term[i * 12345 % N]);
        naive_up += term[i];
        naive_down += term[N - 1 - i];
    }
    assert_true(sum_units(&up) == sum_units(&down) && sum_units(&up) == sum_units(&strides));
    assert_true(naive_up != naive_down);
    assert_true(fabs(sum_value(&up) - naive_up) <= 1e-12 * fabs(naive_up));
    free(term);
}

static void a_sum_is_exact_to_its_unit(void **state)
{
    (void)state;
    static const double value[] = {0, -0.0, 1, 0.1, 1e-12, 0x1p-44, 0x1.8p-44, 262143.9, 262144.1, 1e9 + 0.7, 0x1.fp61, 0x1.fffffffffffffp-1, 0x1p80};
    for (size_t i = 0; i < sizeof value / sizeof *value; i++) {
        struct sum sum = {0};
        sum_add(&sum, value[i]);
        assert_true(fabs(sum_value(&sum) - value[i]) <= 0x1p-45);
        sum_add(&sum, -value[i]);
        assert_true(sum_units(&sum) == 0);
        sum_add(&sum, -value[i]);
        assert_true(fabs(sum_value(&sum) + value[i]) <= 0x1p-45);
    }
    struct sum small = {0};
    sum_add(&small, 0x1p-46); /* rounds to no unit */
    sum_add(&small, 5e-324);
    assert_true(sum_units(&small) == 0);
}

/* ---- tally ---- */

static void a_tally_knows_its_moments_and_extremes(void **state)
{
    (void)state;
    struct tally tally = {0};
    assert_true(isnan(tally_mean(&tally)) && isnan(tally_second_moment(&tally)));
    static const double value[] = {3, 1, 4, 1, 5};
    for (int i = 0; i < 5; i++) tally_add(&tally, value[i]);
    assert_int_equal(tally.count, 5);
    assert_true(tally_mean(&tally) == 2.8 && tally_second_moment(&tally) == 52 / 5.0);
    assert_true(fabs(tally_variance(&tally) - (10.4 - 2.8 * 2.8)) < 1e-12);
    assert_true(tally.least == 1 && tally.most == 5);
    struct tally same = {0};
    for (int i = 0; i < 3; i++) tally_add(&same, 0.1);
    assert_true(tally_variance(&same) >= 0); /* never below, whatever the rounding */
}

/* ---- histogram ---- */

static void quantiles_are_within_a_bucket_of_the_exact_ones(void **state)
{
    (void)state;
    clear_all();
    enum { N = 100000 };
    for (int i = 1; i <= N; i++) histogram_add(&one, -log(1 - (i - 0.5) / N)); /* an exponential law, evenly sampled */
    static const double p[] = {0.001, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999};
    for (size_t i = 0; i < sizeof p / sizeof *p; i++) {
        double exact = -log(1 - p[i]);
        assert_true(fabs(histogram_quantile(&one, p[i]) - exact) < 0.0005 * exact + 1e-4);
        assert_true(fabs(histogram_at_most(&one, exact) - p[i]) < 1e-4);
    }
}

static void zeros_are_counted_exactly(void **state)
{
    (void)state;
    clear_all();
    for (int i = 0; i < 70; i++) histogram_add(&one, 0);
    for (int i = 0; i < 30; i++) histogram_add(&one, 2);
    assert_int_equal(one.zeros, 70);
    assert_true(histogram_quantile(&one, 0.5) == 0 && histogram_quantile(&one, 0.7) == 0);
    assert_true(histogram_quantile(&one, 0.71) >= 2 && histogram_quantile(&one, 1) <= 2 * (1 + 1 / 128.0));
    assert_true(histogram_at_most(&one, 0) == 0.7 && histogram_at_most(&one, 1.9) == 0.7 && histogram_at_most(&one, 2.1) == 1);
    assert_true(histogram_at_most(&one, -1) == 0);
}

static void the_very_small_and_the_very_large_are_kept(void **state)
{
    (void)state;
    clear_all();
    histogram_add(&one, 1e-300);
    histogram_add(&one, 1e-12);
    histogram_add(&one, 1);
    histogram_add(&one, 1e30);
    assert_int_equal(one.under, 2);
    assert_int_equal(one.over, 1);
    assert_int_equal(one.total, 4);
    assert_true(histogram_at_most(&one, 1e-9) == 0.5 && histogram_at_most(&one, 10) == 0.75 && histogram_at_most(&one, 1e31) == 1);
    assert_true(histogram_quantile(&one, 0.5) < 1e-9 && histogram_quantile(&one, 1) >= 4e9);
}

static void an_empty_histogram_has_no_quantile(void **state)
{
    (void)state;
    clear_all();
    assert_true(isnan(histogram_quantile(&one, 0.5)) && isnan(histogram_at_most(&one, 1)));
}

static double sample(int i)
{
    return exp(((i * 2654435761U) % 100003) / 5000.0 - 12) * (i % 7 != 0);
}

static void merging_gives_the_whole(void **state)
{
    (void)state;
    clear_all();
    for (int i = 0; i < 20000; i++) {
        histogram_add(i % 3 ? &one : &two, sample(i));
        histogram_add(&both, sample(i));
    }
    histogram_merge(&one, &two);
    assert_memory_equal(&one, &both, sizeof one);
}

static void clearing_clears_what_was_touched_and_that_is_all(void **state)
{
    (void)state;
    clear_all();
    for (int i = 0; i < 20000; i++) histogram_add(&one, sample(i));
    histogram_clear(&one);
    assert_memory_equal(&one, &two, sizeof one); /* two was never touched */
    histogram_add(&one, 3.5);
    assert_int_equal(__builtin_popcountll(histogram_touched(&one)), 1);
    one.count[0][0] = 99; /* an octave that nobody touched is not looked at: the cost is by what was touched */
    histogram_clear(&one);
    assert_int_equal(one.count[0][0], 99);
}

static struct { double upper[64]; uint64_t up_to[64]; int n; } walked;

static void note(void *context, double upper, uint64_t up_to)
{
    assert_ptr_equal(context, &walked);
    walked.upper[walked.n] = upper;
    walked.up_to[walked.n++] = up_to;
}

static void a_walk_rises_to_the_total(void **state)
{
    (void)state;
    clear_all();
    static const double value[] = {0, 1e-20, 0.5, 0.5, 3, 1e20};
    for (int i = 0; i < 6; i++) histogram_add(&one, value[i]);
    walked.n = 0;
    histogram_walk(&one, note, &walked);
    static const uint64_t up_to[] = {1, 2, 4, 5, 6};
    assert_int_equal(walked.n, 5);
    for (int i = 0; i < 5; i++) assert_int_equal(walked.up_to[i], up_to[i]);
    for (int i = 1; i < 5; i++) assert_true(walked.upper[i] > walked.upper[i - 1]);
    assert_true(walked.upper[2] > 0.5 && walked.upper[2] < 0.51 && walked.upper[4] == INFINITY);
}

/* ---- measure ---- */

static void declared_bounds_are_exact_and_sorted(void **state)
{
    (void)state;
    struct measure m;
    assert_true(measure_init(&m, true));
    static const double bound[] = {24, 1, 48, 24};
    for (int i = 0; i < 4; i++) assert_true(measure_bound(&m, bound[i]));
    assert_int_equal(m.bounds, 3);
    assert_true(m.bound[0] == 1 && m.bound[1] == 24 && m.bound[2] == 48);
    static const double value[] = {1, 23.999999, 24, 24.0000001, 100};
    for (int i = 0; i < 5; i++) measure_add(&m, value[i]);
    assert_true(measure_at_most(&m, 1) == 0.2 && measure_at_most(&m, 24) == 0.6 && measure_at_most(&m, 48) == 0.8);
    assert_true(measure_at_most(&m, 100) == 1 && measure_at_most(&m, 1e9) == 1);
    for (int i = 0; i < 5; i++) assert_true(measure_bound(&m, 100 + i));
    assert_false(measure_bound(&m, 1000)); /* eight, and no more */
    measure_release(&m);
}

static void quantiles_stay_within_what_was_seen(void **state)
{
    (void)state;
    struct measure m;
    assert_true(measure_init(&m, true));
    assert_true(isnan(measure_quantile(&m, 0.5)) && isnan(measure_at_most(&m, 1)));
    for (int i = 0; i < 10; i++) measure_add(&m, 1.001);
    assert_true(measure_quantile(&m, 0) == 1.001 && measure_quantile(&m, 0.5) >= 1.001 - 0.01 && measure_quantile(&m, 1) == 1.001);
    measure_release(&m);
    assert_true(measure_init(&m, false));
    measure_add(&m, 1);
    assert_true(isnan(measure_quantile(&m, 0.5)) && tally_mean(&m.tally) == 1);
    measure_release(&m);
}

static void merged_measures_are_the_measure_of_all(void **state)
{
    (void)state;
    struct measure a, b, whole;
    assert_true(measure_init(&a, true) && measure_init(&b, true) && measure_init(&whole, true));
    measure_bound(&a, 3);
    measure_bound(&b, 3);
    measure_bound(&whole, 3);
    for (int i = 0; i < 1000; i++) {
        double value = (i * 37 % 101) / 8.0; /* sums of eighths have no rounding */
        measure_add(i % 2 ? &a : &b, value);
        measure_add(&whole, value);
    }
    measure_merge(&a, &b);
    struct digest merged, at_once;
    digest_init(&merged);
    digest_init(&at_once);
    measure_digest(&a, &merged);
    measure_digest(&whole, &at_once);
    assert_true(merged.a == at_once.a && merged.b == at_once.b);
    measure_clear(&a);
    measure_merge(&a, &whole); /* into an empty one: a copy */
    assert_true(a.tally.least == whole.tally.least && a.tally.count == 1000 && a.at_most[0] == whole.at_most[0]);
    measure_release(&a);
    measure_release(&b);
    measure_release(&whole);
}

/* ---- digest ---- */

static void a_digest_tells_every_bit_and_every_order_apart(void **state)
{
    (void)state;
    static const char text[] = "the quick brown fox";
    struct digest whole, other;
    digest_init(&whole);
    digest_bytes(&whole, text, sizeof text);
    for (size_t i = 0; i < sizeof text; i++)
        for (int bit = 0; bit < 8; bit++) {
            char changed[sizeof text];
            memcpy(changed, text, sizeof text);
            changed[i] = (char)(changed[i] ^ 1 << bit);
            digest_init(&other);
            digest_bytes(&other, changed, sizeof changed);
            assert_false(other.a == whole.a && other.b == whole.b);
        }
    struct digest forward, backward, split;
    digest_init(&forward);
    digest_init(&backward);
    digest_init(&split);
    digest_word(&forward, 1);
    digest_word(&forward, 2);
    digest_word(&backward, 2);
    digest_word(&backward, 1);
    assert_false(forward.a == backward.a && forward.b == backward.b);
    digest_bytes(&split, text, 4); /* lengths are part of it */
    digest_bytes(&split, text + 4, sizeof text - 4);
    assert_false(split.a == whole.a && split.b == whole.b);
    struct digest zero, negative;
    digest_init(&zero);
    digest_init(&negative);
    digest_double(&zero, 0.0);
    digest_double(&negative, -0.0);
    assert_false(zero.a == negative.a && zero.b == negative.b);
}

/* The value was computed apart, from the definition, in Python. */
static void a_digest_is_the_same_on_every_machine(void **state)
{
    (void)state;
    struct digest digest;
    char words[33];
    digest_init(&digest);
    digest_word(&digest, 42);
    digest_double(&digest, 1.5);
    digest_bytes(&digest, "customs", 7);
    digest_text(&digest, words);
    assert_int_equal(strlen(words), 32);
    assert_string_equal(words, "0bd27253106fe749365d30e87a2a050e");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sum_has_the_same_bits_in_any_order),
        cmocka_unit_test(a_sum_is_exact_to_its_unit),
        cmocka_unit_test(a_tally_knows_its_moments_and_extremes),
        cmocka_unit_test(quantiles_are_within_a_bucket_of_the_exact_ones),
        cmocka_unit_test(zeros_are_counted_exactly),
        cmocka_unit_test(the_very_small_and_the_very_large_are_kept),
        cmocka_unit_test(an_empty_histogram_has_no_quantile),
        cmocka_unit_test(merging_gives_the_whole),
        cmocka_unit_test(clearing_clears_what_was_touched_and_that_is_all),
        cmocka_unit_test(a_walk_rises_to_the_total),
        cmocka_unit_test(declared_bounds_are_exact_and_sorted),
        cmocka_unit_test(quantiles_stay_within_what_was_seen),
        cmocka_unit_test(merged_measures_are_the_measure_of_all),
        cmocka_unit_test(a_digest_tells_every_bit_and_every_order_apart),
        cmocka_unit_test(a_digest_is_the_same_on_every_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
