/* plot_waterfall.c - from A to B by reform: each bar begins where the one above it ends, with first and last beside it.
 */
#include "tools/attribute.h"
#include "tools/command.h"
#include "tools/load.h"
#include "tools/plot.h"
#include "tools/report.h"
#include "tools/table.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const SAVED = "#009E73", *const ADDED = "#D55E00", *const TOTAL = "#0072B2", *const RANGE = "#CC79A7";

static const char HALF_TITLE[] = "chance alone, 95 %";
static const char RANGE_TITLE[] = "assumed inputs, 90 %";

static size_t rows_of(const struct attribution_direction *direction)
{
    size_t n = 2;
    for (size_t i = 0; i < direction->reforms; i++) n += direction->reform[i].touches;
    return n;
}

/* Rows: A, the reforms, B. */
static void add_bars(struct plot *plot, const struct attribution_direction *direction, int kind)
{
    double at = direction->from.mean;
    size_t row = 1, last = rows_of(direction) - 1;
    plot_add(plot, "$bar%d << EOD\nNaN NaN NaN NaN NaN NaN\n", kind);
    if (kind == 2) {
        plot_add(plot, "%.6g 0 0 %.6g -0.34 0.34\n", at / 2, at);
        plot_add(plot, "%.6g %zu 0 %.6g %.2f %.2f\n", direction->to.mean / 2, last, direction->to.mean,
            (double)last - 0.34, (double)last + 0.34);
    }
    for (size_t i = 0; i < direction->reforms; i++) {
        const struct attribution_reform *reform = &direction->reform[i];
        if (!reform->touches) continue;
        double to = at + reform->average.mean;
        if (kind == (to > at))
            plot_add(plot, "%.6g %zu %.6g %.6g %.2f %.2f\n", (at + to) / 2, row, fmin(at, to), fmax(at, to),
                (double)row - 0.34, (double)row + 0.34);
        at = to;
        row++;
    }
    plot_add(plot, "EOD\n");
}

static bool has_ranges(const struct attribution_direction *direction)
{
    for (size_t i = 0; i < direction->reforms; i++)
        if (direction->reform[i].touches && !isnan(direction->reform[i].low)) return true;
    return false;
}

/* Where the bar's end would be if the assumed inputs were others; a line below, so that it is not taken for chance. */
static void add_ranges(struct plot *plot, const struct attribution_direction *direction)
{
    double at = direction->from.mean;
    size_t row = 1;
    plot_add(plot, "EOD\n$range << EOD\nNaN NaN NaN NaN\n");
    for (size_t i = 0; i < direction->reforms; i++) {
        const struct attribution_reform *reform = &direction->reform[i];
        if (!reform->touches) continue;
        if (!isnan(reform->low))
            plot_add(plot, "%.6g %.2f %.6g %.6g\n", at + reform->average.mean, (double)row + 0.2, at + reform->low, at + reform->high);
        at += reform->average.mean;
        row++;
    }
}

/* The interval of a worth at the bar's end; joints between bars; the numbers. */
static void add_marks(struct plot *plot, const struct attribution_direction *direction, int decimals)
{
    double at = direction->from.mean;
    size_t row = 1;
    plot_add(plot, "$joint << EOD\n%.6g -0.34\n%.6g 1.34\n\n", at, at);
    for (size_t i = 0; i < direction->reforms; i++) {
        if (!direction->reform[i].touches) continue;
        at += direction->reform[i].average.mean;
        plot_add(plot, "%.6g %.2f\n%.6g %.2f\n\n", at, (double)row - 0.34, at, (double)row + 1.34);
        row++;
    }
    plot_add(plot, "EOD\n$half << EOD\nNaN NaN NaN NaN\n");
    at = direction->from.mean;
    row = 1;
    for (size_t i = 0; i < direction->reforms; i++) {
        const struct attribution_reform *reform = &direction->reform[i];
        if (!reform->touches) continue;
        at += reform->average.mean;
        double half = isnan(reform->average.half_width) ? 0 : reform->average.half_width;
        plot_add(plot, "%.6g %zu %.6g %.6g\n", at, row++, at - half, at + half);
    }
    add_ranges(plot, direction);
    plot_add(plot, "EOD\n$number << EOD\n%.6g 0 \"%.*f h\"\n", direction->from.mean, decimals, direction->from.mean);
    at = direction->from.mean;
    row = 1;
    for (size_t i = 0; i < direction->reforms; i++) {
        const struct attribution_reform *reform = &direction->reform[i];
        if (!reform->touches) continue;
        double to = at + reform->average.mean;
        plot_add(plot, "%.6g %zu \"%+.*f  (%+.*f … %+.*f)\"\n", fmax(at, to), row++, decimals, reform->average.mean,
            decimals, reform->first.mean, decimals, reform->last.mean);
        at = to;
    }
    plot_add(plot, "%.6g %zu \"%.*f h\"\nEOD\n", direction->to.mean, row, decimals, direction->to.mean);
}

static void add_names(struct plot *plot, const struct attribution_direction *direction)
{
    char label[130];
    size_t row = 1;
    plot_add(plot, "set ytics (\"before\" 0");
    for (size_t i = 0; i < direction->reforms; i++) {
        if (!direction->reform[i].touches) continue;
        plot_add(plot, ", ");
        plot_quote(plot, attribution_label(&direction->reform[i], 30, label));
        plot_add(plot, " %zu", row++);
    }
    plot_add(plot, ", \"after\" %zu)\n", row);
}

static void draw_panel(struct plot *plot, const struct attribution_direction *direction)
{
    double most = fmax(direction->from.mean, direction->to.mean), least = 0, at = direction->from.mean;
    for (size_t i = 0; i < direction->reforms; i++) {
        if (!isnan(direction->reform[i].low)) {
            most = fmax(most, at + direction->reform[i].high);
            least = fmin(least, at + direction->reform[i].low);
        }
        at += direction->reform[i].average.mean;
        most = fmax(most, at);
        least = fmin(least, at);
    }
    int decimals = most >= 20 ? 1 : 2;
    for (int kind = 0; kind < 3; kind++) add_bars(plot, direction, kind);
    add_marks(plot, direction, decimals);
    add_names(plot, direction);
    plot_add(plot, "set xrange [%.6g:%.6g]\nset yrange [%.2f:-0.6]\nset xlabel \"mean clearance time, hours\"\n",
        1.05 * least, 1.3 * most, (double)rows_of(direction) - 0.4);
    plot_add(plot,
        "plot $joint using 1:2 with lines lc rgb \"#777777\" lw 1 notitle, "
        "$bar2 using 1:2:3:4:5:6 with boxxyerror fs solid 0.9 noborder fc rgb \"%s\" title \"clearance time\", "
        "$bar0 using 1:2:3:4:5:6 with boxxyerror fs solid 0.9 noborder fc rgb \"%s\" title \"hours saved\", "
        "$bar1 using 1:2:3:4:5:6 with boxxyerror fs solid 0.9 noborder fc rgb \"%s\" title \"hours added\", "
        "$half using 1:2:3:4 with xerrorbars pt -1 lw 1.4 lc rgb \"#222222\" title \"%s\", ",
        TOTAL, SAVED, ADDED, HALF_TITLE);
    if (has_ranges(direction))
        plot_add(plot, "$range using 1:2:3:4 with xerrorbars pt -1 lw 3 lc rgb \"%s\" title \"%s\", ",
            RANGE, RANGE_TITLE);
    plot_add(plot, "$number using 1:2:3 with labels left offset 0.9,0 font \",10\" notitle\n");
}

/* The store may have it under another question's name. */
static const char *name_of_base(const struct variant *base)
{
    const char *policies = base->row->policies;
    return policies && *policies ? base->row->name : json_get_text(base->facts->json, "name", base->row->name);
}

static int draw(const struct options *options, const struct variants *all, const struct attribution *attribution)
{
    char note[700], title[120], name[60], drawn[100] = "";
    size_t rows = 0;
    double weight[8];
    bool ranges = false;
    for (size_t d = 0; d < attribution->directions && d < 8; d++) {
        rows += rows_of(&attribution->direction[d]);
        weight[d] = (double)rows_of(&attribution->direction[d]);
        ranges = ranges || has_ranges(&attribution->direction[d]);
    }
    if (ranges) snprintf(drawn, sizeof drawn, "; the middle 90 %% of %llu draws of the assumed inputs", (unsigned long long)options->draws);
    size_t used = notices_of(all, note, sizeof note);
    snprintf(note + used, sizeof note - used,
        "run:%lld; %zu replication%s; average over all orders, in brackets first … last%s; "
        "ILLUSTRATION: %zu of %zu inputs are assumed",
        (long long)all->item[0].row->run, attribution->replications, attribution->replications == 1 ? "" : "s", drawn,
        attribution->assumed, attribution->inputs);
    snprintf(title, sizeof title, "What each reform over %.80s is worth", name_of_base(&all->item[0]));
    struct plot_page page = {.title = title,
        .note = note,
        .rows = attribution->directions,
        .columns = 1,
        .width = 1000,
        .height = 190 + 30 * (int)rows + 80 * (int)attribution->directions,
        .left = options->terminal || !options->out ? 0.32 : 0.23,
        .right = 0.03,
        .row_gap = 92,
        .titles = ranges ? 5 : 4,
        .widest = options->terminal || !options->out ? 60 : ranges ? sizeof RANGE_TITLE - 1
                                                                      : sizeof HALF_TITLE - 1, /* a terminal has room for one column */
        .row_weight = weight};
    struct plot plot;
    plot_begin(&plot, options, &page);
    plot_grid(&plot, "xtics");
    for (size_t d = 0; d < attribution->directions; d++) {
        const struct facts_direction facts = {.name = attribution->direction[d].name};
        plot_direction_title(&facts, name, sizeof name);
        plot_panel(&plot, d, 0, name);
        if (d)
            plot_no_legend(&plot);
        else
            plot_legend(&plot);
        draw_panel(&plot, &attribution->direction[d]);
    }
    int code = plot_finish(&plot);
    plot_clear(&plot);
    return code;
}

static int draw_stored(const struct options *options)
{
    struct loaded loaded;
    struct attribution attribution = {0};
    int code = load_words(&loaded, options, 1, "plot", LOAD_CHANGE_ALL);
    if (!code) code = attribution_read(&loaded.variants, &attribution);
    if (!code) code = draw(options, &loaded.variants, &attribution);
    attribution_clear(&attribution);
    loaded_clear(&loaded);
    return code;
}

int plot_waterfall(const struct options *options)
{
    const struct words *arguments = &options->arguments;
    if (arguments->count == 2 && is_stored_run(arguments->word[1])) {
        if (!options->draws) return draw_stored(options);
        fprintf(stderr, "greenlane: plot waterfall --draws takes the two scenario files, for their ranges; what %s holds is reused\n",
            arguments->word[1]);
        return EXIT_COMMAND_LINE;
    }
    if (arguments->count != 3) {
        fprintf(stderr, "greenlane: plot waterfall takes a stored attribution, run:14, or two scenario files\n");
        return EXIT_COMMAND_LINE;
    }
    struct plan plan;
    struct variants all = {0};
    struct attribution attribution = {0};
    int code = plan_make(&plan, options, 1);
    if (!code) code = attribution_make(&plan, &all, &attribution);
    if (!code) code = draw(options, &all, &attribution);
    attribution_clear(&attribution);
    variants_close(&all);
    plan_clear(&plan);
    return code;
}
