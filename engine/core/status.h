/* status.h - how a function of the engine says that it could not do what was asked.
 *
 * Promise: on anything but STATUS_OK nothing has changed. The engine never prints, exits or aborts; a caller's bug is an
 * assertion, the world's faults (memory, disk, bad numbers) are one of these.
 */
#ifndef GREENLANE_ENGINE_CORE_STATUS_H
#define GREENLANE_ENGINE_CORE_STATUS_H

enum status {
    STATUS_OK,
    STATUS_NO_MEMORY,
    STATUS_BAD_VALUE, /* a number outside its domain */
    STATUS_BAD_TIME,  /* not a number, or before the clock */
    STATUS_EMPTY,     /* nothing there to take */
    STATUS_LIMIT,     /* more than a documented limit allows */
    STATUS_DUPLICATE, /* a name, or a name's hash, is taken */
    STATUS_NOT_FOUND,
    STATUS_IO,
    STATUS_CORRUPT,   /* a file is not what it says it is */
    STATUS_STOPPED,   /* interrupted by the user */
    STATUS_UNSTABLE,  /* a computation did not converge */
    STATUS_STUCK,     /* a network that cannot go on: a deadlock, a way in circles; why in the result */
    STATUS_BROKEN     /* an invariant does not hold: a fault of ours */
};

/* One sentence, lower case, no full stop; static. */
const char *status_words(enum status status);

#endif
