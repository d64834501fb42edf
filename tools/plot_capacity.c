/* plot_capacity.c - delay against volume: every stream's rate swept from 0.5 to 1.5 of what the file says, each step
 * simulated and stored as a variant of its own, with the volume at which the busiest resource is full.
 *
 * The sweep needs scenario files, not stored runs: a stored run has no other volumes.
 */
#include "tools/command.h"
#include "tools/load.h"
#include "tools/plot.h"
#include "tools/report.h"
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS = 11, MOST_FILES = LOAD_MOST_WORDS / STEPS, SWEEP_REPLICATIONS = 3 };

static double factor_of(size_t step)
{
    return 0.5 + 0.1 * (double)step;
}

struct use {
    size_t file;
    char resource[80];
    bool by_import, by_export;
};

struct sweep {
    struct loaded loaded; /* file-major: STEPS words each */
    char **text;          /* the settings that the words borrow */
    size_t texts;
    size_t files;
    struct use *use; /* which direction's shipments meet which resource */
    size_t uses;
};

static bool keep_text(struct sweep *sweep, char *text)
{
    char **grown = text ? realloc(sweep->text, (sweep->texts + 1) * sizeof *grown) : NULL;
    if (!grown) {
        free(text);
        return false;
    }
    sweep->text = grown;
    sweep->text[sweep->texts++] = text;
    return true;
}

/* "streams.import.arrivals.rate=125/h"; NULL and a message for arrivals that have no rate. */
static char *scaled_rate(const struct stream *stream, double factor)
{
    char *text = NULL;
    const char *path = stream->arrivals.kind == ARRIVAL_VESSELS ? "vessels.rate" : "rate";
    if (stream->arrivals.kind != ARRIVAL_RATE && stream->arrivals.kind != ARRIVAL_VESSELS) {
        fprintf(stderr, "greenlane: plot capacity: stream '%s' has no rate to scale\n", stream->name);
        return NULL;
    }
    if (asprintf(&text, "streams.%s.arrivals.%s=%.10g/h", stream->name, path, factor * stream->arrivals.rate) < 0)
        return NULL;
    return text;
}

static int add_steps(
    struct sweep *sweep, const struct options *options, const char *word, const struct scenario *scenario)
{
    for (size_t step = 0; step < STEPS; step++) {
        struct variant_word *out = &sweep->loaded.word[sweep->loaded.words++];
        if (!variant_word_read(out, word) || !variant_word_add(out, &options->policies, &options->sets))
            return EXIT_FAULT;
        double factor = factor_of(step);
        if (fabs(factor - 1) < 1e-9) continue; /* the file as it stands: its replications may be stored already */
        out->scale = factor;
        for (size_t i = 0; i < scenario->streams; i++) {
            char *text = scaled_rate(&scenario->stream[i], factor);
            if (!keep_text(sweep, text)) return EXIT_CONTENT;
            const struct words none = {0}, set = {(const char *[]){text}, 1};
            if (!variant_word_add(out, &none, &set)) return EXIT_FAULT;
        }
    }
    return 0;
}

static bool process_serves(const struct scenario *scenario, int process, enum direction direction)
{
    for (size_t i = 0; i < scenario->streams; i++)
        if (scenario->stream[i].process == process && scenario->stream[i].direction == direction) return true;
    return false;
}

static bool note_uses(struct sweep *sweep, const struct scenario *scenario)
{
    struct use *grown = realloc(sweep->use, (sweep->uses + scenario->resources + 1) * sizeof *grown);
    if (!grown) return false;
    sweep->use = grown;
    struct use *first = &grown[sweep->uses];
    for (size_t i = 0; i < scenario->resources; i++) {
        first[i] = (struct use){.file = sweep->files};
        snprintf(first[i].resource, sizeof first[i].resource, "%s", scenario->resource[i].name);
    }
    for (size_t i = 0; i < scenario->steps; i++)
        for (size_t k = 0; k < scenario->step[i].resources; k++) {
            struct use *use = &first[scenario->step[i].resource[k]];
            use->by_import = use->by_import || process_serves(scenario, scenario->step[i].process, DIRECTION_IMPORT);
            use->by_export = use->by_export || process_serves(scenario, scenario->step[i].process, DIRECTION_EXPORT);
        }
    sweep->uses += scenario->resources;
    return true;
}

static bool is_used(const struct sweep *sweep, size_t file, const char *resource, const char *direction)
{
    bool import = strcmp(direction, "import") == 0;
    for (size_t i = 0; i < sweep->uses; i++)
        if (sweep->use[i].file == file && strcmp(sweep->use[i].resource, resource) == 0)
            return import ? sweep->use[i].by_import : sweep->use[i].by_export;
    return false;
}

static int plan_sweep(struct sweep *sweep, const struct options *options)
{
    int code = 0;
    for (size_t i = 1; !code && i < options->arguments.count; i++) {
        const char *word = options->arguments.word[i];
        struct variant_word base;
        if (is_stored_run(word) || i > MOST_FILES) {
            fprintf(stderr, "greenlane: plot capacity sweeps the volume of at most %d scenario files; %s\n", MOST_FILES,
                is_stored_run(word) ? "a stored run has one volume only" : "there are more");
            return EXIT_COMMAND_LINE;
        }
        if (!variant_word_read(&base, word) || !variant_word_add(&base, &options->policies, &options->sets))
            return EXIT_FAULT;
        struct scenario *scenario = read_scenario(&base, options, &code);
        if (scenario) code = note_uses(sweep, scenario) ? add_steps(sweep, options, word, scenario) : EXIT_FAULT;
        scenario_destroy(scenario);
        variant_word_clear(&base);
        sweep->files++;
    }
    return code;
}

/* ---- drawing ---- */
static const struct variant *at_step(const struct sweep *sweep, size_t file, size_t step)
{
    return &sweep->loaded.variants.item[file * STEPS + step];
}

/* What leaves in the window, whoever it is: the released of the cohort would count those who left after it. */
static double releases_a_day(const struct variants *all, const struct variant *variant, const char *direction)
{
    char series[200];
    struct band band;
    double sum = 0;
    snprintf(series, sizeof series, "%s.releases.per_day", direction);
    bool found = band_read(all, variant, series, &band);
    for (size_t i = 0; found && i < band.n; i++) sum += band.mean[i];
    double mean = found ? sum / (double)band.n : NAN;
    band_clear(&band);
    return mean;
}

static void add_file_data(struct plot *plot, const struct sweep *sweep, size_t file, const char *direction)
{
    const struct variants *all = &sweep->loaded.variants;
    plot_add(plot, "$sweep%zu << EOD\n", file);
    for (size_t step = 0; step < STEPS; step++) {
        const struct variant *variant = at_step(sweep, file, step);
        struct estimate mean = variant_estimate_of(all, variant, "%s.clearance.mean_h", direction);
        struct estimate p90 = variant_estimate_of(all, variant, "%s.clearance.p90_h", direction);
        double half =
            mean.n < 3 || isnan(mean.half_width) ? 0 : mean.half_width; /* two replications give no useful interval */
        plot_add(plot, "%.3f %.6g %.6g %.6g %.6g %.6g\n", factor_of(step), releases_a_day(all, variant, direction),
            mean.mean, p90.mean, mean.mean - half, mean.mean + half);
    }
    plot_add(plot, "EOD\n");
}

/* The volume at which the busiest resource would be busy all the time: its load grows with the volume. */
static double bottleneck(const struct sweep *sweep, size_t file, const char *direction, const char **name)
{
    const struct variant *base = at_step(sweep, file, 5);
    double busiest = 0;
    *name = NULL;
    for (size_t i = 0; i < base->facts->resources; i++) {
        double busy =
            variant_estimate_of(&sweep->loaded.variants, base, "station.%s.utilisation", base->facts->resource[i].name)
                .mean;
        if (!(busy > busiest) || !is_used(sweep, file, base->facts->resource[i].name, direction)) continue;
        busiest = busy;
        *name = base->facts->resource[i].label;
    }
    return busiest > 0 ? 1 / busiest : INFINITY;
}

static void add_limits(struct plot *plot, const struct sweep *sweep, const char *direction, bool named)
{
    plot_add(plot, "unset arrow\n");
    if (!plot->characters) plot_add(plot, "set style textbox opaque noborder margins 0.3,0.3\n");
    for (size_t file = 0; file < sweep->files; file++) {
        const char *name;
        double limit = bottleneck(sweep, file, direction, &name);
        plot_add(plot, "unset label %zu\n", 30 + file);
        if (limit < 1.5)
            plot_add(plot, "set arrow %zu from %.4f,graph 0 to %.4f,graph 1 nohead lw 1.2 dt 2 lc rgb \"%s\"\n",
                30 + file, limit, limit, plot_color(file));
        if (!named || !name) continue;
        char text[160];
        snprintf(text, sizeof text, "%s: full at %.2f", name, limit);
        plot_add(plot, "set label %zu ", 30 + file);
        plot_quote(plot, text);
        plot_add(plot, " at graph 0.98,graph %.2f right",
            0.08 + (plot->characters ? 0.2 : 0.1) * (double)(sweep->files - 1 - file));
        plot_add(plot, "%s font \",9\" tc rgb \"%s\"\n", plot->characters ? "" : " front boxed", plot_color(file));
    }
}

static void draw_panel(struct plot *plot, const struct sweep *sweep, size_t row)
{
    static const char *const label[] = {"releases a day", "mean, h", "p90, h"};
    plot_add(plot, "set xrange [0.45:1.55]\nset yrange [0:*]\nset ylabel \"%s\"\nset xlabel \"%s\" offset 0,0.4\nplot ",
        label[row], row == 2 ? "volume over what the file says" : " ");
    for (size_t file = 0; file < sweep->files; file++) {
        if (file) plot_add(plot, ", ");
        if (row == 1 && !plot->characters)
            plot_add(plot,
                "$sweep%zu using 1:5:6 with filledcurves fs transparent solid 0.25 noborder lc rgb \"%s\" notitle, ",
                file, plot_color(file));
        plot_add(plot, "$sweep%zu using 1:%zu with linespoints pt 7 ps 0.7 lw 2 lc rgb \"%s\" title ", file, row + 2,
            plot_color(file));
        plot_quote(plot, at_step(sweep, file, 5)->row->name);
    }
    plot_add(plot, "\n");
}

static int draw(const struct options *options, const struct sweep *sweep)
{
    const struct variants *all = &sweep->loaded.variants;
    const struct facts *facts = all->item[0].facts;
    char note[700], title[120];
    bool characters = options->terminal || !options->out; /* too narrow for two columns */
    if (!plot_needs_directions(all)) return EXIT_CHECK_FAILED;
    size_t used = notices_of(all, note, sizeof note);
    snprintf(note + used, sizeof note - used,
        "run:%lld, %zu replications x %.4g d at each of %d volumes; dashed: volume at which the busiest resource is full, beyond it delays "
        "are longer the longer a run lasts; %zu of %zu inputs are assumed",
        (long long)all->item[0].row->run, all->item[0].replications,
        (all->item[0].row->window_to_h - all->item[0].row->window_from_h) / 24, STEPS, all->item[0].assumed, all->item[0].inputs);
    struct plot_page page = {.title = "Capacity: delay against volume",
        .note = note,
        .rows = characters ? 3 * facts->directions : 3,
        .columns = characters ? 1 : facts->directions,
        .width = 1000,
        .height = characters ? 800 * (int)facts->directions : 800,
        .left = characters ? 0.2 : 0.085,
        .right = 0.03,
        .gap = 0.085,
        .row_gap = characters ? 100 : 0,
        .lines = 42 * (int)facts->directions};
    page.titles = sweep->files;
    for (size_t file = 0; file < sweep->files; file++) {
        size_t n = strlen(at_step(sweep, file, 5)->row->name);
        if (n > page.widest) page.widest = n;
    }
    struct plot plot;
    plot_begin(&plot, options, &page);
    for (size_t d = 0; d < facts->directions; d++) {
        for (size_t file = 0; file < sweep->files; file++) add_file_data(&plot, sweep, file, facts->direction[d].name);
        for (size_t row = 0; row < 3; row++) {
            snprintf(title, sizeof title, "%s", row ? " " : direction_plural(facts->direction[d].name));
            title[0] = (char)toupper((unsigned char)title[0]);
            plot_panel(&plot, characters ? 3 * d + row : row, characters ? 0 : d, title);
            add_limits(&plot, sweep, facts->direction[d].name, row == 0);
            if (row || d)
                plot_no_legend(&plot);
            else
                plot_legend(&plot);
            draw_panel(&plot, sweep, row);
        }
    }
    int code = plot_finish(&plot);
    plot_clear(&plot);
    return code;
}

int plot_capacity(const struct options *options)
{
    struct sweep sweep = {0};
    struct options with = *options;
    if (!with.replications) with.replications = SWEEP_REPLICATIONS;
    int code = plan_sweep(&sweep, options);
    if (!code) {
        struct variants_request request = {
            .options = &with, .word = sweep.loaded.word, .words = sweep.loaded.words, .kind = "plot", .together = true};
        code = variants_load(&request, &sweep.loaded.variants);
    }
    if (!code) code = draw(options, &sweep);
    loaded_clear(&sweep.loaded);
    for (size_t i = 0; i < sweep.texts; i++) free(sweep.text[i]);
    free(sweep.text);
    free(sweep.use);
    return code;
}
