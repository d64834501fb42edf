/* station_blocked.c - blocking after service: who is served, but finds the next station full, keeps its server until
 * there is room, first come first served. Whoever comes from elsewhere (an arrival, a delay, a shared station, a branch)
 * waits outside without holding anything up.
 *
 * Stations that block each other in a circle would stand for ever. So whenever somebody becomes blocked, the set is
 * closed: the station it waits for, the stations for which the holders of all of that one's servers wait, and so on. If the
 * whole set is held by blocked entities, that is a deadlock, and the run ends with its name.
 */
#include "engine/core/station.h"
#include <stdio.h>
#include <string.h>

/* ---- deadlock ---- */

static int64_t servers_of(const struct simulation *sim, uint32_t id)
{
    const struct station_spec *spec = &built(sim, id)->spec;
    return spec->on_post ? (int64_t)timeline_largest(spec->on_post) : spec->servers;
}

static int64_t held_at(const struct simulation *sim, uint32_t who, uint32_t id)
{
    int64_t n = sim->entity[who].link == id + 1;
    for (int i = 0; i < HELD_MOST; i++)
        if (sim->cold[who].held[i].station == id + 1) n += sim->cold[who].held[i].units;
    return n;
}

/* No server here will ever be free: each is held by somebody who waits for room at such a station. Counts itself as
 * such while it looks (`seen`). */
static bool is_stuck(struct simulation *sim, uint32_t id)
{
    struct station *st = &sim->station[id];
    if (st->seen == sim->search) return true;
    const struct built_station *bs = built(sim, id);
    if ((st->busy > 0 && !bs->is_held) || (bs->impatient && st->waiting > 0)) return false;
    st->seen = sim->search;
    int64_t held = 0;
    for (uint32_t other = 0; other < sim->net->stations; other++) {
        const struct line *blocked = &sim->station[other].blocked;
        for (uint32_t i = 0; i < blocked->count; i++) {
            int64_t n = held_at(sim, line_at(blocked, i)->who, id);
            if (n > 0 && !is_stuck(sim, other)) return false;
            held += n;
        }
    }
    return held >= servers_of(sim, id);
}

static void check_deadlock(struct simulation *sim, uint32_t id)
{
    sim->search++;
    if (!is_stuck(sim, id)) return;
    char *text = sim->result.broken;
    size_t room = sizeof sim->result.broken, used = (size_t)snprintf(text, room, "deadlock: every server is held by somebody that waits for room at one of:");
    for (uint32_t i = 0; i < sim->net->stations && used < room; i++)
        if (sim->station[i].seen == sim->search) used += (size_t)snprintf(text + used, room - used, " %s", built(sim, i)->name);
    sim->status = STATUS_STUCK;
}

/* ---- in and out ---- */

static bool holds_servers(const struct simulation *sim, uint32_t who)
{
    for (int i = 0; i < HELD_MOST; i++)
        if (sim->cold[who].held[i].units) return true;
    return false;
}

void wait_outside(struct simulation *sim, uint32_t id, uint32_t who)
{
    struct entity *e = &sim->entity[who];
    if (entity_counts(sim, e)) sim->result.station[id].blocked++;
    count_level(sim, id, e, LEVEL_BLOCKED);
    e->flags |= ENTITY_BLOCKED;
    if (!line_push_back(&sim->station[id].blocked, (struct waiting){who, e->stamp})) sim->status = STATUS_NO_MEMORY;
    if (holds_servers(sim, who)) check_deadlock(sim, id);
}

void blocked_keeps_server(struct simulation *sim, uint32_t who, uint32_t id, double since)
{
    sim->entity[who].link = id + 1;
    sim->cold[who].entered = since;
    check_deadlock(sim, sim->net->step[sim->entity[who].step].station);
}

/* It has got on: the server that it kept is free. */
static void leave_kept_server(struct simulation *sim, uint32_t who, double entered)
{
    uint32_t id = sim->entity[who].link - 1;
    struct station *st = &sim->station[id];
    sim->entity[who].link = 0;
    touch(sim, id, st);
    st->blocked_in--;
    if (built(sim, id)->mode == MODE_TRACKED) server_let_go(sim, id, who);
    count_departed(sim, id, st, entered);
    after_service(sim, id);
}

void admit_blocked(struct simulation *sim, uint32_t id)
{
    struct line *blocked = &sim->station[id].blocked;
    while (blocked->count > 0 && sim->status == STATUS_OK) {
        uint32_t who = line_at(blocked, 0)->who;
        if (is_full(sim, id, who)) return;
        line_pop_front(blocked);
        struct entity *e = &sim->entity[who];
        double entered = sim->cold[who].entered;
        e->flags &= (uint8_t)~ENTITY_BLOCKED;
        entity_credit(sim, who, e->since, sim->now);
        if (e->link) count_level_number(sim, e->link - 1, e, e->since);
        e->since = sim->now;
        bool waits = join(sim, id, who);
        if (sim->entity[who].link) leave_kept_server(sim, who, entered);
        if (!waits) entity_walk(sim, who);
    }
}
