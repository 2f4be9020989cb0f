/* parts.h -- parts of answers that several operations give. */

#pragma once

#include "../model/buffer.h"
#include "../model/job.h"

/* A text of a job; NULL is an empty one. */
void parts_text(struct buffer *body, int depth, const char *name,
                const char *text);

/* ProgressSummary, as it stands at `now`. */
void parts_progress(struct buffer *body, int depth, const struct job *job,
                    long long now);
