/* pages.c - huge pages by advice: a system that gives none gives ordinary ones. */
#include "engine/core/pages.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define HUGE_PAGE ((size_t)1 << 21)

void *pages_enlarged(void *old, size_t used, size_t bytes)
{
    bool huge = bytes >= 2 * HUGE_PAGE;
    size_t alignment = huge ? HUGE_PAGE : 64;
    bytes = (bytes + alignment - 1) / alignment * alignment;
    void *fresh = aligned_alloc(alignment, bytes);
    if (fresh == NULL) return NULL;
    if (huge) madvise(fresh, bytes, MADV_HUGEPAGE);
    if (used > 0) memcpy(fresh, old, used);
    free(old);
    return fresh;
}
