/* selectivity.h - which shipments are examined: ASYCUDA's order as a hook of the network.
 *
 * Criteria come first, each sending its rate of the shipments it fits to a lane (of several the highest counts); then a
 * share of all drawn at random, before the score is looked at, goes to the highest lane of the top-up; then the lanes
 * are filled by score, red before yellow before blue, until each holds the share of all that is asked, criteria and
 * random ones included. The rest is green.
 *
 * The thresholds on the score that do this are found when the model is made, from the distribution of the attributes
 * that criteria and compliance depend on: enumerated exactly, or, when one of them is a number or there are too many
 * combinations, over a sample of 2^17 shipments of fixed seed. By + - * / sqrt and elementary functions alone, so
 * thresholds have the same bits everywhere.
 *
 * Draws of a visit: the choice word is the random selection's; then, in order, the score, and one word a criterion.
 */
#ifndef GREENLANE_MODELS_CLEARANCE_SELECTIVITY_H
#define GREENLANE_MODELS_CLEARANCE_SELECTIVITY_H

#include "engine/core/network.h"
#include "models/scenario/scenario.h"

/* One kind of shipment, as far as criteria and compliance see it. */
struct kind_of_shipment {
    double weight; /* its share of all; they sum to 1 */
    bool compliant;
    double in_lane[LANES]; /* P(lane) after criteria and random selection */
};

struct selectivity_rule {
    struct condition when;
    enum lane lane;
    double rate;
};
struct selectivity_plan { /* what the hook reads; conditions are borrowed */
    struct selectivity_rule *rule;
    size_t rules;
    double at_least_random;
    enum lane random_lane;
    struct variate score_compliant, score_not; /* tables borrowed */
    double threshold[LANES]; /* of the score, from which on this lane; INFINITY: none; [LANE_GREEN] unused */
    const struct selectivity_plan *early; /* for who was born before turns_at; NULL: this one for all */
    double turns_at;
};

/* The lanes of a shipment with these attributes after criteria and random selection, by chance. */
void selectivity_before_score(const struct selectivity_plan *plan, const double *attribute, double in_lane[LANES]);

/* Fills in the thresholds so that the lanes hold top_up of all (0: none), or as much as criteria and chance already put
 * there. Returns the largest shortfall: by how much a lane is over what was asked, 0 when every share is met. */
double selectivity_thresholds(
    struct selectivity_plan *plan, const double top_up[LANES], const struct kind_of_shipment *kind, size_t kinds);

/* Lane and score of one shipment, written to its attributes; returns 0. config: struct selectivity_plan. */
unsigned selectivity_hook(const void *config, void *state, const struct hook_entity *entity, struct draws *draws);

/* The kinds of shipments that a stream brings to a step with guard `when`; see mixture.c. Caller frees. */
struct mixture_request {
    const struct stream *stream;
    size_t attributes;            /* doubles per shipment */
    const struct condition *when; /* the step's guard; NULL: all */
    double alarm[2];              /* P(alarm) before the step: of the not compliant, of the compliant */
    const struct selectivity_plan *plan;
};
struct kind_of_shipment *mixture_kinds(const struct mixture_request *request, size_t *n); /* NULL: no memory */

#endif
