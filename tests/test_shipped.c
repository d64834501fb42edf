/* test_shipped.c - the scenarios that are shipped as illustrations pass the check without a warning, and run.
 *
 * The scenarios of published figures meet them: what they were fitted to, and what is held back, unless a miss is
 * known.
 *
 * Each runs for a short window of its own. What each construct does is tested in test_constructs.c; this is about the
 * files: an illustration whose servers are full by mistake would misinform.
 */
#include "tests/cli.h"
#include <math.h>

static const struct shipped {
    const char *file, *measure, *policy, *busiest;
} shipped[] = {
    {"container-port", "2022-09-05..2022-09-11", "", "station.document_officers.utilisation"},
    {"container-port", "2022-09-05..2022-09-11", "--policy machine_review", "station.scanner.utilisation"},
    {"container-port", "2022-09-05..2022-09-11", "--policy fourth_crane", "station.quay_cranes.utilisation"},
    {"land-border", "2022-03-07..2022-03-13", "", "station.inspection_lanes.utilisation"},
    {"land-border", "2022-03-07..2022-03-13", "--policy aeo_lane", "station.inspection_lanes.utilisation"},
    {"land-border", "2022-03-07..2022-03-13", "--policy night_shift", "station.inspection_lanes.utilisation"},
    {"parcel-hub", "2022-11-01..2022-11-03", "", "station.xray.utilisation"},
    {"parcel-hub", "2022-11-11..2022-11-12", "--policy more_xray", "station.xray.utilisation"},
    {"greater-bay", "2022-09-05..2022-09-18", "", "station.feeder_desk.utilisation"},
    {"bonded-zone", "2022-03-01..2022-03-14", "", "station.zone_first_line_desk.utilisation"},
    {"trade-regimes", "2022-03-01..2022-03-14", "", "station.market_desk.utilisation"},
    {"e-commerce", "2022-11-01..2022-11-05", "", "station.officers.utilisation"},
    {"traffic-modes", "2022-03-07..2022-03-20", "", "station.document_officers.utilisation"},
    {"port-inspection", "2022-03-01..2022-03-31", "", "station.document_officers.utilisation"},
    {"campaign", "2022-03-07..2022-04-03", "", "station.screening_desk.utilisation"},
    {"pressure", "2017-10-30..2017-11-05", "", "station.document_officers.utilisation"},
};
enum { SHIPPED = sizeof shipped / sizeof shipped[0] };

static double estimate(const struct cli *cli, const char *metric)
{
    struct json_value *json = cli_json(cli);
    const struct json_value *value = json_get(json_get(json_get(json, "metrics"), metric), "estimate");
    double number = value && value->kind == JSON_NUMBER ? value->number : -1;
    json_free(json);
    return number;
}

static void every_illustration_passes_the_check(void **state)
{
    struct cli *cli = *state;
    for (size_t i = 0; i < SHIPPED; i++) {
        cli_shell(cli, "$G check %s/scenarios/%s.yaml %s", cli->root, shipped[i].file, shipped[i].policy);
        cli_prints(cli, 0, "no errors");
        if (strstr(cli->err, "warning")) fail_msg("%s: %s", shipped[i].file, cli->err);
    }
}

static void every_illustration_runs_and_is_not_full(void **state)
{
    struct cli *cli = *state;
    for (size_t i = 0; i < SHIPPED; i++) {
        cli_shell(cli, "$G run %s/scenarios/%s.yaml %s --set run.measure=%s -n 1 --json -q", cli->root, shipped[i].file,
            shipped[i].policy, shipped[i].measure);
        double released = estimate(cli, "import.released"), arrived = estimate(cli, "import.arrived");
        double busy = estimate(cli, shipped[i].busiest);
        if (!(arrived > 100 && released >= 0.95 * arrived))
            fail_msg("%s %s: %g of %g released", shipped[i].file, shipped[i].policy, released, arrived);
        if (!(busy > 0 && busy <= 1)) fail_msg("%s %s: busy %g", shipped[i].file, shipped[i].policy, busy);
    }
}

/* ---- what was published ---- */
static const struct published {
    const char *file;
    int values, misses; /* misses: that are known, and said so in the file */
} published[] = {
    {"china-2017", 5, 1},
    {"china-2017-shape", 6, 0},
    {"china-2018-10", 1, 0},
    {"china-2018-12", 2, 0},
    {"china-2019-12", 2, 0},
    {"china-2020-12", 2, 0},
    {"china-2021-12", 2, 0},
    {"china-2022", 2, 0},
    {"sea-port-containers-2017", 11, 0},
    {"sea-containers-2017-national", 5, 0},
};

/* At most 5 % off, whatever the file's own tolerance; a held-back value has the tolerance of its file. */
static int misses_of(const char *file, const struct json_value *list)
{
    int misses = 0;
    for (size_t i = 0; i < list->count; i++) {
        const struct json_value *item = &list->item[i];
        double wanted = json_get_number(item, "published", NAN), found = json_get_number(item, "estimate", NAN);
        bool fitted = strcmp(json_get_text(item, "role", ""), "fitted") == 0;
        bool met = json_get(item, "met")->kind == JSON_TRUE && (!fitted || fabs(found / wanted - 1) <= 0.05);
        if (!met) print_message("%s: %s is %g, published %g\n", file, json_get_text(item, "metric", ""), found, wanted);
        misses += !met;
    }
    return misses;
}

static void every_published_value_is_met_but_the_known_miss(void **state)
{
    struct cli *cli = *state;
    for (size_t i = 0; i < sizeof published / sizeof published[0]; i++) {
        const struct published *p = &published[i];
        bool port = strncmp(p->file, "sea", 3) == 0;
        cli_shell(cli,
            "$G validate %s/scenarios/%s.yaml --set run.measure='%s' --set run.warm_up='20 d' "
            "--set run.drain_limit='60 d' -n %d --json -q",
            cli->root, p->file, port ? "60 d" : "30 d", port ? 4 : 1);
        assert_int_equal(cli->code, p->misses ? 1 : 0);
        struct json_value *json = json_read(cli->out);
        const struct json_value *list = json_get(json, "expectations");
        assert_int_equal(list->count, p->values);
        assert_int_equal(misses_of(p->file, list), p->misses);
        json_free(json);
    }
}

/* What attribute --draws draws from: an input without a range would stand still, and the answer look surer than it is. */
static void every_assumed_input_of_both_years_has_a_range(void **state)
{
    static const char *const years[] = {"china-2017", "china-2022", "china-2017-shape"};
    struct cli *cli = *state;
    for (size_t y = 0; y < sizeof years / sizeof *years; y++) {
        cli_shell(cli, "$G show assumptions %s/scenarios/%s.yaml --json", cli->root, years[y]);
        struct json_value *json = cli_json(cli);
        const struct json_value *list = json_get(json, "assumptions");
        assert_true(list->count > 60);
        for (size_t i = 0; i < list->count; i++)
            if (!json_get_text(&list->item[i], "low", NULL) || !json_get_text(&list->item[i], "high", NULL))
                fail_msg("%s: %s has no range", years[y], json_get_text(&list->item[i], "path", ""));
        json_free(json);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_illustration_passes_the_check),
        cmocka_unit_test(every_illustration_runs_and_is_not_full),
        cmocka_unit_test(every_published_value_is_met_but_the_known_miss),
        cmocka_unit_test(every_assumed_input_of_both_years_has_a_range),
    };
    return cmocka_run_group_tests(tests, cli_begin, cli_end);
}
