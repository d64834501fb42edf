/* walk.c - how an entity goes from step to step until one makes it wait.
 *
 * The pool may move whenever an entity is created: no pointer into it is kept across entity_create or entity_walk.
 */
#include "engine/core/walk.h"
#include <math.h>
#include <stdio.h>

bool simulation_refuse(struct simulation *sim, double time, enum status status)
{
    if (status == STATUS_BAD_TIME && time == INFINITY) return true; /* never */
    sim->status = status;
    return false;
}

void walk_in_circles(struct simulation *sim, uint32_t who)
{
    const struct entity *e = &sim->entity[who];
    snprintf(sim->result.broken, sizeof sim->result.broken, "%s: an entity goes round for ever in no time, at step %s",
        sim->net->stream[e->stream].name, sim->net->spec[e->step].name);
    sim->status = STATUS_STUCK;
}

void entity_goto(struct simulation *sim, uint32_t who, int target, int outcome)
{
    struct entity *e = &sim->entity[who];
    entity_credit_stage(sim, who, sim->net->step[e->step].stage, e->since, sim->now);
    walk_end_all(sim, who, outcome);
    if (target >= 0 && (uint32_t)target <= e->step) entity_go_back(sim, e);
    e->step = target < 0 ? NO_STEP : (uint32_t)target;
    e->since = sim->now;
}

static double by_level(const struct step_spec *spec, const double *attribute)
{
    double level = attribute[spec->level_of];
    return level >= 0 && level < (double)spec->levels ? spec->when_level[(size_t)level] : 0;
}

void walk_look(struct simulation *sim, struct entity *e, uint32_t step, struct draws *draws)
{
    const struct step_spec *spec = &sim->net->spec[step];
    double *attribute = entity_attributes(sim, e);
    bool truth = attribute[spec->truth] != 0;
    double chance = truth ? spec->when_true : spec->levels ? by_level(spec, attribute) : spec->when_false;
    bool alarm = draws_unit(draws) < chance;
    attribute[spec->attribute] = alarm;
    if (spec->hit != spec->attribute && alarm && !truth) attribute[spec->hit] = 1;
    if (!entity_counts(sim, e)) return;
    struct step_result *result = &sim->result.step[step];
    sim->step_count[step].met++;
    result->alarms += alarm;
    result->hits += alarm && !truth;
}

uint32_t walk_chosen(struct simulation *sim, struct entity *e, uint32_t step, struct draws *draws)
{
    const struct step_spec *spec = &sim->net->spec[step];
    double unit = 2;
    for (size_t i = 0; i < spec->targets; i++) {
        const struct target *target = &spec->target[i];
        bool taken;
        if (target->when.count) {
            taken = condition_check(&target->when, entity_attributes(sim, e), walk_passed(sim, e));
        } else if (target->share >= 1) {
            taken = true;
        } else {
            if (unit > 1) unit = draws_unit(draws);
            taken = unit < target->share;
            unit -= target->share;
        }
        if (!taken) continue;
        if (target->back) entity_go_back(sim, e);
        return target->step < 0 ? NO_STEP : (uint32_t)target->step;
    }
    return sim->net->step[step].next;
}

static uint32_t shortest(struct simulation *sim, struct entity *e, uint32_t step)
{
    const struct step_spec *spec = &sim->net->spec[step];
    int64_t fewest = INT64_MAX;
    const struct target *best = NULL;
    for (size_t i = 0; i < spec->targets; i++) {
        const struct station *st = &sim->station[sim->net->step[spec->target[i].step].station];
        int64_t number = station_number(st);
        if (number >= fewest) continue;
        fewest = number;
        best = &spec->target[i];
    }
    if (best == NULL) return sim->net->step[step].next;
    if (best->back) entity_go_back(sim, e);
    return (uint32_t)best->step;
}

uint32_t walk_asked(struct simulation *sim, struct entity *e, uint32_t step, double at, struct draws *draws)
{
    const struct step_spec *spec = &sim->net->spec[step];
    struct hook_entity view = {at, e->born, e->number, entity_attributes(sim, e), entity_counts(sim, e),
        (sim->entity[e->root].flags & ENTITY_STOPPED) != 0};
    unsigned branch = spec->hook(spec->config, sim->state, &view, draws);
    if (entity_counts(sim, e)) sim->step_count[step].met++;
    if (branch >= spec->targets) return sim->net->step[step].next;
    if (spec->target[branch].back) entity_go_back(sim, e);
    return spec->target[branch].step < 0 ? NO_STEP : (uint32_t)spec->target[branch].step;
}

/* When a working calendar is next open at or after now. */
static double opening(const struct timeline *hours, double now)
{
    double at = now;
    for (int i = 0; i < 100000 && !(timeline_value(hours, at) > 0); i++) {
        at = timeline_next_change(hours, at);
        if (at == INFINITY) return INFINITY;
    }
    return at;
}

static double held_until(const struct simulation *sim, uint32_t step, struct draws *draws)
{
    const struct step_spec *spec = &sim->net->spec[step];
    double until = spec->hours ? opening(spec->hours, sim->now) : spec->moment;
    if (!spec->has_time) return until;
    double longest = sim->now + variate_draw(&spec->time, draws);
    return longest < until ? longest : until;
}

static void wait_until(struct simulation *sim, uint32_t who, double time)
{
    struct entity *e = &sim->entity[who];
    e->since = sim->now;
    simulation_schedule(sim, time, EVENT_DONE, who, e->stamp, PRIORITY_REST);
}

void walk_mark(struct simulation *sim, const struct entity *e, double at)
{
    struct cold *cold = &sim->cold[e->root];
    if (cold->marked < 0) cold->marked = at;
}

/* Out of the network, or to the end of a branch; with it go those who travel with it. */
static void out(struct simulation *sim, uint32_t who)
{
    while (who != NOBODY) {
        uint32_t next = sim->net->has_cold ? sim->cold[who].batch_next : NOBODY;
        if (next != NOBODY) sim->cold[who].batch_next = NOBODY;
        if (sim->entity[who].flags & ENTITY_CHILD)
            walk_branch_end(sim, who);
        else
            entity_leave(sim, who);
        who = next;
    }
}

static void begin_delay(struct simulation *sim, uint32_t who, struct draws *draws)
{
    struct entity *e = &sim->entity[who];
    const struct hot_step *step = &sim->net->step[e->step];
    if ((step->flags & STEP_SMOOTH) && walk_is_its_own(sim, who, step)) {
        walk_run_of_delays(sim, who, draws);
        return;
    }
    double time = variate_draw(entity_time(sim, e), draws);
    const struct timeline *hours = sim->net->spec[e->step].hours;
    wait_until(sim, who, hours ? timeline_advance(hours, sim->now, time) : sim->now + time);
}

void entity_step_over(struct simulation *sim, uint32_t who)
{
    struct entity *e = &sim->entity[who];
    const struct step_spec *spec = &sim->net->spec[e->step];
    if (spec->pauses_second_clock) {
        struct cold *cold = &sim->cold[e->root];
        if (cold->marked >= 0) cold->marked += sim->now - e->since;
    }
    entity_done(sim, who, 0, sim->now - e->since);
    entity_walk(sim, who);
}

static double time_off(const struct simulation *sim, const struct entity *e, uint32_t step)
{
    const struct stream_spec *stream = &sim->net->stream[e->stream].spec;
    double gap = sim->net->spec[step].moment;
    return stream->sized ? gap * entity_attributes(sim, e)[stream->size] : gap;
}

/* The leader has come to the quay with all who ride with it; they are off one after the other, it is the last. */
static void unload(struct simulation *sim, uint32_t who)
{
    uint32_t at = sim->entity[who].step, rider = sim->cold[who].batch_next;
    double off = sim->now;
    sim->cold[who].batch_next = NOBODY;
    while (rider != NOBODY) {
        uint32_t next = sim->cold[rider].batch_next;
        struct entity *e = &sim->entity[rider];
        sim->cold[rider].batch_next = NOBODY;
        e->step = at;
        e->since = sim->now; /* what came before was credited with the leader */
        off += time_off(sim, e, at);
        simulation_schedule(sim, off, EVENT_DONE, rider, e->stamp, PRIORITY_REST);
        rider = next;
    }
    wait_until(sim, who, off + time_off(sim, &sim->entity[who], at));
}

/* Gives back a server of the station that it holds; on a branch, also one that was seized before the fork. */
static void give_up_server(struct simulation *sim, uint32_t who, uint32_t station)
{
    for (uint32_t holder = who; holder != NOBODY; holder = sim->cold[holder].parent)
        for (int i = 0; i < HELD_MOST; i++) {
            struct held *held = &sim->cold[holder].held[i];
            if (held->units == 0 || held->station != station + 1) continue;
            held->units--;
            station_free(sim, station, holder);
            return;
        }
}

void entity_walk(struct simulation *sim, uint32_t who)
{
    const struct network *net = sim->net;
    struct draws draws;
    uint32_t hops = 0;
    for (;;) {
        struct entity *e = &sim->entity[who];
        uint32_t at = e->step;
        if (at == NO_STEP) {
            if (net->has_cold)
                out(sim, who);
            else
                entity_leave(sim, who);
            return;
        }
        if (hops++ == HOPS_MOST) {
            walk_in_circles(sim, who);
            return;
        }
        const struct hot_step *step = &net->step[at];
        const uint64_t *given = sim->entry_word;
        bool asked_before = sim->past_guard;
        sim->entry_word = NULL;
        sim->past_guard = false;
        if ((step->flags & STEP_GUARDED) && !asked_before && !walk_guard_allows(sim, e, step)) {
            e->step = step->otherwise;
            continue;
        }
        if (given)
            draws_given(&draws, sim->key, e->number, step->place, given);
        else if (step->flags & STEP_DRAWS)
            draws_begin_of(&draws, &sim->rounds, e->number, step->place, entity_visit(e, at));
        if (!asked_before && !walk_luck_allows(sim, e, step, &draws)) {
            e->step = step->otherwise;
            continue;
        }
        switch ((enum network_op)step->op) {
        case OP_SERVICE:
            e->since = sim->now;
            if (step->flags & STEP_TURNS)
                e->work = variate_draw(entity_time(sim, e), &draws);
            else
                e->work = step->time.kind == VARIATE_CONSTANT ? step->time.a : variate_draw(&step->time, &draws);
            if (station_enter(sim, who)) return;
            continue;
        case OP_SEIZE:
            e->since = sim->now;
            if (station_enter(sim, who)) return;
            continue;
        case OP_DELAY: begin_delay(sim, who, &draws); return;
        case OP_ARRIVAL:
            if (sim->now >= e->born) break;
            if (!net->spec[at].pauses_second_clock && walk_is_its_own(sim, who, step))
                walk_run_of_delays(sim, who, &draws); /* at born it is not alone, so a run may begin here, not come by */
            else
                wait_until(sim, who, e->born);
            return;
        case OP_FREE: give_up_server(sim, who, step->station); break;
        case OP_FORK:
            e->since = sim->now;
            if (!walk_fork_out(sim, who, at)) return;
            break;
        case OP_BRANCH_END: out(sim, who); return;
        case OP_CHOOSE: e->step = walk_chosen(sim, e, at, &draws); continue;
        case OP_SHORTEST: e->step = shortest(sim, e, at); continue;
        case OP_HOOK: e->step = walk_asked(sim, e, at, sim->now, &draws); continue;
        case OP_TEST: walk_look(sim, e, at, &draws); break;
        case OP_MARK: walk_mark(sim, e, sim->now); break;
        case OP_STOP: walk_stop_all(sim, who); break;
        case OP_END:
            if (net->spec[at].outcome >= 0) walk_end_all(sim, who, net->spec[at].outcome);
            e->step = NO_STEP;
            continue;
        case OP_BATCH:
            e->since = sim->now;
            walk_batch_join(sim, who, at);
            return;
        case OP_UNBATCH:
            e->since = sim->now;
            walk_unbatch(sim, who);
            return;
        case OP_UNLOAD: unload(sim, who); return;
        case OP_HOLD: {
            double until = held_until(sim, at, &draws);
            if (until <= sim->now) break;
            wait_until(sim, who, until);
            return;
        }
        case OP_PASS: break;
        }
        e = &sim->entity[who];
        if (step->stage >= 0 && step->op != OP_HOOK) entity_credit_stage(sim, who, step->stage, sim->now, sim->now);
        if (step->flags & STEP_BACK) entity_go_back(sim, e);
        e->step = step->next;
    }
}
