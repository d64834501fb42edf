/* walk_time.c - the records of entities, how their time is divided among stages, and how they leave.
 *
 * Time goes to a stage when a step is over. On the main path it is added at once; on a branch it is kept as a stretch and
 * handed to the parent by the branch that completes the join. So for every entity the stages sum to the time between start
 * and stop, which is checked when its clock stops.
 */
#include "engine/core/pages.h"
#include "engine/core/walk.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- the pool ---- */

static bool pool_grow(struct simulation *sim)
{
    const struct network *net = sim->net;
    uint32_t wanted = sim->allocated ? sim->allocated * 2 : 64;
    if (wanted < sim->allocated || wanted == NOBODY) return false;
    struct entity *entity = pages_enlarged(sim->entity, sim->allocated * sizeof *entity, wanted * sizeof *entity);
    if (entity == NULL) return false;
    sim->entity = entity;
    if (net->has_cold) {
        struct cold *cold = pages_enlarged(sim->cold, sim->allocated * sizeof *cold, wanted * sizeof *cold);
        if (cold == NULL) return false;
        sim->cold = cold;
    }
    if (net->plan.attributes) {
        size_t each = net->plan.attributes * sizeof *sim->attribute;
        double *attribute = pages_enlarged(sim->attribute, sim->allocated * each, wanted * each);
        if (attribute == NULL) return false;
        sim->attribute = attribute;
    }
    if (net->watches) {
        double *watched = realloc(sim->watched, (size_t)wanted * net->watches * sizeof *watched);
        if (watched == NULL) return false;
        sim->watched = watched;
    }
    sim->allocated = wanted;
    return true;
}

bool entity_pool_grow(struct simulation *sim)
{
    if (pool_grow(sim)) return true;
    sim->status = STATUS_NO_MEMORY;
    return false;
}

void entity_begin_cold(struct simulation *sim, uint32_t who)
{
    if (sim->net->has_cold) sim->cold[who] = (struct cold){.marked = -1, .parent = NOBODY, .batch_next = NOBODY, .rides_with = NOBODY};
    for (unsigned i = 0; i < sim->net->watches; i++) sim->watched[(size_t)who * sim->net->watches + i] = 0;
}

/* ---- stretches: nodes of one pool, the last given back is the next taken ---- */

/* 0: no memory, sim->status says so. */
static uint32_t stretch_take(struct simulation *sim)
{
    uint32_t node = sim->stretch_free;
    if (node) {
        sim->stretch_free = sim->stretch[node].next;
        return node;
    }
    if (sim->stretches >= sim->stretches_allocated) {
        uint32_t wanted = sim->stretches_allocated ? sim->stretches_allocated * 2 : 64;
        size_t used = sim->stretch ? sim->stretches * sizeof *sim->stretch : 0;
        struct stretch *stretch = wanted ? pages_enlarged(sim->stretch, used, wanted * sizeof *stretch) : NULL;
        if (stretch == NULL) {
            sim->status = STATUS_NO_MEMORY;
            return 0;
        }
        sim->stretch = stretch;
        sim->stretches_allocated = wanted;
    }
    return sim->stretches++;
}

static void stretches_give_back(struct simulation *sim, struct cold *cold)
{
    while (cold->stretch) {
        struct stretch *stretch = &sim->stretch[cold->stretch];
        uint32_t next = stretch->next;
        stretch->next = sim->stretch_free;
        sim->stretch_free = cold->stretch;
        cold->stretch = next;
    }
}

void entity_recycle(struct simulation *sim, uint32_t who)
{
    for (;;) {
        struct entity *e = &sim->entity[who];
        if (sim->net->has_cold && sim->cold[who].refs > 0) {
            e->flags |= ENTITY_LEFT;
            return;
        }
        uint32_t parent = e->flags & ENTITY_CHILD ? sim->cold[who].parent : NOBODY;
        if (sim->net->has_cold) stretches_give_back(sim, &sim->cold[who]);
        entity_give_back(sim, who);
        if (parent == NOBODY) return;
        sim->cold[parent].refs--;
        if (!(sim->entity[parent].flags & ENTITY_LEFT)) return;
        who = parent;
    }
}

/* ---- time to stages ---- */

/* Commits a stretch to its stage if the entity is a shipment itself, else keeps it for the join. */
static void commit(struct simulation *sim, uint32_t who, int stage, double from, double to)
{
    struct entity *e = &sim->entity[who];
    struct cold *cold = &sim->cold[who];
    if (e->root == who) {
        if (from < e->born) from = e->born;
        if ((e->flags & ENTITY_STOPPED) || !(to > from)) return;
        cold->credited += to - from;
        if (entity_counts(sim, e)) sum_add(&stage_counted(sim, e->stream, stage)->time, to - from);
        return;
    }
    uint32_t node = stretch_take(sim);
    if (node == 0) return;
    sim->stretch[node] = (struct stretch){from, to, cold->stretch, (int8_t)stage};
    cold->stretch = node;
}

static double *watched_of(const struct simulation *sim, uint32_t root)
{
    return sim->watched + (size_t)root * sim->net->watches;
}

void entity_watch(struct simulation *sim, const struct entity *e, int stage, double hours)
{
    const struct built_stream *stream = &sim->net->stream[e->stream];
    for (unsigned i = 0; i < stream->watches; i++)
        if (stream->watch[i].stage == stage) watched_of(sim, e->root)[i] += hours;
}

/* Sums of differences of times: what is a bound but for rounding is that bound. */
static double rounded_to_bound(const struct watch *watch, double hours, double now)
{
    for (unsigned b = 0; b < watch->bounds; b++)
        if (fabs(hours - watch->bound[b]) <= 1e-12 * now) return watch->bound[b];
    return hours > 0 ? hours : 0;
}

static void count_watched(struct simulation *sim, uint32_t root)
{
    const struct built_stream *stream = &sim->net->stream[sim->entity[root].stream];
    struct measure *result = sim->result.stream[sim->entity[root].stream].watch;
    for (unsigned i = 0; i < stream->watches; i++) {
        if (!(sim->cold[root].met & 1ULL << stream->watch[i].stage)) continue;
        measure_add(&result[i], rounded_to_bound(&stream->watch[i], watched_of(sim, root)[i], sim->now));
    }
}

void entity_credit_one(struct simulation *sim, uint32_t who, int stage, double from, double to)
{
    struct entity *e = &sim->entity[who], *root = &sim->entity[e->root];
    struct cold *cold = &sim->cold[e->root];
    uint64_t bit = 1ULL << stage;
    cold->passed |= bit;
    bool runs = !(root->flags & ENTITY_STOPPED); /* a branch goes on recording, for who travels with it may not have stopped */
    if (runs && to >= root->born && (to > root->born || e->part != PART_AHEAD)) {
        struct stage_count *count = stage_counted(sim, e->stream, stage);
        if (entity_counts(sim, root)) {
            double inside = from < root->born ? root->born : from;
            sum_add(&count->time_met, to - inside);
            count->met += !(cold->met & bit);
        }
        cold->met |= bit;
        if (sim->net->watches) entity_watch(sim, e, stage, to - (from < root->born ? root->born : from));
    }
    if (to > from) commit(sim, who, stage, from, to);
}

/* To an entity and to those who travel with it in a batch. */
void entity_credit_stage(struct simulation *sim, uint32_t who, int stage, double from, double to)
{
    if (stage < 0) return;
    if (sim->entity[who].root == who && sim->cold[who].batch_next == NOBODY) {
        entity_credit_own(sim, who, stage, from, to);
        return;
    }
    for (; who != NOBODY; who = sim->cold[who].batch_next) entity_credit_one(sim, who, stage, from, to);
}

void entity_credit(struct simulation *sim, uint32_t who, double from, double to)
{
    entity_credit_stage(sim, who, sim->net->step[sim->entity[who].step].stage, from, to);
}

/* Whether what it does still decides: a branch whose join went on without it does not, nor do the branches in it. */
static bool decides(const struct simulation *sim, uint32_t who)
{
    for (; sim->entity[who].flags & ENTITY_CHILD; who = sim->cold[who].parent) {
        const struct cold *cold = &sim->cold[who];
        if (sim->cold[cold->parent].serial != cold->parent_serial || (sim->entity[cold->parent].flags & ENTITY_LEFT)) return false;
    }
    return true;
}

/* What a branch has done is handed to an entity above it, and to those who travel with that in a batch. */
void entity_hand_to(struct simulation *sim, uint32_t branch, uint32_t above)
{
    for (uint32_t to = above; to != NOBODY; to = sim->cold[to].batch_next)
        for (uint32_t node = sim->cold[branch].stretch; node;) {
            struct stretch part = sim->stretch[node];
            commit(sim, to, part.stage, part.from, part.to);
            node = part.next;
        }
    stretches_give_back(sim, &sim->cold[branch]);
}

/* A clock stops on a branch: what the branches on the way there have done is not left for their joins. */
static void hand_up(struct simulation *sim, uint32_t who)
{
    if (!(sim->entity[who].flags & ENTITY_CHILD)) return;
    hand_up(sim, sim->cold[who].parent);
    entity_hand_to(sim, who, sim->entity[who].root);
}

static void __attribute__((noinline)) tell_book(struct simulation *sim, uint32_t root_id, int outcome)
{
    const struct entity *root = &sim->entity[root_id];
    const struct built_stream *stream = &sim->net->stream[root->stream];
    struct network_end end = {.now = sim->now,
        .born = root->born,
        .marked = sim->net->has_cold ? sim->cold[root_id].marked : -1,
        .number = root->number,
        .attribute = entity_attributes(sim, root),
        .outcome = outcome,
        .counts = entity_counts(sim, root),
        .in_window = sim->window_open};
    stream->book(stream->book_config, sim->state, &end);
}

static inline void write_down(struct simulation *sim, uint32_t root_id, int outcome)
{
    if (sim->net->stream[sim->entity[root_id].stream].book) tell_book(sim, root_id, outcome);
}

/* What few streams ask for, or need to have checked, of a clock that stops after `time` hours. */
static void count_stop_extras(struct simulation *sim, uint32_t root_id, double time)
{
    const struct entity *root = &sim->entity[root_id];
    const struct built_stream *stream = &sim->net->stream[root->stream];
    struct stream_result *result = &sim->result.stream[root->stream];
    batch_add(sim, root, result->batch_time, time);
    for (size_t i = 0; i < stream->splits; i++) {
        const struct split *split = &stream->split[i];
        double level = entity_attributes(sim, root)[split->attribute];
        if (level >= 0 && level < split->levels) measure_add(&result->split[split->first + (unsigned)level], time);
    }
    if (!sim->net->has_cold) return;
    struct cold *cold = &sim->cold[root_id];
    if (sim->net->watches) count_watched(sim, root_id);
    if (cold->marked >= 0) measure_add(&result->second, sim->now - (cold->marked > root->born ? cold->marked : root->born));
    if (stream->spec.stages > 0 && fabs(cold->credited - time) > 1e-6 * (1 + time) && !sim->result.broken[0])
        snprintf(sim->result.broken, sizeof sim->result.broken, "shipment %llu of %s: its stages sum to %.9g h of %.9g h",
            (unsigned long long)root->number, stream->name, cold->credited, time);
}

/* The clock of a shipment itself, which runs, stops. */
static inline void stop_own(struct simulation *sim, uint32_t root_id)
{
    const double now = sim->now;
    struct entity *root = &sim->entity[root_id];
    struct stream_result *result = &sim->result.stream[root->stream];
    root->flags |= ENTITY_STOPPED;
    result->finished_in_window += sim->window_open;
    simulation_count_tick(sim, result->releases, now);
    write_down(sim, root_id, -1);
    if (entity_was_inside(root)) measure_add(&result->backlog, now - sim->net->plan.arrivals_from);
    if (!entity_counts(sim, root)) return;
    double time = now - root->born;
    result->finished++;
    measure_add(&result->time, time);
    if (sim->stops_extras) count_stop_extras(sim, root_id, time);
}

static void stop(struct simulation *sim, uint32_t who)
{
    uint32_t root = sim->entity[who].root;
    if ((sim->entity[root].flags & ENTITY_STOPPED) || !decides(sim, who)) return;
    hand_up(sim, who);
    stop_own(sim, root);
}

/* ---- leaving ---- */

void entity_release_held(struct simulation *sim, uint32_t who)
{
    if (!sim->net->seizes) return;
    for (int i = 0; i < HELD_MOST; i++) {
        struct held held = sim->cold[who].held[i];
        sim->cold[who].held[i] = (struct held){0};
        while (held.units-- > 0) station_free(sim, held.station - 1U, who);
    }
}

/* Its clock runs until it leaves, and nothing else is asked of anybody: see leaves_plainly. */
static inline void leave_plainly(struct simulation *sim, uint32_t who, const struct entity *e)
{
    const double now = sim->now;
    struct stream_result *result = &sim->result.stream[e->stream];
    result->left++;
    result->finished_in_window += sim->window_open;
    simulation_count_tick(sim, result->releases, now);
    if (e->flags & ENTITY_COHORT) {
        result->finished++;
        measure_add(&result->time, now - e->born);
        sim->outstanding--;
    }
    entity_give_back(sim, who);
}

static void __attribute__((noinline)) leave(struct simulation *sim, uint32_t who)
{
    bool cold = sim->net->has_cold;
    entity_release_held(sim, who);
    struct entity *e = &sim->entity[who];
    if (!(e->flags & ENTITY_STOPPED)) stop_own(sim, who);
    bool member = e->flags & ENTITY_MEMBER;
    uint32_t stream = e->stream;
    uint64_t number = e->number;
    sim->result.stream[stream].left++;
    sim->outstanding -= (e->flags & ENTITY_COHORT) || entity_was_inside(e);
    if (cold)
        entity_recycle(sim, who);
    else
        entity_give_back(sim, who);
    if (member) source_member_left(sim, stream, number);
}

void entity_leave(struct simulation *sim, uint32_t who)
{
    const struct entity *e = &sim->entity[who];
    if (sim->leaves_plainly && !(e->flags & (ENTITY_STOPPED | ENTITY_MEMBER)) && !entity_was_inside(e))
        leave_plainly(sim, who, e);
    else
        leave(sim, who);
}

static void end_with(struct simulation *sim, uint32_t who, int outcome)
{
    struct entity *root = &sim->entity[sim->entity[who].root];
    if (outcome < 0 || (root->flags & ENTITY_STOPPED) || !decides(sim, who)) return;
    root->flags |= ENTITY_STOPPED;
    if (sim->net->has_cold) sim->cold[sim->entity[who].root].ended = true;
    write_down(sim, sim->entity[who].root, outcome);
    if (entity_counts(sim, root)) sim->result.stream[root->stream].outcome[outcome]++;
}

/* The next of those who travel together in a batch; a branch of the leader's speaks for them all. */
static uint32_t traveller(const struct simulation *sim, uint32_t who)
{
    if (!sim->net->has_cold) return NOBODY;
    uint32_t next = sim->cold[who].batch_next;
    return next == NOBODY && (sim->entity[who].flags & ENTITY_CHILD) ? sim->cold[sim->entity[who].root].batch_next : next;
}

void walk_end_all(struct simulation *sim, uint32_t who, int outcome)
{
    if (!decides(sim, who)) return;
    for (; who != NOBODY; who = traveller(sim, who)) end_with(sim, who, outcome);
}

void walk_stop_all(struct simulation *sim, uint32_t who)
{
    if (!decides(sim, who)) return;
    for (; who != NOBODY; who = traveller(sim, who)) stop(sim, who);
}
