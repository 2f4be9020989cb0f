/* raises.h -- for clang-tidy only: the functions of Lua that never return.
 *
 * Lua's headers do not say so, and without it the analyser walks on behind
 * every luaL_error. scripts/tidy puts this file in front of each source. It
 * includes nothing, so that a source's own feature macros still come first. */

#pragma once

struct lua_State;

__attribute__((noreturn)) int lua_error(struct lua_State *L);
__attribute__((noreturn)) int luaL_error(struct lua_State *L,
                                         const char *format, ...);
__attribute__((noreturn)) int luaL_argerror(struct lua_State *L, int argument,
                                            const char *message);
__attribute__((noreturn)) int luaL_typeerror(struct lua_State *L, int argument,
                                             const char *type);
