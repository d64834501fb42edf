/* compiled.h - what a compiled network looks like from inside the engine: flat arrays, indices, no names on the way.
 *
 * Private to engine/core: the builder (network.c, network_compile.c) writes it, the simulation and the metrics read it.
 */
#ifndef GREENLANE_ENGINE_CORE_COMPILED_H
#define GREENLANE_ENGINE_CORE_COMPILED_H

#include "engine/core/network.h"
#include "engine/observe/measure.h"

enum { NO_STEP = UINT32_MAX, STAGES = 64, LEVELS = 64, FORK_MOST = 64 };

/* Beside network.h's parts: it began ahead of its arrival and is past that; always with PART_WHOLE. */
enum { PART_AFTER = 8 };

enum step_flag {
    STEP_HAS_WHEN = 1,
    STEP_HAS_SHARE = 2,
    STEP_HAS_AHEAD = 4,
    STEP_HAS_PARTS = 8,
    STEP_GUARDED = 15,
    STEP_BACK = 16,   /* its next is a new visit */
    STEP_DRAWS = 32,  /* needs a block of random words */
    STEP_SIMPLE = 64, /* a SERVICE at a counted first-come station, with none of the extras */
    STEP_TURNS = 128, /* has_early */
    STEP_OWN = 512,   /* takes no time and concerns nobody but the entity: may be done when its time is known */
    STEP_APART = 1024, /* on a branch of a fork: what happens there is not seen on another branch before the join */
    STEP_KNOWN = 4096, /* it foresees, and what follows is drawn with its own time when the entity enters */
    STEP_FORESEES = 2048, /* a simple service after which nothing but shares decides which simple service follows, or none */
    STEP_SMOOTH = 256 /* a DELAY round the clock whose law has no atoms: no two of them end at one time */
};

/* What every visit touches: two cache lines. */
struct hot_step {
    uint8_t op, parts;
    uint16_t flags;
    uint32_t next, otherwise;
    uint16_t station;
    int8_t stage; /* -1: outside, or the stream has none */
    uint64_t place;
    double share;
    struct variate time;
};

enum station_mode {
    MODE_COUNTED,  /* servers are a number */
    MODE_TRACKED,  /* each server is known: breakdowns, pausing, pre-emption, pools */
    MODE_SHARING,  /* processor sharing */
    MODE_UNLIMITED /* nobody waits */
};

struct built_station {
    char *name;
    struct station_spec spec;
    enum station_mode mode;
    uint32_t *dependent; /* stations whose queues may start when a server here is freed (held together) */
    size_t dependents;
    uint64_t place_siro, place_up, place_down, place_vacation;
    int32_t levels; /* of priority */
    bool blocks;    /* finite room, and the step before is blocked */
    bool is_held;   /* by OP_SEIZE or `also`: servers are kept beyond the station */
    bool impatient; /* some who wait here give up */
    bool plain;     /* counted, fcfs, fixed servers, no extras: the short way */
    struct split { char *name; int attribute; unsigned levels, first; } *split;
    size_t splits, split_levels;
    bool interdeparture, busy_period, keeps_served;
    unsigned occupancies, queue_levels, busy_levels; /* see station_result */
    bool by_level;  /* station_result.level is kept */
    double bound_wait[8], bound_sojourn[8];
    unsigned bounds_wait, bounds_sojourn;
};

struct built_stream {
    char *name;
    struct stream_spec spec; /* arrays owned */
    uint32_t entry, entry_ahead;
    uint64_t initials; /* inside at the start */
    uint64_t place_gap, place_batch, place_day, place_lead, place_think;
    uint64_t *place_draw;
    double lead_most;
    bool *decides_ahead; /* by draw: whether `ahead` depends on it */
    uint32_t step_first, step_end; /* its steps lie within */
    uint32_t branch_last; /* the last step within a branch of a fork */
    bool gap_pairs;   /* one word an arrival: two arrivals share a block */
    bool foretold;    /* the times of its arrivals follow from their amounts alone: many are made at once */
    bool one_by_one;  /* no batches, no lead: an arrival is an entity that enters */
    bool entry_draws; /* every entity enters at a step that draws, numbered in order: words are drawn ahead */
    bool entry_serves; /* and that step is a plain service whose time takes one word: times are made ahead as well, */
    bool entry_knows;  /* and so is what follows it, for nobody comes to the entry in another way: STEP_KNOWN */
    struct split *split;
    size_t splits, split_levels;
    double bound_time[8];
    unsigned bounds_time;
    struct watch { int stage; unsigned bounds; double bound[MEASURE_BOUNDS]; } watch[STAGES];
    unsigned watches;
    network_book book; /* NULL: nobody writes anything down */
    const void *book_config;
};

struct moment { double at; uint32_t station; };

struct initial { uint32_t stream, step; uint64_t number; double age; }; /* inside at the start; number within its stream */

struct metric; /* metric.c */

struct network {
    struct network_plan plan;
    enum status failed;
    char why[160];
    bool compiled;
    double *attribute_default;
    bool any_default;

    struct built_stream *stream;
    size_t streams, streams_allocated;
    struct built_station *station;
    size_t stations, stations_allocated;
    struct step_spec *spec; /* cold, arrays owned */
    size_t steps, steps_allocated;
    struct hot_step *step;
    int *next, *otherwise;
    bool *back;
    uint64_t *place_patience, *place_balk, *place_again, **place_target; /* place_target: of a fork's branches with a share */

    char **outcome;
    size_t outcomes;
    struct timeline **timeline;
    size_t timelines;
    size_t state_bytes;
    void (*state_begin)(const void *config, void *state);
    const void *state_config;

    struct metric *metric;
    size_t metrics, metrics_allocated;
    struct initial *initial;
    size_t initials, initials_allocated;
    unsigned *initial_attribute;
    double *initial_value; /* row-major, as allocated as `initial` */
    size_t initial_attributes;
    struct moment *moment; /* in the order in which they were asked for */
    size_t moments;
    bool blocks;  /* some station blocks the step before it */
    bool all_closed; /* populations only: measured by the window */
    bool has_cold; /* forks, second clocks, stages: the cold record of an entity is used */
    bool seizes;  /* OP_SEIZE occurs: entities hold servers on their way */
    bool marks;   /* OP_MARK occurs */
    unsigned watches; /* the most of any stream */
};

/* network_check.c: what is refused; false once the fault is remembered. */
bool check_station(struct network *net, const struct built_station *station);
bool check_stream(struct network *net, const struct built_stream *stream);
bool check_step(struct network *net, const struct step_spec *spec);
bool check_routes(struct network *net);

/* network_places.c: gives every draw its place; false without memory, or where two would share one. */
bool network_places(struct network *net);

/* network_apart.c: marks the steps on branches that nobody looks at from another; false without memory. */
bool network_find_apart(struct network *net);

/* Grows an array of `size`-byte elements to hold one more; false when there is no memory. */
bool grow(void *array, size_t *allocated, size_t count, size_t size);
static inline uint32_t network_index_of(const struct network *net, int step)
{
    return step < 0 || (size_t)step >= net->steps ? NO_STEP : (uint32_t)step;
}

/* Remembers the first failure of a builder. */
int network_fail(struct network *net, enum status status, const char *format, ...) __attribute__((format(printf, 3, 4)));
int network_no_memory(struct network *net);
void network_metrics_destroy(struct network *net);

#endif
