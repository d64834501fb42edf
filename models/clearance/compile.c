/* compile.c - from a checked scenario to networks: the order of the work, and what all of it shares.
 *
 * Streams that use a common resource stand in one group, hence in one network; groups and what they hold keep the
 * scenario's order. After network_compile nothing here changes any more.
 */
#include "models/clearance/trace.h"
#include "models/clearance/compile.h"
#include "models/risk/table.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_TICKS = 4000, ORIGIN_STEP = 2048 };

/* ---- memory and messages ---- */

bool no_memory(struct model *model)
{
    diagnostics_add(model->errors, DIAGNOSTIC_ERROR, (struct place){0}, "there is not enough memory for the model");
    return false;
}

bool refuse(struct model *model, struct place place, const char *format, ...)
{
    char text[600];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    diagnostics_add(model->errors, DIAGNOSTIC_ERROR, place, "%s", text);
    return false;
}

bool grow_list(void *array, size_t *allocated, size_t count, size_t size)
{
    if (count < *allocated) return true;
    size_t wanted = *allocated ? 2 * *allocated : 16;
    void *old;
    memcpy(&old, array, sizeof old);
    void *grown = wanted > SIZE_MAX / size ? NULL : realloc(old, wanted * size);
    if (grown == NULL) return false;
    memcpy(array, &grown, sizeof grown);
    *allocated = wanted;
    return true;
}

void *keep(struct model *model, size_t n, size_t size)
{
    void *block = grow_list(&model->kept, &model->kept_allocated, model->kept_count, sizeof *model->kept)
                      ? calloc(n ? n : 1, size)
                      : NULL;
    if (block == NULL)
        no_memory(model);
    else
        model->kept[model->kept_count++] = block;
    return block;
}

const char *keep_text(struct model *model, const char *format, ...)
{
    char text[400];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    char *copy = keep(model, strlen(text) + 1, 1);
    return copy ? strcpy(copy, text) : NULL;
}

/* ---- conditions ---- */

struct condition *keep_condition(struct model *model, const struct condition *from)
{
    struct condition *condition = keep(model, 1, sizeof *condition);
    if (condition == NULL ||
        !grow_list(&model->condition, &model->conditions_allocated, model->conditions, sizeof *model->condition)) {
        no_memory(model);
        return NULL;
    }
    model->condition[model->conditions++] = condition;
    if (from && from->count && condition_copy(condition, from) != STATUS_OK) {
        no_memory(model);
        return NULL;
    }
    for (unsigned i = 0; i < condition->count; i++) {
        struct condition_term *term = &condition->term[i];
        if (term->op != CONDITION_PUSH_MET) continue;
        term->op = CONDITION_PUSH_ATTRIBUTE;
        term->index = (uint16_t)model->met_attribute[term->index];
    }
    return condition;
}

bool condition_and(struct model *model, struct condition *condition, unsigned attribute, double equals)
{
    bool first = condition->count == 0;
    bool fine = condition_add(condition, CONDITION_PUSH_ATTRIBUTE, attribute, 0) == STATUS_OK &&
                condition_add(condition, CONDITION_PUSH_NUMBER, 0, equals) == STATUS_OK &&
                condition_add(condition, CONDITION_EQUAL, 0, 0) == STATUS_OK &&
                (first || condition_add(condition, CONDITION_AND, 0, 0) == STATUS_OK);
    return fine || no_memory(model);
}

/* ---- attributes that say that a step was met ---- */

static void ask_met(struct model *model, const struct condition *condition)
{
    for (unsigned i = 0; i < condition->count; i++)
        if (condition->term[i].op == CONDITION_PUSH_MET) model->met_attribute[condition->term[i].index] = 1;
}

static void ask_step(struct model *model, const struct step *step)
{
    if (step->has_when) ask_met(model, &step->when);
    if (step->has_ahead) ask_met(model, &step->ahead);
    for (size_t i = 0; i < step->priorities; i++) ask_met(model, &step->priority[i].when);
    for (size_t i = 0; i < step->rows; i++) ask_met(model, &step->row[i].when);
    for (size_t i = 0; step->branch_when && i < step->branches; i++) ask_met(model, &step->branch_when[i]);
    if (step->kind == STEP_QUERY && step->after != NONE) model->met_attribute[step->after] = 1;
}

static bool needs_attributes(const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->streams; i++)
        if (keeps_ledger(scenario, &scenario->stream[i]) || scenario->stream[i].attributes ||
            scenario->stream[i].arrivals.replay_attributes)
            return true;
    for (size_t i = 0; i < scenario->steps; i++) {
        const struct step *step = &scenario->step[i];
        if (step->has_when || step->finds.given || step->kind == STEP_SELECTIVITY || step->kind == STEP_OUTCOME)
            return true;
    }
    return false;
}

/* One for each step of the process that a condition asks about. A shipment walks one process, so processes share them:
 * a nation's ports have hundreds of such steps. */
static unsigned number_met(struct model *model, size_t process, unsigned next)
{
    const struct scenario *scenario = model->scenario;
    for (size_t i = 0; i < scenario->steps; i++)
        if (scenario->step[i].process == (int)process && model->met_attribute[i]) model->met_attribute[i] = next++;
    return next;
}

/* Attributes of the scenario, then those of steps that were met, then one for delays given up. */
static bool number_attributes(struct model *model)
{
    const struct scenario *scenario = model->scenario;
    model->met_attribute = keep(model, scenario->steps + 1, sizeof *model->met_attribute);
    if (model->met_attribute == NULL) return false;
    bool given_up = false;
    for (size_t i = 0; i < scenario->steps; i++) {
        ask_step(model, &scenario->step[i]);
        given_up = given_up || (scenario->step[i].kind == STEP_DELAY && scenario->step[i].has_patience);
    }
    unsigned most = (unsigned)scenario->attributes;
    for (size_t p = 0; p < scenario->processes; p++) {
        unsigned next = number_met(model, p, (unsigned)scenario->attributes);
        if (next > most) most = next;
    }
    bool books = false;
    for (size_t i = 0; i < scenario->streams; i++) books = books || keeps_ledger(scenario, &scenario->stream[i]);
    if (books) model->examined_attribute = most++;
    if (books) model->fees_attribute = most++;
    if (most > scenario->attributes || given_up || needs_attributes(scenario)) model->plan.attributes = most + given_up;
    return model->plan.attributes <= 255 ||
           refuse(model, (struct place){0},
               "the scenario has %u attributes and steps that conditions ask about; at most 255",
               model->plan.attributes);
}

/* ---- time ---- */

static double tick_of(const struct model *model, double span)
{
    const struct run_plan *run = &model->scenario->run;
    double window = run->measure_to - run->measure_from;
    bool directions = false;
    if (run->pilot_ticks) return window / run->pilot_ticks;
    for (size_t i = 0; i < model->scenario->streams; i++)
        directions = directions || model->scenario->stream[i].direction != DIRECTION_NONE;
    if (window < 24 || (!directions && window < 100)) return 0;
    if (run->dated || span <= MOST_TICKS) return 1;
    return ceil(span / MOST_TICKS);
}

/* Arrivals begin at time 0, or, when shipments may begin before they arrive, at a multiple of 2048 h that leaves room
 * for the longest lead: the same for all policies that change a lead, so that they move nobody's bits. */
static bool set_clock(struct model *model)
{
    const struct run_plan *run = &model->scenario->run;
    double margin = 0;
    for (size_t i = 0; i < model->scenario->streams; i++) {
        const struct stream *stream = &model->scenario->stream[i];
        if (!stream->has_lead) continue;
        double upper = variate_upper(&stream->lead);
        double wanted = isfinite(upper) ? ORIGIN_STEP * floor(upper / ORIGIN_STEP) + ORIGIN_STEP : ORIGIN_STEP;
        if (wanted > margin) margin = wanted;
    }
    double first = run->measure_from - run->warm_up;
    model->clock =
        (struct clock){.origin = first - margin, .until = run->measure_to + run->drain_limit, .dated = run->dated};
    double origin = model->clock.origin;
    model->plan.arrivals_from = margin;
    model->plan.turns_at = model->scenario->before ? model->scenario->turns_at - origin : 0;
    if (model->scenario->before && model->scenario->turns_back > 0)
        model->plan.turns_back = model->scenario->turns_back - origin;
    model->plan.window_from = run->measure_from - origin;
    model->plan.window_to = run->measure_to - origin;
    model->plan.drain_until = model->clock.until - origin;
    model->plan.tick = tick_of(model, run->measure_to - first + run->drain_limit);
    model->plan.batches = (unsigned)run->batches;
    model->plan.clock_day = origin - 24 * floor(origin / 24);
    return true;
}

/* ---- groups ---- */

static size_t root_of(size_t *up, size_t i)
{
    while (up[i] != i) i = up[i] = up[up[i]];
    return i;
}

static void join(size_t *up, size_t a, size_t b)
{
    size_t x = root_of(up, a), y = root_of(up, b);
    if (x < y)
        up[y] = x;
    else
        up[x] = y;
}

static bool uses(const struct scenario *scenario, const struct stream *stream, size_t resource)
{
    const struct arrivals *arrivals = &stream->arrivals;
    if (arrivals->kind == ARRIVAL_VESSELS &&
        (arrivals->vessel.berth == (int)resource || arrivals->vessel.crane == (int)resource))
        return true;
    for (size_t i = 0; i < scenario->steps; i++) {
        const struct step *step = &scenario->step[i];
        if (step->process != stream->process) continue;
        for (size_t r = 0; r < step->resources; r++)
            if (step->resource[r] == (int)resource) return true;
    }
    return false;
}

static bool begins_with(const char *metric, const char *stream)
{
    size_t n = strlen(stream);
    return strncmp(metric, stream, n) == 0 && metric[n] == '.';
}

/* Who has no direction is a plain queueing network: its stages are counted only when a metric speaks of the stream. */
static bool is_staged(const struct scenario *scenario, const struct stream *stream)
{
    if (stream->direction != DIRECTION_NONE) return true;
    for (size_t i = 0; i < scenario->promises; i++)
        if (begins_with(scenario->promise[i].metric, stream->name)) return true;
    for (size_t i = 0; i < scenario->expects; i++)
        if (begins_with(scenario->expect[i].metric, stream->name)) return true;
    for (size_t i = 0; i < scenario->run.metrics; i++)
        if (begins_with(scenario->run.metric[i], stream->name)) return true;
    return false;
}

static bool make_groups(struct model *model)
{
    const struct scenario *scenario = model->scenario;
    size_t *up = keep(model, scenario->streams + 1, sizeof *up),
           *number = keep(model, scenario->streams + 1, sizeof *number);
    model->stream = keep(model, scenario->streams + 1, sizeof *model->stream);
    model->station = keep(model, scenario->resources + 1, sizeof *model->station);
    model->group = keep(model, scenario->streams + 1, sizeof *model->group);
    if (up == NULL || number == NULL || model->stream == NULL || model->station == NULL || model->group == NULL)
        return false;
    for (size_t i = 0; i < scenario->streams; i++) up[i] = i;
    for (size_t r = 0; r < scenario->resources; r++) {
        size_t first = SIZE_MAX;
        for (size_t i = 0; i < scenario->streams; i++) {
            if (!uses(scenario, &scenario->stream[i], r)) continue;
            if (first == SIZE_MAX) first = i;
            join(up, first, i);
        }
        model->station[r] = (struct station_in_model){&scenario->resource[r], first, first == SIZE_MAX ? NONE : 0};
    }
    for (size_t i = 0; i < scenario->streams; i++) {
        if (root_of(up, i) == i) number[i] = model->groups++;
        model->stream[i] = (struct stream_in_model){.stream = &scenario->stream[i],
            .group = number[root_of(up, i)],
            .staged = is_staged(scenario, &scenario->stream[i])};
    }
    for (size_t r = 0; r < scenario->resources; r++)
        if (model->station[r].id != NONE) model->station[r].group = model->stream[model->station[r].group].group;
    return true;
}

struct timeline *group_hours(struct model *model, size_t group, int calendar)
{
    struct timeline **made = &model->group[group].hours[calendar];
    if (*made) return *made;
    struct timeline *hours = hours_timeline(model, &model->scenario->calendar[calendar]);
    if (hours) *made = network_timeline(model->group[group].net, hours);
    return *made;
}

static bool network_refused(struct model *model, struct group *group)
{
    char why[160];
    if (network_compile(group->net, why) == STATUS_OK) return false;
    refuse(model, (struct place){0}, "the model cannot be built: %s", why);
    return true;
}

static bool build_group(struct model *model, size_t index)
{
    struct group *group = &model->group[index];
    group->net = network_create(&model->plan);
    group->hours = keep(model, model->scenario->calendars + 1, sizeof *group->hours);
    if (group->net == NULL || group->hours == NULL) return no_memory(model);
    if (model->plan.attributes) network_attribute_default(group->net, ATTRIBUTE_COMPLIANT, 1);
    const struct backlog *backlog = &model->scenario->backlog;
    unsigned *attribute = keep(model, backlog->attributes + 1, sizeof *attribute);
    if (attribute == NULL) return false;
    for (size_t i = 0; i < backlog->attributes; i++) attribute[i] = (unsigned)backlog->attribute[i];
    network_initial_attributes(group->net, attribute, backlog->attributes);
    for (size_t r = 0; r < model->scenario->resources; r++)
        if (model->station[r].id != NONE && model->station[r].group == index && !compile_station(model, r))
            return false;
    for (size_t i = 0; i < model->scenario->streams; i++)
        if (model->stream[i].group == index && !compile_steps(model, i)) return false;
    return true;
}

static bool build(struct model *model)
{
    if (!number_attributes(model) || !make_groups(model)) return false;
    for (size_t g = 0; g < model->groups; g++)
        if (!build_group(model, g)) {
            if (model->errors->errors == 0 && !network_refused(model, &model->group[g])) no_memory(model);
            return false;
        }
    if (!make_views(model) || !make_metrics(model) || !name_series(model) || !place_books(model)) return false;
    for (size_t g = 0; g < model->groups; g++)
        if (network_refused(model, &model->group[g])) return false;
    return true;
}

struct model *model_create(const struct scenario *scenario, struct diagnostics *errors)
{
    return model_create_traced(scenario, NULL, errors);
}

struct model *model_create_traced(const struct scenario *scenario, struct trace *trace, struct diagnostics *errors)
{
    struct model *model = calloc(1, sizeof *model);
    if (model == NULL) {
        diagnostics_add(errors, DIAGNOSTIC_ERROR, (struct place){0}, "there is not enough memory for the model");
        return NULL;
    }
    model->scenario = scenario;
    model->errors = errors;
    model->trace = trace;
    if (!set_clock(model) || !build(model)) {
        model_destroy(model);
        return NULL;
    }
    model->errors = NULL; /* the caller's list may go */
    if (trace) {
        trace->origin = model->clock.origin;
        trace->from = model->plan.window_from;
        trace->lanes = model->plan.attributes > 0;
    }
    return model;
}

void model_destroy(struct model *model)
{
    if (model == NULL) return;
    for (size_t g = 0; model->group && g < model->groups; g++) {
        network_destroy(model->group[g].net);
        free(model->group[g].step);
        free(model->group[g].adaptive);
    }
    for (size_t i = 0; i < model->conditions; i++) condition_clear(model->condition[i]);
    free(model->condition);
    for (size_t i = 0; i < model->tables; i++) risk_table_destroy(model->table[i]);
    free(model->table);
    free(model->metric);
    for (size_t i = 0; i < model->kept_count; i++) free(model->kept[i]);
    free(model->kept);
    free(model);
}

size_t model_networks(const struct model *model)
{
    return model->groups;
}

const struct network *model_network(const struct model *model, size_t index)
{
    return model->group[index].net;
}

double model_network_cost(const struct model *model, size_t index)
{
    const struct scenario *scenario = model->scenario;
    double cost = 0;
    for (size_t i = 0; i < scenario->streams; i++) {
        if (model->stream[i].group != index) continue;
        size_t steps = 0;
        for (size_t k = 0; k < scenario->steps; k++) steps += scenario->step[k].process == scenario->stream[i].process;
        cost += scenario->stream[i].arrivals.rate * (double)steps;
    }
    return cost;
}
