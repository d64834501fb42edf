/* frontier.h - what examining more costs and brings: examination rate against delay, recall, and what is missed.
 *
 * Recall is the share of all shipments that do not comply which an examination found; missed is the share of all
 * shipments that do not comply and were not found. Where the stream keeps a ledger both are its counts, else they
 * follow from the lane. Where it knows values and tariffs too, the revenue at risk is the duty evaded and not found,
 * here as a share of all duty assessed; else it is NAN.
 *
 * Ownership: frontier_clear. Errors: an exit code after a message on standard error.
 */
#ifndef GREENLANE_TOOLS_FRONTIER_H
#define GREENLANE_TOOLS_FRONTIER_H

#include "tools/variants.h"

struct frontier_point {
    size_t model;
    struct estimate examined, mean, p90, found, recall, missed;
    struct estimate duty, duty_at_risk, duty_at_risk_share, revenue_recall;
    char busiest[80];
    double busy; /* of the busiest resource; 0.99 or more: its queue grows */
    bool lower_bound;
};
struct frontier_model {
    char name[120], direction[40];
};
struct frontier {
    struct frontier_model model[2];
    size_t models;
    struct frontier_point *point; /* by model, by rate */
    size_t points;
    bool has_duty; /* of some point */
};

#define FRONTIER_MARK "at examination rate "

/* From the variants of one stored frontier. */
int frontier_read(const struct variants *all, struct frontier *out);
void frontier_clear(struct frontier *frontier);

/* Simulates what the store lacks of A, and of B, which begin at argument `first`, and reads. */
int frontier_make(const struct options *options, size_t first, struct variants *all, struct frontier *out);

#endif
