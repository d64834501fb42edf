/* A result that breaks a conservation law is never reported. The linker gives this test every call of simulation_run
 * (Makefile): replication 2 of each variant comes back broken, as if flow had not been conserved. */
#include "engine/core/network.h"
#include "engine/core/result.h"
#include "tests/cli.h"
#include "tools/command.h"

#include <fcntl.h>

enum status __real_simulation_run(struct simulation *sim, uint64_t seed, uint64_t replication, const volatile int *stop,
    const struct result **result);
enum status __wrap_simulation_run(struct simulation *sim, uint64_t seed, uint64_t replication, const volatile int *stop,
    const struct result **result);

static bool breaks;

enum status __wrap_simulation_run(
    struct simulation *sim, uint64_t seed, uint64_t replication, const volatile int *stop, const struct result **result)
{
    enum status status = __real_simulation_run(sim, seed, replication, stop, result);
    if (status != STATUS_OK || !breaks || replication != 2) return status;
    snprintf(((struct result *)*result)->broken, sizeof(*result)->broken, "flow: 7 came in, 3 left, 3 are inside");
    return STATUS_BROKEN;
}

/* The command in this process, its output in files, as cli_shell leaves it. */
static int command(struct cli *cli, int argc, char **argv)
{
    char path[100];
    int saved[2] = {dup(1), dup(2)};
    fflush(NULL);
    for (int k = 0; k < 2; k++) {
        snprintf(path, sizeof path, "%s%s", cli->folder, k ? ".err" : ".out");
        int file = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
        assert_true(file >= 0 && dup2(file, k + 1) >= 0);
        close(file);
    }
    struct options options;
    int code = options_parse(&options, argc, argv);
    if (!code) code = options.command->run(&options);
    options_clear(&options);
    fflush(NULL);
    for (int k = 0; k < 2; k++) dup2(saved[k], k + 1), close(saved[k]);
    free(cli->out);
    free(cli->err);
    cli->out = cli_read(cli->folder, ".out");
    cli->err = cli_read(cli->folder, ".err");
    return cli->code = code;
}

static int run_small(struct cli *cli, const char *extra, const char *value)
{
    char db[100];
    snprintf(db, sizeof db, "%s/greenlane.db", cli->folder);
    const char *argv[] = {"greenlane", "run", "tests/cli/small.yaml", "-q", "--db", db, extra, value};
    return command(cli, value ? 8 : 6, (char **)argv);
}

static void a_broken_result_is_refused_with_its_reason(void **state)
{
    struct cli *cli = *state;
    breaks = true;
    run_small(cli, NULL, NULL);
    cli_says(cli, 70, "a check failed", "no run is stored", "replication 2 of variant 1",
        "7 came in, 3 left, 3 are inside", "seed 9");
    assert_string_equal(cli->out, "");
    run_small(cli, "--precision", "5%");
    cli_says(cli, 70, "replication 2 of variant 1");
    assert_string_equal(cli->out, "");
}

static void neither_it_nor_a_run_is_stored(void **state)
{
    struct cli *cli = *state;
    if (cli_shell(cli, "command -v sqlite3")) skip();
    cli_shell(cli, "sqlite3 greenlane.db 'SELECT (SELECT count(*) FROM run), (SELECT count(*) FROM replication WHERE "
                   "number >= 2)'");
    cli_prints(cli, 0, "0|0");
}

static void a_warm_up_that_was_found_changes_nothing_about_it(void **state)
{
    struct cli *cli = *state;
    breaks = true;
    run_small(cli, "--warm-up", "auto"); /* pilots have other numbers: they pass, replication 2 breaks */
    cli_says(cli, 70, "replication 2 of variant 1");
}

static void whole_results_of_the_same_process_are_reported(void **state)
{
    struct cli *cli = *state;
    breaks = false;
    run_small(cli, NULL, NULL);
    cli_prints(cli, 0, "Checks passed", "Stored as run:1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_broken_result_is_refused_with_its_reason),
        cmocka_unit_test(neither_it_nor_a_run_is_stored),
        cmocka_unit_test(a_warm_up_that_was_found_changes_nothing_about_it),
        cmocka_unit_test(whole_results_of_the_same_process_are_reported),
    };
    return cmocka_run_group_tests(tests, cli_begin, cli_end);
}
