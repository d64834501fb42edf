/* diagnostic.h - what is wrong with a scenario file, all of it, each with place, reason and remedy.
 *
 * Collected, never printed here: the command prints them, sorted by place. A message reads
 *   FILE:LINE:COLUMN: error: FIELD: what was found; what would be right [did you mean 'x'?]
 * It is one line of valid UTF-8 whatever a file may hold: control characters and broken bytes become '?'.
 *
 * Ownership: a list owns its texts and its own copies of file names, so it outlives the tree it speaks of. A list in
 *            use is not copied. Errors: when memory runs out the list keeps a static message saying so.
 */
#ifndef GREENLANE_MODELS_SCENARIO_DIAGNOSTIC_H
#define GREENLANE_MODELS_SCENARIO_DIAGNOSTIC_H

#include <stdbool.h>
#include <stddef.h>

struct place {
    const char *file; /* borrowed from the tree, in a diagnostic from its list; "--set", "--policy", "-": no file */
    int line, column; /* from 1; 0 where there is none */
};

enum diagnostic_level { DIAGNOSTIC_NOTE, DIAGNOSTIC_WARNING, DIAGNOSTIC_ERROR };

struct diagnostic {
    enum diagnostic_level level;
    struct place place;
    const char *text; /* one line; the list's */
    size_t order;     /* from 0, as added */
};

struct diagnostics {
    struct diagnostic *item;
    size_t count, errors, allocated;
    bool unreadable; /* a file could not be read: exit code 66 instead of 65 */
    char **file;     /* the files as first met */
    size_t files;
    struct diagnostic spare; /* has a text once memory has run out; `item` is this when there is nothing else */
};

void diagnostics_init(struct diagnostics *list);
void diagnostics_clear(struct diagnostics *list);
void diagnostics_add(struct diagnostics *list, enum diagnostic_level level, struct place place, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void diagnostics_sort(struct diagnostics *list); /* by file as first met, line, column, then as added */

/* FILE:LINE:COLUMN: error: TEXT, without a line end; line and file are left out where there is none. Returns the length
 * it needs, as snprintf does. */
int diagnostic_line(char *out, size_t size, const struct diagnostic *diagnostic);

/* The candidate nearest to `word` (edit distance with transpositions, at most a third of its length, at least one, and
 * less than all of it); the first of equals; NULL when none is near. */
const char *diagnostic_suggest(const char *word, const char *const *candidates, size_t n);

#endif
