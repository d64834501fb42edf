/* digest.c - the parts of a digest that are not on the way of every word. */
#include "engine/observe/digest.h"

void digest_init(struct digest *digest)
{
    digest->a = 0x243F6A8885A308D3ULL; /* digits of pi: nothing up the sleeve */
    digest->b = 0x13198A2E03707344ULL;
}

void digest_bytes(struct digest *digest, const void *bytes, size_t n)
{
    const unsigned char *at = bytes;
    digest_word(digest, n);
    while (n > 0) {
        uint64_t word = 0;
        size_t take = n < 8 ? n : 8;
        for (size_t i = 0; i < take; i++) word |= (uint64_t)at[i] << (8 * i);
        digest_word(digest, word);
        at += take;
        n -= take;
    }
}

static uint64_t finished(uint64_t word)
{
    word = (word ^ word >> 30) * 0xBF58476D1CE4E5B9ULL;
    word = (word ^ word >> 27) * 0x94D049BB133111EBULL;
    return word ^ word >> 31;
}

void digest_text(const struct digest *digest, char text[33])
{
    uint64_t word[2] = {finished(digest->a ^ digest->b >> 7), finished(digest->b + digest->a)};
    for (int i = 0; i < 32; i++) text[i] = "0123456789abcdef"[word[i / 16] >> (60 - 4 * (i % 16)) & 15];
    text[32] = 0;
}
