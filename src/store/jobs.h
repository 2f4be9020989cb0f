/* jobs.h -- the jobs of a host, in memory.
 *
 * A hash table from (appid, id) to job, in the order of arrival, with the
 * number of jobs per account and status kept up to date, so that a policy may
 * count at no cost; each account's jobs in the order of ListJobs; and all jobs
 * for which something is due, by its time. An appid is a name space: jobs of
 * one are invisible to another (D51, D52). Not thread-safe: the host calls it
 * under its lock. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../model/job.h"

struct jobs;

/* NULL when out of memory. */
struct jobs *jobs_new(void);
void jobs_free(struct jobs *jobs);

/* One job, or NULL. It stays the store's, valid until it is removed. Before
 * its fields are changed jobs_edit is called; its id and account never change,
 * its status and creation time through the functions below only. */
struct job *jobs_get(const struct jobs *jobs, const char *appid,
                     const char *id);

enum jobs_result {
    JOBS_OK,
    JOBS_TAKEN,       /* the account has a job of that id */
    JOBS_TOKEN_TAKEN, /* or has used its ClientRequestToken (D85) */
    JOBS_NO_MEMORY,
};

/* Take a job in. On success its contents are moved from `job`, which is empty
 * afterwards; else `job` is unchanged. It must have an id and an appid. */
enum jobs_result jobs_add(struct jobs *jobs, struct job *job);

/* Fields of a job of this store are about to be changed. The functions here
 * that change a job say so themselves. Costs nothing but for the first time
 * since a mark. */
void jobs_edit(struct jobs *jobs, struct job *job);

/* Delete a job of this store; its token stays used. jobs_forget does as if it
 * had never been. */
void jobs_remove(struct jobs *jobs, struct job *job);
void jobs_forget(struct jobs *jobs, struct job *job);

/* See to it that the next of the two is noted for the marks that there are.
 * False: out of memory; they would be forgotten. */
bool jobs_reserve(struct jobs *jobs);

/* The id of the job that was created with this token, which may have been
 * deleted since; NULL: the account has not used it. */
const char *jobs_by_token(const struct jobs *jobs, const char *appid,
                          const char *token);

/* Give a job of this store a status, at `now` (job_enter). */
void jobs_enter(struct jobs *jobs, struct job *job, enum status status,
                long long now);

/* Give a job of this store another creation time. */
void jobs_set_creation_time(struct jobs *jobs, struct job *job,
                            long long creation_time);

/* How many jobs there are: of an account, or of all (NULL); of a status, or of
 * all (STATUS_COUNT). */
size_t jobs_count(const struct jobs *jobs, const char *appid,
                  enum status status);

/* A page of ListJobs: the account's job behind `after`, of a status or of any
 * (STATUS_COUNT), by CreationTime and then JobId (D93). NULL stands before the
 * first one that was created at `since` or later; NULL: there is none. */
struct job *jobs_list_next(const struct jobs *jobs, const char *appid,
                           enum status status, const struct job *after,
                           long long since);

/* Note when something is due for a job of this store; 0: never. Of those that
 * are due at the same time the one noted first comes first. `fresh`: something
 * is to come that has not been asked about, not only what did not hold. */
void jobs_wait(struct jobs *jobs, struct job *job, long long due, bool fresh);

/* The job for which something is due first, and when; NULL: there is none. */
struct job *jobs_due(struct jobs *jobs, long long *ret_due);

/* When something is due for a job of this store; 0: never. */
long long jobs_due_of(const struct job *job);

/* How many jobs wait, and for how many of them it is something fresh. */
size_t jobs_waiting(const struct jobs *jobs, size_t *ret_fresh);

/* A number that grows with each jobs_wait, and what it was at the last one of
 * this job. */
uint64_t jobs_turn(const struct jobs *jobs);
uint64_t jobs_turn_of(const struct job *job);

/* How often rules have answered for an account, or for all together (NULL):
 * NULL when none has.
 * jobs_account_count_up: false when out of memory. */
const struct tallies *jobs_tallies(const struct jobs *jobs, const char *appid);
bool jobs_account_count_up(struct jobs *jobs, const char *appid, uint64_t rule);
void jobs_account_count_down(struct jobs *jobs, const char *appid,
                             uint64_t rule);

/* The job that came last, or NULL. */
struct job *jobs_last(const struct jobs *jobs);

/* In the order of arrival: the job after `job`, the first one after NULL. */
struct job *jobs_next(const struct jobs *jobs, const struct job *job);

/* ---- going back ---------------------------------------------------------
 *
 * While there is a mark, the first change of a job since the newest one copies
 * it, and a job that is deleted is kept for as long as a mark needs it. When
 * there is no memory for that the change is made nevertheless, and all marks
 * are forgotten; only jobs_add fails instead, and leaves them as they are. */

/* Note how everything is now: jobs, orders, what is due, tokens, tallies. A
 * number that is never given again, or 0 when out of memory. */
uint64_t jobs_mark(struct jobs *jobs);

/* Make everything as it was at the mark, at the cost of what was changed since.
 * The mark stays, later ones are forgotten. A job that was there at the mark
 * and still is stays where it is in memory; one that came since is gone.
 * False: there is no such mark, or none any more; nothing was changed. */
bool jobs_rewind(struct jobs *jobs, uint64_t mark);

/* Forget a mark, if it is there; the others stay as they are. Costs what was
 * changed between it and the next one. */
void jobs_unmark(struct jobs *jobs, uint64_t mark);
