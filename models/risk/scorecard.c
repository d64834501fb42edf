/* scorecard.c - counting, choosing, regressing. */
#include "models/risk/scorecard.h"
#include "engine/infer/logistic.h"
#include "engine/infer/ranking.h"
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { PAIRED = 6, MOST_ROUNDS = 12 };
static const double LEAST_GAIN = 2;     /* of log likelihood; about the 5 % point of a likelihood ratio */
static const double TELLS_LABEL = .999; /* an AUC that only a copy of the label has */
static const double NEARLY_ALL = .9;    /* of the rows have a text of their own */
static const double WORTH = 1.05;       /* a pair knows so much more than its better half */
static const double RIDGE = 1;

struct work {
    const struct risk_rows *rows;
    const struct scorecard_request *request;
    struct scorecard *card;
    struct evidence_count *in_fold; /* [bin * FOLDS + fold] of one feature at a time */
    struct ranking_row *ranked;
    double *x; /* row-major: weights out of fold of the features in `column` */
    char *why;
};

static bool no_memory(struct work *work)
{
    return quantity_refuse(work->why, "no memory for so many rows; free some");
}

/* Which fold a row is in depends on its place alone (Steele's splitmix). */
static size_t fold_of(size_t row)
{
    uint64_t z = (uint64_t)row * UINT64_C(0x9E3779B97F4A7C15) + UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return (z ^ z >> 31) % SCORECARD_FOLDS;
}

/* ---- one feature ---- */
static bool count_feature(struct work *work, struct feature *f)
{
    const struct risk_rows *rows = work->rows;
    free(work->in_fold);
    work->in_fold = calloc((f->bins + 1) * SCORECARD_FOLDS, sizeof *work->in_fold);
    if (!f->count) f->count = calloc(f->bins + 1, sizeof *f->count);
    if (!work->in_fold || !f->count) return no_memory(work);
    memset(f->count, 0, f->bins * sizeof *f->count);
    for (size_t i = 0; i < rows->fitted; i++) {
        struct evidence_count *all = &f->count[f->bin[i]],
                              *part = &work->in_fold[f->bin[i] * SCORECARD_FOLDS + fold_of(i)];
        all->rows++;
        part->rows++;
        all->hits += rows->bad[i];
        part->hits += rows->bad[i];
    }
    return true;
}

/* What the feature says of a row without having seen the row's fold; count_feature was called for it last. */
static double weight_out_of_fold(const struct work *work, const struct feature *f, size_t row)
{
    const struct evidence_count *all = &f->count[f->bin[row]],
                                *part = &work->in_fold[f->bin[row] * SCORECARD_FOLDS + fold_of(row)];
    return evidence_weight(&f->evidence, all->hits - part->hits, all->rows - part->rows);
}

static bool measure_feature(struct work *work, struct feature *f)
{
    const struct risk_rows *rows = work->rows;
    double sum = 0, base = work->card->base, log_odds = log(base / (1 - base));
    if (!count_feature(work, f)) return false;
    f->evidence = evidence_of(f->count, f->bins);
    for (size_t i = 0; i < rows->fitted; i++) {
        double weight = weight_out_of_fold(work, f, i), p = 1 / (1 + exp(-log_odds - weight));
        sum += rows->bad[i] ? log(p / base) : log((1 - p) / (1 - base));
        work->ranked[i] = (struct ranking_row){weight, rows->bad[i]};
    }
    ranking_sort(work->ranked, rows->fitted);
    f->auc = ranking_auc(work->ranked, rows->fitted);
    f->information = sum / (double)rows->fitted;
    return true;
}

/* ---- choosing ---- */
static bool has_word(const char *name, const char *word)
{
    return strcasestr(name, word) != NULL;
}

static bool is_code_of_goods(const struct risk_column *column)
{
    return strncasecmp(column->name, "hs", 2) == 0 && !islower((unsigned char)column->name[2]);
}

static size_t first_number(const struct risk_rows *rows, const char *one, const char *other)
{
    for (size_t i = 0; i < rows->columns; i++)
        if (rows->column[i].numeric && (has_word(rows->column[i].name, one) || has_word(rows->column[i].name, other)))
            return i;
    return rows->columns;
}

/* Texts are numbered as they are first met, and rows that are learnt from come first. */
static double texts_learnt(const struct risk_rows *rows, const struct risk_column *column)
{
    uint32_t most = 0;
    for (size_t i = 0; i < rows->fitted; i++)
        if (column->code[i] > most) most = column->code[i];
    return (double)most + 1;
}

static const char *why_unfit(const struct work *work, const struct feature *f)
{
    const struct risk_column *column = &work->rows->column[f->a];
    if (f->kind != FEATURE_WORD) return NULL;
    if (column->texts.count < 2) return "one value only";
    if (column->dates) return "dates do not come again";
    if (texts_learnt(work->rows, column) > NEARLY_ALL * (double)work->rows->fitted)
        return "almost every row has its own";
    return NULL;
}

static bool add_one(struct work *work, const char *text)
{
    size_t place;
    return features_add(&work->card->features, work->rows, text, &place, work->why);
}

static bool add_columns(struct work *work)
{
    const struct risk_rows *rows = work->rows;
    char text[400];
    for (size_t i = 0; i < rows->columns; i++) {
        const char *name = rows->column[i].name;
        if (strcmp(name, work->request->label) == 0) continue;
        if (!add_one(work, name)) return false;
        for (int digits = 2; is_code_of_goods(&rows->column[i]) && digits <= 4; digits += 2) {
            snprintf(text, sizeof text, "%s:%d", name, digits);
            if (!add_one(work, text)) return false;
        }
    }
    size_t price = first_number(rows, "price", "value"), mass = first_number(rows, "mass", "weight");
    if (price == rows->columns || mass == rows->columns || price == mass) return true;
    snprintf(text, sizeof text, "%s/%s", rows->column[price].name, rows->column[mass].name);
    return add_one(work, text);
}

static bool measure_from(struct work *work, size_t first)
{
    struct features *features = &work->card->features;
    bool chosen = !work->request->features;
    for (size_t i = first; i < features->count; i++) {
        struct feature *f = &features->item[i];
        f->left_out = chosen ? why_unfit(work, f) : NULL;
        if (f->left_out) continue;
        if (!measure_feature(work, f)) return false;
        if (chosen && f->auc > TELLS_LABEL)
            f->left_out = "it tells the label itself";
        else if (f->evidence.gain < LEAST_GAIN)
            f->left_out = "its categories do not differ";
    }
    return true;
}

static bool shares_a_column(const struct feature *f, const struct feature *other)
{
    return f->a == other->a && (f->kind == FEATURE_PREFIX || other->kind == FEATURE_PREFIX);
}

/* The features that know most alone, of each column one. */
static size_t strongest(const struct features *features, size_t place[PAIRED])
{
    size_t n = 0;
    for (; n < PAIRED; n++) {
        size_t best = features->count;
        for (size_t i = 0; i < features->count; i++) {
            const struct feature *f = &features->item[i];
            bool taken = f->left_out != NULL;
            for (size_t k = 0; k < n; k++)
                taken = taken || place[k] == i || shares_a_column(f, &features->item[place[k]]);
            if (!taken && (best == features->count || f->information > features->item[best].information)) best = i;
        }
        if (best == features->count) break;
        place[n] = best;
    }
    return n;
}

static bool add_pairs(struct work *work)
{
    struct features *features = &work->card->features;
    size_t place[PAIRED], singles = features->count, n = strongest(features, place), ignored;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++)
            if (!features_add_pair(features, work->rows, place[k], place[i], &ignored, work->why)) return false;
    if (!measure_from(work, singles)) return false;
    for (size_t i = singles; i < features->count; i++) {
        struct feature *f = &features->item[i];
        double better = fmax(features->item[f->a].information, features->item[f->b].information);
        if (!f->left_out && f->information < WORTH * better) f->left_out = "no more than its halves";
    }
    return true;
}

/* ---- regressing ---- */
static bool weigh_rows(struct work *work, const size_t *column, size_t k)
{
    free(work->x);
    work->x = malloc((work->rows->fitted * k + 1) * sizeof *work->x);
    if (!work->x) return no_memory(work);
    for (size_t j = 0; j < k; j++) {
        struct feature *f = &work->card->features.item[column[j]];
        if (!count_feature(work, f)) return false;
        for (size_t i = 0; i < work->rows->fitted; i++) work->x[i * k + j] = weight_out_of_fold(work, f, i);
    }
    return true;
}

static bool regress(struct work *work, size_t *column, size_t k)
{
    struct scorecard *card = work->card;
    size_t *use = malloc((k + 1) * sizeof *use), left = k;
    double *beta = malloc((k + 1) * sizeof *beta);
    bool fine = use && beta && weigh_rows(work, column, k);
    struct logistic_data data = {
        .x = work->x, .yes = work->rows->bad, .n = work->rows->fitted, .stride = k, .use = use, .k = k};
    for (size_t j = 0; fine && j < k; j++) use[j] = j;
    for (int round = 0; fine && round < MOST_ROUNDS; round++) {
        data.k = left;
        enum status status = logistic_fit(&data, RIDGE, beta);
        if (status)
            fine = quantity_refuse(work->why, "the regression failed: %s; name fewer --features", status_words(status));
        size_t kept = 0;
        for (size_t j = 0; fine && j < left; j++) {
            if (beta[j + 1] > 0)
                use[kept++] = use[j];
            else
                card->features.item[column[use[j]]].left_out = "others say it already";
        }
        if (kept == left) break;
        left = kept;
    }
    card->intercept = fine ? beta[0] : 0;
    for (size_t j = 0; fine && j < left; j++) {
        card->features.item[column[use[j]]].coefficient = beta[j + 1];
        card->features.item[column[use[j]]].used = true;
    }
    for (size_t i = 0; fine && i < work->rows->fitted; i++) card->out_of_fold[i] = logistic_log_odds(&data, beta, i);
    free(use);
    free(beta);
    return fine;
}

static bool regress_all(struct work *work)
{
    struct features *features = &work->card->features;
    size_t *column = malloc((features->count + 1) * sizeof *column), k = 0;
    if (!column) return no_memory(work);
    for (size_t i = 0; i < features->count; i++)
        if (!features->item[i].left_out) column[k++] = i;
    bool fine = k ? regress(work, column, k)
                  : quantity_refuse(work->why, "no feature tells the label; name others with --features");
    free(column);
    return fine;
}

/* ---- what is offered ---- */
static bool build(struct work *work)
{
    const struct scorecard_request *request = work->request;
    for (size_t i = 0; i < request->features; i++)
        if (!add_one(work, request->feature[i])) return false;
    if (!request->features && !add_columns(work)) return false;
    if (!measure_from(work, 0) || (!request->features && !add_pairs(work))) return false;
    return regress_all(work);
}

bool scorecard_fit(
    const struct risk_rows *rows, const struct scorecard_request *request, struct scorecard *out, char *why)
{
    size_t bad = 0;
    *out = (struct scorecard){0};
    for (size_t i = 0; i < rows->fitted; i++) bad += rows->bad[i];
    if (bad < 10 || rows->fitted - bad < 10)
        return quantity_refuse(why, "of %zu rows %zu are bad; at least ten of each kind are wanted", rows->fitted, bad);
    out->base = (double)bad / (double)rows->fitted;
    struct work work = {.rows = rows, .request = request, .card = out, .why = why};
    work.ranked = malloc(rows->fitted * sizeof *work.ranked);
    out->out_of_fold = calloc(rows->fitted, sizeof *out->out_of_fold);
    bool fine = work.ranked && out->out_of_fold ? build(&work) : no_memory(&work);
    free(work.ranked);
    free(work.in_fold);
    free(work.x);
    if (!fine) scorecard_clear(out);
    return fine;
}

double scorecard_points(const struct scorecard *card, size_t row)
{
    double sum = card->intercept;
    for (size_t i = 0; i < card->features.count; i++) {
        const struct feature *f = &card->features.item[i];
        if (!f->used) continue;
        const struct evidence_count *count = &f->count[f->bin[row]];
        sum += f->coefficient * evidence_weight(&f->evidence, count->hits, count->rows);
    }
    return sum;
}

/* ---- rows that come again ---- */
static void look(const struct features *features, size_t place, bool *looked)
{
    const struct feature *f = &features->item[place];
    if (f->kind == FEATURE_PAIR) {
        look(features, f->a, looked);
        look(features, f->b, looked);
        return;
    }
    looked[f->a] = true;
    if (f->kind == FEATURE_RATIO) looked[f->b] = true;
}

/* A row's texts as one number: 64 bits tell millions of rows apart but for one case in a million. */
static uint64_t texts_of(const struct risk_rows *rows, const bool *looked, size_t row)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    for (size_t c = 0; c < rows->columns; c++) {
        if (!looked[c]) continue;
        hash = (hash ^ rows->column[c].code[row]) * UINT64_C(0x9E3779B97F4A7C15);
        hash ^= hash >> 29;
    }
    return hash;
}

static int by_size(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

bool scorecard_repeats(const struct scorecard *card, const struct risk_rows *rows, bool *repeats)
{
    bool *looked = calloc(rows->columns + 1, sizeof *looked);
    uint64_t *learnt = malloc((rows->fitted + 1) * sizeof *learnt);
    bool fine = looked && learnt;
    for (size_t i = 0; fine && i < card->features.count; i++)
        if (card->features.item[i].used) look(&card->features, i, looked);
    for (size_t i = 0; fine && i < rows->fitted; i++) learnt[i] = texts_of(rows, looked, i);
    if (fine) qsort(learnt, rows->fitted, sizeof *learnt, by_size);
    for (size_t i = rows->fitted; fine && i < rows->rows; i++) {
        uint64_t texts = texts_of(rows, looked, i);
        repeats[i - rows->fitted] = bsearch(&texts, learnt, rows->fitted, sizeof *learnt, by_size) != NULL;
    }
    free(looked);
    free(learnt);
    return fine;
}

void scorecard_clear(struct scorecard *card)
{
    features_clear(&card->features);
    free(card->out_of_fold);
    *card = (struct scorecard){0};
}
