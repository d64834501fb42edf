/* test_condition_text.c - words to conditions, as scenarios write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/scenario_text.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* The attributes get the numbers 6, 7, 8, ... in this order. */
enum { AEO = ATTRIBUTE_BUILTINS, CLASS, CONTAINERS, VALUE, SHADE, ATTRIBUTES };

static const char before[] = "name: t\n"
                             "run: {measure: 10 d, warm_up: 0 h}\n"
                             "streams:\n"
                             "  s:\n"
                             "    process: p\n"
                             "    arrivals: {rate: 1/h}\n"
                             "    attributes:\n"
                             "      aeo: 20 %\n"
                             "      class: {good: 50 %, bad: 30 %, dark: 20 %}\n"
                             "      containers: {1: 70 %, 2: 18 %, 3..10: 12 %}\n"
                             "      value: exponential mean 100\n"
                             "      shade: {light: 50 %, dark: 50 %}\n"
                             "processes:\n"
                             "  p:\n"
                             "    - scan: {delay: 1 h}\n"
                             "    - last: {delay: 1 h, when: ";

static struct scenario *with(const char *condition, char *messages, size_t size)
{
    char text[2048];
    snprintf(text, sizeof text, "%s%s}\n", before, condition);
    return scenario_of(text, messages, size);
}

static void a_condition_holds_as_its_words_say(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double attribute[ATTRIBUTES]; /* lane alarm found score compliant part, aeo class containers value shade */
        uint64_t met;
        bool holds;
    } row[] = {
        {"lane == red", {LANE_RED}, 0, true},
        {"lane == red", {LANE_YELLOW}, 0, false},
        {"lane != green", {LANE_BLUE}, 0, true},
        {"aeo", {[AEO] = 1}, 0, true},
        {"not aeo", {[AEO] = 1}, 0, false},
        {"not not aeo", {[AEO] = 1}, 0, true},
        {"aeo == false", {[AEO] = 1}, 0, false},
        {"class == bad", {[CLASS] = 1}, 0, true},
        {"bad", {[CLASS] = 1}, 0, true},
        {"not bad", {[CLASS] = 1}, 0, false},
        {"containers >= 3", {[CONTAINERS] = 3}, 0, true},
        {"containers == 2", {[CONTAINERS] = 1}, 0, false},
        {"value > 180.5", {[VALUE] = 181}, 0, true},
        {"score < 12 %", {[ATTRIBUTE_SCORE] = 0.11}, 0, true},
        {"value <= 2 h", {[VALUE] = 2}, 0, true},
        {"aeo or alarm and found", {[AEO] = 1}, 0, true},
        {"(aeo or alarm) and found", {[AEO] = 1}, 0, false},
        {"not aeo and alarm", {[ATTRIBUTE_ALARM] = 1}, 0, true},
        {"not (aeo or alarm)", {[ATTRIBUTE_ALARM] = 1}, 0, false},
        {"lane == red and (not scanned or alarm)", {LANE_RED}, 1, false},
        {"lane == red and (not scanned or alarm)", {LANE_RED}, 0, true},
        {"scan.met", {0}, 1, true},
        {"true", {0}, 0, true},
        {"false or compliant", {0}, 0, false},
    };
    char messages[2000];
    for (size_t i = 0; i < COUNT(row); i++) {
        struct scenario *s = with(row[i].text, messages, sizeof messages);
        if (!s) fail_msg("%s: %s", row[i].text, messages);
        assert_true(s->step[1].has_when);
        if (condition_holds(&s->step[1].when, row[i].attribute, row[i].met) != row[i].holds)
            fail_msg("%s, row %zu", row[i].text, i);
        scenario_destroy(s);
    }
}

static void a_condition_that_makes_no_sense_says_why(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } row[] = {
        {"lane == rod", "lane has no level 'rod'; it has green, blue, yellow, red; did you mean 'red'?"},
        {"lne == red",
            "'lne' is no attribute, level or step.met; write one that the scenario has; did you mean 'lane'?"},
        {"lane", "'lane' is a category, not true or false; write lane == LEVEL, with one of green, blue, yellow, red"},
        {"containers and aeo",
            "'containers' is a category, not true or false; write containers == LEVEL, with one of 1, 2, 3..10"},
        {"value", "'value' is a number, not true or false; compare it: value >= 3"},
        {"class < bad", "'class' has no order; compare it with == or !="},
        {"class == 3", "'class' and '3' cannot be compared; compare a category with its level, a number with a number, "
                       "a flag with "
                       "true or false"},
        {"aeo == good", "'aeo' is not a category, so it has no level 'good'; compare the category that has it"},
        {"good == class", "the level 'good' stands before its attribute; write the attribute first"},
        {"dark", "'dark' is a level of class and of shade; write which: class == dark"},
        {"lane = red", "a single = stands here; write =="},
        {"aeo && alarm", "'&& alarm' is too much; write and"},
        {"aeo alarm", "'alarm' is too much; write and, or, or end it there"},
        {"(aeo", "a parenthesis is not closed before ''; add )"},
        {"aeo and", "the condition ends too early; write it out: lane == red and not aeo"},
        {"scen.met",
            "there is no step 'scen' in this process; write a step's name before .met; did you mean 'scan.met'?"},
        {"value > 3 m",
            "'3 m' has no unit 'm'; min or month? write min for minutes; months differ in length, write days: 30 d"},
        {"otherwise", "otherwise belongs to an alternative of choose; write a condition"},
    };
    char messages[2000], wanted[600];
    for (size_t i = 0; i < COUNT(row); i++) {
        struct scenario *s = with(row[i].text, messages, sizeof messages);
        if (s) fail_msg("%s was read", row[i].text);
        snprintf(wanted, sizeof wanted, "16:32: error: processes.p.last.when: %s\n", row[i].message);
        assert_string_equal(messages, wanted);
    }
}

static void a_condition_too_deep_is_refused(void **state)
{
    (void)state;
    char messages[2000], text[400] = "";
    for (int i = 0; i < 40; i++) strcat(text, "(");
    strcat(text, "aeo");
    for (int i = 0; i < 40; i++) strcat(text, ")");
    assert_null(with(text, messages, sizeof messages));
    assert_string_equal(messages, "16:32: error: processes.p.last.when: parentheses are nested too deep; at most 32\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_condition_holds_as_its_words_say),
        cmocka_unit_test(a_condition_that_makes_no_sense_says_why),
        cmocka_unit_test(a_condition_too_deep_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
