/* test_replications.c - an experiment with real simulations: the same bits on any number of threads, and a stop in the middle.
 */
#include "engine/core/metric.h"
#include "engine/experiment/experiment.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>
#include <cmocka.h>

/* An M/M/c queue with arrivals at rate 1, the warm-up before the window. */
static struct network *queue(int servers, double service, double hours, int *wait)
{
    const struct network_plan plan = {.window_from = hours / 10, .window_to = hours, .drain_until = 2 * hours};
    struct network *net = network_create(&plan);
    struct station_spec station = {.name = "desk", .servers = servers, .room = -1, .begin_at = 1};
    struct stream_spec stream = {.name = "in", .kind = STREAM_RENEWAL};
    assert_int_equal(variate_exponential(&stream.gap, 1), STATUS_OK);
    int in = network_stream(net, &stream), desk = network_station(net, &station);
    struct step_spec serve = {.name = "serve", .stream = in, .op = OP_SERVICE, .station = desk, .stage = -1};
    serve.guard.share = 1;
    assert_int_equal(variate_exponential(&serve.time, service), STATUS_OK);
    struct step_spec stop = {.name = "stop", .stream = in, .op = OP_STOP, .stage = -1}, end = stop;
    stop.guard.share = 1;
    end = stop;
    end.name = "end";
    end.op = OP_END;
    end.outcome = -1;
    int first = network_step(net, &serve), second = network_step(net, &stop), third = network_step(net, &end);
    network_next(net, first, second, second);
    network_next(net, second, third, third);
    network_stream_entry(net, in, first, -1);
    *wait = network_metric(net, "station.desk.wait.mean");
    char why[160];
    enum status st = network_compile(net, why);
    if (st != STATUS_OK) print_error("%s\n", why);
    assert_int_equal(st, STATUS_OK);
    assert_true(*wait >= 0);
    return net;
}

struct part {
    char digest[33];
    double wait;
};
struct model {
    const struct network *network[2];
    int wait[2];
};

static void *extract(const void *context, size_t network, const struct result *result)
{
    const struct model *model = context;
    struct part *part = malloc(sizeof *part);
    if (!part) return NULL;
    digest_text(&result->digest, part->digest);
    part->wait = network_metric_value(model->network[network], result, model->wait[network]);
    return part;
}

struct notes {
    char digests[40 * 2 * 34];
    double wait[2];
    int replications;
};

static enum status complete(
    void *context, size_t variant, uint64_t replication, void **part, size_t parts, double seconds)
{
    struct notes *notes = context;
    (void)variant, (void)seconds;
    assert_int_equal(replication, notes->replications++);
    for (size_t i = 0; i < parts; i++) {
        struct part *p = part[i];
        strcat(strcat(notes->digests, p->digest), "\n");
        notes->wait[i] += p->wait;
        free(p);
    }
    return STATUS_OK;
}

static void the_same_seed_gives_the_same_digests_with_1_2_4_and_8_jobs(void **state)
{
    (void)state;
    struct model model;
    struct network *net[2] = {queue(1, 0.5, 2000, &model.wait[0]), queue(3, 2.5, 2000, &model.wait[1])};
    for (int i = 0; i < 2; i++) model.network[i] = net[i];
    struct experiment_variant variant = {.network = model.network,
        .networks = 2,
        .seed = 1,
        .replication_to = 40,
        .model = &model,
        .extract = extract,
        .complete = complete};
    static struct notes notes[4], other;
    char why[200];
    for (int i = 0; i < 4; i++) {
        unsigned threads;
        struct experiment_options options = {.jobs = 1u << i, .context = &notes[i], .threads_used = &threads};
        assert_int_equal(experiment_run(&variant, 1, &options, why), STATUS_OK);
        assert_int_equal(threads, 1u << i);
        assert_int_equal(notes[i].replications, 40);
        assert_string_equal(notes[i].digests, notes[0].digests);
        assert_true(notes[i].wait[0] == notes[0].wait[0] && notes[i].wait[1] == notes[0].wait[1]);
    }
    struct experiment_options options = {.jobs = 2, .context = &other};
    variant.seed = 2;
    assert_int_equal(experiment_run(&variant, 1, &options, why), STATUS_OK);
    assert_string_not_equal(other.digests, notes[0].digests);
    assert_true(fabs(notes[0].wait[0] / 40 - 0.5) < 0.05); /* M/M/1 at load .5: mean wait .5 */
    for (int i = 0; i < 2; i++) network_destroy(net[i]);
}

static volatile int stop;

static void set_stop(void *argument)
{
    (void)argument;
    uv_sleep(50);
    __atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
}

static void a_simulation_of_hours_is_stopped_in_the_middle(void **state)
{
    (void)state;
    struct model model;
    struct network *net = queue(1, 0.5, 1e9, &model.wait[0]); /* hours of computing */
    model.network[0] = net;
    struct experiment_variant variant = {.network = model.network,
        .networks = 1,
        .seed = 1,
        .replication_to = 4,
        .model = &model,
        .extract = extract,
        .complete = complete};
    struct notes notes = {.replications = 0};
    struct experiment_options options = {.jobs = 2, .stop = &stop, .context = &notes};
    uv_thread_t thread;
    char why[200];
    assert_int_equal(uv_thread_create(&thread, set_stop, NULL), 0);
    assert_int_equal(experiment_run(&variant, 1, &options, why), STATUS_STOPPED);
    uv_thread_join(&thread);
    assert_string_equal(why, "interrupted with 0 of 4 jobs done");
    assert_int_equal(notes.replications, 0);
    network_destroy(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_seed_gives_the_same_digests_with_1_2_4_and_8_jobs),
        cmocka_unit_test(a_simulation_of_hours_is_stopped_in_the_middle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
