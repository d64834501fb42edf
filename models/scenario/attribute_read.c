/* attribute_read.c - what shipments are like: flags, categories, numbers, each perhaps by another attribute.
 *
 * All streams share one numbering, the built-in attributes first. Two passes: the first finds every attribute's kind
 * and levels, the second reads the shares, with the levels in the order in which they were first met.
 */
#include "models/scenario/fields.h"
#include "models/scenario/reader.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_LEVELS = 256, BESIDE = 4 };

static bool is_by(const struct node *spec)
{
    return spec->kind == NODE_MAP && node_get(spec, "by");
}

static bool is_distribution(const struct node *spec)
{
    if (spec->kind == NODE_MAP) return node_get(spec, "mixture") != NULL;
    if (spec->kind != NODE_SCALAR) return false;
    struct quantity number;
    char why[QUANTITY_WHY];
    return distribution_is_named(spec->text) || (quantity_any(spec->text, &number, why) && number.unit != UNIT_SHARE);
}

/* A level that is a number or a range of whole numbers: its bounds. */
static bool numeric_level(const char *level, double *low, double *high)
{
    struct quantity a, b;
    char why[QUANTITY_WHY];
    if (strstr(level, "..")) {
        if (!quantity_range(level, &a, &b, why)) return false;
    } else {
        if (!quantity_any(level, &a, why)) return false;
        b = a;
    }
    *low = a.value;
    *high = b.value;
    return a.unit == UNIT_NONE && b.unit == UNIT_NONE;
}

/* ---- kinds and levels ---- */

static int find_attribute(const struct reader *r, const char *name)
{
    for (size_t i = 0; i < r->scenario->attributes; i++)
        if (strcmp(r->scenario->attribute[i], name) == 0) return (int)i;
    return NONE;
}

static void add_attribute(struct reader *r, const char *name, enum attribute_kind kind)
{
    struct scenario *s = r->scenario;
    struct attribute_info *info = &r->attribute[s->attributes];
    s->attribute[s->attributes] = shelf_text(r->shelf, name);
    *info = (struct attribute_info){.name = s->attribute[s->attributes], .kind = kind};
    s->attributes++;
}

static void add_level(struct reader *r, struct attribute_info *info, const struct node *key)
{
    for (size_t i = 0; i < info->levels; i++)
        if (strcmp(info->level[i], key->text) == 0) return;
    if (!info->level) {
        info->level = shelf_take(r->shelf, MOST_LEVELS, sizeof *info->level);
        info->level_value = shelf_take(r->shelf, MOST_LEVELS, sizeof *info->level_value);
    }
    double low, high;
    bool numeric = numeric_level(key->text, &low, &high);
    if (info->levels == MOST_LEVELS) {
        reader_error(r, key, "there are too many levels; at most %d", MOST_LEVELS);
        return;
    }
    if (info->levels > 0 && numeric != info->numeric) {
        reader_error(r, key, "'%.40s' mixes numbers and words; name all levels by numbers or all by words", key->text);
        return;
    }
    if (!numeric && !fields_is_name(key->text)) {
        reader_error(
            r, key, "'%.40s' is not a level; write a name in lower case, a number or a range: 3..10", key->text);
        return;
    }
    if (numeric && (low != floor(low) || high != floor(high)) && low != high) {
        reader_error(r, key, "'%.40s' is a range of broken numbers; write whole ones: 3..10", key->text);
        return;
    }
    info->numeric = numeric;
    info->level[info->levels] = shelf_text(r->shelf, key->text);
    info->level_value[info->levels] = numeric ? (low + high) / 2 : (double)info->levels;
    info->levels++;
}

static enum attribute_kind kind_of(const struct node *spec)
{
    spec = reader_plain(spec);
    if (is_distribution(spec)) return ATTRIBUTE_NUMBER;
    return spec->kind == NODE_MAP ? ATTRIBUTE_CATEGORY : ATTRIBUTE_FLAG;
}

/* The spec of one row: itself, or one below a `by`. Adds levels; reports rows of different kinds. */
static void note_rows(struct reader *r, struct attribute_info *info, const struct node *spec, bool first)
{
    spec = reader_plain(spec);
    if (is_by(spec)) {
        bool any = !first;
        for (size_t i = 0; i < spec->count; i++) {
            if (strcmp(spec->key[i]->text, "by") == 0 || strcmp(spec->key[i]->text, "source") == 0 ||
                strcmp(spec->key[i]->text, "assumed") == 0)
                continue;
            size_t mark = reader_enter(r, spec->key[i]->text);
            if (is_by(reader_plain(spec->value[i])))
                reader_error(
                    r, spec->value[i], "a by inside a by is not possible; name a new attribute for the inner one");
            else
                note_rows(r, info, spec->value[i], !any);
            reader_leave(r, mark);
            any = true;
        }
        if (!any) reader_error(r, spec, "by has no rows; write {by: class, aeo: 80 %%, otherwise: 50 %%}");
        return;
    }
    enum attribute_kind kind = kind_of(spec);
    if (first)
        info->kind = kind;
    else if (kind != info->kind)
        reader_error(r, spec,
            "it is not the same kind everywhere; a flag (20 %%), a category ({a: 20 %%, b: 80 %%}) or a "
            "number, but one of them");
    for (size_t i = 0; kind == ATTRIBUTE_CATEGORY && i < spec->count; i++) add_level(r, info, spec->key[i]);
}

static bool check_attribute_name(struct reader *r, const struct node *key)
{
    static const char *const words[] = {
        "and", "or", "not", "true", "false", "scanned", "any", "otherwise", "by", "next", "end"};
    static const char *const builtin[] = {"lane", "alarm", "found", "score", "advance_part"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(key->text, words[i]) == 0) {
            reader_error(r, key, "'%s' is a word of conditions; choose another name", key->text);
            return false;
        }
    for (size_t i = 0; i < sizeof builtin / sizeof builtin[0]; i++)
        if (strcmp(key->text, builtin[i]) == 0) {
            reader_error(r, key, "'%s' is built in and set by the steps; choose another name", key->text);
            return false;
        }
    return true;
}

static bool same_levels(const struct attribute_info *a, const struct attribute_info *b)
{
    if (a->levels != b->levels) return false;
    for (size_t i = 0; i < a->levels; i++) {
        size_t k = 0;
        while (k < b->levels && strcmp(a->level[i], b->level[k]) != 0) k++;
        if (k == b->levels) return false;
    }
    return true;
}

static void note_attribute(struct reader *r, const char *stream, const struct node *key, const struct node *spec)
{
    static const char *const kind_word[] = {"flag", "category", "number"};
    struct attribute_info info = {.of = stream, .place = key->place};
    bool named = check_attribute_name(r, key);
    note_rows(r, &info, spec, true);
    int known = find_attribute(r, key->text);
    if (!named && known != NONE) return;
    if (known == NONE) {
        add_attribute(r, key->text, info.kind);
        info.name = r->scenario->attribute[r->scenario->attributes - 1];
        r->attribute[r->scenario->attributes - 1] = info;
        return;
    }
    struct attribute_info *first = &r->attribute[known];
    if (known == ATTRIBUTE_COMPLIANT && info.kind != ATTRIBUTE_FLAG)
        reader_error(r, spec, "compliant is a flag; write the share of compliant shipments: 97.8 %%");
    else if (first->kind != info.kind)
        reader_error(r, spec, "it is a %s here and a %s in the stream %s; make them the same", kind_word[info.kind],
            kind_word[first->kind], first->of ? first->of : "(built in)");
    else if (info.kind == ATTRIBUTE_CATEGORY && !same_levels(&info, first))
        reader_error(
            r, spec, "its levels differ from those in the stream %s; name the same levels, some with 0 %%", first->of);
}

/* ---- shares ---- */

static void read_share(struct reader *r, const struct node *node, double *out)
{
    char why[QUANTITY_WHY];
    node = reader_plain(node);
    if (node->kind != NODE_SCALAR)
        reader_error(r, node, "a %s stands here; write a share: 20 %%", node->kind == NODE_LIST ? "list" : "map");
    else if (!quantity_read(node->text, UNIT_SHARE, out, why))
        reader_error(r, node, "%s", why);
    else if (*out < 0 || *out > 1) {
        reader_error(r, node, "'%.40s' is no share; 0 to 100 %% is possible", node->text);
        *out = 0;
    }
}

static void read_levels(
    struct reader *r, const struct attribute_info *info, const struct node *spec, struct attribute_row *row)
{
    double sum = 0;
    row->share = shelf_take(r->shelf, info->levels + 1, sizeof *row->share);
    row->range_low = shelf_take(r->shelf, info->levels + 1, sizeof(double));
    row->range_high = shelf_take(r->shelf, info->levels + 1, sizeof(double));
    for (size_t i = 0; i < info->levels; i++) {
        numeric_level(info->level[i], &row->range_low[i], &row->range_high[i]);
        const struct node *share = node_get(spec, info->level[i]);
        if (!share) continue;
        size_t mark = reader_enter(r, info->level[i]);
        read_share(r, share, &row->share[i]);
        reader_leave(r, mark);
        sum += row->share[i];
    }
    if (!info->numeric) row->range_low = row->range_high = NULL;
    if (!(fabs(sum - 1) < 1e-6))
        reader_error(r, spec, "the shares sum to %.6g %%; 100 %% is wanted", sum * 100);
    else
        for (size_t i = 0; i < info->levels; i++) row->share[i] /= sum;
}

static void read_row(
    struct reader *r, const struct attribute_info *info, const struct node *spec, struct attribute_row *row)
{
    const struct node *at;
    char why[QUANTITY_WHY];
    spec = reader_plain(spec);
    if (spec->kind == NODE_NULL || kind_of(spec) != info->kind) return; /* already reported */
    switch (info->kind) {
    case ATTRIBUTE_FLAG:
        row->share = shelf_take(r->shelf, 1, sizeof *row->share);
        read_share(r, spec, row->share);
        break;
    case ATTRIBUTE_CATEGORY: read_levels(r, info, spec, row); break;
    case ATTRIBUTE_NUMBER:
        r->files.beside = reader_beside(r, spec);
        if (!distribution_read(spec, DISTRIBUTION_VALUES, &r->files, &row->number, &at, why))
            reader_error(r, at, "%s", why);
        if (spec->kind == NODE_SCALAR && strspn(spec->text, "0.") >= 2 && strchr(spec->text, '.'))
            reader_warning(r, spec, "'%.40s' is read as a number; for a flag write a percentage", spec->text);
        break;
    }
}

/* The row of a level of the attribute that `by` names: its own key, or `otherwise`. */
static void read_by(struct reader *r, const struct stream *stream, struct attribute_def *def,
    const struct attribute_info *info, const struct node *spec)
{
    const struct node *by = node_get(spec, "by"), *otherwise = node_get(spec, "otherwise");
    const char **names = shelf_take(r->shelf, stream->attributes + 1, sizeof *names);
    for (size_t i = 0; i < stream->attributes; i++) names[i] = r->scenario->attribute[stream->attribute[i]];
    if (by->kind != NODE_SCALAR) {
        reader_error_at(r, spec, "by", "by names one attribute; write {by: class, aeo: 80 %%, otherwise: 50 %%}");
        return;
    }
    if (stream->trader != NONE && strcmp(by->text, "trader") == 0) {
        reader_error_at(r, spec, "by",
            "the trader of traders: is a number, and by needs a flag or a category; draw %s once for each trader, with traders: "
            "{fixed: [%s]}, or write trader as an attribute of ranges in place of traders:, {1..20: 22 %%, 21..500: 78 %%}",
            info->name, info->name);
        return;
    }
    size_t mark = reader_enter(r, "by");
    int found = reader_find(r, by, "attribute of this stream", by->text, names, stream->attributes);
    reader_leave(r, mark);
    if (found == NONE) return;
    def->by = stream->attribute[found];
    r->attribute_used[def->by] = true;
    const struct attribute_info *picks = &r->attribute[def->by];
    static const char *const truth[] = {"false", "true"};
    const char *const *level = picks->kind == ATTRIBUTE_FLAG ? truth : (const char *const *)picks->level;
    size_t levels = picks->kind == ATTRIBUTE_FLAG ? 2 : picks->levels;
    if (picks->kind == ATTRIBUTE_NUMBER) {
        reader_error_at(r, spec, "by", "'%s' is a number; by needs a flag or a category", by->text);
        return;
    }
    def->rows = levels;
    def->row = shelf_take(r->shelf, levels + 1, sizeof *def->row);
    for (size_t i = 0; i < levels; i++) {
        const struct node *row = node_get(spec, level[i]);
        size_t inner = reader_enter(r, row ? level[i] : "otherwise");
        if (row || otherwise)
            read_row(r, info, row ? row : otherwise, &def->row[i]);
        else
            reader_error(r, spec, "%s has no row for '%s'; add one, or otherwise:", info->name, level[i]);
        reader_leave(r, inner);
    }
    for (size_t i = 0; i < spec->count; i++) {
        const char *key = spec->key[i]->text;
        bool known = strcmp(key, "by") == 0 || strcmp(key, "otherwise") == 0 || strcmp(key, "source") == 0 ||
                     strcmp(key, "assumed") == 0;
        if (known) continue;
        size_t inner = reader_enter(r, key);
        reader_find(r, spec->key[i], "level", key, level, levels);
        reader_leave(r, inner);
    }
}

static void read_attribute(struct reader *r, struct stream *stream, size_t k, const struct node *spec)
{
    struct attribute_def *def = &stream->attribute_def[k];
    const struct attribute_info *info = &r->attribute[stream->attribute[k]];
    spec = reader_plain(spec);
    *def = (struct attribute_def){.name = r->scenario->attribute[stream->attribute[k]],
        .kind = info->kind,
        .level = info->level,
        .levels = info->levels,
        .level_value = info->level_value,
        .by = NONE};
    if (is_by(spec)) {
        read_by(r, stream, def, info, spec);
    } else {
        def->rows = 1;
        def->row = shelf_take(r->shelf, 1, sizeof *def->row);
        read_row(r, info, spec, def->row);
    }
}

/* Puts every attribute behind the one it depends on; reports a cycle. */
static void order_attributes(struct reader *r, struct stream *stream, const struct node *map)
{
    size_t n = stream->attributes, done = 0;
    int *order = shelf_take(r->shelf, n + 1, sizeof *order);
    struct attribute_def *def = shelf_take(r->shelf, n + 1, sizeof *def);
    bool *taken = shelf_take(r->shelf, n + 1, sizeof *taken);
    for (bool moved = true; moved && done < n;) {
        moved = false;
        for (size_t i = 0; i < n; i++) {
            if (taken[i]) continue;
            bool ready = stream->attribute_def[i].by == NONE;
            for (size_t k = 0; k < done; k++) ready = ready || order[k] == stream->attribute_def[i].by;
            if (!ready) continue;
            order[done] = stream->attribute[i];
            def[done++] = stream->attribute_def[i];
            taken[i] = moved = true;
        }
    }
    if (done < n) {
        size_t i = 0;
        while (taken[i]) i++;
        size_t mark = reader_enter(r, stream->attribute_def[i].name);
        reader_error_at(r, map, stream->attribute_def[i].name,
            "the attributes depend on each other in a circle by `by`: %s on %s; break it at one of them",
            stream->attribute_def[i].name, r->scenario->attribute[stream->attribute_def[i].by]);
        reader_leave(r, mark);
        return; /* the old order stays, so that every row is released */
    }
    stream->attribute = order;
    stream->attribute_def = def;
}

/* ---- what is wrong ---- */

static int level_named(const struct attribute_info *info, const char *name)
{
    for (size_t i = 0; i < info->levels; i++)
        if (strcmp(info->level[i], name) == 0) return (int)i;
    return NONE;
}

static const struct node *draws_offence(struct reader *r, const struct node *specs)
{
    const struct node *offence = specs ? node_get(specs, "offence") : NULL;
    const struct attribute_info *info = offence ? &r->attribute[find_attribute(r, "offence")] : NULL;
    if (!offence) return NULL;
    size_t mark = reader_enter(r, "offence");
    if (info->kind != ATTRIBUTE_CATEGORY || level_named(info, "none") == NONE)
        reader_error(
            r, offence, "offence says what is wrong; write {none: 97 %%, undervalued: 3 %%}, with none: for nothing");
    else if (node_get(specs, "compliant"))
        reader_error_at(r, specs, "compliant", "compliant follows from offence; leave one of the two out");
    reader_leave(r, mark);
    return offence;
}

/* Whoever draws `offence` is compliant where it is none. */
static void add_compliance(struct reader *r, struct stream *stream, const struct node *specs)
{
    if (!draws_offence(r, specs) || node_get(specs, "compliant")) return;
    int offence = find_attribute(r, "offence");
    const struct attribute_info *info = &r->attribute[offence];
    if (info->kind != ATTRIBUTE_CATEGORY) return;
    struct attribute_def *def = &stream->attribute_def[stream->attributes];
    *def = (struct attribute_def){.name = r->scenario->attribute[ATTRIBUTE_COMPLIANT],
        .kind = ATTRIBUTE_FLAG,
        .by = offence,
        .rows = info->levels};
    def->row = shelf_take(r->shelf, info->levels + 1, sizeof *def->row);
    for (size_t i = 0; i < info->levels; i++) {
        def->row[i].share = shelf_take(r->shelf, 1, sizeof *def->row[i].share);
        def->row[i].share[0] = (int)i == level_named(info, "none");
    }
    stream->attribute[stream->attributes++] = ATTRIBUTE_COMPLIANT;
    r->attribute_used[offence] = true;
}

/* ---- traders ---- */

/* `zipf 1.1` or `even`: the exponent. */
static double activity_of(struct reader *r, const struct node *traders)
{
    const char *text = reader_scalar(traders, "activity");
    double exponent = 0;
    char why[QUANTITY_WHY];
    if (!text || strcmp(text, "even") == 0) return 0;
    if (strncmp(text, "zipf ", 5) == 0 && quantity_read(text + 5, UNIT_NONE, &exponent, why) && exponent >= 0 &&
        exponent <= 10)
        return exponent;
    reader_error_at(
        r, traders, "activity", "'%.40s' is no law of activity; write zipf 1.1, with 0 to 10, or even", text);
    return 0;
}

static struct attribute_def *drawn_as(struct stream *stream, int attribute)
{
    for (size_t i = 0; i < stream->attributes; i++)
        if (stream->attribute[i] == attribute) return &stream->attribute_def[i];
    return NULL;
}

static void fix_attributes(struct reader *r, struct stream *stream, const struct node *traders)
{
    const struct node *fixed = reader_get(traders, "fixed");
    const char **names = shelf_take(r->shelf, stream->attributes + 1, sizeof *names);
    size_t mark = reader_enter(r, "fixed");
    for (size_t i = 0; i < stream->attributes; i++) names[i] = stream->attribute_def[i].name;
    for (size_t i = 0; i < reader_items(fixed); i++) {
        const struct node *item = reader_item(fixed, i);
        if (item->kind != NODE_SCALAR) continue;
        int found = reader_find(r, item, "attribute of this stream", item->text, names, stream->attributes);
        if (found != NONE) stream->attribute_def[found].by_trader = true;
    }
    for (size_t i = 0; i < stream->attributes; i++) {
        const struct attribute_def *def = &stream->attribute_def[i];
        const struct attribute_def *by = def->by == NONE ? NULL : drawn_as(stream, def->by);
        if (def->by_trader && by && !by->by_trader)
            reader_error(r, fixed, "'%s' is drawn by '%s', which is not fixed; name that one too", def->name, by->name);
    }
    reader_leave(r, mark);
}

/* The attribute `trader` comes first: others are keyed by it. */
static void add_trader(struct reader *r, struct stream *stream, const struct node *map)
{
    const struct node *traders = map->kind == NODE_MAP ? reader_get(map, "traders") : NULL;
    stream->trader = NONE;
    if (!traders || traders->kind != NODE_MAP) return;
    size_t mark = reader_enter(r, "traders");
    int trader = find_attribute(r, "trader");
    if (trader == NONE) {
        add_attribute(r, "trader", ATTRIBUTE_NUMBER);
        trader = (int)r->scenario->attributes - 1;
        r->attribute_used[trader] = true;
    }
    if (drawn_as(stream, trader) || r->attribute[trader].kind != ATTRIBUTE_NUMBER) {
        reader_error(r, traders, "the attribute trader is given by traders:; name your own otherwise");
        reader_leave(r, mark);
        return;
    }
    fix_attributes(r, stream, traders);
    memmove(stream->attribute + 1, stream->attribute, stream->attributes * sizeof *stream->attribute);
    memmove(stream->attribute_def + 1, stream->attribute_def, stream->attributes * sizeof *stream->attribute_def);
    stream->attributes++;
    stream->trader = stream->attribute[0] = trader;
    struct attribute_def *def = &stream->attribute_def[0];
    *def =
        (struct attribute_def){.name = r->scenario->attribute[trader], .kind = ATTRIBUTE_NUMBER, .by = NONE, .rows = 1};
    def->row = shelf_take(r->shelf, 1, sizeof *def->row);
    variate_zipf(&def->row->number, activity_of(r, traders), reader_number(traders, "count", UNIT_NONE, 1));
    reader_leave(r, mark);
}

static void add_builtins(struct reader *r)
{
    static const char *const lane[] = {"green", "blue", "yellow", "red"};
    static const struct {
        const char *name;
        enum attribute_kind kind;
    } row[] = {{"lane", ATTRIBUTE_CATEGORY}, {"alarm", ATTRIBUTE_FLAG}, {"found", ATTRIBUTE_FLAG},
        {"score", ATTRIBUTE_NUMBER}, {"compliant", ATTRIBUTE_FLAG}, {"advance_part", ATTRIBUTE_FLAG}};
    for (size_t i = 0; i < ATTRIBUTE_BUILTINS; i++) {
        add_attribute(r, row[i].name, row[i].kind);
        r->attribute_used[i] = true;
    }
    struct attribute_info *info = &r->attribute[ATTRIBUTE_LANE];
    info->levels = LANES;
    info->level = shelf_take(r->shelf, LANES, sizeof *info->level);
    info->level_value = shelf_take(r->shelf, LANES, sizeof *info->level_value);
    for (int i = 0; i < LANES; i++) {
        info->level[i] = shelf_text(r->shelf, lane[i]);
        info->level_value[i] = i;
    }
}

static const struct node *attributes_of(const struct node *stream)
{
    const struct node *map =
        stream->kind == NODE_MAP ? node_get(stream, "attributes") : NULL; /* one may be named value */
    return map && map->kind == NODE_MAP ? map : NULL;
}

void read_attributes(struct reader *r)
{
    struct scenario *s = r->scenario;
    const struct node *map = reader_get(r->root, "streams");
    size_t n = map && map->kind == NODE_MAP ? map->count : 0, room = ATTRIBUTE_BUILTINS + 2; /* and trader */
    for (size_t i = 0; i < n; i++) room += attributes_of(map->value[i]) ? attributes_of(map->value[i])->count : 0;
    s->stream = shelf_take(r->shelf, n + 1, sizeof *s->stream);
    s->attribute = shelf_take(r->shelf, room, sizeof *s->attribute);
    r->attribute = shelf_take(r->shelf, room, sizeof *r->attribute);
    r->attribute_used = shelf_take(r->shelf, room, sizeof *r->attribute_used);
    add_builtins(r);
    size_t outer = reader_enter(r, "streams");
    for (size_t i = 0; i < n; i++) {
        struct stream *stream = &s->stream[s->streams++];
        const struct node *specs = attributes_of(map->value[i]);
        stream->name = shelf_text(r->shelf, map->key[i]->text);
        stream->place = map->key[i]->place;
        stream->process = NONE;
        size_t room_here = (specs ? specs->count : 0) + BESIDE; /* what follows from others comes beside them */
        stream->attribute = shelf_take(r->shelf, room_here, sizeof *stream->attribute);
        stream->attribute_def = shelf_take(r->shelf, room_here, sizeof *stream->attribute_def);
        size_t mark = reader_enter(r, stream->name);
        reader_enter(r, "attributes");
        for (size_t k = 0; specs && k < specs->count; k++) {
            size_t inner = reader_enter(r, specs->key[k]->text);
            note_attribute(r, stream->name, specs->key[k], specs->value[k]);
            stream->attribute[stream->attributes++] = find_attribute(r, specs->key[k]->text);
            reader_leave(r, inner);
        }
        reader_leave(r, mark);
    }
    for (size_t i = 0; i < n; i++) {
        struct stream *stream = &s->stream[i];
        const struct node *specs = attributes_of(map->value[i]);
        size_t mark = reader_enter(r, stream->name);
        size_t own = reader_enter(r, "attributes");
        stream->trader = map->value[i]->kind == NODE_MAP && node_get(map->value[i], "traders") ? 0 : NONE; /* which: add_trader */
        for (size_t k = 0; specs && k < specs->count; k++) {
            size_t inner = reader_enter(r, specs->key[k]->text);
            read_attribute(r, stream, k, specs->value[k]);
            reader_leave(r, inner);
        }
        add_compliance(r, stream, specs);
        reader_leave(r, own);
        add_trader(r, stream, map->value[i]);
        reader_enter(r, "attributes");
        if (specs) order_attributes(r, stream, specs);
        reader_leave(r, mark);
    }
    reader_leave(r, outer);
}
