/* random.h - chance as a function: a counter goes in, two random words come out (Philox2x64-10).
 *
 * Nothing is a sequence that others could advance. The key is derived from (seed, replication); the counter names the
 * draw: who (the entity's number), where (the hash of the stream's and the step's names), which visit, which block.
 * So the same shipment has the same luck in every variant, on any thread, in any shard, whatever else was drawn.
 *
 * Counter layout: c0 = number (48 bits) << 16 | visit (low 16 bits)
 *                 c1 = place (40 bits) << 24 | visit (high 8 bits) << 16 | block (16 bits)
 * Block 0 serves one visit of a step: word 0 for its time, word 1 for its choice; more words come from blocks 1, 2, ...
 *
 * Source:  Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"; ten rounds (six pass the
 *          published batteries, ten keep a margin; fixed before anything was timed).
 * Threads: plain values; a struct draws belongs to one caller.
 */
#ifndef GREENLANE_ENGINE_CORE_RANDOM_H
#define GREENLANE_ENGINE_CORE_RANDOM_H

#include <stdint.h>

enum { RANDOM_ROUNDS = 10, RANDOM_PLACE_BITS = 40, RANDOM_VISIT_BITS = 24, RANDOM_NUMBER_BITS = 48 };

/* The key of a replication, a bijective mix of (seed rotated by 32 bits) xor replication: different pairs below 2^32
 * give different keys, and so do, for a seed of any size, different replications. */
uint64_t random_key(uint64_t seed, uint64_t replication);

/* The place of a draw: a 40-bit hash (FNV-1a, finalised) of "outer/inner"; inner may be NULL or "". The builder of a
 * network refuses two names of one hash. */
uint64_t random_place(const char *outer, const char *inner);

/* One block. */
static inline void random_block(uint64_t key, uint64_t c0, uint64_t c1, uint64_t word[2])
{
    for (int round = 0; round < RANDOM_ROUNDS; round++) {
        unsigned __int128 product = (unsigned __int128)0xD2B74407B1CE6E93ULL * c0;
        c0 = (uint64_t)(product >> 64) ^ key ^ c1;
        c1 = (uint64_t)product;
        key += 0x9E3779B97F4A7C15ULL;
    }
    word[0] = c0;
    word[1] = c1;
}

/* The same for who makes many blocks of one key: those of its rounds, made once. */
struct random_rounds {
    uint64_t key[RANDOM_ROUNDS];
};

static inline void random_rounds(uint64_t key, struct random_rounds *rounds)
{
    for (int round = 0; round < RANDOM_ROUNDS; round++) rounds->key[round] = key + (uint64_t)round * 0x9E3779B97F4A7C15ULL;
}

static inline void random_block_of(const struct random_rounds *rounds, uint64_t c0, uint64_t c1, uint64_t word[2])
{
    for (int round = 0; round < RANDOM_ROUNDS; round++) {
        unsigned __int128 product = (unsigned __int128)0xD2B74407B1CE6E93ULL * c0;
        c0 = (uint64_t)(product >> 64) ^ rounds->key[round] ^ c1;
        c1 = (uint64_t)product;
    }
    word[0] = c0;
    word[1] = c1;
}

/* The words of one visit of one entity to one place. */
struct draws {
    uint64_t key, c0, c1; /* c1 with block 0 */
    uint64_t word[2];     /* block 0 */
    uint64_t more[2];     /* the current later block */
    unsigned taken;       /* words given by draws_word so far */
};

static inline void draws_begin(struct draws *draws, uint64_t key, uint64_t number, uint64_t place, uint32_t visit)
{
    draws->key = key;
    draws->c0 = number << 16 | (visit & 0xFFFFU);
    draws->c1 = place << 24 | (uint64_t)(visit >> 16 & 0xFFU) << 16;
    draws->taken = 0;
    random_block(key, draws->c0, draws->c1, draws->word);
}

/* The same with the rounds' keys at hand. */
static inline void draws_begin_of(
    struct draws *draws, const struct random_rounds *rounds, uint64_t number, uint64_t place, uint32_t visit)
{
    draws->key = rounds->key[0];
    draws->c0 = number << 16 | (visit & 0xFFFFU);
    draws->c1 = place << 24 | (uint64_t)(visit >> 16 & 0xFFU) << 16;
    draws->taken = 0;
    random_block_of(rounds, draws->c0, draws->c1, draws->word);
}

/* The same for visit 0 when block 0 is known already. */
static inline void draws_given(struct draws *draws, uint64_t key, uint64_t number, uint64_t place, const uint64_t word[2])
{
    draws->key = key;
    draws->c0 = number << 16;
    draws->c1 = place << 24;
    draws->taken = 0;
    draws->word[0] = word[0];
    draws->word[1] = word[1];
}

/* The next word: word 0 of block 0, then both words of blocks 1, 2, ... (after 131,070 words the blocks repeat). */
static inline uint64_t draws_word(struct draws *draws)
{
    unsigned taken = draws->taken++;
    if (taken == 0) return draws->word[0];
    unsigned index = taken - 1;
    if ((index & 1) == 0) random_block(draws->key, draws->c0, draws->c1 | ((index / 2 + 1) & 0xFFFFU), draws->more);
    return draws->more[index & 1];
}

/* Uniform on (0, 1), never 0 or 1: the middle of one of 2^52 equal cells. */
static inline double random_unit(uint64_t word)
{
    union {
        uint64_t bits;
        double value;
    } u = {.bits = 0x3FF0000000000000ULL | word >> 12};
    return u.value - 1.0 + 0x1p-53;
}

static inline double draws_unit(struct draws *draws)
{
    return random_unit(draws_word(draws));
}

/* The choice of this visit, uniform on (0, 1): word 1 of block 0, the same however many words draws_unit has given. */
static inline double draws_choice(const struct draws *draws)
{
    return random_unit(draws->word[1]);
}

#endif
