#define _GNU_SOURCE

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "folder.h"

char folder[] = "/tmp/jobgate-test-XXXXXX";

int folder_make(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    return setenv("TMPDIR", folder, 1);
}

int folder_remove(void **state)
{
    (void)state;
    return rmdir(folder);
}

char *folder_file(const char *name, const char *text)
{
    char *path;
    FILE *file;

    assert_true(asprintf(&path, "%s/%s", folder, name) > 0);
    file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    return path;
}

void folder_forget(char *path)
{
    assert_int_equal(unlink(path), 0);
    free(path);
}
