/* test_station_server.c - priority and pre-emption, breakdowns, vacations, batches, shifts, pools, servers held together
 * and across steps, against exact queueing theory.
 */
#include "tests/support/net.h"

/* ---- priority ---- */

struct class { double rate; struct variate time; };

/* Streams c0, c1, ... of falling urgency at one station "s". */
static struct network *classes(double window, struct station_spec station, const struct class *class, int n)
{
    static const char *const name[] = {"c0", "c1", "c2"};
    struct network *net = measured(window);
    int s = network_station(net, &station);
    for (int i = 0; i < n; i++) {
        int c = poisson(net, name[i], class[i].rate);
        struct step_spec spec = service_named("service", c, s, class[i].time);
        spec.priority_otherwise = i;
        in_turn(net, c, network_step(net, &spec));
    }
    return net;
}

static struct station_spec by_priority(int n, enum queue_preemption preemption)
{
    struct station_spec spec = station_named("s", n);
    spec.discipline = QUEUE_PRIORITY;
    spec.preemption = preemption;
    return spec;
}

static void priority_waits_as_cobham_says(void **state)
{
    (void)state;
    struct class exponential[] = {{0.1, expo(0.5)}, {0.2, expo(1)}, {0.25, expo(1)}};
    assert_exact(classes(1e5, by_priority(1, PREEMPT_NONE), exponential, 3), {"station.s.wait.mean[stream=c0]", 0.5},
        {"station.s.wait.mean[stream=c1]", 2 / 3.0}, {"station.s.wait.mean[stream=c2]", 1.26666666667});
    struct class general[] = {{0.3, fixed(0.5)}, {0.2, erlang(2, 1)}, {0.2, lognormal(2, 1)}};
    assert_exact(classes(2e5, by_priority(1, PREEMPT_NONE), general, 3), {"station.s.wait.mean[stream=c0]", 1.16176470588},
        {"station.s.wait.mean[stream=c1]", 1.78733031674});
    struct class equal[] = {{1, expo(1)}, {1.2, expo(1)}};
    assert_exact(classes(1e5, by_priority(3, PREEMPT_NONE), equal, 2), {"station.s.wait.mean[stream=c0]", 0.271079429735},
        {"station.s.wait.mean[stream=c1]", 1.01654786151});
    assert_refuted(classes(1e5, by_priority(1, PREEMPT_RESUME), exponential, 3), "station.s.wait.mean[stream=c0]", 0.5);
}

static void preemptive_resume_stays_as_white_and_christie_and_miller_say(void **state)
{
    (void)state;
    struct class two[] = {{0.2, expo(1)}, {0.3, expo(1.25)}};
    assert_exact(classes(1e5, by_priority(1, PREEMPT_RESUME), two, 2), {"stream.c0.time.mean", 1.25}, {"stream.c1.time.mean", 3.52941176471});
    struct class three[] = {{0.1, expo(0.5)}, {0.2, expo(1)}, {0.25, expo(1)}};
    assert_exact(classes(1e5, by_priority(1, PREEMPT_RESUME), three, 3), {"stream.c0.time.mean", 0.526315789474},
        {"stream.c1.time.mean", 1.36842105263}, {"stream.c2.time.mean", 2.6});
    struct class general[] = {{0.3, fixed(0.5)}, {0.2, erlang(2, 1)}, {0.2, lognormal(2, 1)}};
    assert_exact(classes(3e5, by_priority(1, PREEMPT_RESUME), general, 3), {"stream.c0.time.mean", 0.544117647059},
        {"stream.c1.time.mean", 1.51583710407}, {"station.s.utilisation", 0.75});
    assert_refuted(classes(1e5, by_priority(1, PREEMPT_NONE), three, 3), "stream.c0.time.mean", 0.526315789474);
}

/* Last come, first served, pre-empting: ES / (1 - rho), whatever the service law. */
static void preemptive_lcfs_does_not_ask_for_the_service_law(void **state)
{
    (void)state;
    struct station_spec lcfs = station_named("s", 1);
    lcfs.discipline = QUEUE_LCFS;
    lcfs.preemption = PREEMPT_RESUME;
    assert_exact(one_station(2e5, expo(1.25), lcfs, fixed(1)), {"station.s.sojourn.mean", 5}, {"station.s.number.mean", 4});
    assert_exact(one_station(2e5, expo(1.25), lcfs, erlang(2, 1)), {"station.s.sojourn.mean", 5});
    lcfs.preemption = PREEMPT_NONE;
    assert_refuted(one_station(2e5, expo(1.25), lcfs, fixed(1)), "station.s.sojourn.mean", 5);
}

/* One entity of low priority comes back at once for ever; it is pushed out at rate 0.5 for busy periods of mean 2/3. Its
 * completion time tells resume, repeat-identical and repeat-different apart (Gaver 1962). */
static struct network *pushed_out(enum queue_preemption rule)
{
    struct network *net = measured(5e4);
    struct station_spec station = by_priority(1, rule);
    int s = network_station(net, &station), high = poisson(net, "high", 0.5);
    struct stream_spec spec = {.name = "low", .kind = STREAM_POPULATION, .population = 1, .think_none = true};
    int low = network_stream(net, &spec);
    struct step_spec urgent = service_named("urgent", high, s, expo(0.5)), slow = service_named("slow", low, s, uniform(0.5, 1.5));
    slow.priority_otherwise = 1;
    in_turn(net, high, network_step(net, &urgent));
    in_turn(net, low, network_step(net, &slow));
    return net;
}

static void pushed_out_services_resume_or_are_repeated_as_told(void **state)
{
    (void)state;
    const double longer = 1 + 0.5 * 0.5 / 0.75, transform = (exp(-0.25) - exp(-0.75)) / 0.5, growing = (exp(0.75) - exp(0.25)) / 0.5;
    const double resume = longer, identical = (growing - 1) / 0.5 * longer, different = (1 / transform - 1) / 0.5 * longer;
    assert_exact(pushed_out(PREEMPT_RESUME), {"stream.low.time.mean", resume}, {"stream.high.time.mean", 0.5 / 0.75});
    assert_exact(pushed_out(PREEMPT_REPEAT_IDENTICAL), {"stream.low.time.mean", identical});
    assert_exact(pushed_out(PREEMPT_REPEAT_DIFFERENT), {"stream.low.time.mean", different});
    assert_refuted(pushed_out(PREEMPT_REPEAT_IDENTICAL), "stream.low.time.mean", different);
    assert_refuted(pushed_out(PREEMPT_REPEAT_DIFFERENT), "stream.low.time.mean", identical);
}

/* ---- breakdowns, vacations, N-policy ---- */

static void a_server_that_breaks_down_has_the_number_of_mitrany_and_avi_itzhak(void **state)
{
    (void)state;
    struct station_spec scanner = station_named("s", 1);
    scanner.breaks_down = true;
    scanner.up = expo(10);
    scanner.down = expo(2.5);
    assert_exact(one_station(3e5, expo(2), scanner, expo(1)), {"station.s.number.mean", 2.33333333333}, {"station.s.busy.mean", 0.5});
    scanner.down = expo(2);
    assert_refuted(one_station(3e5, expo(2), scanner, expo(1)), "station.s.number.mean", 2.33333333333);
}

static void vacations_add_their_residual_life(void **state)
{
    (void)state;
    struct station_spec away = station_named("s", 1);
    away.vacates = true;
    away.vacation = erlang(4, 4);
    assert_exact(one_station(1e5, expo(1 / 0.6), away, expo(1)), {"station.s.wait.mean", 4});
    away.vacation_single = true;
    away.vacation = expo(2);
    const double single = 1.5 + 0.6 * 8 / (2 * (1 / 2.2 + 1.2));
    assert_exact(one_station(1e5, expo(1 / 0.6), away, expo(1)), {"station.s.wait.mean", single});
    away.vacation_single = false;
    away.vacation = expo(2);
    assert_refuted(one_station(1e5, expo(1 / 0.6), away, expo(1)), "station.s.wait.mean", single);
}

static void a_server_that_waits_for_n_adds_half_the_time_of_the_others(void **state)
{
    (void)state;
    struct station_spec lazy = station_named("s", 1);
    lazy.begin_at = 3;
    assert_exact(one_station(1e5, expo(2), lazy, expo(1)), {"station.s.wait.mean", 1 + 2 / (2 * 0.5)}, {"station.s.utilisation", 0.5});
    lazy.begin_at = 4;
    assert_refuted(one_station(1e5, expo(2), lazy, expo(1)), "station.s.wait.mean", 3);
}

/* ---- batches ---- */

/* Neuts' rule: at least a, at most b are served together; who comes meanwhile waits. The queue beside a busy server is
 * geometric in the root r of mu r^(b+1) - (lambda + mu) r + lambda = 0 below 1. */
static double queue_of_batches(double lambda, double mu, int a, int b)
{
    double low = 0, high = 1 - 1e-6;
    for (int i = 0; i < 200; i++) {
        double r = (low + high) / 2;
        if (mu * pow(r, b + 1) - (lambda + mu) * r + lambda > 0)
            low = r;
        else
            high = r;
    }
    double r = low, idle = 0, waiting = 0;
    for (int n = 0; n < a; n++) {
        double p = mu / lambda * (1 - pow(r, n + 1)) / (1 - r);
        idle += p;
        waiting += n * p;
    }
    return (r / ((1 - r) * (1 - r)) + waiting) / (idle + 1 / (1 - r));
}

static void batches_are_served_by_neuts_rule(void **state)
{
    (void)state;
    static const int rule[][2] = {{1, 2}, {2, 3}, {4, 4}};
    for (int i = 0; i < 3; i++) {
        struct station_spec spec = station_named("s", 1);
        spec.batch_least = rule[i][0];
        spec.batch_most = rule[i][1];
        double queue = queue_of_batches(1.5, 1, rule[i][0], rule[i][1]);
        assert_exact(one_station(6e4, expo(1 / 1.5), spec, expo(1)), {"station.s.queue.mean", queue}, {"station.s.wait.mean", queue / 1.5},
            {"station.s.service.mean", 1});
    }
    struct station_spec single = station_named("s", 1);
    single.batch_most = 3;
    assert_refuted(one_station(1e5, expo(1 / 1.5), single, expo(1)), "station.s.queue.mean", queue_of_batches(1.5, 1, 1, 2));
}

/* Riders need no server of their own: two servers of batches are used both. */
static void two_servers_of_batches_work_side_by_side(void **state)
{
    (void)state;
    struct network *net = measured(1e4);
    struct station_spec spec = station_named("s", 2);
    spec.batch_least = spec.batch_most = 10;
    static const double ten[] = {0};
    struct stream_spec stream = {.name = "c", .kind = STREAM_TIMES, .time = ten, .times = 1, .repeat = 1, .batched = true, .batch = fixed(10)};
    int s = network_station(net, &spec), c = network_stream(net, &stream);
    in_turn(net, c, service(net, "service", c, s, fixed(1.5)));
    assert_exact(net, {"station.s.busy.mean", 1.5}, {"station.s.wait.mean", 0}, {"station.s.sojourn.mean", 1.5}, {"station.s.number.mean", 15});
}

static void batch_arrivals_wait_for_those_of_their_own_batch(void **state)
{
    (void)state;
    struct variate geometric;
    assert_int_equal(variate_geometric(&geometric, 3), STATUS_OK);
    struct variate size[] = {geometric, fixed(3)}, time[] = {expo(1), fixed(1)};
    const double wait[] = {6.5, 3.25};
    for (int i = 0; i < 2; i++) {
        struct network *net = measured(i ? 1e5 : 3e5);
        int s = servers(net, "s", 1);
        struct stream_spec spec = {.name = "c", .kind = STREAM_RENEWAL, .gap = expo(5), .batched = true, .batch = size[i]};
        int c = network_stream(net, &spec);
        in_turn(net, c, service(net, "service", c, s, time[i]));
        assert_exact(net, {"station.s.wait.mean", wait[i]}, {"stream.c.throughput", 0.6});
    }
}

/* ---- shifts ---- */

/* Open from 0 to 8 of 24 hours; one comes at 7 and needs 3 hours, another comes at 7.5 and needs 1. */
static struct network *at_closing_time(bool pause)
{
    static const double start[] = {0, 8}, on_post[] = {1, 0}, time[] = {7, 7.5};
    struct network_plan plan = {.window_to = 24, .drain_until = 100};
    struct network *net = network_create(&plan);
    struct station_spec desk = station_named("s", 1);
    desk.on_post = steps_of(start, on_post, 2, 24, 24);
    desk.pause_at_close = pause;
    static const double work[] = {3, 1};
    int s = network_station(net, &desk);
    for (int i = 0; i < 2; i++) {
        struct stream_spec spec = {.name = i ? "second" : "first", .kind = STREAM_TIMES, .time = time + i, .times = 1};
        int c = network_stream(net, &spec);
        in_turn(net, c, service(net, "service", c, s, fixed(work[i])));
    }
    return net;
}

static void services_at_closing_time_are_finished_or_paused_as_told(void **state)
{
    (void)state;
    for (int pause = 0; pause < 2; pause++) {
        struct network *net = at_closing_time(pause);
        struct simulation *sim = compiled(net);
        const struct result *r = run(sim, 1, 0);
        double first = r->stream[0].time.tally.sum, second = r->stream[1].time.tally.sum;
        assert_true(fabs(first - (pause ? 24 + 2 - 7 : 3)) < 1e-12);
        assert_true(fabs(second - (pause ? 24 + 3 - 7.5 : 24 + 1 - 7.5)) < 1e-12);
        assert_true(fabs(r->station[0].busy_area - (pause ? 1 : 3)) < 1e-12);
        assert_true(fabs(r->station[0].on_post_area - 8) < 1e-12);
        simulation_destroy(sim);
        network_destroy(net);
    }
}

/* A shift of twice as many servers, always: nothing changes when nobody is ever in it longer than that. */
static void changing_shifts_of_infinitely_many_servers_change_nothing(void **state)
{
    (void)state;
    static const double start[] = {0, 8, 16}, on_post[] = {200, 300, 250};
    struct network *net = measured(4e3);
    struct station_spec spec = station_named("s", 1);
    spec.on_post = steps_of(start, on_post, 3, 24, 24);
    int s = network_station(net, &spec), c = poisson(net, "c", 20);
    in_turn(net, c, service(net, "service", c, s, expo(0.5)));
    assert_exact(net, {"station.s.number.mean", 10}, {"station.s.p_wait", 0}, {"station.s.utilisation", 10 / 250.0});
}

/* ---- pools ---- */

static struct network *pooled(bool apart)
{
    static const double half[] = {0.5, 0.5};
    struct network *net = measured_with(1.6e5, 1);
    struct condition odd = attribute_is(0, 1), even = attribute_is(0, 0), all = {0};
    struct station_pool pool[] = {{1, apart ? odd : all}, {1, apart ? even : all}};
    struct station_spec spec = station_named("s", 0);
    spec.pool = pool;
    spec.pools = 2;
    int s = network_station(net, &spec);
    struct attribute_law law = {.levels = 2, .share = half};
    struct attribute_draw draw = {.attribute = 0, .name = "parity", .by = -1, .rows = 1, .row = &law};
    struct stream_spec stream = {.name = "c", .kind = STREAM_RENEWAL, .gap = expo(1 / 1.6), .draw = &draw, .draws = 1};
    int c = network_stream(net, &stream);
    in_turn(net, c, service(net, "service", c, s, expo(1)));
    network_station_split(net, s, "parity", 0, 2);
    condition_clear(&odd);
    condition_clear(&even);
    return net;
}

static void pools_apart_are_two_queues_and_pools_for_all_are_one(void **state)
{
    (void)state;
    assert_exact(pooled(true), {"station.s.wait.mean", 4}, {"station.s.wait.mean[parity=0]", 4}, {"station.s.wait.mean[parity=1]", 4});
    assert_exact(pooled(false), {"station.s.wait.mean", 1.77777777778}, {"station.s.wait.mean[parity=1]", 1.77777777778});
}

/* ---- several resources, and one that is held ---- */

/* Two kinds of work at desks of their own, both with the one interpreter: together they are one M/M/1. */
static void a_shared_assistant_makes_two_desks_one_queue(void **state)
{
    (void)state;
    for (int tracked = 0; tracked < 2; tracked++) {
        struct network *net = measured(1e5);
        struct station_spec helper = station_named("helper", 1);
        helper.breaks_down = tracked;
        helper.up = fixed(1e9);
        helper.down = fixed(1);
        int a = servers(net, "a", 1), b = servers(net, "b", 1), h = network_station(net, &helper);
        static const char *const name[] = {"x", "y"};
        for (int i = 0; i < 2; i++) {
            int c = poisson(net, name[i], 0.35);
            struct step_spec spec = service_named("service", c, i ? b : a, expo(1));
            spec.also = &h;
            spec.alsos = 1;
            in_turn(net, c, network_step(net, &spec));
        }
        assert_exact(net, {"station.helper.busy.mean", 0.7}, {"station.helper.utilisation", 0.7}, {"station.a.number.mean", 0.7 / 0.3 / 2},
            {"station.b.number.mean", 0.7 / 0.3 / 2});
    }
}

/* Work for two of three servers leaves the third idle. */
static void two_servers_of_one_station_at_once_are_taken_together(void **state)
{
    (void)state;
    struct network *net = measured(1e5);
    int s = servers(net, "s", 3), c = poisson(net, "c", 0.7);
    struct step_spec spec = service_named("service", c, s, expo(1));
    spec.also = &s;
    spec.alsos = 1;
    in_turn(net, c, network_step(net, &spec));
    assert_exact(net, {"station.s.wait.mean", 0.7 / 0.3}, {"station.s.busy.mean", 1.4});
}

/* A desk held through two delays is a service of their sum: M/E2/1. */
static void a_held_server_serves_as_long_as_it_is_held(void **state)
{
    (void)state;
    for (int freed = 0; freed < 2; freed++) { /* given back by a step, or by leaving */
        struct network *net = measured(1e5);
        int s = servers(net, "s", 1), c = poisson(net, "c", 0.7);
        struct step_spec seize = step_named("seize", c, OP_SEIZE), give = step_named("free", c, OP_FREE);
        seize.station = give.station = s;
        int take = network_step(net, &seize), one = delay(net, "one", c, expo(0.5)), two = delay(net, "two", c, expo(0.5));
        if (freed) {
            int back = network_step(net, &give), after = delay(net, "after", c, expo(3));
            in_turn(net, c, take, one, two, back, after);
        } else {
            in_turn(net, c, take, one, two);
        }
        assert_exact(net, {"station.s.wait.mean", 0.7 * 1.5 / (2 * 0.3)}, {"station.s.utilisation", 0.7},
            {"stream.c.time.mean", 0.7 * 1.5 / (2 * 0.3) + 1 + 3 * freed});
    }
}

/* Two servers with no room each, the shorter taken: M/M/2/2. */
static void the_shortest_queue_is_the_one_that_is_free(void **state)
{
    (void)state;
    struct network *net = measured(3e4);
    struct station_spec loss = station_named("a", 1);
    loss.room = 0;
    loss.lose_when_full = true;
    int a = network_station(net, &loss);
    loss.name = "b";
    int b = network_station(net, &loss), c = poisson(net, "c", 1.5), lost = network_outcome(net, "lost");
    struct target target[] = {{.step = 1, .share = 1}, {.step = 2, .share = 1}};
    struct step_spec choose = step_named("choose", c, OP_SHORTEST);
    choose.target = target;
    choose.targets = 2;
    int first = network_step(net, &choose);
    for (int i = 0; i < 2; i++) {
        struct step_spec spec = service_named(i ? "at b" : "at a", c, i ? b : a, expo(1));
        spec.full_outcome = lost;
        network_next(net, network_step(net, &spec), -1, -1);
    }
    network_stream_entry(net, c, first, -1);
    const double blocked = (1.5 * 1.5 / 2) / (1 + 1.5 + 1.5 * 1.5 / 2);
    assert_exact(net, {"stream.c.throughput", 1.5 * (1 - blocked)}, {"stream.c.time.mean", 1});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(priority_waits_as_cobham_says),
        cmocka_unit_test(preemptive_resume_stays_as_white_and_christie_and_miller_say),
        cmocka_unit_test(preemptive_lcfs_does_not_ask_for_the_service_law),
        cmocka_unit_test(pushed_out_services_resume_or_are_repeated_as_told),
        cmocka_unit_test(a_server_that_breaks_down_has_the_number_of_mitrany_and_avi_itzhak),
        cmocka_unit_test(vacations_add_their_residual_life),
        cmocka_unit_test(a_server_that_waits_for_n_adds_half_the_time_of_the_others),
        cmocka_unit_test(batches_are_served_by_neuts_rule),
        cmocka_unit_test(two_servers_of_batches_work_side_by_side),
        cmocka_unit_test(batch_arrivals_wait_for_those_of_their_own_batch),
        cmocka_unit_test(services_at_closing_time_are_finished_or_paused_as_told),
        cmocka_unit_test(changing_shifts_of_infinitely_many_servers_change_nothing),
        cmocka_unit_test(pools_apart_are_two_queues_and_pools_for_all_are_one),
        cmocka_unit_test(a_shared_assistant_makes_two_desks_one_queue),
        cmocka_unit_test(two_servers_of_one_station_at_once_are_taken_together),
        cmocka_unit_test(a_held_server_serves_as_long_as_it_is_held),
        cmocka_unit_test(the_shortest_queue_is_the_one_that_is_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
