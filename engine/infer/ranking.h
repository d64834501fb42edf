/* ranking.h - how well a score puts the bad before the good.
 *
 * Precision at a share is the share of bad ones among the highest scores; where equal scores straddle the cut, each of
 * them counts in part, as if their order were drawn. The binormal law says scores of good ones are N(0, 1) after some
 * rising change of scale, those of bad ones N(mu, sigma): so it has the same ROC curve. Fitted by maximum likelihood
 * over bins of the score, the thresholds being those of the good ones.
 *
 * Shapes:  one score and one flag a row; base: the share of bad ones among all.
 * Sources: Mann and Whitney 1947 (AUC); Hanley and McNeil 1982 (its standard error); Dorfman and Alf 1969 (binormal).
 * Errors:  STATUS_LIMIT unless there are ten of each, STATUS_BAD_VALUE for a score that is not finite, STATUS_UNSTABLE,
 *          STATUS_NO_MEMORY.
 */
#ifndef GREENLANE_ENGINE_INFER_RANKING_H
#define GREENLANE_ENGINE_INFER_RANKING_H

#include "engine/core/status.h"
#include <stdbool.h>
#include <stddef.h>

struct ranking_row {
    double score;
    bool bad;
};
struct binormal {
    double mu, sigma;
};

void ranking_sort(struct ranking_row *row, size_t n);        /* highest first; the functions below want it so */
double ranking_auc(const struct ranking_row *row, size_t n); /* NAN without both kinds */
double ranking_auc_error(double auc, size_t bad, size_t good);
double ranking_precision(const struct ranking_row *row, size_t n, double share); /* 0 < share <= 1, at least one row */
double ranking_recall(const struct ranking_row *row, size_t n, double share);

enum status binormal_fit(const struct ranking_row *row, size_t n, struct binormal *out);
double binormal_auc(struct binormal law);
double binormal_precision(struct binormal law, double base, double share); /* what the law says the above would be */

#endif
