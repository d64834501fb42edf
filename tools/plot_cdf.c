/* plot_cdf.c - the share of shipments released within so many hours, on a logarithmic axis, with promises and published
 * points. */
#include "tools/command.h"
#include "tools/plot.h"
#include <math.h>
#include <string.h>

static const double least_h = 0.02, most_h = 2000; /* what the axis may show: a minute to three months */

struct extent {
    double from, to;
}; /* hours */

/* The curve averaged over replications at the first one's points, by interpolation; 1 beyond a curve's end. */
static double share_at(const struct store_table *table, size_t r, double hours)
{
    const double *at = table->at, *share = table->value + r * table->n;
    for (size_t i = 0; i < table->n; i++) {
        if (at[i] < hours) continue;
        if (i == 0 || at[i] == hours) return share[i];
        return share[i - 1] + (hours - at[i - 1]) / (at[i] - at[i - 1]) * (share[i] - share[i - 1]);
    }
    return 1;
}

static bool add_curve(
    struct plot *plot, const struct variants *all, size_t v, const char *direction, struct extent *extent)
{
    const struct variant *variant = &all->item[v];
    struct store_table table = {0};
    char name[200];
    snprintf(name, sizeof name, "%s.clearance", direction);
    bool good =
        store_curve_read(all->store, variant->row->id, name, variant->replications, &table) == STATUS_OK && table.n;
    plot_add(plot, "$curve%zu << EOD\n", v);
    double nobody_yet = least_h;
    for (double hours = least_h; good && hours <= most_h; hours *= 1.04) {
        double sum = 0;
        for (size_t r = 0; r < table.replications; r++) sum += share_at(&table, r, hours);
        double share = sum / (double)table.replications;
        plot_add(plot, "%.6g %.6g\n", hours, 100 * share);
        if (share < 0.005) nobody_yet = hours;
        if (share < 0.998) extent->to = fmax(extent->to, hours);
    }
    plot_add(plot, good ? "EOD\n" : "NaN NaN\nEOD\n");
    if (good) extent->from = fmin(extent->from, nobody_yet);
    store_table_clear(&table);
    return good;
}

static bool add_published(struct plot *plot, const struct variants *all, size_t v, const char *direction)
{
    static const struct {
        const char *end;
        double hours;
    } known[] = {{".clearance.within_24h", 24}, {".clearance.within_48h", 48}};
    const struct variant *variant = &all->item[v];
    bool some = false;
    plot_add(plot, "$published%zu << EOD\nNaN NaN\n", v);
    for (size_t i = 0; variant_is_as_filed(variant) && i < variant->expects; i++)
        for (size_t k = 0; k < 2; k++) {
            const char *metric = variant->expect[i].metric;
            size_t n = strlen(direction);
            if (strncmp(metric, direction, n) != 0 || strcmp(metric + n, known[k].end) != 0) continue;
            plot_add(plot, "%.6g %.6g\n", known[k].hours, 100 * variant->expect[i].value);
            some = true;
        }
    plot_add(plot, "EOD\n");
    return some;
}

enum { FIRST_PROMISE = 20 };

/* How many: their labels are to be taken away before the next panel. */
static int add_promises(struct plot *plot, const struct facts *facts, const char *direction)
{
    int line = FIRST_PROMISE;
    plot_add(plot, "unset arrow\n");
    for (size_t i = 0; i < facts->promises; i++) {
        const struct facts_promise *promise = &facts->promise[i];
        if (strncmp(promise->metric, direction, strlen(direction)) != 0 || isnan(promise->at_most_h)) continue;
        plot_add(plot,
            "set arrow %d from %.6g,graph 0 to %.6g,graph 1 nohead lw 1.2 dt 2 lc rgb \"#555555\"\nset label %d ", line,
            promise->at_most_h, promise->at_most_h, line);
        plot_quote(plot, promise->name);
        plot_add(plot, " at %.6g,graph 0.05 left offset 0.4,0 font \",10\"\n", promise->at_most_h);
        line++;
    }
    return line - FIRST_PROMISE;
}

static void draw_panel(struct plot *plot, const struct variants *all, const char *direction, bool last)
{
    struct extent extent = {24, 24};
    size_t first_published = all->count; /* the one that the legend shows */
    for (size_t v = 0; v < all->count; v++) {
        add_curve(plot, all, v, direction, &extent);
        bool some = add_published(plot, all, v, direction);
        if (some && first_published == all->count) first_published = v;
    }
    int promises = add_promises(plot, all->item[0].facts, direction);
    plot_grid(plot, "xtics ytics");
    plot_add(
        plot, "set logscale x\nset xrange [%.6g:%.6g]\nset yrange [0:100]\n", fmax(extent.from, least_h), extent.to);
    plot_add(plot, "set xtics (\"1 min\" 0.016667, \"6 min\" 0.1, \"30 min\" 0.5, \"1 h\" 1, \"3 h\" 3, \"6 h\" 6, "
                   "\"12 h\" 12, \"1 d\" 24, "
                   "\"2 d\" 48, \"4 d\" 96, \"8 d\" 192, \"16 d\" 384, \"30 d\" 720)\n");
    plot_add(plot, "set xlabel \"%s\" offset 0,0.4\nset ylabel \"share released, %%\"\nplot ",
        last ? "time from arrival to release, logarithmic" : " ");
    for (size_t v = 0; v < all->count; v++) {
        plot_add(plot, "%s$curve%zu using 1:2 with lines lw 2.2 lc rgb \"%s\" title ", v ? ", " : "", v, plot_color(v));
        plot_quote(plot, all->item[v].row->name);
        plot_add(plot, ", $published%zu using 1:2 with points pt 7 ps 1.3 lc rgb \"%s\" %s", v, plot_color(v),
            v == first_published ? "title \"published\"" : "notitle");
    }
    plot_add(plot, "\n");
    while (promises-- > 0) plot_add(plot, "unset label %d\n", FIRST_PROMISE + promises);
}

int plot_cdf(const struct options *options, const struct variants *all)
{
    const struct facts *facts = all->item[0].facts;
    char note[700], name[80];
    if (!plot_needs_directions(all)) return EXIT_CHECK_FAILED;
    plot_note(all, "mean over replications", note, sizeof note);
    struct plot_page page = {.title = "Share of shipments released, by time",
        .note = note,
        .rows = facts->directions,
        .columns = 1,
        .width = 960,
        .height = 180 + 260 * (int)facts->directions,
        .left = 0.08,
        .right = 0.04};
    struct plot plot;
    plot_name_variants(&page, all, 1, 0);
    plot_begin(&plot, options, &page);
    for (size_t d = 0; d < facts->directions; d++) {
        plot_direction_title(&facts->direction[d], name, sizeof name);
        plot_panel(&plot, d, 0, name);
        if (d)
            plot_no_legend(&plot);
        else
            plot_legend(&plot);
        draw_panel(&plot, all, facts->direction[d].name, d + 1 == facts->directions);
    }
    int code = plot_finish(&plot);
    plot_clear(&plot);
    return code;
}
