/* treediff.c - see treediff.h. Maps are walked by key, lists of steps by name where both sides have the same names. */
#include "tools/treediff.h"
#include "models/scenario/node.h"
#include "models/scenario/reader.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_BYTES = 1000 };

struct walk {
    struct tree_differences *out;
    char path[PATH_BYTES];
    bool counting, failed; /* counting: the list above has been noted as a whole */
};

static bool one_of(const char *word, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(word, *list) == 0) return true;
    return false;
}

static bool is_aside(const char *key)
{
    static const char *const aside[] = {"assumed", "source", "label", "title", "owner", "in_force", NULL};
    return one_of(key, aside);
}

static bool is_aside_at_root(const char *key)
{
    static const char *const aside[] = {
        "format", "name", "policies", "expect", "promises", "sources", "run", "extends", NULL};
    return one_of(key, aside) || is_aside(key);
}

static size_t keys_that_count(const struct node *map)
{
    size_t n = 0;
    for (size_t i = 0; i < map->count; i++) n += !is_aside(map->key[i]->text);
    return n;
}

bool is_same_value(const struct node *a, const struct node *b)
{
    a = reader_plain(a);
    b = reader_plain(b);
    if (!a || !b || a->kind != b->kind) return a == b;
    if (a->kind == NODE_SCALAR) return strcmp(a->text, b->text) == 0;
    if (a->kind == NODE_MAP) {
        if (keys_that_count(a) != keys_that_count(b)) return false;
        for (size_t i = 0; i < a->count; i++) {
            const struct node *other = is_aside(a->key[i]->text) ? a->value[i] : node_get(b, a->key[i]->text);
            if (!other || !is_same_value(a->value[i], other)) return false;
        }
        return true;
    }
    if (a->count != b->count) return false;
    for (size_t i = 0; i < a->count; i++)
        if (!is_same_value(a->value[i], b->value[i])) return false;
    return true;
}

/* ---- walking ---- */
static void note(struct walk *walk, const struct node *from, const struct node *to, size_t weight)
{
    struct tree_differences *out = walk->out;
    out->weight += weight;
    if (walk->counting || walk->failed) return;
    struct tree_difference *grown = realloc(out->item, (out->count + 1) * sizeof *grown);
    char *path = grown ? strdup(walk->path) : NULL;
    if (grown) out->item = grown;
    walk->failed = path == NULL;
    if (path) out->item[out->count++] = (struct tree_difference){.path = path, .from = from, .to = to};
}

static void compare(struct walk *walk, const struct node *a, const struct node *b);

/* Goes one key down. */
static void compare_at(struct walk *walk, const char *key, const struct node *a, const struct node *b)
{
    size_t length = strlen(walk->path);
    int more = snprintf(walk->path + length, PATH_BYTES - length, "%s%s", length ? "." : "", key);
    if (more < 0 || (size_t)more >= PATH_BYTES - length)
        walk->failed = true;
    else
        compare(walk, a, b);
    walk->path[length] = 0;
}

/* Where keys are names that the analyst gives, one may be called `source` or `owner` and is none. */
static bool holds_names(const char *path)
{
    static const char *const section[] = {
        "calendars", "resources", "streams", "processes", "attributes", "outcomes", "choose", "sites", NULL};
    const char *dot = strrchr(path, '.');
    return one_of(dot ? dot + 1 : path, section);
}

static void compare_maps(struct walk *walk, const struct node *a, const struct node *b)
{
    const bool root = walk->path[0] == 0, names = holds_names(walk->path);
    for (size_t i = 0; i < a->count; i++) {
        const char *key = a->key[i]->text;
        if (names || !(root ? is_aside_at_root(key) : is_aside(key))) compare_at(walk, key, a->value[i], node_get(b, key));
    }
    for (size_t i = 0; i < b->count; i++) {
        const char *key = b->key[i]->text;
        if ((names || !(root ? is_aside_at_root(key) : is_aside(key))) && !node_get(a, key))
            compare_at(walk, key, NULL, b->value[i]);
    }
}

static bool is_list_of_steps(const struct node *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (!node_is_step(list->value[i])) return false;
    return list->count > 0;
}

static const struct node *step_of(const struct node *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->value[i]->key[0]->text, name) == 0) return list->value[i]->value[0];
    return NULL;
}

static bool has_same_steps(const struct node *a, const struct node *b)
{
    if (a->count != b->count) return false;
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->value[i]->key[0]->text, b->value[i]->key[0]->text) != 0) return false;
    return true;
}

static void compare_lists(struct walk *walk, const struct node *a, const struct node *b)
{
    bool steps = is_list_of_steps(a) && is_list_of_steps(b), same = steps && has_same_steps(a, b);
    bool counting = walk->counting;
    if (!steps && is_same_value(a, b)) return;
    if (!same) note(walk, a, b, 1);
    walk->counting = counting || !same;
    for (size_t i = 0; steps && i < a->count; i++) {
        const char *name = a->value[i]->key[0]->text;
        compare_at(walk, name, a->value[i]->value[0], step_of(b, name));
    }
    for (size_t i = 0; steps && i < b->count; i++)
        if (!step_of(a, b->value[i]->key[0]->text)) note(walk, NULL, b->value[i], 1);
    walk->counting = counting;
}

static void compare(struct walk *walk, const struct node *a, const struct node *b)
{
    const struct node *x = reader_plain(a), *y = reader_plain(b);
    if (x && y && x == a && y == b && x->kind == NODE_MAP && y->kind == NODE_MAP)
        compare_maps(walk, x, y);
    else if (x && y && x->kind == NODE_LIST && y->kind == NODE_LIST)
        compare_lists(walk, x, y);
    else if (!is_same_value(a, b))
        note(walk, a, b, 1);
}

bool tree_differences(const struct tree *a, const struct tree *b, struct tree_differences *out)
{
    *out = (struct tree_differences){0};
    struct walk walk = {.out = out};
    compare(&walk, a->root, b->root);
    if (walk.failed) tree_differences_clear(out);
    return !walk.failed;
}

void tree_differences_clear(struct tree_differences *list)
{
    for (size_t i = 0; i < list->count; i++) free(list->item[i].path);
    free(list->item);
    *list = (struct tree_differences){0};
}

/* ---- settings ---- */
/* In quotes whenever a flow map could read it otherwise; quotes change no meaning. */
static void put_scalar(FILE *out, const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_. ";
    size_t length = strlen(text);
    if (length && text[strspn(text, plain)] == 0 && text[0] != ' ' && text[length - 1] != ' ') {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') fputc('\\', out);
        if (*text == '\n')
            fputs("\\n", out);
        else
            fputc(*text, out);
    }
    fputc('"', out);
}

static void put_flow(FILE *out, const struct node *node)
{
    bool map = node->kind == NODE_MAP;
    if (node->kind == NODE_SCALAR) put_scalar(out, node->text);
    if (node->kind == NODE_NULL) fputs("null", out);
    if (node->kind != NODE_MAP && node->kind != NODE_LIST) return;
    fputc(map ? '{' : '[', out);
    for (size_t i = 0; i < node->count; i++) {
        if (i) fputs(", ", out);
        if (map) put_scalar(out, node->key[i]->text);
        if (map) fputs(": ", out);
        put_flow(out, node->value[i]);
    }
    fputc(map ? '}' : ']', out);
}

char *setting_text(const char *path, const struct node *value)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out) return NULL;
    fprintf(out, "%s=", path);
    if (value)
        put_flow(out, value);
    else
        fputs("null", out);
    if (fclose(out) == 0) return text;
    free(text);
    return NULL;
}
