/* metrics.c - the names of the format and what they mean; scenarios/README.md defines each.
 *
 * A name is looked up in this order: DIR.*, customs.*, station.NAME.on_post.mean, then the engine's own names, in which
 * the levels of attributes have names too: station.bays.wait.mean[class=aeo].
 */
#include "models/clearance/metrics.h"
#include "engine/core/metric.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_BYTES = 256 };

static bool is(const char *text, const char *word)
{
    return strcmp(text, word) == 0;
}

static bool begins(const char *text, const char *word, const char **rest)
{
    size_t n = strlen(word);
    if (strncmp(text, word, n) != 0) return false;
    *rest = text + n;
    return true;
}

/* ---- DIR.* ---- */

bool metric_statistic(const char *text, struct account_item *item)
{
    static const struct {
        const char *text;
        enum statistic statistic;
        double p;
    } word[] = {{"mean_h", STATISTIC_MEAN, 0}, {"sd_h", STATISTIC_SD, 0}, {"cv", STATISTIC_CV, 0},
        {"p50_h", STATISTIC_QUANTILE, .5}, {"p90_h", STATISTIC_QUANTILE, .9}, {"p95_h", STATISTIC_QUANTILE, .95},
        {"p99_h", STATISTIC_QUANTILE, .99}};
    for (size_t i = 0; i < sizeof word / sizeof word[0]; i++)
        if (is(text, word[i].text)) {
            item->statistic = word[i].statistic;
            item->x = word[i].p;
            return true;
        }
    return false;
}

/* within_24h, within_0.5h */
bool metric_within(const char *text, double *hours)
{
    char *end;
    if (!begins(text, "within_", &text)) return false;
    *hours = strtod(text, &end);
    return end != text && is(end, "h") && *hours >= 0 && *hours < INFINITY;
}

static bool read_time(const char *text, struct account_item *item, enum item time, enum item share)
{
    item->item = time;
    if (metric_statistic(text, item)) return true;
    item->item = share;
    return metric_within(text, &item->x);
}

static bool read_stage(const struct view *view, const char *text, struct account_item *item)
{
    static const struct {
        const char *text;
        enum item item;
    } word[] = {{"mean_h", ITEM_STAGE_MEAN}, {"share_met", ITEM_STAGE_SHARE}, {"mean_if_met_h", ITEM_STAGE_IF_MET},
        {"wait_h", ITEM_STAGE_WAIT}, {"service_h", ITEM_STAGE_SERVICE}};
    const char *dot = strrchr(text, '.');
    for (size_t s = 0; dot && s < view->stages; s++) {
        if (strlen(view->stage[s].name) != (size_t)(dot - text) ||
            strncmp(view->stage[s].name, text, (size_t)(dot - text)) != 0)
            continue;
        item->index = (int)s;
        for (size_t i = 0; i < sizeof word / sizeof word[0]; i++)
            if (is(dot + 1, word[i].text)) {
                item->item = word[i].item;
                return true;
            }
        item->item = ITEM_STAGE_TIME;
        return metric_statistic(dot + 1, item);
    }
    return false;
}

/* NAME.within_2h, of who met the stage */
static bool read_stage_within(const struct view *view, const char *text, struct account_item *item)
{
    const char *dot = strstr(text, ".within_");
    item->item = ITEM_STAGE_WITHIN;
    if (dot == NULL || !metric_within(dot + 1, &item->x)) return false;
    for (item->index = 0; (size_t)item->index < view->stages; item->index++) {
        const char *name = view->stage[item->index].name;
        if (strlen(name) == (size_t)(dot - text) && strncmp(name, text, (size_t)(dot - text)) == 0) return true;
    }
    return false;
}

static bool read_lane(const struct view *view, const char *text, struct account_item *item)
{
    const char *rest;
    for (int lane = 0; view->lanes && lane < LANES; lane++) {
        if (!begins(text, lane_names[lane], &rest) || *rest++ != '.') continue;
        item->index = lane;
        if (is(rest, "share"))
            item->item = ITEM_LANE_SHARE;
        else if (is(rest, "shipments"))
            item->item = ITEM_LANE_SHIPMENTS;
        else if (is(rest, "not_released"))
            item->item = ITEM_LANE_NOT_RELEASED;
        else {
            item->item = ITEM_LANE;
            return metric_statistic(rest, item);
        }
        return true;
    }
    return false;
}

static bool read_owner(const struct view *view, const char *text, struct account_item *item)
{
    const char *rest;
    item->item = ITEM_OWNER;
    for (size_t o = 0; o < view->owners; o++)
        if (begins(text, view->owner[o], &rest) && is(rest, ".mean_h")) {
            item->index = (int)o;
            return true;
        }
    return false;
}

static bool read_outcome(const struct view *view, const char *text, struct account_item *item)
{
    item->item = ITEM_OUTCOME;
    for (size_t o = 0; o < view->outcomes; o++)
        if (is(text, view->outcome[o])) {
            item->index = (int)o;
            return true;
        }
    return false;
}

static bool has_after_release(const struct view *view)
{
    for (size_t s = 0; s < view->stages; s++)
        if (view->stage[s].after_release) return true;
    return false;
}

static bool read_view_item(const struct view *view, const char *text, struct account_item *item)
{
    static const struct {
        const char *text;
        enum item item;
    } count[] = {{"arrived", ITEM_ARRIVED}, {"released", ITEM_RELEASED}, {"unfinished", ITEM_UNFINISHED},
        {"lost", ITEM_LOST}, {"throughput_per_day", ITEM_THROUGHPUT}};
    static const struct {
        const char *text;
        enum item item;
    } control[] = {
        {"examined_share", ITEM_EXAMINED}, {"found_share", ITEM_FOUND}, {"documents_checked_share", ITEM_DOCUMENTS}};
    const char *rest;
    if (begins(text, "clearance.", &rest)) return read_time(rest, item, ITEM_TIME, ITEM_WITHIN);
    if (begins(text, "lodgement_to_release.", &rest)) return read_time(rest, item, ITEM_SECOND, ITEM_SECOND_WITHIN);
    if (begins(text, "stage.", &rest)) return read_stage(view, rest, item) || read_stage_within(view, rest, item);
    if (begins(text, "lane.", &rest)) return read_lane(view, rest, item);
    if (begins(text, "owner.", &rest)) return read_owner(view, rest, item);
    if (begins(text, "outcome.", &rest)) return read_outcome(view, rest, item);
    if (is(text, "after_release.mean_h") || is(text, "whole_stay.mean_h")) {
        item->item = text[0] == 'a' ? ITEM_AFTER_RELEASE : ITEM_WHOLE_STAY;
        return has_after_release(view);
    }
    for (size_t i = 0; i < sizeof count / sizeof count[0]; i++)
        if (is(text, count[i].text)) {
            item->item = count[i].item;
            return true;
        }
    for (size_t i = 0; view->lanes && i < sizeof control / sizeof control[0]; i++)
        if (is(text, control[i].text)) {
            item->item = control[i].item;
            return true;
        }
    return false;
}

static bool resolve_view(struct model *model, const char *name, struct metric_in_model *metric)
{
    const char *dot = strchr(name, '.');
    metric->view = dot ? find_view(model, name, (size_t)(dot - name)) : NULL;
    if (metric->view == NULL) return false;
    if (!read_view_item(metric->view, dot + 1, &metric->item) &&
        !metric_book(model, metric->view, dot + 1, &metric->item))
        return false;
    metric->source = FROM_VIEW;
    metric->view->needed = true;
    if (metric->item.item == ITEM_STAGE_WITHIN || metric->item.item == ITEM_STAGE_TIME) {
        metric->item.index = view_watch(model, metric->view, metric->item.index);
        if (metric->item.index == NONE) return false;
        if (metric->item.item == ITEM_STAGE_WITHIN)
            view_watch_bound(model, metric->view, metric->item.index, metric->item.x);
        return true;
    }
    if (metric->item.item == ITEM_WITHIN) view_bound(model, metric->view, metric->item.x);
    return true;
}

/* ---- stations, streams, customs ---- */

static const struct attribute_def *definition(const struct scenario *scenario, int attribute)
{
    for (size_t i = 0; i < scenario->streams; i++)
        for (size_t k = 0; k < scenario->stream[i].attributes; k++)
            if (scenario->stream[i].attribute[k] == attribute) return &scenario->stream[i].attribute_def[k];
    return NULL;
}

/* The value of a level by its name, and how many values the attribute has; false when there is no such level. */
bool metric_level(const struct scenario *scenario, int attribute, const char *level, unsigned *value, unsigned *levels)
{
    const struct attribute_def *def = definition(scenario, attribute);
    *levels = 2;
    if (attribute == ATTRIBUTE_LANE) {
        *levels = LANES;
        for (*value = 0; *value < LANES; ++*value)
            if (is(level, lane_names[*value])) return true;
        return false;
    }
    if (def == NULL || def->kind == ATTRIBUTE_FLAG) {
        *value = is(level, "true");
        return *value || is(level, "false");
    }
    if (def->kind != ATTRIBUTE_CATEGORY) return false;
    bool found = false;
    *levels = 0;
    for (size_t l = 0; l < def->levels; l++) {
        double of_level = def->level_value ? def->level_value[l] : (double)l;
        if (!(of_level >= 0 && of_level < 255)) return false;
        if ((unsigned)of_level + 1 > *levels) *levels = (unsigned)of_level + 1;
        if (!is(level, def->level[l]) || of_level != floor(of_level) || strstr(level, "..")) continue;
        *value = (unsigned)of_level;
        found = true;
    }
    return found;
}

static int part_of_group(const struct model *model, const char *name, size_t *group, bool *station)
{
    const char *own;
    *station = begins(name, "station.", &own);
    if (!*station && !begins(name, "stream.", &own)) return NONE;
    size_t n = strcspn(own, ".");
    const struct scenario *scenario = model->scenario;
    for (size_t i = 0; i < (*station ? scenario->resources : scenario->streams); i++) {
        const char *known = *station ? scenario->resource[i].name : scenario->stream[i].name;
        if (strlen(known) != n || strncmp(known, own, n) != 0) continue;
        *group = *station ? model->station[i].group : model->stream[i].group;
        return *station ? model->station[i].id : model->stream[i].id;
    }
    return NONE;
}

/* [class=aeo] becomes [class=1], the split declared where it is not yet; false when that is not an attribute's level.
 */
static bool name_for_engine(
    struct model *model, const char *name, size_t group, bool station, int id, char out[NAME_BYTES])
{
    const char *open = strchr(name, '['), *equals = open ? strchr(open, '=') : NULL,
               *close = equals ? strchr(equals, ']') : NULL;
    snprintf(out, NAME_BYTES, "%s", name);
    if (close == NULL || strncmp(open, "[stream=", 8) == 0) return true;
    char attribute[64], level[64];
    snprintf(attribute, sizeof attribute, "%.*s", (int)(equals - open - 1), open + 1);
    snprintf(level, sizeof level, "%.*s", (int)(close - equals - 1), equals + 1);
    int index = 0;
    while ((size_t)index < model->scenario->attributes && !is(model->scenario->attribute[index], attribute)) index++;
    unsigned value, levels;
    if ((size_t)index == model->scenario->attributes || model->plan.attributes == 0 ||
        !metric_level(model->scenario, index, level, &value, &levels))
        return false;
    snprintf(out, NAME_BYTES, "%.*s[%s=%u]%s", (int)(open - name), name, attribute, value, close + 1);
    struct network *net = model->group[group].net;
    if (network_metric(net, out) >= 0) return true;
    return (station ? network_station_split(net, id, attribute, index, levels)
                    : network_split(net, id, attribute, (unsigned)index, levels)) >= 0;
}

static bool resolve_engine(struct model *model, const char *name, struct metric_in_model *metric)
{
    bool station;
    char own[NAME_BYTES];
    int id = part_of_group(model, name, &metric->group, &station);
    if (id == NONE || !name_for_engine(model, name, metric->group, station, id, own)) return false;
    const char *dot = strrchr(name, '.');
    if (station && dot && is(dot, ".wages_per_day")) {
        metric->source = FROM_WAGES;
        metric->id = id;
        for (size_t r = 0; r < model->scenario->resources; r++)
            if (model->station[r].group == metric->group && model->station[r].id == id)
                metric->wage = model->scenario->resource[r].wage;
        return true;
    }
    if (station && dot && dot > name + 8 && is(dot - 8, ".on_post.mean")) {
        metric->source = FROM_POST;
        metric->id = id;
        return true;
    }
    metric->source = FROM_ENGINE;
    metric->id = network_metric(model->group[metric->group].net, own);
    return metric->id >= 0;
}

static bool resolve_customs(const char *name, struct metric_in_model *metric)
{
    metric->source = FROM_CUSTOMS;
    if (is(name, "customs.officers_on_post.mean"))
        metric->id = CUSTOMS_ON_POST;
    else if (is(name, "customs.wages_per_day"))
        metric->id = CUSTOMS_WAGES;
    else if (is(name, "customs.officer_hours_per_day"))
        metric->id = CUSTOMS_HOURS;
    else if (is(name, "customs.scheduled_hours_per_day"))
        metric->id = CUSTOMS_SCHEDULED;
    else
        return false;
    return true;
}

/* promise.NAME.overdue of a promise on a stage: who met it and took longer. */
static bool resolve_late_stage(struct model *model, const struct promise *promise, struct metric_in_model *metric)
{
    const char *name = metric->name, *within = keep_text(model, "%s.within_%.17gh", promise->metric, promise->at_most);
    if (within == NULL || !resolve_view(model, within, metric) || metric->item.item != ITEM_STAGE_WITHIN) return false;
    metric->name = name;
    metric->item.beyond = true;
    return true;
}

/* promise.NAME.overdue_h and .overdue: of a promise on the clearance or from lodgement to release; of a stage the
 * latter. */
static bool resolve_overdue(struct model *model, const char *name, struct metric_in_model *metric)
{
    const char *rest, *second;
    if (!begins(name, "promise.", &rest)) return false;
    for (size_t i = 0; i < model->scenario->promises; i++) {
        const struct promise *promise = &model->scenario->promise[i];
        const char *what, *dot = strchr(promise->metric, '.');
        if (!begins(rest, promise->name, &what) || (!is(what, ".overdue_h") && !is(what, ".overdue"))) continue;
        struct view *view = dot ? find_view(model, promise->metric, (size_t)(dot - promise->metric)) : NULL;
        second = dot ? dot + 1 : "";
        if (view && begins(second, "stage.", &second) && is(what, ".overdue"))
            return resolve_late_stage(model, promise, metric);
        bool lodged = is(second, "lodgement_to_release");
        if (view == NULL || !view->booked || (!lodged && !is(second, "clearance"))) return false;
        size_t k = 0;
        while (
            k < model->overdues && (model->overdue[k].bound != promise->at_most || model->overdue[k].second != lodged))
            k++;
        if (k == OVERDUES_MOST) return false;
        if (k == model->overdues) model->overdue[model->overdues++] = (struct ledger_overdue){promise->at_most, lodged};
        metric->source = FROM_VIEW;
        metric->view = view;
        view->needed = true;
        metric->item.item = ITEM_BOOK;
        metric->item.ratio.plus[0] = 1 + (int)k + (is(what, ".overdue") ? SUM_OVERDUE : SUM_OVERDUE_TIME);
        if (is(what, ".overdue_h")) metric->item.ratio.under[0] = 1 + (int)k + SUM_OVERDUE;
        return true;
    }
    return false;
}

bool metric_resolve(struct model *model, const char *name, struct metric_in_model *metric)
{
    *metric = (struct metric_in_model){.name = name, .at_most = NAN};
    return resolve_overdue(model, name, metric) || resolve_view(model, name, metric) || resolve_customs(name, metric) ||
           resolve_engine(model, name, metric);
}

/* ---- the list ---- */

bool metric_is_listed(const struct model *model, const char *name)
{
    for (size_t i = 0; i < model->metrics; i++)
        if (is(model->metric[i].name, name)) return true;
    return false;
}

bool metric_append(struct model *model, const struct metric_in_model *metric)
{
    if (!grow_list(&model->metric, &model->metrics_allocated, model->metrics, sizeof *model->metric))
        return no_memory(model);
    model->metric[model->metrics++] = *metric;
    return true;
}

/* The network remembers whether it was for want of memory that it knew nothing of the name. */
static bool unknown(struct model *model, const char *name, struct place place, const char *who)
{
    char why[160];
    for (size_t g = 0; g < model->groups; g++)
        if (network_compile(model->group[g].net, why) == STATUS_NO_MEMORY) return no_memory(model);
    const char **known = keep(model, model->metrics + 1, sizeof *known);
    for (size_t i = 0; known && i < model->metrics; i++) known[i] = model->metric[i].name;
    const char *near = known ? diagnostic_suggest(name, known, model->metrics) : NULL;
    return refuse(model, place,
        "%s: there is no metric '%s' in this scenario; write one of those that scenarios/README.md lists%s%s%s", who,
        name, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* What is asked for by name also stands in the printed report. */
static bool metric_show(struct model *model, const char *name)
{
    for (size_t i = 0; i < model->metrics; i++)
        if (is(model->metric[i].name, name)) model->metric[i].shown = true;
    return true;
}

/* Of a promise that there is, but on something whose lateness is not kept. */
static bool is_overdue(const struct model *model, const char *name)
{
    const char *rest, *what;
    for (size_t i = 0; begins(name, "promise.", &rest) && i < model->scenario->promises; i++)
        if (begins(rest, model->scenario->promise[i].name, &what) && (is(what, ".overdue_h") || is(what, ".overdue")))
            return true;
    return false;
}

static bool ask(struct model *model, const char *name, struct place place, const char *who)
{
    struct metric_in_model metric;
    if (metric_is_listed(model, name)) return metric_show(model, name);
    if (!metric_resolve(model, name, &metric))
        return is_overdue(model, name)
                   ? refuse(model, place,
                         "%s: '%s' is not kept: overdue is told of promises on DIR.clearance, DIR.lodgement_to_release "
                         "and DIR.stage.NAME, overdue_h of the first two; write %.*s.share, the share that is kept",
                         who, name, (int)(strrchr(name, '.') - name), name)
                   : unknown(model, name, place, who);
    metric.shown = true;
    return metric_append(model, &metric);
}

/* "import.clearance" within a bound is a share of shipments; a metric within a bound is kept or not. */
static bool add_promise(struct model *model, const struct promise *promise)
{
    struct metric_in_model metric;
    const char *within = keep_text(model, "%s.within_%.17gh", promise->metric, promise->at_most);
    const char *at_most = keep_text(model, "%s.at_most(%.17g)", promise->metric, promise->at_most);
    const char *name = keep_text(model, "promise.%s.share", promise->name),
               *who = keep_text(model, "promise '%s'", promise->name);
    if (within == NULL || at_most == NULL || name == NULL || who == NULL) return false;
    bool found = metric_resolve(model, within, &metric) || metric_resolve(model, at_most, &metric);
    if (!found && metric_resolve(model, promise->metric, &metric)) {
        metric.at_most = promise->at_most;
        found = true;
    }
    if (!found) return unknown(model, promise->metric, (struct place){0}, who);
    metric.name = name;
    return metric_append(model, &metric);
}

static int by_name(const void *a, const void *b)
{
    const struct metric_in_model *const *x = a, *const *y = b;
    return strcmp((*x)->name, (*y)->name);
}

static bool sort_names(struct model *model)
{
    model->by_name = keep(model, model->metrics + 1, sizeof *model->by_name);
    for (size_t i = 0; model->by_name && i < model->metrics; i++) model->by_name[i] = &model->metric[i];
    if (model->by_name) qsort(model->by_name, model->metrics, sizeof *model->by_name, by_name);
    return model->by_name != NULL;
}

bool make_metrics(struct model *model)
{
    const struct scenario *scenario = model->scenario;
    bool any = false, fine = scenario->run.only_listed || offer_metrics(model, &any);
    for (size_t i = 0; fine && i < scenario->promises; i++) fine = add_promise(model, &scenario->promise[i]);
    for (size_t i = 0; fine && i < scenario->expects; i++)
        fine = ask(model, scenario->expect[i].metric, scenario->expect[i].place, "expect");
    for (size_t i = 0; fine && i < scenario->run.metrics; i++)
        fine = ask(model, scenario->run.metric[i], (struct place){0}, "run.metrics");
    model->series = model->plan.tick > 0;
    return fine && sort_names(model);
}

size_t model_metrics(const struct model *model)
{
    return model->metrics;
}

const char *model_metric_name(const struct model *model, size_t index)
{
    return model->metric[index].name;
}

int model_metric_find(const struct model *model, const char *name)
{
    struct metric_in_model wanted = {.name = name}, *key = &wanted;
    struct metric_in_model **found = bsearch(&key, model->by_name, model->metrics, sizeof *model->by_name, by_name);
    return found ? (int)(*found - model->metric) : -1;
}
