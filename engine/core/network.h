/* network.h - the one door of the engine: build a network of queues, then run it.
 *
 * A network is built once (streams, stations, steps, attributes, metrics), compiled into flat arrays in which nothing is
 * looked up by name, and is then read-only: any number of simulations on any number of threads may share it.
 *
 * How it moves. A stream creates entities; an entity walks from step to step in no time until a step makes it wait (a
 * delay, a queue, a join, a moment). A step first asks its guard: part, condition, share; where the guard says no, the
 * entity goes to `otherwise`. Steps reach forward to later steps; a step reached by a route marked `back` begins a new
 * visit, so that feedback never draws the same number twice.
 *
 * The clock of an entity starts at `born` (its arrival) and stops at a step OP_STOP. A stage is a group of steps: the time
 * between start and stop is divided among the stages along the path that held the entity up, so stages add up.
 *
 * Parts. An entity of a stream with a lead may begin before it arrives: it enters at `entry_ahead`, lead hours before
 * `born`. A fork there sends one branch in PART_AHEAD (only steps whose `ahead` holds) and one in PART_GOODS; after the
 * join, and for all other entities, PART_WHOLE holds: steps whose `ahead` holds have been done and are passed over.
 *
 * Units:     hours since the clock's origin, never negative. Shares in 0..1.
 * Names:     unique within their kind; [A-Za-z0-9_.]+ is not checked here. Draws are keyed by "stream/step" names only, never
 *            by position, so an inserted step leaves every other draw as it was.
 * Ownership: the network copies names and conditions and takes variates over (do not clear them after);
 *            timelines are taken over too; both also by a builder that returns -1. network_destroy releases all.
 * Errors:    builders return an id >= 0, or -1 and remember the first error for network_compile to return.
 * Limits:    65,535 steps, 65,535 stations, 4,095 streams, 64 stages a stream, 255 attributes, 63 splits.
 */
#ifndef GREENLANE_ENGINE_CORE_NETWORK_H
#define GREENLANE_ENGINE_CORE_NETWORK_H

#include "engine/core/condition.h"
#include "engine/core/status.h"
#include "engine/core/timeline.h"
#include "engine/core/variate.h"
#include "engine/observe/digest.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct network;

struct network_plan {
    double arrivals_from;            /* streams begin here; 0 unless entities begin before they arrive */
    double window_from, window_to;   /* the cohort: entities born in [from, to) are followed to their end */
    double drain_until;              /* at the latest; the rest is unfinished */
    double tick;                     /* step of the series, from arrivals_from on; 0: no series */
    unsigned batches;                /* equal parts of the window whose entities are also tallied apart; 0: none */
    double turns_at;                 /* steps with has_early do otherwise for entities born before, */
    double turns_back;               /* and born from here on; 0: never */
    unsigned attributes;             /* doubles per entity, 0 at birth unless drawn or given */
    double clock_day;                /* epoch hours of time 0 modulo 24: where days begin, for day-to-day variation */
};

/* ---- building ---- */
struct network *network_create(const struct network_plan *plan); /* NULL: no memory */
void network_destroy(struct network *net);
/* Initial values of attributes that are not 0. */
void network_attribute_default(struct network *net, unsigned attribute, double value);

enum queue_discipline { QUEUE_FCFS, QUEUE_LCFS, QUEUE_SIRO, QUEUE_PRIORITY, QUEUE_SPT, QUEUE_EDF, QUEUE_SHARING };
enum queue_preemption { PREEMPT_NONE, PREEMPT_RESUME, PREEMPT_REPEAT_IDENTICAL, PREEMPT_REPEAT_DIFFERENT };
enum { STATION_UNLIMITED = INT32_MAX };
struct station_pool { int servers; struct condition serves; };
struct station_spec {
    const char *name;
    int32_t servers;                 /* STATION_UNLIMITED: nobody waits; ignored with a timeline or pools. With both, servers leave in the order of the pools:
                                        those of the last stay longest; no more may be on post than the pools have */
    struct timeline *on_post;        /* servers by time; NULL: `servers` */
    bool pause_at_close;             /* else servers finish what they have begun */
    int64_t room;                    /* places to wait; -1 unlimited */
    bool lose_when_full;             /* else the step before is blocked */
    enum queue_discipline discipline;
    enum queue_preemption preemption; /* with QUEUE_PRIORITY, or QUEUE_LCFS */
    bool breaks_down; struct variate up, down; /* each server apart */
    bool breaks_together;            /* all servers at once */
    bool up_while_serving;           /* it ages only while it serves; else all the time */
    enum queue_preemption after_repair; /* how the interrupted service goes on; PREEMPT_NONE: as PREEMPT_RESUME */
    bool vacates, vacation_single; struct variate vacation;
    int32_t begin_at;                /* N-policy; 1: at once */
    int32_t batch_least, batch_most; /* served together */
    const struct station_pool *pool; size_t pools;
};
int network_station(struct network *net, const struct station_spec *spec);

struct attribute_draw {              /* how a stream gives an attribute its value at birth */
    unsigned attribute;
    const char *name;                /* keys the draw with the stream's name */
    int by;                          /* attribute whose value (rounded) picks the row; -1: row 0 */
    bool keyed; unsigned key;        /* the value of that attribute, not the entity's number, keys the draw: equal for all who share it */
    size_t rows;
    const struct attribute_law {
        size_t levels;               /* 0: by the variate */
        const double *share;         /* sum 1 */
        const double *low, *high;    /* value of a level; where they differ, an integer uniform between them */
        struct variate variate;
    } *row;
};
enum stream_kind { STREAM_RENEWAL, STREAM_RATE, STREAM_SINUSOID, STREAM_TIMES, STREAM_POPULATION, STREAM_NONE };
struct stream_spec {
    const char *name;
    enum stream_kind kind;
    struct variate gap;              /* RENEWAL: between arrivals; RATE and SINUSOID draw exponentially */
    struct timeline *rate;           /* RATE: arrivals (of batches) per hour */
    struct sinusoid sinusoid;        /* SINUSOID; time since the origin */
    double day_to_day;               /* RATE: sd of a gamma factor of mean 1 a day */
    const double *time; size_t times; double repeat; /* TIMES: sorted; repeated every `repeat` hours, 0: once; copied */
    const double *given; const unsigned *given_attribute; size_t givens; /* TIMES: row-major values; copied */
    uint32_t population; struct variate think; /* POPULATION: comes back `think` after it has left; all think at time 0 */
    bool think_none;                 /* members come back at once, and all come at time 0 */
    bool together;                   /* a batch comes as one, led by its last: OP_UNBATCH or OP_UNLOAD parts it */
    bool sized; unsigned size;       /* together: a batch counts units, this attribute says how many a member is (1 at least);
                                        the last is cut to what is left; OP_UNLOAD takes `moment` for each unit */
    bool batched; struct variate batch; /* rounded to the nearest integer >= 1 */
    const struct attribute_draw *draw; size_t draws;
    bool has_lead; struct variate lead; struct condition ahead; /* which entities enter ahead, by attributes at birth */
    int stages;
    uint64_t limit;                  /* at most so many arrivals; 0: no limit */
};
int network_stream(struct network *net, const struct stream_spec *spec);
void network_stream_entry(struct network *net, int stream, int step, int step_ahead); /* ahead -1 without lead */

/* Entities that are inside when a run begins, in the order in which they are to join their queues: at `step` (-1: the
 * stream's entry), past its guard, born `age` hours before arrivals_from. Not of the cohort; their times from
 * arrivals_from on are stream_result.backlog. `given`: values of the attributes of network_initial_attributes. */
void network_initial_attributes(struct network *net, const unsigned *attribute, size_t n);
void network_initial(struct network *net, int stream, int step, double age, const double *given);

enum network_op {
    OP_DELAY,       /* time; with `hours`, counted in open hours only */
    OP_SERVICE,     /* queue at station, then time */
    OP_SEIZE,       /* queue at station, keep one server */
    OP_FREE,        /* give it back */
    OP_ARRIVAL,     /* wait until born */
    OP_FORK,        /* to every branch whose guard holds; goes on when the join rule is met */
    OP_BRANCH_END,  /* of a fork's branch */
    OP_CHOOSE,      /* one target by share or condition; the first whose condition holds, or by cumulated shares */
    OP_SHORTEST,    /* the target (a SERVICE step) with the fewest at its station, the first of equals */
    OP_MARK,        /* starts the second clock (the first time it is met) */
    OP_STOP,        /* stops the clock: the entity is finished */
    OP_END,         /* leaves the network; with outcome >= 0 the clock stops as that outcome if it still runs */
    OP_TEST,        /* an imperfect look: sets `attribute` by chance that depends on `truth` */
    OP_HOOK,        /* the model decides */
    OP_BATCH, OP_UNBATCH, /* waits until `count` are together or `time` has passed; the batch goes on as one */
    OP_UNLOAD,      /* who came together goes on one by one, `moment` hours apart, the leader last */
    OP_HOLD,        /* waits until `hours` is open (value > 0), or until time `moment` */
    OP_PASS         /* nothing: a label, a gate */
};
enum network_part { PART_WHOLE = 1, PART_AHEAD = 2, PART_GOODS = 4 };

struct guard {
    struct condition when;           /* empty: true */
    double share;                    /* >= 1: always; drawn from the choice word of the step's visit */
    struct condition ahead; bool has_ahead;
    uint8_t parts;                   /* OP_PASS as a gate: the guard holds in these parts only; 0: in all */
};
struct hook_entity {                 /* what a model may see and change */
    double now, born;
    uint64_t number;
    double *attribute;
    bool counts, stopped;            /* it is of the cohort; its clock has stopped */
};
/* Returns the branch: an index of `target`. `state` is the model's state in this replication; the digest covers it. */
typedef unsigned (*network_hook)(const void *config, void *state, const struct hook_entity *entity, struct draws *draws);

struct target { int step; double share; struct condition when; bool back; const char *name; uint8_t part; };
enum fork_rule { FORK_ALL, FORK_ANY, FORK_COUNT };
struct step_spec {
    const char *name;                /* keys the draws with the stream's name; unique in the stream but for steps that draw nothing */
    int stream;
    enum network_op op;
    struct guard guard;
    int stage;                       /* of the stream, 0..63; -1: outside */
    struct variate time;             /* DELAY, SERVICE; HOLD and BATCH: the longest wait (has_time) */
    bool has_time;
    bool has_early; struct variate early_time; double early_share; /* `time` (DELAY, SERVICE) and guard.share before plan.turns_at; same luck */
    struct timeline *hours;          /* DELAY, HOLD: shared between steps through network_timeline; borrowed */
    int station;
    const int *also; size_t alsos;   /* SERVICE, SEIZE: further stations held at the same time, in rising order */
    const struct priority_rule { struct condition when; int32_t level; } *priority; size_t priorities; int32_t priority_otherwise;
    double due;                      /* EDF: due = born + this */
    bool has_patience; struct variate patience; int patience_target; int patience_outcome;
    const double *join; size_t joins; bool join_harmonic; int balk_target, balk_outcome; /* P(join | n present), last for all above */
    int full_target, full_outcome;   /* LOSE: where to; outcome counted there, -1 none */
    const struct target *target; size_t targets;
    enum fork_rule rule; unsigned count;
    int outcome;                     /* END: from network_outcome, -1 for a plain end */
    unsigned attribute, truth, hit;  /* TEST: sets attribute; truth 0: P = when_false, else when_true; hit set when attribute and not truth */
    double when_true, when_false;
    const double *when_level; size_t levels; unsigned level_of; /* TEST, levels > 0: instead of when_false, by the value of that attribute */
    network_hook hook; const void *config;
    bool hook_own;                   /* HOOK: nothing but the entity, its draws and `now` decides what it does, and of the state it changes
                                        whole numbers at most, by adding: it may be asked as soon as the entity's way up to it is known */
    bool pauses_second_clock;        /* DELAY: this time is taken off the second clock */
    double moment;
};
int network_step(struct network *net, const struct step_spec *spec);
void network_next(struct network *net, int step, int next, int otherwise); /* -1: leaves the network (OP_END without outcome) */
void network_back(struct network *net, int step);                          /* its `next` goes back: a new visit */
struct timeline *network_timeline(struct network *net, struct timeline *timeline); /* takes it over, returns it */
int network_outcome(struct network *net, const char *name);                /* the same id for the same name */
void network_state(struct network *net, size_t bytes, void (*begin)(const void *config, void *state), const void *config);

/* What a model writes down when a clock stops, of the cohort or not; only the state changes. */
struct network_end {
    double now, born, marked;        /* marked: when the second clock began; negative: it did not */
    uint64_t number;
    const double *attribute;
    int outcome;                     /* -1: it is through */
    bool counts, in_window;
};
typedef void (*network_book)(const void *config, void *state, const struct network_end *end);
void network_stream_book(struct network *net, int stream, network_book book, const void *config);

/* Splits a stream's times by the level of an attribute at the stop: value 0..levels-1. Returns the split's number. */
int network_split(struct network *net, int stream, const char *name, unsigned attribute, unsigned levels);
/* Where the levels of a stream's split by this attribute begin in stream_result.split; -1: there is none. */
int network_split_first(const struct network *net, int stream, unsigned attribute);
/* Likewise a station's waits and sojourns: by attribute, or by stream with attribute -1. */
int network_station_split(struct network *net, int station, const char *name, int attribute, unsigned levels);
/* Keeps a measure, of those whose clock has stopped and who met the stage inside it, of the hours spent there, all visits
 * together, whether or not that held them up. Returns the number in stream_result.watch. */
int network_watch_stage(struct network *net, int stream, int stage);
/* Has hours up to a bound counted exactly; -1 past MEASURE_BOUNDS, where they are interpolated. */
int network_watch_bound(struct network *net, int stream, int watch, double hours);

enum status network_compile(struct network *net, char why[160]); /* why: names what is wrong */

/* ---- running ---- */
struct result; /* result.h */
struct simulation;

struct simulation_options {
    bool plain_heap;                 /* the simple event list, for tests against it */
    bool step_by_step;               /* an event for each delay, likewise */
};
struct simulation *simulation_create(const struct network *net, const struct simulation_options *options);
void simulation_destroy(struct simulation *sim);

/* One replication from empty. The result belongs to the simulation and holds until the next run. `stop` may be set by
 * another thread: STATUS_STOPPED soon after. STATUS_BROKEN when a conservation check fails,
 * STATUS_STUCK when the network cannot go on (why in the result). */
enum status simulation_run(struct simulation *sim, uint64_t seed, uint64_t replication, const volatile int *stop,
    const struct result **result);

#endif
