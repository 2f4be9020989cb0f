#include "reply.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "../model/document.h"
#include "../model/random.h"

enum {
    MOST_INDENT = 8,   /* bytes; the deepest answer, DescribeJob, needs 5 */
    MOST_NAME = 64,    /* bytes of an element's name */
    MOST_PIECE = 64,   /* bytes of text that are escaped at once */
    WORTH_A_LOOK = 16, /* bytes from which memchr beats a loop */
    MOST_LINE = MOST_INDENT + 2 * MOST_NAME + MOST_PIECE * sizeof("&quot;") + 8,
};

static char *put(char *at, const char *text, size_t size)
{
    memcpy(at, text, size);
    return at + size;
}

/* At least `width` hex digits. */
static char *put_hex(char *at, uint64_t value, int width)
{
    static const char digits[] = "0123456789abcdef";

    while (width < 16 && value >> (4 * width) != 0)
        width++;
    value <<= 64 - 4 * width;
    for (; width > 0; width--, value <<= 4)
        *at++ = digits[value >> 60];
    return at;
}

/* `size` bytes and a zero byte, as a string. */
static void put_base64(char *at, const char *text, size_t size)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "abcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *from = (const unsigned char *)text;

    for (; size >= 3; size -= 3, from += 3) {
        unsigned bits =
            (unsigned)from[0] << 16 | (unsigned)from[1] << 8 | from[2];

        *at++ = letters[bits >> 18];
        *at++ = letters[bits >> 12 & 63];
        *at++ = letters[bits >> 6 & 63];
        *at++ = letters[bits & 63];
    }
    if (size > 0) {
        unsigned second = size > 1 ? from[1] : 0;

        *at++ = letters[from[0] >> 2];
        *at++ = letters[(from[0] & 3u) << 4 | second >> 4];
        *at++ = letters[(second & 15) << 2];
        if (size == 1)
            at[-1] = '=';
        *at++ = '=';
    }
    *at = '\0';
}

void reply_request_id(char text[REPLY_REQUEST_ID], long long time,
                      uint64_t sequence)
{
    /* 127.0.0.1 in the samples' byte order, and a process number: neither
     * depends on the machine. */
    static const char constant[] = "_0100007f_0001_";
    char plain[10 + sizeof(constant) - 1 + 16];
    char *at = plain;

    at = put_hex(at, (uint64_t)time & 0xffffffffff, 8);
    at = put(at, constant, sizeof(constant) - 1);
    at = put_hex(at, sequence, 7);
    put_base64(text, plain, (size_t)(at - plain));
}

void reply_trace_id(char text[REPLY_TRACE_ID], long long time,
                    uint64_t sequence)
{
    struct random random = {(uint64_t)time};
    char plain[128];

    /* Scattered first: the streams of neighbouring seeds are to share
     * nothing. */
    random.state = random_next(&random) ^ sequence;
    for (size_t i = 0; i < sizeof(plain); i += 16)
        put_hex(plain + i, random_next(&random), 16);
    put_base64(text, plain, sizeof(plain));
}

/* How a byte must be written; NULL: as it is. */
static const char *escape(unsigned char byte)
{
    switch (byte) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\r': /* a reader would make it an LF */
        return "&#13;";
    }
    return NULL;
}

static bool needs_escape(const char *text, size_t length)
{
    static const char special[] = "&<>\"\r";

    for (size_t i = 0; i < sizeof(special) - 1; i++) {
        if (memchr(text, special[i], length))
            return true;
    }
    return false;
}

static char *put_escaped(char *at, const char *text, size_t length)
{
    if (length >= WORTH_A_LOOK && !needs_escape(text, length))
        return put(at, text, length);
    for (size_t i = 0; i < length; i++) {
        const char *escaped = escape((unsigned char)text[i]);

        if (escaped)
            at = put(at, escaped, strlen(escaped));
        else
            *at++ = text[i];
    }
    return at;
}

static char *put_tag(char *at, const char *before, const char *name,
                     size_t length, const char *after)
{
    assert(length <= MOST_NAME);
    while (*before)
        *at++ = *before++;
    at = put(at, name, length);
    while (*after)
        *at++ = *after++;
    return at;
}

static char *put_tabs(char *at, int depth)
{
    assert(depth >= 0 && depth <= MOST_INDENT);
    while (depth-- > 0)
        *at++ = '\t';
    return at;
}

static void add_tag(struct buffer *buffer, int depth, const char *before,
                    const char *name, const char *after)
{
    char line[MOST_LINE];
    char *at = put_tabs(line, depth);

    at = put_tag(at, before, name, strlen(name), after);
    buffer_add(buffer, line, (size_t)(at - line));
}

/* An element, behind the indentation that `line` begins with and that ends at
 * `at`. Lines are put together on the stack: a call of buffer_add for each
 * part would cost three times as much. */
static void add_element(struct buffer *buffer, char *line, char *at,
                        const char *name, const char *text, size_t length)
{
    size_t name_length = strlen(name);

    if (length == 0) {
        at = put_tag(at, "<", name, name_length, "/>\n");
        buffer_add(buffer, line, (size_t)(at - line));
        return;
    }
    at = put_tag(at, "<", name, name_length, ">");
    for (; length > MOST_PIECE; length -= MOST_PIECE, text += MOST_PIECE) {
        at = put_escaped(at, text, MOST_PIECE);
        buffer_add(buffer, line, (size_t)(at - line));
        at = line;
    }
    at = put_escaped(at, text, length);
    at = put_tag(at, "</", name, name_length, ">\n");
    buffer_add(buffer, line, (size_t)(at - line));
}

void reply_open(struct buffer *buffer, int depth, const char *name)
{
    add_tag(buffer, depth, "<", name, ">\n");
}

void reply_text(struct buffer *buffer, int depth, const char *name,
                const char *text, size_t length)
{
    char line[MOST_LINE];

    add_element(buffer, line, put_tabs(line, depth), name, text, length);
}

void reply_close(struct buffer *buffer, int depth, const char *name)
{
    add_tag(buffer, depth, "</", name, depth > 0 ? ">\n" : ">");
}

void reply_number(struct buffer *buffer, int depth, const char *name,
                  long long number)
{
    char text[24];
    int length = snprintf(text, sizeof(text), "%lld", number);

    reply_text(buffer, depth, name, text, (size_t)length);
}

void reply_time(struct buffer *buffer, int depth, const char *name,
                long long seconds)
{
    char text[CLOCK_TEXT];

    if (!seconds)
        return;
    clock_format(seconds, text);
    reply_text(buffer, depth, name, text, strlen(text));
}

/* Step over what is in the container that was just opened. */
static void skip(struct document_reader *reader)
{
    size_t depth = reader->depth;

    while (reader->depth >= depth)
        document_step(reader);
}

static bool ends_here(const struct document_reader *reader)
{
    struct document_reader ahead = *reader;

    return document_step(&ahead) == DOCUMENT_CLOSE;
}

/* A container begins: an empty one is one tag, which ends it as well. */
static void open_container(struct buffer *buffer, int depth,
                           struct document_reader *reader, const char *without)
{
    const char *name = reader->element->name;

    if (without && strcmp(name, without) == 0) {
        skip(reader);
    } else if (ends_here(reader)) {
        reply_text(buffer, depth, name, "", 0);
        document_step(reader);
    } else {
        reply_open(buffer, depth, name);
    }
}

void reply_document(struct buffer *buffer, int depth, const char *document,
                    const char *without)
{
    struct document_reader reader;
    enum document_step step;

    if (!document)
        return;
    document_start(&reader, document);
    while ((step = document_step(&reader)) != DOCUMENT_END) {
        int at = depth + reader.element->depth;

        if (step == DOCUMENT_OPEN)
            open_container(buffer, at, &reader, without);
        else if (step == DOCUMENT_CLOSE)
            reply_close(buffer, at, reader.element->name);
        else
            reply_text(buffer, at, reader.element->name, reader.text,
                       reader.length);
    }
}

void reply_declaration(struct buffer *buffer)
{
    buffer_puts(buffer, "<?xml version='1.0' encoding='utf-8' ?>\n");
}

static void add_child(struct buffer *buffer, const char *name, const char *text,
                      size_t length)
{
    char line[MOST_LINE];

    add_element(buffer, line, put(line, "    ", 4), name, text, length);
}

void reply_error(struct buffer *buffer, const struct error *row,
                 const char *resource, size_t resource_length,
                 const char *request_id, const char *trace_id)
{
    buffer_puts(buffer, "<Error>\n");
    add_child(buffer, "Code", row->code, strlen(row->code));
    add_child(buffer, "Message", row->message, strlen(row->message));
    add_child(buffer, "Resource", resource, resource_length);
    add_child(buffer, "RequestId", request_id, strlen(request_id));
    add_child(buffer, "TraceId", trace_id, strlen(trace_id));
    buffer_puts(buffer, "</Error>");
}
