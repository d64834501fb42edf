/* main.c - the command `greenlane`: options to a command, its exit code to the system. */
#include "tools/command.h"
#include "tools/version.h"
#include <errno.h>
#include <gsl/gsl_errno.h>
#include <signal.h>
#include <string.h>

/* A full disk or a closed pipe shows only now; whoever closed the pipe knows. */
static int finish_output(int code)
{
    if (fflush(stdout) == 0 && !ferror(stdout)) return code;
    if (errno != EPIPE) fprintf(stderr, "greenlane: cannot write standard output: %s\n", strerror(errno));
    return code ? code : EXIT_IO;
}

int main(int argc, char **argv)
{
    struct options options;
    signal(SIGPIPE, SIG_IGN);    /* gnuplot may die, `head` may close: both are told by the write that fails */
    gsl_set_error_handler_off(); /* GSL's own handler would abort */
    int code = options_parse(&options, argc, argv);
    if (!code && options.version) {
        versions_print(stdout);
    } else if (!code && options.help) {
        options_help(options.command, stdout);
    } else if (!code && !options.command) {
        options_help(NULL, stderr);
        code = EXIT_COMMAND_LINE;
    } else if (!code) {
        code = options.command->run(&options);
    }
    options_clear(&options);
    return finish_output(code);
}
