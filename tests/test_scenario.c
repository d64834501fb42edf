/* test_scenario.c - the example scenarios read without an error, and every value arrives where it belongs. */
#include "models/scenario/quantity.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/scenario_text.h"

static struct scenario *read_with(
    const char *path, const char *const *policy, size_t policies, const char *const *set, size_t sets)
{
    struct diagnostics errors;
    diagnostics_init(&errors);
    struct scenario_request request = {.path = path, .policy = policy, .policies = policies, .set = set, .sets = sets};
    struct scenario *scenario = scenario_read(&request, &errors);
    for (size_t i = 0; i < errors.count; i++) print_message("%d: %s\n", errors.item[i].place.line, errors.item[i].text);
    assert_int_equal(errors.count, 0);
    diagnostics_clear(&errors);
    assert_non_null(scenario);
    return scenario;
}

static struct scenario *example(const char *path)
{
    return read_with(path, NULL, 0, NULL, 0);
}

static double date(const char *text)
{
    double hours = 0;
    char why[QUANTITY_WHY];
    assert_true(quantity_moment(text, &hours, why));
    return hours;
}

static const struct step *step_named(const struct scenario *s, const char *name)
{
    for (size_t i = 0; i < s->steps; i++)
        if (strcmp(s->step[i].name, name) == 0) return &s->step[i];
    fail_msg("no step %s", name);
    return NULL;
}

static const struct resource *resource_named(const struct scenario *s, const char *name)
{
    for (size_t i = 0; i < s->resources; i++)
        if (strcmp(s->resource[i].name, name) == 0) return &s->resource[i];
    fail_msg("no resource %s", name);
    return NULL;
}

static const struct input *input_at(const struct scenario *s, const char *path)
{
    for (size_t i = 0; i < s->inputs; i++)
        if (strcmp(s->input[i].path, path) == 0) return &s->input[i];
    fail_msg("no input %s", path);
    return NULL;
}

static int attribute_named(const struct scenario *s, const char *name)
{
    for (size_t i = 0; i < s->attributes; i++)
        if (strcmp(s->attribute[i], name) == 0) return (int)i;
    fail_msg("no attribute %s", name);
    return NONE;
}

static void near_to(double value, double wanted)
{
    if (!(fabs(value - wanted) <= 1e-9 * (1 + fabs(wanted)))) fail_msg("%.17g for %.17g", value, wanted);
}

static bool holds(const struct scenario *s, const struct condition *condition, const char *attribute, double value)
{
    double values[64] = {0};
    values[attribute_named(s, attribute)] = value;
    return condition_holds(condition, values, 0);
}

/* ---- port.yaml ---- */

static void the_port_has_its_run_calendar_and_resources(void **state)
{
    (void)state;
    struct scenario *s = example("tests/data/port.yaml");
    assert_string_equal(s->name, "container_port");
    assert_string_equal(s->title, "A container port, import, autumn 2022");
    assert_true(s->run.dated && s->run.measure_from == date("2022-09-01") && s->run.measure_to == date("2022-12-01"));
    assert_true(s->run.warm_up == 14 * 24 && s->run.drain_limit == 91 * 24);
    assert_int_equal(s->run.replications, 10);
    assert_int_equal(s->run.most_replications, 10);
    assert_true(s->run.seed == 7 && s->utc_offset == 8 && !s->run.no_steady_claim && !s->run.warm_up_found);
    assert_int_equal(s->sources, 2);
    assert_string_equal(s->source[0].name, "qingdao_2018");
    assert_string_equal(s->source[0].date, "2018-03-01");
    assert_non_null(strstr(s->files, "port.yaml"));
    assert_non_null(strstr(s->files, "common.yaml"));

    assert_int_equal(s->calendars, 1);
    const struct calendar_def *office = &s->calendar[0];
    assert_int_equal(office->opens[0], 2);
    assert_true(office->open[4][1].from == 13.5 && office->open[4][1].to == 17.5);
    assert_int_equal(office->opens[5], 0);
    assert_int_equal(office->closed_days, 8);
    assert_true(office->closed[0] == date("2022-09-12") && office->closed[7] == date("2022-10-07"));
    assert_int_equal(office->moved_days, 2);
    assert_true(office->moved[1].day == date("2022-10-09") && office->moved[1].as == 0);

    const struct resource *officers = resource_named(s, "document_officers");
    assert_true(officers->servers == 9 && officers->calendar == 0 && officers->at_close == AT_CLOSE_FINISH);
    assert_true(officers->room == -1 && officers->discipline == DISCIPLINE_FCFS && officers->batch_max == 1);
    assert_string_equal(officers->owner, "customs");
    assert_string_equal(resource_named(s, "berths")->owner, "terminal");
    assert_int_equal(resource_named(s, "scanner")->calendar, NONE);
    scenario_destroy(s);
}

static void the_port_has_its_stream_with_vessels_and_attributes(void **state)
{
    (void)state;
    struct scenario *s = example("tests/data/port.yaml");
    const struct stream *import = &s->stream[0];
    assert_int_equal(s->streams, 1);
    assert_true(import->direction == DIRECTION_IMPORT && import->process == 0);
    assert_string_equal(import->unit, "declaration");
    assert_int_equal(import->arrivals.kind, ARRIVAL_VESSELS);
    near_to(import->arrivals.rate, 0.125);
    assert_true(&s->resource[import->arrivals.vessel.berth] == resource_named(s, "berths"));
    assert_true(&s->resource[import->arrivals.vessel.crane] == resource_named(s, "quay_cranes"));
    assert_true(import->arrivals.vessel.each == 3 && import->arrivals.vessel.moves_per_h == 28);
    near_to(variate_quantile(&import->arrivals.vessel.containers, 0.5), 450);

    assert_int_equal(import->attributes, 5);
    const struct attribute_def *containers = NULL, *advance = NULL, *compliant = NULL;
    for (size_t i = 0; i < import->attributes; i++) {
        if (strcmp(import->attribute_def[i].name, "containers") == 0) containers = &import->attribute_def[i];
        if (strcmp(import->attribute_def[i].name, "advance") == 0) advance = &import->attribute_def[i];
        if (import->attribute[i] == ATTRIBUTE_COMPLIANT) compliant = &import->attribute_def[i];
    }
    assert_true(containers->kind == ATTRIBUTE_CATEGORY && containers->levels == 3);
    assert_true(containers->level_value[1] == 2 && containers->row[0].range_low[2] == 3 &&
                containers->row[0].range_high[2] == 10);
    near_to(containers->row[0].share[2], 0.12);
    assert_true(advance->by == attribute_named(s, "class") && advance->rows == 3);
    assert_true(advance->row[0].share[0] == 0.8 && advance->row[1].share[0] == 0.5 && advance->row[2].share[0] == 0.5);
    assert_true(compliant->kind == ATTRIBUTE_FLAG && compliant->by == NONE);
    near_to(compliant->row[0].share[0], 0.9776);
    scenario_destroy(s);
}

static void the_port_has_its_steps_in_order(void **state)
{
    (void)state;
    static const char *const order[] = {"discharge", "delivery_order", "permits", "lodgement", "selectivity",
        "document_check", "query", "scan", "physical", "release", "pick_up"};
    struct scenario *s = example("tests/data/port.yaml");
    int at = s->process[0].first;
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++, at = s->step[at].next)
        assert_string_equal(s->step[at].name, order[i]);
    assert_int_equal(at, NONE);
    assert_true(step_named(s, "discharge")->until_arrival);
    assert_string_equal(step_named(s, "discharge")->owner, "terminal");
    const struct step *permits = step_named(s, "permits");
    assert_true(
        permits->kind == STEP_PARALLEL && permits->branches == 2 && permits->join == JOIN_ALL && permits->join_k == 2);
    const struct step *quarantine = &s->step[permits->branch[1]];
    assert_string_equal(quarantine->name, "quarantine");
    assert_true(quarantine->share == 0.3 && quarantine->calendar == 0 && quarantine->next == NONE);
    assert_string_equal(quarantine->owner, "agriculture");
    assert_string_equal(quarantine->stage, "quarantine");
    assert_int_equal(step_named(s, "lodgement")->milestone, MILESTONE_LODGED);
    assert_int_equal(step_named(s, "release")->milestone, MILESTONE_RELEASED);

    const struct selectivity *rules = &step_named(s, "selectivity")->selectivity;
    assert_true(rules->criteria == 1 && rules->criterion[0].lane == LANE_RED && rules->criterion[0].rate == 0.3);
    assert_true(holds(s, &rules->criterion[0].when, "goods", 2) && !holds(s, &rules->criterion[0].when, "goods", 1));
    assert_true(
        rules->at_least_random == 0.01 && rules->top_up[LANE_RED] == 0.03 && rules->top_up[LANE_YELLOW] == 0.08);
    assert_true(rules->has_score && rules->score_not.kind == VARIATE_NORMAL_FREE);
    near_to(variate_mean(&rules->score_not), 0.4);

    const struct step *check = step_named(s, "document_check");
    assert_true(check->kind == STEP_SERVICE && check->resources == 1 && check->units[0] == 1);
    assert_true(&s->resource[check->resource[0]] == resource_named(s, "document_officers"));
    near_to(variate_mean(&check->time), 0.35);
    assert_true(
        check->has_when && holds(s, &check->when, "lane", LANE_YELLOW) && !holds(s, &check->when, "lane", LANE_RED));
    const struct step *query = step_named(s, "query");
    assert_true(query->kind == STEP_QUERY && &s->step[query->back_to] == check && &s->step[query->after] == check);
    assert_true(query->has_when && query->share == 0.12 && !query->stops_clock);
    assert_string_equal(query->owner, "trader");
    assert_int_equal(step_named(s, "physical")->when.count, 9 - 1);
    scenario_destroy(s);
}

static void the_port_has_its_evidence_expectations_and_promises(void **state)
{
    (void)state;
    struct scenario *s = example("tests/data/port.yaml");
    const struct input *officers = input_at(s, "resources.document_officers.servers");
    assert_true(officers->kind == EVIDENCE_ASSUMED && officers->has_range);
    assert_string_equal(officers->text, "9");
    assert_string_equal(officers->low, "7");
    assert_string_equal(officers->high, "12");
    const struct input *order = input_at(s, "processes.import.delivery_order.delay");
    assert_true(order->has_range);
    assert_string_equal(order->low, "12 h");
    assert_string_equal(order->high, "26 h");
    assert_false(input_at(s, "streams.import.attributes.class.aeo")->has_range);
    assert_int_equal(s->inputs, 39);
    assert_int_equal(scenario_assumed(s), 39);

    assert_int_equal(s->expects, 2);
    assert_string_equal(s->expect[0].metric, "import.clearance.mean_h");
    assert_true(s->expect[0].value == 32.02 && s->expect[0].within == 0.03 && s->expect[0].within_relative);
    assert_true(s->expect[0].role == EXPECT_FITTED && s->expect[1].role == EXPECT_HELD_BACK);
    assert_true(s->expect[1].value == 0.66 && s->expect[1].within == 0.05 && !s->expect[1].within_relative);
    assert_string_equal(s->expect[1].source, "own_trs_2022");
    assert_true(
        s->promises == 1 && s->promise[0].at_most == 48 && s->promise[0].has_share && s->promise[0].share == 0.8);
    assert_true(s->policies == 1 && !s->policy[0].on);
    assert_string_equal(s->policy[0].in_force, "2019-06");
    scenario_destroy(s);
}

static void a_policy_changes_what_is_read(void **state)
{
    (void)state;
    static const char *const policy[] = {"machine_review"};
    struct scenario *s = read_with("tests/data/port.yaml", policy, 1, NULL, 0);
    assert_true(s->policy[0].on);
    near_to(variate_mean(&step_named(s, "scan")->time), 0.15);
    const struct step *review = step_named(s, "image_review");
    assert_true(&s->step[step_named(s, "scan")->next] == review && review->share == 0.6);
    assert_string_equal(input_at(s, "processes.import.image_review.share")->policy, "machine_review");
    assert_null(input_at(s, "processes.import.document_check.service")->policy);
    scenario_destroy(s);
}

static void a_setting_changes_what_is_read(void **state)
{
    (void)state;
    static const char *const set[] = {"processes.import.document_check.service=constant 30 min", "run.replications=3"};
    struct scenario *s = read_with("tests/data/port.yaml", NULL, 0, set, 2);
    assert_int_equal(s->run.replications, 3);
    assert_int_equal(step_named(s, "document_check")->time.kind, VARIATE_CONSTANT);
    near_to(variate_mean(&step_named(s, "document_check")->time), 0.5);
    scenario_destroy(s);
}

/* ---- border.yaml ---- */

static void the_border_has_shifts_room_breakdowns_and_priorities(void **state)
{
    (void)state;
    struct scenario *s = example("tests/data/border.yaml");
    const struct resource *lanes = resource_named(s, "inspection_lanes"), *scanner = resource_named(s, "scanner");
    assert_int_equal(lanes->shifts, 3);
    assert_true(lanes->shift[2].from == 22 && lanes->shift[2].to == 30 && lanes->shift[2].servers == 1);
    assert_true(lanes->shift[2].weekday[5] && !lanes->shift[2].weekday[6] && !lanes->shift[2].dated);
    assert_true(lanes->room == 12 && lanes->room_full == ROOM_FULL_BLOCK && lanes->servers == 2);
    assert_int_equal(lanes->discipline, DISCIPLINE_PRIORITY); /* a step gives priorities */
    assert_true(scanner->breaks_down);
    near_to(variate_mean(&scanner->up), 240);
    near_to(variate_quantile(&scanner->down, 0.5), 6);
    assert_string_equal(resource_named(s, "weighbridge")->owner, "border_agency");
    assert_string_equal(step_named(s, "weighbridge")->owner, "border_agency");

    const struct step *booth = step_named(s, "booth");
    assert_true(booth->priorities == 1 && booth->priority[0].level == 1 && booth->priority_otherwise == 2);
    assert_true(holds(s, &booth->priority[0].when, "aeo", 1) && !holds(s, &booth->priority[0].when, "aeo", 0));

    const struct arrivals *loaded = &s->stream[0].arrivals, *empty = &s->stream[1].arrivals;
    near_to(loaded->rate, 340.0 / 24);
    assert_true(loaded->has_profile && loaded->day_to_day == 0.15 && loaded->calendar == NONE);
    double sum = 0;
    for (int i = 0; i < 168; i++) sum += loaded->profile[i];
    near_to(sum, 168);
    near_to(loaded->profile[7] / loaded->profile[0], 4);               /* Monday: 8 to 2 */
    near_to(loaded->profile[5 * 24 + 8] / loaded->profile[6 * 24], 4); /* the weekend: 4 to 1 */
    assert_memory_equal(loaded->profile, empty->profile, sizeof empty->profile);
    assert_true(s->promises == 1 && s->promise[0].at_most == 2 && !s->promise[0].has_share);
    assert_string_equal(s->promise[0].source, "border-crossing charter 2021");
    scenario_destroy(s);
}

static void the_border_with_a_lane_for_aeo_has_pools(void **state)
{
    (void)state;
    static const char *const policy[] = {"aeo_lane"};
    struct scenario *s = read_with("tests/data/border.yaml", policy, 1, NULL, 0);
    const struct resource *lanes = resource_named(s, "inspection_lanes");
    assert_int_equal(lanes->pools, 2);
    assert_string_equal(lanes->pool[0].name, "aeo");
    assert_true(holds(s, &lanes->pool[0].serves, "aeo", 1) && !holds(s, &lanes->pool[0].serves, "aeo", 0));
    assert_int_equal(lanes->pool[1].serves.count, 0); /* any */
    scenario_destroy(s);
}

/* ---- parcels.yaml ---- */

static void the_parcel_hub_has_batches_surges_finds_and_patience(void **state)
{
    (void)state;
    struct scenario *s = example("tests/data/parcels.yaml");
    assert_true(s->run.no_steady_claim && s->run.seed == 11);
    const struct resource *sorter = resource_named(s, "sorter"), *xray = resource_named(s, "xray"),
                          *officers = resource_named(s, "officers");
    assert_true(
        sorter->capacity_per_h == 60000 && sorter->servers == 1 && xray->servers == 6 && xray->capacity_per_h == 1800);
    assert_true(officers->shift[2].dated && officers->shift[2].date_from == date("2022-11-11") &&
                officers->shift[2].date_to == date("2022-11-14") && officers->shift[2].weekday[3]);
    const struct arrivals *arrivals = &s->stream[0].arrivals;
    near_to(arrivals->rate, 250000.0 / 24);
    assert_true(arrivals->kind == ARRIVAL_RATE && arrivals->batched);
    assert_string_equal(arrivals->batch_by, "flight");
    near_to(variate_quantile(&arrivals->batch, 0.5), 2500);
    assert_int_equal(arrivals->surges, 2);
    assert_true(arrivals->surge[0].from == date("2022-11-11") && arrivals->surge[0].to == date("2022-11-12 12:00") &&
                arrivals->surge[0].times == 9);
    int value = attribute_named(s, "value");
    for (size_t i = 0; i < s->stream[0].attributes; i++)
        if (s->stream[0].attribute[i] == value) {
            assert_int_equal(s->stream[0].attribute_def[i].kind, ATTRIBUTE_NUMBER);
            near_to(variate_quantile(&s->stream[0].attribute_def[i].row[0].number, 0.9), 900);
        }
    const struct step *scan = step_named(s, "xray"), *opening = step_named(s, "opening"), *list = step_named(s, "list");
    const struct step *tax = step_named(s, "tax");
    assert_true(
        scan->by_capacity && scan->finds.given && scan->finds.share == 0.55 && scan->finds.false_alarm == 0.015);
    assert_true(holds(s, &opening->when, "alarm", 1) && holds(s, &opening->when, "lane", LANE_RED) &&
                !holds(s, &opening->when, "lane", LANE_BLUE));
    assert_true(list->kind == STEP_BATCH && list->batch_size == 500 && list->batch_after == 0.25);
    assert_true(holds(s, &list->when, "list_release", 1) && holds(s, &tax->when, "list_release", 0));
    assert_true(tax->has_patience && tax->patience_target == NONE);
    assert_string_equal(tax->patience_outcome, "returned");
    near_to(variate_mean(&tax->patience), 240);
    scenario_destroy(s);
}

/* ---- reference.yaml: section 3 of the domain's calibration ---- */

static void the_reference_port_declares_in_advance(void **state)
{
    (void)state;
    struct scenario *s = example("tests/data/reference.yaml");
    assert_true(!s->run.dated && s->run.measure_from == 0 && s->run.measure_to == 2880 && s->run.drain_limit == 2160);
    assert_true(s->run.precision == 0.02 && s->run.most_replications == 1000 && s->run.metrics == 2);
    assert_string_equal(s->run.metric[0], "station.officers.wait.at_most(1)");
    const struct stream *import = &s->stream[0];
    assert_true(import->has_lead && variate_upper(&import->lead) == 72);
    double values[64] = {0};
    int advance = attribute_named(s, "advance"), late = attribute_named(s, "late");
    assert_false(condition_holds(&import->advance_when, values, 0));
    values[advance] = 1;
    assert_true(condition_holds(&import->advance_when, values, 0));
    values[late] = 1;
    assert_false(condition_holds(&import->advance_when, values, 0));
    assert_true(step_named(s, "preparation")->has_ahead && !step_named(s, "discharge")->has_ahead);
    assert_true(import->attribute_def[1].by == advance && import->attribute_def[1].row[1].share[0] == 0.5);
    assert_int_equal(input_at(s, "processes.import.discharge.delay")->kind, EVIDENCE_SOURCED);
    assert_string_equal(input_at(s, "processes.import.discharge.delay")->source, "qingdao_2018");
    assert_int_equal(scenario_assumed(s), s->inputs - 1);
    scenario_destroy(s);
}

static void a_branch_may_be_a_list_or_steps_that_some_skip(void **state)
{
    (void)state;
    struct scenario *s = example("tests/data/reference.yaml");
    const struct step *permits = step_named(s, "permits");
    assert_true(permits->branches == 4 && permits->join == JOIN_K && permits->join_k == 3);
    assert_string_equal(permits->branch_name[2], "paperwork");
    const struct step *copies = &s->step[permits->branch[2]], *laboratory = &s->step[permits->branch[3]];
    assert_string_equal(copies->name, "copies");
    assert_string_equal(s->step[copies->next].name, "stamp");
    assert_true(laboratory->kind == STEP_CHOICE && laboratory->share == 0.05 && laboratory->branches == 1);
    assert_string_equal(s->step[laboratory->branch[0]].name, "sample");
    assert_string_equal(s->step[s->step[laboratory->branch[0]].next].name, "test");
    assert_true(s->step[permits->branch[0]].has_when);
    scenario_destroy(s);
}

static void a_choice_takes_exactly_one_alternative(void **state)
{
    (void)state;
    struct scenario *s = example("tests/data/reference.yaml");
    const struct step *payment = step_named(s, "payment"), *electronic = step_named(s, "electronic");
    assert_true(payment->kind == STEP_CHOICE && payment->branches == 3 && payment->branch[0] == NONE);
    near_to(payment->branch_share[0], 0.03);
    near_to(payment->branch_share[1], 0.62);
    near_to(payment->branch_share[2], 0.35);
    assert_true(&s->step[payment->branch[1]] == electronic && electronic->share == 1 && !electronic->has_when);
    assert_string_equal(electronic->stage, "payment"); /* an alternative belongs to the choice's stage */
    assert_string_equal(electronic->owner, "trader");
    assert_string_equal(step_named(s, "scan")->stage, "examination");
    scenario_destroy(s);
}

/* ---- the rest of the format, small ---- */

static struct scenario *small(const char *text)
{
    char messages[4096];
    struct scenario *s = scenario_of(text, messages, sizeof messages);
    if (!s) fail_msg("%s", messages);
    return s;
}

static void queues_may_be_of_every_kind(void **state)
{
    (void)state;
    struct scenario *s = small(
        "name: t\n"
        "run: {measure: 10 d, warm_up: auto, replications: 2}\n"
        "resources:\n"
        "  a: {servers: unlimited, discipline: siro}\n"
        "  b: {servers: 2, room: 0, full: lose, at_close: pause, vacation: {lasts: 1 h, single: true}}\n"
        "  c: {servers: 1, discipline: priority, preemption: repeat_different, n_policy: 3, batch: {min: 2, max: 5}}\n"
        "  d: {servers: 1, discipline: edf, batch: 4}\n"
        "streams:\n"
        "  s: {process: p, arrivals: {every: erlang k 2 mean 30 min, in_batches: discrete 1 50 % 3 50 %}}\n"
        "  c: {process: p, arrivals: {population: 5, think: exponential mean 1 h}}\n"
        "  w: {process: p, arrivals: {rate: 2/h, sinusoidal: {amplitude: 50 %, phase: 6 h}}}\n"
        "  t: {process: p, arrivals: {timetable: [18:00, 30 h, 06:00], repeat: 7 d}}\n"
        "processes:\n"
        "  p:\n"
        "    - one: {service: 1 h, by: {a: 2}, balk: {join: [100 %, 50 %]}}\n"
        "    - two: {service: 1 h, by: b, full: {to: four}, balk: harmonic}\n"
        "    - take: {seize: [c, d], due: 8 h}\n"
        "    - three: {route: {four: 10 %, two: alarm, otherwise: end}}\n"
        "    - shortest: {route: {shortest_queue: [one, two]}}\n"
        "    - four: {delay: 1 h, gives_up: {after: 2 h, to: next}, when: not two.met}\n"
        "    - give: {free: [c, d]}\n"
        "    - five: {hold: {until: 30 h}}\n"
        "    - six: {choose: {fast: {when: alarm, delay: 1 h}, otherwise: {delay: 2 h}}}\n"
        "    - seven: {outcome: rejected}\n");
    assert_true(s->run.warm_up_found && s->run.warm_up == 0);
    assert_true(s->resource[0].servers == INT32_MAX && s->resource[0].discipline == DISCIPLINE_SIRO);
    const struct resource *b = &s->resource[1], *c = &s->resource[2];
    assert_true(b->room == 0 && b->room_full == ROOM_FULL_LOSE && b->at_close == AT_CLOSE_PAUSE && b->vacates &&
                b->vacation_single);
    assert_true(
        c->preemption == PREEMPTION_REPEAT_DIFFERENT && c->n_policy == 3 && c->batch_min == 2 && c->batch_max == 5);
    assert_true(s->resource[3].batch_min == 4 && s->resource[3].batch_max == 4);
    assert_int_equal(s->stream[0].arrivals.kind, ARRIVAL_RENEWAL);
    near_to(s->stream[0].arrivals.rate, 4); /* batches of 2 every half hour */
    assert_true(s->stream[1].arrivals.kind == ARRIVAL_POPULATION && s->stream[1].arrivals.population == 5);
    assert_true(
        s->stream[2].arrivals.sinusoidal && s->stream[2].arrivals.period == 24 && s->stream[2].arrivals.phase == 6);
    const struct arrivals *t = &s->stream[3].arrivals;
    assert_true(t->times == 3 && t->time[0] == 6 && t->time[1] == 18 && t->time[2] == 30 && t->repeat_every == 168);

    const struct step *one = step_named(s, "one"), *two = step_named(s, "two"), *three = step_named(s, "three");
    assert_true(one->units[0] == 2 && one->balk.given && one->balk.n == 2 && one->balk.join[1] == 0.5);
    assert_true(two->balk.harmonic && two->full_target == (int)(step_named(s, "four") - s->step) && !two->full_outcome);
    assert_true(step_named(s, "take")->resources == 2 && step_named(s, "take")->due == 8);
    assert_true(three->rows == 3 && three->row[0].share == 0.1 && three->row[1].share < 0);
    assert_true(three->row[1].target == (int)(two - s->step) && three->row[2].target == TARGET_END);
    near_to(three->row[2].share, 0.9);
    assert_true(step_named(s, "shortest")->shortest_queue && step_named(s, "shortest")->rows == 2);
    assert_int_equal(step_named(s, "four")->patience_target, TARGET_NEXT);
    assert_true(step_named(s, "five")->hold_until == 30 && step_named(s, "five")->hold_calendar == NONE);
    const struct step *six = step_named(s, "six");
    assert_true(six->branch_share[0] == -1 && six->branch_share[1] == 1);
    assert_string_equal(s->step[six->branch[1]].name, "six_otherwise");
    assert_string_equal(step_named(s, "seven")->outcome, "rejected");
    scenario_destroy(s);
}

static void streams_with_the_same_attribute_share_its_number_and_levels(void **state)
{
    (void)state;
    struct scenario *s = small(
        "name: t\n"
        "run: {measure: 10 d, warm_up: 1 d}\n"
        "streams:\n"
        "  a: {process: p, arrivals: {rate: 1/h}, attributes: {x: {u: 40 %, v: 60 %}}}\n"
        "  b: {process: p, arrivals: {rate: 1/h}, attributes: {y: {by: x, u: 10 %, v: 90 %}, x: {v: 25 %, u: 75 %}}}\n"
        "processes:\n"
        "  p: [{one: {delay: 1 h, when: x == v}}]\n");
    const struct stream *b = &s->stream[1];
    assert_int_equal(b->attribute[0], s->stream[0].attribute[0]); /* x before y, which depends on it */
    near_to(b->attribute_def[0].row[0].share[0], 0.75);
    near_to(b->attribute_def[1].row[1].share[0], 0.9);
    assert_true(holds(s, &s->step[0].when, "x", 1));
    scenario_destroy(s);
}

static void a_replay_is_sorted_and_keeps_its_attributes(void **state)
{
    (void)state;
    struct scenario *s = example("tests/data/replay.yaml");
    const struct arrivals *a = &s->stream[0].arrivals;
    assert_true(a->kind == ARRIVAL_REPLAY && a->times == 3 && a->replay_attributes == 2);
    assert_true(a->time[0] == 0.5 && a->time[1] == 1 && a->time[2] == 2.5);
    assert_true(a->replay_value[0] == 0 && a->replay_value[1] == 10); /* the earliest: bad, 10 */
    assert_true(a->replay_value[4] == 1 && a->replay_value[5] == 30);
    assert_true(s->data_hash != 0);
    scenario_destroy(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_port_has_its_run_calendar_and_resources),
        cmocka_unit_test(the_port_has_its_stream_with_vessels_and_attributes),
        cmocka_unit_test(the_port_has_its_steps_in_order),
        cmocka_unit_test(the_port_has_its_evidence_expectations_and_promises),
        cmocka_unit_test(a_policy_changes_what_is_read),
        cmocka_unit_test(a_setting_changes_what_is_read),
        cmocka_unit_test(the_border_has_shifts_room_breakdowns_and_priorities),
        cmocka_unit_test(the_border_with_a_lane_for_aeo_has_pools),
        cmocka_unit_test(the_parcel_hub_has_batches_surges_finds_and_patience),
        cmocka_unit_test(the_reference_port_declares_in_advance),
        cmocka_unit_test(a_branch_may_be_a_list_or_steps_that_some_skip),
        cmocka_unit_test(a_choice_takes_exactly_one_alternative),
        cmocka_unit_test(queues_may_be_of_every_kind),
        cmocka_unit_test(streams_with_the_same_attribute_share_its_number_and_levels),
        cmocka_unit_test(a_replay_is_sorted_and_keeps_its_attributes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
