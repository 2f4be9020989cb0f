#include "access.h"

#include <stdlib.h>
#include <string.h>

#include "../model/text.h"
#include "../model/vclock.h"
#include "../wire/framing.h"
#include "../wire/signature.h"

enum { SKEW = 15 * 60 }; /* seconds that a client's clock may be wrong (G04) */

/* ---- when (D116, D118 to D120) ------------------------------------------ */

/* Under a reading the Date header counts too (D119). */
static bool date_is_near(const struct exchange *exchange, long long now,
                         struct why *why)
{
    const char *date = framing_header(exchange->request, "Date", NULL);
    long long time;
    size_t length;

    if (!date || !readings_get(exchange->readings, READING_DATE_HEADER))
        return true;
    date = text_trim(date, &length);
    if (!clock_parse_http(date, length, &time))
        return why_set(why, "the Date header is not of the form Thu, 01 Jan "
                            "2026 00:00:00 GMT");
    if (time < now - SKEW || time > now + SKEW)
        return why_set(why,
                       "the Date header is %lld seconds away from the "
                       "host's clock",
                       time > now ? time - now : now - time);
    return true;
}

static const struct error *check_time(const struct exchange *exchange,
                                      const struct signature *signature,
                                      long long now, struct why *why)
{
    if (now > signature->end) {
        why_set(why,
                "the signature ended %lld seconds ago, on the host's clock",
                now - signature->end);
        return &error_rows[ROW_G05];
    }
    if (signature->start > now + SKEW) {
        why_set(why,
                "the signature begins in %lld seconds, on the host's clock",
                signature->start - now);
        return &error_rows[ROW_G04];
    }
    return date_is_near(exchange, now, why) ? NULL : &error_rows[ROW_G04];
}

/* ---- who ---------------------------------------------------------------- */

/* x-cos-security-token, from a header or the query; empty when absent. */
static struct target_text token_of(const struct exchange *exchange)
{
    static const char name[] = "x-cos-security-token";
    const char *header = framing_header(exchange->request, name, NULL);
    const struct target_text *parameter;
    struct target_text token = {"", 0};

    if (header) {
        token.data = text_trim(header, &token.length);
        return token;
    }
    parameter = target_parameter(&exchange->target, name);
    return parameter ? *parameter : token;
}

/* A temporary key comes with its token, a permanent one without any. */
static const struct error *check_token(const struct exchange *exchange,
                                       const struct credential *credential,
                                       long long now, struct why *why)
{
    struct target_text token = token_of(exchange);
    const char *expected = credential->token ? credential->token : "";

    if (!digest_equal(token.data, token.length, expected, strlen(expected))) {
        why_set(why, "x-cos-security-token is %s",
                !*expected     ? "not empty, and the key is a permanent one"
                : token.length ? "another one than the key's"
                               : "missing");
        return &error_rows[ROW_G07];
    }
    if (credential->expires && now >= credential->expires) {
        why_set(why, "the key expired %lld seconds ago, on the host's clock",
                now - credential->expires);
        return &error_rows[ROW_G06];
    }
    return NULL;
}

/* The signature over what was received. Below a prefix some clients sign the
 * path with it, some without: either will do. When it is another signature, the
 * journal shows what was expected to be signed: no secret, and what a client
 * has to compare. */
static const struct error *check_digits(const struct exchange *exchange,
                                        const struct signature *signature,
                                        const struct credential *credential,
                                        struct buffer *http_string,
                                        struct why *why)
{
    const struct target_text *given = &signature->parts[SIGNATURE_DIGITS];
    const struct target *target = &exchange->target;
    char expected[DIGEST_HEX];

    for (int below = target->n_stripped > 0; below >= 0; below--) {
        buffer_clear(http_string);
        if (!signature_string(signature, exchange->request, target, below,
                              http_string, why)) {
            buffer_clear(http_string);
            return &error_rows[ROW_G03];
        }
        if (http_string->failed) {
            why_set(why, "out of memory");
            return &error_rows[ROW_G17];
        }
        signature_compute(signature, credential->secret_key, http_string,
                          expected);
        if (digest_equal(given->data, given->length, expected, DIGEST_HEX - 1))
            return NULL;
    }
    why_set(why, "the signature was made with another key or of something "
                 "else; HttpString here:\n");
    return &error_rows[ROW_G03];
}

/* ---- what --------------------------------------------------------------- */

/* What grants DescribeJob is read in two ways (C12). */
static const struct error *check_grant(const struct exchange *exchange,
                                       const struct credential *credential,
                                       struct why *why)
{
    enum operation wanted = exchange->route->operation;

    if (wanted == OPERATION_DESCRIBE_JOB &&
        !readings_get(exchange->readings, READING_DESCRIBE_ACTION))
        wanted = OPERATION_LIST_JOBS;
    if (!(credential->operations & OPERATION_BIT(wanted)))
        why_set(why, "the key does not grant %s", operation_name(wanted));
    else if (credential->appid && exchange->appid == exchange->appid_text &&
             strcmp(credential->appid, exchange->appid) != 0)
        why_set(why, "the key is one of account %s", credential->appid);
    else
        return NULL;
    return &error_rows[ROW_G01];
}

/* ---- all of it ---------------------------------------------------------- */

static const struct error *check(const struct exchange *exchange,
                                 const struct credentials *credentials,
                                 long long now, struct buffer *http_string,
                                 struct why *why)
{
    const struct credential *credential;
    struct signature signature;
    const struct target_text *id = &signature.parts[SIGNATURE_KEY_ID];
    const struct error *error;

    error =
        signature_read(&signature, exchange->request, &exchange->target, why);
    if (!error)
        error = check_time(exchange, &signature, now, why);
    if (error)
        return error;
    credential = credentials_find(credentials, id->data, id->length);
    if (!credential) {
        why_set(why, "no credential has the SecretId \"%.*s\"",
                (int)(id->length < 128 ? id->length : 128), id->data);
        return &error_rows[ROW_G02];
    }
    error = check_token(exchange, credential, now, why);
    if (!error)
        error =
            check_digits(exchange, &signature, credential, http_string, why);
    return error ? error : check_grant(exchange, credential, why);
}

const struct error *access_check(struct exchange *exchange,
                                 const struct credentials *credentials,
                                 long long now)
{
    const struct error *error;
    struct buffer http_string;
    struct why why;

    buffer_init(&http_string);
    error = check(exchange, credentials, now, &http_string, &why);
    if (error) {
        struct buffer detail;

        buffer_init(&detail);
        buffer_puts(&detail, why.text);
        if (error == &error_rows[ROW_G03])
            buffer_add(&detail, http_string.data, http_string.size);
        exchange->detail = buffer_take(&detail); /* NULL: then without one */
    }
    buffer_done(&http_string);
    return error;
}
