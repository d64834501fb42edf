/* sites.h - one port written once, many ports run: `sites:` gives each site its own copy of every resource, stream and
 * process.
 *
 * The file's resources, streams and processes are then a pattern. Of site S and name N the copy is called S_N; inside a
 * copy every reference is to the site's own. `rates` multiply the streams' rates (0: the site has no such stream),
 * `servers` replace numbers of servers, `set` replaces any other value by its path in the pattern, `groups` join the groups of
 * its streams, whose views are then GROUP_import and GROUP_export.
 *
 * Done on the tree, after policies and settings and before the checks: all else that reads a scenario knows nothing of
 * sites. The copies of all sites but the first are marked `derived`: a pattern's inputs are counted once.
 */
#ifndef GREENLANE_MODELS_SCENARIO_SITES_H
#define GREENLANE_MODELS_SCENARIO_SITES_H

#include "models/scenario/tree.h"

/* Nothing happens without `sites`. Errors go to the list. */
void sites_expand(struct tree *tree, struct diagnostics *errors);

#endif
