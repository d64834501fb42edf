/* dictionary.c - open addressing with linear steps, at most half full; FNV-1a of the key with its high bits mixed in.
 */
#include "models/risk/dictionary.h"
#include <stdlib.h>
#include <string.h>

static uint64_t hash_of(const void *key, size_t size)
{
    const unsigned char *byte = key;
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    for (size_t i = 0; i < size; i++) hash = (hash ^ byte[i]) * UINT64_C(0x100000001B3);
    return hash ^ hash >> 32;
}

static size_t key_size(const struct dictionary *d, uint32_t number)
{
    return d->start[number + 1] - d->start[number] - 1;
}

/* The slot that holds the key, or the free one where it belongs. */
static size_t slot_of(const struct dictionary *d, const void *key, size_t size)
{
    size_t at = hash_of(key, size) & (d->slots - 1);
    while (d->slot[at]) {
        uint32_t number = d->slot[at] - 1;
        if (key_size(d, number) == size && memcmp(d->bytes + d->start[number], key, size) == 0) break;
        at = (at + 1) & (d->slots - 1);
    }
    return at;
}

static int grow_slots(struct dictionary *d)
{
    size_t slots = d->slots ? 2 * d->slots : 64;
    uint32_t *old = d->slot, *grown = calloc(slots, sizeof *grown);
    if (!grown) return 0;
    d->slot = grown;
    d->slots = slots;
    for (uint32_t i = 0; i < d->count; i++) d->slot[slot_of(d, d->bytes + d->start[i], key_size(d, i))] = i + 1;
    free(old);
    return 1;
}

static int make_room(struct dictionary *d, size_t size)
{
    if (d->count == DICTIONARY_NONE - 1) return 0;
    if (2 * ((size_t)d->count + 1) > d->slots && !grow_slots(d)) return 0;
    if ((size_t)d->count + 2 > d->rooms) {
        size_t rooms = d->rooms ? 2 * d->rooms : 64;
        size_t *grown = realloc(d->start, rooms * sizeof *grown);
        if (!grown) return 0;
        if (!d->start) grown[0] = 0;
        d->start = grown;
        d->rooms = rooms;
    }
    if (d->used + size + 1 > d->allocated) {
        size_t allocated = 2 * d->allocated + size + 256;
        char *grown = realloc(d->bytes, allocated);
        if (!grown) return 0;
        d->bytes = grown;
        d->allocated = allocated;
    }
    return 1;
}

uint32_t dictionary_find(const struct dictionary *d, const void *key, size_t size)
{
    return d->slots ? d->slot[slot_of(d, key, size)] - 1 : DICTIONARY_NONE; /* 0 - 1 is DICTIONARY_NONE */
}

uint32_t dictionary_add(struct dictionary *d, const void *key, size_t size)
{
    uint32_t known = dictionary_find(d, key, size);
    if (known != DICTIONARY_NONE) return known;
    if (!make_room(d, size)) return DICTIONARY_NONE;
    memcpy(d->bytes + d->used, key, size);
    d->bytes[d->used + size] = 0;
    d->used += size + 1;
    size_t slot = slot_of(d, key, size);
    d->start[d->count + 1] = d->used;
    d->slot[slot] = ++d->count;
    return d->count - 1;
}

const char *dictionary_key(const struct dictionary *d, uint32_t number, size_t *size)
{
    if (size) *size = key_size(d, number);
    return d->bytes + d->start[number];
}

void dictionary_clear(struct dictionary *d)
{
    free(d->slot);
    free(d->start);
    free(d->bytes);
    *d = (struct dictionary){0};
}
