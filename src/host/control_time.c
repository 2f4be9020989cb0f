/* control_time.c -- the control API's clock. */

#include <stdlib.h>
#include <string.h>

#include "../policy/jsontext.h"
#include "control.h"
#include "life.h"
#include "record.h"

#define HELP                                                                   \
    "send one of {\"advance\": 60}, {\"set\": \"2026-01-01T00:00:00Z\"}, "     \
    "{\"until\": {\"id\": \"...\", \"status\": \"Complete\"}, \"within\": "    \
    "3600}, "                                                                  \
    "{\"settle\": true}, {\"next\": true}"

static json_t *clock_json(const struct vclock *clock)
{
    char text[CLOCK_TEXT];

    clock_format(vclock_now(clock), text);
    return json_pack("{s:s, s:I, s:s, s:b}", "now", text, "seconds",
                     (json_int_t)vclock_now(clock), "mode",
                     vclock_mode_name(clock), "manual",
                     clock->mode == VCLOCK_MANUAL);
}

void control_get_clock(struct control *control)
{
    control_answer(control, 200, clock_json(&control->space->clock));
}

/* ---- what is asked ------------------------------------------------------ */

struct question {
    enum { ADVANCE, SET, UNTIL, SETTLE, NEXT } what;
    long long seconds; /* of ADVANCE and SET */
    long long within;  /* of UNTIL, SETTLE and NEXT */
    const char *appid, *id;
    enum status status;
};

static bool read_until(const json_t *until, struct question *question,
                       struct why *why)
{
    const char *status = json_string_value(json_object_get(until, "status"));
    json_t *appid = json_object_get(until, "appid");

    question->what = UNTIL;
    question->appid = appid ? json_string_value(appid) : JOB_DEFAULT_APPID;
    question->id = json_string_value(json_object_get(until, "id"));
    if (!question->id || !question->appid || !status ||
        json_object_size(until) != 2u + (appid != NULL))
        return why_set(why, "until must have id and status, it may have appid, "
                            "and nothing else");
    return status_parse(status, strlen(status), &question->status) ||
           why_set(why, "status \"%.64s\" is not one of " STATUS_NAMES, status);
}

static bool read_set(const json_t *set, struct question *question,
                     struct why *why)
{
    question->what = SET;
    question->seconds = json_integer_value(set);
    return json_is_integer(set) ||
           (json_is_string(set) &&
            clock_parse(json_string_value(set), json_string_length(set),
                        &question->seconds)) ||
           why_set(why, "set must be a time (2026-01-01T00:00:00Z or Unix "
                        "seconds)");
}

static bool read_question(const json_t *body, struct question *question,
                          struct why *why)
{
    const json_t *advance = json_object_get(body, "advance");
    const json_t *set = json_object_get(body, "set");
    const json_t *until = json_object_get(body, "until");
    const json_t *settle = json_object_get(body, "settle");
    const json_t *next = json_object_get(body, "next");
    const json_t *within = json_object_get(body, "within");
    size_t waits = until || settle || next ? (within != NULL) : 0;

    question->within = within ? json_integer_value(within) : CLOCK_LATEST;
    question->status = STATUS_COUNT;
    if (json_object_size(body) != 1 + waits ||
        (within && (!json_is_integer(within) || question->within < 0)))
        return why_set(why, "the body must have one of advance, set, until, "
                            "settle and next; the last three may have an "
                            "integer within, 0 or more");
    if (until)
        return read_until(until, question, why);
    if (set)
        return read_set(set, question, why);
    question->what = settle ? SETTLE : next ? NEXT : ADVANCE;
    question->seconds = json_integer_value(advance);
    return json_is_integer(advance) || json_is_true(settle) ||
           json_is_true(next) ||
           why_set(why, "advance must be an integer, settle and next must be "
                        "true");
}

/* ---- what is done ------------------------------------------------------- */

/* Events as they fire, written at once: there may be very many. */
struct writing {
    struct buffer text;
    size_t count;
    bool failed;
};

static void write_event(void *context, const struct journal_entry *entry)
{
    struct writing *writing = context;
    json_t *json;
    char *text;

    if (writing->count++ >= LIFE_LISTED_MOST)
        return;
    json = record_event_json(entry);
    text = jsontext(json, JSON_COMPACT);

    if (writing->text.size > 0)
        buffer_putc(&writing->text, ',');
    if (text)
        buffer_puts(&writing->text, text);
    else
        writing->failed = true;
    free(text);
    json_decref(json);
}

static bool run(struct space *space, const struct question *question,
                const struct life_witness *witness,
                struct life_outcome *outcome, struct why *why)
{
    switch (question->what) {
    case ADVANCE:
        return life_advance(space, question->seconds, witness, outcome, why);
    case SET:
        return life_set(space, question->seconds, witness, outcome, why);
    case UNTIL:
    case SETTLE:
        return life_until(space, question->appid, question->id,
                          question->status, question->within, witness, outcome,
                          why);
    case NEXT:
        return life_next(space, question->within, witness, outcome, why);
    }
    return false;
}

/* The clock, what fired, and the events themselves. */
static void answer(struct control *control, const struct life_outcome *outcome,
                   struct writing *writing)
{
    struct buffer *body = &control->reply->body;
    json_t *json = clock_json(&control->space->clock);
    char *text = jsontext(json, JSON_COMPACT);

    if (!text || writing->failed || writing->text.failed) {
        control_answer(control, 500, NULL);
    } else {
        buffer_add(body, text, strlen(text) - 1);
        buffer_printf(body,
                      ",\"fired\":%zu,\"reached\":%s,\"stopped\":%s,"
                      "\"events\":[",
                      outcome->fired, outcome->reached ? "true" : "false",
                      outcome->stopped ? "true" : "false");
        buffer_add(body, writing->text.data, writing->text.size);
        buffer_puts(body, "]}\n");
    }
    free(text);
    json_decref(json);
}

void control_post_clock(struct control *control)
{
    json_t *body = control_body(control);
    struct writing writing = {.failed = false};
    struct life_witness witness = {write_event, &writing};
    struct life_outcome outcome;
    struct question question = {.what = ADVANCE};
    struct why why;

    if (!body)
        return;
    buffer_init(&writing.text);
    if (!read_question(body, &question, &why))
        control_fail(control, 400, "BadBody", HELP, "%s", why.text);
    else if (!run(control->space, &question, &witness, &outcome, &why))
        control_fail(control, 409, "ClockRefused",
                     "start with --clock manual or --clock scaled", "%s",
                     why.text);
    else
        answer(control, &outcome, &writing);
    buffer_done(&writing.text);
    json_decref(body);
}
