/* metrics_book.c - names that parts of a view and ledgers answer: DIR.clearance.mean_h[class=aeo], DIR.control.recall,
 * DIR.control.STEP.hit_rate[lane=red], DIR.cost.mean, DIR.outcome.seized.value, ...
 *
 * Each is a sum of a ledger, or one over another; the table says which.
 */
#include "models/clearance/metrics.h"
#include <stdio.h>
#include <string.h>

#define IS(sum) (1 + (int)(sum))
static const struct book_name {
    const char *text;
    struct book_ratio ratio;
} of_view[] = {
    {"control.shipments", {{IS(SUM_ENDED)}, {0}, false}},
    {"control.not_compliant", {{IS(SUM_BAD)}, {0}, false}},
    {"control.not_compliant_share", {{IS(SUM_BAD)}, {IS(SUM_ENDED)}, false}},
    {"control.examined", {{IS(SUM_EXAMINED)}, {0}, false}},
    {"control.examined_share", {{IS(SUM_EXAMINED)}, {IS(SUM_ENDED)}, false}},
    {"control.found", {{IS(SUM_FOUND)}, {0}, false}},
    {"control.hit_rate", {{IS(SUM_FOUND)}, {IS(SUM_EXAMINED)}, false}},
    {"control.recall", {{IS(SUM_FOUND)}, {IS(SUM_BAD)}, false}},
    {"control.found_after_release", {{IS(SUM_FOUND_LATE)}, {0}, false}},
    {"control.recall_with_audit", {{IS(SUM_FOUND), IS(SUM_FOUND_LATE)}, {IS(SUM_BAD)}, false}},
    {"control.false_alarms", {{IS(SUM_FALSE)}, {0}, false}},
    {"control.leaked", {{IS(SUM_LEAKED)}, {0}, false}},
    {"control.leakage", {{IS(SUM_LEAKED)}, {IS(SUM_BAD)}, false}},
    {"control.duty", {{IS(SUM_DUTY)}, {0}, false}},
    {"control.duty_evaded", {{IS(SUM_DUTY_EVADED)}, {0}, false}},
    {"control.duty_found", {{IS(SUM_DUTY_FOUND)}, {0}, false}},
    {"control.duty_found_after_release", {{IS(SUM_DUTY_LATE)}, {0}, false}},
    {"control.duty_at_risk", {{IS(SUM_DUTY_LEAKED)}, {0}, false}},
    {"control.revenue_recall", {{IS(SUM_DUTY_FOUND)}, {IS(SUM_DUTY_EVADED)}, false}},
    {"cost.mean", {{IS(SUM_COST + COST_STORAGE), IS(SUM_COST + COST_DEMURRAGE), IS(SUM_COST + COST_CAPITAL),
                       IS(SUM_COST + COST_FEES)},
                      {IS(SUM_ENDED)}, false}},
    {"cost.storage", {{IS(SUM_COST + COST_STORAGE)}, {IS(SUM_ENDED)}, false}},
    {"cost.demurrage", {{IS(SUM_COST + COST_DEMURRAGE)}, {IS(SUM_ENDED)}, false}},
    {"cost.capital", {{IS(SUM_COST + COST_CAPITAL)}, {IS(SUM_ENDED)}, false}},
    {"cost.fees", {{IS(SUM_COST + COST_FEES)}, {IS(SUM_ENDED)}, false}},
    {"cost.per_day", {{IS(SUM_COST + COST_STORAGE), IS(SUM_COST + COST_DEMURRAGE), IS(SUM_COST + COST_CAPITAL),
                          IS(SUM_COST + COST_FEES)},
                         {0}, true}},
    {"value_per_day", {{IS(SUM_WEIGHT_WINDOW + WEIGHT_VALUE)}, {0}, true}},
    {"teu_per_day", {{IS(SUM_WEIGHT_WINDOW + WEIGHT_TEU)}, {0}, true}},
    {"tonnes_per_day", {{IS(SUM_WEIGHT_WINDOW + WEIGHT_TONNES)}, {0}, true}},
    {"clearance.value_weighted_mean_h", {{IS(SUM_WEIGHT_TIME + WEIGHT_VALUE)}, {IS(SUM_WEIGHT + WEIGHT_VALUE)}, false}},
    {"clearance.teu_weighted_mean_h", {{IS(SUM_WEIGHT_TIME + WEIGHT_TEU)}, {IS(SUM_WEIGHT + WEIGHT_TEU)}, false}},
    {"clearance.tonnes_weighted_mean_h",
        {{IS(SUM_WEIGHT_TIME + WEIGHT_TONNES)}, {IS(SUM_WEIGHT + WEIGHT_TONNES)}, false}},
};
/* Behind "control.STEP."; sums of the point, but for the ratio to all who ended. */
static const struct point_name {
    const char *text;
    int over, under; /* -1: none */
} of_point[] = {{"examined", POINT_MET, -1}, {"alarms", POINT_ALARMS, -1}, {"found", POINT_FOUND, -1},
    {"false_alarms", POINT_FALSE, -1}, {"hit_rate", POINT_FOUND, POINT_MET},
    {"green_share", POINT_LANE + LANE_GREEN, POINT_MET}, {"blue_share", POINT_LANE + LANE_BLUE, POINT_MET},
    {"yellow_share", POINT_LANE + LANE_YELLOW, POINT_MET}, {"red_share", POINT_LANE + LANE_RED, POINT_MET}};

static bool begins(const char *text, const char *word, const char **rest)
{
    size_t n = strlen(word);
    if (strncmp(text, word, n) != 0) return false;
    *rest = text + n;
    return true;
}

/* ---- the words before the bracket ---- */

static bool read_sum(const char *text, struct account_item *item)
{
    for (size_t i = 0; i < sizeof of_view / sizeof *of_view; i++)
        if (strcmp(text, of_view[i].text) == 0) {
            item->ratio = of_view[i].ratio;
            return true;
        }
    return false;
}

static bool read_point(const struct view *view, const char *text, struct account_item *item)
{
    for (size_t p = 0; p < view->points; p++) {
        const char *rest;
        if (!begins(text, view->point[p], &rest) || *rest++ != '.') continue;
        for (size_t i = 0; i < sizeof of_point / sizeof *of_point; i++) {
            if (strcmp(rest, of_point[i].text) != 0) continue;
            int at = IS(book_point(p));
            item->ratio = (struct book_ratio){
                {at + of_point[i].over}, {of_point[i].under < 0 ? 0 : at + of_point[i].under}, false};
            return true;
        }
    }
    return false;
}

/* milestone.NAME, milestone.NAME.value, milestone.NAME.share; outcomes likewise. */
static bool read_counted(const char *name, const char *text, int count, int value, struct account_item *item)
{
    const char *rest;
    if (!begins(text, name, &rest)) return false;
    if (*rest == '\0')
        item->ratio = (struct book_ratio){{count}, {0}, false};
    else if (strcmp(rest, ".value") == 0)
        item->ratio = (struct book_ratio){{value}, {0}, false};
    else if (strcmp(rest, ".share") == 0)
        item->ratio = (struct book_ratio){{count}, {IS(SUM_ENDED)}, false};
    else
        return false;
    return true;
}

static bool read_named(const struct view *view, const char *text, struct account_item *item)
{
    const char *rest;
    if (strcmp(text, "control.seized_value") == 0) return read_named(view, "outcome.seized.value", item);
    if (begins(text, "control.", &rest)) return read_point(view, rest, item);
    for (size_t p = 0; begins(text, "milestone.", &rest) && p < view->points; p++)
        if (read_counted(view->point[p], rest, IS(book_point(p) + POINT_MET), IS(book_point(p) + POINT_VALUE), item))
            return true;
    for (size_t o = 0; begins(text, "outcome.", &rest) && o < view->outcomes; o++)
        if (read_counted(view->outcome[o], rest, IS(book_outcome(view, o) + OUTCOME_COUNT),
                IS(book_outcome(view, o) + OUTCOME_VALUE), item))
            return true;
    return false;
}

/* ---- what the levels of an attribute split ---- */

static bool read_times(const char *text, struct account_item *item)
{
    const char *rest;
    item->item = ITEM_PART_RELEASED;
    if (strcmp(text, "released") == 0) return true;
    item->item = ITEM_PART;
    if (!begins(text, "clearance.", &rest)) return false;
    if (metric_statistic(rest, item)) return true;
    item->statistic = STATISTIC_WITHIN;
    return metric_within(rest, &item->x);
}

/* "[class=aeo]": the cell of the view; NONE when there is no such level. */
static int read_cell(struct model *model, struct view *view, const char *bracket, bool times)
{
    char attribute[64], level[64], end;
    unsigned value, levels;
    if (sscanf(bracket, "[%63[^=]=%63[^]]%c", attribute, level, &end) != 3 || end != ']') return NONE;
    for (size_t i = 0; i < model->scenario->attributes; i++)
        if (strcmp(model->scenario->attribute[i], attribute) == 0)
            return metric_level(model->scenario, (int)i, level, &value, &levels)
                       ? view_cell(model, view, (int)i, value, levels, times)
                       : NONE;
    return NONE;
}

bool metric_book(struct model *model, struct view *view, const char *text, struct account_item *item)
{
    const char *bracket = strchr(text, '[');
    char before[200];
    snprintf(before, sizeof before, "%.*s", (int)(bracket ? bracket - text : (long)strlen(text)), text);
    *item = (struct account_item){0};
    bool times = bracket && read_times(before, item);
    if (!times) item->item = ITEM_BOOK;
    if (!times && (!view->booked || (!read_sum(before, item) && !read_named(view, before, item)))) return false;
    if (bracket) item->cell = read_cell(model, view, bracket, times);
    return item->cell != NONE;
}
