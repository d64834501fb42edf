/* test_station.c - one station at a time against exact queueing theory: servers, room, disciplines, patience. */
#include "tests/support/net.h"

static void mm1_has_the_exact_wait_number_and_share_that_wait(void **state)
{
    (void)state;
    assert_exact(one_station(2e5, expo(1.25), station_named("s", 1), expo(1)), {"station.s.wait.mean", 4},
        {"station.s.number.mean", 4}, {"station.s.queue.mean", 3.2}, {"station.s.sojourn.mean", 5}, {"station.s.p_wait", 0.8},
        {"station.s.utilisation", 0.8}, {"station.s.throughput", 0.8}, {"stream.c.time.mean", 5},
        {"station.s.sojourn.p90", 5 * 2.302585092994}, {"station.s.wait.at_most(4)", 1 - 0.8 * exp(-0.8)},
        {"station.s.service.mean", 1}, {"station.s.number.at_most(2)", 1 - 0.8 * 0.8 * 0.8});
    assert_refuted(one_station(2e5, expo(1.25), station_named("s", 1), expo(0.98)), "station.s.wait.mean", 4);
}

static void mm1_second_moments_tell_fcfs_lcfs_and_siro_apart(void **state)
{
    (void)state;
    struct station_spec fcfs = station_named("s", 1), lcfs = fcfs, siro = fcfs;
    lcfs.discipline = QUEUE_LCFS;
    siro.discipline = QUEUE_SIRO;
    assert_exact(one_station(1e6, expo(1.25), fcfs, expo(1)), {"station.s.wait.m2", 40}, {"station.s.wait.mean", 4});
    assert_exact(one_station(1e6, expo(1.25), lcfs, expo(1)), {"station.s.wait.m2", 200}, {"station.s.wait.mean", 4});
    assert_exact(one_station(1e6, expo(1.25), siro, expo(1)), {"station.s.wait.m2", 40 * 2 / 1.2}, {"station.s.wait.mean", 4});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mm1_has_the_exact_wait_number_and_share_that_wait),
        cmocka_unit_test(mm1_second_moments_tell_fcfs_lcfs_and_siro_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
