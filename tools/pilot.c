/* pilot.c - the warm-up of `run: warm_up: auto` (loading.h): MSER-5 on the number inside, averaged over pilots.
 *
 * Pilots begin empty where the window begins and go on to its end, so a warm-up is at most half the window. They are
 * replications of the first variant with numbers far from those of any run: the data that choose the warm-up are not
 * the data that are then measured. What they say is laid on every file of the call as a setting: variants differ by
 * their policies alone, and the variant's key covers it.
 *
 * With a calendar the batches of five values that MSER-5 takes are weeks, or days where there are too few weeks:
 * opening hours would otherwise pass for a transient.
 */
#include "engine/experiment/experiment.h"
#include "engine/infer/interval.h"
#include "engine/infer/warmup.h"
#include "tools/command.h"
#include "tools/loading.h"
#include "tools/signals.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PILOTS = 5, PILOT_FIRST = 1000000, BATCH = 5, WEEKS_LEAST = 10, STEPS = 500, HOURS_MOST = 20000 };
static const double WEEK = 168, DAY = 24, TREND_ERROR = 0.05, TREND_LEAST = 1.2;

struct pilots {
    const struct model *model;
    size_t ticks;
    double *inside; /* pilot-major, by tick */
};

/* ---- running them ---- */
struct extracting {
    const struct model *model;
    size_t ticks;
};

static void *extract(const void *context, size_t network, const struct result *result)
{
    const struct extracting *extracting = context;
    double *inside = calloc(extracting->ticks, sizeof *inside);
    if (inside) model_add_inside(extracting->model, network, result, inside, extracting->ticks);
    return inside;
}

static enum status complete(
    void *context, size_t variant, uint64_t replication, void **part, size_t parts, double seconds)
{
    struct pilots *pilots = context;
    double *sum = pilots->inside + (size_t)(replication - PILOT_FIRST) * pilots->ticks;
    (void)variant;
    (void)seconds;
    for (size_t p = 0; p < parts; p++) {
        const double *inside = part[p];
        for (size_t t = 0; t < pilots->ticks; t++) sum[t] += inside[t];
        free(part[p]);
    }
    return STATUS_OK;
}

static int run_pilots(struct loading *load, struct pilots *pilots)
{
    struct extracting extracting = {pilots->model, pilots->ticks};
    struct experiment_variant variant = {.network = networks_of(pilots->model),
        .networks = model_networks(pilots->model),
        .seed = load->seed,
        .replication_from = PILOT_FIRST,
        .replication_to = PILOT_FIRST + PILOTS,
        .model = &extracting,
        .extract = extract,
        .complete = complete};
    if (!variant.network) return fault("out of memory");
    struct experiment_options how = {.jobs = load->request->options->jobs, .stop = signals_catch(), .context = pilots};
    char why[200] = "";
    enum status status = experiment_run(&variant, 1, &how, why);
    free((void *)variant.network);
    if (status == STATUS_STOPPED) {
        fprintf(stderr, "greenlane: interrupted while pilots looked for the warm-up; nothing is stored yet\n");
        return stopped_early();
    }
    return status == STATUS_OK ? 0 : fault(why);
}

/* ---- what they say ---- */
static bool has_cycles(const struct scenario *scenario)
{
    bool cycles = scenario->run.dated || scenario->calendars > 0;
    for (size_t i = 0; i < scenario->streams; i++) {
        const struct arrivals *arrivals = &scenario->stream[i].arrivals;
        cycles = cycles || arrivals->has_profile || arrivals->sinusoidal || arrivals->kind == ARRIVAL_TIMETABLE ||
                 arrivals->kind == ARRIVAL_REPLAY;
    }
    for (size_t i = 0; i < scenario->resources; i++) cycles = cycles || scenario->resource[i].shifts > 0;
    return cycles;
}

/* A fifth of a batch, in hours. */
static double step_of(const struct scenario *scenario)
{
    double window = scenario->run.measure_to - scenario->run.measure_from;
    if (!has_cycles(scenario)) return window / STEPS;
    if (window >= WEEKS_LEAST * WEEK) return WEEK / BATCH;
    return (window >= WEEKS_LEAST * DAY ? DAY : window / WEEKS_LEAST) / BATCH;
}

/* The integral of the number inside from the beginning to `at` ticks; numbers change along straight lines. */
static double integral(const double *cumulative, size_t ticks, double at)
{
    size_t whole = at < (double)ticks ? (size_t)at : ticks;
    double rest = at - (double)whole;
    double next = whole < ticks ? cumulative[whole + 1] : cumulative[ticks];
    return cumulative[whole] + rest * (next - cumulative[whole]);
}

/* Means over steps of `width` ticks. */
static void average(const double *inside, size_t ticks, double width, double *out, size_t n, double *cumulative)
{
    cumulative[0] = 0;
    for (size_t t = 0; t < ticks; t++) cumulative[t + 1] = cumulative[t] + inside[t];
    for (size_t i = 0; i < n; i++)
        out[i] =
            (integral(cumulative, ticks, (double)(i + 1) * width) - integral(cumulative, ticks, (double)i * width)) /
            width;
}

static double mean_of(const double *value, size_t from, size_t to)
{
    double sum = 0;
    for (size_t i = from; i < to; i++) sum += value[i];
    return sum / (double)(to - from);
}

/* The last third of what is kept against the first, pilot by pilot. */
static void judge_trend(const double *value, size_t n, size_t from, double step, struct warm_up *out)
{
    size_t third = (n - from) / 3;
    double first[PILOTS], last[PILOTS];
    if (third == 0) return;
    for (size_t p = 0; p < PILOTS; p++) {
        first[p] = mean_of(value + p * n, from, from + third);
        last[p] = mean_of(value + p * n, n - third, n);
    }
    struct estimate change = interval_paired(first, last, PILOTS, 0.95);
    double before = interval_mean(first, PILOTS, 0.95).mean;
    if (out->grows) return;
    out->per_day = change.mean / ((double)(n - from - third) * step) * DAY;
    out->grows =
        interval_estimate_p(&change) < TREND_ERROR && change.mean > 1 && before + change.mean > TREND_LEAST * before;
}

static int conclude(const struct pilots *pilots, double tick, double step, struct warm_up *out)
{
    size_t n = (size_t)((double)pilots->ticks * tick / step + 1e-9);
    double *value = malloc((PILOTS * n + 1) * sizeof *value),
           *cumulative = malloc((pilots->ticks + 1) * sizeof *cumulative);
    struct warmup warmup = {0};
    enum status status = STATUS_NO_MEMORY;
    if (value && cumulative) {
        for (size_t p = 0; p < PILOTS; p++)
            average(pilots->inside + p * pilots->ticks, pilots->ticks, step / tick, value + p * n, n, cumulative);
        status = warmup_find(value, PILOTS, n, &warmup);
    }
    *out = (struct warm_up){.sought = true, .found = warmup.found, .hours = (double)warmup.leave_out * step};
    if (status == STATUS_OK) judge_trend(value, n, warmup.leave_out, step, out);
    /* Little is kept, so that a trend may hide in it: the run but for its first fifth tells more. */
    if (status == STATUS_OK && warmup.leave_out >= n * 2 / 5) judge_trend(value, n, n / 5, step, out);
    free(value);
    free(cumulative);
    return status == STATUS_OK ? 0 : fault(status_words(status));
}

/* The scenario is changed for good: it is read again afterwards. */
static int find_warm_up(struct loading *load, struct scenario *scenario, struct warm_up *out)
{
    struct run_plan *run = &scenario->run;
    double window = run->measure_to - run->measure_from;
    run->pilot_ticks = has_cycles(scenario) ? (int)fmin(ceil(window), HOURS_MOST) : STEPS;
    run->warm_up = 0;
    run->batches = 0;
    run->drain_limit = fmax(run->drain_limit,
        2 * window / run->pilot_ticks); /* shipments that begin ahead of a later arrival belong in the last steps */
    struct diagnostics errors;
    diagnostics_init(&errors);
    struct model *model = model_create(scenario, &errors);
    if (!model) print_diagnostics(&errors);
    diagnostics_clear(&errors);
    if (!model) return EXIT_CONTENT;
    struct pilots pilots = {.model = model, .ticks = (size_t)run->pilot_ticks};
    pilots.inside = calloc(PILOTS * pilots.ticks, sizeof *pilots.inside);
    int code = pilots.inside ? run_pilots(load, &pilots) : fault("out of memory");
    if (!code) code = conclude(&pilots, window / run->pilot_ticks, step_of(scenario), out);
    free(pilots.inside);
    model_destroy(model);
    return code;
}

/* ---- for every file ---- */
static int read_again(struct loading *load, double hours, bool every)
{
    char setting[60];
    snprintf(setting, sizeof setting, "run.warm_up=%.10g h", hours);
    for (size_t i = 0; i < load->jobs; i++) {
        struct job *job = &load->job[i];
        if (!every && !job->scenario->run.warm_up_found) continue;
        int code = 0;
        struct scenario *scenario =
            read_scenario_with(&load->request->word[job->word], load->request->options, setting, &code);
        if (!scenario) return code;
        model_destroy(job->model);
        job->model = NULL;
        scenario_destroy(job->scenario);
        job->scenario = scenario;
    }
    return make_models(load, false);
}

/* The warm-up of a stored baseline; files that want theirs found take it, or they could not be paired. */
static int stored_warm_up(struct loading *load, double *hours)
{
    struct store_variant_row *row;
    size_t rows;
    enum status status = store_run_find(load->out->store, load->request->word[0].word, &row, &rows);
    if (status != STATUS_OK) return store_failed(load, status);
    *hours = rows ? row[0].warm_up_h : 0;
    store_variants_free(row, rows);
    return 0;
}

int settle_warm_up(struct loading *load)
{
    bool any = false;
    for (size_t i = 0; i < load->jobs; i++) any = any || load->job[i].scenario->run.warm_up_found;
    if (!any) return 0;
    const struct run_plan *first = &load->job[0].scenario->run;
    bool baseline = load->job[0].word == 0 && first->warm_up_found;
    struct warm_up *found = &load->out->warm_up;
    double hours = first->warm_up;
    int code = 0;
    if (load->job[0].word != 0)
        code = stored_warm_up(load, &hours);
    else if (baseline)
        code = find_warm_up(load, load->job[0].scenario, found);
    return code ? code : read_again(load, baseline ? found->hours : hours, baseline);
}
