/* variants.h - from the words of a command line to variants in the store: scenario -> model -> experiment -> store.
 *
 * A word is a scenario file, FILE+POLICY+POLICY, or a stored run (run:14, run:NAME). Files are read first, all their
 * errors come out together, and nothing is created or stored when there is one. Then the store is asked which
 * replications it has, the others are simulated, and a run is added that refers to them. What is shown afterwards is
 * read from the store, never from the simulation.
 *
 * Seed and replications of files: what the options say, else those of the first stored run named, else of the first file.
 * A run with several variants stands for all of them.
 *
 * Errors: an exit code after a message on standard error. Ownership: variants_close releases everything.
 */
#ifndef GREENLANE_TOOLS_VARIANTS_H
#define GREENLANE_TOOLS_VARIANTS_H

#include "engine/experiment/store.h"
#include "engine/infer/batch_means.h"
#include "models/scenario/scenario.h"
#include "tools/facts.h"
#include "tools/options.h"

struct variant_word { /* borrowed texts, but `file` */
    const char *word; /* as typed */
    char *file;       /* without its policies; NULL for a stored run; owned */
    struct words policies, sets;
    double scale;     /* told in the variant's name when not 0: the factor that `sets` put on every stream's rate */
    const char *also; /* told in the variant's name: what `sets` say, in a word; NULL: nothing */
    bool silent;      /* one of many of a file whose warnings have been said */
};

struct variants_request {
    const struct options *options;
    struct variant_word *word;
    size_t words;
    const char *kind; /* of the run that is stored */
    bool together;    /* the files make one run instead of one each */
    bool numbers_only; /* of each replication the metrics are stored, neither series nor curves: for hundreds of variants */
};

struct variant {
    const struct store_variant_row *row;
    struct facts *facts;
    size_t word;          /* which of the request it came from */
    size_t replications;  /* that may be read */
    size_t simulated;     /* by this command */
    size_t inputs, assumed;
    struct store_input *input;
    struct store_expect *expect;
    size_t expects;
};

struct warm_up { /* what the pilots said; sought only where run: warm_up is auto */
    bool sought;
    bool found;             /* false: MSER-5 picked the last half, so there is no steady state to begin from */
    bool grows;             /* a trend is left behind it */
    double hours, per_day;  /* per_day: how the number inside grows behind it */
};
struct precision { /* what --precision reached */
    bool asked, reached;
    double wanted, got;     /* the largest half-width by its mean; got NAN: there is no interval */
    size_t replications, most, needed; /* needed: about so many would do; 0: cannot be told */
    char metric[200];       /* whose that is */
};

struct variants {
    struct store *store;
    struct warm_up warm_up;
    struct precision precision;
    struct variant *item;
    size_t count;
    size_t simulated, reused; /* replications */
    double seconds;
    struct variant_rows { struct store_variant_row *row; size_t rows; } *found; /* what the items point into */
    size_t founds;
};

int variants_load(const struct variants_request *request, struct variants *variants);
/* Variants of one name and other settings are told by their settings as well: "before permit.share=25 %". An exit code. */
int variants_tell_apart(struct variants *variants);
void variants_close(struct variants *variants);

/* ---- words ---- */
/* Takes FILE+POLICY apart; a file whose whole name exists is taken as it stands. False: no memory. */
bool variant_word_read(struct variant_word *out, const char *word);
bool variant_word_add(struct variant_word *word, const struct words *policies, const struct words *sets);
void variant_word_clear(struct variant_word *word);
bool is_stored_run(const char *word);

void print_diagnostics(struct diagnostics *list); /* sorted, on standard error */

/* A scenario with its policies and settings; NULL after messages, and *code tells how to exit. */
struct scenario *read_scenario(const struct variant_word *word, const struct options *options, int *code);
/* Likewise once more, with a last setting laid on top; what there is to say has been said. */
struct scenario *read_scenario_with(const struct variant_word *word, const struct options *options, const char *last, int *code);

/* ---- numbers of a variant ---- */
bool variant_column(const struct variants *all, const struct variant *variant, const char *metric, double *value);
/* Of one long run: its interval from batches. False where there are none. */
bool variant_batches(const struct variants *all, const struct variant *variant, const char *metric, struct batch_means *out);
/* Over replications; of one long run over its batches, where the metric is kept by batch. */
struct estimate variant_estimate(const struct variants *all, const struct variant *variant, const char *metric);
/* Likewise with the name put together: "%s.clearance.mean_h". */
struct estimate variant_estimate_of(const struct variants *all, const struct variant *variant, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The model of the file as it stands: no policy was switched on, nothing set but how it is run. */
bool variant_is_as_filed(const struct variant *variant);
/* Some shipments did not reach their end: means and quantiles of this direction are lower bounds. */
bool variant_is_lower_bound(const struct variants *all, const struct variant *variant, const char *direction);
/* Of a metric of such a direction: 1, its value is a lower bound (times); -1, an upper one (shares within a time); else 0. */
int variant_metric_bound(const struct variants *all, const struct variant *variant, const char *metric);
/* Of who arrived in a direction (NULL: in all), the share that was never released. More than UNRELEASED_MOST, and what is known of the
 * others' times decides nothing. */
#define UNRELEASED_MOST 0.001
double variant_unreleased(const struct variants *all, const struct variant *variant, const char *direction);

#endif
