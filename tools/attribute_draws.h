/* attribute_draws.h - the inside of attribution_draw: one direction's assumed inputs, and what a draw makes of them.
 *
 * Private to attribute_draws.c, which draws, and attribute_refit.c, which simulates. Errors: an exit code after a message.
 */
#ifndef GREENLANE_TOOLS_ATTRIBUTE_DRAWS_H
#define GREENLANE_TOOLS_ATTRIBUTE_DRAWS_H

#include "models/scenario/quantity.h"
#include "tools/attribute.h"
#include "tools/vary.h"

enum { DRAWING_RESOURCES = 100 };

struct stand { /* a value that stands in A, or that a reform puts there */
    struct vary vary;
    int reform;            /* whose; NONE: A's */
    uint64_t changers;     /* of A's: reforms that change or remove it */
    enum unit unit;
    double low, high;
    char *setting;         /* of the draw in hand */
};

struct drawing {
    struct plan *plan;
    const struct plan_unit *unit;
    const char *direction;
    enum direction here, other;
    char metric[120];
    struct frame frame;
    struct stand *input, *server, *free; /* server: of resources; free: of the free input */
    size_t inputs, servers, frees;
    double *offered;       /* by server: in the file's own values */
    double factor[2];      /* of the free input: in A, in B */
    double target[2];
    double *more;          /* by server: staff factor of the draw */
    size_t players, drawn, left_out;
};

bool stand_is_in(const struct stand *stand, uint64_t set); /* does it stand there with these reforms? */
uint64_t drawing_reforms(const struct drawing *d);         /* that touch the direction */

/* Can A, and B, be read with the inputs in hand? Shares may sum to more than the whole. */
int drawing_is_possible(const struct drawing *d, bool *possible);
/* A and B with room everywhere, each with the free input as it is and scaled: their means, and by server the busy share
 * of its resource then, which is in proportion to the work offered. */
int drawing_survey(const struct drawing *d, bool drawn, double mean[4], double *offered);
/* Sets `factor` so that the means meet the targets; false when no sensible one does. */
bool drawing_refit(struct drawing *d, const double mean[4]);
/* Half of what each player brings first and last. Players: reforms that touch the unit, in order; then the rest. */
int drawing_evaluate(const struct drawing *d, double *worth);

#endif
