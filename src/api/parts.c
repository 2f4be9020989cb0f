#include "parts.h"

#include <string.h>

#include "../wire/reply.h"

void parts_text(struct buffer *body, int depth, const char *name,
                const char *text)
{
    reply_text(body, depth, name, text ? text : "", text ? strlen(text) : 0);
}

void parts_progress(struct buffer *body, int depth, const struct job *job,
                    long long now)
{
    reply_open(body, depth, "ProgressSummary");
    reply_number(body, depth + 1, "NumberOfTasksFailed", job->tasks_failed);
    reply_number(body, depth + 1, "NumberOfTasksSucceeded",
                 job_succeeded(job, now));
    reply_number(body, depth + 1, "TotalNumberOfTasks", job->tasks_total);
    reply_close(body, depth, "ProgressSummary");
}
