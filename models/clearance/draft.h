/* draft.h - a stream's steps on paper: nodes in the order in which the network will have them, with references that may
 * point ahead, until all are known.
 *
 * A reference is the index of a node, or
 *   DRAFT_AFTER      what follows the nodes under construction, for who went through them
 *   DRAFT_PAST       what follows the step under construction, for who passes it over
 *   DRAFT_STEP + k   the entry of the scenario's step k
 *   DRAFT_LEAVE      out of the network
 * A node with op DRAFT_JUMP only leads on; it is left out of the network and references to it go to where it leads.
 *
 * Ownership: nodes borrow what keep() gave; draft_emit copies variates. draft_clear releases the list.
 */
#ifndef GREENLANE_MODELS_CLEARANCE_DRAFT_H
#define GREENLANE_MODELS_CLEARANCE_DRAFT_H

#include "models/clearance/compile.h"

enum { DRAFT_STEP = 1 << 24, DRAFT_PAST = -11, DRAFT_AFTER = -10, DRAFT_LEAVE = -1 };

struct draft_node {
    struct step_spec spec; /* target[i].step and patience_target, balk_target, full_target are references */
    struct target *target; /* spec.target, to be written */
    int next, otherwise;
    bool jump;
    struct place place;
};

struct draft {
    struct model *model;
    size_t stream; /* index of model->stream */
    struct draft_node *node;
    size_t count, allocated;
    int *entry; /* by scenario step; -1: not laid */
    int *id;    /* by node, after draft_emit */
};

bool draft_init(struct draft *draft, struct model *model, size_t stream);
void draft_clear(struct draft *draft);

/* A new last node: outside all stages, open to all, leading to DRAFT_AFTER, or where its guard says no to DRAFT_PAST.
 * NULL: no memory, reported. The pointer holds until the next node is added. */
struct draft_node *draft_node(struct draft *draft, enum network_op op, const char *name, struct place place);
struct target *draft_targets(struct draft *draft, struct draft_node *node, size_t n);

/* `sentinel` (DRAFT_AFTER or DRAFT_PAST) in nodes `first` and later means the node that will come next. */
void draft_close(struct draft *draft, size_t first, int sentinel);

/* Adds all nodes to the network of the stream's group. */
bool draft_emit(struct draft *draft);

#endif
