/* report_control.c - what control found, what got away, what it cost whom: of streams that keep a ledger (report.h). */
#include "tools/report.h"
#include "tools/table.h"
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct estimate of(
    const struct variants *all, const struct variant *variant, const char *direction, const char *what)
{
    return variant_estimate_of(all, variant, "%s.%s", direction, what);
}

static void header(struct table *table, const char *const *cell, size_t n)
{
    for (size_t i = 0; i < n; i++) table_cell(table, "%s", cell[i]);
    table_end_row(table);
}

static void print(struct table *table, size_t rows, FILE *out)
{
    if (rows) table_print(table, out);
    if (rows) fputc('\n', out);
    table_destroy(table);
}

/* ---- what is wrong, by kind ---- */

static void kind_row(const struct variants *all, const struct variant *variant, const char *direction, const char *name,
    const char *bracket, struct table *table)
{
    char number[32];
    struct estimate recall = variant_estimate_of(all, variant, "%s.control.recall%s", direction, bracket);
    double bad = variant_estimate_of(all, variant, "%s.control.not_compliant%s", direction, bracket).mean,
           leaked = variant_estimate_of(all, variant, "%s.control.leaked%s", direction, bracket).mean;
    bool whole = !*bracket;
    table_cell(table, "%s%s", whole ? "" : "  ", name);
    table_cell(table, "%s", text_number(bad, 0, number));
    table_cell(table, "%s", whole ? text_number(of(all, variant, direction, "control.examined").mean, 0, number) : "");
    if (whole)
        table_share(table, of(all, variant, direction, "control.hit_rate").mean, 1);
    else
        table_cell(table, "%s", "");
    table_share(table, recall.mean, 1);
    table_interval(table, 100 * recall.half_width, 1);
    table_cell(table, "%s", text_number(leaked, 0, number));
    table_cell(
        table, "%s", whole ? text_number(of(all, variant, direction, "control.false_alarms").mean, 0, number) : "");
    if (whole)
        table_share(table, of(all, variant, direction, "control.recall_with_audit").mean, 1);
    else
        table_cell(table, "%s", "");
    table_end_row(table);
}

/* "import.control.recall[offence=drugs]": a row for drugs. */
static void kind_rows(
    const struct variants *all, const struct variant *variant, const char *direction, struct table *table)
{
    char **name = NULL, before[120];
    size_t names = 0;
    enum status status = store_metric_names(all->store, variant->row->id, &name, &names);
    if (status != STATUS_OK) {
        fprintf(stderr, "greenlane: kinds of offence are left out: %s\n", status_words(status));
        return;
    }
    snprintf(before, sizeof before, "%s.control.recall[offence=", direction);
    for (size_t i = 0; i < names; i++) {
        const char *kind = name[i] + strlen(before);
        char label[80];
        if (strncmp(name[i], before, strlen(before)) != 0) continue;
        snprintf(label, sizeof label, "%.*s", (int)strcspn(kind, "]"), kind);
        kind_row(all, variant, direction, label, strchr(name[i], '['), table);
    }
    store_names_free(name, names);
}

static void report_kinds(const struct variants *all, const struct variant *variant, FILE *out)
{
    static const char *const cells[] = {
        "CONTROL", "wrong", "examined", "hit rate", "recall", "± 95 %", "leaked", "false", "+ audit"};
    const struct facts *facts = variant->facts;
    struct table *table = table_create("lrrrrrrrr");
    size_t rows = 0;
    header(table, cells, sizeof cells / sizeof *cells);
    for (size_t i = 0; i < facts->directions; i++) {
        const char *direction = facts->direction[i].name;
        bool looks = of(all, variant, direction, "control.examined").mean > 0;
        if (!looks) continue;
        kind_row(all, variant, direction, direction, "", table);
        kind_rows(all, variant, direction, table);
        rows++;
    }
    table_note(table,
        "Shipments a replication. Wrong: do not comply; hit rate: found, of the examined; recall: found, of the "
        "wrong; leaked: wrong and released with nothing found; false: alarms where nothing is wrong; + audit: recall "
        "with what is found after release.");
    print(table, rows, out);
}

/* ---- money ---- */

static void money(struct table *table, double value)
{
    static const struct {
        double from;
        const char *unit;
    } scales[] = {{1e9, " bn"}, {1e6, " M"}, {0, ""}};
    size_t i = 0;
    char number[32];
    while (i < 2 && fabs(value) < scales[i].from) i++;
    double scale = scales[i].from > 0 ? scales[i].from : 1;
    bool short_of = isnan(value) || i == 2;
    table_cell(table, "%s%s", text_number(value / scale, short_of && fabs(value) >= 100 ? 0 : 2, number),
        isnan(value) ? "" : scales[i].unit);
}

static void report_revenue(const struct variants *all, const struct variant *variant, FILE *out)
{
    static const char *const cells[] = {
        "REVENUE", "assessed", "evaded", "found", "at risk", "by audit", "seized value"};
    static const char *const metric[] = {"control.duty", "control.duty_evaded", "control.duty_found",
        "control.duty_at_risk", "control.duty_found_after_release", "outcome.seized.value"};
    struct table *table = table_create("lrrrrrr");
    size_t rows = 0;
    header(table, cells, sizeof cells / sizeof *cells);
    for (size_t i = 0; i < variant->facts->directions; i++) {
        const char *direction = variant->facts->direction[i].name;
        if (isnan(of(all, variant, direction, metric[0]).mean)) continue;
        table_cell(table, "%s", direction);
        for (size_t k = 0; k < sizeof metric / sizeof *metric; k++)
            money(table, of(all, variant, direction, metric[k]).mean);
        table_end_row(table);
        rows++;
    }
    const char *currency = variant->facts->currency;
    table_note(table, "A replication, in %s. At risk: duty evaded and not found before release.",
        currency ? currency : "the scenario's currency");
    print(table, rows, out);
}

static void report_cost(const struct variants *all, const struct variant *variant, FILE *out)
{
    static const char *const cells[] = {
        "COST TO THE TRADER", "storage", "demurrage", "capital", "fees", "a shipment", "± 95 %"};
    static const char *const metric[] = {"cost.storage", "cost.demurrage", "cost.capital", "cost.fees", "cost.mean"};
    struct table *table = table_create("lrrrrrr");
    size_t rows = 0;
    header(table, cells, sizeof cells / sizeof *cells);
    for (size_t i = 0; i < variant->facts->directions; i++) {
        const char *direction = variant->facts->direction[i].name;
        struct estimate mean = of(all, variant, direction, "cost.mean");
        if (!(mean.mean > 0)) continue;
        table_cell(table, "%s", direction);
        for (size_t k = 0; k < sizeof metric / sizeof *metric; k++)
            money(table, of(all, variant, direction, metric[k]).mean);
        table_interval(table, mean.half_width, 2);
        table_end_row(table);
        rows++;
    }
    print(table, rows, out);
}

/* ---- who waits: by the levels of what the scenario asks for ---- */

static size_t level_rows(const struct variants *all, const struct variant *variant, const char *direction,
    const struct json_value *by, struct table *table)
{
    const char *attribute = json_get_text(by, "attribute", "");
    const struct json_value *levels = json_get(by, "levels");
    size_t rows = 0;
    char number[32];
    for (size_t l = 0; levels && levels->kind == JSON_LIST && l < levels->count; l++) {
        char bracket[160];
        snprintf(bracket, sizeof bracket, "[%s=%s]", attribute, levels->item[l].text);
        struct estimate mean = variant_estimate_of(all, variant, "%s.clearance.mean_h%s", direction, bracket);
        if (isnan(mean.mean)) continue;
        table_cell(table, "%s", rows ? "" : direction);
        table_cell(table, "%s", levels->item[l].text);
        table_cell(table, "%s",
            text_number(variant_estimate_of(all, variant, "%s.released%s", direction, bracket).mean, 0, number));
        table_number(table, mean.mean, 2);
        table_interval(table, mean.half_width, 2);
        table_number(table, variant_estimate_of(all, variant, "%s.clearance.p90_h%s", direction, bracket).mean, 1);
        double cost = variant_estimate_of(all, variant, "%s.cost.mean%s", direction, bracket).mean;
        if (isnan(cost))
            table_cell(table, "%s", "");
        else
            money(table, cost);
        table_end_row(table);
        rows++;
    }
    return rows;
}

static bool has_costs(const struct variants *all, const struct variant *variant, const struct json_value *by)
{
    const struct json_value *levels = json_get(by, "levels");
    for (size_t d = 0; d < variant->facts->directions && levels && levels->count; d++)
        if (variant_estimate_of(all, variant, "%s.cost.mean[%s=%s]", variant->facts->direction[d].name,
                json_get_text(by, "attribute", ""), levels->item[0].text)
                .mean > 0)
            return true;
    return false;
}

static void report_levels(const struct variants *all, const struct variant *variant, FILE *out)
{
    const struct json_value *bys = json_get(variant->facts->json, "by");
    for (size_t i = 0; bys && bys->kind == JSON_LIST && i < bys->count; i++) {
        char title[80];
        snprintf(title, sizeof title, "BY %s", json_get_text(&bys->item[i], "attribute", ""));
        for (char *at = title; *at; at++) *at = *at == '_' ? ' ' : (char)toupper((unsigned char)*at);
        bool costs = has_costs(all, variant, &bys->item[i]);
        const char *const cells[] = {title, "", "released", "mean h", "± 95 %", "p90 h", costs ? "cost" : ""};
        struct table *table = table_create("llrrrrr");
        size_t rows = 0;
        header(table, cells, sizeof cells / sizeof *cells);
        for (size_t d = 0; d < variant->facts->directions; d++)
            rows += level_rows(all, variant, variant->facts->direction[d].name, &bys->item[i], table);
        print(table, rows, out);
    }
}

void report_control(const struct variants *all, const struct variant *variant, FILE *out)
{
    report_levels(all, variant, out);
    report_kinds(all, variant, out);
    report_revenue(all, variant, out);
    report_cost(all, variant, out);
}
