/* rows.c - see rows.h. */
#include "models/risk/rows.h"
#include "models/scenario/quantity.h"
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

bool risk_rows_init(struct risk_rows *rows, char *const *name, size_t columns)
{
    *rows = (struct risk_rows){.columns = columns};
    rows->column = calloc(columns ? columns : 1, sizeof *rows->column);
    for (size_t i = 0; rows->column && i < columns; i++)
        if (!(rows->column[i].name = strdup(name[i]))) return false;
    return rows->column != NULL;
}

static bool make_room(struct risk_rows *rows)
{
    if (rows->rows < rows->allocated) return true;
    size_t allocated = rows->allocated ? 2 * rows->allocated : 1024;
    bool *bad = realloc(rows->bad, allocated * sizeof *bad);
    if (!bad) return false;
    rows->bad = bad;
    for (size_t i = 0; i < rows->columns; i++) {
        uint32_t *code = realloc(rows->column[i].code, allocated * sizeof *code);
        if (!code) return false;
        rows->column[i].code = code;
    }
    rows->allocated = allocated;
    return true;
}

bool risk_rows_add(struct risk_rows *rows, const char *const *cell, bool bad)
{
    if (!make_room(rows)) return false;
    for (size_t i = 0; i < rows->columns; i++) {
        uint32_t code = dictionary_add(&rows->column[i].texts, cell[i], strlen(cell[i]));
        if (code == DICTIONARY_NONE) return false;
        rows->column[i].code[rows->rows] = code;
    }
    rows->bad[rows->rows++] = bad;
    return true;
}

void risk_rows_hold_back(struct risk_rows *rows)
{
    rows->fitted = rows->rows;
}

static bool is_date(const char *text)
{
    static const char shape[] = "0000-00-00";
    for (size_t i = 0; shape[i]; i++)
        if (shape[i] == '0' ? !isdigit((unsigned char)text[i]) : text[i] != shape[i]) return false;
    return true;
}

static bool end_column(struct risk_column *column)
{
    char why[QUANTITY_WHY];
    size_t there = 0;
    column->number = calloc(column->texts.count ? column->texts.count : 1, sizeof *column->number);
    if (!column->number) return false;
    column->numeric = column->dates = true;
    for (uint32_t i = 0; i < column->texts.count; i++) {
        const char *text = dictionary_key(&column->texts, i, NULL);
        column->number[i] = NAN;
        if (!*text) continue;
        there++;
        column->dates = column->dates && is_date(text);
        if (!quantity_read(text, UNIT_NONE, &column->number[i], why)) {
            column->number[i] = NAN;
            column->numeric = false;
        } else if (strchr(text, '.')) {
            column->fractions = true;
        }
    }
    column->numeric = column->numeric && there;
    column->dates = column->dates && there;
    return true;
}

bool risk_rows_end(struct risk_rows *rows)
{
    if (!rows->fitted) rows->fitted = rows->rows;
    for (size_t i = 0; i < rows->columns; i++)
        if (!end_column(&rows->column[i])) return false;
    return true;
}

void risk_rows_clear(struct risk_rows *rows)
{
    for (size_t i = 0; rows->column && i < rows->columns; i++) {
        free(rows->column[i].name);
        free(rows->column[i].code);
        free(rows->column[i].number);
        dictionary_clear(&rows->column[i].texts);
    }
    free(rows->column);
    free(rows->bad);
    *rows = (struct risk_rows){0};
}
