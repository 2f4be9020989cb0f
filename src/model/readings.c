#include "readings.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* To add a reading, add it here, to the enum, and to policies/README.md. */
/* clang-format off */
const struct reading_row reading_rows[READING_COUNT] = {
[READING_FINISHED_JOB] = {"finished_job",
    {"invalid_request", "no_such_job"}, "C01, D60",
    "38610 E14, SEED E41 | 38610 E22, SEED E43",
    "UpdateJobStatus on a job that has ended: 400 or 404"},
[READING_PREPARING_READY] = {"preparing_ready",
    {"refuse", "accept"}, "D67",
    "32961 | OSS-UpdateJobStatus",
    "Ready requested of a job that is Preparing"},
[READING_PRIORITY_OUT_OF_RANGE] = {"priority_out_of_range",
    {"invalid_argument", "invalid_request"}, "C04, D43",
    "38610 E04 | 38608 E28",
    "the code for a priority that is no integer from 0 to 2147483647"},
[READING_PRIORITY_ZERO] = {"priority_zero",
    {"accept", "refuse"}, "C18",
    "38608, 38612 | 32956",
    "priority 0"},
[READING_MAX_RESULTS] = {"max_results",
    {"positive", "integer"}, "C05, D44",
    "38610 E07 | 38611 E36",
    "the row, and so the message, for a maxResults that is none"},
[READING_MAX_RESULTS_ABOVE_1000] = {"max_results_above_1000",
    {"refuse", "clamp"}, "C05, D44",
    "38611: 1-1000 | ours (D44)",
    "maxResults above 1000"},
[READING_EMPTY_DESCRIPTION] = {"empty_description",
    {"accept", "refuse"}, "C06",
    "38608, 38611: 0-256 bytes | 38609: 1-256 bytes",
    "CreateJob with an empty Description"},
[READING_DESCRIBE_JOB] = {"describe_job",
    {"template", "table"}, "C08",
    "38609 template and sample | 38609 table",
    "DescribeJob shows ConfirmationRequired, or ClientRequestToken"},
[READING_MANIFEST_FIELDS] = {"manifest_fields",
    {"shown", "hidden"}, "C24",
    "38609-md sample | 38609 template",
    "DescribeJob shows the Fields of the manifest"},
[READING_SUSPENSION] = {"suspension",
    {"confirmation", "console"}, "C09",
    "38608, GOSDK live test | 32961, 38609",
    "ConfirmationRequired suspends a job, or nothing does here"},
[READING_COMPLETING] = {"completing",
    {"shown", "skipped"}, "C10, D73",
    "SEED, 38609, 38611, 38613 | 32961",
    "a job passes through Completing"},
[READING_SERVICE_UNAVAILABLE] = {"service_unavailable",
    {"500", "503"}, "C11",
    "38610, 38608 | 7730",
    "the HTTP status of ServiceUnavailable (E23-E25, E32)"},
[READING_EXPIRED_TOKEN] = {"expired_token",
    {"400", "403"}, "C13",
    "7730 | older 7730",
    "the HTTP status of ExpiredToken (G06)"},
[READING_WRONG_SIGNATURE] = {"wrong_signature",
    {"own_code", "access_denied"}, "C14",
    "7730 | 40105",
    "the code for a wrong signature (G03)"},
[READING_EXPIRED_SIGNATURE] = {"expired_signature",
    {"access_denied", "own_code"}, "C15",
    "40105 | 7730, FLARE",
    "the code for a signature whose time is over (G05)"},
[READING_MALFORMED_AUTHORIZATION] = {"malformed_authorization",
    {"access_denied", "invalid_argument"}, "D121",
    "ours (D121) | ours (D121)",
    "a signature that cannot be read: 403 or 400"},
[READING_DATE_HEADER] = {"date_header",
    {"ignored", "checked"}, "D119",
    "ours (D119) | 40105",
    "a signed request whose Date is more than 15 minutes off (G04)"},
[READING_DESCRIBE_ACTION] = {"describe_action",
    {"list_jobs", "describe_job"}, "C12",
    "38609 | CAM-57092, STS-GO",
    "which operation a key must grant for DescribeJob"},
[READING_TAGGING_DIRECTIVE] = {"tagging_directive",
    {"Replaced", "Replace"}, "C17",
    "38607 values | 38607 text",
    "what TaggingDirective calls replacing, beside Copy and Add"},
[READING_CONTENT_MD5] = {"content_md5",
    {"recommended", "mandatory"}, "C19",
    "7728 | 7728, other copy",
    "CreateJob without Content-MD5"},
[READING_XML_DECLARATION] = {"xml_declaration",
    {"errors", "all", "none"}, "C21, D100, D101",
    "samples; 7730 | GOSDK | samples; 38610",
    "which answers begin with an XML declaration"},
[READING_REPEATED_TOKEN] = {"repeated_token",
    {"refuse", "first_job"}, "C23, D85",
    "38610 E13, 38608 E27 | 38608 (double submission), AWS",
    "CreateJob with the ClientRequestToken of an earlier job"},
[READING_CHECK_ORDER] = {"check_order",
    {"arguments_first", "job_first"}, "7.1",
    "ours (7.1) | ours (7.1)",
    "a wrong argument for a job that does not exist: 400 or 404"},
[READING_LAST_PAGE_TOKEN] = {"last_page_token",
    {"empty", "last_id"}, "D94",
    "TF | 38611",
    "NextToken of a page that nothing follows"},
[READING_LIST_WINDOW] = {"list_window",
    {"all", "90_days"}, "D96",
    "ours (D96) | 32961",
    "ListJobs shows all jobs, or those of the last 90 days"},
[READING_SCHEDULER] = {"scheduler",
    {"off", "one_slot"}, "D80, 2.4",
    "ours (D80) | 32961",
    "jobs run side by side, or one at a time, the highest priority first"},
};

/* Rows that are answered otherwise under a reading; NULL and 0: as they are. */
/* NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding) */
static const struct {
    enum reading reading;
    int alternative;
    enum error_row row;
    int http;
    const char *code, *message;
} changes[] = {
    {READING_SERVICE_UNAVAILABLE, 1, ROW_E23, 503, NULL, NULL},
    {READING_SERVICE_UNAVAILABLE, 1, ROW_E24, 503, NULL, NULL},
    {READING_SERVICE_UNAVAILABLE, 1, ROW_E25, 503, NULL, NULL},
    {READING_SERVICE_UNAVAILABLE, 1, ROW_E32, 503, NULL, NULL},
    {READING_EXPIRED_TOKEN, 1, ROW_G06, 403, NULL, NULL},
    {READING_WRONG_SIGNATURE, 1, ROW_G03, 0, "AccessDenied",
        "SignatureDoesNotMatch: the signature does not match."},
    {READING_EXPIRED_SIGNATURE, 1, ROW_G05, 0, "Request has expired", NULL},
    {READING_MALFORMED_AUTHORIZATION, 1, ROW_D121, 400, "InvalidArgument",
        NULL},
};
/* clang-format on */

_Static_assert(READING_COUNT * 2 <= 64, "two bits for each reading");

static unsigned bits_of(struct readings readings, enum reading reading)
{
    return readings.chosen >> (2 * reading) & 3;
}

static void choose(struct readings *readings, enum reading reading,
                   unsigned alternative)
{
    readings->chosen &= ~((uint64_t)3 << (2 * reading));
    readings->chosen |= (uint64_t)(alternative + 1) << (2 * reading);
}

int readings_get(struct readings readings, enum reading reading)
{
    unsigned bits = bits_of(readings, reading);

    return bits ? (int)bits - 1 : 0;
}

enum reading readings_find(const char *name)
{
    int i = 0;

    while (i < READING_COUNT && strcmp(reading_rows[i].name, name) != 0)
        i++;
    return (enum reading)i;
}

static bool refuse(const struct reading_row *row, const char *alternative,
                   struct why *why)
{
    return why_set(why, "reading %s: \"%.64s\" is not one of %s, %s%s%s",
                   row->name, alternative, row->alternatives[0],
                   row->alternatives[1], row->alternatives[2] ? ", " : "",
                   row->alternatives[2] ? row->alternatives[2] : "");
}

bool readings_set(struct readings *readings, const char *name,
                  const char *alternative, struct why *why)
{
    enum reading reading = readings_find(name);

    if (reading == READING_COUNT)
        return why_set(why,
                       "there is no reading \"%.64s\" (jobgate readings lists "
                       "them)",
                       name);
    for (unsigned i = 0; i < READING_ALTERNATIVES; i++) {
        const char *known = reading_rows[reading].alternatives[i];

        if (known && strcmp(known, alternative) == 0) {
            choose(readings, reading, i);
            return true;
        }
    }
    return refuse(&reading_rows[reading], alternative, why);
}

bool readings_parse(struct readings *readings, const char *text,
                    struct why *why)
{
    struct readings parsed = *readings;
    char pair[128];

    while (*text) {
        size_t length = strcspn(text, ",");
        char *equals;

        if (length >= sizeof(pair))
            return why_set(why, "reading \"%.64s...\" is too long", text);
        memcpy(pair, text, length);
        pair[length] = '\0';
        equals = strchr(pair, '=');
        if (!equals)
            return why_set(why, "reading \"%.64s\": must be NAME=VALUE", pair);
        *equals = '\0';
        if (!readings_set(&parsed, pair, equals + 1, why))
            return false;
        text += length + (text[length] == ',');
    }
    *readings = parsed;
    return true;
}

void readings_text(struct readings readings, char text[READINGS_TEXT])
{
    size_t used = 0;

    text[0] = '\0';
    for (int i = 0; i < READING_COUNT && used < READINGS_TEXT; i++) {
        const struct reading_row *row = &reading_rows[i];
        unsigned bits = bits_of(readings, (enum reading)i);

        if (bits)
            used += (size_t)snprintf(text + used, READINGS_TEXT - used,
                                     "%s%s=%s", used ? "," : "", row->name,
                                     row->alternatives[bits - 1]);
    }
}

struct readings readings_merge(struct readings under, struct readings over)
{
    for (int i = 0; i < READING_COUNT; i++) {
        unsigned bits = bits_of(over, (enum reading)i);

        if (bits)
            choose(&under, (enum reading)i, bits - 1);
    }
    return under;
}

const struct error *readings_row(struct readings readings,
                                 const struct error *row, struct error *room)
{
    if (!readings.chosen)
        return row;
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        if (row != &error_rows[changes[i].row] ||
            readings_get(readings, changes[i].reading) !=
                changes[i].alternative)
            continue;
        *room = *row;
        if (changes[i].code)
            room->code = changes[i].code;
        if (changes[i].message)
            room->message = changes[i].message;
        if (changes[i].http)
            room->http = changes[i].http;
        return room;
    }
    return row;
}
