/* tree_text.c - a tree as canonical YAML: one way to write each tree, and reading it gives the same tree again.
 *
 * Block style, two spaces a level, one entry a line. A scalar is plain when it reads back as itself, else in double
 * quotes on one line; whether the file had it in quotes makes no difference.
 */
#include "models/scenario/tree.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct text {
    char *at;
    size_t length, allocated;
    bool failed;
};

static void put(struct text *text, const char *bytes, size_t length)
{
    if (text->failed) return;
    if (text->allocated - text->length <= length) {
        size_t allocated = text->allocated == 0 ? 4096 : text->allocated;
        while (allocated - text->length <= length && allocated < SIZE_MAX / 2) allocated *= 2;
        char *grown = allocated - text->length <= length ? NULL : realloc(text->at, allocated);
        text->failed = grown == NULL;
        if (text->failed) return;
        text->at = grown;
        text->allocated = allocated;
    }
    memcpy(text->at + text->length, bytes, length);
    text->length += length;
    text->at[text->length] = '\0';
}

static void put_word(struct text *text, const char *word)
{
    put(text, word, strlen(word));
}

static void put_indent(struct text *text, size_t depth)
{
    for (size_t i = 0; i < depth; i++) put_word(text, "  ");
}

/* The character at `*at`, which moves on; libyaml has checked that all is UTF-8. */
static uint32_t next_character(const char **at)
{
    const unsigned char *text = (const unsigned char *)*at;
    const size_t length = text[0] < 0x80 ? 1 : text[0] < 0xe0 ? 2 : text[0] < 0xf0 ? 3 : 4;
    uint32_t code = length == 1 ? text[0] : text[0] & (0xffu >> (length + 1));
    size_t i = 1;
    for (; i < length && text[i] != '\0'; i++) code = code << 6 | (text[i] & 0x3f);
    *at += i;
    return code;
}

static bool needs_escape(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x2028 || code == 0x2029 || code == 0xfeff ||
           code == 0xfffe || code == 0xffff;
}

static bool is_plain(const char *text)
{
    static const char *const word[] = {"~", "null", "Null", "NULL", "<<", "-"};
    for (size_t i = 0; i < sizeof word / sizeof *word; i++) {
        if (strcmp(text, word[i]) == 0) return false;
    }
    const size_t length = strlen(text);
    if (length == 0 || strchr("?:,[]{}#&*!|>'\"%@` ", text[0]) != NULL || strncmp(text, "...", 3) == 0) return false;
    if (text[0] == '-' && (text[1] == ' ' || text[1] == '-')) return false;
    if (text[length - 1] == ' ' || text[length - 1] == ':') return false;
    if (strstr(text, ": ") != NULL || strstr(text, " #") != NULL) return false;
    for (const char *at = text; *at != '\0';) {
        if (needs_escape(next_character(&at))) return false;
    }
    return true;
}

static void put_quoted(struct text *text, const char *scalar)
{
    put_word(text, "\"");
    for (const char *at = scalar, *from = at; *from != '\0'; from = at) {
        const uint32_t code = next_character(&at);
        char escape[16];
        if (code == '"' || code == '\\') put_word(text, "\\");
        if (code == '\n') {
            put_word(text, "\\n");
        } else if (code == '\t') {
            put_word(text, "\\t");
        } else if (needs_escape(code)) {
            snprintf(escape, sizeof escape, code < 0x100 ? "\\x%02x" : "\\u%04x", (unsigned)code);
            put_word(text, escape);
        } else {
            put(text, from, (size_t)(at - from));
        }
    }
    put_word(text, "\"");
}

static void put_scalar(struct text *text, const struct node *node)
{
    if (node->kind == NODE_NULL) {
        put_word(text, "null");
    } else if (is_plain(node->text)) {
        put_word(text, node->text);
    } else {
        put_quoted(text, node->text);
    }
}

/* Writes a map or list whose first line is already indented. */
static void put_node(struct text *text, const struct node *node, size_t depth);

static void put_value(struct text *text, const struct node *value, size_t depth, bool in_list)
{
    if (value->count == 0) {
        put_word(text, " ");
        if (value->kind == NODE_MAP || value->kind == NODE_LIST) {
            put_word(text, value->kind == NODE_MAP ? "{}" : "[]");
        } else {
            put_scalar(text, value);
        }
        put_word(text, "\n");
        return;
    }
    put_word(text, in_list ? " " : "\n");
    if (!in_list) put_indent(text, depth);
    put_node(text, value, depth);
}

static void put_node(struct text *text, const struct node *node, size_t depth)
{
    for (size_t i = 0; i < node->count; i++) {
        if (i > 0) put_indent(text, depth);
        if (node->kind == NODE_MAP) put_scalar(text, node->key[i]);
        put_word(text, node->kind == NODE_MAP ? ":" : "-");
        put_value(text, node->value[i], depth + 1, node->kind == NODE_LIST);
    }
}

char *tree_text(const struct tree *tree)
{
    struct text text = {0};
    put_word(&text, "");
    if (tree->root->count == 0) put_word(&text, "{}\n");
    put_node(&text, tree->root, 0);
    if (!text.failed) return text.at;
    free(text.at);
    return NULL;
}
