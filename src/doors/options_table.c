#define _GNU_SOURCE

#include "options_table.h"

#include <limits.h>
#include <stddef.h>
#include <string.h>

#include "../host/log.h"
#include "../host/names.h"
#include "../model/readings.h"
#include "../model/text.h"
#include "../model/vclock.h"
#include "listen.h"

/* ---- values ------------------------------------------------------------- */

/* Read a whole number up to `most`. */
static bool read_number(const char *text, unsigned long long most,
                        unsigned long long *ret_number)
{
    return text_number(text, strlen(text), most, ret_number);
}

static bool set_port(struct serve *serve, const char *value)
{
    unsigned long long port;

    if (!read_number(value, 65535, &port))
        return false;
    serve->port = (uint16_t)port;
    return true;
}

static bool set_ready(struct serve *serve, const char *value)
{
    unsigned long long descriptor;

    if (!read_number(value, INT_MAX, &descriptor))
        return false;
    serve->ready = (int)descriptor;
    return true;
}

static bool check_clock(struct serve *serve, const char *value)
{
    struct vclock clock;

    return vclock_parse(&clock, value, &serve->why);
}

/* Add a value to those of an option that may stand there more than once. */
static bool append(char *list, size_t room, const char *value, struct why *why)
{
    size_t used = strlen(list);

    if (strlen(value) + 2 > room - used)
        return why_set(why, "stands there too often");
    snprintf(list + used, room - used, "%s%s", used ? "," : "", value);
    return true;
}

static bool set_reading(struct serve *serve, const char *value)
{
    struct readings readings = {0};

    serve->options.readings = serve->readings;
    return readings_parse(&readings, value, &serve->why) &&
           append(serve->readings, sizeof(serve->readings), value, &serve->why);
}

static bool set_host(struct serve *serve, const char *value)
{
    struct names names;

    serve->options.hosts = serve->hosts;
    return names_parse(&names, value, NULL, &serve->why) &&
           append(serve->hosts, sizeof(serve->hosts), value, &serve->why);
}

static bool check_prefix(struct serve *serve, const char *value)
{
    struct names names;

    return names_parse(&names, NULL, value, &serve->why);
}

static bool set_tls_self_signed(struct serve *serve, const char *value)
{
    (void)value;
    serve->options.tls_self_signed = 1;
    return true;
}

static bool check_control(struct serve *serve, const char *value)
{
    bool local;

    return strcmp(value, "off") == 0 ||
           listen_check(value, &local, &serve->why);
}

static bool check_log(struct serve *serve, const char *value)
{
    bool json;

    (void)serve;
    return log_parse_format(value, &json);
}

static bool check_log_level(struct serve *serve, const char *value)
{
    enum log_level level;

    (void)serve;
    return log_parse_level(value, &level);
}

static bool set_watch(struct serve *serve, const char *value)
{
    (void)value;
    serve->watch = true;
    return true;
}

static bool set_seed(struct serve *serve, const char *value)
{
    unsigned long long seed;

    if (!read_number(value, ULLONG_MAX, &seed) || seed == 0)
        return false;
    serve->options.seed = seed;
    return true;
}

static bool set_journal(struct serve *serve, const char *value)
{
    unsigned long long bytes;

    if (!read_number(value, 1ull << 40, &bytes) || bytes < 4096)
        return false;
    serve->options.journal_bytes = bytes;
    return true;
}

const char *const options_whats[WHAT_COUNT] = {"url", "control", "certificate"};

enum options_what options_what(const char *text)
{
    size_t length = strcspn(text, "=");
    int what = 0;

    if (length == 0 || !text[length])
        return WHAT_COUNT;
    while (what < WHAT_COUNT &&
           strcmp(text + length + 1, options_whats[what]) != 0)
        what++;
    return (enum options_what)what;
}

static bool add_name(struct serve *serve, const char *value)
{
    if (options_what(value) == WHAT_COUNT)
        return why_set(&serve->why,
                       "%.100s must be NAME=url, NAME=control or "
                       "NAME=certificate",
                       value);
    if (serve->n_names == OPTIONS_NAMES)
        return why_set(&serve->why, "stands there too often");
    serve->names[serve->n_names++] = value;
    return true;
}

static bool set_quiet(struct serve *serve, const char *value)
{
    (void)value;
    serve->quiet = true;
    return true;
}

/* ---- the table ---------------------------------------------------------- */

/* To add an option, add a line here and one to the README. */
/* clang-format off */
#define TEXT(field) offsetof(struct serve, field)
#define SERVE OPTIONS_SERVE
#define RUN OPTIONS_RUN
#define BOTH OPTIONS_BOTH

const struct option options[] = {
    {BOTH, "policy",          "FILE",       TEXT(options.policy), NULL,
     "the policy (default: the documented one, built in)"},
    {SERVE, "watch",           NULL,         0, set_watch,
     "read the policy's files again when they change (SIGHUP does so at\n"
     "any time); one that does not load changes nothing"},
    {BOTH, "jobs",            "FILE",       TEXT(options.jobs), NULL,
     "a Lua file that returns a list of jobs"},
    {BOTH, "address",         "ADDR",       TEXT(address), NULL,
     "IP address to listen on (default 127.0.0.1); elsewhere than on\n"
     "loopback the control API is served with a token only"},
    {SERVE, "port",           "N",          0, set_port,
     "port to listen on, 0 takes a free one (default 8484)"},
    {RUN, "port",             "N",          0, set_port,
     "port to listen on (default: one that is free)"},
    {BOTH, "control",         "PLACE",      TEXT(options.control), check_control,
     "serve the control API at a place of its own: 127.0.0.1:9000,\n"
     "[::1]:0, unix:/path; or off"},
    {BOTH, "control-token-file", "FILE",    TEXT(options.control_token_file), NULL,
     "a file with a token that callers of the control API must show"},
    {BOTH, "host",            "NAME",       0, set_host,
     "a name of this host beside the loopback's, as often as needed:\n"
     "the control API answers to it, a self-signed certificate has it"},
    {BOTH, "prefix",          "PATH",       TEXT(options.prefix), check_prefix,
     "serve the API below this path (/cos)"},
    {BOTH, "credentials",     "FILE",       TEXT(options.credentials), NULL,
     "a Lua file that returns a list of keys: check signatures"},
    {BOTH, "tls-cert",        "FILE",       TEXT(options.tls_cert), NULL,
     "serve HTTPS with this certificate (PEM, its chain behind it)"},
    {BOTH, "tls-key",         "FILE",       TEXT(options.tls_key), NULL,
     "and this key (PEM)"},
    {BOTH, "tls-self-signed", NULL,         0, set_tls_self_signed,
     "serve HTTPS with a certificate made for the occasion; the ready\n"
     "line says where it lies"},
    {SERVE, "ready-fd",        "N",          0, set_ready,
     "descriptor for the ready line, one line of JSON (default 1)"},
    {BOTH, "clock",           "CLOCK",      TEXT(options.clock), check_clock,
     "real (default), manual, manual@2026-01-01T00:00:00Z, manual@now,\n"
     "scaled (60 times as fast), scaled:FACTOR@TIME"},
    {BOTH, "reading",         "NAME=VALUE", 0, set_reading,
     "how to read the documents where they leave a choice, as often\n"
     "as needed (jobgate readings lists them)"},
    {BOTH, "readings",        "FILE",       TEXT(options.readings_file), NULL,
     "a Lua file that returns { NAME = \"VALUE\" }, as jobgate conform\n"
     "--calibrate writes it; --reading comes over it"},
    {BOTH, "seed",            "N",          0, set_seed,
     "number above 0 from which the ids of new jobs, and chances, are\n"
     "drawn"},
    {BOTH, "log",             "FORMAT",     TEXT(options.log_format), check_log,
     "text (default) or json"},
    {SERVE, "log-level",      "LEVEL",      TEXT(options.log_level), check_log_level,
     "error, warning, info (default) or debug, which has each request"},
    {RUN, "log-level",        "LEVEL",      TEXT(options.log_level), check_log_level,
     "error, warning (default), info or debug, which has each request"},
    {BOTH, "journal",         "FILE",       TEXT(options.journal), NULL,
     "write everything that changes the host there, for jobgate replay;\n"
     "a new file, or an empty one"},
    {BOTH, "journal-bytes",   "N",          0, set_journal,
     "bound of the journal, 4096 or more (default 4194304)"},
    {RUN, "report",           "FILE",       TEXT(report), NULL,
     "write what the command has met there: one page of HTML"},
    {RUN, "junit",            "FILE",       TEXT(junit), NULL,
     "the same for a build server: JUnit's XML, a case for each row"},
    {RUN, "require",          "LIST",       TEXT(require), NULL,
     "fail (1) when the command has met less: errors=100%,statuses=9,\n"
     "operations=6, in numbers or of a hundred"},
    {RUN, "env",              "NAME=WHAT",  0, add_name,
     "the variable NAME has the url, control or certificate, as often\n"
     "as needed; those of WHAT that are listed above are not set then"},
    {RUN, "quiet",            NULL,         0, set_quiet,
     "no summary at the end"},
};
/* clang-format on */

/* The first field is none of those that hold a text. */
_Static_assert(offsetof(struct serve, options.size) == 0, "0: nowhere");

const size_t option_count = sizeof(options) / sizeof(options[0]);
