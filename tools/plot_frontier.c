/* plot_frontier.c - examination rate against delay, recall, what is missed and revenue at risk, for one risk model or
 * two side by side.
 */
#include "tools/command.h"
#include "tools/frontier.h"
#include "tools/load.h"
#include "tools/plot.h"
#include "tools/report.h"
#include <math.h>
#include <string.h>

static const struct panel {
    const char *title, *unit;
    double scale;
} panels[] = {{"Mean clearance time", "hours", 1}, {"Recall: found, of all that do not comply", "per cent", 100},
    {"Missed: do not comply and are not found", "per cent of shipments", 100},
    {"Revenue at risk: duty evaded and not found", "per cent of duty", 100}};
#define FULL "a resource is full: no steady mean"
#define TITLE_FULL "title \"" FULL "\""
enum { PANELS = sizeof panels / sizeof panels[0] };

static const struct estimate *estimate_of(const struct frontier_point *point, size_t panel)
{
    const struct estimate *estimate[PANELS] = {
        &point->mean, &point->recall, &point->missed, &point->duty_at_risk_share};
    return estimate[panel];
}

/* The last panel only where duty is known. */
static size_t panels_of(const struct frontier *frontier)
{
    return frontier->has_duty ? PANELS : PANELS - 1;
}

static bool is_full(const struct frontier_point *point)
{
    return point->busy >= 0.99;
}

static bool some_is_full(const struct frontier *frontier)
{
    for (size_t i = 0; i < frontier->points; i++)
        if (is_full(&frontier->point[i])) return true;
    return false;
}

static bool is_known(const struct frontier *frontier, size_t panel)
{
    for (size_t i = 0; i < frontier->points; i++)
        if (!isnan(estimate_of(&frontier->point[i], panel)->mean)) return true;
    return false;
}

static double most_examined(const struct frontier *frontier)
{
    double most = 0;
    for (size_t i = 0; i < frontier->points; i++) most = fmax(most, frontier->point[i].examined.mean);
    return most > 0 ? most : 0.01;
}

static void draw_panel(struct plot *plot, const struct frontier *frontier, size_t panel)
{
    double scale = panels[panel].scale;
    for (size_t m = 0; m < frontier->models; m++) {
        plot_add(plot, "$model%zu << EOD\nNaN NaN NaN NaN\n", m);
        for (size_t i = 0; i < frontier->points; i++) {
            const struct frontier_point *point = &frontier->point[i];
            const struct estimate *estimate = estimate_of(point, panel);
            double half = isnan(estimate->half_width) ? 0 : estimate->half_width;
            if (point->model == m && !isnan(estimate->mean))
                plot_add(plot, "%.6g %.6g %.6g %.6g\n", 100 * point->examined.mean, scale * estimate->mean,
                    scale * (estimate->mean - half), scale * (estimate->mean + half));
        }
        plot_add(plot, "EOD\n$full%zu << EOD\nNaN NaN\n", m);
        for (size_t i = 0; i < frontier->points; i++) {
            const struct frontier_point *point = &frontier->point[i];
            if (point->model == m && panel == 0 && is_full(point))
                plot_add(plot, "%.6g %.6g\n", 100 * point->examined.mean, point->mean.mean);
        }
        plot_add(plot, "EOD\n");
    }
    bool known = is_known(frontier, panel); /* gnuplot finds no range where there is no point */
    plot_add(plot, "set yrange [0:%s]\nset xrange [0:%.6g]\nset ylabel \"%s\"\nset xlabel \"%s\"\nunset label 20\n",
        known ? "*" : "1", 105 * most_examined(frontier), panels[panel].unit,
        panel + 1 == panels_of(frontier) ? "share of shipments examined, per cent" : "");
    if (!known)
        plot_add(plot, "set label 20 \"not known: the streams' attributes do not say who is compliant\" at graph "
                       "0.5,graph 0.5 center tc rgb \"#777777\"\n");
    plot_add(plot, "plot ");
    for (size_t m = 0; m < frontier->models; m++) {
        plot_add(plot,
            "%s$model%zu using 1:2 with lines lw 2 lc rgb \"%s\" notitle, $model%zu using 1:2:3:4 with yerrorbars pt 7 "
            "ps 0.8 lw 1.5 lc rgb \"%s\" title ",
            m ? ", " : "", m, plot_color(m), m, plot_color(m));
        plot_quote(plot, frontier->model[m].name);
        plot_add(plot, ", $full%zu using 1:2 with points pt 6 ps 2 lw 1.6 lc rgb \"#333333\" %s", m,
            m == 0 && some_is_full(frontier) ? TITLE_FULL : "notitle");
    }
    plot_add(plot, "\n");
}

static int draw(const struct options *options, const struct variants *all, const struct frontier *frontier)
{
    char note[700];
    size_t used = notices_of(all, note, sizeof note);
    snprintf(note + used, sizeof note - used,
        "run:%lld; %zu replications; bars: 95 %% intervals, chance alone; %zu of %zu inputs are assumed",
        (long long)all->item[0].row->run, all->item[0].replications, all->item[0].assumed, all->item[0].inputs);
    struct plot_page page = {.title = "What examining more costs and brings",
        .note = note,
        .rows = panels_of(frontier),
        .columns = 1,
        .width = 900,
        .height = frontier->has_duty ? 1100 : 860,
        .left = 0.1,
        .right = 0.04};
    page.titles = frontier->models + 1;
    page.widest = strlen(FULL);
    for (size_t m = 0; m < frontier->models; m++)
        if (strlen(frontier->model[m].name) > page.widest) page.widest = strlen(frontier->model[m].name);
    struct plot plot;
    plot_begin(&plot, options, &page);
    plot_grid(&plot, "xtics ytics");
    for (size_t i = 0; i < panels_of(frontier); i++) {
        plot_panel(&plot, i, 0, panels[i].title);
        if (i)
            plot_no_legend(&plot);
        else
            plot_legend(&plot);
        draw_panel(&plot, frontier, i);
    }
    int code = plot_finish(&plot);
    plot_clear(&plot);
    return code;
}

int plot_frontier(const struct options *options)
{
    const struct words *arguments = &options->arguments;
    struct frontier frontier = {0};
    int code;
    if (arguments->count == 2 && is_stored_run(arguments->word[1])) {
        struct loaded loaded;
        code = load_words(&loaded, options, 1, "plot", LOAD_CHANGE_ALL);
        if (!code) code = frontier_read(&loaded.variants, &frontier);
        if (!code) code = draw(options, &loaded.variants, &frontier);
        frontier_clear(&frontier);
        loaded_clear(&loaded);
        return code;
    }
    if (arguments->count > 3) {
        fprintf(stderr, "greenlane: plot frontier takes a stored frontier, run:14, or one or two scenario files\n");
        return EXIT_COMMAND_LINE;
    }
    struct variants all = {0};
    code = frontier_make(options, 1, &all, &frontier);
    if (!code) code = draw(options, &all, &frontier);
    frontier_clear(&frontier);
    variants_close(&all);
    return code;
}
