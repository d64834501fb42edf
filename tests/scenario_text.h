/* scenario_text.h - for tests: a scenario from a text, and its messages as lines `LINE:COLUMN: level: text`. */
#ifndef GREENLANE_TESTS_SCENARIO_TEXT_H
#define GREENLANE_TESTS_SCENARIO_TEXT_H

#include "models/scenario/scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct scenario *scenario_of(const char *text, char *messages, size_t size)
{
    char path[] = "/tmp/greenlane-test-XXXXXX.yaml";
    int file = mkstemps(path, 5);
    FILE *out = file >= 0 ? fdopen(file, "w") : NULL;
    if (!out) abort();
    fputs(text, out);
    fclose(out);
    struct diagnostics errors;
    diagnostics_init(&errors);
    struct scenario_request request = {.path = path};
    struct scenario *scenario = scenario_read(&request, &errors);
    diagnostics_sort(&errors);
    size_t length = 0;
    messages[0] = '\0';
    for (size_t i = 0; i < errors.count && length < size; i++) {
        static const char *const level[] = {"note", "warning", "error"};
        const struct diagnostic *d = &errors.item[i];
        length += (size_t)snprintf(messages + length, size - length, "%d:%d: %s: %s\n", d->place.line, d->place.column,
            level[d->level], d->text);
    }
    diagnostics_clear(&errors);
    unlink(path);
    return scenario;
}

#endif
