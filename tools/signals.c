/* signals.c - see signals.h. */
#include "tools/signals.h"
#include <signal.h>
#include <stddef.h>

static volatile int caught;

static void remember(int number)
{
    caught = number;
}

volatile int *signals_catch(void)
{
    struct sigaction action = {.sa_handler = remember, .sa_flags = SA_RESTART | (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    return &caught;
}

void signals_note(int number)
{
    caught = number;
}

int signals_exit_code(void)
{
    return caught ? 128 + caught : 0;
}
