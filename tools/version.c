/* version.c - see version.h. Libraries tell at run time; Random123 is headers only and tells nothing, so the Makefile
 * passes the version of the package that was compiled in. */
#include "tools/version.h"
#include "models/clearance/model.h"
#include "tools/command.h"
#include "tools/gnuplot.h"
#include <gsl/gsl_version.h>
#include <sqlite3.h>
#include <uv.h>
#include <yaml.h>

#ifndef RANDOM123_VERSION
#define RANDOM123_VERSION "unknown"
#endif

void versions_line(char *out, size_t size)
{
    snprintf(out, size, "greenlane %s, libuv %s, SQLite %s, libyaml %s, GSL %s, Random123 %s", GREENLANE_VERSION,
        uv_version_string(), sqlite3_libversion(), yaml_get_version_string(), gsl_version, RANDOM123_VERSION);
}

void versions_print(FILE *out)
{
    char gnuplot[80];
    fprintf(out, "greenlane %s (result version %d)\n", GREENLANE_VERSION, MODEL_RESULT_VERSION);
    fprintf(out, "libuv     %s\nSQLite    %s\nlibyaml   %s\n", uv_version_string(), sqlite3_libversion(),
        yaml_get_version_string());
    fprintf(out, "GSL       %s\nRandom123 %s\n", gsl_version, RANDOM123_VERSION);
    fprintf(out, "gnuplot   %s\n", gnuplot_version(gnuplot, sizeof gnuplot) ? gnuplot : "not found");
}
