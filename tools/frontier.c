/* frontier.c - see frontier.h. The red lane's share is swept; the yellow lane's gives way, so that as many documents
 * are checked at every rate and only examinations change.
 */
#include "tools/frontier.h"
#include "models/scenario/quantity.h"
#include "tools/apart.h"
#include "tools/command.h"
#include "tools/frame.h"
#include "tools/vary.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double level = 0.95;
static const double default_rates[] = {0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08};
enum { DEFAULT_RATES = sizeof default_rates / sizeof default_rates[0], MOST_RATES = 60, PATH_BYTES = 300 };

struct setting_up { /* words of one or two files */
    const struct options *options;
    struct options own;
    struct variant_word word[2 * MOST_RATES];
    size_t words;
    char **text;
    size_t texts;
    struct frame frame[2];
    struct apart apart[2]; /* without the other direction, where that can be */
    size_t frames;
};

static int no_memory(void)
{
    fprintf(stderr, "greenlane: out of memory\n");
    return EXIT_FAULT;
}

static const char *keep(struct setting_up *up, char *text)
{
    char **grown = text ? realloc(up->text, (up->texts + 1) * sizeof *grown) : NULL;
    if (!grown) {
        free(text);
        return NULL;
    }
    up->text = grown;
    return up->text[up->texts++] = text;
}

/* ---- what to sweep ---- */
/* The selectivity that imports meet, else the first there is. */
static const struct step *find_selectivity(const struct scenario *s)
{
    const struct step *found = NULL;
    for (size_t i = 0; i < s->steps; i++) {
        if (s->step[i].kind != STEP_SELECTIVITY) continue;
        for (size_t k = 0; k < s->streams; k++)
            if (s->stream[k].process == s->step[i].process && s->stream[k].direction == DIRECTION_IMPORT)
                return &s->step[i];
        if (!found) found = &s->step[i];
    }
    return found;
}

static int default_path(const struct scenario *s, char path[PATH_BYTES])
{
    const struct step *step = find_selectivity(s);
    if (step) snprintf(path, PATH_BYTES, "processes.%s.%s.top_up.red", s->process[step->process].name, step->name);
    if (step && tree_find(s->tree, path)) return 0;
    fprintf(stderr,
        "greenlane: frontier: %s has no selectivity with a share of the red lane (top_up: {red: 5 %%}); name the path "
        "with --vary\n",
        s->name);
    return EXIT_CONTENT;
}

/* The yellow lane's share that leaves red and yellow together as they are; NULL where there is none. */
static const char *yellow_setting(
    struct setting_up *up, const struct scenario *s, const char *red_path, double red, double rate)
{
    char path[PATH_BYTES], text[40];
    size_t n = strlen(red_path);
    if (n < 4 || strcmp(red_path + n - 4, ".red") != 0) return "";
    snprintf(path, sizeof path, "%.*s.yellow", (int)(n - 4), red_path);
    if (!tree_find(s->tree, path)) return "";
    struct vary yellow;
    if (vary_read(&yellow, path, s->tree)) return NULL;
    double share = yellow.unit[0] ? yellow.now / 100 : yellow.now;
    snprintf(text, sizeof text, "%.10g %%", 100 * fmax(0, share + red - rate));
    const char *setting = keep(up, vary_setting(&yellow, text));
    vary_clear(&yellow);
    return setting;
}

static int add_point(struct setting_up *up, size_t file, const char *typed, const struct scenario *s,
    const struct vary *vary, const char *value)
{
    char why[QUANTITY_WHY], *also = NULL;
    double rate;
    if (!quantity_read(value, UNIT_SHARE, &rate, why)) {
        fprintf(stderr, "greenlane: frontier: --vary %s: %s\n", vary->typed, why);
        return EXIT_COMMAND_LINE;
    }
    double now = vary->unit[0] ? vary->now / 100 : vary->now;
    struct variant_word *word = &up->word[up->words++];
    bool fine = variant_word_read(word, typed) &&
                variant_word_add(word, &up->options->policies, &up->frame[file].settings) &&
                variant_word_add(word, &(struct words){0}, &up->options->sets);
    const char *red = keep(up, vary_setting(vary, value)), *yellow = yellow_setting(up, s, vary->typed, now, rate);
    fine = fine && red && yellow && words_push(&word->sets, red) && (!*yellow || words_push(&word->sets, yellow)) &&
           variant_word_add(word, &(struct words){0}, &up->apart[file].settings);
    if (asprintf(&also, FRONTIER_MARK "%s", value) < 0) also = NULL;
    word->also = keep(up, also);
    word->silent = true;
    return fine && word->also ? 0 : no_memory();
}

/* Of the direction whose lanes are swept, where the other shares nothing with it. */
static bool leave_one(struct setting_up *up, size_t file, const struct scenario *s, const char *path)
{
    const size_t prefix = strlen("processes.");
    for (size_t k = 0; apart_is(s) && k < s->streams; k++) {
        const char *process = s->process[s->stream[k].process].name;
        bool meant = strncmp(path, "processes.", prefix) == 0 && strcspn(path + prefix, ".") == strlen(process) &&
                     strncmp(path + prefix, process, strlen(process)) == 0;
        if (meant)
            return apart_make(
                &up->apart[file], s, s->stream[k].direction == DIRECTION_IMPORT ? DIRECTION_EXPORT : DIRECTION_IMPORT);
    }
    return true;
}

static int add_file(struct setting_up *up, const char *typed)
{
    struct variant_word word = {0};
    struct vary vary = {0};
    char path[PATH_BYTES], text[40];
    int code = 0;
    if (is_stored_run(typed)) {
        fprintf(stderr, "greenlane: frontier: %s is a stored run, which cannot be changed; name its scenario file\n",
            typed);
        return EXIT_COMMAND_LINE;
    }
    bool fine = variant_word_read(&word, typed) && variant_word_add(&word, &up->options->policies, &up->options->sets);
    struct scenario *scenario = fine ? read_scenario(&word, up->options, &code) : NULL;
    variant_word_clear(&word);
    if (!scenario) return fine ? code : no_memory();
    const struct words *given = &up->options->vary;
    size_t file = up->frames++;
    if (!frame_make(&up->frame[file], scenario, up->options)) code = no_memory();
    if (!code && given->count == 0) code = default_path(scenario, path);
    if (!code) code = vary_read(&vary, given->count ? given->word[0] : path, scenario->tree);
    if (!code && vary.values > MOST_RATES) {
        fprintf(stderr, "greenlane: frontier: more than %d rates\n", MOST_RATES);
        code = EXIT_COMMAND_LINE;
    }
    if (!code && !leave_one(up, file, scenario, vary.typed)) code = no_memory();
    for (size_t i = 0; !code && i < vary.values; i++) code = add_point(up, file, typed, scenario, &vary, vary.value[i]);
    for (size_t i = 0; !code && !vary.values && i < DEFAULT_RATES; i++) {
        snprintf(text, sizeof text, "%g %%", 100 * default_rates[i]);
        code = add_point(up, file, typed, scenario, &vary, text);
    }
    vary_clear(&vary);
    scenario_destroy(scenario);
    return code;
}

int frontier_make(const struct options *options, size_t first, struct variants *all, struct frontier *out)
{
    struct setting_up *up = calloc(1, sizeof *up);
    if (!up) return no_memory();
    up->own = *options;
    up->options = &up->own;
    if (!up->own.replications) up->own.replications = FRAME_REPLICATIONS;
    int code = 0;
    for (size_t i = first; !code && i < options->arguments.count; i++) code = add_file(up, options->arguments.word[i]);
    struct variants_request request = {.options = up->options,
        .word = up->word,
        .words = up->words,
        .kind = "frontier",
        .together = true,
        .numbers_only = true};
    if (!code) code = variants_load(&request, all);
    if (!code) code = frontier_read(all, out);
    for (size_t i = 0; i < up->words; i++) variant_word_clear(&up->word[i]);
    for (size_t i = 0; i < up->texts; i++) free(up->text[i]);
    for (size_t i = 0; i < up->frames; i++) {
        frame_clear(&up->frame[i]);
        apart_clear(&up->apart[i]);
    }
    free(up->text);
    free(up);
    return code;
}

/* ---- reading ---- */
/* The share of shipments that do not comply, from the variant's inputs; NAN where it is not one number. */
static double not_compliant(const struct variant *variant, const char *direction)
{
    char wanted[120], why[QUANTITY_WHY];
    double share = NAN;
    snprintf(wanted, sizeof wanted, "streams.%.60s.attributes.compliant", direction);
    for (int pass = 0; pass < 2 && isnan(share); pass++)
        for (size_t i = 0; i < variant->inputs && isnan(share); i++) {
            const struct store_input *input = &variant->input[i];
            const char *at = strstr(input->path, pass ? ".attributes.compliant" : wanted);
            if (at && input->value && quantity_read(input->value, UNIT_SHARE, &share, why)) share = 1 - share;
        }
    return share;
}

static void find_busiest(const struct variants *all, const struct variant *variant, struct frontier_point *point)
{
    char **name = NULL;
    size_t names = 0;
    if (store_metric_names(all->store, variant->row->id, &name, &names) != STATUS_OK) return;
    for (size_t i = 0; i < names; i++) {
        char station[80], end[40];
        if (sscanf(name[i], "station.%79[^.].%39s", station, end) != 2 || strcmp(end, "utilisation") != 0) continue;
        double busy = variant_estimate(all, variant, name[i]).mean;
        if (!(busy > point->busy)) continue;
        point->busy = busy;
        snprintf(point->busiest, sizeof point->busiest, "%s", station);
    }
    store_names_free(name, names);
}

/* Over replications, of one metric over another; NAN where either is not known. */
static struct estimate ratio_of(const struct variants *all, const struct variant *variant, const char *direction,
    const char *over, const char *under)
{
    size_t n = variant->replications;
    double *value = malloc((2 * n + 1) * sizeof *value);
    char metric[160];
    struct estimate none = {.mean = NAN, .half_width = NAN, .sd = NAN};
    if (!value) return none;
    snprintf(metric, sizeof metric, "%s.%s", direction, over);
    bool fine = variant_column(all, variant, metric, value);
    snprintf(metric, sizeof metric, "%s.%s", direction, under);
    fine = fine && variant_column(all, variant, metric, value + n);
    for (size_t i = 0; i < n; i++) value[i] /= value[n + i];
    struct estimate estimate = fine ? interval_mean(value, n, level) : none;
    free(value);
    return estimate;
}

/* As the stream's ledger counted it. */
static void read_ledger(
    const struct variants *all, const struct variant *variant, const char *direction, struct frontier_point *out)
{
    out->recall = variant_estimate_of(all, variant, "%s.control.recall", direction);
    out->missed = ratio_of(all, variant, direction, "control.leaked", "arrived");
    out->duty = variant_estimate_of(all, variant, "%s.control.duty", direction);
    out->duty_at_risk = variant_estimate_of(all, variant, "%s.control.duty_at_risk", direction);
    out->revenue_recall = variant_estimate_of(all, variant, "%s.control.revenue_recall", direction);
    out->duty_at_risk_share = ratio_of(all, variant, direction, "control.duty_at_risk", "control.duty");
}

/* Without a ledger: the share of the red lane and what was found in it, over the share that does not comply. */
static bool read_lane(
    const struct variants *all, const struct variant *variant, const char *direction, struct frontier_point *out)
{
    size_t n = variant->replications;
    double *value = malloc((3 * n + 1) * sizeof *value), *found = value + n, *recall = value + 2 * n,
           not = not_compliant(variant, direction);
    char metric[120];
    if (!value) return false;
    snprintf(metric, sizeof metric, "%s.examined_share", direction);
    bool fine = variant_column(all, variant, metric, value);
    snprintf(metric, sizeof metric, "%s.found_share", direction);
    fine = fine && variant_column(all, variant, metric, found);
    for (size_t i = 0; i < n; i++) recall[i] = fine ? value[i] * found[i] / not : NAN;
    out->recall = interval_mean(recall, n, level);
    for (size_t i = 0; i < n; i++) recall[i] = not *(1 - recall[i]);
    out->missed = interval_mean(recall, n, level);
    free(value);
    return true;
}

static bool read_point(
    const struct variants *all, const struct variant *variant, const char *direction, struct frontier_point *out)
{
    out->mean = variant_estimate_of(all, variant, "%s.clearance.mean_h", direction);
    out->p90 = variant_estimate_of(all, variant, "%s.clearance.p90_h", direction);
    out->examined = variant_estimate_of(all, variant, "%s.examined_share", direction);
    out->found = variant_estimate_of(all, variant, "%s.found_share", direction);
    out->lower_bound = variant_is_lower_bound(all, variant, direction);
    find_busiest(all, variant, out);
    read_ledger(all, variant, direction, out);
    return !isnan(out->recall.mean) || read_lane(all, variant, direction, out);
}

/* One whose rate is the file's own may be in the store already, under its name without the rate. */
static size_t model_of(struct frontier *out, const struct variant *variant)
{
    const char *whole = variant->row->name, *mark = strstr(whole, FRONTIER_MARK);
    char name[120];
    snprintf(name, sizeof name, "%.*s", mark ? (int)(mark - whole) : (int)strlen(whole), whole);
    if (name[0] && name[strlen(name) - 1] == ' ') name[strlen(name) - 1] = 0;
    for (size_t i = 0; i < out->models; i++)
        if (strcmp(out->model[i].name, name) == 0) return i;
    struct frontier_model *model = &out->model[out->models < 2 ? out->models++ : 1];
    snprintf(model->name, sizeof model->name, "%s", name);
    for (size_t d = variant->facts->directions; d-- > 0;)
        if (variant->facts->direction[d].lanes)
            snprintf(model->direction, sizeof model->direction, "%s", variant->facts->direction[d].name);
    return (size_t)(model - out->model);
}

int frontier_read(const struct variants *all, struct frontier *out)
{
    *out = (struct frontier){0};
    out->point = calloc(all->count + 1, sizeof *out->point);
    if (!out->point) return no_memory();
    bool some = false;
    for (size_t i = 0; i < all->count; i++) some = some || strstr(all->item[i].row->name, FRONTIER_MARK);
    if (!some) {
        fprintf(stderr, "greenlane: run:%lld is no frontier; `greenlane frontier A` makes one\n",
            (long long)all->item[0].row->run);
        return EXIT_CONTENT;
    }
    for (size_t i = 0; i < all->count; i++) {
        struct frontier_point *point = &out->point[out->points++];
        point->model = model_of(out, &all->item[i]);
        if (!read_point(all, &all->item[i], out->model[point->model].direction, point)) return no_memory();
        out->has_duty = out->has_duty || !isnan(point->duty_at_risk_share.mean);
    }
    return 0;
}

void frontier_clear(struct frontier *frontier)
{
    free(frontier->point);
    *frontier = (struct frontier){0};
}
