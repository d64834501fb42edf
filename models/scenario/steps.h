/* steps.h - the lists of steps in a tree: those of its processes, and those of branches inside them. */
#ifndef GREENLANE_MODELS_SCENARIO_STEPS_H
#define GREENLANE_MODELS_SCENARIO_STEPS_H

#include "models/scenario/node.h"

struct spot { /* a step in its list */
    struct node *list;
    size_t at;
    const char *process;
};

/* How many steps called `name` the tree has, in `process` or, when that is NULL, anywhere; *first and *second are the
 * first two in file order. */
size_t steps_find(
    const struct tree *tree, const char *process, const char *name, struct spot *first, struct spot *second);

/* Names of steps for a suggestion, up to n; returns how many. */
size_t steps_names(const struct tree *tree, const char *process, const char **name, size_t n);

/* The process whose lists of steps hold `list`; NULL when none does. */
const char *steps_process_of(const struct tree *tree, const struct node *list);

#endif
