#include "text.h"

#include <string.h>

/* Length of the UTF-8 sequence at `text`, and its code point; 0 when it is
 * none. */
static size_t decode(const unsigned char *text, size_t length,
                     unsigned long *ret_point)
{
    static const unsigned long least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t size = text[0] < 0x80             ? 1
                  : (text[0] & 0xe0) == 0xc0 ? 2
                  : (text[0] & 0xf0) == 0xe0 ? 3
                  : (text[0] & 0xf8) == 0xf0 ? 4
                                             : 0;
    unsigned long point;

    if (size == 0 || size > length)
        return 0;
    point = size == 1 ? text[0] : text[0] & (0x7fu >> size);
    for (size_t i = 1; i < size; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
        point = point << 6 | (text[i] & 0x3f);
    }
    if (point < least[size] || point > 0x10ffff ||
        (point >= 0xd800 && point <= 0xdfff))
        return 0;
    *ret_point = point;
    return size;
}

enum text_flaw text_check(const char *text, size_t length)
{
    const unsigned char *at = (const unsigned char *)text;
    const unsigned char *end = at + length;
    enum text_flaw flaw = TEXT_FINE;

    while (at < end) {
        unsigned long point;
        size_t size;

        if (*at >= 0x20 && *at < 0x80) {
            at++;
            continue;
        }
        size = decode(at, (size_t)(end - at), &point);
        if (size == 0)
            return TEXT_NOT_UTF8;
        if ((point < 0x20 && point != '\t' && point != '\n' && point != '\r') ||
            point == 0xfffe || point == 0xffff)
            flaw = TEXT_CONTROL;
        at += size;
    }
    return flaw;
}

/* <ctype.h> asks the locale of the process, in which "I" need not be a capital
 * "i": a Turkish one would hide Transfer-Encoding. */
static bool is_letter(unsigned char byte)
{
    return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
}

bool text_is_token(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)text[i];

        if (is_letter(byte) || (byte >= '0' && byte <= '9') || byte == '-')
            continue;
        if (!byte || !strchr("!#$%&'*+.^_`|~", byte))
            return false;
    }
    return length > 0;
}

bool text_number(const char *text, size_t length, unsigned long long most,
                 unsigned long long *ret_number)
{
    unsigned long long number = 0;

    for (size_t i = 0; i < length; i++) {
        unsigned digit = (unsigned char)text[i] - (unsigned)'0';

        if (digit > 9 || number > most / 10 ||
            (number == most / 10 && digit > most % 10))
            return false;
        number = number * 10 + digit;
    }
    if (length > 0)
        *ret_number = number;
    return length > 0;
}

const char *text_trim(const char *text, size_t *ret_length)
{
    size_t length;

    text += strspn(text, " \t");
    length = strlen(text);
    while (length > 0 && strchr(" \t", text[length - 1]))
        length--;
    *ret_length = length;
    return text;
}

bool text_equal_nocase(const char *a, size_t a_length, const char *b)
{
    for (size_t i = 0; i < a_length; i++) {
        unsigned char x = (unsigned char)a[i], y = (unsigned char)b[i];

        if (x == y ? y == '\0' : (x ^ y) != 0x20 || !is_letter(x))
            return false;
    }
    return b[a_length] == '\0';
}

void text_add_printable(struct buffer *buffer, const char *text, size_t length,
                        size_t most)
{
    const unsigned char *at = (const unsigned char *)text;
    const unsigned char *end = at + length;
    const unsigned char *stop = length < most ? end : at + most;

    while (at < stop) {
        unsigned long point = 0;
        size_t size = decode(at, (size_t)(end - at), &point);

        if (size > (size_t)(stop - at))
            break; /* a character that is only cut is not a flawed one */
        if (size == 0 || point < 0x20 || (point >= 0x7f && point < 0xa0)) {
            buffer_printf(buffer, "\\x%02X", *at);
            at++;
            continue;
        }
        if (point == '\\')
            buffer_putc(buffer, '\\');
        buffer_add(buffer, (const char *)at, size);
        at += size;
    }
    if (length > most)
        buffer_puts(buffer, "...");
}
