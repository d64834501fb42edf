/* status.c - the words of each status, one table. */
#include "engine/core/status.h"

const char *status_words(enum status status)
{
    switch (status) {
    case STATUS_OK: return "done";
    case STATUS_NO_MEMORY: return "there is not enough memory";
    case STATUS_BAD_VALUE: return "a number lies outside its range";
    case STATUS_BAD_TIME: return "a time is not a number or lies before the clock";
    case STATUS_EMPTY: return "nothing is left";
    case STATUS_LIMIT: return "a limit is exceeded";
    case STATUS_DUPLICATE: return "a name is taken twice";
    case STATUS_NOT_FOUND: return "no such name";
    case STATUS_IO: return "reading or writing failed";
    case STATUS_CORRUPT: return "the file is damaged or of another kind";
    case STATUS_STOPPED: return "interrupted";
    case STATUS_UNSTABLE: return "the computation did not converge";
    case STATUS_STUCK: return "the network cannot go on";
    case STATUS_BROKEN: return "an internal check failed";
    }
    return "unknown status";
}
