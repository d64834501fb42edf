/* command_fit.c - `greenlane fit`: which kind of fit is asked for, and what all kinds share. */
#include "tools/command.h"
#include "tools/output.h"
#include "tools/fit.h"
#include "tools/variants.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

bool fit_is_picture(const char *out)
{
    size_t n = out ? strlen(out) : 0;
    return n > 4 && (strcmp(out + n - 4, ".svg") == 0 || strcmp(out + n - 4, ".png") == 0);
}

int fit_end_messages(struct diagnostics *errors)
{
    int code = !errors->errors ? 0 : errors->unreadable ? EXIT_UNREADABLE : EXIT_CONTENT;
    print_diagnostics(errors);
    diagnostics_clear(errors);
    return code;
}

int fit_no_memory(void)
{
    fprintf(stderr, "greenlane: out of memory\n");
    return EXIT_FAULT;
}

const char *fit_base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return strcmp(path, "-") == 0 ? "standard input" : slash ? slash + 1 : path;
}

static int cannot_write(const char *name)
{
    fprintf(stderr, "greenlane: %s: cannot be written: %s\n", name, strerror(errno));
    return EXIT_CANNOT_CREATE;
}

int fit_file_begin(struct fit_file *file, const char *name)
{
    file->name = name;
    snprintf(file->part, sizeof file->part, "%s.part", name);
    file->out = fopen(file->part, "w");
    return file->out ? 0 : cannot_write(name);
}

int fit_file_end(struct fit_file *file, bool good)
{
    bool written = !ferror(file->out);
    written = fclose(file->out) == 0 && written;
    if (good && written && rename(file->part, file->name) == 0) return 0;
    int code = good ? cannot_write(file->name) : EXIT_FAULT;
    remove(file->part);
    return code == EXIT_CANNOT_CREATE && !written ? EXIT_IO : code;
}

static int misplaced(const char *option, const char *needs)
{
    fprintf(stderr, "greenlane: fit: --%s goes with %s; see `greenlane fit --help`\n", option, needs);
    return EXIT_COMMAND_LINE;
}

static int check_options(const struct options *o)
{
    int kinds = (o->column != NULL) + (o->arrivals != NULL) + (o->label != NULL) + (o->trs != NULL);
    if (kinds > 1) {
        fputs("greenlane: fit takes only one of --column, --arrivals, --label and --trs; see `greenlane fit --help`\n",
            stderr);
        return EXIT_COMMAND_LINE;
    }
    if (o->trs && o->data) return misplaced("data", "--column, --arrivals or --label; --trs names its own file");
    if (!o->trs && !o->data) {
        fprintf(stderr, "greenlane: fit: --data FILE.csv is missing; see `greenlane fit --help`\n");
        return EXIT_COMMAND_LINE;
    }
    if (o->unit && !o->column) return misplaced("unit", "--column");
    if (o->features && !o->label) return misplaced("features", "--label");
    if (o->check && !o->label) return misplaced("check", "--label");
    if (o->out && !fit_is_picture(o->out) && (o->column || o->arrivals)) {
        fprintf(stderr, "greenlane: --out takes a name that ends in .svg or .png here, not '%s'\n", o->out);
        return EXIT_COMMAND_LINE;
    }
    if (fit_is_picture(o->out) && (o->trs || kinds == 0)) {
        fprintf(stderr,
            "greenlane: a Time Release Study sample writes a scenario; --out takes a name that ends in .yaml, not "
            "'%s'\n",
            o->out);
        return EXIT_COMMAND_LINE;
    }
    return 0;
}

int command_fit(const struct options *options)
{
    int code = check_options(options);
    if (!code) code = output_check(options->out, true);
    if (code) return code;
    if (options->column) return fit_durations(options);
    if (options->arrivals) return fit_arrivals(options);
    return options->label ? fit_risk(options) : fit_trs(options);
}
