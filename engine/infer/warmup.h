/* warmup.h - how much of the beginning to leave out: MSER-5 on the average of pilot replications.
 *
 * The series is cut into batches of five; of all beginnings, the one is left out after which the standard error of the
 * mean of the rest is least. Beginnings of more than half the series are not considered: a minimum at that edge says that
 * the series is too short to tell, not that the warm-up is found.
 *
 * Sources: White 1997 (MSER); White, Cobb, Spratt 2000 (batches of five).
 * Errors:  STATUS_BAD_VALUE for a value that is not finite, STATUS_LIMIT for fewer than ten values a replication.
 */
#ifndef GREENLANE_ENGINE_INFER_WARMUP_H
#define GREENLANE_ENGINE_INFER_WARMUP_H

#include "engine/core/status.h"
#include <stdbool.h>
#include <stddef.h>

struct warmup {
    size_t leave_out;  /* values at the beginning, a multiple of five; the earliest of equals */
    bool found;        /* false: the minimum lies at the edge, so simulate for longer */
    double mser;       /* the squared standard error there, per value of five */
    double mean;       /* of what is left */
};

/* value: replication-major, n values at equal steps each. */
enum status warmup_find(const double *value, size_t replications, size_t n, struct warmup *out);

#endif
