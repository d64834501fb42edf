/* moments.h - dates and times of a data file: 2022-11-14, 2022-11-14 08:30, 2022-11-14T08:30:15.250+08:00.
 *
 * Times of day are taken as written. An offset from UTC may stand behind them, but the same one throughout a file: the
 * profile of a day is a matter of local time.
 *
 * Units: hours since 1970-01-01 00:00, local. Errors: false, one line in `why` (QUANTITY_WHY bytes).
 */
#ifndef GREENLANE_TOOLS_MOMENTS_H
#define GREENLANE_TOOLS_MOMENTS_H

#include "models/scenario/quantity.h"

struct moments {                 /* what the moments read so far have in common; starts as {0} */
    bool any, timed, has_offset; /* timed: one of them has a time of day */
    double offset;
    char offset_text[8];
};

bool moments_read(struct moments *moments, const char *text, double *hours, char *why);

#endif
