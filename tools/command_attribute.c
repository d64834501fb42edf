/* command_attribute.c - `greenlane attribute A B`: what each reform between two scenarios is worth, in a page or as
 * JSON. */
#include "tools/attribute.h"
#include "tools/command.h"
#include "tools/report.h"
#include "tools/table.h"
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LABEL_WIDTH = 26, FIRST_WIDTH = 10, LAST_WIDTH = 10, AVERAGE_WIDTH = 9, HALF_WIDTH = 8, RANGE_WIDTH = 14 };

/* ---- a table of hours ---- */
static void print_left(const char *text, size_t width)
{
    size_t taken = text_width(text);
    fputs(text, stdout);
    printf("%*s", taken < width ? (int)(width - taken) : 1, "");
}

static void print_right(const char *text, size_t width)
{
    size_t taken = text_width(text);
    printf("%*s%s", taken < width ? (int)(width - taken) : 1, "", text);
}

static void print_hours(double hours, int decimals, size_t width)
{
    char number[32], text[40];
    text_number(hours, decimals, number);
    snprintf(text, sizeof text, "%s%s", hours > 0 && strspn(number, "0.") < strlen(number) ? "+" : "", number);
    print_right(text, width);
}

static void print_half_width(double half_width, int decimals, bool last)
{
    char number[32], text[40] = "";
    if (!isnan(half_width)) snprintf(text, sizeof text, " ± %s", text_number(half_width, decimals, number));
    if (last)
        fputs(text, stdout);
    else
        print_left(text, HALF_WIDTH);
}

/* Small differences need more digits: exports are cleared in an hour. */
static int decimals_of(const struct attribution_direction *direction)
{
    double size = fabs(direction->difference.mean);
    return size >= 20 ? 1 : size >= 0.5 ? 2 : 3;
}

static const char *label_of(const struct attribution_reform *reform, char text[140])
{
    attribution_label(reform, LABEL_WIDTH - 1, text);
    if (reform->rest) strcat(text, " (b)");
    return text;
}

static void print_row(const struct attribution_reform *reform, int decimals, bool ranges)
{
    char text[140];
    print_left(label_of(reform, text), LABEL_WIDTH);
    print_hours(reform->first.mean, decimals, FIRST_WIDTH);
    print_hours(reform->last.mean, decimals, LAST_WIDTH);
    print_hours(reform->average.mean, decimals, AVERAGE_WIDTH);
    print_half_width(reform->average.half_width, decimals + 1, !ranges);
    if (ranges && !isnan(reform->low)) {
        char low[32], high[32];
        int digits = decimals > 1 ? decimals - 1 : 0;
        text_number(reform->low, digits, low);
        text_number(reform->high, digits, high);
        snprintf(text, sizeof text, "%s%s .. %s%s", reform->low > 0 ? "+" : "", low, reform->high > 0 ? "+" : "", high);
        print_right(text, RANGE_WIDTH);
    }
    putchar('\n');
}

static void print_absent(const struct attribution_direction *direction)
{
    char text[700] = "", label[140];
    size_t used = 0;
    for (size_t i = 0; i < direction->reforms && used < sizeof text; i++)
        if (!direction->reform[i].touches)
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%s",
                used ? ", " : "It touches nothing here: ", attribution_label(&direction->reform[i], PAGE_WIDTH, label));
    if (used && used < sizeof text) snprintf(text + used, sizeof text - used, ".");
    if (used) print_wrapped(stdout, text);
}

static void print_direction(const struct attribution_direction *direction)
{
    int decimals = decimals_of(direction);
    double sum = 0;
    bool ranges = false, touched = false;
    char name[40], from[32], to[32], difference[32], half[40] = "", number[32], head[200];
    size_t reforms = 0;
    for (size_t i = 0; i < direction->reforms; i++) {
        ranges = ranges || !isnan(direction->reform[i].low);
        reforms += direction->reform[i].touches && !direction->reform[i].rest;
        touched = touched || direction->reform[i].touches;
    }
    snprintf(name, sizeof name, "%s", direction->name);
    for (char *at = name; *at; at++) *at = (char)toupper((unsigned char)*at);
    if (!isnan(direction->difference.half_width))
        snprintf(half, sizeof half, " (± %s)", text_number(direction->difference.half_width, 2, number));
    text_number(direction->difference.mean, 2, difference);
    snprintf(head, sizeof head, "%s  %s h to %s h: %s%s h%s", name, text_number(direction->from.mean, 2, from),
        text_number(direction->to.mean, 2, to), direction->difference.mean > 0 ? "+" : "", difference, half);
    print_left(head, 56);
    if (!touched) {
        printf("\nNo reform touches it.\n\n");
        return;
    }
    printf("%zu reform%s, %zu variants\n", reforms, reforms == 1 ? "" : "s", direction->variants);
    printf("%*shours if introduced%11saverage%s\n", LABEL_WIDTH, "", "", ranges ? "     if inputs" : "");
    print_left("reform", LABEL_WIDTH);
    printf("%*s%*s%*s%s\n", FIRST_WIDTH, "first", LAST_WIDTH, "last", AVERAGE_WIDTH + HALF_WIDTH - 1, "(Shapley)",
        ranges ? "       vary (a)" : "");
    for (size_t i = 0; i < direction->reforms; i++) {
        if (!direction->reform[i].touches) continue;
        print_row(&direction->reform[i], decimals, ranges);
        sum += direction->reform[i].average.mean;
    }
    print_left("sum", LABEL_WIDTH + FIRST_WIDTH + LAST_WIDTH);
    print_hours(sum, decimals, AVERAGE_WIDTH);
    putchar('\n');
    print_absent(direction);
    if (direction->lower_bound) printf("Some shipments were not released when the run ended: lower bounds.\n");
    if (direction->sampled)
        printf(
            "Orders are sampled: %zu of them, in opposite pairs; ± covers that too.\n", 2 * attribute_pairs(reforms));
    putchar('\n');
}

/* ---- what surrounds it ---- */
static void print_headline(const struct plan *plan, const struct attribution *attribution)
{
    char text[400];
    int used = snprintf(text, sizeof text, "ILLUSTRATION, NOT EVIDENCE: %zu of %zu inputs are assumed",
        attribution->assumed, attribution->inputs);
    if (plan->published)
        snprintf(text + used, sizeof text - (size_t)used,
            ", and %zu published value%s to which the files were fitted cannot identify them.", plan->published,
            plan->published == 1 ? "" : "s");
    else
        snprintf(text + used, sizeof text - (size_t)used, ".");
    print_wrapped(stdout, text);
    putchar('\n');
}

/* How far the firsts are from the whole, in the direction with the most to explain. */
static void print_overlap(const struct plan *plan, const struct attribution *attribution)
{
    const struct attribution_direction *most = &attribution->direction[0];
    for (size_t d = 1; d < attribution->directions; d++)
        if (fabs(attribution->direction[d].difference.mean) > fabs(most->difference.mean))
            most = &attribution->direction[d];
    double first = 0, last = 0, all = most->difference.mean;
    for (size_t i = 0; i < most->reforms; i++) first += most->reform[i].first.mean, last += most->reform[i].last.mean;
    char text[600];
    const char *b = plan->b.policies.count ? "B" : plan->b.word, *a = plan->a.policies.count ? "A" : plan->a.word;
    bool overlap = fabs(first - all) > 0.02 * fabs(all);
    int used = overlap ? snprintf(text, sizeof text,
                             "The reforms overlap: the firsts sum to %+.1f h and the lasts to %+.1f h, where all "
                             "together make %+.1f h. ",
                             first, last, all)
                       : snprintf(text, sizeof text, "The reforms hardly overlap: first, last and average are alike. ");
    const char *slash_a = strrchr(a, '/'), *slash_b = strrchr(b, '/');
    snprintf(text + used, sizeof text - (size_t)used,
        "\"First\" adds the reform to %s alone; \"last\" is what %s would lose without it. Quote the two together.",
        slash_a ? slash_a + 1 : a, slash_b ? slash_b + 1 : b);
    print_wrapped(stdout, text);
}

static void print_draws(const struct plan *plan)
{
    char text[900];
    const char *both[2] = {plan->free_said[0], plan->free_said[1]};
    size_t used = (size_t)snprintf(text, sizeof text,
        "(a) Middle 90 %% of %llu draws of %zu assumed times and shares over their ranges (without one: times ± 25 %%, "
        "shares ± 20 %%), each refitted to the totals by ",
        (unsigned long long)plan->options->draws, plan->inputs_drawn);
    used += (size_t)snprintf(
        text + used, sizeof text - used, "%s%s%s", both[0], *both[0] && *both[1] ? " and " : "", both[1]);
    used += (size_t)snprintf(text + used, sizeof text - used,
        ". Half of first and last each; volumes stay, staff follows the work. Order is uncertain where these overlap.");
    if (plan->draws_left_out)
        snprintf(text + used, sizeof text - used, " %zu draws that no value of it fits to the totals are left out.",
            plan->draws_left_out);
    print_wrapped(stdout, text);
}

static void print_footnotes(const struct plan *plan, const struct attribution *attribution)
{
    bool rest = false;
    for (size_t d = 0; d < attribution->directions; d++)
        for (size_t i = 0; i < attribution->direction[d].reforms; i++)
            rest = rest || attribution->direction[d].reform[i].rest;
    if (plan->options->draws) print_draws(plan);
    if (!rest) return;
    char text[900];
    size_t used = (size_t)snprintf(text, sizeof text, "(b) What differs between the files and belongs to no policy:");
    for (size_t i = 0; i < plan->rest.count && i < 3 && used < sizeof text; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s %.160s", i ? ";" : "", plan->rest_said[i]);
    if (used < sizeof text && plan->rest.count > 3)
        used += (size_t)snprintf(text + used, sizeof text - used, "; and %zu more", plan->rest.count - 3);
    if (used < sizeof text && !plan->rest.count) used += (size_t)snprintf(text + used, sizeof text - used, " nothing");
    if (used < sizeof text) used += (size_t)snprintf(text + used, sizeof text - used, ".");
    if (used < sizeof text && plan->options->draws)
        snprintf(text + used, sizeof text - used,
            " In a draw also what the refitted input must change by for B's total to fit.");
    print_wrapped(stdout, text);
}

static void print_frame(const struct plan *plan, const struct variants *all, const struct attribution *attribution)
{
    char text[500] = "Each variant: ";
    size_t used = strlen(text);
    frame_describe(&plan->frame, attribution->replications, all->item[0].row->seed, text + used, sizeof text - used);
    used = strlen(text);
    snprintf(text + used, sizeof text - used, ". The same shipments in all. ± is a 95 %% interval and chance alone.%s",
        attribution->replications < 2 ? " One replication gives none." : "");
    print_wrapped(stdout, text);
    printf("Stored as run:%lld", (long long)all->item[0].row->run);
    if (all->simulated)
        printf(" (%zu replications, %.0f s)", all->simulated, all->seconds);
    else
        printf(" (all %zu replications reused)", all->reused);
    if (plan->options->draws)
        printf(". Picture: greenlane plot waterfall, with these\nfiles and --draws %llu\n", (unsigned long long)plan->options->draws);
    else
        printf(". Picture: greenlane plot waterfall run:%lld\n", (long long)all->item[0].row->run);
}

static void print_page(const struct plan *plan, const struct variants *all, const struct attribution *attribution)
{
    print_headline(plan, attribution);
    report_notices(all, stdout);
    for (size_t d = 0; d < attribution->directions; d++) print_direction(&attribution->direction[d]);
    print_overlap(plan, attribution);
    print_footnotes(plan, attribution);
    print_frame(plan, all, attribution);
}

/* ---- JSON ---- */
static void json_reform(struct json *json, const struct attribution_reform *reform)
{
    json_map(json, NULL);
    json_text(json, "name", reform->name);
    json_text(json, "title", reform->title[0] ? reform->title : NULL);
    json_number(json, "hours", reform->average.mean);
    json_number(json, "half_width", reform->average.half_width);
    json_number(json, "first_h", reform->first.mean);
    json_number(json, "last_h", reform->last.mean);
    json_number(json, "low_h", reform->low);
    json_number(json, "high_h", reform->high);
    json_end(json);
}

static void print_json(const struct plan *plan, const struct variants *all, const struct attribution *attribution)
{
    struct json json = {.out = stdout};
    json_map(&json, NULL);
    json_count(&json, "schema_version", 1);
    json_notices(&json, all);
    json_map(&json, "directions");
    for (size_t d = 0; d < attribution->directions; d++) {
        const struct attribution_direction *direction = &attribution->direction[d];
        json_map(&json, direction->name);
        json_number(&json, "difference_h", direction->difference.mean);
        json_number(&json, "half_width", direction->difference.half_width);
        json_number(&json, "from_h", direction->from.mean);
        json_number(&json, "to_h", direction->to.mean);
        json_count(&json, "variants", direction->variants);
        json_flag(&json, "lower_bound", direction->lower_bound);
        json_list(&json, "reforms");
        for (size_t i = 0; i < direction->reforms; i++) json_reform(&json, &direction->reform[i]);
        json_end(&json);
        json_end(&json);
    }
    json_end(&json);
    json_count(&json, "inputs", attribution->inputs);
    json_count(&json, "assumed", attribution->assumed);
    json_count(&json, "published", plan->published);
    json_count(&json, "replications", attribution->replications);
    json_count(&json, "run", (uint64_t)all->item[0].row->run);
    json_end(&json);
}

int command_attribute(const struct options *options)
{
    struct plan plan;
    struct variants all = {0};
    struct attribution attribution = {0};
    int code = plan_make(&plan, options, 0);
    if (!code) code = attribution_make(&plan, &all, &attribution);
    if (!code && options->json)
        print_json(&plan, &all, &attribution);
    else if (!code)
        print_page(&plan, &all, &attribution);
    attribution_clear(&attribution);
    variants_close(&all);
    plan_clear(&plan);
    return code;
}
