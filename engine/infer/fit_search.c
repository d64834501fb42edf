/* fit_search.c - families whose parameters are searched for.
 *
 * The bounds of triangular and pert, and the phases of the hyperexponential, are searched for on at most MOST_SEARCHED
 * values, evenly spaced in the sorted sample and always with its ends; the likelihood that is told is that of all. */
#include "engine/infer/fit_family.h"
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_multimin.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>

enum { MOST_STEPS = 600, MOST_SEARCHED = 5000, MOST_ROUNDS = 3000 };
static const double NORMAL_LEAST = -3; /* a mean lower by sds is the tail of a normal law, hence nearly exponential */
static const double IMPOSSIBLE = 1e300;

/* ---- the simplex ---- */
typedef double (*misfit)(const gsl_vector *at, void *sample);

static bool minimise(misfit f, const struct fit_sample *sample, double *at, double size, size_t n)
{
    gsl_vector_view from = gsl_vector_view_array(at, n);
    gsl_vector *first = gsl_vector_alloc(n);
    gsl_multimin_fminimizer *simplex = gsl_multimin_fminimizer_alloc(gsl_multimin_fminimizer_nmsimplex2, n);
    gsl_multimin_function function = {.f = f, .n = n, .params = (void *)(uintptr_t)sample};
    bool found = false;
    if (first && simplex) {
        gsl_vector_set_all(first, size);
        gsl_multimin_fminimizer_set(simplex, &function, &from.vector, first);
        for (int i = 0; i < MOST_STEPS && !found; i++) {
            if (gsl_multimin_fminimizer_iterate(simplex) != GSL_SUCCESS) break;
            found = gsl_multimin_fminimizer_size(simplex) < 1e-6;
        }
        for (size_t i = 0; i < n; i++) at[i] = gsl_vector_get(simplex->x, i);
    }
    if (first) gsl_vector_free(first);
    if (simplex) gsl_multimin_fminimizer_free(simplex);
    return found;
}

/* ---- normal, truncated at 0: mean and sd of the sample say it all ---- */
static double normal_misfit(const gsl_vector *at, void *data)
{
    const struct fit_sample *sample = data;
    double sd = exp(gsl_vector_get(at, 1)) * sample->sd, mean = sample->mean + gsl_vector_get(at, 0) * sample->sd;
    if (!(sd > 0) || mean < NORMAL_LEAST * sd) return IMPOSSIBLE;
    double squares = sample->sd * sample->sd + (sample->mean - mean) * (sample->mean - mean);
    return log(sd) + 0.5 * log(2 * M_PI) + 0.5 * squares / (sd * sd) + log(gsl_cdf_ugaussian_P(mean / sd));
}

void fit_normal(const struct fit_sample *sample, struct fit *fit)
{
    double at[2] = {0, 0};
    bool found = minimise(normal_misfit, sample, at, 0.2, 2);
    double sd = exp(at[1]) * sample->sd, mean = sample->mean + at[0] * sample->sd;
    if (!found || mean < (NORMAL_LEAST + 0.01) * sd) {
        fit->failed = "it would be nearly exponential";
        return;
    }
    gsl_vector_view view = gsl_vector_view_array(at, 2);
    fit->parameter[0] = mean;
    fit->parameter[1] = sd;
    fit->log_likelihood = -(double)sample->n * normal_misfit(&view.vector, (void *)(uintptr_t)sample);
}

/* ---- triangular and pert: three numbers on free scales ---- */
struct bounds {
    double low, mode, high;
};

/* 0 <= low <= least value, high >= greatest value, the mode between them. */
static struct bounds bounds_of(const gsl_vector *at, const struct fit_sample *sample)
{
    double least = sample->value[0], most = sample->value[sample->n - 1];
    struct bounds b = {
        .low = least / (1 + exp(gsl_vector_get(at, 0))), .high = most + (most - least) * exp(gsl_vector_get(at, 1))};
    b.mode = b.low + (b.high - b.low) / (1 + exp(-gsl_vector_get(at, 2)));
    return b;
}

/* Every how many-th value is looked at. */
static size_t stride_of(const struct fit_sample *sample)
{
    return (sample->n + MOST_SEARCHED - 1) / MOST_SEARCHED;
}

static double triangular_mean_log(struct bounds b, const struct fit_sample *sample, size_t stride)
{
    double sum = 0, width = b.high - b.low;
    size_t n = 0;
    for (size_t i = 0; i < sample->n; i += stride, n++) {
        double x = sample->value[i],
               height = x < b.mode ? (x - b.low) / (b.mode - b.low) : (b.high - x) / (b.high - b.mode);
        sum += log(fmax(height, 1e-300));
    }
    return sum / (double)n + log(2 / width);
}

static double pert_mean_log(struct bounds b, const struct fit_sample *sample, size_t stride)
{
    double width = b.high - b.low, up = 4 * (b.mode - b.low) / width, down = 4 * (b.high - b.mode) / width, sum = 0;
    size_t n = 0;
    for (size_t i = 0; i < sample->n; i += stride, n++)
        sum += up * log(fmax((sample->value[i] - b.low) / width, 1e-300)) +
               down * log(fmax((b.high - sample->value[i]) / width, 1e-300));
    return sum / (double)n - log(width) - gsl_sf_lnbeta(1 + up, 1 + down);
}

static double triangular_misfit(const gsl_vector *at, void *data)
{
    double value = -triangular_mean_log(bounds_of(at, data), data, stride_of(data));
    return isfinite(value) ? value : IMPOSSIBLE;
}

static double pert_misfit(const gsl_vector *at, void *data)
{
    double value = -pert_mean_log(bounds_of(at, data), data, stride_of(data));
    return isfinite(value) ? value : IMPOSSIBLE;
}

/* From three modes, for the likelihood of a triangle has a peak at many a value. */
static void search_bounds(misfit f, const struct fit_sample *sample,
    double (*mean_log)(struct bounds, const struct fit_sample *, size_t), struct fit *fit)
{
    static const double modes[] = {-2, 0, 2};
    double best = IMPOSSIBLE;
    for (size_t i = 0; i < 3; i++) {
        double at[3] = {0, -3, modes[i]};
        gsl_vector_view view = gsl_vector_view_array(at, 3);
        minimise(f, sample, at, 0.7, 3);
        double value = f(&view.vector, (void *)(uintptr_t)sample);
        if (value >= best) continue;
        struct bounds b = bounds_of(&view.vector, sample);
        best = value;
        fit->parameter[0] = b.low;
        fit->parameter[1] = b.mode;
        fit->parameter[2] = b.high;
    }
    double reach = sample->value[sample->n - 1] - sample->value[0];
    if (best == IMPOSSIBLE || fit->parameter[2] > sample->value[sample->n - 1] + 20 * reach) {
        fit->failed = "its upper end runs away";
        return;
    }
    if (fit->parameter[0] < 1e-6 * reach) fit->parameter[0] = 0; /* where the search was heading */
    if (fit->parameter[1] - fit->parameter[0] < 1e-6 * reach) fit->parameter[1] = fit->parameter[0];
    struct bounds b = {fit->parameter[0], fit->parameter[1], fit->parameter[2]};
    fit->log_likelihood = (double)sample->n * mean_log(b, sample, 1);
}

void fit_triangular(const struct fit_sample *sample, struct fit *fit)
{
    search_bounds(triangular_misfit, sample, triangular_mean_log, fit);
}

void fit_pert(const struct fit_sample *sample, struct fit *fit)
{
    search_bounds(pert_misfit, sample, pert_mean_log, fit);
}

/* ---- hyperexponential of two phases ---- */
struct phases {
    double p, first, second; /* share and mean of the first, mean of the second */
};

/* One round: which phase each value likely came from, then shares and means from that. Returns the mean log likelihood
 * of the phases it was given. */
static double em_round(struct phases *h, const struct fit_sample *sample, size_t stride)
{
    double share = 0, in_first = 0, all = 0, sum = 0;
    size_t n = 0;
    for (size_t i = 0; i < sample->n; i += stride, n++) {
        double x = sample->value[i], one = h->p / h->first * exp(-x / h->first),
               two = (1 - h->p) / h->second * exp(-x / h->second);
        double part = one / (one + two);
        sum += log(one + two);
        share += part;
        in_first += part * x;
        all += x;
    }
    *h = (struct phases){
        .p = share / (double)n, .first = in_first / share, .second = (all - in_first) / ((double)n - share)};
    return sum / (double)n;
}

void fit_hyperexponential(const struct fit_sample *sample, struct fit *fit)
{
    struct phases h = {.p = 0.7, .first = sample->mean / 2, .second = sample->mean * 2};
    if (!(sample->sd > sample->mean)) {
        fit->failed = "the values scatter less than exponential ones";
        return;
    }
    double last = -INFINITY;
    for (int round = 0; round < MOST_ROUNDS; round++) {
        double now = em_round(&h, sample, stride_of(sample));
        if (!(now - last > 1e-10) || !(h.p > 1e-6 && h.p < 1 - 1e-6)) break;
        last = now;
    }
    struct phases told = h;
    fit->log_likelihood = (double)sample->n * em_round(&h, sample, 1);
    if (!(told.p > 1e-6 && told.p < 1 - 1e-6)) fit->failed = "one phase is enough";
    fit->parameter[0] = told.p;
    fit->parameter[1] = told.first;
    fit->parameter[2] = told.second;
}
