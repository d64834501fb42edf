/* path.h - following a path through a tree, and saying where it ends when it leads nowhere.
 *
 * A path is keys joined by dots, a key possibly with dots of its own (`import.clearance.mean_h`). In a list of one-key
 * maps a key names the element; in any list a number from 0 does. Where a map has no such key, `steps`, `parallel` and
 * `choose` are passed through unnamed.
 */
#ifndef GREENLANE_MODELS_SCENARIO_PATH_H
#define GREENLANE_MODELS_SCENARIO_PATH_H

#include "models/scenario/node.h"

enum { TRAIL_MOST = 2 * TREE_DEPTH_MOST };

enum crossing { CROSSING_KEY, CROSSING_STEP, CROSSING_NUMBER };

struct trail {                   /* the way from the root to a node, or as far as the path leads */
    struct node *in[TRAIL_MOST]; /* map or list */
    size_t at[TRAIL_MOST];
    enum crossing how[TRAIL_MOST]; /* STEP: on to the value of the one key of the map at `at` */
    size_t length;
    struct node *root, *end; /* end: the node that the trail leads to */
    const char *rest;        /* of the path, "" when it was followed to its end */
};

/* True when the whole path leads to a node. Otherwise the trail is the longest that fits. */
bool path_follow(struct node *root, const char *path, struct trail *trail);
struct node *trail_node(const struct trail *trail);
/* The path in full, each crossing named; the arena's. NULL when memory ran out. */
char *trail_text(struct tree_arena *arena, const struct trail *trail);

/* Why path_follow failed, and what would be near: "'a.b' has no 'scann'; did you mean 'scan'?" */
void path_explain(char *out, size_t size, const struct trail *trail);

#endif
