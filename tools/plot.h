/* plot.h - a picture in the making: a page with a title, panels in rows and columns, a legend above them, a note below.
 *
 * A picture is a gnuplot script that carries its data inline; plot_finish draws it to -o FILE.svg or FILE.png, else as
 * characters on the terminal. Colours come from one palette that the colour-blind can tell apart (Okabe and Ito 2008).
 *
 * Errors: when memory runs out the plot remembers, and plot_finish says so. Ownership: plot_clear releases the script.
 */
#ifndef GREENLANE_TOOLS_PLOT_H
#define GREENLANE_TOOLS_PLOT_H

#include "tools/options.h"
#include "tools/variants.h"

#define PLOT_GREY "#9a9a9a"

struct plot_page {
    const char *title;
    const char *note;            /* small and grey at the bottom: source and evidence */
    size_t rows, columns;        /* of panels */
    int width, height;           /* of the page, in points */
    double left, right, gap;     /* share of the page left of, right of and between panels */
    int row_gap;                 /* points between rows of panels; 0: room for tics and a title */
    const double *row_weight;    /* relative heights of the rows; NULL: equal */
    int lines;                   /* at least so many on a terminal; 0: 18 a row */
    size_t titles, widest;       /* of the legend: how many, and the characters of the longest; 0: one row will do */
};

struct plot {
    char *text;
    size_t length, allocated;
    bool failed, characters;
    int head, foot;              /* points above and below the panels: they grow with the legend and the note, and the page with them */
    size_t legend_columns;
    bool dated;                  /* the time axis has dates; else days since the window began */
    const struct options *options;
    struct plot_page page;
};

void plot_begin(struct plot *plot, const struct options *options, const struct plot_page *page);
/* The next `plot` draws there; a title that is wider than the panel is cut. */
void plot_panel(struct plot *plot, size_t row, size_t column, const char *title);
void plot_add(struct plot *plot, const char *format, ...) __attribute__((format(printf, 2, 3)));
void plot_quote(struct plot *plot, const char *text); /* in quotes, as gnuplot reads them */
void plot_quote_lines(struct plot *plot, const char *text, size_t room); /* likewise, broken at blanks into lines */
void plot_grid(struct plot *plot, const char *axes);  /* "xtics ytics"; none on a terminal, where it hides the data */
/* The legend will name all variants, and `more` besides; `before`: characters before each name. */
void plot_name_variants(struct plot_page *page, const struct variants *all, size_t more, size_t before);
void plot_legend(struct plot *plot);                  /* the next `plot` shows its titles above the panels */
void plot_no_legend(struct plot *plot);
int plot_finish(struct plot *plot);                   /* an exit code, after a message */
void plot_clear(struct plot *plot);

const char *plot_color(size_t variant);               /* of the palette, in order */
const char *owner_color(const char *owner);           /* whose time; NULL: an agency's, by its own name */
const char *agency_color(size_t agency);              /* of the first such agency, the second, ... */

/* ---- what several pictures need ---- */
/* "china-2017 run:14, china-2022 run:15; 10 replications; 67 of 84 inputs are assumed" */
void plot_note(const struct variants *all, const char *said, char *note, size_t size);
/* Dates where all variants are measured on the same ones, else days since each one's window began. */
void plot_time_axis(struct plot *plot, const struct variants *all, bool named);
const char *plot_day_tics(double days); /* of an axis of dates: left alone, gnuplot would write one date several times */
double plot_time(const struct plot *plot, const struct variant *variant, double epoch_h); /* as that axis has it */
bool plot_needs_directions(const struct variants *all); /* false after a message where there are none */
void plot_direction_title(const struct facts_direction *direction, char *title, size_t size); /* "Imports" */

/* Over replications; low and high: 10 and 90 %. Longer series are averaged to days first: a picture has no more points. */
struct band { size_t n; double step_h, *at, *mean, *low, *high; };
bool band_read(const struct variants *all, const struct variant *variant, const char *series, struct band *out); /* within the window */
void band_clear(struct band *band);

int plot_throughput(const struct options *options, const struct variants *all);
int plot_cumulative(const struct options *options, const struct variants *all);
int plot_cdf(const struct options *options, const struct variants *all);
int plot_stages(const struct options *options, const struct variants *all);
int plot_queues(const struct options *options, const struct variants *all);
int plot_utilisation(const struct options *options, const struct variants *all);
int plot_compare(const struct options *options, const struct variants *all);
int plot_capacity(const struct options *options);  /* loads its own variants: the sweep */
int plot_frontier(const struct options *options);  /* of a stored frontier, or of A and B */
int plot_waterfall(const struct options *options); /* of a stored attribution, or of A and B */

#endif
