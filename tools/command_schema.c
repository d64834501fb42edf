/* command_schema.c - `greenlane schema`: what a scenario file may hold, for editors as a JSON Schema, for people as
 * tables; both from the one table of fields. */
#include "models/scenario/fields.h"
#include "tools/command.h"

int command_schema(const struct options *options)
{
    if (options->reference)
        fields_reference(stdout);
    else
        fields_schema(stdout);
    return EXIT_DONE;
}
