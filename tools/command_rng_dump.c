/* command_rng_dump.c - `greenlane rng-dump`: the random words as a replication draws them, for batteries of tests.
 *
 * A battery reads one long sequence, the engine draws from a function of four names. So a layout says which of them
 * counts upwards while the others stand still; of each visit it writes block 0, the two words that serve a step's time
 * and its choice. Words are 64 bits in the machine's order of bytes.
 */
#include "engine/core/random.h"
#include "models/scenario/diagnostic.h"
#include "tools/command.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WALK_PLACES = 16, CHUNK = 4096 };

struct dump {
    uint64_t seed, key, place[WALK_PLACES];
};

static uint64_t place_of(uint64_t step)
{
    char name[32];
    snprintf(name, sizeof name, "step%llu", (unsigned long long)step);
    return random_place("stream", name);
}

/* The i-th visit of each layout. */
static void by_entities(const struct dump *dump, uint64_t i, struct draws *draws)
{
    draws_begin(draws, dump->key, i, dump->place[0], 0);
}

static void by_places(const struct dump *dump, uint64_t i, struct draws *draws)
{
    draws_begin(draws, dump->key, 0, place_of(i), 0);
}

static void by_walk(const struct dump *dump, uint64_t i, struct draws *draws)
{
    draws_begin(draws, dump->key, i / WALK_PLACES, dump->place[i % WALK_PLACES], 0);
}

static void by_visits(const struct dump *dump, uint64_t i, struct draws *draws)
{
    draws_begin(
        draws, dump->key, i >> RANDOM_VISIT_BITS, dump->place[0], (uint32_t)(i & ((1U << RANDOM_VISIT_BITS) - 1)));
}

static void by_replications(const struct dump *dump, uint64_t i, struct draws *draws)
{
    draws_begin(draws, random_key(dump->seed, i), 0, dump->place[0], 0);
}

static const struct layout {
    const char *name;
    void (*visit)(const struct dump *dump, uint64_t i, struct draws *draws);
} layouts[] = {{"entities", by_entities}, {"places", by_places}, {"walk", by_walk}, {"visits", by_visits},
    {"replications", by_replications}};
enum { LAYOUTS = sizeof layouts / sizeof layouts[0] };

static const struct layout *find_layout(const char *name)
{
    const char *names[LAYOUTS];
    for (size_t i = 0; i < LAYOUTS; i++) {
        if (strcmp(layouts[i].name, name) == 0) return &layouts[i];
        names[i] = layouts[i].name;
    }
    const char *near = diagnostic_suggest(name, names, LAYOUTS);
    fprintf(stderr, "greenlane: --layout takes entities, places, walk, visits or replications, not '%s'", name);
    if (near) fprintf(stderr, "; did you mean '%s'?", near);
    fprintf(stderr, "\n");
    return NULL;
}

/* Until `words` are written, or for ever when that is 0; ends when nobody reads any more (main tells the rest). */
static void write_words(const struct dump *dump, const struct layout *layout, uint64_t words)
{
    uint64_t chunk[CHUNK], written = 0;
    for (uint64_t i = 0; words == 0 || written < words;) {
        for (size_t k = 0; k < CHUNK; k += 2, i++) {
            struct draws draws;
            layout->visit(dump, i, &draws);
            memcpy(chunk + k, draws.word, sizeof draws.word);
        }
        size_t n = words && words - written < CHUNK ? (size_t)(words - written) : CHUNK;
        if (fwrite(chunk, sizeof *chunk, n, stdout) < n) return;
        written += n;
    }
}

int command_rng_dump(const struct options *options)
{
    const struct layout *layout = find_layout(options->layout ? options->layout : "entities");
    if (!layout) return EXIT_COMMAND_LINE;
    if (isatty(STDOUT_FILENO)) {
        fprintf(stderr, "greenlane: rng-dump writes bytes that no terminal can show; "
                        "send them to a file or a program: greenlane rng-dump | dieharder -a -g 200\n");
        return EXIT_COMMAND_LINE;
    }
    uint64_t seed = options->has_seed ? options->seed : 1;
    struct dump dump = {.seed = seed, .key = random_key(seed, 0)};
    for (uint64_t step = 0; step < WALK_PLACES; step++) dump.place[step] = place_of(step);
    write_words(&dump, layout, options->words);
    return EXIT_DONE;
}
