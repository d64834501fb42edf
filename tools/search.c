/* search.c - see search.h. */
#include "tools/search.h"
#include "tools/command.h"
#include "tools/observe.h"
#include <stdlib.h>
#include <string.h>

static int no_memory(void)
{
    fprintf(stderr, "greenlane: out of memory\n");
    return EXIT_FAULT;
}

static bool all_speak_of(const struct search *search, const char *direction)
{
    size_t n = strlen(direction);
    for (size_t i = 0; i < search->metrics; i++)
        if (strncmp(search->metric[i], direction, n) != 0 || search->metric[i][n] != '.') return false;
    return search->metrics > 0;
}

static bool leave_one(struct search *search)
{
    if (!apart_is(search->scenario)) return true;
    if (all_speak_of(search, "import")) return apart_make(&search->apart, search->scenario, DIRECTION_EXPORT);
    if (all_speak_of(search, "export")) return apart_make(&search->apart, search->scenario, DIRECTION_IMPORT);
    return true;
}

/* The metrics may be such as are kept only where somebody asks. */
static bool observe(struct search *search, const struct words *given)
{
    struct words *sets = &search->own.sets;
    *sets = (struct words){calloc(given->count + 2, sizeof *sets->word), given->count};
    if (!sets->word) return false;
    for (size_t i = 0; i < given->count; i++) sets->word[i] = given->word[i];
    search->options = &search->own;
    if (!observe_setting(search->scenario, search->metric, search->metrics, &search->observe)) return false;
    if (search->observe) sets->word[sets->count++] = search->observe;
    return !search->observe || words_push(&search->base.sets, search->observe);
}

int search_begin(
    struct search *search, const struct options *options, const char *command, const char **metric, size_t metrics)
{
    *search = (struct search){.options = options, .own = *options, .metric = metric, .metrics = metrics};
    search->own.sets = (struct words){0};
    int code = 0;
    if (is_stored_run(options->arguments.word[0])) {
        fprintf(stderr, "greenlane: %s: a stored run cannot be changed; name its scenario file\n", command);
        return EXIT_COMMAND_LINE;
    }
    if (!options->vary.count) {
        fprintf(stderr, "greenlane: %s: say what to vary: --vary PATH%s\n", command,
            strcmp(command, "staff") == 0 ? "=2..20" : "");
        return EXIT_COMMAND_LINE;
    }
    if (!variant_word_read(&search->base, options->arguments.word[0]) ||
        !variant_word_add(&search->base, &options->policies, &options->sets))
        return no_memory();
    search->scenario = read_scenario(&search->base, options, &code);
    if (!search->scenario) return code;
    search->base.silent = true;
    if (!observe(search, &options->sets)) return no_memory();
    search->varies = options->vary.count;
    search->seed = options->has_seed ? options->seed : search->scenario->run.seed;
    search->replications = options->replications ? (size_t)options->replications : FRAME_REPLICATIONS;
    code = vary_read_all(&options->vary, search->scenario->tree, &search->vary);
    if (!code && (!frame_make(&search->frame, search->scenario, options) || !leave_one(search))) code = no_memory();
    return code;
}

void search_clear(struct search *search)
{
    vary_clear_all(search->vary, search->varies);
    frame_clear(&search->frame);
    apart_clear(&search->apart);
    scenario_destroy(search->scenario);
    variant_word_clear(&search->base);
    free(search->own.sets.word);
    free(search->observe);
}

char **search_settings(const struct search *search, const double *number)
{
    char **setting = calloc(search->varies + 1, sizeof *setting);
    for (size_t i = 0; setting && i < search->varies; i++) {
        setting[i] = vary_setting_of(&search->vary[i], number[i]);
        if (setting[i]) continue;
        search_settings_free(search, setting);
        return NULL;
    }
    return setting;
}

void search_settings_free(const struct search *search, char **setting)
{
    for (size_t i = 0; setting && i < search->varies; i++) free(setting[i]);
    free(setting);
}

int search_try_seed(struct search *search, const double *number, uint64_t seed, struct estimate *out)
{
    struct variant_word word;
    const struct words none = {0};
    char **setting = search_settings(search, number);
    if (!setting) return EXIT_COMMAND_LINE;
    bool fine = variant_word_read(&word, search->base.word) &&
                variant_word_add(&word, &search->options->policies, &search->frame.settings) &&
                variant_word_add(&word, &none, &search->options->sets);
    for (size_t i = 0; fine && i < search->varies; i++) fine = words_push(&word.sets, setting[i]);
    fine = fine && variant_word_add(&word, &none, &search->apart.settings);
    word.silent = true;
    struct progress progress;
    progress_begin(&progress, search->options->quiet);
    struct probe_request request = {.options = search->options,
        .word = &word,
        .words = 1,
        .metric = search->metric,
        .metrics = search->metrics,
        .seed = seed,
        .replications = search->replications,
        .progress = &progress};
    int code = fine ? probe_estimates(&request, out) : no_memory();
    progress_end(&progress);
    search->tried++;
    variant_word_clear(&word);
    search_settings_free(search, setting);
    return code;
}

int search_try(struct search *search, const double *number, struct estimate *out)
{
    return search_try_seed(search, number, search->seed, out);
}
