#include "datafile.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "luajson.h"
#include "sandbox.h"
#include "stack.h"
#include "words.h"

/* Enough for some ten thousands of jobs. */
static const struct sandbox_limits limits = {
    .bytes = 64u << 20, .ticks = 50000000, .deadline_ms = 10000};

enum { JSON_MOST = 16 << 20 };

struct reading {
    const char *path;
    struct files *files;
    char *json;
    struct why *why;
    bool done;
};

/* Fail with `why`, and the entry of the list on top that it is about. */
static int refuse_list(lua_State *L, const char *name, struct why *why)
{
    lua_Integer count = (lua_Integer)lua_rawlen(L, -1);
    struct why own;

    for (lua_Integer i = 1; i <= count; i++) {
        char *text;

        lua_rawgeti(L, -1, i);
        text = luajson_write(L, -1, LUAJSON_OBJECT, JSON_MOST, &own);
        lua_pop(L, 1);
        if (!text)
            return luaL_error(L, "%s: entry %I: %s", name, i, own.text);
        free(text);
    }
    return luaL_error(L, "%s: %s", name, why->text);
}

static int read_body(lua_State *L)
{
    struct reading *reading = lua_touserdata(L, 1);
    const struct files_source *source = &reading->files->sources[0];
    struct why why;

    words_open(L, false);
    sandbox_charge(L, source->length);
    lua_pushfstring(L, "@%s", source->name);
    if (luaL_loadbufferx(L, source->text, source->length, lua_tostring(L, -1),
                         "t") != LUA_OK)
        return lua_error(L);
    lua_pushvalue(L, 2);
    lua_setupvalue(L, -2, 1);
    lua_call(L, 0, 1);
    if (!lua_istable(L, -1))
        return luaL_error(L, "%s: returns a %s; it must return a list",
                          source->name, luaL_typename(L, -1));
    reading->json = luajson_write(L, -1, LUAJSON_OBJECT, JSON_MOST, &why);
    return reading->json ? 0 : refuse_list(L, source->name, &why);
}

static void read_work(void *context)
{
    struct reading *reading = context;
    struct sandbox *sandbox = sandbox_open();
    enum sandbox_result result;

    if (!sandbox) {
        why_set(reading->why, "out of memory");
        return;
    }
    result = sandbox_call(sandbox, &limits, read_body, reading, reading->why);
    reading->done = result == SANDBOX_OK;
    if (!reading->done && !strchr(reading->why->text, ':'))
        why_prefix(reading->why, "%s: ", reading->path);
    sandbox_close(sandbox);
}

bool datafile_read(const char *path, char **ret_json, struct why *why)
{
    struct reading reading = {.path = path, .why = why};

    reading.files = files_open_path(path, why);
    if (reading.files && !stack_run(read_work, &reading))
        why_set(why, "%s: no thread could be started to read it", path);
    files_close(reading.files);
    if (!reading.done) {
        free(reading.json);
        return false;
    }
    *ret_json = reading.json;
    return true;
}
