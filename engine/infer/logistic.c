/* logistic.c - Newton's steps on the penalised likelihood, each halved until the likelihood no longer falls. */
#include "engine/infer/logistic.h"
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_STEPS = 60, MOST_HALVINGS = 30 };

double logistic_log_odds(const struct logistic_data *data, const double *beta, size_t row)
{
    const double *x = data->x + row * data->stride;
    double sum = beta[0];
    for (size_t j = 0; j < data->k; j++) sum += beta[j + 1] * x[data->use[j]];
    return sum;
}

/* log(1 + exp z) without overflow. */
static double softplus(double z)
{
    return z > 0 ? z + log1p(exp(-z)) : log1p(exp(z));
}

static double penalised(const struct logistic_data *data, double ridge, const double *beta)
{
    double sum = 0;
    for (size_t i = 0; i < data->n; i++) {
        double z = logistic_log_odds(data, beta, i);
        sum += (data->yes[i] ? z : 0) - softplus(z);
    }
    for (size_t j = 1; j <= data->k; j++) sum -= 0.5 * ridge * beta[j] * beta[j];
    return sum;
}

/* The gradient, and the lower triangle of the negative Hessian. */
static void slopes(
    const struct logistic_data *data, double ridge, const double *beta, gsl_vector *gradient, gsl_matrix *hessian)
{
    size_t size = data->k + 1;
    double *h = hessian->data, *g = gradient->data;
    gsl_matrix_set_zero(hessian);
    gsl_vector_set_zero(gradient);
    for (size_t i = 0; i < data->n; i++) {
        const double *x = data->x + i * data->stride;
        double p = 1 / (1 + exp(-logistic_log_odds(data, beta, i))), weight = p * (1 - p),
               rest = (data->yes[i] ? 1 : 0) - p;
        g[0] += rest;
        h[0] += weight;
        for (size_t a = 1; a < size; a++) {
            double *row = h + a * size, weighted = weight * x[data->use[a - 1]];
            g[a] += rest * x[data->use[a - 1]];
            row[0] += weighted;
            for (size_t b = 1; b <= a; b++) row[b] += weighted * x[data->use[b - 1]];
        }
    }
    for (size_t a = 1; a < size; a++) {
        g[a] -= ridge * beta[a];
        h[a * size + a] += ridge;
    }
    h[0] += 1e-12;
}

/* One step uphill; false when there is none left to take. */
static enum status step(const struct logistic_data *data, double ridge, double *beta, double *value,
    gsl_vector *gradient, gsl_matrix *hessian, double *trial, bool *moved)
{
    *moved = false;
    slopes(data, ridge, beta, gradient, hessian);
    if (gsl_linalg_cholesky_decomp1(hessian) != GSL_SUCCESS ||
        gsl_linalg_cholesky_svx(hessian, gradient) != GSL_SUCCESS)
        return STATUS_UNSTABLE;
    double size = 1;
    for (int halving = 0; halving < MOST_HALVINGS; halving++, size /= 2) {
        for (size_t j = 0; j <= data->k; j++) trial[j] = beta[j] + size * gradient->data[j];
        double now = penalised(data, ridge, trial);
        if (!(now >= *value)) continue;
        *moved = now - *value > 1e-10 * (1 + fabs(now));
        *value = now;
        memcpy(beta, trial, (data->k + 1) * sizeof *beta);
        return STATUS_OK;
    }
    return STATUS_OK;
}

static enum status check(const struct logistic_data *data, double *base)
{
    size_t hits = 0;
    for (size_t i = 0; i < data->n; i++) {
        hits += data->yes[i];
        for (size_t j = 0; j < data->k; j++)
            if (!isfinite(data->x[i * data->stride + data->use[j]])) return STATUS_BAD_VALUE;
    }
    if (!hits || hits == data->n) return STATUS_LIMIT;
    *base = log((double)hits / (double)(data->n - hits));
    return STATUS_OK;
}

enum status logistic_fit(const struct logistic_data *data, double ridge, double *beta)
{
    size_t size = data->k + 1;
    double base = 0;
    enum status status = check(data, &base);
    if (status) return status;
    double *now = calloc(2 * size, sizeof *now);
    gsl_vector *gradient = gsl_vector_alloc(size);
    gsl_matrix *hessian = gsl_matrix_alloc(size, size);
    if (!now || !gradient || !hessian) status = STATUS_NO_MEMORY;
    if (!status) {
        now[0] = base;
        double value = penalised(data, ridge, now);
        bool moved = true;
        int steps = 0;
        for (; !status && moved && steps < MOST_STEPS; steps++)
            status = step(data, ridge, now, &value, gradient, hessian, now + size, &moved);
        if (!status && moved) status = STATUS_UNSTABLE;
    }
    if (!status) memcpy(beta, now, size * sizeof *beta);
    free(now);
    gsl_vector_free(gradient);
    gsl_matrix_free(hessian);
    return status;
}
