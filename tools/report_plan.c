/* report_plan.c - how a run came about: its warm-up, how many replications were enough, batches of one long run
 * (report.h).
 */
#include "tools/report.h"
#include "tools/table.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double DEPENDENT_BELOW = 0.05; /* p value of `neighbouring batches are independent` */

void describe_hours(double hours, char *text, size_t size)
{
    if (hours >= 48)
        snprintf(text, size, "%.4g d", hours / 24);
    else
        snprintf(text, size, "%.4g h", hours);
}

static void report_warm_up(const struct variants *all, const struct variant *variant, FILE *out)
{
    const struct warm_up *warm_up = &all->warm_up;
    char text[500], length[32];
    if (!warm_up->sought) return;
    describe_hours(warm_up->hours, length, sizeof length);
    int used = snprintf(text, sizeof text, "Warm-up %s, found by MSER-5 on 5 pilots", length);
    size_t left = sizeof text - (size_t)used;
    if (variant->facts->no_steady_claim)
        snprintf(text + used, left, ".");
    else if (!warm_up->found)
        snprintf(text + used, left,
            ". NO STEADY STATE: they had not settled by the middle of the window, where the number inside changes by "
            "%+.3g a day; a longer window, or steady: no_claim for an episode.",
            warm_up->per_day);
    else if (warm_up->grows)
        snprintf(text + used, left,
            ". NO STEADY STATE: behind it the number inside still grows by %.3g a day; a longer window, or "
            "steady: no_claim for an episode.",
            warm_up->per_day);
    else
        snprintf(text + used, left, all->count > 1 ? ", for every variant." : ".");
    print_wrapped(out, text);
}

static void report_precision(const struct variants *all, FILE *out)
{
    const struct precision *precision = &all->precision;
    char text[500], number[32], most[32];
    if (!precision->asked) return;
    text_count(precision->replications, number);
    if (precision->reached) {
        snprintf(text, sizeof text, "Precision %.3g %% is reached with %s replications: ± %.2g %% of %s.",
            100 * precision->wanted, number, 100 * precision->got, precision->metric);
    } else if (isnan(precision->got)) {
        snprintf(text, sizeof text,
            "Precision %.3g %% is NOT reached: %s has no interval after %s replications, the most allowed.",
            100 * precision->wanted, precision->metric, number);
    } else {
        int used = snprintf(text, sizeof text,
            "Precision %.3g %% is NOT reached with %s replications, the most allowed: ± %.2g %% of %s.",
            100 * precision->wanted, number, 100 * precision->got, precision->metric);
        if (precision->needed)
            snprintf(text + used, sizeof text - (size_t)used, " About %s would do: --most %zu.",
                text_count(precision->needed, most), precision->needed);
    }
    print_wrapped(out, text);
}

/* Every metric that is kept by batch; `visit` gets its name. */
static void each_batched(const struct variants *all, const struct variant *variant,
    void (*visit)(void *context, const char *metric, const struct batch_means *batches), void *context)
{
    char **name = NULL;
    size_t names = 0;
    struct batch_means batches;
    if (variant->replications != 1 || store_series_names(all->store, variant->row->id, &name, &names) != STATUS_OK)
        return;
    for (size_t i = 0; i < names; i++) {
        char *end = strstr(name[i], ".by_batch");
        if (!end) continue;
        *end = 0;
        if (variant_batches(all, variant, name[i], &batches)) visit(context, name[i], &batches);
    }
    store_names_free(name, names);
}

struct batch_note {
    size_t batches, dependent;
    char names[300];
};

static void note_batches(void *context, const char *metric, const struct batch_means *batches)
{
    struct batch_note *note = context;
    note->batches = batches->estimate.n;
    if (batches->p_independent >= DEPENDENT_BELOW) return;
    size_t used = strlen(note->names);
    snprintf(note->names + used, sizeof note->names - used, "%s%s", note->dependent++ ? ", " : "", metric);
}

static void report_batches(const struct variants *all, const struct variant *variant, FILE *out)
{
    struct batch_note note = {0};
    char text[600], length[32];
    each_batched(all, variant, note_batches, &note);
    if (!note.batches) return;
    describe_hours(
        (variant->row->window_to_h - variant->row->window_from_h) / (double)note.batches, length, sizeof length);
    int used = snprintf(text, sizeof text, "One long run: intervals of mean times and waits from %zu batches of %s.",
        note.batches, length);
    if (note.dependent)
        snprintf(text + used, sizeof text - (size_t)used,
            " Neighbouring batches depend on each other in %s: those intervals are too narrow; a longer window, or "
            "fewer batches.",
            note.names);
    print_wrapped(out, text);
}

static void report_claim(const struct variant *variant, FILE *out)
{
    if (variant->facts->no_steady_claim)
        print_wrapped(out, "No steady state is claimed (steady: no_claim): the window is an episode, and its numbers "
                           "hold for it alone.");
}

void report_plan(const struct variants *all, const struct variant *variant, FILE *out)
{
    report_warm_up(all, variant, out);
    report_claim(variant, out);
    report_precision(all, out);
    report_batches(all, variant, out);
}

/* ---- JSON ---- */
static void json_batch(void *context, const char *metric, const struct batch_means *batches)
{
    struct json *json = context;
    json_map(json, metric);
    json_count(json, "batches", batches->estimate.n);
    json_number(json, "lag1", batches->lag1);
    json_number(json, "p_independent", batches->p_independent);
    json_end(json);
}

void json_plan(const struct variants *all, const struct variant *variant, struct json *json)
{
    const struct warm_up *warm_up = &all->warm_up;
    const struct precision *precision = &all->precision;
    json_map(json, "warm_up");
    json_number(json, "hours", variant->row->warm_up_h);
    json_text(json, "found_by", warm_up->sought ? "MSER-5" : NULL);
    if (warm_up->sought) {
        json_count(json, "pilots", 5);
        json_flag(json, "settled", warm_up->found && !warm_up->grows);
        json_number(json, "growth_per_day", warm_up->per_day);
    }
    json_end(json);
    json_text(json, "steady", variant->facts->no_steady_claim ? "no_claim" : "claim");
    if (precision->asked) {
        json_map(json, "precision");
        json_number(json, "wanted", precision->wanted);
        json_number(json, "got", precision->got);
        json_text(json, "metric", precision->metric);
        json_flag(json, "reached", precision->reached);
        json_count(json, "replications", precision->replications);
        json_count(json, "most", precision->most);
        if (precision->needed) json_count(json, "needed", precision->needed);
        json_end(json);
    }
    json_map(json, "batches"); /* metrics whose interval comes from batches of one long run */
    each_batched(all, variant, json_batch, json);
    json_end(json);
}
