/* words.c - the words of a command line that name variants (variants.h), and reading a scenario or a store with its
 * messages. */
#include "tools/command.h"
#include "tools/variants.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void store_complain(const char *db, const char *why, const char *remedy)
{
    bool named = *db && strstr(why, db);
    fprintf(stderr, "greenlane: %s%s%s%s\n", named ? "" : db, named || !*db ? "" : ": ", why, remedy);
}

bool is_stored_run(const char *word)
{
    return strncmp(word, "run:", 4) == 0;
}

static bool add_word(struct words *words, const char *word)
{
    const char **grown = realloc(words->word, (words->count + 1) * sizeof *grown);
    if (!grown) return false;
    words->word = grown;
    words->word[words->count++] = word;
    return true;
}

bool variant_word_read(struct variant_word *out, const char *word)
{
    *out = (struct variant_word){.word = word};
    if (is_stored_run(word)) return true;
    out->file = strdup(word);
    if (!out->file) return false;
    if (access(word, F_OK) == 0) return true;
    /* A plus sign may stand in a folder's name; policies follow the last part. */
    char *slash = strrchr(out->file, '/'), *plus = strchr(slash ? slash : out->file, '+');
    while (plus) {
        *plus++ = 0;
        if (!add_word(&out->policies, plus)) return false;
        plus = strchr(plus, '+');
    }
    return true;
}

bool variant_word_add(struct variant_word *word, const struct words *policies, const struct words *sets)
{
    for (size_t i = 0; i < policies->count; i++)
        if (!add_word(&word->policies, policies->word[i])) return false;
    for (size_t i = 0; i < sets->count; i++)
        if (!add_word(&word->sets, sets->word[i])) return false;
    return true;
}

void variant_word_clear(struct variant_word *word)
{
    free(word->file);
    free(word->policies.word);
    free(word->sets.word);
    *word = (struct variant_word){0};
}

void print_diagnostics(struct diagnostics *list)
{
    diagnostics_sort(list);
    for (size_t i = 0; i < list->count; i++) {
        int length = diagnostic_line(NULL, 0, &list->item[i]);
        char *line = length < 0 ? NULL : malloc((size_t)length + 1);
        if (!line) continue;
        diagnostic_line(line, (size_t)length + 1, &list->item[i]);
        fprintf(stderr, "%s\n", line);
        free(line);
    }
}

struct scenario *read_scenario(const struct variant_word *word, const struct options *options, int *code)
{
    return read_scenario_with(word, options, NULL, code);
}

struct scenario *read_scenario_with(const struct variant_word *word, const struct options *options, const char *last, int *code)
{
    struct diagnostics errors;
    size_t sets = 0;
    const char **set = malloc((word->sets.count + options->plan.count + 1) * sizeof *set);
    if (!set) {
        fprintf(stderr, "greenlane: out of memory\n");
        *code = EXIT_FAULT;
        return NULL;
    }
    for (size_t i = 0; i < word->sets.count; i++) set[sets++] = word->sets.word[i];
    for (size_t i = 0; i < options->plan.count; i++) set[sets++] = options->plan.word[i];
    if (last) set[sets++] = last;
    diagnostics_init(&errors);
    struct scenario_request request = {
        .path = word->file,
        .policy = word->policies.word,
        .policies = word->policies.count,
        .set = set,
        .sets = sets,
        .tree = {.allow_path = options->allow_paths.word, .allow_paths = options->allow_paths.count},
    };
    struct scenario *scenario = scenario_read(&request, &errors);
    free(set);
    if (!scenario || (!last && word->scale == 0 && !word->silent)) print_diagnostics(&errors); /* a sweep has said its warnings once, of the file itself */
    if (!scenario) *code = errors.unreadable ? EXIT_UNREADABLE : EXIT_CONTENT;
    diagnostics_clear(&errors);
    return scenario;
}
