/* gnuplot.h - gnuplot as a child process: it gets a script through a pipe, and says on another what it did not like.
 *
 * Errors: false after filling `why` with one line; a picture that failed leaves no file behind.
 */
#ifndef GREENLANE_TOOLS_GNUPLOT_H
#define GREENLANE_TOOLS_GNUPLOT_H

#include <stdbool.h>
#include <stddef.h>

enum gnuplot_outcome {
    GNUPLOT_DONE,
    GNUPLOT_MISSING,
    GNUPLOT_FAILED,
    GNUPLOT_STOPPED
}; /* stopped: by Ctrl-C or SIGTERM */

/* What gnuplot prints on its standard output is copied to ours. */
enum gnuplot_outcome gnuplot_draw(const char *script, size_t length, char why[200]);
bool gnuplot_version(char *out, size_t size); /* "5.4 patchlevel 4"; false when there is none */

#endif
