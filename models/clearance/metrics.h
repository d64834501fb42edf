/* metrics.h - the numbers of a model, by name and in a fixed order: what metrics.c finds and record.c evaluates. */
#ifndef GREENLANE_MODELS_CLEARANCE_METRICS_H
#define GREENLANE_MODELS_CLEARANCE_METRICS_H

#include "models/clearance/account.h"

enum metric_source {
    FROM_ENGINE, /* network_metric_value of one network */
    FROM_VIEW,   /* of an account */
    FROM_POST,   /* mean servers on post of one station */
    FROM_WAGES,  /* of its servers on post */
    FROM_CUSTOMS /* sums over the stations that customs owns: see enum customs_item */
};
enum customs_item { CUSTOMS_ON_POST, CUSTOMS_HOURS, CUSTOMS_SCHEDULED, CUSTOMS_WAGES };

struct metric_in_model {
    const char *name;
    enum metric_source source;
    size_t group; /* ENGINE, POST */
    int id;       /* ENGINE: the engine's number; POST: the station; CUSTOMS: which */
    struct view *view;
    struct account_item item;
    double at_most; /* a promise on a number: 1 when it is kept; NAN: the number itself */
    double wage;    /* WAGES */
    bool shown;     /* in the printed report of a network without directions */
};

/* The metric of that name; false when it means nothing in this scenario. */
bool metric_resolve(struct model *model, const char *name, struct metric_in_model *metric);
bool metric_append(struct model *model, const struct metric_in_model *metric); /* false: no memory, reported */
bool metric_is_listed(const struct model *model, const char *name);

/* Words of several names: mean_h, p90_h, ...; within_24h; the level of an attribute as a number. */
bool metric_statistic(const char *text, struct account_item *item);
bool metric_within(const char *text, double *hours);
bool metric_level(const struct scenario *scenario, int attribute, const char *level, unsigned *value, unsigned *levels);

/* What only parts of a view or ledgers tell (metrics_book.c); `text`: the name behind "DIR.". */
bool metric_book(struct model *model, struct view *view, const char *text, struct account_item *item);

/* What a run reports unasked (offer.c); says whether some stream has a direction. */
bool offer_metrics(struct model *model, bool *any_direction);

#endif
