/* process_read.h - what the two readers of processes share: process_read.c finds the steps and how they follow one
 * another, step_read.c what each of them does. Internal.
 */
#ifndef GREENLANE_MODELS_SCENARIO_PROCESS_READ_H
#define GREENLANE_MODELS_SCENARIO_PROCESS_READ_H

#include "models/scenario/reader.h"

struct step_notes { /* of a step while it is read */
    const struct node *body;
    char *path;
    int list;         /* steps of one list (a process, a branch) have one number */
    int parent;       /* the parallel or choose step around it; NONE at the top */
    bool alternative; /* of a choose: share and when belong to the choice */
};

struct process_reader {
    struct reader *r;
    struct step_notes *notes; /* as many as scenario->step */
    int first, lists;         /* first step of the process at hand */
    struct condition_steps steps;
};

void read_step(struct process_reader *p, int index);

#endif
