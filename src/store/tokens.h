/* tokens.h -- the ClientRequestTokens that an account has used (D85).
 *
 * A hash table from (appid, token) to the id of the job that was created with
 * it. A token outlives its job: it is used for as long as the store lives. */

#pragma once

#include <stdint.h>

struct tokens;
struct change; /* undo.h */

struct token {
    uint64_t hash;
    struct token *chain;  /* same bucket */
    struct change *added; /* how it came, where that can be taken back */
    char text[];          /* appid, token and id, each with its zero byte */
};

/* NULL when out of memory. */
struct tokens *tokens_new(void);
void tokens_free(struct tokens *tokens);

/* The id of the job that was created with the token, or NULL. */
const char *tokens_get(const struct tokens *tokens, const char *appid,
                       const char *token);

/* Keep a token that is not there yet. NULL: out of memory. It stays the
 * table's. */
struct token *tokens_add(struct tokens *tokens, const char *appid,
                         const char *token, const char *id);

/* Take it out, as if it had never been used. The caller frees it or puts it
 * back; NULL: there is none. */
struct token *tokens_take(struct tokens *tokens, const char *appid,
                          const char *token);
void tokens_put_back(struct tokens *tokens, struct token *token);

/* Take out one that is there, and free it. */
void tokens_remove(struct tokens *tokens, struct token *token);
