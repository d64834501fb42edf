/* judge.h - does an estimate agree with an exact value, do many together, and do intervals hold what they promise?
 *
 * One case: |estimate - exact| <= 4 standard errors, and the 95 % half-width is at most 2 % of the exact value (5 % in
 * the quick suite; 0.01 absolute where the exact value is below 0.05), so that an estimate too vague to miss is a miss.
 * An identity holds in every replication to one part in 10^9.
 * Many: Student's t of each is turned into a normal z through its distribution function, and the sum of z^2 lies in the
 * chi-square band that holds 99.9 % (0.05 % on either side).
 * Intervals: of n nominal 95 % intervals the share that holds the exact value lies within 3.29 binomial standard errors
 * of 95 %: 92.7 to 97.3 % of 1,000.
 */
#ifndef GREENLANE_TOOLS_JUDGE_H
#define GREENLANE_TOOLS_JUDGE_H

#include <stdbool.h>
#include <stddef.h>

struct verdict {
    double mean, half_width;
    double z;      /* (mean - exact) / standard error */
    double normal; /* the same, Student's t turned into a normal deviate */
    bool close, narrow, pass;
};
struct verdict judge_case(const double *value, size_t n, double exact, bool quick);
struct verdict judge_identity(const double *value, size_t n, double exact);

struct pooled {
    double sum, low, high;
    size_t n;
    bool pass;
};
struct pooled judge_pooled(const double *normal, size_t n);

struct coverage {
    size_t intervals, covered;
    double share, low, high, replications; /* replications: mean per interval */
    bool pass;
};
enum { COVERAGE_INTERVALS = 1000 };
/* Cuts the replications into 1,000 intervals of equal size. */
struct coverage judge_coverage(const double *value, size_t n, double exact);
/* As many intervals, up to 1,000, as there are replications for, each as long as `--precision` would make it. */
struct coverage judge_stopped_coverage(const double *value, size_t n, double exact, double precision);

#endif
