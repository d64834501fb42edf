/* scenario.c - scenario_read: the files, what is laid over them, the checks, the readers, in this order.
 *
 * Everything that hangs on a scenario stands in its shelf, but for the tables of variates and the programs of
 * conditions, which scenario_destroy visits. When memory runs out, a reader jumps back here, and what was read so far
 * is released like a whole scenario: counts rise only over items that are zero or whole.
 */
#include "models/scenario/scenario.h"

#include "models/scenario/datafile.h"
#include "models/scenario/in_force.h"
#include "models/scenario/reader.h"
#include "models/scenario/sites.h"
#include "models/scenario/starts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void read_head(struct reader *r)
{
    struct scenario *s = r->scenario;
    s->name = reader_text(r, r->root, "name", "scenario");
    s->title = reader_text(r, r->root, "title", s->name);
    s->notice = reader_text(r, r->root, "notice", NULL);
    if (s->name[strspn(s->name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")]) {
        size_t mark = reader_enter(r, "name");
        reader_error(
            r, node_get(r->root, "name"), "'%.60s' is not a short name; write letters, digits, _ and -", s->name);
        reader_leave(r, mark);
    }
    s->text = shelf_text(r->shelf, r->text);
    size_t length = 1;
    for (size_t i = 0; i < s->tree->files; i++) length += strlen(s->tree->file[i]) + 1;
    s->files = shelf_take(r->shelf, length, 1);
    for (size_t i = 0; i < s->tree->files; i++) {
        if (i) strcat(s->files, "\n");
        strcat(s->files, s->tree->file[i]);
    }
}

static void check_wholeness(struct reader *r)
{
    static const char *const section[] = {"streams", "processes"};
    for (int i = 0; i < 2; i++) {
        const struct node *map = reader_get(r->root, section[i]);
        size_t mark = reader_enter(r, section[i]);
        if (map && map->kind == NODE_MAP && map->count == 0)
            reader_error(r, map, "nothing stands here; write at least one, by its name");
        reader_leave(r, mark);
    }
}

static int scaled_count(int count, double scale)
{
    return count == INT32_MAX || count == 0 ? count : (int)ceil(count * scale);
}

/* run.scale: fewer arrivals, fewer servers. Vessels keep what they carry and come less often. */
static void scale_down(struct scenario *s)
{
    double scale = s->run.scale;
    if (scale >= 1 || !(scale > 0)) return;
    for (size_t i = 0; i < s->streams; i++) {
        struct arrivals *arrivals = &s->stream[i].arrivals;
        arrivals->rate *= scale;
        if (arrivals->kind == ARRIVAL_RENEWAL) variate_scale(&arrivals->gap, 1 / scale);
        arrivals->population = scaled_count(arrivals->population, scale);
    }
    for (size_t i = 0; i < s->resources; i++) {
        struct resource *resource = &s->resource[i];
        resource->servers = scaled_count(resource->servers, scale);
        for (size_t k = 0; k < resource->shifts; k++)
            resource->shift[k].servers = scaled_count(resource->shift[k].servers, scale);
        for (size_t k = 0; k < resource->pools; k++)
            resource->pool[k].servers = scaled_count(resource->pool[k].servers, scale);
    }
    s->notice = shelf_format(s->shelf, "%s%sRun at %.4g %% of its arrivals and servers (scale), servers rounded up to whole ones: a quick look, in "
        "which queues and waits are not those of the whole.", s->notice ? s->notice : "", s->notice ? " " : "", 100 * scale);
}

static void read_all(struct reader *r)
{
    size_t before = r->errors->errors;
    read_sources(r);
    read_run(r);
    check_scenario(r);
    check_wholeness(r);
    read_head(r);
    read_calendars(r);
    read_resources(r);
    read_attributes(r);
    read_pools(r);
    read_processes(r);
    read_streams(r);
    read_start(r);
    read_promises(r);
    scale_down(r->scenario);
    r->scenario->data_hash = r->files.hash;
    if (r->errors->errors == before) read_sense(r);
}

/* False when memory ran out on the way; alone in its function, for what setjmp may do to variables. */
static bool read_guarded(struct reader *r)
{
    jmp_buf no_memory;
    r->shelf->no_memory = &no_memory;
    bool whole = setjmp(no_memory) == 0;
    if (whole) read_all(r);
    r->shelf->no_memory = NULL;
    datafile_destroy(r->data);
    return whole;
}

static struct scenario *new_scenario(struct tree *tree)
{
    struct scenario *scenario = calloc(1, sizeof *scenario);
    struct shelf *shelf = calloc(1, sizeof *shelf);
    if (!scenario || !shelf) {
        free(scenario);
        free(shelf);
        return NULL;
    }
    scenario->tree = tree;
    scenario->shelf = shelf;
    return scenario;
}

static struct scenario *read_one(const struct scenario_request *request, struct diagnostics *errors)
{
    size_t before = errors->errors;
    struct tree *tree = tree_read(request->path, &request->tree, errors);
    if (!tree) return NULL;
    tree_lay(tree, request->policy, request->policies, request->set, request->sets, errors);
    char *text = tree_text(tree); /* as it was written: sites are copied afterwards */
    sites_expand(tree, errors);
    struct scenario *scenario = text ? new_scenario(tree) : NULL;
    struct reader *reader = scenario ? calloc(1, sizeof *reader) : NULL;
    if (reader) {
        *reader = (struct reader){.scenario = scenario, .errors = errors, .shelf = scenario->shelf, .request = request};
        reader->root = tree->root;
        reader->text = text;
        reader->files.options = &request->tree;
    }
    if (!reader || !read_guarded(reader))
        diagnostics_add(
            errors, DIAGNOSTIC_ERROR, (struct place){request->path, 0, 0}, "no memory for the scenario; free some");
    free(reader);
    free(text);
    if (!scenario) tree_destroy(tree);
    if (errors->errors == before) return scenario;
    scenario_destroy(scenario);
    return NULL;
}

struct scenario *scenario_read(const struct scenario_request *request, struct diagnostics *errors)
{
    struct scenario *scenario = read_one(request, errors);
    if (!scenario || starts_attach(scenario, request, errors)) return scenario;
    scenario_destroy(scenario);
    return NULL;
}

/* ---- release ---- */

static void clear_resource(struct resource *resource)
{
    variate_clear(&resource->up);
    variate_clear(&resource->down);
    variate_clear(&resource->vacation);
    for (size_t i = 0; i < resource->pools; i++) condition_clear(&resource->pool[i].serves);
}

static void clear_stream(struct stream *stream)
{
    variate_clear(&stream->arrivals.gap);
    variate_clear(&stream->arrivals.batch);
    variate_clear(&stream->arrivals.think);
    variate_clear(&stream->arrivals.vessel.containers);
    variate_clear(&stream->lead);
    condition_clear(&stream->advance_when);
    for (size_t i = 0; i < stream->attributes; i++)
        for (size_t k = 0; k < stream->attribute_def[i].rows; k++)
            variate_clear(&stream->attribute_def[i].row[k].number);
}

static void clear_step(struct step *step)
{
    variate_clear(&step->time);
    variate_clear(&step->patience);
    variate_clear(&step->selectivity.score_compliant);
    variate_clear(&step->selectivity.score_not);
    datafile_destroy(step->selectivity.card.data);
    condition_clear(&step->when);
    condition_clear(&step->ahead);
    for (size_t i = 0; i < step->priorities; i++) condition_clear(&step->priority[i].when);
    for (size_t i = 0; i < step->rows; i++) condition_clear(&step->row[i].when);
    for (size_t i = 0; i < step->selectivity.criteria; i++) condition_clear(&step->selectivity.criterion[i].when);
    for (size_t i = 0; i < step->branches; i++)
        if (step->branch_when) condition_clear(&step->branch_when[i]);
}

void scenario_destroy(struct scenario *scenario)
{
    if (!scenario) return;
    for (size_t i = 0; i < scenario->resources; i++) clear_resource(&scenario->resource[i]);
    for (size_t i = 0; i < scenario->streams; i++) clear_stream(&scenario->stream[i]);
    for (size_t i = 0; i < scenario->steps; i++) clear_step(&scenario->step[i]);
    scenario_destroy(scenario->before);
    tree_destroy(scenario->tree);
    shelf_clear(scenario->shelf);
    free(scenario->shelf);
    free(scenario);
}

size_t scenario_inputs(const struct scenario *scenario)
{
    size_t n = 0;
    for (size_t i = 0; i < scenario->inputs; i++) n += scenario->input[i].kind != EVIDENCE_CHOICE;
    return n;
}

size_t scenario_assumed(const struct scenario *scenario)
{
    size_t n = 0;
    for (size_t i = 0; i < scenario->inputs; i++) n += scenario->input[i].kind == EVIDENCE_ASSUMED;
    return n;
}
