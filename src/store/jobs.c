#include "jobs.h"

#include <stdlib.h>
#include <string.h>

#include "accounts.h"
#include "hash.h"
#include "order.h"
#include "table.h"
#include "tokens.h"
#include "undo.h"

struct jobs {
    struct table table;
    struct by_arrival arrival;
    struct accounts accounts;
    struct by_due waiting;
    uint64_t turns; /* of jobs_wait */
    size_t n_waiting, n_fresh;
    struct tokens *tokens;
    struct undo undo;
};

struct jobs *jobs_new(void)
{
    struct jobs *jobs = calloc(1, sizeof(*jobs));

    if (!jobs)
        return NULL;
    undo_init(&jobs->undo);
    jobs->tokens = tokens_new();
    if (!table_init(&jobs->table) || !jobs->tokens) {
        jobs_free(jobs);
        return NULL;
    }
    return jobs;
}

void jobs_free(struct jobs *jobs)
{
    if (!jobs)
        return;
    undo_clear(&jobs->undo);
    for (struct node *node = jobs->arrival.first, *next; node; node = next) {
        next = node->next;
        undo_free_node(node);
    }
    accounts_done(&jobs->accounts);
    tokens_free(jobs->tokens);
    table_done(&jobs->table);
    free(jobs);
}

struct job *jobs_get(const struct jobs *jobs, const char *appid, const char *id)
{
    struct node *node = table_get(&jobs->table, appid, id);

    return node ? &node->job : NULL;
}

/* The node begins or ends to wait for what is due, if anything is. */
static void start_waiting(struct jobs *jobs, struct node *node)
{
    order_wait(&jobs->waiting, node);
    jobs->n_waiting += node->due != 0;
    jobs->n_fresh += node->fresh;
}

static void stop_waiting(struct jobs *jobs, struct node *node)
{
    order_rest(&jobs->waiting, node);
    jobs->n_waiting -= node->due != 0;
    jobs->n_fresh -= node->fresh;
}

/* Put a node where it is found, behind another in the order of arrival. */
static void link_node(struct jobs *jobs, struct node *node, struct node *after)
{
    table_add(&jobs->table, node);
    order_arrive(&jobs->arrival, node, after);
    order_add(node);
    node->account->counts[node->job.status]++;
    start_waiting(jobs, node);
}

static void unlink_node(struct jobs *jobs, struct node *node)
{
    table_remove(&jobs->table, node);
    order_leave(&jobs->arrival, node);
    order_remove(node);
    node->account->counts[node->job.status]--;
    stop_waiting(jobs, node);
}

enum jobs_result jobs_add(struct jobs *jobs, struct job *job)
{
    const char *text = job->client_request_token;
    struct token *token = NULL;
    struct account *account;
    struct node *node;

    if (jobs_get(jobs, job->appid, job->id))
        return JOBS_TAKEN;
    if (text && tokens_get(jobs->tokens, job->appid, text))
        return JOBS_TOKEN_TAKEN;
    if (!undo_reserve(&jobs->undo, text ? 2 : 1))
        return JOBS_NO_MEMORY;
    account = accounts_need(&jobs->accounts, job->appid);
    node = account ? calloc(1, sizeof(*node)) : NULL;
    if (node && text)
        token = tokens_add(jobs->tokens, job->appid, text, job->id);
    if (!node || (text && !token)) {
        free(node);
        return JOBS_NO_MEMORY;
    }
    node->hash = hash_of(job->appid, job->id);
    node->job = *job;
    node->account = account;
    job_init(job);
    link_node(jobs, node, jobs->arrival.last);
    undo_node_added(&jobs->undo, node);
    if (token)
        undo_token_added(&jobs->undo, token);
    return JOBS_OK;
}

void jobs_remove(struct jobs *jobs, struct job *job)
{
    struct node *node = order_node(job);

    unlink_node(jobs, node);
    undo_node_removed(&jobs->undo, node);
}

bool jobs_reserve(struct jobs *jobs)
{
    return undo_reserve(&jobs->undo, 2); /* the job and its token */
}

void jobs_forget(struct jobs *jobs, struct job *job)
{
    struct token *token = NULL;

    if (job->client_request_token)
        token =
            tokens_take(jobs->tokens, job->appid, job->client_request_token);
    jobs_remove(jobs, job);
    if (token)
        undo_token_removed(&jobs->undo, token);
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

    undo_edit_node(&jobs->undo, node);
    node->account->counts[job->status]--;
    node->account->counts[status]++;
    job_enter(job, status, now);
    order_refresh(node);
}

void jobs_set_creation_time(struct jobs *jobs, struct job *job,
                            long long creation_time)
{
    struct node *node = order_node(job);

    undo_edit_node(&jobs->undo, node);
    order_remove(node);
    job->creation_time = creation_time;
    order_add(node);
}

size_t jobs_count(const struct jobs *jobs, const char *appid,
                  enum status status)
{
    if (!appid && status == STATUS_COUNT)
        return jobs->table.count;
    return accounts_count(&jobs->accounts, appid, status);
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
        account = accounts_get(&jobs->accounts, appid);
        node = account ? order_first(account, statuses, since) : NULL;
    }
    return node ? &node->job : NULL;
}

void jobs_wait(struct jobs *jobs, struct job *job, long long due, bool fresh)
{
    struct node *node = order_node(job);

    undo_edit_node(&jobs->undo, node);
    stop_waiting(jobs, node);
    node->due = due;
    node->turn = ++jobs->turns;
    node->fresh = due && fresh;
    start_waiting(jobs, node);
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
    const struct account *account = accounts_get(&jobs->accounts, appid);

    return account ? &account->tallies : NULL;
}

bool jobs_account_count_up(struct jobs *jobs, const char *appid, uint64_t rule)
{
    struct account *account = accounts_need(&jobs->accounts, appid);

    if (!account)
        return false;
    undo_edit_tallies(&jobs->undo, account);
    return tallies_count_up(&account->tallies, rule);
}

void jobs_account_count_down(struct jobs *jobs, const char *appid,
                             uint64_t rule)
{
    struct account *account = accounts_get(&jobs->accounts, appid);

    if (!account)
        return;
    undo_edit_tallies(&jobs->undo, account);
    tallies_count_down(&account->tallies, rule);
}

struct job *jobs_last(const struct jobs *jobs)
{
    return jobs->arrival.last ? &jobs->arrival.last->job : NULL;
}

struct job *jobs_next(const struct jobs *jobs, const struct job *job)
{
    struct node *next = job ? order_node(job)->next : jobs->arrival.first;

    return next ? &next->job : NULL;
}

void jobs_edit(struct jobs *jobs, struct job *job)
{
    undo_edit_node(&jobs->undo, order_node(job));
}

uint64_t jobs_mark(struct jobs *jobs)
{
    return undo_mark(&jobs->undo, jobs->turns);
}

/* The node becomes what it was. It keeps its place among those of its account
 * unless it was created at another time. */
static void restore_node(struct jobs *jobs, struct node *node,
                         struct image *image)
{
    bool moves = node->job.creation_time != image->job.creation_time;

    stop_waiting(jobs, node);
    node->account->counts[node->job.status]--;
    if (moves)
        order_remove(node);
    job_done(&node->job);
    node->job = image->job;
    node->due = image->due;
    node->turn = image->turn;
    node->fresh = image->fresh;
    free(image);
    if (moves)
        order_add(node);
    else
        order_refresh(node);
    node->account->counts[node->job.status]++;
    start_waiting(jobs, node);
}

static void take_back(struct jobs *jobs, struct change *change)
{
    switch (change->kind) {
    case CHANGE_NODE_ADDED:
        unlink_node(jobs, change->of.node);
        undo_free_node(change->of.node);
        break;
    case CHANGE_NODE_REMOVED:
        link_node(jobs, change->of.node, change->of.node->prev);
        break;
    case CHANGE_NODE_EDITED:
        restore_node(jobs, change->of.node, change->was.image);
        change->of.node->saved = change->saved;
        break;
    case CHANGE_TOKEN_ADDED:
        tokens_remove(jobs->tokens, change->of.token);
        break;
    case CHANGE_TOKEN_REMOVED:
        tokens_put_back(jobs->tokens, change->of.token);
        break;
    case CHANGE_TALLIES:
        free(change->of.account->tallies.list);
        change->of.account->tallies = change->was.tallies;
        change->of.account->saved = change->saved;
        break;
    }
    free(change);
}

bool jobs_rewind(struct jobs *jobs, uint64_t mark)
{
    const struct mark *found = undo_find(&jobs->undo, mark);
    struct change *change;

    if (!found)
        return false;
    while ((change = undo_next(&jobs->undo, found)))
        take_back(jobs, change);
    jobs->turns = found->turns;
    return true;
}

void jobs_unmark(struct jobs *jobs, uint64_t mark)
{
    struct mark *found = undo_find(&jobs->undo, mark);

    if (found)
        undo_unmark(&jobs->undo, found);
}
