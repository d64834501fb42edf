/* parse.c - see the header.
 *
 * libyaml gives events; take_node and its parts turn them into nodes by recursion, which TREE_DEPTH_MOST bounds. What
 * cannot be read on from (broken YAML, a limit) sets `broken`, and everything returns NULL up to the root.
 * Invariant: `broken` is set exactly when a message has been given for it.
 */
#include "models/scenario/parse.h"
#include "models/scenario/yaml_words.h"
#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

enum { KEY_BYTES_MOST = 200 };

struct anchor {
    const char *name;
    struct node *node;
    bool open; /* its node is still being read */
};

struct parse {
    const struct parse_text *text;
    struct tree_arena *arena;
    struct diagnostics *errors;
    yaml_parser_t yaml;
    struct anchor *anchor; /* the latest last; a name may come again and then means the latest */
    size_t anchors;
    size_t alias_bytes;      /* of the scalars that aliases repeat */
    size_t at, at_character; /* where the search for tabs stands: byte, and character as libyaml counts */
    bool tab_told, broken;
};

static struct place place_of(const struct parse *p, yaml_mark_t mark)
{
    if (p->text->about != NULL) return (struct place){.file = p->text->name};
    return (struct place){.file = p->text->name, .line = (int)mark.line + 1, .column = (int)mark.column + 1};
}

__attribute__((format(printf, 3, 4))) static void say(struct parse *p, struct place place, const char *format, ...)
{
    char words[1200];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    const char *about = p->text->about;
    diagnostics_add(
        p->errors, DIAGNOSTIC_ERROR, place, "%.200s%s%s", about == NULL ? "" : about, about == NULL ? "" : ": ", words);
}

static void *give_up(struct parse *p, struct place place)
{
    if (!p->broken) arena_report(p->arena, place, p->errors);
    p->broken = true;
    return NULL;
}

/* ---- bytes ---- */

struct scan { /* how far the bytes have been looked at; line and column as a person counts, from 1 */
    size_t at;
    int line, column;
};

/* The length of the character at `text`, of which `left` bytes are there; 0 when it is not UTF-8. */
static size_t character(const unsigned char *text, size_t left, uint32_t *code)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    *code = text[0];
    if (text[0] < 0x80) return 1;
    const size_t length = text[0] >= 0xf0 ? 4 : text[0] >= 0xe0 ? 3 : 2;
    if (text[0] < 0xc2 || text[0] > 0xf4 || length > left) return 0;
    *code = text[0] & (0xffu >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80) return 0;
        *code = *code << 6 | (text[i] & 0x3f);
    }
    return *code < least[length] || *code > 0x10ffff || (*code >= 0xd800 && *code < 0xe000) ? 0 : length;
}

static bool is_text(uint32_t code)
{
    if (code < 0x20) return code == '\t' || code == '\n' || code == '\r';
    return code < 0x7f || code == 0x85 || (code >= 0xa0 && code < 0xfeff) || (code > 0xfeff && code < 0xfffe) ||
           code >= 0x10000;
}

static size_t byte_order_mark(const struct parse_text *text)
{
    return text->length >= 3 && memcmp(text->bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

static bool is_utf16(const struct parse_text *text)
{
    return text->length >= 2 && (memcmp(text->bytes, "\xff\xfe", 2) == 0 || memcmp(text->bytes, "\xfe\xff", 2) == 0);
}

static void say_bad_bytes(struct parse *p, struct place place, const struct scan *scan, size_t length, uint32_t code)
{
    const unsigned byte = (unsigned char)p->text->bytes[scan->at];
    if (length == 0) {
        say(p, place, "the byte 0x%02x is not UTF-8 text; save the file as UTF-8", byte);
    } else if (code == 0) {
        say(p, place, "a NUL byte; this is not a text file, or it was damaged on its way");
    } else if (code == 0xfeff) {
        say(p, place, "a byte order mark amid the text; remove it");
    } else {
        say(p, place, "the character U+%04X cannot be seen and has no place here; remove it", (unsigned)code);
    }
}

/* Whether all bytes are text that libyaml takes; so that it is ours to say what is not. */
static bool check_bytes(struct parse *p)
{
    const struct parse_text *text = p->text;
    struct place place = {.file = text->name, .line = text->about == NULL, .column = text->about == NULL};
    if (is_utf16(text)) {
        say(p, place, "the file is UTF-16; save it as UTF-8");
        return false;
    }
    struct scan scan = {.at = byte_order_mark(text), .line = 1, .column = 1};
    while (scan.at < text->length) {
        uint32_t code;
        const unsigned char *here = (const unsigned char *)text->bytes + scan.at;
        const size_t length = character(here, text->length - scan.at, &code);
        if (text->about == NULL) place = (struct place){text->name, scan.line, scan.column};
        if (length == 0 || !is_text(code)) {
            say_bad_bytes(p, place, &scan, length, code);
            return false;
        }
        if (scan.column == 1 && text->length - scan.at > 4 && memcmp(here, "%TAG", 4) == 0) {
            say(p, place, "'%%TAG' has no meaning here; leave the line out");
            return false; /* libyaml takes quadratic time for many of them */
        }
        scan.at += length;
        const bool last = scan.at == text->length;
        const bool ends_line = code == '\n' || (code == '\r' && (last || text->bytes[scan.at] != '\n'));
        scan.line += ends_line;
        scan.column = ends_line ? 1 : scan.column + 1;
    }
    return true;
}

/* The byte at a mark. Marks are asked for in order, so the whole text is walked once. */
static size_t byte_at(struct parse *p, yaml_mark_t mark)
{
    const struct parse_text *text = p->text;
    if (mark.index < p->at_character) {
        p->at_character = 0;
        p->at = byte_order_mark(text);
    }
    while (p->at_character < mark.index && p->at < text->length) {
        p->at++;
        while (p->at < text->length && (text->bytes[p->at] & 0xc0) == 0x80) p->at++;
        p->at_character++;
    }
    return p->at;
}

/* Whether a tab stands between the beginning of the line and its first other character, which is at or after `at`. */
static bool tab_indents(const struct parse_text *text, size_t at)
{
    while (at > 0 && text->bytes[at - 1] != '\n' && text->bytes[at - 1] != '\r') at--;
    while (at < text->length && text->bytes[at] == ' ') at++;
    return at < text->length && text->bytes[at] == '\t';
}

static void say_tab(struct parse *p, struct place place)
{
    place.column = place.line > 0; /* the indentation as a whole */
    p->tab_told = true;
    say(p, place, "the line is indented with a tab, which YAML does not allow; use spaces");
}

/* Refuses a value or key that begins its line behind a tab; libyaml lets some of them pass. */
static void check_tab(struct parse *p, yaml_mark_t mark)
{
    if (p->tab_told) return;
    const size_t at = byte_at(p, mark);
    size_t blank = at;
    while (blank > 0 && (p->text->bytes[blank - 1] == ' ' || p->text->bytes[blank - 1] == '\t')) blank--;
    const bool begins_line = blank == 0 || p->text->bytes[blank - 1] == '\n' || p->text->bytes[blank - 1] == '\r';
    if (begins_line && blank < at && memchr(p->text->bytes + blank, '\t', at - blank) != NULL) {
        say_tab(p, place_of(p, mark));
    }
}

/* ---- events ---- */

/* libyaml's complaint in words of ours. */
static void explain(struct parse *p)
{
    const yaml_parser_t *yaml = &p->yaml;
    p->broken = true;
    if (yaml->error == YAML_MEMORY_ERROR) {
        p->arena->no_memory = true;
        arena_report(p->arena, (struct place){.file = p->text->name}, p->errors);
        return;
    }
    const struct place problem = place_of(p, yaml->problem_mark);
    const size_t at = byte_at(p, yaml->problem_mark);
    const char here = at < p->text->length ? p->text->bytes[at] : '\0';
    if (here == '\t' || tab_indents(p->text, at)) {
        if (!p->tab_told) say_tab(p, problem);
        return;
    }
    const struct yaml_words *words = yaml_words_find(yaml->problem, here);
    if (words == NULL) {
        say(p, problem, "this is not YAML: %s", yaml->problem == NULL ? "unknown trouble" : yaml->problem);
        return;
    }
    const bool at_context = words->at_context && yaml->context != NULL;
    say(p, at_context ? place_of(p, yaml->context_mark) : problem, "%s", words->text);
}

static bool next_event(struct parse *p, yaml_event_t *event)
{
    if (yaml_parser_parse(&p->yaml, event)) return true;
    explain(p);
    return false;
}

/* ---- anchors ---- */

static bool add_anchor(struct parse *p, const yaml_char_t *name, struct node *node, struct place place)
{
    if (name == NULL) return true;
    if (p->anchors == TREE_ANCHORS_MOST) {
        say(p, place, "'&%.80s': more than %d anchors; name what is shared in 'extends' or write it out",
            (const char *)name, TREE_ANCHORS_MOST);
        p->broken = true;
        return false;
    }
    if (p->anchor == NULL) p->anchor = arena_take(p->arena, TREE_ANCHORS_MOST, sizeof *p->anchor);
    const char *copy = arena_text(p->arena, (const char *)name, strlen((const char *)name));
    if (p->anchor == NULL || copy == NULL) return give_up(p, place) != NULL;
    p->anchor[p->anchors++] = (struct anchor){.name = copy, .node = node, .open = true};
    return true;
}

static void close_anchor(struct parse *p, const struct node *node)
{
    for (size_t i = p->anchors; i-- > 0;) {
        if (p->anchor[i].node == node) p->anchor[i].open = false;
    }
}

static size_t bytes_of(const struct node *node)
{
    size_t bytes = node->text == NULL ? 0 : strlen(node->text);
    for (size_t i = 0; i < node->count; i++) {
        bytes += bytes_of(node->value[i]);
        if (node->kind == NODE_MAP) bytes += bytes_of(node->key[i]);
    }
    return bytes;
}

static void say_too_deep(struct parse *p, struct place place)
{
    say(p, place, "maps and lists stand more than %d deep inside each other; no scenario needs that", TREE_DEPTH_MOST);
    p->broken = true;
}

static struct node *take_alias(struct parse *p, const yaml_event_t *event, size_t depth)
{
    const char *name = (const char *)event->data.alias.anchor;
    const struct place place = place_of(p, event->start_mark);
    size_t i = p->anchors;
    while (i > 0 && strcmp(p->anchor[i - 1].name, name) != 0) i--;
    if (i == 0 || p->anchor[i - 1].open) {
        say(p, place,
            i == 0 ? "'*%.80s': no anchor '&%.80s' stands before it"
                   : "'*%.80s' stands inside '&%.80s', which it repeats; it would never end",
            name, name);
        p->broken = true;
        return NULL;
    }
    const struct node *named = p->anchor[i - 1].node;
    if (depth + node_height(named) > TREE_DEPTH_MOST + 1) {
        say_too_deep(p, place);
        return NULL;
    }
    p->alias_bytes += bytes_of(named);
    if (p->alias_bytes > TREE_FILE_BYTES_MOST) {
        say(p, place, "'*%.80s': what aliases repeat comes to more than %d MiB; write less of it", name,
            TREE_FILE_BYTES_MOST >> 20);
        p->broken = true;
        return NULL;
    }
    struct node *copy = node_copy(p->arena, named, NULL);
    return copy == NULL ? give_up(p, place) : copy;
}

/* ---- nodes ---- */

static struct node *take_node(struct parse *p, yaml_event_t *event, size_t depth);

static void check_tag(struct parse *p, const yaml_char_t *tag, struct place place)
{
    static const char standard[] = "tag:yaml.org,2002:";
    const char *text = (const char *)tag;
    if (tag == NULL) return;
    const bool is_standard = strncmp(text, standard, sizeof standard - 1) == 0;
    say(p, place, "the tag '%s%.80s' has no meaning here; write the value without it", is_standard ? "!!" : "",
        is_standard ? text + sizeof standard - 1 : text);
}

static bool is_null(const char *text)
{
    static const char *const word[] = {"", "~", "null", "Null", "NULL"};
    for (size_t i = 0; i < sizeof word / sizeof *word; i++) {
        if (strcmp(text, word[i]) == 0) return true;
    }
    return false;
}

static struct node *take_scalar(struct parse *p, const yaml_event_t *event)
{
    const struct place place = place_of(p, event->start_mark);
    const char *text = (const char *)event->data.scalar.value;
    const bool quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    check_tag(p, event->data.scalar.tag, place);
    if (strlen(text) != event->data.scalar.length) {
        say(p, place, "the text holds a NUL character '\\0'; leave it out");
    }
    struct node *node = node_create(p->arena, !quoted && is_null(text) ? NODE_NULL : NODE_SCALAR, place);
    if (node == NULL) return give_up(p, place);
    node->text = arena_text(p->arena, text, strlen(text));
    node->quoted = quoted;
    if (node->text == NULL) return give_up(p, place);
    if (!add_anchor(p, event->data.scalar.anchor, node, place)) return NULL;
    close_anchor(p, node);
    return node;
}

static struct node *take_list(struct parse *p, const yaml_event_t *start, size_t depth)
{
    const struct place place = place_of(p, start->start_mark);
    check_tag(p, start->data.sequence_start.tag, place);
    struct node *list = node_create(p->arena, NODE_LIST, place);
    if (list == NULL) return give_up(p, place);
    if (!add_anchor(p, start->data.sequence_start.anchor, list, place)) return NULL;
    for (;;) {
        yaml_event_t event;
        if (!next_event(p, &event)) return NULL;
        const bool ends = event.type == YAML_SEQUENCE_END_EVENT;
        struct node *value = ends ? NULL : take_node(p, &event, depth + 1);
        yaml_event_delete(&event);
        if (ends) break;
        if (value == NULL) return NULL;
        if (!node_push(p->arena, list, NULL, value)) return give_up(p, value->place);
    }
    close_anchor(p, list);
    return list;
}

/* Whether a key is one; says why it is not. */
static bool check_key(struct parse *p, const struct node *key)
{
    if (key->kind == NODE_MAP || key->kind == NODE_LIST) {
        say(p, key->place,
            "a key that is a %s; a key is a word (a value with braces or brackets needs a key before it)",
            key->kind == NODE_MAP ? "map" : "list");
    } else if (key->kind == NODE_NULL && key->text[0] == '\0') {
        say(p, key->place, "a ':' without a key before it; write 'key: value'");
    } else if (strlen(key->text) > KEY_BYTES_MOST) {
        say(p, key->place, "'%.40s...': the key is longer than %d bytes; is a ':' in a text without quotes?", key->text,
            KEY_BYTES_MOST);
    } else if (!key->quoted && strcmp(key->text, "<<") == 0) {
        say(p, key->place, "'<<' merges maps out of sight; write the keys out, or share a file by 'extends'");
    } else {
        return true;
    }
    return false;
}

/* The next key and its value, into `map` unless the key is refused. False at the end of the map, or when broken. */
static bool take_entry(struct parse *p, struct node *map, size_t depth)
{
    yaml_event_t event;
    if (!next_event(p, &event)) return false;
    const bool ends = event.type == YAML_MAPPING_END_EVENT;
    struct node *key = ends ? NULL : take_node(p, &event, depth + 1);
    yaml_event_delete(&event);
    if (key == NULL || !next_event(p, &event)) return false;
    struct node *value = take_node(p, &event, depth + 1);
    yaml_event_delete(&event);
    if (value == NULL) return false;
    if (!check_key(p, key)) return true;
    key->kind = NODE_SCALAR; /* `null: x` has the key 'null' */
    if (node_push(p->arena, map, key, value)) return true;
    give_up(p, key->place);
    return false;
}

static void say_twice(struct parse *p, const struct node *key, const struct node *first)
{
    if (first->place.line == 0) {
        say(p, key->place, "%.80s: given twice; keep one", key->text);
        return;
    }
    say(p, key->place, "%.80s: given twice, first in line %d, column %d; keep one", key->text, first->place.line,
        first->place.column);
}

/* Refuses keys that come again, and keeps the first of each. */
static bool check_duplicates(struct parse *p, struct node *map)
{
    struct key_index index = {0};
    bool *again = arena_take(p->arena, map->count, sizeof *again);
    if (again == NULL || !key_index_init(&index, map)) {
        p->arena->no_memory = true;
        return give_up(p, map->place) != NULL;
    }
    for (size_t i = 0, first; i < map->count; i++) {
        again[i] = key_index_find(&index, map->key[i]->text, &first) && first != i;
        if (again[i]) say_twice(p, map->key[i], map->key[first]);
    }
    key_index_clear(&index);
    size_t kept = 0;
    for (size_t i = 0; i < map->count; i++) {
        if (again[i]) continue;
        map->key[kept] = map->key[i];
        map->value[kept++] = map->value[i];
    }
    map->count = kept;
    return true;
}

static struct node *take_map(struct parse *p, const yaml_event_t *start, size_t depth)
{
    const struct place place = place_of(p, start->start_mark);
    check_tag(p, start->data.mapping_start.tag, place);
    struct node *map = node_create(p->arena, NODE_MAP, place);
    if (map == NULL) return give_up(p, place);
    if (!add_anchor(p, start->data.mapping_start.anchor, map, place)) return NULL;
    while (take_entry(p, map, depth)) continue;
    if (p->broken || !check_duplicates(p, map)) return NULL;
    close_anchor(p, map);
    return map;
}

/* The node that begins with `event`; `depth` counts it if it is a map or list. */
static struct node *take_node(struct parse *p, yaml_event_t *event, size_t depth)
{
    const bool nests = event->type == YAML_MAPPING_START_EVENT || event->type == YAML_SEQUENCE_START_EVENT;
    check_tab(p, event->start_mark);
    if (nests && depth > TREE_DEPTH_MOST) {
        say_too_deep(p, place_of(p, event->start_mark));
        return NULL;
    }
    switch (event->type) {
    case YAML_ALIAS_EVENT: return take_alias(p, event, depth);
    case YAML_SCALAR_EVENT: return take_scalar(p, event);
    case YAML_SEQUENCE_START_EVENT: return take_list(p, event, depth);
    case YAML_MAPPING_START_EVENT: return take_map(p, event, depth);
    default: assert(!"libyaml gives a node here"); return give_up(p, place_of(p, event->start_mark));
    }
}

static void say_empty(struct parse *p)
{
    const struct parse_text *text = p->text;
    const struct place place = {.file = text->name, .line = text->about == NULL, .column = text->about == NULL};
    bool blank = true;
    for (size_t i = byte_order_mark(text); i < text->length; i++) blank = blank && strchr(" \t\r\n", text->bytes[i]);
    p->broken = true;
    if (text->about != NULL) {
        say(p, place, "the value is a comment; put it in quotes");
        return;
    }
    say(p, place,
        blank ? "the file is empty; a scenario begins with 'format: 1'"
              : "the file holds nothing but comments; a scenario begins with 'format: 1'");
}

/* Reads the one document from the events. */
static struct node *take_document(struct parse *p)
{
    struct node *root = NULL;
    for (bool ends = false; !ends && !p->broken;) {
        yaml_event_t event;
        if (!next_event(p, &event)) return NULL;
        ends = event.type == YAML_STREAM_END_EVENT;
        if (event.type == YAML_DOCUMENT_START_EVENT && root != NULL) {
            say(p, place_of(p, event.start_mark), "a second document begins here; a file holds one scenario");
            ends = true;
        } else if (event.type != YAML_STREAM_START_EVENT && event.type != YAML_DOCUMENT_START_EVENT &&
                   event.type != YAML_DOCUMENT_END_EVENT && !ends) {
            root = take_node(p, &event, 1);
        }
        yaml_event_delete(&event);
    }
    if (root == NULL && !p->broken) say_empty(p);
    return p->broken ? NULL : root;
}

struct node *parse_yaml(struct tree_arena *arena, const struct parse_text *text, struct diagnostics *errors)
{
    struct parse p = {.text = text, .arena = arena, .errors = errors};
    p.at = byte_order_mark(text);
    if (!check_bytes(&p)) return NULL;
    if (!yaml_parser_initialize(&p.yaml)) {
        arena->no_memory = true;
        return give_up(&p, (struct place){.file = text->name});
    }
    yaml_parser_set_encoding(&p.yaml, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&p.yaml, (const unsigned char *)text->bytes + p.at, text->length - p.at);
    struct node *root = take_document(&p);
    yaml_parser_delete(&p.yaml);
    return root;
}
