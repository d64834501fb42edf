/* diagnostic.h - what is wrong with a scenario file, all of it, each with place, reason and remedy.
 *
 * Collected, never printed here: the command prints them, sorted by place. A message reads
 *   FILE:LINE:COLUMN: error: FIELD: what was found; what would be right [did you mean 'x'?]
 *
 * Ownership: a list owns its texts. Errors: when memory runs out the list keeps a static message saying so.
 */
#ifndef GREENLANE_MODELS_SCENARIO_DIAGNOSTIC_H
#define GREENLANE_MODELS_SCENARIO_DIAGNOSTIC_H

#include <stdbool.h>
#include <stddef.h>

struct place {
    const char *file; /* borrowed from the tree or scenario; "--set", "--policy" or "-" where there is no file */
    int line, column; /* from 1; 0 where there is none */
};

enum diagnostic_level { DIAGNOSTIC_NOTE, DIAGNOSTIC_WARNING, DIAGNOSTIC_ERROR };

struct diagnostic {
    enum diagnostic_level level;
    struct place place;
    char *text; /* one line */
};

struct diagnostics {
    struct diagnostic *item;
    size_t count, errors, allocated;
    bool unreadable; /* a file could not be read: exit code 66 instead of 65 */
};

void diagnostics_init(struct diagnostics *list);
void diagnostics_clear(struct diagnostics *list);
void diagnostics_add(struct diagnostics *list, enum diagnostic_level level, struct place place, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void diagnostics_sort(struct diagnostics *list); /* by file as first met, line, column */

/* The candidate nearest to `word` (edit distance with transpositions, at most a third of its length, at least one);
 * NULL when none is near. */
const char *diagnostic_suggest(const char *word, const char *const *candidates, size_t n);

#endif
