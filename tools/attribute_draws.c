/* attribute_draws.c - what each reform would be worth if the assumed inputs were others (attribute.h).
 *
 * A draw takes each assumed time and share of A and of its reforms from its range; one without a range varies by 25 %, a
 * share by 20 %. Then one declared free input per direction, scaled, makes A meet its total again, and B its own: what
 * that takes differs between the two, and the difference is a player of its own, the rest. Staff follows the work: a
 * resource gets servers in proportion to the work offered to it, so no draw is overloaded. Volumes stay.
 *
 * In each draw a reform's worth is half of what it brings first and last, which is the Shapley value where no more than
 * two reforms interact at a time. One replication of a week serves: chance is small beside the assumptions.
 */
#include "tools/attribute_draws.h"
#include "tools/command.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_INPUTS = 400, MOST_REDRAWS = 50 };
static const double time_spread = 0.25, share_spread = 0.20;
static const struct frame_days short_run = {.window = 7, .warm_up = 4, .tail = 3};

static int no_memory(void)
{
    fprintf(stderr, "greenlane: out of memory\n");
    return EXIT_FAULT;
}

static uint64_t next_word(uint64_t *state) /* SplitMix64: which inputs, not what happens */
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static double uniform(uint64_t *state)
{
    return (double)(next_word(state) >> 11) * 0x1p-53;
}

/* ---- places ---- */
static bool add_place(struct drawing *d, struct stand **list, size_t *n, const char *path, int reform, uint64_t changers)
{
    struct stand *grown = realloc(*list, (*n + 1) * sizeof *grown);
    if (!grown) return false;
    *list = grown;
    const struct tree *tree = reform == NONE ? d->plan->scenario->tree : d->plan->reform[reform].tree;
    struct stand place = {.reform = reform, .changers = changers, .low = NAN, .high = NAN};
    if (!tree_find(tree, path)) return true; /* a site's copy, say: it follows what it was copied from */
    if (vary_read(&place.vary, path, tree)) return false;
    grown[(*n)++] = place;
    return true;
}

/* The path in A, and in each reform that changes it. */
static bool add_everywhere(struct drawing *d, struct stand **list, size_t *n, const char *path)
{
    uint64_t changers = plan_changers(d->plan, path);
    bool fine = true;
    if (tree_find(d->plan->scenario->tree, path)) fine = add_place(d, list, n, path, NONE, changers);
    for (size_t i = 0; fine && i < d->plan->reforms; i++)
        if (changers >> i & 1 && tree_find(d->plan->reform[i].tree, path)) fine = add_place(d, list, n, path, (int)i, 0);
    return fine;
}

static bool is_free(const struct drawing *d, const char *path)
{
    for (size_t i = 0; i < d->frees; i++)
        if (strcmp(d->free[i].vary.typed, path) == 0) return true;
    return false;
}

/* Times and shares; what is counted, and how much arrives, stays. */
static bool may_vary(const struct drawing *d, const struct scenario *scenario, const struct input *input)
{
    const char *path = input->path;
    size_t n = strlen(path);
    if (input->kind != EVIDENCE_ASSUMED || is_free(d, path) || frame_is_of(path, input->text)) return false;
    if (strncmp(path, "run.", 4) == 0 || strncmp(path, "resources.", 10) == 0 || strstr(path, ".arrivals.")) return false;
    if (n >= 8 && strcmp(path + n - 8, ".servers") == 0) return false;
    return apart_belongs(scenario, path, d->here, d->other) != BELONGS_TO_OTHER;
}

static void set_range(struct stand *place, const struct input *input)
{
    char why[QUANTITY_WHY];
    struct quantity low, high, now;
    const struct vary *vary = &place->vary;
    if (!vary->base || !(vary->now > 0)) return;
    if (vary->distribution) {
        now = (struct quantity){UNIT_HOURS, vary->now};
    } else if (!quantity_any(vary->base, &now, why)) {
        return;
    }
    if (now.unit == UNIT_NONE && now.value <= 1 && input->has_range) now.unit = UNIT_SHARE;
    if (now.unit != UNIT_HOURS && now.unit != UNIT_SHARE) return;
    double spread = now.unit == UNIT_HOURS ? time_spread : share_spread;
    place->unit = now.unit;
    place->low = now.value * (1 - spread);
    place->high = now.value * (1 + spread);
    if (input->has_range && quantity_any(input->low, &low, why) && quantity_any(input->high, &high, why)) {
        place->low = low.value;
        place->high = high.value;
    }
    if (now.unit == UNIT_SHARE) place->high = fmin(place->high, 1);
}

static bool add_inputs(struct drawing *d, const struct scenario *scenario, bool of_reforms)
{
    for (size_t i = 0; i < scenario->inputs && d->inputs < MOST_INPUTS; i++) {
        const struct input *input = &scenario->input[i];
        int reform = NONE;
        for (size_t k = 0; of_reforms && input->policy && k < d->plan->reforms; k++) {
            const char *word = d->plan->reform[k].word;
            if (strlen(input->policy) == strcspn(word, "=") && strncmp(word, input->policy, strlen(input->policy)) == 0) reform = (int)k;
        }
        if (of_reforms != (reform != NONE) || !may_vary(d, scenario, input)) continue;
        size_t before = d->inputs;
        if (!add_place(d, &d->input, &d->inputs, input->path, reform, reform == NONE ? plan_changers(d->plan, input->path) : 0)) return false;
        if (d->inputs > before) set_range(&d->input[before], input);
    }
    return true;
}

/* The trader's longest delay before the release; NONE where there is none. */
static int longest_of_trader(const struct scenario *s, enum direction here)
{
    int longest = NONE;
    for (size_t k = 0; k < s->streams; k++) {
        if (s->stream[k].direction != here) continue;
        for (int i = s->process[s->stream[k].process].first; i != NONE && s->step[i].milestone != MILESTONE_RELEASED; i = s->step[i].next) {
            bool his = s->step[i].kind == STEP_DELAY && strcmp(s->step[i].owner, "trader") == 0;
            if (his && (longest == NONE || variate_mean(&s->step[i].time) > variate_mean(&s->step[longest].time))) longest = i;
        }
    }
    return longest;
}

/* That, unless --free names an input. */
static int find_free(struct drawing *d)
{
    const struct scenario *s = d->plan->scenario;
    const struct words *given = &d->plan->options->free;
    char *path = d->plan->free_said[d->here == DIRECTION_EXPORT];
    for (size_t i = 0; i < given->count; i++)
        if (apart_belongs(s, given->word[i], d->here, d->other) == BELONGS_HERE) snprintf(path, sizeof d->plan->free_said[0], "%s", given->word[i]);
    int longest = given->count ? NONE : longest_of_trader(s, d->here);
    if (longest != NONE)
        snprintf(path, sizeof d->plan->free_said[0], "processes.%.100s.%.100s.delay", s->process[s->step[longest].process].name, s->step[longest].name);
    if (!*path || !tree_find(s->tree, path)) {
        fprintf(stderr, "greenlane: attribute: --draws needs an input of %s to refit to the totals: --free processes.NAME.STEP.delay\n", d->direction);
        return EXIT_COMMAND_LINE;
    }
    return add_everywhere(d, &d->free, &d->frees, path) && d->frees ? 0 : EXIT_COMMAND_LINE;
}

static bool find_servers(struct drawing *d)
{
    const struct scenario *s = d->plan->scenario;
    bool fine = true;
    for (size_t i = 0; fine && i < s->resources && d->servers < DRAWING_RESOURCES; i++) {
        char path[300];
        snprintf(path, sizeof path, "resources.%.200s.servers", s->resource[i].name);
        bool counted = s->resource[i].servers != INT32_MAX && s->resource[i].servers > 0 && tree_find(s->tree, path);
        if (counted && apart_belongs(s, path, d->here, d->other) == BELONGS_HERE) fine = add_everywhere(d, &d->server, &d->servers, path);
    }
    return fine;
}

/* ---- a draw ---- */
static bool draw_inputs(struct drawing *d, uint64_t *state)
{
    for (size_t i = 0; i < d->inputs; i++) {
        struct stand *place = &d->input[i];
        char text[60];
        free(place->setting);
        place->setting = NULL;
        double share = uniform(state), value = place->low + share * (place->high - place->low);
        if (isnan(value)) continue;
        if (place->unit == UNIT_HOURS)
            snprintf(text, sizeof text, "%.6g h", value);
        else
            snprintf(text, sizeof text, "%.6g %%", 100 * value);
        place->setting = vary_setting(&place->vary, text);
        if (!place->setting) return false;
    }
    return true;
}

/* Draws until A and B with all reforms can be read. */
static int draw_possible(struct drawing *d, uint64_t *state, bool *found)
{
    int code = 0;
    *found = false;
    for (int i = 0; !code && !*found && i < MOST_REDRAWS; i++) code = draw_inputs(d, state) ? drawing_is_possible(d, found) : no_memory();
    return code;
}

static int one_draw(struct drawing *d, size_t number, size_t draws, double *kept)
{
    uint64_t state = number;
    double mean[4], worth[ATTRIBUTE_REFORMS + 1], *offered = calloc(d->servers + 1, sizeof *offered);
    bool possible = false;
    int code = offered ? draw_possible(d, &state, &possible) : no_memory();
    if (!code && possible) code = drawing_survey(d, true, mean, offered);
    for (size_t i = 0; !code && i < d->servers; i++) d->more[i] = d->offered[i] > 0 ? offered[i] / d->offered[i] : 1;
    bool fits = !code && possible && drawing_refit(d, mean);
    if (fits) code = drawing_evaluate(d, worth);
    for (size_t k = 0; !code && fits && k < d->players; k++) kept[k * draws + d->drawn] = worth[k];
    d->drawn += !code && fits;
    d->left_out += !code && !fits;
    free(offered);
    return code;
}

/* ---- a direction ---- */
static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double quantile(const double *sorted, size_t n, double p)
{
    double at = p * (double)(n - 1);
    size_t i = (size_t)at;
    return i + 1 < n ? sorted[i] + (at - (double)i) * (sorted[i + 1] - sorted[i]) : sorted[n - 1];
}

/* The row of a player; that of the rest is made where there is none. */
static struct attribution_reform *row_of(struct attribution_direction *to, const char *name, bool rest)
{
    for (size_t i = 0; i < to->reforms; i++)
        if (rest ? to->reform[i].rest : strcmp(to->reform[i].name, name) == 0) return &to->reform[i];
    struct attribution_reform *grown = realloc(to->reform, (to->reforms + 1) * sizeof *grown);
    if (!grown) return NULL;
    to->reform = grown;
    grown[to->reforms] = (struct attribution_reform){.rest = rest, .touches = true};
    snprintf(grown[to->reforms].name, sizeof grown->name, "%s", name);
    return &grown[to->reforms++];
}

static bool note_ranges(struct drawing *d, size_t draws, double *kept, struct attribution_direction *to)
{
    size_t k = 0;
    for (uint64_t left = drawing_reforms(d) | UINT64_C(1) << d->plan->reforms; left; left &= left - 1, k++) {
        size_t player = 0;
        while (!(left >> player & 1)) player++;
        bool rest = player == d->plan->reforms;
        struct attribution_reform *row = row_of(to, rest ? "no reform named" : d->plan->reform[player].word, rest);
        if (!row) return false;
        qsort(kept + k * draws, d->drawn, sizeof *kept, by_value);
        row->touches = true;
        row->low = quantile(kept + k * draws, d->drawn, 0.05);
        row->high = quantile(kept + k * draws, d->drawn, 0.95);
    }
    return true;
}

static double expected(const struct tree *tree, const char *metric, double otherwise)
{
    char why[QUANTITY_WHY];
    double hours;
    const struct node *expect = node_get(node_get(tree->root, "expect"), metric), *role = node_get(expect, "role"),
                      *value = node_get(expect, "value");
    bool fitted = role && role->kind == NODE_SCALAR && strcmp(role->text, "fitted") == 0 && value && value->kind == NODE_SCALAR;
    return fitted && quantity_read(value->text, UNIT_HOURS, &hours, why) ? hours : otherwise;
}

static void show(const struct drawing *d, size_t done, size_t draws)
{
    if (d->plan->options->quiet || (done % 10 && done < draws)) return;
    fprintf(stderr, "greenlane: %s: %zu of %zu draws\n", d->direction, done, draws);
}

static int prepare(struct drawing *d)
{
    const struct plan *plan = d->plan;
    double mean[4];
    snprintf(d->metric, sizeof d->metric, "%s.clearance.mean_h", d->direction);
    int code = find_free(d);
    if (!code && (!add_inputs(d, plan->scenario, false) || !add_inputs(d, plan->full, true) || !find_servers(d)))
        code = no_memory();
    if (!code && !frame_make_of(&d->frame, plan->scenario, plan->options, &short_run)) code = no_memory();
    for (uint64_t left = drawing_reforms(d); left; left &= left - 1) d->players++;
    d->players++;
    d->offered = calloc(d->servers + 1, sizeof *d->offered);
    d->more = calloc(d->servers + 1, sizeof *d->more);
    if (!code && (!d->offered || !d->more)) code = no_memory();
    return code ? code : drawing_survey(d, false, mean, d->offered);
}

static void clear_places(struct stand *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        vary_clear(&list[i].vary);
        free(list[i].setting);
    }
    free(list);
}

static int draw_direction(struct plan *plan, const struct plan_unit *unit, struct attribution_direction *to)
{
    bool import = strcmp(to->name, "import") == 0;
    struct drawing d = {.plan = plan, .unit = unit, .direction = to->name, .here = import ? DIRECTION_IMPORT : DIRECTION_EXPORT,
        .other = import ? DIRECTION_EXPORT : DIRECTION_IMPORT};
    size_t draws = (size_t)plan->options->draws;
    int code = prepare(&d);
    double *kept = code ? NULL : calloc(d.players * draws + 1, sizeof *kept);
    d.target[0] = expected(plan->scenario->tree, d.metric, to->from.mean);
    d.target[1] = expected(plan->tree_b, d.metric, to->to.mean);
    if (!code && !kept) code = no_memory();
    for (size_t i = 0; !code && i < draws; i++) {
        code = one_draw(&d, i, draws, kept);
        show(&d, i + 1, draws);
    }
    plan->draws_left_out += d.left_out;
    plan->inputs_drawn += d.inputs;
    if (!code && d.drawn >= 2 && !note_ranges(&d, draws, kept, to)) code = no_memory();
    free(kept);
    clear_places(d.input, d.inputs);
    clear_places(d.server, d.servers);
    clear_places(d.free, d.frees);
    free(d.offered);
    free(d.more);
    frame_clear(&d.frame);
    return code;
}

int attribution_draw(struct plan *plan, struct attribution *attribution)
{
    int code = 0;
    for (size_t u = 0; !code && u < plan->units; u++)
        for (size_t i = 0; !code && i < attribution->directions; i++) {
            bool meant = !plan->unit[u].direction || strcmp(plan->unit[u].direction, attribution->direction[i].name) == 0;
            if (meant && attribution->direction[i].reforms) code = draw_direction(plan, &plan->unit[u], &attribution->direction[i]);
        }
    return code;
}
