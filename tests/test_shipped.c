/* test_shipped.c - the scenarios that are shipped as illustrations pass the check without a warning, and run.
 *
 * Each runs for a short window of its own. What each construct does is tested in test_constructs.c; this is about the
 * files: an illustration whose servers are full by mistake would misinform.
 */
#include "tests/cli.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_illustration_passes_the_check),
        cmocka_unit_test(every_illustration_runs_and_is_not_full),
    };
    return cmocka_run_group_tests(tests, cli_begin, cli_end);
}
