#include "document_view.h"

#include <lauxlib.h>
#include <string.h>

#include "../model/document.h"
#include "sandbox.h"

/* Move the value on top into the container below it. */
static void put(lua_State *L, const struct element *element,
                const struct element *container)
{
    if (container->kind == ELEMENT_LIST)
        lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    else
        lua_setfield(L, -2, element->name);
}

void document_view_push(lua_State *L, const char *document)
{
    struct document_reader reader;
    enum document_step step;

    sandbox_charge(L, strlen(document));
    luaL_checkstack(L, DOCUMENT_DEPTH + 3, NULL);
    document_start(&reader, document);
    while ((step = document_step(&reader)) != DOCUMENT_END) {
        if (step == DOCUMENT_OPEN)
            lua_newtable(L);
        if (step == DOCUMENT_TEXT)
            lua_pushlstring(L, reader.text, reader.length);
        if (step != DOCUMENT_OPEN && reader.depth > 0)
            put(L, reader.element, reader.open[reader.depth - 1]);
    }
}
