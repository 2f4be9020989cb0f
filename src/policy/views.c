#include "views.h"

#include <lauxlib.h>
#include <string.h>

#include "document_view.h"
#include "jobs_view.h"
#include "luajson.h"
#include "sandbox.h"
#include "words.h"

/* Metatables in the registry; also what tostring calls these values. */
#define JOB "job"
#define REQUEST "request"
#define ROW "error row"

/* What looking something up costs, in ticks: about as long as so many
 * instructions. */
enum { LOOK_UP = 15, READ_DATA = 100 };

/* Key of the struct views in the registry. */
static const char views_key;

struct views *views_of(lua_State *L)
{
    struct views *views;

    lua_rawgetp(L, LUA_REGISTRYINDEX, &views_key);
    views = lua_touserdata(L, -1);
    lua_pop(L, 1);
    return views;
}

/* ---- job --------------------------------------------------------------- */

struct job_view {
    const struct job *job;
    uint64_t decision;
};

/* Make the table on top of the stack, and all tables in it, read-only. JSON
 * bounds how deep it goes. */
static void freeze(lua_State *L, const char *what)
{
    luaL_checkstack(L, 4, NULL);
    for (lua_pushnil(L); lua_next(L, -2);) {
        if (lua_type(L, -1) == LUA_TTABLE) {
            freeze(L, what);
            lua_pushvalue(L, -2);
            lua_insert(L, -2);
            lua_rawset(L, -4); /* the view in the table's place */
        } else {
            lua_pop(L, 1);
        }
    }
    words_read_only(L, what);
}

static void push_data(lua_State *L, const struct job *job)
{
    const char *data = job->data ? job->data : "{}";

    sandbox_charge(L, READ_DATA + strlen(data));
    luajson_push(L, data, strlen(data));
    freeze(L, "job.data is read-only: a rule keeps things with set");
}

/* nil when the job has none. */
static void push_document(lua_State *L, const char *document)
{
    sandbox_charge(L, READ_DATA);
    if (!*document) {
        lua_pushnil(L);
        return;
    }
    document_view_push(L, document);
    freeze(L, "what a client has submitted is read-only");
}

/* Push a field as Lua knows it: unset times are nil. */
static void push_field(lua_State *L, const struct job *job,
                       const struct job_field *field)
{
    long long now = views_of(L)->request->time;

    switch (field->kind) {
    case JOB_TEXT:
        lua_pushstring(L, job_text(job, field));
        break;
    case JOB_STATUS:
        lua_pushstring(L, status_name(job->status));
        break;
    case JOB_INTEGER:
        lua_pushinteger(L, job_number(job, field, now));
        break;
    case JOB_BOOLEAN:
        lua_pushboolean(L, job->confirmation_required);
        break;
    case JOB_TIME:
        if (job_number(job, field, now))
            lua_pushinteger(L, job_number(job, field, now));
        else
            lua_pushnil(L);
        break;
    case JOB_DATA:
        push_data(L, job);
        break;
    case JOB_DOCUMENT:
        push_document(L, job_text(job, field));
        break;
    }
}

static int job_index(lua_State *L)
{
    const struct job_view *view = luaL_checkudata(L, 1, JOB);
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?";
    const struct job_field *field = job_field(name);

    sandbox_charge(L, LOOK_UP);
    if (view->decision != views_of(L)->decision)
        return luaL_error(L, "this job belongs to an earlier decision: keep "
                             "what you need with set");
    if (!field)
        return luaL_error(L, "a job has no field '%s'", name);
    push_field(L, view->job, field);
    return 1;
}

void views_push(lua_State *L, const struct job *job)
{
    struct job_view *view = lua_newuserdatauv(L, sizeof(*view), 0);

    *view = (struct job_view){job, views_of(L)->decision};
    luaL_setmetatable(L, JOB);
}

void views_push_job(lua_State *L)
{
    const struct job *job = views_of(L)->job;

    if (job)
        views_push(L, job);
    else
        lua_pushnil(L); /* ListJobs is about none */
}

/* ---- request ------------------------------------------------------------ */

static void push_operation(lua_State *L, const struct policy_request *request)
{
    lua_pushstring(L, operation_name(request->operation));
}

static void push_appid(lua_State *L, const struct policy_request *request)
{
    lua_pushstring(L, request->appid);
}

static void push_time(lua_State *L, const struct policy_request *request)
{
    lua_pushinteger(L, request->time);
}

static void push_status(lua_State *L, const struct policy_request *request)
{
    if (request->status == STATUS_COUNT)
        lua_pushnil(L);
    else
        lua_pushstring(L, status_name(request->status));
}

static void push_reason(lua_State *L, const struct policy_request *request)
{
    lua_pushstring(L, request->reason);
}

static void push_priority(lua_State *L, const struct policy_request *request)
{
    lua_pushinteger(L, request->priority);
}

static void push_max_results(lua_State *L, const struct policy_request *request)
{
    lua_pushinteger(L, request->max_results);
}

static void push_next_token(lua_State *L, const struct policy_request *request)
{
    lua_pushstring(L, request->next_token);
}

/* The fields of a request: with which operation they have a value. To add one,
 * add a line here and one to policies/README.md. */
static const struct {
    const char *name;
    enum operation operation; /* OPERATION_COUNT: with all */
    void (*push)(lua_State *L, const struct policy_request *request);
} request_fields[] = {
    {"operation",    OPERATION_COUNT,               push_operation  },
    {"appid",        OPERATION_COUNT,               push_appid      },
    {"time",         OPERATION_COUNT,               push_time       },
    {"status",       OPERATION_UPDATE_JOB_STATUS,   push_status     },
    {"reason",       OPERATION_UPDATE_JOB_STATUS,   push_reason     },
    {"priority",     OPERATION_UPDATE_JOB_PRIORITY, push_priority   },
    {"job_statuses", OPERATION_LIST_JOBS,           push_status     },
    {"max_results",  OPERATION_LIST_JOBS,           push_max_results},
    {"next_token",   OPERATION_LIST_JOBS,           push_next_token },
};

enum { REQUEST_FIELDS = sizeof(request_fields) / sizeof(request_fields[0]) };

static int request_index(lua_State *L)
{
    const uint64_t *decision = luaL_checkudata(L, 1, REQUEST);
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?";
    const struct views *views = views_of(L);
    size_t i = 0;

    sandbox_charge(L, LOOK_UP);
    if (*decision != views->decision)
        return luaL_error(L, "this request belongs to an earlier decision");
    while (i < REQUEST_FIELDS && strcmp(request_fields[i].name, name) != 0)
        i++;
    if (i == REQUEST_FIELDS)
        return luaL_error(L, "a request has no field '%s'", name);
    if (request_fields[i].operation == OPERATION_COUNT ||
        request_fields[i].operation == views->request->operation)
        request_fields[i].push(L, views->request);
    else
        lua_pushnil(L);
    return 1;
}

void views_push_request(lua_State *L)
{
    uint64_t *decision = lua_newuserdatauv(L, sizeof(*decision), 0);

    *decision = views_of(L)->decision;
    luaL_setmetatable(L, REQUEST);
}

/* ---- errors ------------------------------------------------------------- */

static int row_index(lua_State *L)
{
    const struct error *row = views_row(L, 1);
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?";

    if (strcmp(name, "id") == 0)
        lua_pushstring(L, row->id);
    else if (strcmp(name, "name") == 0)
        lua_pushstring(L, row->name);
    else if (strcmp(name, "code") == 0)
        lua_pushstring(L, row->code);
    else if (strcmp(name, "http") == 0)
        lua_pushinteger(L, row->http);
    else if (strcmp(name, "message") == 0)
        lua_pushstring(L, row->message);
    else
        return luaL_error(L, "a row of errors has no field '%s'", name);
    return 1;
}

const struct error *views_row(lua_State *L, int index)
{
    const struct error **row = luaL_testudata(L, index, ROW);

    return row ? *row : NULL;
}

/* errors.E15, errors.StatusChangeError. Upvalue: the rows made so far, so that
 * equal rows are equal. */
static int errors_index(lua_State *L)
{
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?";
    const struct error *row = error_find(name);
    const struct error **view;

    sandbox_charge(L, VIEWS_LOOK); /* it compares names */
    if (!row)
        return luaL_error(L, "errors has no row '%s'", name);
    if (lua_rawgetp(L, lua_upvalueindex(1), row) != LUA_TNIL)
        return 1;
    view = lua_newuserdatauv(L, sizeof(*view), 0);
    *view = row;
    luaL_setmetatable(L, ROW);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, lua_upvalueindex(1), row);
    return 1;
}

/* ---- opening ------------------------------------------------------------ */

static int refuse_write(lua_State *L)
{
    return luaL_error(L, "a %s is read-only",
                      lua_tostring(L, lua_upvalueindex(1)));
}

static void make_metatable(lua_State *L, const char *name, lua_CFunction index)
{
    luaL_newmetatable(L, name);
    lua_pushcfunction(L, index);
    lua_setfield(L, -2, "__index");
    lua_pushstring(L, name);
    lua_pushcclosure(L, refuse_write, 1);
    lua_setfield(L, -2, "__newindex");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
}

static void add_errors(lua_State *L, int environment)
{
    lua_newtable(L);
    lua_newtable(L); /* stays empty */
    lua_createtable(L, 0, 3);
    lua_pushvalue(L, -3);
    lua_pushcclosure(L, errors_index, 1);
    lua_setfield(L, -2, "__index");
    lua_pushliteral(L, "table of errors");
    lua_pushcclosure(L, refuse_write, 1);
    lua_setfield(L, -2, "__newindex");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    words_add(L, environment, "errors");
    lua_pop(L, 1);
}

void views_open(lua_State *L, int environment, struct views *views)
{
    environment = lua_absindex(L, environment);
    lua_pushlightuserdata(L, views);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &views_key);
    make_metatable(L, JOB, job_index);
    make_metatable(L, REQUEST, request_index);
    make_metatable(L, ROW, row_index);
    jobs_view_open(L, environment);
    add_errors(L, environment);
}
