/* store_case.c - what was set against an exact value: one row a case, not one a replication, for there may be 100,000.
 */
#include "engine/experiment/store_file.h"
#include "engine/experiment/store_schema.h"

#include <inttypes.h>
#include <stdio.h>

/* NaN is bound as null. */
static enum status insert_case(struct store *store, int64_t run, size_t place, const struct store_case *item)
{
    static const char SQL[] = "INSERT INTO verification VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13)";
    sqlite3_stmt *stmt = store_statement(store, SQL);
    if (!stmt) return store_sqlite_failed(store);
    char seed[24];
    snprintf(seed, sizeof seed, "%" PRIu64, item->seed);
    sqlite3_bind_int64(stmt, 1, run);
    sqlite3_bind_int64(stmt, 2, (sqlite3_int64)place);
    store_bind_text(stmt, 3, item->id);
    store_bind_text(stmt, 4, item->scenario);
    store_bind_text(stmt, 5, item->measure);
    store_bind_text(stmt, 6, item->estimate_of);
    store_bind_text(stmt, 7, seed);
    sqlite3_bind_int64(stmt, 8, (sqlite3_int64)item->replications);
    sqlite3_bind_double(stmt, 9, item->exact);
    if (item->run) sqlite3_bind_double(stmt, 10, item->estimate);
    if (item->run) sqlite3_bind_double(stmt, 11, item->half_width);
    if (item->run) sqlite3_bind_double(stmt, 12, item->z);
    sqlite3_bind_int(stmt, 13, item->pass);
    return store_finish(store, stmt);
}

enum status store_cases_add(
    struct store *store, const char *command, double seconds, const struct store_case *item, size_t n, int64_t *run)
{
    enum status st = store_begin(store);
    if (st != STATUS_OK) return st;
    store->seconds = seconds;
    st = store_schema_add_cases(store);
    if (st == STATUS_OK) st = store_run_insert(store, command, "verify", run);
    for (size_t i = 0; st == STATUS_OK && i < n; i++) st = insert_case(store, *run, i, &item[i]);
    st = store_end(store, st);
    store->seconds = 0;
    return st;
}
