/* shapley.h - what each player of a game is worth: joining first, joining last, and on average over all orders.
 *
 * A game gives a value to every set of players; a set is a bit mask, bit i for player i. The Shapley value of a player
 * is the mean, over all orders in which the players may join, of what the total changes by when that player joins. The
 * values of all players sum to value(all) - value(none).
 *
 * Exactly up to SHAPLEY_EXACT_MOST players; beyond that from a sample of orders, in pairs of opposite orders: each pair
 * is exact wherever no more than two players interact at a time.
 *
 * Errors:  NAN in a value that a player's worth depends on makes that worth NAN. Numbers of players out of range are
 *          asserted.
 * Sources: Shapley 1953; Castro, Gómez, Tejada 2009 (sampled orders).
 */
#ifndef GREENLANE_ENGINE_INFER_SHAPLEY_H
#define GREENLANE_ENGINE_INFER_SHAPLEY_H

#include <stddef.h>
#include <stdint.h>

enum { SHAPLEY_EXACT_MOST = 20, SHAPLEY_PLAYERS_MOST = 63 };

/* value[S] for each of 2^players sets; worth[players] is filled in. */
void shapley_exact(const double *value, size_t players, double *worth);

/* Order `index` of a sample: order[k] is the player who joins as the k-th. An odd one is the reverse of the one before.
 * The same (seed, index, players) gives the same order everywhere. */
void shapley_order(uint64_t seed, size_t index, size_t players, unsigned char *order);

/* The mean over the orders 0 … 2 x pairs - 1, and the standard error of that mean over pairs (NAN for fewer than two). */
struct shapley_game {
    double (*value)(const void *context, uint64_t set);
    const void *context;
    size_t players;
};
void shapley_sampled(
    const struct shapley_game *game, uint64_t seed, size_t pairs, double *worth, double *standard_error);

#endif
