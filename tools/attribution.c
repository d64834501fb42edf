/* attribution.c - the worths of reforms, read from the stored variants of one run (attribute.h).
 *
 * Which set a variant stands for follows from the policies that it has beyond those of the barest one. Every
 * replication is a game of its own, met by the same shipments in all its sets; intervals are over replications.
 */
#include "tools/attribute.h"
#include "engine/infer/shapley.h"
#include "tools/command.h"
#include "tools/table.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double level = 0.95;

/* A queue that is this busy in the mean of a month has no steady state worth the name. */
static const double FULL = 0.99;

struct coalition {
    uint64_t set;
    const struct variant *variant;
    double *value; /* by replication */
};

struct game { /* of one direction */
    const struct variants *all;
    const char *direction;
    struct coalition *item; /* by set */
    size_t items, replications, players;
    const char **player; /* into `texts`; the rest comes last, as NULL */
    char **texts;
    size_t replication; /* in hand, for sampled orders */
    uint64_t whole;
};

static int no_memory(void)
{
    fprintf(stderr, "greenlane: out of memory\n");
    return EXIT_FAULT;
}

static bool has_direction(const struct variant *variant, const char *name)
{
    return facts_direction_find(variant->facts, name) != NULL;
}

static bool has_rest(const struct variant *variant)
{
    const char *name = variant->row->name;
    size_t n = strlen(name), m = strlen(ATTRIBUTE_REST);
    return n > m && strcmp(name + n - m, ATTRIBUTE_REST) == 0;
}

/* The k-th line of a text; false when it has no more. */
static bool line_of(const char *text, size_t k, const char **line, size_t *length)
{
    for (; text && *text; k--) {
        *length = strcspn(text, "\n");
        *line = text;
        if (k == 0) return true;
        text += *length + (text[*length] == '\n');
    }
    return false;
}

static bool has_line(const char *text, const char *word, size_t length)
{
    const char *line;
    size_t n;
    for (size_t k = 0; line_of(text, k, &line, &n); k++)
        if (n == length && strncmp(line, word, n) == 0) return true;
    return false;
}

static size_t count_lines(const char *text)
{
    const char *line;
    size_t n, k = 0;
    while (line_of(text, k, &line, &n)) k++;
    return k;
}

/* ---- the game ---- */
static const struct variant *extreme(const struct game *game, bool most)
{
    const struct variant *best = NULL;
    size_t best_size = 0;
    for (size_t i = 0; i < game->all->count; i++) {
        const struct variant *variant = &game->all->item[i];
        if (!has_direction(variant, game->direction)) continue;
        size_t size = 2 * count_lines(variant->row->policies) + has_rest(variant);
        if (!best || (most ? size > best_size : size < best_size)) best = variant, best_size = size;
    }
    return best;
}

static bool name_players(struct game *game)
{
    const struct variant *barest = extreme(game, false), *fullest = extreme(game, true);
    bool rest = false;
    for (size_t i = 0; i < game->all->count; i++)
        rest = rest || (has_direction(&game->all->item[i], game->direction) && has_rest(&game->all->item[i]));
    size_t n = count_lines(fullest->row->policies), length;
    game->player = calloc(n + 2, sizeof *game->player);
    game->texts = calloc(n + 2, sizeof *game->texts);
    if (!game->player || !game->texts) return false;
    const char *line;
    for (size_t k = 0; line_of(fullest->row->policies, k, &line, &length); k++) {
        if (has_line(barest->row->policies, line, length)) continue;
        game->player[game->players] = game->texts[game->players] = strndup(line, length);
        if (!game->texts[game->players++]) return false;
    }
    game->players += rest;
    game->whole = (UINT64_C(1) << game->players) - 1;
    return true;
}

static uint64_t set_of(const struct game *game, const struct variant *variant)
{
    uint64_t set = 0;
    for (size_t k = 0; k < game->players; k++) {
        bool in = game->player[k] ? has_line(variant->row->policies, game->player[k], strlen(game->player[k]))
                                  : has_rest(variant);
        if (in) set |= UINT64_C(1) << k;
    }
    return set;
}

static int by_set(const void *a, const void *b)
{
    uint64_t x = ((const struct coalition *)a)->set, y = ((const struct coalition *)b)->set;
    return (x > y) - (x < y);
}

static bool read_values(struct game *game)
{
    char metric[200];
    snprintf(metric, sizeof metric, "%s.clearance.mean_h", game->direction);
    game->item = calloc(game->all->count + 1, sizeof *game->item);
    game->replications = SIZE_MAX;
    for (size_t i = 0; game->item && i < game->all->count; i++) {
        const struct variant *variant = &game->all->item[i];
        if (!has_direction(variant, game->direction)) continue;
        struct coalition *item = &game->item[game->items++];
        *item = (struct coalition){.set = set_of(game, variant), .variant = variant};
        item->value = malloc((variant->replications + 1) * sizeof *item->value);
        if (!item->value || !variant_column(game->all, variant, metric, item->value)) return false;
        if (variant->replications < game->replications) game->replications = variant->replications;
    }
    if (game->item) qsort(game->item, game->items, sizeof *game->item, by_set);
    return game->item != NULL;
}

/* Where the rest changes nothing, its variant is the one without it. */
static const struct coalition *find(const struct game *game, uint64_t set)
{
    bool rest = game->players && !game->player[game->players - 1];
    for (int i = 0; i < 2; i++) {
        const struct coalition key = {.set = set};
        const struct coalition *found = bsearch(&key, game->item, game->items, sizeof key, by_set);
        if (found || !rest) return found;
        set &= ~(UINT64_C(1) << (game->players - 1));
    }
    return NULL;
}

static double value_of(const void *context, uint64_t set)
{
    const struct game *game = context;
    const struct coalition *item = find(game, set);
    return item ? item->value[game->replication] : NAN;
}

static void clear_game(struct game *game)
{
    for (size_t i = 0; i < game->items; i++) free(game->item[i].value);
    for (size_t i = 0; game->texts && i < game->players; i++) free(game->texts[i]);
    free(game->item);
    free(game->texts);
    free(game->player);
}

/* ---- a subset that is overloaded ---- */
static void name_set(const struct game *game, const struct variant *variant, char *text, size_t size)
{
    size_t used = 0;
    text[0] = 0;
    uint64_t set = set_of(game, variant);
    if (!set) snprintf(text, size, "no policy");
    for (size_t k = 0; k < game->players && used < size; k++)
        if (set >> k & 1)
            used += (size_t)snprintf(
                text + used, size - used, "%s%s", used ? "+" : "", game->player[k] ? game->player[k] : "rest");
}

static int check_loads(const struct game *game)
{
    char **name = NULL;
    size_t names = 0, shown = 0;
    for (size_t i = 0; i < game->items; i++) {
        const struct variant *variant = game->item[i].variant;
        if (store_metric_names(game->all->store, variant->row->id, &name, &names) != STATUS_OK) continue;
        for (size_t k = 0; k < names; k++) {
            char station[120], end[40] = "", policies[400];
            if (sscanf(name[k], "station.%119[^.].%39s", station, end) != 2 || strcmp(end, "utilisation") != 0)
                continue;
            double busy = variant_estimate(game->all, variant, name[k]).mean;
            if (!(busy >= FULL) || ++shown > 3) continue;
            name_set(game, variant, policies, sizeof policies);
            fprintf(stderr,
                "greenlane: attribute: %s with %s: station '%s' is %.1f %% busy, so its queue grows and has no mean; a "
                "reform\n"
                "           that takes staff away needs the one that takes work away: join them in one policy\n",
                game->direction, policies, station, 100 * busy);
        }
        store_names_free(name, names);
    }
    if (shown > 3)
        fprintf(stderr, "greenlane: attribute: %zu more such stations in other sets of policies\n", shown - 3);
    return shown ? EXIT_CONTENT : 0;
}

/* ---- worths ---- */
static bool work_out(struct game *game, struct attribution_reform *reform, bool sampled)
{
    size_t n = game->players, r = game->replications;
    double *worth = calloc(3 * n * r + 1, sizeof *worth), *error = calloc(n + 1, sizeof *error),
           *each = calloc(n + 1, sizeof *each);
    double *value = sampled ? NULL : calloc((size_t)1 << n, sizeof *value);
    bool fine = worth && error && each && (sampled || value);
    const struct shapley_game of_game = {.value = value_of, .context = game, .players = n};
    double *squares = each ? calloc(n + 1, sizeof *squares) : NULL;
    fine = fine && squares;
    for (size_t i = 0; fine && i < r; i++) {
        game->replication = i;
        if (sampled) shapley_sampled(&of_game, 1, attribute_pairs(n), each, error);
        for (uint64_t set = 0; !sampled && set <= game->whole; set++) value[set] = value_of(game, set);
        if (!sampled) shapley_exact(value, n, each);
        for (size_t k = 0; k < n; k++) {
            const uint64_t bit = UINT64_C(1) << k;
            worth[(3 * k + 0) * r + i] = each[k];
            worth[(3 * k + 1) * r + i] = value_of(game, bit) - value_of(game, 0);
            worth[(3 * k + 2) * r + i] = value_of(game, game->whole) - value_of(game, game->whole & ~bit);
            squares[k] += error[k] * error[k] / (double)r;
        }
    }
    for (size_t k = 0; fine && k < n; k++) {
        reform[k].average = interval_mean(worth + (3 * k + 0) * r, r, level);
        reform[k].first = interval_mean(worth + (3 * k + 1) * r, r, level);
        reform[k].last = interval_mean(worth + (3 * k + 2) * r, r, level);
        if (!sampled) continue;
        reform[k].sampling = interval_t_quantile(0.975, (double)attribute_pairs(n) - 1) * sqrt(squares[k]);
        reform[k].average.half_width = hypot(reform[k].average.half_width, reform[k].sampling);
    }
    free(squares);
    free(worth);
    free(error);
    free(each);
    free(value);
    return fine;
}

static void title_of(const struct game *game, struct attribution_reform *reform)
{
    const struct variant *fullest = extreme(game, true);
    const struct json_value *list = json_get(fullest->facts->json, "policies");
    for (size_t i = 0; list && i < list->count; i++) {
        const char *name = json_get_text(&list->item[i], "name", "");
        if (strlen(name) == strcspn(reform->name, "=") && strncmp(name, reform->name, strlen(name)) == 0)
            snprintf(reform->title, sizeof reform->title, "%s", json_get_text(&list->item[i], "title", ""));
    }
}

static int by_worth(const void *a, const void *b)
{
    const struct attribution_reform *x = a, *y = b;
    if (x->rest != y->rest) return x->rest - y->rest;
    double p = fabs(x->average.mean), q = fabs(y->average.mean);
    return p != q ? (p < q) - (p > q) : strcmp(x->name, y->name);
}

static bool read_difference(const struct game *game, struct attribution_direction *out)
{
    const struct coalition *none = find(game, 0), *all = find(game, game->whole);
    if (!none || !all) return false;
    out->from = interval_mean(none->value, game->replications, level);
    out->to = interval_mean(all->value, game->replications, level);
    out->difference = interval_paired(none->value, all->value, game->replications, level);
    for (size_t i = 0; i < game->items; i++)
        out->lower_bound =
            out->lower_bound || variant_is_lower_bound(game->all, game->item[i].variant, game->direction);
    return true;
}

static int read_direction(const struct variants *all, const char *name, struct attribution_direction *out)
{
    struct game game = {.all = all, .direction = name};
    *out = (struct attribution_direction){.name = name};
    int code = name_players(&game) && read_values(&game) ? 0 : no_memory();
    if (!code) code = check_loads(&game);
    out->reform = calloc(game.players + 1, sizeof *out->reform);
    if (!code && !out->reform) code = no_memory();
    if (!code && !read_difference(&game, out)) {
        fprintf(stderr, "greenlane: attribute: the run does not hold every set of reforms for %s\n", name);
        code = EXIT_CONTENT;
    }
    out->sampled = game.players > ATTRIBUTE_EXACT;
    out->variants = game.items;
    if (!code && game.players && !work_out(&game, out->reform, out->sampled)) code = no_memory();
    for (size_t k = 0; !code && k < game.players; k++) {
        struct attribution_reform *reform = &out->reform[out->reforms++];
        reform->rest = !game.player[k];
        reform->touches = true;
        reform->low = reform->high = NAN;
        snprintf(reform->name, sizeof reform->name, "%s", reform->rest ? "no reform named" : game.player[k]);
        if (!reform->rest) title_of(&game, reform);
    }
    if (!code) qsort(out->reform, out->reforms, sizeof *out->reform, by_worth);
    clear_game(&game);
    return code;
}

/* Reforms of the other directions, which are worth nothing here. */
static bool add_absent(struct attribution *out, size_t d)
{
    struct attribution_direction *to = &out->direction[d];
    for (size_t o = 0; o < out->directions; o++)
        for (size_t k = 0; k < out->direction[o].reforms; k++) {
            const struct attribution_reform *from = &out->direction[o].reform[k];
            bool known = !from->touches;
            for (size_t i = 0; i < to->reforms; i++) known = known || strcmp(to->reform[i].name, from->name) == 0;
            if (known) continue;
            struct attribution_reform *grown = realloc(to->reform, (to->reforms + 1) * sizeof *grown);
            if (!grown) return false;
            to->reform = grown;
            grown[to->reforms] = (struct attribution_reform){.rest = from->rest, .low = NAN, .high = NAN};
            snprintf(grown[to->reforms].name, sizeof from->name, "%s", from->name);
            snprintf(grown[to->reforms++].title, sizeof from->title, "%s", from->title);
        }
    return true;
}

/* ---- evidence: every value that stands in some variant, once ---- */
static int by_input(const void *a, const void *b)
{
    const struct store_input *x = a, *y = b;
    int order = strcmp(x->path, y->path);
    return order ? order : strcmp(x->value ? x->value : "", y->value ? y->value : "");
}

static bool count_inputs(const struct variants *all, struct attribution *out)
{
    struct store_input *input = NULL;
    size_t n = 0;
    for (size_t i = 0; i < all->count; i++) {
        const struct variant *variant = &all->item[i];
        struct store_input *grown = realloc(input, (n + variant->inputs + 1) * sizeof *grown);
        if (!grown) {
            free(input);
            return false;
        }
        input = grown;
        for (size_t k = 0; k < variant->inputs; k++)
            if (!frame_is_of(variant->input[k].path, variant->input[k].value)) input[n++] = variant->input[k];
        if (i + 1 < all->count && n < 100000) continue;
        qsort(input, n, sizeof *input, by_input);
        size_t kept = 0;
        for (size_t k = 0; k < n; k++)
            if (!kept || by_input(&input[k], &input[kept - 1]) != 0) input[kept++] = input[k];
        n = kept;
    }
    out->inputs = n;
    for (size_t k = 0; k < n; k++) out->assumed += strcmp(input[k].evidence, "assumed") == 0;
    free(input);
    return true;
}

int attribution_read(const struct variants *all, struct attribution *out)
{
    *out = (struct attribution){0};
    int code = 0;
    for (size_t i = 0; !code && i < all->count; i++)
        for (size_t d = 0; !code && d < all->item[i].facts->directions; d++) {
            const char *name = all->item[i].facts->direction[d].name;
            bool known = false;
            for (size_t k = 0; k < out->directions; k++) known = known || strcmp(out->direction[k].name, name) == 0;
            if (known) continue;
            struct attribution_direction *grown = realloc(out->direction, (out->directions + 1) * sizeof *grown);
            if (!grown) return no_memory();
            out->direction = grown;
            code = read_direction(all, name, &grown[out->directions++]);
        }
    for (size_t d = 0; !code && d < out->directions; d++)
        if (!add_absent(out, d)) code = no_memory();
    if (!code && !out->directions) {
        fprintf(stderr,
            "greenlane: attribute: no stream has a direction, import or export, so there is no clearance time\n");
        return EXIT_CONTENT;
    }
    size_t reforms = 0;
    for (size_t d = 0; d < out->directions; d++) reforms += out->direction[d].reforms;
    if (!code && !reforms) {
        fprintf(stderr, "greenlane: run:%lld holds no sets of reforms; `greenlane attribute A B` makes such a run\n",
            (long long)all->item[0].row->run);
        code = EXIT_CONTENT;
    }
    if (!code && !count_inputs(all, out)) code = no_memory();
    if (!code) out->replications = all->item[0].replications;
    return code;
}

/* A variant that was stored for another question does not know the titles of this one's reforms. */
static void add_titles(const struct plan *plan, struct attribution *out)
{
    for (size_t d = 0; d < out->directions; d++)
        for (size_t i = 0; i < out->direction[d].reforms; i++) {
            struct attribution_reform *reform = &out->direction[d].reform[i];
            for (size_t k = 0; k < plan->reforms && !reform->title[0]; k++)
                if (plan->reform[k].title && strcmp(plan->reform[k].word, reform->name) == 0)
                    snprintf(reform->title, sizeof reform->title, "%s", plan->reform[k].title);
        }
}

int attribution_make(struct plan *plan, struct variants *all, struct attribution *out)
{
    int code = plan_words(plan);
    struct variants_request request = {.options = plan->options,
        .word = plan->word,
        .words = plan->words,
        .kind = "attribute",
        .together = true,
        .numbers_only = true};
    if (!code) code = variants_load(&request, all);
    if (!code) code = attribution_read(all, out);
    if (!code) add_titles(plan, out);
    return !code && plan->options->draws ? attribution_draw(plan, out) : code;
}

const char *attribution_label(const struct attribution_reform *reform, size_t width, char text[130])
{
    bool titled = reform->title[0] && text_width(reform->title) <= width;
    snprintf(text, 130, "%s", titled ? reform->title : reform->name);
    for (char *at = text; !titled && *at; at++)
        if (*at == '_') *at = ' ';
    return text;
}

void attribution_clear(struct attribution *attribution)
{
    for (size_t d = 0; d < attribution->directions; d++) free(attribution->direction[d].reform);
    free(attribution->direction);
    *attribution = (struct attribution){0};
}
