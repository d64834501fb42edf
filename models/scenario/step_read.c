/* step_read.c - what one step does, by its kind. Values were checked before; here they meet the names. */
#include "models/scenario/fields.h"
#include "models/scenario/process_read.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static bool is_word(const struct node *node, const char *word)
{
    return node && node->kind == NODE_SCALAR && strcmp(node->text, word) == 0;
}

static struct step *step_of(struct process_reader *p, int index)
{
    return &p->r->scenario->step[index];
}

/* ---- names ---- */

/* A step of the same list, or next or end. */
static int target(struct process_reader *p, int index, const struct node *at, const char *name)
{
    struct scenario *s = p->r->scenario;
    if (strcmp(name, "next") == 0) return TARGET_NEXT;
    if (strcmp(name, "end") == 0) return TARGET_END;
    const char **names = shelf_take(p->r->shelf, (size_t)p->steps.count + 2, sizeof *names);
    size_t n = 0;
    for (int i = p->first; i < (int)s->steps; i++) {
        if (p->notes[i].list == p->notes[index].list) names[n++] = s->step[i].name;
        if (strcmp(s->step[i].name, name) != 0) continue;
        if (p->notes[i].list == p->notes[index].list) return i;
        reader_error(p->r, at,
            "the step '%s' stands in another list of steps; a shipment can only go to a step beside this one", name);
        return TARGET_NEXT;
    }
    names[n++] = "next";
    names[n++] = "end";
    int found = reader_find(p->r, at, "step", name, names, n);
    return found == NONE ? TARGET_NEXT : found; /* NONE is reported; never found here */
}

static int any_step(struct process_reader *p, const struct node *at)
{
    const char **names = shelf_take(p->r->shelf, (size_t)p->steps.count + 1, sizeof *names);
    if (!at || at->kind != NODE_SCALAR) return NONE;
    for (int i = 0; i < p->steps.count; i++) names[i] = p->steps.step[p->first + i].name;
    int found = reader_find(p->r, at, "step", at->text, names, (size_t)p->steps.count);
    return found == NONE ? NONE : p->first + found;
}

/* `by: NAME`, `by: [NAME, NAME]` or `by: {NAME: units}`. */
static void read_use(struct process_reader *p, struct step *step, const char *key)
{
    const struct node *use = reader_get(p->notes[step - p->r->scenario->step].body, key);
    if (!use) return;
    size_t mark = reader_enter(p->r, key), n = use->kind == NODE_SCALAR ? 1 : use->count;
    step->resource = shelf_take(p->r->shelf, n + 1, sizeof *step->resource);
    step->units = shelf_take(p->r->shelf, n + 1, sizeof *step->units);
    if (n == 0) reader_error(p->r, use, "no resource stands here; write one's name");
    for (size_t i = 0; i < n; i++) {
        const struct node *at = use->kind == NODE_SCALAR ? use : use->kind == NODE_MAP ? use->key[i] : use->value[i];
        double units = 1;
        char why[QUANTITY_WHY];
        if (at->kind != NODE_SCALAR) {
            reader_error(p->r, at, "no name stands here; write a resource's name");
            continue;
        }
        if (use->kind == NODE_MAP) {
            const struct node *count = use->value[i];
            if (count->kind != NODE_SCALAR || !quantity_count(count->text, 1, 1e6, &units, why))
                reader_error(p->r, count, "%s", count->kind == NODE_SCALAR ? why : "write how many: {NAME: 2}");
        }
        int found = reader_resource(p->r, at);
        if (found == NONE) continue;
        for (size_t k = 0; k < step->resources; k++)
            if (step->resource[k] == found)
                reader_error(p->r, at, "'%s' stands here twice; write {%s: 2}", at->text, at->text);
        if (units > p->r->scenario->resource[found].servers)
            reader_error(p->r, at, "it wants %.0f of '%s', which has %d; want fewer or add servers", units, at->text,
                p->r->scenario->resource[found].servers);
        step->resource[step->resources] = found;
        step->units[step->resources++] = (int)units;
    }
    reader_leave(p->r, mark);
}

static void read_condition_at(
    struct process_reader *p, const struct node *body, const char *key, bool met, struct condition *out, bool *has)
{
    const struct node *node = reader_get(body, key);
    if (!node) return;
    size_t mark = reader_enter(p->r, key);
    if (node->kind == NODE_SCALAR && strcmp(node->text, "otherwise") != 0)
        *has = reader_condition(p->r, node, node->text, met ? &p->steps : NULL, out);
    reader_leave(p->r, mark);
}

/* ---- what every step has ---- */

static char *words_of(struct reader *r, const char *name)
{
    char *text = shelf_text(r->shelf, name);
    for (char *c = text; *c; c++)
        if (*c == '_') *c = ' ';
    return text;
}

static void read_common(struct process_reader *p, int index)
{
    struct step *step = step_of(p, index);
    const struct step_notes *notes = &p->notes[index];
    const struct node *body = notes->body, *share = reader_get(body, "share"), *when = reader_get(body, "when");
    const struct step *parent = notes->parent == NONE ? NULL : step_of(p, notes->parent);
    const char *owner = step->resources ? p->r->scenario->resource[step->resource[0]].owner
                        : parent        ? parent->owner
                                        : "customs";
    const char *stage = notes->parent != NONE && parent->kind == STEP_CHOICE ? parent->stage : step->name;
    step->owner = reader_text(p->r, body, "owner", owner);
    step->label = reader_text(p->r, body, "label", words_of(p->r, step->name));
    step->stage = reader_text(p->r, body, "stage", stage);
    step->stage_label = words_of(p->r, step->stage);
    if (is_word(share, "otherwise") && !notes->alternative)
        reader_error_at(p->r, body, "share", "otherwise belongs to an alternative of choose; write a share: 20 %%");
    if (is_word(when, "otherwise") && !notes->alternative)
        reader_error_at(p->r, body, "when", "otherwise belongs to an alternative of choose; write a condition");
    if (!notes->alternative) {
        step->share = reader_number(body, "share", UNIT_SHARE, 1);
        read_condition_at(p, body, "when", true, &step->when, &step->has_when);
    }
    read_condition_at(p, body, "ahead", false, &step->ahead, &step->has_ahead);
    if (step->has_ahead && notes->parent != NONE)
        reader_error_at(p->r, body, "ahead", "ahead stands inside another step; write it at the %s step '%s'",
            parent->kind == STEP_CHOICE ? "choose" : "parallel", parent->name);
}

/* Several steps may share a stage: the step of that name gives it its label. */
static void label_stage(struct process_reader *p, int index)
{
    struct step *step = step_of(p, index);
    for (int i = p->first; i < p->first + p->steps.count; i++)
        if (strcmp(step_of(p, i)->name, step->stage) == 0) {
            const char *label = reader_scalar(p->notes[i].body, "label");
            if (label) step->stage_label = shelf_text(p->r->shelf, label);
        }
}

/* ---- times ---- */

static void read_time(struct process_reader *p, struct step *step, const struct node *body, const char *key)
{
    const struct node *time = reader_get(body, key), *in = reader_get(body, "in");
    if (!time) return;
    if (is_word(time, "by_capacity"))
        step->by_capacity = true;
    else if (is_word(time, "arrivals"))
        step->until_arrival = true;
    else
        reader_variate(p->r, time, DISTRIBUTION_TIMES, &step->time);
    size_t mark = reader_enter(p->r, "in");
    if (in) step->calendar = reader_calendar(p->r, in);
    reader_leave(p->r, mark);
    for (size_t i = 0; step->by_capacity && i < step->resources; i++) {
        const struct resource *resource = &p->r->scenario->resource[step->resource[i]];
        if (resource->capacity_per_h > 0) continue;
        reader_error_at(p->r, body, key, "'%s' has no capacity; give it one (capacity: 1800/h) or write a time here",
            resource->name);
    }
}

static void use_priorities(struct process_reader *p, struct step *step, const struct node *at)
{
    for (size_t i = 0; i < step->resources; i++) {
        struct resource *resource = &p->r->scenario->resource[step->resource[i]];
        if (resource->discipline == DISCIPLINE_FCFS) resource->discipline = DISCIPLINE_PRIORITY;
        if (resource->discipline != DISCIPLINE_PRIORITY)
            reader_error(p->r, at, "the discipline of '%s' knows no priorities; write discipline: priority there",
                resource->name);
    }
}

static int level_at(struct process_reader *p, const struct node *node)
{
    double level = 1;
    char why[QUANTITY_WHY];
    if (node->kind != NODE_SCALAR || !quantity_count(node->text, 1, 255, &level, why))
        reader_error(p->r, node, "%s", node->kind == NODE_SCALAR ? why : "a whole number from 1 to 255 is wanted");
    return (int)level;
}

static void read_priority(struct process_reader *p, struct step *step, const struct node *body)
{
    const struct node *priority = reader_get(body, "priority");
    if (!priority) return;
    size_t mark = reader_enter(p->r, "priority");
    use_priorities(p, step, priority);
    if (priority->kind != NODE_MAP) {
        step->priority_otherwise = level_at(p, priority);
        reader_leave(p->r, mark);
        return;
    }
    int last = 0;
    step->priority = shelf_take(p->r->shelf, priority->count + 1, sizeof *step->priority);
    for (size_t i = 0; i < priority->count; i++) {
        const struct node *key = priority->key[i];
        int level = level_at(p, priority->value[i]);
        if (level > last) last = level;
        if (strcmp(key->text, "otherwise") == 0) {
            step->priority_otherwise = level;
            continue;
        }
        struct priority_row *row = &step->priority[step->priorities++];
        row->level = level;
        if (!reader_condition(p->r, key, key->text, &p->steps, &row->when)) step->priorities--;
    }
    if (step->priority_otherwise == 0) step->priority_otherwise = last < 255 ? last + 1 : 255;
    reader_leave(p->r, mark);
}

static void read_leaving(struct process_reader *p, int index, const struct node *body)
{
    struct step *step = step_of(p, index);
    const struct node *gives_up = reader_get(body, "gives_up"), *after = reader_get(gives_up, "after");
    const struct node *full = reader_get(body, "full"), *to = reader_get(gives_up, "to");
    size_t mark = reader_enter(p->r, "gives_up"), inner = reader_enter(p->r, "to");
    if (to && to->kind == NODE_SCALAR) step->patience_target = target(p, index, to, to->text);
    reader_leave(p->r, inner);
    if (to && reader_get(gives_up, "outcome"))
        reader_error_at(
            p->r, gives_up, "to", "to and outcome stand together; a shipment that gives up goes on or ends");
    reader_leave(p->r, mark);
    if (after) step->has_patience = reader_variate(p->r, after, DISTRIBUTION_TIMES, &step->patience);
    if (after && !to) step->patience_outcome = reader_text(p->r, gives_up, "outcome", "gave_up");
    bool may_lose = false;
    for (size_t i = 0; i < step->resources; i++)
        may_lose = may_lose || p->r->scenario->resource[step->resource[i]].room_full == ROOM_FULL_LOSE;
    if (may_lose) step->full_outcome = shelf_text(p->r->shelf, "lost");
    if (!full) return;
    mark = reader_enter(p->r, "full");
    if (!may_lose) reader_error(p->r, full, "the resource blocks when it is full; write room: N and full: lose there");
    to = reader_get(full, "to");
    if (full->kind == NODE_SCALAR)
        step->full_outcome = shelf_text(p->r->shelf, full->text);
    else if (to && to->kind == NODE_SCALAR) {
        step->full_target = target(p, index, to, to->text);
        step->full_outcome = NULL;
    } else
        step->full_outcome = reader_text(p->r, full, "outcome", "lost");
    reader_leave(p->r, mark);
}

static void read_balk(struct process_reader *p, struct step *step, const struct node *body)
{
    const struct node *balk = reader_get(body, "balk"), *join = reader_get(balk, "join");
    if (!balk) return;
    step->balk.given = true;
    step->balk.harmonic = is_word(balk, "harmonic");
    step->balk.n = reader_items(join);
    step->balk.join = shelf_take(p->r->shelf, step->balk.n + 1, sizeof *step->balk.join);
    for (size_t i = 0; i < step->balk.n; i++) {
        const struct node *item = reader_plain(reader_item(join, i));
        char why[QUANTITY_WHY];
        if (item->kind == NODE_SCALAR) quantity_read(item->text, UNIT_SHARE, &step->balk.join[i], why);
    }
}

static const struct attribute_info *offence_of(const struct reader *r)
{
    for (size_t i = 0; i < r->scenario->attributes; i++)
        if (strcmp(r->scenario->attribute[i], "offence") == 0) return &r->attribute[i];
    return NULL;
}

/* `share: {drugs: 60 %, otherwise: 20 %}`: a share for each level of what is wrong. */
static void read_found_by(struct process_reader *p, struct step *step, const struct node *map)
{
    const struct attribute_info *offence = offence_of(p->r);
    if (!offence) {
        reader_error(p->r, map, "no stream says what is wrong; give attributes: {offence: {none: 97 %%, drugs: 3 %%}}");
        return;
    }
    double otherwise = reader_number(map, "otherwise", UNIT_SHARE, -1);
    const struct node *row[256] = {NULL};
    step->finds.levels = offence->levels;
    step->finds.by_offence = shelf_take(p->r->shelf, offence->levels + 1, sizeof *step->finds.by_offence);
    for (size_t i = 0; i < map->count; i++) {
        const char *name = map->key[i]->text;
        if (strcmp(name, "otherwise") == 0) continue;
        size_t mark = reader_enter(p->r, name);
        int level = reader_find(
            p->r, map->key[i], "level of offence", name, (const char *const *)offence->level, offence->levels);
        reader_leave(p->r, mark);
        if (level != NONE) row[level] = map->key[i];
    }
    for (size_t l = 0; l < offence->levels; l++) {
        bool none = strcmp(offence->level[l], "none") == 0;
        step->finds.by_offence[l] = row[l] ? reader_number(map, offence->level[l], UNIT_SHARE, 0) : otherwise;
        if (none) step->finds.by_offence[l] = 0;
        if (none && row[l])
            reader_error(p->r, row[l], "where nothing is wrong nothing is found; write false_alarm: beside share");
        if (!none && !row[l] && otherwise < 0)
            reader_error(p->r, map, "there is no share for '%s'; add one, or otherwise:", offence->level[l]);
    }
}

static void read_finds(struct process_reader *p, struct step *step, const struct node *body)
{
    const struct node *finds = reader_get(body, "finds"), *share = reader_get(finds, "share");
    if (!finds) return;
    step->finds.given = true;
    step->finds.share = reader_number(finds, "share", UNIT_SHARE, 0);
    step->finds.false_alarm = reader_number(finds, "false_alarm", UNIT_SHARE, 0);
    if (!share || share->kind != NODE_MAP) return;
    size_t mark = reader_enter(p->r, "finds"), inner = reader_enter(p->r, "share");
    read_found_by(p, step, share);
    reader_leave(p->r, inner);
    reader_leave(p->r, mark);
}

/* ---- kinds ---- */

static void read_parallel(struct process_reader *p, struct step *step, const struct node *body)
{
    const struct node *join = reader_get(body, "join");
    char why[QUANTITY_WHY];
    double k = 0;
    step->join = JOIN_ALL;
    step->join_k = (int)step->branches;
    if (is_word(join, "any")) {
        step->join = JOIN_ANY;
        step->join_k = 1;
    } else if (join && join->kind == NODE_SCALAR && quantity_count(join->text, 1, 1000, &k, why)) {
        step->join = JOIN_K;
        step->join_k = (int)k;
        if (k > (double)step->branches)
            reader_error_at(p->r, body, "join", "it waits for %.0f branches of %zu; write at most %zu", k,
                step->branches, step->branches);
    }
    if (step->branches == 1)
        reader_warning(p->r, body, "a parallel section has a single branch; write its steps in a row");
}

/* Alternatives by condition are asked first, in order; shares divide what is left; `otherwise` takes the rest. */
static void read_choice(struct process_reader *p, struct step *step, const struct node *map)
{
    double sum = 0;
    size_t shares = 0;
    int otherwise = NONE;
    for (size_t i = 0; i < step->branches; i++) {
        const struct node *body = map->value[i], *share = reader_get(body, "share"), *when = reader_get(body, "when");
        size_t mark = reader_enter(p->r, step->branch_name[i]);
        bool rest =
            strcmp(step->branch_name[i], "otherwise") == 0 || is_word(share, "otherwise") || is_word(when, "otherwise");
        if (rest && otherwise != NONE) reader_error(p->r, body, "there is a second otherwise; only one takes the rest");
        if (!rest && share && when)
            reader_error(p->r, body, "share and when stand together; an alternative has one of the two");
        if (!rest && !share && !when)
            reader_error(
                p->r, body, "the alternative has no share; write share: 20 %%, when: CONDITION or share: otherwise");
        step->branch_share[i] = 0;
        if (rest) {
            otherwise = (int)i;
        } else if (share) {
            step->branch_share[i] = reader_number(body, "share", UNIT_SHARE, 0);
            sum += step->branch_share[i];
            shares++;
        } else if (when) {
            bool has;
            read_condition_at(p, body, "when", true, &step->branch_when[i], &has);
            step->branch_share[i] = -1;
        }
        reader_leave(p->r, mark);
    }
    if (sum > 1 + 1e-6)
        reader_error(p->r, map, "the shares sum to %.6g %%, over 100 %%; make them smaller", sum * 100);
    else if (otherwise != NONE)
        step->branch_share[otherwise] = 1 - sum > 0 ? 1 - sum : 0;
    else if (shares > 0 && sum < 1 - 1e-6)
        reader_error(
            p->r, map, "the shares sum to %.6g %%, not 100 %%; give one alternative share: otherwise", sum * 100);
    else if (shares == 0)
        reader_error(p->r, map, "no alternative takes what no condition takes; give one share: otherwise");
    else
        for (size_t i = 0; i < step->branches; i++)
            if (step->branch_share[i] > 0) step->branch_share[i] /= sum;
}

static void read_milestone(struct process_reader *p, struct step *step, const struct node *body)
{
    static const char *const names[] = {"", "arrived", "lodged", "released"};
    step->milestone_name = reader_text(p->r, body, "milestone", step->name);
    step->milestone = (enum milestone)reader_word(body, "milestone", names, 4, MILESTONE_OTHER);
    const char *near =
        step->milestone == MILESTONE_OTHER ? diagnostic_suggest(step->milestone_name, names + 1, 3) : NULL;
    if (near)
        reader_warning_at(
            p->r, body, "milestone", "'%s' is a milestone of your own; did you mean '%s'?", step->milestone_name, near);
}

/* from and to: a campaign. */
static void read_dates(struct process_reader *p, const struct node *row, struct criterion *criterion)
{
    const struct node *from = reader_get(row, "from"), *to = reader_get(row, "to");
    if (!from && !to) return;
    if (!from || !to) {
        reader_error(p->r, row, "a campaign has a beginning and an end; write both from and to");
        return;
    }
    criterion->dated = reader_moment(p->r, from, &criterion->from) && reader_moment(p->r, to, &criterion->to);
    if (criterion->dated && !(criterion->to > criterion->from))
        reader_error_at(p->r, row, "to", "the campaign ends before it begins; write a later moment");
}

/* learns: {by: origin, memory: 60 d} */
static void read_learns(struct process_reader *p, const struct node *map, struct learns *out)
{
    const struct node *learns = reader_get(map, "learns"), *by = reader_get(learns, "by");
    if (!learns || !by || by->kind != NODE_SCALAR) return;
    const struct scenario *s = p->r->scenario;
    size_t mark = reader_enter(p->r, "learns");
    int found = reader_find(p->r, by, "attribute", by->text, (const char *const *)s->attribute, s->attributes);
    out->given = found != NONE;
    out->attribute = found;
    out->memory = reader_number(learns, "memory", UNIT_HOURS, 365 * 24);
    out->prior = reader_number(learns, "prior", UNIT_NONE, 10);
    out->weight = reader_number(learns, "weight", UNIT_NONE, 1);
    if (found != NONE && p->r->attribute[found].kind == ATTRIBUTE_NUMBER)
        reader_error_at(
            p->r, learns, "by", "'%s' is a number, and numbers have no levels; write a flag or a category", by->text);
    if (found != NONE) p->r->attribute_used[found] = true;
    reader_leave(p->r, mark);
}

/* score: {scorecard: {from: risk.csv, attributes: {hs6: HS6 Code}}} */
static void read_card(struct process_reader *p, const struct node *score, struct card *out)
{
    const struct node *card = reader_get(score, "scorecard"), *names = reader_get(card, "attributes");
    const struct scenario *s = p->r->scenario;
    if (!card) return;
    size_t mark = reader_enter(p->r, "score");
    reader_enter(p->r, "scorecard");
    if (reader_get(score, "binormal"))
        reader_error(p->r, card, "a score is binormal or by a scorecard; leave one of the two out");
    size_t n = names && names->kind == NODE_MAP ? names->count : 0;
    out->attribute = shelf_take(p->r->shelf, n + 1, sizeof *out->attribute);
    out->column = shelf_take(p->r->shelf, n + 1, sizeof *out->column);
    out->data = reader_data_open(p->r, card, "from");
    p->r->data = NULL;                                                         /* the step's from now on */
    for (size_t i = 0; i < s->attributes; i++) p->r->attribute_used[i] = true; /* the model may look at any */
    for (size_t i = 0; i < n; i++) {
        size_t inner = reader_enter(p->r, "attributes");
        reader_enter(p->r, names->key[i]->text);
        int found = reader_find(
            p->r, names->key[i], "attribute", names->key[i]->text, (const char *const *)s->attribute, s->attributes);
        reader_leave(p->r, inner);
        if (found == NONE || names->value[i]->kind != NODE_SCALAR) continue;
        out->attribute[out->n] = found;
        out->column[out->n++] = shelf_text(p->r->shelf, names->value[i]->text);
    }
    reader_leave(p->r, mark);
}

static void read_criteria(struct process_reader *p, struct selectivity *out, const struct node *list)
{
    static const char *const lanes[] = {"green", "blue", "yellow", "red"};
    size_t n = reader_items(list), mark = reader_enter(p->r, "criteria");
    out->criterion = shelf_take(p->r->shelf, n + 1, sizeof *out->criterion);
    for (size_t i = 0; i < n; i++) {
        const struct node *row = reader_item(list, i);
        struct criterion *criterion = &out->criterion[out->criteria++]; /* counted at once, so that it is released */
        bool has = false;
        size_t inner = reader_enter_index(p->r, i);
        read_condition_at(p, row, "when", true, &criterion->when, &has);
        criterion->lane = (enum lane)reader_word(row, "lane", lanes, LANES, LANE_GREEN);
        criterion->rate = reader_number(row, "rate", UNIT_SHARE, 1);
        read_dates(p, row, criterion);
        if (!has) out->criteria--;
        reader_leave(p->r, inner);
    }
    reader_leave(p->r, mark);
}

static void read_selectivity(struct process_reader *p, struct step *step, const struct node *body)
{
    const struct node *inner = reader_get(body, "selectivity"), *map = inner ? inner : body;
    struct selectivity *out = &step->selectivity;
    const struct node *top_up = reader_get(map, "top_up"), *criteria = reader_get(map, "criteria");
    const struct node *binormal = reader_get(reader_get(map, "score"), "binormal");
    const struct node *compliant = reader_get(binormal, "compliant"), *not = reader_get(binormal, "not_compliant");
    size_t mark = p->r->path_length;
    static const char *const keys[] = {"criteria", "at_least_random", "top_up", "score", "learns"};
    for (size_t i = 0; inner && i < sizeof keys / sizeof *keys; i++)
        if (node_get(body, keys[i]))
            reader_error_at(p->r, body, keys[i], "it stands beside selectivity:; write it inside selectivity: {...}");
    if (inner) mark = reader_enter(p->r, "selectivity");
    if (criteria) read_criteria(p, out, criteria);
    read_learns(p, map, &out->learns);
    read_card(p, reader_get(map, "score"), &out->card);
    if (reader_get(map, "score") && !binormal && !out->card.data && reader_get(map, "score")->count == 0)
        reader_error_at(p->r, map, "score", "the score is not said; write binormal: or scorecard:");
    out->at_least_random = reader_number(map, "at_least_random", UNIT_SHARE, 0);
    out->top_up[LANE_RED] = reader_number(top_up, "red", UNIT_SHARE, 0);
    out->top_up[LANE_YELLOW] = reader_number(top_up, "yellow", UNIT_SHARE, 0);
    out->top_up[LANE_BLUE] = reader_number(top_up, "blue", UNIT_SHARE, 0);
    double sum = out->top_up[LANE_RED] + out->top_up[LANE_YELLOW] + out->top_up[LANE_BLUE];
    if (sum > 1 + 1e-9)
        reader_error_at(p->r, map, "top_up", "the lanes sum to %.6g %%, over 100 %%; make them smaller", sum * 100);
    if (compliant && not )
        out->has_score = reader_variate(p->r, compliant, DISTRIBUTION_SCORES, &out->score_compliant) &&
                         reader_variate(p->r, not, DISTRIBUTION_SCORES, &out->score_not);
    double highest = out->top_up[LANE_RED] > 0      ? out->top_up[LANE_RED]
                     : out->top_up[LANE_YELLOW] > 0 ? out->top_up[LANE_YELLOW]
                                                    : out->top_up[LANE_BLUE];
    if (out->at_least_random > 0 && highest == 0)
        reader_error(p->r, map, "at_least_random has no lane to go to; give top_up: {red: 3 %%}");
    else if (out->at_least_random > highest)
        reader_warning(
            p->r, map, "at_least_random is more than the highest lane's top_up, so the score never decides it");
    reader_leave(p->r, mark);
}

static void read_route(struct process_reader *p, int index, const struct node *map)
{
    struct step *step = step_of(p, index);
    size_t mark = reader_enter(p->r, "route");
    if (map->kind != NODE_MAP || map->count == 0) {
        reader_error(p->r, map, "no routes stand here; write {STEP: 10 %%, otherwise: next}");
        reader_leave(p->r, mark);
        return;
    }
    const struct node *shortest = reader_get(map, "shortest_queue");
    size_t n = shortest ? reader_items(shortest) : map->count;
    int otherwise = TARGET_NEXT;
    double sum = 0;
    step->row = shelf_take(p->r->shelf, n + 2, sizeof *step->row);
    step->shortest_queue = shortest != NULL;
    if (shortest && map->count > 1) reader_error(p->r, map, "shortest_queue stands alone; leave out the other rows");
    for (size_t i = 0; i < n; i++) {
        const struct node *value = shortest ? reader_item(shortest, i) : reader_plain(map->value[i]);
        const char *name = shortest ? value->text : map->key[i]->text;
        struct share_row *row = &step->row[step->rows];
        struct quantity number;
        char why[QUANTITY_WHY];
        size_t inner = reader_enter(p->r, shortest ? "shortest_queue" : name);
        if (value->kind != NODE_SCALAR) {
            reader_error(p->r, value, "a share, a condition or a step's name is wanted");
        } else if (shortest) {
            *row = (struct share_row){.share = -1, .target = target(p, index, value, name)};
            step->rows++;
        } else if (strcmp(name, "otherwise") == 0) {
            otherwise = target(p, index, value, value->text);
        } else if (quantity_any(value->text, &number, why)) {
            double share = 0;
            if (!quantity_read(value->text, UNIT_SHARE, &share, why) || share < 0)
                reader_error(p->r, value, "'%.40s' is no share; 0 to 100 %% is possible", value->text);
            *row = (struct share_row){.share = share, .target = target(p, index, map->key[i], name)};
            sum += share;
            step->rows++;
        } else {
            *row = (struct share_row){.share = -1, .target = target(p, index, map->key[i], name)};
            step->rows++;
            if (!reader_condition(p->r, value, value->text, &p->steps, &row->when)) step->rows--;
        }
        reader_leave(p->r, inner);
    }
    if (sum > 1 + 1e-6) reader_error(p->r, map, "the shares sum to %.6g %%, over 100 %%; make them smaller", sum * 100);
    if (!shortest)
        step->row[step->rows++] = (struct share_row){.share = 1 - sum > 0 ? 1 - sum : 0, .target = otherwise};
    reader_leave(p->r, mark);
}

static void read_query(struct process_reader *p, int index, const struct node *body)
{
    struct step *step = step_of(p, index);
    const struct node *back_to = reader_get(body, "back_to"), *of = reader_get(body, "of");
    size_t mark = reader_enter(p->r, "back_to");
    if (back_to && back_to->kind == NODE_SCALAR) {
        step->back_to = target(p, index, back_to, back_to->text);
        if (step->back_to >= index)
            reader_error(p->r, back_to, "'%s' comes later; a query goes back to an earlier step", back_to->text);
        else if (step->back_to == TARGET_END)
            reader_error(p->r, back_to, "a query goes back to an earlier step; write its name");
    }
    reader_leave(p->r, mark);
    mark = reader_enter(p->r, "of");
    step->after = of ? any_step(p, of) : NONE;
    reader_leave(p->r, mark);
    step->stops_clock = is_word(reader_get(body, "stops_clock"), "true");
    if (step->after == NONE) return;
    enum status status = condition_add(&step->when, CONDITION_PUSH_MET, (unsigned)step->after, 0);
    if (status == STATUS_OK && step->has_when) status = condition_add(&step->when, CONDITION_AND, 0, 0);
    if (status == STATUS_NO_MEMORY) longjmp(*p->r->shelf->no_memory, 1);
    step->has_when = true;
}

static void read_hold(struct process_reader *p, struct step *step, const struct node *body)
{
    const struct node *hold = reader_get(body, "hold");
    if (!hold) return;
    const struct node *calendar = hold->kind == NODE_MAP ? reader_get(hold, "calendar") : hold;
    const struct node *until = reader_get(hold, "until");
    size_t mark = reader_enter(p->r, "hold");
    if (calendar) step->hold_calendar = reader_calendar(p->r, calendar);
    if (until && reader_moment(p->r, until, &step->hold_until) && !p->r->scenario->run.dated && step->hold_until < 0)
        reader_error_at(p->r, hold, "until", "'%s' is before the start; write a duration from the start", until->text);
    if ((calendar != NULL) == (until != NULL))
        reader_error(p->r, hold, "a hold waits for one thing; write a calendar's name, or {until: 2022-11-11 00:00}");
    reader_leave(p->r, mark);
}

static void read_kind(struct process_reader *p, int index, const struct node *body)
{
    struct step *step = step_of(p, index);
    const struct node *choose = reader_get(body, "choose"), *batch = reader_get(body, "batch");
    size_t mark;
    switch (step->kind) {
    case STEP_SERVICE: read_time(p, step, body, "service"); break;
    case STEP_DELAY: read_time(p, step, body, "delay"); break;
    case STEP_PARALLEL: read_parallel(p, step, body); break;
    case STEP_CHOICE:
        mark = reader_enter(p->r, "choose");
        if (choose && choose->kind == NODE_MAP) read_choice(p, step, choose);
        reader_leave(p->r, mark);
        break;
    case STEP_MILESTONE: read_milestone(p, step, body); break;
    case STEP_SELECTIVITY: read_selectivity(p, step, body); break;
    case STEP_OUTCOME: step->outcome = reader_text(p->r, body, "outcome", step->name); break;
    case STEP_ROUTE: read_route(p, index, reader_get(body, "route") ? reader_get(body, "route") : body); break;
    case STEP_QUERY:
        read_time(p, step, body, "delay");
        read_query(p, index, body);
        break;
    case STEP_BATCH:
        step->batch_size = reader_count(batch, "size", 1);
        step->batch_after = reader_number(batch, "or_after", UNIT_HOURS, 0);
        break;
    case STEP_HOLD: read_hold(p, step, body); break;
    case STEP_SEIZE:
    case STEP_FREE:
    case STEP_UNBATCH: break;
    }
}

void read_step(struct process_reader *p, int index)
{
    struct step *step = step_of(p, index);
    const struct node *body = p->notes[index].body;
    p->r->path_length = 0;
    size_t mark = reader_enter(p->r, p->notes[index].path);
    if (step->kind == STEP_SERVICE) read_use(p, step, "by");
    if (step->kind == STEP_SEIZE) read_use(p, step, "seize");
    if (step->kind == STEP_FREE) read_use(p, step, "free");
    read_common(p, index);
    label_stage(p, index);
    read_priority(p, step, body);
    read_leaving(p, index, body);
    read_balk(p, step, body);
    read_finds(p, step, body);
    step->due = reader_number(body, "due", UNIT_HOURS, 0);
    read_kind(p, index, body);
    p->r->path_length = mark;
    p->r->path[0] = '\0';
}
