/* command_sweep.c - `greenlane sweep FILE --vary PATH=VALUES`: a table of metrics over all combinations, or over a
 * Latin hypercube of ranges. Every point is a variant of one stored run.
 */
#include "tools/command.h"
#include "tools/output.h"
#include "tools/observe.h"
#include "tools/frame.h"
#include "tools/report.h"
#include "tools/table.h"
#include "tools/variants.h"
#include "tools/vary.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_POINTS = 2000, MOST_METRICS = 24 };

struct sweep {
    const struct options *options;
    struct variant_word base;
    struct vary *vary;
    size_t varies, points;
    char **setting; /* [point][vary] */
    char **shown;   /* the values as a table shows them */
    char **said;    /* [point], in its name */
    struct variant_word *word;
    const char *metric[MOST_METRICS];
    char made[8][80]; /* names of the default metrics */
    size_t metrics;
    char *observe; /* a setting, or NULL */
    struct variants all;
};

static int no_memory(void)
{
    fprintf(stderr, "greenlane: out of memory\n");
    return EXIT_FAULT;
}

/* ---- points ---- */
static uint64_t next_word(uint64_t *state) /* SplitMix64: where to look, not what happens there */
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static bool keep(struct sweep *sweep, size_t point, size_t v, const char *value)
{
    size_t at = point * sweep->varies + v;
    sweep->setting[at] = vary_setting(&sweep->vary[v], value);
    sweep->shown[at] = strdup(value);
    return sweep->setting[at] && sweep->shown[at];
}

static int factorial(struct sweep *sweep)
{
    for (size_t point = 0; point < sweep->points; point++) {
        size_t left = point;
        for (size_t v = sweep->varies; v-- > 0;) {
            const struct vary *vary = &sweep->vary[v];
            if (!keep(sweep, point, v, vary->value[left % vary->values])) return EXIT_COMMAND_LINE;
            left /= vary->values;
        }
    }
    return 0;
}

/* Each range is cut into as many strata as there are points, and each stratum is met once. */
static int hypercube(struct sweep *sweep)
{
    uint64_t state = 1;
    size_t n = sweep->points, *order = calloc(n + 1, sizeof *order);
    int code = order ? 0 : no_memory();
    for (size_t v = 0; !code && v < sweep->varies; v++) {
        const struct vary *vary = &sweep->vary[v];
        for (size_t i = 0; i < n; i++) order[i] = i;
        for (size_t i = n; i-- > 1;) {
            size_t k = (size_t)(next_word(&state) % (i + 1)), kept = order[i];
            order[i] = order[k];
            order[k] = kept;
        }
        for (size_t i = 0; !code && i < n; i++) {
            double share = ((double)order[i] + (double)(next_word(&state) >> 11) * 0x1p-53) / (double)n;
            double number = vary->low + share * (vary->high - vary->low);
            char text[120];
            if (vary->whole) number = floor(vary->low + share * (vary->high - vary->low + 1));
            vary_text(vary, vary->whole ? number : strtod((snprintf(text, sizeof text, "%.4g", number), text), NULL),
                text, sizeof text);
            const char *value = vary->values ? vary->value[(size_t)(share * (double)vary->values)] : text;
            if (!keep(sweep, i, v, value)) code = EXIT_COMMAND_LINE;
        }
    }
    free(order);
    return code;
}

static int make_points(struct sweep *sweep)
{
    double points = sweep->options->lhs ? (double)sweep->options->lhs : 1;
    for (size_t v = 0; v < sweep->varies; v++) {
        const struct vary *vary = &sweep->vary[v];
        if (!sweep->options->lhs && vary->values == 0) {
            fprintf(stderr, "greenlane: --vary %s: give values, 5,8,11 or 5..17/3; a range alone needs --lhs N\n",
                vary->typed);
            return EXIT_COMMAND_LINE;
        }
        if (vary->values == 0 && isnan(vary->low)) {
            fprintf(stderr, "greenlane: --vary %s: give values or a range: %s=5..17\n", vary->typed, vary->typed);
            return EXIT_COMMAND_LINE;
        }
        if (!sweep->options->lhs) points *= (double)vary->values;
    }
    if (points > MOST_POINTS) {
        fprintf(stderr, "greenlane: sweep: %.0f points; at most %d, or --lhs N for a sample\n", points, MOST_POINTS);
        return EXIT_COMMAND_LINE;
    }
    sweep->points = (size_t)points;
    sweep->setting = calloc(sweep->points * sweep->varies + 1, sizeof *sweep->setting);
    sweep->shown = calloc(sweep->points * sweep->varies + 1, sizeof *sweep->shown);
    if (!sweep->setting || !sweep->shown) return no_memory();
    return sweep->options->lhs ? hypercube(sweep) : factorial(sweep);
}

static const char *short_path(const char *path) /* the last two words of it */
{
    const char *at = path + strlen(path);
    for (int dots = 0; at > path; at--)
        if (at[-1] == '.' && ++dots == 2) break;
    return at;
}

/* "bays.servers=16": what tells it apart from the other points, in its name. */
static bool name_point(struct sweep *sweep, size_t point)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out) return false;
    for (size_t v = 0; v < sweep->varies; v++)
        fprintf(out, "%s%s=%s", v ? " " : "", short_path(sweep->vary[v].typed), sweep->shown[point * sweep->varies + v]);
    bool fine = fclose(out) == 0;
    sweep->said[point] = text;
    sweep->word[point].also = text;
    return fine;
}

static int make_words(struct sweep *sweep)
{
    sweep->said = calloc(sweep->points + 1, sizeof *sweep->said);
    if (!sweep->said) return no_memory();
    sweep->word = calloc(sweep->points + 1, sizeof *sweep->word);
    if (!sweep->word) return no_memory();
    for (size_t i = 0; i < sweep->points; i++) {
        struct variant_word *word = &sweep->word[i];
        bool fine = variant_word_read(word, sweep->base.word) &&
                    variant_word_add(word, &sweep->options->policies, &sweep->options->sets);
        for (size_t v = 0; fine && v < sweep->varies; v++)
            fine = words_push(&word->sets, sweep->setting[i * sweep->varies + v]);
        fine = fine && (!sweep->observe || words_push(&word->sets, sweep->observe));
        word->silent = true; /* the file's warnings have been said */
        fine = fine && name_point(sweep, i);
        if (!fine) return no_memory();
    }
    return 0;
}

/* ---- metrics ---- */
static int choose_metrics(struct sweep *sweep)
{
    const struct words *asked = &sweep->options->metrics;
    const struct facts *facts = sweep->all.item[0].facts;
    for (size_t i = 0; i < asked->count && sweep->metrics < MOST_METRICS; i++)
        sweep->metric[sweep->metrics++] = asked->word[i];
    for (size_t d = 0; !asked->count && d < facts->directions && d < 4; d++) {
        snprintf(sweep->made[2 * d], sizeof sweep->made[0], "%.50s.clearance.mean_h", facts->direction[d].name);
        snprintf(sweep->made[2 * d + 1], sizeof sweep->made[0], "%.50s.clearance.p90_h", facts->direction[d].name);
        sweep->metric[sweep->metrics++] = sweep->made[2 * d];
        sweep->metric[sweep->metrics++] = sweep->made[2 * d + 1];
    }
    if (!sweep->metrics) {
        fprintf(stderr,
            "greenlane: sweep: no stream has a direction, so say what to show: --metric station.NAME.wait.mean\n");
        return EXIT_COMMAND_LINE;
    }
    char **name = NULL;
    size_t names = 0;
    if (store_metric_names(sweep->all.store, sweep->all.item[0].row->id, &name, &names) != STATUS_OK)
        return no_memory();
    int code = 0;
    for (size_t k = 0; k < sweep->metrics; k++) {
        bool known = false;
        for (size_t i = 0; i < names; i++) known = known || strcmp(name[i], sweep->metric[k]) == 0;
        if (known) continue;
        const char *near = diagnostic_suggest(sweep->metric[k], (const char *const *)name, names);
        fprintf(stderr, "greenlane: --metric %s: there is no such metric; %s%s%s\n", sweep->metric[k],
            near ? "did you mean '" : "name it in run: metrics", near ? near : "", near ? "'?" : "");
        code = EXIT_COMMAND_LINE;
    }
    store_names_free(name, names);
    return code;
}

/* ---- showing ---- */
static int decimals_of(double value)
{
    return fabs(value) >= 1000 ? 0 : fabs(value) >= 10 ? 2 : fabs(value) >= 0.1 ? 3 : 4;
}

/* A number, marked where shipments that were not released would move it. */
static void cell(struct table *table, int bound, double value)
{
    char number[32];
    const char *mark = bound > 0 ? "≥ " : bound < 0 ? "≤ " : "";
    if (bound)
        table_cell(table, "%s%s", mark, text_number(value, decimals_of(value), number));
    else
        table_number(table, value, decimals_of(value));
}

static void print_table(struct sweep *sweep)
{
    size_t marked = 0;
    char columns[3 * MOST_METRICS + 40];
    size_t used = 0;
    for (size_t v = 0; v < sweep->varies && used < 30; v++) columns[used++] = 'r';
    for (size_t k = 0; k < 2 * sweep->metrics; k++) columns[used++] = 'r';
    columns[used] = 0;
    report_notices(&sweep->all, stdout);
    for (size_t k = 0; k < sweep->metrics; k++) printf("%c  %s\n", (char)('A' + k), sweep->metric[k]);
    struct table *table = table_create(columns);
    for (size_t v = 0; v < sweep->varies; v++) table_cell(table, "%s", short_path(sweep->vary[v].typed));
    for (size_t k = 0; k < sweep->metrics; k++) {
        table_cell(table, "%c", (char)('A' + k));
        table_cell(table, "± 95 %%");
    }
    table_end_row(table);
    for (size_t i = 0; i < sweep->points; i++) {
        for (size_t v = 0; v < sweep->varies; v++) table_cell(table, "%s", sweep->shown[i * sweep->varies + v]);
        for (size_t k = 0; k < sweep->metrics; k++) {
            struct estimate estimate = variant_estimate(&sweep->all, &sweep->all.item[i], sweep->metric[k]);
            int bound = variant_metric_bound(&sweep->all, &sweep->all.item[i], sweep->metric[k]);
            marked += bound != 0;
            cell(table, bound, estimate.mean);
            table_interval(table, estimate.half_width, decimals_of(estimate.mean));
        }
        table_end_row(table);
    }
    table_print(table, stdout);
    table_destroy(table);
    size_t bound = 0;
    for (size_t i = 0; i < sweep->points; i++) {
        const struct variant *variant = &sweep->all.item[i];
        bool some = false;
        for (size_t d = 0; d < variant->facts->directions; d++)
            some = some || variant_is_lower_bound(&sweep->all, variant, variant->facts->direction[d].name);
        bound += some;
    }
    if (bound)
        printf("At %zu of %zu points some shipments were not released when the run ended%s\n", bound, sweep->points,
            marked ? ": times ≥, shares within a time ≤." : ".");
    const struct variant *first = &sweep->all.item[0];
    printf("%zu points x %zu replications, seed %llu, the same shipments at all; ± is chance alone.\n", sweep->points,
        first->replications, (unsigned long long)first->row->seed);
    if (first->inputs) printf("%zu of %zu inputs are assumed. ", first->assumed, first->inputs);
    printf("Stored as run:%lld.\n", (long long)first->row->run);
}

static void csv_text(FILE *out, const char *text)
{
    bool quote = strpbrk(text, ",\"\n") != NULL;
    if (quote) fputc('"', out);
    for (; *text; text++) {
        if (*text == '"') fputc('"', out);
        fputc(*text, out);
    }
    if (quote) fputc('"', out);
}

static void csv_number(FILE *out, double value)
{
    if (isfinite(value))
        fprintf(out, ",%.10g", value);
    else
        fputc(',', out);
}

static int write_csv(struct sweep *sweep)
{
    FILE *out = fopen(sweep->options->out, "w");
    if (!out) {
        fprintf(stderr, "greenlane: %s: %s\n", sweep->options->out, strerror(errno));
        return EXIT_CANNOT_CREATE;
    }
    for (size_t v = 0; v < sweep->varies; v++) {
        if (v) fputc(',', out);
        csv_text(out, sweep->vary[v].typed);
    }
    for (size_t k = 0; k < sweep->metrics; k++) fprintf(out, ",%s,%s.half_width", sweep->metric[k], sweep->metric[k]);
    fputs(",replications,unreleased\n", out);
    for (size_t i = 0; i < sweep->points; i++) {
        for (size_t v = 0; v < sweep->varies; v++) {
            if (v) fputc(',', out);
            csv_text(out, sweep->shown[i * sweep->varies + v]);
        }
        for (size_t k = 0; k < sweep->metrics; k++) {
            struct estimate estimate = variant_estimate(&sweep->all, &sweep->all.item[i], sweep->metric[k]);
            csv_number(out, estimate.mean);
            csv_number(out, estimate.half_width);
        }
        fprintf(out, ",%zu", sweep->all.item[i].replications);
        csv_number(out, variant_unreleased(&sweep->all, &sweep->all.item[i], NULL));
        fputc('\n', out);
    }
    bool failed = ferror(out) != 0;
    if (fclose(out) == 0 && !failed) return 0;
    fprintf(stderr, "greenlane: %s: %s\n", sweep->options->out, strerror(errno));
    return EXIT_IO;
}

static void print_json(struct sweep *sweep)
{
    struct json json = {.out = stdout};
    json_map(&json, NULL);
    json_count(&json, "schema_version", 1);
    json_notices(&json, &sweep->all);
    json_count(&json, "run", (uint64_t)sweep->all.item[0].row->run);
    json_list(&json, "points");
    for (size_t i = 0; i < sweep->points; i++) {
        json_map(&json, NULL);
        json_map(&json, "set");
        for (size_t v = 0; v < sweep->varies; v++)
            json_text(&json, sweep->vary[v].typed, sweep->shown[i * sweep->varies + v]);
        json_end(&json);
        json_map(&json, "metrics");
        for (size_t k = 0; k < sweep->metrics; k++) {
            struct estimate estimate = variant_estimate(&sweep->all, &sweep->all.item[i], sweep->metric[k]);
            json_map(&json, sweep->metric[k]);
            json_number(&json, "estimate", estimate.mean);
            json_number(&json, "half_width", estimate.half_width);
            int bound = variant_metric_bound(&sweep->all, &sweep->all.item[i], sweep->metric[k]);
            if (bound) json_text(&json, "bound", bound > 0 ? "lower" : "upper");
            json_end(&json);
        }
        json_end(&json);
        json_end(&json);
    }
    json_end(&json);
    json_end(&json);
}

static int read_base(struct sweep *sweep)
{
    const struct options *options = sweep->options;
    int code = 0;
    if (is_stored_run(options->arguments.word[0]) || options->vary.count == 0) {
        fprintf(stderr, "greenlane: sweep: %s\n",
            options->vary.count ? "a stored run cannot be varied; name its scenario file"
                                : "say what to vary: --vary resources.NAME.servers=5..17/3");
        return EXIT_COMMAND_LINE;
    }
    if (!variant_word_read(&sweep->base, options->arguments.word[0]) ||
        !variant_word_add(&sweep->base, &options->policies, &options->sets))
        return no_memory();
    struct scenario *scenario = read_scenario(&sweep->base, options, &code);
    if (!scenario) return code;
    sweep->varies = options->vary.count;
    code = vary_read_all(&options->vary, scenario->tree, &sweep->vary);
    if (!code && !observe_setting(scenario, options->metrics.word, options->metrics.count, &sweep->observe))
        code = no_memory();
    scenario_destroy(scenario);
    return code;
}

int command_sweep(const struct options *options)
{
    struct sweep sweep = {.options = options};
    struct options own = *options;
    int code = output_check(options->out, false);
    if (code) return code;
    own.metrics = (struct words){0}; /* here they say what to show */
    code = read_base(&sweep);
    if (!code) code = make_points(&sweep);
    if (!code) code = make_words(&sweep);
    struct variants_request request = {.options = &own,
        .word = sweep.word,
        .words = sweep.points,
        .kind = "sweep",
        .together = true,
        .numbers_only = true};
    if (!code) code = variants_load(&request, &sweep.all);
    if (!code) code = choose_metrics(&sweep);
    if (!code && options->json)
        print_json(&sweep);
    else if (!code)
        print_table(&sweep);
    if (!code && options->out) code = write_csv(&sweep);
    variants_close(&sweep.all);
    for (size_t i = 0; sweep.word && i < sweep.points; i++) variant_word_clear(&sweep.word[i]);
    for (size_t i = 0; sweep.setting && i < sweep.points * sweep.varies; i++) free(sweep.setting[i]);
    for (size_t i = 0; sweep.shown && i < sweep.points * sweep.varies; i++) free(sweep.shown[i]);
    for (size_t i = 0; sweep.said && i < sweep.points; i++) free(sweep.said[i]);
    free(sweep.said);
    free(sweep.observe);
    free(sweep.word);
    free(sweep.setting);
    free(sweep.shown);
    vary_clear_all(sweep.vary, sweep.varies);
    variant_word_clear(&sweep.base);
    return code;
}
