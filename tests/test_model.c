/* test_model.c - what a scenario's numbers mean: policies, stages, lanes, directions, series, keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "tests/model_run.h"

static const char *const short_run[] = {
    "run.measure=2017-09-03..2017-09-09", "run.warm_up=3 d", "run.drain_limit=20 d"};
enum { SETTINGS_MOST = 8 };
static const char *const reforms[] = {
    "discharge", "advance", "delivery_order", "single_window", "documents", "payment", "examination", "release"};

/* A shipped scenario over one week. */
static bool run_shipped(struct model_run *run, const char *path, const char *const *policy, size_t policies,
    const char *const *set, size_t sets)
{
    const char *all[SETTINGS_MOST] = {short_run[0], short_run[1], short_run[2]};
    for (size_t i = 0; i < sets; i++) all[3 + i] = set[i];
    struct scenario_request request = {
        .path = path, .policy = policy, .policies = policies, .set = all, .sets = 3 + sets};
    struct diagnostics errors;
    memset(run, 0, sizeof *run);
    diagnostics_init(&errors);
    run->scenario = scenario_read(&request, &errors);
    for (size_t i = 0; i < errors.count; i++) print_message("%s\n", errors.item[i].text);
    diagnostics_clear(&errors);
    return model_run(run, 2);
}

static double value(const struct model_run *run, const char *metric)
{
    double found = model_run_value(run, metric);
    if (isnan(found)) fail_msg("%s has no value", metric);
    return found;
}

static double sum_of_stages(const struct model_run *run, const char *direction)
{
    char head[80];
    double sum = 0;
    snprintf(head, sizeof head, "%s.stage.", direction);
    for (size_t i = 0; i < model_metrics(run->model); i++) {
        const char *name = model_metric_name(run->model, i), *end = strrchr(name, '.');
        if (strncmp(name, head, strlen(head)) == 0 && strcmp(end, ".mean_h") == 0) sum += run->mean[i];
    }
    return sum;
}

/* ---- the shipped scenarios ---- */

static void all_eight_reforms_over_2017_give_exactly_2022(void **state)
{
    (void)state;
    struct model_run by_policies, by_file;
    assert_true(run_shipped(&by_policies, "scenarios/china-2017.yaml", reforms, 8, NULL, 0));
    assert_true(run_shipped(&by_file, "scenarios/china-2022.yaml", NULL, 0, NULL, 0));
    for (int r = 0; r < 2; r++) assert_string_equal(by_policies.digest[r], by_file.digest[r]);
    model_run_clear(&by_policies);
    model_run_clear(&by_file);
}

static void the_rules_of_2022_are_all_eight_reforms(void **state)
{
    (void)state;
    struct model_run by_date, by_file;
    const char *const rules[] = {"rules_of=2022-12-31"};
    assert_true(run_shipped(&by_date, "scenarios/china-2017.yaml", NULL, 0, rules, 1));
    assert_true(run_shipped(&by_file, "scenarios/china-2022.yaml", NULL, 0, NULL, 0));
    for (int r = 0; r < 2; r++) assert_string_equal(by_date.digest[r], by_file.digest[r]);
    model_run_clear(&by_date);
    const char *const a_day_too_early[] = {"rules_of=2022-11-30"};
    assert_true(run_shipped(&by_date, "scenarios/china-2017.yaml", NULL, 0, a_day_too_early, 1));
    assert_string_not_equal(by_date.digest[0], by_file.digest[0]);
    model_run_clear(&by_date);
    model_run_clear(&by_file);
}

static void seven_of_them_do_not(void **state)
{
    (void)state;
    struct model_run by_policies, by_file;
    assert_true(run_shipped(&by_file, "scenarios/china-2022.yaml", NULL, 0, NULL, 0));
    assert_true(run_shipped(&by_policies, "scenarios/china-2017.yaml", reforms, 7, NULL, 0));
    assert_string_not_equal(by_policies.digest[0], by_file.digest[0]);
    model_run_clear(&by_policies);
    model_run_clear(&by_file);
}

static void a_reform_of_imports_leaves_exports_as_they_were(void **state)
{
    (void)state;
    struct model_run without, with;
    const char *const payment[] = {"payment"};
    assert_true(run_shipped(&without, "scenarios/china-2017.yaml", NULL, 0, NULL, 0));
    assert_true(run_shipped(&with, "scenarios/china-2017.yaml", payment, 1, NULL, 0));
    assert_int_equal(model_networks(with.model), 2);
    assert_string_not_equal(without.network_digest[0], with.network_digest[0]);
    assert_string_equal(without.network_digest[1], with.network_digest[1]);
    model_run_clear(&without);
    model_run_clear(&with);
}

static void stages_sum_to_the_clearance_time(void **state)
{
    (void)state;
    struct model_run run; /* nobody is rejected and nobody takes months, so all stages belong to a clearance */
    const char *const whole[] = {
        "processes.import.rejected.share=0 %", "processes.import.preparation.delay=30 h", "run.drain_limit=60 d"};
    assert_true(run_shipped(&run, "scenarios/china-2022.yaml", NULL, 0, whole, 3));
    assert_true(value(&run, "import.unfinished") == 0);
    assert_true(fabs(sum_of_stages(&run, "import") - value(&run, "import.clearance.mean_h")) <
                1e-9 * value(&run, "import.clearance.mean_h"));
    double owners = value(&run, "import.owner.carrier.mean_h") + value(&run, "import.owner.other agency.mean_h") +
                    value(&run, "import.owner.trader.mean_h") + value(&run, "import.owner.customs.mean_h");
    assert_true(fabs(owners - value(&run, "import.clearance.mean_h")) < 1e-9 * owners);
    model_run_clear(&run);
}

static void lanes_hold_the_shares_of_the_scenario(void **state)
{
    (void)state;
    struct model_run run;
    assert_true(run_shipped(&run, "scenarios/china-2017.yaml", NULL, 0, NULL, 0));
    double n = 2 * value(&run, "import.arrived");
    assert_true(fabs(value(&run, "import.lane.red.share") - 0.06) < 4 * sqrt(0.06 * 0.94 / n));
    assert_true(fabs(value(&run, "import.documents_checked_share") - 0.40) < 4 * sqrt(0.4 * 0.6 / n));
    assert_true(value(&run, "import.arrived") ==
                value(&run, "import.released") + value(&run, "import.lost") + value(&run, "import.unfinished"));
    model_run_clear(&run);
}

/* ---- small scenarios ---- */

#define TWO_STEPS(extra)                                                                                               \
    "format: 1\nname: t\nrun: {measure: 400 h, warm_up: 0 h, seed: 5}\n"                                               \
    "streams: {s: {direction: import, process: p, arrivals: {rate: 10/h}}}\n"                                          \
    "processes: {p: [first: {delay: exponential mean 3 h, share: 70 %}, " extra                                        \
    "last: {delay: lognormal mean 9 h sd_log 1}]}\n"

static void an_inserted_step_leaves_every_other_draw_as_it_was(void **state)
{
    (void)state;
    struct model_run without, with;
    assert_true(model_run_text(&without, TWO_STEPS(""), NULL, 1));
    assert_true(model_run_text(&with, TWO_STEPS("extra: {delay: 1 h}, "), NULL, 1));
    assert_true(value(&without, "import.released") == value(&with, "import.released"));
    assert_true(fabs(value(&with, "import.clearance.mean_h") - value(&without, "import.clearance.mean_h") - 1) < 1e-9);
    assert_true(fabs(value(&with, "import.stage.last.mean_h") - value(&without, "import.stage.last.mean_h")) < 1e-9);
    model_run_clear(&without);
    model_run_clear(&with);
}

/* Half take 4 h and all take 6 h after the release, in a stage of two steps; an hour before it. */
static void the_whole_stay_is_the_clearance_and_what_comes_after(void **state)
{
    (void)state;
    static const char text[] =
        "format: 1\nname: t\nrun: {measure: 400 h, warm_up: 0 h, seed: 5}\n"
        "streams: {s: {direction: import, process: p, arrivals: {rate: 10/h}}}\n"
        "processes: {p: [check: {delay: 1 h}, release: {milestone: released},"
        " order: {delay: 4 h, share: 50 %, stage: pick_up}, drive: {delay: 6 h, stage: pick_up}]}\n";
    struct model_run run;
    assert_true(model_run_text(&run, text, NULL, 1));
    double n = value(&run, "import.released"), after = value(&run, "import.after_release.mean_h");
    assert_true(fabs(after - 8) < 4 * 2 / sqrt(n) + 8 * 20 / n); /* the last are on their way when the run ends */
    assert_true(fabs(value(&run, "import.whole_stay.mean_h") - 1 - after) < 1e-9);
    assert_true(fabs(sum_of_stages(&run, "import") - 1) < 1e-9);
    model_run_clear(&run);
}

static const char two_ports[] =
    "format: 1\nname: t\nrun: {measure: 2022-03-01..2022-03-10, warm_up: 2 d, seed: 3}\n"
    "resources: {east: {servers: 9}, west: {servers: 3, owner: terminal}}\n"
    "streams:\n"
    "  east: {direction: import, process: at_east, arrivals: {rate: 30/h}}\n"
    "  west: {direction: import, process: at_west, arrivals: {rate: 10/h}}\n"
    "processes:\n"
    "  at_east: [serve: {service: exponential mean 15 min, by: east}, on: {delay: 3 h, owner: trader}]\n"
    "  at_west: [serve: {service: exponential mean 15 min, by: west}, on: {delay: 7 h, owner: trader}]\n";

static void streams_that_share_nothing_are_networks_of_their_own_and_merge_again(void **state)
{
    (void)state;
    struct model_run run;
    assert_true(model_run_text(&run, two_ports, NULL, 1));
    assert_int_equal(model_networks(run.model), 2);
    double east = value(&run, "east.released"), west = value(&run, "west.released");
    double mean =
        (east * value(&run, "east.clearance.mean_h") + west * value(&run, "west.clearance.mean_h")) / (east + west);
    assert_true(east + west == value(&run, "import.released"));
    assert_true(fabs(mean - value(&run, "import.clearance.mean_h")) < 1e-9);
    assert_true(value(&run, "import.clearance.p90_h") > value(&run, "east.clearance.p90_h"));
    assert_true(value(&run, "customs.officers_on_post.mean") == 9); /* the terminal's three are not customs' */
    assert_true(value(&run, "customs.scheduled_hours_per_day") == 9 * 24);
    assert_true(
        fabs(value(&run, "customs.officer_hours_per_day") - 24 * 9 * value(&run, "station.east.utilisation")) < 1e-9);
    model_run_clear(&run);
}

static void a_common_resource_makes_one_network(void **state)
{
    (void)state;
    struct model_run run;
    char text[2000];
    snprintf(text, sizeof text, "%s", two_ports);
    char *west = strstr(text, "by: west}");
    memcpy(west, "by: east}", 9);
    strstr(text, "west: {servers")[0] = 'v';
    assert_true(model_run_text(&run, text, NULL, 1));
    assert_int_equal(model_networks(run.model), 1);
    model_run_clear(&run);
}

static const char criteria[] =
    "format: 1\nname: t\nrun: {measure: 2000 h, warm_up: 0 h, seed: 3}\n"
    "streams:\n"
    "  s:\n"
    "    direction: import\n"
    "    process: p\n"
    "    arrivals: {rate: 100/h}\n"
    "    attributes:\n"
    "      class: {aeo: 10 %, ordinary: 88 %, discredited: 2 %}\n"
    "      value: lognormal median 180 p90 900\n"
    "      compliant: {by: class, aeo: 99 %, ordinary: 97 %, discredited: 70 %}\n"
    "processes:\n"
    "  p:\n"
    "    - selectivity:\n"
    "        criteria: [{when: class == discredited, lane: red, rate: 80 %}, {when: value > 900 and class != aeo, "
    "lane: yellow, rate: 50 %}]\n"
    "        at_least_random: 1 %\n"
    "        top_up: {red: 5 %, yellow: 12 %, blue: 20 %}\n"
    "        score: {binormal: {compliant: normal mean 0 sd 1, not_compliant: normal mean 1 sd 1.2}}\n"
    "    - go: {delay: 1 h}\n";

static void criteria_on_attributes_count_within_the_shares(void **state)
{
    (void)state;
    struct model_run run;
    if (!model_run_text(&run, criteria, "stream.s.time.mean[class=discredited]", 1)) fail_msg("%s", run.messages);
    double n = value(&run, "import.arrived");
    /* thresholds are found over a sample of 2^17, for `value` is a number: two standard errors add up */
    assert_true(fabs(value(&run, "import.lane.red.share") - 0.05) < 4 * sqrt(0.05 * 0.95 * (1 / n + 1.0 / (1 << 17))));
    assert_true(
        fabs(value(&run, "import.lane.yellow.share") - 0.12) < 4 * sqrt(0.12 * 0.88 * (1 / n + 1.0 / (1 << 17))));
    assert_true(fabs(value(&run, "import.lane.blue.share") - 0.20) < 4 * sqrt(0.2 * 0.8 * (1 / n + 1.0 / (1 << 17))));
    assert_true(value(&run, "stream.s.time.mean[class=discredited]") == 1);
    model_run_clear(&run);
}

static void promises_and_bounds_are_counted_exactly(void **state)
{
    (void)state;
    struct model_run run;
    assert_true(model_run_text(&run,
        "format: 1\nname: t\nrun: {measure: 4000 h, warm_up: 0 h, seed: 3}\n"
        "streams: {s: {direction: export, process: p, arrivals: {rate: 10/h}}}\n"
        "processes: {p: [go: {choose: {a: {share: 50 %, delay: 2 h}, b: {share: otherwise, delay: 2.001 h}}}]}\n"
        "promises: {two: {metric: export.clearance, at_most: 2 h, for: 90 %}, three: {metric: export.clearance, "
        "at_most: 3 h}}\n",
        NULL, 1));
    assert_true(
        fabs(value(&run, "promise.two.share") - 0.5) < 4 * sqrt(0.25 / 40000)); /* 2.001 h lies in the same bucket */
    assert_true(value(&run, "promise.three.share") == 1);
    model_run_clear(&run);
}

/* ---- records, facts, keys ---- */

static const struct named_series *series_of(const struct record *record, const char *name)
{
    for (size_t i = 0; i < record->all_series; i++)
        if (strcmp(record->series[i].name, name) == 0) return &record->series[i];
    fail_msg("no series %s", name);
    return NULL;
}

static void days_add_up_to_the_window(void **state)
{
    (void)state;
    struct model_run run;
    assert_true(model_run_text(&run, two_ports, NULL, 1));
    struct part *part[2];
    struct simulation *sim[2];
    for (size_t n = 0; n < 2; n++) {
        const struct result *result;
        sim[n] = simulation_create(model_network(run.model, n), NULL);
        assert_int_equal(simulation_run(sim[n], 3, 0, NULL, &result), STATUS_OK);
        part[n] = model_extract(run.model, n, result);
    }
    struct record *record = model_record(run.model, part, 2);
    const struct named_series *days = series_of(record, "import.arrivals.per_day");
    assert_int_equal(days->n, 12); /* two of warm-up, ten of the window */
    assert_true(days->step_h == 24 && days->start_h == run.scenario->run.measure_from - 48);
    double arrived = 0;
    for (size_t i = 2; i < days->n; i++) arrived += days->value[i];
    assert_true(arrived == value(&run, "import.arrived"));
    assert_int_equal(series_of(record, "station.east.queue.per_hour")->n, 288);
    assert_int_equal(series_of(record, "station.east.busy_by_hour_of_week")->n, 168);
    assert_true(record->curves > 0 && record->curve[0].share[record->curve[0].n - 1] == 1);
    record_destroy(record);
    for (size_t n = 0; n < 2; n++) simulation_destroy(sim[n]);
    model_run_clear(&run);
}

static void facts_tell_directions_stages_and_resources(void **state)
{
    (void)state;
    struct model_run run;
    assert_true(model_run_text(&run, two_ports, NULL, 1));
    char *facts = model_facts(run.model);
    assert_non_null(
        strstr(facts, "{\"name\":\"import\",\"label\":\"imports\",\"direction\":\"import\",\"whole\":true"));
    assert_non_null(
        strstr(facts, "\"stages\":[{\"name\":\"serve\",\"label\":\"serve\",\"owner\":\"customs\"},{\"name\":\"on\""));
    assert_non_null(strstr(
        facts, "{\"name\":\"west\",\"label\":\"west\",\"owner\":\"terminal\",\"servers\":3,\"by_hours\":false}"));
    free(facts);
    model_run_clear(&run);
}

static void key_of(const char *text, uint64_t seed, char key[33])
{
    struct model_run run;
    assert_true(model_run_text(&run, text, NULL, 1));
    model_variant_digest(run.model, seed, key);
    model_run_clear(&run);
}

static void a_variants_key_follows_its_values_and_its_seed_not_the_number_of_replications(void **state)
{
    (void)state;
    char key[33], again[33], more[33], other[33], seed[33], text[2000];
    key_of(two_ports, 3, key);
    key_of(two_ports, 3, again);
    key_of(two_ports, 4, seed);
    snprintf(text, sizeof text, "%s", two_ports);
    memcpy(strstr(text, "rate: 10/h"), "rate: 11/h", 10);
    key_of(text, 3, other);
    snprintf(text, sizeof text, "%.*s, replications: 7%s", (int)(strstr(two_ports, ", seed") - two_ports), two_ports,
        strstr(two_ports, ", seed"));
    key_of(text, 3, more);
    assert_string_equal(key, again);
    assert_string_equal(key, more);
    assert_string_not_equal(key, other);
    assert_string_not_equal(key, seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_eight_reforms_over_2017_give_exactly_2022),
        cmocka_unit_test(the_rules_of_2022_are_all_eight_reforms),
        cmocka_unit_test(seven_of_them_do_not),
        cmocka_unit_test(a_reform_of_imports_leaves_exports_as_they_were),
        cmocka_unit_test(stages_sum_to_the_clearance_time),
        cmocka_unit_test(lanes_hold_the_shares_of_the_scenario),
        cmocka_unit_test(the_whole_stay_is_the_clearance_and_what_comes_after),
        cmocka_unit_test(an_inserted_step_leaves_every_other_draw_as_it_was),
        cmocka_unit_test(streams_that_share_nothing_are_networks_of_their_own_and_merge_again),
        cmocka_unit_test(a_common_resource_makes_one_network),
        cmocka_unit_test(criteria_on_attributes_count_within_the_shares),
        cmocka_unit_test(promises_and_bounds_are_counted_exactly),
        cmocka_unit_test(days_add_up_to_the_window),
        cmocka_unit_test(facts_tell_directions_stages_and_resources),
        cmocka_unit_test(a_variants_key_follows_its_values_and_its_seed_not_the_number_of_replications),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
