/* gnuplot.c - see gnuplot.h. One libuv loop lives as long as the child does. */
#include "tools/gnuplot.h"
#include "tools/signals.h"
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <uv.h>

enum { SAID_BYTES = 4096, PATIENCE_MS = 60000 }; /* a picture takes a second; some scripts make gnuplot run for ever */

struct child {
    uv_process_t process;
    uv_timer_t patience;
    bool late;
    uv_signal_t stop[2]; /* Ctrl-C and SIGTERM end the child, for what it writes must not stay behind in part */
    uv_pipe_t in, out, err;
    uv_write_t writing;
    bool echo; /* copy its standard output to ours, else keep it in `printed` */
    char printed[SAID_BYTES], said[SAID_BYTES], buffer[SAID_BYTES];
    size_t printed_bytes, said_bytes;
    int64_t code;
    int signal;
};

static void give_buffer(uv_handle_t *handle, size_t wanted, uv_buf_t *buffer)
{
    struct child *child = handle->data;
    (void)wanted;
    *buffer = uv_buf_init(child->buffer, sizeof child->buffer);
}

static void keep(char *kept, size_t *bytes, const char *from, size_t n)
{
    size_t room = SAID_BYTES - 1 - *bytes;
    if (n > room) n = room;
    memcpy(kept + *bytes, from, n);
    *bytes += n;
    kept[*bytes] = 0;
}

static void take_output(uv_stream_t *stream, ssize_t n, const uv_buf_t *buffer)
{
    struct child *child = stream->data;
    if (n < 0) {
        uv_close((uv_handle_t *)stream, NULL);
    } else if (stream == (uv_stream_t *)&child->err) {
        keep(child->said, &child->said_bytes, buffer->base, (size_t)n);
    } else if (child->echo) {
        fwrite(buffer->base, 1, (size_t)n, stdout);
    } else {
        keep(child->printed, &child->printed_bytes, buffer->base, (size_t)n);
    }
}

static void close_input(uv_write_t *writing, int status)
{
    struct child *child = writing->data;
    (void)status; /* a child that died early is told by its exit code */
    uv_close((uv_handle_t *)&child->in, NULL);
}

static void end_patience(uv_timer_t *timer)
{
    struct child *child = timer->data;
    child->late = true;
    uv_process_kill(&child->process, SIGKILL);
}

static void end_child(uv_signal_t *stop, int number)
{
    struct child *child = stop->data;
    signals_note(number);
    uv_process_kill(&child->process, SIGKILL);
}

static void remember_exit(uv_process_t *process, int64_t code, int signal)
{
    struct child *child = process->data;
    child->code = code;
    child->signal = signal;
    uv_close((uv_handle_t *)process, NULL);
    uv_close((uv_handle_t *)&child->patience, NULL);
    for (int i = 0; i < 2; i++) uv_close((uv_handle_t *)&child->stop[i], NULL);
}

static void watch(uv_loop_t *loop, struct child *child)
{
    static const int numbers[2] = {SIGINT, SIGTERM};
    uv_timer_init(loop, &child->patience);
    child->patience.data = child;
    uv_timer_start(&child->patience, end_patience, PATIENCE_MS, 0);
    for (int i = 0; i < 2; i++) {
        uv_signal_init(loop, &child->stop[i]);
        child->stop[i].data = child;
        uv_signal_start(&child->stop[i], end_child, numbers[i]);
    }
}

static void open_pipe(uv_loop_t *loop, uv_pipe_t *pipe, struct child *child)
{
    uv_pipe_init(loop, pipe, 0);
    pipe->data = child;
}

static int start(uv_loop_t *loop, struct child *child, char *const *arguments)
{
    open_pipe(loop, &child->in, child);
    open_pipe(loop, &child->out, child);
    open_pipe(loop, &child->err, child);
    uv_stdio_container_t stdio[3] = {
        {.flags = UV_CREATE_PIPE | UV_READABLE_PIPE, .data.stream = (uv_stream_t *)&child->in},
        {.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)&child->out},
        {.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)&child->err},
    };
    uv_process_options_t options = {.exit_cb = remember_exit,
        .file = arguments[0],
        .args = (char **)(uintptr_t)arguments,
        .stdio_count = 3,
        .stdio = stdio};
    child->process.data = child;
    int failed = uv_spawn(loop, &child->process, &options);
    if (!failed) {
        watch(loop, child);
    } else {
        uv_close((uv_handle_t *)&child->in, NULL);
        uv_close((uv_handle_t *)&child->out, NULL);
        uv_close((uv_handle_t *)&child->err, NULL);
        uv_close((uv_handle_t *)&child->process, NULL);
    }
    return failed;
}

/* Runs gnuplot to its end. 0, or libuv's error of spawning it. */
static int converse(struct child *child, char *const *arguments, const char *script, size_t length)
{
    uv_loop_t loop;
    int failed = uv_loop_init(&loop);
    if (failed) return failed;
    failed = start(&loop, child, arguments);
    if (!failed) {
        uv_read_start((uv_stream_t *)&child->out, give_buffer, take_output);
        uv_read_start((uv_stream_t *)&child->err, give_buffer, take_output);
        uv_buf_t text = uv_buf_init((char *)(uintptr_t)script, (unsigned)length);
        child->writing.data = child;
        if (uv_write(&child->writing, (uv_stream_t *)&child->in, &text, 1, close_input))
            uv_close((uv_handle_t *)&child->in, NULL);
    }
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
    return failed;
}

/* gnuplot points at the place with lines of blanks and carets; the last line with words says what is wrong. */
static void last_words(const char *said, char why[200])
{
    const char *best = "it said nothing";
    size_t length = strlen(best);
    for (const char *line = said; *line;) {
        size_t n = strcspn(line, "\n");
        if (strspn(line, " \t^") < n) {
            best = line;
            length = n;
        }
        line += n + (line[n] == '\n');
    }
    snprintf(why, 200, "gnuplot failed: %.*s", (int)(length > 150 ? 150 : length), best);
}

enum gnuplot_outcome gnuplot_draw(const char *script, size_t length, char why[200])
{
    static char program[] = "gnuplot";
    char *const arguments[] = {program, NULL};
    struct child child = {.echo = true};
    int failed = converse(&child, arguments, script, length);
    if (failed == UV_ENOENT) {
        snprintf(why, 200, "gnuplot is not installed; it draws the pictures: apt-get install gnuplot-nox");
        return GNUPLOT_MISSING;
    }
    if (failed) {
        snprintf(why, 200, "gnuplot cannot be started: %s", uv_strerror(failed));
        return GNUPLOT_FAILED;
    }
    if (signals_exit_code()) {
        snprintf(why, 200, "interrupted");
        return GNUPLOT_STOPPED;
    }
    if (child.code == 0 && child.signal == 0) return GNUPLOT_DONE;
    if (child.late)
        snprintf(why, 200, "gnuplot took longer than %d s and was ended", PATIENCE_MS / 1000);
    else
        last_words(child.said, why);
    return GNUPLOT_FAILED;
}

bool gnuplot_version(char *out, size_t size)
{
    static char program[] = "gnuplot", version[] = "--version";
    char *const arguments[] = {program, version, NULL};
    struct child child = {.echo = false};
    if (converse(&child, arguments, "", 0) || child.code) return false;
    const char *text = strncmp(child.printed, "gnuplot ", 8) == 0 ? child.printed + 8 : child.printed;
    snprintf(out, size, "%.*s", (int)strcspn(text, "\n"), text);
    return true;
}
