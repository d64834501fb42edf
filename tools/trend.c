/* trend.c - see trend.h. */
#include "tools/trend.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double error_level = 0.05, least_growth = 1.2, least_more = 30, share_kept = 0.03;

struct thirds { double *first, *last; }; /* means, by replication */

/* Means of a series over the first and last third of the window. False where there is no such series. */
static bool read_thirds(const struct variants *all, const struct variant *variant, const char *resource, struct thirds *out)
{
    char name[200];
    struct store_table table = {0};
    snprintf(name, sizeof name, "station.%s.queue.per_hour", resource);
    if (store_series_read(all->store, variant->row->id, name, variant->replications, &table) != STATUS_OK) return false;
    double from = variant->row->window_from_h, third = (variant->row->window_to_h - from) / 3;
    bool good = table.n >= 6 && table.replications >= 2;
    for (size_t r = 0; good && r < table.replications; r++) {
        double sum[3] = {0}, count[3] = {0};
        for (size_t i = 0; i < table.n; i++) {
            double part = floor((table.start_h + (double)i * table.step_h - from) / third), value = table.value[r * table.n + i];
            if (!(part >= 0 && part < 3) || isnan(value)) continue;
            sum[(int)part] += value;
            count[(int)part]++;
        }
        out->first[r] = sum[0] / count[0];
        out->last[r] = sum[2] / count[2];
    }
    store_table_clear(&table);
    return good;
}

/* Without a series: the number at the window's end against that at its beginning, by the metric of its growth. */
static bool read_growth(const struct variants *all, const struct variant *variant, const char *resource, struct thirds *out)
{
    char name[200];
    double window = variant->row->window_to_h - variant->row->window_from_h;
    snprintf(name, sizeof name, "station.%s.number.growth", resource);
    if (variant->replications < 2 || !variant_column(all, variant, name, out->last)) return false;
    for (size_t r = 0; r < variant->replications; r++) {
        if (isnan(out->last[r])) return false;
        out->last[r] *= window;
        out->first[r] = 0;
    }
    return true;
}

/* By what the numbers at the window's ends say: a good part of those who come stays. This is plain with a single
 * replication, too, while the thirds need several and a test. */
static bool keeps_a_share(const struct variants *all, const struct variant *variant, const char *resource, double *rate)
{
    double growth = variant_estimate_of(all, variant, "station.%s.number.growth", resource).mean;
    double came = variant_estimate_of(all, variant, "station.%s.arrived", resource).mean;
    double hours = variant->row->window_to_h - variant->row->window_from_h;
    *rate = 24 * growth;
    return growth * hours > least_more && growth * hours > share_kept * came;
}

size_t queues_that_grow(const struct variants *all, const struct variant *variant, char *names, size_t size)
{
    size_t resources = variant->facts->resources, grow = 0, used = 0, seen = 0, n = variant->replications;
    double *p = calloc(resources + 1, sizeof *p), *values = calloc(2 * n + 1, sizeof *values);
    double *rate = calloc(resources + 1, sizeof *rate);
    bool *clear = calloc(resources + 1, sizeof *clear), *much = calloc(resources + 1, sizeof *much),
         *kept = calloc(resources + 1, sizeof *kept);
    struct thirds thirds = {values, values ? values + n : NULL};
    bool fine = p && values && rate && clear && much && kept;
    *names = 0;
    if (!fine) fprintf(stderr, "greenlane: out of memory: no queue is tested for a trend\n");
    for (size_t i = 0; fine && i < resources; i++) {
        const char *name = variant->facts->resource[i].name;
        bool ends = false;
        p[i] = NAN;
        kept[i] = keeps_a_share(all, variant, name, &rate[i]);
        if (!read_thirds(all, variant, name, &thirds) && !(ends = read_growth(all, variant, name, &thirds))) continue;
        struct estimate change = interval_paired(thirds.first, thirds.last, n, 0.95);
        double before = interval_mean(thirds.first, n, 0.95).mean, after = interval_mean(thirds.last, n, 0.95).mean;
        p[i] = interval_estimate_p(&change);
        double window = variant->row->window_to_h - variant->row->window_from_h, at_ends = rate[i] / 24 * window;
        if (isnan(rate[i])) rate[i] = 24 * change.mean / (window * 2 / 3); /* thirds lie so far apart */
        if (ends) before = variant_estimate_of(all, variant, "station.%s.queue.mean", name).mean / 2, after += before;
        much[i] = after > least_growth * before && after - before > 1;
        /* A holiday in the last third lengthens its queue and is over at its end. */
        if (!ends && at_ends < change.mean / 2) much[i] = false;
        seen++;
    }
    if (seen) interval_holm(p, resources, error_level, clear);
    for (size_t i = 0; fine && i < resources; i++)
        if (kept[i] || (clear[i] && much[i])) {
            bool dated = variant->row->dated; /* abstract queues think in hours */
            if (used < size)
                used += (size_t)snprintf(names + used, size - used, fabs(rate[i]) < 100 ? "%s%s (by %.2g %s)" : "%s%s (by %.0f %s)",
                    grow ? ", " : "", variant->facts->resource[i].name, dated ? rate[i] : rate[i] / 24, dated ? "a day" : "an hour");
            grow++;
        }
    free(p);
    free(values);
    free(rate);
    free(clear);
    free(much);
    free(kept);
    return seen || grow ? grow : QUEUES_UNKNOWN;
}
