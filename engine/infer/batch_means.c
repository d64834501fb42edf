/* batch_means.c - batch means are computed one after the other and never kept: three passes replace an array.
 *
 * Under independence von Neumann's C is about normal with variance (b - 2) / (b^2 - 1), closely so from eight batches
 * on.
 */
#include "engine/infer/batch_means.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

enum { BATCHES_LEAST = 3, BATCHES_MOST = 640, BATCHES_FEWEST = 10, SIZE_LEAST = 2 };
static const double REJECT_BELOW = 0.2; /* wide, since a missed dependence is worse than a longer batch */

struct batches {
    const double *value; /* of the first batch */
    size_t n, size;
};

static double mean_of_batch(const struct batches *b, size_t batch)
{
    double sum = 0;
    for (size_t i = 0; i < b->size; i++) sum += b->value[batch * b->size + i];
    return sum / (double)b->size;
}

static double mean_of_all(const struct batches *b)
{
    double sum = 0;
    for (size_t i = 0; i < b->n; i++) sum += mean_of_batch(b, i);
    return sum / (double)b->n;
}

struct spread {
    double squares;    /* of deviations from the mean */
    double neighbours; /* of differences between neighbours */
};

static struct spread spread_of(const struct batches *b, double mean)
{
    struct spread s = {0, 0};
    double before = 0;
    for (size_t i = 0; i < b->n; i++) {
        double y = mean_of_batch(b, i);
        s.squares += (y - mean) * (y - mean);
        if (i > 0) s.neighbours += (y - before) * (y - before);
        before = y;
    }
    return s;
}

enum status batch_means_of(const double *value, size_t n, size_t batches, double level, struct batch_means *out)
{
    if (batches < BATCHES_LEAST || n < batches) return STATUS_LIMIT;
    struct batches b = {.n = batches, .size = n / batches};
    b.value = value + (n - b.size * batches);
    double count = (double)batches, mean = mean_of_all(&b);
    if (!isfinite(mean)) return STATUS_BAD_VALUE;
    struct spread s = spread_of(&b, mean);
    double sd = sqrt(s.squares / (count - 1)), degrees = count - 1;
    double half_width = interval_t_quantile(0.5 + level / 2, degrees) * sd / sqrt(count);
    *out = (struct batch_means){
        .estimate = {.mean = mean, .half_width = half_width, .sd = sd, .n = batches, .degrees = degrees},
        .size = b.size};
    out->lag1 = s.squares > 0 ? 1 - s.neighbours / (2 * s.squares) : 0;
    out->p_independent = gsl_cdf_ugaussian_Q(out->lag1 / sqrt((count - 2) / (count * count - 1)));
    return STATUS_OK;
}

enum status batch_means_find(const double *value, size_t n, double level, struct batch_means *out)
{
    enum status st = STATUS_LIMIT;
    for (size_t batches = BATCHES_MOST; batches >= BATCHES_FEWEST; batches /= 2) {
        if (n / batches < SIZE_LEAST) continue;
        st = batch_means_of(value, n, batches, level, out);
        if (st != STATUS_OK || out->p_independent >= REJECT_BELOW) return st;
        st = STATUS_UNSTABLE;
    }
    return st;
}
