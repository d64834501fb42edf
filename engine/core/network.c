/* network.c - the builder: takes specs and keeps copies; network_compile.c makes flat arrays of them. */
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

int network_no_memory(struct network *net)
{
    return network_fail(net, STATUS_NO_MEMORY, "there is not enough memory for the network");
}

/* A copy of n elements; NULL for none, or when memory ran out, which is remembered. */
static void *copied(struct network *net, const void *from, size_t n, size_t size)
{
    if (from == NULL || n == 0) return NULL;
    void *copy = malloc(n * size);
    if (copy == NULL)
        network_no_memory(net);
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
    if (condition_copy(&copy, condition) != STATUS_OK || condition_prepare(&copy) != STATUS_OK) network_no_memory(net);
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
    return grow(&net->station, &net->stations_allocated, net->stations, sizeof *net->station) || network_no_memory(net) >= 0;
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
    return grow(&net->stream, &net->streams_allocated, net->streams, sizeof *net->stream) || network_no_memory(net) >= 0;
}

int network_stream(struct network *net, const struct stream_spec *given)
{
    uint64_t *place_draw = has_room_for_stream(net, given->name) ? calloc(given->draws + 1, sizeof *place_draw) : NULL;
    if (place_draw == NULL) {
        if (net->failed == STATUS_OK) network_no_memory(net);
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
    if (!grow(&net->spec, &net->steps_allocated, net->steps, sizeof *net->spec)) return network_no_memory(net) >= 0;
    if (net->steps_allocated == allocated) return true;
    int *next = realloc(net->next, net->steps_allocated * sizeof *next);
    if (next) net->next = next;
    int *otherwise = realloc(net->otherwise, net->steps_allocated * sizeof *otherwise);
    if (otherwise) net->otherwise = otherwise;
    bool *back = realloc(net->back, net->steps_allocated * sizeof *back);
    if (back) net->back = back;
    return (next && otherwise && back) || network_no_memory(net) >= 0;
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
        network_no_memory(net);
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
    if (list == NULL) return network_no_memory(net);
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
    if (list == NULL) return network_no_memory(net);
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
        network_no_memory(net);
        return;
    }
    struct built_stream *s = &net->stream[stream];
    net->initial[net->initials] = (struct initial){(uint32_t)stream, network_index_of(net, step), s->initials++, age};
    for (size_t i = 0; i < n; i++) net->initial_value[net->initials * n + i] = given[i];
    net->initials++;
}
