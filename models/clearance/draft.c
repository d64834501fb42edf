/* draft.c - references are resolved in two steps: DRAFT_AFTER as soon as the group is complete, the rest at the end.
 *
 * Invariant: nodes stand in the order of the way through them, so a reference to an earlier node, or to the node
 * itself, is a way back.
 */
#include "models/clearance/draft.h"
#include <stdlib.h>
#include <string.h>

bool draft_init(struct draft *draft, struct model *model, size_t stream)
{
    *draft = (struct draft){.model = model, .stream = stream};
    draft->entry = keep(model, model->scenario->steps + 1, sizeof *draft->entry);
    if (draft->entry == NULL) return false;
    for (size_t i = 0; i < model->scenario->steps; i++) draft->entry[i] = -1;
    return true;
}

void draft_clear(struct draft *draft)
{
    free(draft->node);
    draft->node = NULL;
}

struct draft_node *draft_node(struct draft *draft, enum network_op op, const char *name, struct place place)
{
    if (name == NULL) return NULL;
    if (!grow_list(&draft->node, &draft->allocated, draft->count, sizeof *draft->node)) {
        no_memory(draft->model);
        return NULL;
    }
    struct draft_node *node = &draft->node[draft->count++];
    memset(node, 0, sizeof *node);
    node->spec = (struct step_spec){.name = name,
        .op = op,
        .guard.share = 1,
        .stage = -1,
        .station = -1,
        .patience_target = DRAFT_LEAVE,
        .patience_outcome = -1,
        .balk_target = DRAFT_LEAVE,
        .balk_outcome = -1,
        .full_target = DRAFT_LEAVE,
        .full_outcome = -1,
        .outcome = -1};
    node->next = DRAFT_AFTER;
    node->otherwise = DRAFT_PAST;
    node->place = place;
    return node;
}

struct target *draft_targets(struct draft *draft, struct draft_node *node, size_t n)
{
    node->target = keep(draft->model, n + 1, sizeof *node->target);
    node->spec.target = node->target;
    node->spec.targets = node->target ? n : 0;
    for (size_t i = 0; i < node->spec.targets; i++) node->target[i].share = 1;
    return node->target;
}

/* Every reference of a node, one after the other; NULL after the last. */
static int *reference(struct draft_node *node, size_t k)
{
    switch (k) {
    case 0: return &node->next;
    case 1: return &node->otherwise;
    case 2: return &node->spec.patience_target;
    case 3: return &node->spec.balk_target;
    case 4: return &node->spec.full_target;
    default: return k - 5 < node->spec.targets ? &node->target[k - 5].step : NULL;
    }
}

void draft_close(struct draft *draft, size_t first, int sentinel)
{
    for (size_t i = first; i < draft->count; i++)
        for (size_t k = 0; reference(&draft->node[i], k); k++) {
            int *ref = reference(&draft->node[i], k);
            if (*ref == sentinel) *ref = (int)draft->count;
        }
}

/* ---- emission ---- */

static int resolved(const struct draft *draft, int ref)
{
    if (ref >= DRAFT_STEP) ref = draft->entry[ref - DRAFT_STEP];
    for (size_t hops = 0; ref >= 0 && draft->node[ref].jump && hops <= draft->count; hops++) {
        ref = draft->node[ref].next;
        if (ref >= DRAFT_STEP) ref = draft->entry[ref - DRAFT_STEP];
    }
    return ref;
}

static bool resolve_all(struct draft *draft)
{
    for (size_t i = 0; i < draft->count; i++)
        for (size_t k = 0; reference(&draft->node[i], k); k++) {
            int *ref = reference(&draft->node[i], k), to = resolved(draft, *ref);
            if (*ref >= DRAFT_STEP && to < 0)
                return refuse(draft->model, draft->node[i].place,
                    "%s: goes to step '%s', which is not on the way of stream '%s'", draft->node[i].spec.name,
                    draft->model->scenario->step[*ref - DRAFT_STEP].name,
                    draft->model->stream[draft->stream].stream->name);
            if (draft->node[i].jump) continue; /* others still look through it */
            *ref = to;
            if (k >= 5) draft->node[i].target[k - 5].back = to >= 0 && to <= (int)i;
        }
    return true;
}

static bool take_variates(struct model *model, struct step_spec *spec)
{
    bool timed = spec->has_time || spec->op == OP_DELAY || spec->op == OP_SERVICE;
    if (timed && variate_copy(&spec->time, &spec->time) != STATUS_OK) return no_memory(model);
    bool early = spec->has_early && (spec->op == OP_DELAY || spec->op == OP_SERVICE);
    if (early && variate_copy(&spec->early_time, &spec->early_time) != STATUS_OK) return no_memory(model);
    if (spec->has_patience && variate_copy(&spec->patience, &spec->patience) != STATUS_OK) return no_memory(model);
    return true;
}

static bool emit_node(struct draft *draft, size_t index)
{
    struct model *model = draft->model;
    struct group *group = &model->group[model->stream[draft->stream].group];
    struct draft_node *node = &draft->node[index];
    bool back = node->next >= 0 && node->next <= (int)index;
    for (size_t k = 0; reference(node, k); k++) {
        int *ref = reference(node, k);
        if (*ref >= 0) *ref = draft->id[*ref];
    }
    node->spec.stream = model->stream[draft->stream].id;
    if (!model->stream[draft->stream].staged) node->spec.stage = -1;
    if (!grow_list(&group->step, &group->steps_allocated, group->steps, sizeof *group->step) ||
        !take_variates(model, &node->spec))
        return no_memory(model);
    int given = network_step(group->net, &node->spec);
    if (given != draft->id[index]) return false; /* the network remembers why */
    network_next(group->net, given, node->next, node->otherwise);
    if (back) network_back(group->net, given);
    group->step[group->steps++] = (struct step_in_network){(int)draft->stream, node->spec.stage};
    return true;
}

bool draft_emit(struct draft *draft)
{
    struct model *model = draft->model;
    int id = (int)model->group[model->stream[draft->stream].group].steps;
    draft->id = keep(model, draft->count + 1, sizeof *draft->id);
    if (draft->id == NULL || !resolve_all(draft)) return false;
    for (size_t i = 0; i < draft->count; i++) {
        draft->id[i] = id;
        id += !draft->node[i].jump;
    }
    for (size_t i = 0; i < draft->count; i++)
        if (!draft->node[i].jump && !emit_node(draft, i)) return false;
    return true;
}
