/* test_tree.c - reading: what is taken, what is refused and in which words, files that extend files, the text of a
 * tree, want of memory, and bytes at random. */
#include "models/scenario/node.h"
#include "models/scenario/tree.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- memory that can run out: the sanitizer has its own malloc, so only other builds count and refuse ---- */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define COUNTS_MEMORY 0
#else
#define COUNTS_MEMORY 1
#endif

static long allocations_left = -1; /* negative: as many as wanted */
static long blocks_in_use, refusals;

#if COUNTS_MEMORY
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void __libc_free(void *);

static int refuse(void)
{
    if (allocations_left < 0) return 0;
    if (allocations_left == 0) return ++refusals > 0;
    allocations_left--;
    return 0;
}
void *malloc(size_t size)
{
    void *block = refuse() ? NULL : __libc_malloc(size);
    blocks_in_use += block != NULL;
    return block;
}
void *calloc(size_t n, size_t size)
{
    void *block = refuse() ? NULL : __libc_calloc(n, size);
    blocks_in_use += block != NULL;
    return block;
}
void *realloc(void *old, size_t size)
{
    void *block = refuse() ? NULL : __libc_realloc(old, size);
    blocks_in_use += block != NULL && old == NULL;
    return block;
}
void free(void *block)
{
    blocks_in_use -= block != NULL;
    __libc_free(block);
}
#endif

/* ---- helpers ---- */

/* All messages, sorted, one a line. */
static char *said(struct diagnostics *errors)
{
    static char all[20000];
    size_t used = 0;
    all[0] = '\0';
    diagnostics_sort(errors);
    for (size_t i = 0; i < errors->count; i++) {
        used += (size_t)diagnostic_line(all + used, sizeof all - used, &errors->item[i]);
        all[used++] = '\n';
        all[used] = '\0';
        assert_true(used < sizeof all - 2000);
    }
    return all;
}

/* Parses `length` bytes and asserts every message; whether a tree came of it. */
static bool parses(const char *text, size_t length, const char *messages)
{
    struct diagnostics errors;
    diagnostics_init(&errors);
    struct tree *tree = tree_parse("a.yaml", text, length, &errors);
    const bool well = tree != NULL;
    tree_destroy(tree);
    assert_string_equal(said(&errors), messages);
    assert_false(errors.unreadable);
    diagnostics_clear(&errors);
    return well;
}

static void refuses(const char *text, const char *messages)
{
    assert_false(parses(text, strlen(text), messages));
}

/* For errors that leave a tree to look at. */
static void faults(const char *text, const char *messages)
{
    assert_true(parses(text, strlen(text), messages));
}

static struct tree *parse(const char *text)
{
    struct diagnostics errors;
    diagnostics_init(&errors);
    struct tree *tree = tree_parse("a.yaml", text, strlen(text), &errors);
    assert_string_equal(said(&errors), "");
    assert_non_null(tree);
    diagnostics_clear(&errors);
    return tree;
}

static void assert_value(const struct tree *tree, const char *path, const char *text)
{
    const struct node *node = tree_find(tree, path);
    if (text == NULL) {
        assert_null(node);
        return;
    }
    assert_non_null(node);
    assert_string_equal(node->text, text);
}

/* ---- nodes ---- */

static void every_node_has_its_kind_text_and_place(void **state)
{
    (void)state;
    struct tree *tree = parse("format: 1\n"
                              "resources:\n"
                              "  \"scanner\": {servers: 1, rate: '5'}\n"
                              "  none: ~\n"
                              "  empty:\n"
                              "  word: \"null\"\n"
                              "streams: [a, 'b c']\n");
    const struct node *resources = node_get(tree->root, "resources");
    assert_int_equal(resources->kind, NODE_MAP);
    assert_int_equal(resources->count, 4);
    assert_int_equal(resources->place.line, 3);
    assert_int_equal(resources->place.column, 3);
    assert_string_equal(resources->place.file, "a.yaml");
    assert_true(resources->key[0]->quoted);
    const struct node *rate = tree_find(tree, "resources.scanner.rate");
    assert_int_equal(rate->kind, NODE_SCALAR);
    assert_true(rate->quoted);
    assert_int_equal(rate->place.line, 3);
    assert_int_equal(rate->place.column, 33);
    assert_false(tree_find(tree, "resources.scanner.servers")->quoted);
    assert_int_equal(tree_find(tree, "resources.none")->kind, NODE_NULL);
    assert_int_equal(tree_find(tree, "resources.empty")->kind, NODE_NULL);
    assert_int_equal(tree_find(tree, "resources.word")->kind, NODE_SCALAR);
    assert_value(tree, "streams.1", "b c");
    assert_null(rate->policy);
    assert_int_equal(tree->files, 1);
    assert_string_equal(tree->file[0], "a.yaml");
    assert_non_null(strstr(tree->file_text[0], "servers: 1"));
    assert_null(node_get(tree->root, "nothing"));
    assert_null(node_get(rate, "nothing"));
    tree_destroy(tree);
    tree_destroy(NULL);
}

static void a_path_reaches_steps_branches_numbers_and_keys_with_dots(void **state)
{
    (void)state;
    struct tree *tree = parse("resources:\n"
                              "  lanes: {shifts: [{servers: 2}, {servers: 3, days: mon}]}\n"
                              "attributes: {containers: {1: 70 %, 3..10: 12 %}}\n"
                              "processes:\n"
                              "  import:\n"
                              "    - scan: {service: constant 1 min}\n"
                              "    - permits: {parallel: {health: {delay: 3 h}, trade: {delay: 4 h}}}\n"
                              "    - pay: {choose: {cash: [{queue: {delay: 1 h}}], card: {delay: 0 h}}}\n"
                              "  export:\n"
                              "    label: Export\n"
                              "    steps:\n"
                              "      - scan: {service: constant 2 min}\n"
                              "expect:\n"
                              "  import.clearance.mean_h: {value: 32 h}\n");
    assert_value(tree, "processes.import.scan.service", "constant 1 min");
    assert_value(tree, "processes.import.permits.parallel.health.delay", "3 h");
    assert_value(tree, "processes.import.permits.trade.delay", "4 h");
    assert_value(tree, "processes.import.pay.cash.queue.delay", "1 h");
    assert_value(tree, "processes.import.pay.choose.card.delay", "0 h");
    assert_value(tree, "processes.import.0.scan.service", "constant 1 min");
    assert_value(tree, "processes.export.scan.service", "constant 2 min");
    assert_value(tree, "processes.export.steps.scan.service", "constant 2 min");
    assert_value(tree, "processes.export.label", "Export");
    assert_value(tree, "resources.lanes.shifts.0.servers", "2");
    assert_value(tree, "resources.lanes.shifts.1.servers", "3");
    assert_value(tree, "attributes.containers.1", "70 %");
    assert_value(tree, "attributes.containers.3..10", "12 %");
    assert_value(tree, "expect.import.clearance.mean_h.value", "32 h");
    static const char *const nowhere[] = {"", ".", "resources.", ".resources", "resources..lanes",
        "processes.import.scn", "resources.lanes.shifts.2", "resources.lanes.shifts.-1", "resources.lanes.shifts.01",
        "resources.lanes.shifts.99999999999999999999", "processes.import.scan.service.x", "processes.scan"};
    for (size_t i = 0; i < sizeof nowhere / sizeof *nowhere; i++) assert_null(tree_find(tree, nowhere[i]));
    tree_destroy(tree);
}

static void a_byte_order_mark_and_line_ends_of_windows_are_taken(void **state)
{
    (void)state;
    struct tree *tree = parse("\xef\xbb\xbf"
                              "format: 1\r\nname: \xe6\xb8\xaf x\r\nlist: [a]\r\n");
    assert_value(tree, "name", "\xe6\xb8\xaf x");
    assert_int_equal(tree_find(tree, "list.0")->place.line, 3);
    tree_destroy(tree);
}

static void aliases_are_written_out(void **state)
{
    (void)state;
    struct tree *tree = parse("a: &x {servers: 2}\nb: *x\nc: [*x, &y 3, *y]\nd: &x 9\ne: *x\n");
    assert_value(tree, "b.servers", "2");
    assert_value(tree, "c.0.servers", "2");
    assert_value(tree, "c.2", "3");
    assert_value(tree, "e", "9");
    assert_ptr_not_equal(tree_find(tree, "a"), tree_find(tree, "b"));
    tree_destroy(tree);
}

/* ---- what is refused ---- */

static void an_empty_text_says_what_a_scenario_begins_with(void **state)
{
    (void)state;
    refuses("", "a.yaml:1:1: error: the file is empty; a scenario begins with 'format: 1'\n");
    refuses("\xef\xbb\xbf\n\n", "a.yaml:1:1: error: the file is empty; a scenario begins with 'format: 1'\n");
    refuses(
        "# hello\n", "a.yaml:1:1: error: the file holds nothing but comments; a scenario begins with 'format: 1'\n");
    refuses("---\n", "a.yaml:2:1: error: found nothing; a scenario is a map that begins with 'format: 1'\n");
}

static void a_root_that_is_not_a_map_is_refused(void **state)
{
    (void)state;
    refuses("- a\n- b\n", "a.yaml:1:1: error: found a list; a scenario is a map that begins with 'format: 1'\n");
    refuses("hello\n", "a.yaml:1:1: error: found a single value; a scenario is a map that begins with 'format: 1'\n");
}

static void a_tab_that_indents_is_told_from_one_that_does_not(void **state)
{
    (void)state;
    static const char *const tab = "the line is indented with a tab, which YAML does not allow; use spaces\n";
    char message[200];
    snprintf(message, sizeof message, "a.yaml:2:1: error: %s", tab);
    refuses("a:\n\tb: 1\n", message);
    refuses("a:\n  \tb: 1\n", message);
    refuses("a: x\n\tb: 1\n", message);
    faults("a: {b: 1,\n\tc: 2}\n", message); /* libyaml takes this one */
    snprintf(message, sizeof message, "a.yaml:3:1: error: %s", tab);
    refuses("a:\n  b: 1\n\tc: 1\n", message);
    struct tree *tree = parse("a:\tb\t# a tab between words\nc: |\n  x\n  \ty\n");
    assert_value(tree, "a", "b");
    assert_value(tree, "c", "x\n\ty\n");
    tree_destroy(tree);
}

static void bytes_that_are_not_text_are_refused_with_their_place(void **state)
{
    (void)state;
    assert_false(parses(
        "a: 1\nb: \0\n", 10, "a.yaml:2:4: error: a NUL byte; this is not a text file, or it was damaged on its way\n"));
    refuses(
        "a: 1\nb: \xe6\xb8\xaf\xff\n", "a.yaml:2:5: error: the byte 0xff is not UTF-8 text; save the file as UTF-8\n");
    refuses("a: \xc0\xaf\n", "a.yaml:1:4: error: the byte 0xc0 is not UTF-8 text; save the file as UTF-8\n");
    refuses("a: \xe6\xb8", "a.yaml:1:4: error: the byte 0xe6 is not UTF-8 text; save the file as UTF-8\n");
    refuses(
        "a: \x1b[31m\n", "a.yaml:1:4: error: the character U+001B cannot be seen and has no place here; remove it\n");
    refuses("a: \xef\xbb\xbf\n", "a.yaml:1:4: error: a byte order mark amid the text; remove it\n");
    assert_false(parses("\xff\xfe"
                        "a\0",
        4, "a.yaml:1:1: error: the file is UTF-16; save it as UTF-8\n"));
    faults("a: \"x\\0y\"\n", "a.yaml:1:4: error: the text holds a NUL character '\\0'; leave it out\n");
}

static void a_duplicate_key_names_the_first_place(void **state)
{
    (void)state;
    faults("a: 1\nb: {c: 1, d: 2, c: 3}\n'a': 2\n",
        "a.yaml:2:17: error: c: given twice, first in line 2, column 5; keep one\n"
        "a.yaml:3:1: error: a: given twice, first in line 1, column 1; keep one\n");
}

static void a_duplicate_key_in_a_large_map_names_the_first_place(void **state)
{
    (void)state;
    char text[4000] = "";
    for (int i = 0; i < 200; i++) sprintf(text + strlen(text), "k%d: %d\n", i * 37 % 200, i);
    strcat(text, "k111: 7\n");
    faults(text, "a.yaml:201:1: error: k111: given twice, first in line 4, column 1; keep one\n");
}

static void merge_keys_tags_and_odd_keys_are_refused(void **state)
{
    (void)state;
    faults("a: &x {b: 1}\nc: {<<: *x}\n",
        "a.yaml:2:5: error: '<<' merges maps out of sight; write the keys out, or share a file by 'extends'\n");
    faults("a: !!str 5\nb: !pair [1]\n",
        "a.yaml:1:4: error: the tag '!!str' has no meaning here; write the value without it\n"
        "a.yaml:2:4: error: the tag '!pair' has no meaning here; write the value without it\n");
    refuses("%TAG !a! b\n---\na: 1\n", "a.yaml:1:1: error: '%TAG' has no meaning here; leave the line out\n");
    faults("{a: 1}: 2\n[b]: 3\n",
        "a.yaml:1:1: error: a key that is a map; a key is a word (a value with braces or brackets needs a key before "
        "it)\n"
        "a.yaml:2:1: error: a key that is a list; a key is a word (a value with braces or brackets needs a key before "
        "it)\n");
    refuses(": 1\n", "a.yaml:1:1: error: a ':' without a key before it; write 'key: value'\n");
    refuses("{: 1}\n", "a.yaml:1:2: error: a ':' without a key before it; write 'key: value'\n");
    struct tree *tree = parse("null: 1\n\"<<\": 2\n");
    assert_string_equal(tree->root->key[0]->text, "null");
    assert_int_equal(tree->root->key[0]->kind, NODE_SCALAR);
    tree_destroy(tree);
}

static void a_key_of_great_length_is_refused(void **state)
{
    (void)state;
    char text[400];
    memset(text, 'k', 300);
    strcpy(text + 300, ": 1\n");
    faults(text,
        "a.yaml:1:1: error: 'kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk...': the key is longer than 200 bytes; is "
        "a ':' in a text without quotes?\n");
}

static void a_second_document_is_refused(void **state)
{
    (void)state;
    faults("a: 1\n---\nb: 2\n", "a.yaml:2:1: error: a second document begins here; a file holds one scenario\n");
    struct tree *tree = parse("%YAML 1.2\n---\na: 1\n...\n");
    assert_value(tree, "a", "1");
    tree_destroy(tree);
}

static void broken_yaml_is_explained_in_words_for_a_person(void **state)
{
    (void)state;
    refuses("a: 1\nb\nc: 2\n", "a.yaml:2:1: error: no ':' follows this; write 'key: value', or '- value' in a list\n");
    refuses("title: Port: north\n", "a.yaml:1:12: error: this ':' makes a second key where none can stand; put a text "
                                    "that holds ': ' in quotes, or "
                                    "give the line the indentation of its neighbours\n");
    refuses("a:\n  b: 1\n c: 2\n", "a.yaml:3:2: error: the line fits no key above it; give it the indentation of its "
                                   "neighbours, and check quotes and braces before it\n");
    refuses(
        "a: 1\n- b\n", "a.yaml:2:1: error: a '- ' among keys; indent the list below its key, or write 'key: value'\n");
    refuses("a: {b: 1\nc: 2\n",
        "a.yaml:1:4: error: this '{' is not closed, or a ',' is missing inside; put a text that "
        "holds ',', '{', '}' or ': ' in quotes\n");
    refuses("a: [1, 2\nc: 2\n",
        "a.yaml:1:4: error: this '[' is not closed, or a ',' is missing inside; put a text that "
        "holds ',', '[', ']' or ': ' in quotes\n");
    refuses("a: \"b\n", "a.yaml:1:4: error: the quote that opens here is never closed; close it\n");
    refuses("a: @b\n", "a.yaml:1:4: error: a value cannot begin with '@'; use quotes\n");
    refuses("a: %5\n", "a.yaml:1:4: error: a value cannot begin with '%'; write '5 %', or use quotes\n");
    refuses("a: *b\n", "a.yaml:1:4: error: '*b': no anchor '&b' stands before it\n");
    refuses("a: \"\\q\"\n",
        "a.yaml:1:5: error: '\\' and this character mean nothing inside double quotes; write '\\\\' or "
        "use single quotes\n");
}

static void aliases_cannot_explode(void **state)
{
    (void)state;
    char text[2000] = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 10; i++) {
        sprintf(text + strlen(text), "a%d: &a%d [", i, i);
        for (int k = 0; k < 10; k++) sprintf(text + strlen(text), "*a%d, ", i - 1);
        strcat(text, "]\n");
    }
    refuses(text,
        "a.yaml:5:45: error: the scenario has more than 100000 keys and values, aliases written out; keep long "
        "tables in data files\n");
    refuses("a: &x [1, *x]\n", "a.yaml:1:11: error: '*x' stands inside '&x', which it repeats; it would never end\n");
}

static void long_texts_cannot_be_repeated_without_end_by_aliases(void **state)
{
    (void)state;
    const size_t million = 1000000;
    char *text = malloc(million + 1000);
    strcpy(text, "a: &x '");
    memset(text + 7, 'y', million);
    strcpy(text + 7 + million, "'\nb: [");
    for (int i = 0; i < 30; i++) strcat(text + million, "*x, ");
    strcat(text + million, "]\n");
    refuses(text, "a.yaml:2:69: error: '*x': what aliases repeat comes to more than 16 MiB; write less of it\n");
    free(text);
}

static void more_than_a_thousand_anchors_are_refused(void **state)
{
    (void)state;
    char *text = malloc(40000);
    strcpy(text, "a: [");
    for (int i = 0; i < 1001; i++) sprintf(text + strlen(text), "&a%d 1, ", i);
    strcat(text, "]\n");
    refuses(text,
        "a.yaml:1:8895: error: '&a1000': more than 1000 anchors; name what is shared in 'extends' or write it "
        "out\n");
    free(text);
}

static void depth_is_bounded_at_64(void **state)
{
    (void)state;
    char text[500] = "a: ";
    for (int i = 0; i < 63; i++) strcat(text, "[");
    for (int i = 0; i < 63; i++) strcat(text, "]");
    tree_destroy(parse(text));
    strcpy(text, "a: ");
    for (int i = 0; i < 300; i++) strcat(text, "[");
    refuses(
        text, "a.yaml:1:67: error: maps and lists stand more than 64 deep inside each other; no scenario needs that\n");
    strcpy(text, "a: &x {b: ");
    for (int i = 0; i < 40; i++) strcat(text, "[");
    for (int i = 0; i < 40; i++) strcat(text, "]");
    strcat(text, "}\nb: ");
    for (int i = 0; i < 40; i++) strcat(text, "[");
    strcat(text, "*x");
    for (int i = 0; i < 40; i++) strcat(text, "]");
    refuses(
        text, "a.yaml:2:44: error: maps and lists stand more than 64 deep inside each other; no scenario needs that\n");
}

static void a_scenario_has_at_most_100000_keys_and_values(void **state)
{
    (void)state;
    char *text = malloc(500000);
    size_t used = (size_t)sprintf(text, "a: [");
    for (int i = 0; i < 100001; i++) used += (size_t)sprintf(text + used, "1,%s", i % 500 == 499 ? "\n" : "");
    sprintf(text + used, "]\n");
    refuses(text, "a.yaml:200:995: error: the scenario has more than 100000 keys and values, aliases written out; keep "
                  "long tables in data files\n");
    free(text);
}

static void a_text_without_a_file_cannot_extend(void **state)
{
    (void)state;
    faults("extends: b.yaml\n", "a.yaml:1:10: error: extends: only a file can extend a file; remove it\n");
}

/* ---- files ---- */

static char folder[PATH_MAX], start[PATH_MAX];

static int enter_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/test_tree.XXXXXX");
    if (getcwd(start, sizeof start) == NULL || mkdtemp(folder) == NULL || chdir(folder) != 0) return -1;
    return mkdir("in", 0777) != 0 || mkdir("in/sub", 0777) != 0 || mkdir("other", 0777) != 0;
}

static int leave_folder(void **state)
{
    (void)state;
    char command[PATH_MAX + 20];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return chdir(start) != 0 || system(command) != 0;
}

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static struct tree *read_with(const char *path, const char *allowed, const char *messages, bool unreadable)
{
    struct diagnostics errors;
    diagnostics_init(&errors);
    const struct tree_options options = {.allow_path = &allowed, .allow_paths = allowed != NULL};
    struct tree *tree = tree_read(path, &options, &errors);
    assert_string_equal(said(&errors), messages);
    assert_int_equal(errors.unreadable, unreadable);
    diagnostics_clear(&errors);
    return tree;
}

static void a_file_that_is_missing_or_a_folder_is_unreadable(void **state)
{
    (void)state;
    assert_null(read_with(
        "in/no.yaml", NULL, "in/no.yaml: error: there is no such file; check the name and the folder\n", true));
    assert_null(read_with("in", NULL, "in: error: this is a folder; name a file in it\n", true));
    assert_null(read_with("", NULL, ": error: there is no such file; check the name and the folder\n", true));
    write_file("in/secret.yaml", "a: 1\n");
    if (geteuid() == 0) return; /* root may read anything */
    assert_int_equal(chmod("in/secret.yaml", 0), 0);
    assert_null(read_with("in/secret.yaml", NULL,
        "in/secret.yaml: error: this user may not read the file; change its permissions\n", true));
}

static void a_file_of_more_than_16_mib_is_refused(void **state)
{
    (void)state;
    write_file("in/big.yaml", "a: 1\n");
    assert_int_equal(truncate("in/big.yaml", (16 << 20) + 1), 0);
    assert_null(read_with("in/big.yaml", NULL,
        "in/big.yaml: error: the file is larger than 16 MiB; keep long tables in data files\n", false));
}

static void an_extending_file_wins_key_by_key(void **state)
{
    (void)state;
    write_file("in/base.yaml", "resources:\n"
                               "  scanner: {servers: 1, owner: customs}\n"
                               "  bays: {servers: {value: 9, assumed: 7..12}, room: 3}\n"
                               "  gone: {servers: 1}\n"
                               "processes:\n"
                               "  import:\n"
                               "    - a: {delay: 1 h}\n"
                               "    - b: {delay: 1 h}\n");
    write_file("in/port.yaml", "extends: base.yaml\n"
                               "name: port\n"
                               "resources:\n"
                               "  scanner: {servers: 2}\n"
                               "  bays: {servers: 4, room: ~}\n"
                               "  gone: null\n"
                               "  crane: {servers: 5}\n"
                               "processes: {import: [b: {delay: 2 h}]}\n");
    struct tree *tree = read_with("in/port.yaml", NULL, "", false);
    char *text = tree_text(tree);
    assert_string_equal(text, "resources:\n"
                              "  scanner:\n"
                              "    servers: 2\n"
                              "    owner: customs\n"
                              "  bays:\n"
                              "    servers: 4\n"
                              "  crane:\n"
                              "    servers: 5\n"
                              "processes:\n"
                              "  import:\n"
                              "    - b:\n"
                              "        delay: 2 h\n"
                              "name: port\n");
    free(text);
    assert_int_equal(tree->files, 2);
    assert_string_equal(tree->file[0], "in/port.yaml");
    assert_string_equal(tree->file[1], "in/base.yaml");
    assert_string_equal(tree_find(tree, "resources.scanner.owner")->place.file, "in/base.yaml");
    assert_string_equal(tree_find(tree, "resources.scanner.servers")->place.file, "in/port.yaml");
    tree_destroy(tree);
}

static void files_of_a_list_are_taken_in_order_and_each_is_read_once(void **state)
{
    (void)state;
    write_file("in/root.yaml", "a: 0\nb: 0\nc: 0\nd: 0\n");
    write_file("in/one.yaml", "extends: root.yaml\na: 1\nb: 1\n");
    write_file("in/two.yaml", "extends: root.yaml\nb: 2\n");
    write_file("in/all.yaml", "extends: [one.yaml, two.yaml]\nc: 3\n");
    struct tree *tree = read_with("in/all.yaml", NULL, "", false);
    assert_value(tree, "a", "0"); /* two.yaml brings root.yaml's again */
    assert_value(tree, "b", "2");
    assert_value(tree, "c", "3");
    assert_value(tree, "extends", NULL);
    assert_int_equal(tree->files, 4);
    tree_destroy(tree);
}

static void a_null_that_deletes_nothing_is_an_error(void **state)
{
    (void)state;
    write_file("in/base.yaml", "resources: {scanner: {servers: 1}}\n");
    write_file("in/port.yaml", "extends: base.yaml\nresources: {scaner: ~, x: {bays: ~}}\nzz: ~\n");
    tree_destroy(read_with("in/port.yaml", NULL,
        "in/port.yaml:2:13: error: resources.scaner: null deletes a key, and what is extended has no such key; did you "
        "mean 'scanner'?\n"
        "in/port.yaml:3:1: error: zz: null deletes a key, and what is extended has no such key; remove the line\n",
        false));
}

static void circles_are_named_in_full(void **state)
{
    (void)state;
    write_file("in/a.yaml", "name: a\nextends: sub/../b.yaml\n");
    write_file("in/b.yaml", "extends: c.yaml\n");
    write_file("in/c.yaml", "extends: [a.yaml]\n");
    assert_null(read_with("in/a.yaml", NULL,
        "in/sub/../c.yaml:1:11: error: extends: in/a.yaml -> in/sub/../b.yaml -> in/sub/../c.yaml -> in/a.yaml is a "
        "circle; "
        "remove one of them\n",
        false));
    write_file("in/self.yaml", "extends: self.yaml\n");
    assert_null(read_with("in/self.yaml", NULL,
        "in/self.yaml:1:10: error: extends: in/self.yaml -> in/self.yaml is a circle; remove one of them\n", false));
}

static void a_file_outside_the_folder_needs_leave(void **state)
{
    (void)state;
    write_file("other/base.yaml", "a: 1\n");
    write_file("in/port.yaml", "extends: ../other/base.yaml\n");
    static const char outside[] = "in/port.yaml:1:10: error: extends: '../other/base.yaml': lies outside the folder of "
                                  "this file; move it there, or run with --allow-path DIR\n";
    assert_null(read_with("in/port.yaml", NULL, outside, false));
    assert_null(read_with("in/port.yaml", "oth", outside, false));
    assert_null(read_with("in/port.yaml", "in", outside, false));
    struct tree *tree = read_with("in/port.yaml", "other", "", false);
    assert_value(tree, "a", "1");
    tree_destroy(tree);
    assert_int_equal(symlink("../other/base.yaml", "in/link.yaml"), 0);
    write_file("in/port.yaml", "extends: link.yaml\n"); /* a link does not lead out either */
    assert_null(read_with("in/port.yaml", NULL,
        "in/port.yaml:1:10: error: extends: 'link.yaml': lies outside the folder of this file; move it there, or run "
        "with --allow-path DIR\n",
        false));
    write_file("in/port.yaml", "extends: sub/below.yaml\n");
    write_file("in/sub/below.yaml", "a: 2\n");
    tree = read_with("in/port.yaml", NULL, "", false);
    assert_value(tree, "a", "2");
    tree_destroy(tree);
}

static void what_extends_cannot_name_is_refused(void **state)
{
    (void)state;
    write_file("in/port.yaml", "extends: [no.yaml, sub, {a: 1}, '', bad.yaml]\n");
    write_file("in/bad.yaml", "a: 1\na: 2\nb: [\n");
    assert_null(read_with("in/port.yaml", NULL,
        "in/port.yaml:1:11: error: extends: 'no.yaml': there is no such file; check the name and the folder\n"
        "in/port.yaml:1:20: error: extends: 'in/sub': this is a folder; name a file in it\n"
        "in/port.yaml:1:25: error: extends: names no file; write 'extends: FILE'\n"
        "in/port.yaml:1:33: error: extends: names no file; write 'extends: FILE'\n"
        "in/bad.yaml:4:1: error: a value is missing here; check the commas and brackets before it\n",
        true));
    write_file("in/port.yaml", "a: 1\nextends:\n");
    assert_null(read_with(
        "in/port.yaml", NULL, "in/port.yaml:2:9: error: extends: names no file; write 'extends: FILE'\n", false));
}

static void a_file_in_the_current_folder_extends_its_neighbour(void **state)
{
    (void)state;
    write_file("here.yaml", "extends: there.yaml\n");
    write_file("there.yaml", "a: 1\n");
    struct tree *tree = read_with("here.yaml", NULL, "", false);
    assert_string_equal(tree->file[1], "there.yaml");
    tree_destroy(tree);
}

static void standard_input_is_read_as_a_dash(void **state)
{
    (void)state;
    write_file("there.yaml", "a: 1\n");
    write_file("input.yaml", "extends: there.yaml\nb: [\n1\n2: 3\n");
    const int kept = dup(STDIN_FILENO);
    assert_non_null(freopen("input.yaml", "r", stdin));
    assert_null(read_with("-", NULL,
        "-:2:4: error: this '[' is not closed, or a ',' is missing inside; put a text that holds ',', '[', ']' or ': ' "
        "in "
        "quotes\n",
        false));
    write_file("input.yaml", "extends: there.yaml\nb: 2\n");
    assert_non_null(freopen("input.yaml", "r", stdin));
    struct tree *tree = read_with("-", NULL, "", false);
    assert_value(tree, "a", "1");
    assert_value(tree, "b", "2");
    tree_destroy(tree);
    assert_true(dup2(kept, STDIN_FILENO) >= 0);
    close(kept);
}

/* ---- the canonical text ---- */

static void reading_a_canonical_text_gives_the_same_text_again(void **state)
{
    (void)state;
    struct tree *tree =
        parse("# comment\n"
              "plain: lognormal mean 8.3 h sd_log 0.6   # comment\n"
              "quoted: 'simple'\n"
              "odd: [\"a: b\", 'a #b', ' a', '- a', -5, '--', \"\", 'null', \"x\\ty\\n\\e\\u0085\\u2028\", "
              "'it''s', \"\\\"\\\\\", '...', '{', 'a:', \xe6\xb8\xaf, '<<', '~']\n"
              "nothing: [~, null, {}, [], [[1], {a: [2]}]]\n"
              "steps: [a: {b: 1, c: 2}, d: ]\n"
              "text: |\n  two\n  lines\n"
              "'#key': 1\n");
    char *text = tree_text(tree);
    tree_destroy(tree);
    assert_string_equal(text, "plain: lognormal mean 8.3 h sd_log 0.6\n"
                              "quoted: simple\n"
                              "odd:\n"
                              "  - \"a: b\"\n"
                              "  - \"a #b\"\n"
                              "  - \" a\"\n"
                              "  - \"- a\"\n"
                              "  - -5\n"
                              "  - \"--\"\n"
                              "  - \"\"\n"
                              "  - \"null\"\n"
                              "  - \"x\\ty\\n\\x1b\\x85\\u2028\"\n"
                              "  - it's\n"
                              "  - \"\\\"\\\\\"\n"
                              "  - \"...\"\n"
                              "  - \"{\"\n"
                              "  - \"a:\"\n"
                              "  - \xe6\xb8\xaf\n"
                              "  - \"<<\"\n"
                              "  - \"~\"\n"
                              "nothing:\n"
                              "  - null\n"
                              "  - null\n"
                              "  - {}\n"
                              "  - []\n"
                              "  - - - 1\n"
                              "    - a:\n"
                              "        - 2\n"
                              "steps:\n"
                              "  - a:\n"
                              "      b: 1\n"
                              "      c: 2\n"
                              "  - d: null\n"
                              "text: \"two\\nlines\\n\"\n"
                              "\"#key\": 1\n");
    tree = parse(text);
    char *again = tree_text(tree);
    assert_string_equal(again, text);
    tree_destroy(tree);
    free(text);
    free(again);
    tree = parse("{}");
    text = tree_text(tree);
    assert_string_equal(text, "{}\n");
    free(text);
    tree_destroy(tree);
}

/* ---- want of memory, and bytes at random ---- */

static const char *const snippet[] = {
    "format: 1\nname: port\nextends_not: common.yaml\nresources:\n  document_officers: {servers: {value: 9, assumed: "
    "7..12}, "
    "calendar: office}\n  scanner: {servers: 1}\nstreams:\n  import:\n    arrivals: {rate: 340/d}\n    attributes:\n"
    "      containers: {1: 70 %, 2: 18 %, 3..10: 12 %}\nprocesses:\n  import:\n    - permits:\n        parallel:\n"
    "          certificates: {share: 35 %, delay: lognormal mean 24 h sd_log 0.9}   # both\n"
    "          quarantine:   {share: 30 %, delay: lognormal mean 24 h sd_log 0.9}\n"
    "    - scan: {service: lognormal mean 15 min sd_log 0.4, by: scanner, when: lane == red}\n"
    "policies:\n  machine_review:\n    title: Images read by machine\n    scale: {processes.import.scan.service: 0.6}\n"
    "    insert: {after: scan, step: {image_review: {service: constant 36 s, by: scanner}}}\n"
    "    set: {streams.import.attributes.containers.1: 55 %, resources.scanner: {servers: 4}}\n"
    "    remove: [processes.import.permits.quarantine]\n",
    "format: 1\ntitle: \"Lorries at a border, \\u00e9\\x41\"\nrun: &run {measure: 2022-03-07..2022-04-03, seed: 1}\n"
    "again: [*run, 'it''s', *run]\ncalendars:\n  day: {mon-fri: 07:00-19:00}\ntext: |-\n  two\n   lines\n"
    "folded: >\n  a\n  b\n? explicit\n: value\nprofile:\n  - [2, 1, 1,\n     4]\n  - - x\n    - y: {z: ~}\n...\n",
    "%YAML 1.1\n---\n- {a: !!str b}\n- <<: *a\n-\t\xe6\xb8\xaf\n",
};
enum { SNIPPETS = sizeof snippet / sizeof *snippet, TEXT_MOST = 6000 };

/* Reads a text, lays over it what can be laid, writes it out. True when nothing was said. */
static bool exercise(const char *text, size_t length)
{
    struct diagnostics errors;
    bool written = false;
    diagnostics_init(&errors);
    struct tree *tree = tree_parse("a.yaml", text, length, &errors);
    assert_true(tree != NULL || errors.errors > 0);
    if (tree != NULL) {
        tree_policy(tree, "machine_review", NULL, &errors);
        tree_set(tree, "resources.scanner.servers={value: 3, assumed: 1..5}", &errors);
        char *text_again = tree_text(tree);
        written = text_again != NULL;
        free(text_again);
    }
    tree_destroy(tree);
    diagnostics_sort(&errors);
    const bool well = errors.errors == 0 && written;
    diagnostics_clear(&errors);
    return well;
}

static void every_allocation_that_fails_is_told_and_leaves_nothing_behind(void **state)
{
    (void)state;
    if (!COUNTS_MEMORY) skip();
    const size_t length = strlen(snippet[0]);
    long n = 0;
    for (bool well = false; !well; n++) {
        const long before = blocks_in_use;
        allocations_left = n;
        refusals = 0;
        well = exercise(snippet[0], length);
        allocations_left = -1;
        assert_int_equal(blocks_in_use, before);
        assert_true(!well || refusals == 0);
        assert_true(n < 10000);
    }
    assert_true(n > 20);
}

static uint64_t next_random(uint64_t *state) /* splitmix64 */
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* Changes a text in one place: a byte, a piece taken out, doubled, moved, or a mark of YAML put in. */
static size_t mutate(char *text, size_t length, uint64_t *random)
{
    static const char *const mark[] = {": ", "- ", "{", "}", "[", "]", "&a ", "*a", "\t", "\n", "\"", "'", "|", ">",
        "!x ", "<<: ", "---\n", "...\n", "? ", "# ", "%YAML 9\n", "~", ",", "\xef\xbb\xbf", "\xff", "  ", "null"};
    if (length == 0) length = (size_t)sprintf(text, "a: 1\n");
    const size_t at = next_random(random) % length;
    size_t piece = 1 + next_random(random) % 40;
    if (piece > length - at) piece = length - at;
    switch (next_random(random) % 5) {
    case 0: text[at] = (char)next_random(random); return length;
    case 1: memmove(text + at, text + at + piece, length - at - piece); return length - piece;
    case 2: text[at] = text[next_random(random) % length]; return length;
    case 3:
        if (length + piece > TEXT_MOST) return length;
        memmove(text + at + piece, text + at, length - at);
        return length + piece;
    default: break;
    }
    const char *put = mark[next_random(random) % (sizeof mark / sizeof *mark)];
    const size_t n = strlen(put);
    if (length + n > TEXT_MOST) return length;
    memmove(text + at + n, text + at, length - at);
    memcpy(text + at, put, n);
    return length + n;
}

static void no_bytes_crash_hang_or_leak(void **state)
{
    (void)state;
    uint64_t random = 20240601;
    size_t well = 0;
    for (int round = 0; round < 20000; round++) {
        char text[TEXT_MOST + 1];
        const char *from = snippet[round % SNIPPETS];
        size_t length = strlen(from);
        memcpy(text, from, length);
        for (uint64_t n = 1 + next_random(&random) % 6; n > 0; n--) length = mutate(text, length, &random);
        char *exact = malloc(length + 1); /* so that a read past the end is seen */
        memcpy(exact, text, length);
        exact = realloc(exact, length > 0 ? length : 1);
        well += exercise(exact, length);
        free(exact);
    }
    assert_true(well > 500); /* else the mutations are too harsh to reach the depths */
}

/* Where a text is read without complaint, its canonical text reads back as itself. */
static void a_mutated_text_that_reads_has_a_canonical_text_that_reads_back(void **state)
{
    (void)state;
    uint64_t random = 7;
    int compared = 0;
    for (int round = 0; round < 4000; round++) {
        char text[TEXT_MOST + 1];
        size_t length = strlen(snippet[round % 2]);
        memcpy(text, snippet[round % 2], length);
        length = mutate(text, length, &random);
        struct diagnostics errors;
        diagnostics_init(&errors);
        struct tree *tree = tree_parse("a.yaml", text, length, &errors);
        if (tree != NULL && errors.count == 0) {
            char *first = tree_text(tree);
            struct tree *again = tree_parse("b.yaml", first, strlen(first), &errors);
            assert_string_equal(said(&errors), "");
            char *second = tree_text(again);
            assert_string_equal(first, second);
            compared++;
            free(first);
            free(second);
            tree_destroy(again);
        }
        tree_destroy(tree);
        diagnostics_clear(&errors);
    }
    assert_true(compared > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_node_has_its_kind_text_and_place),
        cmocka_unit_test(a_path_reaches_steps_branches_numbers_and_keys_with_dots),
        cmocka_unit_test(a_byte_order_mark_and_line_ends_of_windows_are_taken),
        cmocka_unit_test(aliases_are_written_out),
        cmocka_unit_test(an_empty_text_says_what_a_scenario_begins_with),
        cmocka_unit_test(a_root_that_is_not_a_map_is_refused),
        cmocka_unit_test(a_tab_that_indents_is_told_from_one_that_does_not),
        cmocka_unit_test(bytes_that_are_not_text_are_refused_with_their_place),
        cmocka_unit_test(a_duplicate_key_names_the_first_place),
        cmocka_unit_test(a_duplicate_key_in_a_large_map_names_the_first_place),
        cmocka_unit_test(merge_keys_tags_and_odd_keys_are_refused),
        cmocka_unit_test(a_key_of_great_length_is_refused),
        cmocka_unit_test(a_second_document_is_refused),
        cmocka_unit_test(broken_yaml_is_explained_in_words_for_a_person),
        cmocka_unit_test(aliases_cannot_explode),
        cmocka_unit_test(long_texts_cannot_be_repeated_without_end_by_aliases),
        cmocka_unit_test(more_than_a_thousand_anchors_are_refused),
        cmocka_unit_test(depth_is_bounded_at_64),
        cmocka_unit_test(a_scenario_has_at_most_100000_keys_and_values),
        cmocka_unit_test(a_text_without_a_file_cannot_extend),
        cmocka_unit_test(a_file_that_is_missing_or_a_folder_is_unreadable),
        cmocka_unit_test(a_file_of_more_than_16_mib_is_refused),
        cmocka_unit_test(an_extending_file_wins_key_by_key),
        cmocka_unit_test(files_of_a_list_are_taken_in_order_and_each_is_read_once),
        cmocka_unit_test(a_null_that_deletes_nothing_is_an_error),
        cmocka_unit_test(circles_are_named_in_full),
        cmocka_unit_test(a_file_outside_the_folder_needs_leave),
        cmocka_unit_test(what_extends_cannot_name_is_refused),
        cmocka_unit_test(a_file_in_the_current_folder_extends_its_neighbour),
        cmocka_unit_test(standard_input_is_read_as_a_dash),
        cmocka_unit_test(reading_a_canonical_text_gives_the_same_text_again),
        cmocka_unit_test(every_allocation_that_fails_is_told_and_leaves_nothing_behind),
        cmocka_unit_test(no_bytes_crash_hang_or_leak),
        cmocka_unit_test(a_mutated_text_that_reads_has_a_canonical_text_that_reads_back),
    };
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
