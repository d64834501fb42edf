/* test_station.c - one station at a time against exact queueing theory: servers, service laws, room, a population.
 *
 * Who is next and who gives up: test_station_line.c; shared servers: test_station_shared.c; pre-emption, breakdowns,
 * vacations, batches and shifts: test_station_server.c; blocking: test_station_blocked.c.
 */
#include "tests/support/net.h"

static void mm1_has_the_exact_wait_number_and_share_that_wait(void **state)
{
    (void)state;
    assert_exact(one_station(2e5, expo(1.25), station_named("s", 1), expo(1)), {"station.s.wait.mean", 4},
        {"station.s.number.mean", 4}, {"station.s.queue.mean", 3.2}, {"station.s.sojourn.mean", 5},
        {"station.s.p_wait", 0.8}, {"station.s.utilisation", 0.8}, {"station.s.throughput", 0.8},
        {"stream.c.time.mean", 5}, {"station.s.sojourn.p90", 5 * 2.302585092994},
        {"station.s.wait.at_most(4)", 1 - 0.8 * exp(-0.8)}, {"station.s.service.mean", 1},
        {"station.s.number.at_most(2)", 1 - 0.8 * 0.8 * 0.8}, {"station.s.busy_period.mean", 5},
        {"stream.c.throughput", 0.8});
    assert_refuted(one_station(2e5, expo(1.25), station_named("s", 1), expo(0.98)), "station.s.wait.mean", 4);
}

static double erlang_c(int c, double a)
{
    double b = 1;
    for (int n = 1; n <= c; n++) b = a * b / (n + a * b);
    return b / (1 - a / c * (1 - b));
}

static void mmc_waits_as_erlang_c_says(void **state)
{
    (void)state;
    assert_exact(one_station(2.5e5, expo(1 / 2.5), station_named("s", 3), expo(1)), {"station.s.p_wait", 0.702247191011},
        {"station.s.queue.mean", 3.51123595506}, {"station.s.wait.mean", 1.40449438202}, {"station.s.number.mean", 6.01123595506},
        {"station.s.wait.p90", 3.89823056001}, {"station.s.wait.p99", 8.503400746}, {"station.s.sojourn.p90", 5.24219151196});
    assert_refuted(one_station(5e4, expo(1 / 2.5), station_named("s", 4), expo(1)), "station.s.p_wait", 0.702247191011);
    assert_true(fabs(erlang_c(20, 18) - 0.550769004816) < 1e-11);
    const double waits = erlang_c(100, 85);
    assert_exact(one_station(4e3, expo(1 / 85.0), station_named("s", 100), expo(1)), {"station.s.busy.mean", 85}, {"station.s.p_wait", waits},
        {"station.s.wait.mean", waits / 15});
}

static void md_c_waits_as_crommelin_says(void **state)
{
    (void)state;
    assert_exact(one_station(5e4, expo(1 / 4.5), station_named("s", 5), fixed(1)), {"station.s.queue.mean", 3.49512821191},
        {"station.s.p_wait", 0.747828546069});
    assert_refuted(one_station(5e4, expo(1 / 4.5), station_named("s", 5), erlang(8, 1)), "station.s.queue.mean", 3.49512821191);
}

static void mg1_second_moments_follow_takacs(void **state)
{
    (void)state;
    assert_exact(one_station(2e5, expo(1 / 0.7), station_named("s", 1), fixed(1)), {"station.s.wait.mean", 1.16666666667},
        {"station.s.wait.m2", 3.5}, {"station.s.busy_period.mean", 1 / 0.3}, {"station.s.wait.at_most(1)", 0.604125812241},
        {"station.s.wait.at_most(2)", 0.793671921485}, {"station.s.wait.at_most(0)", 0.3});
    assert_exact(one_station(4e5, expo(1 / 0.7), station_named("s", 1), erlang(4, 1)), {"station.s.wait.mean", 1.45833333333},
        {"station.s.wait.m2", 5.71180555556});
    assert_exact(one_station(4e5, expo(1 / 0.7), station_named("s", 1), lognormal(1, 1)), {"station.s.wait.mean", 2.33333333333});
    assert_refuted(one_station(4e4, expo(1 / 0.7), station_named("s", 1), erlang(4, 1)), "station.s.wait.mean", 1.16666666667);
}

static void gim1_waits_as_the_root_says(void **state)
{
    (void)state;
    assert_exact(one_station(2e5, fixed(1.25), station_named("s", 1), expo(1)), {"station.s.p_wait", 0.628629796497},
        {"station.s.wait.mean", 1.69273083992}, {"station.s.wait.p95", 6.81670068114});
    assert_exact(one_station(2e5, uniform(0.5, 2), station_named("s", 1), expo(1)), {"station.s.p_wait", 0.664109267019},
        {"station.s.wait.mean", 1.97715864658});
    assert_exact(one_station(2e5, erlang(2, 1 / 1.6), station_named("s", 2), expo(1)), {"station.s.p_wait", 0.643123907226},
        {"station.s.wait.mean", 1.23607764352});
}

static void unlimited_servers_hold_a_poisson_number_whatever_the_service(void **state)
{
    (void)state;
    struct station_spec all = station_named("s", STATION_UNLIMITED);
    assert_exact(one_station(4e3, expo(0.05), all, lognormal(0.5, 2)), {"station.s.number.mean", 10}, {"station.s.number.var", 10},
        {"station.s.number.at_most(10)", 0.583039750193}, {"station.s.wait.mean", 0});
    assert_refuted(one_station(1e4, expo(0.05), all, lognormal(0.51, 2)), "station.s.number.mean", 10);
}

static void a_full_room_loses_as_mm1k_says(void **state)
{
    (void)state;
    struct station_spec room = station_named("s", 1);
    room.lose_when_full = true;
    room.room = 4;
    assert_exact(one_station(1e5, expo(1.25), room, expo(1)), {"station.s.p_block", 0.0888194986556}, {"station.s.number.mean", 1.86833203227},
        {"station.s.sojourn.mean", 2.56306520704});
    room.room = 5;
    assert_refuted(one_station(1e5, expo(1.25), room, expo(1)), "station.s.p_block", 0.0888194986556);
    room.room = 3;
    assert_exact(one_station(1e5, expo(1 / 1.5), room, expo(1)), {"station.s.p_block", 0.383886255924}, {"station.s.number.mean", 2.75829383886});
    room.room = 5;
    room.servers = 3;
    assert_exact(one_station(1e5, expo(0.4), room, expo(1)), {"station.s.p_block", 0.0614998355544}, {"station.s.queue.mean", 1.20844716871},
        {"station.s.wait.mean", 0.515054643351});
}

static void erlang_b_does_not_ask_for_the_service_law(void **state)
{
    (void)state;
    struct station_spec loss = station_named("s", 10);
    loss.lose_when_full = true;
    loss.room = 0;
    const double blocked = 0.121661064253;
    assert_exact(one_station(8e3, expo(0.125), loss, expo(1)), {"station.s.p_block", blocked}, {"station.s.busy.mean", 7.02671148598});
    assert_exact(one_station(8e3, expo(0.125), loss, lognormal(1, 2)), {"station.s.p_block", blocked});
    assert_exact(one_station(8e3, expo(0.125), loss, fixed(1)), {"station.s.p_block", blocked});
    loss.servers = 11;
    assert_refuted(one_station(8e3, expo(0.125), loss, expo(1)), "station.s.p_block", blocked);
}

/* Who is lost goes where it is told to, and is counted by its outcome. */
static void who_finds_no_room_goes_to_its_target(void **state)
{
    (void)state;
    struct network *net = measured(2e4);
    struct station_spec loss = station_named("s", 2);
    loss.room = 0;
    loss.lose_when_full = true;
    int s = network_station(net, &loss), other = servers(net, "other", STATION_UNLIMITED), c = poisson(net, "c", 2);
    struct step_spec first = service_named("first", c, s, expo(1));
    first.full_target = 1;
    int at = network_step(net, &first), second = service(net, "second", c, other, expo(1));
    network_next(net, at, -1, -1);
    network_next(net, second, -1, -1);
    network_stream_entry(net, c, at, -1);
    assert_exact(net, {"station.s.p_block", 0.4}, {"station.other.number.mean", 0.8}, {"stream.c.lost", 0}, {"stream.c.time.mean", 1});
}

static void a_finite_source_is_the_machine_repair_model(void **state)
{
    (void)state;
    struct network *net = measured(5e4);
    int s = servers(net, "s", 2);
    struct stream_spec spec = {.name = "c", .kind = STREAM_POPULATION, .population = 10, .think = expo(5)};
    int c = network_stream(net, &spec);
    in_turn(net, c, service(net, "service", c, s, expo(1)));
    assert_exact(net, {"station.s.number.mean", 2.40372153013}, {"station.s.wait.mean", 0.58217049287},
        {"station.s.throughput", 0.2 * (10 - 2.40372153013)});
}

static void departures_of_mm1_are_poisson_and_those_of_mh21_are_not(void **state)
{
    (void)state;
    assert_exact(one_station(2e5, expo(1.25), station_named("s", 1), expo(1)), {"station.s.interdeparture.mean", 1.25},
        {"station.s.interdeparture.scv", 1}, {"station.s.interdeparture.lag1", 0});
    assert_exact(one_station(4e5, expo(2), station_named("s", 1), hyperexpo(1, 2)), {"station.s.interdeparture.scv", 1.75});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mm1_has_the_exact_wait_number_and_share_that_wait),
        cmocka_unit_test(mmc_waits_as_erlang_c_says),
        cmocka_unit_test(md_c_waits_as_crommelin_says),
        cmocka_unit_test(mg1_second_moments_follow_takacs),
        cmocka_unit_test(gim1_waits_as_the_root_says),
        cmocka_unit_test(unlimited_servers_hold_a_poisson_number_whatever_the_service),
        cmocka_unit_test(a_full_room_loses_as_mm1k_says),
        cmocka_unit_test(erlang_b_does_not_ask_for_the_service_law),
        cmocka_unit_test(who_finds_no_room_goes_to_its_target),
        cmocka_unit_test(a_finite_source_is_the_machine_repair_model),
        cmocka_unit_test(departures_of_mm1_are_poisson_and_those_of_mh21_are_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
