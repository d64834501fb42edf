/* test_simulation.c - what holds for every run: the same bits from the same seed however it is run, luck that an inserted
 * step does not move, flow and its limits, the stop flag.
 */
#include "engine/core/sim.h"
#include "tests/support/net.h"

static bool same(struct digest a, struct digest b)
{
    return a.a == b.a && a.b == b.b;
}

/* A little of everything: two stations, feedback, a fork, patience, attributes. */
static struct network *mixed(void)
{
    static const double half[] = {0.5, 0.5};
    struct network *net = measured_with(2000 * SHORTER, 1);
    struct station_spec siro = station_named("siro", 2);
    siro.discipline = QUEUE_SIRO;
    int s = servers(net, "s", 1), t = network_station(net, &siro);
    struct attribute_law law = {.levels = 2, .share = half};
    struct attribute_draw draw = {.attribute = 0, .name = "kind", .by = -1, .rows = 1, .row = &law};
    struct stream_spec spec = {.name = "c", .kind = STREAM_RENEWAL, .gap = expo(1.5), .draw = &draw, .draws = 1};
    int c = network_stream(net, &spec), d = poisson(net, "d", 0.3);
    struct step_spec impatient = service_named("impatient", c, t, expo(1));
    impatient.has_patience = true;
    impatient.patience = expo(2);
    int a = service(net, "a", c, s, expo(0.7)), b = network_step(net, &impatient);
    struct target back = {.step = a, .share = 0.2, .back = true};
    struct step_spec again = step_named("again", c, OP_CHOOSE);
    again.target = &back;
    again.targets = 1;
    in_turn(net, c, a, b, network_step(net, &again));
    in_turn(net, d, service(net, "a", d, t, lognormal(1, 1)));
    network_split(net, c, "kind", 0, 2);
    return net;
}

static void the_same_seed_gives_the_same_bits_and_another_others(void **state)
{
    (void)state;
    struct network *net = mixed(), *twin = mixed();
    struct simulation *sim = compiled(net), *other = compiled(twin);
    struct digest first = run(sim, 1, 0)->digest;
    assert_true(same(first, run(other, 1, 0)->digest));
    assert_false(same(first, run(other, 2, 0)->digest));
    assert_false(same(first, run(other, 1, 1)->digest));
    assert_false(same(first, run(other, 3, 0)->digest));
    simulation_destroy(sim);
    simulation_destroy(other);
    network_destroy(net);
    network_destroy(twin);
}

static void a_simulation_used_again_gives_what_a_fresh_one_gives(void **state)
{
    (void)state;
    struct network *net = mixed();
    struct simulation *used = compiled(net), *plain = simulation_create(net, &(struct simulation_options){.plain_heap = true});
    for (unsigned k = 0; k < 5; k++) {
        struct simulation *fresh = simulation_create(net, NULL);
        struct digest digest = run(fresh, 1, k)->digest;
        assert_true(same(digest, run(used, 1, k)->digest));
        assert_true(same(digest, run(plain, 1, k)->digest));
        simulation_destroy(fresh);
    }
    simulation_destroy(used);
    simulation_destroy(plain);
    network_destroy(net);
}

/* A station that never fails, or never closes, or has a patience of for ever, is the plain one by the long way. */
static void the_short_way_and_the_long_way_through_a_station_are_the_same(void **state)
{
    (void)state;
    struct digest digest[4];
    for (int way = 0; way < 4; way++) {
        static const double start[] = {0}, two[] = {2}, surely[] = {1};
        struct network *net = measured(5000 * SHORTER);
        struct station_spec spec = station_named("s", 2);
        if (way == 1) spec.on_post = steps_of(start, two, 1, 1, 0);
        if (way == 2) spec.breaks_down = true, spec.up = fixed(1e9), spec.down = fixed(1);
        int s = network_station(net, &spec), c = poisson(net, "c", 1.7);
        struct step_spec step = service_named("a", c, s, expo(1));
        if (way == 3) step.joins = 1, step.join = surely;
        int a = network_step(net, &step), b = service(net, "b", c, s, erlang(2, 0.1));
        in_turn(net, c, a, b);
        struct simulation *sim = compiled(net);
        digest[way] = result_stream_digest(run(sim, 1, 0), 0);
        assert_int_equal((net->step[a].flags & STEP_SIMPLE) != 0, way == 0);
        simulation_destroy(sim);
        network_destroy(net);
    }
    for (int way = 1; way < 4; way++) assert_true(same(digest[0], digest[way]));
}

/* Three lanes by shares, one of them out, and what is left goes on. */
static struct network *lanes(bool share_moved)
{
    enum { LANE = 1, B, D, E }; /* steps in the order in which they are made */
    struct network *net = measured(5000 * SHORTER);
    int c = poisson(net, "c", 1.7), a = service(net, "a", c, servers(net, "a", 2), expo(0.5));
    struct target target[] = {{.step = B, .share = share_moved ? 0.31 : 0.3}, {.step = -1, .share = 0.2}, {.step = D, .share = 0.1}};
    struct step_spec lane = step_named("lane", c, OP_CHOOSE);
    lane.target = target;
    lane.targets = 3;
    network_step(net, &lane);
    service(net, "b", c, servers(net, "b", 1), lognormal(0.4, 1));
    service(net, "d", c, servers(net, "d", 2), erlang(2, 0.5));
    service(net, "e", c, servers(net, "e", 1), expo(0.5));
    network_next(net, a, LANE, -1);
    network_next(net, LANE, E, -1);
    network_next(net, B, E, -1);
    network_next(net, D, E, -1);
    network_next(net, E, -1, -1);
    network_stream_entry(net, c, a, -1);
    return net;
}

static void what_follows_a_service_is_the_same_foreseen_or_not(void **state)
{
    (void)state;
    struct network *net = lanes(false), *moved = lanes(true);
    struct simulation *ahead = compiled(net), *other = compiled(moved);
    struct simulation *steps = simulation_create(net, &(struct simulation_options){.step_by_step = true});
    struct digest foreseen = run(ahead, 1, 0)->digest;
    int n = 0;
    for (size_t i = 0; i < net->steps; i++) n += (net->step[i].flags & STEP_FORESEES) != 0;
    assert_int_equal(n, 4);
    assert_true(same(foreseen, run(steps, 1, 0)->digest));
    assert_false(same(foreseen, run(other, 1, 0)->digest));
    simulation_destroy(ahead);
    simulation_destroy(other);
    simulation_destroy(steps);
    network_destroy(net);
    network_destroy(moved);
}

/* Who gives up in the third line, finds it too long or finds no room begins again at the entry. */
static void who_comes_back_to_the_entry_draws_anew(void **state)
{
    (void)state;
    static const double sometimes[] = {1, 0.5};
    for (int way = 0; way < 3; way++) {
        struct network *net = measured(5000 * SHORTER);
        struct station_spec third = station_named("z", 1);
        if (way == 2) third.room = 2, third.lose_when_full = true;
        int c = poisson(net, "c", 0.5), x = servers(net, "x", 2), y = servers(net, "y", 2), z = network_station(net, &third);
        int a = service(net, "a", c, x, expo(0.5)), b = service(net, "b", c, y, expo(0.5));
        struct step_spec step = service_named("d", c, z, expo(1.2));
        if (way == 0) step.has_patience = true, step.patience = expo(1), step.patience_target = a;
        if (way == 1) step.joins = 2, step.join = sometimes, step.balk_target = a;
        if (way == 2) step.full_target = a;
        int d = network_step(net, &step);
        network_next(net, a, b, -1);
        network_next(net, b, d, -1);
        network_next(net, d, -1, -1);
        network_stream_entry(net, c, a, -1);
        struct simulation *ahead = compiled(net), *steps = simulation_create(net, &(struct simulation_options){.step_by_step = true});
        assert_true(same(run(ahead, 1, 0)->digest, run(steps, 1, 0)->digest));
        simulation_destroy(ahead);
        simulation_destroy(steps);
        network_destroy(net);
    }
}

/* ---- luck that stays in place ---- */

static struct network *delays(bool inserted, bool back)
{
    struct network_plan plan = {.window_to = 1000, .drain_until = 2000};
    struct network *net = network_create(&plan);
    int c = poisson(net, "c", 1), a = delay(net, "a", c, expo(1)), b = -1, again = -1;
    if (inserted) b = delay(net, "inserted", c, expo(3));
    if (back) {
        struct target target = {.step = a, .share = 0.3, .back = true};
        struct step_spec spec = step_named("again", c, OP_CHOOSE);
        spec.target = &target;
        spec.targets = 1;
        again = network_step(net, &spec);
    }
    int d = delay(net, "d", c, lognormal(2, 1)), e = delay(net, "e", c, erlang(3, 1));
    network_next(net, a, inserted ? b : back ? again : d, -1);
    if (inserted) network_next(net, b, d, -1);
    if (back) network_next(net, again, d, -1);
    network_next(net, d, e, -1);
    network_next(net, e, -1, -1);
    network_stream_entry(net, c, a, -1);
    return net;
}

static const struct step_result *step_called(const struct result *r, const char *name)
{
    for (size_t i = 0; i < r->steps; i++)
        if (strcmp(network_step_name(r->network, i), name) == 0) return &r->step[i];
    return NULL;
}

static void an_inserted_step_moves_nobodys_luck(void **state)
{
    (void)state;
    struct network *net = delays(false, false), *longer = delays(true, false);
    struct simulation *sim = compiled(net), *more = compiled(longer);
    const struct result *r = run(sim, 1, 0), *q = run(more, 1, 0);
    static const char *const kept[] = {"a", "d", "e"};
    assert_int_equal(r->stream[0].arrived, q->stream[0].arrived);
    for (int i = 0; i < 3; i++) {
        double before = step_called(r, kept[i])->work, after = step_called(q, kept[i])->work;
        assert_true(fabs(before - after) < 1e-9 * before); /* the order of additions may change, the addends do not */
    }
    double difference = q->stream[0].time.tally.sum - r->stream[0].time.tally.sum;
    assert_true(fabs(difference - step_called(q, "inserted")->work) < 1e-9 * difference);
    simulation_destroy(sim);
    simulation_destroy(more);
    network_destroy(net);
    network_destroy(longer);
}

/* Who went back once has, beyond the place that it went back from, the luck of who never did. */
static void feedback_moves_no_luck_beyond_its_reach(void **state)
{
    (void)state;
    struct network *net = delays(false, false), *twice = delays(false, true);
    struct simulation *sim = compiled(net), *more = compiled(twice);
    const struct result *r = run(sim, 1, 0), *q = run(more, 1, 0);
    assert_true(fabs(step_called(r, "d")->work - step_called(q, "d")->work) < 1e-9 * step_called(r, "d")->work);
    assert_true(step_called(q, "a")->met > 1.3 * (double)step_called(r, "a")->met);
    simulation_destroy(sim);
    simulation_destroy(more);
    network_destroy(net);
    network_destroy(twice);
}

/* ---- the end ---- */

static void what_is_not_through_at_the_drain_limit_is_unfinished(void **state)
{
    (void)state;
    struct network_plan plan = {.window_from = 100, .window_to = 600, .drain_until = 700};
    struct network *net = network_create(&plan);
    int s = servers(net, "s", 1), c = poisson(net, "c", 2);
    in_turn(net, c, service(net, "service", c, s, expo(1)));
    int growth = network_metric(net, "station.s.number.growth");
    struct simulation *sim = compiled(net);
    const struct result *r = run(sim, 1, 0);
    assert_true(r->ended == 700);
    assert_true(r->unfinished > 300 && r->unfinished == r->stream[0].unfinished);
    assert_int_equal(r->stream[0].finished + r->stream[0].unfinished, r->stream[0].arrived);
    assert_true(fabs(network_metric_value(net, r, growth) - 1) < 0.2);
    simulation_destroy(sim);
    network_destroy(net);
}

static void a_run_ends_when_its_cohort_is_through(void **state)
{
    (void)state;
    struct network_plan plan = {.window_from = 0, .window_to = 100, .drain_until = 1e6};
    struct network *net = network_create(&plan);
    int c = poisson(net, "c", 1);
    in_turn(net, c, delay(net, "a", c, fixed(5)));
    struct simulation *sim = compiled(net);
    const struct result *r = run(sim, 1, 0);
    assert_true(r->ended >= 100 && r->ended <= 105);
    assert_int_equal(r->unfinished, 0);
    simulation_destroy(sim);
    network_destroy(net);
}

static void nobody_comes_and_that_is_fine(void **state)
{
    (void)state;
    struct network_plan plan = {.window_to = 10, .drain_until = 10, .tick = 1};
    struct network *net = network_create(&plan);
    struct stream_spec none = {.name = "c", .kind = STREAM_NONE};
    int s = servers(net, "s", 1), c = network_stream(net, &none);
    in_turn(net, c, service(net, "service", c, s, expo(1)));
    int mean = network_metric(net, "station.s.wait.mean"), number = network_metric(net, "station.s.number.mean");
    struct simulation *sim = compiled(net);
    const struct result *r = run(sim, 1, 0);
    assert_true(isnan(network_metric_value(net, r, mean)));
    assert_true(network_metric_value(net, r, number) == 0);
    simulation_destroy(sim);
    network_destroy(net);
}

static void the_stop_flag_stops(void **state)
{
    (void)state;
    struct network *net = one_station(1e7 * SHORTER, expo(1.25), station_named("s", 1), expo(1));
    struct simulation *sim = compiled(net);
    const struct result *result;
    volatile int stop = 1;
    assert_int_equal(simulation_run(sim, 1, 0, &stop, &result), STATUS_STOPPED);
    assert_true(result->events <= 4096);
    simulation_destroy(sim);
    network_destroy(net);
}

/* The series' mean is the window's average, tick by tick. */
static void series_add_up_to_the_averages(void **state)
{
    (void)state;
    struct network_plan plan = {.window_from = 0, .window_to = 200, .drain_until = 400, .tick = 2};
    struct network *net = network_create(&plan);
    int s = servers(net, "s", 2), c = poisson(net, "c", 1.5);
    in_turn(net, c, service(net, "service", c, s, expo(1)));
    struct simulation *sim = compiled(net);
    const struct result *r = run(sim, 1, 0);
    double queue = 0, busy = 0, arrivals = 0;
    assert_int_equal(r->ticks, 200);
    for (int t = 0; t < 100; t++) {
        queue += (double)r->station[0].queue_series[t] * 2;
        busy += (double)r->station[0].busy_series[t] * 2;
        arrivals += r->stream[0].arrivals[t];
        assert_true(r->station[0].post_series[t] == 2);
    }
    assert_true(fabs(queue - r->station[0].queue_area) < 1e-4 * queue);
    assert_true(fabs(busy - r->station[0].busy_area) < 1e-4 * busy);
    assert_int_equal((int)arrivals, r->stream[0].arrived);
    simulation_destroy(sim);
    network_destroy(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_seed_gives_the_same_bits_and_another_others),
        cmocka_unit_test(a_simulation_used_again_gives_what_a_fresh_one_gives),
        cmocka_unit_test(what_follows_a_service_is_the_same_foreseen_or_not),
        cmocka_unit_test(who_comes_back_to_the_entry_draws_anew),
        cmocka_unit_test(the_short_way_and_the_long_way_through_a_station_are_the_same),
        cmocka_unit_test(an_inserted_step_moves_nobodys_luck),
        cmocka_unit_test(feedback_moves_no_luck_beyond_its_reach),
        cmocka_unit_test(what_is_not_through_at_the_drain_limit_is_unfinished),
        cmocka_unit_test(a_run_ends_when_its_cohort_is_through),
        cmocka_unit_test(nobody_comes_and_that_is_fine),
        cmocka_unit_test(the_stop_flag_stops),
        cmocka_unit_test(series_add_up_to_the_averages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
