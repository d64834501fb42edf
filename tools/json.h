/* json.h - writing JSON to a stream, one value after the other; and reading a text back as a tree.
 *
 * Writer: names are given inside maps and NULL inside lists. A number that is not finite is null, never NaN.
 * Reader: RFC 8259, to a depth of 64; \u escapes become UTF-8. Ownership: json_free releases the whole tree.
 */
#ifndef GREENLANE_TOOLS_JSON_H
#define GREENLANE_TOOLS_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { JSON_DEPTH = 64 };

struct json {
    FILE *out;
    int depth;
    bool started[JSON_DEPTH]; /* a value stands at this depth already */
    char closing[JSON_DEPTH];
};

void json_map(struct json *json, const char *name);
void json_list(struct json *json, const char *name);
void json_end(struct json *json); /* of the innermost map or list; a line break after the outermost */
void json_text(struct json *json, const char *name, const char *text); /* NULL is null */
void json_number(struct json *json, const char *name, double value);
void json_count(struct json *json, const char *name, uint64_t value);
void json_flag(struct json *json, const char *name, bool value);

enum json_kind { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_TEXT, JSON_LIST, JSON_MAP };
struct json_value {
    enum json_kind kind;
    double number;
    char *text;
    char *name; /* in a map */
    size_t count;
    struct json_value *item; /* of a list or map, in order */
};

struct json_value *json_read(const char *text); /* NULL: not JSON, or no memory */
void json_free(struct json_value *value);
const struct json_value *json_get(const struct json_value *map, const char *name); /* NULL when absent or no map */
const char *json_get_text(const struct json_value *map, const char *name, const char *otherwise);
double json_get_number(const struct json_value *map, const char *name, double otherwise);

#endif
