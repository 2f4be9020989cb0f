/* tools.h -- what of the program is written in Lua: its tools, which stand in
 * `lua/jobgate/command/`, a file each, and what it says about itself. */

#pragma once

#include <stdbool.h>
#include <stdio.h>

/* Is this the name of one? */
bool tools_know(const char *name);

/* Run the one that the first word names, with the words behind it. The exit
 * code. */
int tools_run(int argc, char **argv);

/* A line about each of them. */
void tools_print(FILE *out);

/* Print what the function `write` of a module makes of a word and the program
 * (describe.h). An exit code; when it makes nothing, `none` is what is wrong with
 * the word. */
int tools_write(const char *module, char *word, const char *none);
