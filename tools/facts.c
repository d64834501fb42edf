/* facts.c - see facts.h. */
#include "tools/facts.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static size_t count_of(const struct json_value *list)
{
    return list && list->kind == JSON_LIST ? list->count : 0;
}

/* A list whose items are texts, or maps with a name. */
static const char **read_names(const struct json_value *list, size_t *n)
{
    *n = 0;
    const char **name = calloc(count_of(list) + 1, sizeof *name);
    for (size_t i = 0; name && i < count_of(list); i++) {
        const struct json_value *item = &list->item[i];
        const char *text = item->kind == JSON_TEXT ? item->text : json_get_text(item, "name", NULL);
        if (text) name[(*n)++] = text;
    }
    return name;
}

static struct facts_stage *read_stages(const struct json_value *list, size_t *n)
{
    struct facts_stage *stage = calloc(count_of(list) + 1, sizeof *stage);
    for (size_t i = 0; stage && i < count_of(list); i++) {
        const char *name = json_get_text(&list->item[i], "name", "");
        stage[(*n)++] = (struct facts_stage){
            name, json_get_text(&list->item[i], "label", name), json_get_text(&list->item[i], "owner", "")};
    }
    return stage;
}

static bool read_direction(const struct json_value *json, struct facts_direction *out)
{
    out->name = json_get_text(json, "name", "");
    out->label = json_get_text(json, "label", out->name);
    out->direction = json_get_text(json, "direction", "");
    out->kind = json_get_text(json, "kind", out->direction);
    out->group = json_get_text(json, "group", "");
    out->site = json_get_text(json, "site", "");
    out->stage = read_stages(json_get(json, "stages"), &out->stages);
    out->after = read_stages(json_get(json, "after_release"), &out->afters);
    out->lane = read_names(json_get(json, "lanes"), &out->lanes);
    out->outcome = read_names(json_get(json, "outcomes"), &out->outcomes);
    return out->stage && out->after && out->lane && out->outcome;
}

/* Whole directions in one list, groups in another, single streams in the third. */
static bool read_directions(struct facts *facts)
{
    const struct json_value *list = json_get(facts->json, "directions");
    facts->direction = calloc(count_of(list) + 1, sizeof *facts->direction);
    facts->stream = calloc(count_of(list) + 1, sizeof *facts->stream);
    facts->group = calloc(count_of(list) + 1, sizeof *facts->group);
    if (!facts->direction || !facts->stream || !facts->group) return false;
    for (size_t i = 0; i < count_of(list); i++) {
        const struct json_value *whole = json_get(&list->item[i], "whole");
        bool is_whole = whole && whole->kind == JSON_TRUE;
        bool is_group = json_get(&list->item[i], "group") != NULL;
        struct facts_direction *out = is_group ? &facts->group[facts->groups++] : is_whole ? &facts->direction[facts->directions++] : &facts->stream[facts->streams++];
        if (!read_direction(&list->item[i], out)) return false;
    }
    return true;
}

static bool read_resources(struct facts *facts)
{
    const struct json_value *list = json_get(facts->json, "resources");
    facts->resource = calloc(count_of(list) + 1, sizeof *facts->resource);
    for (size_t i = 0; facts->resource && i < count_of(list); i++) {
        const struct json_value *item = &list->item[i], *by_hours = json_get(item, "by_hours");
        const char *name = json_get_text(item, "name", "");
        facts->resource[facts->resources++] = (struct facts_resource){name, json_get_text(item, "label", name),
            json_get_text(item, "owner", ""), json_get_number(item, "servers", NAN), by_hours && by_hours->kind == JSON_TRUE};
    }
    return facts->resource != NULL;
}

static bool read_sites(struct facts *facts)
{
    const struct json_value *list = json_get(facts->json, "sites");
    facts->site = calloc(count_of(list) + 1, sizeof *facts->site);
    for (size_t i = 0; facts->site && i < count_of(list); i++) {
        const char *name = json_get_text(&list->item[i], "name", "");
        facts->site[facts->sites++] = (struct facts_site){name, json_get_text(&list->item[i], "label", name)};
    }
    return facts->site != NULL;
}

static bool read_promises(struct facts *facts)
{
    const struct json_value *list = json_get(facts->json, "promises");
    facts->promise = calloc(count_of(list) + 1, sizeof *facts->promise);
    for (size_t i = 0; facts->promise && i < count_of(list); i++) {
        const struct json_value *item = &list->item[i];
        facts->promise[facts->promises++] = (struct facts_promise){json_get_text(item, "name", ""), json_get_text(item, "metric", ""),
            json_get_number(item, "at_most_h", NAN), json_get_number(item, "share", NAN)};
    }
    return facts->promise != NULL;
}

struct facts *facts_read(const char *json)
{
    struct facts *facts = calloc(1, sizeof *facts);
    if (!facts) return NULL;
    facts->json = json_read(json);
    if (facts->json && facts->json->kind == JSON_MAP && read_directions(facts) && read_resources(facts) && read_sites(facts) && read_promises(facts)) {
        facts->title = json_get_text(facts->json, "title", "");
        const struct json_value *claim = json_get(facts->json, "steady_claim");
        facts->no_steady_claim = claim && claim->kind == JSON_FALSE;
        facts->notice = json_get_text(facts->json, "notice", NULL);
        facts->currency = json_get_text(facts->json, "currency", NULL);
        facts->unit = json_get_text(facts->json, "unit", "shipment");
        return facts;
    }
    facts_free(facts);
    return NULL;
}

static void clear_directions(struct facts_direction *direction, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        free(direction[i].stage);
        free(direction[i].after);
        free(direction[i].lane);
        free(direction[i].outcome);
    }
    free(direction);
}

void facts_free(struct facts *facts)
{
    if (!facts) return;
    clear_directions(facts->direction, facts->directions);
    clear_directions(facts->stream, facts->streams);
    clear_directions(facts->group, facts->groups);
    free(facts->site);
    free(facts->resource);
    free(facts->promise);
    json_free(facts->json);
    free(facts);
}

const struct facts_direction *facts_direction_find(const struct facts *facts, const char *name)
{
    for (size_t i = 0; i < facts->directions; i++)
        if (strcmp(facts->direction[i].name, name) == 0) return &facts->direction[i];
    return NULL;
}
