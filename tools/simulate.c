/* simulate.c - the replications that the store lacks: simulated on all cores, stored in order (loading.h). */
#include "engine/experiment/experiment.h"
#include "tools/command.h"
#include "tools/loading.h"
#include "tools/signals.h"
#include <stdlib.h>
#include <string.h>
#include <uv.h>

static void *extract(const void *model, size_t network, const struct result *result)
{
    return model_extract(model, network, result);
}

static void discard(void *part)
{
    part_destroy(part);
}

static void show_progress(void *context, const struct experiment_progress *now)
{
    struct loading *load = context;
    progress_show(&load->progress, now);
}

/* The record's metrics, then those that only a whole replication has. */
static enum status store_record(
    struct loading *load, struct job *job, const struct record *record, uint64_t number, double seconds)
{
    size_t metrics = model_metrics(job->model);
    const char **name = malloc((metrics + 2) * sizeof *name);
    double *value = malloc((metrics + 2) * sizeof *value);
    struct store_series *series = calloc(record->all_series + 1, sizeof *series);
    struct store_curve *curve = calloc(record->curves + 1, sizeof *curve);
    enum status status = STATUS_NO_MEMORY;
    const bool whole = !load->request->numbers_only;
    if (name && value && series && curve) {
        for (size_t i = 0; i < metrics; i++) {
            name[i] = model_metric_name(job->model, i);
            value[i] = record->value[i];
        }
        name[metrics] = "check.little";
        value[metrics++] = record->little_worst;
        name[metrics] = "check.count";
        value[metrics] = (double)record->checks;
        metrics += record->checks > 0;
        for (size_t i = 0; i < record->all_series; i++) {
            const struct named_series *from = &record->series[i];
            series[i] = (struct store_series){from->name, from->start_h, from->step_h, from->n, from->value};
        }
        for (size_t i = 0; i < record->curves; i++)
            curve[i] = (struct store_curve){
                record->curve[i].name, record->curve[i].n, record->curve[i].upper_h, record->curve[i].share};
        struct store_replication replication = {.replication = number,
            .digest = record->digest,
            .metrics = metrics,
            .metric = name,
            .value = value,
            .all_series = whole ? record->all_series : 0,
            .series = series,
            .curves = whole ? record->curves : 0,
            .curve = curve,
            .events = record->events,
            .entities = record->entities,
            .seconds = seconds};
        status = store_replication_add(load->out->store, job->id, &replication);
    }
    free(name);
    free(value);
    free(series);
    free(curve);
    return status;
}

static enum status complete(
    void *context, size_t variant, uint64_t replication, void **part, size_t parts, double seconds)
{
    struct loading *load = context;
    struct job *job = &load->job[variant];
    struct record *record = model_record(job->model, (struct part **)part, parts);
    if (!record) return STATUS_NO_MEMORY;
    load->stored = store_gather(load->out->store);
    if (load->stored == STATUS_OK) load->stored = store_record(load, job, record, replication, seconds);
    record_destroy(record);
    if (load->stored == STATUS_OK) job->simulated++;
    return load->stored;
}

static enum status settle(void *context)
{
    struct loading *load = context;
    enum status status = store_settle(load->out->store);
    if (status != STATUS_OK) load->stored = status;
    return status;
}

int stopped_early(void)
{
    int code = signals_exit_code();
    return code ? code : EXIT_INTERRUPTED;
}

static int explain_stop(struct loading *load, enum status status, const char *why)
{
    size_t kept = 0, wanted = 0;
    for (size_t i = 0; i < load->jobs; i++) {
        kept += load->job[i].reused + load->job[i].simulated;
        wanted += load->job[i].wanted;
    }
    if (status == STATUS_STOPPED) {
        fprintf(stderr,
            "greenlane: interrupted; %zu of %zu replications are kept in %s, the same command goes on from there\n",
            kept, wanted, load->request->options->db);
        return stopped_early();
    }
    if (load->stored != STATUS_OK) return store_failed(load, load->stored);
    if (status == STATUS_BROKEN)
        fprintf(stderr,
            "greenlane: %s: a check failed, so there is no result to report, and no run is stored: %s\n"
            "greenlane: this is our fault; please report it with the scenario and the seed %llu\n",
            load->job[0].scenario->name, why, (unsigned long long)load->seed);
    else
        fprintf(stderr, "greenlane: %s: %s\n", status_words(status), why);
    return status == STATUS_STUCK ? EXIT_CONTENT : EXIT_FAULT;
}

const struct network **networks_of(const struct model *model)
{
    size_t networks = model_networks(model);
    const struct network **network = malloc((networks + 1) * sizeof *network);
    for (size_t k = 0; network && k < networks; k++) network[k] = model_network(model, k);
    return network;
}

/* The longest network begins first, so that no core waits for it in the end. */
static double *costs_of(const struct model *model)
{
    size_t networks = model_networks(model);
    double *cost = malloc((networks + 1) * sizeof *cost);
    for (size_t k = 0; cost && k < networks; k++) cost[k] = model_network_cost(model, k);
    return cost;
}

static struct experiment_variant describe_job(struct loading *load, struct job *job)
{
    if (!job->network) job->network = networks_of(job->model);
    if (!job->cost && model_networks(job->model) > 1) job->cost = costs_of(job->model);
    return (struct experiment_variant){.network = job->network,
        .networks = model_networks(job->model),
        .seed = load->seed,
        .replication_to = job->wanted,
        .have = job->have,
        .model = job->model,
        .extract = extract,
        .discard = discard,
        .complete = complete,
        .cost = job->cost};
}

/* What the store has of [0, wanted) beside what this command has put there. */
static int look_up(struct loading *load, struct job *job, size_t wanted)
{
    unsigned char *have = realloc(job->have, wanted + 1);
    if (!have) return fault("out of memory");
    job->have = have;
    job->wanted = wanted;
    memset(have, 0, wanted);
    enum status status = store_have(load->out->store, job->id, have, wanted);
    if (status != STATUS_OK) return store_failed(load, status);
    size_t stored = 0;
    for (size_t r = 0; r < wanted; r++) stored += have[r] != 0;
    job->reused = stored - job->simulated;
    return 0;
}

static int simulate(struct loading *load, struct experiment_variant *variant)
{
    const struct options *options = load->request->options;
    char why[200] = "";
    progress_begin(&load->progress, options->quiet);
    struct experiment_options how = {
        .jobs = options->jobs, .stop = signals_catch(), .context = load, .progress = show_progress, .settle = settle};
    uint64_t from = uv_hrtime();
    enum status status = experiment_run(variant, load->jobs, &how, why);
    load->out->seconds += (double)(uv_hrtime() - from) * 1e-9;
    progress_end(&load->progress);
    return status == STATUS_OK ? 0 : explain_stop(load, status, why);
}

int simulate_to(struct loading *load, size_t wanted)
{
    struct experiment_variant *variant = calloc(load->jobs + 1, sizeof *variant);
    int code = variant ? 0 : fault("out of memory");
    size_t missing = 0;
    for (size_t i = 0; !code && i < load->jobs; i++) {
        code = look_up(load, &load->job[i], wanted);
        if (code) break;
        variant[i] = describe_job(load, &load->job[i]);
        if (!variant[i].network) code = fault("out of memory");
        missing += wanted - load->job[i].reused - load->job[i].simulated;
    }
    if (!code && missing) code = simulate(load, variant);
    free(variant);
    return code;
}
