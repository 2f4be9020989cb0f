/* views.h -- what a policy sees: `job`, `request`, `jobs` and `errors`.
 *
 * Read-only values that index like tables. A view of a job or request is good
 * for the decision it was made in; later it raises. A misspelt field or row
 * raises too. All functions may raise and hold nothing. */

#pragma once

#include <lua.h>
#include <stdint.h>

#include "policy.h"

/* What the views look at; one for each sandbox, in its owner's keeping. */
struct views {
    const struct policy_store *store;
    const struct policy_request *request; /* of the decision under way */
    const struct job *job;
    uint64_t decision; /* number of the decision */
};

/* Make the metatables, and add the words errors and jobs to the environment.
 * `views` must outlive the state. */
void views_open(lua_State *L, int environment, struct views *views);

/* Push the view of the job or request of the decision under way; nil when
 * there is no job. */
void views_push_job(lua_State *L);
void views_push_request(lua_State *L);

/* What the views look at, and a view of any job of the store. */
struct views *views_of(lua_State *L);
void views_push(lua_State *L, const struct job *job);

/* What looking into the store or the catalogue costs, in ticks: about as long
 * as so many instructions. */
enum { VIEWS_LOOK = 50 };

/* The catalogue row that the value at `index` is, or NULL. */
const struct error *views_row(lua_State *L, int index);
