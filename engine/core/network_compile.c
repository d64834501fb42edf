/* network_compile.c - the flat arrays that a simulation walks over, and what is known of them before any entity comes.
 *
 * Invariants afterwards: every index points inside its array or is NO_STEP; every place (the key of a draw) is unique; steps
 * reach forward unless marked back.
 */
#include "engine/core/compiled.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static bool draws_words(const struct step_spec *spec)
{
    switch (spec->op) {
    case OP_SERVICE:
    case OP_DELAY: return spec->time.kind != VARIATE_CONSTANT || (spec->has_early && spec->early_time.kind != VARIATE_CONSTANT);
    case OP_HOLD:
    case OP_BATCH: return spec->has_time && spec->time.kind != VARIATE_CONSTANT;
    case OP_TEST:
    case OP_HOOK: return true;
    case OP_CHOOSE:
        for (size_t i = 0; i < spec->targets; i++)
            if (spec->target[i].when.count == 0 && spec->target[i].share < 1) return true;
        return false;
    default: return false;
    }
}

/* No single value has a probability of its own. */
static bool has_no_atoms(const struct variate *law)
{
    double at;
    switch (law->kind) {
    case VARIATE_EXPONENTIAL:
    case VARIATE_LOGNORMAL:
    case VARIATE_ERLANG:
    case VARIATE_WEIBULL:
    case VARIATE_UNIFORM:
    case VARIATE_TRIANGULAR:
    case VARIATE_PERT:
    case VARIATE_NORMAL: return !variate_is_point(law, &at);
    default: return false;
    }
}

static bool is_smooth(const struct step_spec *spec)
{
    return spec->op == OP_DELAY && spec->hours == NULL && !spec->pauses_second_clock && has_no_atoms(&spec->time) &&
           (!spec->has_early || has_no_atoms(&spec->early_time));
}

static bool is_own(const struct step_spec *spec)
{
    switch (spec->op) {
    case OP_CHOOSE:
    case OP_TEST:
    case OP_MARK:
    case OP_PASS: return true;
    case OP_HOOK: return spec->hook_own;
    default: return false;
    }
}

static void compile_step(struct network *net, size_t i)
{
    const struct step_spec *spec = &net->spec[i];
    struct hot_step *hot = &net->step[i];
    hot->op = (uint8_t)spec->op;
    hot->stage = (int8_t)(spec->stage < 0 || net->stream[spec->stream].spec.stages == 0 ? -1 : spec->stage);
    hot->parts = spec->guard.parts;
    hot->next = network_index_of(net, net->next[i]);
    hot->otherwise = network_index_of(net, net->otherwise[i]);
    hot->station = (uint16_t)(spec->station < 0 ? 0 : spec->station);
    hot->share = spec->guard.share;
    hot->time = spec->time;
    if (spec->guard.when.count) hot->flags |= STEP_HAS_WHEN;
    if (spec->has_early) hot->flags |= STEP_TURNS;
    if (spec->guard.share < 1 || (spec->has_early && spec->early_share < 1)) hot->flags |= STEP_HAS_SHARE | STEP_DRAWS;
    if (spec->guard.has_ahead) hot->flags |= STEP_HAS_AHEAD;
    if (spec->guard.parts) hot->flags |= STEP_HAS_PARTS;
    if (net->back[i]) hot->flags |= STEP_BACK;
    if (draws_words(spec)) hot->flags |= STEP_DRAWS;
    if (is_smooth(spec)) hot->flags |= STEP_SMOOTH;
    if (is_own(spec)) hot->flags |= STEP_OWN;
    if (spec->op == OP_FORK || spec->op == OP_MARK || spec->op == OP_SEIZE || spec->op == OP_FREE || spec->op == OP_BATCH ||
        spec->op == OP_UNBATCH || spec->op == OP_UNLOAD || spec->pauses_second_clock)
        net->has_cold = true;
    if (spec->op == OP_MARK) net->marks = true;
    if (spec->op == OP_SEIZE) net->seizes = true;
}

/* Steps at which nothing happens are passed by: a label that credits no stage, an end without an outcome. */
static void link_past_nothing(struct network *net, size_t i)
{
    struct hot_step *hot = &net->step[i];
    while (hot->next != NO_STEP) {
        const struct hot_step *next = &net->step[hot->next];
        if (next->flags & (STEP_GUARDED | STEP_BACK)) return;
        if (next->op == OP_PASS && next->stage < 0 && next->next > hot->next)
            hot->next = next->next;
        else if (next->op == OP_END && net->spec[hot->next].outcome < 0)
            hot->next = NO_STEP;
        else
            return;
    }
}

static void add_dependent(struct network *net, struct built_station *station, uint32_t dependent)
{
    for (size_t i = 0; i < station->dependents; i++)
        if (station->dependent[i] == dependent) return;
    uint32_t *list = realloc(station->dependent, (station->dependents + 1) * sizeof *list);
    if (list == NULL) {
        network_no_memory(net);
        return;
    }
    station->dependent = list;
    list[station->dependents++] = dependent;
}

static bool is_simple(const struct step_spec *spec)
{
    return spec->op == OP_SERVICE && !spec->has_patience && spec->joins == 0 && !spec->join_harmonic && spec->alsos == 0;
}

static void compile_station_use(struct network *net, size_t i)
{
    const struct step_spec *spec = &net->spec[i];
    if (spec->op != OP_SERVICE && spec->op != OP_SEIZE) return;
    struct built_station *station = &net->station[spec->station];
    int32_t most = spec->priority_otherwise;
    for (size_t p = 0; p < spec->priorities; p++)
        if (spec->priority[p].level > most) most = spec->priority[p].level;
    if (station->spec.discipline == QUEUE_PRIORITY && most + 1 > station->levels) station->levels = most + 1;
    for (size_t a = 0; a < spec->alsos; a++) {
        add_dependent(net, &net->station[spec->also[a]], (uint32_t)spec->station);
        net->station[spec->also[a]].is_held = true;
    }
    if (spec->has_patience) station->keeps_served = station->impatient = true;
    if (spec->op == OP_SEIZE) station->is_held = true;
    if (!is_simple(spec)) station->plain = false;
}

static void compile_station(struct network *net, struct built_station *s)
{
    const struct station_spec *spec = &s->spec;
    s->blocks = spec->room >= 0 && !spec->lose_when_full;
    if (s->blocks) net->blocks = net->has_cold = true;
    if (s->mode == MODE_TRACKED || spec->batch_most > 1) net->has_cold = true;
    bool in_order = spec->discipline == QUEUE_FCFS || spec->discipline == QUEUE_PRIORITY;
    s->plain = s->mode == MODE_COUNTED && in_order && spec->on_post == NULL && spec->room < 0 && !spec->vacates && spec->begin_at <= 1 &&
               spec->batch_most <= 1 && !s->by_level;
}

/* A service takes the short way when its station is plain and everybody else there takes it too. */
static void compile_stations(struct network *net)
{
    for (size_t i = 0; i < net->stations; i++) compile_station(net, &net->station[i]);
    for (size_t i = 0; i < net->steps; i++) compile_station_use(net, i);
    for (size_t i = 0; i < net->steps; i++) {
        const struct step_spec *spec = &net->spec[i];
        if (spec->op != OP_SERVICE || net->blocks || !net->station[spec->station].plain) continue;
        if (!net->station[spec->station].is_held) net->step[i].flags |= STEP_SIMPLE;
    }
}

/* Whether what an entity meets at a step is known before it gets there: it leaves, or takes the short way. */
static bool is_foreseeable_end(const struct network *net, int step)
{
    enum { NEVER = STEP_GUARDED | STEP_TURNS };
    return step < 0 || ((net->step[step].flags & STEP_SIMPLE) && !(net->step[step].flags & NEVER));
}

static bool is_foreseeable(const struct network *net, uint32_t step)
{
    if (step == NO_STEP) return true;
    const struct hot_step *hot = &net->step[step];
    if (hot->op != OP_CHOOSE || (hot->flags & STEP_GUARDED)) return is_foreseeable_end(net, (int)step);
    const struct step_spec *spec = &net->spec[step];
    bool fine = is_foreseeable_end(net, hot->next == NO_STEP ? -1 : (int)hot->next);
    for (size_t i = 0; i < spec->targets; i++)
        fine = fine && spec->target[i].when.count == 0 && !spec->target[i].back && is_foreseeable_end(net, spec->target[i].step);
    return fine;
}

/* The draws of what follows a service are made while it begins, when nothing waits for them. */
static void compile_foresight(struct network *net)
{
    for (size_t i = 0; i < net->steps; i++) {
        struct hot_step *step = &net->step[i];
        if ((step->flags & STEP_SIMPLE) && !(step->flags & STEP_BACK) && is_foreseeable(net, step->next)) step->flags |= STEP_FORESEES;
    }
}

/* Whether anybody of a stream may come to a step again. */
static bool goes_back(const struct network *net, const struct built_stream *s)
{
    for (size_t i = s->step_first; i < s->step_end; i++) {
        const struct step_spec *spec = &net->spec[i];
        const int beside[] = {
            spec->patience_target, spec->balk_target, spec->full_target}; /* these need no mark to lead back */
        if (net->step[i].flags & STEP_BACK) return true;
        for (size_t k = 0; k < sizeof beside / sizeof *beside; k++)
            if (beside[k] >= 0 && (size_t)beside[k] <= i) return true;
        for (size_t t = 0; t < spec->targets; t++)
            if (spec->target[t].back) return true;
    }
    return false;
}

static void compile_entry(struct network *net, struct built_stream *s)
{
    if (!s->entry_serves || s->initials > 0 || goes_back(net, s)) return;
    struct hot_step *entry = &net->step[s->entry];
    s->entry_knows = (entry->flags & STEP_FORESEES) && entry->next != NO_STEP;
    if (s->entry_knows) entry->flags |= STEP_KNOWN;
}

/* The draws on which it depends who enters ahead: of the attributes in the condition, and of those that
 * pick their rows or key their luck, which are drawn before them. */
static void find_deciding(struct network *net, struct built_stream *s)
{
    const struct condition *ahead = &s->spec.ahead;
    s->decides_ahead = calloc(s->spec.draws + 1, sizeof *s->decides_ahead);
    bool *wanted = calloc(net->plan.attributes + 1, sizeof *wanted);
    if (s->decides_ahead == NULL || wanted == NULL) network_no_memory(net);
    for (size_t i = 0; wanted && i < ahead->count; i++)
        if (ahead->term[i].op == CONDITION_PUSH_ATTRIBUTE) wanted[ahead->term[i].index] = true;
    for (size_t i = s->spec.draws; wanted && s->decides_ahead && i-- > 0;) {
        const struct attribute_draw *draw = &s->spec.draw[i];
        s->decides_ahead[i] = wanted[draw->attribute];
        if (wanted[draw->attribute] && draw->by >= 0) wanted[draw->by] = true;
        if (wanted[draw->attribute] && draw->keyed) wanted[draw->key] = true;
    }
    free(wanted);
}

static void compile_stream(struct network *net, struct built_stream *s)
{
    if (s->spec.has_lead) find_deciding(net, s);
    enum stream_kind kind = s->spec.kind;
    if (kind != STREAM_POPULATION) net->all_closed = false;
    if (s->spec.stages > 0 || s->spec.has_lead || s->spec.together) net->has_cold = true;
    s->gap_pairs = kind == STREAM_RATE || kind == STREAM_SINUSOID || (kind == STREAM_RENEWAL && s->spec.gap.kind == VARIATE_EXPONENTIAL);
    s->foretold = s->gap_pairs && kind != STREAM_SINUSOID && !(s->spec.day_to_day > 0) && s->spec.limit == 0;
    s->one_by_one = !s->spec.batched && !s->spec.together && !s->spec.has_lead;
    s->entry_draws = s->entry != NO_STEP && !s->spec.batched && !s->spec.has_lead && kind != STREAM_POPULATION &&
                     (net->step[s->entry].flags & STEP_DRAWS);
    const struct hot_step *entry = s->entry_draws ? &net->step[s->entry] : NULL;
    s->entry_serves = entry && (entry->flags & STEP_SIMPLE) && !(entry->flags & (STEP_GUARDED | STEP_TURNS)) &&
                      (entry->time.kind == VARIATE_EXPONENTIAL || entry->time.kind == VARIATE_LOGNORMAL);
}

/* The last step of each stream that lies within a branch: steps reach forward, so one pass finds them all. */
static bool find_branches(struct network *net)
{
    bool *inside = calloc(net->steps + 1, sizeof *inside);
    if (inside == NULL) return network_no_memory(net) == 0;
    for (size_t i = 0; i < net->steps; i++) {
        const struct step_spec *spec = &net->spec[i];
        if (inside[i]) net->stream[spec->stream].branch_last = (uint32_t)i;
        bool goes_on = inside[i] && spec->op != OP_BRANCH_END;
        int beside[] = {net->next[i], net->otherwise[i], spec->patience_target, spec->balk_target, spec->full_target};
        for (size_t k = 0; goes_on && k < sizeof beside / sizeof *beside; k++)
            if (beside[k] >= 0) inside[beside[k]] = true;
        for (size_t t = 0; t < spec->targets; t++)
            if (spec->target[t].step >= 0 && (goes_on || spec->op == OP_FORK)) inside[spec->target[t].step] = true;
    }
    free(inside);
    return true;
}

/* A choice whose shares sum to 1 but for rounding takes its last target for what is left. */
static void close_shares(const struct step_spec *spec)
{
    double sum = 0;
    struct target *last = NULL;
    for (size_t i = 0; i < spec->targets; i++) {
        struct target *target = (struct target *)&spec->target[i];
        if (target->when.count || target->share >= 1) return;
        sum += target->share;
        last = target;
    }
    if (last && fabs(sum - 1) <= 1e-9) last->share = 1;
}

static void compile(struct network *net)
{
    net->step = calloc(net->steps + 1, sizeof *net->step);
    if (net->step == NULL) {
        network_no_memory(net);
        return;
    }
    if (!check_routes(net)) return;
    for (size_t i = 0; i < net->steps; i++) compile_step(net, i);
    for (size_t i = net->steps; i-- > 0;) link_past_nothing(net, i);
    compile_stations(net);
    if (net->failed != STATUS_OK || !network_places(net)) return;
    if (!find_branches(net) || !network_find_apart(net)) return;
    for (size_t i = net->steps; i-- > 0;) {
        struct built_stream *stream = &net->stream[net->spec[i].stream];
        stream->step_first = (uint32_t)i;
        if (stream->step_end == 0) stream->step_end = (uint32_t)i + 1;
    }
    net->all_closed = net->streams > 0;
    for (size_t i = 0; i < net->streams; i++) compile_stream(net, &net->stream[i]);
    for (size_t i = 0; i < net->steps; i++)
        if (net->spec[i].op == OP_CHOOSE) close_shares(&net->spec[i]);
    compile_foresight(net);
    for (size_t i = 0; i < net->streams; i++) compile_entry(net, &net->stream[i]);
    net->compiled = true;
}

enum status network_compile(struct network *net, char why[160])
{
    if (net->failed == STATUS_OK && !net->compiled) compile(net);
    if (why) snprintf(why, 160, "%s", net->failed == STATUS_OK ? "" : net->why);
    return net->failed;
}
