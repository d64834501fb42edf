/* compare.h - the differences of a variant from the baseline, metric by metric, with joint verdicts.
 *
 * Variants with the same seed met the same shipments with the same luck (common random numbers): they are paired,
 * replication by replication, over as many as both have. Others get Welch's interval.
 *
 * Verdicts hold jointly over every line of every comparison made at once (Holm, 5 %). With an indifference, a line whose
 * whole interval lies within it is practically equal, clear or not: a duration counts for mean and quantile times, a
 * percentage, of the baseline's value, for every line.
 */
#ifndef GREENLANE_TOOLS_COMPARE_H
#define GREENLANE_TOOLS_COMPARE_H

#include "tools/variants.h"

enum compare_kind { COMPARE_TIME, COMPARE_SHARE, COMPARE_AMOUNT };
enum compare_section {
    SECTION_CLEARANCE,
    SECTION_STAGES,
    SECTION_AFTER,   /* what comes after the release, and the whole stay */
    SECTION_STREAMS, /* of a direction that has several */
    SECTION_BY,
    SECTION_BY_COST,
    SECTION_EFFORT,
    SECTION_BOOKS, /* what ledgers tell, among the effort */
    SECTION_METRICS
};

struct compare_line {
    char metric[200], label[80];
    enum compare_kind kind;
    enum compare_section section;
    size_t direction;          /* of the baseline's facts */
    size_t against;            /* variant compared with the first */
    struct estimate a, b, difference;
    double p, narrowing;       /* narrowing: NAN unless paired */
    double indifference;       /* differences within it do not matter; 0: all do */
    size_t more;               /* replications that would about settle it; 0: settled, or cannot be told */
    bool paired, clear, equal; /* equal: the whole interval lies within ± indifference */
    bool untold;               /* too many were never released: which way it differs cannot be told */
};

struct comparison {
    const struct variants *all;
    struct indifference indifference;
    struct compare_line *line;
    size_t lines, allocated, tested; /* tested: lines with a p value */
};

bool compare_all(const struct variants *all, struct indifference indifference, struct comparison *out); /* false: no memory */
void compare_clear(struct comparison *comparison);
bool compare_pair(const struct variants *all, size_t against, const char *metric, struct compare_line *out);
bool is_paired(const struct variants *all, size_t against);
const char *compare_verdict(const struct compare_line *line); /* practically equal, shorter, longer, lower, higher, no clear difference, lower bound, - */

#endif
