/* fields_reference.c - the table of fields for people: markdown, a table a section, as scenarios/README.md has it. */
#include "models/scenario/fields.h"

#include <string.h>

static const char *const type_words[FIELD_TYPES] = {
    [FIELD_TEXT] = "text",
    [FIELD_NAME] = "a name",
    [FIELD_WORD] = "",
    [FIELD_YES_NO] = "true or false",
    [FIELD_COUNT] = "a whole number",
    [FIELD_NUMBER] = "a number",
    [FIELD_SEED] = "a whole number",
    [FIELD_DURATION] = "a duration",
    [FIELD_RATE] = "a rate",
    [FIELD_SHARE] = "a share",
    [FIELD_DATES] = "a date or two",
    [FIELD_MOMENT] = "a dated hour",
    [FIELD_MEASURE] = "dates or a duration",
    [FIELD_HOURS] = "hours",
    [FIELD_DAYS] = "days",
    [FIELD_OFFSET] = "an offset",
    [FIELD_TIMES] = "a distribution of durations",
    [FIELD_SIZES] = "a distribution of numbers",
    [FIELD_SCORES] = "a distribution of numbers",
    [FIELD_CONDITION] = "a condition",
    [FIELD_REFERENCE] = "the name of a ",
    [FIELD_SECTION] = "",
    [FIELD_CALENDAR] = "hours by days",
    [FIELD_PROFILE] = "24 numbers by days, or a stream",
    [FIELD_ATTRIBUTE] = "a share, levels, a distribution, or rows by another",
    [FIELD_STEPS] = "a list of steps",
    [FIELD_BRANCHES] = "NAME: a step's body, or a list of steps",
    [FIELD_ROUTES] = "STEP: a share or a condition",
    [FIELD_USE] = "resources",
    [FIELD_LEVELS] = "a number, or CONDITION: number",
    [FIELD_VALUE] = "a value with its unit",
    [FIELD_OVERLAY] = "paths and values",
};

/* A bar ends a cell of a markdown table. */
static void put_cell(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '|')
            fputs(" or ", out);
        else
            fputc(*text, out);
    }
}

static void put_value(FILE *out, const struct field *field)
{
    const char *gap = "";
    fputs(field->flags & FIELD_LIST ? "a list of: " : "", out);
    fputs(type_words[field->type], out);
    if (type_words[field->type][0]) gap = ", or ";
    if (field->type == FIELD_REFERENCE) {
        put_cell(out, field->words);
    } else if (field->words) {
        fputs(gap, out);
        put_cell(out, field->words);
        gap = ", or ";
    }
    if (field->sub && field->type != FIELD_STEPS && field->type != FIELD_BRANCHES)
        fprintf(out, "%sa map, [%s](#fields-of-%s)", gap, field->sub, field->sub);
    if (fields_is_bounded(field) && field->type == FIELD_COUNT)
        fprintf(out, ", %.10g to %.10g", field->low, field->high);
}

static void put_row(FILE *out, const struct field *field)
{
    fprintf(out, "| %s%s | ", field->name[0] == '*' ? "NAME" : field->name,
        field->flags & FIELD_REQUIRED ? " (needed)" : "");
    put_value(out, field);
    fputs(" | ", out);
    put_cell(out, field->fallback);
    fputs(" | ", out);
    put_cell(out, field->doc);
    if (field->only && strchr(field->only, ' ')) fprintf(out, " (kinds: %s)", field->only);
    if (field->flags & FIELD_INPUT) fputs(" (an input)", out);
    fputs(" |\n", out);
}

void fields_reference(FILE *out)
{
    size_t n;
    const struct field *field = fields_all(&n);
    for (size_t i = 0; i < n; i++) {
        bool first = true;
        for (size_t k = 0; k < i; k++) first = first && strcmp(field[k].section, field[i].section) != 0;
        if (!first) continue;
        fprintf(out, "%s### Fields of %s\n\n| field | value | default | meaning |\n|---|---|---|---|\n",
            i ? "\n" : "", field[i].section[0] ? field[i].section : "the file");
        for (size_t k = i; k < n; k++)
            if (strcmp(field[k].section, field[i].section) == 0) put_row(out, &field[k]);
    }
}
