/* test_bad_networks.c - what cannot be, or cannot be meant: each is refused with an exact message, or runs and does
 * what scenarios/README.md says under "Errors and warnings". */
#include "tests/cli.h"
#include <math.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define LITTLE_MEMORY "" /* sanitizers reserve terabytes of addresses */
#else
#define LITTLE_MEMORY "ulimit -v 400000; "
#endif
#define TOP "name: t\nrun: {measure: 1000 h, warm_up: 10 h}\n"
#define DESK "resources: {desk: {servers: 1}}\n"
#define COME "streams: {s: {process: p, arrivals: {rate: 0.5/h}}}\n"
#define SERVE "processes: {p: [{serve: {service: exponential mean 1 h, by: desk}}]}\n"
#define REPLAY(file)                                                                                                   \
    "name: t\nrun: {measure: 24 h, warm_up: 0 h}\nstreams: {s: {process: p, arrivals: {replay: {file: " file           \
    ", time: at, unit: h}}}}\nprocesses: {p: [{wait: {delay: 1 h}}]}\n"

static const struct refused {
    const char *what, *text, *message;
} refused[] = {
    {"no servers", TOP "resources: {desk: {servers: 0}}\n" COME SERVE,
        "bad.yaml:3:29: error: resources.desk.servers: '0' is out of range; a whole number from 1 to 100000000 is "
        "wanted"},
    {"servers below nothing", TOP "resources: {desk: {servers: -1}}\n" COME SERVE,
        "'-1' is out of range; a whole number from 1 to 100000000 is wanted"},
    {"a billion servers", TOP "resources: {desk: {servers: 1e9}}\n" COME SERVE,
        "'1e9' is out of range; a whole number from 1 to 100000000 is wanted"},
    {"no horizon", "name: t\nrun: {measure: 0 h, warm_up: 0 h}\n" DESK COME SERVE,
        "bad.yaml:2:16: error: run.measure: '0 h' is no time at all; write a duration over 0: 120 d"},
    {"a horizon without end", "name: t\nrun: {measure: inf h, warm_up: 0 h}\n" DESK COME SERVE,
        "run.measure: 'inf h' is not a number"},
    {"a horizon that is no number", "name: t\nrun: {measure: nan, warm_up: 0 h}\n" DESK COME SERVE,
        "run.measure: 'nan' is not a number"},
    {"a horizon of ages", "name: t\nrun: {measure: 1e300 h, warm_up: 0 h}\n" DESK COME SERVE,
        "run.measure: '1e300 h' is over a million years; write less"},
    {"a negative rate", TOP DESK "streams: {s: {process: p, arrivals: {rate: -1/h}}}\n" SERVE,
        "streams.s.arrivals.rate: '-1/h' is negative; at least 0 is wanted"},
    {"gaps below the clock's resolution",
        TOP DESK "streams: {s: {process: p, arrivals: {every: constant 1e-12 s}}}\n" SERVE,
        "streams.s.arrivals: 7.24e+18 arrivals in the run's 2010 h; more than 1e+12 would never end, so check the "
        "units"},
    {"alternatives under 100 %",
        TOP COME "processes: {p: [{c: {choose: {a: {share: 50 %, delay: 1 h}, b: {share: 40 %, delay: 2 h}}}}]}\n",
        "processes.p.c.choose: the shares sum to 90 %, not 100 %; give one alternative share: otherwise"},
    {"routes over 100 %",
        TOP COME "processes: {p: [{a: {delay: 1 h}}, {c: {route: {a: 70 %, b: 50 %}}}, {b: {delay: 1 h}}]}\n",
        "processes.p.c.route: the shares sum to 120 %, over 100 %; make them smaller"},
    {"levels under 100 %",
        TOP
        "streams: {s: {process: p, arrivals: {rate: 1/h}, attributes: {k: {a: 50 %, b: 40 %}}}}\nprocesses: {p: [{a: "
        "{delay: 1 h}}]}\n",
        "streams.s.attributes.k: the shares sum to 90 %; 100 % is wanted"},
    {"a mixture over 100 %",
        TOP COME "processes: {p: [{a: {delay: {mixture: [{share: 70 %, of: 1 h}, {share: 40 %, of: 2 h}]}}}]}\n",
        "the shares of the mixture sum to 110 %; 100 % is wanted"},
    {"a join that can never complete",
        TOP COME "processes: {p: [{c: {parallel: {a: {delay: 1 h}, b: {delay: 2 h}}, join: 3}}]}\n",
        "processes.p.c.join: it waits for 3 branches of 2; write at most 2"},
    {"a replay without a time", REPLAY("missing.csv"),
        "missing.csv' holds '', which is no number; write hours as 12.5"},
    {"a replay whose time is no number", REPLAY("nan.csv"), "nan.csv' holds 'nan', which is no number"},
    {"a replay without its column", REPLAY("other.csv"),
        "other.csv' has no column 'at'; its first line names the columns"},
    {"a replay without rows", REPLAY("empty.csv"), "empty.csv' has no data; a line of names, then rows"},
    {"a replay that is not there", REPLAY("none.csv"), "the file 'none.csv' is not there"},
    {"a backlog of an unknown step", TOP "start: {from: step.csv}\n" DESK COME SERVE,
        "step.csv' holds 'wash', which is no step of its stream's process"},
    {"a backlog of an unknown stream", TOP "start: {from: stream.csv}\n" DESK COME SERVE,
        "stream.csv' holds 'x', which is no stream"},
    {"a backlog from the future", TOP "start: {from: age.csv}\n" DESK COME SERVE,
        "age.csv' holds '-1', which is no age; write a number of at least 0"},
    {"a deadlock of blocked stations",
        TOP "resources: {first: {servers: 1, room: 0}, second: {servers: 1, room: 0}}\n"
            "streams: {s: {process: p, arrivals: {population: 3, think: exponential mean 1 h}}}\n"
            "processes: {p: [{a: {service: exponential mean 1 h, by: first}}, {b: {service: exponential mean 1 h, by: "
            "second}}, {c: {route: {a: 50 %, otherwise: next}}}]}\n",
        "the network cannot go on: replication 0 of variant 1: deadlock: every server is held by somebody that waits "
        "for room at one of: first second"},
    {"a way in circles in no time", TOP COME "processes: {p: [{a: {delay: constant 0 h}}, {b: {route: {a: 100 %}}}]}\n",
        "time stands still at "},
};

static const struct data {
    const char *file, *text;
} data[] = {
    {"unsorted.csv", "at,k\n3,a\n1,b\n2,a\n"},
    {"missing.csv", "at,k\n3,a\n,b\n2,a\n"},
    {"nan.csv", "at\n1\nnan\n"},
    {"other.csv", "when\n1\n"},
    {"empty.csv", "at\n"},
    {"step.csv", "stream,step,age\ns,wash,1\n"},
    {"stream.csv", "stream,step,age\nx,serve,1\n"},
    {"age.csv", "stream,step,age\ns,serve,-1\n"},
    {"backlog.csv", "stream,step,age\ns,serve,1\ns,serve,20\ns,serve,5\ns,,0\n"},
};

static void begin_with_data(const struct cli *cli)
{
    cli_clean(cli);
    for (size_t i = 0; i < sizeof data / sizeof *data; i++) cli_write(cli, data[i].file, data[i].text);
}

static void what_cannot_be_is_refused_with_an_exact_message(void **state)
{
    struct cli *cli = *state;
    begin_with_data(cli);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        cli_write(cli, "bad.yaml", refused[i].text);
        cli_shell(cli, "$G run bad.yaml -q -n 1 -j 1");
        if (cli->code != 65) fail_msg("%s: exit code %d: %s", refused[i].what, cli->code, cli->err);
        if (!strstr(cli->err, refused[i].message)) fail_msg("%s: it said: %s", refused[i].what, cli->err);
    }
}

/* The estimate of one replication; NAN when it is null. */
static double run_for(struct cli *cli, const char *text, const char *metric)
{
    cli_write(cli, "case.yaml", text);
    cli_shell(cli, "$G run case.yaml --json -q -n 1 -j 1");
    struct json_value *json = cli_json(cli);
    double value = json_get_number(json_get(json_get(json, "metrics"), metric), "estimate", NAN);
    json_free(json);
    return value;
}

static void overload_runs_warns_and_reports_its_growth(void **state)
{
    struct cli *cli = *state;
    static const char text[] = "name: t\nrun: {measure: 20000 h, warm_up: 100 h, drain_limit: 0 h}\n" DESK
                               "streams: {s: {process: p, arrivals: {rate: 1.2/h}}}\n" SERVE;
    double growth = run_for(cli, text, "station.desk.number.growth");
    assert_true(growth > 0.18 && growth < 0.22);
    cli_says(cli, 0,
        "case.yaml:3:13: warning: resources.desk: no steady state: it is offered the work of 1.2 servers and has 1");
    cli_shell(cli, "$G run case.yaml -q -n 2 -j 1");
    cli_prints(cli, 0, "NO STEADY STATE", "grows at desk");
    double full = run_for(cli,
        "name: t\nrun: {measure: 100 h, warm_up: 0 h, drain_limit: 0 h}\n" DESK
        "streams: {s: {process: p, arrivals: {rate: 1/h}}}\n" SERVE,
        "station.desk.number.growth");
    assert_true(full == full);
    cli_says(cli, 0, "no steady state: it is offered the work of 1 servers and has 1");
}

static void a_rate_of_almost_nothing_brings_nobody(void **state)
{
    struct cli *cli = *state;
    static const char text[] = TOP DESK "streams: {s: {process: p, arrivals: {rate: 1e-300/h}}}\n" SERVE;
    assert_true(run_for(cli, text, "stream.s.arrived") == 0);
    assert_true(run_for(cli, text, "station.desk.number.mean") == 0);
    double mean = run_for(cli, text, "station.desk.wait.mean");
    assert_true(mean != mean);
    assert_non_null(strstr(cli->out, "null"));
    assert_null(strstr(cli->out, "nan"));
}

static void a_service_below_the_clocks_resolution_takes_no_time(void **state)
{
    struct cli *cli = *state;
    static const char text[] = TOP DESK COME "processes: {p: [{serve: {service: constant 1e-14 s, by: desk}}]}\n";
    assert_true(run_for(cli, text, "station.desk.sojourn.mean") < 1e-12);
    assert_true(run_for(cli, text, "stream.s.unfinished") == 0);
}

static void patience_ten_thousand_times_the_service_needs_little_memory(void **state)
{
    struct cli *cli = *state;
    cli_write(cli, "patient.yaml",
        "name: t\nrun: {measure: 20000 h, warm_up: 0 h}\n" DESK "streams: {s: {process: p, arrivals: {rate: 50/h}}}\n"
        "processes: {p: [{serve: {service: exponential mean 1 min, by: desk, gives_up: {after: constant 10000 "
        "min}}}]}\n");
    cli_shell(cli, LITTLE_MEMORY "$G run patient.yaml --json -q -n 1 -j 1");
    struct json_value *json = cli_json(cli);
    assert_true(json_get_number(json_get(json_get(json, "metrics"), "stream.s.finished"), "estimate", 0) > 900000);
    json_free(json);
}

static void an_unsorted_replay_is_replayed_in_the_order_of_time(void **state)
{
    struct cli *cli = *state;
    begin_with_data(cli);
    static const char text[] =
        "name: t\nrun: {measure: 24 h, warm_up: 0 h, metrics: [station.desk.number.at(1.5), "
        "station.desk.number.at(3.5)]}\n" DESK
        "streams: {s: {process: p, arrivals: {replay: {file: unsorted.csv, time: at, unit: h}}}}\n"
        "processes: {p: [{serve: {service: constant 2 h, by: desk}}]}\n";
    assert_true(run_for(cli, text, "stream.s.arrived") == 3);
    assert_true(run_for(cli, text, "station.desk.number.at(1.5)") == 1);
    assert_true(run_for(cli, text, "station.desk.number.at(3.5)") == 2);
    assert_true(run_for(cli, text, "station.desk.wait.mean") == 1); /* 0, 1 and 2 h */
}

/* Three wait at the desk, the oldest first, and one has just come: served 1, 2, 3 and 4 h after the start. */
static void a_backlog_stands_in_its_queues_the_oldest_first(void **state)
{
    struct cli *cli = *state;
    begin_with_data(cli);
    static const char text[] = "name: t\nrun: {measure: 24 h, warm_up: 0 h, metrics: [station.desk.number.at(0), "
                               "station.desk.number.at(2.5)]}\nstart: {from: backlog.csv}\n" DESK
                               "streams: {s: {process: p, arrivals: {timetable: [10 h]}}}\n"
                               "processes: {p: [{serve: {service: constant 1 h, by: desk}}]}\n";
    assert_true(run_for(cli, text, "station.desk.number.at(0)") == 4);
    assert_true(run_for(cli, text, "station.desk.number.at(2.5)") == 2);
    assert_true(run_for(cli, text, "stream.s.backlog.finished") == 4);
    assert_true(run_for(cli, text, "stream.s.backlog.mean") == 2.5);
    assert_true(run_for(cli, text, "stream.s.backlog.most") == 4);
    assert_true(run_for(cli, text, "stream.s.arrived") == 1);
    assert_true(run_for(cli, text, "stream.s.time.mean") == 1);
}

/* Their attributes are those of the file, and drawn where it has none: big ones take 3 h, the others 1 h, in every
 * replication, whoever used the memory before. */
static void a_backlogs_shipments_have_the_attributes_of_its_file(void **state)
{
    struct cli *cli = *state;
    begin_with_data(cli);
    cli_write(cli, "sizes.csv", "stream,step,age,size\ns,serve,9,big\ns,serve,8,small\ns,serve,7,big\n");
    static const char text[] =
        "name: t\nrun: {measure: 24 h, warm_up: 0 h}\n"
        "start: {from: sizes.csv, attributes: {size: size}}\n"
        "streams: {s: {process: p, arrivals: {rate: 1/h}, attributes: {size: {small: 100 %, big: "
        "0 %}, drawn: 100 %}}}\n"
        "processes: {p: [{serve: {delay: 1 h}}, {more: {delay: 2 h, when: size == big and drawn}}]}\n";
    assert_true(run_for(cli, text, "stream.s.backlog.finished") == 3);
    assert_true(run_for(cli, text, "stream.s.backlog.most") == 3);
    double mean = run_for(cli, text, "stream.s.backlog.mean");
    assert_true(mean > 7.0 / 3 - 1e-12 && mean < 7.0 / 3 + 1e-12);
}

/* One vessel of 6 containers a time, 2 cranes of 1 move an hour: a container each half hour, the last after 3 h. */
static void a_vessel_is_unloaded_at_the_rate_of_its_cranes(void **state)
{
    struct cli *cli = *state;
    static const char text[] = "name: t\nrun: {measure: 100000 h, warm_up: 0 h}\n"
                               "resources: {berth: {servers: 100}, crane: {servers: 200}}\n"
                               "streams: {s: {process: p, arrivals: {vessels: {rate: 0.01/h, berth: berth, containers: "
                               "6, cranes: {resource: crane, "
                               "each: 2, moves: 1/h}}}}}\n"
                               "processes: {p: [{discharge: {delay: arrivals}}]}\n";
    double mean = run_for(cli, text, "stream.s.time.mean"), most = run_for(cli, text, "stream.s.time.most");
    assert_true(mean > 1.75 - 1e-9 && mean < 1.75 + 1e-9);
    assert_true(most > 3 - 1e-6 && most < 3 + 1e-6);
    double vessels = run_for(cli, text, "station.berth.arrived"), boxes = run_for(cli, text, "stream.s.arrived");
    assert_true(boxes == 6 * vessels);
    double berths = run_for(cli, text, "station.berth.busy.mean"),
           cranes = run_for(cli, text, "station.crane.busy.mean");
    assert_true(cranes > 1.999 * berths && cranes < 2.001 * berths);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_cannot_be_is_refused_with_an_exact_message),
        cmocka_unit_test(overload_runs_warns_and_reports_its_growth),
        cmocka_unit_test(a_rate_of_almost_nothing_brings_nobody),
        cmocka_unit_test(a_service_below_the_clocks_resolution_takes_no_time),
        cmocka_unit_test(patience_ten_thousand_times_the_service_needs_little_memory),
        cmocka_unit_test(an_unsorted_replay_is_replayed_in_the_order_of_time),
        cmocka_unit_test(a_backlog_stands_in_its_queues_the_oldest_first),
        cmocka_unit_test(a_backlogs_shipments_have_the_attributes_of_its_file),
        cmocka_unit_test(a_vessel_is_unloaded_at_the_rate_of_its_cranes),
    };
    return cmocka_run_group_tests_name("bad networks", tests, cli_begin, cli_end);
}
