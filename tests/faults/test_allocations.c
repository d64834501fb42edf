/* test_allocations.c - every allocation fails once, and each time the command says so, ends as if nothing had been, and
 * leaves nothing behind.
 *
 * The linker hands this test every allocation of the project (Makefile); SQLite, libuv and libyaml are given the same
 * ones. A command runs in a child process, in which the k-th allocation fails; k goes up until one is reached no more.
 * What the project's own code has allocated is kept in a table, so that what is left when a command has ended is a
 * leak. (A sanitizer's build finds in the same runs what was left of others' memory, or touched after it was freed.)
 */
#include "tests/cli.h"
#include "tools/command.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <uv.h>

/* ---- allocations that are counted, remembered, and fail when told ---- */

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void __real_free(void *memory);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t most);
void __wrap_free(void *memory);
void *yaml_malloc(size_t size);
void *yaml_realloc(void *old, size_t size);

enum { ROOM = 1 << 20 };
static struct {
    pthread_mutex_t mutex;
    bool watching;
    unsigned long count, fails_at; /* the allocation of this number fails, once; 0: none */
    void *live[ROOM];              /* by address, open addressing; REMOVED where one was */
    size_t lives;
} heap = {.mutex = PTHREAD_MUTEX_INITIALIZER};
static char removed;
#define REMOVED ((void *)&removed)

static size_t slot_of(const void *memory)
{
    return (size_t)((uintptr_t)memory >> 4) * 0x9E3779B97F4A7C15ULL >> (64 - 20);
}

static void remember(void *memory)
{
    if (!heap.watching || !memory) return;
    pthread_mutex_lock(&heap.mutex);
    size_t at = slot_of(memory);
    while (heap.live[at] && heap.live[at] != REMOVED) at = (at + 1) % ROOM;
    heap.live[at] = memory;
    heap.lives++;
    pthread_mutex_unlock(&heap.mutex);
}

static void forget(const void *memory)
{
    if (!heap.watching || !memory) return;
    pthread_mutex_lock(&heap.mutex);
    size_t at = slot_of(memory);
    while (heap.live[at] && heap.live[at] != memory) at = (at + 1) % ROOM;
    if (heap.live[at]) {
        heap.live[at] = REMOVED;
        heap.lives--;
    }
    pthread_mutex_unlock(&heap.mutex);
}

static __attribute__((noinline)) bool fail_here(void)
{
    errno = ENOMEM;
    return true;
}

static bool fails(void)
{
    return heap.watching && __atomic_add_fetch(&heap.count, 1, __ATOMIC_RELAXED) == heap.fails_at && fail_here();
}

static void *noted(void *memory)
{
    remember(memory);
    return memory;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : noted(__real_malloc(size));
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails() ? NULL : noted(__real_calloc(n, size));
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return fails() ? NULL : noted(__real_aligned_alloc(alignment, size));
}

void *__wrap_realloc(void *old, size_t size)
{
    if (fails()) return NULL;
    forget(old);
    void *grown = __real_realloc(old, size);
    remember(grown ? grown : old);
    return grown;
}

char *__wrap_strndup(const char *text, size_t most)
{
    size_t length = strnlen(text, most);
    char *copy = __wrap_malloc(length + 1);
    if (!copy) return NULL;
    memcpy(copy, text, length);
    copy[length] = 0;
    return copy;
}

char *__wrap_strdup(const char *text)
{
    return __wrap_strndup(text, SIZE_MAX);
}

void __wrap_free(void *memory)
{
    forget(memory);
    __real_free(memory);
}

/* Others' memory fails too, and is theirs to keep. */
void *yaml_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size ? size : 1);
}

void *yaml_realloc(void *old, size_t size)
{
    return fails() ? NULL : __real_realloc(old, size ? size : 1);
}

static void *uv_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

static void *uv_calloc(size_t n, size_t size)
{
    return fails() ? NULL : __real_calloc(n, size);
}

static void *uv_realloc(void *old, size_t size)
{
    return fails() ? NULL : __real_realloc(old, size);
}

static sqlite3_mem_methods of_sqlite;

static void *sqlite_malloc(int size)
{
    return fails() ? NULL : of_sqlite.xMalloc(size);
}

static void *sqlite_realloc(void *old, int size)
{
    return fails() ? NULL : of_sqlite.xRealloc(old, size);
}

static void share_allocations(void)
{
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &of_sqlite), SQLITE_OK);
    sqlite3_mem_methods ours = of_sqlite;
    ours.xMalloc = sqlite_malloc;
    ours.xRealloc = sqlite_realloc;
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_MALLOC, &ours), SQLITE_OK);
    assert_int_equal(uv_replace_allocator(uv_malloc, uv_realloc, uv_calloc, __real_free), 0);
}

/* ---- a command in a child process ---- */

enum { WORDS = 16, STRIDE_FROM = 1, STRIDE = 97 };
enum { EXIT_LEAK = 200, EXIT_NOT_REACHED = 201 };

static void redirect(const struct cli *cli)
{
    char path[100];
    fflush(NULL);
    for (int k = 0; k < 2; k++) {
        snprintf(path, sizeof path, "%s%s", cli->folder, k ? ".err" : ".out");
        int file = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
        if (file < 0 || dup2(file, k + 1) < 0) _exit(99);
        close(file);
    }
}

/* Ends the process: with the command's code, or with EXIT_LEAK; standard error says how much was left. */
static void run_command(int words, char **word)
{
    static const int caught[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGSYS}; /* by cmocka, which would go on here */
    for (size_t i = 0; i < sizeof caught / sizeof *caught; i++) signal(caught[i], SIG_DFL);
    share_allocations();
    struct options options;
    heap.watching = true;
    int code = options_parse(&options, words, word);
    if (!code) code = options.command->run(&options);
    options_clear(&options);
    heap.watching = false;
    fflush(NULL);
    if (heap.lives) {
        fprintf(stderr, "left behind: %zu blocks\n", heap.lives);
        _exit(EXIT_LEAK);
    }
    exit(code == 0 && heap.count < heap.fails_at ? EXIT_NOT_REACHED : code);
}

/* The exit code, or 128 + the signal. */
static int run_failing(struct cli *cli, int words, const char *const *word, unsigned long fails_at)
{
    char *copy[WORDS];
    for (int i = 0; i < words; i++) copy[i] = (char *)word[i];
    fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        redirect(cli);
        heap.fails_at = fails_at;
        run_command(words, copy);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    free(cli->out);
    free(cli->err);
    cli->out = cli_read(cli->folder, ".out");
    cli->err = cli_read(cli->folder, ".err");
    return cli->code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* ---- what must hold ---- */

static const char scenario[] =
    "format: 1\nname: faults\nrun: {measure: 20 h, warm_up: 1 h, replications: 2}\n"
    "resources: {desk: {servers: 2}, it: {pools: {a: {servers: 1}, b: {servers: 1, serves: kind == x}}}}\n"
    "streams: {s: {process: p, direction: import, arrivals: {rate: 1/h}, attributes: {kind: {x: 30 %, y: 70 %}}}}\n"
    "processes:\n"
    "  p:\n"
    "    - both: {parallel: {one: {delay: uniform low 1 h high 2 h}, two: {delay: 1 h}}}\n"
    "    - serve: {service: exponential mean 1 h, by: desk, gives_up: {after: exponential mean 5 h}, when: kind == x}\n"
    "    - look: {service: erlang k 2 mean 1 h, by: it}\n"
    "policies: {fast: {set: {processes.p.look.service: constant 1 h}}}\n"
    "expect: {stream.s.arrived: {value: 20, within: 50 %}}\n";

static bool says_memory(const struct cli *cli)
{
    return strstr(cli->err, "memory") || strstr(cli->err, "Memory");
}

/* The last line tells how long it took. */
static bool is_same(const char *out, const char *good)
{
    const char *end = strstr(good, "Stored as");
    return end ? strncmp(out, good, (size_t)(end - good)) == 0 : strcmp(out, good) == 0;
}

/* Whether the command with its k-th allocation failing ended as it must; a line about it when not. */
static bool ends_well(struct cli *cli, unsigned long k, const char *good)
{
    const char *what = NULL;
    if (cli->code == EXIT_LEAK)
        what = "left memory behind";
    else if (cli->code > 128 && cli->code < 128 + 65)
        what = "was killed by a signal";
    else if (cli->code == 0 && !is_same(cli->out, good) && !says_memory(cli))
        what = "ended well with another result and no word about it";
    else if (cli->code != 0 && !says_memory(cli))
        what = "did not say that there was no memory";
    if (what) print_error("allocation %lu: it %s (exit code %d): %.300s\n", k, what, cli->code, cli->err);
    return !what;
}

/* All allocations of a command one by one; from `all` on every `stride`th. `before` makes a fresh start. */
static void fail_each(struct cli *cli, const char *const *word, int words, unsigned long all, unsigned long stride,
    void (*before)(struct cli *))
{
    unsigned long wrong = 0;
    before(cli);
    run_failing(cli, words, word, 1000000000);
    assert_int_equal(cli->code, EXIT_NOT_REACHED);
    char *good = strdup(cli->out);
    unsigned long k = 1;
    for (;; k += k < all ? 1 : stride) {
        before(cli);
        run_failing(cli, words, word, k);
        if (cli->code == EXIT_NOT_REACHED) break;
        wrong += !ends_well(cli, k, good);
    }
    assert_true(k > 100);
    free(good);
    if (wrong) fail_msg("%lu allocations, whose failure ended badly", wrong);
}

static char path[4][100];

static void nothing(struct cli *cli)
{
    (void)cli;
}

static void no_store(struct cli *cli)
{
    (void)cli;
    unlink(path[1]);
}

static int begin(void **state)
{
    if (cli_begin(state)) return -1;
    struct cli *cli = *state;
    cli_write(cli, "faults.yaml", scenario);
    snprintf(path[0], sizeof path[0], "%s/faults.yaml", cli->folder);
    snprintf(path[1], sizeof path[1], "%s/faults.db", cli->folder);
    return 0;
}

static void a_file_is_checked_without_memory(void **state)
{
    const char *const word[] = {"greenlane", "check", path[0], "--policy", "fast", "--set", "run.replications=3"};
    fail_each(*state, word, 7, 1000000, 1, nothing);
}

static void a_scenario_is_run_without_memory(void **state)
{
    const char *const word[] = {"greenlane", "run", path[0], "--db", path[1], "-q", "-j", "1"};
    fail_each(*state, word, 8, STRIDE_FROM, STRIDE, no_store);
}

/* With arguments: K COMMAND ... lets allocation K of that command fail, for a debugger to stop at `fail_here`. */
int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_checked_without_memory),
        cmocka_unit_test(a_scenario_is_run_without_memory),
    };
    if (argc > 2) {
        heap.fails_at = strtoul(argv[1], NULL, 10);
        argv[1] = argv[0];
        run_command(argc - 1, argv + 1);
    }
    return cmocka_run_group_tests(tests, begin, cli_end);
}
