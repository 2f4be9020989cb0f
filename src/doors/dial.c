/* dial.c -- what the Lua module's core has for tools that ask servers:
 * connections, the sums that go with requests, the time. */

#include <lauxlib.h>
#include <lua.h>
#include <stdlib.h>
#include <time.h>

#include "../wire/digest.h"
#include "client.h"
#include "core.h"

#define CONNECTION "jobgate.connection"
#define PIECE 16384 /* bytes that are read at once */

/* ---- connections -------------------------------------------------------- */

static struct client *to_client(lua_State *L)
{
    struct client **box = luaL_checkudata(L, 1, CONNECTION);

    if (!*box)
        luaL_error(L, "this connection is closed");
    return *box;
}

static int fail(lua_State *L, const struct why *why)
{
    lua_pushnil(L);
    lua_pushstring(L, why->text);
    return 2;
}

/* connect(host, port, seconds, tls, ca_file): a connection, or nil and why. */
static int dial_connect(lua_State *L)
{
    struct client_place place = {
        .host = luaL_checkstring(L, 1),
        .port = luaL_checkstring(L, 2),
        .seconds = luaL_checknumber(L, 3),
        .tls = lua_toboolean(L, 4),
        .ca_file = luaL_optstring(L, 5, NULL),
    };
    struct client **box = lua_newuserdatauv(L, sizeof(*box), 0);
    struct why why;

    luaL_argcheck(L, place.seconds > 0 && place.seconds < 1e6, 3,
                  "must be more than 0");
    *box = NULL;
    luaL_setmetatable(L, CONNECTION);
    *box = client_open(&place, &why);
    return *box ? 1 : fail(L, &why);
}

/* connection:send(bytes): true, or nil and why. */
static int connection_send(lua_State *L)
{
    struct client *client = to_client(L);
    size_t size;
    const char *data = luaL_checklstring(L, 2, &size);
    struct why why;

    if (!client_send(client, data, size, &why))
        return fail(L, &why);
    lua_pushboolean(L, 1);
    return 1;
}

/* connection:receive(): bytes; "": the server has closed; or nil and why. */
static int connection_receive(lua_State *L)
{
    struct client *client = to_client(L);
    char data[PIECE];
    struct why why;
    ssize_t count = client_receive(client, data, sizeof(data), &why);

    if (count < 0)
        return fail(L, &why);
    lua_pushlstring(L, data, (size_t)count);
    return 1;
}

/* connection:is_quiet(): it is open, and nothing has come. */
static int connection_is_quiet(lua_State *L)
{
    lua_pushboolean(L, client_is_quiet(to_client(L)));
    return 1;
}

static int connection_close(lua_State *L)
{
    struct client **box = luaL_checkudata(L, 1, CONNECTION);

    client_close(*box);
    *box = NULL;
    return 0;
}

/* ---- sums --------------------------------------------------------------- */

/* sha1(text): hexadecimal digits. */
static int dial_sha1(lua_State *L)
{
    size_t length;
    const char *text = luaL_checklstring(L, 1, &length);
    char hex[DIGEST_HEX];

    digest_sha1(text, length, hex);
    lua_pushstring(L, hex);
    return 1;
}

/* hmac(key, text): the same under a key. */
static int dial_hmac(lua_State *L)
{
    size_t key_length, length;
    const char *key = luaL_checklstring(L, 1, &key_length);
    const char *text = luaL_checklstring(L, 2, &length);
    char hex[DIGEST_HEX];

    digest_hmac(key, key_length, text, length, hex);
    lua_pushstring(L, hex);
    return 1;
}

/* Push a text of ours and free it; NULL is no memory. */
static int push_and_free(lua_State *L, char *text)
{
    if (!text)
        return luaL_error(L, "out of memory");
    lua_pushstring(L, text);
    free(text);
    return 1;
}

/* md5(text): in base64, as Content-MD5 has it. */
static int dial_md5(lua_State *L)
{
    size_t length;
    const char *text = luaL_checklstring(L, 1, &length);

    return push_and_free(L, digest_md5(text, length));
}

static int dial_base64(lua_State *L)
{
    size_t length;
    const char *text = luaL_checklstring(L, 1, &length);

    return push_and_free(L, digest_base64(text, length));
}

/* unbase64(text): bytes, or nil: it is none. */
static int dial_unbase64(lua_State *L)
{
    size_t length, size;
    const char *text = luaL_checklstring(L, 1, &length);
    char *bytes = digest_from_base64(text, length, &size);

    if (bytes)
        lua_pushlstring(L, bytes, size);
    else
        lua_pushnil(L);
    free(bytes);
    return 1;
}

/* ---- time --------------------------------------------------------------- */

/* now(): seconds since some moment, with their fractions. */
static int dial_now(lua_State *L)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    lua_pushnumber(L, (double)time.tv_sec + (double)time.tv_nsec / 1e9);
    return 1;
}

static int dial_sleep(lua_State *L)
{
    double seconds = luaL_checknumber(L, 1);
    struct timespec time;

    luaL_argcheck(L, seconds >= 0 && seconds < 1e6, 1, "must be 0 or more");
    time.tv_sec = (time_t)seconds;
    time.tv_nsec = (long)((seconds - (double)time.tv_sec) * 1e9);
    nanosleep(&time, NULL);
    return 0;
}

static const luaL_Reg connection_methods[] = {
    {"send",     connection_send    },
    {"receive",  connection_receive },
    {"is_quiet", connection_is_quiet},
    {"close",    connection_close   },
    {NULL,       NULL               },
};

static const luaL_Reg functions[] = {
    {"connect",  dial_connect },
    {"sha1",     dial_sha1    },
    {"hmac",     dial_hmac    },
    {"md5",      dial_md5     },
    {"base64",   dial_base64  },
    {"unbase64", dial_unbase64},
    {"now",      dial_now     },
    {"sleep",    dial_sleep   },
    {NULL,       NULL         },
};

void dial_add(lua_State *L)
{
    luaL_newmetatable(L, CONNECTION);
    lua_pushcfunction(L, connection_close);
    lua_setfield(L, -2, "__gc");
    luaL_newlib(L, connection_methods);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
    luaL_setfuncs(L, functions, 0);
}
