/* simulation.c - one replication: begin, take events in order, end, check, digest.
 *
 * The workspace is kept from one replication to the next; what a replication touched is cleared, nothing else, so tiny
 * replications cost what they do.
 */
#include "engine/core/sim.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- workspace ---- */

static bool measures(struct measure **out, size_t n)
{
    *out = calloc(n ? n : 1, sizeof **out);
    if (*out == NULL) return false;
    for (size_t i = 0; i < n; i++)
        if (!measure_init(&(*out)[i], true)) return false;
    return true;
}

static bool batches(const struct simulation *sim, struct tally **out)
{
    unsigned n = sim->net->plan.batches;
    return n == 0 || (*out = calloc(n, sizeof **out)) != NULL;
}

static void batches_clear(const struct simulation *sim, struct tally *batch)
{
    if (batch) memset(batch, 0, sim->net->plan.batches * sizeof *batch);
}

static bool stream_results(struct simulation *sim, size_t i)
{
    const struct built_stream *stream = &sim->net->stream[i];
    struct stream_result *r = &sim->result.stream[i];
    bool ok = measure_init(&r->time, true) && measure_init(&r->second, true) && measure_init(&r->backlog, stream->initials > 0) && measures(&r->split, stream->split_levels);
    for (unsigned b = 0; ok && b < stream->bounds_time; b++) measure_bound(&r->time, stream->bound_time[b]);
    ok = ok && measures(&r->watch, stream->watches);
    for (unsigned w = 0; ok && w < stream->watches; w++)
        for (unsigned b = 0; b < stream->watch[w].bounds; b++) measure_bound(&r->watch[w], stream->watch[w].bound[b]);
    r->outcome = calloc(sim->net->outcomes + 1, sizeof *r->outcome);
    if (sim->result.ticks) {
        r->arrivals = calloc(sim->result.ticks, sizeof *r->arrivals);
        r->releases = calloc(sim->result.ticks, sizeof *r->releases);
        ok = ok && r->arrivals && r->releases;
    }
    return batches(sim, &r->batch_time) && ok && r->outcome;
}

static bool foretold(struct simulation *sim, size_t i)
{
    const struct stream_spec *spec = &sim->net->stream[i].spec;
    return !spec->has_lead || spec->batched || spec->together || (sim->foretold[i] = calloc(1, sizeof *sim->foretold[i])) != NULL;
}

static bool station_results(struct simulation *sim, size_t i)
{
    const struct built_station *bs = &sim->net->station[i];
    struct station_result *r = &sim->result.station[i];
    struct station *st = &sim->station[i];
    bool ok = measure_init(&r->wait, true) && measure_init(&r->sojourn, true) && measure_init(&r->wait_served, bs->keeps_served) &&
              measure_init(&r->interdeparture, bs->interdeparture) && measure_init(&r->busy_period, bs->busy_period) &&
              measures(&r->split_wait, bs->split_levels) && measures(&r->split_sojourn, bs->split_levels);
    for (unsigned b = 0; ok && b < bs->bounds_wait; b++) measure_bound(&r->wait, bs->bound_wait[b]);
    for (unsigned b = 0; ok && b < bs->bounds_sojourn; b++) measure_bound(&r->sojourn, bs->bound_sojourn[b]);
    r->occupancies = bs->occupancies;
    if (bs->occupancies) ok = (r->occupancy = calloc(bs->occupancies, sizeof *r->occupancy)) && ok;
    r->queue_levels = bs->queue_levels;
    if (bs->queue_levels) ok = (r->queue_hours = calloc(bs->queue_levels, sizeof *r->queue_hours)) && ok;
    r->busy_levels = bs->busy_levels;
    if (bs->busy_levels) ok = (r->busy_hours = calloc(bs->busy_levels, sizeof *r->busy_hours)) && ok;
    if (bs->by_level) ok = (r->level = calloc(bs->split_levels + 1, sizeof *r->level)) && ok;
    if (sim->result.ticks) {
        r->queue_series = calloc(sim->result.ticks, sizeof(float));
        r->busy_series = calloc(sim->result.ticks, sizeof(float));
        r->post_series = calloc(sim->result.ticks, sizeof(float));
        ok = ok && r->queue_series && r->busy_series && r->post_series;
    }
    st->line = calloc((size_t)bs->levels, sizeof *st->line);
    if (bs->mode == MODE_TRACKED) {
        st->servers = (uint32_t)(bs->spec.on_post && bs->spec.pools == 0 ? timeline_largest(bs->spec.on_post) : bs->spec.servers);
        st->server = calloc(st->servers + 1, sizeof *st->server);
        ok = ok && st->server;
    }
    ok = batches(sim, &r->batch_wait) && batches(sim, &r->batch_sojourn) && ok;
    return ok && st->line;
}

struct simulation *simulation_create(const struct network *net, const struct simulation_options *options)
{
    if (!net->compiled) return NULL;
    struct simulation *sim = calloc(1, sizeof *sim);
    if (sim == NULL) return NULL;
    sim->net = net;
    if (options) sim->options = *options;
    struct result *r = &sim->result;
    const struct network_plan *plan = &net->plan;
    r->network = net;
    r->streams = net->streams;
    r->stations = net->stations;
    r->steps = net->steps;
    r->outcomes = net->outcomes;
    r->moments = net->moments;
    r->ticks = plan->tick > 0 ? (size_t)ceil((plan->drain_until - plan->arrivals_from) / plan->tick) : 0;
    sim->calendar = calendar_create(sim->options.plain_heap ? CALENDAR_HEAP : CALENDAR_AUTOMATIC);
    sim->station = calloc(net->stations + 1, sizeof *sim->station);
    sim->source = calloc(net->streams + 1, sizeof *sim->source);
    sim->foretold = calloc(net->streams + 1, sizeof *sim->foretold);
    sim->batch = calloc(net->steps + 1, sizeof *sim->batch);
    sim->scratch = calloc(plan->attributes + 1, sizeof *sim->scratch);
    sim->step_count = calloc(net->steps + 1, sizeof *sim->step_count);
    sim->stage_count = calloc(net->streams * STAGES + 1, sizeof *sim->stage_count);
    sim->state = calloc(1, net->state_bytes + 1);
    r->stream = calloc(net->streams + 1, sizeof *r->stream);
    r->station = calloc(net->stations + 1, sizeof *r->station);
    r->step = calloc(net->steps + 1, sizeof *r->step);
    r->moment_number = calloc(net->moments + 1, sizeof *r->moment_number);
    bool ok = sim->calendar && sim->station && sim->source && sim->foretold && sim->batch && sim->scratch && sim->step_count && sim->stage_count && sim->state && r->stream && r->station && r->step && r->moment_number;
    if (r->ticks) ok = (r->inside_series = calloc(r->ticks, sizeof *r->inside_series)) && ok;
    for (size_t i = 0; ok && i < net->streams; i++) ok = stream_results(sim, i) && foretold(sim, i);
    for (size_t i = 0; ok && i < net->stations; i++) ok = station_results(sim, i);
    if (ok) return sim;
    simulation_destroy(sim);
    return NULL;
}

static void measures_release(struct measure *m, size_t n)
{
    for (size_t i = 0; m && i < n; i++) measure_release(&m[i]);
    free(m);
}

static void results_release(struct simulation *sim)
{
    struct result *r = &sim->result;
    for (size_t i = 0; r->stream && i < r->streams; i++) {
        struct stream_result *s = &r->stream[i];
        measure_release(&s->time);
        measure_release(&s->second);
        measure_release(&s->backlog);
        measures_release(s->split, sim->net->stream[i].split_levels);
        measures_release(s->watch, sim->net->stream[i].watches);
        free(s->outcome);
        free(s->arrivals);
        free(s->releases);
        free(s->batch_time);
    }
    for (size_t i = 0; r->station && i < r->stations; i++) {
        struct station_result *s = &r->station[i];
        struct measure *single[] = {&s->wait, &s->sojourn, &s->wait_served, &s->interdeparture, &s->busy_period};
        for (size_t m = 0; m < sizeof single / sizeof *single; m++) measure_release(single[m]);
        measures_release(s->split_wait, sim->net->station[i].split_levels);
        measures_release(s->split_sojourn, sim->net->station[i].split_levels);
        free(s->occupancy);
        free(s->queue_hours);
        free(s->busy_hours);
        free(s->level);
        free(s->queue_series);
        free(s->busy_series);
        free(s->post_series);
        free(s->batch_wait);
        free(s->batch_sojourn);
    }
    free(r->stream);
    free(r->station);
    free(r->step);
    free(r->moment_number);
    free(r->inside_series);
}

void simulation_destroy(struct simulation *sim)
{
    if (sim == NULL) return;
    results_release(sim);
    for (size_t i = 0; sim->station && i < sim->net->stations; i++) {
        struct station *st = &sim->station[i];
        for (int32_t l = 0; st->line && l < sim->net->station[i].levels; l++) free(st->line[l].slot);
        free(st->line);
        free(st->heap.slot);
        free(st->blocked.slot);
        free(st->server);
    }
    for (size_t i = 0; sim->batch && i < sim->net->steps; i++) free(sim->batch[i].member);
    for (size_t i = 0; sim->foretold && i < sim->net->streams; i++) free(sim->foretold[i]);
    calendar_destroy(sim->calendar);
    free(sim->foretold);
    free(sim->entity);
    free(sim->cold);
    free(sim->stretch);
    free(sim->attribute);
    free(sim->watched);
    free(sim->station);
    free(sim->source);
    free(sim->batch);
    free(sim->scratch);
    free(sim->step_count);
    free(sim->stage_count);
    free(sim->state);
    free(sim->ready);
    free(sim);
}

/* ---- beginning again ---- */

static void stream_clear(struct simulation *sim, size_t i)
{
    struct stream_result *r = &sim->result.stream[i];
    struct stream_result kept = *r;
    measure_clear(&kept.time);
    measure_clear(&kept.second);
    measure_clear(&kept.backlog);
    for (size_t m = 0; m < sim->net->stream[i].split_levels; m++) measure_clear(&kept.split[m]);
    for (size_t m = 0; m < sim->net->stream[i].watches; m++) measure_clear(&kept.watch[m]);
    memset(kept.outcome, 0, sim->net->outcomes * sizeof *kept.outcome);
    if (sim->result.ticks) {
        memset(kept.arrivals, 0, sim->result.ticks * sizeof *kept.arrivals);
        memset(kept.releases, 0, sim->result.ticks * sizeof *kept.releases);
    }
    *r = (struct stream_result){.time = kept.time, .second = kept.second, .backlog = kept.backlog, .split = kept.split, .watch = kept.watch, .outcome = kept.outcome, .arrivals = kept.arrivals,
        .releases = kept.releases, .batch_time = kept.batch_time};
    batches_clear(sim, kept.batch_time);
}

static void station_clear(struct simulation *sim, size_t i)
{
    const struct built_station *bs = &sim->net->station[i];
    struct station *st = &sim->station[i];
    for (int32_t l = 0; l < bs->levels; l++) st->line[l].count = st->line[l].head = 0;
    struct heap_line heap = st->heap;
    struct line blocked = st->blocked;
    struct station again = {.line = st->line, .levels = bs->levels, .heap = {.slot = heap.slot, .allocated = heap.allocated},
        .blocked = {.slot = blocked.slot, .capacity = blocked.capacity}, .server = st->server, .servers = st->servers,
        .extras = bs->occupancies || bs->busy_period || bs->interdeparture || bs->splits || bs->keeps_served || sim->net->plan.batches};
    *st = again;
    if (st->servers) memset(st->server, 0, st->servers * sizeof *st->server);

    struct station_result kept = sim->result.station[i];
    measure_clear(&kept.wait);
    measure_clear(&kept.sojourn);
    measure_clear(&kept.wait_served);
    measure_clear(&kept.interdeparture);
    measure_clear(&kept.busy_period);
    for (size_t m = 0; m < bs->split_levels; m++) {
        measure_clear(&kept.split_wait[m]);
        measure_clear(&kept.split_sojourn[m]);
    }
    if (kept.occupancies) memset(kept.occupancy, 0, kept.occupancies * sizeof *kept.occupancy);
    if (kept.queue_levels) memset(kept.queue_hours, 0, kept.queue_levels * sizeof *kept.queue_hours);
    if (kept.busy_levels) memset(kept.busy_hours, 0, kept.busy_levels * sizeof *kept.busy_hours);
    if (kept.level) memset(kept.level, 0, bs->split_levels * sizeof *kept.level);
    sim->result.station[i] = (struct station_result){.wait = kept.wait, .sojourn = kept.sojourn, .wait_served = kept.wait_served,
        .interdeparture = kept.interdeparture, .busy_period = kept.busy_period, .split_wait = kept.split_wait, .split_sojourn = kept.split_sojourn,
        .occupancy = kept.occupancy, .occupancies = kept.occupancies, .queue_hours = kept.queue_hours, .queue_levels = kept.queue_levels,
        .busy_hours = kept.busy_hours, .busy_levels = kept.busy_levels, .level = kept.level, .queue_series = kept.queue_series, .busy_series = kept.busy_series,
        .post_series = kept.post_series, .batch_wait = kept.batch_wait, .batch_sojourn = kept.batch_sojourn};
    batches_clear(sim, kept.batch_wait);
    batches_clear(sim, kept.batch_sojourn);
    for (size_t t = 0; t < sim->result.ticks; t++) kept.queue_series[t] = kept.busy_series[t] = kept.post_series[t] = 0;
}

static void schedule_moment(struct simulation *sim, size_t i)
{
    double at = sim->net->plan.arrivals_from + sim->net->moment[i].at;
    sim->result.moment_number[i] = NAN;
    if (at > sim->net->plan.drain_until) return; /* never reached */
    sim->moments_left++;
    simulation_schedule(sim, at, EVENT_MOMENT, (uint32_t)i, 0, PRIORITY_REST);
}

static void begin(struct simulation *sim, uint64_t seed, uint64_t replication)
{
    const struct network *net = sim->net;
    struct result *r = &sim->result;
    calendar_clear(sim->calendar);
    sim->key = random_key(seed, replication);
    random_rounds(sim->key, &sim->rounds);
    sim->now = 0;
    sim->status = STATUS_OK;
    sim->entities = 0;
    sim->free_list = NOBODY;
    sim->stretches = 1; /* 0 is none */
    sim->stretch_free = 0;
    sim->alive = sim->outstanding = sim->stale_timers = 0;
    sim->window_open = false;
    sim->ending = 0;
    sim->foresees = sim->options.step_by_step ? 0 : STEP_FORESEES;
    sim->readies = sim->moments_left = 0;
    sim->search = sim->depth = 0;
    sim->entry_word = NULL;
    sim->past_guard = false;
    sim->tick = 0;
    sim->tick_at = net->plan.arrivals_from;
    sim->within.from = sim->within.to = 0;
    r->events = r->entities = r->unfinished = 0;
    r->little_worst = 0;
    r->checks = 0;
    r->broken[0] = 0;
    for (size_t t = 0; t < r->ticks; t++) r->inside_series[t] = 0;
    bool writes_down = false;
    sim->stops_extras = net->has_cold || net->watches || net->plan.batches;
    for (size_t i = 0; i < net->streams; i++) {
        stream_clear(sim, i);
        if (sim->foretold[i]) sim->foretold[i]->known = 0;
        if (net->stream[i].splits) sim->stops_extras = true;
        if (net->stream[i].book) writes_down = true;
    }
    sim->leaves_plainly = !sim->stops_extras && !writes_down && !net->seizes;
    for (size_t i = 0; i < net->stations; i++) station_clear(sim, i);
    memset(r->step, 0, net->steps * sizeof *r->step);
    memset(sim->step_count, 0, net->steps * sizeof *sim->step_count);
    memset(sim->stage_count, 0, net->streams * STAGES * sizeof *sim->stage_count);
    for (size_t i = 0; i < net->steps; i++) {
        sim->batch[i].count = 0;
        sim->batch[i].stamp = 0;
    }
    if (net->state_bytes) {
        memset(sim->state, 0, net->state_bytes);
        if (net->state_begin) net->state_begin(net->state_config, sim->state);
    }
    const struct network_plan *plan = &net->plan;
    for (uint32_t i = 0; i < net->stations; i++) station_begin(sim, i);
    source_initial(sim);
    simulation_schedule(sim, plan->window_from, EVENT_OPEN, 0, 0, PRIORITY_CLOCK);
    simulation_schedule(sim, plan->window_to, EVENT_CLOSE, 0, 0, PRIORITY_CLOCK);
    simulation_schedule(sim, plan->drain_until, EVENT_DRAIN, 0, 0, PRIORITY_LAST);
    if (r->ticks) simulation_schedule(sim, plan->arrivals_from + plan->tick, EVENT_TICK, 0, 0, PRIORITY_CLOCK);
    for (size_t i = 0; i < net->moments; i++)
        schedule_moment(sim, i);
    for (uint32_t i = 0; i < net->streams; i++) source_begin(sim, i);
}

/* ---- the clock's own events ---- */

size_t simulation_tick(struct simulation *sim, double time)
{
    const struct network_plan *plan = &sim->net->plan;
    if (sim->result.ticks == 0) return SIZE_MAX;
    double tick = (time - plan->arrivals_from) / plan->tick;
    if (!(tick >= 0 && tick < (double)sim->result.ticks)) return SIZE_MAX;
    sim->within.index = (size_t)tick;
    double from = plan->arrivals_from + (double)sim->within.index * plan->tick, to = from + plan->tick;
    double edge = 1e-9 * plan->tick + 1e-12 * to; /* more than the roundings of the division */
    sim->within.from = from + edge;
    sim->within.to = to - edge;
    return sim->within.index;
}

static void open_window(struct simulation *sim)
{
    for (size_t i = 0; i < sim->net->stations; i++) {
        struct station *st = &sim->station[i];
        station_touch(sim, (uint32_t)i);
        st->window[0] = st->queue_area;
        st->window[1] = st->number_area;
        st->window[2] = st->busy_area;
        st->window[3] = st->number_squares;
        st->window[4] = st->queue_squares;
        st->window_number = station_number(st);
    }
    sim->window_open = true;
}

static double post_integral(const struct built_station *bs, double from, double to)
{
    if (bs->spec.on_post) return timeline_integral(bs->spec.on_post, to) - timeline_integral(bs->spec.on_post, from);
    return bs->mode == MODE_UNLIMITED ? INFINITY : (double)bs->spec.servers * (to - from);
}

static void close_window(struct simulation *sim)
{
    const struct network_plan *plan = &sim->net->plan;
    station_close_levels(sim);
    for (size_t i = 0; i < sim->net->stations; i++) {
        struct station *st = &sim->station[i];
        struct station_result *r = &sim->result.station[i];
        station_touch(sim, (uint32_t)i);
        r->queue_area = st->queue_area - st->window[0];
        r->number_area = st->number_area - st->window[1];
        r->busy_area = st->busy_area - st->window[2];
        r->number_squares = st->number_squares - st->window[3];
        r->queue_squares = st->queue_squares - st->window[4];
        r->on_post_area = post_integral(&sim->net->station[i], plan->window_from, plan->window_to);
        r->number_at_open = st->window_number;
        r->number_at_close = station_number(st);
    }
    sim->window_open = false;
    sim->ending |= ENDING_CLOSED;
}

static void tick(struct simulation *sim)
{
    const struct network_plan *plan = &sim->net->plan;
    if (sim->tick >= sim->result.ticks) return;
    for (size_t i = 0; i < sim->net->stations; i++) {
        struct station *st = &sim->station[i];
        struct station_result *r = &sim->result.station[i];
        station_touch(sim, (uint32_t)i);
        r->queue_series[sim->tick] = (float)((st->queue_area - st->tick[0]) / plan->tick);
        r->busy_series[sim->tick] = (float)((st->busy_area - st->tick[1]) / plan->tick);
        double post = post_integral(&sim->net->station[i], sim->now - plan->tick, sim->now) / plan->tick;
        r->post_series[sim->tick] = (float)post;
        st->tick[0] = st->queue_area;
        st->tick[1] = st->busy_area;
    }
    sim->result.inside_series[sim->tick] = (float)sim->alive;
    sim->tick++;
    if (sim->tick < sim->result.ticks)
        simulation_schedule(sim, plan->arrivals_from + (double)(sim->tick + 1) * plan->tick, EVENT_TICK, 0, 0, PRIORITY_CLOCK);
}

static bool timer_is_stale(void *context, const struct event *event)
{
    const struct simulation *sim = context;
    if (event->what == EVENT_SHARED) return sim->station[event->who].share_stamp != event->stamp;
    if (event->what != EVENT_PATIENCE && event->what != EVENT_SERVED) return false;
    const struct entity *e = &sim->entity[event->who];
    if (e->stamp != event->stamp) return true;
    return event->what == EVENT_PATIENCE && !(e->flags & ENTITY_WAITING);
}

static void sweep(struct simulation *sim)
{
    size_t before = calendar_count(sim->calendar);
    if (sim->stale_timers < 1024 || sim->stale_timers * 2 < before) return;
    calendar_sweep(sim->calendar, timer_is_stale, sim);
    sim->stale_timers = 0;
}

static inline bool fresh(const struct simulation *sim, const struct event *event)
{
    return sim->entity[event->who].stamp == event->stamp;
}

static inline void happen(struct simulation *sim, const struct event *event)
{
    if (event->what == EVENT_PLAIN) {
        plain_served(sim, event->who);
        return;
    }
    switch ((enum event_kind)event->what) {
    case EVENT_PLAIN: break;
    case EVENT_SERVED:
        if (fresh(sim, event))
            station_served(sim, event->who);
        else if (sim->stale_timers)
            sim->stale_timers--;
        break;
    case EVENT_ARRIVE: source_arrive(sim, event->who); break;
    case EVENT_DONE: entity_step_over(sim, event->who); break;
    case EVENT_ON: entity_goes_on(sim, event->who, true); break;
    case EVENT_GONE: entity_gone(sim, event->who, event->stamp); break;
    case EVENT_UP_TO: entity_goes_on(sim, event->who, false); break;
    case EVENT_AHEAD: source_look_ahead(sim, event->who); break;
    case EVENT_BEGIN:
        if (sim->entity[event->who].flags & ENTITY_MEMBER) source_member_begin(sim, event->who);
        sim->past_guard = entity_was_inside(&sim->entity[event->who]);
        entity_walk(sim, event->who);
        break;
    case EVENT_PATIENCE:
        if (fresh(sim, event) && (sim->entity[event->who].flags & (ENTITY_WAITING | ENTITY_SERVING)) == ENTITY_WAITING)
            station_patience(sim, event->who);
        break;
    case EVENT_POST: station_post(sim, event->who); break;
    case EVENT_DOWN: station_down(sim, event->who, event->stamp); break;
    case EVENT_REPAIRED: station_repaired(sim, event->who, event->stamp); break;
    case EVENT_RETURN: station_return(sim, event->who); break;
    case EVENT_SHARED: station_shared(sim, event->who, event->stamp); break;
    case EVENT_BATCH:
        if (sim->batch[event->who].stamp == event->stamp && sim->batch[event->who].count) walk_batch_due(sim, event->who);
        break;
    case EVENT_TICK: tick(sim); break;
    case EVENT_OPEN: open_window(sim); break;
    case EVENT_CLOSE: close_window(sim); break;
    case EVENT_MOMENT: {
        const struct station *st = &sim->station[sim->net->moment[event->who].station];
        sim->result.moment_number[event->who] = (double)station_number(st);
        sim->moments_left--;
        break;
    }
    case EVENT_DRAIN: sim->ending |= ENDING_OVER; break;
    }
}

/* ---- the loop ---- */

/* Records of entities in flight lie all over the memory; that of the next event is on its way while this one is dealt
 * with. An index that is none (a station's, a stream's) fetches in vain and harms nobody. */
static inline __attribute__((always_inline)) void fetch_soon(const struct simulation *sim)
{
    enum { FEW = 1024 }; /* records that stay in the processor's caches anyway */
    if (sim->entities < FEW) return;
    uint32_t next = calendar_soon(sim->calendar);
    if (next >= sim->entities) return;
    __builtin_prefetch(&sim->entity[next], 1);
    if (sim->cold) {
        __builtin_prefetch(&sim->cold[next], 1);
        __builtin_prefetch((const char *)&sim->cold[next] + 64, 1);
    }
    if (sim->attribute) __builtin_prefetch(&sim->attribute[(size_t)next * sim->net->plan.attributes]);
}

/* The cohort is through: nothing more is declared to be looked at, and what happens at this very moment has happened. */
static bool is_done(const struct simulation *sim)
{
    return (sim->ending & ENDING_OVER) ||
           (sim->outstanding == 0 && sim->moments_left == 0 && calendar_peek(sim->calendar) > sim->now);
}

static void time_stands_still(struct simulation *sim)
{
    if (sim->status != STATUS_OK) return;
    snprintf(sim->result.broken, sizeof sim->result.broken,
        "time stands still at %.9g h: entities come, or go round, in no time or in times below the clock's resolution", sim->now);
    sim->status = STATUS_STUCK;
}

enum status simulation_run(struct simulation *sim, uint64_t seed, uint64_t replication, const volatile int *stop, const struct result **result)
{
    enum { LOOKS = 4096, IN_PLACE_MOST = 1 << 14 }; /* events between two looks around; looks at one moment: 67 million events */
    struct event event;
    uint64_t events = 0, looks_in_place = 0;
    double stood_at = -1;
    begin(sim, seed, replication);
    while (sim->status == STATUS_OK && !(sim->ending && is_done(sim))) {
        if (calendar_next(sim->calendar, &event) != STATUS_OK) break;
        double before = sim->now;
        sim->now = event.time;
        fetch_soon(sim);
        happen(sim, &event);
        if (sim->readies) station_serve_ready(sim);
        simulation_check_event(sim, before);
        if ((++events & (LOOKS - 1)) == 0) {
            if (stop && __atomic_load_n(stop, __ATOMIC_RELAXED)) sim->status = STATUS_STOPPED;
            sweep(sim);
            looks_in_place = sim->now == stood_at ? looks_in_place + 1 : 0;
            stood_at = sim->now;
            if (looks_in_place == IN_PLACE_MOST) time_stands_still(sim);
        }
    }
    struct result *r = &sim->result;
    r->events = events;
    r->ended = sim->now;
    r->state = sim->state;
    *result = r;
    simulation_hand_over(sim);
    if (sim->status != STATUS_OK) return sim->status;
    simulation_check_whole(sim);
    return r->broken[0] ? STATUS_BROKEN : STATUS_OK;
}
