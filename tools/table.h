/* table.h - text in aligned columns, no wider than the page, for any script: widths are counted in columns of the
 * terminal, not in bytes.
 *
 * A table is filled cell by cell; columns are two blanks apart, one where the page is too narrow, and then the first
 * column is cut with an ellipsis. A note is a line of its own between rows.
 *
 * Errors: when memory runs out the table remembers and prints nothing; table_print then says false.
 */
#ifndef GREENLANE_TOOLS_TABLE_H
#define GREENLANE_TOOLS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { PAGE_WIDTH = 80 };

struct table;
struct table *table_create(const char *columns); /* a letter for each: l left, r right */
void table_destroy(struct table *table);
void table_cell(struct table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));
void table_number(struct table *table, double value, int decimals);    /* "-" for NAN */
void table_share(struct table *table, double value, int decimals);     /* in per cent */
void table_interval(struct table *table, double half_width, int decimals); /* "± 0.12"; finer where that would read 0 */
void table_end_row(struct table *table);
void table_note(struct table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool table_print(const struct table *table, FILE *out);

size_t text_width(const char *text);                      /* columns of a terminal */
void print_wrapped(FILE *out, const char *text);          /* broken at blanks to the page's width */
void print_beside(FILE *out, const char *left, size_t indent, const char *text); /* `text` wrapped from column `indent` on */
const char *text_count(uint64_t number, char buffer[32]); /* 1,296,214 */
const char *text_number(double value, int decimals, char buffer[32]); /* never "-0.00"; "-" for NAN; thousands apart */

#endif
