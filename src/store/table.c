#include "table.h"

#include <stdlib.h>
#include <string.h>

#include "hash.h"

enum { FIRST_BUCKETS = 64 };

bool table_init(struct table *table)
{
    *table = (struct table){.n_buckets = FIRST_BUCKETS};
    table->buckets = calloc(FIRST_BUCKETS, sizeof(struct node *));
    return table->buckets != NULL;
}

void table_done(struct table *table)
{
    free(table->buckets);
}

struct node *table_get(const struct table *table, const char *appid,
                       const char *id)
{
    uint64_t hash = hash_of(appid, id);
    struct node *node = table->buckets[hash & (table->n_buckets - 1)];

    for (; node; node = node->chain) {
        if (node->hash == hash && strcmp(node->job.id, id) == 0 &&
            strcmp(node->account->appid, appid) == 0)
            return node;
    }
    return NULL;
}

static void put(struct node **buckets, size_t n_buckets, struct node *node)
{
    struct node **bucket = &buckets[node->hash & (n_buckets - 1)];

    node->chain = *bucket;
    *bucket = node;
}

/* Twice the buckets; the old ones serve on when there is no memory. */
static void grow(struct table *table)
{
    size_t n_buckets = table->n_buckets * 2;
    struct node **buckets = calloc(n_buckets, sizeof(struct node *));

    if (!buckets)
        return;
    for (size_t i = 0; i < table->n_buckets; i++) {
        for (struct node *node = table->buckets[i], *next; node; node = next) {
            next = node->chain;
            put(buckets, n_buckets, node);
        }
    }
    free(table->buckets);
    table->buckets = buckets;
    table->n_buckets = n_buckets;
}

void table_add(struct table *table, struct node *node)
{
    if (table->count >= table->n_buckets)
        grow(table);
    put(table->buckets, table->n_buckets, node);
    table->count++;
}

void table_remove(struct table *table, struct node *node)
{
    struct node **link = &table->buckets[node->hash & (table->n_buckets - 1)];

    while (*link != node)
        link = &(*link)->chain;
    *link = node->chain;
    table->count--;
}
