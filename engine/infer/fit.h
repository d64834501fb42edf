/* fit.h - which distribution did these durations come from: maximum likelihood over the families that a variate can be.
 *
 * Families are compared by AIC = 2 parameters - 2 log likelihood (Akaike 1974); of those within 2 of the least, which
 * the data cannot tell apart, the one with the fewest parameters is chosen. The Kolmogorov-Smirnov distance says how
 * far the best of them still is: its usual p value holds for a law that was fixed beforehand and is too large for one
 * that was fitted to the same values, so where it is not small already it is found by simulation, drawing from the
 * fitted law and fitting again (parametric bootstrap; Lilliefors 1967 had the idea).
 *
 * Shapes:    values sorted ascending, finite, >= 0.
 * Units:     the values' own; shapes are pure numbers.
 * Errors:    a family that cannot be fitted has `failed`, one clause that says why, and NAN in its numbers.
 * Ownership: the sample borrows the values and owns their logarithms; clear it.
 */
#ifndef GREENLANE_ENGINE_INFER_FIT_H
#define GREENLANE_ENGINE_INFER_FIT_H

#include "engine/core/status.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fit_family {         /* parameters */
    FIT_CONSTANT,         /* value */
    FIT_EXPONENTIAL,      /* mean */
    FIT_LOGNORMAL,        /* mean, sd of the logarithm */
    FIT_GAMMA,            /* shape, mean */
    FIT_ERLANG,           /* whole shape from 1 to 1000, mean */
    FIT_WEIBULL,          /* shape, scale */
    FIT_NORMAL,           /* mean and sd before it is truncated at 0 */
    FIT_UNIFORM,          /* low, high */
    FIT_TRIANGULAR,       /* low, mode, high */
    FIT_PERT,             /* low, mode, high */
    FIT_HYPEREXPONENTIAL, /* share of the first, its mean, mean of the second */
    FIT_FAMILIES
};
enum { FIT_PARAMETERS = 3, FIT_LEAST = 10 }; /* values */

struct fit_sample {
    const double *value;
    double *log; /* NULL when a value is 0 */
    size_t n;
    double mean, sd, mean_log, sd_log; /* sd by n, as maximum likelihood has it */
};

struct fit {
    enum fit_family family;
    const char *failed; /* NULL: fitted */
    double parameter[FIT_PARAMETERS];
    unsigned parameters;
    double log_likelihood, aic;
    double distance; /* Kolmogorov-Smirnov */
    double p;        /* of so large a distance when the law is right */
    bool simulated;  /* p is by simulation; else it is the usual one, an upper bound */
};

enum status fit_sample_init(
    struct fit_sample *sample, const double *value, size_t n); /* STATUS_LIMIT below FIT_LEAST */
void fit_sample_clear(struct fit_sample *sample);

void fit_one(const struct fit_sample *sample, enum fit_family family, struct fit *fit); /* all but p */
/* Every family, p the upper bound; returns the one chosen, FIT_FAMILIES when all failed. */
enum fit_family fit_all(const struct fit_sample *sample, struct fit fit[FIT_FAMILIES]);
/* Makes p the simulated one unless the bound is below .01 already; equal seeds give equal p. Where it cannot, the bound
 * stands. */
enum status fit_simulate_p(const struct fit_sample *sample, uint64_t seed, struct fit *fit);

double fit_cdf(const struct fit *fit, double x);
double fit_mean(const struct fit *fit);
double fit_distance(const struct fit *fit, const double *value, size_t n);
double fit_distance_p(double distance, size_t n); /* of a law fixed beforehand; Stephens 1970 */
const char *fit_family_name(enum fit_family family);

#endif
