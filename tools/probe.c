/* probe.c - see probe.h: scenario -> model -> experiment, without a store. */
#include "tools/probe.h"
#include "models/clearance/model.h"
#include "tools/command.h"
#include "tools/signals.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct probed {
    struct scenario *scenario;
    struct model *model;
    const struct network **network;
    int *metric; /* the model's number of each */
};

struct probing {
    const struct probe_request *request;
    struct probed *item;
    double *value;
};

static int no_memory(void)
{
    fprintf(stderr, "greenlane: out of memory\n");
    return EXIT_FAULT;
}

static int find_metrics(const struct probe_request *request, struct probed *item)
{
    for (size_t k = 0; k < request->metrics; k++) {
        const char *name = request->metric[k];
        item->metric[k] = model_metric_find(item->model, name);
        if (item->metric[k] >= 0) continue;
        size_t n = model_metrics(item->model);
        const char **known = malloc((n + 1) * sizeof *known);
        for (size_t i = 0; known && i < n; i++) known[i] = model_metric_name(item->model, i);
        const char *near = known ? diagnostic_suggest(name, known, n) : NULL;
        fprintf(stderr, "greenlane: %s has no metric '%s'; %s%s%s\n", item->scenario->name, name, near ? "did you mean '" : "name it in run: metrics, or see ",
            near ? near : "`greenlane run FILE --json`", near ? "'?" : "");
        free(known);
        return EXIT_CONTENT;
    }
    return 0;
}

static int prepare(struct probing *probing, size_t w)
{
    const struct probe_request *request = probing->request;
    struct probed *item = &probing->item[w];
    int code = 0;
    item->scenario = read_scenario(&request->word[w], request->options, &code);
    if (!item->scenario) return code;
    struct diagnostics errors;
    diagnostics_init(&errors);
    item->model = model_create(item->scenario, &errors);
    if (!item->model) print_diagnostics(&errors);
    diagnostics_clear(&errors);
    if (!item->model) return EXIT_CONTENT;
    size_t networks = model_networks(item->model);
    item->metric = malloc((request->metrics + 1) * sizeof *item->metric);
    item->network = malloc((networks + 1) * sizeof *item->network);
    if (!item->metric || !item->network) return no_memory();
    for (size_t i = 0; i < networks; i++) item->network[i] = model_network(item->model, i);
    return find_metrics(request, item);
}

static void *extract(const void *model, size_t network, const struct result *result)
{
    return model_extract(model, network, result);
}

static enum status complete(void *context, size_t variant, uint64_t replication, void **part, size_t parts, double seconds)
{
    struct probing *probing = context;
    const struct probe_request *request = probing->request;
    struct probed *item = &probing->item[variant];
    struct record *record = model_record(item->model, (struct part **)part, parts);
    (void)seconds;
    if (!record) return STATUS_NO_MEMORY;
    for (size_t k = 0; k < request->metrics; k++)
        probing->value[(variant * request->metrics + k) * request->replications + replication] = record->value[item->metric[k]];
    record_destroy(record);
    return STATUS_OK;
}

static void show(void *context, const struct experiment_progress *now)
{
    progress_show(((struct probing *)context)->request->progress, now);
}

static int simulate(struct probing *probing)
{
    const struct probe_request *request = probing->request;
    struct experiment_variant *variant = calloc(request->words + 1, sizeof *variant);
    if (!variant) return no_memory();
    for (size_t w = 0; w < request->words; w++) {
        struct probed *item = &probing->item[w];
        variant[w] = (struct experiment_variant){.network = item->network, .networks = model_networks(item->model), .seed = request->seed,
            .replication_to = request->replications, .model = item->model, .extract = extract, .complete = complete};
    }
    struct experiment_options how = {
        .jobs = request->options->jobs, .stop = signals_catch(), .context = probing, .progress = request->progress ? show : NULL};
    char why[200] = "";
    enum status status = experiment_run(variant, request->words, &how, why);
    free(variant);
    if (status == STATUS_OK) return 0;
    if (status == STATUS_STOPPED) {
        fprintf(stderr, "greenlane: interrupted; nothing was stored\n");
        return signals_exit_code() ? signals_exit_code() : EXIT_INTERRUPTED;
    }
    fprintf(stderr, "greenlane: %s: %s\n", status_words(status), why);
    return EXIT_FAULT;
}

int probe_run(const struct probe_request *request, double *value)
{
    struct probing probing = {.request = request, .value = value};
    probing.item = calloc(request->words + 1, sizeof *probing.item);
    int code = probing.item ? 0 : no_memory();
    for (size_t w = 0; !code && w < request->words; w++) code = prepare(&probing, w);
    if (!code) code = simulate(&probing);
    for (size_t w = 0; probing.item && w < request->words; w++) {
        model_destroy(probing.item[w].model);
        scenario_destroy(probing.item[w].scenario);
        free(probing.item[w].network);
        free(probing.item[w].metric);
    }
    free(probing.item);
    return code;
}

int probe_estimates(const struct probe_request *request, struct estimate *out)
{
    double *value = malloc((request->metrics * request->replications + 1) * sizeof *value);
    int code = value ? probe_run(request, value) : no_memory();
    for (size_t k = 0; !code && k < request->metrics; k++)
        out[k] = interval_mean(value + k * request->replications, request->replications, 0.95);
    free(value);
    return code;
}
