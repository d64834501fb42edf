/* distribution.c - one table of forms: a word, the parameters it wants, and the maker they go to.
 *
 * A text is cut into pairs of a parameter's name and its number; the form whose parameters are exactly those wins. Four
 * words have forms of their own: constant, hyperexponential, discrete, empirical.
 */
#include "models/scenario/distribution.h"

#include "engine/core/elementary.h"
#include "models/scenario/datafile.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_PAIRS = 24, MOST_PARAMETERS = 3, WORD_BYTES = 40 };

/* ---- the forms ---- */

static enum status make_exponential(struct variate *v, const double *p)
{
    return variate_exponential(v, p[0]);
}
static enum status make_geometric(struct variate *v, const double *p)
{
    return variate_geometric(v, p[0]);
}
static enum status make_poisson(struct variate *v, const double *p)
{
    return variate_poisson(v, p[0]);
}
static enum status make_lognormal(struct variate *v, const double *p)
{
    return variate_lognormal_mean_sd_log(v, p[0], p[1]);
}
static enum status make_lognormal_median(struct variate *v, const double *p)
{
    if (!(p[0] > 0)) return STATUS_BAD_VALUE;
    return variate_lognormal(v, elementary_log(p[0]), p[1]);
}
static enum status make_lognormal_cv(struct variate *v, const double *p)
{
    return variate_lognormal_mean_cv(v, p[0], p[1]);
}
static enum status make_lognormal_p90(struct variate *v, const double *p)
{
    return variate_lognormal_median_quantile(v, p[0], 0.9, p[1]);
}
static enum status make_lognormal_p95(struct variate *v, const double *p)
{
    return variate_lognormal_median_quantile(v, p[0], 0.95, p[1]);
}
/* ln q = mu + z s and ln mean = mu + s^2 / 2, so s^2 / 2 - z s + ln(q / mean) = 0; the smaller root is the usual case
 * (the larger has a median far below the mean). Solvable for q / mean up to exp(z^2 / 2). */
static enum status make_lognormal_mean_p90(struct variate *v, const double *p)
{
    if (!(p[0] > 0) || !(p[1] > p[0])) return STATUS_BAD_VALUE;
    double z = elementary_normal_quantile(0.9), root = z * z - 2 * elementary_log(p[1] / p[0]);
    if (root < 0) return STATUS_BAD_VALUE;
    return variate_lognormal_mean_sd_log(v, p[0], z - sqrt(root));
}
static enum status make_erlang(struct variate *v, const double *p)
{
    if (!(p[0] >= 1 && p[0] <= 1000) || p[0] != floor(p[0])) return STATUS_BAD_VALUE;
    return variate_erlang(v, (unsigned)p[0], p[1]);
}
static enum status make_gamma(struct variate *v, const double *p)
{
    return variate_gamma(v, p[0], p[1]);
}
static enum status make_gamma_cv(struct variate *v, const double *p)
{
    return p[0] > 0 ? variate_gamma(v, 1 / (p[0] * p[0]), p[1]) : STATUS_BAD_VALUE;
}
static enum status make_weibull(struct variate *v, const double *p)
{
    return variate_weibull(v, p[0], p[1]);
}
static enum status make_uniform(struct variate *v, const double *p)
{
    return variate_uniform(v, p[0], p[1]);
}
static enum status make_triangular(struct variate *v, const double *p)
{
    return variate_triangular(v, p[0], p[1], p[2]);
}
static enum status make_pert(struct variate *v, const double *p)
{
    return variate_pert(v, p[0], p[1], p[2]);
}
static enum status make_normal(struct variate *v, const double *p)
{
    return variate_normal(v, p[0], p[1]);
}
static enum status make_normal_free(struct variate *v, const double *p)
{
    return variate_normal_free(v, p[0], p[1]);
}
static enum status make_hyperexponential(struct variate *v, const double *p)
{
    return variate_hyperexponential_mean_cv(v, p[0], p[1]);
}

static const struct form {
    const char *word, *parameter[MOST_PARAMETERS];
    enum status (*make)(struct variate *v, const double *p);
    const char *domain;
} form[] = {
    {"exponential", {"mean"}, make_exponential, "mean is over 0"},
    {"geometric", {"mean"}, make_geometric, "mean is at least 1"},
    {"poisson", {"mean"}, make_poisson, "mean is over 0"},
    {"lognormal", {"mean", "sd_log"}, make_lognormal, "mean is over 0 and sd_log at least 0"},
    {"lognormal", {"median", "sd_log"}, make_lognormal_median, "median is over 0 and sd_log at least 0"},
    {"lognormal", {"median", "p90"}, make_lognormal_p90, "median is over 0 and p90 at least the median"},
    {"lognormal", {"median", "p95"}, make_lognormal_p95, "median is over 0 and p95 at least the median"},
    {"lognormal", {"mean", "cv"}, make_lognormal_cv, "mean is over 0 and cv at least 0"},
    {"lognormal", {"mean", "p90"}, make_lognormal_mean_p90, "p90 is between the mean and 2.27 times the mean"},
    {"erlang", {"k", "mean"}, make_erlang, "k is a whole number from 1 to 1000 and mean is over 0"},
    {"gamma", {"shape", "mean"}, make_gamma, "shape and mean are over 0"},
    {"gamma", {"cv", "mean"}, make_gamma_cv, "cv and mean are over 0"},
    {"weibull", {"shape", "scale"}, make_weibull, "shape and scale are over 0"},
    {"uniform", {"low", "high"}, make_uniform, "0 <= low <= high"},
    {"triangular", {"low", "mode", "high"}, make_triangular, "0 <= low <= mode <= high"},
    {"pert", {"low", "mode", "high"}, make_pert, "0 <= low <= mode <= high"},
    {"normal", {"mean", "sd"}, make_normal, "sd is over 0 and most of the distribution lies over 0"},
    {"hyperexponential", {"mean", "cv"}, make_hyperexponential, "mean is over 0 and cv over 1"},
};
enum { FORMS = sizeof form / sizeof form[0] };
static const struct form free_normal = {"normal", {"mean", "sd"}, make_normal_free, "sd is at least 0"};

static const char *const words[] = {"constant", "exponential", "lognormal", "erlang", "gamma", "weibull", "uniform",
    "triangular", "pert", "normal", "hyperexponential", "geometric", "poisson", "discrete", "empirical", "mixture"};
enum { WORDS = sizeof words / sizeof words[0] };

const char *const *distribution_words(size_t *n)
{
    *n = WORDS;
    return words;
}

/* ---- cutting the text ---- */

struct pair {
    char name[WORD_BYTES];
    struct quantity number;
};

static size_t take_word(const char **text, char out[WORD_BYTES])
{
    const char *p = quantity_blanks(*text);
    size_t n = 0;
    if (isalpha((unsigned char)*p))
        while (isalnum((unsigned char)p[n]) || p[n] == '_') n++;
    size_t kept = n < WORD_BYTES - 1 ? n : WORD_BYTES - 1;
    memcpy(out, p, kept);
    out[kept] = '\0';
    *text = p + n;
    return n;
}

static bool is_shape(const char *name)
{
    static const char *const shape[] = {"sd_log", "cv", "k", "shape", "p"};
    for (size_t i = 0; i < sizeof shape / sizeof shape[0]; i++)
        if (strcmp(name, shape[i]) == 0) return true;
    return false;
}

/* `seen` keeps the unit of the values so far, UNIT_POINTS standing for none yet. */
static bool unit_is_right(const char *name, struct quantity number, enum distribution_of of, enum unit *seen, char *why)
{
    if (is_shape(name)) {
        if (number.unit == UNIT_NONE || (strcmp(name, "p") == 0 && number.unit == UNIT_SHARE)) return true;
        return quantity_refuse(why, "'%s' has a unit; it is a plain number", name);
    }
    const char *gap = *name ? " " : "";
    if (of == DISTRIBUTION_TIMES && number.unit != UNIT_HOURS && !(number.unit == UNIT_NONE && number.value == 0))
        return quantity_refuse(
            why, "'%s%s%.10g' has no unit of time; write s, min, h, d or week", name, gap, number.value);
    bool plain = of == DISTRIBUTION_COUNTS || of == DISTRIBUTION_SCORES;
    if (plain && number.unit != UNIT_NONE)
        return quantity_refuse(why, "'%s%s%.10g' has a unit; a plain number is wanted here", name, gap, number.value);
    if (number.unit == UNIT_PER_HOUR || number.unit == UNIT_POINTS)
        return quantity_refuse(why, "'%s%s%.10g' is a rate or points; a value is wanted", name, gap, number.value);
    if (*seen != UNIT_POINTS && *seen != number.unit && number.value != 0)
        return quantity_refuse(why, "the values have different units; one kind is wanted");
    if (number.value != 0) *seen = number.unit;
    return true;
}

static bool units_are_right(const struct pair *pair, size_t n, enum distribution_of of, char *why)
{
    enum unit seen = UNIT_POINTS;
    for (size_t i = 0; i < n; i++)
        if (!unit_is_right(pair[i].name, pair[i].number, of, &seen, why)) return false;
    return true;
}

static bool cut_pairs(const char *word, const char *text, struct pair *pair, size_t *n, char *why)
{
    *n = 0;
    for (text = quantity_blanks(text); *text; text = quantity_blanks(text), ++*n) {
        if (*n == MOST_PAIRS) return quantity_refuse(why, "'%s' has too many parameters; at most %d", word, MOST_PAIRS);
        const char *start = text;
        if (take_word(&text, pair[*n].name) == 0 && *text == ',')
            return quantity_refuse(why, "'%.60s' has a comma; write the parameters with blanks between", start);
        if (!pair[*n].name[0]) return quantity_refuse(why, "'%.60s' names no parameter; name it: mean 2 h", start);
        if (!*quantity_blanks(text))
            return quantity_refuse(
                why, "'%s' of %s has no value; give one: %s 2 h", pair[*n].name, word, pair[*n].name);
        if (!quantity_take(&text, &pair[*n].number, why)) return false;
    }
    return true;
}

/* ---- the words that have one table row or more ---- */

static bool fits(const struct form *f, const struct pair *pair, size_t n, double *value)
{
    size_t wanted = 0;
    for (; wanted < MOST_PARAMETERS && f->parameter[wanted]; wanted++) {
        size_t found = 0;
        while (found < n && strcmp(pair[found].name, f->parameter[wanted]) != 0) found++;
        if (found == n) return false;
        value[wanted] = pair[found].number.value;
    }
    return wanted == n;
}

static void forms_text(const char *word, char *out, size_t size)
{
    size_t length = 0;
    out[0] = '\0';
    for (int i = 0; i < FORMS; i++) {
        if (strcmp(form[i].word, word) != 0) continue;
        if (length > 0 && length < size) length += (size_t)snprintf(out + length, size - length, " |");
        for (int k = 0; k < MOST_PARAMETERS && form[i].parameter[k] && length < size; k++)
            length += (size_t)snprintf(out + length, size - length, " %s", form[i].parameter[k]);
    }
}

static bool no_form(const char *word, const struct pair *pair, size_t n, char *why)
{
    const char *candidate[FORMS * MOST_PARAMETERS];
    size_t candidates = 0;
    char right[160];
    forms_text(word, right, sizeof right);
    for (int i = 0; i < FORMS; i++)
        for (int k = 0; strcmp(form[i].word, word) == 0 && k < MOST_PARAMETERS && form[i].parameter[k]; k++)
            candidate[candidates++] = form[i].parameter[k];
    for (size_t i = 0; i < n; i++) {
        bool known = false;
        for (size_t k = 0; k < candidates; k++) known = known || strcmp(candidate[k], pair[i].name) == 0;
        if (known) continue;
        const char *near = diagnostic_suggest(pair[i].name, candidate, candidates);
        return quantity_refuse(why, "%s has no parameter '%s'; it takes%s%s%s%s", word, pair[i].name, right,
            near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    }
    return quantity_refuse(why, "%s lacks a parameter or has one too many; it takes%s", word, right);
}

static bool made(enum status status, const char *text, const char *domain, char *why)
{
    if (status == STATUS_OK) return true;
    if (status == STATUS_NO_MEMORY) return quantity_refuse(why, "no memory for '%.60s'; free some", text);
    return quantity_refuse(why, "'%.100s' is impossible; %s", text, domain);
}

static bool read_form(
    const char *word, const char *text, const char *rest, enum distribution_of of, struct variate *out, char *why)
{
    struct pair pair[MOST_PAIRS];
    size_t n;
    double value[MOST_PARAMETERS] = {0};
    if (!cut_pairs(word, rest, pair, &n, why)) return false;
    for (int i = 0; i < FORMS; i++) {
        const struct form *f = &form[i];
        if (strcmp(f->word, word) != 0 || !fits(f, pair, n, value)) continue;
        if (!units_are_right(pair, n, of, why)) return false;
        if (of == DISTRIBUTION_SCORES && f->make == make_normal) f = &free_normal;
        return made(f->make(out, value), text, f->domain, why);
    }
    return no_form(word, pair, n, why);
}

/* ---- the words with a form of their own ---- */

static bool read_constant(const char *text, const char *rest, enum distribution_of of, struct variate *out, char *why)
{
    struct quantity number;
    enum unit seen = UNIT_POINTS;
    if (!*quantity_blanks(rest)) return quantity_refuse(why, "constant has no value; write constant 30 min");
    if (!quantity_any(rest, &number, why) || !unit_is_right("", number, of, &seen, why)) return false;
    if (of == DISTRIBUTION_SCORES) return made(variate_normal_free(out, number.value, 0), text, "a finite number", why);
    return made(variate_constant(out, number.value), text, "a value is at least 0", why);
}

/* `p P mean M` for every branch; the last may leave out its p, which is what is left of 1. */
static bool read_hyperexponential(
    const char *text, const char *rest, enum distribution_of of, struct variate *out, char *why)
{
    static const char right[] = "it takes mean cv | p 0.3 mean 1 h mean 4 h; every p has a mean and they sum to 1";
    struct pair pair[MOST_PAIRS];
    size_t n, branches = 0;
    double p[MOST_PAIRS], mean[MOST_PAIRS], left = 1, next = -1;
    if (!cut_pairs("hyperexponential", rest, pair, &n, why)) return false;
    for (size_t i = 0; i < n; i++) {
        bool is_p = strcmp(pair[i].name, "p") == 0;
        if (is_p ? next >= 0 : strcmp(pair[i].name, "mean") != 0)
            return quantity_refuse(why, "'%.100s' is not understood; %s", text, right);
        if (is_p && !((next = pair[i].number.value) >= 0))
            return quantity_refuse(why, "'%.100s' is impossible; a p is between 0 and 1", text);
        if (is_p) continue;
        bool rest_of_one = next < 0;
        if (rest_of_one && i + 1 < n) return quantity_refuse(why, "'%.100s' is not understood; %s", text, right);
        p[branches] = rest_of_one ? left : next;
        mean[branches++] = pair[i].number.value;
        left -= p[branches - 1];
        next = -1;
    }
    if (next >= 0 || branches < 2) return quantity_refuse(why, "'%.100s' is not understood; %s", text, right);
    if (!units_are_right(pair, n, of, why)) return false;
    if (!(fabs(left) < 1e-9)) return quantity_refuse(why, "'%.100s' has p that do not sum to 1; %s", text, right);
    return made(
        variate_hyperexponential(out, p, mean, branches), text, "every p is between 0 and 1, every mean over 0", why);
}

/* `discrete 1 h 80 % 4 h 20 %`: values with their shares. */
static bool read_discrete(const char *text, const char *rest, enum distribution_of of, struct variate *out, char *why)
{
    double value[MOST_PAIRS], share[MOST_PAIRS], sum = 0;
    size_t n = 0;
    enum unit seen = UNIT_POINTS;
    for (rest = quantity_blanks(rest); *rest; rest = quantity_blanks(rest), n++) {
        struct quantity at, weight;
        if (n == MOST_PAIRS)
            return quantity_refuse(why, "discrete has too many values; at most %d, or an empirical file", MOST_PAIRS);
        if (!quantity_take(&rest, &at, why) || !unit_is_right("", at, of, &seen, why)) return false;
        if (!*quantity_blanks(rest))
            return quantity_refuse(
                why, "'%.100s' ends in a value without a share; write discrete 1 h 80 %% 4 h 20 %%", text);
        if (!quantity_take(&rest, &weight, why)) return false;
        if (weight.unit != UNIT_SHARE || !(weight.value >= 0))
            return quantity_refuse(why, "'%.100s' has a share without %%; write discrete 1 h 80 %% 4 h 20 %%", text);
        value[n] = at.value;
        share[n] = weight.value;
        sum += weight.value;
    }
    if (n == 0) return quantity_refuse(why, "discrete has no values; write discrete 1 h 80 %% 4 h 20 %%");
    if (!(fabs(sum - 1) < 1e-6))
        return quantity_refuse(why, "'%.100s' sums to %.6g %%; 100 %% is wanted", text, sum * 100);
    return made(variate_discrete(out, value, share, n), text, "values are at least 0", why);
}

static bool next_is(const char **text, const char *word)
{
    const char *p = *text;
    char found[WORD_BYTES];
    take_word(&p, found);
    if (strcmp(found, word) != 0) return false;
    *text = quantity_blanks(p);
    return true;
}

static bool take_token(const char **text, char *out, size_t size)
{
    size_t n = strcspn(*text, " ");
    if (n == 0 || n >= size) return false;
    memcpy(out, *text, n);
    out[n] = '\0';
    *text = quantity_blanks(*text + n);
    return true;
}

/* Hours in one unit of the column: said by `unit`, or by the column's own name. */
static bool unit_of_column(const char *column, const char *unit, double *hours)
{
    static const struct {
        const char *unit, *name, *ending;
    } row[] = {{"s", "seconds", "_s"}, {"min", "minutes", "_min"}, {"h", "hours", "_h"}, {"d", "days", "_d"},
        {"week", "weeks", "_week"}};
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        size_t n = strlen(column), tail = strlen(row[i].ending);
        bool named = strcmp(column, row[i].name) == 0 || (n > tail && strcmp(column + n - tail, row[i].ending) == 0);
        if (*unit ? strcmp(unit, row[i].unit) != 0 : !named) continue;
        char one[16], ignored[QUANTITY_WHY];
        snprintf(one, sizeof one, "1 %s", row[i].unit);
        return quantity_read(one, UNIT_HOURS, hours, ignored);
    }
    return false;
}

static bool fill_from(
    const struct datafile *data, size_t column, double factor, struct variate *out, const char *text, char *why)
{
    double *value = malloc(data->rows * sizeof *value);
    if (!value) return made(STATUS_NO_MEMORY, text, "", why);
    for (size_t i = 0; i < data->rows; i++) {
        char inner[QUANTITY_WHY];
        if (!quantity_read(datafile_cell(data, i, column), UNIT_NONE, &value[i], inner) || value[i] < 0) {
            quantity_refuse(why, "line %zu of '%.100s' holds '%.40s'; a number of at least 0 is wanted", i + 2,
                data->path, datafile_cell(data, i, column));
            free(value);
            return false;
        }
        value[i] *= factor;
    }
    bool fine = made(variate_empirical(out, value, data->rows), text, "values are at least 0", why);
    free(value);
    return fine;
}

static bool read_empirical(const char *text, const char *rest, enum distribution_of of,
    struct distribution_files *files, struct variate *out, char *why)
{
    char name[256], column[64], unit[16] = "";
    double factor = 1;
    rest = quantity_blanks(rest);
    bool fine = next_is(&rest, "file") && take_token(&rest, name, sizeof name) && next_is(&rest, "column") &&
                take_token(&rest, column, sizeof column);
    if (fine && *rest) fine = next_is(&rest, "unit") && take_token(&rest, unit, sizeof unit) && !*rest;
    if (!fine)
        return quantity_refuse(
            why, "'%.100s' is not understood; write empirical file durations.csv column hours unit h", text);
    if (of == DISTRIBUTION_TIMES || *unit) {
        if (!unit_of_column(column, unit, &factor))
            return quantity_refuse(why, "'%.100s' does not say the column's unit; add unit s, min, h, d or week", text);
    }
    struct datafile *data = datafile_read(files ? files->beside : NULL, name, files ? files->options : NULL, why);
    size_t index;
    if (!data) return false;
    fine = datafile_column(data, column, &index, why) && fill_from(data, index, factor, out, text, why);
    if (fine && files) files->hash = (files->hash ^ data->hash) * UINT64_C(0x100000001B3);
    datafile_destroy(data);
    return fine;
}

/* ---- what is offered ---- */

bool distribution_is_named(const char *text)
{
    char word[WORD_BYTES];
    take_word(&text, word);
    for (int i = 0; i < WORDS; i++)
        if (strcmp(word, words[i]) == 0) return true;
    return false;
}

bool distribution_text(
    const char *text, enum distribution_of of, struct distribution_files *files, struct variate *out, char *why)
{
    const char *rest = text;
    char word[WORD_BYTES];
    struct variate v = {0};
    bool fine;
    take_word(&rest, word);
    if (!word[0])
        fine = read_constant(text, text, of, &v, why);
    else if (strcmp(word, "constant") == 0)
        fine = read_constant(text, rest, of, &v, why);
    else if (strcmp(word, "discrete") == 0)
        fine = read_discrete(text, rest, of, &v, why);
    else if (strcmp(word, "empirical") == 0)
        fine = read_empirical(text, rest, of, files, &v, why);
    else if (strcmp(word, "hyperexponential") == 0 && !strstr(rest, " cv "))
        fine = read_hyperexponential(text, rest, of, &v, why);
    else if (strcmp(word, "mixture") == 0)
        return quantity_refuse(
            why, "a mixture is a map; write {mixture: [{share: 70 %%, of: ...}, {share: 30 %%, of: ...}]}");
    else if (distribution_is_named(text))
        fine = read_form(word, text, rest, of, &v, why);
    else {
        const char *near = diagnostic_suggest(word, words, WORDS);
        return quantity_refuse(why,
            "'%.60s' is not a distribution; write a duration or constant, exponential, lognormal, "
            "erlang, gamma, weibull, uniform, triangular, pert, normal, ...%s%s%s",
            text, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    }
    if (fine) *out = v;
    return fine;
}

static bool read_part(const struct node *part, enum distribution_of of, struct distribution_files *files, double *share,
    struct variate *v, const struct node **at, char *why)
{
    const struct node *weight = part->kind == NODE_MAP ? node_get(part, "share") : NULL;
    const struct node *what = part->kind == NODE_MAP ? node_get(part, "of") : NULL;
    *at = part;
    if (!weight || !what || part->count != 2 || weight->kind != NODE_SCALAR)
        return quantity_refuse(
            why, "a part of a mixture is not understood; write {share: 70 %%, of: exponential mean 2 h}");
    *at = weight;
    if (!quantity_read(weight->text, UNIT_SHARE, share, why)) return false;
    if (!(*share >= 0)) return quantity_refuse(why, "'%.40s' is negative; shares are from 0 to 100 %%", weight->text);
    return distribution_read(what, of, files, v, at, why);
}

static bool read_mixture(const struct node *node, enum distribution_of of, struct distribution_files *files,
    struct variate *out, const struct node **at, char *why)
{
    const struct node *list = node_get(node, "mixture");
    if (!list || node->count != 1 || list->kind != NODE_LIST || list->count == 0 || list->count > MOST_PAIRS)
        return quantity_refuse(
            why, "this map is not a distribution; write words, or {mixture: [{share: 70 %%, of: ...}, ...]}");
    double share[MOST_PAIRS], sum = 0;
    struct variate part[MOST_PAIRS] = {0};
    size_t n = 0;
    for (; n < list->count; n++) {
        if (!read_part(list->value[n], of, files, &share[n], &part[n], at, why)) break;
        sum += share[n];
    }
    bool fine = n == list->count;
    if (fine && !(fabs(sum - 1) < 1e-6)) {
        *at = node;
        fine = quantity_refuse(why, "the shares of the mixture sum to %.6g %%; 100 %% is wanted", sum * 100);
    }
    if (fine) fine = made(variate_mixture(out, share, part, n), "mixture", "shares sum to 1", why);
    for (size_t i = 0; !fine && i < n; i++) variate_clear(&part[i]);
    return fine;
}

bool distribution_read(const struct node *node, enum distribution_of of, struct distribution_files *files,
    struct variate *out, const struct node **at, char *why)
{
    *at = node;
    if (node->kind == NODE_SCALAR) return distribution_text(node->text, of, files, out, why);
    if (node->kind != NODE_MAP)
        return quantity_refuse(
            why, "a list or nothing stands here; write a distribution: lognormal median 6 h p90 40 h");
    struct variate v = {0};
    if (!read_mixture(node, of, files, &v, at, why)) return false;
    *out = v;
    return true;
}
