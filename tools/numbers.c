/* numbers.c - estimates of a stored variant by the names of its metrics (variants.h). */
#include "tools/variants.h"
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>

static const double level = 0.95;

bool variant_column(const struct variants *all, const struct variant *variant, const char *metric, double *value)
{
    for (size_t i = 0; i < variant->replications; i++) value[i] = NAN;
    return store_values(all->store, variant->row->id, metric, value, variant->replications) == STATUS_OK;
}

struct estimate variant_estimate(const struct variants *all, const struct variant *variant, const char *metric)
{
    struct estimate none = {.mean = NAN, .half_width = NAN, .sd = NAN};
    double *value = malloc((variant->replications + 1) * sizeof *value);
    if (!value) return none;
    bool found = variant_column(all, variant, metric, value);
    struct estimate estimate = found ? interval_mean(value, variant->replications, level) : none;
    free(value);
    return estimate;
}

struct estimate variant_estimate_of(const struct variants *all, const struct variant *variant, const char *format, ...)
{
    char metric[256];
    va_list values;
    va_start(values, format);
    vsnprintf(metric, sizeof metric, format, values);
    va_end(values);
    return variant_estimate(all, variant, metric);
}

bool variant_is_lower_bound(const struct variants *all, const struct variant *variant, const char *direction)
{
    return variant_estimate_of(all, variant, "%s.unfinished", direction).mean > 0;
}
