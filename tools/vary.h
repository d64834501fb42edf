/* vary.h - `--vary PATH=VALUES`: one value of a scenario and what it takes in turn.
 *
 *   PATH=5,8,11          these, each as `--set` takes it
 *   PATH=5..17/3         from 5 to 17 in steps of 3; units as in the file: 2 h..8 h/2 h, 10 %..30 %/5 %
 *   PATH=5..17           a range, for those who choose within it
 *   PATH=x0.5..x1.5/0.25 factors on what stands there
 *   PATH                 the value alone, for a calibration
 *
 * Where a distribution stands and a plain quantity is given, the distribution is scaled to that mean. Evidence that
 * stands beside a value stays.
 *
 * Ownership: vary_clear. Errors: an exit code after a message on standard error.
 */
#ifndef GREENLANE_TOOLS_VARY_H
#define GREENLANE_TOOLS_VARY_H

#include "models/scenario/tree.h"
#include "tools/options.h"

enum { VARY_MOST_VALUES = 1000 };

struct vary {
    char *typed;           /* the path as typed */
    char *path;            /* with `.value` where evidence stands beside it */
    char *base;            /* the text there now; NULL when that is no scalar */
    double now;            /* its number, or its distribution's mean in hours; NAN */
    char unit[24];         /* behind a number: " h"; "" */
    bool distribution, factor, whole; /* whole: both ends of the range are integers without a unit */
    char **value;          /* texts to take in turn */
    size_t values;
    double low, high;      /* of the range; NAN without one */
};

int vary_read(struct vary *out, const char *word, const struct tree *tree);
void vary_clear(struct vary *vary);

/* "path=text"; caller frees, NULL when memory ran out or the value cannot be scaled. */
char *vary_setting(const struct vary *vary, const char *value);
/* Of a number in the vary's unit: a factor, or a quantity. */
char *vary_setting_of(const struct vary *vary, double number);
/* "12.5 h": a number as the file would have it. */
void vary_text(const struct vary *vary, double number, char *text, size_t size);

/* All of --vary; the array is the caller's. */
int vary_read_all(const struct words *words, const struct tree *tree, struct vary **out);
void vary_clear_all(struct vary *list, size_t n);

#endif
