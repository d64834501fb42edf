/* command_trace.c - `greenlane trace FILE STREAM [SHIPMENT]`: what happened to single shipments, and when. */
#include "models/clearance/trace.h"
#include "tools/command.h"
#include "tools/variants.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { WANTED = 10 };

static const char *const lane_name[LANES] = {"green", "blue", "yellow", "red"};

/* 2022-03-07 08:15:30, local; without dates hours since the window's opening. */
static void print_moment(const struct scenario *scenario, double at)
{
    if (!scenario->run.dated) {
        printf("%.6g", at - scenario->run.measure_from);
        return;
    }
    time_t seconds = (time_t)floor(3600 * at + 0.5);
    struct tm day;
    char text[40];
    gmtime_r(&seconds, &day);
    strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &day);
    printf("%s", text);
}

static void print_sights(const struct scenario *scenario, const struct trace *trace)
{
    printf("shipment,step,does,owner,done,hours_since_arrival,lane\n");
    for (size_t i = 0; i < trace->sights; i++) {
        const struct sight *sight = &trace->sight[i];
        const struct step *step = &scenario->step[sight->step];
        const char *does = step->kind == STEP_OUTCOME     ? step->outcome
                           : step->kind == STEP_MILESTONE ? step->milestone_name
                                                          : "";
        printf("%llu,%s,%s,%s,", (unsigned long long)sight->number, step->name, does ? does : "",
            step->owner ? step->owner : "customs");
        print_moment(scenario, sight->at);
        printf(",%.4f,%s\n", sight->at - sight->born, lane_name[sight->lane]);
    }
}

static int simulate(const struct scenario *scenario, const struct model *model, const struct options *options)
{
    int code = EXIT_DONE;
    uint64_t seed = options->has_seed ? options->seed : scenario->run.seed;
    for (size_t n = 0; !code && n < model_networks(model); n++) {
        const struct result *result;
        struct simulation *sim = simulation_create(model_network(model, n), NULL);
        enum status status = sim ? simulation_run(sim, seed, 0, NULL, &result) : STATUS_NO_MEMORY;
        if (status != STATUS_OK) {
            fprintf(stderr, "greenlane: %s\n", status == STATUS_STUCK ? result->broken : status_words(status));
            code = status == STATUS_STUCK ? EXIT_CONTENT : EXIT_FAULT;
        }
        simulation_destroy(sim);
    }
    return code;
}

static int watch(const struct scenario *scenario, struct trace *trace, const struct options *options)
{
    struct diagnostics errors;
    diagnostics_init(&errors);
    struct model *model = model_create_traced(scenario, trace, &errors);
    print_diagnostics(&errors);
    diagnostics_clear(&errors);
    if (model == NULL) return EXIT_CONTENT;
    int code = simulate(scenario, model, options);
    model_destroy(model);
    if (!code && trace->no_memory) {
        fprintf(stderr, "greenlane: out of memory\n");
        code = EXIT_FAULT;
    }
    return code;
}

/* Which stream, and whom of it. */
static int read_wish(const struct scenario *scenario, const struct options *options, struct trace *trace)
{
    const char *const *word = options->arguments.word;
    const char *near[64];
    size_t n = 0;
    *trace = (struct trace){.wanted = WANTED};
    while (trace->stream < scenario->streams && strcmp(scenario->stream[trace->stream].name, word[1]) != 0)
        trace->stream++;
    if (trace->stream == scenario->streams) {
        for (size_t i = 0; i < scenario->streams && n < 64; i++) near[n++] = scenario->stream[i].name;
        const char *hint = diagnostic_suggest(word[1], near, n);
        fprintf(stderr, "greenlane: there is no stream '%s' in %s%s%s%s\n", word[1], word[0],
            hint ? "; did you mean '" : "", hint ? hint : "", hint ? "'?" : "");
        return EXIT_COMMAND_LINE;
    }
    if (options->arguments.count < 3) return EXIT_DONE;
    char *end;
    trace->one = true;
    trace->number = strtoull(word[2], &end, 10);
    if (end != word[2] && *end == '\0' && word[2][0] != '-') return EXIT_DONE;
    fprintf(stderr, "greenlane: '%s' is no shipment's number; write a whole number, as trace prints them\n", word[2]);
    return EXIT_COMMAND_LINE;
}

int command_trace(const struct options *options)
{
    struct variant_word word;
    struct trace trace = {0};
    int code = EXIT_DONE;
    if (!variant_word_read(&word, options->arguments.word[0]) ||
        !variant_word_add(&word, &options->policies, &options->sets)) {
        fprintf(stderr, "greenlane: out of memory\n");
        code = EXIT_FAULT;
    } else if (!word.file) {
        fprintf(stderr, "greenlane: trace takes a scenario file; %s is a stored run\n", options->arguments.word[0]);
        code = EXIT_COMMAND_LINE;
    }
    struct scenario *scenario = code ? NULL : read_scenario(&word, options, &code);
    if (scenario) code = read_wish(scenario, options, &trace);
    if (scenario && !code) code = watch(scenario, &trace, options);
    if (scenario && !code) {
        trace_finish(&trace);
        print_sights(scenario, &trace);
    }
    trace_clear(&trace);
    scenario_destroy(scenario);
    variant_word_clear(&word);
    return code;
}
