#define _DEFAULT_SOURCE

#include "secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What is read of the file, up to one byte more than a token may have with its
 * line end. -1: errno says why. */
static ssize_t slurp(const char *path, char *text, size_t size)
{
    /* O_NONBLOCK: a FIFO must not hold us. */
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status;
    ssize_t length = -1;

    if (descriptor < 0)
        return -1;
    if (fstat(descriptor, &status) == 0 && !S_ISREG(status.st_mode))
        errno = EINVAL;
    else
        length = read(descriptor, text, size);
    close(descriptor);
    return length;
}

static bool is_fine(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] < 0x21 || text[i] > 0x7e)
            return false;
    }
    return length >= SECRET_LEAST && length <= SECRET_MOST;
}

char *secret_read(const char *path, struct why *why)
{
    char text[SECRET_MOST + 3], *token = NULL;
    ssize_t read = slurp(path, text, sizeof(text) - 1);
    size_t length;

    if (read < 0) {
        why_set(why, "%s: cannot be read: %s", path,
                errno == EINVAL ? "it is no regular file" : strerror(errno));
        return NULL;
    }
    text[read] = '\0';
    length = strcspn(text, "\r\n");
    if (!is_fine(text, length) ||
        length + strspn(text + length, "\r\n") != (size_t)read)
        why_set(why,
                "%s: must be one line of %d to %d visible characters without "
                "blanks",
                path, SECRET_LEAST, SECRET_MOST);
    else if (!(token = strndup(text, length)))
        why_set(why, "out of memory");
    explicit_bzero(text, sizeof(text));
    return token;
}

void secret_free(char *token)
{
    if (token)
        explicit_bzero(token, strlen(token));
    free(token);
}
