/* tools.h -- what of the program is written in Lua: its tools, which stand in
 * `lua/jobgate/command/`, a file each, and what it says about itself. */

#pragma once

#include <stdbool.h>
#include <stdio.h>

/* Is this the name of one? */
bool tools_know(const char *name);

/* Where what they find goes. */
enum tools_out { TOOLS_STDOUT, TOOLS_STDERR };

/* Run the one that the first word names, with the words behind it. The exit
 * code. */
int tools_run(int argc, const char *const *argv, enum tools_out out);

/* Would it take these words? EXIT_FINE, or what is wrong was said. */
int tools_check(int argc, const char *const *argv);

/* A line about each of them. */
void tools_print(FILE *out);

/* Print what the function `write` of a module makes of a word and the program
 * (describe.h). An exit code; when it makes nothing, `none` is what is wrong with
 * the word. */
int tools_write(const char *module, char *word, const char *none);
