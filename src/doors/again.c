/* again.c -- what another host has done is done again: functions of the Lua
 * module's core, for jobgate/replay.lua alone. */

#include <lauxlib.h>
#include <lua.h>
#include <stdlib.h>

#include "../wire/digest.h"
#include "core.h"
#include "library.h"

static struct host *to_host(lua_State *L)
{
    struct jobgate **box = luaL_checkudata(L, 1, CORE_HOST);

    if (!*box)
        luaL_error(L, "this host is closed");
    return library_host(*box);
}

/* True, or nil and why. */
static int done(lua_State *L, bool fine, const struct why *why)
{
    if (fine) {
        lua_pushboolean(L, 1);
        return 1;
    }
    lua_pushnil(L);
    lua_pushstring(L, why->text);
    return 2;
}

/* again_space(name, time) and again_clock(name, time). */
static int again_space(lua_State *L)
{
    struct host *host = to_host(L);
    struct why why;

    return done(L,
                host_begin_space(host, luaL_checkstring(L, 2),
                                 luaL_checkinteger(L, 3), &why),
                &why);
}

static int again_clock(lua_State *L)
{
    struct host *host = to_host(L);
    struct why why;

    return done(L,
                host_put_clock(host, luaL_checkstring(L, 2),
                               luaL_checkinteger(L, 3), &why),
                &why);
}

/* again_reload(policy as JSON). */
static int again_reload(lua_State *L)
{
    struct host *host = to_host(L);
    struct why why;

    return done(L, host_reload_from(host, luaL_checkstring(L, 2), &why), &why);
}

/* The row that a line names, NULL: none. A line may be anything. */
static const struct error *row(lua_State *L, const char *name)
{
    const struct error *error;
    const char *id;

    lua_getfield(L, 3, name);
    id = luaL_optstring(L, -1, "");
    error = *id ? error_find(id) : NULL;
    if (*id && !error)
        luaL_error(L, "%s: \"%s\" is no row of the catalogue", name, id);
    lua_pop(L, 1);
    return error;
}

static const char *field(lua_State *L, const char *name, size_t *ret_length)
{
    const char *text;

    lua_getfield(L, 2, name);
    text = luaL_optlstring(L, -1, NULL, ret_length);
    lua_pop(L, 1); /* the table keeps it */
    return text;
}

/* Push { status =, headers = { { name, value }, ... }, body =, before = }. */
static void push_reply(lua_State *L, const struct host_reply *reply)
{
    lua_createtable(L, 0, 3);
    lua_pushinteger(L, reply->status);
    lua_setfield(L, -2, "status");
    lua_pushlstring(L, reply->body.data, reply->body.size);
    lua_setfield(L, -2, "body");
    lua_createtable(L, (int)reply->n_headers, 0);
    for (size_t i = 0; i < reply->n_headers; i++) {
        lua_createtable(L, 2, 0);
        lua_pushstring(L, reply->headers[i].name);
        lua_rawseti(L, -2, 1);
        lua_pushstring(L, reply->headers[i].value);
        lua_rawseti(L, -2, 2);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "headers");
    lua_pushstring(
        L, reply->before == STATUS_COUNT ? NULL : status_name(reply->before));
    lua_setfield(L, -2, "before");
}

/* again(request, line): the request, with its headers as a list of pairs in
 * `flat`, comes as it came. */
static int again(lua_State *L)
{
    static const struct host_door door = {.api = true};
    struct host *host = to_host(L);
    struct jobgate_request request = {.method = field(L, "method", NULL),
                                      .target = field(L, "target", NULL),
                                      .version = field(L, "version", NULL)};
    struct host_arrival arrival = {.door = &door, .again = true};
    struct jobgate_header *headers;
    struct host_reply reply;

    luaL_argcheck(L, request.method && request.target, 2,
                  "method and target are missing");
    arrival.refused = row(L, "refused");
    arrival.access = row(L, "access");
    arrival.checked = lua_getfield(L, 3, "access") != LUA_TNIL;
    request.body = field(L, "body", &request.body_length);
    lua_getfield(L, 2, "body_bytes");
    arrival.body_bytes =
        (size_t)luaL_optinteger(L, -1, (lua_Integer)request.body_length);
    lua_getfield(L, 2, "flat");
    luaL_checktype(L, -1, LUA_TTABLE);
    request.n_headers = (size_t)lua_rawlen(L, -1) / 2;
    headers =
        lua_newuserdatauv(L, (request.n_headers + 1) * sizeof(*headers), 0);
    for (size_t i = 0; i < 2 * request.n_headers; i++) {
        lua_rawgeti(L, -2, (lua_Integer)i + 1);
        *(i % 2 ? &headers[i / 2].value : &headers[i / 2].name) =
            luaL_checkstring(L, -1);
        lua_pop(L, 1);
    }
    request.headers = headers;
    host_handle(host, &request, &arrival, &reply);
    push_reply(L, &reply);
    host_reply_done(&reply);
    return 1;
}

/* again_md5(text): the Content-MD5 of a body. */
static int again_md5(lua_State *L)
{
    size_t length;
    const char *text = luaL_checklstring(L, 2, &length);
    char *sum = digest_md5(text, length);

    lua_pushstring(L, sum);
    free(sum);
    return 1;
}

const luaL_Reg again_functions[] = {
    {"again",        again       },
    {"again_space",  again_space },
    {"again_clock",  again_clock },
    {"again_reload", again_reload},
    {"again_md5",    again_md5   },
    {NULL,           NULL        },
};
