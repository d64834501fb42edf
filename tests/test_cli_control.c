/* test_cli_control.c - compare shows who gained and who lost, and what control found, where a scenario asks for it. */
#include "tests/cli.h"

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

static void nothing_of_it_stands_where_nobody_asks(void **state)
{
    struct cli *cli = *state;
    compare(cli, "plain.yaml", "", "");
    assert_int_equal(cli->code, 0);
    assert_null(strstr(cli->out, "BY CLASS"));
    assert_null(strstr(cli->out, "recall"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_gained_and_who_lost_stands_in_a_block_of_its_own),
        cmocka_unit_test(nothing_of_it_stands_where_nobody_asks),
    };
    return cmocka_run_group_tests_name("cli_control", tests, cli_begin, cli_end);
}
