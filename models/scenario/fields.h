/* fields.h - the one table of what a scenario file may hold. It drives the checks (check.h), the JSON Schema that
 * editors use, and the reference page, so that the three cannot disagree.
 *
 * A section is a map of the file; "" is the file itself. A row whose name is "*" stands for every name the author
 * chooses (a resource, a stream). A row's value is a scalar of its type or one of its words, or a map of section `sub`,
 * or with FIELD_LIST a list of these.
 */
#ifndef GREENLANE_MODELS_SCENARIO_FIELDS_H
#define GREENLANE_MODELS_SCENARIO_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum field_type {
    FIELD_TEXT,
    FIELD_NAME,   /* an identifier: [a-z][a-z0-9_]* */
    FIELD_WORD,   /* one of `words` */
    FIELD_YES_NO, /* true or false */
    FIELD_COUNT,  /* a whole number */
    FIELD_NUMBER, /* a plain number */
    FIELD_SEED,   /* 64 bits */
    FIELD_DURATION,
    FIELD_RATE,
    FIELD_SHARE,
    FIELD_DATES,     /* a date or a range of dates */
    FIELD_MOMENT,    /* a dated hour; a duration in a run without dates */
    FIELD_MEASURE,   /* dates, or a duration */
    FIELD_HOURS,     /* 08:30-12:00 */
    FIELD_DAYS,      /* mon-fri */
    FIELD_OFFSET,    /* +08:00 */
    FIELD_TIMES,     /* a distribution of durations */
    FIELD_SIZES,     /* a distribution of counts */
    FIELD_SCORES,    /* a distribution of numbers that may be negative */
    FIELD_CONDITION, /* checked by its reader, who knows the names */
    FIELD_REFERENCE, /* a name given elsewhere; `words` says of what */
    FIELD_SECTION,   /* only a map of section `sub` */
    FIELD_CALENDAR,  /* days: hours, closed, open_as: calendar_text.c */
    FIELD_PROFILE,   /* 24 numbers a day by days, or a stream's name: arrivals_read.c */
    FIELD_ATTRIBUTE, /* a share, levels, numbers, rows by another: attribute_read.c */
    FIELD_STEPS,     /* a list of one-key maps: process_read.c */
    FIELD_BRANCHES,  /* NAME: one step's body, or a list of steps */
    FIELD_ROUTES,    /* STEP: share or condition */
    FIELD_USE,       /* resources: a name, a list of names, or {name: units} */
    FIELD_LEVELS,    /* a number, or CONDITION: number */
    FIELD_VALUE,     /* a value with its unit, whichever the metric has */
    FIELD_OVERLAY,   /* paths and values: tree.h */
    FIELD_TYPES
};

enum field_flags {
    FIELD_REQUIRED = 1,
    FIELD_LIST = 2, /* a list of such values; a single one may stand without brackets */
    FIELD_INPUT = 4 /* says something about the world: counted as evidence, may be {value:, source:, assumed:} */
};

struct field {
    const char *section, *name;
    enum field_type type;
    unsigned flags;
    const char *words;    /* a|b|c: words that may stand here; what a reference refers to */
    const char *sub;      /* the section of a map that may stand here; NULL: none */
    double low, high;     /* of the number; 0, 0: any */
    const char *fallback; /* as text; "" when there is none */
    const char *only;     /* of a step: the kinds it belongs to, "service delay"; NULL: all */
    const char *doc;
};

const struct field *fields_all(size_t *n);
const struct field *fields_find(const char *section, const char *name); /* "*" rows match any name */
const char *fields_suggest(const char *section, const char *name);      /* the nearest name of the section; NULL */
bool fields_has_word(const char *words, const char *word);              /* word is one of a|b|c */
bool fields_is_bounded(const struct field *field);
bool fields_is_name(const char *text); /* [a-z][a-z0-9_]*, at most 64 bytes */

/* The kinds of steps in the order in which a body is asked for them: the key that says so. */
const char *const *fields_step_kinds(size_t *n);

void fields_schema(FILE *out);    /* JSON Schema, draft-07 */
void fields_reference(FILE *out); /* markdown: a table a section */

#endif
