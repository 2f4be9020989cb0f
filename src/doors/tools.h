/* tools.h -- the commands of the program that are written in Lua.
 *
 * They stand in `lua/jobgate/command/`, a file each. */

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
