/* bound.c - see bound.h. */
#include "tools/bound.h"
#include "models/scenario/quantity.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

bool bound_read(struct bound *out, const char *option, const char *text)
{
    char why[QUANTITY_WHY] = "";
    const char *sign = strpbrk(text, "<>=");
    size_t length = sign ? (size_t)(sign - text) : 0;
    while (length && text[length - 1] == ' ') length--;
    if (!length || length >= sizeof out->metric) {
        fprintf(stderr, "greenlane: --%s '%s': write METRIC, a sign and a value: import.clearance.p90_h %s 48 h\n", option, text,
            strcmp(option, "target") == 0 ? "=" : "<=");
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
