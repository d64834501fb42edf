/* hold.c - the hold model: take the earliest event, schedule one at a random time after it; nanoseconds a hold.
 *
 * Draws included; both calendars see the same times. Each figure is the median of five runs in processor time.
 * `hold [seconds per figure]`: columns: events pending; rows: the law of the increments; "grow" is the cost of two
 * schedules and a take, repeated on a new calendar until that many are pending. `hold rows`: of the automatic calendar
 * alone, what the table of `make bench` shows, a line each: LAW|PENDING|NS.
 */
#include "engine/core/calendar.h"
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TABLE = 4096, RUNS = 5 };

struct law {
    const char *name;
    double (*quantile)(double u);
    int whole; /* times stay whole hours */
};

static double exponential(double u)
{
    return -log(u);
}

static double pareto(double u)
{
    return pow(u, -1 / 1.5);
}

static double hours(double u)
{
    return floor(u * 24) + 1;
}

static double nearly_now(double u)
{
    return u < 0.5 ? 0 : 1;
}

static const struct law laws[] = {
    {"exponential", exponential, 0},
    {"Pareto 1.5", pareto, 0},
    {"whole hours", hours, 1},
    {"now or in 1 h", nearly_now, 1},
};

/* Quantiles in a small table, and a straight line between two of them: cheap, and no two draws alike. */
struct draws {
    uint64_t state;
    double within; /* 0: no line, times stay whole */
    double table[TABLE + 1];
};

static void prepare(struct draws *draws, const struct law *law)
{
    draws->state = 1;
    draws->within = law->whole ? 0 : 0x1p-40;
    for (size_t i = 0; i <= TABLE; i++) draws->table[i] = law->quantile(((double)i + 0.5) / (TABLE + 1));
}

static inline double draw(struct draws *draws)
{
    draws->state = draws->state * 6364136223846793005ULL + 1442695040888963407ULL;
    const double *cell = &draws->table[draws->state >> 52];
    double part = (double)(int64_t)(draws->state >> 12 & 0xFFFFFFFFFFULL) * draws->within;
    return cell[0] + part * (cell[1] - cell[0]);
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void must(enum status status)
{
    if (status == STATUS_OK) return;
    fprintf(stderr, "hold: %s\n", status_words(status));
    exit(70);
}

static int rising(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *value, int n)
{
    qsort(value, (size_t)n, sizeof *value, rising);
    return value[n / 2];
}

static double hold(enum calendar_kind kind, const struct law *law, size_t pending, double budget)
{
    static struct draws draws;
    prepare(&draws, law);
    struct calendar *cal = calendar_create(kind);
    if (cal == NULL) must(STATUS_NO_MEMORY);
    struct event event = {0};
    for (size_t i = 0; i < pending; i++) {
        event.time = draw(&draws);
        must(calendar_schedule(cal, &event));
    }
    double taken[RUNS];
    int done = 0;
    size_t holds = pending < 200000 ? 400000 : 2 * pending;
    double stop = seconds() + budget;
    for (int run = 0; run <= RUNS && (run < 2 || seconds() < stop); run++) {
        double start = seconds();
        for (size_t i = 0; i < holds; i++) {
            must(calendar_next(cal, &event));
            event.time += draw(&draws);
            must(calendar_schedule(cal, &event));
        }
        if (run > 0) taken[done++] = (seconds() - start) / (double)holds; /* the first run warms up */
    }
    calendar_destroy(cal);
    return 1e9 * median(taken, done);
}

static double grow(enum calendar_kind kind, const struct law *law, size_t pending)
{
    static struct draws draws;
    prepare(&draws, law);
    double taken[RUNS];
    size_t rounds = 1 + 100000 / pending;
    for (int run = 0; run < RUNS; run++) {
        double start = seconds();
        for (size_t round = 0; round < rounds; round++) {
            struct calendar *cal = calendar_create(kind);
            if (cal == NULL) must(STATUS_NO_MEMORY);
            double now = 0;
            for (size_t i = 0; i < pending; i++) {
                struct event event = {.time = now + draw(&draws)};
                must(calendar_schedule(cal, &event));
                event.time = now + draw(&draws);
                must(calendar_schedule(cal, &event));
                must(calendar_next(cal, &event));
                now = event.time;
            }
            calendar_destroy(cal);
        }
        taken[run] = (seconds() - start) / (double)(rounds * pending);
    }
    return 1e9 * median(taken, RUNS);
}

static void print_rows(void)
{
    const size_t pending[] = {10000, 1000000};
    for (size_t i = 0; i < 2; i++) {
        for (size_t l = 0; l < 3; l++)
            printf("%s|%zu|%.1f\n", laws[l].name, pending[i], hold(CALENDAR_AUTOMATIC, &laws[l], pending[i], 60));
        printf("growing from empty|%zu|%.1f\n", pending[i], grow(CALENDAR_AUTOMATIC, &laws[0], pending[i]));
    }
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "rows") == 0) {
        print_rows();
        return 0;
    }
    double budget = argc > 1 ? atof(argv[1]) : 1;
    const size_t pending[] = {1, 2, 8, 20, 100, 1000, 10000, 100000, 1000000};
    const size_t columns = sizeof pending / sizeof *pending;
    printf("%-26s", "ns a hold, pending:");
    for (size_t i = 0; i < columns; i++) printf("%9zu", pending[i]);
    printf("\n");
    for (size_t l = 0; l < sizeof laws / sizeof *laws; l++) {
        for (int kind = CALENDAR_AUTOMATIC; kind <= CALENDAR_HEAP; kind++) {
            const char *how = kind == CALENDAR_HEAP ? "heap" : "automatic";
            printf("%-16s%-10s", laws[l].name, how);
            for (size_t i = 0; i < columns; i++) {
                printf("%9.1f", hold((enum calendar_kind)kind, &laws[l], pending[i], budget));
                fflush(stdout);
            }
            printf("\n%-16s%-10s", "  grow", how);
            for (size_t i = 0; i < columns; i++) printf("%9.1f", grow((enum calendar_kind)kind, &laws[l], pending[i]));
            printf("\n");
        }
    }
    return 0;
}
