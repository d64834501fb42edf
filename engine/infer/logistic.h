/* logistic.h - the chance of a yes from numbers that speak for and against it: logistic regression.
 *
 * log(p / (1 - p)) = beta[0] + beta[1] x_1 + … + beta[k] x_k, by maximum likelihood less ridge / 2 times the sum of the
 * squared slopes; ridge > 0 keeps it finite where a column separates yes from no.
 *
 * Shapes:  x row-major, n rows of `stride` numbers; `use` lists the k columns that take part; beta has k + 1.
 * Sources: Newton's method, which is iteratively reweighted least squares (Nelder and Wedderburn 1972).
 * Errors:  STATUS_LIMIT without both a yes and a no, STATUS_BAD_VALUE for a number that is not finite, STATUS_UNSTABLE
 *          when it does not converge, STATUS_NO_MEMORY.
 */
#ifndef GREENLANE_ENGINE_INFER_LOGISTIC_H
#define GREENLANE_ENGINE_INFER_LOGISTIC_H

#include "engine/core/status.h"
#include <stdbool.h>
#include <stddef.h>

struct logistic_data {
    const double *x;
    const bool *yes;
    size_t n, stride;
    const size_t *use;
    size_t k;
};

enum status logistic_fit(const struct logistic_data *data, double ridge, double *beta);
double logistic_log_odds(const struct logistic_data *data, const double *beta, size_t row);

#endif
