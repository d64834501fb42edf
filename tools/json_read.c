/* json_read.c - the reader of json.h: recursive descent, a cursor over the text. */
#include "tools/json.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct cursor {
    const char *at;
    int depth;
};

static bool read_value(struct cursor *cursor, struct json_value *value);

static void skip_blanks(struct cursor *cursor)
{
    cursor->at += strspn(cursor->at, " \t\r\n");
}

static bool take(struct cursor *cursor, char wanted)
{
    skip_blanks(cursor);
    if (*cursor->at != wanted) return false;
    cursor->at++;
    return true;
}

static bool read_hex(const char *at, unsigned *rune)
{
    *rune = 0;
    for (int i = 0; i < 4; i++) {
        const char *digits = "0123456789abcdef", *found = at[i] ? strchr(digits, at[i] | 0x20) : NULL;
        if (!found) return false;
        *rune = *rune << 4 | (unsigned)(found - digits);
    }
    return true;
}

static char *put_rune(char *out, unsigned rune)
{
    if (rune < 0x80) {
        *out++ = (char)rune;
    } else if (rune < 0x800) {
        *out++ = (char)(0xC0 | rune >> 6);
        *out++ = (char)(0x80 | (rune & 63));
    } else {
        *out++ = (char)(0xE0 | rune >> 12);
        *out++ = (char)(0x80 | (rune >> 6 & 63));
        *out++ = (char)(0x80 | (rune & 63));
    }
    return out;
}

static bool read_escape(struct cursor *cursor, char **out)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *found = *cursor->at ? strchr(from, *cursor->at) : NULL;
    unsigned rune;
    if (found) {
        *(*out)++ = to[found - from];
        cursor->at++;
        return true;
    }
    if (*cursor->at != 'u' || !read_hex(cursor->at + 1, &rune)) return false;
    *out = put_rune(*out, rune);
    cursor->at += 5;
    return true;
}

static char *read_text(struct cursor *cursor)
{
    if (!take(cursor, '"')) return NULL;
    char *text = malloc(strlen(cursor->at) + 1), *out = text;
    if (!text) return NULL;
    while (*cursor->at && *cursor->at != '"') {
        bool good = true;
        if (*cursor->at == '\\') {
            cursor->at++;
            good = read_escape(cursor, &out);
        } else {
            *out++ = *cursor->at++;
        }
        if (!good) break;
    }
    *out = 0;
    if (*cursor->at == '"') {
        cursor->at++;
        char *fitting = realloc(text, (size_t)(out - text) + 1);
        return fitting ? fitting : text;
    }
    free(text);
    return NULL;
}

static bool read_items(struct cursor *cursor, struct json_value *value, char closing)
{
    if (take(cursor, closing)) return true;
    do {
        if ((value->count & (value->count - 1)) == 0) { /* room doubles: a nation has tens of thousands of metrics */
            struct json_value *grown = realloc(value->item, (value->count ? 2 * value->count : 1) * sizeof *grown);
            if (!grown) return false;
            value->item = grown;
        }
        struct json_value *item = &value->item[value->count++];
        *item = (struct json_value){0};
        if (closing == '}' && (!(item->name = read_text(cursor)) || !take(cursor, ':'))) return false;
        if (!read_value(cursor, item)) return false;
    } while (take(cursor, ','));
    return take(cursor, closing);
}

static bool read_word(struct cursor *cursor, const char *word)
{
    size_t n = strlen(word);
    if (strncmp(cursor->at, word, n) != 0) return false;
    cursor->at += n;
    return true;
}

static bool read_number(struct cursor *cursor, struct json_value *value)
{
    char *end;
    if (*cursor->at != '-' && (*cursor->at < '0' || *cursor->at > '9')) return false;
    value->kind = JSON_NUMBER;
    value->number = strtod(cursor->at, &end);
    bool good = end != cursor->at && isfinite(value->number);
    cursor->at = end;
    return good;
}

static bool read_value(struct cursor *cursor, struct json_value *value)
{
    if (cursor->depth >= JSON_DEPTH) return false;
    skip_blanks(cursor);
    bool good;
    cursor->depth++;
    if (*cursor->at == '"') {
        value->kind = JSON_TEXT;
        good = (value->text = read_text(cursor)) != NULL;
    } else if (take(cursor, '{')) {
        value->kind = JSON_MAP;
        good = read_items(cursor, value, '}');
    } else if (take(cursor, '[')) {
        value->kind = JSON_LIST;
        good = read_items(cursor, value, ']');
    } else if (read_word(cursor, "null")) {
        good = true;
    } else if (read_word(cursor, "true")) {
        value->kind = JSON_TRUE;
        good = true;
    } else if (read_word(cursor, "false")) {
        value->kind = JSON_FALSE;
        good = true;
    } else {
        good = read_number(cursor, value);
    }
    cursor->depth--;
    return good;
}

static void clear_value(struct json_value *value)
{
    for (size_t i = 0; i < value->count; i++) clear_value(&value->item[i]);
    free(value->item);
    free(value->text);
    free(value->name);
}

struct json_value *json_read(const char *text)
{
    struct json_value *value = calloc(1, sizeof *value);
    struct cursor cursor = {.at = text ? text : ""};
    if (!value) return NULL;
    bool good = read_value(&cursor, value);
    skip_blanks(&cursor);
    if (good && *cursor.at == 0) return value;
    json_free(value);
    return NULL;
}

void json_free(struct json_value *value)
{
    if (!value) return;
    clear_value(value);
    free(value);
}

const struct json_value *json_get(const struct json_value *map, const char *name)
{
    for (size_t i = 0; map && map->kind == JSON_MAP && i < map->count; i++)
        if (strcmp(map->item[i].name, name) == 0) return &map->item[i];
    return NULL;
}

const char *json_get_text(const struct json_value *map, const char *name, const char *otherwise)
{
    const struct json_value *value = json_get(map, name);
    return value && value->kind == JSON_TEXT ? value->text : otherwise;
}

double json_get_number(const struct json_value *map, const char *name, double otherwise)
{
    const struct json_value *value = json_get(map, name);
    return value && value->kind == JSON_NUMBER ? value->number : otherwise;
}
