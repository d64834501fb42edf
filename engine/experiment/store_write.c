/* store_write.c - adding variants, replications and runs; each call is whole or not at all, by itself or gathered. */
#include "engine/experiment/store_file.h"
#include "engine/experiment/store_schema.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Runs a statement whose bindings are set, and tells the number of the row it added. */
static enum status insert(struct store *store, sqlite3_stmt *stmt, int64_t *id)
{
    enum status st = store_finish(store, stmt);
    if (st == STATUS_OK) *id = sqlite3_last_insert_rowid(store->db);
    return st;
}

/* The number in the first column of the first row; *id stays as it is where there is none. */
static enum status look_up(struct store *store, sqlite3_stmt *stmt, int64_t *id)
{
    if (store_step(stmt) == SQLITE_ROW) *id = sqlite3_column_int64(stmt, 0);
    return store_done(store, stmt);
}

/* ---- variants ---- */

static enum status compare_variant(struct store *store, const struct store_variant *v, int64_t *id)
{
    static const char SQL[] = "SELECT id, name, text, seed, result_version FROM variant WHERE digest = ?1";
    sqlite3_stmt *stmt = store_statement(store, SQL);
    if (!stmt) return store_sqlite_failed(store);
    store_bind_text(stmt, 1, v->digest);
    char seed[24], differs[32] = "";
    snprintf(seed, sizeof seed, "%" PRIu64, v->seed);
    if (store_step(stmt) == SQLITE_ROW) {
        *id = sqlite3_column_int64(stmt, 0);
        if (strcmp((const char *)sqlite3_column_text(stmt, 2), v->text) != 0) snprintf(differs, sizeof differs, "text");
        if (strcmp((const char *)sqlite3_column_text(stmt, 3), seed) != 0) snprintf(differs, sizeof differs, "seed");
        if (sqlite3_column_int(stmt, 4) != v->result_version) snprintf(differs, sizeof differs, "result version");
    }
    enum status st = store_done(store, stmt);
    if (st != STATUS_OK || !*differs) return st;
    return store_fail(store, STATUS_CORRUPT, "%s holds %s with the digest %s but another %s", store->path, v->name,
        v->digest, differs);
}

static enum status insert_variant(struct store *store, const struct store_variant *v, int64_t *id)
{
    static const char SQL[] =
        "INSERT INTO variant (digest, name, title, text, policies, settings, seed, result_version, versions, dated,"
        " window_from_h, window_to_h, warm_up_h, facts) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14)";
    sqlite3_stmt *stmt = store_statement(store, SQL);
    if (!stmt) return store_sqlite_failed(store);
    const char *const text[] = {v->digest, v->name, v->title, v->text, v->policies, v->settings};
    for (int i = 0; i < 6; i++) store_bind_text(stmt, i + 1, text[i]);
    char seed[24];
    snprintf(seed, sizeof seed, "%" PRIu64, v->seed);
    store_bind_text(stmt, 7, seed);
    sqlite3_bind_int(stmt, 8, v->result_version);
    store_bind_text(stmt, 9, v->versions);
    sqlite3_bind_int(stmt, 10, v->dated);
    sqlite3_bind_double(stmt, 11, v->window_from_h);
    sqlite3_bind_double(stmt, 12, v->window_to_h);
    sqlite3_bind_double(stmt, 13, v->warm_up_h);
    store_bind_text(stmt, 14, v->facts);
    return insert(store, stmt, id);
}

static enum status insert_input(struct store *store, int64_t variant, size_t place, const struct store_input *input)
{
    static const char SQL[] = "INSERT INTO input VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9)";
    sqlite3_stmt *stmt = store_statement(store, SQL);
    if (!stmt) return store_sqlite_failed(store);
    const char *const text[] = {
        input->path, input->value, input->evidence, input->low, input->high, input->source, input->policy};
    sqlite3_bind_int64(stmt, 1, variant);
    sqlite3_bind_int64(stmt, 2, (sqlite3_int64)place);
    for (int i = 0; i < 7; i++) store_bind_text(stmt, i + 3, text[i]);
    return store_finish(store, stmt);
}

static enum status insert_expect(struct store *store, int64_t variant, size_t place, const struct store_expect *expect)
{
    static const char SQL[] = "INSERT INTO expectation VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9)";
    sqlite3_stmt *stmt = store_statement(store, SQL);
    if (!stmt) return store_sqlite_failed(store);
    const char *const text[] = {expect->metric, expect->text, expect->role, expect->source};
    sqlite3_bind_int64(stmt, 1, variant);
    sqlite3_bind_int64(stmt, 2, (sqlite3_int64)place);
    for (int i = 0; i < 4; i++) store_bind_text(stmt, i + 3, text[i]);
    sqlite3_bind_double(stmt, 7, expect->value);
    sqlite3_bind_double(stmt, 8, expect->within);
    sqlite3_bind_int(stmt, 9, expect->within_relative);
    return store_finish(store, stmt);
}

static enum status variant_add(struct store *store, const struct store_variant *v, int64_t *id)
{
    *id = 0;
    enum status st = compare_variant(store, v, id);
    if (st != STATUS_OK || *id != 0) return st;
    st = insert_variant(store, v, id);
    for (size_t i = 0; st == STATUS_OK && i < v->inputs; i++) st = insert_input(store, *id, i, &v->input[i]);
    for (size_t i = 0; st == STATUS_OK && i < v->expects; i++) st = insert_expect(store, *id, i, &v->expect[i]);
    return st;
}

enum status store_variant_add(struct store *store, const struct store_variant *variant, int64_t *id)
{
    enum status st = store_begin(store);
    return st == STATUS_OK ? store_end(store, variant_add(store, variant, id)) : st;
}

/* ---- replications ---- */

static enum status compare_replication(
    struct store *store, int64_t variant, const struct store_replication *r, int64_t *id)
{
    static const char SQL[] = "SELECT id, digest FROM replication WHERE variant = ?1 AND number = ?2";
    sqlite3_stmt *stmt = store_statement(store, SQL);
    if (!stmt) return store_sqlite_failed(store);
    sqlite3_bind_int64(stmt, 1, variant);
    sqlite3_bind_int64(stmt, 2, (sqlite3_int64)r->replication);
    char stored[40] = "";
    if (store_step(stmt) == SQLITE_ROW) {
        *id = sqlite3_column_int64(stmt, 0);
        snprintf(stored, sizeof stored, "%s", (const char *)sqlite3_column_text(stmt, 1));
    }
    enum status st = store_done(store, stmt);
    if (st != STATUS_OK || *id == 0 || strcmp(stored, r->digest) == 0) return st;
    return store_fail(store, STATUS_BROKEN,
        "replication %" PRIu64 " came out as %s, but %s holds it as %s from the same scenario and seed", r->replication,
        r->digest, store->path, stored);
}

static enum status insert_replication(
    struct store *store, int64_t variant, const struct store_replication *r, int64_t *id)
{
    static const char SQL[] =
        "INSERT INTO replication (variant, number, digest, events, entities) VALUES (?1,?2,?3,?4,?5)";
    sqlite3_stmt *stmt = store_statement(store, SQL);
    if (!stmt) return store_sqlite_failed(store);
    sqlite3_bind_int64(stmt, 1, variant);
    sqlite3_bind_int64(stmt, 2, (sqlite3_int64)r->replication);
    store_bind_text(stmt, 3, r->digest);
    sqlite3_bind_int64(stmt, 4, (sqlite3_int64)r->events);
    sqlite3_bind_int64(stmt, 5, (sqlite3_int64)r->entities);
    return insert(store, stmt, id);
}

static enum status metric_id(struct store *store, const char *name, int64_t *id)
{
    static const char FIND[] = "SELECT id FROM metric WHERE name = ?1", ADD[] = "INSERT INTO metric (name) VALUES (?1)";
    sqlite3_stmt *stmt = store_statement(store, FIND);
    if (!stmt) return store_sqlite_failed(store);
    *id = 0;
    store_bind_text(stmt, 1, name);
    enum status st = look_up(store, stmt, id);
    if (st != STATUS_OK || *id != 0) return st;
    if (!(stmt = store_statement(store, ADD))) return store_sqlite_failed(store);
    store_bind_text(stmt, 1, name);
    return insert(store, stmt, id);
}

static enum status insert_values(struct store *store, int64_t replication, const struct store_replication *r)
{
    static const char SQL[] = "INSERT INTO metric_value VALUES (?1,?2,?3)";
    sqlite3_stmt *stmt = store_statement(store, SQL);
    enum status st = stmt ? STATUS_OK : store_sqlite_failed(store);
    for (size_t i = 0; st == STATUS_OK && i < r->metrics; i++) {
        int64_t metric = 0;
        if ((st = metric_id(store, r->metric[i], &metric)) != STATUS_OK) break;
        sqlite3_bind_int64(stmt, 1, replication);
        sqlite3_bind_int64(stmt, 2, metric);
        sqlite3_bind_double(stmt, 3, r->value[i]); /* SQLite makes null of NAN */
        st = store_finish(store, stmt);
    }
    return st;
}

/* A series has one start and step in all replications of a variant. */
static enum status series_id(struct store *store, int64_t variant, const struct store_series *s, int64_t *id)
{
    static const char FIND[] = "SELECT id, start_h, step_h FROM series WHERE variant = ?1 AND name = ?2",
                      ADD[] = "INSERT INTO series (variant, name, start_h, step_h) VALUES (?1,?2,?3,?4)";
    sqlite3_stmt *stmt = store_statement(store, FIND);
    if (!stmt) return store_sqlite_failed(store);
    *id = 0;
    bool differs = false;
    sqlite3_bind_int64(stmt, 1, variant);
    store_bind_text(stmt, 2, s->name);
    if (store_step(stmt) == SQLITE_ROW) {
        *id = sqlite3_column_int64(stmt, 0);
        differs = sqlite3_column_double(stmt, 1) != s->start_h || sqlite3_column_double(stmt, 2) != s->step_h;
    }
    enum status st = store_done(store, stmt);
    if (differs)
        return store_fail(store, STATUS_BAD_VALUE, "%s holds the series %s with other steps", store->path, s->name);
    if (st != STATUS_OK || *id != 0) return st;
    if (!(stmt = store_statement(store, ADD))) return store_sqlite_failed(store);
    sqlite3_bind_int64(stmt, 1, variant);
    store_bind_text(stmt, 2, s->name);
    sqlite3_bind_double(stmt, 3, s->start_h);
    sqlite3_bind_double(stmt, 4, s->step_h);
    return insert(store, stmt, id);
}

/* Points from..from + rows - 1 by a statement for so many: what a statement costs by itself is paid for all of them once. */
static enum status insert_points(
    struct store *store, const char *sql, int64_t replication, int64_t series, const double *value, size_t from, int rows)
{
    sqlite3_stmt *stmt = store_statement(store, sql);
    if (!stmt) return store_sqlite_failed(store);
    sqlite3_bind_int64(stmt, 1, replication);
    sqlite3_bind_int64(stmt, 2, series);
    sqlite3_bind_int64(stmt, 3, (sqlite3_int64)from);
    for (int i = 0; i < rows; i++) sqlite3_bind_double(stmt, 4 + i, value[from + (size_t)i]);
    return store_finish(store, stmt);
}

static enum status insert_series(
    struct store *store, int64_t variant, int64_t replication, const struct store_series *s)
{
    enum { MANY = 16 };
    static const char ONE[] = "INSERT INTO series_point VALUES (?1,?2,?3,?4)",
                      SIXTEEN[] = "INSERT INTO series_point VALUES (?1,?2,?3,?4),(?1,?2,?3+1,?5),(?1,?2,?3+2,?6),(?1,?2,?3+3,?7),"
                                  "(?1,?2,?3+4,?8),(?1,?2,?3+5,?9),(?1,?2,?3+6,?10),(?1,?2,?3+7,?11),(?1,?2,?3+8,?12),"
                                  "(?1,?2,?3+9,?13),(?1,?2,?3+10,?14),(?1,?2,?3+11,?15),(?1,?2,?3+12,?16),(?1,?2,?3+13,?17),"
                                  "(?1,?2,?3+14,?18),(?1,?2,?3+15,?19)";
    int64_t series = 0;
    size_t i = 0;
    enum status st = series_id(store, variant, s, &series);
    for (; st == STATUS_OK && i + MANY <= s->n; i += MANY) st = insert_points(store, SIXTEEN, replication, series, s->value, i, MANY);
    for (; st == STATUS_OK && i < s->n; i++) st = insert_points(store, ONE, replication, series, s->value, i, 1);
    return st;
}

static enum status curve_id(struct store *store, int64_t variant, const char *name, int64_t *id)
{
    static const char FIND[] = "SELECT id FROM curve WHERE variant = ?1 AND name = ?2",
                      ADD[] = "INSERT INTO curve (variant, name) VALUES (?1,?2)";
    const char *const sql[] = {FIND, ADD};
    *id = 0;
    for (int i = 0; i < 2; i++) {
        sqlite3_stmt *stmt = store_statement(store, sql[i]);
        if (!stmt) return store_sqlite_failed(store);
        sqlite3_bind_int64(stmt, 1, variant);
        store_bind_text(stmt, 2, name);
        enum status st = i == 0 ? look_up(store, stmt, id) : insert(store, stmt, id);
        if (st != STATUS_OK || *id != 0) return st;
    }
    return STATUS_OK;
}

static enum status insert_curve(struct store *store, int64_t variant, int64_t replication, const struct store_curve *c)
{
    static const char SQL[] = "INSERT INTO curve_point VALUES (?1,?2,?3,?4)";
    int64_t curve = 0;
    enum status st = curve_id(store, variant, c->name, &curve);
    if (st != STATUS_OK) return st;
    sqlite3_stmt *stmt = store_statement(store, SQL);
    if (!stmt) return store_sqlite_failed(store);
    for (size_t i = 0; st == STATUS_OK && i < c->n; i++) {
        if (isnan(c->share[i])) continue; /* of nobody */
        sqlite3_bind_int64(stmt, 1, replication);
        sqlite3_bind_int64(stmt, 2, curve);
        sqlite3_bind_double(stmt, 3, c->upper_h[i]);
        sqlite3_bind_double(stmt, 4, c->share[i]);
        st = store_finish(store, stmt);
    }
    return st;
}

static enum status replication_add(struct store *store, int64_t variant, const struct store_replication *r, bool *added)
{
    int64_t id = 0;
    enum status st = compare_replication(store, variant, r, &id);
    if (st != STATUS_OK || id != 0) return st;
    *added = true;
    st = insert_replication(store, variant, r, &id);
    if (st == STATUS_OK) st = insert_values(store, id, r);
    for (size_t i = 0; st == STATUS_OK && i < r->all_series; i++) st = insert_series(store, variant, id, &r->series[i]);
    for (size_t i = 0; st == STATUS_OK && i < r->curves; i++) st = insert_curve(store, variant, id, &r->curve[i]);
    return st;
}

enum status store_replication_add(struct store *store, int64_t variant, const struct store_replication *replication)
{
    bool added = false;
    enum status st = store_begin(store);
    if (st == STATUS_OK) st = store_end(store, replication_add(store, variant, replication, &added));
    if (st == STATUS_OK && added && isfinite(replication->seconds)) store->seconds += replication->seconds;
    return st;
}

/* ---- runs ---- */

enum status store_run_insert(struct store *store, const char *command, const char *kind, int64_t *run)
{
    static const char SQL[] = "INSERT INTO run (at, kind, command, seconds)"
                              " VALUES (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), ?1, ?2, ?3)";
    sqlite3_stmt *stmt = store_statement(store, SQL);
    if (!stmt) return store_sqlite_failed(store);
    store_bind_text(stmt, 1, kind);
    store_bind_text(stmt, 2, command);
    sqlite3_bind_double(stmt, 3, store->seconds);
    return insert(store, stmt, run);
}

static enum status insert_run_variant(struct store *store, int64_t run, size_t place, int64_t variant, uint64_t count)
{
    static const char SQL[] = "INSERT INTO run_variant VALUES (?1,?2,?3,?4)";
    sqlite3_stmt *stmt = store_statement(store, SQL);
    if (!stmt) return store_sqlite_failed(store);
    sqlite3_bind_int64(stmt, 1, run);
    sqlite3_bind_int64(stmt, 2, (sqlite3_int64)place);
    sqlite3_bind_int64(stmt, 3, variant);
    sqlite3_bind_int64(stmt, 4, (sqlite3_int64)count);
    return store_finish(store, stmt);
}

static enum status insert_name(struct store *store, int64_t run, size_t place, int64_t variant, const struct store_name *called)
{
    static const char SQL[] = "INSERT INTO run_name SELECT ?1, ?2, ?4, ?5, ?6 FROM variant"
                              " WHERE id = ?3 AND (name IS NOT ?4 OR policies IS NOT ?5 OR settings IS NOT ?6)";
    sqlite3_stmt *stmt = store_statement(store, SQL);
    if (!stmt) return store_sqlite_failed(store);
    sqlite3_bind_int64(stmt, 1, run);
    sqlite3_bind_int64(stmt, 2, (sqlite3_int64)place);
    sqlite3_bind_int64(stmt, 3, variant);
    store_bind_text(stmt, 4, called->name);
    store_bind_text(stmt, 5, called->policies);
    store_bind_text(stmt, 6, called->settings);
    return store_finish(store, stmt);
}

enum status store_run_add(struct store *store, const char *command, const char *kind, const int64_t *variant,
    const uint64_t *count, const struct store_name *called, size_t n, int64_t *run)
{
    enum status st = store_begin(store);
    if (st != STATUS_OK) return st;
    st = store_run_insert(store, command, kind, run);
    for (size_t i = 0; st == STATUS_OK && i < n; i++) st = insert_run_variant(store, *run, i, variant[i], count[i]);
    if (st == STATUS_OK && called) st = store_schema_add_names(store);
    for (size_t i = 0; st == STATUS_OK && called && i < n; i++) st = insert_name(store, *run, i, variant[i], &called[i]);
    st = store_end(store, st);
    if (st == STATUS_OK) store->seconds = 0;
    return st;
}
