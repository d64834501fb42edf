/* plot_fit.c - the pictures of `greenlane fit`: data beside the laws that were fitted to them, and how well a score
 * ranks. */
#include "tools/fit.h"
#include "tools/plot.h"
#include <math.h>

enum { MOST_BINS = 60, LEAST_BINS = 8, CURVE = 300 };

/* ---- durations ---- */
/* Freedman and Diaconis 1981, up to the 99 % point: beyond it there would be mostly air. */
static size_t bins_of(const struct fit_sample *sample, double *width)
{
    double top = fit_quantile(sample->value, sample->n, .99), low = sample->value[0];
    double spread = fit_quantile(sample->value, sample->n, .75) - fit_quantile(sample->value, sample->n, .25);
    double wanted = 2 * spread / cbrt((double)sample->n),
           range = top > low ? top - fmin(low, 0.2 * top < low ? low : 0) : 1;
    size_t n = wanted > 0 ? (size_t)ceil(fmin(range / wanted, MOST_BINS)) : LEAST_BINS;
    if (n < LEAST_BINS) n = LEAST_BINS;
    *width = range / (double)n;
    return n;
}

static void add_histogram(struct plot *plot, const struct fit_sample *sample, const struct fit *const *fit, size_t fits)
{
    double width, low = sample->value[0];
    size_t bins = bins_of(sample, &width), at = 0;
    double from = width * (double)bins > low && low < 0.2 * width * (double)bins ? 0 : low;
    plot_add(plot, "$histogram << EOD\n");
    for (size_t i = 0; i < bins; i++) {
        size_t first = at;
        while (at < sample->n && sample->value[at] < from + width * (double)(i + 1)) at++;
        plot_add(plot, "%.6g %.6g\n", from + width * ((double)i + .5), 100 * (double)(at - first) / (double)sample->n);
    }
    plot_add(plot, "EOD\n$expected << EOD\n");
    for (size_t i = 0; i <= CURVE; i++) { /* what a bin centred here would hold */
        double x = from + width * (double)bins * (double)i / CURVE;
        plot_add(plot, "%.6g", x);
        for (size_t k = 0; k < fits; k++) {
            double below = fmax(from, x - width / 2), share = fit_cdf(fit[k], x + width / 2) - fit_cdf(fit[k], below);
            plot_add(plot, " %.6g", 100 * share * width / (x + width / 2 - below));
        }
        plot_add(plot, "\n");
    }
    plot_add(plot, "EOD\nset boxwidth %.6g\nset xrange [%.6g:%.6g]\nset yrange [0:*]\n", width * .96, from,
        from + width * (double)bins);
}

static void add_curves(
    struct plot *plot, const struct fit_sample *sample, const struct fit *const *fit, size_t fits, bool logarithmic)
{
    double low = sample->value[0], high = sample->value[sample->n - 1];
    plot_add(plot, "$data << EOD\n");
    size_t steps = sample->n < 2000 ? sample->n : 2000;
    for (size_t i = 0; i < steps; i++) {
        size_t k = i * (sample->n - 1) / (steps > 1 ? steps - 1 : 1);
        plot_add(plot, "%.6g %.6g\n", sample->value[k], 100 * (double)(k + 1) / (double)sample->n);
    }
    plot_add(plot, "EOD\n$curves << EOD\n");
    for (size_t i = 0; i <= CURVE; i++) {
        double part = (double)i / CURVE, x = logarithmic ? low * pow(high / low, part) : low + (high - low) * part;
        plot_add(plot, "%.6g", x);
        for (size_t k = 0; k < fits; k++) plot_add(plot, " %.6g", 100 * fit_cdf(fit[k], x));
        plot_add(plot, "\n");
    }
    plot_add(plot, "EOD\nset xrange [%.6g:%.6g]\nset yrange [0:100]\n%s", low, high > low ? high : low + 1,
        logarithmic ? "set logscale x\n" : "");
}

/* 1, 2 and 5 of each power of ten that the axis may show. */
static void add_log_tics(struct plot *plot, double low, double high)
{
    static const int steps[] = {1, 2, 5};
    bool few = log10(high / low) > 3; /* then powers alone, or labels would touch */
    plot_add(plot, "set xtics (");
    for (int power = (int)floor(log10(low)), n = 0; power <= (int)ceil(log10(high)); power++)
        for (int i = 0; i < (few ? 1 : 3); i++) plot_add(plot, "%s%.6g", n++ ? ", " : "", steps[i] * pow(10, power));
    plot_add(plot, ")\n");
}

static void add_lines(struct plot *plot, const char *block, const struct fit *const *fit, size_t fits)
{
    for (size_t k = 0; k < fits; k++)
        plot_add(plot, ", $%s using 1:%zu with lines lw %s dt %zu lc rgb \"%s\" title \"%s\"", block, k + 2,
            k ? "1.6" : "2.6", k + 1, plot_color(k + 1), fit_family_name(fit[k]->family));
    plot_add(plot, "\n");
}

int plot_fit(const struct options *options, const char *title, const char *note, const char *unit,
    const struct fit_sample *sample, const struct fit *const *fit, size_t fits)
{
    struct plot_page page = {.title = title,
        .note = note,
        .rows = options->terminal ? 2 : 1,
        .columns = options->terminal ? 1 : 2,
        .width = 1080,
        .height = 520,
        .left = 0.07,
        .right = 0.03,
        .gap = 0.08};
    bool logarithmic = sample->value[0] > 0 && sample->value[sample->n - 1] > 50 * sample->value[0];
    struct plot plot;
    plot_begin(&plot, options, &page);
    plot_panel(&plot, 0, 0, "share of the values, up to their 99 % point");
    plot_no_legend(&plot);
    add_histogram(&plot, sample, fit, fits);
    plot_add(&plot,
        "set xlabel \"%s\" offset 0,0.4\nset ylabel \"%% a bin\"\nplot $histogram using 1:2 with boxes lc rgb "
        "\"#c9d6df\" title \"data\"",
        unit);
    add_lines(&plot, "expected", fit, fits);
    plot_panel(&plot, options->terminal ? 1 : 0, options->terminal ? 0 : 1, "share up to so long");
    plot_add(&plot, "set key inside bottom right vertical Right noreverse samplen 3 font \",11\"\n");
    add_curves(&plot, sample, fit, fits, logarithmic);
    if (logarithmic) add_log_tics(&plot, sample->value[0], sample->value[sample->n - 1]);
    plot_add(&plot,
        "set xlabel \"%s%s\" offset 0,0.4\nset ylabel \"%%\"\nset grid xtics ytics\nplot $data using 1:2 with steps lw "
        "4 lc rgb \"#b4c4cf\" title \"data\"",
        unit, logarithmic ? ", logarithmic" : "");
    add_lines(&plot, "curves", fit, fits);
    int code = plot_finish(&plot);
    plot_clear(&plot);
    return code;
}

/* ---- a score ---- */
static void add_roc(struct plot *plot, const struct ranking_row *row, size_t n, const struct binormal *law)
{
    size_t all_bad = 0, bad = 0;
    for (size_t i = 0; i < n; i++) all_bad += row[i].bad;
    plot_add(plot, "$roc << EOD\n0 0\n");
    for (size_t i = 0; i < n; i++) {
        bad += row[i].bad;
        if (i % (n / 400 + 1) == 0 || i + 1 == n)
            plot_add(plot, "%.6g %.6g\n", 100 * (double)(i + 1 - bad) / (double)(n - all_bad),
                100 * (double)bad / (double)all_bad);
    }
    plot_add(plot, "EOD\n$law << EOD\n");
    for (int i = -50; law && i <= 50; i++) {
        double t = i / 10.;
        plot_add(plot, "%.6g %.6g\n", 50 * erfc(t / M_SQRT2), 50 * erfc((t - law->mu) / law->sigma / M_SQRT2));
    }
    plot_add(plot, law ? "EOD\n" : "NaN NaN\nEOD\n");
}

static void add_precision(struct plot *plot, const struct ranking_row *row, size_t n, const struct binormal *law)
{
    double base = ranking_precision(row, n, 1);
    plot_add(plot, "$precision << EOD\n");
    for (double share = fmax(.002, 20 / (double)n); share < 1; share *= 1.03)
        plot_add(plot, "%.6g %.6g %.6g\n", 100 * share, 100 * ranking_precision(row, n, share),
            law ? 100 * binormal_precision(*law, base, share) : 0);
    plot_add(plot, "100 %.6g %.6g\nEOD\n", 100 * base, 100 * base);
}

int plot_ranking(const struct options *options, const char *title, const char *note, const struct ranking_row *row,
    size_t n, const struct binormal *law)
{
    struct plot_page page = {.title = title,
        .note = note,
        .rows = options->terminal ? 2 : 1,
        .columns = options->terminal ? 1 : 2,
        .width = 1080,
        .height = 560,
        .left = 0.07,
        .right = 0.03,
        .gap = 0.08};
    struct plot plot;
    plot_begin(&plot, options, &page);
    plot_panel(&plot, 0, 0, "bad ones found, for good ones examined");
    plot_legend(&plot);
    add_roc(&plot, row, n, law);
    plot_add(&plot,
        "set xrange [0:100]\nset yrange [0:100]\nset grid xtics ytics\nset xlabel \"%% of the good ones\" offset "
        "0,0.4\nset ylabel \"%% of the bad ones\"\n"
        "plot $roc using 1:2 with lines lw 2.6 lc rgb \"%s\" title \"scorecard\", $law using 1:2 with lines lw 1.8 dt "
        "2 lc rgb \"%s\" title \"binormal\", "
        "x with lines lw 1 lc rgb \"%s\" title \"chance\"\n",
        plot_color(0), plot_color(1), PLOT_GREY);
    plot_panel(&plot, options->terminal ? 1 : 0, options->terminal ? 0 : 1, "precision: bad ones among those examined");
    plot_no_legend(&plot);
    add_precision(&plot, row, n, law);
    plot_add(&plot,
        "set logscale x\nset xrange [%.6g:100]\nset yrange [0:100]\nset xtics (\"0.2\" 0.2, \"0.5\" 0.5, \"1\" 1, "
        "\"2\" 2, \"5\" 5, \"10\" 10, \"20\" 20, \"50\" 50, \"100\" 100)\n"
        "set xlabel \"%% examined, logarithmic\" offset 0,0.4\nset ylabel \"%% of them bad\"\n"
        "plot $precision using 1:2 with lines lw 2.6 lc rgb \"%s\" notitle%s%s%s, %.6g with lines lw 1 lc rgb \"%s\" "
        "notitle\n",
        fmax(.2, 2000 / (double)n), plot_color(0), law ? ", $precision using 1:3 with lines lw 1.8 dt 2 lc rgb \"" : "",
        law ? plot_color(1) : "", law ? "\" notitle" : "", 100 * ranking_precision(row, n, 1), PLOT_GREY);
    int code = plot_finish(&plot);
    plot_clear(&plot);
    return code;
}
