/* simulation_end.c - what a replication leaves: counts by step, the checks of the whole, the digest.
 *
 * Conservation (in = out + inside), Little's law along the path and the stages' sums are checked at the end of every replication; a
 * result that breaks one says so in `broken`.
 */
#include "engine/core/sim.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static void check_flow(struct simulation *sim)
{
    struct result *r = &sim->result;
    uint64_t inside = 0, born = 0, left = 0;
    for (uint32_t i = 0; i < sim->entities; i++) {
        const struct entity *e = &sim->entity[i];
        if (e->root != i || e->part == 0) continue;
        bool gone = (e->flags & ENTITY_LEFT) != 0;
        inside += !gone;
        if ((e->flags & ENTITY_COHORT) && !gone && !(e->flags & ENTITY_STOPPED)) {
            r->stream[e->stream].unfinished++;
            r->unfinished++;
        }
    }
    for (size_t i = 0; i < r->streams; i++) {
        born += r->stream[i].born;
        left += r->stream[i].left;
        uint64_t sum = r->stream[i].finished + r->stream[i].unfinished;
        for (size_t o = 0; o < r->outcomes; o++) sum += r->stream[i].outcome[o];
        if (!sim->net->all_closed && sim->net->stream[i].spec.kind != STREAM_POPULATION && sum != r->stream[i].arrived && !r->broken[0])
            snprintf(r->broken, sizeof r->broken, "flow of %s: %llu came in, %llu are accounted for", sim->net->stream[i].name,
                (unsigned long long)r->stream[i].arrived, (unsigned long long)sum);
    }
    r->entities = born;
    if (born != left + inside && !r->broken[0])
        snprintf(r->broken, sizeof r->broken, "flow: %llu came in, %llu left, %llu are inside", (unsigned long long)born, (unsigned long long)left,
            (unsigned long long)inside);
}

/* Little's law along the path: the integral of the number equals the sum of the sojourns, those under way included. */
static void check_little(struct simulation *sim)
{
    struct result *r = &sim->result;
    for (uint32_t i = 0; i < sim->entities; i++) {
        const struct entity *e = &sim->entity[i];
        if (e->root == NOBODY || !(e->flags & (ENTITY_WAITING | ENTITY_SERVING)) || e->step == NO_STEP) continue;
        struct station *st = &sim->station[sim->net->step[e->step].station];
        st->whole_sojourn += sim->now - e->since;
    }
    for (uint32_t i = 0; i < sim->entities; i++) {
        const struct entity *e = &sim->entity[i];
        if (e->root != NOBODY && (e->flags & ENTITY_BLOCKED) && e->link) sim->station[e->link - 1].whole_sojourn += sim->now - sim->cold[i].entered;
    }
    for (size_t i = 0; i < sim->net->stations; i++) {
        struct station *st = &sim->station[i];
        station_touch(sim, (uint32_t)i);
        r->station[i].whole_wait = st->whole_wait;
        r->station[i].whole_sojourn = st->whole_sojourn;
        r->station[i].most_waiting = st->most_waiting;
        r->station[i].most_number = st->most_number;
        r->station[i].most_busy = st->most_busy;
        if (sim->net->station[i].is_held) continue; /* a held server belongs to no sojourn */
        double error = fabs(st->number_area - st->whole_sojourn) / (1e-9 + fabs(st->number_area) + 1e-6 * sim->now);
        if (error > r->little_worst) r->little_worst = error;
        if (error > 1e-6 && !r->broken[0])
            snprintf(r->broken, sizeof r->broken, "Little's law at %s: %.9g hours by number, %.9g by sojourn", sim->net->station[i].name, st->number_area,
                st->whole_sojourn);
        if (sim->net->station[i].mode == MODE_TRACKED && st->most_busy > (int64_t)st->servers && !r->broken[0])
            snprintf(r->broken, sizeof r->broken, "%s: more servers busy than there are", sim->net->station[i].name);
    }
}

/* What was counted step by step goes into the result. */
void simulation_hand_over(struct simulation *sim)
{
    for (size_t i = 0; i < sim->result.steps; i++) {
        struct step_result *result = &sim->result.step[i];
        result->met = sim->step_count[i].met;
        result->wait = sum_value(&sim->step_count[i].wait);
        result->work = sum_value(&sim->step_count[i].work);
    }
    for (uint32_t i = 0; i < sim->result.streams; i++)
        for (int k = 0; k < sim->net->stream[i].spec.stages; k++) {
            const struct stage_count *count = stage_counted(sim, i, k);
            struct sum time, time_met;
            sum_set_units(&time, sum_units(&count->own) + sum_units(&count->time));
            sum_set_units(&time_met, sum_units(&count->own) + sum_units(&count->time_met));
            sim->result.stream[i].stage[k] = (struct stage_result){count->met, sum_value(&time), sum_value(&time_met)};
        }
}

static void stream_digest(const struct result *r, size_t i, struct digest *digest)
{
    const struct stream_result *s = &r->stream[i];
    const struct built_stream *stream = &r->network->stream[i];
    uint64_t count[] = {s->arrived, s->finished, s->unfinished, s->born, s->left, s->finished_in_window};
    digest_bytes(digest, stream->name, strlen(stream->name));
    for (size_t k = 0; k < sizeof count / sizeof *count; k++) digest_word(digest, count[k]);
    for (size_t o = 0; o < r->outcomes; o++)
        if (s->outcome[o]) {
            digest_bytes(digest, r->network->outcome[o], strlen(r->network->outcome[o]));
            digest_word(digest, s->outcome[o]);
        }
    measure_digest(&s->time, digest);
    measure_digest(&s->second, digest);
    if (stream->initials) measure_digest(&s->backlog, digest);
    for (size_t m = 0; m < stream->split_levels; m++) measure_digest(&s->split[m], digest);
    for (int k = 0; k < stream->spec.stages; k++) {
        digest_word(digest, s->stage[k].met);
        digest_double(digest, s->stage[k].time);
        digest_double(digest, s->stage[k].time_met);
    }
    for (unsigned k = 0; k < stream->watches; k++) measure_digest(&s->watch[k], digest);
    for (size_t t = 0; t < r->ticks; t++) digest_word(digest, (uint64_t)s->arrivals[t] << 32 | s->releases[t]);
    for (size_t k = stream->step_first; k < stream->step_end; k++) {
        if ((size_t)r->network->spec[k].stream != i) continue;
        const struct step_result *p = &r->step[k];
        if (p->met == 0) continue;
        digest_bytes(digest, r->network->spec[k].name, strlen(r->network->spec[k].name));
        digest_word(digest, p->met);
        digest_word(digest, p->alarms);
        digest_word(digest, p->hits);
        digest_double(digest, p->wait);
        digest_double(digest, p->work);
    }
}

static void level_digest(const struct level_result *l, struct digest *digest)
{
    uint64_t count[] = {l->arrived, l->served, l->lost, l->reneged, l->balked, l->blocked, l->waited, l->served_in_window};
    for (size_t k = 0; k < sizeof count / sizeof *count; k++) digest_word(digest, count[k]);
    digest_double(digest, l->queue_area);
    digest_double(digest, l->number_area);
}

static void station_digest(const struct result *r, size_t i, double whole_sojourn, struct digest *digest)
{
    const struct station_result *s = &r->station[i];
    const struct built_station *bs = &r->network->station[i];
    uint64_t count[] = {s->arrived, s->served, s->lost, s->reneged, s->balked, s->blocked, s->waited, s->served_in_window, (uint64_t)s->most_waiting,
        (uint64_t)s->most_number, (uint64_t)s->most_busy, (uint64_t)s->number_at_open, (uint64_t)s->number_at_close};
    double area[] = {s->queue_area, s->number_area, s->busy_area, s->on_post_area, s->number_squares, s->queue_squares, s->whole_wait, whole_sojourn,
        s->service.sum, s->service.squares, s->lag_product};
    digest_bytes(digest, bs->name, strlen(bs->name));
    for (size_t k = 0; k < sizeof count / sizeof *count; k++) digest_word(digest, count[k]);
    for (size_t k = 0; k < sizeof area / sizeof *area; k++) digest_double(digest, area[k]);
    const struct measure *single[] = {&s->wait, &s->sojourn, &s->wait_served, &s->interdeparture, &s->busy_period};
    for (size_t k = 0; k < sizeof single / sizeof *single; k++) measure_digest(single[k], digest);
    for (size_t m = 0; m < bs->split_levels; m++) {
        measure_digest(&s->split_wait[m], digest);
        measure_digest(&s->split_sojourn[m], digest);
    }
    for (unsigned n = 0; n < s->occupancies; n++) digest_double(digest, s->occupancy[n]);
    for (unsigned n = 0; n < s->queue_levels; n++) digest_double(digest, s->queue_hours[n]);
    for (unsigned n = 0; n < s->busy_levels; n++) digest_double(digest, s->busy_hours[n]);
    for (size_t m = 0; bs->by_level && m < bs->split_levels; m++) level_digest(&s->level[m], digest);
    for (size_t t = 0; t < r->ticks; t++) {
        digest_double(digest, s->queue_series[t]);
        digest_double(digest, s->busy_series[t]);
    }
}

struct digest result_stream_digest(const struct result *result, size_t stream)
{
    struct digest digest;
    digest_init(&digest);
    stream_digest(result, stream, &digest);
    return digest;
}

struct digest result_station_digest(const struct result *result, size_t station)
{
    struct digest digest;
    digest_init(&digest);
    station_digest(result, station, 0, &digest);
    return digest;
}

static void whole_digest(struct simulation *sim)
{
    struct result *r = &sim->result;
    digest_init(&r->digest);
    for (size_t i = 0; i < r->streams; i++) stream_digest(r, i, &r->digest);
    for (size_t i = 0; i < r->stations; i++) station_digest(r, i, r->station[i].whole_sojourn, &r->digest);
    for (size_t i = 0; i < r->moments; i++) digest_double(&r->digest, r->moment_number[i]);
    digest_double(&r->digest, r->ended);
    if (sim->net->state_bytes) digest_bytes(&r->digest, sim->state, sim->net->state_bytes);
}

void simulation_check_whole(struct simulation *sim)
{
    check_flow(sim);
    check_little(sim);
    whole_digest(sim);
}
