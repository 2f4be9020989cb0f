/* errors.h -- the error catalogue: every answer that is not a success.
 *
 * One row per documented error (E01-E43: section 3.1 and 3.2, G01-G21: section
 * 3.3) and per answer that the double had to invent (D.., W.., S.., N..:
 * marked "ours"). A function that can fail with such an answer returns a row, NULL is
 * success; rows are constants, compared by address. */

#pragma once

#include <stddef.h>

struct error {
    const char *id;         /* row id: "E15" */
    const char *name;       /* readable, for policies: "StatusChangeError" */
    const char *code;       /* <Code> */
    int http;               /* HTTP status */
    const char *message;    /* <Message>; ours but for E35 (D102) */
    const char *operations; /* where the documents list it; "Any" */
    const char *source;     /* page, or "ours (row)" */
    const char *same_as;    /* row id of the same statement on another page */
};

/* Index of a row in the catalogue: ROW_ and the id. */
/* clang-format off */
enum error_row {
    ROW_E01, ROW_E02, ROW_E03, ROW_E04, ROW_E05, ROW_E06, ROW_E07, ROW_E08,
    ROW_E09, ROW_E10, ROW_E11, ROW_E12, ROW_E13, ROW_E14, ROW_E15, ROW_E16,
    ROW_E17, ROW_E18, ROW_E19, ROW_E20, ROW_E21, ROW_E22, ROW_E23, ROW_E24,
    ROW_E25, ROW_E26, ROW_E27, ROW_E28, ROW_E29, ROW_E30, ROW_E31, ROW_E32,
    ROW_E33, ROW_E34, ROW_E35, ROW_E36, ROW_E37, ROW_E38, ROW_E39, ROW_E40,
    ROW_E41, ROW_E42, ROW_E43, ROW_G01, ROW_G02, ROW_G03, ROW_G04, ROW_G05,
    ROW_G06, ROW_G07, ROW_G08, ROW_G09, ROW_G10, ROW_G11, ROW_G12, ROW_G13,
    ROW_G14, ROW_G15, ROW_G16, ROW_G17, ROW_G18, ROW_G19, ROW_G20, ROW_G21,
    ROW_C19, ROW_D11, ROW_D34, ROW_D35, ROW_D36, ROW_D39, ROW_D51, ROW_D121,
    ROW_W3,  ROW_W7A, ROW_W7B, ROW_S9,  ROW_N1,  ROW_N2,  ROW_COUNT,
};
/* clang-format on */

extern const struct error error_rows[ROW_COUNT];

/* The row with this id or readable name; NULL when there is none. */
const struct error *error_find(const char *word);
