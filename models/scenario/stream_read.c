/* stream_read.c - when shipments come, in every way the format knows. */
#include "models/scenario/fields.h"
#include "models/scenario/reader.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HOURS_A_WEEK = 168, MOST_TIMES = 50000000 };

/* ---- profile ---- */

/* Fills the hours of the days that `key` names with 24 numbers. */
static void read_profile_line(
    struct reader *r, const struct node *key, const struct node *list, struct arrivals *a, bool set[7])
{
    bool day[7];
    char why[QUANTITY_WHY];
    double value[24] = {0};
    if (!quantity_days(key->text, day, why)) {
        reader_error(r, key, "%s", why);
        return;
    }
    if (list->kind != NODE_LIST || list->count != 24) {
        reader_error(r, list, "%zu numbers stand here; 24 are wanted, one an hour from 00:00",
            list->kind == NODE_LIST ? list->count : (size_t)0);
        return;
    }
    for (int h = 0; h < 24; h++) {
        const struct node *item = list->value[h];
        if (item->kind != NODE_SCALAR || !quantity_read(item->text, UNIT_NONE, &value[h], why) || value[h] < 0) {
            reader_error(r, item, "'%.40s' is no weight of an hour; a number of at least 0 is wanted",
                item->kind == NODE_SCALAR ? item->text : "a list");
            return;
        }
    }
    for (int d = 0; d < 7; d++) {
        if (!day[d]) continue;
        if (set[d]) {
            reader_error(r, key, "a day is named twice; name each day in one line");
            return;
        }
        set[d] = true;
        for (int h = 0; h < 24; h++) a->profile[d * 24 + h] = value[h];
    }
}

static void read_profile(struct reader *r, struct arrivals *a, const struct node *map)
{
    static const char *const day_name[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    bool set[7] = {false};
    double sum = 0;
    size_t before = r->errors->errors;
    if (map->kind != NODE_MAP) {
        reader_error(
            r, map, "no profile stands here; write {mon-fri: [24 numbers], sat-sun: [24 numbers]} or a stream's name");
        return;
    }
    for (size_t i = 0; i < map->count; i++) {
        size_t mark = reader_enter(r, map->key[i]->text);
        if (strcmp(map->key[i]->text, "source") != 0 && strcmp(map->key[i]->text, "assumed") != 0)
            read_profile_line(r, map->key[i], map->value[i], a, set);
        reader_leave(r, mark);
    }
    for (int d = 0; d < 7 && r->errors->errors == before; d++)
        if (!set[d]) reader_error(r, map, "the profile has no numbers for %s; name every day of the week", day_name[d]);
    for (int i = 0; i < HOURS_A_WEEK; i++) sum += a->profile[i];
    if (!(sum > 0) && r->errors->errors == before) reader_error(r, map, "every hour is 0; nothing would ever arrive");
    for (int i = 0; i < HOURS_A_WEEK && sum > 0; i++) a->profile[i] *= HOURS_A_WEEK / sum;
    a->has_profile = sum > 0;
}

static const struct node *arrivals_of(const struct reader *r, size_t stream)
{
    return reader_get(reader_get(reader_get(r->root, "streams"), r->scenario->stream[stream].name), "arrivals");
}

/* `profile: NAME`: the profile of another stream, which may itself take it from a third. */
static void copy_profile(struct reader *r, size_t stream, const struct node *name)
{
    struct scenario *s = r->scenario;
    const char **names = shelf_take(r->shelf, s->streams + 1, sizeof *names);
    for (size_t i = 0; i < s->streams; i++) names[i] = s->stream[i].name;
    const struct node *at = name;
    for (size_t steps = 0; at && at->kind == NODE_SCALAR; steps++) {
        int found = reader_find(r, name, "stream", at->text, names, s->streams);
        if (found == NONE) return;
        if (steps > s->streams || (size_t)found == stream) {
            reader_error(r, name, "the profiles refer to each other in a circle; write the numbers at one of them");
            return;
        }
        at = reader_get(arrivals_of(r, (size_t)found), "profile");
        if (!at) {
            reader_error(r, name, "the stream '%s' has no profile; write the numbers here", names[found]);
            return;
        }
        if (at->kind == NODE_SCALAR) continue;
        const struct arrivals *from = &s->stream[found].arrivals;
        struct arrivals *to = &s->stream[stream].arrivals;
        to->has_profile = from->has_profile;
        memcpy(to->profile, from->profile, sizeof to->profile);
    }
}

/* ---- the rate and what bends it ---- */

static void read_surges(struct reader *r, struct arrivals *a, const struct node *list)
{
    size_t n = reader_items(list), mark = reader_enter(r, "surges");
    a->surge = shelf_take(r->shelf, n + 1, sizeof *a->surge);
    for (size_t i = 0; i < n; i++) {
        const struct node *item = reader_item(list, i), *from = reader_get(item, "from"), *to = reader_get(item, "to");
        struct surge surge = {.times = reader_number(item, "times", UNIT_NONE, 1)};
        size_t inner = reader_enter_index(r, i), key = reader_enter(r, "from");
        bool fine = from && reader_moment(r, from, &surge.from);
        reader_leave(r, key);
        reader_enter(r, "to");
        fine = to && reader_moment(r, to, &surge.to) && fine;
        reader_leave(r, key);
        if (fine) {
            if (!(surge.to > surge.from))
                reader_error_at(r, item, "to", "the surge ends before it begins; write to after from");
            for (size_t k = 0; k < a->surges; k++)
                if (surge.from < a->surge[k].to && surge.to > a->surge[k].from)
                    reader_error(r, item, "it overlaps the surge %zu; write surges one after another", k);
            a->surge[a->surges++] = surge;
        }
        reader_leave(r, inner);
    }
    reader_leave(r, mark);
}

static void read_bends(struct reader *r, struct arrivals *a, const struct node *map)
{
    const struct node *sinusoidal = reader_get(map, "sinusoidal"), *surges = reader_get(map, "surges");
    const struct node *calendar = reader_get(map, "calendar"), *batches = reader_get(map, "in_batches");
    a->sinusoidal = sinusoidal != NULL;
    a->amplitude = reader_number(sinusoidal, "amplitude", UNIT_SHARE, 0);
    a->period = reader_number(sinusoidal, "period", UNIT_HOURS, 24);
    a->phase = reader_number(sinusoidal, "phase", UNIT_HOURS, 0);
    a->day_to_day = reader_number(map, "day_to_day", UNIT_SHARE, 0);
    size_t mark = reader_enter(r, "calendar");
    a->calendar = calendar ? reader_calendar(r, calendar) : NONE;
    reader_leave(r, mark);
    if (surges) read_surges(r, a, surges);
    if (a->sinusoidal && (reader_get(map, "profile") || calendar))
        reader_error_at(r, map, "sinusoidal", "it stands beside a profile or a calendar; a rate bends in one way");
    if (!batches) return;
    const struct node *of =
        batches->kind == NODE_MAP && !node_get(batches, "mixture") ? reader_get(batches, "of") : batches;
    a->batch_by = reader_text(r, batches, "by", "batch");
    if (of) a->batched = reader_variate(r, of, DISTRIBUTION_COUNTS, &a->batch);
    if (a->batched && variate_mean(&a->batch) < 1)
        reader_error_at(
            r, map, "in_batches", "a batch has less than one shipment on average; a mean of at least 1 is wanted");
}

/* ---- timetables ---- */

static int by_time(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The Monday 00:00 on or before the first measured hour: 1970-01-01 was a Thursday. */
static double monday_before(const struct run_plan *run)
{
    if (!run->dated) return 0;
    double days = floor(run->measure_from / 24);
    return 24 * (days - fmod(fmod(days + 3, 7) + 7, 7));
}

static void read_timetable(struct reader *r, struct arrivals *a, const struct node *list, const struct node *map)
{
    size_t n = reader_items(list), mark = reader_enter(r, "timetable");
    double origin = monday_before(&r->scenario->run);
    a->kind = ARRIVAL_TIMETABLE;
    a->repeat_every = reader_number(map, "repeat", UNIT_HOURS, 0);
    a->time = shelf_take(r->shelf, n + 1, sizeof *a->time);
    for (size_t i = 0; i < n; i++) {
        const struct node *item = reader_item(list, i);
        char why[QUANTITY_WHY];
        double at = 0;
        size_t inner = reader_enter_index(r, i);
        if (item->kind != NODE_SCALAR)
            reader_error(r, item, "a time is wanted: 06:00, 30 h or 2022-11-11 06:00");
        else if (quantity_time_of_day(item->text, &at, why) || quantity_read(item->text, UNIT_HOURS, &at, why))
            a->time[a->times++] = origin + at;
        else if (r->scenario->run.dated && quantity_moment(item->text, &at, why))
            a->time[a->times++] = at;
        else
            reader_error(
                r, item, "'%.40s' is no time; write 06:00, 30 h or, in a run with dates, 2022-11-11 06:00", item->text);
        reader_leave(r, inner);
    }
    qsort(a->time, a->times, sizeof *a->time, by_time);
    if (a->repeat_every > 0 && a->times && a->time[a->times - 1] - a->time[0] >= a->repeat_every)
        reader_error(r, list, "the times span %.10g h, but repeat after %.10g h; make repeat longer",
            a->time[a->times - 1] - a->time[0], a->repeat_every);
    reader_leave(r, mark);
}

/* ---- a stream ---- */

static void read_vessels(struct reader *r, struct arrivals *a, const struct node *map)
{
    const struct node *berth = reader_get(map, "berth"), *cranes = reader_get(map, "cranes");
    const struct node *containers = reader_get(map, "containers"), *crane = reader_get(cranes, "resource");
    size_t mark = reader_enter(r, "vessels"), inner = reader_enter(r, "berth");
    a->kind = ARRIVAL_VESSELS;
    a->rate = reader_number(map, "rate", UNIT_PER_HOUR, 0);
    a->vessel.berth = berth ? reader_resource(r, berth) : NONE;
    reader_leave(r, inner);
    inner = reader_enter(r, "cranes");
    reader_enter(r, "resource");
    a->vessel.crane = crane ? reader_resource(r, crane) : NONE;
    reader_leave(r, inner);
    a->vessel.each = reader_count(cranes, "each", 1);
    a->vessel.moves_per_h = reader_number(cranes, "moves", UNIT_PER_HOUR, 1);
    if (containers) reader_variate(r, containers, DISTRIBUTION_COUNTS, &a->vessel.containers);
    int servers = a->vessel.crane == NONE ? INT_MAX : r->scenario->resource[a->vessel.crane].servers;
    if (a->vessel.each > servers)
        reader_error_at(
            r, map, "cranes", "each vessel takes %d cranes of %d; take fewer or add servers", a->vessel.each, servers);
    reader_leave(r, mark);
}

static void read_arrivals(struct reader *r, struct arrivals *a, const struct node *map)
{
    static const char *const way[] = {"rate", "every", "population", "timetable", "replay", "vessels"};
    const struct node *given[6];
    int ways = 0, last = NONE;
    for (int i = 0; i < 6; i++)
        if ((given[i] = reader_get(map, way[i]))) ways++, last = i;
    if (ways == 0 && !check_has_unknown("arrivals", map))
        reader_error(r, map,
            "nothing arrives; write rate: 340/d, every: erlang k 2 mean 30 min, population, timetable, replay or "
            "vessels");
    if (ways > 1)
        reader_error_at(r, map, way[last], "'%s' stands beside another way to arrive; write one of the two", way[last]);
    a->rate = reader_number(map, "rate", UNIT_PER_HOUR, 0);
    read_bends(r, a, map);
    const struct node *profile = reader_get(map, "profile"), *think = reader_get(map, "think");
    size_t mark = reader_enter(r, "profile");
    if (profile && profile->kind != NODE_SCALAR) read_profile(r, a, profile);
    reader_leave(r, mark);
    if (given[1] && reader_variate(r, given[1], DISTRIBUTION_TIMES, &a->gap)) {
        a->kind = ARRIVAL_RENEWAL;
        a->rate = variate_mean(&a->gap) > 0 ? 1 / variate_mean(&a->gap) : 0;
        if (a->rate == 0) reader_error_at(r, map, "every", "the time between arrivals is 0; a mean over 0 is wanted");
        if (a->batched) a->rate *= variate_mean(&a->batch);
    }
    if (given[2]) {
        a->kind = ARRIVAL_POPULATION;
        a->population = reader_count(map, "population", 1);
        if (think)
            reader_variate(r, think, DISTRIBUTION_TIMES, &a->think);
        else
            reader_error(r, map, "think is missing; a population needs the time until each member comes again");
    }
    if (given[3]) read_timetable(r, a, given[3], map);
    if (given[4] && given[4]->kind == NODE_MAP) read_replay(r, a, given[4]);
    if (given[5] && given[5]->kind == NODE_MAP) read_vessels(r, a, given[5]);
    static const char *const bend[] = {"profile", "sinusoidal", "surges", "day_to_day", "calendar"};
    for (size_t i = 0; i < 5 && ways == 1; i++)
        if (node_get(map, bend[i]) && !given[0] && !given[5])
            reader_error_at(r, map, bend[i], "%s bends a rate, and there is none; write rate:", bend[i]);
    if (think && !given[2]) reader_error_at(r, map, "think", "think belongs to a population; write population: N");
    if (node_get(map, "repeat") && !given[3])
        reader_error_at(r, map, "repeat", "repeat belongs to a timetable; write timetable: [06:00]");
}

static void join_ahead(struct reader *r, struct stream *stream, const struct condition *ahead, bool first)
{
    enum status status = STATUS_OK;
    for (unsigned i = 0; i < ahead->count && status == STATUS_OK; i++)
        status = condition_add(
            &stream->advance_when, (enum condition_op)ahead->term[i].op, ahead->term[i].index, ahead->term[i].value);
    if (status == STATUS_OK && !first) status = condition_add(&stream->advance_when, CONDITION_OR, 0, 0);
    if (status == STATUS_NO_MEMORY) longjmp(*r->shelf->no_memory, 1);
    if (status != STATUS_OK)
        reader_error(r, NULL, "the steps ahead of arrival have too many conditions together; make them alike");
}

static bool same_condition(const struct condition *a, const struct condition *b)
{
    if (a->count != b->count) return false;
    for (unsigned i = 0; i < a->count; i++)
        if (a->term[i].op != b->term[i].op || a->term[i].index != b->term[i].index ||
            a->term[i].value != b->term[i].value)
            return false;
    return true;
}

/* What the stream's process asks of it: a lead for steps ahead, vessels for `delay: arrivals`. */
static void meet_process(struct reader *r, struct stream *stream, const struct node *map)
{
    const struct scenario *s = r->scenario;
    bool ahead = false;
    if (stream->process == NONE) return;
    for (size_t i = 0; i < s->steps; i++) {
        const struct step *step = &s->step[i];
        if (step->process != stream->process) continue;
        if (step->until_arrival && stream->arrivals.kind != ARRIVAL_VESSELS)
            reader_error_at(r, map, "arrivals",
                "the step '%s' waits for the vessel's unloading, but no vessels bring this stream; write arrivals: "
                "{vessels: ...}",
                step->name);
        if (!step->has_ahead) continue;
        bool known = false;
        for (size_t k = 0; k < i; k++)
            known = known || (s->step[k].process == stream->process && s->step[k].has_ahead &&
                                 same_condition(&s->step[k].ahead, &step->ahead));
        if (!known) join_ahead(r, stream, &step->ahead, !ahead);
        ahead = true;
    }
    if (ahead && !node_get(map, "lead"))
        reader_error(
            r, map, "lead is missing; its process has steps ahead of arrival: lead: uniform low 12 h high 72 h");
    if (!ahead && node_get(map, "lead"))
        reader_warning_at(r, map, "lead", "no step of its process is marked ahead, so the lead does nothing");
}

static void read_stream(struct reader *r, size_t index, const struct node *map)
{
    static const char *const direction[] = {"none", "import", "export"};
    struct stream *stream = &r->scenario->stream[index];
    const struct node *process = reader_get(map, "process"), *arrivals = reader_get(map, "arrivals"),
                      *lead = reader_get(map, "lead");
    stream->label = reader_text(r, map, "label", stream->name);
    const struct node *groups = reader_get(map, "groups");
    stream->group = shelf_take(r->shelf, reader_items(groups) + 1, sizeof *stream->group);
    for (size_t i = 0; i < reader_items(groups); i++)
        if (reader_item(groups, i)->kind == NODE_SCALAR)
            stream->group[stream->groups++] = shelf_text(r->shelf, reader_item(groups, i)->text);
    stream->unit = reader_text(r, map, "unit", "declaration");
    stream->direction = (enum direction)reader_word(map, "direction", direction, 3, DIRECTION_NONE);
    size_t mark = reader_enter(r, "process");
    stream->process = process ? reader_process(r, process) : NONE;
    reader_leave(r, mark);
    mark = reader_enter(r, "arrivals");
    if (arrivals && arrivals->kind == NODE_MAP) read_arrivals(r, &stream->arrivals, arrivals);
    reader_leave(r, mark);
    read_costs(r, stream, map);
    mark = reader_enter(r, "lead");
    if (lead && reader_variate(r, lead, DISTRIBUTION_TIMES, &stream->lead)) {
        stream->has_lead = true;
        if (!isfinite(variate_upper(&stream->lead)))
            reader_error(r, lead,
                "'%.60s' has no upper bound; write constant, uniform, triangular, pert, discrete or empirical",
                lead->kind == NODE_SCALAR ? lead->text : "the mixture");
    }
    reader_leave(r, mark);
}

void read_streams(struct reader *r)
{
    struct scenario *s = r->scenario;
    const struct node *map = reader_get(r->root, "streams");
    size_t outer = reader_enter(r, "streams");
    for (size_t i = 0; i < s->streams; i++) {
        size_t mark = reader_enter(r, s->stream[i].name);
        s->stream[i].process = s->stream[i].arrivals.calendar = NONE;
        if (map->value[i]->kind == NODE_MAP) read_stream(r, i, map->value[i]);
        reader_leave(r, mark);
    }
    for (size_t i = 0; i < s->streams; i++) {
        size_t mark = reader_enter(r, s->stream[i].name);
        if (map->value[i]->kind == NODE_MAP) meet_process(r, &s->stream[i], map->value[i]);
        reader_enter(r, "arrivals");
        reader_enter(r, "profile");
        const struct node *profile = reader_get(arrivals_of(r, i), "profile");
        if (profile && profile->kind == NODE_SCALAR) copy_profile(r, i, profile);
        reader_leave(r, mark);
    }
    reader_leave(r, outer);
}
