/* progress.h - how far a simulation is: one line that is rewritten on a terminal, now and then a plain line elsewhere,
 * nothing under --quiet. On standard error, so that data may be piped.
 */
#ifndef GREENLANE_TOOLS_PROGRESS_H
#define GREENLANE_TOOLS_PROGRESS_H

#include "engine/experiment/experiment.h"
#include <stdbool.h>

struct progress {
    bool on, terminal, shown;
    double last; /* seconds at the last plain line */
};

void progress_begin(struct progress *progress, bool quiet);
void progress_show(struct progress *progress, const struct experiment_progress *now);
void progress_end(struct progress *progress); /* wipes the line */

#endif
