#include "readingsfile.h"

#include <jansson.h>
#include <stdlib.h>

#include "../policy/datafile.h"

static bool choose(const char *path, const json_t *json,
                   struct readings *readings, struct why *why)
{
    struct readings chosen = *readings;
    const char *name;
    json_t *value;

    /* An empty table is a list, too. */
    if (!json_is_object(json) && json_array_size(json) > 0)
        return why_set(why, "%s: must return { NAME = \"VALUE\" }", path);
    json_object_foreach((json_t *)json, name, value)
    {
        if (!json_is_string(value))
            return why_set(why, "%s: %.64s must be a text", path, name);
        if (!readings_set(&chosen, name, json_string_value(value), why))
            return why_prefix(why, "%s: ", path);
    }
    *readings = chosen;
    return true;
}

bool readingsfile_read(const char *path, struct readings *readings,
                       struct why *why)
{
    json_t *json;
    char *text;
    bool done;

    if (!datafile_read(path, &text, why))
        return false;
    json = json_loads(text, 0, NULL);
    free(text);
    if (!json)
        return why_set(why, "%s: out of memory", path);
    done = choose(path, json, readings, why);
    json_decref(json);
    return done;
}
