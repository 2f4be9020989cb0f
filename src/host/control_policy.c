/* control_policy.c -- the control API's policy and the rules in front of it. */

#include <stdlib.h>
#include <string.h>

#include "../model/text.h"
#include "../policy/jsontext.h"
#include "control.h"
#include "faults.h"
#include "jsonbuild.h"
#include "record.h"

#define NOTHING_CHANGED "; nothing has changed"

/* Make the change, and answer with what there is then. */
static void change(struct control *control, const struct policy_change *change,
                   const char *help, void (*answer)(struct control *control))
{
    struct why why;

    if (space_change(control->space, change, &why))
        answer(control);
    else
        control_fail(control, 409, "PolicyRefused", help, "%s", why.text);
}

/* ---- the policy --------------------------------------------------------- */

/* As it was read, so that it can be put again; shown, where it is no UTF-8. */
static json_t *source_json(const char *text)
{
    json_t *json = json_string(text);

    return json ? json : record_lines_json(text);
}

void control_get_policy(struct control *control)
{
    const struct policy *policy = control->space->policy;
    const char *path = policy_path(policy), *name = policy_name(policy);

    control_answer(
        control, 200,
        json_pack("{s:o, s:o, s:I, s:I, s:b, s:o}", "name",
                  record_text_json(name, strlen(name)), "path",
                  path ? record_text_json(path, strlen(path)) : json_null(),
                  "generation", (json_int_t)control->space->generation, "rules",
                  (json_int_t)policy_rule_count(policy), "can_undo",
                  policy_can_undo(policy), "source",
                  source_json(policy_text(policy))));
}

void control_put_policy(struct control *control)
{
    json_t *body = control_body(control), *text;
    struct policy_source source = {.name = "(policy)"};

    if (!body)
        return;
    text = json_object_get(body, "source");
    source.text = json_string_value(text);
    source.length = source.text ? json_string_length(text) : 0;
    if (!source.text || json_object_size(body) != 1)
        control_fail(control, 400, "BadBody",
                     "send {\"source\": \"return { ... }\"}",
                     "the body has no source, or more than a source");
    else
        change(control, &(struct policy_change){.source = &source},
               "see policies/README.md" NOTHING_CHANGED, control_get_policy);
    json_decref(body);
}

void control_post_policy_undo(struct control *control)
{
    change(control, &(struct policy_change){.undo = true},
           "PUT " HOST_CONTROL "/policy replaces it" NOTHING_CHANGED,
           control_get_policy);
}

/* ---- rules as JSON ------------------------------------------------------ */

/* The names of a set, by number. */
static json_t *set_json(unsigned set, int count, const char *(*name)(int i))
{
    json_t *json = json_array();

    for (int i = 0; i < count; i++) {
        if ((set & 1u << i) &&
            json_array_append_new(json, json_string(name(i))) != 0) {
            json_decref(json);
            return NULL;
        }
    }
    return json;
}

static const char *name_of_status(int i)
{
    return status_name((enum status)i);
}

static const char *name_of_operation(int i)
{
    return operation_name((enum operation)i);
}

/* Names, each with its zero byte, one more at the end. */
static json_t *names_json(const char *names)
{
    json_t *json = json_array();

    for (; json && *names; names += strlen(names) + 1) {
        if (json_array_append_new(json,
                                  record_text_json(names, strlen(names))) == 0)
            continue;
        json_decref(json);
        return NULL;
    }
    return json;
}

/* What the rule is limited to. */
static void add_limits(json_t **json, const struct policy_rule_about *about)
{
    jsonbuild_add(
        json, "on",
        set_json(about->operations, OPERATION_COUNT, name_of_operation));
    if (about->from != STATUS_ALL)
        jsonbuild_add(json, "from",
                      set_json(about->from, STATUS_COUNT, name_of_status));
    if (about->operations & OPERATION_BIT(OPERATION_UPDATE_JOB_STATUS))
        jsonbuild_add(json, "to",
                      set_json(about->to, STATUS_COUNT, name_of_status));
    if (about->operations & OPERATION_BIT(OPERATION_TICK))
        jsonbuild_add(json, "after", json_integer(about->after));
    if (about->jobs)
        jsonbuild_add(json, "job", names_json(about->jobs));
    if (about->appids)
        jsonbuild_add(json, "appid", names_json(about->appids));
    if (about->when)
        jsonbuild_add(json, "when", json_true());
    if (about->chance < 1)
        jsonbuild_add(json, "chance", json_real(about->chance));
    if (about->times)
        jsonbuild_add(json, "times", json_integer(about->times));
    if (about->per)
        jsonbuild_add(json, "per", json_string(about->per));
}

/* What it answers, and what goes wrong. */
static void add_answer(json_t **json, const struct policy_rule_about *about)
{
    json_t *faults = faults_json(&about->fault, about->fault.keys);

    if (about->refusal)
        jsonbuild_add(json, "refuse", jsonbuild_refusal(about->refusal));
    if (about->accepts)
        jsonbuild_add(json, "become",
                      about->become ? json_string(about->become) : json_true());
    if (!faults || json_object_update(*json, faults) != 0)
        jsonbuild_add(json, "", NULL); /* out of memory */
    json_decref(faults);
}

static json_t *rule_json(const struct policy *policy, size_t i)
{
    struct policy_rule_about about;
    const struct policy_rule *place;
    json_t *json;

    policy_rule_about(policy, i, &about);
    place = about.place;
    json = record_rule_json(place->file, place->line, place->number,
                            place->name, place->because);
    if (about.front)
        jsonbuild_add(&json, "id", json_integer((json_int_t)about.front));
    add_limits(&json, &about);
    add_answer(&json, &about);
    return json;
}

void control_get_rules(struct control *control)
{
    const struct policy *policy = control->space->policy;
    json_t *list = json_array();

    for (size_t i = 0; list && i < policy_rule_count(policy); i++) {
        if (json_array_append_new(list, rule_json(policy, i)) == 0)
            continue;
        json_decref(list);
        list = NULL;
    }
    control_answer(control, 200, json_pack("{s:o}", "rules", list));
}

/* ---- rules in front ----------------------------------------------------- */

#define RULE_HELP                                                              \
    "send a rule as {\"to\": \"Ready\", \"refuse\": \"E15\"}, an array of "    \
    "them, or {\"source\": \"return {...}\"}; the keys stand in "              \
    "policies/README.md" NOTHING_CHANGED

enum { FRONTS_MOST = 1000 }; /* of one request; ours */

/* The ids of the fronts that are new: those before the ones that were there. */
static json_t *ids_json(const struct policy *policy, uint64_t before)
{
    json_t *ids = json_array();
    struct policy_rule_about about;
    uint64_t last = 0;

    for (size_t i = 0; ids && i < policy_rule_count(policy); i++) {
        policy_rule_about(policy, i, &about);
        if (about.front <= before)
            break;
        if (about.front != last &&
            json_array_append_new(ids, json_integer((json_int_t)about.front)) !=
                0) {
            json_decref(ids);
            return NULL;
        }
        last = about.front;
    }
    return ids;
}

/* Put these in front, and say which ids they have. */
static void put_fronts(struct control *control,
                       const struct policy_front *fronts, size_t count)
{
    struct space *space = control->space;
    uint64_t before = space->host->serials;
    const struct policy_change change = {.fronts = fronts, .n_fronts = count};
    struct why why;

    if (!space_change(space, &change, &why)) {
        control_fail(control, 400, "BadRule", RULE_HELP, "%s", why.text);
        return;
    }
    control_answer(control, 201,
                   json_pack("{s:o}", "ids", ids_json(space->policy, before)));
}

static void put_source(struct control *control, const json_t *source)
{
    struct policy_front front = {.text = json_string_value(source),
                                 .length = json_string_length(source)};

    if (front.text)
        put_fronts(control, &front, 1);
    else
        control_fail(control, 400, "BadRule", RULE_HELP,
                     "source must be a string");
}

/* Each rule is a front of its own, so that it can be taken away by itself. */
static void put_list(struct control *control, const json_t *list)
{
    size_t count = json_array_size(list), made = 0;
    struct policy_front *fronts;
    char *text;

    if (count == 0 || count > FRONTS_MOST) {
        control_fail(control, 400, "BadRule", RULE_HELP,
                     "the array must have 1 to %d rules", FRONTS_MOST);
        return;
    }
    fronts = calloc(count, sizeof(fronts[0]));
    while (fronts && made < count &&
           (text = jsontext(json_array_get(list, made),
                            JSON_COMPACT | JSON_ENCODE_ANY))) {
        fronts[made++] = (struct policy_front){text, strlen(text), true};
    }
    if (made == count)
        put_fronts(control, fronts, count);
    else
        control_answer(control, 500, NULL);
    while (made > 0)
        free((char *)fronts[--made].text);
    free(fronts);
}

void control_post_rules(struct control *control)
{
    json_t *body = control_json(control), *list;

    if (!body)
        return;
    if (json_is_object(body) && json_object_get(body, "source") &&
        json_object_size(body) == 1) {
        put_source(control, json_object_get(body, "source"));
    } else if (json_is_array(body)) {
        put_list(control, body);
    } else {
        list = json_pack("[O]", body);
        put_list(control, list);
        json_decref(list);
    }
    json_decref(body);
}

void control_delete_rules(struct control *control)
{
    const char *id = control_parameter(control, "id");
    struct policy_change removal = {.remove = POLICY_ALL};
    unsigned long long number;

    if (id) {
        if (!text_number(id, strlen(id), INT64_MAX, &number) || number == 0) {
            control_fail(control, 400, "BadParameter",
                         "GET " HOST_CONTROL "/rules lists the ids",
                         "id is not the number of a rule");
            return;
        }
        removal.remove = number;
    }
    change(control, &removal, "GET " HOST_CONTROL "/rules lists them",
           control_get_rules);
}
