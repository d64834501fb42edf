/* scorecard_write.c - a scorecard as a model file. Numbers are written so that they read back to the last bit. */
#include "models/risk/scorecard.h"
#include <string.h>

enum { KEY_BYTES = 1024 };

static void write_cell(FILE *out, const char *text)
{
    if (!text[strcspn(text, ",\"\r\n")] && *text != ' ' && (!*text || text[strlen(text) - 1] != ' ')) {
        fputs(text, out);
        return;
    }
    putc('"', out);
    for (; *text; text++) {
        if (*text == '"') putc('"', out);
        putc(*text, out);
    }
    putc('"', out);
}

static void write_line(FILE *out, const char *name, const char *kind, const char *key, const char *other, double points)
{
    write_cell(out, name);
    fprintf(out, ",%s,", kind);
    write_cell(out, key);
    putc(',', out);
    write_cell(out, other);
    fprintf(out, ",%.17g\n", points);
}

/* Whether the feature is used, or half of a pair that is. */
static bool is_needed(const struct features *features, size_t place)
{
    bool needed = features->item[place].used;
    for (size_t i = 0; i < features->count && !needed; i++) {
        const struct feature *pair = &features->item[i];
        needed = pair->used && pair->kind == FEATURE_PAIR && (pair->a == place || pair->b == place);
    }
    return needed;
}

static void write_definition(
    const struct features *features, const struct risk_rows *rows, const struct feature *f, FILE *out)
{
    bool two = f->kind == FEATURE_RATIO || f->kind == FEATURE_PAIR;
    const char *a = f->kind == FEATURE_PAIR ? features->item[f->a].name : rows->column[f->a].name;
    const char *b = !two ? "" : f->kind == FEATURE_PAIR ? features->item[f->b].name : rows->column[f->b].name;
    write_line(out, f->name, feature_kind_name(f->kind), a, b, f->prefix);
}

/* Bins of numbers are written even when only a pair needs them. */
static void write_categories(const struct scorecard *card, const struct risk_rows *rows, size_t place, FILE *out)
{
    char key[KEY_BYTES], other[KEY_BYTES];
    const struct feature *f = &card->features.item[place];
    bool numbers = f->kind == FEATURE_NUMBER || f->kind == FEATURE_RATIO;
    for (uint32_t bin = 0; bin < f->bins && (f->used || numbers); bin++) {
        if (!f->count[bin].rows && !numbers) continue;
        feature_key(&card->features, rows, place, bin, key, sizeof key);
        *other = 0;
        if (f->kind == FEATURE_PAIR) {
            uint32_t a, b;
            feature_halves(f, bin, &a, &b);
            feature_key(&card->features, rows, f->b, b, other, sizeof other);
        }
        const char *kind = f->kind == FEATURE_PAIR ? "both" : !numbers ? "is" : bin ? "from" : "missing";
        double weight = f->used ? evidence_weight(&f->evidence, f->count[bin].hits, f->count[bin].rows) : 0;
        write_line(out, f->name, kind, numbers && !bin ? "" : key, other, f->used ? f->coefficient * weight : 0);
    }
}

void scorecard_write(const struct scorecard *card, const struct risk_rows *rows, FILE *out)
{
    fputs("feature,kind,key,other,points\n", out);
    write_line(out, "", "intercept", "", "", card->intercept);
    for (size_t i = 0; i < card->features.count; i++) {
        if (!is_needed(&card->features, i)) continue;
        write_definition(&card->features, rows, &card->features.item[i], out);
        write_categories(card, rows, i, out);
    }
}
