#include "tokens.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"

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

void tokens_put_back(struct tokens *tokens, struct token *token)
{
    struct token **bucket;

    if (tokens->count >= tokens->n_buckets)
        grow(tokens);
    bucket = &tokens->buckets[token->hash & (tokens->n_buckets - 1)];
    token->chain = *bucket;
    *bucket = token;
    tokens->count++;
}

struct token *tokens_add(struct tokens *tokens, const char *appid,
                         const char *token, const char *id)
{
    size_t a = strlen(appid) + 1, b = strlen(token) + 1, c = strlen(id) + 1;
    struct token *added = malloc(sizeof(*added) + a + b + c);

    if (!added)
        return NULL;
    added->hash = hash_of(appid, token);
    added->added = NULL;
    memcpy(added->text, appid, a);
    memcpy(added->text + a, token, b);
    memcpy(added->text + a + b, id, c);
    tokens_put_back(tokens, added);
    return added;
}

/* Take out what the link leads to. */
static struct token *unlink_at(struct tokens *tokens, struct token **link)
{
    struct token *found = *link;

    if (!found)
        return NULL;
    *link = found->chain;
    tokens->count--;
    return found;
}

struct token *tokens_take(struct tokens *tokens, const char *appid,
                          const char *token)
{
    return unlink_at(tokens, find(tokens, appid, token));
}

void tokens_remove(struct tokens *tokens, struct token *token)
{
    struct token **link =
        &tokens->buckets[token->hash & (tokens->n_buckets - 1)];

    while (*link != token)
        link = &(*link)->chain;
    free(unlink_at(tokens, link));
}
