/* bound.c - see bound.h. */
#include "tools/bound.h"
#include "models/scenario/quantity.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

/* A metric that ends in _h is a time, and a time has a unit and a sign. */
static bool goes_with(const char *metric, const struct quantity *quantity)
{
    if (ends_with(metric, "_h")) return quantity->unit == UNIT_HOURS && quantity->value >= 0;
    return quantity->unit != UNIT_HOURS || !(strstr(metric, ".within_") || ends_with(metric, "share") || ends_with(metric, "utilisation"));
}

bool bound_read(struct bound *out, const char *option, const char *text)
{
    char why[QUANTITY_WHY] = "";
    const char *sign = strpbrk(text, "<>=");
    size_t length = sign ? (size_t)(sign - text) : 0;
    while (length && text[length - 1] == ' ') length--;
    if (!length || length >= sizeof out->metric) {
        fprintf(stderr, "greenlane: --%s '%s': write METRIC, a sign and a value: import.clearance.p90_h %s 48 h\n",
            option, text, strcmp(option, "target") == 0 ? "=" : "<=");
        return false;
    }
    *out = (struct bound){.kind = *sign == '<' ? BOUND_AT_MOST : *sign == '>' ? BOUND_AT_LEAST : BOUND_EQUAL};
    snprintf(out->metric, sizeof out->metric, "%.*s", (int)length, text);
    sign += sign[1] == '=' ? 2 : 1;
    const char *value = quantity_blanks(sign);
    snprintf(out->text, sizeof out->text, "%s", value);
    struct quantity quantity;
    if (!quantity_any(value, &quantity, why)) {
        fprintf(stderr, "greenlane: --%s '%s': %s\n", option, text, why);
        return false;
    }
    if (!goes_with(out->metric, &quantity)) {
        fprintf(stderr, "greenlane: --%s '%s': '%s' does not go with this metric; write %s\n", option, text, value,
            ends_with(out->metric, "_h") ? "a time: 32.02 h" : "a share: 66 %");
        return false;
    }
    out->value = quantity.value;
    return true;
}

bool bound_holds(const struct bound *bound, double value)
{
    if (isnan(value)) return false;
    if (bound->kind == BOUND_AT_MOST) return value <= bound->value;
    if (bound->kind == BOUND_AT_LEAST) return value >= bound->value;
    return value == bound->value;
}
