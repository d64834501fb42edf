/* precision.c - replications are added until the intervals that count are narrow enough (loading.h, stopping.h).
 *
 * Whether there are enough is asked at fixed checkpoints only and answered from the replications before each, read from
 * the store: the number reached does not depend on the threads, nor on how many were stored already. All variants of a
 * call get the same number, or they could not be paired.
 */
#include "tools/command.h"
#include "tools/loading.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_UNLESS_SAID = 1000 };
static const double LEVEL = 0.95;

void settle_rule(struct loading *load, const struct run_plan *plan)
{
    const struct options *options = load->request->options;
    double wanted = options->precision > 0 ? options->precision : plan ? plan->precision : 0;
    if (options->replications || !load->jobs) wanted = 0;
    size_t most = options->most                 ? (size_t)options->most
                  : plan && plan->precision > 0 ? (size_t)plan->most_replications
                                                : MOST_UNLESS_SAID;
    load->rule = (struct stopping_rule){.relative = wanted, .level = LEVEL, .cap = most < 2 ? 2 : most};
}

/* ---- which metrics count ---- */
static bool add_headline(struct loading *load, size_t job, int metric)
{
    struct headline *grown = realloc(load->headline, (load->headlines + 1) * sizeof *grown);
    if (!grown) return false;
    load->headline = grown;
    grown[load->headlines++] = (struct headline){job, model_metric_name(load->job[job].model, (size_t)metric)};
    return true;
}

static int unknown_metric(const struct job *job, const char *name)
{
    size_t n = model_metrics(job->model);
    const char **known = malloc((n + 1) * sizeof *known), *near = NULL;
    for (size_t i = 0; known && i < n; i++) known[i] = model_metric_name(job->model, i);
    if (known) near = diagnostic_suggest(name, known, n);
    fprintf(stderr, "greenlane: --metric: %s has no metric '%s'; ", job->scenario->name, name);
    if (near)
        fprintf(stderr, "did you mean '%s'?\n", near);
    else
        fprintf(stderr, "name it in run: metrics, or take one that `greenlane run FILE --json` shows\n");
    free(known);
    return EXIT_COMMAND_LINE;
}

static int chosen_metrics(struct loading *load, size_t job)
{
    const struct words *metrics = &load->request->options->metrics;
    for (size_t i = 0; i < metrics->count; i++) {
        int metric = model_metric_find(load->job[job].model, metrics->word[i]);
        if (metric < 0) return unknown_metric(&load->job[job], metrics->word[i]);
        if (!add_headline(load, job, metric)) return fault("out of memory");
    }
    return 0;
}

/* The mean clearance of each direction; without directions the mean time of each stream. */
static int usual_metrics(struct loading *load, size_t job)
{
    static const char *const means[] = {"import.clearance.mean_h", "export.clearance.mean_h"};
    const struct scenario *scenario = load->job[job].scenario;
    const struct model *model = load->job[job].model;
    bool some = false;
    for (int i = 0; i < 2; i++) {
        int metric = model_metric_find(model, means[i]);
        some = some || metric >= 0;
        if (metric >= 0 && !add_headline(load, job, metric)) return fault("out of memory");
    }
    for (size_t s = 0; !some && s < scenario->streams; s++) {
        char name[200];
        snprintf(name, sizeof name, "stream.%s.time.mean", scenario->stream[s].name);
        int metric = model_metric_find(model, name);
        if (metric >= 0 && !add_headline(load, job, metric)) return fault("out of memory");
    }
    return 0;
}

int settle_metrics(struct loading *load)
{
    const struct options *options = load->request->options;
    bool precise = load->rule.relative > 0;
    load->headlines = 0; /* names belong to models, which may have been made anew */
    if (!load->jobs && options->precision > 0) {
        fprintf(stderr, "greenlane: --precision adds replications to scenario files, and stored runs stay as they are; "
                        "name a file\n");
        return EXIT_COMMAND_LINE;
    }
    if (!precise && (options->most || options->metrics.count)) {
        fprintf(stderr, "greenlane: --most and --metric belong to --precision: add --precision 2%%\n");
        return EXIT_COMMAND_LINE;
    }
    for (size_t j = 0; precise && j < load->jobs; j++) {
        int code = options->metrics.count ? chosen_metrics(load, j) : usual_metrics(load, j);
        if (code) return code;
    }
    return 0;
}

/* ---- until it is enough ---- */
static int read_headlines(struct loading *load, double **value, size_t n)
{
    for (size_t h = 0; h < load->headlines; h++) {
        double *column = realloc(value[h], (n + 1) * sizeof *column);
        if (!column) return fault("out of memory");
        value[h] = column;
        const struct headline *headline = &load->headline[h];
        enum status status = store_values(load->out->store, load->job[headline->job].id, headline->metric, column, n);
        if (status != STATUS_OK) return store_failed(load, status);
    }
    return 0;
}

static void remember(struct loading *load, const struct stopping *stopping, double *const *value)
{
    struct precision *out = &load->out->precision;
    *out = (struct precision){.asked = true,
        .reached = stopping->verdict == STOPPING_PRECISE,
        .wanted = load->rule.relative,
        .got = stopping->precision,
        .replications = stopping->replications,
        .most = load->rule.cap};
    if (!load->headlines) return;
    struct estimate worst = interval_mean(value[stopping->worst], stopping->replications, LEVEL);
    out->needed = out->reached ? 0 : stopping_needed(worst.sd, LEVEL, load->rule.relative * fabs(worst.mean));
    snprintf(out->metric, sizeof out->metric, "%s", load->headline[stopping->worst].metric);
}

int simulate_until_precise(struct loading *load)
{
    double **value = calloc(load->headlines + 1, sizeof *value);
    struct stopping stopping = {.verdict = STOPPING_MORE, .replications = stopping_next(&load->rule, 0)};
    int code = value ? 0 : fault("out of memory");
    while (!code && stopping.verdict == STOPPING_MORE) {
        size_t n = stopping.replications;
        code = simulate_to(load, n);
        if (!code) code = read_headlines(load, value, n);
        if (!code) stopping = stopping_decide(&load->rule, (const double *const *)value, load->headlines, n);
    }
    if (!code) remember(load, &stopping, value);
    for (size_t h = 0; value && h < load->headlines; h++) free(value[h]);
    free(value);
    return code;
}
