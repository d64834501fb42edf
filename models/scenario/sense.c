/* sense.c - warnings: what is legal and yet makes no sense, or not the sense its author had in mind. */
#include "models/scenario/reader.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

static const double MOST_ARRIVALS = 1e12;

static struct node at_place(struct place place)
{
    return (struct node){.kind = NODE_NULL, .place = place};
}

static void warn_unused(struct reader *r)
{
    struct scenario *s = r->scenario;
    const struct node *calendars = reader_get(r->root, "calendars"), *processes = reader_get(r->root, "processes");
    for (size_t i = 0; i < s->resources; i++) {
        struct node at = at_place(s->resource[i].place);
        size_t mark = reader_enter(r, "resources");
        reader_enter(r, s->resource[i].name);
        if (!r->resource_used[i]) reader_warning(r, &at, "no step uses it; leave it out, or name it in by:");
        reader_leave(r, mark);
    }
    for (size_t i = 0; i < s->calendars; i++) {
        size_t mark = reader_enter(r, "calendars");
        reader_enter(r, s->calendar[i].name);
        if (!r->calendar_used[i])
            reader_warning(r, calendars->key[i], "nothing uses it; leave it out, or name it in calendar:");
        reader_leave(r, mark);
    }
    for (size_t i = 0; i < s->processes; i++) {
        size_t mark = reader_enter(r, "processes");
        reader_enter(r, s->process[i].name);
        if (!r->process_used[i])
            reader_warning(r, processes->key[i], "no stream uses it; leave it out, or name it in process:");
        reader_leave(r, mark);
    }
}

static bool is_drawn(const struct scenario *s, int process, unsigned attribute)
{
    if (attribute < ATTRIBUTE_BUILTINS) return true;
    for (size_t i = 0; i < s->streams; i++) {
        if (s->stream[i].process != process) continue;
        for (size_t k = 0; k < s->stream[i].attributes; k++)
            if (s->stream[i].attribute[k] == (int)attribute) return true;
        for (size_t k = 0; k < s->stream[i].arrivals.replay_attributes; k++)
            if (s->stream[i].arrivals.replay_attribute[k] == (int)attribute) return true;
    }
    return false;
}

static void warn_condition(struct reader *r, const struct step *step, const struct condition *condition)
{
    for (unsigned i = 0; i < condition->count; i++) {
        const struct condition_term *term = &condition->term[i];
        if (term->op != CONDITION_PUSH_ATTRIBUTE || is_drawn(r->scenario, step->process, term->index)) continue;
        struct node at = at_place(step->place);
        reader_warning(r, &at, "it asks for '%s', which no stream of this process has; it is 0 there",
            r->scenario->attribute[term->index]);
        return;
    }
}

static void warn_steps(struct reader *r)
{
    struct scenario *s = r->scenario;
    for (size_t i = 0; i < s->steps; i++) {
        const struct step *step = &s->step[i];
        struct node at = at_place(step->place);
        size_t mark = reader_enter(r, "processes");
        reader_enter(r, s->process[step->process].name);
        reader_enter(r, step->name);
        if (r->process_used[step->process]) {
            warn_condition(r, step, &step->when);
            warn_condition(r, step, &step->ahead);
        }
        const struct selectivity *lanes = &step->selectivity;
        bool picks = lanes->criteria || lanes->top_up[LANE_RED] > 0 || lanes->top_up[LANE_YELLOW] > 0 ||
                     lanes->top_up[LANE_BLUE] > 0;
        if (step->kind == STEP_SELECTIVITY && !picks)
            reader_warning(r, &at, "every shipment is green; give criteria or top_up");
        if (step->share == 0) reader_warning(r, &at, "its share is 0 %%, so no shipment does it");
        bool timed =
            (step->kind == STEP_SERVICE || step->kind == STEP_DELAY) && !step->by_capacity && !step->until_arrival;
        if (timed && variate_mean(&step->time) == 0) reader_warning(r, &at, "it takes no time");
        if (timed && variate_mean(&step->time) > 8766)
            reader_warning(r, &at, "it takes over a year on average; check the unit");
        reader_leave(r, mark);
    }
}

static void warn_release(struct reader *r)
{
    struct scenario *s = r->scenario;
    for (size_t i = 0; i < s->streams; i++) {
        const struct stream *stream = &s->stream[i];
        bool released = false;
        struct node at = at_place(stream->place);
        for (size_t k = 0; k < s->steps; k++)
            released =
                released || (s->step[k].process == stream->process && s->step[k].milestone == MILESTONE_RELEASED);
        size_t mark = reader_enter(r, "streams");
        reader_enter(r, stream->name);
        if (stream->direction != DIRECTION_NONE && stream->process != NONE && !released)
            reader_warning(r, &at, "its process has no milestone released, so its clearance ends with the last step");
        if (stream->arrivals.kind == ARRIVAL_RATE && stream->arrivals.rate == 0)
            reader_warning(r, &at, "its rate is 0, so nothing arrives");
        reader_leave(r, mark);
    }
}

/* The part of the week in which a calendar is open. */
static double open_share(const struct scenario *s, int calendar)
{
    if (calendar == NONE) return 1;
    double hours = 0;
    const struct calendar_def *c = &s->calendar[calendar];
    for (int d = 0; d < 7; d++)
        for (size_t i = 0; i < c->opens[d]; i++) hours += c->open[d][i].to - c->open[d][i].from;
    return hours / 168;
}

/* Work per hour that steps without condition bring to each resource, as far as every shipment surely comes: a lower
 * bound of the load. */
static void add_sure_work(const struct scenario *s, const struct stream *stream, double *work)
{
    if (stream->process == NONE || (stream->arrivals.kind != ARRIVAL_RATE && stream->arrivals.kind != ARRIVAL_RENEWAL))
        return;
    for (int i = s->process[stream->process].first; i != NONE; i = s->step[i].next) {
        const struct step *step = &s->step[i];
        bool ends = step->kind == STEP_ROUTE || step->kind == STEP_OUTCOME || step->kind == STEP_BATCH ||
                    step->has_patience || step->balk.given || step->full_outcome || step->full_target != NONE;
        if (ends) return;
        if (step->kind != STEP_SERVICE || step->has_when || step->resources != 1) continue;
        const struct resource *resource = &s->resource[step->resource[0]];
        if (resource->batch_max > 1) continue;
        double time = step->by_capacity ? 1 / resource->capacity_per_h : variate_mean(&step->time);
        work[step->resource[0]] += stream->arrivals.rate * step->share * time * step->units[0];
    }
}

static void warn_load(struct reader *r)
{
    struct scenario *s = r->scenario;
    double *work = shelf_take(r->shelf, s->resources + 1, sizeof *work);
    for (size_t i = 0; i < s->streams; i++) add_sure_work(s, &s->stream[i], work);
    for (size_t i = 0; i < s->resources; i++) {
        const struct resource *resource = &s->resource[i];
        struct node at = at_place(resource->place);
        double on_post = resource->servers * open_share(s, resource->calendar);
        if (!(work[i] >= on_post * (1 - 1e-12)) || resource->servers == INT32_MAX) continue;
        size_t mark = reader_enter(r, "resources");
        reader_enter(r, resource->name);
        reader_warning(r, &at,
            "no steady state: it is offered the work of %.3g servers and has %.3g on average, so its queue grows "
            "without "
            "end; number.growth says how fast",
            work[i], on_post);
        reader_leave(r, mark);
    }
}

static void warn_preemption(struct reader *r)
{
    for (size_t i = 0; i < r->scenario->resources; i++) {
        const struct resource *resource = &r->scenario->resource[i];
        struct node at = at_place(resource->place);
        size_t mark = reader_enter(r, "resources");
        reader_enter(r, resource->name);
        if (resource->preemption != PREEMPTION_NONE && resource->discipline != DISCIPLINE_PRIORITY &&
            resource->discipline != DISCIPLINE_LCFS)
            reader_warning(r, &at, "preemption without a step that has a priority: nobody is ever interrupted");
        reader_leave(r, mark);
    }
}

/* A run that would never end is a mistyped unit. */
static void refuse_endless(struct reader *r)
{
    const struct run_plan *run = &r->scenario->run;
    double length = run->warm_up + run->measure_to - run->measure_from + run->drain_limit;
    for (size_t i = 0; i < r->scenario->streams; i++) {
        const struct stream *stream = &r->scenario->stream[i];
        struct node at = at_place(stream->place);
        if (!(stream->arrivals.rate * length > MOST_ARRIVALS)) continue;
        size_t mark = reader_enter(r, "streams");
        reader_enter(r, stream->name);
        reader_enter(r, "arrivals");
        reader_error(r, &at, "%.3g arrivals in the run's %.4g h; more than %.0g would never end, so check the units",
            stream->arrivals.rate * length, length, MOST_ARRIVALS);
        reader_leave(r, mark);
    }
}

void read_sense(struct reader *r)
{
    refuse_endless(r);
    warn_unused(r);
    warn_steps(r);
    warn_release(r);
    warn_load(r);
    warn_preemption(r);
}
