/* test_overlay.c - policies and settings laid over a tree. */
#include "models/scenario/tree.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char scenario[] =
    "resources:\n"                                                                                              /* 1 */
    "  officers: {servers: {value: 9, assumed: 7..12}, calendar: office}\n"                                     /* 2 */
    "  scanner: {servers: 1}\n"                                                                                 /* 3 */
    "  lanes: {shifts: [{days: mon, servers: 1}, {days: tue, servers: 2}, {days: wed, servers: 3}]}\n"          /* 4 */
    "processes:\n"                                                                                              /* 5 */
    "  import:\n"                                                                                               /* 6 */
    "    - scan: {service: lognormal mean 10 min sd_log 0.4, by: scanner}\n"                                    /* 7 */
    "    - permits: {parallel: {health: {delay: 4 h}, trade: [{desk: {delay: 5 h}}, {stamp: {delay: 1 h}}]}}\n" /* 8 */
    "    - release: {milestone: released}\n"                                                                    /* 9 */
    "  export:\n"                                                                                               /* 10 */
    "    label: Export\n"                                                                                       /* 11 */
    "    steps:\n"                                                                                              /* 12 */
    "      - check: {service: constant 5 min, by: officers}\n"                                                  /* 13 */
    "      - release: {milestone: released}\n"                                                                  /* 14 */
    "policies:\n";                                                                                              /* 15 */

/* A scenario with `policies` (indented lines, from line 16 on), and what is then said of it. */
struct case_ {
    struct tree *tree;
    struct diagnostics errors;
};

static struct case_ *begin(const char *policies)
{
    static struct case_ c;
    char text[6000];
    snprintf(text, sizeof text, "%s%s", scenario, policies);
    diagnostics_init(&c.errors);
    c.tree = tree_parse("a.yaml", text, strlen(text), &c.errors);
    assert_non_null(c.tree);
    assert_int_equal(c.errors.count, 0);
    return &c;
}

static void end(struct case_ *c, const char *messages)
{
    char all[8000] = "";
    size_t used = 0;
    diagnostics_sort(&c->errors);
    for (size_t i = 0; i < c->errors.count; i++) {
        used += (size_t)diagnostic_line(all + used, sizeof all - used, &c->errors.item[i]);
        assert_true(used < sizeof all - 2000);
        strcpy(all + used++, "\n");
    }
    if (strcmp(all, messages) != 0) fputs(all, stderr); /* cmocka cuts long texts off */
    assert_string_equal(all, messages);
    tree_destroy(c->tree);
    diagnostics_clear(&c->errors);
}

static void lay(struct case_ *c, const char *policy)
{
    tree_policy(c->tree, policy, NULL, &c->errors);
}

static void set(struct case_ *c, const char *setting)
{
    tree_set(c->tree, setting, &c->errors);
}

static void assert_value(const struct case_ *c, const char *path, const char *text, const char *policy)
{
    const struct node *node = tree_find(c->tree, path);
    assert_non_null(node);
    assert_string_equal(node->text, text);
    if (policy == NULL) assert_null(node->policy);
    if (policy != NULL) assert_string_equal(node->policy, policy);
}

static void assert_absent(const struct case_ *c, const char *path)
{
    assert_null(tree_find(c->tree, path));
}

/* The names of the steps of a list, in order. */
static void assert_steps(const struct case_ *c, const char *path, const char *names)
{
    const struct node *list = tree_find(c->tree, path);
    char all[300] = "";
    for (size_t i = 0; i < list->count; i++) {
        strcat(all, i == 0 ? "" : " ");
        strcat(all, list->value[i]->key[0]->text);
    }
    assert_string_equal(all, names);
}

/* ---- settings ---- */

static void a_setting_replaces_a_value_and_bears_its_mark(void **state)
{
    (void)state;
    struct case_ *c = begin("");
    set(c, "resources.scanner.servers=3");
    set(c, "processes.import.scan.service=constant 30 min");
    set(c, "resources.lanes.shifts.1.servers=7");
    set(c, "processes.import.permits.health.delay={value: 2 h, assumed: 1 h..3 h}");
    set(c, "processes.export.check.by=scanner");
    assert_value(c, "resources.scanner.servers", "3", "--set");
    assert_value(c, "processes.import.scan.service", "constant 30 min", "--set");
    assert_value(c, "processes.import.scan.by", "scanner", NULL);
    assert_value(c, "resources.lanes.shifts.1.servers", "7", "--set");
    assert_value(c, "processes.import.permits.parallel.health.delay.value", "2 h", "--set");
    assert_value(c, "processes.export.steps.check.by", "scanner", "--set");
    assert_string_equal(tree_find(c->tree, "resources.scanner.servers")->place.file, "--set");
    assert_int_equal(tree_find(c->tree, "resources.scanner.servers")->place.line, 0);
    end(c, "");
}

static void a_number_replaces_a_value_with_its_evidence(void **state)
{
    (void)state;
    struct case_ *c = begin("");
    set(c, "resources.officers.servers=11");
    assert_value(c, "resources.officers.servers", "11", "--set");
    assert_absent(c, "resources.officers.servers.assumed");
    end(c, "");
}

static void a_later_setting_wins_over_an_earlier_one(void **state)
{
    (void)state;
    struct case_ *c = begin("");
    set(c, "resources.scanner.servers=3");
    set(c, "resources.scanner.servers=4");
    assert_value(c, "resources.scanner.servers", "4", "--set");
    end(c, "");
}

static void a_setting_adds_a_missing_last_key_and_null_deletes(void **state)
{
    (void)state;
    struct case_ *c = begin("");
    set(c, "resources.scanner.room=3");
    set(c, "resources.crane={servers: 2}");
    set(c, "seed=1");
    set(c, "resources.officers.calendar=null");
    set(c, "processes.import.permits=~");
    set(c, "resources.lanes.shifts.0=null");
    assert_value(c, "resources.scanner.room", "3", "--set");
    assert_string_equal(node_get(c->tree->root, "resources")->key[3]->policy, "--set");
    assert_value(c, "resources.crane.servers", "2", "--set");
    assert_value(c, "seed", "1", "--set");
    assert_absent(c, "resources.officers.calendar");
    assert_steps(c, "processes.import", "scan release");
    assert_value(c, "resources.lanes.shifts.0.days", "tue", NULL);
    end(c, "");
}

static void a_setting_without_a_path_or_value_is_refused(void **state)
{
    (void)state;
    struct case_ *c = begin("");
    set(c, "resources.scanner.servers");
    set(c, "=3");
    set(c, "resources.scanner.servers=");
    set(c, "resources.scanner.servers= # 3");
    set(c, "resources.scanner.servers={a: 1, a: 2}");
    set(c, "resources.scanner.servers=[1, 2");
    set(c, "resources.scanner.servers=\xff");
    assert_value(c, "resources.scanner.servers", "1", NULL);
    end(c,
        "--set: error: 'resources.scanner.servers' is not PATH=VALUE; write --set PATH=VALUE\n"
        "--set: error: '=3' is not PATH=VALUE; write --set PATH=VALUE\n"
        "--set: error: resources.scanner.servers: no value follows the '='; write one, or null to delete the key\n"
        "--set: error: resources.scanner.servers: the value is a comment; put it in quotes\n"
        "--set: error: resources.scanner.servers: a: given twice; keep one\n"
        "--set: error: resources.scanner.servers: this '[' is not closed, or a ',' is missing inside; put a text that "
        "holds ',', '[', ']' or ': ' in quotes\n"
        "--set: error: resources.scanner.servers: the byte 0xff is not UTF-8 text; save the file as UTF-8\n");
}

static void a_path_that_leads_nowhere_says_where_it_ends_and_what_is_near(void **state)
{
    (void)state;
    struct case_ *c = begin("");
    set(c, "resources.scaner.servers=3");
    set(c, "resources.berths.servers=3");
    set(c, "resources.scanner.servers.value=3");
    set(c, "resources.lanes.shifts.3.servers=3");
    set(c, "resources.lanes.shifts.3={servers: 3}");
    set(c, "processes.import.scn.service=3 h");
    set(c, "processes.import.image={service: 3 h}");
    set(c, "processes.import.permits.helth.delay=3 h");
    set(c, "processes.export.chek.by=scanner");
    set(c, "processes.import..scan=1");
    set(c, "resources.scanner.=1");
    set(c, "resources.scanner.room=null");
    end(c,
        "--set: error: resources.scaner.servers: 'resources' has no 'scaner'; did you mean 'scanner'?\n"
        "--set: error: resources.berths.servers: 'resources' has no 'berths'; it has officers, scanner, lanes\n"
        "--set: error: resources.scanner.servers.value: 'resources.scanner.servers' is a single value and holds no "
        "'value'; end the path there\n"
        "--set: error: resources.lanes.shifts.3.servers: 'resources.lanes.shifts' has no '3'; its entries are 0 to 2\n"
        "--set: error: resources.lanes.shifts.3: 'resources.lanes.shifts' has no '3'; its entries are 0 to 2\n"
        "--set: error: processes.import.scn.service: 'processes.import' has no 'scn'; did you mean 'scan'?\n"
        "--set: error: processes.import.image: 'processes.import' has no 'image'; it has scan, permits, release\n"
        "--set: error: processes.import.permits.helth.delay: 'processes.import.permits' has no 'helth'; did you mean "
        "'health'?\n"
        "--set: error: processes.export.chek.by: 'processes.export' has no 'chek'; did you mean 'check'?\n"
        "--set: error: processes.import..scan: a key is missing between dots, or at an end; a path is keys joined by "
        "dots\n"
        "--set: error: resources.scanner.: a key is missing between dots, or at an end; a path is keys joined by dots\n"
        "--set: error: resources.scanner.room: 'resources.scanner' has no 'room'; it has servers\n");
}

static void settings_cannot_nest_without_end(void **state)
{
    (void)state;
    struct case_ *c = begin("");
    char setting[300] = "resources.scanner.servers=";
    for (int i = 0; i < 62; i++) strcat(setting, "[");
    for (int i = 0; i < 62; i++) strcat(setting, "]");
    set(c, setting);
    end(c, "--set: error: resources.scanner.servers: maps and lists stand more than 64 deep inside each other with it; "
           "make "
           "it flatter\n");
}

/* ---- policies: what they do ---- */

static void a_policy_sets_scales_inserts_and_removes_and_marks_what_it_puts_in(void **state)
{
    (void)state;
    struct case_ *c = begin("  review:\n"
                            "    title: Images read by machine\n"
                            "    starts: 2022-10-01\n"
                            "    remove: processes.import.permits.health\n"
                            "    scale: {processes.import.scan.service: 0.6, resources.officers.servers: 50 %}\n"
                            "    insert: {after: scan, step: {image_review: {service: constant 36 s, by: scanner}}}\n"
                            "    set: {resources.scanner.servers: 2, resources.scanner.room: 5, "
                            "processes.import.image_review.share: 60 %}\n");
    lay(c, "review");
    assert_steps(c, "processes.import", "scan image_review permits release");
    assert_value(c, "processes.import.scan.service", "lognormal mean 6 min sd_log 0.4", "review");
    assert_value(c, "processes.import.scan.by", "scanner", NULL);
    assert_value(c, "processes.import.image_review.service", "constant 36 s", "review");
    assert_value(c, "processes.import.image_review.share", "60 %", "review");
    assert_value(c, "resources.officers.servers.value", "4.5", "review");
    assert_value(c, "resources.officers.servers.assumed", "7..12", NULL);
    assert_value(c, "resources.scanner.room", "5", "review");
    assert_absent(c, "processes.import.permits.health");
    assert_value(c, "policies.review.starts", "2022-10-01", NULL);
    assert_value(c, "policies.review.insert.step.image_review.service", "constant 36 s", NULL);
    assert_int_equal(tree_find(c->tree, "resources.scanner.servers")->place.line, 22);
    end(c, "");
}

static void settings_win_over_policies(void **state)
{
    (void)state;
    struct case_ *c = begin("  p: {set: {resources.scanner.servers: 2}}\n");
    lay(c, "p");
    set(c, "resources.scanner.servers=5");
    assert_value(c, "resources.scanner.servers", "5", "--set");
    end(c, "");
}

static void steps_are_inserted_before_after_several_and_in_branches(void **state)
{
    (void)state;
    struct case_ *c = begin("  p:\n"
                            "    insert:\n"
                            "      - {before: scan, step: {weigh: {delay: 1 h}}}\n"
                            "      - {after: scan, steps: [one: {delay: 1 h}, two: {delay: 2 h}]}\n"
                            "      - {before: stamp, step: {pay: {delay: 1 h}}}\n"
                            "      - {after: release, process: export, step: {leave: {delay: 1 h}}}\n"
                            "      - {before: processes.import.release, step: {gate: {delay: 1 h}}}\n"
                            "      - {after: processes.export.steps.check, step: {seal: {delay: 1 h}}}\n");
    lay(c, "p");
    assert_steps(c, "processes.import", "weigh scan one two permits gate release");
    assert_steps(c, "processes.import.permits.trade", "desk pay stamp");
    assert_steps(c, "processes.export.steps", "check seal release leave");
    end(c, "");
}

static void an_insertion_that_is_wrong_says_how_it_would_be_right(void **state)
{
    (void)state;
    struct case_ *c = begin("  p:\n"
                            "    insert:\n"
                            "      - {after: release, step: {x: {delay: 1 h}}}\n"
                            "      - {after: scann, step: {x: {delay: 1 h}}}\n"
                            "      - {after: scan, process: export, step: {x: {delay: 1 h}}}\n"
                            "      - {after: scan, step: {check2: 1, x: 2}}\n"
                            "      - {after: scan}\n"
                            "      - {step: {x: 1}}\n"
                            "      - {after: scan, before: scan, step: {x: 1}}\n"
                            "      - {afer: scan, step: {x: 1}}\n"
                            "      - {after: scan, step: {permits: {delay: 1 h}}}\n"
                            "      - {after: processes.import.permits.health, step: {x: 1}}\n"
                            "      - {after: scan, steps: {x: 1}}\n"
                            "      - scan\n"
                            "      - {after: [scan], step: {x: 1}}\n");
    lay(c, "p");
    assert_steps(c, "processes.import", "scan permits release");
    end(c,
        "a.yaml:18:17: error: policies.p.insert: 'release' is a step of processes 'import' and 'export'; add 'process: "
        "import' or the other\n"
        "a.yaml:19:17: error: policies.p.insert: the scenario has no step 'scann'; did you mean 'scan'?\n"
        "a.yaml:20:17: error: policies.p.insert: process 'export' has no step 'scan'; name a step of a process\n"
        "a.yaml:21:29: error: policies.p.insert: 'step' is not a map of one key; write 'step: {NAME: {...}}'\n"
        "a.yaml:22:9: error: policies.p.insert: 'step' or 'steps' is missing; write 'insert: {after: NAME, step: "
        "{NAME: "
        "{...}}}'\n"
        "a.yaml:23:9: error: policies.p.insert: 'after' or 'before' is missing; write 'insert: {after: NAME, step: "
        "{NAME: "
        "{...}}}'\n"
        "a.yaml:24:23: error: policies.p.insert: both 'after' and 'before' are given; keep one of them\n"
        "a.yaml:25:10: error: policies.p.insert: no such key as 'afer'; did you mean 'after'?\n"
        "a.yaml:26:30: error: policies.p.insert: process 'import' has a step 'permits' already (a.yaml:8:7); choose "
        "another name\n"
        "a.yaml:27:17: error: policies.p.insert: 'processes.import.permits.health' is not a step in a list of steps; "
        "name "
        "one\n"
        "a.yaml:28:30: error: policies.p.insert: 'steps' is not a list of steps; write 'steps: [NAME: {...}, NAME: "
        "{...}]'\n"
        "a.yaml:29:9: error: policies.p.insert: found no map; write 'insert: {after: NAME, step: {NAME: {...}}}'\n"
        "a.yaml:30:17: error: policies.p.insert: 'after' is not a name; write 'after: NAME'\n");
}

static void numbered_paths_mean_what_they_meant_when_the_policy_began(void **state)
{
    (void)state;
    struct case_ *c = begin("  p:\n"
                            "    remove: [resources.lanes.shifts.0, resources.lanes.shifts.1]\n"
                            "    set: {resources.lanes.shifts.2.servers: 8}\n");
    lay(c, "p");
    assert_int_equal(tree_find(c->tree, "resources.lanes.shifts")->count, 1);
    assert_value(c, "resources.lanes.shifts.0.days", "wed", NULL);
    assert_value(c, "resources.lanes.shifts.0.servers", "8", "p");
    end(c, "");
}

static void a_policy_that_deletes_by_null_removes(void **state)
{
    (void)state;
    struct case_ *c = begin("  p: {set: {processes.import.permits: ~, resources.officers.calendar: null}}\n");
    lay(c, "p");
    assert_steps(c, "processes.import", "scan release");
    assert_absent(c, "resources.officers.calendar");
    end(c, "");
}

static void a_policy_is_refused_where_its_paths_or_values_are_wrong(void **state)
{
    (void)state;
    struct case_ *c = begin("  p:\n"
                            "    set: {resources.scaner.servers: 2, policies.p.title: x}\n"
                            "    scale:\n"
                            "      resources.scanner.servers: fast\n"
                            "      processes.import.scan.by: 2\n"
                            "      processes.import.permits: 2\n"
                            "      processes.import.scn.service: 2\n"
                            "      resources.lanes.shifts.0.servers: ~\n"
                            "    remove: [resources.nothing, {a: 1}]\n"
                            "  q: {set: [a], scale: 3, insert: ~, remove: 9}\n"
                            "  r: text\n");
    lay(c, "p");
    lay(c, "q");
    lay(c, "r");
    end(c, "a.yaml:17:11: error: policies.p.set: 'resources' has no 'scaner'; did you mean 'scanner'?\n"
           "a.yaml:17:40: error: policies.p.set: 'policies.p.title': a policy cannot change policies; change the file\n"
           "a.yaml:19:34: error: policies.p.scale: 'resources.scanner.servers': found 'fast'; a factor is a number "
           "such as "
           "0.6, or 60 %\n"
           "a.yaml:20:7: error: policies.p.scale: 'processes.import.scan.by' cannot be scaled: there is no number in "
           "it to "
           "multiply; use 'set'\n"
           "a.yaml:21:7: error: policies.p.scale: 'processes.import.permits' cannot be scaled: it is not a number or "
           "distribution; use 'set'\n"
           "a.yaml:22:7: error: policies.p.scale: 'processes.import' has no 'scn'; did you mean 'scan'?\n"
           "a.yaml:23:41: error: policies.p.scale: 'resources.lanes.shifts.0.servers': found no number; a factor is a "
           "number "
           "such as 0.6, or 60 %\n"
           "a.yaml:24:14: error: policies.p.remove: 'resources' has no 'nothing'; it has officers, scanner, lanes\n"
           "a.yaml:24:33: error: policies.p.remove: found no path; write 'remove: PATH' or 'remove: [PATH, PATH]'\n"
           "a.yaml:25:12: error: policies.q.set: found no map; write 'set: {PATH: VALUE}'\n"
           "a.yaml:25:24: error: policies.q.scale: found no map; write 'scale: {PATH: FACTOR}'\n"
           "a.yaml:25:46: error: policies.q.remove: the scenario has no '9'; it has resources, processes, policies\n"
           "a.yaml:26:6: error: policies.r: found no map; write 'r: {title: ..., set: {PATH: VALUE}}'\n");
}

static void an_unknown_policy_or_level_gets_a_suggestion(void **state)
{
    (void)state;
    struct case_ *c = begin("  lane: {set: {resources.scanner.servers: 2}}\n"
                            "  staff: {levels: {low: {set: {resources.scanner.servers: 2}}, high: {}, odd: 3}}\n");
    lay(c, "lan");
    lay(c, "nothing");
    lay(c, "staff");
    tree_policy(c->tree, "staff", "hihg", &c->errors);
    tree_policy(c->tree, "staff", "odd", &c->errors);
    tree_policy(c->tree, "lane", "low", &c->errors);
    lay(c, "lane");
    lay(c, "lane");
    end(c, "--policy: error: policies: there is no policy 'lan'; did you mean 'lane'?\n"
           "--policy: error: policies: there is no policy 'nothing'; there are lane, staff\n"
           "--policy: error: policies.staff: the policy acts by its levels only; say which, 'staff=LEVEL'\n"
           "--policy: error: policies.staff: there is no level 'hihg'; did you mean 'high'?\n"
           "--policy: error: policies.lane: there is no level 'low'; the scenario has none\n"
           "--policy: error: policies.lane: the policy is given twice; give it once\n"
           "a.yaml:17:79: error: policies.staff: level 'odd' is not a map; write 'odd: {set: {PATH: VALUE}}'\n");
    c = begin("");
    lay(c, "lane");
    end(c, "--policy: error: policies: there is no policy 'lane'; the scenario has none\n");
}

static void a_level_refines_what_its_policy_does(void **state)
{
    (void)state;
    struct case_ *c = begin("  staff:\n"
                            "    set: {resources.scanner.servers: 2, resources.officers.servers: 10}\n"
                            "    levels: {high: {set: {resources.scanner.servers: 3}, "
                            "scale: {resources.officers.servers: 2}}}\n");
    tree_policy(c->tree, "staff", "high", &c->errors);
    assert_value(c, "resources.scanner.servers", "3", "staff");
    assert_value(c, "resources.officers.servers", "20", "staff");
    end(c, "");
}

/* ---- policies: two of them ---- */

static void two_policies_that_touch_different_paths_go_together_in_either_order(void **state)
{
    (void)state;
    static const char policies[] =
        "  a: {set: {resources.scanner.servers: 2}, insert: {after: scan, step: {x: {delay: 1 h}}}}\n"
        "  b: {scale: {processes.import.scan.service: 2}, set: {resources.scanner.room: 4}}\n";
    struct case_ *c = begin(policies);
    lay(c, "a");
    lay(c, "b");
    char *first = tree_text(c->tree);
    end(c, "");
    c = begin(policies);
    lay(c, "b");
    lay(c, "a");
    char *second = tree_text(c->tree);
    end(c, "");
    assert_non_null(strstr(first, "mean 20 min"));
    assert_string_equal(first, second);
    free(first);
    free(second);
}

static void two_policies_that_change_one_path_are_refused_with_both_names(void **state)
{
    (void)state;
    struct case_ *c = begin("  a: {set: {processes.import.permits.parallel.health.delay: 1 h}}\n"
                            "  b: {scale: {processes.import.permits.health.delay: 2}}\n"
                            "  c: {remove: processes.import.permits.health.delay}\n");
    lay(c, "a");
    lay(c, "b");
    lay(c, "c");
    assert_value(c, "processes.import.permits.health.delay", "1 h", "a");
    end(c,
        "a.yaml:17:15: error: policies.b.scale: 'processes.import.permits.parallel.health.delay' is also changed by "
        "policy 'a' (a.yaml:16:13); run with one of the two, or let one change it\n"
        "a.yaml:18:15: error: policies.c.remove: 'processes.import.permits.parallel.health.delay' is also changed by "
        "policy 'a' (a.yaml:16:13); run with one of the two, or let one change it\n");
}

static void a_policy_that_would_undo_another_is_refused(void **state)
{
    (void)state;
    struct case_ *c = begin("  a: {set: {resources.scanner.servers: 2}}\n"
                            "  b: {set: {resources.scanner: {servers: 3}}}\n"
                            "  c: {remove: processes.import.scan}\n"
                            "  d: {scale: {processes.import.scan.service: 2}, insert: {after: scan, step: {x: {}}}}\n");
    lay(c, "a");
    lay(c, "b");
    lay(c, "c");
    lay(c, "d");
    end(c,
        "a.yaml:17:13: error: policies.b.set: 'resources.scanner' is tied up with a change by policy 'a' "
        "(a.yaml:16:13); run with one of the two, or let one change it\n"
        "a.yaml:19:15: error: policies.d.scale: 'processes.import.scan.service' is taken out by policy 'c'; run with "
        "one of the two\n"
        "a.yaml:19:66: error: policies.d.insert: 'processes.import.scan' is taken out by policy 'c'; run with one of "
        "the two\n");
}

static void a_policy_may_refine_what_another_puts_in(void **state)
{
    (void)state;
    struct case_ *c =
        begin("  a: {set: {resources.crane: {servers: 3}}, insert: {after: scan, step: {x: {delay: 1 h}}}}\n"
              "  b: {set: {resources.crane.servers: 4, processes.import.x.delay: 2 h}}\n");
    lay(c, "a");
    lay(c, "b");
    assert_value(c, "resources.crane.servers", "4", "b");
    assert_value(c, "processes.import.x.delay", "2 h", "b");
    end(c, "");
}

static void a_policy_that_changes_a_path_twice_is_refused(void **state)
{
    (void)state;
    struct case_ *c = begin("  a: {set: {resources.scanner.servers: 2}, scale: {resources.scanner.servers: 2}}\n");
    lay(c, "a");
    end(c, "a.yaml:16:52: error: policies.a.scale: 'resources.scanner.servers' is changed twice by this policy "
           "(a.yaml:16:13); keep one of them\n");
}

static void numbers_of_a_list_that_another_policy_shortens_are_refused(void **state)
{
    (void)state;
    struct case_ *c = begin("  a: {remove: resources.lanes.shifts.0}\n"
                            "  b: {set: {resources.lanes.shifts.1.servers: 5}}\n");
    lay(c, "a");
    lay(c, "b");
    end(c,
        "a.yaml:17:13: error: policies.b.set: 'resources.lanes.shifts.1.servers' counts entries of a list from which "
        "policy 'a' takes one (a.yaml:16:15); run with one of the two\n");
}

static void a_step_that_two_policies_insert_is_refused(void **state)
{
    (void)state;
    struct case_ *c = begin("  a: {insert: {after: scan, step: {x: {delay: 1 h}}}}\n"
                            "  b: {insert: {before: permits, step: {x: {delay: 2 h}}}}\n");
    lay(c, "a");
    lay(c, "b");
    end(c, "a.yaml:17:40: error: policies.b.insert: process 'import' has a step 'x' already (a.yaml:16:35), put in by "
           "policy 'a'; choose another name\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_setting_replaces_a_value_and_bears_its_mark),
        cmocka_unit_test(a_number_replaces_a_value_with_its_evidence),
        cmocka_unit_test(a_later_setting_wins_over_an_earlier_one),
        cmocka_unit_test(a_setting_adds_a_missing_last_key_and_null_deletes),
        cmocka_unit_test(a_setting_without_a_path_or_value_is_refused),
        cmocka_unit_test(a_path_that_leads_nowhere_says_where_it_ends_and_what_is_near),
        cmocka_unit_test(settings_cannot_nest_without_end),
        cmocka_unit_test(a_policy_sets_scales_inserts_and_removes_and_marks_what_it_puts_in),
        cmocka_unit_test(settings_win_over_policies),
        cmocka_unit_test(steps_are_inserted_before_after_several_and_in_branches),
        cmocka_unit_test(an_insertion_that_is_wrong_says_how_it_would_be_right),
        cmocka_unit_test(numbered_paths_mean_what_they_meant_when_the_policy_began),
        cmocka_unit_test(a_policy_that_deletes_by_null_removes),
        cmocka_unit_test(a_policy_is_refused_where_its_paths_or_values_are_wrong),
        cmocka_unit_test(an_unknown_policy_or_level_gets_a_suggestion),
        cmocka_unit_test(a_level_refines_what_its_policy_does),
        cmocka_unit_test(two_policies_that_touch_different_paths_go_together_in_either_order),
        cmocka_unit_test(two_policies_that_change_one_path_are_refused_with_both_names),
        cmocka_unit_test(a_policy_that_would_undo_another_is_refused),
        cmocka_unit_test(a_policy_may_refine_what_another_puts_in),
        cmocka_unit_test(a_policy_that_changes_a_path_twice_is_refused),
        cmocka_unit_test(numbers_of_a_list_that_another_policy_shortens_are_refused),
        cmocka_unit_test(a_step_that_two_policies_insert_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
