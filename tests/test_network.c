/* test_network.c - the builder: what it refuses, with its words, and what it takes. */
#include "engine/core/compiled.h"
#include "engine/core/random.h"
#include "tests/support/net.h"

static struct network *plain(void)
{
    struct network_plan plan = {.arrivals_from = 1, .window_from = 1, .window_to = 10, .drain_until = 20, .attributes = 2};
    struct network *net = network_create(&plan);
    assert_non_null(net);
    return net;
}

/* The network must not compile, with this status and these words in the reason. */
static void refused(struct network *net, enum status status, const char *words)
{
    char why[160];
    enum status found = network_compile(net, why);
    if (found != status || strstr(why, words) == NULL) fail_msg("'%s' (%s) instead of '%s'", why, status_words(found), words);
    network_destroy(net);
}

static void times_of_the_plan_must_be_in_order(void **state)
{
    (void)state;
    static const struct network_plan wrong[] = {{.window_from = 5, .window_to = 5, .drain_until = 9}, {.window_to = 10, .drain_until = 9},
        {.arrivals_from = 2, .window_from = 1, .window_to = 5, .drain_until = 9}, {.arrivals_from = -1, .window_to = 5, .drain_until = 9},
        {.window_to = INFINITY, .drain_until = INFINITY}, {.window_to = NAN, .drain_until = 9}, {.window_to = 5, .drain_until = 9, .tick = -1}, {.window_to = 0}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct network *net = network_create(&wrong[i]);
        assert_non_null(net);
        refused(net, STATUS_BAD_TIME, "not in order");
    }
    struct network_plan fine = {.window_to = 1e6, .drain_until = 1e6, .tick = 1e-9};
    refused(network_create(&fine), STATUS_LIMIT, "ticks");
}

static void names_are_unique_within_their_kind(void **state)
{
    (void)state;
    struct network *net = plain();
    assert_int_equal(servers(net, "x", 1), 0);
    assert_int_equal(servers(net, "x", 1), -1);
    refused(net, STATUS_DUPLICATE, "two stations are called x");
    net = plain();
    assert_int_equal(poisson(net, "x", 1), 0);
    assert_int_equal(poisson(net, "x", 1), -1);
    refused(net, STATUS_DUPLICATE, "two streams are called x");
    net = plain();
    assert_int_equal(network_outcome(net, "lost"), 0);
    assert_int_equal(network_outcome(net, "found"), 1);
    assert_int_equal(network_outcome(net, "lost"), 0);
    network_destroy(net);
}

static void steps_that_draw_have_names_of_their_own(void **state)
{
    (void)state;
    struct network *net = plain();
    int c = poisson(net, "c", 1), d = poisson(net, "d", 1);
    delay(net, "a", c, expo(1));
    delay(net, "a", d, expo(1)); /* another stream: another place */
    delay(net, "b", c, fixed(1));
    delay(net, "b", c, fixed(1)); /* draws nothing */
    assert_int_equal(network_compile(net, NULL), STATUS_OK);
    network_destroy(net);
    net = plain();
    c = poisson(net, "c", 1);
    delay(net, "a", c, expo(1));
    delay(net, "a", c, expo(1));
    refused(net, STATUS_DUPLICATE, "c/a and c/a would share their random numbers");
    net = plain(); /* a branch by chance, and a step of its name */
    c = poisson(net, "c", 1);
    struct target target = {.step = 1, .share = 0.5, .name = "a"};
    struct step_spec fork = step_named("fork", c, OP_FORK);
    fork.target = &target;
    fork.targets = 1;
    network_step(net, &fork);
    delay(net, "a", c, expo(1));
    refused(net, STATUS_DUPLICATE, "would share");
}

/* Two names of one hash: found by a birthday search over 40 bits, "c/s<i>" and "c/s<j>". */
static void names_of_one_hash_are_refused(void **state)
{
    (void)state;
    enum { MANY = 1 << 21, SLOTS = 1 << 23 };
    uint64_t *seen = calloc(SLOTS, sizeof *seen);
    char name[2][32] = {"", ""};
    for (uint64_t i = 1; i < MANY && name[1][0] == 0; i++) {
        char candidate[32];
        snprintf(candidate, sizeof candidate, "s%llu", (unsigned long long)i);
        uint64_t place = random_place("c", candidate);
        size_t slot = place * 0x9E3779B97F4A7C15ULL >> 41;
        for (; seen[slot]; slot = (slot + 1) % SLOTS)
            if (seen[slot] >> 24 == place) {
                snprintf(name[0], sizeof name[0], "s%llu", (unsigned long long)(seen[slot] & 0xFFFFFF));
                snprintf(name[1], sizeof name[1], "%s", candidate);
                break;
            }
        seen[slot] = place << 24 | i;
    }
    free(seen);
    assert_true(name[1][0]); /* 2^21 of 2^40: two meet with probability 0.86; these do */
    struct network *net = plain();
    int c = poisson(net, "c", 1);
    delay(net, name[0], c, expo(1));
    delay(net, name[1], c, expo(1));
    refused(net, STATUS_DUPLICATE, "rename one");
}

/* ---- stations ---- */

static void stations_that_cannot_work_are_refused(void **state)
{
    (void)state;
    struct station_spec base = station_named("s", 1);
    struct condition all = {0};
    struct station_pool empty = {0, all}, one = {1, all};
    struct { struct station_spec spec; const char *words; enum status status; } wrong[16];
    size_t n = 0;
#define WRONG(what, why)                                                                                                                             \
    do {                                                                                                                                             \
        struct station_spec s = base;                                                                                                                \
        what;                                                                                                                                        \
        wrong[n].spec = s;                                                                                                                           \
        wrong[n].status = STATUS_BAD_VALUE;                                                                                                          \
        wrong[n++].words = why;                                                                                                                      \
    } while (0)
    WRONG(s.servers = 0, "no servers");
    WRONG(s.servers = -1, "no servers");
    WRONG((s.pool = &empty, s.pools = 1), "a pool has no servers");
    WRONG((s.batch_least = 3, s.batch_most = 2), "least batch is larger");
    WRONG((s.batch_least = s.batch_most = 3, s.room = 2), "room holds fewer");
    WRONG((s.begin_at = 3, s.room = 2), "room holds fewer");
    WRONG(s.preemption = PREEMPT_RESUME, "only priority and lcfs");
    WRONG((s.preemption = PREEMPT_RESUME, s.discipline = QUEUE_PRIORITY, s.batch_most = 2), "a batch cannot");
    WRONG((s.pool = &one, s.pools = 1, s.discipline = QUEUE_SIRO), "pools serve");
    WRONG((s.discipline = QUEUE_SHARING, s.begin_at = 2), "shared servers");
    WRONG((s.servers = STATION_UNLIMITED, s.vacates = true, s.vacation = expo(1)), "unlimited servers");
    WRONG((s.vacates = true, s.vacation = fixed(0)), "vacations take no time");
    WRONG((s.breaks_down = true, s.up = fixed(0), s.down = fixed(0)), "breakdowns take no time");
#undef WRONG
    for (size_t i = 0; i < n; i++) {
        struct network *net = plain();
        assert_int_equal(network_station(net, &wrong[i].spec), -1);
        refused(net, wrong[i].status, wrong[i].words);
    }
    base.servers = 1000001;
    base.breaks_down = true;
    base.up = base.down = fixed(1);
    struct network *net = plain();
    assert_int_equal(network_station(net, &base), -1);
    refused(net, STATUS_LIMIT, "at most 1,000,000");
}

/* ---- streams ---- */

static void streams_that_make_no_sense_are_refused(void **state)
{
    (void)state;
    static const double backwards[] = {3, 2}, negative[] = {-1, 2}, nan_time[] = {1, NAN}, long_time[] = {0, 30};
    static const unsigned attribute_9[] = {9};
    static const double row[] = {1, 2};
    struct attribute_law law = {.levels = 0, .variate = fixed(1)};
    struct attribute_draw far = {.attribute = 9, .name = "far", .by = -1, .rows = 1, .row = &law};
    struct attribute_draw lawless = {.attribute = 0, .name = "lawless", .by = -1};
    struct { struct stream_spec spec; enum status status; const char *words; } wrong[] = {
        {{.kind = STREAM_RENEWAL, .gap = fixed(0)}, STATUS_BAD_VALUE, "no time passes"},
        {{.kind = STREAM_RATE}, STATUS_BAD_VALUE, "its rate is missing"},
        {{.kind = STREAM_SINUSOID, .sinusoid = {.mean = 1, .amplitude = 1.5, .period = 24}}, STATUS_BAD_VALUE, "a sinusoid needs"},
        {{.kind = STREAM_SINUSOID}, STATUS_BAD_VALUE, "a sinusoid needs"},
        {{.kind = STREAM_RENEWAL, .gap = expo(1), .day_to_day = -1}, STATUS_BAD_VALUE, "day-to-day"},
        {{.kind = STREAM_RENEWAL, .gap = expo(1), .stages = 65}, STATUS_LIMIT, "64 stages"},
        {{.kind = STREAM_TIMES, .time = backwards, .times = 2}, STATUS_BAD_TIME, "time 2 of its timetable"},
        {{.kind = STREAM_TIMES, .time = negative, .times = 2}, STATUS_BAD_TIME, "time 1 of its timetable"},
        {{.kind = STREAM_TIMES, .time = nan_time, .times = 2}, STATUS_BAD_TIME, "time 2 of its timetable"},
        {{.kind = STREAM_TIMES, .time = long_time, .times = 2, .repeat = 24}, STATUS_BAD_TIME, "longer than the time"},
        {{.kind = STREAM_TIMES, .time = long_time, .times = 2, .given = row, .given_attribute = attribute_9, .givens = 1}, STATUS_BAD_VALUE, "given an attribute"},
        {{.kind = STREAM_RENEWAL, .gap = expo(1), .draw = &far, .draws = 1}, STATUS_BAD_VALUE, "not in the plan"},
        {{.kind = STREAM_RENEWAL, .gap = expo(1), .draw = &lawless, .draws = 1}, STATUS_BAD_VALUE, "without a law"},
        {{.kind = STREAM_RENEWAL, .gap = expo(1), .has_lead = true, .lead = fixed(2)}, STATUS_BAD_TIME, "before the clock's origin"},
        {{.kind = STREAM_RENEWAL, .gap = expo(1), .has_lead = true, .lead = expo(0.1)}, STATUS_BAD_TIME, "before the clock's origin"},
        {{.kind = STREAM_POPULATION, .population = 1, .think = expo(1), .has_lead = true, .lead = fixed(0.5)}, STATUS_BAD_VALUE, "no lead"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct network *net = plain();
        wrong[i].spec.name = "c";
        assert_int_equal(network_stream(net, &wrong[i].spec), -1);
        refused(net, wrong[i].status, wrong[i].words);
    }
}

/* ---- steps ---- */

static struct network *with_step(struct step_spec spec, int stream_shift)
{
    struct network *net = plain();
    servers(net, "s", 1);
    struct station_spec shared = station_named("shared", 1);
    shared.discipline = QUEUE_SHARING;
    network_station(net, &shared);
    struct stream_spec stream = {.name = "c", .kind = STREAM_RENEWAL, .gap = expo(1), .stages = 2};
    spec.stream = network_stream(net, &stream) + stream_shift;
    spec.name = "a";
    assert_int_equal(network_step(net, &spec), -1);
    return net;
}

static void steps_that_refer_to_nothing_are_refused(void **state)
{
    (void)state;
    struct step_spec base = service_named("a", 0, 0, expo(1)), s;
    refused(with_step(base, 1), STATUS_BAD_VALUE, "its stream");
    refused(with_step(base, -1), STATUS_BAD_VALUE, "its stream");
    s = base, s.station = 2;
    refused(with_step(s, 0), STATUS_BAD_VALUE, "its station");
    s = base, s.station = -1;
    refused(with_step(s, 0), STATUS_BAD_VALUE, "its station");
    s = base, s.stage = 2;
    refused(with_step(s, 0), STATUS_BAD_VALUE, "its stage");
    s = base, s.stage = 64;
    refused(with_step(s, 0), STATUS_BAD_VALUE, "its stage");
    s = base, s.guard.share = -0.1;
    refused(with_step(s, 0), STATUS_BAD_VALUE, "its share");
    s = base, s.guard.share = NAN;
    refused(with_step(s, 0), STATUS_BAD_VALUE, "its share");
    s = base, s.priority_otherwise = 64;
    refused(with_step(s, 0), STATUS_LIMIT, "priorities go from 0 to 63");
    s = base, s.priority_otherwise = -1;
    refused(with_step(s, 0), STATUS_LIMIT, "priorities go from 0 to 63");
    static const double join[] = {1, 1.5};
    s = base, s.join = join, s.joins = 2;
    refused(with_step(s, 0), STATUS_BAD_VALUE, "probability to join");
    static const int falling[] = {1, 0}, missing[] = {7}, shared[] = {1};
    s = base, s.also = falling, s.alsos = 2;
    refused(with_step(s, 0), STATUS_BAD_VALUE, "shared server");
    s = base, s.also = missing, s.alsos = 1;
    refused(with_step(s, 0), STATUS_BAD_VALUE, "not in rising order");
    s = base, s.also = shared, s.alsos = 1;
    refused(with_step(s, 0), STATUS_BAD_VALUE, "shared server");
    s = base, s.op = OP_SEIZE, s.station = 1;
    refused(with_step(s, 0), STATUS_BAD_VALUE, "shared server");
    s = step_named("a", 0, OP_HOOK);
    refused(with_step(s, 0), STATUS_BAD_VALUE, "its hook");
    s = step_named("a", 0, OP_TEST), s.truth = 2;
    refused(with_step(s, 0), STATUS_BAD_VALUE, "it tests an attribute");
}

static void shares_and_branches_that_do_not_add_up_are_refused(void **state)
{
    (void)state;
    struct target third[] = {{.step = -1, .share = 0.4}, {.step = -1, .share = 0.4}, {.step = -1, .share = 0.4}};
    struct step_spec s = step_named("a", 0, OP_CHOOSE);
    s.target = third, s.targets = 3;
    refused(with_step(s, 0), STATUS_BAD_VALUE, "shares sum to more than 1");
    third[0].share = -0.4;
    refused(with_step(s, 0), STATUS_BAD_VALUE, "a share is negative");
    third[0].share = 0.4;
    s.op = OP_FORK;
    refused(with_step(s, 0), STATUS_BAD_VALUE, "needs a name");
    for (int i = 0; i < 3; i++) third[i].share = 1;
    s.rule = FORK_COUNT, s.count = 4;
    refused(with_step(s, 0), STATUS_BAD_VALUE, "more branches than there are");
    s.count = 0;
    refused(with_step(s, 0), STATUS_BAD_VALUE, "more branches than there are");
}

static void routes_lead_forward_within_their_stream(void **state)
{
    (void)state;
    for (int fault = 0; fault < 6; fault++) {
        static const char *const words[] = {"leads back to step a", "leads to a step that is not there", "of another stream", "not its own",
            "nowhere to enter ahead", "steps that have none"};
        struct network *net = plain();
        int c = poisson(net, "c", 1), d = poisson(net, "d", 1), a = delay(net, "a", c, expo(1)), b = delay(net, "b", c, expo(1));
        int e = delay(net, "e", d, expo(1));
        network_stream_entry(net, c, a, -1);
        network_stream_entry(net, d, e, -1);
        network_next(net, a, b, -1);
        if (fault == 0) network_next(net, b, a, -1);
        if (fault == 1) network_next(net, b, 99, -1);
        if (fault == 2) network_next(net, b, e, -1);
        if (fault == 3) network_stream_entry(net, d, a, -1);
        if (fault == 4) {
            struct stream_spec lead = {.name = "lead", .kind = STREAM_RENEWAL, .gap = expo(1), .has_lead = true, .lead = fixed(1)};
            network_stream(net, &lead);
        }
        struct target target = {.step = b, .share = 1};
        struct step_spec shortest = step_named("shortest", c, OP_SHORTEST);
        target.back = true;
        shortest.target = &target;
        shortest.targets = 1;
        if (fault == 5) network_step(net, &shortest);
        refused(net, STATUS_BAD_VALUE, words[fault]);
    }
}

static void the_first_fault_is_the_one_that_is_told(void **state)
{
    (void)state;
    struct network *net = plain();
    servers(net, "none", 0);
    servers(net, "fine", 1);
    servers(net, "fine", 1);
    network_next(net, 5, 6, 7);
    network_attribute_default(net, 9, 1);
    refused(net, STATUS_BAD_VALUE, "station none: it has no servers");
}

static void what_refers_to_nothing_is_remembered(void **state)
{
    (void)state;
    struct network *net = plain();
    network_next(net, 0, -1, -1);
    refused(net, STATUS_BAD_VALUE, "a step that is not there");
    net = plain();
    network_attribute_default(net, 2, 1);
    refused(net, STATUS_BAD_VALUE, "attribute 2");
    net = plain();
    network_stream_entry(net, 0, 0, 0);
    refused(net, STATUS_BAD_VALUE, "an entry");
    net = plain();
    assert_int_equal(network_split(net, 0, "x", 0, 2), -1);
    refused(net, STATUS_BAD_VALUE, "split x");
    net = plain();
    assert_int_equal(network_station_split(net, 0, "x", -1, 2), -1);
    refused(net, STATUS_BAD_VALUE, "split x");
}

/* ---- limits ---- */

static void more_than_the_limits_is_refused(void **state)
{
    (void)state;
    struct network *net = plain();
    char name[32];
    for (int i = 0; i < 4095; i++) {
        snprintf(name, sizeof name, "c%d", i);
        assert_int_equal(poisson(net, name, 1), i);
    }
    assert_int_equal(poisson(net, "one more", 1), -1);
    refused(net, STATUS_LIMIT, "4,095 streams");
    net = plain();
    int c = poisson(net, "c", 1);
    for (int i = 0; i < 65535; i++) assert_int_equal(plain_step(net, "x", c, OP_PASS), i);
    assert_int_equal(plain_step(net, "x", c, OP_PASS), -1);
    refused(net, STATUS_LIMIT, "65,535 steps");
    net = plain();
    c = poisson(net, "c", 1);
    for (int i = 0; i < 63; i++) assert_int_equal(network_split(net, c, "x", 0, 2), i);
    assert_int_equal(network_split(net, c, "x", 0, 2), -1);
    refused(net, STATUS_LIMIT, "63 splits");
}

static void the_network_keeps_copies(void **state)
{
    (void)state;
    struct network *net = plain();
    char name[] = "c", step[] = "a";
    struct condition odd = attribute_is(0, 1);
    int c = poisson(net, name, 1);
    struct step_spec spec = step_named(step, c, OP_DELAY);
    spec.time = expo(1);
    spec.guard.when = odd;
    in_turn(net, c, network_step(net, &spec));
    name[0] = step[0] = 'x';
    condition_clear(&odd);
    assert_int_equal(network_compile(net, NULL), STATUS_OK);
    assert_string_equal(network_stream_name(net, 0), "c");
    assert_string_equal(network_step_name(net, 0), "a");
    assert_int_equal(net->spec[0].guard.when.count, 3);
    network_destroy(net);
    network_destroy(NULL);
    simulation_destroy(NULL);
}

static void only_a_compiled_network_is_simulated(void **state)
{
    (void)state;
    struct network *net = plain();
    assert_null(simulation_create(net, NULL));
    network_destroy(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_of_the_plan_must_be_in_order),
        cmocka_unit_test(names_are_unique_within_their_kind),
        cmocka_unit_test(steps_that_draw_have_names_of_their_own),
        cmocka_unit_test(names_of_one_hash_are_refused),
        cmocka_unit_test(stations_that_cannot_work_are_refused),
        cmocka_unit_test(streams_that_make_no_sense_are_refused),
        cmocka_unit_test(steps_that_refer_to_nothing_are_refused),
        cmocka_unit_test(shares_and_branches_that_do_not_add_up_are_refused),
        cmocka_unit_test(routes_lead_forward_within_their_stream),
        cmocka_unit_test(the_first_fault_is_the_one_that_is_told),
        cmocka_unit_test(what_refers_to_nothing_is_remembered),
        cmocka_unit_test(more_than_the_limits_is_refused),
        cmocka_unit_test(the_network_keeps_copies),
        cmocka_unit_test(only_a_compiled_network_is_simulated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
