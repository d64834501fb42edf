/* experiment.c - a crew of threads, one counter of jobs, and a ring of replications that wait for their turn.
 *
 * Replications of all variants stand in one row of units: variants in order, replications in order within each. Job
 * numbers run through the units, network by network. A worker takes the next turn; the slot `unit % window` of the ring
 * says whose turn it is and collects the unit's parts; the calling thread hands over the unit at the head of the row as
 * soon as it is complete, and has what it handed over settled when nothing else is.
 *
 * Within a unit the network that takes longest comes first: by its cost, and by the clock once each has been timed. Who
 * comes when is left to the clock; what comes out is not, as jobs keep their numbers whenever their turn is.
 *
 * Invariants, under the one lock: head <= unit < head + window for every unit that has begun; all jobs below the first
 * failed one run to their end, so what is handed over and which error is returned do not depend on the threads.
 * The lock is taken twice a job, never inside one.
 */
#include "engine/experiment/experiment.h"

#include <assert.h>
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

enum { WINDOW_LEAST = 32, WINDOW_PER_JOB = 4 };
static const uint64_t NO_JOB = UINT64_MAX;
/* The calling thread looks at the stop flag and at finished work this often: soon for a person, idle for a processor.
 */
static const uint64_t LOOK_NS = 20 * 1000000ULL, PROGRESS_NS = 100 * 1000000ULL;
/* What is handed over is settled at least this often: so much may be lost, and a stop waits no longer. */
static const uint64_t SETTLE_NS = 100 * 1000000ULL;
enum { GIVE_WAY_MS = 10 };

struct lane { /* a variant's place in the row */
    uint64_t first_unit, first_job;
    double *seconds; /* of each network, over all its jobs so far */
    uint64_t *timed; /* jobs */
};

struct slot {
    void **part;
    size_t *turn; /* networks, longest first */
    bool lined_up;
    size_t arrived;
    double seconds;
};

struct crew;
struct worker {
    struct crew *crew;
    uv_thread_t thread;
    volatile int halt; /* given to the simulation */
    uint64_t job;      /* running, by its number, or NO_JOB */
    size_t variant;    /* of the simulations */
    struct simulation **simulation;
};

struct crew {
    const struct experiment_variant *variant;
    size_t variants, most_networks;
    const struct experiment_options *options;
    struct lane *lane; /* variants + 1: the last one is the end of the row */
    struct slot *slot;
    struct worker *worker;
    void **parts;
    unsigned workers, working;
    uint64_t window, units, jobs;
    uint64_t jobs_wanted; /* without those that are skipped */
    atomic_uint_fast64_t next;

    uv_mutex_t lock; /* guards what follows, the slots and the workers' `job` */
    uv_cond_t news;  /* for the calling thread: something is ready, or went wrong, or somebody waits for room */
    uv_cond_t room;  /* for workers: the head has moved, or work has ended */
    uint64_t head, ready, jobs_done;
    double work_done, work_wanted; /* jobs, weighed by their cost */
    bool halted;
    uint64_t failed_job;
    enum status status;
    char *why;
    uint64_t began, shown, handed_over; /* handed_over: when the first that is not settled was; 0: all are */
    size_t head_variant;
};

struct job_place {
    size_t variant, turn, network; /* the network is known once the job begins */
    uint64_t unit, replication;
    uint64_t job; /* of the unit's first network until the job begins */
    bool skipped;
};

static uint64_t replications(const struct experiment_variant *variant)
{
    return variant->replication_to > variant->replication_from ? variant->replication_to - variant->replication_from
                                                               : 0;
}

static bool skips(const struct experiment_variant *variant, uint64_t offset)
{
    return variant->have && variant->have[offset];
}

static double work_of(const struct experiment_variant *variant, size_t network)
{
    return variant->cost ? variant->cost[network] : 1;
}

/* Turns come to a worker in rising order, so the search goes on from the variant of its last one. */
static struct job_place place_of(const struct crew *crew, uint64_t next, size_t from_variant)
{
    size_t v = from_variant;
    while (next >= crew->lane[v + 1].first_job) v++;
    const struct experiment_variant *variant = &crew->variant[v];
    uint64_t within = next - crew->lane[v].first_job, offset = within / variant->networks;
    return (struct job_place){.variant = v,
        .turn = within % variant->networks,
        .job = next - within % variant->networks,
        .unit = crew->lane[v].first_unit + offset,
        .replication = variant->replication_from + offset,
        .skipped = skips(variant, offset)};
}

/* ---- workers ---- */

enum { KEPT_NETWORKS = 8 }; /* simulations that a worker keeps from one replication to the next */

static void forget_simulations(struct worker *worker)
{
    for (size_t i = 0; i < worker->crew->most_networks; i++) {
        simulation_destroy(worker->simulation[i]);
        worker->simulation[i] = NULL;
    }
}

static struct simulation *simulation_for(struct worker *worker, const struct job_place *place)
{
    if (worker->variant != place->variant) forget_simulations(worker);
    worker->variant = place->variant;
    struct simulation **sim = &worker->simulation[place->network];
    const struct crew *crew = worker->crew;
    if (!*sim)
        *sim = simulation_create(crew->variant[place->variant].network[place->network], &crew->options->simulation);
    return *sim;
}

static enum status run_job(struct worker *worker, const struct job_place *place, void **part, const char **broken)
{
    const struct experiment_variant *variant = &worker->crew->variant[place->variant];
    struct simulation *sim = simulation_for(worker, place);
    if (!sim) return STATUS_NO_MEMORY;
    const struct result *result = NULL;
    enum status st = simulation_run(sim, variant->seed, place->replication, &worker->halt, &result);
    if ((st == STATUS_BROKEN || st == STATUS_STUCK) && result) *broken = result->broken;
    if (st != STATUS_OK) return st;
    *part = variant->extract(variant->model, place->network, result);
    if (variant->networks > KEPT_NETWORKS) { /* a nation's ports: memory for those under way only */
        simulation_destroy(sim);
        worker->simulation[place->network] = NULL;
    }
    return *part ? STATUS_OK : STATUS_NO_MEMORY;
}

static double length_of(const struct crew *crew, size_t variant, size_t network, bool timed)
{
    const struct lane *lane = &crew->lane[variant];
    return timed ? lane->seconds[network] / (double)lane->timed[network] : work_of(&crew->variant[variant], network);
}

/* Under the lock. Networks in the order of their turns, for a unit that nobody has begun. */
static void line_up_networks(const struct crew *crew, size_t variant, size_t *turn)
{
    size_t networks = crew->variant[variant].networks;
    bool timed = true;
    for (size_t i = 0; i < networks; i++) timed = timed && crew->lane[variant].timed[i] > 0;
    for (size_t i = 0; i < networks; i++) {
        double length = length_of(crew, variant, i, timed);
        size_t at = i;
        for (; at > 0 && length_of(crew, variant, turn[at - 1], timed) < length; at--) turn[at] = turn[at - 1];
        turn[at] = i;
    }
}

enum turn { TURN_WORK, TURN_PAST, TURN_LAST }; /* begin it; it is not wanted; nor is any that follows */

/* Waits for room, and finds whose turn it is. */
static enum turn begin_job(struct worker *worker, struct job_place *place)
{
    struct crew *crew = worker->crew;
    uv_mutex_lock(&crew->lock);
    while (!crew->halted && place->job < crew->failed_job && place->unit >= crew->head + crew->window) {
        uv_cond_signal(&crew->news);
        uv_cond_wait(&crew->room, &crew->lock);
    }
    enum turn turn = !crew->halted && place->job < crew->failed_job ? TURN_WORK : TURN_LAST;
    if (turn == TURN_WORK) {
        struct slot *slot = &crew->slot[place->unit % crew->window];
        if (!slot->lined_up) line_up_networks(crew, place->variant, slot->turn);
        slot->lined_up = true;
        place->network = slot->turn[place->turn];
        place->job += place->network;
        if (place->job >= crew->failed_job) turn = TURN_PAST;
    }
    if (turn == TURN_WORK) {
        worker->job = place->job;
        __atomic_store_n(&worker->halt, 0, __ATOMIC_RELAXED); /* it may have been halted in a later network of this very unit */
    }
    uv_mutex_unlock(&crew->lock);
    return turn;
}

/* Under the lock. Simulations read the flag as a volatile int while they run. */
static void halt_jobs_from(struct crew *crew, uint64_t job)
{
    for (unsigned i = 0; i < crew->workers; i++) {
        struct worker *w = &crew->worker[i];
        if (w->job != NO_JOB && w->job >= job) __atomic_store_n(&w->halt, 1, __ATOMIC_RELAXED);
    }
    uv_cond_broadcast(&crew->room);
}

/* Under the lock. */
static void note_failure(struct crew *crew, const struct job_place *place, enum status st, const char *broken)
{
    if (place->job >= crew->failed_job) return;
    crew->failed_job = place->job;
    crew->status = st;
    snprintf(crew->why, 200, "replication %llu of variant %zu: %.140s", (unsigned long long)place->replication,
        place->variant + 1, broken && *broken ? broken : status_words(st));
    halt_jobs_from(crew, place->job + 1);
    uv_cond_signal(&crew->news);
}

/* Under the lock. The calling thread is woken when half the window is ready, not for every small replication. */
static void note_part(struct crew *crew, const struct job_place *place, void *part, double seconds)
{
    struct slot *slot = &crew->slot[place->unit % crew->window];
    assert(!slot->part[place->network]);
    slot->part[place->network] = part;
    slot->seconds += seconds;
    crew->lane[place->variant].seconds[place->network] += seconds;
    crew->lane[place->variant].timed[place->network]++;
    crew->jobs_done++;
    crew->work_done += work_of(&crew->variant[place->variant], place->network);
    if (++slot->arrived < crew->variant[place->variant].networks) return;
    if (++crew->ready == crew->window / 2 || crew->jobs_done == crew->jobs_wanted) uv_cond_signal(&crew->news);
}

static void do_job(struct worker *worker, const struct job_place *place)
{
    struct crew *crew = worker->crew;
    void *part = NULL;
    const char *broken = NULL;
    uint64_t began = uv_hrtime();
    enum status st = run_job(worker, place, &part, &broken);
    double seconds = (double)(uv_hrtime() - began) * 1e-9;
    uv_mutex_lock(&crew->lock);
    worker->job = NO_JOB;
    bool abandoned = st == STATUS_STOPPED && worker->halt;
    if (st == STATUS_OK)
        note_part(crew, place, part, seconds);
    else if (!abandoned)
        note_failure(crew, place, st, broken);
    uv_mutex_unlock(&crew->lock);
}

static void work(void *argument)
{
    struct worker *worker = argument;
    struct crew *crew = worker->crew;
    size_t variant = 0;
    for (;;) {
        uint64_t next = atomic_fetch_add(&crew->next, 1);
        if (next >= crew->jobs) break;
        struct job_place place = place_of(crew, next, variant);
        variant = place.variant;
        if (place.skipped) continue;
        enum turn turn = begin_job(worker, &place);
        if (turn == TURN_LAST) break;
        if (turn == TURN_WORK) do_job(worker, &place);
    }
    forget_simulations(worker);
    uv_mutex_lock(&crew->lock);
    crew->working--;
    uv_cond_signal(&crew->news);
    uv_mutex_unlock(&crew->lock);
}

/* ---- the calling thread ---- */

static void halt_all(struct crew *crew)
{
    crew->halted = true;
    halt_jobs_from(crew, 0);
}

/* Under the lock, which `complete` runs without: the slot is safe because the head has not moved. */
static enum status hand_over(struct crew *crew, size_t v, uint64_t offset, struct slot *slot)
{
    const struct experiment_variant *variant = &crew->variant[v];
    memcpy(crew->parts, slot->part, variant->networks * sizeof *slot->part);
    memset(slot->part, 0, variant->networks * sizeof *slot->part);
    double seconds = slot->seconds;
    slot->arrived = 0;
    slot->seconds = 0;
    slot->lined_up = false;
    crew->ready--;
    uint64_t replication = variant->replication_from + offset;
    uv_mutex_unlock(&crew->lock);
    enum status st = variant->complete(crew->options->context, v, replication, crew->parts, variant->networks, seconds);
    uv_mutex_lock(&crew->lock);
    if (crew->handed_over == 0) crew->handed_over = uv_hrtime();
    if (st == STATUS_OK) return st;
    crew->failed_job = 0; /* earlier than any job that may still fail: this is the error to return */
    crew->status = st;
    snprintf(crew->why, 200, "replication %llu of variant %zu could not be completed: %s",
        (unsigned long long)replication, v + 1, status_words(st));
    return st;
}

/* Under the lock. Whether what was handed over has waited long enough. */
static bool settling_is_due(const struct crew *crew)
{
    return crew->handed_over > 0 && uv_hrtime() - crew->handed_over > SETTLE_NS;
}

/* Under the lock, which `settle` runs without. What was handed over is earlier than any job that failed or may fail. */
static void settle(struct crew *crew)
{
    bool open = crew->handed_over > 0 && crew->options->settle;
    crew->handed_over = 0;
    if (!open) return;
    uv_mutex_unlock(&crew->lock);
    enum status st = crew->options->settle(crew->options->context);
    uv_mutex_lock(&crew->lock);
    if (st == STATUS_OK || crew->failed_job == 0) return;
    crew->failed_job = 0;
    crew->status = st;
    snprintf(crew->why, 200, "what was complete could not be settled: %s", status_words(st));
    halt_all(crew);
}

/* Under the lock. Hands over the unit at the head of the row, if it is complete: true. */
static bool hand_over_next(struct crew *crew)
{
    if (crew->head >= crew->units) return false;
    size_t *v = &crew->head_variant;
    while (crew->head >= crew->lane[*v + 1].first_unit) (*v)++;
    uint64_t offset = crew->head - crew->lane[*v].first_unit;
    if (!skips(&crew->variant[*v], offset)) {
        struct slot *slot = &crew->slot[crew->head % crew->window];
        if (slot->arrived < crew->variant[*v].networks) return false;
        if (hand_over(crew, *v, offset, slot) != STATUS_OK) {
            halt_all(crew);
            return false;
        }
    }
    crew->head++;
    uv_cond_broadcast(&crew->room);
    return true;
}

static bool stop_wanted(const struct experiment_options *options)
{
    return options->stop && __atomic_load_n(options->stop, __ATOMIC_RELAXED);
}

/* Under the lock, which the caller's function runs without. */
static void show_progress(struct crew *crew)
{
    uint64_t now = uv_hrtime();
    if (!crew->options->progress || now - crew->shown < PROGRESS_NS) return;
    crew->shown = now;
    struct experiment_progress p = {.done = crew->jobs_done, .total = crew->jobs_wanted};
    p.seconds = (double)(now - crew->began) * 1e-9;
    p.share = crew->work_wanted > 0 ? fmin(1, crew->work_done / crew->work_wanted) : (double)p.done / (double)p.total;
    p.left = p.share > 0 ? p.seconds * (1 - p.share) / p.share : NAN;
    uv_mutex_unlock(&crew->lock);
    crew->options->progress(crew->options->context, &p);
    uv_mutex_lock(&crew->lock);
}

/* Under the lock, which is left. Who waits for the store looks every few milliseconds whether it is free. */
static void give_way(struct crew *crew)
{
    uv_mutex_unlock(&crew->lock);
    uv_sleep(GIVE_WAY_MS);
    uv_mutex_lock(&crew->lock);
}

/* One unit at a time: where storing is slower than simulating there is always another, and a stop must not wait. */
static void oversee(struct crew *crew)
{
    uv_mutex_lock(&crew->lock);
    for (;;) {
        bool moved = !crew->halted && hand_over_next(crew);
        if (!crew->halted && stop_wanted(crew->options)) {
            halt_all(crew);
            if (crew->status == STATUS_OK) crew->status = STATUS_STOPPED;
        }
        if (moved && settling_is_due(crew)) {
            settle(crew);
            give_way(crew);
        } else if (!moved) {
            settle(crew);
        }
        if (!moved && crew->working == 0) break;
        if (crew->handed_over == 0) show_progress(crew); /* a terminal may hold us up */
        if (!moved) uv_cond_timedwait(&crew->news, &crew->lock, LOOK_NS);
    }
    /* What finished while the others were being stopped is complete all the same. */
    if (crew->status == STATUS_OK || crew->status == STATUS_STOPPED || crew->failed_job > 0)
        while (hand_over_next(crew))
            if (settling_is_due(crew)) settle(crew);
    settle(crew);
    if (crew->status == STATUS_STOPPED && crew->head == crew->units) crew->status = STATUS_OK;
    if (crew->status == STATUS_STOPPED)
        snprintf(crew->why, 200, "interrupted with %llu of %llu jobs done", (unsigned long long)crew->jobs_done,
            (unsigned long long)crew->jobs_wanted);
    uv_mutex_unlock(&crew->lock);
}

/* ---- setting up ---- */

static uint64_t wanted_of(const struct experiment_variant *variant, uint64_t n)
{
    if (!variant->have) return n;
    uint64_t wanted = 0;
    for (uint64_t i = 0; i < n; i++) wanted += !variant->have[i];
    return wanted;
}

static enum status line_up(struct crew *crew)
{
    crew->lane = calloc(crew->variants + 1, sizeof *crew->lane);
    if (!crew->lane) return STATUS_NO_MEMORY;
    for (size_t v = 0; v < crew->variants; v++) {
        const struct experiment_variant *variant = &crew->variant[v];
        uint64_t n = replications(variant);
        assert(variant->networks > 0 && variant->extract && variant->complete);
        if (n > (UINT64_MAX / 4 - crew->jobs) / variant->networks) return STATUS_LIMIT;
        struct lane *lane = &crew->lane[v];
        lane->seconds = calloc(variant->networks, sizeof *lane->seconds);
        lane->timed = calloc(variant->networks, sizeof *lane->timed);
        if (!lane->seconds || !lane->timed) return STATUS_NO_MEMORY;
        lane->first_unit = crew->units;
        lane->first_job = crew->jobs;
        crew->units += n;
        crew->jobs += n * variant->networks;
        if (variant->networks > crew->most_networks) crew->most_networks = variant->networks;
        uint64_t wanted = wanted_of(variant, n);
        crew->jobs_wanted += wanted * variant->networks;
        for (size_t i = 0; i < variant->networks; i++) crew->work_wanted += work_of(variant, i) * (double)wanted;
    }
    crew->lane[crew->variants] = (struct lane){.first_unit = crew->units, .first_job = crew->jobs};
    return STATUS_OK;
}

static enum status furnish(struct crew *crew)
{
    unsigned wanted = crew->options->jobs ? crew->options->jobs : uv_available_parallelism();
    if (wanted > crew->jobs_wanted) wanted = (unsigned)crew->jobs_wanted;
    crew->window = (uint64_t)wanted * WINDOW_PER_JOB;
    if (crew->window < WINDOW_LEAST) crew->window = WINDOW_LEAST;
    if (crew->window > crew->units) crew->window = crew->units;
    crew->slot = calloc(crew->window + 1, sizeof *crew->slot);
    crew->worker = calloc(wanted + 1, sizeof *crew->worker);
    crew->parts = calloc(crew->most_networks + 1, sizeof *crew->parts);
    if (!crew->slot || !crew->worker || !crew->parts) return STATUS_NO_MEMORY;
    for (uint64_t i = 0; i < crew->window; i++) {
        crew->slot[i].part = calloc(crew->most_networks, sizeof(void *));
        crew->slot[i].turn = calloc(crew->most_networks, sizeof *crew->slot[i].turn);
        if (!crew->slot[i].part || !crew->slot[i].turn) return STATUS_NO_MEMORY;
    }
    for (crew->workers = 0; crew->workers < wanted; crew->workers++) {
        struct worker *w = &crew->worker[crew->workers];
        *w = (struct worker){.crew = crew, .job = NO_JOB};
        if (!(w->simulation = calloc(crew->most_networks, sizeof(void *)))) return STATUS_NO_MEMORY;
    }
    return STATUS_OK;
}

/* A part that was never handed over belongs to a unit between head and head + window, hence to one variant. */
static void discard_parts(struct crew *crew)
{
    size_t v = crew->head_variant;
    for (uint64_t unit = crew->head; unit < crew->units && unit < crew->head + crew->window; unit++) {
        while (unit >= crew->lane[v + 1].first_unit) v++;
        void (*discard)(void *) = crew->variant[v].discard ? crew->variant[v].discard : free;
        void **part = crew->slot[unit % crew->window].part;
        for (size_t i = 0; part && i < crew->most_networks; i++)
            if (part[i]) discard(part[i]);
    }
}

static void clear(struct crew *crew)
{
    for (size_t v = 0; crew->lane && v < crew->variants; v++) {
        free(crew->lane[v].seconds);
        free(crew->lane[v].timed);
    }
    for (uint64_t i = 0; crew->slot && i < crew->window; i++) {
        free(crew->slot[i].part);
        free(crew->slot[i].turn);
    }
    for (unsigned i = 0; i < crew->workers; i++) free(crew->worker[i].simulation);
    free(crew->lane);
    free(crew->slot);
    free(crew->worker);
    free(crew->parts);
}

/* Starts as many workers as the system gives; one is enough to go on. */
static void run_crew(struct crew *crew)
{
    unsigned started = 0;
    uv_mutex_lock(&crew->lock);
    while (
        started < crew->workers && uv_thread_create(&crew->worker[started].thread, work, &crew->worker[started]) == 0)
        started++;
    crew->working = started;
    uv_mutex_unlock(&crew->lock);
    if (crew->options->threads_used) *crew->options->threads_used = started;
    if (started == 0) {
        crew->status = STATUS_LIMIT;
        snprintf(crew->why, 200, "the system gives no thread to work on");
        return;
    }
    oversee(crew);
    for (unsigned i = 0; i < started; i++) uv_thread_join(&crew->worker[i].thread);
    discard_parts(crew);
}

static enum status run_with_locks(struct crew *crew)
{
    if (uv_mutex_init(&crew->lock) != 0) return STATUS_NO_MEMORY;
    if (uv_cond_init(&crew->news) != 0) goto no_news;
    if (uv_cond_init(&crew->room) != 0) goto no_room;
    run_crew(crew);
    uv_cond_destroy(&crew->room);
    uv_cond_destroy(&crew->news);
    uv_mutex_destroy(&crew->lock);
    return crew->status;
no_room:
    uv_cond_destroy(&crew->news);
no_news:
    uv_mutex_destroy(&crew->lock);
    return STATUS_NO_MEMORY;
}

enum status experiment_run(
    const struct experiment_variant *variant, size_t variants, const struct experiment_options *options, char why[200])
{
    struct crew crew = {.variant = variant, .variants = variants, .options = options, .failed_job = NO_JOB, .why = why};
    why[0] = '\0';
    if (options->threads_used) *options->threads_used = 0;
    atomic_init(&crew.next, 0);
    crew.began = crew.shown = uv_hrtime();
    enum status st = line_up(&crew);
    if (st == STATUS_OK) st = furnish(&crew);
    if (st == STATUS_OK && crew.jobs_wanted > 0) st = run_with_locks(&crew);
    clear(&crew);
    if (st != STATUS_OK && !why[0]) snprintf(why, 200, "%s", status_words(st));
    return st;
}
