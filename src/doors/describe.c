#include "describe.h"

#include <lauxlib.h>

#include "../model/readings.h"
#include "../model/status.h"
#include "commands.h"
#include "modules.h"

static void set_text(lua_State *L, const char *key, const char *text)
{
    lua_pushstring(L, text); /* NULL: nil */
    lua_setfield(L, -2, key);
}

/* Put what is on top at the end of the list below it. */
static void append(lua_State *L)
{
    lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
}

static void push_options(lua_State *L, const struct command *command)
{
    struct option_text option;

    lua_newtable(L);
    for (size_t place = 0; options_next(command->of, &place, &option);) {
        lua_newtable(L);
        set_text(L, "name", option.name);
        set_text(L, "argument", option.argument);
        set_text(L, "help", option.help);
        append(L);
    }
}

static void push_commands(lua_State *L)
{
    lua_newtable(L);
    for (size_t i = 0; i < command_count; i++) {
        lua_newtable(L);
        set_text(L, "name", commands[i].name);
        set_text(L, "usage", commands[i].usage);
        set_text(L, "help", commands[i].help);
        push_options(L, &commands[i]);
        lua_setfield(L, -2, "options");
        append(L);
    }
}

static void push_readings(lua_State *L)
{
    lua_newtable(L);
    for (int i = 0; i < READING_COUNT; i++) {
        const struct reading_row *row = &reading_rows[i];

        lua_newtable(L);
        set_text(L, "name", row->name);
        lua_newtable(L);
        for (int k = 0; k < READING_ALTERNATIVES && row->alternatives[k]; k++) {
            lua_pushstring(L, row->alternatives[k]);
            append(L);
        }
        lua_setfield(L, -2, "alternatives");
        append(L);
    }
}

static void push_exits(lua_State *L)
{
    lua_newtable(L);
    for (size_t i = 0; i < exit_text_count; i++) {
        lua_newtable(L);
        lua_pushinteger(L, exit_texts[i].code);
        lua_setfield(L, -2, "code");
        set_text(L, "meaning", exit_texts[i].meaning);
        append(L);
    }
}

void describe_push(lua_State *L)
{
    luaL_checkstack(L, 8, NULL);
    lua_newtable(L);
    push_commands(L);
    lua_setfield(L, -2, "commands");
    push_readings(L);
    lua_setfield(L, -2, "readings");
    push_exits(L);
    lua_setfield(L, -2, "exits");
    lua_newtable(L);
    for (int i = 0; i < STATUS_COUNT; i++) {
        lua_pushstring(L, status_name((enum status)i));
        append(L);
    }
    lua_setfield(L, -2, "statuses");
    lua_newtable(L);
    for (unsigned long i = 0; i < document_count; i++) {
        lua_pushlstring(L, documents[i].text, documents[i].size);
        lua_setfield(L, -2, documents[i].name);
    }
    lua_setfield(L, -2, "documents");
}
