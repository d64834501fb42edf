/* view.c - the directions and streams that metrics speak of, with the stages, owners and outcomes of their shipments.
 */
#include "engine/core/metric.h"
#include "models/clearance/compile.h"
#include "models/scenario/node.h"
#include <stdio.h>
#include <string.h>

static bool collect_points(struct model *model, struct view *view);

const char *const lane_names[LANES] = {"green", "blue", "yellow", "red"};

enum { MOST_BOUNDS = 8, MOST_WATCHES = 64 };

struct view *find_view(const struct model *model, const char *name, size_t n)
{
    for (size_t i = 0; i < model->views; i++)
        if (strlen(model->view[i].name) == n && strncmp(model->view[i].name, name, n) == 0) return &model->view[i];
    return NULL;
}

/* ---- stages and owners ---- */

static int stage_in_view(struct view *view, const struct stage *stage)
{
    for (size_t i = 0; i < view->stages; i++)
        if (strcmp(view->stage[i].name, stage->name) == 0) return (int)i;
    view->stage[view->stages] = *stage;
    return (int)view->stages++;
}

static bool merge_stages(struct model *model, struct view *view)
{
    view->stage = keep(model, 64 * view->members + 1, sizeof *view->stage);
    view->stage_of = keep(model, view->members, sizeof *view->stage_of);
    view->owner = keep(model, 64 * view->members + 1, sizeof *view->owner);
    view->watch_of = keep(model, view->members, sizeof *view->watch_of);
    view->watch = keep(model, MOST_WATCHES, sizeof *view->watch);
    if (view->watch == NULL || view->watch_of == NULL || view->stage == NULL || view->stage_of == NULL || view->owner == NULL) return false;
    for (size_t m = 0; m < view->members; m++) {
        const struct stream_in_model *stream = &model->stream[view->member[m]];
        for (size_t s = 0; s < stream->stages; s++) view->stage_of[m][s] = stage_in_view(view, &stream->stage[s]);
    }
    for (size_t s = 0; s < view->stages; s++) {
        size_t i = 0;
        while (i < view->owners && strcmp(view->owner[i], view->stage[s].owner) != 0) i++;
        if (i == view->owners && !view->stage[s].after_release) view->owner[view->owners++] = view->stage[s].owner;
    }
    return true;
}

/* ---- outcomes ---- */

static void add_outcome(struct view *view, const char *name)
{
    if (name == NULL) return;
    for (size_t i = 0; i < view->outcomes; i++)
        if (strcmp(view->outcome[i], name) == 0) return;
    view->outcome[view->outcomes++] = name;
}

static bool may_lose(const struct scenario *scenario, const struct step *step)
{
    for (size_t r = 0; r < step->resources; r++)
        if (scenario->resource[step->resource[r]].room >= 0 &&
            scenario->resource[step->resource[r]].room_full == ROOM_FULL_LOSE)
            return true;
    return false;
}

static bool collect_outcomes(struct model *model, struct view *view)
{
    const struct scenario *scenario = model->scenario;
    view->outcome = keep(model, 4 * scenario->steps + 1, sizeof *view->outcome);
    if (view->outcome == NULL) return false;
    for (size_t m = 0; m < view->members; m++)
        for (size_t i = 0; i < scenario->steps; i++) {
            const struct step *step = &scenario->step[i];
            if (step->process != model->stream[view->member[m]].stream->process) continue;
            if (step->kind == STEP_OUTCOME) add_outcome(view, step->outcome);
            if (step->has_patience) add_outcome(view, step->patience_outcome);
            if (step->balk.given) add_outcome(view, "balked");
            if (may_lose(scenario, step) && (step->full_outcome || step->full_target == NONE))
                add_outcome(view, step->full_outcome ? step->full_outcome : "lost");
            view->finds = view->finds || step->finds.given;
        }
    return true;
}

/* "rejected.red.found" is what lay_flow.c calls an outcome of a stream with lanes. */
static bool name_outcomes(struct model *model, struct group *group)
{
    group->outcomes = network_outcomes(group->net);
    group->outcome = keep(model, group->outcomes + 1, sizeof *group->outcome);
    for (size_t i = 0; group->outcome && i < group->outcomes; i++) {
        const char *name = network_outcome_name(group->net, i), *dot = strchr(name, '.');
        group->outcome[i] = (struct outcome_in_network){
            keep_text(model, "%.*s", dot ? (int)(dot - name) : (int)strlen(name), name), NONE, false};
        if (group->outcome[i].name == NULL) return false;
        for (int lane = 0; dot && lane < LANES; lane++)
            if (strncmp(dot + 1, lane_names[lane], strlen(lane_names[lane])) == 0) group->outcome[i].lane = lane;
        group->outcome[i].found = dot && strstr(dot, ".found");
    }
    return group->outcome != NULL;
}

/* ---- the views ---- */

static bool in_group(const struct stream *stream, const char *group)
{
    for (size_t i = 0; i < stream->groups; i++)
        if (strcmp(stream->group[i], group) == 0) return true;
    return false;
}

/* The longest name that fits: SITE_NAME is what sites.c calls a site's stream. NULL: the file has no sites. */
static const char *site_of(const struct scenario *scenario, const char *stream)
{
    const struct node *sites = node_get(scenario->tree->root, "sites");
    const char *site = NULL;
    size_t longest = 0;
    for (size_t i = 0; sites && sites->kind == NODE_MAP && i < sites->count; i++) {
        const char *name = sites->key[i]->text;
        size_t n = strlen(name);
        if (n <= longest || strncmp(stream, name, n) != 0 || stream[n] != '_') continue;
        site = name;
        longest = n;
    }
    return site;
}

static bool belongs(const struct stream *stream, const struct view *view)
{
    if (stream->direction != view->direction) return false;
    if (view->group == NULL) return true;
    return in_group(stream, view->group) &&
           (view->direction != DIRECTION_NONE || strcmp(stream->unit, view->kind) == 0);
}

/* What `like` says it is: all streams of the direction, those of a group; or (`only`) one stream. */
static bool add_view(struct model *model, const struct view *like, size_t only)
{
    struct view *view = &model->view[model->views];
    *view = *like;
    view->whole = only == SIZE_MAX;
    view->member = keep(model, model->scenario->streams + 1, sizeof *view->member);
    if (view->member == NULL) return false;
    for (size_t i = 0; i < model->scenario->streams; i++)
        if (only == SIZE_MAX ? belongs(model->stream[i].stream, view) : i == only) {
            view->member[view->members++] = i;
            view->lanes = view->lanes || model->stream[i].classes;
        }
    if (view->members == 0) return true; /* no such stream, no view */
    model->views++;
    return merge_stages(model, view) && collect_outcomes(model, view) && collect_points(model, view);
}

static const char *kind_of(const struct stream *stream)
{
    static const char *const way[] = {NULL, "import", "export"};
    return stream->direction == DIRECTION_NONE ? stream->unit : way[stream->direction];
}

/* GROUP_import and GROUP_export; of streams without a direction GROUP_UNIT. */
static bool group_view(struct model *model, const struct stream *stream, const char *group)
{
    const char *kind = kind_of(stream), *name = keep_text(model, "%s_%s", group, kind),
               *label = keep_text(model, "%s %ss", group, kind);
    if (name == NULL || label == NULL) return false;
    if (find_view(model, name, strlen(name))) return true;
    const struct view like = {
        .name = name, .label = label, .direction = stream->direction, .group = group, .kind = kind};
    return add_view(model, &like, SIZE_MAX);
}

/* The groups that streams name first, then those that they name second, ...: the nation, its modes, its districts. */
static bool group_views(struct model *model)
{
    const struct scenario *scenario = model->scenario;
    size_t most = 0;
    for (size_t i = 0; i < scenario->streams; i++)
        if (scenario->stream[i].groups > most) most = scenario->stream[i].groups;
    for (size_t g = 0; g < most; g++)
        for (size_t i = 0; i < scenario->streams; i++)
            if (g < scenario->stream[i].groups &&
                !group_view(model, &scenario->stream[i], scenario->stream[i].group[g]))
                return false;
    return true;
}

static bool direction_view(struct model *model, const char *name, const char *label, enum direction direction)
{
    const struct view like = {.name = name, .label = label, .direction = direction, .kind = name};
    return add_view(model, &like, SIZE_MAX);
}

bool make_views(struct model *model)
{
    const struct scenario *scenario = model->scenario;
    for (size_t g = 0; g < model->groups; g++)
        if (!name_outcomes(model, &model->group[g])) return false;
    size_t groups = 0;
    for (size_t i = 0; i < scenario->streams; i++) groups += scenario->stream[i].groups;
    model->view = keep(model, scenario->streams + 3 + 2 * groups, sizeof *model->view);
    if (model->view == NULL || !direction_view(model, "import", "imports", DIRECTION_IMPORT) ||
        !direction_view(model, "export", "exports", DIRECTION_EXPORT) || !group_views(model))
        return false;
    for (size_t i = 0; i < scenario->streams; i++) {
        const struct stream *stream = &scenario->stream[i];
        if (find_view(model, stream->name, strlen(stream->name))) continue;
        const struct view like = {.name = stream->name,
            .label = stream->label ? stream->label : stream->name,
            .direction = stream->direction,
            .kind = kind_of(stream),
            .site = site_of(scenario, stream->name)};
        if (!add_view(model, &like, i)) return false;
    }
    return true;
}

/* ---- parts of a view ---- */

static bool has_attribute(const struct stream_in_model *stream, int attribute)
{
    if (attribute == ATTRIBUTE_LANE || attribute == ATTRIBUTE_FOUND) return stream->classes;
    for (size_t i = 0; i < stream->stream->attributes; i++)
        if (stream->stream->attribute[i] == attribute) return true;
    return false;
}

static bool begin_cells(struct model *model, struct view *view)
{
    if (view->cell) return true;
    view->cell = keep(model, VIEW_CELLS, sizeof *view->cell);
    view->cell_of = keep(model, view->members, sizeof *view->cell_of);
    view->split_of = keep(model, view->members, sizeof *view->split_of);
    return view->cell && view->cell_of && view->split_of;
}

/* Says of each member whether it has the attribute at all, and has it counted; false when none has. */
static bool split_members(struct model *model, struct view *view, size_t c, unsigned levels)
{
    const struct view_cell *cell = &view->cell[c];
    bool any = false;
    for (size_t m = 0; m < view->members; m++) {
        const struct stream_in_model *stream = &model->stream[view->member[m]];
        bool has = has_attribute(stream, cell->attribute);
        view->cell_of[m][c] = view->split_of[m][c] = NONE;
        any = any || has;
        if (has && stream->ledger && ledger_split(stream->ledger, (unsigned)cell->attribute, levels))
            view->cell_of[m][c] = 0; /* which: once all are known */
        if (!has || !cell->times) continue;
        struct network *net = model->group[stream->group].net;
        const char *name = model->scenario->attribute[cell->attribute];
        if (network_split_first(net, stream->id, (unsigned)cell->attribute) >= 0 ||
            network_split(net, stream->id, name, (unsigned)cell->attribute, levels) >= 0)
            view->split_of[m][c] = 0;
    }
    return any;
}

int view_cell(struct model *model, struct view *view, int attribute, unsigned level, unsigned levels, bool times)
{
    if (!begin_cells(model, view)) return NONE;
    size_t c = 1;
    while (c < view->cells && (view->cell[c].attribute != attribute || view->cell[c].level != level)) c++;
    if (c == VIEW_CELLS) return NONE;
    if (c < view->cells && (view->cell[c].times || !times)) return (int)c;
    view->cell[c] = (struct view_cell){attribute, level, times};
    if (!split_members(model, view, c, levels)) return NONE;
    if (c == view->cells) view->cells++;
    return (int)c;
}

static bool collect_points(struct model *model, struct view *view)
{
    size_t most = 0;
    view->cells = 1;
    for (size_t m = 0; m < view->members; m++) {
        const struct ledger *ledger = model->stream[view->member[m]].ledger;
        view->booked = view->booked || ledger;
        most += ledger ? ledger->points : 0;
    }
    view->point = keep(model, most + 1, sizeof *view->point);
    for (size_t m = 0; view->point && m < view->members; m++) {
        const struct ledger *ledger = model->stream[view->member[m]].ledger;
        for (size_t p = 0; ledger && p < ledger->points; p++)
            if (view_point(view, ledger->point[p]) == NONE) view->point[view->points++] = ledger->point[p];
    }
    return view->point != NULL;
}

int view_point(const struct view *view, const char *name)
{
    for (size_t i = 0; i < view->points; i++)
        if (strcmp(view->point[i], name) == 0) return (int)i;
    return NONE;
}

void view_bound(struct model *model, struct view *view, double hours)
{
    for (size_t i = 0; i < view->bounds; i++)
        if (view->bound[i] == hours) return;
    if (view->bounds == MOST_BOUNDS) return; /* interpolated in a bucket of the histogram, 0.8 % wide at most */
    view->bound[view->bounds++] = hours;
    for (size_t m = 0; m < view->members; m++) {
        const struct stream_in_model *stream = &model->stream[view->member[m]];
        char name[200];
        snprintf(name, sizeof name, "stream.%s.time.at_most(%.17g)", stream->stream->name, hours);
        network_metric(model->group[stream->group].net, name);
    }
}

int view_watch(struct model *model, struct view *view, int stage)
{
    for (size_t i = 0; i < view->watches; i++)
        if (view->watch[i] == stage) return (int)i;
    if (view->stage[stage].after_release || view->watches == MOST_WATCHES) return NONE;
    for (size_t m = 0; m < view->members; m++) {
        const struct stream_in_model *stream = &model->stream[view->member[m]];
        int *of = &view->watch_of[m][view->watches];
        *of = NONE;
        for (size_t s = 0; s < stream->stages; s++)
            if (view->stage_of[m][s] == stage)
                *of = network_watch_stage(model->group[stream->group].net, stream->id, (int)s);
    }
    view->watch[view->watches] = stage;
    return (int)view->watches++;
}

void view_watch_bound(struct model *model, struct view *view, int watch, double hours)
{
    for (size_t i = 0; i < view->stage_bounds; i++)
        if (view->stage_bound[i].watch == watch && view->stage_bound[i].hours == hours) return;
    if (view->stage_bounds == MOST_BOUNDS) return;
    for (size_t m = 0; m < view->members; m++) {
        const struct stream_in_model *stream = &model->stream[view->member[m]];
        int of = view->watch_of[m][watch];
        if (of != NONE) network_watch_bound(model->group[stream->group].net, stream->id, of, hours);
    }
    view->stage_bound[view->stage_bounds++] = (struct stage_bound){watch, hours};
}
