/* ledger.c - adding up while the run goes on: at points on the way, and when a shipment's clock stops. */
#include "models/clearance/ledger.h"
#include "models/clearance/lessons.h"
#include <math.h>
#include <string.h>

enum { HOURS_A_YEAR = 8766 };

/* ---- making one ---- */

static int drawn(const struct scenario *scenario, const struct stream *stream, const char *name)
{
    for (size_t i = 0; i < stream->attributes; i++)
        if (strcmp(scenario->attribute[stream->attribute[i]], name) == 0) return stream->attribute[i];
    return NONE;
}

void ledger_begin(struct ledger *ledger, const struct scenario *scenario, const struct stream *stream)
{
    static const char *const weight[WEIGHTS] = {"value", "teu", "tonnes"};
    ledger->stream = stream;
    ledger->cells = 1;
    ledger->tariff = drawn(scenario, stream, "tariff");
    ledger->evaded = drawn(scenario, stream, "evaded");
    for (int w = 0; w < WEIGHTS; w++) ledger->weight[w] = drawn(scenario, stream, weight[w]);
    ledger->value = ledger->weight[WEIGHT_VALUE];
    ledger->unit_of[0] = stream->costs.storage.of ? drawn(scenario, stream, stream->costs.storage.of) : NONE;
    ledger->unit_of[1] = stream->costs.demurrage.of ? drawn(scenario, stream, stream->costs.demurrage.of) : NONE;
}

int ledger_point(struct ledger *ledger, const char *name)
{
    for (size_t i = 0; i < ledger->points; i++)
        if (strcmp(ledger->point[i], name) == 0) return (int)i;
    if (ledger->points == sizeof ledger->point / sizeof *ledger->point) return NONE;
    ledger->point[ledger->points] = name;
    return (int)ledger->points++;
}

bool ledger_split(struct ledger *ledger, unsigned attribute, unsigned levels)
{
    for (size_t i = 0; i < ledger->splits; i++)
        if (ledger->split[i].attribute == attribute) return true;
    if (ledger->splits == sizeof ledger->split / sizeof *ledger->split) return false;
    ledger->split[ledger->splits++] = (struct ledger_split){attribute, levels, (unsigned)ledger->cells};
    ledger->cells += levels;
    return true;
}

int ledger_cell(const struct ledger *ledger, int attribute, unsigned level)
{
    for (size_t i = 0; i < ledger->splits; i++)
        if ((int)ledger->split[i].attribute == attribute)
            return level < ledger->split[i].levels ? (int)(ledger->split[i].first + level) : NONE;
    return NONE;
}

size_t ledger_place(struct ledger *ledger, size_t at, size_t outcomes)
{
    ledger->at = at;
    ledger->outcomes = outcomes;
    ledger->width = ledger_outcome_at(ledger, outcomes);
    return ledger->cells * ledger->width;
}

/* ---- the cells of a shipment ---- */

struct cells {
    double *cell[33];
    size_t n;
};

static struct cells cells_of(const struct ledger *ledger, void *state, const double *attribute)
{
    struct cells cells = {{(double *)state + ledger->at}, 1};
    for (size_t i = 0; i < ledger->splits; i++) {
        const struct ledger_split *split = &ledger->split[i];
        double level = attribute[split->attribute];
        if (!(level >= 0 && level < split->levels) || level != (double)(unsigned)level) continue;
        cells.cell[cells.n++] = cells.cell[0] + (split->first + (unsigned)level) * ledger->width;
    }
    return cells;
}

static void add(const struct cells *cells, size_t sum, double amount)
{
    for (size_t i = 0; i < cells->n; i++) cells->cell[i][sum] += amount;
}

static double value_of(const double *attribute, int index, double otherwise)
{
    return index == NONE ? otherwise : attribute[index];
}

static bool has(const double *attribute, const struct ledger *ledger, enum examined_bit bit)
{
    return ((unsigned)attribute[ledger->examined] & bit) != 0;
}

static double duty_of(const struct ledger *ledger, const double *attribute)
{
    return value_of(attribute, ledger->value, 0) * value_of(attribute, ledger->tariff, 0);
}

/* ---- on the way ---- */

static void book_find(
    const struct ledger *ledger, const struct hook_entity *entity, const struct cells *cells, size_t at)
{
    const double *attribute = entity->attribute;
    bool alarm = attribute[ATTRIBUTE_ALARM] != 0, good = attribute[ATTRIBUTE_COMPLIANT] != 0;
    if (!alarm) return;
    add(cells, at + POINT_ALARMS, 1);
    add(cells, at + (good ? POINT_FALSE : POINT_FOUND), 1);
    if (good || !entity->stopped || has(attribute, ledger, EXAMINED_FOUND)) return;
    add(cells, SUM_FOUND_LATE, 1); /* nothing was found by its release */
    add(cells, SUM_DUTY_LATE, duty_of(ledger, attribute) * value_of(attribute, ledger->evaded, 1));
}

unsigned ledger_hook(const void *config, void *state, const struct hook_entity *entity, struct draws *draws)
{
    (void)draws;
    const struct ledger_point *point = config;
    const struct ledger *ledger = point->ledger;
    double *attribute = entity->attribute;
    if (point->fee != 0) {
        attribute[ledger->fees] += point->fee;
        return 0;
    }
    bool found = attribute[ATTRIBUTE_ALARM] != 0 && attribute[ATTRIBUTE_COMPLIANT] == 0;
    if (point->finds && point->lessons) lessons_learn(point->lessons, state, entity, found);
    if (entity->counts) {
        struct cells cells = cells_of(ledger, state, attribute);
        size_t at = ledger_point_at(ledger, point->point);
        add(&cells, at + POINT_MET, 1);
        if (ledger->value != NONE) add(&cells, at + POINT_VALUE, attribute[ledger->value]);
        if (point->finds) book_find(ledger, entity, &cells, at);
    }
    if (!point->finds) return 0;
    unsigned bits = (unsigned)attribute[ledger->examined] | EXAMINED | (found ? EXAMINED_FOUND : 0);
    if (attribute[ATTRIBUTE_ALARM] != 0 && !found) bits |= EXAMINED_FALSE;
    attribute[ledger->examined] = bits;
    return 0;
}

void ledger_lane(const struct ledger *ledger, unsigned point, void *state, const struct hook_entity *entity)
{
    if (!entity->counts) return;
    struct cells cells = cells_of(ledger, state, entity->attribute);
    size_t at = ledger_point_at(ledger, point);
    add(&cells, at + POINT_MET, 1);
    add(&cells, at + POINT_LANE + (size_t)entity->attribute[ATTRIBUTE_LANE], 1);
}

/* ---- at the end ---- */

/* For the days beyond the free time, begun or whole. */
static double charge(const struct cost_rate *rate, double hours, double units)
{
    if (!rate->given || !(hours > rate->free)) return 0;
    double days = (hours - rate->free) / 24;
    if (rate->begun_days) days = ceil(days);
    return days * rate->per_day * units;
}

static void book_costs(const struct ledger *ledger, const struct cells *cells, const double *attribute, double hours)
{
    const struct costs *costs = &ledger->stream->costs;
    if (!costs->given) return;
    const double capital = costs->capital * value_of(attribute, ledger->value, 0) * hours / HOURS_A_YEAR;
    add(cells, SUM_COST + COST_STORAGE, charge(&costs->storage, hours, value_of(attribute, ledger->unit_of[0], 1)));
    add(cells, SUM_COST + COST_DEMURRAGE, charge(&costs->demurrage, hours, value_of(attribute, ledger->unit_of[1], 1)));
    add(cells, SUM_COST + COST_CAPITAL, capital);
    if (costs->fees) add(cells, SUM_COST + COST_FEES, attribute[ledger->fees]);
}

static void book_control(const struct ledger *ledger, const struct cells *cells, const double *attribute, bool released)
{
    bool bad = attribute[ATTRIBUTE_COMPLIANT] == 0, found = has(attribute, ledger, EXAMINED_FOUND);
    bool leaked = bad && released && !found;
    double duty = duty_of(ledger, attribute), evaded = duty * value_of(attribute, ledger->evaded, 1);
    add(cells, SUM_DUTY, duty);
    if (has(attribute, ledger, EXAMINED)) add(cells, SUM_EXAMINED, 1);
    if (has(attribute, ledger, EXAMINED_FALSE)) add(cells, SUM_FALSE, 1);
    if (!bad) return;
    add(cells, SUM_BAD, 1);
    add(cells, SUM_DUTY_EVADED, evaded);
    if (found) add(cells, SUM_FOUND, 1);
    if (found) add(cells, SUM_DUTY_FOUND, evaded);
    if (leaked) add(cells, SUM_LEAKED, 1);
    if (leaked) add(cells, SUM_DUTY_LEAKED, evaded);
}

static void book_release(
    const struct ledger *ledger, const struct cells *cells, const struct network_end *end, double hours)
{
    add(cells, SUM_RELEASED, 1);
    for (int w = 0; w < WEIGHTS; w++) {
        double weight = value_of(end->attribute, ledger->weight[w], 0);
        if (ledger->weight[w] == NONE) continue;
        add(cells, SUM_WEIGHT + (size_t)w, weight);
        add(cells, SUM_WEIGHT_TIME + (size_t)w, weight * hours);
    }
    for (size_t i = 0; i < ledger->overdues; i++) {
        const struct ledger_overdue *overdue = &ledger->overdue[i];
        if (overdue->second && end->marked < 0) continue;
        double from = overdue->second && end->marked > end->born ? end->marked : end->born;
        double over = end->now - from - overdue->bound;
        if (!(over > 0)) continue;
        add(cells, SUM_OVERDUE + i, 1);
        add(cells, SUM_OVERDUE_TIME + i, over);
    }
}

void ledger_book(const void *config, void *state, const struct network_end *end)
{
    const struct ledger *ledger = config;
    bool released = end->outcome < 0;
    double hours = end->now - end->born;
    struct cells cells = cells_of(ledger, state, end->attribute);
    for (int w = 0; released && end->in_window && w < WEIGHTS; w++)
        if (ledger->weight[w] != NONE) add(&cells, SUM_WEIGHT_WINDOW + (size_t)w, end->attribute[ledger->weight[w]]);
    if (!end->counts) return;
    add(&cells, SUM_ENDED, 1);
    book_control(ledger, &cells, end->attribute, released);
    book_costs(ledger, &cells, end->attribute, hours);
    if (released) {
        book_release(ledger, &cells, end, hours);
        return;
    }
    size_t at = ledger_outcome_at(ledger, (size_t)end->outcome);
    add(&cells, at + OUTCOME_COUNT, 1);
    if (ledger->value != NONE) add(&cells, at + OUTCOME_VALUE, end->attribute[ledger->value]);
}
