/* command_plot.c - `greenlane plot KIND A [B...]`: which picture, of which variants. */
#include "tools/command.h"
#include "tools/output.h"
#include "tools/load.h"
#include "tools/plot.h"
#include <string.h>

static const struct kind {
    const char *name;
    int (*draw)(const struct options *options, const struct variants *all); /* NULL: `own` loads what it needs */
    size_t least;                                                           /* variants */
    int (*own)(const struct options *options);
} kinds[] = {
    {"throughput", plot_throughput, 1, NULL},
    {"cumulative", plot_cumulative, 1, NULL},
    {"capacity", NULL, 1, plot_capacity},
    {"cdf", plot_cdf, 1, NULL},
    {"stages", plot_stages, 1, NULL},
    {"queues", plot_queues, 1, NULL},
    {"utilisation", plot_utilisation, 1, NULL},
    {"compare", plot_compare, 2, NULL},
    {"waterfall", NULL, 1, plot_waterfall},
    {"frontier", NULL, 1, plot_frontier},
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

static const struct kind *find_kind(const char *word)
{
    const char *candidates[KINDS];
    for (size_t i = 0; i < KINDS; i++) {
        if (strcmp(word, kinds[i].name) == 0) return &kinds[i];
        candidates[i] = kinds[i].name;
    }
    const char *near = diagnostic_suggest(word, candidates, KINDS);
    fprintf(stderr, "greenlane: plot: no picture is called '%s'", word);
    if (near) fprintf(stderr, "; did you mean '%s'?", near);
    fputs("\ngreenlane: there are", stderr);
    for (size_t i = 0; i < KINDS; i++) fprintf(stderr, " %s", kinds[i].name);
    fputc('\n', stderr);
    return NULL;
}

static bool is_picture(const char *out)
{
    size_t n = strlen(out);
    return n > 4 && (strcmp(out + n - 4, ".svg") == 0 || strcmp(out + n - 4, ".png") == 0);
}

int command_plot(const struct options *options)
{
    const struct kind *kind = find_kind(options->arguments.word[0]);
    if (!kind) return EXIT_COMMAND_LINE;
    if (options->out && !is_picture(options->out)) {
        fprintf(stderr, "greenlane: --out takes a name that ends in .svg or .png, not '%s'\n", options->out);
        return EXIT_COMMAND_LINE;
    }
    int refused = output_check(options->out, true);
    if (refused) return refused;
    if (options->vary.count && kind->own != plot_frontier) {
        fprintf(stderr, "greenlane: --vary means nothing to `greenlane plot %s`, only to `plot frontier`\n", kind->name);
        return EXIT_COMMAND_LINE;
    }
    if ((options->draws || options->free.count) && kind->own != plot_waterfall) {
        fprintf(stderr, "greenlane: --draws and --free mean nothing to `greenlane plot %s`, only to `plot waterfall`\n", kind->name);
        return EXIT_COMMAND_LINE;
    }
    if (!kind->draw) return kind->own(options);
    struct loaded loaded;
    enum load_changes changes = kind->least > 1 ? LOAD_BASELINE_UNCHANGED : LOAD_CHANGE_ALL;
    int code = load_words(&loaded, options, 1, "plot", changes);
    if (!code && loaded.variants.count < kind->least) {
        fprintf(stderr, "greenlane: plot %s needs two variants; name another, or change it with --policy or --set\n",
            kind->name);
        code = EXIT_COMMAND_LINE;
    }
    if (!code) code = variants_tell_apart(&loaded.variants);
    if (!code) code = kind->draw(options, &loaded.variants);
    loaded_clear(&loaded);
    return code;
}
