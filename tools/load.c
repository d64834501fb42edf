/* load.c - see load.h. */
#include "tools/load.h"
#include "tools/command.h"
#include <stdio.h>

static int add_word(struct loaded *loaded, const char *text, const struct options *options, bool changed)
{
    if (loaded->words == LOAD_MOST_WORDS) {
        fprintf(stderr, "greenlane: more than %d variants at once\n", LOAD_MOST_WORDS);
        return EXIT_COMMAND_LINE;
    }
    struct variant_word *word = &loaded->word[loaded->words++];
    if (!variant_word_read(word, text) ||
        (word->file && changed && !variant_word_add(word, &options->policies, &options->sets))) {
        fprintf(stderr, "greenlane: out of memory\n");
        return EXIT_FAULT;
    }
    return 0;
}

int read_words(struct loaded *loaded, const struct options *options, size_t first, enum load_changes changes)
{
    *loaded = (struct loaded){0};
    size_t arguments = options->arguments.count;
    bool some = options->policies.count || options->sets.count, any_file = false;
    int code = 0;
    for (size_t i = first; !code && i < arguments; i++) {
        code = add_word(loaded, options->arguments.word[i], options, changes == LOAD_CHANGE_ALL || i > first);
        any_file = any_file || (loaded->word[loaded->words - 1].file && (changes == LOAD_CHANGE_ALL || i > first));
    }
    bool single =
        changes == LOAD_BASELINE_UNCHANGED && some && arguments == first + 1 && loaded->words && loaded->word[0].file;
    if (!code && single) return add_word(loaded, options->arguments.word[first], options, true);
    if (!code && some && !any_file) {
        fprintf(stderr, "greenlane: --policy and --set change scenario files, and there is none to change\n");
        return EXIT_COMMAND_LINE;
    }
    return code;
}

int load_words(
    struct loaded *loaded, const struct options *options, size_t first, const char *kind, enum load_changes changes)
{
    int code = read_words(loaded, options, first, changes);
    if (code) return code;
    struct variants_request request = {.options = options, .word = loaded->word, .words = loaded->words, .kind = kind};
    return variants_load(&request, &loaded->variants);
}

void loaded_clear(struct loaded *loaded)
{
    variants_close(&loaded->variants);
    for (size_t i = 0; i < loaded->words; i++) variant_word_clear(&loaded->word[i]);
    loaded->words = 0;
}
