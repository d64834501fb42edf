/* rescale.c - see the header. A text is looked at word by word; whatever is not multiplied is copied as it stands. */
#include "models/scenario/rescale.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const unit[] = {"ms", "s", "sec", "second", "seconds", "min", "minute", "minutes", "h", "hour",
    "hours", "d", "day", "days", "w", "wk", "week", "weeks", "month", "months", "y", "year", "years"};
static const char *const location[] = {
    "constant", "mean", "median", "mode", "low", "high", "min", "max", "sd", "scale", "value"};

struct word {
    const char *at;
    size_t length;
};

/* The next word at or after `text`; length 0 at the end. */
static struct word next_word(const char *text)
{
    text += strspn(text, " ");
    return (struct word){.at = text, .length = strcspn(text, " ")};
}

static bool is_one_of(struct word word, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strlen(list[i]) == word.length && strncmp(list[i], word.at, word.length) == 0) return true;
    }
    return false;
}

/* The length of the decimal number that a text begins with; 0 when it does not. */
static size_t number(const char *text, double *value)
{
    const size_t sign = text[0] == '-' || text[0] == '+';
    const size_t whole = strspn(text + sign, "0123456789");
    size_t length = sign + whole;
    size_t digits = whole;
    if (text[length] == '.' && text[length + 1] >= '0' && text[length + 1] <= '9') {
        const size_t fraction = strspn(text + length + 1, "0123456789");
        length += 1 + fraction;
        digits += fraction;
    }
    if (digits == 0) return 0;
    if (text[length] == 'e' || text[length] == 'E') {
        const size_t skip = text[length + 1] == '-' || text[length + 1] == '+' ? 2 : 1;
        const size_t exponent = strspn(text + length + skip, "0123456789");
        if (exponent > 0) length += skip + exponent;
    }
    *value = strtod(text, NULL); /* reads the same number, or a longer one only after "0x" */
    return digits == 1 && text[sign] == '0' && (text[sign + 1] == 'x' || text[sign + 1] == 'X') ? 0 : length;
}

/* Whether what follows a number of `length` in `word` is a unit of time or a rate, behind it or as the next word. */
static bool has_unit(struct word word, size_t length)
{
    const struct word next = next_word(word.at + word.length);
    const struct word tail = length < word.length ? (struct word){word.at + length, word.length - length} : next;
    return (tail.length > 0 && tail.at[0] == '/') || is_one_of(tail, unit, sizeof unit / sizeof *unit);
}

static bool is_location(struct word name)
{
    if (is_one_of(name, location, sizeof location / sizeof *location)) return true;
    return name.length > 1 && name.at[0] == 'p' && strspn(name.at + 1, "0123456789.") == name.length - 1;
}

/* Whether a word is a number, perhaps with a unit behind it, and not a date, a time of day or a range. */
static size_t number_word(struct word word, double *value)
{
    const size_t length = number(word.at, value);
    if (length == 0 || length >= word.length) return length;
    const char next = word.at[length];
    const bool letter = (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z');
    return letter || next == '%' || next == '/' ? length : 0;
}

static bool any_unit(const char *text)
{
    double value;
    for (struct word word = next_word(text); word.length > 0; word = next_word(word.at + word.length)) {
        const size_t length = number_word(word, &value);
        if (length > 0 && has_unit(word, length)) return true;
    }
    return false;
}

/* Writes `text` with its numbers multiplied. `out` has room. Returns how many were, or -1 when one leaves the range. */
static int rewrite(char *out, const char *text, double factor, bool single)
{
    const bool by_unit = !single && any_unit(text);
    const char *copied = text;
    struct word name = {0};
    int multiplied = 0;
    for (struct word word = next_word(text); word.length > 0; word = next_word(word.at + word.length)) {
        double value;
        const size_t length = number_word(word, &value);
        const bool taken = length > 0 && (single || (by_unit ? has_unit(word, length) : is_location(name)));
        name = word;
        if (!taken) continue;
        if (!isfinite(value * factor)) return -1;
        out += sprintf(out, "%.*s%.12g", (int)(word.at - copied), copied, value * factor);
        copied = word.at + length;
        multiplied++;
    }
    strcpy(out, copied);
    return multiplied;
}

char *rescale(const char *text, double factor, const char **why)
{
    double value;
    const struct word first = next_word(text);
    const bool single = first.length > 0 && strchr("0123456789+-.", first.at[0]) != NULL;
    const size_t length = single ? number_word(first, &value) : 0;
    *why = "there is no number in it to multiply";
    if (single && (length == 0 || strpbrk(first.at + length, "0123456789") != NULL)) {
        *why = "it is not one number with a unit";
        return NULL;
    }
    enum { NUMBER_BYTES = 24, TEXT_BYTES = 4000 }; /* of %.12g; of any distribution */
    if (strlen(text) > TEXT_BYTES) {
        *why = "it is too long";
        return NULL;
    }
    char *out = malloc((strlen(text) + 1) * NUMBER_BYTES);
    if (out == NULL) {
        *why = "there is not enough memory";
        return NULL;
    }
    const int multiplied = rewrite(out, text, factor, single);
    if (multiplied > 0) return out;
    if (multiplied < 0) *why = "the product is too large";
    free(out);
    return NULL;
}

bool rescale_factor(const char *text, double *factor)
{
    const size_t length = number(text, factor);
    const char *rest = text + length + strspn(text + length, " ");
    if (length == 0 || (strcmp(rest, "") != 0 && strcmp(rest, "%") != 0)) return false;
    if (rest[0] == '%') *factor /= 100;
    return isfinite(*factor) && *factor >= 0;
}
