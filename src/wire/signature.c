#include "signature.h"

#include <string.h>

#include "../model/text.h"
#include "../model/vclock.h"
#include "framing.h"

enum {
    NAMES = 64,     /* in a list: no request has more of either kind */
    TIME_MOST = 40, /* bytes of "start;end" */
};

_Static_assert((int)NAMES >= (int)TARGET_PARAMETERS &&
                   (int)NAMES >= (int)FRAMING_HEADERS,
               "room for all that can be signed");

static const char *const part_names[SIGNATURE_PARTS] = {
    [SIGNATURE_ALGORITHM] = "q-sign-algorithm",
    [SIGNATURE_KEY_ID] = "q-ak",
    [SIGNATURE_TIME] = "q-sign-time",
    [SIGNATURE_KEY_TIME] = "q-key-time",
    [SIGNATURE_HEADERS] = "q-header-list",
    [SIGNATURE_PARAMETERS] = "q-url-param-list",
    [SIGNATURE_DIGITS] = "q-signature",
};

/* The part of that name, or SIGNATURE_PARTS. */
static int find_part(const struct target_text *name)
{
    int i = 0;

    while (i < SIGNATURE_PARTS && !target_text_is(name, part_names[i]))
        i++;
    return i;
}

/* ---- reading ------------------------------------------------------------ */

/* Take a part in. False: it stands there twice. */
static bool take(struct signature *signature, struct target_text name,
                 struct target_text value, struct why *why)
{
    int part = find_part(&name);

    if (part == SIGNATURE_PARTS)
        return true; /* what we do not know is none of ours */
    if (signature->parts[part].data)
        return why_set(why, "%s stands there twice", part_names[part]);
    signature->parts[part] = value;
    return true;
}

/* "name=value&name=value", nothing in it encoded. */
static bool read_header(struct signature *signature, const char *at,
                        size_t left, struct why *why)
{
    while (left > 0) {
        const char *stop = memchr(at, '&', left);
        size_t length = stop ? (size_t)(stop - at) : left;
        const char *equals = memchr(at, '=', length);
        struct target_text name = {at, length}, value = {at + length, 0};

        if (equals) {
            name.length = (size_t)(equals - at);
            value = (struct target_text){equals + 1, length - name.length - 1};
        }
        if (!take(signature, name, value, why))
            return false;
        left -= length + (stop != NULL);
        at += length + (stop != NULL);
    }
    return true;
}

static bool read_query(struct signature *signature, const struct target *target,
                       struct why *why)
{
    for (size_t i = 0; i < target->n_parameters; i++) {
        const struct target_parameter *parameter = &target->parameters[i];

        if (!take(signature, parameter->name, parameter->value, why))
            return false;
    }
    return true;
}

/* "start;end" in Unix seconds, the end not before the start. */
static bool read_time(const struct target_text *text, long long *ret_start,
                      long long *ret_end)
{
    const char *middle = memchr(text->data, ';', text->length);
    size_t length = middle ? (size_t)(middle - text->data) : 0;
    unsigned long long start, end;

    if (!middle || text->length > TIME_MOST ||
        !text_number(text->data, length, CLOCK_LATEST, &start) ||
        !text_number(middle + 1, text->length - length - 1, CLOCK_LATEST,
                     &end) ||
        end < start)
        return false;
    *ret_start = (long long)start;
    *ret_end = (long long)end;
    return true;
}

static bool check_parts(struct signature *signature, struct why *why)
{
    static const enum signature_part times[] = {SIGNATURE_KEY_TIME,
                                                SIGNATURE_TIME};
    const struct target_text *algorithm =
        &signature->parts[SIGNATURE_ALGORITHM];

    for (int i = 0; i < SIGNATURE_PARTS; i++) {
        if (!signature->parts[i].data)
            return why_set(why, "%s is missing", part_names[i]);
    }
    if (!target_text_is(algorithm, "sha1"))
        return why_set(why, "q-sign-algorithm is not sha1");
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        if (!read_time(&signature->parts[times[i]], &signature->start,
                       &signature->end))
            return why_set(why,
                           "%s is not \"start;end\" in Unix seconds, the end "
                           "not before the start",
                           part_names[times[i]]);
    }
    return true;
}

/* Does the query carry a signature? A list of names alone is none. */
static bool is_in_query(const struct target *target)
{
    return target_parameter(target, part_names[SIGNATURE_ALGORITHM]) ||
           target_parameter(target, part_names[SIGNATURE_KEY_ID]) ||
           target_parameter(target, part_names[SIGNATURE_DIGITS]);
}

const struct error *signature_read(struct signature *signature,
                                   const struct jobgate_request *request,
                                   const struct target *target, struct why *why)
{
    size_t count;
    const char *header = framing_header(request, "Authorization", &count);
    size_t length = 0;
    bool fine;

    *signature = (struct signature){.start = 0};
    if (!header && !is_in_query(target)) {
        why_set(why, "the request has no signature");
        return &error_rows[ROW_G01];
    }
    if (header)
        header = text_trim(header, &length);
    if (count > 1)
        fine = why_set(why, "there are two Authorization headers");
    else if (header)
        fine = read_header(signature, header, length, why);
    else
        fine = read_query(signature, target, why);
    if (fine && check_parts(signature, why))
        return NULL;
    return &error_rows[ROW_D121];
}

/* ---- what was signed ---------------------------------------------------- */

/* A signed parameter or header: its name as it stands in the list, encoded and
 * in lower case, and its value decoded. */
struct pair {
    struct target_text name, value;
};

struct pairs {
    size_t count;
    struct pair list[NAMES];
};

static bool is_unreserved(char byte)
{
    return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
           (byte >= '0' && byte <= '9') ||
           (byte && strchr("-._~", byte) != NULL);
}

/* UrlEncode of one byte (section 5.1). How many characters that are. */
static size_t encode(char byte, const char digits[16], char text[3])
{
    if (is_unreserved(byte)) {
        text[0] = byte;
        return 1;
    }
    text[0] = '%';
    text[1] = digits[(unsigned char)byte >> 4];
    text[2] = digits[byte & 15];
    return 3;
}

static void add_encoded(struct buffer *buffer, const struct target_text *text)
{
    const char *at = text->data, *end = at + text->length;
    char piece[3];

    while (at < end) {
        const char *plain = at; /* most bytes are */

        while (at < end && is_unreserved(*at))
            at++;
        buffer_add(buffer, plain, (size_t)(at - plain));
        if (at < end)
            buffer_add(buffer, piece, encode(*at++, "0123456789ABCDEF", piece));
    }
}

/* Is `listed` this name, encoded and then in lower case? */
static bool is_name(const struct target_text *listed,
                    const struct target_text *name)
{
    size_t at = 0;
    char piece[3];

    for (size_t i = 0; i < name->length; i++) {
        char byte = name->data[i];
        size_t length;

        if (byte >= 'A' && byte <= 'Z')
            byte = (char)(byte - 'A' + 'a');
        length = encode(byte, "0123456789abcdef", piece);
        if (listed->length - at < length ||
            memcmp(listed->data + at, piece, length) != 0)
            return false;
        at += length;
    }
    return at == listed->length;
}

static int compare(const struct target_text *a, const struct target_text *b)
{
    size_t shorter = a->length < b->length ? a->length : b->length;
    int order = memcmp(a->data, b->data, shorter);

    return order ? order : (a->length > b->length) - (a->length < b->length);
}

/* Keep the pairs in order: by name, then by value. */
static void insert(struct pairs *pairs, struct pair pair)
{
    size_t at = pairs->count++;

    for (; at > 0; at--) {
        const struct pair *before = &pairs->list[at - 1];
        int order = compare(&before->name, &pair.name);

        if (order < 0 ||
            (order == 0 && compare(&before->value, &pair.value) <= 0))
            break;
        pairs->list[at] = *before;
    }
    pairs->list[at] = pair;
}

/* What a list of names may name: parameters, or headers. */
struct source {
    const char *what;
    const struct jobgate_request *request; /* NULL: parameters */
    const struct target *target;
};

static size_t source_count(const struct source *source)
{
    return source->request ? source->request->n_headers
                           : source->target->n_parameters;
}

static struct pair source_get(const struct source *source, size_t i)
{
    const struct target_parameter *parameter;
    const struct jobgate_header *header;
    struct pair pair;

    if (source->request) {
        header = &source->request->headers[i];
        pair.name = (struct target_text){header->name, strlen(header->name)};
        pair.value.data = text_trim(header->value, &pair.value.length);
        return pair;
    }
    parameter = &source->target->parameters[i];
    return (struct pair){parameter->name, parameter->value};
}

/* Find what is listed. A name that is listed for the nth time stands for the
 * nth of that name. */
static bool find(const struct source *source, const struct pairs *pairs,
                 const struct target_text *listed, struct pair *ret_pair)
{
    size_t skip = 0;

    for (size_t i = 0; i < pairs->count; i++)
        skip += compare(&pairs->list[i].name, listed) == 0;
    for (size_t i = 0; i < source_count(source); i++) {
        struct pair pair = source_get(source, i);

        if (is_name(listed, &pair.name) && skip-- == 0) {
            *ret_pair = (struct pair){*listed, pair.value};
            return true;
        }
    }
    return false;
}

/* All that a list names. False: something is not there. */
static bool collect(const struct source *source, struct target_text list,
                    struct pairs *pairs, struct why *why)
{
    const char *at = list.data, *end = at + list.length;

    pairs->count = 0;
    while (at < end) {
        const char *stop = memchr(at, ';', (size_t)(end - at));
        struct target_text listed = {at, (size_t)((stop ? stop : end) - at)};
        struct pair pair;

        at += listed.length + 1;
        if (listed.length == 0)
            continue;
        if (pairs->count == NAMES || !find(source, pairs, &listed, &pair))
            return why_set(
                why, "the %s \"%.*s\" is listed and not there", source->what,
                (int)(listed.length < 100 ? listed.length : 100), listed.data);
        insert(pairs, pair);
    }
    return true;
}

static bool add_pairs(const struct source *source, struct target_text list,
                      struct buffer *buffer, struct why *why)
{
    struct pairs pairs;

    if (!collect(source, list, &pairs, why))
        return false;
    for (size_t i = 0; i < pairs.count; i++) {
        if (i > 0)
            buffer_putc(buffer, '&');
        buffer_add(buffer, pairs.list[i].name.data, pairs.list[i].name.length);
        buffer_putc(buffer, '=');
        add_encoded(buffer, &pairs.list[i].value);
    }
    buffer_putc(buffer, '\n');
    return true;
}

bool signature_string(const struct signature *signature,
                      const struct jobgate_request *request,
                      const struct target *target, bool below,
                      struct buffer *http_string, struct why *why)
{
    const struct source parameters = {"parameter", NULL, target};
    const struct source headers = {"header", request, target};

    for (const char *at = request->method; *at; at++)
        buffer_putc(http_string,
                    *at >= 'A' && *at <= 'Z' ? (char)(*at - 'A' + 'a') : *at);
    buffer_putc(http_string, '\n');
    target_add_path(target, below, http_string);
    buffer_putc(http_string, '\n');
    return add_pairs(&parameters, signature->parts[SIGNATURE_PARAMETERS],
                     http_string, why) &&
           add_pairs(&headers, signature->parts[SIGNATURE_HEADERS], http_string,
                     why);
}

void signature_compute(const struct signature *signature,
                       const char *secret_key, const struct buffer *http_string,
                       char hex[DIGEST_HEX])
{
    const struct target_text *key_time = &signature->parts[SIGNATURE_KEY_TIME];
    char sign_key[DIGEST_HEX], sum[DIGEST_HEX];
    struct buffer text; /* StringToSign */

    digest_hmac(secret_key, strlen(secret_key), key_time->data,
                key_time->length, sign_key);
    digest_sha1(http_string->data, http_string->size, sum);
    buffer_init(&text);
    buffer_puts(&text, "sha1\n");
    buffer_add(&text, key_time->data, key_time->length);
    buffer_putc(&text, '\n');
    buffer_puts(&text, sum);
    buffer_putc(&text, '\n');
    digest_hmac(sign_key, DIGEST_HEX - 1, text.data, text.size, hex);
    buffer_done(&text);
}
