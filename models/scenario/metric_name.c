/* metric_name.c - cuts a name at its dots (but not inside parentheses or brackets) and goes down the grammar of the
 * header. */
#include "models/scenario/metric_name.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { MOST_WORDS = 6, WORD_BYTES = 72 };

struct words {
    char word[MOST_WORDS][WORD_BYTES];
    size_t n;
};

static bool cut(const char *name, struct words *out, char *why)
{
    int depth = 0;
    size_t length = 0;
    out->n = 0;
    for (const char *p = name;; p++) {
        depth += (*p == '(' || *p == '[') - (*p == ')' || *p == ']');
        bool decimal =
            *p == '.' && length > 7 && strncmp(out->word[out->n], "within_", 7) == 0 && isdigit((unsigned char)p[1]);
        if (*p == '\0' || (*p == '.' && depth == 0 && !decimal)) {
            if (length == 0)
                return quantity_refuse(
                    why, "'%.80s' is no metric; write words with dots: import.clearance.mean_h", name);
            out->word[out->n++][length] = '\0';
            length = 0;
            if (*p == '\0') return true;
            if (out->n == MOST_WORDS) return quantity_refuse(why, "'%.80s' has too many parts for a metric", name);
        } else if (length < WORD_BYTES - 1) {
            out->word[out->n][length++] = *p;
        }
    }
}

static bool is_one_of(const char *word, const char *const *known, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(word, known[i]) == 0) return true;
    return false;
}

static bool unknown(char *why, const char *name, const char *word, const char *const *known, size_t n)
{
    char list[160] = "";
    size_t length = 0;
    for (size_t i = 0; i < n && length < sizeof list; i++)
        length += (size_t)snprintf(list + length, sizeof list - length, "%s%s", i ? ", " : "", known[i]);
    const char *near = diagnostic_suggest(word, known, n);
    return quantity_refuse(why, "'%.80s' is no metric: '%.40s' is not one of %s%s%s%s", name, word, n ? list : "(none)",
        near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* within_24h, within_0.5h */
static bool is_within(const char *word)
{
    if (strncmp(word, "within_", 7) != 0) return false;
    size_t digits = strspn(word + 7, "0123456789."), dots = strcspn(word + 7, ".") < digits;
    return digits > dots && strcmp(word + 7 + digits, "h") == 0 && strchr(word + 7, '.') == strrchr(word + 7, '.');
}

static bool is_call(const char *word, const char *function)
{
    size_t n = strlen(function), length = strlen(word);
    struct quantity number;
    char argument[WORD_BYTES], why[QUANTITY_WHY];
    if (strncmp(word, function, n) != 0 || word[n] != '(' || word[length - 1] != ')') return false;
    snprintf(argument, sizeof argument, "%.*s", (int)(length - n - 2), word + n + 1);
    return quantity_any(argument, &number, why);
}

/* A level behind a statistic, [stream=NAME] or [ATTRIBUTE=LEVEL] or [served], is for the model to find: it knows the
 * levels. Here it is only taken off. */
static bool take_level(const char *name, char *word, char *why)
{
    size_t n = strlen(word);
    char *open = strchr(word, '[');
    if (!open) return true;
    bool right = word[n - 1] == ']' && (strchr(open, '=') || strcmp(open, "[served]") == 0);
    *open = '\0';
    return right || quantity_refuse(why, "'%.80s' is no metric; write the level as [stream=NAME] or [class=aeo]", name);
}

static bool ends_with(const char *word, const char *end)
{
    size_t n = strlen(word), length = strlen(end);
    return n >= length && strcmp(word + n - length, end) == 0;
}

/* What the model alone can look up, for it knows its steps, outcomes and levels: here only the unit is told. */
static bool is_for_model(const struct words *w, enum unit *unit)
{
    static const char *const family[] = {"control", "cost", "milestone", "outcome", "owner"};
    static const char *const single[] = {"value_per_day", "teu_per_day", "tonnes_per_day", "throughput_per_day",
        "examined_share", "found_share", "documents_checked_share", "lost", "unfinished"};
    static const char *const share[] = {"share", "hit_rate", "recall", "recall_with_audit", "leakage"};
    char word[WORD_BYTES], second[WORD_BYTES];
    snprintf(word, sizeof word, "%s", w->word[w->n - 1]);
    snprintf(second, sizeof second, "%s", w->n > 1 ? w->word[1] : "");
    word[strcspn(word, "[")] = second[strcspn(second, "[")] = '\0';
    bool weighted = w->n == 3 && strcmp(second, "clearance") == 0 && (ends_with(word, "_weighted_mean_h") || strcmp(word, "cv") == 0);
    bool known = (w->n > 2 && is_one_of(second, family, 5)) || (w->n == 2 && is_one_of(second, single, 9)) || weighted;
    bool is_share = is_one_of(word, share, 5) || ends_with(word, "_share") || ends_with(word, "_recall");
    *unit = ends_with(word, "_h") ? UNIT_HOURS : is_share ? UNIT_SHARE : UNIT_NONE;
    return known;
}

/* promise.NAME.overdue_h, customs.wages_per_day, station.NAME.wages_per_day */
static bool is_of_whole(const struct words *w, enum unit *unit)
{
    static const char *const customs[] = {
        "officers_on_post", "officer_hours_per_day", "scheduled_hours_per_day", "wages_per_day"};
    *unit = UNIT_NONE;
    if (strcmp(w->word[0], "customs") == 0) return w->n > 1 && is_one_of(w->word[1], customs, 4);
    if (strcmp(w->word[0], "station") == 0) return w->n == 3 && strcmp(w->word[2], "wages_per_day") == 0;
    if (strcmp(w->word[0], "promise") != 0 || w->n != 3) return false;
    *unit = strcmp(w->word[2], "overdue_h") == 0 ? UNIT_HOURS : UNIT_NONE;
    return strcmp(w->word[2], "overdue_h") == 0 || strcmp(w->word[2], "overdue") == 0;
}

/* ---- the three families ---- */

static bool direction_metric(
    const struct scenario *s, const char *name, const struct words *w, enum unit *unit, char *why)
{
    static const char *const second[] = {
        "clearance", "lodgement_to_release", "stage", "lane", "arrived", "released", "after_release", "whole_stay"};
    static const char *const stat[] = {
        "mean_h", "sd_h", "p50_h", "p90_h", "p95_h", "p99_h", "within_24h", "share", "shipments", "not_released"};
    static const char *const of_stage[] = {
        "mean_h", "share_met", "mean_if_met_h", "wait_h", "service_h", "sd_h", "p50_h", "p90_h", "p95_h", "p99_h"};
    static const char *const lane[] = {"green", "blue", "yellow", "red"};
    char last[WORD_BYTES];
    size_t stats = 7;
    if (is_for_model(w, unit)) return true;
    *unit = UNIT_NONE;
    snprintf(last, sizeof last, "%s", w->word[w->n - 1]);
    if (w->n == 3 && strcmp(w->word[1], "clearance") == 0 && !take_level(name, last, why)) return false;
    if (w->n == 2 && strncmp(w->word[1], "released[", 9) == 0) return take_level(name, last, why);
    if (w->n < 2 || !is_one_of(w->word[1], second, 8)) return unknown(why, name, w->n < 2 ? "" : w->word[1], second, 8);
    if (strcmp(w->word[1], "arrived") == 0 || strcmp(w->word[1], "released") == 0)
        return w->n == 2 || quantity_refuse(why, "'%.80s' is no metric; nothing follows %s", name, w->word[1]);
    if (is_one_of(w->word[1], second + 6, 2)) {
        *unit = UNIT_HOURS;
        return (w->n == 3 && strcmp(last, "mean_h") == 0) ||
               quantity_refuse(why, "'%.80s' is no metric; write %.40s.%.40s.mean_h", name, w->word[0], w->word[1]);
    }
    bool stage = strcmp(w->word[1], "stage") == 0, of_lane = strcmp(w->word[1], "lane") == 0;
    if (stage && w->n > 2) {
        size_t n = 0;
        bool found = false;
        for (size_t i = 0; i < s->steps; i++)
            found = found || (s->step[i].stage && strcmp(s->step[i].stage, w->word[2]) == 0);
        const char *near[64];
        for (size_t i = 0; i < s->steps && n < 64; i++)
            if (s->step[i].stage) near[n++] = s->step[i].stage;
        if (!found) {
            const char *hint = diagnostic_suggest(w->word[2], near, n);
            return quantity_refuse(why, "'%.80s' is no metric: there is no stage '%.40s'; write a step's stage%s%s%s",
                name, w->word[2], hint ? "; did you mean '" : "", hint ? hint : "", hint ? "'?" : "");
        }
    }
    if (of_lane && w->n > 2 && !is_one_of(w->word[2], lane, 4)) return unknown(why, name, w->word[2], lane, 4);
    if (w->n != (stage || of_lane ? 4U : 3U))
        return quantity_refuse(
            why, "'%.80s' is no metric; write DIR.clearance.mean_h, DIR.stage.NAME.mean_h or DIR.lane.red.share", name);
    const char *const *allowed = stage ? of_stage : stat;
    if (stage) stats = sizeof of_stage / sizeof of_stage[0];
    if (of_lane) stats = sizeof stat / sizeof stat[0];
    if (!is_one_of(last, allowed, stats) && !is_within(last)) return unknown(why, name, last, allowed, stats);
    size_t length = strlen(last);
    bool count = strcmp(last, "shipments") == 0 || strcmp(last, "not_released") == 0;
    *unit = length > 2 && strcmp(last + length - 2, "_h") == 0 ? UNIT_HOURS : count ? UNIT_NONE : UNIT_SHARE;
    return true;
}

static const char *const number_stat[] = {
    "mean", "m2", "var", "sd", "scv", "p50", "p90", "p95", "p99", "most", "at_most(x)"};
enum { NUMBER_STATS = sizeof number_stat / sizeof number_stat[0] };

static bool number_metric(const char *name, const char *text, enum unit of, enum unit *unit, char *why)
{
    char word[WORD_BYTES];
    snprintf(word, sizeof word, "%s", text);
    if (!take_level(name, word, why)) return false;
    bool at_most = is_call(word, "at_most");
    if (!at_most && !is_one_of(word, number_stat, NUMBER_STATS - 1))
        return unknown(why, name, word, number_stat, NUMBER_STATS);
    bool of_squares = strcmp(word, "m2") == 0 || strcmp(word, "var") == 0 || strcmp(word, "scv") == 0;
    *unit = at_most ? UNIT_SHARE : of_squares ? UNIT_NONE : of;
    return true;
}

/* number.growth, number.at(5), number.at(5).at_most(0), interdeparture.lag1: what only one measure has. */
static bool is_special(const struct words *w, enum unit *unit)
{
    bool number = strcmp(w->word[2], "number") == 0, moment = number && w->n > 3 && is_call(w->word[3], "at");
    *unit = UNIT_NONE;
    if (w->n == 5 && moment && is_call(w->word[4], "at_most")) *unit = UNIT_SHARE;
    if (w->n == 5) return *unit == UNIT_SHARE;
    if (w->n != 4) return false;
    if (number && strcmp(w->word[3], "growth") == 0) *unit = UNIT_PER_HOUR;
    return moment || *unit == UNIT_PER_HOUR ||
           (strcmp(w->word[2], "interdeparture") == 0 && strcmp(w->word[3], "lag1") == 0);
}

static bool station_metric(const char *name, const struct words *w, enum unit *unit, char *why)
{
    static const char *const single[] = {
        "p_wait", "p_block", "p_abandon", "p_balk", "utilisation", "throughput", "arrived", "served"};
    static const char *const many[] = {
        "wait", "sojourn", "service", "interdeparture", "busy_period", "queue", "number", "busy", "on_post"};
    const char *what = w->n > 2 ? w->word[2] : "";
    char plain[WORD_BYTES];
    snprintf(plain, sizeof plain, "%s", what);
    if (w->n == 3 && !take_level(name, plain, why)) return false;
    if (w->n == 3 && is_one_of(plain, single, 8)) {
        what = plain;
        bool count = strcmp(what, "arrived") == 0 || strcmp(what, "served") == 0;
        *unit = count ? UNIT_NONE : strcmp(what, "throughput") == 0 ? UNIT_PER_HOUR : UNIT_SHARE;
        return true;
    }
    if (!is_one_of(what, many, 9)) {
        static const char *const all[] = {"wait", "sojourn", "service", "queue", "number", "busy", "on_post",
            "interdeparture", "busy_period", "p_wait", "p_block", "p_abandon", "p_balk", "throughput", "utilisation",
            "arrived", "served"};
        return unknown(why, name, what, all, 17);
    }
    if (is_special(w, unit)) return true;
    if (w->n != 4) return quantity_refuse(why, "'%.80s' is no metric; write station.NAME.%s.mean", name, what);
    return number_metric(name, w->word[3], is_one_of(what, many, 5) ? UNIT_HOURS : UNIT_NONE, unit, why);
}

static bool stream_metric(const char *name, const struct words *w, enum unit *unit, char *why)
{
    static const char *const known[] = {
        "arrived", "finished", "unfinished", "lost", "throughput", "time", "second", "backlog", "outcome"};
    const char *what = w->n > 2 ? w->word[2] : "";
    if (w->n == 4 &&
        (strcmp(what, "outcome") == 0 || (strcmp(what, "backlog") == 0 && strcmp(w->word[3], "finished") == 0))) {
        *unit = UNIT_NONE;
        return true;
    }
    char plain[WORD_BYTES];
    snprintf(plain, sizeof plain, "%s", what);
    if (w->n == 3 && !take_level(name, plain, why)) return false;
    if (strcmp(plain, "finished") == 0) what = plain;
    if (!is_one_of(what, known, 8)) return unknown(why, name, what, known, 9);
    *unit = strcmp(what, "throughput") == 0 ? UNIT_PER_HOUR : UNIT_NONE;
    if (is_one_of(what, known, 5))
        return w->n == 3 || quantity_refuse(why, "'%.80s' is no metric; nothing follows %s", name, what);
    if (w->n != 4) return quantity_refuse(why, "'%.80s' is no metric; write stream.NAME.time.mean", name);
    return number_metric(name, w->word[3], UNIT_HOURS, unit, why);
}

static bool is_stream(const struct scenario *s, const char *name)
{
    for (size_t i = 0; i < s->streams; i++)
        if (strcmp(s->stream[i].name, name) == 0) return true;
    return false;
}

static bool is_resource(const struct scenario *s, const char *name)
{
    for (size_t i = 0; i < s->resources; i++)
        if (strcmp(s->resource[i].name, name) == 0) return true;
    return false;
}

static bool has_direction(const struct scenario *s, const char *word)
{
    enum direction direction = strcmp(word, "import") == 0   ? DIRECTION_IMPORT
                               : strcmp(word, "export") == 0 ? DIRECTION_EXPORT
                                                             : DIRECTION_NONE;
    for (size_t i = 0; i < s->streams && direction != DIRECTION_NONE; i++)
        if (s->stream[i].direction == direction) return true;
    return false;
}

static bool in_group(const struct stream *stream, const char *group, size_t length)
{
    for (size_t i = 0; i < stream->groups; i++)
        if (strncmp(stream->group[i], group, length) == 0 && stream->group[i][length] == '\0') return true;
    return false;
}

/* GROUP_import, GROUP_export: a group that has such a stream. */
static bool is_group(const struct scenario *s, const char *word)
{
    const char *way = strrchr(word, '_');
    enum direction direction = way == NULL                   ? DIRECTION_NONE
                               : strcmp(way, "_import") == 0 ? DIRECTION_IMPORT
                               : strcmp(way, "_export") == 0 ? DIRECTION_EXPORT
                                                             : DIRECTION_NONE;
    for (size_t i = 0; i < s->streams && direction != DIRECTION_NONE; i++)
        if (s->stream[i].direction == direction && in_group(&s->stream[i], word, (size_t)(way - word))) return true;
    return false;
}

bool metric_name_check(const struct scenario *scenario, const char *name, enum unit *unit, char *why)
{
    struct words w;
    const char *known[64];
    size_t n = 0;
    if (!cut(name, &w, why)) return false;
    if (is_of_whole(&w, unit)) return true;
    const char *first = w.word[0], *second = w.n > 1 ? w.word[1] : "";
    if (strcmp(first, "station") == 0 || strcmp(first, "stream") == 0) {
        bool station = first[2] == 'a';
        if (station ? is_resource(scenario, second) : is_stream(scenario, second))
            return station ? station_metric(name, &w, unit, why) : stream_metric(name, &w, unit, why);
        for (size_t i = 0; station && i < scenario->resources && n < 64; i++) known[n++] = scenario->resource[i].name;
        for (size_t i = 0; !station && i < scenario->streams && n < 64; i++) known[n++] = scenario->stream[i].name;
        return unknown(why, name, second, known, n);
    }
    if (is_stream(scenario, first) || has_direction(scenario, first) || is_group(scenario, first))
        return direction_metric(scenario, name, &w, unit, why);
    for (size_t i = 0; i < scenario->streams && n < 60; i++) known[n++] = scenario->stream[i].name;
    if (has_direction(scenario, "import") && !is_stream(scenario, "import")) known[n++] = "import";
    if (has_direction(scenario, "export") && !is_stream(scenario, "export")) known[n++] = "export";
    known[n++] = "station";
    known[n++] = "stream";
    return unknown(why, name, first, known, n);
}

bool metric_name_check_time(const struct scenario *scenario, const char *name, char *why)
{
    static const char *const ending[] = {".mean_h", ".mean"};
    char whole[256];
    enum unit unit;
    bool engine = strncmp(name, "station.", 8) == 0 || strncmp(name, "stream.", 7) == 0;
    if (snprintf(whole, sizeof whole, "%s%s", name, ending[engine]) >= (int)sizeof whole)
        return quantity_refuse(why, "'%.60s...' is too long for a metric", name);
    char ignored[QUANTITY_WHY];
    bool is_whole =
        metric_name_check(scenario, name, &unit, ignored); /* `import.arrived` needs no statistic: it is no time */
    if (!is_whole && !metric_name_check(scenario, whole, &unit, why)) return false;
    return (!is_whole && unit == UNIT_HOURS) ||
           quantity_refuse(
               why, "'%.80s' is no time; write import.clearance, import.stage.NAME or station.NAME.wait", name);
}
