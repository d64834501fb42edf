/* record.c - what is kept of a replication: numbers by name, daily and hourly series, distribution functions, a digest.
 *
 * A part is taken on the worker that ran the network: whatever one network can tell alone is reduced to numbers there;
 * of views that may reach over several networks the account is kept. Parts are then merged in the networks' order.
 */
#include "engine/core/elementary.h"
#include "engine/core/metric.h"
#include "models/clearance/metrics.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_POINTS = 4000, HOURS_A_WEEK = 168, CURVE_POINTS = 121 };

struct view_part {
    struct account *account;     /* NULL: no member in this network, or nobody asks */
    double *arrivals, *releases; /* by tick; NULL without series */
    struct tally *batch;         /* of clearance times, by batch; NULL without batches */
};
struct part {
    size_t network;
    struct digest digest;
    uint64_t events, entities, checks;
    double little_worst, customs_post, customs_busy, customs_wages; /* server-hours in the window, and their wages */
    double *value;                                   /* by metric; NAN where this network cannot tell */
    struct view_part *view;
    struct named_series *series;
    size_t all_series, views;
};

/* ---- ticks ---- */

/* Ticks from the start of arrivals to the end of the window: all of them full in every replication. */
static size_t full_ticks(const struct model *model)
{
    return model->plan.tick > 0 ? (size_t)((model->plan.window_to - model->plan.arrivals_from) / model->plan.tick) : 0;
}

static double start_epoch(const struct model *model)
{
    return model->clock.origin + model->plan.arrivals_from;
}

static bool add_series(
    struct named_series **list, size_t *n, const char *name, double start, double step, size_t points)
{
    struct named_series *grown = realloc(*list, (*n + 1) * sizeof *grown);
    if (grown == NULL) return false;
    *list = grown;
    double *value = calloc(points ? points : 1, sizeof *value);
    if (value == NULL) return false;
    grown[(*n)++] = (struct named_series){name, start, step, points, value};
    return true;
}

/* ---- batches of one long run ---- */

/* A series under the name of its metric with ".by_batch" behind: that metric, batch by batch. */
static bool by_batch(const struct model *model, struct named_series **list, size_t *n, const char *name, const struct tally *batch)
{
    const struct network_plan *plan = &model->plan;
    if (batch == NULL) return true;
    double step = (plan->window_to - plan->window_from) / plan->batches;
    if (!add_series(list, n, name, model->clock.origin + plan->window_from, step, plan->batches)) return false;
    for (unsigned b = 0; b < plan->batches; b++) (*list)[*n - 1].value[b] = tally_mean(&batch[b]);
    return true;
}

static void add_batches(const struct model *model, struct tally *into, const struct tally *from)
{
    for (unsigned b = 0; into && from && b < model->plan.batches; b++) {
        into[b].count += from[b].count;
        into[b].sum += from[b].sum;
    }
}

static bool take_stream_batches(const struct model *model, const struct result *result, struct part *part)
{
    for (size_t s = 0; s < model->scenario->streams; s++) {
        const struct stream_in_model *stream = &model->stream[s];
        if (stream->group != part->network) continue;
        if (!by_batch(model, &part->series, &part->all_series, model->stream_batches[s], result->stream[stream->id].batch_time))
            return false;
    }
    return true;
}

static bool take_view_batches(const struct model *model, const struct view *view, const struct result *result, size_t group,
    struct view_part *part)
{
    if (model->plan.batches == 0) return true;
    part->batch = calloc(model->plan.batches, sizeof *part->batch);
    for (size_t m = 0; part->batch && m < view->members; m++) {
        const struct stream_in_model *stream = &model->stream[view->member[m]];
        if (stream->group == group) add_batches(model, part->batch, result->stream[stream->id].batch_time);
    }
    return part->batch != NULL;
}

/* ---- stations ---- */

static bool queue_by_hour(const struct model *model, struct part *part, const char *name, const float *tick)
{
    size_t ticks = full_ticks(model), wide = (ticks + MOST_POINTS - 1) / MOST_POINTS, n = wide ? ticks / wide : 0;
    if (!add_series(&part->series, &part->all_series, name, start_epoch(model), (double)wide * model->plan.tick, n))
        return false;
    double *value = part->series[part->all_series - 1].value;
    for (size_t i = 0; i < n * wide; i++) value[i / wide] += tick[i];
    for (size_t i = 0; i < n; i++) value[i] /= (double)wide;
    return true;
}

static bool by_hour_of_week(const struct model *model, struct part *part, const char *name, const float *tick)
{
    if (!add_series(&part->series, &part->all_series, name, 0, 1, HOURS_A_WEEK)) return false;
    double *value = part->series[part->all_series - 1].value, count[HOURS_A_WEEK] = {0};
    size_t from = (size_t)(model->plan.window_from - model->plan.arrivals_from);
    for (size_t i = from; i < full_ticks(model); i++) {
        double epoch = floor(start_epoch(model) + (double)i), day = 24 * floor(epoch / 24);
        int hour = 24 * clock_weekday(&model->clock, epoch) + (int)(epoch - day);
        value[hour] += tick[i];
        count[hour]++;
    }
    for (int hour = 0; hour < HOURS_A_WEEK; hour++) value[hour] = count[hour] > 0 ? value[hour] / count[hour] : NAN;
    return true;
}

static bool take_station(const struct model *model, size_t resource, const struct result *result, struct part *part)
{
    const struct station_in_model *station = &model->station[resource];
    const struct station_result *of_station = &result->station[station->id];
    if (strcmp(station->resource->owner, "customs") == 0 && station->resource->servers != STATION_UNLIMITED) {
        part->customs_post += of_station->on_post_area;
        part->customs_wages += of_station->on_post_area * station->resource->wage;
        part->customs_busy += of_station->busy_area;
    }
    const struct station_series *name = &model->station_series[resource];
    bool fine = by_batch(model, &part->series, &part->all_series, name->batch_wait, of_station->batch_wait) &&
                by_batch(model, &part->series, &part->all_series, name->batch_sojourn, of_station->batch_sojourn);
    if (!fine || !model->series || result->ticks < full_ticks(model)) return fine;
    fine = queue_by_hour(model, part, name->queue, of_station->queue_series);
    if (model->plan.tick != 1) return fine;
    return fine && by_hour_of_week(model, part, name->busy, of_station->busy_series) &&
           by_hour_of_week(model, part, name->post, of_station->post_series);
}

/* ---- views ---- */

static bool take_ticks(const struct model *model, const struct view *view, const struct result *result, size_t group,
    struct view_part *part)
{
    size_t ticks = full_ticks(model);
    part->arrivals = calloc(ticks + 1, sizeof *part->arrivals);
    part->releases = calloc(ticks + 1, sizeof *part->releases);
    if (part->arrivals == NULL || part->releases == NULL) return false;
    for (size_t m = 0; m < view->members; m++) {
        const struct stream_in_model *stream = &model->stream[view->member[m]];
        if (stream->group != group) continue;
        for (size_t i = 0; i < ticks && i < result->ticks; i++) {
            part->arrivals[i] += result->stream[stream->id].arrivals[i];
            part->releases[i] += result->stream[stream->id].releases[i];
        }
    }
    return true;
}

static bool take_view(
    const struct model *model, size_t index, const struct result *result, size_t group, struct part *part)
{
    const struct view *view = &model->view[index];
    if (!view->needed || !account_holds(model, view, group)) return true;
    part->view[index].account = account_create(view);
    if (part->view[index].account == NULL) return false;
    account_add(part->view[index].account, model, view, group, result);
    if (!take_view_batches(model, view, result, group, &part->view[index])) return false;
    return !model->series || take_ticks(model, view, result, group, &part->view[index]);
}

/* ---- the part ---- */

static double of_network(const struct model *model, const struct metric_in_model *metric, const struct result *result)
{
    double value = NAN;
    if (metric->source == FROM_ENGINE)
        value = network_metric_value(model->group[metric->group].net, result, metric->id);
    if (metric->source == FROM_WAGES)
        value = 24 * metric->wage * result->station[metric->id].on_post_area / (model->plan.window_to - model->plan.window_from);
    if (metric->source == FROM_POST)
        value = result->station[metric->id].on_post_area / (model->plan.window_to - model->plan.window_from);
    return isnan(metric->at_most) || isnan(value) ? value : value <= metric->at_most;
}

static bool take(const struct model *model, const struct result *result, struct part *part)
{
    part->digest = result->digest;
    part->events = result->events;
    part->entities = result->entities;
    part->checks = result->checks;
    part->little_worst = result->little_worst;
    part->views = model->views;
    part->value = malloc((model->metrics + 1) * sizeof *part->value);
    part->view = calloc(model->views + 1, sizeof *part->view);
    if (part->value == NULL || part->view == NULL) return false;
    for (size_t i = 0; i < model->metrics; i++) {
        const struct metric_in_model *metric = &model->metric[i];
        bool own = metric->source != FROM_VIEW && metric->source != FROM_CUSTOMS && metric->group == part->network;
        part->value[i] = own ? of_network(model, metric, result) : NAN;
    }
    for (size_t r = 0; r < model->scenario->resources; r++)
        if (model->station[r].id != NONE && model->station[r].group == part->network &&
            !take_station(model, r, result, part))
            return false;
    if (!take_stream_batches(model, result, part)) return false;
    for (size_t v = 0; v < model->views; v++)
        if (!take_view(model, v, result, part->network, part)) return false;
    return true;
}

struct part *model_extract(const struct model *model, size_t network, const struct result *result)
{
    struct part *part = calloc(1, sizeof *part);
    if (part == NULL) return NULL;
    part->network = network;
    if (take(model, result, part)) return part;
    part_destroy(part);
    return NULL;
}

void part_destroy(struct part *part)
{
    if (part == NULL) return;
    for (size_t v = 0; part->view && v < part->views; v++) {
        account_destroy(part->view[v].account);
        free(part->view[v].arrivals);
        free(part->view[v].releases);
        free(part->view[v].batch);
    }
    for (size_t i = 0; i < part->all_series; i++) free(part->series[i].value);
    free(part->series);
    free(part->view);
    free(part->value);
    free(part);
}

/* ---- the record ---- */

/* Everything of view v goes to the first part that has something of it. */
static struct view_part *merge_view(const struct model *model, size_t v, struct part **part, size_t parts)
{
    struct view_part *into = NULL;
    for (size_t p = 0; p < parts; p++) {
        struct view_part *from = &part[p]->view[v];
        if (from->account == NULL) continue;
        if (into == NULL) {
            into = from;
            continue;
        }
        account_merge(into->account, &model->view[v], from->account);
        add_batches(model, into->batch, from->batch);
        for (size_t i = 0; into->arrivals && i < full_ticks(model); i++) {
            into->arrivals[i] += from->arrivals[i];
            into->releases[i] += from->releases[i];
        }
    }
    return into;
}

/* By the day where ticks make up days, else by the tick; per day either way. */
static bool per_day(const struct model *model, struct record *record, const char *name, const double *tick)
{
    double width = model->plan.tick, start = start_epoch(model);
    size_t k = 1, skip = 0, ticks = full_ticks(model);
    if (width <= 24 && fmod(24, width) == 0 && fmod(start, width) == 0) {
        k = (size_t)(24 / width);
        double into_day = start - 24 * floor(start / 24);
        skip = into_day > 0 ? (size_t)((24 - into_day) / width) : 0;
    }
    size_t n = ticks > skip ? (ticks - skip) / k : 0;
    if (!add_series(&record->series, &record->all_series, name, start + (double)skip * width, (double)k * width, n))
        return false;
    double *value = record->series[record->all_series - 1].value;
    for (size_t i = 0; i < n * k; i++) value[i / k] += tick[skip + i] * (24 / ((double)k * width));
    return true;
}

static bool add_curve(const struct model *model, struct record *record, const char *name, const struct account *account)
{
    struct named_curve *grown = realloc(record->curve, (record->curves + 1) * sizeof *grown);
    if (grown == NULL) return false;
    record->curve = grown;
    struct named_curve *curve = &grown[record->curves++];
    *curve = (struct named_curve){.name = name, .n = CURVE_POINTS};
    curve->upper_h = malloc(CURVE_POINTS * sizeof *curve->upper_h);
    curve->share = malloc(CURVE_POINTS * sizeof *curve->share);
    if (curve->upper_h == NULL || curve->share == NULL) return false;
    for (size_t i = 0; i < CURVE_POINTS; i++) {
        curve->upper_h[i] = model->curve_at[i];
        curve->share[i] = account->time.tally.count ? measure_at_most(&account->time, model->curve_at[i]) : NAN;
    }
    return true;
}

static bool record_view(const struct model *model, size_t v, const struct view_part *merged, struct record *record)
{
    const struct view *view = &model->view[v];
    for (size_t i = 0; i < model->metrics; i++) {
        const struct metric_in_model *metric = &model->metric[i];
        if (metric->source != FROM_VIEW || metric->view != view) continue;
        double value = account_value(merged->account, model, view, &metric->item);
        record->value[i] = isnan(metric->at_most) || isnan(value) ? value : value <= metric->at_most;
    }
    if (view->direction != DIRECTION_NONE &&
        !by_batch(model, &record->series, &record->all_series, view->batch_series, merged->batch))
        return false;
    if (merged->arrivals == NULL || view->direction == DIRECTION_NONE) return true;
    return per_day(model, record, view->arrivals_series, merged->arrivals) &&
           per_day(model, record, view->releases_series, merged->releases) &&
           add_curve(model, record, view->clearance_curve, merged->account);
}

static void record_customs(const struct model *model, struct part **part, size_t parts, struct record *record)
{
    double post = 0, busy = 0, wages = 0, window = model->plan.window_to - model->plan.window_from;
    for (size_t p = 0; p < parts; p++) {
        post += part[p]->customs_post;
        busy += part[p]->customs_busy;
        wages += part[p]->customs_wages;
    }
    for (size_t i = 0; i < model->metrics; i++) {
        const struct metric_in_model *metric = &model->metric[i];
        if (metric->source != FROM_CUSTOMS) continue;
        double hours = metric->id == CUSTOMS_HOURS ? busy : metric->id == CUSTOMS_WAGES ? wages : post;
        double value = metric->id == CUSTOMS_ON_POST ? post / window : 24 * hours / window;
        record->value[i] = isnan(metric->at_most) ? value : value <= metric->at_most;
    }
}

static bool take_over_series(struct record *record, struct part *part)
{
    if (part->all_series == 0) return true;
    struct named_series *grown = realloc(record->series, (record->all_series + part->all_series) * sizeof *grown);
    if (grown == NULL) return false;
    record->series = grown;
    memcpy(grown + record->all_series, part->series, part->all_series * sizeof *grown);
    record->all_series += part->all_series;
    part->all_series = 0;
    return true;
}

static bool fill(const struct model *model, struct part **part, size_t parts, struct record *record)
{
    struct digest digest;
    digest_init(&digest);
    record->value = malloc((model->metrics + 1) * sizeof *record->value);
    if (record->value == NULL) return false;
    for (size_t i = 0; i < model->metrics; i++) record->value[i] = NAN;
    for (size_t p = 0; p < parts; p++) {
        digest_word(&digest, part[p]->digest.a);
        digest_word(&digest, part[p]->digest.b);
        record->events += part[p]->events;
        record->entities += part[p]->entities;
        record->checks += part[p]->checks;
        if (part[p]->little_worst > record->little_worst) record->little_worst = part[p]->little_worst;
        for (size_t i = 0; i < model->metrics; i++)
            if (!isnan(part[p]->value[i])) record->value[i] = part[p]->value[i];
    }
    digest_text(&digest, record->digest);
    record_customs(model, part, parts, record);
    for (size_t v = 0; v < model->views; v++) {
        struct view_part *merged = merge_view(model, v, part, parts);
        if (merged && !record_view(model, v, merged, record)) return false;
    }
    for (size_t p = 0; p < parts; p++)
        if (!take_over_series(record, part[p])) return false;
    return true;
}

struct record *model_record(const struct model *model, struct part **part, size_t parts)
{
    struct record *record = calloc(1, sizeof *record);
    bool fine = record && fill(model, part, parts, record);
    for (size_t p = 0; p < parts; p++) part_destroy(part[p]);
    if (fine) return record;
    record_destroy(record);
    return NULL;
}

void record_destroy(struct record *record)
{
    if (record == NULL) return;
    for (size_t i = 0; i < record->all_series; i++) free(record->series[i].value);
    for (size_t i = 0; i < record->curves; i++) {
        free(record->curve[i].upper_h);
        free(record->curve[i].share);
    }
    free(record->series);
    free(record->curve);
    free(record->value);
    free(record);
}

/* ---- names and points, once ---- */

bool name_series(struct model *model)
{
    const struct scenario *scenario = model->scenario;
    model->station_series = keep(model, scenario->resources + 1, sizeof *model->station_series);
    model->curve_at = keep(model, CURVE_POINTS, sizeof *model->curve_at);
    if (model->station_series == NULL || model->curve_at == NULL) return false;
    for (size_t r = 0; r < scenario->resources; r++) {
        struct station_series *series = &model->station_series[r];
        series->queue = keep_text(model, "station.%s.queue.per_hour", scenario->resource[r].name);
        series->busy = keep_text(model, "station.%s.busy_by_hour_of_week", scenario->resource[r].name);
        series->post = keep_text(model, "station.%s.post_by_hour_of_week", scenario->resource[r].name);
        series->batch_wait = keep_text(model, "station.%s.wait.mean.by_batch", scenario->resource[r].name);
        series->batch_sojourn = keep_text(model, "station.%s.sojourn.mean.by_batch", scenario->resource[r].name);
        if (series->queue == NULL || series->busy == NULL || series->post == NULL) return false;
        if (series->batch_wait == NULL || series->batch_sojourn == NULL) return false;
    }
    model->stream_batches = keep(model, scenario->streams + 1, sizeof *model->stream_batches);
    if (model->stream_batches == NULL) return false;
    for (size_t s = 0; s < scenario->streams; s++) {
        model->stream_batches[s] = keep_text(model, "stream.%s.time.mean.by_batch", scenario->stream[s].name);
        if (model->stream_batches[s] == NULL) return false;
    }
    for (size_t v = 0; v < model->views; v++) {
        struct view *view = &model->view[v];
        view->arrivals_series = keep_text(model, "%s.arrivals.per_day", view->name);
        view->releases_series = keep_text(model, "%s.releases.per_day", view->name);
        view->clearance_curve = keep_text(model, "%s.clearance", view->name);
        view->batch_series = keep_text(model, "%s.clearance.mean_h.by_batch", view->name);
        if (view->batch_series == NULL) return false;
        if (view->arrivals_series == NULL || view->releases_series == NULL || view->clearance_curve == NULL)
            return false;
    }
    for (int i = 0; i < CURVE_POINTS; i++) /* 0.01 h to 10,000 h, 20 points a decade */
        model->curve_at[i] = elementary_exp(2.302585092994046 * ((double)i / 20 - 2));
    return true;
}

/* ---- pilots ---- */

void model_add_inside(const struct model *model, size_t network, const struct result *result, double *value, size_t ticks)
{
    bool closed = true;
    for (size_t s = 0; s < model->scenario->streams; s++)
        if (model->stream[s].group == network)
            closed = closed && model->stream[s].stream->arrivals.kind == ARRIVAL_POPULATION;
    size_t n = ticks < result->ticks ? ticks : result->ticks;
    for (size_t t = 0; t < n && !closed; t++) value[t] += (double)result->inside_series[t];
    for (size_t s = 0; s < result->stations && closed; s++)
        for (size_t t = 0; t < n; t++)
            value[t] += (double)result->station[s].queue_series[t] + (double)result->station[s].busy_series[t];
}
