/* starts.h - policies that start inside the run: the scenario as it is before them, read once more.
 *
 * Such a policy may set or scale a step's time, share or top_up and a resource's servers, for then the two differ in
 * numbers only. Anything else is refused at the line that does it.
 */
#ifndef GREENLANE_MODELS_SCENARIO_STARTS_H
#define GREENLANE_MODELS_SCENARIO_STARTS_H

#include "models/scenario/scenario.h"

/* Fills scenario->before and turns_at where a policy of the request starts inside the run. False: reported. */
bool starts_attach(struct scenario *scenario, const struct scenario_request *request, struct diagnostics *errors);

#endif
