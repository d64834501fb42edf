/* test_source.c - arrivals: rates that vary, days that vary, timetables, batches, populations; each drawn exactly. */
#include "tests/support/net.h"

/* One stream into unlimited servers, from time 0, window [from, to). */
static struct network *infinite(struct stream_spec spec, double from, double to, struct variate time)
{
    struct network_plan plan = {.window_from = from, .window_to = to, .drain_until = to};
    struct network *net = network_create(&plan);
    int s = servers(net, "s", STATION_UNLIMITED);
    spec.name = "c";
    int c = network_stream(net, &spec);
    in_turn(net, c, service(net, "service", c, s, time));
    return net;
}

/* Mean and variance of the number of arrivals in [from, to) over replications. */
static void check_counts(struct stream_spec spec, double from, double to, double mean, double variance)
{
    enum { MANY = 4000 };
    struct network *net = infinite(spec, from, to, fixed(0));
    struct simulation *sim = compiled(net);
    double sum = 0, squares = 0;
    for (unsigned k = 0; k < MANY; k++) {
        double n = (double)run(sim, 1, k)->stream[0].arrived - mean;
        sum += n;
        squares += n * n;
    }
    double m = sum / MANY, v = squares / MANY - m * m;
    if (fabs(m) > 4 * sqrt(variance / MANY) + 1e-9 || fabs(v - variance) > 4 * variance * sqrt(2.5 / MANY) + 1e-9)
        fail_msg("counts: mean %g off by %g, variance %g instead of %g", mean, m, v, variance);
    simulation_destroy(sim);
    network_destroy(net);
}

static struct timeline *working_day(void)
{
    static const double start[] = {0, 8, 18}, rate[] = {0, 3, 1};
    return steps_of(start, rate, 3, 24, 24);
}

static void counts_of_poisson_streams_have_their_mean_and_variance(void **state)
{
    (void)state;
    check_counts((struct stream_spec){.kind = STREAM_RENEWAL, .gap = expo(0.25)}, 3, 8, 20, 20);
    check_counts((struct stream_spec){.kind = STREAM_RATE, .rate = working_day()}, 6, 30, 36, 36);
    struct sinusoid wave = {.mean = 2, .amplitude = 0.8, .period = 24, .phase = 6};
    double mean = sinusoid_integral(&wave, 10) - sinusoid_integral(&wave, 4);
    check_counts((struct stream_spec){.kind = STREAM_SINUSOID, .sinusoid = wave}, 4, 10, mean, mean);
}

/* A gamma factor of mean 1 and sd 0.5 a day: variance = mean + 0.25 mean^2 within a day, days independent. */
static void days_that_vary_add_their_variance(void **state)
{
    (void)state;
    check_counts((struct stream_spec){.kind = STREAM_RATE, .rate = working_day(), .day_to_day = 0.5}, 0, 24, 36, 36 + 0.25 * 36 * 36);
    check_counts((struct stream_spec){.kind = STREAM_RATE, .rate = working_day(), .day_to_day = 0.5}, 0, 48, 72, 72 + 2 * 0.25 * 36 * 36);
}

static void batches_multiply_counts(void **state)
{
    (void)state;
    check_counts((struct stream_spec){.kind = STREAM_RENEWAL, .gap = expo(1), .batched = true, .batch = two_values(1, 0.5, 5)}, 2, 12, 30, 10 * 13);
}

/* Odd times of the clock's day: borders at 7.3, 31.3, ... are met exactly and never for ever. */
static void a_day_may_begin_at_any_hour(void **state)
{
    (void)state;
    struct network_plan plan = {.window_to = 24 * 200, .drain_until = 24 * 200, .clock_day = 16.7};
    struct network *net = network_create(&plan);
    struct stream_spec spec = {.name = "c", .kind = STREAM_RATE, .rate = working_day(), .day_to_day = 0.3};
    int c = network_stream(net, &spec);
    in_turn(net, c, delay(net, "a", c, fixed(0)));
    assert_exact(net, {"stream.c.arrived", 36 * 200});
}

static void a_timetable_is_kept_and_repeated(void **state)
{
    (void)state;
    static const double time[] = {1, 2.5, 2.5, 7}, given[] = {4, 40, 5, 50, 6, 60, 7, 70};
    static const unsigned attribute[] = {1, 0};
    struct network_plan plan = {.arrivals_from = 100, .window_from = 100, .window_to = 120, .drain_until = 120, .attributes = 2, .tick = 1};
    struct network *net = network_create(&plan);
    struct stream_spec spec = {.name = "c", .kind = STREAM_TIMES, .time = time, .times = 4, .repeat = 10, .given = given,
        .given_attribute = attribute, .givens = 2};
    int c = network_stream(net, &spec);
    int a = delay(net, "a", c, fixed(0.25));
    struct step_spec last = step_named("last", c, OP_DELAY);
    last.time = fixed(1);
    last.guard.when = attribute_is(1, 7);
    int b = network_step(net, &last);
    condition_clear(&last.guard.when);
    network_next(net, a, b, -1);
    network_next(net, b, -1, -1);
    network_stream_entry(net, c, a, -1);
    struct simulation *sim = compiled(net);
    const struct result *r = run(sim, 1, 0);
    assert_int_equal(r->stream[0].arrived, 8);
    for (int hour = 0; hour < 20; hour++) {
        static const uint32_t expected[10] = {0, 1, 2, 0, 0, 0, 0, 1, 0, 0};
        assert_int_equal(r->stream[0].arrivals[hour], expected[hour % 10]);
    }
    assert_int_equal(r->step[b].met, 2);
    simulation_destroy(sim);
    network_destroy(net);
}

static void a_limit_ends_a_stream(void **state)
{
    (void)state;
    struct network *net = infinite((struct stream_spec){.kind = STREAM_RENEWAL, .gap = expo(1), .limit = 17}, 0, 1000, expo(1));
    assert_exact(net, {"stream.c.arrived", 17});
}

/* ---- in time ---- */

/* E N(t) of M(t)/M/inf from empty is the integral of the rate with what is left of it; N(t) is Poisson (MTINF). */
static void a_sinusoidal_rate_into_unlimited_servers_has_eick_massey_and_whitts_number(void **state)
{
    (void)state;
    struct stream_spec spec = {.kind = STREAM_SINUSOID, .sinusoid = {.mean = 20, .amplitude = 0.5, .period = 24}};
    assert_exact_times(infinite(spec, 0, 24, expo(4)), SHORTER > 1 ? 400 : 12000, {"station.s.number.at(6)", 85.6857503842}, {"station.s.number.at(12)", 96.9904684514},
        {"station.s.number.at(18)", 60.2549227504}, {"station.s.number.at(24)", 59.8724716936},
        {"station.s.number.at(12).at_most(80)", 0.0438059336189});
    struct stream_spec even = {.kind = STREAM_RENEWAL, .gap = expo(0.05)};
    assert_exact_times(infinite(even, 0, 24, expo(4)), 500, {"station.s.number.at(4)", 50.5696447063});
}

static struct network *from_empty(double rate, double service_mean, int64_t room, double until)
{
    struct network_plan plan = {.window_to = until, .drain_until = until};
    struct network *net = network_create(&plan);
    struct station_spec spec = station_named("s", 1);
    spec.room = room;
    spec.lose_when_full = true;
    int s = network_station(net, &spec), c = poisson(net, "c", rate);
    in_turn(net, c, service(net, "service", c, s, expo(service_mean)));
    return net;
}

static void mm1_from_empty_grows_as_takacs_says(void **state)
{
    (void)state;
    enum { MANY = SHORTER > 1 ? 2000 : 40000 };
    assert_exact_times(from_empty(0.8, 1, -1, 10), MANY, {"station.s.number.at(1)", 0.551551858273}, {"station.s.number.at(5)", 1.46946082779},
        {"station.s.number.at(10)", 2.03028156358}, {"station.s.number.at(1).at_most(0)", 0.597398750281},
        {"station.s.number.at(10).at_most(0)", 0.286422593285});
    assert_exact_times(from_empty(1.2, 1, -1, 50), MANY / 4, {"station.s.number.at(50)", 14.0881348101});
    assert_exact_times(from_empty(1, 0.5, 0, 0.5), MANY, {"station.s.number.at(0.5)", 0.258956613284});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_of_poisson_streams_have_their_mean_and_variance),
        cmocka_unit_test(days_that_vary_add_their_variance),
        cmocka_unit_test(batches_multiply_counts),
        cmocka_unit_test(a_day_may_begin_at_any_hour),
        cmocka_unit_test(a_timetable_is_kept_and_repeated),
        cmocka_unit_test(a_limit_ends_a_stream),
        cmocka_unit_test(a_sinusoidal_rate_into_unlimited_servers_has_eick_massey_and_whitts_number),
        cmocka_unit_test(mm1_from_empty_grows_as_takacs_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
