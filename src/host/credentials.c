/* credentials.c -- the credentials of a host: read from JSON, shown without
 * their secrets, and their part of the control API. */

#define _DEFAULT_SOURCE

#include <stdlib.h>
#include <string.h>

#include "../model/vclock.h"
#include "../policy/datafile.h"
#include "control.h"

enum {
    ID_MOST = 128,     /* bytes of a SecretId; ours */
    KEY_MOST = 256,    /* and of a SecretKey */
    TOKEN_MOST = 4096, /* and of a token */
};

#define FIELDS "secret_id, secret_key, appid, operations, token, expires"

/* ---- fields ------------------------------------------------------------- */

/* Text that can stand in a header, and between the "&" of a signature. */
static bool read_text(const char *name, const json_t *value, size_t most,
                      char **ret_text, struct why *why)
{
    const char *text = json_string_value(value);
    size_t length = text ? json_string_length(value) : 0;

    if (length == 0 || length > most)
        return why_set(why, "%s must be a string of 1 to %zu bytes", name,
                       most);
    for (size_t i = 0; i < length; i++) {
        if (text[i] < 0x21 || text[i] > 0x7e || text[i] == '&')
            return why_set(why, "%s must be of visible ASCII without \"&\"",
                           name);
    }
    *ret_text = strdup(text);
    return *ret_text || why_set(why, "out of memory");
}

static bool read_operations(const json_t *value, unsigned *ret_operations,
                            struct why *why)
{
    enum operation operation;
    size_t i;
    json_t *name;

    /* An empty table of Lua is both, and grants nothing. */
    if (!json_is_array(value) &&
        !(json_is_object(value) && json_object_size(value) == 0))
        return why_set(why, "operations must be a list of names");
    *ret_operations = 0;
    json_array_foreach((json_t *)value, i, name)
    {
        const char *text = json_string_value(name);

        if (!text || !operation_parse(text, &operation) ||
            operation == OPERATION_TICK)
            return why_set(why,
                           "operations: \"%.64s\" is none of UpdateJobStatus, "
                           "CreateJob, DescribeJob, ListJobs, "
                           "UpdateJobPriority, DeleteJob",
                           text ? text : "(not a string)");
        *ret_operations |= OPERATION_BIT(operation);
    }
    return true;
}

static bool read_expiry(const json_t *value, long long *ret_seconds,
                        struct why *why)
{
    if (json_is_integer(value) && json_integer_value(value) > 0) {
        *ret_seconds = json_integer_value(value);
        return true;
    }
    return (json_is_string(value) &&
            clock_parse(json_string_value(value), json_string_length(value),
                        ret_seconds) &&
            *ret_seconds > 0) ||
           why_set(why, "expires must be 2026-01-01T00:00:00Z or Unix seconds");
}

static bool read_field(struct credential *credential, const char *name,
                       const json_t *value, struct why *why)
{
    if (strcmp(name, "secret_id") == 0)
        return read_text(name, value, ID_MOST, &credential->secret_id, why);
    if (strcmp(name, "secret_key") == 0)
        return read_text(name, value, KEY_MOST, &credential->secret_key, why);
    if (strcmp(name, "appid") == 0)
        return read_text(name, value, JOB_APPID_MOST, &credential->appid, why);
    if (strcmp(name, "token") == 0)
        return read_text(name, value, TOKEN_MOST, &credential->token, why);
    if (strcmp(name, "operations") == 0)
        return read_operations(value, &credential->operations, why);
    if (strcmp(name, "expires") == 0)
        return read_expiry(value, &credential->expires, why);
    return why_set(why, "unknown field \"%.64s\" (" FIELDS ")", name);
}

/* ---- sets --------------------------------------------------------------- */

/* Read one; what it has by then is the caller's in any case. */
static bool read_one(struct credential *credential, const json_t *json,
                     struct why *why)
{
    const char *name;
    json_t *value;

    if (!json_is_object(json))
        return why_set(why, "a credential must be a table with names as keys");
    json_object_foreach((json_t *)json, name, value)
    {
        if (!read_field(credential, name, value, why))
            return false;
    }
    if (!credential->secret_id || !credential->secret_key)
        return why_set(why, "secret_id and secret_key must be given");
    return !credential->expires || credential->token ||
           why_set(why, "expires: only a temporary key, which has a token, "
                        "expires");
}

/* Read one into the set, which has room for it. */
static bool add_one(struct credentials *credentials, const json_t *json,
                    struct why *why)
{
    struct credential one = {.operations = OPERATIONS_ALL};
    bool fine = read_one(&one, json, why);

    if (fine && !credentials_add(credentials, &one))
        fine =
            why_set(why, "secret_id \"%s\" stands there twice", one.secret_id);
    if (!fine)
        credential_done(&one);
    return fine;
}

/* NULL: then `why` says which entry is wrong. */
static struct credentials *read_list(const json_t *list, const char *who,
                                     struct why *why)
{
    struct credentials *credentials;

    if (!json_is_array(list) || json_array_size(list) == 0) {
        why_set(why, "%s: must be a list of one credential or more", who);
        return NULL;
    }
    credentials = credentials_new(json_array_size(list));
    if (!credentials) {
        why_set(why, "out of memory");
        return NULL;
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (!add_one(credentials, json_array_get(list, i), why)) {
            why_prefix(why, "%s: entry %zu: ", who, i + 1);
            credentials_free(credentials);
            return NULL;
        }
    }
    return credentials;
}

/* NULL: signatures are checked no more. */
static void replace(struct space *space, struct credentials *credentials)
{
    credentials_free(space->credentials);
    space->credentials = credentials;
}

/* What Lua quotes of a file that it cannot read may be a part of a key: file,
 * line and what is wrong there will do. */
static void hide_source(const char *path, struct why *why)
{
    static const struct {
        const char *text;
        size_t kept; /* of it */
    } quoting[] = {
        {" near ",         0 },
        {"unknown word '", 12},
    };
    size_t length = strlen(path);
    char *said =
        why->text + (strncmp(why->text, path, length) == 0 ? length : 0);

    for (size_t i = 0; i < sizeof(quoting) / sizeof(quoting[0]); i++) {
        char *quoted = strstr(said, quoting[i].text);

        if (quoted)
            quoted[quoting[i].kept] = '\0';
    }
}

struct credentials *credentials_read(const char *json, const char *who,
                                     struct why *why)
{
    json_error_t error;
    json_t *list = json_loads(json, JSON_REJECT_DUPLICATES, &error);
    struct credentials *credentials = NULL;

    if (list)
        credentials = read_list(list, who, why);
    else /* jansson's own words can quote a piece */
        why_set(why, "%s: line %d, column %d: not JSON", who, error.line,
                error.column);
    json_decref(list);
    return credentials;
}

struct credentials *credentials_open(const char *path, struct why *why)
{
    struct credentials *credentials;
    char *json;

    if (!datafile_read(path, &json, why)) {
        hide_source(path, why);
        return NULL;
    }
    credentials = credentials_read(json, path, why);
    explicit_bzero(json, strlen(json));
    free(json);
    return credentials;
}

/* ---- the control API ---------------------------------------------------- */

static json_t *operations_json(unsigned operations)
{
    json_t *json = json_array();

    for (int i = 0; i < OPERATION_TICK; i++) {
        if ((operations & OPERATION_BIT(i)) &&
            json_array_append_new(
                json, json_string(operation_name((enum operation)i))) != 0) {
            json_decref(json);
            return NULL;
        }
    }
    return json;
}

/* A credential as it may be shown: no key, no token. */
static json_t *credential_json(const struct credential *credential)
{
    char time[CLOCK_TEXT];
    json_t *json =
        json_pack("{s:s, s:o, s:b}", "secret_id", credential->secret_id,
                  "operations", operations_json(credential->operations),
                  "temporary", credential->token != NULL);

    clock_format(credential->expires, time);
    if ((!credential->appid ||
         json_object_set_new(json, "appid", json_string(credential->appid)) ==
             0) &&
        (!credential->expires ||
         json_object_set_new(json, "expires", json_string(time)) == 0))
        return json;
    json_decref(json);
    return NULL;
}

void control_get_credentials(struct control *control)
{
    const struct credentials *credentials = control->space->credentials;
    json_t *list = json_array();

    for (size_t i = 0; list && credentials && i < credentials->count; i++) {
        if (json_array_append_new(list,
                                  credential_json(&credentials->list[i])) == 0)
            continue;
        json_decref(list);
        list = NULL;
    }
    control_answer(control, 200,
                   json_pack("{s:b, s:o}", "checked", credentials != NULL,
                             "credentials", list));
}

void control_put_credentials(struct control *control)
{
    json_t *body = control_body(control);
    struct credentials *credentials;
    struct why why;

    if (!body)
        return;
    if (json_object_size(body) == 1)
        credentials = read_list(json_object_get(body, "credentials"),
                                "credentials", &why);
    else {
        credentials = NULL;
        why_set(&why, "the body is not of the form {\"credentials\": [...]}");
    }
    json_decref(body);
    if (!credentials) {
        control_fail(control, 400, "BadCredentials",
                     "fields of one: " FIELDS "; nothing was changed", "%s",
                     why.text);
        return;
    }
    replace(control->space, credentials);
    control_get_credentials(control);
}

void control_delete_credentials(struct control *control)
{
    replace(control->space, NULL);
    control_get_credentials(control);
}
