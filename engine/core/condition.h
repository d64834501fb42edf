/* condition.h - a small condition on the attributes of an entity, as a postfix program on doubles.
 *
 * The models parse text into it; the engine evaluates it in the loop. An empty condition is true. Flags are 0 or 1,
 * categories the index (or value) of their level.
 *
 * Ownership: condition_clear releases the program and its tests; a copy has none until it is prepared. Errors: condition_add returns STATUS_NO_MEMORY, or STATUS_LIMIT past
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
/* One question of a condition that was prepared: how a value stands to a number, and where either answer leads. */
struct condition_test {
    double value;
    uint16_t index;                /* of an attribute; `met`: of a stage-bit */
    uint8_t relations;             /* those that say yes: see condition_relation */
    bool met;
    int8_t yes, no;                /* the next test, or an answer below 0 */
};
enum { CONDITION_YES = -1, CONDITION_NO = -2 };
struct condition { struct condition_term *term; struct condition_test *test; uint8_t count, depth, tests; };

enum status condition_add(struct condition *condition, enum condition_op op, unsigned index, double value);
enum status condition_copy(struct condition *to, const struct condition *from);
void condition_clear(struct condition *condition);
/* Makes condition_check quick: the program becomes a way from test to test, of which most conditions take one or two. What
 * compares other than with a number stays a program. STATUS_NO_MEMORY: nothing is changed. */
enum status condition_prepare(struct condition *condition);
/* True when the program leaves exactly one value. */
bool condition_is_whole(const struct condition *condition);
bool condition_holds(const struct condition *condition, const double *attribute, uint64_t met);

/* How a value stands to a number: 1 less, 2 equal, 4 greater, 8 none of them. */
static inline unsigned condition_relation(double value, double number)
{
    unsigned relation = (unsigned)(value < number) | (unsigned)(value == number) << 1 | (unsigned)(value > number) << 2;
    return relation ? relation : 8;
}

/* The same as condition_holds, by the tests of a condition that was prepared. The last test made is the first asked. */
static inline bool condition_check(const struct condition *condition, const double *attribute, uint64_t met)
{
    if (condition->count == 0) return true;
    if (condition->tests == 0) return condition_holds(condition, attribute, met);
    for (int at = condition->tests - 1;;) {
        const struct condition_test *test = &condition->test[at];
        double value = test->met ? (double)(met >> test->index & 1U) : attribute[test->index];
        at = condition_relation(value, test->value) & test->relations ? test->yes : test->no;
        if (at < 0) return at == CONDITION_YES;
    }
}

#endif
