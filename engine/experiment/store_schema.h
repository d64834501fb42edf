/* store_schema.h - the tables and views of a store, their making and their recognition. */
#ifndef GREENLANE_ENGINE_EXPERIMENT_STORE_SCHEMA_H
#define GREENLANE_ENGINE_EXPERIMENT_STORE_SCHEMA_H

#include "engine/experiment/store_file.h"

enum { STORE_APPLICATION = 0x67726c6e /* "grln" */, STORE_FORMAT = 1 };

/* Fills an empty database, in the transaction that is under way. */
enum status store_schema_create(struct store *store);
/* The table and the view of `verification`, where they are missing, in the transaction that is under way. */
enum status store_schema_add_cases(struct store *store);
/* Likewise the table `run_name`; whether it is there: older stores have none. */
enum status store_schema_add_names(struct store *store);
bool store_schema_has_names(struct store *store);
/* Is this a whole greenlane store of this format? To be called inside a transaction, so that nobody writes meanwhile.
 */
enum status store_schema_check(struct store *store);

#endif
