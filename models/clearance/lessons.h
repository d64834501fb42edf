/* lessons.h - what past examinations taught about the levels of an attribute, in the model's state.
 *
 * For each level and for all together: how many were examined and in how many something was found, both fading with
 * exp(-age / memory). A level's hit rate is drawn towards that of all by `prior` examinations, so that a level seen
 * once counts for little, and one long unseen for nothing. What is added to a score is weight x (log odds of the
 * level's hit rate - log odds of all).
 */
#ifndef GREENLANE_MODELS_CLEARANCE_LESSONS_H
#define GREENLANE_MODELS_CLEARANCE_LESSONS_H

#include "engine/core/network.h"

struct lesson { /* as doubles of the state */
    double examined, found, at;
};
struct lessons {
    unsigned attribute, levels;
    double memory, prior, weight; /* memory: hours */
    size_t at;                    /* of the state, in doubles: all together, then each level */
};

size_t lessons_doubles(const struct lessons *lessons);
void lessons_learn(const struct lessons *lessons, void *state, const struct hook_entity *entity, bool found);
double lessons_say(const struct lessons *lessons, const void *state, const struct hook_entity *entity);

#endif
