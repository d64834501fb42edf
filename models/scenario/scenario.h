/* scenario.h - a checked scenario: plain values, defaults filled in, every name resolved to an index.
 *
 * scenario_read does it all: reads the tree, lays policies and settings over it, checks every field by the one table of
 * fields, and fills this in; all errors of all files in one go. What comes out compiles without a further message about
 * content (models/clearance/compile.h).
 *
 * Units:     hours and per hour, shares in 0..1. Dates are hours since 1970-01-01 00:00 local time of the scenario
 *            (a fixed offset, no summer time); without dates the clock starts on a Monday at 00:00, epoch 0.
 * Ownership: scenario_destroy releases everything that hangs here. Indices refer to the arrays of the same struct;
 *            NONE (-1) where there is nothing.
 */
#ifndef GREENLANE_MODELS_SCENARIO_SCENARIO_H
#define GREENLANE_MODELS_SCENARIO_SCENARIO_H

#include "engine/core/variate.h"
#include "engine/core/condition.h"
#include "models/scenario/tree.h"
#include <stdint.h>

enum { NONE = -1 };

/* ---- evidence ---- */
enum evidence_kind {
    EVIDENCE_ASSUMED,       /* nothing said, or `assumed: LOW..HIGH`: has_range tells */
    EVIDENCE_SOURCED,       /* source: NAME of sources, or free text */
    EVIDENCE_CHOICE         /* not an input about the world: a policy's structure, a seed; never counted */
};
struct input { /* one numeric value of the scenario that says something about the world */
    char *path, *text;
    struct place place;
    enum evidence_kind kind;
    bool has_range;
    char *low, *high;  /* texts, as written */
    char *source;      /* NULL unless sourced */
    char *policy;      /* the policy that set it; NULL */
};
struct source { char *name, *title, *date, *url; };

/* ---- time ---- */
struct span { double from, to; }; /* [from, to) */
struct calendar_def { /* opening hours by day, then exceptions */
    char *name;
    struct span *open[7]; size_t opens[7];     /* hours of the day, Monday first; a span may run past 24 */
    double *closed; size_t closed_days;        /* epoch hours of the midnight of each closed day */
    struct moved_day { double day; int as; } *moved; size_t moved_days; /* opens as that weekday */
};
struct shift_def { /* the last line that fits wins; belongs to the day on which it begins */
    bool weekday[7];
    double date_from, date_to; bool dated;     /* days on which it may begin, both included; weekday all true unless given */
    double from, to;                           /* hours of that day; to may exceed 24 */
    int servers;
};

/* ---- resources ---- */
enum at_close { AT_CLOSE_FINISH, AT_CLOSE_PAUSE };
enum discipline { DISCIPLINE_FCFS, DISCIPLINE_LCFS, DISCIPLINE_SIRO, DISCIPLINE_PRIORITY, DISCIPLINE_SPT, DISCIPLINE_EDF, DISCIPLINE_PS };
enum preemption { PREEMPTION_NONE, PREEMPTION_RESUME, PREEMPTION_REPEAT_IDENTICAL, PREEMPTION_REPEAT_DIFFERENT };
enum room_full { ROOM_FULL_BLOCK, ROOM_FULL_LOSE };
struct pool_def { char *name; int servers; struct condition serves; }; /* empty condition: any */
struct resource {
    char *name, *label, *owner;                /* owner: "customs" unless said */
    struct place place;
    int servers;                               /* when neither shifts nor pools; INT32_MAX for `unlimited` */
    double wage;                               /* of a server on post, an hour; 0: none given */
    struct shift_def *shift; size_t shifts;
    int calendar;                              /* of its servers; NONE: round the clock */
    enum at_close at_close;
    double capacity_per_h;                     /* of one server, for `service: by_capacity`; 0: none */
    long room;                                 /* places to wait, excluding those in service; -1: unlimited */
    enum room_full room_full;
    enum discipline discipline;
    enum preemption preemption;
    bool breaks_together;                      /* all servers at once */
    struct span *outage; size_t outages;       /* epoch hours; nobody serves */
    bool breaks_down; struct variate up, down; /* breakdown: {every:, lasts:} per server */
    bool up_while_serving; enum preemption after_repair; /* breakdown: {ages: in_service, then:} */
    bool vacates; struct variate vacation; bool vacation_single; /* taken when the queue is empty */
    int n_policy;                              /* begins when so many wait; 0 or 1: at once */
    int batch_min, batch_max;                  /* served together; 1, 1 */
    struct pool_def *pool; size_t pools;
};

/* ---- attributes ---- */
enum attribute_kind { ATTRIBUTE_FLAG, ATTRIBUTE_CATEGORY, ATTRIBUTE_NUMBER };
struct attribute_row { /* one distribution of the attribute */
    double *share;                             /* category: by level, sums to 1; flag: share[0] = P(true) */
    double *range_low, *range_high;            /* category of integer ranges "3..10": uniform within; else NULL */
    struct variate number;                     /* ATTRIBUTE_NUMBER */
};
struct attribute_def {
    char *name;
    enum attribute_kind kind;
    char **level; size_t levels;               /* category */
    double *level_value;                       /* numeric levels ("1", "2", "3..10"): the attribute's value; else the index */
    bool by_trader;                            /* the same for all shipments of a trader */
    int by;                                    /* attribute whose level picks the row; NONE: row[0] */
    struct attribute_row *row; size_t rows;    /* by flag: row 0 false, 1 true; by category: per level */
};
/* The attributes of the whole scenario share one numbering: attribute k of every shipment. A stream that does not draw
 * attribute k leaves it 0. Built-in ones come first, under these names, in this order: */
enum builtin_attribute {
    ATTRIBUTE_LANE,   /* category green, blue, yellow, red; green until selectivity */
    ATTRIBUTE_ALARM,  /* flag: a `finds` said so */
    ATTRIBUTE_FOUND,  /* flag: a `finds` was right about a shipment that is not compliant */
    ATTRIBUTE_SCORE,  /* number: the risk score */
    ATTRIBUTE_COMPLIANT, /* flag, true unless a stream says otherwise */
    ATTRIBUTE_ADVANCE_PART, /* flag, internal: on the part before arrival */
    ATTRIBUTE_BUILTINS
};
enum lane { LANE_GREEN, LANE_BLUE, LANE_YELLOW, LANE_RED, LANES };

/* ---- streams ---- */
enum direction { DIRECTION_NONE, DIRECTION_IMPORT, DIRECTION_EXPORT };
enum arrival_kind { ARRIVAL_RATE, ARRIVAL_RENEWAL, ARRIVAL_TIMETABLE, ARRIVAL_REPLAY, ARRIVAL_POPULATION, ARRIVAL_VESSELS };
struct surge { double from, to, times; };      /* epoch hours, factor */
struct arrivals {
    enum arrival_kind kind;
    double rate;                               /* per hour, the mean over the profile; counts shipments, batches included; VESSELS: vessels */
    double profile[168]; bool has_profile;     /* relative, Monday 00:00 first, mean 1 */
    bool sinusoidal; double amplitude, period, phase;
    double day_to_day;                         /* sd of a gamma factor of mean 1 per day; 0: none */
    struct surge *surge; size_t surges;
    int calendar;                              /* closed hours have no arrivals; rate is the mean over all hours */
    struct variate gap;                        /* RENEWAL: between arrivals (of batches) */
    bool batched; struct variate batch;        /* size of a batch, rounded to the nearest integer >= 1 */
    char *batch_by;                            /* its name: flight, train */
    double *time; size_t times;                /* TIMETABLE, REPLAY: hours since the epoch, sorted */
    int *replay_attribute; size_t replay_attributes; double *replay_value; /* row-major, times x attributes */
    double repeat_every;                       /* TIMETABLE: hours; 0: once */
    int population; struct variate think;      /* POPULATION: each member returns `think` after it has left */
    struct { int berth, crane, each; double moves_per_h; struct variate containers; } vessel;
};
struct cost_rate { bool given, begun_days; double free, per_day; char *of; }; /* for time beyond `free`; of: an attribute, NULL: a shipment */
struct fee { int step; double amount; };
struct costs { /* of who brings the shipments; amounts in one currency */
    bool given;
    char *currency;
    struct cost_rate storage, demurrage;       /* of the time to release */
    double capital;                            /* share of the value a year */
    struct fee *fee; size_t fees;              /* each time the step is done */
};
struct stream {
    char *name, *label, *unit;
    struct place place;
    char **group; size_t groups;               /* metrics GROUP_import.*, GROUP_export.* take them together */
    enum direction direction;
    int process;
    struct arrivals arrivals;
    int *attribute; size_t attributes;         /* scenario attribute numbers, in the order to draw */
    struct attribute_def *attribute_def;       /* one for each of the above: streams may differ in shares */
    struct costs costs;
    int trader;                                /* attribute: whose shipment it is, 1 .. count; NONE */
    bool has_lead; struct variate lead;        /* `lead:` before arrival for shipments with steps `ahead` */
    struct condition advance_when;             /* which shipments begin before arrival: any step's `ahead` may hold */
    char *stop_rule;                           /* reserved */
};

/* ---- processes ---- */
struct datafile;
enum step_kind {
    STEP_SERVICE,     /* time with a resource */
    STEP_DELAY,       /* time without one */
    STEP_PARALLEL,    /* branches, joined */
    STEP_CHOICE,      /* exactly one of several named alternatives, by shares or conditions */
    STEP_MILESTONE,   /* a moment with a name: lodged, released, ... */
    STEP_SELECTIVITY, /* score and lane */
    STEP_OUTCOME,     /* ends the process for this shipment: rejected, returned, seized, ... */
    STEP_ROUTE,       /* go to a named step by share, condition or shortest queue */
    STEP_QUERY,       /* back to an earlier step after a delay */
    STEP_SEIZE, STEP_FREE, /* a resource held across steps */
    STEP_BATCH, STEP_UNBATCH, STEP_HOLD
};
enum milestone { MILESTONE_OTHER, MILESTONE_ARRIVED, MILESTONE_LODGED, MILESTONE_RELEASED };
enum join_rule { JOIN_ALL, JOIN_ANY, JOIN_K };
struct priority_row { struct condition when; int level; }; /* 1 is served first */
struct share_row { double share; struct condition when; int target; }; /* share < 0: by condition; target: step index or NEXT/END */
enum { TARGET_NEXT = -2, TARGET_END = -3 };
struct criterion { struct condition when; enum lane lane; double rate; bool dated; double from, to; }; /* epoch hours */
struct learns { bool given; int attribute; double memory, prior, weight; }; /* hours; see clearance/lessons.h */
struct selectivity {
    struct criterion *criterion; size_t criteria;
    double at_least_random;                    /* share of all, sent to the highest lane of top_up */
    double top_up[LANES];                      /* share of all in that lane in the end; 0: none */
    struct learns learns;
    struct card { struct datafile *data; int *attribute; char **column; size_t n; } card; /* a model file, owned; NULL: none */
    bool has_score; struct variate score_compliant, score_not; /* without: the score is uniform */
};
struct finds { /* P(alarm | not compliant), P(alarm | compliant) */
    bool given; double share, false_alarm;
    double *by_offence; size_t levels; /* instead of `share`, by level of the attribute `offence`; NULL: none */
};
struct amount_of_work { bool given; double per_h; };
struct step {
    char *name, *label;
    struct place place;
    enum step_kind kind;
    char *owner;                               /* customs | another agency by its name | trader | terminal | carrier */
    char *stage, *stage_label;                 /* TRS stage; the step's own name unless said */
    struct condition when; bool has_when;      /* CONDITION_PUSH_MET's index is a step of this array */
    double share;                              /* 1 when not given; drawn from the choice word */
    struct condition ahead; bool has_ahead;    /* done before arrival by shipments for which it holds */
    struct variate time;                       /* SERVICE, DELAY, QUERY */
    bool by_capacity, until_arrival;           /* service: by_capacity; delay: arrivals (the vessel's unloading order) */
    int *resource, *units; size_t resources;   /* SERVICE, SEIZE, FREE: usually one */
    int calendar;                              /* delay `in:`; NONE */
    struct priority_row *priority; size_t priorities; int priority_otherwise; /* 0: none given */
    double due;                                /* edf: hours after the clock's start; 0: none */
    struct finds finds;
    bool has_patience; struct variate patience; char *patience_outcome; int patience_target; /* gives_up */
    struct { bool given; double *join; size_t n; bool harmonic; } balk; /* P(join | n present); harmonic: 1/(n+1) */
    char *full_outcome; int full_target;       /* room full and `lose` */
    enum milestone milestone; char *milestone_name;
    char *outcome;
    int *branch; size_t branches;              /* PARALLEL, CHOICE: first step (index) of each branch */
    double *branch_share;                      /* CHOICE: sums to 1 over those >= 0; -1: by branch_when, asked first, in order */
    struct condition *branch_when; char **branch_name; /* a branch of CHOICE may be NONE: no step, no time */
    enum join_rule join; int join_k;
    struct share_row *row; size_t rows;        /* ROUTE: conditions first, in order; shares of the rest; the last: what is left */
    bool shortest_queue;                       /* the rows are the queues to look at */
    int back_to; int after;                    /* QUERY: where to; `of:` the step it follows (information) */
    bool stops_clock;                          /* QUERY: the customs clock stops */
    int batch_size; double batch_after;        /* BATCH; after 0: waits for the size alone */
    int hold_calendar; double hold_until;      /* HOLD: one of the two; until in epoch hours */
    struct selectivity selectivity;
    int process;
    int next;                                  /* the step after it in its list; NONE at a list's end */
};
struct process { char *name, *label; int first; };

/* ---- what is inside at the start ---- */
struct backlog_row { int stream, step; double age; }; /* step NONE: at the beginning of its process; hours */
struct backlog {
    struct place place;
    struct backlog_row *row; size_t rows;      /* the oldest first */
    int *attribute; size_t attributes; double *value; /* row-major, rows x attributes */
};

/* ---- what is asked of the result ---- */
struct promise { char *name, *metric, *source; double at_most, share; bool has_share; };
enum expect_role { EXPECT_FITTED, EXPECT_HELD_BACK };
struct expect {
    char *metric, *text, *source; struct place place;
    double value, within; bool within_relative; /* else absolute, in the metric's own unit */
    enum expect_role role;
};
struct policy { char *name, *title, *in_force, *source, *level; double starts, ends; bool has_starts, has_ends, on; }; /* level: at which it is on; NULL: whole */

struct run_plan {
    bool dated;
    double measure_from, measure_to;           /* epoch hours; undated: 0 and the length */
    double warm_up;                            /* hours before measure_from */
    double drain_limit;                        /* hours after measure_to */
    int replications;
    uint64_t seed;
    bool no_steady_claim, warm_up_found;       /* steady: no_claim; warm_up: auto */
    double precision;                          /* 0: none */
    double scale;                              /* of arrivals and servers; 1 */
    int most_replications;
    int batches;                               /* of one long run; 0: none */
    int pilot_ticks;                           /* steps of the window for a pilot's series; set by the command only, 0: no pilot */
    char **metric; size_t metrics;             /* further metrics to observe, by name */
    int *by; size_t bys;                       /* attributes whose levels are reported apart */
    bool only_listed;                          /* report: listed: these metrics and no others */
};

struct scenario {
    char *name, *title, *notice, *text, *files;         /* text: the resolved tree, canonical; files: newline-separated */
    struct run_plan run;
    double utc_offset;
    struct source *source; size_t sources;
    struct input *input; size_t inputs;
    struct calendar_def *calendar; size_t calendars;
    struct resource *resource; size_t resources;
    char **attribute; size_t attributes;       /* names; built-ins first */
    struct process *process; size_t processes;
    struct step *step; size_t steps;
    struct stream *stream; size_t streams;
    struct backlog backlog;
    struct promise *promise; size_t promises;
    struct expect *expect; size_t expects;
    struct policy *policy; size_t policies;    /* all of the file's; `on` where laid over, in the order of the file */
    double turns_back;                         /* and again from here on; 0: never */
    struct scenario *before; double turns_at;  /* without the policies that start inside the run, at epoch hour turns_at; the
                                                  same but for times, shares and top_up of steps and servers; NULL: none */
    uint64_t data_hash;                        /* of the data files that were read; 0: none */
    struct tree *tree;
    struct shelf *shelf;                       /* holds every text and array above */
};

struct scenario_request {
    const char *path;                          /* or "-" */
    const char *const *policy; size_t policies; /* NAME or NAME=LEVEL, in order */
    const char *const *set; size_t sets;
    struct tree_options tree;
};

/* NULL when there was any error; warnings may stand in `errors` either way. */
struct scenario *scenario_read(const struct scenario_request *request, struct diagnostics *errors);
void scenario_destroy(struct scenario *scenario);

size_t scenario_inputs(const struct scenario *scenario);  /* that say something of the world: all but choices; */
size_t scenario_assumed(const struct scenario *scenario); /* those of them that are assumed */

#endif
