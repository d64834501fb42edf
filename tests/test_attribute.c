/* test_attribute.c - `greenlane attribute` as a user meets it, on networks of delays whose answers are known. */
#include "tests/cli.h"
#include <math.h>

/* Two directions that share nothing. `permit` is met by a share of imports that `fewer` halves, so the two interact:
 * hours there are share x time, 10 = 50 % x 20, and the worths follow in closed form. */
static const char *const network =
    "format: 1\n"
    "name: before\n"
    "run: {measure: 28 d, warm_up: 5 d, drain_limit: 200 d, replications: 4, seed: 3}\n"
    "streams:\n"
    "  import: {direction: import, process: import, arrivals: {rate: 300/d}}\n"
    "  export: {direction: export, process: export, arrivals: {rate: 200/d}}\n"
    "processes:\n"
    "  import:\n"
    "    - papers: {delay: {value: erlang k 4 mean 12 h, assumed: 9 h..15 h}, owner: trader}\n"
    "    - permit: {delay: constant 20 h, share: 50 %, owner: other agency}\n"
    "    - message: {delay: constant 2 h, owner: customs}\n"
    "    - release: {milestone: released}\n"
    "  export:\n"
    "    - papers: {delay: erlang k 4 mean 6 h, owner: trader}\n"
    "    - release: {milestone: released}\n";
static const char *const policies =
    "policies:\n"
    "  online: {title: papers online, set: {processes.import.papers.delay: erlang k 4 mean 8 h, "
    "processes.export.papers.delay: erlang k 4 mean 3 h}}\n"
    "  quicker: {title: quicker permits, set: {processes.import.permit.delay: constant 8 h}}\n"
    "  fewer: {title: fewer permits, set: {processes.import.permit.share: 25 %}}\n"
    "  away: {title: leads away, set: {processes.import.message.delay: constant 9 h}}\n";

static char *text_of(const char *head, const char *tail)
{
    char *text = NULL;
    assert_true(asprintf(&text, "%s%s", head, tail) > 0);
    return text;
}

static char *replaced(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    size_t before = at ? (size_t)(at - text) : 0;
    char *out = malloc(strlen(text) + strlen(to) + 1);
    assert_non_null(at);
    assert_non_null(out);
    memcpy(out, text, before);
    strcpy(stpcpy(out + before, to), at + strlen(from));
    return out;
}

static void write_files(const struct cli *cli)
{
    char *a = text_of(network, policies);
    cli_write(cli, "a.yaml", a);
    free(a);
}

/* The reform of a direction by its name. */
static const struct json_value *reform_of(const struct json_value *json, const char *direction, const char *name)
{
    const struct json_value *list = json_get(json_get(json_get(json, "directions"), direction), "reforms");
    assert_non_null(list);
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(json_get_text(&list->item[i], "name", ""), name) == 0) return &list->item[i];
    return NULL;
}

static double number_of(const struct json_value *json, const char *direction, const char *name, const char *key)
{
    const struct json_value *reform = reform_of(json, direction, name);
    if (!reform) fail_msg("%s has no reform '%s'", direction, name);
    return json_get_number(reform, key, NAN);
}

static void agrees(const struct json_value *json, const char *direction, const char *name, double exact)
{
    double hours = number_of(json, direction, name, "hours"), half = number_of(json, direction, name, "half_width");
    double error = half / 3.182; /* Student's t of four replications */
    if (!(fabs(hours - exact) <= 4 * error)) fail_msg("%s %s: %g ± %g, not %g", direction, name, hours, half, exact);
}

static void near(double found, double wanted)
{
    if (!(fabs(found - wanted) <= 1e-9 * (1 + fabs(wanted)))) fail_msg("found %.17g, wanted %.17g", found, wanted);
}

static void on_an_additive_network_each_reform_is_worth_its_own_effect(void **state)
{
    struct cli *cli = *state;
    write_files(cli);
    cli_shell(cli, "$G attribute a.yaml a.yaml+online+quicker -q --json");
    struct json_value *json = cli_json(cli);
    agrees(json, "import", "online", -4);
    agrees(json, "import", "quicker", -6);
    agrees(json, "export", "online", -3);
    for (int i = 0; i < 2; i++) {
        const char *name = i ? "quicker" : "online";
        near(number_of(json, "import", name, "first_h"), number_of(json, "import", name, "hours"));
        near(number_of(json, "import", name, "last_h"), number_of(json, "import", name, "hours"));
    }
    json_free(json);
}

static void two_reforms_that_interact_share_it_as_the_closed_form_says(void **state)
{
    struct cli *cli = *state;
    write_files(cli);
    cli_shell(cli, "$G attribute a.yaml a.yaml+quicker+fewer -q --json");
    struct json_value *json = cli_json(cli);
    /* quicker: 50 % x -12 h first, 25 % x -12 h last; fewer: -25 % x 20 h first, -25 % x 8 h last */
    agrees(json, "import", "quicker", -4.5);
    agrees(json, "import", "fewer", -3.5);
    for (int i = 0; i < 2; i++) {
        const char *name = i ? "fewer" : "quicker";
        double first = number_of(json, "import", name, "first_h"), last = number_of(json, "import", name, "last_h");
        near(number_of(json, "import", name, "hours"), (first + last) / 2);
        assert_true(last - first > 2.5);
    }
    json_free(json);
}

static void worths_sum_to_the_difference_and_a_reform_of_the_other_direction_is_worth_nothing(void **state)
{
    struct cli *cli = *state;
    write_files(cli);
    cli_shell(cli, "$G attribute a.yaml a.yaml+online+quicker+fewer -q --json");
    struct json_value *json = cli_json(cli);
    static const char *const direction[] = {"import", "export"}, *const name[] = {"online", "quicker", "fewer"};
    for (int d = 0; d < 2; d++) {
        double sum = 0;
        for (int i = 0; i < 3; i++) sum += number_of(json, direction[d], name[i], "hours");
        near(sum, json_get_number(json_get(json_get(json, "directions"), direction[d]), "difference_h", NAN));
    }
    assert_true(number_of(json, "export", "quicker", "hours") == 0);
    assert_null(reform_of(json, "import", "away"));            /* it leads away from B */
    assert_null(reform_of(json, "import", "no reform named")); /* B is A with its policies */
    json_free(json);
    cli_shell(cli, "$G attribute a.yaml a.yaml+online+quicker+fewer -q");
    cli_prints(cli, 0, "ILLUSTRATION, NOT EVIDENCE: ", "IMPORT  ", "3 reforms, 8 variants", "1 reform, 2 variants",
        "papers online", "It touches nothing here: ", "all 40 replications reused");
}

static void what_belongs_to_no_policy_is_a_row_of_its_own(void **state)
{
    struct cli *cli = *state;
    write_files(cli);
    char *message = replaced(network, "constant 2 h", "constant 1 h"),
         *both = replaced(message, "erlang k 4 mean 12 h", "erlang k 4 mean 7 h");
    cli_write(cli, "b.yaml", both);
    cli_shell(cli, "$G attribute a.yaml b.yaml --policy online -q --json");
    struct json_value *json = cli_json(cli);
    /* B's papers take 7 h where the policy makes 8 of 12: without the policy that part of the rest has no place. */
    near(number_of(json, "import", "no reform named", "first_h"), -1);
    agrees(json, "import", "no reform named", -1.5);
    agrees(json, "import", "online", -4.5);
    agrees(json, "export", "online", -1.5); /* undone by the rest: B's exports are as before */
    agrees(json, "export", "no reform named", 1.5);
    json_free(json);
    cli_shell(cli, "$G attribute a.yaml b.yaml --policy online -q");
    cli_prints(cli, 0, "no reform named (b)", "processes.import.message.delay", "constant 2 h to constant 1 h");
    free(message);
    free(both);
}

/* An attribute may be called as a field is, `value` or `owner`; what only one direction's streams have is asked for there. */
static void attributes_of_any_name_are_told_apart_and_stay_with_their_direction(void **state)
{
    struct cli *cli = *state;
    cli_write(cli, "names.yaml",
        "format: 1\n"
        "name: names\n"
        "run: {measure: 28 d, warm_up: 5 d, drain_limit: 200 d, replications: 4, seed: 3}\n"
        "streams:\n"
        "  import: {direction: import, process: import, arrivals: {rate: 300/d}, attributes: {early: 20 %, value: lognormal median "
        "100 p90 300, owner: 10 %}}\n"
        "  export: {direction: export, process: export, arrivals: {rate: 200/d}}\n"
        "processes:\n"
        "  import:\n"
        "    - papers: {delay: constant 10 h, when: not early}\n"
        "    - visit: {delay: constant 20 h, when: owner}\n"
        "    - release: {milestone: released}\n"
        "  export:\n"
        "    - papers: {delay: constant 6 h}\n"
        "    - release: {milestone: released}\n"
        "policies:\n"
        "  earlier: {set: {streams.import.attributes.early: 70 %}}\n"
        "  owners: {set: {streams.import.attributes.owner: 60 %}}\n");
    cli_shell(cli, "$G attribute names.yaml names.yaml+earlier+owners -q --json");
    struct json_value *json = cli_json(cli);
    agrees(json, "import", "earlier", -5);
    agrees(json, "import", "owners", 10);
    json_free(json);
}

static void a_file_with_sites_is_attributed_but_not_drawn(void **state)
{
    struct cli *cli = *state;
    cli_write(cli, "sites.yaml",
        "format: 1\n"
        "name: sites\n"
        "run: {measure: 28 d, warm_up: 5 d, drain_limit: 200 d, replications: 2, seed: 3}\n"
        "streams:\n"
        "  boxes: {direction: import, process: import, arrivals: {rate: 300/d}}\n"
        "  out: {direction: export, process: export, arrivals: {rate: 200/d}}\n"
        "processes:\n"
        "  import:\n"
        "    - papers: {delay: constant 10 h}\n"
        "    - release: {milestone: released}\n"
        "  export:\n"
        "    - papers: {delay: constant 6 h}\n"
        "    - release: {milestone: released}\n"
        "sites:\n"
        "  north: {label: the north}\n"
        "  south: {label: the south}\n"
        "policies:\n"
        "  quicker: {set: {processes.import.papers.delay: constant 4 h}}\n");
    cli_shell(cli, "$G attribute sites.yaml sites.yaml+quicker -q --json");
    struct json_value *json = cli_json(cli);
    agrees(json, "import", "quicker", -6);
    json_free(json);
    cli_shell(cli, "$G attribute sites.yaml sites.yaml+quicker --draws 3 -q");
    cli_says(cli, 65, "sites.yaml has `sites:`, whose copies it does not name; leave --draws out");
}

static void two_policies_that_set_the_same_path_are_refused_by_name(void **state)
{
    struct cli *cli = *state;
    char *more = text_of(policies, "  rival: {set: {processes.import.permit.delay: constant 9 h}}\n"),
         *a = text_of(network, more);
    cli_write(cli, "a.yaml", a);
    cli_shell(cli, "$G attribute a.yaml a.yaml+quicker --policy quicker --policy rival -q");
    cli_says(cli, 65, "processes.import.permit.delay", "quicker", "rival");
    assert_int_equal(cli_has_file(cli, "greenlane.db"), 0);
    free(more);
    free(a);
}

static void a_set_of_reforms_that_overloads_a_station_is_refused_with_both_names(void **state)
{
    struct cli *cli = *state;
    cli_write(cli, "load.yaml",
        "format: 1\nname: load\nrun: {measure: 28 d, warm_up: 5 d, drain_limit: 60 d, replications: 2, seed: 3}\n"
        "resources: {desk: {servers: 2}}\n"
        "streams: {import: {direction: import, process: import, arrivals: {rate: 60/d}}}\n"
        "processes: {import: [work: {service: exponential mean 36 min, by: desk}, release: {milestone: released}]}\n"
        "policies:\n"
        "  less_work: {set: {processes.import.work.service: exponential mean 15 min}}\n"
        "  less_staff: {set: {resources.desk.servers: 1}}\n");
    cli_shell(cli, "$G attribute load.yaml load.yaml+less_work+less_staff -q");
    cli_says(cli, 65, "import with less_staff: station 'desk'", "queue grows");
    cli_shell(cli, "$G attribute load.yaml load.yaml+less_work -q");
    assert_int_equal(cli->code, 0);
}

static void beyond_twelve_reforms_orders_are_sampled_and_the_sum_stays_whole(void **state)
{
    struct cli *cli = *state;
    char text[8000], policy[4000] = "policies:\n", line[400];
    size_t used = (size_t)snprintf(text, sizeof text,
        "format: 1\nname: many\nrun: {measure: 3 d, warm_up: 1 d, drain_limit: 60 d, replications: 2, seed: 3}\n"
        "streams: {import: {direction: import, process: import, arrivals: {rate: 100/d}}}\nprocesses:\n  import:\n");
    for (int i = 0; i < 13; i++) {
        used += (size_t)snprintf(
            text + used, sizeof text - used, "    - step_%c: {delay: constant %d h, share: 50 %%}\n", 'a' + i, 1 + i);
        snprintf(line, sizeof line, "  quick_%c: {set: {processes.import.step_%c.delay: constant 30 min}}\n", 'a' + i,
            'a' + i);
        strcat(policy, line);
    }
    snprintf(text + used, sizeof text - used, "    - release: {milestone: released}\n%s", policy);
    cli_write(cli, "many.yaml", text);
    snprintf(line, sizeof line, "many.yaml");
    for (int i = 0; i < 13; i++) snprintf(line + strlen(line), sizeof line - strlen(line), "+quick_%c", 'a' + i);
    cli_shell(cli, "$G attribute many.yaml %s -n 2 -q --json", line);
    struct json_value *json = cli_json(cli);
    const struct json_value *import = json_get(json_get(json, "directions"), "import");
    double sum = 0;
    for (int i = 0; i < 13; i++) {
        snprintf(policy, sizeof policy, "quick_%c", 'a' + i);
        sum += number_of(json, "import", policy, "hours");
        near(number_of(json, "import", policy, "hours"), number_of(json, "import", policy, "first_h")); /* additive */
    }
    near(sum, json_get_number(import, "difference_h", NAN));
    assert_true(json_get_number(import, "variants", 0) < 400);
    json_free(json);
    cli_shell(cli, "$G attribute many.yaml %s -n 2 -q", line);
    cli_prints(cli, 0, "Orders are sampled", "replications reused");
}

static void the_waterfall_is_drawn_from_the_stored_run_alone(void **state)
{
    struct cli *cli = *state;
    write_files(cli);
    cli_shell(cli, "$G attribute a.yaml a.yaml+online+quicker -q && rm a.yaml && $G plot waterfall run:1 -o w.svg -q");
    assert_int_equal(cli->code, 0);
    assert_true(cli_has_file(cli, "w.svg"));
    cli_shell(cli, "$G plot waterfall run:2");
    assert_int_equal(cli->code, 66);
    write_files(cli);
    cli_shell(cli, "$G run a.yaml -q -n 2 && $G plot waterfall run:2");
    cli_says(cli, 65, "holds no sets of reforms", "attribute A B");
}

/* One variant may be A with a policy to one question and A with the rest to another: the store has it once, and each
 * run has its own name for it. */
static void another_question_of_the_same_files_is_not_answered_by_the_names_of_the_first(void **state)
{
    struct cli *cli = *state;
    write_files(cli);
    cli_shell(cli, "$G attribute a.yaml a.yaml+online+quicker -q --db fresh.db | grep -v Stored > fresh.txt"
                   "; $G attribute a.yaml a.yaml+online+quicker --policy quicker -q --db fresh2.db | grep -v Stored > fresh2.txt");
    cli_shell(cli, "$G attribute a.yaml a.yaml+online+quicker --policy quicker -q --db used.db | grep -v Stored | diff - fresh2.txt"
                   " && $G attribute a.yaml a.yaml+online+quicker -q --db used.db | grep -v Stored | diff - fresh.txt"
                   " && $G attribute a.yaml a.yaml+online+quicker --policy quicker -q --db used.db | grep -v Stored | diff - fresh2.txt");
    assert_int_equal(cli->code, 0);
    cli_shell(cli, "$G plot waterfall run:1 --db used.db -q | grep -c 'no reform named'");
    cli_prints(cli, 0, "2");
    cli_shell(cli, "$G plot waterfall run:2 --db used.db -q | grep -c ' online'");
    cli_prints(cli, 0, "2");
    /* A store from before such names were kept is read as it is, and gets them when something goes in. */
    cli_shell(cli, "sqlite3 used.db 'DROP VIEW v_run; DROP TABLE run_name' && $G show run:1 --db used.db -q >/dev/null && "
                   "$G attribute a.yaml a.yaml+online+quicker -q --db used.db | grep -v Stored | diff - fresh.txt");
    assert_int_equal(cli->code, 0);
}

/* A range is of the assumed inputs, an interval of chance: the picture says which is which. */
static void with_draws_the_waterfall_shows_the_ranges(void **state)
{
    struct cli *cli = *state;
    write_files(cli);
    cli_shell(cli, "$G attribute a.yaml a.yaml+online+quicker -q --draws 4 --json");
    assert_int_equal(cli->code, 0);
    struct json_value *json = cli_json(cli);
    assert_true(number_of(json, "import", "quicker", "low_h") < number_of(json, "import", "quicker", "high_h"));
    json_free(json);
    cli_shell(cli, "$G plot waterfall a.yaml a.yaml+online+quicker -q --draws 4 -o w.svg && grep -q 'assumed inputs, 90' w.svg && grep -q '4 draws' w.svg");
    assert_int_equal(cli->code, 0);
    cli_shell(cli, "$G plot waterfall a.yaml a.yaml+online+quicker -q -o w.svg && ! grep -q 'assumed inputs, 90' w.svg");
    assert_int_equal(cli->code, 0);
    cli_shell(cli, "$G plot waterfall run:1 --draws 4 -o w.svg");
    cli_says(cli, 64, "run:1", "two scenario files");
    cli_shell(cli, "$G plot stages run:1 --draws 4 -o w.svg");
    cli_says(cli, 64, "--draws", "plot waterfall");
}

static void what_cannot_be_attributed_is_said(void **state)
{
    struct cli *cli = *state;
    write_files(cli);
    cli_shell(cli, "$G attribute a.yaml a.yaml");
    cli_says(cli, 65, "no policy of a.yaml brings it nearer to a.yaml");
    cli_shell(cli, "$G attribute a.yaml nowhere.yaml");
    cli_says(cli, 66, "nowhere.yaml");
    cli_shell(cli, "$G attribute run:1 a.yaml");
    cli_says(cli, 64, "stored run");
    cli_shell(cli, "$G attribute a.yaml a.yaml+online --policy onlin");
    cli_says(cli, 65, "onlin", "did you mean 'online'");
    cli_shell(cli, "$G plot waterfall a.yaml");
    cli_says(cli, 64, "two scenario files");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_with_sites_is_attributed_but_not_drawn, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(on_an_additive_network_each_reform_is_worth_its_own_effect, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(two_reforms_that_interact_share_it_as_the_closed_form_says, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(
            worths_sum_to_the_difference_and_a_reform_of_the_other_direction_is_worth_nothing, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(what_belongs_to_no_policy_is_a_row_of_its_own, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(attributes_of_any_name_are_told_apart_and_stay_with_their_direction, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(two_policies_that_set_the_same_path_are_refused_by_name, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(
            a_set_of_reforms_that_overloads_a_station_is_refused_with_both_names, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(
            beyond_twelve_reforms_orders_are_sampled_and_the_sum_stays_whole, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(the_waterfall_is_drawn_from_the_stored_run_alone, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(another_question_of_the_same_files_is_not_answered_by_the_names_of_the_first, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(with_draws_the_waterfall_shows_the_ranges, cli_begin, cli_end),
        cmocka_unit_test_setup_teardown(what_cannot_be_attributed_is_said, cli_begin, cli_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
