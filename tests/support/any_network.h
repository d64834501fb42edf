/* any_network.h - random networks in which all constructs meet, the same for the same number: for what must always hold.
 *
 * A stream's steps are laid in order, each leading to the next; a fork's branches lie between the fork and its join. All
 * that takes time has a stage, so the stages must sum to each entity's clearance time.
 */
#ifndef GREENLANE_TESTS_SUPPORT_ANY_NETWORK_H
#define GREENLANE_TESTS_SUPPORT_ANY_NETWORK_H

#include "tests/support/net.h"

struct any {
    struct network *net;
    uint64_t state;
    int stations, stream, stages, outcome;
    bool may_be_held[8]; /* station: not shared */
    int first_of_loop; /* routes back lead no further than this */
    bool has_seized;
    char name[64];
    unsigned names;
};

static inline uint64_t any_word(struct any *any)
{
    uint64_t z = any->state += 0x9E3779B97F4A7C15ULL;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ z >> 27) * 0x94D049BB133111EBULL;
    return z ^ z >> 31;
}

static inline int any_below(struct any *any, int n)
{
    return (int)(any_word(any) % (uint64_t)n);
}

static inline bool any_chance(struct any *any, int percent)
{
    return any_below(any, 100) < percent;
}

static inline double any_real(struct any *any, double low, double high)
{
    return low + (high - low) * (double)(any_word(any) >> 11) * 0x1p-53;
}

static inline const char *any_name(struct any *any, const char *kind)
{
    snprintf(any->name, sizeof any->name, "%s%u", kind, any->names++);
    return any->name;
}

static inline struct variate any_time(struct any *any, double most)
{
    double mean = any_real(any, 0.05, most);
    switch (any_below(any, 6)) {
    case 0: return fixed(any_chance(any, 20) ? 0 : any_below(any, 4) * 0.25);
    case 1: return erlang(2, mean);
    case 2: return lognormal(mean, 1.5);
    case 3: return uniform(0, 2 * mean);
    default: return expo(mean);
    }
}

static inline struct condition any_condition(struct any *any)
{
    return attribute_is((unsigned)any_below(any, 2), any_below(any, 2));
}

/* ---- stations ---- */

static inline struct timeline *any_shifts(struct any *any, int most)
{
    double start[4] = {0, 6, 14, 20}, value[4];
    for (int i = 0; i < 4; i++) value[i] = any_below(any, most + 1);
    value[any_below(any, 4)] = most;
    return steps_of(start, value, 4, 24, 24);
}

static inline void any_station(struct any *any)
{
    struct condition odd = attribute_is(0, 1), all = {0};
    struct station_pool pool[2] = {{1, odd}, {1 + any_below(any, 2), all}};
    struct station_spec spec = station_named(any_name(any, "s"), 1 + any_below(any, 3));
    spec.discipline = (enum queue_discipline)any_below(any, 7);
    bool ring = spec.discipline == QUEUE_FCFS || spec.discipline == QUEUE_LCFS || spec.discipline == QUEUE_PRIORITY;
    bool shared = spec.discipline == QUEUE_SHARING;
    if (any_chance(any, 40)) spec.room = any_below(any, 5);
    spec.lose_when_full = any_chance(any, 60);
    if (any_chance(any, 30)) spec.on_post = any_shifts(any, spec.servers);
    if (!shared && any_chance(any, 40)) spec.pause_at_close = true;
    if (any_chance(any, 30) && (spec.discipline == QUEUE_PRIORITY || spec.discipline == QUEUE_LCFS))
        spec.preemption = (enum queue_preemption)any_below(any, 4);
    if (!shared && any_chance(any, 20)) {
        spec.breaks_down = true;
        spec.up = expo(8);
        spec.down = expo(1);
    }
    if (!shared && any_chance(any, 20)) {
        spec.vacates = true;
        spec.vacation_single = any_chance(any, 50);
        spec.vacation = expo(0.5);
    }
    if (!shared && any_chance(any, 15)) spec.begin_at = 2 + any_below(any, 2);
    if (!shared && spec.preemption == PREEMPT_NONE && any_chance(any, 25)) {
        spec.batch_most = 2 + any_below(any, 3);
        spec.batch_least = 1 + any_below(any, 2);
    }
    if (ring && spec.on_post == NULL && any_chance(any, 20)) {
        spec.pool = pool;
        spec.pools = 2;
    }
    if (spec.room >= 0 && (spec.begin_at > 1 || spec.batch_least > 1) && spec.room < 4) spec.room = 4;
    if (any_chance(any, 5) && !spec.vacates && spec.begin_at == 1 && spec.batch_most == 1 && !spec.breaks_down &&
        spec.preemption == PREEMPT_NONE && !spec.pools && !spec.on_post && !shared)
        spec.servers = STATION_UNLIMITED;
    int id = network_station(any->net, &spec);
    assert_int_not_equal(id, -1);
    any->may_be_held[id] = !shared;
    condition_clear(&odd);
    any->stations++;
}

/* ---- steps ---- */

static inline int any_lay(struct any *any, struct step_spec *spec, int *before)
{
    if (any_chance(any, 10)) spec->guard.share = any_real(any, 0.2, 1);
    if (any_chance(any, 10)) spec->guard.when = any_condition(any);
    spec->stage = any->stages ? any_below(any, any->stages) : -1;
    int id = network_step(any->net, spec);
    assert_int_not_equal(id, -1);
    if (*before >= 0) network_next(any->net, *before, id, id);
    *before = id;
    condition_clear(&spec->guard.when);
    return id;
}

static inline void any_queueing(struct any *any, struct step_spec *spec)
{
    static const double join[] = {1, 0.9, 0.5};
    spec->patience_target = spec->balk_target = spec->full_target = -1;
    if (any_chance(any, 25)) {
        spec->has_patience = true;
        spec->patience = any_chance(any, 20) ? fixed(5000) : any_time(any, 3);
        spec->patience_outcome = any_chance(any, 50) ? any->outcome : -1;
        if (!any->has_seized && any->first_of_loop >= 0 && any_chance(any, 30)) { /* begins again, after some time */
            spec->patience = expo(3);
            spec->patience_target = any->first_of_loop;
            spec->patience_outcome = -1;
        }
    }
    if (any_chance(any, 10)) {
        spec->join = join;
        spec->joins = 3;
        spec->balk_outcome = any->outcome;
    } else if (any_chance(any, 5)) {
        spec->join_harmonic = true;
    }
    spec->full_outcome = any_chance(any, 50) ? any->outcome : -1;
    spec->priority_otherwise = any_below(any, 3);
    spec->due = any_real(any, 0, 5);
}

static inline void any_service(struct any *any, int *before)
{
    int station = any_below(any, any->stations);
    struct condition urgent = any_condition(any);
    struct priority_rule rule = {urgent, 0};
    struct step_spec spec = service_named(any_name(any, "serve"), any->stream, station, any_time(any, 1.5));
    any_queueing(any, &spec);
    spec.priority = &rule;
    spec.priorities = 1;
    int also[2];
    also[0] = also[1] = any_below(any, any->stations);
    spec.also = also;
    if (any->may_be_held[station] && any->may_be_held[also[0]] && any_chance(any, 15)) spec.alsos = 1;
    any_lay(any, &spec, before);
    condition_clear(&urgent);
}

static inline void any_timed(struct any *any, int *before)
{
    struct step_spec spec = step_named(any_name(any, "wait"), any->stream, OP_DELAY);
    spec.time = any_time(any, 2);
    spec.has_time = true;
    spec.pauses_second_clock = any_chance(any, 30);
    if (any_chance(any, 25)) {
        const double start[2] = {0, 8}, open[2] = {0, 1};
        spec.hours = network_timeline(any->net, steps_of(start, open, 2, 16, 16));
        if (any_chance(any, 50)) spec.op = OP_HOLD;
    }
    any_lay(any, &spec, before);
}

/* A hook of the entity's own: nothing but the entity, its luck and the time decides, and what it counts are whole numbers. */
static inline unsigned any_look(const void *config, void *state, const struct hook_entity *entity, struct draws *draws)
{
    (void)config;
    double chance = entity->now < 100 ? 0.3 : entity->attribute[0] != 0 ? 0.5 : 0.9;
    entity->attribute[1] = draws_unit(draws) < chance;
    if (entity->counts && !entity->stopped) *(uint64_t *)state += entity->attribute[1] != 0;
    return 0;
}

static inline void any_instant(struct any *any, int *before)
{
    struct step_spec spec = step_named(any_name(any, "look"), any->stream, any_chance(any, 50) ? OP_TEST : OP_MARK);
    if (any_chance(any, 15)) spec.op = OP_PASS;
    if (any_chance(any, 25)) spec.op = OP_HOOK;
    spec.hook = any_look;
    spec.hook_own = true;
    spec.attribute = 1;
    spec.hit = 2;
    spec.when_true = 0.3;
    spec.when_false = 0.8;
    any_lay(any, &spec, before);
}

static inline void any_batch(struct any *any, int *before)
{
    bool as_one = any_chance(any, 50);
    struct step_spec spec = step_named(any_name(any, "batch"), any->stream, OP_BATCH);
    spec.count = 2 + (unsigned)any_below(any, 3);
    spec.rule = as_one ? FORK_ANY : FORK_ALL;
    spec.has_time = any_chance(any, 70);
    spec.time = expo(1);
    any_lay(any, &spec, before);
    any_timed(any, before);
    if (!as_one || any_chance(any, 20)) return;
    struct step_spec un = step_named(any_name(any, "unbatch"), any->stream, OP_UNBATCH);
    any_lay(any, &un, before);
}

static inline void any_chain(struct any *any, int *before, int n, int depth);

static inline void any_seized(struct any *any, int *before)
{
    int station = any_below(any, any->stations);
    if (!any->may_be_held[station]) return;
    struct step_spec take = step_named(any_name(any, "seize"), any->stream, OP_SEIZE);
    take.station = station;
    any_queueing(any, &take);
    any_lay(any, &take, before);
    any_timed(any, before);
    if (any_chance(any, 30)) any_service(any, before);
    any->has_seized = true;
    if (any_chance(any, 20)) return; /* given back when it leaves */
    struct step_spec give = step_named(any_name(any, "free"), any->stream, OP_FREE);
    give.station = station;
    any_lay(any, &give, before);
}

/* A fork with branches of one step each, laid behind it. */
static inline void any_fork(struct any *any, int *before, int depth)
{
    static const char *const branch[] = {"left", "middle", "right"};
    struct target target[3] = {{0}};
    int n = 1 + any_below(any, 3), gate[3], end[3];
    char name[3][32];
    for (int i = 0; i < n; i++) snprintf(name[i], sizeof name[i], "%s%u", branch[i], any->names);
    /* Gates come first, so that the targets are known; the branches follow. */
    struct step_spec spec = step_named(any_name(any, "fork"), any->stream, OP_FORK);
    spec.rule = (enum fork_rule)any_below(any, 3);
    spec.count = 1 + (unsigned)any_below(any, n);
    spec.targets = (size_t)n;
    spec.target = target;
    /* The fork's own id is not known before it is laid: a pass before it tells. */
    int pass = plain_step(any->net, "pass", any->stream, OP_PASS);
    if (*before >= 0) network_next(any->net, *before, pass, pass);
    *before = pass;
    for (int i = 0; i < n; i++)
        target[i] = (struct target){.step = pass + 2 + i, .share = any_chance(any, 30) ? 0.5 : 1, .name = name[i]};
    int fork = any_lay(any, &spec, before);
    for (int i = 0; i < n; i++) gate[i] = plain_step(any->net, "gate", any->stream, OP_PASS);
    for (int i = 0; i < n; i++) {
        int tail = gate[i], loop = any->first_of_loop;
        bool seized = any->has_seized;
        any->first_of_loop = gate[i];
        any_chain(any, &tail, 1 + any_below(any, 2), depth + 1);
        any->first_of_loop = loop;
        any->has_seized = seized;
        end[i] = plain_step(any->net, "end", any->stream, OP_BRANCH_END);
        network_next(any->net, tail, end[i], end[i]);
    }
    int after = plain_step(any->net, "after", any->stream, OP_PASS);
    network_next(any->net, fork, after, after);
    *before = after;
}

/* Round again, now and then. */
static inline void any_loop(struct any *any, int *before)
{
    struct target target[1] = {{.step = any->first_of_loop, .share = 0.2, .back = true}};
    struct step_spec spec = step_named(any_name(any, "again"), any->stream, OP_CHOOSE);
    spec.targets = 1;
    spec.target = target;
    if (any->has_seized || any->first_of_loop < 0) spec.targets = 0;
    any_lay(any, &spec, before);
}

static inline void any_chain(struct any *any, int *before, int n, int depth)
{
    for (int i = 0; i < n; i++) {
        int pick = any_below(any, 100);
        if (pick < 45)
            any_service(any, before);
        else if (pick < 60)
            any_timed(any, before);
        else if (pick < 70)
            any_instant(any, before);
        else if (pick < 76)
            any_batch(any, before);
        else if (pick < 82 && depth == 0)
            any_seized(any, before);
        else if (pick < 90 && depth < 2)
            any_fork(any, before, depth);
        else if (pick < 95)
            any_loop(any, before);
    }
}

/* ---- streams ---- */

static inline void any_arrivals(struct any *any, struct stream_spec *spec)
{
    static const double day[] = {0, 8, 18}, rate[] = {0.2, 2, 0.5};
    static const double time[] = {0.5, 0.5, 3, 7.25, 30};
    spec->kind = (enum stream_kind)any_below(any, 5);
    if (spec->has_lead && spec->kind == STREAM_POPULATION) spec->kind = STREAM_RENEWAL;
    spec->gap = expo(1);
    if (spec->kind == STREAM_RENEWAL && any_chance(any, 30)) spec->gap = uniform(0.2, 2);
    if (spec->kind == STREAM_RATE) {
        spec->rate = steps_of(day, rate, 3, 24, 24);
        spec->day_to_day = any_chance(any, 50) ? 0.4 : 0;
    }
    spec->sinusoid = (struct sinusoid){.mean = 1, .amplitude = 0.8, .period = 24, .phase = 3};
    if (spec->kind == STREAM_TIMES) {
        spec->time = time;
        spec->times = 5;
        spec->repeat = any_chance(any, 70) ? 40 : 0;
    }
    spec->population = 1 + (uint32_t)any_below(any, 6);
    spec->think = expo(2);
    if (spec->kind != STREAM_POPULATION && any_chance(any, 30)) {
        spec->batched = true;
        spec->batch = any_time(any, 3);
    }
    if (any_chance(any, 10)) spec->limit = 20;
}

static inline void any_stream(struct any *any)
{
    static const double half[2] = {0.5, 0.5};
    struct attribute_law law = {.levels = 2, .share = half};
    struct attribute_draw draw[2] = {{.attribute = 0, .name = "kind", .by = -1, .rows = 1, .row = &law},
        {.attribute = 2, .name = "luck", .by = -1, .rows = 1, .row = &law}};
    char name[32];
    snprintf(name, sizeof name, "c%u", any->names++);
    any->stages = any_chance(any, 70) ? 4 : 0;
    struct stream_spec spec = {.name = name, .draw = draw, .draws = 2, .stages = any->stages};
    if (any_chance(any, 30)) {
        spec.has_lead = true;
        spec.lead = uniform(0, 4);
        spec.ahead = attribute_is(0, 1);
    }
    any_arrivals(any, &spec);
    any->stream = network_stream(any->net, &spec);
    assert_int_not_equal(any->stream, -1);
    int start = plain_step(any->net, "start", any->stream, OP_PASS), tail = start, ahead = -1;
    if (spec.has_lead) { /* start is the entry ahead: a fork into papers and goods, then all go on together */
        struct target target[2] = {{.step = start + 2, .share = 1, .name = "papers", .part = PART_AHEAD},
            {.step = start + 4, .share = 1, .name = "goods", .part = PART_GOODS}};
        struct step_spec fork = step_named("fork", any->stream, OP_FORK);
        fork.targets = 2;
        fork.target = target;
        fork.stage = any->stages ? 0 : -1;
        ahead = network_step(any->net, &fork);
        struct step_spec papers = step_named("papers_delay", any->stream, OP_DELAY);
        papers.time = expo(2);
        papers.has_time = true;
        papers.stage = fork.stage;
        int work = network_step(any->net, &papers), papers_end = plain_step(any->net, "end", any->stream, OP_BRANCH_END);
        struct step_spec arrival = step_named("arrival", any->stream, OP_ARRIVAL);
        arrival.stage = fork.stage;
        int goods = network_step(any->net, &arrival), goods_end = plain_step(any->net, "end", any->stream, OP_BRANCH_END);
        int main_start = plain_step(any->net, "main", any->stream, OP_PASS);
        network_next(any->net, work, papers_end, papers_end);
        network_next(any->net, goods, goods_end, goods_end);
        network_next(any->net, ahead, main_start, main_start);
        network_next(any->net, start, main_start, main_start);
        tail = main_start;
    }
    any->first_of_loop = tail;
    any->has_seized = false;
    any_chain(any, &tail, 3 + any_below(any, 6), 0);
    if (any_chance(any, 50)) {
        struct step_spec stop = step_named("stop", any->stream, OP_STOP);
        any_lay(any, &stop, &tail);
        any_timed(any, &tail);
    }
    int end = plain_step(any->net, "leave", any->stream, OP_PASS);
    network_next(any->net, tail, end, end);
    network_stream_entry(any->net, any->stream, start, ahead);
    condition_clear(&spec.ahead);
}

static inline struct network *any_network(uint64_t number)
{
    struct any any = {.state = number * 1000003};
    struct network_plan plan = {.arrivals_from = 5, .window_from = 15, .window_to = 250, .drain_until = 600, .attributes = 3,
        .clock_day = 7.3, .tick = any_chance(&any, 30) ? 4 : 0};
    any.net = network_create(&plan);
    assert_non_null(any.net);
    any.outcome = network_outcome(any.net, "gone");
    network_state(any.net, sizeof(uint64_t), NULL, NULL);
    int n = 1 + any_below(&any, 5);
    for (int i = 0; i < n; i++) any_station(&any);
    int streams = 1 + any_below(&any, 3);
    for (int i = 0; i < streams; i++) any_stream(&any);
    network_metric(any.net, "station.s0.busy_period.mean");
    network_metric(any.net, "station.s0.interdeparture.mean");
    network_metric(any.net, "station.s0.number.at_most(3)");
    network_metric(any.net, "station.s0.number.at(20)");
    return any.net;
}

#endif
