/* test_documentation.c - scenarios/README.md says what is true: every example checks and runs, every metric named below
 * it comes out as a number, and its tables of fields are the program's.
 *
 * An example is a block ```yaml, perhaps with a line `Metrics: NAME, NAME` right behind it; a block ```csv FILE is a
 * data file that later examples read. Examples lie in one folder and are run with two replications.
 */
#include "models/scenario/fields.h"
#include "tests/cli.h"

enum { LEAST_EXAMPLES = 39 };

struct page {
    char *text;
    size_t examples, metrics;
};

static char *page_text(const struct cli *cli)
{
    char path[1100];
    snprintf(path, sizeof path, "%s/scenarios/README", cli->root);
    return cli_read(path, ".md");
}

/* The text up to `end`, cut off; *rest is what follows. NULL: `end` does not come. */
static char *cut(char *text, const char *end, char **rest)
{
    char *at = strstr(text, end);
    if (!at) return NULL;
    *at = '\0';
    *rest = at + strlen(end);
    return text;
}

static void expect_number(const struct json_value *json, const char *name, const char *file)
{
    const struct json_value *metric = json_get(json_get(json, "metrics"), name);
    const struct json_value *estimate = json_get(metric, "estimate");
    if (!metric) fail_msg("%s: there is no metric %s", file, name);
    if (!estimate || estimate->kind != JSON_NUMBER) fail_msg("%s: %s is not a number", file, name);
}

static void expect_numbers(const struct cli *cli, char *names, const char *file, struct page *page)
{
    struct json_value *json = cli_json(cli);
    char *rest = NULL;
    for (char *name = strtok_r(names, ",", &rest); name; name = strtok_r(NULL, ",", &rest)) {
        expect_number(json, name + strspn(name, " "), file);
        page->metrics++;
    }
    json_free(json);
}

/* The line behind an example names its metrics; cut off, *rest what follows. */
static char *metrics_line(char *text, char **rest)
{
    static const char word[] = "Metrics: ";
    if (strncmp(text, word, sizeof word - 1) != 0) return NULL;
    return cut(text + sizeof word - 1, "\n", rest);
}

static char *run_example(struct cli *cli, char *text, char *rest, struct page *page)
{
    char file[100];
    if (sscanf(text, "name: %60s", file) != 1) fail_msg("an example does not begin with its name: %.60s", text);
    strcat(file, ".yaml");
    cli_write(cli, file, text);
    cli_shell(cli, "$G check %s", file);
    if (cli->code || cli->err[0]) fail_msg("%s: check says %d: %s", file, cli->code, cli->err);
    cli_shell(cli, "$G run %s --json -q -n 2 -j 2 --db documentation.db", file);
    if (cli->code) fail_msg("%s: run says %d: %s", file, cli->code, cli->err);
    char *names = metrics_line(rest, &rest);
    if (!names) fail_msg("%s: no line of Metrics: follows the example", file);
    expect_numbers(cli, names, file, page);
    page->examples++;
    return rest;
}

static void every_example_runs_and_has_the_metrics_named_below_it(void **state)
{
    struct cli *cli = *state;
    struct page page = {.text = page_text(cli)};
    for (char *at = page.text; (at = strstr(at, "\n```")) != NULL;) {
        char *rest = at + 4, *kind = cut(at + 4, "\n", &rest), *text = NULL;
        if (kind) text = cut(rest, "\n```\n", &rest);
        if (!text) fail_msg("a block is not closed: %.60s", at + 4);
        if (strcmp(kind, "yaml") == 0)
            rest = run_example(cli, text, rest, &page);
        else if (strncmp(kind, "csv ", 4) == 0)
            cli_write(cli, kind + 4, text);
        else
            fail_msg("a block is neither yaml nor csv FILE: '%s'", kind);
        at = rest - 1;
        *at = '\n';
    }
    print_message("%zu examples, %zu metrics\n", page.examples, page.metrics);
    assert_true(page.examples >= LEAST_EXAMPLES);
    assert_true(page.metrics >= 2 * page.examples);
    free(page.text);
}

static void the_tables_of_fields_are_the_programs(void **state)
{
    struct cli *cli = *state;
    char *text = page_text(cli), *rest = text, *written = NULL;
    size_t size = 0;
    assert_non_null(cut(text, "\n<!-- fields -->\n", &rest));
    char *tables = cut(rest, "<!-- end of fields -->", &rest);
    assert_non_null(tables);
    FILE *out = open_memstream(&written, &size);
    assert_non_null(out);
    fields_reference(out);
    fclose(out);
    if (strcmp(tables, written) != 0) fail_msg("scenarios/README.md has other tables of fields; run make reference");
    free(written);
    free(text);
}

static void the_command_prints_schema_and_reference(void **state)
{
    struct cli *cli = *state;
    cli_shell(cli, "$G schema");
    struct json_value *json = cli_json(cli);
    assert_string_equal(json_get_text(json, "$schema", ""), "http://json-schema.org/draft-07/schema#");
    assert_non_null(json_get(json_get(json, "definitions"), "step"));
    json_free(json);
    cli_shell(cli, "$G schema --reference");
    cli_prints(cli, 0, "### Fields of resource\n", "| discipline | fcfs or lcfs");
    cli_shell(cli, "$G schema extra");
    assert_int_equal(cli->code, 64);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_example_runs_and_has_the_metrics_named_below_it),
        cmocka_unit_test(the_tables_of_fields_are_the_programs),
        cmocka_unit_test(the_command_prints_schema_and_reference),
    };
    return cmocka_run_group_tests_name("documentation", tests, cli_begin, cli_end);
}
