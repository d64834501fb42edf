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
        cli_shell(cli,
            "$G %s -n 10000 -j 2 -q & child=$!; while ! test -s greenlane.db; do sleep 0.05; done; sleep 1; "
            "kill -INT $child; wait $child",
            command[i]);
        cli_says(cli, 130, "interrupted", "are kept in greenlane.db");
        assert_int_equal(cli_files(cli), 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_interrupt_while_gnuplot_draws_leaves_no_part_of_the_picture),
        cmocka_unit_test(an_interrupted_sweep_keeps_what_is_complete_and_goes_on),
    };
    return cmocka_run_group_tests_name("cli_plot", tests, cli_begin, cli_end);
}
