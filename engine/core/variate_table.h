/* variate_table.h - the inside of a variate, shared by variate.c (making), variate_draw.c (drawing) and variate_law.c
 * (mean, variance, distribution function). Nothing else includes it.
 *
 * Invariants: `cumulative` rises and ends at exactly 1; guide[j] is not beyond the first i with cumulative[i] >= j/n,
 * so a search starts there and goes up only; tables never change once made.
 */
#ifndef GREENLANE_ENGINE_CORE_VARIATE_TABLE_H
#define GREENLANE_ENGINE_CORE_VARIATE_TABLE_H

#include "engine/core/special.h"
#include "engine/core/variate.h"
#include <stdbool.h>
#include <stdint.h>

enum { VARIATE_ERLANG_LIMIT = 1000, /* phases; each takes a word */ VARIATE_PERT_CELLS = 128 };

struct variate_table {
    size_t n;
    double *value, *cumulative;
    uint32_t *guide;
    struct variate *part;
    struct special_beta beta; /* of pert */
};

/* Zeroed columns of n entries; NULL without memory. */
struct variate_table *variate_table_create(size_t n, bool weighted);
void variate_table_destroy(struct variate_table *table);
enum status variate_table_copy(struct variate_table **copy, const struct variate_table *table);

/* Turns the weights that stand in `cumulative` into running sums that end at 1, and fills in the guide. */
void variate_table_accumulate(struct variate_table *table);

/* The weight of entry i alone, of a sum of 1. */
double variate_table_weight(const struct variate_table *table, size_t i);

/* The first i with cumulative[i] >= u, 0 <= u <= 1. */
static inline size_t variate_table_find(const struct variate_table *table, double u)
{
    size_t cell = (size_t)(u * (double)table->n);
    size_t index = table->guide[cell < table->n ? cell : table->n - 1];
    while (table->cumulative[index] < u) index++;
    return index;
}

#endif
