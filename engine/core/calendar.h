/* calendar.h - the event calendar: pending events in the order they will happen.
 *
 * Order is total: earlier time first; at one time, smaller priority number first; then first scheduled, first out: so a
 * replication gives the same bits wherever it runs. One 128-bit key (time bits, then priority, then sequence) is
 * compared without branches; times are never negative, so their bits order as integers.
 *
 * Up to some two dozen events stand in a plain heap; above that in a calendar queue with linked buckets that resizes
 * itself, and falls back to a wide heap when the times defeat it (heavy tails, mass ties).
 *
 * Units:     simulated hours since the replication began.
 * Ownership: the caller owns the calendar; what an event carries is borrowed and never looked at.
 * Errors:    on failure the calendar is exactly as before.
 * Threads:   one calendar belongs to one replication, hence to one thread.
 */
#ifndef GREENLANE_ENGINE_CORE_CALENDAR_H
#define GREENLANE_ENGINE_CORE_CALENDAR_H

#include "engine/core/status.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct event {
    double time;
    uint32_t what; /* the kind of event */
    uint32_t who;  /* an entity, a station, a stream */
    uint32_t stamp; /* the owner's stamp when it was scheduled: another stamp now means it was cancelled */
    uint8_t priority; /* 0 first; at most 255 */
};

enum calendar_kind { CALENDAR_AUTOMATIC, CALENDAR_HEAP }; /* HEAP: the simple path, for tests against it */

struct calendar;

struct calendar *calendar_create(enum calendar_kind kind); /* NULL: no memory */
void calendar_destroy(struct calendar *cal);
void calendar_clear(struct calendar *cal); /* empty, clock 0, sequence 0; keeps its memory; cost by what it held */

enum status calendar_schedule(struct calendar *cal, const struct event *event); /* BAD_TIME: NaN, infinite, before the last event taken */
enum status calendar_next(struct calendar *cal, struct event *out); /* STATUS_EMPTY when none is left */
double calendar_peek(const struct calendar *cal); /* time of the next event; INFINITY when none */
size_t calendar_count(const struct calendar *cal);

/* Drops every event for which stale(context, event) holds; order of the rest unchanged. The owner of many cancelled
 * timers calls it when they outnumber the live ones. */
void calendar_sweep(struct calendar *cal, bool (*stale)(void *context, const struct event *event), void *context);

#endif
