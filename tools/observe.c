/* observe.c - see observe.h. */
#include "tools/observe.h"
#include "models/clearance/model.h"
#include "models/scenario/metric_name.h"
#include <stdio.h>
#include <stdlib.h>

static bool is_new(const struct scenario *scenario, const struct model *model, const char *metric)
{
    char why[QUANTITY_WHY];
    enum unit unit;
    return model_metric_find(model, metric) < 0 && metric_name_check(scenario, metric, &unit, why);
}

static void put(FILE *out, const char *metric, bool first)
{
    fprintf(out, "%s\"%s\"", first ? "" : ", ", metric);
}

bool observe_setting(const struct scenario *scenario, const char *const *metric, size_t metrics, char **out)
{
    struct diagnostics errors;
    diagnostics_init(&errors);
    struct model *model = model_create(scenario, &errors);
    diagnostics_clear(&errors);
    *out = NULL;
    if (!model) return true; /* what is wrong is said when it is run */
    char *text = NULL;
    size_t size = 0, added = 0;
    FILE *stream = open_memstream(&text, &size);
    if (stream) fputs("run.metrics=[", stream);
    for (size_t i = 0; stream && i < scenario->run.metrics; i++) put(stream, scenario->run.metric[i], i == 0);
    for (size_t i = 0; stream && i < metrics; i++)
        if (is_new(scenario, model, metric[i])) put(stream, metric[i], scenario->run.metrics + added++ == 0);
    if (stream) fputs("]", stream);
    bool fine = stream && fclose(stream) == 0;
    model_destroy(model);
    if (fine && added)
        *out = text;
    else
        free(text);
    return fine;
}
