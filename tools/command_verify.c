/* command_verify.c - `greenlane verify`: the suite's table as it comes, or all of it as JSON at the end. */
#include "tools/command.h"
#include "tools/json.h"
#include "tools/verify.h"
#include "tools/verify_store.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- the table ---- */

static const char *result_word(const struct verdict *verdict)
{
    return verdict->pass ? "ok" : !verdict->close ? "MISSED" : "too wide";
}

static void print_z(double z)
{
    if (isnan(z))
        printf("%7s", "-");
    else
        printf("%7.2f", z);
}

static void print_case(const struct suite_case *item, const struct verify_case *of)
{
    printf("  %-9s %-23.23s %11.6g", item->id, item->measure, item->exact);
    if (!of->run) {
        printf(" %11s %10s %7s  NOT RUN\n", "-", "-", "-");
        return;
    }
    printf(" %11.6g %10.2g", of->verdict.mean, of->verdict.half_width);
    print_z(of->verdict.z);
    printf("  %s\n", result_word(&of->verdict));
}

static void print_model(const struct verify *verify, size_t m)
{
    const struct suite_model *model = &verify->suite.model[m];
    const struct verify_model *of = &verify->model[m];
    printf("%s, %s\n", model->model, model->parameters);
    printf("  %s.yaml, seed %llu, %zu replications, %.1f s\n", model->name, (unsigned long long)model->seed,
        of->replications, of->seconds);
    for (size_t i = 0; i < verify->suite.cases; i++)
        if (verify->item[i].chosen && verify->suite.item[i].model == m && verify->suite.item[i].use != USE_COVERAGE)
            print_case(&verify->suite.item[i], &verify->item[i]);
    fflush(stdout);
}

static void print_twin(const struct verify *verify, size_t index)
{
    const struct suite_twin *twin = &verify->suite.twin[index];
    const struct suite_case *item = &verify->suite.item[twin->of];
    const struct verify_twin *of = &verify->twin[index];
    size_t before = 0;
    while (before < index && !verify->twin[before].chosen) before++;
    if (before == index) printf("Wrong twins, which must not agree\n");
    printf("  %-9s %-34.34s %11.6g", item->id, twin->what, item->exact);
    if (!of->run) {
        printf(" %11s %7s  NOT RUN\n", "-", "-");
        return;
    }
    printf(" %11.6g", of->verdict.mean);
    print_z(of->verdict.z);
    printf("  %s\n", of->caught ? "caught" : "NOT CAUGHT");
    fflush(stdout);
}

static void print_coverage(const char *what, const struct coverage *coverage)
{
    printf("  %-43s %5.1f %% of %4zu, band %.1f to %.1f  %s\n", what, 100 * coverage->share, coverage->intervals,
        100 * coverage->low, 100 * coverage->high, coverage->pass ? "ok" : "MISSED");
}

static void print_not_run(const struct verify *verify)
{
    bool first = true;
    for (size_t i = 0; i < verify->suite.cases; i++) {
        const struct suite_case *item = &verify->suite.item[i];
        if (item->use != USE_NOT_RUN) continue;
        if (first) printf("Not run\n");
        printf("  %-9s %s\n", item->id, item->text);
        first = false;
    }
}

static void print_summary(const struct verify *verify, int64_t run)
{
    if (verify->whole) {
        char what[64];
        printf("Together\n");
        printf("  %-43s %5.1f for %zu models, band %.1f to %.1f  %s\n", "sum of z^2, one measure a model",
            verify->pooled.sum, verify->pooled.n, verify->pooled.low, verify->pooled.high,
            verify->pooled.pass ? "ok" : "MISSED");
        print_coverage("95 % intervals that hold the exact value", &verify->fixed);
        snprintf(what, sizeof what, "the same after --precision %.0f%% has stopped", 100 * VERIFY_PRECISION);
        print_coverage(what, &verify->stopped);
        print_not_run(verify);
    }
    printf("%zu of %zu cases agree with theory", verify->passed, verify->run);
    if (verify->twins_run) printf(", %zu of %zu wrong twins are caught", verify->caught, verify->twins_run);
    printf(" (%.0f s).\n", verify->seconds);
    printf("Stored as run:%lld in %s, one row a case.\n", (long long)run, verify->options->db);
}

/* ---- JSON ---- */

static void json_verdict(struct json *json, const struct verdict *verdict)
{
    json_number(json, "estimate", verdict->mean);
    json_number(json, "half_width", verdict->half_width);
    json_number(json, "z", verdict->z);
}

static void json_model(struct json *json, const struct verify *verify, size_t m)
{
    static const char *const use[] = {"row", "pooled", "identity", "coverage", "not_run"};
    const struct suite_model *model = &verify->suite.model[m];
    json_map(json, NULL);
    json_text(json, "scenario", model->name);
    json_text(json, "model", model->model);
    json_text(json, "parameters", model->parameters);
    json_count(json, "seed", model->seed);
    json_count(json, "replications", verify->model[m].replications);
    json_number(json, "seconds", verify->model[m].seconds);
    json_list(json, "cases");
    for (size_t i = 0; i < verify->suite.cases; i++) {
        const struct suite_case *item = &verify->suite.item[i];
        if (!verify->item[i].chosen || item->model != m || item->use == USE_COVERAGE) continue;
        json_map(json, NULL);
        json_text(json, "id", item->id);
        json_text(json, "measure", item->measure);
        json_text(json, "estimate_of", item->text);
        json_text(json, "use", use[item->use]);
        json_number(json, "exact", item->exact);
        if (verify->item[i].run) json_verdict(json, &verify->item[i].verdict);
        json_flag(json, "pass", verify->item[i].run && verify->item[i].verdict.pass);
        json_end(json);
    }
    json_end(json);
    json_end(json);
}

static void json_twins(struct json *json, const struct verify *verify)
{
    json_list(json, "twins");
    for (size_t i = 0; i < verify->suite.twins; i++) {
        if (!verify->twin[i].chosen) continue;
        json_map(json, NULL);
        json_text(json, "id", verify->suite.item[verify->suite.twin[i].of].id);
        json_text(json, "set", verify->suite.twin[i].settings);
        json_text(json, "what", verify->suite.twin[i].what);
        if (verify->twin[i].run) json_verdict(json, &verify->twin[i].verdict);
        json_flag(json, "caught", verify->twin[i].caught);
        json_end(json);
    }
    json_end(json);
}

static void json_coverage(struct json *json, const char *name, const struct coverage *coverage)
{
    json_map(json, name);
    json_count(json, "intervals", coverage->intervals);
    json_count(json, "covered", coverage->covered);
    json_number(json, "replications_each", coverage->replications);
    json_number(json, "low", coverage->low);
    json_number(json, "high", coverage->high);
    json_flag(json, "pass", coverage->pass);
    json_end(json);
}

static void print_json(const struct verify *verify, int64_t run)
{
    struct json json = {.out = stdout};
    json_map(&json, NULL);
    json_count(&json, "schema_version", 1);
    json_count(&json, "run", (uint64_t)run);
    json_flag(&json, "quick", verify->options->quick);
    json_flag(&json, "passed", verify_passed(verify));
    json_count(&json, "cases_run", verify->run);
    json_count(&json, "cases_passed", verify->passed);
    json_number(&json, "seconds", verify->seconds);
    json_list(&json, "models");
    for (size_t m = 0; m < verify->suite.models; m++)
        if (verify->model[m].chosen) json_model(&json, verify, m);
    json_end(&json);
    json_twins(&json, verify);
    if (verify->whole) {
        json_map(&json, "pooled");
        json_number(&json, "sum", verify->pooled.sum);
        json_count(&json, "models", verify->pooled.n);
        json_number(&json, "low", verify->pooled.low);
        json_number(&json, "high", verify->pooled.high);
        json_flag(&json, "pass", verify->pooled.pass);
        json_end(&json);
        json_coverage(&json, "coverage", &verify->fixed);
        json_coverage(&json, "coverage_after_precision", &verify->stopped);
    }
    json_end(&json);
}

static int verify_into(struct verify *verify, struct store *store)
{
    bool as_json = verify->options->json;
    struct verify_view view = {as_json ? NULL : print_model, as_json ? NULL : print_twin};
    int64_t run = 0;
    if (!as_json)
        printf("  %-9s %-23s %11s %11s %10s %7s  %s\n", "case", "measure", "exact", "estimate", "half-width", "z", "pass");
    int code = verify_run(verify, &view);
    if (!code) code = verify_store(verify, store, &run);
    if (code) return code;
    if (as_json)
        print_json(verify, run);
    else
        print_summary(verify, run);
    return verify_passed(verify) ? EXIT_DONE : EXIT_CHECK_FAILED;
}

int command_verify(const struct options *options)
{
    struct verify verify;
    struct store *store = NULL;
    int code = verify_begin(&verify, options);
    if (!code) code = verify_store_open(options, &store);
    if (!code) code = verify_into(&verify, store);
    store_close(store);
    verify_clear(&verify);
    return code;
}
