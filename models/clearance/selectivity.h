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
 * A criterion with dates is a campaign: it comes on top of what the rest selects, and moves neither thresholds nor
 * luck.
 *
 * Where the run alone can tell who comes to the step (behind another selectivity, or with a guard on what was found),
 * and where it learns, the thresholds follow the run instead: after each shipment a lane's threshold moves by
 * gain x (1 if it was given the lane, else 0, - top_up), so that over a long run the lane holds exactly top_up of all.
 *
 * A scorecard's scores are few and far between: at a threshold a share of those with just that score is let in, drawn
 * by the word that else draws the score.
 *
 * Draws of a visit: the choice word is the random selection's; then, in order, the score, and one word a criterion,
 * those with dates last.
 */
#ifndef GREENLANE_MODELS_CLEARANCE_SELECTIVITY_H
#define GREENLANE_MODELS_CLEARANCE_SELECTIVITY_H

#include "engine/core/network.h"
#include "models/clearance/ledger.h"
#include "models/clearance/lessons.h"
#include "models/scenario/scenario.h"

/* One kind of shipment, as far as criteria and compliance see it. */
struct kind_of_shipment {
    double weight; /* its share of all; they sum to 1 */
    bool compliant;
    double score;          /* by a scorecard */
    double in_lane[LANES]; /* P(lane) after criteria and random selection */
};

/* A scorecard, and where it finds its columns among a shipment's attributes. */
enum { CARD_COLUMNS = 64 };
struct risk_table;
struct card_column {
    int attribute;            /* NONE: missing */
    const double *low, *high; /* of each level, where levels are numbers; NULL: the value is the level */
    size_t levels;
};
struct selectivity_card {
    const struct risk_table *table;
    struct card_column column[CARD_COLUMNS];
    size_t columns;
};

struct selectivity_rule {
    struct condition when;
    enum lane lane;
    double rate;
    double from, to; /* of a campaign, in hours of the run; to 0: always */
};
struct selectivity_plan { /* what the hook reads; conditions are borrowed */
    struct selectivity_rule *rule;
    size_t rules;
    double at_least_random;
    enum lane random_lane;
    struct variate score_compliant, score_not; /* tables borrowed */
    const struct selectivity_card *card;       /* instead of the two; NULL: none */
    double tie[LANES];                 /* with a card: of those whose score is the threshold, the share let in */
    double threshold[LANES];           /* of the score, from which on this lane; INFINITY: none; [LANE_GREEN] unused */
    struct selectivity_rule *campaign; /* rules with dates */
    size_t campaigns;
    const struct ledger *ledger; /* where lanes are counted; NULL: nowhere */
    unsigned point;
    bool adaptive;
    double top_up[LANES], gain;           /* of adaptive thresholds */
    size_t at;                            /* of the state, in doubles: thresholds by lane */
    struct lessons *lessons;              /* NULL: it does not learn */
    const struct selectivity_plan *early; /* for who was born before turns_at; NULL: this one for all */
    double turns_at, turns_back; /* turns_back: early again from here on; 0: never */
};

/* The lanes of a shipment with these attributes after criteria and random selection, by chance. */
void selectivity_before_score(const struct selectivity_plan *plan, const double *attribute, double in_lane[LANES]);

/* Fills in the thresholds so that the lanes hold top_up of all (0: none), or as much as criteria and chance already put
 * there. Returns the largest shortfall: by how much a lane is over what was asked, 0 when every share is met. */
double selectivity_thresholds(struct selectivity_plan *plan, const double top_up[LANES], struct kind_of_shipment *kind,
    size_t kinds); /* may sort them */

/* Its points by the plan's card. */
double selectivity_points(const struct selectivity_card *card, const double *attribute);

/* Lane and score of one shipment, written to its attributes; returns 0. config: struct selectivity_plan. */
unsigned selectivity_hook(const void *config, void *state, const struct hook_entity *entity, struct draws *draws);

/* What an adaptive plan keeps in the state: where it stands, how many doubles it takes, and how it begins. */
size_t selectivity_place(struct selectivity_plan *plan, size_t at);
void selectivity_begin(const struct selectivity_plan *plan, void *state);

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
