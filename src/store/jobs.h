/* jobs.h -- the jobs of a host, in memory.
 *
 * A hash table from (appid, id) to job, in the order of arrival, with the
 * number of jobs per account and status kept up to date, so that a policy may
 * count at no cost. An appid is a name space: jobs of one are invisible to
 * another (D51, D52). Not thread-safe: the host calls it under its lock. */

#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "../model/job.h"

struct jobs;

/* NULL when out of memory. */
struct jobs *jobs_new(void);
void jobs_free(struct jobs *jobs);

/* One job, or NULL. It stays the store's, valid until it is removed; its
 * status is changed through jobs_enter only. */
struct job *jobs_get(const struct jobs *jobs, const char *appid,
                     const char *id);

enum jobs_result {
    JOBS_OK,
    JOBS_TAKEN, /* the account has a job of that id */
    JOBS_NO_MEMORY,
};

/* Take a job in. On success its contents are moved from `job`, which is empty
 * afterwards; else `job` is unchanged. It must have an id and an appid. */
enum jobs_result jobs_add(struct jobs *jobs, struct job *job);

/* Forget a job of this store. */
void jobs_remove(struct jobs *jobs, struct job *job);

/* Give a job of this store a status, at `now` (job_enter). */
void jobs_enter(struct jobs *jobs, struct job *job, enum status status,
                long long now);

/* How many jobs there are: of an account, or of all (NULL); of a status, or of
 * all (STATUS_COUNT). */
size_t jobs_count(const struct jobs *jobs, const char *appid,
                  enum status status);

/* The job that came last, or NULL. */
struct job *jobs_last(const struct jobs *jobs);

/* In the order of arrival: the job after `job`, the first one after NULL. */
struct job *jobs_next(const struct jobs *jobs, const struct job *job);
