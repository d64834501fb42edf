/* cli.h - running the command as a user does: in a folder of its own, with what it printed and how it ended.
 *
 * The program is GREENLANE of the environment, else build/release/greenlane. Header only: a test includes it. The
 * folder is removed with everything in it; cli_files counts what a command left there.
 */
#ifndef GREENLANE_TESTS_CLI_H
#define GREENLANE_TESTS_CLI_H

#include "tools/json.h"
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { CLI_LINE = 4000 };

/* For a line that has sent the program to the background as $child: waits until its store has a replication, however
 * slow the build and the machine are. */
#define CLI_AWAIT_STORED                                                                                               \
    "until sqlite3 -readonly greenlane.db 'SELECT 1 FROM replication LIMIT 1' 2>/dev/null | grep -q 1; do "             \
    "kill -0 $child || break; sleep 0.1; done; "

struct cli {
    char root[1024]; /* of the project: tests run there */
    char program[2100];
    char folder[64]; /* where commands run */
    char *out, *err; /* of the last command */
    int code;
};

static inline int cli_begin(void **state)
{
    struct cli *cli = calloc(1, sizeof *cli);
    const char *program = getenv("GREENLANE");
    if (!cli || !getcwd(cli->root, sizeof cli->root)) return -1;
    if (program && program[0] == '/')
        snprintf(cli->program, sizeof cli->program, "%s", program);
    else
        snprintf(cli->program, sizeof cli->program, "%s/%s", cli->root, program ? program : "build/release/greenlane");
    strcpy(cli->folder, "/tmp/greenlane-cli-XXXXXX");
    if (!mkdtemp(cli->folder)) return -1;
    *state = cli;
    return 0;
}

static inline int cli_end(void **state)
{
    struct cli *cli = *state;
    char line[200];
    snprintf(line, sizeof line, "rm -rf '%s' '%s.out' '%s.err'", cli->folder, cli->folder, cli->folder);
    int code = system(line);
    free(cli->out);
    free(cli->err);
    free(cli);
    return code;
}

static inline char *cli_read(const char *folder, const char *end)
{
    char path[100];
    snprintf(path, sizeof path, "%s%s", folder, end);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t used = 0, room = 1 << 16;
    char *text = malloc(room);
    assert_non_null(text);
    for (size_t n; (n = fread(text + used, 1, room - used - 1, file)) > 0;) {
        used += n;
        if (used + 1 == room) text = realloc(text, room *= 2);
        assert_non_null(text);
    }
    text[used] = 0;
    fclose(file);
    return text;
}

/* A line of the shell, in the folder; $G is the program, $R the project's folder. Returns the exit code. */
__attribute__((format(printf, 2, 3))) static inline int cli_shell(struct cli *cli, const char *line, ...)
{
    char command[CLI_LINE], whole[2 * CLI_LINE];
    va_list values;
    va_start(values, line);
    vsnprintf(command, sizeof command, line, values);
    va_end(values);
    snprintf(whole, sizeof whole, "cd '%s' && G='%s' R='%s' && { %s ; } >'%s.out' 2>'%s.err' </dev/null", cli->folder,
        cli->program, cli->root, command, cli->folder, cli->folder);
    int status = system(whole);
    free(cli->out);
    free(cli->err);
    cli->out = cli_read(cli->folder, ".out");
    cli->err = cli_read(cli->folder, ".err");
    cli->code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return cli->code;
}

static inline void cli_write(const struct cli *cli, const char *name, const char *text)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", cli->folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    fclose(file);
}

static inline bool cli_has_file(const struct cli *cli, const char *name)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", cli->folder, name);
    return access(path, F_OK) == 0;
}

static inline size_t cli_files(const struct cli *cli)
{
    DIR *folder = opendir(cli->folder);
    assert_non_null(folder);
    size_t n = 0;
    for (struct dirent *entry; (entry = readdir(folder));) n += entry->d_name[0] != '.';
    closedir(folder);
    return n;
}

/* Empties the folder between the cases of one test. */
static inline void cli_clean(const struct cli *cli)
{
    char line[200];
    snprintf(line, sizeof line, "rm -rf '%s' && mkdir '%s'", cli->folder, cli->folder);
    assert_int_equal(system(line), 0);
}

static inline void cli_expect(const struct cli *cli, int code, const char *text, const char *const *fragment, size_t n)
{
    if (cli->code != code) fail_msg("exit code %d, not %d; it said: %s%s", cli->code, code, cli->err, cli->out);
    for (size_t i = 0; i < n; i++)
        if (!strstr(text, fragment[i])) fail_msg("'%s' is missing in: %s", fragment[i], text);
}
#define cli_says(cli, code, ...)                                                                                       \
    cli_expect(cli, code, (cli)->err, (const char *const[]){__VA_ARGS__},                                              \
        sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))
#define cli_prints(cli, code, ...)                                                                                     \
    cli_expect(cli, code, (cli)->out, (const char *const[]){__VA_ARGS__},                                              \
        sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

static inline struct json_value *cli_json(const struct cli *cli)
{
    if (cli->code) fail_msg("exit code %d; it said: %s", cli->code, cli->err);
    struct json_value *json = json_read(cli->out);
    if (!json) fail_msg("not JSON: %.300s", cli->out);
    return json;
}

#endif
