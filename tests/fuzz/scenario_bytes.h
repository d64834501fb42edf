/* scenario_bytes.h - any bytes as a scenario file: read, checked and built, but not run. What must hold is asserted:
 * there is a scenario or an error, never both and never neither, and a message is one line.
 *
 * The file lies in a folder of its own, so that `extends` and data files find nothing.
 */
#ifndef GREENLANE_TESTS_FUZZ_SCENARIO_BYTES_H
#define GREENLANE_TESTS_FUZZ_SCENARIO_BYTES_H

#include "models/clearance/model.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct bytes_folder {
    char folder[40], path[60];
};

static inline bool bytes_begin(struct bytes_folder *in)
{
    strcpy(in->folder, access("/dev/shm", W_OK) == 0 ? "/dev/shm/greenlane-XXXXXX" : "/tmp/greenlane-XXXXXX");
    if (!mkdtemp(in->folder)) return false;
    snprintf(in->path, sizeof in->path, "%s/fuzz.yaml", in->folder);
    return true;
}

static inline void bytes_end(const struct bytes_folder *in)
{
    unlink(in->path);
    rmdir(in->folder);
}

/* NULL, or what does not hold. */
static inline const char *bytes_read(const struct bytes_folder *in, const uint8_t *data, size_t size)
{
    FILE *file = fopen(in->path, "wb");
    if (!file || fwrite(data, 1, size, file) != size) abort();
    fclose(file);
    struct diagnostics errors;
    diagnostics_init(&errors);
    struct scenario_request request = {.path = in->path};
    struct scenario *scenario = scenario_read(&request, &errors);
    const char *wrong = (scenario == NULL) == (errors.errors == 0) ? "a scenario and an error, or neither" : NULL;
    struct model *model = scenario ? model_create(scenario, &errors) : NULL;
    if (scenario && !wrong && (model == NULL) == (errors.errors == 0)) wrong = "a model and an error, or neither";
    diagnostics_sort(&errors);
    for (size_t i = 0; i < errors.count; i++)
        if (strpbrk(errors.item[i].text, "\n\r\033")) wrong = "a message of more than one line";
    model_destroy(model);
    scenario_destroy(scenario);
    diagnostics_clear(&errors);
    return wrong;
}

#endif
