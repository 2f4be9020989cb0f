#define _GNU_SOURCE

#include "faulty.h"

#include <errno.h>
#include <jansson.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the linker makes of the calls: __wrap_x is called for x, __real_x is
 * the x of the C library. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *block, size_t size);
void __real_free(void *block);
int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*work)(void *), void *argument);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *block, size_t size);
void __wrap_free(void *block);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t most);
int __wrap_asprintf(char **ret_text, const char *format, ...);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*work)(void *), void *argument);

static long calls, fails_at, blocks;
static bool goes_on, reached;
static bool in_json; /* jansson met the last failure, and goes on */

static bool may(void)
{
    calls++;
    in_json = false;
    if (!fails_at || calls < fails_at || (calls > fails_at && !goes_on))
        return true;
    reached = true;
    errno = ENOMEM;
    return false;
}

static void *count(void *block)
{
    blocks += block != NULL;
    return block;
}

void *__wrap_malloc(size_t size)
{
    return may() ? count(__real_malloc(size)) : NULL;
}

void *__wrap_calloc(size_t n, size_t size)
{
    return may() ? count(__real_calloc(n, size)) : NULL;
}

void *__wrap_realloc(void *block, size_t size)
{
    if (!block)
        return __wrap_malloc(size);
    return may() ? __real_realloc(block, size) : NULL;
}

void __wrap_free(void *block)
{
    blocks -= block != NULL;
    __real_free(block);
}

char *__wrap_strndup(const char *text, size_t most)
{
    size_t length = strnlen(text, most);
    char *copy = __wrap_malloc(length + 1);

    if (copy) {
        memcpy(copy, text, length);
        copy[length] = '\0';
    }
    return copy;
}

char *__wrap_strdup(const char *text)
{
    return __wrap_strndup(text, strlen(text));
}

int __wrap_asprintf(char **ret_text, const char *format, ...)
{
    va_list arguments;
    int length;

    *ret_text = NULL; /* undefined, says the manual: nobody may free it */
    if (!may())
        return -1;
    va_start(arguments, format);
    length = vasprintf(ret_text, format, arguments);
    va_end(arguments);
    count(*ret_text);
    return length;
}

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*work)(void *), void *argument)
{
    return may() ? __real_pthread_create(thread, attributes, work, argument)
                 : EAGAIN;
}

/* jansson 2.14 goes on after a string that could not grow, without the byte.
 * Strings grow to powers of two: such a failure lasts until one of the others
 * allocates, so that the string's end fails too. */
static void *json_malloc(size_t size)
{
    bool is_string = size >= 16 && (size & (size - 1)) == 0;
    void *block = in_json && reached ? NULL : __wrap_malloc(size);

    in_json = !block && (in_json || is_string);
    return block;
}

void faulty_setup(void)
{
    json_set_alloc_funcs(json_malloc, __wrap_free);
}

void faulty_arm(long n, bool from_then_on)
{
    calls = 0;
    fails_at = n;
    goes_on = from_then_on;
    reached = false;
}

bool faulty_disarm(void)
{
    fails_at = 0;
    in_json = false;
    return reached;
}

long faulty_blocks(void)
{
    return blocks;
}
