/* document_view.h -- a document of a job (model/document.h) as a Lua table. */

#pragma once

#include <lua.h>

/* Push it: a container is a table of its elements by name, a list a table of
 * its elements in their order, a text a string. Charges for its size; raises
 * when the budget is used up. */
void document_view_push(lua_State *L, const char *document);
