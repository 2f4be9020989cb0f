#include "jsonbuild.h"

void jsonbuild_add(json_t **json, const char *name, json_t *value)
{
    if (json_object_set_new(*json, name, value) == 0)
        return;
    json_decref(*json);
    *json = NULL;
}

void jsonbuild_append(json_t **json, json_t *value)
{
    if (json_array_append_new(*json, value) == 0)
        return;
    json_decref(*json);
    *json = NULL;
}

json_t *jsonbuild_refusal(const struct error *error)
{
    json_t *json = json_pack("{s:s, s:i, s:s}", "code", error->code, "http",
                             error->http, "message", error->message);

    if (error->id && *error->id)
        jsonbuild_add(&json, "row", json_string(error->id));
    return json;
}
