/* station_count.c - what only some stations are asked for: splits, batches, departures, busy periods, occupancies. The
 * counts that every station keeps are inline in station.h. */
#include "engine/core/station.h"

void station_touch(struct simulation *sim, uint32_t id)
{
    touch(sim, id, &sim->station[id]);
}

void count_hours(struct simulation *sim, uint32_t id, const struct station *st, double held)
{
    struct station_result *result = &sim->result.station[id];
    if (result->occupancies == 0 || !sim->window_open) return;
    int64_t number = station_number(st);
    result->occupancy[number < result->occupancies ? number : result->occupancies - 1] += held;
    if (result->queue_levels) result->queue_hours[st->waiting < result->queue_levels ? st->waiting : result->queue_levels - 1] += held;
    if (result->busy_levels) result->busy_hours[st->busy < result->busy_levels ? st->busy : result->busy_levels - 1] += held;
}

static unsigned split_level(const struct simulation *sim, const struct entity *e, const struct split *split)
{
    double level = split->attribute < 0 ? (double)e->stream : entity_attributes(sim, e)[split->attribute];
    return level >= 0 && level < split->levels ? (unsigned)level : UINT32_MAX;
}

static void add_split(const struct simulation *sim, uint32_t id, const struct entity *e, struct measure *measure, double value)
{
    const struct built_station *bs = built(sim, id);
    for (size_t i = 0; i < bs->splits; i++) {
        unsigned level = split_level(sim, e, &bs->split[i]);
        if (level != UINT32_MAX) measure_add(&measure[bs->split[i].first + level], value);
    }
}

/* ---- by level ---- */

void count_level(struct simulation *sim, uint32_t id, const struct entity *e, enum level_count what)
{
    const struct built_station *bs = built(sim, id);
    bool counts = entity_counts(sim, e);
    for (size_t i = 0; bs->by_level && i < bs->splits; i++) {
        unsigned level = split_level(sim, e, &bs->split[i]);
        if (level == UINT32_MAX) continue;
        struct level_result *result = &sim->result.station[id].level[bs->split[i].first + level];
        switch (what) {
        case LEVEL_ARRIVED: result->arrived += counts; break;
        case LEVEL_LOST: result->lost += counts; break;
        case LEVEL_RENEGED: result->reneged += counts; break;
        case LEVEL_BALKED: result->balked += counts; break;
        case LEVEL_BLOCKED: result->blocked += counts; break;
        case LEVEL_THROUGH:
            result->served += counts;
            result->served_in_window += sim->window_open;
            break;
        }
    }
}

static void add_area(struct simulation *sim, uint32_t id, const struct entity *e, double since, bool of_queue)
{
    const struct built_station *bs = built(sim, id);
    double from = since > sim->net->plan.window_from ? since : sim->net->plan.window_from;
    if ((sim->ending & ENDING_CLOSED) || !(sim->now > from)) return;
    for (size_t i = 0; i < bs->splits; i++) {
        unsigned level = split_level(sim, e, &bs->split[i]);
        if (level == UINT32_MAX) continue;
        struct level_result *result = &sim->result.station[id].level[bs->split[i].first + level];
        if (of_queue)
            result->queue_area += sim->now - from;
        else
            result->number_area += sim->now - from;
    }
}

void count_level_queue(struct simulation *sim, uint32_t id, const struct entity *e, double since)
{
    if (built(sim, id)->by_level) add_area(sim, id, e, since, true);
}

void count_level_number(struct simulation *sim, uint32_t id, const struct entity *e, double since)
{
    if (built(sim, id)->by_level) add_area(sim, id, e, since, false);
}

void count_level_through(struct simulation *sim, uint32_t id, const struct entity *e)
{
    count_level(sim, id, e, LEVEL_THROUGH);
    count_level_number(sim, id, e, e->since);
}

/* Who waits again, for it was pushed out, has both flags, and has waited since `start`. */
static void close_level(struct simulation *sim, uint32_t who)
{
    const struct entity *e = &sim->entity[who];
    if (e->flags & (ENTITY_WAITING | ENTITY_SERVING)) {
        uint32_t id = sim->net->step[e->step].station;
        if (e->flags & ENTITY_WAITING) count_level_queue(sim, id, e, e->flags & ENTITY_SERVING ? e->start : e->since);
        count_level_number(sim, id, e, e->since);
    } else if ((e->flags & ENTITY_BLOCKED) && e->link) {
        count_level_number(sim, e->link - 1, e, e->since); /* before that it was served, and counted then */
    }
}

void station_close_levels(struct simulation *sim)
{
    bool any = false;
    for (uint32_t id = 0; id < sim->net->stations; id++) any = any || built(sim, id)->by_level;
    for (uint32_t who = 0; any && who < sim->entities; who++) close_level(sim, who);
}

static void add_level_wait(struct simulation *sim, uint32_t id, const struct entity *e, double wait)
{
    const struct built_station *bs = built(sim, id);
    for (size_t i = 0; i < bs->splits; i++) {
        unsigned level = split_level(sim, e, &bs->split[i]);
        if (level != UINT32_MAX) sim->result.station[id].level[bs->split[i].first + level].waited += wait > 0;
    }
}

/* ---- waits and sojourns ---- */

void count_wait_extras(struct simulation *sim, uint32_t id, const struct entity *e, double wait, bool served)
{
    const struct built_station *bs = built(sim, id);
    struct station_result *result = &sim->result.station[id];
    batch_add(sim, e, result->batch_wait, wait);
    if (bs->keeps_served && served) measure_add(&result->wait_served, wait);
    if (bs->splits) add_split(sim, id, e, result->split_wait, wait);
    if (bs->by_level) add_level_wait(sim, id, e, wait);
}

void count_served_extras(struct simulation *sim, uint32_t id, const struct entity *e, double sojourn)
{
    struct station_result *result = &sim->result.station[id];
    batch_add(sim, e, result->batch_sojourn, sojourn);
    if (built(sim, id)->splits) add_split(sim, id, e, result->split_sojourn, sojourn);
}

static void add_interdeparture(struct simulation *sim, uint32_t id, struct station *st)
{
    struct station_result *result = &sim->result.station[id];
    if (st->departed && sim->window_open) {
        double gap = sim->now - st->last_departure;
        if (result->interdeparture.tally.count) result->lag_product += gap * result->lag_last;
        result->lag_last = gap;
        measure_add(&result->interdeparture, gap);
    }
    st->last_departure = sim->now;
    st->departed = true;
}

/* A busy period is the time from when the station is no longer empty until it is again; those that began in the window
 * count. */
void count_rise(struct simulation *sim, uint32_t id, struct station *st)
{
    if (built(sim, id)->busy_period && station_number(st) == 1) st->busy_since = sim->now;
}

void count_fall(struct simulation *sim, uint32_t id, struct station *st)
{
    if (!built(sim, id)->busy_period || station_number(st) > 0) return;
    if (sim->window_open && st->busy_since >= sim->net->plan.window_from)
        measure_add(&sim->result.station[id].busy_period, sim->now - st->busy_since);
}

void count_departure(struct simulation *sim, uint32_t id, struct station *st)
{
    if (built(sim, id)->interdeparture) add_interdeparture(sim, id, st);
    count_fall(sim, id, st);
}
