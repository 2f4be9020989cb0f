#include "xmlread.h"

#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <pthread.h>
#include <stdbool.h>
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

/* As a string of libxml2. */
static xmlChar *text_of(xmlXPathObjectPtr result)
{
    if (result->type == XPATH_NODESET &&
        xmlXPathNodeSetIsEmpty(result->nodesetval))
        return NULL;
    return xmlXPathCastToString(result);
}

static char *find(xmlDocPtr document, const char *xpath)
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
    struct buffer xpath;
    struct voice voice;
    xmlDocPtr document;
    char *text = NULL;

    if (length == 0 || length > XMLREAD_MOST)
        return NULL;
    voice = hush();
    document = parse(xml, length);
    if (document) {
        buffer_init(&xpath);
        buffer_puts(&xpath, is_plain_name(path) ? "//" : "");
        buffer_puts(&xpath, path);
        if (!xpath.failed)
            text = find(document, xpath.data);
        buffer_done(&xpath);
        xmlFreeDoc(document);
    }
    unhush(&voice);
    return text;
}
