/* table.h -- the jobs by account and id: for this room only.
 *
 * A hash table whose nodes (order.h) are the caller's. */

#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "order.h"

struct table {
    struct node **buckets;
    size_t n_buckets; /* a power of two */
    size_t count;
};

/* False: out of memory. */
bool table_init(struct table *table);

/* Not its nodes. One that is all zero bytes is fine. */
void table_done(struct table *table);

/* The node of that account and id, or NULL. */
struct node *table_get(const struct table *table, const char *appid,
                       const char *id);

/* Take in a node that knows its hash (hash_of). */
void table_add(struct table *table, struct node *node);

/* Take out a node that is there. */
void table_remove(struct table *table, struct node *node);
