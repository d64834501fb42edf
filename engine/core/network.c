/* network.c - the builder: takes specs, keeps copies, and compiles them into flat arrays.
 *
 * Invariants after network_compile: every index points inside its array or is NO_STEP; every place (the key of a draw) is
 * unique; steps reach forward unless marked back.
 */
#include "engine/core/compiled.h"
#include "engine/core/random.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TICKS_MOST = 10000000 };

bool grow(void *array, size_t *allocated, size_t count, size_t size)
{
    if (count < *allocated) return true;
    size_t wanted = *allocated ? *allocated * 2 : 8;
    void *old, *grown;
    memcpy(&old, array, sizeof old);
    grown = realloc(old, wanted * size);
    if (grown == NULL) return false;
    memcpy(array, &grown, sizeof grown);
    *allocated = wanted;
    return true;
}

int network_fail(struct network *net, enum status status, const char *format, ...)
{
    if (net->failed == STATUS_OK) {
        va_list args;
        va_start(args, format);
        vsnprintf(net->why, sizeof net->why, format, args);
        va_end(args);
        net->failed = status;
    }
    return -1;
}

static int no_memory(struct network *net)
{
    return network_fail(net, STATUS_NO_MEMORY, "there is not enough memory for the network");
}

/* A copy of n elements; NULL for none, or when memory ran out, which is remembered. */
static void *copied(struct network *net, const void *from, size_t n, size_t size)
{
    if (from == NULL || n == 0) return NULL;
    void *copy = malloc(n * size);
    if (copy == NULL)
        no_memory(net);
    else
        memcpy(copy, from, n * size);
    return copy;
}

static char *copied_text(struct network *net, const char *text)
{
    return copied(net, text, strlen(text) + 1, 1);
}

struct network *network_create(const struct network_plan *plan)
{
    struct network *net = calloc(1, sizeof *net);
    if (net == NULL) return NULL;
    net->plan = *plan;
    net->attribute_default = calloc(plan->attributes + 1, sizeof *net->attribute_default);
    if (net->attribute_default == NULL) {
        free(net);
        return NULL;
    }
    if (!(plan->window_from >= plan->arrivals_from) || !(plan->window_to > plan->window_from) || !(plan->drain_until >= plan->window_to) ||
        !(plan->arrivals_from >= 0) || !isfinite(plan->drain_until) || !(plan->tick >= 0))
        network_fail(net, STATUS_BAD_TIME, "the plan's times are not in order: arrivals, window, drain");
    else if (plan->tick > 0 && !((plan->drain_until - plan->arrivals_from) / plan->tick <= TICKS_MOST))
        network_fail(net, STATUS_LIMIT, "a series of more than %d ticks", TICKS_MOST);
    return net;
}

static void condition_take(struct network *net, struct condition *condition)
{
    struct condition copy = {0};
    if (condition_copy(&copy, condition) != STATUS_OK || condition_prepare(&copy) != STATUS_OK) no_memory(net);
    *condition = copy;
}

static void draw_release(struct attribute_draw *draw)
{
    for (size_t r = 0; r < draw->rows; r++) {
        free((void *)draw->row[r].share);
        free((void *)draw->row[r].low);
        free((void *)draw->row[r].high);
        struct variate v = draw->row[r].variate;
        if (draw->row[r].levels == 0) variate_clear(&v);
    }
    free((void *)draw->row);
    free((void *)draw->name);
}

static void splits_release(struct split *split, size_t n)
{
    for (size_t i = 0; i < n; i++) free(split[i].name);
    free(split);
}

/* What a builder takes over: variates and a timeline. */
static void stream_clear_taken(struct stream_spec *spec)
{
    timeline_destroy(spec->rate);
    if (spec->kind == STREAM_RENEWAL) variate_clear(&spec->gap);
    if (spec->batched) variate_clear(&spec->batch);
    if (spec->has_lead) variate_clear(&spec->lead);
    if (spec->kind == STREAM_POPULATION && !spec->think_none) variate_clear(&spec->think);
}

static int stream_refused(const struct stream_spec *given)
{
    struct stream_spec spec = *given;
    stream_clear_taken(&spec);
    for (size_t i = 0; i < spec.draws; i++)
        for (size_t r = 0; r < spec.draw[i].rows; r++) {
            struct variate v = spec.draw[i].row[r].variate;
            if (spec.draw[i].row[r].levels == 0) variate_clear(&v);
        }
    return -1;
}

static void stream_release(struct built_stream *stream)
{
    struct stream_spec *spec = &stream->spec;
    for (size_t i = 0; i < spec->draws; i++) draw_release((struct attribute_draw *)&spec->draw[i]);
    free((void *)spec->draw);
    free((void *)spec->time);
    free((void *)spec->given);
    free((void *)spec->given_attribute);
    stream_clear_taken(spec);
    if (spec->has_lead) condition_clear(&spec->ahead);
    free(stream->place_draw);
    free(stream->decides_ahead);
    splits_release(stream->split, stream->splits);
    free(stream->name);
}

static void station_clear_taken(struct station_spec *spec)
{
    timeline_destroy(spec->on_post);
    if (spec->breaks_down) {
        variate_clear(&spec->up);
        variate_clear(&spec->down);
    }
    if (spec->vacates) variate_clear(&spec->vacation);
}

static int station_refused(const struct station_spec *given)
{
    struct station_spec spec = *given;
    station_clear_taken(&spec);
    return -1;
}

static void station_release(struct built_station *station)
{
    struct station_spec *spec = &station->spec;
    station_clear_taken(spec);
    for (size_t i = 0; i < spec->pools; i++) condition_clear((struct condition *)&spec->pool[i].serves);
    free((void *)spec->pool);
    free(station->dependent);
    splits_release(station->split, station->splits);
    free(station->name);
}

static void step_clear_taken(struct step_spec *spec)
{
    if (spec->has_time) variate_clear(&spec->time);
    if (spec->has_patience) variate_clear(&spec->patience);
    if (spec->has_early && (spec->op == OP_DELAY || spec->op == OP_SERVICE)) variate_clear(&spec->early_time);
}

static int step_refused(const struct step_spec *given)
{
    struct step_spec spec = *given;
    spec.has_time = spec.has_time || given->op == OP_DELAY || given->op == OP_SERVICE;
    step_clear_taken(&spec);
    return -1;
}

static void step_release(struct step_spec *spec)
{
    condition_clear(&spec->guard.when);
    if (spec->guard.has_ahead) condition_clear(&spec->guard.ahead);
    step_clear_taken(spec);
    for (size_t i = 0; i < spec->priorities; i++) condition_clear((struct condition *)&spec->priority[i].when);
    for (size_t i = 0; i < spec->targets; i++) {
        condition_clear((struct condition *)&spec->target[i].when);
        free((void *)spec->target[i].name);
    }
    free((void *)spec->priority);
    free((void *)spec->target);
    free((void *)spec->also);
    free((void *)spec->join);
    free((void *)spec->when_level);
    free((void *)spec->name);
}

void network_destroy(struct network *net)
{
    if (net == NULL) return;
    for (size_t i = 0; i < net->streams; i++) stream_release(&net->stream[i]);
    for (size_t i = 0; i < net->stations; i++) station_release(&net->station[i]);
    for (size_t i = 0; i < net->steps; i++) step_release(&net->spec[i]);
    for (size_t i = 0; i < net->outcomes; i++) free(net->outcome[i]);
    for (size_t i = 0; i < net->timelines; i++) timeline_destroy(net->timeline[i]);
    network_metrics_destroy(net);
    free(net->stream);
    free(net->station);
    free(net->spec);
    free(net->step);
    free(net->next);
    free(net->otherwise);
    free(net->back);
    free(net->place_patience);
    free(net->place_balk);
    free(net->place_again);
    for (size_t i = 0; net->place_target && i < net->steps; i++) free(net->place_target[i]);
    free(net->place_target);
    free(net->outcome);
    free(net->timeline);
    free(net->moment);
    free(net->initial);
    free(net->initial_attribute);
    free(net->initial_value);
    free(net->attribute_default);
    free(net);
}

void network_attribute_default(struct network *net, unsigned attribute, double value)
{
    if (attribute >= net->plan.attributes) {
        network_fail(net, STATUS_BAD_VALUE, "attribute %u is not among the plan's", attribute);
        return;
    }
    net->attribute_default[attribute] = value;
    net->any_default = true;
}

/* ---- stations ---- */

static enum station_mode mode_of(const struct station_spec *spec)
{
    if (spec->discipline == QUEUE_SHARING) return MODE_SHARING;
    if (spec->breaks_down || spec->preemption != PREEMPT_NONE || spec->pools || (spec->on_post && spec->pause_at_close)) return MODE_TRACKED;
    if (spec->on_post == NULL && spec->servers == STATION_UNLIMITED) return MODE_UNLIMITED;
    return MODE_COUNTED;
}

/* Without memory nothing is as it seems: names may be missing. */
static bool is_out_of_memory(const struct network *net)
{
    return net->failed == STATUS_NO_MEMORY;
}

static bool has_room_for_station(struct network *net, const char *name)
{
    if (is_out_of_memory(net)) return false;
    for (size_t i = 0; i < net->stations; i++)
        if (strcmp(net->station[i].name, name) == 0) return network_fail(net, STATUS_DUPLICATE, "two stations are called %s", name) >= 0;
    if (net->stations == 65535) return network_fail(net, STATUS_LIMIT, "more than 65,535 stations") >= 0;
    return grow(&net->station, &net->stations_allocated, net->stations, sizeof *net->station) || no_memory(net) >= 0;
}

int network_station(struct network *net, const struct station_spec *given)
{
    if (!has_room_for_station(net, given->name)) return station_refused(given);
    struct built_station *station = &net->station[net->stations];
    memset(station, 0, sizeof *station);
    station->spec = *given;
    struct station_spec *spec = &station->spec;
    station->name = copied_text(net, given->name);
    spec->name = station->name;
    spec->pool = copied(net, given->pool, given->pools, sizeof *given->pool);
    if (spec->pool == NULL) spec->pools = 0;
    int64_t pooled = 0;
    for (size_t i = 0; i < spec->pools; i++) {
        condition_take(net, (struct condition *)&spec->pool[i].serves);
        pooled += spec->pool[i].servers;
    }
    if (spec->pools) spec->servers = (int32_t)pooled;
    if (spec->batch_most < 1) spec->batch_most = 1;
    if (spec->batch_least < 1) spec->batch_least = 1;
    if (spec->begin_at < 1) spec->begin_at = 1;
    station->mode = mode_of(spec);
    station->levels = 1;
    net->stations++;
    return net->failed == STATUS_OK && check_station(net, station) ? (int)net->stations - 1 : -1;
}

/* ---- streams ---- */

static void draw_take(struct network *net, struct attribute_draw *draw)
{
    draw->name = copied_text(net, draw->name);
    struct attribute_law *row = copied(net, draw->row, draw->rows, sizeof *row);
    draw->row = row;
    if (row == NULL) draw->rows = 0;
    for (size_t r = 0; r < draw->rows; r++) {
        row[r].share = copied(net, row[r].share, row[r].levels, sizeof(double));
        row[r].low = copied(net, row[r].low, row[r].levels, sizeof(double));
        row[r].high = copied(net, row[r].high, row[r].levels, sizeof(double));
    }
}

static bool has_room_for_stream(struct network *net, const char *name)
{
    if (is_out_of_memory(net)) return false;
    for (size_t i = 0; i < net->streams; i++)
        if (strcmp(net->stream[i].name, name) == 0) return network_fail(net, STATUS_DUPLICATE, "two streams are called %s", name) >= 0;
    if (net->streams == 4095) return network_fail(net, STATUS_LIMIT, "more than 4,095 streams") >= 0;
    return grow(&net->stream, &net->streams_allocated, net->streams, sizeof *net->stream) || no_memory(net) >= 0;
}

int network_stream(struct network *net, const struct stream_spec *given)
{
    uint64_t *place_draw = has_room_for_stream(net, given->name) ? calloc(given->draws + 1, sizeof *place_draw) : NULL;
    if (place_draw == NULL) {
        if (net->failed == STATUS_OK) no_memory(net);
        return stream_refused(given);
    }
    struct built_stream *stream = &net->stream[net->streams];
    memset(stream, 0, sizeof *stream);
    stream->spec = *given;
    struct stream_spec *spec = &stream->spec;
    stream->name = copied_text(net, given->name);
    spec->name = stream->name;
    spec->draw = copied(net, given->draw, given->draws, sizeof *given->draw);
    if (spec->draw == NULL) spec->draws = 0;
    stream->place_draw = place_draw;
    for (size_t i = 0; i < spec->draws; i++) draw_take(net, (struct attribute_draw *)&spec->draw[i]);
    spec->time = copied(net, given->time, given->times, sizeof *given->time);
    spec->given = copied(net, given->given, given->times * given->givens, sizeof *given->given);
    spec->given_attribute = copied(net, given->given_attribute, given->givens, sizeof *given->given_attribute);
    if (spec->given == NULL) spec->givens = 0;
    if (spec->has_lead) condition_take(net, &spec->ahead);
    stream->entry = stream->entry_ahead = NO_STEP;
    net->streams++;
    if (spec->has_lead) stream->lead_most = variate_upper(&spec->lead);
    return net->failed == STATUS_OK && check_stream(net, stream) ? (int)net->streams - 1 : -1;
}

void network_stream_entry(struct network *net, int stream, int step, int step_ahead)
{
    if (stream < 0 || (size_t)stream >= net->streams) {
        network_fail(net, STATUS_BAD_VALUE, "an entry is given to a stream that is not there");
        return;
    }
    net->stream[stream].entry = step < 0 ? NO_STEP : (uint32_t)step;
    net->stream[stream].entry_ahead = step_ahead < 0 ? NO_STEP : (uint32_t)step_ahead;
}

/* ---- steps ---- */

static bool has_room_for_step(struct network *net)
{
    if (is_out_of_memory(net)) return false;
    if (net->steps == 65535) return network_fail(net, STATUS_LIMIT, "more than 65,535 steps") >= 0;
    size_t allocated = net->steps_allocated;
    if (!grow(&net->spec, &net->steps_allocated, net->steps, sizeof *net->spec)) return no_memory(net) >= 0;
    if (net->steps_allocated == allocated) return true;
    int *next = realloc(net->next, net->steps_allocated * sizeof *next);
    if (next) net->next = next;
    int *otherwise = realloc(net->otherwise, net->steps_allocated * sizeof *otherwise);
    if (otherwise) net->otherwise = otherwise;
    bool *back = realloc(net->back, net->steps_allocated * sizeof *back);
    if (back) net->back = back;
    return (next && otherwise && back) || no_memory(net) >= 0;
}

int network_step(struct network *net, const struct step_spec *given)
{
    if (!has_room_for_step(net)) return step_refused(given);
    struct step_spec *spec = &net->spec[net->steps];
    *spec = *given;
    spec->name = copied_text(net, given->name);
    condition_take(net, &spec->guard.when);
    if (spec->guard.has_ahead) condition_take(net, &spec->guard.ahead);
    spec->also = copied(net, given->also, given->alsos, sizeof *given->also);
    spec->join = copied(net, given->join, given->joins, sizeof *given->join);
    if (spec->also == NULL) spec->alsos = 0;
    if (spec->join == NULL) spec->joins = 0;
    spec->when_level = copied(net, given->when_level, given->levels, sizeof *given->when_level);
    if (given->when_level && spec->when_level == NULL) spec->levels = 0;
    struct priority_rule *rule = copied(net, given->priority, given->priorities, sizeof *rule);
    spec->priority = rule;
    if (rule == NULL) spec->priorities = 0;
    for (size_t i = 0; rule && i < spec->priorities; i++) condition_take(net, &rule[i].when);
    struct target *target = copied(net, given->target, given->targets, sizeof *target);
    spec->target = target;
    if (target == NULL) spec->targets = 0;
    for (size_t i = 0; target && i < spec->targets; i++) {
        condition_take(net, &target[i].when);
        target[i].name = target[i].name ? copied_text(net, target[i].name) : NULL;
    }
    if (given->op == OP_DELAY || given->op == OP_SERVICE) spec->has_time = true;
    net->next[net->steps] = net->otherwise[net->steps] = -1;
    net->back[net->steps] = false;
    net->steps++;
    return net->failed == STATUS_OK && check_step(net, spec) ? (int)net->steps - 1 : -1;
}

void network_next(struct network *net, int step, int next, int otherwise)
{
    if (step < 0 || (size_t)step >= net->steps) {
        network_fail(net, STATUS_BAD_VALUE, "a step that is not there is given a successor");
        return;
    }
    net->next[step] = next;
    net->otherwise[step] = otherwise;
}

void network_back(struct network *net, int step)
{
    if (step >= 0 && (size_t)step < net->steps) net->back[step] = true;
}

struct timeline *network_timeline(struct network *net, struct timeline *timeline)
{
    struct timeline **list = realloc(net->timeline, (net->timelines + 1) * sizeof *list);
    if (list == NULL || timeline == NULL) {
        if (list) net->timeline = list;
        timeline_destroy(timeline);
        no_memory(net);
        return NULL;
    }
    net->timeline = list;
    list[net->timelines++] = timeline;
    return timeline;
}

int network_outcome(struct network *net, const char *name)
{
    for (size_t i = 0; i < net->outcomes; i++)
        if (strcmp(net->outcome[i], name) == 0) return (int)i;
    char **list = realloc(net->outcome, (net->outcomes + 1) * sizeof *list);
    if (list == NULL) return no_memory(net);
    net->outcome = list;
    list[net->outcomes] = copied_text(net, name);
    if (list[net->outcomes] == NULL) return -1;
    return (int)net->outcomes++;
}

void network_state(struct network *net, size_t bytes, void (*begin)(const void *config, void *state), const void *config)
{
    net->state_bytes = bytes;
    net->state_begin = begin;
    net->state_config = config;
}

static int split_add(struct network *net, struct split **split, size_t *splits, size_t *split_levels, const char *name, int attribute, unsigned levels)
{
    if (*splits == 63) return network_fail(net, STATUS_LIMIT, "more than 63 splits");
    struct split *list = realloc(*split, (*splits + 1) * sizeof *list);
    if (list == NULL) return no_memory(net);
    *split = list;
    list[*splits] = (struct split){copied_text(net, name), attribute, levels, (unsigned)*split_levels};
    *split_levels += levels;
    return (int)(*splits)++;
}

int network_split(struct network *net, int stream, const char *name, unsigned attribute, unsigned levels)
{
    if (stream < 0 || (size_t)stream >= net->streams || attribute >= net->plan.attributes)
        return network_fail(net, STATUS_BAD_VALUE, "split %s refers to what is not there", name);
    struct built_stream *s = &net->stream[stream];
    return split_add(net, &s->split, &s->splits, &s->split_levels, name, (int)attribute, levels);
}

int network_split_first(const struct network *net, int stream, unsigned attribute)
{
    const struct built_stream *s = &net->stream[stream];
    for (size_t i = 0; i < s->splits; i++)
        if (s->split[i].attribute == (int)attribute) return (int)s->split[i].first;
    return -1;
}

void network_stream_book(struct network *net, int stream, network_book book, const void *config)
{
    net->stream[stream].book = book;
    net->stream[stream].book_config = config;
}

int network_station_split(struct network *net, int station, const char *name, int attribute, unsigned levels)
{
    if (station < 0 || (size_t)station >= net->stations || attribute >= (int)net->plan.attributes)
        return network_fail(net, STATUS_BAD_VALUE, "split %s refers to what is not there", name);
    struct built_station *s = &net->station[station];
    return split_add(net, &s->split, &s->splits, &s->split_levels, name, attribute, levels);
}

int network_watch_stage(struct network *net, int stream, int stage)
{
    if (stream < 0 || (size_t)stream >= net->streams || stage < 0 || stage >= net->stream[stream].spec.stages)
        return network_fail(net, STATUS_BAD_VALUE, "a stage that is not there is watched");
    struct built_stream *s = &net->stream[stream];
    for (unsigned i = 0; i < s->watches; i++)
        if (s->watch[i].stage == stage) return (int)i;
    if (net->compiled) return -1;
    s->watch[s->watches++] = (struct watch){.stage = stage};
    if (s->watches > net->watches) net->watches = s->watches;
    return (int)s->watches - 1;
}

int network_watch_bound(struct network *net, int stream, int watch, double hours)
{
    if (stream < 0 || (size_t)stream >= net->streams || watch < 0 || (unsigned)watch >= net->stream[stream].watches || !(hours >= 0))
        return network_fail(net, STATUS_BAD_VALUE, "a bound of a stage that is not watched");
    struct watch *w = &net->stream[stream].watch[watch];
    for (unsigned i = 0; i < w->bounds; i++)
        if (w->bound[i] == hours) return (int)i;
    if (w->bounds == MEASURE_BOUNDS || net->compiled) return -1;
    w->bound[w->bounds++] = hours;
    return (int)w->bounds - 1;
}

/* ---- compiling ---- */

struct named_place { uint64_t place; const char *outer, *inner; };

static int by_place(const void *a, const void *b)
{
    const struct named_place *x = a, *y = b;
    return x->place < y->place ? -1 : x->place > y->place;
}

static bool draws_words(const struct step_spec *spec)
{
    switch (spec->op) {
    case OP_SERVICE:
    case OP_DELAY: return spec->time.kind != VARIATE_CONSTANT || (spec->has_early && spec->early_time.kind != VARIATE_CONSTANT);
    case OP_HOLD:
    case OP_BATCH: return spec->has_time && spec->time.kind != VARIATE_CONSTANT;
    case OP_TEST:
    case OP_HOOK: return true;
    case OP_CHOOSE:
        for (size_t i = 0; i < spec->targets; i++)
            if (spec->target[i].when.count == 0 && spec->target[i].share < 1) return true;
        return false;
    default: return false;
    }
}

/* The places in use, each with the names that it was made of, so that two of one hash can be named. */
struct place_list {
    struct network *net;
    struct named_place *place;
    size_t count, allocated;
};

static uint64_t placed(struct place_list *list, bool used, const char *outer, const char *inner)
{
    uint64_t place = random_place(outer, inner);
    if (!used) return place;
    if (grow(&list->place, &list->allocated, list->count, sizeof *list->place))
        list->place[list->count++] = (struct named_place){place, outer, inner};
    else
        no_memory(list->net);
    return place;
}

static void places_of_stream(struct place_list *list, struct built_stream *s)
{
    s->place_gap = placed(list, true, s->name, "(arrivals)");
    s->place_batch = placed(list, s->spec.batched, s->name, "(batch)");
    s->place_day = placed(list, s->spec.day_to_day > 0, s->name, "(day)");
    s->place_lead = placed(list, s->spec.has_lead, s->name, "(lead)");
    s->place_think = placed(list, s->spec.kind == STREAM_POPULATION, s->name, "(think)");
    for (size_t d = 0; d < s->spec.draws; d++) s->place_draw[d] = placed(list, true, s->name, s->spec.draw[d].name);
}

static void places_of_station(struct place_list *list, struct built_station *s)
{
    s->place_siro = placed(list, s->spec.discipline == QUEUE_SIRO, s->name, "(siro)");
    s->place_up = placed(list, s->spec.breaks_down, s->name, "(up)");
    s->place_down = placed(list, s->spec.breaks_down, s->name, "(down)");
    s->place_vacation = placed(list, s->spec.vacates, s->name, "(vacation)");
}

static uint64_t place_of_kind(struct place_list *list, bool used, const char *stream, const char *step, const char *kind)
{
    char name[300];
    snprintf(name, sizeof name, "%s%s", step, kind);
    uint64_t place = placed(list, used, stream, name);
    if (used && list->net->failed == STATUS_OK) list->place[list->count - 1].inner = step; /* `name` goes */
    return place;
}

static void places_of_step(struct place_list *list, size_t i)
{
    struct network *net = list->net;
    const struct step_spec *spec = &net->spec[i];
    const char *stream = net->stream[spec->stream].name;
    bool queues = spec->op == OP_SERVICE || spec->op == OP_SEIZE;
    const struct station_spec *at = queues ? &net->station[spec->station].spec : NULL;
    bool again = at && (at->preemption == PREEMPT_REPEAT_DIFFERENT || at->after_repair == PREEMPT_REPEAT_DIFFERENT);
    net->step[i].place = placed(list, net->step[i].flags & STEP_DRAWS, stream, spec->name);
    net->place_patience[i] = place_of_kind(list, spec->has_patience, stream, spec->name, "(patience)");
    net->place_balk[i] = place_of_kind(list, spec->joins || spec->join_harmonic, stream, spec->name, "(balk)");
    net->place_again[i] = place_of_kind(list, again, stream, spec->name, "(again)");
    if (spec->op != OP_FORK) return;
    net->place_target[i] = calloc(spec->targets + 1, sizeof(uint64_t));
    if (net->place_target[i] == NULL) no_memory(net);
    for (size_t t = 0; net->place_target[i] && t < spec->targets; t++) {
        const struct target *target = &spec->target[t];
        if (target->name) net->place_target[i][t] = placed(list, target->share < 1, stream, target->name);
    }
}

/* Steps that draw must have names of their own: two of one name would share their luck. */
static bool places(struct network *net)
{
    struct place_list list = {.net = net};
    net->place_patience = calloc(net->steps + 1, sizeof(uint64_t));
    net->place_balk = calloc(net->steps + 1, sizeof(uint64_t));
    net->place_again = calloc(net->steps + 1, sizeof(uint64_t));
    net->place_target = calloc(net->steps + 1, sizeof *net->place_target);
    if (net->place_target == NULL || net->place_patience == NULL || net->place_balk == NULL || net->place_again == NULL)
        return no_memory(net) == 0;
    for (size_t i = 0; i < net->streams; i++) places_of_stream(&list, &net->stream[i]);
    for (size_t i = 0; i < net->stations; i++) places_of_station(&list, &net->station[i]);
    for (size_t i = 0; i < net->steps; i++) places_of_step(&list, i);
    if (list.count) qsort(list.place, list.count, sizeof *list.place, by_place);
    for (size_t i = 1; i < list.count; i++) {
        const struct named_place *a = &list.place[i - 1], *b = &list.place[i];
        if (a->place != b->place) continue;
        network_fail(net, STATUS_DUPLICATE, "%s/%s and %s/%s would share their random numbers: rename one", a->outer, a->inner, b->outer, b->inner);
        break;
    }
    free(list.place);
    return net->failed == STATUS_OK;
}

/* No single value has a probability of its own. */
static bool has_no_atoms(const struct variate *law)
{
    double at;
    switch (law->kind) {
    case VARIATE_EXPONENTIAL:
    case VARIATE_LOGNORMAL:
    case VARIATE_ERLANG:
    case VARIATE_WEIBULL:
    case VARIATE_UNIFORM:
    case VARIATE_TRIANGULAR:
    case VARIATE_PERT:
    case VARIATE_NORMAL: return !variate_is_point(law, &at);
    default: return false;
    }
}

static bool is_smooth(const struct step_spec *spec)
{
    return spec->op == OP_DELAY && spec->hours == NULL && !spec->pauses_second_clock && has_no_atoms(&spec->time) &&
           (!spec->has_early || has_no_atoms(&spec->early_time));
}

static bool is_own(const struct step_spec *spec)
{
    switch (spec->op) {
    case OP_CHOOSE:
    case OP_TEST:
    case OP_MARK:
    case OP_PASS: return true;
    case OP_HOOK: return spec->hook_own;
    default: return false;
    }
}

static uint32_t index_of(const struct network *net, int step)
{
    return step < 0 || (size_t)step >= net->steps ? NO_STEP : (uint32_t)step;
}

static void compile_step(struct network *net, size_t i)
{
    const struct step_spec *spec = &net->spec[i];
    struct hot_step *hot = &net->step[i];
    hot->op = (uint8_t)spec->op;
    hot->stage = (int8_t)(spec->stage < 0 || net->stream[spec->stream].spec.stages == 0 ? -1 : spec->stage);
    hot->parts = spec->guard.parts;
    hot->next = index_of(net, net->next[i]);
    hot->otherwise = index_of(net, net->otherwise[i]);
    hot->station = (uint16_t)(spec->station < 0 ? 0 : spec->station);
    hot->share = spec->guard.share;
    hot->time = spec->time;
    if (spec->guard.when.count) hot->flags |= STEP_HAS_WHEN;
    if (spec->has_early) hot->flags |= STEP_TURNS;
    if (spec->guard.share < 1 || (spec->has_early && spec->early_share < 1)) hot->flags |= STEP_HAS_SHARE | STEP_DRAWS;
    if (spec->guard.has_ahead) hot->flags |= STEP_HAS_AHEAD;
    if (spec->guard.parts) hot->flags |= STEP_HAS_PARTS;
    if (net->back[i]) hot->flags |= STEP_BACK;
    if (draws_words(spec)) hot->flags |= STEP_DRAWS;
    if (is_smooth(spec)) hot->flags |= STEP_SMOOTH;
    if (is_own(spec)) hot->flags |= STEP_OWN;
    if (spec->op == OP_FORK || spec->op == OP_MARK || spec->op == OP_SEIZE || spec->op == OP_FREE || spec->op == OP_BATCH ||
        spec->op == OP_UNBATCH || spec->op == OP_UNLOAD || spec->pauses_second_clock)
        net->has_cold = true;
    if (spec->op == OP_MARK) net->marks = true;
    if (spec->op == OP_SEIZE) net->seizes = true;
}

/* Steps at which nothing happens are passed by: a label that credits no stage, an end without an outcome. */
static void link_past_nothing(struct network *net, size_t i)
{
    struct hot_step *hot = &net->step[i];
    while (hot->next != NO_STEP) {
        const struct hot_step *next = &net->step[hot->next];
        if (next->flags & (STEP_GUARDED | STEP_BACK)) return;
        if (next->op == OP_PASS && next->stage < 0 && next->next > hot->next)
            hot->next = next->next;
        else if (next->op == OP_END && net->spec[hot->next].outcome < 0)
            hot->next = NO_STEP;
        else
            return;
    }
}

static void add_dependent(struct network *net, struct built_station *station, uint32_t dependent)
{
    for (size_t i = 0; i < station->dependents; i++)
        if (station->dependent[i] == dependent) return;
    uint32_t *list = realloc(station->dependent, (station->dependents + 1) * sizeof *list);
    if (list == NULL) {
        no_memory(net);
        return;
    }
    station->dependent = list;
    list[station->dependents++] = dependent;
}

static bool is_simple(const struct step_spec *spec)
{
    return spec->op == OP_SERVICE && !spec->has_patience && spec->joins == 0 && !spec->join_harmonic && spec->alsos == 0;
}

static void compile_station_use(struct network *net, size_t i)
{
    const struct step_spec *spec = &net->spec[i];
    if (spec->op != OP_SERVICE && spec->op != OP_SEIZE) return;
    struct built_station *station = &net->station[spec->station];
    int32_t most = spec->priority_otherwise;
    for (size_t p = 0; p < spec->priorities; p++)
        if (spec->priority[p].level > most) most = spec->priority[p].level;
    if (station->spec.discipline == QUEUE_PRIORITY && most + 1 > station->levels) station->levels = most + 1;
    for (size_t a = 0; a < spec->alsos; a++) {
        add_dependent(net, &net->station[spec->also[a]], (uint32_t)spec->station);
        net->station[spec->also[a]].is_held = true;
    }
    if (spec->has_patience) station->keeps_served = station->impatient = true;
    if (spec->op == OP_SEIZE) station->is_held = true;
    if (!is_simple(spec)) station->plain = false;
}

static void compile_station(struct network *net, struct built_station *s)
{
    const struct station_spec *spec = &s->spec;
    s->blocks = spec->room >= 0 && !spec->lose_when_full;
    if (s->blocks) net->blocks = net->has_cold = true;
    if (s->mode == MODE_TRACKED || spec->batch_most > 1) net->has_cold = true;
    bool in_order = spec->discipline == QUEUE_FCFS || spec->discipline == QUEUE_PRIORITY;
    s->plain = s->mode == MODE_COUNTED && in_order && spec->on_post == NULL && spec->room < 0 && !spec->vacates && spec->begin_at <= 1 &&
               spec->batch_most <= 1 && !s->by_level;
}

/* A service takes the short way when its station is plain and everybody else there takes it too. */
static void compile_stations(struct network *net)
{
    for (size_t i = 0; i < net->stations; i++) compile_station(net, &net->station[i]);
    for (size_t i = 0; i < net->steps; i++) compile_station_use(net, i);
    for (size_t i = 0; i < net->steps; i++) {
        const struct step_spec *spec = &net->spec[i];
        if (spec->op != OP_SERVICE || net->blocks || !net->station[spec->station].plain) continue;
        if (!net->station[spec->station].is_held) net->step[i].flags |= STEP_SIMPLE;
    }
}

/* Whether what an entity meets at a step is known before it gets there: it leaves, or takes the short way. */
static bool is_foreseeable_end(const struct network *net, int step)
{
    enum { NEVER = STEP_GUARDED | STEP_TURNS };
    return step < 0 || ((net->step[step].flags & STEP_SIMPLE) && !(net->step[step].flags & NEVER));
}

static bool is_foreseeable(const struct network *net, uint32_t step)
{
    if (step == NO_STEP) return true;
    const struct hot_step *hot = &net->step[step];
    if (hot->op != OP_CHOOSE || (hot->flags & STEP_GUARDED)) return is_foreseeable_end(net, (int)step);
    const struct step_spec *spec = &net->spec[step];
    bool fine = is_foreseeable_end(net, hot->next == NO_STEP ? -1 : (int)hot->next);
    for (size_t i = 0; i < spec->targets; i++)
        fine = fine && spec->target[i].when.count == 0 && !spec->target[i].back && is_foreseeable_end(net, spec->target[i].step);
    return fine;
}

/* The draws of what follows a service are made while it begins, when nothing waits for them. */
static void compile_foresight(struct network *net)
{
    for (size_t i = 0; i < net->steps; i++) {
        struct hot_step *step = &net->step[i];
        if ((step->flags & STEP_SIMPLE) && !(step->flags & STEP_BACK) && is_foreseeable(net, step->next)) step->flags |= STEP_FORESEES;
    }
}

/* Whether anybody of a stream may come to a step again. */
static bool goes_back(const struct network *net, const struct built_stream *s)
{
    for (size_t i = s->step_first; i < s->step_end; i++) {
        const struct step_spec *spec = &net->spec[i];
        const int beside[] = {
            spec->patience_target, spec->balk_target, spec->full_target}; /* these need no mark to lead back */
        if (net->step[i].flags & STEP_BACK) return true;
        for (size_t k = 0; k < sizeof beside / sizeof *beside; k++)
            if (beside[k] >= 0 && (size_t)beside[k] <= i) return true;
        for (size_t t = 0; t < spec->targets; t++)
            if (spec->target[t].back) return true;
    }
    return false;
}

static void compile_entry(struct network *net, struct built_stream *s)
{
    if (!s->entry_serves || s->initials > 0 || goes_back(net, s)) return;
    struct hot_step *entry = &net->step[s->entry];
    s->entry_knows = (entry->flags & STEP_FORESEES) && entry->next != NO_STEP;
    if (s->entry_knows) entry->flags |= STEP_KNOWN;
}

/* ---- what is inside at the start ---- */

void network_initial_attributes(struct network *net, const unsigned *attribute, size_t n)
{
    if (n == 0 || net->initials) return;
    net->initial_attribute = copied(net, attribute, n, sizeof *attribute);
    if (net->initial_attribute) net->initial_attributes = n;
    for (size_t i = 0; i < net->initial_attributes; i++)
        if (attribute[i] >= net->plan.attributes)
            network_fail(net, STATUS_BAD_VALUE, "entities inside at the start have an attribute that is not in the plan");
}

void network_initial(struct network *net, int stream, int step, double age, const double *given)
{
    if (stream < 0 || (size_t)stream >= net->streams || step >= (int)net->steps || !(age >= 0) || !isfinite(age) ||
        net->stream[stream].spec.kind == STREAM_POPULATION) {
        network_fail(net, STATUS_BAD_VALUE, "an entity inside at the start has a stream, step or age that cannot be");
        return;
    }
    size_t before = net->initials_allocated, n = net->initial_attributes;
    bool fine = grow(&net->initial, &net->initials_allocated, net->initials, sizeof *net->initial);
    if (fine && n && net->initials_allocated != before) {
        double *value = realloc(net->initial_value, net->initials_allocated * n * sizeof *value);
        if (value) net->initial_value = value;
        fine = value != NULL;
    }
    if (!fine) {
        no_memory(net);
        return;
    }
    struct built_stream *s = &net->stream[stream];
    net->initial[net->initials] = (struct initial){(uint32_t)stream, index_of(net, step), s->initials++, age};
    for (size_t i = 0; i < n; i++) net->initial_value[net->initials * n + i] = given[i];
    net->initials++;
}

/* The draws on which it depends who enters ahead: of the attributes in the condition, and of those that
 * pick their rows or key their luck, which are drawn before them. */
static void find_deciding(struct network *net, struct built_stream *s)
{
    const struct condition *ahead = &s->spec.ahead;
    s->decides_ahead = calloc(s->spec.draws + 1, sizeof *s->decides_ahead);
    bool *wanted = calloc(net->plan.attributes + 1, sizeof *wanted);
    if (s->decides_ahead == NULL || wanted == NULL) no_memory(net);
    for (size_t i = 0; wanted && i < ahead->count; i++)
        if (ahead->term[i].op == CONDITION_PUSH_ATTRIBUTE) wanted[ahead->term[i].index] = true;
    for (size_t i = s->spec.draws; wanted && s->decides_ahead && i-- > 0;) {
        const struct attribute_draw *draw = &s->spec.draw[i];
        s->decides_ahead[i] = wanted[draw->attribute];
        if (wanted[draw->attribute] && draw->by >= 0) wanted[draw->by] = true;
        if (wanted[draw->attribute] && draw->keyed) wanted[draw->key] = true;
    }
    free(wanted);
}

static void compile_stream(struct network *net, struct built_stream *s)
{
    if (s->spec.has_lead) find_deciding(net, s);
    enum stream_kind kind = s->spec.kind;
    if (kind != STREAM_POPULATION) net->all_closed = false;
    if (s->spec.stages > 0 || s->spec.has_lead || s->spec.together) net->has_cold = true;
    s->gap_pairs = kind == STREAM_RATE || kind == STREAM_SINUSOID || (kind == STREAM_RENEWAL && s->spec.gap.kind == VARIATE_EXPONENTIAL);
    s->foretold = s->gap_pairs && kind != STREAM_SINUSOID && !(s->spec.day_to_day > 0) && s->spec.limit == 0;
    s->one_by_one = !s->spec.batched && !s->spec.together && !s->spec.has_lead;
    s->entry_draws = s->entry != NO_STEP && !s->spec.batched && !s->spec.has_lead && kind != STREAM_POPULATION &&
                     (net->step[s->entry].flags & STEP_DRAWS);
    const struct hot_step *entry = s->entry_draws ? &net->step[s->entry] : NULL;
    s->entry_serves = entry && (entry->flags & STEP_SIMPLE) && !(entry->flags & (STEP_GUARDED | STEP_TURNS)) &&
                      (entry->time.kind == VARIATE_EXPONENTIAL || entry->time.kind == VARIATE_LOGNORMAL);
}

/* The last step of each stream that lies within a branch: steps reach forward, so one pass finds them all. */
static bool find_branches(struct network *net)
{
    bool *inside = calloc(net->steps + 1, sizeof *inside);
    if (inside == NULL) return no_memory(net) == 0;
    for (size_t i = 0; i < net->steps; i++) {
        const struct step_spec *spec = &net->spec[i];
        if (inside[i]) net->stream[spec->stream].branch_last = (uint32_t)i;
        bool goes_on = inside[i] && spec->op != OP_BRANCH_END;
        int beside[] = {net->next[i], net->otherwise[i], spec->patience_target, spec->balk_target, spec->full_target};
        for (size_t k = 0; goes_on && k < sizeof beside / sizeof *beside; k++)
            if (beside[k] >= 0) inside[beside[k]] = true;
        for (size_t t = 0; t < spec->targets; t++)
            if (spec->target[t].step >= 0 && (goes_on || spec->op == OP_FORK)) inside[spec->target[t].step] = true;
    }
    free(inside);
    return true;
}

/* A choice whose shares sum to 1 but for rounding takes its last target for what is left. */
static void close_shares(const struct step_spec *spec)
{
    double sum = 0;
    struct target *last = NULL;
    for (size_t i = 0; i < spec->targets; i++) {
        struct target *target = (struct target *)&spec->target[i];
        if (target->when.count || target->share >= 1) return;
        sum += target->share;
        last = target;
    }
    if (last && fabs(sum - 1) <= 1e-9) last->share = 1;
}

static void compile(struct network *net)
{
    net->step = calloc(net->steps + 1, sizeof *net->step);
    if (net->step == NULL) {
        no_memory(net);
        return;
    }
    if (!check_routes(net)) return;
    for (size_t i = 0; i < net->steps; i++) compile_step(net, i);
    for (size_t i = net->steps; i-- > 0;) link_past_nothing(net, i);
    compile_stations(net);
    if (net->failed != STATUS_OK || !places(net)) return;
    if (!find_branches(net) || !network_find_apart(net)) return;
    for (size_t i = net->steps; i-- > 0;) {
        struct built_stream *stream = &net->stream[net->spec[i].stream];
        stream->step_first = (uint32_t)i;
        if (stream->step_end == 0) stream->step_end = (uint32_t)i + 1;
    }
    net->all_closed = net->streams > 0;
    for (size_t i = 0; i < net->streams; i++) compile_stream(net, &net->stream[i]);
    for (size_t i = 0; i < net->steps; i++)
        if (net->spec[i].op == OP_CHOOSE) close_shares(&net->spec[i]);
    compile_foresight(net);
    for (size_t i = 0; i < net->streams; i++) compile_entry(net, &net->stream[i]);
    net->compiled = true;
}

enum status network_compile(struct network *net, char why[160])
{
    if (net->failed == STATUS_OK && !net->compiled) compile(net);
    if (why) snprintf(why, 160, "%s", net->failed == STATUS_OK ? "" : net->why);
    return net->failed;
}
