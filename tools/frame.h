/* frame.h - a short run of a scenario, for questions that take hundreds of variants.
 *
 * Settings that cut the window to 28 days and the warm-up to 10, unless --set says otherwise, and end plain arrivals two
 * weeks after the window, when nearly all of the cohort has left: what remains of it needs nobody to hold it up.
 *
 * Ownership: frame_clear releases the texts. Errors: false when memory ran out.
 */
#ifndef GREENLANE_TOOLS_FRAME_H
#define GREENLANE_TOOLS_FRAME_H

#include "models/scenario/scenario.h"
#include "tools/options.h"

enum { FRAME_WINDOW_DAYS = 28, FRAME_WARM_UP_DAYS = 10, FRAME_TAIL_DAYS = 14, FRAME_REPLICATIONS = 4 };

struct frame {
    struct words settings;
    char **text;            /* owned; the settings point into it */
    size_t texts;
    double window, warm_up; /* hours */
    bool ends;              /* arrivals end before the run does */
};

bool frame_make(struct frame *frame, const struct scenario *scenario, const struct options *options);
void frame_clear(struct frame *frame);
bool frame_is_of(const char *path, const char *value); /* an input that only the frame set */

/* "4 replications x 28 d after a warm-up of 10 d, seed 1; arrivals end 14 d after the window" */
void frame_describe(const struct frame *frame, size_t replications, uint64_t seed, char *text, size_t size);

bool words_push(struct words *words, const char *word); /* borrowed; false also for NULL */

#endif
