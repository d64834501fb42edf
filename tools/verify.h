/* verify.h - the suite of reference cases run and judged: one trial for each model, then the twins, then the tests over
 * many models.
 *
 * The pooled test and the coverage of intervals need the whole suite: they are left out when single cases are asked
 * for. A model that cannot be read or simulated is a miss of all its cases; the others go on.
 */
#ifndef GREENLANE_TOOLS_VERIFY_H
#define GREENLANE_TOOLS_VERIFY_H

#include "tools/judge.h"
#include "tools/options.h"
#include "tools/progress.h"
#include "tools/suite.h"

struct verify_case {
    bool chosen, run;
    struct verdict verdict;
};
struct verify_model {
    size_t chosen, replications; /* chosen: cases */
    double seconds;
    bool run;
};
struct verify_twin {
    bool chosen, run, caught;
    struct verdict verdict;
    double seconds;
};
struct verify {
    const struct options *options;
    struct suite suite;
    struct verify_case *item;
    struct verify_model *model;
    struct verify_twin *twin;
    struct progress progress;
    bool whole; /* every case of the suite */
    struct pooled pooled;
    struct coverage fixed, stopped; /* intervals: 0 when not looked at */
    size_t run, passed, caught, twins_run;
    double seconds, worked; /* on the clock; of all replications, on their threads */
};

/* How precise `--precision` would be asked to be, for the coverage of intervals after it has stopped. */
#define VERIFY_PRECISION 0.07

struct verify_view { /* called as things are done, so that a reader sees how far it is; either may be NULL */
    void (*model_done)(const struct verify *verify, size_t model);
    void (*twin_done)(const struct verify *verify, size_t twin);
};

/* Reads the suite and settles what is to be run; then runs it. 0, or why it could not go on: an exit code after messages
 * on standard error. verify_clear is due also then. */
int verify_begin(struct verify *verify, const struct options *options);
int verify_run(struct verify *verify, const struct verify_view *view);
void verify_clear(struct verify *verify);

bool verify_passed(const struct verify *verify);

#endif
