/* attribute_words.c - which sets of reforms are simulated, and each as a word of a command line (attribute.h). */
#include "tools/attribute.h"
#include "engine/infer/shapley.h"
#include "tools/command.h"
#include <stdlib.h>
#include <string.h>

static size_t members(uint64_t set)
{
    size_t n = 0;
    for (; set; set &= set - 1) n++;
    return n;
}

/* An order visits players - 1 sets beside none and all of them. */
size_t attribute_pairs(size_t players)
{
    size_t pairs = ATTRIBUTE_SAMPLED / (2 * (players - 1));
    return pairs < 4 ? 4 : pairs;
}

/* Player k of those in `touches`, as a bit. */
static uint64_t bit_of(uint64_t touches, size_t k)
{
    for (; k; k--) touches &= touches - 1;
    return touches & ~(touches - 1);
}

static int by_set(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static uint64_t *all_sets(uint64_t touches, size_t players, size_t *n)
{
    uint64_t *set = malloc(sizeof *set << players);
    *n = 0;
    for (uint64_t s = 0; set && *n < (size_t)1 << players; s = (s - touches) & touches) set[(*n)++] = s;
    return set;
}

static uint64_t *sampled_sets(uint64_t touches, size_t players, size_t *n)
{
    size_t orders = 2 * attribute_pairs(players), count = 0, kept = 0;
    uint64_t *set = malloc(orders * (players + 1) * sizeof *set);
    for (size_t i = 0; set && i < orders; i++) {
        unsigned char order[SHAPLEY_PLAYERS_MOST];
        shapley_order(1, i, players, order);
        set[count++] = 0;
        for (size_t k = 0; k < players; k++, count++) set[count] = set[count - 1] | bit_of(touches, order[k]);
    }
    for (size_t k = 0; set && k < players; k++) { /* for first and last */
        uint64_t *grown = realloc(set, (count + 2) * sizeof *set);
        if (!grown) {
            free(set);
            return NULL;
        }
        set = grown;
        set[count++] = bit_of(touches, k);
        set[count++] = touches & ~bit_of(touches, k);
    }
    if (set) qsort(set, count, sizeof *set, by_set);
    for (size_t i = 0; set && i < count; i++)
        if (!kept || set[i] != set[kept - 1]) set[kept++] = set[i];
    *n = kept;
    return set;
}

uint64_t *plan_sets(const struct plan_unit *unit, size_t *n)
{
    size_t players = members(unit->touches);
    return players <= ATTRIBUTE_EXACT ? all_sets(unit->touches, players, n) : sampled_sets(unit->touches, players, n);
}

bool plan_settings(struct plan *plan, const struct plan_unit *unit, uint64_t set, struct words *out)
{
    bool fine = true;
    for (size_t i = 0; fine && i < plan->frame.settings.count; i++) fine = words_push(out, plan->frame.settings.word[i]);
    for (size_t i = 0; fine && set >> plan->reforms & 1 && i < plan->rest.count; i++)
        if ((plan->needs[i] & ~set) == 0) fine = words_push(out, plan->rest_setting[i]);
    for (size_t i = 0; fine && i < plan->options->sets.count; i++) fine = words_push(out, plan->options->sets.word[i]);
    for (size_t i = 0; fine && i < unit->apart.settings.count; i++) fine = words_push(out, unit->apart.settings.word[i]);
    return fine;
}

static bool add_word(struct plan *plan, const struct plan_unit *unit, uint64_t set)
{
    struct variant_word *word = &plan->word[plan->words++];
    *word = (struct variant_word){.word = plan->a.word, .file = strdup(plan->a.file), .silent = true};
    bool fine = word->file != NULL;
    for (size_t i = 0; fine && i < plan->a.policies.count; i++) fine = words_push(&word->policies, plan->a.policies.word[i]);
    for (size_t i = 0; fine && i < plan->reforms; i++)
        if (set >> i & 1) fine = words_push(&word->policies, plan->reform[i].word);
    if (set >> plan->reforms & 1) word->also = ATTRIBUTE_REST;
    return fine && plan_settings(plan, unit, set, &word->sets);
}

int plan_words(struct plan *plan)
{
    bool fine = true;
    for (size_t u = 0; fine && u < plan->units; u++) {
        uint64_t *set = plan_sets(&plan->unit[u], &plan->unit[u].variants);
        size_t n = plan->unit[u].variants;
        struct variant_word *grown = set ? realloc(plan->word, (plan->words + n) * sizeof *grown) : NULL;
        fine = grown != NULL;
        if (grown) plan->word = grown;
        for (size_t i = 0; fine && i < n; i++) fine = add_word(plan, &plan->unit[u], set[i]);
        free(set);
    }
    if (fine) return 0;
    fprintf(stderr, "greenlane: out of memory\n");
    return EXIT_FAULT;
}
