#define _DEFAULT_SOURCE

#include "credentials.h"

#include <stdlib.h>
#include <string.h>

_Static_assert(OPERATION_TICK == OPERATION_COUNT - 1,
               "what clients ask for comes before the tick");

struct credentials *credentials_new(size_t room)
{
    struct credentials *credentials =
        calloc(1, sizeof(*credentials) + room * sizeof(struct credential));

    if (credentials)
        credentials->references = 1;
    return credentials;
}

struct credentials *credentials_ref(struct credentials *credentials)
{
    if (credentials)
        credentials->references++;
    return credentials;
}

void credential_done(struct credential *credential)
{
    if (credential->secret_key)
        explicit_bzero(credential->secret_key, strlen(credential->secret_key));
    free(credential->secret_id);
    free(credential->secret_key);
    free(credential->appid);
    free(credential->token);
}

void credentials_free(struct credentials *credentials)
{
    if (!credentials || --credentials->references > 0)
        return;
    for (size_t i = 0; i < credentials->count; i++)
        credential_done(&credentials->list[i]);
    free(credentials);
}

bool credentials_add(struct credentials *credentials,
                     const struct credential *credential)
{
    if (credentials_find(credentials, credential->secret_id,
                         strlen(credential->secret_id)))
        return false;
    credentials->list[credentials->count++] = *credential;
    return true;
}

const struct credential *credentials_find(const struct credentials *credentials,
                                          const char *secret_id, size_t length)
{
    for (size_t i = 0; i < credentials->count; i++) {
        const struct credential *credential = &credentials->list[i];

        if (strlen(credential->secret_id) == length &&
            memcmp(credential->secret_id, secret_id, length) == 0)
            return credential;
    }
    return NULL;
}
