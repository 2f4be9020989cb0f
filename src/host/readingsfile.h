/* readingsfile.h -- readings of the documents, chosen in a Lua file that returns
 * { name = "alternative" }, as `jobgate conform --calibrate` writes it. */

#pragma once

#include <stdbool.h>

#include "../model/readings.h"
#include "../model/why.h"

/* Choose those that the file names; the others stay. False, with `why`: none was
 * chosen. */
bool readingsfile_read(const char *path, struct readings *readings,
                       struct why *why);
