/* store_file.h - what the modules of the store share: the open file, its statements, its transactions, its errors.
 *
 * Only store_*.c include this. Statements are prepared once, keyed by the address of their text, which must be static.
 */
#ifndef GREENLANE_ENGINE_EXPERIMENT_STORE_FILE_H
#define GREENLANE_ENGINE_EXPERIMENT_STORE_FILE_H

#include "engine/experiment/store.h"

#include <sqlite3.h>

enum { STORE_STATEMENTS = 64, STORE_WHY = 512 };

struct store {
    sqlite3 *db;
    char *path; /* as messages show it */
    enum store_mode mode;
    int patience_ms;
    double seconds; /* of replications added since the last run */
    bool gathering; /* one transaction around those of several calls */
    struct {
        const char *sql;
        sqlite3_stmt *stmt;
    } statement[STORE_STATEMENTS];
    size_t statements;
    char why[STORE_WHY];
};

/* Each sets store_why and returns `status`, or the status that SQLite's last error means. */
enum status store_fail(struct store *store, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
enum status store_sqlite_failed(struct store *store);

/* For writing: nobody else writes from here on. While several calls are gathered, a part of theirs that can fail alone. */
enum status store_begin(struct store *store);
enum status store_begin_read(struct store *store);              /* one view of the file until store_end */
enum status store_end(struct store *store, enum status status); /* commits if STATUS_OK, else rolls back */
enum status store_execute(struct store *store, const char *sql);

/* A statement with its bindings cleared, or NULL (store_why is set). It is the caller's until store_done. */
sqlite3_stmt *store_statement(struct store *store, const char *sql);
void store_bind_text(sqlite3_stmt *stmt, int place, const char *text); /* borrowed until store_done; NULL is null */
/* SQLITE_ROW or SQLITE_DONE; anything else is an error that store_done will report. */
int store_step(sqlite3_stmt *stmt);
enum status store_done(struct store *store, sqlite3_stmt *stmt);
/* Steps a statement that yields no row, and ends it. */
enum status store_finish(struct store *store, sqlite3_stmt *stmt);

/* The row of an invocation, in the transaction that is under way. */
enum status store_run_insert(struct store *store, const char *command, const char *kind, int64_t *run);

#endif
