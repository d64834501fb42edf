/* apart.h - imports and exports that share neither process nor resource: each can be simulated without the other.
 *
 * Ownership: apart_clear releases the texts. Errors: false when memory ran out.
 */
#ifndef GREENLANE_TOOLS_APART_H
#define GREENLANE_TOOLS_APART_H

#include "models/scenario/scenario.h"
#include "tools/options.h"

enum belongs { BELONGS_UNKNOWN, BELONGS_HERE, BELONGS_TO_OTHER };

struct apart {             /* settings that take a direction out, and what speaks of it */
    struct words settings;
    char **text;           /* owned */
    size_t texts;
};

bool apart_is(const struct scenario *scenario);
/* Whose a path is: a stream's, process's or resource's. */
enum belongs apart_belongs(const struct scenario *scenario, const char *path, enum direction here, enum direction other);
bool apart_make(struct apart *apart, const struct scenario *scenario, enum direction other);
void apart_clear(struct apart *apart);

#endif
