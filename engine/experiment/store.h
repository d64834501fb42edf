/* store.h - every run in one SQLite file, made to be read by people too (tables and views: engine/experiment/README.md).
 *
 * A variant is the digest of (resolved scenario, seed, result_version); a replication belongs to a variant and is stored
 * once; a run is an invocation that refers to variants. Running again adds a run and reuses the replications.
 *
 * STRICT tables, foreign keys, rollback journal, synchronous = FULL, one writer with a busy time-out; application_id and
 * user_version are checked. Export order is by natural key; no host or path is stored, the clock on the wall only in `run`
 * (at, seconds): all else is the same bits for the same work.
 *
 * Errors:    STATUS_IO (cannot open, create or write; disk full; somebody else writes), STATUS_CORRUPT (not a database, or
 *            not greenlane's, or of a newer version, or damaged), STATUS_BAD_VALUE (a table that has no place in the
 *            schema); store_why tells in a sentence. A failed write leaves the file as it was; a file that could not be
 *            completed when it was created is gone.
 * Ownership: rows and names that are read belong to the caller, who frees them with the function beside.
 * Threads:   one store belongs to one thread.
 */
#ifndef GREENLANE_ENGINE_EXPERIMENT_STORE_H
#define GREENLANE_ENGINE_EXPERIMENT_STORE_H

#include "engine/core/status.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;
enum store_mode { STORE_READ, STORE_WRITE }; /* WRITE creates what is missing */

enum status store_open(struct store **out, const char *path, enum store_mode mode, char why[200]);
void store_close(struct store *store); /* NULL is fine */
const char *store_why(const struct store *store); /* of the last failure; borrowed until the next call */
void store_patience(struct store *store, int ms); /* how long to wait for another writer; 5,000 unless told */

struct store_input { const char *path, *value, *evidence, *low, *high, *source, *policy; }; /* evidence: assumed, sourced */
struct store_expect { const char *metric, *text, *role, *source; double value, within; bool within_relative; };
struct store_variant {
    const char *digest;              /* 32 hexadecimal digits: key */
    const char *name, *title;        /* of the scenario, with its policies: "china-2017 +advance" */
    const char *text, *policies, *settings;
    uint64_t seed; int result_version;
    const char *versions;            /* of the program and libraries */
    double window_from_h, window_to_h, warm_up_h; /* epoch hours; 0 based when undated */
    bool dated;
    const struct store_input *input; size_t inputs;
    const struct store_expect *expect; size_t expects;
    const char *facts;               /* JSON of what reports need beside metrics: labels, owners, stages in order */
};
struct store_series { const char *name; double start_h, step_h; size_t n; const double *value; }; /* e.g. import.arrived.per_day */
struct store_curve { const char *name; size_t n; const double *upper_h, *share; };                /* distribution functions */
struct store_replication {
    uint64_t replication;
    const char *digest;
    size_t metrics; const char *const *metric; const double *value; /* NAN is stored as null */
    size_t all_series; const struct store_series *series;
    size_t curves; const struct store_curve *curve;
    uint64_t events, entities;
    double seconds; /* what it took; goes to the next run that is added */
};

/* Adds the variant or verifies that what is there agrees (STATUS_CORRUPT when a stored text or version differs). */
enum status store_variant_add(struct store *store, const struct store_variant *variant, int64_t *id);
/* From here on calls that write are gathered into one transaction, until store_settle commits it: the disk is waited for
 * once. A call that fails undoes itself alone, but a full disk or a damaged file takes all that was gathered with it.
 * Nobody else can write meanwhile. Gathering twice is once; settling what is not gathered is nothing. */
enum status store_gather(struct store *store);
enum status store_settle(struct store *store);
/* In one transaction. A replication that is there already must have the same digest, else STATUS_BROKEN. */
enum status store_replication_add(struct store *store, int64_t variant, const struct store_replication *replication);
/* How a run calls a variant: one and the same may be A with a policy here, a file of its own there. */
struct store_name { const char *name, *policies, *settings; };
/* command: as typed, for people; kind: run, compare, … . Refers to n variants with the replications [0, count[i]) it used.
 * `called`: what it calls each; NULL: as the variants were called when they were added. */
enum status store_run_add(struct store *store, const char *command, const char *kind, const int64_t *variant, const uint64_t *count,
    const struct store_name *called, size_t n, int64_t *run);

/* A case of a suite of exact values. run: it was estimated; else estimate, half_width and z are stored as null. */
struct store_case {
    const char *id, *scenario, *measure, *estimate_of;
    uint64_t seed, replications;
    double exact, estimate, half_width, z; /* NAN is stored as null */
    bool run, pass;
};
/* Adds a run of kind "verify" and its cases, in one transaction. seconds: what its replications took. */
enum status store_cases_add(struct store *store, const char *command, double seconds, const struct store_case *item, size_t n, int64_t *run);

/* have[i] set for i < n where replication i is stored. */
enum status store_have(struct store *store, int64_t variant, unsigned char *have, size_t n);

/* ---- reading ---- */
enum status store_digest(struct store *store, int64_t variant, uint64_t replication, char text[33]);
struct store_run_row { int64_t run; char *kind, *command, *at, *names; uint64_t replications; };
struct store_variant_row {
    int64_t id, run; char *digest, *name, *title, *text, *policies, *settings, *versions, *facts;
    uint64_t seed, replications; bool dated; double window_from_h, window_to_h, warm_up_h;
};
enum status store_runs(struct store *store, struct store_run_row **rows, size_t *n);
void store_runs_free(struct store_run_row *rows, size_t n);
/* reference: "run:14" or "run:NAME" (the newest of kind run or compare, else of any, of that name). STATUS_NOT_FOUND with candidates in store_why. */
enum status store_run_find(struct store *store, const char *reference, struct store_variant_row **rows, size_t *n);
void store_variants_free(struct store_variant_row *rows, size_t n);
enum status store_metric_names(struct store *store, int64_t variant, char ***names, size_t *n);
void store_names_free(char **names, size_t n);
/* value[i] of replication i < replications; NAN where null or absent. */
enum status store_values(struct store *store, int64_t variant, const char *metric, double *value, size_t replications);
struct store_table { size_t n, replications; double start_h, step_h; double *at, *value; }; /* value: replication-major, n each; at: n upper bounds (curves) or times (series) */
enum status store_series_read(struct store *store, int64_t variant, const char *name, size_t replications, struct store_table *out);
/* Whether there is such a series, without a message about near names, which are sought among thousands. */
bool store_series_exists(struct store *store, int64_t variant, const char *name);
enum status store_curve_read(struct store *store, int64_t variant, const char *name, size_t replications, struct store_table *out);
/* Where the bounds of replications differ, `at` has them all, and shares between two bounds are interpolated.
 * STATUS_NOT_FOUND with near names. */
enum status store_curve_names(struct store *store, int64_t variant, char ***names, size_t *n);
enum status store_series_names(struct store *store, int64_t variant, char ***names, size_t *n);
void store_table_clear(struct store_table *table);
/* In the order in which they were given; texts that were NULL are. One block, texts included: free(rows). */
enum status store_inputs(struct store *store, int64_t variant, struct store_input **rows, size_t *n);
enum status store_expects(struct store *store, int64_t variant, struct store_expect **rows, size_t *n);

#endif
