/* fit_durations.c - `greenlane fit --column`: one column of durations, every family, the best in a scenario's words. */
#include "tools/command.h"
#include "tools/fit.h"
#include "tools/json.h"
#include "tools/table.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DRAWN = 3 };             /* families in the picture */
static const uint64_t seed = 1; /* of the p values */
static const double poor = .01; /* p below which the best family is called a poor fit */

struct durations {
    const struct options *options;
    const char *unit;
    double *value; /* sorted; zeros first */
    size_t n, room, zeros, missing;
    struct fit_sample sample; /* of those over 0 */
    struct fit fit[FIT_FAMILIES];
    enum fit_family order[FIT_FAMILIES];
    size_t fitted;
    enum fit_family best;
};

/* ---- reading ---- */
/* The unit that is said, else that of the column's name: hours, wait_min; NULL after a message. */
static const char *find_unit(const struct options *o)
{
    static const char *const unit[] = {"s", "min", "h", "d", "week"}, *const name[] = {"seconds", "minutes", "hours",
                                                                          "days", "weeks"};
    size_t length = strlen(o->column);
    for (size_t i = 0; i < 5; i++) {
        size_t tail = strlen(unit[i]);
        bool ends =
            length > tail + 1 && o->column[length - tail - 1] == '_' && strcmp(o->column + length - tail, unit[i]) == 0;
        if (o->unit ? strcmp(o->unit, unit[i]) == 0 : strcasecmp(o->column, name[i]) == 0 || ends) return unit[i];
    }
    if (o->unit)
        fprintf(stderr, "greenlane: --unit takes s, min, h, d or week, not '%s'\n", o->unit);
    else
        fprintf(stderr,
            "greenlane: fit: the column's name '%s' does not say its unit; add --unit s, min, h, d or week\n",
            o->column);
    return NULL;
}

static bool add_value(struct durations *d, double value)
{
    if (d->n == d->room) {
        size_t room = d->room ? 2 * d->room : 1024;
        double *grown = realloc(d->value, room * sizeof *grown);
        if (!grown) return false;
        d->value = grown;
        d->room = room;
    }
    d->value[d->n++] = value;
    d->zeros += value == 0;
    return true;
}

static const double LONGEST = 1e12; /* in any unit: thirty thousand years of seconds. Squares and sums stay numbers */

static bool read_values(struct durations *d, struct csv *csv, size_t column)
{
    const char *name = d->options->column;
    double value;
    while (csv_next(csv)) {
        const char *cell = csv->cell[column];
        if (csv_is_missing(cell))
            d->missing++;
        else if (!csv_number(cell, &value))
            csv_error(csv, column,
                "%s: '%.40s' is no number; write a decimal number without unit, 8.5, or leave the cell empty", name,
                cell);
        else if (value < 0)
            csv_error(csv, column,
                "%s: '%.40s' is negative; a duration is at least 0: correct it or leave the cell empty", name, cell);
        else if (value > LONGEST)
            csv_error(csv, column, "%s: '%.40s' is longer than any duration, which is at most %g: correct it or leave the cell empty",
                name, cell, LONGEST);
        else if (!add_value(d, value))
            return false;
    }
    return true;
}

static int read_file(struct durations *d)
{
    struct diagnostics errors;
    diagnostics_init(&errors);
    struct csv *csv = csv_open(d->options->data, &errors);
    size_t column;
    bool fine = !csv || !csv_find(csv, d->options->column, &column) || read_values(d, csv, column);
    if (fine && csv && !errors.errors && d->n - d->zeros < FIT_LEAST)
        diagnostics_add(&errors, DIAGNOSTIC_ERROR, (struct place){d->options->data, 0, 0},
            "%s: %zu values over 0 are there%s; at least %d are wanted", d->options->column, d->n - d->zeros,
            d->missing ? ", the other cells are empty" : "", FIT_LEAST);
    csv_close(csv);
    int code = fit_end_messages(&errors);
    return fine ? code : fit_no_memory();
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int fit_values(struct durations *d)
{
    qsort(d->value, d->n, sizeof *d->value, by_value);
    if (fit_sample_init(&d->sample, d->value + d->zeros, d->n - d->zeros) != STATUS_OK) return fit_no_memory();
    d->best = fit_all(&d->sample, d->fit);
    for (enum fit_family f = 0; f < FIT_FAMILIES; f++) fit_simulate_p(&d->sample, seed, &d->fit[f]);
    d->fitted = fit_order(d->fit, d->order);
    return 0;
}

static double zero_share(const struct durations *d)
{
    return (double)d->zeros / (double)d->n;
}

/* ---- printing ---- */
static bool print_table(const struct durations *d)
{
    struct table *table = table_create("lrrrr");
    const char *const head[] = {"family, in the order of AIC", "log lik.", "AIC", "KS", "p"};
    if (!table) return false;
    for (size_t i = 0; i < 5; i++) table_cell(table, "%s", head[i]);
    table_end_row(table);
    for (size_t i = 0; i < d->fitted; i++) {
        const struct fit *fit = &d->fit[d->order[i]];
        char words[FIT_WORDS];
        fit_words(fit, "", 0, words);
        table_cell(table, "%s%s", d->order[i] == d->best ? "* " : "  ", words);
        table_cell(table, "%.1f", fit->log_likelihood);
        table_cell(table, "%.1f", fit->aic);
        table_cell(table, "%.3f", fit->distance);
        table_cell(table, "%s%.3f", fit->simulated ? "" : "<", fmax(fit->p, 0.001));
        table_end_row(table);
    }
    bool fine = table_print(table, stdout);
    table_destroy(table);
    return fine;
}

static void print_failed(const struct durations *d)
{
    for (enum fit_family f = 0; f < FIT_FAMILIES; f++) {
        bool told = !d->fit[f].failed || f == FIT_CONSTANT;
        for (enum fit_family k = 0; k < f && !told; k++)
            told = d->fit[k].failed && strcmp(d->fit[k].failed, d->fit[f].failed) == 0;
        if (told) continue;
        printf("not fitted, %s:", d->fit[f].failed);
        for (enum fit_family k = f, n = 0; k < FIT_FAMILIES; k++)
            if (d->fit[k].failed && strcmp(d->fit[k].failed, d->fit[f].failed) == 0)
                printf("%s %s", n++ ? "," : "", fit_family_name(k));
        putchar('\n');
    }
}

static bool is_poor(const struct durations *d)
{
    return d->fit[d->best].p < poor;
}

static bool print_text(const struct durations *d)
{
    const struct options *o = d->options;
    const struct fit *best = &d->fit[d->best];
    char words[FIT_WORDS];
    printf("%s of %s: %zu values, in %s: mean %.4g, sd %.4g, median %.4g, p90 %.4g\n", o->column,
        fit_base_name(o->data), d->n, d->unit, d->sample.mean * (1 - zero_share(d)),
        sqrt(d->sample.sd * d->sample.sd * (1 - zero_share(d)) +
             d->sample.mean * d->sample.mean * zero_share(d) * (1 - zero_share(d))),
        fit_quantile(d->value, d->n, .5), fit_quantile(d->value, d->n, .9));
    if (d->missing) printf("%zu cells are empty and left out\n", d->missing);
    if (d->zeros)
        printf("%zu values (%.2f %%) are 0: what follows is fitted to the others\n", d->zeros, 100 * zero_share(d));
    putchar('\n');
    if (!print_table(d)) return false;
    print_failed(d);
    if (best->family == FIT_CONSTANT) {
        printf("\nEvery value is the same.\n");
    } else {
        fputs("\n* has the least AIC, or fewer parameters and an AIC at most 2 above it. KS: the\n"
              "largest distance between the distribution functions of the data and of the law.\n"
              "p: how often data of that law would lie as far off, found by simulation with the\n"
              "parameters fitted again; after < an upper bound.\n",
            stdout);
        if (is_poor(d))
            printf("No family fits well: chance alone would hardly put the best so far off. Among many\n"
                   "values that may be too little to matter: look at KS and at the picture (-o). Else\n"
                   "draw from the data: empirical file %s column %s unit %s\n",
                o->data, o->column, d->unit);
    }
    fit_words(best, d->unit, zero_share(d), words);
    printf("\nFor the scenario:\n\n  %s\n", words);
    if (o->out) printf("\n%s written\n", o->out);
    return true;
}

static void print_json(const struct durations *d)
{
    struct json json = {.out = stdout};
    char words[FIT_WORDS];
    json_map(&json, NULL);
    json_count(&json, "schema_version", 1);
    json_text(&json, "fit", "durations");
    json_text(&json, "data", d->options->data);
    json_text(&json, "column", d->options->column);
    json_text(&json, "unit", d->unit);
    json_count(&json, "values", d->n);
    json_count(&json, "missing", d->missing);
    json_count(&json, "zeros", d->zeros);
    json_number(&json, "mean_over_0", d->sample.mean);
    json_number(&json, "sd_over_0", d->sample.sd);
    json_number(&json, "median", fit_quantile(d->value, d->n, .5));
    json_number(&json, "p90", fit_quantile(d->value, d->n, .9));
    json_text(&json, "best", fit_family_name(d->best));
    fit_words(&d->fit[d->best], d->unit, zero_share(d), words);
    json_text(&json, "words", words);
    json_flag(&json, "fits", !is_poor(d));
    json_list(&json, "families");
    for (enum fit_family f = 0; f < FIT_FAMILIES; f++) {
        const struct fit *fit = &d->fit[f];
        json_map(&json, NULL);
        json_text(&json, "name", fit_family_name(f));
        json_text(&json, "failed", fit->failed);
        json_list(&json, "parameters");
        for (unsigned i = 0; i < fit->parameters && !fit->failed; i++) {
            bool has_unit;
            json_map(&json, NULL);
            json_text(&json, "name", fit_parameter_name(f, i, &has_unit));
            json_number(&json, "value", fit->parameter[i]);
            json_end(&json);
        }
        json_end(&json);
        json_number(&json, "log_likelihood", fit->log_likelihood);
        json_number(&json, "aic", fit->aic);
        json_number(&json, "ks", fit->distance);
        json_number(&json, "p", fit->p);
        json_flag(&json, "p_simulated", fit->simulated);
        json_end(&json);
    }
    json_end(&json);
    json_end(&json);
}

/* ---- the whole ---- */
static int draw(const struct durations *d)
{
    char title[300], note[400], words[FIT_WORDS];
    const struct fit *drawn[DRAWN];
    size_t n = d->fitted < DRAWN ? d->fitted : DRAWN;
    drawn[0] = &d->fit[d->best];
    for (size_t i = 0, k = 1; k < n; i++)
        if (d->order[i] != d->best) drawn[k++] = &d->fit[d->order[i]];
    fit_words(drawn[0], d->unit, zero_share(d), words);
    snprintf(title, sizeof title, "%s: %s", d->options->column, words);
    snprintf(note, sizeof note, "%zu values of %s%s; the chosen one first; KS %.4f, p %s%.3f", d->n - d->zeros,
        fit_base_name(d->options->data), d->zeros ? " over 0" : "", drawn[0]->distance, drawn[0]->simulated ? "" : "< ",
        fmax(drawn[0]->p, 0.001));
    return plot_fit(d->options, title, note, d->unit, &d->sample, drawn, n);
}

int fit_durations(const struct options *options)
{
    struct durations d = {.options = options, .unit = find_unit(options)};
    int code = d.unit ? read_file(&d) : EXIT_COMMAND_LINE;
    if (!code) code = fit_values(&d);
    if (!code && (options->out || options->terminal)) code = draw(&d);
    if (!code && options->json)
        print_json(&d);
    else if (!code && !options->terminal && !print_text(&d))
        code = fit_no_memory();
    fit_sample_clear(&d.sample);
    free(d.value);
    return code;
}
