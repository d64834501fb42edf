/* extends.c - see the header. `about` is the path of the map in hand, as a chain on the stack, for messages. */
#include "models/scenario/extends.h"
#include <stdio.h>
#include <string.h>

enum { NAMES_MOST = 500 }; /* that are looked at for a suggestion */

struct about {
    const struct about *above; /* NULL at the root */
    const char *key;
};

/* Writes the path, cut off when `out` is full. */
static void write_path(char *out, size_t size, const struct about *about)
{
    out[0] = '\0';
    if (about->above != NULL) write_path(out, size, about->above);
    const size_t length = strlen(out);
    snprintf(out + length, size - length, "%s%.80s", length == 0 ? "" : ".", about->key);
}

static void say_nothing_to_delete(
    const struct node *base, const struct node *key, const struct about *about, struct diagnostics *errors)
{
    char path[512];
    const char *name[NAMES_MOST] = {NULL};
    const size_t count = base->count < NAMES_MOST ? base->count : NAMES_MOST;
    for (size_t i = 0; i < count; i++) name[i] = base->key[i]->text;
    const char *near = diagnostic_suggest(key->text, name, count);
    write_path(path, sizeof path, about);
    diagnostics_add(errors, DIAGNOSTIC_ERROR, key->place,
        "%s: null deletes a key, and what is extended has no such key; %s%.80s%s", path,
        near == NULL ? "remove the line" : "did you mean '", near == NULL ? "" : near, near == NULL ? "" : "'?");
}

static struct node *merge(struct tree_arena *arena, struct node *base, const struct node *over,
    const struct about *above, struct diagnostics *errors);

/* What one key of `over` does to `base`; at: its position there. */
static bool merge_value(struct tree_arena *arena, struct node *base, size_t at, const struct node *over, size_t i,
    const struct about *above, struct diagnostics *errors)
{
    struct node *value = over->value[i];
    if (value->kind == NODE_MAP && base->value[at]->kind == NODE_MAP) {
        const struct about about = {.above = above, .key = over->key[i]->text};
        value = merge(arena, base->value[at], value, &about, errors);
    }
    base->key[at] = over->key[i];
    base->value[at] = value;
    return value != NULL;
}

static void drop_nulls(struct node *map, size_t from_base)
{
    size_t kept = 0;
    for (size_t i = 0; i < map->count; i++) {
        if (i < from_base && map->value[i] == NULL) continue;
        map->key[kept] = map->key[i];
        map->value[kept++] = map->value[i];
    }
    map->count = kept;
}

static struct node *merge(struct tree_arena *arena, struct node *base, const struct node *over,
    const struct about *above, struct diagnostics *errors)
{
    const size_t from_base = base->count;
    const struct node known = *base; /* the index looks at what was there, while `base` grows */
    struct key_index index;
    if (!key_index_init(&index, &known)) {
        arena->no_memory = true;
        return NULL;
    }
    bool well = true;
    for (size_t i = 0, at; well && i < over->count; i++) {
        const bool found = key_index_find(&index, over->key[i]->text, &at);
        if (over->value[i]->kind != NODE_NULL) {
            well = found ? merge_value(arena, base, at, over, i, above, errors)
                         : node_push(arena, base, over->key[i], over->value[i]);
        } else if (found) {
            base->value[at] = NULL;
        } else {
            say_nothing_to_delete(
                base, over->key[i], &(struct about){.above = above, .key = over->key[i]->text}, errors);
        }
    }
    key_index_clear(&index);
    drop_nulls(base, from_base);
    base->place = over->place;
    return well ? base : NULL;
}

struct node *extends_merge(
    struct tree_arena *arena, struct node *base, const struct node *over, struct diagnostics *errors)
{
    return merge(arena, base, over, NULL, errors);
}
