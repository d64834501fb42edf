/* pages.h - memory for large arrays that are read at random: on huge pages where the system has them, for a look-up of
 * the page costs more than the read.
 *
 * Ownership: the caller's, released by free().
 */
#ifndef GREENLANE_ENGINE_CORE_PAGES_H
#define GREENLANE_ENGINE_CORE_PAGES_H

#include <stddef.h>

/* An array of `bytes` that begins with the first `used` bytes of `old`, which is freed; on a cache line's border. NULL:
 * no memory, `old` stays. */
void *pages_enlarged(void *old, size_t used, size_t bytes);

#endif
