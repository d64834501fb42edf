/* verify.c - see verify.h. */
#include "tools/verify.h"
#include "tools/command.h"
#include "tools/signals.h"
#include "tools/trial.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char default_folder[] = "tests/reference";

static int out_of_memory(void)
{
    fprintf(stderr, "greenlane: out of memory\n");
    return EXIT_FAULT;
}

/* ---- what is wanted ---- */

static bool is_wanted(const struct options *options, const char *id)
{
    for (size_t i = 0; i < options->cases.count; i++)
        if (strcmp(options->cases.word[i], id) == 0) return true;
    return options->cases.count == 0;
}

static int check_ids(const struct verify *verify)
{
    const struct options *options = verify->options;
    for (size_t i = 0; i < options->cases.count; i++) {
        size_t k = 0;
        while (k < verify->suite.cases && strcmp(verify->suite.item[k].id, options->cases.word[i]) != 0) k++;
        if (k < verify->suite.cases) continue;
        fprintf(stderr, "greenlane: there is no case '%s'; an id is like MM1-03\n", options->cases.word[i]);
        return EXIT_COMMAND_LINE;
    }
    return 0;
}

static void choose(struct verify *verify)
{
    const struct suite *suite = &verify->suite;
    const struct options *options = verify->options;
    verify->whole = options->cases.count == 0;
    for (size_t i = 0; i < suite->cases; i++) {
        const struct suite_case *item = &suite->item[i];
        bool chosen = item->estimate && is_wanted(options, item->id);
        verify->item[i].chosen = chosen && (item->use != USE_COVERAGE || verify->whole);
        if (verify->item[i].chosen) verify->model[item->model].chosen++;
    }
    for (size_t i = 0; i < suite->twins; i++)
        verify->twin[i].chosen =
            (suite->twin[i].quick || !options->quick) && is_wanted(options, suite->item[suite->twin[i].of].id);
}

/* ---- models ---- */

static void judge(struct verify *verify, size_t index, const double *value, size_t n)
{
    const struct suite_case *item = &verify->suite.item[index];
    struct verify_case *out = &verify->item[index];
    bool quick = verify->options->quick;
    out->run = true;
    if (item->use == USE_COVERAGE) {
        verify->fixed = judge_coverage(value, n, item->exact);
        verify->stopped = judge_stopped_coverage(value, n, item->exact, VERIFY_PRECISION);
        return;
    }
    out->verdict =
        item->use == USE_IDENTITY ? judge_identity(value, n, item->exact) : judge_case(value, n, item->exact, quick);
    verify->run++;
    verify->passed += out->verdict.pass;
}

static int run_model(struct verify *verify, size_t m)
{
    const struct suite *suite = &verify->suite;
    struct verify_model *model = &verify->model[m];
    const struct expression **estimate = malloc((suite->cases + 1) * sizeof *estimate);
    if (!estimate) return out_of_memory();
    size_t n = 0;
    for (size_t i = 0; i < suite->cases; i++)
        if (verify->item[i].chosen && suite->item[i].model == m) estimate[n++] = suite->item[i].estimate;
    struct trial_request request = {.path = suite->model[m].path,
        .seed = suite->model[m].seed,
        .quick = verify->options->quick,
        .estimate = estimate,
        .estimates = n,
        .options = verify->options,
        .progress = &verify->progress};
    struct trial trial;
    int code = trial_run(&request, &trial);
    free(estimate);
    if (code) return code;
    model->run = true;
    model->replications = trial.n;
    model->seconds = trial.seconds;
    verify->worked += trial.worked;
    n = 0;
    for (size_t i = 0; i < suite->cases; i++)
        if (verify->item[i].chosen && suite->item[i].model == m) judge(verify, i, trial.value[n++], trial.n);
    trial_clear(&trial);
    return 0;
}

static int run_twin(struct verify *verify, size_t index)
{
    const struct suite_twin *twin = &verify->suite.twin[index];
    const struct suite_case *item = &verify->suite.item[twin->of];
    struct verify_twin *out = &verify->twin[index];
    const struct expression *estimate = item->estimate;
    struct trial_request request = {.path = verify->suite.model[item->model].path,
        .settings = twin->settings,
        .seed = verify->suite.model[item->model].seed,
        .quick = twin->quick,
        .estimate = &estimate,
        .estimates = 1,
        .options = verify->options,
        .progress = &verify->progress};
    struct trial trial;
    int code = trial_run(&request, &trial);
    if (code) return code;
    out->run = true;
    out->seconds = trial.seconds;
    verify->worked += trial.worked;
    out->verdict = item->use == USE_IDENTITY ? judge_identity(trial.value[0], trial.n, item->exact)
                                             : judge_case(trial.value[0], trial.n, item->exact, twin->quick);
    out->caught = !out->verdict.close && !isnan(out->verdict.mean);
    verify->caught += out->caught;
    trial_clear(&trial);
    return 0;
}

/* ---- over many models ---- */

static bool pool(struct verify *verify)
{
    double *normal = malloc((verify->suite.cases + 1) * sizeof *normal);
    size_t n = 0;
    if (!normal) return false;
    for (size_t i = 0; i < verify->suite.cases; i++)
        if (verify->suite.item[i].use == USE_POOLED && verify->item[i].run)
            normal[n++] = verify->item[i].verdict.normal;
    verify->pooled = judge_pooled(normal, n);
    free(normal);
    return true;
}

static bool ends_it(int code)
{
    return signals_exit_code() != 0 || code == EXIT_INTERRUPTED;
}

static int run_all(struct verify *verify, const struct verify_view *view)
{
    const struct suite *suite = &verify->suite;
    int code = 0;
    for (size_t m = 0; m < suite->models; m++) {
        if (!verify->model[m].chosen) continue;
        code = run_model(verify, m);
        progress_end(&verify->progress);
        if (ends_it(code)) return code;
        if (!verify->model[m].run) verify->run += verify->model[m].chosen;
        if (view->model_done) view->model_done(verify, m);
    }
    for (size_t i = 0; i < suite->twins; i++) {
        if (!verify->twin[i].chosen) continue;
        verify->twins_run++;
        code = run_twin(verify, i);
        progress_end(&verify->progress);
        if (ends_it(code)) return code;
        if (view->twin_done) view->twin_done(verify, i);
    }
    return !verify->whole || pool(verify) ? 0 : out_of_memory();
}

int verify_begin(struct verify *verify, const struct options *options)
{
    *verify = (struct verify){.options = options};
    int code = suite_read(&verify->suite, options->arguments.count ? options->arguments.word[0] : default_folder);
    if (!code) code = check_ids(verify);
    if (code) return code;
    verify->item = calloc(verify->suite.cases + 1, sizeof *verify->item);
    verify->model = calloc(verify->suite.models + 1, sizeof *verify->model);
    verify->twin = calloc(verify->suite.twins + 1, sizeof *verify->twin);
    if (!verify->item || !verify->model || !verify->twin) return out_of_memory();
    choose(verify);
    return 0;
}

int verify_run(struct verify *verify, const struct verify_view *view)
{
    progress_begin(&verify->progress, verify->options->quiet);
    int code = run_all(verify, view);
    for (size_t m = 0; m < verify->suite.models; m++) verify->seconds += verify->model[m].seconds;
    for (size_t i = 0; i < verify->suite.twins; i++) verify->seconds += verify->twin[i].seconds;
    return code;
}

void verify_clear(struct verify *verify)
{
    free(verify->item);
    free(verify->model);
    free(verify->twin);
    suite_clear(&verify->suite);
}

bool verify_passed(const struct verify *verify)
{
    bool together = verify->pooled.pass && verify->fixed.pass && verify->stopped.pass;
    return verify->passed == verify->run && verify->caught == verify->twins_run && (!verify->whole || together);
}
