/* compile_stations.c - a resource becomes a station: who is on post when, who is next, what happens at the edges. */
#include "models/clearance/compile.h"

static bool asked_for_priority(const struct scenario *scenario, int resource)
{
    for (size_t i = 0; i < scenario->steps; i++)
        for (size_t r = 0; r < scenario->step[i].resources; r++)
            if (scenario->step[i].resource[r] == resource &&
                (scenario->step[i].priorities || scenario->step[i].priority_otherwise))
                return true;
    return false;
}

static enum queue_discipline discipline_of(const struct model *model, size_t index)
{
    static const enum queue_discipline same[] = {[DISCIPLINE_FCFS] = QUEUE_FCFS,
        [DISCIPLINE_LCFS] = QUEUE_LCFS,
        [DISCIPLINE_SIRO] = QUEUE_SIRO,
        [DISCIPLINE_PRIORITY] = QUEUE_PRIORITY,
        [DISCIPLINE_SPT] = QUEUE_SPT,
        [DISCIPLINE_EDF] = QUEUE_EDF,
        [DISCIPLINE_PS] = QUEUE_SHARING};
    enum discipline given = model->scenario->resource[index].discipline;
    if (given == DISCIPLINE_FCFS && asked_for_priority(model->scenario, (int)index)) return QUEUE_PRIORITY;
    return same[given];
}

static enum queue_preemption same_preemption(enum preemption given)
{
    static const enum queue_preemption same[] = {[PREEMPTION_NONE] = PREEMPT_NONE,
        [PREEMPTION_RESUME] = PREEMPT_RESUME,
        [PREEMPTION_REPEAT_IDENTICAL] = PREEMPT_REPEAT_IDENTICAL,
        [PREEMPTION_REPEAT_DIFFERENT] = PREEMPT_REPEAT_DIFFERENT};
    return same[given];
}

static bool set_pools(struct model *model, const struct resource *resource, struct station_spec *spec)
{
    struct station_pool *pool = keep(model, resource->pools, sizeof *pool);
    if (pool == NULL) return false;
    int servers = 0;
    for (size_t i = 0; i < resource->pools; i++) {
        struct condition *serves = keep_condition(model, &resource->pool[i].serves);
        if (serves == NULL) return false;
        pool[i] = (struct station_pool){resource->pool[i].servers, *serves};
        servers += resource->pool[i].servers;
    }
    spec->pool = pool;
    spec->pools = resource->pools;
    for (size_t i = 0; i < resource->shifts; i++)
        if (resource->shift[i].servers > servers)
            return refuse(model, resource->place,
                "resource '%s': a shift has %d servers, but its pools have %d; give a pool more", resource->name,
                resource->shift[i].servers, servers);
    return true;
}

/* Who is unlimited may work by a calendar too: whoever comes outside its hours waits for them. */
static bool set_servers(struct model *model, const struct resource *resource, struct station_spec *spec)
{
    if (resource->pools && !set_pools(model, resource, spec)) return false;
    spec->servers = resource->servers;
    const struct scenario *before = model->scenario->before;
    bool turns = before && before->resource[resource - model->scenario->resource].servers != resource->servers;
    if (resource->shifts == 0 && resource->calendar == NONE && !turns && resource->outages == 0) return true;
    if (resource->shifts == 0 && resource->servers == STATION_UNLIMITED && resource->at_close == AT_CLOSE_PAUSE)
        return refuse(model, resource->place,
            "resource '%s' has unlimited servers that pause when they close; use at_close: finish, or a delay with in: "
            "CALENDAR",
            resource->name);
    spec->on_post = servers_timeline(model, resource);
    return spec->on_post != NULL;
}

static bool set_failures(struct model *model, const struct resource *resource, struct station_spec *spec)
{
    if (resource->breaks_down) {
        if (variate_copy(&spec->up, &resource->up) != STATUS_OK ||
            variate_copy(&spec->down, &resource->down) != STATUS_OK)
            return no_memory(model);
        spec->breaks_down = true;
        spec->up_while_serving = resource->up_while_serving;
        spec->after_repair = same_preemption(resource->after_repair);
        spec->breaks_together = resource->breaks_together;
    }
    if (resource->vacates) {
        if (variate_copy(&spec->vacation, &resource->vacation) != STATUS_OK) return no_memory(model);
        spec->vacates = true;
        spec->vacation_single = resource->vacation_single;
    }
    return true;
}

bool compile_station(struct model *model, size_t index)
{
    const struct resource *resource = &model->scenario->resource[index];
    struct station_in_model *station = &model->station[index];
    struct group *group = &model->group[station->group];
    struct station_spec spec = {.name = resource->name,
        .pause_at_close = resource->at_close == AT_CLOSE_PAUSE,
        .room = resource->room,
        .lose_when_full = resource->room_full == ROOM_FULL_LOSE,
        .discipline = discipline_of(model, index),
        .preemption = same_preemption(resource->preemption),
        .begin_at = resource->n_policy > 1 ? resource->n_policy : 1,
        .batch_least = resource->batch_min,
        .batch_most = resource->batch_max};
    if (!set_servers(model, resource, &spec) || !set_failures(model, resource, &spec)) {
        timeline_destroy(spec.on_post);
        return false;
    }
    station->id = network_station(group->net, &spec);
    return station->id >= 0;
}
