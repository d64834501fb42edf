/* command.h - the commands of `greenlane`, and what its exit codes say.
 *
 * A command prints data on standard output and messages on standard error, and returns its exit code.
 */
#ifndef GREENLANE_TOOLS_COMMAND_H
#define GREENLANE_TOOLS_COMMAND_H

#include "tools/options.h"

#define GREENLANE_VERSION "0.1.0"

enum exit_code {
    EXIT_DONE = 0,
    EXIT_CHECK_FAILED = 1,   /* ran, but something checked does not hold */
    EXIT_COMMAND_LINE = 64,
    EXIT_CONTENT = 65,       /* what a file says is wrong */
    EXIT_UNREADABLE = 66,    /* a file cannot be read */
    EXIT_FAULT = 70,         /* our fault */
    EXIT_CANNOT_CREATE = 73,
    EXIT_IO = 74,
    EXIT_INTERRUPTED = 130,  /* 128 + SIGINT */
    EXIT_TERMINATED = 143    /* 128 + SIGTERM */
};

/* What is wrong with a store, and the remedy; the message names the file once, whether or not `why` does. */
void store_complain(const char *db, const char *why, const char *remedy);

int command_run(const struct options *options);
int command_compare(const struct options *options);
int command_attribute(const struct options *options);
int command_sweep(const struct options *options);
int command_frontier(const struct options *options);
int command_staff(const struct options *options);
int command_calibrate(const struct options *options);
int command_plot(const struct options *options);
int command_check(const struct options *options);
int command_validate(const struct options *options);
int command_show(const struct options *options);
int show_evidence(const struct options *options, bool assumptions); /* of what its second word names; else sources */
int command_fit(const struct options *options);
int command_verify(const struct options *options);
int command_rng_dump(const struct options *options);
int command_trace(const struct options *options);
int command_schema(const struct options *options);

#endif
