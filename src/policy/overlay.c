#define _GNU_SOURCE

#include "overlay.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"

/* A file of the folder, whole. NULL and why. */
static char *read_file(const char *folder, const char *name, size_t *ret_length,
                       struct why *why)
{
    char *path = NULL, *text = malloc(FILES_BYTES + 1);
    FILE *file = NULL;

    if (!text || asprintf(&path, "%s/%s", folder, name) < 0) {
        why_set(why, "out of memory");
        free(text);
        return NULL;
    }
    file = fopen(path, "rbe");
    if (file) {
        *ret_length = fread(text, 1, FILES_BYTES, file);
        text[*ret_length] = '\0';
        fclose(file);
    } else {
        why_set(why, "%.500s: cannot be opened: %s (" OVERLAY_VARIABLE ")",
                path, strerror(errno));
        free(text);
        text = NULL;
    }
    free(path);
    return text;
}

bool overlay_apply(char **text, size_t *length, struct why *why)
{
    const char *folder = secure_getenv(OVERLAY_VARIABLE);
    size_t from_length, to_length;
    char *from, *to;
    bool same;

    if (!folder || !*folder)
        return true;
    from = read_file(folder, "from", &from_length, why);
    if (!from)
        return false;
    same = from_length == *length && memcmp(from, *text, from_length) == 0;
    free(from);
    if (!same)
        return true;
    to = read_file(folder, "to", &to_length, why);
    if (!to)
        return false;
    free(*text);
    *text = to;
    *length = to_length;
    return true;
}
