/* ledger.h - what control found, what it let pass, what that was worth and what it cost: sums of one stream in one
 * replication, in the model's state, hence in the digest.
 *
 * Only streams of which somebody asks keep one: those that say what is wrong (attribute `offence`), that have costs, or
 * of which a metric speaks that is read here. Sums stand in cells: cell 0 is of all shipments, the others of those
 * whose attribute has a level that a metric names. Every sum is of the cohort unless its name says otherwise.
 *
 * Values come from attributes of these names where a stream draws them: value, tariff (of the value), evaded (the part
 * of the duty that is evaded where something is wrong; all of it unless drawn), teu, tonnes.
 */
#ifndef GREENLANE_MODELS_CLEARANCE_LEDGER_H
#define GREENLANE_MODELS_CLEARANCE_LEDGER_H

#include "engine/core/network.h"
#include "models/scenario/scenario.h"

enum ledger_weight { WEIGHT_VALUE, WEIGHT_TEU, WEIGHT_TONNES, WEIGHTS };
enum ledger_cost { COST_STORAGE, COST_DEMURRAGE, COST_CAPITAL, COST_FEES, COSTS };
enum { OVERDUES_MOST = 8 };
enum ledger_sum {
    SUM_ENDED, /* released, or ended by an outcome */
    SUM_RELEASED,
    SUM_BAD,      /* not compliant */
    SUM_EXAMINED, /* by a step that finds, before the end */
    SUM_FOUND,
    SUM_FALSE,      /* compliant, but an alarm was raised */
    SUM_LEAKED,     /* not compliant, released with nothing found */
    SUM_FOUND_LATE, /* of these, found after release */
    SUM_DUTY,       /* value x tariff */
    SUM_DUTY_EVADED,
    SUM_DUTY_FOUND,
    SUM_DUTY_LEAKED,
    SUM_DUTY_LATE,
    SUM_WEIGHT,                                    /* of the released; one for each weight */
    SUM_WEIGHT_TIME = SUM_WEIGHT + WEIGHTS,        /* weight x clearance time */
    SUM_WEIGHT_WINDOW = SUM_WEIGHT_TIME + WEIGHTS, /* of whoever was released in the window */
    SUM_COST = SUM_WEIGHT_WINDOW + WEIGHTS,
    SUM_OVERDUE = SUM_COST + COSTS,                 /* released later than a promise: how many, */
    SUM_OVERDUE_TIME = SUM_OVERDUE + OVERDUES_MOST, /* and by how long */
    LEDGER_SUMS = SUM_OVERDUE_TIME + OVERDUES_MOST
};
enum point_sum { /* of a step that finds, of a selectivity, of a milestone */
    POINT_MET,
    POINT_ALARMS,
    POINT_FOUND,
    POINT_FALSE, /* alarms about compliant shipments */
    POINT_VALUE, /* of who met it */
    POINT_LANE,  /* LANES of them */
    POINT_SUMS = POINT_LANE + LANES
};
enum outcome_sum { OUTCOME_COUNT, OUTCOME_VALUE, OUTCOME_SUMS };

enum examined_bit { EXAMINED = 1, EXAMINED_FOUND = 2, EXAMINED_FALSE = 4 }; /* of the hidden attribute */

struct ledger_split {
    unsigned attribute, levels, first; /* first: its first cell */
};
struct ledger_overdue {
    double bound;
    bool second; /* from lodgement on */
};
struct ledger {
    const struct stream *stream;
    int value, tariff, evaded, weight[WEIGHTS], unit_of[2]; /* attributes; NONE. unit_of: of storage, demurrage */
    unsigned examined, fees;                                /* hidden attributes */
    struct ledger_split split[32];
    size_t splits, cells;
    const char *point[128];
    size_t points, outcomes;
    struct ledger_overdue overdue[OVERDUES_MOST];
    size_t overdues;
    size_t at, width; /* where its doubles begin in the state; of one cell. Fixed by ledger_place */
};

/* What is written down at a point; config of ledger_hook. */
struct ledger_point {
    const struct ledger *ledger;
    unsigned point;
    bool finds;              /* else a milestone */
    double fee;              /* instead: added to the shipment's fees; 0: none */
    struct lessons *lessons; /* what a selectivity learns from; NULL: nothing */
};

void ledger_begin(struct ledger *ledger, const struct scenario *scenario, const struct stream *stream);
int ledger_point(struct ledger *ledger, const char *name); /* the same for the same name; -1: too many */
bool ledger_split(struct ledger *ledger, unsigned attribute, unsigned levels); /* false: too many */
/* The cell of a level; NONE when the attribute is not split. */
int ledger_cell(const struct ledger *ledger, int attribute, unsigned level);
/* Its size in doubles, once all is known, at `at` of the state. */
size_t ledger_place(struct ledger *ledger, size_t at, size_t outcomes);

unsigned ledger_hook(const void *config, void *state, const struct hook_entity *entity, struct draws *draws);
void ledger_lane(const struct ledger *ledger, unsigned point, void *state, const struct hook_entity *entity);
void ledger_book(const void *config, void *state, const struct network_end *end); /* config: the ledger */

static inline size_t ledger_point_at(const struct ledger *ledger, size_t point)
{
    (void)ledger;
    return LEDGER_SUMS + point * POINT_SUMS;
}
static inline size_t ledger_outcome_at(const struct ledger *ledger, size_t outcome)
{
    return LEDGER_SUMS + ledger->points * POINT_SUMS + outcome * OUTCOME_SUMS;
}

#endif
