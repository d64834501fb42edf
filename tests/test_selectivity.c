/* test_selectivity.c - lanes hold the shares that were asked for, and targeting finds what was published. */
#include "models/clearance/selectivity.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { SHIPMENTS = 1000000 };
static const double base_rate = 0.0224;

/* DATE, KDD 2020, table 3: precision and recall in % when the top 1 % and 5 % of shipments are examined. */
static const struct published {
    const char *who;
    double mu, sigma, precision_1, recall_1, precision_5, recall_5;
} published[] = {
    {"importer rule", 0.37, 1.22, 11.4, 5.1, 6.5, 14.4},
    {"boosted trees", 2.70, 1.54, 90.0, 40.2, 32.2, 71.8},
    {"DATE", 2.95, 0.99, 92.7, 41.3, 38.8, 86.5},
};
enum { PUBLISHED = sizeof published / sizeof published[0] };

static struct selectivity_plan binormal(double mu, double sigma)
{
    struct selectivity_plan plan = {.random_lane = LANE_RED};
    assert_int_equal(variate_normal_free(&plan.score_compliant, 0, 1), STATUS_OK);
    assert_int_equal(variate_normal_free(&plan.score_not, mu, sigma), STATUS_OK);
    return plan;
}

/* Two kinds of shipments, who differ in compliance alone. */
static void thresholds(struct selectivity_plan *plan, const double top_up[LANES], double not_compliant)
{
    struct kind_of_shipment kind[2] = {
        {.weight = not_compliant, .compliant = false}, {.weight = 1 - not_compliant, .compliant = true}};
    for (int k = 0; k < 2; k++) {
        double attribute[ATTRIBUTE_BUILTINS] = {[ATTRIBUTE_COMPLIANT] = k};
        selectivity_before_score(plan, attribute, kind[k].in_lane);
    }
    assert_true(selectivity_thresholds(plan, top_up, kind, 2) <= 0);
}

struct sample {
    double lane[LANES], bad, bad_red;
};

static struct sample simulate(const struct selectivity_plan *plan, double not_compliant)
{
    struct sample sample = {{0}, 0, 0};
    uint64_t key = random_key(1, 0), who = random_place("test", "compliant"),
             where = random_place("test", "selectivity");
    for (uint64_t number = 0; number < SHIPMENTS; number++) {
        struct draws draws;
        draws_begin(&draws, key, number, who, 0);
        double attribute[ATTRIBUTE_BUILTINS] = {[ATTRIBUTE_COMPLIANT] = draws_unit(&draws) >= not_compliant};
        struct hook_entity entity = {0, 0, number, attribute};
        draws_begin(&draws, key, number, where, 0);
        assert_int_equal(selectivity_hook(plan, NULL, &entity, &draws), 0);
        int lane = (int)attribute[ATTRIBUTE_LANE];
        sample.lane[lane]++;
        if (attribute[ATTRIBUTE_COMPLIANT] != 0) continue;
        sample.bad++;
        sample.bad_red += lane == LANE_RED;
    }
    for (int lane = 0; lane < LANES; lane++) sample.lane[lane] /= SHIPMENTS;
    return sample;
}

static bool within_4_errors(double share, double exact)
{
    return fabs(share - exact) <= 4 * sqrt(exact * (1 - exact) / SHIPMENTS) + 1e-12;
}

/* ---- targeting ---- */

static void targeting_agrees_with_what_was_published(void **state)
{
    (void)state;
    for (size_t i = 0; i < PUBLISHED; i++)
        for (int five = 0; five < 2; five++) {
            double examined = five ? 0.05 : 0.01, top_up[LANES] = {[LANE_RED] = examined};
            struct selectivity_plan plan = binormal(published[i].mu, published[i].sigma);
            thresholds(&plan, top_up, base_rate);
            double recall = 1 - variate_cdf(&plan.score_not, plan.threshold[LANE_RED]);
            double precision = base_rate * recall / examined;
            assert_true(fabs(100 * recall - (five ? published[i].recall_5 : published[i].recall_1)) <= 2);
            assert_true(fabs(100 * precision - (five ? published[i].precision_5 : published[i].precision_1)) <= 2);
        }
}

static void the_hook_finds_as_the_formula_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < PUBLISHED; i++) {
        double top_up[LANES] = {[LANE_RED] = 0.05};
        struct selectivity_plan plan = binormal(published[i].mu, published[i].sigma);
        thresholds(&plan, top_up, base_rate);
        struct sample sample = simulate(&plan, base_rate);
        double recall = sample.bad_red / sample.bad, exact = 1 - variate_cdf(&plan.score_not, plan.threshold[LANE_RED]);
        assert_true(within_4_errors(sample.lane[LANE_RED], 0.05));
        assert_true(fabs(recall - exact) <= 4 * sqrt(exact * (1 - exact) / sample.bad));
        assert_true(fabs(100 * recall - published[i].recall_5) <= 2);
        assert_true(fabs(100 * sample.bad_red / (0.05 * SHIPMENTS) - published[i].precision_5) <= 2);
    }
}

static void a_score_that_tells_nothing_finds_no_more_than_its_share(void **state)
{
    (void)state;
    double top_up[LANES] = {[LANE_RED] = 0.05};
    struct selectivity_plan plan = binormal(0, 1);
    thresholds(&plan, top_up, base_rate);
    assert_true(fabs(1 - variate_cdf(&plan.score_not, plan.threshold[LANE_RED]) - 0.05) < 1e-12);
}

/* ---- shares ---- */

static void lanes_hold_what_was_asked_criteria_and_random_ones_included(void **state)
{
    (void)state;
    struct condition bad = {0};
    assert_int_equal(condition_add(&bad, CONDITION_PUSH_ATTRIBUTE, ATTRIBUTE_COMPLIANT, 0), STATUS_OK);
    assert_int_equal(condition_add(&bad, CONDITION_NOT, 0, 0), STATUS_OK);
    struct selectivity_rule rule[2] = {{bad, LANE_RED, 0.3}, {bad, LANE_BLUE, 0.5}};
    struct selectivity_plan plan = binormal(1, 1.2);
    plan.rule = rule;
    plan.rules = 2;
    plan.at_least_random = 0.01;
    double top_up[LANES] = {[LANE_RED] = 0.06, [LANE_YELLOW] = 0.2, [LANE_BLUE] = 0.3};
    thresholds(&plan, top_up, 0.1);
    struct sample sample = simulate(&plan, 0.1);
    for (int lane = LANE_BLUE; lane < LANES; lane++) assert_true(within_4_errors(sample.lane[lane], top_up[lane]));
    assert_true(within_4_errors(sample.lane[LANE_GREEN], 0.44));
    condition_clear(&bad);
}

static void a_lane_that_criteria_overfill_takes_nobody_by_score(void **state)
{
    (void)state;
    struct condition bad = {0};
    assert_int_equal(condition_add(&bad, CONDITION_PUSH_ATTRIBUTE, ATTRIBUTE_COMPLIANT, 0), STATUS_OK);
    assert_int_equal(condition_add(&bad, CONDITION_NOT, 0, 0), STATUS_OK);
    struct selectivity_rule rule = {bad, LANE_RED, 1};
    struct selectivity_plan plan = binormal(1, 1);
    plan.rule = &rule;
    plan.rules = 1;
    struct kind_of_shipment kind[2] = {
        {.weight = 0.1, .in_lane = {[LANE_RED] = 1}}, {.weight = 0.9, .compliant = true, .in_lane = {1}}};
    double top_up[LANES] = {[LANE_RED] = 0.06};
    assert_true(fabs(selectivity_thresholds(&plan, top_up, kind, 2) - 0.04) < 1e-12);
    struct sample sample = simulate(&plan, 0.1);
    assert_true(within_4_errors(sample.lane[LANE_RED], 0.1));
    condition_clear(&bad);
}

static void all_that_is_left_may_be_asked_for(void **state)
{
    (void)state;
    double top_up[LANES] = {[LANE_RED] = 0.25, [LANE_YELLOW] = 0.75};
    struct selectivity_plan plan = binormal(1, 1);
    thresholds(&plan, top_up, 0.1);
    struct sample sample = simulate(&plan, 0.1);
    assert_true(sample.lane[LANE_GREEN] == 0 && sample.lane[LANE_BLUE] == 0);
    assert_true(within_4_errors(sample.lane[LANE_RED], 0.25));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(targeting_agrees_with_what_was_published),
        cmocka_unit_test(the_hook_finds_as_the_formula_says),
        cmocka_unit_test(a_score_that_tells_nothing_finds_no_more_than_its_share),
        cmocka_unit_test(lanes_hold_what_was_asked_criteria_and_random_ones_included),
        cmocka_unit_test(a_lane_that_criteria_overfill_takes_nobody_by_score),
        cmocka_unit_test(all_that_is_left_may_be_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
