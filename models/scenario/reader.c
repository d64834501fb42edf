/* reader.c - the path, the complaints and the look-ups of reader.h. */
#include "models/scenario/reader.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t reader_enter(struct reader *r, const char *key)
{
    size_t mark = r->path_length, room = sizeof r->path - mark;
    int n = snprintf(r->path + mark, room, "%s%s", mark ? "." : "", key);
    r->path_length += n < 0 ? 0 : (size_t)n < room ? (size_t)n : room - 1;
    return mark;
}

size_t reader_enter_index(struct reader *r, size_t index)
{
    char key[24];
    snprintf(key, sizeof key, "%zu", index);
    return reader_enter(r, key);
}

void reader_leave(struct reader *r, size_t mark)
{
    r->path_length = mark;
    r->path[mark] = '\0';
}

static void report(
    struct reader *r, enum diagnostic_level level, const struct node *node, const char *format, va_list list)
{
    char text[1024];
    vsnprintf(text, sizeof text, format, list);
    struct place place = node ? node->place : (struct place){r->request->path, 0, 0};
    if (r->path_length > 0)
        diagnostics_add(r->errors, level, place, "%s: %s", r->path, text);
    else
        diagnostics_add(r->errors, level, place, "%s", text);
}

void reader_error(struct reader *r, const struct node *node, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    report(r, DIAGNOSTIC_ERROR, node, format, list);
    va_end(list);
}

void reader_warning(struct reader *r, const struct node *node, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    report(r, DIAGNOSTIC_WARNING, node, format, list);
    va_end(list);
}

static void report_at(struct reader *r, enum diagnostic_level level, const struct node *map, const char *key,
    const char *format, va_list list)
{
    const struct node *value = node_get(map, key);
    size_t mark = reader_enter(r, key);
    report(r, level, value ? value : map, format, list);
    reader_leave(r, mark);
}

void reader_error_at(struct reader *r, const struct node *map, const char *key, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    report_at(r, DIAGNOSTIC_ERROR, map, key, format, list);
    va_end(list);
}

void reader_warning_at(struct reader *r, const struct node *map, const char *key, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    report_at(r, DIAGNOSTIC_WARNING, map, key, format, list);
    va_end(list);
}

/* A section may hold a thing named value, so a map is a value with its evidence only when nothing else stands in it. */
const struct node *reader_plain(const struct node *node)
{
    const struct node *inner = node && node->kind == NODE_MAP ? node_get(node, "value") : NULL;
    if (!inner) return node;
    for (size_t i = 0; i < node->count; i++) {
        const char *key = node->key[i]->text;
        if (strcmp(key, "value") != 0 && strcmp(key, "source") != 0 && strcmp(key, "assumed") != 0) return node;
    }
    bool section = node->count == 1 && inner->kind == NODE_MAP && !node_get(inner, "mixture");
    return section ? node : inner;
}

const struct node *reader_get(const struct node *map, const char *key)
{
    if (!map || map->kind != NODE_MAP) return NULL;
    const struct node *node = reader_plain(node_get(map, key));
    return node && node->kind != NODE_NULL ? node : NULL;
}

const char *reader_scalar(const struct node *map, const char *key)
{
    const struct node *node = reader_get(map, key);
    return node && node->kind == NODE_SCALAR ? node->text : NULL;
}

char *reader_text(struct reader *r, const struct node *map, const char *key, const char *fallback)
{
    const char *text = reader_scalar(map, key);
    if (!text) text = fallback;
    return text ? shelf_text(r->shelf, text) : NULL;
}

double reader_number(const struct node *map, const char *key, enum unit unit, double fallback)
{
    const char *text = reader_scalar(map, key);
    char why[QUANTITY_WHY];
    double value = fallback;
    if (text) quantity_read(text, unit, &value, why);
    return value;
}

int reader_count(const struct node *map, const char *key, int fallback)
{
    double value = reader_number(map, key, UNIT_NONE, fallback);
    return value >= INT_MIN && value <= INT_MAX ? (int)value : fallback;
}

int reader_word(const struct node *map, const char *key, const char *const *words, int n, int fallback)
{
    const char *text = reader_scalar(map, key);
    for (int i = 0; text && i < n; i++)
        if (strcmp(words[i], text) == 0) return i;
    return fallback;
}

const char *reader_beside(const struct reader *r, const struct node *node)
{
    return node->place.file && node->place.file[0] != '-' ? node->place.file
                                                          : r->request->path; /* not "--set" or "-" */
}

bool reader_variate(struct reader *r, const struct node *node, enum distribution_of of, struct variate *out)
{
    const struct node *at;
    char why[QUANTITY_WHY];
    r->files.beside = reader_beside(r, node);
    return distribution_read(node, of, &r->files, out, &at, why);
}

bool reader_moment(struct reader *r, const struct node *node, double *hours)
{
    char why[QUANTITY_WHY];
    bool dated = r->scenario->run.dated;
    if (!node || node->kind != NODE_SCALAR) return false;
    if (dated ? quantity_moment(node->text, hours, why) : quantity_read(node->text, UNIT_HOURS, hours, why))
        return true;
    double other;
    if (dated && quantity_read(node->text, UNIT_HOURS, &other, why))
        reader_error(r, node, "'%.40s' is a duration; the run has dates, so write 2022-11-11 00:00", node->text);
    if (!dated && quantity_moment(node->text, &other, why))
        reader_error(
            r, node, "'%.40s' is a date; the run has none, so write a duration from its start: 48 h", node->text);
    return false;
}

int reader_find(
    struct reader *r, const struct node *at, const char *what, const char *name, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0) return (int)i;
    const char *near = diagnostic_suggest(name, names, n);
    if (n == 0)
        reader_error(r, at, "there is no %s '%.60s'; the file names none", what, name);
    else
        reader_error(r, at, "there is no %s '%.60s'; write one that the file names%s%s%s", what, name,
            near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    return NONE;
}

static int find_in(
    struct reader *r, const struct node *at, const char *what, const void *first, size_t stride, size_t n)
{
    if (!at || at->kind != NODE_SCALAR) return NONE;
    const char **names = shelf_take(r->shelf, n ? n : 1, sizeof *names);
    for (size_t i = 0; i < n; i++) names[i] = *(char *const *)((const char *)first + i * stride);
    return reader_find(r, at, what, at->text, names, n);
}

int reader_resource(struct reader *r, const struct node *at)
{
    struct scenario *s = r->scenario;
    int found = find_in(r, at, "resource", s->resource, sizeof *s->resource, s->resources);
    if (found != NONE) r->resource_used[found] = true;
    return found;
}

int reader_calendar(struct reader *r, const struct node *at)
{
    struct scenario *s = r->scenario;
    int found = find_in(r, at, "calendar", s->calendar, sizeof *s->calendar, s->calendars);
    if (found != NONE) r->calendar_used[found] = true;
    return found;
}

int reader_process(struct reader *r, const struct node *at)
{
    struct scenario *s = r->scenario;
    int found = find_in(r, at, "process", s->process, sizeof *s->process, s->processes);
    if (found != NONE) r->process_used[found] = true;
    return found;
}

size_t reader_items(const struct node *node)
{
    if (!node || node->kind == NODE_NULL) return 0;
    return node->kind == NODE_LIST ? node->count : 1;
}

const struct node *reader_item(const struct node *node, size_t i)
{
    return node->kind == NODE_LIST ? node->value[i] : node;
}
