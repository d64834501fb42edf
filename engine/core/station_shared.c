/* station_shared.c - processor sharing: n entities share c servers at rate min(1, c/n) each.
 *
 * One virtual clock runs at that rate; an entity is done when the clock has gone on by its work. So a heap of finishing
 * times in virtual time is all there is, and only the first of them is a timer.
 */
#include "engine/core/station.h"

static double share_rate(const struct station *st)
{
    double n = (double)st->heap.count, c = (double)st->on_post;
    return n <= c ? 1 : c / n;
}

void shared_advance(struct simulation *sim, uint32_t id)
{
    struct station *st = &sim->station[id];
    if (st->heap.count > 0) st->virtual_time += (sim->now - st->share_since) * share_rate(st);
    st->share_since = sim->now;
}

/* Servers at work are busy; who is beyond them is extra. */
static void levels(struct station *st)
{
    int64_t n = (int64_t)st->heap.count;
    st->busy = n < st->on_post ? n : st->on_post;
    st->extra = n - st->busy;
}

/* Sets the timer of the first who will be done. At a rate of 0 that is never. */
void shared_next(struct simulation *sim, uint32_t id)
{
    struct station *st = &sim->station[id];
    st->share_stamp++;
    levels(st);
    if (st->heap.count == 0) {
        st->virtual_time = 0; /* nobody compares with it: keep its precision */
        return;
    }
    if (st->on_post < 1) return;
    sim->stale_timers++;
    double left = (st->heap.slot[0].key - st->virtual_time) / share_rate(st);
    simulation_schedule(sim, sim->now + (left > 0 ? left : 0), EVENT_SHARED, id, st->share_stamp, PRIORITY_SERVED);
}

void shared_enter(struct simulation *sim, uint32_t id, uint32_t who)
{
    struct station *st = &sim->station[id];
    struct entity *e = &sim->entity[who];
    touch(sim, id, st);
    shared_advance(sim, id);
    e->start = sim->now;
    e->flags |= ENTITY_SERVING;
    if (!heap_line_push(&st->heap, st->virtual_time + e->work, (struct waiting){who, e->stamp})) sim->status = STATUS_NO_MEMORY;
    count_wait(sim, id, e, 0, true);
    shared_next(sim, id);
    number_rose(sim, id, st);
}

void station_shared(struct simulation *sim, uint32_t id, uint32_t stamp)
{
    struct station *st = &sim->station[id];
    if (sim->stale_timers) sim->stale_timers--;
    if (stamp != st->share_stamp || st->heap.count == 0) return;
    touch(sim, id, st);
    struct keyed first = heap_line_pop(&st->heap);
    st->virtual_time = first.key;
    st->share_since = sim->now;
    uint32_t who = first.entry.who;
    struct entity *e = &sim->entity[who];
    double since = e->since, work = e->work, wait = sim->now - since - work;
    e->flags &= (uint8_t)~ENTITY_SERVING;
    shared_next(sim, id);
    count_served(sim, id, e, work);
    count_level_through(sim, id, e);
    count_departed(sim, id, st, since);
    if (built(sim, id)->blocks) mark_ready(sim, id);
    entity_done(sim, who, wait > 0 ? wait : 0, work);
    entity_walk(sim, who);
}
