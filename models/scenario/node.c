/* node.c - see the header.
 *
 * The arrays of a map or list have room for the next power of two at or above `count`; so an array is full, and grows,
 * just when `count` is zero or a power of two. Taking entries out keeps that true.
 */
#include "models/scenario/node.h"
#include <assert.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_BYTES = 64 << 10, SMALL_MAP = 16 };

struct arena_chunk {
    struct arena_chunk *next;
    size_t used, size;
    alignas(max_align_t) unsigned char bytes[];
};

struct tree_arena *arena_create(void)
{
    return calloc(1, sizeof(struct tree_arena));
}

void arena_destroy(struct tree_arena *arena)
{
    if (arena == NULL) return;
    for (struct arena_chunk *chunk = arena->chunk, *next; chunk != NULL; chunk = next) {
        next = chunk->next;
        free(chunk);
    }
    free(arena);
}

static struct arena_chunk *add_chunk(struct tree_arena *arena, size_t bytes)
{
    const size_t size = bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES;
    struct arena_chunk *chunk = size > SIZE_MAX - sizeof *chunk ? NULL : calloc(1, sizeof *chunk + size);
    if (chunk == NULL) {
        arena->no_memory = true;
        return NULL;
    }
    chunk->size = size;
    chunk->next = arena->chunk;
    arena->chunk = chunk;
    return chunk;
}

void *arena_take(struct tree_arena *arena, size_t n, size_t size)
{
    const size_t unit = alignof(max_align_t);
    if (size != 0 && n > (SIZE_MAX - unit) / size) {
        arena->no_memory = true;
        return NULL;
    }
    const size_t bytes = (n * size + unit - 1) / unit * unit;
    struct arena_chunk *chunk = arena->chunk;
    if (chunk == NULL || chunk->size - chunk->used < bytes) chunk = add_chunk(arena, bytes);
    if (chunk == NULL) return NULL;
    void *taken = chunk->bytes + chunk->used;
    chunk->used += bytes;
    return taken;
}

char *arena_text(struct tree_arena *arena, const char *text, size_t length)
{
    char *copy = length == SIZE_MAX ? NULL : arena_take(arena, length + 1, 1);
    if (copy != NULL && length > 0) memcpy(copy, text, length);
    return copy;
}

bool arena_report(struct tree_arena *arena, struct place place, struct diagnostics *errors)
{
    if (!arena->no_memory && !arena->too_many) return false;
    if (arena->reported) return true;
    arena->reported = true;
    if (arena->no_memory) {
        diagnostics_add(errors, DIAGNOSTIC_ERROR, place, "there is not enough memory for this scenario");
    } else {
        diagnostics_add(errors, DIAGNOSTIC_ERROR, place,
            "the scenario has more than %d keys and values, aliases written out; keep long tables in data files",
            TREE_NODES_MOST);
    }
    return true;
}

struct node *node_create(struct tree_arena *arena, enum node_kind kind, struct place place)
{
    if (arena->nodes >= TREE_NODES_MOST) {
        arena->too_many = true;
        return NULL;
    }
    struct node *node = arena_take(arena, 1, sizeof *node);
    if (node == NULL) return NULL;
    arena->nodes++;
    node->kind = kind;
    node->place = place;
    return node;
}

struct node *node_scalar(struct tree_arena *arena, const char *text, struct place place)
{
    struct node *node = node_create(arena, NODE_SCALAR, place);
    if (node != NULL) node->text = arena_text(arena, text, strlen(text));
    return node == NULL || node->text == NULL ? NULL : node;
}

static bool grow(struct tree_arena *arena, struct node *node)
{
    const size_t count = node->count;
    if ((count & (count - 1)) != 0) return true;
    const size_t room = count == 0 ? 1 : 2 * count;
    struct node **value = arena_take(arena, room, sizeof(struct node *));
    struct node **key = node->kind == NODE_MAP ? arena_take(arena, room, sizeof(struct node *)) : NULL;
    if (value == NULL || (key == NULL && node->kind == NODE_MAP)) return false;
    for (size_t i = 0; i < count; i++) {
        value[i] = node->value[i];
        if (key != NULL) key[i] = node->key[i];
    }
    node->value = value;
    node->key = key;
    return true;
}

bool node_push(struct tree_arena *arena, struct node *node, struct node *key, struct node *value)
{
    assert(node->kind == (key == NULL ? NODE_LIST : NODE_MAP));
    if (!grow(arena, node)) return false;
    if (key != NULL) node->key[node->count] = key;
    node->value[node->count++] = value;
    return true;
}

bool node_insert(struct tree_arena *arena, struct node *list, size_t at, struct node *value)
{
    assert(at <= list->count);
    if (!node_push(arena, list, NULL, value)) return false;
    for (size_t i = list->count - 1; i > at; i--) list->value[i] = list->value[i - 1];
    list->value[at] = value;
    return true;
}

void node_drop(struct node *node, size_t at)
{
    assert(at < node->count);
    node->count--;
    for (size_t i = at; i < node->count; i++) {
        node->value[i] = node->value[i + 1];
        if (node->kind == NODE_MAP) node->key[i] = node->key[i + 1];
    }
}

struct node *node_copy(struct tree_arena *arena, const struct node *node, const char *policy)
{
    struct node *copy = node_create(arena, node->kind, node->place);
    if (copy == NULL) return NULL;
    copy->text = node->text;
    copy->quoted = node->quoted;
    copy->policy = policy == NULL ? node->policy : policy;
    for (size_t i = 0; i < node->count; i++) {
        struct node *key = node->kind == NODE_MAP ? node_copy(arena, node->key[i], policy) : NULL;
        if (key == NULL && node->kind == NODE_MAP) return NULL;
        struct node *value = node_copy(arena, node->value[i], policy);
        if (value == NULL || !node_push(arena, copy, key, value)) return NULL;
    }
    return copy;
}

size_t node_height(const struct node *node)
{
    if (node->kind != NODE_MAP && node->kind != NODE_LIST) return 0;
    size_t height = 0;
    for (size_t i = 0; i < node->count; i++) {
        const size_t below = node_height(node->value[i]);
        if (below > height) height = below;
    }
    return height + 1;
}

bool node_is_step(const struct node *node)
{
    return node->kind == NODE_MAP && node->count == 1;
}

static int compare_keys(const void *left, const void *right, void *map)
{
    const size_t a = *(const size_t *)left, b = *(const size_t *)right;
    const int order = strcmp(((const struct node *)map)->key[a]->text, ((const struct node *)map)->key[b]->text);
    return order != 0 ? order : a < b ? -1 : a > b;
}

bool key_index_init(struct key_index *index, const struct node *map)
{
    *index = (struct key_index){.map = map};
    if (map->count <= SMALL_MAP) return true;
    index->order = malloc(map->count * sizeof *index->order);
    if (index->order == NULL) return false;
    for (size_t i = 0; i < map->count; i++) index->order[i] = i;
    qsort_r(index->order, map->count, sizeof *index->order, compare_keys, (void *)map);
    return true;
}

void key_index_clear(struct key_index *index)
{
    free(index->order);
    index->order = NULL;
}

bool key_index_find(const struct key_index *index, const char *key, size_t *at)
{
    const struct node *map = index->map;
    if (index->order == NULL) {
        for (*at = 0; *at < map->count; ++*at) {
            if (strcmp(map->key[*at]->text, key) == 0) return true;
        }
        return false;
    }
    size_t low = 0, high = map->count; /* the answer, if any, is order[low] in the end */
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (strcmp(map->key[index->order[middle]]->text, key) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == map->count) return false;
    *at = index->order[low];
    return strcmp(map->key[*at]->text, key) == 0;
}
