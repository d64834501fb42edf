/* test_any_network.c - what must hold for every network: flow, Little's law along the path and the stages' sums are
 * checked inside the engine at each run; here 200 random networks make sure that they are put to the test.
 */
#include "tests/support/any_network.h"

enum { NETWORKS = 200 };

static int from = 1, to = NETWORKS, shown;

/* A replication's digest, with the number inside by tick; a deadlock of blocked stations is a result like another. */
static struct digest digest_of(struct simulation *sim, uint64_t seed, uint64_t replication, int number, bool *ok)
{
    const struct result *result;
    enum status status = simulation_run(sim, seed, replication, NULL, &result);
    bool deadlock = status == STATUS_STUCK && strncmp(result->broken, "deadlock", 8) == 0;
    if (status != STATUS_OK && !deadlock) {
        print_message("network %d, replication %d: %s: %s\n", number, (int)replication, status_words(status), result->broken);
        *ok = false;
    }
    if (shown) print_message("%d/%d: %llu events, %llu entities, %llu unfinished %s\n", number, (int)replication,
        (unsigned long long)result->events, (unsigned long long)result->entities, (unsigned long long)result->unfinished, result->broken);
    struct digest digest = result->digest;
    digest_bytes(&digest, result->inside_series, result->ticks * sizeof *result->inside_series);
    if (deadlock) digest_init(&digest);
    return digest;
}

static bool same(struct digest a, struct digest b)
{
    return a.a == b.a && a.b == b.b;
}

static bool check(int number)
{
    struct network *net = any_network((uint64_t)number);
    struct simulation *sim = compiled(net), *fresh = simulation_create(net, NULL);
    struct simulation *plain = simulation_create(net, &(struct simulation_options){.plain_heap = true});
    struct simulation *steps = simulation_create(net, &(struct simulation_options){.step_by_step = true});
    bool ok = true;
    struct digest first = digest_of(sim, 1, 0, number, &ok), second = digest_of(sim, 1, 1, number, &ok);
    if (!same(first, digest_of(sim, 1, 0, number, &ok))) ok = (print_message("network %d: again gives another digest\n", number), false);
    if (!same(second, digest_of(fresh, 1, 1, number, &ok))) ok = (print_message("network %d: a fresh simulation gives another digest\n", number), false);
    if (!same(first, digest_of(plain, 1, 0, number, &ok))) ok = (print_message("network %d: the plain heap gives another digest\n", number), false);
    simulation_destroy(sim);
    simulation_destroy(fresh);
    if (!same(first, digest_of(steps, 1, 0, number, &ok))) ok = (print_message("network %d: an event for each delay gives another digest\n", number), false);
    simulation_destroy(plain);
    simulation_destroy(steps);
    network_destroy(net);
    return ok;
}

static void flow_little_stages_and_digests_hold_on_200_random_networks(void **state)
{
    (void)state;
    int failed = 0;
    for (int i = from; i <= to; i++) failed += !check(i);
    assert_int_equal(failed, 0);
}

int main(int argc, char **argv)
{
    if (argc > 1) { /* other networks by their numbers: from [to] */
        from = atoi(argv[1]);
        to = argc > 2 ? atoi(argv[2]) : from;
        shown = argc == 2;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flow_little_stages_and_digests_hold_on_200_random_networks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
