/* station_plain.c - the short way through a plain station: counted and fixed servers, first come or by priority, and nothing
 * else asked of it. Tests hold it to the long way's results.
 *
 * What follows such a service is often a matter of shares alone, up to the next such service or the way out. Then it is
 * drawn when the service begins: nothing waits for those draws, while at the end of the service the time of the next event
 * would. Draws are named, not taken in turn, so they are the same.
 */
#include "engine/core/station.h"

/* Where the shares of a choice lead; the same as in walk.c where only shares decide, without branches. */
static uint32_t chosen_by_share(const struct simulation *sim, const struct entity *e, uint32_t at)
{
    const struct hot_step *step = &sim->net->step[at];
    const struct step_spec *spec = &sim->net->spec[at];
    struct draws draws;
    draws_begin(&draws, sim->key, e->number, step->place, entity_visit(e, at));
    double unit = draws_unit(&draws);
    uint32_t to = step->next;
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

static void foresee_next(const struct simulation *sim, struct entity *e, const struct hot_step *step)
{
    uint32_t at = step->next;
    if (at != NO_STEP && sim->net->step[at].op == OP_CHOOSE) at = chosen_by_share(sim, e, at);
    e->next_step = at;
    if (at == NO_STEP) return;
    struct draws draws;
    draws_begin(&draws, sim->key, e->number, sim->net->step[at].place, entity_visit(e, at));
    e->next_work = variate_draw(&sim->net->step[at].time, &draws);
}

static bool foresees(const struct simulation *sim, const struct hot_step *step)
{
    return (step->flags & STEP_FORESEES) && !sim->options.step_by_step;
}

static void begin_service(struct simulation *sim, uint32_t who)
{
    struct entity *e = &sim->entity[who];
    const struct hot_step *step = &sim->net->step[e->step];
    simulation_schedule(sim, sim->now + e->work, EVENT_SERVED, who, e->stamp, PRIORITY_SERVED);
    if (foresees(sim, step)) foresee_next(sim, e, step);
}

void plain_enter(struct simulation *sim, uint32_t id, uint32_t who)
{
    struct station *st = &sim->station[id];
    struct entity *e = &sim->entity[who];
    if (entity_counts(sim, e)) sim->result.station[id].arrived++;
    touch(sim, id, st);
    if (st->busy < st->on_post) {
        st->busy++;
        e->flags |= ENTITY_SERVING;
        number_rose(sim, id, st);
        count_wait(sim, id, e, 0, true);
        begin_service(sim, who);
        return;
    }
    st->waiting++;
    e->flags |= ENTITY_WAITING;
    number_rose(sim, id, st);
    int32_t level = built(sim, id)->levels > 1 ? priority_of(sim, who) : 0;
    if (!line_push_back(&st->line[level], (struct waiting){who, e->stamp})) sim->status = STATUS_NO_MEMORY;
}

/* Who is first in line, if anybody, takes the server that has become free. */
static void next_in_line(struct simulation *sim, uint32_t id, struct station *st)
{
    if (st->waiting == 0) return;
    const struct built_station *bs = built(sim, id);
    int32_t level = 0;
    while (level + 1 < bs->levels && st->line[level].count == 0) level++;
    uint32_t next = line_pop_front(&st->line[level]).who;
    struct entity *n = &sim->entity[next];
    st->waiting--;
    st->busy++;
    n->flags = (uint8_t)((n->flags | ENTITY_SERVING) & ~ENTITY_WAITING);
    count_wait(sim, id, n, sim->now - n->since, true);
    begin_service(sim, next);
}

void plain_served(struct simulation *sim, uint32_t id, uint32_t who)
{
    struct station *st = &sim->station[id];
    struct entity *e = &sim->entity[who];
    double since = e->since, work = e->work;
    bool foreseen = foresees(sim, &sim->net->step[e->step]);
    touch(sim, id, st);
    e->flags &= (uint8_t)~ENTITY_SERVING;
    count_served(sim, id, e, work);
    st->busy--;
    next_in_line(sim, id, st);
    count_departed(sim, id, st, since);
    entity_done(sim, who, sim->now - since - work, work);
    if (foreseen) {
        e->step = e->next_step;
        e->work = e->next_work;
    }
    if (e->step == NO_STEP && !sim->net->has_cold)
        entity_leave(sim, who);
    else if (foreseen && e->step != NO_STEP)
        plain_enter(sim, sim->net->step[e->step].station, who);
    else
        entity_walk(sim, who);
}
