/* output.h - whether a file can be written that an option names: asked before the work, not after it. */
#ifndef GREENLANE_TOOLS_OUTPUT_H
#define GREENLANE_TOOLS_OUTPUT_H

#include <stdbool.h>

/* 0, or an exit code after a message: its folder is missing or closed, or it is `replaced`, another file put in its place,
 * which would destroy a device. NULL: none is named. */
int output_check(const char *name, bool replaced);

#endif
