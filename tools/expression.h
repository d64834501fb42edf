/* expression.h - a number made of metrics: `station.a.number.mean / (stream.c.throughput * station.a.sojourn.mean)`.
 *
 * Numbers, metrics by name, + - * /, ln(...), parentheses. A metric's name begins with a letter and holds no blank; its
 * own parentheses and brackets belong to it: station.a.number.at(12).at_most(80), station.a.wait.mean[stream=b].
 *
 * Ownership: destroy what you read; names are the expression's. Errors: NULL, and one line in `why`.
 */
#ifndef GREENLANE_TOOLS_EXPRESSION_H
#define GREENLANE_TOOLS_EXPRESSION_H

#include <stddef.h>

enum { EXPRESSION_WHY = 160 };

struct expression;
struct expression *expression_read(const char *text, char why[EXPRESSION_WHY]);
void expression_destroy(struct expression *expression);

size_t expression_metrics(const struct expression *expression);
const char *expression_metric(const struct expression *expression, size_t index); /* each name once */

/* value[i] is the value of metric i. NAN in, NAN out. */
double expression_value(const struct expression *expression, const double *value);

#endif
