/* list_jobs.c -- GET /jobs (section 1.4). */

#include <string.h>

#include "../model/document.h"
#include "../model/text.h"
#include "../wire/reply.h"
#include "api.h"
#include "parts.h"

/* D44, C05: an integer from 1 to 1000, and what is said of others. */
static const struct error *check_max_results(struct exchange *exchange)
{
    const struct target_text *text =
        target_parameter(&exchange->target, "maxResults");
    bool clamp =
        readings_get(exchange->readings, READING_MAX_RESULTS_ABOVE_1000);
    unsigned long long number = API_RESULTS_MOST;

    if (text && (!text_number(text->data, text->length, 2147483647, &number) ||
                 number == 0 || (number > API_RESULTS_MOST && !clamp)))
        return &error_rows[readings_get(exchange->readings, READING_MAX_RESULTS)
                               ? ROW_E36
                               : ROW_E07];
    exchange->max_results =
        (long long)(number < API_RESULTS_MOST ? number : API_RESULTS_MOST);
    return NULL;
}

/* Empty ones are as absent (D46, D47). */
static const struct error *check(struct exchange *exchange)
{
    const struct target_text *status =
        target_parameter(&exchange->target, "jobStatuses");
    const struct target_text *token =
        target_parameter(&exchange->target, "nextToken");
    const struct error *error;

    if (status && status->length > 0 &&
        !status_parse(status->data, status->length, &exchange->status))
        return &error_rows[ROW_E06];
    error = check_max_results(exchange);
    if (error)
        return error;
    if (token)
        exchange->next_token = *token;
    return exchange->next_token.length > JOB_ID_MOST ||
                   strlen(exchange->next_token.data) !=
                       exchange->next_token.length
               ? &error_rows[ROW_E08]
               : NULL;
}

/* The token is the id of the job that the last page ended with (38611). */
static const struct job *last_job(const struct exchange *exchange,
                                  const struct services *services)
{
    return exchange->next_token.length > 0
               ? jobs_get(services->jobs, exchange->appid,
                          exchange->next_token.data)
               : NULL;
}

static const struct error *prepare(struct exchange *exchange,
                                   const struct services *services)
{
    return exchange->next_token.length > 0 && !last_job(exchange, services)
               ? &error_rows[ROW_E08]
               : NULL;
}

/* The name of the one operation that an Operation contains, or "". */
static const char *operation_of(const struct job *job)
{
    struct document_reader reader;

    if (!job->operation)
        return "";
    document_start(&reader, job->operation);
    document_step(&reader);
    return document_step(&reader) == DOCUMENT_OPEN ? reader.element->name : "";
}

/* In the exact order of the sample. */
static void put_member(struct buffer *body, const struct job *job,
                       long long now)
{
    reply_open(body, 2, "member");
    reply_time(body, 3, "CreationTime", job->creation_time);
    parts_text(body, 3, "Description", job->description);
    parts_text(body, 3, "JobId", job->id);
    parts_text(body, 3, "Operation", operation_of(job));
    reply_number(body, 3, "Priority", job->priority);
    parts_progress(body, 3, job, now);
    parts_text(body, 3, "Status", status_name(job->status));
    reply_time(body, 3, "TerminationDate", job->termination_date);
    reply_close(body, 2, "member");
}

/* When there is a next page, or the documents are read literally (D94). */
static void put_token(const struct exchange *exchange, struct buffer *body,
                      const struct job *last, bool more)
{
    bool always = readings_get(exchange->readings, READING_LAST_PAGE_TOKEN);

    parts_text(body, 1, "NextToken",
               last && (more || always) ? last->id : NULL);
}

static void reply(const struct exchange *exchange,
                  const struct services *services, struct buffer *body)
{
    bool window = readings_get(exchange->readings, READING_LIST_WINDOW);
    long long since = window ? services->now - API_LIST_WINDOW : 0;
    const struct job *last = last_job(exchange, services);
    const struct job *job = jobs_list_next(services->jobs, exchange->appid,
                                           exchange->status, last, since);

    reply_open(body, 0, "ListJobsResult");
    if (!job)
        reply_text(body, 1, "Jobs", "", 0);
    else
        reply_open(body, 1, "Jobs");
    last = NULL;
    for (long long n = 0; job && n < exchange->max_results; n++) {
        put_member(body, job, services->now);
        last = job;
        job = jobs_list_next(services->jobs, exchange->appid, exchange->status,
                             job, since);
    }
    if (last)
        reply_close(body, 1, "Jobs");
    put_token(exchange, body, last, job != NULL);
    reply_close(body, 0, "ListJobsResult");
}

const struct route list_jobs = {
    .operation = OPERATION_LIST_JOBS,
    .method = "GET",
    .path = {"jobs"},
    .n_path = 1,
    .http = 200,
    .check = check,
    .prepare = prepare,
    .reply = reply,
};
