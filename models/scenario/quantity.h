/* quantity.h - numbers with units, dates and hours, as a person writes them in a scenario.
 *
 * A duration is `30 s`, `15 min`, `48 h` (or `48h`), `7 d`, `2 week`; a rate `5/s`, `3/min`, `28/h`, `340/d`,
 * `21/week`; a share `12 %` or 0.12; `5 points` are five hundredths of a share. `m` is refused (min or month?), and so
 * are months and years, which differ in length. Numbers are decimal; no inf, nan, hex or thousands separators.
 *
 * Units:  hours, per hour, shares in 0..1; dates are hours since 1970-01-01 00:00 of the scenario's own clock.
 * Errors: false, nothing written to `out`, and in `why` one line "what was found; what would be right".
 */
#ifndef GREENLANE_MODELS_SCENARIO_QUANTITY_H
#define GREENLANE_MODELS_SCENARIO_QUANTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { QUANTITY_WHY = 320 }; /* bytes of a `why` */

enum unit { UNIT_NONE, UNIT_HOURS, UNIT_PER_HOUR, UNIT_SHARE, UNIT_POINTS };

struct quantity {
    enum unit unit;
    double value;
};

/* Takes one number and its unit, if one follows, off the front of *text. A word that is no unit is left standing. */
bool quantity_take(const char **text, struct quantity *out, char *why);

/* The whole text as one quantity of any unit, or of a given unit (a bare number in 0..1 passes as a share). */
bool quantity_any(const char *text, struct quantity *out, char *why);
bool quantity_read(const char *text, enum unit unit, double *out, char *why);

/* LOW..HIGH; a unit that stands only behind HIGH counts for both. LOW <= HIGH. */
bool quantity_range(const char *text, struct quantity *low, struct quantity *high, char *why);

bool quantity_count(const char *text, double low, double high, double *out, char *why); /* an integer */
bool quantity_seed(const char *text, uint64_t *out, char *why);

bool quantity_date(const char *text, double *midnight, char *why);             /* 2022-09-01 */
bool quantity_dates(const char *text, double *first, double *last, char *why); /* one date, or first..last */
bool quantity_moment(const char *text, double *hours, char *why);              /* 2022-11-11 00:00, or a date */
bool quantity_time_of_day(const char *text, double *hours, char *why);         /* 00:00 to 24:00 */
bool quantity_hours(const char *text, double *from, double *to, char *why);    /* 22:00-06:00 gives 22 and 30 */
bool quantity_days(const char *text, bool day[7], char *why);                  /* mon-fri, sat, sun mon; 0 Monday */
bool quantity_offset(const char *text, double *hours, char *why);              /* +08:00, -03:30, Z */

void quantity_date_text(double hours, char out[24]); /* the date of an hour: 2022-09-01 */

const char *quantity_blanks(const char *text); /* past the blanks at the front */

/* Writes the reason and returns false. */
bool quantity_refuse(char *why, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
