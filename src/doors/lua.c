/* lua.c -- the Lua module's core: jobgate.core, over jobgate.h.
 *
 * Values in and out, nothing more; what people use is lua/jobgate/init.lua.
 * Linked without liblua: the interpreter that loads it brings Lua. */

#include <lauxlib.h>
#include <lua.h>
#include <stdio.h>
#include <stdlib.h>

#include "../jobgate.h"
#include "../policy/datafile.h"
#include "../policy/luajson.h"
#include "../wire/xmlread.h"
#include "core.h"

#define HOST CORE_HOST
#define RESPONSE "jobgate.response"

/* The host of argument 1; a closed one is an error of the caller. */
static struct jobgate *to_host(lua_State *L)
{
    struct jobgate **box = luaL_checkudata(L, 1, HOST);

    if (!*box)
        luaL_error(L, "this host is closed");
    return *box;
}

static void log_to_stderr(void *context, const char *line)
{
    (void)context;
    fprintf(stderr, "jobgate: %s\n", line);
}

static const char *option(lua_State *L, const char *name)
{
    const char *text;

    lua_getfield(L, 1, name);
    text = luaL_optstring(L, -1, NULL);
    return text; /* the table keeps it */
}

/* open { policy, policy_source, jobs, jobs_source, clock, readings, credentials,
 * credentials_source, hosts, prefix, tls_cert, tls_key, tls_self_signed, seed,
 * journal_bytes, log }: a host, or nil and why. The options were checked by init.lua. */
static int core_open(lua_State *L)
{
    struct jobgate_options options = {.size = sizeof(options)};
    struct jobgate **box;
    char why[1024];

    luaL_checktype(L, 1, LUA_TTABLE);
    options.policy = option(L, "policy");
    options.policy_source = option(L, "policy_source");
    options.jobs = option(L, "jobs");
    options.clock = option(L, "clock");
    options.readings = option(L, "readings");
    options.readings_file = option(L, "readings_file");
    options.credentials = option(L, "credentials");
    options.jobs_source = option(L, "jobs_source");
    options.credentials_source = option(L, "credentials_source");
    options.hosts = option(L, "hosts");
    options.prefix = option(L, "prefix");
    options.control = option(L, "control");
    options.control_token_file = option(L, "control_token_file");
    options.log_format = option(L, "log_format");
    options.log_level = option(L, "log_level");
    options.journal = option(L, "journal");
    options.policy_files = option(L, "policy_files");
    options.table_order = option(L, "table_order");
    options.tls_cert = option(L, "tls_cert");
    options.tls_key = option(L, "tls_key");
    lua_getfield(L, 1, "tls_self_signed");
    options.tls_self_signed = lua_toboolean(L, -1);
    lua_getfield(L, 1, "invariants");
    options.invariants = lua_toboolean(L, -1);
    lua_getfield(L, 1, "seed");
    options.seed = (uint64_t)luaL_optinteger(L, -1, 0);
    lua_getfield(L, 1, "journal_bytes");
    options.journal_bytes = (size_t)luaL_optinteger(L, -1, 0);
    lua_getfield(L, 1, "log");
    options.log = lua_toboolean(L, -1) ? log_to_stderr : NULL;
    box = lua_newuserdatauv(L, sizeof(*box), 0);
    *box = NULL;
    luaL_setmetatable(L, HOST);
    if (jobgate_open(&options, box, why, sizeof(why)) == 0)
        return 1;
    lua_pushnil(L);
    lua_pushstring(L, why);
    return 2;
}

static int host_close(lua_State *L)
{
    struct jobgate **box = luaL_checkudata(L, 1, HOST);

    jobgate_close(*box);
    *box = NULL;
    return 0;
}

static int response_free(lua_State *L)
{
    struct jobgate_response **box = luaL_checkudata(L, 1, RESPONSE);

    jobgate_response_free(*box);
    *box = NULL;
    return 0;
}

/* Push { status =, headers = { { name, value }, ... }, body = }. */
static void push_response(lua_State *L, struct jobgate_response *response)
{
    const struct jobgate_header *header;
    const char *body;
    size_t length;

    lua_createtable(L, 0, 4);
    lua_pushinteger(L, jobgate_response_status(response));
    lua_setfield(L, -2, "status");
    lua_pushstring(L, jobgate_response_fault(response));
    lua_setfield(L, -2, "fault");
    body = jobgate_response_body(response, &length);
    lua_pushlstring(L, body, length);
    lua_setfield(L, -2, "body");
    lua_newtable(L);
    for (size_t i = 0; (header = jobgate_response_header_at(response, i));
         i++) {
        lua_createtable(L, 2, 0);
        lua_pushstring(L, header->name);
        lua_rawseti(L, -2, 1);
        lua_pushstring(L, header->value);
        lua_rawseti(L, -2, 2);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "headers");
}

/* A string of a message: without a zero byte, which no wire can carry. */
static const char *wire_string(lua_State *L, int index)
{
    size_t length;
    const char *text = luaL_checklstring(L, index, &length);

    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\0')
            luaL_error(L, "a request cannot carry a zero byte but in its body");
    }
    return text;
}

/* host:request(method, target, { name, value, ... }, body, version). */
static int host_request(lua_State *L)
{
    struct jobgate *host = to_host(L);
    struct jobgate_request request = {.method = wire_string(L, 2),
                                      .target = wire_string(L, 3)};
    struct jobgate_response **box;
    struct jobgate_header *headers;

    luaL_checktype(L, 4, LUA_TTABLE);
    request.n_headers = (size_t)lua_rawlen(L, 4) / 2;
    request.body = luaL_optlstring(L, 5, NULL, &request.body_length);
    if (!request.body)
        request.body_length = 0;
    request.version = luaL_optstring(L, 6, NULL);
    headers =
        lua_newuserdatauv(L, (request.n_headers + 1) * sizeof(*headers), 0);
    luaL_checkstack(L, 2 * (int)request.n_headers + 8, "too many headers");
    for (size_t i = 0; i < request.n_headers; i++) {
        lua_rawgeti(L, 4, 2 * (lua_Integer)i + 1);
        headers[i].name = wire_string(L, -1);
        lua_rawgeti(L, 4, 2 * (lua_Integer)i + 2);
        headers[i].value = wire_string(L, -1);
    }
    request.headers = headers;
    box = lua_newuserdatauv(L, sizeof(*box), 0);
    *box = NULL;
    luaL_setmetatable(L, RESPONSE);
    if (jobgate_handle(host, &request, box) != 0)
        return luaL_error(L, "out of memory");
    push_response(L, *box);
    jobgate_response_free(*box);
    *box = NULL;
    return 1;
}

/* host:listen(address, port): the url, or nil and why. */
static int host_listen(lua_State *L)
{
    struct jobgate *host = to_host(L);
    const char *address = luaL_optstring(L, 2, NULL);
    lua_Integer port = luaL_optinteger(L, 3, 0);

    luaL_argcheck(L, port >= 0 && port <= 65535, 3, "must be 0 to 65535");
    if (jobgate_listen(host, address, (uint16_t)port) == 0) {
        lua_pushstring(L, jobgate_url(host));
        return 1;
    }
    lua_pushnil(L);
    lua_pushstring(L, jobgate_last_error(host));
    return 2;
}

static int host_unlisten(lua_State *L)
{
    jobgate_unlisten(to_host(L));
    return 0;
}

/* host:reload(): how many spaces have another policy now, or nil and why. */
static int host_reload(lua_State *L)
{
    struct jobgate *host = to_host(L);
    int changed = jobgate_reload(host);

    if (changed >= 0) {
        lua_pushinteger(L, changed);
        return 1;
    }
    lua_pushnil(L);
    lua_pushstring(L, jobgate_last_error(host));
    return 2;
}

static int host_control_url(lua_State *L)
{
    lua_pushstring(L, jobgate_control_url(to_host(L))); /* NULL: nil */
    return 1;
}

static int host_url(lua_State *L)
{
    lua_pushstring(L, jobgate_url(to_host(L)));
    return 1;
}

static int host_certificate(lua_State *L)
{
    lua_pushstring(L, jobgate_certificate(to_host(L))); /* NULL: nil */
    return 1;
}

/* find(xml, path): text, or nil. */
static int core_find(lua_State *L)
{
    size_t length;
    const char *xml = luaL_checklstring(L, 1, &length);
    char *found = xmlread_find(xml, length, luaL_checkstring(L, 2));

    lua_pushstring(L, found); /* NULL: nil */
    free(found);
    return 1;
}

/* The second argument: an empty table is a list. */
static int core_encode(lua_State *L)
{
    enum luajson_empty empty =
        lua_toboolean(L, 2) ? LUAJSON_ARRAY : LUAJSON_OBJECT;
    struct why why;
    char *text;

    luaL_checkany(L, 1);
    text = luajson_write(L, 1, empty, SIZE_MAX, &why);
    if (!text) {
        lua_pushnil(L);
        lua_pushstring(L, why.text);
        return 2;
    }
    lua_pushstring(L, text);
    free(text);
    return 1;
}

/* data(path): what a Lua file of data returns (see datafile.h), or nil and why. */
static int core_data(lua_State *L)
{
    struct why why;
    char *text;

    if (!datafile_read(luaL_checkstring(L, 1), &text, &why)) {
        lua_pushnil(L);
        lua_pushstring(L, why.text);
        return 2;
    }
    lua_pushstring(L, text);
    free(text);
    luajson_push(L, lua_tostring(L, -1), lua_rawlen(L, -1));
    return 1;
}

static int core_decode(lua_State *L)
{
    size_t length;
    const char *text = luaL_checklstring(L, 1, &length);

    luajson_push(L, text, length);
    return 1;
}

static const luaL_Reg host_methods[] = {
    {"request",     host_request    },
    {"listen",      host_listen     },
    {"unlisten",    host_unlisten   },
    {"reload",      host_reload     },
    {"control_url", host_control_url},
    {"url",         host_url        },
    {"certificate", host_certificate},
    {"close",       host_close      },
    {NULL,          NULL            },
};

static const luaL_Reg functions[] = {
    {"open",   core_open  },
    {"find",   core_find  },
    {"encode", core_encode},
    {"decode", core_decode},
    {"data",   core_data  },
    {"run",    core_run   },
    {NULL,     NULL       },
};

int luaopen_jobgate_core(lua_State *L)
{
    xmlread_setup();
    luaL_newmetatable(L, RESPONSE);
    lua_pushcfunction(L, response_free);
    lua_setfield(L, -2, "__gc");
    luaL_newmetatable(L, HOST);
    lua_pushcfunction(L, host_close);
    lua_setfield(L, -2, "__gc");
    luaL_newlib(L, host_methods);
    luaL_setfuncs(L, again_functions, 0);
    lua_setfield(L, -2, "__index");
    luaL_newlib(L, functions);
    dial_add(L);
    lua_pushstring(L, jobgate_version());
    lua_setfield(L, -2, "version");
    return 1;
}
