/* check.c - goes through the tree with the table of fields in hand: unknown keys, missing ones, malformed values, and
 * the inputs with their evidence.
 *
 * The nearest `source:` or `assumed:` above a value speaks for it. A range counts for the values of its own unit only.
 */
#include "models/scenario/fields.h"
#include "models/scenario/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct scope { /* the evidence that speaks for the values below */
    const struct node *source, *assumed;
    bool own;         /* stands at the value itself, so a range of another unit is an error */
    bool *range_used; /* whether `assumed` has spoken for any value */
};

static void check_section(struct reader *r, const struct node *map, const char *section, struct scope scope);
static void check_value(struct reader *r, const struct field *field, const struct node *node, struct scope scope);
static void check_steps(struct reader *r, const struct node *list, struct scope scope);
static void check_step(
    struct reader *r, const char *name, const struct node *body, struct scope scope, bool alternative);

/* ---- inputs ---- */

static struct input *new_input(struct reader *r)
{
    struct scenario *s = r->scenario;
    if (s->inputs == r->input_room) {
        size_t room = r->input_room ? r->input_room * 2 : 64;
        struct input *grown = shelf_take(r->shelf, room, sizeof *grown);
        if (s->inputs) memcpy(grown, s->input, s->inputs * sizeof *grown);
        s->input = grown;
        r->input_room = room;
    }
    return &s->input[s->inputs++];
}

static bool mean_of(struct reader *r, const struct field *field, const struct node *node, double *mean)
{
    struct variate v = {0};
    enum distribution_of of = field->type == FIELD_TIMES    ? DISTRIBUTION_TIMES
                              : field->type == FIELD_SIZES  ? DISTRIBUTION_COUNTS
                              : field->type == FIELD_SCORES ? DISTRIBUTION_SCORES
                                                            : DISTRIBUTION_VALUES;
    if (!reader_variate(r, node, of, &v)) return false;
    *mean = variate_mean(&v);
    variate_clear(&v);
    return true;
}

/* What the range is compared with: the value, or a distribution's mean. */
static bool value_of(struct reader *r, const struct field *field, const struct node *node, struct quantity *out)
{
    char why[QUANTITY_WHY];
    if (node->kind == NODE_LIST) return false;
    if (node->kind == NODE_SCALAR && quantity_any(node->text, out, why)) {
        if (field->type == FIELD_SHARE && out->unit == UNIT_NONE) out->unit = UNIT_SHARE;
        return true;
    }
    out->unit = field->type == FIELD_TIMES ? UNIT_HOURS : UNIT_NONE;
    return mean_of(r, field, node, &out->value);
}

static void take_range(
    struct reader *r, struct input *input, const struct field *field, const struct node *node, struct scope scope)
{
    struct quantity low, high, value;
    char why[QUANTITY_WHY];
    if (!scope.assumed || scope.assumed->kind != NODE_SCALAR) return;
    if (!quantity_range(scope.assumed->text, &low, &high, why) || !value_of(r, field, node, &value)) return;
    if (value.unit == UNIT_SHARE && low.unit == UNIT_NONE && high.value <= 1) low.unit = UNIT_SHARE;
    if (low.unit != value.unit) {
        size_t mark = reader_enter(r, "assumed");
        if (scope.own)
            reader_error(r, scope.assumed,
                "the range '%.60s' has another unit than its value; write LOW..HIGH in that unit", scope.assumed->text);
        reader_leave(r, mark);
        return;
    }
    const char *dots = strstr(scope.assumed->text, "..");
    input->has_range = true;
    const char *highest = quantity_blanks(dots + 2);
    int length = (int)(dots - scope.assumed->text);
    bool bare = low.unit != UNIT_NONE && strspn(scope.assumed->text, "+-.0123456789eE ") >= (size_t)length;
    input->low = shelf_format(r->shelf, "%.*s%s%s", length, scope.assumed->text, bare ? " " : "",
        bare ? quantity_blanks(highest + strspn(highest, "+-.0123456789eE")) : "");
    input->high = shelf_text(r->shelf, highest);
    if (scope.range_used) *scope.range_used = true;
    if (value.value >= low.value && value.value <= high.value) return;
    size_t mark = scope.own ? reader_enter(r, "assumed") : r->path_length;
    reader_warning(r, scope.assumed, "the range '%.60s' does not hold the value itself (%.60s); widen it, or write it beside the value that it is for, {value: X, assumed: LOW..HIGH}", scope.assumed->text,
        node->kind == NODE_SCALAR ? node->text : "its mean");
    reader_leave(r, mark);
}

static void check_source(struct reader *r, const struct node *source)
{
    const struct scenario *s = r->scenario;
    if (source->kind != NODE_SCALAR || strchr(source->text, ' ')) return; /* free text */
    const char **names = shelf_take(r->shelf, s->sources + 1, sizeof *names);
    for (size_t i = 0; i < s->sources; i++) names[i] = s->source[i].name;
    for (size_t i = 0; i < s->sources; i++)
        if (strcmp(names[i], source->text) == 0) return;
    const char *near = diagnostic_suggest(source->text, names, s->sources);
    size_t mark = reader_enter(r, "source");
    if (near)
        reader_error(r, source, "there is no source '%.60s'; write one of sources:, or a sentence; did you mean '%s'?",
            source->text, near);
    reader_leave(r, mark);
}

static void add_input(struct reader *r, const struct field *field, const struct node *node, struct scope scope)
{
    if (node->derived) return; /* counted where the pattern stands */
    struct input *input = new_input(r);
    size_t n = node->count;
    input->path = shelf_text(r->shelf, r->path);
    input->place = node->place;
    input->text = node->kind == NODE_SCALAR   ? shelf_text(r->shelf, node->text)
                  : node->kind == NODE_LIST   ? shelf_format(r->shelf, "%zu numbers", n)
                  : node_get(node, "mixture") ? shelf_text(r->shelf, "a mixture")
                                              : shelf_format(r->shelf, "%zu rows", n);
    input->kind = EVIDENCE_ASSUMED;
    input->policy = node->policy ? shelf_text(r->shelf, node->policy) : NULL;
    if (scope.source && scope.source->kind == NODE_SCALAR) {
        input->kind = EVIDENCE_SOURCED;
        input->source = shelf_text(r->shelf, scope.source->text);
    }
    take_range(r, input, field, node, scope);
}

/* ---- scalars ---- */

static bool in_range(const struct field *field, double value, const char *text, char *why)
{
    if (!fields_is_bounded(field) || (value >= field->low && value <= field->high)) return true;
    static const char *const unit[] = {[FIELD_DURATION] = " h", [FIELD_RATE] = "/h", [FIELD_SHARE] = " %"};
    bool has_unit = field->type == FIELD_DURATION || field->type == FIELD_RATE || field->type == FIELD_SHARE;
    double scale = field->type == FIELD_SHARE ? 100 : 1;
    if (value < 0 && field->low == 0) return quantity_refuse(why, "'%.60s' is negative; at least 0 is wanted", text);
    return quantity_refuse(why, "'%.60s' is out of range; %.10g to %.10g%s is possible", text, field->low * scale,
        field->high * scale, has_unit ? unit[field->type] : "");
}

static bool check_number(const struct field *field, const char *text, char *why)
{
    static const enum unit unit[FIELD_TYPES] = {
        [FIELD_DURATION] = UNIT_HOURS, [FIELD_RATE] = UNIT_PER_HOUR, [FIELD_SHARE] = UNIT_SHARE};
    double value;
    return quantity_read(text, unit[field->type], &value, why) && in_range(field, value, text, why);
}

static bool is_word(const struct field *field, const char *text, char *why)
{
    if (fields_has_word(field->words, text)) return true;
    const char *candidate[16];
    char copy[160], list[200] = "";
    size_t n = 0;
    snprintf(copy, sizeof copy, "%s", field->words);
    for (char *rest = copy, *word; n < 16 && (word = strtok_r(rest, "|", &rest));) candidate[n++] = word;
    for (size_t i = 0; i < n; i++)
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s",
            i == 0      ? ""
            : i + 1 < n ? ", "
                        : " or ",
            candidate[i]);
    const char *near = diagnostic_suggest(text, candidate, n);
    return quantity_refuse(why, "'%.60s' is not possible here; write %s%s%s%s", text, list,
        near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static bool check_measure(const char *text, char *why)
{
    double from, to;
    if (strchr(text, '-') && text[0] != '-') return quantity_dates(text, &from, &to, why);
    if (!quantity_read(text, UNIT_HOURS, &from, why)) {
        char inner[QUANTITY_WHY];
        snprintf(inner, sizeof inner, "%s", why);
        return quantity_refuse(why, "%.200s; or dates: 2022-09-01..2022-11-30", inner);
    }
    if (!(from > 0)) return quantity_refuse(why, "'%.60s' is no time at all; write a duration over 0: 120 d", text);
    return from <= 8.76e9 || quantity_refuse(why, "'%.60s' is over a million years; write less", text);
}

static bool check_moment(const char *text, char *why)
{
    double hours;
    if (strchr(text, '-') && text[0] != '-') return quantity_moment(text, &hours, why);
    return quantity_read(text, UNIT_HOURS, &hours, why);
}

static bool check_name(const char *text, char *why)
{
    return fields_is_name(text) ||
           quantity_refuse(
               why, "'%.60s' is not a name; write a letter, then letters, digits and _ in lower case", text);
}

static bool check_scalar(const struct field *field, const struct node *node, char *why)
{
    const char *text = node->text;
    double a, b;
    uint64_t seed;
    bool days[7];
    if (field->type != FIELD_REFERENCE && fields_has_word(field->words, text)) return true;
    switch (field->type) {
    case FIELD_TEXT:
        return text[0] || quantity_refuse(why, "an empty text stands here; write one, or leave the key out");
    case FIELD_NAME: return check_name(text, why);
    case FIELD_WORD: return is_word(field, text, why);
    case FIELD_YES_NO:
        return strcmp(text, "true") == 0 || strcmp(text, "false") == 0 ||
               quantity_refuse(why, "'%.60s' is neither true nor false; write true or false", text);
    case FIELD_COUNT: return quantity_count(text, field->low, field->high, &a, why);
    case FIELD_NUMBER:
    case FIELD_DURATION:
    case FIELD_RATE:
    case FIELD_SHARE: return check_number(field, text, why);
    case FIELD_SEED: return quantity_seed(text, &seed, why);
    case FIELD_DATES: return quantity_dates(text, &a, &b, why);
    case FIELD_MOMENT: return check_moment(text, why);
    case FIELD_MEASURE: return check_measure(text, why);
    case FIELD_HOURS: return quantity_hours(text, &a, &b, why);
    case FIELD_DAYS: return quantity_days(text, days, why);
    case FIELD_OFFSET: return quantity_offset(text, &a, why);
    case FIELD_VALUE: {
        struct quantity value;
        return quantity_any(text, &value, why);
    }
    default: return true;
    }
}

static bool is_distribution(enum field_type type)
{
    return type == FIELD_TIMES || type == FIELD_SIZES || type == FIELD_SCORES;
}

static void check_distribution(struct reader *r, const struct field *field, const struct node *node)
{
    struct variate v = {0};
    const struct node *at;
    char why[QUANTITY_WHY];
    enum distribution_of of = field->type == FIELD_TIMES   ? DISTRIBUTION_TIMES
                              : field->type == FIELD_SIZES ? DISTRIBUTION_COUNTS
                                                           : DISTRIBUTION_SCORES;
    if (node->kind == NODE_SCALAR && fields_has_word(field->words, node->text)) return;
    r->files.beside = reader_beside(r, node);
    if (!distribution_read(node, of, &r->files, &v, &at, why))
        reader_error(r, at, "%s", why);
    else if (!(variate_mean(&v) <= 8.76e6) && field->type == FIELD_TIMES)
        reader_warning(r, node, "its mean is %.4g h, over a thousand years; check the unit", variate_mean(&v));
    variate_clear(&v);
}

/* ---- evidence beside a value ---- */

/* {value: X, source: S} or {value: X, assumed: LOW..HIGH}: gives X and narrows the scope. */
static const struct node *unwrap(struct reader *r, const struct node *node, struct scope *scope)
{
    if (node->kind != NODE_MAP || !node_get(node, "value")) return node;
    for (size_t i = 0; i < node->count; i++) {
        const char *key = node->key[i]->text;
        static const char *const allowed[] = {"value", "source", "assumed"};
        bool known = false;
        for (int k = 0; k < 3; k++) known = known || strcmp(key, allowed[k]) == 0;
        const char *near = known ? NULL : diagnostic_suggest(key, allowed, 3);
        if (!known)
            reader_error(r, node->key[i], "'%.60s' does not belong beside a value; source or assumed do%s%s%s", key,
                near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    }
    const struct node *source = node_get(node, "source"), *assumed = node_get(node, "assumed");
    if (source || assumed) *scope = (struct scope){.source = source, .assumed = assumed, .own = true};
    if (source) check_source(r, source);
    char why[QUANTITY_WHY];
    struct quantity low, high;
    if (assumed && (assumed->kind != NODE_SCALAR || !quantity_range(assumed->text, &low, &high, why)))
        reader_error(r, assumed, "assumed: %s", assumed->kind == NODE_SCALAR ? why : "a range is wanted: 7..12");
    return node_get(node, "value");
}

/* A section's own source and assumed replace what stood above. */
static struct scope scope_of(
    struct reader *r, const struct node *map, const char *section, struct scope scope, bool *used)
{
    if (!fields_find(section, "assumed") || fields_find(section, "assumed")->name[0] == '*') return scope;
    const struct node *source = node_get(map, "source"), *assumed = node_get(map, "assumed");
    if (!source && !assumed) return scope;
    char why[QUANTITY_WHY];
    struct quantity low, high;
    if (source) check_source(r, source);
    if (assumed && assumed->kind == NODE_SCALAR && !quantity_range(assumed->text, &low, &high, why)) {
        size_t mark = reader_enter(r, "assumed");
        reader_error(r, assumed, "%s", why);
        reader_leave(r, mark);
        *used = true; /* once is enough */
    }
    return (struct scope){.source = source, .assumed = assumed, .range_used = used};
}

/* ---- values with a structure of their own ---- */

/* Every scalar below that is a number or a distribution, for attributes and routes. */
static void add_leaves(struct reader *r, const struct field *field, const struct node *node, struct scope scope)
{
    node = unwrap(r, node, &scope);
    if (node->kind == NODE_SCALAR) {
        struct quantity number;
        char why[QUANTITY_WHY];
        bool numeric = quantity_any(node->text, &number, why) || distribution_is_named(node->text);
        if (numeric) add_input(r, field, node, scope);
    } else if (node->kind == NODE_MAP && node_get(node, "mixture")) {
        add_input(r, field, node, scope);
    } else if (node->kind == NODE_MAP) {
        for (size_t i = 0; i < node->count; i++) {
            size_t mark = reader_enter(r, node->key[i]->text);
            add_leaves(r, field, node->value[i], scope);
            reader_leave(r, mark);
        }
    }
}

static void check_branches(struct reader *r, const char *key, const struct node *map, struct scope scope)
{
    bool alternative = strcmp(key, "choose") == 0;
    if (map->kind != NODE_MAP || map->count == 0) {
        reader_error(r, map, "no map of branches stands here; write %s: {NAME: {...}, NAME: {...}}", key);
        return;
    }
    for (size_t i = 0; i < map->count; i++) {
        const char *name = map->key[i]->text;
        const struct node *body = map->value[i];
        size_t mark = reader_enter(r, name);
        char why[QUANTITY_WHY];
        if (!check_name(name, why)) reader_error(r, map->key[i], "%s", why);
        if (body->kind == NODE_LIST)
            check_steps(r, body, scope);
        else
            check_step(r, name, body, scope, alternative);
        reader_leave(r, mark);
    }
}

static void check_value(struct reader *r, const struct field *field, const struct node *node, struct scope scope)
{
    char why[QUANTITY_WHY];
    if (field->flags & FIELD_INPUT && field->type != FIELD_ATTRIBUTE) node = unwrap(r, node, &scope);
    if (field->flags & FIELD_LIST && node->kind == NODE_LIST) {
        struct field one = *field;
        one.flags &= ~(unsigned)FIELD_LIST;
        if (node->count == 0) reader_error(r, node, "an empty list stands here; write an item, or leave the key out");
        for (size_t i = 0; i < node->count; i++) {
            size_t mark = reader_enter_index(r, i);
            check_value(r, &one, node->value[i], scope);
            reader_leave(r, mark);
        }
        return;
    }
    if (node->kind == NODE_NULL) {
        reader_error(r, node, "nothing stands here; write a value, or leave the key out");
        return;
    }
    switch (field->type) {
    case FIELD_STEPS: check_steps(r, node, scope); return;
    case FIELD_BRANCHES: check_branches(r, field->name, node, scope); return;
    case FIELD_ATTRIBUTE:
    case FIELD_ROUTES: add_leaves(r, field, node, scope); return;
    case FIELD_PROFILE:
        if (node->kind != NODE_SCALAR) add_input(r, field, node, scope);
        return;
    case FIELD_CALENDAR:
    case FIELD_USE:
    case FIELD_LEVELS:
    case FIELD_OVERLAY: return;
    default: break;
    }
    bool mixture = is_distribution(field->type) && node->kind == NODE_MAP && node_get(node, "mixture");
    if (node->kind == NODE_MAP && field->sub && !mixture) {
        check_section(r, node, field->sub, scope);
    } else if (field->type == FIELD_SECTION) {
        reader_error(r, node, "a %s stands here; a map is wanted: {KEY: VALUE, ...}",
            node->kind == NODE_LIST  ? "list"
            : node->kind == NODE_MAP ? "map"
                                     : "single value");
    } else if (is_distribution(field->type)) {
        check_distribution(r, field, node);
        bool word = node->kind == NODE_SCALAR && fields_has_word(field->words, node->text);
        if (field->flags & FIELD_INPUT && !word) add_input(r, field, node, scope);
    } else if (node->kind != NODE_SCALAR) {
        reader_error(r, node, "a %s stands here; one value is wanted", node->kind == NODE_LIST ? "list" : "map");
    } else if (!check_scalar(field, node, why)) {
        reader_error(r, node, "%s", why);
    } else if (field->flags & FIELD_INPUT && !fields_has_word(field->words, node->text)) {
        add_input(r, field, node, scope);
    }
}

/* ---- maps ---- */

static void check_key(struct reader *r, const char *section, const struct node *key, const struct field *field)
{
    char why[QUANTITY_WHY];
    if (!field) {
        const char *near = fields_suggest(section, key->text);
        reader_error(r, key, "there is no such field here; %s%s%s",
            near ? "did you mean '" : "the reference page lists the fields", near ? near : "", near ? "'?" : "");
    } else if (field->name[0] == '*' && strcmp(section, "expect") != 0 && !check_name(key->text, why)) {
        reader_error(r, key, "%s", why);
    }
}

static void check_required(struct reader *r, const struct node *map, const char *section)
{
    size_t n;
    const struct field *field = fields_all(&n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(field[i].section, section) == 0 && field[i].flags & FIELD_REQUIRED && !node_get(map, field[i].name))
            reader_error(r, map, "%s is missing; %s", field[i].name, field[i].doc);
}

static void check_section(struct reader *r, const struct node *map, const char *section, struct scope scope)
{
    bool used = false;
    if (map->kind != NODE_MAP) {
        reader_error(r, map, "a map is wanted: {KEY: VALUE, ...}");
        return;
    }
    scope = scope_of(r, map, section, scope, &used);
    for (size_t i = 0; i < map->count; i++) {
        const struct field *field = fields_find(section, map->key[i]->text);
        size_t mark = reader_enter(r, map->key[i]->text);
        check_key(r, section, map->key[i], field);
        if (field) check_value(r, field, map->value[i], scope);
        reader_leave(r, mark);
    }
    check_required(r, map, section);
    if (scope.range_used == &used && scope.assumed && !used && !check_has_unknown(section, map))
        reader_warning_at(r, map, "assumed",
            "the range '%.60s' fits no value here; give it the unit of the value it is for", scope.assumed->text);
}

bool check_has_unknown(const char *section, const struct node *map)
{
    for (size_t i = 0; map->kind == NODE_MAP && i < map->count; i++)
        if (!fields_find(section, map->key[i]->text)) return true;
    return false;
}

/* ---- steps ---- */

const char *check_step_kind(const char *name, const struct node *body)
{
    size_t n;
    const char *const *kind = fields_step_kinds(&n);
    if (body->kind != NODE_MAP) return NULL;
    for (size_t i = 0; i < n; i++)
        if (node_get(body, kind[i])) return strcmp(kind[i], "back_to") == 0 ? "query" : kind[i];
    return strcmp(name, "selectivity") == 0 ? "selectivity" : NULL;
}

static bool belongs(const char *only, const char *kind)
{
    return !only || fields_has_word(only, kind);
}

static void check_step(
    struct reader *r, const char *name, const struct node *body, struct scope scope, bool alternative)
{
    if (body->kind != NODE_MAP) {
        reader_error(r, body, "a step is a map; write - %s: {service: exponential mean 1 h, by: RESOURCE}", name);
        return;
    }
    check_section(r, body, "step", scope);
    const char *kind = check_step_kind(name, body);
    if (!kind && !alternative && !check_has_unknown("step", body))
        reader_error(r, body,
            "nothing says what the step does; write service:, delay:, parallel:, choose:, milestone:, "
            "outcome:, selectivity:, route:, seize:, free:, batch:, unbatch: or hold:");
    for (size_t i = 0; kind && i < body->count; i++) {
        const struct field *field = fields_find("step", body->key[i]->text);
        if (!field || belongs(field->only, kind)) continue;
        size_t mark = reader_enter(r, field->name);
        reader_error(
            r, body->key[i], "it does not belong to a step of the kind %s; it belongs to: %s; give it a step of its own, or leave it out", kind, field->only);
        reader_leave(r, mark);
    }
    if (kind && strcmp(kind, "service") == 0 && !node_get(body, "by"))
        reader_error(r, body, "by is missing; a service names its resource: by: NAME (a delay needs none)");
    if (kind && strcmp(kind, "query") == 0 && !node_get(body, "delay"))
        reader_error(r, body, "delay is missing; a query lasts until its answer: delay: lognormal median 6 h p90 40 h");
}

static void check_steps(struct reader *r, const struct node *list, struct scope scope)
{
    if (list->kind != NODE_LIST || list->count == 0) {
        reader_error(r, list, "no steps stand here; write a list: - NAME: {service: ..., by: ...}");
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        const struct node *item = list->value[i];
        char why[QUANTITY_WHY];
        if (item->kind != NODE_MAP || item->count != 1) {
            size_t mark = reader_enter_index(r, i);
            reader_error(r, item, "a step is one key and its body; write - NAME: {service: ..., by: ...}");
            reader_leave(r, mark);
            continue;
        }
        size_t mark = reader_enter(r, item->key[0]->text);
        if (!check_name(item->key[0]->text, why)) reader_error(r, item->key[0], "%s", why);
        check_step(r, item->key[0]->text, item->value[0], scope, false);
        reader_leave(r, mark);
    }
}

void check_scenario(struct reader *r)
{
    check_section(r, r->root, "", (struct scope){0});
}
