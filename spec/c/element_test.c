/* The table of elements: sections 1.5 and 6. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/document.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* The element that the names lead to from a root: "Report/Prefix". */
static const struct element *element_at(const char *path)
{
    char name[64];
    size_t length = strcspn(path, "/");
    const struct element *element;

    snprintf(name, sizeof(name), "%.*s", (int)length, path);
    element = element_root(name);
    while (element && path[length]) {
        path += length + 1;
        length = strcspn(path, "/");
        element = element_first(element);
        while (element && (strncmp(element->name, path, length) != 0 ||
                           element->name[length]))
            element = element_next(element);
    }
    if (!element)
        fail_msg("there is no %s", path);
    return element;
}

static bool check(const char *path, const char *text)
{
    struct why why = {""};
    bool fine = element_check(element_at(path), text, strlen(text), &why);

    assert_true(fine == !*why.text);
    return fine;
}

/* ---- the table ---------------------------------------------------------- */

static void roots_are_found(void **state)
{
    static const char *const names[] = {"Manifest", "Operation", "Report",
                                        "FailureReasons"};

    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        assert_string_equal(element_root(names[i])->name, names[i]);
        assert_int_equal(element_root(names[i])->depth, 0);
        assert_null(element_next(element_root(names[i])));
    }
    assert_null(element_root("Location"));
    assert_null(element_root(""));
    assert_null(element_root("manifest"));
}

/* Every element below `container`, each once: how many, itself included. */
static size_t walk(const struct element *container, size_t depth)
{
    size_t count = 1;

    assert_int_equal(container->depth, depth);
    assert_true(element_contains(container) || !element_first(container));
    assert_true(!element_contains(container) || depth < DOCUMENT_DEPTH);
    for (const struct element *element = element_first(container); element;
         element = element_next(element)) {
        assert_true(element > container);
        count += walk(element, depth + 1);
    }
    return count;
}

static void a_walk_comes_by_every_element_once(void **state)
{
    size_t count = 0;

    (void)state;
    for (size_t i = 0; i < element_count; i++) {
        if (elements[i].depth == 0)
            count += walk(&elements[i], 0);
    }
    assert_int_equal(count, element_count);
}

/* What an element contains, in the order of the documents. */
static void contents_are_those_of_the_documents(void **state)
{
    static const char *const contents[][2] = {
        {"Manifest",                           "Location Spec"                           },
        {"Manifest/Location",                  "ETag ObjectArn ObjectVersionId"          },
        {"Manifest/Spec",                      "Fields Format"                           },
        {"Operation/COSDeleteObject",          ""                                        },
        {"Operation/COSInitiateRestoreObject", "ExpirationInDays JobTier"                },
        {"Report",                             "Bucket Enabled Format Prefix ReportScope"},
        {"FailureReasons/JobFailure",          "FailureCode FailureReason"               },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(contents); i++) {
        char seen[128] = "";

        for (const struct element *element =
                 element_first(element_at(contents[i][0]));
             element; element = element_next(element))
            strcat(strcat(seen, *seen ? " " : ""), element->name);
        assert_string_equal(seen, contents[i][1]);
    }
}

static void assert_makes_sense(const struct element *element)
{
    const struct element *first = element_first(element);

    if (element->kind == ELEMENT_LIST)
        assert_true(first && !element_next(first));
    if (element->kind == ELEMENT_CHOICE) {
        for (; first; first = element_next(first))
            assert_false(first->required);
    }
    if (element->kind == ELEMENT_TEXT)
        assert_in_range(element->most, 1, 1024);
    assert_true(element->least <= element->most);
    assert_true(!element->words || element->kind == ELEMENT_TEXT);
}

static void every_row_makes_sense(void **state)
{
    (void)state;
    for (size_t i = 0; i < element_count; i++)
        assert_makes_sense(&elements[i]);
}

/* ---- values ------------------------------------------------------------- */

/* Section 6, and 1024 bytes (ours) where it is silent. */
static void texts_have_limits(void **state)
{
    static const struct {
        const char *path;
        size_t least, most;
    } limits[] = {
        {"Manifest/Location/ETag",                                 1, 1024},
        {"Manifest/Location/ObjectArn",                            1, 1024},
        {"Manifest/Location/ObjectVersionId",                      1, 1024},
        {"Operation/COSPutObjectCopy/TargetResource",              1, 1024},
        {"Operation/COSPutObjectCopy/ResourcesPrefix",             0, 1024},
        {"Operation/COSPutObjectCopy/TargetKeyPrefix",             0, 1024},
        {"Operation/COSPutObjectCopy/NewObjectTagging/COSTag/Key", 1, 1024},
        {"Operation/COSPutObjectTagging/TagSet/COSTag/Value",      0, 1024},
        {"Report/Bucket",                                          1, 1024},
        {"Report/Prefix",                                          0, 256 },
        {"FailureReasons/JobFailure/FailureCode",                  0, 64  },
        {"FailureReasons/JobFailure/FailureReason",                0, 256 },
    };
    static char text[1026];

    (void)state;
    for (size_t i = 0; i < COUNT(limits); i++) {
        memset(text, 'x', sizeof(text));
        text[limits[i].most + 1] = '\0';
        assert_false(check(limits[i].path, text));
        text[limits[i].most] = '\0';
        assert_true(check(limits[i].path, text));
        assert_true(check(limits[i].path, "x"));
        assert_true(check(limits[i].path, "") == (limits[i].least == 0));
    }
}

/* Bytes are counted, not characters (D38). */
static void limits_are_of_bytes(void **state)
{
    char text[300] = "x";

    (void)state;
    for (int i = 0; i < 85; i++)
        strcat(text, "\xe5\x8f\x96");
    assert_true(check("Report/Prefix", text)); /* 256 */
    assert_true(check("Report/Prefix", text + 1));
    strcat(text, "\xe5\x8f\x96");
    assert_false(check("Report/Prefix", text + 1)); /* 258 */
}

static void texts_are_what_xml_can_carry(void **state)
{
    (void)state;
    assert_true(check("Report/Prefix", "a\tb\nc \xe5\x8f\x96 <&>\"'|"));
    assert_false(check("Report/Prefix", "a\x01"));
    assert_false(check("Report/Prefix", "a\x02"));
    assert_false(check("Report/Prefix", "\xff"));
}

/* An element with words takes each of them and nothing else. */
static void check_words(const struct element *element)
{
    struct why why;
    char word[128];

    for (const char *at = element->words + 1; *at; at += strcspn(at, "|") + 1) {
        size_t length = strcspn(at, "|");

        assert_true(element_check(element, at, length, &why));
        assert_false(element_check(element, at, length - 2, &why));
        assert_false(element_check(element, at, length + 1, &why));
        assert_false(element_check(element, at - 1, length + 1, &why));
        memcpy(word, at, length);
        word[0] ^= 0x20; /* in the other case */
        assert_false(element_check(element, word, length, &why));
        assert_non_null(strstr(why.text, element->name));
    }
    assert_false(
        element_check(element, element->words, strlen(element->words), &why));
    assert_false(element_check(element, "", 0, &why));
    memset(word, 'x', sizeof(word));
    assert_false(element_check(element, word, sizeof(word), &why));
}

static void words_are_taken_whole(void **state)
{
    size_t checked = 0;

    (void)state;
    for (size_t i = 0; i < element_count; i++) {
        if (elements[i].words) {
            check_words(&elements[i]);
            checked++;
        }
    }
    assert_true(checked > 0);
}

static void words_are_those_of_the_documents(void **state)
{
    static const char *const words[][2] = {
        {"Manifest/Spec/Format",                               "COSBatchOperations_CSV_V1"},
        {"Manifest/Spec/Format",                               "COSInventoryReport_CSV_V1"},
        {"Manifest/Spec/Fields/member",                        "Ignore"                   },
        {"Manifest/Spec/Fields/member",                        "VersionId"                },
        {"Operation/COSInitiateRestoreObject/JobTier",         "Bulk"                     },
        {"Operation/COSPutObjectCopy/CannedAccessControlList", "public-read"              },
        {"Operation/COSPutObjectCopy/MetadataDirective",       "Replaced"                 },
        {"Operation/COSPutObjectCopy/StorageClass",            "STANDARD_IA"              },
        {"Operation/COSPutObjectCopy/TaggingDirective",        "Replaced"                 },
        {"Operation/COSPutObjectCopy/TaggingDirective",        "Replace"                  },
        {"Report/Format",                                      "Report_CSV_V1"            },
        {"Report/ReportScope",                                 "FailedTasksOnly"          },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(words); i++) {
        if (!check(words[i][0], words[i][1]))
            fail_msg("%s: %s", words[i][0], words[i][1]);
    }
}

static void numbers_booleans_and_times(void **state)
{
    static const struct {
        const char *path, *fine[5], *wrong[7];
    } cases[] = {
        {"Operation/COSInitiateRestoreObject/ExpirationInDays",
         {"1", "365", "0365"},
         {"0", "366", "", "-1", "1.0", "9999999999999999999999", " 1"}},
        {"Report/Enabled",
         {"true", "false"},
         {"", "True", "1", "yes", "tru", "true ", "falsee"}           },
        {"Operation/COSPutObjectCopy/ModifiedSinceConstraint",
         {"2019-12-19T18:00:30Z", "1576778430", "0", "253402300799"},
         {"", "2019-12-19", "-1", "253402300800", "now", "2019-02-30T00:00:00Z",
          "1576778430.5"}                                             },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        for (size_t k = 0; k < 5 && cases[i].fine[k]; k++) {
            if (!check(cases[i].path, cases[i].fine[k]))
                fail_msg("%s: %s", cases[i].path, cases[i].fine[k]);
        }
        for (size_t k = 0; k < 7 && cases[i].wrong[k]; k++) {
            if (check(cases[i].path, cases[i].wrong[k]))
                fail_msg("%s takes %s", cases[i].path, cases[i].wrong[k]);
        }
    }
}

static void containers_take_no_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < element_count; i++) {
        struct why why;

        if (element_contains(&elements[i]))
            assert_false(element_check(&elements[i], "", 0, &why));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roots_are_found),
        cmocka_unit_test(a_walk_comes_by_every_element_once),
        cmocka_unit_test(contents_are_those_of_the_documents),
        cmocka_unit_test(every_row_makes_sense),
        cmocka_unit_test(texts_have_limits),
        cmocka_unit_test(limits_are_of_bytes),
        cmocka_unit_test(texts_are_what_xml_can_carry),
        cmocka_unit_test(words_are_taken_whole),
        cmocka_unit_test(words_are_those_of_the_documents),
        cmocka_unit_test(numbers_booleans_and_times),
        cmocka_unit_test(containers_take_no_text),
    };

    return cmocka_run_group_tests_name("element", tests, NULL, NULL);
}
