/* station_server.c - servers: taken, freed, pushed out; breakdowns, shifts, vacations.
 *
 * At a counted station servers are a number: free = on post - busy - blocked_in - away. At a tracked one each is known,
 * and is free, serving (its entity's EVENT_SERVED is pending, or stands while the server is down or away), or kept (by an
 * entity that is elsewhere: blocked, seized, or held for a service at another station). Only who is served can be interrupted.
 */
#include "engine/core/station.h"
#include <assert.h>
#include <math.h>

/* ---- free ones ---- */

bool server_serves(const struct simulation *sim, uint32_t id, uint32_t k, uint32_t who)
{
    const struct station_spec *spec = &built(sim, id)->spec;
    return spec->pools == 0 || holds(sim, who, &spec->pool[sim->station[id].server[k].pool].serves);
}

/* Where fewer are on post than there are: of pools, the last named stay. */
static bool is_on_post(const struct simulation *sim, uint32_t id, uint32_t k)
{
    const struct station *st = &sim->station[id];
    return built(sim, id)->spec.pools ? (int64_t)(st->servers - k) <= st->on_post : (int64_t)k < st->on_post;
}

static bool is_free_for(const struct simulation *sim, uint32_t id, uint32_t k, uint32_t who)
{
    const struct station *st = &sim->station[id];
    const struct server *server = &st->server[k];
    return server->state == SERVER_FREE && !server->down && !server->away && is_on_post(sim, id, k) && server_serves(sim, id, k, who);
}

static bool has_free_tracked(const struct simulation *sim, uint32_t id, uint32_t who, int64_t units)
{
    const struct station *st = &sim->station[id];
    units += st->away; /* on vacation: any of them */
    for (uint32_t k = 0; k < st->servers && units > 0; k++) units -= is_free_for(sim, id, k, who);
    return units == 0;
}

bool has_free(const struct simulation *sim, uint32_t id, uint32_t who, int64_t units)
{
    const struct station *st = &sim->station[id];
    switch (built(sim, id)->mode) {
    case MODE_UNLIMITED:
    case MODE_SHARING: return true;
    case MODE_COUNTED: return st->busy + st->blocked_in + st->away + units <= st->on_post;
    case MODE_TRACKED: return has_free_tracked(sim, id, who, units);
    }
    return false;
}

/* A station may stand in `also` several times, next to each other: so many of its servers are wanted. */
static bool has_also(const struct simulation *sim, uint32_t who)
{
    const struct step_spec *step = step_of(sim, who);
    int64_t units = 1;
    for (size_t i = 0; i < step->alsos; i++) {
        units = i > 0 && step->also[i] == step->also[i - 1] ? units + 1 : 1 + (step->also[i] == step->station);
        if (!has_free(sim, (uint32_t)step->also[i], who, units)) return false;
    }
    return true;
}

bool can_start(const struct simulation *sim, uint32_t id, uint32_t who)
{
    if (built(sim, id)->spec.begin_at > 1 && !sim->station[id].active) return false;
    return has_free(sim, id, who, 1) && has_also(sim, who);
}

/* ---- taking and letting go ---- */

uint32_t server_take(struct simulation *sim, uint32_t id, uint32_t who, enum server_state state)
{
    struct station *st = &sim->station[id];
    st->busy++;
    count_most(st);
    if (built(sim, id)->mode != MODE_TRACKED) return NOBODY;
    for (uint32_t k = 0; k < st->servers; k++) {
        if (!is_free_for(sim, id, k, who)) continue;
        st->server[k].who = who;
        st->server[k].state = (uint8_t)state;
        return k;
    }
    assert(!"no server is free"); /* the caller has asked can_start */
    return NOBODY;
}

void server_let_go(struct simulation *sim, uint32_t id, uint32_t who)
{
    struct station *st = &sim->station[id];
    for (uint32_t k = 0; k < st->servers; k++)
        if (st->server[k].who == who && st->server[k].state == SERVER_KEPT) {
            st->server[k].state = SERVER_FREE;
            return;
        }
}

/* ---- interruption ---- */

void server_starts(struct simulation *sim, uint32_t id, uint32_t k)
{
    if (!built(sim, id)->spec.up_while_serving) return;
    struct server *server = &sim->station[id].server[k];
    server->since = sim->now;
    server->due = INFINITY;
    if (!(server->left < sim->entity[server->who].work)) return;
    server->due = sim->now + server->left;
    simulation_schedule(sim, server->due, EVENT_DOWN, id, k, PRIORITY_POST);
}

void server_stops(struct simulation *sim, uint32_t id, uint32_t k)
{
    if (!built(sim, id)->spec.up_while_serving) return;
    struct server *server = &sim->station[id].server[k];
    server->left -= sim->now - server->since;
    if (server->left < 0) server->left = 0;
    server->due = INFINITY; /* an EVENT_DOWN that is under way means nothing now */
}

/* Stops the service under way; what is left of it stays in `work`. */
static void halt(struct simulation *sim, uint32_t who)
{
    struct entity *e = &sim->entity[who];
    double left = e->work - (sim->now - e->start);
    e->stamp++; /* its EVENT_SERVED is stale now */
    sim->stale_timers++;
    e->work = left > 0 ? left : 0;
}

/* What a pushed-out entity must do again. A draw of its own for each time: the step's own words may be many. */
static void repeat(struct simulation *sim, uint32_t who, enum queue_preemption rule)
{
    struct entity *e = &sim->entity[who];
    struct cold *cold = &sim->cold[who];
    if (rule == PREEMPT_REPEAT_IDENTICAL) e->work = cold->whole;
    if (rule != PREEMPT_REPEAT_DIFFERENT) return;
    struct draws draws;
    uint32_t again = (entity_visit(e, e->step) & 0xFF) << 16 | ++cold->redraws;
    draws_begin_of(&draws, &sim->rounds, e->number, sim->net->place_again[e->step], again);
    cold->whole = e->work = variate_draw(entity_time(sim, e), &draws);
}

/* The server whose entity the newcomer may push out: the least urgent, the last begun of equals. */
uint32_t server_victim(struct simulation *sim, uint32_t id, uint32_t newcomer)
{
    const struct station_spec *spec = &built(sim, id)->spec;
    const struct station *st = &sim->station[id];
    if (spec->preemption == PREEMPT_NONE) return NOBODY;
    bool last_come = spec->discipline == QUEUE_LCFS;
    int32_t worst = last_come ? -1 : sim->cold[newcomer].urgency;
    uint32_t found = NOBODY;
    double latest = -1;
    for (uint32_t k = 0; k < st->servers; k++) {
        const struct server *server = &st->server[k];
        if (server->state != SERVER_SERVING || server->down || server->away || !is_on_post(sim, id, k)) continue;
        if (!server_serves(sim, id, k, newcomer)) continue;
        int32_t level = last_come ? 0 : sim->cold[server->who].urgency;
        double begun = sim->entity[server->who].start;
        if (level < worst || (level == worst && (found == NOBODY || begun <= latest))) continue;
        worst = level;
        latest = begun;
        found = k;
    }
    return found == NOBODY || has_also(sim, newcomer) ? found : NOBODY;
}

void server_push_out(struct simulation *sim, uint32_t id, uint32_t k)
{
    struct station *st = &sim->station[id];
    uint32_t who = st->server[k].who;
    server_stops(sim, id, k);
    halt(sim, who);
    repeat(sim, who, built(sim, id)->spec.preemption);
    st->server[k].state = SERVER_FREE;
    st->busy--;
    free_also(sim, who, step_of(sim, who));
    sim->entity[who].start = sim->now; /* it waits again */
    enqueue(sim, id, who, true);
}

/* ---- breakdowns and pauses ---- */

enum absence { ABSENT_DOWN, ABSENT_AWAY };

/* The server breaks down or goes away, or is back; whom it serves stands still meanwhile. */
static void set_absent(struct simulation *sim, uint32_t id, uint32_t k, enum absence why, bool absent)
{
    struct station *st = &sim->station[id];
    struct server *server = &st->server[k];
    touch(sim, id, st);
    bool stood = server->away || server->down;
    if (why == ABSENT_DOWN)
        server->down = absent;
    else
        server->away = absent;
    bool stands = server->away || server->down;
    if (server->state != SERVER_SERVING || stood == stands) return;
    st->busy += stands ? -1 : 1;
    st->blocked_in += stands ? 1 : -1;
    if (stands) {
        server_stops(sim, id, k);
        halt(sim, server->who);
        if (why == ABSENT_DOWN) repeat(sim, server->who, built(sim, id)->spec.after_repair);
    } else {
        schedule_served(sim, server->who);
        server_starts(sim, id, k);
    }
}

static double draw_break(struct simulation *sim, uint32_t id, uint32_t k, bool repair)
{
    const struct built_station *bs = built(sim, id);
    uint64_t ordinal = (uint64_t)k << 24 | (sim->station[id].server[k].breaks & 0xFFFFFF);
    struct draws draws;
    draws_begin_of(&draws, &sim->rounds, ordinal, repair ? bs->place_down : bs->place_up, 0);
    return variate_draw(repair ? &bs->spec.down : &bs->spec.up, &draws);
}

/* The server's next time in working order; where servers age by serving, the service that takes it to its end schedules
 * that. */
static void next_break(struct simulation *sim, uint32_t id, uint32_t k)
{
    struct server *server = &sim->station[id].server[k];
    server->left = draw_break(sim, id, k, false);
    if (!built(sim, id)->spec.up_while_serving) simulation_schedule(sim, sim->now + server->left, EVENT_DOWN, id, k, PRIORITY_POST);
}

/* One server, or all where they break down together: the first stands for them. */
static void set_down(struct simulation *sim, uint32_t id, uint32_t k, bool down)
{
    uint32_t end = built(sim, id)->spec.breaks_together ? sim->station[id].servers : k + 1;
    for (; k < end; k++) set_absent(sim, id, k, ABSENT_DOWN, down);
}

void station_down(struct simulation *sim, uint32_t id, uint32_t k)
{
    if (built(sim, id)->spec.up_while_serving && sim->station[id].server[k].due != sim->now) return;
    set_down(sim, id, k, true);
    simulation_schedule(sim, sim->now + draw_break(sim, id, k, true), EVENT_REPAIRED, id, k, PRIORITY_POST);
}

void station_repaired(struct simulation *sim, uint32_t id, uint32_t k)
{
    sim->station[id].server[k].breaks++;
    next_break(sim, id, k);
    set_down(sim, id, k, false);
    mark_freed(sim, id);
}

/* ---- shifts ---- */

void station_post(struct simulation *sim, uint32_t id)
{
    const struct built_station *bs = built(sim, id);
    struct station *st = &sim->station[id];
    touch(sim, id, st);
    double next = timeline_next_change(bs->spec.on_post, sim->now);
    if (bs->mode == MODE_SHARING) shared_advance(sim, id);
    st->on_post = (int64_t)timeline_value(bs->spec.on_post, sim->now);
    if (next < INFINITY) simulation_schedule(sim, next, EVENT_POST, id, 0, PRIORITY_POST);
    if (bs->mode == MODE_TRACKED && bs->spec.pause_at_close)
        for (uint32_t k = 0; k < st->servers; k++) set_absent(sim, id, k, ABSENT_AWAY, !is_on_post(sim, id, k));
    if (bs->mode == MODE_SHARING) shared_next(sim, id);
    mark_freed(sim, id);
}

/* ---- vacations: a server that finds nobody waiting goes away for a while ---- */

static void vacation(struct simulation *sim, uint32_t id)
{
    const struct built_station *bs = built(sim, id);
    struct station *st = &sim->station[id];
    struct draws draws;
    touch(sim, id, st);
    st->away++;
    draws_begin_of(&draws, &sim->rounds, st->vacations++, bs->place_vacation, 0);
    simulation_schedule(sim, sim->now + variate_draw(&bs->spec.vacation, &draws), EVENT_RETURN, id, 0, PRIORITY_POST);
}

void server_idle(struct simulation *sim, uint32_t id)
{
    struct station *st = &sim->station[id];
    if (built(sim, id)->spec.vacates && st->waiting == 0 && st->busy + st->blocked_in + st->away < st->on_post) vacation(sim, id);
}

void station_return(struct simulation *sim, uint32_t id)
{
    struct station *st = &sim->station[id];
    touch(sim, id, st);
    st->away--;
    if (st->waiting == 0 && !built(sim, id)->spec.vacation_single)
        vacation(sim, id);
    else
        mark_freed(sim, id);
}

/* ---- the beginning ---- */

void servers_begin(struct simulation *sim, uint32_t id)
{
    const struct built_station *bs = built(sim, id);
    struct station *st = &sim->station[id];
    uint32_t k = 0;
    for (uint32_t p = 0; p < bs->spec.pools; p++)
        for (int n = 0; n < bs->spec.pool[p].servers && k < st->servers; n++) st->server[k++].pool = (uint16_t)p;
    for (k = 0; k < st->servers; k++) {
        st->server[k].who = NOBODY;
        st->server[k].away = bs->spec.pause_at_close && !is_on_post(sim, id, k);
        if (bs->spec.breaks_down && (k == 0 || !bs->spec.breaks_together)) next_break(sim, id, k);
    }
    if (bs->spec.vacates && !bs->spec.vacation_single)
        for (int64_t n = 0; n < st->on_post; n++) vacation(sim, id);
}
