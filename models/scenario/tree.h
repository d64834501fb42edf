/* tree.h - a scenario's text as a tree of maps, lists and scalars, each with its place; and what is laid over it.
 *
 * tree_read takes YAML by libyaml and refuses what YAML would let pass: duplicate keys, `<<`, tabs, more than one
 * document, anchors that nest beyond a cap, depth beyond a cap. Scalars stay text: their meaning is the reader's.
 * `extends: FILE` is resolved here (the file's folder or below; others only under a folder given by --allow-path), maps
 * merged key by key with the extending file's value winning, lists replaced, null deleting. Then policies in the order
 * given, then settings.
 *
 * A path is keys joined by dots; in a list of one-key maps (the steps) the key names the element; in other lists the
 * index from 0 does: processes.import.document_check.service, resources.lanes.shifts.2.servers.
 *
 * Ownership: the tree owns every node and text; tree_destroy releases them all. Errors go to the diagnostics; a tree is
 * returned even when there are some, NULL only when nothing could be read.
 */
#ifndef GREENLANE_MODELS_SCENARIO_TREE_H
#define GREENLANE_MODELS_SCENARIO_TREE_H

#include "models/scenario/diagnostic.h"

enum node_kind { NODE_MAP, NODE_LIST, NODE_SCALAR, NODE_NULL };

struct node {
    enum node_kind kind;
    struct place place;
    char *text;          /* scalar: as written, quotes taken off */
    bool quoted;
    size_t count;
    struct node **key;   /* map: scalars */
    struct node **value; /* map and list */
    const char *policy;  /* the policy or "--set" that put it here, NULL for the files themselves */
};

struct tree {
    struct node *root;  /* a map */
    char **file;        /* every file read, in order */
    char **file_text;   /* the bytes of each, for the store */
    size_t files;
    struct tree_arena *arena;
};

struct tree_options {
    const char *const *allow_path;
    size_t allow_paths;
};

/* path "-" reads standard input (extends is then relative to the current directory). */
struct tree *tree_read(const char *path, const struct tree_options *options, struct diagnostics *errors);
struct tree *tree_parse(const char *name, const char *text, size_t length, struct diagnostics *errors); /* no extends */
void tree_destroy(struct tree *tree);

struct node *node_get(const struct node *map, const char *key); /* NULL when absent */
struct node *tree_find(const struct tree *tree, const char *path);

/* Lays the policy `name` of the map `policies` over the tree: title, in_force, source, starts are information; set,
 * scale, insert, remove act. `level` NULL or one of its `levels`. Two policies that set the same path are an error that
 * names both (tree_policy remembers). An unknown name gets a suggestion. `scale` multiplies the number, or every
 * number with a unit of time in a distribution, of the scalar found (a shape such as sd_log or k is left alone). */
void tree_policy(struct tree *tree, const char *name, const char *level, struct diagnostics *errors);

/* "path=value", value is YAML (a flow map or list, a scalar, null deletes). Missing parents are an error with a suggestion,
 * a missing last key of a map is added. */
void tree_set(struct tree *tree, const char *setting, struct diagnostics *errors);

/* The resolved tree as canonical YAML text (keys in file order, no comments): what a variant's digest is taken of and
 * what the store keeps. Caller frees. */
char *tree_text(const struct tree *tree);

#endif
