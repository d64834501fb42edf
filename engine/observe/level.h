/* level.h - a number that changes in time (waiting, inside, busy, on post): its integral, and that of its square.
 *
 * The integral runs from time 0; a window's average is the difference of two readings, so Little's check over the whole
 * run and the averages over the window come from the same sum.
 */
#ifndef GREENLANE_ENGINE_OBSERVE_LEVEL_H
#define GREENLANE_ENGINE_OBSERVE_LEVEL_H

#include <stdint.h>

struct level {
    double area, squares, since; /* up to `since` */
    int64_t value, most;
};

static inline void level_change(struct level *level, double now, int64_t by)
{
    double held = now - level->since, value = (double)level->value;
    level->area += value * held;
    level->squares += value * value * held;
    level->since = now;
    level->value += by;
    if (level->value > level->most) level->most = level->value;
}

static inline double level_area(const struct level *level, double now)
{
    return level->area + (double)level->value * (now - level->since);
}

static inline double level_squares(const struct level *level, double now)
{
    return level->squares + (double)level->value * (double)level->value * (now - level->since);
}

#endif
