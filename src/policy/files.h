/* files.h -- policy sources: read once, kept, read again from memory.
 *
 * A policy's file, and the files beside it that it requires. Everything is read
 * through one descriptor of the folder, once, bounded in size; a policy that
 * must be built anew (rule S10) is built from these texts. */

#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "../model/why.h"

enum {
    FILES_BYTES = 64 * 1024, /* of one source, and of all of a policy (S2) */
    FILES_MOST = 32          /* files of a policy */
};

struct files_source {
    char *name;   /* as it stands in messages: "policies/documented.lua" */
    char *module; /* what `require` calls it; NULL for the first */
    char *text;
    size_t length;
};

struct files {
    size_t references;
    char *path;   /* of the first, as it was given; NULL: from none */
    int folder;   /* descriptor, or -1: nothing lies beside */
    char *prefix; /* of names: "policies/" */
    size_t bytes;
    size_t count;
    struct files_source sources[FILES_MOST];
};

/* Start with the file at `path`; its folder is where `require` looks. NULL and
 * why. The caller has the only reference. */
struct files *files_open_path(const char *path, struct why *why);

/* Start with a text; nothing lies beside it. */
struct files *files_open_text(const char *name, const char *text, size_t length,
                              struct why *why);

/* Start with none of what was read before, at `path` unless that is NULL, and add
 * a source; nothing lies beside. */
struct files *files_open_kept(const char *path, struct why *why);
bool files_add(struct files *files, const char *name, const char *module,
               const char *text, size_t length, struct why *why);

/* The source that `require(module)` means: one that is there already, a file
 * beside, or a built-in one ("documented", "life"). Module names are [A-Za-z0-9_-]+. */
const struct files_source *files_require(struct files *files,
                                         const char *module, struct why *why);

/* The source beside the first one whose name is the first one's and `suffix`.
 * NULL: `*ret_absent` when there is none, or one that `require` could not name;
 * else why. */
const struct files_source *files_beside(struct files *files, const char *suffix,
                                        bool *ret_absent, struct why *why);

/* Forget all sources but the first `count`: what was read for a policy that did
 * not load is to be read again. */
void files_trim(struct files *files, size_t count);

/* Is all that `fresh` has read in `files`, the first source first and byte for
 * byte? There may be more: what is required no longer, or in another order. */
bool files_have(const struct files *files, const struct files *fresh);

/* One more reference, and one less. NULL is fine. */
struct files *files_ref(struct files *files);
void files_close(struct files *files);
