/* test_cli_plot.c - pictures as a user meets them: what they say of their scenario, and what an interrupt leaves. */
#include "tests/cli.h"

/* Draws for ever: a stand-in that writes a part of the picture, says so, and waits. */
static void put_slow_gnuplot(struct cli *cli)
{
    cli_shell(cli,
        "mkdir bin; printf '#!/bin/sh\necho \"<svg><g>half of it\" >c.svg.part; : >started; exec sleep 60\n' "
        ">bin/gnuplot; chmod +x bin/gnuplot");
    cli_says(cli, 0, "");
}

static void an_interrupt_while_gnuplot_draws_leaves_no_part_of_the_picture(void **state)
{
    static const char *const signals[] = {"INT", "TERM"};
    struct cli *cli = *state;
    cli_clean(cli);
    put_slow_gnuplot(cli);
    for (int i = 0; i < 2; i++) {
        cli_shell(cli,
            "rm -f started; PATH=$PWD/bin:$PATH $G plot capacity $R/tests/data/border.yaml -n 1 -q -o c.svg & "
            "child=$!; "
            "while ! test -e started; do sleep 0.05; done; kill -%s $child; wait $child",
            signals[i]);
        cli_says(cli, i ? 143 : 130, "interrupted", "c.svg");
        assert_false(cli_has_file(cli, "c.svg"));
        assert_false(cli_has_file(cli, "c.svg.part"));
    }
    cli_shell(cli, "$G show runs"); /* what was simulated for it is kept */
    cli_prints(cli, 0, "border");
}

static void an_interrupted_sweep_keeps_what_is_complete_and_goes_on(void **state)
{
    static const char *const command[] = {"plot capacity $R/tests/reference/mm1_80.yaml -o c.svg",
        "compare $R/tests/reference/mm1_80.yaml $R/tests/reference/mm1_50.yaml"};
    struct cli *cli = *state;
    for (int i = 0; i < 2; i++) {
        cli_clean(cli);
        cli_shell(
            cli, "$G %s -n 10000 -j 2 -q & child=$!; " CLI_AWAIT_STORED "kill -INT $child; wait $child", command[i]);
        cli_says(cli, 130, "interrupted", "are kept in greenlane.db");
        assert_int_equal(cli_files(cli), 1);
    }
}

/* A quick scenario of two agencies, over a few days with dates; VARIANT changes it. */
static void put_scenario(struct cli *cli, const char *file, const char *more)
{
    char text[2000];
    snprintf(text, sizeof text,
        "name: %.*s\n%s"
        "run: {measure: 2022-03-01..2022-03-05, warm_up: 2 d, steady: no_claim, replications: 2}\n"
        "resources: {desk: {servers: 4, owner: customs}}\n"
        "streams: {in: {direction: import, process: p, arrivals: {rate: 20/h}}}\n"
        "processes:\n  p:\n"
        "    - permit: {delay: exponential mean 2 h, owner: commerce}\n"
        "    - quarantine: {delay: exponential mean 3 h, owner: health}\n"
        "    - selectivity: {top_up: {red: 10 %%}}\n"
        "    - documents: {service: exponential mean 9 min, by: desk}\n"
        "    - examination: {service: exponential mean 12 min, by: desk, when: lane == red, finds: {share: 50 %%}}\n"
        "    - release: {milestone: released}\n"
        "policies:\n"
        "  same: {set: {resources.desk.servers: 4}}\n"
        "  a_policy_whose_name_takes_room: {set: {resources.desk.servers: 5}}\n"
        "  another_one_whose_name_does_too: {set: {processes.p.quarantine.delay: exponential mean 2 h}}\n",
        (int)strcspn(file, "."), file, more);
    cli_write(cli, file, text);
}

static void every_picture_says_what_the_scenario_wants_said(void **state)
{
    static const char *const pictures[] = {"throughput", "cumulative", "cdf", "stages", "queues", "utilisation",
        "compare", "capacity", "frontier", "waterfall"};
    struct cli *cli = *state;
    if (cli_shell(cli, "command -v gnuplot")) skip();
    cli_clean(cli);
    put_scenario(cli, "plain.yaml", "");
    put_scenario(cli, "marked.yaml", "notice: A demonstration of nothing.\n");
    for (size_t i = 0; i < sizeof pictures / sizeof pictures[0]; i++) {
        cli_shell(cli,
            "$G plot %s marked.yaml marked.yaml+another_one_whose_name_does_too -n 2 -q -o a.svg && "
            "grep -c 'A demonstration of nothing' a.svg",
            pictures[i]);
        cli_prints(cli, 0, "1\n");
    }
    cli_shell(cli, "$G plot cdf plain.yaml marked.yaml -q -o b.svg && grep -c 'A demonstration of nothing' b.svg; "
                   "$G plot cdf plain.yaml plain.yaml -q -o c.svg && grep -c 'demonstration' c.svg");
    cli_prints(cli, 1, "1\n0\n");
}

static void every_answer_says_what_the_scenario_wants_said(void **state)
{
    static const char *const asked[] = {"run marked.yaml", "compare marked.yaml marked.yaml+same",
        "compare plain.yaml marked.yaml", "attribute marked.yaml marked.yaml+another_one_whose_name_does_too",
        "sweep marked.yaml --vary resources.desk.servers=4,5", "frontier marked.yaml", "show run:1",
        "staff marked.yaml --vary resources.desk.servers=2..5 --promise 'import.clearance.mean_h <= 9 h'"};
    struct cli *cli = *state;
    cli_clean(cli);
    put_scenario(cli, "plain.yaml", "");
    put_scenario(cli, "marked.yaml", "notice: A demonstration of nothing.\n");
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        cli_shell(cli, "$G %s -q | grep -c 'A demonstration of nothing.$'", asked[i]);
        cli_prints(cli, 0, "1\n");
        cli_shell(cli, "$G %s -q --json | grep -c 'notice\": \"A demonstration of nothing.\"'", asked[i]);
        assert_int_equal(cli->code, 0);
    }
    cli_shell(cli, "$G attribute plain.yaml plain.yaml+same -q --json | grep notice");
    assert_int_equal(cli->code, 1);
}

static void each_agency_has_a_colour_of_its_own(void **state)
{
    struct cli *cli = *state;
    if (cli_shell(cli, "command -v gnuplot")) skip();
    cli_clean(cli);
    put_scenario(cli, "two.yaml", "");
    cli_shell(cli, "$G plot stages two.yaml -q -o a.svg && tr -d ' ' <a.svg | grep -o 'rgb([0-9,]*)' | sort -u | "
                   "grep -e '(204,121,167)' -e '(240,228,66)' -e '(0,114,178)'");
    cli_prints(cli, 0, "(204,121,167)", "(240,228,66)", "(0,114,178)");
}

/* The file's own rate, 10 %, is in the store already under the name that the attribution gave it. */
static void a_frontier_may_reuse_what_another_question_simulated(void **state)
{
    struct cli *cli = *state;
    if (cli_shell(cli, "command -v gnuplot")) skip();
    cli_clean(cli);
    put_scenario(cli, "s.yaml", "");
    cli_shell(cli, "$G attribute s.yaml s.yaml+another_one_whose_name_does_too -q -n 2 >/dev/null && "
                   "$G frontier s.yaml --vary 'processes.p.selectivity.top_up.red=5 %%,10 %%' -q -n 2");
    cli_prints(cli, 0, "s, import\n");
    assert_null(strstr(cli->out, "\ns at"));
}

static void a_frontier_without_compliance_is_drawn_and_says_what_is_not_known(void **state)
{
    struct cli *cli = *state;
    if (cli_shell(cli, "command -v gnuplot")) skip();
    cli_clean(cli);
    put_scenario(cli, "s.yaml", "");
    cli_shell(cli, "$G plot frontier s.yaml -q -n 2 -o a.svg && grep -c 'not known' a.svg");
    cli_prints(cli, 0, "2\n");
}

/* The store has a variant once, under its first name; what is shown goes by the name that was typed. */
static void a_variant_goes_by_the_name_that_was_typed(void **state)
{
    struct cli *cli = *state;
    cli_clean(cli);
    put_scenario(cli, "s.yaml", "");
    cli_shell(cli, "$G run s.yaml -q -n 2 >/dev/null && $G run s.yaml+same -q -n 2");
    cli_prints(cli, 0, "s +same", "2 replications reused");
    cli_shell(cli, "$G compare s.yaml+same s.yaml+another_one_whose_name_does_too s.yaml -q -n 2");
    cli_prints(cli, 0, "A  s +same", "C  s  ");
}

static void a_list_of_runs_cuts_long_lists_of_variants(void **state)
{
    struct cli *cli = *state;
    cli_clean(cli);
    put_scenario(cli, "s.yaml", "");
    cli_shell(cli, "$G plot capacity s.yaml -q -n 1 -o a.svg; $G show runs");
    cli_prints(cli, 0, "s x0.50, s x0.60", " more\n");
    cli_shell(cli, "$G show runs --json");
    cli_prints(cli, 0, "s x1.50");
}

static void an_axis_of_a_few_days_has_each_date_once(void **state)
{
    static const char *const pictures[] = {"throughput", "cumulative"};
    struct cli *cli = *state;
    if (cli_shell(cli, "command -v gnuplot")) skip();
    cli_clean(cli);
    put_scenario(cli, "days.yaml", "");
    for (size_t i = 0; i < 2; i++) {
        cli_shell(cli,
            "$G plot %s days.yaml -q -o a.svg && grep -o '0[0-9] Mar' a.svg | sort | uniq -c | grep -c ' 1 '; "
            "grep -o '0[0-9] Mar' a.svg | sort | uniq -d",
            pictures[i]);
        cli_prints(cli, 0, "");
        assert_true(atoi(cli->out) >= 3);
        assert_null(strstr(cli->out, "Mar"));
    }
}

/* Where a text stands, from the top; the last one that begins so. */
static double height_of(const struct cli *cli, const char *text)
{
    double y = -1, found = -1;
    char wanted[200];
    snprintf(wanted, sizeof wanted, "<text>%s", text);
    for (const char *line = cli->out; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        size_t n = strcspn(line, "\n");
        const char *at = memmem(line, n, "translate(", 10), *here = memmem(line, n, wanted, strlen(wanted));
        if (at) sscanf(at, "translate(%*[0-9.],%lf", &y);
        if (here) found = y;
    }
    if (found < 0) fail_msg("'%s' is not in the picture", text);
    return found;
}

static void many_long_names_leave_the_panels_free(void **state)
{
    struct cli *cli = *state;
    if (cli_shell(cli, "command -v gnuplot")) skip();
    cli_clean(cli);
    put_scenario(cli, "s.yaml", "");
    cli_shell(cli, "a=+a_policy_whose_name_takes_room; b=+another_one_whose_name_does_too; "
                   "$G plot throughput s.yaml s.yaml$a s.yaml$b s.yaml$a$b -q -o a.svg && cat a.svg");
    assert_int_equal(cli->code, 0);
    assert_true(height_of(cli, "releases s +a_policy_whose_name_takes_room +another") + 15 < height_of(cli, "Imports"));
    cli_shell(cli, "$G plot throughput s.yaml -q -o a.svg && cat a.svg");
    assert_true(height_of(cli, "releases s") + 15 < height_of(cli, "Imports"));
}

static void the_copies_of_a_resource_are_told_apart_by_their_site(void **state)
{
    struct cli *cli = *state;
    if (cli_shell(cli, "command -v gnuplot")) skip();
    cli_clean(cli);
    put_scenario(cli, "s.yaml", "sites: {north: {label: The North}, south: {}}\n");
    cli_shell(cli, "$G plot queues s.yaml -q -o a.svg && grep -o -e 'The North: desk' -e 'south: desk' a.svg");
    cli_prints(cli, 0, "The North: desk\nsouth: desk\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_interrupt_while_gnuplot_draws_leaves_no_part_of_the_picture),
        cmocka_unit_test(an_interrupted_sweep_keeps_what_is_complete_and_goes_on),
        cmocka_unit_test(every_picture_says_what_the_scenario_wants_said),
        cmocka_unit_test(every_answer_says_what_the_scenario_wants_said),
        cmocka_unit_test(each_agency_has_a_colour_of_its_own),
        cmocka_unit_test(a_frontier_may_reuse_what_another_question_simulated),
        cmocka_unit_test(a_frontier_without_compliance_is_drawn_and_says_what_is_not_known),
        cmocka_unit_test(a_variant_goes_by_the_name_that_was_typed),
        cmocka_unit_test(a_list_of_runs_cuts_long_lists_of_variants),
        cmocka_unit_test(an_axis_of_a_few_days_has_each_date_once),
        cmocka_unit_test(many_long_names_leave_the_panels_free),
        cmocka_unit_test(the_copies_of_a_resource_are_told_apart_by_their_site),
    };
    return cmocka_run_group_tests_name("cli_plot", tests, cli_begin, cli_end);
}
