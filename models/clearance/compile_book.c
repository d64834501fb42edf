/* compile_book.c - which streams keep a ledger, and where ledgers and what selectivities learn stand in the state. */
#include "models/clearance/compile.h"
#include "models/clearance/selectivity.h"
#include <string.h>

static bool draws(const struct scenario *scenario, const struct stream *stream, const char *name)
{
    for (size_t i = 0; i < stream->attributes; i++)
        if (strcmp(scenario->attribute[stream->attribute[i]], name) == 0) return true;
    return false;
}

/* Names that only a ledger can answer: import.control.recall, import.outcome.seized.value, import.outcome.seized[...]
 */
static bool wants_ledger(const char *metric)
{
    static const char *const part[] = {
        ".control.", ".cost.", ".milestone.", "_weighted_mean_h", ".teu_per_day", ".tonnes_per_day", ".value_per_day"};
    for (size_t i = 0; i < sizeof part / sizeof *part; i++)
        if (strstr(metric, part[i])) return true;
    const char *outcome = strstr(metric, ".outcome."), *end = outcome ? outcome + strlen(".outcome.") : NULL;
    return (outcome && (strchr(end, '[') || strchr(end, '.'))) ||
           (strncmp(metric, "promise.", 8) == 0 && strstr(metric, ".overdue"));
}

bool keeps_ledger(const struct scenario *scenario, const struct stream *stream)
{
    if (stream->costs.given || draws(scenario, stream, "offence")) return true;
    for (size_t i = 0; i < scenario->steps; i++)
        if (scenario->step[i].process == stream->process && scenario->step[i].selectivity.learns.given) return true;
    for (size_t i = 0; i < scenario->run.metrics; i++)
        if (wants_ledger(scenario->run.metric[i])) return true;
    for (size_t i = 0; i < scenario->expects; i++)
        if (wants_ledger(scenario->expect[i].metric)) return true;
    for (size_t i = 0; i < scenario->promises; i++)
        if (wants_ledger(scenario->promise[i].metric)) return true;
    return false;
}

/* ---- the state: ledgers, then what selectivities keep ---- */

static void state_begin(const void *config, void *state)
{
    const struct group *group = config;
    for (size_t i = 0; i < group->adaptives; i++) selectivity_begin(group->adaptive[i], state);
}

static void map_cells(struct model *model, struct view *view)
{
    for (size_t m = 0; m < view->members; m++) {
        const struct stream_in_model *stream = &model->stream[view->member[m]];
        for (size_t c = 1; c < view->cells; c++) {
            const struct view_cell *cell = &view->cell[c];
            if (stream->ledger && view->cell_of[m][c] != NONE)
                view->cell_of[m][c] = ledger_cell(stream->ledger, cell->attribute, cell->level);
            if (view->split_of[m][c] == NONE) continue;
            int first = network_split_first(model->group[stream->group].net, stream->id, (unsigned)cell->attribute);
            view->split_of[m][c] = first < 0 ? NONE : first + (int)cell->level;
        }
    }
}

bool place_books(struct model *model)
{
    for (size_t g = 0; g < model->groups; g++) {
        struct group *group = &model->group[g];
        size_t at = 0;
        for (size_t s = 0; s < model->scenario->streams; s++) {
            struct stream_in_model *stream = &model->stream[s];
            if (stream->group != g || stream->ledger == NULL) continue;
            memcpy(stream->ledger->overdue, model->overdue, sizeof model->overdue);
            stream->ledger->overdues = model->overdues;
            at += ledger_place(stream->ledger, at, group->outcomes);
            network_stream_book(group->net, stream->id, ledger_book, stream->ledger);
        }
        for (size_t i = 0; i < group->adaptives; i++) at += selectivity_place(group->adaptive[i], at);
        if (at) network_state(group->net, at * sizeof(double), state_begin, group);
    }
    for (size_t v = 0; v < model->views; v++)
        if (model->view[v].cells > 1) map_cells(model, &model->view[v]);
    return true;
}
