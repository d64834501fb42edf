/* digest.h - 128 bits that cover every bit put in, in order (two multiply-mix lanes; not for cryptography).
 *
 * Equal results give equal digests on every machine; a difference is a bug of the first order.
 */
#ifndef GREENLANE_ENGINE_OBSERVE_DIGEST_H
#define GREENLANE_ENGINE_OBSERVE_DIGEST_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct digest {
    uint64_t a, b;
};

void digest_init(struct digest *digest);
static inline void digest_word(struct digest *digest, uint64_t word)
{
    digest->a = (digest->a ^ word) * 0x9E3779B97F4A7C15ULL;
    digest->a ^= digest->a >> 32;
    digest->b = (digest->b + word) * 0xD6E8FEB86659FD93ULL;
    digest->b ^= digest->b >> 29;
}
static inline void digest_double(struct digest *digest, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    digest_word(digest, bits);
}
void digest_bytes(struct digest *digest, const void *bytes, size_t n); /* the length goes in too */
void digest_text(const struct digest *digest, char text[33]);          /* 32 hexadecimal digits and a 0 */

#endif
