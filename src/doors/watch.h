/* watch.h -- has a folder of policies changed?
 *
 * Cheap to ask: names, sizes, times and numbers of its Lua files, all in one
 * number. Whether that means anything is for whoever reads them to find out. */

#pragma once

#include <stdint.h>

/* A number that is another one when a file came, went or was written. `path` is
 * of a file in the folder. */
uint64_t watch_look(const char *path);
