/* pattern.h -- Lua's patterns, matched under a budget.
 *
 * The same language and the same answers as string.match and friends of Lua
 * 5.4, but every step of the matcher is counted, so that a pattern which
 * backtracks for ever is stopped (rule S3). Knows no lua_State; the words that
 * scripts call are bound in words_string.c. Not here: the plain search that
 * string.find makes when none of ^$*+?.([%- is in the pattern; `)` alone is
 * malformed here. Values of the caller's stack, less than 100 KiB of it, no
 * allocation, no global state. */

#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { PATTERN_CAPTURES = 32 }; /* as LUA_MAXCAPTURES */
enum { PATTERN_POSITION = -2 }; /* length of a position capture `()` */

struct pattern_capture {
    const char *start;
    ptrdiff_t length; /* bytes, or PATTERN_POSITION */
};

struct pattern {
    const char *subject, *subject_end; /* borrowed */
    const char *text, *text_end;       /* borrowed, without a leading '^' */
    bool anchored;                     /* there was a leading '^' */
    long *steps;                       /* borrowed; counts down to -1 */
    int depth;                         /* recursion of the matcher */
    int level;                         /* captures, open ones included */
    struct pattern_capture captures[PATTERN_CAPTURES];
    const char *error; /* static text after PATTERN_WRONG */
};

/* Prepare to match `text` in `subject`. Embedded zeros are fine in both, and no
 * byte behind them is read. A step is one character tested, one item of a set
 * read, one byte of %b or of a back reference compared, or one level of
 * recursion. `anchor` says whether a leading '^' is an anchor (it is not in
 * gmatch of Lua 5.4). */
void pattern_init(struct pattern *pattern, const char *text, size_t text_length,
                  const char *subject, size_t subject_length, bool anchor,
                  long *steps);

enum pattern_result {
    PATTERN_NONE,  /* no match here */
    PATTERN_MATCH, /* matched; captures are set */
    PATTERN_WRONG, /* the pattern is malformed or too complex: see error */
    PATTERN_SPENT, /* the budget is used up, *steps stays below 0 */
};

/* Try to match at `at` only, in the subject or at its end. On PATTERN_MATCH
 * `*ret_end` is the end of the match and the captures 0 .. level-1 are
 * complete: one that is still open is PATTERN_WRONG. */
enum pattern_result pattern_match_at(struct pattern *pattern, const char *at,
                                     const char **ret_end);

/* Find the first match at or after `at` (at `at` only when anchored). */
enum pattern_result pattern_find(struct pattern *pattern, const char *at,
                                 const char **ret_start, const char **ret_end);
