/* walk.c - how an entity goes from step to step until one makes it wait, and how its time is divided among stages.
 *
 * Time goes to a stage when a step is over. On the main path it is added at once; on a branch it is kept as a stretch and
 * handed to the parent by the branch that completes the join. So for every entity the stages sum to the time between start and stop,
 * which is checked when its clock stops.
 *
 * The pool may move whenever an entity is created: no pointer into it is kept across entity_create or entity_walk.
 */
#include "engine/core/pages.h"
#include "engine/core/sim.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

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

static inline void give_back_record(struct simulation *sim, uint32_t who)
{
    struct entity *e = &sim->entity[who];
    e->stamp++;
    e->flags = 0;
    e->root = NOBODY;
    e->link = sim->free_list;
    sim->free_list = who;
    sim->alive--;
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

static void recycle(struct simulation *sim, uint32_t who)
{
    for (;;) {
        struct entity *e = &sim->entity[who];
        if (sim->net->has_cold && sim->cold[who].refs > 0) {
            e->flags |= ENTITY_LEFT;
            return;
        }
        uint32_t parent = e->flags & ENTITY_CHILD ? sim->cold[who].parent : NOBODY;
        if (sim->net->has_cold) stretches_give_back(sim, &sim->cold[who]);
        give_back_record(sim, who);
        if (parent == NOBODY) return;
        sim->cold[parent].refs--;
        if (!(sim->entity[parent].flags & ENTITY_LEFT)) return;
        who = parent;
    }
}

bool simulation_refuse(struct simulation *sim, double time, enum status status)
{
    if (status == STATUS_BAD_TIME && time == INFINITY) return true; /* never */
    sim->status = status;
    return false;
}

/* ---- guards ---- */

static uint64_t passed(const struct simulation *sim, const struct entity *e)
{
    return sim->net->has_cold ? sim->cold[e->root].passed : 0;
}

/* What a guard asks of the entity; luck is asked last, and its words are drawn only then. */
static inline bool guard_allows(const struct simulation *sim, const struct entity *e, const struct hot_step *step)
{
    const struct step_spec *spec = &sim->net->spec[step - sim->net->step];
    if ((step->flags & STEP_HAS_PARTS) && !(step->parts & e->part)) return false;
    if ((step->flags & STEP_HAS_AHEAD) && (e->part & (PART_AHEAD | PART_AFTER))) { /* nobody else has begun ahead */
        bool ahead = condition_check(&spec->guard.ahead, entity_attributes(sim, e), passed(sim, e));
        if (ahead != (e->part == PART_AHEAD)) return false;
    }
    return !(step->flags & STEP_HAS_WHEN) || condition_check(&spec->guard.when, entity_attributes(sim, e), passed(sim, e));
}

static inline bool luck_allows(const struct simulation *sim, const struct entity *e, const struct hot_step *step, const struct draws *draws)
{
    if (!(step->flags & STEP_HAS_SHARE)) return true;
    return draws_choice(draws) < (entity_is_early(sim, e, step) ? sim->net->spec[step - sim->net->step].early_share : step->share);
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

static void watch(struct simulation *sim, const struct entity *e, int stage, double hours)
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

static void credit_one(struct simulation *sim, uint32_t who, int stage, double from, double to)
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
        if (sim->net->watches) watch(sim, e, stage, to - (from < root->born ? root->born : from));
    }
    if (to > from) commit(sim, who, stage, from, to);
}

/* The same for a shipment itself, not a branch: what is inside the clock also held it up. */
static inline void credit_own(struct simulation *sim, uint32_t who, int stage, double from, double to)
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
    if (sim->net->watches) watch(sim, e, stage, hours);
}

/* To an entity and to those who travel with it in a batch. */
void entity_credit_stage(struct simulation *sim, uint32_t who, int stage, double from, double to)
{
    if (stage < 0) return;
    if (sim->entity[who].root == who && sim->cold[who].batch_next == NOBODY) {
        credit_own(sim, who, stage, from, to);
        return;
    }
    for (; who != NOBODY; who = sim->cold[who].batch_next) credit_one(sim, who, stage, from, to);
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
static void hand_to(struct simulation *sim, uint32_t branch, uint32_t above)
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
    hand_to(sim, who, sim->entity[who].root);
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

static void release_held(struct simulation *sim, uint32_t who)
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
    give_back_record(sim, who);
}

static void __attribute__((noinline)) leave(struct simulation *sim, uint32_t who)
{
    bool cold = sim->net->has_cold;
    release_held(sim, who);
    struct entity *e = &sim->entity[who];
    if (!(e->flags & ENTITY_STOPPED)) stop_own(sim, who);
    bool member = e->flags & ENTITY_MEMBER;
    uint32_t stream = e->stream;
    uint64_t number = e->number;
    sim->result.stream[stream].left++;
    sim->outstanding -= (e->flags & ENTITY_COHORT) || entity_was_inside(e);
    if (cold)
        recycle(sim, who);
    else
        give_back_record(sim, who);
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

static void end_all(struct simulation *sim, uint32_t who, int outcome)
{
    if (!decides(sim, who)) return;
    for (; who != NOBODY; who = traveller(sim, who)) end_with(sim, who, outcome);
}

static void stop_all(struct simulation *sim, uint32_t who)
{
    if (!decides(sim, who)) return;
    for (; who != NOBODY; who = traveller(sim, who)) stop(sim, who);
}

/* ---- forks and joins ---- */

void entity_go_back(const struct simulation *sim, struct entity *e)
{
    uint32_t branches = sim->net->stream[e->stream].branch_last, last = e->step > branches ? e->step : branches;
    e->visit++;
    if (e->furthest < last) e->furthest = (uint16_t)last;
}

static void parent_goes_on(struct simulation *sim, uint32_t parent, uint32_t child)
{
    hand_to(sim, child, parent);
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

static void branch_end(struct simulation *sim, uint32_t who)
{
    release_held(sim, who);
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
    recycle(sim, who);
    if (goes_on && sim->entity[parent].stamp == stamp) entity_walk(sim, parent);
}

/* More than any network means: steps in one walk, forks within a walk. */
enum { HOPS_MOST = 10000000, DEPTH_MOST = 1000 };

static void walks_in_circles(struct simulation *sim, uint32_t who)
{
    const struct entity *e = &sim->entity[who];
    snprintf(sim->result.broken, sizeof sim->result.broken, "%s: an entity goes round for ever in no time, at step %s",
        sim->net->stream[e->stream].name, sim->net->spec[e->step].name);
    sim->status = STATUS_STUCK;
}

static bool branch_taken(struct simulation *sim, uint32_t who, uint32_t step, size_t index, const struct target *target)
{
    struct entity *e = &sim->entity[who];
    if (target->when.count && !condition_check(&target->when, entity_attributes(sim, e), passed(sim, e))) return false;
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
    bool holds = guard_allows(sim, e, first);
    e->part = part;
    if (!holds || !(first->flags & STEP_HAS_SHARE)) return holds;
    draws_begin_of(&draws, &sim->rounds, e->number, first->place, entity_visit(e, (uint32_t)target->step));
    return luck_allows(sim, e, first, &draws);
}

/* Likewise, known before the entity gets there. */
static bool no_branch_taken(struct simulation *sim, uint32_t who, uint32_t step)
{
    const struct step_spec *spec = &sim->net->spec[step];
    for (size_t i = 0; i < spec->targets; i++)
        if (branch_taken(sim, who, step, i, &spec->target[i])) return false;
    return true;
}

/* True when no branch was taken: the entity goes on itself. */
static bool fork_out(struct simulation *sim, uint32_t who, uint32_t step)
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
        walks_in_circles(sim, who);
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

static void batch_join(struct simulation *sim, uint32_t who, uint32_t step)
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
static void unbatch(struct simulation *sim, uint32_t who)
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

/* Out of the network, or to the end of a branch; with it go those who travel with it. */
static void out(struct simulation *sim, uint32_t who)
{
    while (who != NOBODY) {
        uint32_t next = sim->net->has_cold ? sim->cold[who].batch_next : NOBODY;
        if (next != NOBODY) sim->cold[who].batch_next = NOBODY;
        if (sim->entity[who].flags & ENTITY_CHILD)
            branch_end(sim, who);
        else
            entity_leave(sim, who);
        who = next;
    }
}

/* ---- steps ---- */

void entity_goto(struct simulation *sim, uint32_t who, int target, int outcome)
{
    struct entity *e = &sim->entity[who];
    entity_credit_stage(sim, who, sim->net->step[e->step].stage, e->since, sim->now);
    end_all(sim, who, outcome);
    if (target >= 0 && (uint32_t)target <= e->step) entity_go_back(sim, e);
    e->step = target < 0 ? NO_STEP : (uint32_t)target;
    e->since = sim->now;
}

static double by_level(const struct step_spec *spec, const double *attribute)
{
    double level = attribute[spec->level_of];
    return level >= 0 && level < (double)spec->levels ? spec->when_level[(size_t)level] : 0;
}

static void look(struct simulation *sim, struct entity *e, uint32_t step, struct draws *draws)
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

static uint32_t chosen(struct simulation *sim, struct entity *e, uint32_t step, struct draws *draws)
{
    const struct step_spec *spec = &sim->net->spec[step];
    double unit = 2;
    for (size_t i = 0; i < spec->targets; i++) {
        const struct target *target = &spec->target[i];
        bool taken;
        if (target->when.count) {
            taken = condition_check(&target->when, entity_attributes(sim, e), passed(sim, e));
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

static uint32_t asked(struct simulation *sim, struct entity *e, uint32_t step, double at, struct draws *draws)
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

static void mark(struct simulation *sim, const struct entity *e, double at)
{
    struct cold *cold = &sim->cold[e->root];
    if (cold->marked < 0) cold->marked = at;
}

/* ---- runs of delays ----
 *
 * Delays that follow one another with nothing between them but what is the entity's own (choices, looks, labels, the
 * second clock, a hook that asks for nothing else) need no event each: what they
 * are can be drawn at once, each is counted as if it were over (sums do not depend on the order in which things are
 * counted; of the cohort, whatever ends by the drain limit is sure to happen), and one event ends the run. Only delays
 * that end at a time nobody else shares are run together, so that no tie is broken in another order than step by step. */

/* Nobody else reads or changes what it is: it has no branches, or is one that is apart from the others; nobody travels
 * with it, and it counts by its birth. */
static bool is_its_own(const struct simulation *sim, uint32_t who, const struct hot_step *step)
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
        credit_one(sim, who, stage, from, to);
    else
        credit_own(sim, who, stage, from, to);
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
    if (step->op == OP_FORK && no_branch_taken(sim, who, e->step)) {
        pass_on(sim, who, step, at, at);
        return true;
    }
    if (!(step->flags & STEP_OWN)) return false;
    switch ((enum network_op)step->op) {
    case OP_CHOOSE: e->step = chosen(sim, e, e->step, draws); return true;
    case OP_HOOK: e->step = asked(sim, e, e->step, at, draws); return true;
    case OP_MARK: mark(sim, e, at); break;
    case OP_TEST: look(sim, e, e->step, draws); break;
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
        if ((step->flags & STEP_GUARDED) && !guard_allows(sim, e, step)) {
            e->step = step->otherwise;
            continue;
        }
        bool drawn = (step->flags & STEP_DRAWS) && (step->flags & (STEP_SMOOTH | STEP_OWN | STEP_HAS_SHARE)); /* others draw when they are met */
        if (drawn) draws_begin_of(draws, &sim->rounds, e->number, step->place, entity_visit(e, e->step));
        if (!luck_allows(sim, e, step, draws))
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
    give_back_record(sim, who);
}

static void run_of_delays(struct simulation *sim, uint32_t who, struct draws *draws)
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

static void begin_delay(struct simulation *sim, uint32_t who, struct draws *draws)
{
    struct entity *e = &sim->entity[who];
    const struct hot_step *step = &sim->net->step[e->step];
    if ((step->flags & STEP_SMOOTH) && is_its_own(sim, who, step)) {
        run_of_delays(sim, who, draws);
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
            walks_in_circles(sim, who);
            return;
        }
        const struct hot_step *step = &net->step[at];
        const uint64_t *given = sim->entry_word;
        bool asked_before = sim->past_guard;
        sim->entry_word = NULL;
        sim->past_guard = false;
        if ((step->flags & STEP_GUARDED) && !asked_before && !guard_allows(sim, e, step)) {
            e->step = step->otherwise;
            continue;
        }
        if (given)
            draws_given(&draws, sim->key, e->number, step->place, given);
        else if (step->flags & STEP_DRAWS)
            draws_begin_of(&draws, &sim->rounds, e->number, step->place, entity_visit(e, at));
        if (!asked_before && !luck_allows(sim, e, step, &draws)) {
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
            if (!net->spec[at].pauses_second_clock && is_its_own(sim, who, step))
                run_of_delays(sim, who, &draws); /* at born it is not alone, so a run may begin here, not come by */
            else
                wait_until(sim, who, e->born);
            return;
        case OP_FREE: give_up_server(sim, who, step->station); break;
        case OP_FORK:
            e->since = sim->now;
            if (!fork_out(sim, who, at)) return;
            break;
        case OP_BRANCH_END: out(sim, who); return;
        case OP_CHOOSE: e->step = chosen(sim, e, at, &draws); continue;
        case OP_SHORTEST: e->step = shortest(sim, e, at); continue;
        case OP_HOOK: e->step = asked(sim, e, at, sim->now, &draws); continue;
        case OP_TEST: look(sim, e, at, &draws); break;
        case OP_MARK: mark(sim, e, sim->now); break;
        case OP_STOP: stop_all(sim, who); break;
        case OP_END:
            if (net->spec[at].outcome >= 0) end_all(sim, who, net->spec[at].outcome);
            e->step = NO_STEP;
            continue;
        case OP_BATCH:
            e->since = sim->now;
            batch_join(sim, who, at);
            return;
        case OP_UNBATCH:
            e->since = sim->now;
            unbatch(sim, who);
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
