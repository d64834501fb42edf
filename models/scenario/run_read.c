/* run_read.c - what is asked: the window and the replications; what is known: the sources. */
#include "models/scenario/reader.h"

#include <stdio.h>
#include <string.h>

void read_sources(struct reader *r)
{
    struct scenario *s = r->scenario;
    const struct node *map = reader_get(r->root, "sources");
    size_t n = map && map->kind == NODE_MAP ? map->count : 0;
    s->source = shelf_take(r->shelf, n + 1, sizeof *s->source);
    for (size_t i = 0; i < n; i++)
        s->source[s->sources++] = (struct source){.name = shelf_text(r->shelf, map->key[i]->text),
            .title = reader_text(r, map->value[i], "title", ""),
            .date = reader_text(r, map->value[i], "date", NULL),
            .url = reader_text(r, map->value[i], "url", NULL)};
}

static void read_window(struct run_plan *run, const char *measure)
{
    char why[QUANTITY_WHY];
    double last;
    run->measure_to = 24;
    if (quantity_dates(measure, &run->measure_from, &last, why)) {
        run->dated = true;
        run->measure_to = last + 24;
    } else if (quantity_read(measure, UNIT_HOURS, &last, why)) {
        run->measure_to = last;
    }
}

void read_run(struct reader *r)
{
    struct scenario *s = r->scenario;
    struct run_plan *run = &s->run;
    static const char *const steady[] = {"claim", "no_claim"}, *const report[] = {"all", "listed"};
    const struct node *map = reader_get(r->root, "run"), *metrics = reader_get(map, "metrics");
    const char *measure = reader_scalar(map, "measure"), *warm_up = reader_scalar(map, "warm_up");
    const char *seed = reader_scalar(map, "seed"), *offset = reader_scalar(r->root, "timezone");
    char why[QUANTITY_WHY];
    read_window(run, measure ? measure : "");
    run->warm_up = reader_number(map, "warm_up", UNIT_HOURS, 0);
    run->warm_up_found = warm_up && strcmp(warm_up, "auto") == 0;
    run->drain_limit = reader_number(map, "drain_limit", UNIT_HOURS, run->measure_to - run->measure_from);
    run->replications = reader_count(map, "replications", 10);
    run->no_steady_claim = reader_word(map, "steady", steady, 2, 0) == 1;
    run->only_listed = reader_word(map, "report", report, 2, 0) == 1;
    run->precision = reader_number(map, "precision", UNIT_SHARE, 0);
    run->most_replications = reader_count(map, "most_replications", run->precision > 0 ? 1000 : run->replications);
    run->batches = reader_count(map, "batches", 0);
    run->scale = reader_number(map, "scale", UNIT_SHARE, 1);
    run->seed = 1;
    if (seed) quantity_seed(seed, &run->seed, why);
    if (offset) quantity_offset(offset, &s->utc_offset, why);
    run->metric = shelf_take(r->shelf, reader_items(metrics) + 1, sizeof *run->metric);
    for (size_t i = 0; i < reader_items(metrics); i++)
        if (reader_item(metrics, i)->kind == NODE_SCALAR)
            run->metric[run->metrics++] = shelf_text(r->shelf, reader_item(metrics, i)->text);
    if (!map || map->kind != NODE_MAP) return;
    size_t mark = reader_enter(r, "run");
    if (run->most_replications < run->replications)
        reader_error_at(r, map, "most_replications", "most_replications %d is under replications %d; make it larger",
            run->most_replications, run->replications);
    if (run->batches && run->replications != 1)
        reader_error_at(r, map, "batches", "batches are parts of one long run, and there are %d replications; write replications: 1",
            run->replications);
    if (!warm_up)
        reader_warning(r, map, "there is no warm_up: the window begins empty; write one, or warm_up: 0 h to say so");
    reader_leave(r, mark);
}
