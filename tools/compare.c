/* compare.c - see compare.h. Which metrics are shown is decided here, from the facts of both variants. */
#include "tools/compare.h"
#include "engine/infer/stopping.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double level = 0.95;

bool is_paired(const struct variants *all, size_t against)
{
    return all->item[0].row->seed == all->item[against].row->seed;
}

static const struct facts_stage *find_stage(const struct variant *variant, const char *direction, const char *name)
{
    const struct facts_direction *found = facts_direction_find(variant->facts, direction);
    for (size_t i = 0; found && i < found->stages; i++)
        if (strcmp(found->stage[i].name, name) == 0) return &found->stage[i];
    return NULL;
}

/* The mean hours of a stage that a variant does not have are 0, not unknown. */
static void fill_absent_stage(const struct variant *variant, const char *metric, double *value)
{
    char direction[80], stage[120];
    if (sscanf(metric, "%79[^.].stage.%119[^.].mean_h", direction, stage) != 2) return;
    if (!facts_direction_find(variant->facts, direction) || find_stage(variant, direction, stage)) return;
    for (size_t i = 0; i < variant->replications; i++) value[i] = 0;
}

static double *read_column(const struct variants *all, const struct variant *variant, const char *metric)
{
    double *value = malloc((variant->replications + 1) * sizeof *value);
    if (!value) return NULL;
    variant_column(all, variant, metric, value);
    fill_absent_stage(variant, metric, value);
    return value;
}

bool compare_pair(const struct variants *all, size_t against, const char *metric, struct compare_line *out)
{
    const struct variant *a = &all->item[0], *b = &all->item[against];
    double *va = read_column(all, a, metric), *vb = read_column(all, b, metric);
    bool good = va && vb;
    snprintf(out->metric, sizeof out->metric, "%s", metric);
    out->against = against;
    out->paired = is_paired(all, against);
    out->p = out->narrowing = NAN;
    if (good) {
        size_t n = a->replications < b->replications ? a->replications : b->replications;
        out->a = interval_mean(va, out->paired ? n : a->replications, level);
        out->b = interval_mean(vb, out->paired ? n : b->replications, level);
        out->difference = out->paired ? interval_paired(va, vb, n, level) : interval_welch(va, a->replications, vb, b->replications, level);
        if (out->paired && n > 1) out->narrowing = interval_narrowing(va, vb, n);
        out->p = interval_estimate_p(&out->difference);
    }
    free(va);
    free(vb);
    return good;
}

/* ---- which lines ---- */
struct collecting {
    struct comparison *out;
    size_t against, direction;
    bool failed;
};

static void add_line(struct collecting *c, enum compare_section section, enum compare_kind kind, const char *label, const char *metric)
{
    struct comparison *out = c->out;
    if (c->failed) return;
    if (out->lines == out->allocated) {
        size_t room = out->allocated ? 2 * out->allocated : 64;
        struct compare_line *grown = realloc(out->line, room * sizeof *grown);
        if (!grown) {
            c->failed = true;
            return;
        }
        out->line = grown;
        out->allocated = room;
    }
    struct compare_line *line = &out->line[out->lines];
    *line = (struct compare_line){.kind = kind, .section = section, .direction = c->direction};
    snprintf(line->label, sizeof line->label, "%s", label);
    c->failed = !compare_pair(out->all, c->against, metric, line);
    bool same = section == SECTION_METRICS && line->difference.mean == 0 && line->difference.sd == 0; /* says nothing */
    same = same || (section == SECTION_BOOKS && line->a.mean == 0 && line->b.mean == 0); /* nobody looks */
    if (!isnan(line->a.mean) && !isnan(line->b.mean) && !same) out->lines++;
}

static void add_direction(struct collecting *c, const struct facts_direction *direction)
{
    static const struct { const char *label, *end; enum compare_kind kind; } shown[] = {
        {"mean", "clearance.mean_h", COMPARE_TIME}, {"median", "clearance.p50_h", COMPARE_TIME}, {"p90", "clearance.p90_h", COMPARE_TIME},
        {"in 24 h", "clearance.within_24h", COMPARE_SHARE}, {"red lane", "lane.red.mean_h", COMPARE_TIME},
    };
    char metric[200];
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
        snprintf(metric, sizeof metric, "%s.%s", direction->name, shown[i].end);
        add_line(c, SECTION_CLEARANCE, shown[i].kind, shown[i].label, metric);
    }
}

static void add_stages(struct collecting *c, const struct facts_direction *direction, const struct variant *b)
{
    const struct facts_direction *other = facts_direction_find(b->facts, direction->name);
    char metric[200];
    for (size_t i = 0; i < direction->stages; i++) {
        snprintf(metric, sizeof metric, "%s.stage.%s.mean_h", direction->name, direction->stage[i].name);
        add_line(c, SECTION_STAGES, COMPARE_TIME, direction->stage[i].label, metric);
    }
    for (size_t i = 0; other && i < other->stages; i++) { /* those that only B has */
        if (find_stage(&c->out->all->item[0], direction->name, other->stage[i].name)) continue;
        snprintf(metric, sizeof metric, "%s.stage.%s.mean_h", direction->name, other->stage[i].name);
        add_line(c, SECTION_STAGES, COMPARE_TIME, other->stage[i].label, metric);
    }
}

/* Pick-up, loading, a stay in bond: outside the clock, so below the stages that add up to it. */
static void add_after(struct collecting *c, const struct facts_direction *direction, const struct variant *b)
{
    const struct facts_direction *other = facts_direction_find(b->facts, direction->name);
    char metric[200];
    if (!direction->afters && !(other && other->afters)) return;
    snprintf(metric, sizeof metric, "%s.after_release.mean_h", direction->name);
    add_line(c, SECTION_AFTER, COMPARE_TIME, "after release", metric);
    snprintf(metric, sizeof metric, "%s.whole_stay.mean_h", direction->name);
    add_line(c, SECTION_AFTER, COMPARE_TIME, "whole stay", metric);
}

/* The single streams of a direction that has several; of sites there are hundreds, and JSON has them. */
static void add_streams(struct collecting *c, const struct facts *facts, const struct facts_direction *direction)
{
    static const struct { const char *label, *end; } shown[] = {{"mean", "clearance.mean_h"}, {"p90", "clearance.p90_h"}};
    size_t streams = 0;
    for (size_t k = 0; k < facts->streams; k++) streams += strcmp(facts->stream[k].direction, direction->name) == 0;
    for (size_t k = 0; k < facts->streams && streams > 1 && !facts->sites; k++) {
        if (strcmp(facts->stream[k].direction, direction->name) != 0) continue;
        for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
            char metric[200], label[100];
            snprintf(metric, sizeof metric, "%s.%s", facts->stream[k].name, shown[i].end);
            snprintf(label, sizeof label, "%s, %s", facts->stream[k].name, shown[i].label);
            add_line(c, SECTION_STREAMS, COMPARE_TIME, label, metric);
        }
    }
}

/* What ledgers tell; no line where no stream keeps one. */
static void add_books(struct collecting *c, const struct facts *facts)
{
    static const struct { const char *label, *end; enum compare_kind kind; } shown[] = {
        {"hit rate", "control.hit_rate", COMPARE_SHARE}, {"recall", "control.recall", COMPARE_SHARE},
        {"with audits", "control.recall_with_audit", COMPARE_SHARE}, {"false alarms", "control.false_alarms", COMPARE_AMOUNT},
        {"duty at risk", "control.duty_at_risk", COMPARE_AMOUNT}, {"duty found", "control.duty_found", COMPARE_AMOUNT},
        {"seized", "outcome.seized.value", COMPARE_AMOUNT}, {"trader cost", "cost.mean", COMPARE_AMOUNT}};
    for (size_t k = 0; k < sizeof shown / sizeof shown[0]; k++)
        for (size_t i = 0; i < facts->directions; i++) {
            char metric[200], label[100];
            c->direction = i;
            snprintf(metric, sizeof metric, "%s.%s", facts->direction[i].name, shown[k].end);
            snprintf(label, sizeof label, "%s, %s", shown[k].label, facts->direction[i].name);
            add_line(c, SECTION_BOOKS, shown[k].kind, facts->directions > 1 ? label : shown[k].label, metric);
        }
}

static void add_effort(struct collecting *c, const struct facts *facts)
{
    static const struct { const char *words, *end; } shown[] = {{"examined", "examined_share"}, {"found in red", "found_share"}};
    char metric[200], label[100];
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < facts->directions; i++) {
            c->direction = i;
            snprintf(metric, sizeof metric, "%s.%s", facts->direction[i].name, shown[k].end);
            snprintf(label, sizeof label, "%s, %s", shown[k].words, facts->direction[i].name);
            add_line(c, SECTION_EFFORT, COMPARE_SHARE, facts->directions > 1 ? label : shown[k].words, metric);
        }
    add_books(c, facts);
    add_line(c, SECTION_EFFORT, COMPARE_AMOUNT, "officer-hours a day", "customs.officer_hours_per_day");
    add_line(c, SECTION_EFFORT, COMPARE_AMOUNT, "wages a day", "customs.wages_per_day");
}

/* Who gained and who lost: by the levels of the attributes that the scenario asks for. */
static void add_levels(struct collecting *c, const struct facts_direction *direction, const struct json_value *by, bool cost)
{
    static const struct { const char *label, *end; bool cost; } shown[] = {
        {"mean", "clearance.mean_h", false}, {"p90", "clearance.p90_h", false}, {"cost", "cost.mean", true}};
    const char *attribute = json_get_text(by, "attribute", "");
    const struct json_value *levels = json_get(by, "levels");
    for (size_t l = 0; levels && levels->kind == JSON_LIST && l < levels->count; l++)
        for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
            char metric[200], label[100];
            snprintf(metric, sizeof metric, "%s.%s[%s=%s]", direction->name, shown[i].end, attribute, levels->item[l].text);
            snprintf(label, sizeof label, "%s, %s", levels->item[l].text, shown[i].label);
            if (shown[i].cost == cost)
                add_line(c, cost ? SECTION_BY_COST : SECTION_BY, cost ? COMPARE_AMOUNT : COMPARE_TIME, label, metric);
        }
}

static void add_bys(struct collecting *c, const struct facts *facts)
{
    const struct json_value *bys = json_get(facts->json, "by");
    for (c->direction = 0; c->direction < facts->directions; c->direction++)
        for (size_t i = 0; bys && bys->kind == JSON_LIST && i < bys->count; i++)
            for (int cost = 0; cost < 2; cost++) add_levels(c, &facts->direction[c->direction], &bys->item[i], cost);
}

/* A network without directions: what its report shows. Holm's correction is over these, not over all that is known. */
static void add_metrics(struct collecting *c)
{
    const struct json_value *shown = json_get(c->out->all->item[0].facts->json, "shown");
    for (size_t i = 0; shown && shown->kind == JSON_LIST && i < shown->count; i++) {
        const char *name = shown->item[i].text;
        bool time = strstr(name, ".wait.") || strstr(name, ".sojourn.") || strstr(name, ".time.");
        add_line(c, SECTION_METRICS, time && !strstr(name, "at_most") ? COMPARE_TIME : COMPARE_AMOUNT, name, name);
    }
}

/* Hours: not their squares, and no count or share. */
static bool is_time(const struct compare_line *line)
{
    static const char *const other[] = {".m2", ".var", ".scv"};
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++)
        if (strstr(line->metric, other[i])) return false;
    return line->kind == COMPARE_TIME;
}

/* About how many more, with luck like that so far: until the difference is clear even as one of all those tested, or the
 * interval lies within the indifference, whichever is sooner. */
static size_t more_needed(const struct comparison *comparison, const struct compare_line *line)
{
    const struct estimate *d = &line->difference;
    size_t n = d->n, best = 0;
    if (fabs(d->mean) + d->half_width < 0.001 * fabs(line->a.mean)) return 0; /* nobody would act on it */
    size_t clear = stopping_needed(d->sd, 1 - (1 - level) / (double)(comparison->tested ? comparison->tested : 1), fabs(d->mean));
    size_t equal = stopping_needed(d->sd, level, line->indifference - fabs(d->mean));
    if (clear > n) best = clear - n;
    if (equal > n && (!best || equal - n < best)) best = equal - n;
    return best;
}

static void settle_indifference(struct comparison *comparison, struct compare_line *line)
{
    const struct indifference *indifference = &comparison->indifference;
    const struct estimate *d = &line->difference;
    if (indifference->relative > 0) line->indifference = indifference->relative * fabs(line->a.mean);
    if (indifference->hours > 0 && is_time(line)) line->indifference = indifference->hours;
    line->equal = line->indifference > 0 && !isnan(line->p) && fabs(d->mean) + d->half_width <= line->indifference;
    if (!line->clear && !line->equal && !isnan(line->p)) line->more = more_needed(comparison, line);
}

/* More of them were never released than a quantile or a mean may pass over: its times are lower bounds, its shares within a
 * time upper ones. */
static bool is_bound(const struct variants *all, const struct variant *variant, const struct compare_line *line)
{
    const struct facts *facts = all->item[0].facts;
    if (line->section == SECTION_EFFORT || line->section == SECTION_BOOKS || !facts->directions) return false;
    return variant_unreleased(all, variant, facts->direction[line->direction].name) > UNRELEASED_MOST;
}

/* B's lower bound above A tells; a bound that lies on the other side of what it is a bound of does not. */
static bool is_untold(const struct comparison *out, const struct compare_line *line)
{
    bool a = is_bound(out->all, &out->all->item[0], line), b = is_bound(out->all, &out->all->item[line->against], line);
    bool up = line->difference.mean > 0, share = line->kind == COMPARE_SHARE;
    return (a && b) || (a && up != share) || (b && up == share);
}

static bool settle_verdicts(struct comparison *out)
{
    double *p = malloc((out->lines + 1) * sizeof *p);
    bool *clear = calloc(out->lines + 1, sizeof *clear);
    bool good = p && clear;
    for (size_t i = 0; good && i < out->lines; i++) p[i] = out->line[i].p;
    if (good) out->tested = interval_holm(p, out->lines, 1 - level, clear);
    for (size_t i = 0; good && i < out->lines; i++) out->line[i].clear = clear[i];
    for (size_t i = 0; good && i < out->lines; i++) out->line[i].untold = clear[i] && is_untold(out, &out->line[i]);
    for (size_t i = 0; good && i < out->lines; i++) settle_indifference(out, &out->line[i]);
    free(p);
    free(clear);
    return good;
}

bool compare_all(const struct variants *all, struct indifference indifference, struct comparison *out)
{
    *out = (struct comparison){.all = all, .indifference = indifference};
    const struct facts *facts = all->item[0].facts;
    struct collecting c = {.out = out};
    for (c.against = 1; c.against < all->count; c.against++) {
        for (c.direction = 0; c.direction < facts->directions; c.direction++) add_direction(&c, &facts->direction[c.direction]);
        for (c.direction = 0; c.direction < facts->directions; c.direction++) {
            add_stages(&c, &facts->direction[c.direction], &all->item[c.against]);
            add_after(&c, &facts->direction[c.direction], &all->item[c.against]);
            add_streams(&c, facts, &facts->direction[c.direction]);
        }
        add_bys(&c, facts);
        if (facts->directions)
            add_effort(&c, facts);
        else
            add_metrics(&c);
    }
    return !c.failed && settle_verdicts(out);
}

void compare_clear(struct comparison *comparison)
{
    free(comparison->line);
    *comparison = (struct comparison){0};
}

const char *compare_verdict(const struct compare_line *line)
{
    if (isnan(line->p)) return "-";
    if (line->untold) return "lower bound";
    if (line->equal) return "practically equal";
    if (!line->clear) return "no clear difference";
    bool less = line->difference.mean < 0;
    if (line->kind == COMPARE_TIME) return less ? "shorter" : "longer";
    return less ? "lower" : "higher";
}
