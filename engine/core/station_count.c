/* station_count.c - what only some stations are asked for: splits, batches, departures, busy periods, occupancies. The
 * counts that every station keeps are inline in station.h. */
#include "engine/core/station.h"

void station_touch(struct simulation *sim, uint32_t id)
{
    touch(sim, id, &sim->station[id]);
}

static unsigned split_level(const struct simulation *sim, const struct entity *e, const struct split *split)
{
    double level = split->attribute < 0 ? (double)e->stream : entity_attributes(sim, e)[split->attribute];
    return level >= 0 && level < split->levels ? (unsigned)level : UINT32_MAX;
}

static void add_split(const struct simulation *sim, uint32_t id, const struct entity *e, struct measure *measure, double value)
{
    const struct built_station *bs = built(sim, id);
    for (size_t i = 0; i < bs->splits; i++) {
        unsigned level = split_level(sim, e, &bs->split[i]);
        if (level != UINT32_MAX) measure_add(&measure[bs->split[i].first + level], value);
    }
}

void count_occupancy(struct simulation *sim, uint32_t id, double number, double held)
{
    const struct built_station *bs = built(sim, id);
    if (bs->occupancies == 0 || !sim->window_open) return;
    unsigned top = bs->occupancies - 1;
    sim->result.station[id].occupancy[number < top ? (unsigned)number : top] += held;
}

void count_wait_extras(struct simulation *sim, uint32_t id, const struct entity *e, double wait, bool served)
{
    const struct built_station *bs = built(sim, id);
    struct station_result *result = &sim->result.station[id];
    batch_add(sim, e, result->batch_wait, wait);
    if (bs->keeps_served && served) measure_add(&result->wait_served, wait);
    if (bs->splits) add_split(sim, id, e, result->split_wait, wait);
}

void count_served_extras(struct simulation *sim, uint32_t id, const struct entity *e, double sojourn)
{
    struct station_result *result = &sim->result.station[id];
    batch_add(sim, e, result->batch_sojourn, sojourn);
    if (built(sim, id)->splits) add_split(sim, id, e, result->split_sojourn, sojourn);
}

static void add_interdeparture(struct simulation *sim, uint32_t id, struct station *st)
{
    struct station_result *result = &sim->result.station[id];
    if (st->departed && sim->window_open) {
        double gap = sim->now - st->last_departure;
        if (result->interdeparture.tally.count) result->lag_product += gap * result->lag_last;
        result->lag_last = gap;
        measure_add(&result->interdeparture, gap);
    }
    st->last_departure = sim->now;
    st->departed = true;
}

/* A busy period is the time from when the station is no longer empty until it is again; those that began in the window
 * count. */
void count_rise(struct simulation *sim, uint32_t id, struct station *st)
{
    if (built(sim, id)->busy_period && station_number(st) == 1) st->busy_since = sim->now;
}

void count_fall(struct simulation *sim, uint32_t id, struct station *st)
{
    if (!built(sim, id)->busy_period || station_number(st) > 0) return;
    if (sim->window_open && st->busy_since >= sim->net->plan.window_from)
        measure_add(&sim->result.station[id].busy_period, sim->now - st->busy_since);
}

void count_departure(struct simulation *sim, uint32_t id, struct station *st)
{
    if (built(sim, id)->interdeparture) add_interdeparture(sim, id, st);
    count_fall(sim, id, st);
}
