#include "jobs.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct account {
    struct account *next; /* there are few: a list */
    size_t counts[STATUS_COUNT];
    char appid[JOB_APPID_MOST + 1];
};

/* What looking up reads comes first: it is on one line of the cache. */
struct node {
    uint64_t hash;
    struct node *chain; /* same bucket */
    struct account *account;
    struct job job;
    struct node *prev, *next; /* order of arrival */
};

struct jobs {
    struct node **buckets;
    size_t n_buckets; /* a power of two */
    size_t n_jobs;
    struct node *first, *last;
    struct account *accounts;
};

enum { FIRST_BUCKETS = 64 };

/* The node that a job of ours is part of. */
static struct node *node_of(const struct job *job)
{
    return (struct node *)((char *)job - offsetof(struct node, job));
}

struct jobs *jobs_new(void)
{
    struct jobs *jobs = calloc(1, sizeof(*jobs));

    if (!jobs)
        return NULL;
    jobs->n_buckets = FIRST_BUCKETS;
    jobs->buckets = calloc(jobs->n_buckets, sizeof(jobs->buckets[0]));
    if (!jobs->buckets) {
        free(jobs);
        return NULL;
    }
    return jobs;
}

void jobs_free(struct jobs *jobs)
{
    if (!jobs)
        return;
    for (struct node *node = jobs->first, *next; node; node = next) {
        next = node->next;
        job_done(&node->job);
        free(node);
    }
    for (struct account *account = jobs->accounts, *next; account;
         account = next) {
        next = account->next;
        free(account);
    }
    free(jobs->buckets);
    free(jobs);
}

/* FNV-1a over both names, the account's zero byte between them. */
static uint64_t hash_of(const char *appid, const char *id)
{
    uint64_t hash = 0xcbf29ce484222325u;

    for (; *appid; appid++)
        hash = (hash ^ (unsigned char)*appid) * 0x100000001b3u;
    hash *= 0x100000001b3u;
    for (; *id; id++)
        hash = (hash ^ (unsigned char)*id) * 0x100000001b3u;
    return hash ^ hash >> 32;
}

struct job *jobs_get(const struct jobs *jobs, const char *appid, const char *id)
{
    uint64_t hash = hash_of(appid, id);
    struct node *node = jobs->buckets[hash & (jobs->n_buckets - 1)];

    for (; node; node = node->chain) {
        if (node->hash == hash && strcmp(node->job.id, id) == 0 &&
            strcmp(node->account->appid, appid) == 0)
            return &node->job;
    }
    return NULL;
}

static struct account *account_of(struct jobs *jobs, const char *appid)
{
    struct account *account;

    for (account = jobs->accounts; account; account = account->next) {
        if (strcmp(account->appid, appid) == 0)
            return account;
    }
    account = calloc(1, sizeof(*account));
    if (!account)
        return NULL;
    strncpy(account->appid, appid, JOB_APPID_MOST);
    account->next = jobs->accounts;
    jobs->accounts = account;
    return account;
}

/* Twice the buckets; the old ones serve on when there is no memory. */
static void grow(struct jobs *jobs)
{
    size_t n_buckets = jobs->n_buckets * 2;
    struct node **buckets = calloc(n_buckets, sizeof(buckets[0]));

    if (!buckets)
        return;
    for (struct node *node = jobs->first; node; node = node->next) {
        struct node **bucket = &buckets[node->hash & (n_buckets - 1)];

        node->chain = *bucket;
        *bucket = node;
    }
    free(jobs->buckets);
    jobs->buckets = buckets;
    jobs->n_buckets = n_buckets;
}

enum jobs_result jobs_add(struct jobs *jobs, struct job *job)
{
    struct account *account;
    struct node *node, **bucket;

    if (jobs_get(jobs, job->appid, job->id))
        return JOBS_TAKEN;
    account = account_of(jobs, job->appid);
    node = account ? calloc(1, sizeof(*node)) : NULL;
    if (!node)
        return JOBS_NO_MEMORY;
    if (jobs->n_jobs >= jobs->n_buckets)
        grow(jobs);
    node->hash = hash_of(job->appid, job->id);
    node->job = *job;
    node->account = account;
    job_init(job);
    bucket = &jobs->buckets[node->hash & (jobs->n_buckets - 1)];
    node->chain = *bucket;
    *bucket = node;
    node->prev = jobs->last;
    *(jobs->last ? &jobs->last->next : &jobs->first) = node;
    jobs->last = node;
    jobs->n_jobs++;
    account->counts[node->job.status]++;
    return JOBS_OK;
}

void jobs_remove(struct jobs *jobs, struct job *job)
{
    struct node *node = node_of(job);
    struct node **link = &jobs->buckets[node->hash & (jobs->n_buckets - 1)];

    while (*link != node)
        link = &(*link)->chain;
    *link = node->chain;
    *(node->prev ? &node->prev->next : &jobs->first) = node->next;
    *(node->next ? &node->next->prev : &jobs->last) = node->prev;
    node->account->counts[job->status]--;
    jobs->n_jobs--;
    job_done(job);
    free(node);
}

void jobs_enter(struct jobs *jobs, struct job *job, enum status status,
                long long now)
{
    struct account *account = node_of(job)->account;

    (void)jobs;
    account->counts[job->status]--;
    account->counts[status]++;
    job_enter(job, status, now);
}

size_t jobs_count(const struct jobs *jobs, const char *appid,
                  enum status status)
{
    size_t count = 0;

    for (const struct account *account = jobs->accounts; account;
         account = account->next) {
        if (appid && strcmp(account->appid, appid) != 0)
            continue;
        for (int i = 0; i < STATUS_COUNT; i++) {
            if (status == STATUS_COUNT || (int)status == i)
                count += account->counts[i];
        }
    }
    return count;
}

struct job *jobs_last(const struct jobs *jobs)
{
    return jobs->last ? &jobs->last->job : NULL;
}

struct job *jobs_next(const struct jobs *jobs, const struct job *job)
{
    struct node *next = job ? node_of(job)->next : jobs->first;

    return next ? &next->job : NULL;
}
