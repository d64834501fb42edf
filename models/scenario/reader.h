/* reader.h - what the readers of a scenario's sections share: where they are, how they complain, how they look up.
 * Internal to models/scenario; scenario.h is the door.
 *
 * check_scenario looks at every value by the table of fields first and reports what is malformed or unknown; the
 * readers then take values quietly (a malformed one reads as its default) and report only what needs names: references,
 * conditions, and what does not fit together. So nothing is reported twice.
 */
#ifndef GREENLANE_MODELS_SCENARIO_READER_H
#define GREENLANE_MODELS_SCENARIO_READER_H

#include "models/scenario/shelf.h"
#include "models/scenario/distribution.h"
#include "models/scenario/scenario.h"

struct attribute_info { /* what conditions know of an attribute */
    const char *name;
    enum attribute_kind kind;
    char **level; /* category */
    double *level_value;
    size_t levels;
    bool numeric;   /* levels are numbers: comparisons order them */
    const char *of; /* the stream that defined it first; NULL: built in */
    struct place place;
};

struct reader {
    struct scenario *scenario;
    struct diagnostics *errors;
    struct shelf *shelf;
    const struct scenario_request *request;
    struct distribution_files files;
    const struct node *root;
    const char *text; /* the canonical text of the tree as it was written */
    char path[768]; /* dotted, of the value at hand */
    size_t path_length;
    size_t input_room;
    struct attribute_info *attribute; /* as many as scenario->attributes */
    struct datafile *data;            /* read at this moment; released here when memory runs out */
    bool *attribute_used, *calendar_used, *resource_used, *process_used;
};

/* ---- where the reader is ---- */
size_t reader_enter(struct reader *r, const char *key); /* appends ".key"; gives the mark to leave to */
size_t reader_enter_index(struct reader *r, size_t index);
void reader_leave(struct reader *r, size_t mark);

/* "PATH: text" at the node. */
void reader_error(struct reader *r, const struct node *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void reader_warning(struct reader *r, const struct node *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for the value of `key` in the map (the map itself when it is not there): "PATH.KEY: text". */
void reader_error_at(struct reader *r, const struct node *map, const char *key, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void reader_warning_at(struct reader *r, const struct node *map, const char *key, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* ---- values, quietly ---- */
const struct node *reader_plain(const struct node *node);               /* {value: X, ...} gives X */
const struct node *reader_get(const struct node *map, const char *key); /* plain; NULL when absent, null or no map */
const char *reader_scalar(const struct node *map, const char *key);     /* its text; NULL unless a scalar */
char *reader_text(
    struct reader *r, const struct node *map, const char *key, const char *fallback); /* copied; NULL stays */
double reader_number(const struct node *map, const char *key, enum unit unit, double fallback);
int reader_count(const struct node *map, const char *key, int fallback); /* the fallback, too, when it is no int */
int reader_word(const struct node *map, const char *key, const char *const *words, int n, int fallback);
bool reader_variate(struct reader *r, const struct node *node, enum distribution_of of, struct variate *out);
const char *reader_beside(
    const struct reader *r, const struct node *node); /* the file whose folder its data files are in */
bool reader_moment(struct reader *r, const struct node *node, double *hours); /* reports a date without dates */

/* ---- names ---- */
/* The index of `name` among the names; else an error "no WHAT 'name'" with a suggestion, and NONE. */
int reader_find(
    struct reader *r, const struct node *at, const char *what, const char *name, const char *const *names, size_t n);
int reader_resource(struct reader *r, const struct node *at);
int reader_calendar(struct reader *r, const struct node *at);
int reader_process(struct reader *r, const struct node *at);

/* The i-th item of a list, or the value itself when it stands alone. */
size_t reader_items(const struct node *node);
const struct node *reader_item(const struct node *node, size_t i);

/* A cell of a data file as a value of the attribute; false when it is none (replay_read.c). */
bool reader_cell_value(const struct attribute_info *info, const char *cell, double *out);
/* The data file `map.key` names, kept in r->data until released; its hash counts. NULL: reported. */
struct datafile *reader_data_open(struct reader *r, const struct node *map, const char *key);
void reader_data_close(struct reader *r);
/* `attributes: {NAME: COLUMN}` of a map: attributes and columns, shelf arrays; false: reported. */
bool reader_data_attributes(
    struct reader *r, const struct node *map, const struct datafile *data, int **attribute, size_t **column, size_t *n);

/* ---- check.c ---- */
void check_scenario(struct reader *r); /* every value by the table of fields; collects the inputs */
/* The kind of a step's body as a word of the table ("service", "query", ...); NULL when nothing says. */
const char *check_step_kind(const char *name, const struct node *body);
bool check_has_unknown(const char *section, const struct node *map);

/* ---- condition_text.c ---- */
struct condition_steps { /* steps whose STEP.met may be asked; none: count 0 */
    const struct step *step;
    int first, count;
};
bool reader_condition(struct reader *r, const struct node *at, const char *text, const struct condition_steps *steps,
    struct condition *out);

/* ---- the readers, in the order in which they are called ---- */
void read_sources(struct reader *r);
void read_run(struct reader *r);
void read_calendars(struct reader *r);
void read_resources(struct reader *r);  /* without the conditions of pools */
void read_attributes(struct reader *r); /* streams by name, with their attributes; the numbering of all attributes */
void read_pools(struct reader *r);
void read_processes(struct reader *r);
void read_streams(struct reader *r);  /* the rest of each stream */
void read_replay(struct reader *r, struct arrivals *a, const struct node *map); /* of one stream */
void read_costs(struct reader *r, struct stream *stream, const struct node *map); /* of one stream */
void read_start(struct reader *r);    /* what is inside when the run begins */
void read_promises(struct reader *r); /* and what is expected, metrics, policies */
void read_sense(struct reader *r);    /* warnings: what makes no sense though legal */

#endif
