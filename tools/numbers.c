/* numbers.c - estimates of a stored variant by the names of its metrics (variants.h). */
#include "tools/variants.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double level = 0.95;

bool variant_column(const struct variants *all, const struct variant *variant, const char *metric, double *value)
{
    for (size_t i = 0; i < variant->replications; i++) value[i] = NAN;
    enum status status = store_values(all->store, variant->row->id, metric, value, variant->replications);
    if (status != STATUS_OK) fprintf(stderr, "greenlane: %s cannot be read: %s\n", metric, status_words(status));
    return status == STATUS_OK;
}

bool variant_batches(const struct variants *all, const struct variant *variant, const char *metric, struct batch_means *out)
{
    char name[300];
    struct store_table table = {0};
    if (variant->replications != 1) return false;
    snprintf(name, sizeof name, "%s.by_batch", metric);
    if (!store_series_exists(all->store, variant->row->id, name)) return false;
    if (store_series_read(all->store, variant->row->id, name, 1, &table) != STATUS_OK) return false;
    bool good = batch_means_of(table.value, table.n, table.n, level, out) == STATUS_OK;
    store_table_clear(&table);
    return good;
}

struct estimate variant_estimate(const struct variants *all, const struct variant *variant, const char *metric)
{
    struct estimate none = {.mean = NAN, .half_width = NAN, .sd = NAN};
    double *value = malloc((variant->replications + 1) * sizeof *value);
    if (!value) {
        fprintf(stderr, "greenlane: out of memory: %s is left out\n", metric);
        return none;
    }
    bool found = variant_column(all, variant, metric, value);
    struct estimate estimate = found ? interval_mean(value, variant->replications, level) : none;
    free(value);
    struct batch_means batches;
    if (!variant_batches(all, variant, metric, &batches)) return estimate;
    double mean = estimate.mean; /* of the run as it is: batches weigh alike whatever came in each */
    estimate = batches.estimate;
    estimate.mean = mean;
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

bool variant_is_as_filed(const struct variant *variant)
{
    if (variant->row->policies && *variant->row->policies) return false;
    for (const char *at = variant->row->settings; at && *at; at = strchr(at, '\n')) {
        at += strspn(at, "\n");
        if (*at && strncmp(at, "run.", 4) != 0) return false;
    }
    return true;
}

bool variant_is_lower_bound(const struct variants *all, const struct variant *variant, const char *direction)
{
    return variant_estimate_of(all, variant, "%s.unfinished", direction).mean > 0;
}

int variant_metric_bound(const struct variants *all, const struct variant *variant, const char *metric)
{
    for (size_t d = 0; d < variant->facts->directions; d++) {
        const char *name = variant->facts->direction[d].name;
        size_t length = strlen(name);
        if (strncmp(metric, name, length) != 0 || metric[length] != '.') continue;
        if (!variant_is_lower_bound(all, variant, name)) return 0;
        if (strstr(metric, ".within_")) return -1;
        size_t end = strlen(metric);
        return end > 2 && strcmp(metric + end - 2, "_h") == 0;
    }
    return 0;
}

double variant_unreleased(const struct variants *all, const struct variant *variant, const char *direction)
{
    double left = 0, arrived = 0;
    for (size_t d = 0; d < variant->facts->directions; d++) {
        const char *name = variant->facts->direction[d].name;
        if (direction && strcmp(name, direction) != 0) continue;
        left += variant_estimate_of(all, variant, "%s.unfinished", name).mean;
        arrived += variant_estimate_of(all, variant, "%s.arrived", name).mean;
    }
    return arrived > 0 ? left / arrived : 0;
}
