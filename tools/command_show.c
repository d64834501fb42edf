/* command_show.c - `greenlane show runs | run:14 | assumptions X | sources X`: words about stored runs and scenarios.
 */
#include "tools/command.h"
#include "tools/load.h"
#include "tools/report.h"
#include "tools/table.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- the store alone ---- */
static int open_store(const struct options *options, struct store **store)
{
    char why[200] = "";
    *store = NULL;
    if (access(options->db, F_OK) != 0) {
        fprintf(
            stderr, "greenlane: %s: no such store; `greenlane run FILE` makes it, --db names another\n", options->db);
        return EXIT_UNREADABLE;
    }
    enum status status = store_open(store, options->db, STORE_READ, why);
    if (status == STATUS_OK) return 0;
    store_complain(options->db, why, "; give another file with --db");
    return status == STATUS_CORRUPT ? EXIT_CONTENT : EXIT_UNREADABLE;
}

enum { NAMES_ROOM = 60, NAMES_BYTES = 400 };

/* "a, b, c and 509 more": an attribution has hundreds of variants. */
static const char *shorten_names(const char *names, char out[NAMES_BYTES])
{
    size_t length = 0, more = 0;
    for (const char *at = strstr(names, ", "); at; at = strstr(at + 2, ", ")) {
        if (!length || (size_t)(at - names) <= NAMES_ROOM)
            length = (size_t)(at - names);
        else
            more++;
    }
    if (!more)
        snprintf(out, NAMES_BYTES, "%s", names);
    else
        snprintf(out, NAMES_BYTES, "%.*s and %zu more", (int)length, names, more + 1);
    return out;
}

static void print_runs(const struct store_run_row *row, size_t n)
{
    struct table *table = table_create("rlrll");
    char names[NAMES_BYTES];
    static const char *const header[] = {"RUN", "when", "replications", "kind", "scenario"};
    for (int i = 0; i < 5; i++) table_cell(table, "%s", header[i]);
    table_end_row(table);
    for (size_t i = 0; i < n; i++) {
        table_cell(table, "%lld", (long long)row[i].run);
        table_cell(table, "%s", row[i].at);
        table_cell(table, "%llu", (unsigned long long)row[i].replications);
        table_cell(table, "%s", row[i].kind);
        table_cell(table, "%s", shorten_names(row[i].names, names));
        table_end_row(table);
    }
    table_print(table, stdout);
    table_destroy(table);
}

static void print_runs_json(const struct store_run_row *row, size_t n)
{
    struct json json = {.out = stdout};
    json_map(&json, NULL);
    json_count(&json, "schema_version", 1);
    json_list(&json, "runs");
    for (size_t i = 0; i < n; i++) {
        json_map(&json, NULL);
        json_count(&json, "run", (uint64_t)row[i].run);
        json_text(&json, "at", row[i].at);
        json_text(&json, "kind", row[i].kind);
        json_text(&json, "command", row[i].command);
        json_text(&json, "scenario", row[i].names);
        json_count(&json, "replications", row[i].replications);
        json_end(&json);
    }
    json_end(&json);
    json_end(&json);
}

static int show_runs(const struct options *options)
{
    struct store *store;
    struct store_run_row *row = NULL;
    size_t n = 0;
    int code = open_store(options, &store);
    if (!code && store_runs(store, &row, &n) != STATUS_OK) {
        fprintf(stderr, "greenlane: %s: %s\n", options->db, store_why(store));
        code = EXIT_IO;
    }
    if (!code && options->json)
        print_runs_json(row, n);
    else if (!code)
        print_runs(row, n);
    store_runs_free(row, n);
    store_close(store);
    return code;
}

/* ---- one run ---- */
static void print_variant_facts(const struct variant *variant)
{
    const struct store_variant_row *row = variant->row;
    char plan[120];
    describe_plan(variant, plan, sizeof plan);
    printf("run:%lld  %s  %s\n", (long long)row->run, row->name, row->title ? row->title : "");
    printf("  plan      %s, warm-up %.4g d\n", plan, row->warm_up_h / 24);
    if (row->policies && *row->policies) printf("  policies  %s\n", row->policies);
    if (row->settings && *row->settings) printf("  set       %s\n", row->settings);
    printf("  variant   %s\n  made with %s\n  inputs    %zu, of which %zu assumed\n", row->digest, row->versions,
        variant->inputs, variant->assumed);
    report_notice(variant->facts, stdout);
}

static int show_run(const struct options *options)
{
    struct loaded loaded;
    int code = load_words(&loaded, options, 0, "show", LOAD_CHANGE_ALL);
    for (size_t i = 0; !code && i < loaded.variants.count; i++) {
        const struct variant *variant = &loaded.variants.item[i];
        if (options->json) {
            report_json(&loaded.variants, variant, stdout);
            continue;
        }
        if (i) putchar('\n');
        print_variant_facts(variant);
        putchar('\n');
        report_times(&loaded.variants, variant, stdout);
        report_sites(&loaded.variants, variant, stdout);
        report_control(&loaded.variants, variant, stdout);
        report_resources(&loaded.variants, variant, stdout);
        report_network(&loaded.variants, variant, stdout);
        report_plan(&loaded.variants, variant, stdout);
        report_expects(&loaded.variants, variant, stdout);
        report_promises(&loaded.variants, variant, stdout);
        report_checks(&loaded.variants, variant, stdout);
    }
    loaded_clear(&loaded);
    return code;
}

int command_show(const struct options *options)
{
    const char *what = options->arguments.word[0];
    bool assumptions = strcmp(what, "assumptions") == 0, sources = strcmp(what, "sources") == 0;
    size_t wanted = assumptions || sources ? 2 : 1;
    bool known = assumptions || sources || strcmp(what, "runs") == 0 || is_stored_run(what);
    if (known && options->arguments.count == wanted) {
        if (assumptions || sources) return show_evidence(options, assumptions);
        return is_stored_run(what) ? show_run(options) : show_runs(options);
    }
    static const char *const candidates[] = {"runs", "assumptions", "sources"};
    const char *near = known ? NULL : diagnostic_suggest(what, candidates, 3);
    if (known)
        fprintf(stderr, "greenlane: show %s %s\n", what,
            wanted == 2 ? "needs a scenario file or a stored run" : "takes nothing more");
    else
        fprintf(stderr, "greenlane: show what? runs, run:14, assumptions X or sources X, not '%s'%s%s%s\n", what,
            near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    return EXIT_COMMAND_LINE;
}
