/* The small parts of the command: tables, JSON, options. */
#include "tests/cli.h"
#include "tools/command.h"
#include "tools/options.h"
#include "tools/table.h"
#include <math.h>

static char *printed(const struct table *table)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    assert_true(table_print(table, out));
    fclose(out);
    return text;
}

/* ---- tables ---- */
static void columns_align_by_what_the_eye_sees_and_not_by_bytes(void **state)
{
    (void)state;
    struct table *table = table_create("lr");
    table_cell(table, "naïve");
    table_cell(table, "± 1");
    table_end_row(table);
    table_cell(table, "海关");
    table_cell(table, "22");
    table_end_row(table);
    char *text = printed(table);
    assert_string_equal(text, "naïve  ± 1\n海关    22\n");
    free(text);
    table_destroy(table);
}

static void a_table_never_exceeds_the_page(void **state)
{
    (void)state;
    struct table *table = table_create("lrr");
    for (int i = 0; i < 100; i++)
        table_cell(table, i % 3 ? "%0*d" : "%*d", i % 3 ? 10 : 90, i), i % 3 == 2 ? table_end_row(table) : (void)0;
    table_note(table,
        "a note that is a good deal longer than eighty columns and is therefore broken at a blank, somewhere here");
    char *text = printed(table), *line = strtok(text, "\n");
    for (; line; line = strtok(NULL, "\n")) assert_true(text_width(line) <= PAGE_WIDTH);
    free(text);
    table_destroy(table);
}

static void numbers_read_well(void **state)
{
    char buffer[32];
    (void)state;
    assert_string_equal(text_number(1296214.5, 1, buffer), "1,296,214.5");
    assert_string_equal(text_number(-0.001, 2, buffer), "0.00");
    assert_string_equal(text_number(-1234.5, 1, buffer), "-1,234.5");
    assert_string_equal(text_number(NAN, 2, buffer), "-");
    assert_string_equal(text_count(999, buffer), "999");
    assert_string_equal(text_count(1000, buffer), "1,000");
}

/* ---- JSON ---- */
static char *write_sample(double number, const char *said)
{
    char *text = NULL;
    size_t size = 0;
    struct json json = {.out = open_memstream(&text, &size)};
    json_map(&json, NULL);
    json_number(&json, "number", number);
    json_text(&json, "said", said);
    json_list(&json, "list");
    json_flag(&json, NULL, true);
    json_map(&json, NULL);
    json_end(&json);
    json_end(&json);
    json_end(&json);
    fclose(json.out);
    return text;
}

static void what_is_written_is_read_back(void **state)
{
    (void)state;
    const char *said = "a \"quote\", a \\, a line\nand a tab\t, ± and 海";
    char *text = write_sample(0.1 + 0.2, said);
    struct json_value *json = json_read(text);
    assert_non_null(json);
    assert_true(json_get_number(json, "number", 0) == 0.1 + 0.2);
    assert_string_equal(json_get_text(json, "said", ""), said);
    assert_int_equal(json_get(json, "list")->count, 2);
    json_free(json);
    free(text);
}

static void what_is_not_a_number_is_null(void **state)
{
    (void)state;
    const double none[] = {NAN, INFINITY, -INFINITY};
    for (int i = 0; i < 3; i++) {
        char *text = write_sample(none[i], NULL);
        struct json_value *json = json_read(text);
        assert_non_null(json);
        assert_int_equal(json_get(json, "number")->kind, JSON_NULL);
        assert_int_equal(json_get(json, "said")->kind, JSON_NULL);
        json_free(json);
        free(text);
    }
}

static void broken_json_is_refused(void **state)
{
    static const char *const broken[] = {
        "", "{", "[1,", "{\"a\" 1}", "\"\\x\"", "\"\\u12\"", "nul", "1 2", "[1,]", "{,}", "\"open", "NaN", "[[[["};
    (void)state;
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) assert_null(json_read(broken[i]));
    char deep[300];
    memset(deep, '[', 299);
    deep[299] = 0;
    assert_null(json_read(deep));
}

/* ---- options ---- */
static int parse(struct options *options, int argc, const char *const *words)
{
    char *argv[16] = {(char *)"greenlane"};
    for (int i = 0; i < argc; i++) argv[i + 1] = (char *)(uintptr_t)words[i];
    return options_parse(options, argc + 1, argv);
}
#define PARSE(options, ...)                                                                                            \
    parse(options, (int)(sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *)), (const char *[]){__VA_ARGS__})

static void options_stand_anywhere_and_in_every_form(void **state)
{
    struct options options;
    (void)state;
    assert_int_equal(
        PARSE(&options, "run", "-n20", "--seed=7", "x.yaml", "--policy", "a", "--policy", "b=high", "-j", "3", "-q"),
        0);
    assert_int_equal(options.replications, 20);
    assert_true(options.has_seed && options.seed == 7);
    assert_int_equal(options.jobs, 3);
    assert_int_equal(options.policies.count, 2);
    assert_string_equal(options.policies.word[1], "b=high");
    assert_string_equal(options.arguments.word[0], "x.yaml");
    assert_true(options.quiet);
    assert_string_equal(options.typed, "greenlane run -n20 --seed=7 x.yaml --policy a --policy b=high -j 3 -q");
    options_clear(&options);
}

static void after_two_dashes_all_is_an_argument_and_one_dash_is_one(void **state)
{
    struct options options;
    (void)state;
    assert_int_equal(PARSE(&options, "check", "-", "--", "-q"), 0);
    assert_int_equal(options.arguments.count, 2);
    assert_string_equal(options.arguments.word[0], "-");
    assert_string_equal(options.arguments.word[1], "-q");
    assert_false(options.quiet);
    options_clear(&options);
}

static void seeds_have_64_bits(void **state)
{
    struct options options;
    (void)state;
    assert_int_equal(PARSE(&options, "run", "x", "--seed", "18446744073709551615"), 0);
    assert_true(options.seed == UINT64_MAX);
    options_clear(&options);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_align_by_what_the_eye_sees_and_not_by_bytes),
        cmocka_unit_test(a_table_never_exceeds_the_page),
        cmocka_unit_test(numbers_read_well),
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(what_is_not_a_number_is_null),
        cmocka_unit_test(broken_json_is_refused),
        cmocka_unit_test(options_stand_anywhere_and_in_every_form),
        cmocka_unit_test(after_two_dashes_all_is_an_argument_and_one_dash_is_one),
        cmocka_unit_test(seeds_have_64_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
