/* test_station_line.c - who of those who wait is next, who joins and who gives up, against exact queueing theory. */
#include "engine/core/sim.h"
#include "tests/support/net.h"

static struct station_spec with(enum queue_discipline discipline)
{
    struct station_spec spec = station_named("s", 1);
    spec.discipline = discipline;
    return spec;
}

/* Wait^2 under fcfs 2 rho / (mu - lambda)^2; lcfs 1 / (1 - rho) times that; siro 2 / (2 - rho) times. */
static void mm1_second_moments_tell_fcfs_lcfs_and_siro_apart(void **state)
{
    (void)state;
    const double fcfs = 40, lcfs = 200, siro = 40 * 2 / 1.2;
    assert_exact(one_station(9e5, expo(1.25), with(QUEUE_FCFS), expo(1)), {"station.s.wait.m2", fcfs}, {"station.s.wait.mean", 4});
    assert_exact_times(one_station(2e6, expo(1.25), with(QUEUE_LCFS), expo(1)), 22, {"station.s.wait.m2", lcfs}, {"station.s.wait.mean", 4});
    assert_exact(one_station(8e5, expo(1.25), with(QUEUE_SIRO), expo(1)), {"station.s.wait.m2", siro}, {"station.s.wait.mean", 4});
    assert_refuted(one_station(2e5, expo(1.25), with(QUEUE_FCFS), expo(1)), "station.s.wait.m2", siro);
}

/* Phipps: sizes 1 (0.8) and 4 (0.2) at rate 0.5 wait 3 on average, the small 1/0.6 * 1, the large behind all. */
static void the_shortest_first_waits_as_phipps_says(void **state)
{
    (void)state;
    struct station_spec spt = with(QUEUE_SPT);
    const double residual = 0.5 * (0.8 + 0.2 * 16) / 2; /* 1 */
    struct network *net = measured(3e5);
    int s = network_station(net, &spt), small = poisson(net, "small", 0.4), large = poisson(net, "large", 0.1);
    int a = service(net, "a", small, s, fixed(1)), b = service(net, "b", large, s, fixed(4));
    in_turn(net, small, a);
    in_turn(net, large, b);
    assert_exact(net, {"station.s.wait.mean", 3}, {"station.s.wait.mean[stream=small]", residual / 0.6},
        {"station.s.wait.mean[stream=large]", residual / (0.6 * 0.2)});
    assert_refuted(one_station(3e5, expo(2), with(QUEUE_FCFS), two_values(1, 0.8, 4)), "station.s.wait.mean", 3);
}

/* Due dates that are all equally far are first come first served; due dates far enough apart are priorities. */
static void earliest_due_first_lies_between_fcfs_and_priority(void **state)
{
    (void)state;
    struct station_spec edf = with(QUEUE_EDF);
    for (int apart = 0; apart < 2; apart++) {
        struct network *net = measured(3.5e5);
        int s = network_station(net, &edf), soon = poisson(net, "soon", 0.4), late = poisson(net, "late", 0.4);
        struct step_spec a = service_named("a", soon, s, expo(1)), b = service_named("b", late, s, expo(1));
        a.due = 1;
        b.due = apart ? 1e9 : 1;
        in_turn(net, soon, network_step(net, &a));
        in_turn(net, late, network_step(net, &b));
        assert_exact(net, {"station.s.wait.mean", 4}, {"station.s.wait.mean[stream=soon]", apart ? 0.8 / 0.6 : 4},
            {"station.s.wait.mean[stream=late]", apart ? 0.8 / (0.6 * 0.2) : 4});
    }
}

static struct network *balking(bool harmonic)
{
    static const double join[] = {1, 0.5, 1 / 3.0, 0.25, 0.2, 1 / 6.0, 1 / 7.0, 0.125, 1 / 9.0, 0.1, 1 / 11.0, 1 / 12.0, 1 / 13.0, 1 / 14.0};
    struct network *net = measured(5e4);
    int s = servers(net, "s", 1), c = poisson(net, "c", 3);
    struct step_spec spec = service_named("service", c, s, expo(1));
    spec.join_harmonic = harmonic;
    spec.join = harmonic ? NULL : join;
    spec.joins = harmonic ? 0 : sizeof join / sizeof *join;
    spec.balk_outcome = network_outcome(net, "balked");
    in_turn(net, c, network_step(net, &spec));
    return net;
}

static void harmonic_balking_leaves_a_poisson_number(void **state)
{
    (void)state;
    const double served = 1 - exp(-3);
    for (int harmonic = 0; harmonic < 2; harmonic++)
        assert_exact(balking(harmonic), {"station.s.number.mean", 3}, {"station.s.number.var", 3}, {"station.s.throughput", served},
            {"station.s.p_balk", 1 - served / 3});
}

static struct network *patient(double window, double rate, int n, struct variate patience)
{
    struct network *net = measured(window);
    int s = servers(net, "s", n), c = poisson(net, "c", rate);
    struct step_spec spec = service_named("service", c, s, expo(1));
    spec.has_patience = true;
    spec.patience = patience;
    spec.patience_outcome = network_outcome(net, "gave up");
    in_turn(net, c, network_step(net, &spec));
    return net;
}

static void erlang_a_waits_and_abandons_exactly(void **state)
{
    (void)state;
    assert_exact(patient(2e4, 10, 10, expo(2)), {"station.s.p_wait", 0.619655230884}, {"station.s.p_abandon", 0.103913212326},
        {"station.s.wait.mean", 0.207826424653}, {"station.s.queue.mean", 2.07826424653}, {"station.s.busy.mean", 10 * (1 - 0.103913212326)});
    assert_exact(patient(1e4, 50, 55, expo(10)), {"station.s.p_wait", 0.35128624362}, {"station.s.wait.mean", 0.0540432681215});
    assert_refuted(patient(1e4, 10, 10, expo(2.5)), "station.s.p_abandon", 0.103913212326);
}

/* Those served waited less than those who gave up: by Little, their queues add up. */
static void waits_of_the_served_are_kept_apart(void **state)
{
    (void)state;
    /* The virtual wait has the density p0 1.2 exp(0.2 v) up to 4, and p0 1.2 exp(4.8 - v) beyond. */
    const double e = exp(0.8), p0 = 1 / (1 + 1.2 * (e - 1) / 0.2 + 1.2 * e), lost = p0 * 1.2 * e;
    const double served = p0 * 1.2 * (e * (4 / 0.2 - 1 / 0.04) + 1 / 0.04);
    assert_true(fabs(lost - 0.242260035175) < 1e-10);
    assert_exact(patient(1e5, 1.2, 1, fixed(4)), {"station.s.p_abandon", lost}, {"station.s.wait.mean[served]", served / (1 - lost)},
        {"station.s.wait.mean", served + 4 * lost});
}

static void patience_ten_thousand_times_the_service_needs_no_memory(void **state)
{
    (void)state;
    struct network *net = patient(2e5 * SHORTER / (SHORTER > 1 ? 10 : 1), 0.9, 1, fixed(10000));
    struct simulation *sim = compiled(net);
    const struct result *r = run(sim, 1, 0);
    assert_int_equal(r->station[0].reneged, 0);
    assert_true(sim->entities < 200); /* records: those of who has left are used again */
    assert_true(calendar_count(sim->calendar) < 5000);
    simulation_destroy(sim);
    network_destroy(net);
}

/* A queue in front of a station that never opens: nobody is served, all give up, their places are used again. */
static void who_gives_up_at_a_closed_station_leaves_nothing_behind(void **state)
{
    (void)state;
    for (int d = 0; d < 3; d++) {
        static const enum queue_discipline discipline[] = {QUEUE_FCFS, QUEUE_SPT, QUEUE_PRIORITY};
        const double start[1] = {0}, none[1] = {0};
        struct network *net = measured(4e3);
        struct station_spec closed = with(discipline[d]);
        closed.on_post = steps_of(start, none, 1, 1, 0);
        int s = network_station(net, &closed), c = poisson(net, "c", 10);
        struct step_spec spec = service_named("service", c, s, expo(1));
        spec.has_patience = true;
        spec.patience = expo(1);
        in_turn(net, c, network_step(net, &spec));
        assert_exact(net, {"station.s.p_abandon", 1}, {"station.s.queue.mean", 10}, {"station.s.wait.mean", 1});
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mm1_second_moments_tell_fcfs_lcfs_and_siro_apart),
        cmocka_unit_test(the_shortest_first_waits_as_phipps_says),
        cmocka_unit_test(earliest_due_first_lies_between_fcfs_and_priority),
        cmocka_unit_test(harmonic_balking_leaves_a_poisson_number),
        cmocka_unit_test(erlang_a_waits_and_abandons_exactly),
        cmocka_unit_test(waits_of_the_served_are_kept_apart),
        cmocka_unit_test(patience_ten_thousand_times_the_service_needs_no_memory),
        cmocka_unit_test(who_gives_up_at_a_closed_station_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
