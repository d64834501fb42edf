#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "engine/core/calendar.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static uint64_t next_word(uint64_t *state) /* splitmix64 */
{
    uint64_t z = *state += 0x9E3779B97F4A7C15ULL;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ z >> 27) * 0x94D049BB133111EBULL;
    return z ^ z >> 31;
}

static double unit(uint64_t *state)
{
    return ((double)(next_word(state) >> 11) + 0.5) * 0x1p-53;
}

static uint64_t below(uint64_t *state, uint64_t n)
{
    return next_word(state) % n;
}

/* Ways to choose how far ahead an event lies. */
enum law { EXPONENTIAL, PARETO, HOURS, ONE_HOUR, AT_ONCE, MIXED_SCALES, NIGHTS, RECIPROCAL, TINY, LAWS };

static double ahead(enum law law, uint64_t *state, double now)
{
    double u = unit(state);
    switch (law) {
    case EXPONENTIAL: return -log(u);
    case PARETO: return pow(u, -1 / 1.5);
    case HOURS: return floor(now) - now + 1 + (double)below(state, 24);
    case ONE_HOUR: return floor(now) - now + 1;
    case AT_ONCE: return below(state, 4) ? 0 : 1;
    case MIXED_SCALES: return below(state, 2) ? u * 1e-7 : u * 1e5;
    case NIGHTS: return fmod(now + u * 0.01, 24) < 12 ? u * 0.01 : 12 + u;
    case RECIPROCAL: return 1 / u - 1;
    case TINY: return u * 0x1p-1060;
    default: return 0;
    }
}

/* The simplest thing that can be right: an unordered array, searched for the least (time, priority, order of arrival).
 */
struct reference {
    struct event event[2000];
    uint64_t arrival[2000];
    size_t n;
    uint64_t arrivals;
};

static void reference_schedule(struct reference *reference, struct event event)
{
    assert_true(reference->n < 2000);
    reference->event[reference->n] = event;
    reference->arrival[reference->n++] = reference->arrivals++;
}

static bool precedes(const struct reference *r, size_t a, size_t b)
{
    if (r->event[a].time != r->event[b].time) return r->event[a].time < r->event[b].time;
    if (r->event[a].priority != r->event[b].priority) return r->event[a].priority < r->event[b].priority;
    return r->arrival[a] < r->arrival[b];
}

static void reference_remove(struct reference *reference, size_t at)
{
    reference->n--;
    reference->event[at] = reference->event[reference->n];
    reference->arrival[at] = reference->arrival[reference->n];
}

static struct event reference_next(struct reference *reference)
{
    size_t least = 0;
    for (size_t i = 1; i < reference->n; i++)
        if (precedes(reference, i, least)) least = i;
    struct event event = reference->event[least];
    reference_remove(reference, least);
    return event;
}

static void assert_same(const struct event *a, const struct event *b)
{
    assert_memory_equal(&a->time, &b->time, sizeof a->time);
    assert_int_equal(a->what, b->what);
    assert_int_equal(a->who, b->who);
    assert_int_equal(a->stamp, b->stamp);
    assert_int_equal(a->priority, b->priority);
}

static bool is_stale(void *context, const struct event *event)
{
    return event->stamp % 5 < *(const uint32_t *)context;
}

static struct event some_event(enum law law, uint64_t *state, double now, unsigned priorities)
{
    return (struct event){.time = now + ahead(law, state, now),
        .what = (uint32_t)next_word(state),
        .who = (uint32_t)next_word(state),
        .stamp = (uint32_t)next_word(state),
        .priority = (uint8_t)below(state, priorities)};
}

/* Beside the others, where the place is free: `who` says which place, above all that some_event gives. */
#define BESIDE 0x80000000U
static bool place_taken[CALENDAR_BESIDE];

static enum status schedule_somewhere(struct calendar *cal, uint64_t *state, struct event *event)
{
    event->who &= BESIDE - 1;
    unsigned place = (unsigned)below(state, 3 * CALENDAR_BESIDE);
    if (place >= CALENDAR_BESIDE || place_taken[place]) return calendar_schedule(cal, event);
    event->who = BESIDE | place;
    place_taken[place] = true;
    return calendar_schedule_beside(cal, place, event);
}

static void give_place_back(const struct event *event)
{
    if (event->who & BESIDE) place_taken[event->who - BESIDE] = false;
}

static void follow_reference(enum calendar_kind kind, enum law law, uint64_t seed, struct calendar *cal)
{
    static struct reference reference;
    reference = (struct reference){0};
    (void)kind;
    memset(place_taken, 0, sizeof place_taken);
    uint64_t state = seed;
    double now = 0;
    size_t goal = 0;
    for (size_t i = 0; i < 3000; i++) {
        if (i % 200 == 0) goal = below(&state, below(&state, 4) ? 40 : 400);
        bool add = calendar_count(cal) < goal ? below(&state, 8) > 0 : below(&state, 8) == 0;
        if (add && reference.n < 1999) {
            struct event event = some_event(law, &state, now, 1 + (unsigned)(seed % 3) * 100);
            assert_int_equal(schedule_somewhere(cal, &state, &event), STATUS_OK);
            reference_schedule(&reference, event);
        } else if (reference.n > 0) {
            struct event expected = reference_next(&reference);
            struct event event = {0};
            if (below(&state, 2)) assert_true(calendar_peek(cal) == expected.time);
            assert_int_equal(calendar_next(cal, &event), STATUS_OK);
            assert_same(&event, &expected);
            give_place_back(&event);
            now = event.time;
        }
        if (below(&state, 400) == 0) {
            uint32_t dropped = (uint32_t)below(&state, 6);
            calendar_sweep(cal, is_stale, &dropped);
            for (size_t j = reference.n; j-- > 0;)
                if (is_stale(&dropped, &reference.event[j])) {
                    give_place_back(&reference.event[j]);
                    reference_remove(&reference, j);
                }
        }
        assert_int_equal(calendar_count(cal), reference.n);
    }
    for (struct event event; reference.n > 0;) {
        struct event expected = reference_next(&reference);
        assert_int_equal(calendar_next(cal, &event), STATUS_OK);
        assert_same(&event, &expected);
    }
    struct event none;
    assert_int_equal(calendar_next(cal, &none), STATUS_EMPTY);
    assert_true(calendar_peek(cal) == INFINITY);
}

static void both_kinds_take_events_in_the_order_of_a_sorted_reference(void **unused)
{
    (void)unused;
    for (int kind = CALENDAR_AUTOMATIC; kind <= CALENDAR_HEAP; kind++) {
        struct calendar *cal = calendar_create((enum calendar_kind)kind);
        assert_non_null(cal);
        for (int law = 0; law < LAWS; law++) {
            for (uint64_t seed = 1; seed <= 4; seed++) {
                calendar_clear(cal); /* one calendar for all: reuse leaves no trace */
                follow_reference((enum calendar_kind)kind, (enum law)law, seed, cal);
            }
        }
        calendar_destroy(cal);
    }
}

static void next_from_both(struct calendar *a, struct calendar *b, double *now)
{
    struct event x;
    struct event y;
    assert_int_equal(calendar_next(a, &x), STATUS_OK);
    assert_int_equal(calendar_next(b, &y), STATUS_OK);
    assert_same(&x, &y);
    *now = x.time;
}

static void schedule_in_both(struct calendar *a, struct calendar *b, const struct event *event)
{
    assert_int_equal(calendar_schedule(a, event), STATUS_OK);
    assert_int_equal(calendar_schedule(b, event), STATUS_OK);
}

/* Fills to n, holds, empties to a tenth, fills and empties, with a sweep on the way. */
static void compare_kinds(enum law law, size_t n, uint64_t seed)
{
    struct calendar *a = calendar_create(CALENDAR_AUTOMATIC);
    struct calendar *b = calendar_create(CALENDAR_HEAP);
    uint64_t state = seed;
    double now = 0;
    for (int round = 0; round < 2; round++) {
        while (calendar_count(a) < n) {
            struct event event = some_event(law, &state, now, seed % 2 ? 1 : 256);
            schedule_in_both(a, b, &event);
        }
        for (size_t i = 0; i < n; i++) {
            next_from_both(a, b, &now);
            struct event event = some_event(law, &state, now, seed % 2 ? 1 : 3);
            schedule_in_both(a, b, &event);
        }
        uint32_t dropped = 2;
        calendar_sweep(a, is_stale, &dropped);
        calendar_sweep(b, is_stale, &dropped);
        assert_int_equal(calendar_count(a), calendar_count(b));
        while (calendar_count(a) > n / 10) next_from_both(a, b, &now);
    }
    while (calendar_count(a) > 0) next_from_both(a, b, &now);
    assert_int_equal(calendar_count(b), 0);
    calendar_destroy(a);
    calendar_destroy(b);
}

static void the_automatic_calendar_agrees_with_the_heap(void **unused)
{
    (void)unused;
    for (int law = 0; law < LAWS; law++) {
        compare_kinds((enum law)law, 100, 1);
        compare_kinds((enum law)law, 100, 2);
        compare_kinds((enum law)law, 10000, 3);
        compare_kinds((enum law)law, 10000, 4);
    }
}

/* Enough events at few times for a pool in blocks, which a debug build has from fewer events on. */
#ifdef GREENLANE_DEBUG
enum { A_CROWD = 5000 };
#else
enum { A_CROWD = 70000 };
#endif

static void crowded_days_keep_the_order(void **unused)
{
    (void)unused;
    compare_kinds(HOURS, A_CROWD, 5);
    compare_kinds(HOURS, A_CROWD, 6); /* priorities that differ */
    compare_kinds(ONE_HOUR, A_CROWD, 6);
    compare_kinds(PARETO, A_CROWD, 7);
}

/* Two in, one out, until there are n. */
static void grow_both(struct calendar *a, struct calendar *b, enum law law, size_t n, uint64_t *state, double *now)
{
    while (calendar_count(a) < n) {
        for (int i = 0; i < 2; i++) {
            struct event event = some_event(law, state, *now, 3);
            schedule_in_both(a, b, &event);
        }
        next_from_both(a, b, now);
    }
}

static void hold_both(struct calendar *a, struct calendar *b, enum law law, size_t n, uint64_t *state, double *now)
{
    for (size_t i = 0; i < n; i++) {
        next_from_both(a, b, now);
        struct event event = some_event(law, state, *now, 200);
        schedule_in_both(a, b, &event);
    }
}

static void crowds_that_grow_and_come_and_go_keep_the_order(void **unused)
{
    (void)unused;
    struct calendar *a = calendar_create(CALENDAR_AUTOMATIC);
    struct calendar *b = calendar_create(CALENDAR_HEAP);
    uint64_t state = 9;
    for (int round = 0; round < 2; round++) { /* the second time in memory that is there already */
        double now = 0;
        grow_both(a, b, HOURS, A_CROWD, &state, &now);
        for (enum law law = EXPONENTIAL; law <= ONE_HOUR; law++) {
            hold_both(a, b, law, 2 * (size_t)A_CROWD, &state, &now);
            hold_both(a, b, HOURS, 3 * (size_t)A_CROWD, &state, &now);
            uint32_t dropped = 1 + law % 3; /* one in five or more, scattered over all times */
            calendar_sweep(a, is_stale, &dropped);
            calendar_sweep(b, is_stale, &dropped);
            assert_int_equal(calendar_count(a), calendar_count(b));
            grow_both(a, b, law, A_CROWD, &state, &now);
        }
        while (calendar_count(a) > A_CROWD / 2) next_from_both(a, b, &now);
        calendar_clear(a);
        calendar_clear(b);
    }
    calendar_destroy(a);
    calendar_destroy(b);
}

static void a_law_that_changes_all_the_time_changes_no_order(void **unused)
{
    (void)unused;
    struct calendar *a = calendar_create(CALENDAR_AUTOMATIC);
    struct calendar *b = calendar_create(CALENDAR_HEAP);
    uint64_t state = 77;
    double now = 0;
    for (int phase = 0; phase < 40; phase++) {
        enum law law = (enum law)below(&state, LAWS);
        double scale = pow(10, (double)below(&state, 9) - 4);
        size_t goal = below(&state, 6000);
        for (size_t i = 0; i < 3000; i++) {
            struct event event = some_event(law, &state, now, 2);
            event.time = now + (event.time - now) * scale;
            if (calendar_count(a) < goal || calendar_count(a) == 0) schedule_in_both(a, b, &event);
            if (calendar_count(a) > goal || below(&state, 2)) next_from_both(a, b, &now);
            if (below(&state, 2)) schedule_in_both(a, b, &(struct event){.time = now, .what = (uint32_t)i});
        }
    }
    while (calendar_count(a) > 0) next_from_both(a, b, &now);
    calendar_destroy(a);
    calendar_destroy(b);
}

static void equal_times_come_by_priority_and_then_as_scheduled(void **unused)
{
    (void)unused;
    struct calendar *cal = calendar_create(CALENDAR_AUTOMATIC);
    for (uint32_t i = 0; i < 10000; i++) {
        struct event event = {.time = 5, .who = i, .priority = (uint8_t)(i % 4 == 0 ? 255 : i % 4)};
        assert_int_equal(calendar_schedule(cal, &event), STATUS_OK);
    }
    uint32_t residue[] = {1, 2, 3, 0};
    for (size_t r = 0; r < 4; r++) {
        for (uint32_t i = 0; i < 2500; i++) {
            struct event event = {0};
            assert_int_equal(calendar_next(cal, &event), STATUS_OK);
            assert_int_equal(event.who, 4 * i + residue[r]);
        }
    }
    calendar_destroy(cal);
}

static void an_event_at_the_present_time_comes_after_its_equals(void **unused)
{
    (void)unused;
    for (uint32_t pending = 1; pending < 3000; pending = pending * 3 + 1) {
        struct calendar *cal = calendar_create(CALENDAR_AUTOMATIC);
        for (uint32_t i = 0; i < pending; i++)
            assert_int_equal(calendar_schedule(cal, &(struct event){.time = 1, .who = i, .priority = 1}), STATUS_OK);
        struct event event;
        for (uint32_t i = 0; i < 5 * pending; i++) {
            assert_int_equal(calendar_next(cal, &event), STATUS_OK);
            assert_int_equal(event.who, i);
            assert_int_equal(calendar_schedule(cal, &(struct event){.time = 1, .who = i + pending, .priority = 1}), 0);
            if (i % 7 == 0) { /* one that is more urgent goes before all that wait at this time */
                assert_int_equal(calendar_schedule(cal, &(struct event){.time = 1, .who = 99999}), STATUS_OK);
                assert_int_equal(calendar_next(cal, &event), STATUS_OK);
                assert_int_equal(event.who, 99999);
            }
        }
        calendar_destroy(cal);
    }
}

static void a_bad_time_is_refused_and_changes_nothing(void **unused)
{
    (void)unused;
    for (int kind = CALENDAR_AUTOMATIC; kind <= CALENDAR_HEAP; kind++) {
        struct calendar *cal = calendar_create((enum calendar_kind)kind);
        const double always_bad[] = {NAN, -NAN, INFINITY, -INFINITY, -1, -0x1p-1074};
        for (size_t i = 0; i < 6; i++)
            assert_int_equal(calendar_schedule(cal, &(struct event){.time = always_bad[i]}), STATUS_BAD_TIME);
        assert_int_equal(calendar_count(cal), 0);
        struct event event;
        for (uint32_t n = 0; n < 40; n++)
            assert_int_equal(calendar_schedule(cal, &(struct event){.time = 3, .who = n}), STATUS_OK);
        assert_int_equal(calendar_next(cal, &event), STATUS_OK);
        for (size_t i = 0; i < 6; i++)
            assert_int_equal(calendar_schedule(cal, &(struct event){.time = always_bad[i]}), STATUS_BAD_TIME);
        assert_int_equal(calendar_schedule(cal, &(struct event){.time = nextafter(3, 0)}), STATUS_BAD_TIME);
        assert_int_equal(calendar_schedule(cal, &(struct event){.time = 0}), STATUS_BAD_TIME);
        assert_int_equal(calendar_count(cal), 39);
        assert_int_equal(calendar_schedule(cal, &(struct event){.time = 3, .who = 40}), STATUS_OK);
        for (uint32_t n = 1; n <= 40; n++) {
            assert_int_equal(calendar_next(cal, &event), STATUS_OK);
            assert_int_equal(event.who, n);
        }
        calendar_destroy(cal);
    }
}

static void a_negative_zero_is_a_zero_and_the_largest_double_is_a_time(void **unused)
{
    (void)unused;
    struct calendar *cal = calendar_create(CALENDAR_AUTOMATIC);
    double largest = 0x1.fffffffffffffp1023;
    for (uint32_t i = 0; i < 100; i++) {
        assert_int_equal(calendar_schedule(cal, &(struct event){.time = largest, .who = i}), STATUS_OK);
        assert_int_equal(calendar_schedule(cal, &(struct event){.time = i % 2 ? 0.0 : -0.0, .who = i}), STATUS_OK);
        assert_int_equal(calendar_schedule(cal, &(struct event){.time = 0x1p-1074, .who = i}), STATUS_OK);
    }
    struct event event;
    const double times[] = {0, 0x1p-1074, largest};
    for (size_t t = 0; t < 3; t++) {
        for (uint32_t i = 0; i < 100; i++) {
            assert_int_equal(calendar_next(cal, &event), STATUS_OK);
            assert_true(event.time == times[t] && !signbit(event.time));
            assert_int_equal(event.who, i);
        }
    }
    calendar_destroy(cal);
}

static void a_cleared_calendar_is_a_new_one(void **unused)
{
    (void)unused;
    struct calendar *cal = calendar_create(CALENDAR_AUTOMATIC);
    uint64_t state = 5;
    for (size_t held = 1; held < 200000; held *= 7) {
        for (size_t i = 0; i < held; i++)
            assert_int_equal(calendar_schedule(cal, &(struct event){.time = 100 + unit(&state)}), STATUS_OK);
        struct event event;
        assert_int_equal(calendar_next(cal, &event), STATUS_OK);
        calendar_clear(cal);
        assert_int_equal(calendar_count(cal), 0);
        assert_true(calendar_peek(cal) == INFINITY);
        assert_int_equal(calendar_next(cal, &event), STATUS_EMPTY);
        assert_int_equal(calendar_schedule(cal, &(struct event){.time = 1}), STATUS_OK); /* the clock is 0 again */
        calendar_clear(cal);
    }
    calendar_destroy(cal);
    calendar_destroy(NULL);
}

/* Memory that runs out is brought about by a limit on the address space, which the sanitizers do not work under. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HAS_SANITIZER 1
#endif
#endif

static void without_memory_nothing_is_scheduled_and_nothing_lost(void **unused)
{
    (void)unused;
#ifdef HAS_SANITIZER
    skip();
#else
    for (int law = 0; law < 4; law++) {
        struct calendar *cal = calendar_create(CALENDAR_AUTOMATIC);
        uint64_t state = 11;
        uint64_t sum = 0;
        size_t n = 0;
        size_t taken = 0;
        double now = 0;
        for (struct event event; law == 3 && n < 6 * (size_t)A_CROWD; n++) { /* a pool in blocks */
            if (n >= A_CROWD) {
                assert_int_equal(calendar_next(cal, &event), STATUS_OK);
                sum -= event.who;
                now = event.time;
                taken++;
            }
            event = (struct event){.time = now + ahead(HOURS, &state, now), .who = (uint32_t)n};
            assert_int_equal(calendar_schedule(cal, &event), STATUS_OK);
            sum += n;
        }
        FILE *file = fopen("/proc/self/statm", "r");
        assert_non_null(file);
        unsigned long pages = 0;
        assert_int_equal(fscanf(file, "%lu", &pages), 1);
        fclose(file);
        struct rlimit before;
        assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
        struct rlimit tight = before;
        tight.rlim_cur = pages * (rlim_t)sysconf(_SC_PAGESIZE) + (6U << 20);
        assert_int_equal(setrlimit(RLIMIT_AS, &tight), 0);
        enum status status = STATUS_OK;
        int refusals = 0;
        for (; n < 4000000 && refusals < 3; n += status == STATUS_OK) {
            double time = law == 0 ? unit(&state) : law == 1 ? 1 : now + (double)below(&state, 50);
            status = calendar_schedule(cal, &(struct event){.time = time, .who = (uint32_t)n});
            if (status == STATUS_OK)
                sum += n;
            else
                refusals++;
            assert_int_equal(calendar_count(cal), n - taken + (status == STATUS_OK));
        }
        /* cmocka allocates, so nothing is asserted about the events until the limit is off. */
        assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
        assert_int_equal(status, STATUS_NO_MEMORY);
        struct event last = {0};
        for (size_t i = taken; i < n; i++) {
            struct event event = {0};
            assert_int_equal(calendar_next(cal, &event), STATUS_OK);
            assert_true(event.time > last.time || i == taken || (event.time == last.time && event.who > last.who));
            sum -= event.who;
            last = event;
        }
        assert_true(sum == 0);
        assert_int_equal(calendar_count(cal), 0);
        calendar_destroy(cal);
    }
#endif
}

/* Not a measurement, only a guard: anything quadratic would take minutes. */
static void no_law_of_times_makes_the_work_quadratic(void **unused)
{
    (void)unused;
    size_t n = 50000;
#ifdef GREENLANE_DEBUG
    n = 2000;
#endif
    for (int law = 0; law < LAWS; law++) {
        clock_t start = clock();
        struct calendar *cal = calendar_create(CALENDAR_AUTOMATIC);
        uint64_t state = 3;
        struct event event = {0};
        for (size_t i = 0; i < n; i++) {
            event.time = ahead((enum law)law, &state, 0);
            assert_int_equal(calendar_schedule(cal, &event), STATUS_OK);
        }
        for (size_t i = 0; i < 2 * n; i++) {
            enum status status = calendar_next(cal, &event);
            if (status != STATUS_OK) fail();
            event.time += ahead((enum law)law, &state, event.time);
            event.priority = (uint8_t)(i % 256);
            status = calendar_schedule(cal, &event);
            if (status != STATUS_OK) fail();
        }
        calendar_destroy(cal);
        assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 1.0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_kinds_take_events_in_the_order_of_a_sorted_reference),
        cmocka_unit_test(the_automatic_calendar_agrees_with_the_heap),
        cmocka_unit_test(crowded_days_keep_the_order),
        cmocka_unit_test(crowds_that_grow_and_come_and_go_keep_the_order),
        cmocka_unit_test(a_law_that_changes_all_the_time_changes_no_order),
        cmocka_unit_test(equal_times_come_by_priority_and_then_as_scheduled),
        cmocka_unit_test(an_event_at_the_present_time_comes_after_its_equals),
        cmocka_unit_test(a_bad_time_is_refused_and_changes_nothing),
        cmocka_unit_test(a_negative_zero_is_a_zero_and_the_largest_double_is_a_time),
        cmocka_unit_test(a_cleared_calendar_is_a_new_one),
        cmocka_unit_test(without_memory_nothing_is_scheduled_and_nothing_lost),
        cmocka_unit_test(no_law_of_times_makes_the_work_quadratic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
