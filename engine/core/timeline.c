/* timeline.c - how a piecewise constant function answers.
 *
 * The segments are kept with the integral up to each start. A time from `end` on is folded back by whole periods into
 * [end - period, end); an advance first uses up its own segment, then the rest of its turn, then whole turns, each by a
 * binary search in the prefix sums. It works with differences inside one turn only, so it is as exact in the tenth year
 * as in the first.
 *
 * Invariants: start[0] = 0, starts increase, start[n] = end; neighbours differ in value; sum[i] is the integral from 0
 * to start[i].
 */
#include "engine/core/timeline.h"
#include "engine/core/elementary.h"
#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define PI 3.14159265358979323846
#define TWO_PI (2 * PI)

struct timeline {
    size_t n;
    double end, period;
    double largest;
    double turn;         /* the integral over one period at the end */
    const double *start; /* n + 1 */
    const double *sum;   /* n + 1 */
    const double *value; /* n */
    double number[];     /* where these three lie */
};

static double next_double(double t)
{
    uint64_t bits;
    memcpy(&bits, &t, sizeof bits);
    bits++;
    memcpy(&t, &bits, sizeof t);
    return t;
}

static bool is_amount(double x)
{
    return x >= 0 && x < INFINITY;
}

static enum status check(const double *start, const double *value, size_t n, double end, double period)
{
    if (n == 0 || start[0] != 0 || !is_amount(end) || !is_amount(period) || period > end) return STATUS_BAD_VALUE;
    for (size_t i = 0; i < n; i++) {
        double stop = i + 1 < n ? start[i + 1] : end;
        if (!is_amount(start[i]) || !is_amount(value[i]) || !(stop > start[i])) return STATUS_BAD_VALUE;
        if (!(value[i] * end < INFINITY)) return STATUS_BAD_VALUE;
    }
    return STATUS_OK;
}

/* The segment that holds t, for 0 <= t < end. */
static size_t segment_at(const struct timeline *tl, double t)
{
    size_t low = 0;
    size_t high = tl->n;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (tl->start[middle] <= t)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* The integral from 0 to t, for 0 <= t <= end. */
static double integral_within(const struct timeline *tl, double t)
{
    size_t i = segment_at(tl, t);
    return tl->sum[i] + (t - tl->start[i]) * tl->value[i];
}

/* The time in [0, end) that t repeats, and how many periods lie between. For a function that goes on constant, t is at
 * or after end only in its last segment, which the callers see first. */
static double folded(const struct timeline *tl, double t, double *turns)
{
    *turns = 0;
    if (t < tl->end) return t;
    *turns = floor((t - tl->end) / tl->period) + 1;
    double within = t - *turns * tl->period;
    if (within >= tl->end) within = t - ++*turns * tl->period;
    if (within < tl->end - tl->period) within = tl->end - tl->period;
    return within;
}

struct timeline *timeline_create(
    const double *start, const double *value, size_t n, double end, double period, enum status *why)
{
    *why = check(start, value, n, end, period);
    if (*why != STATUS_OK) return NULL;
    *why = STATUS_NO_MEMORY;
    if (n > SIZE_MAX / sizeof(double) / 4 - 4) return NULL;
    struct timeline *tl = malloc(sizeof *tl + (3 * n + 2) * sizeof(double));
    if (tl == NULL) return NULL;
    double *starts = tl->number;
    double *sums = starts + n + 1;
    double *values = sums + n + 1;
    size_t kept = 0;
    tl->largest = 0;
    for (size_t i = 0; i < n; i++) {
        if (kept > 0 && values[kept - 1] == value[i]) continue;
        starts[kept] = start[i];
        values[kept] = value[i];
        sums[kept] = kept == 0 ? 0 : sums[kept - 1] + (start[i] - starts[kept - 1]) * values[kept - 1];
        if (value[i] > tl->largest) tl->largest = value[i];
        kept++;
    }
    starts[kept] = end;
    sums[kept] = sums[kept - 1] + (end - starts[kept - 1]) * values[kept - 1];
    tl->n = kept;
    tl->start = starts;
    tl->sum = sums;
    tl->value = values;
    tl->end = end;
    tl->period = period;
    tl->turn = period > 0 ? tl->sum[kept] - integral_within(tl, end - period) : 0;
    /* A period in which nothing changes is a constant. */
    if (period > 0 && starts[kept - 1] <= end - period) tl->period = 0;
    *why = STATUS_OK;
    return tl;
}

void timeline_destroy(struct timeline *tl)
{
    free(tl);
}

/* Whether the value at t is the last one, for good. */
static bool is_final(const struct timeline *tl, double t)
{
    return tl->period == 0 && t >= tl->start[tl->n - 1];
}

double timeline_value(const struct timeline *tl, double t)
{
    assert(t >= 0);
    if (is_final(tl, t)) return tl->value[tl->n - 1];
    double turns;
    return tl->value[segment_at(tl, folded(tl, t, &turns))];
}

double timeline_next_change(const struct timeline *tl, double t)
{
    assert(t >= 0);
    if (is_final(tl, t) || t == INFINITY) return INFINITY;
    double turns;
    size_t i = segment_at(tl, folded(tl, t, &turns)) + 1;
    double change = tl->start[i] + turns * tl->period;
    if (i == tl->n) { /* the next turn begins, perhaps with the value that this one ends with */
        size_t first = segment_at(tl, tl->end - tl->period);
        bool same = tl->value[first] == tl->value[i - 1];
        i = first + same;
        if (same) change = tl->start[i] + (turns + 1) * tl->period;
    }
    /* The sum is rounded, and so is folding it back: go on to where the new value is seen. */
    if (change <= t) change = next_double(t);
    for (int step = 0; step < 8 && timeline_value(tl, change) != tl->value[i]; step++) change = next_double(change);
    return change;
}

double timeline_integral(const struct timeline *tl, double t)
{
    assert(t >= 0);
    size_t last = tl->n - 1;
    if (is_final(tl, t))
        return tl->value[last] == 0 ? tl->sum[last] : tl->sum[last] + (t - tl->start[last]) * tl->value[last];
    if (t == INFINITY) return tl->turn > 0 ? INFINITY : tl->sum[tl->n];
    double turns;
    double within = folded(tl, t, &turns);
    return integral_within(tl, within) + turns * tl->turn;
}

/* The earliest time within a turn at which the integral is `base` + amount, from segment `low` on; there is one. */
static double reached(const struct timeline *tl, size_t low, double base, double amount, double slack)
{
    size_t high = tl->n - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (tl->sum[middle + 1] - base >= amount - slack)
            high = middle;
        else
            low = middle + 1;
    }
    double u = tl->start[low] + (amount - (tl->sum[low] - base)) / tl->value[low];
    bool endless = low == tl->n - 1 && tl->period == 0;
    return u > tl->start[low + 1] && !endless ? tl->start[low + 1] : u;
}

double timeline_advance(const struct timeline *tl, double t, double amount)
{
    assert(t >= 0 && amount >= 0);
    if (amount == 0) return t;
    if (is_final(tl, t)) return tl->value[tl->n - 1] > 0 ? t + amount / tl->value[tl->n - 1] : INFINITY;
    if (t == INFINITY || amount == INFINITY) return INFINITY;

    /* Work that ends within a few roundings of closing time ends at closing time, not when it opens again. */
    double slack = fmin(tl->largest * t * 0x1p-50, amount / 2);
    double turns;
    double within = folded(tl, t, &turns);
    size_t i = segment_at(tl, within);
    double here = (tl->start[i + 1] - within) * tl->value[i];
    if (amount <= here + slack && here > 0)
        return fmax(t, fmin(t + amount / tl->value[i], tl->start[i + 1] + turns * tl->period));
    amount -= here;

    double rest = tl->sum[tl->n] - tl->sum[i + 1];
    bool endless = tl->period == 0 && tl->value[tl->n - 1] > 0;
    if (endless || (amount <= rest + slack && rest > 0))
        return fmax(t, reached(tl, i + 1, tl->sum[i + 1], amount, slack) + turns * tl->period);
    if (!(tl->turn > 0)) return INFINITY;
    amount -= rest;

    double whole = floor(amount / tl->turn);
    amount -= whole * tl->turn;
    if (amount <= slack && whole > 0) { /* reached when the turn before has done its last work */
        amount += tl->turn;
        whole--;
    }
    double first = tl->end - tl->period;
    double u = reached(tl, segment_at(tl, first), integral_within(tl, first), amount, slack);
    return fmax(t, u + (turns + 1 + whole) * tl->period);
}

void timeline_advance_many(const struct timeline *tl, double t, double *amount, size_t n)
{
    double last = tl->value[tl->n - 1];
    if (is_final(tl, t) && last > 0)
        for (size_t i = 0; i < n; i++) amount[i] = t += amount[i] / last;
    else
        for (size_t i = 0; i < n; i++) amount[i] = t = timeline_advance(tl, t, amount[i]);
}

double timeline_largest(const struct timeline *tl)
{
    return tl->largest;
}

/* The rate a sinusoid has gathered from t to t + span: the difference of two cosines as a product, which cancels
 * nothing. Angles are taken within one turn. */
static double gathered(const struct sinusoid *s, double t, double span)
{
    double at = (t + s->phase) / s->period;
    double middle = at - floor(at) + span / (2 * s->period);
    double half = span / (2 * s->period);
    double wave = elementary_sin(TWO_PI * (middle - floor(middle))) * elementary_sin(TWO_PI * (half - floor(half)));
    return s->mean * (span + s->amplitude * s->period / PI * wave);
}

double sinusoid_integral(const struct sinusoid *s, double t)
{
    return gathered(s, 0, t);
}

double sinusoid_advance(const struct sinusoid *s, double t, double amount)
{
    assert(t >= 0 && amount >= 0);
    if (amount == 0) return t;
    double turn = s->mean * s->period;
    if (!(turn > 0) || amount == INFINITY || t == INFINITY) return INFINITY;
    double whole = floor(amount / turn);
    double rest = amount - whole * turn;
    double low = 0;
    double high = s->period;
    double span = rest / s->mean;
    /* Newton's step where it stays between the bounds, else halving; the rate may be zero at one point. */
    for (int step = 0; step < 200 && high - low > 1e-13 * high; step++) {
        double excess = gathered(s, t, span) - rest;
        if (excess == 0) break;
        if (excess > 0)
            high = span;
        else
            low = span;
        double at = (t + s->phase + span) / s->period;
        double rate = s->mean * (1 + s->amplitude * elementary_sin(TWO_PI * (at - floor(at))));
        double next = span - excess / rate;
        if (!(next > low && next < high)) next = low + (high - low) / 2;
        double moved = fabs(next - span);
        span = next;
        if (moved <= 1e-15 * span) break;
    }
    return t + whole * s->period + span;
}
