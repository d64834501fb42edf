/* test_in_force.c - what `rules_of` switches on. */
#include "models/scenario/in_force.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Three policies: by levels only, itself with a level on the way, and one without a date. */
static const char scenario[] = "desk: 1\n"
                               "bays: 1\n"
                               "scan: 1\n"
                               "lanes: 1\n"
                               "rules_of: %s\n"
                               "policies:\n"
                               "  staff:\n"
                               "    levels:\n"
                               "      late: {in_force: 2021-12, set: {desk: 4}}\n"
                               "      early: {in_force: 2018-11-01, set: {desk: 2}}\n"
                               "      mid: {in_force: 2020-01-15, set: {desk: 3}}\n"
                               "  machine:\n"
                               "    in_force: 2020-12\n"
                               "    set: {bays: 9, scan: 9}\n"
                               "    levels: {trial: {in_force: 2019-08-24, set: {bays: 5}}}\n"
                               "  undated: {set: {lanes: 7}}\n";

static struct tree *lay(const char *date, const char *policy, const char *set, struct diagnostics *errors)
{
    char text[2000];
    snprintf(text, sizeof text, scenario, date);
    diagnostics_init(errors);
    struct tree *tree = tree_parse("a.yaml", text, strlen(text), errors);
    assert_non_null(tree);
    tree_lay(tree, &policy, policy != NULL, &set, set != NULL, errors);
    return tree;
}

static void values_are(
    const char *date, const char *policy, const char *set, const char *desk, const char *bays, const char *scan)
{
    struct diagnostics errors;
    struct tree *tree = lay(date, policy, set, &errors);
    assert_int_equal(errors.count, 0);
    assert_string_equal(tree_find(tree, "desk")->text, desk);
    assert_string_equal(tree_find(tree, "bays")->text, bays);
    assert_string_equal(tree_find(tree, "scan")->text, scan);
    assert_string_equal(tree_find(tree, "lanes")->text, "1");
    assert_null(node_get(tree->root, "rules_of"));
    tree_destroy(tree);
    diagnostics_clear(&errors);
}

static void of_each_policy_the_latest_in_force_on_the_day_is_laid(void **state)
{
    (void)state;
    values_are("2018-10-31", NULL, NULL, "1", "1", "1");
    values_are("2018-11-01", NULL, NULL, "2", "1", "1");
    values_are("2020-01-14", NULL, NULL, "2", "5", "9");
    values_are("2020-01-15", NULL, NULL, "3", "5", "9");
    values_are("2020-12", NULL, NULL, "3", "9", "9");
    values_are("2022-12-31", NULL, NULL, "4", "9", "9");
}

static void a_policy_asked_for_by_name_goes_before_the_date(void **state)
{
    (void)state;
    values_are("2018-01-01", "machine", NULL, "1", "9", "9");
    values_are("2022-12-31", "machine=trial", NULL, "4", "5", "9");
    values_are("2022-12-31", "staff=early", NULL, "2", "9", "9");
}

static void a_setting_moves_the_date(void **state)
{
    (void)state;
    values_are("2018-01-01", NULL, "rules_of=2022-12-31", "4", "9", "9");
    values_are("2022-12-31", NULL, "rules_of=null", "1", "1", "1");
}

static void what_was_laid_is_known(void **state)
{
    (void)state;
    struct diagnostics errors;
    struct tree *tree = lay("2018-12-31", NULL, NULL, &errors);
    const char *level = NULL;
    assert_true(tree_is_laid(tree, "staff", &level));
    assert_string_equal(level, "early");
    assert_false(tree_is_laid(tree, "machine", NULL));
    assert_false(tree_is_laid(tree, "undated", NULL));
    tree_policy(tree, "machine", NULL, &errors);
    assert_true(tree_is_laid(tree, "machine", &level));
    assert_null(level);
    tree_destroy(tree);
    diagnostics_clear(&errors);
}

static void says(const char *date, const char *in_force, const char *message)
{
    struct diagnostics errors;
    char text[2000], line[1000] = "";
    snprintf(text, sizeof text, "desk: 1\nrules_of: %s\npolicies:\n  staff: {in_force: %s, set: {desk: 2}}\n", date,
        in_force);
    diagnostics_init(&errors);
    struct tree *tree = tree_parse("a.yaml", text, strlen(text), &errors);
    tree_lay(tree, NULL, 0, NULL, 0, &errors);
    assert_int_equal(errors.count, 1);
    diagnostic_line(line, sizeof line, &errors.item[0]);
    assert_string_equal(line, message);
    tree_destroy(tree);
    diagnostics_clear(&errors);
}

static void a_date_that_is_none_is_an_error(void **state)
{
    (void)state;
    says("soon", "2018-11", "a.yaml:2:11: error: rules_of: 'soon' is not a date; write year-month-day: 2022-09-01");
    says("2018-13", "2018-11", "a.yaml:2:11: error: rules_of: '2018-13-01' has no month 13; write year-month-day");
    says("2018-12", "in spring",
        "a.yaml:4:21: error: policies.staff.in_force: 'in spring' is not a date; write year-month-day: 2022-09-01");
}

static void a_policy_that_starts_inside_the_run_is_left_to_its_name(void **state)
{
    (void)state;
    static const char text[] = "desk: 1\nrules_of: 2022-12-31\npolicies:\n"
                               "  staff: {in_force: 2018-01-01, starts: 30 h, set: {desk: 2}}\n";
    struct diagnostics errors;
    diagnostics_init(&errors);
    struct tree *tree = tree_parse("a.yaml", text, strlen(text), &errors);
    tree_lay(tree, NULL, 0, NULL, 0, &errors);
    assert_int_equal(errors.count, 0);
    assert_string_equal(tree_find(tree, "desk")->text, "1");
    tree_destroy(tree);
    diagnostics_clear(&errors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_each_policy_the_latest_in_force_on_the_day_is_laid),
        cmocka_unit_test(a_policy_asked_for_by_name_goes_before_the_date),
        cmocka_unit_test(a_setting_moves_the_date),
        cmocka_unit_test(what_was_laid_is_known),
        cmocka_unit_test(a_date_that_is_none_is_an_error),
        cmocka_unit_test(a_policy_that_starts_inside_the_run_is_left_to_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
