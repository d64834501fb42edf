/* test_metric.c - every name that metric.h promises is found and has its value; a name that is none gives -1. */
#include "tests/support/net.h"

/* Station "s" and "s.annex", stream "c" with a split "kind"; some renege, some are lost elsewhere. */
static struct network *named(void)
{
    static const double half[] = {0.5, 0.5};
    struct network_plan plan = {.window_from = 100, .window_to = 2100, .drain_until = 5000, .attributes = 1};
    struct network *net = network_create(&plan);
    int s = servers(net, "s", 1), annex = servers(net, "s.annex", 2);
    struct attribute_law law = {.levels = 2, .share = half};
    struct attribute_draw draw = {.attribute = 0, .name = "kind", .by = -1, .rows = 1, .row = &law};
    struct stream_spec stream = {.name = "c", .kind = STREAM_RENEWAL, .gap = expo(1), .draw = &draw, .draws = 1};
    int c = network_stream(net, &stream);
    struct step_spec one = service_named("one", c, s, expo(0.8));
    one.has_patience = true;
    one.patience = expo(5);
    one.patience_outcome = network_outcome(net, "gone");
    int mark = plain_step(net, "mark", c, OP_MARK), a = network_step(net, &one), b = service(net, "two", c, annex, expo(1));
    in_turn(net, c, mark, a, b);
    network_split(net, c, "kind", 0, 2);
    network_station_split(net, s, "kind", 0, 2);
    return net;
}

static const char *const names[] = {"stream.c.arrived", "stream.c.finished", "stream.c.unfinished", "stream.c.lost", "stream.c.throughput",
    "stream.c.time.mean", "stream.c.time.m2", "stream.c.time.var", "stream.c.time.sd", "stream.c.time.p50", "stream.c.time.p90", "stream.c.time.p95",
    "stream.c.time.p99", "stream.c.time.at_most(2)", "stream.c.time.at_most(0.125)", "stream.c.time.mean[kind=0]", "stream.c.time.p90[kind=1]",
    "stream.c.second.mean", "stream.c.second.p90", "stream.c.outcome.gone", "station.s.wait.mean", "station.s.wait.m2", "station.s.wait.var",
    "station.s.wait.scv", "station.s.wait.p50", "station.s.wait.p90", "station.s.wait.p95", "station.s.wait.p99", "station.s.wait.at_most(0)",
    "station.s.wait.mean[served]", "station.s.wait.p90[served]", "station.s.wait.mean[stream=c]", "station.s.wait.mean[kind=1]",
    "station.s.sojourn.mean", "station.s.sojourn.at_most(1.5)", "station.s.sojourn.p99[kind=0]", "station.s.interdeparture.mean",
    "station.s.interdeparture.scv", "station.s.interdeparture.lag1", "station.s.busy_period.mean", "station.s.busy_period.p90", "station.s.queue.mean",
    "station.s.queue.m2", "station.s.queue.var", "station.s.queue.most", "station.s.number.mean", "station.s.number.var", "station.s.number.most",
    "station.s.busy.mean", "station.s.busy.most", "station.s.number.growth", "station.s.number.at_most(3)", "station.s.number.at(50)",
    "station.s.number.at(50).at_most(1)", "station.s.service.mean", "station.s.service.m2", "station.s.service.var", "station.s.p_wait",
    "station.s.p_block", "station.s.p_abandon", "station.s.p_balk", "station.s.throughput", "station.s.utilisation", "station.s.arrived",
    "station.s.served", "station.s.annex.wait.mean", "station.s.annex.utilisation", "station.s.queue.p50", "station.s.queue.p90",
    "station.s.queue.at_most(0)", "station.s.number.p95", "station.s.number.p99", "station.s.busy.var", "station.s.busy.p90", "station.s.busy.at_most(0)",
    "station.s.queue.mean[kind=0]", "station.s.number.mean[kind=1]", "station.s.number.mean[stream=c]", "station.s.p_wait[kind=0]", "station.s.p_block[kind=1]",
    "station.s.p_abandon[kind=0]", "station.s.p_balk[kind=1]", "station.s.arrived[kind=0]", "station.s.served[stream=c]", "station.s.throughput[kind=1]",
    "stream.c.finished[kind=1]"};

static void every_promised_name_is_found_and_has_a_value(void **state)
{
    (void)state;
    enum { N = sizeof names / sizeof *names };
    struct network *net = named();
    int id[N];
    for (int i = 0; i < N; i++) {
        id[i] = network_metric(net, names[i]);
        if (id[i] < 0) fail_msg("no %s", names[i]);
        assert_int_equal(network_metric(net, names[i]), id[i]);
    }
    struct simulation *sim = compiled(net);
    const struct result *r = run(sim, 1, 0);
    for (int i = 0; i < N; i++)
        if (!isfinite(network_metric_value(net, r, id[i]))) fail_msg("%s is %g", names[i], network_metric_value(net, r, id[i]));
    assert_true(isnan(network_metric_value(net, r, -1)));
    assert_true(isnan(network_metric_value(net, r, 10000)));
    simulation_destroy(sim);
    network_destroy(net);
}

static void a_name_that_is_none_is_minus_one(void **state)
{
    (void)state;
    static const char *const wrong[] = {"", "s", "station", "station.", "station.s", "station.s.", "station.x.wait.mean", "station.s.wait", "station.s.wait.",
        "station.s.wait.meant", "station.s.wait.mean.p90", "station.s.wait.mean[", "station.s.wait.mean[kind]", "station.s.wait.mean[kind=2]",
        "station.s.wait.mean[kind=1]x", "station.s.wait.mean[kind=-1]", "station.s.wait.mean[what=1]", "station.s.wait.mean[stream=d]",
        "station.s.wait.at_most", "station.s.wait.at_most()", "station.s.wait.at_most(x)", "station.s.wait.at_most(1", "station.s.wait.at_most(inf)",
        "station.s.wait.at_most(nan)", "station.s.service.p90", "station.s.service.at_most(1)", "station.s.busy.mean[kind=1]", "station.s.number.m2[kind=1]", "station.s.p_wait[kind=9]", "station.s.utilisation[kind=1]",
        "station.s.queue.at(3)", "station.s.number.at()", "station.s.number.at(-1)", "station.s.number.at(1).at_most(", "station.s.number.at_most(-1)",
        "station.s.number.at_most(1e9)", "station.s.p_waits", "station.s.interdeparture.lag2", "stream.c.time", "stream.c.wait.mean",
        "stream.c.outcome.lost", "stream.c.time.mean[kind=9]", "stream.c.second.mean[kind=1]", "streams.c.time.mean", "station.s.annex"};
    struct network *net = named();
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (network_metric(net, wrong[i]) != -1) fail_msg("'%s' is found", wrong[i]);
    network_destroy(net);
}

static double value_of(struct network *net, const struct result *r, const char *name)
{
    return network_metric_value(net, r, network_metric(net, name));
}

static void values_are_what_their_names_say(void **state)
{
    (void)state;
    struct network *net = named();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) network_metric(net, names[i]);
    struct simulation *sim = compiled(net);
    const struct result *r = run(sim, 1, 0);
    const struct station_result *s = &r->station[0];
    const struct stream_result *c = &r->stream[0];
    double mean = value_of(net, r, "station.s.wait.mean"), m2 = value_of(net, r, "station.s.wait.m2");
    assert_true(mean == s->wait.tally.sum / (double)s->wait.tally.count);
    assert_true(fabs(value_of(net, r, "station.s.wait.var") - (m2 - mean * mean)) < 1e-12);
    assert_true(fabs(value_of(net, r, "station.s.wait.scv") - (m2 - mean * mean) / (mean * mean)) < 1e-12);
    assert_true(fabs(value_of(net, r, "stream.c.time.sd") - sqrt(value_of(net, r, "stream.c.time.var"))) < 1e-12);
    assert_true(value_of(net, r, "stream.c.arrived") == (double)c->arrived);
    assert_true(value_of(net, r, "stream.c.lost") == (double)(c->arrived - c->finished));
    assert_true(value_of(net, r, "stream.c.outcome.gone") == value_of(net, r, "stream.c.lost"));
    assert_true(value_of(net, r, "station.s.p_abandon") == (double)s->reneged / (double)s->arrived);
    assert_true(fabs(value_of(net, r, "station.s.wait.at_most(0)") - (1 - value_of(net, r, "station.s.p_wait"))) < 1e-12);
    assert_true(value_of(net, r, "station.s.wait.mean[served]") < mean + 1);
    assert_true(value_of(net, r, "station.s.wait.mean[stream=c]") == mean);
    assert_true(fabs(value_of(net, r, "station.s.utilisation") - s->busy_area / 2000) < 1e-12);
    assert_true(value_of(net, r, "station.s.number.at(50).at_most(1)") == (value_of(net, r, "station.s.number.at(50)") <= 1));
    assert_true(value_of(net, r, "station.s.number.at_most(3)") > value_of(net, r, "station.s.number.at_most(2)"));
    assert_true(fabs(value_of(net, r, "station.s.number.mean[stream=c]") - value_of(net, r, "station.s.number.mean")) < 1e-9);
    assert_true(fabs(value_of(net, r, "station.s.queue.mean[kind=0]") + value_of(net, r, "station.s.queue.mean[kind=1]") - value_of(net, r, "station.s.queue.mean")) < 1e-9);
    assert_true(value_of(net, r, "station.s.arrived[kind=0]") + value_of(net, r, "station.s.arrived[kind=1]") == (double)s->arrived);
    assert_true(value_of(net, r, "station.s.served[stream=c]") == (double)s->served);
    assert_true(value_of(net, r, "station.s.p_wait[stream=c]") == value_of(net, r, "station.s.p_wait"));
    assert_true(value_of(net, r, "station.s.p_abandon[stream=c]") == value_of(net, r, "station.s.p_abandon"));
    assert_true(value_of(net, r, "station.s.number.p50") <= value_of(net, r, "station.s.number.p99"));
    assert_true(value_of(net, r, "stream.c.time.p50") < value_of(net, r, "stream.c.time.p90"));
    /* Asked after compiling: what is observed is found, what is not is not. */
    assert_true(network_metric(net, "station.s.sojourn.p50") >= 0);
    assert_true(network_metric(net, "station.s.number.at(50).at_most(4)") >= 0);
    assert_int_equal(network_metric(net, "station.s.number.at(51)"), -1);
    assert_int_equal(network_metric(net, "station.s.annex.interdeparture.mean"), -1);
    assert_int_equal(network_metric(net, "station.s.annex.number.at_most(2)"), -1);
    simulation_destroy(sim);
    network_destroy(net);
}

static void things_are_listed_by_name(void **state)
{
    (void)state;
    struct network *net = named();
    assert_int_equal(network_streams(net), 1);
    assert_int_equal(network_stations(net), 2);
    assert_int_equal(network_outcomes(net), 1);
    assert_string_equal(network_stream_name(net, 0), "c");
    assert_string_equal(network_station_name(net, 1), "s.annex");
    assert_string_equal(network_outcome_name(net, 0), "gone");
    assert_string_equal(network_step_name(net, 1), "one");
    assert_true(network_plan_of(net)->window_to == 2100);
    network_destroy(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_promised_name_is_found_and_has_a_value),
        cmocka_unit_test(a_name_that_is_none_is_minus_one),
        cmocka_unit_test(values_are_what_their_names_say),
        cmocka_unit_test(things_are_listed_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
