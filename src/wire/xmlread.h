/* xmlread.h -- reading XML, with libxml2, safely (rule X1).
 *
 * The one file that calls libxml2: no network, no entities, no DTD, bounded
 * depth and size. Nothing of libxml2 that belongs to the whole process is
 * changed, and nothing is printed. Thread-safe once xmlread_setup has run. */

#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { XMLREAD_MOST = 16 << 20 }; /* bytes of a document; ours */

/* Call once before any thread is started; more calls do nothing. */
void xmlread_setup(void);

/* The text of the first node that `path` names, in document order: an
 * element's name (searched in the whole document, in any namespace) when it is
 * a plain name, else an XPath 1.0. Also an XPath that gives a number, string
 * or boolean. The caller frees it; NULL when the text does not parse, has a
 * DTD or is too long, when the path is wrong or names nothing, and when out of
 * memory. */
char *xmlread_find(const char *xml, size_t length, const char *path);

/* A document that is taken apart. */
struct xmlread;
struct xmlread_node;

/* NULL: as above. */
struct xmlread *xmlread_open(const char *xml, size_t length);
void xmlread_close(struct xmlread *document);

/* The root element; it and all nodes live as long as the document. */
const struct xmlread_node *xmlread_root(const struct xmlread *document);

/* Is it an element of that name, in any namespace? */
bool xmlread_is(const struct xmlread_node *node, const char *name);

/* The first child element of that name behind `after` (NULL: of all), or
 * NULL. */
const struct xmlread_node *xmlread_child(const struct xmlread_node *parent,
                                         const char *name,
                                         const struct xmlread_node *after);

/* The text of an element and all in it. The caller frees it; NULL when out of
 * memory. */
char *xmlread_text(const struct xmlread_node *node);

/* Is it this text? Needs no memory. */
bool xmlread_text_is(const struct xmlread_node *node, const char *text);
