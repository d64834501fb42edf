/* test_shapley.c - games whose Shapley values are known in closed form. */
#include "engine/infer/shapley.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { AIRPORT_PLAYERS = 12, ORDERS_CHECKED = 1000 };

static void near(double found, double wanted)
{
    if (!(fabs(found - wanted) <= 1e-12 * (1 + fabs(wanted)))) fail_msg("found %.17g, wanted %.17g", found, wanted);
}

static void in_an_additive_game_each_player_is_worth_its_own_effect(void **state)
{
    (void)state;
    static const double effect[4] = {-40, -9.5, 3.25, 0};
    double value[16], worth[4];
    for (unsigned set = 0; set < 16; set++) {
        value[set] = 97.4;
        for (unsigned i = 0; i < 4; i++) value[set] += set >> i & 1 ? effect[i] : 0;
    }
    shapley_exact(value, 4, worth);
    for (int i = 0; i < 4; i++) near(worth[i], effect[i]);
}

static void two_players_share_their_interaction_equally(void **state)
{
    (void)state;
    const double value[4] = {100, 100 - 40, 100 - 20, 100 - 45}; /* alone 40 and 20, together 45: 15 are saved twice */
    double worth[2];
    shapley_exact(value, 2, worth);
    near(worth[0], -32.5);
    near(worth[1], -12.5);
}

/* The wrong twin: the mean of first and last is right for two at a time and not for three. */
static void what_only_three_do_together_is_shared_in_thirds_not_in_halves(void **state)
{
    (void)state;
    double value[8] = {0}, worth[3];
    value[7] = 6;
    shapley_exact(value, 3, worth);
    for (int i = 0; i < 3; i++) near(worth[i], 2);
    double halves = 0.5 * (value[1] - value[0]) + 0.5 * (value[7] - value[6]);
    assert_true(fabs(halves - worth[0]) > 0.9);
}

static void in_the_glove_game_the_scarce_glove_is_worth_two_thirds(void **state)
{
    (void)state;
    double value[8], worth[3];
    for (unsigned set = 0; set < 8; set++) value[set] = (set & 4) && (set & 3) ? 1 : 0;
    shapley_exact(value, 3, worth);
    near(worth[0], 1.0 / 6);
    near(worth[1], 1.0 / 6);
    near(worth[2], 2.0 / 3);
}

/* A runway costs what its largest user needs; each stretch is shared by those who need it (Littlechild, Owen 1973). */
static double runway(const void *context, uint64_t set)
{
    (void)context;
    double longest = 0;
    for (int i = 0; i < AIRPORT_PLAYERS; i++)
        if (set >> i & 1) longest = fmax(longest, (i + 1) * (i + 1));
    return longest;
}

static double runway_share(int player)
{
    double share = 0;
    for (int k = 0; k <= player; k++) share += (double)((k + 1) * (k + 1) - k * k) / (AIRPORT_PLAYERS - k);
    return share;
}

static void twelve_users_of_a_runway_pay_as_the_closed_form_says(void **state)
{
    (void)state;
    static double value[1 << AIRPORT_PLAYERS];
    double worth[AIRPORT_PLAYERS];
    for (uint64_t set = 0; set < 1 << AIRPORT_PLAYERS; set++) value[set] = runway(NULL, set);
    shapley_exact(value, AIRPORT_PLAYERS, worth);
    for (int i = 0; i < AIRPORT_PLAYERS; i++) near(worth[i], runway_share(i));
}

static void worths_sum_to_what_all_together_are_worth(void **state)
{
    (void)state;
    double value[1 << 9], worth[9], sum = 0;
    uint64_t word = 7;
    for (int set = 0; set < 1 << 9; set++) {
        word = word * UINT64_C(6364136223846793005) + 1;
        value[set] = (double)(word >> 40);
    }
    shapley_exact(value, 9, worth);
    for (int i = 0; i < 9; i++) sum += worth[i];
    near(sum / 1e7, (value[511] - value[0]) / 1e7);
}

static void one_player_is_worth_the_whole(void **state)
{
    (void)state;
    const double value[2] = {5, 3};
    double worth;
    shapley_exact(value, 1, &worth);
    near(worth, -2);
}

static void a_value_that_is_not_known_leaves_no_worth(void **state)
{
    (void)state;
    const double value[4] = {0, NAN, 1, 2};
    double worth[2];
    shapley_exact(value, 2, worth);
    assert_true(isnan(worth[0]) && isnan(worth[1]));
}

static void sampled_orders_agree_with_the_closed_form_within_four_standard_errors(void **state)
{
    (void)state;
    const struct shapley_game game = {.value = runway, .players = AIRPORT_PLAYERS};
    double worth[AIRPORT_PLAYERS], error[AIRPORT_PLAYERS], sum = 0;
    shapley_sampled(&game, 1, 150000, worth, error);
    for (int i = 0; i < AIRPORT_PLAYERS; i++) {
        assert_true(fabs(worth[i] - runway_share(i)) <= 4 * error[i] + 1e-12);
        assert_true(1.96 * error[i] <= 0.02 * runway_share(i));
        sum += worth[i];
    }
    near(sum, AIRPORT_PLAYERS * AIRPORT_PLAYERS);
}

/* value = sum of own effects + sum over pairs of an interaction */
static double pairwise(const void *context, uint64_t set)
{
    const double *with = context;
    double value = 0;
    for (int i = 0; i < 15; i++)
        for (int k = 0; k <= i; k++)
            if ((set >> i & 1) && (set >> k & 1)) value += with[15 * i + k];
    return value;
}

static void one_pair_of_opposite_orders_is_exact_where_players_interact_two_at_a_time(void **state)
{
    (void)state;
    double with[15 * 15], worth[15], error[15];
    for (int i = 0; i < 15 * 15; i++) with[i] = (i * 37 % 101) - 50;
    const struct shapley_game game = {.value = pairwise, .context = with, .players = 15};
    shapley_sampled(&game, 3, 1, worth, error);
    for (int i = 0; i < 15; i++) {
        double wanted = with[15 * i + i];
        for (int k = 0; k < 15; k++)
            if (k != i) wanted += 0.5 * (k < i ? with[15 * i + k] : with[15 * k + i]);
        near(worth[i], wanted);
        assert_true(isnan(error[i]));
    }
}

static void an_order_holds_every_player_once_and_its_twin_is_the_reverse(void **state)
{
    (void)state;
    unsigned char order[13], twin[13], again[13];
    size_t first[13] = {0};
    for (size_t index = 0; index < 2 * ORDERS_CHECKED; index += 2) {
        unsigned seen = 0;
        shapley_order(9, index, 13, order);
        shapley_order(9, index + 1, 13, twin);
        shapley_order(9, index, 13, again);
        assert_memory_equal(order, again, sizeof order);
        for (int i = 0; i < 13; i++) {
            seen |= 1u << order[i];
            assert_int_equal(order[i], twin[12 - i]);
        }
        assert_int_equal(seen, (1u << 13) - 1);
        first[order[0]]++;
    }
    for (int i = 0; i < 13; i++) { /* 4 standard errors of a binomial share of 1/13 */
        double expected = ORDERS_CHECKED / 13.0;
        assert_true(fabs((double)first[i] - expected) <= 4 * sqrt(expected * 12 / 13));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_an_additive_game_each_player_is_worth_its_own_effect),
        cmocka_unit_test(two_players_share_their_interaction_equally),
        cmocka_unit_test(what_only_three_do_together_is_shared_in_thirds_not_in_halves),
        cmocka_unit_test(in_the_glove_game_the_scarce_glove_is_worth_two_thirds),
        cmocka_unit_test(twelve_users_of_a_runway_pay_as_the_closed_form_says),
        cmocka_unit_test(worths_sum_to_what_all_together_are_worth),
        cmocka_unit_test(one_player_is_worth_the_whole),
        cmocka_unit_test(a_value_that_is_not_known_leaves_no_worth),
        cmocka_unit_test(sampled_orders_agree_with_the_closed_form_within_four_standard_errors),
        cmocka_unit_test(one_pair_of_opposite_orders_is_exact_where_players_interact_two_at_a_time),
        cmocka_unit_test(an_order_holds_every_player_once_and_its_twin_is_the_reverse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
