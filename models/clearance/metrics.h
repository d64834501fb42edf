/* metrics.h - the numbers of a model, by name and in a fixed order: what metrics.c finds and record.c evaluates. */
#ifndef GREENLANE_MODELS_CLEARANCE_METRICS_H
#define GREENLANE_MODELS_CLEARANCE_METRICS_H

#include "models/clearance/account.h"

enum metric_source {
    FROM_ENGINE, /* network_metric_value of one network */
    FROM_VIEW,   /* of an account */
    FROM_POST,   /* mean servers on post of one station */
    FROM_CUSTOMS /* sums over the stations that customs owns: see enum customs_item */
};
enum customs_item { CUSTOMS_ON_POST, CUSTOMS_HOURS, CUSTOMS_SCHEDULED };

struct metric_in_model {
    const char *name;
    enum metric_source source;
    size_t group; /* ENGINE, POST */
    int id;       /* ENGINE: the engine's number; POST: the station; CUSTOMS: which */
    struct view *view;
    struct account_item item;
    double at_most; /* a promise on a number: 1 when it is kept; NAN: the number itself */
    bool shown;     /* in the printed report of a network without directions */
};

/* The metric of that name; false when it means nothing in this scenario. */
bool metric_resolve(struct model *model, const char *name, struct metric_in_model *metric);
bool metric_append(struct model *model, const struct metric_in_model *metric); /* false: no memory, reported */
bool metric_is_listed(const struct model *model, const char *name);

/* What a run reports unasked (offer.c); says whether some stream has a direction. */
bool offer_metrics(struct model *model, bool *any_direction);

#endif
