/* store_table.c - series and distribution functions of a variant, replication by replication, on common steps. */
#include "engine/experiment/store_file.h"
#include "engine/experiment/store_name.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void store_table_clear(struct store_table *table)
{
    free(table->at);
    free(table->value);
    memset(table, 0, sizeof *table);
}

static enum status furnish(struct store *store, struct store_table *table)
{
    size_t cells = table->n * table->replications;
    if (table->replications && cells / table->replications != table->n)
        return store_fail(store, STATUS_LIMIT, "a table of %zu by %zu is too large", table->replications, table->n);
    table->at = calloc(table->n + 1, sizeof *table->at);
    table->value = calloc(cells + 1, sizeof *table->value);
    if (!table->at || !table->value) return store_fail(store, STATUS_NO_MEMORY, "there is not enough memory");
    for (size_t i = 0; i < cells; i++) table->value[i] = NAN;
    return STATUS_OK;
}

/* ?1 variant, ?2 series or curve, ?3 replications */
static sqlite3_stmt *points(struct store *store, const char *sql, int64_t variant, int64_t id, size_t replications)
{
    sqlite3_stmt *stmt = store_statement(store, sql);
    if (!stmt) return NULL;
    sqlite3_bind_int64(stmt, 1, variant);
    sqlite3_bind_int64(stmt, 2, id);
    sqlite3_bind_int64(stmt, 3, (sqlite3_int64)replications);
    return stmt;
}

static enum status count_points(struct store *store, sqlite3_stmt *stmt, size_t *n)
{
    if (!stmt) return store_sqlite_failed(store);
    if (store_step(stmt) == SQLITE_ROW) *n = (size_t)sqlite3_column_int64(stmt, 0);
    return store_done(store, stmt);
}

/* ---- series ---- */

static enum status find_series(
    struct store *store, int64_t variant, const char *name, int64_t *id, struct store_table *table)
{
    static const char SQL[] = "SELECT id, start_h, step_h FROM series WHERE variant = ?1 AND name = ?2";
    sqlite3_stmt *stmt = store_statement(store, SQL);
    if (!stmt) return store_sqlite_failed(store);
    sqlite3_bind_int64(stmt, 1, variant);
    store_bind_text(stmt, 2, name);
    if (store_step(stmt) == SQLITE_ROW) {
        *id = sqlite3_column_int64(stmt, 0);
        table->start_h = sqlite3_column_double(stmt, 1);
        table->step_h = sqlite3_column_double(stmt, 2);
    }
    return store_done(store, stmt);
}

static enum status fill_series(struct store *store, int64_t variant, int64_t id, struct store_table *table)
{
    static const char COUNT[] =
        "SELECT max(p.step) + 1 FROM replication AS r JOIN series_point AS p ON p.replication = r.id"
        " AND p.series = ?2 WHERE r.variant = ?1 AND r.number < ?3",
                      POINTS[] = "SELECT r.number, p.step, p.value FROM replication AS r JOIN series_point AS p"
                                 " ON p.replication = r.id AND p.series = ?2 WHERE r.variant = ?1 AND r.number < ?3";
    enum status st = count_points(store, points(store, COUNT, variant, id, table->replications), &table->n);
    if (st == STATUS_OK) st = furnish(store, table);
    if (st != STATUS_OK) return st;
    for (size_t i = 0; i < table->n; i++) table->at[i] = table->start_h + (double)i * table->step_h;
    sqlite3_stmt *stmt = points(store, POINTS, variant, id, table->replications);
    if (!stmt) return store_sqlite_failed(store);
    while (store_step(stmt) == SQLITE_ROW) {
        if (sqlite3_column_type(stmt, 2) == SQLITE_NULL) continue;
        size_t row = (size_t)sqlite3_column_int64(stmt, 0), step = (size_t)sqlite3_column_int64(stmt, 1);
        table->value[row * table->n + step] = sqlite3_column_double(stmt, 2);
    }
    return store_done(store, stmt);
}

static enum status read_series(struct store *store, int64_t variant, const char *name, struct store_table *table)
{
    static const char NAMES[] = "SELECT name FROM series WHERE variant = ?1";
    int64_t id = 0;
    enum status st = find_series(store, variant, name, &id, table);
    if (st == STATUS_OK && id == 0) return store_name_missing(store, NAMES, variant, "series", name);
    return st == STATUS_OK ? fill_series(store, variant, id, table) : st;
}

bool store_series_exists(struct store *store, int64_t variant, const char *name)
{
    struct store_table table = {0};
    int64_t id = 0;
    return find_series(store, variant, name, &id, &table) == STATUS_OK && id != 0;
}

/* ---- curves ---- */

static enum status read_bounds(struct store *store, int64_t variant, int64_t id, struct store_table *table)
{
    static const char COUNT[] = "SELECT count(DISTINCT p.upper_h) FROM replication AS r JOIN curve_point AS p"
                                " ON p.replication = r.id AND p.curve = ?2 WHERE r.variant = ?1 AND r.number < ?3",
                      BOUNDS[] =
                          "SELECT DISTINCT p.upper_h FROM replication AS r JOIN curve_point AS p"
                          " ON p.replication = r.id AND p.curve = ?2 WHERE r.variant = ?1 AND r.number < ?3 ORDER BY 1";
    enum status st = count_points(store, points(store, COUNT, variant, id, table->replications), &table->n);
    if (st == STATUS_OK) st = furnish(store, table);
    if (st != STATUS_OK) return st;
    sqlite3_stmt *stmt = points(store, BOUNDS, variant, id, table->replications);
    if (!stmt) return store_sqlite_failed(store);
    for (size_t i = 0; i < table->n && store_step(stmt) == SQLITE_ROW; i++)
        table->at[i] = sqlite3_column_double(stmt, 0);
    return store_done(store, stmt);
}

/* Rows come by replication and rising bound, so one finger moves through the bounds. */
static enum status read_shares(struct store *store, int64_t variant, int64_t id, struct store_table *table)
{
    static const char SQL[] = "SELECT r.number, p.upper_h, p.share FROM replication AS r JOIN curve_point AS p"
                              " ON p.replication = r.id AND p.curve = ?2 WHERE r.variant = ?1 AND r.number < ?3"
                              " ORDER BY r.number, p.upper_h";
    sqlite3_stmt *stmt = points(store, SQL, variant, id, table->replications);
    if (!stmt) return store_sqlite_failed(store);
    size_t finger = 0, current = 0;
    while (store_step(stmt) == SQLITE_ROW) {
        size_t row = (size_t)sqlite3_column_int64(stmt, 0);
        double upper = sqlite3_column_double(stmt, 1);
        if (row != current) finger = 0;
        current = row;
        while (finger < table->n && table->at[finger] < upper) finger++;
        if (finger < table->n) table->value[row * table->n + finger] = sqlite3_column_double(stmt, 2);
    }
    return store_done(store, stmt);
}

/* Below its first bound a replication has nobody, above its last one no more than there. */
static void fill_gaps(const double *at, double *share, size_t n)
{
    size_t before = n; /* the last bound that the replication has itself */
    for (size_t i = 0; i < n; i++) {
        if (isnan(share[i])) continue;
        for (size_t k = before == n ? 0 : before + 1; k < i; k++)
            share[k] = before == n
                           ? 0
                           : share[before] + (share[i] - share[before]) * (at[k] - at[before]) / (at[i] - at[before]);
        before = i;
    }
    for (size_t k = before + 1; before < n && k < n; k++) share[k] = share[before];
}

static enum status read_curve(struct store *store, int64_t variant, const char *name, struct store_table *table)
{
    static const char FIND[] = "SELECT id FROM curve WHERE variant = ?1 AND name = ?2",
                      NAMES[] = "SELECT name FROM curve WHERE variant = ?1";
    sqlite3_stmt *stmt = store_statement(store, FIND);
    if (!stmt) return store_sqlite_failed(store);
    sqlite3_bind_int64(stmt, 1, variant);
    store_bind_text(stmt, 2, name);
    int64_t id = 0;
    if (store_step(stmt) == SQLITE_ROW) id = sqlite3_column_int64(stmt, 0);
    enum status st = store_done(store, stmt);
    if (st == STATUS_OK && id == 0) return store_name_missing(store, NAMES, variant, "curve", name);
    if (st == STATUS_OK) st = read_bounds(store, variant, id, table);
    if (st == STATUS_OK) st = read_shares(store, variant, id, table);
    for (size_t r = 0; st == STATUS_OK && r < table->replications; r++)
        fill_gaps(table->at, table->value + r * table->n, table->n);
    return st;
}

/* ---- both ---- */

static enum status read_table(struct store *store, int64_t variant, const char *name, size_t replications,
    struct store_table *out, enum status (*read)(struct store *, int64_t, const char *, struct store_table *))
{
    *out = (struct store_table){.replications = replications};
    enum status st = store_begin_read(store);
    if (st == STATUS_OK) st = store_end(store, read(store, variant, name, out));
    if (st != STATUS_OK) store_table_clear(out);
    return st;
}

enum status store_series_read(
    struct store *store, int64_t variant, const char *name, size_t replications, struct store_table *out)
{
    return read_table(store, variant, name, replications, out, read_series);
}

enum status store_curve_read(
    struct store *store, int64_t variant, const char *name, size_t replications, struct store_table *out)
{
    return read_table(store, variant, name, replications, out, read_curve);
}
