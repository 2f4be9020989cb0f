/* A document that is taken apart, node by node: rule X1, D87, D90. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire/xmlread.h"

static struct xmlread *open_text(const char *xml)
{
    return xmlread_open(xml, strlen(xml));
}

static void assert_text(const struct xmlread_node *node, const char *text)
{
    char *found;

    assert_non_null(node);
    found = xmlread_text(node);
    assert_non_null(found);
    assert_string_equal(found, text);
    free(found);
}

static void a_root_has_its_name(void **state)
{
    struct xmlread *document =
        open_text("<!-- c --><?p?><a><b/></a><!-- d -->");

    (void)state;
    assert_true(xmlread_is(xmlread_root(document), "a"));
    assert_false(xmlread_is(xmlread_root(document), "b"));
    assert_false(xmlread_is(xmlread_root(document), "A"));
    assert_false(xmlread_is(xmlread_root(document), ""));
    xmlread_close(document);
    xmlread_close(NULL);
}

static void children_are_found_in_order(void **state)
{
    struct xmlread *document =
        open_text("<a><b>1</b> text <c>2</c><!-- <b>no</b> --><b>3</b>"
                  "<d><b>4</b></d><b/></a>");
    const struct xmlread_node *root = xmlread_root(document), *node;

    (void)state;
    node = xmlread_child(root, "b", NULL);
    assert_text(node, "1");
    node = xmlread_child(root, "b", node);
    assert_text(node, "3"); /* behind a comment, before what is deeper */
    node = xmlread_child(root, "b", node);
    assert_text(node, "");
    assert_null(xmlread_child(root, "b", node));
    assert_text(xmlread_child(root, "c", NULL), "2");
    assert_null(xmlread_child(root, "c", xmlread_child(root, "c", NULL)));
    assert_null(xmlread_child(root, "a", NULL));
    assert_null(xmlread_child(root, "e", NULL));
    assert_null(xmlread_child(xmlread_child(root, "c", NULL), "b", NULL));
    node = xmlread_child(xmlread_child(root, "d", NULL), "b", NULL);
    assert_text(node, "4");
    xmlread_close(document);
}

/* D87: namespaces do not matter, prefixes are no part of a name; attributes
 * and instructions are no children. */
static void names_are_those_without_a_prefix(void **state)
{
    struct xmlread *document =
        open_text("<x:a xmlns:x='urn:x' xmlns='urn:y' c='1'><x:b>1</x:b>"
                  "<b xmlns=''>2</b><?c 3?></x:a>");
    const struct xmlread_node *root = xmlread_root(document), *node;

    (void)state;
    assert_true(xmlread_is(root, "a"));
    assert_false(xmlread_is(root, "x:a"));
    node = xmlread_child(root, "b", NULL);
    assert_text(node, "1");
    assert_text(xmlread_child(root, "b", node), "2");
    assert_null(xmlread_child(root, "c", NULL));
    xmlread_close(document);
}

static void text_is_that_of_all_below(void **state)
{
    struct xmlread *document = open_text(
        "<a>1<b>2<c>3</c></b>&lt;&#13;<![CDATA[<d>]]><!-- no --><?no?> </a>");

    (void)state;
    assert_text(xmlread_root(document), "123<\r<d> ");
    assert_text(xmlread_child(xmlread_root(document), "b", NULL), "23");
    xmlread_close(document);
}

static void text_is_compared_whole(void **state)
{
    struct xmlread *document =
        open_text("<a>1<b>2</b><!-- 4 --><![CDATA[<3]]><c/></a>");
    const struct xmlread_node *root = xmlread_root(document);
    static const char *const others[] = {"",     "1",     "12",  "12<",
                                         "12<4", "12<33", "2<3", "12<3 "};

    (void)state;
    assert_true(xmlread_text_is(root, "12<3"));
    assert_true(xmlread_text_is(xmlread_child(root, "b", NULL), "2"));
    assert_true(xmlread_text_is(xmlread_child(root, "c", NULL), ""));
    assert_false(xmlread_text_is(xmlread_child(root, "c", NULL), "1"));
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        assert_false(xmlread_text_is(root, others[i]));
    xmlread_close(document);
}

/* The text is the caller's, whatever becomes of the document. */
static void text_outlives_its_document(void **state)
{
    struct xmlread *document = open_text("<a>1</a>");
    char *text = xmlread_text(xmlread_root(document));

    (void)state;
    xmlread_close(document);
    assert_string_equal(text, "1");
    free(text);
}

static void what_is_no_document_does_not_open(void **state)
{
    static const char *const texts[] = {
        "",
        " ",
        "a",
        "<a>",
        "<a/><b/>",
        "<a></b>",
        "<a b=1/>",
        "<a>&b;</a>",
        "<a>\x01</a>",
        "<a>\xff</a>",
        "<a b='1' b='2'/>",
        "<!DOCTYPE a><a/>",
        "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (open_text(texts[i]))
            fail_msg("taken for a document: %s", texts[i]);
    }
}

static void a_document_ends_with_its_length(void **state)
{
    struct xmlread *document = xmlread_open("<a/><b/>", 4);

    (void)state;
    assert_true(document && xmlread_is(xmlread_root(document), "a"));
    xmlread_close(document);
    assert_null(xmlread_open("<a></a>", 3));
}

/* As large as may be, and a byte more. One text may not have more than 10 MB,
 * says libxml2. */
static void documents_have_a_size(void **state)
{
    char *large = malloc(XMLREAD_MOST + 1);
    struct xmlread *document;

    (void)state;
    for (int more = 0; more < 2; more++) {
        size_t size = XMLREAD_MOST + (size_t)more;

        memset(large, ' ', size);
        memcpy(large, "<a>", 3);
        for (size_t at = 1 << 20; at < XMLREAD_MOST; at += 1 << 20)
            memcpy(large + at, "<b/>", 4);
        memcpy(large + size - 4, "</a>", 4);
        document = xmlread_open(large, size);
        assert_true((document != NULL) == (more == 0));
        xmlread_close(document);
    }
    free(large);
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
        cmocka_unit_test(a_root_has_its_name),
        cmocka_unit_test(children_are_found_in_order),
        cmocka_unit_test(names_are_those_without_a_prefix),
        cmocka_unit_test(text_is_that_of_all_below),
        cmocka_unit_test(text_is_compared_whole),
        cmocka_unit_test(text_outlives_its_document),
        cmocka_unit_test(what_is_no_document_does_not_open),
        cmocka_unit_test(a_document_ends_with_its_length),
        cmocka_unit_test(documents_have_a_size),
    };

    return cmocka_run_group_tests_name("xmlread nodes", tests, setup, NULL);
}
