/* datafile.h -- a Lua file that returns plain data, as JSON.
 *
 * For jobs files: loaded in the sandbox, so that a file may use locals and
 * loops, but neither `require` nor the words of a policy. */

#pragma once

#include "../model/why.h"

/* Run the file and turn what it returns into JSON text (free). `why` names
 * file and line. */
bool datafile_read(const char *path, char **ret_json, struct why *why);
