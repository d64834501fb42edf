/* report_end.c - what stands below the tables of a run: how far to trust it (report.h). */
#include "tools/report.h"
#include "tools/table.h"
#include "tools/trend.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

void report_evidence(const struct variants *all, const struct variant *variant, FILE *out)
{
    char text[400];
    struct batch_means batches;
    bool none = variant->replications < 2;
    for (size_t i = 0; none && i < variant->facts->resources; i++) {
        char metric[200];
        snprintf(metric, sizeof metric, "station.%s.wait.mean", variant->facts->resource[i].name);
        none = !variant_batches(all, variant, metric, &batches);
    }
    if (!variant->inputs) return;
    snprintf(text, sizeof text, "± is chance alone; it does not cover the assumptions: %zu of %zu inputs are assumed (greenlane show assumptions run:%lld).%s",
        variant->assumed, variant->inputs, (long long)variant->row->run,
        none ? " One replication gives no interval; -n 10 would, or --batches 20." : "");
    print_wrapped(out, text);
}

/* ---- published values ---- */
bool expect_is_met(const struct store_expect *expect, double mean)
{
    double room = expect->within_relative ? expect->within * fabs(expect->value) : expect->within;
    return fabs(mean - expect->value) <= room;
}

/* "import.clearance.mean_h" reads "import mean". */
static void metric_words(const char *metric, char *text, size_t size)
{
    static const struct { const char *end, *words; } known[] = {
        {".clearance.mean_h", "mean"}, {".clearance.p50_h", "median"}, {".clearance.p90_h", "p90"}, {".clearance.p95_h", "p95"},
        {".clearance.within_24h", "in 24 h"}, {".clearance.within_48h", "in 48 h"},
        {".lodgement_to_release.mean_h", "lodgement to release"},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        size_t n = strlen(metric), m = strlen(known[i].end);
        if (n <= m || strcmp(metric + n - m, known[i].end) != 0) continue;
        snprintf(text, size, "%.*s %s", (int)(n - m), metric, known[i].words);
        return;
    }
    snprintf(text, size, "%s", metric);
}

/* 16.70 h reads 16.7: a published figure has the digits that were published, and its unit stands beside the estimate. */
static void trim_published(char *value)
{
    char *point = strchr(value, '.'), *unit = strchr(value, ' ');
    if (!unit) return;
    char *end = unit;
    while (point && end > point && (end[-1] == '0' || end[-1] == '.')) end--;
    if (strcmp(unit, " h") == 0)
        *end = 0;
    else
        memmove(end, unit, strlen(unit) + 1);
}

static void room_words(const struct store_expect *expect, char *text, size_t size)
{
    if (expect->within_relative)
        snprintf(text, size, ", within %.3g %%", 100 * expect->within);
    else if (strstr(expect->metric, "share") || strstr(expect->metric, "within_"))
        snprintf(text, size, ", within %.3g points", 100 * expect->within);
    else
        snprintf(text, size, ", within %.3g", expect->within);
}

size_t report_expects(const struct variants *all, const struct variant *variant, FILE *out)
{
    size_t missed = 0;
    for (size_t i = 0; i < variant->expects; i++) {
        const struct store_expect *expect = &variant->expect[i];
        double mean = variant_estimate(all, variant, expect->metric).mean;
        bool met = expect_is_met(expect, mean);
        char words[120], value[40], published[40], room[40], line[400];
        metric_words(expect->metric, words, sizeof words);
        describe_value(expect->metric, mean, value, sizeof value);
        describe_value(expect->metric, expect->value, published, sizeof published);
        trim_published(published);
        room_words(expect, room, sizeof room);
        snprintf(line, sizeof line, "%-10s %s %s, published %s%s", strcmp(expect->role, "fitted") == 0 ? "fitted" : "held back", words,
            value, published, room);
        size_t width = text_width(line);
        fprintf(out, "%s%*s%s\n", line, width < 74 ? (int)(74 - width) : 1, "", met ? "ok" : "MISSED");
        missed += !met;
    }
    if (variant->expects && !variant_is_as_filed(variant))
        print_wrapped(out, "Published values are of the file as it stands, not of what was switched on or set here.");
    return missed;
}

void report_promises(const struct variants *all, const struct variant *variant, FILE *out)
{
    for (size_t i = 0; i < variant->facts->promises; i++) {
        const struct facts_promise *promise = &variant->facts->promise[i];
        double kept = variant_estimate_of(all, variant, "promise.%s.share", promise->name).mean;
        if (isnan(kept)) continue;
        fprintf(out, "promise    %s: %.1f %% within %.4g h", promise->name, 100 * kept, promise->at_most_h);
        if (!isnan(promise->share)) fprintf(out, ", promised for %.4g %%: %s", 100 * promise->share, kept >= promise->share ? "kept" : "BROKEN");
        fputc('\n', out);
    }
}

/* ---- checks ---- */
void report_checks(const struct variants *all, const struct variant *variant, FILE *out)
{
    double little = variant_estimate(all, variant, "check.little").mean;
    char growing[300], text[700], law[60] = "";
    size_t grow =
        variant->facts->no_steady_claim ? QUEUES_UNKNOWN : queues_that_grow(all, variant, growing, sizeof growing);
    if (little < 1e-9)
        snprintf(law, sizeof law, ", Little's law to rounding");
    else if (!isnan(little))
        snprintf(law, sizeof law, ", Little's law to %.2g %%", 100 * little);
    if (grow == QUEUES_UNKNOWN || variant->facts->no_steady_claim)
        snprintf(text, sizeof text, "Checks passed: flow conserved%s.", law);
    else if (grow == 0)
        snprintf(text, sizeof text, "Checks passed: flow conserved%s, no trend in any queue.", law);
    else
        snprintf(text, sizeof text, "Checks passed: flow conserved%s. NO STEADY STATE: the queue grows at %s, so the times depend on the length of the run.",
            law, growing);
    print_wrapped(out, text);
}

/* ---- JSON ---- */
static void json_metrics(const struct variants *all, const struct variant *variant, struct json *json)
{
    char **name = NULL;
    size_t names = 0;
    if (store_metric_names(all->store, variant->row->id, &name, &names) != STATUS_OK) return;
    json_map(json, "metrics");
    for (size_t i = 0; i < names; i++) {
        struct estimate e = variant_estimate(all, variant, name[i]);
        json_map(json, name[i]);
        json_number(json, "estimate", e.mean);
        json_number(json, "half_width", e.half_width);
        json_end(json);
    }
    json_end(json);
    store_names_free(name, names);
}

static void json_expects(const struct variants *all, const struct variant *variant, struct json *json)
{
    json_list(json, "expectations");
    for (size_t i = 0; i < variant->expects; i++) {
        const struct store_expect *expect = &variant->expect[i];
        double mean = variant_estimate(all, variant, expect->metric).mean;
        json_map(json, NULL);
        json_text(json, "metric", expect->metric);
        json_text(json, "role", expect->role);
        json_number(json, "published", expect->value);
        json_number(json, "estimate", mean);
        json_flag(json, "met", expect_is_met(expect, mean));
        json_text(json, "source", expect->source);
        json_end(json);
    }
    json_end(json);
}

static void json_digests(const struct variants *all, const struct variant *variant, struct json *json)
{
    json_list(json, "digests");
    for (size_t i = 0; i < variant->replications; i++) {
        char digest[33] = "";
        if (store_digest(all->store, variant->row->id, i, digest) == STATUS_OK) json_text(json, NULL, digest);
    }
    json_end(json);
}

static void json_growth(const struct variants *all, const struct variant *variant, struct json *json)
{
    char growing[300];
    size_t grow = variant->facts->no_steady_claim ? QUEUES_UNKNOWN : queues_that_grow(all, variant, growing, sizeof growing);
    json_text(json, "queues_that_grow", grow == QUEUES_UNKNOWN ? NULL : grow ? growing : "");
}

void report_json(const struct variants *all, const struct variant *variant, FILE *out)
{
    struct json json = {.out = out};
    const struct facts *facts = variant->facts;
    json_map(&json, NULL);
    json_count(&json, "schema_version", 1);
    json_text(&json, "scenario", variant->row->name);
    json_text(&json, "title", variant->row->title);
    if (facts->notice) json_text(&json, "notice", facts->notice);
    if (facts->currency) json_text(&json, "currency", facts->currency);
    json_count(&json, "run", (uint64_t)variant->row->run);
    json_count(&json, "replications", variant->replications);
    json_count(&json, "seed", variant->row->seed);
    json_map(&json, "inputs");
    json_count(&json, "total", variant->inputs);
    json_count(&json, "assumed", variant->assumed);
    json_end(&json);
    json_plan(all, variant, &json);
    double checks = variant_estimate(all, variant, "check.count").mean * (double)variant->replications;
    if (!isnan(checks)) json_count(&json, "checks", (uint64_t)llround(checks)); /* debug builds count what held after each event */
    json_growth(all, variant, &json);
    json_list(&json, "lower_bounds"); /* directions of which some shipments were unfinished */
    for (size_t i = 0; i < facts->directions; i++)
        if (variant_is_lower_bound(all, variant, facts->direction[i].name)) json_text(&json, NULL, facts->direction[i].name);
    json_end(&json);
    json_metrics(all, variant, &json);
    json_expects(all, variant, &json);
    json_digests(all, variant, &json);
    json_end(&json);
}
