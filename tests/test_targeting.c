/* test_targeting.c - who is examined: scores against the binormal integrals and what was published, scorecards,
 * campaigns, control points in series, profiles that learn, and shipments of one trader.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "tests/model_run.h"

#define HEAD "format: 1\nname: t\nrun: {measure: %s, warm_up: 0 h, replications: 1, steady: no_claim%s}\n"
enum { TEXT_BYTES = 4000 };

static double value(const struct model_run *run, const char *metric)
{
    double found = model_run_value(run, metric);
    if (isnan(found)) fail_msg("%s has no value", metric);
    return found;
}

static void run_text(struct model_run *run, const char *text, int replications)
{
    if (!model_run_text(run, text, NULL, replications)) fail_msg("%s", run->messages);
}

static bool is_share(double found, double exact, double n)
{
    if (fabs(found - exact) <= 4 * sqrt(exact * (1 - exact) / n)) return true;
    print_error("%.6f should be %.6f, within %.6f\n", found, exact, 4 * sqrt(exact * (1 - exact) / n));
    return false;
}

/* ---- scores ---- */

/* DATE, KDD 2020, table 3, in %: precision and recall when 1 % and 5 % are examined. */
static const struct published {
    const char *policy;
    double precision[2], recall[2];
} published[] = {{"importer_rule", {11.4, 6.5}, {5.1, 14.4}}, {"boosted_trees", {90.0, 32.2}, {40.2, 71.8}},
    {"date", {92.7, 38.8}, {41.3, 86.5}}};

static void the_shipped_rules_find_what_was_published(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof published / sizeof *published; i++)
        for (int five = 0; five < 2; five++) {
            const char *policy[] = {published[i].policy, "examined_1"};
            struct scenario_request request = {
                .path = "scenarios/risk-targeting.yaml", .policy = policy, .policies = five ? 1 : 2};
            struct diagnostics errors;
            struct model_run run = {0};
            diagnostics_init(&errors);
            run.scenario = scenario_read(&request, &errors);
            diagnostics_clear(&errors);
            assert_true(model_run(&run, 2));
            double precision = 100 * value(&run, "import.control.hit_rate"),
                   recall = 100 * value(&run, "import.control.recall");
            if (fabs(precision - published[i].precision[five]) > 2 || fabs(recall - published[i].recall[five]) > 2)
                fail_msg("%s at %d %%: %.1f / %.1f, published %.1f / %.1f", policy[0], five ? 5 : 1, precision, recall,
                    published[i].precision[five], published[i].recall[five]);
            model_run_clear(&run);
        }
}

/* The score at which so many of both lie above, by halving. */
static double score_above(double share, double bad, double mean, double sd)
{
    double low = -20, high = 20;
    for (int i = 0; i < 200; i++) {
        double t = (low + high) / 2;
        double above = (1 - bad) * (1 - elementary_normal_cdf(t)) + bad * (1 - elementary_normal_cdf((t - mean) / sd));
        if (above > share)
            low = t;
        else
            high = t;
    }
    return low;
}

static void the_hit_rate_of_a_lane_is_the_binormal_integral(void **state)
{
    (void)state;
    const double bad = 0.1, mean = 1.2, sd = 1.3;
    const double edge[] = {20, score_above(0.05, bad, mean, sd), score_above(0.25, bad, mean, sd), -20};
    static const char *const lane[] = {"red", "yellow", "green"};
    static const double share[] = {0.05, 0.2, 0.75};
    char text[TEXT_BYTES];
    struct model_run run;
    snprintf(text, sizeof text,
        HEAD "streams: {s: {direction: import, process: p, arrivals: {rate: 1000/h}, attributes: {offence: {none: 90 "
             "%%, x: 10 %%}}}}\n"
             "processes:\n  p:\n    - line: {selectivity: {top_up: {red: 5 %%, yellow: 20 %%}, score: {binormal: "
             "{compliant: normal mean 0 sd 1, not_compliant: normal mean 1.2 sd 1.3}}}}\n"
             "    - look: {delay: 1 min, finds: {share: 100 %%}}\n",
        "800 h",
        ", metrics: ['import.control.look.hit_rate[lane=red]', 'import.control.look.hit_rate[lane=yellow]', "
        "'import.control.look.hit_rate[lane=green]']");
    run_text(&run, text, 1);
    double n = value(&run, "import.released");
    for (int l = 0; l < 3; l++) {
        char metric[80];
        double within = elementary_normal_cdf((edge[l] - mean) / sd) - elementary_normal_cdf((edge[l + 1] - mean) / sd);
        snprintf(metric, sizeof metric, "import.control.look.hit_rate[lane=%s]", lane[l]);
        double exact = bad * within / share[l];
        assert_true(1.96 * sqrt((1 - exact) / exact / (n * share[l])) < 0.02);
        assert_true(is_share(value(&run, metric), exact, n * share[l]));
    }
    model_run_clear(&run);
}

/* ---- scorecards ---- */

static const char card[] =
    "feature,kind,key,other,points\n,intercept,,,-2\n"
    "Origin,word,Origin,,0\nOrigin,is,CN,,1.5\nOrigin,is,DE,,-0.5\n"
    "HS,prefix,HS,,2\nHS,is,44,,0.25\n"
    "Mass,number,Mass,,0\nMass,missing,,,0\nMass,from,-inf,,0\nMass,from,10,,0.5\n"
    "Price/Mass,ratio,Price,Mass,0\nPrice/Mass,missing,,,0\nPrice/Mass,from,-inf,,0\nPrice/Mass,from,2,,0.125\n"
    "Origin * Mass,pair,Origin,Mass,0\nOrigin * Mass,both,CN,10,4\n";

static char *card_file(void)
{
    static char path[80];
    snprintf(path, sizeof path, "/tmp/greenlane-card-%ld.csv", (long)getpid());
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(card, out);
    fclose(out);
    return path + strlen("/tmp/");
}

#define CARD_STREAM                                                                                                    \
    "streams: {s: {direction: import, process: p, arrivals: {rate: 1000/h}, attributes: {origin: {cn: 20 %%, de: 30 "  \
    "%%, us: 50 %%}, "                                                                                                 \
    "code: {440890: 50 %%, 870310: 50 %%}, mass: {5: 60 %%, 20: 40 %%}, price: constant 30, compliant: 90 %%}}}\n"

static void a_scorecard_scores_each_shipment_by_the_file(void **state)
{
    (void)state;
    /* cn and 20: 4 more; 30/5 = 6 is a price a kilogram of 2 or more, 30/20 is not. */
    static const struct {
        const char *when;
        double score, share;
    } kind[] = {{"origin == cn and mass == 20 and code == 440890", -2 + 1.5 + .25 + .5 + 4, .2 * .4 * .5},
        {"origin == de and mass == 5 and code == 870310", -2 - .5 + .125, .3 * .6 * .5},
        {"origin == us and mass == 20 and code == 440890", -2 + .25 + .5, .5 * .4 * .5}};
    for (size_t i = 0; i < sizeof kind / sizeof *kind; i++) {
        char text[TEXT_BYTES];
        struct model_run run;
        snprintf(text, sizeof text,
            HEAD CARD_STREAM "processes:\n  p:\n    - line: {selectivity: {top_up: {red: 10 %%}, score: {scorecard: "
                             "{from: %s, attributes: {code: HS}}}}}\n"
                             "    - right: {milestone: right, when: %s and score > %.17g and score < %.17g}\n"
                             "    - kind: {milestone: kind, when: %s}\n",
            "20 h", ", metrics: [import.milestone.right, import.milestone.kind]", card_file(), kind[i].when,
            kind[i].score - 1e-9, kind[i].score + 1e-9, kind[i].when);
        run_text(&run, text, 1);
        assert_true(value(&run, "import.milestone.kind") > 0.9 * kind[i].share * 20000);
        assert_true(value(&run, "import.milestone.right") == value(&run, "import.milestone.kind"));
        model_run_clear(&run);
    }
}

static void lanes_by_a_scorecard_hold_their_shares_though_many_score_alike(void **state)
{
    (void)state;
    char text[TEXT_BYTES];
    struct model_run run;
    snprintf(text, sizeof text,
        HEAD CARD_STREAM "processes:\n  p:\n    - line: {selectivity: {at_least_random: 1 %%, criteria: [{when: origin "
                         "== us, lane: yellow, rate: 10 %%}], top_up: {red: 10 %%, yellow: 25 %%}, "
                         "score: {scorecard: {from: %s, attributes: {code: HS}}}}}\n    - go: {delay: 1 min}\n",
        "800 h", "", card_file());
    run_text(&run, text, 1);
    double n = value(&run, "import.released");
    assert_true(is_share(value(&run, "import.lane.red.share"), 0.1, n));
    assert_true(is_share(value(&run, "import.lane.yellow.share"), 0.25, n));
    model_run_clear(&run);
}

static void a_card_that_cannot_be_bound_says_so(void **state)
{
    (void)state;
    static const struct {
        const char *attributes, *message;
    } wrong[] = {{"attributes: {code: HSS}", "did you mean 'HS'"}, {"attributes: {mass: HS}", "holds words"}};
    for (size_t i = 0; i < 2; i++) {
        char text[TEXT_BYTES];
        struct model_run run;
        snprintf(text, sizeof text,
            HEAD "streams: {s: {direction: import, process: p, arrivals: {rate: 1/h}, attributes: {code: {1: 100 %%}, "
                 "mass: constant 5}}}\n"
                 "processes:\n  p:\n    - line: {selectivity: {top_up: {red: 10 %%}, score: {scorecard: {from: %s, "
                 "%s}}}}\n    - go: {delay: 1 min}\n",
            "20 h", "", card_file(), wrong[i].attributes);
        assert_false(model_run_text(&run, text, NULL, 1));
        if (!strstr(run.messages, wrong[i].message)) fail_msg("'%s' does not say '%s'", run.messages, wrong[i].message);
        model_run_clear(&run);
    }
}

/* ---- campaigns, control points in series ---- */

#define TWO_STREAMS                                                                                                    \
    "resources: {bay: {servers: 500}, desk: {servers: 1}}\nstreams:\n"                                                 \
    "  s: {direction: import, process: p, arrivals: {rate: 500/h}, attributes: {origin: {a: 10 %%, b: 90 %%}, "        \
    "compliant: 95 %%}}\n"                                                                                             \
    "  t: {direction: export, process: q, arrivals: {rate: 1/h}}\n"
#define Q "  q: [serve: {service: exponential mean 30 min, by: desk}]\n"

static void a_campaign_comes_on_top_and_moves_nobody_elses_luck(void **state)
{
    (void)state;
    static const char *const criteria[] = {
        "", ", criteria: [{when: origin == a, lane: red, rate: 80 %, from: 250 h, to: 750 h}]"};
    struct model_run run[2];
    double red[2];
    for (int i = 0; i < 2; i++) {
        char text[TEXT_BYTES];
        snprintf(text, sizeof text,
            HEAD TWO_STREAMS "processes:\n" Q "  p:\n    - line: {selectivity: {top_up: {red: 5 %%}%s}}\n"
                             "    - look: {service: 1 min, by: bay, when: lane == red, finds: {share: 100 %%}}\n",
            "1000 h", ", metrics: [import.control.line.red_share]", criteria[i]);
        run_text(&run[i], text, 1);
        red[i] = value(&run[i], "import.control.line.red_share");
    }
    double n = value(&run[0], "import.released");
    assert_true(is_share(red[0], 0.05, n));
    assert_true(is_share(red[1], 0.05 + 0.5 * 0.1 * 0.8 * 0.95, n));
    assert_string_not_equal(run[0].network_digest[0], run[1].network_digest[0]);
    assert_string_equal(run[0].network_digest[1], run[1].network_digest[1]);
    for (int i = 0; i < 2; i++) model_run_clear(&run[i]);
}

static void a_second_line_fills_its_own_lanes_from_those_who_come_to_it(void **state)
{
    (void)state;
    char text[TEXT_BYTES];
    struct model_run run;
    snprintf(text, sizeof text,
        HEAD TWO_STREAMS "processes:\n" Q "  p:\n    - first: {selectivity: {top_up: {red: 5 %%}, score: {binormal: "
                                          "{compliant: normal mean 0 sd 1, not_compliant: normal mean 1 sd 1}}}}\n"
                         "    - look: {delay: 2 h, when: lane == red, finds: {share: 100 %%}}\n"
                         "    - second: {selectivity: {top_up: {red: 10 %%, yellow: 20 %%}, score: {binormal: "
                         "{compliant: normal mean 0 sd 1, not_compliant: normal mean 1 sd 1}}}, when: lane != red}\n"
                         "    - again: {delay: 1 h, when: lane == red and not look.met, finds: {share: 50 %%}}\n"
                         "    - release: {milestone: released}\n"
                         "    - third: {selectivity: {top_up: {red: 2 %%}}}\n"
                         "    - audit: {delay: 30 d, when: lane == red, finds: {share: 100 %%}}\n",
        "1000 h",
        ", metrics: [import.control.first.red_share, import.control.second.red_share, "
        "import.control.second.yellow_share, import.control.third.red_share]");
    run_text(&run, text, 1);
    double n = value(&run, "import.released");
    assert_true(is_share(value(&run, "import.control.first.red_share"), 0.05, n));
    assert_true(is_share(value(&run, "import.control.second.red_share"), 0.1, 0.95 * n));
    assert_true(is_share(value(&run, "import.control.second.yellow_share"), 0.2, 0.95 * n));
    assert_true(is_share(value(&run, "import.control.third.red_share"), 0.02, n));
    assert_true(value(&run, "import.control.again.hit_rate") < value(&run, "import.control.look.hit_rate") / 2 + 0.03);
    assert_true(value(&run, "import.control.found_after_release") > 0);
    assert_true(value(&run, "import.control.recall_with_audit") > value(&run, "import.control.recall"));
    model_run_clear(&run);
}

/* ---- learning ---- */

static struct model_run learning(const char *more, int replications)
{
    char text[TEXT_BYTES];
    struct model_run run;
    snprintf(text, sizeof text,
        "format: 1\nname: t\nrun: {measure: 8 week, warm_up: 4 week, replications: 1, steady: no_claim, metrics: "
        "[import.control.line.red_share, import.control.recall]}\n"
        "streams:\n  s:\n    direction: import\n    process: p\n    arrivals: {rate: 20/h}\n    attributes:\n"
        "      origin: {a: 12.5 %%, b: 12.5 %%, c: 12.5 %%, d: 12.5 %%, e: 12.5 %%, f: 12.5 %%, g: 12.5 %%, h: 12.5 "
        "%%}\n"
        "      compliant: {by: origin, h: 80 %%, otherwise: 95 %%}\n"
        "processes:\n  p:\n    - line: {selectivity: {top_up: {red: 12.5 %%}%s}}\n"
        "    - look: {delay: 2 h, when: lane == red, finds: {share: 100 %%}}\n",
        more);
    run_text(&run, text, replications);
    return run;
}

static void a_profile_that_learns_comes_near_one_that_knows(void **state)
{
    (void)state;
    struct model_run blind = learning("", 4), knows = learning(", criteria: [{when: origin == h, lane: red}]", 4),
                     learns = learning(", at_least_random: 1 %, learns: {by: origin, memory: 60 d, weight: 3}", 4);
    const char *recall = "import.control.recall";
    assert_true(fabs(value(&blind, recall) - 0.125) < 0.02);
    assert_true(fabs(value(&knows, recall) - 0.2 / 0.55) < 0.03);
    assert_true(value(&learns, recall) > value(&blind, recall) + 0.8 * (value(&knows, recall) - value(&blind, recall)));
    assert_true(is_share(value(&learns, "import.control.line.red_share"), 0.125, 4 * 8 * 168 * 20));
    assert_string_not_equal(learns.digest[0], learns.digest[1]);
    struct model_run again = learning(", at_least_random: 1 %, learns: {by: origin, memory: 60 d, weight: 3}", 1);
    assert_string_equal(again.digest[0], learns.digest[0]);
    model_run_clear(&blind);
    model_run_clear(&knows);
    model_run_clear(&learns);
    model_run_clear(&again);
}

static void without_chance_a_profile_may_never_look_again_where_it_was_wrong(void **state)
{
    (void)state;
    struct model_run greedy = learning(", learns: {by: origin, memory: 8000 d, weight: 200, prior: 1}", 20),
                     curious = learning(
                         ", at_least_random: 2 %, learns: {by: origin, memory: 8000 d, weight: 200, prior: 1}", 20);
    assert_true(value(&greedy, "import.control.recall") + 0.03 < value(&curious, "import.control.recall"));
    model_run_clear(&greedy);
    model_run_clear(&curious);
}

/* ---- traders ---- */

static void traders_are_as_active_as_the_law_says_and_alike_in_all_their_shipments(void **state)
{
    (void)state;
    char text[TEXT_BYTES];
    struct model_run run;
    snprintf(text, sizeof text,
        HEAD "streams:\n  s:\n    direction: import\n    process: p\n    arrivals: {rate: 1000/h}\n"
             "    traders: {count: 100, activity: zipf 1.1, fixed: [class]}\n    attributes: {class: {aeo: 50 %%, "
             "ordinary: 50 %%}, loose: 50 %%}\n"
             "processes:\n  p:\n    - first: {milestone: first, when: trader == 1}\n    - tail: {milestone: tail, "
             "when: trader > 10}\n"
             "    - aeo: {milestone: aeo, when: trader == 1 and class == aeo}\n    - loose: {milestone: loose, when: "
             "trader == 1 and loose}\n",
        "200 h",
        ", metrics: [import.milestone.first, import.milestone.tail, import.milestone.aeo, import.milestone.loose]");
    run_text(&run, text, 1);
    double n = value(&run, "import.released"), whole = 1 - pow(101, -0.1);
    double first = value(&run, "import.milestone.first"), aeo = value(&run, "import.milestone.aeo");
    assert_true(is_share(first / n, (1 - pow(2, -0.1)) / whole, n));
    assert_true(is_share(value(&run, "import.milestone.tail") / n, 1 - (1 - pow(11, -0.1)) / whole, n));
    assert_true(aeo == 0 || aeo == first);
    assert_true(is_share(value(&run, "import.milestone.loose") / first, 0.5, first));
    model_run_clear(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_rules_find_what_was_published),
        cmocka_unit_test(the_hit_rate_of_a_lane_is_the_binormal_integral),
        cmocka_unit_test(a_scorecard_scores_each_shipment_by_the_file),
        cmocka_unit_test(lanes_by_a_scorecard_hold_their_shares_though_many_score_alike),
        cmocka_unit_test(a_card_that_cannot_be_bound_says_so),
        cmocka_unit_test(a_campaign_comes_on_top_and_moves_nobody_elses_luck),
        cmocka_unit_test(a_second_line_fills_its_own_lanes_from_those_who_come_to_it),
        cmocka_unit_test(a_profile_that_learns_comes_near_one_that_knows),
        cmocka_unit_test(without_chance_a_profile_may_never_look_again_where_it_was_wrong),
        cmocka_unit_test(traders_are_as_active_as_the_law_says_and_alike_in_all_their_shipments),
    };
    int failed = cmocka_run_group_tests_name("targeting", tests, NULL, NULL);
    char *file = card_file();
    unlink(file - strlen("/tmp/"));
    return failed;
}
