/* in_force.h - what is laid over a tree, in its order: the policies in force on a day, those that were asked for by
 * name, the settings.
 *
 * `rules_of: DATE` switches on of every policy what is in force on that day: of the policy itself and its levels the
 * one whose `in_force`, a day or a month, is the latest that is not after it (the first of two of one day). A policy
 * without such a date, or which `starts` inside the run, is left to its name. A policy asked for by name goes before
 * the date: it is laid as asked. `rules_of` is resolved here and taken out, as `extends` is.
 */
#ifndef GREENLANE_MODELS_SCENARIO_IN_FORCE_H
#define GREENLANE_MODELS_SCENARIO_IN_FORCE_H

#include "models/scenario/tree.h"

/* `policy`: NAME or NAME=LEVEL; `set`: PATH=VALUE. Errors go to the list. */
void tree_lay(struct tree *tree, const char *const *policy, size_t policies, const char *const *set, size_t sets,
    struct diagnostics *errors);

#endif
