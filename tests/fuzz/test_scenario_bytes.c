/* test_scenario_bytes.c - files that somebody broke: the scenarios of the project with bytes changed, lost, doubled and
 * swapped, by a fixed seed. Each is read or refused with a message; a sanitizer's build sees what it must not touch. */
#include "tests/fuzz/scenario_bytes.h"
#include "engine/core/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

enum { MOST = 1 << 16, BROKEN_EACH = 60 };

static const char *const whole[] = {"tests/cli/small.yaml", "tests/data/border.yaml", "tests/data/parcels.yaml",
    "tests/data/port.yaml", "tests/data/reference.yaml", "tests/reference/five_checks.yaml",
    "tests/reference/polling.yaml", "tests/reference/vacations.yaml", "tests/reference/mm1_preemptive_2.yaml",
    "tests/reference/fork_07.yaml"};
enum { FILES = sizeof whole / sizeof whole[0] };

static size_t read_file(const char *path, uint8_t *data)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t size = fread(data, 1, MOST / 2, file);
    assert_true(size > 100 && feof(file));
    fclose(file);
    return size;
}

/* One change at a place of its own. */
static size_t break_once(uint8_t *data, size_t size, struct draws *draws)
{
    static const char odd[] = "{}[]:,-#&*!|>'\"%@`~\t\n\r .0123456789eE\x80\xff";
    size_t at = (size_t)(draws_unit(draws) * (double)size), n = 1 + (size_t)(draws_unit(draws) * 40);
    if (at + n > size) n = size - at;
    switch ((int)(draws_unit(draws) * 5)) {
    case 0: data[at] = (uint8_t)draws_word(draws); break;
    case 1: data[at] = (uint8_t)odd[(size_t)(draws_unit(draws) * (sizeof odd - 1))]; break;
    case 2: /* lost */ memmove(data + at, data + at + n, size - at - n); return size - n;
    case 3: /* doubled */ memmove(data + at + n, data + at, size - at); return size + n;
    default: return at < 20 ? size : at; /* cut short */
    }
    return size;
}

static void a_broken_file_is_read_or_refused_with_a_message(void **state)
{
    (void)state;
    static uint8_t data[MOST], broken[MOST];
    struct bytes_folder in;
    assert_true(bytes_begin(&in));
    for (uint64_t f = 0; f < FILES; f++) {
        size_t size = read_file(whole[f], data);
        assert_null(bytes_read(&in, data, size));
        for (uint32_t i = 0; i < BROKEN_EACH; i++) {
            struct draws draws;
            draws_begin(&draws, random_key(1, f), i, random_place("fuzz", "bytes"), 0);
            memcpy(broken, data, size);
            size_t left = size;
            for (uint32_t k = 0; k <= i % 4; k++) left = break_once(broken, left, &draws);
            const char *wrong = bytes_read(&in, broken, left);
            if (wrong) fail_msg("%s, broken for the %u. time: %s", whole[f], i, wrong);
        }
    }
    bytes_end(&in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_broken_file_is_read_or_refused_with_a_message)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
