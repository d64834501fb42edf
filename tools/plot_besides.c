/* plot_besides.c - quantile beside quantile: what was measured along, what is simulated up, a panel a stage. */
#include "tools/plot.h"
#include "tools/validate_data.h"
#include <math.h>

enum { MOST_PANELS = 12 };

/* The time within which so large a share is simulated to be, between the measured values; NAN outside of them. */
static double simulated_quantile(const struct beside *item, double share)
{
    for (size_t k = 1; k < item->points; k++) {
        double low = item->simulated[k - 1], high = item->simulated[k];
        if (low <= share && share <= high && high > low)
            return item->at[k - 1] + (item->at[k] - item->at[k - 1]) * (share - low) / (high - low);
    }
    return NAN;
}

static double least_over_0(const struct beside *item)
{
    for (size_t k = 0; k < item->points; k++)
        if (item->at[k] > 0) return item->at[k];
    return 1e-3;
}

static void add_panel(struct plot *plot, const struct beside *item, size_t number, bool first_column, bool last_row)
{
    double low = fmax(least_over_0(item), item->at[item->points - 1] / 1e4), high = item->at[item->points - 1];
    plot_add(plot, "$b%zu << EOD\nNaN NaN\n", number);
    for (size_t k = 0; k < item->points; k++) {
        double share = item->measured[k] - .5 / (double)item->n, simulated = simulated_quantile(item, share);
        if (!isnan(simulated) && item->at[k] > 0) plot_add(plot, "%.6g %.6g\n", item->at[k], simulated);
    }
    plot_add(plot, "EOD\n");
    if (high > 20 * low) plot_add(plot, "set logscale xy\nset format xy \"%%g\"\n");
    plot_add(plot, "set xrange [%.6g:%.6g]\nset yrange [%.6g:%.6g]\n", low, high > low ? high : low + 1, low,
        high > low ? high : low + 1);
    plot_add(plot, "set xlabel \"%s\" offset 0,0.4\nset ylabel \"%s\"\n", last_row ? "measured, h" : "",
        first_column ? "simulated, h" : "");
    plot_grid(plot, "xtics ytics");
    plot_add(plot,
        "plot x with lines lw 1 lc rgb \"%s\" title \"equal\", $b%zu using 1:2 with points pt 7 ps 0.5 lc rgb \"%s\" "
        "title \"quantiles\"\nunset logscale xy\n",
        PLOT_GREY, number, plot_color(0));
}

int plot_besides(const struct options *options, const struct besides *all)
{
    size_t panels = all->count < MOST_PANELS ? all->count : MOST_PANELS;
    size_t columns = options->terminal ? 1 : panels < 3 ? panels : panels <= 6 ? 3 : 4;
    char title[300], note[900];
    snprintf(title, sizeof title, "%s beside %s: quantiles of the hours, by stage", all->scenario,
        fit_base_name(all->trs.path));
    snprintf(note, sizeof note, "%s%s%zu declarations; %zu replications of %s; KS: distance of the distribution functions; %zu of %zu inputs are assumed",
        all->notice ? all->notice : "", all->notice ? " " : "", all->trs.rows, all->replications, all->direction, all->assumed, all->inputs);
    struct plot_page page = {.title = title,
        .note = note,
        .rows = (panels + columns - 1) / columns,
        .columns = columns,
        .width = 1080,
        .height = (int)(90 + 330 * ((panels + columns - 1) / columns)),
        .left = 0.07,
        .right = 0.03,
        .gap = 0.06};
    struct plot plot;
    plot_begin(&plot, options, &page);
    for (size_t i = 0; i < panels; i++) {
        const struct beside *item = &all->item[all->count - panels + i];
        char name[120];
        snprintf(name, sizeof name, "%s   KS %.3f%s", item->name ? item->name : "whole", item->distance,
            item->differs ? ", differs" : "");
        plot_panel(&plot, i / columns, i % columns, name);
        if (i)
            plot_no_legend(&plot);
        else
            plot_legend(&plot);
        add_panel(&plot, item, i, i % columns == 0, i / columns + 1 == page.rows);
    }
    int code = plot_finish(&plot);
    plot_clear(&plot);
    return code;
}
