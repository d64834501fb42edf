/* test_verify.c - what makes a reference case agree, miss or be too wide; the tests over many; the tables of the suite.
 */
#include "tests/cli.h"
#include "tools/judge.h"
#include "tools/suite.h"

#include <math.h>

/* n values of the given mean and standard deviation, in pairs on either side. */
static void spread(double *value, size_t n, double mean, double sd)
{
    double away = sd * sqrt((double)(n - 1) / (double)n);
    for (size_t i = 0; i < n; i++) value[i] = mean + (i % 2 ? away : -away);
}

static void a_case_agrees_up_to_four_standard_errors(void **state)
{
    (void)state;
    double value[100];
    spread(value, 100, 10, 0.2); /* standard error 0.02 */
    assert_true(judge_case(value, 100, 10.0799, false).pass);
    assert_true(judge_case(value, 100, 9.9201, false).pass);
    assert_false(judge_case(value, 100, 10.0801, false).pass);
    assert_true(fabs(judge_case(value, 100, 9.95, false).z - 2.5) < 1e-9);
}

static void an_estimate_too_vague_to_miss_is_a_miss(void **state)
{
    (void)state;
    double value[100];
    spread(value, 100, 10, 1.1); /* half-width 0.218 */
    struct verdict verdict = judge_case(value, 100, 10, false);
    assert_true(verdict.close && !verdict.narrow && !verdict.pass);
    assert_true(judge_case(value, 100, 10, true).pass);
    spread(value, 100, 0.04, 0.045); /* 0.0089: over 2 %, under 0.01 */
    assert_true(judge_case(value, 100, 0.04, false).pass);
    assert_false(judge_case(value, 100, 0.06, false).narrow);
}

static void a_missing_value_is_a_miss(void **state)
{
    (void)state;
    double value[4] = {1, 1.001, NAN, 0.999};
    assert_false(judge_case(value, 4, 1, false).pass);
    assert_false(judge_identity(value, 4, 1).pass);
}

static void equal_values_agree_only_when_exact(void **state)
{
    (void)state;
    double value[4] = {3, 3, 3, 3};
    assert_true(judge_case(value, 4, 3, false).pass);
    assert_false(judge_case(value, 4, 3.0001, false).pass);
}

static void an_identity_holds_in_every_replication(void **state)
{
    (void)state;
    double value[3] = {1, 1 + 1e-12, 1 - 1e-12};
    assert_true(judge_identity(value, 3, 1).pass);
    value[1] = 1 + 1e-8;
    assert_false(judge_identity(value, 3, 1).pass);
}

static void students_t_becomes_the_normal_deviate_of_the_same_tail(void **state)
{
    (void)state;
    double value[10];
    spread(value, 10, 0, sqrt(10)); /* standard error 1 */
    /* 2.2622 cuts off 2.5 % with 9 degrees of freedom, as 1.95996 does of the normal distribution. */
    assert_true(fabs(judge_case(value, 10, -2.262157, false).normal - 1.959964) < 1e-5);
    assert_true(fabs(judge_case(value, 10, 2.262157, false).normal + 1.959964) < 1e-5);
}

static void the_pooled_band_holds_what_is_likely_and_neither_more_nor_less(void **state)
{
    (void)state;
    double z[70];
    for (size_t i = 0; i < 70; i++) z[i] = i % 2 ? 1 : -1;
    struct pooled pooled = judge_pooled(z, 70);
    assert_true(pooled.pass && fabs(pooled.sum - 70) < 1e-12);
    assert_true(pooled.low > 35 && pooled.low < 40 && pooled.high > 112 && pooled.high < 118); /* tables: 37.5, 115.6 */
    for (size_t i = 0; i < 70; i++) z[i] *= 1.4;
    assert_false(judge_pooled(z, 70).pass); /* intervals too narrow, or a bias */
    for (size_t i = 0; i < 70; i++) z[i] *= 0.4;
    assert_false(judge_pooled(z, 70).pass); /* too good to be true */
    assert_false(judge_pooled(z, 0).pass);
}

static void coverage_counts_the_intervals_that_hold_the_value(void **state)
{
    (void)state;
    enum { EACH = 4, N = EACH * COVERAGE_INTERVALS };
    double *value = malloc(N * sizeof *value);
    assert_non_null(value);
    for (size_t i = 0; i < COVERAGE_INTERVALS; i++)
        spread(value + i * EACH, EACH, i % 20 ? 1 : 9, 0.1); /* one in 20 is off */
    struct coverage coverage = judge_coverage(value, N, 1);
    assert_int_equal(coverage.covered, 950);
    assert_true(coverage.pass && fabs(coverage.low - 0.927) < 5e-4 && fabs(coverage.high - 0.973) < 5e-4);
    for (size_t i = 0; i < COVERAGE_INTERVALS; i++) spread(value + i * EACH, EACH, 1, 0.1);
    assert_false(judge_coverage(value, N, 1).pass); /* intervals that always hold it are too wide */
    coverage = judge_stopped_coverage(value, N, 1, 0.05);
    assert_int_equal(coverage.intervals, N / 20); /* precise at the first look */
    free(value);
}

/* ---- the tables ---- */

static void every_exact_value_has_a_place_in_the_suite(void **state)
{
    (void)state;
    struct suite suite;
    assert_int_equal(suite_read(&suite, "tests/reference"), 0);
    assert_int_equal(suite.exact->rows, 190);
    assert_true(suite.cases >= 190 && suite.models >= 78 && suite.twins >= 82);
    for (size_t m = 0; m < suite.models; m++) {
        size_t pooled = 0;
        assert_int_equal(suite.model[m].seed, m + 1); /* in the order of the file, never chosen */
        for (size_t i = 0; i < suite.cases; i++) pooled += suite.item[i].model == m && suite.item[i].use == USE_POOLED;
        assert_true(pooled <= 1);
    }
    suite_clear(&suite);
}

static const char exact_table[] = "id,model,parameters,measure,exact_value,citation\n"
                                  "A-1,M/M/1,lam=0.5;mu=1,L,1,known\n"
                                  "A-2,M/M/1,lam=0.5;mu=1,W,2,known\n";
static const char model_file[] = "format: 1\nname: a\n"
                                 "run: {measure: 2000 h, warm_up: 100 h, replications: 400, metrics: "
                                 "[station.desk.number.mean, station.desk.sojourn.mean]}\n"
                                 "resources: {desk: {servers: 1}}\n"
                                 "streams: {c: {process: p, arrivals: {rate: 0.5/h}}}\n"
                                 "processes: {p: [{s: {service: exponential mean 1 h, by: desk}}]}\n";

/* The command on a suite of one model in the test's folder. */
static int verify_with(struct cli *cli, const char *cases, const char *twins, const char *options)
{
    cli_write(cli, "reference_cases.csv", exact_table);
    cli_write(cli, "a.yaml", model_file);
    cli_write(cli, "cases.csv", cases);
    cli_write(cli, "twins.csv", twins);
    return cli_shell(cli, "$G verify . %s", options);
}

#define CASES                                                                                                          \
    "id,scenario,estimate,use\n"                                                                                       \
    "A-1,a,station.desk.number.mean,pooled\n"                                                                          \
    "A-2,a,station.desk.sojourn.mean,\n"
#define TWINS "id,set,when,what\nA-2,streams.c.arrivals.rate=0.55/h,quick,more\n"

static void the_command_ends_with_0_when_all_agree_and_1_on_a_miss(void **state)
{
    struct cli *cli = *state;
    assert_int_equal(verify_with(cli, CASES, TWINS, "--case A-1 --case A-2"), 0);
    assert_non_null(strstr(cli->out, "2 of 2 cases agree"));
    assert_int_equal(
        verify_with(cli,
            "id,scenario,estimate,use\nA-1,a,station.desk.number.mean,\nA-2,a,1.05 * station.desk.sojourn.mean,\n",
            TWINS, "--case A-2"),
        1);
    assert_non_null(strstr(cli->out, "MISSED"));
}

static void a_twin_that_agrees_is_a_miss(void **state)
{
    struct cli *cli = *state;
    assert_int_equal(verify_with(cli, CASES, TWINS "A-1,resources.desk.servers=2,quick,one more\n", "--case A-1"), 0);
    assert_non_null(strstr(cli->out, "1 of 1 wrong twins are caught"));
    assert_int_equal(
        verify_with(cli, CASES, TWINS "A-1,streams.c.arrivals.rate=0.5/h,quick,the same\n", "--case A-1"), 1);
    assert_non_null(strstr(cli->out, "NOT CAUGHT"));
}

static void the_same_table_comes_from_any_number_of_threads(void **state)
{
    struct cli *cli = *state;
    assert_int_equal(verify_with(cli, CASES, TWINS, "--case A-1 --json -j 1"), 0);
    struct json_value *one = json_read(cli->out);
    assert_int_equal(cli_shell(cli, "$G verify . --case A-1 --json -j 3"), 0);
    struct json_value *three = json_read(cli->out);
    const struct json_value *a = &json_get(&json_get(one, "models")->item[0], "cases")->item[0];
    const struct json_value *b = &json_get(&json_get(three, "models")->item[0], "cases")->item[0];
    assert_true(json_get_number(a, "estimate", 0) == json_get_number(b, "estimate", 1));
    assert_true(json_get_number(a, "half_width", 0) == json_get_number(b, "half_width", 1));
    json_free(one);
    json_free(three);
}

static void what_is_wrong_in_a_table_is_said_with_its_line(void **state)
{
    struct cli *cli = *state;
    static const struct {
        const char *cases, *twins, *says;
        int code;
    } row[] = {
        {"id,scenario,estimate,use\nA-1,a,station.desk.number.mean,\n", TWINS, "cases.csv says nothing about 'A-2'",
            65},
        {CASES "B-1,a,1,\n", TWINS, "cases.csv:4: there is no exact value for 'B-1'", 65},
        {CASES "A-1,a,1 +,\n", TWINS, "cases.csv:4: a number or a metric is wanted", 65},
        {CASES "A-1,a,1,often\n", TWINS, "cases.csv:4: the use is pooled", 65},
        {CASES, TWINS "B-1,x=1,quick,y\n", "twins.csv:3: no case is run that has the id 'B-1'", 65},
        {CASES, TWINS "A-1,x=1,now,y\n", "twins.csv:3: a twin runs when: quick or full, not 'now'", 65},
    };
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        assert_int_equal(verify_with(cli, row[i].cases, row[i].twins, ""), row[i].code);
        assert_non_null(strstr(cli->err, row[i].says));
    }
    assert_int_equal(verify_with(cli, CASES, TWINS, "--case B-1"), 64);
    assert_int_equal(cli_shell(cli, "$G verify no_such_folder"), 66);
}

/* ---- the store ---- */

static void the_store_gets_one_row_a_case_whatever_the_replications(void **state)
{
    struct cli *cli = *state;
    if (cli_shell(cli, "command -v sqlite3")) skip();
    cli_shell(cli, "rm -f *.db");
    assert_int_equal(verify_with(cli, CASES, TWINS, "--case A-1 --case A-2 --json"), 0);
    struct json_value *json = json_read(cli->out);
    assert_true(json_get_number(json, "run", 0) == 1);
    const struct json_value *cases = json_get(&json_get(json, "models")->item[0], "cases");
    char line[1000];
    snprintf(line, sizeof line,
        "sqlite3 greenlane.db \"SELECT \\\"case\\\", abs(estimate - %.17g) < 1e-12, abs(half_width - %.17g) < 1e-12,"
        " abs(z - %.17g) < 1e-9, exact, pass, replications, seed, scenario, measure FROM v_verify LIMIT 1\"",
        json_get_number(&cases->item[0], "estimate", 0), json_get_number(&cases->item[0], "half_width", 0),
        json_get_number(&cases->item[0], "z", 0));
    cli_shell(cli, "%s", line);
    cli_prints(cli, 0, "A-1|1|1|1|1.0|1|400|1|a|L\n");
    json_free(json);
    cli_shell(cli,
        "sqlite3 greenlane.db 'SELECT (SELECT count(*) FROM verification), (SELECT count(*) FROM replication), "
        "kind, seconds > 0, command FROM run'");
    cli_prints(cli, 0, "2|0|verify|1|greenlane verify . --case A-1 --case A-2 --json");
    cli_shell(cli, "$G show runs");
    cli_prints(cli, 0, "verify");
    cli_shell(cli, "$G show run:1");
    cli_says(cli, 66, "run:1 is of `verify` and holds no scenario", "v_verify");
}

static void a_store_from_before_there_was_a_place_for_cases_gets_one(void **state)
{
    struct cli *cli = *state;
    if (cli_shell(cli, "command -v sqlite3")) skip();
    cli_shell(cli, "rm -f *.db");
    assert_int_equal(verify_with(cli, CASES, TWINS, "--case A-1"), 0);
    cli_shell(cli, "sqlite3 greenlane.db 'DROP VIEW v_verify; DROP TABLE verification'");
    cli_shell(cli, "$G verify . --case A-2 && sqlite3 greenlane.db 'SELECT run, case_id FROM verification'");
    cli_prints(cli, 0, "Stored as run:2 in greenlane.db, one row a case.", "2|A-2");
}

static void what_is_not_run_is_listed_with_its_reason_and_stored(void **state)
{
    struct cli *cli = *state;
    cli_shell(cli, "rm -f *.db");
    verify_with(cli, "id,scenario,estimate,use\nA-1,a,station.desk.number.mean,pooled\nA-2,,nobody knows how,not_run\n",
        TWINS "A-1,resources.desk.servers=2,quick,one more\n", "");
    cli_says(cli, 65, "no case is run that has the id 'A-2'"); /* its twin has nothing to be compared with */
    verify_with(cli, "id,scenario,estimate,use\nA-1,a,station.desk.number.mean,pooled\nA-2,,nobody knows how,not_run\n",
        "id,set,when,what\nA-1,resources.desk.servers=2,quick,one more\n", "");
    cli_prints(cli, 1, "case      measure", "exact", "estimate", "half-width", "z  pass", "Not run",
        "A-2       nobody knows how", "1 of 1 cases agree"); /* 1: one model has no 1,000 intervals */
    if (cli_shell(cli, "command -v sqlite3")) skip();
    cli_shell(cli, "sqlite3 greenlane.db \"SELECT case_id, estimate_of FROM verification WHERE estimate IS NULL\"");
    cli_prints(cli, 0, "A-2|nobody knows how\n");
}

static void what_cannot_be_stored_is_told_before_anything_is_simulated(void **state)
{
    struct cli *cli = *state;
    cli_shell(cli, "rm -f *.db");
    verify_with(cli, CASES, TWINS, "--case A-1 --db no/such/folder.db");
    cli_says(cli, 73, "no/such/folder.db", "--db");
    assert_string_equal(cli->out, "");
    verify_with(cli, CASES, TWINS, "--case B-1"); /* and what cannot be run makes no store */
    assert_false(cli_has_file(cli, "greenlane.db"));
}

static void a_metric_that_is_not_observed_is_a_miss_and_is_named(void **state)
{
    struct cli *cli = *state;
    assert_int_equal(
        verify_with(cli, "id,scenario,estimate,use\nA-1,a,station.desk.colour.mean,\nA-2,a,2,\n", TWINS, "--case A-1"),
        1);
    assert_non_null(strstr(cli->err, "there is no metric 'station.desk.colour.mean'"));
    assert_non_null(strstr(cli->out, "NOT RUN"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_case_agrees_up_to_four_standard_errors),
        cmocka_unit_test(an_estimate_too_vague_to_miss_is_a_miss),
        cmocka_unit_test(a_missing_value_is_a_miss),
        cmocka_unit_test(equal_values_agree_only_when_exact),
        cmocka_unit_test(an_identity_holds_in_every_replication),
        cmocka_unit_test(students_t_becomes_the_normal_deviate_of_the_same_tail),
        cmocka_unit_test(the_pooled_band_holds_what_is_likely_and_neither_more_nor_less),
        cmocka_unit_test(coverage_counts_the_intervals_that_hold_the_value),
        cmocka_unit_test(every_exact_value_has_a_place_in_the_suite),
        cmocka_unit_test(the_command_ends_with_0_when_all_agree_and_1_on_a_miss),
        cmocka_unit_test(a_twin_that_agrees_is_a_miss),
        cmocka_unit_test(the_same_table_comes_from_any_number_of_threads),
        cmocka_unit_test(what_is_wrong_in_a_table_is_said_with_its_line),
        cmocka_unit_test(the_store_gets_one_row_a_case_whatever_the_replications),
        cmocka_unit_test(a_store_from_before_there_was_a_place_for_cases_gets_one),
        cmocka_unit_test(what_is_not_run_is_listed_with_its_reason_and_stored),
        cmocka_unit_test(what_cannot_be_stored_is_told_before_anything_is_simulated),
        cmocka_unit_test(a_metric_that_is_not_observed_is_a_miss_and_is_named),
    };
    return cmocka_run_group_tests(tests, cli_begin, cli_end);
}
