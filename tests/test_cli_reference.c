/* Queues with known answers, written as scenario files and run by the command: each estimate lies within 4 standard
 * errors of theory at a relative half-width of at most 2 %, and with a service mean 2 % off the same test fails. */
#include "engine/infer/interval.h"
#include "tests/cli.h"
#include <math.h>

struct known {
    const char *file, *metric;
    double exact;
    const char *wrong;
}; /* wrong: the setting of the wrong twin */

static const struct known cases[] = {
    /* seeds stand in the files: 1, 2, 3, … , never chosen */
    {"mm1_50", "station.desk.wait.mean", 1.0, "processes.visit.serve.service=exponential mean 1.02 h"},
    {"mm1_80", "station.desk.wait.mean", 4.0, "processes.visit.serve.service=exponential mean 1.02 h"},
    {"mm3_83", "station.desks.wait.mean", 1.40449438202, "processes.visit.serve.service=exponential mean 1.02 h"},
    {"tandem", "stream.customers.time.mean", 16.0 / 3, "processes.visit.serve.service=exponential mean 1.275 h"},
    {"feedback", "stream.customers.time.mean", 5.0, "processes.visit.serve.service=exponential mean 1.02 h"},
};
enum { CASES = sizeof cases / sizeof cases[0] };

struct agreement {
    double estimate, half_width, deviations;
};

static struct agreement measure(struct cli *cli, const struct known *known, const char *setting)
{
    cli_clean(cli);
    cli_shell(cli, "$G run $R/tests/reference/%s.yaml --json -q %s%s%s", known->file, setting ? "--set '" : "",
        setting ? setting : "", setting ? "'" : "");
    struct json_value *json = cli_json(cli);
    const struct json_value *metric = json_get(json_get(json, "metrics"), known->metric);
    assert_non_null(metric);
    double n = json_get_number(json, "replications", 0);
    struct agreement found = {
        json_get_number(metric, "estimate", NAN), json_get_number(metric, "half_width", NAN), NAN};
    double standard_error = found.half_width / interval_t_quantile(0.975, n - 1);
    found.deviations = fabs(found.estimate - known->exact) / standard_error;
    json_free(json);
    return found;
}

static bool agrees(const struct agreement *found, double exact)
{
    return found->deviations <= 4 && found->half_width <= 0.02 * exact;
}

static void queues_agree_with_theory(void **state)
{
    for (size_t i = 0; i < CASES; i++) {
        struct agreement found = measure(*state, &cases[i], NULL);
        print_message("%-10s exact %.5f, estimate %.5f ± %.5f, %.2f standard errors\n", cases[i].file, cases[i].exact,
            found.estimate, found.half_width, found.deviations);
        assert_true(agrees(&found, cases[i].exact));
    }
}

static void with_a_service_mean_2_per_cent_off_they_do_not(void **state)
{
    for (size_t i = 0; i < CASES; i++) {
        struct agreement found = measure(*state, &cases[i], cases[i].wrong);
        assert_false(agrees(&found, cases[i].exact));
    }
}

static void read_digests(struct cli *cli, const char *options, char *out, size_t size)
{
    cli_clean(cli);
    cli_shell(cli, "$G run $R/tests/cli/small.yaml --json -q -n 8 %s", options);
    struct json_value *json = cli_json(cli);
    const struct json_value *list = json_get(json, "digests");
    assert_int_equal(list->count, 8);
    size_t used = 0;
    for (size_t i = 0; i < list->count; i++)
        used += (size_t)snprintf(out + used, size - used, "%s ", list->item[i].text);
    json_free(json);
}

static void digests_do_not_depend_on_the_number_of_threads(void **state)
{
    char one[600], other[600];
    read_digests(*state, "-j 1", one, sizeof one);
    read_digests(*state, "-j 2", other, sizeof other);
    assert_string_equal(one, other);
    read_digests(*state, "-j 4", other, sizeof other);
    assert_string_equal(one, other);
    read_digests(*state, "-j 8", other, sizeof other);
    assert_string_equal(one, other);
}

static void digests_do_not_depend_on_the_processors_instructions(void **state)
{
    char one[600], other[600];
    read_digests(*state, "-j 2", one, sizeof one);
    setenv("GLIBC_TUNABLES", "glibc.cpu.hwcaps=-AVX2_Usable,-FMA_Usable,-AVX2,-FMA", 1);
    read_digests(*state, "-j 2", other, sizeof other);
    unsetenv("GLIBC_TUNABLES");
    assert_string_equal(one, other);
}

static void another_seed_gives_other_digests(void **state)
{
    char one[600], other[600];
    read_digests(*state, "--seed 9", one, sizeof one);
    read_digests(*state, "--seed 10", other, sizeof other);
    assert_string_not_equal(one, other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(queues_agree_with_theory),
        cmocka_unit_test(with_a_service_mean_2_per_cent_off_they_do_not),
        cmocka_unit_test(digests_do_not_depend_on_the_number_of_threads),
        cmocka_unit_test(digests_do_not_depend_on_the_processors_instructions),
        cmocka_unit_test(another_seed_gives_other_digests),
    };
    return cmocka_run_group_tests(tests, cli_begin, cli_end);
}
