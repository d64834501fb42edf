/* plot_load.c - the load on resources: who waits (queues, by date) and how busy they are (utilisation, by hour of
 * week). */
#include "tools/plot.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WEEK_HOURS = 168, MOST_PANELS = 24, LOAD_MOST_VARIANTS = 16, LONG_NAME = 20 };

struct chosen {
    const char *resource[MOST_PANELS];
    char label[MOST_PANELS][160];
    size_t count, of; /* of: how many there would have been */
};

static bool has_series(const struct variants *all, const char *name)
{
    for (size_t v = 0; v < all->count; v++) {
        struct store_table table = {0};
        enum status status =
            store_series_read(all->store, all->item[v].row->id, name, all->item[v].replications, &table);
        bool some = false;
        for (size_t i = 0; status == STATUS_OK && !some && i < table.n * table.replications; i++)
            some = table.value[i] > 0;
        store_table_clear(&table);
        if (some) return true;
    }
    return false;
}

/* The copies of one resource at several sites share their label, so the site's stands before it. */
static void label_panel(const struct facts *facts, const struct facts_resource *resource, char *label, size_t size)
{
    bool named = strcmp(resource->label, resource->name) != 0;
    for (size_t i = 0; i < facts->sites; i++) {
        size_t n = strlen(facts->site[i].name);
        if (strncmp(resource->name, facts->site[i].name, n) != 0 || resource->name[n] != '_') continue;
        snprintf(label, size, "%s: %s", facts->site[i].label, named ? resource->label : resource->name + n + 1);
        return;
    }
    snprintf(label, size, "%s", resource->label);
}

struct candidate {
    const struct facts *facts;
    const struct facts_resource *resource;
    double busy; /* in the first variant that has it */
};

static int busier_first(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

/* Of hundreds of resources the busiest are drawn: the utilisation that they have at least. */
static double busy_enough(const struct candidate *candidate, size_t n)
{
    double *busy = malloc((n + 1) * sizeof *busy), least = -1;
    for (size_t i = 0; busy && i < n; i++) busy[i] = candidate[i].busy;
    if (busy && n > MOST_PANELS) {
        qsort(busy, n, sizeof *busy, busier_first);
        least = busy[MOST_PANELS - 1];
    }
    free(busy);
    return least;
}

static size_t find_candidates(const struct variants *all, const char *what, struct candidate *candidate)
{
    char name[200];
    size_t n = 0;
    for (size_t v = 0; v < all->count; v++)
        for (size_t i = 0; i < all->item[v].facts->resources; i++) {
            const struct facts_resource *resource = &all->item[v].facts->resource[i];
            size_t k = 0;
            while (k < n && strcmp(candidate[k].resource->name, resource->name) != 0) k++;
            snprintf(name, sizeof name, "station.%s.%s", resource->name, what);
            if (k < n || !has_series(all, name)) continue;
            double busy = variant_estimate_of(all, &all->item[v], "station.%s.utilisation", resource->name).mean;
            candidate[n++] = (struct candidate){all->item[v].facts, resource, isnan(busy) ? 0 : busy};
        }
    return n;
}

/* Resources of any variant for which there is something to draw, in the order of the file. */
static void choose(const struct variants *all, const char *what, struct chosen *out)
{
    size_t most = 0;
    for (size_t v = 0; v < all->count; v++) most += all->item[v].facts->resources;
    struct candidate *candidate = calloc(most + 1, sizeof *candidate);
    *out = (struct chosen){.of = candidate ? find_candidates(all, what, candidate) : 0};
    double least = busy_enough(candidate, out->of);
    for (size_t i = 0; i < out->of && out->count < MOST_PANELS; i++) {
        if (candidate[i].busy < least) continue;
        out->resource[out->count] = candidate[i].resource->name;
        label_panel(candidate[i].facts, candidate[i].resource, out->label[out->count++], sizeof out->label[0]);
    }
    free(candidate);
}

static void note_chosen(
    const struct variants *all, const struct chosen *chosen, const char *said, char *note, size_t size)
{
    char whole[200];
    if (chosen->of > chosen->count)
        snprintf(whole, sizeof whole, "the busiest %zu of %zu resources; %s", chosen->count, chosen->of, said);
    else
        snprintf(whole, sizeof whole, "%s", said);
    plot_note(all, whole, note, size);
}

static int nothing(const struct variants *all, const char *what)
{
    fprintf(stderr, "greenlane: plot: no resource of %s has %s to draw\n", all->item[0].row->name, what);
    return 1;
}

/* ---- the week ---- */
struct week {
    double busy[WEEK_HOURS], post[WEEK_HOURS];
}; /* means, Monday 00:00 first; 0 where there is nothing */

static void read_hours(const struct variants *all, const struct variant *variant, const char *resource,
    const char *what, double out[WEEK_HOURS])
{
    char name[200];
    struct store_table table = {0};
    memset(out, 0, WEEK_HOURS * sizeof *out);
    snprintf(name, sizeof name, "station.%s.%s_by_hour_of_week", resource, what);
    if (store_series_read(all->store, variant->row->id, name, variant->replications, &table) != STATUS_OK) return;
    for (size_t r = 0; r < table.replications && table.n == WEEK_HOURS; r++)
        for (size_t hour = 0; hour < WEEK_HOURS; hour++) {
            double value = table.value[r * table.n + hour];
            if (!isnan(value)) out[hour] += value / (double)table.replications;
        }
    store_table_clear(&table);
}

/* Epoch hour 96 is a Monday 00:00: 1970-01-01 was a Thursday. Undated scenarios begin on a Monday at epoch hour 0. */
static size_t hour_of_week(const struct variant *variant, double epoch_h)
{
    double since = variant->row->dated ? epoch_h - 96 : epoch_h;
    return (size_t)(since - WEEK_HOURS * floor(since / WEEK_HOURS));
}

/* ---- queues ---- */
/* Hours of the week in which nobody is on post; whether there are any. Longer steps than hours are not filled by closures. */
static bool find_closures(const struct variants *all, const char *resource, const struct band *band, bool closed[WEEK_HOURS])
{
    double post[WEEK_HOURS], most = 0;
    bool some = false;
    read_hours(all, &all->item[0], resource, "post", post);
    for (size_t hour = 0; hour < WEEK_HOURS; hour++) most = fmax(most, post[hour]);
    for (size_t hour = 0; hour < WEEK_HOURS; hour++) {
        closed[hour] = band->step_h <= 1 && most > 0 && post[hour] <= 0;
        some = some || closed[hour];
    }
    return some;
}

/* As grey stripes behind the curves. */
static void add_closures(struct plot *plot, const struct variants *all, const char *resource, const struct band *band)
{
    const struct variant *variant = &all->item[0];
    bool closed[WEEK_HOURS];
    find_closures(all, resource, band, closed);
    plot_add(plot, "$closed << EOD\n");
    for (size_t i = 0; i < band->n; i++)
        plot_add(plot, "%.10g %d\n", plot_time(plot, variant, band->at[i]), closed[hour_of_week(variant, band->at[i])]);
    plot_add(plot, "EOD\n");
}

/* False where a variant has no such queue. gnuplot would not end on a block without a time, so none is written. */
static bool add_queue(struct plot *plot, const struct variants *all, size_t v, const char *resource, double *most)
{
    char name[200];
    struct band band;
    snprintf(name, sizeof name, "station.%s.queue.per_hour", resource);
    bool found = band_read(all, &all->item[v], name, &band);
    if (found) {
        plot_add(plot, "$queue%zu << EOD\n", v);
        for (size_t i = 0; i < band.n; i++) {
            plot_add(plot, "%.10g %.6g %.6g %.6g\n", plot_time(plot, &all->item[v], band.at[i]), band.mean[i],
                band.low[i], band.high[i]);
            *most = fmax(*most, band.high[i]);
        }
        plot_add(plot, "EOD\n");
        if (v == 0) add_closures(plot, all, resource, &band);
    }
    band_clear(&band);
    return found;
}

static void queue_panel(struct plot *plot, const struct variants *all, const char *resource)
{
    double most = 0;
    bool found[LOAD_MOST_VARIANTS] = {false}, first = true;
    size_t n = all->count < LOAD_MOST_VARIANTS ? all->count : LOAD_MOST_VARIANTS;
    for (size_t v = 0; v < n; v++) found[v] = add_queue(plot, all, v, resource, &most);
    double top = most > 0 ? 1.1 * most : 1;
    plot_add(plot, "set yrange [0:%.6g]\nset ylabel \"waiting\"\nplot ", top);
    if (found[0] && !plot->characters)
        plot_add(plot, "$closed using 1:($2*%.6g) with fillsteps fc rgb \"#ececec\" notitle, ", top);
    for (size_t v = 0; v < n; v++) {
        if (!found[v]) continue;
        if (!first) plot_add(plot, ", ");
        first = false;
        if (!plot->characters)
            plot_add(plot,
                "$queue%zu using 1:3:4 with filledcurves fs transparent solid 0.22 noborder lc rgb \"%s\" notitle, ", v,
                plot_color(v));
        plot_add(plot, "$queue%zu using 1:2 with lines lw 1.6 lc rgb \"%s\" title ", v, plot_color(v));
        plot_quote(plot, all->item[v].row->name);
    }
    plot_add(plot, "\n");
}

/* Whether a panel has grey stripes. */
static bool shows_closures(const struct variants *all, const struct chosen *chosen)
{
    bool some = false;
    for (size_t k = 0; k < chosen->count && !some; k++) {
        char name[200];
        struct band band;
        bool closed[WEEK_HOURS];
        snprintf(name, sizeof name, "station.%s.queue.per_hour", chosen->resource[k]);
        if (!band_read(all, &all->item[0], name, &band)) continue;
        some = find_closures(all, chosen->resource[k], &band, closed);
        band_clear(&band);
    }
    return some;
}

int plot_queues(const struct options *options, const struct variants *all)
{
    struct chosen chosen;
    char note[700];
    choose(all, "queue.per_hour", &chosen);
    if (!chosen.count) return nothing(all, "a queue");
    note_chosen(all, &chosen,
        shows_closures(all, &chosen) ? "line: mean, band: 10 to 90 % of replications, grey: closed"
                                     : "line: mean, band: 10 to 90 % of replications", note, sizeof note);
    size_t columns = chosen.count > 3 && !(options->terminal || !options->out) ? 2 : 1,
           rows = (chosen.count + columns - 1) / columns;
    struct plot_page page = {.title = "Shipments waiting, by resource",
        .note = note,
        .rows = rows,
        .columns = columns,
        .width = columns > 1 ? 1100 : 960,
        .height = 180 + 180 * (int)rows,
        .left = 0.08,
        .right = 0.03,
        .gap = 0.09};
    struct plot plot;
    plot_name_variants(&page, all, 0, 0);
    plot_begin(&plot, options, &page);
    for (size_t i = 0; i < chosen.count; i++) {
        plot_panel(&plot, i / columns, i % columns, chosen.label[i]);
        plot_time_axis(&plot, all, i + columns >= chosen.count);
        if (i)
            plot_no_legend(&plot);
        else
            plot_legend(&plot);
        queue_panel(&plot, all, chosen.resource[i]);
    }
    int code = plot_finish(&plot);
    plot_clear(&plot);
    return code;
}

/* ---- utilisation ---- */
static void week_panel(struct plot *plot, const struct variants *all, size_t v, const char *resource, bool colorbox)
{
    struct week week;
    read_hours(all, &all->item[v], resource, "busy", week.busy);
    read_hours(all, &all->item[v], resource, "post", week.post);
    plot_add(plot, "$week << EOD\n");
    for (int day = 0; day < 7; day++)
        for (int hour = 0; hour < 24; hour++) {
            double busy = week.busy[24 * day + hour], post = week.post[24 * day + hour];
            if (post > 0)
                plot_add(plot, "%d %d %.4g\n", hour, day, 100 * busy / post);
            else if (!plot->characters)
                plot_add(plot, "%d %d NaN\n", hour, day);
        }
    plot_add(plot, "EOD\n%s\n",
        colorbox ? "set colorbox user origin screen 0.91,0.3 size screen 0.014,0.4" : "unset colorbox");
    plot_add(plot, "set xrange [-0.5:23.5]\nset yrange [6.5:-0.5]\nset cbrange [0:100]\nset xtics 0,6,23\n"
                   "set ytics (\"Mon\" 0, \"Tue\" 1, \"Wed\" 2, \"Thu\" 3, \"Fri\" 4, \"Sat\" 5, \"Sun\" 6)\n");
    if (plot->characters) /* tenths: 9 is busy for 90 to 100 % of the hour */
        plot_add(plot, "plot $week using 1:2:(sprintf(\"%%d\", $3 >= 100 ? 9 : int($3 / 10))) with labels notitle\n");
    else /* a rectangle an hour: many viewers blur an image that is stretched */
        plot_add(plot, "plot $week using 1:2:3 with image pixels notitle\n");
}

static size_t longest_name(const struct variants *all)
{
    size_t longest = 0;
    for (size_t v = 0; v < all->count; v++)
        if (strlen(all->item[v].row->name) > longest) longest = strlen(all->item[v].row->name);
    return longest;
}

/* Of many variants, or such with long names, a letter stands in a panel's title, as in compare's head. */
static char letter_of(size_t v)
{
    return (char)(v < 26 ? 'A' + (int)v : '?');
}

static void title_panel(const struct variants *all, size_t v, bool letters, const char *label, char *title, size_t size)
{
    if (all->count == 1)
        snprintf(title, size, "%s", label);
    else if (letters)
        snprintf(title, size, "%c  %s", letter_of(v), label);
    else
        snprintf(title, size, "%s, %s", label, all->item[v].row->name);
}

/* The letters with their names, before what the note says already. */
static void name_letters(const struct variants *all, char *note, size_t size)
{
    char said[700];
    snprintf(said, sizeof said, "%s", note);
    size_t used = 0;
    for (size_t v = 0; v < all->count && used < size; v++)
        used += (size_t)snprintf(note + used, size - used, "%c %s%s", letter_of(v), all->item[v].row->name,
            v + 1 < all->count ? ", " : "; ");
    if (used < size) snprintf(note + used, size - used, "%s", said);
}

int plot_utilisation(const struct options *options, const struct variants *all)
{
    struct chosen chosen;
    char note[1200], title[200];
    choose(all, "busy_by_hour_of_week", &chosen);
    if (!chosen.count) return nothing(all, "busy hours");
    bool characters = options->terminal || !options->out;
    note_chosen(all, &chosen,
        characters ? "digits: tenths of the hour busy, blank: nobody on post"
                   : "busy over on post, grey: nobody on post",
        note, sizeof note);
    size_t columns = all->count > 1 ? all->count : chosen.count > 3 ? 2 : 1;
    size_t rows = all->count > 1 ? chosen.count : (chosen.count + columns - 1) / columns;
    bool letters = all->count > 2 || longest_name(all) > LONG_NAME;
    struct plot_page page = {.title = "Busy share of each resource by hour of the week",
        .note = note,
        .rows = rows,
        .columns = columns,
        .width = columns > 2   ? 420 * (int)columns + 140
                 : columns > 1 ? 1100
                               : 800,
        .height = 190 + 160 * (int)rows,
        .left = 0.06,
        .right = 0.12,
        .gap = 0.06,
        .row_gap = 64};
    if (letters) name_letters(all, note, sizeof note);
    struct plot plot;
    plot_begin(&plot, options, &page);
    /* One hue from light to dark reads the same for every eye. */
    plot_add(&plot, "set palette defined (0 \"#f3f7fb\", 50 \"#7fb2d6\", 80 \"#0072B2\", 100 \"#08264a\")\nunset "
                    "grid\nset border 0\n"
                    "set tics scale 0\nset format cb \"%%g %%%%\"\nset object 1 rectangle from graph 0,0 to graph 1,1 "
                    "fc rgb \"#dddddd\" behind\n");
    plot_no_legend(&plot);
    for (size_t i = 0; i < chosen.count; i++)
        for (size_t v = 0; v < all->count; v++) {
            size_t at = all->count > 1 ? i * columns + v : i;
            title_panel(all, v, letters, chosen.label[i], title, sizeof title);
            plot_panel(&plot, at / columns, at % columns, title);
            plot_add(&plot, "set xlabel \"%s\" offset 0,0.4\n", at / columns + 1 == rows ? "hour of the day" : " ");
            week_panel(&plot, all, v, chosen.resource[i], at == 0);
        }
    int code = plot_finish(&plot);
    plot_clear(&plot);
    return code;
}
