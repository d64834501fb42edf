/* model_inside.h - what a model file looks like once it is read; private to models/risk (model.c, table.c). */
#ifndef GREENLANE_MODELS_RISK_MODEL_INSIDE_H
#define GREENLANE_MODELS_RISK_MODEL_INSIDE_H

#include "models/risk/feature.h"
#include "models/risk/model.h"
#include "models/scenario/datafile.h"

enum { KEY_BYTES = 1024 };
enum { FEATURE, KIND, KEY, OTHER, POINTS, CELLS };
#define BETWEEN "\x1f"

struct risk_feature {
    const char *name; /* the file's */
    enum feature_kind kind;
    size_t a, b; /* columns; of a pair, features */
    size_t prefix;
    struct dictionary keys;  /* of words, prefixes, pairs */
    double *points;          /* by key; of numbers by bin, the first is missing */
    double *edge;            /* of numbers: lower ends from bin 1 on; rising */
    const char **edge_text;  /* as the file has them */
    size_t count, allocated; /* of points */
};

struct risk_model {
    struct datafile *file;
    bool borrows; /* the file is another's */
    double intercept;
    struct dictionary columns;
    struct risk_feature *feature;
    size_t features;
};

#endif
