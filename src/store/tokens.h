/* tokens.h -- the ClientRequestTokens that an account has used (D85).
 *
 * A hash table from (appid, token) to the id of the job that was created with
 * it. A token outlives its job: it is used for as long as the store lives. */

#pragma once

#include <stdbool.h>

struct tokens;

/* NULL when out of memory. */
struct tokens *tokens_new(void);
void tokens_free(struct tokens *tokens);

/* The id of the job that was created with the token, or NULL. */
const char *tokens_get(const struct tokens *tokens, const char *appid,
                       const char *token);

/* Keep a token that is not there yet. False: out of memory. */
bool tokens_add(struct tokens *tokens, const char *appid, const char *token,
                const char *id);

/* Forget it, as if it had never been used. */
void tokens_remove(struct tokens *tokens, const char *appid, const char *token);
