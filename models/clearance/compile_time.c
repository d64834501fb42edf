/* compile_time.c - calendars, shifts and rates, written by the day and the hour, become timelines.
 *
 * A pattern is a function of the epoch hour that is constant between its breaks. It is written out hour by hour as far
 * as its exceptions reach (closed days, dated shifts, surges), then one plain week follows, which repeats for ever: so
 * a scenario of a million weeks costs one.
 */
#include "models/clearance/compile.h"
#include <math.h>
#include <stdlib.h>

enum { HOURS_A_WEEK = 168, EPOCH_WEEKDAY = 3 /* 1 January 1970 was a Thursday */ };

static double day_of(double epoch)
{
    return floor(epoch / 24);
}

int clock_weekday(const struct clock *clock, double epoch)
{
    double day = day_of(epoch) + (clock->dated ? EPOCH_WEEKDAY : 0);
    return (int)(day - 7 * floor(day / 7));
}

/* ---- a list of breaks ---- */

struct breaks {
    double *at;
    size_t count, allocated;
    double from, to; /* only breaks inside (from, to) count */
};

static bool breaks_add(struct breaks *breaks, double at)
{
    if (!(at > breaks->from) || !(at < breaks->to)) return true;
    if (!grow_list(&breaks->at, &breaks->allocated, breaks->count, sizeof *breaks->at)) return false;
    breaks->at[breaks->count++] = at;
    return true;
}

static int by_time(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* ---- the patterns ---- */

struct pattern {
    const struct clock *clock;
    const struct calendar_def *calendar; /* NULL: always open */
    const struct resource *resource;     /* NULL: the value while open is 1, or a rate */
    const struct resource *before;       /* the resource before `turns_at`; NULL: as ever */
    double turns_at, turns_back;         /* epoch hours; turns_back: as before again, 0: never */
    const struct arrivals *arrivals;     /* a rate's profile and surges; NULL: none */
    double factor;
    double plain_from; /* from here on exceptions do not count */
};

static bool calendar_has_hours(const struct pattern *p, double day, double epoch)
{
    const struct calendar_def *calendar = p->calendar;
    double midnight = 24 * day;
    int weekday = clock_weekday(p->clock, midnight);
    if (epoch < p->plain_from) {
        for (size_t i = 0; i < calendar->closed_days; i++)
            if (calendar->closed[i] == midnight) return false;
        for (size_t i = 0; i < calendar->moved_days; i++)
            if (calendar->moved[i].day == midnight) weekday = calendar->moved[i].as;
    }
    for (size_t i = 0; i < calendar->opens[weekday]; i++) {
        const struct span *open = &calendar->open[weekday][i];
        if (epoch >= midnight + open->from && epoch < midnight + open->to) return true;
    }
    return false;
}

static bool is_open(const struct pattern *p, double epoch)
{
    if (p->calendar == NULL) return true;
    for (double day = day_of(epoch) - 1; day <= day_of(epoch); day++) /* a span may run past midnight */
        if (calendar_has_hours(p, day, epoch)) return true;
    return false;
}

static bool shift_fits(const struct pattern *p, const struct shift_def *shift, double day, double epoch)
{
    double midnight = 24 * day;
    if (epoch < midnight + shift->from || epoch >= midnight + shift->to) return false;
    if (!shift->weekday[clock_weekday(p->clock, midnight)]) return false;
    if (!shift->dated) return true;
    return epoch < p->plain_from && midnight >= shift->date_from && midnight <= shift->date_to;
}

static double servers_at(const struct pattern *p, double epoch)
{
    bool early = p->before && (epoch < p->turns_at || (p->turns_back > 0 && epoch >= p->turns_back));
    const struct resource *resource = early ? p->before : p->resource;
    for (size_t i = 0; epoch < p->plain_from && i < resource->outages; i++)
        if (epoch >= resource->outage[i].from && epoch < resource->outage[i].to) return 0;
    if (resource->shifts == 0) return resource->servers;
    for (size_t i = resource->shifts; i-- > 0;) /* the last line that fits wins */
        for (double day = day_of(epoch) - 1; day <= day_of(epoch); day++)
            if (shift_fits(p, &resource->shift[i], day, epoch)) return resource->shift[i].servers;
    return 0;
}

static double rate_at(const struct pattern *p, double epoch)
{
    const struct arrivals *arrivals = p->arrivals;
    double rate = p->factor;
    if (arrivals->has_profile) {
        double hour = floor(epoch - 24 * day_of(epoch));
        rate *= arrivals->profile[24 * clock_weekday(p->clock, epoch) + (int)hour];
    }
    for (size_t i = 0; epoch < p->plain_from && i < arrivals->surges; i++)
        if (epoch >= arrivals->surge[i].from && epoch < arrivals->surge[i].to) rate *= arrivals->surge[i].times;
    return rate;
}

static double pattern_at(const struct pattern *p, double epoch)
{
    if (!is_open(p, epoch)) return 0;
    if (p->resource) return servers_at(p, epoch);
    return p->arrivals ? rate_at(p, epoch) : 1;
}

/* ---- where a pattern may change, and how far its exceptions reach ---- */

static double largest(double a, double b)
{
    return a > b ? a : b;
}

static double exceptions_end(const struct pattern *p)
{
    double end = p->clock->origin;
    for (size_t i = 0; p->calendar && i < p->calendar->closed_days; i++)
        end = largest(end, p->calendar->closed[i] + 48);
    for (size_t i = 0; p->calendar && i < p->calendar->moved_days; i++)
        end = largest(end, p->calendar->moved[i].day + 48);
    for (size_t i = 0; p->resource && i < p->resource->shifts; i++)
        if (p->resource->shift[i].dated) end = largest(end, p->resource->shift[i].date_to + 48);
    for (size_t i = 0; p->resource && i < p->resource->outages; i++) end = largest(end, p->resource->outage[i].to);
    if (p->before) end = largest(end, largest(p->turns_at, p->turns_back));
    for (size_t i = 0; p->arrivals && i < p->arrivals->surges; i++) end = largest(end, p->arrivals->surge[i].to);
    return end < p->clock->until ? end : largest(p->clock->until, p->clock->origin);
}

static bool breaks_of_day(const struct pattern *p, struct breaks *breaks, double midnight)
{
    bool fine = breaks_add(breaks, midnight);
    for (int weekday = 0; p->calendar && weekday < 7; weekday++)
        for (size_t i = 0; i < p->calendar->opens[weekday]; i++) {
            fine = fine && breaks_add(breaks, midnight + p->calendar->open[weekday][i].from);
            fine = fine && breaks_add(breaks, midnight + p->calendar->open[weekday][i].to);
        }
    for (size_t i = 0; p->resource && i < p->resource->shifts; i++) {
        fine = fine && breaks_add(breaks, midnight + p->resource->shift[i].from);
        fine = fine && breaks_add(breaks, midnight + p->resource->shift[i].to);
    }
    for (int hour = 1; p->arrivals && p->arrivals->has_profile && hour < 24; hour++)
        fine = fine && breaks_add(breaks, midnight + hour);
    return fine;
}

/* All breaks inside (from, to), sorted, with `from` in front. */
static bool pattern_breaks(const struct pattern *p, struct breaks *breaks)
{
    if (!grow_list(&breaks->at, &breaks->allocated, 0, sizeof *breaks->at)) return false;
    breaks->at[0] = breaks->from;
    breaks->count = 1;
    bool fine = breaks_add(breaks, p->plain_from) && (p->before == NULL || breaks_add(breaks, p->turns_at)) &&
                (p->turns_back <= 0 || breaks_add(breaks, p->turns_back));
    for (double day = day_of(breaks->from) - 2; fine && 24 * day < breaks->to; day++)
        fine = breaks_of_day(p, breaks, 24 * day);
    for (size_t i = 0; fine && p->arrivals && i < p->arrivals->surges; i++)
        fine = breaks_add(breaks, p->arrivals->surge[i].from) && breaks_add(breaks, p->arrivals->surge[i].to);
    for (size_t i = 0; fine && p->resource && i < p->resource->outages; i++)
        fine = breaks_add(breaks, p->resource->outage[i].from) && breaks_add(breaks, p->resource->outage[i].to);
    if (fine) qsort(breaks->at, breaks->count, sizeof *breaks->at, by_time);
    return fine;
}

static struct timeline *pattern_timeline(struct model *model, struct pattern *p)
{
    double origin = model->clock.origin;
    p->plain_from = exceptions_end(p);
    struct breaks breaks = {.from = origin, .to = p->plain_from + HOURS_A_WEEK};
    struct timeline *timeline = NULL;
    double *value = NULL;
    size_t n = 0;
    enum status status = STATUS_NO_MEMORY;
    if (pattern_breaks(p, &breaks)) value = malloc(breaks.count * sizeof *value);
    for (size_t i = 0; value && i < breaks.count; i++) {
        if (n > 0 && breaks.at[i] - origin <= breaks.at[n - 1]) continue; /* the same break twice */
        value[n] = pattern_at(p, breaks.at[i]);
        breaks.at[n++] = breaks.at[i] - origin;
    }
    bool constant = true;
    for (size_t i = 1; value && i < n; i++) constant = constant && value[i] == value[0];
    if (value)
        timeline = timeline_create(
            breaks.at, value, constant ? 1 : n, breaks.to - origin, constant ? 0 : HOURS_A_WEEK, &status);
    free(value);
    free(breaks.at);
    if (timeline == NULL) no_memory(model);
    return timeline;
}

struct timeline *hours_timeline(struct model *model, const struct calendar_def *calendar)
{
    struct pattern pattern = {.clock = &model->clock, .calendar = calendar};
    return pattern_timeline(model, &pattern);
}

static const struct calendar_def *calendar_of(const struct model *model, int index)
{
    return index == NONE ? NULL : &model->scenario->calendar[index];
}

struct timeline *servers_timeline(struct model *model, const struct resource *resource)
{
    struct pattern pattern = {
        .clock = &model->clock, .calendar = calendar_of(model, resource->calendar), .resource = resource};
    const struct scenario *scenario = model->scenario;
    if (scenario->before) {
        pattern.before = &scenario->before->resource[resource - scenario->resource];
        pattern.turns_at = scenario->turns_at;
        pattern.turns_back = scenario->turns_back;
    }
    return pattern_timeline(model, &pattern);
}

/* The mean of the pattern over its plain week; NAN without memory. */
static double mean_of_week(struct model *model, const struct pattern *p)
{
    double monday = 24 * (day_of(model->clock.origin) - clock_weekday(&model->clock, model->clock.origin));
    struct pattern plain = *p;
    plain.plain_from = monday;
    struct breaks breaks = {.from = monday, .to = monday + HOURS_A_WEEK};
    double sum = NAN;
    if (pattern_breaks(&plain, &breaks)) {
        sum = 0;
        for (size_t i = 0; i < breaks.count; i++) {
            double to = i + 1 < breaks.count ? breaks.at[i + 1] : breaks.to;
            sum += pattern_at(&plain, breaks.at[i]) * (to - breaks.at[i]);
        }
    }
    free(breaks.at);
    return sum / HOURS_A_WEEK;
}

struct timeline *rate_timeline(struct model *model, const struct arrivals *arrivals, double rate)
{
    struct pattern pattern = {.clock = &model->clock,
        .calendar = calendar_of(model, arrivals->calendar),
        .arrivals = arrivals,
        .factor = rate};
    if (pattern.calendar && rate > 0) { /* the rate is the mean over all hours, the closed ones included */
        double mean = mean_of_week(model, &pattern);
        if (mean > 0) pattern.factor = rate * (rate / mean);
    }
    return pattern_timeline(model, &pattern);
}
