/* fit_risk.c - `greenlane fit --label`: rows to a scorecard, what it is worth on rows it has not seen, and the binormal
 * score that is worth the same. */
#include "models/risk/scorecard.h"
#include "tools/command.h"
#include "tools/fit.h"
#include "tools/json.h"
#include "tools/table.h"
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { SHARES = 3, MOST_FEATURES = 64, TEXT_BYTES = 400 };
enum judge { OUT_OF_FOLD, HELD_BACK, NEW_ROWS, JUDGES }; /* the last: rows held back that no row learnt from was like */
static const double share[SHARES] = {.01, .05, .10};

struct judged {
    const char *name;
    size_t rows, bad;
    double auc, error, precision[SHARES], recall[SHARES], implied[SHARES]; /* implied: by the binormal law */
    struct binormal law;
    bool has_law;
};

struct risk {
    const struct options *options;
    struct risk_rows rows;
    struct scorecard card;
    struct judged judged[JUDGES];
    enum judge last; /* the one whose ranks are kept, and whose law is offered */
    bool has_new_rows;
    size_t repeats;    /* of the rows held back */
    size_t unlabelled; /* rows left out */
    struct ranking_row *ranked;
    size_t ranks;
};

/* ---- reading ---- */
static bool read_label(const char *cell, bool *bad)
{
    static const char *const words[] = {"0", "1", "no", "yes", "false", "true", "n", "y", "0.0", "1.0"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcasecmp(cell, words[i]) == 0) {
            *bad = i % 2;
            return true;
        }
    return false;
}

/* Where each column of the first file stands in this one. */
static bool match_columns(struct csv *csv, const struct risk_rows *rows, size_t *place)
{
    bool fine = true;
    for (size_t i = 0; i < rows->columns; i++) fine = csv_find(csv, rows->column[i].name, &place[i]) && fine;
    return fine;
}

static bool add_rows(struct risk *risk, struct csv *csv, const size_t *place, size_t label)
{
    const char **cell = calloc(csv->columns + 1, sizeof *cell);
    bool fine = cell != NULL, bad;
    while (fine && csv_next(csv)) {
        if (csv_is_missing(csv->cell[label])) {
            risk->unlabelled++;
            continue;
        }
        if (!read_label(csv->cell[label], &bad)) {
            csv_error(csv, label, "%s: '%.40s' is no label; write 0 or 1, no or yes, or leave it empty",
                csv->name[label], csv->cell[label]);
            continue;
        }
        for (size_t i = 0; i < risk->rows.columns; i++) {
            const char *text = csv->cell[place[i]];
            cell[i] = csv_is_missing(text) ? "" : text;
        }
        fine = risk_rows_add(&risk->rows, cell, bad);
    }
    free(cell);
    return fine;
}

/* 0 or an exit code after a message. */
static int read_file(struct risk *risk, const char *path, bool first)
{
    struct diagnostics errors;
    diagnostics_init(&errors);
    struct csv *csv = csv_open(path, &errors);
    size_t label = 0, *place = NULL;
    bool fine = true, found = csv && csv_find(csv, risk->options->label, &label);
    if (found && first) fine = risk_rows_init(&risk->rows, csv->name, csv->columns);
    if (found && fine) fine = (place = calloc(risk->rows.columns + 1, sizeof *place)) != NULL;
    if (found && fine && match_columns(csv, &risk->rows, place)) fine = add_rows(risk, csv, place, label);
    if (fine && csv && !errors.errors && risk->rows.rows == (first ? 0 : risk->rows.fitted))
        diagnostics_add(&errors, DIAGNOSTIC_ERROR, (struct place){path, 0, 0},
            "no row has a label; rows with 0 or 1 in '%.60s' are wanted", risk->options->label);
    csv_close(csv);
    free(place);
    int code = fit_end_messages(&errors);
    return fine ? code : fit_no_memory();
}

/* ---- judging ---- */
/* Rows from..to, but for those that `left_out` (of each; NULL: none) says. */
static bool judge(struct risk *risk, enum judge place, const char *name, size_t from, size_t to, const bool *left_out)
{
    struct judged *j = &risk->judged[place];
    bool learnt_from = to <= risk->rows.fitted;
    struct ranking_row *row = realloc(risk->ranked, (to - from + 1) * sizeof *row);
    if (!row) return false;
    risk->ranked = row;
    *j = (struct judged){.name = name};
    for (size_t i = from; i < to; i++) {
        if (left_out && left_out[i - from]) continue;
        row[j->rows++] = (struct ranking_row){
            learnt_from ? risk->card.out_of_fold[i] : scorecard_points(&risk->card, i), risk->rows.bad[i]};
        j->bad += risk->rows.bad[i];
    }
    risk->ranks = j->rows;
    ranking_sort(row, j->rows);
    j->auc = ranking_auc(row, j->rows);
    j->error = ranking_auc_error(j->auc, j->bad, j->rows - j->bad);
    j->has_law = binormal_fit(row, j->rows, &j->law) == STATUS_OK;
    for (int i = 0; i < SHARES; i++) {
        j->precision[i] = ranking_precision(row, j->rows, share[i]);
        j->recall[i] = ranking_recall(row, j->rows, share[i]);
        j->implied[i] = j->has_law ? binormal_precision(j->law, (double)j->bad / (double)j->rows, share[i]) : NAN;
    }
    risk->last = place;
    return true;
}

/* Rows that repeat what was learnt are judged by their twin's label; those that do not are the harder, fairer test. */
static bool judge_held_back(struct risk *risk)
{
    enum { FEWEST = 50 };
    size_t n = risk->rows.rows - risk->rows.fitted, bad = 0;
    bool *repeats = malloc((n + 1) * sizeof *repeats);
    bool fine = repeats && scorecard_repeats(&risk->card, &risk->rows, repeats);
    for (size_t i = 0; fine && i < n; i++) {
        risk->repeats += repeats[i];
        bad += !repeats[i] && risk->rows.bad[risk->rows.fitted + i];
    }
    size_t fresh = n - risk->repeats;
    if (fine && risk->repeats && bad >= FEWEST && fresh - bad >= FEWEST)
        fine = risk->has_new_rows = judge(risk, NEW_ROWS, "its new rows", risk->rows.fitted, risk->rows.rows, repeats);
    free(repeats);
    return fine &&
           judge(risk, HELD_BACK, fit_base_name(risk->options->check), risk->rows.fitted, risk->rows.rows, NULL);
}

/* ---- printing ---- */
static size_t categories(const struct feature *f)
{
    size_t n = 0;
    for (size_t i = 0; f->count && i < f->bins; i++) n += f->count[i].rows > 0;
    return n;
}

static bool print_features(const struct risk *risk)
{
    struct table *table = table_create("llrrr");
    const char *const head[] = {"feature", "kind", "categories", "AUC alone", "slope"};
    for (size_t i = 0; table && i < 5; i++) table_cell(table, "%s", head[i]);
    if (table) table_end_row(table);
    for (size_t i = 0; table && i < risk->card.features.count; i++) {
        const struct feature *f = &risk->card.features.item[i];
        if (!f->used) continue;
        table_cell(table, "%s", f->name);
        table_cell(table, "%s", feature_kind_name(f->kind));
        table_cell(table, "%zu", categories(f));
        table_number(table, f->auc, 3);
        table_number(table, f->coefficient, 2);
        table_end_row(table);
    }
    bool fine = table && table_print(table, stdout);
    table_destroy(table);
    return fine;
}

/* The features of one reason in one sentence. */
static void print_left_out(const struct risk *risk)
{
    const struct features *features = &risk->card.features;
    for (size_t i = 0; i < features->count; i++) {
        const char *why = features->item[i].left_out;
        bool told = !why;
        for (size_t k = 0; k < i && !told; k++) told = features->item[k].left_out == why;
        if (told) continue;
        char text[4 * TEXT_BYTES] = "";
        size_t used = (size_t)snprintf(text, sizeof text, "left out, %s:", why);
        for (size_t k = i, n = 0; k < features->count && used < sizeof text; k++)
            if (features->item[k].left_out == why)
                used +=
                    (size_t)snprintf(text + used, sizeof text - used, "%s %s", n++ ? "," : "", features->item[k].name);
        print_wrapped(stdout, text);
    }
}

static bool print_judged(const struct risk *risk)
{
    struct table *table = table_create("lrrrrrr");
    const char *const head[] = {"judged on", "rows", "bad", "AUC", "top 1 %", "top 5 %", "top 10 %"};
    for (size_t i = 0; table && i < 7; i++) table_cell(table, "%s", head[i]);
    if (table) table_end_row(table);
    for (size_t j = 0; table && j < JUDGES; j++) {
        const struct judged *judged = &risk->judged[j];
        if (!judged->name) continue;
        table_cell(table, "%s", judged->name);
        table_cell(table, "%zu", judged->rows);
        table_share(table, (double)judged->bad / (double)judged->rows, 1);
        table_cell(table, "%.3f ± %.3f", judged->auc, 1.96 * judged->error);
        for (int i = 0; i < SHARES; i++) table_number(table, judged->precision[i], 3);
        table_end_row(table);
        table_cell(table, "  recall");
        for (int i = 0; i < 3; i++) table_cell(table, " ");
        for (int i = 0; i < SHARES; i++) table_number(table, judged->recall[i], 3);
        table_end_row(table);
        if (!judged->has_law) continue;
        table_cell(table, "  precision of the binormal");
        for (int i = 0; i < 2; i++) table_cell(table, " ");
        table_number(table, binormal_auc(judged->law), 3);
        for (int i = 0; i < SHARES; i++) table_number(table, judged->implied[i], 3);
        table_end_row(table);
    }
    bool fine = table && table_print(table, stdout);
    table_destroy(table);
    return fine;
}

static void print_repeats(const struct risk *risk)
{
    char text[TEXT_BYTES];
    const struct judged *all = &risk->judged[HELD_BACK], *fresh = &risk->judged[NEW_ROWS];
    bool worse = risk->has_new_rows && fresh->auc < all->auc - 1.96 * hypot(all->error, fresh->error);
    snprintf(text, sizeof text,
        "%.1f %% of the rows of %s repeat a row that was learnt from in every column that the scorecard looks at: %s",
        100 * (double)risk->repeats / (double)all->rows, all->name,
        !risk->has_new_rows ? "the others are too few to judge by."
        : worse             ? "for them it need only remember. The new rows show what it foretells, and that is less."
                            : "the new rows are ranked as well.");
    putchar('\n');
    print_wrapped(stdout, text);
}

static bool print_text(const struct risk *risk)
{
    const struct options *o = risk->options;
    const struct judged *last = &risk->judged[risk->last];
    printf("Scorecard for %s from %zu rows of %s, %.1f %% of them bad\n", o->label, risk->rows.fitted,
        fit_base_name(o->data), 100 * risk->card.base);
    if (risk->unlabelled) printf("%zu rows have no label and are left out\n", risk->unlabelled);
    putchar('\n');
    if (!print_features(risk)) return false;
    print_left_out(risk);
    putchar('\n');
    if (!print_judged(risk)) return false;
    printf("\nTop 1 %%: of the hundredth with the most points, the share that is bad. Out of fold:\neach row by "
           "weights that were learnt without it. "
           "± is 1.96 standard errors.\n");
    if (risk->repeats) print_repeats(risk);
    if (last->has_law)
        printf("\nA score that ranks alike, for the selectivity step:\n\n  score: {binormal: {compliant: normal mean 0 "
               "sd 1, not_compliant: normal mean %.4g sd %.4g}}\n",
            last->law.mu, last->law.sigma);
    if (o->out) printf("\n%s written\n", o->out);
    return true;
}

static void print_json(const struct risk *risk)
{
    struct json json = {.out = stdout};
    json_map(&json, NULL);
    json_count(&json, "schema_version", 1);
    json_text(&json, "fit", "scorecard");
    json_text(&json, "data", risk->options->data);
    json_text(&json, "label", risk->options->label);
    json_count(&json, "rows", risk->rows.fitted);
    json_count(&json, "unlabelled", risk->unlabelled);
    json_count(&json, "held_back_that_repeat", risk->repeats);
    json_number(&json, "share_bad", risk->card.base);
    json_number(&json, "intercept", risk->card.intercept);
    json_list(&json, "features");
    for (size_t i = 0; i < risk->card.features.count; i++) {
        const struct feature *f = &risk->card.features.item[i];
        json_map(&json, NULL);
        json_text(&json, "name", f->name);
        json_text(&json, "kind", feature_kind_name(f->kind));
        json_flag(&json, "used", f->used);
        json_text(&json, "left_out", f->left_out);
        json_count(&json, "categories", categories(f));
        json_number(&json, "auc", f->count ? f->auc : NAN);
        json_number(&json, "prior_rows", f->count ? f->evidence.prior : NAN);
        json_number(&json, "slope", f->used ? f->coefficient : NAN);
        json_end(&json);
    }
    json_end(&json);
    json_list(&json, "judged");
    for (size_t j = 0; j < JUDGES; j++) {
        const struct judged *judged = &risk->judged[j];
        if (!judged->name) continue;
        json_map(&json, NULL);
        json_text(&json, "on", judged->name);
        json_count(&json, "rows", judged->rows);
        json_count(&json, "bad", judged->bad);
        json_number(&json, "auc", judged->auc);
        json_number(&json, "auc_error", judged->error);
        json_number(&json, "mu", judged->has_law ? judged->law.mu : NAN);
        json_number(&json, "sigma", judged->has_law ? judged->law.sigma : NAN);
        json_list(&json, "top");
        for (int i = 0; i < SHARES; i++) {
            json_map(&json, NULL);
            json_number(&json, "share", share[i]);
            json_number(&json, "precision", judged->precision[i]);
            json_number(&json, "recall", judged->recall[i]);
            json_number(&json, "binormal_precision", judged->implied[i]);
            json_end(&json);
        }
        json_end(&json);
        json_end(&json);
    }
    json_end(&json);
    json_end(&json);
}

/* ---- the whole ---- */
static int write_model(const struct risk *risk)
{
    struct fit_file file;
    int code = fit_file_begin(&file, risk->options->out);
    if (code) return code;
    scorecard_write(&risk->card, &risk->rows, file.out);
    return fit_file_end(&file, true);
}

static int draw(const struct risk *risk)
{
    char title[TEXT_BYTES], note[TEXT_BYTES];
    const struct judged *last = &risk->judged[risk->last];
    snprintf(title, sizeof title, "Scorecard for %s: who is found when few are examined", risk->options->label);
    snprintf(note, sizeof note, "learnt from %zu rows of %s, judged on %s (%zu rows, %.1f %% bad); AUC %.3f ± %.3f",
        risk->rows.fitted, fit_base_name(risk->options->data), last->name, last->rows,
        100 * (double)last->bad / (double)last->rows, last->auc, 1.96 * last->error);
    return plot_ranking(risk->options, title, note, risk->ranked, risk->ranks, last->has_law ? &last->law : NULL);
}

static int learn(struct risk *risk)
{
    char why[QUANTITY_WHY], list[4096] = "";
    const char *feature[MOST_FEATURES];
    struct scorecard_request request = {.label = risk->options->label};
    if (risk->options->features) {
        size_t length = (size_t)snprintf(list, sizeof list, "%s", risk->options->features);
        char *rest = list;
        for (char *item; request.features < MOST_FEATURES && (item = strsep(&rest, ","));)
            feature[request.features++] = item;
        request.feature = feature;
        if (rest || length >= sizeof list) {
            fprintf(stderr, "greenlane: fit: --features takes at most %d of them, in 4095 bytes\n", MOST_FEATURES);
            return EXIT_COMMAND_LINE;
        }
    }
    if (!risk_rows_end(&risk->rows)) return fit_no_memory();
    if (scorecard_fit(&risk->rows, &request, &risk->card, why)) return 0;
    fprintf(stderr, "greenlane: fit: %s: %s\n", risk->options->data, why);
    return request.features ? EXIT_COMMAND_LINE : EXIT_CONTENT;
}

static int report(struct risk *risk)
{
    const struct options *o = risk->options;
    if (!judge(risk, OUT_OF_FOLD, "out of fold", 0, risk->rows.fitted, NULL)) return fit_no_memory();
    if (o->check && !judge_held_back(risk)) return fit_no_memory();
    int code = 0;
    if (fit_is_picture(o->out) || o->terminal)
        code = draw(risk);
    else if (o->out)
        code = write_model(risk);
    if (code || o->terminal) return code;
    if (o->json) print_json(risk);
    return o->json || print_text(risk) ? 0 : fit_no_memory();
}

int fit_risk(const struct options *options)
{
    struct risk risk = {.options = options};
    int code = read_file(&risk, options->data, true);
    if (!code && options->check) {
        risk_rows_hold_back(&risk.rows);
        code = read_file(&risk, options->check, false);
    }
    if (!code) code = learn(&risk);
    if (!code) code = report(&risk);
    scorecard_clear(&risk.card);
    risk_rows_clear(&risk.rows);
    free(risk.ranked);
    return code;
}
