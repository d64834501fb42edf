/* ranking.c - see ranking.h. Equal scores are dealt with as one group everywhere. */
#include "engine/infer/ranking.h"
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_multimin.h>
#include <math.h>
#include <stdlib.h>

enum { MOST_BINS = 60, LEAST_ROWS = 10, MOST_STEPS = 500 };

static int by_score(const void *a, const void *b)
{
    const struct ranking_row *x = a, *y = b;
    if (x->score != y->score) return x->score < y->score ? 1 : -1;
    return (int)y->bad - (int)x->bad;
}

void ranking_sort(struct ranking_row *row, size_t n)
{
    qsort(row, n, sizeof *row, by_score);
}

/* The end of the group of equal scores that begins at i; *bad: how many of them are. */
static size_t group_end(const struct ranking_row *row, size_t n, size_t i, size_t *bad)
{
    size_t end = i;
    for (*bad = 0; end < n && row[end].score == row[i].score; end++) *bad += row[end].bad;
    return end;
}

double ranking_auc(const struct ranking_row *row, size_t n)
{
    double better = 0, all_bad = 0, all_good = 0;
    for (size_t i = 0; i < n;) {
        size_t bad, end = group_end(row, n, i, &bad), good = end - i - bad;
        better += (double)good * (all_bad + 0.5 * (double)bad);
        all_bad += (double)bad;
        all_good += (double)good;
        i = end;
    }
    return all_bad > 0 && all_good > 0 ? better / (all_bad * all_good) : NAN;
}

double ranking_auc_error(double auc, size_t bad, size_t good)
{
    double q1 = auc / (2 - auc), q2 = 2 * auc * auc / (1 + auc), one = auc * (1 - auc);
    double more = ((double)bad - 1) * (q1 - auc * auc) + ((double)good - 1) * (q2 - auc * auc);
    return sqrt((one + more) / ((double)bad * (double)good));
}

/* Bad ones among the first `wanted` rows, those that straddle the cut in part. */
static double bad_among(const struct ranking_row *row, size_t n, double wanted)
{
    double found = 0;
    for (size_t i = 0; i < n && (double)i < wanted;) {
        size_t bad, end = group_end(row, n, i, &bad);
        double taken = fmin(wanted - (double)i, (double)(end - i));
        found += (double)bad * taken / (double)(end - i);
        i = end;
    }
    return found;
}

static double rows_in(size_t n, double share)
{
    return fmax(1, floor(share * (double)n + 0.5));
}

double ranking_precision(const struct ranking_row *row, size_t n, double share)
{
    return bad_among(row, n, rows_in(n, share)) / rows_in(n, share);
}

double ranking_recall(const struct ranking_row *row, size_t n, double share)
{
    return bad_among(row, n, rows_in(n, share)) / bad_among(row, n, (double)n);
}

/* ---- the binormal law ---- */
struct bins {
    double threshold[MOST_BINS]; /* of bin i's lower end, on the scale of the good ones, falling; the last is -inf */
    double bad[MOST_BINS];
    size_t n;
};

/* Bins of about equal numbers of bad ones, each end being a place where the score changes, and each holding a good one:
 * else it would have no width on their scale. Half a good one on either side keeps thresholds finite but for the last.
 */
static void fill_bins(const struct ranking_row *row, size_t n, size_t all_bad, struct bins *bins)
{
    double good = 0, bad = 0, good_before = 0, all_good = (double)(n - all_bad), each = (double)all_bad / MOST_BINS;
    *bins = (struct bins){0};
    for (size_t i = 0; i < n;) {
        size_t more, end = group_end(row, n, i, &more);
        bad += (double)more;
        good += (double)(end - i - more);
        i = end;
        if (i < n && (bad < fmax(each, 1) || good < good_before + 1 || bins->n + 1 == MOST_BINS)) continue;
        good_before = good;
        bins->bad[bins->n] = bad;
        bins->threshold[bins->n++] = i == n ? -INFINITY : gsl_cdf_ugaussian_Qinv((good + 0.5) / (all_good + 1));
        bad = 0;
    }
}

/* Minus the log likelihood of (mu, log sigma). */
static double misfit(const gsl_vector *at, void *data)
{
    const struct bins *bins = data;
    double mu = gsl_vector_get(at, 0), sigma = exp(gsl_vector_get(at, 1)), above = 0, sum = 0;
    if (!isfinite(mu) || !(sigma > 1e-6 && sigma < 1e6)) return 1e300;
    for (size_t i = 0; i < bins->n; i++) {
        double from = isinf(bins->threshold[i]) ? 1 : gsl_cdf_ugaussian_Q((bins->threshold[i] - mu) / sigma);
        sum -= bins->bad[i] * log(fmax(from - above, 1e-300));
        above = from;
    }
    return sum;
}

static enum status minimise(struct bins *bins, struct binormal *out)
{
    double start[2] = {1, 0}, size[2] = {0.5, 0.3};
    gsl_vector_view from = gsl_vector_view_array(start, 2), first = gsl_vector_view_array(size, 2);
    gsl_multimin_function function = {.f = misfit, .n = 2, .params = bins};
    gsl_multimin_fminimizer *simplex = gsl_multimin_fminimizer_alloc(gsl_multimin_fminimizer_nmsimplex2, 2);
    if (!simplex) return STATUS_NO_MEMORY;
    enum status status = STATUS_UNSTABLE;
    gsl_multimin_fminimizer_set(simplex, &function, &from.vector, &first.vector);
    for (int i = 0; i < MOST_STEPS && status; i++) {
        if (gsl_multimin_fminimizer_iterate(simplex) != GSL_SUCCESS) break;
        if (gsl_multimin_fminimizer_size(simplex) < 1e-7) status = STATUS_OK;
    }
    if (!status) *out = (struct binormal){gsl_vector_get(simplex->x, 0), exp(gsl_vector_get(simplex->x, 1))};
    gsl_multimin_fminimizer_free(simplex);
    return status;
}

enum status binormal_fit(const struct ranking_row *row, size_t n, struct binormal *out)
{
    size_t bad = 0;
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(row[i].score)) return STATUS_BAD_VALUE;
        bad += row[i].bad;
    }
    if (bad < LEAST_ROWS || n - bad < LEAST_ROWS) return STATUS_LIMIT;
    struct bins bins;
    fill_bins(row, n, bad, &bins);
    return minimise(&bins, out);
}

double binormal_auc(struct binormal law)
{
    return gsl_cdf_ugaussian_P(law.mu / sqrt(1 + law.sigma * law.sigma));
}

/* By bisection on the threshold above which the share lies. */
double binormal_precision(struct binormal law, double base, double share)
{
    double low = -40 * (1 + law.sigma) + fmin(0, law.mu), high = 40 * (1 + law.sigma) + fmax(0, law.mu), found = 0;
    for (int i = 0; i < 200; i++) {
        double middle = 0.5 * (low + high);
        found = base * gsl_cdf_ugaussian_Q((middle - law.mu) / law.sigma);
        if (found + (1 - base) * gsl_cdf_ugaussian_Q(middle) > share)
            low = middle;
        else
            high = middle;
    }
    return found / share;
}
