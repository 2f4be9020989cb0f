/* builtin.h -- policies/documented.lua and policies/life.lua, compiled in (made
 * by cmake/embed.cmake).
 *
 * So that the first is the default everywhere, and `require` finds both from a
 * policy that lies elsewhere. */

#pragma once

extern const char builtin_documented[]; /* ends with a zero byte */
extern const unsigned long builtin_documented_size;
extern const char builtin_life[]; /* likewise */
extern const unsigned long builtin_life_size;
