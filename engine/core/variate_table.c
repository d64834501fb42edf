/* variate_table.c - the columns of a table are allocated one by one and freed together. */
#include "engine/core/variate_table.h"
#include <stdlib.h>
#include <string.h>

void variate_table_destroy(struct variate_table *table)
{
    if (table == NULL) return;
    if (table->part != NULL)
        for (size_t i = 0; i < table->n; i++) variate_clear(&table->part[i]);
    free(table->value);
    free(table->cumulative);
    free(table->guide);
    free(table->part);
    free(table);
}

/* An n of zero bytes or beyond what calloc can give fails as no memory. */
struct variate_table *variate_table_create(size_t n, bool weighted)
{
    struct variate_table *table = calloc(1, sizeof *table);
    if (table == NULL) return NULL;
    table->n = n;
    table->value = calloc(n, sizeof *table->value);
    if (weighted) {
        table->cumulative = calloc(n, sizeof *table->cumulative);
        table->guide = n <= UINT32_MAX ? calloc(n, sizeof *table->guide) : NULL;
    }
    if (table->value == NULL || (weighted && (table->cumulative == NULL || table->guide == NULL))) {
        variate_table_destroy(table);
        return NULL;
    }
    return table;
}

void variate_table_accumulate(struct variate_table *table)
{
    double sum = 0;
    for (size_t i = 0; i < table->n; i++) {
        sum += table->cumulative[i];
        table->cumulative[i] = sum;
    }
    for (size_t i = 0; i < table->n; i++) table->cumulative[i] /= sum;
    for (size_t i = table->n; i-- > 0 && table->cumulative[i] == table->cumulative[table->n - 1];)
        table->cumulative[i] = 1;
    size_t index = 0;
    for (size_t j = 0; j < table->n; j++) {
        double border =
            (double)j / (double)table->n * (1 - 0x1p-50); /* a little low: safe from rounding in the search */
        while (table->cumulative[index] < border) index++;
        table->guide[j] = (uint32_t)index;
    }
}

double variate_table_weight(const struct variate_table *table, size_t i)
{
    return i == 0 ? table->cumulative[0] : table->cumulative[i] - table->cumulative[i - 1];
}

enum status variate_table_copy(struct variate_table **copy, const struct variate_table *table)
{
    struct variate_table *made = variate_table_create(table->n, table->cumulative != NULL);
    if (made == NULL) return STATUS_NO_MEMORY;
    made->beta = table->beta;
    memcpy(made->value, table->value, table->n * sizeof *table->value);
    if (table->cumulative != NULL) {
        memcpy(made->cumulative, table->cumulative, table->n * sizeof *table->cumulative);
        memcpy(made->guide, table->guide, table->n * sizeof *table->guide);
    }
    if (table->part != NULL) {
        made->part = calloc(table->n, sizeof *made->part); /* zeros are constants: clearing them is safe */
        for (size_t i = 0; made->part != NULL && i < table->n; i++) {
            if (variate_copy(&made->part[i], &table->part[i]) == STATUS_OK) continue;
            variate_table_destroy(made);
            return STATUS_NO_MEMORY;
        }
        if (made->part == NULL) {
            variate_table_destroy(made);
            return STATUS_NO_MEMORY;
        }
    }
    *copy = made;
    return STATUS_OK;
}

bool variate_is_point(const struct variate *v, double *at)
{
    *at = v->a;
    switch (v->kind) {
    case VARIATE_CONSTANT: return true;
    case VARIATE_EXPONENTIAL: return v->a == 0;
    case VARIATE_LOGNORMAL: return v->a == 0 || v->b == 0;
    case VARIATE_NORMAL:
    case VARIATE_NORMAL_FREE: return v->b == 0;
    case VARIATE_ERLANG:
    case VARIATE_GAMMA:
    case VARIATE_WEIBULL: *at = 0; return v->b == 0;
    case VARIATE_UNIFORM: return v->b == v->a;
    case VARIATE_TRIANGULAR:
    case VARIATE_PERT: return v->c == v->a;
    default: return false;
    }
}
