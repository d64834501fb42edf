/* walk.h - what the files of the walk share: walk.c (steps), walk_ahead.c (runs of delays), walk_fork.c (forks, joins,
 * batches), walk_time.c (records, stages, leaving). Only they include it.
 */
#ifndef GREENLANE_ENGINE_CORE_WALK_H
#define GREENLANE_ENGINE_CORE_WALK_H

#include "engine/core/sim.h"

/* More than any network means: steps in one walk, forks within a walk. */
enum { HOPS_MOST = 10000000, DEPTH_MOST = 1000 };

/* walk_time.c */
void entity_recycle(struct simulation *sim, uint32_t who); /* once nobody refers to it any more; then its parents that waited for that */
void entity_watch(struct simulation *sim, const struct entity *e, int stage, double hours);
void entity_credit_one(struct simulation *sim, uint32_t who, int stage, double from, double to); /* alone, on a branch, say */
void entity_hand_to(struct simulation *sim, uint32_t branch, uint32_t above); /* the stretches of a branch */
void entity_release_held(struct simulation *sim, uint32_t who); /* all servers that it holds */
void walk_end_all(struct simulation *sim, uint32_t who, int outcome); /* with those who travel with it; -1: without an outcome, nothing */
void walk_stop_all(struct simulation *sim, uint32_t who); /* their clocks */

/* walk_fork.c */
void walk_branch_end(struct simulation *sim, uint32_t who);
bool walk_no_branch_taken(struct simulation *sim, uint32_t who, uint32_t step);
/* True when no branch was taken: the entity goes on itself. */
bool walk_fork_out(struct simulation *sim, uint32_t who, uint32_t step);
void walk_batch_join(struct simulation *sim, uint32_t who, uint32_t step);
void walk_unbatch(struct simulation *sim, uint32_t who);

/* walk_ahead.c */
/* Of the delay at which it stands, and what follows it. */
void walk_run_of_delays(struct simulation *sim, uint32_t who, struct draws *draws);
bool walk_is_its_own(const struct simulation *sim, uint32_t who, const struct hot_step *step);

/* walk.c */
void walk_in_circles(struct simulation *sim, uint32_t who);
uint32_t walk_chosen(struct simulation *sim, struct entity *e, uint32_t step, struct draws *draws);
uint32_t walk_asked(struct simulation *sim, struct entity *e, uint32_t step, double at, struct draws *draws);
void walk_look(struct simulation *sim, struct entity *e, uint32_t step, struct draws *draws);
void walk_mark(struct simulation *sim, const struct entity *e, double at);

static inline uint64_t walk_passed(const struct simulation *sim, const struct entity *e)
{
    return sim->net->has_cold ? sim->cold[e->root].passed : 0;
}

/* What a guard asks of the entity; luck is asked last, and its words are drawn only then. */
static inline bool walk_guard_allows(const struct simulation *sim, const struct entity *e, const struct hot_step *step)
{
    const struct step_spec *spec = &sim->net->spec[step - sim->net->step];
    if ((step->flags & STEP_HAS_PARTS) && !(step->parts & e->part)) return false;
    if ((step->flags & STEP_HAS_AHEAD) && (e->part & (PART_AHEAD | PART_AFTER))) { /* nobody else has begun ahead */
        bool ahead = condition_check(&spec->guard.ahead, entity_attributes(sim, e), walk_passed(sim, e));
        if (ahead != (e->part == PART_AHEAD)) return false;
    }
    return !(step->flags & STEP_HAS_WHEN) || condition_check(&spec->guard.when, entity_attributes(sim, e), walk_passed(sim, e));
}

static inline bool walk_luck_allows(const struct simulation *sim, const struct entity *e, const struct hot_step *step, const struct draws *draws)
{
    if (!(step->flags & STEP_HAS_SHARE)) return true;
    return draws_choice(draws) < (entity_is_early(sim, e, step) ? sim->net->spec[step - sim->net->step].early_share : step->share);
}

static inline void entity_give_back(struct simulation *sim, uint32_t who)
{
    struct entity *e = &sim->entity[who];
    e->stamp++;
    e->flags = 0;
    e->root = NOBODY;
    e->link = sim->free_list;
    sim->free_list = who;
    sim->alive--;
}

/* The same for a shipment itself, not a branch: what is inside the clock also held it up. */
static inline void entity_credit_own(struct simulation *sim, uint32_t who, int stage, double from, double to)
{
    const struct entity *e = &sim->entity[who];
    struct cold *cold = &sim->cold[who];
    uint64_t bit = 1ULL << stage;
    cold->passed |= bit;
    if ((e->flags & ENTITY_STOPPED) || to < e->born || (to == e->born && e->part == PART_AHEAD)) return;
    double hours = to - (from < e->born ? e->born : from);
    if (entity_counts(sim, e)) {
        struct stage_count *count = stage_counted(sim, e->stream, stage);
        sum_add(&count->own, hours);
        count->met += !(cold->met & bit);
    }
    cold->met |= bit;
    cold->credited += hours;
    if (sim->net->watches) entity_watch(sim, e, stage, hours);
}

#endif
