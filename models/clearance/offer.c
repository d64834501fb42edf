/* offer.c - the metrics that a run reports unasked, in their order.
 *
 * Directions have the words of a time release study. Streams without a direction and, in networks without any
 * direction, stations have every ordinary number, so that an exact case needs no `metrics:`; what costs the run
 * something (interdeparture, busy periods, moments, occupancy) is observed on request only.
 */
#include "engine/core/metric.h"
#include "models/clearance/metrics.h"
#include <string.h>

enum { STREAMS_SHOWN = 16, PARTS_IN_FULL = 64, MOST_LEVELS_SPLIT = 128, MOST_LEVELS_OF_ONE = 8 };
#define COUNT(list) (sizeof(list) / sizeof *(list))

static const char *const shown_of_stream[] = {"finished", "unfinished", "lost", "throughput", "time.mean", "time.p90"};
static const char *const rest_of_stream[] = {
    "arrived", "time.m2", "time.var", "time.sd", "time.p50", "time.p95", "time.p99", "time.most"};
static const char *const second_clock[] = {
    "second.mean", "second.m2", "second.var", "second.sd", "second.p50", "second.p90", "second.p95", "second.p99"};
static const char *const of_backlog[] = {"backlog.finished", "backlog.mean", "backlog.p90", "backlog.most",
    "backlog.m2", "backlog.var", "backlog.p50", "backlog.p95", "backlog.p99"};
static const char *const of_direction[] = {"on_post.mean", "utilisation", "queue.mean", "queue.most", "wait.mean",
    "wait.p90", "wait.at_most(1)", "p_wait", "throughput", "served", "number.growth"};
static const char *const shown_of_station[] = {
    "utilisation", "queue.mean", "number.mean", "wait.mean", "wait.p90", "sojourn.mean", "p_wait"};
static const char *const rest_of_station[] = {"arrived", "served", "throughput", "on_post.mean", "busy.mean",
    "busy.most", "queue.m2", "queue.var", "queue.most", "number.m2", "number.var", "number.most", "number.growth",
    "wait.m2", "wait.var", "wait.sd", "wait.p50", "wait.p95", "wait.p99", "wait.most", "wait.at_most(1)", "sojourn.m2",
    "sojourn.var", "sojourn.sd", "sojourn.p50", "sojourn.p90", "sojourn.p95", "sojourn.p99", "sojourn.most",
    "service.mean", "service.m2", "service.var", "p_block", "p_abandon", "p_balk"};
static const char *const split_of_station[] = {
    "wait.mean", "wait.m2", "wait.var", "wait.p90", "sojourn.mean", "sojourn.m2", "sojourn.var", "sojourn.p90"};
static const char *const split_of_stream[] = {"time.mean", "time.m2", "time.var", "time.p50", "time.p90"};

/* A metric of the format: a name that means nothing in this scenario is left out. */
static bool offer(struct model *model, const char *name, bool shown)
{
    struct metric_in_model metric;
    if (name == NULL) return false;
    if (!metric_resolve(model, name, &metric)) return true;
    metric.shown = shown;
    return metric_append(model, &metric);
}

static size_t levels_of(const struct attribute_def *def)
{
    if (def->kind == ATTRIBUTE_FLAG) return 2;
    return def->kind == ATTRIBUTE_CATEGORY && def->levels <= MOST_LEVELS_OF_ONE ? def->levels : 0;
}

/* ---- directions ---- */

static bool offer_all(struct model *model, const struct view *view, const char *const *name, size_t n)
{
    bool fine = true;
    for (size_t i = 0; fine && i < n; i++) fine = offer(model, keep_text(model, "%s.%s", view->name, name[i]), false);
    return fine;
}

/* By what is wrong: one line a level, in the order of the file. */
static bool offer_by_offence(struct model *model, const struct view *view, const struct ledger *ledger)
{
    static const char *const item[] = {"control.not_compliant", "control.recall", "control.leaked"};
    const struct stream *stream = ledger->stream;
    bool fine = true;
    for (size_t k = 0; k < stream->attributes; k++) {
        const struct attribute_def *def = &stream->attribute_def[k];
        if (strcmp(def->name, "offence") != 0) continue;
        for (size_t l = 0; fine && l < def->levels; l++)
            for (size_t i = 0; fine && i < COUNT(item) && strcmp(def->level[l], "none") != 0; i++)
                fine = offer(model, keep_text(model, "%s.%s[offence=%s]", view->name, item[i], def->level[l]), false);
    }
    return fine;
}

static bool finds_at(const struct model *model, const struct view *view, const char *point)
{
    const struct scenario *scenario = model->scenario;
    for (size_t i = 0; i < scenario->steps; i++)
        for (size_t m = 0; strcmp(scenario->step[i].name, point) == 0 && m < view->members; m++)
            if (scenario->step[i].finds.given &&
                scenario->step[i].process == model->stream[view->member[m]].stream->process)
                return true;
    return false;
}

/* Several members may have a milestone of that name: sites, or two streams of a direction. */
static bool is_own_milestone(const struct model *model, const struct view *view, const char *point)
{
    const struct scenario *scenario = model->scenario;
    for (size_t i = 0; i < scenario->steps; i++) {
        const struct step *step = &scenario->step[i];
        if (step->kind != STEP_MILESTONE || step->milestone != MILESTONE_OTHER ||
            strcmp(step->milestone_name, point) != 0)
            continue;
        for (size_t m = 0; m < view->members; m++)
            if (step->process == model->stream[view->member[m]].stream->process) return true;
    }
    return false;
}

static bool offer_points(struct model *model, const struct view *view)
{
    static const char *const of_point[] = {"examined", "found", "hit_rate", "false_alarms"};
    bool fine = true;
    for (size_t p = 0; fine && p < view->points; p++) {
        if (!finds_at(model, view, view->point[p])) continue;
        for (size_t i = 0; fine && i < COUNT(of_point); i++)
            fine = offer(model, keep_text(model, "%s.control.%s.%s", view->name, view->point[p], of_point[i]), false);
    }
    for (size_t p = 0; fine && p < view->points; p++)
        if (is_own_milestone(model, view, view->point[p]))
            fine = offer(model, keep_text(model, "%s.milestone.%s", view->name, view->point[p]), false);
    return fine;
}

/* What ledgers tell, as far as the streams have what it takes. */
static bool offer_books(struct model *model, const struct view *view)
{
    static const char *const control[] = {"control.not_compliant", "control.examined", "control.found",
        "control.hit_rate", "control.recall", "control.found_after_release", "control.recall_with_audit",
        "control.false_alarms", "control.leaked", "control.leakage"};
    static const char *const revenue[] = {"control.duty", "control.duty_evaded", "control.duty_found",
        "control.duty_at_risk", "control.duty_found_after_release", "control.revenue_recall"};
    static const char *const cost[] = {
        "cost.mean", "cost.storage", "cost.demurrage", "cost.capital", "cost.fees", "cost.per_day"};
    static const char *const weight[WEIGHTS][2] = {{"value_per_day", "clearance.value_weighted_mean_h"},
        {"teu_per_day", "clearance.teu_weighted_mean_h"}, {"tonnes_per_day", "clearance.tonnes_weighted_mean_h"}};
    const struct ledger *ledger = NULL; /* of the first member that keeps one */
    for (size_t m = view->members; m-- > 0;)
        if (model->stream[view->member[m]].ledger) ledger = model->stream[view->member[m]].ledger;
    if (ledger == NULL) return true;
    bool fine = offer_all(model, view, control, COUNT(control)) && offer_by_offence(model, view, ledger) &&
                offer_points(model, view);
    if (fine && ledger->value != NONE && ledger->tariff != NONE) fine = offer_all(model, view, revenue, COUNT(revenue));
    if (fine && ledger->value != NONE)
        for (size_t o = 0; fine && o < view->outcomes; o++)
            fine = offer(model, keep_text(model, "%s.outcome.%s.value", view->name, view->outcome[o]), false);
    if (fine && ledger->stream->costs.given) fine = offer_all(model, view, cost, COUNT(cost));
    for (int w = 0; fine && w < WEIGHTS; w++)
        if (ledger->weight[w] != NONE) fine = offer_all(model, view, weight[w], COUNT(weight[w]));
    return fine;
}

/* run.by: who gained and who lost, by the levels of these attributes. */
static bool offer_by(struct model *model, const struct view *view, int attribute)
{
    static const char *const item[] = {"released", "clearance.mean_h", "clearance.p90_h"};
    static const char *const truth[] = {"false", "true"};
    const struct attribute_def *def = NULL;
    bool fine = true;
    for (size_t m = 0; m < view->members && def == NULL; m++) {
        const struct stream *stream = model->stream[view->member[m]].stream;
        for (size_t k = 0; k < stream->attributes; k++)
            if (stream->attribute[k] == attribute) def = &stream->attribute_def[k];
    }
    for (size_t l = 0; fine && def && l < levels_of(def); l++) {
        const char *level = def->kind == ATTRIBUTE_FLAG ? truth[l] : def->level[l];
        for (size_t i = 0; fine && i < COUNT(item); i++)
            fine = offer(model, keep_text(model, "%s.%s[%s=%s]", view->name, item[i], def->name, level), false);
        if (fine && view->booked && model->stream[view->member[0]].stream->costs.given)
            fine = offer(model, keep_text(model, "%s.cost.mean[%s=%s]", view->name, def->name, level), false);
    }
    return fine;
}

static bool offer_view(struct model *model, const struct view *view)
{
    static const char *const plain[] = {"arrived", "released", "unfinished", "lost", "throughput_per_day",
        "clearance.mean_h", "clearance.p50_h", "clearance.p90_h", "clearance.p95_h", "clearance.sd_h",
        "clearance.within_24h", "clearance.within_48h", "lodgement_to_release.mean_h", "examined_share", "found_share",
        "documents_checked_share", "after_release.mean_h", "whole_stay.mean_h"};
    static const char *const of_lane[] = {"share", "mean_h", "p50_h", "p90_h", "shipments", "not_released"};
    static const char *const of_stage[] = {"mean_h", "share_met", "mean_if_met_h", "wait_h", "service_h"};
    bool fine = true;
    for (size_t i = 0; fine && i < COUNT(plain); i++)
        fine = offer(model, keep_text(model, "%s.%s", view->name, plain[i]), false);
    for (int lane = 0; fine && view->lanes && lane < LANES; lane++)
        for (size_t i = 0; fine && i < COUNT(of_lane); i++)
            fine = offer(model, keep_text(model, "%s.lane.%s.%s", view->name, lane_names[lane], of_lane[i]), false);
    for (size_t s = 0; fine && s < view->stages; s++)
        for (size_t i = 0; fine && i < COUNT(of_stage); i++)
            fine =
                offer(model, keep_text(model, "%s.stage.%s.%s", view->name, view->stage[s].name, of_stage[i]), false);
    for (size_t o = 0; fine && o < view->owners; o++)
        fine = offer(model, keep_text(model, "%s.owner.%s.mean_h", view->name, view->owner[o]), false);
    for (size_t o = 0; fine && o < view->outcomes; o++)
        fine = offer(model, keep_text(model, "%s.outcome.%s", view->name, view->outcome[o]), false);
    for (size_t i = 0; fine && i < model->scenario->run.bys; i++)
        fine = offer_by(model, view, model->scenario->run.by[i]);
    return fine && offer_books(model, view);
}

/* ---- splits: by stream where several share a station, by the attributes that streams draw ---- */

static bool uses(const struct model *model, size_t stream, size_t resource)
{
    const struct scenario *scenario = model->scenario;
    for (size_t i = 0; i < scenario->steps; i++)
        for (size_t r = 0; r < scenario->step[i].resources; r++)
            if (scenario->step[i].process == scenario->stream[stream].process &&
                scenario->step[i].resource[r] == (int)resource)
                return true;
    return false;
}

/* `part`: station.desk or stream.customers; `by`: class=aeo. */
static bool offer_level(
    struct model *model, const char *part, const char *const *item, size_t items, const char *by, const char *level)
{
    bool fine = true;
    for (size_t i = 0; fine && i < items; i++)
        fine = offer(model, keep_text(model, "%s.%s[%s=%s]", part, item[i], by, level), false);
    return fine;
}

static bool offer_levels(struct model *model, const char *part, bool station, size_t stream)
{
    static const char *const truth[] = {"false", "true"};
    const struct stream *of = &model->scenario->stream[stream];
    bool fine = part != NULL;
    for (size_t k = 0; fine && k < of->attributes; k++) {
        const struct attribute_def *def = &of->attribute_def[k];
        for (size_t l = 0; fine && l < levels_of(def); l++)
            fine = offer_level(model, part, station ? split_of_station : split_of_stream,
                station ? COUNT(split_of_station) : COUNT(split_of_stream),
                model->scenario->attribute[of->attribute[k]], def->kind == ATTRIBUTE_FLAG ? truth[l] : def->level[l]);
    }
    return fine;
}

/* Every split level costs two histograms; past some number they are observed on request only. */
static bool may_split(const struct model *model)
{
    const struct scenario *scenario = model->scenario;
    size_t levels = scenario->streams;
    for (size_t s = 0; s < scenario->streams; s++)
        for (size_t k = 0; k < scenario->stream[s].attributes; k++)
            levels += levels_of(&scenario->stream[s].attribute_def[k]);
    return levels * (scenario->resources + scenario->streams) <= MOST_LEVELS_SPLIT;
}

static bool split_station(struct model *model, size_t resource)
{
    const struct scenario *scenario = model->scenario;
    const char *part = keep_text(model, "station.%s", scenario->resource[resource].name);
    size_t streams = 0;
    bool fine = part != NULL;
    for (size_t s = 0; s < scenario->streams; s++) streams += uses(model, s, resource);
    for (size_t s = 0; fine && s < scenario->streams; s++) {
        if (!uses(model, s, resource)) continue;
        if (streams > 1)
            fine =
                offer_level(model, part, split_of_station, COUNT(split_of_station), "stream", scenario->stream[s].name);
        bool first = true; /* streams share attributes: the first that draws one speaks for all */
        for (size_t before = 0; before < s; before++) first = first && !uses(model, before, resource);
        if (fine && first) fine = offer_levels(model, part, true, s);
    }
    return fine;
}

/* ---- streams and stations ---- */

static bool offer_items(
    struct model *model, const char *kind, const char *name, const char *const *item, size_t items, bool shown)
{
    bool fine = true;
    for (size_t i = 0; fine && i < items; i++)
        fine = offer(model, keep_text(model, "%s.%s.%s", kind, name, item[i]), shown);
    return fine;
}

static bool has_milestone(const struct scenario *scenario, int process, enum milestone milestone)
{
    for (size_t i = 0; i < scenario->steps; i++)
        if (scenario->step[i].process == process && scenario->step[i].kind == STEP_MILESTONE &&
            scenario->step[i].milestone == milestone)
            return true;
    return false;
}

static bool is_in_backlog(const struct scenario *scenario, int stream)
{
    for (size_t i = 0; i < scenario->backlog.rows; i++)
        if (scenario->backlog.row[i].stream == stream) return true;
    return false;
}

static bool offer_stream(struct model *model, size_t s, bool in_full)
{
    const struct stream *stream = &model->scenario->stream[s];
    const struct view *view = find_view(model, stream->name, strlen(stream->name));
    bool fine = offer_items(model, "stream", stream->name, shown_of_stream, COUNT(shown_of_stream), true);
    for (size_t o = 0; fine && view && o < view->outcomes; o++)
        fine = offer(model, keep_text(model, "stream.%s.outcome.%s", stream->name, view->outcome[o]), true);
    if (fine && is_in_backlog(model->scenario, (int)s))
        fine = offer_items(model, "stream", stream->name, of_backlog, COUNT(of_backlog), true);
    if (!fine || !in_full) return fine;
    fine = offer_items(model, "stream", stream->name, rest_of_stream, COUNT(rest_of_stream), false);
    if (fine && has_milestone(model->scenario, stream->process, MILESTONE_LODGED))
        fine = offer_items(model, "stream", stream->name, second_clock, COUNT(second_clock), false);
    if (fine && may_split(model)) fine = offer_levels(model, keep_text(model, "stream.%s", stream->name), false, s);
    return fine;
}

static bool has_patience(const struct scenario *scenario, size_t resource)
{
    for (size_t i = 0; i < scenario->steps; i++)
        for (size_t r = 0; r < scenario->step[i].resources; r++)
            if (scenario->step[i].resource[r] == (int)resource && scenario->step[i].has_patience) return true;
    return false;
}

static bool offer_station(struct model *model, size_t r, bool in_full)
{
    static const char *const served[] = {"wait.mean[served]", "wait.m2[served]", "wait.p90[served]"};
    const struct resource *resource = &model->scenario->resource[r];
    const char *name = resource->name;
    bool fine = offer_items(model, "station", name, shown_of_station, COUNT(shown_of_station), true);
    if (fine && resource->room >= 0) fine = offer(model, keep_text(model, "station.%s.p_block", name), true);
    if (fine && has_patience(model->scenario, r))
        fine = offer(model, keep_text(model, "station.%s.p_abandon", name), true) &&
               offer_items(model, "station", name, served, COUNT(served), false);
    if (!fine || !in_full) return fine;
    for (size_t i = 0; fine && i < COUNT(rest_of_station); i++) {
        const char *full = keep_text(model, "station.%s.%s", name, rest_of_station[i]);
        fine = full && (metric_is_listed(model, full) || offer(model, full, false));
    }
    return fine && (!may_split(model) || split_station(model, r));
}

/* Of a site's stream, and of a group of streams without a direction: what a table by site and group shows. */
static bool offer_short(struct model *model, const struct view *view)
{
    static const char *const item[] = {"arrived", "released", "unfinished", "throughput_per_day", "clearance.mean_h",
        "clearance.p50_h", "clearance.p90_h", "clearance.within_24h"};
    bool fine = true;
    for (size_t i = 0; fine && i < COUNT(item); i++)
        fine = offer(model, keep_text(model, "%s.%s", view->name, item[i]), false);
    return fine;
}

bool offer_metrics(struct model *model, bool *any_direction)
{
    const struct scenario *scenario = model->scenario;
    bool fine = true, in_full = scenario->streams + scenario->resources <= PARTS_IN_FULL;
    for (size_t v = 0; fine && v < model->views; v++) {
        struct view *view = &model->view[v];
        bool in_short =
            view->whole ? view->direction == DIRECTION_NONE : view->site && scenario->streams > STREAMS_SHOWN;
        if (in_short)
            fine = offer_short(model, view);
        else if (view->direction != DIRECTION_NONE && (view->whole || scenario->streams <= STREAMS_SHOWN))
            fine = offer_view(model, view);
        *any_direction = *any_direction || view->direction != DIRECTION_NONE;
    }
    for (size_t s = 0; fine && s < scenario->streams; s++)
        if (scenario->stream[s].direction == DIRECTION_NONE) fine = offer_stream(model, s, in_full);
    for (size_t r = 0; fine && r < scenario->resources; r++) {
        if (model->station[r].id == NONE) continue;
        fine = *any_direction
                   ? offer_items(model, "station", scenario->resource[r].name, of_direction, COUNT(of_direction), false)
                   : offer_station(model, r, in_full);
    }
    static const char *const customs[] = {
        "customs.officers_on_post.mean", "customs.officer_hours_per_day", "customs.scheduled_hours_per_day"};
    for (size_t i = 0; fine && *any_direction && i < COUNT(customs); i++) fine = offer(model, customs[i], false);
    bool paid = false;
    for (size_t r = 0; r < scenario->resources; r++) paid = paid || scenario->resource[r].wage > 0;
    if (fine && paid && *any_direction) fine = offer(model, "customs.wages_per_day", false);
    return fine;
}
