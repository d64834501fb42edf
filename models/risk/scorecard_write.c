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

/* Bins of numbers are always written, for pairs look them up; other categories only where they count. */
static bool is_needed(const struct features *features, size_t place)
{
    const struct feature *f = &features->item[place];
    if (f->used) return true;
    for (size_t i = 0; i < features->count && (f->kind == FEATURE_NUMBER || f->kind == FEATURE_RATIO); i++) {
        const struct feature *pair = &features->item[i];
        if (pair->used && pair->kind == FEATURE_PAIR && (pair->a == place || pair->b == place)) return true;
    }
    return false;
}

void scorecard_write(const struct scorecard *card, const struct risk_rows *rows, FILE *out)
{
    char key[KEY_BYTES], other[KEY_BYTES] = "";
    fputs("feature,kind,key,other,points\n", out);
    write_line(out, "", "intercept", "", "", card->intercept);
    for (size_t i = 0; i < card->features.count; i++) {
        const struct feature *f = &card->features.item[i];
        bool numbers = f->kind == FEATURE_NUMBER || f->kind == FEATURE_RATIO;
        if (!is_needed(&card->features, i)) continue;
        for (uint32_t bin = 0; bin < f->bins; bin++) {
            if (!f->count[bin].rows && !numbers) continue;
            feature_key(&card->features, rows, i, bin, key, sizeof key);
            *other = 0;
            if (f->kind == FEATURE_PAIR) {
                uint32_t a, b;
                feature_halves(f, bin, &a, &b);
                feature_key(&card->features, rows, f->b, b, other, sizeof other);
            }
            double weight = f->used ? evidence_weight(&f->evidence, f->count[bin].hits, f->count[bin].rows) : 0;
            write_line(out, f->name, feature_kind_name(f->kind), key, other, f->used ? f->coefficient * weight : 0);
        }
    }
}
