/* order.h -- the orders in which jobs are found: for this room only.
 *
 * All jobs stand in a list, in the order of arrival; its order stays when one
 * is taken out and put back behind the job it stood behind.
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
struct change; /* undo.h */
RB_HEAD(by_list, node);
RB_HEAD(by_due, node);
RB_HEAD(by_appid, account);

struct account {
    RB_ENTRY(account) link;
    size_t counts[STATUS_COUNT];
    struct by_list list;
    struct tallies tallies;
    uint64_t saved; /* the mark since which `tallies` can be taken back */
    char appid[JOB_APPID_MOST + 1];
};

struct by_arrival {
    struct node *first, *last;
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
    long long due;        /* 0: nothing is */
    uint64_t turn;        /* of those that are due at the same time */
    bool fresh;           /* what is due has not been asked about yet */
    uint64_t saved;       /* the mark since which it can be taken back */
    struct change *added; /* how it came, where that can be taken back */
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

/* The node comes to stand behind `after`; NULL: it is the first. One that has
 * left still says behind which it stood. */
void order_arrive(struct by_arrival *arrival, struct node *node,
                  struct node *after);
void order_leave(struct by_arrival *arrival, struct node *node);

/* The node waits for its time `due`, unless that is 0, or does no longer. */
void order_wait(struct by_due *waiting, struct node *node);
void order_rest(struct by_due *waiting, struct node *node);

/* The node that is due first, or NULL. */
struct node *order_due(struct by_due *waiting);

/* Accounts by name. */
struct account *order_account(struct by_appid *accounts, const char *appid);
void order_add_account(struct by_appid *accounts, struct account *account);
void order_remove_account(struct by_appid *accounts, struct account *account);
struct account *order_first_account(struct by_appid *accounts);
struct account *order_next_account(struct account *account);
