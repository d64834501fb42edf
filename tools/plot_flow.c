/* plot_flow.c - what comes and what is released, day by day (throughput) and since the window began (cumulative). */
#include "tools/command.h"
#include "tools/plot.h"
#include "tools/table.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_VARIANTS = 16 };

/* A data block of at, mean, low, high. */
static void add_band(struct plot *plot, const char *block, const struct variant *variant, const struct band *band)
{
    plot_add(plot, "$%s << EOD\n", block);
    for (size_t i = 0; i < band->n; i++)
        plot_add(plot, "%.10g %.10g %.10g %.10g\n", plot_time(plot, variant, band->at[i]), band->mean[i], band->low[i],
            band->high[i]);
    plot_add(plot, "EOD\n");
}

static bool direction_band(
    const struct variants *all, size_t v, const char *direction, const char *what, struct band *band)
{
    char series[200];
    if (!facts_direction_find(all->item[v].facts, direction)) return false;
    snprintf(series, sizeof series, "%s.%s.per_day", direction, what);
    return band_read(all, &all->item[v], series, band);
}

/* ---- throughput ---- */
/* gnuplot would not end on a block without a time, so a variant without the series is left out. */
static bool add_series(struct plot *plot, const struct variants *all, size_t v, const char *direction, const char *what,
    const char *block, double range[2])
{
    struct band band;
    bool found = direction_band(all, v, direction, what, &band);
    if (found) add_band(plot, block, &all->item[v], &band);
    for (size_t i = 0; found && i < band.n; i++) {
        range[0] = fmin(range[0], band.low[i]);
        range[1] = fmax(range[1], band.high[i]);
    }
    band_clear(&band);
    return found;
}

static void throughput_panel(struct plot *plot, const struct variants *all, const char *direction)
{
    bool found[MOST_VARIANTS] = {false};
    size_t n = all->count < MOST_VARIANTS ? all->count : MOST_VARIANTS;
    double range[2] = {INFINITY, 0};
    bool some = add_series(plot, all, 0, direction, "arrivals", "arrived", range);
    for (size_t v = 0; v < n; v++) {
        char block[40];
        snprintf(block, sizeof block, "released%zu", v);
        found[v] = add_series(plot, all, v, direction, "releases", block, range);
    }
    /* Lines, not bars: where they vary little, the axis shows how, and need not begin at 0. */
    double room = 0.15 * (range[1] - range[0]) + 1e-9, least = range[0] < 0.5 * range[1] ? 0 : range[0] - room;
    plot_add(plot, "set yrange [%.6g:%.6g]\n", isfinite(least) ? least : 0, range[1] + room);
    plot_add(plot, "set ylabel \"shipments a day\"\nplot ");
    if (some) plot_add(plot, "$arrived using 1:2 with lines lw 3 lc rgb \"" PLOT_GREY "\" title \"arrivals\"");
    for (size_t v = 0; v < n; v++) {
        if (!found[v]) continue;
        if (some) plot_add(plot, ", ");
        some = true;
        if (!plot->characters)
            plot_add(plot,
                "$released%zu using 1:3:4 with filledcurves fs transparent solid 0.25 noborder lc rgb \"%s\" notitle, ",
                v, plot_color(v));
        plot_add(plot, "$released%zu using 1:2 with lines lw 1.8 lc rgb \"%s\" title ", v, plot_color(v));
        char title[160];
        snprintf(title, sizeof title, "releases %s", all->item[v].row->name);
        plot_quote(plot, title);
    }
    plot_add(plot, some ? "\n" : "0 notitle\n");
}

static int plot_by_direction(const struct options *options, const struct variants *all, const char *title,
    const char *said, void (*panel)(struct plot *, const struct variants *, const char *))
{
    const struct facts *facts = all->item[0].facts;
    char note[700], name[80];
    if (!plot_needs_directions(all)) return EXIT_CHECK_FAILED;
    plot_note(all, said, note, sizeof note);
    struct plot_page page = {.title = title,
        .note = note,
        .rows = facts->directions,
        .columns = 1,
        .width = 960,
        .height = 180 + 230 * (int)facts->directions,
        .left = 0.095,
        .right = 0.03};
    struct plot plot;
    plot_name_variants(&page, all, 1, strlen("releases "));
    plot_begin(&plot, options, &page);
    for (size_t d = 0; d < facts->directions; d++) {
        plot_direction_title(&facts->direction[d], name, sizeof name);
        plot_panel(&plot, d, 0, name);
        plot_time_axis(&plot, all, d + 1 == facts->directions);
        if (d)
            plot_no_legend(&plot);
        else
            plot_legend(&plot);
        panel(&plot, all, facts->direction[d].name);
    }
    int code = plot_finish(&plot);
    plot_clear(&plot);
    return code;
}

int plot_throughput(const struct options *options, const struct variants *all)
{
    return plot_by_direction(options, all, "Throughput: arrivals and releases a day",
        "line: mean, band: 10 to 90 % of replications", throughput_panel);
}

/* ---- cumulative ---- */
/* The days drawn: four times the longest mean, so that the gap between arrivals and releases is seen. */
static double days_drawn(const struct variants *all, const char *direction)
{
    double longest = 0;
    for (size_t v = 0; v < all->count; v++)
        longest = fmax(longest, variant_estimate_of(all, &all->item[v], "%s.clearance.mean_h", direction).mean);
    return fmin(21, fmax(3, ceil(4 * longest / 24)));
}

struct sums {
    size_t n;
    double *at, *arrived, *released;
};

/* Both counted from where arrivals stood when the window began; the series go back to the start of the run. */
static bool read_sums(const struct variants *all, size_t v, const char *direction, double days, struct sums *out)
{
    const struct variant *variant = &all->item[v];
    struct store_table in = {0}, gone = {0};
    char name[200];
    *out = (struct sums){0};
    snprintf(name, sizeof name, "%s.arrivals.per_day", direction);
    bool good = store_series_read(all->store, variant->row->id, name, variant->replications, &in) == STATUS_OK;
    snprintf(name, sizeof name, "%s.releases.per_day", direction);
    good = good && store_series_read(all->store, variant->row->id, name, variant->replications, &gone) == STATUS_OK &&
           in.n == gone.n;
    out->at = malloc((in.n + 1) * sizeof *out->at);
    out->arrived = malloc((in.n + 1) * sizeof *out->arrived);
    out->released = malloc((in.n + 1) * sizeof *out->released);
    good = good && out->at && out->arrived && out->released;
    double arrived = 0, released = 0, zero = 0, step = in.step_h / 24, from = variant->row->window_from_h;
    for (size_t i = 0; good && i < in.n; i++) {
        double start = in.start_h + (double)i * in.step_h;
        if (start <= from) zero = arrived;
        if (start >= from && start <= from + 24 * days && start < variant->row->window_to_h) {
            out->at[out->n] = start;
            out->arrived[out->n] = arrived - zero;
            out->released[out->n] = released - zero;
            out->n++;
        }
        double in_sum = 0, gone_sum = 0;
        for (size_t r = 0; r < in.replications; r++) {
            in_sum += in.value[r * in.n + i];
            gone_sum += gone.value[r * gone.n + i];
        }
        arrived += in_sum / (double)in.replications * step;
        released += gone_sum / (double)in.replications * step;
    }
    store_table_clear(&in);
    store_table_clear(&gone);
    return good && out->n > 1;
}

static void sums_clear(struct sums *sums)
{
    free(sums->at);
    free(sums->arrived);
    free(sums->released);
}

/* The vertical gap is the backlog, the horizontal one the time: both are drawn once, on the first variant. */
static void add_gaps(struct plot *plot, const struct variant *variant, const struct sums *sums)
{
    size_t i = sums->n * 2 / 3, k = i;
    double y = sums->released[i];
    while (k > 0 && sums->arrived[k] > y) k--;
    double share = k + 1 < sums->n ? (y - sums->arrived[k]) / (sums->arrived[k + 1] - sums->arrived[k]) : 0;
    double from = sums->at[k] + share * (sums->at[1] - sums->at[0]), to = sums->at[i];
    if (plot->characters || !(to > from)) return;
    plot_add(plot,
        "set arrow 1 from %.10g,%.10g to %.10g,%.10g heads size screen 0.006,30 lw 1 lc rgb \"#333333\" front\n",
        plot_time(plot, variant, to), y, plot_time(plot, variant, to), sums->arrived[i]);
    plot_add(plot,
        "set arrow 2 from %.10g,%.10g to %.10g,%.10g heads size screen 0.006,30 lw 1 lc rgb \"#333333\" front\n",
        plot_time(plot, variant, from), y, plot_time(plot, variant, to), y);
    char number[32], text[160];
    text_count((uint64_t)llround(sums->arrived[i] - y), number);
    snprintf(text, sizeof text, "%s: backlog %s shipments, %.*f h", variant->row->name, number, to - from < 9.5 ? 1 : 0,
        to - from);
    plot_add(plot, "set label 11 ");
    plot_quote(plot, text);
    plot_add(plot, " at %.10g,%.10g right offset -0.8,0.5 font \",10\" front\n", plot_time(plot, variant, to),
        sums->arrived[i]);
}

static bool add_sums(struct plot *plot, const struct variants *all, size_t v, const char *direction, double days)
{
    struct sums sums;
    bool good = read_sums(all, v, direction, days, &sums);
    if (good) {
        plot_add(plot, "$sums%zu << EOD\n", v);
        for (size_t i = 0; i < sums.n; i++)
            plot_add(plot, "%.10g %.10g %.10g\n", plot_time(plot, &all->item[v], sums.at[i]), sums.arrived[i],
                sums.released[i]);
        plot_add(plot, "EOD\n");
        if (v == 0 && sums.arrived[sums.n - 1] - sums.released[sums.n - 1] > 0.04 * sums.arrived[sums.n - 1])
            add_gaps(plot, &all->item[v], &sums);
    }
    sums_clear(&sums);
    return good;
}

static void cumulative_panel(struct plot *plot, const struct variants *all, const char *direction)
{
    bool some = false;
    size_t n = all->count < MOST_VARIANTS ? all->count : MOST_VARIANTS, first = n;
    bool found[MOST_VARIANTS] = {false};
    double drawn = days_drawn(all, direction);
    plot_add(plot, "unset arrow 1\nunset arrow 2\nunset label 11\n");
    for (size_t v = 0; v < n; v++) {
        found[v] = add_sums(plot, all, v, direction, drawn);
        if (found[v] && first == n) first = v;
    }
    double days = (all->item[0].row->window_to_h - all->item[0].row->window_from_h) / 24,
           from = all->item[0].row->window_from_h * 3600;
    if (plot->dated && days > drawn)
        plot_add(plot, "set xrange [\"%.0f\":\"%.0f\"]\nset format x \"%%d %%b\"\n%s", from, from + drawn * 86400,
            plot_day_tics(drawn));
    else if (days > drawn)
        plot_add(plot, "set xrange [0:%g]\n", drawn);
    plot_add(plot, "set yrange [*:*]\nset ylabel \"shipments\"\nplot ");
    if (first < n)
        plot_add(plot, "$sums%zu using 1:2 with lines lw 3 lc rgb \"" PLOT_GREY "\" title \"arrivals\"", first);
    for (size_t v = 0; v < n; v++) {
        char title[160];
        if (!found[v]) continue;
        plot_add(plot, ", $sums%zu using 1:3 with lines lw 2 lc rgb \"%s\" title ", v, plot_color(v));
        snprintf(title, sizeof title, "releases %s", all->item[v].row->name);
        plot_quote(plot, title);
        some = true;
    }
    plot_add(plot, some ? "\n" : "0 notitle\n");
}

int plot_cumulative(const struct options *options, const struct variants *all)
{
    return plot_by_direction(options, all, "Arrivals and releases since the measured window began",
        "vertical gap: backlog, horizontal gap: time to release; releases begin below 0 by what was inside", cumulative_panel);
}
