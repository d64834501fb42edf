/* path.c - see the header.
 *
 * Keys with dots make a path ambiguous, so a map tries every key that the rest of the path begins with, in its order.
 * The unnamed passages are tried only where no key fits at all: every node is then reached in one way at most, and
 * following takes time linear in the tree.
 */
#include "models/scenario/path.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const passage[] = {"steps", "parallel", "choose"};
enum { PASSAGES = 3, NEAR_MOST = 2000 /* names that are looked at for a suggestion */, LISTED_MOST = 6 };

static struct node *node_at(const struct trail *trail, size_t i)
{
    struct node *value = trail->in[i]->value[trail->at[i]];
    return trail->how[i] == CROSSING_STEP ? value->value[0] : value;
}

struct node *trail_node(const struct trail *trail)
{
    return trail->length == 0 ? trail->root : node_at(trail, trail->length - 1);
}

/* What follows `key` in `path`: "" at its end, NULL when the path does not begin with the key. */
static const char *after_key(const char *path, const char *key)
{
    const size_t length = strlen(key);
    if (length == 0 || strncmp(path, key, length) != 0) return NULL;
    if (path[length] == '\0') return path + length;
    return path[length] == '.' && path[length + 1] != '\0' ? path + length + 1 : NULL;
}

/* What follows a number that is an index of `list`; NULL when there is none. */
static const char *after_number(const char *path, const struct node *list, size_t *at)
{
    char text[24];
    if (path[0] < '0' || path[0] > '9') return NULL;
    *at = strtoul(path, NULL, 10);
    snprintf(text, sizeof text, "%zu", *at);
    return *at < list->count ? after_key(path, text) : NULL;
}

struct walk {
    struct trail now, best;
};

static bool walk(struct walk *w, struct node *node, const char *rest);

static bool cross(struct walk *w, struct node *in, size_t at, enum crossing how, const char *rest)
{
    struct trail *now = &w->now;
    if (now->length == TRAIL_MOST) return false;
    now->in[now->length] = in;
    now->at[now->length] = at;
    now->how[now->length++] = how;
    if (walk(w, trail_node(now), rest)) return true;
    now->length--;
    return false;
}

static bool walk_map(struct walk *w, struct node *map, const char *rest)
{
    bool fits = false;
    for (size_t i = 0; i < map->count; i++) {
        const char *after = after_key(rest, map->key[i]->text);
        fits = fits || after != NULL;
        if (after != NULL && cross(w, map, i, CROSSING_KEY, after)) return true;
    }
    for (size_t i = 0; !fits && i < map->count; i++) {
        for (size_t k = 0; k < PASSAGES; k++) {
            if (strcmp(map->key[i]->text, passage[k]) == 0 && cross(w, map, i, CROSSING_KEY, rest)) return true;
        }
    }
    return false;
}

static bool walk_list(struct walk *w, struct node *list, const char *rest)
{
    size_t at;
    for (size_t i = 0; i < list->count; i++) {
        const char *after = node_is_step(list->value[i]) ? after_key(rest, list->value[i]->key[0]->text) : NULL;
        if (after != NULL && cross(w, list, i, CROSSING_STEP, after)) return true;
    }
    const char *after = after_number(rest, list, &at);
    return after != NULL && cross(w, list, at, CROSSING_NUMBER, after);
}

static bool walk(struct walk *w, struct node *node, const char *rest)
{
    if (rest[0] == '\0') {
        w->best = w->now;
        w->best.end = node;
        w->best.rest = rest;
        return true;
    }
    /* A passage leaves `rest` as it is, so that the map before it stays the best place to add a key. */
    if (w->best.end == NULL || strlen(rest) < strlen(w->best.rest)) {
        w->best = w->now;
        w->best.end = node;
        w->best.rest = rest;
    }
    if (node->kind == NODE_MAP) return walk_map(w, node, rest);
    return node->kind == NODE_LIST && walk_list(w, node, rest);
}

bool path_follow(struct node *root, const char *path, struct trail *trail)
{
    struct walk w = {.now.root = root, .best = {.root = root, .rest = path}};
    const bool whole = path[0] != '\0' && walk(&w, root, path);
    if (w.best.end == NULL) w.best.end = root;
    *trail = w.best;
    return whole;
}

/* Writes the trail's name; "the scenario" when it is empty. Returns the length it needs. */
static size_t write_trail(char *out, size_t size, const struct trail *trail)
{
    size_t used = 0;
    for (size_t i = 0; i < trail->length; i++) {
        const struct node *in = trail->in[i];
        char number[24];
        const char *word = number;
        snprintf(number, sizeof number, "%zu", trail->at[i]);
        if (trail->how[i] == CROSSING_KEY) word = in->key[trail->at[i]]->text;
        if (trail->how[i] == CROSSING_STEP) word = in->value[trail->at[i]]->key[0]->text;
        const int length =
            snprintf(used < size ? out + used : NULL, used < size ? size - used : 0, "%s%s", i == 0 ? "" : ".", word);
        used += (size_t)length;
    }
    return used;
}

char *trail_text(struct tree_arena *arena, const struct trail *trail)
{
    const size_t length = write_trail(NULL, 0, trail);
    char *text = arena_take(arena, length + 1, 1);
    if (text != NULL) write_trail(text, length + 1, trail);
    return text;
}

/* The names that may follow at `node`, those behind unnamed passages included. */
static size_t collect(const struct node *node, const char **name, size_t count)
{
    for (size_t i = 0; i < node->count && count < NEAR_MOST; i++) {
        if (node->kind == NODE_LIST && node_is_step(node->value[i])) name[count++] = node->value[i]->key[0]->text;
        if (node->kind == NODE_MAP) name[count++] = node->key[i]->text;
    }
    for (size_t k = 0; node->kind == NODE_MAP && k < PASSAGES; k++) {
        const struct node *behind = node_get(node, passage[k]);
        if (behind != NULL) count = collect(behind, name, count);
    }
    return count;
}

static void explain_choice(char *out, size_t size, const char *where, const char *word, const struct node *node)
{
    const char *name[NEAR_MOST];
    const size_t count = collect(node, name, 0);
    const char *near = diagnostic_suggest(word, name, count);
    int used = snprintf(out, size, "%s has no '%.80s'; ", where, word);
    if (near != NULL) {
        snprintf(out + used, size - (size_t)used, "did you mean '%.80s'?", near);
        return;
    }
    used += snprintf(out + used, size - (size_t)used, count == 0 ? "it is empty" : "it has ");
    for (size_t i = 0; i < count && i < LISTED_MOST; i++) {
        used += snprintf(out + used, size - (size_t)used, "%s%.40s", i == 0 ? "" : ", ", name[i]);
    }
    if (count > LISTED_MOST) snprintf(out + used, size - (size_t)used, ", ...");
}

void path_explain(char *out, size_t size, const struct trail *trail)
{
    assert(size >= 700);
    static const char *const kind[] = {"a map", "a list", "a single value", "empty"};
    char path[200] = "", where[220], word[81];
    const size_t length = write_trail(path, sizeof path, trail);
    snprintf(where, sizeof where, length == 0 ? "the scenario" : "'%s'", path);
    snprintf(word, sizeof word, "%.*s", (int)strcspn(trail->rest, "."), trail->rest);
    const struct node *end = trail->end;
    const size_t left = strlen(trail->rest);
    if (left == 0 || trail->rest[0] == '.' || trail->rest[left - 1] == '.') {
        snprintf(out, size, "a key is missing between dots, or at an end; a path is keys joined by dots");
    } else if (end->kind != NODE_MAP && end->kind != NODE_LIST) {
        snprintf(out, size, "%s is %s and holds no '%s'; end the path there", where, kind[end->kind], word);
    } else if (end->kind == NODE_LIST && end->count > 0 && strspn(word, "0123456789") == strlen(word)) {
        snprintf(out, size, "%s has no '%s'; its entries are 0 to %zu", where, word, end->count - 1);
    } else {
        explain_choice(out, size, where, word, end);
    }
}
