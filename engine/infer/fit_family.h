/* fit_family.h - one function a family, for fit.c only: fills in parameters and log likelihood, or `failed`. */
#ifndef GREENLANE_ENGINE_INFER_FIT_FAMILY_H
#define GREENLANE_ENGINE_INFER_FIT_FAMILY_H

#include "engine/infer/fit.h"
#include <gsl/gsl_rng.h>

/* fit_closed.c: by formula, or by one equation in one unknown */
void fit_exponential(const struct fit_sample *sample, struct fit *fit);
void fit_lognormal(const struct fit_sample *sample, struct fit *fit);
void fit_gamma(const struct fit_sample *sample, struct fit *fit);
void fit_erlang(const struct fit_sample *sample, struct fit *fit);
void fit_weibull(const struct fit_sample *sample, struct fit *fit);
void fit_uniform(const struct fit_sample *sample, struct fit *fit);

/* fit_search.c: by GSL's simplex, the hyperexponential by expectation and maximisation */
void fit_normal(const struct fit_sample *sample, struct fit *fit);
void fit_triangular(const struct fit_sample *sample, struct fit *fit);
void fit_pert(const struct fit_sample *sample, struct fit *fit);
void fit_hyperexponential(const struct fit_sample *sample, struct fit *fit);

/* fit_law.c */
double fit_draw(const struct fit *fit, gsl_rng *rng);

#endif
