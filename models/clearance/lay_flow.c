/* lay_flow.c - steps that decide: parallel branches, alternatives, routes, milestones, outcomes, selectivity. */
#include "models/clearance/lay.h"
#include "models/clearance/trace.h"
#include "models/clearance/selectivity.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

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
    size_t first = way->draft.count;
    if (lay_node(way, step, op, NULL) == NULL) return false;
    if (op == OP_STOP) way->after_release = true;
    if (step->milestone != MILESTONE_OTHER) return true;
    draft_close(&way->draft, first, DRAFT_AFTER);
    return lay_book(way, step, "books", (struct ledger_point){.finds = false});
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

static bool is_watched(const struct way *way)
{
    return way->model->trace && way->model->trace->stream == way->index;
}

/* Guard, a look, and then the end: the guard keeps the step's name, and so its luck. */
static struct draft_node *lay_watched(struct way *way, const struct step *step, enum network_op op)
{
    size_t first = way->draft.count;
    if (lay_node(way, step, OP_PASS, NULL) == NULL) return NULL;
    draft_close(&way->draft, first, DRAFT_AFTER);
    first = way->draft.count;
    if (!lay_lookout(way, step)) return NULL;
    draft_close(&way->draft, first, DRAFT_AFTER);
    return draft_node(&way->draft, op, keep_text(way->model, "%s.ends", step->name), step->place);
}

/* Where there are lanes, an outcome is told apart by lane and by whether something was found, so that a lane's share
 * and the share found count those too who were never released. */
static bool lay_outcome(struct way *way, const struct step *step)
{
    enum network_op op = way->classes ? OP_CHOOSE : OP_END;
    struct draft_node *choice = is_watched(way) ? lay_watched(way, step, op) : lay_node(way, step, op, NULL);
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
    plan->campaign = keep(way->model, given->criteria + 1, sizeof *plan->campaign);
    if (plan->rule == NULL || plan->campaign == NULL) return false;
    for (size_t i = 0; i < given->criteria; i++) {
        struct condition *when = keep_condition(way->model, &given->criterion[i].when);
        if (when == NULL) return false;
        for (unsigned t = 0; t < when->count; t++) {
            unsigned index = when->term[t].index;
            bool own = index == ATTRIBUTE_LANE || index == ATTRIBUTE_SCORE || index == ATTRIBUTE_FOUND ||
                       index >= way->model->scenario->attributes;
            if (when->term[t].op != CONDITION_PUSH_ATTRIBUTE || plan->adaptive ||
                (!own && (index != ATTRIBUTE_ALARM || !way->alarm_unknown)))
                continue;
            return refuse(way->model, step->place,
                "%s: a criterion depends on what only the run can tell (%s); use attributes that a shipment is born "
                "with%s",
                step->name,
                index < way->model->scenario->attributes ? way->model->scenario->attribute[index] : "a step met",
                index == ATTRIBUTE_ALARM ? ", or let the step that finds have no when, share or ahead" : "");
        }
        const struct criterion *criterion = &given->criterion[i];
        struct selectivity_rule rule = {*when, criterion->lane, criterion->rate, 0, 0};
        if (!criterion->dated) {
            plan->rule[plan->rules++] = rule;
            continue;
        }
        rule.from = criterion->from - way->model->clock.origin;
        rule.to = criterion->to - way->model->clock.origin;
        plan->campaign[plan->campaigns++] = rule;
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
    if (given->card.data && !lay_card(way, step, plan)) return false;
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
    memcpy(plan->top_up, step->selectivity.top_up, sizeof plan->top_up);
    if (over > 1e-9 && !plan->adaptive)
        diagnostics_add(way->model->errors, DIAGNOSTIC_WARNING, step->place,
            "%s: for stream '%s', criteria and at_least_random already fill a lane beyond its top_up, by %.2f %% of "
            "all",
            step->name, way->stream->stream->name, 100 * over);
    return true;
}

/* Whether only the run can tell who comes to the step. */
static bool is_adaptive(const struct way *way, const struct step *step)
{
    if (way->selectivities > 0 || step->selectivity.learns.given) return true;
    struct condition *when = step->has_when ? keep_condition(way->model, &step->when) : NULL;
    for (unsigned t = 0; when && t < when->count; t++) {
        unsigned index = when->term[t].index;
        bool own = index == ATTRIBUTE_LANE || index == ATTRIBUTE_SCORE || index == ATTRIBUTE_FOUND ||
                   index >= way->model->scenario->attributes || (index == ATTRIBUTE_ALARM && way->alarm_unknown);
        if (when->term[t].op == CONDITION_PUSH_ATTRIBUTE && own) return true;
    }
    return false;
}

static const struct attribute_def *drawn(const struct stream *stream, int attribute)
{
    for (size_t i = 0; i < stream->attributes; i++)
        if (stream->attribute[i] == attribute) return &stream->attribute_def[i];
    return NULL;
}

static bool set_lessons(struct way *way, const struct step *step, struct selectivity_plan *plan)
{
    const struct learns *learns = &step->selectivity.learns;
    if (!learns->given) return true;
    const struct attribute_def *def = drawn(way->stream->stream, learns->attribute);
    double most = def && def->kind == ATTRIBUTE_CATEGORY ? (double)def->levels - 1 : 1;
    for (size_t l = 0; def && def->level_value && l < def->levels; l++)
        if (def->level_value[l] > most) most = def->level_value[l];
    if (def == NULL || !(most < 1e6))
        return refuse(way->model, step->place,
            "%s: it learns by '%s', %s; learn by an attribute of stream '%s' with fewer levels", step->name,
            way->model->scenario->attribute[learns->attribute],
            def ? "whose levels are too large numbers" : "which the stream does not draw", way->stream->stream->name);
    plan->lessons = keep(way->model, 1, sizeof *plan->lessons);
    if (plan->lessons == NULL) return false;
    *plan->lessons = (struct lessons){.attribute = (unsigned)learns->attribute,
        .levels = (unsigned)most + 1,
        .memory = learns->memory,
        .prior = learns->prior,
        .weight = learns->weight};
    way->learning = plan->lessons;
    return true;
}

/* A twentieth of the score's spread: fine enough not to blur the lanes, quick enough to be there within the warm-up. */
static bool set_adaptive(struct way *way, const struct step *step, struct selectivity_plan *plan)
{
    struct group *group = &way->model->group[way->stream->group];
    plan->adaptive = is_adaptive(way, step);
    if (!plan->adaptive) return true;
    if (!grow_list(&group->adaptive, &group->adaptives_allocated, group->adaptives, sizeof *group->adaptive))
        return no_memory(way->model);
    group->adaptive[group->adaptives++] = plan;
    return set_lessons(way, step, plan);
}

static double spread_of(const struct selectivity_plan *plan)
{
    double variance = plan->card ? 1 : variate_variance(&plan->score_compliant); /* log odds differ by about 1 */
    return (variance > 0 ? sqrt(variance) : 0) + (plan->lessons ? plan->lessons->weight : 0);
}

static bool set_ledger(struct way *way, const struct step *step, struct selectivity_plan *plan)
{
    plan->ledger = way->stream->ledger;
    if (plan->ledger == NULL) return true;
    int point = ledger_point(way->stream->ledger, step->name);
    plan->point = (unsigned)point;
    return point >= 0 ||
           refuse(way->model, step->place, "%s: more than 128 places are counted; leave some steps out", step->name);
}

static bool set_plan(struct way *way, const struct step *step, struct selectivity_plan *plan)
{
    if (!set_ledger(way, step, plan) || !set_adaptive(way, step, plan)) return false;
    if (!set_scores(way, step, plan)) return false;
    plan->gain = 0.05 * spread_of(plan);
    return set_rules(way, step, plan) && set_thresholds(way, step, plan);
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
    hook->spec.hook_own = !plan->adaptive && plan->lessons == NULL; /* the ledger counts lanes, no more */
    const struct step *before = lay_before(way, step);
    way->selectivities += before == NULL;
    if (before == NULL) return true;
    struct selectivity_plan *early = keep(way->model, 1, sizeof *early);
    plan->early = early;
    plan->turns_at = way->model->plan.turns_at;
    plan->turns_back = way->model->plan.turns_back;
    if (early == NULL || !set_plan(way, before, early)) return false;
    if (plan->lessons) way->learning = early->lessons = plan->lessons; /* what was learnt stays */
    hook->spec.hook_own = hook->spec.hook_own && !early->adaptive && early->lessons == NULL;
    way->selectivities++;
    return true;
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
