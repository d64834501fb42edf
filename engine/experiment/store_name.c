/* store_name.c - nearest names, by edit distance. */
#include "engine/experiment/store_name.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { NEAREST = 3, LONGEST_NAME = 120, FAR = 1000 };

static size_t least(size_t a, size_t b, size_t c)
{
    size_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* Insertions, deletions and changes of a letter (Levenshtein); longer names are compared by their beginnings. */
static size_t edits(const char *a, const char *b)
{
    size_t row[LONGEST_NAME + 1], na = strnlen(a, LONGEST_NAME), nb = strnlen(b, LONGEST_NAME);
    for (size_t j = 0; j <= nb; j++) row[j] = j;
    for (size_t i = 1; i <= na; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            size_t above = row[j];
            bool same = tolower((unsigned char)a[i - 1]) == tolower((unsigned char)b[j - 1]);
            row[j] = least(above + 1, row[j - 1] + 1, diagonal + !same);
            diagonal = above;
        }
    }
    return row[nb];
}

/* A name that contains the other is as near as one slip; beyond a third of the letters two names are strangers. */
static size_t distance(const char *name, const char *candidate)
{
    if (*name && (strstr(candidate, name) || strstr(name, candidate))) return 1;
    size_t d = edits(name, candidate), length = strlen(name);
    return d <= (length < 6 ? 2 : length / 3) ? d : FAR;
}

struct nearest {
    char name[NEAREST][LONGEST_NAME + 1];
    size_t distance[NEAREST], n;
};

static void consider(struct nearest *nearest, const char *name, const char *candidate)
{
    size_t d = distance(name, candidate), at = nearest->n;
    if (d == FAR) return;
    while (at > 0 && nearest->distance[at - 1] > d) at--;
    if (at == NEAREST) return;
    size_t kept = nearest->n < NEAREST ? nearest->n : NEAREST - 1;
    for (size_t i = kept; i > at; i--) {
        memcpy(nearest->name[i], nearest->name[i - 1], sizeof nearest->name[i]);
        nearest->distance[i] = nearest->distance[i - 1];
    }
    snprintf(nearest->name[at], sizeof nearest->name[at], "%s", candidate);
    nearest->distance[at] = d;
    nearest->n = kept + 1;
}

enum status store_name_missing(struct store *store, const char *sql, int64_t key, const char *kind, const char *name)
{
    sqlite3_stmt *stmt = store_statement(store, sql);
    if (!stmt) return store_sqlite_failed(store);
    if (sqlite3_bind_parameter_count(stmt) > 0) sqlite3_bind_int64(stmt, 1, key);
    struct nearest nearest = {.n = 0};
    size_t all = 0;
    char last[LONGEST_NAME + 1] = "";
    for (; store_step(stmt) == SQLITE_ROW; all++) {
        snprintf(last, sizeof last, "%s", (const char *)sqlite3_column_text(stmt, 0));
        consider(&nearest, name, last);
    }
    enum status st = store_done(store, stmt);
    if (st != STATUS_OK) return st;
    if (all == 0) return store_fail(store, STATUS_NOT_FOUND, "%s holds no %s yet", store->path, kind);
    int used = snprintf(store->why, sizeof store->why, "%s holds no %s named %.100s", store->path, kind, name);
    for (size_t i = 0; i < nearest.n && used < (int)sizeof store->why; i++)
        used += snprintf(store->why + used, sizeof store->why - (size_t)used, "%s%.100s%s",
            i == 0              ? "; did you mean "
            : i + 1 < nearest.n ? ", "
                                : " or ",
            nearest.name[i], i + 1 == nearest.n ? "?" : "");
    if (nearest.n == 0 && used < (int)sizeof store->why)
        snprintf(store->why + used, sizeof store->why - (size_t)used, "; the newest is %.100s", last);
    return STATUS_NOT_FOUND;
}
