/* options.h - the command line, taken apart by one table of options and one of commands.
 *
 * The same tables drive parsing, `--help` of each command, and the messages about what was mistyped.
 *
 * Ownership: texts are borrowed from argv; the lists belong to the options, options_clear releases them.
 */
#ifndef GREENLANE_TOOLS_OPTIONS_H
#define GREENLANE_TOOLS_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum color_choice { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct words { /* what an option that may be repeated was given, in order */
    const char **word;
    size_t count;
};

struct indifference { double hours, relative; }; /* differences that do not matter; 0: none given */

struct options;
struct command_def {
    const char *name, *arguments, *summary;
    const char *help;    /* sentences after the summary */
    const char *example; /* one line or more, each a command to type */
    size_t least, most;  /* arguments */
    int (*run)(const struct options *options);
};

struct options {
    const struct command_def *command; /* NULL: none was named */
    struct words arguments, policies, sets, allow_paths, cases, metrics, vary, targets, free;
    uint64_t replications; /* 0: not given */
    struct words plan;     /* settings of run: that --warm-up and --batches stand for, for every file; owned */
    bool warm_up_auto, warm_up_given;
    double precision;      /* 0: not given */
    uint64_t most;         /* replications, with precision; 0: not given */
    uint64_t batches;      /* 0: not given */
    struct indifference indifference;
    const char *promise;   /* NULL: not given */
    uint64_t lhs, draws;   /* 0: not given */
    const char *layout;    /* of rng-dump; NULL: not given */
    uint64_t words;        /* 0: for ever */
    bool has_seed;
    uint64_t seed;
    unsigned jobs;   /* 0: as many as cores */
    const char *db;  /* the store; greenlane.db unless said */
    const char *out; /* NULL: not given */
    const char *data, *column, *unit, *arrivals, *label, *features, *check, *trs; /* of fit; NULL: not given */
    bool json, quiet, terminal, quick, reference, help, version;
    enum color_choice color;
    char *typed; /* the command as typed, for the store; owned */
};

/* 0, or an exit code after a message on standard error. */
int options_parse(struct options *options, int argc, char **argv);
void options_clear(struct options *options);

void options_help(const struct command_def *command, FILE *out); /* command NULL: of the program */
bool options_color(const struct options *options, FILE *out);    /* NO_COLOR, TERM=dumb and --color considered */

#endif
