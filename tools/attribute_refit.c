/* attribute_refit.c - a draw as variants: refitted to the totals, staffed for its work, each player first and last
 * (attribute_draws.h).
 */
#include "tools/attribute_draws.h"
#include "tools/command.h"
#include "tools/probe.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROOMY = 4 };
static const double probe_factor = 1.3, least_factor = 0.02, most_factor = 10;

static int no_memory(void)
{
    fprintf(stderr, "greenlane: out of memory\n");
    return EXIT_FAULT;
}

bool stand_is_in(const struct stand *stand, uint64_t set)
{
    return stand->reform == NONE ? (stand->changers & set) == 0 : (set >> stand->reform & 1) != 0;
}

uint64_t drawing_reforms(const struct drawing *d)
{
    return ((UINT64_C(1) << d->plan->reforms) - 1) & d->unit->touches;
}

static char *scaled_setting(const struct stand *place, double factor, bool whole)
{
    char text[60];
    if (whole)
        snprintf(text, sizeof text, "%.0f", fmax(1, ceil(place->vary.now * factor - 1e-9)));
    else
        snprintf(text, sizeof text, "x%.9g", factor);
    return vary_setting(&place->vary, text);
}

struct built { /* a word with the texts made for it */
    struct variant_word word;
    char *text[2 * DRAWING_RESOURCES];
    size_t texts;
};

/* factor: of the free input. roomy: every resource has several times its servers, so that none is a limit. */
static bool build(const struct drawing *d, uint64_t set, double factor, bool drawn, bool roomy, struct built *out)
{
    const struct plan *plan = d->plan;
    *out = (struct built){.word = {.word = plan->a.word, .file = strdup(plan->a.file), .silent = true}};
    struct words *sets = &out->word.sets;
    bool fine = out->word.file != NULL;
    for (size_t i = 0; fine && i < plan->a.policies.count; i++) fine = words_push(&out->word.policies, plan->a.policies.word[i]);
    for (size_t i = 0; fine && i < plan->reforms; i++)
        if (set >> i & 1) fine = words_push(&out->word.policies, plan->reform[i].word);
    for (size_t i = 0; fine && i < d->frame.settings.count; i++) fine = words_push(sets, d->frame.settings.word[i]);
    for (size_t i = 0; fine && set >> plan->reforms & 1 && i < plan->rest.count; i++)
        if ((plan->needs[i] & ~set) == 0) fine = words_push(sets, plan->rest_setting[i]);
    for (size_t i = 0; fine && drawn && i < d->inputs; i++)
        if (d->input[i].setting && stand_is_in(&d->input[i], set)) fine = words_push(sets, d->input[i].setting);
    for (size_t i = 0; fine && (drawn || roomy) && i < d->servers; i++) {
        if (!stand_is_in(&d->server[i], set)) continue;
        out->text[out->texts] = scaled_setting(&d->server[i], roomy ? ROOMY : d->more[i], true);
        fine = words_push(sets, out->text[out->texts++]);
    }
    for (size_t i = 0; fine && factor != 1 && i < d->frees; i++) {
        if (!stand_is_in(&d->free[i], set)) continue;
        out->text[out->texts] = scaled_setting(&d->free[i], factor, false);
        fine = words_push(sets, out->text[out->texts++]);
    }
    for (size_t i = 0; fine && i < plan->options->sets.count; i++) fine = words_push(sets, plan->options->sets.word[i]);
    for (size_t i = 0; fine && i < d->unit->apart.settings.count; i++) fine = words_push(sets, d->unit->apart.settings.word[i]);
    return fine;
}

static void drop(struct built *built, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < built[i].texts; k++) free(built[i].text[k]);
        variant_word_clear(&built[i].word);
    }
}

static bool can_be_read(const struct drawing *d, const struct built *built)
{
    const struct options *options = d->plan->options;
    struct diagnostics errors;
    diagnostics_init(&errors);
    const struct scenario_request request = {.path = built->word.file, .policy = built->word.policies.word,
        .policies = built->word.policies.count, .set = built->word.sets.word, .sets = built->word.sets.count,
        .tree = {.allow_path = options->allow_paths.word, .allow_paths = options->allow_paths.count}};
    struct scenario *scenario = scenario_read(&request, &errors);
    diagnostics_clear(&errors);
    scenario_destroy(scenario);
    return scenario != NULL;
}

int drawing_is_possible(const struct drawing *d, bool *possible)
{
    const uint64_t rest = UINT64_C(1) << d->plan->reforms;
    struct built built[2];
    bool fine = build(d, 0, 1, true, true, &built[0]);
    fine = build(d, drawing_reforms(d) | rest, 1, true, true, &built[1]) && fine;
    *possible = fine && can_be_read(d, &built[0]) && can_be_read(d, &built[1]);
    drop(built, 2);
    return fine ? 0 : no_memory();
}

static int run(const struct drawing *d, struct built *built, size_t n, const char *const *metric, size_t metrics, double *value)
{
    struct variant_word *word = calloc(n + 1, sizeof *word);
    if (!word) return no_memory();
    for (size_t i = 0; i < n; i++) word[i] = built[i].word;
    struct probe_request request = {.options = d->plan->options, .word = word, .words = n, .metric = metric, .metrics = metrics,
        .seed = d->plan->options->has_seed ? d->plan->options->seed : d->plan->scenario->run.seed, .replications = 1};
    int code = probe_run(&request, value);
    free(word);
    return code;
}

int drawing_survey(const struct drawing *d, bool drawn, double mean[4], double *offered)
{
    static char name[DRAWING_RESOURCES + 1][300];
    const char *metric[DRAWING_RESOURCES + 1];
    struct built *built = calloc(4, sizeof *built);
    double *value = calloc(4 * (d->servers + 1), sizeof *value);
    bool fine = built && value;
    uint64_t rest = UINT64_C(1) << d->plan->reforms, set[4] = {0, 0, drawing_reforms(d) | rest, drawing_reforms(d) | rest};
    for (size_t i = 0; fine && i < 4; i++) fine = build(d, set[i], i % 2 ? probe_factor : 1, drawn, true, &built[i]);
    metric[0] = d->metric;
    for (size_t i = 0; i < d->servers; i++) {
        char resource[250];
        sscanf(d->server[i].vary.typed, "resources.%249[^.]", resource);
        snprintf(name[i], sizeof name[i], "station.%s.utilisation", resource);
        metric[i + 1] = name[i];
    }
    int code = fine ? run(d, built, 4, metric, d->servers + 1, value) : no_memory();
    for (size_t i = 0; !code && i < 4; i++) mean[i] = value[i * (d->servers + 1)];
    for (size_t i = 0; !code && i < d->servers; i++) {
        const struct stand *server = &d->server[i];
        double in_a = value[1 + i], in_b = value[2 * (d->servers + 1) + 1 + i];
        offered[i] = server->reform == NONE && server->changers == 0 ? fmax(in_a, in_b) : server->reform == NONE ? in_a : in_b;
    }
    if (built) drop(built, 4);
    free(built);
    free(value);
    return code;
}

bool drawing_refit(struct drawing *d, const double mean[4])
{
    bool fits = true;
    for (int i = 0; i < 2; i++) {
        double slope = (mean[2 * i + 1] - mean[2 * i]) / (probe_factor - 1);
        d->factor[i] = 1 + (d->target[i] - mean[2 * i]) / slope;
        fits = fits && d->factor[i] >= least_factor && d->factor[i] <= most_factor;
    }
    return fits;
}

int drawing_evaluate(const struct drawing *d, double *worth)
{
    uint64_t rest = UINT64_C(1) << d->plan->reforms, all = drawing_reforms(d) | rest;
    size_t n = 2 * d->players + 2;
    struct built *built = calloc(n, sizeof *built);
    double *value = calloc(n, sizeof *value);
    bool fine = built && value;
    size_t at = 0, k = 0;
    uint64_t bit[ATTRIBUTE_REFORMS + 1];
    for (uint64_t left = all; left; left &= left - 1) bit[k++] = left & ~(left - 1);
    for (size_t i = 0; fine && i < n; i++, at++) {
        uint64_t set = i == 0 ? 0 : i == 1 ? all : i % 2 == 0 ? bit[i / 2 - 1] : all & ~bit[i / 2 - 1];
        fine = build(d, set, d->factor[set & rest ? 1 : 0], true, false, &built[i]);
    }
    const char *metric = d->metric;
    int code = fine ? run(d, built, n, &metric, 1, value) : no_memory();
    for (size_t i = 0; !code && i < d->players; i++)
        worth[i] = 0.5 * (value[2 + 2 * i] - value[0]) + 0.5 * (value[1] - value[3 + 2 * i]);
    if (built) drop(built, at);
    free(built);
    free(value);
    return code;
}

