/* Numbers that can be trusted, through the command: warm-up, precision, batches, indifference, checks; and the coverage
 * of intervals after a precision was reached. The customers of the little scenarios form M/M/1 queues, whose times are
 * known. */
#include "engine/core/random.h"
#include "engine/infer/interval.h"
#include "engine/infer/stopping.h"
#include "tests/cli.h"
#include <math.h>

static const char *const small = "$R/tests/cli/small.yaml";

/* An M/M/1 queue whose service takes 1 h on average. `run` is what stands in run: { }. */
static void write_queue(const struct cli *cli, const char *name, const char *run, double rate)
{
    char text[1000], file[40];
    snprintf(text, sizeof text,
        "format: 1\nname: %s\nrun: {%s}\nresources:\n  desk: {servers: 1}\nstreams:\n"
        "  customers: {process: visit, arrivals: {rate: %g/h}}\nprocesses:\n  visit:\n"
        "    - serve: {service: exponential mean 1 h, by: desk}\n",
        name, run, rate);
    snprintf(file, sizeof file, "%s.yaml", name);
    cli_write(cli, file, text);
}

static struct cli *begin(void **state)
{
    struct cli *cli = *state;
    cli_clean(cli);
    write_queue(cli, "q", "measure: 3000 h, warm_up: 50 h, replications: 2", 0.5);
    return cli;
}

static double estimate_of(const struct json_value *json, const char *metric, const char *what)
{
    return json_get_number(json_get(json_get(json, "metrics"), metric), what, NAN);
}

static double relative_of(const struct json_value *json, const char *metric)
{
    return estimate_of(json, metric, "half_width") / fabs(estimate_of(json, metric, "estimate"));
}

static bool is_checkpoint(double n)
{
    for (size_t at = STOPPING_FIRST; (double)at <= n; at += (at + 1) / 2)
        if ((double)at == n) return true;
    return false;
}

/* Digests of all replications, one after the other. */
static void digests_of(const struct json_value *json, char *text, size_t size)
{
    const struct json_value *list = json_get(json, "digests");
    size_t used = 0;
    text[0] = 0;
    for (size_t i = 0; i < list->count && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, "%s\n", list->item[i].text);
}

static struct json_value *run_json(struct cli *cli, const char *line)
{
    cli_shell(cli, "$G run %s --json -q", line);
    return cli_json(cli);
}

/* ---- precision ---- */
static void precision_stops_at_the_first_checkpoint_that_is_precise(void **state)
{
    struct cli *cli = begin(state);
    struct json_value *json = run_json(cli, "q.yaml --precision 3%");
    const struct json_value *precision = json_get(json, "precision");
    double n = json_get_number(json, "replications", 0);
    assert_true(n > STOPPING_FIRST && is_checkpoint(n));
    assert_true(relative_of(json, "stream.customers.time.mean") <= 0.03);
    assert_true(json_get_number(precision, "got", 1) == relative_of(json, "stream.customers.time.mean"));
    assert_int_equal(json_get(precision, "reached")->kind, JSON_TRUE);
    for (size_t at = STOPPING_FIRST; (double)at < n; at += (at + 1) / 2) {
        char line[60];
        snprintf(line, sizeof line, "q.yaml -n %zu", at);
        struct json_value *before = run_json(cli, line);
        assert_true(relative_of(before, "stream.customers.time.mean") > 0.03);
        json_free(before);
    }
    json_free(json);
    cli_shell(cli, "$G run q.yaml --precision 3%% -q");
    cli_prints(cli, 0, "Precision 3 % is reached with", "of\nstream.customers.time.mean", "nothing simulated");
}

static void the_number_reached_depends_on_neither_threads_nor_what_is_stored(void **state)
{
    static const char *const before[] = {"-j 1", "-j 2 -n 7", "-j 1 -n 40"};
    static char first[20000], again[20000];
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++) {
        struct cli *cli = begin(state);
        if (strstr(before[i], "-n")) assert_int_equal(cli_shell(cli, "$G run q.yaml -q %s", before[i]), 0);
        struct json_value *json = run_json(cli, i % 2 ? "q.yaml --precision 3% -j 2" : "q.yaml --precision 3% -j 1");
        digests_of(json, i ? again : first, sizeof first);
        if (i) assert_string_equal(again, first);
        json_free(json);
    }
}

static void reaching_a_number_is_the_same_as_asking_for_it(void **state)
{
    static char reached[20000], asked[20000];
    struct cli *cli = begin(state);
    char line[80];
    struct json_value *json = run_json(cli, "q.yaml --precision 3%"), *other;
    digests_of(json, reached, sizeof reached);
    snprintf(line, sizeof line, "q.yaml --db other.db -n %.0f", json_get_number(json, "replications", 0));
    other = run_json(cli, line);
    digests_of(other, asked, sizeof asked);
    assert_string_equal(reached, asked);
    assert_true(estimate_of(json, "station.desk.wait.mean", "half_width") ==
                estimate_of(other, "station.desk.wait.mean", "half_width"));
    json_free(json);
    json_free(other);
}

static void a_cap_is_told_with_what_would_do(void **state)
{
    struct cli *cli = begin(state);
    cli_shell(cli, "$G run q.yaml --precision 0.5%% --most 21 -q");
    cli_prints(cli, 0, "21 replications x", "NOT reached with 21 replications", "would do: --most");
    struct json_value *json = run_json(cli, "q.yaml --precision 0.5% --most 21");
    const struct json_value *precision = json_get(json, "precision");
    assert_int_equal(json_get(precision, "reached")->kind, JSON_FALSE);
    assert_true(json_get_number(precision, "needed", 0) > 21);
    json_free(json);
}

static void the_file_may_ask_for_precision_and_the_line_for_other_metrics(void **state)
{
    struct cli *cli = begin(state);
    write_queue(cli, "p", "measure: 3000 h, warm_up: 50 h, precision: 5 %, most_replications: 400", 0.5);
    struct json_value *json = run_json(cli, "p.yaml"), *waits;
    assert_string_equal(json_get_text(json_get(json, "precision"), "metric", ""), "stream.customers.time.mean");
    waits = run_json(cli, "p.yaml --metric station.desk.wait.mean");
    assert_string_equal(json_get_text(json_get(waits, "precision"), "metric", ""), "station.desk.wait.mean");
    assert_true(json_get_number(waits, "replications", 0) > json_get_number(json, "replications", 1e9));
    json_free(json);
    json_free(waits);
    json = run_json(cli, "p.yaml -n 3"); /* a number on the line is meant */
    assert_true(json_get_number(json, "replications", 0) == 3);
    json_free(json);
}

static void what_does_not_go_together_is_refused_and_leaves_nothing(void **state)
{
    static const struct {
        const char *line, *says;
    } cases[] = {
        {"run q.yaml --precision 3% -n 5", "leave one out"},
        {"run q.yaml --precision 0", "a share such as 2%"},
        {"run q.yaml --precision 200%", "a share"},
        {"run q.yaml --precision 2h", "a share"},
        {"run q.yaml --most 5", "--precision"},
        {"run q.yaml --most 1 --precision 3%", "from 2 to"},
        {"run q.yaml --metric station.desk.wait.mean", "--precision"},
        {"run q.yaml --precision 3% --metric station.desk.wait.maen", "did you mean 'station.desk.wait.mean'?"},
        {"run q.yaml --batches 2", "from 3 to 640"},
        {"run q.yaml --batches 20 -n 4", "one long run"},
        {"run q.yaml --batches 20 --precision 3%", "one long run"},
        {"run q.yaml --warm-up 5", "no unit"},
        {"run q.yaml --warm-up soon", "or auto"},
        {"run q.yaml --warm-up -3h", "or auto"},
        {"run q.yaml --indifference 1h", "means nothing to"},
        {"compare q.yaml q.yaml --indifference 5", "a duration such as 1h"},
        {"compare q.yaml q.yaml --indifference 0h", "a duration such as 1h"},
    };
    struct cli *cli = begin(state);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cli_shell(cli, "$G %s", cases[i].line);
        cli_says(cli, 64, "greenlane: ", cases[i].says);
        assert_int_equal(cli_files(cli), 1);
    }
    cli_shell(cli, "sed -i 's/replications: 2/replications: 2, batches: 20/' q.yaml; $G check q.yaml");
    cli_says(cli, 65, "q.yaml:3:", "write replications: 1");
    cli_shell(cli, "sed -i 's/, batches: 20//' q.yaml; $G run q.yaml -q >r.txt; $G run run:1 --precision 3%%");
    cli_says(cli, 64, "name a file");
}

static void an_interrupt_in_the_middle_keeps_what_is_complete_and_goes_on(void **state)
{
    static char at_once[200000], resumed[200000];
    struct cli *cli = begin(state);
    cli_shell(cli, "$G run q.yaml --precision 0.1%% --most 100000 -j 1 & child=$!; " CLI_AWAIT_STORED
                   "kill -INT $child; wait $child");
    cli_says(cli, 130, "interrupted", "are kept in greenlane.db");
    struct json_value *json = run_json(cli, "q.yaml --precision 3%");
    digests_of(json, resumed, sizeof resumed);
    json_free(json);
    json = run_json(cli, "q.yaml --precision 3% --db other.db");
    digests_of(json, at_once, sizeof at_once);
    json_free(json);
    assert_string_equal(resumed, at_once);
}

static void a_file_whose_number_of_replications_is_edited_is_the_same_variant(void **state)
{
    struct cli *cli = begin(state);
    cli_shell(cli, "$G run q.yaml -q >r.txt && sed -i 's/replications: 2/replications: 3, precision: 20 %%/' q.yaml && "
                   "$G run q.yaml -q -n 3");
    cli_prints(cli, 0, "2 of 3 replications reused");
}

/* ---- warm-up ---- */
static void a_warm_up_is_found_and_is_the_same_for_every_variant(void **state)
{
    struct cli *cli = begin(state);
    cli_shell(cli, "$G compare q.yaml --set resources.desk.servers=2 --warm-up auto -q");
    cli_prints(cli, 0, "Warm-up", "found by MSER-5 on 5 pilots, for every variant.", "Same shipments");
    struct json_value *json = run_json(cli, "q.yaml --warm-up auto");
    const struct json_value *warm_up = json_get(json, "warm_up");
    double hours = json_get_number(warm_up, "hours", -1);
    assert_true(hours >= 0 && hours <= 1500 && hours != 50);
    assert_string_equal(json_get_text(warm_up, "found_by", ""), "MSER-5");
    assert_true(json_get_number(warm_up, "pilots", 0) == 5);
    json_free(json);
    if (cli_shell(cli, "command -v sqlite3") == 0) {
        cli_shell(cli, "sqlite3 greenlane.db 'SELECT count(*), count(DISTINCT warm_up_h) FROM variant'");
        cli_prints(cli, 0, "2|1");
    }
    char line[80], found[20000], given[20000];
    json = run_json(cli, "q.yaml --warm-up auto -n 3");
    digests_of(json, found, sizeof found);
    json_free(json);
    snprintf(line, sizeof line, "q.yaml --warm-up '%.10g h' -n 3 --db other.db", hours);
    json = run_json(cli, line);
    digests_of(json, given, sizeof given);
    json_free(json);
    assert_string_equal(found, given);
}

/* A queue that begins empty and needs a day or so: the warm-up is there, and short. */
static void a_dated_scenario_finds_whole_days_whatever_the_threads(void **state)
{
    struct cli *cli = begin(state);
    cli_shell(cli,
        "$G run %s --warm-up auto -q -j 1 -n 2 | grep Warm-up; $G run %s --warm-up auto -q -j 2 -n 2 --db b.db | grep "
        "Warm-up",
        small, small);
    int one = 0, two = 0;
    assert_int_equal(sscanf(cli->out, "Warm-up %d d, found by MSER-5 on 5 pilots.\nWarm-up %d d", &one, &two), 2);
    assert_true(one == two && one >= 1 && one <= 7);
}

static void where_no_steady_state_is_the_growth_is_told(void **state)
{
    struct cli *cli = begin(state);
    write_queue(cli, "over", "measure: 1000 h, warm_up: auto, replications: 5", 1.3);
    cli_shell(cli, "$G run over.yaml -q");
    cli_prints(cli, 0, "Warm-up", "NO STEADY STATE: ", "steady: no_claim for", "queue grows at desk (by ");
    struct json_value *json = run_json(cli, "over.yaml");
    double growth = json_get_number(json_get(json, "warm_up"), "growth_per_day", 0); /* 0.3 an hour */
    assert_int_equal(json_get(json_get(json, "warm_up"), "settled")->kind, JSON_FALSE);
    assert_true(growth > 4 && growth < 10);
    json_free(json);
    write_queue(cli, "over", "measure: 1000 h, warm_up: auto, replications: 5, steady: no_claim", 1.3);
    cli_shell(cli, "$G run over.yaml -q");
    cli_prints(cli, 0, "No steady state is claimed (steady: no_claim)");
    assert_null(strstr(cli->out, "NO STEADY STATE"));
}

/* Whoever waits out a holiday in the last third is no trend. */
static void a_holiday_late_in_the_window_is_no_growth(void **state)
{
    struct cli *cli = begin(state);
    cli_write(cli, "holiday.yaml",
        "format: 1\n"
        "name: holiday\n"
        "run: {measure: 2022-03-07..2022-05-29, warm_up: 14 d, replications: 4, seed: 3}\n"
        "calendars:\n"
        "  office: {mon-fri: '08:30-17:30', closed: [2022-05-02..2022-05-06]}\n"
        "resources:\n"
        "  desk: {servers: 3, calendar: office}\n"
        "streams:\n"
        "  boxes: {direction: import, process: import, arrivals: {rate: 40/d}}\n"
        "processes:\n"
        "  import:\n"
        "    - check: {service: exponential mean 15 min, by: desk}\n"
        "    - release: {milestone: released}\n");
    cli_shell(cli, "$G run holiday.yaml -q");
    cli_prints(cli, 0, "no trend in any queue");
}

/* ---- one long run ---- */
static void one_long_run_gets_its_intervals_from_batches(void **state)
{
    struct cli *cli = begin(state);
    struct json_value *json = run_json(cli, "q.yaml --set 'run.measure=50000 h' --batches 20");
    double time = estimate_of(json, "stream.customers.time.mean", "estimate"),
           half = estimate_of(json, "stream.customers.time.mean", "half_width");
    assert_true(json_get_number(json, "replications", 0) == 1);
    assert_true(half > 0.02 && half < 0.15);        /* exact: mean 2 h */
    assert_true(fabs(time - 2) < 4 * half / 2.093); /* t on 19 degrees at 97.5 % */
    assert_true(estimate_of(json, "station.desk.wait.mean", "half_width") > 0.02);
    assert_true(json_get_number(json_get(json_get(json, "batches"), "station.desk.wait.mean"), "batches", 0) == 20);
    json_free(json);
    cli_shell(cli, "$G run q.yaml --set 'run.measure=50000 h' --batches 20 -q");
    cli_prints(cli, 0, "1 replication x", "One long run: intervals of mean times and waits from 20 batches of 104.2 d");
    cli_shell(cli, "$G run q.yaml --set 'run.measure=60 h' --set streams.customers.arrivals.rate=0.9/h --batches 10 "
                   "-q; $G run q.yaml -n 1 --json -q");
    json = json_read(strchr(cli->out, '{'));
    assert_non_null(json);
    assert_true(
        isnan(estimate_of(json, "stream.customers.time.mean", "half_width"))); /* without batches there is none */
    json_free(json);
}

static void batches_of_a_direction_weigh_its_streams_together(void **state)
{
    struct cli *cli = begin(state);
    char line[200];
    snprintf(line, sizeof line, "%s --set run.measure=2022-03-01..2022-05-31 --batches 20", small);
    struct json_value *json = run_json(cli, line);
    assert_true(estimate_of(json, "import.clearance.mean_h", "half_width") > 0.05);
    assert_true(estimate_of(json, "import.clearance.mean_h", "half_width") < 2);
    json_free(json);
}

/* ---- compare ---- */
static void what_lies_within_the_indifference_is_practically_equal(void **state)
{
    struct cli *cli = begin(state);
    cli_shell(cli, "$G compare %s --policy more_officers --indifference 1h -q", small);
    cli_prints(cli, 0, "practically equal in mean clearance", "practically equal\n", "within ± 1 h");
    cli_shell(cli, "$G compare %s --policy online --indifference 1h -q", small);
    cli_prints(cli, 0, "shorter", "practically equal");
    cli_shell(cli, "$G compare %s --policy online --indifference 40%% -q --json", small);
    struct json_value *json = cli_json(cli);
    const struct json_value *mean = json_get(json_get(json, "differences"), "import.clearance.mean_h");
    assert_string_equal(json_get_text(mean, "verdict", ""), "practically equal");
    assert_true(fabs(json_get_number(mean, "indifference", 0) - 0.4 * json_get_number(mean, "a", 0)) < 1e-9);
    assert_true(json_get_number(mean, "narrowing", 0) > 1);
    json_free(json);
}

static void advice_says_how_many_more_and_following_it_settles(void **state)
{
    struct cli *cli = begin(state);
    write_queue(cli, "q", "measure: 1000 h, warm_up: 50 h, replications: 4", 0.5);
    write_queue(cli, "r", "measure: 1000 h, warm_up: 50 h, replications: 4, seed: 7", 0.55);
    cli_shell(cli, "$G run q.yaml -q >1 && $G run r.yaml -q >2 && $G compare run:1 run:2");
    cli_prints(cli, 0, "no clear difference", "No clear difference yet: about", "replications would settle");
    cli_shell(cli, "$G compare run:1 run:2 --json");
    struct json_value *json = cli_json(cli);
    double more =
        json_get_number(json_get(json_get(json, "differences"), "stream.customers.time.mean"), "more_replications", 0);
    assert_true(more > 0);
    json_free(json);
    cli_shell(cli, "$G run q.yaml -q -n %.0f >1 && $G run r.yaml -q -n %.0f >2 && $G compare run:3 run:4 --json",
        2 * more, 2 * more);
    json = cli_json(cli);
    assert_string_equal(
        json_get_text(json_get(json_get(json, "differences"), "stream.customers.time.mean"), "verdict", ""), "longer");
    json_free(json);
}

static void three_variants_share_one_family_of_verdicts(void **state)
{
    struct cli *cli = begin(state);
    cli_shell(cli, "$G compare %s %s+online -q --json", small, small);
    struct json_value *json = cli_json(cli);
    double two = json_get_number(json, "comparisons", 0);
    json_free(json);
    cli_shell(cli, "$G compare %s %s+online %s+more_officers -q --json", small, small, small);
    json = cli_json(cli);
    assert_true(two > 0 && json_get_number(json, "comparisons", 0) == 2 * two);
    assert_int_equal(json_get(json, "further")->count, 1);
    json_free(json);
}

/* ---- quantiles and checks ---- */
static void quantiles_have_intervals_over_replications(void **state)
{
    struct cli *cli = begin(state);
    char line[100];
    snprintf(line, sizeof line, "%s", small);
    struct json_value *json = run_json(cli, line);
    assert_true(estimate_of(json, "import.clearance.p50_h", "half_width") > 0);
    assert_true(estimate_of(json, "import.clearance.p95_h", "half_width") > 0);
    json_free(json);
    cli_shell(cli, "$G run %s -q | grep -A3 '^import  '", small);
    cli_prints(cli, 0, "  ± 95 %");
}

static void a_debug_build_counts_what_held_after_each_event(void **state)
{
    struct cli *cli = begin(state);
    struct json_value *json = run_json(cli, "q.yaml");
    double checks = json_get_number(json, "checks", 0);
    json_free(json);
    if (strstr(cli->program, "/release/"))
        assert_true(checks == 0);
    else if (strstr(cli->program, "/debug/"))
        assert_true(checks > 4000); /* 1,000 arrivals and as many departures, several facts each */
}

/* ---- coverage ---- */
/* The mean of 30 exponential times: as skew as a short replication of a queue. Replication r of experiment e. */
static double cheap(uint64_t experiment, uint64_t replication)
{
    struct draws draws;
    double sum = 0;
    draws_begin(&draws, random_key(1, experiment), replication, 0, 0);
    for (int i = 0; i < 30; i++) sum -= log(1 - draws_unit(&draws));
    return sum / 30;
}

static void intervals_cover_also_after_precision_stopped_them(void **state)
{
    enum { EXPERIMENTS = 1000, MOST = 2000 };
    static double value[MOST];
    const struct stopping_rule rule = {.relative = 0.03, .level = 0.95, .cap = MOST};
    const double *column = value;
    int covering = 0, early = 0, late = 0;
    (void)state;
    for (uint64_t e = 0; e < EXPERIMENTS; e++) {
        size_t done = 0;
        struct stopping stopping = {.verdict = STOPPING_MORE, .replications = stopping_next(&rule, 0)};
        while (stopping.verdict == STOPPING_MORE) {
            for (; done < stopping.replications; done++) value[done] = cheap(e, done);
            stopping = stopping_decide(&rule, &column, 1, done);
        }
        struct estimate mean = interval_mean(value, stopping.replications, 0.95);
        assert_int_equal(stopping.verdict, STOPPING_PRECISE);
        assert_true(mean.half_width <= 0.03 * mean.mean && is_checkpoint((double)stopping.replications));
        covering += fabs(mean.mean - 1) <= mean.half_width;
        early += stopping.replications < 150;
        late += stopping.replications > 150;
    }
    assert_in_range(covering, 927, 973);
    assert_true(early + late > 100 && early + late <= EXPERIMENTS); /* chance decides where it stops */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(precision_stops_at_the_first_checkpoint_that_is_precise),
        cmocka_unit_test(the_number_reached_depends_on_neither_threads_nor_what_is_stored),
        cmocka_unit_test(reaching_a_number_is_the_same_as_asking_for_it),
        cmocka_unit_test(a_cap_is_told_with_what_would_do),
        cmocka_unit_test(the_file_may_ask_for_precision_and_the_line_for_other_metrics),
        cmocka_unit_test(what_does_not_go_together_is_refused_and_leaves_nothing),
        cmocka_unit_test(an_interrupt_in_the_middle_keeps_what_is_complete_and_goes_on),
        cmocka_unit_test(a_file_whose_number_of_replications_is_edited_is_the_same_variant),
        cmocka_unit_test(a_warm_up_is_found_and_is_the_same_for_every_variant),
        cmocka_unit_test(a_dated_scenario_finds_whole_days_whatever_the_threads),
        cmocka_unit_test(a_holiday_late_in_the_window_is_no_growth),
        cmocka_unit_test(where_no_steady_state_is_the_growth_is_told),
        cmocka_unit_test(one_long_run_gets_its_intervals_from_batches),
        cmocka_unit_test(batches_of_a_direction_weigh_its_streams_together),
        cmocka_unit_test(what_lies_within_the_indifference_is_practically_equal),
        cmocka_unit_test(advice_says_how_many_more_and_following_it_settles),
        cmocka_unit_test(three_variants_share_one_family_of_verdicts),
        cmocka_unit_test(quantiles_have_intervals_over_replications),
        cmocka_unit_test(a_debug_build_counts_what_held_after_each_event),
        cmocka_unit_test(intervals_cover_also_after_precision_stopped_them),
    };
    return cmocka_run_group_tests(tests, cli_begin, cli_end);
}
