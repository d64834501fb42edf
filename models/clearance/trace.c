/* trace.c - hooks that only look. */
#include "models/clearance/trace.h"
#include "models/clearance/lay.h"
#include <stdlib.h>

struct lookout {
    struct trace *trace;
    int step;
};

static bool is_wanted(const struct trace *trace, const struct hook_entity *entity)
{
    return trace->one ? entity->number == trace->number : entity->born >= trace->from;
}

/* Who came after the wanted is seen too, until trace_finish: nobody knows yet who comes first to a step. */
static unsigned look(const void *config, void *state, const struct hook_entity *entity, struct draws *draws)
{
    (void)state;
    (void)draws;
    const struct lookout *lookout = config;
    struct trace *trace = lookout->trace;
    if (!is_wanted(trace, entity)) return 0;
    if (!grow_list(&trace->sight, &trace->allocated, trace->sights, sizeof *trace->sight)) {
        trace->no_memory = true;
        return 0;
    }
    trace->sight[trace->sights++] =
        (struct sight){entity->number, entity->born + trace->origin, entity->now + trace->origin, lookout->step,
            trace->lanes ? (enum lane)entity->attribute[ATTRIBUTE_LANE] : LANE_GREEN};
    return 0;
}

bool lay_lookout(struct way *way, const struct step *step)
{
    struct lookout *lookout = keep(way->model, 1, sizeof *lookout);
    struct draft_node *node =
        lookout ? draft_node(&way->draft, OP_HOOK, keep_text(way->model, "%s.seen", step->name), step->place) : NULL;
    if (node == NULL) return false;
    *lookout = (struct lookout){way->model->trace, (int)(step - way->model->scenario->step)};
    node->spec.hook = look;
    node->spec.config = lookout;
    return true;
}

static int by_shipment(const void *a, const void *b)
{
    const struct sight *x = a, *y = b;
    if (x->born != y->born) return x->born < y->born ? -1 : 1;
    if (x->number != y->number) return x->number < y->number ? -1 : 1;
    if (x->at != y->at) return x->at < y->at ? -1 : 1;
    return x->step - y->step;
}

void trace_finish(struct trace *trace)
{
    if (trace->sights) qsort(trace->sight, trace->sights, sizeof *trace->sight, by_shipment);
    size_t shipments = 0, i = 0;
    for (; !trace->one && i < trace->sights; i++) {
        shipments += i == 0 || trace->sight[i].number != trace->sight[i - 1].number;
        if (shipments > trace->wanted) break;
    }
    if (!trace->one) trace->sights = i;
}

void trace_clear(struct trace *trace)
{
    free(trace->sight);
    *trace = (struct trace){0};
}
