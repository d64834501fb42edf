/* trace.h - the whole life of single shipments, step by step: an event log.
 *
 * A model made with a trace has a hook behind every step of one stream, which writes down who has just done it. Luck is
 * keyed by names, so what is watched goes exactly as it goes unwatched. Only one replication at a time, on one thread:
 * the trace is written to while it runs.
 *
 * What is not seen: where a route leads, and the time of a query, which shows as a gap and as the step done again. Of a
 * batch that goes as one, its leader stands for all.
 *
 * Units: epoch hours, as in scenario.h. Ownership: the caller's; trace_clear releases what was seen.
 */
#ifndef GREENLANE_MODELS_CLEARANCE_TRACE_H
#define GREENLANE_MODELS_CLEARANCE_TRACE_H

#include "models/clearance/model.h"

struct sight {       /* a step that is over */
    uint64_t number; /* of the shipment */
    double born, at; /* its arrival; now */
    int step;        /* of scenario->step */
    enum lane lane;
};

struct trace {
    size_t stream; /* index of scenario->stream */
    bool one;      /* this number only; else the first `wanted` that arrive in the window */
    uint64_t number;
    size_t wanted;
    struct sight *sight; /* in the order of time */
    size_t sights, allocated;
    bool no_memory;
    double origin, from; /* set by model_create_traced: epoch hours of time 0; the window's opening, simulated */
    bool lanes;
};

struct model *model_create_traced(const struct scenario *scenario, struct trace *trace, struct diagnostics *errors);
/* Sorts by shipment, in the order in which they came, and takes off those beyond the wanted. */
void trace_finish(struct trace *trace);
void trace_clear(struct trace *trace);

#endif
