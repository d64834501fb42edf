/* plot.c - see plot.h. The page's layout is in shares of the page ("screen" in gnuplot's words): the head, which holds
 * title and legend, the panels, and the foot with the note. */
#include "tools/plot.h"
#include "tools/command.h"
#include "tools/gnuplot.h"
#include "tools/report.h"
#include "tools/signals.h"
#include "tools/table.h"
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { HEAD_POINTS = 110, FOOT_POINTS = 96, ROW_GAP_POINTS = 64, NOTE_LINES = 7, NOTE_LINE_POINTS = 14, LEGEND_ROW_POINTS = 18, MOST_POINTS = 1000 };
static const double note_points = 6.5; /* of a character of the note */
static const double TITLE_POINTS = 8, PANEL_TITLE_POINTS = 8.6; /* of one of the legend, of a panel's title */

static const char *const palette[] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"};

const char *plot_color(size_t variant)
{
    return palette[variant % (sizeof palette / sizeof palette[0])];
}

const char *owner_color(const char *owner)
{
    static const struct {
        const char *owner, *color;
    } known[] = {
        {"customs", "#0072B2"},
        {"trader", "#E69F00"},
        {"carrier", "#009E73"},
        {"terminal", "#56B4E9"},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(owner, known[i].owner) == 0) return known[i].color;
    return NULL;
}

/* What the palette has left, then hues of Paul Tol's muted scheme. */
const char *agency_color(size_t agency)
{
    static const char *const colors[] = {"#CC79A7", "#F0E442", "#AA4499", "#999933", "#882255", "#BBBBBB"};
    return colors[agency % (sizeof colors / sizeof colors[0])];
}

/* ---- the script ---- */
void plot_add(struct plot *plot, const char *format, ...)
{
    va_list values;
    if (plot->failed) return;
    for (;;) {
        size_t room = plot->allocated - plot->length;
        va_start(values, format);
        int wanted = vsnprintf(plot->text ? plot->text + plot->length : NULL, room, format, values);
        va_end(values);
        if (wanted >= 0 && (size_t)wanted < room) {
            plot->length += (size_t)wanted;
            return;
        }
        size_t bigger = 2 * plot->allocated + (size_t)(wanted > 0 ? wanted : 0) + 4096;
        char *grown = wanted < 0 ? NULL : realloc(plot->text, bigger);
        if (!grown) {
            plot->failed = true;
            return;
        }
        plot->text = grown;
        plot->allocated = bigger;
    }
}

void plot_quote(struct plot *plot, const char *text)
{
    plot_add(plot, "\"");
    for (const char *at = text; *at; at++)
        plot_add(plot, *at == '"' || *at == '\\' || *at == '`' ? "\\%c" : "%c", *at == '\n' ? ' ' : *at);
    plot_add(plot, "\"");
}

void plot_quote_lines(struct plot *plot, const char *text, size_t room)
{
    plot_add(plot, "\"");
    for (size_t at = 0, line = 0; text[at]; line++) {
        size_t n = strlen(text + at), cut = n;
        if (n > room)
            for (cut = room; cut > 0 && text[at + cut] != ' ';) cut--;
        if (cut == 0) cut = n;
        plot_add(plot, "%s", line ? "\\n" : "");
        for (size_t i = 0; i < cut; i++)
            plot_add(plot, strchr("\"\\`", text[at + i]) ? "\\%c" : "%c", text[at + i]);
        at += cut;
        while (text[at] == ' ') at++;
    }
    plot_add(plot, "\"");
}

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

static void add_terminal(struct plot *plot)
{
    const struct options *options = plot->options;
    if (!plot->characters) {
        const char *kind = ends_with(options->out, ".png") ? "pngcairo" : "svg";
        plot_add(plot,
            "set terminal %s size %d,%d noenhanced font \"DejaVu Sans,12\" background rgb \"white\"\nset output ", kind,
            plot->page.width, plot->page.height);
        char name[4096];
        snprintf(name, sizeof name, "%s.part", options->out);
        plot_quote(plot, name);
        plot_add(plot, "\n");
        return;
    }
    struct winsize size = {0};
    int width = PAGE_WIDTH, height = 24;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 && size.ws_row > 8) {
        width = size.ws_col;
        height = size.ws_row - 1;
    }
    int least = plot->page.lines ? plot->page.lines : 18 * (int)plot->page.rows;
    plot_add(plot, "set terminal dumb size %d,%d noenhanced %s\n", width, height > least ? height : least,
        options_color(options, stdout) ? "ansi" : "mono");
}

/* The note is broken at blanks: what stands at its end, how much is assumed, must not be cut off. */
static size_t note_line(const struct plot_page *page, const char *note)
{
    size_t room = (size_t)((page->width - 40) / note_points), n = strlen(note);
    if (n <= room) return n;
    for (n = room; n > 1 && note[n] != ' ';) n--;
    return n > 1 ? n : room;
}

static size_t note_lines(const struct plot_page *page)
{
    size_t lines = 0;
    for (const char *at = page->note; *at && lines < NOTE_LINES; lines++) {
        at += note_line(page, at);
        at += *at == ' ';
    }
    return lines;
}

static void add_note(struct plot *plot)
{
    const struct plot_page *page = &plot->page;
    const char *at = page->note;
    size_t lines = note_lines(page);
    char text[700];
    for (size_t i = 0; i < lines; i++) {
        size_t n = note_line(page, at);
        snprintf(text, sizeof text, "%.*s", (int)n, at);
        plot_add(plot, "set label %zu ", 2 + i);
        plot_quote(plot, text);
        plot_add(plot, " at screen 0.02,%.4f left front font \",9\" tc rgb \"#777777\"\n",
            (11.0 + NOTE_LINE_POINTS * (double)(lines - 1 - i)) / page->height);
        at += n;
        at += *at == ' ';
    }
}

/* As gnuplot sets it: columns of one width. */
static size_t legend_rows(struct plot *plot)
{
    const struct plot_page *page = &plot->page;
    double character = plot->characters ? 1 : TITLE_POINTS, wide = plot->characters ? PAGE_WIDTH : 0.96 * page->width;
    double columns = floor(wide / (character * ((double)page->widest + 7)));
    plot->legend_columns = columns > 1 ? (size_t)columns : 1;
    return page->titles ? (page->titles + plot->legend_columns - 1) / plot->legend_columns : 1;
}

void plot_begin(struct plot *plot, const struct options *options, const struct plot_page *page)
{
    *plot = (struct plot){.options = options, .page = *page, .characters = options->terminal || !options->out};
    size_t lines = note_lines(page), rows = legend_rows(plot);
    plot->head = HEAD_POINTS + (rows > 2 ? LEGEND_ROW_POINTS * ((int)rows - 2) : 0);
    plot->foot = FOOT_POINTS + (lines > 1 ? NOTE_LINE_POINTS * ((int)lines - 1) : 0);
    plot->page.height += plot->head - HEAD_POINTS + plot->foot - FOOT_POINTS;
    add_terminal(plot);
    plot_add(plot,
        "set encoding utf8\nset multiplot\nset border 3 lc rgb \"#555555\"\nset tics nomirror out scale 0.6\n"
        "set xtics tc rgb \"#333333\" font \",10\"\nset ytics tc rgb \"#333333\" font \",10\"\n"
        "set xlabel font \",11\"\nset ylabel font \",11\" offset 1,0\n"
        "set style fill solid 1.0 noborder\n");
    plot_grid(plot, "ytics");
    plot_add(plot, "set label 1 ");
    plot_quote(plot, page->title);
    plot_add(plot, " at screen %.4f,%.4f left front font \",17\"\n", 0.02, 1 - 24.0 / plot->page.height);
    if (plot->characters) return; /* the note follows as text */
    add_note(plot);
}

/* With dots for what does not fit; a character of several bytes stays whole. */
static void quote_within(struct plot *plot, const char *text, size_t room)
{
    char cut[400];
    size_t n = strlen(text);
    if (n <= room || room < 4 || room >= sizeof cut - 4) {
        plot_quote(plot, text);
        return;
    }
    n = room - 1;
    while (n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80) n--;
    snprintf(cut, sizeof cut, "%.*s…", (int)n, text);
    plot_quote(plot, cut);
}

void plot_panel(struct plot *plot, size_t row, size_t column, const char *title)
{
    const struct plot_page *page = &plot->page;
    double top = 1 - (double)plot->head / page->height, bottom = (double)plot->foot / page->height,
           columns = (double)page->columns;
    double between = (double)(page->row_gap ? page->row_gap : ROW_GAP_POINTS) / page->height, weights = 0, above = 0;
    for (size_t i = 0; i < page->rows; i++) weights += page->row_weight ? page->row_weight[i] : 1;
    double unit = (top - bottom - between * (double)(page->rows - 1)) / weights;
    for (size_t i = 0; i < row; i++) above += between + unit * (page->row_weight ? page->row_weight[i] : 1);
    double tall = unit * (page->row_weight ? page->row_weight[row] : 1),
           wide = (1 - page->left - page->right - page->gap * (columns - 1)) / columns;
    double up = top - above, left = page->left + (double)column * (wide + page->gap);
    plot_add(plot,
        "set tmargin at screen %.4f\nset bmargin at screen %.4f\nset lmargin at screen %.4f\nset rmargin at screen "
        "%.4f\n",
        up, up - tall, left, left + wide);
    plot_add(plot, "set title ");
    quote_within(plot, title, plot->characters ? (size_t)(wide * PAGE_WIDTH) : (size_t)((wide + page->gap) * page->width / PANEL_TITLE_POINTS));
    plot_add(plot, " offset 0,-0.5 font \",12\"\n");
    for (int i = 1; (row || column) && i < 2 + NOTE_LINES; i++) plot_add(plot, "unset label %d\n", i);
}

void plot_grid(struct plot *plot, const char *axes)
{
    plot_add(plot, "unset grid\n");
    if (!plot->characters) plot_add(plot, "set grid %s lt 1 lw 0.7 lc rgb \"#e3e3e3\"\n", axes);
}

void plot_name_variants(struct plot_page *page, const struct variants *all, size_t more, size_t before)
{
    page->titles = all->count + more;
    page->widest = 9; /* "published", "arrivals" */
    for (size_t i = 0; i < all->count; i++) {
        size_t n = before + strlen(all->item[i].row->name);
        if (n > page->widest) page->widest = n;
    }
}

void plot_legend(struct plot *plot)
{
    plot_add(plot,
        "set key at screen %.4f,%.4f left top horizontal Left reverse samplen 2 width 1 maxcols %zu maxrows auto font "
        "\",11\"\n",
        0.02, 1 - 44.0 / plot->page.height, plot->legend_columns);
}

void plot_no_legend(struct plot *plot)
{
    plot_add(plot, "unset key\n");
}

/* ---- drawing ---- */
static int draw_terminal(struct plot *plot)
{
    char why[200];
    enum gnuplot_outcome outcome = gnuplot_draw(plot->text, plot->length, why);
    if (outcome == GNUPLOT_DONE) return 0;
    if (outcome == GNUPLOT_STOPPED) {
        const char *out = plot->characters ? "the picture" : plot->options->out;
        fprintf(stderr, "greenlane: interrupted; %s was not drawn, the same command does it\n", out);
        return signals_exit_code();
    }
    fprintf(stderr, "greenlane: %s\n", why);
    return outcome == GNUPLOT_MISSING ? EXIT_UNREADABLE : EXIT_FAULT;
}

static int cannot_write(const char *out)
{
    fprintf(stderr, "greenlane: %s: cannot be written: %s\n", out, strerror(errno));
    return EXIT_CANNOT_CREATE;
}

/* gnuplot ends with 0 on a full disk, too: a picture is whole when its last bytes are there. */
static bool is_whole(const char *name)
{
    static const char png[] = {'I', 'E', 'N', 'D', (char)0xAE, 'B', '`', (char)0x82};
    char end[16];
    FILE *file = fopen(name, "rb");
    if (!file) return false;
    size_t n = fseek(file, -(long)sizeof end, SEEK_END) == 0 ? fread(end, 1, sizeof end, file) : 0;
    fclose(file);
    if (n < sizeof end) return false;
    return memcmp(end + n - sizeof png, png, sizeof png) == 0 || memmem(end, n, "</svg>", 6) != NULL;
}

/* Under another name first, so that a picture that failed neither leaves half a file nor spoils an older one. */
static int draw_file(struct plot *plot)
{
    const char *out = plot->options->out;
    char part[4096];
    snprintf(part, sizeof part, "%s.part", out);
    FILE *file = fopen(part, "w");
    if (!file) return cannot_write(out);
    fclose(file);
    int code = draw_terminal(plot);
    if (code) {
        remove(part);
        return code;
    }
    if (!is_whole(part)) {
        remove(part);
        fprintf(stderr, "greenlane: %s: the picture was cut off; is there room on the disk?\n", out);
        return EXIT_IO;
    }
    if (rename(part, out) != 0) {
        remove(part);
        return cannot_write(out);
    }
    return 0;
}

int plot_finish(struct plot *plot)
{
    plot_add(plot, "unset multiplot\nunset output\n");
    if (plot->failed) {
        fprintf(stderr, "greenlane: out of memory\n");
        return EXIT_FAULT;
    }
    if (!plot->characters) return draw_file(plot);
    int code = draw_terminal(plot);
    if (!code) print_wrapped(stdout, plot->page.note);
    return code;
}

void plot_clear(struct plot *plot)
{
    free(plot->text);
    plot->text = NULL;
}

/* ---- what several pictures need ---- */
void plot_note(const struct variants *all, const char *said, char *note, size_t size)
{
    size_t used = notices_of(all, note, size), inputs = 0, assumed = 0, names = all->count > 4 ? 4 : all->count;
    for (size_t i = 0; i < names && used < size; i++)
        used += (size_t)snprintf(note + used, size - used, "%s%s run:%lld", i ? ", " : "", all->item[i].row->name,
            (long long)all->item[i].row->run);
    if (used < size)
        used += (size_t)snprintf(note + used, size - used, "%s; %zu replication%s; %s", names < all->count ? ", …" : "",
            all->item[0].replications, all->item[0].replications == 1 ? "" : "s", said);
    for (size_t i = 0; i < all->count; i++) {
        if (all->item[i].inputs < inputs) continue;
        inputs = all->item[i].inputs;
        assumed = all->item[i].assumed;
    }
    if (inputs && used < size)
        snprintf(note + used, size - used, "%s%zu of %zu inputs are assumed", *said ? "; " : "", assumed, inputs);
}

double plot_time(const struct plot *plot, const struct variant *variant, double epoch_h)
{
    return plot->dated ? epoch_h * 3600 : (epoch_h - variant->row->window_from_h) / 24;
}

const char *plot_day_tics(double days)
{
    return days <= 14 ? "set xtics 86400\n" : "set xtics autofreq\n";
}

void plot_time_axis(struct plot *plot, const struct variants *all, bool named)
{
    const struct store_variant_row *row = all->item[0].row;
    double days = (row->window_to_h - row->window_from_h) / 24;
    plot->dated = row->dated;
    for (size_t i = 1; i < all->count; i++)
        plot->dated = plot->dated && all->item[i].row->dated && all->item[i].row->window_from_h == row->window_from_h;
    if (!plot->dated) {
        plot_add(plot, "unset xdata\nset xrange [0:%.6g]\nset xlabel \"%s\" offset 0,0.4\n", days,
            named ? "days since the measured window began" : " ");
        return;
    }
    time_t seconds = (time_t)(row->window_from_h * 3600);
    struct tm moment;
    gmtime_r(&seconds, &moment);
    plot_add(plot, "set xdata time\nset timefmt \"%%s\"\nset format x \"%s\"\nset xrange [\"%.0f\":\"%.0f\"]\n%s",
        days > 100 ? "%b" : "%d %b", row->window_from_h * 3600, row->window_to_h * 3600, plot_day_tics(days));
    if (named)
        plot_add(plot, "set xlabel \"date, from %d\" offset 0,0.4\n", moment.tm_year + 1900);
    else
        plot_add(plot, "set xlabel \" \"\n");
}

bool plot_needs_directions(const struct variants *all)
{
    if (all->item[0].facts->directions) return true;
    fprintf(stderr, "greenlane: plot: %s has no import or export streams to draw\n", all->item[0].row->name);
    return false;
}

void plot_direction_title(const struct facts_direction *direction, char *title, size_t size)
{
    snprintf(title, size, "%s", direction_plural(direction->name));
    title[0] = (char)toupper((unsigned char)title[0]);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double quantile(const double *sorted, size_t n, double p)
{
    double at = p * (double)(n - 1);
    size_t i = (size_t)at;
    return i + 1 < n ? sorted[i] + (at - (double)i) * (sorted[i + 1] - sorted[i]) : sorted[n - 1];
}

static void band_point(struct band *out, double at, double *one, size_t n)
{
    double sum = 0;
    for (size_t r = 0; r < n; r++) sum += one[r];
    if (!n) return;
    qsort(one, n, sizeof *one, by_value);
    out->at[out->n] = at;
    out->mean[out->n] = sum / (double)n;
    out->low[out->n] = quantile(one, n, 0.1);
    out->high[out->n] = quantile(one, n, 0.9);
    out->n++;
}

/* Mean of `steps` points from i on in replication r; NAN where one is missing. */
static double mean_of(const struct store_table *table, size_t r, size_t i, size_t steps)
{
    double sum = 0;
    for (size_t k = 0; k < steps; k++) sum += table->value[r * table->n + i + k];
    return sum / (double)steps;
}

static void fill_band(const struct store_table *table, const struct variant *variant, double *one, struct band *out)
{
    double from = variant->row->window_from_h, to = variant->row->window_to_h;
    bool long_series = (to - from) / table->step_h > MOST_POINTS;
    size_t steps = long_series && table->step_h < 24 ? (size_t)(24 / table->step_h + 0.5) : 1;
    out->step_h = table->step_h * (double)steps;
    for (size_t i = 0; i + steps <= table->n;) {
        double at = table->start_h + (double)i * table->step_h;
        size_t n = 0;
        if (at < from - 1e-9) {
            i++;
            continue;
        }
        if (at + out->step_h > to + 1e-9) break;
        for (size_t r = 0; r < table->replications; r++) {
            double value = mean_of(table, r, i, steps);
            if (!isnan(value)) one[n++] = value;
        }
        band_point(out, at, one, n);
        i += steps;
    }
}

bool band_read(const struct variants *all, const struct variant *variant, const char *series, struct band *out)
{
    struct store_table table = {0};
    *out = (struct band){0};
    if (store_series_read(all->store, variant->row->id, series, variant->replications, &table) != STATUS_OK)
        return false;
    double *one = malloc((table.replications + 1) * sizeof *one);
    out->at = malloc((table.n + 1) * sizeof *out->at);
    out->mean = malloc((table.n + 1) * sizeof *out->mean);
    out->low = malloc((table.n + 1) * sizeof *out->low);
    out->high = malloc((table.n + 1) * sizeof *out->high);
    bool good = one && out->at && out->mean && out->low && out->high;
    if (good) fill_band(&table, variant, one, out);
    free(one);
    store_table_clear(&table);
    if (!good) band_clear(out);
    return good && out->n > 0;
}

void band_clear(struct band *band)
{
    free(band->at);
    free(band->mean);
    free(band->low);
    free(band->high);
    *band = (struct band){0};
}
