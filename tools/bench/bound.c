/* bound.c - the delays of scenarios/china-2017.yaml alone, in a bare loop: what pairing can give at best.
 *
 *   bound [SHIPMENTS]
 *
 * The same shipment draws the same words in both variants, every share, lane and choice by the same uniform, every
 * delay by the same quantile; services take their time and nobody waits. For each reform, and for all eight (2022), a
 * line: NAME, then for import and for export the standard deviation of the difference of clearance over that of
 * independent shipments, which is the ratio of the half-widths of means; "-": no difference. What queues add on top,
 * the same chance can pair only in part, as shipments that stand in one queue share each other's luck.
 *
 * Written out by hand, reads no scenario: the values are those of the file.
 */
#include "engine/core/elementary.h"
#include "engine/core/random.h"
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct delay {
    double mean, sd_log;
};
struct rules {
    double low, mode, high; /* the lead of an advance declaration */
    double advance, late, red, yellow;
    struct delay unloading, report, order, preparation;
    struct {
        double share;
        struct delay delay;
    } certificates, quarantine;
    bool at_once;
    struct delay check;
    double pays, deferred, electronic;
    struct delay by_wire, at_counter;
    struct delay scheduling, scan, review, exam, laboratory, message;
    double scanned, false_alarm, by_machine, to_laboratory;
    double threshold[2]; /* of the score, for red and for yellow */
};

static const struct rules import_2017 = {.low = 12 * 24,
    .mode = 20 * 24,
    .high = 42 * 24,
    .advance = .1,
    .late = .5,
    .red = .06,
    .yellow = .34,
    .unloading = {7.4, .6},
    .report = {.9, .6},
    .order = {19, .8},
    .preparation = {28.6, 1.2},
    .certificates = {.35, {48, .9}},
    .quarantine = {.3, {52, .9}},
    .check = {.75, .7},
    .pays = .6,
    .deferred = .03,
    .electronic = .62,
    .by_wire = {7, 1},
    .at_counter = {34, .8},
    .scheduling = {48, .8},
    .scan = {.25, .4},
    .review = {18.5 / 60, .6},
    .exam = {3.5, .6},
    .laboratory = {120, .7},
    .message = {2.2, 1},
    .scanned = .3,
    .false_alarm = .22,
    .by_machine = 0,
    .to_laboratory = .4};
static const struct rules export_2017 = {.low = 3 * 24,
    .mode = 4 * 24,
    .high = 9 * 24,
    .advance = .15,
    .late = .3,
    .red = .025,
    .yellow = .075,
    .report = {.3, .6},
    .order = {2, .8},
    .preparation = {7.1, 1.2},
    .certificates = {.1, {12, .9}},
    .quarantine = {.2, {14, .9}},
    .check = {.3, .7},
    .scheduling = {12, .8},
    .scan = {.25, .4},
    .review = {18.5 / 60, .6},
    .exam = {2.5, .6},
    .laboratory = {48, .7},
    .message = {.45, 1},
    .scanned = .3,
    .false_alarm = .11,
    .by_machine = 0,
    .to_laboratory = .05};

static const char *const reforms[] = {
    "delivery_order", "payment", "examination", "discharge", "release", "documents", "single_window", "advance"};
enum { REFORMS = sizeof reforms / sizeof *reforms };

static void reform_import(struct rules *r, int which)
{
    switch (which) {
    case 0: r->order.mean = 8; break;
    case 1: r->deferred = .3, r->electronic = .68, r->by_wire.mean = 2, r->at_counter.mean = 22; break;
    case 2:
        r->red = .03, r->scheduling.mean = 14, r->scanned = .65, r->false_alarm = .05, r->by_machine = .6,
        r->review.mean = 8.8 / 60;
        r->exam.mean = 3, r->laboratory.mean = 72, r->to_laboratory = .25;
        break;
    case 3: r->unloading.mean = 5.8, r->report.mean = .7; break;
    case 4: r->message.mean = .5; break;
    case 5: r->yellow = .05, r->check.mean = .35; break;
    case 6:
        r->at_once = true, r->certificates.share = .15, r->quarantine.share = .2;
        r->certificates.delay.mean = r->quarantine.delay.mean = 24;
        break;
    default: r->advance = .47, r->late = .1;
    }
}

static void reform_export(struct rules *r, int which)
{
    switch (which) {
    case 0: r->order.mean = .35; break;
    case 1: break;
    case 2:
        r->red = .012, r->scheduling.mean = 8, r->scanned = .7, r->false_alarm = .02, r->by_machine = .6,
        r->review.mean = 8.8 / 60;
        r->exam.mean = 2, r->laboratory.mean = 24, r->to_laboratory = .03;
        break;
    case 3: r->report.mean = .1; break;
    case 4: r->message.mean = .06; break;
    case 5: r->yellow = .008, r->check.mean = .25; break;
    case 6:
        r->at_once = true, r->certificates.share = .05, r->quarantine.share = .08, r->preparation.mean = 2.58;
        r->certificates.delay.mean = r->quarantine.delay.mean = 4;
        break;
    default: r->advance = .78, r->late = .02;
    }
}

/* ---- one shipment's luck ---- */
enum place {
    ADVANCE,
    LATE,
    COMPLIANT,
    LEAD,
    UNLOADING,
    REPORT,
    ORDER,
    CERTIFICATES,
    QUARANTINE,
    PREPARATION,
    SCORE,
    CHECK,
    PAYMENT,
    WIRE,
    COUNTER,
    SCHEDULING,
    SCAN,
    REVIEW,
    EXAM,
    LABORATORY,
    MESSAGE,
    PLACES
};
static double uniform[PLACES], standard[PLACES]; /* a choice and a normal deviate for every place */

static void draw_luck(uint64_t number)
{
    for (int p = 0; p < PLACES; p++) {
        uint64_t word[2];
        random_block(12345, number << 16, (uint64_t)(p + 1) << 24, word);
        uniform[p] = random_unit(word[1]);
        standard[p] = elementary_normal_quantile(random_unit(word[0]));
    }
}

static double hours(const struct delay *delay, enum place p)
{
    if (delay->mean == 0) return 0;
    return delay->mean * elementary_exp(delay->sd_log * standard[p] - delay->sd_log * delay->sd_log / 2);
}

static double lead(const struct rules *r)
{
    double u = uniform[LEAD], width = r->high - r->low, peak = (r->mode - r->low) / width;
    return u < peak ? r->low + sqrt(u * width * (r->mode - r->low))
                    : r->high - sqrt((1 - u) * width * (r->high - r->mode));
}

static const double compliant = .9776, guilty_mean = .37, guilty_sd = 1.22;

static double threshold(double above) /* of the score, so that this share lies above it */
{
    double low = -10, high = 10;
    for (int i = 0; i < 80; i++) {
        double middle = (low + high) / 2;
        double share = compliant * elementary_normal_cdf(-middle) +
                       (1 - compliant) * elementary_normal_cdf((guilty_mean - middle) / guilty_sd);
        *(share > above ? &low : &high) = middle;
    }
    return low;
}

/* ---- one shipment's way ---- */
static double papers(const struct rules *r)
{
    double certificates =
        uniform[CERTIFICATES] < r->certificates.share ? hours(&r->certificates.delay, CERTIFICATES) : 0;
    double quarantine = uniform[QUARANTINE] < r->quarantine.share ? hours(&r->quarantine.delay, QUARANTINE) : 0;
    double permits = r->at_once ? fmax(certificates, quarantine) : certificates + quarantine;
    return hours(&r->order, ORDER) + permits + hours(&r->preparation, PREPARATION);
}

static double check_and_pay(const struct rules *r, double score)
{
    double time = score > r->threshold[1] ? hours(&r->check, CHECK) : 0;
    if (standard[PAYMENT] >= elementary_normal_quantile(1e-300 + r->pays))
        return time; /* the other word of the step decides whether */
    double way = uniform[PAYMENT];
    if (way < r->deferred) return time;
    return time + (way < r->deferred + r->electronic ? hours(&r->by_wire, WIRE) : hours(&r->at_counter, COUNTER));
}

static double examination(const struct rules *r, double score, bool guilty)
{
    if (score <= r->threshold[0]) return 0;
    double time = hours(&r->scheduling, SCHEDULING);
    if (uniform[SCHEDULING] < r->scanned) {
        time += hours(&r->scan, SCAN) + (uniform[REVIEW] < r->by_machine ? .01 : hours(&r->review, REVIEW));
        if (uniform[SCAN] >= (guilty ? .7 : r->false_alarm)) return time;
    }
    return time + hours(&r->exam, EXAM) +
           (uniform[LABORATORY] < r->to_laboratory ? hours(&r->laboratory, LABORATORY) : 0);
}

static double clearance(const struct rules *r)
{
    bool guilty = uniform[COMPLIANT] >= compliant, advance = uniform[ADVANCE] < r->advance,
         late = uniform[LATE] < r->late;
    double score = guilty ? guilty_mean + guilty_sd * standard[SCORE] : standard[SCORE];
    double goods = hours(&r->unloading, UNLOADING) + hours(&r->report, REPORT), desk = check_and_pay(r, score);
    double ready = advance ? fmax(goods, papers(r) + (late ? 0 : desk) - lead(r)) : goods + papers(r);
    return ready + (advance && !late ? 0 : desk) + examination(r, score, guilty) + hours(&r->message, MESSAGE);
}

/* ---- over many ---- */
struct spread {
    double n, mean, squares;
};

static void add(struct spread *s, double value)
{
    double change = value - s->mean;
    s->mean += change / ++s->n;
    s->squares += change * (value - s->mean);
}

static void set_up(struct rules rules[REFORMS + 2], const struct rules *base, void (*reform)(struct rules *, int))
{
    for (int i = 0; i < REFORMS + 2; i++) rules[i] = *base; /* the last stays as it is */
    for (int i = 0; i < REFORMS; i++) {
        reform(&rules[i], i);
        reform(&rules[REFORMS], i);
    }
    for (int i = 0; i < REFORMS + 2; i++) {
        rules[i].threshold[0] = threshold(rules[i].red);
        rules[i].threshold[1] = threshold(rules[i].red + rules[i].yellow);
    }
}

static void print_ratio(const struct spread *difference, const struct spread *with, const struct spread *without)
{
    if (difference->squares == 0)
        printf(" -");
    else
        printf(" %.3f", sqrt(difference->squares / (with->squares + without->squares)));
}

int main(int argc, char **argv)
{
    uint64_t shipments = argc > 1 ? strtoull(argv[1], NULL, 10) : 400000;
    static struct rules rules[2][REFORMS + 2];
    static struct spread time[2][REFORMS + 2], difference[2][REFORMS + 1];
    set_up(rules[0], &import_2017, reform_import);
    set_up(rules[1], &export_2017, reform_export);
    for (uint64_t number = 0; number < shipments; number++) {
        draw_luck(number);
        for (int d = 0; d < 2; d++) {
            double base = clearance(&rules[d][REFORMS + 1]);
            add(&time[d][REFORMS + 1], base);
            for (int i = 0; i <= REFORMS; i++) {
                double changed = clearance(&rules[d][i]);
                add(&time[d][i], changed);
                add(&difference[d][i], base - changed);
            }
        }
    }
    for (int i = 0; i <= REFORMS; i++) {
        printf("%s", i < REFORMS ? reforms[i] : "2022");
        for (int d = 0; d < 2; d++) print_ratio(&difference[d][i], &time[d][i], &time[d][REFORMS + 1]);
        printf("\n");
    }
    if (argc > 2) /* the means, to hold against the command's */
        for (int i = REFORMS; i < REFORMS + 2; i++)
            printf("# %s import %.2f h, export %.2f h\n", i == REFORMS ? "2022" : "2017", time[0][i].mean,
                time[1][i].mean);
    return 0;
}
