/* facts.c - what reports need beside the numbers, as JSON (documented in README.md), and the key of a variant. */
#include "models/clearance/metrics.h"
#include "models/scenario/node.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- a text that grows ---- */

struct text {
    char *bytes;
    size_t count, allocated;
    bool failed;
};

static void put(struct text *text, const char *bytes, size_t n)
{
    if (text->failed) return;
    if (text->count + n + 1 > text->allocated) {
        size_t wanted = 2 * (text->count + n + 1);
        char *grown = realloc(text->bytes, wanted);
        if (grown == NULL) {
            text->failed = true;
            return;
        }
        text->bytes = grown;
        text->allocated = wanted;
    }
    memcpy(text->bytes + text->count, bytes, n);
    text->count += n;
    text->bytes[text->count] = '\0';
}

static void print(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void print(struct text *text, const char *format, ...)
{
    char line[400];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    put(text, line, strlen(line));
}

static void put_string(struct text *text, const char *string)
{
    if (string == NULL) {
        put(text, "null", 4);
        return;
    }
    put(text, "\"", 1);
    for (; *string; string++) {
        unsigned char c = (unsigned char)*string;
        if (c == '"' || c == '\\') put(text, "\\", 1);
        if (c < 0x20)
            print(text, "\\u%04x", c);
        else
            put(text, string, 1);
    }
    put(text, "\"", 1);
}

/* "key": "string", with a comma before it unless it is the first of its object. */
static void put_pair(struct text *text, const char *key, const char *string)
{
    if (text->count && text->bytes[text->count - 1] != '{') put(text, ",", 1);
    put_string(text, key);
    put(text, ":", 1);
    put_string(text, string);
}

static void comma(struct text *text, size_t i)
{
    if (i) put(text, ",", 1);
}

/* ---- the parts ---- */

static void put_stages(struct text *text, const struct view *view, bool after_release)
{
    size_t n = 0;
    put(text, "[", 1);
    for (size_t s = 0; s < view->stages; s++) {
        if (view->stage[s].after_release != after_release) continue;
        comma(text, n++);
        put(text, "{", 1);
        put_pair(text, "name", view->stage[s].name);
        put_pair(text, "label", view->stage[s].label);
        put_pair(text, "owner", view->stage[s].owner);
        put(text, "}", 1);
    }
    put(text, "]", 1);
}

static void put_names(struct text *text, const char *const *name, size_t n)
{
    put(text, "[", 1);
    for (size_t i = 0; i < n; i++) {
        comma(text, i);
        put_string(text, name[i]);
    }
    put(text, "]", 1);
}

static void put_view(struct text *text, const struct model *model, const struct view *view)
{
    static const char *const direction[] = {"none", "import", "export"};
    put(text, "{", 1);
    put_pair(text, "name", view->name);
    put_pair(text, "label", view->label);
    put_pair(text, "direction", direction[view->direction]);
    print(text, ",\"whole\":%s,\"unit\":", view->whole ? "true" : "false");
    put_string(text, model->stream[view->member[0]].stream->unit);
    put_pair(text, "kind", view->kind);
    if (view->group) put_pair(text, "group", view->group);
    if (view->site) put_pair(text, "site", view->site);
    print(text, ",\"streams\":[");
    for (size_t m = 0; m < view->members; m++) {
        comma(text, m);
        put_string(text, model->stream[view->member[m]].stream->name);
    }
    print(text, "],\"stages\":");
    put_stages(text, view, false);
    print(text, ",\"after_release\":");
    put_stages(text, view, true);
    print(text, ",\"owners\":");
    put_names(text, view->owner, view->owners);
    print(text, ",\"outcomes\":");
    put_names(text, view->outcome, view->outcomes);
    print(text, ",\"lanes\":");
    put_names(text, lane_names, view->lanes ? LANES : 0);
    put(text, "}", 1);
}

static void put_resource(struct text *text, const struct model *model, size_t r)
{
    const struct resource *resource = &model->scenario->resource[r];
    put(text, "{", 1);
    put_pair(text, "name", resource->name);
    put_pair(text, "label", resource->label ? resource->label : resource->name);
    put_pair(text, "owner", resource->owner);
    const struct scenario *before = model->scenario->before; /* a policy that starts inside the run */
    bool turns = before && before->resource[r].servers != resource->servers;
    if (resource->shifts || turns || resource->servers == STATION_UNLIMITED)
        print(text, ",\"servers\":null");
    else
        print(text, ",\"servers\":%d", resource->servers);
    print(text, ",\"by_hours\":%s}", resource->shifts || resource->calendar != NONE ? "true" : "false");
}

static void put_sites(struct text *text, const struct scenario *scenario)
{
    const struct node *sites = node_get(scenario->tree->root, "sites");
    if (sites == NULL || sites->kind != NODE_MAP) return;
    print(text, ",\"sites\":[");
    for (size_t i = 0; i < sites->count; i++) {
        const struct node *label = sites->value[i]->kind == NODE_MAP ? node_get(sites->value[i], "label") : NULL;
        comma(text, i);
        put(text, "{", 1);
        put_pair(text, "name", sites->key[i]->text);
        put_pair(text, "label", label && label->kind == NODE_SCALAR ? label->text : sites->key[i]->text);
        put(text, "}", 1);
    }
    put(text, "]", 1);
}

static void put_policies(struct text *text, const struct scenario *scenario)
{
    size_t n = 0;
    print(text, ",\"policies\":[");
    for (size_t i = 0; i < scenario->policies; i++) {
        const struct policy *policy = &scenario->policy[i];
        if (!policy->on) continue;
        comma(text, n++);
        put(text, "{", 1);
        put_pair(text, "name", policy->name);
        put_pair(text, "title", policy->title);
        put_pair(text, "in_force", policy->in_force);
        put_pair(text, "source", policy->source);
        put(text, "}", 1);
    }
    put(text, "]", 1);
}

/* Attributes whose levels are reported apart; nothing where the scenario asks for none. */
static void put_bys(struct text *text, const struct scenario *scenario)
{
    static const char *const truth[] = {"false", "true"};
    for (size_t i = 0; i < scenario->run.bys; i++) {
        const struct attribute_def *def = NULL;
        for (size_t s = 0; s < scenario->streams; s++)
            for (size_t k = 0; k < scenario->stream[s].attributes; k++)
                if (scenario->stream[s].attribute[k] == scenario->run.by[i]) def = &scenario->stream[s].attribute_def[k];
        print(text, i ? "," : ",\"by\":[");
        put(text, "{", 1);
        put_pair(text, "attribute", scenario->attribute[scenario->run.by[i]]);
        print(text, ",\"levels\":");
        if (def && def->kind == ATTRIBUTE_CATEGORY)
            put_names(text, (const char *const *)def->level, def->levels);
        else
            put_names(text, truth, def ? 2 : 0);
        put(text, "}", 1);
    }
    if (scenario->run.bys) put(text, "]", 1);
}

static void put_promises(struct text *text, const struct scenario *scenario)
{
    print(text, ",\"promises\":[");
    for (size_t i = 0; i < scenario->promises; i++) {
        const struct promise *promise = &scenario->promise[i];
        comma(text, i);
        put(text, "{", 1);
        put_pair(text, "name", promise->name);
        put_pair(text, "metric", promise->metric);
        print(text, ",\"at_most_h\":%.17g,\"share\":", promise->at_most);
        if (promise->has_share)
            print(text, "%.17g", promise->share);
        else
            print(text, "null");
        put_pair(text, "source", promise->source);
        put(text, "}", 1);
    }
    put(text, "]", 1);
}

char *model_facts(const struct model *model)
{
    const struct scenario *scenario = model->scenario;
    const struct run_plan *run = &scenario->run;
    struct text text = {0};
    size_t n = 0;
    put(&text, "{", 1);
    put_pair(&text, "name", scenario->name);
    put_pair(&text, "title", scenario->title);
    put_pair(&text, "unit", scenario->streams ? scenario->stream[0].unit : NULL);
    print(&text,
        ",\"dated\":%s,\"window_from_h\":%.17g,\"window_to_h\":%.17g,\"warm_up_h\":%.17g,\"utc_offset_"
        "h\":%.17g,"
        "\"networks\":%zu",
        run->dated ? "true" : "false", run->measure_from, run->measure_to, run->warm_up, scenario->utc_offset,
        model->groups);
    if (scenario->notice) put_pair(&text, "notice", scenario->notice);
    for (size_t i = 0; i < scenario->streams; i++)
        if (scenario->stream[i].costs.currency) { /* one for all: a scenario has no rates of exchange */
            put_pair(&text, "currency", scenario->stream[i].costs.currency);
            break;
        }
    if (run->no_steady_claim) print(&text, ",\"steady_claim\":false");
    print(&text, ",\"directions\":[");
    for (size_t v = 0; v < model->views; v++) {
        if (!model->view[v].needed) continue;
        comma(&text, n++);
        put_view(&text, model, &model->view[v]);
    }
    print(&text, "],\"resources\":[");
    n = 0;
    for (size_t r = 0; r < scenario->resources; r++) {
        if (model->station[r].id == NONE) continue;
        comma(&text, n++);
        put_resource(&text, model, r);
    }
    put(&text, "]", 1);
    print(&text, ",\"shown\":[");
    n = 0;
    for (size_t i = 0; i < model->metrics; i++) {
        if (!model->metric[i].shown) continue;
        comma(&text, n++);
        put_string(&text, model->metric[i].name);
    }
    put(&text, "]", 1);
    put_sites(&text, scenario);
    put_promises(&text, scenario);
    put_bys(&text, scenario);
    put_policies(&text, scenario);
    put(&text, "}", 1);
    if (!text.failed) return text.bytes;
    free(text.bytes);
    return NULL;
}

/* ---- the key of a variant ---- */

static bool one_of(const char *key, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(key, *list) == 0) return true;
    return false;
}

/* What a replication depends on not at all: how many there are, and their seed, which goes in apart. */
static const char *const not_in_key[] = {"replications", "seed", "precision", "most_replications", NULL};

static void digest_node(struct digest *digest, const struct node *node, const char *const *without)
{
    digest_word(digest, (uint64_t)node->kind);
    if (node->kind == NODE_SCALAR) digest_bytes(digest, node->text, strlen(node->text));
    if (node->kind != NODE_MAP && node->kind != NODE_LIST) return;
    for (size_t i = 0; i < node->count; i++) {
        const char *key = node->kind == NODE_MAP ? node->key[i]->text : NULL;
        if (key && without && one_of(key, without)) continue;
        if (key) digest_bytes(digest, key, strlen(key));
        digest_node(digest, node->value[i], NULL);
    }
    digest_word(digest, UINT64_MAX);
}

void model_variant_digest(const struct model *model, uint64_t seed, char text[33])
{
    const struct node *root = model->scenario->tree->root;
    struct digest digest;
    digest_init(&digest);
    digest_word(&digest, seed);
    digest_word(&digest, MODEL_RESULT_VERSION);
    digest_word(&digest, model->scenario->data_hash);
    for (size_t i = 0; i < root->count; i++) {
        const char *key = root->key[i]->text;
        digest_bytes(&digest, key, strlen(key));
        digest_node(&digest, root->value[i], strcmp(key, "run") == 0 ? not_in_key : NULL);
    }
    digest_text(&digest, text);
}

/* The canonical text has one key a line, those of `run` behind two blanks. */
char *model_variant_text(const struct model *model)
{
    const char *from = model->scenario->text;
    char *text = malloc(strlen(from) + 1), *to = text, key[40];
    bool in_run = false, dropped = false;
    for (size_t n; text && *from; from += n) {
        n = strcspn(from, "\n");
        n += from[n] == '\n';
        bool top = *from != ' ', second = strncmp(from, "  ", 2) == 0 && from[2] != ' ' && from[2] != '-';
        if (top) in_run = strncmp(from, "run:", 4) == 0;
        if (top || second)
            dropped = in_run && second && sscanf(from, " %39[a-z_]:", key) == 1 && one_of(key, not_in_key);
        if (dropped) continue;
        memcpy(to, from, n);
        to += n;
    }
    if (text) *to = '\0';
    return text;
}
