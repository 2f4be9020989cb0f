/* control_why.c -- the control API's answers about decisions: what would be, and
 * why was it so? */

#include <string.h>

#include "../model/text.h"
#include "control.h"
#include "decide.h"
#include "explain.h"
#include "jsonbuild.h"
#include "record.h"

/* The entry with this number, in the one journal or the other. */
static bool find(const struct space *space, unsigned long long sequence,
                 struct journal_entry *ret_entry)
{
    const struct journal *const journals[] = {space->journal, space->events};

    for (int i = 0; sequence > 0 && i < 2; i++) {
        struct journal_cursor cursor = journal_seek(journals[i], sequence - 1);

        if (journal_read(journals[i], &cursor, ret_entry) &&
            ret_entry->facts.sequence == sequence)
            return true;
    }
    return false;
}

static enum status status_of(const struct journal_entry *entry,
                             enum journal_text text)
{
    enum status status = STATUS_COUNT;

    status_parse(entry->texts[text], entry->lengths[text], &status);
    return status;
}

/* The priority that was asked for; 0 when it was none. */
static long long priority_of(const struct journal_entry *entry)
{
    struct target target;
    const struct target_text *text;
    unsigned long long priority = 0;

    if (target_parse(&target, entry->texts[JOURNAL_TARGET]))
        return 0;
    text = target_parameter(&target, "priority");
    if (text)
        text_number(text->data, text->length, INT64_MAX, &priority);
    return (long long)priority;
}

/* The smallest changes, for the job as it is now with the status that it had. Only
 * of operations on one job: what others asked for is not kept whole. */
static json_t *nearest(struct space *space, const struct journal_entry *entry,
                       enum operation operation, enum status from,
                       const struct policy_step *steps, size_t n_steps)
{
    const char *appid = entry->texts[JOURNAL_APPID];
    const struct job *now =
        jobs_get(space->jobs, appid, entry->texts[JOURNAL_JOB]);
    struct policy_request request = {.operation = operation,
                                     .appid = appid,
                                     .time = entry->facts.time,
                                     .status =
                                         status_of(entry, JOURNAL_REQUESTED),
                                     .reason = entry->texts[JOURNAL_REASON],
                                     .priority = priority_of(entry),
                                     .next_token = "",
                                     .store = &space->store,
                                     .random = space->random.state};
    struct job job;

    if (!now)
        return NULL;
    job = *now; /* shares all that it points to */
    if (from != STATUS_COUNT)
        job.status = from;
    request.account = jobs_tallies(space->jobs, appid);
    request.all = jobs_tallies(space->jobs, NULL);
    return explain_nearest(space, &job, &request, steps, n_steps);
}

/* What the policy tried, and what it would have accepted. */
static void add_decision(json_t **json, struct space *space,
                         const struct journal_entry *entry)
{
    bool same = entry->facts.generation == space->generation;
    struct policy_step steps[POLICY_STEPS];
    size_t n_steps = same ? record_steps(entry, steps) : 0;
    enum operation operation = OPERATION_COUNT;
    enum status from = status_of(entry, JOURNAL_BEFORE);
    json_t *changes = NULL;

    operation_parse(entry->texts[JOURNAL_OPERATION], &operation);
    jsonbuild_add(json, "asked", json_boolean(entry->facts.generation != 0));
    if (entry->facts.generation != 0)
        jsonbuild_add(json, "policy_changed", json_boolean(!same));
    if (entry->facts.generation != 0 && same)
        jsonbuild_add(json, "tried",
                      explain_tried(space->policy, operation,
                                    from == STATUS_COUNT ? STATUS_NEW : from,
                                    status_of(entry, JOURNAL_REQUESTED), steps,
                                    n_steps));
    if (entry->facts.http >= 400 && entry->lengths[JOURNAL_JOB] > 0 &&
        entry->lengths[JOURNAL_TRACE] == 0)
        changes = nearest(space, entry, operation, from, steps, n_steps);
    if (changes)
        jsonbuild_add(json, "nearest", changes);
}

void control_get_why(struct control *control)
{
    const struct target_text *segment = &control->target->segments[2];
    unsigned long long sequence = 0;
    struct journal_entry entry;
    json_t *json, *row;

    if (!text_number(segment->data, segment->length, INT64_MAX, &sequence)) {
        control_fail(control, 400, "BadParameter",
                     "GET " HOST_CONTROL "/journal lists them",
                     "the sequence number must be a whole number");
        return;
    }
    if (!find(control->space, sequence, &entry)) {
        control_fail(control, 404, "NoSuchEntry",
                     "GET " HOST_CONTROL "/journal lists those that are there; "
                     "older ones make room for newer ones",
                     "there is no entry %llu", sequence);
        return;
    }
    json = json_pack("{s:o}", "entry",
                     strcmp(entry.texts[JOURNAL_OPERATION],
                            operation_name(OPERATION_TICK)) == 0
                         ? record_event_json(&entry)
                         : record_json(&entry));
    row = entry.lengths[JOURNAL_ROW] > 0
              ? explain_row(error_find(entry.texts[JOURNAL_ROW]))
              : NULL;
    if (row)
        jsonbuild_add(&json, "documented", row);
    add_decision(&json, control->space, &entry);
    control_answer(control, 200, json);
}

void control_post_decide(struct control *control)
{
    json_t *body = control_body(control);
    json_t *answer;
    struct why why;

    if (!body)
        return;
    answer = decide_json(control->space, body, &why);
    if (answer)
        control_answer(control, 200, answer);
    else
        control_fail(
            control, 400, "BadBody",
            "send {\"job\": {...}, \"request\": {\"status\": \"Ready\"}}", "%s",
            why.text);
    json_decref(body);
}
