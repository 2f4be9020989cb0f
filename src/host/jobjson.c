#include "jobjson.h"

#include <stdlib.h>
#include <string.h>

#include "../model/vclock.h"
#include "../policy/jsontext.h"
#include "docjson.h"

static bool read_data(struct job *job, const struct job_field *field,
                      json_t *value, struct why *why)
{
    char *text;
    bool fine;

    if (!json_is_object(value))
        return why_set(why, "data must be a table with names as keys");
    text = jsontext(value, JSON_COMPACT | JSON_SORT_KEYS);
    if (!text)
        return why_set(why, "out of memory");
    fine = job_set_text(job, field, text, strlen(text), why);
    free(text);
    return fine;
}

static bool read_document(struct job *job, const struct job_field *field,
                          const json_t *value, struct why *why)
{
    char *text = docjson_read(element_root(field->root), value, why);
    bool fine = text && job_set_text(job, field, text, strlen(text), why);

    free(text);
    return fine;
}

static bool read_field(struct job *job, const struct job_field *field,
                       json_t *value, struct why *why)
{
    if (field->kind == JOB_DOCUMENT)
        return read_document(job, field, value, why);
    if (json_is_integer(value))
        return job_set_number(job, field, json_integer_value(value), why);
    if (json_is_boolean(value))
        return job_set_boolean(job, field, json_is_true(value), why);
    if (field->kind == JOB_DATA)
        return read_data(job, field, value, why);
    if (json_is_string(value))
        return job_set_text(job, field, json_string_value(value),
                            json_string_length(value), why);
    return why_set(why, "%s cannot be of that type (%s)", field->name,
                   field->meaning);
}

bool jobjson_read(struct job *job, const json_t *json, struct why *why)
{
    const char *name;
    json_t *value;

    if (!json_is_object(json))
        return why_set(why, "a job must be a table with names as keys");
    json_object_foreach((json_t *)json, name, value)
    {
        const struct job_field *field = job_field(name);

        if (!field)
            return why_set(why, "unknown field \"%.64s\" (" JOB_FIELDS ")",
                           name);
        if (!read_field(job, field, value, why))
            return false;
    }
    return true;
}

/* Is there nothing to be written? */
static bool is_unset(const struct job *job, const struct job_field *field)
{
    return ((field->kind == JOB_TEXT || field->kind == JOB_DOCUMENT) &&
            !*job_text(job, field)) ||
           (field->kind == JOB_TIME && !job_number(job, field, 0));
}

static json_t *write_field(const struct job *job, const struct job_field *field,
                           long long now)
{
    char time[CLOCK_TEXT];

    switch (field->kind) {
    case JOB_TEXT:
        return json_string(job_text(job, field));
    case JOB_STATUS:
        return json_string(status_name(job->status));
    case JOB_INTEGER:
        return json_integer(job_number(job, field, now));
    case JOB_BOOLEAN:
        return json_boolean(job->confirmation_required);
    case JOB_TIME:
        clock_format(job_number(job, field, now), time);
        return json_string(time);
    case JOB_DATA:
        return job->data ? json_loads(job->data, 0, NULL) : json_object();
    case JOB_DOCUMENT:
        return docjson_write(job_text(job, field));
    }
    return NULL;
}

json_t *jobjson_write(const struct job *job, long long now)
{
    json_t *json = json_object();

    for (size_t i = 0; json && i < job_field_count; i++) {
        const struct job_field *field = &job_fields[i];

        if (!is_unset(job, field) &&
            json_object_set_new(json, field->name,
                                write_field(job, field, now)) != 0) {
            json_decref(json);
            json = NULL;
        }
    }
    return json;
}
