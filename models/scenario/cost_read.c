/* cost_read.c - what clearance costs a stream's traders: rates for time, a rate on value, fees by step. */
#include "models/scenario/reader.h"

#include <string.h>

static bool draws(const struct reader *r, const struct stream *stream, const char *name)
{
    for (size_t i = 0; i < stream->attributes; i++)
        if (strcmp(r->scenario->attribute[stream->attribute[i]], name) == 0) return true;
    return false;
}

static void need_attribute(
    struct reader *r, const struct stream *stream, const struct node *map, const char *key, const char *name)
{
    if (draws(r, stream, name)) return;
    reader_error_at(r, map, key,
        "the stream '%s' has no attribute '%s' to multiply with; give it one, or leave this out", stream->name, name);
}

static void read_rate(
    struct reader *r, const struct stream *stream, const struct node *map, const char *key, struct cost_rate *out)
{
    const struct node *rate = reader_get(map, key);
    const char *begun = reader_scalar(rate, "begun_days");
    if (!rate) return;
    size_t mark = reader_enter(r, key);
    out->given = true;
    out->free = reader_number(rate, "free", UNIT_HOURS, 0);
    out->per_day = reader_number(rate, "per_day", UNIT_NONE, 0);
    out->begun_days = begun && strcmp(begun, "true") == 0;
    out->of = reader_text(r, rate, "of", NULL);
    if (out->of) need_attribute(r, stream, rate, "of", out->of);
    reader_leave(r, mark);
}

static void read_fees(struct reader *r, struct stream *stream, const struct node *fees)
{
    const struct scenario *s = r->scenario;
    const char **name = shelf_take(r->shelf, s->steps + 1, sizeof *name);
    int *step = shelf_take(r->shelf, s->steps + 1, sizeof *step);
    size_t n = 0;
    for (size_t i = 0; i < s->steps; i++) {
        if (s->step[i].process != stream->process || s->step[i].kind == STEP_QUERY) continue;
        name[n] = s->step[i].name;
        step[n++] = (int)i;
    }
    stream->costs.fee = shelf_take(r->shelf, fees->count + 1, sizeof *stream->costs.fee);
    for (size_t i = 0; i < fees->count; i++) {
        size_t mark = reader_enter(r, fees->key[i]->text);
        int found = reader_find(r, fees->key[i], "step of its process", fees->key[i]->text, name, n);
        if (found != NONE)
            stream->costs.fee[stream->costs.fees++] =
                (struct fee){step[found], reader_number(fees, fees->key[i]->text, UNIT_NONE, 0)};
        reader_leave(r, mark);
    }
}

void read_costs(struct reader *r, struct stream *stream, const struct node *map)
{
    const struct node *costs = reader_get(map, "costs"), *fees = reader_get(costs, "fees");
    if (!costs || costs->kind != NODE_MAP) return;
    size_t mark = reader_enter(r, "costs");
    stream->costs.given = true;
    stream->costs.currency = reader_text(r, costs, "currency", NULL);
    read_rate(r, stream, costs, "storage", &stream->costs.storage);
    read_rate(r, stream, costs, "demurrage", &stream->costs.demurrage);
    stream->costs.capital = reader_number(costs, "capital", UNIT_SHARE, 0);
    if (stream->costs.capital > 0) need_attribute(r, stream, costs, "capital", "value");
    size_t inner = reader_enter(r, "fees");
    if (fees && fees->kind == NODE_MAP && stream->process != NONE) read_fees(r, stream, fees);
    reader_leave(r, inner);
    reader_leave(r, mark);
}
