/* observe.h - metrics that a question asks for and the file's runs do not report: a setting that adds them.
 *
 * Some numbers are kept only where a metric asks for them, such as the quantiles of a stage; a promise, a target or a
 * table that names one is asking.
 */
#ifndef GREENLANE_TOOLS_OBSERVE_H
#define GREENLANE_TOOLS_OBSERVE_H

#include "models/scenario/scenario.h"

/* run.metrics=[...], the file's own among them, to be freed; *out NULL: nothing is to be added, be it that all are
 * there or that a name is none, which is for the caller to complain about. False: no memory. */
bool observe_setting(const struct scenario *scenario, const char *const *metric, size_t metrics, char **out);

#endif
