/* shelf.h - memory that is released all at once. shelf_take never returns NULL: when memory runs out it jumps to where
 * the shelf's user said, so that readers of a file need not ask at every text.
 *
 * Threads: one shelf belongs to one reader.
 */
#ifndef GREENLANE_MODELS_SCENARIO_SHELF_H
#define GREENLANE_MODELS_SCENARIO_SHELF_H

#include <setjmp.h>
#include <stddef.h>

struct shelf {
    struct shelf_block *block;
    jmp_buf *no_memory; /* set before the first shelf_take */
};

void *shelf_take(struct shelf *shelf, size_t n, size_t size); /* n items of size bytes, all zero */
char *shelf_text(struct shelf *shelf, const char *text);      /* a copy */
char *shelf_format(struct shelf *shelf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void shelf_clear(struct shelf *shelf);

#endif
