/* overlay.c - policies and settings: what is laid over a tree.
 *
 * A policy acts in a fixed order whatever the order of its keys: insert, set, scale, remove; then its level does the
 * same. What it takes out (remove, null) goes last and together, so that `shifts.1` and `shifts.2` mean what they meant
 * when the policy began. Every change leaves a deed in the arena, by which a second policy that touches the same path
 * is found out. Values are copied in, so a policy's own text in the tree never changes.
 */
#include "models/scenario/node.h"
#include "models/scenario/parse.h"
#include "models/scenario/path.h"
#include "models/scenario/rescale.h"
#include "models/scenario/steps.h"
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum act { ACT_LAID, ACT_INSERT, ACT_SET, ACT_SCALE, ACT_REMOVE };
enum { NAMES_MOST = 500, EXPLANATION_BYTES = 1000 };

struct deed {
    struct deed *before;
    enum act act;
    const char *policy;
    bool level;                   /* done by a level of the policy: it may refine what the policy itself does */
    const char *path;             /* in full, as trail_text writes it; for ACT_LAID the level or NULL */
    const struct node *shortened; /* the list that lost an entry known by number */
    struct place place;
};

struct doomed { /* an entry to be taken out in the end */
    struct doomed *before;
    struct node *in;
    const struct node *value;
};

struct overlay {
    struct tree *tree;
    struct diagnostics *errors;
    const char *policy; /* the name; "--set" for a setting */
    char field[220];    /* what messages begin with */
    bool level, is_policy;
    struct doomed *doomed;
};

__attribute__((format(printf, 3, 4))) static void complain(
    const struct overlay *o, struct place place, const char *format, ...)
{
    char words[1200];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    diagnostics_add(o->errors, DIAGNOSTIC_ERROR, place, "%s: %s", o->field, words);
}

/* " (port.yaml:12:5)" */
static const char *write_place(char *out, size_t size, struct place place)
{
    out[0] = '\0';
    if (place.line > 0) snprintf(out, size, " (%.120s:%d:%d)", place.file, place.line, place.column);
    return out;
}

/* ---- deeds ---- */

static bool is_below(const char *path, const char *above)
{
    const size_t length = strlen(above);
    return strncmp(path, above, length) == 0 && path[length] == '.';
}

static bool passes_by_number(const struct trail *trail, const struct node *list)
{
    for (size_t i = 0; i < trail->length; i++) {
        if (trail->in[i] == list && trail->how[i] == CROSSING_NUMBER) return true;
    }
    return false;
}

enum clash { CLASH_NONE, CLASH_SAME, CLASH_TWICE, CLASH_UNDOES, CLASH_COUNTS };

/* How an earlier deed stands against changing `path`, to which the trail leads. */
static enum clash clash_with(
    const struct overlay *o, const struct deed *deed, const struct trail *trail, const char *path)
{
    if (deed->act == ACT_LAID) return CLASH_NONE;
    const bool same = strcmp(deed->path, path) == 0;
    if (strcmp(deed->policy, o->policy) == 0) return same && deed->level == o->level ? CLASH_TWICE : CLASH_NONE;
    if (same) return CLASH_SAME;
    if (is_below(deed->path, path) || (deed->act == ACT_SCALE && is_below(path, deed->path))) return CLASH_UNDOES;
    return deed->shortened != NULL && passes_by_number(trail, deed->shortened) ? CLASH_COUNTS : CLASH_NONE;
}

/* Says so when an earlier deed stands against this change. */
static bool clashes(const struct overlay *o, const struct trail *trail, const char *path, struct place place)
{
    const struct deed *deed = o->tree->arena->deed;
    enum clash clash = CLASH_NONE;
    while (deed != NULL && (clash = clash_with(o, deed, trail, path)) == CLASH_NONE) deed = deed->before;
    if (deed == NULL) return false;
    char where[160];
    write_place(where, sizeof where, deed->place);
    if (clash == CLASH_TWICE) {
        complain(o, place, "'%.200s' is changed twice by this policy%s; keep one of them", path, where);
    } else if (clash == CLASH_COUNTS) {
        complain(o, place,
            "'%.200s' counts entries of a list from which policy '%.80s' takes one%s; run with one of the two", path,
            deed->policy, where);
    } else {
        complain(o, place, "'%.200s' is %s policy '%.80s'%s; run with one of the two, or let one change it", path,
            clash == CLASH_SAME ? "also changed by" : "tied up with a change by", deed->policy, where);
    }
    return true;
}

static bool remember(
    const struct overlay *o, enum act act, const char *path, const struct node *shortened, struct place place)
{
    struct tree_arena *arena = o->tree->arena;
    struct deed *deed = arena_take(arena, 1, sizeof *deed);
    if (deed == NULL) return false;
    *deed = (struct deed){.before = arena->deed,
        .act = act,
        .policy = o->policy,
        .level = o->level,
        .path = path,
        .shortened = shortened,
        .place = place};
    arena->deed = deed;
    return true;
}

/* The policy that took out what `path`, or a part at its end, names. */
static const char *who_removed(const struct overlay *o, const char *path)
{
    for (const struct deed *deed = o->tree->arena->deed; deed != NULL; deed = deed->before) {
        if (deed->act != ACT_REMOVE) continue;
        if (strcmp(deed->path, path) == 0 || is_below(path, deed->path)) return deed->policy;
    }
    return NULL;
}

/* ---- finding ---- */

/* The path in full: of the trail, and what is left behind it. NULL when memory ran out. */
static const char *full_path(const struct overlay *o, const struct trail *trail)
{
    struct tree_arena *arena = o->tree->arena;
    const char *path = trail_text(arena, trail);
    if (path == NULL || trail->rest[0] == '\0') return path;
    const size_t length = strlen(path), rest = strlen(trail->rest);
    char *full = arena_take(arena, length + rest + 2, 1);
    if (full == NULL) return NULL;
    snprintf(full, length + rest + 2, "%s%s%s", path, length == 0 ? "" : ".", trail->rest);
    return full;
}

static void complain_of_path(const struct overlay *o, const struct trail *trail, struct place place)
{
    char words[EXPLANATION_BYTES];
    const char *path = full_path(o, trail);
    const char *remover = path == NULL ? NULL : who_removed(o, path);
    if (remover != NULL) {
        complain(o, place, "'%.200s' is taken out by policy '%.80s'; run with one of the two", path, remover);
        return;
    }
    path_explain(words, sizeof words, trail);
    complain(o, place, "%s", words);
}

/* Whether `path` leads to a node, and one that a policy may touch. Says why not. */
static bool follow(const struct overlay *o, const char *path, struct place place, struct trail *trail)
{
    if (path_follow(o->tree->root, path, trail)) return true;
    complain_of_path(o, trail, place);
    return false;
}

static bool no_memory(const struct overlay *o, struct place place)
{
    assert(o->tree->arena->no_memory || o->tree->arena->too_many);
    arena_report(o->tree->arena, place, o->errors);
    return false;
}

/* ---- the acts ---- */

static void replace(const struct trail *trail, struct node *value)
{
    assert(trail->length > 0);
    const size_t last = trail->length - 1;
    struct node *in = trail->in[last];
    if (trail->how[last] == CROSSING_STEP) {
        in->value[trail->at[last]]->value[0] = value;
    } else {
        in->value[trail->at[last]] = value;
    }
}

static bool is_protected(const struct overlay *o, const char *path, struct place place)
{
    if (!o->is_policy || (strcmp(path, "policies") != 0 && !is_below(path, "policies"))) return false;
    complain(o, place, "'%.200s': a policy cannot change policies; change the file", path);
    return true;
}

/* Takes what the path leads to out of the tree, at the end of the overlay. */
static bool act_remove(struct overlay *o, const char *path, struct place place)
{
    struct trail trail;
    struct tree_arena *arena = o->tree->arena;
    if (!follow(o, path, place, &trail)) return false;
    const size_t last = trail.length - 1;
    struct node *in = trail.in[last];
    const char *full = full_path(o, &trail);
    struct doomed *doomed = arena_take(arena, 1, sizeof *doomed);
    if (full == NULL || doomed == NULL) return no_memory(o, place);
    const bool by_number = trail.how[last] == CROSSING_NUMBER;
    if (is_protected(o, full, place) || (o->is_policy && clashes(o, &trail, full, place))) return false;
    *doomed = (struct doomed){.before = o->doomed, .in = in, .value = in->value[trail.at[last]]};
    o->doomed = doomed;
    if (o->is_policy && !remember(o, ACT_REMOVE, full, by_number ? in : NULL, place)) return no_memory(o, place);
    return true;
}

static void take_out_doomed(struct overlay *o)
{
    for (; o->doomed != NULL; o->doomed = o->doomed->before) {
        struct node *in = o->doomed->in;
        size_t at = 0;
        while (at < in->count && in->value[at] != o->doomed->value) at++;
        if (at < in->count) node_drop(in, at);
    }
}

/* Adds the last key of a path to the map where the trail ends. */
static bool add_key(const struct overlay *o, const struct trail *trail, struct node *value, struct place place)
{
    struct tree_arena *arena = o->tree->arena;
    struct node *key = node_scalar(arena, trail->rest, place);
    if (key == NULL) return false;
    key->policy = o->policy;
    return node_push(arena, trail->end, key, value);
}

static bool act_set(struct overlay *o, const char *path, const struct node *value, struct place place)
{
    struct trail trail;
    if (value->kind == NODE_NULL) return act_remove(o, path, place);
    const bool found = path_follow(o->tree->root, path, &trail);
    const bool last_key = trail.end->kind == NODE_MAP && trail.rest[0] != '\0' && strchr(trail.rest, '.') == NULL;
    const char *full = full_path(o, &trail);
    if (full == NULL) return no_memory(o, place);
    if (is_protected(o, full, place)) return false;
    if (!found && (!last_key || who_removed(o, full) != NULL)) {
        complain_of_path(o, &trail, place);
        return false;
    }
    if (o->is_policy && clashes(o, &trail, full, place)) return false;
    struct node *copy = node_copy(o->tree->arena, value, o->policy);
    if (copy == NULL) return no_memory(o, place);
    if (found) {
        replace(&trail, copy);
    } else if (!add_key(o, &trail, copy, place)) {
        return no_memory(o, place);
    }
    return !o->is_policy || remember(o, ACT_SET, full, NULL, place) || no_memory(o, place);
}

/* The scalar with the number: the node itself, or `value` of a map that carries evidence. */
static struct node **number_of(struct node **node)
{
    if ((*node)->kind != NODE_MAP) return node;
    for (size_t i = 0; i < (*node)->count; i++) {
        if (strcmp((*node)->key[i]->text, "value") == 0) return &(*node)->value[i];
    }
    return node;
}

static bool act_scale(struct overlay *o, const char *path, const struct node *by, struct place place)
{
    struct trail trail;
    double factor;
    if (by->kind != NODE_SCALAR || !rescale_factor(by->text, &factor)) {
        complain(o, by->place, "'%.200s': found %s%.80s%s; a factor is a number such as 0.6, or 60 %%", path,
            by->kind == NODE_SCALAR ? "'" : "", by->kind == NODE_SCALAR ? by->text : "no number",
            by->kind == NODE_SCALAR ? "'" : "");
        return false;
    }
    if (!follow(o, path, place, &trail)) return false;
    const char *full = full_path(o, &trail);
    if (full == NULL) return no_memory(o, place);
    if (is_protected(o, full, place) || clashes(o, &trail, full, place)) return false;
    struct node *target = trail_node(&trail);
    struct node **number = number_of(&target);
    const char *why = "it is not a number or distribution";
    char *text = (*number)->kind == NODE_SCALAR ? rescale((*number)->text, factor, &why) : NULL;
    if (text == NULL) {
        complain(o, place, "'%.200s' cannot be scaled: %s; use 'set'", path, why);
        return false;
    }
    struct node *scaled = node_scalar(o->tree->arena, text, by->place);
    free(text);
    if (scaled == NULL) return no_memory(o, place);
    scaled->policy = target->policy = o->policy;
    if (number == &target) {
        replace(&trail, scaled);
    } else {
        *number = scaled;
    }
    return remember(o, ACT_SCALE, full, NULL, place) || no_memory(o, place);
}

/* ---- insert ---- */

struct insertion {
    const struct node *anchor, *process, *steps; /* anchor: the name or path of the step that is there */
    bool after, single;
};

/* The key of an insertion's map in hand, into the insertion. */
static bool take_insert_key(
    const struct overlay *o, const struct node *key, const struct node *value, struct insertion *it)
{
    static const char *const known[] = {"after", "before", "process", "step", "steps"};
    const bool places = strcmp(key->text, "after") == 0 || strcmp(key->text, "before") == 0;
    const bool gives = strcmp(key->text, "step") == 0 || strcmp(key->text, "steps") == 0;
    if (!places && !gives && strcmp(key->text, "process") != 0) {
        const char *near = diagnostic_suggest(key->text, known, 5);
        complain(o, key->place, "no such key as '%.80s'; %s%s%s", key->text,
            near == NULL ? "an insertion has after or before, step or steps, and process" : "did you mean '",
            near == NULL ? "" : near, near == NULL ? "" : "'?");
        return false;
    }
    if ((places && it->anchor != NULL) || (gives && it->steps != NULL)) {
        complain(o, key->place, "%s; keep one of them",
            places ? "both 'after' and 'before' are given" : "both 'step' and 'steps' are given");
        return false;
    }
    if (!gives && value->kind != NODE_SCALAR) {
        complain(o, value->place, "'%s' is not a name; write '%s: NAME'", key->text, key->text);
        return false;
    }
    if (places) {
        it->anchor = value;
        it->after = strcmp(key->text, "after") == 0;
    } else if (gives) {
        it->steps = value;
        it->single = strcmp(key->text, "step") == 0;
    } else {
        it->process = value;
    }
    return true;
}

/* Whether `steps` is what `step:` or `steps:` wants. */
static bool check_steps(const struct overlay *o, const struct insertion *it)
{
    const struct node *steps = it->steps;
    if (it->single && node_is_step(steps)) return true;
    if (it->single) {
        complain(o, steps->place, "'step' is not a map of one key; write 'step: {NAME: {...}}'");
        return false;
    }
    bool well = steps->kind == NODE_LIST && steps->count > 0;
    for (size_t i = 0; well && i < steps->count; i++) well = node_is_step(steps->value[i]);
    if (!well) complain(o, steps->place, "'steps' is not a list of steps; write 'steps: [NAME: {...}, NAME: {...}]'");
    return well;
}

static bool read_insertion(const struct overlay *o, const struct node *map, struct insertion *it)
{
    *it = (struct insertion){0};
    if (map->kind != NODE_MAP) {
        complain(o, map->place, "found no map; write 'insert: {after: NAME, step: {NAME: {...}}}'");
        return false;
    }
    for (size_t i = 0; i < map->count; i++) {
        if (!take_insert_key(o, map->key[i], map->value[i], it)) return false;
    }
    if (it->anchor == NULL || it->steps == NULL) {
        complain(o, map->place, "%s is missing; write 'insert: {after: NAME, step: {NAME: {...}}}'",
            it->anchor == NULL ? "'after' or 'before'" : "'step' or 'steps'");
        return false;
    }
    return check_steps(o, it);
}

static bool complain_of_step(const struct overlay *o, const struct insertion *it, const char *process)
{
    const char *name[NAMES_MOST], *wanted = it->anchor->text;
    const size_t count = steps_names(o->tree, process, name, NAMES_MOST);
    const char *near = diagnostic_suggest(wanted, name, count);
    for (const struct deed *deed = o->tree->arena->deed; deed != NULL; deed = deed->before) {
        const char *last = deed->act == ACT_REMOVE ? strrchr(deed->path, '.') : NULL;
        if (last == NULL || strcmp(last + 1, wanted) != 0) continue;
        complain(o, it->anchor->place, "'%.200s' is taken out by policy '%.80s'; run with one of the two", deed->path,
            deed->policy);
        return false;
    }
    complain(o, it->anchor->place, "%s%.80s%s has no step '%.80s'; %s%.80s%s", process == NULL ? "" : "process '",
        process == NULL ? "the scenario" : process, process == NULL ? "" : "'", wanted,
        near == NULL ? "name a step of a process" : "did you mean '", near == NULL ? "" : near,
        near == NULL ? "" : "'?");
    return false;
}

/* The step that a path with dots leads to. */
static bool find_by_path(const struct overlay *o, const struct insertion *it, struct spot *spot)
{
    struct trail trail;
    if (!follow(o, it->anchor->text, it->anchor->place, &trail)) return false;
    const size_t last = trail.length - 1;
    *spot = (struct spot){.list = trail.in[last], .at = trail.at[last]};
    spot->process = steps_process_of(o->tree, spot->list);
    if (trail.how[last] == CROSSING_STEP && spot->process != NULL) return true;
    complain(o, it->anchor->place, "'%.200s' is not a step in a list of steps; name one", it->anchor->text);
    return false;
}

static bool find_spot(const struct overlay *o, const struct insertion *it, struct spot *spot)
{
    if (strchr(it->anchor->text, '.') != NULL) return find_by_path(o, it, spot);
    const char *process = it->process == NULL ? NULL : it->process->text, *name = it->anchor->text;
    struct spot other;
    const size_t count = steps_find(o->tree, process, name, spot, &other);
    if (count == 1) return true;
    if (count == 0) return complain_of_step(o, it, process);
    if (strcmp(spot->process, other.process) == 0) {
        complain(o, it->anchor->place, "process '%.80s' has %zu steps '%.80s'; give them different names",
            spot->process, count, name);
    } else {
        complain(o, it->anchor->place,
            "'%.80s' is a step of processes '%.80s' and '%.80s'; add 'process: %.80s' or the other", name,
            spot->process, other.process, spot->process);
    }
    return false;
}

static bool insert_step(const struct overlay *o, const struct spot *spot, size_t at, const struct node *step)
{
    struct spot there, other;
    const struct node *name = step->key[0];
    if (steps_find(o->tree, spot->process, name->text, &there, &other) > 0) {
        const struct node *old = there.list->value[there.at];
        char where[160];
        write_place(where, sizeof where, old->place);
        complain(o, name->place, "process '%.80s' has a step '%.80s' already%s%s%.80s%s; choose another name",
            spot->process, name->text, where, old->policy == NULL ? "" : ", put in by policy '",
            old->policy == NULL ? "" : old->policy, old->policy == NULL ? "" : "'");
        return false;
    }
    struct node *copy = node_copy(o->tree->arena, step, o->policy);
    if (copy == NULL || !node_insert(o->tree->arena, spot->list, at, copy)) return no_memory(o, step->place);
    return true;
}

static bool act_insert(const struct overlay *o, const struct node *map)
{
    struct insertion it;
    struct spot spot;
    if (!read_insertion(o, map, &it) || !find_spot(o, &it, &spot)) return false;
    const size_t at = spot.at + (it.after ? 1 : 0);
    if (it.single) return insert_step(o, &spot, at, it.steps);
    for (size_t i = 0; i < it.steps->count; i++) {
        if (!insert_step(o, &spot, at + i, it.steps->value[i])) return false;
    }
    return true;
}

/* ---- a policy ---- */

static void act_on_map(struct overlay *o, const struct node *map, enum act act)
{
    if (map->kind != NODE_MAP) {
        complain(o, map->place, "found no map; write '%s: {PATH: %s}'", act == ACT_SET ? "set" : "scale",
            act == ACT_SET ? "VALUE" : "FACTOR");
        return;
    }
    for (size_t i = 0; i < map->count; i++) {
        const struct node *key = map->key[i];
        if (act == ACT_SET) act_set(o, key->text, map->value[i], key->place);
        if (act == ACT_SCALE) act_scale(o, key->text, map->value[i], key->place);
    }
}

/* `insert` and `remove` take one or a list. */
static void act_on_list(struct overlay *o, const struct node *list, enum act act)
{
    const bool one = list->kind != NODE_LIST;
    for (size_t i = 0; i < (one ? 1 : list->count); i++) {
        const struct node *item = one ? list : list->value[i];
        if (act == ACT_INSERT) {
            act_insert(o, item);
        } else if (item->kind == NODE_SCALAR) {
            act_remove(o, item->text, item->place);
        } else {
            complain(o, item->place, "found no path; write 'remove: PATH' or 'remove: [PATH, PATH]'");
        }
    }
}

/* Does what one map of acts, a policy's or a level's, says. `about` is its path. */
static void apply(struct overlay *o, const struct node *acts, const char *about)
{
    static const struct {
        const char *key;
        enum act act;
    } order[] = {{"insert", ACT_INSERT}, {"set", ACT_SET}, {"scale", ACT_SCALE}, {"remove", ACT_REMOVE}};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        const struct node *what = node_get(acts, order[i].key);
        if (what == NULL || what->kind == NODE_NULL) continue;
        snprintf(o->field, sizeof o->field, "%.200s.%s", about, order[i].key);
        const bool by_map = order[i].act == ACT_SET || order[i].act == ACT_SCALE;
        if (by_map) act_on_map(o, what, order[i].act);
        if (!by_map) act_on_list(o, what, order[i].act);
    }
    take_out_doomed(o);
    snprintf(o->field, sizeof o->field, "%.200s", about);
    if (node_height(o->tree->root) > TREE_DEPTH_MOST) {
        complain(o, acts->place, "maps and lists stand more than %d deep inside each other with it; make it flatter",
            TREE_DEPTH_MOST);
    }
}

static bool acts_at_all(const struct node *map)
{
    return node_get(map, "insert") != NULL || node_get(map, "set") != NULL || node_get(map, "scale") != NULL ||
           node_get(map, "remove") != NULL;
}

/* "has no LEVEL; did you mean", for the keys of a map. */
static void complain_of_name(const struct overlay *o, const char *what, const char *name, const struct node *map)
{
    const struct place place = {.file = "--policy"};
    const char *key[NAMES_MOST] = {NULL}, *near;
    char list[400] = "";
    size_t count = 0;
    for (; map != NULL && map->kind == NODE_MAP && count < map->count && count < NAMES_MOST; count++) {
        key[count] = map->key[count]->text;
        const size_t length = strlen(list);
        if (length < 200) snprintf(list + length, sizeof list - length, "%s%.80s", count == 0 ? "" : ", ", key[count]);
    }
    near = diagnostic_suggest(name, key, count);
    if (near != NULL) {
        complain(o, place, "there is no %s '%.80s'; did you mean '%.80s'?", what, name, near);
    } else {
        complain(o, place, "there is no %s '%.80s'; %s%s", what, name,
            count == 0 ? "the scenario has none" : "there are ", list);
    }
}

bool tree_is_laid(const struct tree *tree, const char *policy, const char **level)
{
    for (const struct deed *deed = tree->arena->deed; deed != NULL; deed = deed->before) {
        if (deed->act != ACT_LAID || strcmp(deed->policy, policy) != 0) continue;
        if (level != NULL) *level = deed->path;
        return true;
    }
    return false;
}

/* The map of acts of a level; NULL after a message. */
static const struct node *find_level(const struct overlay *o, const struct node *policy, const char *level)
{
    const struct node *levels = node_get(policy, "levels");
    const struct node *acts = level == NULL || levels == NULL ? NULL : node_get(levels, level);
    if (level == NULL) {
        complain(o, (struct place){.file = "--policy"}, "the policy acts by its levels only; say which, '%.80s=LEVEL'",
            o->policy);
    } else if (acts == NULL) {
        complain_of_name(o, "level", level, levels);
    } else if (acts->kind != NODE_MAP) {
        complain(o, acts->place, "level '%.80s' is not a map; write '%.80s: {set: {PATH: VALUE}}'", level, level);
        acts = NULL;
    }
    return acts;
}

void tree_policy(struct tree *tree, const char *name, const char *level, struct diagnostics *errors)
{
    struct overlay o = {.tree = tree, .errors = errors, .is_policy = true};
    const struct place place = {.file = "--policy"};
    const struct node *policies = node_get(tree->root, "policies");
    const struct node *policy = policies == NULL ? NULL : node_get(policies, name);
    o.policy = arena_text(tree->arena, name, strlen(name));
    if (o.policy == NULL) {
        no_memory(&o, place);
        return;
    }
    snprintf(o.field, sizeof o.field, "policies");
    if (policy == NULL) {
        complain_of_name(&o, "policy", name, policies);
        return;
    }
    char about[200];
    snprintf(about, sizeof about, "policies.%.80s", name);
    snprintf(o.field, sizeof o.field, "%s", about);
    if (policy->kind != NODE_MAP) {
        complain(&o, policy->place, "found no map; write '%.80s: {title: ..., set: {PATH: VALUE}}'", name);
        return;
    }
    if (tree_is_laid(tree, o.policy, NULL)) {
        complain(&o, place, "the policy is given twice; give it once");
        return;
    }
    const bool wants_level = level != NULL || (node_get(policy, "levels") != NULL && !acts_at_all(policy));
    const struct node *acts = wants_level ? find_level(&o, policy, level) : NULL;
    if (wants_level && acts == NULL) return;
    const char *laid = wants_level ? arena_text(tree->arena, level, strlen(level)) : NULL;
    if ((wants_level && laid == NULL) || !remember(&o, ACT_LAID, laid, NULL, place)) {
        no_memory(&o, place);
        return;
    }
    apply(&o, policy, about);
    if (!wants_level) return;
    o.level = true;
    snprintf(about, sizeof about, "policies.%.80s.levels.%.80s", name, level);
    apply(&o, acts, about);
}

void tree_set(struct tree *tree, const char *setting, struct diagnostics *errors)
{
    struct overlay o = {.tree = tree, .errors = errors, .policy = "--set"};
    const struct place place = {.file = "--set"};
    const char *equals = strchr(setting, '=');
    if (equals == NULL || equals == setting) {
        diagnostics_add(errors, DIAGNOSTIC_ERROR, place, "'%.200s' is not PATH=VALUE; write --set PATH=VALUE", setting);
        return;
    }
    char *path = arena_text(tree->arena, setting, (size_t)(equals - setting));
    if (path == NULL) {
        no_memory(&o, place);
        return;
    }
    snprintf(o.field, sizeof o.field, "%.200s", path);
    const char *value = equals + 1;
    if (value[strspn(value, " \t\r\n")] == '\0') {
        complain(&o, place, "no value follows the '='; write one, or null to delete the key");
        return;
    }
    const struct parse_text text = {.name = "--set", .bytes = value, .length = strlen(value), .about = o.field};
    const size_t before = errors->errors;
    const struct node *node = parse_yaml(tree->arena, &text, errors);
    if (node == NULL || errors->errors > before) return;
    act_set(&o, path, node, place);
    take_out_doomed(&o);
    if (node_height(tree->root) > TREE_DEPTH_MOST) {
        complain(&o, place, "maps and lists stand more than %d deep inside each other with it; make it flatter",
            TREE_DEPTH_MOST);
    }
}
