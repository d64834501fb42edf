/* network_places.c - the place of every draw: what keys its random words, made of names, so that nothing else moves it. */
#include "engine/core/compiled.h"
#include "engine/core/random.h"
#include <stdio.h>
#include <stdlib.h>

struct named_place { uint64_t place; const char *outer, *inner; };

static int by_place(const void *a, const void *b)
{
    const struct named_place *x = a, *y = b;
    return x->place < y->place ? -1 : x->place > y->place;
}

/* The places in use, each with the names that it was made of, so that two of one hash can be named. */
struct place_list {
    struct network *net;
    struct named_place *place;
    size_t count, allocated;
};

static uint64_t placed(struct place_list *list, bool used, const char *outer, const char *inner)
{
    uint64_t place = random_place(outer, inner);
    if (!used) return place;
    if (grow(&list->place, &list->allocated, list->count, sizeof *list->place))
        list->place[list->count++] = (struct named_place){place, outer, inner};
    else
        network_no_memory(list->net);
    return place;
}

static void places_of_stream(struct place_list *list, struct built_stream *s)
{
    s->place_gap = placed(list, true, s->name, "(arrivals)");
    s->place_batch = placed(list, s->spec.batched, s->name, "(batch)");
    s->place_day = placed(list, s->spec.day_to_day > 0, s->name, "(day)");
    s->place_lead = placed(list, s->spec.has_lead, s->name, "(lead)");
    s->place_think = placed(list, s->spec.kind == STREAM_POPULATION, s->name, "(think)");
    for (size_t d = 0; d < s->spec.draws; d++) s->place_draw[d] = placed(list, true, s->name, s->spec.draw[d].name);
}

static void places_of_station(struct place_list *list, struct built_station *s)
{
    s->place_siro = placed(list, s->spec.discipline == QUEUE_SIRO, s->name, "(siro)");
    s->place_up = placed(list, s->spec.breaks_down, s->name, "(up)");
    s->place_down = placed(list, s->spec.breaks_down, s->name, "(down)");
    s->place_vacation = placed(list, s->spec.vacates, s->name, "(vacation)");
}

static uint64_t place_of_kind(struct place_list *list, bool used, const char *stream, const char *step, const char *kind)
{
    char name[300];
    snprintf(name, sizeof name, "%s%s", step, kind);
    uint64_t place = placed(list, used, stream, name);
    if (used && list->net->failed == STATUS_OK) list->place[list->count - 1].inner = step; /* `name` goes */
    return place;
}

static void places_of_step(struct place_list *list, size_t i)
{
    struct network *net = list->net;
    const struct step_spec *spec = &net->spec[i];
    const char *stream = net->stream[spec->stream].name;
    bool queues = spec->op == OP_SERVICE || spec->op == OP_SEIZE;
    const struct station_spec *at = queues ? &net->station[spec->station].spec : NULL;
    bool again = at && (at->preemption == PREEMPT_REPEAT_DIFFERENT || at->after_repair == PREEMPT_REPEAT_DIFFERENT);
    net->step[i].place = placed(list, net->step[i].flags & STEP_DRAWS, stream, spec->name);
    net->place_patience[i] = place_of_kind(list, spec->has_patience, stream, spec->name, "(patience)");
    net->place_balk[i] = place_of_kind(list, spec->joins || spec->join_harmonic, stream, spec->name, "(balk)");
    net->place_again[i] = place_of_kind(list, again, stream, spec->name, "(again)");
    if (spec->op != OP_FORK) return;
    net->place_target[i] = calloc(spec->targets + 1, sizeof(uint64_t));
    if (net->place_target[i] == NULL) network_no_memory(net);
    for (size_t t = 0; net->place_target[i] && t < spec->targets; t++) {
        const struct target *target = &spec->target[t];
        if (target->name) net->place_target[i][t] = placed(list, target->share < 1, stream, target->name);
    }
}

/* Steps that draw must have names of their own: two of one name would share their luck. */
bool network_places(struct network *net)
{
    struct place_list list = {.net = net};
    net->place_patience = calloc(net->steps + 1, sizeof(uint64_t));
    net->place_balk = calloc(net->steps + 1, sizeof(uint64_t));
    net->place_again = calloc(net->steps + 1, sizeof(uint64_t));
    net->place_target = calloc(net->steps + 1, sizeof *net->place_target);
    if (net->place_target == NULL || net->place_patience == NULL || net->place_balk == NULL || net->place_again == NULL)
        return network_no_memory(net) == 0;
    for (size_t i = 0; i < net->streams; i++) places_of_stream(&list, &net->stream[i]);
    for (size_t i = 0; i < net->stations; i++) places_of_station(&list, &net->station[i]);
    for (size_t i = 0; i < net->steps; i++) places_of_step(&list, i);
    if (list.count) qsort(list.place, list.count, sizeof *list.place, by_place);
    for (size_t i = 1; i < list.count; i++) {
        const struct named_place *a = &list.place[i - 1], *b = &list.place[i];
        if (a->place != b->place) continue;
        network_fail(net, STATUS_DUPLICATE, "%s/%s and %s/%s would share their random numbers: rename one", a->outer, a->inner, b->outer, b->inner);
        break;
    }
    free(list.place);
    return net->failed == STATUS_OK;
}
