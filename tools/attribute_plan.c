/* attribute_plan.c - which reforms, what is left over, what runs apart (attribute.h). Trees are read before scenarios:
 * what differs is a matter of texts.
 */
#include "tools/attribute.h"
#include "models/scenario/in_force.h"
#include "models/scenario/reader.h"
#include "tools/command.h"
#include <stdlib.h>
#include <string.h>

static int no_memory(void)
{
    fprintf(stderr, "greenlane: out of memory\n");
    return EXIT_FAULT;
}

const char *plan_keep(struct plan *plan, char *text)
{
    char **grown = text ? realloc(plan->text, (plan->texts + 1) * sizeof *grown) : NULL;
    if (!grown) {
        free(text);
        return NULL;
    }
    plan->text = grown;
    return plan->text[plan->texts++] = text;
}

/* ---- trees ---- */
/* A file with the policies of its word and one more; NULL when it cannot be. Says why unless `quiet`. */
static struct tree *read_tree(struct plan *plan, const struct variant_word *word, const char *more, bool quiet)
{
    const struct options *options = plan->options;
    struct tree_options how = {.allow_path = options->allow_paths.word, .allow_paths = options->allow_paths.count};
    struct diagnostics errors;
    diagnostics_init(&errors);
    struct tree *tree = tree_read(word->file, &how, &errors);
    struct words policies = {0};
    bool fine = true;
    for (size_t i = 0; i < word->policies.count; i++) fine = fine && words_push(&policies, word->policies.word[i]);
    if (more) fine = fine && words_push(&policies, more);
    if (tree && fine) tree_lay(tree, policies.word, policies.count, NULL, 0, &errors);
    free(policies.word);
    if (!fine) {
        tree_destroy(tree);
        diagnostics_clear(&errors);
        plan->code = no_memory();
        return NULL;
    }
    if (tree && errors.errors) {
        tree_destroy(tree);
        tree = NULL;
    }
    if (!tree && !quiet) {
        print_diagnostics(&errors);
        plan->code = errors.unreadable ? EXIT_UNREADABLE : EXIT_CONTENT;
    }
    diagnostics_clear(&errors);
    return tree;
}

static size_t distance(const struct tree *a, const struct tree *b)
{
    struct tree_differences list;
    if (!tree_differences(a, b, &list)) return SIZE_MAX;
    size_t weight = list.weight;
    tree_differences_clear(&list);
    return weight;
}

/* ---- reforms ---- */
static int add_reform(struct plan *plan, const char *word, struct tree *tree)
{
    if (plan->reforms == ATTRIBUTE_REFORMS) {
        tree_destroy(tree);
        fprintf(stderr, "greenlane: attribute: more than %d reforms; name those that matter with --policy\n",
            ATTRIBUTE_REFORMS);
        return EXIT_CONTENT;
    }
    struct plan_reform *reform = &plan->reform[plan->reforms++];
    *reform = (struct plan_reform){.word = word, .tree = tree};
    return word ? 0 : no_memory();
}

/* The policy, or that level of it, which brings A nearest to B; none where all lead away. */
static int consider(struct plan *plan, const struct tree *a, const char *name, const struct node *policy)
{
    const struct node *levels = node_get(policy, "levels");
    size_t least = distance(a, plan->tree_b), n = levels && levels->kind == NODE_MAP ? levels->count : 0;
    struct tree *best = NULL;
    const char *word = NULL;
    for (size_t i = 0; i <= n; i++) {
        char *text = NULL;
        if (asprintf(&text, "%s%s%s", name, i ? "=" : "", i ? levels->key[i - 1]->text : "") < 0) text = NULL;
        const char *kept = plan_keep(plan, text);
        struct tree *tree = kept ? read_tree(plan, &plan->a, kept, true) : NULL;
        size_t far = tree ? distance(tree, plan->tree_b) : SIZE_MAX;
        if (far < least) {
            tree_destroy(best);
            best = tree;
            word = kept;
            least = far;
        } else {
            tree_destroy(tree);
        }
    }
    return best ? add_reform(plan, word, best) : 0;
}

static int find_reforms(struct plan *plan)
{
    const struct tree *a = plan->plain;
    const struct words *named = &plan->options->policies;
    const struct node *policies = node_get(a->root, "policies");
    size_t n = policies && policies->kind == NODE_MAP ? policies->count : 0;
    int code = 0;
    for (size_t i = 0; !code && i < named->count; i++) {
        struct tree *tree = read_tree(plan, &plan->a, named->word[i], false);
        code = tree ? add_reform(plan, named->word[i], tree) : plan->code;
    }
    for (size_t i = 0; !code && !named->count && i < n; i++)
        code = consider(plan, a, policies->key[i]->text, policies->value[i]);
    for (size_t i = 0; !code && i < plan->reforms; i++) {
        char *name = strndup(plan->reform[i].word, strcspn(plan->reform[i].word, "="));
        const struct node *title = name ? node_get(node_get(policies, name), "title") : NULL;
        if (title && title->kind == NODE_SCALAR) plan->reform[i].title = strdup(title->text);
        free(name);
    }
    if (!code && !plan->reforms) {
        fprintf(stderr, "greenlane: attribute: no policy of %s brings it nearer to %s; name reforms with --policy\n",
            plan->a.word, plan->b.word);
        code = EXIT_CONTENT;
    }
    return code;
}

/* ---- scenarios ---- */
static struct scenario *read_with(const struct plan *plan, bool all, int *code)
{
    struct variant_word word = plan->a;
    struct words policies = {0};
    bool fine = true;
    for (size_t i = 0; i < plan->a.policies.count; i++) fine = fine && words_push(&policies, plan->a.policies.word[i]);
    for (size_t i = 0; all && i < plan->reforms; i++) fine = fine && words_push(&policies, plan->reform[i].word);
    word.policies = policies;
    word.sets = plan->options->sets;
    word.silent = all;
    struct scenario *scenario = fine ? read_scenario(&word, plan->options, code) : NULL;
    if (!fine) *code = no_memory();
    free(policies.word);
    return scenario;
}

static size_t fitted_in(const struct tree *tree)
{
    const struct node *expect = node_get(tree->root, "expect");
    size_t n = 0;
    for (size_t i = 0; expect && expect->kind == NODE_MAP && i < expect->count; i++) {
        const struct node *role = node_get(expect->value[i], "role");
        n += role && role->kind == NODE_SCALAR && strcmp(role->text, "fitted") == 0;
    }
    return n;
}

/* ---- the rest ---- */
uint64_t plan_changers(const struct plan *plan, const char *path)
{
    uint64_t set = 0;
    for (size_t i = 0; i < plan->reforms; i++)
        if (!is_same_value(tree_find(plan->plain, path), tree_find(plan->reform[i].tree, path)))
            set |= UINT64_C(1) << i;
    return set;
}

static const char *text_of(const struct node *node)
{
    node = reader_plain(node);
    return !node                       ? "nothing"
           : node->kind == NODE_SCALAR ? node->text
           : node->kind == NODE_LIST   ? "other steps"
                                       : "other values";
}

static char *say(const struct tree_difference *item)
{
    char *text = NULL;
    return asprintf(&text, "%s, %s to %s", item->path, text_of(item->from), text_of(item->to)) > 0 ? text : NULL;
}

static int find_rest(struct plan *plan)
{
    struct tree *full = NULL;
    struct words saved = plan->a.policies, policies = {0};
    bool fine = true;
    for (size_t i = 0; i < saved.count; i++) fine = fine && words_push(&policies, saved.word[i]);
    for (size_t i = 0; i < plan->reforms; i++) fine = fine && words_push(&policies, plan->reform[i].word);
    plan->a.policies = policies;
    if (fine) full = read_tree(plan, &plan->a, NULL, false);
    plan->a.policies = saved;
    free(policies.word);
    int code = full ? 0 : fine ? plan->code : no_memory();
    if (!code && !tree_differences(full, plan->tree_b, &plan->rest)) code = no_memory();
    plan->needs = calloc(plan->rest.count + 1, sizeof *plan->needs);
    plan->rest_setting = calloc(plan->rest.count + 1, sizeof *plan->rest_setting);
    plan->rest_said = calloc(plan->rest.count + 1, sizeof *plan->rest_said);
    if (!code && (!plan->needs || !plan->rest_setting || !plan->rest_said)) code = no_memory();
    for (size_t i = 0; !code && i < plan->rest.count; i++) {
        const struct tree_difference *item = &plan->rest.item[i];
        plan->needs[i] = plan_changers(plan, item->path);
        plan->rest_setting[i] = setting_text(item->path, item->to);
        plan->rest_said[i] = say(item);
        if (!plan->rest_setting[i] || !plan->rest_said[i]) code = no_memory();
    }
    for (size_t i = 0; i < plan->rest.count; i++) plan->rest.item[i].from = NULL; /* the tree goes now */
    tree_destroy(full);
    return code;
}

/* ---- what runs apart ---- */
/* Whether a change at the path can reach the direction. */
static bool reaches(const struct plan *plan, const char *path, enum direction here, enum direction other)
{
    enum belongs before = apart_belongs(plan->scenario, path, here, other),
                 after = apart_belongs(plan->full, path, here, other);
    if (before == BELONGS_UNKNOWN) return after != BELONGS_TO_OTHER;
    return before == BELONGS_HERE || after == BELONGS_HERE;
}

static int find_touches(struct plan *plan, struct plan_unit *unit, enum direction here, enum direction other)
{
    const struct tree *a = plan->plain;
    int code = 0;
    for (size_t i = 0; !code && i < plan->reforms; i++) {
        struct tree_differences list;
        if (!tree_differences(a, plan->reform[i].tree, &list)) code = no_memory();
        for (size_t k = 0; !code && k < list.count; k++)
            if (reaches(plan, list.item[k].path, here, other)) unit->touches |= UINT64_C(1) << i;
        tree_differences_clear(&list);
    }
    for (size_t k = 0; k < plan->rest.count; k++)
        if (reaches(plan, plan->rest.item[k].path, here, other)) unit->touches |= UINT64_C(1) << plan->reforms;
    return code;
}

static int make_units(struct plan *plan)
{
    uint64_t everybody = (UINT64_C(1) << plan->reforms) - 1;
    if (plan->rest.count) everybody |= UINT64_C(1) << plan->reforms;
    if (!apart_is(plan->scenario) || !apart_is(plan->full)) {
        plan->unit[plan->units++] = (struct plan_unit){.touches = everybody};
        return 0;
    }
    static const char *const name[] = {NULL, "import", "export"};
    int code = 0;
    for (int here = DIRECTION_IMPORT; !code && here <= DIRECTION_EXPORT; here++) {
        enum direction other = here == DIRECTION_IMPORT ? DIRECTION_EXPORT : DIRECTION_IMPORT;
        struct plan_unit *unit = &plan->unit[plan->units++];
        unit->direction = name[here];
        code = apart_make(&unit->apart, plan->scenario, other) ? find_touches(plan, unit, (enum direction)here, other)
                                                               : no_memory();
    }
    return code;
}

/* ---- all of it ---- */
static int read_arguments(struct plan *plan, size_t first)
{
    const struct words *arguments = &plan->options->arguments;
    for (size_t i = 0; i < 2; i++) {
        struct variant_word *word = i ? &plan->b : &plan->a;
        const char *typed = arguments->word[first + i];
        if (is_stored_run(typed)) {
            fprintf(stderr,
                "greenlane: attribute: %s is a stored run, which cannot be changed; name its scenario file\n", typed);
            return EXIT_COMMAND_LINE;
        }
        if (!variant_word_read(word, typed)) return no_memory();
    }
    return 0;
}

int plan_make(struct plan *plan, const struct options *options, size_t first)
{
    *plan = (struct plan){.own = *options};
    plan->options = &plan->own;
    if (!plan->own.replications) plan->own.replications = FRAME_REPLICATIONS;
    int code = read_arguments(plan, first);
    if (!code && !(plan->tree_b = read_tree(plan, &plan->b, NULL, false))) code = plan->code;
    if (!code && !(plan->plain = read_tree(plan, &plan->a, NULL, false))) code = plan->code;
    if (!code && !(plan->scenario = read_with(plan, false, &code))) code = code ? code : EXIT_CONTENT;
    if (!code && options->draws && tree_find(plan->scenario->tree, "sites")) {
        fprintf(stderr, "greenlane: attribute: --draws varies the inputs of a file, and %s has `sites:`, whose copies it does not name; "
                        "leave --draws out, or write the sites as streams of their own\n", plan->a.word);
        code = EXIT_CONTENT;
    }
    if (!code) code = find_reforms(plan);
    if (!code && !(plan->full = read_with(plan, true, &code))) code = code ? code : EXIT_CONTENT;
    if (!code) code = find_rest(plan);
    if (!code && !frame_make(&plan->frame, plan->scenario, plan->options)) code = no_memory();
    if (!code) code = make_units(plan);
    if (!code) plan->published = fitted_in(plan->scenario->tree) + fitted_in(plan->tree_b);
    return code;
}

void plan_clear(struct plan *plan)
{
    for (size_t i = 0; i < plan->words; i++) variant_word_clear(&plan->word[i]);
    for (size_t i = 0; i < plan->reforms; i++) {
        free(plan->reform[i].title);
        tree_destroy(plan->reform[i].tree);
    }
    for (size_t i = 0; plan->rest_said && i < plan->rest.count; i++) free(plan->rest_said[i]);
    for (size_t i = 0; plan->rest_setting && i < plan->rest.count; i++) free(plan->rest_setting[i]);
    free(plan->rest_said);
    for (size_t i = 0; i < plan->texts; i++) free(plan->text[i]);
    for (size_t i = 0; i < plan->units; i++) apart_clear(&plan->unit[i].apart);
    free(plan->word);
    free(plan->rest_setting);
    free(plan->needs);
    free(plan->text);
    frame_clear(&plan->frame);
    tree_differences_clear(&plan->rest);
    tree_destroy(plan->tree_b);
    tree_destroy(plan->plain);
    scenario_destroy(plan->scenario);
    scenario_destroy(plan->full);
    variant_word_clear(&plan->a);
    variant_word_clear(&plan->b);
}
