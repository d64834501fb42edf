/* test_quantity.c - numbers with units, dates and hours. */
#include "models/scenario/quantity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static char why[QUANTITY_WHY];

static double read_as(const char *text, enum unit unit)
{
    double value = -12345;
    if (!quantity_read(text, unit, &value, why)) fail_msg("%s: %s", text, why);
    return value;
}

static void a_duration_is_read_in_hours(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double hours;
    } row[] = {{"48h", 48}, {"48 h", 48}, {"30 min", 0.5}, {"60 s", 1.0 / 60}, {"7 d", 168}, {"2 week", 336},
        {"1.5e1 h", 15}, {".5 d", 12}, {"36 s", 0.01}, {"0", 0}, {"-8 h", -8}, {" 90  min ", 1.5}};
    for (size_t i = 0; i < COUNT(row); i++) assert_true(read_as(row[i].text, UNIT_HOURS) == row[i].hours);
    assert_true(read_as("60 s", UNIT_HOURS) == read_as("1 min", UNIT_HOURS));
}

static void a_rate_is_read_per_hour(void **state)
{
    (void)state;
    assert_true(read_as("28/h", UNIT_PER_HOUR) == 28);
    assert_true(read_as("28 / h", UNIT_PER_HOUR) == 28);
    assert_true(read_as("240/d", UNIT_PER_HOUR) == 10);
    assert_true(read_as("21/week", UNIT_PER_HOUR) == 0.125);
    assert_true(read_as("60000/h", UNIT_PER_HOUR) == 60000);
    assert_float_equal(read_as("3/min", UNIT_PER_HOUR), 180, 1e-9);
}

static void a_share_is_a_percentage_or_a_number_from_0_to_1(void **state)
{
    (void)state;
    assert_true(read_as("12 %", UNIT_SHARE) == 0.12);
    assert_true(read_as("97.76%", UNIT_SHARE) == 0.9776);
    assert_true(read_as("0.12", UNIT_SHARE) == 0.12);
    assert_true(read_as("5 points", UNIT_POINTS) == 0.05);
}

static void a_malformed_quantity_says_what_is_right(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum unit unit;
        const char *message;
    } row[] = {
        {"48", UNIT_HOURS, "'48' has no unit; a duration has a unit: 30 s, 15 min, 48 h, 7 d or 2 week"},
        {"30 m", UNIT_HOURS,
            "'30 m' has no unit 'm'; min or month? write min for minutes; months differ in length, write days: 30 d"},
        {"3 hours", UNIT_HOURS, "'3 hours' has no unit 'hours'; write h"},
        {"5/h", UNIT_HOURS, "'5/h' has the wrong unit; a duration has a unit: 30 s, 15 min, 48 h, 7 d or 2 week"},
        {"340", UNIT_PER_HOUR, "'340' has no unit; a rate has a unit: 5/s, 3/min, 28/h, 340/d or 21/week"},
        {"340/m", UNIT_PER_HOUR,
            "'/m' is not a rate; min or month? write min for minutes; months differ in length, write days: 30 d; a "
            "rate is "
            "5/s, 3/min, 28/h, 340/d or 21/week"},
        {"5", UNIT_SHARE, "'5' is over 1; a share is a percentage or a number from 0 to 1: 12 % or 0.12"},
        {"nan", UNIT_HOURS, "'nan' is not a number; a duration has a unit: 30 s, 15 min, 48 h, 7 d or 2 week"},
        {"inf h", UNIT_HOURS, "'inf h' is not a number; a duration has a unit: 30 s, 15 min, 48 h, 7 d or 2 week"},
        {"0x10 h", UNIT_HOURS, "'0x10 h' is neither a number nor a quantity; units are s, min, h, d, week, %"},
        {"1e999 h", UNIT_HOURS, "'1e999' is too large for a number; at most 1.7e308"},
        {"1,5 h", UNIT_HOURS, "'1,5 h' has a comma; write a decimal point and no thousands separator"},
        {"1 h 30 min", UNIT_HOURS, "'1 h 30 min' has '30 min' after the number; write one number and one unit"},
        {"", UNIT_HOURS, "'' is not a number; a duration has a unit: 30 s, 15 min, 48 h, 7 d or 2 week"},
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        double value = 7;
        assert_false(quantity_read(row[i].text, row[i].unit, &value, why));
        assert_string_equal(why, row[i].message);
        assert_true(value == 7);
    }
}

static void a_range_may_leave_its_unit_to_the_end(void **state)
{
    (void)state;
    struct quantity low, high;
    assert_true(quantity_range("12 h..26 h", &low, &high, why));
    assert_true(low.value == 12 && high.value == 26 && low.unit == UNIT_HOURS);
    assert_true(quantity_range("30..90 min", &low, &high, why));
    assert_true(low.value == 0.5 && high.value == 1.5 && low.unit == UNIT_HOURS);
    assert_true(quantity_range("7..12", &low, &high, why));
    assert_true(low.value == 7 && high.value == 12 && high.unit == UNIT_NONE);
    assert_true(quantity_range("0.5..1.5", &low, &high, why) && low.value == 0.5);
    assert_false(quantity_range("12..7", &low, &high, why));
    assert_string_equal(why, "'12..7' runs backwards; write LOW..HIGH");
    assert_false(quantity_range("5 %..7 h", &low, &high, why));
    assert_string_equal(why, "'5 %..7 h' has two units; write LOW..HIGH in one: 12 h..26 h");
    assert_false(quantity_range("12", &low, &high, why));
    assert_string_equal(why, "'12' is not a range; write LOW..HIGH: 7..12 or 12 h..26 h");
}

static void a_count_is_whole_and_in_its_range(void **state)
{
    (void)state;
    double value;
    assert_true(quantity_count("12", 1, 100, &value, why) && value == 12);
    assert_true(quantity_count("1e2", 1, 100, &value, why) && value == 100);
    assert_false(quantity_count("0", 1, 100, &value, why));
    assert_string_equal(why, "'0' is out of range; a whole number from 1 to 100 is wanted");
    assert_false(quantity_count("1.5", 1, 100, &value, why));
    assert_string_equal(why, "'1.5' is not whole; a whole number from 1 to 100 is wanted");
    assert_false(quantity_count("2 h", 1, 100, &value, why));
    assert_string_equal(why, "'2 h' has a unit; a whole number from 1 to 100 is wanted");
}

static void a_seed_has_sixty_four_bits(void **state)
{
    (void)state;
    uint64_t seed;
    assert_true(quantity_seed("18446744073709551615", &seed, why) && seed == UINT64_MAX);
    assert_false(quantity_seed("18446744073709551616", &seed, why));
    assert_false(quantity_seed("-1", &seed, why));
    assert_string_equal(why, "'-1' is no seed; a whole number from 0 to 18446744073709551615 is wanted");
}

static void dates_are_hours_since_1970(void **state)
{
    (void)state;
    double from, to;
    char text[24];
    assert_true(quantity_date("1970-01-01", &from, why) && from == 0);
    assert_true(quantity_date("2000-03-01", &from, why) && from == 24.0 * 11017);
    assert_true(quantity_date("1969-12-31", &from, why) && from == -24);
    assert_true(quantity_dates("2022-09-01..2022-11-30", &from, &to, why));
    assert_true(to - from == 24 * 90);
    assert_true(quantity_moment("2022-11-11 00:30", &to, why));
    assert_true(quantity_date("2022-11-11", &from, why) && to == from + 0.5);
    quantity_date_text(from, text);
    assert_string_equal(text, "2022-11-11");
    quantity_date_text(-1, text);
    assert_string_equal(text, "1969-12-31");
}

static void every_day_of_four_centuries_goes_to_hours_and_back(void **state)
{
    (void)state;
    double first, back;
    char text[24];
    assert_true(quantity_date("1900-01-01", &first, why));
    for (int day = 0; day < 146097; day++) {
        quantity_date_text(first + 24.0 * day, text);
        assert_true(quantity_date(text, &back, why));
        assert_true(back == first + 24.0 * day);
    }
}

static void a_date_that_does_not_exist_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } row[] = {{"2022-02-30", "'2022-02-30' does not exist; 2022-02 has 28 days"},
        {"2022-13-01", "'2022-13-01' has no month 13; write year-month-day"},
        {"22-01-01", "'22-01-01' is not a date; write year-month-day: 2022-09-01"},
        {"1066-10-14", "the year of '1066-10-14' is out of range; 1900 to 2999 is possible"},
        {"2022-09-01 x", "'2022-09-01 x' has 'x' too much; write year-month-day: 2022-09-01"}};
    double at;
    for (size_t i = 0; i < COUNT(row); i++) {
        assert_false(quantity_date(row[i].text, &at, why));
        assert_string_equal(why, row[i].message);
    }
    assert_true(quantity_date("2024-02-29", &at, why));
    assert_false(quantity_date("2100-02-29", &at, why));
    double to;
    assert_false(quantity_dates("2022-11-30..2022-09-01", &at, &to, why));
    assert_string_equal(why, "'2022-11-30..2022-09-01' runs backwards; write a date or two: 2022-09-01..2022-11-30");
}

static void hours_may_run_past_midnight(void **state)
{
    (void)state;
    double from, to;
    assert_true(quantity_hours("08:30-12:00", &from, &to, why) && from == 8.5 && to == 12);
    assert_true(quantity_hours("22:00-06:00", &from, &to, why) && from == 22 && to == 30);
    assert_true(quantity_hours("00:00-24:00", &from, &to, why) && from == 0 && to == 24);
    assert_false(quantity_hours("08:30", &from, &to, why));
    assert_string_equal(why, "'08:30' is not a span of hours; write from-to: 08:30-12:00");
    assert_false(quantity_hours("08:00-08:00", &from, &to, why));
    assert_string_equal(why, "'08:00-08:00' is empty; write 00:00-24:00 for the whole day");
    assert_false(quantity_time_of_day("24:30", &from, why));
    assert_string_equal(why, "'24:30' is no time of day; 00:00 to 24:00 is possible");
}

static void days_are_names_and_spans(void **state)
{
    (void)state;
    bool day[7];
    assert_true(quantity_days("mon-fri", day, why));
    assert_true(day[0] && day[4] && !day[5] && !day[6]);
    assert_true(quantity_days("fri-mon", day, why));
    assert_true(day[4] && day[5] && day[6] && day[0] && !day[1]);
    assert_true(quantity_days("mon wed sat-sun", day, why));
    assert_true(day[0] && !day[1] && day[2] && day[5] && day[6]);
    assert_false(quantity_days("monday", day, why));
    assert_string_equal(why, "'monday' names no days; write mon, tue, wed, thu, fri, sat, sun or a span: mon-fri");
}

static void an_offset_is_fixed(void **state)
{
    (void)state;
    double hours;
    assert_true(quantity_offset("+08:00", &hours, why) && hours == 8);
    assert_true(quantity_offset("-03:30", &hours, why) && hours == -3.5);
    assert_true(quantity_offset("Z", &hours, why) && hours == 0);
    assert_false(quantity_offset("CET", &hours, why));
    assert_string_equal(why, "'CET' is no offset from UTC; write +08:00 or -03:30 (a fixed offset, no summer time)");
}

static void taking_leaves_a_word_that_is_no_unit(void **state)
{
    (void)state;
    const char *text = "4 mean 2 h";
    struct quantity quantity;
    assert_true(quantity_take(&text, &quantity, why));
    assert_true(quantity.value == 4 && quantity.unit == UNIT_NONE);
    assert_string_equal(quantity_blanks(text), "mean 2 h");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_duration_is_read_in_hours),
        cmocka_unit_test(a_rate_is_read_per_hour),
        cmocka_unit_test(a_share_is_a_percentage_or_a_number_from_0_to_1),
        cmocka_unit_test(a_malformed_quantity_says_what_is_right),
        cmocka_unit_test(a_range_may_leave_its_unit_to_the_end),
        cmocka_unit_test(a_count_is_whole_and_in_its_range),
        cmocka_unit_test(a_seed_has_sixty_four_bits),
        cmocka_unit_test(dates_are_hours_since_1970),
        cmocka_unit_test(every_day_of_four_centuries_goes_to_hours_and_back),
        cmocka_unit_test(a_date_that_does_not_exist_is_refused),
        cmocka_unit_test(hours_may_run_past_midnight),
        cmocka_unit_test(days_are_names_and_spans),
        cmocka_unit_test(an_offset_is_fixed),
        cmocka_unit_test(taking_leaves_a_word_that_is_no_unit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
