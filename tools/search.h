/* search.h - one scenario tried again and again with other values of what is varied, on the same shipments: what
 * `staff` and `calibrate` have in common.
 *
 * The run is a short one (frame.h), of one direction alone where every metric speaks of it and it shares nothing.
 * Errors: an exit code after a message. Ownership: search_clear.
 */
#ifndef GREENLANE_TOOLS_SEARCH_H
#define GREENLANE_TOOLS_SEARCH_H

#include "tools/apart.h"
#include "tools/frame.h"
#include "tools/probe.h"
#include "tools/vary.h"

struct search {
    const struct options *options; /* `own` */
    struct options own;            /* as given, and a setting that observes the metrics */
    char *observe;
    struct variant_word base;
    struct scenario *scenario;
    struct vary *vary;
    size_t varies;
    struct frame frame;
    struct apart apart;
    const char **metric; /* borrowed names */
    size_t metrics;
    uint64_t seed;
    size_t replications, tried;
};

/* Takes the scenario and --vary apart. `command` is for messages; metrics are borrowed. */
int search_begin(
    struct search *search, const struct options *options, const char *command, const char **metric, size_t metrics);
void search_clear(struct search *search);

/* The settings of given numbers, each in its vary's unit: texts to free, NULL after a message. */
char **search_settings(const struct search *search, const double *number);
void search_settings_free(const struct search *search, char **setting);

/* Estimates of the metrics. */
int search_try(struct search *search, const double *number, struct estimate *out);
/* Also with another seed. */
int search_try_seed(struct search *search, const double *number, uint64_t seed, struct estimate *out);

#endif
