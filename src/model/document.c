#include "document.h"

#include <string.h>

enum { BEGIN = 1, END = 2, FIRST_LETTER = ' ' };

static void begin(struct buffer *buffer, const struct element *element)
{
    buffer_putc(buffer, BEGIN);
    buffer_putc(buffer, (char)(FIRST_LETTER + (element - elements)));
}

void document_open(struct buffer *buffer, const struct element *element)
{
    begin(buffer, element);
}

void document_text(struct buffer *buffer, const struct element *element,
                   const char *text, size_t length)
{
    begin(buffer, element);
    buffer_add(buffer, text, length);
    buffer_putc(buffer, END);
}

void document_close(struct buffer *buffer)
{
    buffer_putc(buffer, END);
}

void document_start(struct document_reader *reader, const char *document)
{
    *reader = (struct document_reader){.at = document};
}

enum document_step document_step(struct document_reader *reader)
{
    if (*reader->at == END) {
        reader->at++;
        reader->element = reader->open[--reader->depth];
        return DOCUMENT_CLOSE;
    }
    if (*reader->at != BEGIN)
        return DOCUMENT_END;
    reader->element = &elements[reader->at[1] - FIRST_LETTER];
    reader->at += 2;
    if (!element_contains(reader->element)) {
        reader->text = reader->at;
        reader->length = strcspn(reader->at, "\x02");
        reader->at += reader->length + 1;
        return DOCUMENT_TEXT;
    }
    reader->open[reader->depth++] = reader->element;
    return DOCUMENT_OPEN;
}
