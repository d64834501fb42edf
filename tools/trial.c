/* trial.c - scenario -> model -> experiment, each replication reduced to the numbers asked for as soon as it is done.
 */
#include "tools/trial.h"
#include "models/clearance/model.h"
#include "tools/command.h"
#include "tools/signals.h"
#include "tools/variants.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

enum { QUICK_PART = 5, QUICK_LEAST = 20, MOST_SETTINGS = 16, MOST_ESTIMATE_METRICS = 16 };

struct running {
    const struct trial_request *request;
    struct trial *trial;
    const struct model *model;
    int (*metric)[MOST_ESTIMATE_METRICS]; /* the model's number of each metric of each estimate */
};

static int out_of_memory(void)
{
    fprintf(stderr, "greenlane: out of memory\n");
    return EXIT_FAULT;
}

/* ---- the scenario ---- */

/* Cuts `PATH=VALUE; PATH=VALUE` in place. */
static size_t cut_settings(char *text, const char *setting[MOST_SETTINGS])
{
    size_t n = 0;
    char *rest = NULL;
    for (char *word = strtok_r(text, ";", &rest); word && n < MOST_SETTINGS; word = strtok_r(NULL, ";", &rest))
        setting[n++] = word + strspn(word, " ");
    return n;
}

/* Warnings are left unsaid: an overload is what some cases are about. */
static int report(struct diagnostics *errors, int code)
{
    if (errors->errors) print_diagnostics(errors);
    diagnostics_clear(errors);
    return code;
}

static int read_trial(const struct trial_request *request, struct scenario **out)
{
    const char *setting[MOST_SETTINGS];
    char *settings = request->settings ? strdup(request->settings) : NULL;
    if (request->settings && !settings) return out_of_memory();
    struct scenario_request wanted = {.path = request->path, .set = setting};
    if (settings) wanted.sets = cut_settings(settings, setting);
    struct diagnostics errors;
    diagnostics_init(&errors);
    *out = scenario_read(&wanted, &errors);
    free(settings);
    return report(&errors, *out ? 0 : errors.unreadable ? EXIT_UNREADABLE : EXIT_CONTENT);
}

static int find_metrics(struct running *running)
{
    const struct trial_request *request = running->request;
    for (size_t i = 0; i < request->estimates; i++)
        for (size_t k = 0; k < expression_metrics(request->estimate[i]); k++) {
            const char *name = expression_metric(request->estimate[i], k);
            int found = model_metric_find(running->model, name);
            running->metric[i][k] = found;
            if (found >= 0) continue;
            fprintf(stderr, "greenlane: %s: it has no metric '%s'; name it in run: metrics\n", request->path, name);
            return EXIT_CONTENT;
        }
    return 0;
}

/* ---- running ---- */

static void *extract(const void *model, size_t network, const struct result *result)
{
    return model_extract(model, network, result);
}

static enum status complete(
    void *context, size_t variant, uint64_t replication, void **part, size_t parts, double seconds)
{
    struct running *running = context;
    const struct trial_request *request = running->request;
    struct record *record = model_record(running->model, (struct part **)part, parts);
    (void)variant;
    if (!record) return STATUS_NO_MEMORY;
    for (size_t i = 0; i < request->estimates; i++) {
        double value[MOST_ESTIMATE_METRICS];
        for (size_t k = 0; k < expression_metrics(request->estimate[i]); k++)
            value[k] = record->value[running->metric[i][k]];
        running->trial->value[i][replication] = expression_value(request->estimate[i], value);
    }
    running->trial->entities += record->entities;
    running->trial->worked += seconds;
    record_destroy(record);
    return STATUS_OK;
}

static void show_progress(void *context, const struct experiment_progress *progress)
{
    progress_show(((struct running *)context)->request->progress, progress);
}

static int simulate(struct running *running)
{
    const struct trial_request *request = running->request;
    size_t networks = model_networks(running->model);
    const struct network **network = malloc((networks + 1) * sizeof *network);
    if (!network) return out_of_memory();
    for (size_t i = 0; i < networks; i++) network[i] = model_network(running->model, i);
    struct experiment_variant variant = {.network = network,
        .networks = networks,
        .seed = request->seed,
        .replication_to = running->trial->n,
        .model = running->model,
        .extract = extract,
        .complete = complete};
    struct experiment_options how = {.jobs = request->options->jobs,
        .stop = signals_catch(),
        .context = running,
        .progress = request->progress ? show_progress : NULL};
    char why[200] = "";
    uint64_t from = uv_hrtime();
    enum status status = experiment_run(&variant, 1, &how, why);
    running->trial->seconds = (double)(uv_hrtime() - from) * 1e-9;
    free(network);
    if (status == STATUS_OK) return 0;
    if (status == STATUS_STOPPED) return signals_exit_code() ? signals_exit_code() : EXIT_INTERRUPTED;
    fprintf(stderr, "greenlane: %s: %s: %s\n", request->path, status_words(status), why);
    return status == STATUS_STUCK ? EXIT_CONTENT : EXIT_FAULT;
}

static size_t replications(const struct scenario *scenario, bool quick)
{
    size_t all = (size_t)scenario->run.replications, part = all / QUICK_PART;
    if (!quick || all <= QUICK_LEAST) return all;
    return part < QUICK_LEAST ? QUICK_LEAST : part;
}

static bool make_room(struct trial *trial, size_t estimates)
{
    trial->value = calloc(estimates + 1, sizeof *trial->value);
    if (!trial->value) return false;
    for (; trial->estimates < estimates; trial->estimates++)
        if (!(trial->value[trial->estimates] = malloc((trial->n + 1) * sizeof(double)))) return false;
    return true;
}

static int run_model(struct running *running)
{
    running->metric = calloc(running->request->estimates + 1, sizeof *running->metric);
    if (!running->metric || !make_room(running->trial, running->request->estimates)) return out_of_memory();
    int code = find_metrics(running);
    return code ? code : simulate(running);
}

/* A replication may be tiny and there may be 100,000: only what the expressions ask for is evaluated. The list is the
 * caller's to free. */
static const char **ask_only_for_estimates(const struct trial_request *request, struct scenario *scenario)
{
    size_t n = scenario->run.metrics;
    for (size_t i = 0; i < request->estimates; i++) n += expression_metrics(request->estimate[i]);
    const char **name = calloc(n + 1, sizeof *name);
    if (!name) return NULL;
    for (n = 0; n < scenario->run.metrics; n++) name[n] = scenario->run.metric[n];
    for (size_t i = 0; i < request->estimates; i++)
        for (size_t k = 0; k < expression_metrics(request->estimate[i]); k++)
            name[n++] = expression_metric(request->estimate[i], k);
    scenario->run.metric = (char **)name;
    scenario->run.metrics = n;
    scenario->run.only_listed = true;
    return name;
}

int trial_run(const struct trial_request *request, struct trial *trial)
{
    struct scenario *scenario = NULL;
    *trial = (struct trial){0};
    int code = read_trial(request, &scenario);
    if (code) return code;
    const char **asked = ask_only_for_estimates(request, scenario);
    if (!asked) {
        scenario_destroy(scenario);
        return out_of_memory();
    }
    struct diagnostics errors;
    diagnostics_init(&errors);
    struct model *model = model_create(scenario, &errors);
    code = report(&errors, model ? 0 : EXIT_CONTENT);
    struct running running = {.request = request, .trial = trial, .model = model};
    trial->n = replications(scenario, request->quick);
    if (!code) code = run_model(&running);
    free(running.metric);
    model_destroy(model);
    scenario_destroy(scenario);
    free(asked);
    if (code) trial_clear(trial);
    return code;
}

void trial_clear(struct trial *trial)
{
    for (size_t i = 0; i < trial->estimates; i++) free(trial->value[i]);
    free(trial->value);
    *trial = (struct trial){0};
}
