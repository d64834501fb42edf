/* account.h - what the streams of a view add up to in one replication: made per network on the workers, merged in
 * order.
 *
 * Merging is by addition of counts, sums and histograms, so it matters only that the order is always the same.
 */
#ifndef GREENLANE_MODELS_CLEARANCE_ACCOUNT_H
#define GREENLANE_MODELS_CLEARANCE_ACCOUNT_H

#include "models/clearance/compile.h"

struct account_stage {
    double met, time, time_met; /* as in result.h */
    double wait, work;          /* of its steps, inside the clock or not */
    double met_after;           /* of a stage after release, where the clock has stopped: who did its commonest step */
};
struct account {
    double arrived, unfinished, in_window;    /* in_window: released in it, whenever they came */
    struct measure time, second, lane[LANES]; /* without bounds */
    double within[8];                         /* shipments up to view->bound[i] */
    double lane_lost[LANES];                  /* ended by an outcome */
    double found;
    double *outcome;       /* by view->outcome */
    struct measure *watch; /* by view->watch, without bounds */
    size_t watches;
    double stage_within[8]; /* shipments up to view->stage_bound[i] */
    struct account_stage *stage;
    double *book;         /* of the members' ledgers, by cell of the view: sums, points, outcomes; NULL: none */
    struct measure *part; /* clearance times by cell of the view, where they are kept */
    size_t cells;
};

enum item {
    ITEM_TIME,
    ITEM_SECOND,
    ITEM_LANE, /* a statistic of a measure */
    ITEM_WITHIN,
    ITEM_SECOND_WITHIN,
    ITEM_ARRIVED,
    ITEM_RELEASED,
    ITEM_UNFINISHED,
    ITEM_LOST,
    ITEM_THROUGHPUT,
    ITEM_OUTCOME,
    ITEM_LANE_SHARE,
    ITEM_LANE_SHIPMENTS,
    ITEM_LANE_NOT_RELEASED,
    ITEM_EXAMINED,
    ITEM_FOUND,
    ITEM_DOCUMENTS,
    ITEM_STAGE_MEAN,
    ITEM_STAGE_SHARE,
    ITEM_STAGE_IF_MET,
    ITEM_STAGE_WAIT,
    ITEM_STAGE_SERVICE,
    ITEM_STAGE_WITHIN,
    ITEM_STAGE_TIME, /* a statistic of a watched stage's times */
    ITEM_AFTER_RELEASE,
    ITEM_WHOLE_STAY,
    ITEM_OWNER,
    ITEM_PART, /* a statistic of a cell's times */
    ITEM_PART_RELEASED,
    ITEM_BOOK /* of the ledger: see struct book_ratio */
};
enum statistic { STATISTIC_MEAN, STATISTIC_SD, STATISTIC_CV, STATISTIC_QUANTILE, STATISTIC_WITHIN };
struct account_item {
    enum item item;
    enum statistic statistic;
    int index;
    double x;
    int cell;    /* of the view; 0: all shipments */
    bool beyond; /* STAGE_WITHIN: how many took longer, instead of the share that did not */
    struct book_ratio {
        int plus[4], under[2]; /* sums of the ledger, + 1; 0: none */
        bool per_day;          /* times 24 h over the window */
    } ratio;
}; /* index: lane, stage, outcome, owner; STAGE_WITHIN, STAGE_TIME: watch of the view */

/* Where a view's sums of a point and of an outcome stand behind those of struct ledger. */
static inline size_t book_point(size_t point)
{
    return LEDGER_SUMS + point * POINT_SUMS;
}
static inline size_t book_outcome(const struct view *view, size_t outcome)
{
    return book_point(view->points) + outcome * OUTCOME_SUMS;
}

struct account *account_create(const struct view *view); /* NULL: no memory */
void account_destroy(struct account *account);
bool account_holds(const struct model *model, const struct view *view, size_t group); /* a member stands in the group */
void account_add(struct account *account, const struct model *model, const struct view *view, size_t group,
    const struct result *result);
void account_merge(struct account *into, const struct view *view, const struct account *from);
double account_value(
    const struct account *account, const struct model *model, const struct view *view, const struct account_item *item);

#endif
