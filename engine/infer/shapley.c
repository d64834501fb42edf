/* shapley.c - see shapley.h. Exact: a set of s others of n players comes before a player in s! (n - 1 - s)! of n! orders,
 * so each player's worth is one weighted sum over the sets without that player.
 */
#include "engine/infer/shapley.h"

#include <assert.h>
#include <math.h>

static unsigned size_of(uint64_t set)
{
    unsigned n = 0;
    for (; set; set &= set - 1) n++;
    return n;
}

/* weight[s] = s! (n - 1 - s)! / n! = 1 / (n x binomial(n - 1, s)) */
static void fill_weights(size_t players, double *weight)
{
    double ways = 1;
    for (size_t s = 0; s < players; s++) {
        weight[s] = 1 / ((double)players * ways);
        ways = ways * (double)(players - 1 - s) / (double)(s + 1);
    }
}

void shapley_exact(const double *value, size_t players, double *worth)
{
    assert(players >= 1 && players <= SHAPLEY_EXACT_MOST);
    double weight[SHAPLEY_EXACT_MOST];
    fill_weights(players, weight);
    for (size_t i = 0; i < players; i++) worth[i] = 0;
    const uint64_t sets = UINT64_C(1) << players;
    for (uint64_t set = 0; set < sets; set++) {
        const double w = weight[size_of(set) < players ? size_of(set) : 0];
        for (size_t i = 0; i < players; i++) {
            const uint64_t bit = UINT64_C(1) << i;
            if (!(set & bit)) worth[i] += w * (value[set | bit] - value[set]);
        }
    }
}

/* ---- sampled orders ---- */

/* SplitMix64 (Steele, Lea, Flood 2014): no draw of a simulation, so it needs no stream of its own. */
static uint64_t next_word(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* Uniform on 0 … n - 1; the bias for n below 64 is under 2^-58. */
static size_t below(uint64_t *state, size_t n)
{
    return (size_t)(next_word(state) % n);
}

void shapley_order(uint64_t seed, size_t index, size_t players, unsigned char *order)
{
    assert(players >= 1 && players <= SHAPLEY_PLAYERS_MOST);
    uint64_t state = seed;
    state = next_word(&state) ^ (uint64_t)(index / 2);
    for (size_t i = 0; i < players; i++) order[i] = (unsigned char)i;
    for (size_t i = players - 1; i > 0; i--) {
        const size_t k = below(&state, i + 1);
        const unsigned char kept = order[i];
        order[i] = order[k];
        order[k] = kept;
    }
    if (index % 2 == 0) return;
    for (size_t i = 0, k = players - 1; i < k; i++, k--) {
        const unsigned char kept = order[i];
        order[i] = order[k];
        order[k] = kept;
    }
}

/* Adds half of what each player brings in one order. */
static void add_order(const struct shapley_game *game, uint64_t seed, size_t index, double *brings)
{
    unsigned char order[SHAPLEY_PLAYERS_MOST];
    shapley_order(seed, index, game->players, order);
    uint64_t set = 0;
    double before = game->value(game->context, set);
    for (size_t i = 0; i < game->players; i++) {
        set |= UINT64_C(1) << order[i];
        const double after = game->value(game->context, set);
        brings[order[i]] += 0.5 * (after - before);
        before = after;
    }
}

void shapley_sampled(const struct shapley_game *game, uint64_t seed, size_t pairs, double *worth, double *standard_error)
{
    assert(pairs >= 1 && game->players >= 1 && game->players <= SHAPLEY_PLAYERS_MOST);
    double squares[SHAPLEY_PLAYERS_MOST] = {0};
    for (size_t i = 0; i < game->players; i++) worth[i] = 0;
    for (size_t pair = 0; pair < pairs; pair++) {
        double brings[SHAPLEY_PLAYERS_MOST] = {0};
        add_order(game, seed, 2 * pair, brings);
        add_order(game, seed, 2 * pair + 1, brings);
        for (size_t i = 0; i < game->players; i++) { /* Welford */
            const double change = brings[i] - worth[i];
            worth[i] += change / (double)(pair + 1);
            squares[i] += change * (brings[i] - worth[i]);
        }
    }
    for (size_t i = 0; i < game->players; i++)
        standard_error[i] = pairs > 1 ? sqrt(squares[i] / (double)(pairs - 1) / (double)pairs) : NAN;
}
