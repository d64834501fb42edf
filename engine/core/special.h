/* special.h - the incomplete gamma and beta functions, for distribution functions and for inversion.
 *
 * In the elementary functions alone, so digests may pass through them.
 *
 * Accuracy: about 1e-13 relative for parameters up to a thousand (tests/test_special.c compares with GSL).
 */
#ifndef GREENLANE_ENGINE_CORE_SPECIAL_H
#define GREENLANE_ENGINE_CORE_SPECIAL_H

double special_gamma_lower(double a, double x);          /* P(a, x): the cdf of gamma(shape a, scale 1); a > 0 */
double special_gamma_upper(double a, double x);          /* Q(a, x) = 1 - P(a, x), without cancellation */
double special_beta_lower(double a, double b, double x); /* I_x(a, b): the cdf of beta(a, b); a, b > 0 */
double special_log_beta(double a, double b);             /* log of the beta function B(a, b) */
double special_beta_quantile(double a, double b, double p, double low, double high); /* within [low, high] in [0, 1] */

#endif
