/* account.c - adding up, and reading one number. */
#include "models/clearance/account.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static size_t book_width(const struct view *view)
{
    return book_outcome(view, view->outcomes);
}

static bool create_parts(struct account *account, const struct view *view)
{
    account->cells = view->cells;
    account->part = calloc(view->cells + 1, sizeof *account->part);
    if (account->part == NULL) return false;
    for (size_t c = 1; c < view->cells; c++)
        if (!measure_init(&account->part[c], view->cell[c].times)) return false;
    if (!view->booked) return true;
    account->book = calloc(view->cells * book_width(view), sizeof *account->book);
    return account->book != NULL;
}

struct account *account_create(const struct view *view)
{
    struct account *account = calloc(1, sizeof *account);
    if (account == NULL) return NULL;
    account->stage = calloc(view->stages + 1, sizeof *account->stage);
    account->outcome = calloc(view->outcomes + 1, sizeof *account->outcome);
    account->watch = calloc(view->watches + 1, sizeof *account->watch);
    bool fine = account->stage && account->outcome && account->watch && measure_init(&account->time, true) &&
                measure_init(&account->second, true);
    for (int lane = 0; fine && view->lanes && lane < LANES; lane++) fine = measure_init(&account->lane[lane], true);
    for (size_t w = 0; fine && w < view->watches; w++) fine = measure_init(&account->watch[w], true);
    account->watches = view->watches;
    if (fine) fine = create_parts(account, view);
    if (fine) return account;
    account_destroy(account);
    return NULL;
}

void account_destroy(struct account *account)
{
    if (account == NULL) return;
    for (size_t w = 0; account->watch && w < account->watches; w++) measure_release(&account->watch[w]);
    free(account->watch);
    measure_release(&account->time);
    measure_release(&account->second);
    for (int lane = 0; lane < LANES; lane++) measure_release(&account->lane[lane]);
    for (size_t c = 1; account->part && c < account->cells; c++) measure_release(&account->part[c]);
    free(account->part);
    free(account->book);
    free(account->stage);
    free(account->outcome);
    free(account);
}

bool account_holds(const struct model *model, const struct view *view, size_t group)
{
    for (size_t m = 0; m < view->members; m++)
        if (model->stream[view->member[m]].group == group) return true;
    return false;
}

static void add_measure(struct measure *into, const struct measure *from)
{
    struct measure plain = *from; /* exact shares are added up apart: streams may count different bounds */
    plain.bounds = 0;
    measure_merge(into, &plain);
}

static void add_outcomes(
    struct account *account, const struct view *view, const struct group *group, const struct stream_result *result)
{
    for (size_t o = 0; o < group->outcomes; o++) {
        double n = (double)result->outcome[o];
        if (n == 0) continue;
        const struct outcome_in_network *outcome = &group->outcome[o];
        if (outcome->lane != NONE) account->lane_lost[outcome->lane] += n;
        if (outcome->found) account->found += n;
        for (size_t i = 0; i < view->outcomes; i++)
            if (strcmp(view->outcome[i], outcome->name) == 0) account->outcome[i] += n;
    }
}

static void add_stages(struct account *account, const struct model *model, const struct view *view, size_t member,
    const struct result *result)
{
    const struct stream_in_model *stream = &model->stream[view->member[member]];
    const struct stream_result *of_stream = &result->stream[stream->id];
    const struct group *group = &model->group[stream->group];
    for (size_t s = 0; s < stream->stages; s++) {
        struct account_stage *into = &account->stage[view->stage_of[member][s]];
        into->met += (double)of_stream->stage[s].met;
        into->time += of_stream->stage[s].time;
        into->time_met += of_stream->stage[s].time_met;
    }
    uint64_t commonest[64] = {0};
    for (size_t k = 0; k < group->steps; k++) {
        int s = group->step[k].stage;
        if (s < 0 || group->step[k].stream != (int)view->member[member]) continue;
        struct account_stage *into = &account->stage[view->stage_of[member][s]];
        into->wait += result->step[k].wait;
        into->work += result->step[k].work;
        if (stream->stage[s].after_release && result->step[k].met > commonest[s]) commonest[s] = result->step[k].met;
    }
    for (size_t s = 0; s < stream->stages; s++)
        account->stage[view->stage_of[member][s]].met_after += (double)commonest[s];
}

static void add_watches(
    struct account *account, const struct view *view, size_t member, const struct stream_result *result)
{
    for (size_t w = 0; w < view->watches; w++) {
        int own = view->watch_of[member][w];
        if (own == NONE) continue;
        const struct measure *measure = &result->watch[own];
        add_measure(&account->watch[w], measure);
        for (size_t b = 0; measure->tally.count && b < view->stage_bounds; b++)
            if (view->stage_bound[b].watch == (int)w)
                account->stage_within[b] +=
                    measure_at_most(measure, view->stage_bound[b].hours) * (double)measure->tally.count;
    }
}

/* ---- the ledger ---- */

static void add_sums(double *into, const double *from, size_t n)
{
    for (size_t i = 0; i < n; i++) into[i] += from[i];
}

static int outcome_of(const struct view *view, const char *name)
{
    for (size_t i = 0; i < view->outcomes; i++)
        if (strcmp(view->outcome[i], name) == 0) return (int)i;
    return NONE;
}

static void add_cell(
    double *into, const struct view *view, const struct ledger *ledger, const struct group *group, const double *from)
{
    add_sums(into, from, LEDGER_SUMS);
    for (size_t p = 0; p < ledger->points; p++)
        add_sums(into + book_point((size_t)view_point(view, ledger->point[p])), from + ledger_point_at(ledger, p),
            POINT_SUMS);
    for (size_t o = 0; o < ledger->outcomes; o++) {
        int outcome = outcome_of(view, group->outcome[o].name);
        if (outcome != NONE)
            add_sums(into + book_outcome(view, (size_t)outcome), from + ledger_outcome_at(ledger, o), OUTCOME_SUMS);
    }
}

static void add_parts(struct account *account, const struct model *model, const struct view *view, size_t member,
    const struct result *result)
{
    const struct stream_in_model *stream = &model->stream[view->member[member]];
    const struct ledger *ledger = stream->ledger;
    const double *book = ledger ? (const double *)result->state + ledger->at : NULL;
    for (size_t c = 0; c < view->cells; c++) {
        int cell = c ? view->cell_of[member][c] : 0, split = c ? view->split_of[member][c] : NONE;
        if (book && cell != NONE)
            add_cell(account->book + c * book_width(view), view, ledger, &model->group[stream->group],
                book + (size_t)cell * ledger->width);
        if (split != NONE) add_measure(&account->part[c], &result->stream[stream->id].split[split]);
    }
}

void account_add(struct account *account, const struct model *model, const struct view *view, size_t group,
    const struct result *result)
{
    for (size_t m = 0; m < view->members; m++) {
        const struct stream_in_model *stream = &model->stream[view->member[m]];
        if (stream->group != group) continue;
        const struct stream_result *of_stream = &result->stream[stream->id];
        account->arrived += (double)of_stream->arrived;
        account->unfinished += (double)of_stream->unfinished;
        account->in_window += (double)of_stream->finished_in_window;
        add_measure(&account->time, &of_stream->time);
        add_measure(&account->second, &of_stream->second);
        for (size_t b = 0; of_stream->time.tally.count && b < view->bounds; b++)
            account->within[b] +=
                measure_at_most(&of_stream->time, view->bound[b]) * (double)of_stream->time.tally.count;
        if (stream->classes) {
            for (int lane = 0; lane < LANES; lane++) add_measure(&account->lane[lane], &of_stream->split[lane]);
            account->found += (double)of_stream->split[LANES + 1].tally.count;
        }
        add_outcomes(account, view, &model->group[group], of_stream);
        add_stages(account, model, view, m, result);
        add_watches(account, view, m, of_stream);
        add_parts(account, model, view, m, result);
    }
}

void account_merge(struct account *into, const struct view *view, const struct account *from)
{
    into->arrived += from->arrived;
    into->unfinished += from->unfinished;
    into->in_window += from->in_window;
    measure_merge(&into->time, &from->time);
    measure_merge(&into->second, &from->second);
    for (size_t b = 0; b < view->bounds; b++) into->within[b] += from->within[b];
    for (int lane = 0; view->lanes && lane < LANES; lane++) {
        measure_merge(&into->lane[lane], &from->lane[lane]);
        into->lane_lost[lane] += from->lane_lost[lane];
    }
    into->found += from->found;
    for (size_t w = 0; w < view->watches; w++) measure_merge(&into->watch[w], &from->watch[w]);
    for (size_t b = 0; b < view->stage_bounds; b++) into->stage_within[b] += from->stage_within[b];
    for (size_t i = 0; i < view->outcomes; i++) into->outcome[i] += from->outcome[i];
    for (size_t c = 1; c < view->cells; c++) measure_merge(&into->part[c], &from->part[c]);
    if (view->booked) add_sums(into->book, from->book, view->cells * book_width(view));
    for (size_t s = 0; s < view->stages; s++) {
        into->stage[s].met += from->stage[s].met;
        into->stage[s].time += from->stage[s].time;
        into->stage[s].time_met += from->stage[s].time_met;
        into->stage[s].wait += from->stage[s].wait;
        into->stage[s].work += from->stage[s].work;
        into->stage[s].met_after += from->stage[s].met_after;
    }
}

/* ---- reading ---- */

static double ratio(double part, double whole)
{
    return whole > 0 ? part / whole : NAN;
}

static double of_measure(const struct measure *measure, const struct account_item *item)
{
    if (measure->tally.count == 0) return NAN;
    switch (item->statistic) {
    case STATISTIC_MEAN: return tally_mean(&measure->tally);
    case STATISTIC_SD: return sqrt(tally_variance(&measure->tally));
    case STATISTIC_CV: return ratio(sqrt(tally_variance(&measure->tally)), tally_mean(&measure->tally));
    case STATISTIC_WITHIN: return measure_at_most(measure, item->x);
    case STATISTIC_QUANTILE: return measure_quantile(measure, item->x);
    }
    return NAN;
}

static double lane_count(const struct account *account, int lane)
{
    return (double)account->lane[lane].tally.count + account->lane_lost[lane];
}

static double through_lanes(const struct account *account)
{
    double n = 0;
    for (int lane = 0; lane < LANES; lane++) n += lane_count(account, lane);
    return n;
}

static double within(const struct account *account, const struct view *view, double hours)
{
    for (size_t b = 0; b < view->bounds; b++)
        if (view->bound[b] == hours) return ratio(account->within[b], (double)account->time.tally.count);
    return account->time.tally.count ? measure_at_most(&account->time, hours) : NAN;
}

static double stage_within(const struct account *account, const struct view *view, const struct account_item *item)
{
    const struct measure *measure = &account->watch[item->index];
    double n = (double)measure->tally.count;
    for (size_t b = 0; b < view->stage_bounds; b++)
        if (view->stage_bound[b].watch == item->index && view->stage_bound[b].hours == item->x)
            return item->beyond ? n - account->stage_within[b] : ratio(account->stage_within[b], n);
    if (item->beyond) return measure->tally.count ? n * (1 - measure_at_most(measure, item->x)) : 0;
    return measure->tally.count ? measure_at_most(measure, item->x) : NAN;
}

/* Stage times are added up while shipments are under way; those that never were released (rejected, unfinished) are in
 * them too. Taken down in proportion, they sum to the time of the released, whom the mean is about. */
static double of_released(const struct account *account, const struct view *view)
{
    double sum = 0;
    for (size_t s = 0; s < view->stages; s++) sum += account->stage[s].time;
    return ratio(account->time.tally.sum, sum);
}

/* The clock has stopped: all of a step's time counts, and none of it is clearance. */
static double of_stage_after(const struct account *account, const struct account_stage *stage, enum item item)
{
    switch (item) {
    case ITEM_STAGE_MEAN: return account->time.tally.count ? 0 : NAN;
    case ITEM_STAGE_SHARE: return ratio(stage->met_after, account->arrived);
    case ITEM_STAGE_IF_MET: return ratio(stage->wait + stage->work, stage->met_after);
    case ITEM_STAGE_WAIT: return ratio(stage->wait, stage->met_after);
    default: return ratio(stage->work, stage->met_after);
    }
}

static double after_release(const struct account *account, const struct view *view)
{
    double hours = 0;
    for (size_t s = 0; s < view->stages; s++)
        if (view->stage[s].after_release) hours += account->stage[s].wait + account->stage[s].work;
    return ratio(hours, (double)account->time.tally.count);
}

static double of_stage(const struct account *account, const struct view *view, const struct account_item *item)
{
    const struct account_stage *stage = &account->stage[item->index];
    if (view->stage[item->index].after_release) return of_stage_after(account, stage, item->item);
    double through = (double)account->time.tally.count, if_met = ratio(stage->time_met, stage->met);
    switch (item->item) {
    case ITEM_STAGE_MEAN: return ratio(stage->time, through) * of_released(account, view);
    case ITEM_STAGE_SHARE: return ratio(stage->met, account->arrived);
    case ITEM_STAGE_IF_MET: return if_met;
    case ITEM_STAGE_WAIT: return if_met * ratio(stage->wait, stage->wait + stage->work);
    default: return if_met * ratio(stage->work, stage->wait + stage->work);
    }
}

static double of_owner(const struct account *account, const struct view *view, int owner)
{
    double time = 0;
    for (size_t s = 0; s < view->stages; s++)
        if (strcmp(view->stage[s].owner, view->owner[owner]) == 0) time += account->stage[s].time;
    return ratio(time, (double)account->time.tally.count) * of_released(account, view);
}

static double lost(const struct account *account, const struct view *view)
{
    double n = 0;
    for (size_t i = 0; i < view->outcomes; i++) n += account->outcome[i];
    return n;
}

static double of_book(
    const struct account *account, const struct model *model, const struct view *view, const struct account_item *item)
{
    const double *cell = account->book + (size_t)item->cell * book_width(view);
    const struct book_ratio *of = &item->ratio;
    double over = 0, under = 0;
    for (size_t i = 0; i < sizeof of->plus / sizeof *of->plus; i++) over += of->plus[i] ? cell[of->plus[i] - 1] : 0;
    for (size_t i = 0; i < sizeof of->under / sizeof *of->under; i++)
        under += of->under[i] ? cell[of->under[i] - 1] : 0;
    if (of->per_day) return over * 24 / (model->plan.window_to - model->plan.window_from);
    return of->under[0] ? ratio(over, under) : over;
}

double account_value(
    const struct account *account, const struct model *model, const struct view *view, const struct account_item *item)
{
    switch (item->item) {
    case ITEM_TIME: return of_measure(&account->time, item);
    case ITEM_SECOND: return of_measure(&account->second, item);
    case ITEM_LANE: return of_measure(&account->lane[item->index], item);
    case ITEM_WITHIN: return within(account, view, item->x);
    case ITEM_SECOND_WITHIN: return account->second.tally.count ? measure_at_most(&account->second, item->x) : NAN;
    case ITEM_ARRIVED: return account->arrived;
    case ITEM_RELEASED: return (double)account->time.tally.count;
    case ITEM_UNFINISHED: return account->unfinished;
    case ITEM_LOST: return lost(account, view);
    case ITEM_THROUGHPUT: return 24 * account->in_window / (model->plan.window_to - model->plan.window_from);
    case ITEM_OUTCOME: return account->outcome[item->index];
    case ITEM_LANE_SHARE: return ratio(lane_count(account, item->index), through_lanes(account));
    case ITEM_LANE_SHIPMENTS: return lane_count(account, item->index);
    case ITEM_LANE_NOT_RELEASED: return account->lane_lost[item->index];
    case ITEM_EXAMINED: return ratio(lane_count(account, LANE_RED), through_lanes(account));
    case ITEM_FOUND: return ratio(account->found, lane_count(account, LANE_RED));
    case ITEM_DOCUMENTS:
        return ratio(lane_count(account, LANE_RED) + lane_count(account, LANE_YELLOW), through_lanes(account));
    case ITEM_STAGE_WITHIN: return stage_within(account, view, item);
    case ITEM_STAGE_TIME: return of_measure(&account->watch[item->index], item);
    case ITEM_PART: return of_measure(&account->part[item->cell], item);
    case ITEM_PART_RELEASED: return (double)account->part[item->cell].tally.count;
    case ITEM_BOOK: return of_book(account, model, view, item);
    case ITEM_AFTER_RELEASE: return after_release(account, view);
    case ITEM_WHOLE_STAY: return tally_mean(&account->time.tally) + after_release(account, view);
    case ITEM_OWNER: return of_owner(account, view, item->index);
    default: return of_stage(account, view, item);
    }
}
