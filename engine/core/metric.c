/* metric.c - from a metric's name to a number of a result.
 *
 * A name is taken apart once, when it is asked for; what it needs is switched on in the network then (bounds, occupancy,
 * moments, splits). Afterwards a metric is a kind, an index and an argument, so that reading thousands of results is cheap.
 */
#include "engine/core/metric.h"
#include "engine/core/compiled.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum of { OF_STREAM, OF_STATION };
enum quantity {
    Q_MEASURE, /* a statistic of a measure */
    Q_LAG1,
    Q_LEVEL,   /* a statistic of a number over the window */
    Q_AT, Q_OCCUPANCY, Q_GROWTH, Q_MOST,
    Q_HOURS,   /* a statistic of the hours spent at each number */
    Q_SHARE,   /* p_wait and its like */
    Q_COUNT, Q_THROUGHPUT, Q_UTILISATION
};
enum which { W_TIME, W_SECOND, W_BACKLOG, W_WAIT, W_SOJOURN, W_SERVED, W_INTERDEPARTURE, W_BUSY_PERIOD, W_SERVICE, W_QUEUE, W_NUMBER, W_BUSY };
enum statistic { S_MEAN, S_M2, S_VAR, S_SD, S_SCV, S_P50, S_P90, S_P95, S_P99, S_AT_MOST, S_MOST };
enum count { C_ARRIVED, C_FINISHED, C_UNFINISHED, C_LOST, C_OUTCOME, C_BACKLOG, C_SERVED, C_P_WAIT, C_P_BLOCK, C_P_ABANDON, C_P_BALK };

struct metric {
    char *name;
    enum of of;
    enum quantity quantity;
    enum which which;
    enum statistic statistic;
    enum count count;
    size_t index;
    double argument;
    int split; /* index into the split levels; -1: all */
    size_t moment;
    double at_most; /* of a moment: indicator; NAN: the number itself */
};

void network_metrics_destroy(struct network *net)
{
    for (size_t i = 0; i < net->metrics; i++) free(net->metric[i].name);
    free(net->metric);
}

/* ---- names ---- */

struct word { const char *text; int value; };

static const struct word statistics[] = {{"mean", S_MEAN}, {"m2", S_M2}, {"var", S_VAR}, {"sd", S_SD}, {"scv", S_SCV}, {"p50", S_P50}, {"p90", S_P90},
    {"p95", S_P95}, {"p99", S_P99}, {"most", S_MOST}, {NULL, 0}};
static const struct word stream_measures[] = {{"time", W_TIME}, {"second", W_SECOND}, {"backlog", W_BACKLOG}, {NULL, 0}};
static const struct word station_measures[] = {{"wait", W_WAIT}, {"sojourn", W_SOJOURN}, {"interdeparture", W_INTERDEPARTURE},
    {"busy_period", W_BUSY_PERIOD}, {"service", W_SERVICE}, {NULL, 0}};
static const struct word levels[] = {{"queue", W_QUEUE}, {"number", W_NUMBER}, {"busy", W_BUSY}, {NULL, 0}};
static const struct word stream_counts[] = {{"arrived", C_ARRIVED}, {"finished", C_FINISHED}, {"unfinished", C_UNFINISHED}, {"lost", C_LOST}, {NULL, 0}};
static const struct word station_counts[] = {{"arrived", C_ARRIVED}, {"served", C_SERVED}, {NULL, 0}};
static const struct word station_shares[] = {{"p_wait", C_P_WAIT}, {"p_block", C_P_BLOCK}, {"p_abandon", C_P_ABANDON}, {"p_balk", C_P_BALK}, {NULL, 0}};

/* The word's value when `text` begins with it and a '.', or ends with it; *rest is what follows. */
static bool takes(const struct word *table, const char *text, const char **rest, int *value)
{
    for (; table->text; table++) {
        size_t n = strlen(table->text);
        if (strncmp(text, table->text, n) != 0 || (text[n] != 0 && text[n] != '.' && text[n] != '[')) continue;
        *rest = text[n] == '.' ? text + n + 1 : text + n;
        *value = table->value;
        return true;
    }
    return false;
}

static bool takes_call(const char *text, const char *name, const char **rest, double *argument)
{
    size_t n = strlen(name);
    char *end;
    if (strncmp(text, name, n) != 0 || text[n] != '(') return false;
    *argument = strtod(text + n + 1, &end);
    if (end == text + n + 1 || *end != ')' || !isfinite(*argument)) return false;
    *rest = end[1] == '.' ? end + 2 : end + 1;
    return true;
}

static int split_of(struct network *net, struct split **split, size_t *splits, bool of_station, size_t index, const char *text)
{
    char name[64], level[64];
    int used = 0;
    if (sscanf(text, "[%63[^]=]=%63[^]]]%n", name, level, &used) != 2 || used == 0 || text[used] != 0) return -1;
    char *end;
    double value = strtod(level, &end);
    bool by_stream = of_station && strcmp(name, "stream") == 0;
    if (by_stream) {
        for (size_t s = 0; s < net->streams; s++)
            if (strcmp(net->stream[s].name, level) == 0) {
                value = (double)s;
                end = level + strlen(level);
            }
    }
    if (end == level || *end != 0) return -1;
    size_t i = 0;
    while (i < *splits && strcmp((*split)[i].name, name) != 0) i++;
    if (i == *splits) {
        if (!by_stream || net->compiled) return -1;
        if (network_station_split(net, (int)index, "stream", -1, (unsigned)net->streams) < 0) return -1;
    }
    const struct split *found = &(*split)[i];
    return value >= 0 && value < found->levels ? (int)(found->first + (unsigned)value) : -1;
}

/* ---- what must be observed ---- */

static bool add_bound(double *bound, unsigned *n, double value)
{
    for (unsigned i = 0; i < *n; i++)
        if (bound[i] == value) return true;
    if (*n == MEASURE_BOUNDS) return true; /* interpolated then */
    bound[(*n)++] = value;
    return true;
}

static bool observe_bound(struct network *net, const struct metric *m)
{
    if (net->compiled || m->split >= 0) return true;
    struct built_station *bs = m->of == OF_STATION ? &net->station[m->index] : NULL;
    if (m->which == W_TIME) return add_bound(net->stream[m->index].bound_time, &net->stream[m->index].bounds_time, m->argument);
    if (m->which == W_WAIT) return add_bound(bs->bound_wait, &bs->bounds_wait, m->argument);
    if (m->which == W_SOJOURN) return add_bound(bs->bound_sojourn, &bs->bounds_sojourn, m->argument);
    return true;
}

static bool observe_measure(struct network *net, const struct metric *m)
{
    if (m->of == OF_STREAM) return true;
    struct built_station *bs = &net->station[m->index];
    bool *flag = m->which == W_INTERDEPARTURE ? &bs->interdeparture : m->which == W_BUSY_PERIOD ? &bs->busy_period : m->which == W_SERVED ? &bs->keeps_served : NULL;
    if (flag == NULL || *flag) return true;
    if (net->compiled) return false;
    return *flag = true;
}

static bool observe_moment(struct network *net, struct metric *m, double at)
{
    for (m->moment = 0; m->moment < net->moments; m->moment++)
        if (net->moment[m->moment].at == at && net->moment[m->moment].station == m->index) return true;
    if (net->compiled || !(at >= 0)) return false;
    struct moment *list = realloc(net->moment, (net->moments + 1) * sizeof *list);
    if (list == NULL) return false;
    net->moment = list;
    list[net->moments++] = (struct moment){at, (uint32_t)m->index};
    return true;
}

/* Quantiles know numbers below this; a queue that is longer for so long that its quantile is has none. */
enum { HOURS_MOST = 10000 };

/* The hours at each number below `wanted` - 1, and at all above. Those inside are always among what is kept, for that is
 * what a station asks itself. */
static bool observe_hours(struct network *net, const struct metric *m, unsigned wanted)
{
    struct built_station *bs = &net->station[m->index];
    unsigned *kept = m->which == W_QUEUE ? &bs->queue_levels : m->which == W_BUSY ? &bs->busy_levels : &bs->occupancies;
    if (*kept >= wanted) return true;
    if (net->compiled) return false;
    *kept = wanted;
    if (bs->occupancies == 0) bs->occupancies = 1;
    return true;
}

static bool observe_at_most(struct network *net, const struct metric *m)
{
    return m->argument >= 0 && m->argument < 1e6 && observe_hours(net, m, (unsigned)m->argument + 2);
}

/* What is counted by level: a [LEVEL] behind a count, a share or a level's mean. Of a server that is kept beyond the
 * station nobody knows until when, so there it is the queue only. */
static bool observe_level(struct network *net, struct metric *m, const char *rest)
{
    struct built_station *bs = &net->station[m->index];
    m->split = split_of(net, &bs->split, &bs->splits, true, m->index, rest);
    if (m->split < 0 || (net->compiled && !bs->by_level)) return false;
    return bs->by_level = true;
}

/* ---- reading a name ---- */

static bool read_statistic(struct network *net, struct metric *m, const char *rest)
{
    int value;
    if (takes(statistics, rest, &rest, &value))
        m->statistic = (enum statistic)value;
    else if (takes_call(rest, "at_most", &rest, &m->argument))
        m->statistic = S_AT_MOST;
    else
        return false;
    if (m->which == W_SERVICE && m->statistic > S_SCV && m->statistic != S_MOST) return false; /* a tally without a histogram */
    if (*rest == '[') {
        if (strcmp(rest, "[served]") == 0 && m->which == W_WAIT) {
            m->which = W_SERVED;
        } else if (m->of == OF_STREAM && m->which == W_TIME) {
            struct built_stream *s = &net->stream[m->index];
            m->split = split_of(net, &s->split, &s->splits, false, m->index, rest);
            if (m->split < 0) return false;
        } else if (m->of == OF_STATION && (m->which == W_WAIT || m->which == W_SOJOURN)) {
            struct built_station *s = &net->station[m->index];
            m->split = split_of(net, &s->split, &s->splits, true, m->index, rest);
            if (m->split < 0) return false;
        } else {
            return false;
        }
    } else if (*rest) {
        return false;
    }
    if (!observe_measure(net, m)) return false;
    return m->statistic != S_AT_MOST || observe_bound(net, m);
}

static bool read_level(struct network *net, struct metric *m, const char *rest)
{
    int value;
    m->quantity = Q_LEVEL;
    if (takes(statistics, rest, &rest, &value)) {
        m->statistic = (enum statistic)value;
        if (*rest == '[') return m->statistic == S_MEAN && m->which != W_BUSY && observe_level(net, m, rest);
        if (*rest != 0 || m->statistic == S_SCV) return false;
        if (m->statistic == S_MOST) m->quantity = Q_MOST;
        bool by_hours = (m->statistic >= S_P50 && m->statistic <= S_P99) || (m->which == W_BUSY && m->statistic != S_MEAN && m->statistic != S_MOST);
        if (!by_hours) return true;
        m->quantity = Q_HOURS;
        return observe_hours(net, m, HOURS_MOST);
    }
    if (takes_call(rest, "at_most", &rest, &m->argument) && *rest == 0) {
        m->quantity = Q_OCCUPANCY;
        return observe_at_most(net, m);
    }
    if (m->which != W_NUMBER) return false;
    if (strcmp(rest, "growth") == 0) {
        m->quantity = Q_GROWTH;
        return true;
    }
    double at;
    if (!takes_call(rest, "at", &rest, &at)) return false;
    m->quantity = Q_AT;
    if (*rest && !(takes_call(rest, "at_most", &rest, &m->at_most) && *rest == 0)) return false;
    return observe_moment(net, m, at);
}

static bool read_of_station(struct network *net, struct metric *m, const char *rest)
{
    int value;
    const char *after;
    m->of = OF_STATION;
    if (strcmp(rest, "interdeparture.lag1") == 0) {
        m->quantity = Q_LAG1;
        m->which = W_INTERDEPARTURE;
        return observe_measure(net, m);
    }
    if (takes(station_measures, rest, &after, &value)) {
        m->which = (enum which)value;
        return read_statistic(net, m, after);
    }
    if (takes(levels, rest, &after, &value)) {
        m->which = (enum which)value;
        return read_level(net, m, after);
    }
    bool share = takes(station_shares, rest, &after, &value);
    if (share || takes(station_counts, rest, &after, &value)) {
        m->quantity = share ? Q_SHARE : Q_COUNT;
        m->count = (enum count)value;
        return *after == 0 || (*after == '[' && observe_level(net, m, after));
    }
    m->quantity = strncmp(rest, "throughput", 10) == 0 ? Q_THROUGHPUT : Q_UTILISATION;
    if (m->quantity == Q_THROUGHPUT) return rest[10] == 0 || (rest[10] == '[' && observe_level(net, m, rest + 10));
    return strcmp(rest, "utilisation") == 0;
}

/* An outcome's name may go on behind a dot: rejected.red counts as rejected. */
static bool is_outcome(const char *outcome, const char *name)
{
    size_t n = strlen(name);
    return strncmp(outcome, name, n) == 0 && (outcome[n] == 0 || outcome[n] == '.');
}

static bool read_of_stream(struct network *net, struct metric *m, const char *rest)
{
    int value;
    const char *after;
    m->of = OF_STREAM;
    if (strcmp(rest, "backlog.finished") == 0) {
        m->quantity = Q_COUNT;
        m->count = C_BACKLOG;
        return true;
    }
    if (takes(stream_measures, rest, &after, &value)) {
        m->which = (enum which)value;
        return read_statistic(net, m, after);
    }
    if (takes(stream_counts, rest, &after, &value)) {
        struct built_stream *s = &net->stream[m->index];
        m->quantity = Q_COUNT;
        m->count = (enum count)value;
        if (*after == 0) return true;
        if (*after != '[' || m->count != C_FINISHED) return false;
        m->split = split_of(net, &s->split, &s->splits, false, m->index, after);
        return m->split >= 0;
    }
    if (strncmp(rest, "outcome.", 8) == 0) {
        m->quantity = Q_COUNT;
        m->count = C_OUTCOME;
        for (size_t o = 0; o < net->outcomes; o++)
            if (is_outcome(net->outcome[o], rest + 8)) return true;
        return false;
    }
    m->quantity = Q_THROUGHPUT;
    return strcmp(rest, "throughput") == 0;
}

/* Whose name the text begins with, before a dot; the longest, for names may hold dots too. The count when there is none. */
static size_t owner(const struct network *net, bool station, const char *text, const char **rest)
{
    size_t count = station ? net->stations : net->streams, found = count, longest = 0;
    for (size_t i = 0; i < count; i++) {
        const char *name = station ? net->station[i].name : net->stream[i].name;
        size_t n = strlen(name);
        if (n < longest || strncmp(name, text, n) != 0 || text[n] != '.') continue;
        found = i;
        longest = n;
        *rest = text + n + 1;
    }
    return found;
}

static bool read_name(struct network *net, struct metric *m, const char *name)
{
    bool station = strncmp(name, "station.", 8) == 0;
    if (!station && strncmp(name, "stream.", 7) != 0) return false;
    const char *rest = NULL;
    m->index = owner(net, station, name + (station ? 8 : 7), &rest);
    if (rest == NULL) return false;
    return station ? read_of_station(net, m, rest) : read_of_stream(net, m, rest);
}

int network_metric(struct network *net, const char *name)
{
    for (size_t i = 0; i < net->metrics; i++)
        if (strcmp(net->metric[i].name, name) == 0) return (int)i;
    struct metric m = {.quantity = Q_MEASURE, .split = -1, .at_most = NAN};
    if (!read_name(net, &m, name)) return -1;
    if (!grow(&net->metric, &net->metrics_allocated, net->metrics, sizeof *net->metric) || (m.name = malloc(strlen(name) + 1)) == NULL)
        return network_fail(net, STATUS_NO_MEMORY, "there is not enough memory for the metric %s", name);
    strcpy(m.name, name);
    net->metric[net->metrics] = m;
    return (int)net->metrics++;
}

/* ---- values ---- */

static double statistic_of(const struct measure *measure, const struct metric *m)
{
    const struct tally *tally = &measure->tally;
    double mean = tally_mean(tally);
    switch (m->statistic) {
    case S_MEAN: return mean;
    case S_M2: return tally_second_moment(tally);
    case S_VAR: return tally_variance(tally);
    case S_SD: return sqrt(tally_variance(tally));
    case S_SCV: return tally_variance(tally) / (mean * mean);
    case S_P50: return measure_quantile(measure, 0.5);
    case S_P90: return measure_quantile(measure, 0.9);
    case S_P95: return measure_quantile(measure, 0.95);
    case S_P99: return measure_quantile(measure, 0.99);
    case S_AT_MOST: return measure_at_most(measure, m->argument);
    case S_MOST: return tally->count ? tally->most : NAN;
    }
    return NAN;
}

static double measure_value(const struct result *r, const struct metric *m)
{
    const struct stream_result *stream = &r->stream[m->index];
    const struct station_result *station = &r->station[m->index];
    switch (m->which) {
    case W_TIME: return statistic_of(m->split < 0 ? &stream->time : &stream->split[m->split], m);
    case W_SECOND: return statistic_of(&stream->second, m);
    case W_BACKLOG: return statistic_of(&stream->backlog, m);
    case W_WAIT: return statistic_of(m->split < 0 ? &station->wait : &station->split_wait[m->split], m);
    case W_SOJOURN: return statistic_of(m->split < 0 ? &station->sojourn : &station->split_sojourn[m->split], m);
    case W_SERVED: return statistic_of(&station->wait_served, m);
    case W_INTERDEPARTURE: return statistic_of(&station->interdeparture, m);
    case W_BUSY_PERIOD: return statistic_of(&station->busy_period, m);
    case W_SERVICE: return statistic_of(&(struct measure){.tally = station->service}, m);
    default: return NAN;
    }
}

static double level_value(const struct network *net, const struct station_result *s, const struct metric *m)
{
    double window = net->plan.window_to - net->plan.window_from;
    if (m->split >= 0) {
        if (m->which == W_NUMBER && net->station[m->index].is_held) return NAN;
        return (m->which == W_QUEUE ? s->level[m->split].queue_area : s->level[m->split].number_area) / window;
    }
    double area = m->which == W_QUEUE ? s->queue_area : m->which == W_NUMBER ? s->number_area : s->busy_area;
    double squares = m->which == W_QUEUE ? s->queue_squares : s->number_squares;
    double mean = area / window, second = squares / window;
    switch (m->statistic) {
    case S_MEAN: return mean;
    case S_M2: return second;
    case S_VAR: return second - mean * mean;
    case S_SD: return sqrt(second - mean * mean > 0 ? second - mean * mean : 0);
    default: return NAN;
    }
}

/* The hours kept of what the metric is about, and how many numbers they reach. */
static const double *hours_of(const struct station_result *s, const struct metric *m, unsigned *numbers)
{
    *numbers = m->which == W_QUEUE ? s->queue_levels : m->which == W_BUSY ? s->busy_levels : s->occupancies;
    return m->which == W_QUEUE ? s->queue_hours : m->which == W_BUSY ? s->busy_hours : s->occupancy;
}

/* The smallest number that holds at least the share `p` of the time. */
static double quantile_of_hours(const double *hours, unsigned numbers, double window, double p)
{
    double up_to = 0;
    for (unsigned n = 0; n + 1 < numbers; n++) {
        up_to += hours[n];
        if (up_to >= p * window) return n;
    }
    return NAN;
}

static double hours_value(const struct station_result *s, const struct metric *m, double window)
{
    unsigned numbers;
    const double *hours = hours_of(s, m, &numbers);
    double first = 0, second = 0;
    switch (m->statistic) {
    case S_P50: return quantile_of_hours(hours, numbers, window, 0.5);
    case S_P90: return quantile_of_hours(hours, numbers, window, 0.9);
    case S_P95: return quantile_of_hours(hours, numbers, window, 0.95);
    case S_P99: return quantile_of_hours(hours, numbers, window, 0.99);
    default: break;
    }
    if (hours[numbers - 1] > 0) return NAN; /* more than are told apart */
    for (unsigned n = 0; n < numbers; n++) {
        first += hours[n] / window * n;
        second += hours[n] / window * n * n;
    }
    double variance = second - first * first;
    return m->statistic == S_M2 ? second : m->statistic == S_VAR ? variance : sqrt(variance > 0 ? variance : 0);
}

static double ratio(uint64_t part, uint64_t whole)
{
    return whole ? (double)part / (double)whole : NAN;
}

static double level_count_value(const struct station_result *station, const struct metric *m)
{
    const struct level_result *level = &station->level[m->split];
    switch (m->count) {
    case C_ARRIVED: return (double)level->arrived;
    case C_SERVED: return (double)level->served;
    case C_P_WAIT: return ratio(level->waited, station->split_wait[m->split].tally.count);
    case C_P_BLOCK: return ratio(level->lost + level->blocked, level->arrived);
    case C_P_ABANDON: return ratio(level->reneged, level->arrived);
    case C_P_BALK: return ratio(level->balked, level->arrived);
    default: return NAN;
    }
}

static double count_value(const struct result *r, const struct metric *m)
{
    const struct stream_result *stream = &r->stream[m->index];
    const struct station_result *station = &r->station[m->index];
    uint64_t lost = 0;
    if (m->split >= 0) return m->of == OF_STREAM ? (double)stream->split[m->split].tally.count : level_count_value(station, m);
    switch (m->count) {
    case C_ARRIVED: return (double)(m->of == OF_STREAM ? stream->arrived : station->arrived);
    case C_FINISHED: return (double)stream->finished;
    case C_UNFINISHED: return (double)stream->unfinished;
    case C_SERVED: return (double)station->served;
    case C_LOST:
        for (size_t o = 0; o < r->outcomes; o++) lost += stream->outcome[o];
        return (double)lost;
    case C_OUTCOME:
        for (size_t o = 0; o < r->outcomes; o++)
            if (is_outcome(r->network->outcome[o], strstr(m->name, ".outcome.") + 9)) lost += stream->outcome[o];
        return (double)lost;
    case C_BACKLOG: return (double)stream->backlog.tally.count;
    case C_P_WAIT: return ratio(station->waited, station->wait.tally.count);
    case C_P_BLOCK: return ratio(station->lost + station->blocked, station->arrived);
    case C_P_ABANDON: return ratio(station->reneged, station->arrived);
    case C_P_BALK: return ratio(station->balked, station->arrived);
    }
    return NAN;
}

static double lag1(const struct station_result *s)
{
    const struct tally *tally = &s->interdeparture.tally;
    double mean = tally_mean(tally), variance = tally_variance(tally);
    if (tally->count < 2 || !(variance > 0)) return NAN;
    return (s->lag_product / (double)(tally->count - 1) - mean * mean) / variance;
}

double network_metric_value(const struct network *net, const struct result *r, int metric)
{
    if (metric < 0 || (size_t)metric >= net->metrics) return NAN;
    const struct metric *m = &net->metric[metric];
    const struct station_result *station = &r->station[m->index];
    double window = net->plan.window_to - net->plan.window_from;
    switch (m->quantity) {
    case Q_MEASURE: return measure_value(r, m);
    case Q_LAG1: return lag1(station);
    case Q_LEVEL: return level_value(net, station, m);
    case Q_MOST: return (double)(m->which == W_QUEUE ? station->most_waiting : m->which == W_NUMBER ? station->most_number : station->most_busy);
    case Q_GROWTH: return (double)(station->number_at_close - station->number_at_open) / window;
    case Q_AT: {
        double number = r->moment_number[m->moment];
        return isnan(m->at_most) || isnan(number) ? number : number <= m->at_most;
    }
    case Q_OCCUPANCY: {
        unsigned numbers;
        const double *kept = hours_of(station, m, &numbers);
        double hours = 0;
        for (unsigned n = 0; n <= (unsigned)m->argument; n++) hours += kept[n];
        return hours / window;
    }
    case Q_HOURS: return hours_value(station, m, window);
    case Q_SHARE:
    case Q_COUNT: return count_value(r, m);
    case Q_THROUGHPUT:
        if (m->split >= 0) return (double)station->level[m->split].served_in_window / window;
        return (double)(m->of == OF_STREAM ? r->stream[m->index].finished_in_window : station->served_in_window) / window;
    case Q_UTILISATION: return station->busy_area / station->on_post_area;
    }
    return NAN;
}

/* ---- listing ---- */

size_t network_streams(const struct network *net) { return net->streams; }
size_t network_stations(const struct network *net) { return net->stations; }
size_t network_outcomes(const struct network *net) { return net->outcomes; }
const char *network_stream_name(const struct network *net, size_t stream) { return net->stream[stream].name; }
const char *network_station_name(const struct network *net, size_t station) { return net->station[station].name; }
const char *network_outcome_name(const struct network *net, size_t outcome) { return net->outcome[outcome]; }
const char *network_step_name(const struct network *net, size_t step) { return net->spec[step].name; }
const struct network_plan *network_plan_of(const struct network *net) { return &net->plan; }
