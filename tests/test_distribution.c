/* test_distribution.c - words to distributions; their moments are those the words ask for. */
#include "models/scenario/distribution.h"
#include "models/scenario/datafile.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static char why[QUANTITY_WHY];
static struct distribution_files files = {.beside = "tests/data/port.yaml"};

static struct variate made(const char *text, enum distribution_of of)
{
    struct variate v;
    if (!distribution_text(text, of, &files, &v, why)) fail_msg("%s: %s", text, why);
    return v;
}

static void close_to(double value, double wanted)
{
    if (!(fabs(value - wanted) <= 1e-6 * (1 + fabs(wanted)))) fail_msg("%.12g for %.12g", value, wanted);
}

static void every_form_has_the_moments_it_names(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum variate_kind kind;
        double mean, variance; /* NAN: not asked */
    } row[] = {
        {"30 min", VARIATE_CONSTANT, 0.5, 0},
        {"constant 30 min", VARIATE_CONSTANT, 0.5, 0},
        {"exponential mean 2 h", VARIATE_EXPONENTIAL, 2, 4},
        {"lognormal mean 8.3 h sd_log 0.6", VARIATE_LOGNORMAL, 8.3, NAN},
        {"lognormal sd_log 0.6 mean 8.3 h", VARIATE_LOGNORMAL, 8.3, NAN},
        {"lognormal mean 3 h cv 0.5", VARIATE_LOGNORMAL, 3, 2.25},
        {"lognormal mean 3 h p90 5 h", VARIATE_LOGNORMAL, 3, NAN},
        {"erlang k 4 mean 2 h", VARIATE_ERLANG, 2, 1},
        {"gamma shape 2.5 mean 5 h", VARIATE_GAMMA, 5, 10},
        {"gamma cv 0.5 mean 2 h", VARIATE_GAMMA, 2, 1},
        {"uniform low 1 h high 3 h", VARIATE_UNIFORM, 2, 1.0 / 3},
        {"triangular low 0 h mode 1 h high 2 h", VARIATE_TRIANGULAR, 1, 1.0 / 6},
        {"pert low 0 h mode 2 h high 6 h", VARIATE_PERT, 14.0 / 6, NAN},
        {"hyperexponential mean 1 h cv 2", VARIATE_HYPEREXPONENTIAL, 1, 4},
        {"hyperexponential p 0.25 mean 4 h mean 8 h", VARIATE_HYPEREXPONENTIAL, 7, NAN},
        {"hyperexponential p 25 % mean 4 h p 75 % mean 8 h", VARIATE_HYPEREXPONENTIAL, 7, NAN},
        {"discrete 1 h 80 % 4 h 20 %", VARIATE_DISCRETE, 1.6, 1.44},
        {"weibull shape 1 scale 90 min", VARIATE_WEIBULL, 1.5, 2.25},
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct variate v = made(row[i].text, DISTRIBUTION_TIMES);
        if (v.kind != row[i].kind) fail_msg("%s: kind %d", row[i].text, v.kind);
        close_to(variate_mean(&v), row[i].mean);
        if (!isnan(row[i].variance)) close_to(variate_variance(&v), row[i].variance);
        variate_clear(&v);
    }
}

static void a_lognormal_has_the_quantiles_it_names(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double p, quantile;
    } row[] = {{"lognormal median 6 h p90 40 h", 0.5, 6}, {"lognormal median 6 h p90 40 h", 0.9, 40},
        {"lognormal median 6 h p95 40 h", 0.95, 40}, {"lognormal mean 3 h p90 5 h", 0.9, 5},
        {"lognormal median 6 h sd_log 1", 0.5, 6}};
    for (size_t i = 0; i < COUNT(row); i++) {
        struct variate v = made(row[i].text, DISTRIBUTION_TIMES);
        close_to(variate_quantile(&v, row[i].p), row[i].quantile);
    }
}

static void counts_and_scores_are_plain_numbers(void **state)
{
    (void)state;
    struct variate v = made("lognormal median 2500 p90 6000", DISTRIBUTION_COUNTS);
    close_to(variate_quantile(&v, 0.5), 2500);
    v = made("geometric mean 4", DISTRIBUTION_COUNTS);
    close_to(variate_mean(&v), 4);
    v = made("500", DISTRIBUTION_COUNTS);
    close_to(variate_mean(&v), 500);
    v = made("normal mean -2 sd 1", DISTRIBUTION_SCORES);
    assert_int_equal(v.kind, VARIATE_NORMAL_FREE);
    close_to(variate_mean(&v), -2);
    v = made("normal mean 10 sd 1", DISTRIBUTION_COUNTS);
    assert_int_equal(v.kind, VARIATE_NORMAL);
    v = made("uniform low 5 % high 15 %", DISTRIBUTION_VALUES);
    close_to(variate_mean(&v), 0.1);
}

static void an_empirical_distribution_reads_its_column(void **state)
{
    (void)state;
    struct variate v = made("empirical file durations.csv column hours", DISTRIBUTION_TIMES);
    assert_int_equal(v.kind, VARIATE_EMPIRICAL);
    close_to(variate_upper(&v), 6);
    variate_clear(&v);
    v = made("empirical file durations.csv column wait_min", DISTRIBUTION_TIMES);
    close_to(variate_upper(&v), 1.5);
    variate_clear(&v);
    v = made("empirical file durations.csv column hours unit d", DISTRIBUTION_TIMES);
    close_to(variate_upper(&v), 144);
    variate_clear(&v);
    v = made("empirical file durations.csv column hours", DISTRIBUTION_COUNTS);
    close_to(variate_upper(&v), 6);
    variate_clear(&v);
}

static void a_malformed_distribution_says_what_is_right(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } row[] = {
        {"lognorml mean 3 h",
            "'lognorml mean 3 h' is not a distribution; write a duration or constant, exponential, lognormal, "
            "erlang, gamma, weibull, uniform, triangular, pert, normal, ...; did you mean 'lognormal'?"},
        {"lognormal mean 3 h sdlog 1",
            "lognormal has no parameter 'sdlog'; it takes mean sd_log | median sd_log | median p90 | "
            "median p95 | mean cv | mean p90; did you mean 'sd_log'?"},
        {"lognormal mean 3 h",
            "lognormal lacks a parameter or has one too many; it takes mean sd_log | median sd_log | median "
            "p90 | median p95 | mean cv | mean p90"},
        {"lognormal mean 3 sd_log 1", "'mean 3' has no unit of time; write s, min, h, d or week"},
        {"lognormal mean 3 h sd_log 1 h", "'sd_log' has a unit; it is a plain number"},
        {"lognormal mean 3 h p90 30 h",
            "'lognormal mean 3 h p90 30 h' is impossible; p90 is between the mean and 2.27 times the mean"},
        {"exponential 3 h", "'3 h' names no parameter; name it: mean 2 h"},
        {"exponential mean", "'mean' of exponential has no value; give one: mean 2 h"},
        {"exponential mean 3 m",
            "'3 m' has no unit 'm'; min or month? write min for minutes; months differ in length, write days: 30 d"},
        {"exponential mean 0 h", "'exponential mean 0 h' is impossible; mean is over 0"},
        {"exponential mean -2 h", "'exponential mean -2 h' is impossible; mean is over 0"},
        {"erlang k 2.5 mean 2 h",
            "'erlang k 2.5 mean 2 h' is impossible; k is a whole number from 1 to 1000 and mean is over 0"},
        {"triangular low 3 h mode 2 h high 4 h",
            "'triangular low 3 h mode 2 h high 4 h' is impossible; 0 <= low <= mode <= high"},
        {"constant", "constant has no value; write constant 30 min"},
        {"discrete 1 h 80 %", "'discrete 1 h 80 %' sums to 80 %; 100 % is wanted"},
        {"discrete 1 h 80", "'discrete 1 h 80' has a share without %; write discrete 1 h 80 % 4 h 20 %"},
        {"hyperexponential p 0.3 mean 1 h p 0.3 mean 2 h",
            "'hyperexponential p 0.3 mean 1 h p 0.3 mean 2 h' has p that do not sum to 1; it takes mean cv | p 0.3 "
            "mean 1 h mean 4 "
            "h; every p has a mean and they sum to 1"},
        {"empirical durations.csv",
            "'empirical durations.csv' is not understood; write empirical file durations.csv column hours unit h"},
        {"empirical file durations.csv column name",
            "'empirical file durations.csv column name' does not say the column's unit; add unit s, min, h, d or week"},
        {"empirical file no.csv column hours",
            "the file 'no.csv' is not there; give its path from the scenario's folder"},
        {"empirical file ../../Makefile column hours",
            "the file '../../Makefile' is outside the scenario's folder; move it there or give --allow-path"},
        {"mixture of things", "a mixture is a map; write {mixture: [{share: 70 %, of: ...}, {share: 30 %, of: ...}]}"},
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct variate v = {.a = 7};
        if (distribution_text(row[i].text, DISTRIBUTION_TIMES, &files, &v, why)) fail_msg("%s was read", row[i].text);
        assert_string_equal(why, row[i].message);
        assert_true(v.a == 7);
    }
}

static void a_column_that_is_not_there_gets_a_suggestion(void **state)
{
    (void)state;
    struct variate v;
    assert_false(
        distribution_text("empirical file durations.csv column hour unit h", DISTRIBUTION_TIMES, &files, &v, why));
    assert_non_null(strstr(why, "has no column 'hour'; its first line names the columns; did you mean 'hours'?"));
    assert_false(
        distribution_text("empirical file durations.csv column name unit h", DISTRIBUTION_TIMES, &files, &v, why));
    assert_non_null(strstr(why, "line 2 of "));
    assert_non_null(strstr(why, "holds 'a'; a number of at least 0 is wanted"));
}

static bool read_yaml(const char *yaml, struct variate *v, const struct node **at, struct tree **tree)
{
    struct diagnostics errors;
    diagnostics_init(&errors);
    *tree = tree_parse("test", yaml, strlen(yaml), &errors);
    assert_int_equal(errors.errors, 0);
    diagnostics_clear(&errors);
    return distribution_read(node_get((*tree)->root, "d"), DISTRIBUTION_TIMES, &files, v, at, why);
}

static void a_mixture_is_a_map_of_shares(void **state)
{
    (void)state;
    struct variate v;
    struct tree *tree;
    const struct node *at;
    assert_true(read_yaml(
        "d: {mixture: [{share: 70 %, of: exponential mean 1 h}, {share: 30 %, of: discrete 2 h 50 % 6 h 50 %}]}", &v,
        &at, &tree));
    assert_int_equal(v.kind, VARIATE_MIXTURE);
    close_to(variate_mean(&v), 0.7 + 1.2);
    variate_clear(&v);
    tree_destroy(tree);
}

static void a_fault_in_a_mixture_is_placed_where_it_stands(void **state)
{
    (void)state;
    static const struct {
        const char *yaml;
        int line, column;
        const char *message;
    } row[] = {
        {"d: {mixture: [{share: 70 %, of: exponential mean 1 h}, {share: 20 %, of: 1 h}]}", 1, 4,
            "the shares of the mixture sum to 90 %; 100 % is wanted"},
        {"d:\n  mixture:\n    - {share: 70 %, of: discrete 1 h 100 %}\n    - {share: 30 %, of: exponential mean 1}\n",
            4, 25, "'mean 1' has no unit of time; write s, min, h, d or week"},
        {"d: {mixture: [{shares: 70 %, of: 1 h}]}", 1, 15,
            "a part of a mixture is not understood; write {share: 70 %, of: exponential mean 2 h}"},
        {"d: {mixtur: []}", 1, 4,
            "this map is not a distribution; write words, or {mixture: [{share: 70 %, of: ...}, ...]}"},
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct variate v;
        struct tree *tree;
        const struct node *at;
        assert_false(read_yaml(row[i].yaml, &v, &at, &tree));
        assert_string_equal(why, row[i].message);
        assert_int_equal(at->place.line, row[i].line);
        assert_int_equal(at->place.column, row[i].column);
        tree_destroy(tree);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_has_the_moments_it_names),
        cmocka_unit_test(a_lognormal_has_the_quantiles_it_names),
        cmocka_unit_test(counts_and_scores_are_plain_numbers),
        cmocka_unit_test(an_empirical_distribution_reads_its_column),
        cmocka_unit_test(a_malformed_distribution_says_what_is_right),
        cmocka_unit_test(a_column_that_is_not_there_gets_a_suggestion),
        cmocka_unit_test(a_mixture_is_a_map_of_shares),
        cmocka_unit_test(a_fault_in_a_mixture_is_placed_where_it_stands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
