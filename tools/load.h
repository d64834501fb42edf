/* load.h - the arguments of a command as loaded variants: words taken apart, options laid on, everything simulated. */
#ifndef GREENLANE_TOOLS_LOAD_H
#define GREENLANE_TOOLS_LOAD_H

#include "tools/variants.h"

enum { LOAD_MOST_WORDS = 64 };
enum load_changes {
    LOAD_CHANGE_ALL,         /* --policy and --set change every file */
    LOAD_BASELINE_UNCHANGED  /* every file but the first; a single file makes two variants, without and with them */
};

struct loaded {
    struct variant_word word[LOAD_MOST_WORDS];
    size_t words;
    struct variants variants;
};

/* An exit code after a message; loaded_clear is due either way. `first`: the first argument that names a variant. */
int load_words(struct loaded *loaded, const struct options *options, size_t first, const char *kind, enum load_changes changes);
void loaded_clear(struct loaded *loaded);

/* The first half alone, for commands that change the words before they load. */
int read_words(struct loaded *loaded, const struct options *options, size_t first, enum load_changes changes);

#endif
