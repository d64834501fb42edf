/* model.h - a scorecard read back from its model file, to score shipments that it was not learnt from.
 *
 * The file is comma-separated: feature, kind, key, other, points. First `intercept`; then for each feature a line that
 * says what it is made of, and a line for each category:
 *
 *   HS6 Code,word,HS6 Code,,0                 HS6 Code,is,440890,,0.41
 *   HS6 Code:2,prefix,HS6 Code,,2             HS6 Code:2,is,44,,0.1         (the first 2 characters)
 *   Net Mass,number,Net Mass,,0               Net Mass,missing,,,0   Net Mass,from,-inf,,0.02   Net Mass,from,10.5,,0.1
 *   Price/Mass,ratio,Price,Mass,0             as a number's
 *   HS6 Code * Net Mass,pair,HS6 Code,Net Mass,0        HS6 Code * Net Mass,both,440890,10.5,0.33
 *
 * Points add up to log odds. A category that is not in the file adds nothing.
 *
 * Ownership: destroy what you read. Errors: NULL and one line in `why` (QUANTITY_WHY bytes). Threads: read-only.
 */
#ifndef GREENLANE_MODELS_RISK_MODEL_H
#define GREENLANE_MODELS_RISK_MODEL_H

#include "models/scenario/tree.h"
#include <stddef.h>

struct risk_model;
/* Found as other data files of a scenario are; see models/scenario/datafile.h. */
struct risk_model *risk_model_read(const char *beside, const char *file, const struct tree_options *options, char *why);
struct datafile;
struct risk_model *risk_model_of(struct datafile *file, char *why); /* borrows it; it must outlive the model */
void risk_model_destroy(struct risk_model *model);

size_t risk_model_columns(const struct risk_model *model); /* that it looks at */
const char *risk_model_column(const struct risk_model *model, size_t i);
/* cell: a text for each of these columns, "" where it is missing. */
double risk_model_points(const struct risk_model *model, const char *const *cell);

#endif
