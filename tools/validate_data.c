/* validate_data.c - see validate_data.h. The scenario runs in memory, asked for its distribution functions at the
 * measured values; nothing is stored. */
#include "tools/validate_data.h"
#include "models/clearance/model.h"
#include "tools/command.h"
#include "tools/json.h"
#include "tools/output.h"
#include "tools/probe.h"
#include "tools/table.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FEWEST = 10, NAME_BYTES = 160, OTHERS = 4 }; /* OTHERS: metrics beside the shares of one item */
static const double unlikely = .01;                 /* p below which chance alone is not believed */

/* ---- which stages ---- */
static size_t stages_of(const struct facts_direction *direction, const struct trs *trs)
{
    size_t found = 0;
    for (size_t i = 0; i < trs->stages; i++)
        for (size_t k = 0; k < direction->stages; k++)
            found += strcmp(direction->stage[k].name, trs->stage[i].name) == 0;
    return found;
}

/* The direction or stream that has the most of the sample's stages. */
static const struct facts_direction *choose(const struct facts *facts, const struct trs *trs)
{
    const struct facts_direction *best = NULL;
    size_t most = 0;
    for (size_t i = 0; i < facts->directions + facts->streams; i++) {
        const struct facts_direction *direction =
            i < facts->directions ? &facts->direction[i] : &facts->stream[i - facts->directions];
        size_t found = stages_of(direction, trs);
        if (found > most) {
            most = found;
            best = direction;
        }
    }
    return best;
}

static void name_both(const struct facts *facts, const struct trs *trs)
{
    fprintf(stderr, "%s: error: no stage of the sample has the name of a stage of the scenario; in the sample are",
        trs->path);
    for (size_t i = 0; i < trs->stages; i++) fprintf(stderr, "%s %s", i ? "," : "", trs->stage[i].name);
    for (size_t d = 0; d < facts->directions; d++) {
        fprintf(stderr, "; in %s", facts->direction[d].name);
        for (size_t k = 0; k < facts->direction[d].stages; k++)
            fprintf(stderr, "%s %s", k ? "," : "", facts->direction[d].stage[k].name);
    }
    fprintf(stderr, "; name the columns of the sample after the stages that they end\n");
}

static struct facts *facts_of(const struct scenario *scenario, int *code)
{
    struct diagnostics errors;
    diagnostics_init(&errors);
    struct model *model = model_create(scenario, &errors);
    print_diagnostics(&errors);
    diagnostics_clear(&errors);
    char *text = model ? model_facts(model) : NULL;
    struct facts *facts = text ? facts_read(text) : NULL;
    *code = facts ? 0 : model ? fit_no_memory() : EXIT_CONTENT;
    free(text);
    model_destroy(model);
    return facts;
}

/* ---- what is measured ---- */
static void measure(struct beside *item, const char *name, const double *hours, size_t n, size_t rows)
{
    *item = (struct beside){.name = name, .hours = hours, .n = n, .measured_share = (double)n / (double)rows};
    for (size_t i = 0; i < n; i++) item->measured_mean += hours[i] / (double)n;
    size_t wanted = n < BESIDE_POINTS ? n : BESIDE_POINTS;
    for (size_t k = 1; k <= wanted; k++) {
        size_t rank = k * n / wanted; /* from 1 */
        while (rank < n && hours[rank] == hours[rank - 1]) rank++;
        if (item->points && item->at[item->points - 1] == hours[rank - 1]) continue;
        item->at[item->points] = hours[rank - 1];
        item->measured[item->points++] = (double)rank / (double)n;
    }
}

static void add_missing(struct besides *all, const char *name, const char *why)
{
    size_t used = strlen(all->missing);
    snprintf(all->missing + used, sizeof all->missing - used, "%s%s%s", used ? ", " : "", name, why);
}

static int choose_stages(struct besides *all, const struct facts_direction *direction)
{
    const struct trs *trs = &all->trs;
    snprintf(all->direction, sizeof all->direction, "%s", direction->name);
    all->item = calloc(trs->stages + 1, sizeof *all->item);
    if (!all->item) return fit_no_memory();
    for (size_t i = 0; i < trs->stages; i++) {
        const struct trs_stage *stage = &trs->stage[i];
        bool found = false;
        for (size_t k = 0; k < direction->stages; k++)
            found = found || strcmp(direction->stage[k].name, stage->name) == 0;
        if (found && stage->n >= FEWEST)
            measure(&all->item[all->count++], stage->name, stage->hours, stage->n, trs->rows);
        else
            add_missing(all, stage->name, found ? " (too few rows)" : "");
    }
    measure(&all->item[all->count++], NULL, trs->total, trs->rows, trs->rows);
    return 0;
}

/* ---- what is simulated ---- */
static char *name_metric(const struct besides *all, const struct beside *item, const char *statistic)
{
    char name[NAME_BYTES];
    if (item->name)
        snprintf(name, sizeof name, "%s.stage.%s.%s", all->direction, item->name, statistic);
    else
        snprintf(name, sizeof name, "%s.clearance.%s", all->direction, statistic);
    return strdup(name);
}

static bool name_metrics(const struct besides *all, char **metric)
{
    size_t n = 0;
    bool fine = true;
    for (size_t i = 0; i < all->count; i++) {
        const struct beside *item = &all->item[i];
        const char *other[OTHERS] = {
            item->name ? "mean_if_met_h" : "mean_h", item->name ? "share_met" : "mean_h", "p50_h", "p90_h"};
        for (int k = 0; k < OTHERS; k++) fine = (metric[n++] = name_metric(all, item, other[k])) && fine;
        for (size_t k = 0; k < item->points; k++) {
            char within[48];
            snprintf(within, sizeof within, "within_%.9fh", item->at[k]);
            fine = (metric[n++] = name_metric(all, item, within)) && fine;
        }
    }
    return fine;
}

/* run.metrics=[...], which the model is to observe. */
static char *ask_for(char **metric, size_t metrics)
{
    size_t size = 32, length;
    for (size_t i = 0; i < metrics; i++) size += strlen(metric[i]) + 2;
    char *text = malloc(size);
    if (!text) return NULL;
    length = (size_t)snprintf(text, size, "run.metrics=[");
    for (size_t i = 0; i < metrics; i++)
        length += (size_t)snprintf(text + length, size - length, "%s%s", i ? ", " : "", metric[i]);
    snprintf(text + length, size - length, "]");
    return text;
}

static void compare(struct beside *item, const struct estimate *found)
{
    item->mean = found[0].mean;
    item->share = item->name ? found[1].mean : 1;
    item->p50 = found[2].mean;
    item->p90 = found[3].mean;
    double before = 0;
    for (size_t k = 0; k < item->points; k++) {
        item->simulated[k] = found[OTHERS + k].mean;
        double above = fabs(item->measured[k] - item->simulated[k]), below = item->simulated[k] - before;
        if (k && k + 1 < item->points && item->n > BESIDE_POINTS)
            below = 0; /* the step below is not this value's own */
        item->distance = fmax(item->distance, fmax(above, below));
        before = item->measured[k];
    }
    item->p = fit_distance_p(item->distance, item->n);
    item->differs = item->p < unlikely || isnan(item->mean);
}

static int simulate(
    struct besides *all, struct variant_word *word, const struct scenario *scenario, const struct options *options)
{
    size_t metrics = 0;
    for (size_t i = 0; i < all->count; i++) metrics += OTHERS + all->item[i].points;
    char **metric = calloc(metrics + 1, sizeof *metric);
    struct estimate *found = calloc(metrics + 1, sizeof *found);
    char *set = metric && found && name_metrics(all, metric) ? ask_for(metric, metrics) : NULL;
    const char *last[] = {set};
    struct words sets = {.word = last, .count = 1};
    bool fine = set && variant_word_add(word, &(struct words){0}, &sets);
    struct progress progress;
    progress_begin(&progress, options->quiet);
    struct probe_request request = {.options = options,
        .word = word,
        .words = 1,
        .metric = (const char *const *)metric,
        .metrics = metrics,
        .seed = options->has_seed ? options->seed : scenario->run.seed,
        .replications = all->replications,
        .progress = &progress};
    int code = fine ? probe_estimates(&request, found) : fit_no_memory();
    progress_end(&progress);
    for (size_t i = 0, k = 0; !code && i < all->count; k += OTHERS + all->item[i++].points)
        compare(&all->item[i], found + k);
    for (size_t i = 0; metric && i < metrics; i++) free(metric[i]);
    free(metric);
    free(found);
    free(set);
    return code;
}

/* ---- printing ---- */
static void add_row(struct table *table, const struct beside *item, bool measured)
{
    table_cell(table, "%s", !measured ? "" : item->name ? item->name : "whole");
    table_cell(table, "%s", measured ? "measured" : "simulated");
    table_share(table, measured ? item->measured_share : item->share, 1);
    table_number(table, measured ? item->measured_mean : item->mean, 2);
    table_number(table, measured ? fit_quantile(item->hours, item->n, .5) : item->p50, 2);
    table_number(table, measured ? fit_quantile(item->hours, item->n, .9) : item->p90, 2);
    if (measured) {
        table_end_row(table);
        return;
    }
    table_number(table, item->distance, 3);
    table_cell(table, item->p < .001 ? "<0.001" : "%.3f", item->p);
    table_cell(table, "%s", item->differs ? "differs" : "alike");
    table_end_row(table);
}

static int print_text(const struct besides *all)
{
    static const char *const head[] = {"stage", "", "met", "mean h", "median", "p90", "KS", "p", ""};
    struct table *table = table_create("llrrrrrrl");
    for (size_t i = 0; table && i < sizeof head / sizeof head[0]; i++) table_cell(table, "%s", head[i]);
    if (table) table_end_row(table);
    for (size_t i = 0; table && i < all->count; i++) {
        add_row(table, &all->item[i], true);
        add_row(table, &all->item[i], false);
    }
    char text[600];
    snprintf(text, sizeof text, "%s, %s, beside %zu declarations of %s; %zu replications", all->scenario,
        all->direction, all->trs.rows, fit_base_name(all->trs.path), all->replications);
    print_wrapped(stdout, text);
    if (all->notice) print_wrapped(stdout, all->notice);
    putchar('\n');
    bool fine = table && table_print(table, stdout);
    table_destroy(table);
    putchar('\n');
    if (all->missing[0]) {
        snprintf(text, sizeof text, "In the sample alone: %s.", all->missing);
        print_wrapped(stdout, text);
    }
    print_wrapped(stdout,
        "Hours of those that meet the stage. KS: the largest distance between the two distribution functions; p: how "
        "often chance alone would put so large a sample so far off, if the scenario was not fitted to it. Among "
        "thousands of rows a distance may be certain and too small to matter.");
    if (all->inputs) {
        snprintf(text, sizeof text, "%zu of %zu inputs of %s are assumed.", all->assumed, all->inputs, all->scenario);
        print_wrapped(stdout, text);
    }
    return fine ? 0 : fit_no_memory();
}

static void print_json(const struct besides *all)
{
    struct json json = {.out = stdout};
    json_map(&json, NULL);
    json_count(&json, "schema_version", 1);
    json_text(&json, "scenario", all->scenario);
    if (all->notice) json_text(&json, "notice", all->notice);
    json_count(&json, "inputs", all->inputs);
    json_count(&json, "assumed", all->assumed);
    json_text(&json, "direction", all->direction);
    json_text(&json, "data", all->trs.path);
    json_count(&json, "rows", all->trs.rows);
    json_count(&json, "replications", all->replications);
    json_list(&json, "stages");
    for (size_t i = 0; i < all->count; i++) {
        const struct beside *item = &all->item[i];
        json_map(&json, NULL);
        json_text(&json, "name", item->name ? item->name : "whole");
        json_count(&json, "rows", item->n);
        json_number(&json, "measured_share", item->measured_share);
        json_number(&json, "simulated_share", item->share);
        json_number(&json, "measured_mean_h", item->measured_mean);
        json_number(&json, "simulated_mean_h", item->mean);
        json_number(&json, "measured_p50_h", fit_quantile(item->hours, item->n, .5));
        json_number(&json, "simulated_p50_h", item->p50);
        json_number(&json, "measured_p90_h", fit_quantile(item->hours, item->n, .9));
        json_number(&json, "simulated_p90_h", item->p90);
        json_number(&json, "ks", item->distance);
        json_number(&json, "p", item->p);
        json_flag(&json, "differs", item->differs);
        json_end(&json);
    }
    json_end(&json);
    json_end(&json);
}

/* ---- the whole ---- */
static int report(const struct besides *all, const struct options *options)
{
    int code = 0;
    if (options->out || options->terminal) code = plot_besides(options, all);
    if (!code && options->json)
        print_json(all);
    else if (!code && !options->terminal)
        code = print_text(all);
    if (!code && options->out && !options->json) printf("\n%s written\n", options->out);
    for (size_t i = 0; !code && i < all->count; i++)
        if (all->item[i].differs) code = EXIT_CHECK_FAILED;
    return code;
}

static int refuse_early(const struct options *options)
{
    if (is_stored_run(options->arguments.word[0])) {
        fprintf(stderr, "greenlane: validate --data: a stored run keeps no distributions of stages; name its scenario "
                        "file\n");
        return EXIT_COMMAND_LINE;
    }
    if (!options->out || fit_is_picture(options->out)) return output_check(options->out, true);
    fprintf(stderr, "greenlane: --out takes a name that ends in .svg or .png here, not '%s'\n", options->out);
    return EXIT_COMMAND_LINE;
}

int validate_data(const struct options *options)
{
    struct besides all = {0};
    struct variant_word word = {0};
    struct scenario *scenario = NULL;
    struct facts *facts = NULL;
    int code = refuse_early(options);
    if (!code && (!variant_word_read(&word, options->arguments.word[0]) ||
                     !variant_word_add(&word, &options->policies, &options->sets)))
        code = fit_no_memory();
    if (!code) scenario = read_scenario(&word, options, &code);
    word.silent = true;
    if (scenario) facts = facts_of(scenario, &code);
    if (facts) code = trs_read(&all.trs, options, options->data);
    if (facts && !code) {
        const struct facts_direction *direction = choose(facts, &all.trs);
        all.scenario = scenario->name;
        all.notice = scenario->notice;
        all.inputs = scenario_inputs(scenario);
        all.assumed = scenario_assumed(scenario);
        all.replications = options->replications ? (size_t)options->replications : (size_t)scenario->run.replications;
        if (direction)
            code = choose_stages(&all, direction);
        else
            name_both(facts, &all.trs);
        if (!direction) code = EXIT_CONTENT;
    }
    if (facts && !code) code = simulate(&all, &word, scenario, options);
    if (facts && !code) code = report(&all, options);
    trs_clear(&all.trs);
    free(all.item);
    facts_free(facts);
    scenario_destroy(scenario);
    variant_word_clear(&word);
    return code;
}
