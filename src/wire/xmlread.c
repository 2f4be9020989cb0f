#include "xmlread.h"

#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <pthread.h>
#include <string.h>

#include "../model/buffer.h"

/* NONET is the only option that lets libxml2 do less; the other two keep it
 * from printing. Never NOENT, DTDLOAD, DTDATTR, XINCLUDE or HUGE. */
enum { OPTIONS = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING };

/* What this thread does with libxml2's messages. */
struct voice {
    xmlGenericErrorFunc generic;
    void *generic_context;
    xmlStructuredErrorFunc structured;
    void *structured_context;
};

static void silent(void *context, const char *format, ...)
{
    (void)context;
    (void)format;
}

/* XPath prints some errors whatever its context says, so the handlers of the
 * thread are exchanged while it is ours. */
static struct voice hush(void)
{
    struct voice voice = {xmlGenericError, xmlGenericErrorContext,
                          xmlStructuredError, xmlStructuredErrorContext};

    xmlSetGenericErrorFunc(NULL, silent);
    xmlSetStructuredErrorFunc(NULL, NULL);
    return voice;
}

static void unhush(const struct voice *voice)
{
    xmlSetGenericErrorFunc(voice->generic_context, voice->generic);
    xmlSetStructuredErrorFunc(voice->structured_context, voice->structured);
}

/* A document with a DTD ends where the DTD begins, so that none of it is read.
 * Without one there are no entities to load: libxml2's entity loader, through
 * which every xmlReadFile of an embedding process goes, can stay as it is. */
static void refuse_dtd(void *context, const xmlChar *name,
                       const xmlChar *external_id, const xmlChar *system_id)
{
    xmlParserCtxtPtr parser = context;

    (void)name;
    (void)external_id;
    (void)system_id;
    parser->wellFormed = 0;
    xmlStopParser(parser);
}

static xmlDocPtr parse(const char *xml, size_t length)
{
    xmlParserCtxtPtr parser = xmlNewParserCtxt();
    xmlDocPtr document;

    if (!parser)
        return NULL;
    parser->sax->internalSubset = refuse_dtd;
    document = xmlCtxtReadMemory(parser, xml, (int)length, NULL, NULL, OPTIONS);
    if (document && parser->errNo == XML_ERR_NO_MEMORY) {
        xmlFreeDoc(document); /* well-formed, it says, but texts are missing */
        document = NULL;
    }
    xmlFreeParserCtxt(parser);
    return document;
}

static bool is_plain_name(const char *path)
{
    if (strchr("-.0123456789", *path)) /* the zero byte included */
        return false;
    for (; *path; path++) {
        unsigned char byte = (unsigned char)*path;

        if (byte < 0x80 && !strchr("-._0123456789"
                                   "abcdefghijklmnopqrstuvwxyz"
                                   "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
                                   byte))
            return false;
    }
    return true;
}

/* The node after `node` in document order, in what is below `top`. */
static const xmlNode *next_node(const xmlNode *node, const xmlNode *top)
{
    if (node->children)
        return node->children;
    while (node != top && !node->next)
        node = node->parent;
    return node == top ? NULL : node->next;
}

static bool has_content(const xmlNode *node)
{
    return node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE;
}

static char *text_below(const xmlNode *top)
{
    struct buffer text;

    buffer_init(&text);
    for (const xmlNode *node = top; node; node = next_node(node, top)) {
        if (has_content(node))
            buffer_puts(&text, (const char *)node->content);
    }
    return buffer_take(&text);
}

/* By hand, because XPath of libxml2 2.9 loses or frees twice what it holds
 * when memory is short. */
static char *find_name(xmlDocPtr document, const char *name)
{
    const xmlNode *root = xmlDocGetRootElement(document);
    const xmlNode *node = root;

    while (node && (node->type != XML_ELEMENT_NODE ||
                    strcmp((const char *)node->name, name) != 0))
        node = next_node(node, root);
    return node ? text_below(node) : NULL;
}

static xmlChar *text_of(xmlXPathObjectPtr result)
{
    if (result->type == XPATH_NODESET &&
        xmlXPathNodeSetIsEmpty(result->nodesetval))
        return NULL;
    return xmlXPathCastToString(result);
}

static char *find_xpath(xmlDocPtr document, const char *xpath)
{
    xmlXPathContextPtr context = xmlXPathNewContext(document);
    xmlXPathObjectPtr result = NULL;
    xmlChar *text = NULL;
    char *copy = NULL;

    if (context) {
        context->node = (xmlNodePtr)document;
        result = xmlXPathEvalExpression((const xmlChar *)xpath, context);
    }
    if (result)
        text = text_of(result);
    /* The embedding process may have given libxml2 an allocator of its own. */
    if (text)
        copy = strdup((const char *)text);
    xmlFree(text);
    xmlXPathFreeObject(result);
    xmlXPathFreeContext(context);
    return copy;
}

static void setup(void)
{
    xmlInitParser();
}

void xmlread_setup(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, setup);
}

char *xmlread_find(const char *xml, size_t length, const char *path)
{
    struct voice voice;
    xmlDocPtr document;
    char *text = NULL;

    if (length == 0 || length > XMLREAD_MOST)
        return NULL;
    voice = hush();
    document = parse(xml, length);
    if (document) {
        text = is_plain_name(path) ? find_name(document, path)
                                   : find_xpath(document, path);
        xmlFreeDoc(document);
    }
    unhush(&voice);
    return text;
}

/* ---- taking apart: the opaque types are libxml2's own ------------------- */

struct xmlread *xmlread_open(const char *xml, size_t length)
{
    struct voice voice;
    xmlDocPtr document;

    if (length == 0 || length > XMLREAD_MOST)
        return NULL;
    voice = hush();
    document = parse(xml, length);
    unhush(&voice);
    return (struct xmlread *)document;
}

void xmlread_close(struct xmlread *document)
{
    xmlFreeDoc((xmlDocPtr)document);
}

static const xmlNode *plain(const struct xmlread_node *node)
{
    return (const xmlNode *)node;
}

const struct xmlread_node *xmlread_root(const struct xmlread *document)
{
    return (const struct xmlread_node *)xmlDocGetRootElement(
        (const xmlDoc *)document);
}

bool xmlread_is(const struct xmlread_node *node, const char *name)
{
    return plain(node)->type == XML_ELEMENT_NODE &&
           strcmp((const char *)plain(node)->name, name) == 0;
}

const struct xmlread_node *xmlread_child(const struct xmlread_node *parent,
                                         const char *name,
                                         const struct xmlread_node *after)
{
    const xmlNode *node = after ? plain(after)->next : plain(parent)->children;

    for (; node; node = node->next) {
        if (xmlread_is((const struct xmlread_node *)node, name))
            return (const struct xmlread_node *)node;
    }
    return NULL;
}

char *xmlread_text(const struct xmlread_node *node)
{
    return text_below(plain(node));
}

bool xmlread_text_is(const struct xmlread_node *node, const char *text)
{
    const xmlNode *top = plain(node);

    for (const xmlNode *at = top; at; at = next_node(at, top)) {
        size_t length;

        if (!has_content(at))
            continue;
        length = strlen((const char *)at->content);
        if (strncmp(text, (const char *)at->content, length) != 0)
            return false;
        text += length;
    }
    return *text == '\0';
}
