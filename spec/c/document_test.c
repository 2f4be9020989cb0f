/* Documents are written, and read back. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/document.h"
#include "model/random.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* Some text that an element of the wire could have. */
static size_t some_text(struct random *random, char text[64])
{
    static const char *const pieces[] = {"a", " ",    "\t\r\n", "<&>\"",
                                         "|", "\x7f", "~",      "\xe5\x8f\x96"};
    size_t pieces_left = random_next(random) % 8;

    *text = '\0';
    for (; pieces_left > 0; pieces_left--)
        strcat(text, pieces[random_next(random) % COUNT(pieces)]);
    return strlen(text);
}

/* Write an element with all that it contains, each some times. What is written
 * is noted in `trace`: "<Name" "=text" ">". */
static void write_some(struct random *random, const struct element *element,
                       struct buffer *document, struct buffer *trace)
{
    char text[64];
    size_t length;

    buffer_printf(trace, "<%s", element->name);
    if (element_contains(element)) {
        document_open(document, element);
        for (const struct element *inner = element_first(element); inner;
             inner = element_next(inner)) {
            for (uint64_t times = random_next(random) % 3; times > 0; times--)
                write_some(random, inner, document, trace);
        }
        document_close(document);
    } else {
        length = some_text(random, text);
        document_text(document, element, text, length);
        buffer_printf(trace, "=%s", text);
    }
    buffer_puts(trace, ">");
}

/* The same notes of what is read. */
static void trace_back(const char *document, struct buffer *trace)
{
    struct document_reader reader;
    enum document_step step;
    size_t depth = 0;

    document_start(&reader, document);
    while ((step = document_step(&reader)) != DOCUMENT_END) {
        depth += step == DOCUMENT_OPEN;
        depth -= step == DOCUMENT_CLOSE;
        assert_int_equal(reader.depth, depth);
        assert_int_equal(reader.element->depth,
                         depth - (step == DOCUMENT_OPEN));
        if (step != DOCUMENT_CLOSE)
            buffer_printf(trace, "<%s", reader.element->name);
        if (step == DOCUMENT_TEXT)
            buffer_printf(trace, "=%.*s", (int)reader.length, reader.text);
        if (step != DOCUMENT_OPEN)
            buffer_puts(trace, ">");
    }
    assert_int_equal(depth, 0);
    assert_int_equal(document_step(&reader), DOCUMENT_END); /* it stays there */
}

static void documents_read_back(void **state)
{
    struct random random = {15};

    (void)state;
    for (int i = 0; i < 3000; i++) {
        struct buffer document, written, read;
        const struct element *root =
            &elements[random_next(&random) % element_count];

        while (root->depth > 0)
            root--;
        buffer_init(&document);
        buffer_init(&written);
        buffer_init(&read);
        write_some(&random, root, &document, &written);
        assert_int_equal(strlen(document.data), document.size); /* a string */
        trace_back(document.data, &read);
        assert_string_equal(read.data, written.data);
        buffer_done(&document);
        buffer_done(&written);
        buffer_done(&read);
    }
}

static void an_empty_document_has_nothing(void **state)
{
    struct document_reader reader;

    (void)state;
    document_start(&reader, "");
    assert_int_equal(document_step(&reader), DOCUMENT_END);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents_read_back),
        cmocka_unit_test(an_empty_document_has_nothing),
    };

    return cmocka_run_group_tests_name("document", tests, NULL, NULL);
}
