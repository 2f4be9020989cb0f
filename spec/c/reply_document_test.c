/* Documents, numbers, times and declarations as answers: sections 1.3, 4.1,
 * C21, C24. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/document.h"
#include "wire/reply.h"
#include "wire/xmlread.h"

/* The element below `container` of that name. */
static const struct element *below(const struct element *container,
                                   const char *name)
{
    const struct element *element = element_first(container);

    while (element && strcmp(element->name, name) != 0)
        element = element_next(element);
    assert_non_null(element);
    return element;
}

static void put(struct buffer *document, const struct element *container,
                const char *name, const char *text)
{
    document_text(document, below(container, name), text, strlen(text));
}

/* A manifest with two fields, as 38609-md has it. */
static void put_manifest(struct buffer *document)
{
    const struct element *manifest = element_root("Manifest");
    const struct element *location = below(manifest, "Location");
    const struct element *spec = below(manifest, "Spec");
    const struct element *fields = below(spec, "Fields");

    document_open(document, manifest);
    document_open(document, location);
    put(document, location, "ETag", "\"e\"");
    document_close(document);
    document_open(document, spec);
    document_open(document, fields);
    put(document, fields, "member", "Bucket");
    put(document, fields, "member", "Key");
    document_close(document);
    put(document, spec, "Format", "f");
    document_close(document);
    document_close(document);
}

/* A document as it is answered at a depth. */
static void assert_written(const struct buffer *document, int depth,
                           const char *without, const char *xml)
{
    struct buffer written;

    buffer_init(&written);
    reply_document(&written, depth, document->data, without);
    assert_string_equal(written.data, xml);
    buffer_done(&written);
}

static void a_document_has_the_tabs_of_its_depth(void **state)
{
    struct buffer document;

    (void)state;
    buffer_init(&document);
    put_manifest(&document);
    assert_written(&document, 2, NULL,
                   "\t\t<Manifest>\n"
                   "\t\t\t<Location>\n"
                   "\t\t\t\t<ETag>&quot;e&quot;</ETag>\n"
                   "\t\t\t</Location>\n"
                   "\t\t\t<Spec>\n"
                   "\t\t\t\t<Fields>\n"
                   "\t\t\t\t\t<member>Bucket</member>\n"
                   "\t\t\t\t\t<member>Key</member>\n"
                   "\t\t\t\t</Fields>\n"
                   "\t\t\t\t<Format>f</Format>\n"
                   "\t\t\t</Spec>\n"
                   "\t\t</Manifest>\n");
    buffer_done(&document);
}

/* C24: the Fields, with all that is in them. */
static void elements_can_be_left_out(void **state)
{
    struct buffer document;

    (void)state;
    buffer_init(&document);
    put_manifest(&document);
    assert_written(&document, 0, "Fields",
                   "<Manifest>\n"
                   "\t<Location>\n"
                   "\t\t<ETag>&quot;e&quot;</ETag>\n"
                   "\t</Location>\n"
                   "\t<Spec>\n"
                   "\t\t<Format>f</Format>\n"
                   "\t</Spec>\n"
                   "</Manifest>");
    assert_written(&document, 0, "Location",
                   "<Manifest>\n"
                   "\t<Spec>\n"
                   "\t\t<Fields>\n"
                   "\t\t\t<member>Bucket</member>\n"
                   "\t\t\t<member>Key</member>\n"
                   "\t\t</Fields>\n"
                   "\t\t<Format>f</Format>\n"
                   "\t</Spec>\n"
                   "</Manifest>");
    assert_written(&document, 0, "Manifest", "");
    buffer_done(&document);
}

/* 4.1: an empty element is one tag, whatever it could contain. */
static void empty_elements_close_themselves(void **state)
{
    const struct element *operation = element_root("Operation");
    const struct element *reasons = element_root("FailureReasons");
    struct buffer document;

    (void)state;
    buffer_init(&document);
    document_open(&document, operation);
    document_open(&document, below(operation, "COSDeleteObject"));
    document_close(&document);
    document_close(&document);
    assert_written(&document, 1, NULL,
                   "\t<Operation>\n"
                   "\t\t<COSDeleteObject/>\n"
                   "\t</Operation>\n");
    buffer_clear(&document);
    document_open(&document, reasons);
    document_close(&document);
    assert_written(&document, 2, NULL, "\t\t<FailureReasons/>\n");
    buffer_clear(&document);
    document_open(&document, reasons);
    document_open(&document, below(reasons, "JobFailure"));
    put(&document, below(reasons, "JobFailure"), "FailureCode", "");
    document_close(&document);
    document_close(&document);
    assert_written(&document, 0, NULL,
                   "<FailureReasons>\n"
                   "\t<JobFailure>\n"
                   "\t\t<FailureCode/>\n"
                   "\t</JobFailure>\n"
                   "</FailureReasons>");
    buffer_done(&document);
}

static void no_document_is_nothing(void **state)
{
    struct buffer written;

    (void)state;
    buffer_init(&written);
    reply_document(&written, 2, NULL, NULL);
    assert_int_equal(written.size, 0);
    buffer_done(&written);
}

/* Every element of the table in its place, as deep as it stands below a job:
 * it reads back. */
static void put_all(struct buffer *document, const struct element *element)
{
    if (!element_contains(element)) {
        document_text(document, element, "<&>", 3);
        return;
    }
    document_open(document, element);
    for (const struct element *inner = element_first(element); inner;
         inner = element_next(inner))
        put_all(document, inner);
    document_close(document);
}

static void every_element_reads_back(void **state)
{
    static const char *const roots[] = {"Manifest", "Operation", "Report",
                                        "FailureReasons"};
    size_t seen = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
        struct buffer document, written;
        char *count;

        buffer_init(&document);
        buffer_init(&written);
        put_all(&document, element_root(roots[i]));
        reply_open(&written, 0, "Job");
        reply_document(&written, 1, document.data, NULL);
        reply_close(&written, 0, "Job");
        count = xmlread_find(written.data, written.size,
                             "count(/Job//*[* or . = '<&>' or not(text())])");
        assert_non_null(count);
        seen += strtoul(count, NULL, 10);
        free(count);
        buffer_done(&document);
        buffer_done(&written);
    }
    assert_int_equal(seen, element_count);
}

static void numbers(void **state)
{
    static const struct {
        long long number;
        const char *xml;
    } cases[] = {
        {0,         "\t<N>0</N>\n"                   },
        {10,        "\t<N>10</N>\n"                  },
        {-1,        "\t<N>-1</N>\n"                  },
        {INT64_MAX, "\t<N>9223372036854775807</N>\n" },
        {INT64_MIN, "\t<N>-9223372036854775808</N>\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct buffer written;

        buffer_init(&written);
        reply_number(&written, 1, "N", cases[i].number);
        assert_string_equal(written.data, cases[i].xml);
        buffer_done(&written);
    }
}

/* An unset time is left out: clients choke on an empty one. */
static void times(void **state)
{
    struct buffer written;

    (void)state;
    buffer_init(&written);
    reply_time(&written, 2, "CreationTime", 0);
    assert_string_equal(written.data, "");
    reply_time(&written, 2, "CreationTime", 1576778430);
    assert_string_equal(
        written.data,
        "\t\t<CreationTime>2019-12-19T18:00:30Z</CreationTime>\n");
    buffer_done(&written);
}

/* 7730: single quotes, and a blank before the end. */
static void the_declaration_of_7730(void **state)
{
    struct buffer written;
    char *text;

    (void)state;
    buffer_init(&written);
    reply_declaration(&written);
    assert_string_equal(written.data,
                        "<?xml version='1.0' encoding='utf-8' ?>\n");
    reply_text(&written, 0, "A", "\xe5\x8f\x96", 3);
    text = xmlread_find(written.data, written.size, "A");
    assert_string_equal(text, "\xe5\x8f\x96");
    free(text);
    buffer_done(&written);
}

static int setup(void **state)
{
    (void)state;
    xmlread_setup();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_document_has_the_tabs_of_its_depth),
        cmocka_unit_test(elements_can_be_left_out),
        cmocka_unit_test(empty_elements_close_themselves),
        cmocka_unit_test(no_document_is_nothing),
        cmocka_unit_test(every_element_reads_back),
        cmocka_unit_test(numbers),
        cmocka_unit_test(times),
        cmocka_unit_test(the_declaration_of_7730),
    };

    return cmocka_run_group_tests_name("reply document", tests, setup, NULL);
}
