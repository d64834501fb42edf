/* lay.h - a stream's way through its process, laid as nodes of a draft: shared by compile_steps.c (who stands where,
 * what happens ahead), lay_timed.c (steps that take time) and lay_flow.c (steps that decide).
 *
 * A function that lays a step returns false after it has reported why it could not.
 */
#ifndef GREENLANE_MODELS_CLEARANCE_LAY_H
#define GREENLANE_MODELS_CLEARANCE_LAY_H

#include "models/clearance/draft.h"

struct way { /* of one stream through its process */
    struct model *model;
    struct stream_in_model *stream;
    size_t index; /* of the stream */
    struct draft draft;
    bool ahead;               /* the stream has a lead: steps may be done before arrival */
    bool among_ahead;         /* now between the first and the last step with `ahead` */
    bool inside_ahead;        /* now inside a step that is itself done ahead */
    bool after_release;       /* the clock has stopped */
    bool unbatched;           /* an unbatch stands further on */
    bool classes;             /* outcomes are told apart by lane and by what was found */
    double alarm[2];          /* P(alarm) so far, of the not compliant and of the compliant */
    bool alarm_unknown;       /* it depends on more than compliance */
    size_t selectivities;     /* laid so far */
    struct lessons *learning; /* of the last selectivity that learns; NULL: none */
};

bool lay_chain(struct way *way, int first);
bool lay_timed(struct way *way, int step); /* SERVICE, DELAY, QUERY, SEIZE, FREE, BATCH, UNBATCH, HOLD */
bool lay_flow(struct way *way, int step);  /* PARALLEL, CHOICE, ROUTE, MILESTONE, OUTCOME, SELECTIVITY */

/* The step's model file as the plan's scorecard (lay_card.c). */
struct selectivity_plan;
bool lay_card(struct way *way, const struct step *step, struct selectivity_plan *plan);

/* A node for the step, its guard set (`when`, `share`, `ahead`); name: NULL for the step's own. */
struct draft_node *lay_node(struct way *way, const struct step *step, enum network_op op, const char *name);
/* The step as it is for who was born before the scenario's policies start; NULL: as ever. */
const struct step *lay_before(const struct way *way, const struct step *step);
int lay_stage(struct way *way, const struct step *step); /* the stream's stage of the step; -1 with a report */
int lay_reference(int target);                           /* a scenario's target as a draft's reference */
/* Sets a flag of the shipment: an OP_TEST that is always, or never, positive. */
/* A hook that writes down who passes, at the point of the step's name; nothing where no ledger is kept. */
bool lay_book(struct way *way, const struct step *step, const char *suffix, struct ledger_point point);
bool lay_flag(struct way *way, const struct step *step, const char *suffix, unsigned attribute, bool value);

/* A hook for the model's trace: whoever passes has done the step (trace.c). */
bool lay_lookout(struct way *way, const struct step *step);

#endif
