/* test_fields.c - the table of fields holds together, and the schema and the page that are written from it say all of
 * it. */
#include "models/scenario/fields.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static char *written(void (*write)(FILE *))
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    write(out);
    fclose(out);
    return text;
}

static void every_row_is_whole(void **state)
{
    (void)state;
    size_t n;
    const struct field *field = fields_all(&n);
    for (size_t i = 0; i < n; i++) {
        assert_true(field[i].section && field[i].name && field[i].fallback && field[i].doc);
        if (field[i].doc[0] == '\0') fail_msg("%s.%s has no meaning", field[i].section, field[i].name);
        if (field[i].type == FIELD_WORD || field[i].type == FIELD_REFERENCE) assert_non_null(field[i].words);
        if (field[i].type == FIELD_SECTION) assert_non_null(field[i].sub);
        assert_true(field[i].high >= field[i].low);
        assert_false(field[i].flags & FIELD_REQUIRED && field[i].fallback[0]);
    }
}

static void no_field_stands_twice_and_sections_stand_together(void **state)
{
    (void)state;
    size_t n;
    const struct field *field = fields_all(&n);
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; k < n; k++) {
            bool same = strcmp(field[i].section, field[k].section) == 0;
            assert_false(same && strcmp(field[i].name, field[k].name) == 0);
            if (same) assert_string_equal(field[k - 1].section, field[k].section);
        }
}

static void every_section_that_a_map_leads_to_has_rows(void **state)
{
    (void)state;
    size_t n;
    const struct field *field = fields_all(&n);
    for (size_t i = 0; i < n; i++) {
        bool found = !field[i].sub;
        for (size_t k = 0; k < n; k++) found = found || strcmp(field[k].section, field[i].sub) == 0;
        if (!found) fail_msg("no section %s", field[i].sub);
    }
}

static void every_kind_of_step_is_a_field_of_steps(void **state)
{
    (void)state;
    size_t n;
    const char *const *kind = fields_step_kinds(&n);
    for (size_t i = 0; i < n; i++) assert_non_null(fields_find("step", kind[i]));
}

static void an_unknown_name_gets_the_nearest_of_its_section(void **state)
{
    (void)state;
    assert_null(fields_find("resource", "calender"));
    assert_string_equal(fields_suggest("resource", "calender"), "calendar");
    assert_null(fields_suggest("run", "calender"));
    assert_non_null(fields_find("resources", "any_name"));
}

static void words_and_names_are_told_apart(void **state)
{
    (void)state;
    assert_true(fields_has_word("finish|pause", "pause"));
    assert_false(fields_has_word("finish|pause", "paus"));
    assert_false(fields_has_word(NULL, "pause"));
    assert_true(fields_is_name("a_1"));
    assert_false(fields_is_name("A"));
    assert_false(fields_is_name("1a"));
    assert_false(fields_is_name(""));
    assert_false(fields_is_name("a-b"));
}

/* Braces, brackets and quotes pair up; a stricter reader than this is any JSON library. */
static void the_schema_is_balanced_json(void **state)
{
    (void)state;
    char *text = written(fields_schema), stack[64];
    size_t depth = 0;
    bool quoted = false;
    for (const char *c = text; *c; c++) {
        if (quoted && *c == '\\') {
            c++;
        } else if (*c == '"') {
            quoted = !quoted;
        } else if (!quoted && (*c == '{' || *c == '[')) {
            assert_true(depth < sizeof stack);
            stack[depth++] = *c == '{' ? '}' : ']';
        } else if (!quoted && (*c == '}' || *c == ']')) {
            assert_true(depth > 0 && stack[--depth] == *c);
        } else if (!quoted && *c == ',') {
            size_t gap = strspn(c + 1, " \n");
            assert_null(strchr("}],", c[1 + gap]));
        }
    }
    assert_true(depth == 0 && !quoted);
    assert_non_null(strstr(text, "http://json-schema.org/draft-07/schema#"));
    free(text);
}

static void schema_and_page_hold_every_field(void **state)
{
    (void)state;
    size_t n;
    const struct field *field = fields_all(&n);
    char *schema = written(fields_schema), *page = written(fields_reference), piece[128];
    for (size_t i = 0; i < n; i++) {
        if (field[i].name[0] == '*') continue;
        snprintf(piece, sizeof piece, "\n      \"%s\": {\"description\"", field[i].name);
        if (!strstr(schema, piece)) fail_msg("the schema lacks %s.%s", field[i].section, field[i].name);
        snprintf(piece, sizeof piece, "\n| %s%s |", field[i].name, field[i].flags & FIELD_REQUIRED ? " (needed)" : "");
        if (!strstr(page, piece)) fail_msg("the page lacks %s.%s", field[i].section, field[i].name);
        if (field[i].section[0] == '\0') continue;
        snprintf(piece, sizeof piece, "\n    \"%s\": {\"type\": \"object\"", field[i].section);
        assert_non_null(strstr(schema, piece));
        snprintf(piece, sizeof piece, "### Fields of %s\n", field[i].section);
        assert_non_null(strstr(page, piece));
    }
    free(schema);
    free(page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_whole),
        cmocka_unit_test(no_field_stands_twice_and_sections_stand_together),
        cmocka_unit_test(every_section_that_a_map_leads_to_has_rows),
        cmocka_unit_test(every_kind_of_step_is_a_field_of_steps),
        cmocka_unit_test(an_unknown_name_gets_the_nearest_of_its_section),
        cmocka_unit_test(words_and_names_are_told_apart),
        cmocka_unit_test(the_schema_is_balanced_json),
        cmocka_unit_test(schema_and_page_hold_every_field),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
