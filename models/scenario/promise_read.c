/* promise_read.c - what is asked of the result: promises, published values, further metrics; and the policies by name.
 */
#include "models/scenario/metric_name.h"
#include "models/scenario/reader.h"

#include <math.h>
#include <string.h>

static const struct node *map_of(struct reader *r, const char *key, size_t *n)
{
    const struct node *map = reader_get(r->root, key);
    if (map && map->kind != NODE_MAP) map = NULL;
    *n = map ? map->count : 0;
    return map;
}

static void read_each_promise(struct reader *r)
{
    struct scenario *s = r->scenario;
    char why[QUANTITY_WHY];
    size_t n, mark = reader_enter(r, "promises");
    const struct node *map = map_of(r, "promises", &n);
    s->promise = shelf_take(r->shelf, n + 1, sizeof *s->promise);
    for (size_t i = 0; i < n; i++) {
        const struct node *body = map->value[i], *metric = reader_get(body, "metric");
        struct promise *promise = &s->promise[s->promises++];
        size_t inner = reader_enter(r, map->key[i]->text);
        *promise = (struct promise){.name = shelf_text(r->shelf, map->key[i]->text),
            .metric = reader_text(r, body, "metric", ""),
            .source = reader_text(r, body, "source", NULL),
            .at_most = reader_number(body, "at_most", UNIT_HOURS, 0),
            .share = reader_number(body, "for", UNIT_SHARE, 1),
            .has_share = reader_get(body, "for") != NULL};
        reader_enter(r, "metric");
        if (metric && metric->kind == NODE_SCALAR && !metric_name_check_time(s, metric->text, why))
            reader_error(r, metric, "%s", why);
        reader_leave(r, inner);
    }
    reader_leave(r, mark);
}

static const char *unit_words(enum unit unit)
{
    static const char *const words[] = {[UNIT_NONE] = "a plain number",
        [UNIT_HOURS] = "a time: 32.02 h",
        [UNIT_PER_HOUR] = "a rate: 28/h",
        [UNIT_SHARE] = "a share: 66 %",
        [UNIT_POINTS] = "points"};
    return words[unit];
}

static void read_within(struct reader *r, struct expect *expect, const struct node *body, enum unit unit)
{
    const struct node *within = reader_get(body, "within");
    struct quantity quantity = {UNIT_SHARE, 0.05};
    char why[QUANTITY_WHY];
    if (within && (within->kind != NODE_SCALAR || !quantity_any(within->text, &quantity, why))) return;
    expect->within = quantity.value;
    expect->within_relative = quantity.unit == UNIT_SHARE;
    enum unit absolute = unit == UNIT_SHARE ? UNIT_POINTS : unit;
    if (quantity.value < 0 || (!expect->within_relative && quantity.unit != absolute))
        reader_error(r, within, "'%.40s' does not go with this metric; write 3 %% (of the value)%s", within->text,
            unit == UNIT_SHARE   ? " or 5 points"
            : unit == UNIT_HOURS ? " or 2 h"
                                 : "");
}

static void read_each_expect(struct reader *r)
{
    struct scenario *s = r->scenario;
    static const char *const role[] = {"fitted", "held_back"};
    size_t n, mark = reader_enter(r, "expect");
    const struct node *map = map_of(r, "expect", &n);
    s->expect = shelf_take(r->shelf, n + 1, sizeof *s->expect);
    for (size_t i = 0; i < n; i++) {
        const struct node *body = map->value[i], *value = reader_scalar(body, "value") ? node_get(body, "value") : NULL;
        struct expect *expect = &s->expect[s->expects++];
        enum unit unit = UNIT_NONE;
        struct quantity quantity = {0};
        char why[QUANTITY_WHY];
        size_t inner = reader_enter(r, map->key[i]->text);
        *expect = (struct expect){.metric = shelf_text(r->shelf, map->key[i]->text),
            .text = reader_text(r, body, "value", ""),
            .source = reader_text(r, body, "source", NULL),
            .place = map->key[i]->place,
            .role = (enum expect_role)reader_word(body, "role", role, 2, EXPECT_HELD_BACK)};
        if (!metric_name_check(s, expect->metric, &unit, why)) {
            reader_error(r, map->key[i], "%s", why);
        } else if (value && quantity_any(value->text, &quantity, why)) {
            bool share = unit == UNIT_SHARE && quantity.unit == UNIT_NONE && quantity.value <= 1;
            reader_enter(r, "value");
            if (quantity.unit != unit && !share)
                reader_error(r, value, "'%.40s' does not go with this metric; write %s", value->text, unit_words(unit));
            reader_leave(r, inner);
            reader_enter(r, map->key[i]->text);
            expect->value = quantity.value;
            reader_enter(r, "within");
            read_within(r, expect, body, unit);
        }
        reader_leave(r, inner);
    }
    reader_leave(r, mark);
}

static void read_each_policy(struct reader *r)
{
    struct scenario *s = r->scenario;
    size_t n, mark = reader_enter(r, "policies");
    const struct node *map = map_of(r, "policies", &n);
    s->policy = shelf_take(r->shelf, n + 1, sizeof *s->policy);
    for (size_t i = 0; i < n; i++) {
        const struct node *body = map->value[i], *starts = reader_get(body, "starts");
        struct policy *policy = &s->policy[s->policies++];
        const char *level = NULL;
        const bool on = tree_is_laid(s->tree, map->key[i]->text, &level);
        size_t inner = reader_enter(r, map->key[i]->text);
        *policy = (struct policy){.name = shelf_text(r->shelf, map->key[i]->text),
            .title = reader_text(r, body, "title", map->key[i]->text),
            .in_force = reader_text(r, body, "in_force", NULL),
            .source = reader_text(r, body, "source", NULL),
            .on = on,
            .level = level ? shelf_text(r->shelf, level) : NULL};
        reader_enter(r, "starts");
        if (starts) policy->has_starts = reader_moment(r, starts, &policy->starts);
        const struct node *ends = reader_get(map->value[i], "ends");
        if (ends) policy->has_ends = reader_moment(r, ends, &policy->ends);
        if (ends && !starts) reader_error_at(r, map->value[i], "ends", "a policy that ends inside the run starts inside it; write starts: too");
        reader_leave(r, inner);
    }
    reader_leave(r, mark);
}

/* run.by: attributes whose levels are reported apart. */
static void read_by(struct reader *r)
{
    struct run_plan *run = &r->scenario->run;
    const struct node *by = reader_get(reader_get(r->root, "run"), "by");
    run->by = shelf_take(r->shelf, reader_items(by) + 1, sizeof *run->by);
    size_t mark = reader_enter(r, "run");
    reader_enter(r, "by");
    for (size_t i = 0; i < reader_items(by); i++) {
        const struct node *item = reader_item(by, i);
        if (item->kind != NODE_SCALAR) continue;
        int found = reader_find(
            r, item, "attribute", item->text, (const char *const *)r->scenario->attribute, r->scenario->attributes);
        if (found == NONE) continue;
        if (found != ATTRIBUTE_COMPLIANT &&
            (found < ATTRIBUTE_BUILTINS || r->attribute[found].kind == ATTRIBUTE_NUMBER))
            reader_error(
                r, item, "'%s' has no levels that a shipment is born with; write a flag or a category", item->text);
        else
            run->by[run->bys++] = found;
        r->attribute_used[found] = true;
    }
    reader_leave(r, mark);
}

void read_promises(struct reader *r)
{
    const struct node *metrics = reader_get(reader_get(r->root, "run"), "metrics");
    char why[QUANTITY_WHY];
    enum unit unit;
    size_t mark = reader_enter(r, "run");
    reader_enter(r, "metrics");
    for (size_t i = 0; i < reader_items(metrics); i++) {
        const struct node *item = reader_item(metrics, i);
        if (item->kind == NODE_SCALAR && !metric_name_check(r->scenario, item->text, &unit, why))
            reader_error(r, item, "%s", why);
    }
    reader_leave(r, mark);
    read_by(r);
    read_each_promise(r);
    read_each_expect(r);
    read_each_policy(r);
}
