/* condition.c - a condition is an array of terms, run left to right over a small stack of doubles.
 *
 * Invariant: every prefix of the program keeps the stack between 0 and CONDITION_DEPTH values; condition_add refuses a
 * term that would break it, so condition_holds checks nothing. `depth` is the deepest the stack ever gets.
 */
#include "engine/core/condition.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { CONDITION_DEPTH = 16 };

static int taken_by(enum condition_op op)
{
    switch (op) {
    case CONDITION_PUSH_ATTRIBUTE:
    case CONDITION_PUSH_NUMBER:
    case CONDITION_PUSH_MET: return 0;
    case CONDITION_NOT: return 1;
    default: return 2;
    }
}

/* How many values stand on the stack when the program has run; every operation leaves one. */
static int stack_after(const struct condition *condition)
{
    int depth = 0;
    for (unsigned i = 0; i < condition->count; i++) depth += 1 - taken_by((enum condition_op)condition->term[i].op);
    return depth;
}

enum status condition_add(struct condition *condition, enum condition_op op, unsigned index, double value)
{
    int before = stack_after(condition), after = before + 1 - taken_by(op);
    if (before < taken_by(op)) return STATUS_BAD_VALUE;
    if (condition->count == UINT8_MAX || after > CONDITION_DEPTH || index > UINT16_MAX) return STATUS_LIMIT;
    struct condition_term *term = realloc(condition->term, (condition->count + 1U) * sizeof *term);
    if (!term) return STATUS_NO_MEMORY;
    term[condition->count] = (struct condition_term){.op = (uint8_t)op, .index = (uint16_t)index, .value = value};
    condition->term = term;
    condition->count++;
    if (after > condition->depth) condition->depth = (uint8_t)after;
    return STATUS_OK;
}

enum status condition_copy(struct condition *to, const struct condition *from)
{
    struct condition copy = *from;
    if (from->count > 0) {
        copy.term = malloc(from->count * sizeof *copy.term);
        if (!copy.term) return STATUS_NO_MEMORY;
        memcpy(copy.term, from->term, from->count * sizeof *copy.term);
    } else {
        copy.term = NULL;
    }
    *to = copy;
    return STATUS_OK;
}

void condition_clear(struct condition *condition)
{
    free(condition->term);
    *condition = (struct condition){0};
}

bool condition_is_whole(const struct condition *condition)
{
    return condition->count > 0 && stack_after(condition) == 1;
}

static double result_of(enum condition_op op, double left, double right)
{
    switch (op) {
    case CONDITION_EQUAL: return left == right;
    case CONDITION_NOT_EQUAL: return left != right;
    case CONDITION_LESS: return left < right;
    case CONDITION_LESS_EQUAL: return left <= right;
    case CONDITION_GREATER: return left > right;
    case CONDITION_GREATER_EQUAL: return left >= right;
    case CONDITION_AND: return left != 0 && right != 0;
    default: assert(op == CONDITION_OR); return left != 0 || right != 0;
    }
}

bool condition_holds(const struct condition *condition, const double *attribute, uint64_t met)
{
    if (condition->count == 0) return true;
    double stack[CONDITION_DEPTH];
    unsigned top = 0;
    assert(condition_is_whole(condition));
    for (unsigned i = 0; i < condition->count; i++) {
        const struct condition_term *term = &condition->term[i];
        switch ((enum condition_op)term->op) {
        case CONDITION_PUSH_ATTRIBUTE: stack[top++] = attribute[term->index]; break;
        case CONDITION_PUSH_NUMBER: stack[top++] = term->value; break;
        case CONDITION_PUSH_MET:
            assert(term->index < 64);
            stack[top++] = (double)(met >> term->index & 1U);
            break;
        case CONDITION_NOT: stack[top - 1] = stack[top - 1] == 0; break;
        default: top--; stack[top - 1] = result_of((enum condition_op)term->op, stack[top - 1], stack[top]);
        }
    }
    return stack[0] != 0;
}
