/* show_evidence.c - `greenlane show assumptions X | sources X`: what a scenario or a stored run rests on, in words or
 * JSON.
 */
#include "tools/command.h"
#include "tools/load.h"
#include "tools/table.h"
#include <stdlib.h>
#include <string.h>

struct evidence { /* of a scenario or of a stored variant alike; borrowed texts */
    const char *name;
    size_t inputs, assumed;
    struct store_input *input; /* those with evidence */
    size_t with;
    struct store_expect *expect;
    size_t expects;
    const struct scenario *scenario; /* NULL of a stored variant: its sources have no titles */
};

/* ---- assumptions ---- */

/* The path has a line of its own: it is what --set takes, so nothing of it may be cut. */
static void add_input(struct table *table, const struct store_input *input)
{
    table_note(table, "%s", input->path);
    table_cell(table, "    %s", input->value ? input->value : "");
    if (input->low && input->high)
        table_cell(table, "%s..%s", input->low, input->high);
    else
        table_cell(table, "no range");
    table_cell(table, "%s", input->policy ? input->policy : "");
    table_end_row(table);
}

static bool is_assumed(const struct store_input *input)
{
    return strcmp(input->evidence, "assumed") == 0;
}

static void print_assumptions(const struct evidence *evidence)
{
    static const char *const header[] = {"ASSUMED INPUT", "range", "policy"};
    struct table *table = table_create("lll");
    size_t without = 0;
    for (int i = 0; i < 3; i++) table_cell(table, "%s", header[i]);
    table_end_row(table);
    for (size_t i = 0; i < evidence->with; i++) {
        const struct store_input *input = &evidence->input[i];
        if (!is_assumed(input)) continue;
        add_input(table, input);
        without += !(input->low && input->high);
    }
    printf("%s: %zu of %zu inputs are assumed", evidence->name, evidence->assumed, evidence->inputs);
    if (without) printf(", %zu of them without a range", without);
    fputs(".\n\n", stdout);
    table_print(table, stdout);
    table_destroy(table);
}

static void json_assumptions(struct json *json, const struct evidence *evidence)
{
    json_count(json, "inputs", evidence->inputs);
    json_count(json, "assumed", evidence->assumed);
    json_list(json, "assumptions");
    for (size_t i = 0; i < evidence->with; i++) {
        const struct store_input *input = &evidence->input[i];
        if (!is_assumed(input)) continue;
        json_map(json, NULL);
        json_text(json, "path", input->path);
        json_text(json, "value", input->value);
        json_text(json, "low", input->low);
        json_text(json, "high", input->high);
        json_text(json, "policy", input->policy);
        json_end(json);
    }
    json_end(json);
}

/* ---- sources ---- */

static void print_uses(const struct evidence *evidence, const char *source)
{
    for (size_t k = 0; k < evidence->with; k++)
        if (evidence->input[k].source && strcmp(evidence->input[k].source, source) == 0)
            printf("    %s: %s\n", evidence->input[k].path, evidence->input[k].value);
    for (size_t k = 0; k < evidence->expects; k++)
        if (evidence->expect[k].source && strcmp(evidence->expect[k].source, source) == 0)
            printf("    expect %s: %s\n", evidence->expect[k].metric, evidence->expect[k].text);
}

static void print_sources(const struct evidence *evidence)
{
    const struct scenario *scenario = evidence->scenario;
    for (size_t i = 0; scenario && i < scenario->sources; i++) {
        const struct source *source = &scenario->source[i];
        if (i == 0) printf("%s: %zu source%s.\n", scenario->name, scenario->sources, scenario->sources == 1 ? "" : "s");
        printf("\n%s  %s%s%s\n", source->name, source->title ? source->title : "", source->date ? ", " : "",
            source->date ? source->date : "");
        if (source->url) printf("    %s\n", source->url);
        print_uses(evidence, source->name);
    }
    if (scenario && scenario->sources == 0) printf("%s: 0 sources.\n", scenario->name);
    if (scenario) return;
    printf("%s: inputs and published values with a source.\n", evidence->name);
    for (size_t i = 0; i < evidence->with; i++)
        if (evidence->input[i].source)
            printf("  %s: %s  (%s)\n", evidence->input[i].path, evidence->input[i].value, evidence->input[i].source);
    for (size_t i = 0; i < evidence->expects; i++)
        if (evidence->expect[i].source)
            printf("  expect %s: %.6g  (%s)\n", evidence->expect[i].metric, evidence->expect[i].value,
                evidence->expect[i].source);
}

static void json_sources(struct json *json, const struct evidence *evidence)
{
    const struct scenario *scenario = evidence->scenario;
    if (scenario) json_list(json, "sources");
    for (size_t i = 0; scenario && i < scenario->sources; i++) {
        json_map(json, NULL);
        json_text(json, "name", scenario->source[i].name);
        json_text(json, "title", scenario->source[i].title);
        json_text(json, "date", scenario->source[i].date);
        json_text(json, "url", scenario->source[i].url);
        json_end(json);
    }
    if (scenario) json_end(json);
    json_list(json, "sourced");
    for (size_t i = 0; i < evidence->with; i++) {
        if (!evidence->input[i].source) continue;
        json_map(json, NULL);
        json_text(json, "path", evidence->input[i].path);
        json_text(json, "value", evidence->input[i].value);
        json_text(json, "source", evidence->input[i].source);
        json_end(json);
    }
    json_end(json);
    json_list(json, "expected");
    for (size_t i = 0; i < evidence->expects; i++) {
        if (!evidence->expect[i].source) continue;
        json_map(json, NULL);
        json_text(json, "metric", evidence->expect[i].metric);
        json_number(json, "value", evidence->expect[i].value);
        json_text(json, "role", evidence->expect[i].role);
        json_text(json, "source", evidence->expect[i].source);
        json_end(json);
    }
    json_end(json);
}

/* ---- of what ---- */

static void show(const struct evidence *evidence, bool assumptions, bool as_json)
{
    if (!as_json && assumptions) print_assumptions(evidence);
    if (!as_json && !assumptions) print_sources(evidence);
    if (!as_json) return;
    struct json json = {.out = stdout};
    json_map(&json, NULL);
    json_count(&json, "schema_version", 1);
    json_text(&json, "scenario", evidence->name);
    if (assumptions)
        json_assumptions(&json, evidence);
    else
        json_sources(&json, evidence);
    json_end(&json);
}

static int show_scenario(const struct scenario *scenario, bool assumptions, bool as_json)
{
    struct evidence evidence = {.name = scenario->name, .assumed = scenario_assumed(scenario), .scenario = scenario};
    evidence.input = calloc(scenario->inputs + 1, sizeof *evidence.input);
    evidence.expect = calloc(scenario->expects + 1, sizeof *evidence.expect);
    bool fine = evidence.input && evidence.expect;
    for (size_t i = 0; fine && i < scenario->inputs; i++) {
        const struct input *input = &scenario->input[i];
        if (input->kind == EVIDENCE_CHOICE) continue;
        evidence.inputs++;
        evidence.input[evidence.with++] = (struct store_input){.path = input->path,
            .value = input->text,
            .evidence = input->kind == EVIDENCE_ASSUMED ? "assumed" : "sourced",
            .low = input->low,
            .high = input->high,
            .source = input->source,
            .policy = input->policy};
    }
    for (size_t i = 0; fine && i < scenario->expects; i++)
        evidence.expect[evidence.expects++] = (struct store_expect){.metric = scenario->expect[i].metric,
            .text = scenario->expect[i].text,
            .role = scenario->expect[i].role == EXPECT_FITTED ? "fitted" : "held_back",
            .source = scenario->expect[i].source,
            .value = scenario->expect[i].value};
    if (fine)
        show(&evidence, assumptions, as_json);
    else
        fprintf(stderr, "greenlane: out of memory\n");
    free(evidence.input);
    free(evidence.expect);
    return fine ? 0 : EXIT_FAULT;
}

static void show_variant(const struct variant *variant, bool assumptions, bool as_json)
{
    struct evidence evidence = {.name = variant->row->name,
        .inputs = variant->inputs,
        .assumed = variant->assumed,
        .input = variant->input,
        .with = variant->inputs,
        .expect = variant->expect,
        .expects = variant->expects};
    show(&evidence, assumptions, as_json);
}

int show_evidence(const struct options *options, bool assumptions)
{
    struct loaded loaded;
    int code = read_words(&loaded, options, 1, LOAD_CHANGE_ALL);
    if (!code && loaded.word[0].file) {
        struct scenario *scenario = read_scenario(&loaded.word[0], options, &code);
        if (scenario) code = show_scenario(scenario, assumptions, options->json);
        scenario_destroy(scenario);
    } else if (!code) {
        struct variants_request request = {
            .options = options, .word = loaded.word, .words = loaded.words, .kind = "show"};
        code = variants_load(&request, &loaded.variants);
        for (size_t i = 0; !code && i < loaded.variants.count; i++)
            show_variant(&loaded.variants.item[i], assumptions, options->json);
    }
    loaded_clear(&loaded);
    return code;
}
