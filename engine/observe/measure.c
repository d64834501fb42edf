/* measure.c - making, merging and reading of measures; adding is inline. */
#include "engine/observe/measure.h"
#include <stdlib.h>

bool measure_init(struct measure *m, bool with_histogram)
{
    memset(m, 0, sizeof *m);
    if (!with_histogram) return true;
    m->histogram = calloc(1, sizeof *m->histogram);
    return m->histogram != NULL;
}

bool measure_bound(struct measure *m, double bound)
{
    unsigned at = 0;
    while (at < m->bounds && m->bound[at] < bound) at++;
    if (at < m->bounds && m->bound[at] == bound) return true;
    if (m->bounds == MEASURE_BOUNDS) return false;
    memmove(m->bound + at + 1, m->bound + at, (m->bounds - at) * sizeof *m->bound);
    m->bound[at] = bound;
    m->bounds++;
    return true;
}

void measure_release(struct measure *m)
{
    free(m->histogram);
    m->histogram = NULL;
}

void measure_clear(struct measure *m)
{
    m->tally = (struct tally){0};
    if (m->histogram) histogram_clear(m->histogram);
    memset(m->at_most, 0, sizeof m->at_most);
}

void measure_merge(struct measure *into, const struct measure *from)
{
    if (from->tally.count) {
        if (into->tally.count == 0) {
            into->tally.least = from->tally.least;
            into->tally.most = from->tally.most;
        }
        if (from->tally.least < into->tally.least) into->tally.least = from->tally.least;
        if (from->tally.most > into->tally.most) into->tally.most = from->tally.most;
        into->tally.count += from->tally.count;
        into->tally.sum += from->tally.sum;
        into->tally.squares += from->tally.squares;
    }
    if (into->histogram && from->histogram) histogram_merge(into->histogram, from->histogram);
    for (unsigned i = 0; i < into->bounds && i < from->bounds; i++) into->at_most[i] += from->at_most[i];
}

double measure_at_most(const struct measure *m, double x)
{
    if (m->tally.count == 0) return NAN;
    for (unsigned i = 0; i < m->bounds; i++)
        if (m->bound[i] == x) return (double)m->at_most[i] / (double)m->tally.count;
    if (x >= m->tally.most) return 1;
    return m->histogram ? histogram_at_most(m->histogram, x) : NAN;
}

/* The buckets' interpolation must not leave the range that was seen. */
double measure_quantile(const struct measure *m, double p)
{
    if (m->histogram == NULL || m->tally.count == 0) return NAN;
    double value = histogram_quantile(m->histogram, p);
    if (value > m->tally.most) return m->tally.most;
    if (value < m->tally.least) return m->tally.least;
    return value;
}

void measure_digest(const struct measure *m, struct digest *digest)
{
    digest_word(digest, m->tally.count);
    digest_double(digest, m->tally.sum);
    digest_double(digest, m->tally.squares);
    digest_double(digest, m->tally.least);
    digest_double(digest, m->tally.most);
    for (unsigned i = 0; i < m->bounds; i++) {
        digest_double(digest, m->bound[i]);
        digest_word(digest, m->at_most[i]);
    }
    if (m->histogram == NULL) return;
    const struct histogram *h = m->histogram;
    digest_word(digest, h->zeros);
    digest_word(digest, h->under);
    digest_word(digest, h->over);
    digest_word(digest, histogram_touched(h));
    for (uint64_t touched = histogram_touched(h); touched; touched &= touched - 1) {
        int octave = __builtin_ctzll(touched);
        for (int i = 0; i < HISTOGRAM_PER_OCTAVE; i += 2)
            digest_word(digest, (uint64_t)h->count[octave][i + 1] << 32 | h->count[octave][i]);
    }
}
