/* fit_law.c - the distribution functions of the fitted laws, their means, and draws from them. */
#include "engine/infer/fit_family.h"
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>

static double triangular_cdf(const double *p, double x)
{
    double low = p[0], mode = p[1], high = p[2], width = high - low;
    if (x <= low) return 0;
    if (x >= high) return 1;
    return x < mode ? (x - low) * (x - low) / (width * (mode - low))
                    : 1 - (high - x) * (high - x) / (width * (high - mode));
}

static double normal_cdf(const double *p, double x)
{
    return 1 - gsl_cdf_ugaussian_Q((x - p[0]) / p[1]) / gsl_cdf_ugaussian_P(p[0] / p[1]);
}

double fit_cdf(const struct fit *fit, double x)
{
    const double *p = fit->parameter;
    if (fit->family == FIT_CONSTANT) return x >= p[0];
    if (!(x > 0)) return 0;
    switch (fit->family) {
    case FIT_EXPONENTIAL: return -expm1(-x / p[0]);
    case FIT_LOGNORMAL: return gsl_cdf_ugaussian_P((log(x / p[0]) + 0.5 * p[1] * p[1]) / p[1]);
    case FIT_GAMMA:
    case FIT_ERLANG: return gsl_cdf_gamma_P(x, p[0], p[1] / p[0]);
    case FIT_WEIBULL: return -expm1(-pow(x / p[1], p[0]));
    case FIT_NORMAL: return normal_cdf(p, x);
    case FIT_UNIFORM: return x <= p[0] ? 0 : x >= p[1] ? 1 : (x - p[0]) / (p[1] - p[0]);
    case FIT_TRIANGULAR: return triangular_cdf(p, x);
    case FIT_PERT: {
        double width = p[2] - p[0], at = (x - p[0]) / width;
        return at <= 0   ? 0
               : at >= 1 ? 1
                         : gsl_cdf_beta_P(at, 1 + 4 * (p[1] - p[0]) / width, 1 + 4 * (p[2] - p[1]) / width);
    }
    case FIT_HYPEREXPONENTIAL: return -p[0] * expm1(-x / p[1]) - (1 - p[0]) * expm1(-x / p[2]);
    default: return NAN;
    }
}

double fit_mean(const struct fit *fit)
{
    const double *p = fit->parameter;
    switch (fit->family) {
    case FIT_CONSTANT:
    case FIT_EXPONENTIAL:
    case FIT_LOGNORMAL: return p[0];
    case FIT_GAMMA:
    case FIT_ERLANG: return p[1];
    case FIT_WEIBULL: return p[1] * tgamma(1 + 1 / p[0]);
    case FIT_NORMAL: return p[0] + p[1] * gsl_ran_ugaussian_pdf(p[0] / p[1]) / gsl_cdf_ugaussian_P(p[0] / p[1]);
    case FIT_UNIFORM: return (p[0] + p[1]) / 2;
    case FIT_TRIANGULAR: return (p[0] + p[1] + p[2]) / 3;
    case FIT_PERT: return (p[0] + 4 * p[1] + p[2]) / 6;
    case FIT_HYPEREXPONENTIAL: return p[0] * p[1] + (1 - p[0]) * p[2];
    default: return NAN;
    }
}

static double triangular_draw(const double *p, double u)
{
    double width = p[2] - p[0], left = (p[1] - p[0]) / width;
    return u < left ? p[0] + sqrt(u * width * (p[1] - p[0])) : p[2] - sqrt((1 - u) * width * (p[2] - p[1]));
}

double fit_draw(const struct fit *fit, gsl_rng *rng)
{
    const double *p = fit->parameter;
    switch (fit->family) {
    case FIT_CONSTANT: return p[0];
    case FIT_EXPONENTIAL: return gsl_ran_exponential(rng, p[0]);
    case FIT_LOGNORMAL: return gsl_ran_lognormal(rng, log(p[0]) - 0.5 * p[1] * p[1], p[1]);
    case FIT_GAMMA:
    case FIT_ERLANG: return gsl_ran_gamma(rng, p[0], p[1] / p[0]);
    case FIT_WEIBULL: return gsl_ran_weibull(rng, p[1], p[0]);
    case FIT_NORMAL:
        return fmax(
            0, p[0] + p[1] * gsl_cdf_ugaussian_Qinv(gsl_rng_uniform_pos(rng) * gsl_cdf_ugaussian_P(p[0] / p[1])));
    case FIT_UNIFORM: return gsl_ran_flat(rng, p[0], p[1]);
    case FIT_TRIANGULAR: return triangular_draw(p, gsl_rng_uniform(rng));
    case FIT_PERT: {
        double width = p[2] - p[0];
        return p[0] + width * gsl_ran_beta(rng, 1 + 4 * (p[1] - p[0]) / width, 1 + 4 * (p[2] - p[1]) / width);
    }
    case FIT_HYPEREXPONENTIAL: return gsl_ran_exponential(rng, gsl_rng_uniform(rng) < p[0] ? p[1] : p[2]);
    default: return NAN;
    }
}
