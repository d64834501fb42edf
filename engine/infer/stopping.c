/* stopping.c - the checkpoints in order, each judged on the replications before it and no others. */
#include "engine/infer/stopping.h"
#include "engine/infer/interval.h"

#include <assert.h>
#include <math.h>

enum { NEEDED_MOST = 1000000000 };

/* Half as many again, rounded up. */
static size_t after(size_t checkpoint)
{
    return checkpoint + (checkpoint + 1) / 2;
}

size_t stopping_next(const struct stopping_rule *rule, size_t done)
{
    size_t checkpoint = STOPPING_FIRST;
    while (checkpoint <= done && checkpoint < rule->cap) checkpoint = after(checkpoint);
    return checkpoint < rule->cap ? checkpoint : rule->cap;
}

/* The half-width by the mean; a mean of exactly 0 is precise only when it has no spread. */
static double precision_of(const double *value, size_t n, double level)
{
    struct estimate e = interval_mean(value, n, level);
    return e.half_width == 0 ? 0 : e.half_width / fabs(e.mean);
}

/* Looks at the first n replications; true when every metric is precise. */
static bool look(
    const struct stopping_rule *rule, const double *const *value, size_t metrics, size_t n, struct stopping *out)
{
    out->worst = 0;
    out->precision = 0;
    for (size_t m = 0; m < metrics; m++) {
        double precision = precision_of(value[m], n, rule->level);
        if (precision <= out->precision) continue;
        out->precision = precision;
        out->worst = m;
        if (isnan(precision)) return false;
    }
    return out->precision <= rule->relative;
}

struct stopping stopping_decide(const struct stopping_rule *rule, const double *const *value, size_t metrics, size_t n)
{
    assert(rule->relative > 0 && rule->cap >= 2);
    struct stopping s = {.verdict = STOPPING_MORE, .precision = NAN};
    for (s.replications = stopping_next(rule, 0); s.replications <= n;
         s.replications = stopping_next(rule, s.replications)) {
        if (look(rule, value, metrics, s.replications, &s))
            s.verdict = STOPPING_PRECISE;
        else if (s.replications == rule->cap)
            s.verdict = STOPPING_CAPPED;
        if (s.verdict != STOPPING_MORE) break;
    }
    return s;
}

static bool enough(size_t n, double sd, double level, double target)
{
    return interval_t_quantile(0.5 + level / 2, (double)(n - 1)) * sd / sqrt((double)n) <= target;
}

size_t stopping_needed(double sd, double level, double target)
{
    if (!(sd >= 0) || !isfinite(sd) || !(target > 0)) return 0;
    size_t low = 1, high = 2; /* too few; perhaps enough */
    while (!enough(high, sd, level, target)) {
        low = high;
        high *= 2;
        if (high > NEEDED_MOST) return 0;
    }
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (enough(middle, sd, level, target))
            high = middle;
        else
            low = middle;
    }
    return high;
}
