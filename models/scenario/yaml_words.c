/* yaml_words.c - see the header; one table, the rows for one character before the row for any. */
#include "models/scenario/yaml_words.h"
#include <stddef.h>
#include <string.h>

static const struct yaml_words table[] = {
    {"could not find expected ':'", 0, true, "no ':' follows this; write 'key: value', or '- value' in a list"},
    {"mapping values are not allowed in this context", 0, false,
        "this ':' makes a second key where none can stand; put a text that holds ': ' in quotes, or give the line the "
        "indentation of its neighbours"},
    {"mapping keys are not allowed in this context", 0, false, "a '? ' cannot stand here; write 'key: value'"},
    {"block sequence entries are not allowed in this context", 0, false,
        "a '- ' cannot stand here; begin the list on a line of its own below its key"},
    {"did not find expected key", '-', false,
        "a '- ' among keys; indent the list below its key, or write 'key: value'"},
    {"did not find expected key", ':', false, "a ':' without a key before it; write 'key: value'"},
    {"did not find expected key", 0, false,
        "the line fits no key above it; give it the indentation of its neighbours, and check quotes and braces before "
        "it"},
    {"did not find expected '-' indicator", 0, false,
        "the line fits no entry of the list above it; write '- value' with the indentation of its neighbours"},
    {"did not find expected ',' or ']'", 0, true,
        "this '[' is not closed, or a ',' is missing inside; put a text that holds ',', '[', ']' or ': ' in quotes"},
    {"did not find expected ',' or '}'", 0, true,
        "this '{' is not closed, or a ',' is missing inside; put a text that holds ',', '{', '}' or ': ' in quotes"},
    {"did not find expected node content", ':', false, "a ':' without a key before it; write 'key: value'"},
    {"did not find expected node content", '%', false, "a value cannot begin with '%'; write '5 %', or use quotes"},
    {"did not find expected node content", 0, false,
        "a value is missing here; check the commas and brackets before it"},
    {"did not find expected <document start>", 0, false,
        "the text goes on after its end; give the line the indentation of its neighbours"},
    {"found character that cannot start any token", '@', false, "a value cannot begin with '@'; use quotes"},
    {"found character that cannot start any token", '`', false, "a value cannot begin with '`'; use quotes"},
    {"found character that cannot start any token", '%', false,
        "a value cannot begin with '%'; write '5 %', or use quotes"},
    {"found character that cannot start any token", 0, false, "a value cannot begin with this character; use quotes"},
    {"found unexpected end of stream", 0, true, "the quote that opens here is never closed; close it"},
    {"found unexpected document indicator", 0, true, "the quote that opens here is not closed before '---' or '...'"},
    {"found unknown escape character", 0, false,
        "'\\' and this character mean nothing inside double quotes; write '\\\\' or use single quotes"},
    {"did not find expected hexdecimal number", 0, false,
        "hexadecimal digits are missing after '\\x', '\\u' or '\\U'; write '\\\\' or use single quotes"},
    {"found invalid Unicode character escape code", 0, false, "the escape names no character; correct its digits"},
    {"did not find expected alphabetic or numeric character", 0, false,
        "a value that begins with '&' or '*' is an anchor or alias of letters and digits; use quotes for a text"},
    {"found unexpected ':'", 0, false, "a ':' inside braces or brackets; put the text in quotes"},
    {"found an indentation indicator equal to 0", 0, false,
        "the indentation after '|' or '>' is a number from 1 to 9; leave it out"},
    {"did not find expected comment or line break", 0, false,
        "only a comment may follow here; put the text on the next line, or in quotes"},
    {"found undefined tag handle", 0, false,
        "a value that begins with '!' is a tag, which has no meaning here; use quotes"},
    {"did not find expected tag URI", 0, false,
        "a value that begins with '!' is a tag, which has no meaning here; use quotes"},
    {"did not find expected whitespace or line break", 0, false,
        "a value that begins with '!' is a tag, which has no meaning here; use quotes"},
    {"found incompatible YAML document", 0, false, "the file says it is another YAML; leave the line '%YAML' out"},
    {"found duplicate %YAML directive", 0, false, "'%YAML' comes twice; leave both out"},
    {"found unknown directive name", 0, false, "a line that begins with '%' is a directive; leave it out"},
    {"could not find expected directive name", 0, false, "a line that begins with '%' is a directive; leave it out"},
    {"found unexpected non-alphabetical character", 0, false,
        "a line that begins with '%' is a directive; leave it out"},
};

const struct yaml_words *yaml_words_find(const char *problem, char at)
{
    for (size_t i = 0; problem != NULL && i < sizeof table / sizeof *table; i++) {
        if (strcmp(table[i].problem, problem) == 0 && (table[i].at == '\0' || table[i].at == at)) return &table[i];
    }
    return NULL;
}
