/* control_spaces.c -- the control API's spaces, snapshots and reset. */

#include <string.h>

#include "control.h"
#include "life.h"
#include "spaces.h"

#define NAME_HELP                                                              \
    "names have 1 to 64 letters, digits, dots, hyphens and underscores"

/* The name in a body of the form {"name": "..."}; an empty body or object names
 * none. False: answered. */
static bool read_name(struct control *control, json_t **ret_body,
                      const char **ret_name)
{
    json_t *name;

    *ret_name = NULL;
    if (control->request->body_length > 0) {
        *ret_body = control_body(control);
    } else {
        *ret_body = json_object();
        if (!*ret_body)
            control_answer(control, 500, NULL);
    }
    if (!*ret_body)
        return false;
    name = json_object_get(*ret_body, "name");
    *ret_name = json_string_value(name);
    if (json_object_size(*ret_body) == (name != NULL) &&
        (!name || (*ret_name &&
                   names_space_is_fine(*ret_name, json_string_length(name)))))
        return true;
    control_fail(control, 400, "BadBody",
                 "send {\"name\": \"...\"}; " NAME_HELP,
                 "the body has no name, or more than a name");
    json_decref(*ret_body);
    return false;
}

/* ---- snapshots ---------------------------------------------------------- */

static json_t *snapshot_json(const struct snapshot *snapshot)
{
    return json_pack("{s:s, s:I, s:I}", "name", snapshot_name(snapshot), "time",
                     (json_int_t)snapshot_time(snapshot), "sequence",
                     (json_int_t)snapshot_sequence(snapshot));
}

void control_get_snapshots(struct control *control)
{
    const struct snapshot *snapshot = NULL;
    json_t *list = json_array();

    while (list && (snapshot = snapshots_next(control->space, snapshot))) {
        if (json_array_insert_new(list, 0, snapshot_json(snapshot)) == 0)
            continue;
        json_decref(list);
        list = NULL;
    }
    control_answer(control, 200, json_pack("{s:o}", "snapshots", list));
}

void control_post_snapshots(struct control *control)
{
    json_t *body;
    const char *name;
    struct why why;

    if (!read_name(control, &body, &name))
        return;
    if (snapshots_take(control->space, name, &why))
        control_answer(control, 201,
                       snapshot_json(snapshots_next(control->space, NULL)));
    else
        control_fail(control, 409, "NoSnapshot",
                     "DELETE " HOST_CONTROL "/snapshots forgets them", "%s",
                     why.text);
    json_decref(body);
}

void control_delete_snapshots(struct control *control)
{
    const char *name = control_parameter(control, "name");
    size_t before = control->space->snapshots.count;
    struct why why;

    if (snapshots_drop(control->space, name, &why))
        control_answer(
            control, 200,
            json_pack("{s:I}", "deleted",
                      (json_int_t)(before - control->space->snapshots.count)));
    else
        control_fail(control, 404, "NoSuchSnapshot",
                     "GET " HOST_CONTROL "/snapshots lists them", "%s",
                     why.text);
}

void control_post_restore(struct control *control)
{
    json_t *body;
    const char *name;
    struct why why;

    if (!read_name(control, &body, &name))
        return;
    if (snapshots_restore(control->space, name, &why))
        control_get_snapshots(control);
    else
        control_fail(control, 409, "NotRestored",
                     "GET " HOST_CONTROL "/snapshots lists them", "%s",
                     why.text);
    json_decref(body);
}

/* ---- spaces ------------------------------------------------------------- */

static json_t *space_json(const struct space *space)
{
    char now[CLOCK_TEXT];

    clock_format(vclock_now(&space->clock), now);
    return json_pack("{s:s, s:I, s:I, s:I, s:s}", "name", space->name, "jobs",
                     (json_int_t)jobs_count(space->jobs, NULL, STATUS_COUNT),
                     "requests", (json_int_t)space->requests, "snapshots",
                     (json_int_t)space->snapshots.count, "now", now);
}

void control_get_spaces(struct control *control)
{
    struct space *space = NULL;
    json_t *list = json_array();

    while (list && (space = spaces_next(control->host, space))) {
        if (json_array_append_new(list, space_json(space)) == 0)
            continue;
        json_decref(list);
        list = NULL;
    }
    control_answer(control, 200, json_pack("{s:o}", "spaces", list));
}

/* One that is there already is answered with as well: whoever asks first. */
void control_post_spaces(struct control *control)
{
    struct space *space;
    json_t *body;
    const char *name;
    struct why why;

    if (!read_name(control, &body, &name))
        return;
    if (!name) {
        control_fail(control, 400, "BadBody", NAME_HELP,
                     "a space needs a name");
    } else {
        space = spaces_get(control->host, name, &why);
        if (space)
            control_answer(control, 201, space_json(space));
        else
            control_fail(control, 503, "NoSpace",
                         "DELETE the spaces that are done", "%s", why.text);
    }
    json_decref(body);
}

/* The one that is named; without a name all but the main one. */
void control_delete_spaces(struct control *control)
{
    const char *name = control_parameter(control, "name");
    struct host *host = control->host;
    struct space *space, *next;
    json_int_t deleted = 0;

    space = name && *name ? spaces_find(host, name) : NULL;
    if (name && !space) {
        control_fail(control, 404, "NoSuchSpace",
                     "GET " HOST_CONTROL
                     "/spaces lists them; the main one has no name and is "
                     "never dropped, POST reset begins it anew",
                     "there is no such space");
        return;
    }
    if (space) {
        spaces_drop(host, space);
        deleted = 1;
    }
    for (space = name ? NULL : spaces_next(host, host->main); space;
         space = next) {
        next = spaces_next(host, space);
        spaces_drop(host, space);
        deleted++;
    }
    control_answer(control, 200, json_pack("{s:I}", "deleted", deleted));
}

void control_post_reset(struct control *control)
{
    struct space *space;
    struct why why;

    space = spaces_reset(control->host, control->space, &why);
    if (space)
        control_answer(control, 200, space_json(space));
    else
        control_fail(control, 500, "NotReset",
                     "nothing has changed; free some memory and try again",
                     "%s", why.text);
}
