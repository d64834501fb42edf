/* fit_words.c - fitted laws in the words that a scenario reads (models/scenario/distribution.h). */
#include "tools/fit.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct words_of {
    const char *name[FIT_PARAMETERS];
    unsigned unit; /* bit i: parameter i has one */
} table[FIT_FAMILIES] = {
    [FIT_CONSTANT] = {{""}, 1},
    [FIT_EXPONENTIAL] = {{"mean"}, 1},
    [FIT_LOGNORMAL] = {{"mean", "sd_log"}, 1},
    [FIT_GAMMA] = {{"shape", "mean"}, 2},
    [FIT_ERLANG] = {{"k", "mean"}, 2},
    [FIT_WEIBULL] = {{"shape", "scale"}, 2},
    [FIT_NORMAL] = {{"mean", "sd"}, 3},
    [FIT_UNIFORM] = {{"low", "high"}, 3},
    [FIT_TRIANGULAR] = {{"low", "mode", "high"}, 7},
    [FIT_PERT] = {{"low", "mode", "high"}, 7},
    [FIT_HYPEREXPONENTIAL] = {{"p", "mean", "mean"}, 6},
};

const char *fit_parameter_name(enum fit_family family, unsigned parameter, bool *has_unit)
{
    *has_unit = table[family].unit >> parameter & 1;
    return table[family].name[parameter];
}

const char *fit_number(double value, char out[FIT_NUMBER])
{
    int digits = value > 0 ? 3 - (int)floor(log10(value)) : 0;
    snprintf(out, FIT_NUMBER, "%.*f", digits < 0 ? 0 : digits > 15 ? 15 : digits, value);
    char *end = out + strlen(out);
    while (strchr(out, '.') && (end[-1] == '0' || end[-1] == '.')) {
        bool point = *--end == '.';
        *end = 0;
        if (point) break;
    }
    return out;
}

static void plain_words(const struct fit *fit, const char *unit, char *words, size_t size)
{
    size_t used = (size_t)snprintf(words, size, "%s", fit_family_name(fit->family));
    for (unsigned i = 0; i < fit->parameters; i++) {
        bool has_unit;
        char number[FIT_NUMBER];
        const char *name = fit_parameter_name(fit->family, i, &has_unit);
        used += (size_t)snprintf(words + used, size - used, "%s%s %s%s%s", *name ? " " : "", name,
            fit_number(fit->parameter[i], number), has_unit && *unit ? " " : "", has_unit ? unit : "");
    }
}

void fit_words(const struct fit *fit, const char *unit, double zeros, char words[FIT_WORDS])
{
    char plain[FIT_WORDS / 2];
    plain_words(fit, unit, plain, sizeof plain);
    if (zeros > 0) {
        double none = round(1e4 * zeros) / 100; /* so that the two shares sum to 100 */
        snprintf(words, FIT_WORDS, "{mixture: [{share: %.2f %%, of: 0 %s}, {share: %.2f %%, of: %s}]}", none, unit,
            100 - none, plain);
    } else {
        snprintf(words, FIT_WORDS, "%s", plain);
    }
}

size_t fit_order(const struct fit fit[FIT_FAMILIES], enum fit_family order[FIT_FAMILIES])
{
    size_t n = 0;
    for (enum fit_family f = 0; f < FIT_FAMILIES; f++) {
        if (fit[f].failed) continue;
        size_t at = n++;
        for (; at > 0 && fit[f].aic < fit[order[at - 1]].aic; at--) order[at] = order[at - 1];
        order[at] = f;
    }
    return n;
}

double fit_quantile(const double *sorted, size_t n, double p)
{
    double at = p * (double)(n - 1);
    size_t i = (size_t)at;
    return i + 1 < n ? sorted[i] + (at - (double)i) * (sorted[i + 1] - sorted[i]) : sorted[n - 1];
}
