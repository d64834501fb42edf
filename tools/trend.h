/* trend.h - queues that grow while they should be steady, seen from the stored series.
 *
 * A queue grows when, over replications, its mean in the last third of the window is clearly above that of the first
 * third (paired t, Holm over the resources) and by a fifth at least, and what it has grown by is still there at the end. Where there is no series, the number at the end of the
 * window is compared with that at its beginning. Fewer than two replications cannot tell.
 */
#ifndef GREENLANE_TOOLS_TREND_H
#define GREENLANE_TOOLS_TREND_H

#include "tools/variants.h"

#define QUEUES_UNKNOWN ((size_t)-1)

/* How many, and their names with what they grow by a day, joined by commas. */
size_t queues_that_grow(const struct variants *all, const struct variant *variant, char *names, size_t size);

#endif
