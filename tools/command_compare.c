/* command_compare.c - `greenlane compare A B [C...]`: each against the first, in the lines of a page. */
#include "tools/command.h"
#include "tools/compare.h"
#include "tools/load.h"
#include "tools/report.h"
#include "tools/table.h"
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static char letter_of(size_t variant)
{
    return (char)('A' + variant);
}

/* ---- heading ---- */
static void print_variants(const struct variants *all)
{
    struct table *table = table_create("llllll");
    size_t widest = 0;
    for (size_t i = 0; i < all->count; i++) widest = text_width(all->item[i].row->name) > widest ? text_width(all->item[i].row->name) : widest;
    for (size_t i = 0; i < all->count; i++) {
        const struct variant *variant = &all->item[i];
        char length[40];
        describe_length(variant, length, sizeof length);
        table_cell(table, "%c", letter_of(i));
        table_cell(table, "%s", variant->row->name);
        table_cell(table, "run:%lld", (long long)variant->row->run);
        table_cell(table, widest > 12 ? "%zu x %s" : "%zu replications x %s", variant->replications, length);
        table_cell(table, "seed %llu", (unsigned long long)variant->row->seed);
        table_cell(table, !variant->inputs ? "" : widest > 12 ? "%zu of %zu assumed" : "%zu of %zu inputs assumed", variant->assumed, variant->inputs);
        table_end_row(table);
    }
    table_print(table, stdout);
    table_destroy(table);
    report_notices(all, stdout);
}

static const struct compare_line *find_line(const struct comparison *comparison, size_t against, const char *metric)
{
    for (size_t i = 0; i < comparison->lines; i++)
        if (comparison->line[i].against == against && strcmp(comparison->line[i].metric, metric) == 0) return &comparison->line[i];
    return NULL;
}

static int sentence_part(const struct compare_line *line, const char *plural, bool first, char pair[2], char *text, size_t size)
{
    char number[32], name[80];
    double change = line->difference.mean, relative = fabs(change / line->a.mean);
    snprintf(name, sizeof name, "%s", plural);
    if (first) name[0] = (char)toupper((unsigned char)name[0]);
    if (line->untold)
        return snprintf(text, size, first ? "Of %s it cannot be told where they clear sooner: too many were never released" : ", of %s neither", plural);
    if (line->equal && first)
        return snprintf(text, size, "%s are practically equal in mean clearance in %c and %c", name, pair[0], pair[1]);
    if (line->equal) return snprintf(text, size, ", %s are practically equal", name);
    if (!line->clear && first) return snprintf(text, size, "%s show no clear difference in mean clearance between %c and %c", name, pair[0], pair[1]);
    if (!line->clear) return snprintf(text, size, ", %s show no clear difference", name);
    text_number(fabs(change), fabs(change) < 0.95 ? 2 : 1, number);
    const char *way = change < 0 ? "sooner" : "later", *more = change < 0 ? "less" : "more";
    if (first)
        return snprintf(text, size, "%s clear %s h %s in %c than in %c (%.0f %% %s)", name, number, way, pair[1], pair[0], 100 * relative, more);
    return snprintf(text, size, ", %s %s h %s (%.0f %% %s)", name, number, way, 100 * relative, more);
}

/* Some mean is, and meets what it was fitted to, and nothing was changed after that. */
static bool means_are_fitted(const struct variants *all, const struct variant *variant)
{
    bool some = false;
    if (!variant_is_as_filed(variant)) return false;
    for (size_t i = 0; i < variant->expects; i++) {
        const struct store_expect *expect = &variant->expect[i];
        if (!strstr(expect->metric, ".clearance.mean_h") || strcmp(expect->role, "fitted") != 0) continue;
        if (!expect_is_met(expect, variant_estimate(all, variant, expect->metric).mean)) return false;
        some = true;
    }
    return some;
}

static void print_sentence(const struct comparison *comparison, size_t against)
{
    const struct variants *all = comparison->all;
    const struct facts *facts = all->item[0].facts;
    char text[900] = "", metric[200], pair[2] = {'A', letter_of(against)};
    size_t used = 0;
    bool first = true;
    for (size_t i = 0; i < facts->directions && used < sizeof text; i++) {
        snprintf(metric, sizeof metric, "%s.clearance.mean_h", facts->direction[i].name);
        const struct compare_line *line = find_line(comparison, against, metric);
        if (!line || isnan(line->p)) continue;
        used += (size_t)sentence_part(line, direction_plural(facts->direction[i].name), first, pair, text + used, sizeof text - used);
        first = false;
    }
    if (!used || used >= sizeof text) return;
    used += (size_t)snprintf(text + used, sizeof text - used, ".");
    if (means_are_fitted(all, &all->item[0]) && means_are_fitted(all, &all->item[against]) && used < sizeof text)
        snprintf(text + used, sizeof text - used,
            " The means of both were fitted to published totals: this shows that the model can reproduce them, not why they differ.");
    print_wrapped(stdout, text);
}

static void print_lower_bounds(const struct variants *all, size_t against)
{
    const size_t both[2] = {0, against};
    for (int k = 0; k < 2; k++) {
        const struct variant *variant = &all->item[both[k]];
        for (size_t i = 0; i < variant->facts->directions; i++)
            if (variant_is_lower_bound(all, variant, variant->facts->direction[i].name)) {
                char text[200];
                snprintf(text, sizeof text, "%c: some %s were not released when the run ended: times are lower bounds, shares within a time upper ones.",
                    letter_of(both[k]), direction_plural(variant->facts->direction[i].name));
                print_wrapped(stdout, text);
            }
    }
}

/* ---- lines ---- */
static bool is_effort(const struct compare_line *line)
{
    return line->section == SECTION_EFFORT || line->section == SECTION_BOOKS;
}

/* Sums of money are wider than the column. */
static bool is_million(const struct compare_line *line)
{
    return line->kind == COMPARE_AMOUNT && fmax(fabs(line->a.mean), fabs(line->b.mean)) >= 1e6;
}

static int decimals_of(const struct compare_line *line)
{
    double smaller = fmin(fabs(line->a.mean), fabs(line->b.mean));
    if (line->kind == COMPARE_SHARE) return 1;
    if (is_million(line)) return 2;
    if (line->kind == COMPARE_AMOUNT) return smaller < 10 ? 1 : 0;
    bool quantile = strstr(line->metric, ".p50_h") || strstr(line->metric, ".p90_h") || strstr(line->metric, ".lane.");
    return quantile && smaller >= 1 ? 1 : 2;
}

static void print_left(const char *text, size_t width)
{
    size_t taken = text_width(text);
    fputs(text, stdout);
    printf("%*s", taken < width ? (int)(width - taken) : 1, "");
}

static void print_right(const char *text, size_t width)
{
    size_t taken = text_width(text);
    printf("%*s%s", taken < width ? (int)(width - taken) : 1, "", text);
}

enum { LABEL_WIDTH = 23, A_WIDTH = 8, B_WIDTH = 9, DIFFERENCE_WIDTH = 10, INTERVAL_WIDTH = 9, CHANGE_WIDTH = 9 };

/* Of any size and unit: five digits each. */
static void print_metric_values(const struct compare_line *line)
{
    char text[64];
    const double value[4] = {line->a.mean, line->b.mean, line->difference.mean, line->difference.half_width};
    static const char *const format[4] = {"%.5g", "%.5g", "%+.3g", "± %.2g"};
    static const size_t width[4] = {A_WIDTH + 2, B_WIDTH + 1, DIFFERENCE_WIDTH - 1, INTERVAL_WIDTH + 1};
    for (int i = 0; i < 4; i++) {
        snprintf(text, sizeof text, isnan(value[i]) ? "-" : fabs(value[i]) >= 1e5 && fabs(value[i]) < 1e9 ? (i == 3 ? "± %.0f" : i == 2 ? "%+.0f" : "%.0f") : format[i], value[i]);
        print_right(text, width[i]);
    }
}

static void print_values(const struct compare_line *line)
{
    char number[32], text[64];
    int decimals = decimals_of(line);
    double scale = line->kind == COMPARE_SHARE ? 100 : is_million(line) ? 1e-6 : 1;
    const char *unit = line->kind == COMPARE_SHARE ? " %" : is_million(line) ? " M" : "",
               *point = line->kind == COMPARE_SHARE ? " pt" : unit;
    snprintf(text, sizeof text, "%s%s", text_number(scale * line->a.mean, decimals, number), unit);
    print_right(text, A_WIDTH);
    snprintf(text, sizeof text, "%s%s", text_number(scale * line->b.mean, decimals, number), unit);
    print_right(text, B_WIDTH);
    double half = scale * line->difference.half_width;
    if (half > 0 && half < 0.5 * pow(10, -decimals)) decimals++; /* so that the interval does not read as none */
    text_number(scale * line->difference.mean, decimals, number);
    snprintf(text, sizeof text, "%s%s%s", line->difference.mean > 0 && strspn(number, "0.") < strlen(number) ? "+" : "", number, point);
    print_right(text, DIFFERENCE_WIDTH);
    if (isnan(line->difference.half_width))
        snprintf(text, sizeof text, "-");
    else
        snprintf(text, sizeof text, "± %s", text_number(half, decimals, number));
    print_right(text, INTERVAL_WIDTH);
}

static void print_line(const struct compare_line *line)
{
    char text[96];
    snprintf(text, sizeof text, "  %s", line->label);
    if (text_width(text) >= LABEL_WIDTH - 5 && line->section == SECTION_METRICS)
        printf("%s\n%*s", text, LABEL_WIDTH - 5, "");
    else if (text_width(text) >= LABEL_WIDTH)
        printf("%.*s… ", LABEL_WIDTH - 2, text);
    else
        print_left(text, line->section == SECTION_METRICS ? LABEL_WIDTH - 5 : LABEL_WIDTH);
    if (line->section == SECTION_METRICS)
        print_metric_values(line);
    else
        print_values(line);
    text[0] = 0;
    if (line->clear && line->kind != COMPARE_SHARE && line->a.mean != 0)
        snprintf(text, sizeof text, "%+.1f %%", 100 * line->difference.mean / line->a.mean);
    if (line->clear || isnan(line->p)) print_right(text, CHANGE_WIDTH);
    printf("  %s\n", compare_verdict(line));
}

static void print_header(const char *title, char other)
{
    char difference[16] = {other, ' ', '-', ' ', 'A', 0}, b[2] = {other, 0};
    print_left(title, LABEL_WIDTH);
    print_right("A", A_WIDTH);
    print_right(b, B_WIDTH);
    print_right(difference, DIFFERENCE_WIDTH);
    print_right("± 95 %", INTERVAL_WIDTH);
    print_right("change", CHANGE_WIDTH);
    printf("  %c is\n", other);
}

/* A stage can take less of everybody's time and yet longer for those who meet it: say so. */
static void print_stage_note(const struct variants *all, const struct compare_line *line)
{
    const char *direction = all->item[0].facts->direction[line->direction].name;
    char stage[120] = "", text[300];
    if (sscanf(line->metric + strlen(direction), ".stage.%119[^.]", stage) != 1) return;
    const struct variant *a = &all->item[0], *b = &all->item[line->against];
    double if_a = variant_estimate_of(all, a, "%s.stage.%s.mean_if_met_h", direction, stage).mean;
    double if_b = variant_estimate_of(all, b, "%s.stage.%s.mean_if_met_h", direction, stage).mean;
    double met_a = variant_estimate_of(all, a, "%s.stage.%s.share_met", direction, stage).mean;
    double met_b = variant_estimate_of(all, b, "%s.stage.%s.share_met", direction, stage).mean;
    bool opposite = line->clear && (if_b - if_a) * line->difference.mean < 0 && fabs(if_b - if_a) > 0.05 * if_a;
    if (!opposite) return;
    snprintf(text, sizeof text, "  %s: %s for a shipment that meets it (%.1f to %.1f h), but met by %.0f %% instead of %.0f %%.", line->label,
        if_b > if_a ? "longer" : "shorter", if_a, if_b, 100 * met_b, 100 * met_a);
    print_wrapped(stdout, text);
}

static int longer_change_first(const void *a, const void *b)
{
    const struct compare_line *x = *(const struct compare_line *const *)a, *y = *(const struct compare_line *const *)b;
    double dx = fabs(x->difference.mean), dy = fabs(y->difference.mean);
    return dx != dy ? (dx < dy) - (dx > dy) : (x > y) - (x < y);
}

static void print_stages(const struct comparison *comparison, size_t against, size_t direction)
{
    const struct variants *all = comparison->all;
    const struct compare_line **stage = malloc((comparison->lines + 1) * sizeof *stage);
    size_t n = 0;
    char title[100];
    struct compare_line total = {0};
    for (size_t i = 0; stage && i < comparison->lines; i++) {
        const struct compare_line *line = &comparison->line[i];
        if (line->section == SECTION_STAGES && line->against == against && line->direction == direction) stage[n++] = line;
    }
    if (n) {
        qsort(stage, n, sizeof *stage, longer_change_first);
        snprintf(title, sizeof title, "\n%s BY STAGE, mean h over all %s\n", all->item[0].facts->direction[direction].name,
            direction_plural(all->item[0].facts->direction[direction].name));
        for (char *at = title; *at && *at != ' '; at++) *at = (char)toupper((unsigned char)*at);
        fputs(title, stdout);
    }
    for (size_t i = 0; i < n; i++) {
        print_line(stage[i]);
        total.a.mean += stage[i]->a.mean;
        total.b.mean += stage[i]->b.mean;
    }
    total.difference = (struct estimate){.mean = total.b.mean - total.a.mean, .half_width = NAN};
    if (n) {
        print_left("  clearance", LABEL_WIDTH);
        total.section = SECTION_STAGES;
        print_values(&total);
        putchar('\n');
    }
    for (size_t i = 0; n && i < comparison->lines; i++) {
        const struct compare_line *line = &comparison->line[i];
        if (line->section == SECTION_AFTER && line->against == against && line->direction == direction) print_line(line);
    }
    for (size_t i = 0; i < n; i++) print_stage_note(all, stage[i]);
    free(stage);
}

/* "IMPORT BY CLASS, clearance h", with what stands behind. */
static void print_block_title(const char *direction, const char *by, const char *what)
{
    char title[160];
    snprintf(title, sizeof title, "%s by %s", direction, by);
    putchar('\n');
    for (const char *at = title; *at; at++) putchar(*at == '_' ? ' ' : toupper((unsigned char)*at));
    printf(", %s\n", what);
}

/* The single streams of a direction. */
static void print_streams(const struct comparison *comparison, size_t against, size_t direction)
{
    bool first = true;
    for (size_t i = 0; i < comparison->lines; i++) {
        const struct compare_line *line = &comparison->line[i];
        if (line->section != SECTION_STREAMS || line->against != against || line->direction != direction) continue;
        if (first) print_block_title(comparison->all->item[0].facts->direction[direction].name, "stream", "clearance h");
        first = false;
        print_line(line);
    }
}

/* A block for each attribute that the scenario asks for, a line for each level and statistic. */
static void print_bys(const struct comparison *comparison, size_t against, size_t direction)
{
    char last[64] = "";
    enum compare_section section = SECTION_CLEARANCE;
    for (size_t i = 0; i < comparison->lines; i++) {
        const struct compare_line *line = &comparison->line[i];
        char attribute[64] = "";
        bool by = line->section == SECTION_BY || line->section == SECTION_BY_COST;
        if (!by || line->against != against || line->direction != direction) continue;
        const char *open = strchr(line->metric, '[');
        if (open) sscanf(open, "[%63[^=]", attribute);
        if (strcmp(attribute, last) != 0 || line->section != section)
            print_block_title(comparison->all->item[0].facts->direction[direction].name, attribute,
                line->section == SECTION_BY ? "clearance h" : "trader's cost of a shipment");
        snprintf(last, sizeof last, "%s", attribute);
        section = line->section;
        print_line(line);
    }
}

/* Mean over the window of what the calendars say, so an input. */
static double officers_on_post(const struct variants *all, const struct variant *variant)
{
    return variant_estimate(all, variant, "customs.officers_on_post.mean").mean;
}

static void print_effort(const struct comparison *comparison, size_t against)
{
    const struct variants *all = comparison->all;
    printf("\nCONTROL AND EFFORT\n");
    for (size_t i = 0; i < comparison->lines; i++)
        if (is_effort(&comparison->line[i]) && comparison->line[i].against == against) print_line(&comparison->line[i]);
    double a = officers_on_post(all, &all->item[0]), b = officers_on_post(all, &all->item[against]);
    char text[40];
    if (isnan(a) || isnan(b)) return;
    int decimals = fabs(a - round(a)) < 0.05 && fabs(b - round(b)) < 0.05 ? 0 : 1;
    print_left("  officers on post", LABEL_WIDTH);
    printf("%*.*f%*.*f", A_WIDTH, decimals, a, B_WIDTH, decimals, b);
    snprintf(text, sizeof text, "%s%.*f", b > a ? "+" : "", decimals, b - a);
    print_right(text, DIFFERENCE_WIDTH);
    printf("%*s  input\n", INTERVAL_WIDTH + CHANGE_WIDTH, "");
}

static void print_pair(const struct comparison *comparison, size_t against)
{
    const struct variants *all = comparison->all;
    const struct facts *facts = all->item[0].facts;
    print_sentence(comparison, against);
    print_lower_bounds(all, against);
    putchar('\n');
    print_header(facts->directions ? "" : "METRIC, times in h", letter_of(against));
    for (size_t d = 0; d < facts->directions; d++) {
        for (const char *at = facts->direction[d].name; *at; at++) putchar(toupper((unsigned char)*at));
        printf(" clearance, h\n");
        for (size_t i = 0; i < comparison->lines; i++) {
            const struct compare_line *line = &comparison->line[i];
            if (line->section == SECTION_CLEARANCE && line->against == against && line->direction == d) print_line(line);
        }
    }
    for (size_t i = 0; i < comparison->lines; i++)
        if (comparison->line[i].section == SECTION_METRICS && comparison->line[i].against == against) print_line(&comparison->line[i]);
    for (size_t d = 0; d < facts->directions; d++) print_stages(comparison, against, d);
    for (size_t d = 0; d < facts->directions; d++) print_streams(comparison, against, d);
    for (size_t d = 0; d < facts->directions; d++) print_bys(comparison, against, d);
    if (facts->directions) print_effort(comparison, against);
}

/* ---- what the intervals mean ---- */
static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double middle_narrowing(const struct comparison *comparison)
{
    double *value = malloc((comparison->lines + 1) * sizeof *value), middle = NAN;
    size_t n = 0;
    for (size_t i = 0; value && i < comparison->lines; i++)
        if (isfinite(comparison->line[i].narrowing)) value[n++] = comparison->line[i].narrowing;
    if (n) {
        qsort(value, n, sizeof *value, by_value);
        middle = value[n / 2];
    }
    free(value);
    return middle;
}

/* The lines that are nearest to a verdict, and what would settle them. */
static void print_advice(const struct comparison *comparison)
{
    enum { SHOWN = 3 };
    const struct compare_line *nearest[SHOWN] = {NULL};
    char text[600], number[32];
    size_t unsettled = 0, used;
    for (size_t i = 0; i < comparison->lines; i++) {
        const struct compare_line *line = &comparison->line[i];
        if (!line->more) continue;
        unsettled++;
        for (int k = 0; k < SHOWN; k++) {
            if (nearest[k] && nearest[k]->more <= line->more) continue;
            const struct compare_line *moved = nearest[k];
            nearest[k] = line;
            line = moved;
            if (!line) break;
        }
    }
    if (!unsettled) return;
    used = (size_t)snprintf(text, sizeof text, "No clear difference yet:");
    for (int k = 0; k < SHOWN && nearest[k] && used < sizeof text; k++) {
        const struct compare_line *line = nearest[k];
        const char *shown = is_effort(line) || line->section == SECTION_METRICS ? line->label : line->metric;
        used += (size_t)snprintf(text + used, sizeof text - used, "%s about %s more replication%s would settle %s", k ? "," : "",
            text_count(line->more, number), line->more == 1 ? "" : "s", shown);
    }
    if (unsettled > SHOWN && used < sizeof text)
        used += (size_t)snprintf(text + used, sizeof text - used, ", and more the other %zu", unsettled - SHOWN);
    if (used < sizeof text) snprintf(text + used, sizeof text - used, ".");
    print_wrapped(stdout, text);
}

static void describe_indifference(const struct comparison *comparison, char *text, size_t size)
{
    const struct indifference *indifference = &comparison->indifference;
    *text = 0;
    if (indifference->hours > 0)
        snprintf(text, size, " Practically equal: times whose whole interval lies within ± %.4g h.", indifference->hours);
    else if (indifference->relative > 0)
        snprintf(text, size, " Practically equal: the whole interval lies within ± %.4g %% of A.", 100 * indifference->relative);
}

static void print_meaning(const struct comparison *comparison)
{
    const struct variants *all = comparison->all;
    char text[900];
    int used = snprintf(text, sizeof text, "Verdicts hold jointly at 5 %% (Holm, %zu comparisons). Each ± is a 95 %% interval and covers chance alone.", comparison->tested);
    bool paired = true;
    for (size_t i = 1; i < all->count; i++) paired = paired && is_paired(all, i);
    double narrowing = middle_narrowing(comparison);
    if (!paired)
        used += snprintf(text + used, sizeof text - (size_t)used, " The seeds differ, so not all are the same shipments: Welch's interval for independent runs.");
    else if (!isnan(narrowing))
        used += narrowing > 1000 /* the variants hardly differ: the factor is rounding */
            ? snprintf(text + used, sizeof text - (size_t)used, " Same shipments in all: intervals over 1,000 times narrower than with independent runs (the middle line).")
            : snprintf(text + used, sizeof text - (size_t)used, " Same shipments in all: intervals %.1f times narrower than with independent runs (the middle line).", narrowing);
    else if (comparison->tested == 0)
        used += snprintf(text + used, sizeof text - (size_t)used, " One replication gives no interval; -n 10 would.");
    describe_indifference(comparison, text + used, sizeof text - (size_t)used);
    putchar('\n');
    print_wrapped(stdout, text);
    print_advice(comparison);
    report_plan(all, &all->item[0], stdout);
}

/* ---- JSON ---- */
static void json_variant(struct json *json, const struct variant *variant)
{
    json_text(json, "scenario", variant->row->name);
    json_count(json, "run", (uint64_t)variant->row->run);
    json_count(json, "replications", variant->replications);
    json_count(json, "seed", variant->row->seed);
    if (variant->facts->notice) json_text(json, "notice", variant->facts->notice);
}

static void json_differences(const struct comparison *comparison, size_t against, struct json *json)
{
    const struct variants *all = comparison->all;
    char **name = NULL;
    size_t names = 0;
    if (store_metric_names(all->store, all->item[against].row->id, &name, &names) != STATUS_OK) return;
    json_map(json, "differences");
    for (size_t i = 0; i < names; i++) {
        struct compare_line line = {0};
        if (!compare_pair(all, against, name[i], &line)) continue;
        const struct compare_line *shown = find_line(comparison, against, name[i]);
        json_map(json, name[i]);
        json_number(json, "estimate", line.difference.mean);
        json_number(json, "half_width", line.difference.half_width);
        json_number(json, "a", line.a.mean);
        json_number(json, "b", line.b.mean);
        json_number(json, "narrowing", line.narrowing);
        if (shown) {
            json_text(json, "verdict", isnan(shown->p) ? NULL : compare_verdict(shown));
            if (shown->indifference > 0) json_number(json, "indifference", shown->indifference);
            if (shown->more) json_count(json, "more_replications", shown->more);
        }
        json_end(json);
    }
    json_end(json);
    store_names_free(name, names);
}

static void print_json(const struct comparison *comparison)
{
    const struct variants *all = comparison->all;
    struct json json = {.out = stdout};
    json_map(&json, NULL);
    json_count(&json, "schema_version", 1);
    json_count(&json, "comparisons", comparison->tested); /* over which verdicts hold jointly */
    json_number(&json, "narrowing", middle_narrowing(comparison));
    json_plan(all, &all->item[0], &json);
    json_map(&json, "baseline");
    json_variant(&json, &all->item[0]);
    json_end(&json);
    for (size_t i = 1; i < all->count; i++) {
        if (i == 2) json_list(&json, "further"); /* C, D, ... against A, each like B above */
        if (i >= 2) json_map(&json, NULL);
        json_variant(&json, &all->item[i]);
        json_text(&json, "interval", is_paired(all, i) ? "paired" : "welch");
        json_differences(comparison, i, &json);
        if (i >= 2) json_end(&json);
    }
    if (all->count > 2) json_end(&json);
    json_end(&json);
}

int command_compare(const struct options *options)
{
    struct loaded loaded;
    struct comparison comparison = {0};
    int code = load_words(&loaded, options, 0, "compare", LOAD_BASELINE_UNCHANGED);
    if (!code && loaded.variants.count < 2) {
        fprintf(stderr, "greenlane: compare: there is only one variant; name another, or change it with --policy or --set\n");
        code = EXIT_COMMAND_LINE;
    }
    if (!code) code = variants_tell_apart(&loaded.variants);
    if (!code && !compare_all(&loaded.variants, options->indifference, &comparison)) {
        fprintf(stderr, "greenlane: out of memory\n");
        code = EXIT_FAULT;
    }
    if (!code && options->json) {
        print_json(&comparison);
    } else if (!code) {
        print_variants(&loaded.variants);
        for (size_t i = 1; i < loaded.variants.count; i++) {
            if (i > 1) putchar('\n');
            print_pair(&comparison, i);
        }
        print_meaning(&comparison);
    }
    compare_clear(&comparison);
    loaded_clear(&loaded);
    return code;
}
