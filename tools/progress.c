/* progress.c - see progress.h. The experiment calls at most ten times a second. */
#include "tools/progress.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const double plain_every_seconds = 10; /* rare enough for a log, often enough to see that it lives */

void progress_begin(struct progress *progress, bool quiet)
{
    const char *terminal = getenv("TERM");
    bool can_rewrite = terminal && strcmp(terminal, "dumb") != 0;
    *progress = (struct progress){.on = !quiet, .terminal = isatty(STDERR_FILENO) && can_rewrite};
}

static void describe_left(double seconds, char text[48])
{
    if (isnan(seconds))
        snprintf(text, 48, "estimating the time left");
    else if (seconds < 90)
        snprintf(text, 48, "%.0f s left", ceil(seconds));
    else if (seconds < 5400)
        snprintf(text, 48, "%.0f min left", ceil(seconds / 60));
    else
        snprintf(text, 48, "%.1f h left", seconds / 3600);
}

void progress_show(struct progress *progress, const struct experiment_progress *now)
{
    if (!progress->on || now->total == 0) return;
    if (!progress->terminal && now->seconds - progress->last < plain_every_seconds) return;
    char left[48];
    describe_left(now->left, left);
    fprintf(stderr, "%s%3.0f %%, %llu of %llu jobs, %s%s",
        progress->terminal ? "\r\033[K" : "greenlane: ", 100 * now->share,
        (unsigned long long)now->done, (unsigned long long)now->total, left, progress->terminal ? "" : "\n");
    fflush(stderr);
    progress->last = now->seconds;
    progress->shown = true;
}

void progress_end(struct progress *progress)
{
    if (progress->on && progress->terminal && progress->shown) fputs("\r\033[K", stderr);
}
