/* test_starts.c - a policy that starts inside the run: who was born before keeps the old way, who comes after has the
 * new one, and nobody's luck moves.
 *
 * Ten days, the policy from the fifth midnight on (120 h), one arrival a day unless said: so the mean is that of the
 * old and of the new day.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "tests/model_run.h"

#define HEAD "format: 1\nname: t\nrun: {measure: 240 h, warm_up: 0 h, seed: 1, replications: 1}\n"
#define DAILY(times) "streams: {s: {direction: import, process: p, arrivals: {timetable: [" times "], repeat: 24 h}}}\n"
#define LATER(acts) "policies: {later: {starts: 120 h, " acts "}}\n"
#define DESK "resources: {desk: {servers: 1}}\n"

static struct scenario *read_with(
    const char *text, const char *const *policy, size_t policies, struct diagnostics *errors)
{
    char path[] = "/tmp/greenlane-test-XXXXXX.yaml";
    int file = mkstemps(path, 5);
    FILE *out = file >= 0 ? fdopen(file, "w") : NULL;
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
    struct scenario_request request = {.path = path, .policy = policy, .policies = policies};
    struct scenario *scenario = scenario_read(&request, errors);
    unlink(path);
    return scenario;
}

/* With the policy `later`, unless it is NULL. */
static bool run_text(struct model_run *run, const char *text, const char *policy)
{
    struct diagnostics errors;
    memset(run, 0, sizeof *run);
    diagnostics_init(&errors);
    run->scenario = read_with(text, &policy, policy != NULL, &errors);
    for (size_t i = 0; i < errors.count; i++) snprintf(run->messages, sizeof run->messages, "%s", errors.item[i].text);
    diagnostics_clear(&errors);
    return model_run(run, 1);
}

/* clang-format off */
static const struct turn { const char *what, *text, *metric; double exact, within; } turn[] = {
    {"a delay", HEAD DAILY("0 h") "processes: {p: [go: {delay: 10 h}]}\n"
        LATER("set: {processes.p.go.delay: 2 h}"), "import.clearance.mean_h", 6, 0},
    {"a delay, scaled", HEAD DAILY("0 h") "processes: {p: [go: {delay: 10 h}]}\n"
        LATER("scale: {processes.p.go.delay: 0.2}"), "import.clearance.mean_h", 6, 0},
    {"who is in flight keeps its way", HEAD DAILY("22 h") "processes: {p: [one: {delay: 5 h}, two: {delay: 5 h}]}\n"
        LATER("set: {processes.p.two.delay: 1 h}"), "import.clearance.mean_h", 8, 0}, /* by the clock: 7.6 */
    {"a service", HEAD DESK DAILY("0 h") "processes: {p: [go: {service: 1 h, by: desk}]}\n"
        LATER("set: {processes.p.go.service: 3 h}"), "import.clearance.mean_h", 2, 0},
    {"a share", HEAD DAILY("0 h") "processes: {p: [go: {delay: 10 h, share: 0 %}]}\n"
        LATER("set: {processes.p.go.share: 100 %}"), "import.clearance.mean_h", 5, 0},
    {"a share that falls", HEAD DAILY("0 h") "processes: {p: [go: {delay: 10 h}]}\n"
        LATER("set: {processes.p.go.share: 0 %}"), "import.clearance.mean_h", 5, 0},
    {"a branch's share", HEAD DAILY("0 h") "processes: {p: [both: {parallel: {a: {delay: 4 h, share: 0 %}, b: {delay: 2 h}}}]}\n"
        LATER("set: {processes.p.both.parallel.a.share: 100 %}"), "import.clearance.mean_h", 3, 0},
    {"a delay that may be given up", HEAD DAILY("0 h") "processes: {p: [tax: {delay: 10 h, gives_up: {after: 20 h, outcome: returned}}]}\n"
        LATER("set: {processes.p.tax.delay: 2 h}"), "import.clearance.mean_h", 6, 0},
    {"servers", HEAD DESK DAILY("0 h, 0 h") "processes: {p: [go: {service: 1 h, by: desk}]}\n"
        LATER("set: {resources.desk.servers: 2}"), "import.clearance.mean_h", 1.25, 0},
    {"servers on post", HEAD DESK DAILY("0 h, 0 h") "processes: {p: [go: {service: 1 h, by: desk}]}\n"
        LATER("set: {resources.desk.servers: 2}"), "station.desk.on_post.mean", 1.5, 1e-12},
    {"servers of a calendar", HEAD "calendars: {day: {mon-sun: 00:00-12:00}}\nresources: {desk: {servers: 1, calendar: day}}\n" DAILY("0 h, 0 h")
        "processes: {p: [go: {service: 1 h, by: desk}]}\n" LATER("set: {resources.desk.servers: 2}"), "station.desk.on_post.mean", 0.75, 1e-12},
    {"servers of a shift", HEAD "resources: {desk: {shifts: [{hours: 00:00-12:00, servers: 1}]}}\n" DAILY("0 h, 0 h")
        "processes: {p: [go: {service: 1 h, by: desk}]}\n" LATER("set: {resources.desk.shifts.0.servers: 2}"), "import.clearance.mean_h", 1.25, 0},
    {"a delay, and back", HEAD DAILY("0 h") "processes: {p: [go: {delay: 10 h}]}\n"
        "policies: {later: {starts: 120 h, ends: 168 h, set: {processes.p.go.delay: 2 h}}}\n", "import.clearance.mean_h", 8.4, 0},
    {"servers on post, and back", HEAD DESK DAILY("0 h, 0 h") "processes: {p: [go: {service: 1 h, by: desk}]}\n"
        "policies: {later: {starts: 120 h, ends: 168 h, set: {resources.desk.servers: 2}}}\n", "station.desk.on_post.mean", 1.2, 1e-12},
    {"a campaign of the red lane", HEAD "streams: {s: {direction: import, process: p, arrivals: {rate: 500/h}}}\n"
        "processes: {p: [select: {selectivity: {top_up: {red: 10 %}}}, go: {delay: 1 min}]}\n"
        "policies: {later: {starts: 120 h, ends: 168 h, set: {processes.p.select.selectivity.top_up.red: 30 %}}}\n", "import.examined_share", 0.14, 0.02},
    {"a share of the red lane", HEAD "streams: {s: {direction: import, process: p, arrivals: {rate: 500/h}}}\n"
        "processes: {p: [select: {selectivity: {top_up: {red: 10 %}}}, go: {delay: 1 min}]}\n"
        LATER("set: {processes.p.select.selectivity.top_up.red: 30 %}"), "import.examined_share", 0.2, 0.02},
};

static const struct refusal { const char *what, *text, *message; } refusal[] = {
    {"arrivals", HEAD DAILY("0 h") "processes: {p: [go: {delay: 10 h}]}\n"
        LATER("set: {streams.s.arrivals.repeat: 12 h}"), "not 'streams.s.arrivals.repeat'"},
    {"a new step", HEAD DAILY("0 h") "processes: {p: [go: {delay: 10 h}]}\n"
        LATER("insert: {after: go, step: {more: {delay: 1 h}}}"), "not insert"},
    {"an alternative's share", HEAD DAILY("0 h") "processes: {p: [pick: {choose: {x: {share: 50 %, delay: 1 h}, y: {share: otherwise, delay: 2 h}}}]}\n"
        LATER("set: {processes.p.pick.choose.x.share: 20 %}"), "not 'processes.p.pick.choose.x.share'"},
    {"who serves", HEAD DESK DAILY("0 h") "processes: {p: [go: {service: 1 h, by: desk}]}\n"
        LATER("set: {resources.desk.room: 3}"), "not 'resources.desk.room'"},
    {"an end before the start", HEAD DAILY("0 h") "processes: {p: [go: {delay: 10 h}]}\n"
        "policies: {later: {starts: 120 h, ends: 96 h, set: {processes.p.go.delay: 2 h}}}\n", "ends before it starts"},
    {"a moment outside the run", HEAD DAILY("0 h") "processes: {p: [go: {delay: 10 h}]}\n"
        "policies: {later: {starts: 9000 h, set: {processes.p.go.delay: 2 h}}}\n", "outside the run"},
};
/* clang-format on */

static void a_policy_holds_for_those_born_from_its_start_on(void **state)
{
    (void)state;
    int wrong = 0;
    for (size_t i = 0; i < sizeof turn / sizeof *turn; i++) {
        struct model_run run;
        double value = run_text(&run, turn[i].text, "later") ? model_run_value(&run, turn[i].metric) : NAN;
        if (!(fabs(value - turn[i].exact) <= turn[i].within * turn[i].exact + 1e-9)) {
            print_error("%s: %s is %.6f, should be %.6f\n%s\n", turn[i].what, turn[i].metric, value, turn[i].exact,
                run.messages);
            wrong++;
        }
        model_run_clear(&run);
    }
    assert_int_equal(wrong, 0);
}

static void a_policy_that_changes_nothing_moves_nobodys_luck(void **state)
{
    (void)state;
    static const char text[] = HEAD DESK
        "streams: {s: {direction: import, process: p, arrivals: {rate: 2/h}}}\n"
        "processes: {p: [ask: {delay: exponential mean 3 h, share: 40 %}, go: {service: exponential mean 20 min, by: "
        "desk}]}\n" LATER("scale: {processes.p.ask.delay: 1, processes.p.go.service: 1, processes.p.ask.share: 1}");
    struct model_run with, without;
    assert_true(run_text(&with, text, "later"));
    assert_true(run_text(&without, text, NULL));
    assert_non_null(with.scenario->before);
    assert_string_equal(with.network_digest[0], without.network_digest[0]);
    model_run_clear(&with);
    model_run_clear(&without);
}

static void what_cannot_start_inside_a_run_is_refused_at_its_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusal / sizeof *refusal; i++) {
        static const char *const policy[] = {"later"};
        struct diagnostics errors;
        diagnostics_init(&errors);
        struct scenario *scenario = read_with(refusal[i].text, policy, 1, &errors);
        if (scenario) fail_msg("%s is accepted", refusal[i].what);
        const struct diagnostic *last = errors.count ? &errors.item[errors.count - 1] : NULL;
        if (!last || !strstr(last->text, refusal[i].message))
            fail_msg("%s: %s", refusal[i].what, last ? last->text : "");
        assert_true(last->place.line > 0);
        diagnostics_clear(&errors);
    }
}

static void two_policies_start_together_or_not_at_all(void **state)
{
    (void)state;
    static const char *const policy[] = {"one", "two"};
    static const char form[] = HEAD DAILY("0 h") "processes: {p: [a: {delay: 10 h}, b: {delay: 10 h}]}\n"
                                                 "policies: {one: {starts: 120 h, set: {processes.p.a.delay: 2 h}}, "
                                                 "two: {starts: %s, set: {processes.p.b.delay: 2 h}}}\n";
    for (int same = 0; same < 2; same++) {
        char text[sizeof form + 20];
        snprintf(text, sizeof text, form, same ? "120 h" : "96 h");
        struct diagnostics errors;
        diagnostics_init(&errors);
        struct scenario *scenario = read_with(text, policy, 2, &errors);
        assert_int_equal(scenario != NULL, same);
        if (!same) assert_non_null(strstr(errors.item[errors.count - 1].text, "another moment"));
        diagnostics_clear(&errors);
        scenario_destroy(scenario);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_policy_holds_for_those_born_from_its_start_on),
        cmocka_unit_test(a_policy_that_changes_nothing_moves_nobodys_luck),
        cmocka_unit_test(what_cannot_start_inside_a_run_is_refused_at_its_line),
        cmocka_unit_test(two_policies_start_together_or_not_at_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
