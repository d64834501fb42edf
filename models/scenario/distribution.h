/* distribution.h - words to a distribution: `lognormal mean 8.3 h sd_log 0.6`.
 *
 * The forms, parameters in any order, times with their unit:
 *   30 min                        (the same as constant 30 min)
 *   constant V                    exponential mean M            geometric mean M             poisson mean M
 *   lognormal mean M sd_log S | median M sd_log S | mean M cv C | mean M p90 Q | median M p90 Q | median M p95 Q
 *   erlang k K mean M             gamma shape K mean M | cv C mean M
 *   weibull shape K scale S       normal mean M sd S            (truncated at 0, but for scores)
 *   uniform low A high B          triangular low A mode B high C                             pert low A mode B high C
 *   hyperexponential mean M cv C | p P mean M mean M | p P mean M p P mean M [p P mean M ...]
 *   discrete V SHARE V SHARE ...  empirical file FILE.csv column NAME [unit s|min|h|d|week]
 *   {mixture: [{share: SHARE, of: DISTRIBUTION}, ...]}
 *
 * Ownership: the variate's table belongs to the caller (variate_clear). Errors: false, `out` untouched, one line in
 * `why`, and for a mixture the node at fault.
 */
#ifndef GREENLANE_MODELS_SCENARIO_DISTRIBUTION_H
#define GREENLANE_MODELS_SCENARIO_DISTRIBUTION_H

#include "engine/core/variate.h"
#include "models/scenario/quantity.h"
#include "models/scenario/tree.h"

enum distribution_of {
    DISTRIBUTION_TIMES,  /* durations: every value has a unit of time */
    DISTRIBUTION_COUNTS, /* plain numbers */
    DISTRIBUTION_VALUES, /* an attribute: plain numbers, durations or percentages, but one kind */
    DISTRIBUTION_SCORES  /* plain numbers that may be negative */
};

struct distribution_files { /* where an empirical distribution may find its data */
    const char *beside;     /* the scenario file; NULL: the current directory */
    const struct tree_options *options;
    uint64_t hash; /* out: of the data files read so far, in order */
};

bool distribution_text(
    const char *text, enum distribution_of of, struct distribution_files *files, struct variate *out, char *why);
bool distribution_read(const struct node *node, enum distribution_of of, struct distribution_files *files,
    struct variate *out, const struct node **at, char *why);

/* True when the first word of the text names a distribution. */
bool distribution_is_named(const char *text);

/* `shape; shape; ...`: how each distribution is written, for the schema and the reference page. */
const char *const *distribution_words(size_t *n);

#endif
