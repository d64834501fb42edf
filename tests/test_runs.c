/* test_runs.c - runs of delays: what they save in events, and that they go no further than nobody else can see. */
#include "tests/support/net.h"

struct told {
    struct digest digest;
    uint64_t events, entities, met[16]; /* by step */
};

static struct told tell(const struct network *net, bool step_by_step)
{
    struct told told = {0};
    struct simulation *sim = simulation_create(net, &(struct simulation_options){.step_by_step = step_by_step});
    const struct result *r = run(sim, 1, 0);
    told.digest = r->digest;
    told.events = r->events;
    told.entities = r->entities;
    for (size_t i = 0; i < r->steps && i < 16; i++) told.met[i] = r->step[i].met;
    simulation_destroy(sim);
    return told;
}

/* Whether runs give the same, to the bit, as an event for each delay; `saved`: by how many events an entity fewer. */
static bool run_like_steps(struct network *net, double *saved)
{
    char why[160];
    assert_int_equal(network_compile(net, why), STATUS_OK);
    struct told runs = tell(net, false), steps = tell(net, true);
    *saved = (double)(steps.events - runs.events) / (double)steps.entities;
    return runs.digest.a == steps.digest.a && runs.digest.b == steps.digest.b;
}

/* A fork whose left branch takes two delays with `second` between them, and whose right one takes one delay, asks its
 * guard `when` at a second, and goes on to a third. */
static struct network *forked(struct step_spec second, struct condition when)
{
    struct network *net = measured_with(2000, 3);
    struct stream_spec stream = {.name = "c", .kind = STREAM_RENEWAL, .gap = expo(1), .stages = 3};
    int c = network_stream(net, &stream);
    struct target target[] = {{.step = 1, .share = 1, .name = "left"}, {.step = 5, .share = 1, .name = "right"}};
    struct step_spec fork = step_named("fork", c, OP_FORK);
    fork.stage = 0;
    fork.target = target;
    fork.targets = 2;
    network_step(net, &fork);
    struct step_spec left = step_named("left", c, OP_DELAY), right = step_named("right", c, OP_DELAY);
    left.stage = 1;
    left.time = expo(1);
    network_step(net, &left);
    second.name = "second";
    second.stage = 1;
    network_step(net, &second);
    left.name = "left_again";
    left.time = expo(1);
    network_step(net, &left);
    plain_step(net, "left_end", c, OP_BRANCH_END);
    right.stage = 2;
    right.time = expo(1);
    network_step(net, &right);
    right.name = "right_maybe";
    right.time = expo(1);
    right.guard.when = when;
    network_step(net, &right);
    right.name = "right_again";
    right.time = expo(1);
    right.guard.when = (struct condition){0};
    network_step(net, &right);
    plain_step(net, "right_end", c, OP_BRANCH_END);
    plain_step(net, "stop", c, OP_STOP);
    const int next[] = {9, 2, 3, 4, -1, 6, 7, 8, -1, -1};
    for (int i = 0; i < 10; i++) network_next(net, i, next[i], next[i]);
    network_stream_entry(net, c, 0, -1);
    return net;
}

static struct step_spec look_at_truth(void)
{
    struct step_spec look = step_named("look", 0, OP_TEST);
    look.attribute = look.hit = 1;
    look.when_true = look.when_false = 0.5;
    return look;
}

static void delays_on_branches_of_their_own_take_one_event(void **state)
{
    (void)state;
    double saved;
    struct condition other = attribute_is(2, 0);
    struct network *net = forked(step_named("pass", 0, OP_PASS), (struct condition){0});
    assert_true(run_like_steps(net, &saved));
    assert_true(saved > 2.9 && saved < 3.1); /* two of five delays are left */
    network_destroy(net);
    net = forked(look_at_truth(), (struct condition){0}); /* what nobody reads may be written */
    assert_true(run_like_steps(net, &saved) && saved > 2.9);
    network_destroy(net);
    net = forked(step_named("pass", 0, OP_PASS), other); /* what nobody writes may be read */
    assert_true(run_like_steps(net, &saved) && saved > 2.9);
    network_destroy(net);
    condition_clear(&other);
}

static void a_branch_that_asks_what_another_writes_waits_for_the_time(void **state)
{
    (void)state;
    double saved;
    struct condition written = attribute_is(1, 1), met = {0};
    condition_add(&met, CONDITION_PUSH_MET, 1, 0);
    struct network *net = forked(look_at_truth(), written);
    assert_true(run_like_steps(net, &saved));
    assert_true(saved < 0.1); /* neither branch may run ahead */
    network_destroy(net);
    net = forked(step_named("pass", 0, OP_PASS), met); /* whether the other has done its stage */
    assert_true(run_like_steps(net, &saved) && saved < 0.1);
    network_destroy(net);
    net = forked(step_named("stop", 0, OP_STOP), (struct condition){0}); /* the clock stops between the delays of the other */
    assert_true(run_like_steps(net, &saved) && saved < 0.1);
    network_destroy(net);
    condition_clear(&written);
    condition_clear(&met);
}

static unsigned writes(const void *config, void *state, const struct hook_entity *entity, struct draws *draws)
{
    (void)config;
    *(uint64_t *)state += entity->counts;
    entity->attribute[1] = draws_unit(draws) < 0.5 && entity->now > 1;
    return 0;
}

static struct network *hooked(bool own)
{
    struct network *net = measured_with(2000, 2);
    int c = poisson(net, "c", 1), before = delay(net, "before", c, expo(1));
    struct step_spec ask = step_named("ask", c, OP_HOOK), after = step_named("after", c, OP_DELAY);
    ask.hook = writes;
    ask.hook_own = own;
    after.time = expo(1);
    after.guard.when = attribute_is(1, 1);
    network_state(net, sizeof(uint64_t), NULL, NULL);
    const int step[] = {before, network_step(net, &ask), network_step(net, &after)};
    in_line(net, c, step, 3);
    condition_clear(&after.guard.when);
    return net;
}

static void a_hook_of_the_entitys_own_is_asked_ahead_and_another_is_not(void **state)
{
    (void)state;
    double saved;
    struct network *net = hooked(true);
    assert_true(run_like_steps(net, &saved));
    assert_true(saved > 0.3); /* half of them have a second delay */
    network_destroy(net);
    net = hooked(false);
    assert_true(run_like_steps(net, &saved) && saved == 0);
    network_destroy(net);
}

static void a_guard_beyond_the_end_of_a_run_is_asked(void **state)
{
    (void)state;
    enum { LABELS = 1000 }; /* as many as a run passes by */
    struct network *net = measured_with(100, 1);
    int c = poisson(net, "c", 1), before = delay(net, "before", c, expo(1));
    struct step_spec never = step_named("never", c, OP_DELAY);
    never.time = expo(1);
    never.guard.when = attribute_is(0, 1);
    int guarded = network_step(net, &never), first = guarded + 1;
    for (int i = 0; i < LABELS; i++) plain_step(net, "label", c, OP_MARK);
    network_next(net, before, first, first);
    for (int i = 0; i < LABELS; i++) network_next(net, first + i, i + 1 < LABELS ? first + i + 1 : guarded, -1);
    network_back(net, first + LABELS - 1);
    network_next(net, guarded, -1, -1);
    network_stream_entry(net, c, before, -1);
    double saved;
    assert_true(run_like_steps(net, &saved));
    struct told told = tell(net, false);
    assert_true(told.met[before] > 0);
    assert_int_equal(told.met[guarded], 0);
    network_destroy(net);
    condition_clear(&never.guard.when);
}

static void who_leaves_after_the_stop_is_counted_when_it_goes(void **state)
{
    (void)state;
    double saved;
    struct network_plan plan = {.arrivals_from = 0, .window_from = 10, .window_to = 500, .drain_until = 700, .tick = 1};
    struct network *net = network_create(&plan);
    int c = poisson(net, "c", 1), before = delay(net, "before", c, expo(1)), stop = plain_step(net, "stop", c, OP_STOP),
        after = delay(net, "after", c, expo(30));
    const int step[] = {before, stop, after};
    in_line(net, c, step, 3);
    assert_true(run_like_steps(net, &saved));
    struct simulation *sim = compiled(net);
    const struct result *r = run(sim, 1, 0);
    double inside = 0;
    for (size_t t = 200; t < 500; t++) inside += r->inside_series[t] / 300;
    assert_true(fabs(inside - 31) < 8); /* M/G/infinity: 31 are inside, not 1 */
    simulation_destroy(sim);
    network_destroy(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(delays_on_branches_of_their_own_take_one_event),
        cmocka_unit_test(a_branch_that_asks_what_another_writes_waits_for_the_time),
        cmocka_unit_test(a_hook_of_the_entitys_own_is_asked_ahead_and_another_is_not),
        cmocka_unit_test(a_guard_beyond_the_end_of_a_run_is_asked),
        cmocka_unit_test(who_leaves_after_the_stop_is_counted_when_it_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
