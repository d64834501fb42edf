/* test_control.c - what ledgers add up to: exact cases from a file of shipments, and who is not touched.
 *
 * Six shipments, one an hour; what is wrong, value and trader stand in the file, so every sum is known.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "tests/model_run.h"

static const char shipments[] = "at,offence,class,value,teu\n"
                                "0,none,aeo,100,1\n"
                                "1,drugs,ordinary,1000,2\n"
                                "2,undervalued,ordinary,400,1\n"
                                "3,undervalued,aeo,600,2\n"
                                "4,none,ordinary,200,1\n"
                                "5,drugs,aeo,50,1\n";

#define HEAD "format: 1\nname: t\nrun: {measure: 240 h, warm_up: 0 h, replications: 1, steady: no_claim, by: class}\n"
#define STREAM(more)                                                                                                   \
    "streams:\n  s:\n    direction: import\n    process: p\n    arrivals: {replay: {file: %s, time: at, unit: h, "     \
    "attributes: {offence: offence, class: class, value: value, teu: teu}}}\n    attributes:\n"                        \
    "      class: {aeo: 50 %%, ordinary: 50 %%}\n      offence: {none: 98 %%, drugs: 1 %%, undervalued: 1 %%}\n"       \
    "      value: constant 1\n      teu: constant 1\n      tariff: {by: offence, drugs: constant 0, otherwise: "       \
    "constant 0.1}\n"                                                                                                  \
    "      evaded: constant 0.5\n" more
#define SEARCH "processes:\n  p:\n    - look: {delay: 10 h, finds: {share: {drugs: 100 %%, otherwise: 0 %%}}}\n"

/* The scenario beside its file; `text` names the file by %s, per cent signs doubled. */
static bool run_beside(struct model_run *run, const char *text)
{
    char data[] = "/tmp/greenlane-shipments-XXXXXX.csv", *whole = NULL;
    int file = mkstemps(data, 4);
    FILE *out = file >= 0 ? fdopen(file, "w") : NULL;
    assert_non_null(out);
    fputs(shipments, out);
    fclose(out);
    assert_true(asprintf(&whole, text, data + strlen("/tmp/")) > 0);
    bool fine = model_run_text(run, whole, NULL, 1);
    free(whole);
    unlink(data);
    if (!fine) print_error("%s\n", run->messages);
    return fine;
}

struct exact {
    const char *metric;
    double value;
};

static void expect(const struct model_run *run, const struct exact *exact, size_t n)
{
    int wrong = 0;
    for (size_t i = 0; i < n; i++) {
        double value = model_run_value(run, exact[i].metric);
        if (fabs(value - exact[i].value) <= 1e-9 * (1 + fabs(exact[i].value))) continue;
        print_error("%s is %.12g, should be %.12g\n", exact[i].metric, value, exact[i].value);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}
#define EXPECT(run, list) expect(&(run), list, sizeof(list) / sizeof *(list))

static void what_is_wrong_decides_what_is_found_and_what_leaks(void **state)
{
    (void)state;
    static const struct exact exact[] = {{"import.control.not_compliant", 4}, {"import.control.examined", 6},
        {"import.control.found", 2}, {"import.control.hit_rate", 2. / 6}, {"import.control.recall", 0.5},
        {"import.control.recall[offence=drugs]", 1}, {"import.control.recall[offence=undervalued]", 0},
        {"import.control.leaked", 2}, {"import.control.leakage", 0.5}, {"import.control.duty_evaded", 50},
        {"import.control.duty_found", 0}, {"import.control.duty_at_risk", 50}, {"import.control.revenue_recall", 0},
        {"import.control.duty", 130}, {"import.control.look.found", 2}, {"import.control.look.hit_rate", 1. / 3},
        {"import.outcome.seized", 1}, {"import.outcome.seized.value", 1000}, {"import.milestone.warned", 1},
        {"import.released", 5}};
    struct model_run run;
    assert_true(run_beside(&run, HEAD STREAM("") SEARCH "    - seizure: {outcome: seized, when: found and value >= "
                                                        "100}\n    - warning: {milestone: warned, when: found}\n"
                                                        "    - release: {milestone: released}\n"));
    EXPECT(run, exact);
    model_run_clear(&run);
}

static void an_audit_after_release_finds_late(void **state)
{
    (void)state;
    static const struct exact exact[] = {{"import.control.found", 2}, {"import.control.recall", 0.5},
        {"import.control.leaked", 2}, {"import.control.found_after_release", 2},
        {"import.control.recall_with_audit", 1}, {"import.control.duty_found_after_release", 50},
        {"import.control.audit.examined", 6}, {"import.control.audit.found", 4}, {"import.clearance.mean_h", 10}};
    struct model_run run;
    assert_true(run_beside(&run, HEAD STREAM("") SEARCH
        "    - release: {milestone: released}\n    - audit: {delay: 30 h, finds: {share: 100 %%}}\n"));
    EXPECT(run, exact);
    model_run_clear(&run);
}

static void a_false_alarm_is_no_find(void **state)
{
    (void)state;
    static const struct exact exact[] = {{"import.control.found", 0}, {"import.control.false_alarms", 2},
        {"import.control.look.false_alarms", 2}, {"import.control.look.found", 0}, {"import.control.leaked", 4}};
    struct model_run run;
    assert_true(run_beside(&run,
        HEAD STREAM("") "processes:\n  p:\n    - look: {delay: 10 h, finds: {share: 0 %%, false_alarm: 100 %%}}\n"));
    EXPECT(run, exact);
    model_run_clear(&run);
}

static void costs_are_charged_by_time_value_and_step(void **state)
{
    (void)state;
    /* 34 h: 10 h beyond 24 h for six shipments of 8 TEU; 2 350 of value for 34 of 8 766 h; the drugs are searched twice
     */
    static const struct exact exact[] = {{"import.cost.storage", 48 * 10. / 24 * 8 / 6}, {"import.cost.demurrage", 100},
        {"import.cost.capital", 0.1 * 2350 * 34 / 8766 / 6}, {"import.cost.fees", (6 * 5 + 2 * 20) / 6.},
        {"import.cost.fees[class=aeo]", (3 * 5 + 20) / 3.}, {"import.clearance.value_weighted_mean_h", 34},
        {"import.teu_per_day", 0.8}, {"import.value_per_day", 235}, {"promise.a_day.overdue", 6},
        {"promise.a_day.overdue_h", 10}, {"import.released[class=aeo]", 3},
        {"import.clearance.mean_h[class=ordinary]", 34}, {"import.clearance.cv", 0}};
    struct model_run run;
    assert_true(run_beside(&run,
        "format: 1\nname: t\nrun: {measure: 240 h, warm_up: 0 h, replications: 1, steady: no_claim, by: class,\n"
        "  metrics: [import.clearance.cv, promise.a_day.overdue, promise.a_day.overdue_h, "
        "'import.cost.fees[class=aeo]']}\n" STREAM(
            "    costs:\n      storage: {free: 24 h, per_day: 48, of: teu}\n"
            "      demurrage: {free: 24 h, per_day: 100, begun_days: true}\n      capital: 10 %%\n"
            "      fees: {look: 5, again: 20}\n") "promises: {a_day: {metric: import.clearance, at_most: 24 "
                                                  "h}}\n" SEARCH "    - again: {delay: 0 h, when: found}\n    - wait: "
                                                  "{delay: 24 h}\n"));
    EXPECT(run, exact);
    model_run_clear(&run);
}

static void compliance_follows_from_the_offence_alone(void **state)
{
    (void)state;
    static const struct {
        const char *attributes, *message;
    } wrong[] = {{"offence: {bad: 100 %}", "with none: for nothing"}, {"offence: 20 %", "with none: for nothing"},
        {"offence: {none: 100 %}, compliant: 90 %", "compliant follows from offence"}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char text[600];
        struct model_run run;
        snprintf(text, sizeof text,
            HEAD "streams: {s: {process: p, arrivals: {rate: 1/h}, attributes: {class: 10 %%, %s}}}\nprocesses: {p: "
                 "[go: {delay: 1 h}]}\n",
            wrong[i].attributes);
        assert_false(model_run_text(&run, text, NULL, 1));
        if (!strstr(run.messages, wrong[i].message)) fail_msg("'%s' does not say '%s'", run.messages, wrong[i].message);
        model_run_clear(&run);
    }
}

static void names_that_say_nothing_are_refused(void **state)
{
    (void)state;
    static const char text[] = HEAD "streams: {s: {direction: import, process: p, arrivals: {rate: 1/h}, attributes: "
                                    "{class: 10 %, offence: {none: 90 %, x: 10 %}}}}\n"
                                    "processes: {p: [look: {delay: 1 h, finds: {share: 50 %}}]}\n";
    static const char *const wrong[] = {"import.control.recal", "import.control.recall[offence=y]",
        "import.control.nowhere.hit_rate", "import.milestone.nowhere", "import.clearance.mean_h[colour=red]"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct model_run run;
        if (model_run_text(&run, text, wrong[i], 1)) fail_msg("%s means something", wrong[i]);
        assert_non_null(strstr(run.messages, "there is no metric"));
        model_run_clear(&run);
    }
    struct model_run run;
    assert_false(model_run_text(&run,
        HEAD "streams: {s: {process: p, arrivals: {rate: 1/h}, attributes: {class: 10 %, offence: {none: 90 %, x: 5 %, "
             "y: 5 %}}}}\n"
             "processes: {p: [look: {delay: 1 h, finds: {share: {x: 50 %}}}]}\n",
        NULL, 1));
    assert_non_null(strstr(run.messages, "there is no share for 'y'"));
    model_run_clear(&run);
}

/* Two streams that share nothing; what is found in one is no matter of the other's. */
static void a_search_reaches_nobody_else(void **state)
{
    (void)state;
    static const char text[] =
        HEAD "resources: {a: {servers: 1}, b: {servers: 1}}\nstreams:\n"
             "  s: {direction: import, process: p, arrivals: {rate: 1/h}, attributes: {class: 10 %%, offence: {none: "
             "90 %%, x: 10 %%}}}\n"
             "  t: {direction: export, process: q, arrivals: {rate: 1/h}, attributes: {class: 10 %%}}\n"
             "processes:\n  p:\n    - check: {service: exponential mean 20 min, by: a}\n    - look: {delay: 1 h%s}\n"
             "    - seizure: {outcome: seized, when: found}\n"
             "  q: [serve: {service: exponential mean 30 min, by: b}]\n";
    struct model_run run[2];
    for (int i = 0; i < 2; i++) {
        char whole[1000];
        snprintf(whole, sizeof whole, text, i ? ", finds: {share: 80 %, false_alarm: 5 %}" : "");
        assert_true(model_run_text(&run[i], whole, NULL, 1));
        assert_int_equal(model_networks(run[i].model), 2);
    }
    assert_string_not_equal(run[0].network_digest[0], run[1].network_digest[0]);
    assert_string_equal(run[0].network_digest[1], run[1].network_digest[1]);
    assert_true(model_run_value(&run[0], "import.outcome.seized") == 0);
    assert_true(model_run_value(&run[1], "import.outcome.seized") > 0);
    assert_true(model_run_value(&run[0], "station.a.wait.mean") == model_run_value(&run[1], "station.a.wait.mean"));
    for (int i = 0; i < 2; i++) model_run_clear(&run[i]);
}

/* Two come at 9:00, each for 3 h; from 10:00 to 15:00 nobody serves. */
static void an_outage_stops_all_servers_at_once(void **state)
{
    (void)state;
    static const struct {
        const char *resource;
        double hours;
    } turn[] = {{"servers: 2", 3}, {"servers: 2, outages: [{from: 10 h, to: 15 h}]", 8},
        {"servers: 2, outages: [{from: 10 h, to: 15 h}], at_close: finish", 3},
        {"servers: 1, outages: [{from: 10 h, to: 15 h}]", 9.5},
        {"servers: 2, breakdown: {every: constant 10 h, lasts: constant 5 h, together: true}", 8}};
    for (size_t i = 0; i < sizeof turn / sizeof *turn; i++) {
        char text[600];
        struct model_run run;
        snprintf(text, sizeof text,
            "format: 1\nname: t\nrun: {measure: 24 h, warm_up: 0 h, replications: 1, steady: no_claim}\nresources: "
            "{it: {%s}}\n"
            "streams: {s: {direction: import, process: p, arrivals: {timetable: [9 h], in_batches: 2}}}\n"
            "processes: {p: [lodge: {service: 3 h, by: it}]}\n",
            turn[i].resource);
        assert_true(model_run_text(&run, text, NULL, 1));
        double mean = model_run_value(&run, "import.clearance.mean_h");
        if (fabs(mean - turn[i].hours) > 1e-9)
            fail_msg("%s: %.6f h, should be %.6f", turn[i].resource, mean, turn[i].hours);
        model_run_clear(&run);
    }
}

/* Seldom visited servers are down a third of the time: a visitor waits with probability 1/3, or 1/9 where two fail
 * apart. */
static void servers_that_break_down_together_leave_nobody(void **state)
{
    (void)state;
    for (int together = 0; together < 2; together++) {
        char text[600];
        struct model_run run;
        snprintf(text, sizeof text,
            "format: 1\nname: t\nrun: {measure: 500000 h, warm_up: 0 h, replications: 1, steady: no_claim}\n"
            "resources: {it: {servers: 2, breakdown: {every: exponential mean 10 h, lasts: exponential mean 5 h, "
            "together: %s}}}\n"
            "streams: {s: {process: p, arrivals: {rate: 0.02/h}}}\nprocesses: {p: [lodge: {service: 1 s, by: it}]}\n",
            together ? "true" : "false");
        assert_true(model_run_text(&run, text, NULL, 1));
        double exact = together ? 1. / 3 : 1. / 9, n = 10000;
        double found = model_run_value(&run, "station.it.p_wait");
        if (fabs(found - exact) > 4 * sqrt(exact * (1 - exact) / n)) fail_msg("%.4f should be %.4f", found, exact);
        model_run_clear(&run);
    }
}

/* One an hour before a desk that takes two: they are through after 2, 3, 4, 5, 6 and 7 h, and 8 h later released. */
static void lateness_is_counted_on_clocks_and_stages_and_refused_elsewhere(void **state)
{
    (void)state;
    static const struct exact exact[] = {{"promise.stage.overdue", 5}, {"promise.stage.share", 1. / 6},
        {"promise.never.overdue", 0}, {"promise.day.overdue", 6}, {"promise.second.overdue", 6}};
    static const char *const body =
        "streams: {s: {direction: import, process: p, arrivals: {timetable: [0 h, 1 h, 2 h, 3 h, 4 h, 5 h]}}}\n"
        "resources: {desk: {servers: 1}}\n"
        "processes: {p: [in_turn: {service: 2 h, by: desk, stage: turn}, lodge: {milestone: lodged}, after: {delay: 8 "
        "h}, "
        "release: {milestone: released}]}\n"
        "promises: {stage: {metric: import.stage.turn, at_most: 2.5 h}, never: {metric: import.stage.turn, at_most: 90 "
        "h}, "
        "day: {metric: import.clearance, at_most: 9 h}, second: {metric: import.lodgement_to_release, at_most: 7 h}, "
        "wait: {metric: station.desk.wait, at_most: 1 h}}\n";
    static const char *const refused[] = {"promise.wait.overdue", "promise.wait.overdue_h", "promise.stage.overdue_h"};
    char text[2000];
    struct model_run run;
    snprintf(text, sizeof text,
        "name: t\nrun: {measure: 240 h, warm_up: 0 h, replications: 1, steady: no_claim, metrics: "
        "[promise.stage.overdue, "
        "promise.never.overdue, promise.day.overdue, promise.second.overdue]}\n%s",
        body);
    assert_true(model_run_text(&run, text, NULL, 1));
    EXPECT(run, exact);
    model_run_clear(&run);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        snprintf(
            text, sizeof text, "name: t\nrun: {measure: 240 h, warm_up: 0 h, metrics: [%s]}\n%s", refused[i], body);
        assert_false(model_run_text(&run, text, NULL, 1));
        if (!strstr(run.messages, "the share that is kept")) fail_msg("'%s'", run.messages);
        model_run_clear(&run);
    }
}

/* Each once, or the store could not keep them. */
static void streams_with_a_milestone_in_common_offer_it_once(void **state)
{
    (void)state;
    struct model_run run;
    assert_true(model_run_text(&run,
        HEAD "streams:\n"
             "  s: {direction: import, process: p, arrivals: {rate: 1/h}, attributes: &a {class: 10 %, offence: {none: "
             "90 %, x: 10 %}}}\n"
             "  t: {direction: import, process: q, arrivals: {rate: 1/h}, attributes: *a}\n"
             "processes:\n"
             "  p: [look: {delay: 1 h, finds: {share: 50 %}}, fined: {milestone: fined, when: found}]\n"
             "  q: [view: {delay: 1 h, finds: {share: 50 %}}, fined: {milestone: fined, when: found}]\n",
        NULL, 1));
    for (size_t i = 0; i < model_metrics(run.model); i++)
        if (model_metric_find(run.model, model_metric_name(run.model, i)) != (int)i)
            fail_msg("%s is offered twice", model_metric_name(run.model, i));
    assert_true(model_metric_find(run.model, "import.milestone.fined") >= 0);
    assert_true(model_metric_find(run.model, "t.milestone.fined") >= 0);
    model_run_clear(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_wrong_decides_what_is_found_and_what_leaks),
        cmocka_unit_test(an_audit_after_release_finds_late),
        cmocka_unit_test(a_false_alarm_is_no_find),
        cmocka_unit_test(costs_are_charged_by_time_value_and_step),
        cmocka_unit_test(compliance_follows_from_the_offence_alone),
        cmocka_unit_test(names_that_say_nothing_are_refused),
        cmocka_unit_test(a_search_reaches_nobody_else),
        cmocka_unit_test(an_outage_stops_all_servers_at_once),
        cmocka_unit_test(servers_that_break_down_together_leave_nobody),
        cmocka_unit_test(lateness_is_counted_on_clocks_and_stages_and_refused_elsewhere),
        cmocka_unit_test(streams_with_a_milestone_in_common_offer_it_once),
    };
    return cmocka_run_group_tests_name("control", tests, NULL, NULL);
}
