/* lay_card.c - a model file becomes the scorecard of a selectivity: its columns are bound to the stream's attributes.
 */
#include "models/clearance/lay.h"
#include "models/clearance/selectivity.h"
#include "models/risk/table.h"
#include "models/scenario/quantity.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* HS6 Code is called like hs6_code. */
static bool is_called(const char *column, const char *attribute)
{
    for (; *column && *attribute; column++, attribute++)
        if (tolower((unsigned char)*column) != *attribute && (isalnum((unsigned char)*column) || *attribute != '_'))
            return false;
    return *column == *attribute;
}

static const struct attribute_def *find(struct way *way, const struct card *card, const char *column, int *attribute)
{
    const struct stream *stream = way->stream->stream;
    const char *wanted = NULL;
    for (size_t i = 0; i < card->n; i++)
        if (strcmp(card->column[i], column) == 0) wanted = way->model->scenario->attribute[card->attribute[i]];
    for (size_t i = 0; i < stream->attributes; i++) {
        const char *name = stream->attribute_def[i].name;
        if (wanted ? strcmp(name, wanted) != 0 : !is_called(column, name)) continue;
        *attribute = stream->attribute[i];
        return &stream->attribute_def[i];
    }
    return NULL;
}

static bool bind(struct way *way, const struct attribute_def *def, int attribute, struct risk_binding *binding,
    struct card_column *column)
{
    static const char *const truth[] = {"false", "true"};
    *column = (struct card_column){.attribute = attribute};
    if (def->kind == ATTRIBUTE_NUMBER) {
        binding->number = true;
        return true;
    }
    *binding = (struct risk_binding){false, (const char *const *)def->level, def->levels};
    if (def->kind == ATTRIBUTE_FLAG) *binding = (struct risk_binding){false, truth, 2};
    if (def->kind == ATTRIBUTE_FLAG || def->row[0].range_low == NULL) return true;
    double *low = keep(way->model, def->levels + 1, sizeof *low),
           *high = keep(way->model, def->levels + 1, sizeof *high);
    if (low == NULL || high == NULL) return false;
    memcpy(low, def->row[0].range_low, def->levels * sizeof *low);
    memcpy(high, def->row[0].range_high, def->levels * sizeof *high);
    *column = (struct card_column){attribute, low, high, def->levels};
    return true;
}

/* What no column of the model is bound to is a mistake of the scenario; what is left unbound counts as missing. */
static bool check_names(
    struct way *way, const struct step *step, const struct card *card, const struct risk_model *model)
{
    for (size_t i = 0; i < card->n; i++) {
        const char *near[CARD_COLUMNS];
        size_t n = risk_model_columns(model);
        bool known = false;
        for (size_t c = 0; c < n; c++) near[c] = risk_model_column(model, c);
        for (size_t c = 0; c < n; c++) known = known || strcmp(near[c], card->column[i]) == 0;
        const char *hint = known ? NULL : diagnostic_suggest(card->column[i], near, n);
        if (!known)
            return refuse(way->model, step->place, "%s: the model looks at no column '%.60s'%s%s%s", step->name,
                card->column[i], hint ? "; did you mean '" : "; leave it out", hint ? hint : "", hint ? "'?" : "");
    }
    return true;
}

static bool bind_all(struct way *way, const struct step *step, const struct risk_model *model,
    struct selectivity_card *out, struct risk_binding *binding)
{
    const struct card *card = &step->selectivity.card;
    char missing[200] = "";
    size_t bound = 0;
    out->columns = risk_model_columns(model);
    for (size_t c = 0; c < out->columns; c++) {
        int attribute = NONE;
        const char *column = risk_model_column(model, c);
        const struct attribute_def *def = find(way, card, column, &attribute);
        out->column[c].attribute = NONE;
        if (def && !bind(way, def, attribute, &binding[c], &out->column[c])) return false;
        bound += def != NULL;
        size_t used = strlen(missing);
        if (def == NULL) snprintf(missing + used, sizeof missing - used, "%s%s", used ? ", " : "", column);
    }
    if (bound == 0)
        return refuse(way->model, step->place,
            "%s: none of the model's columns is an attribute of stream '%s'; write attributes: {NAME: COLUMN}, with "
            "columns %s",
            step->name, way->stream->stream->name, missing);
    if (missing[0])
        diagnostics_add(way->model->errors, DIAGNOSTIC_WARNING, step->place,
            "%s: stream '%s' does not tell the model's columns %s; they count as missing", step->name,
            way->stream->stream->name, missing);
    return true;
}

static bool keep_table(
    struct way *way, const struct step *step, const struct risk_model *model, struct selectivity_card *card)
{
    struct risk_binding binding[CARD_COLUMNS] = {{0}};
    char why[QUANTITY_WHY];
    if (risk_model_columns(model) > CARD_COLUMNS)
        return refuse(way->model, step->place, "%s: the model looks at %zu columns; at most %d", step->name,
            risk_model_columns(model), CARD_COLUMNS);
    if (!check_names(way, step, &step->selectivity.card, model) || !bind_all(way, step, model, card, binding))
        return false;
    struct risk_table *table = risk_table_create(model, binding, why);
    if (table == NULL) return refuse(way->model, step->place, "%s: %s", step->name, why);
    if (!grow_list(&way->model->table, &way->model->tables_allocated, way->model->tables, sizeof *way->model->table)) {
        risk_table_destroy(table);
        return no_memory(way->model);
    }
    way->model->table[way->model->tables++] = table;
    card->table = table;
    return true;
}

bool lay_card(struct way *way, const struct step *step, struct selectivity_plan *plan)
{
    char why[QUANTITY_WHY];
    struct selectivity_card *card = keep(way->model, 1, sizeof *card);
    struct risk_model *model = card ? risk_model_of(step->selectivity.card.data, why) : NULL;
    if (model == NULL) return card && refuse(way->model, step->place, "%s: %s", step->name, why);
    bool fine = keep_table(way, step, model, card);
    risk_model_destroy(model);
    plan->card = card;
    return fine;
}
