/* walk_fork.c - one entity becomes several that go on at once, and several wait until they can go on together. */
#include "engine/core/walk.h"
#include <stdlib.h>

/* ---- forks and joins ---- */

void entity_go_back(const struct simulation *sim, struct entity *e)
{
    uint32_t branches = sim->net->stream[e->stream].branch_last, last = e->step > branches ? e->step : branches;
    e->visit++;
    if (e->furthest < last) e->furthest = (uint16_t)last;
}

static void parent_goes_on(struct simulation *sim, uint32_t parent, uint32_t child)
{
    entity_hand_to(sim, child, parent);
    sim->cold[parent].serial++;
    const struct hot_step *fork = &sim->net->step[sim->cold[parent].fork_step];
    bool ended = sim->cold[sim->entity[parent].root].ended; /* an outcome on a branch ends the whole */
    struct entity *e = &sim->entity[parent], *branch = &sim->entity[child];
    if (e->visit < branch->visit) e->visit = branch->visit; /* what the branch drew on its visits is not drawn again */
    if (e->furthest < branch->furthest) e->furthest = branch->furthest;
    if (fork->flags & STEP_BACK) entity_go_back(sim, e);
    e->step = ended ? NO_STEP : fork->next;
    e->since = sim->now;
}

void walk_branch_end(struct simulation *sim, uint32_t who)
{
    entity_release_held(sim, who);
    struct cold *cold = &sim->cold[who];
    uint32_t parent = cold->parent;
    struct cold *up = &sim->cold[parent];
    bool goes_on = false;
    if (up->serial == cold->parent_serial && !(sim->entity[parent].flags & ENTITY_LEFT)) {
        const struct step_spec *fork = &sim->net->spec[up->fork_step];
        up->done++;
        up->pending--;
        goes_on = up->pending == 0 || fork->rule == FORK_ANY || (fork->rule == FORK_COUNT && up->done >= fork->count);
        if (goes_on) parent_goes_on(sim, parent, who);
    }
    uint32_t stamp = sim->entity[parent].stamp;
    entity_recycle(sim, who);
    if (goes_on && sim->entity[parent].stamp == stamp) entity_walk(sim, parent);
}

static bool branch_taken(struct simulation *sim, uint32_t who, uint32_t step, size_t index, const struct target *target)
{
    struct entity *e = &sim->entity[who];
    if (target->when.count && !condition_check(&target->when, entity_attributes(sim, e), walk_passed(sim, e))) return false;
    struct draws draws;
    if (target->share < 1 && target->name) {
        draws_begin_of(&draws, &sim->rounds, e->number, sim->net->place_target[step][index], entity_visit(e, step));
        if (draws_choice(&draws) >= target->share) return false;
    }
    if (target->step < 0) return false;
    const struct hot_step *first = &sim->net->step[target->step];
    if (!(first->flags & STEP_GUARDED) || sim->net->spec[target->step].op == OP_PASS || first->otherwise == NO_STEP) return true;
    if (sim->net->step[first->otherwise].op != OP_BRANCH_END) return true;
    uint8_t part = e->part; /* a branch of one step whose guard says no is not taken at all */
    if (target->part) e->part = target->part;
    bool holds = walk_guard_allows(sim, e, first);
    e->part = part;
    if (!holds || !(first->flags & STEP_HAS_SHARE)) return holds;
    draws_begin_of(&draws, &sim->rounds, e->number, first->place, entity_visit(e, (uint32_t)target->step));
    return walk_luck_allows(sim, e, first, &draws);
}

/* Likewise, known before the entity gets there. */
bool walk_no_branch_taken(struct simulation *sim, uint32_t who, uint32_t step)
{
    const struct step_spec *spec = &sim->net->spec[step];
    for (size_t i = 0; i < spec->targets; i++)
        if (branch_taken(sim, who, step, i, &spec->target[i])) return false;
    return true;
}

/* True when no branch was taken: the entity goes on itself. */
bool walk_fork_out(struct simulation *sim, uint32_t who, uint32_t step)
{
    const struct step_spec *spec = &sim->net->spec[step];
    uint32_t child[64];
    size_t n = 0;
    sim->cold[who].fork_step = step;
    sim->cold[who].done = sim->cold[who].pending = 0;
    uint32_t serial = ++sim->cold[who].serial;
    for (size_t i = 0; i < spec->targets && n < 64; i++) {
        if (!branch_taken(sim, who, step, i, &spec->target[i])) continue;
        uint32_t id = entity_create(sim);
        if (id == NOBODY) return false;
        struct entity *e = &sim->entity[id], *parent = &sim->entity[who];
        uint32_t stamp = e->stamp;
        *e = *parent;
        e->stamp = stamp;
        e->step = (uint32_t)spec->target[i].step;
        e->flags = (uint8_t)((parent->flags & (ENTITY_COHORT | ENTITY_MEMBER)) | ENTITY_CHILD);
        e->link = 0;
        if (spec->target[i].part) e->part = spec->target[i].part;
        sim->cold[id].parent = who;
        sim->cold[id].parent_serial = serial;
        sim->cold[who].refs++;
        sim->cold[who].pending++;
        child[n++] = id;
    }
    if (sim->depth++ == DEPTH_MOST) {
        walk_in_circles(sim, who);
        return false;
    }
    for (size_t i = 0; i < n && sim->status == STATUS_OK; i++) entity_walk(sim, child[i]);
    sim->depth--;
    return n == 0;
}

/* ---- batches that wait for each other ---- */

static uint32_t last_of_batch(const struct simulation *sim, uint32_t who) /* a member may lead a batch of its own */
{
    while (sim->cold[who].batch_next != NOBODY) who = sim->cold[who].batch_next;
    return who;
}

/* The list of members was taken away while they walked, for they may come again. */
static void give_back(struct simulation *sim, uint32_t step, uint32_t *member, uint32_t allocated)
{
    if (sim->batch[step].member) {
        free(member);
        return;
    }
    sim->batch[step].member = member;
    sim->batch[step].allocated = allocated;
}

static void batch_go(struct simulation *sim, uint32_t step)
{
    uint32_t n = sim->batch[step].count, *member = sim->batch[step].member, allocated = sim->batch[step].allocated;
    bool as_one = sim->net->spec[step].rule == FORK_ANY;
    sim->batch[step].count = 0;
    sim->batch[step].stamp++;
    sim->batch[step].member = NULL;
    sim->batch[step].allocated = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t who = member[i];
        entity_done(sim, who, sim->now - sim->entity[who].since, 0);
        if (!as_one) entity_walk(sim, who);
    }
    if (as_one && n > 0) {
        for (uint32_t i = 1; i < n; i++) sim->cold[last_of_batch(sim, member[i - 1])].batch_next = member[i];
        entity_walk(sim, member[0]);
    }
    give_back(sim, step, member, allocated);
}

void walk_batch_join(struct simulation *sim, uint32_t who, uint32_t step)
{
    const struct step_spec *spec = &sim->net->spec[step];
    if (sim->batch[step].count == sim->batch[step].allocated) {
        uint32_t wanted = sim->batch[step].allocated ? sim->batch[step].allocated * 2 : 16;
        uint32_t *grown = realloc(sim->batch[step].member, wanted * sizeof *grown);
        if (grown == NULL) {
            sim->status = STATUS_NO_MEMORY;
            return;
        }
        sim->batch[step].member = grown;
        sim->batch[step].allocated = wanted;
    }
    sim->batch[step].member[sim->batch[step].count++] = who;
    if (sim->batch[step].count == 1 && spec->has_time) {
        struct draws draws;
        draws_begin_of(&draws, &sim->rounds, sim->entity[who].number, sim->net->step[step].place, entity_visit(&sim->entity[who], step));
        simulation_schedule(sim, sim->now + variate_draw(&spec->time, &draws), EVENT_BATCH, step, sim->batch[step].stamp, PRIORITY_REST);
    }
    if (spec->count > 0 && sim->batch[step].count >= spec->count) batch_go(sim, step);
}

void walk_batch_due(struct simulation *sim, uint32_t step)
{
    batch_go(sim, step);
}

/* Each goes on by itself, in the order in which they came together. */
void walk_unbatch(struct simulation *sim, uint32_t who)
{
    while (who != NOBODY) {
        uint32_t next = sim->cold[who].batch_next, at = sim->entity[who].step;
        sim->cold[who].batch_next = NOBODY;
        if (next != NOBODY) {
            sim->entity[next].step = at;
            sim->entity[next].since = sim->now; /* what came before was credited together */
        }
        entity_done(sim, who, 0, 0);
        entity_walk(sim, who);
        who = next;
    }
}
