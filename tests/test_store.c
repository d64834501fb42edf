/* test_store.c - what goes into a store comes out, what is not a store is left alone, and a failure changes nothing. */
#include "engine/experiment/store.h"
#include "engine/infer/interval.h"

#include <dirent.h>
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

/* ---- a directory for each test, and what lies in it ---- */

static char folder[64];

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/greenlane-store-XXXXXX");
    return mkdtemp(folder) && chmod(folder, 0777) == 0 ? 0 : -1;
}

static const char *in_folder(const char *name)
{
    static char path[4][160];
    static int turn;
    turn = (turn + 1) % 4;
    snprintf(path[turn], sizeof path[turn], "%s/%.80s", folder, name);
    return path[turn];
}

static int files_in_folder(void)
{
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    int n = 0;
    for (struct dirent *entry; (entry = readdir(dir));) n += entry->d_name[0] != '.';
    closedir(dir);
    return n;
}

static int remove_folder(void **state)
{
    (void)state;
    chmod(folder, 0777);
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        if (unlink(in_folder(entry->d_name)) != 0) rmdir(in_folder(entry->d_name));
    }
    if (dir) closedir(dir);
    return rmdir(folder);
}

struct bytes {
    char *byte;
    size_t n;
};

static struct bytes read_file(const char *path)
{
    struct bytes b = {NULL, 0};
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    b.n = (size_t)ftell(file);
    rewind(file);
    b.byte = malloc(b.n + 1);
    assert_int_equal(fread(b.byte, 1, b.n, file), b.n);
    fclose(file);
    return b;
}

static void write_file(const char *path, const void *byte, size_t n)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(byte, 1, n, file), n);
    fclose(file);
}

static void assert_same_bytes(const char *path, const struct bytes *before)
{
    struct bytes now = read_file(path);
    assert_int_equal(now.n, before->n);
    assert_memory_equal(now.byte, before->byte, now.n);
    free(now.byte);
}

/* Root may do anything, so rights are tested as somebody else. */
static void become(bool nobody)
{
    if (getuid() == 0) assert_int_equal(seteuid(nobody ? 65534 : 0), 0);
}

/* ---- contents ---- */

static const struct store_input INPUTS[] = {
    {.path = "processes.import.document_check.service",
        .value = "constant 30 min",
        .evidence = "sourced",
        .source = "TRS 2017"},
    {.path = "streams.sea.rate",
        .value = "12 per h",
        .evidence = "assumed",
        .low = "8 per h",
        .high = "15 per h",
        .policy = "advance"},
    {.path = "title", .value = "quoted 'text', \"so\" and \xc3\xbc", .evidence = "assumed"},
};
static const struct store_expect EXPECTS[] = {
    {.metric = "import.clearance.mean_h",
        .text = "import mean",
        .role = "fitted",
        .source = "GACC 2018",
        .value = 97.39,
        .within = 0.03,
        .within_relative = true},
    {.metric = "import.clearance.within_24h", .role = "held_back", .value = 0.33, .within = 0.05},
};

static struct store_variant variant_named(const char *name, const char *digest)
{
    return (struct store_variant){.digest = digest,
        .name = name,
        .title = "reference port",
        .text = "name: x\n",
        .policies = "advance",
        .settings = "",
        .seed = UINT64_MAX,
        .result_version = 1,
        .versions = "greenlane 0.1",
        .window_from_h = 412032,
        .window_to_h = 412032 + 120 * 24,
        .warm_up_h = 720,
        .dated = true,
        .input = INPUTS,
        .inputs = 3,
        .expect = EXPECTS,
        .expects = 2,
        .facts = "{\"title\":\"reference port\"}"};
}

static const char *const METRICS[] = {
    "import.clearance.mean_h", "import.clearance.within_24h", "import.lane.red.p90_h"};
static const double MEANS[] = {97.41, 97.02, 98.25, 97.66, 96.9};

/* A replication whose numbers follow from its own. */
struct sample {
    double value[3], day[5], hour[7], upper[4], share[4];
    struct store_series series[2];
    struct store_curve curve;
    char digest[33];
};

static struct store_replication replication_of(struct sample *s, uint64_t r)
{
    s->value[0] = MEANS[r % 5];
    s->value[1] = 1.0 / 3;
    s->value[2] = r == 1 ? NAN : 150 + (double)r;
    for (int i = 0; i < 5; i++) s->day[i] = 100 + 10 * i + (double)r;
    for (int i = 0; i < 7; i++) s->hour[i] = i == 3 ? NAN : i * 0.1;
    for (int i = 0; i < 4; i++) {
        s->upper[i] = 12 << i;
        s->share[i] = 0.25 * (i + 1);
    }
    s->series[0] = (struct store_series){"import.arrived.per_day", 412032, 24, 5, s->day};
    s->series[1] = (struct store_series){"bays.busy.by_hour", 0, 1, 7, s->hour};
    s->curve = (struct store_curve){"import.clearance.cdf", 4, s->upper, s->share};
    snprintf(s->digest, sizeof s->digest, "%032llx", (unsigned long long)(r + 1));
    return (struct store_replication){.replication = r,
        .digest = s->digest,
        .metrics = 3,
        .metric = METRICS,
        .value = s->value,
        .all_series = 2,
        .series = s->series,
        .curves = 1,
        .curve = &s->curve,
        .events = 1000 + r,
        .entities = 50,
        .seconds = 0.5};
}

static const char DIGEST[] = "0123456789abcdef0123456789abcdef", OTHER_DIGEST[] = "ffffffffffffffffffffffffffffffff";

static struct store *open_store(const char *path, enum store_mode mode)
{
    struct store *store;
    char why[200];
    enum status st = store_open(&store, path, mode, why);
    if (st != STATUS_OK) print_error("%s\n", why);
    assert_int_equal(st, STATUS_OK);
    assert_string_equal(why, "");
    return store;
}

static int64_t add(struct store *store, const char *name, const char *digest, uint64_t replications)
{
    struct store_variant v = variant_named(name, digest);
    int64_t id;
    assert_int_equal(store_variant_add(store, &v, &id), STATUS_OK);
    for (uint64_t i = 0; i < replications; i++) {
        struct sample sample;
        struct store_replication r = replication_of(&sample, i);
        assert_int_equal(store_replication_add(store, id, &r), STATUS_OK);
    }
    return id;
}

static int64_t add_run(struct store *store, int64_t variant, uint64_t replications)
{
    int64_t run;
    assert_int_equal(store_run_add(store, "greenlane run x.yaml", "run", &variant, &replications, NULL, 1, &run), STATUS_OK);
    return run;
}

/* A store with one run of five replications; its bytes are the reader's to free. */
static const char *make_store(void)
{
    const char *path = in_folder("a.db");
    struct store *store = open_store(path, STORE_WRITE);
    add_run(store, add(store, "china-2017", DIGEST, 5), 5);
    store_close(store);
    return path;
}

/* The only cell of a query, as a person would ask it in the shell. */
static char *ask(const char *path, const char *sql)
{
    static char answer[2048];
    sqlite3 *db;
    sqlite3_stmt *stmt;
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK) fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    answer[0] = '\0';
    if (sqlite3_step(stmt) == SQLITE_ROW && sqlite3_column_text(stmt, 0))
        snprintf(answer, sizeof answer, "%s", (const char *)sqlite3_column_text(stmt, 0));
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    return answer;
}

static void tell(const char *path, const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    sqlite3_close(db);
}

/* ---- in and out ---- */

static void a_variant_comes_back_as_it_was_put_in(void **state)
{
    (void)state;
    struct store *store = open_store(make_store(), STORE_READ);
    struct store_variant_row *v;
    size_t n;
    assert_int_equal(store_run_find(store, "run:1", &v, &n), STATUS_OK);
    assert_int_equal(n, 1);
    assert_string_equal(v->digest, DIGEST);
    assert_string_equal(v->name, "china-2017");
    assert_string_equal(v->title, "reference port");
    assert_string_equal(v->text, "name: x\n");
    assert_string_equal(v->policies, "advance");
    assert_string_equal(v->settings, "");
    assert_string_equal(v->versions, "greenlane 0.1");
    assert_string_equal(v->facts, "{\"title\":\"reference port\"}");
    assert_true(v->seed == UINT64_MAX && v->replications == 5 && v->run == 1 && v->dated);
    assert_true(v->window_from_h == 412032 && v->window_to_h == 414912 && v->warm_up_h == 720);

    struct store_input *input;
    size_t inputs;
    assert_int_equal(store_inputs(store, v->id, &input, &inputs), STATUS_OK);
    assert_int_equal(inputs, 3);
    assert_string_equal(input[0].path, INPUTS[0].path);
    assert_string_equal(input[0].source, "TRS 2017");
    assert_null(input[0].low);
    assert_string_equal(input[1].high, "15 per h");
    assert_string_equal(input[1].policy, "advance");
    assert_string_equal(input[2].value, INPUTS[2].value);
    free(input);

    struct store_expect *expect;
    size_t expects;
    assert_int_equal(store_expects(store, v->id, &expect, &expects), STATUS_OK);
    assert_int_equal(expects, 2);
    assert_string_equal(expect[0].role, "fitted");
    assert_true(expect[0].value == 97.39 && expect[0].within == 0.03 && expect[0].within_relative);
    assert_true(!expect[1].within_relative && expect[1].source == NULL);
    free(expect);
    store_variants_free(v, n);
    store_close(store);
}

static void metric_values_come_back_bit_for_bit_and_nan_where_there_is_none(void **state)
{
    (void)state;
    struct store *store = open_store(make_store(), STORE_READ);
    char **name;
    size_t n;
    assert_int_equal(store_metric_names(store, 1, &name, &n), STATUS_OK);
    assert_int_equal(n, 3);
    for (size_t i = 0; i < n; i++) assert_string_equal(name[i], METRICS[i]);
    store_names_free(name, n);
    double value[7];
    assert_int_equal(store_values(store, 1, METRICS[0], value, 7), STATUS_OK);
    assert_memory_equal(value, MEANS, sizeof MEANS);
    assert_true(isnan(value[5]) && isnan(value[6]));
    assert_int_equal(store_values(store, 1, METRICS[2], value, 2), STATUS_OK);
    assert_true(value[0] == 150 && isnan(value[1]));
    assert_int_equal(store_values(store, 1, "no.such.metric", value, 2), STATUS_OK);
    assert_true(isnan(value[0]));
    store_close(store);
}

static void series_and_curves_come_back_replication_by_replication(void **state)
{
    (void)state;
    struct store *store = open_store(make_store(), STORE_READ);
    struct store_table t;
    assert_int_equal(store_series_read(store, 1, "import.arrived.per_day", 6, &t), STATUS_OK);
    assert_true(t.n == 5 && t.replications == 6 && t.start_h == 412032 && t.step_h == 24);
    assert_true(t.at[1] == 412056 && t.value[0] == 100 && t.value[3 * 5 + 2] == 123 && isnan(t.value[5 * 5]));
    store_table_clear(&t);
    assert_int_equal(store_series_read(store, 1, "bays.busy.by_hour", 1, &t), STATUS_OK);
    assert_true(t.n == 7 && t.value[2] == 0.2 && isnan(t.value[3]));
    store_table_clear(&t);
    assert_int_equal(store_curve_read(store, 1, "import.clearance.cdf", 2, &t), STATUS_OK);
    assert_true(t.n == 4 && t.at[3] == 96 && t.value[4 + 1] == 0.5);
    store_table_clear(&t);
    assert_int_equal(store_curve_read(store, 1, "import.clearence.cdf", 2, &t), STATUS_NOT_FOUND);
    assert_non_null(strstr(store_why(store), "did you mean import.clearance.cdf?"));
    char **name;
    size_t n;
    assert_int_equal(store_series_names(store, 1, &name, &n), STATUS_OK);
    assert_int_equal(n, 2);
    assert_string_equal(name[1], "bays.busy.by_hour");
    store_names_free(name, n);
    assert_int_equal(store_curve_names(store, 1, &name, &n), STATUS_OK);
    assert_int_equal(n, 1);
    store_names_free(name, n);
    store_close(store);
}

static void curves_with_other_bounds_are_brought_to_common_ones(void **state)
{
    (void)state;
    struct store *store = open_store(in_folder("a.db"), STORE_WRITE);
    int64_t id = add(store, "x", DIGEST, 0);
    const double upper[2][3] = {{10, 30, 40}, {20, 30, 50}}, share[2][3] = {{0.2, 0.6, 1}, {0.3, 0.5, 1}};
    for (uint64_t r = 0; r < 2; r++) {
        struct store_curve curve = {"c", 3, upper[r], share[r]};
        struct store_replication row = {.replication = r, .digest = DIGEST, .curves = 1, .curve = &curve};
        assert_int_equal(store_replication_add(store, id, &row), STATUS_OK);
    }
    struct store_table t;
    assert_int_equal(store_curve_read(store, id, "c", 2, &t), STATUS_OK);
    assert_int_equal(t.n, 5);
    const double at[] = {10, 20, 30, 40, 50}, expected[] = {0.2, 0.4, 0.6, 1, 1, 0, 0.3, 0.5, 0.75, 1};
    for (int i = 0; i < 5; i++) assert_true(t.at[i] == at[i]);
    for (int i = 0; i < 10; i++) assert_true(fabs(t.value[i] - expected[i]) < 1e-12);
    store_table_clear(&t);
    store_close(store);
}

static void running_again_adds_a_run_and_reuses_the_replications(void **state)
{
    (void)state;
    const char *path = make_store();
    struct store *store = open_store(path, STORE_WRITE);
    unsigned char have[7];
    int64_t id = add(store, "china-2017", DIGEST, 5);
    assert_int_equal(id, 1);
    assert_int_equal(store_have(store, id, have, 7), STATUS_OK);
    assert_memory_equal(have, "\1\1\1\1\1\0\0", 7);
    assert_int_equal(add_run(store, id, 3), 2);
    struct store_run_row *run;
    size_t n;
    assert_int_equal(store_runs(store, &run, &n), STATUS_OK);
    assert_int_equal(n, 2);
    assert_true(run[1].run == 2 && run[1].replications == 3);
    assert_string_equal(run[1].names, "china-2017");
    assert_string_equal(run[1].kind, "run");
    assert_string_equal(run[1].command, "greenlane run x.yaml");
    assert_int_equal(strlen(run[1].at), strlen("2024-01-01T00:00:00Z"));
    store_runs_free(run, n);
    store_close(store);
    assert_string_equal(ask(path, "SELECT count(*) FROM replication"), "5");
    assert_string_equal(ask(path, "SELECT group_concat(seconds) FROM run"), "2.5,0.0");
}

static void a_replication_that_came_out_otherwise_is_refused(void **state)
{
    (void)state;
    const char *path = make_store();
    struct bytes before = read_file(path);
    struct store *store = open_store(path, STORE_WRITE);
    struct sample sample;
    struct store_replication r = replication_of(&sample, 3);
    r.digest = OTHER_DIGEST;
    assert_int_equal(store_replication_add(store, 1, &r), STATUS_BROKEN);
    char expected[400];
    snprintf(expected, sizeof expected,
        "replication 3 came out as %s, but %s holds it as 00000000000000000000000000000004 from the same scenario and "
        "seed",
        OTHER_DIGEST, path);
    assert_string_equal(store_why(store), expected);
    store_close(store);
    assert_same_bytes(path, &before);
    free(before.byte);
}

static void a_variant_whose_text_differs_under_one_digest_is_refused(void **state)
{
    (void)state;
    const char *path = make_store();
    struct store *store = open_store(path, STORE_WRITE);
    struct store_variant v = variant_named("china-2017", DIGEST);
    int64_t id;
    v.text = "name: y\n";
    assert_int_equal(store_variant_add(store, &v, &id), STATUS_CORRUPT);
    assert_non_null(strstr(store_why(store), "but another text"));
    v = variant_named("china-2017", DIGEST);
    v.seed = 2;
    assert_int_equal(store_variant_add(store, &v, &id), STATUS_CORRUPT);
    v = variant_named("china-2017", DIGEST);
    v.versions = "greenlane 0.2"; /* a newer program that gives the same results is welcome */
    assert_int_equal(store_variant_add(store, &v, &id), STATUS_OK);
    store_close(store);
}

static void a_failed_replication_leaves_nothing_of_itself(void **state)
{
    (void)state;
    const char *path = make_store();
    struct store *store = open_store(path, STORE_WRITE);
    struct sample sample;
    struct store_replication r = replication_of(&sample, 5);
    sample.upper[3] = sample.upper[2]; /* the same bound twice */
    assert_int_equal(store_replication_add(store, 1, &r), STATUS_BAD_VALUE);
    r = replication_of(&sample, 5);
    sample.series[1].step_h = 2;
    assert_int_equal(store_replication_add(store, 1, &r), STATUS_BAD_VALUE);
    assert_non_null(strstr(store_why(store), "holds the series bays.busy.by_hour with other steps"));
    r = replication_of(&sample, 5);
    assert_int_equal(store_replication_add(store, 99, &r), STATUS_BAD_VALUE); /* no such variant */
    assert_string_equal(ask(path, "SELECT count(*) FROM replication"), "5");
    assert_string_equal(ask(path, "SELECT count(*) FROM series_point"), "60");
    r = replication_of(&sample, 5);
    assert_int_equal(store_replication_add(store, 1, &r), STATUS_OK);
    store_close(store);
}

/* ---- references ---- */

static void a_run_is_found_by_number_and_by_the_newest_of_a_name(void **state)
{
    (void)state;
    const char *path = in_folder("a.db");
    struct store *store = open_store(path, STORE_WRITE);
    int64_t both[2] = {add(store, "china-2017", DIGEST, 2), add(store, "china-2022", OTHER_DIGEST, 2)}, run;
    const uint64_t count[2] = {2, 1};
    add_run(store, both[0], 1);
    assert_int_equal(store_run_add(store, "greenlane compare a b", "compare", both, count, NULL, 2, &run), STATUS_OK);
    struct store_variant_row *v;
    size_t n;
    assert_int_equal(store_run_find(store, "run:2", &v, &n), STATUS_OK);
    assert_int_equal(n, 2);
    assert_string_equal(v[0].name, "china-2017");
    assert_string_equal(v[1].name, "china-2022");
    assert_true(v[0].replications == 2 && v[1].replications == 1);
    store_variants_free(v, n);
    assert_int_equal(store_run_find(store, "run:china-2017", &v, &n), STATUS_OK);
    assert_int_equal(n, 1);
    assert_true(v[0].run == 2 && v[0].replications == 2);
    store_variants_free(v, n);
    /* A sweep's one replication in passing does not hide what was run for itself. */
    assert_int_equal(store_run_add(store, "greenlane plot capacity a b", "plot", both, (const uint64_t[]){1, 1}, NULL, 2, &run), STATUS_OK);
    assert_int_equal(store_run_find(store, "run:china-2017", &v, &n), STATUS_OK);
    assert_true(n == 1 && v[0].run == 2 && v[0].replications == 2);
    store_variants_free(v, n);
    store_close(store);
    assert_string_equal(ask(path, "SELECT variants FROM v_run WHERE run = 2"), "china-2017, china-2022");
}

static void assert_not_found(struct store *store, const char *reference, const char *why)
{
    struct store_variant_row *v;
    size_t n;
    assert_int_equal(store_run_find(store, reference, &v, &n), STATUS_NOT_FOUND);
    assert_true(v == NULL && n == 0);
    const char *said = store_why(store), *slash = strrchr(said, '/');
    assert_string_equal(slash ? slash + 1 : said, why);
}

static void a_reference_that_is_not_there_suggests_near_names(void **state)
{
    (void)state;
    struct store *store = open_store(in_folder("a.db"), STORE_WRITE);
    assert_not_found(store, "run:china-2017", "a.db holds no run yet");
    assert_not_found(store, "run:1", "a.db holds no run yet");
    int64_t a = add(store, "china-2017", DIGEST, 1), b = add(store, "mm1", OTHER_DIGEST, 1);
    add_run(store, a, 1);
    assert_not_found(store, "run:7", "a.db holds no run:7, only run:1");
    add_run(store, b, 1);
    assert_not_found(store, "run:7", "a.db holds no run:7; its runs are run:1 to run:2");
    assert_not_found(
        store, "run:99999999999999999999999", "a.db holds no run:99999999999999999999; its runs are run:1 to run:2");
    assert_not_found(store, "run:china-2018", "a.db holds no run named china-2018; did you mean china-2017?");
    assert_not_found(store, "run:china", "a.db holds no run named china; did you mean china-2017?");
    assert_not_found(store, "run:zanzibar", "a.db holds no run named zanzibar; the newest is mm1");
    assert_not_found(
        store, "china-2017", "china-2017 is no run: write run:NUMBER or run:NAME, as `show runs` lists them");
    assert_not_found(store, "run:", "run: is no run: write run:NUMBER or run:NAME, as `show runs` lists them");
    store_close(store);
}

/* ---- for people ---- */

static void v_metric_gives_the_mean_and_students_half_width(void **state)
{
    (void)state;
    const char *path = make_store();
    struct estimate e = interval_mean(MEANS, 5, 0.95);
    const char *where = " FROM v_metric WHERE run = 1 AND metric = 'import.clearance.mean_h'";
    char sql[200];
    snprintf(sql, sizeof sql, "SELECT mean%s", where);
    assert_true(fabs(atof(ask(path, sql)) - e.mean) < 1e-9);
    snprintf(sql, sizeof sql, "SELECT sd%s", where);
    assert_true(fabs(atof(ask(path, sql)) - e.sd) < 1e-9);
    snprintf(sql, sizeof sql, "SELECT half_width_95%s", where);
    assert_true(fabs(atof(ask(path, sql)) - e.half_width) < 1e-5);
    snprintf(sql, sizeof sql, "SELECT n || variant || place%s", where);
    assert_string_equal(ask(path, sql), "5china-20170");
    assert_string_equal(ask(path, "SELECT n FROM v_metric WHERE metric = 'import.lane.red.p90_h'"), "4");
    assert_string_equal(ask(path, "SELECT sd FROM v_metric WHERE metric = 'import.clearance.within_24h'"), "0.0");
}

static void views_answer_what_people_ask(void **state)
{
    (void)state;
    const char *path = make_store();
    assert_string_equal(
        ask(path, "SELECT variants || '|' || replications || '|' || kind FROM v_run"), "china-2017|5|run");
    assert_string_equal(ask(path, "SELECT group_concat(path || ' ' || ifnull(low, '?')) FROM v_assumed"),
        "streams.sea.rate 8 per h,title ?");
    assert_string_equal(ask(path, "SELECT date || ' ' || mean || ' ' || least || ' ' || greatest FROM v_throughput"
                                  " WHERE step = 1"),
        "2017-01-03 00:00 112.0 110.0 114.0");
    assert_string_equal(ask(path, "SELECT count(*) FROM v_throughput"), "5");
    assert_string_equal(
        ask(path, "SELECT ifnull(date, 'no date') FROM v_series WHERE series = 'bays.busy.by_hour'"), "no date");
    assert_string_equal(ask(path, "SELECT share FROM v_curve WHERE upper_h = 24"), "0.5");
    assert_string_equal(ask(path, "SELECT group_concat(role || ' ' || met) FROM v_expected"), "fitted 1,held_back 1");
    assert_string_equal(ask(path, "SELECT t_975 FROM student_t WHERE degrees = 9"), "2.26216");
    assert_string_equal(ask(path, "SELECT t_975 FROM student_t ORDER BY degrees DESC"), "1.95997");
}

static void the_schema_explains_itself(void **state)
{
    (void)state;
    const char *path = make_store();
    assert_string_equal(
        ask(path, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%STRICT%'"), "0");
    assert_string_equal(
        ask(path, "SELECT count(*) FROM sqlite_schema WHERE type = 'view' AND sql NOT LIKE '%--%'"), "0");
    assert_non_null(strstr(ask(path, "SELECT sql FROM sqlite_schema WHERE name = 'replication'"), "stored once"));
    assert_string_equal(ask(path, "PRAGMA application_id"), "1735552110");
    assert_string_equal(ask(path, "PRAGMA user_version"), "1");
    assert_string_equal(ask(path, "PRAGMA journal_mode"), "delete");
    assert_string_equal(ask(path, "PRAGMA integrity_check"), "ok");
    assert_string_equal(ask(path, "PRAGMA foreign_key_check"), "");
    assert_int_equal(files_in_folder(), 1);
}

static void the_same_work_gives_the_same_bytes(void **state)
{
    (void)state;
    struct bytes file[2];
    for (int i = 0; i < 2; i++) {
        const char *path = in_folder(i ? "b.db" : "a.db");
        struct store *store = open_store(path, STORE_WRITE);
        add(store, "china-2017", DIGEST, 3);
        store_close(store);
        file[i] = read_file(path);
    }
    assert_int_equal(file[0].n, file[1].n);
    assert_memory_equal(file[0].byte, file[1].byte, file[0].n);
    free(file[0].byte);
    free(file[1].byte);
}

static void ten_replications_of_a_port_fit_in_20_megabytes(void **state)
{
    (void)state;
    enum { SERIES = 40, CURVES = 20, BOUNDS = 600, NUMBERS = 800, REPLICATIONS = 10 };
    static double point[3600], upper[BOUNDS], share[BOUNDS], value[NUMBERS];
    static char name[NUMBERS][32];
    const char *metric[NUMBERS];
    struct store_series series[SERIES];
    struct store_curve curve[CURVES];
    for (int i = 0; i < 3600; i++) point[i] = 1000.0 / (i + 7);
    for (int i = 0; i < BOUNDS; i++) upper[i] = exp(i * 0.01), share[i] = (i + 1.0) / BOUNDS;
    for (int i = 0; i < NUMBERS; i++) {
        snprintf(name[i], sizeof name[i], "station.s%d.wait.mean", i);
        metric[i] = name[i];
        value[i] = 1.0 / (i + 3);
    }
    for (int i = 0; i < SERIES; i++)
        series[i] = (struct store_series){name[i], 0, 1, i < 8 ? 3600 : i < 20 ? 168 : 120, point};
    for (int i = 0; i < CURVES; i++) curve[i] = (struct store_curve){name[i], BOUNDS, upper, share};
    struct store *store = open_store(in_folder("a.db"), STORE_WRITE);
    int64_t id = add(store, "x", DIGEST, 0);
    for (uint64_t i = 0; i < REPLICATIONS; i++) {
        struct store_replication r = {.replication = i,
            .digest = DIGEST,
            .metrics = NUMBERS,
            .metric = metric,
            .value = value,
            .all_series = SERIES,
            .series = series,
            .curves = CURVES,
            .curve = curve};
        assert_int_equal(store_replication_add(store, id, &r), STATUS_OK);
    }
    store_close(store);
    struct stat file;
    assert_int_equal(stat(in_folder("a.db"), &file), 0);
    assert_in_range(file.st_size, 1, 20 * 1000 * 1000);
}

/* ---- what is not a store ---- */

static void assert_refused(const char *path, enum store_mode mode, enum status status, const char *why_format)
{
    struct store *store = (struct store *)&store;
    char why[200], expected[400];
    assert_int_equal(store_open(&store, path, mode, why), status);
    assert_null(store);
    snprintf(expected, sizeof expected, why_format, path);
    assert_string_equal(why, expected);
}

/* In both modes, with the same words, and without touching it. */
static void assert_left_alone(const char *path, enum status status, const char *why_format)
{
    struct bytes before = read_file(path);
    int files = files_in_folder();
    assert_refused(path, STORE_READ, status, why_format);
    assert_refused(path, STORE_WRITE, status, why_format);
    assert_same_bytes(path, &before);
    assert_int_equal(files_in_folder(), files);
    free(before.byte);
}

static void a_file_that_is_no_database_is_left_alone(void **state)
{
    (void)state;
    const char *path = in_folder("notes.txt");
    char text[4096];
    memset(text, 'x', sizeof text);
    write_file(path, text, 12);
    assert_left_alone(path, STATUS_CORRUPT, "%s is not a greenlane store (nor any SQLite file)");
    write_file(path, text, sizeof text);
    assert_left_alone(path, STATUS_CORRUPT, "%s is not a greenlane store (nor any SQLite file)");
    write_file(path, text, 0);
    assert_left_alone(path, STATUS_CORRUPT, "%s is empty, and not a greenlane store");
}

static void a_database_of_another_program_is_left_alone(void **state)
{
    (void)state;
    const char *path = in_folder("other.db");
    tell(path, "CREATE TABLE t (x)");
    assert_left_alone(
        path, STATUS_CORRUPT, "%s is a database, but not greenlane's (its application_id is 0, not 1735552110)");
    tell(path, "PRAGMA application_id = 7");
    assert_left_alone(
        path, STATUS_CORRUPT, "%s is a database, but not greenlane's (its application_id is 7, not 1735552110)");
}

static void a_store_of_another_format_is_left_alone(void **state)
{
    (void)state;
    const char *path = make_store();
    tell(path, "PRAGMA user_version = 2");
    assert_left_alone(path, STATUS_CORRUPT, "%s was written by a newer greenlane (format 2; this one knows 1)");
    tell(path, "PRAGMA user_version = 0");
    assert_left_alone(path, STATUS_CORRUPT, "%s has format 0, which no greenlane wrote");
}

static void a_truncated_store_is_noticed_before_anything_is_simulated(void **state)
{
    (void)state;
    const char *path = make_store();
    struct bytes whole = read_file(path);
    char cut[120];
    for (size_t eighths = 1; eighths < 8; eighths++) {
        write_file(path, whole.byte, whole.n * eighths / 8);
        struct store *store;
        char why[200];
        assert_int_equal(store_open(&store, path, STORE_READ, why), STATUS_CORRUPT);
        snprintf(cut, sizeof cut, "%.90s is ", path);
        assert_memory_equal(why, cut, strlen(cut));
    }
    write_file(path, whole.byte, whole.n - 100);
    snprintf(cut, sizeof cut, "%%s is cut short: %zu of %zu bytes are there", whole.n - 100, whole.n);
    assert_left_alone(path, STATUS_CORRUPT, cut);
    write_file(path, whole.byte, whole.n - 4096);
    assert_left_alone(path, STATUS_CORRUPT, "%s is damaged: database disk image is malformed");
    write_file(path, whole.byte, 50);
    assert_left_alone(path, STATUS_CORRUPT, "%s is not a greenlane store (nor any SQLite file)");
    free(whole.byte);
}

static void what_is_no_file_is_no_store(void **state)
{
    (void)state;
    assert_refused(folder, STORE_READ, STATUS_IO, "%s is a directory, not a store");
    assert_refused(folder, STORE_WRITE, STATUS_IO, "%s is a directory, not a store");
    assert_refused("/dev/null", STORE_WRITE, STATUS_IO, "%s is not a regular file");
    const char *pipe_path = in_folder("pipe");
    assert_int_equal(mkfifo(pipe_path, 0600), 0);
    assert_refused(pipe_path, STORE_READ, STATUS_IO, "%s is not a regular file");
    assert_refused("", STORE_WRITE, STATUS_IO, "a store needs a file name%s");
}

static void a_missing_store_is_never_created_by_reading(void **state)
{
    (void)state;
    assert_refused(in_folder("none.db"), STORE_READ, STATUS_IO, "cannot open %s: No such file or directory");
    assert_refused(in_folder("none/a.db"), STORE_WRITE, STATUS_IO, "cannot create %s: No such file or directory");
    assert_int_equal(files_in_folder(), 0);
}

static void a_name_that_sqlite_takes_for_more_is_a_file_all_the_same(void **state)
{
    (void)state;
    char before[256];
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(folder), 0);
    store_close(open_store(":memory:", STORE_WRITE));
    store_close(open_store("file:a.db?mode=ro", STORE_WRITE));
    assert_int_equal(chdir(before), 0);
    assert_int_equal(files_in_folder(), 2);
    assert_string_equal(ask(in_folder(":memory:"), "PRAGMA user_version"), "1");
}

static void a_long_path_leaves_room_for_what_is_wrong(void **state)
{
    (void)state;
    char path[600] = "/nowhere";
    for (int i = 0; i < 50; i++) strcat(path, "/abcdefghi");
    struct store *store;
    char why[200];
    assert_int_equal(store_open(&store, path, STORE_READ, why), STATUS_IO);
    assert_non_null(strstr(why, "abcdefghi: No such file or directory"));
}

/* ---- rights ---- */

static void a_directory_that_cannot_be_written_is_said_at_once(void **state)
{
    (void)state;
    const char *path = make_store();
    chmod(path, 0666);
    chmod(folder, 0555);
    become(true);
    assert_refused(in_folder("new.db"), STORE_WRITE, STATUS_IO, "cannot create %s: Permission denied");
    assert_refused(path, STORE_WRITE, STATUS_IO,
        "cannot write %s: a journal must stand beside it, and its directory says: Permission denied");
    become(false);
    assert_int_equal(files_in_folder(), 1);
}

static void a_read_only_file_is_read_and_not_written(void **state)
{
    (void)state;
    const char *path = make_store();
    struct bytes before = read_file(path);
    chmod(path, 0444);
    become(true);
    assert_refused(path, STORE_WRITE, STATUS_IO, "cannot write %s: Permission denied");
    struct store *store = open_store(path, STORE_READ);
    double value;
    assert_int_equal(store_values(store, 1, METRICS[0], &value, 1), STATUS_OK);
    assert_true(value == MEANS[0]);
    store_close(store);
    become(false);
    assert_same_bytes(path, &before);
    free(before.byte);
}

static void a_store_in_a_read_only_directory_can_be_read(void **state)
{
    (void)state;
    const char *path = make_store();
    chmod(path, 0444);
    chmod(folder, 0555);
    become(true);
    struct store *store = open_store(path, STORE_READ);
    struct store_variant_row *v;
    size_t n;
    assert_int_equal(store_run_find(store, "run:china-2017", &v, &n), STATUS_OK);
    store_variants_free(v, n);
    store_close(store);
    become(false);
    assert_int_equal(files_in_folder(), 1);
}

static void a_store_opened_for_reading_refuses_to_be_written(void **state)
{
    (void)state;
    const char *path = make_store();
    struct store *store = open_store(path, STORE_READ);
    struct sample sample;
    struct store_replication r = replication_of(&sample, 5);
    assert_int_equal(store_replication_add(store, 1, &r), STATUS_IO);
    assert_non_null(strstr(store_why(store), "was opened for reading only"));
    store_close(store);
}

/* More than SQLite's cache holds: pages that spilled would wait for the reader one by one. */
static void a_reader_holds_up_what_is_gathered_once_at_its_end(void **state)
{
    (void)state;
    const char *path = make_store();
    struct store *store = open_store(path, STORE_WRITE);
    sqlite3 *reader;
    assert_int_equal(sqlite3_open(path, &reader), SQLITE_OK);
    assert_int_equal(sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM replication", NULL, NULL, NULL), SQLITE_OK);
    store_patience(store, 100);
    assert_int_equal(store_gather(store), STATUS_OK);
    static double point[20000];
    struct store_series series = {"long", 0, 1, 20000, point};
    for (uint64_t i = 5; i < 25; i++) {
        char digest[33];
        snprintf(digest, sizeof digest, "%032llx", (unsigned long long)i);
        struct store_replication r = {.replication = i, .digest = digest, .all_series = 1, .series = &series};
        assert_int_equal(store_replication_add(store, 1, &r), STATUS_OK);
    }
    assert_int_equal(store_settle(store), STATUS_IO);
    assert_non_null(strstr(store_why(store), "another greenlane"));
    assert_int_equal(sqlite3_exec(reader, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(reader);
    assert_string_equal(ask(path, "SELECT count(*) FROM replication"), "5");
    struct sample sample;
    struct store_replication r = replication_of(&sample, 5);
    assert_int_equal(store_replication_add(store, 1, &r), STATUS_OK); /* of use again */
    store_close(store);
}

static void another_writer_is_waited_for_and_then_named(void **state)
{
    (void)state;
    const char *path = make_store();
    struct store *store = open_store(path, STORE_WRITE);
    sqlite3 *other;
    assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    store_patience(store, 50);
    struct store_variant v = variant_named("mm1", OTHER_DIGEST);
    int64_t id;
    assert_int_equal(store_variant_add(store, &v, &id), STATUS_IO);
    char expected[200];
    snprintf(expected, sizeof expected, "another greenlane is writing to %s", path);
    assert_string_equal(store_why(store), expected);
    assert_int_equal(sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(store_variant_add(store, &v, &id), STATUS_OK);
    sqlite3_close(other);
    store_close(store);
}

/* ---- faults ---- */

/* In a child, since a limit holds for the whole process: files may grow to `bytes` only. Returns what `act` did. */
static int with_small_files(rlim_t bytes, int (*act)(const char *path), const char *path)
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &(struct rlimit){bytes, bytes});
        _exit(act(path));
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static int open_and_close(const char *path)
{
    struct store *store;
    char why[200];
    enum status st = store_open(&store, path, STORE_WRITE, why);
    store_close(store);
    return (int)st;
}

static void a_store_that_cannot_be_completed_is_not_left_behind(void **state)
{
    (void)state;
    for (rlim_t bytes = 0; bytes <= 60000; bytes += 12000) {
        assert_int_equal(with_small_files(bytes, open_and_close, in_folder("a.db")), STATUS_IO);
        assert_int_equal(files_in_folder(), 0);
    }
    assert_int_equal(with_small_files(1 << 20, open_and_close, in_folder("a.db")), STATUS_OK);
    assert_int_equal(files_in_folder(), 1);
}

static int add_much(const char *path)
{
    struct store *store;
    char why[200];
    static double point[20000];
    struct store_series series = {"long", 0, 1, 20000, point};
    struct store_replication r = {.replication = 9, .digest = DIGEST, .all_series = 1, .series = &series};
    if (store_open(&store, path, STORE_WRITE, why) != STATUS_OK) return 99;
    enum status st = store_replication_add(store, 1, &r);
    bool told = strncmp(store_why(store), "cannot ", 7) == 0;
    store_close(store);
    return told ? (int)st : 98;
}

static void a_full_disk_leaves_the_store_as_it_was(void **state)
{
    (void)state;
    const char *path = make_store();
    struct bytes before = read_file(path);
    assert_int_equal(with_small_files(before.n + 8192, add_much, path), STATUS_IO);
    assert_same_bytes(path, &before);
    assert_int_equal(files_in_folder(), 1);
    free(before.byte);
}

/* Gathered: two that fit, then one that does not. The disk's end takes all three; after it the store is of use again. */
static int gather_much(const char *path)
{
    struct store *store;
    char why[200];
    static double point[20000];
    struct store_series series = {"long", 0, 1, 20000, point};
    struct store_replication much = {.replication = 9, .digest = DIGEST, .all_series = 1, .series = &series};
    if (store_open(&store, path, STORE_WRITE, why) != STATUS_OK) return 99;
    bool good = store_gather(store) == STATUS_OK;
    for (uint64_t i = 5; good && i < 7; i++) {
        struct sample sample;
        struct store_replication r = replication_of(&sample, i);
        good = store_replication_add(store, 1, &r) == STATUS_OK;
    }
    enum status st = good ? store_replication_add(store, 1, &much) : STATUS_BROKEN;
    if (st == STATUS_OK) st = store_settle(store); /* where all of it stayed in memory until here */
    if (store_settle(store) != STATUS_OK) st = STATUS_BROKEN;
    int64_t id;
    struct store_variant v = variant_named("china-2017", OTHER_DIGEST);
    if (store_variant_add(store, &v, &id) != STATUS_OK) st = STATUS_BROKEN; /* small enough */
    store_close(store);
    return (int)st;
}

static void a_disk_that_fills_while_gathering_leaves_the_store_as_it_was(void **state)
{
    (void)state;
    const char *path = make_store();
    struct bytes before = read_file(path);
    assert_int_equal(with_small_files(before.n + 24576, gather_much, path), STATUS_IO);
    assert_string_equal(ask(path, "SELECT count(*) FROM replication"), "5");
    assert_string_equal(ask(path, "SELECT count(*) FROM variant"), "2");
    assert_string_equal(ask(path, "PRAGMA integrity_check"), "ok");
    assert_int_equal(files_in_folder(), 1);
    free(before.byte);
}

static void what_is_gathered_is_seen_when_settled_and_a_failed_call_undoes_itself_alone(void **state)
{
    (void)state;
    const char *path = make_store();
    struct store *store = open_store(path, STORE_WRITE);
    assert_int_equal(store_settle(store), STATUS_OK); /* nothing was gathered */
    assert_int_equal(store_gather(store), STATUS_OK);
    assert_int_equal(store_gather(store), STATUS_OK);
    for (uint64_t i = 5; i < 8; i++) {
        struct sample sample;
        struct store_replication r = replication_of(&sample, i);
        if (i == 6) r.digest = OTHER_DIGEST, r.replication = 5; /* what has just been gathered, otherwise */
        assert_int_equal(store_replication_add(store, 1, &r), i == 6 ? STATUS_BROKEN : STATUS_OK);
        r.replication = 99;
        if (i == 6) assert_int_equal(store_replication_add(store, 99, &r), STATUS_BAD_VALUE); /* no such variant */
    }
    struct store_table table;
    assert_int_equal(store_curve_read(store, 1, "import.clearance.cdf", 6, &table), STATUS_OK); /* reads what it has gathered */
    assert_int_equal(table.replications, 6);
    assert_false(isnan(table.value[5 * table.n]));
    store_table_clear(&table);
    assert_string_equal(ask(path, "SELECT count(*) FROM replication"), "5"); /* another connection */
    assert_int_equal(store_settle(store), STATUS_OK);
    assert_string_equal(ask(path, "SELECT count(*) FROM replication"), "7");
    assert_int_equal(store_gather(store), STATUS_OK);
    store_close(store); /* not settled, and nothing in it */
    assert_string_equal(ask(path, "SELECT count(*) FROM replication"), "7");
    assert_string_equal(ask(path, "PRAGMA integrity_check"), "ok");
    assert_int_equal(files_in_folder(), 1);
}

static void a_curve_of_nobody_has_no_points(void **state)
{
    (void)state;
    const char *path = make_store();
    struct store *store = open_store(path, STORE_WRITE);
    struct sample sample;
    struct store_replication r = replication_of(&sample, 5);
    for (int i = 0; i < 4; i++) sample.share[i] = NAN;
    assert_int_equal(store_replication_add(store, 1, &r), STATUS_OK);
    struct store_table table;
    assert_int_equal(store_curve_read(store, 1, "import.clearance.cdf", 6, &table), STATUS_OK);
    assert_false(isnan(table.value[4 * table.n]));
    for (size_t i = 0; i < table.n; i++) assert_true(isnan(table.value[5 * table.n + i]));
    store_table_clear(&table);
    store_close(store);
}

static void a_killed_writer_leaves_whole_replications(void **state)
{
    (void)state;
    const char *path = make_store();
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        struct store *store;
        char why[200];
        if (store_open(&store, path, STORE_WRITE, why) != STATUS_OK) _exit(1);
        for (uint64_t i = 5;; i++) {
            struct sample sample;
            struct store_replication r = replication_of(&sample, i);
            if (i % 3 == 0 && store_settle(store) != STATUS_OK) _exit(3);
            if (store_gather(store) != STATUS_OK || store_replication_add(store, 1, &r) != STATUS_OK) _exit(2);
        }
    }
    usleep(150000);
    kill(child, SIGKILL);
    int status;
    waitpid(child, &status, 0);
    assert_true(WIFSIGNALED(status));
    struct store *store = open_store(path, STORE_WRITE);
    add_run(store, 1, 5);
    store_close(store);
    assert_int_equal(files_in_folder(), 1);
    assert_string_equal(ask(path, "PRAGMA integrity_check"), "ok");
    int replications = atoi(ask(path, "SELECT count(*) FROM replication"));
    assert_true(replications >= 5);
    assert_int_equal(atoi(ask(path, "SELECT count(*) FROM series_point")), replications * 12);
    assert_int_equal(atoi(ask(path, "SELECT count(*) FROM curve_point")), replications * 4);
}

static void two_that_create_one_store_at_once_share_it(void **state)
{
    (void)state;
    const char *path = in_folder("a.db");
    pid_t child[4];
    fflush(NULL);
    for (int i = 0; i < 4; i++)
        if ((child[i] = fork()) == 0) _exit(open_and_close(path));
    for (int i = 0; i < 4; i++) {
        int status;
        assert_int_equal(waitpid(child[i], &status, 0), child[i]);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == STATUS_OK);
    }
    assert_int_equal(files_in_folder(), 1);
    store_close(open_store(path, STORE_WRITE));
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(a_variant_comes_back_as_it_was_put_in),
        IN_FOLDER(metric_values_come_back_bit_for_bit_and_nan_where_there_is_none),
        IN_FOLDER(series_and_curves_come_back_replication_by_replication),
        IN_FOLDER(curves_with_other_bounds_are_brought_to_common_ones),
        IN_FOLDER(running_again_adds_a_run_and_reuses_the_replications),
        IN_FOLDER(a_replication_that_came_out_otherwise_is_refused),
        IN_FOLDER(a_variant_whose_text_differs_under_one_digest_is_refused),
        IN_FOLDER(a_failed_replication_leaves_nothing_of_itself),
        IN_FOLDER(a_run_is_found_by_number_and_by_the_newest_of_a_name),
        IN_FOLDER(a_reference_that_is_not_there_suggests_near_names),
        IN_FOLDER(v_metric_gives_the_mean_and_students_half_width),
        IN_FOLDER(views_answer_what_people_ask),
        IN_FOLDER(the_schema_explains_itself),
        IN_FOLDER(the_same_work_gives_the_same_bytes),
        IN_FOLDER(ten_replications_of_a_port_fit_in_20_megabytes),
        IN_FOLDER(a_file_that_is_no_database_is_left_alone),
        IN_FOLDER(a_database_of_another_program_is_left_alone),
        IN_FOLDER(a_store_of_another_format_is_left_alone),
        IN_FOLDER(a_truncated_store_is_noticed_before_anything_is_simulated),
        IN_FOLDER(what_is_no_file_is_no_store),
        IN_FOLDER(a_missing_store_is_never_created_by_reading),
        IN_FOLDER(a_name_that_sqlite_takes_for_more_is_a_file_all_the_same),
        IN_FOLDER(a_long_path_leaves_room_for_what_is_wrong),
        IN_FOLDER(a_directory_that_cannot_be_written_is_said_at_once),
        IN_FOLDER(a_read_only_file_is_read_and_not_written),
        IN_FOLDER(a_store_in_a_read_only_directory_can_be_read),
        IN_FOLDER(a_store_opened_for_reading_refuses_to_be_written),
        IN_FOLDER(another_writer_is_waited_for_and_then_named),
        IN_FOLDER(a_store_that_cannot_be_completed_is_not_left_behind),
        IN_FOLDER(a_full_disk_leaves_the_store_as_it_was),
        IN_FOLDER(a_disk_that_fills_while_gathering_leaves_the_store_as_it_was),
        IN_FOLDER(what_is_gathered_is_seen_when_settled_and_a_failed_call_undoes_itself_alone),
        IN_FOLDER(a_reader_holds_up_what_is_gathered_once_at_its_end),
        IN_FOLDER(a_curve_of_nobody_has_no_points),
        IN_FOLDER(a_killed_writer_leaves_whole_replications),
        IN_FOLDER(two_that_create_one_store_at_once_share_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
