/* command_run.c - `greenlane run` and `greenlane validate`: one scenario, simulated where the store lacks it, and printed. */
#include "tools/command.h"
#include "tools/fit.h"
#include "tools/load.h"
#include "tools/report.h"
#include "tools/table.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void describe_size(double shipments, char *text, size_t size)
{
    char number[32];
    if (shipments >= 1e6)
        snprintf(text, size, "%.1f million shipments, ", shipments / 1e6);
    else if (shipments > 0)
        snprintf(text, size, "%s shipments, ", text_count((uint64_t)llround(shipments), number));
}

static void report_stored(const struct options *options, const struct variants *all, const struct variant *variant)
{
    double arrived = 0;
    const struct facts *facts = variant->facts;
    char size[60] = "", reused[80] = "", text[4400];
    const struct facts_direction *part = facts->sites ? facts->stream : facts->direction; /* whatever has no direction, too */
    for (size_t i = 0; i < (facts->sites ? facts->streams : facts->directions); i++) {
        double mean = variant_estimate_of(all, variant, "%s.arrived", part[i].name).mean;
        if (!isnan(mean)) arrived += mean * (double)variant->replications;
    }
    describe_size(arrived, size, sizeof size);
    if (all->reused) snprintf(reused, sizeof reused, "%zu of %zu replications reused, ", all->reused, all->reused + all->simulated);
    if (all->reused && !all->simulated)
        snprintf(text, sizeof text, "Stored as run:%lld in %s (%zu replication%s reused, nothing simulated).", (long long)variant->row->run, options->db,
            all->reused, all->reused == 1 ? "" : "s");
    else
        snprintf(text, sizeof text, "Stored as run:%lld in %s (%s%s%.1f s).", (long long)variant->row->run, options->db, size, reused, all->seconds);
    print_wrapped(stdout, text);
}

static void print_run(const struct options *options, const struct variants *all, const struct variant *variant)
{
    report_heading(all, variant, stdout);
    report_times(all, variant, stdout);
    report_sites(all, variant, stdout);
    report_control(all, variant, stdout);
    report_resources(all, variant, stdout);
    report_network(all, variant, stdout);
    report_plan(all, variant, stdout);
    report_evidence(all, variant, stdout);
    report_expects(all, variant, stdout);
    report_promises(all, variant, stdout);
    report_checks(all, variant, stdout);
    report_stored(options, all, variant);
}

int command_run(const struct options *options)
{
    struct loaded loaded;
    int code = load_words(&loaded, options, 0, "run", LOAD_CHANGE_ALL);
    for (size_t i = 0; !code && i < loaded.variants.count; i++) {
        if (options->json)
            report_json(&loaded.variants, &loaded.variants.item[i], stdout);
        else
            print_run(options, &loaded.variants, &loaded.variants.item[i]);
    }
    loaded_clear(&loaded);
    return code;
}

static size_t count_missed(const struct variants *all, const struct variant *variant)
{
    size_t missed = 0;
    for (size_t i = 0; i < variant->expects; i++)
        missed += !expect_is_met(&variant->expect[i], variant_estimate(all, variant, variant->expect[i].metric).mean);
    return missed;
}

static int print_validation(const struct options *options, const struct variants *all, const struct variant *variant)
{
    size_t missed = count_missed(all, variant);
    if (options->json) {
        report_json(all, variant, stdout);
    } else {
        report_heading(all, variant, stdout);
        report_expects(all, variant, stdout);
        if (variant->expects)
            printf("%zu of %zu published values are met.\n", variant->expects - missed, variant->expects);
        else
            printf("The scenario has no `expect:`, so there is nothing to set its outcomes against.\n");
    }
    return missed ? EXIT_CHECK_FAILED : EXIT_DONE;
}

int command_validate(const struct options *options)
{
    if (options->data) return validate_data(options);
    struct loaded loaded;
    int code = load_words(&loaded, options, 0, "validate", LOAD_CHANGE_ALL);
    if (!code) code = print_validation(options, &loaded.variants, &loaded.variants.item[0]);
    loaded_clear(&loaded);
    return code;
}
