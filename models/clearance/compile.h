/* compile.h - what the files of this folder share: the model under construction, and what stays of it afterwards.
 *
 * Private to models/clearance. The order of the work: clock (compile_time.c), groups of streams that share resources
 * (compile.c), for each group stations (compile_stations.c), steps (compile_steps.c, lay_*.c, draft.c)
 * and streams (compile_streams.c), then views and metrics (view.c, metrics.c), at last network_compile.
 *
 * Units:     hours; "epoch" hours as in scenario.h, simulated hours since the clock's origin elsewhere.
 * Errors:    functions that can fail return false or -1, with a diagnostic that names the place in the scenario.
 * Ownership: whatever keep() gives lives as long as the model.
 */
#ifndef GREENLANE_MODELS_CLEARANCE_COMPILE_H
#define GREENLANE_MODELS_CLEARANCE_COMPILE_H

#include "models/clearance/ledger.h"
#include "models/clearance/model.h"
#include <stdbool.h>

struct clock {
    double origin; /* epoch hours at simulated time 0 */
    double until;  /* epoch hours at the end of the drain */
    bool dated;    /* without dates, epoch 0 is a Monday */
};

struct stage { /* of a stream; the engine's stage of the same index */
    const char *name, *label, *owner;
    bool after_release;
};

struct stream_in_model {
    const struct stream *stream;
    size_t group;
    int id;       /* in the group's network */
    bool classes; /* has lanes: its first splits are by lane (4 levels), then by found (2) */
    bool staged;  /* its time is divided among stages: it has a direction, or someone asks */
    struct stage stage[64];
    size_t stages;
    struct ledger *ledger; /* what control found and what it cost; NULL: nobody asks */
};

struct station_in_model {
    const struct resource *resource;
    size_t group; /* meaningless while id is NONE */
    int id;       /* NONE: no stream uses the resource */
};

struct step_in_network {
    int stream, stage;
}; /* index of model->stream; its stage, -1 outside */
struct outcome_in_network {
    const char *name;
    int lane;
    bool found;
}; /* "rejected.red.found" taken apart; lane NONE */

struct group { /* streams that share resources, hence one network */
    struct network *net;
    struct step_in_network *step; /* by the network's step */
    size_t steps, steps_allocated;
    struct timeline **hours;            /* by calendar, as far as some step asks */
    struct outcome_in_network *outcome; /* by the network's outcome */
    size_t outcomes;
    struct selectivity_plan **adaptive; /* plans that keep something in the state */
    size_t adaptives, adaptives_allocated;
};

enum { VIEW_CELLS = 128 };

/* What a direction, or a stream, adds up to: the DIR of a metric's name. */
struct view {
    const char *name, *label;
    enum direction direction;
    const char *group; /* NULL: all streams of the direction, or one stream */
    const char *kind;  /* import, export; of streams without a direction their unit */
    const char *site;  /* of one stream; NULL: none */
    bool whole;              /* all streams of the direction or group, not one stream */
    size_t *member, members; /* indices of model->stream */
    struct stage *stage;     /* those of the members, merged by name, in order */
    size_t stages;
    int (*stage_of)[64];  /* [member][stage of the stream] -> stage of the view */
    const char **outcome; /* by which its shipments may end, released apart */
    size_t outcomes;
    const char **owner; /* of its stages */
    size_t owners;
    double bound[8]; /* times whose share is counted exactly */
    size_t bounds;
    int *watch;          /* stages of whose times a distribution is kept */
    size_t watches;
    int (*watch_of)[64]; /* [member][watch] -> the engine's, NONE where the stream has no such stage */
    struct stage_bound {
        int watch;
        double hours;
    } stage_bound[8]; /* stage times whose share is counted exactly */
    size_t stage_bounds;
    struct view_cell { /* shipments whose attribute has a level; cell 0: all */
        int attribute;
        unsigned level;
        bool times; /* their clearance times are kept apart */
    } *cell;
    size_t cells;
    int (*cell_of)[VIEW_CELLS], (*split_of)[VIEW_CELLS]; /* [member][cell]: of the ledger, of the engine's split; NONE */
    const char **point; /* of the members' ledgers, merged by name */
    size_t points;
    bool booked;       /* some member keeps a ledger */
    bool lanes, finds; /* some member has a selectivity; a step that finds */
    bool needed;       /* some metric or curve is read from it */
    const char *arrivals_series, *releases_series, *clearance_curve, *batch_series; /* names */
};

struct station_series {
    const char *queue, *busy, *post, *batch_wait, *batch_sojourn;
}; /* names */

struct metric_in_model;
struct trace;

struct model {
    const struct scenario *scenario;
    struct trace *trace; /* NULL: nobody is watched */
    struct clock clock;
    struct network_plan plan;
    unsigned examined_attribute, fees_attribute; /* hidden; of streams that keep a ledger */
    struct ledger_overdue overdue[OVERDUES_MOST];
    size_t overdues;
    unsigned *met_attribute;          /* by scenario step: the hidden attribute that says the step was met; 0: none */
    struct stream_in_model *stream;   /* as scenario->stream */
    struct station_in_model *station; /* as scenario->resource */
    struct group *group;
    size_t groups;
    struct view *view;
    size_t views;
    struct metric_in_model *metric;
    size_t metrics, metrics_allocated;
    struct metric_in_model **by_name;      /* in alphabetical order */
    bool series;                           /* daily series, curves, hours of the week */
    struct station_series *station_series; /* by resource */
    const char **stream_batches;           /* by stream: name of the series */
    double *curve_at;                      /* points of the distribution functions */
    void **kept;
    size_t kept_count, kept_allocated;
    struct risk_table **table; /* of scorecards, made here */
    size_t tables, tables_allocated;
    struct condition **condition; /* conditions made here */
    size_t conditions, conditions_allocated;
    struct diagnostics *errors;
};

/* ---- memory and messages (compile.c) ---- */
void *keep(struct model *model, size_t n, size_t size); /* zeroed; NULL: no memory, already reported */
const char *keep_text(struct model *model, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool grow_list(void *array, size_t *allocated, size_t count, size_t size); /* of a malloc'ed list */
bool no_memory(struct model *model);                                       /* reports it; false */
bool refuse(struct model *model, struct place place, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* ---- conditions (compile.c) ---- */
/* A condition that the model owns; starts empty, or as a copy in which "step met" has become an attribute. */
struct condition *keep_condition(struct model *model, const struct condition *from);
bool condition_and(struct model *model, struct condition *condition, unsigned attribute, double equals);

/* ---- time (compile_time.c) ---- */
int clock_weekday(const struct clock *clock, double epoch);                                /* 0 Monday */
struct timeline *hours_timeline(struct model *model, const struct calendar_def *calendar); /* 1 open, 0 closed */
struct timeline *servers_timeline(struct model *model, const struct resource *resource);
struct timeline *rate_timeline(struct model *model, const struct arrivals *arrivals, double rate);

/* ---- the parts of a network ---- */
bool compile_station(struct model *model, size_t resource);
bool compile_stream(struct model *model, size_t stream, bool ahead); /* ahead: its lead is used */
bool compile_steps(struct model *model, size_t stream);
/* The hours of a calendar as a timeline of the group's network, made once. */
struct timeline *group_hours(struct model *model, size_t group, int calendar);

/* ---- views and metrics (view.c, metrics.c) ---- */
bool make_views(struct model *model);
struct view *find_view(const struct model *model, const char *name, size_t n); /* the name's first n bytes; NULL */
/* Has the share of times up to `hours` counted exactly in every stream of the view. */
void view_bound(struct model *model, struct view *view, double hours);
/* Has the distribution of a stage's times kept; its index in view->watch, NONE after release, where there is none. */
int view_watch(struct model *model, struct view *view, int stage);
/* Has the share of its times up to `hours` counted exactly; past 8 of a view they are interpolated. */
void view_watch_bound(struct model *model, struct view *view, int watch, double hours);
bool make_metrics(struct model *model);
/* The cell of that level, made where it is not yet; -1: too many, or no member has the attribute. */
int view_cell(struct model *model, struct view *view, int attribute, unsigned level, unsigned levels, bool times);
int view_point(const struct view *view, const char *name); /* -1 */
bool keeps_ledger(const struct scenario *scenario, const struct stream *stream); /* compile_book.c */
bool place_books(struct model *model); /* all that is in the state, once the metrics are known */
bool name_series(struct model *model); /* record.c */
extern const char *const lane_names[LANES];

#endif
