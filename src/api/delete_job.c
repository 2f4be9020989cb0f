/* delete_job.c -- DELETE /jobs/<JobId>, which clients send and no document
 * describes (D16): of any status, answered with 204. */

#include "api.h"

static const struct error *apply(struct exchange *exchange,
                                 const struct services *services)
{
    jobs_remove(services->jobs, exchange->job);
    exchange->job = NULL;
    exchange->after = STATUS_COUNT;
    return NULL;
}

const struct route delete_job = {
    .operation = OPERATION_DELETE_JOB,
    .method = "DELETE",
    .path = {"jobs", "*"},
    .n_path = 2,
    .http = 204,
    .no_such = ROW_E21,
    .apply = apply,
};
