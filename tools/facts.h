/* facts.h - what a report needs to know beside the numbers: directions, stages in order, lanes, resources and their
 * owners, read from the JSON that models/clearance writes and the store keeps with each variant.
 *
 * Ownership: facts_free releases all; texts hang on the parsed JSON within.
 */
#ifndef GREENLANE_TOOLS_FACTS_H
#define GREENLANE_TOOLS_FACTS_H

#include "tools/json.h"

struct facts_stage { const char *name, *label, *owner; };
struct facts_direction {
    const char *name;             /* import, export: prefix of the metrics; or a stream's name */
    const char *label, *direction;
    const char *kind;             /* import, export, or the unit of streams without a direction */
    const char *group, *site;     /* of a group; of a site's stream; "" else */
    struct facts_stage *stage, *after; /* after: the release, outside the clock */
    size_t stages, afters;
    const char **lane, **outcome; /* as in the names of metrics */
    size_t lanes, outcomes;
};
struct facts_resource { const char *name, *label, *owner; double servers; bool by_hours; }; /* servers NAN: by hours, or else unlimited */
struct facts_promise { const char *name, *metric; double at_most_h, share; };

struct facts {
    struct json_value *json;
    const char *title, *unit;
    struct facts_direction *direction; /* import and export, as far as there are */
    size_t directions;
    struct facts_direction *stream;    /* of a direction that has several, and those without one */
    size_t streams;
    struct facts_direction *group;     /* streams that a group takes together, kind by kind */
    size_t groups;
    struct facts_site { const char *name, *label; } *site;
    size_t sites;
    const char *currency;              /* of all amounts; NULL: not said */
    const char *notice;                /* what every output must say; NULL: nothing */
    struct facts_resource *resource;
    size_t resources;
    struct facts_promise *promise;
    size_t promises;
    bool no_steady_claim; /* steady: no_claim */
};

struct facts *facts_read(const char *json); /* NULL: no memory, or not the JSON expected */
void facts_free(struct facts *facts);
const struct facts_direction *facts_direction_find(const struct facts *facts, const char *name);

#endif
