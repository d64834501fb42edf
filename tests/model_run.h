/* model_run.h - for tests: a scenario compiled and run in this process, its metrics averaged over replications. */
#ifndef GREENLANE_TESTS_MODEL_RUN_H
#define GREENLANE_TESTS_MODEL_RUN_H

#include "models/clearance/model.h"
#include "tests/scenario_text.h"
#include <math.h>
#include <stdbool.h>

struct model_run {
    struct scenario *scenario;
    struct model *model;
    double *mean;               /* by metric */
    char digest[64][33];        /* by replication */
    char network_digest[8][33]; /* of the first replication */
    char messages[2000];        /* of reading and of compiling */
};

static bool run_replication(struct model_run *run, struct simulation **sim, uint64_t replication)
{
    struct part *part[8];
    for (size_t n = 0; n < model_networks(run->model); n++) {
        const struct result *result;
        if (simulation_run(sim[n], run->scenario->run.seed, replication, NULL, &result) != STATUS_OK) return false;
        if (replication == 0) digest_text(&result->digest, run->network_digest[n]);
        part[n] = model_extract(run->model, n, result);
    }
    struct record *record = model_record(run->model, part, model_networks(run->model));
    if (!record) return false;
    for (size_t i = 0; i < model_metrics(run->model); i++) run->mean[i] += record->value[i];
    snprintf(run->digest[replication], 33, "%s", record->digest);
    record_destroy(record);
    return true;
}

/* False, with messages, when it does not compile or a replication fails. */
static bool model_run(struct model_run *run, int replications)
{
    struct diagnostics errors;
    diagnostics_init(&errors);
    run->model = run->scenario ? model_create(run->scenario, &errors) : NULL;
    for (size_t i = 0; i < errors.count; i++) {
        size_t used = strlen(run->messages);
        snprintf(run->messages + used, sizeof run->messages - used, "%d: %s\n", errors.item[i].place.line,
            errors.item[i].text);
    }
    diagnostics_clear(&errors);
    if (!run->model) return false;
    struct simulation *sim[8] = {NULL};
    bool fine = model_networks(run->model) <= 8 && replications <= 64;
    run->mean = calloc(model_metrics(run->model) + 1, sizeof *run->mean);
    for (size_t n = 0; fine && n < model_networks(run->model); n++)
        sim[n] = simulation_create(model_network(run->model, n), NULL);
    for (int r = 0; fine && r < replications; r++) fine = run_replication(run, sim, (uint64_t)r);
    for (size_t i = 0; i < model_metrics(run->model); i++) run->mean[i] /= replications;
    for (size_t n = 0; n < 8; n++) simulation_destroy(sim[n]);
    return fine;
}

/* metric: asked for beside the scenario's own; NULL: none. */
static inline bool model_run_text(struct model_run *run, const char *text, const char *metric, int replications)
{
    memset(run, 0, sizeof *run);
    run->scenario = scenario_of(text, run->messages, sizeof run->messages);
    char *asked[] = {(char *)metric};
    if (run->scenario && metric) {
        run->scenario->run.metric = asked;
        run->scenario->run.metrics = 1;
    }
    bool fine = model_run(run, replications);
    if (run->scenario && metric) run->scenario->run.metrics = 0;
    return fine;
}

static void model_run_clear(struct model_run *run)
{
    free(run->mean);
    model_destroy(run->model);
    scenario_destroy(run->scenario);
    memset(run, 0, sizeof *run);
}

static double model_run_value(const struct model_run *run, const char *metric)
{
    int index = model_metric_find(run->model, metric);
    return index < 0 ? NAN : run->mean[index];
}

#endif
