/* command_staff.c - `greenlane staff FILE --promise 'METRIC <= VALUE' --vary resources.NAME.servers=2..20`: the least
 * staff that keeps a promise.
 *
 * More staff never makes anybody wait longer, so each range is halved with the others held; then one more of one is
 * tried against two or more fewer of another, until no such exchange helps. What comes out is run as the file says,
 * with fresh luck; while that breaks the promise, the busiest of the varied resources gets one more.
 */
#include "tools/bound.h"
#include "tools/command.h"
#include "tools/report.h"
#include "tools/search.h"
#include "tools/table.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SINGLE = 4, MOST_TRIES = 16 };

struct attempt {
    double *number;
    struct estimate estimate;
    bool keeps;
};

struct staff {
    double step, added, unreleased;
    struct search search;
    struct bound promise;
    const char *metric;
    struct attempt *attempt;
    size_t attempts;
    double *best;
    struct variants all; /* of the verification */
    struct estimate verified;
    size_t verifications;
    bool kept;
};

static int no_memory(void)
{
    fprintf(stderr, "greenlane: out of memory\n");
    return EXIT_FAULT;
}

/* ---- trying ---- */
static const struct attempt *find_attempt(const struct staff *staff, const double *number)
{
    for (size_t i = 0; i < staff->attempts; i++)
        if (memcmp(staff->attempt[i].number, number, staff->search.varies * sizeof *number) == 0)
            return &staff->attempt[i];
    return NULL;
}

static int try(struct staff *staff, const double *number, bool *keeps)
{
    const struct attempt *known = find_attempt(staff, number);
    if (known) {
        *keeps = known->keeps;
        return 0;
    }
    size_t bytes = staff->search.varies * sizeof *number;
    struct attempt *grown = realloc(staff->attempt, (staff->attempts + 1) * sizeof *grown);
    double *copy = malloc(bytes);
    if (grown) staff->attempt = grown;
    if (!grown || !copy) {
        free(copy);
        return no_memory();
    }
    memcpy(copy, number, bytes);
    struct attempt *attempt = &grown[staff->attempts++];
    *attempt = (struct attempt){.number = copy};
    int code = search_try(&staff->search, number, &attempt->estimate);
    attempt->keeps = bound_holds(&staff->promise, attempt->estimate.mean);
    *keeps = attempt->keeps;
    return code;
}

/* The least of one resource that keeps the promise while the others stay; number[k] keeps it. */
static int halve(struct staff *staff, double *number, size_t k)
{
    double no = staff->search.vary[k].low - 1, yes = number[k];
    int code = 0;
    while (!code && yes - no > 1) {
        bool keeps;
        number[k] = floor((no + yes) / 2);
        code = try(staff, number, &keeps);
        if (keeps)
            yes = number[k];
        else
            no = number[k];
    }
    number[k] = yes;
    return code;
}

static double total(const struct staff *staff, const double *number)
{
    double sum = 0;
    for (size_t k = 0; k < staff->search.varies; k++) sum += number[k];
    return sum;
}

/* One more of i for at least two fewer of k. */
static int exchange(struct staff *staff, bool *better)
{
    size_t n = staff->search.varies;
    double *number = malloc(n * sizeof *number);
    int code = number ? 0 : no_memory();
    *better = false;
    for (size_t i = 0; !code && i < n; i++)
        for (size_t k = 0; !code && k < n && !*better; k++) {
            memcpy(number, staff->best, n * sizeof *number);
            if (i == k || number[i] + 1 > staff->search.vary[i].high || number[k] - 2 < staff->search.vary[k].low)
                continue;
            bool keeps;
            number[i]++;
            number[k] -= 2;
            code = try(staff, number, &keeps);
            if (code || !keeps) continue;
            code = halve(staff, number, k);
            if (!code && total(staff, number) < total(staff, staff->best)) {
                memcpy(staff->best, number, n * sizeof *number);
                *better = true;
            }
        }
    free(number);
    return code;
}

static int descend(struct staff *staff)
{
    size_t n = staff->search.varies;
    bool keeps, better = n > 1;
    for (size_t k = 0; k < n; k++) staff->best[k] = staff->search.vary[k].high;
    int code = try(staff, staff->best, &keeps);
    if (!code && !keeps) {
        char found[64];
        describe_value(staff->promise.metric, staff->attempt[0].estimate.mean, found, sizeof found);
        fprintf(stderr,
            "greenlane: staff: not even the most staff keeps %s %s %s: it is %s; raise the upper ends of --vary, or "
            "relieve another resource\n",
            staff->promise.metric, staff->promise.kind == BOUND_AT_MOST ? "<=" : ">=", staff->promise.text, found);
        return EXIT_CHECK_FAILED;
    }
    for (size_t k = 0; !code && k < n; k++) code = halve(staff, staff->best, k);
    while (!code && better) code = exchange(staff, &better);
    return code;
}

/* ---- fresh replications ---- */
static int verify_once(struct staff *staff)
{
    struct search *search = &staff->search;
    char **setting = search_settings(search, staff->best);
    if (!setting) return EXIT_COMMAND_LINE;
    struct variant_word word;
    bool fine = variant_word_read(&word, search->base.word) &&
                variant_word_add(&word, &search->options->policies, &search->options->sets);
    for (size_t i = 0; fine && i < search->varies; i++) fine = words_push(&word.sets, setting[i]);
    word.silent = true;
    struct options own = *search->options;
    own.has_seed = true;
    own.seed = search->seed + 1;
    struct variants_request request = {.options = &own, .word = &word, .words = 1, .kind = "staff"};
    variants_close(&staff->all);
    int code = fine ? variants_load(&request, &staff->all) : no_memory();
    if (!code) staff->verified = variant_estimate(&staff->all, &staff->all.item[0], staff->metric);
    /* A queue that grows leaves them inside, and the times of the others say nothing of them. */
    if (!code) staff->unreleased = variant_unreleased(&staff->all, &staff->all.item[0], NULL);
    staff->kept = bound_holds(&staff->promise, staff->verified.mean) &&
                  !(staff->promise.kind == BOUND_AT_MOST && staff->unreleased > UNRELEASED_MOST);
    staff->verifications++;
    variant_word_clear(&word);
    search_settings_free(search, setting);
    return code;
}

/* Of the varied resources that may still grow; -1: none. */
static int busiest(const struct staff *staff)
{
    double most = -1;
    int found = -1;
    for (size_t k = 0; k < staff->search.varies; k++) {
        char name[120] = "";
        sscanf(staff->search.vary[k].typed, "resources.%119[^.]", name);
        double busy = variant_estimate_of(&staff->all, &staff->all.item[0], "station.%s.utilisation", name).mean;
        if (staff->best[k] + 1 > staff->search.vary[k].high || !(busy > most)) continue;
        most = busy;
        found = (int)k;
    }
    return found;
}

static int verify(struct staff *staff)
{
    int code = verify_once(staff);
    while (!code && !staff->kept && staff->verifications < MOST_TRIES) {
        int k = busiest(staff);
        if (k < 0) break;
        staff->step = staff->verifications <= MOST_SINGLE ? 1 : 2 * staff->step; /* far off: not one by one */
        staff->step = fmin(staff->step, staff->search.vary[k].high - staff->best[k]);
        staff->best[k] += staff->step;
        staff->added += staff->step;
        code = verify_once(staff);
    }
    return code;
}

/* ---- showing ---- */
static const char *resource_of(const struct vary *vary, char name[120])
{
    if (sscanf(vary->typed, "resources.%119[^.]", name) != 1) snprintf(name, 120, "%.119s", vary->typed);
    return name;
}

static void print_page(const struct staff *staff)
{
    const struct search *search = &staff->search;
    char name[120], number[32], text[300];
    const char *sign = staff->promise.kind == BOUND_AT_MOST ? "<=" : ">=";
    report_notices(&staff->all, stdout);
    printf("PROMISE  %s %s %s\n\nSEARCH\n", staff->promise.metric, sign, staff->promise.text);
    char columns[64] = "";
    for (size_t k = 0; k < search->varies + 3 && k < 60; k++) strcat(columns, k == search->varies + 2 ? "l" : "r");
    struct table *table = table_create(columns);
    for (size_t k = 0; k < search->varies; k++) table_cell(table, "%s", resource_of(&search->vary[k], name));
    table_cell(table, "%s", "outcome");
    table_cell(table, "± 95 %%");
    table_cell(table, "%s", "promise");
    table_end_row(table);
    for (size_t i = 0; i < staff->attempts; i++) {
        for (size_t k = 0; k < search->varies; k++) table_cell(table, "%.0f", staff->attempt[i].number[k]);
        table_number(table, staff->attempt[i].estimate.mean, 2);
        table_interval(table, staff->attempt[i].estimate.half_width, 2);
        table_cell(table, "%s", staff->attempt[i].keeps ? "kept" : "broken");
        table_end_row(table);
    }
    table_print(table, stdout);
    table_destroy(table);
    frame_describe(&search->frame, search->replications, search->seed, text, sizeof text);
    strcat(text, "; the same shipments each time.");
    print_wrapped(stdout, text);
    printf("\nANSWER  ");
    for (size_t k = 0; k < search->varies; k++)
        printf("%s%s %.0f%s", k ? ", " : "", resource_of(&search->vary[k], name), staff->best[k],
            isnan(search->vary[k].now)
                ? ""
                : (snprintf(text, sizeof text, " (the file has %g)", search->vary[k].now), text));
    char half[60], width[32];
    text_number(staff->verified.mean, 2, number);
    if (isnan(staff->verified.half_width))
        snprintf(half, sizeof half, " (one replication gives no interval)");
    else
        snprintf(half, sizeof half, " ± %s", text_number(staff->verified.half_width, 2, width));
    const struct variant *fresh = &staff->all.item[0];
    snprintf(text, sizeof text, "%s by fresh replications: %s%s%s (%zu replications of the file's own %.4g d, seed %llu).",
        staff->kept ? "Kept" : "NOT KEPT", staff->unreleased > UNRELEASED_MOST ? "at least " : "", number, half, fresh->replications,
        (fresh->row->window_to_h - fresh->row->window_from_h) / 24, (unsigned long long)fresh->row->seed);
    putchar('\n');
    print_wrapped(stdout, text);
    bool sure = bound_holds(&staff->promise, staff->verified.mean + staff->verified.half_width) &&
                bound_holds(&staff->promise, staff->verified.mean - staff->verified.half_width);
    if (staff->unreleased > UNRELEASED_MOST)
        printf("%.1f %% of the shipments were never released: a queue grows.\n", 100 * staff->unreleased);
    if (staff->kept && !sure && !isnan(staff->verified.half_width))
        print_wrapped(stdout, "The interval reaches beyond the promise, so chance may have kept it: more replications would tell.");
    if (staff->added > 0)
        printf("What the search found broke the promise with fresh luck, so %.0f more %s added.\n", staff->added,
            staff->added == 1 ? "was" : "were");
    if (staff->step > 1 && staff->kept) printf("The last %.0f at once: fewer of these may do.\n", staff->step);
    if (search->varies > 1)
        print_wrapped(
            stdout, "No one of them can go, and no exchange of one for two was better; other mixes may do as well.");
    printf("%zu of %zu inputs are assumed. Stored as run:%lld.\n", staff->all.item[0].assumed,
        staff->all.item[0].inputs, (long long)staff->all.item[0].row->run);
}

static void print_json(const struct staff *staff)
{
    const struct search *search = &staff->search;
    struct json json = {.out = stdout};
    json_map(&json, NULL);
    json_count(&json, "schema_version", 1);
    json_notices(&json, &staff->all);
    json_text(&json, "metric", staff->metric);
    json_number(&json, "bound", staff->promise.value);
    json_map(&json, "answer");
    for (size_t k = 0; k < search->varies; k++) json_number(&json, search->vary[k].typed, staff->best[k]);
    json_end(&json);
    json_map(&json, "verified");
    json_number(&json, "estimate", staff->verified.mean);
    json_number(&json, "half_width", staff->verified.half_width);
    json_flag(&json, "kept", staff->kept);
    json_count(&json, "run", (uint64_t)staff->all.item[0].row->run);
    json_end(&json);
    json_list(&json, "search");
    for (size_t i = 0; i < staff->attempts; i++) {
        json_map(&json, NULL);
        for (size_t k = 0; k < search->varies; k++)
            json_number(&json, search->vary[k].typed, staff->attempt[i].number[k]);
        json_number(&json, "estimate", staff->attempt[i].estimate.mean);
        json_number(&json, "half_width", staff->attempt[i].estimate.half_width);
        json_flag(&json, "kept", staff->attempt[i].keeps);
        json_end(&json);
    }
    json_end(&json);
    json_end(&json);
}

static int check_ranges(const struct search *search)
{
    for (size_t k = 0; k < search->varies; k++) {
        const struct vary *vary = &search->vary[k];
        if (vary->whole && vary->low >= 0 && vary->high > vary->low) continue;
        fprintf(
            stderr, "greenlane: --vary %s: staff takes a range of whole numbers: %s=2..20\n", vary->typed, vary->typed);
        return EXIT_COMMAND_LINE;
    }
    return 0;
}

int command_staff(const struct options *options)
{
    struct staff staff = {.verified = {.mean = NAN, .half_width = NAN}};
    if (!options->promise) {
        fprintf(stderr, "greenlane: staff: say what is to be kept: --promise 'import.clearance.p90_h <= 48 h'\n");
        return EXIT_COMMAND_LINE;
    }
    if (!bound_read(&staff.promise, "promise", options->promise)) return EXIT_COMMAND_LINE;
    if (staff.promise.kind == BOUND_EQUAL) {
        fprintf(stderr, "greenlane: --promise '%s': a promise is a bound, <= or >=\n", options->promise);
        return EXIT_COMMAND_LINE;
    }
    staff.metric = staff.promise.metric;
    int code = search_begin(&staff.search, options, "staff", &staff.metric, 1);
    if (!code) code = check_ranges(&staff.search);
    staff.best = calloc(staff.search.varies + 1, sizeof *staff.best);
    if (!code && !staff.best) code = no_memory();
    if (!code) code = descend(&staff);
    if (!code) code = verify(&staff);
    if (!code && options->json)
        print_json(&staff);
    else if (!code)
        print_page(&staff);
    if (!code && !staff.kept) code = EXIT_CHECK_FAILED;
    variants_close(&staff.all);
    for (size_t i = 0; i < staff.attempts; i++) free(staff.attempt[i].number);
    free(staff.attempt);
    free(staff.best);
    search_clear(&staff.search);
    return code;
}
