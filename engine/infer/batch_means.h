/* batch_means.h - an interval from one long run: means of batches that are long enough to be independent.
 *
 * Neighbouring values of a run depend on each other, so their spread says too little about the mean. Means of long
 * batches hardly do. Whether they do is tested (von Neumann's ratio, which is the lag-1 correlation but for its ends).
 *
 * Shapes:  values in order of time, the warm-up left out. What does not fill the batches is left out at the beginning.
 * Sources: Conway 1963; von Neumann 1941 (ratio); Fishman 1978 (doubling the batches until they pass).
 * Errors:  STATUS_LIMIT for fewer values than batches (or batches than 3), STATUS_BAD_VALUE for one that is not finite,
 *          STATUS_UNSTABLE when even the longest batches depend on each other: the run is too short. The estimate is
 *          then there all the same, and its half-width is too small.
 */
#ifndef GREENLANE_ENGINE_INFER_BATCH_MEANS_H
#define GREENLANE_ENGINE_INFER_BATCH_MEANS_H

#include "engine/core/status.h"
#include "engine/infer/interval.h"
#include <stddef.h>

struct batch_means {
    struct estimate estimate; /* n: batches */
    size_t size;              /* values a batch */
    double lag1;              /* correlation of neighbouring batch means, by von Neumann's ratio */
    double p_independent;     /* one-sided p value of `neighbours are not positively correlated` */
};

/* With so many batches, whatever the test says of them. */
enum status batch_means_of(const double *value, size_t n, size_t batches, double level, struct batch_means *out);
/* The most batches, of 640, 320, … 10, whose independence is not rejected at 20 %. */
enum status batch_means_find(const double *value, size_t n, double level, struct batch_means *out);

#endif
