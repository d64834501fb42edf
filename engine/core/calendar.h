/* calendar.h - the event calendar: pending events in the order they will happen.
 *
 * Order is total: earlier time first; at one time, smaller priority number first; then first scheduled, first out: so a
 * replication gives the same bits wherever it runs. One 128-bit key (time bits, then priority, then sequence) is
 * compared without branches; times are never negative, so their bits order as integers.
 *
 * The next two dozen events at most stand in a run inside the calendar; with no more pending than that, nothing
 * else exists. Behind the run lies a calendar queue with linked buckets that resizes itself, with a wide heap for what
 * the days of that queue cannot separate (mass ties, bursts). Only the run is touched by the inline functions below.
 *
 * An item of the run stays in its place; their order is a row of bytes. Where a new one belongs is counted, not searched:
 * all places' times, rounded to floats (which keeps their order but for ties), are compared at once, and the bytes
 * behind are moved as words. Where there are more than a few, neither a loop nor a branch depends on how many it overtakes.
 *
 * Units:     simulated hours since the replication began.
 * Ownership: the caller owns the calendar; what an event carries is borrowed and never looked at.
 * Errors:    on failure the calendar is exactly as before.
 * Threads:   one calendar belongs to one replication, hence to one thread.
 */
#ifndef GREENLANE_ENGINE_CORE_CALENDAR_H
#define GREENLANE_ENGINE_CORE_CALENDAR_H

#include "engine/core/status.h"
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct event {
    double time;
    uint32_t what;    /* the kind of event */
    uint32_t who;     /* an entity, a station, a stream */
    uint32_t stamp;   /* the owner's stamp when it was scheduled: another stamp now means it was cancelled */
    uint8_t priority; /* 0 first; at most 255 */
};

enum calendar_kind { CALENDAR_AUTOMATIC, CALENDAR_HEAP }; /* HEAP: the simple path, for tests against it */

struct calendar;

struct calendar *calendar_create(enum calendar_kind kind); /* NULL: no memory */
void calendar_destroy(struct calendar *cal);
void calendar_clear(struct calendar *cal); /* empty, clock 0, sequence 0; keeps its memory; costs next to nothing */

/* STATUS_BAD_TIME: not a number, infinite, or before the last event taken. STATUS_LIMIT: 2^31 events are pending. */
static inline enum status calendar_schedule(struct calendar *cal, const struct event *event);
/* The same for an owner that has one event pending at most and soon after it the next, as a stream has: it is kept beside
 * the others in a place of its own, below CALENDAR_BESIDE, which must be free. That spares it being sorted in. */
static inline enum status calendar_schedule_beside(struct calendar *cal, unsigned place, const struct event *event);
static inline enum status calendar_next(struct calendar *cal, struct event *out); /* STATUS_EMPTY when none is left */
static inline double calendar_peek(const struct calendar *cal); /* time of the next event; INFINITY when none */
static inline size_t calendar_count(const struct calendar *cal);
/* `who` of the next event but for those beside, UINT32_MAX when none is left: for those who fetch early what they will
 * need. */
static inline uint32_t calendar_soon(struct calendar *cal);

/* Drops every event for which stale(context, event) holds; order of the rest unchanged. The owner of many cancelled
 * timers calls it when they outnumber the live ones. */
void calendar_sweep(struct calendar *cal, bool (*stale)(void *context, const struct event *event), void *context);

/* From here on: what the inline functions need to see, and nobody else should use. */

enum { CALENDAR_RUN = 24, CALENDAR_FEW = 4, CALENDAR_BESIDE = 8 };

#define CALENDAR_NEVER 0x7FF0000000000000ULL /* the bits of infinity: every time that may be scheduled is below */

struct calendar_item {
    uint64_t order; /* priority (8 bits), then sequence (56 bits) */
    uint64_t time;  /* its bits */
    uint64_t cargo; /* what, and who above it */
    uint32_t stamp;
    uint32_t next; /* in a linked list of the store */
};

struct calendar_store;

struct calendar {
    uint64_t clock;                   /* the bits of the time of the last event taken */
    uint64_t sequence;                /* of the next event scheduled */
    uint64_t limit_time, limit_order; /* a key above all of the run and not above anything behind it */
    size_t behind;                    /* events that are not in the run */
    size_t run_count;
    uint64_t run_time, beside_time;   /* of the next event in the run, 0 while that is empty; beside, all ones if there is none */
    uint32_t besides, beside_first; /* places in use, those before the last included; the one whose event comes first */
    struct calendar_item beside[CALENDAR_BESIDE]; /* a key of all ones: there is none */
    struct calendar_item run[CALENDAR_RUN]; /* each in its place */
    float rounded[CALENDAR_RUN];      /* the time of each; of a free place one that is not above the clock's */
    uint8_t order[2 * CALENDAR_RUN];  /* the places, latest first, so that the next event's is the last one; then room to move */
    uint8_t places[CALENDAR_RUN];     /* from run_count on: those that are free */
    struct calendar_store *store;
};

enum status calendar_schedule_behind(
    struct calendar *cal, uint64_t time, uint64_t cargo, uint32_t stamp, uint8_t priority);
bool calendar_refill(struct calendar *cal);              /* false: there is nothing behind the empty run */
double calendar_peek_behind(const struct calendar *cal); /* for an empty run */

static inline unsigned __int128 calendar_key(uint64_t time, uint64_t order)
{
    return (unsigned __int128)time << 64 | order;
}

/* Ties are rare, so times nearly always tell. */
static inline bool calendar_comes_before(const struct calendar_item *item, uint64_t time, uint64_t order)
{
    return item->time != time ? item->time < time : item->order < order;
}

/* Writes an item in two halves of 16 bytes, as it will be read when it is moved: a processor forwards what was just
 * stored to a load of the same width, but makes one that spans two stores wait. */
static inline void calendar_item_write(
    struct calendar_item *item, uint64_t time, uint64_t order, uint64_t cargo, uint32_t stamp)
{
    typedef uint64_t pair __attribute__((vector_size(16)));
    pair key = {order, time};
    pair load = {cargo, stamp};
    memcpy(item, &key, sizeof key);
    memcpy(&item->cargo, &load, sizeof load);
}

static inline struct calendar_item *calendar_run_at(const struct calendar *cal, size_t rank)
{
    return (struct calendar_item *)&cal->run[cal->order[rank]];
}

/* How many of the run have a greater rounded time. */
static inline size_t calendar_run_later(const struct calendar *cal, float time)
{
    typedef float floats __attribute__((vector_size(16)));
    typedef int32_t ints __attribute__((vector_size(16)));
    floats at = {time, time, time, time};
    ints later = {0};
    for (int i = 0; i < CALENDAR_RUN; i += 4) {
        floats rounded;
        memcpy(&rounded, cal->rounded + i, sizeof rounded);
        later -= rounded > at; /* true is -1 */
    }
    return (size_t)(later[0] + later[1] + later[2] + later[3]);
}

/* There must be room. */
static inline void calendar_run_insert(
    struct calendar *cal, uint64_t time, uint64_t order, uint64_t cargo, uint32_t stamp)
{
    union {
        uint64_t bits;
        double value;
    } exact = {.bits = time};
    float rounded = (float)exact.value;
    size_t count = cal->run_count, rank = count;
    uint8_t place = cal->places[count];
    if (count <= CALENDAR_FEW) {
        for (; rank > 0 && calendar_comes_before(calendar_run_at(cal, rank - 1), time, order); rank--)
            cal->order[rank] = cal->order[rank - 1];
    } else {
        rank = calendar_run_later(cal, rounded);
        while (rank < count && !calendar_comes_before(calendar_run_at(cal, rank), time, order)) rank++; /* equal but for rounding */
        uint64_t moved[CALENDAR_RUN / 8];
        memcpy(moved, cal->order + rank, sizeof moved);
        memcpy(cal->order + rank + 1, moved, sizeof moved);
    }
    cal->order[rank] = place;
    cal->rounded[place] = rounded;
    cal->run_count = count + 1;
    cal->run_time = ((count == 0) | (time < cal->run_time)) ? time : cal->run_time;
    calendar_item_write(&cal->run[place], time, order, cargo, stamp);
}

/* The next event is out of the run. Its time is not above the clock from now on, so `rounded` may stay. */
static inline void calendar_run_drop_next(struct calendar *cal)
{
    size_t count = --cal->run_count;
    cal->places[count] = cal->order[count];
    cal->run_time = count > 0 ? calendar_run_at(cal, count - 1)->time : 0;
}

static inline uint64_t calendar_time_bits(double time)
{
    union {
        double value;
        uint64_t bits;
    } u = {.value = time + 0.0}; /* so that a negative zero is a zero */
    return u.bits;
}

static inline uint64_t calendar_cargo(const struct event *event)
{
    return (uint64_t)event->who << 32 | event->what;
}

static inline enum status calendar_schedule(struct calendar *cal, const struct event *event)
{
    uint64_t time = calendar_time_bits(event->time);
    /* One unsigned comparison refuses what is before the clock, infinite, negative and not a number. */
    if (time - cal->clock >= CALENDAR_NEVER - cal->clock) return STATUS_BAD_TIME;
    uint64_t order = (uint64_t)event->priority << 56 | cal->sequence;
    if (cal->run_count == CALENDAR_RUN || calendar_key(time, order) >= calendar_key(cal->limit_time, cal->limit_order))
        return calendar_schedule_behind(cal, time, calendar_cargo(event), event->stamp, event->priority);
    cal->sequence++;
    calendar_run_insert(cal, time, order, calendar_cargo(event), event->stamp);
    return STATUS_OK;
}

static inline unsigned __int128 calendar_beside_key(const struct calendar *cal, uint32_t place)
{
    return calendar_key(cal->beside[place].time, cal->beside[place].order);
}

static inline enum status calendar_schedule_beside(struct calendar *cal, unsigned place, const struct event *event)
{
    if (cal->limit_time == 0) return calendar_schedule(cal, event); /* a plain heap has nothing beside it */
    uint64_t time = calendar_time_bits(event->time);
    if (time - cal->clock >= CALENDAR_NEVER - cal->clock) return STATUS_BAD_TIME;
    uint64_t order = (uint64_t)event->priority << 56 | cal->sequence++;
    calendar_item_write(&cal->beside[place], time, order, calendar_cargo(event), event->stamp);
    if (place >= cal->besides) cal->besides = place + 1;
    if (calendar_key(time, order) <= calendar_beside_key(cal, cal->beside_first)) { /* equal: it stands there itself */
        cal->beside_first = place;
        cal->beside_time = time;
    }
    return STATUS_OK;
}

static inline void calendar_give(struct calendar *cal, const struct calendar_item *item, struct event *out)
{
    union {
        uint64_t bits;
        double value;
    } time = {.bits = item->time};
    cal->clock = item->time;
    out->time = time.value;
    out->what = (uint32_t)item->cargo;
    out->who = (uint32_t)(item->cargo >> 32);
    out->stamp = item->stamp;
    out->priority = (uint8_t)(item->order >> 56);
}

static inline void calendar_empty_beside(struct calendar *cal, uint32_t place)
{
    cal->beside[place].time = cal->beside[place].order = UINT64_MAX;
    uint32_t first = 0;
    for (uint32_t i = 1; i < cal->besides; i++) first = calendar_beside_key(cal, i) < calendar_beside_key(cal, first) ? i : first;
    cal->beside_first = first;
    cal->beside_time = cal->beside[first].time;
}

static inline enum status calendar_take_beside(struct calendar *cal, struct event *out)
{
    const struct calendar_item *item = &cal->beside[cal->beside_first];
    if (item->time > CALENDAR_NEVER) return STATUS_EMPTY;
    calendar_give(cal, item, out);
    calendar_empty_beside(cal, cal->beside_first);
    return STATUS_OK;
}

static inline enum status calendar_next(struct calendar *cal, struct event *out)
{
    if (cal->beside_time < cal->run_time) return calendar_take_beside(cal, out);
    if (cal->run_count == 0) {
        if (!calendar_refill(cal)) return calendar_take_beside(cal, out);
        if (cal->beside_time < cal->run_time) return calendar_take_beside(cal, out);
    }
    const struct calendar_item *item = calendar_run_at(cal, cal->run_count - 1);
    if (cal->beside_time == cal->run_time && cal->beside[cal->beside_first].order < item->order) return calendar_take_beside(cal, out);
    calendar_run_drop_next(cal);
    calendar_give(cal, item, out);
    return STATUS_OK;
}

static inline double calendar_peek(const struct calendar *cal)
{
    union {
        uint64_t bits;
        double value;
    } first = {.bits = cal->run_count > 0 ? cal->run_time : calendar_time_bits(calendar_peek_behind(cal))};
    if (cal->beside_time < first.bits) first.bits = cal->beside_time;
    return first.value;
}

static inline uint32_t calendar_soon(struct calendar *cal)
{
    if (cal->run_count == 0) {
        if (cal->limit_time == 0) return UINT32_MAX; /* a plain heap: what is taken off it can no longer be overtaken */
        if (cal->behind == 0 || !calendar_refill(cal)) return UINT32_MAX;
    }
    return (uint32_t)(calendar_run_at(cal, cal->run_count - 1)->cargo >> 32);
}

static inline size_t calendar_count(const struct calendar *cal)
{
    size_t beside = 0;
    for (uint32_t i = 0; i < cal->besides; i++) beside += cal->beside[i].time < CALENDAR_NEVER;
    return cal->run_count + cal->behind + beside;
}

#endif
