#include "jobs.h"

#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "order.h"
#include "tokens.h"

struct jobs {
    struct node **buckets;
    size_t n_buckets; /* a power of two */
    size_t n_jobs;
    struct node *first, *last;
    struct by_appid accounts;
    struct by_due waiting;
    uint64_t turns; /* of jobs_wait */
    size_t n_waiting, n_fresh;
    struct tokens *tokens;
};

enum { FIRST_BUCKETS = 64 };

struct jobs *jobs_new(void)
{
    struct jobs *jobs = calloc(1, sizeof(*jobs));

    if (!jobs)
        return NULL;
    jobs->n_buckets = FIRST_BUCKETS;
    jobs->buckets = calloc(jobs->n_buckets, sizeof(jobs->buckets[0]));
    jobs->tokens = tokens_new();
    if (!jobs->buckets || !jobs->tokens) {
        jobs_free(jobs);
        return NULL;
    }
    return jobs;
}

static void free_accounts(struct jobs *jobs)
{
    struct account *account;

    while ((account = order_first_account(&jobs->accounts))) {
        order_remove_account(&jobs->accounts, account);
        free(account->tallies.list);
        free(account);
    }
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
    free_accounts(jobs);
    tokens_free(jobs->tokens);
    free(jobs->buckets);
    free(jobs);
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
    struct account *account = order_account(&jobs->accounts, appid);

    if (account)
        return account;
    account = calloc(1, sizeof(*account));
    if (!account)
        return NULL;
    strncpy(account->appid, appid, JOB_APPID_MOST);
    order_add_account(&jobs->accounts, account);
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

/* Put a node where it is found. */
static void link_node(struct jobs *jobs, struct node *node)
{
    struct node **bucket = &jobs->buckets[node->hash & (jobs->n_buckets - 1)];

    node->chain = *bucket;
    *bucket = node;
    node->prev = jobs->last;
    *(jobs->last ? &jobs->last->next : &jobs->first) = node;
    jobs->last = node;
    jobs->n_jobs++;
    node->account->counts[node->job.status]++;
    order_add(node);
}

enum jobs_result jobs_add(struct jobs *jobs, struct job *job)
{
    const char *token = job->client_request_token;
    struct account *account;
    struct node *node;

    if (jobs_get(jobs, job->appid, job->id))
        return JOBS_TAKEN;
    if (token && tokens_get(jobs->tokens, job->appid, token))
        return JOBS_TOKEN_TAKEN;
    account = account_of(jobs, job->appid);
    node = account ? calloc(1, sizeof(*node)) : NULL;
    if (!node ||
        (token && !tokens_add(jobs->tokens, job->appid, token, job->id))) {
        free(node);
        return JOBS_NO_MEMORY;
    }
    if (jobs->n_jobs >= jobs->n_buckets)
        grow(jobs);
    node->hash = hash_of(job->appid, job->id);
    node->job = *job;
    node->account = account;
    job_init(job);
    link_node(jobs, node);
    return JOBS_OK;
}

void jobs_remove(struct jobs *jobs, struct job *job)
{
    struct node *node = order_node(job);
    struct node **link = &jobs->buckets[node->hash & (jobs->n_buckets - 1)];

    while (*link != node)
        link = &(*link)->chain;
    *link = node->chain;
    *(node->prev ? &node->prev->next : &jobs->first) = node->next;
    *(node->next ? &node->next->prev : &jobs->last) = node->prev;
    order_remove(node);
    jobs_wait(jobs, job, 0, false);
    node->account->counts[job->status]--;
    jobs->n_jobs--;
    job_done(job);
    free(node);
}

void jobs_forget(struct jobs *jobs, struct job *job)
{
    if (job->client_request_token)
        tokens_remove(jobs->tokens, job->appid, job->client_request_token);
    jobs_remove(jobs, job);
}

const char *jobs_by_token(const struct jobs *jobs, const char *appid,
                          const char *token)
{
    return tokens_get(jobs->tokens, appid, token);
}

void jobs_enter(struct jobs *jobs, struct job *job, enum status status,
                long long now)
{
    struct node *node = order_node(job);

    (void)jobs;
    node->account->counts[job->status]--;
    node->account->counts[status]++;
    job_enter(job, status, now);
    order_refresh(node);
}

void jobs_set_creation_time(struct jobs *jobs, struct job *job,
                            long long creation_time)
{
    struct node *node = order_node(job);

    (void)jobs;
    order_remove(node);
    job->creation_time = creation_time;
    order_add(node);
}

static size_t count_of(const struct account *account, enum status status)
{
    size_t count = 0;

    if (status != STATUS_COUNT)
        return account->counts[status];
    for (int i = 0; i < STATUS_COUNT; i++)
        count += account->counts[i];
    return count;
}

/* The trees' functions take what they do not change as if they did. */
static struct account *account_or_null(const struct jobs *jobs,
                                       const char *appid)
{
    return order_account((struct by_appid *)&jobs->accounts, appid);
}

size_t jobs_count(const struct jobs *jobs, const char *appid,
                  enum status status)
{
    struct account *account;
    size_t count = 0;

    if (!appid && status == STATUS_COUNT)
        return jobs->n_jobs;
    if (appid) {
        account = account_or_null(jobs, appid);
        return account ? count_of(account, status) : 0;
    }
    account = order_first_account((struct by_appid *)&jobs->accounts);
    for (; account; account = order_next_account(account))
        count += count_of(account, status);
    return count;
}

struct job *jobs_list_next(const struct jobs *jobs, const char *appid,
                           enum status status, const struct job *after,
                           long long since)
{
    unsigned statuses =
        status == STATUS_COUNT ? STATUS_ALL : STATUS_BIT(status);
    struct account *account;
    struct node *node = NULL;

    if (after) {
        node = order_next(order_node(after), statuses);
    } else {
        account = account_or_null(jobs, appid);
        node = account ? order_first(account, statuses, since) : NULL;
    }
    return node ? &node->job : NULL;
}

void jobs_wait(struct jobs *jobs, struct job *job, long long due, bool fresh)
{
    struct node *node = order_node(job);

    jobs->n_waiting -= node->due != 0;
    jobs->n_fresh -= node->fresh;
    node->fresh = due && fresh;
    order_wait(&jobs->waiting, node, due, ++jobs->turns);
    jobs->n_waiting += node->due != 0;
    jobs->n_fresh += node->fresh;
}

size_t jobs_waiting(const struct jobs *jobs, size_t *ret_fresh)
{
    *ret_fresh = jobs->n_fresh;
    return jobs->n_waiting;
}

uint64_t jobs_turn(const struct jobs *jobs)
{
    return jobs->turns;
}

uint64_t jobs_turn_of(const struct job *job)
{
    return order_node(job)->turn;
}

struct job *jobs_due(struct jobs *jobs, long long *ret_due)
{
    struct node *node = order_due(&jobs->waiting);

    if (!node)
        return NULL;
    *ret_due = node->due;
    return &node->job;
}

long long jobs_due_of(const struct job *job)
{
    return order_node(job)->due;
}

const struct tallies *jobs_tallies(const struct jobs *jobs, const char *appid)
{
    const struct account *account = account_or_null(jobs, appid);

    return account ? &account->tallies : NULL;
}

bool jobs_account_count_up(struct jobs *jobs, const char *appid, uint64_t rule)
{
    struct account *account = account_of(jobs, appid);

    return account && tallies_count_up(&account->tallies, rule);
}

void jobs_account_count_down(struct jobs *jobs, const char *appid,
                             uint64_t rule)
{
    struct account *account = account_or_null(jobs, appid);

    if (account)
        tallies_count_down(&account->tallies, rule);
}

struct job *jobs_last(const struct jobs *jobs)
{
    return jobs->last ? &jobs->last->job : NULL;
}

struct job *jobs_next(const struct jobs *jobs, const struct job *job)
{
    struct node *next = job ? order_node(job)->next : jobs->first;

    return next ? &next->job : NULL;
}
