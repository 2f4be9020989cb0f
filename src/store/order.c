static void note_below(void *element);
#define RB_AUGMENT(node) note_below(node)

#include "order.h"

#include <string.h>

static int compare_list(const struct node *a, const struct node *b)
{
    if (a->job.creation_time != b->job.creation_time)
        return a->job.creation_time < b->job.creation_time ? -1 : 1;
    return strcmp(a->job.id, b->job.id);
}

static int compare_due(const struct node *a, const struct node *b)
{
    if (a->due != b->due)
        return a->due < b->due ? -1 : 1;
    return (a->turn > b->turn) - (a->turn < b->turn);
}

static int compare_appid(const struct account *a, const struct account *b)
{
    return strcmp(a->appid, b->appid);
}

static uint16_t bit_of(const struct node *node)
{
    return (uint16_t)STATUS_BIT(node->job.status);
}

/* The statuses of a node and of all below it. */
static uint16_t statuses_of(const struct node *node)
{
    return node ? node->own | node->left | node->right : 0;
}

/* The tree has changed at this node (the macros call it while they do). */
static void note_below(void *element)
{
    struct node *node = element;

    node->left = statuses_of(RB_LEFT(node, list));
    node->right = statuses_of(RB_RIGHT(node, list));
}

/* The functions of the three trees, more than are used; only the first needs
 * RB_AUGMENT. NOLINTBEGIN: not our code. */
#define TREE __attribute__((unused)) static
/* cppcheck-suppress unknownMacro */
RB_GENERATE_INTERNAL(by_list, node, list, compare_list, TREE)
#undef RB_AUGMENT
#define RB_AUGMENT(node)                                                       \
    do {                                                                       \
    } while (0)
/* cppcheck-suppress unknownMacro */
RB_GENERATE_INTERNAL(by_due, node, waiting, compare_due, TREE)
RB_GENERATE_INTERNAL(by_appid, account, link, compare_appid, TREE)
/* NOLINTEND */

struct node *order_node(const struct job *job)
{
    return (struct node *)((char *)job - offsetof(struct node, job));
}

/* All the way up: what is below `node` may have changed. */
static void refresh_all(struct node *node)
{
    for (; node; node = RB_PARENT(node, list))
        note_below(node);
}

/* The first node of the set in a tree that has one. */
static struct node *first_below(struct node *node, unsigned statuses)
{
    for (;;) {
        if (node->left & statuses)
            node = RB_LEFT(node, list);
        else if (node->own & statuses)
            return node;
        else
            node = RB_RIGHT(node, list);
    }
}

struct node *order_next(struct node *node, unsigned statuses)
{
    struct node *parent;

    if (node->right & statuses)
        return first_below(RB_RIGHT(node, list), statuses);
    for (; (parent = RB_PARENT(node, list)); node = parent) {
        if (node != RB_LEFT(parent, list))
            continue;
        if (parent->own & statuses)
            return parent;
        if (parent->right & statuses)
            return first_below(RB_RIGHT(parent, list), statuses);
    }
    return NULL;
}

struct node *order_first(struct account *account, unsigned statuses,
                         long long since)
{
    struct node *node = RB_ROOT(&account->list), *found = NULL;

    if (since <= 0)
        return statuses_of(node) & statuses ? first_below(node, statuses)
                                            : NULL;
    while (node) {
        if (node->job.creation_time >= since) {
            found = node;
            node = RB_LEFT(node, list);
        } else {
            node = RB_RIGHT(node, list);
        }
    }
    return !found || (found->own & statuses) ? found
                                             : order_next(found, statuses);
}

void order_add(struct node *node)
{
    node->own = bit_of(node);
    node->left = node->right = 0;
    RB_INSERT(by_list, &node->account->list, node);
    refresh_all(node);
}

void order_remove(struct node *node)
{
    struct node *parent = RB_PARENT(node, list);

    RB_REMOVE(by_list, &node->account->list, node);
    refresh_all(parent);
}

/* Above it only as far as it makes a difference. */
void order_refresh(struct node *node)
{
    struct node *parent;

    node->own = bit_of(node);
    for (struct node *at = node; (parent = RB_PARENT(at, list)); at = parent) {
        uint16_t *side =
            at == RB_LEFT(parent, list) ? &parent->left : &parent->right;

        if (*side == statuses_of(at))
            break;
        *side = statuses_of(at);
    }
}

void order_arrive(struct by_arrival *arrival, struct node *node,
                  struct node *after)
{
    node->prev = after;
    node->next = after ? after->next : arrival->first;
    *(after ? &after->next : &arrival->first) = node;
    *(node->next ? &node->next->prev : &arrival->last) = node;
}

void order_leave(struct by_arrival *arrival, struct node *node)
{
    *(node->prev ? &node->prev->next : &arrival->first) = node->next;
    *(node->next ? &node->next->prev : &arrival->last) = node->prev;
}

void order_wait(struct by_due *waiting, struct node *node)
{
    if (node->due)
        RB_INSERT(by_due, waiting, node);
}

void order_rest(struct by_due *waiting, struct node *node)
{
    if (node->due)
        RB_REMOVE(by_due, waiting, node);
}

struct node *order_due(struct by_due *waiting)
{
    return RB_MIN(by_due, waiting);
}

struct account *order_account(struct by_appid *accounts, const char *appid)
{
    struct account *account = RB_ROOT(accounts);

    while (account) {
        int side = strcmp(appid, account->appid);

        if (side == 0)
            return account;
        account = side < 0 ? RB_LEFT(account, link) : RB_RIGHT(account, link);
    }
    return NULL;
}

void order_add_account(struct by_appid *accounts, struct account *account)
{
    RB_INSERT(by_appid, accounts, account);
}

void order_remove_account(struct by_appid *accounts, struct account *account)
{
    RB_REMOVE(by_appid, accounts, account);
}

struct account *order_first_account(struct by_appid *accounts)
{
    return RB_MIN(by_appid, accounts);
}

struct account *order_next_account(struct account *account)
{
    return RB_NEXT(by_appid, NULL, account);
}
