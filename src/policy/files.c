#define _GNU_SOURCE

#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "builtin.h"
#include "overlay.h"

/* Take a text in; frees it and the names when that fails. */
static struct files_source *keep(struct files *files, char *name, char *module,
                                 char *text, size_t length, struct why *why)
{
    struct files_source *source = &files->sources[files->count];

    if (!name || !text) {
        why_set(why, "out of memory");
    } else if (!overlay_apply(&text, &length, why)) {
        ; /* it has said why */
    } else if (files->count == FILES_MOST) {
        why_set(why, "%s: a policy may have %d files at most", name,
                FILES_MOST);
    } else if (length > FILES_BYTES - files->bytes) {
        why_set(why, "%s: sources may have %d bytes in all", name, FILES_BYTES);
    } else {
        files->bytes += length;
        files->count++;
        *source = (struct files_source){name, module, text, length};
        return source;
    }
    free(name);
    free(module);
    free(text);
    return NULL;
}

/* Read a regular file of a folder, whole. NULL and why. `ret_absent`: there is
 * no such file. */
static char *slurp(int folder, const char *file, int flags, const char *shown,
                   size_t *ret_length, bool *ret_absent, struct why *why)
{
    /* O_NONBLOCK: a FIFO must not hold us. */
    int descriptor =
        openat(folder, file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | flags);
    char *text = NULL;
    struct stat status;
    size_t length = 0;

    *ret_absent = descriptor < 0 && errno == ENOENT;
    if (descriptor < 0) {
        why_set(why, "%s: cannot be opened: %s", shown, strerror(errno));
        return NULL;
    }
    if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
        why_set(why, "%s: is not a regular file", shown);
    } else if (status.st_size > FILES_BYTES) {
        why_set(why, "%s: has %lld bytes; a source may have %d", shown,
                (long long)status.st_size, FILES_BYTES);
    } else if (!(text = malloc(FILES_BYTES + 1))) {
        why_set(why, "out of memory");
    } else {
        ssize_t n;

        while (length < FILES_BYTES &&
               (n = read(descriptor, text + length, FILES_BYTES - length)) > 0)
            length += (size_t)n;
        text[length] = '\0';
        *ret_length = length;
    }
    close(descriptor);
    return text;
}

static struct files *files_new(struct why *why)
{
    struct files *files = calloc(1, sizeof(*files));

    if (!files) {
        why_set(why, "out of memory");
        return NULL;
    }
    files->references = 1;
    files->folder = -1;
    return files;
}

/* Read the file at `path` into these, which are fresh. */
static bool open_path(struct files *files, const char *path, struct why *why)
{
    const char *slash = strrchr(path, '/');
    char *text, *folder;
    size_t length;
    bool absent;

    files->path = strdup(path);
    files->prefix = strndup(path, slash ? (size_t)(slash - path) + 1 : 0);
    folder =
        files->prefix && *files->prefix ? strdup(files->prefix) : strdup(".");
    if (!files->path || !files->prefix || !folder) {
        free(folder);
        return why_set(why, "out of memory");
    }
    files->folder = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    free(folder);
    if (files->folder < 0)
        return why_set(why, "%s: cannot be opened: %s", path, strerror(errno));
    text = slurp(files->folder, slash ? slash + 1 : path, 0, path, &length,
                 &absent, why);
    return text && keep(files, strdup(path), NULL, text, length, why);
}

struct files *files_open_path(const char *path, struct why *why)
{
    struct files *files = files_new(why);

    if (files && open_path(files, path, why))
        return files;
    files_close(files);
    return NULL;
}

bool files_add(struct files *files, const char *name, const char *module,
               const char *text, size_t length, struct why *why)
{
    char *copy = malloc(length + 1), *called = module ? strdup(module) : NULL;

    if (copy) {
        memcpy(copy, text, length);
        copy[length] = '\0';
    }
    return keep(files, called || !module ? strdup(name) : NULL, called, copy,
                length, why) != NULL;
}

struct files *files_open_kept(const char *path, struct why *why)
{
    struct files *files = files_new(why);

    if (!files)
        return NULL;
    files->prefix = strdup("");
    files->path = path ? strdup(path) : NULL;
    if (files->prefix && (files->path || !path))
        return files;
    why_set(why, "out of memory");
    files_close(files);
    return NULL;
}

struct files *files_open_text(const char *name, const char *text, size_t length,
                              struct why *why)
{
    struct files *files = files_open_kept(NULL, why);

    if (!files || files_add(files, name, NULL, text, length, why))
        return files;
    files_close(files);
    return NULL;
}

/* What is there without a file. */
static const struct {
    const char *module, *name, *text;
    const unsigned long *size;
} builtins[] = {
    {"documented", "(built-in)/documented.lua", builtin_documented,
     &builtin_documented_size                                                         },
    {"life",       "(built-in)/life.lua",       builtin_life,       &builtin_life_size},
};

enum { BUILTINS = sizeof(builtins) / sizeof(builtins[0]) };

static size_t find_builtin(const char *module)
{
    size_t i = 0;

    while (i < BUILTINS && strcmp(builtins[i].module, module) != 0)
        i++;
    return i;
}

static bool module_name_is_fine(const char *module)
{
    size_t length = strspn(module, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                   "abcdefghijklmnopqrstuvwxyz0123456789_-");

    return length > 0 && length <= 64 && module[length] == '\0';
}

/* The source of a module; NULL and why, `*ret_absent`: there is none. */
static const struct files_source *find(struct files *files, const char *module,
                                       bool *ret_absent, struct why *why)
{
    char *shown = NULL, *text = NULL;
    size_t length = 0, builtin = find_builtin(module);
    bool absent = true;

    *ret_absent = false;
    for (size_t i = 0; i < files->count; i++) {
        if (files->sources[i].module &&
            strcmp(files->sources[i].module, module) == 0)
            return &files->sources[i];
    }
    if (!module_name_is_fine(module)) {
        why_set(why, "require \"%.64s\": names are letters, digits, _ and -",
                module);
        return NULL;
    }
    if (asprintf(&shown, "%s%s.lua", files->prefix, module) < 0) {
        why_set(why, "out of memory");
        return NULL;
    }
    if (files->folder >= 0) {
        text = slurp(files->folder, shown + strlen(files->prefix), O_NOFOLLOW,
                     shown, &length, &absent, why);
        *ret_absent = absent && builtin == BUILTINS;
        if (!text && (!absent || builtin == BUILTINS)) {
            free(shown);
            return NULL;
        }
    }
    if (!text && builtin < BUILTINS) {
        free(shown);
        shown = strdup(builtins[builtin].name);
        length = *builtins[builtin].size;
        text = strdup(builtins[builtin].text);
    } else if (!text) {
        *ret_absent = true;
        why_set(why, "require \"%s\": nothing lies beside this policy", module);
        free(shown);
        return NULL;
    }
    return keep(files, shown, strdup(module), text, length, why);
}

const struct files_source *files_require(struct files *files,
                                         const char *module, struct why *why)
{
    bool absent;

    return find(files, module, &absent, why);
}

const struct files_source *files_beside(struct files *files, const char *suffix,
                                        bool *ret_absent, struct why *why)
{
    const char *name = files->sources[0].name, *slash = strrchr(name, '/');
    const char *stem = slash ? slash + 1 : name, *dot = strrchr(stem, '.');
    const struct files_source *source = NULL;
    char *module;

    *ret_absent = false;
    if (asprintf(&module, "%.*s%s",
                 (int)(dot ? dot - stem : (long)strlen(stem)), stem,
                 suffix) < 0) {
        why_set(why, "out of memory");
        return NULL;
    }
    *ret_absent = !module_name_is_fine(module);
    if (!*ret_absent)
        source = find(files, module, ret_absent, why);
    free(module);
    return source;
}

static bool is_same(const struct files_source *a, const struct files_source *b)
{
    return a->length == b->length && strcmp(a->name, b->name) == 0 &&
           memcmp(a->text, b->text, a->length) == 0;
}

bool files_have(const struct files *files, const struct files *fresh)
{
    if (!is_same(&files->sources[0], &fresh->sources[0]))
        return false;
    for (size_t i = 1; i < fresh->count; i++) {
        size_t k = 1;

        while (k < files->count &&
               !is_same(&files->sources[k], &fresh->sources[i]))
            k++;
        if (k == files->count)
            return false;
    }
    return true;
}

void files_trim(struct files *files, size_t count)
{
    while (files->count > count) {
        struct files_source *source = &files->sources[--files->count];

        files->bytes -= source->length;
        free(source->name);
        free(source->module);
        free(source->text);
    }
}

struct files *files_ref(struct files *files)
{
    if (files)
        files->references++;
    return files;
}

void files_close(struct files *files)
{
    if (!files || --files->references > 0)
        return;
    files_trim(files, 0);
    free(files->prefix);
    free(files->path);
    if (files->folder >= 0)
        close(files->folder);
    free(files);
}
