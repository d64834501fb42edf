/* node.h - how trees are made: the arena that holds a tree's nodes and texts, and making, copying, growing nodes.
 *
 * For the files that build trees (parse, extends, path, overlay); readers of a tree need tree.h only.
 *
 * Ownership: the arena owns everything; nothing is released before arena_destroy.
 * Errors:    NULL or false, and the arena remembers whether memory or the allowance of nodes ran out; arena_report says
 *            so once.
 */
#ifndef GREENLANE_MODELS_SCENARIO_NODE_H
#define GREENLANE_MODELS_SCENARIO_NODE_H

#include "models/scenario/tree.h"

enum {
    TREE_NODES_MOST = 100000, /* keys and values of all files, aliases written out; a large scenario has 2,000 */
    TREE_DEPTH_MOST = 64,     /* maps and lists inside each other: recursion over a tree is safe */
    TREE_FILE_BYTES_MOST = 16 << 20,
    TREE_FILES_MOST = 64, /* in one scenario, each as often as it is extended */
    TREE_ANCHORS_MOST = 1000
};

struct deed; /* overlay.c: what a policy has done */

struct tree_arena {
    struct arena_chunk *chunk;
    size_t nodes;
    bool no_memory, too_many, reported;
    struct deed *deed; /* the latest first */
};

struct tree_arena *arena_create(void);
void arena_destroy(struct tree_arena *arena);
void *arena_take(struct tree_arena *arena, size_t n, size_t size);           /* zeroed */
char *arena_text(struct tree_arena *arena, const char *text, size_t length); /* a copy, NUL-terminated */
/* True, with a message at `place`, when memory or the allowance of nodes has run out. */
bool arena_report(struct tree_arena *arena, struct place place, struct diagnostics *errors);

struct node *node_create(struct tree_arena *arena, enum node_kind kind, struct place place);
struct node *node_scalar(struct tree_arena *arena, const char *text, struct place place);
/* Appends; `key` NULL for a list. False when memory ran out. */
bool node_push(struct tree_arena *arena, struct node *node, struct node *key, struct node *value);
bool node_insert(struct tree_arena *arena, struct node *list, size_t at, struct node *value);
void node_drop(struct node *node, size_t at);
/* A deep copy, marked with `policy` unless that is NULL. */
struct node *node_copy(struct tree_arena *arena, const struct node *node, const char *policy);
size_t node_height(const struct node *node); /* levels of maps and lists; a scalar has 0 */

/* The map of one key that a step is in a list of steps. */
bool node_is_step(const struct node *node);

/* Finds keys of a map again and again: by bisection where the map is large. Init: false when memory ran out. */
struct key_index {
    const struct node *map;
    size_t *order; /* by text, then by position; NULL for a small map */
};
bool key_index_init(struct key_index *index, const struct node *map);
void key_index_clear(struct key_index *index);
bool key_index_find(const struct key_index *index, const char *key, size_t *at); /* the first of equal keys */

#endif
