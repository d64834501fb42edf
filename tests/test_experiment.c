/* test_experiment.c - the order, the threads, the stop and the errors of an experiment.
 *
 * The three functions of the simulation that an experiment calls are stand-ins here, so that a job can be made to fail,
 * to dawdle or to be interrupted at will; linking takes these before the library's.
 */
#include "engine/experiment/experiment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>
#include <cmocka.h>

/* ---- the stand-in: a network is a number and what should go wrong ---- */

struct network {
    uint64_t number;
    uint64_t broken_at;  /* replication that fails; UINT64_MAX: none */
    uint64_t endless_at; /* replication that runs until it is stopped */
    bool no_memory;      /* simulation_create fails */
    unsigned dawdle_us;  /* longer in the early replications, so that later ones overtake them */
};
struct simulation {
    const struct network *network;
    struct result result;
};
static atomic_int simulations_alive, simulations_made;
static atomic_int jobs_begun;
static uint64_t begun[64]; /* networks, as their jobs began; of use with one thread */

struct simulation *simulation_create(const struct network *net, const struct simulation_options *options)
{
    (void)options;
    struct simulation *sim = net->no_memory ? NULL : calloc(1, sizeof *sim);
    if (!sim) return NULL;
    sim->network = net;
    atomic_fetch_add(&simulations_alive, 1);
    atomic_fetch_add(&simulations_made, 1);
    return sim;
}

void simulation_destroy(struct simulation *sim)
{
    if (sim) atomic_fetch_sub(&simulations_alive, 1);
    free(sim);
}

enum status simulation_run(
    struct simulation *sim, uint64_t seed, uint64_t replication, const volatile int *stop, const struct result **result)
{
    const struct network *net = sim->network;
    int place = atomic_fetch_add(&jobs_begun, 1);
    if (place < 64) begun[place] = net->number;
    *result = &sim->result;
    sim->result.events = seed * 1000000 + net->number * 10000 + replication;
    if (net->dawdle_us) usleep(net->dawdle_us * (unsigned)(4 - replication % 4));
    if (__atomic_load_n(stop, __ATOMIC_RELAXED)) return STATUS_STOPPED;
    if (replication == net->broken_at) {
        snprintf(sim->result.broken, sizeof sim->result.broken, "3 went in and 4 came out");
        return STATUS_BROKEN;
    }
    if (replication == net->endless_at) {
        while (!__atomic_load_n(stop, __ATOMIC_RELAXED)) usleep(1000);
        return STATUS_STOPPED;
    }
    return STATUS_OK;
}

/* ---- what the experiment calls ---- */

static atomic_int parts_alive;
struct log {
    char text[16384];
    size_t length;
    int calls, fail_at; /* fail_at: the call of complete that returns an error; 0: none */
    volatile int stop;
    int stop_after; /* complete sets the flag at this call; 0: never */
    int progress_calls;
    bool off_thread, progress_wrong;
    uv_thread_t thread;
    unsigned slow_us;
    int unsettled, settled, settle_fails_at; /* calls of complete since the last settle; calls of settle */
    int most_unsettled;
};

static void *extract(const void *model, size_t network, const struct result *result)
{
    (void)model, (void)network;
    uint64_t *part = malloc(sizeof *part);
    if (part) *part = result->events;
    atomic_fetch_add(&parts_alive, part != NULL);
    return part;
}

static void discard(void *part)
{
    atomic_fetch_sub(&parts_alive, 1);
    free(part);
}

static enum status complete(
    void *context, size_t variant, uint64_t replication, void **part, size_t parts, double seconds)
{
    struct log *log = context;
    uv_thread_t self = uv_thread_self();
    log->off_thread |= !uv_thread_equal(&self, &log->thread) || seconds < 0;
    log->length += (size_t)snprintf(
        log->text + log->length, sizeof log->text - log->length, "%zu/%llu:", variant, (unsigned long long)replication);
    for (size_t i = 0; i < parts; i++) {
        log->length += (size_t)snprintf(
            log->text + log->length, sizeof log->text - log->length, " %llu", (unsigned long long)*(uint64_t *)part[i]);
        discard(part[i]);
    }
    log->length += (size_t)snprintf(log->text + log->length, sizeof log->text - log->length, "\n");
    if (log->slow_us) usleep(log->slow_us);
    log->calls++;
    if (++log->unsettled > log->most_unsettled) log->most_unsettled = log->unsettled;
    if (log->stop_after == log->calls) log->stop = 1;
    return log->fail_at == log->calls ? STATUS_IO : STATUS_OK;
}

static enum status settle(void *context)
{
    struct log *log = context;
    uv_thread_t self = uv_thread_self();
    log->off_thread |= !uv_thread_equal(&self, &log->thread) || log->unsettled == 0;
    log->unsettled = 0;
    return ++log->settled == log->settle_fails_at ? STATUS_IO : STATUS_OK;
}

static void progress(void *context, const struct experiment_progress *p)
{
    struct log *log = context;
    log->progress_calls++;
    log->progress_wrong |= p->done > p->total || p->seconds < 0 || p->left < 0;
}

#define STAND_IN(n)                                                                                                    \
    {                                                                                                                  \
        .number = (n), .broken_at = UINT64_MAX, .endless_at = UINT64_MAX                                               \
    }

static struct experiment_variant variant_of(const struct network *const *networks, size_t n, uint64_t to)
{
    return (struct experiment_variant){.network = networks,
        .networks = n,
        .seed = 1,
        .replication_to = to,
        .extract = extract,
        .complete = complete,
        .discard = discard};
}

static enum status run(const struct experiment_variant *variant, size_t variants, unsigned jobs, struct log *log,
    char why[200], unsigned *threads)
{
    log->thread = uv_thread_self();
    struct experiment_options options = {
        .jobs = jobs, .stop = &log->stop, .context = log, .progress = progress, .settle = settle, .threads_used = threads};
    enum status st = experiment_run(variant, variants, &options, why);
    assert_int_equal(log->unsettled, 0); /* however it ended */
    assert_int_equal(atomic_load(&parts_alive), 0);
    assert_int_equal(atomic_load(&simulations_alive), 0);
    assert_false(log->off_thread);
    return st;
}

/* ---- order and content ---- */

static void replications_are_handed_over_in_order_with_any_number_of_threads(void **state)
{
    (void)state;
    struct network a = STAND_IN(1), b = STAND_IN(2), c = STAND_IN(3);
    a.dawdle_us = 300;
    const struct network *const first[2] = {&a, &b}, *const second[3] = {&c, &a, &b};
    struct experiment_variant variant[2] = {variant_of(first, 2, 40), variant_of(second, 3, 50)};
    variant[1].seed = 7;
    variant[1].replication_from = 5;
    struct log expected = {.length = 0};
    for (int r = 0; r < 40; r++)
        expected.length +=
            (size_t)sprintf(expected.text + expected.length, "0/%d: %d %d\n", r, 1010000 + r, 1020000 + r);
    for (int r = 5; r < 50; r++)
        expected.length += (size_t)sprintf(
            expected.text + expected.length, "1/%d: %d %d %d\n", r, 7030000 + r, 7010000 + r, 7020000 + r);
    const unsigned jobs[] = {1, 2, 4, 8};
    for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++) {
        struct log log = {.length = 0};
        char why[200];
        unsigned threads;
        assert_int_equal(run(variant, 2, jobs[i], &log, why, &threads), STATUS_OK);
        assert_int_equal(threads, jobs[i]);
        assert_string_equal(log.text, expected.text);
        assert_string_equal(why, "");
    }
}

static void the_costliest_network_begins_first_and_is_still_handed_over_in_place(void **state)
{
    (void)state;
    struct network a = STAND_IN(1), b = STAND_IN(2);
    const struct network *const networks[2] = {&a, &b};
    const double cost[2] = {1, 5};
    struct experiment_variant variant = variant_of(networks, 2, 1);
    variant.cost = cost;
    struct log log = {.length = 0};
    char why[200];
    atomic_store(&jobs_begun, 0);
    assert_int_equal(run(&variant, 1, 1, &log, why, NULL), STATUS_OK);
    assert_string_equal(log.text, "0/0: 1010000 1020000\n");
    assert_int_equal(begun[0], 2);
    assert_int_equal(begun[1], 1);
    variant.cost = NULL;
    atomic_store(&jobs_begun, 0);
    assert_int_equal(run(&variant, 1, 1, &log, why, NULL), STATUS_OK);
    assert_int_equal(begun[0], 1);
}

static void a_network_that_took_longer_than_its_cost_said_begins_first_from_then_on(void **state)
{
    (void)state;
    struct network a = STAND_IN(1), b = STAND_IN(2);
    const struct network *const networks[2] = {&a, &b};
    const double cost[2] = {5, 1};
    struct experiment_variant variant = variant_of(networks, 2, 6);
    variant.cost = cost;
    b.dawdle_us = 4000;
    struct log log = {.length = 0};
    char why[200];
    atomic_store(&jobs_begun, 0);
    assert_int_equal(run(&variant, 1, 1, &log, why, NULL), STATUS_OK);
    assert_int_equal(atomic_load(&jobs_begun), 12);
    assert_int_equal(begun[0], 1);
    for (int r = 1; r < 6; r++) assert_int_equal(begun[2 * r], 2);
    assert_memory_equal(log.text, "0/0: 1010000 1020000\n0/1: 1010001 1020001\n", 42);
}

/* Whichever began first: the network that is first in order is what the run ends with. */
static void of_two_networks_that_fail_the_first_is_told(void **state)
{
    (void)state;
    const double cost[2][2] = {{1, 5}, {5, 1}};
    for (int i = 0; i < 4; i++) {
        struct network a = STAND_IN(1), b = STAND_IN(2);
        const struct network *const networks[2] = {&a, &b};
        struct experiment_variant variant = variant_of(networks, 2, 3);
        variant.cost = cost[i % 2];
        a.no_memory = true;
        b.broken_at = 0;
        struct log log = {.length = 0};
        char why[200];
        assert_int_equal(run(&variant, 1, (unsigned)(1 + i / 2), &log, why, NULL), STATUS_NO_MEMORY);
    }
}

/* The last network is halted by the fault of the third; the worker that dawdled over it takes the first, which is wanted. */
static void a_worker_that_was_halted_goes_on_with_an_earlier_network(void **state)
{
    (void)state;
    const double cost[4] = {1, 2, 3, 4};
    for (unsigned jobs = 1; jobs <= 2; jobs++) {
        struct network n[4] = {STAND_IN(1), STAND_IN(2), STAND_IN(3), STAND_IN(4)};
        const struct network *const networks[4] = {&n[0], &n[1], &n[2], &n[3]};
        struct experiment_variant variant = variant_of(networks, 4, 1);
        variant.cost = cost;
        n[3].dawdle_us = 25000; /* four times as long in replication 0 */
        n[2].no_memory = true;
        n[1].dawdle_us = 60000;
        n[0].broken_at = 0;
        struct log log = {.length = 0};
        char why[200];
        assert_int_equal(run(&variant, 1, jobs, &log, why, NULL), STATUS_BROKEN);
    }
}

static void a_stop_does_not_walk_through_what_is_left(void **state)
{
    (void)state;
    struct network a = STAND_IN(1);
    const struct network *const networks[1] = {&a};
    struct experiment_variant variant = variant_of(networks, 1, UINT64_C(1) << 40);
    struct log log = {.stop_after = 40};
    char why[200];
    assert_int_equal(run(&variant, 1, 2, &log, why, NULL), STATUS_STOPPED); /* or it would take days */
    assert_in_range(log.calls, 40, 40 + 64);
}

static void replications_that_are_there_already_are_skipped(void **state)
{
    (void)state;
    struct network a = STAND_IN(1);
    const struct network *const networks[1] = {&a};
    unsigned char have[300];
    memset(have, 1, sizeof have);
    have[2] = have[299] = 0; /* counted from replication 100 on; the gap is wider than the window */
    struct experiment_variant variant = variant_of(networks, 1, 400);
    variant.replication_from = 100;
    variant.have = have;
    struct log log = {.length = 0};
    char why[200];
    assert_int_equal(run(&variant, 1, 2, &log, why, NULL), STATUS_OK);
    assert_string_equal(log.text, "0/102: 1010102\n0/399: 1010399\n");
}

static void nothing_to_do_is_done_at_once(void **state)
{
    (void)state;
    struct network a = STAND_IN(1);
    const struct network *const networks[1] = {&a};
    const unsigned char have[3] = {1, 1, 1};
    struct experiment_variant variant[2] = {variant_of(networks, 1, 0), variant_of(networks, 1, 3)};
    variant[1].have = have;
    struct log log = {.length = 0};
    char why[200];
    unsigned threads = 99;
    assert_int_equal(run(variant, 2, 4, &log, why, &threads), STATUS_OK);
    assert_int_equal(threads, 0);
    assert_int_equal(run(NULL, 0, 4, &log, why, &threads), STATUS_OK);
    assert_int_equal(log.calls, 0);
}

static void a_worker_keeps_its_simulation_from_one_replication_to_the_next(void **state)
{
    (void)state;
    struct network a = STAND_IN(1), b = STAND_IN(2);
    const struct network *const networks[2] = {&a, &b};
    struct experiment_variant variant = variant_of(networks, 2, 50);
    struct log log = {.length = 0};
    char why[200];
    atomic_store(&simulations_made, 0);
    assert_int_equal(run(&variant, 1, 1, &log, why, NULL), STATUS_OK);
    assert_int_equal(atomic_load(&simulations_made), 2);
}

/* ---- threads ---- */

static uv_barrier_t all_here;
static atomic_int met;
enum { CREW = 8 };

static void *meet_then_extract(const void *model, size_t network, const struct result *result)
{
    if (atomic_fetch_add(&met, 1) < CREW) uv_barrier_wait(&all_here); /* passes only with CREW threads at once */
    return extract(model, network, result);
}

static void eight_jobs_are_eight_threads_at_once(void **state)
{
    (void)state;
    struct network a = STAND_IN(1);
    const struct network *const networks[1] = {&a};
    struct experiment_variant variant = variant_of(networks, 1, 20);
    variant.extract = meet_then_extract;
    atomic_store(&met, 0);
    assert_int_equal(uv_barrier_init(&all_here, CREW), 0);
    struct log log = {.length = 0};
    char why[200];
    unsigned threads;
    assert_int_equal(run(&variant, 1, CREW, &log, why, &threads), STATUS_OK);
    assert_int_equal(threads, CREW);
    assert_int_equal(log.calls, 20);
    uv_barrier_destroy(&all_here);
}

static void there_are_never_more_threads_than_jobs_and_zero_means_one_a_core(void **state)
{
    (void)state;
    struct network a = STAND_IN(1);
    const struct network *const networks[1] = {&a};
    struct experiment_variant variant = variant_of(networks, 1, 3);
    struct log log = {.length = 0};
    char why[200];
    unsigned threads;
    assert_int_equal(run(&variant, 1, 8, &log, why, &threads), STATUS_OK);
    assert_int_equal(threads, 3);
    variant.replication_to = 1000;
    assert_int_equal(run(&variant, 1, 0, &log, why, &threads), STATUS_OK);
    assert_int_equal(threads, uv_available_parallelism());
}

static atomic_int most_alive;

static void *extract_and_count(const void *model, size_t network, const struct result *result)
{
    void *part = extract(model, network, result);
    int alive = atomic_load(&parts_alive), most = atomic_load(&most_alive);
    while (alive > most && !atomic_compare_exchange_weak(&most_alive, &most, alive)) continue;
    return part;
}

static void workers_wait_when_they_are_a_window_ahead(void **state)
{
    (void)state;
    struct network a = STAND_IN(1);
    const struct network *const networks[1] = {&a};
    struct experiment_variant variant = variant_of(networks, 1, 200);
    variant.extract = extract_and_count;
    struct log log = {.slow_us = 500};
    char why[200];
    atomic_store(&most_alive, 0);
    assert_int_equal(run(&variant, 1, 2, &log, why, NULL), STATUS_OK);
    assert_int_equal(log.calls, 200);
    assert_in_range(atomic_load(&most_alive), 1, 32);
}

/* ---- errors ---- */

static void a_broken_replication_ends_the_run_after_all_before_it_were_handed_over(void **state)
{
    (void)state;
    for (unsigned jobs = 1; jobs <= 8; jobs *= 2) {
        struct network a = STAND_IN(1), b = STAND_IN(2);
        const struct network *const networks[2] = {&a, &b};
        a.dawdle_us = 200;
        b.broken_at = 5;
        a.broken_at = 6; /* may be met earlier by the clock on the wall, and is later in order */
        struct experiment_variant variant = variant_of(networks, 2, 300);
        struct log log = {.length = 0};
        char why[200];
        assert_int_equal(run(&variant, 1, jobs, &log, why, NULL), STATUS_BROKEN);
        assert_int_equal(log.calls, 5);
        assert_string_equal(why, "replication 5 of variant 1: 3 went in and 4 came out");
    }
}

static void an_error_interrupts_what_runs_beside_it(void **state)
{
    (void)state;
    struct network a = STAND_IN(1);
    const struct network *const networks[1] = {&a};
    a.broken_at = 0;
    a.endless_at = 1;
    a.dawdle_us = 1000;
    struct experiment_variant variant = variant_of(networks, 1, 10);
    struct log log = {.length = 0};
    char why[200];
    assert_int_equal(run(&variant, 1, 2, &log, why, NULL), STATUS_BROKEN);
    assert_int_equal(log.calls, 0);
}

static void a_replication_that_cannot_be_stored_ends_the_run(void **state)
{
    (void)state;
    struct network a = STAND_IN(1);
    const struct network *const networks[1] = {&a};
    struct experiment_variant variant = variant_of(networks, 1, 500);
    struct log log = {.fail_at = 3};
    char why[200];
    assert_int_equal(run(&variant, 1, 4, &log, why, NULL), STATUS_IO);
    assert_int_equal(log.calls, 3);
    assert_string_equal(why, "replication 2 of variant 1 could not be completed: reading or writing failed");
}

static void what_is_complete_together_is_settled_together(void **state)
{
    (void)state;
    struct network a = STAND_IN(1);
    const struct network *const networks[1] = {&a};
    struct experiment_variant variant = variant_of(networks, 1, 400);
    struct log log = {.slow_us = 1000}; /* handing over is slower than simulating: there is always another */
    char why[200];
    assert_int_equal(run(&variant, 1, 2, &log, why, NULL), STATUS_OK);
    assert_int_equal(log.calls, 400);
    assert_true(log.most_unsettled > 1);
    assert_in_range(log.settled, 2, 200); /* not one by one, and ten times a second all the same */
}

static void what_cannot_be_settled_ends_the_run(void **state)
{
    (void)state;
    struct network a = STAND_IN(1);
    const struct network *const networks[1] = {&a};
    struct experiment_variant variant = variant_of(networks, 1, 2000);
    a.dawdle_us = 1000; /* simulating is slower than handing over */
    struct log log = {.settle_fails_at = 3};
    char why[200];
    assert_int_equal(run(&variant, 1, 2, &log, why, NULL), STATUS_IO);
    assert_int_equal(log.settled, 3);
    assert_true(log.calls < 2000);
    assert_string_equal(why, "what was complete could not be settled: reading or writing failed");
}

static void no_memory_for_a_simulation_is_said(void **state)
{
    (void)state;
    struct network a = STAND_IN(1);
    const struct network *const networks[1] = {&a};
    a.no_memory = true;
    struct experiment_variant variant = variant_of(networks, 1, 5);
    struct log log = {.length = 0};
    char why[200];
    assert_int_equal(run(&variant, 1, 2, &log, why, NULL), STATUS_NO_MEMORY);
    assert_string_equal(why, "replication 0 of variant 1: there is not enough memory");
}

/* ---- stop and progress ---- */

static void a_stop_abandons_what_runs_and_keeps_what_is_complete(void **state)
{
    (void)state;
    struct network a = STAND_IN(1);
    const struct network *const networks[1] = {&a};
    a.endless_at = 7;
    struct experiment_variant variant = variant_of(networks, 1, 10);
    struct log log = {.stop_after = 4};
    char why[200];
    assert_int_equal(run(&variant, 1, 1, &log, why, NULL), STATUS_STOPPED);
    assert_in_range(log.calls, 4, 7);
    assert_non_null(strstr(why, "interrupted with "));
}

static void a_stop_before_the_start_hands_over_nothing_endless(void **state)
{
    (void)state;
    struct network a = STAND_IN(1);
    const struct network *const networks[1] = {&a};
    a.endless_at = 0;
    struct experiment_variant variant = variant_of(networks, 1, 10);
    struct log log = {.stop = 1};
    char why[200];
    assert_int_equal(run(&variant, 1, 2, &log, why, NULL), STATUS_STOPPED);
    assert_int_equal(log.calls, 0);
}

/* A slow disk: the workers always have another replication ready, so handing over never comes to an end by itself. */
static void a_stop_is_heeded_and_progress_shown_while_handing_over_is_slower_than_simulating(void **state)
{
    (void)state;
    struct network a = STAND_IN(1);
    const struct network *const networks[1] = {&a};
    struct experiment_variant variant = variant_of(networks, 1, 400);
    struct log log = {.slow_us = 500, .stop_after = 250};
    char why[200];
    assert_int_equal(run(&variant, 1, 2, &log, why, NULL), STATUS_STOPPED);
    assert_in_range(log.calls, 250, 250 + 32); /* and the 32 at most that stand ready */
    assert_true(log.progress_calls > 0);
}

static void progress_comes_at_most_ten_times_a_second(void **state)
{
    (void)state;
    struct network a = STAND_IN(1);
    const struct network *const networks[1] = {&a};
    a.dawdle_us = 4000; /* 10 ms on average, 40 of them on two threads: some 200 ms */
    struct experiment_variant variant = variant_of(networks, 1, 40);
    struct log log = {.length = 0};
    char why[200];
    uint64_t began = uv_hrtime();
    assert_int_equal(run(&variant, 1, 2, &log, why, NULL), STATUS_OK);
    double seconds = (double)(uv_hrtime() - began) * 1e-9;
    assert_in_range(log.progress_calls, 1, (int)(seconds * 10));
    assert_false(log.progress_wrong);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replications_are_handed_over_in_order_with_any_number_of_threads),
        cmocka_unit_test(the_costliest_network_begins_first_and_is_still_handed_over_in_place),
        cmocka_unit_test(a_network_that_took_longer_than_its_cost_said_begins_first_from_then_on),
        cmocka_unit_test(of_two_networks_that_fail_the_first_is_told),
        cmocka_unit_test(a_worker_that_was_halted_goes_on_with_an_earlier_network),
        cmocka_unit_test(a_stop_does_not_walk_through_what_is_left),
        cmocka_unit_test(replications_that_are_there_already_are_skipped),
        cmocka_unit_test(nothing_to_do_is_done_at_once),
        cmocka_unit_test(a_worker_keeps_its_simulation_from_one_replication_to_the_next),
        cmocka_unit_test(eight_jobs_are_eight_threads_at_once),
        cmocka_unit_test(there_are_never_more_threads_than_jobs_and_zero_means_one_a_core),
        cmocka_unit_test(workers_wait_when_they_are_a_window_ahead),
        cmocka_unit_test(a_broken_replication_ends_the_run_after_all_before_it_were_handed_over),
        cmocka_unit_test(an_error_interrupts_what_runs_beside_it),
        cmocka_unit_test(a_replication_that_cannot_be_stored_ends_the_run),
        cmocka_unit_test(what_is_complete_together_is_settled_together),
        cmocka_unit_test(what_cannot_be_settled_ends_the_run),
        cmocka_unit_test(no_memory_for_a_simulation_is_said),
        cmocka_unit_test(a_stop_abandons_what_runs_and_keeps_what_is_complete),
        cmocka_unit_test(a_stop_before_the_start_hands_over_nothing_endless),
        cmocka_unit_test(a_stop_is_heeded_and_progress_shown_while_handing_over_is_slower_than_simulating),
        cmocka_unit_test(progress_comes_at_most_ten_times_a_second),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
