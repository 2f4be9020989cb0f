#define _GNU_SOURCE

#include "options.h"

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

/* ---- the table ---------------------------------------------------------- */

/* The options of `serve`: to add one, add a line here and one to the README. */
/* clang-format off */
#define TEXT(field) offsetof(struct serve, field)

static const struct {
    const char *name;
    const char *argument; /* NULL: it takes none */
    size_t text;          /* where the value is kept as it is; 0: nowhere */
    /* Read or check a value; NULL: any will do. */
    bool (*set)(struct serve *serve, const char *value);
    const char *help;
} options[] = {
    {"policy",          "FILE",       TEXT(options.policy), NULL,
     "the policy (default: the documented one, built in)"},
    {"watch",           NULL,         0, set_watch,
     "read the policy's files again when they change (SIGHUP does so at\n"
     "any time); one that does not load changes nothing"},
    {"jobs",            "FILE",       TEXT(options.jobs), NULL,
     "a Lua file that returns a list of jobs"},
    {"address",         "ADDR",       TEXT(address), NULL,
     "IP address to listen on (default 127.0.0.1); elsewhere than on\n"
     "loopback the control API is served with a token only"},
    {"port",            "N",          0, set_port,
     "port to listen on, 0 takes a free one (default 8484)"},
    {"control",         "PLACE",      TEXT(options.control), check_control,
     "serve the control API at a place of its own: 127.0.0.1:9000,\n"
     "[::1]:0, unix:/path; or off"},
    {"control-token-file", "FILE",    TEXT(options.control_token_file), NULL,
     "a file with a token that callers of the control API must show"},
    {"host",            "NAME",       0, set_host,
     "a name of this host beside the loopback's, as often as needed:\n"
     "the control API answers to it, a self-signed certificate has it"},
    {"prefix",          "PATH",       TEXT(options.prefix), check_prefix,
     "serve the API below this path (/cos)"},
    {"credentials",     "FILE",       TEXT(options.credentials), NULL,
     "a Lua file that returns a list of keys: check signatures"},
    {"tls-cert",        "FILE",       TEXT(options.tls_cert), NULL,
     "serve HTTPS with this certificate (PEM, its chain behind it)"},
    {"tls-key",         "FILE",       TEXT(options.tls_key), NULL,
     "and this key (PEM)"},
    {"tls-self-signed", NULL,         0, set_tls_self_signed,
     "serve HTTPS with a certificate made for the occasion; the ready\n"
     "line says where it lies"},
    {"ready-fd",        "N",          0, set_ready,
     "descriptor for the ready line, one line of JSON (default 1)"},
    {"clock",           "CLOCK",      TEXT(options.clock), check_clock,
     "real (default), manual, manual@2026-01-01T00:00:00Z, manual@now,\n"
     "scaled (60 times as fast), scaled:FACTOR@TIME"},
    {"reading",         "NAME=VALUE", 0, set_reading,
     "how to read the documents where they leave a choice, as often\n"
     "as needed (jobgate readings lists them)"},
    {"seed",            "N",          0, set_seed,
     "number above 0 from which the ids of new jobs, and chances, are\n"
     "drawn"},
    {"log",             "FORMAT",     TEXT(options.log_format), check_log,
     "text (default) or json"},
    {"log-level",       "LEVEL",      TEXT(options.log_level), check_log_level,
     "error, warning, info (default) or debug, which has each request"},
    {"journal",         "FILE",       TEXT(options.journal), NULL,
     "write everything that changes the host there, for jobgate replay;\n"
     "a new file, or an empty one"},
    {"journal-bytes",   "N",          0, set_journal,
     "bound of the journal, 4096 or more (default 4194304)"},
};
/* clang-format on */

/* The first field is none of those that hold a text. */
_Static_assert(offsetof(struct serve, options.size) == 0, "0: nowhere");

#define OPTIONS (sizeof(options) / sizeof(options[0]))

bool options_at(size_t place, struct option_text *ret_option)
{
    if (place >= OPTIONS)
        return false;
    *ret_option = (struct option_text){
        options[place].name, options[place].argument, options[place].help};
    return true;
}

void options_print(FILE *out)
{
    for (size_t i = 0; i < OPTIONS; i++) {
        const char *argument = options[i].argument, *at = options[i].help;
        char left[40];

        snprintf(left, sizeof(left), "--%s%s%s", options[i].name,
                 argument ? " " : "", argument ? argument : "");
        for (; *at; at += strspn(at, "\n"), left[0] = '\0') {
            int line = (int)strcspn(at, "\n");

            fprintf(out, "  %-26s %.*s\n", left, line, at);
            at += line;
        }
    }
}

int options_usage(const char *format, const char *word)
{
    fputs("jobgate: ", stderr);
    fprintf(stderr, format, word);
    fputs(" (jobgate --help)\n", stderr);
    return EXIT_USAGE;
}

/* Read one option: `--name value` or `--name=value`, the name in full, so that
 * a new option never changes what an old command line means. */
static int read_option(int argc, char **argv, int *at, struct serve *serve)
{
    const char *word = argv[(*at)++];
    size_t length = strcspn(word, "=");
    const char *value = word[length] ? word + length + 1 : NULL;
    size_t i = 0;

    if (word[0] != '-')
        return options_usage("unexpected argument %s", word);
    while (i < OPTIONS && (strncmp(word, "--", 2) != 0 ||
                           strlen(options[i].name) + 2 != length ||
                           memcmp(word + 2, options[i].name, length - 2) != 0))
        i++;
    if (i == OPTIONS)
        return options_usage("unknown option %s", word);
    if (!options[i].argument && value)
        return options_usage("--%s takes no value", options[i].name);
    if (options[i].argument && !value && *at < argc)
        value = argv[(*at)++];
    if (options[i].argument && !value)
        return options_usage("%s needs a value", word);
    if (options[i].text)
        memcpy((char *)serve + options[i].text, &value, sizeof(value));
    if (!options[i].set || options[i].set(serve, value))
        return EXIT_FINE;
    fprintf(stderr, "jobgate: --%s: ", options[i].name);
    if (serve->why.text[0])
        fprintf(stderr, "%s (jobgate --help)\n", serve->why.text);
    else
        fprintf(stderr,
                "\"%s\" is not a value that it takes (jobgate --help)\n",
                value);
    return EXIT_USAGE;
}

/* Options that do not go together, or not alone. */
static int check_tls(const struct jobgate_options *said)
{
    if (said->tls_self_signed && (said->tls_cert || said->tls_key))
        return options_usage("%s makes a certificate: leave out --tls-cert and "
                             "--tls-key",
                             "--tls-self-signed");
    if (said->tls_cert && !said->tls_key)
        return options_usage("%s needs the certificate's key: --tls-key",
                             "--tls-cert");
    if (said->tls_key && !said->tls_cert)
        return options_usage("%s needs the key's certificate: --tls-cert",
                             "--tls-key");
    return EXIT_FINE;
}

/* From elsewhere the control API can be reached with a token only. */
static int check_control_token(const struct jobgate_options *said)
{
    bool local = true;
    struct why why;

    if (said->control && strcmp(said->control, "off") != 0)
        listen_check(said->control, &local, &why);
    if (local || said->control_token_file)
        return EXIT_FINE;
    return options_usage("--control %s can be reached from elsewhere: give a "
                         "token (--control-token-file), loopback or a Unix "
                         "socket",
                         said->control);
}

int options_read(int argc, char **argv, struct serve *serve)
{
    int code = EXIT_FINE;

    for (int at = 1; at < argc && code == EXIT_FINE;)
        code = read_option(argc, argv, &at, serve);
    if (code == EXIT_FINE)
        code = check_tls(&serve->options);
    if (code == EXIT_FINE)
        code = check_control_token(&serve->options);
    if (code == EXIT_FINE && serve->watch && !serve->options.policy)
        code = options_usage("%s needs a file to look at: --policy", "--watch");
    return code;
}
