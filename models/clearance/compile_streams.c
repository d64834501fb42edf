/* compile_streams.c - who arrives, when, and with which attributes.
 *
 * A Poisson stream always goes by a rate timeline, be it constant, so that a profile or a surge laid over it keeps the
 * same luck.
 */
#include "models/clearance/compile.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- attributes ---- */

static size_t levels_of(const struct attribute_def *def)
{
    return def->kind == ATTRIBUTE_FLAG ? 2 : def->kind == ATTRIBUTE_CATEGORY ? def->levels : 0;
}

static bool fill_law(
    struct model *model, const struct attribute_def *def, const struct attribute_row *row, struct attribute_law *law)
{
    size_t n = law->levels = levels_of(def);
    if (n == 0) return variate_copy(&law->variate, &row->number) == STATUS_OK || no_memory(model);
    double *share = keep(model, n, sizeof *share), *low = keep(model, n, sizeof *low),
           *high = keep(model, n, sizeof *high);
    if (share == NULL || low == NULL || high == NULL) return false;
    for (size_t l = 0; l < n; l++) {
        share[l] = def->kind == ATTRIBUTE_FLAG ? (l ? row->share[0] : 1 - row->share[0]) : row->share[l];
        low[l] = high[l] = def->kind == ATTRIBUTE_CATEGORY && def->level_value ? def->level_value[l] : (double)l;
        if (def->kind == ATTRIBUTE_CATEGORY && row->range_low) {
            low[l] = row->range_low[l];
            high[l] = row->range_high[l];
        }
    }
    law->share = share;
    law->low = low;
    law->high = high;
    return true;
}

static const struct attribute_def *definition(const struct stream *stream, int attribute)
{
    for (size_t i = 0; i < stream->attributes; i++)
        if (stream->attribute[i] == attribute) return &stream->attribute_def[i];
    return NULL;
}

/* The engine picks a row by the value of another attribute, the scenario by its level: one row for each value then. */
static int level_of_value(const struct attribute_def *by, double value)
{
    if (by == NULL || by->kind != ATTRIBUTE_CATEGORY || by->level_value == NULL) return (int)value;
    for (size_t l = 0; l < by->levels; l++) {
        double low = by->level_value[l], high = low;
        if (by->row[0].range_low) {
            low = by->row[0].range_low[l];
            high = by->row[0].range_high[l];
        }
        if (value >= low && value <= high) return (int)l;
    }
    return 0;
}

static size_t rows_of(const struct attribute_def *def, const struct attribute_def *by)
{
    if (by == NULL || by->kind != ATTRIBUTE_CATEGORY || by->level_value == NULL) return def->rows;
    double most = 0;
    for (size_t l = 0; l < by->levels; l++) {
        double high = by->row[0].range_low ? by->row[0].range_high[l] : by->level_value[l];
        if (high > most) most = high;
    }
    return most < 1e6 ? (size_t)most + 1 : def->rows;
}

static bool fill_draw(struct model *model, const struct stream *stream, size_t i, struct attribute_draw *draw)
{
    const struct attribute_def *def = &stream->attribute_def[i];
    const struct attribute_def *by = def->by == NONE ? NULL : definition(stream, def->by);
    *draw = (struct attribute_draw){.attribute = (unsigned)stream->attribute[i],
        .name = keep_text(model, "attributes.%s", def->name),
        .by = def->by,
        .keyed = def->by_trader,
        .key = def->by_trader ? (unsigned)stream->trader : 0};
    draw->rows = def->by == NONE ? 1 : rows_of(def, by);
    struct attribute_law *law = keep(model, draw->rows + 1, sizeof *law);
    draw->row = law;
    if (draw->name == NULL) return false;
    for (size_t r = 0; law && r < draw->rows; r++) {
        size_t row = def->by == NONE ? 0 : (size_t)level_of_value(by, (double)r);
        if (!fill_law(model, def, &def->row[row < def->rows ? row : 0], &law[r])) return false;
    }
    return law != NULL;
}

static bool set_attributes(struct model *model, const struct stream *stream, struct stream_spec *spec)
{
    struct attribute_draw *draw = keep(model, stream->attributes + 1, sizeof *draw);
    if (draw == NULL) return false;
    for (size_t i = 0; i < stream->attributes; i++)
        if (!fill_draw(model, stream, i, &draw[i])) return false;
    spec->draw = draw;
    spec->draws = stream->attributes;
    return true;
}

/* ---- arrivals ---- */

/* The mean of a batch's size: rounded to the nearest integer, at least 1. */
static double mean_batch(const struct variate *size)
{
    double mean = variate_mean(size), sum = 1;
    if (mean >= 1000) return mean; /* rounding and the bound no longer show */
    for (double k = 1; k < 1e5; k++) {
        double tail = 1 - variate_cdf(size, k + 0.5);
        if (!(tail > 1e-12)) break;
        sum += tail;
    }
    return sum;
}

static bool set_rate(struct model *model, const struct arrivals *arrivals, struct place place, struct stream_spec *spec)
{
    double rate = arrivals->rate;
    if (arrivals->batched) rate /= mean_batch(&arrivals->batch);
    if (!arrivals->sinusoidal) {
        spec->kind = rate > 0 ? STREAM_RATE : STREAM_NONE;
        if (rate > 0) spec->rate = rate_timeline(model, arrivals, rate);
        spec->day_to_day = arrivals->day_to_day;
        return rate <= 0 || spec->rate != NULL;
    }
    if (arrivals->has_profile || arrivals->surges || arrivals->calendar != NONE || arrivals->day_to_day > 0)
        return refuse(model, place,
            "stream '%s': a sinusoidal rate has no profile, surges, calendar or day_to_day; leave one of the two out",
            spec->name);
    double phase = fmod(arrivals->phase + model->clock.origin, arrivals->period);
    spec->kind = rate > 0 ? STREAM_SINUSOID : STREAM_NONE;
    spec->sinusoid = (struct sinusoid){rate, arrivals->amplitude, arrivals->period, phase};
    return true;
}

struct timed_row {
    double time;
    size_t row;
};

static int by_time(const void *a, const void *b)
{
    const struct timed_row *x = a, *y = b;
    if (x->time != y->time) return x->time < y->time ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

/* Times since the start of arrivals; what lies before is left out, or falls into the first repetition. */
static size_t shifted_times(const struct model *model, const struct arrivals *arrivals, struct timed_row *row)
{
    double start = model->clock.origin + model->plan.arrivals_from, repeat = arrivals->repeat_every;
    size_t n = 0;
    for (size_t i = 0; i < arrivals->times; i++) {
        double time = arrivals->time[i] - start;
        if (repeat > 0) time -= repeat * floor(time / repeat);
        if (time >= 0) row[n++] = (struct timed_row){time, i};
    }
    qsort(row, n, sizeof *row, by_time);
    return n;
}

static bool set_times(struct model *model, const struct arrivals *arrivals, struct stream_spec *spec)
{
    size_t givens = arrivals->replay_attributes;
    struct timed_row *row = keep(model, arrivals->times + 1, sizeof *row);
    double *time = keep(model, arrivals->times + 1, sizeof *time);
    double *given = keep(model, arrivals->times * givens + 1, sizeof *given);
    unsigned *attribute = keep(model, givens + 1, sizeof *attribute);
    if (row == NULL || time == NULL || given == NULL || attribute == NULL) return false;
    spec->kind = STREAM_TIMES;
    spec->times = shifted_times(model, arrivals, row);
    spec->repeat = arrivals->repeat_every;
    for (size_t i = 0; i < spec->times; i++) {
        time[i] = row[i].time;
        if (givens) memcpy(&given[i * givens], &arrivals->replay_value[row[i].row * givens], givens * sizeof *given);
    }
    for (size_t i = 0; i < givens; i++) attribute[i] = (unsigned)arrivals->replay_attribute[i];
    spec->time = time;
    spec->given = given;
    spec->given_attribute = attribute;
    spec->givens = givens;
    return true;
}

static bool begins_ashore(const struct model *model, const struct stream *stream)
{
    int first = model->scenario->process[stream->process].first;
    return first == NONE || !model->scenario->step[first].until_arrival;
}

/* A vessel is a batch that comes as one: its declarations, until its containers are used up. */
static bool set_vessels(struct model *model, const struct stream *stream, struct stream_spec *spec)
{
    const struct arrivals *arrivals = &stream->arrivals;
    if (begins_ashore(model, stream))
        return refuse(model, stream->place,
            "stream '%s': vessels bring it, so its process must begin with their unloading; write - discharge: {delay: "
            "arrivals}",
            stream->name);
    if (stream->has_lead)
        return refuse(model, stream->place,
            "stream '%s': what vessels bring cannot begin before it arrives; leave lead and ahead out", stream->name);
    spec->kind = arrivals->rate > 0 ? STREAM_RATE : STREAM_NONE;
    if (arrivals->rate > 0) spec->rate = rate_timeline(model, arrivals, arrivals->rate);
    spec->day_to_day = arrivals->day_to_day;
    spec->batched = spec->together = true;
    if (variate_copy(&spec->batch, &arrivals->vessel.containers) != STATUS_OK) return no_memory(model);
    for (size_t i = 0; i < stream->attributes; i++) { /* a declaration may be of several containers */
        if (strcmp(stream->attribute_def[i].name, "containers") != 0) continue;
        if (stream->attribute_def[i].kind == ATTRIBUTE_FLAG)
            return refuse(model, stream->place,
                "stream '%s': its attribute 'containers' says how many a declaration has; write numbers: {1: 70 %%, "
                "2: 30 %%}",
                stream->name);
        spec->sized = true;
        spec->size = (unsigned)stream->attribute[i];
    }
    return arrivals->rate <= 0 || spec->rate != NULL;
}

static bool set_arrivals(struct model *model, const struct stream *stream, struct stream_spec *spec)
{
    const struct arrivals *arrivals = &stream->arrivals;
    if (arrivals->batched && arrivals->kind != ARRIVAL_POPULATION) {
        spec->batched = true;
        if (variate_copy(&spec->batch, &arrivals->batch) != STATUS_OK) return no_memory(model);
    }
    switch (arrivals->kind) {
    case ARRIVAL_RATE: return set_rate(model, arrivals, stream->place, spec);
    case ARRIVAL_RENEWAL:
        spec->kind = STREAM_RENEWAL;
        return variate_copy(&spec->gap, &arrivals->gap) == STATUS_OK || no_memory(model);
    case ARRIVAL_TIMETABLE:
    case ARRIVAL_REPLAY: return set_times(model, arrivals, spec);
    case ARRIVAL_POPULATION:
        spec->kind = STREAM_POPULATION;
        spec->population = (uint32_t)arrivals->population;
        spec->think_none = !(variate_mean(&arrivals->think) > 0);
        if (!spec->think_none && variate_copy(&spec->think, &arrivals->think) != STATUS_OK) return no_memory(model);
        return true;
    case ARRIVAL_VESSELS: return set_vessels(model, stream, spec);
    }
    return false;
}

static bool set_lead(struct model *model, const struct stream *stream, struct stream_spec *spec)
{
    double upper = variate_upper(&stream->lead);
    if (stream->arrivals.kind == ARRIVAL_POPULATION)
        return refuse(
            model, stream->place, "stream '%s': a population that comes back has no lead; leave it out", stream->name);
    if (!(upper <= model->plan.arrivals_from))
        return refuse(model, stream->place,
            "stream '%s': its lead has no upper bound; use constant, uniform, triangular, pert, discrete or empirical",
            stream->name);
    spec->has_lead = true;
    struct condition *ahead = keep_condition(model, &stream->advance_when);
    if (ahead == NULL || variate_copy(&spec->lead, &stream->lead) != STATUS_OK) return no_memory(model);
    spec->ahead = *ahead;
    return true;
}

bool compile_stream(struct model *model, size_t index, bool ahead)
{
    struct stream_in_model *in_model = &model->stream[index];
    const struct stream *stream = in_model->stream;
    struct network *net = model->group[in_model->group].net;
    struct stream_spec spec = {.name = stream->name, .stages = (int)in_model->stages};
    if (!set_attributes(model, stream, &spec) || (ahead && !set_lead(model, stream, &spec)) ||
        !set_arrivals(model, stream, &spec))
        return false;
    in_model->id = network_stream(net, &spec);
    if (in_model->id < 0 || !in_model->classes) return in_model->id >= 0;
    return network_split(net, in_model->id, "lane", ATTRIBUTE_LANE, LANES) >= 0 &&
           network_split(net, in_model->id, "found", ATTRIBUTE_FOUND, 2) >= 0;
}
