/* vary.c - see vary.h. */
#include "tools/vary.h"
#include "models/scenario/distribution.h"
#include "models/scenario/path.h"
#include "models/scenario/rescale.h"
#include "tools/command.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int no_memory(void)
{
    fprintf(stderr, "greenlane: out of memory\n");
    return EXIT_FAULT;
}

/* ---- what stands there ---- */
static double mean_of(const char *text)
{
    struct variate variate;
    char why[QUANTITY_WHY];
    struct distribution_files none = {0};
    if (!distribution_text(text, DISTRIBUTION_TIMES, &none, &variate, why) &&
        !distribution_text(text, DISTRIBUTION_VALUES, &none, &variate, why))
        return NAN;
    double mean = variate_mean(&variate);
    variate_clear(&variate);
    return mean;
}

static int read_base(struct vary *vary, const struct tree *tree)
{
    struct trail trail;
    if (!path_follow(tree->root, vary->typed, &trail)) {
        char why[1000];
        path_explain(why, sizeof why, &trail);
        fprintf(stderr, "greenlane: --vary %s: %s\n", vary->typed, why);
        return EXIT_COMMAND_LINE;
    }
    const struct node *node = trail_node(&trail), *value = node_get(node, "value");
    if (asprintf(&vary->path, "%s%s", vary->typed, value ? ".value" : "") < 0) return no_memory();
    if (value) node = value;
    if (node->kind != NODE_SCALAR) return 0;
    vary->base = strdup(node->text);
    if (!vary->base) return no_memory();
    char *end, why[QUANTITY_WHY];
    vary->distribution = distribution_is_named(vary->base);
    if (vary->distribution) {
        vary->now = mean_of(vary->base);
        strcpy(vary->unit, " h");
        return 0;
    }
    vary->now = strtod(vary->base, &end);
    struct quantity quantity;
    if (end == vary->base || !quantity_any(vary->base, &quantity, why)) vary->now = NAN;
    if (!isnan(vary->now) && strlen(end) < sizeof vary->unit) strcpy(vary->unit, end);
    return 0;
}

/* ---- values ---- */
static bool add_value(struct vary *vary, const char *text, size_t length)
{
    char **grown = realloc(vary->value, (vary->values + 1) * sizeof *grown);
    if (!grown) return false;
    vary->value = grown;
    vary->value[vary->values] = strndup(text, length);
    return vary->value[vary->values++] != NULL;
}

static int complain(const struct vary *vary, const char *word)
{
    fprintf(stderr, "greenlane: --vary %s: '%s' is neither values 5,8,11 nor a range 5..17 or 5..17/3\n", vary->typed,
        word);
    return EXIT_COMMAND_LINE;
}

/* One end of a range or its step: a factor, or a number with its unit. */
static bool read_end(struct vary *vary, const char *text, double *number, bool *whole)
{
    char *end;
    if (*text == 'x') vary->factor = true, text++;
    *number = strtod(text, &end);
    if (end == text || !isfinite(*number)) return false;
    *whole = *whole && !*end && *number == floor(*number) && !strpbrk(text, ".eE");
    if (!*end) return true;
    if (strlen(end) >= sizeof vary->unit) return false;
    strcpy(vary->unit, end);
    return true;
}

static int read_range(struct vary *vary, const char *word)
{
    char text[120], *dots, *slash;
    if (strlen(word) >= sizeof text) return complain(vary, word);
    strcpy(text, word);
    dots = strstr(text, "..");
    slash = strchr(dots, '/');
    /* 500/d..900/d/100/d: the step begins at the last slash that a digit follows. */
    for (char *at = slash; at; at = strchr(at + 1, '/'))
        if (at[1] == 'x' || (at[1] >= '0' && at[1] <= '9')) slash = at;
    if (slash && !(slash[1] == 'x' || (slash[1] >= '0' && slash[1] <= '9'))) slash = NULL;
    *dots = 0;
    if (slash) *slash = 0;
    bool whole = true;
    double step = 0;
    bool fine = read_end(vary, text, &vary->low, &whole) && read_end(vary, dots + 2, &vary->high, &whole);
    fine = fine && (!slash || read_end(vary, slash + 1, &step, &whole));
    if (!fine || !(vary->high >= vary->low) || (slash && !(step > 0))) return complain(vary, word);
    vary->whole = whole && !vary->factor;
    double count = slash ? floor((vary->high - vary->low) / step + 1e-9) + 1 : 0;
    if (count > VARY_MOST_VALUES) {
        fprintf(stderr, "greenlane: --vary %s: %.0f values; at most %d\n", vary->typed, count, VARY_MOST_VALUES);
        return EXIT_COMMAND_LINE;
    }
    for (double i = 0; i < count; i++) {
        vary_text(vary, vary->low + i * step, text, sizeof text);
        if (!add_value(vary, text, strlen(text))) return no_memory();
    }
    return 0;
}

static int read_list(struct vary *vary, const char *word)
{
    if (!*word) return complain(vary, word);
    for (const char *at = word; *at;) {
        size_t length = strcspn(at, ",");
        if (length == 0) return complain(vary, word);
        if (!add_value(vary, at, length)) return no_memory();
        at += length + (at[length] == ',');
    }
    return 0;
}

int vary_read(struct vary *out, const char *word, const struct tree *tree)
{
    *out = (struct vary){.now = NAN, .low = NAN, .high = NAN};
    const char *equals = strchr(word, '=');
    out->typed = strndup(word, equals ? (size_t)(equals - word) : strlen(word));
    if (!out->typed) return no_memory();
    int code = read_base(out, tree);
    if (code || !equals) return code;
    bool range = strstr(equals + 1, "..") && !strchr(equals + 1, ',');
    return range ? read_range(out, equals + 1) : read_list(out, equals + 1);
}

void vary_clear(struct vary *vary)
{
    for (size_t i = 0; i < vary->values; i++) free(vary->value[i]);
    free(vary->value);
    free(vary->typed);
    free(vary->path);
    free(vary->base);
    *vary = (struct vary){0};
}

static bool is_varied_before(const struct vary *list, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(list[k].path, list[i].path) == 0) return true;
    return false;
}

int vary_read_all(const struct words *words, const struct tree *tree, struct vary **out)
{
    *out = calloc(words->count + 1, sizeof **out);
    int code = *out ? 0 : no_memory();
    for (size_t i = 0; !code && i < words->count; i++) {
        code = vary_read(&(*out)[i], words->word[i], tree);
        if (code || !is_varied_before(*out, i)) continue;
        fprintf(stderr, "greenlane: --vary %s stands there twice; write all its values in one, 5,8,11\n", (*out)[i].typed);
        code = EXIT_COMMAND_LINE;
    }
    return code;
}

void vary_clear_all(struct vary *list, size_t n)
{
    for (size_t i = 0; list && i < n; i++) vary_clear(&list[i]);
    free(list);
}

/* ---- settings ---- */
void vary_text(const struct vary *vary, double number, char *text, size_t size)
{
    if (vary->factor)
        snprintf(text, size, "x%.10g", number);
    else
        snprintf(text, size, "%.*g%s", 10, number, vary->unit);
}

static char *join(const char *path, char *value)
{
    char *text = NULL;
    if (value && asprintf(&text, "%s=%s", path, value) < 0) text = NULL;
    free(value);
    return text;
}

static void complain_of_scaling(const struct vary *vary, const char *value, const char *why)
{
    fprintf(stderr, "greenlane: --vary %s: '%s' cannot be scaled to '%s': %s\n", vary->typed,
        vary->base ? vary->base : "what stands there", value, why);
}

char *vary_setting(const struct vary *vary, const char *value)
{
    const char *why = "it is not a number or distribution";
    char said[QUANTITY_WHY];
    struct quantity quantity;
    if (*value == 'x' && value[1] >= '0' && value[1] <= '9') {
        char *scaled = vary->base ? rescale(vary->base, strtod(value + 1, NULL), &why) : NULL;
        if (!scaled) complain_of_scaling(vary, value, why);
        return join(vary->path, scaled);
    }
    bool plain = quantity_any(value, &quantity, said);
    if (!vary->distribution || !plain || !(vary->now > 0)) return join(vary->path, strdup(value));
    char *scaled = rescale(vary->base, quantity.value / vary->now, &why);
    if (!scaled) complain_of_scaling(vary, value, why);
    return join(vary->path, scaled);
}

char *vary_setting_of(const struct vary *vary, double number)
{
    char text[120];
    vary_text(vary, number, text, sizeof text);
    return vary_setting(vary, text);
}
