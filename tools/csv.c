/* csv.c - one row at a time into one buffer: the cells one after the other, each ended by a zero byte.
 *
 * While a row is read its cells are kept as offsets, for the buffer may move; csv_next turns them into pointers. */
#include "tools/csv.h"
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 1 << 16 };

struct csv_reader {
    FILE *in;
    char separator;
    char chunk[CHUNK];
    size_t at, end; /* of the chunk */
    char *text;     /* of the row */
    size_t used, room;
    size_t *start; /* of each cell in text */
    int *column;   /* where each cell stands in the file, from 1 */
    size_t cells, most_cells;
    int line, position; /* of the next byte */
    size_t errors;
    bool out_of_memory, stopped;
};

enum row { ROW_CELLS, ROW_BLANK, ROW_END, ROW_BAD };

static int next_byte(struct csv_reader *r)
{
    if (r->at == r->end) {
        r->end = fread(r->chunk, 1, CHUNK, r->in);
        r->at = 0;
        if (!r->end) return EOF;
    }
    int byte = (unsigned char)r->chunk[r->at++];
    r->position++;
    if (byte == '\n') {
        r->line++;
        r->position = 1;
    }
    return byte;
}

static int peek_byte(struct csv_reader *r)
{
    int line = r->line, position = r->position, byte = next_byte(r);
    if (byte == EOF) return EOF;
    r->at--;
    r->line = line;
    r->position = position;
    return byte;
}

static bool keep(struct csv_reader *r, char byte)
{
    if (r->used == r->room) {
        size_t room = r->room ? 2 * r->room : 1024;
        char *grown = room > CSV_MOST_ROW ? NULL : realloc(r->text, room);
        if (!grown) return false;
        r->text = grown;
        r->room = room;
    }
    r->text[r->used++] = byte;
    return true;
}

static bool begin_cell(struct csv_reader *r)
{
    if (r->cells == r->most_cells) {
        size_t most = r->most_cells ? 2 * r->most_cells : 32;
        size_t *start = realloc(r->start, most * sizeof *start);
        if (start) r->start = start;
        int *column = realloc(r->column, most * sizeof *column);
        if (column) r->column = column;
        if (!start || !column) return false;
        r->most_cells = most;
    }
    r->start[r->cells] = r->used;
    r->column[r->cells] = r->position;
    r->cells++;
    return true;
}

static void end_cell(struct csv_reader *r, bool quoted)
{
    size_t start = r->start[r->cells - 1];
    while (!quoted && r->used > start && (r->text[r->used - 1] == ' ' || r->text[r->used - 1] == '\t')) r->used--;
}

/* ---- errors ---- */
static void complain(struct csv *csv, int line, int column, const char *text)
{
    struct csv_reader *r = csv->reader;
    if (r->stopped) return;
    struct place place = {csv->path, line, column};
    diagnostics_add(csv->errors, DIAGNOSTIC_ERROR, place, "%s", text);
    if (++r->errors < CSV_MOST_ERRORS) return;
    r->stopped = true;
    diagnostics_add(csv->errors, DIAGNOSTIC_NOTE, (struct place){csv->path, line + 1, 1},
        "%d errors; what follows is not read: correct these first", CSV_MOST_ERRORS);
}

void csv_error(struct csv *csv, size_t column, const char *format, ...)
{
    char text[600];
    va_list values;
    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    struct place place = csv_place(csv, column);
    complain(csv, place.line, place.column, text);
}

struct place csv_place(const struct csv *csv, size_t column)
{
    const struct csv_reader *r = csv->reader;
    return (struct place){csv->path, csv->line, column < r->cells ? r->column[column] : 0};
}

static enum row bad_row(struct csv *csv, int line, int column, const char *text)
{
    complain(csv, line, column, text);
    csv->reader->stopped = true;
    return ROW_BAD;
}

static enum row too_long(struct csv *csv)
{
    return bad_row(csv, csv->line, csv->reader->column[csv->reader->cells - 1],
        csv->reader->room >= CSV_MOST_ROW
            ? "this cell makes the row longer than 2 MiB; a quote that is not closed? double it or close it"
            : "no memory for this row; free some");
}

/* ---- one row ---- */
/* The rest of a cell in quotes, past the closing one. */
static enum row take_quoted(struct csv *csv, int line, int column)
{
    struct csv_reader *r = csv->reader;
    for (;;) {
        int byte = next_byte(r);
        if (byte == EOF)
            return bad_row(csv, line, column,
                "a quote is opened here and never closed; close it, or double it if it belongs to the cell");
        if (byte == '"') {
            if (peek_byte(r) != '"') return ROW_CELLS;
            next_byte(r);
        }
        if (!byte)
            return bad_row(csv, r->line, r->position - 1, "a zero byte stands here; a text file in UTF-8 is wanted");
        if (!keep(r, (char)byte)) return too_long(csv);
    }
}

static enum row take_line(struct csv *csv)
{
    struct csv_reader *r = csv->reader;
    bool quoted = false, blank = true;
    r->used = r->cells = 0;
    csv->line = r->line;
    if (peek_byte(r) == EOF) return ROW_END;
    if (!begin_cell(r)) return bad_row(csv, r->line, 1, "no memory for this row; free some");
    for (;;) {
        int column = r->position, line = r->line, byte = next_byte(r);
        if (byte == '\r' && peek_byte(r) == '\n') continue;
        if (!byte) return bad_row(csv, line, column, "a zero byte stands here; a text file in UTF-8 is wanted");
        if (byte == '\n' || byte == EOF || byte == r->separator) {
            end_cell(r, quoted);
            if (!keep(r, 0)) return too_long(csv);
            if (byte != r->separator) break;
            quoted = blank = false;
            if (!begin_cell(r)) return too_long(csv);
            continue;
        }
        bool empty = r->used == r->start[r->cells - 1];
        if (byte == '"' && empty && !quoted) {
            enum row taken = take_quoted(csv, line, column);
            if (taken != ROW_CELLS) return taken;
            quoted = true;
            blank = false;
            continue;
        }
        if ((byte == ' ' || byte == '\t') && (empty || quoted)) continue;
        if (quoted)
            return bad_row(
                csv, line, column, "text follows a closing quote; double the quotes that belong to the cell");
        blank = false;
        if (!keep(r, (char)byte)) return too_long(csv);
    }
    return blank ? ROW_BLANK : ROW_CELLS;
}

static enum row take_row(struct csv *csv)
{
    enum row row;
    do row = take_line(csv);
    while (row == ROW_BLANK);
    return row;
}

static bool read_failed(struct csv *csv)
{
    if (!ferror(csv->reader->in)) return false;
    diagnostics_add(csv->errors, DIAGNOSTIC_ERROR, (struct place){csv->path, 0, 0},
        "cannot be read: %s; give a file of comma-separated text", strerror(errno));
    csv->errors->unreadable = true;
    csv->reader->stopped = true;
    return true;
}

bool csv_next(struct csv *csv)
{
    struct csv_reader *r = csv->reader;
    while (!r->stopped) {
        enum row row = take_row(csv);
        if (read_failed(csv) || row != ROW_CELLS) return false;
        if (r->cells == csv->columns) {
            for (size_t i = 0; i < r->cells; i++) csv->cell[i] = r->text + r->start[i];
            csv->rows++;
            return true;
        }
        char text[200];
        snprintf(text, sizeof text, "the row has %zu cells, the first line names %zu columns; %s", r->cells,
            csv->columns,
            r->cells > csv->columns ? "put a cell that holds a comma in double quotes"
                                    : "leave a missing cell empty, its comma stays");
        complain(csv, csv->line, 1, text);
    }
    return false;
}

/* ---- opening ---- */
static void skip_byte_order_mark(struct csv_reader *r)
{
    if (peek_byte(r) != 0xEF) return;
    if (r->end - r->at >= 3 && memcmp(r->chunk + r->at, "\xEF\xBB\xBF", 3) == 0) r->at += 3;
}

/* What separates the cells of the first line: a comma, else whichever of semicolon and tab stands there. */
static char find_separator(struct csv_reader *r)
{
    peek_byte(r);
    const char *line = r->chunk + r->at, *end = memchr(line, '\n', r->end - r->at);
    size_t n = end ? (size_t)(end - line) : r->end - r->at;
    for (const char *one = ",;\t"; *one; one++)
        if (memchr(line, *one, n)) return *one;
    return ',';
}

static bool take_names(struct csv *csv)
{
    struct csv_reader *r = csv->reader;
    skip_byte_order_mark(r);
    r->separator = find_separator(r);
    enum row row = take_row(csv);
    if (read_failed(csv) || row == ROW_BAD) return false;
    if (row == ROW_END) {
        complain(csv, 0, 0, "the file is empty; a line of column names is wanted, then rows");
        return false;
    }
    csv->name = calloc(r->cells, sizeof *csv->name);
    csv->cell = calloc(r->cells, sizeof *csv->cell);
    bool fine = csv->name && csv->cell;
    for (; fine && csv->columns < r->cells; csv->columns += fine) {
        csv->name[csv->columns] = strdup(r->text + r->start[csv->columns]);
        fine = csv->name[csv->columns] != NULL;
    }
    if (!fine) complain(csv, 0, 0, "no memory for the file; free some");
    return fine;
}

static bool open_file(struct csv *csv)
{
    struct csv_reader *r = csv->reader;
    r->in = strcmp(csv->path, "-") == 0 ? stdin : fopen(csv->path, "rb");
    if (r->in) return true;
    diagnostics_add(csv->errors, DIAGNOSTIC_ERROR, (struct place){csv->path, 0, 0},
        "cannot be read: %s; give the path of a file", strerror(errno));
    csv->errors->unreadable = true;
    return false;
}

struct csv *csv_open(const char *path, struct diagnostics *errors)
{
    struct csv *csv = calloc(1, sizeof *csv);
    struct csv_reader *reader = calloc(1, sizeof *reader);
    if (!csv || !reader) {
        diagnostics_add(errors, DIAGNOSTIC_ERROR, (struct place){path, 0, 0}, "no memory for the file; free some");
        free(csv);
        free(reader);
        return NULL;
    }
    *csv = (struct csv){.path = path, .reader = reader, .errors = errors};
    reader->line = reader->position = 1;
    if (open_file(csv) && take_names(csv)) return csv;
    csv_close(csv);
    return NULL;
}

void csv_close(struct csv *csv)
{
    if (!csv) return;
    struct csv_reader *r = csv->reader;
    if (r->in && r->in != stdin) fclose(r->in);
    for (size_t i = 0; i < csv->columns; i++) free(csv->name[i]);
    free(csv->name);
    free(csv->cell);
    free(r->text);
    free(r->start);
    free(r->column);
    free(r);
    free(csv);
}

/* ---- columns and cells ---- */
bool csv_find(struct csv *csv, const char *name, size_t *column)
{
    size_t found = 0;
    for (size_t i = csv->columns; i-- > 0;)
        if (strcmp(csv->name[i], name) == 0) {
            *column = i;
            found++;
        }
    if (found == 1) return true;
    struct place place = {csv->path, 1, 1};
    if (found) {
        diagnostics_add(csv->errors, DIAGNOSTIC_ERROR, place, "%zu columns are called '%.60s'; give each its own name",
            found, name);
        return false;
    }
    const char *near = diagnostic_suggest(name, (const char *const *)csv->name, csv->columns);
    char names[240] = "";
    for (size_t i = 0, used = 0; i < csv->columns && used < sizeof names; i++)
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "", csv->name[i]);
    diagnostics_add(csv->errors, DIAGNOSTIC_ERROR, place, "no column is called '%.60s'; there are %s%s%s%s%s", name,
        names, strlen(names) + 1 == sizeof names ? "..." : "", near ? "; did you mean '" : "", near ? near : "",
        near ? "'?" : "");
    return false;
}

bool csv_is_missing(const char *cell)
{
    static const char *const words[] = {"", "NA", "N/A", "NaN", "NULL", "-", "."};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcasecmp(cell, words[i]) == 0) return true;
    return false;
}

bool csv_number(const char *cell, double *out)
{
    const char *digit = cell + strspn(cell, "+-");
    if (digit - cell > 1 || !(isdigit((unsigned char)*digit) || *digit == '.') || cell[strspn(cell, "+-.0123456789eE")])
        return false;
    char *end;
    double value = strtod(cell, &end);
    if (*end || end == cell || !isfinite(value)) return false;
    *out = value;
    return true;
}
