#include "accounts.h"

#include <stdlib.h>
#include <string.h>

void accounts_done(struct accounts *accounts)
{
    struct account *account;

    while ((account = order_first_account(&accounts->tree))) {
        order_remove_account(&accounts->tree, account);
        free(account->tallies.list);
        free(account);
    }
    free(accounts->all.tallies.list);
}

struct account *accounts_get(const struct accounts *accounts, const char *appid)
{
    /* The trees' functions take what they do not change as if they did. */
    struct accounts *whole = (struct accounts *)accounts;

    return appid ? order_account(&whole->tree, appid) : &whole->all;
}

struct account *accounts_need(struct accounts *accounts, const char *appid)
{
    struct account *account = accounts_get(accounts, appid);

    if (account)
        return account;
    account = calloc(1, sizeof(*account));
    if (!account)
        return NULL;
    strncpy(account->appid, appid, JOB_APPID_MOST);
    order_add_account(&accounts->tree, account);
    return account;
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

size_t accounts_count(const struct accounts *accounts, const char *appid,
                      enum status status)
{
    struct account *account;
    size_t count = 0;

    if (appid) {
        account = accounts_get(accounts, appid);
        return account ? count_of(account, status) : 0;
    }
    account = order_first_account((struct by_appid *)&accounts->tree);
    for (; account; account = order_next_account(account))
        count += count_of(account, status);
    return count;
}
