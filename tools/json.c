/* json.c - the writer of json.h. */
#include "tools/json.h"
#include <assert.h>
#include <math.h>
#include <stdlib.h>

static void write_text(FILE *out, const char *text)
{
    fputc('"', out);
    for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
        if (*at == '"' || *at == '\\')
            fprintf(out, "\\%c", *at);
        else if (*at == '\n')
            fputs("\\n", out);
        else if (*at < 0x20 || *at == 0x7F)
            fprintf(out, "\\u%04x", *at);
        else
            fputc(*at, out);
    }
    fputc('"', out);
}

/* The separator, the line break, the indentation and the name before a value. */
static void begin_value(struct json *json, const char *name)
{
    if (json->depth) {
        if (json->started[json->depth]) fputc(',', json->out);
        fprintf(json->out, "\n%*s", 2 * json->depth, "");
    }
    json->started[json->depth] = true;
    if (!name) return;
    write_text(json->out, name);
    fputs(": ", json->out);
}

static void open_value(struct json *json, const char *name, char opening, char closing)
{
    begin_value(json, name);
    assert(json->depth + 1 < JSON_DEPTH);
    fputc(opening, json->out);
    json->depth++;
    json->started[json->depth] = false;
    json->closing[json->depth] = closing;
}

void json_map(struct json *json, const char *name)
{
    open_value(json, name, '{', '}');
}

void json_list(struct json *json, const char *name)
{
    open_value(json, name, '[', ']');
}

void json_end(struct json *json)
{
    assert(json->depth > 0);
    char closing = json->closing[json->depth];
    bool empty = !json->started[json->depth];
    json->depth--;
    if (!empty) fprintf(json->out, "\n%*s", 2 * json->depth, "");
    fputc(closing, json->out);
    if (json->depth == 0) fputc('\n', json->out);
}

void json_text(struct json *json, const char *name, const char *text)
{
    begin_value(json, name);
    if (text)
        write_text(json->out, text);
    else
        fputs("null", json->out);
}

void json_number(struct json *json, const char *name, double value)
{
    begin_value(json, name);
    if (!isfinite(value)) {
        fputs("null", json->out);
        return;
    }
    char shortest[40];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(shortest, sizeof shortest, "%.*g", digits, value);
        if (strtod(shortest, NULL) == value) break;
    }
    fputs(shortest, json->out);
}

void json_count(struct json *json, const char *name, uint64_t value)
{
    begin_value(json, name);
    fprintf(json->out, "%llu", (unsigned long long)value);
}

void json_flag(struct json *json, const char *name, bool value)
{
    begin_value(json, name);
    fputs(value ? "true" : "false", json->out);
}
