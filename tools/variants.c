/* variants.c - see variants.h. The steps of variants_load stand in its last function; each earlier function is one. */
#include "tools/command.h"
#include "tools/loading.h"
#include "tools/version.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int fault(const char *why)
{
    fprintf(stderr, "greenlane: %s\n", why);
    return EXIT_FAULT;
}

int store_failed(const struct loading *load, enum status status)
{
    store_complain(load->request->options->db, store_why(load->out->store), "");
    if (status == STATUS_NO_MEMORY || status == STATUS_BROKEN) return EXIT_FAULT;
    return status == STATUS_IO ? EXIT_IO : EXIT_CONTENT;
}

/* ---- reading the files ---- */
static int read_files(struct loading *load)
{
    const struct variants_request *request = load->request;
    int code = 0;
    for (size_t i = 0; i < request->words; i++) {
        if (!request->word[i].file) continue;
        struct job *job = &load->job[load->jobs];
        *job = (struct job){.word = i};
        job->scenario = read_scenario(&request->word[i], request->options, &code);
        if (job->scenario) load->jobs++;
    }
    return code;
}

int make_models(struct loading *load, bool say)
{
    int code = 0;
    for (size_t i = 0; i < load->jobs; i++) {
        struct diagnostics errors;
        diagnostics_init(&errors);
        model_destroy(load->job[i].model);
        load->job[i].model = model_create(load->job[i].scenario, &errors);
        if (!load->job[i].model || (say && !load->request->word[load->job[i].word].silent)) print_diagnostics(&errors);
        diagnostics_clear(&errors);
        if (!load->job[i].model) code = EXIT_CONTENT;
    }
    return code;
}

/* ---- the store ---- */
static int open_store(struct loading *load)
{
    const char *db = load->request->options->db;
    bool refers = load->jobs < load->request->words;
    if (refers && access(db, F_OK) != 0) {
        fprintf(stderr, "greenlane: %s: no such store; `greenlane run FILE --db %s` makes one\n", db, db);
        return EXIT_UNREADABLE;
    }
    char why[200] = "";
    enum status status = store_open(&load->out->store, db, load->jobs ? STORE_WRITE : STORE_READ, why);
    if (status == STATUS_OK) return 0;
    store_complain(db, why, "; give another file with --db");
    if (status == STATUS_IO) return load->jobs ? EXIT_CANNOT_CREATE : EXIT_UNREADABLE;
    return status == STATUS_CORRUPT ? EXIT_CONTENT : EXIT_FAULT;
}

static int remember_rows(struct variants *out, const char *reference, struct variant_rows *rows)
{
    struct variant_rows *grown = realloc(out->found, (out->founds + 1) * sizeof *grown);
    if (!grown) return fault("out of memory");
    out->found = grown;
    *rows = (struct variant_rows){0};
    enum status status = store_run_find(out->store, reference, &rows->row, &rows->rows);
    if (status == STATUS_OK) out->found[out->founds++] = *rows;
    if (status == STATUS_OK) return 0;
    fprintf(stderr, "greenlane: %s: %s\n", reference, store_why(out->store));
    return status == STATUS_NOT_FOUND ? EXIT_UNREADABLE : EXIT_FAULT;
}

static int add_item(struct variants *out, size_t word, const struct store_variant_row *row, size_t simulated)
{
    struct variant *grown = realloc(out->item, (out->count + 1) * sizeof *grown);
    if (!grown) return fault("out of memory");
    out->item = grown;
    struct variant *item = &out->item[out->count++];
    *item = (struct variant){.row = row, .word = word, .replications = (size_t)row->replications, .simulated = simulated};
    item->facts = facts_read(row->facts);
    if (!item->facts) return fault("the store's facts about a variant cannot be read: they are damaged, or there is not enough memory");
    if (store_inputs(out->store, row->id, &item->input, &item->inputs) != STATUS_OK ||
        store_expects(out->store, row->id, &item->expect, &item->expects) != STATUS_OK)
        return fault(store_why(out->store));
    for (size_t i = 0; i < item->inputs; i++) item->assumed += strcmp(item->input[i].evidence, "assumed") == 0;
    return 0;
}

/* ---- seed and replications ---- */
static int settle_plan(struct loading *load)
{
    const struct options *options = load->request->options;
    const struct run_plan *plan = load->jobs ? &load->job[0].scenario->run : NULL;
    load->seed = plan ? plan->seed : 0;
    load->replications = plan ? (size_t)plan->replications : 0;
    for (size_t i = 0; i < load->request->words; i++) {
        if (load->request->word[i].file) continue;
        struct store_variant_row *row;
        size_t rows;
        if (store_run_find(load->out->store, load->request->word[i].word, &row, &rows) != STATUS_OK || !rows) break;
        load->seed = row[0].seed;
        load->replications = (size_t)row[0].replications;
        store_variants_free(row, rows);
        break;
    }
    if (options->has_seed) load->seed = options->seed;
    if (options->replications) load->replications = (size_t)options->replications;
    return load->replications || !load->jobs ? 0 : fault("no replications are asked for");
}

/* ---- putting a variant into the store ---- */
static char *variant_name(const struct scenario *scenario, const struct variant_word *word)
{
    size_t length = strlen(scenario->name) + 16 + (word->also ? strlen(word->also) + 1 : 0);
    for (size_t i = 0; i < word->policies.count; i++) length += strlen(word->policies.word[i]) + 2;
    char *name = malloc(length);
    if (!name) return NULL;
    char *end = stpcpy(name, scenario->name);
    for (size_t i = 0; i < word->policies.count; i++) {
        end = stpcpy(end, " +");
        end = stpcpy(end, word->policies.word[i]);
    }
    if (word->also) end = stpcpy(stpcpy(end, " "), word->also);
    if (word->scale > 0) sprintf(end, " x%.2f", word->scale);
    return name;
}

static char *join(const struct words *words)
{
    size_t length = 1;
    for (size_t i = 0; i < words->count; i++) length += strlen(words->word[i]) + 1;
    char *text = malloc(length), *end = text;
    if (!text) return NULL;
    *text = 0;
    for (size_t i = 0; i < words->count; i++) {
        if (i) *end++ = '\n';
        end = stpcpy(end, words->word[i]);
    }
    return text;
}

static struct store_input *list_inputs(const struct scenario *scenario, size_t *n)
{
    struct store_input *input = calloc(scenario->inputs + 1, sizeof *input);
    *n = 0;
    for (size_t i = 0; input && i < scenario->inputs; i++) {
        const struct input *from = &scenario->input[i];
        if (from->kind == EVIDENCE_CHOICE) continue;
        input[(*n)++] = (struct store_input){.path = from->path, .value = from->text, .low = from->low, .high = from->high,
            .evidence = from->kind == EVIDENCE_SOURCED ? "sourced" : "assumed", .source = from->source, .policy = from->policy};
    }
    return input;
}

static struct store_expect *list_expects(const struct scenario *scenario)
{
    struct store_expect *expect = calloc(scenario->expects + 1, sizeof *expect);
    for (size_t i = 0; expect && i < scenario->expects; i++) {
        const struct expect *from = &scenario->expect[i];
        expect[i] = (struct store_expect){.metric = from->metric, .text = from->text, .source = from->source,
            .role = from->role == EXPECT_FITTED ? "fitted" : "held_back", .value = from->value, .within = from->within,
            .within_relative = from->within_relative};
    }
    return expect;
}

static int add_variant(struct loading *load, struct job *job)
{
    const struct scenario *scenario = job->scenario;
    const struct variant_word *word = &load->request->word[job->word];
    char digest[33], versions[400];
    model_variant_digest(job->model, load->seed, digest);
    versions_line(versions, sizeof versions);
    size_t inputs;
    struct store_input *input = list_inputs(scenario, &inputs);
    struct store_expect *expect = list_expects(scenario);
    char *text = model_variant_text(job->model), *facts = model_facts(job->model), *name = variant_name(scenario, word);
    char *policies = join(&word->policies), *settings = join(&word->sets);
    const struct run_plan *plan = &scenario->run;
    struct store_variant variant = {.digest = digest, .name = name, .title = scenario->title, .text = text,
        .policies = policies, .settings = settings, .seed = load->seed, .result_version = MODEL_RESULT_VERSION,
        .versions = versions, .window_from_h = plan->measure_from, .window_to_h = plan->measure_to,
        .warm_up_h = plan->warm_up, .dated = plan->dated, .input = input, .inputs = inputs, .expect = expect,
        .expects = scenario->expects, .facts = facts};
    int code = 0;
    if (input && expect && text && facts && name && policies && settings) {
        enum status status = store_variant_add(load->out->store, &variant, &job->id);
        if (status != STATUS_OK) code = store_failed(load, status);
    } else {
        code = fault("out of memory");
    }
    free(input);
    free(expect);
    free(text);
    free(facts);
    free(name);
    free(policies);
    free(settings);
    return code;
}

static int add_variants(struct loading *load)
{
    for (size_t i = 0; i < load->jobs; i++) {
        struct job *job = &load->job[i];
        int code = add_variant(load, job);
        if (code) return code;
    }
    return 0;
}

/* ---- the run and what is read back ---- */
static int add_runs(struct loading *load, int64_t run_of[])
{
    size_t step = load->request->together ? load->jobs : 1;
    int64_t *id = malloc((load->jobs + 1) * sizeof *id);
    uint64_t *count = malloc((load->jobs + 1) * sizeof *count);
    struct store_name *called = calloc(load->jobs + 1, sizeof *called);
    int code = id && count && called ? 0 : fault("out of memory");
    for (size_t i = 0; !code && i < load->jobs; i++) {
        const struct variant_word *word = &load->request->word[load->job[i].word];
        id[i] = load->job[i].id;
        count[i] = load->job[i].wanted;
        called[i] = (struct store_name){variant_name(load->job[i].scenario, word), join(&word->policies), join(&word->sets)};
        if (!called[i].name || !called[i].policies || !called[i].settings) code = fault("out of memory");
    }
    for (size_t i = 0; !code && i < load->jobs; i += step) {
        int64_t run;
        enum status status = store_run_add(load->out->store, load->request->options->typed, load->request->kind, id + i, count + i, called + i, step, &run);
        if (status != STATUS_OK) code = store_failed(load, status);
        for (size_t k = i; !code && k < i + step; k++) run_of[k] = run;
    }
    for (size_t i = 0; called && i < load->jobs; i++) {
        free((char *)called[i].name);
        free((char *)called[i].policies);
        free((char *)called[i].settings);
    }
    free(called);
    free(id);
    free(count);
    return code;
}

/* What settings say, in so many characters: of a path its last two parts, so `permit.share=25 %` of a longer one. */
static void say_settings(const char *settings, char *text, size_t size)
{
    size_t used = 0;
    while (*settings && used + 1 < size) {
        size_t line = strcspn(settings, "\n"), path = strcspn(settings, "=\n");
        const char *from = settings + path;
        for (int parts = 0; from > settings; from--)
            if (from[-1] == '.' && ++parts == 2) break;
        int wrote = snprintf(text + used, size - used, "%s %.*s", used ? "," : "", (int)(settings + line - from), from);
        used += (size_t)wrote;
        settings += line + (settings[line] == '\n');
    }
    if (used >= size) memcpy(text + size - 4, "...", 4);
}

static bool is_seen(const struct variants *all, size_t before)
{
    for (size_t i = 0; i < before; i++)
        if (all->item[i].row == all->item[before].row) return true;
    return false;
}

int variants_tell_apart(struct variants *out)
{
    bool *alike = calloc(out->count + 1, sizeof *alike);
    int code = alike ? 0 : fault("out of memory");
    for (size_t i = 0; !code && i < out->count; i++)
        for (size_t k = 0; k < out->count; k++) {
            const struct store_variant_row *a = out->item[i].row, *b = out->item[k].row;
            alike[i] = alike[i] || (strcmp(a->name, b->name) == 0 && strcmp(a->settings, b->settings) != 0);
        }
    for (size_t i = 0; !code && i < out->count; i++) {
        struct store_variant_row *row = (struct store_variant_row *)out->item[i].row;
        char said[31], *name = NULL;
        if (!alike[i] || !*row->settings || is_seen(out, i)) continue;
        say_settings(row->settings, said, sizeof said);
        if (asprintf(&name, "%s%s", row->name, said) < 0) {
            code = fault("out of memory");
            continue;
        }
        free(row->name);
        row->name = name;
    }
    free(alike);
    return code;
}

static int read_back(struct loading *load, const int64_t run_of[])
{
    struct variants *out = load->out;
    struct variant_rows rows = {0};
    int64_t run_read = -1;
    size_t job = 0;
    for (size_t i = 0; i < load->request->words; i++) {
        const struct variant_word *word = &load->request->word[i];
        char reference[40];
        int code = 0;
        size_t place = load->request->together ? job : 0; /* in its run: one variant may stand there twice, by two names */
        if (word->file) snprintf(reference, sizeof reference, "run:%lld", (long long)run_of[job]);
        if (!word->file || run_of[job] != run_read) code = remember_rows(out, word->file ? reference : word->word, &rows);
        for (size_t k = 0; !code && !word->file && k < rows.rows; k++) code = add_item(out, i, &rows.row[k], 0);
        if (!code && word->file) code = add_item(out, i, &rows.row[place], load->job[job].simulated);
        if (code) return code;
        run_read = word->file ? run_of[job] : -1;
        if (word->file) out->simulated += load->job[job].simulated, out->reused += load->job[job].reused, job++;
    }
    return 0;
}

static void clear_loading(struct loading *load)
{
    for (size_t i = 0; i < load->jobs; i++) {
        model_destroy(load->job[i].model);
        scenario_destroy(load->job[i].scenario);
        free(load->job[i].have);
        free(load->job[i].network);
        free(load->job[i].cost);
    }
    free(load->headline);
    free(load->job);
}

int variants_load(const struct variants_request *request, struct variants *variants)
{
    *variants = (struct variants){0};
    struct loading load = {.request = request, .out = variants, .stored = STATUS_OK};
    load.job = calloc(request->words + 1, sizeof *load.job);
    int64_t *run_of = calloc(request->words + 1, sizeof *run_of);
    int code = load.job && run_of ? 0 : fault("out of memory");
    if (!code) code = read_files(&load);
    if (!code) code = make_models(&load, true);
    settle_rule(&load, load.jobs ? &load.job[0].scenario->run : NULL);
    if (!code) code = settle_metrics(&load);
    if (!code) code = open_store(&load);
    if (!code) code = settle_plan(&load);
    if (!code) code = settle_warm_up(&load);
    if (!code) code = settle_metrics(&load);
    if (!code) code = add_variants(&load);
    if (!code) code = load.rule.relative > 0 ? simulate_until_precise(&load) : simulate_to(&load, load.replications);
    if (!code) code = add_runs(&load, run_of);
    if (!code) code = read_back(&load, run_of);
    clear_loading(&load);
    free(run_of);
    return code;
}

void variants_close(struct variants *variants)
{
    for (size_t i = 0; i < variants->count; i++) {
        facts_free(variants->item[i].facts);
        free(variants->item[i].input);
        free(variants->item[i].expect);
    }
    for (size_t i = 0; i < variants->founds; i++) store_variants_free(variants->found[i].row, variants->found[i].rows);
    free(variants->item);
    free(variants->found);
    store_close(variants->store);
    *variants = (struct variants){0};
}
