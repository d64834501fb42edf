/* parse.h - YAML text to nodes: what libyaml reads, less what YAML lets pass and a person would not want.
 *
 * Refused, each with its place: bytes that are not plain UTF-8 text, tabs that indent, duplicate keys, `<<`, keys that
 * are not scalars, tags, anchors beyond a cap, a second document, more depth or nodes than node.h allows.
 */
#ifndef GREENLANE_MODELS_SCENARIO_PARSE_H
#define GREENLANE_MODELS_SCENARIO_PARSE_H

#include "models/scenario/node.h"

struct parse_text {
    const char *name; /* the file, for places; outlives the nodes */
    const char *bytes;
    size_t length;
    const char *about; /* NULL, or a setting's path: messages begin with it, and places have no line */
};

/* The root, of any kind; NULL, with a message, when the text is not YAML or holds nothing. Other errors leave a node:
 * of duplicate keys the first, of a key that is refused nothing. */
struct node *parse_yaml(struct tree_arena *arena, const struct parse_text *text, struct diagnostics *errors);

#endif
