/* bare.c - the limit: an event loop with nothing around it, for `make bench` to compare the engine with.
 *
 *   bare mm1 N        M/M/1 at load .9, N customers
 *   bare network N    the network of customs_network.yaml, N shipments
 *
 * The same draws as the engine (one Philox2x64-10 block an arrival pair and one a step), the same logarithm, a tally
 * and a histogram a station; but no streams, no steps, no conditions, no names: every station is written out. It
 * prints the mean so that it cannot be optimised away, and customers per second of processor time.
 */
#include "engine/core/elementary.h"
#include "engine/core/random.h"
#include "engine/observe/histogram.h"
#include "engine/observe/tally.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { STATIONS = 4, HEAP_MOST = 32 };
struct job {
    double born, since, work;
    uint64_t number;
    int lane;
    uint32_t next;
};
struct pending {
    double time;
    uint32_t job;
    int8_t station;
};
struct place {
    int servers, busy;
    double mean;
    uint32_t *ring;
    uint32_t head, count, mask;
    struct tally wait;
    struct histogram histogram;
};
static struct place place[STATIONS];
static struct pending heap[HEAP_MOST];
static int pending;
static struct job *jobs;
static uint32_t free_job = UINT32_MAX, made;
static double now;
static struct tally time_in;
static struct histogram time_histogram;
static const uint64_t key = 12345;

static void push(double time, uint32_t job, int station)
{
    int at = pending++;
    while (at > 0 && heap[(at - 1) / 2].time > time) {
        heap[at] = heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    heap[at] = (struct pending){time, job, (int8_t)station};
}

static struct pending pop(void)
{
    struct pending top = heap[0], last = heap[--pending];
    int at = 0;
    for (int child = 1; child < pending; child = 2 * at + 1) {
        if (child + 1 < pending && heap[child + 1].time < heap[child].time) child++;
        if (heap[child].time >= last.time) break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = last;
    return top;
}

static void begin(int s, uint32_t who)
{
    double wait = now - jobs[who].since;
    tally_add(&place[s].wait, wait);
    histogram_add(&place[s].histogram, wait);
    push(now + jobs[who].work, who, s);
}

static void enter(int s, uint32_t who)
{
    uint64_t word[2];
    struct place *p = &place[s];
    random_block(key, jobs[who].number << 16, (uint64_t)(s + 1) << 24, word);
    jobs[who].work = -p->mean * elementary_log(random_unit(word[0]));
    jobs[who].since = now;
    if (s == 0) {
        double u = random_unit(word[1]);
        jobs[who].lane = u < 0.7 ? 3 : u < 0.95 ? 1 : 2;
    }
    if (p->busy < p->servers) {
        p->busy++;
        begin(s, who);
        return;
    }
    if (p->count > p->mask) {
        uint32_t size = 2 * (p->mask + 1), *ring = malloc(size * sizeof *ring);
        for (uint32_t i = 0; i < p->count; i++) ring[i] = p->ring[(p->head + i) & p->mask];
        free(p->ring);
        p->ring = ring;
        p->head = 0;
        p->mask = size - 1;
    }
    p->ring[(p->head + p->count++) & p->mask] = who;
}

static void leave(uint32_t who)
{
    tally_add(&time_in, now - jobs[who].born);
    histogram_add(&time_histogram, now - jobs[who].born);
    jobs[who].next = free_job;
    free_job = who;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: bare mm1|network CUSTOMERS\n");
        return 64;
    }
    bool network = strcmp(argv[1], "network") == 0;
    uint64_t wanted = strtoull(argv[2], NULL, 10), number = 0;
    const int servers[STATIONS] = {network ? 8 : 1, 3, 2, 4};
    const double mean[STATIONS] = {network ? 8 : 1, 10, 35, 4};
    for (int s = 0; s < STATIONS; s++) {
        place[s].servers = servers[s];
        place[s].mean = mean[s];
        place[s].mask = 1023;
        place[s].ring = malloc(1024 * sizeof *place[s].ring);
    }
    uint32_t allocated = 1 << 20;
    jobs = malloc(allocated * sizeof *jobs);
    uint64_t word[2] = {0, 0};
    double arrival = 0;
    clock_t begun = clock();
    push(0, 0, -1);
    while (pending > 0) {
        struct pending event = pop();
        now = event.time;
        if (event.station < 0) {
            uint32_t who = free_job != UINT32_MAX ? free_job : made++;
            if (who == free_job) free_job = jobs[who].next;
            if (made == allocated) return 1;
            jobs[who].born = now;
            jobs[who].number = number;
            if ((number & 1) == 0) random_block(key, number >> 1 << 16, 99ULL << 24, word);
            arrival = now - elementary_log(random_unit(word[number & 1])) / 0.9;
            if (++number < wanted) push(arrival, 0, -1);
            enter(0, who);
            continue;
        }
        int s = event.station;
        struct place *p = &place[s];
        if (p->count > 0) {
            uint32_t next = p->ring[p->head & p->mask];
            p->head = (p->head + 1) & p->mask;
            p->count--;
            begin(s, next);
        } else {
            p->busy--;
        }
        int to = !network || s == 3 ? -1 : s == 0 ? jobs[event.job].lane : 3;
        if (to < 0)
            leave(event.job);
        else
            enter(to, event.job);
    }
    double seconds = (double)(clock() - begun) / CLOCKS_PER_SEC;
    printf("%s: mean time %.3f h over %llu, %.3f s, %.2f million a second\n", argv[1], tally_mean(&time_in),
        (unsigned long long)wanted, seconds, (double)wanted / seconds / 1e6);
    return 0;
}
