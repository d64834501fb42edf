/* check.c - what must hold after every event, looked at in debug builds and counted in the result.
 *
 * The first fact that does not hold is the reason in result.broken, and the replication ends as STATUS_BROKEN. Whatever
 * is looked at here has no part in a result: release builds leave the file empty and give the same bits.
 */
#include "engine/core/sim.h"

#ifdef GREENLANE_DEBUG
#include <stdio.h>

static void fact(struct simulation *sim, bool holds, const char *name, const char *what)
{
    sim->result.checks++;
    if (!holds && !sim->result.broken[0])
        snprintf(sim->result.broken, sizeof sim->result.broken, "%s: %s at %.9g h", name, what, sim->now);
}

/* Servers that have gone home may finish what they began: then busy is above on post, but does not rise. */
static void levels_hold(struct simulation *sim, size_t i)
{
    struct station *st = &sim->station[i];
    const struct built_station *bs = &sim->net->station[i];
    int64_t taken = st->busy + st->blocked_in;
    fact(sim, st->waiting >= 0 && st->busy >= 0 && st->blocked_in >= 0 && st->away >= 0, bs->name, "a number below 0");
    fact(sim, st->queue_area >= 0 && st->busy_area >= 0 && st->since <= sim->now, bs->name,
        "an area of the past that shrank");
    if (bs->mode == MODE_TRACKED)
        fact(sim, taken <= (int64_t)st->servers, bs->name, "more servers busy than there are");
    else if (bs->mode == MODE_COUNTED)
        fact(
            sim, taken <= st->on_post || taken <= st->checked_busy, bs->name, "a service began with no server on post");
    st->checked_busy = taken;
}

void simulation_check_event(struct simulation *sim, double before)
{
    fact(sim, sim->now >= before, "clock", "it ran backwards");
    for (size_t i = 0; i < sim->net->stations; i++) levels_hold(sim, i);
}
#endif
