/* rows.h - labelled rows held as numbers: each distinct text of a column is kept once.
 *
 * Rows to learn from come first, rows held back to judge by come after; both share the columns' dictionaries. A cell
 * takes four bytes, so a year of a country's declarations fits in memory while its file is read row by row.
 *
 * Ownership: texts are copied. Errors: false when memory runs out.
 */
#ifndef GREENLANE_MODELS_RISK_ROWS_H
#define GREENLANE_MODELS_RISK_ROWS_H

#include "models/risk/dictionary.h"
#include <stdbool.h>

struct risk_column {
    char *name;
    struct dictionary texts;
    uint32_t *code; /* of each row: which text */
    /* Filled in by risk_rows_end, by code: */
    double *number; /* NAN for a text that is none, and for the missing "" */
    bool numeric;   /* every text that is there is a number, */
    bool fractions; /* and one of them has a decimal point */
    bool dates;     /* every text that is there begins like 2020-01-31 */
};

struct risk_rows {
    struct risk_column *column;
    size_t columns;
    bool *bad; /* of each row: the label */
    size_t rows;
    size_t fitted; /* so many rows are learnt from, the others held back */
    size_t allocated;
};

bool risk_rows_init(struct risk_rows *rows, char *const *name, size_t columns);
bool risk_rows_add(struct risk_rows *rows, const char *const *cell, bool bad); /* cell: "" is missing */
void risk_rows_hold_back(struct risk_rows *rows);                              /* what is added from now on */
bool risk_rows_end(struct risk_rows *rows);
void risk_rows_clear(struct risk_rows *rows);

#endif
