#include "digest.h"

#include <nettle/base16.h>
#include <nettle/base64.h>
#include <nettle/hmac.h>
#include <nettle/md5.h>
#include <nettle/memops.h>
#include <nettle/sha1.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(DIGEST_HEX == BASE16_ENCODE_LENGTH(SHA1_DIGEST_SIZE) + 1,
               "room for a sum");

static const uint8_t *bytes_of(const char *text)
{
    return (const uint8_t *)text;
}

static void put_hex(const uint8_t sum[SHA1_DIGEST_SIZE], char hex[DIGEST_HEX])
{
    base16_encode_update(hex, SHA1_DIGEST_SIZE, sum);
    hex[DIGEST_HEX - 1] = '\0';
}

void digest_sha1(const char *data, size_t length, char hex[DIGEST_HEX])
{
    uint8_t sum[SHA1_DIGEST_SIZE];
    struct sha1_ctx context;

    sha1_init(&context);
    sha1_update(&context, length, bytes_of(data));
    sha1_digest(&context, sizeof(sum), sum);
    put_hex(sum, hex);
}

void digest_hmac(const char *key, size_t key_length, const char *data,
                 size_t length, char hex[DIGEST_HEX])
{
    uint8_t sum[SHA1_DIGEST_SIZE];
    struct hmac_sha1_ctx context;

    hmac_sha1_set_key(&context, key_length, bytes_of(key));
    hmac_sha1_update(&context, length, bytes_of(data));
    hmac_sha1_digest(&context, sizeof(sum), sum);
    put_hex(sum, hex);
}

bool digest_equal(const char *a, size_t a_length, const char *b,
                  size_t b_length)
{
    return a_length == b_length && memeql_sec(a, b, a_length);
}

char *digest_base64(const char *data, size_t length)
{
    size_t size = BASE64_ENCODE_RAW_LENGTH(length);
    char *text = malloc(size + 1);

    if (!text)
        return NULL;
    base64_encode_raw(text, length, bytes_of(data));
    text[size] = '\0';
    return text;
}

char *digest_from_base64(const char *text, size_t length, size_t *ret_length)
{
    struct base64_decode_ctx context;
    size_t size = BASE64_DECODE_LENGTH(length);
    uint8_t *data = malloc(size + 1);

    base64_decode_init(&context);
    if (!data || !base64_decode_update(&context, &size, data, length, text) ||
        !base64_decode_final(&context)) {
        free(data);
        return NULL;
    }
    data[size] = '\0';
    *ret_length = size;
    return (char *)data;
}

/* The 16 bytes of a sum in base64, which are 24 characters. */
static bool read_sum(const char *value, size_t length,
                     uint8_t sum[MD5_DIGEST_SIZE])
{
    /* Room for what may be decoded before it shows to be too much. */
    uint8_t decoded[BASE64_DECODE_LENGTH(24)];
    struct base64_decode_ctx context;
    size_t size = sizeof(decoded);

    if (length != 24)
        return false;
    base64_decode_init(&context);
    if (!base64_decode_update(&context, &size, decoded, length, value) ||
        !base64_decode_final(&context) || size != MD5_DIGEST_SIZE)
        return false;
    memcpy(sum, decoded, MD5_DIGEST_SIZE);
    return true;
}

static void sum_up(const char *data, size_t length,
                   uint8_t sum[MD5_DIGEST_SIZE])
{
    struct md5_ctx context;

    md5_init(&context);
    md5_update(&context, length, bytes_of(data));
    md5_digest(&context, MD5_DIGEST_SIZE, sum);
}

char *digest_md5(const char *data, size_t length)
{
    uint8_t sum[MD5_DIGEST_SIZE];

    sum_up(data, length, sum);
    return digest_base64((const char *)sum, sizeof(sum));
}

const struct error *digest_check_md5(const char *value, size_t length,
                                     const char *body, size_t body_length)
{
    uint8_t announced[MD5_DIGEST_SIZE], sum[MD5_DIGEST_SIZE];

    if (!read_sum(value, length, announced))
        return &error_rows[ROW_G10];
    if (!body)
        return NULL;
    sum_up(body, body_length, sum);
    return memcmp(announced, sum, sizeof(sum)) == 0 ? NULL
                                                    : &error_rows[ROW_G11];
}
