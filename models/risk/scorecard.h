/* scorecard.h - points for what is known of a shipment, learnt from shipments whose outcome is known.
 *
 * Each category of each feature weighs as evidence (engine/infer/evidence.h) drawn towards nothing the fewer rows it
 * has, so that an importer seen once counts for little. Logistic regression on these weights says how much of each
 * feature is news beside the others; a feature whose slope would be negative repeats others and is dropped. The weights
 * that the regression sees come from the other nine tenths of the rows, never from the row itself: with its own label
 * in its weight, a rare category would foretell it.
 *
 * points of a shipment = intercept + sum over features of coefficient x weight: the log odds of being bad.
 *
 * Without a list of features every column takes part but for those that say nothing, that say the label itself, that
 * are a date, or that differ in almost every row; a column of HS codes also takes part by its first two and four
 * digits, price and mass by their ratio, and the strongest features two by two where the pair knows more than either.
 *
 * Errors: false and one line in `why`. Ownership: scorecard_clear. The same rows give the same scorecard.
 */
#ifndef GREENLANE_MODELS_RISK_SCORECARD_H
#define GREENLANE_MODELS_RISK_SCORECARD_H

#include "models/risk/feature.h"
#include <stdio.h>

enum { SCORECARD_FOLDS = 10 };

struct scorecard_request {
    const char *label;          /* the column that `bad` came from; no feature */
    const char *const *feature; /* as in feature.h; NULL: choose */
    size_t features;
};
struct scorecard {
    struct features features;
    double base; /* share of bad ones among the rows that are learnt from */
    double intercept;
    double *out_of_fold; /* points of each row that is learnt from, by the other folds' weights */
};

bool scorecard_fit(
    const struct risk_rows *rows, const struct scorecard_request *request, struct scorecard *out, char *why);
double scorecard_points(const struct scorecard *card, size_t row); /* of any row */
/* repeats[i], of each row held back: has a row that was learnt from the same text in every column that the scorecard
 * looks at? Such a row is judged by its twin's label, which says little about rows to come. False: no memory. */
bool scorecard_repeats(const struct scorecard *card, const struct risk_rows *rows, bool *repeats);
void scorecard_clear(struct scorecard *card);

/* The model file: comma-separated, `feature,kind,key,other,points`, one line a category; see models/risk/model.h. */
void scorecard_write(const struct scorecard *card, const struct risk_rows *rows, FILE *out);

#endif
