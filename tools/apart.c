/* apart.c - see apart.h. */
#include "tools/apart.h"
#include "tools/frame.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool serves(const struct scenario *s, int process, enum direction direction)
{
    for (size_t i = 0; i < s->streams; i++)
        if (s->stream[i].process == process && s->stream[i].direction == direction) return true;
    return false;
}

static bool uses(const struct scenario *s, size_t resource, enum direction direction)
{
    for (size_t i = 0; i < s->steps; i++)
        for (size_t k = 0; k < s->step[i].resources; k++)
            if (s->step[i].resource[k] == (int)resource && serves(s, s->step[i].process, direction)) return true;
    for (size_t i = 0; i < s->streams; i++) {
        const struct arrivals *from = &s->stream[i].arrivals;
        bool vessels = from->kind == ARRIVAL_VESSELS && s->stream[i].direction == direction;
        if (vessels && (from->vessel.berth == (int)resource || from->vessel.crane == (int)resource)) return true;
    }
    return false;
}

bool apart_is(const struct scenario *s)
{
    bool some[3] = {false};
    for (size_t i = 0; i < s->streams; i++) some[s->stream[i].direction] = true;
    if (some[DIRECTION_NONE] || !some[DIRECTION_IMPORT] || !some[DIRECTION_EXPORT]) return false;
    if (tree_find(s->tree, "sites")) return false; /* no file names its streams */
    for (size_t i = 0; i < s->processes; i++)
        if (serves(s, (int)i, DIRECTION_IMPORT) && serves(s, (int)i, DIRECTION_EXPORT)) return false;
    for (size_t r = 0; r < s->resources; r++)
        if (uses(s, r, DIRECTION_IMPORT) && uses(s, r, DIRECTION_EXPORT)) return false;
    return true;
}

static bool is_named(const char *path, const char *section, const char *name)
{
    size_t n = strlen(section), m = strlen(name);
    return strncmp(path, section, n) == 0 && path[n] == '.' && strncmp(path + n + 1, name, m) == 0 &&
           (path[n + 1 + m] == '.' || path[n + 1 + m] == 0);
}

enum belongs apart_belongs(const struct scenario *s, const char *path, enum direction here, enum direction other)
{
    for (size_t i = 0; i < s->streams; i++)
        if (is_named(path, "streams", s->stream[i].name))
            return s->stream[i].direction == other ? BELONGS_TO_OTHER : BELONGS_HERE;
    for (size_t i = 0; i < s->processes; i++)
        if (is_named(path, "processes", s->process[i].name))
            return serves(s, (int)i, other) && !serves(s, (int)i, here) ? BELONGS_TO_OTHER : BELONGS_HERE;
    for (size_t i = 0; i < s->resources; i++)
        if (is_named(path, "resources", s->resource[i].name))
            return uses(s, i, other) && !uses(s, i, here) ? BELONGS_TO_OTHER : BELONGS_HERE;
    return BELONGS_UNKNOWN;
}

static bool leave_out(struct apart *apart, const char *format, const char *name)
{
    char *text = NULL;
    if (asprintf(&text, format, name) < 0) return false;
    char **grown = realloc(apart->text, (apart->texts + 1) * sizeof *grown);
    if (!grown) {
        free(text);
        return false;
    }
    apart->text = grown;
    apart->text[apart->texts++] = text;
    return words_push(&apart->settings, text);
}

bool apart_make(struct apart *apart, const struct scenario *s, enum direction other)
{
    bool fine = true;
    *apart = (struct apart){0};
    for (size_t i = 0; fine && i < s->streams; i++)
        if (s->stream[i].direction == other) fine = leave_out(apart, "streams.%s=null", s->stream[i].name);
    /* A process may ask for attributes that only its own streams have. */
    for (size_t i = 0; fine && i < s->processes; i++)
        if (serves(s, (int)i, other)) fine = leave_out(apart, "processes.%s=null", s->process[i].name);
    if (s->expects) fine = fine && leave_out(apart, "%s=null", "expect");
    if (s->promises) fine = fine && leave_out(apart, "%s=null", "promises");
    if (s->run.metrics) fine = fine && leave_out(apart, "%s=null", "run.metrics");
    return fine;
}

void apart_clear(struct apart *apart)
{
    for (size_t i = 0; i < apart->texts; i++) free(apart->text[i]);
    free(apart->text);
    free(apart->settings.word);
    *apart = (struct apart){0};
}
