/* test_walk.c - the way of an entity: routes and feedback, forks and joins, batches, time-outs, queries, holds, parts,
 * stages, tests and hooks.
 */
#include "tests/support/net.h"

/* ---- routes ---- */

/* A choice between targets; what is left over goes to `next`. */
static int choose(struct network *net, const char *name, int stream, const struct target *target, size_t n)
{
    struct step_spec spec = step_named(name, stream, OP_CHOOSE);
    spec.target = target;
    spec.targets = n;
    return network_step(net, &spec);
}

static void feedback_between_two_stations_is_a_jackson_network(void **state)
{
    (void)state;
    struct network *net = measured(6e4);
    int s1 = servers(net, "one", 1), s2 = servers(net, "two", 1), c1 = poisson(net, "c1", 0.3), c2 = poisson(net, "c2", 0.2);
    /* c1 enters at one, c2 at two; after one: half to two; after two: a quarter back to one. */
    int a = service(net, "at one", c1, s1, expo(1));
    struct target out = {.step = -1, .share = 0.5};
    int half = choose(net, "half", c1, &out, 1), b = service(net, "at two", c1, s2, expo(1 / 1.2));
    struct target back = {.step = a, .share = 0.25, .back = true};
    in_turn(net, c1, a, half, b, choose(net, "quarter", c1, &back, 1));
    int d = service(net, "at two", c2, s2, expo(1 / 1.2));
    struct target leaves = {.step = -1, .share = 0.75};
    int quarter = choose(net, "quarter", c2, &leaves, 1), e = service(net, "at one", c2, s1, expo(1));
    struct target again = {.step = d, .share = 0.5, .back = true};
    in_turn(net, c2, d, quarter, e, choose(net, "half", c2, &again, 1));
    assert_exact(net, {"station.one.number.mean", 2 / 3.0}, {"station.two.number.mean", 0.5}, {"station.one.utilisation", 0.4},
        {"station.two.utilisation", 0.4 / 1.2});
}

/* Document, examination, release, with returns (JACK-06). */
static struct network *returns(double window, double share_back)
{
    struct network *net = measured(window);
    int doc = servers(net, "doc", 3), exam = servers(net, "exam", 2), release = servers(net, "release", 1), c = poisson(net, "c", 2);
    int a = service(net, "document", c, doc, expo(1));
    struct target skip = {.step = 3, .share = 0.7};
    int pick = choose(net, "pick", c, &skip, 1), b = service(net, "examine", c, exam, expo(2));
    struct target back = {.step = a, .share = share_back, .back = true};
    int fate = choose(net, "fate", c, &back, 1), d = service(net, "release", c, release, expo(0.4));
    in_turn(net, c, a, pick, b, fate, d);
    return net;
}

static void returns_to_the_first_desk_add_visits(void **state)
{
    (void)state;
    /* lambda at the first desk: 2 / (1 - 0.1); all of them pass, so nine tenths of it leave at rate 2. */
    const double at_doc = 2 / 0.9;
    double b = 1;
    for (int n = 1; n <= 3; n++) b = at_doc * b / (n + at_doc * b);
    const double waits = b / (1 - at_doc / 3 * (1 - b)), number = at_doc + waits * at_doc / (3 - at_doc);
    assert_exact(returns(6e4, 0.1), {"station.doc.number.mean", number}, {"station.doc.throughput", at_doc}, {"station.release.number.mean", 4},
        {"station.exam.throughput", 0.3 * at_doc}, {"stream.c.throughput", 2});
    assert_refuted(returns(2e4, 0.11), "station.doc.throughput", at_doc);
}

/* Each visit draws anew: the number of visits and the sum of delays are a geometric sum, which is exponential again. */
static void every_visit_draws_anew(void **state)
{
    (void)state;
    struct network *net = measured(1e5);
    int c = poisson(net, "c", 1), a = delay(net, "a", c, expo(1));
    struct target back = {.step = a, .share = 0.5, .back = true};
    in_turn(net, c, a, choose(net, "again", c, &back, 1));
    assert_exact(net, {"stream.c.time.mean", 2}, {"stream.c.time.var", 4}, {"stream.c.time.p90", 2 * 2.302585093});
}

static void a_tandem_of_stations_is_that_of_burke(void **state)
{
    (void)state;
    struct network *net = measured(1e5);
    int s[] = {servers(net, "one", 2), servers(net, "two", 3), servers(net, "three", 1)}, c = poisson(net, "c", 1.5);
    in_turn(net, c, service(net, "a", c, s[0], expo(1)), service(net, "b", c, s[1], expo(1 / 0.7)), service(net, "c", c, s[2], expo(0.5)));
    assert_exact(net, {"station.one.wait.mean", 1.28571428571}, {"station.two.wait.mean", 0.855773619352}, {"station.three.wait.mean", 1.5},
        {"stream.c.time.mean", 6.57005933364});
}

static void a_closed_network_is_that_of_gordon_and_newell(void **state)
{
    (void)state;
    struct network *net = measured(4e4);
    int s[] = {servers(net, "one", 1), servers(net, "two", 1), servers(net, "three", 1)};
    struct stream_spec spec = {.name = "c", .kind = STREAM_POPULATION, .population = 6, .think_none = true};
    int c = network_stream(net, &spec);
    in_turn(net, c, service(net, "a", c, s[0], expo(1)), service(net, "b", c, s[1], expo(0.5)), service(net, "c", c, s[2], expo(0.8)));
    assert_exact(net, {"stream.c.throughput", 0.906912311602}, {"station.one.number.mean", 3.30974590167}, {"stream.c.time.mean", 6 / 0.906912311602});
}

/* Lanes by share: Poisson splitting. A condition on an attribute must split as the share of the attribute does. */
static void lanes_by_share_and_lanes_by_attribute_are_the_same_queues(void **state)
{
    (void)state;
    static const double share[] = {0.7, 0.2, 0.1};
    for (int by_attribute = 0; by_attribute < 2; by_attribute++) {
        struct network *net = measured_with(2.6e4, 1);
        int green = servers(net, "green", 1), yellow = servers(net, "yellow", 2), red = servers(net, "red", 5);
        struct attribute_law law = {.levels = 3, .share = share};
        struct attribute_draw draw = {.attribute = 0, .name = "lane", .by = -1, .rows = 1, .row = &law};
        struct stream_spec spec = {.name = "c", .kind = STREAM_RENEWAL, .gap = expo(1 / 30.0), .draw = &draw, .draws = 1};
        int c = network_stream(net, &spec);
        struct condition is_yellow = attribute_is(0, 1), is_red = attribute_is(0, 2);
        struct target target[] = {{.step = 1, .share = 0.2}, {.step = 2, .share = 0.1}};
        if (by_attribute) target[0].when = is_yellow, target[1].when = is_red;
        int pick = choose(net, "pick", c, target, 2), y = service(net, "y", c, yellow, expo(0.25)), r = service(net, "r", c, red, expo(1));
        int g = service(net, "g", c, green, expo(1 / 30.0));
        network_next(net, pick, g, -1);
        network_next(net, y, -1, -1);
        network_next(net, r, -1, -1);
        network_next(net, g, -1, -1);
        network_stream_entry(net, c, pick, -1);
        if (by_attribute) network_split(net, c, "lane", 0, 3);
        condition_clear(&is_yellow);
        condition_clear(&is_red);
        if (by_attribute)
            assert_exact(net, {"station.green.wait.mean", 0.0777777777778}, {"station.yellow.wait.mean", 0.321428571429},
                {"station.red.wait.mean", 0.118075801749}, {"stream.c.time.mean", 0.303871072238},
                {"stream.c.time.mean[lane=2]", 1.118075801749});
        else
            assert_exact(net, {"station.green.wait.mean", 0.0777777777778}, {"station.yellow.wait.mean", 0.321428571429},
                {"station.red.wait.mean", 0.118075801749}, {"stream.c.time.mean", 0.303871072238});
    }
}

/* ---- forks ---- */

/* `k` branches of one step each; `made` lays the i-th. */
static struct network *forked(double window, double rate, int k, enum fork_rule rule, unsigned count, struct variate (*time)(int), bool queued)
{
    static const char *const name[] = {"b0", "b1", "b2", "b3", "b4"};
    struct network *net = measured(window);
    int station[5];
    for (int i = 0; i < k && queued; i++) station[i] = servers(net, name[i], 1);
    int c = poisson(net, "c", rate);
    struct target target[5];
    for (int i = 0; i < k; i++) target[i] = (struct target){.step = 1 + 2 * i, .share = 1};
    struct step_spec spec = step_named("fork", c, OP_FORK);
    spec.target = target;
    spec.targets = (size_t)k;
    spec.rule = rule;
    spec.count = count;
    int fork = network_step(net, &spec);
    for (int i = 0; i < k; i++) {
        int step = queued ? service(net, name[i], c, station[i], time(i)) : delay(net, name[i], c, time(i));
        network_next(net, step, plain_step(net, "end", c, OP_BRANCH_END), -1);
    }
    network_next(net, fork, -1, -1);
    network_stream_entry(net, c, fork, -1);
    return net;
}

static struct variate exponential(int branch)
{
    (void)branch;
    return expo(1);
}

static struct variate exponential_and_erlang(int branch)
{
    return branch ? erlang(2, 1) : expo(1);
}

static struct variate fixed_and_exponential(int branch)
{
    return branch ? expo(1) : fixed(2);
}

static void a_fork_of_all_any_or_some_ends_with_their_order_statistics(void **state)
{
    (void)state;
    const double all = 1 + 0.5 + 1 / 3.0 + 0.25 + 0.2, third = 1 / 5.0 + 1 / 4.0 + 1 / 3.0;
    assert_exact(forked(5e4, 1, 5, FORK_ALL, 0, exponential, false), {"stream.c.time.mean", all}, {"stream.c.time.var", 1.46361111111},
        {"stream.c.time.p95", 4.58475810592});
    assert_exact(forked(5e4, 1, 5, FORK_ANY, 0, exponential, false), {"stream.c.time.mean", 0.2}, {"stream.c.time.p90", 0.2 * 2.302585093});
    assert_exact(forked(5e4, 1, 5, FORK_COUNT, 3, exponential, false), {"stream.c.time.mean", third});
    assert_exact(forked(5e4, 1, 2, FORK_ALL, 0, exponential_and_erlang, false), {"stream.c.time.mean", 1.44444444444});
    assert_exact(forked(5e4, 1, 2, FORK_ALL, 0, fixed_and_exponential, false), {"stream.c.time.mean", 2.13533528324});
    assert_refuted(forked(5e4, 1, 5, FORK_COUNT, 2, exponential, false), "stream.c.time.mean", third);
}

static void a_fork_join_of_two_queues_is_that_of_flatto_and_hahn(void **state)
{
    (void)state;
    assert_exact(forked(2e5, 0.7, 2, FORK_ALL, 0, exponential, true), {"stream.c.time.mean", 4.70833333333}, {"station.b0.wait.mean", 0.7 / 0.3});
    assert_refuted(forked(2e5, 0.7, 2, FORK_ANY, 0, exponential, true), "stream.c.time.mean", 4.70833333333);
}

/* A server busy as long as the slowest of three agencies: M/G/1 with the law of the maximum (MG1-19). */
static void a_desk_held_over_a_fork_serves_the_maximum(void **state)
{
    (void)state;
    struct network *net = measured(2e5);
    int s = servers(net, "s", 1), c = poisson(net, "c", 0.4);
    struct step_spec seize = step_named("seize", c, OP_SEIZE), fork = step_named("fork", c, OP_FORK), give = step_named("free", c, OP_FREE);
    seize.station = give.station = s;
    static const char *const name[] = {"b0", "b1", "b2"};
    struct target target[3];
    for (int i = 0; i < 3; i++) target[i] = (struct target){.step = 2 + 2 * i, .share = 1};
    fork.target = target;
    fork.targets = 3;
    int first = network_step(net, &seize), second = network_step(net, &fork);
    for (int i = 0; i < 3; i++) {
        int step = delay(net, name[i], c, expo(1));
        network_next(net, step, plain_step(net, "end", c, OP_BRANCH_END), -1);
    }
    in_turn(net, c, first, second, network_step(net, &give));
    assert_exact(net, {"station.s.wait.mean", 3.54166666667}, {"station.s.utilisation", 0.4 * 11 / 6});
}

/* ---- batches ---- */

/* Of ten that wait for each other, the k-th waits for 10 - k arrivals. */
static void batches_wait_until_they_are_full_or_their_time_has_come(void **state)
{
    (void)state;
    for (int together = 0; together < 2; together++) {
        struct network *net = measured(1e5);
        int c = poisson(net, "c", 1);
        struct step_spec batch = step_named("batch", c, OP_BATCH);
        batch.count = 10;
        batch.rule = together ? FORK_ANY : FORK_ALL;
        int first = network_step(net, &batch), trip = delay(net, "trip", c, expo(2));
        in_turn(net, c, first, trip, plain_step(net, "unbatch", c, OP_UNBATCH));
        assert_exact(net, {"stream.c.time.mean", 4.5 + 2}, {"stream.c.throughput", 1});
    }
    struct network *net = measured(1e5); /* by time only: the first waits 3, those who come meanwhile what is left */
    int c = poisson(net, "c", 2);
    struct step_spec batch = step_named("batch", c, OP_BATCH);
    batch.has_time = true;
    batch.time = fixed(3);
    in_turn(net, c, network_step(net, &batch));
    assert_exact(net, {"stream.c.time.mean", (3 + 6 * 1.5) / 7});
}

/* On one lorry all have the same luck, each for itself another: the variance of a delay's sum tells them apart. */
static void a_batch_that_goes_as_one_draws_once(void **state)
{
    (void)state;
    static const double zero[] = {0};
    for (int together = 0; together < 2; together++) {
        struct network *net = measured(2e4);
        struct station_spec all = station_named("dock", STATION_UNLIMITED);
        int dock = network_station(net, &all);
        struct stream_spec spec = {.name = "c", .kind = STREAM_TIMES, .time = zero, .times = 1, .repeat = 1, .batched = true, .batch = fixed(5)};
        int c = network_stream(net, &spec);
        struct step_spec batch = step_named("batch", c, OP_BATCH);
        batch.count = 5;
        batch.rule = together ? FORK_ANY : FORK_ALL;
        int first = network_step(net, &batch), unload = service(net, "unload", c, dock, expo(3));
        in_turn(net, c, first, unload, plain_step(net, "unbatch", c, OP_UNBATCH));
        assert_exact(net, {"station.dock.number.mean", together ? 3 : 15}, {"stream.c.time.mean", 3}, {"stream.c.time.var", 9});
    }
}

/* ---- time-outs, queries, holds ---- */

/* Whoever has waited an hour goes to the supervisor, who has time: wait and outcome by M/M/1+D. */
static void who_has_waited_too_long_takes_the_escalation_route(void **state)
{
    (void)state;
    struct network *net = measured(1e5);
    int desk = servers(net, "desk", 1), chief = servers(net, "chief", STATION_UNLIMITED), c = poisson(net, "c", 1.2);
    struct step_spec spec = service_named("ask", c, desk, expo(1));
    spec.has_patience = true;
    spec.patience = fixed(4);
    spec.patience_target = 1;
    int ask = network_step(net, &spec), up = service(net, "escalate", c, chief, expo(0.5));
    network_next(net, ask, -1, -1);
    network_next(net, up, -1, -1);
    network_stream_entry(net, c, ask, -1);
    const double lost = 0.242260035175;
    assert_exact(net, {"station.desk.p_abandon", lost}, {"station.chief.throughput", 1.2 * lost}, {"station.chief.number.mean", 0.6 * lost},
        {"stream.c.lost", 0});
}

/* A third of the declarations is queried: the trader answers after 10 hours, off the second clock, and they come back to
 * the same queue. With unlimited officers the times add up exactly. */
static void a_query_stops_the_second_clock_and_comes_back_to_the_same_queue(void **state)
{
    (void)state;
    struct network *net = measured(2e4);
    int desk = servers(net, "desk", STATION_UNLIMITED), c = poisson(net, "c", 2);
    int mark = plain_step(net, "mark", c, OP_MARK), check = service(net, "check", c, desk, fixed(1));
    struct target done = {.step = 4, .share = 2 / 3.0};
    int pick = choose(net, "pick", c, &done, 1);
    struct step_spec ask = step_named("ask", c, OP_DELAY);
    ask.time = fixed(10);
    ask.pauses_second_clock = true;
    int query = network_step(net, &ask), release = delay(net, "release", c, fixed(0.5));
    network_next(net, mark, check, -1);
    network_next(net, check, pick, -1);
    network_next(net, pick, query, -1);
    network_next(net, query, check, -1);
    network_back(net, query);
    network_next(net, release, -1, -1);
    network_stream_entry(net, c, mark, -1);
    assert_exact(net, {"stream.c.time.mean", 1.5 + 5 + 0.5}, {"stream.c.second.mean", 2}, {"station.desk.throughput", 3});
}

/* Opens every day from 8 to 16: who comes at 20 waits 12 hours; a closed day's work goes on the next morning. */
static void holds_and_delays_keep_to_opening_hours(void **state)
{
    (void)state;
    static const double start[] = {0, 8, 16}, open[] = {0, 1, 0}, time[] = {9, 15, 20};
    struct network_plan plan = {.window_to = 100, .drain_until = 200};
    struct network *net = network_create(&plan);
    struct timeline *hours = network_timeline(net, steps_of(start, open, 3, 24, 24));
    for (int i = 0; i < 3; i++) {
        char name[] = {'c', (char)('0' + i), 0};
        struct stream_spec stream = {.name = name, .kind = STREAM_TIMES, .time = time + i, .times = 1};
        int c = network_stream(net, &stream);
        struct step_spec hold = step_named("hold", c, OP_HOLD), work = step_named("work", c, OP_DELAY);
        struct step_spec until = step_named("until", c, OP_HOLD), short_hold = step_named("at most", c, OP_HOLD);
        hold.hours = work.hours = hours;
        work.time = fixed(2);
        until.moment = 50.5;
        short_hold.moment = 1000;
        short_hold.has_time = true;
        short_hold.time = fixed(0.25);
        in_turn(net, c, network_step(net, &hold), network_step(net, &work), network_step(net, &until), network_step(net, &short_hold));
    }
    struct simulation *sim = compiled(net);
    const struct result *r = run(sim, 1, 0);
    static const double held[] = {0, 0, 12}, worked[] = {2, 18, 2}, done[] = {11, 33, 34};
    for (int i = 0; i < 3; i++) {
        assert_true(fabs(r->step[4 * i].work - held[i]) < 1e-9);
        assert_true(fabs(r->step[4 * i + 1].work - worked[i]) < 1e-9);
        assert_true(fabs(r->step[4 * i + 2].work - (50.5 - done[i])) < 1e-9);
        assert_true(fabs(r->stream[i].time.tally.sum - (50.75 - time[i])) < 1e-9);
    }
    simulation_destroy(sim);
    network_destroy(net);
}

/* ---- leads and stages ---- */

/* Papers begin 6 hours before the goods arrive and take Exp(4); the goods go to the yard for an hour when they arrive.
 * The clock starts at arrival: W = max(1, papers - 6), and the time belongs to the branch that ended last. */
static void papers_begin_before_the_goods_arrive(void **state)
{
    (void)state;
    const double window = 5e4 / SHORTER;
    struct network_plan plan = {.arrivals_from = 10, .window_from = 100, .window_to = 100 + window, .drain_until = 300 + 2 * window, .attributes = 1};
    struct network *net = network_create(&plan);
    static const double half[] = {0.5, 0.5};
    struct attribute_law law = {.levels = 2, .share = half};
    struct attribute_draw draw = {.attribute = 0, .name = "ahead", .by = -1, .rows = 1, .row = &law};
    struct condition ahead = attribute_is(0, 1);
    struct stream_spec spec = {.name = "c", .kind = STREAM_RENEWAL, .gap = expo(1), .draw = &draw, .draws = 1, .has_lead = true, .lead = fixed(6),
        .ahead = ahead, .stages = 3};
    int c = network_stream(net, &spec);
    /* 0 fork, 1 papers and 2 end, 3 arrival, 4 yard and 5 end; 6 papers for all others, 7 yard, 8 release. */
    struct target target[] = {{.step = 1, .share = 1, .part = PART_AHEAD}, {.step = 3, .share = 1, .part = PART_GOODS}};
    struct step_spec fork = step_named("fork", c, OP_FORK), papers = step_named("papers", c, OP_DELAY), arrival = step_named("arrival", c, OP_ARRIVAL);
    struct step_spec yard = step_named("yard", c, OP_DELAY), later = step_named("later", c, OP_DELAY), release = step_named("release", c, OP_DELAY);
    fork.target = target;
    fork.targets = 2;
    papers.time = expo(4);
    later.time = expo(4);
    yard.time = fixed(1);
    release.time = fixed(0.5);
    papers.stage = later.stage = 0;
    arrival.stage = yard.stage = 1;
    release.stage = 2;
    int f = network_step(net, &fork), p = network_step(net, &papers), pe = plain_step(net, "end", c, OP_BRANCH_END);
    int a = network_step(net, &arrival), y = network_step(net, &yard), ye = plain_step(net, "end", c, OP_BRANCH_END);
    int l = network_step(net, &later), out = network_step(net, &release);
    network_next(net, f, out, -1);
    network_next(net, p, pe, -1);
    network_next(net, a, y, -1);
    network_next(net, y, ye, -1);
    network_next(net, l, out, -1);
    network_next(net, out, -1, -1);
    network_stream_entry(net, c, l, f);
    network_split(net, c, "ahead", 0, 2);
    condition_clear(&ahead);
    int metric = network_metric(net, "stream.c.time.mean[ahead=1]"), other = network_metric(net, "stream.c.time.mean[ahead=0]");
    struct simulation *sim = compiled(net);
    const struct result *r = run(sim, 1, 0);
    const struct stream_result *s = &r->stream[0];
    /* E max(1, X - 6) = 1 + 4 exp(-7/4); papers hold up those with X > 7, for the time past arrival: exp(-7/4) (1 + 4). */
    const double late = exp(-1.75), n = (double)s->time.tally.count / 2;
    assert_true(fabs(network_metric_value(net, r, metric) - (1.5 + 4 * late)) < 0.05 * sqrt(SHORTER));
    assert_true(fabs(network_metric_value(net, r, other) - 4.5) < 0.12 * sqrt(SHORTER));
    assert_true(fabs(s->stage[1].time / n - (1 - late)) < 0.02 * sqrt(SHORTER));
    assert_true(fabs(s->stage[0].time / n - (4 + late * 5)) < 0.15 * sqrt(SHORTER));
    assert_true(fabs(s->stage[0].time + s->stage[1].time + s->stage[2].time - s->time.tally.sum) < 1e-6 * s->time.tally.sum);
    simulation_destroy(sim);
    network_destroy(net);
}

/* A step inside the clock without a stage loses time, and that is noticed at once. */
static void stages_that_do_not_sum_are_refused(void **state)
{
    (void)state;
    for (int broken = 0; broken < 2; broken++) {
        struct network *net = measured(1000);
        struct stream_spec spec = {.name = "c", .kind = STREAM_RENEWAL, .gap = expo(1), .stages = 1};
        int c = network_stream(net, &spec);
        struct step_spec one = step_named("one", c, OP_DELAY), two = step_named("two", c, OP_DELAY);
        one.time = two.time = expo(1);
        one.stage = 0;
        two.stage = broken ? -1 : 0;
        in_turn(net, c, network_step(net, &one), network_step(net, &two));
        struct simulation *sim = compiled(net);
        const struct result *result;
        assert_int_equal(simulation_run(sim, 1, 0, NULL, &result), broken ? STATUS_BROKEN : STATUS_OK);
        if (broken) assert_non_null(strstr(result->broken, "stages sum to"));
        simulation_destroy(sim);
        network_destroy(net);
    }
}

/* Time after the stop is outside the clock; a second stop changes nothing. */
static void the_clock_stops_once(void **state)
{
    (void)state;
    struct network *net = measured(1000);
    int c = poisson(net, "c", 1);
    int a = delay(net, "a", c, fixed(2)), stop = plain_step(net, "stop", c, OP_STOP), b = delay(net, "b", c, fixed(5));
    in_turn(net, c, a, stop, b, plain_step(net, "stop again", c, OP_STOP));
    assert_exact(net, {"stream.c.time.mean", 2}, {"stream.c.unfinished", 0});
}

/* The clock stops on the shorter of two branches; the longer one goes on outside it, and the stages still sum. */
static void the_clock_may_stop_on_a_branch(void **state)
{
    (void)state;
    struct network *net = measured(1e4);
    struct stream_spec spec = {.name = "c", .kind = STREAM_RENEWAL, .gap = expo(1), .stages = 2};
    int c = network_stream(net, &spec);
    struct target target[] = {{.step = 1, .share = 1}, {.step = 4, .share = 1}};
    struct step_spec fork = step_named("fork", c, OP_FORK), one = step_named("one", c, OP_DELAY), two = step_named("two", c, OP_DELAY);
    fork.target = target;
    fork.targets = 2;
    one.time = fixed(2);
    two.time = fixed(7);
    one.stage = 0;
    two.stage = 1;
    int f = network_step(net, &fork), a = network_step(net, &one), stop = plain_step(net, "stop", c, OP_STOP);
    int ae = plain_step(net, "end", c, OP_BRANCH_END), b = network_step(net, &two), be = plain_step(net, "end", c, OP_BRANCH_END);
    network_next(net, f, -1, -1);
    network_next(net, a, stop, -1);
    network_next(net, stop, ae, -1);
    network_next(net, b, be, -1);
    network_stream_entry(net, c, f, -1);
    assert_exact(net, {"stream.c.time.mean", 2});
}

/* ---- looks and hooks ---- */

/* An imperfect look: of the bad half, 0.8 raise the alarm (false: truth 0), of the good half 0.1 do. */
static void a_look_errs_at_its_rates(void **state)
{
    (void)state;
    static const double half[] = {0.5, 0.5};
    struct network *net = measured_with(1e5, 3);
    struct attribute_law law = {.levels = 2, .share = half};
    struct attribute_draw draw = {.attribute = 0, .name = "compliant", .by = -1, .rows = 1, .row = &law};
    struct stream_spec spec = {.name = "c", .kind = STREAM_RENEWAL, .gap = expo(1), .draw = &draw, .draws = 1};
    int c = network_stream(net, &spec);
    struct step_spec look = step_named("look", c, OP_TEST);
    look.truth = 0;
    look.attribute = 1;
    look.hit = 2;
    look.when_true = 0.1;
    look.when_false = 0.8;
    in_turn(net, c, network_step(net, &look));
    struct simulation *sim = compiled(net);
    const struct result *r = run(sim, 1, 0);
    double n = (double)r->step[0].met;
    assert_true(fabs((double)r->step[0].alarms / n - 0.45) < 4 * sqrt(0.45 * 0.55 / n));
    assert_true(fabs((double)r->step[0].hits / n - 0.4) < 4 * sqrt(0.4 * 0.6 / n));
    assert_int_equal(r->step[0].met, r->stream[0].arrived);
    simulation_destroy(sim);
    network_destroy(net);
}

/* A model that sends every third entity another way, by a counter in its state. */
static unsigned every_third(const void *config, void *state, const struct hook_entity *entity, struct draws *draws)
{
    (void)config;
    (void)entity;
    (void)draws;
    return ++*(uint64_t *)state % 3 == 0;
}

static void starts_at(const void *config, void *state)
{
    memcpy(state, config, sizeof(uint64_t));
}

static struct digest hooked(uint64_t first, double *share)
{
    struct network *net = measured(1e4);
    int c = poisson(net, "c", 1);
    struct target target[] = {{.step = 1, .share = 1}, {.step = 2, .share = 1}};
    struct step_spec ask = step_named("ask", c, OP_HOOK);
    ask.hook = every_third;
    ask.target = target;
    ask.targets = 2;
    network_state(net, sizeof(uint64_t), starts_at, &first);
    int a = network_step(net, &ask), b = delay(net, "b", c, fixed(1)), d = delay(net, "d", c, fixed(2));
    network_next(net, a, -1, -1);
    network_next(net, b, -1, -1);
    network_next(net, d, -1, -1);
    network_stream_entry(net, c, a, -1);
    struct simulation *sim = compiled(net);
    run(sim, 1, 0);
    const struct result *r = run(sim, 1, 0); /* the state begins anew */
    *share = (double)r->step[2].met / (double)r->step[0].met;
    struct digest digest = r->digest;
    simulation_destroy(sim);
    network_destroy(net);
    return digest;
}

static void a_hook_decides_and_its_state_enters_the_digest(void **state)
{
    (void)state;
    double share;
    struct digest zero = hooked(0, &share), again = hooked(0, &share), three = hooked(300, &share);
    assert_true(fabs(share - 1 / 3.0) < 1e-2);
    assert_true(zero.a == again.a && zero.b == again.b);
    assert_false(zero.a == three.a && zero.b == three.b);
}

static void a_route_that_takes_no_time_is_found_out(void **state)
{
    (void)state;
    struct network *net = measured(1000);
    int c = poisson(net, "c", 1), a = plain_step(net, "round", c, OP_PASS);
    network_next(net, a, a, -1);
    network_back(net, a);
    network_stream_entry(net, c, a, -1);
    struct simulation *sim = compiled(net);
    const struct result *result;
    assert_int_equal(simulation_run(sim, 1, 0, NULL, &result), STATUS_STUCK);
    assert_string_equal(result->broken, "c: an entity goes round for ever in no time, at step round");
    simulation_destroy(sim);
    network_destroy(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(feedback_between_two_stations_is_a_jackson_network),
        cmocka_unit_test(returns_to_the_first_desk_add_visits),
        cmocka_unit_test(every_visit_draws_anew),
        cmocka_unit_test(a_tandem_of_stations_is_that_of_burke),
        cmocka_unit_test(a_closed_network_is_that_of_gordon_and_newell),
        cmocka_unit_test(lanes_by_share_and_lanes_by_attribute_are_the_same_queues),
        cmocka_unit_test(a_fork_of_all_any_or_some_ends_with_their_order_statistics),
        cmocka_unit_test(a_fork_join_of_two_queues_is_that_of_flatto_and_hahn),
        cmocka_unit_test(a_desk_held_over_a_fork_serves_the_maximum),
        cmocka_unit_test(batches_wait_until_they_are_full_or_their_time_has_come),
        cmocka_unit_test(a_batch_that_goes_as_one_draws_once),
        cmocka_unit_test(who_has_waited_too_long_takes_the_escalation_route),
        cmocka_unit_test(a_query_stops_the_second_clock_and_comes_back_to_the_same_queue),
        cmocka_unit_test(holds_and_delays_keep_to_opening_hours),
        cmocka_unit_test(papers_begin_before_the_goods_arrive),
        cmocka_unit_test(stages_that_do_not_sum_are_refused),
        cmocka_unit_test(the_clock_stops_once),
        cmocka_unit_test(the_clock_may_stop_on_a_branch),
        cmocka_unit_test(a_look_errs_at_its_rates),
        cmocka_unit_test(a_hook_decides_and_its_state_enters_the_digest),
        cmocka_unit_test(a_route_that_takes_no_time_is_found_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
