/* treediff.h - in what two scenarios differ, as settings that lead from the one to the other.
 *
 * What says nothing about the world is left aside: names, titles, labels, owners, evidence, sources, policies, what is
 * expected or promised, and the run itself. A list whose steps are not the same on both sides differs as a whole; its
 * weight then counts what differs in it.
 *
 * Ownership: nodes are borrowed from the trees, paths belong to the list. Errors: false when memory ran out.
 */
#ifndef GREENLANE_TOOLS_TREEDIFF_H
#define GREENLANE_TOOLS_TREEDIFF_H

#include "models/scenario/tree.h"

struct tree_difference {
    char *path;                   /* as --set takes it */
    const struct node *from, *to; /* NULL: not there */
};
struct tree_differences {
    struct tree_difference *item;
    size_t count;
    size_t weight; /* how many values differ */
};

bool tree_differences(const struct tree *a, const struct tree *b, struct tree_differences *out);
void tree_differences_clear(struct tree_differences *list);

bool is_same_value(const struct node *a, const struct node *b); /* either may be NULL */

/* "path={value: 3 h, assumed: 2 h..4 h}", or "path=null" for NULL. Caller frees; NULL when memory ran out. */
char *setting_text(const char *path, const struct node *value);

#endif
