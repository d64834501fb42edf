/* yaml_words.h - what libyaml complains of, in words for a person who writes scenarios. */
#ifndef GREENLANE_MODELS_SCENARIO_YAML_WORDS_H
#define GREENLANE_MODELS_SCENARIO_YAML_WORDS_H

#include <stdbool.h>

struct yaml_words {
    const char *problem; /* as libyaml 0.2 words it */
    char at;             /* only when this character stands at the problem; '\0' for any */
    bool at_context;     /* what is wrong begins earlier, where libyaml's context is */
    const char *text;
};

/* NULL for a complaint that is not in the table. */
const struct yaml_words *yaml_words_find(const char *problem, char at);

#endif
