/* mixture.c - the kinds of shipments that reach a selectivity: the joint distribution of what criteria, guard and
 * compliance depend on, walked cell by cell, or sampled where it cannot be walked.
 *
 * Cells that look alike to the selectivity (same compliance, same lanes before the score) are one kind, so there are
 * few.
 */
#include "models/clearance/selectivity.h"
#include <stdlib.h>
#include <string.h>

enum { MOST_CELLS = 1 << 16, MOST_RANGE = 64, SAMPLE = 1 << 17 };

struct walk {
    const struct mixture_request *request;
    bool *relevant; /* by attribute */
    double *value;  /* of the shipment under construction */
    int *level;     /* likewise: which level the value is of */
    struct kind_of_shipment *kind;
    size_t kinds, allocated;
    double total;
    bool failed;
};

/* ---- what matters ---- */

static void mark_condition(struct walk *walk, const struct condition *condition)
{
    for (unsigned i = 0; condition && i < condition->count; i++)
        if (condition->term[i].op == CONDITION_PUSH_ATTRIBUTE) walk->relevant[condition->term[i].index] = true;
}

static void mark_all(struct walk *walk)
{
    const struct mixture_request *request = walk->request;
    const struct stream *stream = request->stream;
    mark_condition(walk, request->when);
    for (size_t i = 0; i < request->plan->rules; i++) mark_condition(walk, &request->plan->rule[i].when);
    walk->relevant[ATTRIBUTE_COMPLIANT] = true;
    const struct selectivity_card *card = request->plan->card;
    for (size_t c = 0; card && c < card->columns; c++)
        if (card->column[c].attribute != NONE) walk->relevant[card->column[c].attribute] = true;
    for (size_t i = stream->attributes; i-- > 0;) { /* rows are picked by attributes drawn before */
        const struct attribute_def *def = &stream->attribute_def[i];
        if (walk->relevant[stream->attribute[i]] && def->by != NONE) walk->relevant[def->by] = true;
    }
}

static size_t range_of(const struct attribute_row *row, size_t level)
{
    if (row->range_low == NULL || !(row->range_high[level] > row->range_low[level])) return 1;
    double n = row->range_high[level] - row->range_low[level] + 1;
    return n > MOST_RANGE ? MOST_RANGE + 1 : (size_t)n;
}

/* How many values an attribute may take; more than MOST_CELLS when they cannot be listed. */
static size_t values_of(const struct attribute_def *def)
{
    size_t most = 1;
    if (def->kind == ATTRIBUTE_FLAG) return 2;
    for (size_t r = 0; r < def->rows; r++) {
        size_t n = 0;
        if (def->kind == ATTRIBUTE_NUMBER)
            return def->row[r].number.kind == VARIATE_CONSTANT && def->rows == 1 ? 1 : MOST_CELLS + 1;
        for (size_t l = 0; l < def->levels; l++) {
            size_t range = range_of(&def->row[r], l);
            if (range > MOST_RANGE) return MOST_CELLS + 1;
            n += range;
        }
        if (n > most) most = n;
    }
    return most;
}

static bool can_be_walked(const struct walk *walk)
{
    const struct stream *stream = walk->request->stream;
    size_t cells = 1;
    for (size_t i = 0; i < stream->attributes; i++) {
        if (!walk->relevant[stream->attribute[i]]) continue;
        cells *= values_of(&stream->attribute_def[i]);
        if (cells > MOST_CELLS) return false;
    }
    return true;
}

/* ---- a cell ---- */

static void add_kind(struct walk *walk, double weight)
{
    const struct mixture_request *request = walk->request;
    if (weight <= 0 || (request->when && !condition_holds(request->when, walk->value, 0))) return;
    struct kind_of_shipment kind = {.weight = weight, .compliant = walk->value[ATTRIBUTE_COMPLIANT] != 0};
    selectivity_before_score(request->plan, walk->value, kind.in_lane);
    if (request->plan->card) kind.score = selectivity_points(request->plan->card, walk->value);
    walk->total += weight;
    for (size_t i = 0; request->plan->card == NULL && i < walk->kinds; i++)
        if (walk->kind[i].compliant == kind.compliant &&
            memcmp(walk->kind[i].in_lane, kind.in_lane, sizeof kind.in_lane) == 0) {
            walk->kind[i].weight += weight;
            return;
        }
    if (walk->kinds == walk->allocated) {
        size_t wanted = walk->allocated ? 2 * walk->allocated : 16;
        struct kind_of_shipment *grown = realloc(walk->kind, wanted * sizeof *grown);
        if (grown == NULL) {
            walk->failed = true;
            return;
        }
        walk->kind = grown;
        walk->allocated = wanted;
    }
    walk->kind[walk->kinds++] = kind;
}

static void add_with_alarm(struct walk *walk, double weight)
{
    double chance = walk->request->alarm[walk->value[ATTRIBUTE_COMPLIANT] != 0];
    if (!walk->relevant[ATTRIBUTE_ALARM]) chance = 0;
    walk->value[ATTRIBUTE_ALARM] = 1;
    add_kind(walk, weight * chance);
    walk->value[ATTRIBUTE_ALARM] = 0;
    add_kind(walk, weight * (1 - chance));
}

static const struct attribute_row *row_of(const struct walk *walk, const struct attribute_def *def)
{
    size_t row = def->by == NONE ? 0 : (size_t)walk->level[def->by];
    return &def->row[row < def->rows ? row : 0];
}

static double value_of_level(const struct attribute_def *def, size_t level)
{
    return def->level_value ? def->level_value[level] : (double)level;
}

static void walk_from(struct walk *walk, size_t i, double weight);

static void walk_level(struct walk *walk, size_t i, double weight, size_t level)
{
    const struct stream *stream = walk->request->stream;
    const struct attribute_def *def = &stream->attribute_def[i];
    const struct attribute_row *row = row_of(walk, def);
    int attribute = stream->attribute[i];
    size_t n = def->kind == ATTRIBUTE_CATEGORY ? range_of(row, level) : 1;
    walk->level[attribute] = (int)level;
    for (size_t k = 0; k < n; k++) {
        walk->value[attribute] = n > 1                             ? row->range_low[level] + (double)k
                                 : def->kind == ATTRIBUTE_CATEGORY ? value_of_level(def, level)
                                                                   : (double)level;
        walk_from(walk, i + 1, weight / (double)n);
    }
}

static void walk_from(struct walk *walk, size_t i, double weight)
{
    const struct stream *stream = walk->request->stream;
    while (i < stream->attributes && !walk->relevant[stream->attribute[i]]) i++;
    if (weight <= 0) return;
    if (i == stream->attributes) {
        add_with_alarm(walk, weight);
        return;
    }
    const struct attribute_def *def = &stream->attribute_def[i];
    const struct attribute_row *row = row_of(walk, def);
    if (def->kind == ATTRIBUTE_FLAG) {
        walk_level(walk, i, weight * (1 - row->share[0]), 0);
        walk_level(walk, i, weight * row->share[0], 1);
    } else if (def->kind == ATTRIBUTE_CATEGORY) {
        for (size_t l = 0; l < def->levels; l++) walk_level(walk, i, weight * row->share[l], l);
    } else {
        walk->value[stream->attribute[i]] = variate_mean(&row->number);
        walk_from(walk, i + 1, weight);
    }
}

/* ---- a sample ---- */

static void draw_attribute(struct walk *walk, size_t i, struct draws *draws)
{
    const struct stream *stream = walk->request->stream;
    const struct attribute_def *def = &stream->attribute_def[i];
    const struct attribute_row *row = row_of(walk, def);
    int attribute = stream->attribute[i];
    if (def->kind == ATTRIBUTE_NUMBER) {
        walk->value[attribute] = variate_draw(&row->number, draws);
        return;
    }
    double u = draws_unit(draws), sum = 0;
    size_t level = 0;
    if (def->kind == ATTRIBUTE_FLAG) {
        level = u < row->share[0];
    } else {
        while (level + 1 < def->levels && u >= (sum += row->share[level])) level++;
    }
    walk->level[attribute] = (int)level;
    walk->value[attribute] = def->kind == ATTRIBUTE_FLAG ? (double)level : value_of_level(def, level);
    if (def->kind == ATTRIBUTE_CATEGORY && row->range_low && row->range_high[level] > row->range_low[level]) {
        double n = row->range_high[level] - row->range_low[level] + 1;
        walk->value[attribute] = row->range_low[level] + (double)(uint64_t)(draws_choice(draws) * n);
    }
}

static void sample(struct walk *walk)
{
    const struct stream *stream = walk->request->stream;
    uint64_t key = random_key(1, 0);
    for (uint64_t number = 0; number < SAMPLE && !walk->failed; number++) {
        for (size_t i = 0; i < stream->attributes; i++) {
            struct draws draws;
            draws_begin(&draws, key, number, random_place("(sample)", stream->attribute_def[i].name), 0);
            draw_attribute(walk, i, &draws);
        }
        add_with_alarm(walk, 1.0 / SAMPLE);
    }
}

struct kind_of_shipment *mixture_kinds(const struct mixture_request *request, size_t *n)
{
    struct walk walk = {.request = request};
    walk.relevant = calloc(request->attributes, sizeof *walk.relevant);
    walk.value = calloc(request->attributes, sizeof *walk.value);
    walk.level = calloc(request->attributes, sizeof *walk.level);
    walk.failed = walk.relevant == NULL || walk.value == NULL || walk.level == NULL;
    if (!walk.failed) {
        mark_all(&walk);
        walk.value[ATTRIBUTE_COMPLIANT] = 1;
        walk.level[ATTRIBUTE_COMPLIANT] = 1;
        if (can_be_walked(&walk))
            walk_from(&walk, 0, 1);
        else
            sample(&walk);
    }
    free(walk.relevant);
    free(walk.value);
    free(walk.level);
    for (size_t i = 0; i < walk.kinds; i++) walk.kind[i].weight /= walk.total;
    if (!walk.failed && walk.kind == NULL) walk.kind = calloc(1, sizeof *walk.kind);
    if (walk.failed) {
        free(walk.kind);
        walk.kind = NULL;
    }
    *n = walk.kinds;
    return walk.kind;
}
