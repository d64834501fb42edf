/* steps.c - see the header. One walk over all steps, and three that look. */
#include "models/scenario/steps.h"
#include <string.h>

typedef void see_step(void *seer, const struct spot *spot);

/* A process or a branch is a list of steps, or a map with one as `steps`. */
static struct node *steps_of(struct node *node)
{
    if (node->kind == NODE_MAP) node = node_get(node, "steps");
    return node != NULL && node->kind == NODE_LIST ? node : NULL;
}

static void walk(struct node *list, const char *process, see_step *see, void *seer)
{
    static const char *const branching[] = {"parallel", "choose"};
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        if (!node_is_step(list->value[i])) continue;
        see(seer, &(struct spot){.list = list, .at = i, .process = process});
        for (size_t k = 0; k < sizeof branching / sizeof *branching; k++) {
            const struct node *branches = node_get(list->value[i]->value[0], branching[k]);
            for (size_t b = 0; branches != NULL && branches->kind == NODE_MAP && b < branches->count; b++) {
                walk(steps_of(branches->value[b]), process, see, seer);
            }
        }
    }
}

static void walk_processes(const struct tree *tree, const char *process, see_step *see, void *seer)
{
    const struct node *all = node_get(tree->root, "processes");
    for (size_t i = 0; all != NULL && all->kind == NODE_MAP && i < all->count; i++) {
        if (process != NULL && strcmp(all->key[i]->text, process) != 0) continue;
        walk(steps_of(all->value[i]), all->key[i]->text, see, seer);
    }
}

static const char *name_of(const struct spot *spot)
{
    return spot->list->value[spot->at]->key[0]->text;
}

struct finder {
    const char *name;
    struct spot *first, *second;
    size_t count;
};

static void find(void *seer, const struct spot *spot)
{
    struct finder *finder = seer;
    if (strcmp(name_of(spot), finder->name) != 0) return;
    if (finder->count == 0) *finder->first = *spot;
    if (finder->count == 1) *finder->second = *spot;
    finder->count++;
}

size_t steps_find(
    const struct tree *tree, const char *process, const char *name, struct spot *first, struct spot *second)
{
    struct finder finder = {.name = name, .first = first, .second = second};
    walk_processes(tree, process, find, &finder);
    return finder.count;
}

struct lister {
    const char **name;
    size_t count, room;
};

static void list_name(void *seer, const struct spot *spot)
{
    struct lister *lister = seer;
    if (lister->count < lister->room) lister->name[lister->count++] = name_of(spot);
}

size_t steps_names(const struct tree *tree, const char *process, const char **name, size_t n)
{
    struct lister lister = {.name = name, .room = n};
    walk_processes(tree, process, list_name, &lister);
    return lister.count;
}

struct owner {
    const struct node *list;
    const char *process;
};

static void match_list(void *seer, const struct spot *spot)
{
    struct owner *owner = seer;
    if (spot->list == owner->list) owner->process = spot->process;
}

const char *steps_process_of(const struct tree *tree, const struct node *list)
{
    struct owner owner = {.list = list};
    walk_processes(tree, NULL, match_list, &owner);
    return owner.process;
}
