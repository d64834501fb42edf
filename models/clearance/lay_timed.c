/* lay_timed.c - steps that take time: service, delay, query, holding a resource, waiting for others or for a moment. */
#include "models/clearance/lay.h"
#include <stdlib.h>
#include <string.h>

enum { HELD_AT_ONCE = 6, UNITS_MOST = 1000 }; /* resources that the engine lets a shipment hold; servers that a step takes */

static const struct step *step_of(const struct way *way, int index)
{
    return &way->model->scenario->step[index];
}

static int station_of(const struct way *way, int resource)
{
    return way->model->station[resource].id;
}

static int by_number(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    return x < y ? -1 : x > y;
}

/* The step's resources as one station and the others held with it, in rising order; several units, as often. */
static bool use_resources(struct way *way, const struct step *step, struct draft_node *node)
{
    size_t n = 0;
    for (size_t i = 0; i < step->resources; i++) n += step->units ? (size_t)step->units[i] : 1;
    if (n > UNITS_MOST)
        return refuse(way->model, step->place, "%s: it takes %zu servers at once; at most %d are possible", step->name,
            n, UNITS_MOST);
    if (step->kind == STEP_SEIZE && step->resources > HELD_AT_ONCE)
        return refuse(way->model, step->place, "%s: it seizes servers of %zu resources; at most %d are possible",
            step->name, step->resources, HELD_AT_ONCE);
    int *station = keep(way->model, n + 1, sizeof *station);
    if (station == NULL) return false;
    n = 0;
    for (size_t i = 0; i < step->resources; i++)
        for (int unit = 0; unit < (step->units ? step->units[i] : 1); unit++)
            station[n++] = station_of(way, step->resource[i]);
    qsort(station, n, sizeof *station, by_number);
    node->spec.station = station[0];
    node->spec.also = station + 1;
    node->spec.alsos = n - 1;
    return true;
}

/* ---- the queue: priority, patience, balking, a full room ---- */

static int last_level(const struct way *way, int resource)
{
    int last = 0;
    for (size_t i = 0; i < way->model->scenario->steps; i++) {
        const struct step *step = step_of(way, (int)i);
        bool uses = false;
        for (size_t r = 0; r < step->resources; r++) uses = uses || step->resource[r] == resource;
        if (!uses) continue;
        for (size_t p = 0; p < step->priorities; p++)
            if (step->priority[p].level > last) last = step->priority[p].level;
        if (step->priority_otherwise > last) last = step->priority_otherwise;
    }
    return last;
}

/* Who is given no level stands with the last. */
static bool set_priorities(struct way *way, const struct step *step, struct draft_node *node)
{
    struct priority_rule *rule = keep(way->model, step->priorities + 1, sizeof *rule);
    if (rule == NULL) return false;
    for (size_t i = 0; i < step->priorities; i++) {
        struct condition *when = keep_condition(way->model, &step->priority[i].when);
        if (when == NULL) return false;
        rule[i] = (struct priority_rule){*when, step->priority[i].level};
    }
    node->spec.priority = rule;
    node->spec.priorities = step->priorities;
    node->spec.priority_otherwise =
        step->priority_otherwise ? step->priority_otherwise : last_level(way, step->resource[0]);
    return true;
}

static int outcome(struct way *way, const char *name)
{
    int id = network_outcome(way->model->group[way->stream->group].net, name);
    if (id < 0) no_memory(way->model);
    return id;
}

static bool set_ways_out(struct way *way, const struct step *step, struct draft_node *node)
{
    struct step_spec *spec = &node->spec;
    if (step->has_patience) {
        spec->has_patience = true;
        spec->patience = step->patience;
        if (step->patience_outcome && (spec->patience_outcome = outcome(way, step->patience_outcome)) < 0) return false;
        spec->patience_target = step->patience_outcome ? DRAFT_LEAVE : lay_reference(step->patience_target);
    }
    if (step->balk.given) {
        spec->join = step->balk.join;
        spec->joins = step->balk.n;
        spec->join_harmonic = step->balk.harmonic;
        if ((spec->balk_outcome = outcome(way, "balked")) < 0) return false;
    }
    bool may_lose = false;
    for (size_t i = 0; i < step->resources; i++) {
        const struct resource *resource = &way->model->scenario->resource[step->resource[i]];
        may_lose = may_lose || (resource->room >= 0 && resource->room_full == ROOM_FULL_LOSE);
    }
    if (may_lose && (step->full_outcome || step->full_target == NONE || step->full_target == TARGET_END)) {
        spec->full_outcome = outcome(way, step->full_outcome ? step->full_outcome : "lost");
        if (spec->full_outcome < 0) return false;
    } else if (may_lose) {
        spec->full_target = lay_reference(step->full_target);
    }
    return true;
}

static bool set_queue(struct way *way, const struct step *step, struct draft_node *node)
{
    node->spec.due = step->due;
    return use_resources(way, step, node) && set_priorities(way, step, node) && set_ways_out(way, step, node);
}

/* ---- what a step finds ---- */

static void remember_alarm(struct way *way, const struct step *step)
{
    bool by_offence = step->finds.levels > 0;
    way->alarm[0] = by_offence ? 0 : step->finds.share;
    way->alarm[1] = step->finds.false_alarm;
    const struct step *before = lay_before(way, step);
    way->alarm_unknown = step->has_when || step->share < 1 || step->has_ahead || (before && before->share < 1) || by_offence;
}

static unsigned offence_attribute(const struct scenario *scenario)
{
    unsigned index = 0;
    while (index + 1 < scenario->attributes && strcmp(scenario->attribute[index], "offence") != 0) index++;
    return index;
}

static bool lay_finds(struct way *way, const struct step *step)
{
    struct draft_node *test =
        draft_node(&way->draft, OP_TEST, keep_text(way->model, "%s.finds", step->name), step->place);
    if (test == NULL) return false;
    test->spec.attribute = ATTRIBUTE_ALARM;
    test->spec.truth = ATTRIBUTE_COMPLIANT;
    test->spec.hit = ATTRIBUTE_FOUND;
    test->spec.when_false = step->finds.share;
    test->spec.when_true = step->finds.false_alarm;
    test->spec.when_level = step->finds.by_offence;
    test->spec.levels = step->finds.levels;
    test->spec.level_of = offence_attribute(way->model->scenario);
    remember_alarm(way, step);
    draft_close(&way->draft, way->draft.count - 1, DRAFT_AFTER);
    return lay_book(way, step, "books", (struct ledger_point){.finds = true, .lessons = way->learning});
}

/* ---- the steps ---- */

static bool set_early_time(struct way *way, const struct step *step, struct draft_node *node)
{
    const struct step *before = lay_before(way, step);
    if (before == NULL) return true;
    if (before->by_capacity != step->by_capacity || before->until_arrival != step->until_arrival)
        return refuse(way->model, step->place,
            "%s: a policy that starts inside the run may change its time, not what the time depends on; leave out "
            "starts",
            step->name);
    if (!node->spec.has_early) node->spec.early_share = 1;
    node->spec.has_early = true;
    node->spec.early_time = step->by_capacity ? node->spec.time : before->time;
    return true;
}

static bool lay_service(struct way *way, const struct step *step)
{
    size_t first = way->draft.count;
    struct draft_node *node = lay_node(way, step, OP_SERVICE, NULL);
    if (node == NULL || (node->spec.stage = lay_stage(way, step)) < 0) return false;
    node->spec.time = step->time;
    if (step->by_capacity) {
        double capacity = way->model->scenario->resource[step->resource[0]].capacity_per_h;
        if (!(capacity > 0) || variate_constant(&node->spec.time, 1 / capacity) != STATUS_OK)
            return refuse(way->model, step->place,
                "%s: service by_capacity, but '%s' has no capacity; give it one: {capacity: 60/h}", step->name,
                way->model->scenario->resource[step->resource[0]].name);
    }
    if (!set_early_time(way, step, node) || !set_queue(way, step, node)) return false;
    if (!step->finds.given) return true;
    draft_close(&way->draft, first, DRAFT_AFTER);
    return lay_finds(way, step);
}

static bool set_delay(struct way *way, const struct step *step, struct draft_node *node)
{
    node->spec.time = step->time;
    node->spec.stage = lay_stage(way, step);
    if (node->spec.stage < 0 || !set_early_time(way, step, node)) return false;
    if (step->calendar != NONE) node->spec.hours = group_hours(way->model, way->stream->group, step->calendar);
    return step->calendar == NONE || node->spec.hours != NULL;
}

static struct draft_node *lay_part(struct way *way, const struct step *step, enum network_op op, const char *suffix)
{
    return draft_node(&way->draft, op, keep_text(way->model, "%s.%s", step->name, suffix), step->place);
}

/* A delay that the shipment may give up: two branches, the delay and the patience; whichever is over first decides.
 *     reset -> fork(any) -> delay -> end;  fork -> patience -> given up -> end;  joined: given up? out : on          */
static bool lay_patient_delay(struct way *way, const struct step *step)
{
    struct model *model = way->model;
    unsigned given_up = model->plan.attributes - 1; /* of the whole network: read at once after it is written */
    size_t first = way->draft.count;
    struct draft_node *head = lay_node(way, step, OP_PASS, keep_text(model, "%s.begins", step->name));
    if (head == NULL) return false;
    draft_close(&way->draft, first, DRAFT_AFTER);
    size_t body = way->draft.count;
    if (!lay_flag(way, step, "patient", given_up, false)) return false;
    draft_close(&way->draft, body, DRAFT_AFTER);

    size_t fork_at = way->draft.count;
    struct draft_node *fork = lay_part(way, step, OP_FORK, "or_gives_up");
    struct target *target = fork ? draft_targets(&way->draft, fork, 2) : NULL;
    if (target == NULL) return false;
    fork->spec.rule = FORK_ANY;
    target[0].step = (int)way->draft.count;
    struct draft_node *delay = draft_node(&way->draft, OP_DELAY, step->name, step->place);
    if (delay == NULL || !set_delay(way, step, delay)) return false;
    int stage = delay->spec.stage;
    delay->next = DRAFT_LEAVE;
    target[1].step = (int)way->draft.count;
    struct draft_node *patience = lay_part(way, step, OP_DELAY, "patience");
    if (patience == NULL) return false;
    patience->spec.time = step->patience;
    patience->spec.stage = stage;
    patience->next = (int)way->draft.count;
    if (!lay_flag(way, step, "gives_up", given_up, true)) return false;
    way->draft.node[way->draft.count - 1].next = DRAFT_LEAVE;

    draft_close(&way->draft, fork_at, DRAFT_AFTER);
    struct draft_node *choice = lay_part(way, step, OP_CHOOSE, "gave_up");
    struct condition *gave_up = choice ? keep_condition(model, NULL) : NULL;
    target = gave_up ? draft_targets(&way->draft, choice, 1) : NULL;
    if (target == NULL || !condition_and(model, gave_up, given_up, 1)) return false;
    target->when = *gave_up;
    target->step = lay_reference(step->patience_target);
    if (step->patience_outcome == NULL) return true;
    target->step = (int)way->draft.count;
    struct draft_node *out = lay_part(way, step, OP_END, "outcome");
    if (out == NULL) return false;
    out->next = DRAFT_LEAVE;
    return (out->spec.outcome = outcome(way, step->patience_outcome)) >= 0;
}

/* One server of the vessel's, taken or given back. */
static bool lay_vessel_server(struct way *way, const struct step *step, enum network_op op, int resource, int unit)
{
    const char *verb = op == OP_SEIZE ? "takes" : "leaves";
    struct draft_node *node = draft_node(&way->draft, op,
        keep_text(way->model, "%s.%s.%d.%d", step->name, verb, resource, unit), step->place);
    if (node == NULL) return false;
    node->spec.station = station_of(way, resource);
    if (op == OP_SEIZE) node->spec.stage = lay_stage(way, step);
    node->spec.priority_otherwise = op == OP_SEIZE ? last_level(way, resource) : 0;
    draft_close(&way->draft, way->draft.count - 1, DRAFT_AFTER);
    return op != OP_SEIZE || node->spec.stage >= 0;
}

/* The declarations of a vessel come together and the last of them stands for the vessel: it takes the berth, then the
 * cranes at once, the others are put ashore one by one, and it gives both back when it is ashore itself. */
static bool lay_unloading(struct way *way, const struct step *step)
{
    const struct arrivals *arrivals = &way->stream->stream->arrivals;
    int berth = arrivals->vessel.berth, crane = arrivals->vessel.crane, each = arrivals->vessel.each;
    if (way->draft.count > 0 || step->has_when || step->share < 1 || step->has_ahead)
        return refuse(way->model, step->place,
            "%s: delay: arrivals is the unloading of the vessel; it must be the first step, without when, share or "
            "ahead",
            step->name);
    if (each > UNITS_MOST)
        return refuse(way->model, step->place, "%s: a vessel takes %d cranes; at most %d are possible", step->name,
            each, UNITS_MOST);
    if (!lay_vessel_server(way, step, OP_SEIZE, berth, 0)) return false;
    struct draft_node *cranes = draft_node(
        &way->draft, OP_SEIZE, keep_text(way->model, "%s.takes.%d", step->name, crane), step->place);
    int *also = keep(way->model, (size_t)each, sizeof *also);
    if (cranes == NULL || also == NULL || (cranes->spec.stage = lay_stage(way, step)) < 0) return false;
    for (int i = 0; i + 1 < each; i++) also[i] = station_of(way, crane);
    cranes->spec.station = station_of(way, crane);
    cranes->spec.also = also;
    cranes->spec.alsos = (size_t)each - 1;
    cranes->spec.priority_otherwise = last_level(way, crane);
    draft_close(&way->draft, way->draft.count - 1, DRAFT_AFTER);
    struct draft_node *unload = draft_node(&way->draft, OP_UNLOAD, step->name, step->place);
    if (unload == NULL || (unload->spec.stage = lay_stage(way, step)) < 0) return false;
    unload->spec.moment = 1 / ((double)each * arrivals->vessel.moves_per_h);
    draft_close(&way->draft, way->draft.count - 1, DRAFT_AFTER);
    for (int i = 0; i < each; i++)
        if (!lay_vessel_server(way, step, OP_FREE, crane, i)) return false;
    return lay_vessel_server(way, step, OP_FREE, berth, 0);
}

static bool lay_delay(struct way *way, const struct step *step)
{
    if (step->until_arrival) return lay_unloading(way, step);
    size_t first = way->draft.count;
    if (step->has_patience) {
        if (!lay_patient_delay(way, step)) return false;
    } else {
        struct draft_node *node = lay_node(way, step, OP_DELAY, NULL);
        if (node == NULL || !set_delay(way, step, node)) return false;
    }
    if (!step->finds.given) return true;
    draft_close(&way->draft, first, DRAFT_AFTER);
    return lay_finds(way, step);
}

static bool lay_query(struct way *way, const struct step *step, unsigned met)
{
    size_t first = way->draft.count;
    struct draft_node *node = lay_node(way, step, OP_DELAY, NULL);
    if (node == NULL || !set_delay(way, step, node)) return false;
    if (step->after != NONE) { /* of: only who met that step is asked */
        struct condition *when = keep_condition(way->model, step->has_when ? &step->when : NULL);
        if (when == NULL || !condition_and(way->model, when, way->model->met_attribute[step->after], 1)) return false;
        node->spec.guard.when = *when;
    }
    node->spec.pauses_second_clock = step->stops_clock;
    node->next = met ? DRAFT_AFTER : DRAFT_STEP + step->back_to;
    draft_close(&way->draft, first, DRAFT_AFTER);
    if (met == 0) return true;
    if (!lay_flag(way, step, "met", met, true)) return false;
    way->draft.node[way->draft.count - 1].next = DRAFT_STEP + step->back_to;
    return true;
}

static bool lay_seize(struct way *way, const struct step *step)
{
    struct draft_node *node = lay_node(way, step, OP_SEIZE, NULL);
    if (node == NULL || (node->spec.stage = lay_stage(way, step)) < 0) return false;
    return set_queue(way, step, node);
}

static bool lay_free(struct way *way, const struct step *step)
{
    size_t first = way->draft.count, n = 0;
    for (size_t i = 0; i < step->resources; i++)
        for (int unit = 0; unit < (step->units ? step->units[i] : 1); unit++, n++) {
            draft_close(&way->draft, first, DRAFT_AFTER);
            struct draft_node *node =
                lay_node(way, step, OP_FREE, n ? keep_text(way->model, "%s.%zu", step->name, n) : NULL);
            if (node == NULL) return false;
            node->spec.station = station_of(way, step->resource[i]);
        }
    return true;
}

static bool lay_batch(struct way *way, const struct step *step)
{
    struct draft_node *node = lay_node(way, step, OP_BATCH, NULL);
    if (node == NULL || (node->spec.stage = lay_stage(way, step)) < 0) return false;
    node->spec.count = (unsigned)step->batch_size;
    node->spec.rule = way->unbatched ? FORK_ANY : FORK_ALL; /* goes on as one, or each for itself */
    if (!(step->batch_after > 0)) return true;
    node->spec.has_time = true;
    return variate_constant(&node->spec.time, step->batch_after) == STATUS_OK;
}

static bool lay_hold(struct way *way, const struct step *step)
{
    struct draft_node *node = lay_node(way, step, OP_HOLD, NULL);
    if (node == NULL || (node->spec.stage = lay_stage(way, step)) < 0) return false;
    if (step->hold_calendar != NONE) {
        node->spec.hours = group_hours(way->model, way->stream->group, step->hold_calendar);
        return node->spec.hours != NULL;
    }
    double moment = step->hold_until - way->model->clock.origin;
    node->spec.moment = moment > 0 ? moment : 0;
    return true;
}

bool lay_timed(struct way *way, int index)
{
    const struct step *step = step_of(way, index);
    switch (step->kind) {
    case STEP_SERVICE: return lay_service(way, step);
    case STEP_DELAY: return lay_delay(way, step);
    case STEP_QUERY: return lay_query(way, step, way->model->met_attribute[index]);
    case STEP_SEIZE: return lay_seize(way, step);
    case STEP_FREE: return lay_free(way, step);
    case STEP_BATCH: return lay_batch(way, step);
    case STEP_UNBATCH: return lay_node(way, step, OP_UNBATCH, NULL) != NULL;
    default: return lay_hold(way, step);
    }
}
