/* XML that is read, and XML that is refused: rule X1, hardening 2.4.
 *
 * libxml2 gets an allocator that counts, fails on demand and whose memory
 * free() cannot take: so leaks show, and that the text is the caller's. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libxml/parser.h>
#include <pthread.h>

#include "model/buffer.h"
#include "wire/xmlread.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static _Atomic long blocks;      /* that libxml2 holds */
static long fail_after = -1;     /* allocations that still work; -1: all */
static _Atomic long allocations; /* tried */
static unsigned messages, loads; /* what libxml2 told or asked of us */

enum { SHIFT = 16 };

static bool may_allocate(void)
{
    allocations++;
    return fail_after < 0 || allocations <= fail_after;
}

static void *counted_malloc(size_t size)
{
    char *block = may_allocate() ? malloc(size + SHIFT) : NULL;

    if (!block)
        return NULL;
    blocks++;
    return block + SHIFT;
}

static void counted_free(void *block)
{
    if (!block)
        return;
    blocks--;
    free((char *)block - SHIFT);
}

static void *counted_realloc(void *block, size_t size)
{
    char *moved = NULL;

    if (!block)
        return counted_malloc(size);
    if (may_allocate())
        moved = realloc((char *)block - SHIFT, size + SHIFT);
    return moved ? moved + SHIFT : NULL;
}

static char *counted_strdup(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = counted_malloc(size);

    return copy ? memcpy(copy, text, size) : NULL;
}

struct row {
    const char *name;
    const char *xml;
    const char *path;
    const char *text; /* NULL: none */
};

#define JOBS                                                                   \
    "<ListJobsResult>\n\t<Jobs>\n\t\t<member>\n\t\t\t<JobId>a</JobId>\n"       \
    "\t\t</member>\n\t\t<member>\n\t\t\t<JobId>b</JobId>\n\t\t</member>\n"     \
    "\t</Jobs>\n\t<NextToken/>\n</ListJobsResult>"

/* clang-format off */
static struct row rows[] = {
    {"a plain name", "<a><b>1</b></a>", "b", "1"},
    {"a plain name, deeper", JOBS, "JobId", "a"},
    {"a plain name is the root's too", "<a>1</a>", "a", "1"},
    {"a plain name, all letters", "<a><_b-C.9>1</_b-C.9></a>", "_b-C.9", "1"},
    {"a plain name, UTF-8", "<a><\xc3\xa9>1</\xc3\xa9></a>", "\xc3\xa9", "1"},
    {"a plain name is no part of one", "<a><bc>1</bc></a>", "b", NULL},
    {"a plain name, the first", "<a><c><b>1</b></c><b>2</b></a>", "b", "1"},
    {"an operator's name is a name", "<a><and>1</and></a>", "and", "1"},
    {"an empty element has an empty text", JOBS, "NextToken", ""},
    {"a plain name, in any namespace",
     "<a><b xmlns='urn:x'>1</b></a>", "b", "1"},
    {"a plain name is no attribute's", "<a b='1'/>", "b", NULL},
    {"a plain name is no instruction's", "<a><?b 1?></a>", "b", NULL},
    {"text of the element only", "<a><b>1<c/>2</b>3<b>4</b></a>", "b", "12"},
    {"text of all below", "<a>1<b>2</b>3</a>", "a", "123"},
    {"entities of XML itself", "<a>&lt;&amp;&#13;&#x41;</a>", "a", "<&\rA"},
    {"CDATA", "<a><![CDATA[<b>]]></a>", "a", "<b>"},
    {"comments are no text", "<a>1<!-- 2 -->3</a>", "a", "13"},
    {"an encoding",
     "<?xml version='1.0' encoding='iso-8859-1'?><a>\xe9</a>", "a", "\xc3\xa9"},
    {"XPath, absolute", JOBS, "/ListJobsResult/Jobs/member[2]/JobId", "b"},
    {"XPath, from the document", JOBS, "ListJobsResult/Jobs/member/JobId", "a"},
    {"XPath, in order", "<a><b>1</b><c>2</c></a>", "//c | //b", "1"},
    {"XPath, a reverse axis",
     "<a><b>1</b><c>2</c><d/></a>", "//d/preceding-sibling::*", "1"},
    {"XPath, an attribute", "<a b='1'/>", "/a/@b", "1"},
    {"XPath, a number", JOBS, "count(//JobId)", "2"},
    {"XPath, a string", JOBS, "concat(//JobId, '-')", "a-"},
    {"XPath, an empty string is a text", "<a/>", "string(//b)", ""},
    {"XPath, a boolean", "<a/>", "true()", "true"},
    {"XPath, the context", "<a>1</a>", ".", "1"},
    {"XPath, nothing", "<a/>", "/b", NULL},
    {"XPath, malformed", "<a/>", "/a[", NULL},
    {"XPath, empty", "<a/>", "", NULL},
    {"XPath, an unknown function", "<a/>", "nothing()", NULL},
    {"XPath, an unknown prefix", "<a/>", "//x:a", NULL},
    {"XPath, no UTF-8", "<a/>", "//\xff", NULL},
    {"a name that is no UTF-8", "<a/>", "\xff", NULL},
    {"not XML: nothing", "", "a", NULL},
    {"not XML: no end", "<a><b>1</b>", "b", NULL},
    {"not XML: two roots", "<a/><a/>", "a", NULL},
    {"not XML: an unknown entity", "<a>&b;</a>", "a", NULL},
    {"not XML: a control character", "<a>\x01</a>", "a", NULL},
    {"not XML: no UTF-8", "<a>\xff</a>", "a", NULL},
    {"X1: a DTD", "<!DOCTYPE a [<!ELEMENT a ANY>]><a>1</a>", "a", NULL},
    {"X1: no more than a name", "<!DOCTYPE a><a>1</a>", "a", NULL},
    {"X1: a DTD, whatever is asked", "<!DOCTYPE a><a/>", "true()", NULL},
    {"X1: an external DTD",
     "<!DOCTYPE a SYSTEM 'file:///x'><a>1</a>", "a", NULL},
    {"X1: a public DTD",
     "<!DOCTYPE a PUBLIC '-//x//y' 'http://127.0.0.1:1/x'><a>1</a>", "a", NULL},
    {"X1: an entity of a file",
     "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///x'>]><a>&b;</a>", "a", NULL},
    {"X1: a parameter entity",
     "<!DOCTYPE a [<!ENTITY % b SYSTEM 'file:///x'>%b;]><a>1</a>", "a", NULL},
    {"X1: an entity that explodes",
     "<!DOCTYPE a [<!ENTITY b '1'><!ENTITY c '&b;&b;'>"
     "<!ENTITY d '&c;&c;'>]><a>&d;</a>", "a", NULL},
    {"X1: malformed before its DTD",
     "<?xml version='1.0' x?><!DOCTYPE a [<!ENTITY % b SYSTEM "
     "'file:///x'>%b;]><a>1</a>", "a", NULL},
    {"X1: XInclude is not read",
     "<a xmlns:i='http://www.w3.org/2001/XInclude'>"
     "<i:include href='file:///x' parse='text'/></a>", "a", ""},
};
/* clang-format on */

static void heard(void *context, const char *format, ...)
{
    (void)context;
    (void)format;
    messages++;
}

static void heard_structured(void *context, xmlErrorPtr error)
{
    (void)context;
    (void)error;
    messages++;
}

static xmlParserInputPtr asked(const char *url, const char *id,
                               xmlParserCtxtPtr parser)
{
    (void)url;
    (void)id;
    (void)parser;
    loads++;
    return NULL;
}

static char *find(const char *xml, const char *path)
{
    return xmlread_find(xml, strlen(xml), path);
}

/* The handlers that an embedding process may have set hear nothing, are asked
 * nothing, and are there afterwards. */
static void check_row(void **state)
{
    const struct row *row = *state;
    long held;
    char *text;

    xmlResetLastError();
    held = blocks;
    messages = loads = 0;
    text = find(row->xml, row->path);
    assert_string_equal(text ? text : "(none)",
                        row->text ? row->text : "(none)");
    free(text);
    assert_int_equal(messages, 0);
    assert_int_equal(loads, 0);
    assert_ptr_equal(xmlGenericError, heard);
    assert_ptr_equal(xmlGenericErrorContext, &messages);
    assert_ptr_equal(xmlStructuredError, heard_structured);
    assert_ptr_equal(xmlStructuredErrorContext, &loads);
    assert_ptr_equal(xmlGetExternalEntityLoader(), asked);
    xmlResetLastError(); /* it keeps texts until the next */
    assert_int_equal(blocks, held);
}

static void a_zero_byte_ends_nothing(void **state)
{
    static const char xml[] = "<a>1\0</a>";
    char *text;

    (void)state;
    assert_null(xmlread_find(xml, sizeof(xml) - 1, "a"));
    text = xmlread_find("<a>1</a><b/>", 8, "a"); /* nor does it need one */
    assert_string_equal(text, "1");
    free(text);
    assert_null(xmlread_find("<a>1</a>", 7, "a"));
}

static void add_document(struct buffer *xml, size_t size)
{
    buffer_puts(xml, "<a>");
    /* One text of more than 10 MB is more than libxml2 takes. */
    while (xml->size + (2 << 20) < size)
        buffer_printf(xml, "%*s<b/>", 1 << 20, "");
    buffer_printf(xml, "%*s</a>", (int)(size - xml->size - 4), "");
}

static void the_largest_document(void **state)
{
    struct buffer xml;
    char *text;

    (void)state;
    buffer_init(&xml);
    add_document(&xml, XMLREAD_MOST);
    text = xmlread_find(xml.data, xml.size, "a");
    assert_non_null(text);
    assert_in_range(strlen(text), XMLREAD_MOST - 100, XMLREAD_MOST - 7);
    free(text);
    buffer_clear(&xml);
    add_document(&xml, XMLREAD_MOST + 1);
    assert_null(xmlread_find(xml.data, xml.size, "a"));
    buffer_done(&xml);
}

/* What a DTD says is not even kept. */
static void a_dtd_is_not_read(void **state)
{
    struct buffer xml;

    (void)state;
    buffer_init(&xml);
    buffer_puts(&xml, "<!DOCTYPE a [");
    for (int i = 0; i < 5000; i++)
        buffer_printf(&xml, "<!ENTITY e%d 'x'>", i);
    buffer_puts(&xml, "]><a>1</a>");
    allocations = 0;
    assert_null(find(xml.data, "a"));
    assert_in_range(allocations, 1, 200);
    buffer_done(&xml);
}

static char *find_nested(size_t depth)
{
    struct buffer xml;
    char *text;

    buffer_init(&xml);
    for (size_t i = 0; i < depth; i++)
        buffer_puts(&xml, "<a>");
    for (size_t i = 0; i < depth; i++)
        buffer_puts(&xml, "</a>");
    text = find(xml.data, "a");
    buffer_done(&xml);
    return text;
}

static void depth_is_bounded(void **state)
{
    static char path[100001];
    char *text = find_nested(200);

    (void)state;
    assert_non_null(text);
    free(text);
    assert_null(find_nested(300));
    assert_null(find_nested(100000));
    memset(path, '(', 100000);
    assert_null(find("<a/>", path));
}

#define LONG "0123456789abcdef0123456789abcdef0123456789abcdef"

/* Every allocation of libxml2 fails, once each with all that follow: no wrong
 * text, no crash, no leak. By name only: XPath of libxml2 2.9 does not survive
 * it. */
static void allocations_that_fail(void **state)
{
    static const char *const cases[] = {
        "<?xml version='1.0'?><a b='c'><d>1</d><!-- e --></a>",
        "<d>" LONG "&lt;<b>" LONG "</b>" LONG "</d>",
        "<a><d>1</d>",
        "<!DOCTYPE a [<!ENTITY b 'c'>]><d>&b;</d>",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *whole = find(cases[i], "d");
        bool done = false;

        for (long n = 0; !done; n++) {
            long held;
            char *text;

            xmlResetLastError();
            held = blocks;
            allocations = 0;
            fail_after = n;
            text = find(cases[i], "d");
            done = allocations <= n;
            fail_after = -1;
            if (text && whole)
                assert_string_equal(text, whole);
            else
                assert_true(!text && (!done || !whole));
            free(text);
            xmlResetLastError();
            assert_int_equal(blocks, held);
            assert_int_equal(messages, 0);
        }
        free(whole);
    }
}

static void *read_much(void *context)
{
    _Atomic int *wrong = context;

    for (int i = 0; i < 300; i++) {
        char *text = find(JOBS, "count(//JobId)");

        *wrong += !text || strcmp(text, "2") != 0;
        free(text);
        text = find("<a><b></a>", "nothing()");
        *wrong += text != NULL;
        free(text);
    }
    return NULL;
}

static void threads(void **state)
{
    static _Atomic int wrong;
    pthread_t ids[4];

    (void)state;
    for (size_t i = 0; i < COUNT(ids); i++)
        assert_int_equal(pthread_create(&ids[i], NULL, read_much, &wrong), 0);
    for (size_t i = 0; i < COUNT(ids); i++)
        assert_int_equal(pthread_join(ids[i], NULL), 0);
    assert_int_equal(wrong, 0);
}

static int setup(void **state)
{
    (void)state;
    xmlread_setup();
    xmlread_setup();
    xmlSetGenericErrorFunc(&messages, heard);
    xmlSetStructuredErrorFunc(&loads, heard_structured);
    xmlSetExternalEntityLoader(asked);
    return 0;
}

int main(void)
{
    static struct CMUnitTest tests[COUNT(rows)];
    const struct CMUnitTest others[] = {
        cmocka_unit_test(a_zero_byte_ends_nothing),
        cmocka_unit_test(the_largest_document),
        cmocka_unit_test(a_dtd_is_not_read),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(allocations_that_fail),
        cmocka_unit_test(threads),
    };
    int failed;

    if (xmlMemSetup(counted_free, counted_malloc, counted_realloc,
                    counted_strdup) != 0)
        return 1;
    for (size_t i = 0; i < COUNT(rows); i++) {
        tests[i].name = rows[i].name;
        tests[i].test_func = check_row;
        tests[i].initial_state = &rows[i];
    }
    failed = cmocka_run_group_tests_name("xmlread rows", tests, setup, NULL);
    return failed + cmocka_run_group_tests_name("xmlread", others, setup, NULL);
}
