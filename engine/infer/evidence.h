/* evidence.h - what a category says about the odds of a yes when some categories were seen only a few times.
 *
 * Weight of evidence: log(q / (1 - q)) - log(p / (1 - p)), with p the share of yes among all rows and q the share in
 * the category, drawn towards p as if `prior` rows with share p stood there too: q = (hits + prior p) / (rows + prior).
 * How many those are, the categories say themselves: the shares of categories scatter by a beta distribution, and
 * `prior` maximises the likelihood of all their counts. When categories differ no more than chance makes them, prior is
 * large and every weight near 0.
 *
 * Sources: Good 1950 (weight of evidence); Skellam 1948 (the beta-binomial law).
 * Shapes:  one entry a category: rows and how many of them are hits; entries without rows are passed over.
 */
#ifndef GREENLANE_ENGINE_INFER_EVIDENCE_H
#define GREENLANE_ENGINE_INFER_EVIDENCE_H

#include <stddef.h>
#include <stdint.h>

struct evidence_count {
    uint32_t hits, rows;
};
struct evidence {
    double base, prior;
    double gain; /* log likelihood over `all categories are alike`; below 2, say, they tell nothing */
};

struct evidence evidence_of(const struct evidence_count *count, size_t n); /* base NAN without rows */
double evidence_weight(const struct evidence *evidence, double hits, double rows);

#endif
