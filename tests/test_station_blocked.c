/* test_station_blocked.c - blocking after service against exact theory, and the deadlocks that it can end in. */
#include "tests/support/net.h"

static struct station_spec room_for(const char *name, int servers_there, int64_t room)
{
    struct station_spec spec = station_named(name, servers_there);
    spec.room = room;
    return spec;
}

/* A station that always has work (ten go round) before one with room for `room`. */
static struct network *saturated_line(double window, int64_t room, bool tracked)
{
    struct network *net = measured(window);
    struct station_spec second = room_for("second", 1, room), first = station_named("first", 1);
    first.breaks_down = tracked; /* never: it only makes the server known */
    first.up = fixed(1e9);
    first.down = fixed(1);
    int a = network_station(net, &first), b = network_station(net, &second);
    struct stream_spec spec = {.name = "c", .kind = STREAM_POPULATION, .population = 20, .think_none = true};
    int c = network_stream(net, &spec);
    in_turn(net, c, service(net, "one", c, a, expo(1)), service(net, "two", c, b, expo(1)));
    return net;
}

static void a_saturated_line_of_two_has_the_throughput_of_hillier_and_boling(void **state)
{
    (void)state;
    for (int tracked = 0; tracked < 2; tracked++) {
        assert_exact(saturated_line(3e4, 0, tracked), {"station.second.throughput", 2 / 3.0}, {"stream.c.throughput", 2 / 3.0},
            {"station.first.busy.mean", 2 / 3.0}, {"station.first.throughput", 2 / 3.0});
        assert_exact(saturated_line(3e4, 5, tracked), {"station.second.throughput", 0.875});
    }
    assert_refuted(saturated_line(3e4, 6, false), "station.second.throughput", 0.875);
}

/* Whoever comes from outside waits outside, and loses nothing: room 0 and one server is still M/M/1 in total. */
static void who_waits_outside_is_admitted_in_order(void **state)
{
    (void)state;
    struct network *net = measured(2.2e5);
    struct station_spec spec = room_for("s", 1, 0);
    int s = network_station(net, &spec), c = poisson(net, "c", 0.7);
    in_turn(net, c, service(net, "service", c, s, expo(1)));
    assert_exact(net, {"stream.c.time.mean", 1 / 0.3}, {"stream.c.time.m2", 2 / 0.09}, {"station.s.p_block", 0.7}, {"station.s.queue.mean", 0});
}

/* Its time outside belongs to the stage of the step it waits for, so the stages add up (checked inside at every stop). */
static void the_time_outside_belongs_to_the_step_ahead(void **state)
{
    (void)state;
    struct network *net = measured(1e5);
    struct station_spec narrow = room_for("b", 1, 0);
    int a = servers(net, "a", 1), b = network_station(net, &narrow);
    struct stream_spec stream = {.name = "c", .kind = STREAM_RENEWAL, .gap = expo(2), .stages = 2};
    int c = network_stream(net, &stream);
    struct step_spec one = service_named("one", c, a, expo(0.5)), two = service_named("two", c, b, expo(1));
    one.stage = 0;
    two.stage = 1;
    in_turn(net, c, network_step(net, &one), network_step(net, &two));
    struct simulation *sim = compiled(net);
    const struct result *r = run(sim, 1, 0);
    const struct stream_result *s = &r->stream[0];
    assert_true(fabs(s->stage[0].time + s->stage[1].time - s->time.tally.sum) < 1e-6 * s->time.tally.sum);
    assert_true(s->stage[1].time > r->step[1].work * 1.05); /* it has waited outside */
    simulation_destroy(sim);
    network_destroy(net);
}

/* ---- deadlocks ---- */

static enum status broken(struct network *net, char why[160])
{
    struct simulation *sim = compiled(net);
    const struct result *result;
    enum status status = simulation_run(sim, 1, 0, NULL, &result);
    snprintf(why, 160, "%s", result->broken);
    simulation_destroy(sim);
    network_destroy(net);
    return status;
}

/* Each of two stations without room feeds the other. */
static struct network *circle(int servers_there, int members)
{
    struct network *net = measured(1000);
    struct station_spec a = room_for("this", servers_there, 0), b = room_for("that", servers_there, 0);
    int s = network_station(net, &a), t = network_station(net, &b);
    struct stream_spec stream = {.name = "c", .kind = STREAM_POPULATION, .population = (uint32_t)members, .think = expo(1)};
    int c = network_stream(net, &stream);
    int one = service(net, "one", c, s, expo(1)), two = service(net, "two", c, t, expo(1));
    struct target back = {.step = one, .share = 0.9, .back = true};
    struct step_spec again = step_named("again", c, OP_CHOOSE);
    again.target = &back;
    again.targets = 1;
    in_turn(net, c, one, two, network_step(net, &again));
    return net;
}

static void a_circle_of_full_stations_is_named(void **state)
{
    (void)state;
    char why[160];
    assert_int_equal(broken(circle(2, 4), why), STATUS_STUCK);
    assert_string_equal(why, "deadlock: every server is held by somebody that waits for room at one of: this that");
    assert_int_equal(broken(circle(2, 3), why), STATUS_OK); /* one server is always left */
}

static void a_full_station_that_feeds_itself_is_named(void **state)
{
    (void)state;
    struct network *net = measured(1000);
    struct station_spec narrow = room_for("desk", 1, 1);
    int s = network_station(net, &narrow), c = poisson(net, "c", 0.9);
    int one = service(net, "one", c, s, expo(1));
    struct target back = {.step = one, .share = 0.3, .back = true};
    struct step_spec again = step_named("again", c, OP_CHOOSE);
    again.target = &back;
    again.targets = 1;
    in_turn(net, c, one, network_step(net, &again));
    char why[160];
    assert_int_equal(broken(net, why), STATUS_STUCK);
    assert_string_equal(why, "deadlock: every server is held by somebody that waits for room at one of: desk");
}

/* The same with patience: somebody gives up some day, so this is no deadlock. */
static void who_may_give_up_keeps_a_circle_from_being_a_deadlock(void **state)
{
    (void)state;
    struct network *net = measured(1000);
    struct station_spec narrow = room_for("desk", 1, 1);
    int s = network_station(net, &narrow), c = poisson(net, "c", 0.9);
    struct step_spec spec = service_named("one", c, s, expo(1));
    spec.has_patience = true;
    spec.patience = expo(1);
    int one = network_step(net, &spec);
    struct target back = {.step = one, .share = 0.3, .back = true};
    struct step_spec again = step_named("again", c, OP_CHOOSE);
    again.target = &back;
    again.targets = 1;
    in_turn(net, c, one, network_step(net, &again));
    char why[160];
    assert_int_equal(broken(net, why), STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_saturated_line_of_two_has_the_throughput_of_hillier_and_boling),
        cmocka_unit_test(who_waits_outside_is_admitted_in_order),
        cmocka_unit_test(the_time_outside_belongs_to_the_step_ahead),
        cmocka_unit_test(a_circle_of_full_stations_is_named),
        cmocka_unit_test(a_full_station_that_feeds_itself_is_named),
        cmocka_unit_test(who_may_give_up_keeps_a_circle_from_being_a_deadlock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
