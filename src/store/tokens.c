#include "tokens.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"

struct token {
    uint64_t hash;
    struct token *chain; /* same bucket */
    char text[];         /* appid, token and id, each with its zero byte */
};

struct tokens {
    struct token **buckets;
    size_t n_buckets; /* a power of two */
    size_t count;
};

enum { FIRST_BUCKETS = 64 };

struct tokens *tokens_new(void)
{
    struct tokens *tokens = calloc(1, sizeof(*tokens));

    if (!tokens)
        return NULL;
    tokens->n_buckets = FIRST_BUCKETS;
    tokens->buckets = calloc(FIRST_BUCKETS, sizeof(struct token *));
    if (!tokens->buckets) {
        free(tokens);
        return NULL;
    }
    return tokens;
}

void tokens_free(struct tokens *tokens)
{
    if (!tokens)
        return;
    for (size_t i = 0; i < tokens->n_buckets; i++) {
        for (struct token *token = tokens->buckets[i], *next; token;
             token = next) {
            next = token->chain;
            free(token);
        }
    }
    free(tokens->buckets);
    free(tokens);
}

/* The link that leads to the token, or to where it would be. */
static struct token **find(const struct tokens *tokens, const char *appid,
                           const char *token)
{
    uint64_t hash = hash_of(appid, token);
    struct token **link = &tokens->buckets[hash & (tokens->n_buckets - 1)];

    for (; *link; link = &(*link)->chain) {
        const char *text = (*link)->text;

        if ((*link)->hash == hash && strcmp(text, appid) == 0 &&
            strcmp(text + strlen(text) + 1, token) == 0)
            break;
    }
    return link;
}

const char *tokens_get(const struct tokens *tokens, const char *appid,
                       const char *token)
{
    const struct token *found = *find(tokens, appid, token);

    return found ? found->text + strlen(appid) + strlen(token) + 2 : NULL;
}

/* Twice the buckets; the old ones serve on when there is no memory. */
static void grow(struct tokens *tokens)
{
    size_t n_buckets = tokens->n_buckets * 2;
    struct token **buckets = calloc(n_buckets, sizeof(struct token *));

    if (!buckets)
        return;
    for (size_t i = 0; i < tokens->n_buckets; i++) {
        for (struct token *token = tokens->buckets[i], *next; token;
             token = next) {
            struct token **bucket = &buckets[token->hash & (n_buckets - 1)];

            next = token->chain;
            token->chain = *bucket;
            *bucket = token;
        }
    }
    free(tokens->buckets);
    tokens->buckets = buckets;
    tokens->n_buckets = n_buckets;
}

bool tokens_add(struct tokens *tokens, const char *appid, const char *token,
                const char *id)
{
    size_t a = strlen(appid) + 1, b = strlen(token) + 1, c = strlen(id) + 1;
    struct token *added = malloc(sizeof(*added) + a + b + c);
    struct token **bucket;

    if (!added)
        return false;
    if (tokens->count >= tokens->n_buckets)
        grow(tokens);
    added->hash = hash_of(appid, token);
    memcpy(added->text, appid, a);
    memcpy(added->text + a, token, b);
    memcpy(added->text + a + b, id, c);
    bucket = &tokens->buckets[added->hash & (tokens->n_buckets - 1)];
    added->chain = *bucket;
    *bucket = added;
    tokens->count++;
    return true;
}

void tokens_remove(struct tokens *tokens, const char *appid, const char *token)
{
    struct token **link = find(tokens, appid, token);
    struct token *found = *link;

    if (!found)
        return;
    *link = found->chain;
    tokens->count--;
    free(found);
}
