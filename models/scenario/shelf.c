/* shelf.c - blocks in a list, the newest first; a large wish gets a block of its own. */
#include "models/scenario/shelf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 16384 };

struct shelf_block {
    struct shelf_block *next;
    size_t size, used;
    max_align_t bytes[];
};

static void give_up(struct shelf *shelf)
{
    assert(shelf->no_memory);
    longjmp(*shelf->no_memory, 1);
}

void *shelf_take(struct shelf *shelf, size_t n, size_t size)
{
    if (size > 0 && n > (SIZE_MAX / 4) / size) give_up(shelf);
    size_t unit = sizeof(max_align_t), bytes = (n * size + unit - 1) / unit * unit;
    struct shelf_block *block = shelf->block;
    if (!block || block->size - block->used < bytes) {
        size_t room = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;
        block = calloc(1, sizeof *block + room);
        if (!block) give_up(shelf);
        block->size = room;
        block->next = shelf->block;
        shelf->block = block;
    }
    void *taken = (char *)block->bytes + block->used;
    block->used += bytes;
    return taken;
}

char *shelf_text(struct shelf *shelf, const char *text)
{
    size_t n = strlen(text) + 1;
    return memcpy(shelf_take(shelf, n, 1), text, n);
}

char *shelf_format(struct shelf *shelf, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (n < 0) give_up(shelf);
    char *text = shelf_take(shelf, (size_t)n + 1, 1);
    va_start(arguments, format);
    vsnprintf(text, (size_t)n + 1, format, arguments);
    va_end(arguments);
    return text;
}

void shelf_clear(struct shelf *shelf)
{
    while (shelf->block) {
        struct shelf_block *block = shelf->block;
        shelf->block = block->next;
        free(block);
    }
}
