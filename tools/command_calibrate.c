/* command_calibrate.c - `greenlane calibrate FILE --target 'METRIC = VALUE' --vary PATH`: values that meet published
 * figures, and what the figures cannot tell apart.
 *
 * Least squares of the relative residuals over the logarithm of what is varied (the logit of a share), on the same
 * shipments throughout: so the residuals are nearly smooth functions of the values, and their minimum is that of this
 * luck; fresh replications then show what luck was worth. First Levenberg and Marquardt's steps (GSL) from finite
 * differences, which need a few tries where the targets can be met; where they do not get there, Nelder and Mead's
 * simplex goes on from the best. How the targets answer to each value near the minimum, by finite differences again,
 * tells the directions in which they do not.
 */
#include "tools/bound.h"
#include "tools/command.h"
#include "tools/search.h"
#include "tools/table.h"
#include <gsl/gsl_eigen.h>
#include <gsl/gsl_multifit_nlinear.h>
#include <gsl/gsl_multimin.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_TARGETS = 24, MOST_VARIES = 12, TRIES_EACH = 40, STEPS = 8 };
static const double first_step = 0.25, near_enough = 5e-4, flat = 0.03, difference_step = 0.1;
static const double met_within = 0.01; /* of the target, where chance is smaller */

struct calibration {
    struct search search;
    struct bound target[MOST_TARGETS];
    const char *metric[MOST_TARGETS];
    size_t targets;
    struct estimate found[MOST_TARGETS], fresh[MOST_TARGETS];
    double best[MOST_VARIES];                                 /* numbers, in each vary's unit */
    double answer[MOST_TARGETS][MOST_VARIES];                 /* d residual / d coordinate */
    double curve[MOST_VARIES], way[MOST_VARIES][MOST_VARIES]; /* singular values, falling, and their directions */
    int code;                                                 /* of the last try, which the minimiser cannot pass on */
    double least;
    double last[MOST_VARIES], last_residual[MOST_TARGETS]; /* of the latest step, where slopes are asked for next */
};

static int no_memory(void)
{
    fprintf(stderr, "greenlane: out of memory\n");
    return EXIT_FAULT;
}

/* ---- coordinates ---- */
static bool is_share(const struct vary *vary)
{
    return strchr(vary->unit, '%') != NULL;
}

static double coordinate_of(const struct vary *vary, double number)
{
    double share = number / 100;
    return is_share(vary) ? log(share / (1 - share)) : log(number);
}

static double number_at(const struct vary *vary, double coordinate)
{
    double number = is_share(vary) ? 100 / (1 + exp(-coordinate)) : exp(coordinate);
    char text[40];
    snprintf(text, sizeof text, "%.5g", number);
    return strtod(text, NULL);
}

static int check_starts(const struct search *search)
{
    for (size_t k = 0; k < search->varies; k++) {
        const struct vary *vary = &search->vary[k];
        size_t n = strlen(vary->typed);
        bool counts = n > 8 && strcmp(vary->typed + n - 8, ".servers") == 0;
        const char *why = counts             ? "servers are counted; `greenlane staff` looks for those"
                          : isnan(vary->now) ? "no number or distribution stands there"
                          : !(vary->now > 0) ? "it begins at 0, from where no factor leads away; give it a value first"
                          : is_share(vary) && !(vary->now < 100) ? "it begins at 100 %"
                          : vary->values || !isnan(vary->low)
                              ? "calibrate takes the path alone; it begins at what the file says"
                              : NULL;
        if (!why) continue;
        fprintf(stderr, "greenlane: --vary %s: %s\n", vary->typed, why);
        return EXIT_COMMAND_LINE;
    }
    return 0;
}

/* ---- residuals ---- */
static double residual(const struct bound *target, double value)
{
    return target->value != 0 ? value / target->value - 1 : value;
}

static int try(struct calibration *c, const double *coordinate, struct estimate *out)
{
    double number[MOST_VARIES];
    for (size_t k = 0; k < c->search.varies; k++) number[k] = number_at(&c->search.vary[k], coordinate[k]);
    return search_try(&c->search, number, out);
}

/* The residuals at a point, and their squares' sum; what was best so far is kept. */
static double squares_at(struct calibration *c, const double *coordinate, double *r)
{
    struct estimate found[MOST_TARGETS];
    double sum = 0;
    if (!c->code) c->code = try(c, coordinate, found);
    if (c->code) return GSL_NAN;
    for (size_t i = 0; i < c->targets; i++) {
        r[i] = residual(&c->target[i], found[i].mean);
        sum += r[i] * r[i];
    }
    if (!(sum < c->least)) return sum;
    c->least = sum;
    memcpy(c->best, coordinate, c->search.varies * sizeof *coordinate);
    return sum;
}

static void coordinates_of(const struct calibration *c, const gsl_vector *at, double *coordinate)
{
    for (size_t k = 0; k < c->search.varies; k++) coordinate[k] = gsl_vector_get(at, k);
}

static double squares(const gsl_vector *at, void *context)
{
    struct calibration *c = context;
    double coordinate[MOST_VARIES], r[MOST_TARGETS];
    coordinates_of(c, at, coordinate);
    double sum = squares_at(c, coordinate, r);
    return isnan(sum) ? 1e300 : sum;
}

static bool is_near(const struct calibration *c)
{
    return sqrt(c->least / (double)c->targets) < near_enough;
}

/* ---- Levenberg and Marquardt ---- */
static int residuals(const gsl_vector *at, void *context, gsl_vector *out)
{
    struct calibration *c = context;
    double coordinate[MOST_VARIES], r[MOST_TARGETS];
    coordinates_of(c, at, coordinate);
    if (isnan(squares_at(c, coordinate, r))) return GSL_EFAILED;
    for (size_t i = 0; i < out->size; i++) gsl_vector_set(out, i, i < c->targets ? r[i] : 0);
    memcpy(c->last, coordinate, c->search.varies * sizeof *coordinate);
    memcpy(c->last_residual, r, c->targets * sizeof *r);
    return GSL_SUCCESS;
}

/* Forward differences; what lies there is a try as well, so the best may be one of them. */
static int slopes(const gsl_vector *at, void *context, gsl_matrix *out)
{
    struct calibration *c = context;
    double here[MOST_TARGETS], there[MOST_TARGETS], coordinate[MOST_VARIES];
    size_t bytes = c->search.varies * sizeof *coordinate;
    coordinates_of(c, at, coordinate);
    memcpy(here, c->last_residual, sizeof here);
    if (memcmp(coordinate, c->last, bytes) != 0 && isnan(squares_at(c, coordinate, here))) return GSL_EFAILED;
    gsl_matrix_set_zero(out);
    for (size_t k = 0; k < c->search.varies; k++) {
        coordinate[k] += difference_step;
        if (isnan(squares_at(c, coordinate, there))) return GSL_EFAILED;
        coordinate[k] -= difference_step;
        for (size_t i = 0; i < c->targets; i++) gsl_matrix_set(out, i, k, (there[i] - here[i]) / difference_step);
    }
    return GSL_SUCCESS;
}

/* Targets fewer than values are filled up with rows of 0: the damping then leaves alone what they cannot tell. */
static int descend(struct calibration *c, gsl_vector *start)
{
    size_t n = c->search.varies, rows = c->targets > n ? c->targets : n;
    gsl_multifit_nlinear_parameters how = gsl_multifit_nlinear_default_parameters();
    how.scale = gsl_multifit_nlinear_scale_levenberg;
    gsl_multifit_nlinear_fdf of = {.f = residuals, .df = slopes, .n = rows, .p = n, .params = c};
    gsl_multifit_nlinear_workspace *w = gsl_multifit_nlinear_alloc(gsl_multifit_nlinear_trust, &how, rows, n);
    if (!w) return no_memory();
    int status = gsl_multifit_nlinear_init(start, &of, w);
    for (int i = 0; i < STEPS && !status && !c->code && !is_near(c); i++) status = gsl_multifit_nlinear_iterate(w);
    gsl_multifit_nlinear_free(w);
    return c->code;
}

/* ---- Nelder and Mead ---- */
static int minimise(struct calibration *c, gsl_vector *start, gsl_vector *step)
{
    size_t n = c->search.varies;
    gsl_multimin_function of = {.f = squares, .n = n, .params = c};
    gsl_multimin_fminimizer *m = gsl_multimin_fminimizer_alloc(gsl_multimin_fminimizer_nmsimplex2, n);
    if (!m) return no_memory();
    int status = gsl_multimin_fminimizer_set(m, &of, start, step);
    while (!status && !c->code && c->search.tried < TRIES_EACH * n + 10) {
        status = gsl_multimin_fminimizer_iterate(m);
        if (is_near(c) || gsl_multimin_test_size(gsl_multimin_fminimizer_size(m), 1e-3) == GSL_SUCCESS) break;
    }
    gsl_multimin_fminimizer_free(m);
    return c->code;
}

static int search_minimum(struct calibration *c)
{
    size_t n = c->search.varies;
    gsl_vector *start = gsl_vector_alloc(n), *step = gsl_vector_alloc(n);
    int code = start && step ? 0 : no_memory();
    for (size_t k = 0; !code && k < n; k++) {
        gsl_vector_set(start, k, coordinate_of(&c->search.vary[k], c->search.vary[k].now));
        gsl_vector_set(step, k, first_step);
    }
    c->least = GSL_POSINF;
    if (!code) code = descend(c, start);
    for (size_t k = 0; !code && k < n; k++) gsl_vector_set(start, k, c->best[k]);
    if (!code && !is_near(c)) code = minimise(c, start, step);
    gsl_vector_free(start);
    gsl_vector_free(step);
    return code;
}

/* ---- what the targets can tell ---- */
static int differentiate(struct calibration *c)
{
    for (size_t k = 0; k < c->search.varies; k++) {
        struct estimate up[MOST_TARGETS], down[MOST_TARGETS];
        double at[MOST_VARIES];
        memcpy(at, c->best, sizeof at);
        at[k] = c->best[k] + difference_step;
        int code = try(c, at, up);
        at[k] = c->best[k] - difference_step;
        if (!code) code = try(c, at, down);
        if (code) return code;
        for (size_t i = 0; i < c->targets; i++)
            c->answer[i][k] =
                (residual(&c->target[i], up[i].mean) - residual(&c->target[i], down[i].mean)) / (2 * difference_step);
    }
    return 0;
}

/* Singular values of the answers are the roots of the eigenvalues of their products. */
static int decompose(struct calibration *c)
{
    size_t n = c->search.varies;
    gsl_matrix *product = gsl_matrix_calloc(n, n), *way = gsl_matrix_alloc(n, n);
    gsl_vector *value = gsl_vector_alloc(n);
    gsl_eigen_symmv_workspace *room = gsl_eigen_symmv_alloc(n);
    int code = product && way && value && room ? 0 : no_memory();
    for (size_t a = 0; !code && a < n; a++)
        for (size_t b = 0; b < n; b++) {
            double sum = 0;
            for (size_t i = 0; i < c->targets; i++) sum += c->answer[i][a] * c->answer[i][b];
            gsl_matrix_set(product, a, b, sum);
        }
    if (!code &&
        (gsl_eigen_symmv(product, value, way, room) || gsl_eigen_symmv_sort(value, way, GSL_EIGEN_SORT_VAL_DESC)))
        code = EXIT_FAULT;
    for (size_t a = 0; !code && a < n; a++) {
        c->curve[a] = sqrt(fmax(0, gsl_vector_get(value, a)));
        for (size_t b = 0; b < n; b++) c->way[a][b] = gsl_matrix_get(way, b, a);
    }
    gsl_eigen_symmv_free(room);
    gsl_vector_free(value);
    gsl_matrix_free(way);
    gsl_matrix_free(product);
    return code;
}

static int finish(struct calibration *c)
{
    size_t n = c->search.varies;
    double number[MOST_VARIES];
    int code = try(c, c->best, c->found);
    if (!code) code = differentiate(c);
    if (!code) code = decompose(c);
    for (size_t k = 0; k < n; k++) number[k] = c->best[k] = number_at(&c->search.vary[k], c->best[k]);
    return code ? code : search_try_seed(&c->search, number, c->search.seed + 1, c->fresh);
}

static bool is_met(const struct calibration *c, size_t i)
{
    double off = fabs(c->found[i].mean - c->target[i].value),
           half = isnan(c->found[i].half_width) ? 0 : c->found[i].half_width;
    return off <= fmax(half, met_within * fabs(c->target[i].value));
}

static bool is_flat(const struct calibration *c, size_t direction)
{
    return direction >= c->targets || !(c->curve[direction] > flat * c->curve[0]) || !(c->curve[direction] > 1e-6);
}

/* ---- showing ---- */
static void print_targets(const struct calibration *c)
{
    struct table *table = table_create("lrrrrrl");
    static const char *const header[] = {"TARGET", "wanted", "found", "± 95 %", "residual", "fresh luck", ""};
    for (int i = 0; i < 7; i++) table_cell(table, "%s", header[i]);
    table_end_row(table);
    for (size_t i = 0; i < c->targets; i++) {
        int decimals = fabs(c->target[i].value) >= 1 ? 2 : 4;
        table_cell(table, "%s", c->target[i].metric);
        table_number(table, c->target[i].value, decimals);
        table_number(table, c->found[i].mean, decimals);
        table_interval(table, c->found[i].half_width, decimals);
        table_cell(table, "%+.2f %%", 100 * residual(&c->target[i], c->found[i].mean));
        table_number(table, c->fresh[i].mean, decimals);
        table_cell(table, "%s", is_met(c, i) ? "met" : "MISSED");
        table_end_row(table);
    }
    table_print(table, stdout);
    table_destroy(table);
}

static void print_values(const struct calibration *c)
{
    char was[80], now[80];
    struct table *table = table_create("lrr");
    table_cell(table, "VALUE%s", "");
    table_cell(table, "%s", "was");
    table_cell(table, "%s", "is");
    table_end_row(table);
    for (size_t k = 0; k < c->search.varies; k++) {
        const struct vary *vary = &c->search.vary[k];
        vary_text(vary, vary->now, was, sizeof was);
        vary_text(vary, c->best[k], now, sizeof now);
        table_cell(table, "%s%s", vary->typed, vary->distribution ? " (mean)" : "");
        table_cell(table, "%s", was);
        table_cell(table, "%s", now);
        table_end_row(table);
    }
    table_print(table, stdout);
    table_destroy(table);
    printf("\nto paste\n");
    char **setting = search_settings(&c->search, c->best);
    for (size_t k = 0; setting && k < c->search.varies; k++) printf("  --set '%s'\n", setting[k]);
    search_settings_free(&c->search, setting);
}

static void print_flat(const struct calibration *c, size_t direction)
{
    char text[600] = "", name[120];
    size_t used = 0;
    double most = 0;
    for (size_t k = 0; k < c->search.varies; k++)
        if (fabs(c->way[direction][k]) > fabs(most)) most = c->way[direction][k];
    for (size_t k = 0; k < c->search.varies && used < sizeof text; k++) {
        double share = c->way[direction][k] / most;
        if (fabs(share) < 0.1) continue;
        snprintf(name, sizeof name, "%.110s", c->search.vary[k].typed);
        used += (size_t)snprintf(
            text + used, sizeof text - used, "%s%s %s", used ? " with " : "", name, share > 0 ? "up" : "down");
    }
    char line[700];
    snprintf(line, sizeof line, "  - %s", text);
    print_wrapped(stdout, line);
}

static void print_identification(const struct calibration *c)
{
    size_t n = c->search.varies, loose = 0;
    char text[400];
    for (size_t k = 0; k < n; k++) loose += is_flat(c, k);
    putchar('\n');
    for (size_t i = 0; i < c->targets; i++)
        if (!is_met(c, i)) {
            print_wrapped(stdout, n == 1 ? "MISSED: no value that was tried meets what is asked; the one above comes nearest. Vary something else as well."
                                         : "MISSED: no values that were tried meet all that is asked; those above come nearest. Vary something else as well.");
            return;
        }
    if (!loose) {
        print_wrapped(stdout, n == 1 ? "The target answers to this value, so it is identified given all the others, "
                                       "which are taken as they stand."
                                     : "The targets answer to every value, so these are identified given all the "
                                       "others, which are taken as they stand.");
        return;
    }
    if (c->targets < n)
        snprintf(text, sizeof text,
            "NOT IDENTIFIED: %zu target%s cannot pin %zu values. Along these directions the targets do not answer, so "
            "other values meet them as well:",
            c->targets, c->targets == 1 ? "" : "s", n);
    else
        snprintf(text, sizeof text,
            "NOT IDENTIFIED: along %s the targets hardly answer (less than %.0f %% as much as elsewhere), so other "
            "values meet them as well:",
            loose == 1 ? "this direction" : "these directions", 100 * flat);
    print_wrapped(stdout, text);
    for (size_t k = 0; k < n; k++)
        if (is_flat(c, k)) print_flat(c, k);
}

static void print_page(const struct calibration *c)
{
    char text[300];
    const struct scenario *scenario = c->search.scenario;
    if (scenario->notice) print_wrapped(stdout, scenario->notice);
    print_targets(c);
    putchar('\n');
    print_values(c);
    print_identification(c);
    size_t used = (size_t)snprintf(text, sizeof text, "%zu tries, each ", c->search.tried);
    frame_describe(&c->search.frame, c->search.replications, c->search.seed, text + used, sizeof text - used);
    strcat(text, "; fresh luck: the next seed. Nothing was stored.");
    print_wrapped(stdout, text);
    printf("%zu of %zu inputs of %s are assumed.\n", scenario_assumed(scenario), scenario_inputs(scenario), scenario->name);
}

static void print_json(const struct calibration *c)
{
    struct json json = {.out = stdout};
    json_map(&json, NULL);
    json_count(&json, "schema_version", 1);
    if (c->search.scenario->notice) json_text(&json, "notice", c->search.scenario->notice);
    json_count(&json, "inputs", scenario_inputs(c->search.scenario));
    json_count(&json, "assumed", scenario_assumed(c->search.scenario));
    json_list(&json, "targets");
    for (size_t i = 0; i < c->targets; i++) {
        json_map(&json, NULL);
        json_text(&json, "metric", c->target[i].metric);
        json_number(&json, "wanted", c->target[i].value);
        json_number(&json, "found", c->found[i].mean);
        json_number(&json, "half_width", c->found[i].half_width);
        json_number(&json, "fresh", c->fresh[i].mean);
        json_flag(&json, "met", is_met(c, i));
        json_end(&json);
    }
    json_end(&json);
    json_list(&json, "values");
    size_t loose = 0;
    char **setting = search_settings(&c->search, c->best);
    for (size_t k = 0; k < c->search.varies; k++) {
        json_map(&json, NULL);
        json_text(&json, "path", c->search.vary[k].typed);
        json_number(&json, "was", c->search.vary[k].now);
        json_number(&json, "is", c->best[k]);
        json_text(&json, "set", setting ? setting[k] : NULL);
        json_end(&json);
        loose += is_flat(c, k);
    }
    search_settings_free(&c->search, setting);
    json_end(&json);
    json_count(&json, "directions_not_identified", loose);
    json_count(&json, "tries", c->search.tried);
    json_end(&json);
}

static int read_targets(struct calibration *c, const struct options *options)
{
    if (!options->targets.count || options->targets.count > MOST_TARGETS || options->vary.count > MOST_VARIES) {
        fprintf(stderr, "greenlane: calibrate: %s\n",
            options->targets.count ? "at most 24 targets and 12 values"
                                   : "say what is to be met: --target 'import.clearance.mean_h = 97.39 h'");
        return EXIT_COMMAND_LINE;
    }
    for (size_t i = 0; i < options->targets.count; i++) {
        struct bound *target = &c->target[c->targets];
        if (!bound_read(target, "target", options->targets.word[i])) return EXIT_COMMAND_LINE;
        if (target->kind != BOUND_EQUAL) {
            fprintf(stderr, "greenlane: --target '%s': a target is met, not bounded: METRIC = VALUE\n",
                options->targets.word[i]);
            return EXIT_COMMAND_LINE;
        }
        c->metric[c->targets++] = target->metric;
    }
    return 0;
}

int command_calibrate(const struct options *options)
{
    struct calibration *c = calloc(1, sizeof *c);
    if (!c) return no_memory();
    int code = read_targets(c, options);
    if (!code) code = search_begin(&c->search, options, "calibrate", c->metric, c->targets);
    if (!code) code = check_starts(&c->search);
    if (!code) code = search_minimum(c);
    if (!code) code = finish(c);
    if (!code && options->json)
        print_json(c);
    else if (!code)
        print_page(c);
    for (size_t i = 0; !code && i < c->targets; i++)
        if (!is_met(c, i)) code = EXIT_CHECK_FAILED;
    search_clear(&c->search);
    free(c);
    return code;
}
