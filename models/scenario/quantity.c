/* quantity.c - a hand-written scanner: digits, then a unit from one table, so that every refusal can say what is right.
 *
 * Digits are checked here and only then given to strtod, which would also take hex, inf and nan.
 */
#include "models/scenario/quantity.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool quantity_refuse(char *why, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(why, QUANTITY_WHY, format, arguments);
    va_end(arguments);
    return false;
}

/* Hours are times / over: one rounding only, so that 60 s is exactly 1 min. */
static const struct {
    const char *word;
    double times, over;
} time_unit[] = {{"s", 1, 3600}, {"min", 1, 60}, {"h", 1, 1}, {"d", 24, 1}, {"week", 168, 1}};
enum { TIME_UNITS = sizeof time_unit / sizeof time_unit[0] };

/* Words that people write for a unit, and what to tell them. */
static const struct {
    const char *word, *remedy;
} mistaken_unit[] = {
    {"m", "min or month? write min for minutes; months differ in length, write days: 30 d"},
    {"sec", "write s"},
    {"secs", "write s"},
    {"second", "write s"},
    {"seconds", "write s"},
    {"mins", "write min"},
    {"minute", "write min"},
    {"minutes", "write min"},
    {"hr", "write h"},
    {"hrs", "write h"},
    {"hour", "write h"},
    {"hours", "write h"},
    {"day", "write d"},
    {"days", "write d"},
    {"w", "write week"},
    {"weeks", "write week"},
    {"month", "months differ in length, write days: 30 d"},
    {"months", "months differ in length, write days: 30 d"},
    {"year", "years differ in length, write days: 365 d"},
    {"years", "years differ in length, write days: 365 d"},
    {"percent", "write %"},
    {"pct", "write %"},
    {"ms", "write s: 0.001 s"},
};

const char *quantity_blanks(const char *text)
{
    while (*text == ' ') text++;
    return text;
}

static size_t word_length(const char *text)
{
    size_t n = 0;
    while (isalpha((unsigned char)text[n]) || text[n] == '_') n++;
    return n;
}

static bool same_word(const char *text, size_t n, const char *word)
{
    return strlen(word) == n && strncmp(text, word, n) == 0;
}

static int time_unit_of(const char *text, size_t n)
{
    for (int i = 0; i < TIME_UNITS; i++)
        if (same_word(text, n, time_unit[i].word)) return i;
    return -1;
}

static const char *remedy_of(const char *text, size_t n)
{
    for (size_t i = 0; i < sizeof mistaken_unit / sizeof mistaken_unit[0]; i++)
        if (same_word(text, n, mistaken_unit[i].word)) return mistaken_unit[i].remedy;
    return NULL;
}

/* The number at the front: sign, digits, one point, an exponent. A point before another point belongs to `LOW..HIGH`.
 */
static bool take_number(const char **text, double *out, char *why)
{
    const char *start = *text, *p = start;
    if (*p == '+' || *p == '-') p++;
    size_t digits = 0;
    for (; isdigit((unsigned char)*p); p++) digits++;
    if (*p == '.' && p[1] != '.')
        for (p++; isdigit((unsigned char)*p); p++) digits++;
    if (digits == 0) return quantity_refuse(why, "'%.60s' is not a number; write digits: 12, 0.5 or 1e6", start);
    if (*p == 'e' || *p == 'E') {
        const char *e = p + 1;
        if (*e == '+' || *e == '-') e++;
        if (isdigit((unsigned char)*e))
            for (p = e; isdigit((unsigned char)*p);) p++;
    }
    char digit[64];
    if ((size_t)(p - start) >= sizeof digit)
        return quantity_refuse(why, "'%.60s...' has too many digits; 17 are enough", start);
    memcpy(digit, start, (size_t)(p - start));
    digit[p - start] = '\0';
    double value = strtod(digit, NULL);
    if (!isfinite(value)) return quantity_refuse(why, "'%s' is too large for a number; at most 1.7e308", digit);
    *out = value;
    *text = p;
    return true;
}

static bool take_rate(const char **text, double number, struct quantity *out, char *why)
{
    const char *unit = quantity_blanks(*text + 1);
    size_t n = word_length(unit);
    int known = time_unit_of(unit, n);
    const char *remedy = remedy_of(unit, n);
    if (known < 0)
        return quantity_refuse(why, "'/%.*s' is not a rate; %s%sa rate is 5/s, 3/min, 28/h, 340/d or 21/week",
            (int)(n ? n : 1), unit, remedy ? remedy : "", remedy ? "; " : "");
    *out = (struct quantity){UNIT_PER_HOUR, number * time_unit[known].over / time_unit[known].times};
    *text = unit + n;
    return true;
}

bool quantity_take(const char **text, struct quantity *out, char *why)
{
    const char *p = quantity_blanks(*text), *start = p;
    double number;
    if (!take_number(&p, &number, why)) return false;
    const char *unit = quantity_blanks(p);
    size_t n = word_length(unit);
    int known = time_unit_of(unit, n);
    const char *remedy = remedy_of(unit, n);
    struct quantity quantity = {UNIT_NONE, number};
    if (*unit == '/') {
        p = unit;
        if (!take_rate(&p, number, &quantity, why)) return false;
    } else if (*unit == '%') {
        quantity = (struct quantity){UNIT_SHARE, number / 100};
        p = unit + 1;
    } else if (same_word(unit, n, "points")) {
        quantity = (struct quantity){UNIT_POINTS, number / 100};
        p = unit + n;
    } else if (known >= 0) {
        quantity = (struct quantity){UNIT_HOURS, number * time_unit[known].times / time_unit[known].over};
        p = unit + n;
    } else if (remedy) {
        return quantity_refuse(
            why, "'%.*s' has no unit '%.*s'; %s", (int)(unit + n - start), start, (int)n, unit, remedy);
    } else if (unit == p && n > 0) {
        return quantity_refuse(
            why, "'%.60s' is neither a number nor a quantity; units are s, min, h, d, week, %%", start);
    }
    if (!isfinite(quantity.value)) return quantity_refuse(why, "'%.60s' is too large", start);
    *out = quantity;
    *text = p;
    return true;
}

bool quantity_any(const char *text, struct quantity *out, char *why)
{
    const char *p = text;
    struct quantity quantity = {0};
    if (!quantity_take(&p, &quantity, why)) return false;
    p = quantity_blanks(p);
    if (*p == ',')
        return quantity_refuse(why, "'%.60s' has a comma; write a decimal point and no thousands separator", text);
    if (*p) return quantity_refuse(why, "'%.60s' has '%.40s' after the number; write one number and one unit", text, p);
    *out = quantity;
    return true;
}

static const char *const right_form[] = {
    [UNIT_NONE] = "a plain number is wanted: 12 or 0.5",
    [UNIT_HOURS] = "a duration has a unit: 30 s, 15 min, 48 h, 7 d or 2 week",
    [UNIT_PER_HOUR] = "a rate has a unit: 5/s, 3/min, 28/h, 340/d or 21/week",
    [UNIT_SHARE] = "a share is a percentage or a number from 0 to 1: 12 % or 0.12",
    [UNIT_POINTS] = "points are hundredths of a share: 5 points",
};

bool quantity_read(const char *text, enum unit unit, double *out, char *why)
{
    struct quantity quantity = {0};
    if (!quantity_any(text, &quantity, why)) {
        const char first = *quantity_blanks(text);
        bool numeric = isdigit((unsigned char)first) || first == '+' || first == '-' || first == '.';
        if (!numeric) quantity_refuse(why, "'%.60s' is not a number; %s", text, right_form[unit]);
        return false;
    }
    bool bare_share = unit == UNIT_SHARE && quantity.unit == UNIT_NONE;
    if (bare_share && quantity.value > 1) return quantity_refuse(why, "'%.60s' is over 1; %s", text, right_form[unit]);
    bool bare_zero = unit == UNIT_HOURS && quantity.unit == UNIT_NONE && quantity.value == 0;
    if (quantity.unit != unit && !bare_share && !bare_zero) {
        if (quantity.unit == UNIT_NONE) return quantity_refuse(why, "'%.60s' has no unit; %s", text, right_form[unit]);
        return quantity_refuse(why, "'%.60s' has the wrong unit; %s", text, right_form[unit]);
    }
    *out = quantity.value;
    return true;
}

bool quantity_range(const char *text, struct quantity *low, struct quantity *high, char *why)
{
    const char *dots = strstr(text, "..");
    if (!dots || dots - text > 60)
        return quantity_refuse(why, "'%.60s' is not a range; write LOW..HIGH: 7..12 or 12 h..26 h", text);
    char first[64];
    memcpy(first, text, (size_t)(dots - text));
    first[dots - text] = '\0';
    struct quantity from, to;
    if (!quantity_any(first, &from, why) || !quantity_any(dots + 2, &to, why)) return false;
    if (from.unit == UNIT_NONE && to.unit != UNIT_NONE) {
        /* `12..26 h`: the unit behind HIGH counts for both, read again with it. */
        const char *unit = dots + 2;
        double number;
        unit = quantity_blanks(unit);
        take_number(&unit, &number, why);
        char both[128];
        snprintf(both, sizeof both, "%s %s", first, quantity_blanks(unit));
        if (!quantity_any(both, &from, why)) return false;
    }
    if (from.unit != to.unit)
        return quantity_refuse(why, "'%.60s' has two units; write LOW..HIGH in one: 12 h..26 h", text);
    if (from.value > to.value) return quantity_refuse(why, "'%.60s' runs backwards; write LOW..HIGH", text);
    *low = from;
    *high = to;
    return true;
}

bool quantity_count(const char *text, double low, double high, double *out, char *why)
{
    struct quantity quantity = {0};
    char range[80];
    if (low == high)
        snprintf(range, sizeof range, "%.10g is wanted", low);
    else
        snprintf(range, sizeof range, "a whole number from %.10g to %.10g is wanted", low, high);
    if (!quantity_any(text, &quantity, why)) return quantity_refuse(why, "'%.60s' is not a number; %s", text, range);
    if (quantity.unit != UNIT_NONE) return quantity_refuse(why, "'%.60s' has a unit; %s", text, range);
    if (quantity.value != floor(quantity.value)) return quantity_refuse(why, "'%.60s' is not whole; %s", text, range);
    if (quantity.value < low || quantity.value > high)
        return quantity_refuse(why, "'%.60s' is out of range; %s", text, range);
    *out = quantity.value;
    return true;
}

bool quantity_seed(const char *text, uint64_t *out, char *why)
{
    uint64_t value = 0;
    const char *p = text;
    for (; isdigit((unsigned char)*p); p++) {
        uint64_t digit = (uint64_t)(*p - '0');
        if (value > (UINT64_MAX - digit) / 10) break;
        value = value * 10 + digit;
    }
    if (p == text || *p)
        return quantity_refuse(
            why, "'%.60s' is no seed; a whole number from 0 to 18446744073709551615 is wanted", text);
    *out = value;
    return true;
}
