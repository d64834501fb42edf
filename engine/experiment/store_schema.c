/* store_schema.c - the tables and views as SQL.
 *
 * The comments stand inside the statements because SQLite keeps them there: `.schema` in the sqlite3 shell shows them.
 * What is large is keyed by small numbers and has no row number of its own: metric_value, series_point, curve_point.
 * Views are for people; the program reads the tables.
 */
#include "engine/experiment/store_schema.h"
#include "engine/infer/interval.h"

#include <math.h>
#include <stdio.h>

/* Stores that are older than these get them when first something goes in. */
#define VERIFICATION_TABLE                                                                                             \
    "CREATE TABLE IF NOT EXISTS verification (\n"                                                                      \
    "  -- Of a run of `greenlane verify`: what a model was set against, one row a case.\n"                             \
    "  run          INTEGER NOT NULL REFERENCES run,\n"                                                                \
    "  place        INTEGER NOT NULL,  -- order in the suite, from 0\n"                                                \
    "  case_id      TEXT NOT NULL,\n"                                                                                  \
    "  scenario     TEXT,              -- null: not run, and estimate_of says why\n"                                   \
    "  measure      TEXT NOT NULL,\n"                                                                                  \
    "  estimate_of  TEXT NOT NULL,     -- an expression of metrics\n"                                                  \
    "  seed         TEXT NOT NULL,     -- decimal\n"                                                                   \
    "  replications INTEGER NOT NULL,\n"                                                                               \
    "  exact        REAL NOT NULL,\n"                                                                                  \
    "  estimate     REAL,              -- null: not run\n"                                                             \
    "  half_width   REAL,              -- 95 %\n"                                                                      \
    "  z            REAL,              -- (estimate - exact) / standard error; null where there is no error\n"         \
    "  pass         INTEGER NOT NULL,  -- 1: close and narrow enough\n"                                                \
    "  PRIMARY KEY (run, place)\n"                                                                                     \
    ") STRICT, WITHOUT ROWID;\n"
#define RUN_NAME_TABLE                                                                                                 \
    "CREATE TABLE IF NOT EXISTS run_name (\n"                                                                          \
    "  -- What a run called its variant, where that is not what the first run of all called it.\n"                     \
    "  run      INTEGER NOT NULL REFERENCES run,\n"                                                                    \
    "  place    INTEGER NOT NULL,\n"                                                                                   \
    "  name     TEXT NOT NULL,\n"                                                                                      \
    "  policies TEXT NOT NULL,\n"                                                                                      \
    "  settings TEXT NOT NULL,\n"                                                                                      \
    "  PRIMARY KEY (run, place)\n"                                                                                     \
    ") STRICT, WITHOUT ROWID;\n"
#define VERIFICATION_VIEW                                                                                              \
    "CREATE VIEW IF NOT EXISTS v_verify AS\n"                                                                          \
    "  -- The engine against theory, case by case.\n"                                                                  \
    "  SELECT v.run, run.at, v.case_id AS \"case\", v.scenario, v.measure, v.exact, v.estimate, v.half_width, v.z,\n"  \
    "         v.pass, v.replications, v.seed\n"                                                                        \
    "    FROM verification AS v JOIN run ON run.id = v.run\n"                                                          \
    "   ORDER BY v.run, v.place;\n"

static const char *const TABLES[] = {
    "CREATE TABLE variant (\n"
    "  -- What was simulated: a scenario with all that it extends and all policies worked in, and a seed.\n"
    "  id             INTEGER PRIMARY KEY,\n"
    "  digest         TEXT NOT NULL UNIQUE,  -- of the resolved text, seed and result_version\n"
    "  name           TEXT NOT NULL,         -- of the scenario, with its policies: china-2017 +advance\n"
    "  title          TEXT,\n"
    "  text           TEXT NOT NULL,         -- the resolved scenario\n"
    "  policies       TEXT,\n"
    "  settings       TEXT,                  -- what --set changed\n"
    "  seed           TEXT NOT NULL,         -- decimal, 0 to 2^64-1\n"
    "  result_version INTEGER NOT NULL,      -- rises when the same input gives other bits on purpose\n"
    "  versions       TEXT,                  -- of the program and its libraries when this was first stored\n"
    "  dated          INTEGER NOT NULL,      -- 1: hours below count from 1970-01-01 00:00; 0: from the scenario's "
    "start\n"
    "  window_from_h  REAL NOT NULL,         -- entities born in the window are the ones measured\n"
    "  window_to_h    REAL NOT NULL,\n"
    "  warm_up_h      REAL NOT NULL,         -- simulated before the window, not measured\n"
    "  facts          TEXT                   -- JSON: labels, owners, order of stages; for reports\n"
    ") STRICT;\n",

    "CREATE TABLE input (\n"
    "  -- Every number that went in, and what it rests on.\n"
    "  variant  INTEGER NOT NULL REFERENCES variant,\n"
    "  place    INTEGER NOT NULL,  -- order in the scenario, from 0\n"
    "  path     TEXT NOT NULL,     -- as --set takes it\n"
    "  value    TEXT,\n"
    "  evidence TEXT,              -- assumed or sourced\n"
    "  low      TEXT,              -- the range of an assumption\n"
    "  high     TEXT,\n"
    "  source   TEXT,\n"
    "  policy   TEXT,              -- the policy that set it, if one did\n"
    "  PRIMARY KEY (variant, place)\n"
    ") STRICT, WITHOUT ROWID;\n",

    "CREATE TABLE expectation (\n"
    "  -- Published values to hold the results against.\n"
    "  variant         INTEGER NOT NULL REFERENCES variant,\n"
    "  place           INTEGER NOT NULL,\n"
    "  metric          TEXT NOT NULL,\n"
    "  text            TEXT,              -- in words\n"
    "  role            TEXT,              -- fitted: the scenario was tuned to it; held_back: it was not\n"
    "  source          TEXT,\n"
    "  value           REAL,              -- in the metric's unit\n"
    "  within          REAL,              -- tolerance\n"
    "  within_relative INTEGER NOT NULL,  -- 1: the tolerance is a share of the value; 0: in the metric's unit\n"
    "  PRIMARY KEY (variant, place)\n"
    ") STRICT, WITHOUT ROWID;\n",

    "CREATE TABLE replication (\n"
    "  -- One simulated history of a variant; stored once, whatever the number of runs that use it.\n"
    "  id       INTEGER PRIMARY KEY,\n"
    "  variant  INTEGER NOT NULL REFERENCES variant,\n"
    "  number   INTEGER NOT NULL,  -- from 0; the luck depends on (seed, number) alone\n"
    "  digest   TEXT NOT NULL,     -- of every count and sum: equal digests are equal results\n"
    "  events   INTEGER NOT NULL,\n"
    "  entities INTEGER NOT NULL,  -- that were born, measured or not\n"
    "  UNIQUE (variant, number)\n"
    ") STRICT;\n",

    "CREATE TABLE metric (\n"
    "  -- The names of the numbers in metric_value; scenarios/README.md defines them. The unit is in the name.\n"
    "  id   INTEGER PRIMARY KEY,\n"
    "  name TEXT NOT NULL UNIQUE\n"
    ") STRICT;\n",

    "CREATE TABLE metric_value (\n"
    "  -- One number per replication and metric; v_metric shows means and intervals.\n"
    "  replication INTEGER NOT NULL REFERENCES replication,\n"
    "  metric      INTEGER NOT NULL REFERENCES metric,\n"
    "  value       REAL,  -- null: there was nothing to observe\n"
    "  PRIMARY KEY (replication, metric)\n"
    ") STRICT, WITHOUT ROWID;\n",

    "CREATE TABLE series (\n"
    "  -- Tables over time: point i covers the step that begins at start_h + i * step_h.\n"
    "  id      INTEGER PRIMARY KEY,\n"
    "  variant INTEGER NOT NULL REFERENCES variant,\n"
    "  name    TEXT NOT NULL,\n"
    "  start_h REAL NOT NULL,  -- as variant.dated says; 0 for tables by hour of the week (from Monday 00:00)\n"
    "  step_h  REAL NOT NULL,\n"
    "  UNIQUE (variant, name)\n"
    ") STRICT;\n",

    "CREATE TABLE series_point (\n"
    "  replication INTEGER NOT NULL REFERENCES replication,\n"
    "  series      INTEGER NOT NULL REFERENCES series,\n"
    "  step        INTEGER NOT NULL,  -- from 0\n"
    "  value       REAL,              -- null: nothing to observe\n"
    "  PRIMARY KEY (replication, series, step)\n"
    ") STRICT, WITHOUT ROWID;\n",

    "CREATE TABLE curve (\n"
    "  -- Distribution functions: which share of entities took at most so long.\n"
    "  id      INTEGER PRIMARY KEY,\n"
    "  variant INTEGER NOT NULL REFERENCES variant,\n"
    "  name    TEXT NOT NULL,\n"
    "  UNIQUE (variant, name)\n"
    ") STRICT;\n",

    "CREATE TABLE curve_point (\n"
    "  replication INTEGER NOT NULL REFERENCES replication,\n"
    "  curve       INTEGER NOT NULL REFERENCES curve,\n"
    "  upper_h     REAL NOT NULL,\n"
    "  share       REAL NOT NULL,  -- 0 to 1, of those that took at most upper_h\n"
    "  PRIMARY KEY (replication, curve, upper_h)\n"
    ") STRICT, WITHOUT ROWID;\n",

    "CREATE TABLE run (\n"
    "  -- An invocation of greenlane. Only this table holds the clock on the wall.\n"
    "  id      INTEGER PRIMARY KEY,  -- run:14 is number 14\n"
    "  at      TEXT NOT NULL,        -- UTC\n"
    "  kind    TEXT NOT NULL,        -- run, compare, ...\n"
    "  command TEXT NOT NULL,        -- as typed\n"
    "  seconds REAL NOT NULL         -- processor time of the replications that were new\n"
    ") STRICT;\n",

    "CREATE TABLE run_variant (\n"
    "  -- What a run looked at, in order: the first one is the baseline of a comparison.\n"
    "  run          INTEGER NOT NULL REFERENCES run,\n"
    "  place        INTEGER NOT NULL,  -- from 0\n"
    "  variant      INTEGER NOT NULL REFERENCES variant,\n"
    "  replications INTEGER NOT NULL,  -- it used numbers 0 to replications - 1\n"
    "  PRIMARY KEY (run, place)\n"
    ") STRICT, WITHOUT ROWID;\n",

    "CREATE INDEX run_variant_by_variant ON run_variant (variant);\n",

    VERIFICATION_TABLE,
    RUN_NAME_TABLE,

    "CREATE TABLE student_t (\n"
    "  -- Quantiles of Student's t for the 95 % intervals of v_metric; between two rows the lower one is the careful "
    "choice.\n"
    "  degrees INTEGER PRIMARY KEY,\n"
    "  t_975   REAL NOT NULL\n"
    ") STRICT;\n",
};

static const char *const VIEWS[] = {
    "CREATE VIEW v_run AS\n"
    "  -- All runs, with the names of their variants.\n"
    "  SELECT run.id AS run, run.at, run.kind, group_concat(ifnull(n.name, variant.name), ', ') AS variants,\n"
    "         max(rv.replications) AS replications, run.seconds, run.command\n"
    "    FROM run\n"
    "    LEFT JOIN (SELECT * FROM run_variant ORDER BY run, place) AS rv ON rv.run = run.id\n"
    "    LEFT JOIN variant ON variant.id = rv.variant\n"
    "    LEFT JOIN run_name AS n ON n.run = rv.run AND n.place = rv.place\n"
    "   GROUP BY run.id;\n",

    "CREATE VIEW v_metric AS\n"
    "  -- Every metric of every run: mean over replications, standard deviation, and half the width of the 95 % "
    "interval.\n"
    "  -- Sums are taken of differences from replication 0, which keeps their digits.\n"
    "  SELECT run, place, variant, metric, n, mean, sd,\n"
    "         sd / sqrt(n) * (SELECT t_975 FROM student_t WHERE degrees < n ORDER BY degrees DESC LIMIT 1) AS "
    "half_width_95\n"
    "    FROM (SELECT rv.run, rv.place, variant.name AS variant, metric.name AS metric, count(v.value) AS n,\n"
    "                 avg(v.value) AS mean,\n"
    "                 CASE WHEN count(v.value) > 1 THEN\n"
    "                   sqrt(max(0, total((v.value - ifnull(z.value, 0)) * (v.value - ifnull(z.value, 0)))\n"
    "                     - total(v.value - ifnull(z.value, 0)) * total(v.value - ifnull(z.value, 0)) / "
    "count(v.value))\n"
    "                     / (count(v.value) - 1)) END AS sd\n"
    "            FROM run_variant AS rv\n"
    "            JOIN variant ON variant.id = rv.variant\n"
    "            JOIN replication AS r ON r.variant = rv.variant AND r.number < rv.replications\n"
    "            JOIN metric_value AS v ON v.replication = r.id\n"
    "            JOIN metric ON metric.id = v.metric\n"
    "            LEFT JOIN replication AS r0 ON r0.variant = rv.variant AND r0.number = 0\n"
    "            LEFT JOIN metric_value AS z ON z.replication = r0.id AND z.metric = v.metric\n"
    "           GROUP BY rv.run, rv.place, variant.name, metric.name);\n",

    VERIFICATION_VIEW,

    "CREATE VIEW v_assumed AS\n"
    "  -- Inputs that rest on an assumption, with the range that was thought possible.\n"
    "  SELECT rv.run, rv.place, variant.name AS variant, input.path, input.value, input.low, input.high, input.policy\n"
    "    FROM run_variant AS rv\n"
    "    JOIN variant ON variant.id = rv.variant\n"
    "    JOIN input ON input.variant = rv.variant\n"
    "   WHERE input.evidence = 'assumed'\n"
    "   ORDER BY rv.run, rv.place, input.place;\n",

    "CREATE VIEW v_expected AS\n"
    "  -- Published values beside the means; met is null where there is nothing to compare.\n"
    "  SELECT m.run, m.place, m.variant, e.role, e.metric, m.mean, e.value AS published, e.within, e.within_relative,\n"
    "         abs(m.mean - e.value) <= e.within * CASE WHEN e.within_relative THEN abs(e.value) ELSE 1 END AS met, "
    "e.source\n"
    "    FROM run_variant AS rv\n"
    "    JOIN expectation AS e ON e.variant = rv.variant\n"
    "    JOIN v_metric AS m ON m.run = rv.run AND m.place = rv.place AND m.metric = e.metric;\n",

    "CREATE VIEW v_series AS\n"
    "  -- Every series of every run: mean, least and greatest over replications, step by step.\n"
    "  SELECT rv.run, rv.place, variant.name AS variant, series.name AS series, p.step,\n"
    "         series.start_h + p.step * series.step_h AS from_h,\n"
    "         CASE WHEN variant.dated AND series.start_h <> 0 THEN\n"
    "           strftime('%Y-%m-%d %H:%M', round((series.start_h + p.step * series.step_h) * 3600), 'unixepoch') END "
    "AS date,\n"
    "         count(p.value) AS n, avg(p.value) AS mean, min(p.value) AS least, max(p.value) AS greatest\n"
    "    FROM run_variant AS rv\n"
    "    JOIN variant ON variant.id = rv.variant\n"
    "    JOIN replication AS r ON r.variant = rv.variant AND r.number < rv.replications\n"
    "    JOIN series ON series.variant = rv.variant\n"
    "    JOIN series_point AS p ON p.replication = r.id AND p.series = series.id\n"
    "   GROUP BY rv.run, rv.place, variant.name, series.name, p.step;\n",

    "CREATE VIEW v_throughput AS\n"
    "  -- The series that count by the day, such as arrivals and completions.\n"
    "  SELECT * FROM v_series WHERE series GLOB '*.per_day';\n",

    "CREATE VIEW v_curve AS\n"
    "  -- Distribution functions: the mean share over replications at each bound.\n"
    "  SELECT rv.run, rv.place, variant.name AS variant, curve.name AS curve, p.upper_h,\n"
    "         count(*) AS n, avg(p.share) AS share\n"
    "    FROM run_variant AS rv\n"
    "    JOIN variant ON variant.id = rv.variant\n"
    "    JOIN replication AS r ON r.variant = rv.variant AND r.number < rv.replications\n"
    "    JOIN curve ON curve.variant = rv.variant\n"
    "    JOIN curve_point AS p ON p.replication = r.id AND p.curve = curve.id\n"
    "   GROUP BY rv.run, rv.place, variant.name, curve.name, p.upper_h;\n",
};

/* Every degree while it matters to three digits, then ever fewer; the last one is the normal distribution's. */
static int next_degrees(int degrees)
{
    return degrees < 100 ? degrees + 1 : degrees < 1000 ? degrees + 50 : degrees * 10;
}

static enum status fill_student_t(struct store *store)
{
    static const char SQL[] = "INSERT INTO student_t VALUES (?1, ?2)";
    for (int degrees = 1; degrees <= 1000000; degrees = next_degrees(degrees)) {
        sqlite3_stmt *stmt = store_statement(store, SQL);
        if (!stmt) return store_sqlite_failed(store);
        sqlite3_bind_int(stmt, 1, degrees);
        sqlite3_bind_double(stmt, 2, round(interval_t_quantile(0.975, degrees) * 1e5) / 1e5);
        enum status st = store_finish(store, stmt);
        if (st != STATUS_OK) return st;
    }
    return STATUS_OK;
}

enum status store_schema_create(struct store *store)
{
    char pragma[80];
    snprintf(
        pragma, sizeof pragma, "PRAGMA application_id = %d; PRAGMA user_version = %d", STORE_APPLICATION, STORE_FORMAT);
    enum status st = store_execute(store, pragma);
    for (size_t i = 0; st == STATUS_OK && i < sizeof TABLES / sizeof *TABLES; i++) st = store_execute(store, TABLES[i]);
    for (size_t i = 0; st == STATUS_OK && i < sizeof VIEWS / sizeof *VIEWS; i++) st = store_execute(store, VIEWS[i]);
    return st == STATUS_OK ? fill_student_t(store) : st;
}

enum status store_schema_add_names(struct store *store)
{
    return store_execute(store, RUN_NAME_TABLE);
}

bool store_schema_has_names(struct store *store)
{
    static const char SQL[] = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'run_name'";
    sqlite3_stmt *stmt = store_statement(store, SQL);
    if (!stmt) return false;
    bool has = store_step(stmt) == SQLITE_ROW;
    return store_done(store, stmt) == STATUS_OK && has;
}

enum status store_schema_add_cases(struct store *store)
{
    enum status st = store_execute(store, VERIFICATION_TABLE);
    return st == STATUS_OK ? store_execute(store, VERIFICATION_VIEW) : st;
}

static enum status read_number(struct store *store, const char *sql, sqlite3_int64 *number)
{
    sqlite3_stmt *stmt = store_statement(store, sql);
    if (!stmt) return store_sqlite_failed(store);
    if (store_step(stmt) == SQLITE_ROW) *number = sqlite3_column_int64(stmt, 0);
    return store_done(store, stmt);
}

/* SQLite notices missing pages when it comes to them, which may be after hours of simulation. */
static enum status check_length(struct store *store)
{
    sqlite3_int64 pages = 0, page_bytes = 0, bytes = 0;
    enum status st = read_number(store, "PRAGMA page_count", &pages);
    if (st == STATUS_OK) st = read_number(store, "PRAGMA page_size", &page_bytes);
    if (st != STATUS_OK) return st;
    sqlite3_file *file = NULL;
    sqlite3_file_control(store->db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    if (!file || !file->pMethods || file->pMethods->xFileSize(file, &bytes) != SQLITE_OK) return STATUS_OK;
    if (bytes >= pages * page_bytes) return STATUS_OK;
    return store_fail(store, STATUS_CORRUPT, "%s is cut short: %lld of %lld bytes are there", store->path,
        (long long)bytes, (long long)(pages * page_bytes));
}

enum status store_schema_check(struct store *store)
{
    sqlite3_int64 application = 0, format = 0;
    enum status st = read_number(store, "PRAGMA application_id", &application);
    if (st == STATUS_OK) st = read_number(store, "PRAGMA user_version", &format);
    if (st != STATUS_OK) return st;
    if (application != STORE_APPLICATION)
        return store_fail(store, STATUS_CORRUPT,
            "%s is a database, but not greenlane's (its application_id is %lld, not %d)", store->path,
            (long long)application, STORE_APPLICATION);
    if (format > STORE_FORMAT)
        return store_fail(store, STATUS_CORRUPT, "%s was written by a newer greenlane (format %lld; this one knows %d)",
            store->path, (long long)format, STORE_FORMAT);
    if (format < STORE_FORMAT)
        return store_fail(
            store, STATUS_CORRUPT, "%s has format %lld, which no greenlane wrote", store->path, (long long)format);
    return check_length(store);
}
