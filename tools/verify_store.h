/* verify_store.h - a finished suite into the store: a run of kind `verify`, one row a case (table verification).
 *
 * Errors: an exit code after a message on standard error.
 */
#ifndef GREENLANE_TOOLS_VERIFY_STORE_H
#define GREENLANE_TOOLS_VERIFY_STORE_H

#include "engine/experiment/store.h"
#include "tools/verify.h"

/* Before anything is simulated, so that a store that cannot be written costs nobody the minutes of a suite. */
int verify_store_open(const struct options *options, struct store **store);
int verify_store(const struct verify *verify, struct store *store, int64_t *run);

#endif
