/* version.h - the program's version, and that of every library it uses. */
#ifndef GREENLANE_TOOLS_VERSION_H
#define GREENLANE_TOOLS_VERSION_H

#include <stddef.h>
#include <stdio.h>

void versions_print(FILE *out);                /* a line each; gnuplot's when it is found */
void versions_line(char *out, size_t size);    /* in one line, for the store; without gnuplot, which makes no result */

#endif
