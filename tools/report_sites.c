/* report_sites.c - one row a group and one a site: how many shipments of each kind, and how long they took (report.h).
 *
 * Kinds are import, export, and the units of streams without a direction, in the order in which they come up.
 */
#include "tools/report.h"
#include "tools/table.h"
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_KINDS = 5 };

struct kinds {
    const char *name[MOST_KINDS];
    size_t count;
};

static void note_kind(struct kinds *kinds, const char *kind)
{
    for (size_t k = 0; k < kinds->count; k++)
        if (strcmp(kinds->name[k], kind) == 0) return;
    if (kinds->count < MOST_KINDS) kinds->name[kinds->count++] = kind;
}

static struct kinds kinds_of(const struct facts *facts)
{
    struct kinds kinds = {0};
    for (size_t i = 0; i < facts->streams; i++)
        if (*facts->stream[i].site) note_kind(&kinds, facts->stream[i].kind);
    for (size_t i = 0; i < facts->groups; i++) note_kind(&kinds, facts->group[i].kind);
    return kinds;
}

/* Adds what one view tells: shipments, and the hours of those released. */
struct sum {
    double arrived, released, hours;
};

static void add_view(const struct variants *all, const struct variant *variant, const char *name, struct sum *sum)
{
    double arrived = variant_estimate_of(all, variant, "%s.arrived", name).mean;
    double released = variant_estimate_of(all, variant, "%s.released", name).mean;
    double mean = variant_estimate_of(all, variant, "%s.clearance.mean_h", name).mean;
    if (isnan(arrived)) return;
    sum->arrived += arrived;
    if (!(released > 0) || isnan(mean)) return;
    sum->released += released;
    sum->hours += released * mean;
}

static void put_sum(struct table *table, const struct sum *sum)
{
    char number[32];
    if (!(sum->arrived > 0)) {
        table_cell(table, "%s", "");
        table_cell(table, "%s", "");
        return;
    }
    table_cell(table, "%s", text_count((uint64_t)llround(sum->arrived), number));
    double mean = sum->released > 0 ? sum->hours / sum->released : NAN;
    table_number(table, mean, mean < 0.1 ? 3 : mean < 10 ? 2 : 1);
}

static void put_row(const struct variants *all, const struct variant *variant, const struct kinds *kinds,
    const char *label, const struct facts_direction *view, size_t views, const char *wanted, bool by_site,
    struct table *table)
{
    table_cell(table, "  %s", label);
    for (size_t k = 0; k < kinds->count; k++) {
        struct sum sum = {0};
        for (size_t i = 0; i < views; i++)
            if (strcmp(by_site ? view[i].site : view[i].group, wanted) == 0 &&
                strcmp(view[i].kind, kinds->name[k]) == 0)
                add_view(all, variant, view[i].name, &sum);
        put_sum(table, &sum);
    }
    table_end_row(table);
}

static void put_title(struct table *table, const char *title, const struct kinds *kinds)
{
    table_cell(table, "%s", title);
    for (size_t k = 0; k < kinds->count; k++) {
        table_cell(table, "%ss", kinds->name[k]);
        table_cell(table, "h");
    }
    table_end_row(table);
}

static bool named_before(const struct facts *facts, size_t group)
{
    for (size_t i = 0; i < group; i++)
        if (strcmp(facts->group[i].group, facts->group[group].group) == 0) return true;
    return false;
}

void report_sites(const struct variants *all, const struct variant *variant, FILE *out)
{
    const struct facts *facts = variant->facts;
    if (!facts->groups && !facts->sites) return;
    struct kinds kinds = kinds_of(facts);
    struct table *table = table_create("lrrrrrrrrrr");
    if (facts->groups) put_title(table, "BY GROUP", &kinds);
    for (size_t i = 0; i < facts->groups; i++)
        if (!named_before(facts, i))
            put_row(all, variant, &kinds, facts->group[i].group, facts->group, facts->groups, facts->group[i].group,
                false, table);
    if (facts->sites) put_title(table, "BY SITE", &kinds);
    for (size_t i = 0; i < facts->sites; i++)
        put_row(all, variant, &kinds, facts->site[i].label, facts->stream, facts->streams, facts->site[i].name, true,
            table);
    table_note(table,
        "Shipments that arrived in the window, a replication; mean h from arrival to release. Metrics: GROUP_import.*, "
        "SITE_import.*, ... (greenlane show run:%lld --json).",
        (long long)variant->row->run);
    table_print(table, out);
    fputc('\n', out);
    table_destroy(table);
}

void report_notice(const struct facts *facts, FILE *out)
{
    if (facts->notice && *facts->notice) print_wrapped(out, facts->notice);
}

static bool is_said_before(const struct variants *all, size_t v, const char *notice)
{
    for (size_t i = 0; i < v; i++)
        if (all->item[i].facts->notice && strcmp(all->item[i].facts->notice, notice) == 0) return true;
    return false;
}

size_t notices_of(const struct variants *all, char *text, size_t size)
{
    size_t used = 0;
    text[0] = 0;
    for (size_t v = 0; v < all->count && used < size; v++) {
        const char *notice = all->item[v].facts->notice;
        if (notice && *notice && !is_said_before(all, v, notice))
            used += (size_t)snprintf(text + used, size - used, "%s ", notice);
    }
    return used < size ? used : size - 1;
}

void report_notices(const struct variants *all, FILE *out)
{
    char text[NOTICES_BYTES];
    if (notices_of(all, text, sizeof text)) print_wrapped(out, text);
}

void json_notices(struct json *json, const struct variants *all)
{
    char text[NOTICES_BYTES];
    size_t n = notices_of(all, text, sizeof text);
    if (!n) return;
    text[n - 1] = 0; /* a blank */
    json_text(json, "notice", text);
}
