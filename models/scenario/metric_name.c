/* metric_name.c - cuts a name at its dots (but not inside parentheses, brackets or numbers: within_0.5h) and goes down the
 * grammar of the header. */
#include "models/scenario/metric_name.h"

#include <stdio.h>
#include <string.h>

enum { MOST_WORDS = 6, WORD_BYTES = 72 };

struct words {
    char word[MOST_WORDS][WORD_BYTES];
    size_t n;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool cut(const char *name, struct words *out, char *why)
{
    int depth = 0;
    size_t length = 0;
    out->n = 0;
    for (const char *p = name;; p++) {
        depth += (*p == '(' || *p == '[') - (*p == ')' || *p == ']');
        bool in_number = *p == '.' && p > name && is_digit(p[-1]) && is_digit(p[1]);
        if (*p == '\0' || (*p == '.' && depth == 0 && !in_number)) {
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
    size_t digits = strspn(word + 7, "0123456789.");
    return digits > 0 && strcmp(word + 7 + digits, "h") == 0;
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

/* ---- the three families ---- */

static bool stage_is_known(const struct scenario *s, const char *name, const char *stage, char *why)
{
    const char *near[64];
    size_t n = 0;
    for (size_t i = 0; i < s->steps; i++) {
        if (s->step[i].stage && strcmp(s->step[i].stage, stage) == 0) return true;
        if (s->step[i].stage && n < 64) near[n++] = s->step[i].stage;
    }
    const char *hint = diagnostic_suggest(stage, near, n);
    return quantity_refuse(why, "'%.80s' is no metric: there is no stage '%.40s'; write a step's stage%s%s%s", name, stage,
        hint ? "; did you mean '" : "", hint ? hint : "", hint ? "'?" : "");
}

static bool ends(const char *word, const char *with)
{
    size_t n = strlen(word), m = strlen(with);
    return n >= m && strcmp(word + n - m, with) == 0;
}

/* What stands alone behind DIR, and the families that have more behind them. */
static const char *const of_direction[] = {"arrived", "released", "unfinished", "lost", "throughput_per_day",
    "examined_share", "found_share", "documents_checked_share", "clearance", "lodgement_to_release", "stage", "lane",
    "owner", "outcome", "after_release"};
enum { DIRECTION_SINGLE = 8, DIRECTION_ALL = sizeof of_direction / sizeof of_direction[0] };

static bool direction_metric(
    const struct scenario *s, const char *name, const struct words *w, enum unit *unit, char *why)
{
    static const char *const stat[] = {"mean_h", "sd_h", "p50_h", "p90_h", "p95_h", "p99_h", "within_24h"};
    static const char *const of_stage[] = {"mean_h", "share_met", "mean_if_met_h", "wait_h", "service_h", "within_24h"};
    static const char *const of_lane[] = {
        "share", "shipments", "not_released", "mean_h", "sd_h", "p50_h", "p90_h", "p95_h", "p99_h"};
    static const char *const lane[] = {"green", "blue", "yellow", "red"}, *const mean[] = {"mean_h"};
    const char *what = w->n < 2 ? "" : w->word[1], *last = w->word[w->n - 1];
    *unit = UNIT_NONE;
    if (!is_one_of(what, of_direction, DIRECTION_ALL)) return unknown(why, name, what, of_direction, DIRECTION_ALL);
    if (is_one_of(what, of_direction, DIRECTION_SINGLE)) {
        if (ends(what, "_share")) *unit = UNIT_SHARE;
        return w->n == 2 || quantity_refuse(why, "'%.80s' is no metric; nothing follows %s", name, what);
    }
    if (strcmp(what, "outcome") == 0 && w->n > 2) return true;
    bool stage = strcmp(what, "stage") == 0, lanes = strcmp(what, "lane") == 0, owner = strcmp(what, "owner") == 0;
    if (stage && w->n > 2 && !stage_is_known(s, name, w->word[2], why)) return false;
    if (lanes && w->n > 2 && !is_one_of(w->word[2], lane, 4)) return unknown(why, name, w->word[2], lane, 4);
    if (w->n != (stage || lanes || owner ? 4U : 3U))
        return quantity_refuse(
            why, "'%.80s' is no metric; write DIR.clearance.mean_h, DIR.stage.NAME.mean_h or DIR.lane.red.share", name);
    bool only_mean = owner || strcmp(what, "after_release") == 0;
    const char *const *allowed = stage ? of_stage : lanes ? of_lane : only_mean ? mean : stat;
    size_t n = stage ? 6 : lanes ? 9 : only_mean ? 1 : 7;
    if (!is_one_of(last, allowed, n) && !(is_within(last) && !lanes && !only_mean))
        return unknown(why, name, last, allowed, n);
    bool count = strcmp(last, "shipments") == 0 || strcmp(last, "not_released") == 0;
    *unit = ends(last, "_h") ? UNIT_HOURS : count ? UNIT_NONE : UNIT_SHARE;
    return true;
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
    if (w->n == 4 && (strcmp(what, "outcome") == 0 || (strcmp(what, "backlog") == 0 && strcmp(w->word[3], "finished") == 0))) {
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

bool metric_name_check(const struct scenario *scenario, const char *name, enum unit *unit, char *why)
{
    struct words w;
    const char *known[64];
    size_t n = 0;
    if (!cut(name, &w, why)) return false;
    const char *first = w.word[0], *second = w.n > 1 ? w.word[1] : "";
    if (strcmp(first, "station") == 0 || strcmp(first, "stream") == 0) {
        bool station = first[2] == 'a';
        if (station ? is_resource(scenario, second) : is_stream(scenario, second))
            return station ? station_metric(name, &w, unit, why) : stream_metric(name, &w, unit, why);
        for (size_t i = 0; station && i < scenario->resources && n < 64; i++) known[n++] = scenario->resource[i].name;
        for (size_t i = 0; !station && i < scenario->streams && n < 64; i++) known[n++] = scenario->stream[i].name;
        return unknown(why, name, second, known, n);
    }
    if (is_stream(scenario, first) || has_direction(scenario, first))
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
