/* sim.h - the inside of one replication, shared by the files that run it (simulation, source, walk, station).
 *
 * Private to engine/core. One struct simulation is everything: no other state exists. Entities are small records in a
 * pool; what few of them need (forks, second clock, held servers, stages of a branch) stands apart in a cold record.
 */
#ifndef GREENLANE_ENGINE_CORE_SIM_H
#define GREENLANE_ENGINE_CORE_SIM_H

#include "engine/core/calendar.h"
#include "engine/core/compiled.h"
#include "engine/core/line.h"
#include "engine/core/result.h"
#include "engine/observe/sum.h"
#include <stddef.h>

enum { NOBODY = UINT32_MAX, HELD_MOST = 6 }; /* stations of which an entity may hold servers */

enum event_kind {
    EVENT_DONE,      /* a delay is over: walk on */
    EVENT_ON,        /* a run of delays is over, all counted: walk on, past the guard of the step reached */
    EVENT_UP_TO,     /* likewise, but nobody has asked that guard yet */
    EVENT_GONE,      /* an entity that concerns nobody any more leaves: see entity_gone */
    EVENT_SERVED,    /* a service is over */
    EVENT_PLAIN,     /* a service at a plain station is over: nothing can have cut it short */
    EVENT_ARRIVE,    /* a stream's next arrival */
    EVENT_AHEAD,     /* a stream's next look ahead */
    EVENT_BEGIN,     /* an entity enters (lead, think) */
    EVENT_PATIENCE,  /* an entity may give up */
    EVENT_POST,      /* a station's servers change */
    EVENT_DOWN,      /* a server breaks down or is repaired: who = station, stamp = server */
    EVENT_REPAIRED,
    EVENT_RETURN,    /* a server's vacation ends */
    EVENT_SHARED,    /* a shared station's first job may be done */
    EVENT_BATCH,     /* a batch has waited long enough: who = step */
    EVENT_TICK,
    EVENT_OPEN,      /* the window opens, closes */
    EVENT_CLOSE,
    EVENT_MOMENT,    /* who = moment */
    EVENT_DRAIN      /* the drain limit */
};
enum { PRIORITY_CLOCK = 0, PRIORITY_POST = 1, PRIORITY_SERVED = 2, PRIORITY_REST = 3, PRIORITY_LAST = 4 };

enum entity_flag {
    ENTITY_COHORT = 1,
    ENTITY_STOPPED = 2,  /* its clock has stopped */
    ENTITY_WAITING = 4,  /* in a line */
    ENTITY_SERVING = 8,
    ENTITY_LEFT = 16,    /* out of the network, kept for its branches */
    ENTITY_CHILD = 32,
    ENTITY_MEMBER = 64,  /* of a population */
    ENTITY_BLOCKED = 128
};

struct entity { /* one cache line */
    double born, since, work; /* since: came to the present step */
    union {
        double start;     /* of the service */
        double next_work; /* at a step that foresees: the time of the service after this one */
    };
    uint64_t number : 48, furthest : 16; /* furthest: the last step that it may meet again, for it went back */
    uint32_t step, root, stamp, visit;   /* visit: how often it went back */
    uint16_t stream;
    uint8_t part, flags;
    union {
        uint32_t link;      /* free list; station + 1 whose server is kept while blocked */
        uint32_t next_step; /* at a step that foresees: where it goes from here */
    };
};

struct stretch { double from, to; uint32_t next; int8_t stage; }; /* index 0: none */

struct cold { /* two cache lines, the first for what every credit and every fork looks at */
    double marked;                 /* second clock; negative: not started */
    double credited;               /* hours given to stages so far */
    uint64_t met;                  /* stages met inside the clock */
    uint64_t passed;               /* stages met at all: for conditions */
    uint32_t batch_next;           /* members of a batch, linked */
    uint32_t refs;                 /* branches alive */
    uint8_t pending, done;         /* branches of the present fork not yet joined, joined */
    uint16_t fork_step;            /* the fork a parent waits at */
    uint32_t parent;               /* of a branch */
    uint32_t serial, parent_serial;
    uint32_t rides_with;           /* served together with its leader: the next rider */
    uint32_t stretch;              /* of a branch: what it did, the last first */

    int32_t urgency;               /* where there is pre-emption: its level of priority, fixed when it came */
    double whole;                  /* repeat-identical: the service time drawn */
    double entered;                /* when it came to the station that it blocks */
    struct held { uint16_t station, units; } held[HELD_MOST]; /* station + 1, and how many of its servers */
    uint32_t server;               /* tracked station: which server */
    uint16_t redraws;              /* repeat-different: services begun again at this visit */
    bool ended;                    /* an outcome has ended it */
};
_Static_assert(offsetof(struct cold, urgency) == 64 && sizeof(struct cold) <= 128, "two cache lines");

enum server_state { SERVER_FREE, SERVER_SERVING, SERVER_KEPT };
struct server {
    uint32_t who;
    uint8_t state, down, away;
    uint16_t pool;
    uint64_t breaks;
    double left, since, due;  /* where servers age by serving: until the next breakdown; since when; when, if it goes on so */
};

struct station {
    double since, busy_area;
    double queue_area, number_area, queue_squares, number_squares; /* side by side: added to in pairs */
    int64_t waiting, busy, blocked_in, extra; /* their sum is the number: see station.h */
    int64_t on_post, away;
    struct line *line;             /* one per priority level, */
    int32_t levels;                /* that many */
    struct heap_line heap;
    struct line blocked;           /* entities of other stations waiting to get in */
    int64_t most_waiting, most_number, most_busy;
    uint64_t starts, vacations;
    struct server *server;
    uint32_t servers;
    bool extras;                   /* something is counted here that few stations are asked for: station_count.c */
    bool active;                   /* N-policy */
    bool queued_to_serve;
    double virtual_time, share_since; /* sharing */
    uint32_t share_stamp, seen;    /* seen: by the search for a deadlock of that number */
    uint64_t stale;                /* entries of the lines, at most */
    double whole_wait, whole_sojourn; /* of those who are through */
    double window[5];              /* areas at the window's opening: queue, number, busy, squares of number, of queue */
    int64_t window_number;
    double tick[2];                /* areas at the last tick: queue, busy */
    double last_departure, busy_since;
    bool departed;
    int64_t checked_busy;          /* at the last check of a debug build */
};

enum { AHEAD = 16 }; /* draws whose place and number are known beforehand are made so many at a time */

struct cursor {
    double at;
    uint64_t ordinal, day;
    double factor;
    bool has_day;
    double amount[AHEAD];          /* of the arrivals ordinal / AHEAD * AHEAD + i: exponential, mean 1; or their times */
};

struct source {
    struct cursor now, ahead;
    uint64_t word[AHEAD][2];       /* the entry step's words of those numbers, visit 0, */
    double work[AHEAD];            /* and the times of service that they give; */
    double next_work[AHEAD];       /* where a stream's entry_knows, the same of the service after that, */
    uint32_t next[AHEAD];          /* and which it is; NO_STEP: none */
};

/* Who enters ahead, as far as a stream's cursor ahead has come: the other cursor comes to the same arrivals and need not
 * draw again what decides it. A ring of bits by ordinal, longer than most leads; who has fallen out is asked anew. */
enum { FORETOLD = 1 << 18 };
struct foretold {
    uint64_t known;                /* ordinals below */
    uint64_t bit[FORETOLD / 64];
};

/* What is counted at every step and for every stage, kept together while a replication runs. A stage's `own` is time of
 * shipments themselves: inside its stage, and on the path that held them up; branches add to one or the other. */
struct step_count { struct sum wait, work; uint64_t met; };
struct stage_count { struct sum own, time, time_met; uint64_t met; };

struct simulation {
    const struct network *net;
    struct simulation_options options;
    struct calendar *calendar;
    uint64_t key;
    struct random_rounds rounds;   /* of that key */
    unsigned foresees;             /* STEP_FORESEES, or 0 where nothing is to be drawn ahead */
    double now;
    enum status status;
    struct entity *entity;
    struct cold *cold;
    struct stretch *stretch;       /* of all branches, in lists */
    uint32_t stretches, stretches_allocated, stretch_free;
    double *attribute;
    double *watched;               /* by entity and watch of its stream: hours in the stage */
    uint32_t entities, allocated, free_list;
    uint64_t alive;
    struct step_count *step_count;   /* by step */
    struct stage_count *stage_count; /* by stream and stage */
    struct station *station;
    struct source *source;
    struct foretold **foretold;    /* by stream; NULL: without a lead, or not one by one */
    struct { uint32_t *member; uint32_t count, allocated; uint32_t stamp; } *batch; /* by step */
    const uint64_t *entry_word;    /* the words of the step that an entity is just entering, if they are known already */
    bool past_guard;               /* the step at which the next entity stands is not asked for its guard */
    double *scratch;               /* attributes of an entity that is not yet made */
    void *state;
    uint32_t *ready;               /* stations whose lines may move */
    size_t readies, readies_allocated;
    uint32_t search;               /* for a deadlock */
    uint32_t depth;                /* walks within walks: forks whose branches take no time */
    uint64_t outstanding;          /* cohort not yet through */
    size_t moments_left;
    uint64_t stale_timers;
    bool window_open;
    enum { ENDING_CLOSED = 1, ENDING_OVER = 2 } ending; /* the window is closed; the drain limit has come */
    bool stops_extras;             /* more than a tally is kept of clocks that stop: see count_stop_extras */
    bool leaves_plainly;           /* nor does anybody write them down, or hold a server on the way */
    size_t tick;
    double tick_at;
    struct { double from, to; size_t index; } within; /* a tick, but for its edges: the last that was found */
    struct result result;
};

/* simulation.c */
size_t simulation_tick(struct simulation *sim, double time); /* of the series; none: not below result.ticks */

/* source.c */
void source_begin(struct simulation *sim, uint32_t stream);
void source_initial(struct simulation *sim); /* schedules those who are inside at the start */
void source_arrive(struct simulation *sim, uint32_t stream);
void source_look_ahead(struct simulation *sim, uint32_t stream);
void source_member_left(struct simulation *sim, uint32_t stream, uint64_t number);
void source_member_begin(struct simulation *sim, uint32_t who);

/* walk.c */
bool entity_pool_grow(struct simulation *sim); /* false: no memory, sim->status says so */
void entity_begin_cold(struct simulation *sim, uint32_t who);
void entity_walk(struct simulation *sim, uint32_t who);
void entity_gone(struct simulation *sim, uint32_t who, uint32_t about);
void entity_leave(struct simulation *sim, uint32_t who); /* a shipment itself, out of the network */
void entity_step_over(struct simulation *sim, uint32_t who); /* what it waited for at a delay, hold, ... is over */
void entity_goes_on(struct simulation *sim, uint32_t who, bool past_guard);   /* its run of delays is over */
void entity_credit_stage(struct simulation *sim, uint32_t who, int stage, double from, double to); /* and who travels with it */
void entity_go_back(const struct simulation *sim, struct entity *e); /* from its present step */
void entity_credit(struct simulation *sim, uint32_t who, double from, double to); /* time at its present step */
void entity_goto(struct simulation *sim, uint32_t who, int target, int outcome); /* gave up, balked, lost */
void walk_batch_due(struct simulation *sim, uint32_t step);
bool simulation_refuse(struct simulation *sim, double time, enum status status); /* true: it may be passed over */

/* station.c */
void station_begin(struct simulation *sim, uint32_t id);
bool station_enter(struct simulation *sim, uint32_t who); /* false: went elsewhere at once, walk on */
void station_served(struct simulation *sim, uint32_t who);
void plain_served(struct simulation *sim, uint32_t who); /* at a plain station: station_plain.c */
void station_patience(struct simulation *sim, uint32_t who);
void station_free(struct simulation *sim, uint32_t id, uint32_t who); /* a held server */
void station_post(struct simulation *sim, uint32_t id);
void station_down(struct simulation *sim, uint32_t id, uint32_t server);
void station_repaired(struct simulation *sim, uint32_t id, uint32_t server);
void station_return(struct simulation *sim, uint32_t id);
void station_shared(struct simulation *sim, uint32_t id, uint32_t stamp);
void station_touch(struct simulation *sim, uint32_t id); /* its areas reach up to now */
void station_serve_ready(struct simulation *sim);
void station_close_levels(struct simulation *sim); /* before the window closes */

/* simulation_end.c */
void simulation_hand_over(struct simulation *sim);   /* what was counted goes into the result, however it ended */
void simulation_check_whole(struct simulation *sim); /* flow, Little's law; the digest */

/* check.c: after each event; `before`: the clock before it. */
#ifdef GREENLANE_DEBUG
void simulation_check_event(struct simulation *sim, double before);
#else
static inline void simulation_check_event(struct simulation *sim, double before)
{
    (void)sim;
    (void)before;
}
#endif

/* Entities that are inside at the start have numbers of their own, which no stream reaches. */
#define INITIAL_NUMBER (UINT64_C(1) << 47)

static inline bool entity_was_inside(const struct entity *entity)
{
    return entity->number >= INITIAL_NUMBER;
}

static inline int64_t station_number(const struct station *st)
{
    return st->waiting + st->busy + st->blocked_in + st->extra;
}

/* Which visit to a step this is: feedback must not draw the same again. Steps reach forward, so a step beyond those from
 * which the entity went back is met for the first time, and its luck is that of an entity that never went back. */
static inline uint32_t entity_visit(const struct entity *e, uint32_t step)
{
    return step <= e->furthest ? e->visit : 0;
}

static inline bool entity_counts(const struct simulation *sim, const struct entity *entity)
{
    return (entity->flags & ENTITY_MEMBER) ? sim->window_open : (entity->flags & ENTITY_COHORT) != 0;
}

/* The tally of the batch to which an entity that counts belongs: by birth, members of a population by the clock. */
static inline void batch_add(const struct simulation *sim, const struct entity *entity, struct tally *batch, double value)
{
    if (batch == NULL) return;
    const struct network_plan *plan = &sim->net->plan;
    double at = (entity->flags & ENTITY_MEMBER) ? sim->now : entity->born;
    double part = (at - plan->window_from) / (plan->window_to - plan->window_from) * plan->batches;
    unsigned last = plan->batches - 1;
    tally_add(&batch[part < 0 ? 0 : part > last ? last : (unsigned)part], value);
}

static inline struct stage_count *stage_counted(const struct simulation *sim, uint32_t stream, int stage)
{
    return &sim->stage_count[(size_t)stream * STAGES + (size_t)stage];
}

/* False when the run must end; sim->status says why. */
static inline bool simulation_schedule(struct simulation *sim, double time, enum event_kind what, uint32_t who, uint32_t stamp, uint8_t priority)
{
    struct event event = {.time = time, .what = (uint32_t)what, .who = who, .stamp = stamp, .priority = priority};
    enum status status = calendar_schedule(sim->calendar, &event);
    return status == STATUS_OK || simulation_refuse(sim, time, status);
}

/* A record of which only the stamp and the cold part are set; NOBODY: no memory, sim->status says so. */
static inline uint32_t entity_take(struct simulation *sim)
{
    uint32_t who = sim->free_list;
    if (who != NOBODY) {
        sim->free_list = sim->entity[who].link;
    } else {
        if (sim->entities == sim->allocated && !entity_pool_grow(sim)) return NOBODY;
        who = sim->entities++;
        sim->entity[who].stamp = 0;
    }
    if (sim->net->has_cold) entity_begin_cold(sim, who);
    sim->alive++;
    return who;
}

/* A clean one. */
static inline uint32_t entity_create(struct simulation *sim)
{
    uint32_t who = entity_take(sim);
    if (who == NOBODY) return who;
    struct entity *e = &sim->entity[who];
    *e = (struct entity){.root = who, .stamp = e->stamp, .step = NO_STEP};
    return who;
}

/* One more in a series. Most times lie in the tick of the time asked for before, and a division is dear. */
static inline void simulation_count_tick(struct simulation *sim, uint32_t *series, double time)
{
    size_t tick = time >= sim->within.from && time < sim->within.to ? sim->within.index : simulation_tick(sim, time);
    if (tick < sim->result.ticks) series[tick]++;
}

/* Its step is over: counted and credited; it stands at the next. */
static inline void entity_done(struct simulation *sim, uint32_t who, double wait, double work)
{
    struct entity *e = &sim->entity[who];
    const struct hot_step *step = &sim->net->step[e->step];
    if (entity_counts(sim, e)) {
        struct step_count *count = &sim->step_count[e->step];
        count->met++;
        sum_add(&count->wait, wait);
        sum_add(&count->work, work);
    }
    if (step->stage >= 0) entity_credit_stage(sim, who, step->stage, e->since, sim->now);
    if (step->flags & STEP_BACK) entity_go_back(sim, e);
    e->step = step->next;
    e->since = sim->now;
}

static inline bool entity_is_early(const struct simulation *sim, const struct entity *e, const struct hot_step *step)
{
    const struct network_plan *plan = &sim->net->plan;
    return (step->flags & STEP_TURNS) && (e->born < plan->turns_at || (plan->turns_back > 0 && e->born >= plan->turns_back));
}

/* The law of its time at its present step. */
static inline const struct variate *entity_time(const struct simulation *sim, const struct entity *e)
{
    const struct hot_step *step = &sim->net->step[e->step];
    return entity_is_early(sim, e, step) ? &sim->net->spec[e->step].early_time : &step->time;
}

static inline double *entity_attributes(const struct simulation *sim, const struct entity *entity)
{
    return sim->attribute + (size_t)entity->root * sim->net->plan.attributes;
}

#endif
