/* network_check.c - what the builder refuses: numbers outside their domain, references to nothing, contradictions.
 *
 * Each check returns true when all is well, or remembers the first fault in words.
 */
#include "engine/core/compiled.h"
#include <math.h>

enum { TRACKED_MOST = 1000000 };

static bool refuse_station(struct network *net, const struct station_spec *spec, const char *fault)
{
    return network_fail(net, STATUS_BAD_VALUE, "station %s: %s", spec->name, fault) == 0;
}

static double most_servers(const struct station_spec *spec)
{
    return spec->on_post ? timeline_largest(spec->on_post) : spec->servers;
}

static bool is_ring(enum queue_discipline d)
{
    return d == QUEUE_FCFS || d == QUEUE_LCFS || d == QUEUE_PRIORITY;
}

bool check_station(struct network *net, const struct built_station *station)
{
    const struct station_spec *spec = &station->spec;
    bool tracked = station->mode == MODE_TRACKED, preempts = spec->preemption != PREEMPT_NONE;
    for (size_t i = 0; i < spec->pools; i++)
        if (spec->pool[i].servers < 1) return refuse_station(net, spec, "a pool has no servers");
    if (spec->on_post == NULL && spec->servers < 1) return refuse_station(net, spec, "it has no servers");
    if (most_servers(spec) > STATION_UNLIMITED) return refuse_station(net, spec, "more servers than can be counted");
    if (spec->on_post && spec->pools && timeline_largest(spec->on_post) > spec->servers)
        return refuse_station(net, spec, "more servers are on post than its pools have");
    if (tracked && most_servers(spec) > TRACKED_MOST)
        return network_fail(net, STATUS_LIMIT, "station %s: servers that break down, pause, are pooled or pre-empted: at most 1,000,000",
                   spec->name) == 0;
    if (spec->batch_least > spec->batch_most) return refuse_station(net, spec, "the least batch is larger than the most");
    if (spec->room >= 0 && spec->batch_least > 1 && spec->room < spec->batch_least)
        return refuse_station(net, spec, "its room holds fewer than the least batch");
    if (spec->room >= 0 && spec->begin_at > 1 && spec->room < spec->begin_at)
        return refuse_station(net, spec, "its room holds fewer than it waits for to begin");
    if (preempts && spec->discipline != QUEUE_PRIORITY && spec->discipline != QUEUE_LCFS)
        return refuse_station(net, spec, "only priority and lcfs can pre-empt");
    if (preempts && spec->batch_most > 1) return refuse_station(net, spec, "a batch cannot be pre-empted");
    if (spec->pools && !is_ring(spec->discipline)) return refuse_station(net, spec, "pools serve fcfs, lcfs or by priority");
    bool special = tracked || spec->batch_most > 1 || spec->begin_at > 1 || spec->vacates;
    if (spec->discipline == QUEUE_SHARING && (special || spec->breaks_down || spec->pools || preempts))
        return refuse_station(net, spec, "shared servers have no breakdowns, vacations, pools, pre-emption or batches");
    if (station->mode == MODE_UNLIMITED && (spec->vacates || spec->begin_at > 1 || spec->batch_most > 1))
        return refuse_station(net, spec, "unlimited servers have no vacations or batches");
    if (spec->vacates && !(variate_mean(&spec->vacation) > 0)) return refuse_station(net, spec, "vacations take no time");
    if (spec->breaks_down && !(variate_mean(&spec->up) + variate_mean(&spec->down) > 0))
        return refuse_station(net, spec, "breakdowns take no time");
    return true;
}

static bool refuse_stream(struct network *net, const struct stream_spec *spec, const char *fault)
{
    return network_fail(net, STATUS_BAD_VALUE, "stream %s: %s", spec->name, fault) == 0;
}

static bool check_times(struct network *net, const struct stream_spec *spec)
{
    for (size_t i = 0; i < spec->times; i++)
        if (!isfinite(spec->time[i]) || spec->time[i] < (i ? spec->time[i - 1] : 0))
            return network_fail(net, STATUS_BAD_TIME, "stream %s: time %zu of its timetable is negative or not in order", spec->name, i + 1) == 0;
    if (spec->times && spec->repeat > 0 && spec->repeat < spec->time[spec->times - 1] - spec->time[0])
        return network_fail(net, STATUS_BAD_TIME, "stream %s: its timetable is longer than the time after which it repeats", spec->name) == 0;
    return true;
}

static bool check_draws(struct network *net, const struct stream_spec *spec)
{
    for (size_t i = 0; i < spec->draws; i++) {
        const struct attribute_draw *draw = &spec->draw[i];
        if (draw->attribute >= net->plan.attributes || (draw->keyed && draw->key >= net->plan.attributes) || draw->by >= (int)net->plan.attributes)
            return refuse_stream(net, spec, "it draws an attribute that is not in the plan");
        if (draw->rows == 0) return refuse_stream(net, spec, "it draws an attribute without a law");
        for (size_t r = 0; r < draw->rows; r++)
            if (draw->row[r].levels && draw->row[r].share == NULL) return refuse_stream(net, spec, "levels of an attribute lack their shares");
    }
    for (size_t i = 0; i < spec->givens; i++)
        if (spec->given_attribute == NULL || spec->given_attribute[i] >= net->plan.attributes)
            return refuse_stream(net, spec, "it is given an attribute that is not in the plan");
    return true;
}

bool check_stream(struct network *net, const struct built_stream *stream)
{
    const struct stream_spec *spec = &stream->spec;
    if (spec->stages < 0 || spec->stages > STAGES) return network_fail(net, STATUS_LIMIT, "stream %s: at most 64 stages", spec->name) == 0;
    if (spec->kind == STREAM_RENEWAL && !(variate_mean(&spec->gap) > 0)) return refuse_stream(net, spec, "no time passes between its arrivals");
    if (spec->kind == STREAM_RATE && spec->rate == NULL) return refuse_stream(net, spec, "its rate is missing");
    const struct sinusoid *wave = &spec->sinusoid;
    if (spec->kind == STREAM_SINUSOID && !(wave->mean > 0 && wave->amplitude >= 0 && wave->amplitude <= 1 && wave->period > 0))
        return refuse_stream(net, spec, "a sinusoid needs a mean and a period above 0 and an amplitude in 0..1");
    if (!(spec->day_to_day >= 0)) return refuse_stream(net, spec, "day-to-day variation is negative");
    if (spec->together && (!spec->batched || spec->has_lead || spec->kind == STREAM_POPULATION))
        return refuse_stream(net, spec, "only batches without a lead come together");
    if (spec->sized && (!spec->together || spec->size >= net->plan.attributes))
        return refuse_stream(net, spec, "only members of a batch that comes together have a size, an attribute of the plan");
    if (spec->has_lead && spec->kind == STREAM_POPULATION) return refuse_stream(net, spec, "a population has no lead");
    if (spec->has_lead && !(stream->lead_most <= net->plan.arrivals_from))
        return network_fail(net, STATUS_BAD_TIME, "stream %s: its lead reaches back before the clock's origin", spec->name) == 0;
    return check_draws(net, spec) && (spec->kind != STREAM_TIMES || check_times(net, spec));
}

static bool refuse_step(struct network *net, const struct step_spec *spec, const char *fault)
{
    return network_fail(net, STATUS_BAD_VALUE, "step %s: %s", spec->name, fault) == 0;
}

static bool check_at_station(struct network *net, const struct step_spec *spec)
{
    bool queues = spec->op == OP_SERVICE || spec->op == OP_SEIZE;
    if (!queues && spec->op != OP_FREE) return true;
    if (spec->station < 0 || (size_t)spec->station >= net->stations) return refuse_step(net, spec, "its station is not there");
    if (!queues) return true;
    bool shared = net->station[spec->station].mode == MODE_SHARING;
    if (shared && (spec->op == OP_SEIZE || spec->alsos)) return refuse_step(net, spec, "a shared server cannot be held");
    for (size_t i = 0; i < spec->alsos; i++) {
        if (spec->also[i] < (i ? spec->also[i - 1] : 0) || (size_t)spec->also[i] >= net->stations)
            return refuse_step(net, spec, "the further stations are not there, or not in rising order");
        if (net->station[spec->also[i]].mode == MODE_SHARING) return refuse_step(net, spec, "a shared server cannot be held");
    }
    for (size_t p = 0; p < spec->priorities; p++)
        if (spec->priority[p].level < 0 || spec->priority[p].level >= LEVELS)
            return network_fail(net, STATUS_LIMIT, "step %s: priorities go from 0 to %d", spec->name, LEVELS - 1) == 0;
    if (spec->priority_otherwise < 0 || spec->priority_otherwise >= LEVELS)
        return network_fail(net, STATUS_LIMIT, "step %s: priorities go from 0 to %d", spec->name, LEVELS - 1) == 0;
    for (size_t i = 0; i < spec->joins; i++)
        if (!(spec->join[i] >= 0 && spec->join[i] <= 1)) return refuse_step(net, spec, "a probability to join is not in 0..1");
    return true;
}

static bool check_targets(struct network *net, const struct step_spec *spec)
{
    double sum = 0;
    if (spec->op == OP_FORK && spec->targets > FORK_MOST)
        return network_fail(net, STATUS_LIMIT, "step %s: more than %d branches", spec->name, FORK_MOST) == 0;
    if (spec->op == OP_FORK && spec->rule == FORK_COUNT && (spec->count < 1 || spec->count > spec->targets))
        return refuse_step(net, spec, "it waits for more branches than there are, or for none");
    for (size_t i = 0; i < spec->targets; i++) {
        double share = spec->target[i].share;
        if (!(share >= 0)) return refuse_step(net, spec, "a share is negative");
        if (spec->op == OP_CHOOSE && spec->target[i].when.count == 0 && share < 1) sum += share;
        if (spec->op == OP_FORK && share < 1 && spec->target[i].name == NULL) return refuse_step(net, spec, "a branch by chance needs a name");
    }
    return sum <= 1 + 1e-9 || refuse_step(net, spec, "its shares sum to more than 1");
}

bool check_step(struct network *net, const struct step_spec *spec)
{
    if (spec->stream < 0 || (size_t)spec->stream >= net->streams) return refuse_step(net, spec, "its stream is not there");
    int stages = net->stream[spec->stream].spec.stages;
    if (spec->stage >= STAGES || (stages > 0 && spec->stage >= stages)) return refuse_step(net, spec, "its stage is not one of the stream's");
    if (!(spec->guard.share >= 0) || (spec->has_early && !(spec->early_share >= 0))) return refuse_step(net, spec, "its share is negative");
    if (spec->op == OP_UNLOAD && !(spec->moment >= 0)) return refuse_step(net, spec, "its time between two is negative");
    if (spec->op == OP_HOOK && spec->hook == NULL) return refuse_step(net, spec, "its hook is missing");
    unsigned attributes = net->plan.attributes;
    if (spec->op == OP_TEST && (spec->attribute >= attributes || spec->truth >= attributes || spec->hit >= attributes))
        return refuse_step(net, spec, "it tests an attribute that is not in the plan");
    if (spec->op == OP_TEST && spec->levels && (spec->when_level == NULL || spec->level_of >= attributes))
        return refuse_step(net, spec, "it tests by levels that are not there");
    return check_at_station(net, spec) && check_targets(net, spec);
}

/* ---- references between steps, once all are there ---- */

/* A route must lead to a step of the same stream, forward unless it is marked back. */
static bool check_route(struct network *net, size_t from, int to, bool back)
{
    if (to < 0) return true;
    const char *name = net->spec[from].name;
    if ((size_t)to >= net->steps) return network_fail(net, STATUS_BAD_VALUE, "step %s leads to a step that is not there", name) == 0;
    if (net->spec[to].stream != net->spec[from].stream)
        return network_fail(net, STATUS_BAD_VALUE, "step %s leads to step %s of another stream", name, net->spec[to].name) == 0;
    return back || (size_t)to > from ||
           network_fail(net, STATUS_BAD_VALUE, "step %s leads back to step %s without being marked back", name, net->spec[to].name) == 0;
}

static bool check_shortest(struct network *net, const struct step_spec *spec)
{
    for (size_t t = 0; t < spec->targets; t++) {
        int to = spec->target[t].step;
        bool at_station = to >= 0 && (net->spec[to].op == OP_SERVICE || net->spec[to].op == OP_SEIZE);
        if (!at_station) return refuse_step(net, spec, "the shortest queue is looked for among steps that have none");
    }
    return true;
}

bool check_routes(struct network *net)
{
    for (size_t i = 0; i < net->steps; i++) {
        const struct step_spec *spec = &net->spec[i];
        bool ok = check_route(net, i, net->next[i], net->back[i]) && check_route(net, i, net->otherwise[i], false) &&
                  check_route(net, i, spec->patience_target, true) && check_route(net, i, spec->balk_target, true) &&
                  check_route(net, i, spec->full_target, true);
        for (size_t t = 0; ok && t < spec->targets; t++) ok = check_route(net, i, spec->target[t].step, spec->target[t].back);
        if (!ok || (spec->op == OP_SHORTEST && !check_shortest(net, spec))) return false;
    }
    for (size_t i = 0; i < net->streams; i++) {
        const struct built_stream *stream = &net->stream[i];
        uint32_t entry[] = {stream->entry, stream->entry_ahead};
        for (int k = 0; k < 2; k++)
            if (entry[k] != NO_STEP && (entry[k] >= net->steps || net->spec[entry[k]].stream != (int)i))
                return network_fail(net, STATUS_BAD_VALUE, "stream %s enters at a step that is not its own", stream->name) == 0;
        if (stream->spec.has_lead && stream->entry_ahead == NO_STEP)
            return refuse_stream(net, &stream->spec, "it has a lead, but nowhere to enter ahead");
    }
    return true;
}
