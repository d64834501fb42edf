/* test_cli_control.c - compare shows who gained and who lost, and what control found, where a scenario asks for it. */
#include "tests/cli.h"
#include "tools/table.h"
#include <math.h>

static const char scenario[] =
    "name: small\nrun: {measure: 200 h, warm_up: 0 h, steady: no_claim, replications: 3%s}\n"
    "streams:\n  s:\n    direction: import\n    process: p\n    arrivals: {rate: 20/h}\n"
    "    attributes: {class: {aeo: 50 %%, ordinary: 50 %%}%s}\n"
    "processes:\n  p:\n    - wait: {delay: 2 h, when: class == ordinary}\n    - look: {delay: 1 h, share: 50 %%, "
    "finds: {share: 50 %%}}\n"
    "    - release: {milestone: released}\n"
    "policies:\n  more: {set: {processes.p.look.share: 100 %%, processes.p.wait.delay: 1 h}}\n";

static void compare(struct cli *cli, const char *file, const char *run, const char *attribute)
{
    char text[2000];
    snprintf(text, sizeof text, scenario, run, attribute);
    cli_write(cli, file, text);
    cli_shell(cli, "$G compare %s %s+more --db control.db -q", file, file);
}

static void who_gained_and_who_lost_stands_in_a_block_of_its_own(void **state)
{
    struct cli *cli = *state;
    compare(cli, "by.yaml", ", by: class", ", offence: {none: 90 %, x: 10 %}");
    cli_prints(cli, 0, "IMPORT BY CLASS, clearance h\n", "aeo, mean");
    cli_prints(cli, 0, "ordinary, p90", "recall");
    cli_prints(cli, 0, "hit rate", "");
}

/* Two streams, traders of two classes who pay for storage, and a step behind the release. */
static const char whole[] =
    "name: whole\nrun: {measure: 200 h, warm_up: 0 h, steady: no_claim, replications: 3, by: class}\n"
    "streams:\n"
    "  dry: {direction: import, process: dry, arrivals: {rate: 20/h}, attributes: &all {class: {aeo: 50 %, ordinary: "
    "50 %}, "
    "offence: {none: 90 %, drugs: 10 %}, value: constant 100, tariff: constant 0.1}, costs: &costs {storage: {free: 0 "
    "h, per_day: 24}}}\n"
    "  wet: {direction: import, process: wet, arrivals: {rate: 20/h}, attributes: *all, costs: *costs}\n"
    "processes:\n"
    "  dry:\n    - wait: {delay: 2 h, when: class == ordinary}\n    - look: {delay: 1 h, finds: {share: 50 %}}\n"
    "    - seized: {outcome: seized, when: found}\n    - release: {milestone: released}\n    - pick_up: {delay: 7 h}\n"
    "  wet:\n    - pump: {delay: 4 h}\n    - release: {milestone: released}\n"
    "policies:\n  quick: {set: {processes.dry.wait.delay: 1 h, processes.dry.pick_up.delay: 5 h}}\n";

static void compare_tells_streams_costs_by_class_and_what_comes_after_the_release(void **state)
{
    struct cli *cli = *state;
    cli_write(cli, "whole.yaml", whole);
    cli_shell(cli, "$G compare whole.yaml whole.yaml+quick --db whole.db -q");
    cli_prints(cli, 0, "  after release", "  whole stay", "IMPORT BY STREAM, clearance h\n  dry, mean", "  wet, p90",
        "IMPORT BY CLASS, trader's cost of a shipment\n  aeo, cost", "  ordinary, cost", "  seized");
    cli_shell(cli, "$G compare whole.yaml whole.yaml+quick --db whole.db -q --json");
    struct json_value *json = cli_json(cli);
    const struct json_value *differences = json_get(json, "differences");
    static const struct {
        const char *metric;
        double a, b;
    } exact[] = {{"wet.clearance.mean_h", 4, 4}, {"dry.clearance.mean_h", 2, 1.5}};
    for (size_t i = 0; i < 2; i++) {
        const struct json_value *line = json_get(differences, exact[i].metric);
        assert_true(fabs(json_get_number(line, "a", NAN) - exact[i].a) < 0.05);
        assert_true(fabs(json_get_number(line, "b", NAN) - exact[i].b) < 0.05);
        assert_non_null(json_get_text(line, "verdict", NULL));
    }
    /* an hour costs 1, whoever waits it: half of the ordinary wait three hours, half four */
    const struct json_value *cost = json_get(differences, "import.cost.mean[class=ordinary]");
    assert_true(fabs(json_get_number(cost, "a", NAN) - 3.5) < 0.05 && fabs(json_get_number(cost, "b", NAN) - 3) < 0.05);
    assert_non_null(json_get_text(cost, "verdict", NULL));
    assert_non_null(json_get_text(json_get(differences, "import.whole_stay.mean_h"), "verdict", NULL));
    json_free(json);
}

static void a_run_tells_what_control_found_and_what_it_cost(void **state)
{
    struct cli *cli = *state;
    cli_write(cli, "whole.yaml", whole);
    cli_shell(cli, "$G run whole.yaml --db whole.db -q");
    cli_prints(cli, 0, "CONTROL", "  drugs", "REVENUE", "COST TO THE TRADER", "BY CLASS", "ordinary");
    for (const char *at = cli->out; *at; at += strcspn(at, "\n") + (strchr(at, '\n') != NULL)) {
        char line[400];
        snprintf(line, sizeof line, "%.*s", (int)strcspn(at, "\n"), at);
        if (text_width(line) > PAGE_WIDTH) fail_msg("wider than the page: %s", line);
    }
    cli_shell(cli, "$G show run:1 --db whole.db");
    cli_prints(cli, 0, "CONTROL", "REVENUE", "BY CLASS");
}

static void nothing_of_it_stands_where_nobody_asks(void **state)
{
    struct cli *cli = *state;
    compare(cli, "plain.yaml", "", "");
    assert_int_equal(cli->code, 0);
    assert_null(strstr(cli->out, "BY CLASS"));
    assert_null(strstr(cli->out, "recall"));
    cli_shell(cli, "$G run plain.yaml --db plain.db -q");
    assert_int_equal(cli->code, 0);
    assert_null(strstr(cli->out, "CONTROL"));
    assert_null(strstr(cli->out, "COST"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_gained_and_who_lost_stands_in_a_block_of_its_own),
        cmocka_unit_test(compare_tells_streams_costs_by_class_and_what_comes_after_the_release),
        cmocka_unit_test(a_run_tells_what_control_found_and_what_it_cost),
        cmocka_unit_test(nothing_of_it_stands_where_nobody_asks),
    };
    return cmocka_run_group_tests_name("cli_control", tests, cli_begin, cli_end);
}
