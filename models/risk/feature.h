/* feature.h - what a score may look at: a column, a part of one, a ratio of two, or two of these together.
 *
 *   Importer ID             a word: each text is a category of its own
 *   Net Mass                a number: bins of about equal counts, and one for missing. A column is a number when all
 * its texts are and one has a decimal point, or when there are more than 50 and its name does not say id, code, hs,
 * type, office ...; NAME:word and NAME:number decide it by hand HS6 Code:2              the first two characters Item
 * Price/Net Mass     a ratio, binned as a number HS6 Code * Net Mass     each combination of two of the former is a
 * category
 *
 * Of each row a feature keeps the number of its category (its bin). Quantiles come from the rows that are learnt from.
 *
 * Ownership: features own what they hold; a pair refers to two features of the same list by place.
 * Errors:    false and one line in `why`.
 */
#ifndef GREENLANE_MODELS_RISK_FEATURE_H
#define GREENLANE_MODELS_RISK_FEATURE_H

#include "engine/infer/evidence.h"
#include "models/risk/rows.h"
#include "models/scenario/quantity.h"

enum feature_kind { FEATURE_WORD, FEATURE_PREFIX, FEATURE_NUMBER, FEATURE_RATIO, FEATURE_PAIR };
enum { FEATURE_BINS = 20 };

struct feature {
    char *name;
    enum feature_kind kind;
    size_t a, b; /* columns; of a pair, features */
    unsigned prefix;
    double edge[FEATURE_BINS]; /* lower ends of the bins from the third on: bin 0 is missing, bin 1 has no lower end */
    size_t edges;
    struct dictionary keys; /* of prefixes and pairs */
    uint32_t *bin;          /* of each row */
    size_t bins;

    /* Filled in by the scorecard. */
    struct evidence_count *count; /* by bin, of the rows that are learnt from */
    struct evidence evidence;
    double auc, information; /* alone, out of fold; information in nats a row */
    double coefficient;
    bool used;
    const char *left_out; /* why it is not used; NULL: it is */
};

struct features {
    struct feature *item;
    size_t count, allocated;
};

/* Adds what `text` describes, with its halves when it is a pair, unless it is there; *place: where it stands. */
bool features_add(struct features *features, const struct risk_rows *rows, const char *text, size_t *place, char *why);
bool features_add_pair(
    struct features *features, const struct risk_rows *rows, size_t a, size_t b, size_t *place, char *why);
void features_clear(struct features *features);

/* The category's name as the model file has it (model.h): a text, a lower end, -inf, missing; of a pair the first
 * half's. */
void feature_key(
    const struct features *features, const struct risk_rows *rows, size_t place, uint32_t bin, char *out, size_t size);
/* The categories of a pair's halves. */
void feature_halves(const struct feature *pair, uint32_t bin, uint32_t *a, uint32_t *b);
const char *feature_kind_name(enum feature_kind kind);

#endif
