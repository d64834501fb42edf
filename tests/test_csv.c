/* test_csv.c - what the reader of data files takes, and what it says of files it cannot take. */
#include "tools/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static char path[] = "/tmp/greenlane-csv-XXXXXX";

static int make_file(void **state)
{
    (void)state;
    int file = mkstemp(path);
    return file < 0 ? -1 : close(file);
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

static void write_bytes(const char *bytes, size_t n)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    fclose(file);
}

/* The whole file as one text: names, then rows, cells apart by | and rows by /, each row with its line. */
static void read_all(const char *bytes, size_t n, char *out, struct diagnostics *errors)
{
    write_bytes(bytes, n);
    diagnostics_init(errors);
    struct csv *csv = csv_open(path, errors);
    *out = 0;
    for (size_t i = 0; csv && i < csv->columns; i++) out += sprintf(out, "%s|", csv->name[i]);
    while (csv && csv_next(csv)) {
        out += sprintf(out, "/%d:", csv->line);
        for (size_t i = 0; i < csv->columns; i++) out += sprintf(out, "%s|", csv->cell[i]);
    }
    csv_close(csv);
}

static void a_file_is_read_as_its_writer_meant(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *cells;
    } row[] = {
        {"a,b\n1,2\n", "a|b|/2:1|2|"},
        {"a,b\n1,2", "a|b|/2:1|2|"},
        {"a,b\r\n1,2\r\n3,\r\n", "a|b|/2:1|2|/3:3||"},
        {"\xEF\xBB\xBF"
         "a,b\n1,2\n",
            "a|b|/2:1|2|"},
        {"a,b\n\"x, y\",\"say \"\"no\"\"\"\n", "a|b|/2:x, y|say \"no\"|"},
        {"a,b\n\"two\nlines\",2\n3,4\n", "a|b|/2:two\nlines|2|/4:3|4|"},
        {"a,b\n 1 ,\t2 \n", "a|b|/2:1|2|"},
        {"a,b\n\" 1 \",2\n", "a|b|/2: 1 |2|"},
        {"a,b\n\n\n1,2\n\n", "a|b|/4:1|2|"},
        {"a;b\n1,5;2\n", "a|b|/2:1,5|2|"},
        {"a\tb\n1\t2\n", "a|b|/2:1|2|"},
        {"a b,c\nx\"y,z\n", "a b|c|/2:x\"y|z|"},
        {"a\n\"\"\n1\n", "a|/2:|/3:1|"},
        {"a,b\n", "a|b|"},
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        char cells[400];
        struct diagnostics errors;
        read_all(row[i].bytes, strlen(row[i].bytes), cells, &errors);
        if (strcmp(cells, row[i].cells) != 0) fail_msg("case %zu: %s", i, cells);
        assert_int_equal(errors.errors, 0);
        diagnostics_clear(&errors);
    }
}

static void what_is_wrong_is_told_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *message;
        int line, column;
    } row[] = {
        {"", "the file is empty; a line of column names is wanted, then rows", 0, 0},
        {"\n\n", "the file is empty; a line of column names is wanted, then rows", 0, 0},
        {"a,b\n1,2\n1,2,3\n",
            "the row has 3 cells, the first line names 2 columns; put a cell that holds a comma in double quotes", 3,
            1},
        {"a,b\n1\n", "the row has 1 cells, the first line names 2 columns; leave a missing cell empty, its comma stays",
            2, 1},
        {"a,b\n1,\"2\n3,4\n",
            "a quote is opened here and never closed; close it, or double it if it belongs to the cell", 2, 3},
        {"a,b\n\"1\" x,2\n", "text follows a closing quote; double the quotes that belong to the cell", 2, 5},
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        char cells[400];
        struct diagnostics errors;
        read_all(row[i].bytes, strlen(row[i].bytes), cells, &errors);
        assert_int_equal(errors.errors, 1);
        assert_string_equal(errors.item[0].text, row[i].message);
        assert_int_equal(errors.item[0].place.line, row[i].line);
        assert_int_equal(errors.item[0].place.column, row[i].column);
        assert_false(errors.unreadable);
        diagnostics_clear(&errors);
    }
}

static void a_zero_byte_is_no_text(void **state)
{
    (void)state;
    char cells[400];
    struct diagnostics errors;
    read_all("a,b\n1,\0\n", 8, cells, &errors);
    assert_int_equal(errors.errors, 1);
    assert_string_equal(errors.item[0].text, "a zero byte stands here; a text file in UTF-8 is wanted");
    assert_int_equal(errors.item[0].place.column, 3);
    diagnostics_clear(&errors);
}

static void reading_ends_after_twenty_errors(void **state)
{
    (void)state;
    char bytes[1000] = "a,b\n", cells[400];
    struct diagnostics errors;
    for (int i = 0; i < 100; i++) strcat(bytes, "1\n");
    read_all(bytes, strlen(bytes), cells, &errors);
    assert_int_equal(errors.errors, CSV_MOST_ERRORS);
    assert_int_equal(errors.count, CSV_MOST_ERRORS + 1);
    assert_string_equal(errors.item[CSV_MOST_ERRORS].text, "20 errors; what follows is not read: correct these first");
    diagnostics_clear(&errors);
}

static void a_file_that_cannot_be_read_is_told_apart_from_one_with_wrong_content(void **state)
{
    (void)state;
    static const char *const names[] = {"/tmp/greenlane/not/there.csv", "/tmp"};
    for (size_t i = 0; i < COUNT(names); i++) {
        struct diagnostics errors;
        diagnostics_init(&errors);
        assert_null(csv_open(names[i], &errors));
        assert_true(errors.unreadable);
        diagnostics_clear(&errors);
    }
}

static void a_column_is_found_by_its_name_or_a_near_one_is_suggested(void **state)
{
    (void)state;
    struct diagnostics errors;
    size_t column;
    diagnostics_init(&errors);
    write_bytes("id,hours,x,x\n1,2,3,4\n", 21);
    struct csv *csv = csv_open(path, &errors);
    assert_non_null(csv);
    assert_true(csv_find(csv, "hours", &column));
    assert_int_equal(column, 1);
    assert_false(csv_find(csv, "hour", &column));
    assert_string_equal(
        errors.item[0].text, "no column is called 'hour'; there are id, hours, x, x; did you mean 'hours'?");
    assert_false(csv_find(csv, "x", &column));
    assert_string_equal(errors.item[1].text, "2 columns are called 'x'; give each its own name");
    csv_close(csv);
    diagnostics_clear(&errors);
}

static void rows_longer_than_the_buffers_are_whole(void **state)
{
    (void)state;
    enum { LONG = 200000 };
    char *bytes = malloc(2 * LONG + 100), *end = bytes;
    struct diagnostics errors;
    assert_non_null(bytes);
    end += sprintf(end, "a,b\n");
    memset(end, 'x', LONG);
    end += LONG;
    *end++ = ',';
    memset(end, 'y', LONG);
    end += LONG;
    *end++ = '\n';
    write_bytes(bytes, (size_t)(end - bytes));
    diagnostics_init(&errors);
    struct csv *csv = csv_open(path, &errors);
    assert_non_null(csv);
    assert_true(csv_next(csv));
    assert_int_equal(strlen(csv->cell[0]), LONG);
    assert_int_equal(strspn(csv->cell[1], "y"), LONG);
    assert_false(csv_next(csv));
    assert_int_equal(errors.errors, 0);
    csv_close(csv);
    free(bytes);
    diagnostics_clear(&errors);
}

static void numbers_are_decimal_and_finite(void **state)
{
    (void)state;
    double value;
    static const char *const good[] = {"0", "8.5", "-2", "+3", "1e3", ".5"}, *const bad[] = {"", "8,5", "nan", "inf",
                                                                                 "0x10", "1 h", "1.2.3", "--1", "e5",
                                                                                 "1e999"};
    for (size_t i = 0; i < COUNT(good); i++) assert_true(csv_number(good[i], &value));
    for (size_t i = 0; i < COUNT(bad); i++)
        if (csv_number(bad[i], &value)) fail_msg("'%s' was read", bad[i]);
    assert_true(csv_is_missing("") && csv_is_missing("NA") && csv_is_missing("null") && csv_is_missing("-"));
    assert_false(csv_is_missing("0"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_read_as_its_writer_meant),
        cmocka_unit_test(what_is_wrong_is_told_with_its_place),
        cmocka_unit_test(a_zero_byte_is_no_text),
        cmocka_unit_test(reading_ends_after_twenty_errors),
        cmocka_unit_test(a_file_that_cannot_be_read_is_told_apart_from_one_with_wrong_content),
        cmocka_unit_test(a_column_is_found_by_its_name_or_a_near_one_is_suggested),
        cmocka_unit_test(rows_longer_than_the_buffers_are_whole),
        cmocka_unit_test(numbers_are_decimal_and_finite),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
