/* rescale.h - multiplying the numbers of a value's text: `scale` of a policy.
 *
 * `9`, `12 %`, `60 s`, `340/d`: the number. A distribution (`lognormal mean 8.3 h sd_log 0.6`): the numbers that carry
 * a unit of time or rate, or, where none does, its locations and spreads (mean, median, mode, low, high, sd, p90, ...);
 * shapes (sd_log, k, shape, cv) and shares are left alone. Numbers come out with up to 12 significant digits.
 */
#ifndef GREENLANE_MODELS_SCENARIO_RESCALE_H
#define GREENLANE_MODELS_SCENARIO_RESCALE_H

#include <stdbool.h>
#include <stddef.h>

/* The text that multiplying leads to, which the caller frees. NULL, with *why (static), when nothing can be multiplied
 * or memory ran out. */
char *rescale(const char *text, double factor, const char **why);

/* A factor: a number, or a percentage. False unless it is finite and not negative. */
bool rescale_factor(const char *text, double *factor);

#endif
