/* network_apart.c - which branches of forks are apart from the others: what happens on one is not seen on another before
 * the join, so that its delays may be run ahead like those of an entity that has no branches (walk_ahead.c).
 *
 * Every fork is looked at in the part (network.h) in which it is met, for gates let a part through or not; a step that
 * several branches share is marked only if all of them are apart. Where more could be reached than ever will be, a branch
 * counts as not apart: it then goes step by step, with the same result.
 */
#include "engine/core/compiled.h"
#include <stdlib.h>
#include <string.h>

enum { NESTED_MOST = 8, PART_OF_WHOLE = PART_WHOLE | PART_AFTER };

/* What a branch does that others could see, or could do to it. */
struct doings {
    bool reads, writes;            /* attributes */
    bool clock;                    /* the second clock */
    bool ends;                     /* stops the clock, ends its shipment, or leaves branches behind that go on */
    uint64_t met_read, met_written; /* stages */
};

struct search {
    struct network *net;
    bool *on_branch, *together; /* by step */
    int depth;
};

static void add_doings(struct doings *to, struct doings from)
{
    to->reads |= from.reads;
    to->writes |= from.writes;
    to->clock |= from.clock;
    to->ends |= from.ends;
    to->met_read |= from.met_read;
    to->met_written |= from.met_written;
}

static bool is_in_the_way(struct doings a, struct doings b)
{
    return a.ends || b.ends || (a.writes && (b.reads || b.writes)) || (a.reads && b.writes) || (a.clock && b.clock) ||
           (a.met_read & b.met_written) || (a.met_written & b.met_read);
}

static void read_condition(struct doings *doings, const struct condition *condition)
{
    for (unsigned i = 0; i < condition->count; i++) {
        doings->reads |= condition->term[i].op == CONDITION_PUSH_ATTRIBUTE;
        if (condition->term[i].op == CONDITION_PUSH_MET) doings->met_read |= 1ULL << condition->term[i].index;
    }
}

/* What one step does by itself, met in that part. */
static struct doings doings_of(const struct network *net, uint32_t at, unsigned part)
{
    const struct step_spec *spec = &net->spec[at];
    bool queues = spec->op == OP_SERVICE || spec->op == OP_SEIZE;
    struct doings doings = {.reads = queues || spec->op == OP_HOOK || spec->op == OP_TEST || spec->op == OP_SHORTEST,
        .writes = spec->op == OP_HOOK || spec->op == OP_TEST,
        .clock = spec->op == OP_MARK || spec->pauses_second_clock,
        .ends = spec->op == OP_STOP || (spec->op == OP_END && spec->outcome >= 0) || (spec->op == OP_FORK && spec->rule != FORK_ALL)};
    read_condition(&doings, &spec->guard.when);
    if (spec->guard.has_ahead && (part & (PART_AHEAD | PART_AFTER))) read_condition(&doings, &spec->guard.ahead);
    for (size_t t = 0; t < spec->targets; t++) read_condition(&doings, &spec->target[t].when);
    if (queues) doings.ends |= spec->patience_outcome >= 0 || spec->balk_outcome >= 0 || spec->full_outcome >= 0;
    if (net->step[at].stage >= 0) doings.met_written |= 1ULL << net->step[at].stage;
    return doings;
}

static struct doings look_at_fork(struct search *search, uint32_t fork, unsigned part, bool *inside);

static size_t push(const struct network *net, int64_t step, const bool *seen, uint32_t *stack, size_t n)
{
    if (step >= 0 && step < (int64_t)net->steps && !seen[step]) stack[n++] = (uint32_t)step;
    return n;
}

/* The steps to which step `at` may lead. */
static size_t push_next(const struct network *net, uint32_t at, unsigned part, const bool *seen, uint32_t *stack, size_t n)
{
    const struct hot_step *hot = &net->step[at];
    const struct step_spec *spec = &net->spec[at];
    bool closed = (hot->flags & STEP_HAS_PARTS) && !(hot->parts & part);
    if (closed || (hot->flags & (STEP_GUARDED & ~STEP_HAS_PARTS))) n = push(net, hot->otherwise, seen, stack, n);
    if (closed || spec->op == OP_BRANCH_END || spec->op == OP_END) return n;
    n = push(net, hot->next, seen, stack, n);
    if (spec->op != OP_FORK)
        for (size_t t = 0; t < spec->targets; t++) n = push(net, spec->target[t].step, seen, stack, n);
    if (spec->op != OP_SERVICE && spec->op != OP_SEIZE) return n;
    n = push(net, spec->patience_target, seen, stack, n);
    n = push(net, spec->balk_target, seen, stack, n);
    return push(net, spec->full_target, seen, stack, n);
}

/* All that may happen from a step on to the end of the branch, or of the network; marks in `inside` the steps on the way,
 * those on branches within it among them. */
static struct doings look_from(struct search *search, uint32_t from, unsigned part, bool *inside)
{
    const struct network *net = search->net;
    struct doings all = {0};
    size_t room = 4;
    for (size_t i = 0; i < net->steps; i++) room += 5 + net->spec[i].targets;
    uint32_t *stack = malloc(room * sizeof *stack);
    bool *seen = calloc(net->steps, sizeof *seen);
    if (stack == NULL || seen == NULL) {
        all.ends = true;
        network_fail(search->net, STATUS_NO_MEMORY, "there is not enough memory for the network");
    }
    for (size_t n = stack && seen ? push(net, from, seen, stack, 0) : 0; n > 0;) {
        uint32_t at = stack[--n];
        if (seen[at]) continue;
        seen[at] = inside[at] = true;
        bool closed = (net->step[at].flags & STEP_HAS_PARTS) && !(net->step[at].parts & part);
        if (!closed) add_doings(&all, doings_of(net, at, part));
        if (!closed && net->spec[at].op == OP_FORK) add_doings(&all, look_at_fork(search, at, part, inside));
        n = push_next(net, at, part, seen, stack, n);
    }
    free(stack);
    free(seen);
    return all;
}

/* Decides for the branches of a fork; what they do all together is what the fork does to branches around it. */
static struct doings look_at_fork(struct search *search, uint32_t fork, unsigned part, bool *inside)
{
    const struct network *net = search->net;
    const struct step_spec *spec = &net->spec[fork];
    struct doings each[FORK_MOST] = {{0}}, all = {0};
    bool *steps = calloc(spec->targets * net->steps + 1, sizeof *steps);
    if (steps == NULL || search->depth == NESTED_MOST) {
        if (steps == NULL) network_fail(search->net, STATUS_NO_MEMORY, "there is not enough memory for the network");
        free(steps);
        memset(search->together, true, net->steps); /* forks within forks without end: none is apart */
        return (struct doings){.ends = true};
    }
    search->depth++;
    for (size_t t = 0; t < spec->targets; t++)
        if (spec->target[t].step >= 0)
            each[t] = look_from(search, (uint32_t)spec->target[t].step, spec->target[t].part ? spec->target[t].part : part, steps + t * net->steps);
    search->depth--;
    for (size_t t = 0; t < spec->targets; t++) {
        bool apart = spec->rule == FORK_ALL && !each[t].ends;
        for (size_t u = 0; u < spec->targets; u++) apart = apart && (u == t || !is_in_the_way(each[t], each[u]));
        add_doings(&all, each[t]);
        for (size_t i = 0; i < net->steps; i++) {
            if (!steps[t * net->steps + i]) continue;
            search->on_branch[i] = inside[i] = true;
            search->together[i] |= !apart;
        }
    }
    free(steps);
    return all;
}

static void look_at_entry(struct search *search, uint32_t entry, unsigned part)
{
    bool *inside = calloc(search->net->steps + 1, sizeof *inside);
    if (inside == NULL)
        network_fail(search->net, STATUS_NO_MEMORY, "there is not enough memory for the network");
    else if (entry != NO_STEP)
        look_from(search, entry, part, inside);
    free(inside);
}

bool network_find_apart(struct network *net)
{
    bool forks = false, travels = net->watches > 0; /* watched hours are added in the order of time */
    for (size_t i = 0; i < net->steps; i++) {
        enum network_op op = net->spec[i].op;
        forks |= op == OP_FORK;
        travels |= op == OP_BATCH || op == OP_UNBATCH || op == OP_UNLOAD; /* a branch may act for others */
    }
    if (!forks || travels) return true;
    struct search search = {net, calloc(net->steps, sizeof(bool)), calloc(net->steps, sizeof(bool)), 0};
    if (search.on_branch && search.together) {
        for (size_t i = 0; i < net->streams; i++) {
            look_at_entry(&search, net->stream[i].entry, PART_WHOLE);
            look_at_entry(&search, net->stream[i].entry_ahead, PART_OF_WHOLE);
        }
        for (size_t i = 0; i < net->initials; i++)
            if (i == 0 || net->initial[i].step != net->initial[i - 1].step) look_at_entry(&search, net->initial[i].step, PART_WHOLE);
        for (size_t i = 0; i < net->steps; i++)
            if (search.on_branch[i] && !search.together[i]) net->step[i].flags |= STEP_APART;
    } else {
        network_fail(net, STATUS_NO_MEMORY, "there is not enough memory for the network");
    }
    free(search.on_branch);
    free(search.together);
    return net->failed == STATUS_OK;
}
