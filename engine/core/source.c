/* source.c - where entities come from: streams by rate, by gap, by timetable, and populations that come back.
 *
 * A cursor walks a stream's arrivals; all that it says follows from counters, so a second cursor may walk ahead of the
 * first by the largest lead and see the same arrivals. It makes those entities that begin before they arrive; the first
 * cursor makes the others. Nothing else is kept of the future.
 */
#include "engine/core/elementary.h"
#include "engine/core/station.h"
#include <math.h>
#include <string.h>

enum { BATCH_PLACE_BITS = 20 };

/* One word an arrival, two arrivals a block. A whole run of them is made at once: the rounds of independent blocks
 * overlap in the processor, those of one block cannot. */
static void draw_amounts(struct simulation *sim, const struct built_stream *stream, struct cursor *cursor)
{
    uint64_t word[AHEAD];
    for (uint64_t i = 0; i < AHEAD / 2; i++) random_block_of(&sim->rounds, (cursor->ordinal / 2 + i) << 16, stream->place_gap << 24, word + 2 * i);
    for (uint64_t i = 0; i < AHEAD; i++) cursor->amount[i] = random_unit(word[i]);
    elementary_log_many(cursor->amount, AHEAD);
    for (uint64_t i = 0; i < AHEAD; i++) cursor->amount[i] = -cursor->amount[i];
}

static double exponential_amount(struct simulation *sim, const struct built_stream *stream, struct cursor *cursor)
{
    if (cursor->ordinal % AHEAD == 0) draw_amounts(sim, stream, cursor);
    return cursor->amount[cursor->ordinal % AHEAD];
}

/* Of a stream that is foretold: the times of a run of arrivals, made in place of their amounts. */
static void __attribute__((noinline)) foretell(struct simulation *sim, const struct built_stream *stream, struct cursor *cursor)
{
    const struct stream_spec *spec = &stream->spec;
    double at = cursor->at;
    draw_amounts(sim, stream, cursor);
    if (spec->kind == STREAM_RENEWAL)
        for (uint64_t i = 0; i < AHEAD; i++) cursor->amount[i] = at = at + spec->gap.a * cursor->amount[i];
    else
        timeline_advance_many(spec->rate, at, cursor->amount, AHEAD);
}

/* Exponentials but for their means, as variate_draw makes them, many at once. */
static inline void logs_of_words(uint64_t word[AHEAD][2], double log[AHEAD])
{
    for (uint64_t i = 0; i < AHEAD; i++) log[i] = 1 - random_unit(word[i][0]);
    elementary_log_many(log, AHEAD);
}

/* What follows the entry's service: where it leads, and the time of service there. */
static void draw_follows(const struct simulation *sim, const struct built_stream *stream, struct source *source, uint64_t first)
{
    const struct network *net = sim->net;
    const uint32_t after = net->step[stream->entry].next;
    const bool choice = net->step[after].op == OP_CHOOSE;
    uint64_t word[AHEAD][2];
    bool exponential = true;
    for (uint64_t i = 0; choice && i < AHEAD; i++) random_block_of(&sim->rounds, (first + i) << 16, net->step[after].place << 24, word[i]);
    for (uint64_t i = 0; i < AHEAD; i++) {
        uint32_t next = choice ? step_by_share(net, after, random_unit(word[i][0])) : after;
        source->next[i] = next;
        exponential &= next == NO_STEP || net->step[next].time.kind == VARIATE_EXPONENTIAL;
    }
    for (uint64_t i = 0; i < AHEAD; i++)
        random_block_of(&sim->rounds, (first + i) << 16, net->step[source->next[i] == NO_STEP ? after : source->next[i]].place << 24, word[i]);
    if (exponential) {
        logs_of_words(word, source->next_work);
        for (uint64_t i = 0; i < AHEAD; i++)
            source->next_work[i] = source->next[i] == NO_STEP ? 0 : -net->step[source->next[i]].time.a * source->next_work[i];
        return;
    }
    for (uint64_t i = 0; i < AHEAD; i++) {
        if (source->next[i] == NO_STEP) continue;
        const struct hot_step *next = &net->step[source->next[i]];
        struct draws draws;
        draws_given(&draws, sim->key, first + i, next->place, word[i]);
        source->next_work[i] = variate_draw(&next->time, &draws);
    }
}

/* The words that the entry step will want, likewise. */
static void draw_entries(struct simulation *sim, const struct built_stream *stream, struct source *source, uint64_t first)
{
    uint64_t place = sim->net->step[stream->entry].place << 24;
    for (uint64_t i = 0; i < AHEAD; i++) random_block_of(&sim->rounds, (first + i) << 16, place, source->word[i]);
    if (!stream->entry_serves) return;
    if (stream->entry_knows) draw_follows(sim, stream, source, first);
    const struct variate *time = &sim->net->step[stream->entry].time;
    if (time->kind == VARIATE_EXPONENTIAL) {
        logs_of_words(source->word, source->work);
        for (uint64_t i = 0; i < AHEAD; i++) source->work[i] = -time->a * source->work[i];
        return;
    }
    for (uint64_t i = 0; i < AHEAD; i++) {
        struct draws draws = {.word = {source->word[i][0]}};
        source->work[i] = variate_draw(time, &draws);
    }
}

/* The factor of the day on which `at` lies: gamma, mean 1, sd as asked, keyed by the day's number. */
static double day_factor(struct simulation *sim, const struct built_stream *stream, struct cursor *cursor, uint64_t day)
{
    if (cursor->has_day && cursor->day == day) return cursor->factor;
    struct variate gamma;
    struct draws draws;
    double sd = stream->spec.day_to_day;
    cursor->has_day = true;
    cursor->day = day;
    cursor->factor = 1;
    if (variate_gamma(&gamma, 1 / (sd * sd), 1) == STATUS_OK) {
        draws_begin_of(&draws, &sim->rounds, day, stream->place_day, 0);
        cursor->factor = variate_draw(&gamma, &draws);
        variate_clear(&gamma);
    }
    return cursor->factor;
}

static double next_by_day(struct simulation *sim, const struct built_stream *stream, struct cursor *cursor, double amount)
{
    const struct timeline *rate = stream->spec.rate;
    double at = cursor->at, shift = sim->net->plan.clock_day;
    for (uint64_t day = (uint64_t)((at + shift) / 24);; day++) { /* counted, for `at` may round to the day before its own */
        double end = (double)(day + 1) * 24 - shift, factor = day_factor(sim, stream, cursor, day);
        double there = factor * (timeline_integral(rate, end) - timeline_integral(rate, at));
        if (amount <= there && factor > 0) {
            double time = timeline_advance(rate, at, amount / factor);
            return time < end ? time : end;
        }
        amount -= there;
        at = end;
        if (at > sim->net->plan.drain_until) return INFINITY;
    }
}

static double __attribute__((noinline)) cursor_find_next(struct simulation *sim, const struct built_stream *stream, struct cursor *cursor)
{
    const struct stream_spec *spec = &stream->spec;
    if (spec->limit && cursor->ordinal >= spec->limit) return INFINITY;
    switch (spec->kind) {
    case STREAM_RENEWAL:
        if (stream->gap_pairs) {
            cursor->at += spec->gap.a * exponential_amount(sim, stream, cursor);
        } else {
            struct draws draws;
            draws_begin_of(&draws, &sim->rounds, cursor->ordinal, stream->place_gap, 0);
            cursor->at += variate_draw(&spec->gap, &draws);
        }
        return cursor->at;
    case STREAM_RATE: {
        double amount = exponential_amount(sim, stream, cursor);
        cursor->at = spec->day_to_day > 0 ? next_by_day(sim, stream, cursor, amount) : timeline_advance(spec->rate, cursor->at, amount);
        return cursor->at;
    }
    case STREAM_SINUSOID: return cursor->at = sinusoid_advance(&spec->sinusoid, cursor->at, exponential_amount(sim, stream, cursor));
    case STREAM_TIMES: {
        if (spec->times == 0) return INFINITY;
        size_t index = (size_t)(cursor->ordinal % spec->times);
        uint64_t lap = cursor->ordinal / spec->times;
        if (lap > 0 && !(spec->repeat > 0)) return INFINITY;
        return cursor->at = sim->net->plan.arrivals_from + spec->time[index] + (double)lap * spec->repeat;
    }
    case STREAM_POPULATION:
    case STREAM_NONE: return INFINITY;
    }
    return INFINITY;
}

/* Moves the cursor to its next arrival; INFINITY when there is none within the run. */
static inline double cursor_next(struct simulation *sim, const struct built_stream *stream, struct cursor *cursor)
{
    if (!stream->foretold) return cursor_find_next(sim, stream, cursor);
    if (cursor->ordinal % AHEAD == 0) foretell(sim, stream, cursor);
    return cursor->at = cursor->amount[cursor->ordinal % AHEAD];
}

static void draw_attribute(struct simulation *sim, const struct built_stream *stream, size_t index, uint64_t number, double *attribute)
{
    const struct attribute_draw *draw = &stream->spec.draw[index];
    struct draws draws;
    uint64_t who = draw->keyed ? (uint64_t)attribute[draw->key] : number;
    draws_begin_of(&draws, &sim->rounds, who, stream->place_draw[index], 0);
    double picked = draw->by < 0 ? 0 : attribute[draw->by];
    size_t row = picked >= 0 && picked < (double)draw->rows ? (size_t)picked : 0;
    const struct attribute_law *law = &draw->row[row];
    if (law->levels == 0) {
        attribute[draw->attribute] = variate_draw(&law->variate, &draws);
        return;
    }
    double unit = draws_unit(&draws);
    size_t level = 0;
    while (level + 1 < law->levels && unit >= law->share[level]) unit -= law->share[level++];
    double value = law->low ? law->low[level] : (double)level;
    if (law->high && law->low && law->high[level] > value) {
        double width = law->high[level] - value + 1;
        double step = (double)(int64_t)(draws_choice(&draws) * width);
        value += step < width ? step : width - 1;
    }
    attribute[draw->attribute] = value;
}

struct given { /* values that are not drawn */
    const unsigned *attribute;
    const double *value;
    size_t n;
};

/* `only`: by draw, those that are wanted; NULL: all. */
static void draw_all(struct simulation *sim, const struct built_stream *stream, uint64_t number, struct given given, const bool *only, double *attribute)
{
    size_t n = sim->net->plan.attributes;
    if (sim->net->any_default)
        memcpy(attribute, sim->net->attribute_default, n * sizeof *attribute);
    else
        memset(attribute, 0, n * sizeof *attribute);
    for (size_t i = 0; i < stream->spec.draws; i++) {
        if (only && !only[i]) continue;
        draw_attribute(sim, stream, i, number, attribute);
        for (size_t g = 0; g < given.n; g++) /* before others are drawn by it */
            if (given.attribute[g] == stream->spec.draw[i].attribute) attribute[given.attribute[g]] = given.value[g];
    }
    for (size_t g = 0; g < given.n; g++) attribute[given.attribute[g]] = given.value[g];
}

static void draw_some(struct simulation *sim, const struct built_stream *stream, uint64_t number, uint64_t ordinal, const bool *only, double *attribute)
{
    const struct stream_spec *spec = &stream->spec;
    struct given given = {0};
    if (spec->givens && number < INITIAL_NUMBER)
        given = (struct given){spec->given_attribute, spec->given + ordinal % spec->times * spec->givens, spec->givens};
    draw_all(sim, stream, number, given, only, attribute);
}

static void draw_attributes(struct simulation *sim, const struct built_stream *stream, uint64_t number, uint64_t ordinal, double *attribute)
{
    draw_some(sim, stream, number, ordinal, NULL, attribute);
}

/* Only the draws on which it depends are made. */
static bool enters_ahead(struct simulation *sim, const struct built_stream *stream, uint64_t number, uint64_t ordinal)
{
    draw_some(sim, stream, number, ordinal, stream->decides_ahead, sim->scratch);
    return condition_check(&stream->spec.ahead, sim->scratch, 0);
}

/* The same for either cursor, drawn once if it can be. */
static bool is_ahead(struct simulation *sim, uint32_t id, uint64_t number, uint64_t ordinal)
{
    const struct built_stream *stream = &sim->net->stream[id];
    struct foretold *told = sim->foretold[id];
    if (told == NULL) return enters_ahead(sim, stream, number, ordinal);
    uint64_t *word = &told->bit[ordinal % FORETOLD / 64], bit = 1ULL << ordinal % 64;
    if (ordinal < told->known && told->known - ordinal <= FORETOLD) return *word & bit;
    bool ahead = enters_ahead(sim, stream, number, ordinal);
    if (ordinal != told->known) return ahead;
    *word = ahead ? *word | bit : *word & ~bit;
    told->known++;
    return ahead;
}

static inline uint32_t make(struct simulation *sim, uint32_t id, uint64_t number, double born)
{
    uint32_t who = entity_take(sim);
    if (who == NOBODY) return who;
    const struct network_plan *plan = &sim->net->plan;
    struct entity *e = &sim->entity[who];
    struct stream_result *result = &sim->result.stream[id];
    bool counts = born >= plan->window_from && born < plan->window_to;
    *e = (struct entity){.born = born,
        .since = sim->now,
        .number = number,
        .step = NO_STEP,
        .root = who,
        .stamp = e->stamp,
        .stream = (uint16_t)id,
        .part = PART_WHOLE,
        .flags = counts ? ENTITY_COHORT : 0};
    result->born++;
    result->arrived += counts;
    sim->outstanding += counts;
    simulation_count_tick(sim, result->arrivals, born);
    return who;
}

static uint64_t batch_size(struct simulation *sim, const struct built_stream *stream, uint64_t ordinal)
{
    if (!stream->spec.batched) return 1;
    struct draws draws;
    draws_begin_of(&draws, &sim->rounds, ordinal, stream->place_batch, 0);
    double size = variate_draw(&stream->spec.batch, &draws) + 0.5;
    if (size >= (double)(1U << BATCH_PLACE_BITS)) size = (double)((1U << BATCH_PLACE_BITS) - 1);
    return size < 1 ? 1 : (uint64_t)size;
}

/* What a member takes of the units left; its attribute says so from now on. */
static uint64_t take_units(const struct stream_spec *spec, double *attribute, uint64_t left)
{
    if (!spec->sized) return 1;
    double units = attribute[spec->size];
    uint64_t taken = units >= (double)left ? left : units >= 1 ? (uint64_t)units : 1;
    attribute[spec->size] = (double)taken;
    return taken;
}

/* A batch that comes as one: its last member leads, the others are chained to it in their order. */
static void spawn_together(struct simulation *sim, uint32_t id, uint64_t ordinal, double born)
{
    const struct built_stream *stream = &sim->net->stream[id];
    size_t attributes = sim->net->plan.attributes;
    uint64_t left = batch_size(sim, stream, ordinal);
    uint32_t first = NOBODY, before = NOBODY;
    for (uint64_t place = 0; left > 0; place++) {
        uint64_t number = ordinal << BATCH_PLACE_BITS | place;
        if (attributes) draw_attributes(sim, stream, number, ordinal, sim->scratch);
        left -= take_units(&stream->spec, sim->scratch, left);
        uint32_t who = make(sim, id, number, born);
        if (who == NOBODY) return;
        if (attributes) memcpy(sim->attribute + (size_t)who * attributes, sim->scratch, attributes * sizeof *sim->scratch);
        sim->entity[who].step = stream->entry;
        if (first == NOBODY) first = who;
        if (left == 0)
            sim->cold[who].batch_next = first == who ? NOBODY : first;
        else if (before != NOBODY)
            sim->cold[before].batch_next = who;
        before = who;
    }
    entity_walk(sim, before);
}

/* It begins now, at the stream's entry. */
static inline void enter(
    struct simulation *sim, uint32_t id, const struct built_stream *stream, struct source *source, uint64_t number, uint64_t ordinal, double born)
{
    size_t attributes = sim->net->plan.attributes;
    uint32_t who = make(sim, id, number, born);
    if (who == NOBODY) return;
    if (attributes) draw_attributes(sim, stream, number, ordinal, sim->attribute + (size_t)who * attributes);
    sim->entity[who].step = stream->entry;
    if (stream->entry_draws) {
        if (number % AHEAD == 0) draw_entries(sim, stream, source, number);
        if (stream->entry_serves) {
            sim->entity[who].work = source->work[number % AHEAD];
            if (stream->entry_knows) {
                sim->entity[who].next_step = source->next[number % AHEAD];
                sim->entity[who].next_work = source->next_work[number % AHEAD];
            }
            plain_enter(sim, &sim->net->step[stream->entry], who);
            return;
        }
        sim->entry_word = source->word[number % AHEAD];
    }
    entity_walk(sim, who);
}

/* It begins `lead` before it is born. */
static void enter_ahead(struct simulation *sim, uint32_t id, uint64_t number, uint64_t ordinal, double born)
{
    const struct built_stream *stream = &sim->net->stream[id];
    size_t attributes = sim->net->plan.attributes;
    uint32_t who = make(sim, id, number, born);
    if (who == NOBODY) return;
    if (attributes) draw_attributes(sim, stream, number, ordinal, sim->attribute + (size_t)who * attributes);
    struct draws draws;
    draws_begin_of(&draws, &sim->rounds, number, stream->place_lead, 0);
    double begin = born - variate_draw(&stream->spec.lead, &draws);
    sim->entity[who].step = stream->entry_ahead;
    sim->entity[who].part = PART_WHOLE | PART_AFTER;
    simulation_schedule(sim, begin > sim->now ? begin : sim->now, EVENT_BEGIN, who, sim->entity[who].stamp, PRIORITY_REST);
}

/* One look at arrival `ordinal` of a stream by one of its cursors; who it is decides which of them makes it. */
static void spawn(struct simulation *sim, uint32_t id, uint64_t ordinal, double born, bool ahead)
{
    const struct built_stream *stream = &sim->net->stream[id];
    if (stream->spec.together) {
        spawn_together(sim, id, ordinal, born);
        return;
    }
    uint64_t size = batch_size(sim, stream, ordinal);
    for (uint64_t place = 0; place < size && sim->status == STATUS_OK; place++) {
        uint64_t number = stream->spec.batched ? ordinal << BATCH_PLACE_BITS | place : ordinal;
        if (stream->spec.has_lead && is_ahead(sim, id, number, ordinal) != ahead) continue;
        if (ahead)
            enter_ahead(sim, id, number, ordinal, born);
        else
            enter(sim, id, stream, &sim->source[id], number, ordinal, born);
    }
}

/* The cursor ahead has nothing to do for who does not enter ahead: it passes them by, though not too many at a time. */
static double next_ahead(struct simulation *sim, uint32_t id, struct cursor *cursor)
{
    enum { MOST = 64 };
    const struct built_stream *stream = &sim->net->stream[id];
    double at = cursor_next(sim, stream, cursor);
    if (stream->spec.batched || stream->spec.together) return at;
    for (int n = 0; n < MOST && at <= sim->net->plan.drain_until && !is_ahead(sim, id, cursor->ordinal, cursor->ordinal); n++) {
        cursor->ordinal++;
        at = cursor_next(sim, stream, cursor);
    }
    return at;
}

static inline void schedule_look(struct simulation *sim, uint32_t id, bool ahead, double when)
{
    enum event_kind what = ahead ? EVENT_AHEAD : EVENT_ARRIVE;
    uint32_t place = 2 * id + ahead;
    if (place >= CALENDAR_BESIDE) {
        simulation_schedule(sim, when, what, id, 0, PRIORITY_REST);
        return;
    }
    struct event event = {.time = when, .what = (uint32_t)what, .who = id, .priority = PRIORITY_REST};
    enum status status = calendar_schedule_beside(sim->calendar, place, &event);
    if (status != STATUS_OK) simulation_refuse(sim, when, status);
}

static inline void schedule_arrival(struct simulation *sim, uint32_t id, const struct built_stream *stream, struct cursor *cursor)
{
    double at = cursor_next(sim, stream, cursor);
    if (at <= sim->net->plan.drain_until) schedule_look(sim, id, false, at > sim->now ? at : sim->now);
}

static void schedule_look_ahead(struct simulation *sim, uint32_t id)
{
    const struct built_stream *stream = &sim->net->stream[id];
    double at = next_ahead(sim, id, &sim->source[id].ahead);
    if (!(at <= sim->net->plan.drain_until)) return;
    double when = at - stream->lead_most;
    schedule_look(sim, id, true, when > sim->now ? when : sim->now);
}

void source_arrive(struct simulation *sim, uint32_t id)
{
    const struct built_stream *stream = &sim->net->stream[id];
    struct source *source = &sim->source[id];
    uint64_t ordinal = source->now.ordinal++;
    double born = source->now.at;
    schedule_arrival(sim, id, stream, &source->now);
    if (stream->one_by_one)
        enter(sim, id, stream, source, ordinal, ordinal, born);
    else
        spawn(sim, id, ordinal, born, false);
}

void source_look_ahead(struct simulation *sim, uint32_t id)
{
    struct cursor *cursor = &sim->source[id].ahead;
    uint64_t ordinal = cursor->ordinal++;
    double born = cursor->at;
    schedule_look_ahead(sim, id);
    spawn(sim, id, ordinal, born, true);
}

/* ---- populations: member m on its k-th visit has the number k * population + m ---- */

static void member_return(struct simulation *sim, uint32_t id, uint64_t number)
{
    const struct built_stream *stream = &sim->net->stream[id];
    double think = 0;
    if (!stream->spec.think_none) {
        struct draws draws;
        draws_begin_of(&draws, &sim->rounds, number, stream->place_think, 0);
        think = variate_draw(&stream->spec.think, &draws);
    }
    uint32_t who = entity_create(sim);
    if (who == NOBODY) return;
    struct entity *e = &sim->entity[who];
    e->number = number;
    e->stream = (uint16_t)id;
    e->part = 0; /* not yet in the network */
    e->flags |= ENTITY_MEMBER;
    e->step = stream->entry;
    simulation_schedule(sim, sim->now + think, EVENT_BEGIN, who, e->stamp, PRIORITY_REST);
}

void source_member_left(struct simulation *sim, uint32_t id, uint64_t number)
{
    member_return(sim, id, number + sim->net->stream[id].spec.population);
}

void source_member_begin(struct simulation *sim, uint32_t who)
{
    struct entity *e = &sim->entity[who];
    const struct built_stream *stream = &sim->net->stream[e->stream];
    struct stream_result *result = &sim->result.stream[e->stream];
    e->born = e->since = sim->now;
    e->part = PART_WHOLE;
    if (sim->net->plan.attributes) draw_attributes(sim, stream, e->number, e->number, entity_attributes(sim, e));
    result->born++;
    if (sim->window_open) result->arrived++;
}

/* ---- those who are inside at the start ---- */

static void begin_inside(struct simulation *sim, const struct initial *initial, const double *given)
{
    const struct network *net = sim->net;
    const struct built_stream *stream = &net->stream[initial->stream];
    uint64_t number = INITIAL_NUMBER | initial->number;
    if (net->plan.attributes)
        draw_all(sim, stream, number, (struct given){net->initial_attribute, given, given ? net->initial_attributes : 0}, NULL, sim->scratch);
    double start = net->plan.arrivals_from;
    uint32_t who = make(sim, initial->stream, number, start - initial->age);
    if (who == NOBODY) return;
    struct entity *e = &sim->entity[who];
    if (net->plan.attributes) memcpy(entity_attributes(sim, e), sim->scratch, net->plan.attributes * sizeof *sim->scratch);
    if (e->flags & ENTITY_COHORT) { /* age 0 and no warm-up: it came before the window all the same */
        e->flags &= (uint8_t)~ENTITY_COHORT;
        sim->result.stream[initial->stream].arrived--;
        sim->outstanding--;
    }
    e->since = start;
    e->step = initial->step == NO_STEP ? stream->entry : initial->step;
    sim->outstanding++;
    simulation_schedule(sim, start, EVENT_BEGIN, who, e->stamp, PRIORITY_CLOCK);
}

void source_initial(struct simulation *sim)
{
    const struct network *net = sim->net;
    for (size_t i = 0; i < net->initials && sim->status == STATUS_OK; i++)
        begin_inside(sim, &net->initial[i], net->initial_value ? &net->initial_value[i * net->initial_attributes] : NULL);
}

void source_begin(struct simulation *sim, uint32_t id)
{
    const struct built_stream *stream = &sim->net->stream[id];
    struct source *source = &sim->source[id];
    memset(source, 0, sizeof *source);
    source->now.at = source->ahead.at = sim->net->plan.arrivals_from;
    if (stream->spec.kind == STREAM_POPULATION) {
        for (uint32_t m = 0; m < stream->spec.population && sim->status == STATUS_OK; m++) member_return(sim, id, m);
        return;
    }
    schedule_arrival(sim, id, stream, &source->now);
    if (stream->spec.has_lead) schedule_look_ahead(sim, id);
}
