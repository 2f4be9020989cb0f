/* element.h -- the elements of a job that clients submit (section 1.5), and of
 * what the service adds (FailureReasons).
 *
 * The table of the documents as a table: CreateJob is checked against it,
 * DescribeJob answers in its order, jobs files and the control API use its
 * names. */

#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "why.h"

enum element_kind {
    ELEMENT_GROUP,  /* of different elements */
    ELEMENT_CHOICE, /* of exactly one of several */
    ELEMENT_LIST,   /* of one element, repeated */
    ELEMENT_TEXT,
    ELEMENT_INTEGER, /* from `least` to `most` */
    ELEMENT_BOOLEAN, /* "true" or "false" (D89) */
    ELEMENT_TIME,    /* 2019-12-19T18:00:30Z, or Unix seconds */
};

/* NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): the table's order */
struct element {
    unsigned char depth; /* 0: a root */
    const char *name;
    enum element_kind kind;
    bool required;
    size_t least, most; /* bytes of a text, or the range of an integer */
    const char *words;  /* the only texts, each between bars; or NULL */
};

/* In document order: what an element contains follows it, one deeper. */
extern const struct element elements[];
extern const size_t element_count;

/* The root of that name ("Manifest"), or NULL. */
const struct element *element_root(const char *name);

/* The first element that `container` has, and the one after it; NULL at the
 * end. */
const struct element *element_first(const struct element *container);
const struct element *element_next(const struct element *element);

/* Does it contain elements rather than a text? */
bool element_contains(const struct element *element);

/* Is this a value that the element may have? The text has no zero byte. */
bool element_check(const struct element *element, const char *text,
                   size_t length, struct why *why);
