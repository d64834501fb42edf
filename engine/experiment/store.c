/* store.c - opening and closing the file, statements, transactions, and what SQLite's errors mean to a person.
 *
 * A new store is made complete under a name of its own and then linked to its place: whoever looks sees no file or a
 * whole one, and a failure leaves nothing. An existing file is looked at before anything is asked of SQLite that
 * writes.
 */
#include "engine/experiment/store.h"
#include "engine/experiment/store_file.h"
#include "engine/experiment/store_schema.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATIENCE_MS = 5000, SHOWN_PATH = 100, LEAST_BYTES = 512 /* SQLite's smallest page */ };

/* ---- errors ---- */

enum status store_fail(struct store *store, enum status status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(store->why, sizeof store->why, format, arguments);
    va_end(arguments);
    return status;
}

static enum status busy(struct store *store)
{
    if (store->patience_ms < 1000)
        return store_fail(store, STATUS_IO, "another greenlane is writing to %s", store->path);
    return store_fail(
        store, STATUS_IO, "another greenlane is writing to %s; waited %d s", store->path, store->patience_ms / 1000);
}

enum status store_sqlite_failed(struct store *store)
{
    const char *path = store->path, *words = sqlite3_errmsg(store->db);
    switch (sqlite3_errcode(store->db) & 0xff) {
    case SQLITE_NOMEM: return store_fail(store, STATUS_NO_MEMORY, "there is not enough memory");
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return busy(store);
    case SQLITE_NOTADB:
        return store_fail(store, STATUS_CORRUPT, "%s is not a greenlane store (nor any SQLite file)", path);
    case SQLITE_CORRUPT: return store_fail(store, STATUS_CORRUPT, "%s is damaged: %s", path, words);
    case SQLITE_ERROR: return store_fail(store, STATUS_CORRUPT, "%s is not as greenlane wrote it: %s", path, words);
    case SQLITE_FULL: return store_fail(store, STATUS_IO, "cannot write %s: the disk is full", path);
    case SQLITE_READONLY: return store_fail(store, STATUS_IO, "cannot write %s: it is read-only", path);
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG: return store_fail(store, STATUS_BAD_VALUE, "%s does not take this: %s", path, words);
    default: break;
    }
    int number = sqlite3_system_errno(store->db);
    return number ? store_fail(store, STATUS_IO, "cannot use %s: %s (%s)", path, words, strerror(number))
                  : store_fail(store, STATUS_IO, "cannot use %s: %s", path, words);
}

const char *store_why(const struct store *store)
{
    return store->why;
}

/* ---- statements and transactions ---- */

enum status store_execute(struct store *store, const char *sql)
{
    return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK ? STATUS_OK : store_sqlite_failed(store);
}

enum status store_begin(struct store *store)
{
    if (store->mode != STORE_WRITE) return store_fail(store, STATUS_IO, "%s was opened for reading only", store->path);
    return store_execute(store, store->gathering ? "SAVEPOINT one" : "BEGIN IMMEDIATE");
}

enum status store_gather(struct store *store)
{
    if (store->gathering) return STATUS_OK;
    enum status st = store_begin(store);
    store->gathering = st == STATUS_OK;
    return st;
}

enum status store_settle(struct store *store)
{
    if (!store->gathering) return STATUS_OK;
    store->gathering = false;
    return store_end(store, STATUS_OK);
}

enum status store_begin_read(struct store *store)
{
    return store_execute(store, store->gathering ? "SAVEPOINT one" : "BEGIN");
}

enum status store_end(struct store *store, enum status status)
{
    const char *keep = store->gathering ? "RELEASE one" : "COMMIT";
    if (status == STATUS_OK) status = store_execute(store, keep);
    if (status == STATUS_OK) return status;
    if (store->gathering) sqlite3_exec(store->db, "ROLLBACK TO one; RELEASE one", NULL, NULL, NULL);
    /* A full disk, say, has ended the whole transaction, and with it what was gathered. */
    if (sqlite3_get_autocommit(store->db)) store->gathering = false;
    if (!store->gathering) sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    return status;
}

sqlite3_stmt *store_statement(struct store *store, const char *sql)
{
    for (size_t i = 0; i < store->statements; i++)
        if (store->statement[i].sql == sql) return store->statement[i].stmt;
    assert(store->statements < STORE_STATEMENTS);
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL) != SQLITE_OK) {
        store_sqlite_failed(store);
        return NULL;
    }
    store->statement[store->statements].sql = sql;
    store->statement[store->statements++].stmt = stmt;
    return stmt;
}

void store_bind_text(sqlite3_stmt *stmt, int place, const char *text)
{
    sqlite3_bind_text(stmt, place, text, -1, SQLITE_STATIC);
}

int store_step(sqlite3_stmt *stmt)
{
    return sqlite3_step(stmt);
}

enum status store_done(struct store *store, sqlite3_stmt *stmt)
{
    int code = sqlite3_reset(stmt); /* repeats the error of the last step */
    enum status st = code == SQLITE_OK ? STATUS_OK : store_sqlite_failed(store);
    sqlite3_clear_bindings(stmt);
    return st;
}

enum status store_finish(struct store *store, sqlite3_stmt *stmt)
{
    store_step(stmt);
    return store_done(store, stmt);
}

/* ---- opening ---- */

/* SQLite's own waiting looks ten times a second, and misses the moments at which another run lets go. */
static int wait_for_others(void *context, int times)
{
    const struct store *store = context;
    enum { STEP_MS = 5 };
    if (times * STEP_MS >= store->patience_ms) return 0;
    sqlite3_sleep(STEP_MS);
    return 1;
}

static void set_patience(struct store *store, int ms)
{
    store->patience_ms = ms;
    sqlite3_busy_handler(store->db, wait_for_others, store);
}

void store_patience(struct store *store, int ms)
{
    set_patience(store, ms);
}

/* SQLite takes some names for more than names (":memory:", ""); one with a directory is always a file. */
static char *plain_path(const char *path, const char *suffix)
{
    size_t size = strlen(path) + strlen(suffix) + 3;
    char *plain = malloc(size);
    if (plain) snprintf(plain, size, "%s%s%s", strchr(path, '/') ? "" : "./", path, suffix);
    return plain;
}

static enum status open_connection(struct store *store, const char *path, int flags)
{
    if (sqlite3_open_v2(path, &store->db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        return store->db ? store_sqlite_failed(store)
                         : store_fail(store, STATUS_NO_MEMORY, "there is not enough memory");
    sqlite3_extended_result_codes(store->db, 1);
    set_patience(store, PATIENCE_MS);
    return STATUS_OK;
}

static void close_connection(struct store *store)
{
    for (size_t i = 0; i < store->statements; i++) sqlite3_finalize(store->statement[i].stmt);
    store->statements = 0;
    sqlite3_close(store->db);
    store->db = NULL;
}

static enum status fill_new(struct store *store, const char *path)
{
    enum status st = open_connection(store, path, SQLITE_OPEN_READWRITE);
    if (st == STATUS_OK) st = store_execute(store, "PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL");
    if (st == STATUS_OK) st = store_begin(store);
    if (st == STATUS_OK) st = store_end(store, store_schema_create(store));
    close_connection(store);
    return st;
}

/* Somebody else may have put a store there meanwhile: theirs is as good. Some file systems know no links. */
static enum status put_in_place(struct store *store, const char *made, const char *path)
{
    if (link(made, path) == 0 || errno == EEXIST) return STATUS_OK;
    if ((errno == EPERM || errno == ENOTSUP || errno == ENOSYS) && rename(made, path) == 0) return STATUS_OK;
    return store_fail(store, STATUS_IO, "cannot create %s: %s", store->path, strerror(errno));
}

static enum status create(struct store *store, const char *path)
{
    char suffix[32];
    snprintf(suffix, sizeof suffix, ".new-%ld", (long)getpid());
    char *made = plain_path(path, suffix);
    if (!made) return store_fail(store, STATUS_NO_MEMORY, "there is not enough memory");
    unlink(made); /* of a process that had our number and was killed */
    int file = open(made, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0666);
    if (file < 0) {
        free(made);
        return store_fail(store, STATUS_IO, "cannot create %s: %s", store->path, strerror(errno));
    }
    close(file);
    enum status st = fill_new(store, made);
    if (st == STATUS_OK) st = put_in_place(store, made, path);
    unlink(made);
    free(made);
    return st; /* the journal went with the transaction */
}

static enum status check_directory(struct store *store, const char *path)
{
    char *directory = strdup(path);
    if (!directory) return store_fail(store, STATUS_NO_MEMORY, "there is not enough memory");
    char *slash = strrchr(directory, '/');
    slash[slash == directory] = '\0';
    bool writable = eaccess(directory, W_OK | X_OK) == 0;
    int number = errno;
    free(directory);
    if (writable) return STATUS_OK;
    return store_fail(store, STATUS_IO, "cannot write %s: a journal must stand beside it, and its directory says: %s",
        store->path, strerror(number));
}

/* What can be told without SQLite. *missing is set where there is no file yet. */
static enum status look_at(struct store *store, const char *path, bool *missing)
{
    struct stat found;
    *missing = false;
    if (!*store->path) return store_fail(store, STATUS_IO, "a store needs a file name");
    if (stat(path, &found) != 0) {
        *missing = errno == ENOENT && store->mode == STORE_WRITE;
        return *missing ? STATUS_OK : store_fail(store, STATUS_IO, "cannot open %s: %s", store->path, strerror(errno));
    }
    if (S_ISDIR(found.st_mode)) return store_fail(store, STATUS_IO, "%s is a directory, not a store", store->path);
    if (!S_ISREG(found.st_mode)) return store_fail(store, STATUS_IO, "%s is not a regular file", store->path);
    if (found.st_size == 0)
        return store_fail(store, STATUS_CORRUPT, "%s is empty, and not a greenlane store", store->path);
    if (found.st_size < LEAST_BYTES)
        return store_fail(store, STATUS_CORRUPT, "%s is not a greenlane store (nor any SQLite file)", store->path);
    if (eaccess(path, R_OK) != 0)
        return store_fail(store, STATUS_IO, "cannot read %s: %s", store->path, strerror(errno));
    if (store->mode == STORE_READ) return STATUS_OK;
    if (eaccess(path, W_OK) != 0)
        return store_fail(store, STATUS_IO, "cannot write %s: %s", store->path, strerror(errno));
    return check_directory(store, path);
}

static enum status recognise(struct store *store)
{
    enum status st = store_begin_read(store);
    return st == STATUS_OK ? store_end(store, store_schema_check(store)) : st;
}

static enum status open_existing(struct store *store, const char *path)
{
    bool write = store->mode == STORE_WRITE;
    enum status st = open_connection(store, path, write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY);
    if (st == STATUS_OK) st = recognise(store);
    if (st == STATUS_OK) st = store_execute(store, "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY");
    if (st == STATUS_OK && write && sqlite3_db_readonly(store->db, "main"))
        st = store_fail(store, STATUS_IO, "cannot write %s: it is read-only", store->path);
    if (st == STATUS_OK && write) st = store_execute(store, "PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL; PRAGMA cache_spill = OFF");
    return st; /* spilling, a transaction would wait for readers page by page, not once at its end */
}

static enum status open_at(struct store *store, const char *path)
{
    bool missing;
    enum status st = look_at(store, path, &missing);
    if (st == STATUS_OK && missing) st = create(store, path);
    return st == STATUS_OK ? open_existing(store, path) : st;
}

/* The end of a long path tells more than its beginning, and leaves room for what is to be said about it. */
static char *shown_path(const char *path)
{
    size_t length = strlen(path);
    if (length <= SHOWN_PATH) return strdup(path);
    char *shown = malloc(SHOWN_PATH + 4);
    if (shown) snprintf(shown, SHOWN_PATH + 4, "...%s", path + length - SHOWN_PATH);
    return shown;
}

enum status store_open(struct store **out, const char *path, enum store_mode mode, char why[200])
{
    *out = NULL;
    why[0] = '\0';
    struct store *store = calloc(1, sizeof *store);
    char *plain = plain_path(path, "");
    enum status st = STATUS_NO_MEMORY;
    if (!store || !plain || !(store->path = shown_path(path))) {
        snprintf(why, 200, "%s", status_words(st));
    } else {
        store->mode = mode;
        st = open_at(store, plain);
        if (st != STATUS_OK) snprintf(why, 200, "%.199s", store->why);
    }
    free(plain);
    if (st == STATUS_OK)
        *out = store;
    else
        store_close(store);
    return st;
}

void store_close(struct store *store)
{
    if (!store) return;
    close_connection(store);
    free(store->path);
    free(store);
}
