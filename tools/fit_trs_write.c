/* fit_trs_write.c - the starter scenario of a Time Release Study sample. */
#include "models/scenario/quantity.h"
#include "tools/fit.h"
#include "tools/profile.h"
#include <math.h>
#include <string.h>

static double mean_of(const double *value, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += value[i];
    return sum / (double)n;
}

/* A text in double quotes, as YAML reads them. */
static void write_quoted(FILE *out, const char *text)
{
    putc('"', out);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') putc('\\', out);
        putc((unsigned char)*text < ' ' ? ' ' : *text, out);
    }
    putc('"', out);
}

/* Four weeks from the Monday on or before the sample began; the warm-up is long enough for nine in ten to be through.
 */
static void write_run(const struct trs *trs, const struct profile *profile, FILE *out)
{
    char first[24], last[24];
    double monday = profile->from - 24 * fmod(fmod(profile->from / 24 + 3, 7) + 7, 7),
           warm = ceil(fit_quantile(trs->total, trs->rows, .9) / 24 / 7) * 7;
    quantity_date_text(monday, first);
    quantity_date_text(monday + 27 * 24, last);
    fprintf(out, "run: {measure: %s..%s, warm_up: %.0f d, replications: 10, seed: 1}\n", first, last, fmax(7, warm));
}

static void write_stage(const struct trs_stage *stage, FILE *out)
{
    char text[FIT_NUMBER];
    fprintf(out, "    - %s:\n        delay: %s\n", stage->name, stage->words);
    if (stage->share < 1) fprintf(out, "        share: %s %%\n", fit_number(100 * stage->share, text));
    fprintf(out, "        owner: %s\n        source: sample\n", stage->owner);
}

/* The stage after which a declaration counts as lodged: the last one that is called so. */
static size_t lodged_after(const struct trs *trs)
{
    static const char *const words[] = {"lodg", "declar", "submi", "registr"};
    for (size_t i = trs->stages; i-- > 0;)
        for (size_t k = 0; k < sizeof words / sizeof words[0]; k++)
            if (strstr(trs->stage[i].name, words[k])) return i;
    return trs->stages;
}

static void write_expected(const struct trs *trs, FILE *out)
{
    char text[FIT_NUMBER];
    const struct {
        const char *metric, *role;
        double value;
    } row[] = {
        {"mean_h", "fitted", mean_of(trs->total, trs->rows)},
        {"p50_h", "held_back", fit_quantile(trs->total, trs->rows, .5)},
        {"p90_h", "held_back", fit_quantile(trs->total, trs->rows, .9)},
    };
    fputs("# Each stage was fitted by itself: that the quantiles of the whole come out too says that stages hardly "
          "depend on\n"
          "# each other, and `greenlane validate` asks it.\nexpect:\n",
        out);
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
        fprintf(out, "  import.clearance.%s: {value: %s h, within: 10 %%, role: %s, source: sample}\n", row[i].metric,
            fit_number(row[i].value, text), row[i].role);
}

void trs_write_scenario(const struct trs *trs, FILE *out)
{
    struct profile profile;
    char first[24], last[24], title[400];
    if (!profile_of(trs->arrival, trs->rows, trs->timed, &profile)) return;
    quantity_date_text(profile.from, first);
    quantity_date_text(profile.to - 24, last);
    fprintf(out, "# Written by `greenlane fit --trs`: a starter, to be edited. Every stage is a delay, independent of "
                 "load; where people or\n"
                 "# machines are short, make it `service:` with a resource. Owners are guessed from the names. The "
                 "rate is that of the\n"
                 "# sample: raise it when only some declarations were sampled.\nformat: 1\nname: trs_starter\ntitle: ");
    snprintf(title, sizeof title, "Starter from %s", fit_base_name(trs->path));
    write_quoted(out, title);
    snprintf(title, sizeof title, "%s, Time Release Study, %s to %s, n = %zu", fit_base_name(trs->path), first,
        last, trs->rows);
    fputs("\nsources:\n  sample: {title: ", out);
    write_quoted(out, title);
    fputs("}\n", out);
    write_run(trs, &profile, out);
    fputs("streams:\n  import:\n    direction: import\n    unit: declaration\n    process: import\n    arrivals:\n     "
          " source: sample\n",
        out);
    profile_print(&profile, "      ", out);
    fputs("processes:\n  import:\n", out);
    size_t lodged = lodged_after(trs);
    for (size_t i = 0; i < trs->stages; i++) {
        if (trs->stage[i].n) write_stage(&trs->stage[i], out);
        if (i == lodged) fputs("    - lodged_mark: {milestone: lodged}\n", out);
    }
    fputs("    - released_mark: {milestone: released}\n", out);
    write_expected(trs, out);
}
