/* result.h - what one replication of a network yields: plain arrays, in the order in which things were built.
 *
 * Cohort: entities born in the window. Tallies are over the cohort (closed networks: over what happens in the window);
 * levels' averages cover the window; `whole` sums cover everything and serve Little's check.
 * Read-only for all but the simulation that owns it.
 */
#ifndef GREENLANE_ENGINE_CORE_RESULT_H
#define GREENLANE_ENGINE_CORE_RESULT_H

#include "engine/core/network.h"
#include "engine/observe/measure.h"

struct stage_result {
    uint64_t met;            /* entities of the cohort that spent time in it, or met it, between start and stop */
    double time;             /* along the path that held them up: sums to the time from start to stop */
    double time_met;         /* inside the clock, whether or not it held them up */
};
struct step_result {         /* SERVICE, DELAY, ...: over the cohort, inside the clock or not */
    uint64_t met;
    double wait, work;       /* hours queueing; hours in service or delay */
    uint64_t alarms, hits;   /* TEST */
};
struct stream_result {
    uint64_t arrived, finished, unfinished;     /* cohort; finished: stopped or left without an outcome */
    uint64_t *outcome;                          /* cohort, by network outcome */
    uint64_t born, left;                        /* whole run */
    uint64_t finished_in_window;                /* whoever stopped in the window, cohort or not: throughput */
    struct measure time, second;                /* start to stop; mark (not before born) to stop */
    struct measure backlog;                     /* start of arrivals to stop, of those inside at the start */
    struct measure *split;                      /* all splits' levels, one after the other */
    struct stage_result stage[64];
    struct measure *watch;                      /* by network_watch_stage: of who met the stage inside the clock */
    uint32_t *arrivals, *releases;              /* by tick */
    struct tally *batch_time;                   /* of `time`, by batch of the window; outside the digest, as all batches */
};
struct level_result {         /* of one level of a split; areas over the window */
    uint64_t arrived, served, lost, reneged, balked, blocked, waited, served_in_window;
    double queue_area, number_area;
};
struct station_result {
    uint64_t arrived, served, lost, reneged, balked, blocked, waited; /* cohort; waited: wait > 0 */
    struct measure wait, sojourn, wait_served;  /* wait: of all who joined; wait_served only kept when some renege */
    struct tally service;
    int64_t most_waiting, most_number, most_busy;
    double queue_area, number_area, busy_area, on_post_area, number_squares, queue_squares; /* over the window */
    int64_t number_at_open, number_at_close;    /* of the window: growth */
    double whole_wait, whole_sojourn;           /* Little's check: sums of all waits and sojourns, those under way included */
    uint64_t served_in_window;
    struct measure *split_wait, *split_sojourn;
    struct measure interdeparture, busy_period; /* observed on request */
    double lag_product, lag_last;               /* sum of products of neighbouring interdepartures */
    double *occupancy; unsigned occupancies;    /* hours in the window at each number 0..n-1 (last: n-1 or more); on request */
    double *queue_hours, *busy_hours; unsigned queue_levels, busy_levels; /* likewise, at each number waiting, of busy servers */
    struct level_result *level;   /* all splits' levels, on request */
    float *queue_series, *busy_series, *post_series; /* mean by tick */
    struct tally *batch_wait, *batch_sojourn;   /* by batch of the window */
};
struct result {
    const struct network *network;
    size_t streams, stations, steps, outcomes, ticks;
    struct stream_result *stream;
    struct station_result *station;
    struct step_result *step;
    size_t moments;
    double *moment_number;        /* number at each declared moment, see metric.h; NAN when not reached */
    uint64_t events, entities;
    double ended;                 /* when the run stopped */
    uint64_t unfinished;          /* of the cohort, when the drain limit came */
    double little_worst;          /* largest relative error of Little's law along the path */
    const void *state;            /* the model's, at the end */
    struct digest digest;         /* of everything above and the model's state */
    float *inside_series;         /* entities in the network at the end of each tick */
    uint64_t checks;              /* single facts that held after an event; debug builds only */
    char broken[160];             /* why, when a check failed */
};

/* Of what belongs to one stream or station: equal in two networks where its entities have met the same. A station's
 * leaves out whole_sojourn, whose last bits depend on the order in which those still inside are added up at the end. */
struct digest result_stream_digest(const struct result *result, size_t stream);
struct digest result_station_digest(const struct result *result, size_t station);

#endif
