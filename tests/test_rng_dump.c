/* test_rng_dump.c - the words that `greenlane rng-dump` writes are those that entities draw, in the order that the
 * layout names. */
#include "engine/core/random.h"
#include "tests/cli.h"

enum { WORDS = 40000 };

/* The words of a dump; the command must end well and write exactly so many. */
static void dump(struct cli *cli, const char *options, uint64_t word[WORDS])
{
    char path[100];
    cli_shell(cli, "$G rng-dump --words %d %s > words.bin", WORDS, options);
    cli_prints(cli, 0, "");
    snprintf(path, sizeof path, "%s/words.bin", cli->folder);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fread(word, sizeof *word, WORDS, file), WORDS);
    assert_int_equal(fgetc(file), EOF);
    fclose(file);
}

static uint64_t place_of(unsigned step)
{
    char name[20];
    snprintf(name, sizeof name, "step%u", step);
    return random_place("stream", name);
}

static void each_layout_counts_up_what_it_names_and_nothing_else(void **state)
{
    static const char *const layout[] = {"entities", "places", "walk", "visits", "replications"};
    static uint64_t word[WORDS];
    struct cli *cli = *state;
    for (int l = 0; l < 5; l++) {
        char options[60];
        snprintf(options, sizeof options, "--seed 7 --layout %s", layout[l]);
        dump(cli, options, word);
        for (uint32_t i = 0; i < WORDS / 2; i++) {
            struct draws draws;
            uint64_t key = random_key(7, 0);
            switch (l) {
            case 0: draws_begin(&draws, key, i, place_of(0), 0); break;
            case 1: draws_begin(&draws, key, 0, place_of(i), 0); break;
            case 2: draws_begin(&draws, key, i / 16, place_of(i % 16), 0); break;
            case 3: draws_begin(&draws, key, 0, place_of(0), i); break;
            default: draws_begin(&draws, random_key(7, i), 0, place_of(0), 0); break;
            }
            if (word[2 * i] != draws_word(&draws) || random_unit(word[2 * i + 1]) != draws_choice(&draws))
                fail_msg("layout %s, visit %u", layout[l], i);
        }
    }
}

static void unless_said_the_seed_is_1_and_entities_count(void **state)
{
    static uint64_t word[WORDS], other[WORDS];
    dump(*state, "", word);
    dump(*state, "--layout entities --seed 1", other);
    assert_memory_equal(word, other, sizeof word);
    dump(*state, "--seed 2", other);
    assert_memory_not_equal(word, other, sizeof word);
}

static void it_goes_on_until_nobody_reads_and_says_nothing_about_it(void **state)
{
    struct cli *cli = *state;
    cli_shell(cli, "$G rng-dump | head -c 1000001 | wc -c");
    cli_prints(cli, 0, "1000001");
    assert_string_equal(cli->err, "");
}

static void bad_layouts_and_counts_are_refused(void **state)
{
    struct cli *cli = *state;
    cli_shell(cli, "$G rng-dump --layout place --words 1");
    cli_says(
        cli, 64, "--layout takes entities, places, walk, visits or replications, not 'place'; did you mean 'places'?");
    cli_shell(cli, "$G rng-dump --words 0");
    cli_says(cli, 64, "--words takes a whole number from 1, not '0'");
    cli_shell(cli, "$G rng-dump scenario.yaml");
    cli_says(cli, 64, "too many arguments");
    if (cli_shell(cli, "[ -w /dev/full ]") == 0) {
        cli_shell(cli, "$G rng-dump --words 1000 > /dev/full");
        cli_says(cli, 74, "cannot write standard output");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_layout_counts_up_what_it_names_and_nothing_else),
        cmocka_unit_test(unless_said_the_seed_is_1_and_entities_count),
        cmocka_unit_test(it_goes_on_until_nobody_reads_and_says_nothing_about_it),
        cmocka_unit_test(bad_layouts_and_counts_are_refused),
    };
    return cmocka_run_group_tests(tests, cli_begin, cli_end);
}
