/* fuzz_scenario.c - the reader of scenarios under libFuzzer (`make fuzz`), which searches for bytes that break it. */
#include "tests/fuzz/scenario_bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct bytes_folder in;
    if (!*in.path && !bytes_begin(&in)) abort();
    const char *wrong = bytes_read(&in, data, size);
    if (!wrong) return 0;
    fprintf(stderr, "%s\n", wrong);
    abort();
}
