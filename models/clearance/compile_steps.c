/* compile_steps.c - a stream's process as steps of its network, the part before arrival included.
 *
 * Of a process whose steps are A (before the first that may be done ahead), B (up to the last of these) and C (the
 * rest):
 *
 *   ahead: fork --papers (PART_AHEAD)------------------> B, the steps ahead only -> gate -> end of branch
 *              \--goods (PART_GOODS)--> arrival -> A -> gate -> end of branch
 *          joined (PART_WHOLE) -------------------------> B, the steps not done ahead -> gate -> C
 *   others: A -> gate -> B -> gate -> C
 *
 * Draws are keyed by the names of stream and step, so all ways through a step share its luck, and a step inserted
 * anywhere moves no other's.
 */
#include "models/clearance/lay.h"
#include "models/clearance/trace.h"
#include <stdio.h>
#include <string.h>

/* ---- what all steps share ---- */

int lay_reference(int target)
{
    if (target == TARGET_NEXT) return DRAFT_AFTER;
    if (target == TARGET_END || target < 0) return DRAFT_LEAVE;
    return DRAFT_STEP + target;
}

const struct step *lay_before(const struct way *way, const struct step *step)
{
    const struct scenario *scenario = way->model->scenario;
    return scenario->before ? &scenario->before->step[step - scenario->step] : NULL;
}

struct draft_node *lay_node(struct way *way, const struct step *step, enum network_op op, const char *name)
{
    struct draft_node *node = draft_node(&way->draft, op, name ? name : step->name, step->place);
    if (node == NULL) return NULL;
    struct guard *guard = &node->spec.guard;
    if (step->has_when) {
        struct condition *when = keep_condition(way->model, &step->when);
        if (when == NULL) return NULL;
        guard->when = *when;
    }
    guard->share = step->share;
    const struct step *before = lay_before(way, step);
    if (before) {
        node->spec.has_early = true;
        node->spec.early_share = before->share;
    }
    if (!way->ahead || !way->among_ahead || way->inside_ahead) return node;
    const struct step *asks = step; /* a query belongs to the step that it comes back to */
    if (step->kind == STEP_QUERY && !step->has_ahead) asks = &way->model->scenario->step[step->back_to];
    if (asks->has_ahead) {
        struct condition *ahead = keep_condition(way->model, &asks->ahead);
        if (ahead == NULL) return NULL;
        guard->ahead = *ahead;
        guard->has_ahead = true;
    } else if (step->kind != STEP_PARALLEL && step->kind != STEP_CHOICE) {
        guard->parts = PART_WHOLE | PART_GOODS; /* never before arrival */
    }
    return node;
}

int lay_stage(struct way *way, const struct step *step)
{
    struct stream_in_model *stream = way->stream;
    for (size_t i = 0; i < stream->stages; i++)
        if (strcmp(stream->stage[i].name, step->stage) == 0) return (int)i;
    if (stream->stages == 64) {
        refuse(way->model, step->place,
            "%s: stage '%s' is the 65th of stream '%s'; let several steps share a stage (at most 64)", step->name,
            step->stage, stream->stream->name);
        return -1;
    }
    stream->stage[stream->stages] = (struct stage){step->stage, step->stage_label ? step->stage_label : step->stage,
        step->owner ? step->owner : "customs", way->after_release};
    return (int)stream->stages++;
}

bool lay_flag(struct way *way, const struct step *step, const char *suffix, unsigned attribute, bool value)
{
    struct draft_node *node =
        draft_node(&way->draft, OP_TEST, keep_text(way->model, "%s.%s", step->name, suffix), step->place);
    if (node == NULL) return false;
    node->spec.attribute = node->spec.hit = attribute;
    node->spec.when_true = node->spec.when_false = value;
    return true;
}

bool lay_book(struct way *way, const struct step *step, const char *suffix, struct ledger_point point)
{
    struct ledger *ledger = way->stream->ledger;
    if (ledger == NULL && point.lessons == NULL) return true;
    int at = ledger ? ledger_point(ledger, point.finds ? step->name : step->milestone_name) : 0;
    if (at < 0)
        return refuse(way->model, step->place, "%s: it is the 129th place at which stream '%s' is counted; at most 128",
            step->name, way->stream->stream->name);
    struct ledger_point *kept = keep(way->model, 1, sizeof *kept);
    struct draft_node *hook =
        kept ? draft_node(&way->draft, OP_HOOK, keep_text(way->model, "%s.%s", step->name, suffix), step->place) : NULL;
    if (hook == NULL) return false;
    *kept = point;
    kept->ledger = ledger;
    kept->point = (unsigned)at;
    hook->spec.hook = ledger_hook;
    hook->spec.config = kept;
    return true;
}

static double fee_of(const struct way *way, int index)
{
    const struct costs *costs = &way->stream->stream->costs;
    for (size_t i = 0; i < costs->fees; i++)
        if (costs->fee[i].step == index) return costs->fee[i].amount;
    return 0;
}

static bool lay_fee(struct way *way, const struct step *step, double fee)
{
    struct ledger_point *point = keep(way->model, 1, sizeof *point);
    struct draft_node *hook =
        point ? draft_node(&way->draft, OP_HOOK, keep_text(way->model, "%s.fee", step->name), step->place) : NULL;
    if (hook == NULL) return false;
    *point = (struct ledger_point){.ledger = way->stream->ledger, .fee = fee};
    hook->spec.hook = ledger_hook;
    hook->spec.config = point;
    return true;
}

/* Outcomes are looked at before they end the way (lay_flow.c). */
static bool is_watched(const struct way *way, const struct step *step)
{
    return way->model->trace && way->model->trace->stream == way->index && step->kind != STEP_OUTCOME &&
           step->kind != STEP_ROUTE && step->kind != STEP_QUERY;
}

static bool lay_step(struct way *way, int index)
{
    const struct step *step = &way->model->scenario->step[index];
    size_t first = way->draft.count;
    bool fine;
    way->draft.entry[index] = (int)first;
    switch (step->kind) {
    case STEP_SERVICE:
    case STEP_DELAY:
    case STEP_QUERY:
    case STEP_SEIZE:
    case STEP_FREE:
    case STEP_BATCH:
    case STEP_UNBATCH:
    case STEP_HOLD: fine = lay_timed(way, index); break;
    default: fine = lay_flow(way, index); break;
    }
    if (!fine) return false;
    if (way->model->met_attribute[index] &&
        step->kind != STEP_QUERY) { /* a query goes back at once, and says so itself */
        draft_close(&way->draft, first, DRAFT_AFTER);
        if (!lay_flag(way, step, "met", way->model->met_attribute[index], true)) return false;
    }
    double fee = fee_of(way, index);
    if (fee != 0) {
        draft_close(&way->draft, first, DRAFT_AFTER);
        if (!lay_fee(way, step, fee)) return false;
    }
    if (is_watched(way, step)) {
        draft_close(&way->draft, first, DRAFT_AFTER);
        if (!lay_lookout(way, step)) return false;
    }
    draft_close(&way->draft, first, DRAFT_AFTER);
    draft_close(&way->draft, first, DRAFT_PAST);
    return true;
}

bool lay_chain(struct way *way, int first)
{
    for (int i = first; i != NONE; i = way->model->scenario->step[i].next)
        if (!lay_step(way, i)) return false;
    return true;
}

/* ---- ahead of arrival ---- */

static bool holds_ahead(const struct scenario *scenario, int index)
{
    const struct step *step = &scenario->step[index];
    if (step->has_ahead) return true;
    for (size_t b = 0; b < step->branches; b++)
        for (int i = step->branch[b]; i != NONE; i = scenario->step[i].next)
            if (holds_ahead(scenario, i)) return true;
    return false;
}

static struct draft_node *structure(struct way *way, enum network_op op, const char *name)
{
    return draft_node(&way->draft, op, name, way->stream->stream->place);
}

/* A gate that lets one part end its branch and all others pass. */
static bool lay_gate(struct way *way, enum network_part part, const char *name)
{
    size_t first = way->draft.count;
    struct draft_node *gate = structure(way, OP_PASS, name);
    if (gate == NULL) return false;
    gate->spec.guard.parts = (uint8_t)part;
    gate->next = (int)first + 1;
    struct draft_node *end = structure(way, OP_BRANCH_END, keep_text(way->model, "%s.end", name));
    if (end == NULL) return false;
    end->next = DRAFT_LEAVE;
    draft_close(&way->draft, first, DRAFT_PAST);
    return true;
}

/* Fork and arrival; the fork's first branch and its way on are known once B is laid. */
static bool lay_fork_ahead(struct way *way)
{
    struct draft_node *fork = structure(way, OP_FORK, "(ahead)");
    struct target *target = fork ? draft_targets(&way->draft, fork, 2) : NULL;
    if (target == NULL) return false;
    target[0].part = PART_AHEAD;
    target[1].part = PART_GOODS;
    target[1].step = (int)way->draft.count;
    struct draft_node *arrival = structure(way, OP_ARRIVAL, "(arrival)");
    if (arrival == NULL) return false;
    draft_close(&way->draft, way->draft.count - 1, DRAFT_AFTER);
    return true;
}

static bool lay_with_ahead(struct way *way, int first, int from, int to)
{
    const struct scenario *scenario = way->model->scenario;
    if (!lay_fork_ahead(way)) return false;
    int i = first;
    for (; i != from; i = scenario->step[i].next)
        if (!lay_step(way, i)) return false;
    if (!lay_gate(way, PART_GOODS, "(goods)")) return false;
    struct draft_node *fork = &way->draft.node[0];
    fork->next = fork->target[0].step = (int)way->draft.count;
    way->among_ahead = true;
    for (bool last = false; !last; i = scenario->step[i].next) {
        last = i == to;
        if (!lay_step(way, i)) return false;
    }
    way->among_ahead = false;
    return lay_gate(way, PART_AHEAD, "(papers)") && lay_chain(way, i);
}

static bool lay_process(struct way *way)
{
    const struct scenario *scenario = way->model->scenario;
    int first = scenario->process[way->stream->stream->process].first, from = NONE, to = NONE;
    for (int i = first; i != NONE; i = scenario->step[i].next)
        if (way->ahead && holds_ahead(scenario, i)) {
            if (from == NONE) from = i;
            to = i;
        }
    way->ahead = from != NONE;
    bool fine = way->ahead ? lay_with_ahead(way, first, from, to) : lay_chain(way, first);
    struct draft_node *end = fine ? structure(way, OP_END, "(end)") : NULL;
    if (end) end->next = DRAFT_LEAVE;
    return end != NULL;
}

/* ---- the stream ---- */

static bool has_kind(const struct scenario *scenario, int first, enum step_kind kind)
{
    for (int i = first; i != NONE; i = scenario->step[i].next) {
        if (scenario->step[i].kind == kind) return true;
        for (size_t b = 0; b < scenario->step[i].branches; b++)
            if (scenario->step[i].branch[b] != NONE && has_kind(scenario, scenario->step[i].branch[b], kind))
                return true;
    }
    return false;
}

/* Who stands at the start where; in the order of age, hence that of joining the queues. */
static void lay_backlog(struct way *way)
{
    const struct backlog *backlog = &way->model->scenario->backlog;
    struct network *net = way->model->group[way->stream->group].net;
    for (size_t i = 0; i < backlog->rows; i++) {
        const struct backlog_row *row = &backlog->row[i];
        if (row->stream != (int)way->index) continue;
        int step = row->step == NONE ? -1 : way->draft.id[way->draft.entry[row->step]];
        network_initial(net, way->stream->id, step, row->age, &backlog->value[i * backlog->attributes]);
    }
}

static bool begin_ledger(struct model *model, struct stream_in_model *stream)
{
    if (!keeps_ledger(model->scenario, stream->stream)) return true;
    stream->ledger = keep(model, 1, sizeof *stream->ledger);
    if (stream->ledger == NULL) return false;
    ledger_begin(stream->ledger, model->scenario, stream->stream);
    stream->ledger->examined = model->examined_attribute;
    stream->ledger->fees = model->fees_attribute;
    for (size_t i = 0; i < stream->stream->attributes; i++)
        if (stream->stream->attribute[i] == stream->ledger->tariff &&
            stream->stream->attribute_def[i].kind == ATTRIBUTE_FLAG)
            return refuse(model, stream->stream->place,
                "stream '%s': its tariff is a flag, true for a share of the shipments; write a number: constant 0.08",
                stream->stream->name);
    return true;
}

bool compile_steps(struct model *model, size_t index)
{
    struct stream_in_model *stream = &model->stream[index];
    const struct scenario *scenario = model->scenario;
    int first = scenario->process[stream->stream->process].first;
    struct way way = {.model = model, .stream = stream, .index = index};
    way.ahead = stream->stream->has_lead;
    way.unbatched = has_kind(scenario, first, STEP_UNBATCH);
    way.classes = has_kind(scenario, first, STEP_SELECTIVITY);
    bool fine = begin_ledger(model, stream) && draft_init(&way.draft, model, index) && lay_process(&way);
    stream->classes = way.classes;
    if (!stream->staged) stream->stages = 0;
    fine = fine && compile_stream(model, index, way.ahead) && draft_emit(&way.draft);
    if (fine) {
        int entry = way.draft.id[way.ahead ? 2 : 0]; /* past fork and arrival */
        lay_backlog(&way);
        network_stream_entry(model->group[stream->group].net, stream->id, entry, way.ahead ? way.draft.id[0] : -1);
    }
    draft_clear(&way.draft);
    return fine;
}
