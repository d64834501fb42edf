/* store_find.c - references to runs: by number, or the newest by a scenario's name. */
#include "engine/experiment/store_file.h"
#include "engine/experiment/store_name.h"
#include "engine/experiment/store_schema.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void store_variants_free(struct store_variant_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char *const text[] = {rows[i].digest, rows[i].name, rows[i].title, rows[i].text, rows[i].policies,
            rows[i].settings, rows[i].versions, rows[i].facts};
        for (size_t k = 0; k < sizeof text / sizeof *text; k++) free(text[k]);
    }
    free(rows);
}

/* An absent text is an empty one: reports print it as it is. */
static bool take_variant(sqlite3_stmt *stmt, struct store_variant_row *row)
{
    *row = (struct store_variant_row){.id = sqlite3_column_int64(stmt, 0), .run = sqlite3_column_int64(stmt, 1)};
    row->replications = (uint64_t)sqlite3_column_int64(stmt, 2);
    row->seed = strtoull((const char *)sqlite3_column_text(stmt, 3), NULL, 10);
    row->dated = sqlite3_column_int(stmt, 4) != 0;
    row->window_from_h = sqlite3_column_double(stmt, 5);
    row->window_to_h = sqlite3_column_double(stmt, 6);
    row->warm_up_h = sqlite3_column_double(stmt, 7);
    char **const text[] = {
        &row->digest, &row->name, &row->title, &row->text, &row->policies, &row->settings, &row->versions, &row->facts};
    for (int k = 0; k < 8; k++) {
        const unsigned char *found = sqlite3_column_text(stmt, 8 + k);
        if (!(*text[k] = strdup(found ? (const char *)found : ""))) return false;
    }
    return true;
}

/* Under the names by which the run knew them; stores from before those were kept have them in `variant` alone. */
#define VARIANT_COLUMNS(name, policies, settings, names)                                                               \
    "SELECT v.id, rv.run, rv.replications, v.seed, v.dated, v.window_from_h, v.window_to_h, v.warm_up_h, v.digest, "   \
    name ", v.title, v.text, " policies ", " settings ", v.versions, v.facts"                                          \
    " FROM run_variant AS rv JOIN variant AS v ON v.id = rv.variant " names
#define AS_ADDED VARIANT_COLUMNS("v.name", "v.policies", "v.settings", "")
#define AS_CALLED                                                                                                      \
    VARIANT_COLUMNS("ifnull(n.name, v.name)", "ifnull(n.policies, v.policies)", "ifnull(n.settings, v.settings)",      \
        "LEFT JOIN run_name AS n ON n.run = rv.run AND n.place = rv.place ")

static enum status read_variants(struct store *store, sqlite3_stmt *stmt, struct store_variant_row **rows, size_t *n)
{
    bool memory = true;
    while (memory && store_step(stmt) == SQLITE_ROW) {
        struct store_variant_row *more = realloc(*rows, (*n + 1) * sizeof *more);
        if ((memory = more != NULL)) {
            *rows = more;
            memory = take_variant(stmt, &more[(*n)++]);
        }
    }
    enum status st = store_done(store, stmt);
    if (st == STATUS_OK && !memory) st = store_fail(store, STATUS_NO_MEMORY, "there is not enough memory");
    if (st == STATUS_OK) return st;
    store_variants_free(*rows, *n);
    *rows = NULL;
    *n = 0;
    return st;
}

static enum status number_missing(struct store *store, const char *number)
{
    static const char SQL[] = "SELECT min(id), max(id) FROM run";
    sqlite3_stmt *stmt = store_statement(store, SQL);
    if (!stmt) return store_sqlite_failed(store);
    int64_t from = 0, to = 0;
    if (store_step(stmt) == SQLITE_ROW) {
        from = sqlite3_column_int64(stmt, 0);
        to = sqlite3_column_int64(stmt, 1);
    }
    enum status st = store_done(store, stmt);
    if (st != STATUS_OK) return st;
    if (to == 0) return store_fail(store, STATUS_NOT_FOUND, "%s holds no run yet", store->path);
    if (from == to)
        return store_fail(store, STATUS_NOT_FOUND, "%s holds no run:%.20s, only run:%" PRId64, store->path, number, to);
    return store_fail(store, STATUS_NOT_FOUND, "%s holds no run:%.20s; its runs are run:%" PRId64 " to run:%" PRId64,
        store->path, number, from, to);
}

/* A run of `verify` has cases and no variant. */
static enum status without_variants(struct store *store, unsigned long long run, const char *number)
{
    static const char SQL[] = "SELECT kind FROM run WHERE id = ?1";
    sqlite3_stmt *stmt = store_statement(store, SQL);
    if (!stmt) return store_sqlite_failed(store);
    sqlite3_bind_int64(stmt, 1, (sqlite3_int64)run);
    bool there = store_step(stmt) == SQLITE_ROW;
    enum status st = store_done(store, stmt);
    if (st != STATUS_OK) return st;
    if (!there) return number_missing(store, number);
    return store_fail(store, STATUS_NOT_FOUND, "run:%llu is of `verify` and holds no scenario; ask %s: SELECT * FROM v_verify WHERE run = %llu",
        run, store->path, run);
}

static enum status find_number(struct store *store, const char *number, struct store_variant_row **rows, size_t *n)
{
    static const char ADDED[] = AS_ADDED "WHERE rv.run = ?1 ORDER BY rv.place", CALLED[] = AS_CALLED "WHERE rv.run = ?1 ORDER BY rv.place";
    errno = 0;
    unsigned long long run = strtoull(number, NULL, 10);
    if (errno || run > INT64_MAX) return number_missing(store, number);
    sqlite3_stmt *stmt = store_statement(store, store_schema_has_names(store) ? CALLED : ADDED);
    if (!stmt) return store_sqlite_failed(store);
    sqlite3_bind_int64(stmt, 1, (sqlite3_int64)run);
    enum status st = read_variants(store, stmt, rows, n);
    return st == STATUS_OK && *n == 0 ? without_variants(store, run, number) : st;
}

/* Sweeps, pictures of capacity and the like run a scenario in passing, with few replications: one that was asked for
 * itself comes before them. */
static enum status find_name(struct store *store, const char *name, struct store_variant_row **rows, size_t *n)
{
    static const char ADDED[] = AS_ADDED
        "WHERE v.name = ?1 AND rv.run = (SELECT r.run FROM run_variant AS r JOIN variant AS w ON w.id = r.variant"
        " JOIN run AS u ON u.id = r.run WHERE w.name = ?1"
        " ORDER BY u.kind IN ('run', 'compare') DESC, r.run DESC LIMIT 1) ORDER BY rv.place",
                      CALLED[] = AS_CALLED
        "WHERE ifnull(n.name, v.name) = ?1 AND rv.run = (SELECT r.run FROM run_variant AS r JOIN variant AS w ON w.id = r.variant"
        " LEFT JOIN run_name AS m ON m.run = r.run AND m.place = r.place JOIN run AS u ON u.id = r.run WHERE ifnull(m.name, w.name) = ?1"
        " ORDER BY u.kind IN ('run', 'compare') DESC, r.run DESC LIMIT 1) ORDER BY rv.place",
                      NAMES[] = "SELECT v.name FROM variant AS v JOIN run_variant AS rv ON rv.variant = v.id"
                                " GROUP BY v.name ORDER BY max(rv.run)";
    sqlite3_stmt *stmt = store_statement(store, store_schema_has_names(store) ? CALLED : ADDED);
    if (!stmt) return store_sqlite_failed(store);
    store_bind_text(stmt, 1, name);
    enum status st = read_variants(store, stmt, rows, n);
    return st == STATUS_OK && *n == 0 ? store_name_missing(store, NAMES, 0, "run", name) : st;
}

enum status store_run_find(struct store *store, const char *reference, struct store_variant_row **rows, size_t *n)
{
    *rows = NULL;
    *n = 0;
    if (strncmp(reference, "run:", 4) != 0 || !reference[4])
        return store_fail(store, STATUS_NOT_FOUND,
            "%.100s is no run: write run:NUMBER or run:NAME, as `show runs` lists them", reference);
    const char *what = reference + 4;
    bool number = what[strspn(what, "0123456789")] == '\0';
    return number ? find_number(store, what, rows, n) : find_name(store, what, rows, n);
}
