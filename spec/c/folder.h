/* folder.h -- a folder of its own for a test program, which has to be empty when
 * it ends. TMPDIR names it. */

#pragma once

/* Its path, between these two. */
extern char folder[];

int folder_make(void **state);

/* Fails when something was left in it. */
int folder_remove(void **state);

/* A file in it: its path (folder_forget). */
char *folder_file(const char *name, const char *text);
void folder_forget(char *path);
