/* record.h -- exchanges into the journal, and the journal as JSON. */

#pragma once

#include <jansson.h>

#include "../api/api.h"
#include "../store/journal.h"
#include "host.h"

/* Write down what came, what was decided and what was answered. `generation` is
 * the policy's. */
void record_exchange(struct journal *journal, const struct exchange *exchange,
                     const struct error *error, long long now,
                     uint64_t generation, const struct host_reply *reply);

/* What happened to a job by itself, or why the policy could not say, as an
 * entry; texts are borrowed. Time, sequence and generation are the caller's to
 * add. */
void record_event(struct journal_entry *ret_entry, const struct job *job,
                  enum status before, const struct decision *decision,
                  const char *fault);

/* The steps of the decision, as many as are kept; how many. */
size_t record_steps(const struct journal_entry *entry,
                    struct policy_step ret_steps[POLICY_STEPS]);

/* Such an entry as JSON. NULL when out of memory. */
json_t *record_event_json(const struct journal_entry *entry);

/* accepted, refused, broken (the policy failed) or dropped (before anything was
 * decided). Static. */
const char *record_result(const struct journal_entry *entry);

/* The x-cos-trace-id of the answer. False: it had none, being no error. */
bool record_trace_id(const struct journal_entry *entry,
                     char ret_text[REPLY_TRACE_ID]);

/* An entry as a JSON object (the manual says what its fields mean). Bytes that
 * are no text stand as `\xNN`. NULL when out of memory. */
json_t *record_json(const struct journal_entry *entry);

/* Where an answer came from, as JSON: file, line, rule, name, because. */
json_t *record_rule_json(const char *file, int line, int number,
                         const char *name, const char *because);

/* What goes wrong on purpose: [{"delay": 5, "rule": {...}}, ...]. */
json_t *record_faults_json(const struct decision *decision);

/* Text as a JSON string, shown as logs show it. */
json_t *record_text_json(const char *text, size_t length);

/* The same for a traceback: its line ends and TABs stay. */
json_t *record_lines_json(const char *text);
