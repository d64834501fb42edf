/* test_station_shared.c - processor sharing against exact queueing theory. */
#include "tests/support/net.h"

static struct station_spec with(enum queue_discipline discipline)
{
    struct station_spec spec = station_named("s", 1);
    spec.discipline = discipline;
    return spec;
}

static void sharing_does_not_ask_for_the_service_law(void **state)
{
    (void)state;
    assert_exact(one_station(2e5, expo(1.25), with(QUEUE_SHARING), expo(1)), {"station.s.sojourn.mean", 5}, {"station.s.utilisation", 0.8},
        {"station.s.number.mean", 4});
    assert_exact(one_station(3e5, expo(1.25), with(QUEUE_SHARING), hyperexpo(1, 2)), {"station.s.sojourn.mean", 5});
    assert_exact(one_station(2e5, expo(1.25), with(QUEUE_SHARING), fixed(1)), {"station.s.sojourn.mean", 5});
    assert_refuted(one_station(4e4, expo(1.25), with(QUEUE_FCFS), hyperexpo(1, 2)), "station.s.sojourn.mean", 5);
}

/* Of size x, an entity stays x / (1 - rho): two streams of sizes 0.5 and 2. */
static void sharing_takes_in_proportion_to_the_size(void **state)
{
    (void)state;
    struct network *net = measured(2e5);
    struct station_spec shared = with(QUEUE_SHARING);
    int s = network_station(net, &shared), small = poisson(net, "small", 0.8), large = poisson(net, "large", 0.2);
    int a = service(net, "a", small, s, fixed(0.5)), b = service(net, "b", large, s, fixed(2));
    in_turn(net, small, a);
    in_turn(net, large, b);
    assert_exact(net, {"stream.small.time.mean", 2.5}, {"stream.large.time.mean", 10}, {"station.s.number.mean", 4});
}

/* M/M/c with equal shares has the number of M/M/c. */
static void sharing_several_servers_has_the_number_of_mmc(void **state)
{
    (void)state;
    struct station_spec shared = station_named("s", 3);
    shared.discipline = QUEUE_SHARING;
    assert_exact(one_station(1e5, expo(0.4), shared, expo(1)), {"station.s.number.mean", 6.01123595506}, {"station.s.utilisation", 2.5 / 3});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sharing_does_not_ask_for_the_service_law),
        cmocka_unit_test(sharing_takes_in_proportion_to_the_size),
        cmocka_unit_test(sharing_several_servers_has_the_number_of_mmc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
