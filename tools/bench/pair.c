/* pair.c - whole processes side by side: user seconds and peak memory, medians, and the ratio pair by pair.
 *
 *   pair [-w] RUNS COMMAND [ARG ...] [:: OTHER [ARG ...]]
 *
 * -w: seconds by the clock on the wall instead, for what more cores gain.
 * The two run in turn, A B A B ..., so that a machine whose speed drifts does not decide. One warm-up of each is not
 * counted; what they print is thrown away. Prints one line for scripts: the medians A_s A_peak_kib, and with a
 * second command B_s B_peak_kib and the median of A/B. Exit 1 when a command cannot be run or fails.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RUNS_MOST = 101 };

struct cost {
    double seconds;
    long peak;
};

static double wall(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static struct cost run(char **command, bool by_wall)
{
    struct rusage usage;
    int status;
    double begun = wall();
    pid_t child = fork();
    if (child == 0) {
        int nowhere = open("/dev/null", O_WRONLY);
        dup2(nowhere, 1);
        dup2(nowhere, 2);
        execvp(command[0], command);
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &usage) < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fprintf(stderr, "pair: %s did not run to its end\n", command[0]);
        exit(1);
    }
    double user = (double)usage.ru_utime.tv_sec + 1e-6 * (double)usage.ru_utime.tv_usec;
    return (struct cost){by_wall ? wall() - begun : user, usage.ru_maxrss};
}

static int rising(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double median(double *value, int n)
{
    qsort(value, (size_t)n, sizeof *value, rising);
    return value[n / 2];
}

int main(int argc, char **argv)
{
    bool by_wall = argc > 1 && strcmp(argv[1], "-w") == 0;
    argc -= by_wall;
    argv += by_wall;
    int runs = argc > 2 ? atoi(argv[1]) : 0;
    if (runs < 1 || runs >= RUNS_MOST) {
        fprintf(stderr, "usage: pair [-w] RUNS COMMAND [ARG ...] [:: OTHER [ARG ...]]\n");
        return 64;
    }
    char **a = argv + 2, **b = NULL;
    for (int i = 2; i < argc; i++)
        if (strcmp(argv[i], "::") == 0) {
            argv[i] = NULL;
            b = argv + i + 1;
            break;
        }
    double time_a[RUNS_MOST], time_b[RUNS_MOST], peak_a[RUNS_MOST], peak_b[RUNS_MOST], ratio[RUNS_MOST];
    for (int i = -1; i < runs; i++) {
        struct cost first = run(a, by_wall), second = b ? run(b, by_wall) : (struct cost){1, 0};
        if (i < 0) continue;
        time_a[i] = first.seconds;
        time_b[i] = second.seconds;
        peak_a[i] = (double)first.peak;
        peak_b[i] = (double)second.peak;
        ratio[i] = first.seconds / (second.seconds > 0 ? second.seconds : 1e-6);
    }
    printf("%.3f %.0f", median(time_a, runs), median(peak_a, runs));
    if (b) printf(" %.3f %.0f %.4f", median(time_b, runs), median(peak_b, runs), median(ratio, runs));
    printf("\n");
    return 0;
}
