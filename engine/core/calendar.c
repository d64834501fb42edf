/* calendar.c - how the events behind the run are kept.
 *
 * Time is cut into days of equal width (nothing to do with days of 24 hours). Pending events stand in four places:
 *
 *   run     the next few, their order known, in the struct itself; the inline functions of the header touch nothing else
 *   list    the rest of today, a sorted linked list: what did not fit into the run when the day was opened
 *   heap    a 4-ary heap of what was scheduled for today after today was opened, and does not precede the list
 *   days    an array of linked, unsorted buckets; bucket (day mod number of buckets) holds every event of that day,
 *           also of later years (a year is one turn through the buckets)
 *
 * Nodes of list and days live in one pool and are linked by index; index 0 is no node. A free node has time NEVER.
 * Where many events share their times (whole hours), a day's list of thousands would lie scattered over the pool, and
 * each node could only be waited for after the one before. There the pool is handed out in blocks: the event pushed
 * onto a bucket takes the node after the bucket's first, if it is free and in the same block, else a block of its own;
 * a block is free when all its nodes are. So a day is written and read as stretches of memory, and in order.
 *
 * Invariants (checked in debug builds):
 *   every key in the run < limit <= every key elsewhere; the run and the list are sorted
 *   an event stands in the days exactly if its time >= today_end; then its day number >= next_day
 *   while the run holds everything ("small"), limit and today_end are NEVER
 *   the width of a day is a power of two, so a time's day, floor(time * per_width), and a day's end are exact
 *
 * Why nothing is quadratic. A day that turns out crowded is sorted by merging (in place: taking an event never needs
 * memory); what is scheduled into an open day costs a heap operation. A bucket is visited once a year, and with the
 * width at twice the mean spacing a year takes as many events as there are buckets or more, so the events of later
 * years that are passed over cost O(1) an event. Work is counted; when it exceeds the number of pending events, the
 * width is compared with what has been seen since, and everything is dealt anew if it is off by more than
 * WORTH_DEALING. With all times equal, or with a day that holds everything, what remains is the list and the heap:
 * O(log n) an event.
 */
#include "engine/core/calendar.h"
#include "engine/core/pages.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

typedef unsigned __int128 key_type;

enum {
    FEWEST_BUCKETS = 64,
    EVENTS_A_BUCKET = 2, /* more than that on average: twice the buckets */
    FEW_BEHIND = 8,      /* that few left behind the run: all go into the run */
    SHORT_HEAP = 64,     /* a heap up to this length is as good as anything */
    SAMPLE = 128,        /* times looked at to guess the width */
    FIRST_ROOM = 64,
    HEAP_ROOT = 3, /* puts the four children of a node side by side in two cache lines */
    BLOCK = 16,    /* nodes */
    WIDE_BITS = 3, /* days of a pool in blocks are 2^WIDE_BITS times as wide, and fewer */
    CROWD = 32,    /* that many events a day: it needs blocks, */
#ifdef GREENLANE_DEBUG
    WORTH_BLOCKS = 100, /* so that small tests come here */
#else
    WORTH_BLOCKS = 1 << 15, /* but fewer pending events than this stay in the processor's caches anyway */
#endif
    LOOK_AHEAD = 4 /* days between the steps of prefetching */
};

#define WIDTH_IN_SPACINGS 2.0
#define WORTH_DEALING 1.7 /* off by that factor; well above the root of 2 that the nearest power of two may be off */
#define SQRT_HALF 0.70710678118654752
#define LAST_DAY (1ULL << 52) /* later days are all this one; up to here every number of a day is a double */
#define MOST_EVENTS (1U << 31)

struct calendar_store {
    enum calendar_kind kind;
    uint64_t today_end; /* time bits: the first time that is not today any more */

    struct calendar_item *pool;
    size_t pool_used, pool_room; /* index 0 is counted as used */
    uint32_t free;               /* single nodes; none while the pool is in blocks */

    uint8_t *used; /* the nodes of each block that are not free */
    size_t used_room;
    uint32_t free_block; /* the first node of a block that is free as a whole, linked to the next */
    uint32_t loose;      /* the last node taken for no bucket */

    uint32_t list;
    size_t list_count;

    struct calendar_item *heap; /* from index HEAP_ROOT on */
    size_t heap_count, heap_room;
    size_t heap_patience; /* the length at which the day is found too long */

    uint32_t *head;
    size_t bucket_count, head_room; /* bucket_count is a power of two */
    size_t later_count;             /* events in the buckets */
    bool crowded;                   /* the pool should be in blocks, and will be from the next deal on */
    unsigned wide_bits;             /* WIDE_BITS while the pool is in blocks, else 0 */
    uint64_t next_day;
    double width, per_width;

    size_t work, opened, days_opened; /* days and nodes visited, events and days with events found, after `since` */
    double since;
};

static double time_of(uint64_t bits)
{
    double time;
    memcpy(&time, &bits, sizeof time);
    return time;
}

static uint64_t bits_of(double time)
{
    uint64_t bits;
    memcpy(&bits, &time, sizeof bits);
    return bits;
}

static inline key_type key_of(const struct calendar_item *item)
{
    return calendar_key(item->time, item->order);
}

static inline uint64_t day_of(const struct calendar_store *store, uint64_t time)
{
    double day = time_of(time) * store->per_width;
    return day < (double)LAST_DAY ? (uint64_t)(int64_t)day : LAST_DAY; /* by way of int64_t it is one instruction */
}

/* The bits of the first time that belongs to a later day. */
static inline uint64_t end_of_day(const struct calendar_store *store, uint64_t day)
{
    return day < LAST_DAY ? bits_of((double)(int64_t)(day + 1) * store->width) : CALENDAR_NEVER;
}

static struct event event_of(const struct calendar_item *item)
{
    return (struct event){.time = time_of(item->time),
        .what = (uint32_t)item->cargo,
        .who = (uint32_t)(item->cargo >> 32),
        .stamp = item->stamp,
        .priority = (uint8_t)(item->order >> 56)};
}

/* Memory. */

/* Afterwards there is a count for each block of the pool, none yet set where there was none. */
static bool reserve_counts(struct calendar_store *store, size_t pool_room)
{
    size_t room = pool_room / BLOCK;
    if (room <= store->used_room) return true;
    uint8_t *used = pages_enlarged(store->used, store->used_room, room);
    if (used == NULL) return false;
    store->used = used;
    store->used_room = room;
    return true;
}

/* Makes sure that `more` nodes can be taken for no bucket, or one for a bucket, even if none were free. */
static bool reserve_nodes(struct calendar_store *store, size_t more)
{
    if (store->wide_bits > 0) more += 2 * BLOCK;
    if (store->pool_used + more <= store->pool_room) return true;
    size_t room = store->pool_room == 0 ? FIRST_ROOM : store->pool_room;
    while (room < store->pool_used + more) room *= 2;
    if (room > (size_t)2 * MOST_EVENTS) return false;
    if (store->wide_bits > 0 && !reserve_counts(store, room)) return false;
    size_t used = store->pool == NULL ? 0 : store->pool_used * sizeof *store->pool;
    struct calendar_item *pool = pages_enlarged(store->pool, used, room * sizeof *pool);
    if (pool == NULL) return false;
    pool[0] = (struct calendar_item){0}; /* where no node is, prefetching reads this one */
    store->pool = pool;
    store->pool_room = room;
    return true;
}

static bool reserve_heap(struct calendar_store *store, size_t more)
{
    size_t needed = HEAP_ROOT + store->heap_count + more;
    if (needed <= store->heap_room) return true;
    size_t room = store->heap_room == 0 ? FIRST_ROOM : store->heap_room;
    while (room < needed) room *= 2;
    size_t used = store->heap == NULL ? 0 : (HEAP_ROOT + store->heap_count) * sizeof *store->heap;
    struct calendar_item *heap = pages_enlarged(store->heap, used, room * sizeof *heap);
    if (heap == NULL) return false;
    store->heap = heap;
    store->heap_room = room;
    return true;
}

/* Afterwards the buckets hold nothing that may be read. */
static bool reserve_heads(struct calendar_store *store, size_t buckets)
{
    if (buckets <= store->head_room) return true;
    uint32_t *head = pages_enlarged(NULL, 0, buckets * sizeof *head);
    if (head == NULL) return false;
    free(store->head);
    store->head = head;
    store->head_room = buckets;
    return true;
}

/* A block of which all nodes are free: its first. */
static uint32_t take_block(struct calendar_store *store)
{
    uint32_t first = store->free_block;
    if (first != 0) {
        store->free_block = store->pool[first].next;
        return first;
    }
    first = (uint32_t)store->pool_used;
    store->pool_used += BLOCK;
    store->used[first / BLOCK] = 0;
    for (uint32_t node = first; node < first + BLOCK; node++) store->pool[node].time = CALENDAR_NEVER;
    return first;
}

/* From a pool in blocks: the node after another of a block in use, or the first of a new block. */
static inline uint32_t take_after(struct calendar_store *store, uint32_t node)
{
    node++;
    if (node % BLOCK == 0 || store->pool[node].time != CALENDAR_NEVER) node = take_block(store);
    store->used[node / BLOCK]++;
    return node;
}

static inline uint32_t take_node(struct calendar_store *store)
{
    if (store->wide_bits > 0)
        return store->loose = take_after(store, store->used[store->loose / BLOCK] > 0 ? store->loose : BLOCK - 1);
    uint32_t node = store->free;
    if (node == 0) return (uint32_t)store->pool_used++;
    store->free = store->pool[node].next;
    return node;
}

static inline void give_node(struct calendar_store *store, uint32_t node)
{
    store->pool[node].time = CALENDAR_NEVER;
    if (store->wide_bits == 0) {
        store->pool[node].next = store->free;
        store->free = node;
    } else if (--store->used[node / BLOCK] == 0) {
        node -= node % BLOCK;
        store->pool[node].next = store->free_block;
        store->free_block = node;
    }
}

/* Puts the pool into blocks; without memory for that it stays as it is. Node 0 counts as used. */
static void divide_pool(struct calendar_store *store)
{
    if (store->wide_bits > 0 || !reserve_counts(store, store->pool_room)) return;
    while (store->pool_used % BLOCK != 0) store->pool[store->pool_used++].time = CALENDAR_NEVER;
    store->free = store->free_block = store->loose = 0;
    for (size_t first = store->pool_used; first > 0;) {
        first -= BLOCK;
        uint8_t used = 0;
        for (size_t node = first; node < first + BLOCK; node++) used += store->pool[node].time != CALENDAR_NEVER;
        store->used[first / BLOCK] = used;
        if (used > 0) continue;
        store->pool[first].next = store->free_block;
        store->free_block = (uint32_t)first;
    }
    store->wide_bits = WIDE_BITS;
}

static void undivide_pool(struct calendar_store *store)
{
    if (store->wide_bits == 0) return;
    store->wide_bits = 0;
    store->free = 0;
    for (size_t node = store->pool_used; --node > 0;)
        if (store->pool[node].time == CALENDAR_NEVER) give_node(store, (uint32_t)node);
}

/* The heap. */

static void sift_up(struct calendar_item *heap, size_t at, const struct calendar_item *item)
{
    key_type key = key_of(item);
    while (at > HEAP_ROOT) {
        size_t parent = (at - HEAP_ROOT - 1) / 4 + HEAP_ROOT;
        if (key_of(&heap[parent]) < key) break;
        heap[at] = heap[parent];
        at = parent;
    }
    heap[at] = *item;
}

static void sift_down(struct calendar_item *heap, size_t end, size_t at, const struct calendar_item *item)
{
    key_type key = key_of(item);
    for (;;) {
        size_t child = 4 * (at - HEAP_ROOT) + 1 + HEAP_ROOT;
        if (child >= end) break;
        size_t least = child;
        key_type least_key = key_of(&heap[child]);
        size_t stop = child + 4 < end ? child + 4 : end;
        for (size_t i = child + 1; i < stop; i++) {
            key_type other = key_of(&heap[i]);
            least = other < least_key ? i : least;
            least_key = other < least_key ? other : least_key;
        }
        if (key < least_key) break;
        heap[at] = heap[least];
        at = least;
    }
    heap[at] = *item;
}

static void heap_push(struct calendar_store *store, const struct calendar_item *item)
{
    sift_up(store->heap, HEAP_ROOT + store->heap_count++, item);
}

static void heap_pop(struct calendar_store *store)
{
    size_t end = HEAP_ROOT + --store->heap_count;
    struct calendar_item last = store->heap[end];
    if (store->heap_count > 0) sift_down(store->heap, end, HEAP_ROOT, &last);
}

static void heap_order(struct calendar_store *store)
{
    size_t end = HEAP_ROOT + store->heap_count;
    for (size_t i = store->heap_count / 4 + 1; i-- > 0;) {
        if (HEAP_ROOT + i >= end) continue;
        struct calendar_item item = store->heap[HEAP_ROOT + i];
        sift_down(store->heap, end, HEAP_ROOT + i, &item);
    }
}

/* The list. */

static uint32_t merged(struct calendar_item *pool, uint32_t a, uint32_t b)
{
    uint32_t first = 0;
    uint32_t *link = &first;
    while (a != 0 && b != 0) {
        uint32_t *least = key_of(&pool[a]) < key_of(&pool[b]) ? &a : &b;
        *link = *least;
        link = &pool[*least].next;
        *least = *link;
    }
    *link = a != 0 ? a : b;
    return first;
}

/* Merge sort in place that starts from the stretches already in order: equal times come as one stretch. */
static uint32_t sorted(struct calendar_item *pool, uint32_t list)
{
    uint32_t part[64] = {0}; /* part[i]: 2^i stretches merged */
    while (list != 0) {
        uint32_t stretch = list;
        uint32_t last = list;
        while (pool[last].next != 0 && key_of(&pool[last]) < key_of(&pool[pool[last].next])) last = pool[last].next;
        list = pool[last].next;
        pool[last].next = 0;
        size_t i = 0;
        for (; part[i] != 0; i++) {
            stretch = merged(pool, part[i], stretch);
            part[i] = 0;
        }
        part[i] = stretch;
    }
    for (size_t i = 0; i < 64; i++)
        if (part[i] != 0) list = merged(pool, part[i], list);
    return list;
}

/* A node in front of the list, holding a copy of the item. */
static void list_push(struct calendar_store *store, const struct calendar_item *item)
{
    uint32_t node = take_node(store);
    store->pool[node] = *item;
    store->pool[node].next = store->list;
    store->list = node;
    store->list_count++;
}

static void list_pop(struct calendar_store *store)
{
    uint32_t node = store->list;
    store->list = store->pool[node].next;
    store->list_count--;
    give_node(store, node);
}

static void set_limit(struct calendar *cal)
{
    const struct calendar_store *store = cal->store;
    key_type limit = calendar_key(store->today_end, 0);
    if (store->list != 0) limit = key_of(&store->pool[store->list]);
    if (store->heap_count > 0 && key_of(&store->heap[HEAP_ROOT]) < limit) limit = key_of(&store->heap[HEAP_ROOT]);
    cal->limit_time = (uint64_t)(limit >> 64);
    cal->limit_order = (uint64_t)limit;
}

/* The days. */

static inline uint32_t *bucket_of_day(const struct calendar_store *store, uint64_t day)
{
    return &store->head[day & (store->bucket_count - 1)];
}

static inline void bucket_push(struct calendar_store *store, uint32_t node, uint64_t time)
{
    uint32_t *head = bucket_of_day(store, day_of(store, time));
    store->pool[node].next = *head;
    *head = node;
}

static size_t buckets_for(size_t events)
{
    size_t buckets = FEWEST_BUCKETS;
    while (buckets < events) buckets *= 2;
    return buckets;
}

/* The mean spacing of the events to come, from a sample of all that is pending: that of the earlier quarter, or of more
 * when the quarter is one single time. 0: all are at one time. */
static double sampled_spacing(const struct calendar *cal)
{
    const struct calendar_store *store = cal->store;
    double sample[SAMPLE];
    size_t n = 0;
    size_t pooled = store->pool_used > 1 ? store->pool_used - 1 : 0;
    size_t population = pooled + store->heap_count;
    size_t step = population / SAMPLE + 1;
    for (size_t i = 0; i < population; i += step) {
        uint64_t time = i < pooled ? store->pool[1 + i].time : store->heap[HEAP_ROOT + i - pooled].time;
        if (time == CALENDAR_NEVER) continue;
        size_t at = n++;
        for (; at > 0 && sample[at - 1] > time_of(time); at--) sample[at] = sample[at - 1];
        sample[at] = time_of(time);
    }
    double origin = time_of(cal->run_count > 0 ? calendar_run_at(cal, cal->run_count - 1)->time : cal->clock);
    for (size_t i = n / 4; i < n; i++) {
        double events = (double)cal->run_count + (double)(i + 1) / (double)n * (double)cal->behind;
        if (sample[i] > origin) return (sample[i] - origin) / events;
    }
    return 0;
}

/* The width that suits a spacing; but days narrower than a few steps of the doubles at the present time separate
 * nothing.
 */
static double ideal_width(const struct calendar *cal, double spacing)
{
    double width = WIDTH_IN_SPACINGS * spacing * (double)(1U << cal->store->wide_bits);
    double least = fmax(0x1p-900, time_of(cal->clock) * 0x1p-49);
    return fmin(fmax(width, least), 0x1p900);
}

static double nearest_power_of_two(double width)
{
    int exponent;
    double fraction = frexp(width, &exponent);
    return ldexp(1, fraction < SQRT_HALF ? exponent - 1 : exponent);
}

/* One chain of every node in the buckets. */
static uint32_t chain_of_days(struct calendar_store *store)
{
    uint32_t chain = 0;
    if (store->later_count == 0) return 0;
    for (size_t b = 0; b < store->bucket_count; b++) {
        for (uint32_t node = store->head[b]; node != 0;) {
            uint32_t next = store->pool[node].next;
            store->pool[node].next = chain;
            chain = node;
            node = next;
        }
    }
    return chain;
}

/* Moves today's end to just after the run, and deals all that is behind the run anew into days that suit the given
 * spacing; 0 keeps the width. False when there is no memory for it: then nothing has changed. */
static bool deal(struct calendar *cal, double spacing)
{
    struct calendar_store *store = cal->store;
    size_t buckets = buckets_for(cal->behind >> (store->crowded ? WIDE_BITS : 0));
    if (!reserve_nodes(store, store->heap_count + 2 * BLOCK)) return false;
    /* Reading the pool in order beats following links, but these keep crowded days as they were: sorted. */
    bool scan = !store->crowded && store->pool_used <= 4 * cal->behind + FIRST_ROOM;
    uint32_t chain = scan ? 0 : chain_of_days(store);
    if (!reserve_heads(store, buckets)) {
        buckets = store->bucket_count;
        if (buckets == 0) return false;
    }
    uint64_t end = store->today_end;
    if (cal->run_count > 0)
        end = calendar_run_at(cal, 0)->time + 1;
    else if (store->list != 0 || store->heap_count > 0)
        end = cal->clock + 1;

    memset(store->head, 0, buckets * sizeof *store->head);
    store->bucket_count = buckets;
    store->today_end = end;
    if (store->crowded)
        divide_pool(store);
    else
        undivide_pool(store);
    if (spacing == 0 && store->width == 0) spacing = 1;
    if (spacing > 0) store->width = nearest_power_of_two(ideal_width(cal, spacing));
    store->per_width = 1 / store->width;
    store->next_day = day_of(store, end);

    /* The tail of the list that is not today any more: its nodes stay where they are. */
    uint32_t *link = &store->list;
    size_t kept = 0;
    for (; *link != 0 && store->pool[*link].time < end; link = &store->pool[*link].next) kept++;
    uint32_t tail = *link;
    *link = 0;
    store->list_count = kept;

    if (scan) {
        for (size_t node = 1; node < store->pool_used; node++) {
            uint64_t time = store->pool[node].time;
            if (time >= end && time < CALENDAR_NEVER) bucket_push(store, (uint32_t)node, time);
        }
    } else {
        for (int part = 0; part < 2; part++, chain = tail) {
            for (uint32_t node = chain; node != 0;) {
                uint32_t next = store->pool[node].next;
                bucket_push(store, node, store->pool[node].time);
                node = next;
            }
        }
    }
    kept = 0;
    for (size_t i = 0; i < store->heap_count; i++) {
        const struct calendar_item *item = &store->heap[HEAP_ROOT + i];
        if (item->time < end) {
            store->heap[HEAP_ROOT + kept++] = *item;
        } else {
            uint32_t node = take_node(store);
            store->pool[node] = *item;
            bucket_push(store, node, item->time);
        }
    }
    store->heap_count = kept;
    heap_order(store);
    store->heap_patience = 2 * kept;
    store->later_count = cal->behind - kept - store->list_count;
    store->work = store->opened = store->days_opened = 0;
    store->since = time_of(end);
    set_limit(cal);
    return true;
}

static void run_clear(struct calendar *cal)
{
    cal->run_count = 0;
    cal->run_time = 0;
    for (int i = 0; i < CALENDAR_RUN; i++) {
        cal->places[i] = (uint8_t)i;
        cal->rounded[i] = -1;
    }
}

/* Everything is in the run, or nothing is anywhere. */
static void make_small(struct calendar *cal)
{
    struct calendar_store *store = cal->store;
    store->today_end = CALENDAR_NEVER;
    store->pool_used = 1;
    store->free = 0;
    store->list = 0;
    store->list_count = store->heap_count = store->later_count = 0;
    store->heap_patience = 0;
    store->bucket_count = 0;
    store->crowded = false;
    store->wide_bits = 0;
    store->next_day = 0;
    cal->behind = 0;
    cal->limit_time = store->kind == CALENDAR_HEAP ? 0 : CALENDAR_NEVER;
    cal->limit_order = 0;
}

#ifdef GREENLANE_DEBUG
static void check(const struct calendar *cal)
{
    const struct calendar_store *store = cal->store;
    key_type limit = calendar_key(cal->limit_time, cal->limit_order);
    for (size_t i = 0; i < cal->run_count; i++) {
        const struct calendar_item *item = calendar_run_at(cal, i);
        assert(item->time >= cal->clock);
        assert(store->kind == CALENDAR_HEAP || key_of(item) < limit);
        assert(i == 0 || key_of(item) < key_of(calendar_run_at(cal, i - 1)));
        assert(cal->rounded[cal->order[i]] == (float)time_of(item->time));
    }
    assert(cal->run_time == (cal->run_count > 0 ? calendar_run_at(cal, cal->run_count - 1)->time : 0));
    for (size_t i = cal->run_count; i < CALENDAR_RUN; i++) assert(cal->rounded[cal->places[i]] <= (float)time_of(cal->clock));
    assert(cal->behind == store->list_count + store->heap_count + store->later_count);
    /* The rest takes time in proportion to what is pending, so it is done the more rarely. */
    if (cal->behind > 32 && (cal->sequence + cal->behind) % (cal->behind / 8) != 0) return;
    key_type last = limit;
    size_t n = 0;
    for (uint32_t node = store->list; node != 0; node = store->pool[node].next, n++) {
        assert(key_of(&store->pool[node]) >= last && store->pool[node].time < store->today_end);
        last = key_of(&store->pool[node]);
    }
    assert(n == store->list_count);
    for (size_t i = 0; i < store->heap_count; i++) {
        const struct calendar_item *item = &store->heap[HEAP_ROOT + i];
        assert(key_of(item) >= limit && item->time < store->today_end);
        assert(i == 0 || key_of(&store->heap[HEAP_ROOT + (i - 1) / 4]) < key_of(item));
    }
    n = 0;
    for (size_t b = 0; b < store->bucket_count; b++) {
        for (uint32_t node = store->head[b]; node != 0; node = store->pool[node].next, n++) {
            uint64_t day = day_of(store, store->pool[node].time);
            assert(store->pool[node].time >= store->today_end && store->pool[node].time < CALENDAR_NEVER);
            assert(day >= store->next_day && bucket_of_day(store, day) == &store->head[b]);
        }
    }
    assert(n == store->later_count);
    for (size_t first = 0; store->wide_bits > 0 && first < store->pool_used; first += BLOCK) {
        size_t used = 0;
        for (size_t node = first; node < first + BLOCK; node++) used += store->pool[node].time != CALENDAR_NEVER;
        assert(used == store->used[first / BLOCK]);
    }
    assert(store->later_count == 0 || calendar_key(store->today_end, 0) >= limit);
}
#else
static void check(const struct calendar *cal)
{
    (void)cal;
}
#endif

static uint64_t earliest_day(const struct calendar_store *store)
{
    uint64_t earliest = CALENDAR_NEVER;
    for (size_t b = 0; b < store->bucket_count; b++)
        for (uint32_t node = store->head[b]; node != 0; node = store->pool[node].next)
            if (store->pool[node].time < earliest) earliest = store->pool[node].time;
    return day_of(store, earliest);
}

/* Whether the days opened since the last deal were crowded. */
static void judge_crowd(struct calendar *cal)
{
    struct calendar_store *store = cal->store;
    if (store->days_opened == 0) return;
    size_t crowd = store->opened / store->days_opened;
    store->crowded = cal->behind >= WORTH_BLOCKS && crowd >= (store->crowded ? CROWD : 2 * CROWD);
}

/* Takes the events of a day out of its bucket: into the run while they fit, else all into the list, sorted. */
static size_t empty_bucket(struct calendar *cal, uint32_t *link, uint64_t end)
{
    struct calendar_store *store = cal->store;
    size_t found = 0;
    size_t visited = 0;
    for (uint32_t node = *link; node != 0; visited++) {
        struct calendar_item *item = &store->pool[node];
        uint32_t next = item->next;
        if (item->time >= end) {
            link = &item->next;
            node = next;
            continue;
        }
        *link = next;
        if (found++ < CALENDAR_RUN) {
            calendar_run_insert(cal, item->time, item->order, item->cargo, item->stamp);
            give_node(store, node);
        } else {
            if (store->list == 0) { /* the run is full: its latest event goes first, to the far end of the list */
                for (size_t i = 0; i < CALENDAR_RUN; i++) list_push(store, calendar_run_at(cal, i));
                run_clear(cal);
            }
            item->next = store->list;
            store->list = node;
            store->list_count++;
        }
        node = next;
    }
    if (store->list != 0) store->list = sorted(store->pool, store->list);
    store->work += visited;
    store->opened += found;
    store->later_count -= found;
    return found;
}

/* The same from a pool in blocks, all into the list. While one block is read, the one after it is on its way. */
static size_t empty_blocks(struct calendar_store *store, uint32_t *link, uint64_t end)
{
    struct calendar_item *pool = store->pool;
    key_type last = ~(key_type)0;
    bool in_order = true;
    size_t found = 0;
    size_t visited = 0;
    for (uint32_t node = *link; node != 0; visited++) {
        struct calendar_item *item = &pool[node];
        uint32_t place = node % BLOCK;
        uint32_t behind = pool[node - place].next;
        __builtin_prefetch(&pool[behind - behind % BLOCK + place]);
        uint32_t next = item->next;
        if (item->time >= end) {
            link = &item->next;
        } else {
            key_type key = key_of(item);
            in_order &= key < last;
            last = key;
            *link = next;
            item->next = store->list;
            store->list = node;
            found++;
        }
        node = next;
    }
    if (!in_order) store->list = sorted(pool, store->list);
    store->list_count += found;
    store->work += visited;
    store->opened += found;
    store->later_count -= found;
    return found;
}

/* Asks the memory for the nodes of the days to come: the first node of a bucket long before its day, the second and the
 * third a little later, each through those that have arrived by then. Always inline: as a function that only
 * prefetches, gcc finds that it has no effect and drops the call. */
__attribute__((always_inline)) static inline void look_ahead(const struct calendar_store *store, uint64_t day)
{
    size_t mask = store->bucket_count - 1;
    const struct calendar_item *pool = store->pool;
    const uint32_t *head = store->head;
    __builtin_prefetch(&pool[head[(day + 4 * LOOK_AHEAD) & mask]]);
    __builtin_prefetch(&pool[pool[head[(day + 3 * LOOK_AHEAD) & mask]].next]);
    __builtin_prefetch(&pool[pool[pool[head[(day + 2 * LOOK_AHEAD) & mask]].next].next]);
    __builtin_prefetch(&pool[pool[pool[pool[head[(day + LOOK_AHEAD) & mask]].next].next].next]);
}

/* Opens the next day that has events. Run, list and heap are empty, the days are not. */
static void open_day(struct calendar *cal)
{
    struct calendar_store *store = cal->store;
    uint64_t day = store->next_day;
    for (size_t turn = 0;; day++, turn++) {
        if (turn == store->bucket_count) {
            day = earliest_day(store);
            store->work += store->bucket_count;
            turn = 0;
        }
        uint32_t *head = bucket_of_day(store, day);
        store->work++;
        store->today_end = end_of_day(store, day);
        if (store->wide_bits > 0) {
            if (*head != 0 && empty_blocks(store, head, store->today_end) > 0) break;
        } else {
            look_ahead(store, day);
            if (*head != 0 && empty_bucket(cal, head, store->today_end) > 0) break;
        }
    }
    store->days_opened++;
    store->next_day = day + 1;
    store->heap_patience = 0;
    cal->behind -= cal->run_count;
}

/* Compares the width and the need of blocks with what has been seen since the last time. */
static void calibrate(struct calendar *cal)
{
    struct calendar_store *store = cal->store;
    double spacing = (time_of(store->today_end) - store->since) / (double)store->opened;
    double ratio = ideal_width(cal, spacing) / store->width;
    judge_crowd(cal);
    store->work = store->opened = store->days_opened = 0;
    store->since = time_of(store->today_end);
    if (ratio > WORTH_DEALING || ratio < 1 / WORTH_DEALING || store->crowded != (store->wide_bits > 0))
        deal(cal, spacing);
}

/* Moves the first of list and heap into the empty run: some of them, so that what is scheduled meanwhile fits as well.
 */
static void run_from_today(struct calendar *cal, size_t most)
{
    struct calendar_store *store = cal->store;
    size_t n = store->list_count + store->heap_count;
    if (n > most) n = most;
    cal->run_count = n;
    cal->behind -= n;
    while (n-- > 0) {
        bool heap = store->list == 0 ||
                    (store->heap_count > 0 && key_of(&store->heap[HEAP_ROOT]) < key_of(&store->pool[store->list]));
        uint8_t place = cal->order[n] = cal->places[n];
        cal->run[place] = heap ? store->heap[HEAP_ROOT] : store->pool[store->list];
        cal->rounded[place] = (float)time_of(cal->run[place].time);
        if (heap)
            heap_pop(store);
        else
            list_pop(store);
    }
    cal->run_time = calendar_run_at(cal, cal->run_count - 1)->time;
}

static void run_from_days(struct calendar *cal)
{
    const struct calendar_store *store = cal->store;
    for (size_t b = 0; b < store->bucket_count; b++) {
        for (uint32_t node = store->head[b]; node != 0; node = store->pool[node].next) {
            const struct calendar_item *item = &store->pool[node];
            calendar_run_insert(cal, item->time, item->order, item->cargo, item->stamp);
        }
    }
    make_small(cal);
}

bool calendar_refill(struct calendar *cal)
{
    struct calendar_store *store = cal->store;
    if (cal->behind == 0) return false;
    if (store->kind == CALENDAR_HEAP) {
        run_from_today(cal, 1);
        return true;
    }
    if (store->list_count + store->heap_count == 0) {
        if (store->bucket_count > FEWEST_BUCKETS && cal->behind >> store->wide_bits < store->bucket_count / 8)
            deal(cal, sampled_spacing(cal));
        if (cal->behind <= FEW_BEHIND) {
            run_from_days(cal);
            check(cal);
            return true;
        }
        open_day(cal);
    }
    if (cal->run_count == 0) run_from_today(cal, CALENDAR_RUN / 2);
    set_limit(cal);
    if (store->work > cal->behind + 256) calibrate(cal);
    check(cal);
    return true;
}

double calendar_peek_behind(const struct calendar *cal)
{
    if (cal->behind == 0) return INFINITY;
    if (cal->store->kind == CALENDAR_HEAP) return time_of(cal->store->heap[HEAP_ROOT].time);
    /* Which events stand in the run is not part of what a calendar is; every calendar was created writable. */
    struct calendar *writable = (struct calendar *)(uintptr_t)cal;
    calendar_refill(writable);
    return time_of(calendar_run_at(cal, cal->run_count - 1)->time);
}

/* A place of the run, of an event that has not come yet, is the free one with that index from now on. */
static void free_place(struct calendar *cal, size_t index, uint8_t place)
{
    cal->places[index] = place;
    cal->rounded[place] = -1;
}

/* Makes room in the full run: its later half goes in front of the list. */
static void spill(struct calendar *cal)
{
    for (size_t i = 0; i < CALENDAR_RUN / 2; i++) {
        uint8_t place = cal->order[i];
        list_push(cal->store, &cal->run[place]);
        free_place(cal, CALENDAR_RUN / 2 + i, place);
    }
    cal->run_count -= CALENDAR_RUN / 2;
    memmove(cal->order, cal->order + CALENDAR_RUN / 2, cal->run_count);
    cal->behind += CALENDAR_RUN / 2;
    set_limit(cal);
}

/* More buckets for more events, if there is memory for them. */
static inline void deal_if_many(struct calendar *cal)
{
    const struct calendar_store *store = cal->store;
    if (store->later_count <= EVENTS_A_BUCKET * store->bucket_count << store->wide_bits) return;
    judge_crowd(cal);
    deal(cal, sampled_spacing(cal));
}

/* What is neither for the run nor for the days: a full run, an open day, a pool in blocks, or no more room. */
static enum status schedule_with_care(
    struct calendar *cal, uint64_t time, uint64_t cargo, uint32_t stamp, uint8_t priority)
{
    struct calendar_store *store = cal->store;
    if (calendar_count(cal) >= MOST_EVENTS) return STATUS_LIMIT;
    if (!reserve_nodes(store, CALENDAR_RUN + 1) || !reserve_heap(store, 1)) return STATUS_NO_MEMORY;
    struct calendar_item item;
    calendar_item_write(&item, time, (uint64_t)priority << 56 | cal->sequence++, cargo, stamp);
    if (store->kind == CALENDAR_HEAP) {
        heap_push(store, &item);
        cal->behind++;
        return STATUS_OK;
    }
    if (cal->run_count == CALENDAR_RUN) {
        bool small = cal->behind == 0;
        spill(cal);
        if (small) deal(cal, sampled_spacing(cal));
    }
    if (key_of(&item) < calendar_key(cal->limit_time, cal->limit_order)) {
        calendar_run_insert(cal, time, item.order, cargo, stamp);
        return STATUS_OK;
    }
    cal->behind++;
    if (time >= store->today_end) {
        uint32_t *head = bucket_of_day(store, day_of(store, time));
        uint32_t node = store->wide_bits > 0 ? take_after(store, *head) : take_node(store);
        item.next = *head;
        store->pool[node] = item;
        *head = node;
        store->later_count++;
        deal_if_many(cal);
        return STATUS_OK;
    }
    heap_push(store, &item);
    set_limit(cal);
    if (store->heap_count > SHORT_HEAP + cal->behind / 2 && store->heap_count > store->heap_patience &&
        !deal(cal, sampled_spacing(cal)))
        store->heap_patience = 2 * store->heap_count;
    return STATUS_OK;
}

enum status calendar_schedule_behind(
    struct calendar *cal, uint64_t time, uint64_t cargo, uint32_t stamp, uint8_t priority)
{
    struct calendar_store *store = cal->store;
    uint32_t node = store->free;
    if (time < store->today_end || node == 0 || cal->run_count == CALENDAR_RUN) {
        enum status status = schedule_with_care(cal, time, cargo, stamp, priority);
        check(cal);
        return status;
    }
    struct calendar_item *item = &store->pool[node];
    store->free = item->next;
    uint64_t order = (uint64_t)priority << 56 | cal->sequence++;
    calendar_item_write(item, time, order, cargo, stamp);
    bucket_push(store, node, time);
    cal->behind++;
    store->later_count++;
    deal_if_many(cal);
    check(cal);
    return STATUS_OK;
}

static bool is_stale(
    const struct calendar_item *item, bool (*stale)(void *context, const struct event *event), void *context)
{
    struct event event = event_of(item);
    return stale(context, &event);
}

static size_t sweep_array(
    struct calendar_item *item, size_t n, bool (*stale)(void *context, const struct event *event), void *context)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (!is_stale(&item[i], stale, context)) item[kept++] = item[i];
    return kept;
}

static void sweep_run(struct calendar *cal, bool (*stale)(void *context, const struct event *event), void *context)
{
    size_t kept = 0, count = cal->run_count;
    for (size_t i = 0; i < count; i++) {
        uint8_t place = cal->order[i];
        if (is_stale(&cal->run[place], stale, context))
            free_place(cal, --cal->run_count, place);
        else
            cal->order[kept++] = place;
    }
    cal->run_time = kept > 0 ? calendar_run_at(cal, kept - 1)->time : 0;
}

static size_t sweep_links(struct calendar_store *store, uint32_t *link,
    bool (*stale)(void *context, const struct event *event), void *context)
{
    size_t dropped = 0;
    while (*link != 0) {
        uint32_t node = *link;
        if (is_stale(&store->pool[node], stale, context)) {
            *link = store->pool[node].next;
            give_node(store, node);
            dropped++;
        } else {
            link = &store->pool[node].next;
        }
    }
    return dropped;
}

void calendar_sweep(struct calendar *cal, bool (*stale)(void *context, const struct event *event), void *context)
{
    struct calendar_store *store = cal->store;
    sweep_run(cal, stale, context);
    for (uint32_t i = 0; i < cal->besides; i++)
        if (cal->beside[i].time < CALENDAR_NEVER && is_stale(&cal->beside[i], stale, context)) calendar_empty_beside(cal, i);
    if (cal->behind == 0) return;
    if (store->heap_count > 0) {
        store->heap_count = sweep_array(store->heap + HEAP_ROOT, store->heap_count, stale, context);
        heap_order(store);
    }
    store->list_count -= sweep_links(store, &store->list, stale, context);
    for (size_t b = 0; b < store->bucket_count; b++)
        store->later_count -= sweep_links(store, &store->head[b], stale, context);
    cal->behind = store->heap_count + store->list_count + store->later_count;
    if (store->kind == CALENDAR_HEAP) return;
    set_limit(cal);
    check(cal);
}

struct calendar *calendar_create(enum calendar_kind kind)
{
    struct calendar *cal = aligned_alloc(64, (sizeof *cal + sizeof *cal->store + 63) / 64 * 64);
    if (cal == NULL) return NULL;
    cal->store = (struct calendar_store *)(cal + 1);
    *cal->store = (struct calendar_store){.kind = kind};
    memset(cal->order, 0, sizeof cal->order); /* more bytes are moved than are in use */
    calendar_clear(cal);
    return cal;
}

void calendar_clear(struct calendar *cal)
{
    make_small(cal);
    run_clear(cal);
    cal->clock = 0;
    cal->sequence = 0;
    cal->besides = cal->beside_first = 0;
    cal->beside_time = UINT64_MAX;
    memset(cal->beside, 0xFF, sizeof cal->beside);
    cal->store->width = cal->store->per_width = 0;
}

void calendar_destroy(struct calendar *cal)
{
    if (cal == NULL) return;
    free(cal->store->pool);
    free(cal->store->heap);
    free(cal->store->used);
    free(cal->store->head);
    free(cal);
}
