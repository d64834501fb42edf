/* The command as a user meets it: what it prints, how it ends, what it leaves behind. */
#include "tests/cli.h"
#include <math.h>

static const char *const small = "$R/tests/cli/small.yaml";

static size_t widest_line(const char *text)
{
    size_t widest = 0, width = 0;
    for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
        if (*at == '\n')
            width = 0;
        else if ((*at & 0xC0) != 0x80)
            width++;
        widest = width > widest ? width : widest;
    }
    return widest;
}

/* ---- help and the command line ---- */
static void every_command_has_help_with_an_example(void **state)
{
    static const char *const commands[] = {"run", "compare", "plot", "check", "validate", "show", "verify", "fit",
        "attribute", "sweep", "frontier", "staff", "calibrate", "schema"};
    struct cli *cli = *state;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        cli_shell(cli, "$G %s --help", commands[i]);
        cli_prints(cli, 0, "usage: greenlane", "for example:", commands[i]);
        assert_true(widest_line(cli->out) <= 80);
    }
    assert_int_equal(cli_files(cli), 0);
}

static void help_lists_the_commands_and_an_empty_line_fails_with_it(void **state)
{
    struct cli *cli = *state;
    cli_shell(cli, "$G --help");
    cli_prints(cli, 0, "run", "compare", "validate");
    cli_shell(cli, "$G");
    cli_says(cli, 64, "usage: greenlane");
}

static void version_names_every_library(void **state)
{
    struct cli *cli = *state;
    cli_shell(cli, "$G --version");
    cli_prints(cli, 0, "greenlane ", "libuv", "SQLite", "libyaml", "GSL", "Random123", "gnuplot");
}

static void a_mistyped_word_gets_a_suggestion(void **state)
{
    struct cli *cli = *state;
    cli_shell(cli, "$G rnu x.yaml");
    cli_says(cli, 64, "unknown command 'rnu'", "did you mean 'run'?");
    cli_shell(cli, "$G run x.yaml --polcy a");
    cli_says(cli, 64, "unknown option '--polcy'", "did you mean '--policy'?");
    cli_shell(cli, "$G plot thruput x.yaml");
    cli_says(cli, 64, "no picture is called 'thruput'");
    cli_shell(cli, "$G show asumptions x.yaml");
    cli_says(cli, 64, "did you mean 'assumptions'?");
}

static void bad_values_of_options_are_refused(void **state)
{
    static const char *const lines[] = {"-n 0", "-n x", "-n -3", "-n 1e3", "-j 0", "-j 99999", "--seed -1",
        "--seed 99999999999999999999", "--color red", "-n"};
    struct cli *cli = *state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        cli_shell(cli, "$G run %s %s", small, lines[i]);
        cli_says(cli, 64, "greenlane: --", lines[i][1] == 'n' ? "replications" : lines[i][1] == 'j' ? "jobs" : "--");
    }
    cli_shell(cli, "$G run");
    cli_says(cli, 64, "something is missing");
    cli_shell(cli, "$G run %s %s", small, small);
    cli_says(cli, 64, "too many arguments");
    cli_shell(cli, "$G check %s --db x.db", small);
    cli_says(cli, 64, "--db means nothing to `greenlane check`");
    cli_shell(cli, "$G plot stages %s -o picture.gif", small);
    cli_says(cli, 64, "ends in .svg or .png");
    assert_int_equal(cli_files(cli), 0);
}

/* ---- bad scenarios ---- */
static const char good[] =
    "format: 1\nname: q\nrun: {measure: 100 h, replications: 2}\nresources:\n  desk: {servers: 1}\n"
    "streams:\n  customers: {process: visit, arrivals: {rate: 0.5/h}}\n"
    "processes:\n  visit:\n    - serve: {service: exponential mean 1 h, by: desk}\n";

/* The good scenario with one text replaced. */
static void write_with(const struct cli *cli, const char *from, const char *to)
{
    char text[2000];
    const char *at = strstr(good, from);
    assert_non_null(at);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - good), good, to, at + strlen(from));
    cli_write(cli, "q.yaml", text);
}

static void the_good_scenario_is_good(void **state)
{
    struct cli *cli = *state;
    cli_write(cli, "q.yaml", good);
    cli_shell(cli, "$G check q.yaml");
    cli_prints(cli, 0, "no errors", "streams:", "resources:", "inputs:");
    assert_int_equal(cli_files(cli), 1);
}

static void bad_content_is_refused_with_its_place_and_leaves_nothing_behind(void **state)
{
    static const struct {
        const char *from, *to, *says[3];
    } cases[] = {
        {"  desk: {servers: 1}\n", "\tdesk: {servers: 1}\n", {"q.yaml:5:", "tab"}},
        {"name: q\n", "name: q\nname: r\n", {"q.yaml:3:1: error", "name", "twice"}},
        {"servers: 1", "servrs: 1", {"q.yaml:5:", "servrs", "did you mean 'servers'?"}},
        {"by: desk", "by: desc", {"q.yaml:10:", "desc", "did you mean 'desk'?"}},
        {"rate: 0.5/h", "rate: -0.5/h", {"q.yaml:7:", "-0.5"}},
        {"by: desk}", "by: desk, share: 130 %}", {"q.yaml:10:", "130"}},
        {"rate: 0.5/h", "rate: .nan", {"q.yaml:7:", "nan"}},
        {"mean 1 h", "mean 1", {"q.yaml:10:", "unit"}},
        {"name: q\n", "name: q\nextends: q.yaml\n", {"q.yaml", "extends"}},
        {"name: q\n", "name: q\nextends: /etc/hostname\n", {"q.yaml:3:", "allow-path"}},
    };
    struct cli *cli = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cli_clean(cli);
        write_with(cli, cases[i].from, cases[i].to);
        cli_shell(cli, "$G run q.yaml");
        for (size_t k = 0; k < 3 && cases[i].says[k]; k++) cli_says(cli, 65, cases[i].says[k]);
        assert_string_equal(cli->out, "");
        assert_int_equal(cli_files(cli), 1);
    }
}

static void all_errors_of_a_file_come_in_one_go_sorted_by_place(void **state)
{
    struct cli *cli = *state;
    write_with(cli, "servers: 1}\n", "servrs: 1}\n");
    cli_shell(cli, "sed -i 's/by: desk/by: desc/; s/0.5/-0.5/' q.yaml; $G check q.yaml");
    cli_says(cli, 65, "q.yaml:5:", "q.yaml:7:", "q.yaml:10:");
    assert_true(strstr(cli->err, "q.yaml:5:") < strstr(cli->err, "q.yaml:7:"));
    assert_true(strstr(cli->err, "q.yaml:7:") < strstr(cli->err, "q.yaml:10:"));
}

static void a_file_that_is_missing_or_empty_is_told_apart(void **state)
{
    struct cli *cli = *state;
    cli_clean(cli);
    cli_shell(cli, "$G run nowhere.yaml");
    cli_says(cli, 66, "nowhere.yaml");
    assert_int_equal(cli_files(cli), 0);
    cli_write(cli, "empty.yaml", "");
    cli_shell(cli, "$G run empty.yaml");
    cli_says(cli, 65, "empty.yaml", "empty");
    assert_int_equal(cli_files(cli), 1);
}

static void a_cycle_of_extends_is_refused(void **state)
{
    struct cli *cli = *state;
    cli_clean(cli);
    write_with(cli, "name: q\n", "name: q\nextends: p.yaml\n");
    cli_write(cli, "p.yaml", "extends: q.yaml\n");
    cli_shell(cli, "$G run q.yaml");
    cli_says(cli, 65, "extends", "q.yaml");
    assert_int_equal(cli_files(cli), 2);
}

static void an_unknown_policy_or_setting_is_refused(void **state)
{
    struct cli *cli = *state;
    cli_clean(cli);
    cli_shell(cli, "$G run %s --policy onlin", small);
    cli_says(cli, 65, "onlin", "did you mean 'online'?");
    cli_shell(cli, "$G run %s --set resources.oficers.servers=4", small);
    cli_says(cli, 65, "--set", "oficers", "officers");
    assert_int_equal(cli_files(cli), 0);
}

/* ---- bad stores ---- */
static void a_store_that_is_no_database_is_refused_and_left_alone(void **state)
{
    struct cli *cli = *state;
    cli_clean(cli);
    cli_write(cli, "q.yaml", good);
    cli_write(cli, "notes.db", "these are my notes, not a database\n");
    cli_shell(cli, "$G run q.yaml --db notes.db");
    cli_says(cli, 65, "greenlane: notes.db is not a greenlane store", "--db");
    cli_shell(cli, "cat notes.db");
    cli_prints(cli, 0, "these are my notes");
    assert_int_equal(cli_files(cli), 2);
}

static void a_store_that_cannot_be_created_is_told(void **state)
{
    struct cli *cli = *state;
    cli_clean(cli);
    cli_write(cli, "q.yaml", good);
    cli_shell(cli, "$G run q.yaml --db /proc/greenlane.db");
    cli_says(cli, 73, "greenlane: cannot create /proc/greenlane.db", "--db");
    cli_shell(cli, "$G run q.yaml --db no/such/folder/g.db");
    cli_says(cli, 73, "no/such/folder/g.db");
    assert_int_equal(cli_files(cli), 1);
}

static void a_missing_store_or_run_is_told(void **state)
{
    struct cli *cli = *state;
    cli_clean(cli);
    cli_shell(cli, "$G show runs");
    cli_says(cli, 66, "greenlane.db", "no such store");
    cli_shell(cli, "$G show run:3");
    cli_says(cli, 66, "no such store");
    assert_int_equal(cli_files(cli), 0);
    cli_write(cli, "q.yaml", good);
    cli_shell(cli, "$G run q.yaml -q && $G compare run:1 run:99");
    cli_says(cli, 66, "run:99");
}

/* ---- what it prints ---- */
static void run_prints_the_report_in_80_columns(void **state)
{
    struct cli *cli = *state;
    cli_clean(cli);
    cli_shell(cli, "$G run %s", small);
    cli_prints(cli, 0, "small", "4 replications x 14 d, seed 9", "Imports took", "CLEARANCE, h", "BY LANE",
        "IMPORT BY STAGE", "EXPORT BY STAGE", "Whose time:", "RESOURCE", "greenlane show assumptions run:1", "fitted",
        "held back", "Checks passed", "Stored as run:1 in greenlane.db");
    assert_true(widest_line(cli->out) <= 80);
    assert_null(strstr(cli->out, "nan"));
    assert_int_equal(cli_files(cli), 1);
}

static void running_again_reuses_what_is_stored(void **state)
{
    struct cli *cli = *state;
    cli_clean(cli);
    cli_shell(cli, "$G run %s -n 2 -q && $G run %s -n 4 -q", small, small);
    cli_prints(cli, 0, "Stored as run:2", "2 of 4 replications reused");
    cli_shell(cli, "$G run %s -n 3 -q", small);
    cli_prints(cli, 0, "3 replications reused, nothing simulated");
    cli_shell(cli, "$G show runs");
    cli_prints(cli, 0, "RUN", "small");
}

static void compare_pairs_what_has_common_seeds_and_says_when_not(void **state)
{
    struct cli *cli = *state;
    cli_clean(cli);
    cli_shell(cli, "$G compare %s --policy online -q", small);
    cli_prints(cli, 0, "A  small", "B  small +online", "shorter", "sooner in B than in A", "IMPORT BY STAGE",
        "CONTROL AND EFFORT", "Holm", "Same shipments");
    assert_true(widest_line(cli->out) <= 80);
    cli_shell(cli, "$G run %s --seed 77 -q >/dev/null && $G compare run:1 run:3 -q", small);
    cli_prints(cli, 0, "Welch", "no clear difference");
    cli_shell(cli, "$G compare %s %s+online %s+more_officers+online -q", small, small, small);
    cli_prints(cli, 0, "C  small +more_officers +online", "C - A");
    cli_shell(cli, "$G compare %s --set resources.officers.servers=4 --set processes.import.discharge.delay='constant 9 h' -q", small);
    cli_prints(cli, 0, "A small ", "B small officers.servers=4, discha...");
    assert_true(widest_line(cli->out) <= 80);
    cli_shell(cli, "$G compare %s --set resources.officers.servers=4 -q >/dev/null && $G compare run:9 run:10 -q", small);
    cli_prints(cli, 0, "A  small ", "B  small officers.servers=4 ");
}

/* Half of the yellow lane is never released: of the others the quickest are left, which must not look like a gain. */
static void what_was_never_released_makes_nothing_look_better(void **state)
{
    struct cli *cli = *state;
    cli_clean(cli);
    cli_shell(cli, "$G compare %s --policy online --set processes.import.documents.service='constant 9 h' -n 8 -q", small);
    cli_prints(cli, 0, "in 24 h", "lower bound", "longer", "some imports were not released");
    assert_null(strstr(cli->out, "%  shorter"));
    cli_shell(cli, "$G run %s --set processes.import.documents.service='constant 6 h' -q", small);
    cli_prints(cli, 0, "import        ≥", "≥ ", "≤ ", "upper ones");
}

static void compare_of_two_queues_shows_their_metrics(void **state)
{
    struct cli *cli = *state;
    cli_clean(cli);
    cli_shell(cli, "$G compare $R/tests/reference/mm1_50.yaml $R/tests/reference/mm1_80.yaml -n 2 -q");
    cli_prints(cli, 0, "A  mm1_50", "B  mm1_80", "station.desk.wait.mean", "Holm");
    assert_true(widest_line(cli->out) <= 80);
}

static void json_has_the_schema_and_no_interval_from_one_replication(void **state)
{
    struct cli *cli = *state;
    cli_clean(cli);
    cli_shell(cli, "$G run %s --json -q", small);
    struct json_value *json = cli_json(cli);
    assert_true(json_get_number(json, "schema_version", 0) == 1);
    assert_true(json_get_number(json, "replications", 0) == 4);
    assert_string_equal(json_get_text(json, "scenario", ""), "small");
    const struct json_value *mean = json_get(json_get(json, "metrics"), "import.clearance.mean_h");
    assert_true(json_get_number(mean, "estimate", 0) > 10);
    assert_true(json_get_number(mean, "half_width", 0) > 0);
    assert_int_equal(json_get(json, "digests")->count, 4);
    json_free(json);
    cli_shell(cli, "$G run %s --json -q -n 1", small);
    json = cli_json(cli);
    assert_int_equal(
        json_get(json_get(json_get(json, "metrics"), "import.clearance.mean_h"), "half_width")->kind, JSON_NULL);
    json_free(json);
    cli_shell(cli, "$G compare %s --policy online --json -q", small);
    json = cli_json(cli);
    const struct json_value *change = json_get(json_get(json, "differences"), "import.clearance.mean_h");
    assert_true(json_get_number(change, "estimate", 0) < -4);
    assert_string_equal(json_get_text(change, "verdict", ""), "shorter");
    json_free(json);
}

static void sqlite_reads_the_json_too(void **state)
{
    struct cli *cli = *state;
    cli_clean(cli);
    if (cli_shell(cli, "command -v sqlite3")) skip();
    cli_shell(cli, "$G run %s --json -q > r.json && sqlite3 :memory: \"SELECT json_valid(readfile('r.json'))\"", small);
    cli_prints(cli, 0, "1");
}

static void validate_fails_when_a_published_value_is_missed(void **state)
{
    struct cli *cli = *state;
    cli_clean(cli);
    cli_shell(cli, "$G validate %s -q --set 'expect.import.clearance.mean_h.value=100 h'", small);
    if (cli->code ==
        65) { /* the metric's own dots cannot be written in a path: a policy-free copy of the file will do */
        cli_shell(cli, "sed 's/value: 21 h/value: 100 h/' %s > far.yaml; $G validate far.yaml -q", small);
    }
    cli_prints(cli, 1, "MISSED");
}

static void show_tells_runs_assumptions_and_sources(void **state)
{
    struct cli *cli = *state;
    cli_clean(cli);
    cli_shell(cli, "$G show assumptions %s", small);
    cli_prints(cli, 0, "inputs are assumed", "resources.officers.servers", "2..5");
    cli_shell(cli, "$G show sources %s", small);
    cli_prints(cli, 0, "report", "A report", "streams.import.arrivals.rate");
    assert_int_equal(cli_files(cli), 0);
    cli_shell(cli, "$G run %s -q >/dev/null && $G show run:1", small);
    cli_prints(cli, 0, "run:1", "variant", "made with", "IMPORT BY STAGE");
    cli_shell(cli, "$G show assumptions run:small");
    cli_prints(cli, 0, "resources.officers.servers");
    cli_shell(cli, "$G show assumptions %s --json", small);
    struct json_value *json = cli_json(cli);
    const struct json_value *all = json_get(json, "assumptions");
    bool found = false;
    assert_true((double)all->count == json_get_number(json, "assumed", -1));
    for (size_t i = 0; i < all->count; i++)
        found = found || (strcmp(json_get_text(&all->item[i], "path", ""), "resources.officers.servers") == 0 &&
                             strcmp(json_get_text(&all->item[i], "low", ""), "2") == 0);
    assert_true(found);
    json_free(json);
    cli_shell(cli, "$G show sources run:1 --json");
    json_free(cli_json(cli));
    cli_shell(cli, "$G show runs --json");
    json_free(cli_json(cli));
}

static void pictures_are_drawn_to_files_and_to_the_terminal(void **state)
{
    static const char *const kinds[] = {"throughput", "cumulative", "cdf", "stages", "queues", "utilisation"};
    struct cli *cli = *state;
    if (cli_shell(cli, "command -v gnuplot")) skip();
    cli_clean(cli);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        cli_shell(cli, "$G plot %s %s -n 2 -q -o %s.svg && $G plot %s run:small -q -o %s.png", kinds[i], small,
            kinds[i], kinds[i], kinds[i]);
        cli_says(cli, 0, "");
    }
    cli_shell(cli, "grep -L '</svg>' *.svg; ls *.part 2>/dev/null; head -c 4 stages.png | tail -c 3; $G plot stages "
                   "run:small --terminal");
    cli_prints(cli, 0, "PNG", "Mean clearance time by stage");
    cli_shell(cli, "$G plot compare %s --policy online -n 3 -q -o c.svg", small);
    cli_says(cli, 0, "");
    cli_shell(cli,
        "grep -c '>published<' stages.svg; $G plot stages run:small run:small run:small run:small -q -o s.svg; "
        "grep -o 'assumed' s.svg"); /* the end of a note of two lines */
    cli_prints(cli, 0, "1\n", "assumed");
}

static void a_missing_gnuplot_is_named_with_its_package(void **state)
{
    struct cli *cli = *state;
    cli_clean(cli);
    cli_shell(cli, "$G run %s -n 2 -q >/dev/null; mkdir none; PATH=$PWD/none; $G plot stages run:1 -o s.svg", small);
    assert_int_not_equal(cli->code, 0);
    assert_non_null(strstr(cli->err, "apt-get install gnuplot-nox"));
    assert_false(cli_has_file(cli, "s.svg"));
    assert_false(cli_has_file(cli, "s.svg.part"));
}

static void an_interrupt_keeps_what_is_complete(void **state)
{
    struct cli *cli = *state;
    cli_clean(cli);
    cli_shell(cli, "$G run $R/tests/reference/mm1_80.yaml -n 100000 -j 1 & child=$!; " CLI_AWAIT_STORED
                   "kill -INT $child; wait $child");
    cli_says(cli, 130, "interrupted", "are kept in greenlane.db");
    cli_shell(cli, "$G run $R/tests/reference/mm1_80.yaml -n 1 -q");
    cli_prints(cli, 0, "reused");
}

static void a_full_disk_is_an_error(void **state)
{
    struct cli *cli = *state;
    cli_clean(cli);
    cli_shell(cli, "$G --help >/dev/full");
    cli_says(cli, 74, "cannot write standard output");
}

/* On a full disk gnuplot ends with 0 and leaves a part of the picture, as this stand-in does. */
static void a_picture_that_was_cut_off_is_an_error_and_leaves_nothing(void **state)
{
    struct cli *cli = *state;
    cli_clean(cli);
    cli_shell(cli,
        "$G run %s -n 2 -q >/dev/null; mkdir bin; printf '#!/bin/sh\ncat >/dev/null; echo \"<svg><g>a third of it\" "
        ">$PART\n' "
        ">bin/gnuplot; chmod +x bin/gnuplot",
        small);
    for (size_t i = 0; i < 2; i++) {
        const char *out = i ? "c.png" : "c.svg";
        cli_shell(cli, "export PART=%s.part; PATH=$PWD/bin:$PATH; $G plot cdf run:1 -o %s", out, out);
        cli_says(cli, 74, out, "room on the disk");
        assert_false(cli_has_file(cli, out));
    }
    assert_int_equal(cli_files(cli), 2); /* the store, the folder */
}

static const char *const fitted =
    "format: 1\n"
    "name: fitted\n"
    "run: {measure: 1000 h, warm_up: 100 h, replications: 3}\n"
    "resources: {desk: {servers: 30}}\n"
    "streams: {import: {direction: import, process: p, arrivals: {rate: 1/h}}}\n"
    "processes: {p: [{check: {service: exponential mean 1 h, by: desk}}, {release: {milestone: released}}]}\n"
    "sources: {study: {title: A study}}\n"
    "expect: {import.clearance.mean_h: {value: 1 h, within: 10 %, role: fitted, source: study}}\n";

static void what_was_set_otherwise_is_not_called_fitted(void **state)
{
    struct cli *cli = *state;
    char *other = strdup(fitted);
    assert_non_null(other);
    *strstr(other, "1000 h") = '2';
    cli_write(cli, "a.yaml", fitted);
    cli_write(cli, "b.yaml", other);
    free(other);
    cli_shell(cli, "$G compare a.yaml b.yaml -q");
    cli_prints(cli, 0, "both were fitted to published totals");
    cli_shell(cli, "$G compare a.yaml --set resources.desk.servers=40 -q");
    assert_int_equal(cli->code, 0);
    assert_null(strstr(cli->out, "were fitted"));
    cli_shell(cli, "$G run a.yaml -q");
    assert_null(strstr(cli->out, "as it stands, not of what"));
    cli_shell(cli, "$G run a.yaml --set resources.desk.servers=40 -q");
    cli_prints(cli, 0, "Published values are of the file as it stands, not of what was switched on or");
}

static void a_scale_is_said_wherever_the_numbers_are(void **state)
{
    struct cli *cli = *state;
    static const char *const line[] = {"run a.yaml", "run a.yaml --json", "show run:1", "compare a.yaml --set resources.desk.servers=40"};
    cli_write(cli, "a.yaml", fitted);
    for (size_t i = 0; i < sizeof line / sizeof *line; i++) {
        cli_shell(cli, "$G %s %s -q", line[i], strncmp(line[i], "show", 4) ? "--scale 0.2" : "");
        cli_prints(cli, 0, "Run at 20 % of its arrivals and servers");
    }
    cli_shell(cli, "$G run a.yaml --scale 5 -q");
    cli_says(cli, 64, "--scale takes a share over 0 and at most 1, such as 0.01, not '5'");
}

/* A fault in a policy that is off is found by check, not by who switches it on. */
static void check_tries_every_policy_and_level_by_itself(void **state)
{
    struct cli *cli = *state;
    cli_write(cli, "p.yaml",
        "format: 1\n"
        "name: p\n"
        "run: {measure: 1000 h, warm_up: 0 h}\n"
        "resources: {desk: {servers: 3}}\n"
        "streams: {import: {direction: import, process: p, arrivals: {rate: 1/h}}}\n"
        "processes: {p: [{check: {service: exponential mean 1 h, by: desk}}, {release: {milestone: released}}]}\n"
        "policies:\n"
        "  fine: {set: {resources.desk.servers: 4}}\n"
        "  bad: {set: {resources.desk.server: 4}}\n"
        "  two: {levels: {a: {set: {resources.desk.servers: 5}}, b: {set: {resources.desc.servers: 5}}}}\n");
    cli_shell(cli, "$G check p.yaml 2>&1 >/dev/null");
    cli_prints(cli, 0, "p.yaml:9:15: warning: policy bad by itself cannot be laid on the file: resources.desk.server: there is no such field here; did you "
                       "mean 'servers'?\n",
        "p.yaml:10:67: warning: policy two=b by itself cannot be laid on the file: policies.two.levels.b.set: 'resources' has no 'desc'");
    assert_null(strstr(cli->out, "policy fine"));
    assert_null(strstr(cli->out, "policy two by"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_set_otherwise_is_not_called_fitted, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(a_scale_is_said_wherever_the_numbers_are, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(check_tries_every_policy_and_level_by_itself, cli_begin, cli_end),
        cmocka_unit_test(every_command_has_help_with_an_example),
        cmocka_unit_test(help_lists_the_commands_and_an_empty_line_fails_with_it),
        cmocka_unit_test(version_names_every_library),
        cmocka_unit_test(a_mistyped_word_gets_a_suggestion),
        cmocka_unit_test(bad_values_of_options_are_refused),
        cmocka_unit_test(the_good_scenario_is_good),
        cmocka_unit_test(bad_content_is_refused_with_its_place_and_leaves_nothing_behind),
        cmocka_unit_test(all_errors_of_a_file_come_in_one_go_sorted_by_place),
        cmocka_unit_test(a_file_that_is_missing_or_empty_is_told_apart),
        cmocka_unit_test(a_cycle_of_extends_is_refused),
        cmocka_unit_test(an_unknown_policy_or_setting_is_refused),
        cmocka_unit_test(a_store_that_is_no_database_is_refused_and_left_alone),
        cmocka_unit_test(a_store_that_cannot_be_created_is_told),
        cmocka_unit_test(a_missing_store_or_run_is_told),
        cmocka_unit_test(run_prints_the_report_in_80_columns),
        cmocka_unit_test(running_again_reuses_what_is_stored),
        cmocka_unit_test(compare_pairs_what_has_common_seeds_and_says_when_not),
        cmocka_unit_test(what_was_never_released_makes_nothing_look_better),
        cmocka_unit_test(compare_of_two_queues_shows_their_metrics),
        cmocka_unit_test(json_has_the_schema_and_no_interval_from_one_replication),
        cmocka_unit_test(sqlite_reads_the_json_too),
        cmocka_unit_test(validate_fails_when_a_published_value_is_missed),
        cmocka_unit_test(show_tells_runs_assumptions_and_sources),
        cmocka_unit_test(pictures_are_drawn_to_files_and_to_the_terminal),
        cmocka_unit_test(a_missing_gnuplot_is_named_with_its_package),
        cmocka_unit_test(an_interrupt_keeps_what_is_complete),
        cmocka_unit_test(a_full_disk_is_an_error),
        cmocka_unit_test(a_picture_that_was_cut_off_is_an_error_and_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, cli_begin, cli_end);
}
