#include "framing.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "../model/text.h"

enum {
    LENGTH_DIGITS = 18, /* as many as fit a long long for certain */
    BLOCK = 16
};

/* A header that decides about framing. */
struct watched {
    const char *name;
    size_t length;     /* of the name */
    const char *value; /* the last one */
    size_t count;
};

enum { HOST, CONTENT_LENGTH, TRANSFER_ENCODING, N_WATCHED };

static bool is_control(unsigned char byte)
{
    return (byte < 0x20 && byte != '\t') || byte == 0x7f;
}

/* No control byte but HTAB, no DEL? */
static bool is_value(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t length = strlen(text);

    /* Without an early end, so that the compiler takes a block at once. */
    for (; length >= BLOCK; length -= BLOCK, at += BLOCK) {
        unsigned char found = 0;

        for (size_t i = 0; i < BLOCK; i++)
            found |= (unsigned char)(((at[i] < 0x20) & (at[i] != '\t')) |
                                     (at[i] == 0x7f));
        if (found)
            return false;
    }
    for (; length > 0; length--, at++) {
        if (is_control(*at))
            return false;
    }
    return true;
}

static bool is_host(const char *text)
{
    for (; *text; text++) {
        if (*text < 0x21 || *text > 0x7e)
            return false;
        switch (*text) {
        case '"':
        case '<':
        case '>':
        case '\\':
        case '^':
        case '`':
        case '{':
        case '|':
        case '}':
        case '/':
        case '?':
        case '#':
        case '@':
            return false;
        }
    }
    return true;
}

static bool is_length(const char *text)
{
    size_t digits = 0;

    while (text[digits] >= '0' && text[digits] <= '9')
        digits++;
    return digits > 0 && digits <= LENGTH_DIGITS && text[digits] == '\0';
}

/* Where the body ends must have one answer. */
static bool body_is_framed(const struct watched *length,
                           const struct watched *coding)
{
    if (length->count + coding->count > 1)
        return false;
    if (length->count > 0)
        return is_length(length->value);
    return coding->count == 0 ||
           text_equal_nocase(coding->value, strlen(coding->value), "chunked");
}

/* Note what a header says about framing. False: it is malformed. */
static bool watch(struct watched watched[N_WATCHED],
                  const struct jobgate_header *header)
{
    size_t length;

    if (!header->name || !header->value)
        return false;
    length = strlen(header->name);
    if (!text_is_token(header->name, length) || !is_value(header->value))
        return false;
    for (size_t i = 0; i < N_WATCHED; i++) {
        if (length == watched[i].length &&
            text_equal_nocase(header->name, length, watched[i].name)) {
            watched[i].value = header->value;
            watched[i].count++;
        }
    }
    return true;
}

const struct error *framing_check(const struct jobgate_request *request)
{
    static const struct error *const malformed = &error_rows[ROW_W3];
    struct watched watched[N_WATCHED] = {
        [HOST] = {"Host",              4,  NULL, 0},
        [CONTENT_LENGTH] = {"Content-Length",    14, NULL, 0},
        [TRANSFER_ENCODING] = {"Transfer-Encoding", 17, NULL, 0},
    };
    const struct watched *host = &watched[HOST];
    const char *version = request->version ? request->version : "HTTP/1.1";
    bool needs_host = strcmp(version, "HTTP/1.1") == 0;

    if (!needs_host && strcmp(version, "HTTP/1.0") != 0)
        return malformed;
    if (!request->method ||
        !text_is_token(request->method, strlen(request->method)) ||
        request->n_headers > FRAMING_HEADERS)
        return malformed;
    for (size_t i = 0; i < request->n_headers; i++) {
        if (!watch(watched, &request->headers[i]))
            return malformed;
    }
    if (host->count > 1 || (host->count ? !is_host(host->value) : needs_host))
        return malformed;
    if (!body_is_framed(&watched[CONTENT_LENGTH], &watched[TRANSFER_ENCODING]))
        return malformed;
    if (!needs_host && watched[TRANSFER_ENCODING].count > 0)
        return malformed; /* HTTP/1.0 does not know it (RFC 9112, 6.1) */
    return NULL;
}

const char *framing_header(const struct jobgate_request *request,
                           const char *name, size_t *ret_count)
{
    size_t length = strlen(name);
    const char *value = NULL;
    size_t count = 0;

    for (size_t i = 0; i < request->n_headers; i++) {
        const struct jobgate_header *header = &request->headers[i];

        /* It is also asked about requests that framing_check has refused. */
        if (!header->name || !header->value ||
            !text_equal_nocase(name, length, header->name))
            continue;
        if (count++ == 0)
            value = header->value;
    }
    if (ret_count)
        *ret_count = count;
    return value;
}

int framing_too_large(const struct jobgate_request *request, size_t most)
{
    const char *text = framing_header(request, "Content-Length", NULL);
    size_t size = 0;

    if (!text || !is_length(text))
        return false;
    for (; *text; text++) {
        size_t digit = (size_t)(*text - '0');

        if (size > (SIZE_MAX - digit) / 10)
            return true;
        size = size * 10 + digit;
    }
    return size > most;
}
