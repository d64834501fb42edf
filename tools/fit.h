/* fit.h - what `greenlane fit` makes of data, each kind in a file of its own.
 *
 * Each returns an exit code after printing, and after messages about every cell that is wrong.
 */
#ifndef GREENLANE_TOOLS_FIT_H
#define GREENLANE_TOOLS_FIT_H

#include "engine/infer/fit.h"
#include "engine/infer/ranking.h"
#include <stdio.h>
#include "tools/csv.h"
#include "tools/options.h"

int fit_durations(const struct options *options);
int fit_arrivals(const struct options *options);
int fit_risk(const struct options *options);
int fit_trs(const struct options *options);

/* ---- what several of them need ---- */
bool fit_is_picture(const char *out); /* ends in .svg or .png; NULL is none */
/* Prints what is wrong and clears the list: EXIT_UNREADABLE, EXIT_CONTENT, or 0 when nothing is. */
int fit_end_messages(struct diagnostics *errors);
int fit_no_memory(void);
const char *fit_base_name(const char *path); /* without its folders; "standard input" for - */

/* A file that appears under its name only when it is whole. NULL, or an exit code, after a message. */
struct fit_file {
    FILE *out;
    const char *name;
    char part[4096];
};
int fit_file_begin(struct fit_file *file, const char *name);
int fit_file_end(struct fit_file *file, bool good);

/* A distribution in the words of a scenario: `lognormal mean 8.31 h sd_log 0.602`; zeros: the share of values that are
 * 0 and beside the fit, which then is one part of a mixture. Unit "" leaves units out. */
enum { FIT_WORDS = 300, FIT_NUMBER = 40 };
const char *fit_number(double value, char out[FIT_NUMBER]); /* four digits, no exponent: 8.31, 12035 */
void fit_words(const struct fit *fit, const char *unit, double zeros, char words[FIT_WORDS]);
/* Name of a parameter in these words, and whether it has a unit. */
const char *fit_parameter_name(enum fit_family family, unsigned parameter, bool *has_unit);
/* The families that could be fitted, least AIC first. Returns how many. */
size_t fit_order(const struct fit fit[FIT_FAMILIES], enum fit_family order[FIT_FAMILIES]);
double fit_quantile(const double *sorted, size_t n, double p); /* linear between order statistics */

/* ---- a Time Release Study sample ---- */
struct trs_stage {
    const char *column; /* the milestone that ends it, as the data have it */
    char name[64];      /* as a scenario has it */
    const char *owner;  /* guessed from the name */
    double *hours;      /* sorted */
    size_t n, zeros;
    double mean, share;       /* of those that met it; share of all */
    struct fit_sample sample; /* of those over 0 */
    struct fit fit;           /* the best; failed where there are too few values */
    bool fits;                /* chance alone could put it so far off */
    char words[FIT_WORDS];
};
struct trs {
    const struct options *options;
    const char *path;
    struct trs_sample *sample;
    const char *first_column;
    struct trs_stage *stage;
    size_t stages;
    size_t rows, unfinished; /* rows used; rows left out for want of the first or the last milestone */
    double *arrival, *total; /* of each row used, in hours; total sorted */
    bool timed;
};
/* An exit code after messages; trs_clear is due either way. */
int trs_read(struct trs *trs, const struct options *options, const char *path);
void trs_clear(struct trs *trs);
void trs_write_scenario(const struct trs *trs, FILE *out);

/* `validate FILE --data SAMPLE.csv`: simulated beside measured distributions. */
int validate_data(const struct options *options);

/* ---- pictures ---- */
int plot_fit(const struct options *options, const char *title, const char *note, const char *unit,
    const struct fit_sample *sample, const struct fit *const *fit, size_t fits);
struct profile;
int plot_profile(const struct options *options, const char *title, const char *note, const struct profile *profile);
int plot_ranking(const struct options *options, const char *title, const char *note, const struct ranking_row *row,
    size_t n, const struct binormal *law);

#endif
