/* sites.c - copies the pattern for each site, changes what the site says, and gives the copies their names. */
#include "models/scenario/sites.h"

#include "models/scenario/fields.h"
#include "models/scenario/node.h"
#include "models/scenario/path.h"
#include "models/scenario/rescale.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECTIONS = 3, NAME_MOST = 64 };
static const char *const section[SECTIONS] = {"resources", "streams", "processes"};
enum { RESOURCES, STREAMS, PROCESSES };

struct expansion {
    struct tree *tree;
    struct diagnostics *errors;
    struct node *pattern[SECTIONS], *made[SECTIONS];
    const char *site;
    size_t index;
};

static void complain(struct expansion *x, const struct node *at, const char *format, const char *what)
{
    char text[400];
    snprintf(text, sizeof text, format, what);
    diagnostics_add(x->errors, DIAGNOSTIC_ERROR, at->place, "sites.%s: %s", x->site, text);
}

static bool has_key(const struct node *map, const char *key)
{
    return map && map->kind == NODE_MAP && node_get(map, key) != NULL;
}

static char *site_name(struct expansion *x, const char *name)
{
    char text[2 * NAME_MOST + 2];
    int n = snprintf(text, sizeof text, "%.*s_%.*s", NAME_MOST, x->site, NAME_MOST, name);
    return arena_text(x->tree->arena, text, (size_t)n);
}

/* A scalar that names something of the pattern's section gets the site's name. */
static void rename_scalar(struct expansion *x, struct node *node, int which)
{
    if (node->kind != NODE_SCALAR || !has_key(x->pattern[which], node->text)) return;
    char *name = site_name(x, node->text);
    if (name) node->text = name;
}

static void rename_use(struct expansion *x, struct node *node)
{
    rename_scalar(x, node, RESOURCES);
    for (size_t i = 0; i < node->count; i++) {
        if (node->kind == NODE_LIST) rename_scalar(x, node->value[i], RESOURCES);
        if (node->kind == NODE_MAP) rename_scalar(x, node->key[i], RESOURCES);
    }
}

static void rename_in_steps(struct expansion *x, struct node *node)
{
    for (size_t i = 0; i < node->count; i++) {
        const char *key = node->kind == NODE_MAP ? node->key[i]->text : "";
        if (strcmp(key, "by") == 0 || strcmp(key, "seize") == 0 || strcmp(key, "free") == 0)
            rename_use(x, node->value[i]);
        else
            rename_in_steps(x, node->value[i]);
    }
}

static void rename_in_stream(struct expansion *x, struct node *stream)
{
    struct node *process = stream->kind == NODE_MAP ? node_get(stream, "process") : NULL;
    struct node *arrivals = stream->kind == NODE_MAP ? node_get(stream, "arrivals") : NULL;
    if (process) rename_scalar(x, process, PROCESSES);
    if (!arrivals || arrivals->kind != NODE_MAP) return;
    struct node *profile = node_get(arrivals, "profile"), *vessels = node_get(arrivals, "vessels");
    if (profile) rename_scalar(x, profile, STREAMS);
    if (!vessels || vessels->kind != NODE_MAP) return;
    struct node *berth = node_get(vessels, "berth"), *cranes = node_get(vessels, "cranes");
    if (berth) rename_scalar(x, berth, RESOURCES);
    if (cranes && cranes->kind == NODE_MAP && node_get(cranes, "resource")) rename_scalar(x, node_get(cranes, "resource"), RESOURCES);
}

static void mark_derived(struct node *node)
{
    node->derived = true;
    for (size_t i = 0; i < node->count; i++) {
        if (node->kind == NODE_MAP) node->key[i]->derived = true;
        mark_derived(node->value[i]);
    }
}

/* ---- what a site says ---- */

static struct node *value_of(struct node *node)
{
    struct node *inner = node && node->kind == NODE_MAP ? node_get(node, "value") : NULL;
    return inner ? inner : node;
}

static struct node *rate_of(struct node *stream)
{
    struct node *arrivals = stream->kind == NODE_MAP ? node_get(stream, "arrivals") : NULL;
    if (!arrivals || arrivals->kind != NODE_MAP) return NULL;
    struct node *vessels = node_get(arrivals, "vessels");
    struct node *rate = node_get(vessels && vessels->kind == NODE_MAP ? vessels : arrivals, "rate");
    return value_of(rate);
}

/* A range speaks of the pattern's value, not of a multiple of it. */
static void drop_range(struct node *map)
{
    for (size_t i = 0; map && map->kind == NODE_MAP && i < map->count; i++)
        if (strcmp(map->key[i]->text, "assumed") == 0) {
            node_drop(map, i);
            return;
        }
}

static void apply_rate(struct expansion *x, struct node *streams, const struct node *key, struct node *given)
{
    struct node *value = value_of(given);
    double factor;
    size_t at = 0;
    while (at < streams->count && strcmp(streams->key[at]->text, key->text) != 0) at++;
    if (at == streams->count) {
        complain(x, key, "rates: there is no stream '%.60s' in this file", key->text);
        return;
    }
    if (value->kind != NODE_SCALAR || !rescale_factor(value->text, &factor)) {
        complain(x, given, "rates: '%.60s' is no factor; write a number such as 2.5", value->kind == NODE_SCALAR ? value->text : "a map");
        return;
    }
    if (factor == 0) {
        node_drop(streams, at);
        return;
    }
    struct node *rate = rate_of(streams->value[at]), *arrivals = node_get(streams->value[at], "arrivals");
    drop_range(arrivals);
    if (arrivals && arrivals->kind == NODE_MAP) drop_range(node_get(arrivals, "rate"));
    const char *why = "it has no rate";
    char *text = rate && rate->kind == NODE_SCALAR ? rescale(rate->text, factor, &why) : NULL;
    if (text)
        rate->text = arena_text(x->tree->arena, text, strlen(text));
    else
        complain(x, key, "rates: the stream cannot be multiplied: %.100s", why);
    free(text);
}

static void apply_servers(struct expansion *x, struct node *resources, const struct node *key, const struct node *given)
{
    struct node *resource = node_get(resources, key->text);
    if (!resource || resource->kind != NODE_MAP) {
        complain(x, key, "servers: there is no resource '%.60s' in this file", key->text);
        return;
    }
    struct node *copy = node_copy(x->tree->arena, given, NULL);
    for (size_t i = 0; copy && i < resource->count; i++)
        if (strcmp(resource->key[i]->text, "servers") == 0) {
            resource->value[i] = copy;
            return;
        }
    struct node *name = node_scalar(x->tree->arena, "servers", key->place);
    if (copy && name) node_push(x->tree->arena, resource, name, copy);
}

/* The last key of a path may be new, in a map that is there: resources.bays.calendar. */
static bool add_last(struct expansion *x, const struct trail *trail, const struct node *given)
{
    struct node *map = trail->end, *copy = node_copy(x->tree->arena, given, NULL);
    if (!map || map->kind != NODE_MAP || strchr(trail->rest, '.') || trail->length < 2) return false;
    struct node *name = node_scalar(x->tree->arena, trail->rest, given->place);
    return copy && name && node_push(x->tree->arena, map, name, copy);
}

static void apply_set(struct expansion *x, struct node *root, const struct node *key, const struct node *given)
{
    struct trail trail;
    bool there = path_follow(root, key->text, &trail);
    if (!there && add_last(x, &trail, given)) return;
    if (!there || trail.length == 0) {
        char why[300];
        path_explain(why, sizeof why, &trail);
        complain(x, key, "set: %.300s", why);
        return;
    }
    struct node *copy = node_copy(x->tree->arena, given, NULL);
    size_t last = trail.length - 1;
    if (!copy) return;
    if (trail.how[last] == CROSSING_STEP)
        trail.in[last]->value[trail.at[last]]->value[0] = copy;
    else
        trail.in[last]->value[trail.at[last]] = copy;
}

static void apply_map(struct expansion *x, const struct node *site, const char *name, struct node *to,
    void (*apply)(struct expansion *, struct node *, const struct node *, struct node *))
{
    const struct node *map = node_get(site, name);
    if (!map) return;
    if (map->kind != NODE_MAP) {
        complain(x, map, "%.60s: a map is wanted, NAME: VALUE", name);
        return;
    }
    for (size_t i = 0; i < map->count; i++) apply(x, to, map->key[i], map->value[i]);
}

static void apply_servers_any(struct expansion *x, struct node *to, const struct node *key, struct node *given)
{
    apply_servers(x, to, key, given);
}

static void apply_set_any(struct expansion *x, struct node *to, const struct node *key, struct node *given)
{
    apply_set(x, to, key, given);
}

/* The stream's own groups and then the site's. */
static void join_groups(struct expansion *x, const struct node *site, struct node *stream)
{
    struct node *groups = node_get(site, "groups"), *own = node_get(stream, "groups");
    struct tree_arena *arena = x->tree->arena;
    if (!groups) return;
    struct node *list = node_create(arena, NODE_LIST, groups->place);
    const struct node *from[2] = {own, groups};
    for (int k = 0; list && k < 2; k++) {
        if (from[k] && from[k]->kind == NODE_SCALAR) node_push(arena, list, NULL, node_copy(arena, from[k], NULL));
        for (size_t i = 0; from[k] && from[k]->kind == NODE_LIST && i < from[k]->count; i++)
            node_push(arena, list, NULL, node_copy(arena, from[k]->value[i], NULL));
    }
    for (size_t i = 0; list && i < stream->count; i++)
        if (strcmp(stream->key[i]->text, "groups") == 0) {
            stream->value[i] = list;
            return;
        }
    struct node *name = node_scalar(arena, "groups", groups->place);
    if (list && name) node_push(arena, stream, name, list);
}

/* ---- one site ---- */

static bool names(const struct node *node, const char *name)
{
    if (node->kind == NODE_SCALAR) return strcmp(node->text, name) == 0;
    for (size_t i = 0; i < node->count; i++)
        if ((node->kind == NODE_MAP && strcmp(node->key[i]->text, name) == 0) || names(node->value[i], name)) return true;
    return false;
}

/* Whether some `by`, `seize`, `free`, `berth` or `resource` below speaks of it. */
static bool uses(const struct node *node, const char *name)
{
    static const char *const key[] = {"by", "seize", "free", "berth", "resource"};
    for (size_t i = 0; i < node->count; i++) {
        for (size_t k = 0; node->kind == NODE_MAP && k < sizeof key / sizeof *key; k++)
            if (strcmp(node->key[i]->text, key[k]) == 0 && names(node->value[i], name)) return true;
        if (uses(node->value[i], name)) return true;
    }
    return false;
}

/* What the site has no use for, it does not have. */
static void drop_idle(struct node *resources, const struct node *processes, const struct node *streams)
{
    for (size_t i = resources->count; i-- > 0;)
        if (!uses(processes, resources->key[i]->text) && !uses(streams, resources->key[i]->text)) node_drop(resources, i);
}

/* Processes that no stream of the site goes through are left out. */
static void drop_unused(struct node *processes, const struct node *streams)
{
    for (size_t p = processes->count; p-- > 0;) {
        bool used = false;
        for (size_t i = 0; i < streams->count && !used; i++) {
            const struct node *process = streams->value[i]->kind == NODE_MAP ? node_get(streams->value[i], "process") : NULL;
            used = process && process->kind == NODE_SCALAR && strcmp(process->text, processes->key[p]->text) == 0;
        }
        if (!used) node_drop(processes, p);
    }
}

static void take_over(struct expansion *x, struct node *copy, int which)
{
    for (size_t i = 0; i < copy->count; i++) {
        char *name = site_name(x, copy->key[i]->text);
        struct node *key = name ? node_scalar(x->tree->arena, name, copy->key[i]->place) : NULL;
        if (key) node_push(x->tree->arena, x->made[which], key, copy->value[i]);
    }
}

static void expand_site(struct expansion *x, const struct node *site)
{
    struct tree_arena *arena = x->tree->arena;
    struct node *root = node_create(arena, NODE_MAP, site->place), *copy[SECTIONS];
    for (int s = 0; s < SECTIONS; s++) {
        copy[s] = x->pattern[s] ? node_copy(arena, x->pattern[s], NULL) : node_create(arena, NODE_MAP, site->place);
        struct node *key = node_scalar(arena, section[s], site->place);
        if (!root || !copy[s] || !key) return;
        if (x->index > 0) mark_derived(copy[s]);
        node_push(arena, root, key, copy[s]);
    }
    if (site->kind != NODE_MAP) {
        complain(x, site, "%s", "a map is wanted: {rates: {STREAM: FACTOR}, servers: {RESOURCE: NUMBER}}");
        return;
    }
    apply_map(x, site, "set", root, apply_set_any);
    apply_map(x, site, "rates", copy[STREAMS], apply_rate);
    apply_map(x, site, "servers", copy[RESOURCES], apply_servers_any);
    drop_unused(copy[PROCESSES], copy[STREAMS]);
    drop_idle(copy[RESOURCES], copy[PROCESSES], copy[STREAMS]);
    for (size_t i = 0; i < copy[STREAMS]->count; i++) {
        rename_in_stream(x, copy[STREAMS]->value[i]);
        if (copy[STREAMS]->value[i]->kind == NODE_MAP) join_groups(x, site, copy[STREAMS]->value[i]);
    }
    rename_in_steps(x, copy[PROCESSES]);
    for (int s = 0; s < SECTIONS; s++) take_over(x, copy[s], s);
}

void sites_expand(struct tree *tree, struct diagnostics *errors)
{
    struct node *sites = tree->root ? node_get(tree->root, "sites") : NULL;
    if (!sites || sites->kind != NODE_MAP) return; /* anything else is the checks' to refuse */
    struct expansion x = {.tree = tree, .errors = errors};
    size_t counted = tree->arena->nodes; /* copies are not the author's: they do not use up what a file may hold */
    for (int s = 0; s < SECTIONS; s++) {
        x.pattern[s] = node_get(tree->root, section[s]);
        if (x.pattern[s] && x.pattern[s]->kind != NODE_MAP) return;
        x.made[s] = node_create(tree->arena, NODE_MAP, x.pattern[s] ? x.pattern[s]->place : sites->place);
        if (!x.made[s]) return;
    }
    for (size_t i = 0; i < sites->count; i++) {
        x.site = sites->key[i]->text;
        x.index = i;
        if (!fields_is_name(x.site)) {
            diagnostics_add(errors, DIAGNOSTIC_ERROR, sites->key[i]->place, "sites: '%.60s' is not a name; write [a-z][a-z0-9_]*", x.site);
            continue;
        }
        expand_site(&x, sites->value[i]);
        tree->arena->nodes = counted;
    }
    for (size_t i = 0; i < tree->root->count; i++)
        for (int s = 0; s < SECTIONS; s++)
            if (strcmp(tree->root->key[i]->text, section[s]) == 0) tree->root->value[i] = x.made[s];
}
