/* output.c - see output.h. */
#include "tools/output.h"
#include "tools/command.h"
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int output_check(const char *name, bool replaced)
{
    struct stat found;
    if (!name) return 0;
    if (replaced && stat(name, &found) == 0 && !S_ISREG(found.st_mode)) {
        fprintf(stderr, "greenlane: %s is not a regular file; give another file with --out\n", name);
        return EXIT_CANNOT_CREATE;
    }
    char *copy = strdup(name);
    if (!copy) {
        fprintf(stderr, "greenlane: out of memory\n");
        return EXIT_FAULT;
    }
    int code = 0;
    if (access(dirname(copy), W_OK | X_OK) != 0) {
        fprintf(stderr, "greenlane: %s: cannot be written: %s\n", name, strerror(errno));
        code = EXIT_CANNOT_CREATE;
    }
    free(copy);
    return code;
}
