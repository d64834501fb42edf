/* starts.c - which policies start inside the run, what they may do, and the scenario without them. */
#include "models/scenario/starts.h"

#include <stdlib.h>
#include <string.h>

enum { PATH_WORDS = 12, PATH_BYTES = 300 };

struct path_words {
    char text[PATH_BYTES];
    const char *word[PATH_WORDS];
    size_t n;
};

static bool split(const char *path, struct path_words *out)
{
    char *rest = NULL;
    out->n = 0;
    if (strlen(path) >= sizeof out->text) return false;
    strcpy(out->text, path);
    for (char *word = strtok_r(out->text, ".", &rest); word; word = strtok_r(NULL, ".", &rest)) {
        if (out->n == PATH_WORDS) return false;
        out->word[out->n++] = word;
    }
    return true;
}

static bool is(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

/* resources.R.servers, resources.R.shifts.N.servers */
static bool is_servers(const struct path_words *p)
{
    if (!is(p->word[0], "resources") || !is(p->word[p->n - 1], "servers")) return false;
    return p->n == 3 || (p->n == 5 && is(p->word[2], "shifts"));
}

/* processes.P.STEP.service and its like; an alternative's share or what a step finds is not among them. */
static bool is_number_of_step(const struct path_words *p)
{
    if (!is(p->word[0], "processes")) return false;
    for (size_t i = 3; i < p->n; i++) {
        if (is(p->word[i], "finds") || is(p->word[i], "route") || is(p->word[i], "gives_up")) return false;
        if (is(p->word[i], "service") || is(p->word[i], "delay") || is(p->word[i], "top_up")) return true;
        if (is(p->word[i], "share")) return !is(p->word[i - 2], "choose");
    }
    return false;
}

static bool check_paths(const char *policy, const struct node *map, struct diagnostics *errors)
{
    bool fine = true;
    for (size_t i = 0; map && map->kind == NODE_MAP && i < map->count; i++) {
        struct path_words p;
        const char *path = map->key[i]->text;
        if (split(path, &p) && p.n >= 3 && (is_servers(&p) || is_number_of_step(&p))) continue;
        diagnostics_add(errors, DIAGNOSTIC_ERROR, map->key[i]->place,
            "policies.%s: a policy that starts inside the run may change a step's time, share or top_up and a "
            "resource's "
            "servers, not '%.200s'; leave out starts",
            policy, path);
        fine = false;
    }
    return fine;
}

static bool check_acts(const char *policy, const struct node *node, struct diagnostics *errors)
{
    static const char *const whole[] = {"insert", "remove", "levels"};
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
        const struct node *act = node_get(node, whole[i]);
        if (!act) continue;
        diagnostics_add(errors, DIAGNOSTIC_ERROR, act->place,
            "policies.%s: a policy that starts inside the run may set and scale, not %s; leave out starts", policy,
            is(whole[i], "levels") ? "have levels" : whole[i]);
        return false;
    }
    bool fine = check_paths(policy, node_get(node, "set"), errors);
    return check_paths(policy, node_get(node, "scale"), errors) && fine;
}

/* One moment for all, inside the run. */
static bool check_moment(
    struct scenario *scenario, const struct policy *policy, struct place place, bool first, struct diagnostics *errors)
{
    const struct run_plan *run = &scenario->run;
    const char *fault = NULL;
    if (!first && policy->starts != scenario->turns_at)
        fault = "starts at another moment than a policy before it; give both the same";
    if (policy->starts <= run->measure_from - run->warm_up || policy->starts >= run->measure_to + run->drain_limit)
        fault = "starts outside the run; leave out starts, or leave out the policy";
    if (!first && (policy->has_ends ? policy->ends : 0) != scenario->turns_back)
        fault = "ends at another moment than a policy before it; give both the same";
    if (policy->has_ends && !(policy->ends > policy->starts)) fault = "ends before it starts; write a later moment";
    if (fault) diagnostics_add(errors, DIAGNOSTIC_ERROR, place, "policies.%s: it %s", policy->name, fault);
    scenario->turns_at = policy->starts;
    scenario->turns_back = policy->has_ends ? policy->ends : 0;
    return fault == NULL;
}

static bool names(const char *asked, const char *policy)
{
    size_t n = strlen(policy);
    return strncmp(asked, policy, n) == 0 && (asked[n] == '\0' || asked[n] == '=');
}

static bool starts_later(const struct scenario *scenario, const char *asked)
{
    for (size_t i = 0; i < scenario->policies; i++)
        if (scenario->policy[i].has_starts && names(asked, scenario->policy[i].name)) return true;
    return false;
}

static bool read_before(struct scenario *scenario, const struct scenario_request *request, struct diagnostics *errors)
{
    struct scenario_request less = *request;
    const char **policy = calloc(request->policies + 1, sizeof *policy);
    struct diagnostics apart; /* its warnings have been given */
    less.policy = policy;
    less.policies = 0;
    for (size_t i = 0; policy && i < request->policies; i++)
        if (!starts_later(scenario, request->policy[i])) policy[less.policies++] = request->policy[i];
    diagnostics_init(&apart);
    if (policy) scenario->before = scenario_read(&less, &apart);
    diagnostics_clear(&apart);
    free(policy);
    const struct scenario *before = scenario->before;
    if (before && before->steps == scenario->steps && before->resources == scenario->resources) return true;
    diagnostics_add(errors, DIAGNOSTIC_ERROR, (struct place){request->path, 0, 0},
        "the scenario cannot be read without the policies that start inside the run; leave out their starts");
    return false;
}

bool starts_attach(struct scenario *scenario, const struct scenario_request *request, struct diagnostics *errors)
{
    const struct node *policies = node_get(scenario->tree->root, "policies");
    bool any = false, fine = true;
    for (size_t i = 0; i < scenario->policies; i++) {
        const struct policy *policy = &scenario->policy[i];
        if (!policy->on || !policy->has_starts) continue;
        const struct node *node = node_get(policies, policy->name), *starts = node_get(node, "starts");
        struct place place = starts ? starts->place : (struct place){request->path, 0, 0};
        fine = check_acts(policy->name, node, errors) && fine;
        fine = check_moment(scenario, policy, place, !any, errors) && fine;
        if (!any && is(request->path, "-")) {
            diagnostics_add(errors, DIAGNOSTIC_ERROR, place,
                "policies.%s: a policy that starts inside the run needs a file, which is read twice; give its path",
                policy->name);
            fine = false;
        }
        any = true;
    }
    return !any || (fine && read_before(scenario, request, errors));
}
