/* plot_stages.c - where the mean time goes: a bar per variant, a segment per stage, the colour says whose time; a line
 * across the bar where a mean was published. */
#include "tools/command.h"
#include "tools/plot.h"
#include "tools/table.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_ROOM = 36 };                    /* characters of a variant's name in a line beside its bar */
static const double AXIS = 1.1;             /* its length over the longest bar, for the sum at the end */
static const double CHARACTER_POINTS = 6.6; /* of a name */

struct owners {
    const char *name[32];
    size_t count;
};

static size_t owner_index(struct owners *owners, const char *name)
{
    for (size_t i = 0; i < owners->count; i++)
        if (strcmp(owners->name[i], name) == 0) return i;
    if (owners->count < 32) owners->name[owners->count++] = name;
    return owners->count - 1;
}

static double stage_mean(const struct variants *all, size_t v, const char *direction, const char *stage)
{
    double mean = variant_estimate_of(all, &all->item[v], "%s.stage.%s.mean_h", direction, stage).mean;
    return mean > 0 ? mean : 0;
}

static double longest_bar(const struct variants *all, const char *direction)
{
    double longest = 0;
    for (size_t v = 0; v < all->count; v++) {
        const struct facts_direction *found = facts_direction_find(all->item[v].facts, direction);
        double sum = 0;
        for (size_t i = 0; found && i < found->stages; i++) sum += stage_mean(all, v, direction, found->stage[i].name);
        longest = fmax(longest, sum);
    }
    return longest;
}

/* Hours: of the longest bar, and under a character of a name. */
struct scale {
    double longest, character;
};

static struct scale scale_of(const struct plot *plot, const struct variants *all, const char *direction)
{
    const struct plot_page *page = &plot->page;
    double room = plot->characters ? PAGE_WIDTH : page->width / CHARACTER_POINTS, longest = longest_bar(all, direction);
    return (struct scale){longest, AXIS * longest / (room * (1 - page->left - page->right))};
}

/* Segments of one owner: a box each, bar v at height v. */
static void add_segments(
    struct plot *plot, const struct variants *all, const char *direction, struct owners *owners, size_t wanted)
{
    plot_add(plot, "$owner%zu << EOD\nNaN NaN NaN NaN NaN NaN\n", wanted);
    for (size_t v = 0; v < all->count; v++) {
        const struct facts_direction *found = facts_direction_find(all->item[v].facts, direction);
        double from = 0;
        for (size_t i = 0; found && i < found->stages; i++) {
            double mean = stage_mean(all, v, direction, found->stage[i].name), to = from + mean;
            if (owner_index(owners, found->stage[i].owner) == wanted && mean > 0)
                plot_add(plot, "%.6g %zu %.6g %.6g %.3f %.3f\n", (from + to) / 2, v, from, to, (double)v - 0.28,
                    (double)v + 0.28);
            from = to;
        }
    }
    plot_add(plot, "EOD\n");
}

static double published_mean(const struct variants *all, size_t v, const char *direction)
{
    const struct variant *variant = &all->item[v];
    char metric[120];
    snprintf(metric, sizeof metric, "%.80s.clearance.mean_h", direction);
    for (size_t i = 0; variant_is_as_filed(variant) && i < variant->expects; i++)
        if (strcmp(variant->expect[i].metric, metric) == 0) return variant->expect[i].value;
    return NAN;
}

static void add_published(struct plot *plot, const struct variants *all, const char *direction)
{
    plot_add(plot, "$published << EOD\nNaN NaN NaN NaN\n");
    for (size_t v = 0; v < all->count; v++) {
        double mean = published_mean(all, v, direction);
        if (!isnan(mean)) plot_add(plot, "%.6g %.3f 0 0.68\n", mean, (double)v - 0.34);
    }
    plot_add(plot, "EOD\n");
}

static bool any_published(const struct variants *all, const struct facts *facts)
{
    for (size_t d = 0; d < facts->directions; d++)
        for (size_t v = 0; v < all->count; v++)
            if (!isnan(published_mean(all, v, facts->direction[d].name))) return true;
    return false;
}

/* Numbers stand in segments that are wide enough. */
static void add_numbers(struct plot *plot, const struct variants *all, const char *direction, const struct scale *scale)
{
    plot_add(plot, "$number << EOD\n");
    for (size_t v = 0; v < all->count; v++) {
        const struct facts_direction *found = facts_direction_find(all->item[v].facts, direction);
        double from = 0;
        char number[32];
        for (size_t i = 0; found && i < found->stages; i++) {
            double mean = stage_mean(all, v, direction, found->stage[i].name);
            snprintf(number, sizeof number, "%.*f", mean < 0.95 ? 2 : 1, mean);
            if (mean > scale->character * 1.3 * (double)strlen(number))
                plot_add(plot, "%.6g %zu \"%s\"\n", from + mean / 2, v, number);
            from += mean;
        }
    }
    plot_add(plot, "EOD\n");
}

/* The sum at the bar's end, or at the published mean where that is farther. */
static void add_sums(struct plot *plot, const struct variants *all, const char *direction)
{
    plot_add(plot, "$sum << EOD\n");
    for (size_t v = 0; v < all->count; v++) {
        const struct facts_direction *found = facts_direction_find(all->item[v].facts, direction);
        double sum = 0;
        for (size_t i = 0; found && i < found->stages; i++) sum += stage_mean(all, v, direction, found->stage[i].name);
        plot_add(
            plot, "%.6g %zu \"%.*f h\"\n", fmax(sum, published_mean(all, v, direction)), v, sum < 9.5 ? 2 : 1, sum);
    }
    plot_add(plot, "EOD\n");
}

/* A name stands below its segment, else above it, where it touches neither the axis nor the name before it; names of
 * slivers would not tell which one is meant. */
static void add_names(struct plot *plot, const struct variants *all, const char *direction, const struct scale *scale)
{
    plot_add(plot, "$name << EOD\n");
    for (size_t v = 0; v < all->count; v++) {
        const struct facts_direction *found = facts_direction_find(all->item[v].facts, direction);
        double from = 0, used[2] = {0, 0}; /* so far there are names below and above the bar */
        for (size_t i = 0; found && i < found->stages; i++) {
            double mean = stage_mean(all, v, direction, found->stage[i].name);
            double half = 0.5 * scale->character * (double)strlen(found->stage[i].label);
            double at = fmax(from + mean / 2, half + scale->character);
            from += mean;
            if (mean < 0.02 * scale->longest) continue;
            bool above = at - half < used[0];
            if (at - half < used[above]) continue;
            used[above] = at + half + 2 * scale->character;
            plot_add(plot, "%.6g %.3f ", at, (double)v + (above ? -0.38 : 0.4));
            plot_quote(plot, found->stage[i].label);
            plot_add(plot, "\n");
        }
    }
    plot_add(plot, "EOD\n");
}

static void draw_panel(
    struct plot *plot, const struct variants *all, const char *direction, struct owners *owners, bool last)
{
    struct scale scale = scale_of(plot, all, direction);
    size_t agency = 0;
    for (size_t k = 0; k < owners->count; k++) add_segments(plot, all, direction, owners, k);
    add_numbers(plot, all, direction, &scale);
    add_sums(plot, all, direction);
    add_names(plot, all, direction, &scale);
    add_published(plot, all, direction);
    plot_add(plot, "set xrange [0:%.6g]\nset yrange [%.2f:-0.6]\nset xlabel \"%s\" offset 0,0.4\nset ytics (",
        AXIS * scale.longest, (double)all->count - 0.4, last ? "mean hours over all shipments of the direction" : " ");
    for (size_t v = 0; v < all->count; v++) {
        if (v) plot_add(plot, ", ");
        plot_quote_lines(plot, all->item[v].row->name, NAME_ROOM);
        plot_add(plot, " %zu", v);
    }
    plot_add(plot, ")\nplot ");
    for (size_t k = 0; k < owners->count; k++) {
        const char *color = owner_color(owners->name[k]);
        if (!color) color = agency_color(agency++);
        plot_add(plot,
            "$owner%zu using 1:2:3:4:5:6 with boxxyerror fs solid 0.85 border lc rgb \"white\" fc rgb \"%s\" title ", k,
            color);
        plot_quote(plot, owners->name[k]);
        plot_add(plot, ", ");
    }
    if (any_published(all, all->item[0].facts))
        plot_add(plot, "$published using 1:2:3:4 with vectors nohead lw 2.2 lc rgb \"#000000\" title \"published\", ");
    plot_add(plot, "$sum using 1:2:3 with labels left offset 0.8,0 font \",10\" notitle, $number using 1:2:3 with "
                   "labels font \",10\" notitle, $name using 1:2:3 with labels font \",9\" tc "
                   "rgb \"#444444\" notitle\n");
}

int plot_stages(const struct options *options, const struct variants *all)
{
    const struct facts *facts = all->item[0].facts;
    struct owners owners = {.count = 0};
    char note[700], name[80];
    size_t widest = 8;
    if (!plot_needs_directions(all)) return EXIT_CHECK_FAILED;
    for (size_t v = 0; v < all->count; v++) {
        const struct facts *of = all->item[v].facts;
        if (strlen(all->item[v].row->name) > widest) widest = strlen(all->item[v].row->name);
        for (size_t d = 0; d < of->directions; d++)
            for (size_t i = 0; i < of->direction[d].stages; i++) owner_index(&owners, of->direction[d].stage[i].owner);
    }
    if (widest > NAME_ROOM) widest = NAME_ROOM;
    plot_note(all, "stages in order from the left, they add up to the clearance time", note, sizeof note);
    int bar = 74 * (int)all->count + 40;
    struct plot_page page = {.title = "Mean clearance time by stage; colour: whose time",
        .note = note,
        .rows = facts->directions,
        .columns = 1,
        .width = 1000,
        .height = 180 + (bar + 58) * (int)facts->directions,
        .left = options->terminal || !options->out ? ((double)widest + 4) / PAGE_WIDTH : 0.03 + 0.0085 * (double)widest,
        .right = 0.03};
    struct plot plot;
    page.titles = owners.count + any_published(all, facts);
    page.widest = strlen("published");
    for (size_t k = 0; k < owners.count; k++)
        if (strlen(owners.name[k]) > page.widest) page.widest = strlen(owners.name[k]);
    plot_begin(&plot, options, &page);
    plot_grid(&plot, "xtics");
    for (size_t d = 0; d < facts->directions; d++) {
        plot_direction_title(&facts->direction[d], name, sizeof name);
        plot_panel(&plot, d, 0, name);
        if (d)
            plot_no_legend(&plot);
        else
            plot_legend(&plot);
        draw_panel(&plot, all, facts->direction[d].name, &owners, d + 1 == facts->directions);
    }
    int code = plot_finish(&plot);
    plot_clear(&plot);
    return code;
}
