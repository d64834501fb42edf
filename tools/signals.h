/* signals.h - Ctrl-C and SIGTERM ask the command to finish cleanly; a second one ends it at once.
 *
 * The flag is the one piece of global state of the program: a signal handler can reach nothing else.
 */
#ifndef GREENLANE_TOOLS_SIGNALS_H
#define GREENLANE_TOOLS_SIGNALS_H

volatile int *signals_catch(void); /* becomes the signal's number */
void signals_note(int number);     /* for a loop of libuv's, which catches them itself */
int signals_exit_code(void);       /* 130 or 143; 0 when there was none */

#endif
