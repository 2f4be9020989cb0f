/* filter.h -- which entries of the journal are meant.
 *
 * A filter names fields and what they have to be; all of them must be so. A
 * value is compared with the bytes that came and with what the journal shows
 * of them (`\xNN`), so that both what was sent and what was read there find
 * the entry. One table of fields, for queries and for verification. */

#pragma once

#include <jansson.h>

#include "../model/why.h"
#include "../store/journal.h"

enum {
    FILTER_FIELDS = 13,
    FILTER_TEXT_MOST = 4096, /* bytes of a value: no target is longer */
};

/* All names, comma-separated, for messages. */
#define FILTER_NAMES                                                           \
    "job, appid, operation, code, row, http, requested, reason, result, "      \
    "rule, fault, request_id, trace_id"

/* Zeroed it lets every entry pass. Texts are borrowed from the JSON that it was
 * read from. */
struct filter {
    unsigned fields; /* a bit for each field that counts */
    int http;
    struct {
        const char *data;
        size_t length;
    } wanted[FILTER_FIELDS];
};

/* The name of a field; NULL: there is none of this number. */
const char *filter_name(int field);

/* Read one field, or an object of them. False and why: there is no such field,
 * or it cannot be that. */
bool filter_read_field(struct filter *filter, const char *name,
                       const json_t *value, struct why *why);
bool filter_read(struct filter *ret_filter, const json_t *json,
                 struct why *why);

/* The fields that are not as wanted, a bit for each; 0: it is meant. */
unsigned filter_differs(const struct filter *filter,
                        const struct journal_entry *entry);

/* What is wanted of a field and what an entry has there, as JSON to be shown:
 * long texts are cut. "none" stands for no code and no fault. NULL when out of
 * memory. */
json_t *filter_wanted_json(const struct filter *filter, int field);
json_t *filter_got_json(const struct journal_entry *entry, int field);
