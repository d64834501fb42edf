/* elementary.h - the few transcendental functions that results pass through, in + - * / and sqrt alone.
 *
 * glibc's differ in bits between processors with and without FMA; these give the same bits wherever IEEE doubles
 * are added and multiplied without contraction (-ffp-contract=off), at any optimisation, with any compiler.
 *
 * Accuracy: measured by tests/test_elementary.c against libm's long double, in ulp at worst: log, exp, pow 0.53 (0.75
 *           where exp or log meet subnormals), sin, cos 0.8, log1p 1.5, expm1 2.5, lgamma 7 (3 away from 1.5), erfc 5,
 *           erfcx 7.5, normal_cdf 7.5; normal_quantile 1e-15 relative.
 * Domain:   outside it the mathematically natural limit (log 0 = -inf, exp of a large number = inf, NaN stays NaN); NaN
 *           for log, pow and lgamma below 0 and for sin and cos beyond 2^20, where there is no natural limit.
 * Assumes:  the processor rounds to nearest, as C programs start.
 */
#ifndef GREENLANE_ENGINE_CORE_ELEMENTARY_H
#define GREENLANE_ENGINE_CORE_ELEMENTARY_H

#include <stddef.h>

double elementary_log(double x);           /* x > 0, subnormals included */
/* The same bits for many at once, in place, two by two; 2^-1022 <= x, finite: uniforms, for one. */
void elementary_log_many(double *x, size_t n);
double elementary_exp(double x);           /* any x */
double elementary_log1p(double x);         /* log(1 + x), x > -1 */
double elementary_expm1(double x);         /* exp(x) - 1 */
double elementary_pow(double x, double y); /* x > 0; exp(y log x) with the log in double-double */
double elementary_sin(double x);           /* |x| <= 2^20; for rates by the hour */
double elementary_cos(double x);
double elementary_lgamma(double x); /* x > 0 */
double elementary_erfc(double x);
double elementary_erfcx(double x); /* exp(x^2) erfc(x), no underflow */
double elementary_normal_cdf(double z);
double elementary_normal_quantile(double p); /* 0 < p < 1; Wichura 1988, AS 241 (PPND16) */

#endif
