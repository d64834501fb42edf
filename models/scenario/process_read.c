/* process_read.c - the steps of all processes in one array, linked; then step_read.c fills them in.
 *
 * The array keeps the order of the file, a step before its branches, so that an index is stable and a name in a process
 * is found by one scan.
 */
#include "models/scenario/process_read.h"

#include "models/scenario/fields.h"

#include <stdio.h>
#include <string.h>

static size_t count_steps(const struct node *node, bool is_list)
{
    size_t n = 0;
    if (is_list) {
        for (size_t i = 0; node->kind == NODE_LIST && i < node->count; i++)
            if (node->value[i]->kind == NODE_MAP && node->value[i]->count == 1)
                n += count_steps(node->value[i]->value[0], false);
        return n;
    }
    if (node->kind != NODE_MAP) return 0;
    static const char *const branching[] = {"parallel", "choose"};
    for (int k = 0; k < 2; k++) {
        const struct node *map = node_get(node, branching[k]);
        for (size_t i = 0; map && map->kind == NODE_MAP && i < map->count; i++)
            n += count_steps(map->value[i], map->value[i]->kind == NODE_LIST);
    }
    const struct node *steps = node_get(node, "steps");
    return 1 + n + (steps ? count_steps(steps, true) : 0);
}

static enum step_kind kind_of(const char *word)
{
    static const struct {
        const char *word;
        enum step_kind kind;
    } row[] = {{"service", STEP_SERVICE}, {"delay", STEP_DELAY}, {"parallel", STEP_PARALLEL}, {"choose", STEP_CHOICE},
        {"milestone", STEP_MILESTONE}, {"selectivity", STEP_SELECTIVITY}, {"outcome", STEP_OUTCOME},
        {"route", STEP_ROUTE}, {"query", STEP_QUERY}, {"seize", STEP_SEIZE}, {"free", STEP_FREE}, {"batch", STEP_BATCH},
        {"unbatch", STEP_UNBATCH}, {"hold", STEP_HOLD}, {"steps", STEP_CHOICE}};
    for (size_t i = 0; word && i < sizeof row / sizeof row[0]; i++)
        if (strcmp(row[i].word, word) == 0) return row[i].kind;
    return STEP_DELAY;
}

static int add_list(struct process_reader *p, const struct node *list, int process, int parent);
static void add_branches(struct process_reader *p, int index, const struct node *map, bool choice);

static void check_step_name(struct process_reader *p, const struct node *key, int index)
{
    static const char *const words[] = {"next", "end", "otherwise", "shortest_queue"};
    struct scenario *s = p->r->scenario;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(s->step[index].name, words[i]) == 0)
            reader_error(p->r, key, "'%s' is a word of routes; choose another name", words[i]);
    for (int i = p->first; i < index; i++)
        if (strcmp(s->step[i].name, s->step[index].name) == 0) {
            reader_error(p->r, key, "there is another step '%s' in this process, in line %d; choose another name",
                s->step[i].name, s->step[i].place.line);
            return;
        }
}

static int add_step(struct process_reader *p, const struct node *key, const char *name, const struct node *body,
    int process, int parent)
{
    struct scenario *s = p->r->scenario;
    int index = (int)s->steps++;
    struct step *step = &s->step[index];
    const char *kind = check_step_kind(name, body);
    *step = (struct step){.name = shelf_text(p->r->shelf, name),
        .place = key->place,
        .kind = kind_of(kind),
        .share = 1,
        .calendar = NONE,
        .patience_target = NONE,
        .full_target = NONE,
        .back_to = NONE,
        .after = NONE,
        .hold_calendar = NONE,
        .process = process,
        .next = NONE};
    p->notes[index].body = body;
    p->notes[index].path = shelf_text(p->r->shelf, p->r->path);
    p->notes[index].parent = parent;
    check_step_name(p, key, index);
    const struct node *parallel = reader_get(body, "parallel"), *choose = reader_get(body, "choose");
    const struct node *steps = reader_get(body, "steps");
    size_t mark = reader_enter(p->r, step->kind == STEP_PARALLEL ? "parallel" : "choose");
    if (step->kind == STEP_PARALLEL && parallel && parallel->kind == NODE_MAP) add_branches(p, index, parallel, false);
    if (step->kind == STEP_CHOICE && choose && choose->kind == NODE_MAP) add_branches(p, index, choose, true);
    reader_leave(p->r, mark);
    if (steps && kind && strcmp(kind, "steps") == 0) { /* a branch of several steps that not all shipments take */
        step->branches = 1;
        step->branch = shelf_take(p->r->shelf, 1, sizeof *step->branch);
        step->branch_share = shelf_take(p->r->shelf, 1, sizeof *step->branch_share);
        step->branch_when = shelf_take(p->r->shelf, 1, sizeof *step->branch_when);
        step->branch_name = shelf_take(p->r->shelf, 1, sizeof *step->branch_name);
        step->branch_name[0] = step->name;
        step->branch_share[0] = 1;
        mark = reader_enter(p->r, "steps");
        step->branch[0] = add_list(p, steps, process, index);
        reader_leave(p->r, mark);
    }
    return index;
}

static int add_branch(struct process_reader *p, int index, const struct node *key, const struct node *body, bool choice)
{
    struct scenario *s = p->r->scenario;
    const char *kind = check_step_kind(key->text, body);
    int process = s->step[index].process;
    if (body->kind == NODE_LIST) return add_list(p, body, process, index);
    if (body->kind != NODE_MAP || (choice && !kind)) return NONE;
    if (choice && strcmp(kind, "steps") == 0) {
        size_t mark = reader_enter(p->r, "steps");
        int first = add_list(p, node_get(body, "steps"), process, index);
        reader_leave(p->r, mark);
        return first;
    }
    const char *name = key->text;
    if (choice && strcmp(name, "otherwise") == 0) name = shelf_format(p->r->shelf, "%s_otherwise", s->step[index].name);
    int first = add_step(p, key, name, body, process, index);
    p->notes[first].list = p->lists++;
    p->notes[first].alternative = choice;
    return first;
}

static void add_branches(struct process_reader *p, int index, const struct node *map, bool choice)
{
    struct step *step = &p->r->scenario->step[index];
    size_t n = map->count;
    step->branch = shelf_take(p->r->shelf, n + 1, sizeof *step->branch);
    step->branch_share = shelf_take(p->r->shelf, n + 1, sizeof *step->branch_share);
    step->branch_when = shelf_take(p->r->shelf, n + 1, sizeof *step->branch_when);
    step->branch_name = shelf_take(p->r->shelf, n + 1, sizeof *step->branch_name);
    for (size_t i = 0; i < n; i++) {
        size_t mark = reader_enter(p->r, map->key[i]->text);
        step->branch_name[i] = shelf_text(p->r->shelf, map->key[i]->text);
        step->branch_share[i] = 1;
        step->branch[i] = add_branch(p, index, map->key[i], map->value[i], choice);
        step->branches = i + 1;
        reader_leave(p->r, mark);
    }
}

static int add_list(struct process_reader *p, const struct node *list, int process, int parent)
{
    struct scenario *s = p->r->scenario;
    int number = p->lists++, first = NONE, before = NONE;
    for (size_t i = 0; list->kind == NODE_LIST && i < list->count; i++) {
        const struct node *item = list->value[i];
        if (item->kind != NODE_MAP || item->count != 1) continue; /* reported by the check */
        size_t mark = reader_enter(p->r, item->key[0]->text);
        if (item->value[0]->kind == NODE_MAP) {
            int index = add_step(p, item->key[0], item->key[0]->text, item->value[0], process, parent);
            p->notes[index].list = number;
            if (before == NONE)
                first = index;
            else
                s->step[before].next = index;
            before = index;
        }
        reader_leave(p->r, mark);
    }
    return first;
}

void read_processes(struct reader *r)
{
    struct scenario *s = r->scenario;
    const struct node *map = reader_get(r->root, "processes");
    size_t n = map && map->kind == NODE_MAP ? map->count : 0, steps = 0;
    for (size_t i = 0; i < n; i++) steps += count_steps(map->value[i], true);
    struct process_reader p = {.r = r};
    s->process = shelf_take(r->shelf, n + 1, sizeof *s->process);
    s->step = shelf_take(r->shelf, steps + 1, sizeof *s->step);
    p.notes = shelf_take(r->shelf, steps + 1, sizeof *p.notes);
    r->process_used = shelf_take(r->shelf, n + 1, sizeof *r->process_used);
    for (size_t i = 0; i < n; i++) {
        struct process *process = &s->process[s->processes];
        size_t mark = reader_enter(r, "processes");
        reader_enter(r, map->key[i]->text);
        process->name = process->label = shelf_text(r->shelf, map->key[i]->text);
        p.first = (int)s->steps;
        process->first = add_list(&p, map->value[i], (int)s->processes, NONE);
        s->processes++;
        reader_leave(r, mark);
        p.steps = (struct condition_steps){s->step, p.first, (int)s->steps - p.first};
        for (int k = p.first; k < (int)s->steps; k++) read_step(&p, k);
    }
}
