/* fields_schema.c - the table of fields as a JSON Schema (draft-07), for editors that complete and check while one
 * types.
 *
 * It is looser than the reader where a schema cannot say it: names of other things, conditions, sums of shares.
 */
#include "models/scenario/distribution.h"
#include "models/scenario/fields.h"

#include <string.h>

static void put_text(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') fputc('\\', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

#define NUMBER "[-+]?([0-9]+(\\\\.[0-9]*)?|\\\\.[0-9]+)([eE][-+]?[0-9]+)?"
#define DATE "[0-9]{4}-[0-9]{2}-[0-9]{2}"
#define TIME "[0-9]{1,2}:[0-9]{2}"

static const char *const pattern[FIELD_TYPES] = {
    [FIELD_NAME] = "^[a-z][a-z0-9_]*$",
    [FIELD_DURATION] = "^" NUMBER " *(s|min|h|d|week)$",
    [FIELD_RATE] = "^" NUMBER " */ *(s|min|h|d|week)$",
    [FIELD_SHARE] = "^" NUMBER " *%$",
    [FIELD_DATES] = "^" DATE "( *\\\\.\\\\. *" DATE ")?$",
    [FIELD_MOMENT] = "^(" DATE "([ T]" TIME "(:[0-9]{2})?)?|" NUMBER " *(s|min|h|d|week))$",
    [FIELD_MEASURE] = "^(" DATE "( *\\\\.\\\\. *" DATE ")?|" NUMBER " *(s|min|h|d|week))$",
    [FIELD_HOURS] = "^" TIME " *- *" TIME "$",
    [FIELD_DAYS] = "^(mon|tue|wed|thu|fri|sat|sun)([- ]+(mon|tue|wed|thu|fri|sat|sun))*$",
    [FIELD_OFFSET] = "^([-+]" TIME "|Z|UTC)$",
};

static void put_bounds(FILE *out, const struct field *field)
{
    if (fields_is_bounded(field)) fprintf(out, ", \"minimum\": %.17g, \"maximum\": %.17g", field->low, field->high);
}

static void put_distribution(FILE *out, bool times)
{
    size_t n;
    const char *const *word = distribution_words(&n);
    fputs("{\"type\": \"string\", \"pattern\": \"^(", out);
    for (size_t i = 0; i + 1 < n; i++) fprintf(out, "%s |", word[i]); /* the last, mixture, is a map */
    fprintf(out, "%s%s)\"}, ", NUMBER, times ? " *(s|min|h|d|week)$" : "");
    if (!times) fputs("{\"type\": \"number\"}, ", out);
    fputs("{\"$ref\": \"#/definitions/mixture\"}", out);
}

/* The ways to write one value, without words and maps, as members of anyOf. */
static void put_scalar(FILE *out, const struct field *field)
{
    switch (field->type) {
    case FIELD_YES_NO: fputs("{\"type\": \"boolean\"}", out); break;
    case FIELD_COUNT:
    case FIELD_SEED:
    case FIELD_NUMBER:
        fprintf(out, "{\"type\": \"%s\"", field->type == FIELD_NUMBER ? "number" : "integer");
        put_bounds(out, field);
        if (field->type == FIELD_SEED) fputs(", \"minimum\": 0", out);
        fputc('}', out);
        break;
    case FIELD_SHARE:
        fprintf(out, "{\"type\": \"string\", \"pattern\": \"%s\"}, {\"type\": \"number\"", pattern[FIELD_SHARE]);
        put_bounds(out, field);
        fputc('}', out);
        break;
    case FIELD_TIMES:
    case FIELD_SIZES:
    case FIELD_SCORES: put_distribution(out, field->type == FIELD_TIMES); break;
    case FIELD_TEXT:
    case FIELD_VALUE: fputs("{\"type\": [\"string\", \"number\"]}", out); break;
    case FIELD_CONDITION: fputs("{\"type\": [\"string\", \"boolean\"]}", out); break;
    case FIELD_REFERENCE: fputs("{\"type\": \"string\"}", out); break;
    case FIELD_STEPS: fputs("{\"$ref\": \"#/definitions/steps\"}", out); break;
    case FIELD_BRANCHES:
        fputs("{\"type\": \"object\", \"minProperties\": 1, \"additionalProperties\": {\"anyOf\": [{\"$ref\": "
              "\"#/definitions/step\"}, "
              "{\"$ref\": \"#/definitions/steps\"}]}}",
            out);
        break;
    case FIELD_USE:
        fputs(
            "{\"type\": \"string\"}, {\"type\": \"array\", \"items\": {\"type\": \"string\"}}, {\"type\": \"object\"}",
            out);
        break;
    case FIELD_LEVELS:
        fputs("{\"type\": \"integer\", \"minimum\": 1, \"maximum\": 255}, {\"type\": \"object\"}", out);
        break;
    case FIELD_ROUTES:
    case FIELD_CALENDAR: fputs("{\"type\": \"object\", \"minProperties\": 1}", out); break;
    case FIELD_PROFILE: fputs("{\"type\": [\"string\", \"object\"]}", out); break;
    case FIELD_ATTRIBUTE: fputs("{\"type\": [\"string\", \"number\", \"object\"]}", out); break;
    case FIELD_OVERLAY: fputs("{\"type\": [\"object\", \"array\", \"string\"]}", out); break;
    default:
        if (pattern[field->type]) fprintf(out, "{\"type\": \"string\", \"pattern\": \"%s\"}", pattern[field->type]);
        if (field->type == FIELD_DURATION) fputs(", {\"const\": 0}", out);
    }
}

static void put_words(FILE *out, const char *words)
{
    fputs("{\"enum\": [", out);
    for (const char *p = words; *p;) {
        size_t n = strcspn(p, "|");
        fprintf(out, "%s\"%.*s\"", p == words ? "" : ", ", (int)n, p);
        p += n + (p[n] != '\0');
    }
    fputs("]}", out);
}

static void put_one(FILE *out, const struct field *field)
{
    bool words = field->words && field->type != FIELD_REFERENCE,
         map = field->sub && field->type != FIELD_STEPS && field->type != FIELD_BRANCHES;
    const char *comma = "";
    if (words) {
        put_words(out, field->words);
        comma = ", ";
    }
    if (map) {
        fprintf(out, "%s{\"$ref\": \"#/definitions/%s\"}", comma, field->sub);
        comma = ", ";
    }
    if (field->type == FIELD_SECTION || field->type == FIELD_WORD) return;
    fputs(comma, out);
    put_scalar(out, field);
}

static void put_field(FILE *out, const struct field *field)
{
    fputs("{\"description\": ", out);
    put_text(out, field->doc);
    if (field->fallback[0]) {
        fputs(", \"default\": ", out);
        put_text(out, field->fallback);
    }
    fputs(", \"anyOf\": [", out);
    put_one(out, field);
    if (field->flags & FIELD_LIST) {
        fputs(", {\"type\": \"array\", \"minItems\": 1, \"items\": {\"anyOf\": [", out);
        put_one(out, field);
        fputs("]}}", out);
    }
    if (field->flags & FIELD_INPUT) {
        fputs(", {\"type\": \"object\", \"required\": [\"value\"], \"additionalProperties\": false, \"properties\": "
              "{\"value\": "
              "{\"anyOf\": [",
            out);
        put_one(out, field);
        fputs("]}, \"source\": {\"type\": \"string\"}, \"assumed\": {\"type\": \"string\"}}}", out);
    }
    fputs("]}", out);
}

/* The rows of a section stand together in the table; `i` is its first. */
static void put_section(FILE *out, const struct field *field, size_t i, size_t n)
{
    const char *section = field[i].section;
    bool named = field[i].name[0] == '*', any = false;
    fputs("{\"type\": \"object\"", out);
    if (named) {
        fputs(", \"additionalProperties\": ", out);
        put_field(out, &field[i]);
        fputc('}', out);
        return;
    }
    fputs(", \"additionalProperties\": false, \"required\": [", out);
    for (size_t k = i; k < n; k++)
        if (strcmp(field[k].section, section) == 0 && field[k].flags & FIELD_REQUIRED && section[0]) {
            fprintf(out, "%s\"%s\"", any ? ", " : "", field[k].name);
            any = true;
        }
    fputs("],\n    \"properties\": {", out);
    for (size_t k = i, first = 1; k < n; k++) {
        if (strcmp(field[k].section, section) != 0) continue;
        fprintf(out, "%s\n      \"%s\": ", first ? "" : ",", field[k].name);
        put_field(out, &field[k]);
        first = 0;
    }
    fputs("}}", out);
}

void fields_schema(FILE *out)
{
    size_t n;
    const struct field *field = fields_all(&n);
    fputs(
        "{\n  \"$schema\": \"http://json-schema.org/draft-07/schema#\",\n  \"title\": \"greenlane scenario\",\n"
        "  \"description\": \"Written by the program from its table of fields; do not edit.\",\n  \"$ref\": "
        "\"#/definitions/file\",\n"
        "  \"definitions\": {\n"
        "    \"mixture\": {\"type\": \"object\", \"required\": [\"mixture\"], \"additionalProperties\": false, "
        "\"properties\": "
        "{\"mixture\": {\"type\": \"array\", \"minItems\": 1}}},\n"
        "    \"steps\": {\"type\": \"array\", \"minItems\": 1, \"items\": {\"type\": \"object\", \"minProperties\": 1, "
        "\"maxProperties\": 1, \"additionalProperties\": {\"$ref\": \"#/definitions/step\"}}}",
        out);
    for (size_t i = 0; i < n; i++) {
        bool first = true;
        for (size_t k = 0; k < i; k++) first = first && strcmp(field[k].section, field[i].section) != 0;
        if (!first) continue;
        fprintf(out, ",\n    \"%s\": ", field[i].section[0] ? field[i].section : "file");
        put_section(out, field, i, n);
    }
    fputs("\n  }\n}\n", out);
}
