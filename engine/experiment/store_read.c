/* store_read.c - runs, variants, inputs and metric values, as they were put in. */
#include "engine/experiment/store_file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for one more row than n; NULL: no memory, and the rows are as they were. Room doubles at 1, 2, 4, … */
static void *room(void *rows, size_t n, size_t size)
{
    return n & (n - 1) ? rows : realloc(rows, (n ? 2 * n : 1) * size);
}

static enum status no_memory(struct store *store, sqlite3_stmt *stmt)
{
    store_done(store, stmt);
    return store_fail(store, STATUS_NO_MEMORY, "there is not enough memory");
}

/* A text of the caller's own; NULL for null. False: no memory. */
static bool take(sqlite3_stmt *stmt, int column, char **text)
{
    const unsigned char *found = sqlite3_column_text(stmt, column);
    *text = found ? strdup((const char *)found) : NULL;
    return !found || *text;
}

/* ---- names ---- */

void store_names_free(char **names, size_t n)
{
    for (size_t i = 0; i < n; i++) free(names[i]);
    free(names);
}

static enum status read_names(struct store *store, sqlite3_stmt *stmt, char ***names, size_t *n)
{
    while (store_step(stmt) == SQLITE_ROW) {
        char **more = room(*names, *n, sizeof *more);
        if (!more) return no_memory(store, stmt);
        *names = more;
        if (!take(stmt, 0, &more[*n])) return no_memory(store, stmt);
        ++*n;
    }
    return store_done(store, stmt);
}

static enum status names_of(struct store *store, const char *sql, int64_t variant, char ***names, size_t *n)
{
    *names = NULL;
    *n = 0;
    sqlite3_stmt *stmt = store_statement(store, sql);
    if (!stmt) return store_sqlite_failed(store);
    sqlite3_bind_int64(stmt, 1, variant);
    enum status st = read_names(store, stmt, names, n);
    if (st == STATUS_OK) return st;
    store_names_free(*names, *n);
    *names = NULL;
    *n = 0;
    return st;
}

enum status store_metric_names(struct store *store, int64_t variant, char ***names, size_t *n)
{
    static const char SQL[] = "SELECT name FROM metric WHERE id IN (SELECT metric FROM metric_value WHERE replication ="
                              " (SELECT id FROM replication WHERE variant = ?1 ORDER BY number LIMIT 1)) ORDER BY id";
    return names_of(store, SQL, variant, names, n);
}

enum status store_series_names(struct store *store, int64_t variant, char ***names, size_t *n)
{
    static const char SQL[] = "SELECT name FROM series WHERE variant = ?1 ORDER BY id";
    return names_of(store, SQL, variant, names, n);
}

enum status store_curve_names(struct store *store, int64_t variant, char ***names, size_t *n)
{
    static const char SQL[] = "SELECT name FROM curve WHERE variant = ?1 ORDER BY id";
    return names_of(store, SQL, variant, names, n);
}

/* ---- runs ---- */

void store_runs_free(struct store_run_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        free(rows[i].kind);
        free(rows[i].command);
        free(rows[i].at);
        free(rows[i].names);
    }
    free(rows);
}

static bool take_run(sqlite3_stmt *stmt, struct store_run_row *row)
{
    *row = (struct store_run_row){.run = sqlite3_column_int64(stmt, 0)};
    row->replications = (uint64_t)sqlite3_column_int64(stmt, 5);
    return take(stmt, 1, &row->kind) && take(stmt, 2, &row->command) && take(stmt, 3, &row->at) &&
           take(stmt, 4, &row->names);
}

static enum status read_runs(struct store *store, sqlite3_stmt *stmt, struct store_run_row **rows, size_t *n)
{
    while (store_step(stmt) == SQLITE_ROW) {
        struct store_run_row *more = room(*rows, *n, sizeof *more);
        if (!more) return no_memory(store, stmt);
        *rows = more;
        if (!take_run(stmt, &more[(*n)++])) return no_memory(store, stmt);
    }
    return store_done(store, stmt);
}

enum status store_runs(struct store *store, struct store_run_row **rows, size_t *n)
{
    static const char SQL[] =
        "SELECT run, kind, command, at, ifnull(variants, ''), replications FROM v_run ORDER BY run";
    *rows = NULL;
    *n = 0;
    sqlite3_stmt *stmt = store_statement(store, SQL);
    if (!stmt) return store_sqlite_failed(store);
    enum status st = read_runs(store, stmt, rows, n);
    if (st == STATUS_OK) return st;
    store_runs_free(*rows, *n);
    *rows = NULL;
    *n = 0;
    return st;
}

/* ---- replications and their numbers ---- */

enum status store_have(struct store *store, int64_t variant, unsigned char *have, size_t n)
{
    static const char SQL[] = "SELECT number FROM replication WHERE variant = ?1 AND number < ?2";
    sqlite3_stmt *stmt = store_statement(store, SQL);
    if (!stmt) return store_sqlite_failed(store);
    memset(have, 0, n);
    sqlite3_bind_int64(stmt, 1, variant);
    sqlite3_bind_int64(stmt, 2, (sqlite3_int64)n);
    while (store_step(stmt) == SQLITE_ROW) have[sqlite3_column_int64(stmt, 0)] = 1;
    return store_done(store, stmt);
}

enum status store_values(struct store *store, int64_t variant, const char *metric, double *value, size_t replications)
{
    static const char SQL[] =
        "SELECT r.number, v.value FROM replication AS r JOIN metric_value AS v ON v.replication = r.id"
        " AND v.metric = (SELECT id FROM metric WHERE name = ?2)"
        " WHERE r.variant = ?1 AND r.number < ?3";
    sqlite3_stmt *stmt = store_statement(store, SQL);
    if (!stmt) return store_sqlite_failed(store);
    for (size_t i = 0; i < replications; i++) value[i] = NAN;
    sqlite3_bind_int64(stmt, 1, variant);
    store_bind_text(stmt, 2, metric);
    sqlite3_bind_int64(stmt, 3, (sqlite3_int64)replications);
    while (store_step(stmt) == SQLITE_ROW)
        if (sqlite3_column_type(stmt, 1) != SQLITE_NULL)
            value[sqlite3_column_int64(stmt, 0)] = sqlite3_column_double(stmt, 1);
    return store_done(store, stmt);
}

/* ---- inputs and expectations: rows and their texts in one block ---- */

struct block {
    char *memory;
    size_t rows, row_bytes, text_bytes, texts_at;
};

/* Counts rows and the bytes of all their texts. */
static enum status measure(struct store *store, sqlite3_stmt *stmt, struct block *block)
{
    while (store_step(stmt) == SQLITE_ROW) {
        block->rows++;
        for (int c = 0; c < sqlite3_column_count(stmt); c++)
            if (sqlite3_column_text(stmt, c)) block->text_bytes += (size_t)sqlite3_column_bytes(stmt, c) + 1;
    }
    return store_done(store, stmt);
}

static const char *place_text(struct block *block, sqlite3_stmt *stmt, int column)
{
    const unsigned char *found = sqlite3_column_text(stmt, column);
    if (!found) return NULL;
    size_t bytes = (size_t)sqlite3_column_bytes(stmt, column) + 1;
    char *placed = memcpy(block->memory + block->texts_at, found, bytes);
    block->texts_at += bytes;
    return placed;
}

static double number_or_nan(sqlite3_stmt *stmt, int column)
{
    return sqlite3_column_type(stmt, column) == SQLITE_NULL ? NAN : sqlite3_column_double(stmt, column);
}

static void fill_input(struct block *block, sqlite3_stmt *stmt, void *row)
{
    struct store_input *input = row;
    const char **const text[] = {
        &input->path, &input->value, &input->evidence, &input->low, &input->high, &input->source, &input->policy};
    for (int i = 0; i < 7; i++) *text[i] = place_text(block, stmt, i);
}

static void fill_expect(struct block *block, sqlite3_stmt *stmt, void *row)
{
    struct store_expect *expect = row;
    const char **const text[] = {&expect->metric, &expect->text, &expect->role, &expect->source};
    for (int i = 0; i < 4; i++) *text[i] = place_text(block, stmt, i);
    expect->value = number_or_nan(stmt, 4);
    expect->within = number_or_nan(stmt, 5);
    expect->within_relative = sqlite3_column_int(stmt, 6) != 0;
}

static enum status read_block(struct store *store, const char *sql, int64_t variant, struct block *block,
    void (*fill)(struct block *block, sqlite3_stmt *stmt, void *row))
{
    sqlite3_stmt *stmt = store_statement(store, sql);
    if (!stmt) return store_sqlite_failed(store);
    sqlite3_bind_int64(stmt, 1, variant);
    enum status st = measure(store, stmt, block);
    if (st != STATUS_OK || block->rows == 0) return st;
    block->texts_at = block->rows * block->row_bytes;
    block->memory = calloc(1, block->texts_at + block->text_bytes);
    if (!block->memory) return no_memory(store, stmt);
    sqlite3_bind_int64(stmt, 1, variant); /* the first pass has let go of it */
    for (size_t i = 0; i < block->rows && store_step(stmt) == SQLITE_ROW; i++)
        fill(block, stmt, block->memory + i * block->row_bytes);
    return store_done(store, stmt);
}

static enum status rows_of(struct store *store, const char *sql, int64_t variant, struct block *block,
    void (*fill)(struct block *block, sqlite3_stmt *stmt, void *row))
{
    enum status st = store_begin_read(store); /* so that both passes see the same rows */
    if (st == STATUS_OK) st = store_end(store, read_block(store, sql, variant, block, fill));
    if (st == STATUS_OK) return st;
    free(block->memory);
    block->memory = NULL;
    block->rows = 0;
    return st;
}

enum status store_inputs(struct store *store, int64_t variant, struct store_input **rows, size_t *n)
{
    static const char SQL[] =
        "SELECT path, value, evidence, low, high, source, policy FROM input WHERE variant = ?1 ORDER BY place";
    struct block block = {.row_bytes = sizeof **rows};
    enum status st = rows_of(store, SQL, variant, &block, fill_input);
    *rows = (struct store_input *)(void *)block.memory;
    *n = block.rows;
    return st;
}

enum status store_expects(struct store *store, int64_t variant, struct store_expect **rows, size_t *n)
{
    static const char SQL[] = "SELECT metric, text, role, source, value, within, within_relative FROM expectation"
                              " WHERE variant = ?1 ORDER BY place";
    struct block block = {.row_bytes = sizeof **rows};
    enum status st = rows_of(store, SQL, variant, &block, fill_expect);
    *rows = (struct store_expect *)(void *)block.memory;
    *n = block.rows;
    return st;
}

enum status store_digest(struct store *store, int64_t variant, uint64_t replication, char text[33])
{
    static const char SQL[] = "SELECT digest FROM replication WHERE variant = ?1 AND number = ?2";
    sqlite3_stmt *stmt = store_statement(store, SQL);
    if (!stmt) return store_sqlite_failed(store);
    text[0] = 0;
    sqlite3_bind_int64(stmt, 1, variant);
    sqlite3_bind_int64(stmt, 2, (sqlite3_int64)replication);
    while (store_step(stmt) == SQLITE_ROW) snprintf(text, 33, "%s", (const char *)sqlite3_column_text(stmt, 0));
    enum status st = store_done(store, stmt);
    if (st == STATUS_OK && !text[0]) return store_fail(store, STATUS_NOT_FOUND, "there is no such replication");
    return st;
}
