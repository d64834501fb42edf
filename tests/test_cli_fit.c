/* test_cli_fit.c - `greenlane fit` as a user meets it: what it prints, writes, draws, and what it says of wrong files.
 */
#include "tests/cli.h"
#include <math.h>

static uint64_t chance;

static double unit(void)
{
    uint64_t z = (chance += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return ((double)((z ^ z >> 31) >> 11) + 0.5) * 0x1p-53;
}

static double exponential(double mean)
{
    return -mean * log(unit());
}

static FILE *begin(const struct cli *cli, const char *name)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", cli->folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    return file;
}

static void write_durations(const struct cli *cli, size_t n)
{
    FILE *file = begin(cli, "durations.csv");
    fputs("id,hours,wait_min\n", file);
    chance = 1;
    for (size_t i = 0; i < n; i++) {
        double x = exponential(3);
        if (i % 100 == 7)
            fprintf(file, "%zu,,NA\n", i);
        else
            fprintf(file, "%zu,%.6f,%.4f\n", i, x, i % 10 == 3 ? 0 : 60 * x);
    }
    fclose(file);
}

static void a_column_of_durations_becomes_a_line_of_the_scenario(void **state)
{
    struct cli *cli = *state;
    write_durations(cli, 2000);
    cli_shell(cli, "$G fit --data durations.csv --column hours");
    cli_prints(cli, 0, "hours of durations.csv: 1980 values, in h: mean ", "20 cells are empty and left out",
        "* exponential", "weibull", "For the scenario:", "\n  exponential mean ");
    cli_shell(cli, "$G fit --data durations.csv --column hours --json");
    struct json_value *json = cli_json(cli);
    assert_string_equal(json_get_text(json, "best", ""), "exponential");
    assert_true(json_get_number(json, "values", 0) == 1980 && json_get_number(json, "missing", 0) == 20);
    const struct json_value *families = json_get(json, "families");
    assert_int_equal(families->count, 11);
    double mean = json_get_number(&json_get(&families->item[1], "parameters")->item[0], "value", 0);
    assert_true(fabs(mean - 3) < 4 * 3 / sqrt(1980));
    json_free(json);
}

static void values_of_zero_become_a_part_of_a_mixture(void **state)
{
    struct cli *cli = *state;
    write_durations(cli, 2000);
    cli_shell(cli, "$G fit --data durations.csv --column wait_min");
    cli_prints(cli, 0, "200 values (10.10 %) are 0: what follows is fitted to the others",
        "in min:", "{mixture: [{share: 10.10 %, of: 0 min}, {share: 89.90 %, of: exponential mean ");
}

static void a_fit_is_drawn_as_a_picture(void **state)
{
    struct cli *cli = *state;
    if (system("gnuplot --version >/dev/null 2>&1") != 0) skip();
    write_durations(cli, 500);
    cli_shell(cli, "$G fit --data durations.csv --column hours -o fit.svg && head -c 300 fit.svg");
    cli_prints(cli, 0, "fit.svg written", "<svg");
    cli_shell(cli, "$G fit --data durations.csv --column hours -o fit.pdf");
    cli_says(cli, 64, "--out takes a name that ends in .svg or .png here, not 'fit.pdf'");
}

static void moments_become_a_rate_and_a_profile(void **state)
{
    struct cli *cli = *state;
    FILE *file = begin(cli, "arrivals.csv");
    fputs("when\n", file);
    chance = 2;
    for (int day = 0; day < 28; day++) /* from a Monday on; 6 an hour from 8 to 18, on weekends half of it */
        for (int hour = 8; hour < 18; hour++)
            for (double at = exponential(1); at < (day % 7 < 5 ? 6 : 3); at += exponential(1))
                fprintf(file, "2022-08-%02dT%02d:%02d:00+08:00\n", 1 + day, hour, (int)(at * 9));
    fclose(file);
    cli_shell(cli, "$G fit --data arrivals.csv --arrivals when");
    cli_prints(cli, 0, "from 2022-08-01 to 2022-08-28, 28 days", "Days vary no more than chance makes them",
        "rate: ", "mon-fri: [0, 0, 0, 0, 0, 0, 0, 0, ", "sat-sun: [0, ");
    cli_shell(cli, "$G fit --data arrivals.csv --arrivals when --json");
    struct json_value *json = cli_json(cli);
    double expected = 10 * (5 * 6 + 2 * 3) / 7.;
    assert_true(fabs(json_get_number(json, "rate_per_day", 0) - expected) < 4 * sqrt(expected / 28));
    const struct json_value *monday = json_get(json_get(json, "arrivals_per_hour"), "mon");
    assert_int_equal(monday->count, 24);
    assert_true(monday->item[7].number == 0 && fabs(monday->item[8].number - 6) < 4 * sqrt(6 / 20.));
    json_free(json);
}

static void what_chance_makes_of_hours_is_no_profile(void **state)
{
    struct cli *cli = *state;
    FILE *file = begin(cli, "even.csv");
    fputs("when\n", file);
    chance = 5;
    for (double at = exponential(0.6); at < 14 * 24; at += exponential(0.6)) /* 40 a day, at any hour */
        fprintf(file, "2022-08-%02dT%02d:%02d:00\n", 1 + (int)(at / 24), (int)at % 24, (int)(fmod(at, 1) * 60));
    fclose(file);
    cli_shell(cli, "$G fit --data even.csv --arrivals when --json");
    struct json_value *json = cli_json(cli);
    const struct json_value *monday = json_get(json_get(json, "arrivals_per_hour"), "mon");
    for (int h = 1; h < 24; h++) assert_true(monday->item[h].number == monday->item[0].number);
    json_free(json);
    cli_shell(cli, "$G fit --data even.csv --arrivals when");
    cli_prints(cli, 0, "The hours of a day differ no more than chance makes them: they are written alike.");
    assert_null(strstr(cli->out, "busiest"));
}

static void write_declarations(const struct cli *cli, const char *name, uint64_t seed, int n)
{
    FILE *file = begin(cli, name);
    fputs("no,office,\"goods, chapter\",mass,Fraud\n", file);
    chance = seed;
    for (int i = 0; i < n; i++) {
        int office = (int)(5 * unit()), chapter = (int)(40 * unit());
        double mass = exponential(100), odds = -2 + (chapter % 4 == 0 ? 2 : 0) + (mass > 150 ? 1 : 0);
        bool bad = unit() < 1 / (1 + exp(-odds));
        if (i % 200 == 5)
            fprintf(file, "%d,%d,C%d,%.2f,\r\n", i, office, chapter, mass);
        else
            fprintf(file, "%d,%d,\"C%d\",%.2f,%d\r\n", i, office, chapter, mass, bad);
    }
    fclose(file);
}

static void labelled_declarations_become_a_scorecard_and_a_binormal_score(void **state)
{
    struct cli *cli = *state;
    write_declarations(cli, "train.csv", 3, 8000);
    write_declarations(cli, "valid.csv", 4, 3000);
    cli_shell(cli, "$G fit --data train.csv --label Fraud --check valid.csv -o model.csv");
    cli_prints(cli, 0, "Scorecard for Fraud from 7960 rows of train.csv", "55 rows have no label and are left out",
        "goods, chapter", "left out, its categories do not differ: office",
        "left out, almost every row has its own: no", "judged on", "out of fold", "valid.csv",
        "score: {binormal: {compliant: normal mean 0 sd 1, not_compliant: normal mean ", "model.csv written");
    cli_shell(cli, "head -2 model.csv");
    cli_prints(cli, 0, "feature,kind,key,other,points\n,intercept,,,-");
    cli_shell(cli, "$G fit --data train.csv --label Fraud --check valid.csv --json --features 'goods, chapter'");
    cli_says(cli, 64, "no column is called 'goods'");
    cli_shell(cli, "$G fit --data train.csv --label Fraud --check valid.csv --json");
    struct json_value *json = cli_json(cli);
    const struct json_value *judged = json_get(json, "judged");
    assert_int_equal(judged->count, 3);
    double inside = json_get_number(&judged->item[0], "auc", 0), outside = json_get_number(&judged->item[1], "auc", 0);
    assert_true(inside > .65 && fabs(inside - outside) < 4 * json_get_number(&judged->item[1], "auc_error", 0));
    assert_int_equal(json_get(&judged->item[1], "top")->count, 3);
    json_free(json);
}

/* A label that each trader has for good can only be remembered: it says nothing of traders never seen. */
static void write_traders(const struct cli *cli, const char *name, int rows, int first, int traders)
{
    FILE *file = begin(cli, name);
    fputs("trader,bad\n", file);
    for (int i = 0; i < rows; i++) {
        int who = first + (int)(unit() * traders);
        fprintf(file, "T%d,%d\n", who, unit() < (who * 7 % 10 < 3 ? .8 : .05));
    }
    fclose(file);
}

static void rows_that_repeat_what_was_learnt_are_told_from_new_ones(void **state)
{
    struct cli *cli = *state;
    chance = 6;
    write_traders(cli, "train.csv", 6000, 0, 400);
    write_traders(cli, "known.csv", 1000, 0, 400);
    write_traders(cli, "half.csv", 2000, 200, 400);
    cli_shell(cli, "$G fit --data train.csv --label bad --check half.csv");
    cli_prints(cli, 0, "its new rows", "of the rows of half.csv repeat a row that was learnt from", "and that is less");
    cli_shell(cli, "$G fit --data train.csv --label bad --check half.csv --json");
    struct json_value *json = cli_json(cli);
    const struct json_value *judged = json_get(json, "judged");
    assert_int_equal(judged->count, 3);
    double repeat = json_get_number(json, "held_back_that_repeat", 0);
    assert_true(repeat > 900 && repeat < 1100);
    assert_true(json_get_number(&judged->item[2], "rows", 0) == 2000 - repeat);
    double all = json_get_number(&judged->item[1], "auc", 0), fresh = json_get_number(&judged->item[2], "auc", 0);
    assert_true(fabs(fresh - .5) < 4 * json_get_number(&judged->item[2], "auc_error", 0) && all > .7);
    json_free(json);
    cli_shell(cli, "$G fit --data train.csv --label bad --check known.csv");
    cli_prints(cli, 0, "100.0 % of the rows of known.csv repeat", "the others are too few to judge by");
}

static void moment_text(char out[40], double hours)
{
    int minutes = (int)(hours * 60 + .5);
    assert_in_range(minutes, 0, 16 * 1440 - 1);
    snprintf(out, 40, "2022-11-%02d %02d:%02d", 14 + minutes / 1440, minutes / 60 % 24, minutes % 60);
}

static void a_time_release_study_becomes_a_scenario_that_holds(void **state)
{
    struct cli *cli = *state;
    FILE *file = begin(cli, "trs.csv");
    fputs("id,arrived,discharged,Permit issued,lodged,released\n", file);
    chance = 5;
    for (int i = 0; i < 600; i++) {
        char text[5][40] = {""};
        double at = unit() * 96;
        moment_text(text[0], at);
        moment_text(text[1], at += 2 + 4 * unit());
        if (unit() < .3) moment_text(text[2], at += 5 + exponential(10));
        moment_text(text[3], at += exponential(6));
        if (i % 50) moment_text(text[4], at += .1 + exponential(1));
        fprintf(file, "%d,%s,%s,%s,%s,%s\n", i, text[0], text[1], text[2], text[3], text[4]);
    }
    fclose(file);
    cli_shell(cli, "$G fit --trs trs.csv -o starter.yaml");
    cli_prints(cli, 0, "trs.csv: 588 declarations from arrived to released",
        "12 rows lack one of these and are left out", "permit_issued", "starter.yaml written");
    cli_shell(cli, "$G check starter.yaml");
    cli_prints(cli, 0, "starter.yaml: no errors", "inputs:", "of which 0 assumed");
    cli_shell(cli, "$G validate starter.yaml -q");
    cli_prints(cli, 0, "fitted     import mean", "3 of 3 published values are met");
    cli_shell(cli, "$G fit --trs trs.csv >printed.yaml && cmp printed.yaml starter.yaml");
    cli_says(cli, 0, "588 declarations");
    cli_shell(cli, "$G fit --trs trs.csv --json");
    struct json_value *json = cli_json(cli);
    assert_int_equal(json_get(json, "stages")->count, 4);
    assert_string_equal(json_get_text(&json_get(json, "stages")->item[0], "family", ""), "uniform");
    json_free(json);
}

static void write_study(const struct cli *cli, const char *name)
{
    FILE *file = begin(cli, name);
    fputs("id,arrived,unloaded,permit,released\n", file);
    chance = 8;
    for (int i = 0; i < 1500; i++) {
        char text[4][40] = {""};
        double at = unit() * 96;
        moment_text(text[0], at);
        moment_text(text[1], at += 2 + 4 * unit());
        if (unit() < .3) moment_text(text[2], at += exponential(10));
        moment_text(text[3], at += exponential(6));
        fprintf(file, "%d,%s,%s,%s,%s\n", i, text[0], text[1], text[2], text[3]);
    }
    fclose(file);
}

/* From a Monday at 14:00 to the Monday after the next at 14:00: two half days would look like days that vary. */
static void days_that_the_record_cuts_do_not_count(void **state)
{
    struct cli *cli = *state;
    cli_clean(cli);
    cli_shell(cli, "awk 'BEGIN { print \"at\"; for (h = 14; h < 14 + 14 * 24; h++) for (m = 15; m < 60; m += 30)"
                   " printf \"2022-08-%%02d %%02d:%%02d\\n\", 1 + int(h / 24), h %% 24, m }' > cut.csv && $G fit --data cut.csv --arrivals at");
    cli_prints(cli, 0, "from 2022-08-02 to 2022-08-14, 13 days", "cuts its first and last days, left out", "rate: 48/d");
    assert_null(strstr(cli->out, "day_to_day stands below"));
    cli_shell(cli, "awk 'NR == 1 || /2022-08-0[2-9]/' cut.csv > whole.csv && $G fit --data whole.csv --arrivals at");
    cli_prints(cli, 0, "from 2022-08-02 to 2022-08-09, 8 days", "rate: 48/d");
    assert_null(strstr(cli->out, "left out"));
}

static void a_scenario_is_set_beside_the_distributions_that_were_measured(void **state)
{
    struct cli *cli = *state;
    write_study(cli, "study.csv");
    cli_write(cli, "port.yaml",
        "name: port\nrun: {measure: 20 week, warm_up: 2 week, replications: 4}\n"
        "streams: {cargo: {direction: import, process: clear, arrivals: {rate: 10/h}}}\n"
        "processes:\n  clear:\n    - unloaded: {delay: uniform low 2 h high 6 h}\n"
        "    - permit: {share: 30 %, delay: exponential mean 10 h}\n    - released: {delay: exponential mean 6 h}\n    "
        "- out: {milestone: released}\n");
    cli_shell(cli, "$G validate port.yaml --data study.csv -q -o quantiles.svg");
    cli_prints(cli, 0, "import, beside 1500 declarations of study.csv; 4 replications", "permit    measured", "alike",
        "whole     measured", "5 of 5 inputs of port are assumed", "quantiles.svg written");
    cli_shell(cli, "grep -c 'inputs are assumed' quantiles.svg");
    cli_prints(cli, 0, "1");
    cli_shell(cli, "sed -i '1i notice: This is no port.' port.yaml && $G validate port.yaml --data study.csv -q -o quantiles.svg && grep -q 'This is no port' quantiles.svg");
    cli_prints(cli, 0, "This is no port.");
    cli_shell(cli, "$G validate port.yaml --data study.csv -q -o quantiles.svg");
    assert_null(strstr(cli->out, "differs"));
    cli_shell(cli, "head -c 300 quantiles.svg && ls");
    cli_prints(cli, 0, "<svg");
    assert_null(strstr(cli->out, "greenlane.db"));
    /* A twin whose permits take a fifth longer is told from the sample, and its other stages are not. */
    cli_shell(cli,
        "$G validate port.yaml --data study.csv -q --json --set processes.clear.permit.delay='exponential mean 13 h'");
    assert_int_equal(cli->code, 1);
    struct json_value *json = json_read(cli->out);
    assert_non_null(json);
    const struct json_value *stages = json_get(json, "stages");
    assert_int_equal(stages->count, 4);
    static const bool differs[] = {false, true, false};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(json_get(&stages->item[i], "differs")->kind, differs[i] ? JSON_TRUE : JSON_FALSE);
    assert_true(fabs(json_get_number(&stages->item[1], "simulated_mean_h", 0) - 13) < .3);
    json_free(json);
    cli_write(cli, "other.yaml",
        "name: other\nrun: {measure: 1 week}\nstreams: {s: {direction: import, process: p, arrivals: {rate: 1/h}}}\n"
        "processes: {p: [clear: {delay: 1 h}]}\n");
    cli_shell(cli, "$G validate other.yaml --data study.csv -q");
    cli_says(cli, 65,
        "no stage of the sample has the name of a stage of the scenario; in the sample are unloaded, permit, "
        "released; in import clear; name the columns");
    cli_shell(cli, "$G validate run:1 --data study.csv -q");
    cli_says(cli, 64, "a stored run keeps no distributions of stages");
}

static void what_is_wrong_with_data_is_told_with_place_and_remedy(void **state)
{
    struct cli *cli = *state;
    static const struct {
        const char *name, *text;
    } file[] = {
        {"bad.csv", "id,hours\n1,2\n2,-3\n3,\"8,5\"\n4,soon\n5,1,2\n"},
        {"few.csv", "hours\n1\n2\n3\n"},
        {"long.csv", "hours\n1\n6e200\n"},
        {"empty.csv", ""},
        {"none.csv", "hours\n\n"},
        {"label.csv", "a,Fraud\nx,1\ny,maybe\n"},
        {"trs.csv", "id,arrived,released\n1,2022-11-14 08:00,2022-11-14 07:30\n2,2022-11-14 "
                    "09:00,14.11.2022\n3,2022-11-14 09:00,2022-11-15 09:00\n"},
        {"late.csv", "id,arrived,released\n1,2022-11-14 08:00,2022-11-14 07:30\n"},
        {"zone.csv", "t\n2022-11-14 08:00+08:00\n2022-11-14 09:00+07:00\n2022-11-14 09:00\n2022-13-01\n"},
    };
    static const struct {
        int code;
        const char *line, *says;
    } row[] = {
        {65, "--data bad.csv --column hours",
            "bad.csv:3:3: error: hours: '-3' is negative; a duration is at least 0: correct it or leave the cell "
            "empty\n"
            "bad.csv:4:3: error: hours: '8,5' is no number; write a decimal number without unit, 8.5, or leave the "
            "cell empty\n"
            "bad.csv:5:3: error: hours: 'soon' is no number; write a decimal number without unit, 8.5, or leave the "
            "cell empty\n"
            "bad.csv:6:1: error: the row has 3 cells, the first line names 2 columns; put a cell that holds a comma in "
            "double quotes\n"},
        {65, "--data long.csv --column hours",
            "long.csv:3:1: error: hours: '6e200' is longer than any duration, which is at most 1e+12: correct it or "
            "leave the cell empty\n"},
        {65, "--data bad.csv --column hour --unit h",
            "bad.csv:1:1: error: no column is called 'hour'; there are id, hours; did you mean 'hours'?"},
        {65, "--data few.csv --column hours",
            "few.csv: error: hours: 3 values over 0 are there; at least 10 are wanted"},
        {65, "--data empty.csv --column hours",
            "empty.csv: error: the file is empty; a line of column names is wanted, then rows"},
        {65, "--data none.csv --column hours",
            "none.csv: error: hours: 0 values over 0 are there; at least 10 are wanted"},
        {66, "--data missing.csv --column hours",
            "missing.csv: error: cannot be read: No such file or directory; give the path of a file"},
        {66, "--data . --column hours",
            ".: error: cannot be read: Is a directory; give a file of comma-separated text"},
        {64, "--data few.csv --column id",
            "the column's name 'id' does not say its unit; add --unit s, min, h, d or week"},
        {64, "--data few.csv --column hours --unit m", "--unit takes s, min, h, d or week, not 'm'"},
        {64, "--data few.csv --column hours --label hours",
            "fit takes only one of --column, --arrivals, --label and --trs"},
        {65, "--data few.csv",
            "few.csv:1:1: error: 0 columns hold dates and times; two milestones at least are wanted, written "
            "2022-11-14 08:30"},
        {64, "--column hours", "fit: --data FILE.csv is missing"},
        {64, "--data few.csv --column hours --check x.csv", "fit: --check goes with --label"},
        {65, "--data label.csv --label Fraud",
            "label.csv:3:3: error: Fraud: 'maybe' is no label; write 0 or 1, no or yes, or leave it empty"},
        {65, "--trs trs.csv",
            "trs.csv:3:20: error: released: '14.11.2022' is not a date; write year-month-day: 2022-09-01"},
        {65, "--trs late.csv",
            "late.csv:2:1: error: released is 0.5 h before arrived; correct one of the two, or order the columns as "
            "the milestones come"},
        {65, "--trs few.csv",
            "few.csv:1:1: error: 0 columns hold dates and times; two milestones at least are wanted, written "
            "2022-11-14 08:30"},
        {65, "--data zone.csv --arrivals t",
            "zone.csv:3:1: error: t: the offset +07:00 differs from +08:00 before it; write all moments in one local "
            "time\n"
            "zone.csv:4:1: error: t: '2022-11-14 09:00' has no offset, +08:00 stands before it; write all moments in "
            "one local time\n"
            "zone.csv:5:1: error: t: '2022-13-01' has no month 13; write year-month-day"},
        {73, "--trs good.csv -o nowhere/x.yaml", "nowhere/x.yaml: cannot be written: No such file or directory"},
    };
    for (size_t i = 0; i < sizeof file / sizeof file[0]; i++) cli_write(cli, file[i].name, file[i].text);
    FILE *good = begin(cli, "good.csv");
    fputs("a,b\n", good);
    for (int i = 10; i < 30; i++) fprintf(good, "2022-11-%d 08:00,2022-11-%d 09:%d\n", i, i, i);
    fclose(good);
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        cli_shell(cli, "$G fit %s", row[i].line);
        cli_says(cli, row[i].code, row[i].says);
        assert_string_equal(cli->out, "");
    }
}

static void data_may_come_from_standard_input(void **state)
{
    struct cli *cli = *state;
    write_durations(cli, 300);
    cli_shell(cli, "cat durations.csv | $G fit --data - --column hours");
    cli_prints(cli, 0, "hours of standard input: 297 values");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_column_of_durations_becomes_a_line_of_the_scenario, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(values_of_zero_become_a_part_of_a_mixture, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(a_fit_is_drawn_as_a_picture, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(moments_become_a_rate_and_a_profile, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(what_chance_makes_of_hours_is_no_profile, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(
            labelled_declarations_become_a_scorecard_and_a_binormal_score, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(rows_that_repeat_what_was_learnt_are_told_from_new_ones, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(a_time_release_study_becomes_a_scenario_that_holds, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(
            a_scenario_is_set_beside_the_distributions_that_were_measured, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(what_is_wrong_with_data_is_told_with_place_and_remedy, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(days_that_the_record_cuts_do_not_count, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(data_may_come_from_standard_input, cli_begin, cli_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
