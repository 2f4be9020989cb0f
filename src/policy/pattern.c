#include "pattern.h"

#include <assert.h>
#include <ctype.h>

enum { DEPTH_MOST = 200 }; /* as MAXCCALLS of Lua 5.4: bounds the C stack */
enum { OPEN = -1 };        /* length of a capture that is not closed yet */

/* How far a match has come; with all of the pattern behind it, it is done. */
struct cursor {
    const char *at;   /* in the subject */
    const char *text; /* in the pattern */
};

/* All matchers answer whether to go on from the cursor, which they have moved.
 * Once a pattern is stopped the answer is no, and nothing else is tried. */
static bool match_item(struct pattern *pattern, struct cursor *cursor);

static bool stopped(const struct pattern *pattern)
{
    return pattern->error || *pattern->steps < 0;
}

static bool wrong(struct pattern *pattern, const char *error)
{
    pattern->error = error;
    return false;
}

/* Pay for one step. A budget below zero stays as it is. */
static bool pay(struct pattern *pattern)
{
    return *pattern->steps >= 0 && --*pattern->steps >= 0;
}

/* Match all that is left of the pattern, one level deeper. The cursor moves
 * only on a match, so that the caller can try something else. */
static bool match_rest(struct pattern *pattern, struct cursor *cursor)
{
    struct cursor inner = *cursor;
    bool matched = true;

    if (!pay(pattern))
        return false;
    if (pattern->depth == DEPTH_MOST)
        return wrong(pattern, "pattern too complex");
    pattern->depth++;
    while (matched && inner.text < pattern->text_end)
        matched = match_item(pattern, &inner) && !stopped(pattern);
    pattern->depth--;
    if (matched)
        *cursor = inner;
    return matched;
}

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

/* Is `byte` what `%letter` stands for? No index may depend on a locale. */
static bool escape_has(char letter, char byte)
{
    int lower = letter | 0x20;

    if (lower < 'a' || lower > 'z' || !classes[lower - 'a'])
        return byte == letter;
    return (classes[lower - 'a']((unsigned char)byte) != 0) ==
           (letter == lower);
}

/* Is `byte` in the set that begins at `text` and ends before `end`? Each item
 * is paid for, else a long set would be a cheap way to spend much time. */
static bool set_has(struct pattern *pattern, const char *text, const char *end,
                    char byte)
{
    const char *item = text + 1, *close = end - 1;
    bool complement = *item == '^', found = false;

    item += complement;
    while (item < close && !found) {
        if (!pay(pattern))
            return false;
        if (*item == '%') {
            found = escape_has(item[1], byte);
            item += 2;
        } else if (close - item > 2 && item[1] == '-') {
            found = (unsigned char)item[0] <= (unsigned char)byte &&
                    (unsigned char)byte <= (unsigned char)item[2];
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
        return escape_has(text[1], *at);
    if (*text == '[')
        return set_has(pattern, text, end, *at);
    return *text == *at;
}

/* Find the end of the single item at `text`. The first character of a set is
 * an item even when it is `]`. */
static bool single_end(struct pattern *pattern, const char *text,
                       const char **ret_end)
{
    const char *at = text + 1, *end = pattern->text_end;

    if (*text == '%') {
        if (at == end)
            return wrong(pattern, "malformed pattern (ends with '%')");
        at++;
    } else if (*text == '[') {
        if (at < end && *at == '^')
            at++;
        do {
            if (!pay(pattern))
                return false;
            if (at < end && *at++ == '%' && at < end)
                at++;
            if (at == end)
                return wrong(pattern, "malformed pattern (missing ']')");
        } while (*at != ']');
        at++;
    }
    *ret_end = at;
    return true;
}

/* Quantifiers. Each follows the single item from cursor->text to `end`. Like
 * Lua they nest only when the item fits at least once; otherwise there is
 * nothing to come back to, and the rest goes on at the same depth. */

/* `*` and `+`: as many as there are, then fewer, down to `least`. */
static bool match_most(struct pattern *pattern, struct cursor *cursor,
                       const char *end, int least)
{
    const char *item = cursor->text, *stop = cursor->at;

    while (fits(pattern, item, end, cursor->at))
        cursor->at++;
    cursor->text = end + 1;
    if (cursor->at == stop)
        return least == 0;
    stop += least;
    while (!match_rest(pattern, cursor)) {
        if (stopped(pattern) || cursor->at == stop)
            return false;
        cursor->at--;
    }
    return true;
}

/* `-`: none, then more. */
static bool match_least(struct pattern *pattern, struct cursor *cursor,
                        const char *end)
{
    const char *item = cursor->text;
    bool more = fits(pattern, item, end, cursor->at);

    cursor->text = end + 1;
    if (!more)
        return true;
    while (!match_rest(pattern, cursor)) {
        if (stopped(pattern) || !more)
            return false;
        more = fits(pattern, item, end, ++cursor->at);
    }
    return true;
}

/* `?`: one, then none. */
static bool match_maybe(struct pattern *pattern, struct cursor *cursor,
                        const char *end)
{
    bool fit = fits(pattern, cursor->text, end, cursor->at);

    cursor->text = end + 1;
    cursor->at += fit;
    if (fit && !match_rest(pattern, cursor))
        cursor->at--;
    return true;
}

static bool match_single(struct pattern *pattern, struct cursor *cursor)
{
    const char *end;
    char quantifier;

    if (!single_end(pattern, cursor->text, &end))
        return false;
    quantifier = end < pattern->text_end ? *end : '\0';
    if (quantifier == '*' || quantifier == '+')
        return match_most(pattern, cursor, end, quantifier == '+');
    if (quantifier == '-')
        return match_least(pattern, cursor, end);
    if (quantifier == '?')
        return match_maybe(pattern, cursor, end);
    if (!fits(pattern, cursor->text, end, cursor->at))
        return false;
    cursor->at++;
    cursor->text = end;
    return true;
}

/* Captures. What they change is undone when the rest does not match. */
static bool open_capture(struct pattern *pattern, struct cursor *cursor)
{
    const char *text = cursor->text + 1;
    bool position = text < pattern->text_end && *text == ')';

    if (pattern->level == PATTERN_CAPTURES)
        return wrong(pattern, "too many captures");
    pattern->captures[pattern->level].start = cursor->at;
    pattern->captures[pattern->level++].length =
        position ? PATTERN_POSITION : OPEN;
    cursor->text = text + position;
    if (match_rest(pattern, cursor))
        return true;
    pattern->level--;
    return false;
}

static bool close_capture(struct pattern *pattern, struct cursor *cursor)
{
    struct pattern_capture *capture = pattern->captures + pattern->level;

    do {
        if (capture == pattern->captures)
            return wrong(pattern, "invalid pattern capture");
        capture--;
    } while (capture->length != OPEN);
    capture->length = cursor->at - capture->start;
    cursor->text++;
    if (match_rest(pattern, cursor))
        return true;
    capture->length = OPEN;
    return false;
}

/* `%1` to `%9`. A position capture is no text, and never matches. */
static bool match_back(struct pattern *pattern, struct cursor *cursor)
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
        return false;
    for (ptrdiff_t i = 0; i < capture.length; i++) {
        if (!pay(pattern) || capture.start[i] != cursor->at[i])
            return false;
    }
    cursor->at += capture.length;
    cursor->text += 2;
    return true;
}

/* `%bxy`: from x to the y that balances it. When both are the same character
 * the next one closes. */
static bool match_balance(struct pattern *pattern, struct cursor *cursor)
{
    const char *text = cursor->text;
    ptrdiff_t nesting = 0;

    if (pattern->text_end - text < 4)
        return wrong(pattern, "malformed pattern (missing arguments to '%b')");
    do {
        if (!pay(pattern) || cursor->at == pattern->subject_end)
            return false;
        if (nesting > 0 && *cursor->at == text[3])
            nesting--;
        else if (*cursor->at == text[2])
            nesting++;
        else if (nesting == 0)
            return false;
        cursor->at++;
    } while (nesting > 0);
    cursor->text += 4;
    return true;
}

/* `%f[set]`: between a character outside the set and one inside. Both ends of
 * the subject count as zero bytes. */
static bool match_frontier(struct pattern *pattern, struct cursor *cursor)
{
    const char *set = cursor->text + 2, *at = cursor->at;
    char before = at == pattern->subject ? '\0' : at[-1];
    char after = at == pattern->subject_end ? '\0' : *at;

    if (set == pattern->text_end || *set != '[')
        return wrong(pattern, "missing '[' after '%f' in pattern");
    if (!single_end(pattern, set, &cursor->text))
        return false;
    return !set_has(pattern, set, cursor->text, before) &&
           set_has(pattern, set, cursor->text, after);
}

static bool match_item(struct pattern *pattern, struct cursor *cursor)
{
    const char *text = cursor->text;
    bool last = pattern->text_end - text == 1;

    if (*text == '(')
        return open_capture(pattern, cursor);
    if (*text == ')')
        return close_capture(pattern, cursor);
    if (*text == '$' && last) {
        cursor->text++;
        return cursor->at == pattern->subject_end;
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
}

enum pattern_result pattern_match_at(struct pattern *pattern, const char *at,
                                     const char **ret_end)
{
    struct cursor cursor = {.at = at, .text = pattern->text};
    bool matched;

    assert(at >= pattern->subject && at <= pattern->subject_end);
    pattern->depth = 0;
    pattern->level = 0;
    pattern->error = NULL;
    matched = match_rest(pattern, &cursor);
    for (int i = 0; matched && i < pattern->level; i++) {
        if (pattern->captures[i].length == OPEN)
            matched = wrong(pattern, "unfinished capture");
    }
    if (!matched)
        return *pattern->steps < 0 ? PATTERN_SPENT
               : pattern->error    ? PATTERN_WRONG
                                   : PATTERN_NONE;
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
