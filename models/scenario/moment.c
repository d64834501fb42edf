/* moment.c - the dates, hours and days of quantity.h. Days are counted by the proleptic Gregorian calendar. */
#include "models/scenario/quantity.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { FIRST_YEAR = 1900, LAST_YEAR = 2999 };

/* Days since 1970-01-01 (Hinnant, "chrono-compatible low-level date algorithms"): years begin in March. */
static long days_from_date(int year, int month, int day)
{
    long y = month <= 2 ? year - 1L : year, era = y / 400, of_era = y - era * 400;
    long of_year = (153L * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void date_from_days(long days, int *year, int *month, int *day)
{
    days += 719468;
    long era = days / 146097, of_era = days - era * 146097;
    long of_400 = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    long of_year = of_era - (365 * of_400 + of_400 / 4 - of_400 / 100), m = (5 * of_year + 2) / 153;
    *day = (int)(of_year - (153 * m + 2) / 5 + 1);
    *month = (int)(m < 10 ? m + 3 : m - 9);
    *year = (int)(of_400 + era * 400 + (*month <= 2));
}

static int days_in(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

/* Exactly n digits; -1 when there are others. */
static int digits(const char **text, int n)
{
    int value = 0;
    for (int i = 0; i < n; i++) {
        if (!isdigit((unsigned char)(*text)[i])) return -1;
        value = value * 10 + ((*text)[i] - '0');
    }
    *text += n;
    return value;
}

static bool take_date(const char **text, double *midnight, char *why)
{
    const char *p = quantity_blanks(*text), *start = p;
    int year = digits(&p, 4), month = -1, day = -1;
    if (year >= 0 && *p == '-') p++, month = digits(&p, 2);
    if (month >= 0 && *p == '-') p++, day = digits(&p, 2);
    if (day < 0 || isdigit((unsigned char)*p))
        return quantity_refuse(why, "'%.40s' is not a date; write year-month-day: 2022-09-01", start);
    if (year < FIRST_YEAR || year > LAST_YEAR)
        return quantity_refuse(why, "the year of '%.40s' is out of range; 1900 to 2999 is possible", start);
    if (month < 1 || month > 12)
        return quantity_refuse(why, "'%.10s' has no month %d; write year-month-day", start, month);
    if (day < 1 || day > days_in(year, month))
        return quantity_refuse(
            why, "'%.10s' does not exist; %d-%02d has %d days", start, year, month, days_in(year, month));
    *midnight = 24.0 * (double)days_from_date(year, month, day);
    *text = p;
    return true;
}

static bool take_time(const char **text, double *hours, char *why)
{
    const char *p = quantity_blanks(*text), *start = p;
    int hour = digits(&p, 2), minute = -1, second = 0;
    if (hour < 0 && (hour = digits(&p, 1)) >= 0 && *p != ':') hour = -1;
    if (hour >= 0 && *p == ':') p++, minute = digits(&p, 2);
    if (minute >= 0 && *p == ':') p++, second = digits(&p, 2);
    if (minute < 0 || second < 0 || isdigit((unsigned char)*p))
        return quantity_refuse(why, "'%.40s' is not a time of day; write hour:minute: 08:30", start);
    if (hour > 24 || minute > 59 || second > 59 || (hour == 24 && minute + second > 0))
        return quantity_refuse(why, "'%.40s' is no time of day; 00:00 to 24:00 is possible", start);
    *hours = hour + (minute * 60 + second) / 3600.0;
    *text = p;
    return true;
}

static bool at_end(const char *p, const char *text, const char *right, char *why)
{
    p = quantity_blanks(p);
    return *p ? quantity_refuse(why, "'%.60s' has '%.40s' too much; %s", text, p, right) : true;
}

bool quantity_date(const char *text, double *midnight, char *why)
{
    const char *p = text;
    double at;
    if (!take_date(&p, &at, why) || !at_end(p, text, "write year-month-day: 2022-09-01", why)) return false;
    *midnight = at;
    return true;
}

bool quantity_dates(const char *text, double *first, double *last, char *why)
{
    const char *p = text, *right = "write a date or two: 2022-09-01..2022-11-30";
    double from, to;
    if (!take_date(&p, &from, why)) return false;
    to = from;
    p = quantity_blanks(p);
    if (strncmp(p, "..", 2) == 0) {
        p += 2;
        if (!take_date(&p, &to, why)) return false;
    }
    if (!at_end(p, text, right, why)) return false;
    if (to < from) return quantity_refuse(why, "'%.60s' runs backwards; %s", text, right);
    *first = from;
    *last = to;
    return true;
}

bool quantity_moment(const char *text, double *hours, char *why)
{
    const char *p = text;
    double date, time = 0;
    if (!take_date(&p, &date, why)) return false;
    if (*p == 'T') p++;
    if (*quantity_blanks(p) && !take_time(&p, &time, why)) return false;
    if (!at_end(p, text, "write a date and an hour: 2022-11-11 00:00", why)) return false;
    *hours = date + time;
    return true;
}

bool quantity_time_of_day(const char *text, double *hours, char *why)
{
    const char *p = text;
    double at;
    if (!take_time(&p, &at, why) || !at_end(p, text, "write hour:minute: 08:30", why)) return false;
    *hours = at;
    return true;
}

bool quantity_hours(const char *text, double *from, double *to, char *why)
{
    const char *p = text, *right = "write from-to: 08:30-12:00";
    double begin, end;
    if (!take_time(&p, &begin, why)) return false;
    p = quantity_blanks(p);
    if (*p != '-') return quantity_refuse(why, "'%.40s' is not a span of hours; %s", text, right);
    p++;
    if (!take_time(&p, &end, why) || !at_end(p, text, right, why)) return false;
    if (begin >= 24) return quantity_refuse(why, "'%.40s' begins at 24:00; begin at 00:00", text);
    if (end == begin) return quantity_refuse(why, "'%.40s' is empty; write 00:00-24:00 for the whole day", text);
    *from = begin;
    *to = end > begin ? end : end + 24;
    return true;
}

static const char *const day_name[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

static int take_day(const char **text)
{
    for (int i = 0; i < 7; i++)
        if (strncmp(*text, day_name[i], 3) == 0 && !isalnum((unsigned char)(*text)[3]) && (*text)[3] != '_') {
            *text += 3;
            return i;
        }
    return -1;
}

bool quantity_days(const char *text, bool day[7], char *why)
{
    bool found[7] = {false};
    const char *p = quantity_blanks(text);
    do {
        int first = take_day(&p), last = first;
        if (first >= 0 && *p == '-') p++, last = take_day(&p);
        if (first < 0 || last < 0)
            return quantity_refuse(
                why, "'%.40s' names no days; write mon, tue, wed, thu, fri, sat, sun or a span: mon-fri", text);
        for (int i = first;; i = (i + 1) % 7) {
            found[i] = true;
            if (i == last) break;
        }
        p = quantity_blanks(p);
    } while (*p);
    memcpy(day, found, sizeof found);
    return true;
}

bool quantity_offset(const char *text, double *hours, char *why)
{
    const char *p = text;
    if (strcmp(text, "Z") == 0 || strcmp(text, "UTC") == 0) {
        *hours = 0;
        return true;
    }
    double sign = *p == '-' ? -1 : 1, value = 0;
    char ignored[QUANTITY_WHY];
    bool fits = *p == '+' || *p == '-';
    if (fits) p++;
    if (!fits || !take_time(&p, &value, ignored) || *p || value > 14)
        return quantity_refuse(
            why, "'%.40s' is no offset from UTC; write +08:00 or -03:30 (a fixed offset, no summer time)", text);
    *hours = sign * value;
    return true;
}

void quantity_date_text(double hours, char out[24])
{
    int year, month, day;
    date_from_days((long)floor(hours / 24), &year, &month, &day);
    snprintf(out, 24, "%04d-%02d-%02d", year % 10000, month % 100, day % 100);
}
