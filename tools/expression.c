/* expression.c - recursive descent to a list of operations in the order in which a stack wants them.
 *
 * The depth of the stack is known once the text is read, so that evaluation needs no memory and cannot fail.
 */
#include "tools/expression.h"
#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_OPERATIONS = 64, MOST_DEPTH = 32, MOST_METRICS = 16, NAME_BYTES = 128 };

enum action { PUSH_NUMBER, PUSH_METRIC, ADD, SUBTRACT, MULTIPLY, DIVIDE, NEGATE, LOGARITHM };

struct operation {
    enum action action;
    double number;
    size_t metric;
};

struct expression {
    struct operation operation[MOST_OPERATIONS];
    size_t operations, metrics;
    char metric[MOST_METRICS][NAME_BYTES];
};

struct parser {
    struct expression *out;
    const char *at;
    char *why;
    int depth, nesting; /* of the value stack; of parentheses */
};

static bool refuse(struct parser *p, const char *what)
{
    snprintf(p->why, EXPRESSION_WHY, "%s at '%.60s'", what, *p->at ? p->at : "the end");
    return false;
}

static bool emit(struct parser *p, struct operation operation)
{
    bool pushes = operation.action == PUSH_NUMBER || operation.action == PUSH_METRIC;
    bool unary = operation.action == NEGATE || operation.action == LOGARITHM;
    p->depth += pushes ? 1 : unary ? 0 : -1;
    if (p->out->operations == MOST_OPERATIONS || p->depth > MOST_DEPTH) return refuse(p, "the expression is too long");
    p->out->operation[p->out->operations++] = operation;
    return true;
}

static void skip_blanks(struct parser *p)
{
    while (*p->at == ' ') p->at++;
}

static bool take(struct parser *p, char c)
{
    skip_blanks(p);
    if (*p->at != c) return false;
    p->at++;
    return true;
}

/* How far a metric's name goes: parentheses and brackets that open in it close in it. */
static size_t name_length(const char *text)
{
    size_t n = 0;
    int depth = 0;
    for (; text[n]; n++) {
        char c = text[n];
        if (c == '(' || c == '[')
            depth++;
        else if ((c == ')' || c == ']') && depth > 0)
            depth--;
        else if (!isalnum((unsigned char)c) && c != '_' && c != '.' && !(depth > 0 && c == '='))
            break;
    }
    return n;
}

static bool read_metric(struct parser *p)
{
    struct expression *out = p->out;
    size_t n = name_length(p->at), i = 0;
    char name[NAME_BYTES];
    if (n >= NAME_BYTES) return refuse(p, "the name is too long");
    snprintf(name, sizeof name, "%.*s", (int)n, p->at);
    while (i < out->metrics && strcmp(out->metric[i], name) != 0) i++;
    if (i == MOST_METRICS) return refuse(p, "there are too many metrics");
    if (i == out->metrics) memcpy(out->metric[out->metrics++], name, sizeof name);
    p->at += n;
    return emit(p, (struct operation){.action = PUSH_METRIC, .metric = i});
}

static bool read_sum(struct parser *p);

static bool read_enclosed(struct parser *p)
{
    if (++p->nesting > MOST_DEPTH) return refuse(p, "the parentheses are too deep");
    if (!read_sum(p)) return false;
    p->nesting--;
    return take(p, ')') || refuse(p, "a closing parenthesis is missing");
}

static bool read_factor(struct parser *p)
{
    skip_blanks(p);
    if (take(p, '(')) return read_enclosed(p);
    if (take(p, '-')) return read_factor(p) && emit(p, (struct operation){.action = NEGATE});
    if (strncmp(p->at, "ln(", 3) == 0) {
        p->at += 3;
        return read_enclosed(p) && emit(p, (struct operation){.action = LOGARITHM});
    }
    if (isdigit((unsigned char)*p->at)) {
        char *end;
        double number = strtod(p->at, &end);
        p->at = end;
        return emit(p, (struct operation){.action = PUSH_NUMBER, .number = number});
    }
    return isalpha((unsigned char)*p->at) ? read_metric(p) : refuse(p, "a number or a metric is wanted");
}

static bool read_product(struct parser *p)
{
    if (!read_factor(p)) return false;
    for (;;) {
        enum action action = take(p, '*') ? MULTIPLY : take(p, '/') ? DIVIDE : PUSH_NUMBER;
        if (action == PUSH_NUMBER) return true;
        if (!read_factor(p) || !emit(p, (struct operation){.action = action})) return false;
    }
}

static bool read_sum(struct parser *p)
{
    if (!read_product(p)) return false;
    for (;;) {
        enum action action = take(p, '+') ? ADD : take(p, '-') ? SUBTRACT : PUSH_NUMBER;
        if (action == PUSH_NUMBER) return true;
        if (!read_product(p) || !emit(p, (struct operation){.action = action})) return false;
    }
}

struct expression *expression_read(const char *text, char why[EXPRESSION_WHY])
{
    struct expression *out = calloc(1, sizeof *out);
    struct parser parser = {.out = out, .at = text, .why = why};
    if (!out) {
        snprintf(why, EXPRESSION_WHY, "out of memory");
        return NULL;
    }
    bool fine = read_sum(&parser);
    skip_blanks(&parser);
    if (fine && *parser.at) fine = refuse(&parser, "something follows the expression");
    if (fine) return out;
    free(out);
    return NULL;
}

void expression_destroy(struct expression *expression)
{
    free(expression);
}

size_t expression_metrics(const struct expression *expression)
{
    return expression->metrics;
}

const char *expression_metric(const struct expression *expression, size_t index)
{
    return expression->metric[index];
}

double expression_value(const struct expression *expression, const double *value)
{
    double stack[MOST_DEPTH + 1];
    size_t top = 0;
    for (size_t i = 0; i < expression->operations; i++) {
        const struct operation *operation = &expression->operation[i];
        switch (operation->action) {
        case PUSH_NUMBER: stack[top++] = operation->number; break;
        case PUSH_METRIC: stack[top++] = value[operation->metric]; break;
        case NEGATE: stack[top - 1] = -stack[top - 1]; break;
        case LOGARITHM: stack[top - 1] = log(stack[top - 1]); break;
        case ADD: stack[top - 2] += stack[top - 1]; break;
        case SUBTRACT: stack[top - 2] -= stack[top - 1]; break;
        case MULTIPLY: stack[top - 2] *= stack[top - 1]; break;
        case DIVIDE: stack[top - 2] /= stack[top - 1]; break;
        }
        if (operation->action >= ADD && operation->action <= DIVIDE) top--;
    }
    assert(top == 1);
    return stack[0];
}
