/* csv.h - a comma-separated file read row by row, in memory that does not grow with it.
 *
 * The first line names the columns. A cell may stand in double quotes, a doubled quote in it is one quote, and a quoted
 * cell may hold commas and line ends. Lines end in LF or CRLF, the last one may end in nothing; a byte order mark is
 * left out, blanks around a cell too unless it is quoted; empty lines are passed over. A first line with semicolons or
 * tabs and no comma says that those separate the cells.
 *
 * Errors:    go to the diagnostics the file was opened with, as FILE:LINE:COLUMN. A row with too many or too few cells
 * is an error and passed over; after CSV_MOST_ERRORS of them reading ends. Ownership: cells and names are the file's; a
 * row's cells last until the next row.
 */
#ifndef GREENLANE_TOOLS_CSV_H
#define GREENLANE_TOOLS_CSV_H

#include "models/scenario/diagnostic.h"
#include <stdbool.h>
#include <stddef.h>

enum { CSV_MOST_ERRORS = 20, CSV_MOST_ROW = 1 << 22 };

struct csv {
    const char *path; /* borrowed; "-": standard input */
    size_t columns;
    char **name;       /* of the columns */
    const char **cell; /* of the row that was read last */
    int line;          /* on which that row begins */
    size_t rows;       /* read so far, without the heading */
    struct csv_reader *reader;
    struct diagnostics *errors;
};

/* NULL after an error; the heading is read. */
struct csv *csv_open(const char *path, struct diagnostics *errors);
void csv_close(struct csv *csv);
bool csv_next(struct csv *csv); /* false at the end, also when there were too many errors */

bool csv_find(struct csv *csv, const char *name, size_t *column); /* false after an error with a suggestion */
bool csv_is_missing(const char *cell);                            /* empty, NA, N/A, NaN, NULL, -, . */
bool csv_number(const char *cell, double *out); /* decimal and finite; 1e3 is a number, 1,000 is none */

/* An error in the row that was read last, at the cell of a column. */
void csv_error(struct csv *csv, size_t column, const char *format, ...) __attribute__((format(printf, 3, 4)));
struct place csv_place(const struct csv *csv, size_t column);

#endif
