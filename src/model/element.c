#include "element.h"

#include <stdio.h>
#include <string.h>

#include "text.h"
#include "vclock.h"

#define TEXT ELEMENT_TEXT, true
#define OPTIONAL ELEMENT_TEXT, false
#define DIRECTIVE "|Copy|Replaced|Replace|Add|"

/* Columns: depth, name; kind, required; least, most, words. Bounds are those
 * of section 6; where there is none in the documents, 1024 is ours. Which of
 * Replaced and Replace TaggingDirective takes is a reading (C17). */
/* clang-format off */
const struct element elements[] = {
    {0, "Manifest",                     ELEMENT_GROUP, true,    0, 0, NULL},
    {1,   "Location",                   ELEMENT_GROUP, true,    0, 0, NULL},
    {2,     "ETag",                     TEXT,     1, 1024, NULL},
    {2,     "ObjectArn",                TEXT,     1, 1024, NULL},
    {2,     "ObjectVersionId",          OPTIONAL, 1, 1024, NULL},
    {1,   "Spec",                       ELEMENT_GROUP, true,    0, 0, NULL},
    {2,     "Fields",                   ELEMENT_LIST, false,    0, 0, NULL},
    {3,       "member",                 TEXT,     1, 1024,
     "|Ignore|Bucket|Key|VersionId|"},
    {2,     "Format",                   TEXT,     1, 1024,
     "|COSBatchOperations_CSV_V1|COSInventoryReport_CSV_V1|"},
    {0, "Operation",                    ELEMENT_CHOICE, true,   0, 0, NULL},
    {1,   "COSInitiateRestoreObject",   ELEMENT_GROUP, false,   0, 0, NULL},
    {2,     "ExpirationInDays",         ELEMENT_INTEGER, true,  1, 365, NULL},
    {2,     "JobTier",                  TEXT,     1, 1024, "|Bulk|Standard|"},
    {1,   "COSPutObjectCopy",           ELEMENT_GROUP, false,   0, 0, NULL},
    {2,     "AccessControlDirective",   OPTIONAL, 1, 1024,
     "|Copy|Replaced|Add|"},
    {2,     "AccessControlGrants",      ELEMENT_LIST, false,    0, 0, NULL},
    {3,       "COSGrant",               ELEMENT_GROUP, false,    0, 0, NULL},
    {4,         "Grantee",              ELEMENT_GROUP, true,    0, 0, NULL},
    {5,           "DisplayName",        OPTIONAL, 0, 1024, NULL},
    {5,           "Identifier",         TEXT,     1, 1024, NULL},
    {5,           "TypeIdentifier",     TEXT,     1, 1024, "|ID|"},
    {4,         "Permission",           TEXT,     1, 1024,
     "|READ|WRITE|FULL_CONTROL|"},
    {2,     "PrefixReplace",            ELEMENT_BOOLEAN, false, 0, 0, NULL},
    {2,     "ResourcesPrefix",          OPTIONAL, 0, 1024, NULL},
    {2,     "TargetKeyPrefix",          OPTIONAL, 0, 1024, NULL},
    {2,     "CannedAccessControlList",  OPTIONAL, 1, 1024,
     "|private|public-read|"},
    {2,     "MetadataDirective",        OPTIONAL, 1, 1024,
     "|Copy|Replaced|Add|"},
    {2,     "ModifiedSinceConstraint",  ELEMENT_TIME, false,    0, 0, NULL},
    {2,     "UnModifiedSinceConstraint", ELEMENT_TIME, false,   0, 0, NULL},
    {2,     "NewObjectMetadata",        ELEMENT_GROUP, false,   0, 0, NULL},
    {3,       "CacheControl",           OPTIONAL, 0, 1024, NULL},
    {3,       "ContentDisposition",     OPTIONAL, 0, 1024, NULL},
    {3,       "ContentEncoding",        OPTIONAL, 0, 1024, NULL},
    {3,       "ContentType",            OPTIONAL, 0, 1024, NULL},
    {3,       "HttpExpiresDate",        OPTIONAL, 0, 1024, NULL},
    {3,       "SSEAlgorithm",           OPTIONAL, 1, 1024, "|AES256|"},
    {3,       "UserMetadata",           ELEMENT_LIST, false,    0, 0, NULL},
    {4,         "member",               ELEMENT_GROUP, false,    0, 0, NULL},
    {5,           "Key",                TEXT,     1, 1024, NULL},
    {5,           "Value",              TEXT,     0, 1024, NULL},
    {2,     "TaggingDirective",         OPTIONAL, 1, 1024, DIRECTIVE},
    {2,     "NewObjectTagging",         ELEMENT_LIST, false,    0, 0, NULL},
    {3,       "COSTag",                 ELEMENT_GROUP, true,    0, 0, NULL},
    {4,         "Key",                  TEXT,     1, 1024, NULL},
    {4,         "Value",                TEXT,     0, 1024, NULL},
    {2,     "StorageClass",             OPTIONAL, 1, 1024,
     "|STANDARD|STANDARD_IA|ARCHIVE|"},
    {2,     "TargetResource",           TEXT,     1, 1024, NULL},
    {1,   "COSDeleteObject",            ELEMENT_GROUP, false,   0, 0, NULL},
    {1,   "COSPutObjectTagging",        ELEMENT_GROUP, false,   0, 0, NULL},
    {2,     "TaggingDirective",         OPTIONAL, 1, 1024, DIRECTIVE},
    {2,     "TagSet",                   ELEMENT_LIST, true,     0, 0, NULL},
    {3,       "COSTag",                 ELEMENT_GROUP, true,    0, 0, NULL},
    {4,         "Key",                  TEXT,     1, 1024, NULL},
    {4,         "Value",                TEXT,     0, 1024, NULL},
    {0, "Report",                       ELEMENT_GROUP, true,    0, 0, NULL},
    {1,   "Bucket",                     TEXT,     1, 1024, NULL},
    {1,   "Enabled",                    ELEMENT_BOOLEAN, true,  0, 0, NULL},
    {1,   "Format",                     TEXT,     1, 1024, "|Report_CSV_V1|"},
    {1,   "Prefix",                     OPTIONAL, 0, 256, NULL},
    {1,   "ReportScope",                TEXT,     1, 1024,
     "|AllTasks|FailedTasksOnly|"},
    {0, "FailureReasons",               ELEMENT_LIST, false,    0, 0, NULL},
    {1,   "JobFailure",                 ELEMENT_GROUP, true,    0, 0, NULL},
    {2,     "FailureCode",              TEXT,     0, 64, NULL},
    {2,     "FailureReason",            TEXT,     0, 256, NULL},
};
/* clang-format on */

const size_t element_count = sizeof(elements) / sizeof(elements[0]);

_Static_assert(sizeof(elements) / sizeof(elements[0]) <= 0x7f - ' ',
               "a letter for each (document.c)");

const struct element *element_root(const char *name)
{
    for (size_t i = 0; i < element_count; i++) {
        if (elements[i].depth == 0 && strcmp(elements[i].name, name) == 0)
            return &elements[i];
    }
    return NULL;
}

const struct element *element_first(const struct element *container)
{
    const struct element *next = container + 1;

    return next < elements + element_count && next->depth > container->depth
               ? next
               : NULL;
}

const struct element *element_next(const struct element *element)
{
    const struct element *next = element + 1;

    while (next < elements + element_count && next->depth > element->depth)
        next++;
    return next < elements + element_count && next->depth == element->depth &&
                   element->depth > 0
               ? next
               : NULL;
}

bool element_contains(const struct element *element)
{
    return element->kind == ELEMENT_GROUP || element->kind == ELEMENT_CHOICE ||
           element->kind == ELEMENT_LIST;
}

static bool check_text(const struct element *element, const char *text,
                       size_t length, struct why *why)
{
    char word[64];
    const char *found;

    if (length < element->least || length > element->most)
        return why_set(why, "%s has %zu bytes; it must have %zu to %zu",
                       element->name, length, element->least, element->most);
    if (text_check(text, length) != TEXT_FINE)
        return why_set(why, "%s must be UTF-8 without control characters",
                       element->name);
    if (!element->words)
        return true;
    snprintf(word, sizeof(word), "|%.*s|", (int)length, text);
    found = length < sizeof(word) - 2 && !memchr(text, '|', length)
                ? strstr(element->words, word)
                : NULL;
    return found || why_set(why, "%s: \"%.64s\" is none of %s", element->name,
                            text, element->words);
}

bool element_check(const struct element *element, const char *text,
                   size_t length, struct why *why)
{
    unsigned long long value = 0;
    long long seconds;

    switch (element->kind) {
    case ELEMENT_GROUP:
    case ELEMENT_CHOICE:
    case ELEMENT_LIST:
        return why_set(why, "%s contains elements, no text", element->name);
    case ELEMENT_TEXT:
        return check_text(element, text, length, why);
    case ELEMENT_INTEGER:
        if (text_number(text, length, element->most, &value) &&
            value >= element->least)
            return true;
        return why_set(why, "%s must be an integer from %zu to %zu",
                       element->name, element->least, element->most);
    case ELEMENT_BOOLEAN:
        return (length == 4 && memcmp(text, "true", 4) == 0) ||
               (length == 5 && memcmp(text, "false", 5) == 0) ||
               why_set(why, "%s must be true or false", element->name);
    case ELEMENT_TIME:
        return text_number(text, length, CLOCK_LATEST, &value) ||
               clock_parse(text, length, &seconds) ||
               why_set(why,
                       "%s must be a time (2026-01-01T00:00:00Z or Unix "
                       "seconds)",
                       element->name);
    }
    return false;
}
