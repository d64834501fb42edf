/* test_diagnostic.c - messages: their lines, order, ownership, and suggestions. */
#include "models/scenario/diagnostic.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static void assert_line(const struct diagnostics *list, size_t i, const char *expected)
{
    char line[4000];
    assert_true(i < list->count);
    diagnostic_line(line, sizeof line, &list->item[i]);
    assert_string_equal(line, expected);
}

static void a_message_names_file_line_and_column(void **state)
{
    (void)state;
    struct diagnostics list;
    diagnostics_init(&list);
    const struct place place = {"port.yaml", 3, 7};
    diagnostics_add(&list, DIAGNOSTIC_ERROR, place, "servers: found '%s'; a whole number is right", "many");
    diagnostics_add(&list, DIAGNOSTIC_WARNING, (struct place){"port.yaml", 0, 0}, "late");
    diagnostics_add(&list, DIAGNOSTIC_NOTE, (struct place){0}, "from nowhere");
    assert_line(&list, 0, "port.yaml:3:7: error: servers: found 'many'; a whole number is right");
    assert_line(&list, 1, "port.yaml: warning: late");
    assert_line(&list, 2, "note: from nowhere");
    assert_int_equal(list.errors, 1);
    assert_int_equal(list.count, 3);
    diagnostics_clear(&list);
    assert_int_equal(list.count, 0);
}

static void a_list_outlives_the_file_name_it_was_given(void **state)
{
    (void)state;
    struct diagnostics list;
    char name[] = "port.yaml";
    diagnostics_init(&list);
    diagnostics_add(&list, DIAGNOSTIC_ERROR, (struct place){name, 1, 1}, "wrong");
    memset(name, 'x', sizeof name - 1);
    assert_line(&list, 0, "port.yaml:1:1: error: wrong");
    diagnostics_clear(&list);
}

static void messages_are_sorted_by_file_as_first_met_then_line_column_and_order(void **state)
{
    (void)state;
    struct diagnostics list;
    diagnostics_init(&list);
    diagnostics_add(&list, DIAGNOSTIC_ERROR, (struct place){"z.yaml", 9, 1}, "fourth");
    diagnostics_add(&list, DIAGNOSTIC_ERROR, (struct place){"a.yaml", 1, 1}, "fifth");
    diagnostics_add(&list, DIAGNOSTIC_ERROR, (struct place){"z.yaml", 2, 5}, "second");
    diagnostics_add(&list, DIAGNOSTIC_ERROR, (struct place){"z.yaml", 2, 5}, "third");
    diagnostics_add(&list, DIAGNOSTIC_ERROR, (struct place){"z.yaml", 2, 4}, "first");
    diagnostics_add(&list, DIAGNOSTIC_ERROR, (struct place){0}, "before all");
    diagnostics_sort(&list);
    static const char *const order[] = {"before all", "first", "second", "third", "fourth", "fifth"};
    for (size_t i = 0; i < 6; i++) assert_string_equal(list.item[i].text, order[i]);
    diagnostics_clear(&list);
}

static void a_message_is_one_line_of_printable_text_whatever_a_file_holds(void **state)
{
    (void)state;
    struct diagnostics list;
    diagnostics_init(&list);
    diagnostics_add(&list, DIAGNOSTIC_ERROR, (struct place){0},
        "a\nb\x1b[31mc\xff"
        "d \xc3\xa9 \xe6\xb8\xaf \xc2\x9b \xe2\x80\xae \xed\xa0\x80.");
    assert_string_equal(list.item[0].text, "a?b?[31mc?d \xc3\xa9 \xe6\xb8\xaf ?? ??? ???.");
    diagnostics_clear(&list);
}

static void a_hundred_thousand_messages_are_kept_and_sorted(void **state)
{
    (void)state;
    struct diagnostics list;
    diagnostics_init(&list);
    for (int i = 0; i < 100000; i++) {
        diagnostics_add(&list, DIAGNOSTIC_ERROR, (struct place){"a.yaml", 1 + (i * 7919) % 100003, 1}, "m");
    }
    diagnostics_sort(&list);
    for (size_t i = 1; i < list.count; i++) assert_true(list.item[i - 1].place.line < list.item[i].place.line);
    assert_int_equal(list.count, 100000);
    diagnostics_clear(&list);
}

static void a_suggestion_is_the_nearest_candidate_within_a_third_of_the_word(void **state)
{
    (void)state;
    static const char *const name[] = {"servers", "service", "calendar", "scan", "room"};
    assert_string_equal(diagnostic_suggest("serves", name, 5), "servers");
    assert_string_equal(diagnostic_suggest("servcie", name, 5), "service"); /* one swap */
    assert_string_equal(diagnostic_suggest("calender", name, 5), "calendar");
    assert_string_equal(diagnostic_suggest("scann", name, 5), "scan");
    assert_string_equal(diagnostic_suggest("sca", name, 5), "scan");
    assert_string_equal(diagnostic_suggest("room", name, 5), "room");
    assert_null(diagnostic_suggest("rome", name, 5)); /* two away, one is a third of four */
    assert_null(diagnostic_suggest("berth", name, 5));
    assert_null(diagnostic_suggest("", name, 5));
    assert_null(diagnostic_suggest("x", (const char *const[]){"y"}, 1)); /* nothing in common */
    assert_null(diagnostic_suggest("servers", name, 0));
}

static void the_first_of_equally_near_candidates_is_suggested(void **state)
{
    (void)state;
    static const char *const name[] = {"lane_b", "lane_c"};
    assert_string_equal(diagnostic_suggest("lane_a", name, 2), "lane_b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_names_file_line_and_column),
        cmocka_unit_test(a_list_outlives_the_file_name_it_was_given),
        cmocka_unit_test(messages_are_sorted_by_file_as_first_met_then_line_column_and_order),
        cmocka_unit_test(a_message_is_one_line_of_printable_text_whatever_a_file_holds),
        cmocka_unit_test(a_hundred_thousand_messages_are_kept_and_sorted),
        cmocka_unit_test(a_suggestion_is_the_nearest_candidate_within_a_third_of_the_word),
        cmocka_unit_test(the_first_of_equally_near_candidates_is_suggested),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
