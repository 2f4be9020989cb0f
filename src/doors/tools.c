#include "tools.h"

#include <errno.h>
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core.h"
#include "describe.h"
#include "modules.h"
#include "options.h"

#define COMMAND "jobgate.command"

bool tools_know(const char *name)
{
    static const char prefix[] = COMMAND ".";

    for (unsigned long i = 0; i < module_count; i++) {
        const char *module = modules[i].name;

        if (strncmp(module, prefix, sizeof(prefix) - 1) == 0 &&
            strcmp(module + sizeof(prefix) - 1, name) == 0)
            return true;
    }
    return false;
}

/* A loader of package.preload; its upvalue is the module's index. */
static int load_module(lua_State *L)
{
    const struct module *module =
        &modules[lua_tointeger(L, lua_upvalueindex(1))];
    char name[80];

    snprintf(name, sizeof(name), "=%s", module->name);
    if (luaL_loadbufferx(L, module->text, module->size, name, "t") != LUA_OK)
        return lua_error(L);
    lua_pushstring(L, module->name);
    lua_call(L, 1, 1);
    return 1;
}

/* What `require` finds are the modules of this program, wherever others lie. */
static void preload(lua_State *L)
{
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
    for (unsigned long i = 0; i < module_count; i++) {
        lua_pushinteger(L, (lua_Integer)i);
        lua_pushcclosure(L, load_module, 1);
        lua_setfield(L, -2, modules[i].name);
    }
    lua_pushcfunction(L, luaopen_jobgate_core);
    lua_setfield(L, -2, "jobgate.core");
    lua_pop(L, 1);
}

struct call {
    const char *module, *function;
    int argc;
    const char *const *argv;
    enum tools_out out;
    bool described; /* it is told of the program */
};

/* What a tool knows of where it runs. */
static void push_place(lua_State *L, const struct call *call)
{
    const char *plain = getenv("NO_COLOR");
    bool terminal =
        isatty(call->out == TOOLS_STDERR ? STDERR_FILENO : STDOUT_FILENO);

    lua_createtable(L, 0, 3);
    lua_pushboolean(L, isatty(STDERR_FILENO));
    lua_setfield(L, -2, "progress");
    lua_pushboolean(L, terminal && !(plain && *plain));
    lua_setfield(L, -2, "colour");
    lua_pushboolean(L, call->out == TOOLS_STDERR);
    lua_setfield(L, -2, "to_stderr");
}

/* Call it with the words, and the place or the program as a table; its result is
 * left. */
static int call_command(lua_State *L)
{
    const struct call *call = lua_touserdata(L, 1);

    luaL_openlibs(L);
    preload(L);
    lua_getglobal(L, "require");
    lua_pushstring(L, call->module);
    lua_call(L, 1, 1);
    lua_getfield(L, -1, call->function);
    lua_createtable(L, call->argc, 0);
    for (int i = 0; i < call->argc; i++) {
        lua_pushstring(L, call->argv[i]);
        lua_rawseti(L, -2, i + 1);
    }
    if (call->described)
        describe_push(L);
    else
        push_place(L, call);
    lua_call(L, 2, 1);
    return 1;
}

static int add_traceback(lua_State *L)
{
    const char *message = luaL_tolstring(L, 1, NULL);

    luaL_traceback(L, L, message, 1);
    return 1;
}

/* Do the call, and `take` what it gives. False: it could not be done, and why
 * was said. */
static bool run(struct call *call, void (*take)(lua_State *L, void *context),
                void *context)
{
    lua_State *L = luaL_newstate();
    bool fine = false;

    if (!L) {
        fputs("jobgate: out of memory\n", stderr);
        return false;
    }
    lua_pushcfunction(L, add_traceback);
    lua_pushcfunction(L, call_command);
    lua_pushlightuserdata(L, call);
    if (lua_pcall(L, 1, 1, 1) == LUA_OK) {
        take(L, context);
        fine = true;
    } else {
        fprintf(stderr, "jobgate: %s\n", lua_tostring(L, -1));
    }
    lua_close(L);
    return fine;
}

static void take_code(lua_State *L, void *context)
{
    *(int *)context = (int)lua_tointeger(L, -1);
}

static int code_of(struct call call)
{
    int code = EXIT_ENVIRONMENT;

    run(&call, take_code, &code);
    return code;
}

int tools_run(int argc, const char *const *argv, enum tools_out out)
{
    return code_of((struct call){COMMAND, "run", argc, argv, out, false});
}

int tools_check(int argc, const char *const *argv)
{
    return code_of(
        (struct call){COMMAND, "check", argc, argv, TOOLS_STDERR, false});
}

static void take_text(lua_State *L, void *context)
{
    fputs(lua_tostring(L, -1), context);
}

void tools_print(FILE *out)
{
    struct call call = {COMMAND, "summaries", 0, NULL, TOOLS_STDOUT, false};

    run(&call, take_text, out);
}

/* What has become of a text. */
enum written { WRITTEN_NOTHING, WRITTEN_ALL, WRITTEN_FAILED };

static void take_page(lua_State *L, void *context)
{
    size_t size;
    const char *text = lua_tolstring(L, -1, &size);
    enum written *written = context;

    if (!text)
        *written = WRITTEN_NOTHING;
    else if (fwrite(text, 1, size, stdout) == size && fflush(stdout) == 0)
        *written = WRITTEN_ALL;
    else
        fprintf(stderr, "jobgate: the document could not be written: %s\n",
                strerror(errno));
}

int tools_write(const char *module, char *word, const char *none)
{
    const char *const words[] = {word};
    struct call call = {module, "write", 1, words, TOOLS_STDOUT, true};
    enum written written = WRITTEN_FAILED;

    run(&call, take_page, &written);
    switch (written) {
    case WRITTEN_NOTHING:
        return options_usage(0, none, word);
    case WRITTEN_ALL:
        return EXIT_FINE;
    case WRITTEN_FAILED:
        break;
    }
    return EXIT_ENVIRONMENT;
}
