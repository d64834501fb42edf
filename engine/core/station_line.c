/* station_line.c - who waits at a station, and who of them is next.
 *
 * A ring for each level of priority, or one heap for disciplines that order by a key. Who leaves from the middle raises
 * its stamp; its entry is then stale, is passed over, and is thrown away when the stale ones outnumber the live.
 */
#include "engine/core/station.h"

int32_t priority_of(const struct simulation *sim, uint32_t who)
{
    const struct step_spec *step = step_of(sim, who);
    for (size_t i = 0; i < step->priorities; i++)
        if (holds(sim, who, &step->priority[i].when)) return step->priority[i].level;
    return step->priority_otherwise;
}

void enqueue(struct simulation *sim, uint32_t id, uint32_t who, bool in_front)
{
    const struct built_station *bs = built(sim, id);
    struct station *st = &sim->station[id];
    struct entity *e = &sim->entity[who];
    struct waiting entry = {who, e->stamp};
    struct line *line = &st->line[bs->levels == 1 ? 0 : bs->spec.preemption ? sim->cold[who].urgency : priority_of(sim, who)];
    bool ok;
    e->flags |= ENTITY_WAITING;
    st->waiting++;
    switch (bs->spec.discipline) {
    case QUEUE_SPT: ok = heap_line_push(&st->heap, e->work, entry); break;
    case QUEUE_EDF: ok = heap_line_push(&st->heap, e->born + step_of(sim, who)->due, entry); break;
    case QUEUE_LCFS: ok = line_push_back(line, entry); break;
    default: ok = in_front ? line_push_front(line, entry) : line_push_back(line, entry); break;
    }
    if (!ok) sim->status = STATUS_NO_MEMORY;
}

/* ---- stale entries ---- */

static void compact_line(const struct simulation *sim, struct line *line)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < line->count; i++)
        if (is_live(sim, *line_at(line, i))) *line_at(line, kept++) = *line_at(line, i);
    line->count = kept;
}

static void compact(struct simulation *sim, uint32_t id)
{
    struct station *st = &sim->station[id];
    for (int32_t l = 0; l < built(sim, id)->levels; l++) compact_line(sim, &st->line[l]);
    size_t kept = 0;
    for (size_t i = 0; i < st->heap.count; i++)
        if (is_live(sim, st->heap.slot[i].entry)) st->heap.slot[kept++] = st->heap.slot[i];
    heap_line_rebuild(&st->heap, kept);
    st->stale = 0;
}

void line_forget(struct simulation *sim, uint32_t id)
{
    struct station *st = &sim->station[id];
    st->stale++;
    if (st->stale > 64 && st->stale > (uint64_t)st->waiting) compact(sim, id);
}

static uint32_t first_of(struct simulation *sim, uint32_t id, struct line *line)
{
    struct station *st = &sim->station[id];
    bool last = built(sim, id)->spec.discipline == QUEUE_LCFS;
    while (line->count > 0) {
        struct waiting entry = *line_at(line, last ? line->count - 1 : 0);
        if (is_live(sim, entry)) return entry.who;
        if (last)
            line_pop_back(line);
        else
            line_pop_front(line);
        if (st->stale) st->stale--;
    }
    return NOBODY;
}

static uint32_t first_of_heap(struct simulation *sim, struct station *st)
{
    while (st->heap.count && !is_live(sim, st->heap.slot[0].entry)) {
        heap_line_pop(&st->heap);
        if (st->stale) st->stale--;
    }
    return st->heap.count ? st->heap.slot[0].entry.who : NOBODY;
}

/* ---- who is next ---- */

enum { ANY_SERVER = UINT32_MAX, FOR_A_START = UINT32_MAX - 1 };

static bool fits(const struct simulation *sim, uint32_t id, uint32_t who, uint32_t server)
{
    if (server == FOR_A_START) return can_start(sim, id, who);
    return server == ANY_SERVER || server_serves(sim, id, server, who);
}

/* siro: one of those who wait, drawn by the ordinal of the draw; the last in line takes its place. */
static uint32_t take_at_random(struct simulation *sim, uint32_t id, uint32_t server)
{
    struct station *st = &sim->station[id];
    struct line *line = &st->line[0];
    if (st->stale) compact(sim, id);
    if (line->count == 0) return NOBODY;
    struct draws draws;
    draws_begin_of(&draws, &sim->rounds, st->starts, built(sim, id)->place_siro, 0);
    uint32_t index = (uint32_t)(draws_unit(&draws) * line->count);
    if (index >= line->count) index = line->count - 1;
    uint32_t who = line_at(line, index)->who;
    if (!fits(sim, id, who, server)) return NOBODY;
    *line_at(line, index) = *line_at(line, line->count - 1);
    line->count--;
    st->starts++;
    return who;
}

/* With pools: the first in line whom some free server serves, wherever it stands. */
static uint32_t take_by_pool(struct simulation *sim, uint32_t id, uint32_t server)
{
    struct station *st = &sim->station[id];
    for (int32_t l = 0; l < built(sim, id)->levels; l++) {
        struct line *line = &st->line[l];
        bool last = built(sim, id)->spec.discipline == QUEUE_LCFS;
        if (first_of(sim, id, line) == NOBODY) continue;
        for (uint32_t i = 0; i < line->count; i++) {
            struct waiting *entry = line_at(line, last ? line->count - 1 - i : i);
            uint32_t who = entry->who;
            if (!is_live(sim, *entry) || !fits(sim, id, who, server)) continue;
            entry->stamp--; /* stale from now on */
            line_forget(sim, id);
            return who;
        }
    }
    return NOBODY;
}

static struct line *most_urgent_line(struct simulation *sim, uint32_t id)
{
    struct station *st = &sim->station[id];
    for (int32_t l = 0; l < built(sim, id)->levels; l++)
        if (first_of(sim, id, &st->line[l]) != NOBODY) return &st->line[l];
    return NULL;
}

uint32_t line_most_urgent(struct simulation *sim, uint32_t id)
{
    struct line *line = most_urgent_line(sim, id);
    return line ? first_of(sim, id, line) : NOBODY;
}

static uint32_t take_in_order(struct simulation *sim, uint32_t id, uint32_t server)
{
    struct line *line = most_urgent_line(sim, id);
    if (line == NULL || !fits(sim, id, first_of(sim, id, line), server)) return NOBODY;
    return (built(sim, id)->spec.discipline == QUEUE_LCFS ? line_pop_back(line) : line_pop_front(line)).who;
}

static uint32_t take_by_key(struct simulation *sim, uint32_t id, uint32_t server)
{
    struct station *st = &sim->station[id];
    uint32_t who = first_of_heap(sim, st);
    if (who == NOBODY || !fits(sim, id, who, server)) return NOBODY;
    return heap_line_pop(&st->heap).entry.who;
}

static uint32_t take(struct simulation *sim, uint32_t id, uint32_t server)
{
    const struct station_spec *spec = &built(sim, id)->spec;
    if (sim->station[id].waiting == 0) return NOBODY;
    if (spec->discipline == QUEUE_SPT || spec->discipline == QUEUE_EDF) return take_by_key(sim, id, server);
    if (spec->discipline == QUEUE_SIRO) return take_at_random(sim, id, server);
    return spec->pools ? take_by_pool(sim, id, server) : take_in_order(sim, id, server);
}

uint32_t line_first(struct simulation *sim, uint32_t id)
{
    enum queue_discipline discipline = built(sim, id)->spec.discipline;
    if (sim->station[id].waiting == 0) return NOBODY;
    if (discipline == QUEUE_SPT || discipline == QUEUE_EDF) return first_of_heap(sim, &sim->station[id]);
    return line_most_urgent(sim, id);
}

uint32_t line_take(struct simulation *sim, uint32_t id)
{
    return take(sim, id, FOR_A_START);
}

uint32_t line_take_rider(struct simulation *sim, uint32_t id, uint32_t server)
{
    return take(sim, id, built(sim, id)->spec.pools ? server : ANY_SERVER);
}
