/* attribute.h - from two scenarios to the variants that tell what each reform between them is worth, and back from the
 * stored variants to those worths.
 *
 * The players are the policies of A's file that bring A nearer to B, and, where all of them over A are not B, one more
 * whose changes are the rest: what differs between the files and belongs to no policy. A set of players is a variant: A
 * with those policies and, with the rest, those of its changes whose place all policies of the set leave as all of them
 * together would. So none of them is A, all of them are B, and the sum of the worths is whole.
 *
 * Directions that share nothing run apart, each with the players that can touch it.
 *
 * Errors: an exit code after messages on standard error. Ownership: the clear functions release everything.
 */
#ifndef GREENLANE_TOOLS_ATTRIBUTE_H
#define GREENLANE_TOOLS_ATTRIBUTE_H

#include "tools/apart.h"
#include "tools/frame.h"
#include "tools/treediff.h"
#include "tools/variants.h"

#define ATTRIBUTE_REST "+(no reform named)" /* how the rest stands in a variant's name */

enum {
    ATTRIBUTE_REFORMS = 48,
    ATTRIBUTE_EXACT = 12,      /* players; orders are sampled beyond */
    ATTRIBUTE_SAMPLED = 256    /* variants of a direction, about, when orders are sampled */
};

/* ---- the plan ---- */
struct plan_reform {
    const char *word; /* NAME or NAME=LEVEL */
    char *title;      /* NULL: none given */
    struct tree *tree; /* A with this policy alone */
};
struct plan_unit { /* what runs apart */
    const char *direction;  /* NULL: everything together */
    struct apart apart;     /* settings that leave the direction alone */
    uint64_t touches;       /* players; bit `reforms` is the rest */
    size_t variants;
};
struct plan {
    const struct options *options; /* with replications */
    struct options own;
    struct variant_word a, b;
    struct scenario *scenario;      /* A */
    struct scenario *full;          /* A with all reforms */
    struct tree *tree_b;
    struct plan_reform reform[ATTRIBUTE_REFORMS];
    size_t reforms;
    struct frame frame;
    struct tree_differences rest;   /* from A with all reforms to B */
    uint64_t *needs;                /* per difference: the reforms that must be there */
    char **rest_setting, **rest_said; /* to lay it on; in words: PATH 3 h to 4 h */
    struct plan_unit unit[2];
    size_t units;
    char **text;                    /* owned */
    size_t texts;
    struct variant_word *word;
    size_t words;
    size_t published;               /* values that A and B were fitted to */
    int code;                       /* why a tree could not be read */
};

int plan_make(struct plan *plan, const struct options *options, size_t first); /* first: the argument that names A */
int plan_words(struct plan *plan); /* a word for each variant */
void plan_clear(struct plan *plan);
const char *plan_keep(struct plan *plan, char *text); /* owned from here on; NULL in, NULL out */
/* The settings of one set of players of one unit. */
bool plan_settings(struct plan *plan, const struct plan_unit *unit, uint64_t set, struct words *out);
/* Which sets a unit needs, in rising order; caller frees. NULL: no memory. */
uint64_t *plan_sets(const struct plan_unit *unit, size_t *n);
size_t attribute_pairs(size_t players); /* of sampled orders */

/* ---- what came out ---- */
struct attribution_reform {
    char name[80], title[120];
    bool rest, touches;
    struct estimate average, first, last;
    double sampling;   /* half-width from sampled orders; it is within average.half_width */
    double low, high;  /* if inputs vary; NAN */
};
struct attribution_direction {
    const char *name;
    struct estimate from, to, difference;
    struct attribution_reform *reform;
    size_t reforms, variants;
    bool sampled, lower_bound;
};
struct attribution {
    struct attribution_direction *direction;
    size_t directions;
    size_t inputs, assumed, replications;
};

/* From the variants of one stored attribution. */
int attribution_read(const struct variants *all, struct attribution *out);
/* Plans, simulates what the store lacks, and reads. */
int attribution_make(struct plan *plan, struct variants *all, struct attribution *out);
/* A title that fits a column, else the policy's name. */
const char *attribution_label(const struct attribution_reform *reform, size_t width, char text[130]);
void attribution_clear(struct attribution *attribution);

#endif
