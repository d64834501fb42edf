/* timeline.h - a piecewise constant, non-negative function of simulated time: servers on post, an arrival rate, office
 * hours (0 or 1); with its integral and the inverse of that, exactly.
 *
 * Given as segments from time 0 on; after the last given segment it goes on for ever, either constant or repeating the
 * last `period` hours. Building takes segments in order; equal neighbours are joined.
 *
 * Units:     hours; the value is per hour where it is a rate.
 * Ownership: destroy what you create. Read-only once built, so replications on many threads may share it.
 * Errors:    STATUS_BAD_VALUE for a negative or non-finite value, times that do not increase.
 */
#ifndef GREENLANE_ENGINE_CORE_TIMELINE_H
#define GREENLANE_ENGINE_CORE_TIMELINE_H

#include "engine/core/status.h"
#include <stddef.h>
#include <stdint.h>

struct timeline;

/* value[i] holds on [start[i], start[i+1]); start[0] = 0. The last segment ends at `end` (> its start). With period > 0
 * (<= end) the function repeats value(t - period) from `end` on; with period 0 the last value stays. */
struct timeline *timeline_create(
    const double *start, const double *value, size_t n, double end, double period, enum status *why);
void timeline_destroy(struct timeline *tl);

double timeline_value(const struct timeline *tl, double t);       /* right-continuous */
double timeline_next_change(const struct timeline *tl, double t); /* first change after t; INFINITY when none */
double timeline_integral(const struct timeline *tl, double t);    /* from 0 to t */

/* The earliest time u >= t at which the integral from t to u reaches amount >= 0; INFINITY when it never does. For a
 * working calendar: when `amount` hours of work begun at t are done (work begun while closed starts at the opening).
 * Work that ends within a few roundings of closing time ends at closing time, not at the next opening. */
double timeline_advance(const struct timeline *tl, double t, double amount);

/* The same again and again, from each time to the next: amount[i] becomes when it is reached. */
void timeline_advance_many(const struct timeline *tl, double t, double *amount, size_t n);

double timeline_largest(const struct timeline *tl);

/* A rate mean * (1 + amplitude * sin(2 pi (t + phase) / period)), 0 <= amplitude <= 1: the same two questions. */
struct sinusoid {
    double mean, amplitude, period, phase;
};
double sinusoid_integral(const struct sinusoid *s, double t);
double sinusoid_advance(const struct sinusoid *s, double t, double amount); /* to 1e-12 relative, safeguarded Newton */

#endif
