/* datafile.h - a table of text beside a scenario: durations to draw from, arrivals to replay.
 *
 * Comma-separated, the first line names the columns, cells may stand in double quotes. The file lies in the folder of
 * the scenario that names it or below, or under a folder that --allow-path gives; symbolic links are followed first.
 *
 * Ownership: destroy what you read. Errors: NULL or false, and one line in `why`.
 */
#ifndef GREENLANE_MODELS_SCENARIO_DATAFILE_H
#define GREENLANE_MODELS_SCENARIO_DATAFILE_H

#include "models/scenario/quantity.h"
#include "models/scenario/tree.h"

struct datafile {
    char *path, *bytes;   /* bytes: the file, cut into cells in place */
    char **cell;          /* row-major, the heading first */
    size_t columns, rows; /* rows without the heading */
    uint64_t hash;        /* FNV-1a of the bytes */
};

enum { DATAFILE_MOST_BYTES = 1 << 28 };

struct datafile *datafile_read(const char *beside, const char *file, const struct tree_options *options, char *why);
void datafile_destroy(struct datafile *data);

bool datafile_column(const struct datafile *data, const char *name, size_t *column, char *why);
const char *datafile_cell(const struct datafile *data, size_t row, size_t column);

#endif
