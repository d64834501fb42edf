/* profile.c - counting, and three questions about chance: are Monday to Friday alike, are the hours of a day, and do days vary
 * more than Poisson? */
#include "tools/profile.h"
#include "models/scenario/quantity.h"
#include "tools/fit.h"
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

enum { WEEK = 7, HOURS = 24 };
static const double unlike = .001; /* p below which days are not written in one line, nor hours with one number */
static const double varying = .01; /* p below which day_to_day is written */

const char *profile_day(int day)
{
    static const char *const names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    return names[day];
}

/* 1970-01-01 was a Thursday. */
static int weekday_of(double midnight)
{
    return (int)fmod(fmod(floor(midnight / 24) + 3, 7) + 7, 7);
}

/* Whether the record begins (or ends) within the day of its first (last) arrival. */
static bool is_cut(const double *moment, size_t n, const struct profile *p, double at, bool begins)
{
    double midnight = 24 * floor(at / 24), days = 0, missed = 0;
    for (double day = p->from + 24; day < p->to - 24; day += 24) days += weekday_of(day) == weekday_of(midnight);
    for (size_t i = 0; i < n; i++) {
        double day = 24 * floor(moment[i] / 24), apart = (moment[i] - day) - (at - midnight);
        if (day <= p->from || day >= p->to - 24 || weekday_of(day) != weekday_of(midnight)) continue;
        missed += begins ? apart < 0 : apart > 0;
    }
    return days > 0 && exp(-missed / days) < unlike;
}

static void leave_out_cut_days(const double *moment, size_t n, struct profile *p)
{
    double first = INFINITY, last = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        first = fmin(first, moment[i]);
        last = fmax(last, moment[i]);
    }
    p->first_cut = p->timed && is_cut(moment, n, p, first, true);
    p->last_cut = p->timed && is_cut(moment, n, p, last, false);
    p->from += 24 * p->first_cut;
    p->to -= 24 * p->last_cut;
}

static void count(const double *moment, size_t n, struct profile *p, double *a_day)
{
    for (size_t i = 0; i < n; i++) {
        if (moment[i] < p->from || moment[i] >= p->to) continue;
        double midnight = 24 * floor(moment[i] / 24);
        int hour = (int)(moment[i] - midnight);
        p->hourly[weekday_of(midnight)][hour < HOURS ? hour : HOURS - 1]++;
        a_day[(size_t)((midnight - p->from) / 24)]++;
    }
    for (double day = p->from; day < p->to; day += 24) p->days[weekday_of(day)]++;
}

static double day_count(const struct profile *p, int day)
{
    double sum = 0;
    for (int h = 0; h < HOURS; h++) sum += p->hourly[day][h];
    return sum;
}

/* Variance of the daily totals within each day of the week, less what Poisson totals have. */
static void find_day_to_day(struct profile *p, const double *a_day)
{
    double mean[WEEK], excess = 0, squares = 0, index = 0, degrees = 0;
    for (int d = 0; d < WEEK; d++) mean[d] = p->days[d] > 0 ? day_count(p, d) / p->days[d] : 0;
    for (double day = p->from; day < p->to; day += 24) {
        int d = weekday_of(day);
        double off = a_day[(size_t)((day - p->from) / 24)] - mean[d];
        if (p->days[d] < 2 || !(mean[d] > 0)) continue;
        excess += off * off * p->days[d] / (p->days[d] - 1) - mean[d];
        squares += mean[d] * mean[d];
        index += off * off / mean[d];
        degrees += 1 - 1 / p->days[d];
    }
    p->day_to_day_p = degrees > 0 ? gsl_cdf_chisq_Q(index, degrees) : NAN;
    if (p->day_to_day_p < varying && excess > 0) p->day_to_day = sqrt(excess / squares);
}

/* The chance that days first..last differ as much when they are alike; a day's random factor widens what chance does.
 */
static double alike(const struct profile *p, int first, int last)
{
    double statistic = 0, days = 0, spread = p->day_to_day * p->day_to_day;
    for (int d = first; d <= last; d++) days += p->days[d];
    int cells = 0;
    for (int h = 0; h < HOURS; h++) {
        double all = 0;
        for (int d = first; d <= last; d++) all += p->hourly[d][h];
        for (int d = first; d <= last; d++) {
            double expected = all * p->days[d] / days, off = p->hourly[d][h] - expected;
            if (expected >= 1) statistic += off * off / (expected + spread * expected * expected / p->days[d]);
        }
        if (all * 1 >= last - first + 1) cells += last - first;
    }
    return cells ? gsl_cdf_chisq_Q(statistic, cells) : 1;
}

static void join_days(struct profile *p, int first, int last)
{
    for (int d = first; d <= last; d++)
        if (!p->days[d]) return;
    if (alike(p, first, last) < unlike) return;
    for (int h = 0; h < HOURS; h++) {
        double all = 0, days = 0;
        for (int d = first; d <= last; d++) {
            all += p->hourly[d][h];
            days += p->days[d];
        }
        for (int d = first; d <= last; d++) p->hourly[d][h] = all / days * p->days[d];
    }
    for (int d = first; d <= last; d++) p->group[d] = first;
}

/* A handful of arrivals an hour scatters from 0 to twice the mean where every hour is alike. */
static void even_out(struct profile *p, int first)
{
    double count[HOURS] = {0}, all = 0, days = 0, statistic = 0;
    for (int d = first; d < WEEK; d++) {
        if (p->group[d] != first) continue;
        days += p->days[d];
        for (int h = 0; h < HOURS; h++) count[h] += p->hourly[d][h];
    }
    for (int h = 0; h < HOURS; h++) all += count[h];
    if (!(all > 0)) return;
    for (int h = 0; h < HOURS; h++) statistic += (count[h] - all / HOURS) * (count[h] - all / HOURS) / (all / HOURS);
    if (gsl_cdf_chisq_Q(statistic, HOURS - 1) < unlike) return;
    for (int d = first; d < WEEK; d++) {
        if (p->group[d] != first) continue;
        p->even[d] = true;
        for (int h = 0; h < HOURS; h++) p->hourly[d][h] = all / HOURS / days * p->days[d];
    }
}

static void to_rates(struct profile *p)
{
    double mean[HOURS] = {0}, seen = 0;
    for (int d = 0; d < WEEK; d++) {
        double flat = day_count(p, d) / HOURS;
        for (int h = 0; h < HOURS && p->days[d] > 0; h++) {
            p->hourly[d][h] = (p->timed ? p->hourly[d][h] : flat) / p->days[d];
            mean[h] += p->hourly[d][h];
        }
        seen += p->days[d] > 0;
    }
    for (int d = 0; d < WEEK; d++) {
        for (int h = 0; h < HOURS && !p->days[d]; h++) p->hourly[d][h] = mean[h] / seen;
        p->a_day += day_count(p, d) / WEEK;
    }
}

bool profile_of(const double *moment, size_t n, bool timed, struct profile *out)
{
    struct profile p = {.n = n, .from = INFINITY, .to = -INFINITY, .timed = timed, .group = {0, 1, 2, 3, 4, 5, 6}};
    for (size_t i = 0; i < n; i++) {
        p.from = fmin(p.from, 24 * floor(moment[i] / 24));
        p.to = fmax(p.to, 24 * floor(moment[i] / 24) + 24);
    }
    double *a_day = calloc(n ? (size_t)((p.to - p.from) / 24) + 1 : 1, sizeof *a_day);
    if (!a_day) return false;
    if (n) {
        leave_out_cut_days(moment, n, &p);
        count(moment, n, &p, a_day);
        find_day_to_day(&p, a_day);
        join_days(&p, 0, 4);
        join_days(&p, 5, 6);
        for (int d = 0; d < WEEK && timed; d++)
            if (p.group[d] == d) even_out(&p, d);
        to_rates(&p);
    }
    free(a_day);
    *out = p;
    return true;
}

static void print_number(double value, FILE *out)
{
    char text[FIT_NUMBER];
    double digits = value > 0 ? pow(10, 2 - floor(log10(value))) : 1;
    fputs(fit_number(round(value * digits) / digits, text), out);
}

void profile_print(const struct profile *p, const char *indent, FILE *out)
{
    char text[FIT_NUMBER];
    fprintf(out, "%srate: %s/d\n%sprofile:\n", indent, fit_number(p->a_day, text), indent);
    for (int d = 0; d < WEEK; d++) {
        int last = d;
        if (p->group[d] != d) continue;
        while (last + 1 < WEEK && p->group[last + 1] == d) last++;
        fprintf(out, "%s  %s%s%s: [", indent, profile_day(d), last > d ? "-" : "", last > d ? profile_day(last) : "");
        for (int h = 0; h < HOURS; h++) {
            if (h) fputs(", ", out);
            print_number(p->hourly[d][h], out);
        }
        fprintf(out, "]%s\n", p->days[d] > 0 ? "" : "  # not in the data: the mean of the other days");
    }
    if (p->day_to_day > 0) fprintf(out, "%sday_to_day: %.1f %%\n", indent, 100 * p->day_to_day);
}
