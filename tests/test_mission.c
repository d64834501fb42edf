/* test_mission.c - what the mission's document names is there, and does what it should and nothing else.
 *
 * A row of the table is a row of scenarios/mission.md: a shipped scenario, a policy of its, the number that it must
 * move and which way, and the streams and resources that it can reach. Both variants meet the same shipments with the
 * same luck, so (1) the paired 95 % interval of the difference lies on the right side of 0 at a fixed seed, and (2) of
 * every stream and resource that the policy cannot reach the digests of all replications are equal bit for bit. That a
 * policy reaches nothing of what it names would be a mistake too, so (3) each stream that it names differs.
 */
#include "engine/core/compiled.h"
#include "engine/infer/interval.h"
#include "models/clearance/model.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { REPLICATIONS = 5, SETTINGS = 6, NETWORKS_MOST = 16, PARTS_MOST = 64, ROWS_OF_DOCUMENT = 33 };

/* Short windows: what is tested is a difference, not its size. And a drain so short that both variants are cut off at
 * the same moment: a run that ends later has seen more of the arrivals that come after the window. */
#define GREATER_BAY "greater-bay", "run.measure=2022-09-05..2022-09-25", "run.drain_limit=0 h"
#define BONDED "bonded-zone", "run.measure=2022-03-01..2022-03-14", "run.drain_limit=10 d", "run.warm_up=40 d"
#define REGIMES "trade-regimes", "run.measure=2022-03-01..2022-03-27", "run.drain_limit=6 h", "run.warm_up=60 d"
#define COMMERCE                                                                                                       \
    "e-commerce", "run.measure=2022-11-10..2022-11-11", "run.drain_limit=6 h", "run.warm_up=1 d", "run.scale=30 %"
#define INSPECTION                                                                                                     \
    "port-inspection", "run.measure=2022-03-01..2022-04-30", "run.drain_limit=6 h",                                    \
        "run.metrics=[\"stream.boxes.time.mean[goods=dangerous]\"]"
#define MODES                                                                                                          \
    "traffic-modes", "run.measure=2022-03-07..2022-03-20", "run.drain_limit=6 h",                                      \
        "run.metrics=[rail.tonnes_per_day, \"stream.sea.time.mean[class=aeo]\"]", "streams.post.arrivals.rate=200/d"
#define CAMPAIGN                                                                                                       \
    "campaign", "run.measure=2022-03-07..2022-05-01", "run.drain_limit=1 h", "run.warm_up=14 d",                       \
        "streams.export.arrivals.rate=50/d"
#define PORT_2017                                                                                                      \
    "china-2017", "run.measure=2017-09-03..2017-09-09", "run.drain_limit=2 d", "run.warm_up=7 d", "run.scale=10 %"
#define PRESSURE                                                                                                       \
    "pressure", "run.measure=2017-11-06..2017-11-26", "run.drain_limit=2 d", "run.warm_up=7 d", "run.scale=20 %"
#define HUB                                                                                                            \
    "parcel-hub", "run.measure=2022-11-11..2022-11-11", "run.drain_limit=6 h", "resources.sorter.capacity=600/h",      \
        "resources.xray.capacity=60/h", "streams.parcels.arrivals.rate=2500/d"
#define EXAMPLE_PORT                                                                                                   \
    "../tests/data/port", "run.measure=2022-09-05..2022-09-11", "run.drain_limit=1 d", "run.warm_up=7 d"
#define REACH "../tests/data/reach"
#define EXAMPLE_BORDER "../tests/data/border", "run.measure=2022-03-07..2022-03-20", "run.drain_limit=4 d"

/* What follows the officers of the import side of the reference port. */
#define IMPORT_SIDE "import document_officers scanner image_analyst bays"
#define BOXES "boxes port_team quarantine_team customs_team bays laboratory chemical_lab"
#define CHECKS "import scanner image_analysts bays police auditors"
#define CARGO "sea air rail road document_officers bays"

static const struct row {
    int number;
    const char *scenario[SETTINGS]; /* file, settings */
    const char *before, *policy;    /* blank between several; "" none */
    const char *metric;
    int sign;
    const char *reaches; /* streams and resources; "*": all */
    double errors;       /* standard errors that it must move by at least; 0: the interval's 2.8 */
} rows[] = {
    {1, {PORT_2017}, "", "discharge advance delivery_order single_window documents payment examination release",
        "import.clearance.mean_h", -1, "*"},
    {2, {MODES}, "", "daily_train", "rail.tonnes_per_day", +1, CARGO " sidings"},
    {3, {MODES}, "", "daily_train", "rail.arrived", +1, CARGO " sidings"},
    {4, {HUB}, "", "more_xray", "parcels.clearance.mean_h", -1, "parcels xray officers"},
    {5, {MODES}, "", "more_aeo", "sea.examined_share", -1, CARGO},
    {5, {MODES}, "", "aeo_first", "stream.sea.time.mean[class=aeo]", -1, CARGO},
    {6, {CAMPAIGN}, "", "big_data", "import.found_share", +1, CHECKS},
    {7, {CAMPAIGN}, "", "machine_images", "import.stage.image_review.mean_if_met_h", -1,
        "import image_analysts bays police"},
    {8, {MODES}, "", "fast_cranes", "sea.stage.unloading.mean_h", -1, CARGO " berths cranes"},
    {9, {CAMPAIGN}, "", "screened_in_port", "import.clearance.mean_h", +1,
        "import screening_desk scanner image_analysts bays police auditors"},
    {9, {CAMPAIGN}, "", "audit_later", "import.examined_share", -1, CHECKS},
    {9, {CAMPAIGN}, "", "echo", "import.control.hit_rate", +1, CHECKS, 4},
    {9, {CAMPAIGN}, "", "echo", "import.control.recall", +1, CHECKS, 4},
    {11, {INSPECTION}, "", "quarantine_dogs", "boxes.stage.fumigation.share_met", +1, BOXES " document_officers"},
    {12, {INSPECTION}, "", "dangerous_lane", "stream.boxes.time.mean[goods=dangerous]", -1, BOXES},
    {13, {INSPECTION}, "", "strict_food", "boxes.lost", +1, "boxes"},
    {14, {CAMPAIGN}, "", "big_data", "import.outcome.seized", +1, CHECKS},
    {14, {CAMPAIGN}, "", "big_data", "import.control.recall", +1, CHECKS},
    {15, {CAMPAIGN}, "", "sword", "import.examined_share", +1, CHECKS},
    {15, {CAMPAIGN}, "", "sword", "import.control.found", +1, CHECKS},
    {15, {CAMPAIGN}, "big_data", "police_at_night", "import.stage.police_hold.mean_h", -1, "import police"},
    {16, {INSPECTION}, "", "joint_inspection", "boxes.lane.red.mean_h", -1, BOXES},
    {17, {INSPECTION}, "", "single_window", "boxes.clearance.mean_h", -1, BOXES " document_officers"},
    {18, {PORT_2017}, "", "payment", "import.stage.payment.mean_h", -1, IMPORT_SIDE},
    {19, {REGIMES}, "", "rcep", "general.stage.payment.share_met", -1, "general origin_officers"},
    {19, {REGIMES}, "", "rcep_by_wire", "general.stage.verification.mean_h", -1, "general origin_officers"},
    {20, {GREATER_BAY}, "", "direct_pick_up", "boxes.after_release.mean_h", -1, "boxes release_desk ship_cranes"},
    {21, {GREATER_BAY}, "", "direct_loading", "liner.after_release.mean_h", -1, "liner loading_gate loading_cranes"},
    {22, {GREATER_BAY}, "", "combined_port", "feeder.clearance.mean_h", -1, "feeder feeder_desk feeder_bays barges"},
    {23, {INSPECTION}, "", "time_limits", "promise.check_in_time.share", +1, BOXES " document_officers"},
    {24, {BONDED}, "", "hainan_lines", "hainan_bonded.clearance.mean_h", -1,
        "hainan_bonded hainan_first_line_desk hainan_first_line_bays hainan_warehouse hainan_second_line_desk "
        "hainan_second_line_bays hainan_gate"},
    {25, {INSPECTION}, "", "joint_inspection", "boxes.cost.mean", -1, BOXES},
    {26, {COMMERCE}, "", "list_release", "orders.clearance.mean_h", -1, "orders officers packing xray"},
    {26, {COMMERCE}, "", "papers_by_wire", "orders.stage.correction.share_met", -1,
        "orders platform officers packing xray"},
    {27, {REGIMES}, "", "market_lists=heard", "market.clearance.mean_h", -1, "market market_desk market_bays"},
    {27, {REGIMES}, "", "warehouse_codes", "overseas.clearance.mean_h", -1, "overseas parcel_desk returns_desk"},
    {27, {REGIMES}, "", "returns_by_list", "station.returns_desk.utilisation", -1, "overseas returns_desk"},
    {27, {BONDED}, "", "maintenance_list", "stream.zone_repairs.time.mean", -1,
        "zone_repairs zone_workshop zone_repair_desk"},
    {28, {BONDED}, "", "out_in_batches", "zone_bonded.stage.second_line.mean_if_met_h", -1,
        "zone_bonded zone_second_line_desk zone_second_line_bays zone_gate hengqin_bonded hengqin_second_line_desk "
        "hengqin_second_line_bays hengqin_gate hainan_bonded hainan_second_line_desk hainan_second_line_bays "
        "hainan_gate"},
    {28, {BONDED}, "", "account_by_firm", "zone_processing.clearance.mean_h", -1,
        "zone_processing zone_handbook_desk zone_write_off_desk"},
    {29, {BONDED}, "", "hengqin_lines", "hengqin_bonded.clearance.mean_h", -1,
        "hengqin_bonded hengqin_first_line_desk hengqin_first_line_bays hengqin_warehouse hengqin_second_line_desk "
        "hengqin_second_line_bays hengqin_gate"},
    {30, {GREATER_BAY}, "", "mutual_recognition", "lorries.lane.red.mean_h", -1, "lorries lorry_bays"},
    {31, {GREATER_BAY}, "", "transhipment_list", "stream.transit.time.mean", -1, "transit transit_desk"},
    {31, {GREATER_BAY}, "", "qianhai_nights", "lorries.clearance.mean_h", -1, "lorries lorry_booths lorry_bays"},
    {32, {PRESSURE}, "platform=sound", "platform=fails", "station.platform.p_wait", +1, IMPORT_SIDE " platform"},
    {32, {PRESSURE}, "", "staff_shortage", "import.stage.document_check.mean_h", +1, IMPORT_SIDE},
    {32, {PRESSURE}, "", "surge", "import.stage.document_check.mean_h", +1, IMPORT_SIDE},
    {32, {PRESSURE}, "backlog=none", "backlog=standing", "station.document_officers.queue.mean", +1, IMPORT_SIDE},
    {33, {REGIMES}, "market_lists=as_drafted", "market_lists=heard", "market.clearance.mean_h", -1,
        "market market_desk market_bays"},
    /* the policies of the format's examples, tests/data, that belong to no row */
    {0, {EXAMPLE_PORT}, "", "machine_review", "import.stage.scan.service_h", -1, "import scanner bays"},
    {0, {EXAMPLE_BORDER}, "", "night_shift", "promise.two_hours.share", +1, "*"},
    {0, {EXAMPLE_BORDER}, "", "aeo_lane", "loaded.clearance.mean_h", +1, "*"},
    /* kinds of policy that no row has: prices and pay move nobody, the rest stays on its side */
    {0, {REACH}, "", "dearer", "import.cost.mean", +1, ""},
    {0, {REACH}, "", "free_of_charge", "import.cost.mean", -1, ""},
    {0, {REACH}, "", "better_paid", "customs.wages_per_day", +1, ""},
    {0, {REACH}, "", "echo", "import.control.hit_rate", +1, "import bays"},
    {0, {REACH}, "", "few_traders", "import.stage.document_check.share_met", -1, "import officers bays"},
    {0, {REACH}, "", "more_traders", "import.stage.document_check.share_met", +1, "import officers bays"},
    {0, {REACH}, "", "outage", "import.stage.document_check.mean_h", +1, "import officers bays"},
    {0, {REACH}, "", "short_trial", "import.stage.examination.mean_h", +1, "import bays"},
    {0, {REACH}, "", "campaign", "import.control.recall", +1, "import bays"},
};
enum { ROWS = sizeof rows / sizeof rows[0] };

/* ---- a variant, run ---- */

struct variant {
    double value[ROWS][REPLICATIONS]; /* of the rows' metrics; NAN where it has none of that name */
    struct part_digest {              /* a stream or a resource, over all replications in turn */
        char name[64];
        bool stream;
        struct digest digest;
    } part[PARTS_MOST];
    size_t parts;
};

static void fold(struct digest *into, struct digest next)
{
    char text[33];
    digest_text(&next, text);
    digest_bytes(into, text, 32);
}

static void note(struct variant *variant, const char *name, bool stream, struct digest digest)
{
    size_t i = 0;
    while (i < variant->parts && strcmp(variant->part[i].name, name) != 0) i++;
    assert_true(i < PARTS_MOST);
    if (i == variant->parts) {
        snprintf(variant->part[i].name, sizeof variant->part[i].name, "%s", name);
        variant->part[i].stream = stream;
        digest_init(&variant->part[i].digest);
        variant->parts++;
    }
    fold(&variant->part[i].digest, digest);
}

static void note_parts(struct variant *variant, const struct result *result)
{
    for (size_t i = 0; i < result->streams; i++)
        note(variant, result->network->stream[i].name, true, result_stream_digest(result, i));
    for (size_t i = 0; i < result->stations; i++)
        note(variant, result->network->station[i].name, false, result_station_digest(result, i));
}

static void note_values(
    struct variant *variant, const struct model *model, const struct record *record, int replication)
{
    for (size_t i = 0; i < ROWS; i++) {
        int metric = model_metric_find(model, rows[i].metric);
        variant->value[i][replication] = metric < 0 ? NAN : record->value[metric];
    }
}

static void run_replication(
    const struct model *model, struct simulation **sim, uint64_t seed, int replication, struct variant *variant)
{
    struct part *part[NETWORKS_MOST];
    for (size_t n = 0; n < model_networks(model); n++) {
        const struct result *result;
        assert_int_equal(simulation_run(sim[n], seed, (uint64_t)replication, NULL, &result), STATUS_OK);
        note_parts(variant, result);
        part[n] = model_extract(model, n, result);
    }
    struct record *record = model_record(model, part, model_networks(model));
    assert_non_null(record);
    note_values(variant, model, record, replication);
    record_destroy(record);
}

static void run_model(const struct scenario *scenario, const struct row *row, struct variant *variant)
{
    struct diagnostics errors;
    diagnostics_init(&errors);
    struct model *model = model_create(scenario, &errors);
    if (model == NULL) fail_msg("row %d, %s: %s", row->number, row->policy, errors.count ? errors.item[0].text : "");
    struct simulation *sim[NETWORKS_MOST] = {NULL};
    assert_true(model_networks(model) <= NETWORKS_MOST);
    for (size_t n = 0; n < model_networks(model); n++) sim[n] = simulation_create(model_network(model, n), NULL);
    for (int r = 0; r < REPLICATIONS; r++) run_replication(model, sim, scenario->run.seed, r, variant);
    for (size_t n = 0; n < model_networks(model); n++) simulation_destroy(sim[n]);
    model_destroy(model);
    diagnostics_clear(&errors);
}

static size_t words(char *text, const char **word, size_t most)
{
    size_t n = 0;
    char *rest = NULL;
    for (char *next = strtok_r(text, " ", &rest); next; next = strtok_r(NULL, " ", &rest)) {
        assert_true(n < most);
        word[n++] = next;
    }
    return n;
}

static void run_variant(const struct row *row, bool with, struct variant *variant)
{
    char path[100], policies[300];
    const char *policy[16];
    struct diagnostics errors;
    memset(variant, 0, sizeof *variant);
    /* A level replaces another level of the same policy, a policy comes beside the others. */
    bool instead = with && strchr(row->before, '=') && strchr(row->policy, '=');
    snprintf(path, sizeof path, "scenarios/%s.yaml", row->scenario[0]);
    snprintf(policies, sizeof policies, "%s %s", instead ? "" : row->before, with ? row->policy : "");
    size_t sets = 0;
    while (sets + 1 < SETTINGS && row->scenario[sets + 1]) sets++;
    diagnostics_init(&errors);
    struct scenario_request request = {.path = path,
        .policy = policy,
        .policies = words(policies, policy, 16),
        .set = row->scenario + 1,
        .sets = sets};
    struct scenario *scenario = scenario_read(&request, &errors);
    if (scenario == NULL) fail_msg("row %d, %s: %s", row->number, path, errors.count ? errors.item[0].text : "");
    run_model(scenario, row, variant);
    scenario_destroy(scenario);
    diagnostics_clear(&errors);
}

/* ---- what is compared ---- */

static bool is_named(const char *list, const char *name)
{
    size_t n = strlen(name);
    for (const char *at = list; (at = strstr(at, name)) != NULL; at += n)
        if ((at == list || at[-1] == ' ') && (at[n] == '\0' || at[n] == ' ')) return true;
    return false;
}

static size_t expect_the_right_direction(
    const struct row *row, const struct variant *before, const struct variant *after)
{
    size_t i = (size_t)(row - rows);
    struct estimate difference = interval_paired(before->value[i], after->value[i], REPLICATIONS, 0.95);
    double least = row->errors * difference.sd / sqrt((double)difference.n);
    if (row->sign * difference.mean > fmax(least, difference.half_width)) return 0;
    print_message("row %d, %s %s: %s moves by %g +- %g from %g\n", row->number, row->scenario[0], row->policy,
        row->metric, difference.mean, difference.half_width, before->value[i][0]);
    return 1;
}

static const struct part_digest *part_of(const struct variant *variant, const char *name)
{
    for (size_t i = 0; i < variant->parts; i++)
        if (strcmp(variant->part[i].name, name) == 0) return &variant->part[i];
    return NULL; /* taken out by the policy */
}

static size_t expect_the_rest_unmoved(const struct row *row, const struct variant *before, const struct variant *after)
{
    size_t unmoved = 0, wrong = 0;
    bool all = strcmp(row->reaches, "*") == 0;
    for (size_t i = 0; i < before->parts; i++) {
        const struct part_digest *a = &before->part[i], *b = part_of(after, a->name);
        bool reached = all || is_named(row->reaches, a->name);
        bool equal = b && memcmp(&a->digest, &b->digest, sizeof a->digest) == 0;
        unmoved += !reached && equal;
        if (reached ? !a->stream || !equal : b == NULL || equal) continue;
        print_message("row %d, %s %s: %s %s\n", row->number, row->scenario[0], row->policy,
            reached ? "it should reach, and does not," : "it cannot reach, yet moves,", a->name);
        wrong++;
    }
    if (unmoved == 0 && !all) fail_msg("row %d: nothing is left that it could not reach", row->number);
    return wrong;
}

static bool same_base(const struct row *a, const struct row *b)
{
    return strcmp(a->scenario[0], b->scenario[0]) == 0 && strcmp(a->before, b->before) == 0;
}

/* A debug build checks every event and is some ten times slower: every fourth thing that the document names. */
#ifdef GREENLANE_DEBUG
enum { EVERY = 4 };
#else
enum { EVERY = 1 };
#endif

/* Rows with the same base are judged together, so that it runs once. */
static void each_policy_moves_what_it_should_and_nothing_that_it_cannot_reach(void **state)
{
    (void)state;
    static struct variant before, after;
    bool judged[ROWS] = {false};
    size_t wrong = 0;
    for (size_t first = 0; first < ROWS; first++) {
        if (judged[first] || rows[first].number % EVERY != 0) continue;
        run_variant(&rows[first], false, &before);
        for (size_t i = first; i < ROWS; i++) {
            if (rows[i].number % EVERY != 0 || !same_base(&rows[i], &rows[first])) continue;
            judged[i] = true;
            run_variant(&rows[i], true, &after);
            wrong += expect_the_right_direction(&rows[i], &before, &after);
            wrong += expect_the_rest_unmoved(&rows[i], &before, &after);
        }
    }
    assert_int_equal(wrong, 0);
}

/* ---- the page ---- */

static char *page(void)
{
    FILE *file = fopen("scenarios/mission.md", "r");
    static char text[1 << 17];
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return text;
}

static bool a_row_tests(int number)
{
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].number == number) return true;
    return false;
}

/* The line of that row: "| 7 | ...". */
static const char *line_of(char *text, int number, char *line, size_t room)
{
    char begin[20];
    snprintf(begin, sizeof begin, "\n| %d |", number);
    const char *at = strstr(text, begin);
    if (at == NULL) fail_msg("scenarios/mission.md has no line for row %d", number);
    snprintf(line, room, "%.*s", (int)strcspn(at + 1, "\n"), at + 1);
    return line;
}

static void every_row_of_the_document_has_its_line_with_scenario_policy_and_number(void **state)
{
    (void)state;
    char *text = page(), line[4000], policy[300];
    const char *word[16];
    for (int number = 1; number <= ROWS_OF_DOCUMENT; number++) {
        line_of(text, number, line, sizeof line);
        if (!a_row_tests(number) && !strstr(line, "tests/test_") && !strstr(line, "not yet"))
            fail_msg("row %d is tested neither here nor where its line says", number);
    }
    for (size_t i = 0; i < ROWS; i++) {
        if (rows[i].number == 0) continue;
        line_of(text, rows[i].number, line, sizeof line);
        snprintf(policy, sizeof policy, "%s", rows[i].policy);
        size_t n = words(policy, word, 16);
        if (!strstr(line, rows[i].scenario[0]) || !strstr(line, rows[i].metric))
            fail_msg("row %d of scenarios/mission.md does not name %s and %s", rows[i].number, rows[i].scenario[0],
                rows[i].metric);
        for (size_t k = 0; k < n && n <= 2; k++)
            if (!strstr(line, word[k]))
                fail_msg("row %d of scenarios/mission.md does not name %s", rows[i].number, word[k]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_of_the_document_has_its_line_with_scenario_policy_and_number),
        cmocka_unit_test(each_policy_moves_what_it_should_and_nothing_that_it_cannot_reach),
    };
    return cmocka_run_group_tests_name("mission", tests, NULL, NULL);
}
