/* profile.h - when things arrive: the mean number an hour by hour of the week, and how much days differ beyond chance.
 *
 * Every day from the first arrival's to the last one's counts as a whole one, but for a first or last day that the record
 * cuts: one on which nothing comes before the first arrival, or after the last, where the same days of other weeks have so
 * many that chance would leave none once in a thousand times. Such a day is left out. A day of the week that none of them is
 * gets the mean of the others, hour by hour, and is marked. Hours of a day that differ no more than chance makes them (chi-squared, 23
 * degrees, p at least .001) share their number, and so do all where moments have no times of day.
 *
 * Units: moments in hours since 1970-01-01 00:00, local; day 0 is Monday.
 */
#ifndef GREENLANE_TOOLS_PROFILE_H
#define GREENLANE_TOOLS_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct profile {
    size_t n;
    double from, to;      /* midnights; to is after the last day */
    double hourly[7][24]; /* arrivals an hour */
    double days[7];       /* how many Mondays, Tuesdays, ... were seen */
    double a_day;         /* mean of the profile */
    double day_to_day;    /* sd of a random factor a day; 0: no more than chance */
    double day_to_day_p;  /* of days differing as much by chance; NAN below two weeks */
    bool timed;
    bool first_cut, last_cut; /* left out */
    bool even[7]; /* the hours of the day differ no more than chance makes them */
    int group[7]; /* of which day's numbers a day takes: alike days are written in one line */
};

bool profile_of(const double *moment, size_t n, bool timed, struct profile *out); /* any order; false: no memory */
/* `rate:`, `profile:` and `day_to_day:` as a stream's `arrivals:` has them. */
void profile_print(const struct profile *profile, const char *indent, FILE *out);
const char *profile_day(int day); /* mon */

#endif
