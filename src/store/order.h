/* order.h -- the orders in which jobs are found: for this room only.
 *
 * Each account keeps its jobs in the order of the list (CreationTime, then
 * JobId: D93), in a tree whose nodes know which statuses are below them, so
 * that a page costs what it shows and a filter does not make it dearer. Jobs
 * that something is due for lie in a second tree, by time and then by turn.
 * The nodes are part of the jobs: nothing here needs memory. */

#pragma once

#include <bsd/sys/tree.h>
#include <stdint.h>

#include "../model/job.h"

struct node;
RB_HEAD(by_list, node);
RB_HEAD(by_due, node);
RB_HEAD(by_appid, account);

struct account {
    RB_ENTRY(account) link;
    size_t counts[STATUS_COUNT];
    struct by_list list;
    struct tallies tallies;
    char appid[JOB_APPID_MOST + 1];
};

/* What looking up and walking read comes first: on one or two lines of the
 * cache. */
struct node {
    RB_ENTRY(node) list;
    uint16_t own;         /* the job's status, as a bit */
    uint16_t left, right; /* all statuses on that side below, a bit each */
    uint64_t hash;
    struct node *chain; /* same bucket */
    struct account *account;
    struct job job;
    struct node *prev, *next; /* order of arrival */
    RB_ENTRY(node) waiting;
    long long due; /* 0: nothing is */
    uint64_t turn; /* of those that are due at the same time */
    bool fresh;    /* what is due has not been asked about yet */
};

/* The node that a job of the store is part of. */
struct node *order_node(const struct job *job);

void order_add(struct node *node);
void order_remove(struct node *node);

/* The node's job has another status. */
void order_refresh(struct node *node);

/* The node after `node` in its account whose status is in the set; the first
 * one that was not created before `since`. */
struct node *order_next(struct node *node, unsigned statuses);
struct node *order_first(struct account *account, unsigned statuses,
                         long long since);

/* Set or, with 0, clear when something is due. */
void order_wait(struct by_due *waiting, struct node *node, long long due,
                uint64_t turn);

/* The node that is due first, or NULL. */
struct node *order_due(struct by_due *waiting);

/* Accounts by name. */
struct account *order_account(struct by_appid *accounts, const char *appid);
void order_add_account(struct by_appid *accounts, struct account *account);
void order_remove_account(struct by_appid *accounts, struct account *account);
struct account *order_first_account(struct by_appid *accounts);
struct account *order_next_account(struct account *account);
