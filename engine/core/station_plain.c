/* station_plain.c - the short way through a plain station: counted and fixed servers, first come or by priority, and nothing
 * else asked of it. Tests hold it to the long way's results.
 *
 * What follows such a service is often a matter of shares alone, up to the next such service or the way out. Then it is
 * drawn when the service begins: nothing waits for those draws, while at the end of the service the time of the next event
 * would. Draws are named, not taken in turn, so they are the same.
 */
#include "engine/core/station.h"

static void draw_next(const struct simulation *sim, struct entity *e, uint32_t at)
{
    struct draws draws;
    if (sim->net->step[at].op == OP_CHOOSE) {
        draws_begin_of(&draws, &sim->rounds, e->number, sim->net->step[at].place, entity_visit(e, at));
        at = step_by_share(sim->net, at, draws_unit(&draws));
    }
    e->next_step = at;
    if (at == NO_STEP) return;
    draws_begin_of(&draws, &sim->rounds, e->number, sim->net->step[at].place, entity_visit(e, at));
    e->next_work = variate_draw(&sim->net->step[at].time, &draws);
}

static inline __attribute__((always_inline)) void begin_service(struct simulation *sim, const struct hot_step *step, uint32_t who, struct entity *e, double now)
{
    simulation_schedule(sim, now + e->work, EVENT_PLAIN, who, e->stamp, PRIORITY_SERVED);
    if (!(step->flags & sim->foresees)) return;
    if (step->flags & STEP_KNOWN) return;
    if (step->next == NO_STEP)
        e->next_step = NO_STEP;
    else
        draw_next(sim, e, step->next);
}

static inline void count_plain_wait(struct simulation *sim, uint32_t id, struct station *st, const struct entity *e, double wait)
{
    st->whole_wait += wait;
    if (!entity_counts(sim, e)) return;
    struct station_result *result = &sim->result.station[id];
    measure_add(&result->wait, wait);
    result->waited += wait > 0;
    if (st->extras) count_wait_extras(sim, id, e, wait, true);
}

static inline __attribute__((always_inline)) void enter(struct simulation *sim, const struct hot_step *step, uint32_t who)
{
    const uint32_t id = step->station;
    struct station *st = &sim->station[id];
    struct entity *e = &sim->entity[who];
    if (entity_counts(sim, e)) sim->result.station[id].arrived++;
    touch_plain(sim, id, st);
    int64_t number = st->waiting + st->busy + 1; /* a plain station has nobody else */
    if (number > st->most_number) st->most_number = number;
    if (st->busy < st->on_post) {
        st->busy++;
        if (st->busy > st->most_busy) st->most_busy = st->busy;
        if (st->extras) count_rise(sim, id, st);
        e->flags |= ENTITY_SERVING;
        count_plain_wait(sim, id, st, e, 0);
        begin_service(sim, step, who, e, sim->now);
        return;
    }
    st->waiting++;
    if (st->waiting > st->most_waiting) st->most_waiting = st->waiting;
    if (st->extras) count_rise(sim, id, st);
    e->flags |= ENTITY_WAITING;
    int32_t level = st->levels > 1 ? priority_of(sim, who) : 0;
    if (!line_push_back(&st->line[level], (struct waiting){who, e->stamp})) sim->status = STATUS_NO_MEMORY;
}

void plain_enter(struct simulation *sim, const struct hot_step *step, uint32_t who)
{
    enter(sim, step, who);
}

/* Who is first in line takes the server that has become free. */
static inline void next_in_line(struct simulation *sim, uint32_t id, struct station *st, double now)
{
    struct line *line = st->line;
    for (int32_t more = st->levels; line->count == 0 && --more > 0;) line++;
    uint32_t next = line_pop_front(line).who;
    struct entity *n = &sim->entity[next];
    st->waiting--;
    n->flags = (uint8_t)((n->flags | ENTITY_SERVING) & ~ENTITY_WAITING);
    count_plain_wait(sim, id, st, n, now - n->since);
    begin_service(sim, &sim->net->step[n->step], next, n, now);
}

static inline void count_plain_service(struct simulation *sim, uint32_t id, const struct entity *e, double sojourn, double work)
{
    struct station_result *result = &sim->result.station[id];
    struct step_count *count = &sim->step_count[e->step];
    measure_add(&result->sojourn, sojourn);
    result->served++;
    tally_add(&result->service, work);
    count->met++;
    sum_add(&count->wait, sojourn - work);
    sum_add(&count->work, work);
}

void plain_served(struct simulation *sim, uint32_t who)
{
    struct entity *e = &sim->entity[who];
    const struct hot_step *step = &sim->net->step[e->step];
    const uint32_t id = step->station;
    const double now = sim->now;
    struct station *st = &sim->station[id];
    const double since = e->since, sojourn = now - since, work = e->work;
    touch_plain(sim, id, st);
    e->flags &= (uint8_t)~ENTITY_SERVING;
    if (st->waiting > 0)
        next_in_line(sim, id, st, now);
    else
        st->busy--;
    if (entity_counts(sim, e)) {
        count_plain_service(sim, id, e, sojourn, work);
        if (st->extras) count_served_extras(sim, id, e, sojourn);
    }
    count_departed(sim, id, st, since);
    if (step->stage >= 0) entity_credit_stage(sim, who, step->stage, since, now);
    e->since = now;
    if (step->flags & sim->foresees) {
        e->step = e->next_step;
        e->work = e->next_work;
        if (e->step != NO_STEP) {
            enter(sim, &sim->net->step[e->step], who);
            return;
        }
    } else {
        if (step->flags & STEP_BACK) entity_go_back(sim, e);
        e->step = step->next;
    }
    if (e->step == NO_STEP && !sim->net->has_cold)
        entity_leave(sim, who);
    else
        entity_walk(sim, who);
}
