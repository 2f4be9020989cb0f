/* create_job.c -- POST /jobs (section 1.5). */

#include <string.h>

#include "../model/text.h"
#include "../wire/framing.h"
#include "../wire/reply.h"
#include "api.h"

static const struct error *check(struct exchange *exchange)
{
    const struct jobgate_request *request = exchange->request;

    /* Where no job is made any bytes are an account's name (D51); a job shows
     * its own. */
    if (text_check(exchange->appid, strlen(exchange->appid)) != TEXT_FINE)
        return &error_rows[ROW_D51];
    if (exchange->body_bytes > SUBMISSION_MOST)
        return &error_rows[ROW_G14];
    if (readings_get(exchange->readings, READING_CONTENT_MD5) &&
        request->body_length > 0 &&
        !framing_header(request, "Content-MD5", NULL))
        return &error_rows[ROW_C19];
    return submission_read(request->body ? request->body : "",
                           request->body ? request->body_length : 0,
                           exchange->readings, &exchange->submitted);
}

/* A token that was used: refused, or the first job again (D85, C23). */
static const struct error *check_token(struct exchange *exchange,
                                       const struct services *services)
{
    const char *first = jobs_by_token(services->jobs, exchange->appid,
                                      exchange->submitted.client_request_token);

    if (!first)
        return NULL;
    if (!readings_get(exchange->readings, READING_REPEATED_TOKEN))
        return &error_rows[ROW_E13];
    exchange->job_id = (struct target_text){first, strlen(first)};
    exchange->answered = true;
    return NULL;
}

static bool give(struct job *job, const char *field, const char *text)
{
    struct why why;

    return job_set_text(job, job_field(field), text, strlen(text), &why);
}

/* The whole job, so that the policy can see it: New, with an id. */
static const struct error *prepare(struct exchange *exchange,
                                   const struct services *services)
{
    struct job *job = &exchange->submitted;
    const struct error *error = check_token(exchange, services);

    if (error || exchange->answered)
        return error;
    do {
        random_uuid(services->random, exchange->new_id);
    } while (jobs_get(services->jobs, exchange->appid, exchange->new_id));
    if (!give(job, "id", exchange->new_id) ||
        !give(job, "appid", exchange->appid) ||
        !job_complete_defaults(job, services->now))
        return &error_rows[ROW_E25];
    exchange->subject = job;
    return NULL;
}

static const struct error *apply(struct exchange *exchange,
                                 const struct services *services)
{
    struct decision *decision = &exchange->decision;
    struct job *job = &exchange->submitted;

    api_keep(job, decision, services->now);
    if (jobs_add(services->jobs, job) != JOBS_OK) {
        api_uncount(services, NULL, exchange->appid, decision);
        return &error_rows[ROW_E25];
    }
    exchange->job = job = jobs_last(services->jobs);
    exchange->job_id = (struct target_text){exchange->new_id, UUID_TEXT - 1};
    if (decision->changes && decision->become != job->status)
        api_enter(services, job, decision->become);
    else
        api_schedule(services, job);
    exchange->after = job->status;
    return NULL;
}

static void reply(const struct exchange *exchange,
                  const struct services *services, struct buffer *body)
{
    (void)services;
    reply_open(body, 0, "CreateJobResult");
    reply_text(body, 1, "JobId", exchange->job_id.data,
               exchange->job_id.length);
    reply_close(body, 0, "CreateJobResult");
}

const struct route create_job = {
    .operation = OPERATION_CREATE_JOB,
    .method = "POST",
    .path = {"jobs"},
    .n_path = 1,
    .http = 200,
    .takes_body = true,
    .check = check,
    .prepare = prepare,
    .apply = apply,
    .reply = reply,
};
