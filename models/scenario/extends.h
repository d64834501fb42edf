/* extends.h - merging the map of a file over the map of the file it extends. */
#ifndef GREENLANE_MODELS_SCENARIO_EXTENDS_H
#define GREENLANE_MODELS_SCENARIO_EXTENDS_H

#include "models/scenario/node.h"

/* Merges `over` into `base`, both maps, and returns `base`, which takes over's place: maps key by key, all else
 * replaced, null deleting. Keys keep base's order, new ones follow. NULL when memory ran out. */
struct node *extends_merge(
    struct tree_arena *arena, struct node *base, const struct node *over, struct diagnostics *errors);

#endif
