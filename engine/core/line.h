/* line.h - a waiting line of entities: a ring of (entity, stamp) pairs, or a heap by key.
 *
 * Who leaves a line from the middle (patience, joins elsewhere) only raises its own stamp: its entry is then stale and is
 * passed over. When stale entries outnumber the live ones the owner compacts. `live` counts the others.
 *
 * Errors: false when memory ran out, nothing changed.
 */
#ifndef GREENLANE_ENGINE_CORE_LINE_H
#define GREENLANE_ENGINE_CORE_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

struct waiting { uint32_t who, stamp; };
struct keyed { double key; uint64_t order; struct waiting entry; };

struct line { /* a ring; capacity a power of two */
    struct waiting *slot;
    uint32_t head, count, capacity;
};
struct heap_line {
    struct keyed *slot; /* 4-ary, smallest (key, order) first */
    size_t count, allocated;
    uint64_t order;
};

bool line_grow(struct line *line);
static inline bool line_push_back(struct line *line, struct waiting entry)
{
    if (line->count == line->capacity && !line_grow(line)) return false;
    line->slot[(line->head + line->count++) & (line->capacity - 1)] = entry;
    return true;
}
static inline bool line_push_front(struct line *line, struct waiting entry)
{
    if (line->count == line->capacity && !line_grow(line)) return false;
    line->head = (line->head - 1) & (line->capacity - 1);
    line->slot[line->head] = entry;
    line->count++;
    return true;
}
static inline struct waiting line_pop_front(struct line *line) /* count > 0 */
{
    struct waiting entry = line->slot[line->head];
    line->head = (line->head + 1) & (line->capacity - 1);
    line->count--;
    return entry;
}
static inline struct waiting line_pop_back(struct line *line) /* count > 0 */
{
    return line->slot[(line->head + --line->count) & (line->capacity - 1)];
}
static inline struct waiting *line_at(const struct line *line, uint32_t index)
{
    return &line->slot[(line->head + index) & (line->capacity - 1)];
}

bool heap_line_push(struct heap_line *heap, double key, struct waiting entry);
struct keyed heap_line_pop(struct heap_line *heap); /* count > 0 */
void heap_line_rebuild(struct heap_line *heap, size_t count); /* the first `count` slots, in any order, are all there is */

#endif
