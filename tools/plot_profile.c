/* plot_profile.c - arrivals by hour of the week, drawn. */
#include "tools/fit.h"
#include "tools/plot.h"
#include "tools/profile.h"

int plot_profile(const struct options *options, const char *title, const char *note, const struct profile *profile)
{
    struct plot_page page = {.title = title,
        .note = note,
        .rows = 1,
        .columns = 1,
        .width = 1080,
        .height = 420,
        .left = 0.07,
        .right = 0.03};
    struct plot plot;
    plot_begin(&plot, options, &page);
    plot_panel(&plot, 0, 0, " ");
    plot_no_legend(&plot);
    plot_add(&plot, "$hours << EOD\n");
    for (int d = 0; d < 7; d++)
        for (int h = 0; h < 24; h++) plot_add(&plot, "%d %.6g\n", d * 24 + h, profile->hourly[d][h]);
    plot_add(&plot, "168 %.6g\nEOD\nset xrange [0:168]\nset yrange [0:*]\nset xtics (", profile->hourly[6][23]);
    for (int d = 0; d < 7; d++)
        plot_add(&plot, "%s\"%s\" %d, \"12:00\" %d 1", d ? ", " : "", profile_day(d), d * 24, d * 24 + 12);
    plot_add(&plot,
        ")\nset grid xtics ytics\nset ylabel \"arrivals an hour\"\n"
        "plot $hours using 1:2 with fillsteps lc rgb \"#bcd7e8\", $hours using 1:2 with steps lw 2 lc rgb \"%s\", %.6g "
        "with lines dt 2 lc rgb \"%s\"\n",
        plot_color(0), profile->a_day / 24, PLOT_GREY);
    int code = plot_finish(&plot);
    plot_clear(&plot);
    return code;
}
