/* test_make.c - the Makefile, where what it needs is missing. */
#include "tests/cli.h"

/* A build that nobody has made, so that nothing of it is there already. */
#define MAKE "env -u MAKEFLAGS -u MAKELEVEL -u MAKEOVERRIDES make -s -C \"$R\" MODE=not-built-by-tests "
#define OBJECT "build/not-built-by-tests/engine/core/elementary.o"

static void a_missing_package_is_named_with_the_command_that_installs_it(void **state)
{
    struct cli *cli = *state;
    cli_clean(cli);
    cli_shell(cli, "mkdir bin; printf '#!/bin/sh\ncase $2 in yaml-0.1|gsl) exit 1;; esac\n' >bin/pkg-config; "
                   "chmod +x bin/pkg-config; PATH=$PWD/bin:$PATH " MAKE OBJECT);
    cli_says(cli, 2, "not found: yaml-0.1 gsl;", "'make bootstrap' installs");
    assert_null(strstr(cli->err, "fatal error")); /* the compiler's */
    cli_shell(cli, "PATH=$PWD/bin:$PATH " MAKE "help");
    cli_prints(cli, 0, "make bootstrap");
    cli_shell(cli, MAKE "packages");
    cli_says(cli, 0, "");
}

static void a_missing_header_library_or_test_library_is_named_too(void **state)
{
    struct cli *cli = *state;
    cli_clean(cli);
    cli_shell(cli, "mkdir bin; printf '#!/bin/sh\ntest $2 != cmocka\n' >bin/pkg-config; chmod +x bin/pkg-config; "
                   "PATH=$PWD/bin:$PATH " MAKE "packages && PATH=$PWD/bin:$PATH " MAKE "packages-test");
    cli_says(cli, 2, "not found: cmocka;", "'make bootstrap-test' installs");
    cli_shell(cli, MAKE "CC='cc -nostdinc' packages");
    cli_says(cli, 2, "not found: Random123;");
    cli_shell(cli, MAKE "CC=no-such-compiler " OBJECT);
    cli_says(cli, 2, "no-such-compiler;", "make bootstrap");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_missing_package_is_named_with_the_command_that_installs_it),
        cmocka_unit_test(a_missing_header_library_or_test_library_is_named_too),
    };
    return cmocka_run_group_tests_name("make", tests, cli_begin, cli_end);
}
