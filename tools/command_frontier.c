/* command_frontier.c - `greenlane frontier A [B]`: a table of the examination rate against delay, recall and risk. */
#include "tools/command.h"
#include "tools/frontier.h"
#include "tools/report.h"
#include "tools/table.h"
#include <math.h>
#include <string.h>

static const double FULL = 0.99;

static void print_point(struct table *table, const struct frontier_point *point, bool duty)
{
    table_share(table, point->examined.mean, 1);
    table_number(table, point->mean.mean, 2);
    table_interval(table, point->mean.half_width, 2);
    table_number(table, point->p90.mean, 1);
    table_share(table, point->found.mean, 1);
    table_share(table, point->recall.mean, 1);
    table_interval(table, 100 * point->recall.half_width, 1);
    table_share(table, point->missed.mean, 2);
    if (duty) table_share(table, point->duty_at_risk_share.mean, 2);
    if (duty) table_interval(table, 100 * point->duty_at_risk_share.half_width, 2);
    table_cell(
        table, "%.*s %.0f %%%s", duty ? 12 : 24, point->busiest, 100 * point->busy, point->busy >= FULL ? " (a)" : "");
    table_end_row(table);
}

static void print_model(const struct frontier *frontier, size_t model)
{
    static const char *const header[] = {
        "examined", "mean h", "± 95 %", "p90 h", "found", "recall", "± 95 %", "missed", "at risk", "± 95 %", "busiest"};
    enum { COLUMNS = sizeof header / sizeof *header, RISK = 8 };
    printf("%s%s, %s\n", frontier->models > 1 ? (model ? "B  " : "A  ") : "", frontier->model[model].name,
        frontier->model[model].direction);
    struct table *table = table_create(frontier->has_duty ? "rrrrrrrrrrl" : "rrrrrrrrl");
    for (int i = 0; i < COLUMNS; i++)
        if (frontier->has_duty || (i != RISK && i != RISK + 1)) table_cell(table, "%s", header[i]);
    table_end_row(table);
    for (size_t i = 0; i < frontier->points; i++)
        if (frontier->point[i].model == model) print_point(table, &frontier->point[i], frontier->has_duty);
    table_print(table, stdout);
    table_destroy(table);
    putchar('\n');
}

static void print_page(const struct variants *all, const struct frontier *frontier)
{
    bool full = false, bound = false;
    report_notices(all, stdout);
    for (size_t i = 0; i < frontier->models; i++) print_model(frontier, i);
    for (size_t i = 0; i < frontier->points; i++) {
        full = full || frontier->point[i].busy >= FULL;
        bound = bound || frontier->point[i].lower_bound;
    }
    if (full)
        print_wrapped(stdout, "(a) Its queue grows, so the delay has no steady mean: it is that of this window, and "
                              "longer in a longer one.");
    if (bound) print_wrapped(stdout, "Some shipments were not released when a run ended: lower bounds.");
    print_wrapped(stdout, frontier->has_duty
                              ? "Found: of those examined. Recall: found, of all that do not comply. Missed: of all "
                                "shipments, those that do not comply and are not found. At risk: of all duty assessed, "
                                "what is evaded and not found."
                              : "Found: of those examined. Recall: found, of all that do not comply. Missed: of all "
                                "shipments, those that do not comply and are not found, so at risk; each counts as "
                                "one, whatever its value (with value and tariff as attributes, duty at risk is told).");
    print_wrapped(stdout, "As many documents are checked at every rate.");
    const struct variant *first = &all->item[0];
    char text[200];
    snprintf(text, sizeof text,
        "%zu replications x %.4g d, seed %llu, the same shipments at every rate; ± is chance alone: %zu of %zu inputs are "
        "assumed.",
        first->replications, (first->row->window_to_h - first->row->window_from_h) / 24, (unsigned long long)first->row->seed,
        first->assumed, first->inputs);
    print_wrapped(stdout, text);
    printf("Stored as run:%lld. Picture: greenlane plot frontier run:%lld\n", (long long)first->row->run,
        (long long)first->row->run);
}

static void json_estimate(struct json *json, const char *name, const struct estimate *estimate)
{
    json_map(json, name);
    json_number(json, "estimate", estimate->mean);
    json_number(json, "half_width", estimate->half_width);
    json_end(json);
}

static void print_json(const struct variants *all, const struct frontier *frontier)
{
    struct json json = {.out = stdout};
    json_map(&json, NULL);
    json_count(&json, "schema_version", 1);
    json_notices(&json, all);
    json_count(&json, "run", (uint64_t)all->item[0].row->run);
    json_list(&json, "models");
    for (size_t m = 0; m < frontier->models; m++) {
        json_map(&json, NULL);
        json_text(&json, "name", frontier->model[m].name);
        json_text(&json, "direction", frontier->model[m].direction);
        json_list(&json, "points");
        for (size_t i = 0; i < frontier->points; i++) {
            const struct frontier_point *point = &frontier->point[i];
            if (point->model != m) continue;
            json_map(&json, NULL);
            json_estimate(&json, "examined_share", &point->examined);
            json_estimate(&json, "mean_h", &point->mean);
            json_estimate(&json, "p90_h", &point->p90);
            json_estimate(&json, "found_share", &point->found);
            json_estimate(&json, "recall", &point->recall);
            json_estimate(&json, "at_risk_share", &point->missed);
            json_estimate(&json, "duty", &point->duty);
            json_estimate(&json, "duty_at_risk", &point->duty_at_risk);
            json_estimate(&json, "duty_at_risk_share", &point->duty_at_risk_share);
            json_estimate(&json, "revenue_recall", &point->revenue_recall);
            json_text(&json, "busiest", point->busiest);
            json_number(&json, "busy", point->busy);
            json_flag(&json, "overloaded", point->busy >= FULL);
            json_flag(&json, "lower_bound", point->lower_bound);
            json_end(&json);
        }
        json_end(&json);
        json_end(&json);
    }
    json_end(&json);
    json_end(&json);
}

int command_frontier(const struct options *options)
{
    struct variants all = {0};
    struct frontier frontier = {0};
    int code = frontier_make(options, 0, &all, &frontier);
    if (!code && options->json)
        print_json(&all, &frontier);
    else if (!code)
        print_page(&all, &frontier);
    frontier_clear(&frontier);
    variants_close(&all);
    return code;
}
