/* fit.c - the sample, the list of families, the comparison. See fit_closed.c, fit_search.c and fit_law.c for the rest.
 */
#include "engine/infer/fit_family.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { RESAMPLES = 200, RESAMPLE_MOST = 500 };
static const double SAME_AIC = 2;
static const double SMALL_P = .01; /* the usual p, an upper bound, is then small enough to be told */

static const struct {
    const char *name;
    unsigned parameters;
    void (*fit)(const struct fit_sample *sample, struct fit *fit);
    bool needs_positive;
} table[FIT_FAMILIES] = {
    [FIT_CONSTANT] = {"constant", 1, NULL, false},
    [FIT_EXPONENTIAL] = {"exponential", 1, fit_exponential, false},
    [FIT_LOGNORMAL] = {"lognormal", 2, fit_lognormal, true},
    [FIT_GAMMA] = {"gamma", 2, fit_gamma, true},
    [FIT_ERLANG] = {"erlang", 2, fit_erlang, true},
    [FIT_WEIBULL] = {"weibull", 2, fit_weibull, true},
    [FIT_NORMAL] = {"normal", 2, fit_normal, false},
    [FIT_UNIFORM] = {"uniform", 2, fit_uniform, false},
    [FIT_TRIANGULAR] = {"triangular", 3, fit_triangular, false},
    [FIT_PERT] = {"pert", 3, fit_pert, false},
    [FIT_HYPEREXPONENTIAL] = {"hyperexponential", 3, fit_hyperexponential, false},
};

const char *fit_family_name(enum fit_family family)
{
    return table[family].name;
}

/* Mean and sd in two passes. */
static void moments(const double *value, size_t n, double *mean, double *sd)
{
    double sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++) sum += value[i];
    *mean = sum / (double)n;
    for (size_t i = 0; i < n; i++) squares += (value[i] - *mean) * (value[i] - *mean);
    *sd = sqrt(squares / (double)n);
}

enum status fit_sample_init(struct fit_sample *sample, const double *value, size_t n)
{
    *sample = (struct fit_sample){.value = value, .n = n, .mean_log = NAN, .sd_log = NAN};
    if (n < FIT_LEAST) return STATUS_LIMIT;
    for (size_t i = 0; i < n; i++)
        if (!isfinite(value[i]) || value[i] < 0 || (i && value[i] < value[i - 1])) return STATUS_BAD_VALUE;
    moments(value, n, &sample->mean, &sample->sd);
    if (value[0] == 0) return STATUS_OK;
    sample->log = malloc(n * sizeof *sample->log);
    if (!sample->log) return STATUS_NO_MEMORY;
    for (size_t i = 0; i < n; i++) sample->log[i] = log(value[i]);
    moments(sample->log, n, &sample->mean_log, &sample->sd_log);
    return STATUS_OK;
}

void fit_sample_clear(struct fit_sample *sample)
{
    free(sample->log);
    *sample = (struct fit_sample){0};
}

double fit_distance(const struct fit *fit, const double *value, size_t n)
{
    double worst = 0;
    for (size_t i = 0; i < n; i++) {
        double at = fit_cdf(fit, value[i]);
        worst = fmax(worst, fmax(at - (double)i / (double)n, (double)(i + 1) / (double)n - at));
    }
    return worst;
}

double fit_distance_p(double distance, size_t n)
{
    double root = sqrt((double)n), t = (root + 0.12 + 0.11 / root) * distance, sum = 0;
    if (t < 0.3) return 1; /* the series needs many terms there, and is 1 within 1e-5 */
    for (int k = 1; k < 100; k++) sum += (k % 2 ? 2 : -2) * exp(-2 * k * k * t * t);
    return fmin(1, fmax(0, sum));
}

static void fit_constant(const struct fit_sample *sample, struct fit *fit)
{
    if (sample->sd > 0 || sample->value[0] != sample->value[sample->n - 1]) {
        fit->failed = "the values differ";
        return;
    }
    fit->parameter[0] = sample->value[0];
    fit->log_likelihood = INFINITY;
}

void fit_one(const struct fit_sample *sample, enum fit_family family, struct fit *fit)
{
    *fit = (struct fit){.family = family,
        .parameters = table[family].parameters,
        .log_likelihood = NAN,
        .aic = NAN,
        .distance = NAN,
        .p = NAN,
        .parameter = {NAN, NAN, NAN}};
    bool differ = sample->value[0] != sample->value[sample->n - 1];
    if (family == FIT_CONSTANT)
        fit_constant(sample, fit);
    else if (!differ)
        fit->failed = "all values are equal";
    else if (table[family].needs_positive && !sample->log)
        fit->failed = "some values are 0";
    else
        table[family].fit(sample, fit);
    if (!fit->failed && family != FIT_CONSTANT && !isfinite(fit->log_likelihood))
        fit->failed = "the likelihood has no maximum";
    if (fit->failed) return;
    fit->aic = 2 * fit->parameters - 2 * fit->log_likelihood;
    fit->distance = family == FIT_CONSTANT ? 0 : fit_distance(fit, sample->value, sample->n);
}

/* ---- p by simulation ---- */
static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* root n times the distance hardly depends on n, so smaller samples than the data do. */
static enum status resample(const struct fit_sample *sample, gsl_rng *rng, struct fit *fit)
{
    size_t n = sample->n < RESAMPLE_MOST ? sample->n : RESAMPLE_MOST, farther = 0, done = 0;
    double *value = malloc(n * sizeof *value), ours = sqrt((double)sample->n) * fit->distance;
    if (!value) return STATUS_NO_MEMORY;
    for (int r = 0; r < RESAMPLES; r++) {
        struct fit_sample again;
        struct fit refitted;
        for (size_t i = 0; i < n; i++) value[i] = fit_draw(fit, rng);
        qsort(value, n, sizeof *value, by_value);
        if (fit_sample_init(&again, value, n) == STATUS_OK) {
            fit_one(&again, fit->family, &refitted);
            if (!refitted.failed) {
                done++;
                farther += sqrt((double)n) * refitted.distance >= ours;
            }
        }
        fit_sample_clear(&again);
    }
    free(value);
    if (done < RESAMPLES / 2) return STATUS_UNSTABLE;
    fit->p = ((double)farther + 1) / ((double)done + 1);
    fit->simulated = true;
    return STATUS_OK;
}

enum status fit_simulate_p(const struct fit_sample *sample, uint64_t seed, struct fit *fit)
{
    if (fit->failed || fit->family == FIT_CONSTANT || fit->p < SMALL_P) return STATUS_OK;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    if (!rng) return STATUS_NO_MEMORY;
    gsl_rng_set(rng, (unsigned long)(seed + fit->family));
    enum status status = resample(sample, rng, fit);
    gsl_rng_free(rng);
    return status;
}

enum fit_family fit_all(const struct fit_sample *sample, struct fit fit[FIT_FAMILIES])
{
    enum fit_family chosen = FIT_FAMILIES;
    double least = INFINITY;
    for (enum fit_family f = 0; f < FIT_FAMILIES; f++) {
        fit_one(sample, f, &fit[f]);
        if (fit[f].failed) continue;
        fit[f].p = fit_distance_p(fit[f].distance, sample->n);
        least = fmin(least, fit[f].aic);
    }
    for (enum fit_family f = 0; f < FIT_FAMILIES; f++) {
        if (fit[f].failed || fit[f].aic > least + SAME_AIC) continue;
        bool simpler = chosen == FIT_FAMILIES || fit[f].parameters < fit[chosen].parameters;
        if (simpler || (fit[f].parameters == fit[chosen].parameters && fit[f].aic < fit[chosen].aic)) chosen = f;
    }
    return chosen;
}
