/* xmlread.h -- reading XML, with libxml2, safely (rule X1).
 *
 * The one file that calls libxml2: no network, no entities, no DTD, bounded
 * depth and size. Nothing of libxml2 that belongs to the whole process is
 * changed, and nothing is printed. Thread-safe once xmlread_setup has run. */

#pragma once

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
