/* datafile.c - reads the whole file, checks where it lies, and cuts it into cells where it stands. */
#include "models/scenario/datafile.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* True when `path` lies in `folder` or below; both absolute, links resolved. */
static bool lies_below(const char *path, const char *folder)
{
    size_t n = strlen(folder);
    if (n == 1) return true; /* "/" */
    return strncmp(path, folder, n) == 0 && path[n] == '/';
}

static bool is_allowed(const char *path, const char *folder, const struct tree_options *options)
{
    if (lies_below(path, folder)) return true;
    for (size_t i = 0; options && i < options->allow_paths; i++) {
        char allowed[PATH_MAX];
        if (realpath(options->allow_path[i], allowed) && lies_below(path, allowed)) return true;
    }
    return false;
}

static bool find_file(const char *beside, const char *file, const struct tree_options *options, char *path, char *why)
{
    char folder[PATH_MAX], named[PATH_MAX], real_folder[PATH_MAX];
    const char *slash = beside ? strrchr(beside, '/') : NULL;
    int length = slash ? (int)(slash - beside) : 1;
    int in_folder = snprintf(folder, sizeof folder, "%.*s", length > 0 ? length : 1, slash ? beside : ".");
    int whole = snprintf(named, sizeof named, "%s%s%s", file[0] == '/' ? "" : folder, file[0] == '/' ? "" : "/", file);
    if (in_folder >= PATH_MAX || whole >= PATH_MAX || whole < 0)
        return quantity_refuse(why, "the path of '%.60s' is too long; 4096 bytes are possible", file);
    if (!realpath(folder, real_folder) || !realpath(named, path))
        return quantity_refuse(why, "the file '%.120s' is not there; give its path from the scenario's folder", file);
    if (!is_allowed(path, real_folder, options))
        return quantity_refuse(
            why, "the file '%.120s' is outside the scenario's folder; move it there or give --allow-path", file);
    return true;
}

static char *read_bytes(const char *path, size_t *size, char *why)
{
    FILE *in = fopen(path, "rb");
    char *bytes = NULL;
    long length = -1;
    if (in && fseek(in, 0, SEEK_END) == 0) length = ftell(in);
    if (length < 0 || fseek(in, 0, SEEK_SET) != 0) {
        quantity_refuse(why, "the file '%.120s' cannot be read; check that it is a file with read permission", path);
    } else if (length > DATAFILE_MOST_BYTES) {
        quantity_refuse(why, "the file '%.120s' has %ld bytes; at most 268435456 are read", path, length);
    } else if (!(bytes = malloc((size_t)length + 1))) {
        quantity_refuse(why, "no memory for the file '%.120s'; free some", path);
    } else if (fread(bytes, 1, (size_t)length, in) != (size_t)length) {
        quantity_refuse(why, "the file '%.120s' cannot be read; check that it is a file with read permission", path);
        free(bytes);
        bytes = NULL;
    } else {
        bytes[length] = '\0';
        *size = (size_t)length;
    }
    if (in) fclose(in);
    return bytes;
}

/* Cuts one cell off at *p, in place; what ended it: ',', '\n' or 0. A doubled quote inside quotes is one quote. */
static char *cut_cell(char **p, char *ended_by)
{
    char *cell = *p, *from = *p, *to = *p;
    if (*from == '"') {
        for (from++; *from && !(*from == '"' && from[1] != '"'); *to++ = *from++)
            if (*from == '"') from++;
        if (*from == '"') from++;
        while (*from && *from != ',' && *from != '\n') from++;
    } else {
        for (; *from && *from != ',' && *from != '\n'; from++) to++;
    }
    *ended_by = *from;
    *p = *from ? from + 1 : from;
    while (to > cell && (to[-1] == '\r' || to[-1] == ' ')) to--;
    *to = '\0';
    return cell;
}

static bool has_more(const char *p)
{
    return p[strspn(p, "\r\n ")] != '\0';
}

static bool cut_rows(struct datafile *data, char *why)
{
    size_t room = 0, cells = 0, in_row = 0, line = 1;
    char *p = data->bytes, ended_by = '\n';
    while (ended_by == ',' || has_more(p)) {
        if (cells == room) {
            room = room ? room * 2 : 256;
            char **grown = realloc(data->cell, room * sizeof *grown);
            if (!grown) return quantity_refuse(why, "no memory for the file '%.120s'; free some", data->path);
            data->cell = grown;
        }
        data->cell[cells++] = cut_cell(&p, &ended_by);
        in_row++;
        if (ended_by == ',') continue;
        if (line == 1) data->columns = in_row;
        if (in_row != data->columns)
            return quantity_refuse(why, "line %zu of '%.120s' has %zu cells; its first line names %zu columns", line,
                data->path, in_row, data->columns);
        in_row = 0;
        line++;
    }
    if (line < 3) return quantity_refuse(why, "the file '%.120s' has no data; a line of names, then rows", data->path);
    data->rows = line - 2;
    return true;
}

static uint64_t hash_of(const char *bytes, size_t size)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    for (size_t i = 0; i < size; i++) hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001B3);
    return hash;
}

struct datafile *datafile_read(const char *beside, const char *file, const struct tree_options *options, char *why)
{
    char path[PATH_MAX];
    size_t size = 0;
    if (!find_file(beside, file, options, path, why)) return NULL;
    struct datafile *data = calloc(1, sizeof *data);
    if (!data || !(data->path = strdup(path))) {
        free(data);
        quantity_refuse(why, "no memory for the file '%.120s'; free some", path);
        return NULL;
    }
    data->bytes = read_bytes(path, &size, why);
    if (data->bytes) {
        data->hash = hash_of(data->bytes, size);
        if (strlen(data->bytes) != size)
            quantity_refuse(why, "the file '%.120s' holds a zero byte; a text file is wanted", path);
        else if (cut_rows(data, why))
            return data;
    }
    datafile_destroy(data);
    return NULL;
}

void datafile_destroy(struct datafile *data)
{
    if (!data) return;
    free(data->cell);
    free(data->bytes);
    free(data->path);
    free(data);
}

bool datafile_column(const struct datafile *data, const char *name, size_t *column, char *why)
{
    for (size_t i = 0; i < data->columns; i++)
        if (strcmp(data->cell[i], name) == 0) {
            *column = i;
            return true;
        }
    const char *near = diagnostic_suggest(name, (const char *const *)data->cell, data->columns);
    return quantity_refuse(why, "'%.120s' has no column '%.60s'; its first line names the columns%s%.60s%s", data->path,
        name, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

const char *datafile_cell(const struct datafile *data, size_t row, size_t column)
{
    return data->cell[(row + 1) * data->columns + column];
}
