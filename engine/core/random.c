/* random.c - how keys and places are mixed. Everything else of chance is inline in the header.
 *
 * Both use the finaliser of SplitMix64 (Steele, Lea & Flood 2014, variant 13 of Stafford): a bijection of 64 bits in
 * which every bit of the input changes about half of the output. It also keeps the keys of neighbouring replications
 * from differing by Philox's key increment, which would make their rounds overlap.
 */
#include "engine/core/random.h"
#include <stddef.h>

static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ x >> 27) * 0x94D049BB133111EBULL;
    return x ^ x >> 31;
}

uint64_t random_key(uint64_t seed, uint64_t replication)
{
    uint64_t rotated = seed << 32 | seed >> 32;
    return mix((rotated ^ replication) + 0x9E3779B97F4A7C15ULL);
}

static uint64_t fnv1a(uint64_t hash, const char *text)
{
    for (; *text != '\0'; text++) hash = (hash ^ (unsigned char)*text) * 0x100000001B3ULL;
    return hash;
}

uint64_t random_place(const char *outer, const char *inner)
{
    uint64_t hash = fnv1a(0xCBF29CE484222325ULL, outer);
    hash = fnv1a(hash, "/");
    if (inner != NULL) hash = fnv1a(hash, inner);
    return mix(hash) >> (64 - RANDOM_PLACE_BITS);
}
