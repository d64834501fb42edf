/* dictionary.h - a number for each distinct key, from 0 in the order in which keys are first met.
 *
 * Ownership: keys are copied; a pointer to one lasts until the next key is added. Errors: DICTIONARY_NONE when memory
 * runs out; nothing has changed then.
 */
#ifndef GREENLANE_MODELS_RISK_DICTIONARY_H
#define GREENLANE_MODELS_RISK_DICTIONARY_H

#include <stddef.h>
#include <stdint.h>

#define DICTIONARY_NONE UINT32_MAX

struct dictionary { /* starts as {0} */
    uint32_t count;
    uint32_t *slot; /* number + 1, 0: free */
    size_t slots, rooms;
    size_t *start; /* of key i in bytes; count + 1 of them */
    char *bytes;   /* each key and a zero byte */
    size_t used, allocated;
};

uint32_t dictionary_add(struct dictionary *d, const void *key, size_t size);           /* the number it has or gets */
uint32_t dictionary_find(const struct dictionary *d, const void *key, size_t size);    /* DICTIONARY_NONE: not there */
const char *dictionary_key(const struct dictionary *d, uint32_t number, size_t *size); /* a zero byte follows it */
void dictionary_clear(struct dictionary *d);

#endif
