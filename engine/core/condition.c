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
    condition->tests = 0; /* another program now */
    if (after > condition->depth) condition->depth = (uint8_t)after;
    return STATUS_OK;
}

enum status condition_copy(struct condition *to, const struct condition *from)
{
    struct condition copy = *from;
    copy.test = NULL;
    copy.tests = 0;
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
    free(condition->test);
    *condition = (struct condition){0};
}

/* ---- tests ---- */

struct laying {
    const struct condition *condition;
    struct condition_test *test;
    int tests; /* below 0: it cannot be said in tests */
};

/* Where the part of the program that ends with term `end` begins. */
static int part_begins(const struct condition *condition, int end)
{
    for (int wanted = 1;; end--) {
        wanted += taken_by((enum condition_op)condition->term[end].op) - 1;
        if (wanted == 0) return end;
    }
}

static uint8_t relations_of(enum condition_op op)
{
    switch (op) {
    case CONDITION_EQUAL: return 2;
    case CONDITION_NOT_EQUAL: return 1 | 4 | 8;
    case CONDITION_LESS: return 1;
    case CONDITION_LESS_EQUAL: return 1 | 2;
    case CONDITION_GREATER: return 4;
    default: assert(op == CONDITION_GREATER_EQUAL); return 4 | 2;
    }
}

static int lay_test(struct laying *laying, const struct condition_term *asked, uint8_t relations, double number, int yes, int no)
{
    bool met = asked->op == CONDITION_PUSH_MET;
    if ((!met && asked->op != CONDITION_PUSH_ATTRIBUTE) || laying->tests < 0 || laying->tests == INT8_MAX) {
        laying->tests = -1;
        return CONDITION_NO;
    }
    laying->test[laying->tests] = (struct condition_test){number, asked->index, relations, met, (int8_t)yes, (int8_t)no};
    return laying->tests++;
}

/* The tests of the part that ends with term `end`, made from its last to its first; returns the one to begin with. */
static int lay_tests(struct laying *laying, int end, int yes, int no)
{
    const struct condition_term *term = &laying->condition->term[end];
    enum condition_op op = (enum condition_op)term->op;
    switch (op) {
    case CONDITION_PUSH_ATTRIBUTE:
    case CONDITION_PUSH_MET:
    case CONDITION_PUSH_NUMBER: return lay_test(laying, term, relations_of(CONDITION_NOT_EQUAL), 0, yes, no);
    case CONDITION_NOT: return lay_tests(laying, end - 1, no, yes);
    case CONDITION_AND:
    case CONDITION_OR: {
        int right = lay_tests(laying, end - 1, yes, no), left_end = part_begins(laying->condition, end - 1) - 1;
        return op == CONDITION_AND ? lay_tests(laying, left_end, right, no) : lay_tests(laying, left_end, yes, right);
    }
    default:
        if (term[-1].op != CONDITION_PUSH_NUMBER) laying->tests = -1;
        return lay_test(laying, term - 2, relations_of(op), term[-1].value, yes, no);
    }
}

enum status condition_prepare(struct condition *condition)
{
    if (!condition_is_whole(condition)) return STATUS_OK;
    struct condition_test *test = malloc(condition->count * sizeof *test);
    if (test == NULL) return STATUS_NO_MEMORY;
    struct laying laying = {condition, test, 0};
    int first = lay_tests(&laying, condition->count - 1, CONDITION_YES, CONDITION_NO);
    if (laying.tests < 0) {
        free(test);
        return STATUS_OK;
    }
    assert(first == laying.tests - 1);
    (void)first;
    free(condition->test);
    condition->test = test;
    condition->tests = (uint8_t)laying.tests;
    return STATUS_OK;
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
