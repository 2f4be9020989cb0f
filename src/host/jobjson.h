/* jobjson.h -- a job as JSON, by the table of its fields (model/job.h).
 *
 * One reader for jobs files, the control API and the Lua module. */

#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "../model/job.h"

/* Set the fields that `json`, an object, has; others stay. On failure `job`
 * may be changed in part. */
bool jobjson_read(struct job *job, const json_t *json, struct why *why);

/* A job at `now` as a JSON object; unset texts and times are left out. NULL
 * when out of memory. */
json_t *jobjson_write(const struct job *job, long long now);
