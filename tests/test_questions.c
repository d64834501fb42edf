/* test_questions.c - sweep, frontier, staff and calibrate as a user meets them, where the answers are known. */
#include "tests/cli.h"
#include <math.h>

static const char *const delays =
    "format: 1\n"
    "name: delays\n"
    "run: {measure: 28 d, warm_up: 5 d, drain_limit: 200 d, replications: 4, seed: 3}\n"
    "streams:\n"
    "  import: {direction: import, process: import, arrivals: {rate: 300/d}}\n"
    "processes:\n"
    "  import:\n"
    "    - papers: {delay: {value: exponential mean 10 h, assumed: 8 h..15 h}, owner: trader}\n"
    "    - permit: {delay: constant 8 h, share: {value: 50 %, assumed: 20 %..60 %}, owner: other agency}\n"
    "    - release: {milestone: released}\n";

static const char *const desks = /* 10 an hour, half an hour each: five busy desks of either kind */
    "format: 1\n"
    "name: desks\n"
    "run: {measure: 60 d, warm_up: 5 d, drain_limit: 20 d, replications: 10, seed: 4}\n"
    "resources: {first: {servers: 10}, second: {servers: 10}}\n"
    "streams: {import: {direction: import, process: import, arrivals: {rate: 10/h}}}\n"
    "processes:\n"
    "  import:\n"
    "    - one: {service: exponential mean 30 min, by: first}\n"
    "    - two: {service: exponential mean 30 min, by: second}\n"
    "    - release: {milestone: released}\n";

static const char *const lanes =
    "format: 1\n"
    "name: lanes\n"
    "run: {measure: 28 d, warm_up: 5 d, drain_limit: 60 d, replications: 4, seed: 3}\n"
    "resources: {bays: {servers: 4}, officers: {servers: 8}}\n"
    "streams:\n"
    "  import: {direction: import, process: import, arrivals: {rate: 800/d}, attributes: {compliant: 95 %}}\n"
    "processes:\n"
    "  import:\n"
    "    - lodgement: {milestone: lodged}\n"
    "    - selectivity:\n"
    "        top_up: {red: {value: 5 %, assumed: 3 %..8 %}, yellow: 15 %}\n"
    "        score: {binormal: {compliant: normal mean 0 sd 1, not_compliant: normal mean 2.7 sd 1.54}}\n"
    "    - documents: {service: exponential mean 30 min, by: officers, when: lane == yellow or lane == red}\n"
    "    - examination: {service: exponential mean 90 min, by: bays, when: lane == red, finds: {share: 100 %}}\n"
    "    - release: {milestone: released}\n";

static double number_at(const struct json_value *list, size_t i, const char *map, const char *name, const char *key)
{
    assert_non_null(list);
    assert_true(i < list->count);
    const struct json_value *at = map ? json_get(&list->item[i], map) : &list->item[i];
    at = name ? json_get(at, name) : at;
    double number = json_get_number(at, key, NAN);
    if (isnan(number)) fail_msg("no number '%s'", key);
    return number;
}

static void close_to(double found, double wanted, double within)
{
    if (!(fabs(found - wanted) <= within)) fail_msg("found %g, wanted %g within %g", found, wanted, within);
}

/* ---- sweep ---- */
static void a_sweep_meets_every_combination_on_the_same_shipments(void **state)
{
    struct cli *cli = *state;
    cli_write(cli, "delays.yaml", delays);
    cli_shell(cli, "$G sweep delays.yaml --vary processes.import.papers.delay=5h..15h/5h --vary "
                   "processes.import.permit.share=20%%,40%% -q --json");
    struct json_value *json = cli_json(cli);
    const struct json_value *points = json_get(json, "points");
    assert_int_equal(points->count, 6);
    for (size_t i = 0; i < 6; i++) {
        double papers = 5 + 5 * (double)(i / 2), share = i % 2 ? 0.4 : 0.2,
               found = number_at(points, i, "metrics", "import.clearance.mean_h", "estimate");
        close_to(found, papers + 8 * share, 0.03 * found);
    }
    /* the same papers: the difference is that of the shares, with far less chance than either */
    double first = number_at(points, 1, "metrics", "import.clearance.mean_h", "estimate") -
                   number_at(points, 0, "metrics", "import.clearance.mean_h", "estimate");
    double second = number_at(points, 5, "metrics", "import.clearance.mean_h", "estimate") -
                    number_at(points, 4, "metrics", "import.clearance.mean_h", "estimate");
    close_to(first, second, 1e-9);
    json_free(json);
}

static void a_sweep_prints_a_table_writes_csv_and_is_not_simulated_twice(void **state)
{
    struct cli *cli = *state;
    cli_write(cli, "delays.yaml", delays);
    cli_shell(cli, "$G sweep delays.yaml --vary processes.import.papers.delay=x0.5,x2 --metric "
                   "import.stage.papers.mean_h -q -n 2 -o s.csv && cat s.csv");
    cli_prints(cli, 0, "import.stage.papers.mean_h", "papers.delay", "x0.5", "2 points x 2 replications",
        "Stored as run:1",
        "processes.import.papers.delay,import.stage.papers.mean_h,import.stage.papers.mean_h.half_width,"
        "replications,unreleased\nx0.5,",
        "\nx2,");
    char *once = strdup(cli->out);
    cli_shell(cli, "$G sweep delays.yaml --vary processes.import.papers.delay=x0.5,x2 --metric "
                   "import.stage.papers.mean_h -q -n 2 -o s.csv && cat s.csv");
    assert_non_null(strstr(cli->out, strstr(once, "processes.import")));
    free(once);
}

static void a_point_whose_shipments_were_not_all_released_is_marked(void **state)
{
    struct cli *cli = *state;
    cli_write(cli, "desks.yaml", desks);
    cli_shell(cli, "$G sweep desks.yaml --vary resources.first.servers=3,12 --metric import.clearance.mean_h --metric "
                   "import.clearance.within_24h --metric station.first.utilisation -n 2 -q -o s.csv && cat s.csv");
    cli_prints(cli, 0, "≥ ", "≤ ", "At 1 of 2 points some shipments were not released when the run ended: times ≥, shares within a time ≤.");
    const char *row = strstr(cli->out, "\n12,"), *end = row ? strchr(row + 1, '\n') : NULL; /* of the file: its last columns */
    assert_non_null(end);
    assert_memory_equal(end - 4, ",2,0", 4);
    cli_shell(cli, "$G sweep desks.yaml --vary resources.first.servers=3,12 --metric import.clearance.mean_h --metric "
                   "import.clearance.within_24h --metric station.first.utilisation -n 2 -q --json");
    struct json_value *json = cli_json(cli);
    const struct json_value *metrics = json_get(&json_get(json, "points")->item[0], "metrics");
    assert_string_equal(json_get_text(json_get(metrics, "import.clearance.mean_h"), "bound", "-"), "lower");
    assert_string_equal(json_get_text(json_get(metrics, "import.clearance.within_24h"), "bound", "-"), "upper");
    assert_string_equal(json_get_text(json_get(metrics, "station.first.utilisation"), "bound", "-"), "-");
    metrics = json_get(&json_get(json, "points")->item[1], "metrics");
    assert_string_equal(json_get_text(json_get(metrics, "import.clearance.mean_h"), "bound", "-"), "-");
    json_free(json);
}

static void a_latin_hypercube_meets_every_stratum_of_every_range_once(void **state)
{
    struct cli *cli = *state;
    cli_write(cli, "delays.yaml", delays);
    cli_shell(cli, "$G sweep delays.yaml --lhs 8 --vary processes.import.papers.delay=4h..12h --vary "
                   "processes.import.permit.share=20%%..60%% -q -n 1 --json");
    struct json_value *json = cli_json(cli);
    const struct json_value *points = json_get(json, "points");
    unsigned seen[2] = {0};
    assert_int_equal(points->count, 8);
    for (size_t i = 0; i < 8; i++)
        for (int v = 0; v < 2; v++) {
            const char *name = v ? "processes.import.permit.share" : "processes.import.papers.delay";
            double value = strtod(json_get_text(json_get(&points->item[i], "set"), name, "nan"), NULL);
            seen[v] |= 1u << (int)floor(v ? (value - 20) / 5 : value - 4);
        }
    assert_int_equal(seen[0], 255);
    assert_int_equal(seen[1], 255);
    json_free(json);
}

static void what_cannot_be_varied_is_said_with_a_remedy(void **state)
{
    struct cli *cli = *state;
    cli_write(cli, "delays.yaml", delays);
    cli_shell(cli, "$G sweep delays.yaml");
    cli_says(cli, 64, "say what to vary", "--vary");
    cli_shell(cli, "$G sweep delays.yaml --vary processes.import.paper.delay=3h,4h");
    cli_says(cli, 64, "did you mean 'papers'");
    cli_shell(cli, "$G sweep delays.yaml --vary processes.import.papers.delay=3h..9h");
    cli_says(cli, 64, "--lhs N");
    cli_shell(cli, "$G sweep delays.yaml --vary processes.import.papers.delay=9h..3h/1h");
    cli_says(cli, 64, "neither values");
    cli_shell(cli, "$G sweep delays.yaml --vary processes.import.papers.delay=3h,9h --vary processes.import.papers.delay=4h");
    cli_says(cli, 64, "stands there twice", "write all its values in one");
    cli_shell(cli, "$G staff delays.yaml --vary processes.import.papers.delay=1h..3h --promise 'import.clearance.p90_h <= 12 %%'");
    cli_says(cli, 64, "'12 %' does not go with this metric", "32.02 h");
    cli_shell(cli, "$G calibrate delays.yaml --vary processes.import.papers.delay --target 'import.clearance.mean_h = -3 h'");
    cli_says(cli, 64, "'-3 h' does not go with this metric");
    cli_shell(cli, "$G calibrate delays.yaml --vary processes.import.papers.delay --target 'import.clearance.within_24h = 3 h'");
    cli_says(cli, 64, "write a share");
    cli_shell(cli, "$G sweep delays.yaml --vary processes.import.papers.delay=3h,9h --out nowhere/x.csv");
    cli_says(cli, 73, "nowhere/x.csv", "No such file or directory");
    cli_shell(cli, "mkfifo p.svg && $G plot stages delays.yaml -o p.svg -q");
    cli_says(cli, 73, "p.svg is not a regular file");
    cli_shell(cli, "test -p p.svg && $G fit --data delays.yaml --column hours -o p.svg");
    cli_says(cli, 73, "p.svg is not a regular file");
    cli_shell(cli, "$G sweep delays.yaml --vary processes.import.papers.delay=3h..9h/1min --vary "
                   "processes.import.permit.share=1%%..90%%/0.1%%");
    assert_int_equal(cli->code, 64);
    cli_shell(
        cli, "$G sweep delays.yaml --vary processes.import.papers.delay=3h,4h --metric import.clearance.mean -q -n 1");
    cli_says(cli, 64, "import.clearance.mean");
    cli_shell(cli, "$G sweep run:1 --vary processes.import.papers.delay=3h,4h");
    cli_says(cli, 64, "stored run");
}

/* ---- staff ---- */
/* Erlang C at five busy desks: mean waits of 17.6, 4.86, 1.67 and 0.60 min with 6, 7, 8 and 9 of them. */
static void the_least_staff_of_one_desk_is_what_erlang_c_says(void **state)
{
    struct cli *cli = *state;
    cli_write(cli, "desks.yaml", desks);
    cli_shell(cli, "$G staff desks.yaml --promise 'station.first.wait.mean <= 3 min' --vary "
                   "resources.first.servers=2..20 -q --json");
    struct json_value *json = cli_json(cli);
    assert_true(json_get_number(json_get(json, "answer"), "resources.first.servers", 0) == 8);
    assert_int_equal(json_get(json_get(json, "verified"), "kept")->kind, JSON_TRUE);
    const struct json_value *verified =
        json_get(json, "verified"); /* within 4 standard errors: Student's t of ten is 2.262 */
    close_to(json_get_number(verified, "estimate", NAN), 1.673 / 60,
        4 * json_get_number(verified, "half_width", NAN) / 2.262);
    json_free(json);
    cli_shell(
        cli, "$G staff desks.yaml --promise 'station.first.wait.mean<=3 min' --vary resources.first.servers=2..20 -q");
    cli_prints(cli, 0, "SEARCH", "kept", "broken", "ANSWER  first 8 (the file has 10)", "Kept by fresh replications",
        "seed 5", "Stored as run:2");
}

/* 1 h of work and 0.081, 0.028 or 0.010 h of waiting with 7, 8 or 9 desks of a kind. */
static void the_least_staff_of_two_kinds_has_the_least_sum(void **state)
{
    struct cli *cli = *state;
    cli_write(cli, "desks.yaml", desks);
    cli_shell(cli,
        "$G staff desks.yaml --promise 'import.clearance.mean_h <= 1.125 h' --vary resources.first.servers=4..20 "
        "--vary resources.second.servers=4..20 -q --json");
    struct json_value *json = cli_json(cli);
    const struct json_value *answer = json_get(json, "answer");
    double sum =
        json_get_number(answer, "resources.first.servers", 0) + json_get_number(answer, "resources.second.servers", 0);
    assert_true(sum == 15);
    json_free(json);
}

static void a_promise_that_no_staff_keeps_fails_and_stores_nothing(void **state)
{
    struct cli *cli = *state;
    cli_write(cli, "desks.yaml", desks);
    cli_shell(cli,
        "$G staff desks.yaml --promise 'import.clearance.mean_h <= 55 min' --vary resources.first.servers=2..9 -q");
    cli_says(cli, 1, "not even the most staff", "import.clearance.mean_h");
    assert_int_equal(cli_has_file(cli, "greenlane.db"), 0);
    cli_shell(cli, "$G staff desks.yaml --vary resources.first.servers=2..9");
    cli_says(cli, 64, "--promise");
    cli_shell(cli, "$G staff desks.yaml --promise 'import.clearance.mean_h' --vary resources.first.servers=2..9");
    cli_says(cli, 64, "a sign and a value");
    cli_shell(cli, "$G staff desks.yaml --promise 'import.clearance.mean_h <= 5 h' --vary resources.first.servers=2,9");
    cli_says(cli, 64, "range of whole numbers");
    cli_shell(
        cli, "$G staff desks.yaml --promise 'import.clearance.mean_hh <= 5 h' --vary resources.first.servers=2..9 -q");
    cli_says(cli, 65, "did you mean 'import.clearance.mean_h'");
}

/* ---- calibrate ---- */
static void one_target_is_met_by_one_value_and_identifies_it(void **state)
{
    struct cli *cli = *state;
    cli_write(cli, "delays.yaml", delays);
    cli_shell(cli, "$G calibrate delays.yaml --target 'import.clearance.mean_h = 20 h' --vary "
                   "processes.import.papers.delay -q --json");
    struct json_value *json = cli_json(cli);
    close_to(number_at(json_get(json, "values"), 0, NULL, NULL, "is"), 16, 0.02 * 16);
    close_to(number_at(json_get(json, "targets"), 0, NULL, NULL, "found"), 20, 0.02);
    assert_true(json_get_number(json, "directions_not_identified", NAN) == 0);
    json_free(json);
    cli_shell(cli,
        "$G calibrate delays.yaml --target 'import.clearance.mean_h = 20 h' --vary processes.import.papers.delay -q");
    cli_prints(cli, 0, "met", "--set 'processes.import.papers.delay.value=exponential mean 1",
        "identified given all the others", "Nothing was stored");
    assert_int_equal(cli_has_file(cli, "greenlane.db"), 0);
}

static void two_targets_meet_two_values_a_time_and_a_share(void **state)
{
    struct cli *cli = *state;
    cli_write(cli, "delays.yaml", delays);
    cli_shell(cli, "$G calibrate delays.yaml --target 'import.clearance.mean_h = 14 h' --target "
                   "'import.stage.permit.share_met = 30%%' "
                   "--vary processes.import.papers.delay --vary processes.import.permit.share -q --json");
    struct json_value *json = cli_json(cli);
    close_to(number_at(json_get(json, "values"), 0, NULL, NULL, "is"), 11.6, 0.03 * 11.6);
    close_to(number_at(json_get(json, "values"), 1, NULL, NULL, "is"), 30, 1);
    assert_true(json_get_number(json, "directions_not_identified", NAN) == 0);
    json_free(json);
}

static void values_that_targets_cannot_tell_apart_are_named(void **state)
{
    struct cli *cli = *state;
    cli_write(cli, "delays.yaml", delays);
    const char *two = "--vary processes.import.papers.delay --vary processes.import.permit.share -q";
    cli_shell(cli, "$G calibrate delays.yaml --target 'import.clearance.mean_h = 16 h' %s", two);
    cli_prints(cli, 0, "NOT IDENTIFIED: 1 target cannot pin 2 values", "processes.import.papers.delay",
        "processes.import.permit.share", " with ", "down", "up");
    cli_shell(cli,
        "$G calibrate delays.yaml --target 'import.clearance.mean_h = 16 h' --target 'import.clearance.mean_h = 16 h' "
        "%s",
        two);
    cli_prints(cli, 0, "NOT IDENTIFIED: along this direction");
}

static void a_target_that_cannot_be_met_is_missed_with_exit_code_1(void **state)
{
    struct cli *cli = *state;
    cli_write(cli, "delays.yaml", delays);
    cli_shell(cli,
        "$G calibrate delays.yaml --target 'import.clearance.mean_h = 1 h' --vary processes.import.permit.share -q");
    cli_prints(cli, 1, "MISSED: no value that was tried meets what is asked; the one above comes");
    assert_null(strstr(cli->out, "NOT IDENTIFIED"));
    cli_write(cli, "desks.yaml", desks);
    cli_shell(cli, "$G calibrate desks.yaml --target 'import.clearance.mean_h = 1 h' --vary resources.first.servers");
    cli_says(cli, 64, "`greenlane staff`");
    cli_shell(cli, "$G calibrate delays.yaml --vary processes.import.permit.share");
    cli_says(cli, 64, "--target");
}

/* The distribution of a stage's time is kept where somebody asks, and these ask. */
static void a_number_that_only_a_question_asks_for_is_observed_for_it(void **state)
{
    struct cli *cli = *state;
    cli_write(cli, "desks.yaml", desks);
    cli_shell(cli, "$G sweep desks.yaml --vary resources.first.servers=8,12 --metric import.stage.one.p90_h --metric "
                   "'import.clearance.mean_h' -n 2 -q");
    cli_prints(cli, 0, "A  import.stage.one.p90_h");
    cli_shell(cli,
        "$G staff desks.yaml --promise 'import.stage.one.p90_h <= 1.3 h' --vary resources.first.servers=6..12 "
        "--set 'run.metrics=[import.stage.two.p90_h]' -q");
    cli_prints(cli, 0, "ANSWER", "Kept");
    cli_write(cli, "delays.yaml", delays);
    cli_shell(cli,
        "$G calibrate delays.yaml --target 'import.stage.papers.p50_h = 8 h' --vary processes.import.papers.delay -q");
    cli_prints(cli, 0, "import.stage.papers.p50_h", "met");
    cli_shell(
        cli, "$G staff desks.yaml --promise 'import.stage.won.p90_h <= 1.3 h' --vary resources.first.servers=6..12 -q");
    cli_says(cli, 65, "import.stage.won.p90_h");
    cli_shell(cli, "$G sweep desks.yaml --metric import.stage.won.p90_h --vary resources.first.servers=6,12 -n 2 -q");
    cli_says(cli, 64, "there is no such metric");
}

/* ---- frontier ---- */
static void a_frontier_examines_what_was_asked_and_finds_more_with_more(void **state)
{
    struct cli *cli = *state;
    cli_write(cli, "lanes.yaml", lanes);
    cli_shell(cli, "$G frontier lanes.yaml --vary processes.import.selectivity.top_up.red=1%%,3%%,6%% -q --json");
    struct json_value *json = cli_json(cli);
    const struct json_value *points = json_get(&json_get(json, "models")->item[0], "points");
    static const double rate[] = {0.01, 0.03, 0.06};
    double before = 0;
    for (size_t i = 0; i < 3; i++) {
        double examined = number_at(points, i, NULL, "examined_share", "estimate"),
               recall = number_at(points, i, NULL, "recall", "estimate");
        close_to(examined, rate[i], 0.05 * rate[i]);
        assert_true(recall > before + 0.1);
        close_to(number_at(points, i, NULL, "at_risk_share", "estimate"), 0.05 * (1 - recall), 1e-9);
        close_to(recall * 0.05, examined * number_at(points, i, NULL, "found_share", "estimate"), 0.02 * recall * 0.05);
        before = recall;
    }
    json_free(json);
}

static void a_rate_that_fills_the_bays_is_marked_and_two_models_stand_side_by_side(void **state)
{
    struct cli *cli = *state;
    cli_write(cli, "lanes.yaml", lanes);
    cli_write(cli, "better.yaml", "extends: lanes.yaml\nname: better\ntitle: The same again\n");
    cli_shell(cli, "$G frontier lanes.yaml better.yaml --vary processes.import.selectivity.top_up.red=2%%,12%% -q");
    cli_prints(cli, 0, "A  lanes, import", "B  better, import", "bays 100 % (a)", "no steady mean", "Stored as run:1");
    cli_shell(cli, "$G plot frontier run:1 -o f.svg -q && rm lanes.yaml");
    assert_int_equal(cli->code, 0);
    assert_true(cli_has_file(cli, "f.svg"));
    cli_write(cli, "delays.yaml", delays);
    cli_shell(cli, "$G frontier delays.yaml");
    cli_says(cli, 65, "no selectivity");
}

static void as_many_documents_are_checked_at_every_rate(void **state)
{
    struct cli *cli = *state;
    cli_write(cli, "lanes.yaml", lanes);
    cli_shell(cli, "$G frontier lanes.yaml --vary processes.import.selectivity.top_up.red=1%%,6%% -q && "
                   "for i in 1 2; do sqlite3 greenlane.db \"select round(avg(value), 2) from metric_value join metric "
                   "on metric.id = metric "
                   "join replication on replication.id = replication where name = 'import.documents_checked_share' and "
                   "variant = $i\"; done");
    if (cli->code == 127) skip();
    cli_prints(cli, 0, "0.2\n0.2\n");
}

/* What is wrong is worth three times the rest, and all of its duty is evaded: at risk are three missed shares over
 * 1 + 2 shares that do not comply. */
static void revenue_at_risk_is_the_duty_of_what_is_missed(void **state)
{
    struct cli *cli = *state;
    cli_write(cli, "lanes.yaml", lanes);
    cli_write(cli, "duty.yaml",
        "extends: lanes.yaml\n"
        "name: duty\n"
        "streams:\n"
        "  import:\n"
        "    attributes:\n"
        "      compliant: null\n"
        "      offence: {none: 95 %, undervalued: 5 %}\n"
        "      value: {by: offence, undervalued: constant 300, otherwise: constant 100}\n"
        "      tariff: constant 0.1\n");
    const char *rates = "--vary processes.import.selectivity.top_up.red=1%,6% -q";
    cli_shell(cli, "$G frontier duty.yaml lanes.yaml %s --json", rates);
    struct json_value *json = cli_json(cli);
    const struct json_value *points = json_get(&json_get(json, "models")->item[0], "points"),
                            *without = json_get(&json_get(json, "models")->item[1], "points");
    double before = 1;
    for (size_t i = 0; i < 2; i++) {
        double missed = number_at(points, i, NULL, "at_risk_share", "estimate"),
               risk = number_at(points, i, NULL, "duty_at_risk_share", "estimate"),
               duty = number_at(points, i, NULL, "duty", "estimate");
        close_to(risk, 3 * missed / 1.1, 0.01 * risk);
        close_to(risk, number_at(points, i, NULL, "duty_at_risk", "estimate") / duty, 0.01 * risk);
        close_to(duty, 0.1 * 110 * 800 * 28, 0.03 * duty);
        close_to(number_at(points, i, NULL, "revenue_recall", "estimate"),
            number_at(points, i, NULL, "recall", "estimate"), 1e-9);
        assert_true(risk < before - 0.01);
        assert_int_equal(json_get(json_get(&without->item[i], "duty_at_risk_share"), "estimate")->kind, JSON_NULL);
        before = risk;
    }
    json_free(json);
    cli_shell(cli, "$G frontier duty.yaml %s", rates);
    cli_prints(cli, 0, "at risk", "what is evaded and not found");
    cli_shell(cli, "$G frontier lanes.yaml %s", rates);
    cli_prints(cli, 0, "whatever its value");
    cli_shell(cli, "$G plot frontier duty.yaml lanes.yaml %s -o duty.svg && cat duty.svg", rates);
    cli_prints(cli, 0, "Revenue at risk");
    cli_shell(cli, "$G plot cdf duty.yaml %s -o duty.svg", rates);
    cli_says(cli, 64, "only to `plot frontier`");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_sweep_meets_every_combination_on_the_same_shipments, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(a_point_whose_shipments_were_not_all_released_is_marked, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(
            a_sweep_prints_a_table_writes_csv_and_is_not_simulated_twice, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(a_latin_hypercube_meets_every_stratum_of_every_range_once, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(what_cannot_be_varied_is_said_with_a_remedy, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(the_least_staff_of_one_desk_is_what_erlang_c_says, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(the_least_staff_of_two_kinds_has_the_least_sum, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(a_promise_that_no_staff_keeps_fails_and_stores_nothing, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(one_target_is_met_by_one_value_and_identifies_it, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(two_targets_meet_two_values_a_time_and_a_share, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(values_that_targets_cannot_tell_apart_are_named, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(a_target_that_cannot_be_met_is_missed_with_exit_code_1, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(a_number_that_only_a_question_asks_for_is_observed_for_it, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(
            a_frontier_examines_what_was_asked_and_finds_more_with_more, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(
            a_rate_that_fills_the_bays_is_marked_and_two_models_stand_side_by_side, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(as_many_documents_are_checked_at_every_rate, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(revenue_at_risk_is_the_duty_of_what_is_missed, cli_begin, cli_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
