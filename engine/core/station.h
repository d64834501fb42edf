/* station.h - the inside of stations, shared by the files that work them; private to engine/core.
 *
 *   station.c          entering, being served, giving up, leaving
 *   station_plain.c    the short way through a plain station
 *   station_line.c     who waits, and who is next: the disciplines
 *   station_server.c   servers: taken, freed, pushed out; breakdowns, shifts, vacations
 *   station_shared.c   processor sharing
 *   station_blocked.c  who waits outside for room, and the deadlocks that this can end in
 *   station_count.c    what is counted meanwhile
 *
 * The number at a station is waiting + busy + blocked_in + extra: in line; on servers at work; on servers that stand still
 * (served but blocked, or interrupted); inside without a server of their own (riders of a batch, sharers beyond the servers).
 */
#ifndef GREENLANE_ENGINE_CORE_STATION_H
#define GREENLANE_ENGINE_CORE_STATION_H

#include "engine/core/sim.h"

static inline const struct built_station *built(const struct simulation *sim, uint32_t id)
{
    return &sim->net->station[id];
}

static inline const struct step_spec *step_of(const struct simulation *sim, uint32_t who)
{
    return &sim->net->spec[sim->entity[who].step];
}

static inline bool holds(const struct simulation *sim, uint32_t who, const struct condition *condition)
{
    const struct entity *e = &sim->entity[who];
    return condition_check(condition, entity_attributes(sim, e), sim->net->has_cold ? sim->cold[e->root].passed : 0);
}

/* ---- station_count.c ---- */

/* What only stations with `extras` are asked for. */
void count_hours(struct simulation *sim, uint32_t id, const struct station *st, double held); /* at each number inside, waiting, of busy servers */
void count_wait_extras(struct simulation *sim, uint32_t id, const struct entity *e, double wait, bool served);
void count_served_extras(struct simulation *sim, uint32_t id, const struct entity *e, double sojourn);
void count_rise(struct simulation *sim, uint32_t id, struct station *st);
void count_fall(struct simulation *sim, uint32_t id, struct station *st);
void count_departure(struct simulation *sim, uint32_t id, struct station *st);

/* By level of the station's splits, where somebody asked for that. What lies in the window of `since` .. now goes to the
 * queue's area, the number's; when the window closes those who are still inside are given theirs up to then. */
enum level_count { LEVEL_ARRIVED, LEVEL_LOST, LEVEL_RENEGED, LEVEL_BALKED, LEVEL_BLOCKED, LEVEL_THROUGH };
void count_level(struct simulation *sim, uint32_t id, const struct entity *e, enum level_count what);
void count_level_queue(struct simulation *sim, uint32_t id, const struct entity *e, double since);
void count_level_number(struct simulation *sim, uint32_t id, const struct entity *e, double since);
void count_level_through(struct simulation *sim, uint32_t id, const struct entity *e); /* served */

_Static_assert(offsetof(struct station, number_area) == offsetof(struct station, queue_area) + sizeof(double) &&
                   offsetof(struct station, number_squares) == offsetof(struct station, queue_squares) + sizeof(double),
    "pairs");

static inline void add_areas(struct station *st, double waiting, double number, double busy, double held)
{
    typedef double pair __attribute__((vector_size(16)));
    pair level = {waiting, number}, area, squares;
    memcpy(&area, &st->queue_area, sizeof area);
    memcpy(&squares, &st->queue_squares, sizeof squares);
    area += level * held;
    squares += level * level * held;
    memcpy(&st->queue_area, &area, sizeof area);
    memcpy(&st->queue_squares, &squares, sizeof squares);
    st->busy_area += busy * held;
}

/* The levels have been as they are since the last touch; call it before any of them changes. */
static inline void touch(struct simulation *sim, uint32_t id, struct station *st)
{
    double now = sim->now, held = now - st->since;
    if (!(held > 0)) return;
    add_areas(st, (double)st->waiting, (double)station_number(st), (double)st->busy, held);
    st->since = now;
    if (st->extras) count_hours(sim, id, st, held);
}

/* The same where nobody is but who waits or is served. */
static inline void touch_plain(struct simulation *sim, uint32_t id, struct station *st)
{
    double now = sim->now, held = now - st->since;
    if (!(held > 0)) return;
    double waiting = (double)st->waiting, busy = (double)st->busy;
    add_areas(st, waiting, waiting + busy, busy, held);
    st->since = now;
    if (st->extras) count_hours(sim, id, st, held);
}

static inline void count_most(struct station *st)
{
    int64_t number = station_number(st);
    if (number > st->most_number) st->most_number = number;
    if (st->waiting > st->most_waiting) st->most_waiting = st->waiting;
    if (st->busy > st->most_busy) st->most_busy = st->busy;
}

static inline void number_rose(struct simulation *sim, uint32_t id, struct station *st)
{
    count_most(st);
    if (st->extras) count_rise(sim, id, st);
}

static inline void number_fell(struct simulation *sim, uint32_t id, struct station *st)
{
    if (st->extras) count_fall(sim, id, st);
}

static inline void count_wait(struct simulation *sim, uint32_t id, const struct entity *e, double wait, bool served)
{
    struct station *st = &sim->station[id];
    st->whole_wait += wait;
    if (st->extras) count_level_queue(sim, id, e, e->since);
    if (!entity_counts(sim, e)) return;
    struct station_result *result = &sim->result.station[id];
    measure_add(&result->wait, wait);
    result->waited += wait > 0;
    if (st->extras) count_wait_extras(sim, id, e, wait, served);
}

static inline void count_served(struct simulation *sim, uint32_t id, const struct entity *e, double work)
{
    if (!entity_counts(sim, e)) return;
    struct station_result *result = &sim->result.station[id];
    double sojourn = sim->now - e->since;
    measure_add(&result->sojourn, sojourn);
    result->served++;
    tally_add(&result->service, work);
    if (sim->station[id].extras) count_served_extras(sim, id, e, sojourn);
}

/* An entity that came in at `since` is through and no longer counted in the number. */
static inline void count_departed(struct simulation *sim, uint32_t id, struct station *st, double since)
{
    st->whole_sojourn += sim->now - since;
    sim->result.station[id].served_in_window += sim->window_open;
    if (st->extras) count_departure(sim, id, st);
}

/* ---- station_line.c ---- */

int32_t priority_of(const struct simulation *sim, uint32_t who);
void enqueue(struct simulation *sim, uint32_t id, uint32_t who, bool in_front);
/* Takes the next to be served off its line, if it can start now; NOBODY otherwise. `waiting` is the caller's to lower. */
uint32_t line_take(struct simulation *sim, uint32_t id);
/* The next to ride along in a batch that server `server` begins (NOBODY: any). */
uint32_t line_take_rider(struct simulation *sim, uint32_t id, uint32_t server);
/* The first of the most urgent line; NOBODY when nobody waits. It stays. */
uint32_t line_most_urgent(struct simulation *sim, uint32_t id);
uint32_t line_first(struct simulation *sim, uint32_t id); /* likewise, by any discipline; siro: any of them */
void line_forget(struct simulation *sim, uint32_t id); /* one has left its line from the middle */

static inline bool is_live(const struct simulation *sim, struct waiting entry)
{
    return sim->entity[entry.who].stamp == entry.stamp;
}

/* ---- station_server.c ---- */

bool has_free(const struct simulation *sim, uint32_t id, uint32_t who, int64_t units);
bool can_start(const struct simulation *sim, uint32_t id, uint32_t who);
bool server_serves(const struct simulation *sim, uint32_t id, uint32_t k, uint32_t who);
uint32_t server_take(struct simulation *sim, uint32_t id, uint32_t who, enum server_state state); /* NOBODY: not tracked */
void server_let_go(struct simulation *sim, uint32_t id, uint32_t who); /* one that it keeps, of a tracked station */
uint32_t server_victim(struct simulation *sim, uint32_t id, uint32_t newcomer); /* NOBODY: it must wait */
void server_push_out(struct simulation *sim, uint32_t id, uint32_t k);
void server_idle(struct simulation *sim, uint32_t id); /* may go on vacation, for nobody waits */
void servers_begin(struct simulation *sim, uint32_t id);
void server_starts(struct simulation *sim, uint32_t id, uint32_t k); /* a service has begun or goes on: it ages */
void server_stops(struct simulation *sim, uint32_t id, uint32_t k);

/* ---- station_shared.c ---- */

void shared_enter(struct simulation *sim, uint32_t id, uint32_t who);
void shared_advance(struct simulation *sim, uint32_t id); /* before the servers change */
void shared_next(struct simulation *sim, uint32_t id);

/* ---- station_blocked.c ---- */

void wait_outside(struct simulation *sim, uint32_t id, uint32_t who);
void admit_blocked(struct simulation *sim, uint32_t id);
void blocked_keeps_server(struct simulation *sim, uint32_t who, uint32_t id, double since);

/* ---- station_plain.c ---- */

/* Where the shares of a choice lead; the same as in walk.c where only shares decide, without branches. */
static inline uint32_t step_by_share(const struct network *net, uint32_t choice, double unit)
{
    const struct step_spec *spec = &net->spec[choice];
    uint32_t to = net->step[choice].next;
    bool open = true;
    for (size_t i = 0; i < spec->targets; i++) {
        const struct target *target = &spec->target[i];
        bool taken = open & ((target->share >= 1) | (unit < target->share));
        to = taken ? (uint32_t)target->step : to; /* -1 is NO_STEP */
        open &= !taken;
        unit -= target->share;
    }
    return to;
}

void plain_enter(struct simulation *sim, const struct hot_step *step, uint32_t who);

/* ---- station.c ---- */

void mark_ready(struct simulation *sim, uint32_t id); /* its line may move */
void mark_freed(struct simulation *sim, uint32_t id); /* and those of stations that use its servers too */
bool is_full(struct simulation *sim, uint32_t id, uint32_t who);
bool join(struct simulation *sim, uint32_t id, uint32_t who); /* there is room; false: it walks on at once */
void after_service(struct simulation *sim, uint32_t id);
void schedule_served(struct simulation *sim, uint32_t who);
void free_also(struct simulation *sim, uint32_t who, const struct step_spec *step);

#endif
