/* accounts.h -- the accounts, by name: for this room only.
 *
 * An account is made when it is first needed, and stays. */

#pragma once

#include "order.h"

struct accounts {
    struct by_appid tree;
    struct account all; /* for what is counted over all: its tallies only */
};

/* Free what one that began as zero bytes holds; its jobs are gone before. */
void accounts_done(struct accounts *accounts);

/* The account of that name, or NULL. NULL means all together. */
struct account *accounts_get(const struct accounts *accounts,
                             const char *appid);

/* The same; it is made when it is not there. NULL: out of memory. */
struct account *accounts_need(struct accounts *accounts, const char *appid);

/* How many jobs there are: of an account, or of all (NULL); of a status, or of
 * all (STATUS_COUNT). */
size_t accounts_count(const struct accounts *accounts, const char *appid,
                      enum status status);
