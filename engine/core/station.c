/* station.c - queueing: an entity comes, waits, is served, or gives up.
 *
 * A plain station (counted, fixed servers, first come or by priority, and nothing else asked of it) takes a short way
 * through enter and served: station_plain.c.
 *
 * A server that becomes free marks its station ready; ready stations are served when the event is over, in the order
 * marked, never recursively.
 *
 * Invariants: 0 <= busy; waiting counts live entries of the lines only; an entity in a line has ENTITY_WAITING.
 */
#include "engine/core/station.h"
#include <math.h>
#include <stdio.h>

/* ---- ready stations ---- */

void mark_ready(struct simulation *sim, uint32_t id)
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

/* Among the lines that may want the freed server, the one whose first came first goes first. */
static void mark_by_age(struct simulation *sim, uint32_t id)
{
    const struct built_station *bs = built(sim, id);
    for (;;) {
        uint32_t oldest = NOBODY;
        double since = INFINITY;
        for (size_t i = 0; i <= bs->dependents; i++) {
            uint32_t at = i < bs->dependents ? bs->dependent[i] : id;
            uint32_t first = sim->station[at].queued_to_serve ? NOBODY : line_first(sim, at);
            if (first == NOBODY || !(sim->entity[first].since < since)) continue;
            since = sim->entity[first].since;
            oldest = at;
        }
        if (oldest == NOBODY || sim->status != STATUS_OK) return;
        mark_ready(sim, oldest);
    }
}

void mark_freed(struct simulation *sim, uint32_t id)
{
    const struct built_station *bs = built(sim, id);
    if (bs->dependents) mark_by_age(sim, id);
    mark_ready(sim, id);
    for (size_t i = 0; i < bs->dependents; i++) mark_ready(sim, bs->dependent[i]); /* for who waits outside */
}

/* ---- starting ---- */

void schedule_served(struct simulation *sim, uint32_t who)
{
    struct entity *e = &sim->entity[who];
    e->start = sim->now;
    simulation_schedule(sim, sim->now + e->work, EVENT_SERVED, who, e->stamp, PRIORITY_SERVED);
}

static void hold(struct simulation *sim, uint32_t id, uint32_t who)
{
    struct held *held = sim->cold[who].held;
    for (int i = 0; i < HELD_MOST; i++) {
        if (held[i].units && held[i].station != id + 1) continue;
        held[i].station = (uint16_t)(id + 1);
        if (++held[i].units) return;
        break;
    }
    snprintf(sim->result.broken, sizeof sim->result.broken, "an entity holds servers of more than %d stations at once, or too many", HELD_MOST);
    sim->status = STATUS_LIMIT;
}

static void take_also(struct simulation *sim, uint32_t who, const struct step_spec *step)
{
    for (size_t i = 0; i < step->alsos; i++) {
        uint32_t other = (uint32_t)step->also[i];
        touch(sim, other, &sim->station[other]);
        server_take(sim, other, who, SERVER_KEPT);
        if (step->op == OP_SEIZE) hold(sim, other, who);
    }
}

void free_also(struct simulation *sim, uint32_t who, const struct step_spec *step)
{
    for (size_t i = 0; i < step->alsos; i++) station_free(sim, (uint32_t)step->also[i], who);
}

/* It waits no longer: its wait is counted, and if it had patience, that timer is stale now. */
static void wait_is_over(struct simulation *sim, uint32_t id, uint32_t who)
{
    struct entity *e = &sim->entity[who];
    count_wait(sim, id, e, sim->now - e->since, true);
    if ((e->flags & ENTITY_WAITING) && step_of(sim, who)->has_patience) {
        e->stamp++;
        sim->stale_timers++;
    }
    e->flags = (uint8_t)((e->flags | ENTITY_SERVING) & ~ENTITY_WAITING);
    e->start = sim->now;
}

/* Riders of a batch: served with the leader, by its server. */
static void take_riders(struct simulation *sim, uint32_t id, uint32_t leader)
{
    struct station *st = &sim->station[id];
    uint32_t last = leader, server = sim->cold[leader].server;
    for (int32_t n = 1; n < built(sim, id)->spec.batch_most; n++) {
        uint32_t who = line_take_rider(sim, id, server);
        if (who == NOBODY) break;
        st->waiting--;
        st->extra++;
        wait_is_over(sim, id, who);
        sim->cold[last].rides_with = who;
        last = who;
    }
    sim->cold[last].rides_with = NOBODY;
}

/* A server to keep beyond the station. */
static void seized(struct simulation *sim, uint32_t id, uint32_t who)
{
    struct entity *e = &sim->entity[who];
    e->flags &= (uint8_t)~ENTITY_SERVING;
    hold(sim, id, who);
    count_departed(sim, id, &sim->station[id], e->since);
    count_level(sim, id, e, LEVEL_THROUGH);
    if (entity_counts(sim, e)) sim->result.station[id].served++;
    entity_done(sim, who, sim->now - e->since, 0);
}

/* Gives the entity a server; it does not wait any longer. True when it walks on at once. */
static bool start(struct simulation *sim, uint32_t id, uint32_t who)
{
    const struct built_station *bs = built(sim, id);
    struct entity *e = &sim->entity[who];
    const struct step_spec *step = step_of(sim, who);
    bool seizes = step->op == OP_SEIZE, again = (e->flags & ENTITY_SERVING) != 0; /* again: it was pushed out before */
    uint32_t k = server_take(sim, id, who, seizes ? SERVER_KEPT : SERVER_SERVING);
    take_also(sim, who, step);
    if (again)
        count_level_queue(sim, id, e, e->start);
    else
        wait_is_over(sim, id, who);
    e->flags &= (uint8_t)~ENTITY_WAITING;
    if (seizes) {
        seized(sim, id, who);
        return true;
    }
    if (bs->mode == MODE_TRACKED) {
        sim->cold[who].server = k;
        if (!again) sim->cold[who].whole = e->work;
    }
    if (bs->spec.batch_most > 1) take_riders(sim, id, who);
    schedule_served(sim, who);
    if (bs->mode == MODE_TRACKED) server_starts(sim, id, k);
    return false;
}

/* Pre-emption by one who could not push anybody out when it came: a server was down, or away, and is back. */
static bool overdue(struct simulation *sim, uint32_t id)
{
    const struct station_spec *spec = &built(sim, id)->spec;
    if (spec->preemption == PREEMPT_NONE || spec->discipline != QUEUE_PRIORITY || sim->station[id].waiting == 0) return false;
    uint32_t first = line_most_urgent(sim, id), k = first == NOBODY ? NOBODY : server_victim(sim, id, first);
    if (k == NOBODY) return false;
    touch(sim, id, &sim->station[id]);
    server_push_out(sim, id, k);
    return true;
}

static void serve(struct simulation *sim, uint32_t id)
{
    const struct built_station *bs = built(sim, id);
    struct station *st = &sim->station[id];
    do {
        while (sim->status == STATUS_OK && st->waiting >= bs->spec.batch_least) {
            uint32_t who = line_take(sim, id);
            if (who == NOBODY) break;
            touch(sim, id, st);
            st->waiting--;
            if (start(sim, id, who)) entity_walk(sim, who);
            if (bs->blocks) admit_blocked(sim, id);
        }
    } while (sim->status == STATUS_OK && overdue(sim, id));
    if (bs->blocks) admit_blocked(sim, id);
}

void station_serve_ready(struct simulation *sim)
{
    for (size_t i = 0; i < sim->readies; i++) {
        uint32_t id = sim->ready[i];
        sim->station[id].queued_to_serve = false;
        serve(sim, id);
    }
    sim->readies = 0;
}

/* ---- entering ---- */

static bool balks(struct simulation *sim, uint32_t id, uint32_t who)
{
    const struct entity *e = &sim->entity[who];
    const struct step_spec *step = step_of(sim, who);
    if (step->joins == 0 && !step->join_harmonic) return false;
    uint64_t number = (uint64_t)station_number(&sim->station[id]);
    double joins = step->join_harmonic ? 1.0 / (double)(number + 1) : step->join[number < step->joins ? number : step->joins - 1];
    struct draws draws;
    draws_begin_of(&draws, &sim->rounds, e->number, sim->net->place_balk[e->step], entity_visit(e, e->step));
    if (draws_unit(&draws) < joins) return false;
    if (entity_counts(sim, e)) sim->result.station[id].balked++;
    count_level(sim, id, e, LEVEL_BALKED);
    entity_goto(sim, who, step->balk_target, step->balk_outcome);
    return true;
}

static void begin_patience(struct simulation *sim, uint32_t who)
{
    struct entity *e = &sim->entity[who];
    const struct step_spec *step = step_of(sim, who);
    if (!step->has_patience) return;
    struct draws draws;
    draws_begin_of(&draws, &sim->rounds, e->number, sim->net->place_patience[e->step], entity_visit(e, e->step));
    simulation_schedule(sim, sim->now + variate_draw(&step->patience, &draws), EVENT_PATIENCE, who, e->stamp, PRIORITY_REST);
}

/* Whether it is served now: a server is free and nobody is before it, or it pushes somebody out. While a server that
 * became free at this very moment has not yet been offered to the line, the newcomer goes there too. */
static bool starts_at_once(struct simulation *sim, uint32_t id, uint32_t who)
{
    const struct built_station *bs = built(sim, id);
    const struct station *st = &sim->station[id];
    if (bs->spec.batch_least > 1) return false;
    bool first = st->waiting == 0 || (bs->spec.pools && !st->queued_to_serve);
    if (first && can_start(sim, id, who)) return true;
    if (bs->spec.preemption == PREEMPT_NONE || has_free(sim, id, who, 1)) return false;
    uint32_t k = server_victim(sim, id, who);
    if (k == NOBODY) return false;
    server_push_out(sim, id, k);
    return true;
}

bool join(struct simulation *sim, uint32_t id, uint32_t who)
{
    const struct built_station *bs = built(sim, id);
    struct station *st = &sim->station[id];
    if (bs->mode == MODE_SHARING) {
        shared_enter(sim, id, who);
        return true;
    }
    touch(sim, id, st);
    if (bs->spec.preemption && bs->levels > 1) sim->cold[who].urgency = priority_of(sim, who);
    if (bs->spec.begin_at > 1 && st->waiting + 1 >= bs->spec.begin_at) st->active = true;
    if (starts_at_once(sim, id, who)) {
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

bool is_full(struct simulation *sim, uint32_t id, uint32_t who)
{
    const struct built_station *bs = built(sim, id);
    const struct station *st = &sim->station[id];
    bool shared = bs->mode == MODE_SHARING; /* whoever is beyond the servers takes a place of the room */
    if (bs->spec.room < 0 || (shared ? st->extra : st->waiting) < bs->spec.room) return false;
    if (shared) return st->busy >= st->on_post;
    return st->waiting > 0 || bs->spec.batch_least > 1 || !can_start(sim, id, who);
}

/* By the long way. */
static bool __attribute__((noinline)) enter(struct simulation *sim, uint32_t id, uint32_t who)
{
    struct entity *e = &sim->entity[who];
    if (entity_counts(sim, e)) sim->result.station[id].arrived++;
    count_level(sim, id, e, LEVEL_ARRIVED);
    if (balks(sim, id, who)) return false;
    bool others_first = sim->station[id].blocked.count > 0;
    if (!others_first && !is_full(sim, id, who)) return join(sim, id, who);
    if (!built(sim, id)->spec.lose_when_full) {
        wait_outside(sim, id, who);
        return true;
    }
    if (entity_counts(sim, e)) sim->result.station[id].lost++;
    count_level(sim, id, e, LEVEL_LOST);
    entity_goto(sim, who, step_of(sim, who)->full_target, step_of(sim, who)->full_outcome);
    return false;
}

bool station_enter(struct simulation *sim, uint32_t who)
{
    const struct hot_step *step = &sim->net->step[sim->entity[who].step];
    if (!(step->flags & STEP_SIMPLE)) return enter(sim, step->station, who);
    plain_enter(sim, step, who);
    return true;
}

/* ---- being through ---- */

void after_service(struct simulation *sim, uint32_t id)
{
    struct station *st = &sim->station[id];
    if (st->waiting == 0 && st->busy == 0) st->active = false;
    mark_freed(sim, id);
    server_idle(sim, id);
}

/* The leader is through, and with it all who rode along. */
static void riders_done(struct simulation *sim, uint32_t id, uint32_t rider)
{
    struct station *st = &sim->station[id];
    while (rider != NOBODY) {
        struct entity *e = &sim->entity[rider];
        uint32_t next = sim->cold[rider].rides_with;
        double since = e->since, began = e->start, work = sim->now - began;
        e->flags &= (uint8_t)~ENTITY_SERVING;
        st->extra--;
        count_served(sim, id, e, work);
        count_level_through(sim, id, e);
        count_departed(sim, id, st, since);
        entity_done(sim, rider, began - since, work);
        entity_walk(sim, rider);
        rider = next;
    }
}

/* Where stations block, the server stays taken until its entity has got on. */
static void walk_or_keep_server(struct simulation *sim, uint32_t id, uint32_t who, double since)
{
    struct station *st = &sim->station[id];
    uint32_t k = built(sim, id)->mode == MODE_TRACKED ? sim->cold[who].server : NOBODY;
    uint32_t stamp = sim->entity[who].stamp;
    st->blocked_in++;
    if (k != NOBODY) st->server[k].state = SERVER_KEPT;
    entity_walk(sim, who);
    const struct entity *e = &sim->entity[who];
    if (e->stamp == stamp && (e->flags & ENTITY_BLOCKED)) {
        blocked_keeps_server(sim, who, id, since);
        return;
    }
    touch(sim, id, st);
    st->blocked_in--;
    if (k != NOBODY) st->server[k].state = SERVER_FREE;
    count_departed(sim, id, st, since);
    after_service(sim, id);
}

/* By the long way. */
static void __attribute__((noinline)) served(struct simulation *sim, uint32_t id, uint32_t who)
{
    struct entity *e = &sim->entity[who];
    const struct built_station *bs = built(sim, id);
    struct station *st = &sim->station[id];
    touch(sim, id, st);
    bool tracked = bs->mode == MODE_TRACKED;
    double since = e->since, work = tracked ? sim->cold[who].whole : e->work;
    uint32_t rider = bs->spec.batch_most > 1 ? sim->cold[who].rides_with : NOBODY;
    e->flags &= (uint8_t)~ENTITY_SERVING;
    count_served(sim, id, e, work);
    count_level_through(sim, id, e);
    if (tracked) {
        sim->cold[who].redraws = 0;
        server_stops(sim, id, sim->cold[who].server);
        st->server[sim->cold[who].server].state = SERVER_FREE;
    }
    st->busy--;
    free_also(sim, who, &sim->net->spec[e->step]);
    entity_done(sim, who, sim->now - since - work, work);
    if (sim->net->blocks) {
        walk_or_keep_server(sim, id, who, since);
    } else {
        count_departed(sim, id, st, since);
        after_service(sim, id);
        entity_walk(sim, who);
    }
    riders_done(sim, id, rider);
}

void station_served(struct simulation *sim, uint32_t who)
{
    served(sim, sim->net->step[sim->entity[who].step].station, who);
}

void station_patience(struct simulation *sim, uint32_t who)
{
    struct entity *e = &sim->entity[who];
    const struct step_spec *spec = step_of(sim, who);
    uint32_t id = (uint32_t)spec->station;
    struct station *st = &sim->station[id];
    touch(sim, id, st);
    double wait = sim->now - e->since;
    e->stamp++;
    e->flags &= (uint8_t)~ENTITY_WAITING;
    st->waiting--;
    line_forget(sim, id);
    count_wait(sim, id, e, wait, false);
    count_level_number(sim, id, e, e->since);
    count_level(sim, id, e, LEVEL_RENEGED);
    st->whole_sojourn += wait;
    number_fell(sim, id, st);
    if (entity_counts(sim, e)) sim->result.station[id].reneged++;
    if (built(sim, id)->blocks) mark_ready(sim, id);
    entity_goto(sim, who, spec->patience_target, spec->patience_outcome);
    entity_walk(sim, who);
}

void station_free(struct simulation *sim, uint32_t id, uint32_t who)
{
    struct station *st = &sim->station[id];
    touch(sim, id, st);
    st->busy--;
    if (built(sim, id)->mode == MODE_TRACKED) server_let_go(sim, id, who);
    number_fell(sim, id, st);
    after_service(sim, id);
}

void station_begin(struct simulation *sim, uint32_t id)
{
    const struct timeline *post = built(sim, id)->spec.on_post;
    struct station *st = &sim->station[id];
    st->on_post = post ? (int64_t)timeline_value(post, 0) : built(sim, id)->spec.servers;
    double next = post ? timeline_next_change(post, 0) : INFINITY;
    if (next < INFINITY) simulation_schedule(sim, next, EVENT_POST, id, 0, PRIORITY_POST);
    servers_begin(sim, id);
}
