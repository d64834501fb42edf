/* interval.h - what may be concluded from replications: means with Student's t, paired and Welch differences, Holm.
 *
 * Shapes:  values are one number per replication. NAN entries make the estimate NAN.
 * Errors:  none; with fewer than two values half_width is NAN (reported as null). Levels and p in (0, 1) are asserted.
 * Spread:  in every estimate mean / (sd / sqrt n) is the t statistic on `degrees`; for Welch's, where there are two
 *          samples, n is the smaller one's and sd is chosen so that this holds.
 * Sources: Student 1908; Welch 1947 (Satterthwaite's degrees of freedom); Holm 1979.
 */
#ifndef GREENLANE_ENGINE_INFER_INTERVAL_H
#define GREENLANE_ENGINE_INFER_INTERVAL_H

#include <stdbool.h>
#include <stddef.h>

struct estimate { double mean, half_width, sd; size_t n; double degrees; };

double interval_t_quantile(double p, double degrees);
double interval_t_p_value(double t, double degrees); /* two-sided */
struct estimate interval_mean(const double *value, size_t n, double level);
/* b - a replication by replication, for runs with common random numbers. */
struct estimate interval_paired(const double *a, const double *b, size_t n, double level);
/* b - a for independent runs. */
struct estimate interval_welch(const double *a, size_t na, const double *b, size_t nb, double level);
/* How much narrower the paired interval is than Welch's on the same data; NAN when undefined. */
double interval_narrowing(const double *a, const double *b, size_t n);

/* Two-sided p value of `the true mean is 0`. Without any spread: 1 when the mean is 0, else 0. NAN below two values. */
double interval_estimate_p(const struct estimate *estimate);

/* Joint verdicts at family level: p[i] two-sided p values (NAN: left out, never rejected); clear[i] set where the
 * hypothesis of no difference falls by Holm's step-down. Returns how many took part. */
size_t interval_holm(const double *p, size_t n, double level_of_error, bool *clear);

#endif
