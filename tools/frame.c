/* frame.c - see frame.h. */
#include "tools/frame.h"
#include "models/scenario/quantity.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

bool words_push(struct words *words, const char *word)
{
    const char **grown = word ? realloc(words->word, (words->count + 1) * sizeof *grown) : NULL;
    if (!grown) return false;
    words->word = grown;
    words->word[words->count++] = word;
    return true;
}

static bool is_set(const struct options *options, const char *path)
{
    size_t n = strlen(path);
    for (size_t i = 0; i < options->sets.count; i++)
        if (strncmp(options->sets.word[i], path, n) == 0 && options->sets.word[i][n] == '=') return true;
    return false;
}

__attribute__((format(printf, 2, 3))) static bool push(struct frame *frame, const char *format, ...)
{
    char *text = NULL;
    va_list values;
    va_start(values, format);
    int length = vasprintf(&text, format, values);
    va_end(values);
    char **grown = length > 0 ? realloc(frame->text, (frame->texts + 1) * sizeof *grown) : NULL;
    if (!grown) {
        if (length > 0) free(text);
        return false;
    }
    frame->text = grown;
    frame->text[frame->texts++] = text;
    return words_push(&frame->settings, text);
}

/* Rates that bend otherwise, timetables and vessels go on as they are, and so do the streams of sites, which no file names. */
static bool end_arrivals(struct frame *frame, const struct scenario *scenario, const struct stream *stream)
{
    const struct run_plan *run = &scenario->run;
    double from = frame->window + 24 * frame->tail, to = from + run->drain_limit + 24;
    bool plain = stream->arrivals.kind == ARRIVAL_RATE && !stream->arrivals.sinusoidal && !stream->arrivals.surges;
    char path[300], first[24], last[24];
    snprintf(path, sizeof path, "streams.%s.arrivals", stream->name);
    const struct node *arrivals = tree_find(scenario->tree, path);
    bool known = arrivals && arrivals->kind == NODE_MAP && !tree_find(scenario->tree, "sites");
    if (!plain || !known || from >= frame->window + run->drain_limit) return true;
    snprintf(first, sizeof first, "%.10g h", from);
    snprintf(last, sizeof last, "%.10g h", to);
    if (run->dated) quantity_date_text(run->measure_from + from, first);
    if (run->dated) quantity_date_text(run->measure_from + to, last);
    frame->ends = true;
    return push(frame, "%s.surges=[{from: %s, to: %s, times: 0}]", path, first, last);
}

bool frame_make(struct frame *frame, const struct scenario *scenario, const struct options *options)
{
    const struct frame_days days = {FRAME_WINDOW_DAYS, FRAME_WARM_UP_DAYS, FRAME_TAIL_DAYS};
    return frame_make_of(frame, scenario, options, &days);
}

bool frame_make_of(
    struct frame *frame, const struct scenario *scenario, const struct options *options, const struct frame_days *days)
{
    const struct run_plan *run = &scenario->run;
    bool fine = true;
    *frame = (struct frame){.window = run->measure_to - run->measure_from, .warm_up = run->warm_up, .tail = days->tail};
    if (frame->window > 24.0 * days->window && !is_set(options, "run.measure")) {
        char first[24], last[24];
        frame->window = 24.0 * days->window;
        quantity_date_text(run->measure_from, first);
        quantity_date_text(run->measure_from + frame->window - 24, last);
        fine =
            run->dated ? push(frame, "run.measure=%s..%s", first, last) : push(frame, "run.measure=%d d", days->window);
    }
    if (frame->warm_up > 24.0 * days->warm_up && !is_set(options, "run.warm_up")) {
        frame->warm_up = 24.0 * days->warm_up;
        fine = fine && push(frame, "run.warm_up=%d d", days->warm_up);
    }
    for (size_t i = 0; fine && i < scenario->streams; i++) fine = end_arrivals(frame, scenario, &scenario->stream[i]);
    return fine;
}

void frame_clear(struct frame *frame)
{
    for (size_t i = 0; i < frame->texts; i++) free(frame->text[i]);
    free(frame->text);
    free(frame->settings.word);
    *frame = (struct frame){0};
}

bool frame_is_of(const char *path, const char *value)
{
    return strstr(path, ".arrivals.surges.0.times") && value && strcmp(value, "0") == 0;
}

void frame_describe(const struct frame *frame, size_t replications, uint64_t seed, char *text, size_t size)
{
    int used = snprintf(text, size, "%zu replication%s x %.4g d after a warm-up of %.4g d, seed %llu", replications,
        replications == 1 ? "" : "s", frame->window / 24, frame->warm_up / 24, (unsigned long long)seed);
    if (frame->ends && used > 0 && (size_t)used < size)
        snprintf(text + used, size - (size_t)used, "; arrivals end %d d after the window", frame->tail);
}
