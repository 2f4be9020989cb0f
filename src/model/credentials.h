/* credentials.h -- the keys that clients may sign with.
 *
 * What a key may do: as which account, which operations, until when. Read from
 * a credentials file or the control API (host/credentials.c). */

#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "operation.h"

struct credential {
    char *secret_id;
    char *secret_key;
    char *appid;         /* NULL: any account */
    char *token;         /* of a temporary key; NULL: a permanent one */
    long long expires;   /* of a temporary key, Unix seconds; 0: never */
    unsigned operations; /* OPERATION_BIT of each that is granted */
};

/* A set; shared, and counted by who has it. */
struct credentials {
    size_t references;
    size_t count;
    struct credential list[];
};

/* Free what one has, its key wiped. */
void credential_done(struct credential *credential);

/* An empty set with room for so many, of which the caller has the only
 * reference. NULL when out of memory. */
struct credentials *credentials_new(size_t room);

/* One more reference, and one less: with the last one it is freed. NULL is fine
 * in both. */
struct credentials *credentials_ref(struct credentials *credentials);
void credentials_free(struct credentials *credentials);

/* Take one in, as long as there is room. False: its SecretId is taken, and it is
 * still the caller's. */
bool credentials_add(struct credentials *credentials,
                     const struct credential *credential);

/* The one with that SecretId, or NULL. */
const struct credential *credentials_find(const struct credentials *credentials,
                                          const char *secret_id, size_t length);
