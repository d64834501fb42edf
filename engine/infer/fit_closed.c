/* fit_closed.c - families whose likelihood is at its highest where a formula, or one equation in the shape, says. */
#include "engine/infer/fit_family.h"
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sf_psi.h>
#include <math.h>

enum { MOST_STEPS = 200, ERLANG_MOST = 1000 };
static const double MOST_SHAPE = 1e6;

void fit_exponential(const struct fit_sample *sample, struct fit *fit)
{
    fit->parameter[0] = sample->mean;
    fit->log_likelihood = -(double)sample->n * (log(sample->mean) + 1);
}

void fit_lognormal(const struct fit_sample *sample, struct fit *fit)
{
    double s = sample->sd_log;
    if (!(s > 0)) {
        fit->failed = "the values hardly differ";
        return;
    }
    fit->parameter[0] = exp(sample->mean_log + 0.5 * s * s);
    fit->parameter[1] = s;
    fit->log_likelihood = -(double)sample->n * (sample->mean_log + log(s) + 0.5 * log(2 * M_PI) + 0.5);
}

/* With the mean that of the sample, whatever the shape. */
static double gamma_likelihood(const struct fit_sample *sample, double shape)
{
    double scale = sample->mean / shape;
    return (double)sample->n * ((shape - 1) * sample->mean_log - shape - shape * log(scale) - gsl_sf_lngamma(shape));
}

/* log k - psi(k) = log(mean) - mean(log); Newton from Minka's first guess. */
static double gamma_shape(const struct fit_sample *sample)
{
    double s = log(sample->mean) - sample->mean_log;
    if (!(s > 0)) return NAN;
    double k = (3 - s + sqrt((s - 3) * (s - 3) + 24 * s)) / (12 * s);
    for (int i = 0; i < MOST_STEPS && k > 0 && k < MOST_SHAPE; i++) {
        double step = (log(k) - gsl_sf_psi(k) - s) / (1 / k - gsl_sf_psi_1(k)), next = k - step;
        if (!(next > 0)) next = k / 2;
        bool still = fabs(next - k) < 1e-12 * k;
        k = next;
        if (still) break;
    }
    return k < MOST_SHAPE ? k : NAN;
}

void fit_gamma(const struct fit_sample *sample, struct fit *fit)
{
    double shape = gamma_shape(sample);
    if (!(shape > 0)) {
        fit->failed = "the values hardly differ";
        return;
    }
    fit->parameter[0] = shape;
    fit->parameter[1] = sample->mean;
    fit->log_likelihood = gamma_likelihood(sample, shape);
}

/* The likelihood has one maximum in the shape, so the best whole one is a neighbour of the best real one. */
void fit_erlang(const struct fit_sample *sample, struct fit *fit)
{
    double shape = gamma_shape(sample), low = fmax(1, floor(shape));
    if (!(shape > 0) || low > ERLANG_MOST) {
        fit->failed = "the values hardly differ";
        return;
    }
    bool up = low < ERLANG_MOST && gamma_likelihood(sample, low + 1) > gamma_likelihood(sample, low);
    fit->parameter[0] = up ? low + 1 : low;
    fit->parameter[1] = sample->mean;
    fit->log_likelihood = gamma_likelihood(sample, fit->parameter[0]);
}

/* Sum of x^k log x over sum of x^k; the largest x is taken out so that nothing overflows. *mean_power: log of mean x^k.
 */
static double weibull_ratio(const struct fit_sample *sample, double k, double *mean_power)
{
    double top = sample->log[sample->n - 1], sum = 0, weighted = 0;
    for (size_t i = 0; i < sample->n; i++) {
        double power = exp(k * (sample->log[i] - top));
        sum += power;
        weighted += power * sample->log[i];
    }
    *mean_power = k * top + log(sum / (double)sample->n);
    return weighted / sum;
}

/* ratio(k) - 1 / k - mean(log) rises in k; its zero by bisection on log k. */
void fit_weibull(const struct fit_sample *sample, struct fit *fit)
{
    double low = -8, high = 14, power = 0;
    for (int i = 0; i < 60; i++) {
        double middle = 0.5 * (low + high), k = exp(middle);
        if (weibull_ratio(sample, k, &power) - 1 / k - sample->mean_log < 0)
            low = middle;
        else
            high = middle;
    }
    double k = exp(0.5 * (low + high));
    if (!(k < MOST_SHAPE)) {
        fit->failed = "the values hardly differ";
        return;
    }
    weibull_ratio(sample, k, &power);
    double log_scale = power / k;
    fit->parameter[0] = k;
    fit->parameter[1] = exp(log_scale);
    fit->log_likelihood = (double)sample->n * (log(k) - k * log_scale + (k - 1) * sample->mean_log - 1);
}

void fit_uniform(const struct fit_sample *sample, struct fit *fit)
{
    fit->parameter[0] = sample->value[0];
    fit->parameter[1] = sample->value[sample->n - 1];
    fit->log_likelihood = -(double)sample->n * log(fit->parameter[1] - fit->parameter[0]);
}
