/* bound.h - `METRIC <= VALUE`, `METRIC >= VALUE`, `METRIC = VALUE`: a promise or a target, from the command line.
 *
 * Values carry a unit or are in the metric's own: hours, or shares in 0..1. Errors: false after a message.
 */
#ifndef GREENLANE_TOOLS_BOUND_H
#define GREENLANE_TOOLS_BOUND_H

#include <stdbool.h>

enum bound_kind { BOUND_AT_MOST, BOUND_AT_LEAST, BOUND_EQUAL };
struct bound {
    char metric[200], text[80]; /* text: as typed, of the value */
    enum bound_kind kind;
    double value;
};

bool bound_read(struct bound *out, const char *option, const char *text);
bool bound_holds(const struct bound *bound, double value); /* NAN never holds */

#endif
