/* fit_arrivals.c - `greenlane fit --arrivals`: moments to a rate and a profile by hour of the week. */
#include "tools/command.h"
#include "tools/fit.h"
#include "tools/json.h"
#include "tools/moments.h"
#include "tools/profile.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST = 10 }; /* arrivals */

struct arrivals_data {
    const struct options *options;
    struct moments moments;
    double *moment;
    size_t n, room, missing;
    struct profile profile;
};

static bool add_moment(struct arrivals_data *a, double moment)
{
    if (a->n == a->room) {
        size_t room = a->room ? 2 * a->room : 1024;
        double *grown = realloc(a->moment, room * sizeof *grown);
        if (!grown) return false;
        a->moment = grown;
        a->room = room;
    }
    a->moment[a->n++] = moment;
    return true;
}

static bool read_moments(struct arrivals_data *a, struct csv *csv, size_t column)
{
    char why[QUANTITY_WHY];
    double at;
    while (csv_next(csv)) {
        if (csv_is_missing(csv->cell[column]))
            a->missing++;
        else if (!moments_read(&a->moments, csv->cell[column], &at, why))
            csv_error(csv, column, "%s: %s", csv->name[column], why);
        else if (!add_moment(a, at))
            return false;
    }
    return true;
}

static int read_file(struct arrivals_data *a)
{
    struct diagnostics errors;
    diagnostics_init(&errors);
    struct csv *csv = csv_open(a->options->data, &errors);
    size_t column;
    bool fine = !csv || !csv_find(csv, a->options->arrivals, &column) || read_moments(a, csv, column);
    if (fine && csv && !errors.errors && a->n < LEAST)
        diagnostics_add(&errors, DIAGNOSTIC_ERROR, (struct place){a->options->data, 0, 0},
            "%s: %zu moments are there; at least %d are wanted", a->options->arrivals, a->n, LEAST);
    csv_close(csv);
    int code = fit_end_messages(&errors);
    return fine ? code : fit_no_memory();
}

static void print_text(const struct arrivals_data *a)
{
    const struct profile *p = &a->profile;
    char first[24], last[24];
    int peak_day = 0, peak_hour = 0;
    quantity_date_text(p->from, first);
    quantity_date_text(p->to - 24, last);
    printf("%s of %s: %zu arrivals from %s to %s, %.0f days\n", a->options->arrivals, fit_base_name(a->options->data),
        p->n, first, last, (p->to - p->from) / 24);
    if (a->missing) printf("%zu cells are empty and left out\n", a->missing);
    if (p->first_cut || p->last_cut)
        printf("the record cuts its %s, left out\n", p->first_cut && p->last_cut ? "first and last days" : p->first_cut ? "first day" : "last day");
    for (int d = 0; d < 7; d++)
        for (int h = 0; h < 24; h++)
            if (p->hourly[d][h] > p->hourly[peak_day][peak_hour]) peak_day = d, peak_hour = h;
    bool even = true;
    for (int d = 0; d < 7; d++) even = even && (p->even[d] || !p->days[d]);
    if (p->timed && even)
        puts("The hours of a day differ no more than chance makes them: they are written alike.");
    else if (p->timed)
        printf("busiest: %s from %02d:00 to %02d:00 with %.3g an hour, the mean being %.3g\n", profile_day(peak_day),
            peak_hour, peak_hour + 1, p->hourly[peak_day][peak_hour], p->a_day / 24);
    else
        puts("The moments have no times of day: every hour of a day is alike.");
    for (int d = 0; d < 7 && !even; d++)
        if (p->even[d] && p->group[d] == d)
            printf("The hours of %s%s differ no more than chance makes them: they are written alike.\n", profile_day(d),
                d < 6 && p->group[d + 1] == d ? (d < 5 ? "-fri" : "-sun") : "");
    for (int d = 0; d < 7; d++)
        if (!p->days[d]) printf("No %s is among these days: it takes the mean of the others.\n", profile_day(d));
    if (isnan(p->day_to_day_p))
        puts("Less than two weeks: how much days vary beyond chance cannot be told.");
    else if (!(p->day_to_day > 0))
        printf("Days vary no more than chance makes them (p %.2g): no day_to_day is needed.\n", p->day_to_day_p);
    else
        printf("Days vary more than chance makes them (p %s%.2g): day_to_day stands below.\n",
            p->day_to_day_p < 1e-4 ? "< " : "", fmax(1e-4, p->day_to_day_p));
    printf("\nFor the stream, under arrivals:\n\n");
    profile_print(p, "      ", stdout);
    if (a->options->out) printf("\n%s written\n", a->options->out);
}

static void print_json(const struct arrivals_data *a)
{
    const struct profile *p = &a->profile;
    struct json json = {.out = stdout};
    char date[24];
    json_map(&json, NULL);
    json_count(&json, "schema_version", 1);
    json_text(&json, "fit", "arrivals");
    json_text(&json, "data", a->options->data);
    json_text(&json, "column", a->options->arrivals);
    json_count(&json, "arrivals", p->n);
    json_count(&json, "missing", a->missing);
    quantity_date_text(p->from, date);
    json_text(&json, "first_day", date);
    quantity_date_text(p->to - 24, date);
    json_text(&json, "last_day", date);
    json_flag(&json, "times_of_day", p->timed);
    json_flag(&json, "first_day_cut", p->first_cut);
    json_flag(&json, "last_day_cut", p->last_cut);
    json_number(&json, "rate_per_day", p->a_day);
    json_number(&json, "day_to_day", p->day_to_day);
    json_number(&json, "day_to_day_p", p->day_to_day_p);
    json_map(&json, "arrivals_per_hour");
    for (int d = 0; d < 7; d++) {
        json_list(&json, profile_day(d));
        for (int h = 0; h < 24; h++) json_number(&json, NULL, p->hourly[d][h]);
        json_end(&json);
    }
    json_end(&json);
    json_end(&json);
}

static int draw(const struct arrivals_data *a)
{
    char title[300], note[400], first[24], last[24];
    quantity_date_text(a->profile.from, first);
    quantity_date_text(a->profile.to - 24, last);
    snprintf(title, sizeof title, "Arrivals by hour of the week: %.4g a day", a->profile.a_day);
    snprintf(note, sizeof note,
        "%s of %s: %zu arrivals, %s to %s; days that differ no more than chance share their numbers",
        a->options->arrivals, fit_base_name(a->options->data), a->n, first, last);
    return plot_profile(a->options, title, note, &a->profile);
}

int fit_arrivals(const struct options *options)
{
    struct arrivals_data a = {.options = options};
    int code = read_file(&a);
    if (!code && !profile_of(a.moment, a.n, a.moments.timed, &a.profile)) code = fit_no_memory();
    if (!code && (options->out || options->terminal)) code = draw(&a);
    if (!code && options->json)
        print_json(&a);
    else if (!code && !options->terminal)
        print_text(&a);
    free(a.moment);
    return code;
}
