/* test_checks.c - the checks of a replication can fail: a hook spoils one number inside a run, and the result is
 * refused with the law that it breaks. In a debug build the same hook is found out after the very event. */
#include "engine/core/sim.h"
#include "tests/support/net.h"

enum spoiled { NOTHING, BORN, ARRIVED, SOJOURN, AREA, MOST_BUSY, BELOW_ZERO, BUSY, SPOILED };

static struct spoiling {
    struct simulation *sim;
    enum spoiled what;
    unsigned calls;
} spoiling;

/* Once, in the middle of the run. */
static unsigned spoil(const void *config, void *state, const struct hook_entity *entity, struct draws *draws)
{
    (void)config, (void)state, (void)entity, (void)draws;
    if (++spoiling.calls != 50) return 0;
    struct simulation *sim = spoiling.sim;
    struct station *st = &sim->station[0];
    switch (spoiling.what) {
    case BORN: sim->result.stream[0].born++; break;
    case ARRIVED: sim->result.stream[0].arrived++; break;
    case SOJOURN: st->whole_sojourn += 1; break;
    case AREA: st->number_area += 1; break;
    case MOST_BUSY: st->most_busy = st->servers + 1; break;
    case BELOW_ZERO: st->queue_area = -1e9; break;
    case BUSY: st->blocked_in += 5; break;
    default: break;
    }
    return 0;
}

/* A service at a station whose servers are told apart, behind the hook. */
static enum status spoiled(enum spoiled what, char broken[sizeof((struct result *)0)->broken], uint64_t *checks)
{
    struct network_plan plan = {.window_from = 10, .window_to = 200, .drain_until = 400};
    struct network *net = network_create(&plan);
    struct station_spec desk = station_named("desk", 2);
    desk.breaks_down = true;
    desk.up = fixed(1e6);
    desk.down = fixed(1);
    int s = network_station(net, &desk), c = poisson(net, "c", 1);
    struct step_spec ask = step_named("ask", c, OP_HOOK);
    struct target target[] = {{.step = 1, .share = 1}};
    ask.hook = spoil;
    ask.target = target;
    ask.targets = 1;
    int a = network_step(net, &ask), b = service(net, "service", c, s, expo(1));
    network_next(net, a, -1, -1);
    network_next(net, b, -1, -1);
    network_stream_entry(net, c, a, -1);
    struct simulation *sim = compiled(net);
    const struct result *result;
    spoiling = (struct spoiling){.sim = sim, .what = what};
    enum status status = simulation_run(sim, 1, 0, NULL, &result);
    assert_true(spoiling.calls > 100);
    snprintf(broken, sizeof result->broken, "%s", result->broken);
    *checks = result->checks;
    simulation_destroy(sim);
    network_destroy(net);
    return status;
}

static void a_whole_run_breaks_nothing(void **state)
{
    char broken[sizeof((struct result *)0)->broken];
    uint64_t checks;
    (void)state;
    assert_int_equal(spoiled(NOTHING, broken, &checks), STATUS_OK);
    assert_string_equal(broken, "");
#ifdef GREENLANE_DEBUG
    assert_true(checks > 400 * 4); /* 200 arrivals and 200 departures, the clock and three facts of a station each */
#else
    assert_int_equal(checks, 0);
#endif
}

static void a_result_that_breaks_a_law_is_refused_in_every_build(void **state)
{
    static const char *const law[SPOILED] = {[BORN] = "flow: ",
        [ARRIVED] = "flow of c: ",
        [SOJOURN] = "Little's law at desk",
        [AREA] = "Little's law at desk",
        [MOST_BUSY] = "desk: more servers busy than there are"};
    (void)state;
    for (enum spoiled what = BORN; what <= MOST_BUSY; what++) {
        char broken[sizeof((struct result *)0)->broken];
        uint64_t checks;
        assert_int_equal(spoiled(what, broken, &checks), STATUS_BROKEN);
        if (!strstr(broken, law[what])) fail_msg("%d: %s", (int)what, broken);
    }
}

static void a_debug_build_finds_a_fault_after_its_event(void **state)
{
#ifdef GREENLANE_DEBUG
    static const char *const fact[SPOILED] = {[BELOW_ZERO] = "desk: an area of the past that shrank at ",
        [BUSY] = "desk: more servers busy than there are at ",
    };
    (void)state;
    for (enum spoiled what = BELOW_ZERO; what <= BUSY; what++) {
        char broken[sizeof((struct result *)0)->broken];
        uint64_t checks;
        assert_int_equal(spoiled(what, broken, &checks), STATUS_BROKEN);
        if (!strstr(broken, fact[what])) fail_msg("%d: %s", (int)what, broken);
    }
#else
    (void)state;
    skip();
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_run_breaks_nothing),
        cmocka_unit_test(a_result_that_breaks_a_law_is_refused_in_every_build),
        cmocka_unit_test(a_debug_build_finds_a_fault_after_its_event),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
