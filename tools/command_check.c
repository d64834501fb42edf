/* command_check.c - `greenlane check FILE...`: does a scenario read and compile, and what is in it. Nothing is
 * simulated or stored. Every file is checked, so that one go shows everything. */
#include "models/clearance/model.h"
#include "models/scenario/node.h"
#include "tools/command.h"
#include "tools/frame.h"
#include "tools/json.h"
#include "tools/table.h"
#include "tools/variants.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const kinds[] = {
    "arrivals at a rate", "renewal arrivals", "a timetable", "a replay", "a closed population", "vessels"};

static void print_streams(const struct scenario *s)
{
    static const char *const directions[] = {"", ", import", ", export"};
    printf("streams:    %zu\n", s->streams);
    for (size_t i = 0; i < s->streams; i++) {
        const struct stream *stream = &s->stream[i];
        const char *process = stream->process >= 0 ? s->process[stream->process].name : "-";
        printf("  %-20s %s", stream->name, kinds[stream->arrivals.kind]);
        double a_day = 24 * stream->arrivals.rate;
        char text[32];
        if (a_day > 0) printf(" of %s a day", text_number(a_day, a_day < 10 ? 2 : a_day < 100 ? 1 : 0, text));
        printf("%s, process %s\n", directions[stream->direction], process);
    }
}

static void print_resources(const struct scenario *s)
{
    printf("resources:  %zu\n", s->resources);
    for (size_t i = 0; i < s->resources; i++) {
        const struct resource *resource = &s->resource[i];
        printf("  %-20s ", resource->name);
        if (resource->shifts)
            printf("%zu shift%s", resource->shifts, resource->shifts == 1 ? "" : "s");
        else if (resource->pools)
            printf("%zu pools", resource->pools);
        else if (resource->servers == INT32_MAX)
            printf("unlimited");
        else
            printf("%d server%s", resource->servers, resource->servers == 1 ? "" : "s");
        printf(", %s\n", resource->owner ? resource->owner : "customs");
    }
}

static void print_policies(const struct scenario *s)
{
    if (!s->policies) return;
    printf("policies:   %zu\n", s->policies);
    for (size_t i = 0; i < s->policies; i++) {
        const struct policy *policy = &s->policy[i];
        bool level = policy->on && policy->level;
        printf("  %-20s %s%s%s%s%s\n", policy->name, policy->title ? policy->title : "", policy->on ? " (on" : "",
            level ? ": " : "", level ? policy->level : "", policy->on ? ")" : "");
    }
}

static void print_summary(const char *word, const struct scenario *s, const struct model *model)
{
    const struct run_plan *plan = &s->run;
    printf("%s: no errors. %s%s%s\n", word, s->name, s->title ? ": " : "", s->title ? s->title : "");
    printf("run:        %d replications of %.4g d after %.4g d of warm-up, seed %llu\n", plan->replications,
        (plan->measure_to - plan->measure_from) / 24, plan->warm_up / 24, (unsigned long long)plan->seed);
    print_streams(s);
    print_resources(s);
    print_policies(s);
    printf("steps:      %zu in %zu process%s\n", s->steps, s->processes, s->processes == 1 ? "" : "es");
    printf("networks:   %zu that share no resource\n", model_networks(model));
    printf("inputs:     %zu, of which %zu assumed\n", scenario_inputs(s), scenario_assumed(s));
    printf("metrics:    %zu, published values to meet: %zu\n", model_metrics(model), s->expects);
}

static void print_json(const char *word, const struct scenario *s, const struct model *model)
{
    struct json json = {.out = stdout};
    json_map(&json, NULL);
    json_count(&json, "schema_version", 1);
    json_text(&json, "file", word);
    json_text(&json, "scenario", s->name);
    json_text(&json, "title", s->title);
    json_list(&json, "streams");
    for (size_t i = 0; i < s->streams; i++) json_text(&json, NULL, s->stream[i].name);
    json_end(&json);
    json_list(&json, "resources");
    for (size_t i = 0; i < s->resources; i++) json_text(&json, NULL, s->resource[i].name);
    json_end(&json);
    json_count(&json, "inputs", scenario_inputs(s));
    json_count(&json, "assumed", scenario_assumed(s));
    json_list(&json, "metrics");
    for (size_t i = 0; i < model_metrics(model); i++) json_text(&json, NULL, model_metric_name(model, i));
    json_end(&json);
    json_end(&json);
}

/* The file with one policy more, or a level of it. A warning with the first fault, as it may want another policy beside it. */
static bool try_policy(const struct options *options, const struct variant_word *word, const char *name, const char *level, struct diagnostics *said)
{
    struct diagnostics errors;
    struct words policies = {0};
    char *policy = NULL;
    diagnostics_init(&errors);
    bool fine = asprintf(&policy, "%s%s%s", name, level ? "=" : "", level ? level : "") >= 0;
    for (size_t i = 0; fine && i < word->policies.count; i++) fine = words_push(&policies, word->policies.word[i]);
    fine = fine && words_push(&policies, policy);
    const struct scenario_request request = {.path = word->file,
        .policy = policies.word,
        .policies = policies.count,
        .set = word->sets.word,
        .sets = word->sets.count,
        .tree = {.allow_path = options->allow_paths.word, .allow_paths = options->allow_paths.count}};
    scenario_destroy(fine ? scenario_read(&request, &errors) : NULL);
    diagnostics_sort(&errors);
    for (size_t i = 0; i < errors.count; i++) {
        const struct diagnostic *item = &errors.item[i];
        if (item->level != DIAGNOSTIC_ERROR || item->place.line == 0) continue; /* no place: it acts by its levels only */
        diagnostics_add(said, DIAGNOSTIC_WARNING, item->place, "policy %s by itself cannot be laid on the file: %s", policy, item->text);
        break;
    }
    diagnostics_clear(&errors);
    free(policies.word);
    free(policy);
    return fine;
}

static bool try_policies(const struct options *options, const struct variant_word *word, const struct scenario *s)
{
    const struct node *policies = tree_find(s->tree, "policies");
    struct diagnostics said;
    bool fine = true;
    if (strcmp(word->file, "-") == 0) return true; /* cannot be read again */
    diagnostics_init(&said);
    for (size_t i = 0; i < s->policies && fine; i++) {
        const char *name = s->policy[i].name;
        const struct node *levels = policies ? node_get(node_get(policies, name), "levels") : NULL;
        if (s->policy[i].on) continue;
        fine = try_policy(options, word, name, NULL, &said);
        for (size_t k = 0; fine && levels && levels->kind == NODE_MAP && k < levels->count; k++)
            fine = try_policy(options, word, name, levels->key[k]->text, &said);
    }
    print_diagnostics(&said);
    diagnostics_clear(&said);
    return fine;
}

static int check_one(const struct options *options, const char *text)
{
    struct variant_word word;
    int code = 0;
    if (!variant_word_read(&word, text) || !variant_word_add(&word, &options->policies, &options->sets)) {
        fprintf(stderr, "greenlane: out of memory\n");
        code = EXIT_FAULT;
    } else if (!word.file) {
        fprintf(stderr, "greenlane: check takes scenario files; %s is a stored run\n", text);
        code = EXIT_COMMAND_LINE;
    }
    struct scenario *scenario = code ? NULL : read_scenario(&word, options, &code);
    if (scenario) {
        struct diagnostics errors;
        diagnostics_init(&errors);
        struct model *model = model_create(scenario, &errors);
        print_diagnostics(&errors);
        diagnostics_clear(&errors);
        if (!model)
            code = EXIT_CONTENT;
        else if (options->json)
            print_json(text, scenario, model);
        else
            print_summary(text, scenario, model);
        model_destroy(model);
        if (model && !try_policies(options, &word, scenario)) {
            fprintf(stderr, "greenlane: out of memory\n");
            code = EXIT_FAULT;
        }
    }
    scenario_destroy(scenario);
    variant_word_clear(&word);
    return code;
}

int command_check(const struct options *options)
{
    int worst = 0;
    for (size_t i = 0; i < options->arguments.count; i++) {
        int code = check_one(options, options->arguments.word[i]);
        if (code > worst) worst = code;
        if (!options->json && i + 1 < options->arguments.count) putchar('\n');
    }
    return worst;
}
