/* line.c - growth of rings, and the heap for disciplines that order by a key. */
#include "engine/core/line.h"

bool line_grow(struct line *line)
{
    uint32_t wanted = line->capacity ? line->capacity * 2 : 16;
    if (wanted == 0) return false;
    struct waiting *slot = malloc(wanted * sizeof *slot);
    if (slot == NULL) return false;
    for (uint32_t i = 0; i < line->count; i++) slot[i] = *line_at(line, i);
    free(line->slot);
    line->slot = slot;
    line->capacity = wanted;
    line->head = 0;
    return true;
}

static bool before(const struct keyed *a, const struct keyed *b)
{
    return a->key < b->key || (a->key == b->key && a->order < b->order);
}

bool heap_line_push(struct heap_line *heap, double key, struct waiting entry)
{
    if (heap->count == heap->allocated) {
        size_t wanted = heap->allocated ? heap->allocated * 2 : 16;
        struct keyed *slot = realloc(heap->slot, wanted * sizeof *slot);
        if (slot == NULL) return false;
        heap->slot = slot;
        heap->allocated = wanted;
    }
    struct keyed item = {key, heap->order++, entry};
    size_t at = heap->count++;
    while (at > 0 && before(&item, &heap->slot[(at - 1) / 4])) {
        heap->slot[at] = heap->slot[(at - 1) / 4];
        at = (at - 1) / 4;
    }
    heap->slot[at] = item;
    return true;
}

/* Puts an item into the hole at `at`, below which everything is in order. */
static void sink(struct heap_line *heap, size_t at, struct keyed item)
{
    for (;;) {
        size_t first = 4 * at + 1, best = first;
        if (first >= heap->count) break;
        for (size_t i = first + 1; i < first + 4 && i < heap->count; i++)
            if (before(&heap->slot[i], &heap->slot[best])) best = i;
        if (!before(&heap->slot[best], &item)) break;
        heap->slot[at] = heap->slot[best];
        at = best;
    }
    heap->slot[at] = item;
}

struct keyed heap_line_pop(struct heap_line *heap)
{
    struct keyed top = heap->slot[0], last = heap->slot[--heap->count];
    if (heap->count > 0) sink(heap, 0, last);
    return top;
}

void heap_line_rebuild(struct heap_line *heap, size_t count)
{
    heap->count = count;
    for (size_t at = count; at-- > 0;) sink(heap, at, heap->slot[at]);
}
