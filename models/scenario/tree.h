/* tree.h - a scenario's text as a tree of maps, lists and scalars, each with its place; and what is laid over it.
 *
 * tree_read takes YAML by libyaml and refuses what YAML would let pass: duplicate keys, `<<`, tags, tabs, more than one
 * document, and more depth, anchors, nodes or bytes than node.h allows. Scalars stay text: their meaning is the
 * reader's. `extends: FILE`, or a list of files taken in order, is resolved here and taken out (the file's folder or
 * below; others only under a folder given by --allow-path), maps merged key by key with the extending file's value
 * winning, lists replaced, null deleting (an error where there is nothing to delete; without `extends` a null stays a
 * NODE_NULL). Then policies in the order given, then settings.
 *
 * A path is keys joined by dots; in a list of one-key maps (the steps) the key names the element; in any list the index
 * from 0 does: processes.import.document_check.service, resources.lanes.shifts.2.servers. Where a map has no such key,
 * `steps`, `parallel` and `choose` are passed through unnamed: processes.import.permits.certificates.delay.
 *
 * Ownership: the tree owns every node and text; tree_destroy releases them all. Errors go to the diagnostics, which
 * outlive the tree; a tree is returned even when there are some, NULL only when a file, or one it extends, cannot be
 * read or is not a map of YAML: what could be said of the rest would mislead.
 */
#ifndef GREENLANE_MODELS_SCENARIO_TREE_H
#define GREENLANE_MODELS_SCENARIO_TREE_H

#include "models/scenario/diagnostic.h"

enum node_kind { NODE_MAP, NODE_LIST, NODE_SCALAR, NODE_NULL };

struct node {
    enum node_kind kind;
    struct place place;
    char *text; /* scalar: as written, quotes taken off */
    bool quoted;
    size_t count;
    struct node **key;   /* map: scalars */
    struct node **value; /* map and list */
    bool derived;        /* a copy that no author wrote: sites.h */
    const char *policy;  /* the policy or "--set" that put it here, NULL for the files themselves */
};

struct tree {
    struct node *root; /* a map */
    char **file;       /* every file read, in order */
    char **file_text;  /* the bytes of each, for the store */
    size_t files;
    struct tree_arena *arena;
};

struct tree_options {
    const char *const *allow_path;
    size_t allow_paths;
};

/* path "-" reads standard input (extends is then relative to the current directory). */
struct tree *tree_read(const char *path, const struct tree_options *options, struct diagnostics *errors);
struct tree *tree_parse(
    const char *name, const char *text, size_t length, struct diagnostics *errors); /* `extends` is an error */
void tree_destroy(struct tree *tree);

struct node *node_get(const struct node *map, const char *key); /* NULL when absent */
struct node *tree_find(const struct tree *tree, const char *path);

/* Lays the policy `name` of the map `policies` over the tree: title, in_force, source, starts are information and stay;
 * insert, set, scale, remove act in this order, removals last of all. Then `level`, one of its `levels`, does the same
 * and may refine what the policy did; NULL is right unless the policy acts by levels only. An unknown name gets a
 * suggestion. An error that names both: two policies that change one path, or the second of which undoes the first
 * (changes of policies are remembered). A policy may refine what an earlier one put in.
 *
 * - set replaces the node, evidence included; adds a missing last key of a map; null removes.
 * - scale multiplies the number, or the numbers with a unit of a distribution (rescale.h); of a map with evidence its
 *   `value`. The number and that map then bear the policy's mark; `assumed` stays as it was.
 * - insert is {after: or before: STEP, step: {NAME: {...}} or steps: [...], process: NAME}, or a list of such maps;
 * STEP is a name that only one process has, or a path. The steps come directly after or before it.
 * - remove is a path or a list of paths. */
void tree_policy(struct tree *tree, const char *name, const char *level, struct diagnostics *errors);
/* Whether that policy has been laid over it, and at which level (NULL: as a whole); `level` may be NULL. */
bool tree_is_laid(const struct tree *tree, const char *policy, const char **level);

/* "path=value", value is YAML (a flow map or list, a scalar, null deletes; nothing at all is an error). Missing parents
 * are an error with a suggestion, a missing last key of a map is added. A later setting wins. */
void tree_set(struct tree *tree, const char *setting, struct diagnostics *errors);

/* The resolved tree as canonical YAML text (keys in file order, no comments, quotes only where needed): what a
 * variant's digest is taken of and what the store keeps. Reading it gives the same text again. Caller frees; NULL when
 * memory ran out. */
char *tree_text(const struct tree *tree);

#endif
