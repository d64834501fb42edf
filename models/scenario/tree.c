/* tree.c - reading a scenario's files into one tree. How bytes become nodes is parse.c, how one file is laid over
 * another extends.c.
 *
 * A file is loaded by recursion: read, parsed, its `extends` taken out, what that names loaded and merged in order, and
 * the file itself merged over it. The chain of files that are being loaded lives on the stack; it finds circles.
 */
#include "models/scenario/tree.h"
#include "models/scenario/extends.h"
#include "models/scenario/node.h"
#include "models/scenario/parse.h"
#include "models/scenario/path.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct loading {
    struct tree *tree;
    const struct tree_options *options;
    struct diagnostics *errors;
    struct {
        const char *real;
        struct node *root; /* with all that it extends; NULL while it loads, and when it failed */
    } load[TREE_FILES_MOST];
    size_t loads;
};

struct loaded_file { /* one that is being loaded, and who asked for it */
    const struct loaded_file *by;
    const char *shown; /* its name in messages: as given, or beside the file that extends it */
    const char *real;  /* its resolved path; NULL for standard input */
};

void tree_destroy(struct tree *tree)
{
    if (tree == NULL) return;
    arena_destroy(tree->arena);
    free(tree);
}

static struct tree *create(struct diagnostics *errors, const char *name)
{
    struct tree *tree = calloc(1, sizeof *tree);
    if (tree != NULL) tree->arena = arena_create();
    if (tree != NULL && tree->arena != NULL) return tree;
    free(tree);
    diagnostics_add(
        errors, DIAGNOSTIC_ERROR, (struct place){.file = name}, "there is not enough memory for this scenario");
    return NULL;
}

/* ---- bytes of a file ---- */

struct bytes {
    char *at;
    size_t length, allocated;
};

static bool make_room(struct bytes *bytes)
{
    if (bytes->allocated > bytes->length) return true;
    const size_t allocated = bytes->allocated == 0 ? 64 << 10 : 2 * bytes->allocated;
    char *grown = realloc(bytes->at, allocated);
    if (grown == NULL) return false;
    bytes->at = grown;
    bytes->allocated = allocated;
    return true;
}

/* Reads to the end or one byte past the limit. 0 or errno. */
static int read_all(int descriptor, struct bytes *bytes)
{
    while (bytes->length <= TREE_FILE_BYTES_MOST) {
        if (!make_room(bytes)) return ENOMEM;
        const ssize_t got = read(descriptor, bytes->at + bytes->length, bytes->allocated - bytes->length);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return errno;
        if (got == 0) break;
        bytes->length += (size_t)got;
    }
    return 0;
}

static const char *remedy(int error)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR: return "there is no such file; check the name and the folder";
    case EACCES: return "this user may not read the file; change its permissions";
    case EISDIR: return "this is a folder; name a file in it";
    case ELOOP: return "its symbolic links lead in a circle; name the file itself";
    case ENAMETOOLONG: return "the name is too long; check it";
    default: return NULL;
    }
}

/* `field` is "" or "extends: 'NAME': ". */
static void say_unreadable(struct diagnostics *errors, struct place place, const char *field, int error)
{
    char reason[128];
    errors->unreadable = true;
    if (remedy(error) != NULL) {
        diagnostics_add(errors, DIAGNOSTIC_ERROR, place, "%s%s", field, remedy(error));
    } else {
        diagnostics_add(errors, DIAGNOSTIC_ERROR, place, "%sthe file cannot be read: %s", field,
            strerror_r(error, reason, sizeof reason));
    }
}

/* Opens and reads; 0 or errno. A named pipe is waited for only when the user names it. */
static int read_path(const struct loaded_file *file, struct bytes *bytes)
{
    if (file->real == NULL) return read_all(STDIN_FILENO, bytes);
    struct stat about;
    if (stat(file->real, &about) != 0) return errno;
    if (S_ISDIR(about.st_mode)) return EISDIR;
    const int descriptor = open(file->real, O_RDONLY | O_CLOEXEC | (file->by == NULL ? 0 : O_NONBLOCK));
    if (descriptor < 0) return errno;
    const int error = read_all(descriptor, bytes);
    close(descriptor);
    return error;
}

/* Keeps a file's name and bytes in the tree. */
static bool record(struct tree *tree, const char *name, const struct bytes *bytes)
{
    struct tree_arena *arena = tree->arena;
    if (tree->file == NULL) {
        tree->file = arena_take(arena, TREE_FILES_MOST, sizeof *tree->file);
        tree->file_text = arena_take(arena, TREE_FILES_MOST, sizeof *tree->file_text);
    }
    if (tree->file == NULL || tree->file_text == NULL) return false;
    tree->file[tree->files] = arena_text(arena, name, strlen(name));
    tree->file_text[tree->files] = arena_text(arena, bytes->at == NULL ? "" : bytes->at, bytes->length);
    if (tree->file[tree->files] == NULL || tree->file_text[tree->files] == NULL) return false;
    tree->files++;
    return true;
}

/* Reads, keeps and parses one file. NULL after a message; `place` is that of the `extends` that asks for it. */
static struct node *read_file(struct loading *l, const struct loaded_file *file, struct place place)
{
    struct bytes bytes = {0};
    struct node *root = NULL;
    const int error = read_path(file, &bytes);
    if (error != 0) {
        char field[300] = "";
        if (file->by != NULL) snprintf(field, sizeof field, "extends: '%.200s': ", file->shown);
        say_unreadable(l->errors, place, field, error);
    } else if (bytes.length > TREE_FILE_BYTES_MOST) {
        diagnostics_add(l->errors, DIAGNOSTIC_ERROR, (struct place){.file = file->shown},
            "the file is larger than %d MiB; keep long tables in data files", TREE_FILE_BYTES_MOST >> 20);
    } else if (record(l->tree, file->shown, &bytes)) {
        const size_t number = l->tree->files - 1;
        const struct parse_text text = {
            .name = l->tree->file[number], .bytes = l->tree->file_text[number], .length = bytes.length};
        root = parse_yaml(l->tree->arena, &text, l->errors);
    } else {
        arena_report(l->tree->arena, (struct place){.file = file->shown}, l->errors);
    }
    free(bytes.at);
    return root;
}

/* Refuses a root that is not a map. */
static struct node *want_map(struct node *root, struct diagnostics *errors)
{
    static const char *const kind[] = {"a map", "a list", "a single value", "nothing"};
    if (root == NULL || root->kind == NODE_MAP) return root;
    diagnostics_add(errors, DIAGNOSTIC_ERROR, root->place, "found %s; a scenario is a map that begins with 'format: 1'",
        kind[root->kind]);
    return NULL;
}

/* ---- extends ---- */

static bool is_below(const char *path, const char *folder)
{
    const size_t length = strlen(folder);
    if (length == 1) return true; /* "/" */
    return strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

/* Whether `path`, resolved, lies in the folder of the file that extends it, or under one that is allowed. */
static bool is_allowed(const struct loading *l, const char *path, const char *folder)
{
    char real[PATH_MAX];
    if (realpath(folder, real) != NULL && is_below(path, real)) return true;
    for (size_t i = 0; l->options != NULL && i < l->options->allow_paths; i++) {
        if (realpath(l->options->allow_path[i], real) != NULL && is_below(path, real)) return true;
    }
    return false;
}

/* Names the circle in full when `real` is among the files that are being loaded. */
static bool is_circle(const struct loading *l, const struct loaded_file *by, const char *real, struct place place)
{
    const struct loaded_file *first = by;
    while (first != NULL && (first->real == NULL || strcmp(first->real, real) != 0)) first = first->by;
    if (first == NULL) return false;
    char circle[900];
    snprintf(circle, sizeof circle, "%.200s", first->shown);
    for (const struct loaded_file *last = first, *step; last != by; last = step) {
        for (step = by; step->by != last; step = step->by) continue;
        const size_t length = strlen(circle);
        snprintf(circle + length, sizeof circle - length, " -> %.200s", step->shown);
    }
    diagnostics_add(l->errors, DIAGNOSTIC_ERROR, place, "extends: %s -> %.200s is a circle; remove one of them", circle,
        first->shown);
    return true;
}

static struct node *load(struct loading *l, const struct loaded_file *file, struct place place);

/* The merged map of the file that one `extends` names. */
static struct node *load_extended(struct loading *l, const struct loaded_file *by, const struct node *name)
{
    if (name->kind != NODE_SCALAR || name->text[0] == '\0') {
        diagnostics_add(l->errors, DIAGNOSTIC_ERROR, name->place, "extends: names no file; write 'extends: FILE'");
        return NULL;
    }
    const char *slash = by->real == NULL ? NULL : strrchr(by->shown, '/');
    const int length = slash == NULL ? 0 : (int)(slash - by->shown) + 1;
    char folder[PATH_MAX], shown[PATH_MAX], real[PATH_MAX];
    int written = snprintf(folder, sizeof folder, "%.*s", length, by->shown);
    if (written < (int)sizeof folder) {
        written = snprintf(shown, sizeof shown, "%s%s", name->text[0] == '/' ? "" : folder, name->text);
    }
    char field[300];
    snprintf(field, sizeof field, "extends: '%.200s': ", name->text);
    if (written >= (int)sizeof shown || realpath(shown, real) == NULL) {
        say_unreadable(l->errors, name->place, field, written >= (int)sizeof shown ? ENAMETOOLONG : errno);
        return NULL;
    }
    if (is_circle(l, by, real, name->place)) return NULL;
    if (!is_allowed(l, real, length == 0 ? "." : folder)) {
        diagnostics_add(l->errors, DIAGNOSTIC_ERROR, name->place,
            "%slies outside the folder of this file; move it there, or run with --allow-path DIR", field);
        return NULL;
    }
    return load(l, &(struct loaded_file){.by = by, .shown = shown, .real = real}, name->place);
}

/* Merges what `extends` names, a file or a list of them, and `root` over that. NULL after a message. */
static struct node *resolve(
    struct loading *l, const struct loaded_file *file, struct node *root, const struct node *extends)
{
    struct tree_arena *arena = l->tree->arena;
    const bool is_list = extends->kind == NODE_LIST;
    struct node *merged = NULL;
    bool well = true;
    for (size_t i = 0; i < (is_list ? extends->count : 1); i++) {
        const struct node *name = is_list ? extends->value[i] : extends;
        const struct node *next = load_extended(l, file, name);
        struct node *copy = next == NULL ? NULL : node_copy(arena, next, NULL);
        if (copy != NULL) merged = merged == NULL ? copy : extends_merge(arena, merged, copy, l->errors);
        well = well && copy != NULL && merged != NULL;
    }
    if (well) well = (merged = merged == NULL ? root : extends_merge(arena, merged, root, l->errors)) != NULL;
    arena_report(arena, extends->place, l->errors);
    return well ? merged : NULL;
}

/* The map of a file with all that it extends, once for each file. NULL after a message. */
static struct node *load(struct loading *l, const struct loaded_file *file, struct place place)
{
    for (size_t i = 0; i < l->loads; i++) {
        if (file->real != NULL && strcmp(l->load[i].real, file->real) == 0) return l->load[i].root;
    }
    if (l->loads == TREE_FILES_MOST) {
        diagnostics_add(
            l->errors, DIAGNOSTIC_ERROR, place, "extends: more than %d files; extend fewer", TREE_FILES_MOST);
        return NULL;
    }
    const char *real = file->real == NULL ? "" : file->real;
    const size_t number = l->loads;
    l->load[number].real = arena_text(l->tree->arena, real, strlen(real));
    if (l->load[number].real == NULL) {
        arena_report(l->tree->arena, place, l->errors);
        return NULL;
    }
    l->loads++;
    struct node *root = want_map(read_file(l, file, place), l->errors);
    size_t at = 0;
    while (root != NULL && at < root->count && strcmp(root->key[at]->text, "extends") != 0) at++;
    if (root != NULL && at < root->count) {
        const struct node *extends = root->value[at];
        node_drop(root, at);
        root = resolve(l, file, root, extends);
    }
    return l->load[number].root = root;
}

struct tree *tree_read(const char *path, const struct tree_options *options, struct diagnostics *errors)
{
    struct tree *tree = create(errors, path);
    if (tree == NULL) return NULL;
    struct loading l = {.tree = tree, .options = options, .errors = errors};
    const bool is_input = strcmp(path, "-") == 0;
    char real[PATH_MAX];
    if (!is_input && realpath(path, real) == NULL) {
        say_unreadable(errors, (struct place){.file = path}, "", errno);
    } else {
        const struct loaded_file file = {.shown = path, .real = is_input ? NULL : real};
        tree->root = load(&l, &file, (struct place){.file = path});
    }
    if (tree->root != NULL) return tree;
    tree_destroy(tree);
    return NULL;
}

struct tree *tree_parse(const char *name, const char *text, size_t length, struct diagnostics *errors)
{
    struct tree *tree = create(errors, name);
    if (tree == NULL) return NULL;
    const struct place begin = {.file = name};
    if (length > TREE_FILE_BYTES_MOST) {
        diagnostics_add(errors, DIAGNOSTIC_ERROR, begin,
            "the text is larger than %d MiB; keep long tables in data files", TREE_FILE_BYTES_MOST >> 20);
    } else if (record(tree, name, &(struct bytes){.at = (char *)text, .length = length})) {
        const struct parse_text parse = {.name = tree->file[0], .bytes = tree->file_text[0], .length = length};
        tree->root = want_map(parse_yaml(tree->arena, &parse, errors), errors);
    } else {
        arena_report(tree->arena, begin, errors);
    }
    const struct node *extends = tree->root == NULL ? NULL : node_get(tree->root, "extends");
    if (extends != NULL) {
        diagnostics_add(errors, DIAGNOSTIC_ERROR, extends->place, "extends: only a file can extend a file; remove it");
    }
    if (tree->root != NULL) return tree;
    tree_destroy(tree);
    return NULL;
}

struct node *node_get(const struct node *map, const char *key)
{
    if (map == NULL || map->kind != NODE_MAP) return NULL;
    for (size_t i = 0; i < map->count; i++) {
        if (strcmp(map->key[i]->text, key) == 0) return map->value[i];
    }
    return NULL;
}

struct node *tree_find(const struct tree *tree, const char *path)
{
    struct trail trail;
    return path_follow(tree->root, path, &trail) ? trail_node(&trail) : NULL;
}
