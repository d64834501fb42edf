/* lay_flow.c - steps that decide: parallel branches, alternatives, routes, milestones, outcomes, selectivity. */
#include "models/clearance/lay.h"
#include "models/clearance/selectivity.h"
#include <math.h>
#include <stdlib.h>

/* One branch or alternative: its steps, then a node that leads out. */
static bool lay_branch(struct way *way, const struct step *step, size_t branch, bool ends)
{
    bool inside = way->inside_ahead;
    way->inside_ahead = inside || step->has_ahead;
    bool fine = lay_chain(way, step->branch[branch]);
    way->inside_ahead = inside;
    if (!fine) return false;
    struct draft_node *out = draft_node(
        &way->draft, ends ? OP_BRANCH_END : OP_PASS, keep_text(way->model, "%s.%zu", step->name, branch), step->place);
    if (out == NULL) return false;
    out->jump = !ends;
    if (ends) out->next = DRAFT_LEAVE;
    return true;
}

static bool lay_parallel(struct way *way, const struct step *step)
{
    struct draft_node *fork = lay_node(way, step, OP_FORK, NULL);
    struct target *target = fork ? draft_targets(&way->draft, fork, step->branches) : NULL;
    if (target == NULL) return false;
    fork->spec.rule = step->join == JOIN_ALL ? FORK_ALL : step->join == JOIN_ANY ? FORK_ANY : FORK_COUNT;
    fork->spec.count = (unsigned)step->join_k;
    for (size_t b = 0; b < step->branches; b++) {
        target[b].step = (int)way->draft.count;
        target[b].name = step->branch_name ? step->branch_name[b] : NULL;
        if (!lay_branch(way, step, b, true)) return false;
    }
    return true;
}

static bool lay_alternative(struct way *way, const struct step *step, size_t branch, struct target *target)
{
    if (step->branch_share[branch] >= 0) {
        target->share = step->branch_share[branch];
    } else {
        struct condition *when = keep_condition(way->model, &step->branch_when[branch]);
        if (when == NULL) return false;
        target->when = *when;
    }
    target->step = step->branch[branch] == NONE ? DRAFT_AFTER : (int)way->draft.count;
    return step->branch[branch] == NONE || lay_branch(way, step, branch, false);
}

/* Conditions are asked first, in order; shares are drawn among the rest. */
static bool lay_choice(struct way *way, const struct step *step)
{
    struct draft_node *choice = lay_node(way, step, OP_CHOOSE, NULL);
    struct target *target = choice ? draft_targets(&way->draft, choice, step->branches) : NULL;
    if (target == NULL) return false;
    size_t n = 0;
    for (size_t b = 0; b < step->branches; b++)
        if (step->branch_share[b] < 0 && !lay_alternative(way, step, b, &target[n++])) return false;
    for (size_t b = 0; b < step->branches; b++)
        if (step->branch_share[b] >= 0 && !lay_alternative(way, step, b, &target[n++])) return false;
    return true;
}

static bool lay_route(struct way *way, const struct step *step)
{
    struct draft_node *node = lay_node(way, step, step->shortest_queue ? OP_SHORTEST : OP_CHOOSE, NULL);
    struct target *target = node ? draft_targets(&way->draft, node, step->rows) : NULL;
    if (target == NULL) return false;
    for (size_t i = 0; i < step->rows; i++) {
        const struct share_row *row = &step->row[i];
        target[i].step = lay_reference(row->target);
        if (row->share >= 0) {
            target[i].share = row->share;
            continue;
        }
        struct condition *when = keep_condition(way->model, &row->when);
        if (when == NULL) return false;
        target[i].when = *when;
    }
    return true;
}

/* ---- milestones and outcomes ---- */

static bool lay_milestone(struct way *way, const struct step *step)
{
    enum network_op op = OP_PASS;
    if (step->milestone == MILESTONE_LODGED) op = OP_MARK;
    if (step->milestone == MILESTONE_RELEASED) op = OP_STOP;
    if (lay_node(way, step, op, NULL) == NULL) return false;
    if (op == OP_STOP) way->after_release = true;
    return true;
}

static int outcome_of(struct way *way, const char *name, int lane, int found)
{
    struct group *group = &way->model->group[way->stream->group];
    if (lane != NONE) name = keep_text(way->model, "%s.%s%s", name, lane_names[lane], found ? ".found" : "");
    return name ? network_outcome(group->net, name) : -1;
}

static bool lay_end(struct way *way, const struct step *step, int lane, int found)
{
    struct draft_node *end = draft_node(&way->draft, OP_END, step->outcome, step->place);
    if (end == NULL) return false;
    end->next = DRAFT_LEAVE;
    end->spec.outcome = outcome_of(way, step->outcome, lane, found);
    return end->spec.outcome >= 0 || no_memory(way->model);
}

/* Where there are lanes, an outcome is told apart by lane and by whether something was found, so that a lane's share
 * and the share found count those too who were never released. */
static bool lay_outcome(struct way *way, const struct step *step)
{
    struct draft_node *choice = lay_node(way, step, way->classes ? OP_CHOOSE : OP_END, NULL);
    if (choice == NULL) return false;
    choice->next = DRAFT_LEAVE;
    if (!way->classes) {
        choice->spec.outcome = outcome_of(way, step->outcome, NONE, 0);
        return choice->spec.outcome >= 0 || no_memory(way->model);
    }
    struct target *target = draft_targets(&way->draft, choice, 2 * LANES);
    if (target == NULL) return false;
    for (int k = 0; k < 2 * LANES; k++) {
        int lane = k / 2, found = k % 2;
        struct condition *when = keep_condition(way->model, NULL);
        if (when == NULL || !condition_and(way->model, when, ATTRIBUTE_LANE, lane) ||
            !condition_and(way->model, when, ATTRIBUTE_FOUND, found))
            return false;
        target[k].when = *when;
        target[k].step = (int)way->draft.count;
        if (!lay_end(way, step, lane, found)) return false;
    }
    return true;
}

/* ---- selectivity ---- */

static bool set_rules(struct way *way, const struct step *step, struct selectivity_plan *plan)
{
    const struct selectivity *given = &step->selectivity;
    plan->rule = keep(way->model, given->criteria + 1, sizeof *plan->rule);
    if (plan->rule == NULL) return false;
    for (size_t i = 0; i < given->criteria; i++) {
        struct condition *when = keep_condition(way->model, &given->criterion[i].when);
        if (when == NULL) return false;
        for (unsigned t = 0; t < when->count; t++) {
            unsigned index = when->term[t].index;
            bool own = index == ATTRIBUTE_LANE || index == ATTRIBUTE_SCORE || index == ATTRIBUTE_FOUND ||
                       index >= way->model->scenario->attributes;
            if (when->term[t].op != CONDITION_PUSH_ATTRIBUTE ||
                (!own && (index != ATTRIBUTE_ALARM || !way->alarm_unknown)))
                continue;
            return refuse(way->model, step->place,
                "%s: a criterion depends on what only the run can tell (%s); use attributes that a shipment is born "
                "with%s",
                step->name,
                index < way->model->scenario->attributes ? way->model->scenario->attribute[index] : "a step met",
                index == ATTRIBUTE_ALARM ? ", or let the step that finds have no when, share or ahead" : "");
        }
        plan->rule[plan->rules++] =
            (struct selectivity_rule){*when, given->criterion[i].lane, given->criterion[i].rate};
    }
    plan->at_least_random = given->at_least_random;
    for (int lane = LANE_GREEN; lane < LANES; lane++)
        if (given->top_up[lane] > 0) plan->random_lane = (enum lane)lane;
    if (plan->at_least_random > 0 && plan->random_lane == LANE_GREEN) plan->random_lane = LANE_RED;
    return true;
}

static bool set_scores(struct way *way, const struct step *step, struct selectivity_plan *plan)
{
    const struct selectivity *given = &step->selectivity;
    if (given->has_score) {
        plan->score_compliant = given->score_compliant;
        plan->score_not = given->score_not;
        return true;
    }
    return (variate_uniform(&plan->score_compliant, 0, 1) == STATUS_OK &&
               variate_uniform(&plan->score_not, 0, 1) == STATUS_OK) ||
           no_memory(way->model);
}

static bool set_thresholds(struct way *way, const struct step *step, struct selectivity_plan *plan)
{
    struct mixture_request request = {.stream = way->stream->stream,
        .attributes = way->model->plan.attributes,
        .alarm = {way->alarm[0], way->alarm[1]},
        .plan = plan};
    struct condition *when = step->has_when ? keep_condition(way->model, &step->when) : NULL;
    if (step->has_when && when == NULL) return false;
    request.when = when;
    size_t kinds;
    struct kind_of_shipment *kind = mixture_kinds(&request, &kinds);
    if (kind == NULL) return no_memory(way->model);
    double over = selectivity_thresholds(plan, step->selectivity.top_up, kind, kinds);
    free(kind);
    if (over > 1e-9)
        diagnostics_add(way->model->errors, DIAGNOSTIC_WARNING, step->place,
            "%s: for stream '%s', criteria and at_least_random already fill a lane beyond its top_up, by %.2f %% of "
            "all",
            step->name, way->stream->stream->name, 100 * over);
    return true;
}

static bool set_plan(struct way *way, const struct step *step, struct selectivity_plan *plan)
{
    return set_rules(way, step, plan) && set_scores(way, step, plan) && set_thresholds(way, step, plan);
}

static bool lay_selectivity(struct way *way, const struct step *step)
{
    struct selectivity_plan *plan = keep(way->model, 1, sizeof *plan);
    size_t first = way->draft.count;
    struct draft_node *guard =
        plan ? lay_node(way, step, OP_PASS, keep_text(way->model, "%s.reached", step->name)) : NULL;
    if (guard == NULL) return false;
    guard->jump = !step->has_when && step->share >= 1 && !guard->spec.guard.has_ahead && !guard->spec.guard.parts;
    draft_close(&way->draft, first, DRAFT_AFTER);
    struct draft_node *hook = draft_node(&way->draft, OP_HOOK, step->name, step->place);
    if (hook == NULL) return false;
    hook->spec.hook = selectivity_hook;
    hook->spec.config = plan;
    if (!set_plan(way, step, plan)) return false;
    const struct step *before = lay_before(way, step);
    if (before == NULL) return true;
    struct selectivity_plan *early = keep(way->model, 1, sizeof *early);
    plan->early = early;
    plan->turns_at = way->model->plan.turns_at;
    return early && set_plan(way, before, early);
}

bool lay_flow(struct way *way, int index)
{
    const struct step *step = &way->model->scenario->step[index];
    switch (step->kind) {
    case STEP_PARALLEL: return lay_parallel(way, step);
    case STEP_CHOICE: return lay_choice(way, step);
    case STEP_ROUTE: return lay_route(way, step);
    case STEP_MILESTONE: return lay_milestone(way, step);
    case STEP_OUTCOME: return lay_outcome(way, step);
    default: return lay_selectivity(way, step);
    }
}
