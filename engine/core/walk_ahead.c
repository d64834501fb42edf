/* walk_ahead.c - runs of delays: what follows one another is drawn when the first begins, and takes one event.
 *
 * Delays that follow one another with nothing between them but what is the entity's own (choices, looks, labels, the
 * second clock, a hook that asks for nothing else) need no event each: what they
 * are can be drawn at once, each is counted as if it were over (sums do not depend on the order in which things are
 * counted; of the cohort, whatever ends by the drain limit is sure to happen), and one event ends the run. Only delays
 * that end at a time nobody else shares are run together, so that no tie is broken in another order than step by step. */
#include "engine/core/walk.h"

/* Nobody else reads or changes what it is: it has no branches, or is one that is apart from the others; nobody travels
 * with it, and it counts by its birth. */
bool walk_is_its_own(const struct simulation *sim, uint32_t who, const struct hot_step *step)
{
    const struct entity *e = &sim->entity[who];
    if (sim->options.step_by_step || (e->flags & ENTITY_MEMBER)) return false;
    if ((e->flags & ENTITY_CHILD) && !(step->flags & STEP_APART)) return false;
    return !sim->net->has_cold || (sim->cold[who].refs == 0 && sim->cold[who].batch_next == NOBODY);
}

static inline void credit_ahead(struct simulation *sim, uint32_t who, int stage, double from, double to)
{
    if (stage < 0) return;
    if (sim->entity[who].flags & ENTITY_CHILD)
        entity_credit_one(sim, who, stage, from, to);
    else
        entity_credit_own(sim, who, stage, from, to);
}

static void pass_on(struct simulation *sim, uint32_t who, const struct hot_step *step, double from, double to)
{
    struct entity *e = &sim->entity[who];
    credit_ahead(sim, who, step->stage, from, to);
    if (step->flags & STEP_BACK) entity_go_back(sim, e);
    e->step = step->next;
}

static void delay_over(struct simulation *sim, uint32_t who, const struct hot_step *step, double from, double to)
{
    const struct entity *e = &sim->entity[who];
    if (entity_counts(sim, e)) {
        struct step_count *count = &sim->step_count[e->step];
        count->met++;
        sum_add(&count->work, to - from);
    }
    pass_on(sim, who, step, from, to);
}

/* Does what takes no time and is the entity's own, at time `at`; false: it is something else. */
static bool done_ahead(struct simulation *sim, uint32_t who, const struct hot_step *step, double at, struct draws *draws)
{
    struct entity *e = &sim->entity[who];
    if (step->op == OP_FORK && walk_no_branch_taken(sim, who, e->step)) {
        pass_on(sim, who, step, at, at);
        return true;
    }
    if (!(step->flags & STEP_OWN)) return false;
    switch ((enum network_op)step->op) {
    case OP_CHOOSE: e->step = walk_chosen(sim, e, e->step, draws); return true;
    case OP_HOOK: e->step = walk_asked(sim, e, e->step, at, draws); return true;
    case OP_MARK: walk_mark(sim, e, at); break;
    case OP_TEST: walk_look(sim, e, e->step, draws); break;
    default: break;
    }
    pass_on(sim, who, step, at, at);
    return true;
}

/* What comes after a delay of a run: another, or the event that ends it. */
enum ahead { AHEAD_DELAY, AHEAD_STEP, AHEAD_UNASKED };

/* Walks past what takes no time and concerns nobody else, to the next step whose guard holds. `at`: when it gets there. */
static enum ahead foresee(struct simulation *sim, uint32_t who, double at, struct draws *draws)
{
    enum { MOST = 1000 }; /* a circle is for entity_walk to find */
    struct entity *e = &sim->entity[who];
    unsigned wanted = e->flags & ENTITY_CHILD ? STEP_APART : 0;
    for (int hops = 0; hops < MOST && e->step != NO_STEP; hops++) {
        const struct hot_step *step = &sim->net->step[e->step];
        if ((step->flags & wanted) != wanted) return AHEAD_UNASKED;
        if ((step->flags & STEP_GUARDED) && !walk_guard_allows(sim, e, step)) {
            e->step = step->otherwise;
            continue;
        }
        bool drawn = (step->flags & STEP_DRAWS) && (step->flags & (STEP_SMOOTH | STEP_OWN | STEP_HAS_SHARE)); /* others draw when they are met */
        if (drawn) draws_begin_of(draws, &sim->rounds, e->number, step->place, entity_visit(e, e->step));
        if (!walk_luck_allows(sim, e, step, draws))
            e->step = step->otherwise;
        else if (step->flags & STEP_SMOOTH)
            return AHEAD_DELAY;
        else if (!done_ahead(sim, who, step, at, draws))
            return AHEAD_STEP;
    }
    return AHEAD_UNASKED;
}

/* Its clock has stopped and all that is left is the time at which it goes: nobody waits for it, and it holds nothing.
 * What that event must know stands in it, so that it need not wait for the records. */
enum { GONE_AWAITED = 1 };

static bool only_leaves(const struct simulation *sim, const struct entity *e)
{
    return e->step == NO_STEP && (e->flags & (ENTITY_STOPPED | ENTITY_CHILD)) == ENTITY_STOPPED && !sim->net->seizes;
}

void entity_gone(struct simulation *sim, uint32_t who, uint32_t about)
{
    sim->result.stream[about >> 1].left++;
    if (about & GONE_AWAITED) sim->outstanding--;
    entity_give_back(sim, who);
}

void walk_run_of_delays(struct simulation *sim, uint32_t who, struct draws *draws)
{
    enum { RUN_MOST = 64 }; /* so that a stop is never far */
    struct entity *e = &sim->entity[who];
    double at = sim->now;
    enum ahead ahead = AHEAD_DELAY;
    for (int delays = 0; ahead == AHEAD_DELAY && delays < RUN_MOST; delays++) {
        const struct hot_step *step = &sim->net->step[e->step];
        double from = at;
        at = step->op == OP_ARRIVAL ? e->born : at + variate_draw(entity_time(sim, e), draws);
        if (!(at <= sim->net->plan.drain_until)) break; /* it will not be over */
        delay_over(sim, who, step, from, at);
        ahead = foresee(sim, who, at, draws);
    }
    if (only_leaves(sim, e)) {
        bool awaited = (e->flags & ENTITY_COHORT) || entity_was_inside(e);
        simulation_schedule(sim, at, EVENT_GONE, who, (uint32_t)e->stream << 1 | (awaited ? GONE_AWAITED : 0), PRIORITY_REST);
        return;
    }
    simulation_schedule(sim, at, ahead == AHEAD_UNASKED ? EVENT_UP_TO : EVENT_ON, who, e->stamp, PRIORITY_REST);
}

void entity_goes_on(struct simulation *sim, uint32_t who, bool past_guard)
{
    struct entity *e = &sim->entity[who];
    e->since = sim->now;
    sim->past_guard = past_guard && e->step != NO_STEP;
    entity_walk(sim, who);
}
