/* builtin.h -- policies/documented.lua, compiled in (made by cmake/embed.cmake).
 *
 * So that it is the default everywhere, and `require "documented"` works from
 * a policy that lies elsewhere. */

#pragma once

extern const char builtin_documented[]; /* ends with a zero byte */
extern const unsigned long builtin_documented_size;
