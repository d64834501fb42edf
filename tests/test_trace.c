/* test_trace.c - the life of single shipments: what is written down is what happened, and watching changes nothing. */
#include "models/clearance/trace.h"
#include "tests/cli.h"
#include <math.h>

/* ---- a small case, to the letter ---- */

static const char small[] = "name: small\n"
                            "run: {measure: 2022-03-07..2022-03-07, warm_up: 0 h}\n"
                            "resources: {desk: {servers: 1}}\n"
                            "streams:\n"
                            "  cargo:\n"
                            "    process: clear\n"
                            "    arrivals: {timetable: [0 h, 1 h, 2 h]}\n"
                            "    lead: 5 h\n"
                            "    attributes: {kind: {good: 100 %, bad: 0 %}, early: 100 %}\n"
                            "processes:\n"
                            "  clear:\n"
                            "    - unload:  {delay: 2 h, owner: carrier}\n"
                            "    - papers:  {delay: 3 h, ahead: early, owner: trader}\n"
                            "    - check:   {service: 90 min, by: desk}\n"
                            "    - odd:     {delay: 1 h, when: kind == bad}\n"
                            "    - release: {milestone: released}\n"
                            "    - pick_up: {delay: 30 min, owner: trader}\n";

static void a_shipments_life_is_written_down_step_by_step(void **state)
{
    struct cli *cli = *state;
    cli_write(cli, "small.yaml", small);
    cli_shell(cli, "$G trace small.yaml cargo 1");
    assert_int_equal(cli->code, 0);
    assert_string_equal(cli->out, "shipment,step,does,owner,done,hours_since_arrival,lane\n"
                                  "1,papers,,trader,2022-03-06 23:00:00,-2.0000,green\n"
                                  "1,unload,,carrier,2022-03-07 03:00:00,2.0000,green\n"
                                  "1,check,,customs,2022-03-07 05:00:00,4.0000,green\n"
                                  "1,release,released,customs,2022-03-07 05:00:00,4.0000,green\n"
                                  "1,pick_up,,trader,2022-03-07 05:30:00,4.5000,green\n");
    cli_shell(cli, "$G trace small.yaml cargo | cut -d, -f1 | uniq -c | tr -s ' '");
    assert_string_equal(cli->out, " 1 shipment\n 5 0\n 5 1\n 5 2\n");
    assert_int_equal(cli_files(cli), 1); /* nothing is stored */
}

static void what_cannot_be_watched_is_said(void **state)
{
    struct cli *cli = *state;
    cli_write(cli, "small.yaml", small);
    cli_shell(cli, "$G trace small.yaml cargos");
    cli_says(cli, 64, "there is no stream 'cargos' in small.yaml; did you mean 'cargo'?");
    cli_shell(cli, "$G trace small.yaml cargo first");
    cli_says(cli, 64, "'first' is no shipment's number");
    cli_shell(cli, "$G trace run:1 cargo");
    cli_says(cli, 64, "trace takes a scenario file");
    cli_shell(cli, "$G trace small.yaml");
    assert_int_equal(cli->code, 64);
    cli_shell(cli, "$G trace small.yaml cargo 77");
    cli_prints(cli, 0, "shipment,step");
}

/* ---- a large one, in sum ---- */

struct watched {
    struct scenario *scenario;
    struct model *model;
    struct record *record;
};

static struct watched run_with(struct trace *trace)
{
    static const char *const set[] = {"run.measure=2022-03-07..2022-04-24", "run.drain_limit=200 d"};
    static const char *const policy[] = {"big_data"};
    struct scenario_request request = {
        .path = "scenarios/campaign.yaml", .policy = policy, .policies = 1, .set = set, .sets = 2};
    struct diagnostics errors;
    struct part *part[8];
    struct watched run;
    diagnostics_init(&errors);
    run.scenario = scenario_read(&request, &errors);
    assert_non_null(run.scenario);
    run.model = model_create_traced(run.scenario, trace, &errors);
    assert_non_null(run.model);
    for (size_t n = 0; n < model_networks(run.model); n++) {
        const struct result *result;
        struct simulation *sim = simulation_create(model_network(run.model, n), NULL);
        assert_int_equal(simulation_run(sim, 1, 0, NULL, &result), STATUS_OK);
        part[n] = model_extract(run.model, n, result);
        simulation_destroy(sim);
    }
    run.record = model_record(run.model, part, model_networks(run.model));
    assert_non_null(run.record);
    diagnostics_clear(&errors);
    return run;
}

static void watched_clear(struct watched *run)
{
    record_destroy(run->record);
    model_destroy(run->model);
    scenario_destroy(run->scenario);
}

static double value_of(const struct watched *run, const char *metric)
{
    int index = model_metric_find(run->model, metric);
    assert_true(index >= 0);
    return run->record->value[index];
}

static void who_is_watched_goes_as_he_goes_unwatched(void **state)
{
    (void)state;
    struct trace trace = {.wanted = 10};
    struct watched seen = run_with(&trace), unseen = run_with(NULL);
    assert_true(trace.sights > 0);
    assert_int_equal(model_metrics(seen.model), model_metrics(unseen.model));
    for (size_t i = 0; i < model_metrics(seen.model); i++) {
        double a = seen.record->value[i], b = unseen.record->value[i];
        if (memcmp(&a, &b, sizeof a) != 0 && !(isnan(a) && isnan(b)))
            fail_msg("%s: %.17g watched, %.17g unwatched", model_metric_name(seen.model, i), a, b);
    }
    watched_clear(&seen);
    watched_clear(&unseen);
    trace_clear(&trace);
}

/* Every shipment of the window ends once, released or by an outcome, and their times add up to the mean. */
static void what_is_written_down_adds_up_to_what_is_measured(void **state)
{
    (void)state;
    struct trace trace = {.wanted = SIZE_MAX};
    struct watched run = run_with(&trace);
    double released = 0, lost = 0, hours = 0;
    for (size_t i = 0; i < trace.sights; i++) {
        const struct sight *sight = &trace.sight[i];
        const struct step *step = &run.scenario->step[sight->step];
        if (sight->born >= run.scenario->run.measure_to) continue;
        lost += step->kind == STEP_OUTCOME;
        if (step->kind != STEP_MILESTONE || step->milestone != MILESTONE_RELEASED) continue;
        released++;
        hours += sight->at - sight->born;
    }
    assert_true(value_of(&run, "import.lost") > 10);
    assert_true(lost == value_of(&run, "import.lost"));
    assert_true(released == value_of(&run, "import.released"));
    assert_true(fabs(hours / released - value_of(&run, "import.clearance.mean_h")) < 1e-6);
    trace_finish(&trace);
    for (size_t i = 1; i < trace.sights; i++) assert_true(trace.sight[i].born >= trace.sight[i - 1].born);
    watched_clear(&run);
    trace_clear(&trace);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_shipments_life_is_written_down_step_by_step),
        cmocka_unit_test(what_cannot_be_watched_is_said),
        cmocka_unit_test(who_is_watched_goes_as_he_goes_unwatched),
        cmocka_unit_test(what_is_written_down_adds_up_to_what_is_measured),
    };
    return cmocka_run_group_tests_name("trace", tests, cli_begin, cli_end);
}
