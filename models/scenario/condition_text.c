/* condition_text.c - words to a condition, by recursive descent over this grammar:
 *
 *   condition   = conjunction { "or" conjunction }
 *   conjunction = negation { "and" negation }
 *   negation    = "not" negation | comparison
 *   comparison  = operand [ ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) operand ]
 *   operand     = "(" condition ")" | ATTRIBUTE | LEVEL | NUMBER [UNIT] | "true" | "false" | STEP ".met" | "scanned"
 *
 * A LEVEL stands beside its category (lane == red); alone it means that comparison, if only one category has it.
 * `scanned` is another word for scan.met. Every operand knows its kind, so `lane` alone, `class < aeo` and
 * `containers and aeo` are refused with what would be right.
 */
#include "models/scenario/reader.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum operand_kind { OPERAND_NOTHING, OPERAND_TRUTH, OPERAND_NUMBER, OPERAND_CATEGORY, OPERAND_LEVEL };

enum { WORD_BYTES = 72, MOST_NESTING = 32 };

struct operand {
    enum operand_kind kind;
    int attribute;         /* CATEGORY */
    char word[WORD_BYTES]; /* LEVEL, and for messages */
};

struct parser {
    struct reader *r;
    const struct node *at;
    const char *next;
    const struct condition_steps *steps;
    struct condition *out;
    int nesting;
    bool failed;
};

static void fail(struct parser *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void fail(struct parser *p, const char *format, ...)
{
    char text[QUANTITY_WHY];
    va_list list;
    if (p->failed) return;
    p->failed = true;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    reader_error(p->r, p->at, "%s", text);
}

static void emit(struct parser *p, enum condition_op op, unsigned index, double value)
{
    if (p->failed) return;
    enum status status = condition_add(p->out, op, index, value);
    if (status == STATUS_NO_MEMORY)
        longjmp(*p->r->shelf->no_memory, 1);
    else if (status != STATUS_OK)
        fail(p, "the condition is too long or too deep; at most 255 words and 16 values in waiting");
}

/* ---- words ---- */

static size_t word_at(const char *text)
{
    size_t n = 0;
    if (!isalpha((unsigned char)text[0]) && text[0] != '_') return 0;
    while (isalnum((unsigned char)text[n]) || text[n] == '_' || text[n] == '.') n++;
    return n;
}

static void skip(struct parser *p)
{
    p->next += strspn(p->next, " \t\n");
}

static bool take_word(struct parser *p, const char *word)
{
    skip(p);
    size_t n = word_at(p->next);
    if (n != strlen(word) || strncmp(p->next, word, n) != 0) return false;
    p->next += n;
    return true;
}

static int attribute_named(const struct reader *r, const char *word)
{
    for (size_t i = 0; i < r->scenario->attributes; i++)
        if (strcmp(r->scenario->attribute[i], word) == 0) return (int)i;
    return NONE;
}

static int level_named(const struct attribute_info *info, const char *word)
{
    for (size_t i = 0; i < info->levels; i++)
        if (strcmp(info->level[i], word) == 0) return (int)i;
    return NONE;
}

static bool is_any_level(const struct reader *r, const char *word)
{
    for (size_t i = 0; i < r->scenario->attributes; i++)
        if (level_named(&r->attribute[i], word) != NONE) return true;
    return false;
}

static void unknown(struct parser *p, const char *word)
{
    const struct reader *r = p->r;
    size_t room = r->scenario->attributes + 8, n = 0;
    for (size_t i = 0; i < r->scenario->attributes; i++) room += r->attribute[i].levels;
    const char **names = shelf_take(p->r->shelf, room, sizeof *names);
    for (size_t i = 0; i < r->scenario->attributes; i++)
        if (i != ATTRIBUTE_ADVANCE_PART) names[n++] = r->scenario->attribute[i];
    for (size_t i = 0; i < r->scenario->attributes; i++)
        for (size_t k = 0; k < r->attribute[i].levels; k++) names[n++] = r->attribute[i].level[k];
    static const char *const fixed[] = {"not", "and", "or", "true", "false", "scanned"};
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++) names[n++] = fixed[i];
    const char *near = diagnostic_suggest(word, names, n);
    fail(p, "'%s' is no attribute, level or step.met; write one that the scenario has%s%s%s", word,
        near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* ---- operands ---- */

static void met(struct parser *p, const char *step, struct operand *out)
{
    int count = p->steps ? p->steps->count : 0;
    const char **names = shelf_take(p->r->shelf, (size_t)count + 1, sizeof *names);
    for (int i = 0; i < count; i++) {
        names[i] = p->steps->step[p->steps->first + i].name;
        if (strcmp(names[i], step) != 0) continue;
        emit(p, CONDITION_PUSH_MET, (unsigned)(p->steps->first + i), 0);
        out->kind = OPERAND_TRUTH;
        return;
    }
    if (count == 0) {
        fail(p, "'%s.met' asks for a step; only attributes are known here", step);
        return;
    }
    const char *near = diagnostic_suggest(step, names, (size_t)count);
    fail(p, "there is no step '%s' in this process; write a step's name before .met%s%s%s", step,
        near ? "; did you mean '" : "", near ? near : "", near ? ".met'?" : "");
}

static void word_operand(struct parser *p, struct operand *out)
{
    size_t n = word_at(p->next);
    if (n >= WORD_BYTES) {
        fail(p, "'%.40s...' is too long for a name; at most 64 letters", p->next);
        return;
    }
    memcpy(out->word, p->next, n);
    out->word[n] = '\0';
    p->next += n;
    int attribute = attribute_named(p->r, out->word);
    if (strcmp(out->word, "true") == 0 || strcmp(out->word, "false") == 0) {
        emit(p, CONDITION_PUSH_NUMBER, 0, out->word[0] == 't');
        out->kind = OPERAND_TRUTH;
    } else if (attribute != NONE) {
        const struct attribute_info *info = &p->r->attribute[attribute];
        p->r->attribute_used[attribute] = true;
        emit(p, CONDITION_PUSH_ATTRIBUTE, (unsigned)attribute, 0);
        out->attribute = attribute;
        out->kind = info->kind == ATTRIBUTE_FLAG     ? OPERAND_TRUTH
                    : info->kind == ATTRIBUTE_NUMBER ? OPERAND_NUMBER
                                                     : OPERAND_CATEGORY;
    } else if (n > 4 && strcmp(out->word + n - 4, ".met") == 0) {
        out->word[n - 4] = '\0';
        met(p, out->word, out);
    } else if (strcmp(out->word, "scanned") == 0 && p->steps) {
        met(p, "scan", out);
    } else {
        out->kind = OPERAND_LEVEL; /* resolved by what stands beside it */
    }
}

static void number_operand(struct parser *p, struct operand *out)
{
    struct quantity number;
    char why[QUANTITY_WHY];
    if (!quantity_take(&p->next, &number, why)) {
        fail(p, "%s", why);
        return;
    }
    snprintf(out->word, sizeof out->word, "%.10g", number.value);
    emit(p, CONDITION_PUSH_NUMBER, 0, number.value);
    out->kind = OPERAND_NUMBER;
}

static void disjunction(struct parser *p);

static void operand(struct parser *p, struct operand *out)
{
    *out = (struct operand){.kind = OPERAND_NOTHING, .attribute = NONE};
    skip(p);
    if (*p->next == '(') {
        p->next++;
        if (++p->nesting > MOST_NESTING) fail(p, "parentheses are nested too deep; at most %d", MOST_NESTING);
        if (!p->failed) disjunction(p);
        p->nesting--;
        skip(p);
        if (*p->next == ')')
            p->next++;
        else
            fail(p, "a parenthesis is not closed before '%.40s'; add )", p->next);
        out->kind = OPERAND_TRUTH;
        snprintf(out->word, sizeof out->word, "(...)");
    } else if (word_at(p->next)) {
        word_operand(p, out);
    } else if (*p->next && strchr("+-.0123456789", *p->next)) {
        number_operand(p, out);
    } else if (*p->next) {
        fail(p, "'%.40s' is not understood here; write an attribute, a level, a number or (", p->next);
    } else {
        fail(p, "the condition ends too early; write it out: lane == red and not aeo");
    }
}

/* ---- comparisons ---- */

static bool take_comparison(struct parser *p, enum condition_op *op)
{
    static const struct {
        const char *text;
        enum condition_op op;
    } row[] = {{"==", CONDITION_EQUAL}, {"!=", CONDITION_NOT_EQUAL}, {"<=", CONDITION_LESS_EQUAL},
        {">=", CONDITION_GREATER_EQUAL}, {"<", CONDITION_LESS}, {">", CONDITION_GREATER}};
    skip(p);
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
        if (strncmp(p->next, row[i].text, strlen(row[i].text)) == 0) {
            *op = row[i].op;
            p->next += strlen(row[i].text);
            return true;
        }
    if (*p->next == '=') fail(p, "a single = stands here; write ==");
    return false;
}

static void levels_text(const struct attribute_info *info, char *out, size_t size)
{
    size_t length = 0;
    out[0] = '\0';
    for (size_t i = 0; i < info->levels && length < size; i++)
        length += (size_t)snprintf(out + length, size - length, "%s%s", i ? ", " : "", info->level[i]);
}

/* The level stands beside the category already emitted (or to be emitted): pushes its value. */
static void push_level(struct parser *p, int attribute, const char *word)
{
    const struct attribute_info *info = &p->r->attribute[attribute];
    int level = level_named(info, word);
    if (level != NONE) {
        emit(p, CONDITION_PUSH_NUMBER, 0, info->level_value[level]);
        return;
    }
    char levels[160];
    levels_text(info, levels, sizeof levels);
    const char *near = diagnostic_suggest(word, (const char *const *)info->level, info->levels);
    fail(p, "%s has no level '%s'; it has %s%s%s%s", info->name, word, levels, near ? "; did you mean '" : "",
        near ? near : "", near ? "'?" : "");
}

static bool is_equality(enum condition_op op)
{
    return op == CONDITION_EQUAL || op == CONDITION_NOT_EQUAL;
}

static void compare(struct parser *p, const struct operand *left, enum condition_op op, const struct operand *right)
{
    const struct attribute_info *info = p->r->attribute;
    if (p->failed) return;
    if (left->kind == OPERAND_LEVEL) {
        if (is_any_level(p->r, left->word))
            fail(p, "the level '%s' stands before its attribute; write the attribute first", left->word);
        else
            unknown(p, left->word);
        return;
    }
    bool ordered = left->kind == OPERAND_NUMBER || (left->kind == OPERAND_CATEGORY && info[left->attribute].numeric);
    if (!ordered && !is_equality(op)) {
        fail(p, "'%s' has no order; compare it with == or !=", left->word);
        return;
    }
    bool numbers = ordered && (right->kind == OPERAND_NUMBER ||
                                  (right->kind == OPERAND_CATEGORY && info[right->attribute].numeric));
    bool same_category = left->kind == OPERAND_CATEGORY && right->kind == OPERAND_CATEGORY && !ordered &&
                         left->attribute == right->attribute;
    if (left->kind == OPERAND_CATEGORY && right->kind == OPERAND_LEVEL)
        push_level(p, left->attribute, right->word);
    else if (right->kind == OPERAND_LEVEL) {
        if (is_any_level(p->r, right->word))
            fail(p, "'%s' is not a category, so it has no level '%s'; compare the category that has it", left->word,
                right->word);
        else
            unknown(p, right->word);
        return;
    } else if (!numbers && !same_category && !(left->kind == OPERAND_TRUTH && right->kind == OPERAND_TRUTH)) {
        fail(p,
            "'%s' and '%s' cannot be compared; compare a category with its level, a number with a number, a flag with "
            "true or false",
            left->word, right->word);
        return;
    }
    emit(p, op, 0, 0);
}

/* An operand that stands alone must be true or false by itself. */
static void truth(struct parser *p, const struct operand *alone)
{
    if (p->failed || alone->kind == OPERAND_TRUTH) return;
    if (alone->kind == OPERAND_CATEGORY) {
        char levels[160];
        levels_text(&p->r->attribute[alone->attribute], levels, sizeof levels);
        fail(p, "'%s' is a category, not true or false; write %s == LEVEL, with one of %s", alone->word, alone->word,
            levels);
        return;
    }
    if (alone->kind == OPERAND_NUMBER) {
        fail(p, "'%s' is a number, not true or false; compare it: %s >= 3", alone->word,
            alone->attribute == NONE ? "ATTRIBUTE" : alone->word);
        return;
    }
    int found = NONE;
    for (size_t i = 0; i < p->r->scenario->attributes; i++) {
        if (level_named(&p->r->attribute[i], alone->word) == NONE) continue;
        if (found != NONE) {
            fail(p, "'%s' is a level of %s and of %s; write which: %s == %s", alone->word, p->r->attribute[found].name,
                p->r->attribute[i].name, p->r->attribute[found].name, alone->word);
            return;
        }
        found = (int)i;
    }
    if (found == NONE) {
        unknown(p, alone->word);
        return;
    }
    p->r->attribute_used[found] = true;
    emit(p, CONDITION_PUSH_ATTRIBUTE, (unsigned)found, 0);
    push_level(p, found, alone->word);
    emit(p, CONDITION_EQUAL, 0, 0);
}

static void comparison(struct parser *p)
{
    struct operand left, right;
    enum condition_op op;
    operand(p, &left);
    if (p->failed) return;
    if (!take_comparison(p, &op)) {
        truth(p, &left);
        return;
    }
    operand(p, &right);
    compare(p, &left, op, &right);
}

static void negation(struct parser *p)
{
    int times = 0;
    while (take_word(p, "not")) times++;
    comparison(p);
    if (times % 2) emit(p, CONDITION_NOT, 0, 0);
}

static void conjunction(struct parser *p)
{
    negation(p);
    while (!p->failed && take_word(p, "and")) {
        negation(p);
        emit(p, CONDITION_AND, 0, 0);
    }
}

static void disjunction(struct parser *p)
{
    conjunction(p);
    while (!p->failed && take_word(p, "or")) {
        conjunction(p);
        emit(p, CONDITION_OR, 0, 0);
    }
}

bool reader_condition(struct reader *r, const struct node *at, const char *text, const struct condition_steps *steps,
    struct condition *out)
{
    struct parser p = {.r = r, .at = at, .next = text, .steps = steps, .out = out};
    disjunction(&p);
    skip(&p);
    if (!p.failed && *p.next) {
        static const char *const other[][2] = {{"&&", "and"}, {"||", "or"}, {"!", "not"}};
        const char *remedy = "write and, or, or end it there";
        for (size_t i = 0; i < 3; i++)
            if (strncmp(p.next, other[i][0], strlen(other[i][0])) == 0)
                remedy = i == 0 ? "write and" : i == 1 ? "write or" : "write not";
        fail(&p, "'%.40s' is too much; %s", p.next, remedy);
    }
    if (p.failed) condition_clear(out);
    return !p.failed;
}
