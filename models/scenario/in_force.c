/* in_force.c - see the header. A setting of `rules_of` goes first, because it decides which policies there are. */
#include "models/scenario/in_force.h"
#include "models/scenario/node.h"
#include "models/scenario/quantity.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char key[] = "rules_of";

static bool sets_the_rules(const char *setting)
{
    return strncmp(setting, key, sizeof key - 1) == 0 && setting[sizeof key - 1] == '=';
}

/* NAME or NAME=LEVEL */
static void lay_word(struct tree *tree, const char *word, struct diagnostics *errors)
{
    const char *equals = strchr(word, '=');
    char *name = equals ? strndup(word, (size_t)(equals - word)) : strdup(word);
    if (name)
        tree_policy(tree, name, equals ? equals + 1 : NULL, errors);
    else
        diagnostics_add(errors, DIAGNOSTIC_ERROR, (struct place){"--policy", 0, 0}, "no memory; free some");
    free(name);
}

static bool is_asked_for(const char *name, const char *const *policy, size_t policies)
{
    size_t length = strlen(name);
    for (size_t i = 0; i < policies; i++)
        if (strncmp(policy[i], name, length) == 0 && (policy[i][length] == '\0' || policy[i][length] == '='))
            return true;
    return false;
}

/* A day, or a month: its first day. */
static bool read_day(const struct node *node, const char *about, double *day, struct diagnostics *errors)
{
    char why[QUANTITY_WHY] = "no date stands here; write year-month-day: 2022-09-01", text[40];
    bool scalar = node->kind == NODE_SCALAR;
    if (scalar) snprintf(text, sizeof text, "%.30s%s", node->text, strlen(node->text) == 7 ? "-01" : "");
    if (scalar && quantity_date(text, day, why)) return true;
    diagnostics_add(errors, DIAGNOSTIC_ERROR, node->place, "%s: %s", about, why);
    return false;
}

struct latest {
    double day;
    bool any;
    const char *level; /* NULL: the policy itself */
};

static void consider(struct latest *latest, const struct node *acts, const char *level, const char *policy,
    double rules, struct diagnostics *errors)
{
    const struct node *in_force = acts->kind == NODE_MAP ? node_get(acts, "in_force") : NULL;
    char about[240];
    double day;
    if (!in_force) return;
    snprintf(
        about, sizeof about, "policies.%.80s%s%.80s.in_force", policy, level ? ".levels." : "", level ? level : "");
    if (!read_day(in_force, about, &day, errors) || day > rules || (latest->any && day <= latest->day)) return;
    *latest = (struct latest){.day = day, .any = true, .level = level};
}

static void lay_in_force(
    struct tree *tree, const char *name, const struct node *policy, double rules, struct diagnostics *errors)
{
    struct latest latest = {0};
    if (policy->kind != NODE_MAP || node_get(policy, "starts")) return;
    const struct node *levels = node_get(policy, "levels");
    consider(&latest, policy, NULL, name, rules, errors);
    for (size_t i = 0; levels && levels->kind == NODE_MAP && i < levels->count; i++)
        consider(&latest, levels->value[i], levels->key[i]->text, name, rules, errors);
    if (latest.any) tree_policy(tree, name, latest.level, errors);
}

static void take_out(struct node *map, const char *name)
{
    for (size_t i = map->count; i-- > 0;)
        if (strcmp(map->key[i]->text, name) == 0) node_drop(map, i);
}

static void lay_rules(struct tree *tree, const char *const *policy, size_t policies, struct diagnostics *errors)
{
    const struct node *rules = node_get(tree->root, key), *all = node_get(tree->root, "policies");
    double day;
    if (!rules) return;
    if (rules->kind == NODE_NULL || !read_day(rules, key, &day, errors)) all = NULL;
    for (size_t i = 0; all && all->kind == NODE_MAP && i < all->count; i++)
        if (!is_asked_for(all->key[i]->text, policy, policies))
            lay_in_force(tree, all->key[i]->text, all->value[i], day, errors);
    take_out(tree->root, key);
}

void tree_lay(struct tree *tree, const char *const *policy, size_t policies, const char *const *set, size_t sets,
    struct diagnostics *errors)
{
    for (size_t i = 0; i < sets; i++)
        if (sets_the_rules(set[i])) tree_set(tree, set[i], errors);
    lay_rules(tree, policy, policies, errors);
    for (size_t i = 0; i < policies; i++) lay_word(tree, policy[i], errors);
    for (size_t i = 0; i < sets; i++)
        if (!sets_the_rules(set[i])) tree_set(tree, set[i], errors);
}
