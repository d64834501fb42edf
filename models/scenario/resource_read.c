/* resource_read.c - who serves: servers or shifts or pools, and how the queue before them behaves. */
#include "models/scenario/reader.h"

#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

static void read_shift(struct reader *r, struct shift_def *shift, const struct node *map)
{
    char why[QUANTITY_WHY];
    for (int i = 0; i < 7; i++) shift->weekday[i] = true;
    const char *days = reader_scalar(map, "days"), *dates = reader_scalar(map, "dates");
    const char *hours = reader_scalar(map, "hours");
    if (days) quantity_days(days, shift->weekday, why);
    if (dates) shift->dated = quantity_dates(dates, &shift->date_from, &shift->date_to, why);
    if (hours) quantity_hours(hours, &shift->from, &shift->to, why);
    shift->servers = reader_count(map, "servers", 0);
    if (dates && !r->scenario->run.dated)
        reader_warning_at(r, map, "dates", "the run has no dates, so this shift never comes; use days:");
}

static void read_shifts(struct reader *r, struct resource *resource, const struct node *list)
{
    size_t n = reader_items(list);
    int most = 0;
    resource->shift = shelf_take(r->shelf, n + 1, sizeof *resource->shift);
    for (size_t i = 0; i < n; i++) {
        const struct node *item = reader_item(list, i);
        size_t mark = reader_enter_index(r, i);
        if (item->kind == NODE_MAP) read_shift(r, &resource->shift[resource->shifts++], item);
        reader_leave(r, mark);
    }
    for (size_t i = 0; i < resource->shifts; i++)
        if (resource->shift[i].servers > most) most = resource->shift[i].servers;
    if (resource->shifts && most == 0) reader_error(r, list, "no shift has a server; nobody would ever serve");
    resource->servers = most;
}

static void read_servers(struct reader *r, struct resource *resource, const struct node *map)
{
    const struct node *servers = reader_get(map, "servers"), *shifts = reader_get(map, "shifts");
    const struct node *pools = reader_get(map, "pools");
    bool given = servers || shifts || pools;
    resource->servers = 1;
    if (servers && servers->kind == NODE_SCALAR && strcmp(servers->text, "unlimited") == 0)
        resource->servers = INT32_MAX;
    else
        resource->servers = reader_count(map, "servers", 1);
    if (resource->servers < 1) resource->servers = 1; /* reported by the check */
    if (servers && (shifts || pools))
        reader_error_at(r, map, "servers", "servers stand beside %s; give one of the two", shifts ? "shifts" : "pools");
    if (!given && resource->capacity_per_h <= 0)
        reader_error(r, map, "servers is missing; write servers: 3, servers: unlimited, or shifts");
    size_t mark = reader_enter(r, "shifts");
    if (shifts) read_shifts(r, resource, shifts);
    reader_leave(r, mark);
    if (shifts && reader_get(map, "calendar"))
        reader_error_at(r, map, "calendar", "shifts and a calendar stand together; the shifts already say the hours");
}

static void read_batch(struct reader *r, struct resource *resource, const struct node *map)
{
    const struct node *batch = reader_get(map, "batch");
    resource->batch_min = resource->batch_max = 1;
    if (!batch) return;
    if (batch->kind == NODE_SCALAR) {
        resource->batch_min = resource->batch_max = reader_count(map, "batch", 1);
        return;
    }
    resource->batch_min = reader_count(batch, "min", 1);
    resource->batch_max = reader_count(batch, "max", resource->batch_min);
    if (resource->batch_max < resource->batch_min)
        reader_error_at(
            r, map, "batch", "max %d is under min %d; write min <= max", resource->batch_max, resource->batch_min);
}

/* Nobody serves in them; what is in service pauses, unless the file says that it is finished. */
static void read_outages(struct reader *r, struct resource *resource, const struct node *map)
{
    const struct node *list = reader_get(map, "outages");
    size_t n = reader_items(list), mark = reader_enter(r, "outages");
    resource->outage = shelf_take(r->shelf, n + 1, sizeof *resource->outage);
    for (size_t i = 0; i < n; i++) {
        const struct node *item = reader_item(list, i), *from = reader_get(item, "from"), *to = reader_get(item, "to");
        struct span *outage = &resource->outage[resource->outages];
        size_t inner = reader_enter_index(r, i);
        if (from && to && reader_moment(r, from, &outage->from) && reader_moment(r, to, &outage->to)) {
            if (!(outage->to > outage->from))
                reader_error_at(r, item, "to", "the outage ends before it begins; write a later moment");
            resource->outages++;
        }
        reader_leave(r, inner);
    }
    if (resource->outages && !reader_get(map, "at_close")) resource->at_close = AT_CLOSE_PAUSE;
    reader_leave(r, mark);
}

static void read_failures(struct reader *r, struct resource *resource, const struct node *map)
{
    const struct node *breakdown = reader_get(map, "breakdown"), *vacation = reader_get(map, "vacation");
    const struct node *every = reader_get(breakdown, "every"), *lasts = reader_get(breakdown, "lasts");
    size_t mark = reader_enter(r, "breakdown");
    if (every && lasts) {
        resource->breaks_down = reader_variate(r, every, DISTRIBUTION_TIMES, &resource->up) &&
                                reader_variate(r, lasts, DISTRIBUTION_TIMES, &resource->down);
        static const char *const ages[] = {"always", "in_service"};
        static const char *const then[] = {"none", "resume", "repeat_identical", "repeat_different"};
        resource->up_while_serving = reader_word(breakdown, "ages", ages, 2, 0) == 1;
        resource->after_repair = (enum preemption)reader_word(breakdown, "then", then, 4, PREEMPTION_RESUME);
        const char *together = reader_scalar(breakdown, "together");
        resource->breaks_together = together && strcmp(together, "true") == 0;
        if (resource->breaks_together && resource->up_while_serving)
            reader_error_at(r, breakdown, "ages", "servers that fail together do so at rest too; leave out ages: in_service or together");
        if (resource->breaks_down && !(variate_mean(&resource->up) > 0))
            reader_error_at(r, breakdown, "every", "it breaks down all the time; a mean over 0 is wanted");
    }
    reader_leave(r, mark);
    mark = reader_enter(r, "vacation");
    const struct node *length = reader_get(vacation, "lasts");
    if (length) {
        const char *single = reader_scalar(vacation, "single");
        resource->vacates = reader_variate(r, length, DISTRIBUTION_TIMES, &resource->vacation);
        resource->vacation_single = single && strcmp(single, "true") == 0;
        if (resource->vacates && !(variate_mean(&resource->vacation) > 0))
            reader_error_at(
                r, vacation, "lasts", "a vacation of no length would repeat for ever; a mean over 0 is wanted");
    }
    reader_leave(r, mark);
}

static void read_queue(struct reader *r, struct resource *resource, const struct node *map)
{
    static const char *const at_close[] = {"finish", "pause"}, *const full[] = {"block", "lose"};
    static const char *const discipline[] = {"fcfs", "lcfs", "siro", "priority", "spt", "edf", "ps"};
    static const char *const preemption[] = {"none", "resume", "repeat_identical", "repeat_different"};
    resource->at_close = (enum at_close)reader_word(map, "at_close", at_close, 2, AT_CLOSE_FINISH);
    resource->room_full = (enum room_full)reader_word(map, "full", full, 2, ROOM_FULL_BLOCK);
    resource->discipline = (enum discipline)reader_word(map, "discipline", discipline, 7, DISCIPLINE_FCFS);
    resource->preemption = (enum preemption)reader_word(map, "preemption", preemption, 4, PREEMPTION_NONE);
    double room = reader_number(map, "room", UNIT_NONE, -1);
    resource->room = room >= 0 && room <= 1e9 ? (long)room : -1;
    resource->n_policy = reader_count(map, "n_policy", 1);
    if (resource->room_full == ROOM_FULL_LOSE && resource->room < 0)
        reader_error_at(r, map, "full", "full: lose has no room to be full; give room: N");
    if (resource->preemption != PREEMPTION_NONE && resource->discipline != DISCIPLINE_PRIORITY &&
        resource->discipline != DISCIPLINE_LCFS && resource->discipline != DISCIPLINE_FCFS)
        reader_error_at(r, map, "preemption",
            "preemption needs an order in which someone may interrupt; write discipline: priority or lcfs");
    if (resource->discipline == DISCIPLINE_PS && reader_get(map, "batch"))
        reader_error_at(r, map, "discipline", "under ps nobody waits; leave out batch");
}

static void read_resource(struct reader *r, struct resource *resource, const struct node *map)
{
    resource->owner = reader_text(r, map, "owner", "customs");
    resource->label = reader_text(r, map, "label", resource->name);
    resource->wage = reader_number(map, "wage", UNIT_NONE, 0);
    resource->capacity_per_h = reader_number(map, "capacity", UNIT_PER_HOUR, 0);
    const struct node *calendar = reader_get(map, "calendar");
    size_t mark = reader_enter(r, "calendar");
    resource->calendar = calendar ? reader_calendar(r, calendar) : NONE;
    reader_leave(r, mark);
    read_servers(r, resource, map);
    read_queue(r, resource, map);
    read_batch(r, resource, map);
    read_failures(r, resource, map);
    read_outages(r, resource, map);
}

void read_resources(struct reader *r)
{
    struct scenario *s = r->scenario;
    const struct node *map = reader_get(r->root, "resources");
    size_t n = map && map->kind == NODE_MAP ? map->count : 0;
    s->resource = shelf_take(r->shelf, n + 1, sizeof *s->resource);
    r->resource_used = shelf_take(r->shelf, n + 1, sizeof *r->resource_used);
    for (size_t i = 0; i < n; i++) {
        size_t outer = reader_enter(r, "resources"), mark = reader_enter(r, map->key[i]->text);
        struct resource *resource = &s->resource[s->resources++];
        resource->name = shelf_text(r->shelf, map->key[i]->text);
        resource->place = map->key[i]->place;
        resource->calendar = NONE;
        if (map->value[i]->kind == NODE_MAP) read_resource(r, resource, map->value[i]);
        reader_leave(r, mark);
        reader_leave(r, outer);
    }
}

static void read_resource_pools(struct reader *r, struct resource *resource, const struct node *pools)
{
    int servers = 0;
    resource->pool = shelf_take(r->shelf, pools->count + 1, sizeof *resource->pool);
    for (size_t i = 0; i < pools->count; i++) {
        size_t mark = reader_enter(r, pools->key[i]->text), inner = reader_enter(r, "serves");
        struct pool_def *pool = &resource->pool[resource->pools++];
        const struct node *serves = reader_get(pools->value[i], "serves");
        pool->name = shelf_text(r->shelf, pools->key[i]->text);
        pool->servers = reader_count(pools->value[i], "servers", 1);
        servers += pool->servers;
        if (serves && serves->kind == NODE_SCALAR && strcmp(serves->text, "any") != 0)
            reader_condition(r, serves, serves->text, NULL, &pool->serves);
        reader_leave(r, inner);
        reader_leave(r, mark);
    }
    if (resource->shifts == 0) resource->servers = servers;
}

void read_pools(struct reader *r)
{
    struct scenario *s = r->scenario;
    const struct node *map = reader_get(r->root, "resources");
    for (size_t i = 0; i < s->resources; i++) {
        const struct node *pools = reader_get(map->value[i], "pools");
        if (!pools || pools->kind != NODE_MAP) continue;
        size_t mark = reader_enter(r, "resources");
        reader_enter(r, s->resource[i].name);
        reader_enter(r, "pools");
        read_resource_pools(r, &s->resource[i], pools);
        reader_leave(r, mark);
    }
}
