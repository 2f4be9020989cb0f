#include "pattern.h"

#include <assert.h>
#include <ctype.h>

/* Nesting of the matcher, as MAXCCALLS of Lua 5.4: it bounds the C stack. */
enum { DEPTH_MOST = 200 };

enum { OPEN = -1 }; /* length of a capture that is not closed yet */

/* How far a match has come. When `text` is the end of the pattern, `at` is the
 * end of the match. Inside the matcher PATTERN_MATCH means "go on from here". */
struct cursor {
    const char *at;   /* in the subject */
    const char *text; /* in the pattern */
};

static enum pattern_result match_item(struct pattern *pattern,
                                      struct cursor *cursor);

static enum pattern_result wrong(struct pattern *pattern, const char *error)
{
    pattern->error = error;
    return PATTERN_WRONG;
}

/* Pay for one step. Once the budget is below zero it stays there, every test
 * fails, and match_rest answers PATTERN_SPENT whatever else was found. */
static bool pay(struct pattern *pattern)
{
    return *pattern->steps >= 0 && --*pattern->steps >= 0;
}

/* Match all that is left of the pattern, one level deeper. The cursor moves only
 * on a match, so that the caller can try something else when there is none. */
static enum pattern_result match_rest(struct pattern *pattern,
                                      struct cursor *cursor)
{
    struct cursor inner = *cursor;
    enum pattern_result result = PATTERN_MATCH;

    if (!pay(pattern))
        return PATTERN_SPENT;
    if (pattern->depth == DEPTH_MOST)
        return wrong(pattern, "pattern too complex");
    pattern->depth++;
    while (result == PATTERN_MATCH && inner.text < pattern->text_end) {
        result = match_item(pattern, &inner);
        if (*pattern->steps < 0)
            result = PATTERN_SPENT;
    }
    pattern->depth--;
    if (result == PATTERN_MATCH)
        *cursor = inner;
    return result;
}

/* Single characters: a literal, `.`, a class, a set. */

static int is_zero(int byte)
{
    return byte == '\0';
}

/* `%z` is deprecated and undocumented since 5.2, but 5.4 still has it. */
static int (*const classes['z' - 'a' + 1])(int) = {
    ['a' - 'a'] = isalpha,  ['c' - 'a'] = iscntrl, ['d' - 'a'] = isdigit,
    ['g' - 'a'] = isgraph,  ['l' - 'a'] = islower, ['p' - 'a'] = ispunct,
    ['s' - 'a'] = isspace,  ['u' - 'a'] = isupper, ['w' - 'a'] = isalnum,
    ['x' - 'a'] = isxdigit, ['z' - 'a'] = is_zero};

/* Is `byte` what `%letter` stands for? ASCII by hand: an index must not depend
 * on a locale. */
static bool escape_has(unsigned char letter, unsigned char byte)
{
    unsigned char lower = letter | 0x20;

    if (lower < 'a' || lower > 'z' || !classes[lower - 'a'])
        return byte == letter;
    return (classes[lower - 'a'](byte) != 0) == (letter == lower);
}

/* Is `byte` in the set that begins at `text` and ends before `end`? Each item
 * is paid for, else a long set would be a cheap way to spend much time. */
static bool set_has(struct pattern *pattern, const char *text, const char *end,
                    unsigned char byte)
{
    const unsigned char *item = (const unsigned char *)text + 1;
    const unsigned char *close = (const unsigned char *)end - 1;
    bool complement = *item == '^', found = false;

    item += complement;
    while (item < close && !found) {
        if (!pay(pattern))
            return false;
        if (*item == '%') {
            found = escape_has(item[1], byte);
            item += 2;
        } else if (close - item > 2 && item[1] == '-') {
            found = item[0] <= byte && byte <= item[2];
            item += 3;
        } else {
            found = *item++ == byte;
        }
    }
    return found != complement;
}

/* Does the character at `at` fit the single item from `text` to `end`? */
static bool fits(struct pattern *pattern, const char *text, const char *end,
                 const char *at)
{
    if (!pay(pattern) || at == pattern->subject_end)
        return false;
    if (*text == '.')
        return true;
    if (*text == '%')
        return escape_has((unsigned char)text[1], (unsigned char)*at);
    if (*text == '[')
        return set_has(pattern, text, end, (unsigned char)*at);
    return *text == *at;
}

/* The end of the single item at `text`; NULL when it has none or the budget is
 * spent. The first character of a set is an item even when it is `]`. */
static const char *single_end(struct pattern *pattern, const char *text)
{
    const char *at = text + 1, *end = pattern->text_end;

    if (*text == '%') {
        if (at < end)
            return at + 1;
        wrong(pattern, "malformed pattern (ends with '%')");
        return NULL;
    }
    if (*text != '[')
        return at;
    if (at < end && *at == '^')
        at++;
    do {
        if (!pay(pattern))
            return NULL;
        if (at < end && *at++ == '%' && at < end)
            at++;
        if (at == end) {
            wrong(pattern, "malformed pattern (missing ']')");
            return NULL;
        }
    } while (*at != ']');
    return at + 1;
}

/* Quantifiers. Each follows the single item from cursor->text to `end`. Like
 * Lua they nest only when the item fits at least once; otherwise there is
 * nothing to come back to, and the rest goes on at the same depth. */

/* `*` and `+`: as many as there are, then fewer, down to `least`. */
static enum pattern_result match_most(struct pattern *pattern,
                                      struct cursor *cursor, const char *end,
                                      int least)
{
    const char *item = cursor->text, *stop = cursor->at;
    enum pattern_result result;

    while (fits(pattern, item, end, cursor->at))
        cursor->at++;
    cursor->text = end + 1;
    if (cursor->at == stop)
        return least == 0 ? PATTERN_MATCH : PATTERN_NONE;
    stop += least;
    while ((result = match_rest(pattern, cursor)) == PATTERN_NONE &&
           cursor->at > stop)
        cursor->at--;
    return result;
}

/* `-`: none, then more. */
static enum pattern_result match_least(struct pattern *pattern,
                                       struct cursor *cursor, const char *end)
{
    const char *item = cursor->text;
    bool more = fits(pattern, item, end, cursor->at);
    enum pattern_result result;

    cursor->text = end + 1;
    if (!more)
        return PATTERN_MATCH;
    while ((result = match_rest(pattern, cursor)) == PATTERN_NONE && more)
        more = fits(pattern, item, end, ++cursor->at);
    return result;
}

/* `?`: one, then none. */
static enum pattern_result match_maybe(struct pattern *pattern,
                                       struct cursor *cursor, const char *end)
{
    bool fit = fits(pattern, cursor->text, end, cursor->at);
    enum pattern_result result;

    cursor->text = end + 1;
    if (!fit)
        return PATTERN_MATCH;
    cursor->at++;
    result = match_rest(pattern, cursor);
    if (result != PATTERN_NONE)
        return result;
    cursor->at--;
    return PATTERN_MATCH;
}

static enum pattern_result match_single(struct pattern *pattern,
                                        struct cursor *cursor)
{
    const char *end = single_end(pattern, cursor->text);

    if (!end)
        return PATTERN_WRONG;
    switch (end < pattern->text_end ? *end : '\0') {
    case '*':
        return match_most(pattern, cursor, end, 0);
    case '+':
        return match_most(pattern, cursor, end, 1);
    case '-':
        return match_least(pattern, cursor, end);
    case '?':
        return match_maybe(pattern, cursor, end);
    }
    if (!fits(pattern, cursor->text, end, cursor->at))
        return PATTERN_NONE;
    cursor->at++;
    cursor->text = end;
    return PATTERN_MATCH;
}

/* Captures. What they change is undone when the rest does not match. */

static enum pattern_result open_capture(struct pattern *pattern,
                                        struct cursor *cursor)
{
    const char *text = cursor->text + 1;
    bool position = text < pattern->text_end && *text == ')';
    enum pattern_result result;

    if (pattern->level == PATTERN_CAPTURES)
        return wrong(pattern, "too many captures");
    pattern->captures[pattern->level++] = (struct pattern_capture){
        .start = cursor->at,
        .length = position ? PATTERN_POSITION : OPEN,
    };
    cursor->text = text + position;
    result = match_rest(pattern, cursor);
    if (result == PATTERN_NONE)
        pattern->level--;
    return result;
}

static enum pattern_result close_capture(struct pattern *pattern,
                                         struct cursor *cursor)
{
    struct pattern_capture *capture = pattern->captures + pattern->level;
    enum pattern_result result;

    do {
        if (capture == pattern->captures)
            return wrong(pattern, "invalid pattern capture");
        capture--;
    } while (capture->length != OPEN);
    capture->length = cursor->at - capture->start;
    cursor->text++;
    result = match_rest(pattern, cursor);
    if (result == PATTERN_NONE)
        capture->length = OPEN;
    return result;
}

/* `%1` to `%9`. A position capture is no text, and never matches. */
static enum pattern_result match_back(struct pattern *pattern,
                                      struct cursor *cursor)
{
    static const char *const bad_index[] = {
        "invalid capture index %0", "invalid capture index %1",
        "invalid capture index %2", "invalid capture index %3",
        "invalid capture index %4", "invalid capture index %5",
        "invalid capture index %6", "invalid capture index %7",
        "invalid capture index %8", "invalid capture index %9"};
    int number = cursor->text[1] - '0';
    struct pattern_capture capture = {.length = OPEN};

    if (number > 0 && number <= pattern->level)
        capture = pattern->captures[number - 1];
    if (capture.length == OPEN)
        return wrong(pattern, bad_index[number]);
    if (!pay(pattern) || capture.length == PATTERN_POSITION ||
        capture.length > pattern->subject_end - cursor->at)
        return PATTERN_NONE;
    for (ptrdiff_t i = 0; i < capture.length; i++) {
        if (!pay(pattern) || capture.start[i] != cursor->at[i])
            return PATTERN_NONE;
    }
    cursor->at += capture.length;
    cursor->text += 2;
    return PATTERN_MATCH;
}

/* `%bxy`: from x to the y that balances it. When both are the same character
 * the next one closes. */
static enum pattern_result match_balance(struct pattern *pattern,
                                         struct cursor *cursor)
{
    const char *text = cursor->text;
    ptrdiff_t nesting = 0;

    if (pattern->text_end - text < 4)
        return wrong(pattern, "malformed pattern (missing arguments to '%b')");
    do {
        if (!pay(pattern) || cursor->at == pattern->subject_end)
            return PATTERN_NONE;
        if (nesting > 0 && *cursor->at == text[3])
            nesting--;
        else if (*cursor->at == text[2])
            nesting++;
        else if (nesting == 0)
            return PATTERN_NONE;
        cursor->at++;
    } while (nesting > 0);
    cursor->text += 4;
    return PATTERN_MATCH;
}

/* `%f[set]`: between a character outside the set and one inside. Both ends of
 * the subject count as zero bytes. */
static enum pattern_result match_frontier(struct pattern *pattern,
                                          struct cursor *cursor)
{
    const char *set = cursor->text + 2, *at = cursor->at, *end;
    char before = at == pattern->subject ? '\0' : at[-1];
    char after = at == pattern->subject_end ? '\0' : *at;

    if (set == pattern->text_end || *set != '[')
        return wrong(pattern, "missing '[' after '%f' in pattern");
    end = single_end(pattern, set);
    if (!end)
        return PATTERN_WRONG;
    if (set_has(pattern, set, end, (unsigned char)before) ||
        !set_has(pattern, set, end, (unsigned char)after))
        return PATTERN_NONE;
    cursor->text = end;
    return PATTERN_MATCH;
}

static enum pattern_result match_item(struct pattern *pattern,
                                      struct cursor *cursor)
{
    const char *text = cursor->text;
    bool last = pattern->text_end - text == 1;

    if (*text == '(')
        return open_capture(pattern, cursor);
    if (*text == ')')
        return close_capture(pattern, cursor);
    if (*text == '$' && last) {
        cursor->text++;
        return cursor->at == pattern->subject_end ? PATTERN_MATCH
                                                  : PATTERN_NONE;
    }
    if (*text == '%' && !last) {
        if (text[1] == 'b')
            return match_balance(pattern, cursor);
        if (text[1] == 'f')
            return match_frontier(pattern, cursor);
        if (isdigit((unsigned char)text[1]))
            return match_back(pattern, cursor);
    }
    return match_single(pattern, cursor);
}

void pattern_init(struct pattern *pattern, const char *text, size_t text_length,
                  const char *subject, size_t subject_length, bool anchor,
                  long *steps)
{
    bool anchored = anchor && text_length > 0 && *text == '^';

    pattern->subject = subject;
    pattern->subject_end = subject + subject_length;
    pattern->text = text + anchored;
    pattern->text_end = text + text_length;
    pattern->anchored = anchored;
    pattern->steps = steps;
    pattern->error = NULL;
}

enum pattern_result pattern_match_at(struct pattern *pattern, const char *at,
                                     const char **ret_end)
{
    struct cursor cursor = {.at = at, .text = pattern->text};
    enum pattern_result result;

    assert(at >= pattern->subject && at <= pattern->subject_end);
    pattern->depth = 0;
    pattern->level = 0;
    result = match_rest(pattern, &cursor);
    if (result != PATTERN_MATCH)
        return result;
    for (int i = 0; i < pattern->level; i++) {
        if (pattern->captures[i].length == OPEN)
            return wrong(pattern, "unfinished capture");
    }
    *ret_end = cursor.at;
    return PATTERN_MATCH;
}

enum pattern_result pattern_find(struct pattern *pattern, const char *at,
                                 const char **ret_start, const char **ret_end)
{
    enum pattern_result result;

    while ((result = pattern_match_at(pattern, at, ret_end)) == PATTERN_NONE &&
           !pattern->anchored && at < pattern->subject_end)
        at++;
    if (result == PATTERN_MATCH)
        *ret_start = at;
    return result;
}
