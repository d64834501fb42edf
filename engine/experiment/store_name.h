/* store_name.h - what was meant by a name that is not there. */
#ifndef GREENLANE_ENGINE_EXPERIMENT_STORE_NAME_H
#define GREENLANE_ENGINE_EXPERIMENT_STORE_NAME_H

#include "engine/experiment/store_file.h"

/* STATUS_NOT_FOUND, with the nearest of the names that `sql` yields (its ?1 is `key`) in store_why. */
enum status store_name_missing(struct store *store, const char *sql, int64_t key, const char *kind, const char *name);

#endif
