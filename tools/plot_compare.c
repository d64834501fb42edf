/* plot_compare.c - differences from the baseline as a forest: a point with its interval for each metric, a zero line. */
#include "tools/plot.h"
#include "tools/command.h"
#include "tools/compare.h"
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Times and shares have scales of their own: a panel each. */
static bool in_panel(const struct compare_line *line, size_t panel)
{
    if (line->kind == COMPARE_AMOUNT) return false;
    return panel == (line->kind == COMPARE_SHARE ? 1u : 0u);
}

static size_t lines_in(const struct comparison *comparison, size_t panel)
{
    size_t n = 0;
    for (size_t i = 0; i < comparison->lines; i++) n += comparison->line[i].against == 1 && in_panel(&comparison->line[i], panel);
    return n;
}

static void line_name(const struct comparison *comparison, const struct compare_line *line, char *text, size_t size)
{
    const struct facts *facts = comparison->all->item[0].facts;
    if (line->section < SECTION_EFFORT)
        snprintf(text, size, "%s %s", facts->direction[line->direction].name, line->label);
    else
        snprintf(text, size, "%s", line->label);
}

/* The numbers themselves, on the right, where there is one comparison only. */
static void add_values(struct plot *plot, const struct comparison *comparison, size_t panel, size_t lines)
{
    double scale = panel ? 100 : 1;
    size_t row = 0;
    plot_add(plot, "set y2range [%.1f:-0.7]\nset y2tics scale 0 font \",10\" tc rgb \"#333333\" (", (double)lines - 0.3);
    for (size_t i = 0; i < comparison->lines; i++) {
        const struct compare_line *line = &comparison->line[i];
        if (!in_panel(line, panel)) continue;
        double half = scale * line->difference.half_width;
        int decimals = half > 0 && half < 0.005 ? 3 : 2;
        plot_add(plot, "%s\"%+.*f ± %.*f\" %zu", row ? ", " : "", decimals, scale * line->difference.mean, decimals, half, row);
        row++;
    }
    plot_add(plot, ")\n");
}

static void draw_panel(struct plot *plot, const struct comparison *comparison, size_t panel, size_t lines)
{
    const struct variants *all = comparison->all;
    double scale = panel ? 100 : 1, least = 0, most = 0;
    char name[160];
    for (size_t v = 1; v < all->count; v++) {
        size_t row = 0;
        double aside = all->count > 2 ? 0.5 * ((double)v - 1) / (double)(all->count - 2) - 0.25 : 0;
        plot_add(plot, "$against%zu << EOD\nNaN NaN NaN NaN\n", v);
        for (size_t i = 0; i < comparison->lines; i++) {
            const struct compare_line *line = &comparison->line[i];
            if (line->against != v || !in_panel(line, panel)) continue;
            double half = isnan(line->difference.half_width) ? 0 : line->difference.half_width;
            least = fmin(least, scale * (line->difference.mean - half));
            most = fmax(most, scale * (line->difference.mean + half));
            plot_add(plot, "%.6g %.3f %.6g %.6g\n", scale * line->difference.mean, (double)row++ + aside, scale * (line->difference.mean - half),
                scale * (line->difference.mean + half));
        }
        plot_add(plot, "EOD\n");
    }
    double room = 0.04 * (most - least) + 1e-6;
    if (all->count == 2) add_values(plot, comparison, panel, lines);
    plot_add(plot, "set yrange [%.1f:-0.7]\nset xrange [%.6g:%.6g]\nset xlabel \"%s\"\nset ytics (", (double)lines - 0.3, least - room, most + room,
        panel ? "difference from the baseline, percentage points" : "difference from the baseline, hours");
    size_t row = 0;
    for (size_t i = 0; i < comparison->lines; i++) {
        if (comparison->line[i].against != 1 || !in_panel(&comparison->line[i], panel)) continue;
        if (row) plot_add(plot, ", ");
        line_name(comparison, &comparison->line[i], name, sizeof name);
        plot_quote(plot, name);
        plot_add(plot, " %zu", row++);
    }
    plot_add(plot, ")\nset arrow 1 from 0,graph 0 to 0,graph 1 nohead lw 1.2 lc rgb \"#555555\"\nplot ");
    for (size_t v = 1; v < all->count; v++) {
        plot_add(plot, "%s$against%zu using 1:2:3:4 with xerrorbars pt 7 ps 0.9 lw 1.8 lc rgb \"%s\" title ", v > 1 ? ", " : "", v, plot_color(v));
        plot_quote(plot, all->item[v].row->name);
    }
    plot_add(plot, "\n");
}

/* Points that stand below each other need room to be told apart. */
static int line_points(const struct variants *all)
{
    return all->count <= 3 ? 19 : 9 + 5 * ((int)all->count - 1);
}

int plot_compare(const struct options *options, const struct variants *all)
{
    struct comparison comparison = {0};
    char note[700], title[200];
    if (!compare_all(all, (struct indifference){0}, &comparison)) {
        fprintf(stderr, "greenlane: out of memory\n");
        compare_clear(&comparison);
        return EXIT_FAULT;
    }
    size_t times = lines_in(&comparison, 0), shares = lines_in(&comparison, 1), rows = (times > 0) + (shares > 0);
    snprintf(title, sizeof title, "Differences from %s", all->item[0].row->name);
    plot_note(all, "bars: 95 % intervals, chance alone", note, sizeof note);
    double weight[2] = {(double)times + 1, (double)shares + 1};
    bool characters = options->terminal || !options->out;
    const double *weights = times && shares ? weight : NULL;
    struct plot_page page = {.title = title, .note = note, .rows = rows ? rows : 1, .columns = 1, .width = 960,
        .height = 300 + line_points(all) * (int)(times + shares), .left = characters ? 0.32 : 0.25, .right = all->count == 2 ? (characters ? 0.21 : 0.15) : 0.04, .row_gap = 104, .row_weight = weights,
        .lines = 22 + (int)(times + shares)};
    struct plot plot;
    plot_name_variants(&page, all, 0, 0);
    plot_begin(&plot, options, &page);
    plot_grid(&plot, "xtics ytics");
    size_t row = 0;
    for (size_t panel = 0; panel < 2; panel++) {
        size_t lines = panel ? shares : times;
        if (!lines) continue;
        plot_panel(&plot, row, 0, panel ? "Shares" : "Times");
        if (row++)
            plot_no_legend(&plot);
        else
            plot_legend(&plot);
        draw_panel(&plot, &comparison, panel, lines);
    }
    int code = plot_finish(&plot);
    plot_clear(&plot);
    compare_clear(&comparison);
    return code;
}
