/* condition.h - a small condition on the attributes of an entity, as a postfix program on doubles.
 *
 * The models parse text into it; the engine evaluates it in the loop. An empty condition is true. Flags are 0 or 1,
 * categories the index (or value) of their level.
 *
 * Ownership: condition_clear releases the program. Errors: condition_add returns STATUS_NO_MEMORY, or STATUS_LIMIT past
 * 255 operations or a stack deeper than 16.
 */
#ifndef GREENLANE_ENGINE_CORE_CONDITION_H
#define GREENLANE_ENGINE_CORE_CONDITION_H

#include "engine/core/status.h"
#include <stdbool.h>
#include <stdint.h>

enum condition_op {
    CONDITION_PUSH_ATTRIBUTE, /* index */
    CONDITION_PUSH_NUMBER,    /* value */
    CONDITION_EQUAL, CONDITION_NOT_EQUAL, CONDITION_LESS, CONDITION_LESS_EQUAL, CONDITION_GREATER, CONDITION_GREATER_EQUAL,
    CONDITION_AND, CONDITION_OR, CONDITION_NOT,
    CONDITION_PUSH_MET        /* 1 when the entity has met stage-bit `index` (see network.h), else 0 */
};

struct condition_term { uint8_t op; uint16_t index; double value; };
struct condition { struct condition_term *term; uint8_t count; uint8_t depth; };

enum status condition_add(struct condition *condition, enum condition_op op, unsigned index, double value);
enum status condition_copy(struct condition *to, const struct condition *from);
void condition_clear(struct condition *condition);
/* True when the program leaves exactly one value. */
bool condition_is_whole(const struct condition *condition);
bool condition_holds(const struct condition *condition, const double *attribute, uint64_t met);

/* The same; the conditions that most steps have, one flag or one comparison with a number, without the stack. */
static inline bool condition_check(const struct condition *condition, const double *attribute, uint64_t met)
{
    const struct condition_term *term = condition->term;
    if (condition->count == 0) return true;
    if (term[0].op == CONDITION_PUSH_ATTRIBUTE) {
        double value = attribute[term[0].index];
        if (condition->count == 1) return value != 0;
        if (condition->count == 2 && term[1].op == CONDITION_NOT) return value == 0;
        if (condition->count == 3 && term[1].op == CONDITION_PUSH_NUMBER) {
            switch ((enum condition_op)term[2].op) {
            case CONDITION_EQUAL: return value == term[1].value;
            case CONDITION_NOT_EQUAL: return value != term[1].value;
            case CONDITION_LESS: return value < term[1].value;
            case CONDITION_LESS_EQUAL: return value <= term[1].value;
            case CONDITION_GREATER: return value > term[1].value;
            case CONDITION_GREATER_EQUAL: return value >= term[1].value;
            default: break;
            }
        }
    }
    return condition_holds(condition, attribute, met);
}

#endif
