/* test_condition.c - what a condition promises. */
#include "engine/core/condition.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static struct condition program(const struct condition_term *term, size_t n)
{
    struct condition condition = {0};
    for (size_t i = 0; i < n; i++)
        assert_int_equal(
            condition_add(&condition, (enum condition_op)term[i].op, term[i].index, term[i].value), STATUS_OK);
    return condition;
}

static void an_empty_condition_is_true(void **state)
{
    (void)state;
    struct condition condition = {0};
    assert_true(condition_holds(&condition, NULL, 0));
    assert_false(condition_is_whole(&condition));
}

static void comparisons_order_an_attribute_and_a_number(void **state)
{
    (void)state;
    static const struct {
        enum condition_op op;
        bool below, at, above;
    } row[] = {
        {CONDITION_EQUAL, false, true, false},
        {CONDITION_NOT_EQUAL, true, false, true},
        {CONDITION_LESS, true, false, false},
        {CONDITION_LESS_EQUAL, true, true, false},
        {CONDITION_GREATER, false, false, true},
        {CONDITION_GREATER_EQUAL, false, true, true},
    };
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct condition_term terms[] = {
            {CONDITION_PUSH_ATTRIBUTE, 1, 0}, {CONDITION_PUSH_NUMBER, 0, 2}, {(uint8_t)row[i].op, 0, 0}};
        struct condition condition = program(terms, 3);
        assert_int_equal(condition_holds(&condition, (double[]){9, 1}, 0), row[i].below);
        assert_int_equal(condition_holds(&condition, (double[]){9, 2}, 0), row[i].at);
        assert_int_equal(condition_holds(&condition, (double[]){9, 3}, 0), row[i].above);
        condition_clear(&condition);
    }
}

static void and_or_not_follow_their_truth_tables(void **state)
{
    (void)state;
    struct condition_term terms[] = {{CONDITION_PUSH_ATTRIBUTE, 0, 0}, {CONDITION_PUSH_ATTRIBUTE, 1, 0},
        {CONDITION_NOT, 0, 0}, {CONDITION_AND, 0, 0}, {CONDITION_PUSH_ATTRIBUTE, 2, 0}, {CONDITION_OR, 0, 0}};
    struct condition condition = program(terms, 6); /* (a and not b) or c */
    for (int bits = 0; bits < 8; bits++) {
        bool a = bits & 1, b = bits & 2, c = bits & 4;
        assert_int_equal(condition_holds(&condition, (double[]){a, b, c}, 0), (a && !b) || c);
    }
    condition_clear(&condition);
}

static void met_reads_the_bit_of_its_stage(void **state)
{
    (void)state;
    struct condition_term term = {CONDITION_PUSH_MET, 63, 0};
    struct condition condition = program(&term, 1);
    assert_true(condition_holds(&condition, NULL, UINT64_C(1) << 63));
    assert_false(condition_holds(&condition, NULL, ~(UINT64_C(1) << 63)));
    condition_clear(&condition);
}

/* A random program that leaves one value, of comparisons, attributes, stages and, rarely, bare numbers. */
static void grow_at_random(struct condition *condition, uint64_t *state, int depth)
{
    uint64_t word = *state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
    unsigned pick = (unsigned)(word >> 60), index = (unsigned)(word >> 56) & 3;
    if (depth > 0 && pick < 9) {
        grow_at_random(condition, state, depth - 1);
        if (pick == 0) {
            condition_add(condition, CONDITION_NOT, 0, 0);
            return;
        }
        grow_at_random(condition, state, depth - 1);
        condition_add(condition, pick < 5 ? CONDITION_AND : CONDITION_OR, 0, 0);
    } else if (pick == 15) {
        condition_add(condition, CONDITION_PUSH_MET, index, 0);
    } else if (pick == 14 && index == 0) {
        condition_add(condition, CONDITION_PUSH_NUMBER, 0, 1);
    } else {
        condition_add(condition, CONDITION_PUSH_ATTRIBUTE, index, 0);
        if (pick > 12) return;
        condition_add(condition, CONDITION_PUSH_NUMBER, 0, (double)(word >> 50 & 3) - 1);
        condition_add(condition, CONDITION_EQUAL + (unsigned)(word >> 40) % 6, 0, 0);
    }
}

static void a_prepared_condition_says_what_its_program_says(void **state)
{
    (void)state;
    static const double value[] = {-1, 0, 1, 2, 0.5, NAN};
    uint64_t word = 1;
    int prepared = 0;
    for (int i = 0; i < 2000; i++) {
        struct condition condition = {0};
        grow_at_random(&condition, &word, 4);
        assert_int_equal(condition_prepare(&condition), STATUS_OK);
        prepared += condition.tests > 0;
        for (int k = 0; k < 50; k++) {
            double attribute[4];
            for (int a = 0; a < 4; a++) {
                word = word * 6364136223846793005ULL + 1442695040888963407ULL;
                attribute[a] = value[(word >> 40) % 6];
            }
            assert_int_equal(condition_check(&condition, attribute, word >> 60), condition_holds(&condition, attribute, word >> 60));
        }
        condition_clear(&condition);
    }
    assert_true(prepared > 1500);
}

static void an_operation_without_operands_is_refused_and_changes_nothing(void **state)
{
    (void)state;
    struct condition condition = {0};
    assert_int_equal(condition_add(&condition, CONDITION_NOT, 0, 0), STATUS_BAD_VALUE);
    assert_int_equal(condition_add(&condition, CONDITION_PUSH_NUMBER, 0, 1), STATUS_OK);
    assert_int_equal(condition_add(&condition, CONDITION_AND, 0, 0), STATUS_BAD_VALUE);
    assert_int_equal(condition.count, 1);
    assert_true(condition_is_whole(&condition));
    condition_clear(&condition);
}

static void a_program_that_leaves_two_values_is_not_whole(void **state)
{
    (void)state;
    struct condition_term terms[] = {{CONDITION_PUSH_NUMBER, 0, 1}, {CONDITION_PUSH_NUMBER, 0, 1}};
    struct condition condition = program(terms, 2);
    assert_false(condition_is_whole(&condition));
    condition_clear(&condition);
}

static void a_stack_deeper_than_sixteen_is_refused(void **state)
{
    (void)state;
    struct condition condition = {0};
    for (int i = 0; i < 16; i++) assert_int_equal(condition_add(&condition, CONDITION_PUSH_NUMBER, 0, 1), STATUS_OK);
    assert_int_equal(condition_add(&condition, CONDITION_PUSH_NUMBER, 0, 1), STATUS_LIMIT);
    assert_int_equal(condition.depth, 16);
    for (int i = 0; i < 15; i++) assert_int_equal(condition_add(&condition, CONDITION_AND, 0, 0), STATUS_OK);
    assert_true(condition_holds(&condition, NULL, 0));
    condition_clear(&condition);
}

static void a_program_longer_than_255_terms_is_refused(void **state)
{
    (void)state;
    struct condition condition = {0};
    assert_int_equal(condition_add(&condition, CONDITION_PUSH_NUMBER, 0, 1), STATUS_OK);
    for (int i = 1; i < 255; i++) assert_int_equal(condition_add(&condition, CONDITION_NOT, 0, 0), STATUS_OK);
    assert_int_equal(condition_add(&condition, CONDITION_NOT, 0, 0), STATUS_LIMIT);
    assert_true(condition_holds(&condition, NULL, 0)); /* 254 negations */
    condition_clear(&condition);
}

static void a_copy_outlives_its_original(void **state)
{
    (void)state;
    struct condition_term term = {CONDITION_PUSH_ATTRIBUTE, 0, 0};
    struct condition condition = program(&term, 1), copy, empty = {0}, of_empty;
    assert_int_equal(condition_copy(&copy, &condition), STATUS_OK);
    assert_int_equal(condition_copy(&of_empty, &empty), STATUS_OK);
    condition_clear(&condition);
    assert_true(condition_holds(&copy, (double[]){1}, 0));
    assert_false(condition_holds(&copy, (double[]){0}, 0));
    assert_true(condition_holds(&of_empty, NULL, 0));
    condition_clear(&copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_condition_is_true),
        cmocka_unit_test(comparisons_order_an_attribute_and_a_number),
        cmocka_unit_test(and_or_not_follow_their_truth_tables),
        cmocka_unit_test(met_reads_the_bit_of_its_stage),
        cmocka_unit_test(a_prepared_condition_says_what_its_program_says),
        cmocka_unit_test(an_operation_without_operands_is_refused_and_changes_nothing),
        cmocka_unit_test(a_program_that_leaves_two_values_is_not_whole),
        cmocka_unit_test(a_stack_deeper_than_sixteen_is_refused),
        cmocka_unit_test(a_program_longer_than_255_terms_is_refused),
        cmocka_unit_test(a_copy_outlives_its_original),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
