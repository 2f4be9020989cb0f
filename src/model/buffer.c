#include "buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buffer_init(struct buffer *buffer)
{
    buffer->data = buffer->own;
    buffer->size = 0;
    buffer->room = sizeof(buffer->own);
    buffer->failed = false;
    buffer->own[0] = '\0';
}

void buffer_done(struct buffer *buffer)
{
    if (buffer->data != buffer->own)
        free(buffer->data);
    buffer_init(buffer);
}

void buffer_clear(struct buffer *buffer)
{
    buffer->size = 0;
    buffer->failed = false;
    buffer->data[0] = '\0';
}

/* Make room for `more` bytes and the zero byte. */
static bool buffer_reserve(struct buffer *buffer, size_t more)
{
    size_t room = buffer->room;
    char *data;

    if (buffer->failed)
        return false;
    if (more < room - buffer->size)
        return true;
    if (more > (size_t)1 << 40) {
        buffer->failed = true;
        return false;
    }
    while (room - buffer->size <= more)
        room *= 2;
    data = realloc(buffer->data == buffer->own ? NULL : buffer->data, room);
    if (!data) {
        buffer->failed = true;
        return false;
    }
    if (buffer->data == buffer->own)
        memcpy(data, buffer->own, buffer->size + 1);
    buffer->data = data;
    buffer->room = room;
    return true;
}

void buffer_add(struct buffer *buffer, const char *data, size_t size)
{
    if (!buffer_reserve(buffer, size))
        return;
    if (size > 0)
        memcpy(buffer->data + buffer->size, data, size);
    buffer->size += size;
    buffer->data[buffer->size] = '\0';
}

void buffer_puts(struct buffer *buffer, const char *text)
{
    buffer_add(buffer, text, strlen(text));
}

void buffer_putc(struct buffer *buffer, char byte)
{
    buffer_add(buffer, &byte, 1);
}

void buffer_printf(struct buffer *buffer, const char *format, ...)
{
    va_list arguments;
    int size;

    va_start(arguments, format);
    size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (size < 0 || !buffer_reserve(buffer, (size_t)size)) {
        buffer->failed = true;
        return;
    }
    va_start(arguments, format);
    vsnprintf(buffer->data + buffer->size, (size_t)size + 1, format, arguments);
    va_end(arguments);
    buffer->size += (size_t)size;
}

char *buffer_take(struct buffer *buffer)
{
    char *data = NULL;

    if (!buffer->failed) {
        if (buffer->data == buffer->own) {
            data = malloc(buffer->size + 1);
            if (data)
                memcpy(data, buffer->own, buffer->size + 1);
        } else {
            data = buffer->data;
            buffer->data = buffer->own;
        }
    }
    buffer_done(buffer);
    return data;
}
