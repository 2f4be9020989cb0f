#include "why.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool why_set(struct why *why, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(why->text, sizeof(why->text), format, arguments);
    va_end(arguments);
    return false;
}

bool why_prefix(struct why *why, const char *format, ...)
{
    struct why rest = *why;
    va_list arguments;
    size_t length;

    va_start(arguments, format);
    vsnprintf(why->text, sizeof(why->text), format, arguments);
    va_end(arguments);
    length = strlen(why->text);
    snprintf(why->text + length, sizeof(why->text) - length, "%s", rest.text);
    return false;
}
