#include "options.h"

#include <string.h>

#include "listen.h"
#include "options_table.h"

bool options_next(enum options_of of, size_t *place,
                  struct option_text *ret_option)
{
    while (*place < option_count) {
        const struct option *option = &options[(*place)++];

        if (!(option->of & of))
            continue;
        *ret_option =
            (struct option_text){option->name, option->argument, option->help};
        return true;
    }
    return false;
}

void options_print(FILE *out, enum options_of of)
{
    struct option_text option;

    for (size_t place = 0; options_next(of, &place, &option);) {
        const char *at = option.help;
        char left[40];

        snprintf(left, sizeof(left), "--%s%s%s", option.name,
                 option.argument ? " " : "",
                 option.argument ? option.argument : "");
        for (; *at; at += strspn(at, "\n"), left[0] = '\0') {
            int line = (int)strcspn(at, "\n");

            fprintf(out, "  %-26s %.*s\n", left, line, at);
            at += line;
        }
    }
}

static const char *help_of(enum options_of of)
{
    return of == OPTIONS_RUN ? "jobgate run --help" : "jobgate --help";
}

int options_usage(enum options_of of, const char *format, const char *word)
{
    fputs("jobgate: ", stderr);
    fprintf(stderr, format, word);
    fprintf(stderr, " (%s)\n", help_of(of));
    return EXIT_USAGE;
}

/* The option with this name, of `length` bytes behind the hyphens; option_count:
 * there is none. */
static size_t find(const char *word, size_t length, enum options_of of)
{
    size_t i = 0;

    while (i < option_count &&
           (!(options[i].of & of) || strncmp(word, "--", 2) != 0 ||
            strlen(options[i].name) + 2 != length ||
            memcmp(word + 2, options[i].name, length - 2) != 0))
        i++;
    return i;
}

/* Read one option: `--name value` or `--name=value`, the name in full, so that
 * a new option never changes what an old command line means. */
static int read_option(int argc, char **argv, int *at, struct serve *serve)
{
    const char *word = argv[(*at)++];
    size_t length = strcspn(word, "=");
    const char *value = word[length] ? word + length + 1 : NULL;
    size_t i = find(word, length, serve->of);

    if (word[0] != '-' && serve->of == OPTIONS_RUN)
        return options_usage(serve->of, "put -- in front of the command: -- %s",
                             word);
    if (word[0] != '-')
        return options_usage(serve->of, "unexpected argument %s", word);
    if (i == option_count)
        return options_usage(serve->of, "unknown option %s", word);
    if (!options[i].argument && value)
        return options_usage(serve->of, "--%s takes no value", options[i].name);
    if (options[i].argument && !value && *at < argc)
        value = argv[(*at)++];
    if (options[i].argument && !value)
        return options_usage(serve->of, "%s needs a value", word);
    if (options[i].text)
        memcpy((char *)serve + options[i].text, &value, sizeof(value));
    if (!options[i].set || options[i].set(serve, value))
        return EXIT_FINE;
    fprintf(stderr, "jobgate: --%s: ", options[i].name);
    if (serve->why.text[0])
        fprintf(stderr, "%s (%s)\n", serve->why.text, help_of(serve->of));
    else
        fprintf(stderr, "\"%s\" is not a value that it takes (%s)\n", value,
                help_of(serve->of));
    return EXIT_USAGE;
}

/* Options that do not go together, or not alone. */
static int check_tls(const struct serve *serve)
{
    const struct jobgate_options *said = &serve->options;

    if (said->tls_self_signed && (said->tls_cert || said->tls_key))
        return options_usage(serve->of,
                             "%s makes a certificate: leave out --tls-cert and "
                             "--tls-key",
                             "--tls-self-signed");
    if (said->tls_cert && !said->tls_key)
        return options_usage(serve->of,
                             "%s needs the certificate's key: --tls-key",
                             "--tls-cert");
    if (said->tls_key && !said->tls_cert)
        return options_usage(serve->of,
                             "%s needs the key's certificate: --tls-cert",
                             "--tls-key");
    return EXIT_FINE;
}

/* From elsewhere the control API can be reached with a token only. */
static int check_control_token(const struct serve *serve)
{
    const struct jobgate_options *said = &serve->options;
    bool local = true;
    struct why why;

    if (said->control && strcmp(said->control, "off") != 0)
        listen_check(said->control, &local, &why);
    if (local || said->control_token_file)
        return EXIT_FINE;
    return options_usage(serve->of,
                         "--control %s can be reached from elsewhere: give a "
                         "token (--control-token-file), loopback or a Unix "
                         "socket",
                         said->control);
}

int options_read(int argc, char **argv, struct serve *serve)
{
    int code = EXIT_FINE;

    for (int at = 1; at < argc && code == EXIT_FINE;) {
        if (serve->of == OPTIONS_RUN && strcmp(argv[at], "--") == 0) {
            serve->command = argv + at + 1;
            break;
        }
        code = read_option(argc, argv, &at, serve);
    }
    if (code == EXIT_FINE && serve->of == OPTIONS_RUN &&
        (!serve->command || !serve->command[0]))
        code = options_usage(serve->of,
                             "%s needs a command: jobgate run [options] -- "
                             "COMMAND...",
                             "run");
    if (code == EXIT_FINE)
        code = check_tls(serve);
    if (code == EXIT_FINE)
        code = check_control_token(serve);
    if (code == EXIT_FINE && serve->watch && !serve->options.policy)
        code = options_usage(serve->of, "%s needs a file to look at: --policy",
                             "--watch");
    return code;
}
