/* validate_data.h - a Time Release Study sample beside what a scenario simulates, stage by stage and as a whole.
 *
 * A stage of the sample (fit.h, struct trs) is that stage of the scenario which has its name. Measured are the hours of
 * the rows that met it; simulated those inside the clock of the shipments that met it, over all replications. The
 * Kolmogorov-Smirnov distance is taken at the measured values; its p is that of a law fixed beforehand (Stephens 1970),
 * so a scenario that was fitted to this very sample looks a little better than it is.
 *
 * Units: hours. Ownership: beside_clear.
 */
#ifndef GREENLANE_TOOLS_VALIDATE_DATA_H
#define GREENLANE_TOOLS_VALIDATE_DATA_H

#include "tools/fit.h"

enum { BESIDE_POINTS = 200 };

struct beside {          /* one stage, or the whole */
    const char *name;    /* of the stage; NULL: the whole */
    const double *hours; /* measured, sorted; borrowed */
    size_t n;
    double measured_mean, measured_share;
    double mean, share, p50, p90; /* simulated */
    size_t points;
    double at[BESIDE_POINTS], measured[BESIDE_POINTS], simulated[BESIDE_POINTS]; /* shares up to at[] */
    double distance, p;
    bool differs;
};
struct besides {
    struct trs trs;
    char direction[64]; /* DIR of the metrics */
    const char *scenario;
    const char *notice; /* the scenario's, or NULL */
    size_t replications;
    size_t inputs, assumed; /* of the scenario */
    struct beside *item;
    size_t count;
    char missing[400]; /* stages of the sample that the scenario does not have */
};

int plot_besides(const struct options *options, const struct besides *besides);

#endif
