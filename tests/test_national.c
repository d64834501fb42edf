/* test_national.c - the national year at a two-thousandth of its size: its districts, ports and volumes, and that the
 * nation is the sum of its ports; and the one with goods, traders, regimes and control in every port. What it costs at
 * full size is `make bench`'s to say.
 */
#include "tests/cli.h"

#include "models/clearance/model.h"
#include "models/scenario/node.h"
#include <math.h>

#define SCENARIO "scenarios/china-2022-national.yaml"
#define WITH_CONTROL "scenarios/china-2022-national-control.yaml"
static const double share = 0.0005;
static const char *const modes[] = {"sea", "air", "road", "rail", "inland", "post"};

struct nation {
    struct cli *cli;
    struct scenario *scenario;
    struct model *model;
    struct json_value *json;
};

static int begin_with(void **state, const char *path)
{
    static struct nation nation;
    void *cli = NULL;
    if (cli_begin(&cli) != 0) return -1;
    nation.cli = cli;
    struct diagnostics errors;
    diagnostics_init(&errors);
    struct scenario_request request = {.path = path};
    nation.scenario = scenario_read(&request, &errors);
    nation.model = nation.scenario ? model_create(nation.scenario, &errors) : NULL;
    diagnostics_clear(&errors);
    if (!nation.model) return -1;
    cli_shell(nation.cli, "$G run $R/%s --scale %g --json -q", path, share);
    nation.json = cli_json(nation.cli);
    *state = &nation;
    return 0;
}

static int begin(void **state)
{
    return begin_with(state, SCENARIO);
}

static int begin_with_control(void **state)
{
    return begin_with(state, WITH_CONTROL);
}

static int end(void **state)
{
    struct nation *nation = *state;
    void *cli = nation->cli;
    json_free(nation->json);
    model_destroy(nation->model);
    scenario_destroy(nation->scenario);
    return cli_end(&cli);
}

static double metric(const struct nation *nation, const char *format, const char *a, const char *b)
{
    char name[200];
    snprintf(name, sizeof name, format, a, b);
    double value = json_get_number(json_get(json_get(nation->json, "metrics"), name), "estimate", NAN);
    return value;
}

static const char *kind_of(const struct stream *stream)
{
    return stream->direction == DIRECTION_IMPORT   ? "import"
           : stream->direction == DIRECTION_EXPORT ? "export"
                                                   : stream->unit;
}

static bool in_group(const struct stream *stream, const char *group)
{
    for (size_t i = 0; i < stream->groups; i++)
        if (strcmp(stream->group[i], group) == 0) return true;
    return false;
}

/* ---- what the file says ---- */

static double a_year(const struct nation *nation, const char *kind)
{
    double sum = 0;
    for (size_t i = 0; i < nation->scenario->streams; i++)
        if (strcmp(kind_of(&nation->scenario->stream[i]), kind) == 0)
            sum += nation->scenario->stream[i].arrivals.rate * 8760;
    return sum;
}

static void the_volumes_are_those_of_the_year(void **state)
{
    const struct nation *nation = *state;
    assert_true(fabs(a_year(nation, "conveyance") / 13e6 - 1) < 0.01);
    assert_true(fabs(a_year(nation, "parcel") / 320e6 - 1) < 0.01);
    assert_true(fabs((a_year(nation, "import") + a_year(nation, "export")) / 90e6 - 1) < 0.02);
}

static size_t distinct(const char *const *name, size_t n)
{
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (k < i && strcmp(name[k], name[i]) != 0) k++;
        found += k == i;
    }
    return found;
}

static void some_forty_districts_have_a_port_and_every_port_a_mode(void **state)
{
    const struct nation *nation = *state;
    const struct scenario *scenario = nation->scenario;
    const char *district[2000];
    size_t districts = 0;
    for (size_t i = 0; i < scenario->streams; i++) {
        size_t own = 0, mode = 0;
        for (size_t g = 0; g < scenario->stream[i].groups; g++)
            if (strncmp(scenario->stream[i].group[g], "district_", 9) == 0) {
                district[districts++] = scenario->stream[i].group[g];
                own++;
            }
        for (size_t m = 0; m < sizeof modes / sizeof *modes; m++) mode += in_group(&scenario->stream[i], modes[m]);
        assert_int_equal(own, 1);
        assert_int_equal(mode, 1);
        assert_true(in_group(&scenario->stream[i], "national"));
    }
    assert_true(distinct(district, districts) >= 40);
}

static void ports_share_nothing(void **state)
{
    const struct nation *nation = *state;
    size_t sites = node_get(nation->scenario->tree->root, "sites")->count;
    assert_true(sites >= 50);
    assert_true(model_networks(nation->model) >= sites);
    assert_int_equal(model_networks(nation->model), nation->scenario->streams);
}

/* Staff by the servers of a resource, mix by imports for an export. */
static void at_least_eight_ports_differ_in_staff_and_mix(void **state)
{
    const struct nation *nation = *state;
    const struct scenario *scenario = nation->scenario;
    int staff[100];
    double mix[100];
    size_t ports = 0, differ = 0;
    for (size_t i = 0; i < scenario->streams; i++) {
        const char *name = scenario->stream[i].name, *cut = strstr(name, "_import");
        if (!cut) continue;
        char site[80], other[80];
        snprintf(site, sizeof site, "%.*s", (int)(cut - name), name);
        snprintf(other, sizeof other, "%s_export", site);
        for (size_t k = 0; k < scenario->streams; k++)
            if (strcmp(scenario->stream[k].name, other) == 0)
                mix[ports] = scenario->stream[i].arrivals.rate / scenario->stream[k].arrivals.rate;
        snprintf(other, sizeof other, "%s_document_officers", site);
        for (size_t k = 0; k < scenario->resources; k++)
            if (strcmp(scenario->resource[k].name, other) == 0) staff[ports] = scenario->resource[k].servers;
        assert_true(ports < 99);
        ports++;
    }
    for (size_t i = 0; i < ports; i++) {
        size_t k = 0;
        while (k < i && (staff[k] != staff[i] || fabs(mix[k] - mix[i]) < 1e-9)) k++;
        differ += k < i;
    }
    assert_true(differ >= 8);
}

static void a_parcel_passes_at_least_four_steps(void **state)
{
    const struct nation *nation = *state;
    const struct scenario *scenario = nation->scenario;
    size_t parcels = 0;
    for (size_t i = 0; i < scenario->streams; i++) {
        if (strcmp(scenario->stream[i].unit, "parcel") != 0) continue;
        size_t steps = 0;
        for (size_t k = 0; k < scenario->steps; k++)
            steps += scenario->step[k].process == scenario->stream[i].process && !scenario->step[k].has_when &&
                     scenario->step[k].share == 1;
        assert_true(steps >= 4);
        parcels++;
    }
    assert_true(parcels >= 8);
}

/* ---- what a run says ---- */

static void the_nation_is_the_sum_of_its_ports_and_of_its_modes(void **state)
{
    static const char *const kinds[] = {"import", "export", "conveyance", "parcel"};
    static const char *const items[] = {"arrived", "released", "unfinished"};
    const struct nation *nation = *state;
    for (size_t k = 0; k < 4; k++)
        for (size_t m = 0; m < 3; m++) {
            double ports = 0, by_mode = 0, whole = metric(nation, "national_%s.%s", kinds[k], items[m]);
            for (size_t i = 0; i < nation->scenario->streams; i++)
                if (strcmp(kind_of(&nation->scenario->stream[i]), kinds[k]) == 0)
                    ports += metric(nation, "%s.%s", nation->scenario->stream[i].name, items[m]);
            for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
                char group[60];
                snprintf(group, sizeof group, "%s_%s", modes[i], kinds[k]);
                double value = metric(nation, "%s.%s", group, items[m]);
                if (!isnan(value)) by_mode += value;
            }
            assert_true(ports == whole);
            assert_true(by_mode == whole);
        }
    assert_true(metric(nation, "%s.%s", "import", "arrived") == metric(nation, "%s.%s", "national_import", "arrived"));
}

/* Arrivals of parcels and conveyances are Poisson, so their number has itself as variance. */
static void a_share_of_the_year_is_that_share_of_every_stream(void **state)
{
    static const char *const kinds[] = {"conveyance", "parcel"};
    const struct nation *nation = *state;
    for (size_t k = 0; k < 2; k++) {
        double wanted = share * a_year(nation, kinds[k]), got = metric(nation, "national_%s.%s", kinds[k], "arrived");
        assert_true(fabs(got - wanted) < 4 * sqrt(wanted));
    }
    for (size_t i = 0; i < nation->scenario->streams; i++) {
        double wanted = share * 8760 * nation->scenario->stream[i].arrivals.rate;
        double got = metric(nation, "%s.%s", nation->scenario->stream[i].name, "arrived");
        if (!(fabs(got - wanted) < 6 * sqrt(wanted) + 3))
            fail_msg("%s: %g arrived, %g were wanted", nation->scenario->stream[i].name, got, wanted);
    }
}

static void every_output_says_what_it_is(void **state)
{
    const struct nation *nation = *state;
    static const char notice[] = "A demonstration of scale";
    assert_non_null(strstr(json_get_text(nation->json, "notice", ""), notice));
    cli_shell(nation->cli, "$G run $R/" SCENARIO " --scale %g -q", share);
    cli_prints(nation->cli, 0, notice, "BY SITE", "BY GROUP", "Shanghai, Yangshan", "district_lhasa", "national",
        "conveyances", "parcels");
    cli_shell(nation->cli, "$G show run:1");
    cli_prints(nation->cli, 0, notice, "BY SITE", "Shanghai, Yangshan", "district_lhasa", "national");
    cli_shell(nation->cli, "$G show run:1 --json");
    cli_prints(nation->cli, 0, notice);
    cli_shell(nation->cli, "$G compare run:1 run:1");
    cli_prints(nation->cli, 0, notice);
    cli_shell(nation->cli, "$G compare run:1 run:1 --json");
    cli_prints(nation->cli, 0, notice);
    cli_shell(nation->cli, "$G plot cdf run:1");
    cli_prints(nation->cli, 0, notice);
    cli_shell(nation->cli, "$G plot cdf run:1 -o picture.svg && cat picture.svg");
    cli_prints(nation->cli, 0, notice);
}

/* ---- with goods, traders, regimes and control ---- */

static void what_is_found_in_the_nation_is_found_in_its_modes(void **state)
{
    static const char *const items[] = {"control.not_compliant", "control.examined", "control.found", "control.leaked",
        "control.duty", "control.duty_at_risk", "milestone.fined", "released[class=aeo]", "released[class=ordinary]",
        "released[class=discredited]"};
    const struct nation *nation = *state;
    for (size_t k = 0; k < sizeof items / sizeof *items; k++) {
        double by_mode = 0, whole = metric(nation, "%s.%s", "national_import", items[k]);
        for (size_t m = 0; m < sizeof modes / sizeof *modes; m++) {
            char group[60];
            snprintf(group, sizeof group, "%s_import", modes[m]);
            double value = metric(nation, "%s.%s", group, items[k]);
            if (!isnan(value)) by_mode += value; /* no import by post */
        }
        assert_true(whole > 0);
        if (!(fabs(by_mode / whole - 1) < 1e-9))
            fail_msg("%s: %g of the nation, %g of its modes", items[k], whole, by_mode);
    }
}

static void share_is(double n, double found, double exact, const char *what)
{
    if (!(fabs(found - exact) < 4 * sqrt(exact * (1 - exact) / n)))
        fail_msg("%s: %g of %g, not %g", what, found, n, exact);
}

/* Of binomial counts; what is wrong follows from the goods, see the file. */
static void classes_are_examined_and_offences_drawn_as_the_file_says(void **state)
{
    const struct nation *nation = *state;
    const char *all = "national_import", *text = "control.shipments";
    double aeo = metric(nation, "%s.%s", all, "control.shipments[class=aeo]"),
           discredited = metric(nation, "%s.%s", all, "control.shipments[class=discredited]"),
           offences = 0.18 * 0.04 + 0.005 * 0.2 + 0.815 * 0.0174;
    share_is(aeo, metric(nation, "%s.%s", all, "control.examined_share[class=aeo]"), 0.0057, "AEO");
    share_is(
        discredited, metric(nation, "%s.%s", all, "control.examined_share[class=discredited]"), 0.8476, "discredited");
    share_is(metric(nation, "%s.%s", all, text), metric(nation, "%s.%s", all, "control.not_compliant_share"), offences,
        "not compliant");
}

static void hengqin_and_hainan_have_more_in_bond_than_the_rest(void **state)
{
    static const struct {
        const char *port;
        double bonded;
    } ports[] = {{"yangpu_import", 0.6}, {"gongbei_import", 0.5}};
    const struct nation *nation = *state;
    for (size_t i = 0; i < sizeof ports / sizeof *ports; i++) {
        double n = metric(nation, "%s.%s", ports[i].port, "control.shipments");
        share_is(n, metric(nation, "%s.%s", ports[i].port, "control.shipments[regime=bonded]") / n, ports[i].bonded,
            ports[i].port);
    }
    double n = metric(nation, "%s.%s", "national_import", "control.shipments");
    assert_true(metric(nation, "%s.%s", "national_import", "control.shipments[regime=bonded]") / n < 0.23);
}

static void the_year_s_value_and_mass_are_as_published(void **state)
{
    const struct nation *nation = *state;
    double value = 0, tonnes = 0;
    for (int i = 0; i < 2; i++) {
        value += metric(nation, "%s.%s", i ? "national_export" : "national_import", "value_per_day") * 365 / share;
        tonnes += metric(nation, "%s.%s", i ? "national_export" : "national_import", "tonnes_per_day") * 365 / share;
    }
    /* 45,000 shipments of lognormal value and mass: sd_log 1.6 and 1.8 */
    assert_true(fabs(value / 42e12 - 1) < 0.02 + 4 * sqrt((exp(1.6 * 1.6) - 1) / 45000));
    assert_true(fabs(tonnes / 4.8e9 - 1) < 0.02 + 4 * sqrt((exp(1.8 * 1.8) - 1) / 45000));
}

static int nation_of_scale(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_volumes_are_those_of_the_year),
        cmocka_unit_test(some_forty_districts_have_a_port_and_every_port_a_mode),
        cmocka_unit_test(ports_share_nothing),
        cmocka_unit_test(at_least_eight_ports_differ_in_staff_and_mix),
        cmocka_unit_test(a_parcel_passes_at_least_four_steps),
        cmocka_unit_test(the_nation_is_the_sum_of_its_ports_and_of_its_modes),
        cmocka_unit_test(a_share_of_the_year_is_that_share_of_every_stream),
        cmocka_unit_test(every_output_says_what_it_is),
    };
    return cmocka_run_group_tests_name("the national year", tests, begin, end);
}

static int nation_with_control(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_volumes_are_those_of_the_year),
        cmocka_unit_test(ports_share_nothing),
        cmocka_unit_test(the_nation_is_the_sum_of_its_ports_and_of_its_modes),
        cmocka_unit_test(what_is_found_in_the_nation_is_found_in_its_modes),
        cmocka_unit_test(classes_are_examined_and_offences_drawn_as_the_file_says),
        cmocka_unit_test(hengqin_and_hainan_have_more_in_bond_than_the_rest),
        cmocka_unit_test(the_year_s_value_and_mass_are_as_published),
    };
    return cmocka_run_group_tests_name("the national year with control", tests, begin_with_control, end);
}

int main(void)
{
    int failed = nation_of_scale();
#ifndef GREENLANE_DEBUG /* the same engine; a minute of its checks on forty ports with everything in them is enough once, above */
    failed += nation_with_control();
#else
    (void)nation_with_control;
#endif
    return failed;
}
