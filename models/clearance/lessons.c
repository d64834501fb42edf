/* lessons.c - counts that fade: a lesson holds its counts as of the time when it last changed. */
#include "models/clearance/lessons.h"
#include "engine/core/elementary.h"

size_t lessons_doubles(const struct lessons *lessons)
{
    return (lessons->levels + 1) * (sizeof(struct lesson) / sizeof(double));
}

static struct lesson *lessons_of(const struct lessons *lessons, const void *state)
{
    return (struct lesson *)((double *)state + lessons->at);
}

static struct lesson faded(const struct lessons *lessons, const struct lesson *lesson, double now)
{
    double kept = lesson->examined > 0 ? elementary_exp((lesson->at - now) / lessons->memory) : 0;
    return (struct lesson){lesson->examined * kept, lesson->found * kept, now};
}

static void learn(const struct lessons *lessons, struct lesson *lesson, double now, bool found)
{
    *lesson = faded(lessons, lesson, now);
    lesson->examined += 1;
    lesson->found += found;
}

void lessons_learn(const struct lessons *lessons, void *state, const struct hook_entity *entity, bool found)
{
    struct lesson *lesson = lessons_of(lessons, state);
    double level = entity->attribute[lessons->attribute];
    learn(lessons, &lesson[0], entity->now, found);
    if (level >= 0 && level < lessons->levels) learn(lessons, &lesson[1 + (size_t)level], entity->now, found);
}

static double log_odds(double p)
{
    return elementary_log(p) - elementary_log1p(-p);
}

double lessons_say(const struct lessons *lessons, const void *state, const struct hook_entity *entity)
{
    const struct lesson *lesson = lessons_of(lessons, state);
    double level = entity->attribute[lessons->attribute];
    if (!(level >= 0 && level < lessons->levels)) return 0;
    struct lesson all = faded(lessons, &lesson[0], entity->now);
    struct lesson own = faded(lessons, &lesson[1 + (size_t)level], entity->now);
    double of_all = (all.found + 0.5) / (all.examined + 1); /* never 0 nor 1 */
    double of_level = (own.found + lessons->prior * of_all) / (own.examined + lessons->prior);
    return lessons->weight * (log_odds(of_level) - log_odds(of_all));
}
