/* test_random.c - chance as a function of its counter: the published generator, uniform, and without memory. */
#include "engine/core/random.h"
#include "tests/chance_checks.h"
#include <Random123/philox.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

enum { DRAWS = 400000 };

static void the_block_gives_the_published_known_answers(void **state)
{
    /* philox2x64 10 of Random123's kat_vectors: counter, key, expected. */
    static const uint64_t vector[3][5] = {{0, 0, 0, 0xca00a0459843d731, 0x66c24222c9a845b5},
        {UINT64_MAX, UINT64_MAX, UINT64_MAX, 0x65b021d60cd8310f, 0x4d02f3222f86df20},
        {0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0, 0x0a5e742c2997341c, 0xb0f883d38000de5d}};
    (void)state;
    for (int i = 0; i < 3; i++) {
        uint64_t word[2];
        random_block(vector[i][2], vector[i][0], vector[i][1], word);
        assert_int_equal(word[0], vector[i][3]);
        assert_int_equal(word[1], vector[i][4]);
    }
}

static void the_block_is_that_of_librandom123_at_many_counters(void **state)
{
    (void)state;
    uint64_t x = 1;
    for (int i = 0; i < 200000; i++) {
        x = x * 6364136223846793005ULL + 1442695040888963407ULL;
        philox2x64_ctr_t counter = {{i % 2 ? x : (uint64_t)i, i % 3 ? x >> 7 : (uint64_t)i << 40}};
        philox2x64_key_t key = {{x ^ (uint64_t)i << 21}};
        philox2x64_ctr_t expected = philox2x64_R(RANDOM_ROUNDS, counter, key);
        uint64_t word[2];
        random_block(key.v[0], counter.v[0], counter.v[1], word);
        if (word[0] != expected.v[0] || word[1] != expected.v[1]) fail_msg("differs at %d", i);
        struct random_rounds rounds;
        random_rounds(key.v[0], &rounds);
        random_block_of(&rounds, counter.v[0], counter.v[1], word);
        if (word[0] != expected.v[0] || word[1] != expected.v[1])
            fail_msg("with the rounds' keys at hand: differs at %d", i);
    }
}

static int compare_words(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

static bool are_distinct(uint64_t *word, size_t n)
{
    qsort(word, n, sizeof *word, compare_words);
    for (size_t i = 1; i < n; i++)
        if (word[i] == word[i - 1]) return false;
    return true;
}

static void different_seeds_and_replications_have_different_keys(void **state)
{
    enum { SIDE = 300 };
    (void)state;
    uint64_t *key = malloc(SIDE * SIDE * sizeof *key);
    assert_non_null(key);
    for (uint64_t seed = 0; seed < SIDE; seed++)
        for (uint64_t replication = 0; replication < SIDE; replication++)
            key[seed * SIDE + replication] = random_key(seed, replication);
    assert_true(are_distinct(key, SIDE * SIDE));
    for (uint64_t i = 0; i < SIDE * SIDE; i++) key[i] = random_key(0xDEADBEEF12345678, i);
    assert_true(are_distinct(key, SIDE * SIDE));
    key[1] = key[0]; /* the wrong twin */
    assert_false(are_distinct(key, SIDE * SIDE));
    free(key);
}

static void a_hundred_thousand_names_have_places_of_their_own(void **state)
{
    enum { OUTER = 400, INNER = 250 };
    (void)state;
    uint64_t *place = malloc(OUTER * INNER * sizeof *place);
    assert_non_null(place);
    for (int i = 0; i < OUTER; i++) {
        for (int j = 0; j < INNER; j++) {
            char outer[32], inner[32];
            snprintf(outer, sizeof outer, "stream%d", i);
            snprintf(inner, sizeof inner, "step%d", j);
            place[i * INNER + j] = random_place(outer, inner);
            assert_true(place[i * INNER + j] >> RANDOM_PLACE_BITS == 0);
        }
    }
    assert_true(are_distinct(place, OUTER * INNER));
    free(place);
}

static void a_place_depends_on_both_names_and_on_their_order(void **state)
{
    (void)state;
    assert_true(random_place("import", NULL) == random_place("import", ""));
    assert_true(random_place("import", "exam") != random_place("exam", "import"));
    assert_true(random_place("import", "exam") != random_place("import", NULL));
    assert_true(random_place("ab", "c") != random_place("a", "bc"));
    assert_true(random_place("import", "exam") == 0xf0bc65822aULL); /* results hang on it: never to change */
    assert_true(random_key(1, 0) == 0xc42c5a1aa3820138ULL);
}

static void a_uniform_is_never_0_or_1(void **state)
{
    (void)state;
    assert_true(random_unit(0) == 0x1p-53);
    assert_true(random_unit(UINT64_MAX) == 1 - 0x1p-53);
    assert_true(random_unit(0x8000000000000000) == 0.5 + 0x1p-53);
}

static void the_words_of_a_visit_come_from_its_blocks_in_order(void **state)
{
    (void)state;
    uint64_t key = random_key(7, 3), number = 0xFFFFFFFFFFFE, place = 0xABCDEF0123;
    uint32_t visit = 0x123456;
    struct draws draws;
    draws_begin(&draws, key, number, place, visit);
    double choice = draws_choice(&draws);
    uint64_t c0 = number << 16 | 0x3456, c1 = place << 24 | 0x12ULL << 16, word[2];
    random_block(key, c0, c1, word);
    assert_true(draws_word(&draws) == word[0]);
    assert_true(choice == random_unit(word[1]));
    for (uint64_t block = 1; block < 500; block++) {
        random_block(key, c0, c1 | block, word);
        assert_true(draws_word(&draws) == word[0]);
        assert_true(draws_word(&draws) == word[1]);
    }
    assert_true(draws_choice(&draws) == choice);
}

static const uint64_t PLACE = 0x5EED00CAFE;

/* Word 0 of the i-th draw along one axis of the counter or the key. */
enum axis { NUMBER, VISIT, PLACES, REPLICATION, SEED, LATER_WORDS, AXES };

static double unit_along(enum axis axis, uint32_t i)
{
    static struct draws stream; /* for the later words of one visit */
    struct draws draws;
    switch (axis) {
    case NUMBER: draws_begin(&draws, random_key(11, 0), i, PLACE, 0); break;
    case VISIT: draws_begin(&draws, random_key(11, 0), 5, PLACE, i); break;
    case PLACES: draws_begin(&draws, random_key(11, 0), 5, i, 0); break;
    case REPLICATION: draws_begin(&draws, random_key(11, i), 5, PLACE, 0); break;
    case SEED: draws_begin(&draws, random_key(i, 0), 5, PLACE, 0); break;
    default:
        if (i % 1024 == 0) draws_begin(&stream, random_key(11, 0), i, PLACE, 0);
        return draws_unit(&stream);
    }
    return draws_unit(&draws);
}

static void the_uniforms_are_uniform_along_every_axis_of_the_counter(void **state)
{
    (void)state;
    for (int axis = 0; axis < AXES; axis++) {
        struct uniformity seen = {0}, twin = {0};
        size_t count[1024] = {0};
        double probability[1024];
        for (uint32_t i = 0; i < DRAWS; i++) {
            double u = unit_along((enum axis)axis, i);
            uniformity_add(&seen, u);
            uniformity_add(&twin, pow(u, 1.02));
            count[(int)(u * 1024)]++;
        }
        for (int i = 0; i < 1024; i++) probability[i] = 1.0 / 1024;
        if (!is_uniform(&seen)) fail_msg("Kolmogorov-Smirnov on axis %d", axis);
        if (!is_fit(count, probability, 1024, DRAWS)) fail_msg("chi-square on axis %d", axis);
        if (is_uniform(&twin)) fail_msg("the wrong twin passes on axis %d", axis);
    }
}

/* Whether the correlation of n pairs of uniforms lies within 4 standard errors of 0. */
static bool are_uncorrelated(double sum_of_products, size_t n)
{
    return fabs(sum_of_products) * 12 / sqrt((double)n) < 4;
}

static void neighbours_are_uncorrelated_along_every_axis_of_the_counter(void **state)
{
    static const uint32_t lags[] = {1, 2, 16, 256};
    (void)state;
    double *u = malloc(DRAWS * sizeof *u);
    assert_non_null(u);
    for (int axis = 0; axis < AXES; axis++) {
        for (uint32_t i = 0; i < DRAWS; i++) u[i] = unit_along((enum axis)axis, i) - 0.5;
        for (int l = 0; l < 4; l++) {
            double sum = 0, twin = 0;
            for (uint32_t i = 0; i + lags[l] < DRAWS; i++) {
                sum += u[i] * u[i + lags[l]];
                twin += u[i] * (0.98 * u[i + lags[l]] + 0.02 * u[i]);
            }
            if (!are_uncorrelated(sum, DRAWS)) fail_msg("lag %u on axis %d", lags[l], axis);
            if (are_uncorrelated(twin, DRAWS)) fail_msg("the wrong twin passes at lag %u on axis %d", lags[l], axis);
        }
    }
    free(u);
}

static void the_time_and_the_choice_of_a_visit_are_independent(void **state)
{
    enum { SIDE = 32 };
    (void)state;
    size_t count[SIDE * SIDE] = {0};
    double probability[SIDE * SIDE], sum = 0;
    for (uint64_t i = 0; i < DRAWS; i++) {
        struct draws draws;
        draws_begin(&draws, random_key(4, 2), i, PLACE, 0);
        double choice = draws_choice(&draws), time = draws_unit(&draws);
        count[(int)(time * SIDE) * SIDE + (int)(choice * SIDE)]++;
        sum += (time - 0.5) * (choice - 0.5);
    }
    for (int i = 0; i < SIDE * SIDE; i++) probability[i] = 1.0 / (SIDE * SIDE);
    assert_true(is_fit(count, probability, SIDE * SIDE, DRAWS));
    assert_true(are_uncorrelated(sum, DRAWS));
    count[0] += 500; /* the wrong twin */
    assert_false(is_fit(count, probability, SIDE * SIDE, DRAWS + 500));
}

static void every_bit_of_a_word_is_set_half_of_the_time(void **state)
{
    (void)state;
    int ones[128] = {0};
    for (uint64_t i = 0; i < 100000; i++) {
        uint64_t word[2];
        random_block(random_key(1, 1), i << 16, PLACE << 24, word);
        for (int bit = 0; bit < 128; bit++) ones[bit] += (int)(word[bit / 64] >> bit % 64 & 1);
    }
    for (int bit = 0; bit < 128; bit++) assert_true(abs(ones[bit] - 50000) < 4.5 * sqrt(25000)); /* 128 tests at once */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_block_gives_the_published_known_answers),
        cmocka_unit_test(the_block_is_that_of_librandom123_at_many_counters),
        cmocka_unit_test(different_seeds_and_replications_have_different_keys),
        cmocka_unit_test(a_hundred_thousand_names_have_places_of_their_own),
        cmocka_unit_test(a_place_depends_on_both_names_and_on_their_order),
        cmocka_unit_test(a_uniform_is_never_0_or_1),
        cmocka_unit_test(the_words_of_a_visit_come_from_its_blocks_in_order),
        cmocka_unit_test(the_uniforms_are_uniform_along_every_axis_of_the_counter),
        cmocka_unit_test(neighbours_are_uncorrelated_along_every_axis_of_the_counter),
        cmocka_unit_test(the_time_and_the_choice_of_a_visit_are_independent),
        cmocka_unit_test(every_bit_of_a_word_is_set_half_of_the_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
