/* table.h - a model file bound to what a shipment is known by, so that it scores without looking at a text.
 *
 * Each column of the model is bound to a number, or to one of `levels` texts by index, or to nothing (missing). A text
 * is found in the file as it stands or with other letter case: the level cn is the file's CN.
 *
 * Ownership: destroy what you create; it borrows nothing. Errors: NULL and one line in `why` (QUANTITY_WHY bytes).
 * Threads: read-only. Points are sums of the file's numbers in the file's order: the same bits everywhere.
 */
#ifndef GREENLANE_MODELS_RISK_TABLE_H
#define GREENLANE_MODELS_RISK_TABLE_H

#include "models/risk/model.h"
#include <stdbool.h>

struct risk_binding {
    bool number;             /* value[column] is the number itself */
    const char *const *text; /* else it is an index of these; NULL: the column is missing */
    size_t levels;
};
struct risk_table;
struct risk_table *risk_table_create(const struct risk_model *model, const struct risk_binding *binding, char *why);
void risk_table_destroy(struct risk_table *table);
double risk_table_points(const struct risk_table *table, const double *value); /* by column of the model */

#endif
