/* calendar_read.c - opening hours: `mon-fri: 08:30-12:00 13:30-17:30`, closed days, days that open like others. */
#include "models/scenario/fields.h"
#include "models/scenario/reader.h"

#include <stdio.h>
#include <string.h>

enum { MOST_SPANS = 24, MOST_DAYS = 36600 };

/* The spans of one line of hours, in order and without overlap. */
static size_t read_hours(struct reader *r, const struct node *node, struct span out[MOST_SPANS])
{
    size_t n = 0;
    char why[QUANTITY_WHY];
    if (node->kind != NODE_SCALAR) {
        reader_error(r, node, "no hours stand here; write 08:30-12:00 13:30-17:30, or closed");
        return 0;
    }
    if (strcmp(node->text, "closed") == 0) return 0;
    for (const char *p = quantity_blanks(node->text); *p; p = quantity_blanks(p)) {
        char piece[48];
        size_t length = strcspn(p, " ");
        snprintf(piece, sizeof piece, "%.*s", (int)(length < 40 ? length : 40), p);
        p += length;
        struct span span;
        if (!quantity_hours(piece, &span.from, &span.to, why)) {
            reader_error(r, node, "%s", why);
            return n;
        }
        if (n == MOST_SPANS || (n > 0 && span.from < out[n - 1].to)) {
            reader_error(
                r, node, "'%s' overlaps the hours before it; write hours in order: 08:30-12:00 13:30-17:30", piece);
            return n;
        }
        out[n++] = span;
    }
    if (n == 0) reader_error(r, node, "no hours stand here; write 08:30-12:00 13:30-17:30, or closed");
    return n;
}

static void read_day_line(
    struct reader *r, struct calendar_def *calendar, const struct node *key, const struct node *value, bool *set)
{
    bool day[7];
    char why[QUANTITY_WHY];
    struct span span[MOST_SPANS];
    if (!quantity_days(key->text, day, why)) {
        static const char *const known[] = {"closed", "open_as", "mon-fri", "mon-sun", "sat-sun"};
        const char *near = diagnostic_suggest(key->text, known, 5);
        reader_error(r, key, "%s; or closed:, open_as:%s%s%s", why, near ? "; did you mean '" : "", near ? near : "",
            near ? "'?" : "");
        return;
    }
    size_t n = read_hours(r, value, span);
    for (int i = 0; i < 7; i++) {
        if (!day[i]) continue;
        if (set[i]) {
            reader_error(r, key, "a day is named twice; name each day in one line");
            return;
        }
        set[i] = true;
        calendar->open[i] = shelf_take(r->shelf, n ? n : 1, sizeof *span);
        if (n) memcpy(calendar->open[i], span, n * sizeof *span);
        calendar->opens[i] = n;
    }
}

/* All days of a list of dates and ranges; NULL when one is malformed. */
static double *read_days(struct reader *r, const struct node *list, size_t *count)
{
    char why[QUANTITY_WHY];
    double first, last, *day = NULL;
    size_t n = 0;
    for (int filling = 0; filling < 2; filling++) {
        if (filling) day = shelf_take(r->shelf, n + 1, sizeof *day);
        n = 0;
        for (size_t i = 0; i < reader_items(list); i++) {
            const struct node *item = reader_item(list, i);
            if (item->kind != NODE_SCALAR || !quantity_dates(item->text, &first, &last, why)) {
                if (!filling)
                    reader_error(r, item, "%s", item->kind == NODE_SCALAR ? why : "dates are wanted: [2022-09-12]");
                continue;
            }
            if ((last - first) / 24 + (double)n >= MOST_DAYS) {
                if (!filling) reader_error(r, item, "'%.60s' is over a century of days; write fewer", item->text);
                continue;
            }
            for (double at = first; at <= last; at += 24, n++)
                if (filling) day[n] = at;
        }
    }
    *count = n;
    return day;
}

static void read_open_as(struct reader *r, struct calendar_def *calendar, const struct node *map)
{
    char why[QUANTITY_WHY];
    if (map->kind != NODE_MAP) {
        reader_error(r, map, "a map is wanted; write {mon-fri: [2022-10-08]}");
        return;
    }
    size_t total = 0;
    double **day = shelf_take(r->shelf, map->count + 1, sizeof *day);
    size_t *count = shelf_take(r->shelf, map->count + 1, sizeof *count);
    for (size_t i = 0; i < map->count; i++, total += count[i - 1]) day[i] = read_days(r, map->value[i], &count[i]);
    calendar->moved = shelf_take(r->shelf, total + 1, sizeof *calendar->moved);
    for (size_t i = 0; i < map->count; i++) {
        bool as[7];
        int first = 0;
        if (!quantity_days(map->key[i]->text, as, why)) {
            reader_error(r, map->key[i], "%s", why);
            continue;
        }
        while (!as[first]) first++;
        for (size_t k = 0; k < count[i]; k++)
            calendar->moved[calendar->moved_days++] = (struct moved_day){.day = day[i][k], .as = first};
    }
}

static void read_calendar(struct reader *r, struct calendar_def *calendar, const struct node *node)
{
    bool set[7] = {false};
    if (node->kind != NODE_MAP) {
        reader_error(r, node, "a calendar is a map; write {mon-fri: 08:30-17:30}");
        return;
    }
    size_t before = r->errors->errors;
    for (size_t i = 0; i < node->count; i++) {
        const char *key = node->key[i]->text;
        size_t mark = reader_enter(r, key);
        if (strcmp(key, "closed") == 0)
            calendar->closed = read_days(r, node->value[i], &calendar->closed_days);
        else if (strcmp(key, "open_as") == 0)
            read_open_as(r, calendar, node->value[i]);
        else
            read_day_line(r, calendar, node->key[i], node->value[i], set);
        reader_leave(r, mark);
    }
    size_t opens = 0;
    for (int i = 0; i < 7; i++) opens += calendar->opens[i];
    if (opens == 0 && r->errors->errors == before)
        reader_error(r, node, "it never opens; give some days hours: mon-fri: 08:30-17:30");
    for (int i = 0; i < 7; i++) { /* the last span of a day may reach into the next day's first */
        size_t n = calendar->opens[i];
        const struct calendar_def *c = calendar;
        int next = (i + 1) % 7;
        if (n && c->opens[next] && c->open[i][n - 1].to - 24 > c->open[next][0].from)
            reader_error(r, node, "the night hours of one day overlap the next day's first hours; end them earlier");
    }
}

void read_calendars(struct reader *r)
{
    struct scenario *s = r->scenario;
    const struct node *map = reader_get(r->root, "calendars");
    size_t n = map && map->kind == NODE_MAP ? map->count : 0;
    s->calendar = shelf_take(r->shelf, n + 1, sizeof *s->calendar);
    r->calendar_used = shelf_take(r->shelf, n + 1, sizeof *r->calendar_used);
    for (size_t i = 0; i < n; i++) {
        size_t outer = reader_enter(r, "calendars"), mark = reader_enter(r, map->key[i]->text);
        struct calendar_def *calendar = &s->calendar[s->calendars++];
        calendar->name = shelf_text(r->shelf, map->key[i]->text);
        read_calendar(r, calendar, map->value[i]);
        reader_leave(r, mark);
        reader_leave(r, outer);
    }
}
