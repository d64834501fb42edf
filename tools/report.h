/* report.h - what `run` and `validate` print of one stored variant. */
#ifndef GREENLANE_TOOLS_REPORT_H
#define GREENLANE_TOOLS_REPORT_H

#include "tools/variants.h"

void report_heading(const struct variants *all, const struct variant *variant, FILE *out);
void report_times(const struct variants *all, const struct variant *variant, FILE *out);     /* clearance, lanes, stages */
void report_sites(const struct variants *all, const struct variant *variant, FILE *out);     /* by group and by site */
void report_control(const struct variants *all, const struct variant *variant, FILE *out);   /* by class; found, leaked, duty, cost */
void report_notice(const struct facts *facts, FILE *out); /* what the scenario wants every output to say */
/* Likewise of all variants, each notice once: as text with a blank after each, printed, and as JSON's "notice". */
enum { NOTICES_BYTES = 2000 };
size_t notices_of(const struct variants *all, char *text, size_t size);
void report_notices(const struct variants *all, FILE *out);
void json_notices(struct json *json, const struct variants *all);
void report_resources(const struct variants *all, const struct variant *variant, FILE *out);
void report_network(const struct variants *all, const struct variant *variant, FILE *out);   /* without directions: all metrics */
void report_plan(const struct variants *all, const struct variant *variant, FILE *out); /* warm-up, precision, batches */
void report_evidence(const struct variants *all, const struct variant *variant, FILE *out);  /* the ± sentence */
size_t report_expects(const struct variants *all, const struct variant *variant, FILE *out); /* how many are missed */
void report_promises(const struct variants *all, const struct variant *variant, FILE *out);
void report_checks(const struct variants *all, const struct variant *variant, FILE *out);
void report_json(const struct variants *all, const struct variant *variant, FILE *out);
void json_plan(const struct variants *all, const struct variant *variant, struct json *json); /* into an open map */

void describe_length(const struct variant *variant, char *text, size_t size); /* of the window: "120 d" */
void describe_plan(const struct variant *variant, char *text, size_t size);   /* "10 replications x 120 d, seed 1" */
void describe_hours(double hours, char *text, size_t size); /* "14 d", "6 h" */
/* A metric's value with the unit its name ends in: "97.39 h", "5.1 %". */
void describe_value(const char *metric, double value, char *text, size_t size);
const char *direction_plural(const char *direction); /* imports, exports, or the name */
bool expect_is_met(const struct store_expect *expect, double mean);

#endif
