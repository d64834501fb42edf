/* station.c - queueing: who waits, who is served, on whose server, and what is counted meanwhile.
 *
 * Three kinds of station. Counted: servers are a number, free = on post - busy - away. Tracked: each server is known,
 * because it can break down, pause at closing time, belong to a pool or be taken away by a more urgent entity. Sharing:
 * n entities share c servers at rate min(1, c/n) each, by one virtual clock. A plain station (counted, fixed servers,
 * first come) takes a short way through enter and served; tests hold it to the long way's results.
 *
 * A server that becomes free marks its station ready; ready stations are served in the order marked, never recursively.
 *
 * Invariants: 0 <= busy; waiting counts live entries of the lines only; an entity in a line has ENTITY_WAITING.
 */
#include "engine/core/sim.h"
#include <assert.h>
#include <math.h>
#include <stdio.h>

static const struct built_station *built(const struct simulation *sim, uint32_t id)
{
    return &sim->net->station[id];
}

/* ---- levels ---- */

static inline void touch(struct simulation *sim, uint32_t id, struct station *st)
{
    double held = sim->now - st->since;
    if (held > 0) {
        double waiting = (double)st->waiting, busy = (double)st->busy, number = (double)(st->waiting + st->busy + st->blocked_in);
        st->queue_area += waiting * held;
        st->busy_area += busy * held;
        st->number_area += number * held;
        st->number_squares += number * number * held;
        st->queue_squares += waiting * waiting * held;
        if (built(sim, id)->occupancies && sim->window_open) {
            unsigned top = built(sim, id)->occupancies - 1;
            sim->result.station[id].occupancy[number < top ? (unsigned)number : top] += held;
        }
        st->since = sim->now;
    }
}

void station_touch(struct simulation *sim, struct station *st)
{
    touch(sim, (uint32_t)(st - sim->station), st);
}

static void count_most(struct station *st)
{
    int64_t number = st->waiting + st->busy + st->blocked_in;
    if (number > st->most_number) st->most_number = number;
    if (st->waiting > st->most_waiting) st->most_waiting = st->waiting;
    if (st->busy > st->most_busy) st->most_busy = st->busy;
}

static void number_rose(struct simulation *sim, uint32_t id, struct station *st)
{
    count_most(st);
    if (built(sim, id)->busy_period && st->waiting + st->busy + st->blocked_in == 1) st->busy_since = sim->now;
}

/* ---- measures ---- */

static unsigned split_level(const struct simulation *sim, const struct entity *e, const struct split *split)
{
    double level = split->attribute < 0 ? (double)e->stream : entity_attributes(sim, e)[split->attribute];
    return level >= 0 && level < split->levels ? (unsigned)level : UINT32_MAX;
}

static void add_wait(struct simulation *sim, uint32_t id, const struct entity *e, double wait, bool served)
{
    if (!entity_counts(sim, e)) return;
    const struct built_station *bs = built(sim, id);
    struct station_result *result = &sim->result.station[id];
    measure_add(&result->wait, wait);
    batch_add(sim, e, result->batch_wait, wait);
    result->waited += wait > 0;
    if (bs->keeps_served && served) measure_add(&result->wait_served, wait);
    for (size_t i = 0; i < bs->splits; i++) {
        unsigned level = split_level(sim, e, &bs->split[i]);
        if (level != UINT32_MAX) measure_add(&result->split_wait[bs->split[i].first + level], wait);
    }
}

static void add_sojourn(struct simulation *sim, uint32_t id, const struct entity *e, double sojourn)
{
    if (!entity_counts(sim, e)) return;
    const struct built_station *bs = built(sim, id);
    struct station_result *result = &sim->result.station[id];
    measure_add(&result->sojourn, sojourn);
    batch_add(sim, e, result->batch_sojourn, sojourn);
    for (size_t i = 0; i < bs->splits; i++) {
        unsigned level = split_level(sim, e, &bs->split[i]);
        if (level != UINT32_MAX) measure_add(&result->split_sojourn[bs->split[i].first + level], sojourn);
    }
}

/* An entity is through: departures, busy periods, Little's sums. `since`: when it came in. */
static void departed(struct simulation *sim, uint32_t id, struct station *st, double since)
{
    const struct built_station *bs = built(sim, id);
    struct station_result *result = &sim->result.station[id];
    st->whole_sojourn += sim->now - since;
    if (bs->interdeparture) {
        if (st->departed && sim->window_open) {
            double gap = sim->now - st->last_departure;
            if (result->interdeparture.tally.count) result->lag_product += gap * result->lag_last;
            result->lag_last = gap;
            measure_add(&result->interdeparture, gap);
        }
        st->last_departure = sim->now;
        st->departed = true;
    }
    if (sim->window_open) result->served_in_window++;
    if (bs->busy_period && st->waiting + st->busy + st->blocked_in == 0 && sim->window_open && st->busy_since >= sim->net->plan.window_from)
        measure_add(&result->busy_period, sim->now - st->busy_since);
}

/* ---- ready stations ---- */

static void mark_ready(struct simulation *sim, uint32_t id)
{
    struct station *st = &sim->station[id];
    if (st->queued_to_serve) return;
    if (!grow(&sim->ready, &sim->readies_allocated, sim->readies, sizeof *sim->ready)) {
        sim->status = STATUS_NO_MEMORY;
        return;
    }
    st->queued_to_serve = true;
    sim->ready[sim->readies++] = id;
}

static void mark_freed(struct simulation *sim, uint32_t id)
{
    const struct built_station *bs = built(sim, id);
    mark_ready(sim, id);
    for (size_t i = 0; i < bs->dependents; i++) mark_ready(sim, bs->dependent[i]);
}

/* ---- servers ---- */

static bool server_fits(const struct simulation *sim, uint32_t id, uint32_t k, uint32_t who)
{
    const struct station *st = &sim->station[id];
    const struct server *server = &st->server[k];
    if (server->who != NOBODY || server->down || server->away || (int64_t)k >= st->on_post) return false;
    const struct station_spec *spec = &built(sim, id)->spec;
    if (spec->pools == 0) return true;
    const struct entity *e = &sim->entity[who];
    return condition_holds(&spec->pool[server->pool].serves, entity_attributes(sim, e), sim->net->has_cold ? sim->cold[e->root].passed : 0);
}

static uint32_t free_server(const struct simulation *sim, uint32_t id, uint32_t who)
{
    const struct station *st = &sim->station[id];
    for (uint32_t k = 0; k < st->servers; k++)
        if (server_fits(sim, id, k, who)) return k;
    return NOBODY;
}

static bool has_free(const struct simulation *sim, uint32_t id, uint32_t who)
{
    const struct station *st = &sim->station[id];
    switch (built(sim, id)->mode) {
    case MODE_UNLIMITED:
    case MODE_SHARING: return true;
    case MODE_COUNTED: return st->busy + st->blocked_in + st->away < st->on_post;
    case MODE_TRACKED: return free_server(sim, id, who) != NOBODY;
    }
    return false;
}

static bool can_start(const struct simulation *sim, uint32_t id, uint32_t who)
{
    const struct built_station *bs = built(sim, id);
    if (bs->spec.begin_at > 1 && !sim->station[id].active) return false;
    if (!has_free(sim, id, who)) return false;
    const struct step_spec *step = &sim->net->spec[sim->entity[who].step];
    for (size_t i = 0; i < step->alsos; i++)
        if (!has_free(sim, (uint32_t)step->also[i], who)) return false;
    return true;
}

/* ---- sharing ---- */

static double share_rate(const struct station *st)
{
    return st->busy <= st->on_post ? 1 : (double)st->on_post / (double)st->busy;
}

static void share_advance(struct simulation *sim, struct station *st)
{
    if (st->busy > 0) st->virtual_time += (sim->now - st->share_since) * share_rate(st);
    st->share_since = sim->now;
}

static void share_next(struct simulation *sim, uint32_t id)
{
    struct station *st = &sim->station[id];
    st->share_stamp++;
    if (st->heap.count == 0) {
        st->virtual_time = 0; /* nobody compares with it: keep its precision */
        return;
    }
    sim->stale_timers++;
    double left = (st->heap.slot[0].key - st->virtual_time) / share_rate(st);
    simulation_schedule(sim, sim->now + (left > 0 ? left : 0), EVENT_SHARED, id, st->share_stamp, PRIORITY_SERVED);
}

static void share_enter(struct simulation *sim, uint32_t id, uint32_t who)
{
    struct station *st = &sim->station[id];
    struct entity *e = &sim->entity[who];
    share_advance(sim, st);
    station_touch(sim, st);
    st->busy++;
    e->start = sim->now;
    e->flags |= ENTITY_SERVING;
    number_rose(sim, id, st);
    if (!heap_line_push(&st->heap, st->virtual_time + e->work, (struct waiting){who, e->stamp})) sim->status = STATUS_NO_MEMORY;
    add_wait(sim, id, e, 0, true);
    share_next(sim, id);
}

void station_shared(struct simulation *sim, uint32_t id, uint32_t stamp)
{
    struct station *st = &sim->station[id];
    if (sim->stale_timers) sim->stale_timers--;
    if (stamp != st->share_stamp || st->heap.count == 0) return;
    station_touch(sim, st);
    struct keyed first = heap_line_pop(&st->heap);
    st->virtual_time = first.key;
    st->share_since = sim->now;
    uint32_t who = first.entry.who;
    struct entity *e = &sim->entity[who];
    double since = e->since;
    e->flags &= (uint8_t)~ENTITY_SERVING;
    st->busy--;
    add_sojourn(sim, id, e, sim->now - since);
    if (entity_counts(sim, e)) {
        sim->result.station[id].served++;
        tally_add(&sim->result.station[id].service, e->work);
    }
    departed(sim, id, st, since);
    share_next(sim, id);
    double work = e->work;
    entity_done(sim, who, sim->now - since - work, work);
    entity_walk(sim, who);
}

/* ---- starting ---- */

static void schedule_served(struct simulation *sim, uint32_t who)
{
    struct entity *e = &sim->entity[who];
    e->start = sim->now;
    simulation_schedule(sim, sim->now + e->work, EVENT_SERVED, who, e->stamp, PRIORITY_SERVED);
}

static void hold(struct simulation *sim, uint32_t id, uint32_t who)
{
    uint32_t *held = sim->cold[who].held;
    for (int i = 0; i < HELD_MOST; i++)
        if (held[i] == 0) {
            held[i] = id + 1;
            return;
        }
    snprintf(sim->result.broken, sizeof sim->result.broken, "an entity holds more than %d stations at once", HELD_MOST);
    sim->status = STATUS_LIMIT;
}

static void take_also(struct simulation *sim, uint32_t who)
{
    const struct step_spec *step = &sim->net->spec[sim->entity[who].step];
    for (size_t i = 0; i < step->alsos; i++) {
        struct station *other = &sim->station[step->also[i]];
        station_touch(sim, other);
        other->busy++;
        count_most(other);
    }
}

/* Riders of a batch in service: served with the leader, by the same server. */
static void take_riders(struct simulation *sim, uint32_t id, uint32_t leader);

/* Gives the entity a server; it does not wait any longer. True when it walks on at once (a resource to hold). */
static bool start(struct simulation *sim, uint32_t id, uint32_t who)
{
    const struct built_station *bs = built(sim, id);
    struct station *st = &sim->station[id];
    struct entity *e = &sim->entity[who];
    double wait = sim->now - e->since;
    bool again = (e->flags & ENTITY_SERVING) != 0; /* it was interrupted before */
    e->flags = (uint8_t)((e->flags | ENTITY_SERVING) & ~ENTITY_WAITING);
    st->busy++;
    st->starts++;
    count_most(st);
    if (!again) {
        add_wait(sim, id, e, wait, true);
        st->whole_wait += wait;
    }
    take_also(sim, who);
    if (bs->mode == MODE_TRACKED) {
        uint32_t k = free_server(sim, id, who);
        assert(k != NOBODY);
        st->server[k].who = who;
        sim->cold[who].server = k;
        if (!again) sim->cold[who].whole = e->work;
    }
    if (sim->net->step[e->step].op == OP_SEIZE) {
        e->flags &= (uint8_t)~ENTITY_SERVING;
        hold(sim, id, who);
        departed(sim, id, st, e->since);
        if (entity_counts(sim, e)) sim->result.station[id].served++;
        entity_done(sim, who, wait, 0);
        return true;
    }
    if (bs->spec.batch_most > 1) take_riders(sim, id, who);
    schedule_served(sim, who);
    return false;
}

/* ---- lines ---- */

static int32_t priority_of(const struct simulation *sim, const struct entity *e)
{
    const struct step_spec *step = &sim->net->spec[e->step];
    for (size_t i = 0; i < step->priorities; i++)
        if (condition_holds(&step->priority[i].when, entity_attributes(sim, e), sim->net->has_cold ? sim->cold[e->root].passed : 0))
            return step->priority[i].level;
    return step->priority_otherwise;
}

static bool by_key(enum queue_discipline discipline)
{
    return discipline == QUEUE_SPT || discipline == QUEUE_EDF;
}

static void enqueue(struct simulation *sim, uint32_t id, uint32_t who, bool in_front)
{
    const struct built_station *bs = built(sim, id);
    struct station *st = &sim->station[id];
    struct entity *e = &sim->entity[who];
    struct waiting entry = {who, e->stamp};
    bool ok;
    e->flags |= ENTITY_WAITING;
    st->waiting++;
    if (bs->spec.discipline == QUEUE_SPT)
        ok = heap_line_push(&st->heap, e->work, entry);
    else if (bs->spec.discipline == QUEUE_EDF)
        ok = heap_line_push(&st->heap, e->born + sim->net->spec[e->step].due, entry);
    else if (in_front && bs->spec.discipline != QUEUE_LCFS)
        ok = line_push_front(&st->line[bs->levels > 1 ? priority_of(sim, e) : 0], entry);
    else
        ok = line_push_back(&st->line[bs->levels > 1 ? priority_of(sim, e) : 0], entry);
    if (!ok) sim->status = STATUS_NO_MEMORY;
}

static bool live(const struct simulation *sim, struct waiting entry)
{
    return sim->entity[entry.who].stamp == entry.stamp;
}

/* Drops stale entries of a ring in place, order kept. */
static void compact(const struct simulation *sim, struct line *line)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < line->count; i++)
        if (live(sim, *line_at(line, i))) *line_at(line, kept++) = *line_at(line, i);
    line->count = kept;
}

static void compact_all(struct simulation *sim, uint32_t id)
{
    struct station *st = &sim->station[id];
    for (int32_t l = 0; l < built(sim, id)->levels; l++) compact(sim, &st->line[l]);
    st->stale = 0;
}

static uint32_t draw_among(struct simulation *sim, uint32_t id, struct line *line)
{
    compact(sim, line);
    struct draws draws;
    draws_begin(&draws, sim->key, sim->station[id].starts, built(sim, id)->place_siro, 0);
    uint32_t index = (uint32_t)(draws_unit(&draws) * line->count);
    if (index >= line->count) index = line->count - 1;
    struct waiting entry = *line_at(line, index);
    *line_at(line, index) = *line_at(line, line->count - 1);
    line->count--;
    return entry.who;
}

/* The next of a ring; NOBODY when only stale ones are left. Peeks: the entry stays. */
static uint32_t first_of(struct simulation *sim, struct line *line, bool last)
{
    while (line->count > 0) {
        struct waiting entry = last ? *line_at(line, line->count - 1) : *line_at(line, 0);
        if (live(sim, entry)) return entry.who;
        if (last)
            line_pop_back(line);
        else
            line_pop_front(line);
    }
    return NOBODY;
}

/* With pools: the first in line whom some free server serves; taken out of the middle by a stale entry. */
static uint32_t take_by_pool(struct simulation *sim, uint32_t id)
{
    struct station *st = &sim->station[id];
    for (int32_t l = 0; l < built(sim, id)->levels; l++)
        for (uint32_t i = 0; i < st->line[l].count; i++) {
            struct waiting *entry = line_at(&st->line[l], i);
            if (!live(sim, *entry) || !can_start(sim, id, entry->who)) continue;
            uint32_t who = entry->who;
            if (i == 0)
                line_pop_front(&st->line[l]);
            else
                entry->stamp = sim->entity[who].stamp - 1, st->stale++;
            return who;
        }
    return NOBODY;
}

/* Takes the next to be served off its line if it can start now; NOBODY otherwise. */
static uint32_t take_next(struct simulation *sim, uint32_t id)
{
    const struct built_station *bs = built(sim, id);
    struct station *st = &sim->station[id];
    if (st->waiting == 0) return NOBODY;
    if (bs->spec.pools) return take_by_pool(sim, id);
    if (by_key(bs->spec.discipline)) {
        while (st->heap.count && !live(sim, st->heap.slot[0].entry)) heap_line_pop(&st->heap);
        if (st->heap.count == 0 || !can_start(sim, id, st->heap.slot[0].entry.who)) return NOBODY;
        return heap_line_pop(&st->heap).entry.who;
    }
    for (int32_t l = 0; l < bs->levels; l++) {
        struct line *line = &st->line[l];
        bool last = bs->spec.discipline == QUEUE_LCFS;
        uint32_t who = first_of(sim, line, last);
        if (who == NOBODY) continue;
        if (!can_start(sim, id, who)) return NOBODY;
        if (bs->spec.discipline == QUEUE_SIRO) return draw_among(sim, id, line);
        if (last)
            line_pop_back(line);
        else
            line_pop_front(line);
        return who;
    }
    return NOBODY;
}

static void take_riders(struct simulation *sim, uint32_t id, uint32_t leader)
{
    const struct built_station *bs = built(sim, id);
    struct station *st = &sim->station[id];
    uint32_t last = leader;
    for (int32_t n = 1; n < bs->spec.batch_most && st->waiting > 0; n++) {
        uint32_t who = NOBODY;
        for (int32_t l = 0; l < bs->levels && who == NOBODY; l++) {
            who = first_of(sim, &st->line[l], false);
            if (who != NOBODY) line_pop_front(&st->line[l]);
        }
        if (who == NOBODY) break;
        struct entity *e = &sim->entity[who];
        st->waiting--;
        st->blocked_in++; /* inside, on a server that is counted once */
        e->flags = (uint8_t)((e->flags | ENTITY_SERVING) & ~ENTITY_WAITING);
        e->start = sim->now;
        add_wait(sim, id, e, sim->now - e->since, true);
        st->whole_wait += sim->now - e->since;
        sim->cold[last].batch_next = who;
        last = who;
    }
}

static void vacation(struct simulation *sim, uint32_t id)
{
    const struct built_station *bs = built(sim, id);
    struct station *st = &sim->station[id];
    struct draws draws;
    station_touch(sim, st);
    st->away++;
    draws_begin(&draws, sim->key, st->vacations++, bs->place_vacation, 0);
    simulation_schedule(sim, sim->now + variate_draw(&bs->spec.vacation, &draws), EVENT_RETURN, id, 0, PRIORITY_POST);
}

static void admit_blocked(struct simulation *sim, uint32_t id);

static void serve(struct simulation *sim, uint32_t id)
{
    const struct built_station *bs = built(sim, id);
    struct station *st = &sim->station[id];
    while (sim->status == STATUS_OK && st->waiting >= bs->spec.batch_least) {
        uint32_t who = take_next(sim, id);
        if (who == NOBODY) break;
        station_touch(sim, st);
        st->waiting--;
        if (start(sim, id, who)) entity_walk(sim, who);
        if (bs->blocks) admit_blocked(sim, id);
    }
    if (bs->blocks) admit_blocked(sim, id);
    if (st->stale > 64 && st->stale > (uint64_t)st->waiting) compact_all(sim, id);
}

void station_serve_ready(struct simulation *sim)
{
    if (sim->serving) return;
    sim->serving = true;
    for (size_t i = 0; i < sim->readies; i++) {
        uint32_t id = sim->ready[i];
        sim->station[id].queued_to_serve = false;
        serve(sim, id);
    }
    sim->readies = 0;
    sim->serving = false;
}

/* ---- pre-emption and interruption ---- */

/* Stops the service under way; what is left of it stays in `work`. */
static void interrupt(struct simulation *sim, uint32_t id, uint32_t who)
{
    struct entity *e = &sim->entity[who];
    enum queue_preemption rule = built(sim, id)->spec.preemption;
    double left = e->work - (sim->now - e->start);
    e->stamp++; /* its EVENT_SERVED is stale now */
    sim->stale_timers++;
    e->work = left > 0 ? left : 0;
    if (rule == PREEMPT_REPEAT_IDENTICAL) e->work = sim->cold[who].whole;
    if (rule == PREEMPT_REPEAT_DIFFERENT) {
        struct draws draws;
        const struct hot_step *step = &sim->net->step[e->step];
        draws_begin(&draws, sim->key, e->number, step->place, e->visit);
        draws.taken = 1 + 2 * ++sim->cold[who].redraws;
        e->work = variate_draw(&step->time, &draws);
        sim->cold[who].whole = e->work;
    }
}

/* The server whose entity the newcomer may push out: the least urgent, the last begun of equals. */
static uint32_t victim(struct simulation *sim, uint32_t id, uint32_t newcomer)
{
    const struct built_station *bs = built(sim, id);
    struct station *st = &sim->station[id];
    if (bs->spec.preemption == PREEMPT_NONE) return NOBODY;
    bool last_come = bs->spec.discipline == QUEUE_LCFS;
    int32_t worst = last_come ? -1 : priority_of(sim, &sim->entity[newcomer]);
    uint32_t found = NOBODY;
    double latest = -1;
    for (uint32_t k = 0; k < st->servers; k++) {
        const struct server *server = &st->server[k];
        if (server->who == NOBODY || server->down || server->away) continue;
        int32_t level = last_come ? 0 : priority_of(sim, &sim->entity[server->who]);
        double begun = sim->entity[server->who].start;
        if (level < worst || (level == worst && (found == NOBODY || begun <= latest))) continue;
        worst = level;
        latest = begun;
        found = k;
    }
    return found;
}

static void push_out(struct simulation *sim, uint32_t id, uint32_t k)
{
    struct station *st = &sim->station[id];
    uint32_t who = st->server[k].who;
    interrupt(sim, id, who);
    st->server[k].who = NOBODY;
    st->busy--;
    enqueue(sim, id, who, true);
}

/* ---- entering ---- */

static bool balks(struct simulation *sim, uint32_t id, uint32_t who)
{
    struct entity *e = &sim->entity[who];
    const struct step_spec *step = &sim->net->spec[e->step];
    if (step->joins == 0 && !step->join_harmonic) return false;
    const struct station *st = &sim->station[id];
    uint64_t number = (uint64_t)(st->waiting + st->busy + st->blocked_in);
    double joins = step->join_harmonic ? 1.0 / (double)(number + 1) : step->join[number < step->joins ? number : step->joins - 1];
    struct draws draws;
    draws_begin(&draws, sim->key, e->number, sim->net->place_balk[e->step], e->visit);
    if (draws_unit(&draws) < joins) return false;
    if (entity_counts(sim, e)) sim->result.station[id].balked++;
    entity_goto(sim, who, step->balk_target, step->balk_outcome);
    return true;
}

static void begin_patience(struct simulation *sim, uint32_t who)
{
    struct entity *e = &sim->entity[who];
    const struct step_spec *step = &sim->net->spec[e->step];
    if (!step->has_patience) return;
    struct draws draws;
    draws_begin(&draws, sim->key, e->number, sim->net->place_patience[e->step], e->visit);
    simulation_schedule(sim, sim->now + variate_draw(&step->patience, &draws), EVENT_PATIENCE, who, e->stamp, PRIORITY_REST);
}

static bool enter_simple(struct simulation *sim, uint32_t id, uint32_t who)
{
    struct station *st = &sim->station[id];
    struct entity *e = &sim->entity[who];
    touch(sim, id, st);
    if (st->busy < st->on_post) {
        st->busy++;
        e->flags |= ENTITY_SERVING;
        number_rose(sim, id, st);
        add_wait(sim, id, e, 0, true);
        schedule_served(sim, who);
        return true;
    }
    st->waiting++;
    e->flags |= ENTITY_WAITING;
    number_rose(sim, id, st);
    int32_t level = built(sim, id)->levels > 1 ? priority_of(sim, e) : 0;
    if (!line_push_back(&st->line[level], (struct waiting){who, e->stamp})) sim->status = STATUS_NO_MEMORY;
    return true;
}

/* Puts the entity into a server or the line; there is room. True when it waits or is served. */
static bool join(struct simulation *sim, uint32_t id, uint32_t who)
{
    const struct built_station *bs = built(sim, id);
    struct station *st = &sim->station[id];
    if (bs->mode == MODE_SHARING) {
        share_enter(sim, id, who);
        return true;
    }
    station_touch(sim, st);
    if (bs->spec.begin_at > 1 && !st->active && st->waiting + 1 >= bs->spec.begin_at) st->active = true;
    bool at_once = st->waiting == 0 && bs->spec.batch_least <= 1 && can_start(sim, id, who);
    if (!at_once && bs->spec.pools) at_once = can_start(sim, id, who) && free_server(sim, id, who) != NOBODY;
    if (!at_once && bs->mode == MODE_TRACKED && !has_free(sim, id, who)) {
        uint32_t k = victim(sim, id, who);
        if (k != NOBODY) {
            push_out(sim, id, k);
            at_once = true;
        }
    }
    if (at_once) {
        bool walks_on = start(sim, id, who);
        number_rose(sim, id, st);
        return !walks_on;
    }
    enqueue(sim, id, who, false);
    number_rose(sim, id, st);
    begin_patience(sim, who);
    if (bs->spec.batch_least > 1 || st->active) mark_ready(sim, id);
    return true;
}

static bool is_full(struct simulation *sim, uint32_t id, uint32_t who)
{
    const struct built_station *bs = built(sim, id);
    const struct station *st = &sim->station[id];
    if (bs->spec.room < 0 || st->waiting < bs->spec.room) return false;
    return !(st->waiting == 0 && can_start(sim, id, who)) && victim(sim, id, who) == NOBODY;
}

bool station_enter(struct simulation *sim, uint32_t who)
{
    struct entity *e = &sim->entity[who];
    const struct hot_step *step = &sim->net->step[e->step];
    uint32_t id = step->station;
    struct station_result *result = &sim->result.station[id];
    if (entity_counts(sim, e)) result->arrived++;
    if (step->flags & STEP_SIMPLE) return enter_simple(sim, id, who);
    if (balks(sim, id, who)) return false;
    if (is_full(sim, id, who)) {
        const struct step_spec *spec = &sim->net->spec[e->step];
        if (built(sim, id)->spec.lose_when_full) {
            if (entity_counts(sim, e)) result->lost++;
            entity_goto(sim, who, spec->full_target, spec->full_outcome);
            return false;
        }
        if (entity_counts(sim, e)) result->blocked++;
        e->flags |= ENTITY_BLOCKED;
        if (!line_push_back(&sim->station[id].blocked, (struct waiting){who, e->stamp})) sim->status = STATUS_NO_MEMORY;
        return true;
    }
    return join(sim, id, who);
}

/* Somebody waits outside for room here. */
static void admit_blocked(struct simulation *sim, uint32_t id)
{
    struct station *st = &sim->station[id];
    while (st->blocked.count > 0 && sim->status == STATUS_OK) {
        struct waiting entry = *line_at(&st->blocked, 0);
        if (!live(sim, entry)) {
            line_pop_front(&st->blocked);
            continue;
        }
        if (is_full(sim, id, entry.who)) return;
        line_pop_front(&st->blocked);
        uint32_t who = entry.who;
        struct entity *e = &sim->entity[who];
        e->flags &= (uint8_t)~ENTITY_BLOCKED;
        uint32_t from = e->link;
        double entered = sim->cold[who].entered;
        entity_credit(sim, who, e->since, sim->now);
        sim->entity[who].since = sim->now;
        bool waits = join(sim, id, who);
        if (from) {
            sim->entity[who].link = 0;
            struct station *left = &sim->station[from - 1];
            station_touch(sim, left);
            left->blocked_in--;
            for (uint32_t k = 0; k < left->servers; k++)
                if (left->server[k].who == who) left->server[k].who = NOBODY;
            departed(sim, from - 1, left, entered);
            mark_freed(sim, from - 1);
        }
        if (!waits) entity_walk(sim, who);
    }
}

/* ---- being through ---- */

static void free_also(struct simulation *sim, const struct step_spec *step)
{
    for (size_t i = 0; i < step->alsos; i++) {
        uint32_t other = (uint32_t)step->also[i];
        station_touch(sim, &sim->station[other]);
        sim->station[other].busy--;
        mark_freed(sim, other);
    }
}

static void after_service(struct simulation *sim, uint32_t id)
{
    const struct built_station *bs = built(sim, id);
    struct station *st = &sim->station[id];
    if (bs->spec.begin_at > 1 && st->waiting == 0 && st->busy == 0) st->active = false;
    mark_freed(sim, id);
    if (bs->spec.vacates && st->waiting == 0 && st->busy + st->away < st->on_post) vacation(sim, id);
}

static void count_served(struct simulation *sim, uint32_t id, const struct entity *e, double work)
{
    add_sojourn(sim, id, e, sim->now - e->since);
    if (!entity_counts(sim, e)) return;
    sim->result.station[id].served++;
    tally_add(&sim->result.station[id].service, work);
}

static void served_simple(struct simulation *sim, uint32_t id, uint32_t who)
{
    struct station *st = &sim->station[id];
    struct entity *e = &sim->entity[who];
    double since = e->since, work = e->work;
    touch(sim, id, st);
    e->flags &= (uint8_t)~ENTITY_SERVING;
    count_served(sim, id, e, work);
    st->busy--;
    if (st->waiting > 0) {
        const struct built_station *bs = built(sim, id);
        int32_t level = 0;
        while (level + 1 < bs->levels && st->line[level].count == 0) level++;
        uint32_t next = line_pop_front(&st->line[level]).who;
        struct entity *n = &sim->entity[next];
        double wait = sim->now - n->since;
        st->waiting--;
        st->busy++;
        n->flags = (uint8_t)((n->flags | ENTITY_SERVING) & ~ENTITY_WAITING);
        add_wait(sim, id, n, wait, true);
        st->whole_wait += wait;
        schedule_served(sim, next);
    }
    departed(sim, id, st, since);
    entity_done(sim, who, sim->now - since - work, work);
    entity_walk(sim, who);
}

static void riders_done(struct simulation *sim, uint32_t id, uint32_t leader)
{
    struct station *st = &sim->station[id];
    uint32_t rider = sim->cold[leader].batch_next;
    sim->cold[leader].batch_next = NOBODY;
    double began = sim->entity[leader].start;
    while (rider != NOBODY) {
        uint32_t next = sim->cold[rider].batch_next;
        sim->cold[rider].batch_next = NOBODY;
        struct entity *e = &sim->entity[rider];
        e->flags &= (uint8_t)~ENTITY_SERVING;
        st->blocked_in--;
        count_served(sim, id, e, sim->now - began);
        departed(sim, id, st, e->since);
        entity_done(sim, rider, began - e->since, sim->now - began);
        entity_walk(sim, rider);
        rider = next;
    }
}

void station_served(struct simulation *sim, uint32_t who)
{
    struct entity *e = &sim->entity[who];
    const struct hot_step *step = &sim->net->step[e->step];
    const struct step_spec *spec = &sim->net->spec[e->step];
    uint32_t id = step->station;
    if (step->flags & STEP_SIMPLE) {
        served_simple(sim, id, who);
        return;
    }
    const struct built_station *bs = built(sim, id);
    struct station *st = &sim->station[id];
    station_touch(sim, st);
    double since = e->since, work = bs->mode == MODE_TRACKED ? sim->cold[who].whole : e->work;
    e->flags &= (uint8_t)~ENTITY_SERVING;
    count_served(sim, id, e, work);
    if (bs->mode == MODE_TRACKED) {
        st->server[sim->cold[who].server].who = NOBODY;
        sim->cold[who].redraws = 0;
    }
    st->busy--;
    free_also(sim, spec);
    if (!sim->net->blocks) {
        departed(sim, id, st, since);
        after_service(sim, id);
        bool batched = bs->spec.batch_most > 1;
        entity_done(sim, who, sim->now - since - work, work);
        if (batched) riders_done(sim, id, who);
        entity_walk(sim, who);
        return;
    }
    /* Blocking: the server stays taken until the entity has got on. */
    st->blocked_in++;
    if (bs->mode == MODE_TRACKED) st->server[sim->cold[who].server].who = who;
    uint32_t server = bs->mode == MODE_TRACKED ? sim->cold[who].server : NOBODY, stamp = e->stamp;
    entity_done(sim, who, sim->now - since - work, work);
    entity_walk(sim, who);
    e = &sim->entity[who];
    if (e->stamp == stamp && (e->flags & ENTITY_BLOCKED)) {
        e->link = id + 1;
        sim->cold[who].entered = since;
        return;
    }
    st = &sim->station[id];
    if (server != NOBODY) st->server[server].who = NOBODY;
    station_touch(sim, st);
    st->blocked_in--;
    departed(sim, id, st, since);
    after_service(sim, id);
}

void station_patience(struct simulation *sim, uint32_t who)
{
    struct entity *e = &sim->entity[who];
    const struct step_spec *spec = &sim->net->spec[e->step];
    uint32_t id = (uint32_t)spec->station;
    struct station *st = &sim->station[id];
    station_touch(sim, st);
    double wait = sim->now - e->since;
    e->stamp++;
    e->flags &= (uint8_t)~ENTITY_WAITING;
    st->waiting--;
    st->stale++;
    add_wait(sim, id, e, wait, false);
    st->whole_wait += wait;
    st->whole_sojourn += wait;
    if (entity_counts(sim, e)) sim->result.station[id].reneged++;
    if (built(sim, id)->blocks) mark_ready(sim, id);
    entity_goto(sim, who, spec->patience_target, spec->patience_outcome);
    entity_walk(sim, who);
}

void station_free(struct simulation *sim, uint32_t id, uint32_t who)
{
    struct station *st = &sim->station[id];
    station_touch(sim, st);
    st->busy--;
    if (built(sim, id)->mode == MODE_TRACKED)
        for (uint32_t k = 0; k < st->servers; k++)
            if (st->server[k].who == who) st->server[k].who = NOBODY;
    after_service(sim, id);
}

/* ---- servers that come and go ---- */

static void set_away(struct simulation *sim, uint32_t id, uint32_t k, bool away)
{
    struct station *st = &sim->station[id];
    struct server *server = &st->server[k];
    if (server->away == away) return;
    bool stood = server->away || server->down;
    server->away = away;
    bool stands = server->away || server->down;
    if (server->who == NOBODY || stood == stands) return;
    if (stands) {
        interrupt(sim, id, server->who);
        st->busy--;
        st->blocked_in++;
    } else {
        st->blocked_in--;
        st->busy++;
        schedule_served(sim, server->who);
    }
}

void station_post(struct simulation *sim, uint32_t id)
{
    const struct built_station *bs = built(sim, id);
    struct station *st = &sim->station[id];
    station_touch(sim, st);
    const struct timeline *post = bs->spec.on_post;
    double next = timeline_next_change(post, sim->now);
    if (bs->mode == MODE_SHARING) share_advance(sim, st);
    st->on_post = (int64_t)timeline_value(post, sim->now);
    if (next < INFINITY) simulation_schedule(sim, next, EVENT_POST, id, 0, PRIORITY_POST);
    if (bs->mode == MODE_TRACKED && bs->spec.pause_at_close)
        for (uint32_t k = 0; k < st->servers; k++) set_away(sim, id, k, (int64_t)k >= st->on_post);
    if (bs->mode == MODE_SHARING) share_next(sim, id);
    mark_ready(sim, id);
}

static void schedule_break(struct simulation *sim, uint32_t id, uint32_t k, bool repair)
{
    const struct built_station *bs = built(sim, id);
    struct server *server = &sim->station[id].server[k];
    struct draws draws;
    draws_begin(&draws, sim->key, (uint64_t)k << 24 | (server->breaks & 0xFFFFFF), repair ? bs->place_down : bs->place_up, 0);
    double time = variate_draw(repair ? &bs->spec.down : &bs->spec.up, &draws);
    simulation_schedule(sim, sim->now + time, repair ? EVENT_REPAIRED : EVENT_DOWN, id, k, PRIORITY_POST);
}

static void set_down(struct simulation *sim, uint32_t id, uint32_t k, bool down)
{
    struct station *st = &sim->station[id];
    struct server *server = &st->server[k];
    station_touch(sim, st);
    bool stood = server->away || server->down;
    server->down = down;
    bool stands = server->away || server->down;
    if (server->who == NOBODY || stood == stands) return;
    if (stands) {
        interrupt(sim, id, server->who);
        st->busy--;
        st->blocked_in++;
    } else {
        st->blocked_in--;
        st->busy++;
        schedule_served(sim, server->who);
    }
}

void station_down(struct simulation *sim, uint32_t id, uint32_t k)
{
    set_down(sim, id, k, true);
    schedule_break(sim, id, k, true);
}

void station_repaired(struct simulation *sim, uint32_t id, uint32_t k)
{
    set_down(sim, id, k, false);
    sim->station[id].server[k].breaks++;
    schedule_break(sim, id, k, false);
    mark_ready(sim, id);
}

void station_return(struct simulation *sim, uint32_t id, uint32_t server)
{
    (void)server;
    const struct built_station *bs = built(sim, id);
    struct station *st = &sim->station[id];
    station_touch(sim, st);
    st->away--;
    if (st->waiting == 0 && !bs->spec.vacation_single)
        vacation(sim, id);
    else
        mark_ready(sim, id);
}

void station_begin(struct simulation *sim, uint32_t id)
{
    const struct built_station *bs = built(sim, id);
    struct station *st = &sim->station[id];
    st->on_post = bs->spec.on_post ? (int64_t)timeline_value(bs->spec.on_post, 0) : bs->spec.servers;
    if (bs->spec.on_post) {
        double next = timeline_next_change(bs->spec.on_post, 0);
        if (next < INFINITY) simulation_schedule(sim, next, EVENT_POST, id, 0, PRIORITY_POST);
    }
    uint32_t k = 0;
    for (uint32_t p = 0; p < bs->spec.pools; p++)
        for (int n = 0; n < bs->spec.pool[p].servers && k < st->servers; n++) st->server[k++].pool = (uint16_t)p;
    for (k = 0; k < st->servers; k++) {
        st->server[k].who = NOBODY;
        if (bs->mode == MODE_TRACKED && bs->spec.pause_at_close) st->server[k].away = (int64_t)k >= st->on_post;
        if (bs->spec.breaks_down) schedule_break(sim, id, k, false);
    }
    if (bs->spec.vacates && !bs->spec.vacation_single)
        for (int64_t n = 0; n < st->on_post; n++) vacation(sim, id);
}
