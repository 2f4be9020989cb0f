#include "target.h"

#include <stdbool.h>
#include <string.h>

#include "../model/text.h"

enum { BLOCK = 16 };

/* Can all of it stand in a request line? */
static bool is_visible(const char *text, size_t length)
{
    /* Without an early end, so that the compiler takes a block at once. */
    for (; length >= BLOCK; length -= BLOCK, text += BLOCK) {
        unsigned char found = 0;

        for (size_t i = 0; i < BLOCK; i++)
            found |= (unsigned char)((text[i] < 0x21) | (text[i] > 0x7e));
        if (found)
            return false;
    }
    for (; length > 0; length--, text++) {
        if (*text < 0x21 || *text > 0x7e)
            return false;
    }
    return true;
}

static const struct error *measure(const char *raw, size_t *ret_length)
{
    size_t length = raw ? strnlen(raw, TARGET_MOST + 1) : 0;

    if (length > TARGET_MOST)
        return &error_rows[ROW_W7B];
    if (length == 0 || !is_visible(raw, length))
        return &error_rows[ROW_W3];
    *ret_length = length;
    return NULL;
}

/* Set `path` to all of `raw` behind scheme and authority, the query included.
 * False: there is no path. */
static bool find_path(struct target *target, const char *raw, size_t length)
{
    size_t skip = *raw == '/'                             ? 0
                  : text_equal_nocase(raw, 7, "http://")  ? 7
                  : text_equal_nocase(raw, 8, "https://") ? 8
                                                          : 0;

    if (skip > 0) {
        size_t authority = strcspn(raw + skip, "/?#");

        if (authority == 0)
            return false;
        skip += authority;
    }
    if (raw[skip] != '/' && (skip == 0 || raw[skip] == '#'))
        return false;
    target->path = raw + skip;
    target->path_length = length - skip;
    return true;
}

static int hex_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return -1;
}

/* Decode up to `end`, at `*at`, which moves behind the text's zero byte. False:
 * a malformed escape. */
static bool decode(struct target_text *ret_text, char **at, const char *from,
                   const char *end, char plus)
{
    size_t length = (size_t)(end - from);
    char *to = *at;

    /* Most texts have nothing to decode; short ones are not worth a look. */
    if (length >= BLOCK && !memchr(from, '%', length) &&
        !memchr(from, '+', length)) {
        memcpy(to, from, length);
        to += length;
        from = end;
    }
    while (from < end) {
        char byte = *from++;

        if (byte == '+') {
            byte = plus;
        } else if (byte == '%') {
            int high = end - from >= 2 ? hex_value(from[0]) : -1;
            int low = high >= 0 ? hex_value(from[1]) : -1;

            if (low < 0)
                return false;
            byte = (char)(high << 4 | low);
            from += 2;
        }
        *to++ = byte;
    }
    *to = '\0';
    ret_text->data = *at;
    ret_text->length = (size_t)(to - *at);
    *at = to + 1;
    return true;
}

static const char *find_or_end(const char *from, const char *end, char byte)
{
    const char *found = memchr(from, byte, (size_t)(end - from));

    return found ? found : end;
}

static const struct error *split_path(struct target *target, char **at)
{
    const char *from = target->path;
    const char *end = from + target->path_length;

    while (from < end) {
        const char *stop = find_or_end(from + 1, end, '/');
        struct target_text surplus;
        char *reused = *at;
        bool kept = target->n_segments < TARGET_SEGMENTS;

        /* What nobody can ask for is decoded all the same: a malformed escape
         * is one wherever it stands. */
        if (!decode(kept ? &target->segments[target->n_segments] : &surplus,
                    kept ? at : &reused, from + 1, stop, '+'))
            return &error_rows[ROW_D34];
        target->n_segments++;
        from = stop;
    }
    return NULL;
}

static const struct error *split_query(struct target *target, char **at,
                                       const char *from, const char *end)
{
    while (from < end) {
        const char *stop = find_or_end(from, end, '&');
        const char *equals = find_or_end(from, stop, '=');
        const char *value = equals < stop ? equals + 1 : stop;
        struct target_parameter *parameter;

        if (stop > from) {
            if (target->n_parameters == TARGET_PARAMETERS)
                return &error_rows[ROW_W3];
            parameter = &target->parameters[target->n_parameters];
            if (!decode(&parameter->name, at, from, equals, ' ') ||
                !decode(&parameter->value, at, value, stop, ' '))
                return &error_rows[ROW_D34];
            target->n_parameters++;
        }
        from = stop < end ? stop + 1 : end;
    }
    return NULL;
}

/* Cut the query off `path` and split both. */
static const struct error *split(struct target *target)
{
    const char *end = target->path + target->path_length;
    const char *query = find_or_end(target->path, end, '?');
    char *at = target->decoded;
    const struct error *err;

    target->path_length = (size_t)(query - target->path);
    if (target->path_length == 0) {
        target->path = "/";
        target->path_length = 1;
    }
    err = split_path(target, &at);
    if (!err && query < end)
        err = split_query(target, &at, query + 1, end);
    return err;
}

const struct error *target_parse(struct target *target, const char *raw)
{
    const struct error *err;
    size_t length;

    target->path = "";
    target->path_length = 0;
    target->n_segments = target->n_stripped = 0;
    target->n_parameters = 0;
    err = measure(raw, &length);
    if (err)
        return err;
    if (!find_path(target, raw, length))
        return &error_rows[ROW_W3];
    err = split(target);
    if (err) {
        target->n_segments = 0;
        target->n_parameters = 0;
    }
    return err;
}

const struct error *target_screen(const char *raw)
{
    size_t length;

    return measure(raw, &length);
}

int target_text_is(const struct target_text *text, const char *word)
{
    size_t length = strlen(word);

    return text->length == length && memcmp(text->data, word, length) == 0;
}

const struct target_text *target_parameter(const struct target *target,
                                           const char *name)
{
    for (size_t i = 0; i < target->n_parameters; i++) {
        if (target_text_is(&target->parameters[i].name, name))
            return &target->parameters[i].value;
    }
    return NULL;
}

int target_segment_is(const struct target *target, size_t i, const char *word)
{
    return i < target->n_segments && i < TARGET_SEGMENTS &&
           target_text_is(&target->segments[i], word);
}

void target_add_path(const struct target *target, bool below,
                     struct buffer *buffer)
{
    const char *at = target->path, *end = at + target->path_length;

    for (size_t i = 0; below && i < target->n_stripped; i++)
        at = find_or_end(at + 1, end, '/');

    for (; at < end; at++) {
        char byte = *at;

        if (byte == '%' && end - at > 2) {
            int high = hex_value(at[1]), low = hex_value(at[2]);

            if (high >= 0 && low >= 0) { /* else it was not parsed */
                byte = (char)(high << 4 | low);
                at += 2;
            }
        }
        buffer_putc(buffer, byte);
    }
}

void target_skip(struct target *target, size_t n)
{
    target->n_segments -= n;
    target->n_stripped += n;
    memmove(target->segments, target->segments + n,
            (TARGET_SEGMENTS - n) * sizeof(target->segments[0]));
    for (size_t i = TARGET_SEGMENTS - n; i < TARGET_SEGMENTS; i++)
        target->segments[i] = (struct target_text){"", 0}; /* only counted */
}

int target_strip(struct target *target, const struct target *prefix)
{
    size_t n = prefix->n_segments;

    if (target->n_segments <= n)
        return n == 0;
    for (size_t i = 0; i < n; i++) {
        if (!target_segment_is(target, i, prefix->segments[i].data))
            return 0;
    }
    target_skip(target, n);
    return 1;
}
