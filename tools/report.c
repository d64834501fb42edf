/* report.c - the text of a run, block by block, in the order in which it is read (report.h).
 *
 * Every number comes from the store by its metric's name; a block whose numbers are not there is left out.
 */
#include "tools/report.h"
#include "tools/table.h"
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- words ---- */
static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

static bool is_share(const char *metric)
{
    return ends_with(metric, "share") || ends_with(metric, "within_24h") || ends_with(metric, "within_48h") || ends_with(metric, "share_met");
}

void describe_value(const char *metric, double value, char *text, size_t size)
{
    char number[32];
    if (is_share(metric))
        snprintf(text, size, "%s %%", text_number(100 * value, 1, number));
    else if (ends_with(metric, "_h"))
        snprintf(text, size, "%s h", text_number(value, 2, number));
    else
        snprintf(text, size, "%.4g", value);
}

const char *direction_plural(const char *direction)
{
    if (strcmp(direction, "import") == 0) return "imports";
    if (strcmp(direction, "export") == 0) return "exports";
    return direction;
}

void describe_length(const struct variant *variant, char *text, size_t size)
{
    double hours = variant->row->window_to_h - variant->row->window_from_h;
    bool whole_days = hours >= 48 && fmod(hours, 24) == 0;
    snprintf(text, size, whole_days ? "%.6g d" : "%.6g h", whole_days ? hours / 24 : hours);
}

void describe_plan(const struct variant *variant, char *text, size_t size)
{
    const struct store_variant_row *row = variant->row;
    char length[40];
    describe_length(variant, length, sizeof length);
    snprintf(text, size, "%zu replication%s x %s, seed %llu", variant->replications, variant->replications == 1 ? "" : "s", length,
        (unsigned long long)row->seed);
}

void report_heading(const struct variants *all, const struct variant *variant, FILE *out)
{
    char left[400], right[120];
    (void)all;
    snprintf(left, sizeof left, "%s  %s", variant->row->name, variant->row->title ? variant->row->title : "");
    describe_plan(variant, right, sizeof right);
    size_t used = text_width(left), wanted = text_width(right);
    if (used + 2 + wanted <= PAGE_WIDTH)
        fprintf(out, "%s%*s%s\n", left, (int)(PAGE_WIDTH - used - wanted), "", right);
    else
        fprintf(out, "%s\n%s\n", left, right);
    if (variant->row->settings && *variant->row->settings) {
        char *line = NULL;
        if (asprintf(&line, "set on the command line: %s", variant->row->settings) < 0) line = NULL;
        for (char *at = line; at && *at; at++)
            if (*at == '\n') *at = ' ';
        if (line) print_wrapped(out, line);
        free(line);
    }
    const struct facts *facts = variant->facts;
    for (size_t i = 0; i < facts->directions; i++) {
        const char *direction = facts->direction[i].name, *plural = direction_plural(direction);
        struct estimate mean = variant_estimate_of(all, variant, "%s.clearance.mean_h", direction);
        char number[32];
        const char *least = variant_is_lower_bound(all, variant, direction) ? "at least " : "";
        text_number(mean.mean, fabs(mean.mean) < 0.95 ? 2 : 1, number);
        if (i == 0)
            fprintf(out, "%c%s took %s%s h on average from arrival to release", toupper(*plural), plural + 1, least, isnan(mean.mean) ? "-" : number);
        else
            fprintf(out, ", %s %s%s h", plural, least, isnan(mean.mean) ? "-" : number);
    }
    if (facts->directions) fputs(".\n", out);
    report_notice(facts, out);
    fputc('\n', out);
}

/* ---- clearance ---- */
static int quantile_decimals(double value)
{
    return fabs(value) < 1 ? 2 : 1;
}

static void clearance_row(const struct variants *all, const struct variant *variant, const char *direction, const char *before, struct table *table)
{
    static const char *const quantiles[] = {"p50_h", "p90_h", "p95_h"}, *const shares[] = {"within_24h", "within_48h"};
    struct estimate mean = variant_estimate_of(all, variant, "%s.clearance.mean_h", direction);
    char number[32];
    bool least = variant_is_lower_bound(all, variant, direction);
    int decimals = mean.mean < 0.1 ? 4 : 2;
    table_cell(table, "%s%s", before, direction);
    table_cell(table, "%s%s", least ? "≥ " : "", text_number(mean.mean, decimals, number));
    table_interval(table, mean.half_width, decimals);
    for (int i = 0; i < 3; i++) {
        double value = variant_estimate_of(all, variant, "%s.clearance.%s", direction, quantiles[i]).mean;
        table_cell(table, "%s%s", least ? "≥ " : "", text_number(value, quantile_decimals(value), number));
    }
    for (int i = 0; i < 2; i++) {
        double share = variant_estimate_of(all, variant, "%s.clearance.%s", direction, shares[i]).mean;
        table_cell(table, isnan(share) ? "-" : "%s%s %%", least ? "≤ " : "", text_number(100 * share, 1, number));
    }
    table_end_row(table);
}

/* Why some of them are marked. */
static void clearance_bound(const struct variants *all, const struct variant *variant, const char *direction, struct table *table)
{
    char number[32], total[32];
    if (!variant_is_lower_bound(all, variant, direction)) return;
    double unfinished = variant_estimate_of(all, variant, "%s.unfinished", direction).mean * (double)variant->replications;
    double arrived = variant_estimate_of(all, variant, "%s.arrived", direction).mean * (double)variant->replications;
    table_note(table, "≥: %s of %s %s had not been released when the run ended; times and quantiles are lower bounds, shares within a time upper ones.",
        text_count((uint64_t)llround(unfinished), number), text_count((uint64_t)llround(arrived), total), direction_plural(direction));
}

/* The intervals of a row's quantiles and shares below it, where replications give any. */
static void clearance_intervals(const struct variants *all, const struct variant *variant, const char *direction, struct table *table)
{
    static const char *const quantiles[] = {"p50_h", "p90_h", "p95_h"}, *const shares[] = {"within_24h", "within_48h"};
    struct estimate e[5];
    for (int i = 0; i < 3; i++) e[i] = variant_estimate_of(all, variant, "%s.clearance.%s", direction, quantiles[i]);
    for (int i = 0; i < 2; i++) e[3 + i] = variant_estimate_of(all, variant, "%s.clearance.%s", direction, shares[i]);
    if (isnan(e[0].half_width)) return;
    table_cell(table, "  ± 95 %%");
    table_cell(table, "%s", "");
    table_cell(table, "%s", "");
    for (int i = 0; i < 3; i++) table_interval(table, e[i].half_width, quantile_decimals(e[i].mean));
    for (int i = 3; i < 5; i++) table_interval(table, 100 * e[i].half_width, 1);
    table_end_row(table);
}

static void put_header(struct table *table, const char *const *cell, size_t n)
{
    for (size_t i = 0; i < n; i++) table_cell(table, "%s", cell[i]);
    table_end_row(table);
}

static void print_table(struct table *table, FILE *out)
{
    table_print(table, out);
    fputc('\n', out);
    table_destroy(table);
}

static size_t streams_of(const struct facts *facts, const char *direction)
{
    size_t n = 0;
    for (size_t i = 0; i < facts->streams; i++) n += strcmp(facts->stream[i].direction, direction) == 0;
    return n;
}

static void report_clearance(const struct variants *all, const struct variant *variant, FILE *out)
{
    static const char *const header[] = {"CLEARANCE, h", "mean", "95 % int.", "median", "p90", "p95", "in 24 h", "in 48 h"};
    const struct facts *facts = variant->facts;
    struct table *table = table_create("lrrrrrrr");
    put_header(table, header, 8);
    for (size_t i = 0; i < facts->directions; i++) {
        clearance_row(all, variant, facts->direction[i].name, "", table);
        clearance_intervals(all, variant, facts->direction[i].name, table);
        for (size_t k = 0; k < facts->streams && !facts->sites && streams_of(facts, facts->direction[i].name) > 1; k++)
            if (strcmp(facts->stream[k].direction, facts->direction[i].name) == 0) clearance_row(all, variant, facts->stream[k].name, "  ", table);
    }
    for (size_t i = 0; i < facts->directions; i++) clearance_bound(all, variant, facts->direction[i].name, table);
    print_table(table, out);
}

/* ---- lanes ---- */
static double total_of(const struct variants *all, const struct variant *variant, const char *direction, const char *lane, const char *what)
{
    return variant_estimate_of(all, variant, "%s.lane.%s.%s", direction, lane, what).mean * (double)variant->replications;
}

static bool lane_rows(const struct variants *all, const struct variant *variant, const struct facts_direction *direction, struct table *table)
{
    bool some_lost = false, first = true;
    for (size_t i = 0; i < direction->lanes; i++) {
        const char *lane = direction->lane[i];
        double share = variant_estimate_of(all, variant, "%s.lane.%s.share", direction->name, lane).mean;
        double mean = variant_estimate_of(all, variant, "%s.lane.%s.mean_h", direction->name, lane).mean;
        double median = variant_estimate_of(all, variant, "%s.lane.%s.p50_h", direction->name, lane).mean;
        double p90 = variant_estimate_of(all, variant, "%s.lane.%s.p90_h", direction->name, lane).mean;
        double shipments = total_of(all, variant, direction->name, lane, "shipments");
        double lost = total_of(all, variant, direction->name, lane, "not_released");
        if (!(share > 0)) continue;
        char number[32];
        table_cell(table, "%s", first ? direction->name : "");
        first = false;
        table_cell(table, "%s", lane);
        table_share(table, share, 1);
        table_number(table, mean, quantile_decimals(mean));
        table_number(table, median, quantile_decimals(median));
        table_number(table, p90, quantile_decimals(p90));
        table_cell(table, "%s", isnan(shipments) ? "-" : text_count((uint64_t)llround(shipments), number));
        table_cell(table, "%s", isnan(lost) ? "-" : text_count((uint64_t)llround(lost), number));
        table_cell(table, "%s", lost > 0 ? "(a)" : "");
        table_end_row(table);
        some_lost = some_lost || lost > 0;
    }
    return some_lost;
}

static void list_outcomes(const struct facts_direction *direction, char *text, size_t size)
{
    size_t used = strlen(text);
    for (size_t i = 0; i < direction->outcomes && used < size; i++) {
        if (strstr(text, direction->outcome[i])) continue;
        used += (size_t)snprintf(text + used, size - used, "%s%s", used ? ", " : "", direction->outcome[i]);
    }
}

static void report_lanes(const struct variants *all, const struct variant *variant, FILE *out)
{
    static const char *const header[] = {"BY LANE", "", "share", "mean", "median", "p90", "shipments", "not released", ""};
    const struct facts *facts = variant->facts;
    size_t lanes = 0;
    bool some_lost = false;
    char outcomes[200] = "";
    for (size_t i = 0; i < facts->directions; i++) lanes += facts->direction[i].lanes;
    if (!lanes) return;
    struct table *table = table_create("llrrrrrrl");
    put_header(table, header, 9);
    for (size_t i = 0; i < facts->directions; i++) {
        some_lost = lane_rows(all, variant, &facts->direction[i], table) || some_lost;
        list_outcomes(&facts->direction[i], outcomes, sizeof outcomes);
    }
    if (some_lost) table_note(table, "(a) %s: in the shares, not in the times", *outcomes ? outcomes : "not released");
    print_table(table, out);
}

/* ---- stages ---- */
static void stage_cells(struct table *table, const struct facts_stage *stage, double met, double wait, double service)
{
    table_cell(table, "%s", stage->label);
    table_cell(table, "%s", stage->owner);
    table_share(table, met, 0);
    if (wait > 0)
        table_number(table, wait, 2);
    else
        table_cell(table, "-");
    table_number(table, service, 2);
}

static void stage_row(const struct variants *all, const struct variant *variant, const char *direction, const struct facts_stage *stage,
    double sum, struct table *table)
{
    double mean = variant_estimate_of(all, variant, "%s.stage.%s.mean_h", direction, stage->name).mean;
    double met = variant_estimate_of(all, variant, "%s.stage.%s.share_met", direction, stage->name).mean;
    double wait = variant_estimate_of(all, variant, "%s.stage.%s.wait_h", direction, stage->name).mean;
    double service = variant_estimate_of(all, variant, "%s.stage.%s.service_h", direction, stage->name).mean;
    if (isnan(mean)) return;
    stage_cells(table, stage, met, wait, service);
    table_number(table, mean, 2);
    table_share(table, mean / sum, 1);
    table_end_row(table);
}

/* What comes after the release, and the whole stay: below the total, because it is outside the clock. */
static void after_row(const struct variants *all, const struct variant *variant, const char *direction,
    const struct facts_stage *stage, struct table *table)
{
    double arrived = variant_estimate_of(all, variant, "%s.arrived", direction).mean;
    double released = variant_estimate_of(all, variant, "%s.released", direction).mean;
    double met = variant_estimate_of(all, variant, "%s.stage.%s.share_met", direction, stage->name).mean;
    double wait = variant_estimate_of(all, variant, "%s.stage.%s.wait_h", direction, stage->name).mean;
    double service = variant_estimate_of(all, variant, "%s.stage.%s.service_h", direction, stage->name).mean;
    if (isnan(service)) return;
    stage_cells(table, stage, met, wait, service);
    table_number(table, (wait + service) * met * arrived / released, 2);
    table_cell(table, "after");
    table_end_row(table);
}

static void report_after(
    const struct variants *all, const struct variant *variant, const struct facts_direction *direction, struct table *table)
{
    double stay = variant_estimate_of(all, variant, "%s.whole_stay.mean_h", direction->name).mean;
    if (!direction->afters || isnan(stay)) return;
    for (size_t i = 0; i < direction->afters; i++) after_row(all, variant, direction->name, &direction->after[i], table);
    table_cell(table, "whole stay%s", "");
    for (int i = 0; i < 4; i++) table_cell(table, "%s", "");
    table_number(table, stay, 2);
    table_cell(table, "%s", "");
    table_end_row(table);
}

struct owner_time { const char *owner; double hours; };

static size_t sum_owners(const struct variants *all, const struct variant *variant, const struct facts_direction *direction, struct owner_time *owner)
{
    size_t owners = 0;
    for (size_t i = 0; i < direction->stages; i++) {
        double hours = variant_estimate_of(all, variant, "%s.stage.%s.mean_h", direction->name, direction->stage[i].name).mean;
        size_t k = 0;
        while (k < owners && strcmp(owner[k].owner, direction->stage[i].owner) != 0) k++;
        if (k == owners) owner[owners++] = (struct owner_time){direction->stage[i].owner, 0};
        if (!isnan(hours)) owner[k].hours += hours;
    }
    return owners;
}

static int longer_first(const void *a, const void *b)
{
    const struct owner_time *x = a, *y = b;
    return (x->hours < y->hours) - (x->hours > y->hours);
}

static void report_owners(const struct variants *all, const struct variant *variant, const struct facts_direction *direction, FILE *out)
{
    struct owner_time *owner = calloc(direction->stages + 1, sizeof *owner);
    if (!owner) {
        fprintf(stderr, "greenlane: out of memory: whose time it is is left out\n");
        return;
    }
    size_t owners = sum_owners(all, variant, direction, owner), used;
    char line[600], number[32];
    qsort(owner, owners, sizeof *owner, longer_first);
    used = (size_t)snprintf(line, sizeof line, "Whose time:");
    for (size_t i = 0; i < owners && used < sizeof line; i++)
        used += (size_t)snprintf(line + used, sizeof line - used, "%s %s %s h", i ? "," : "", owner[i].owner,
            text_number(owner[i].hours, owner[i].hours < 0.95 ? 2 : 1, number));
    print_wrapped(out, line);
    free(owner);
}

static double stage_sum(const struct variants *all, const struct variant *variant, const struct facts_direction *direction)
{
    double sum = 0;
    for (size_t i = 0; i < direction->stages; i++) {
        double mean = variant_estimate_of(all, variant, "%s.stage.%s.mean_h", direction->name, direction->stage[i].name).mean;
        if (!isnan(mean)) sum += mean;
    }
    return sum;
}

static void report_stages(const struct variants *all, const struct variant *variant, const struct facts_direction *direction, FILE *out)
{
    static const char *const header[] = {"whose time", "met by", "waiting", "service", "mean h", "share"};
    struct table *table = table_create("llrrrrr");
    char name[80];
    double sum = stage_sum(all, variant, direction);
    bool least = variant_is_lower_bound(all, variant, direction->name);
    snprintf(name, sizeof name, "%s BY STAGE", direction->name);
    for (char *at = name; *at; at++) *at = (char)toupper((unsigned char)*at);
    table_cell(table, "%s", name);
    put_header(table, header, 6);
    for (size_t i = 0; i < direction->stages; i++) stage_row(all, variant, direction->name, &direction->stage[i], sum, table);
    table_cell(table, "%s", least ? "sum" : "clearance");
    for (int i = 0; i < 4; i++) table_cell(table, "%s", "");
    table_number(table, sum, 2);
    table_share(table, 1, 1);
    table_end_row(table);
    report_after(all, variant, direction, table);
    table_note(table, "Waiting and service: h for a shipment that meets the stage. Mean: over all %s, along the path that held them up, so the "
                      "stages add up to the total.%s",
        direction_plural(direction->name), least ? " The time so far of the unfinished is in the stages." : "");
    table_print(table, out);
    table_destroy(table);
    report_owners(all, variant, direction, out);
    fputc('\n', out);
}

void report_times(const struct variants *all, const struct variant *variant, FILE *out)
{
    if (!variant->facts->directions) return;
    report_clearance(all, variant, out);
    report_lanes(all, variant, out);
    for (size_t i = 0; i < variant->facts->directions; i++)
        if (variant->facts->direction[i].stages) report_stages(all, variant, &variant->facts->direction[i], out);
}

/* ---- resources ---- */
static void resource_row(const struct variants *all, const struct variant *variant, const struct facts_resource *resource, struct table *table)
{
    char number[32];
    double busy = variant_estimate_of(all, variant, "station.%s.utilisation", resource->name).mean;
    double queue = variant_estimate_of(all, variant, "station.%s.queue.mean", resource->name).mean;
    double most = variant_estimate_of(all, variant, "station.%s.queue.most", resource->name).mean;
    double prompt = variant_estimate_of(all, variant, "station.%s.wait.at_most(1)", resource->name).mean;
    table_cell(table, "%s", resource->name);
    if (!isnan(resource->servers))
        table_number(table, resource->servers, 0);
    else if (resource->by_hours)
        table_cell(table, "%s mean", text_number(variant_estimate_of(all, variant, "station.%s.on_post.mean", resource->name).mean, 1, number));
    else
        table_cell(table, "unlimited");
    table_share(table, busy, 1);
    table_number(table, queue, 1);
    table_number(table, most, 0);
    table_share(table, 1 - prompt, 1);
    table_end_row(table);
}

enum { BUSIEST = 12 };

static int busier_first(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

/* Of hundreds of resources only the busiest stand in a report: the utilisation that they have at least. */
static double busy_enough(const struct variants *all, const struct variant *variant)
{
    const struct facts *facts = variant->facts;
    double *busy = malloc((facts->resources + 1) * sizeof *busy), least = -INFINITY;
    size_t n = 0;
    if (!busy) fprintf(stderr, "greenlane: out of memory: all resources are shown, not the busiest alone\n");
    for (size_t i = 0; busy && i < facts->resources; i++) {
        double value = variant_estimate_of(all, variant, "station.%s.utilisation", facts->resource[i].name).mean;
        if (!isnan(value)) busy[n++] = value;
    }
    if (n > BUSIEST) {
        qsort(busy, n, sizeof *busy, busier_first);
        least = busy[BUSIEST - 1];
    }
    free(busy);
    return least;
}

void report_resources(const struct variants *all, const struct variant *variant, FILE *out)
{
    static const char *const header[] = {"RESOURCE", "servers", "busy", "mean queue", "longest", "waited over 1 h"};
    const struct facts *facts = variant->facts;
    if (!facts->directions || !facts->resources) return;
    struct table *table = table_create("lrrrrr");
    put_header(table, header, 6);
    double least = facts->sites ? busy_enough(all, variant) : -INFINITY;
    for (size_t i = 0; i < facts->resources; i++)
        if (!(variant_estimate_of(all, variant, "station.%s.utilisation", facts->resource[i].name).mean < least))
            resource_row(all, variant, &facts->resource[i], table);
    if (facts->sites) table_note(table, "The busiest of %zu resources.", facts->resources);
    print_table(table, out);
}

/* ---- a network without directions ---- */
void report_network(const struct variants *all, const struct variant *variant, FILE *out)
{
    const struct json_value *shown = json_get(variant->facts->json, "shown");
    if (variant->facts->directions || !shown || shown->kind != JSON_LIST) return;
    struct table *table = table_create("lrrr");
    static const char *const header[] = {"METRIC (times in hours)", "estimate", "95 % int.", "relative"};
    put_header(table, header, 4);
    for (size_t i = 0; i < shown->count; i++) {
        struct estimate e = variant_estimate(all, variant, shown->item[i].text);
        if (isnan(e.mean)) continue;
        table_cell(table, "%s", shown->item[i].text);
        table_cell(table, "%.6g", e.mean);
        if (isnan(e.half_width))
            table_cell(table, "-");
        else
            table_cell(table, "± %.2g", e.half_width);
        table_share(table, e.mean != 0 ? fabs(e.half_width / e.mean) : NAN, 2);
        table_end_row(table);
    }
    table_note(table, "--json has every metric of every stream and station.");
    print_table(table, out);
}
